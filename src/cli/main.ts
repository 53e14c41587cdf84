import { DEFAULT_SETTINGS } from '../analysis';
import { existsSync } from 'node:fs';
import { count } from '../analysis/words/words';
import { SEVERITIES, type Severity } from '../analysis/finding';
import { NotACapture } from '../capture/frame';
import { heapExceeds, vendors } from '../engine/node';
import { printable } from '../codec/bytes';
import type { CustomOption } from '../codec/customTypes';
import { STARTS } from '../codec/start';
import { EngineError } from '../engine/capture';
import { compareCaptures, type NamedCapture } from '../engine/pair';
import {
  COMMANDS,
  UsageError,
  authorisedOf,
  customOptions,
  failOnOf,
  formOf,
  framesOf,
  parsed,
  productsOf,
  type FailOn,
  type Values,
} from './arguments';
import { complain, refuse, unexpectedSentence } from './failure';
import { HELP, helpOf } from './help';
import { hex, printNotes, textJson } from './hex';
import { openInput, type Opened } from './input';
import { frameJson, jsonLine, otherJson } from './json';
import { KINDS } from '../config';
import { nearest } from '../config/nearest';
import { NotLeases } from '../config/leases';
import { withConfigs } from './against';
import { check } from './check';
import { readConfig } from './configs';
import { inspectJson } from './inspect';
import { FilterMistake, filterOf, passing } from './filter';
import { findingsOf, leasesJson, poolReports, printLeases, readDatabases } from './leases';
import { examineThis, printMachine } from './machine';
import { Output } from './output';
import { withProducts } from './products';
import { explain } from './explain';
import { reportPieces } from './report';
import { printFrame, printInspection } from './text';

declare const PORT67_VERSION: string;

/** Runs the command line and returns the exit status. */
export async function main(args: readonly string[]): Promise<number> {
  const output = new Output(process.stdout);
  try {
    const status = await run(args, output);
    await output.end();
    return status;
  } catch (error) {
    // The output so far is kept.
    await output.end().catch(() => undefined);
    if (error instanceof UsageError) return refuse(`${error.message} (port67 --help tells the usage)`);
    const known = [NotACapture, EngineError, NotLeases, FilterMistake].some((kind) => error instanceof kind);
    if (known) return refuse((error as Error).message);
    return refuse(unexpectedSentence(error));
  }
}

async function run(args: readonly string[], output: Output): Promise<number> {
  const { values, positionals } = parsed(args);
  const [command, ...files] = positionals;
  const allowed = command === undefined ? undefined : COMMANDS[command];
  if (command === 'help' || (values.help && (command === undefined || allowed))) {
    const about = command === 'help' ? files[0] : command;
    const options = about === undefined ? undefined : COMMANDS[about];
    output.line(about !== undefined && options ? helpOf(about, options) : HELP);
    return 0;
  }
  if (values.version) {
    output.line(PORT67_VERSION);
    return 0;
  }
  if (command === undefined) throw new UsageError(`a command is missing: ${Object.keys(COMMANDS).join(', ')}`);
  if (!allowed) throw new UsageError(noCommand(command));
  const strange = Object.keys(values).find((name) => !allowed.includes(name));
  if (strange !== undefined) throw new UsageError(`${command} takes no --${strange}`);
  if (command === 'hex') return decodeHex(files, values, output);
  if (command === 'leases') return leases(files, values, output);
  if (command === 'machine') return machine(files, values, output);
  if (command === 'explain') {
    // Loaded on demand, because most commands do not need the guide.
    explain(files, values.json ?? false, output);
    return 0;
  }
  if (files.length === 0)
    throw new UsageError(`${command} wants a ${command === 'check' ? 'configuration' : 'capture'} file`);
  if (command === 'check') {
    const { kind = 'auto' } = values;
    if (kind !== 'auto' && !(KINDS as readonly string[]).includes(kind))
      throw new UsageError(`--kind takes auto, ${KINDS.join(', ')}, not “${printable(kind)}”`);
    const failOn = failOnOf(values);
    return statusOf(await check(files, { json: values.json ?? false, kind }, output), failOn);
  }
  return command === 'inspect' ? inspect(files, values, output) : decode(files, values, output);
}

/** What to say of a word that is no command: it may be a file, or a mistyped name. */
function noCommand(word: string): string {
  const name = printable(word);
  if (existsSync(word)) return `there is no command “${name}”; for the file: port67 inspect ${name}`;
  if (word === 'compare' || word === 'diff')
    return `there is no command “${name}”; inspect compares the captures it is given`;
  const near = nearest(word, Object.keys(COMMANDS));
  return `there is no command “${name}”${near === undefined ? `: ${Object.keys(COMMANDS).join(', ')}` : `; did you mean ${near}?`}`;
}

async function inspect(files: readonly string[], values: Values, output: Output): Promise<number> {
  const failOn = failOnOf(values);
  const form = formOf(values);
  const authorised = authorisedOf(values);
  const products = productsOf(values);
  const filter = filterOf(values.filter);
  const documents = [];
  for (const path of values.config ?? []) documents.push(await readConfig(path));
  const captures: NamedCapture[] = [];
  for (const path of files) {
    const { capture: whole } = await open(path, customOptions(values), authorised, filter !== undefined);
    captures.push({ path, capture: filter ? whole.only(passing(whole, filter)) : whole });
  }
  const compared = compareCaptures(captures);
  const held = documents.length > 0 ? withConfigs(captures, compared, documents) : compared;
  const together = withProducts(held, products);
  if (form) {
    // Loaded on demand, because most runs write no report.
    await output.pieces(reportPieces(form, captures, together, PORT67_VERSION));
  } else if (values.json) await output.pieces(inspectJson(captures, together));
  else printInspection(captures, together, output);
  return statusOf([...captures.flatMap(({ capture }) => together.findingsOf(capture)), ...together.findings], failOn);
}

/** 1 if a finding is at least as severe as `failOn`, else 0. */
function statusOf(findings: Iterable<{ readonly severity: Severity }>, failOn: FailOn): number {
  if (failOn === 'never') return 0;
  const limit = SEVERITIES.indexOf(failOn);
  for (const { severity } of findings) if (SEVERITIES.indexOf(severity) <= limit) return 1;
  return 0;
}

async function leases(files: readonly string[], values: Values, output: Output): Promise<number> {
  if (files.length === 0) throw new UsageError('leases wants a lease file');
  const failOn = failOnOf(values);
  const databases = await readDatabases(files);
  const reports = poolReports(databases, values.config ?? []);
  if (values.json) await output.pieces(leasesJson(databases, reports));
  else await printLeases(databases, reports, output);
  return statusOf(
    databases.flatMap((database, i) => findingsOf(database, reports?.[i])),
    failOn,
  );
}

async function machine(files: readonly string[], values: Values, output: Output): Promise<number> {
  if (files.length > 0) throw new UsageError('machine takes no file');
  const failOn = failOnOf(values);
  const report = await examineThis();
  if (!report) throw new UsageError(`machine knows Linux, macOS and Windows, not ${process.platform}`);
  if (values.json) output.line(jsonLine(report));
  else printMachine(report, output);
  return statusOf(report.findings, failOn);
}

/**
 * Up to this many frames of interest, `decode` explains what happened in each. In larger captures that would take a quarter longer, so it
 * does so only for frames selected explicitly.
 */
const MOST_STORIES = 20_000;

async function decode(files: readonly string[], values: Values, output: Output): Promise<number> {
  const wanted = framesOf(values);
  const filter = filterOf(values.filter);
  let named = wanted === undefined;
  for (const path of files) {
    // `--all` keeps every frame, because only at the end is it known which of them matter.
    const everything = values.all === true || filter?.needsAllFrames === true;
    const { capture, packets } = await open(path, customOptions(values), [], everything);
    const { store } = capture.scan;
    const interesting = new Set(Array.from(capture.indexes));
    const passes = filter && passing(capture, filter);
    const told = wanted !== undefined || capture.ofInterest <= MOST_STORIES;
    const several = files.length > 1;
    let shownOnes = 0;
    const { frames: all } = capture.state();
    named ||= all === 0 || holdsAny(all, wanted!);
    for (let i = 0; i < store.count; i++) {
      const full = interesting.has(i);
      const shown = (values.all === true || full) && (!wanted || wanted(store.number(i)));
      // A filter that refers to earlier frames must see every frame.
      if (!shown && !filter?.needsAllFrames) continue;
      if ((passes && !passes(i)) || !shown) continue;
      shownOnes++;
      if (several && shownOnes === 1 && !values.json) output.line(`${printable(path)}:`);
      const story = full && told ? capture.happened(store.number(i)) : undefined;
      const packet = packets?.[i];
      const file = several ? { file: path } : {};
      if (values.json) {
        const line = full ? { ...file, ...frameJson(capture, i), story } : { ...file, ...otherJson(capture, i) };
        output.line(jsonLine(packet ? textJson(line, packet) : line));
      } else {
        printFrame(capture, i, full, output, story);
        if (packet) printNotes(packet, output);
      }
      await output.drained();
      if (output.closed) return 0;
    }
    const { frames, fileProblems, notes } = capture.state();
    const none = shownOnes === 0 && frames > 0 ? [noneOf(frames, filter !== undefined, wanted)] : [];
    for (const sentence of [...fileProblems, ...(packets ? [] : notes), ...none])
      complain(`${printable(path)}: ${sentence}`);
  }
  // Frames that no file has are unusable arguments.
  return named ? 0 : 2;
}

/** Whether a capture of so many frames has one that `--frames` names. */
function holdsAny(frames: number, wanted: (frame: number) => boolean): boolean {
  for (let frame = 1; frame <= frames; frame++) if (wanted(frame)) return true;
  return false;
}

/** Why no frame of a capture was shown. */
function noneOf(frames: number, filtered: boolean, wanted?: (frame: number) => boolean): string {
  if (filtered) return `the filter passes none of ${count(frames, 'frame')}${wanted ? ' that --frames names' : ''}`;
  if (!wanted) return `none of ${count(frames, 'frame')} is DHCP, BOOTP, DHCPv6 or RARP; --all shows them`;
  if (holdsAny(frames, wanted)) return 'no frame that --frames names is of interest; --all shows the others, too';
  return `the capture holds no frame that --frames names: it has ${count(frames, 'frame')}`;
}

async function decodeHex(files: readonly string[], values: Values, output: Output): Promise<number> {
  if (files.length > 1) throw new UsageError('hex takes one file');
  const { start: given = 'auto', json = false } = values;
  const start = (['auto', ...STARTS] as const).find((one) => one === given);
  if (!start) throw new UsageError(`--start takes ${['auto', ...STARTS].join(', ')}, not “${printable(given)}”`);
  await hex(files[0] ?? '-', { json, start, options: customOptions(values) }, output);
  return 0;
}

/** Opens and reads one capture to its end. */
async function open(
  path: string,
  customOptions: readonly CustomOption[],
  authorisedServers: readonly string[],
  everything = false,
): Promise<Opened> {
  const options = { everything, customOptions, limits: { memory: heapExceeds }, vendors };
  return openInput(path, { ...DEFAULT_SETTINGS, authorisedServers }, options);
}
