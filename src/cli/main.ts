import { DEFAULT_SETTINGS } from '../analysis';
import { parseArgs } from 'node:util';
import { count } from '../analysis/words/words';
import { SEVERITIES, type Severity } from '../analysis/finding';
import { NotACapture } from '../capture/frame';
import { heapExceeds, vendors } from '../engine/node';
import { parseIpv4, printable } from '../codec/bytes';
import { customOptionOf, type CustomOption } from '../codec/customTypes';
import { STARTS } from '../codec/start';
import { EngineError } from '../engine/capture';
import { compareCaptures, type NamedCapture } from '../engine/pair';
import { complain, refuse, unexpectedSentence } from './failure';
import { HELP, helpOf } from './help';
import { hex, printNotes, textJson } from './hex';
import { openInput, type Opened } from './input';
import { frameJson, jsonLine, otherJson } from './json';
import { KINDS } from '../config';
import { NotLeases } from '../config/leases';
import { withConfigs } from './against';
import { check } from './check';
import { readConfig } from './configs';
import { inspectJson } from './inspect';
import { FilterMistake, filterOf, passing } from './filter';
import { findingsOf, leasesJson, poolReports, printLeases, readDatabases } from './leases';
import { examineThis, printMachine } from './machine';
import { Output } from './output';
import { FORMS, type Form } from './report/model';
import { printFrame, printInspection } from './text';

/** A mistake in the arguments. The message is one line for standard error. */
class UsageError extends Error {}

const OPTIONS = {
  json: { type: 'boolean' },
  'fail-on': { type: 'string' },
  authorised: { type: 'string' },
  filter: { type: 'string', short: 'Y' },
  report: { type: 'string' },
  frames: { type: 'string' },
  all: { type: 'boolean' },
  start: { type: 'string' },
  kind: { type: 'string' },
  option: { type: 'string', multiple: true },
  config: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

type Values = Partial<Record<'json' | 'all' | 'help' | 'version', boolean>> &
  Partial<Record<'fail-on' | 'authorised' | 'filter' | 'report' | 'frames' | 'start' | 'kind', string>> & {
    option?: string[];
    config?: string[];
  };

/** The options that each command accepts. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  inspect: ['json', 'filter', 'fail-on', 'authorised', 'report', 'option', 'config'],
  decode: ['json', 'filter', 'frames', 'all', 'option'],
  hex: ['json', 'start', 'option'],
  check: ['json', 'kind', 'fail-on'],
  leases: ['json', 'config', 'fail-on'],
  machine: ['json', 'fail-on'],
  explain: ['json'],
};

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
  let values: Values;
  let positionals: string[];
  try {
    ({ values, positionals } = parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true }));
  } catch (error) {
    throw new UsageError((error as Error).message.replace(/\. To specify.*$/s, '.'));
  }
  const [command, ...files] = positionals;
  const allowed = command === undefined ? undefined : COMMANDS[command];
  if (values.help) {
    output.line(command !== undefined && allowed ? helpOf(command, allowed) : HELP);
    return 0;
  }
  if (values.version) {
    output.line(PORT67_VERSION);
    return 0;
  }
  if (command === undefined) throw new UsageError(`a command is missing: ${Object.keys(COMMANDS).join(', ')}`);
  if (!allowed)
    throw new UsageError(`there is no command “${printable(command)}”: ${Object.keys(COMMANDS).join(', ')}`);
  const strange = Object.keys(values).find((name) => !allowed.includes(name));
  if (strange !== undefined) throw new UsageError(`${command} takes no --${strange}`);
  if (command === 'hex') return decodeHex(files, values, output);
  if (command === 'leases') return leases(files, values, output);
  if (command === 'machine') return machine(files, values, output);
  if (command === 'explain') {
    // Loaded on demand, because most commands do not need the guide.
    const { explain } = await import('./explain');
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

async function inspect(files: readonly string[], values: Values, output: Output): Promise<number> {
  const failOn = failOnOf(values);
  const form = formOf(values);
  const authorised = (values.authorised ?? '')
    .split(',')
    .filter((one) => one.trim() !== '')
    .map((one) => one.trim());
  for (const server of authorised) {
    if (parseIpv4(server) === undefined)
      throw new UsageError(`--authorised takes IPv4 addresses, not “${printable(server)}”`);
  }
  const filter = filterOf(values.filter);
  const documents = [];
  for (const path of values.config ?? []) documents.push(await readConfig(path));
  const captures: NamedCapture[] = [];
  for (const path of files) {
    const { capture: whole } = await open(path, customOptions(values), authorised, filter !== undefined);
    captures.push({ path, capture: filter ? whole.only(passing(whole, filter)) : whole });
  }
  const compared = compareCaptures(captures);
  const together = documents.length > 0 ? withConfigs(captures, compared, documents) : compared;
  if (form) {
    // Loaded on demand, because most runs write no report.
    const { reportPieces } = await import('./report');
    await output.pieces(reportPieces(form, captures, together, PORT67_VERSION));
  } else if (values.json) await output.pieces(inspectJson(captures, together));
  else printInspection(captures, together, output);
  return statusOf([...captures.flatMap(({ capture }) => together.findingsOf(capture)), ...together.findings], failOn);
}

/** The requested form of report; undefined if none is requested. */
function formOf({ report, json }: Values): Form | undefined {
  if (report === undefined) return undefined;
  const form = FORMS.find((one) => one === report);
  if (!form) throw new UsageError(`--report takes ${FORMS.join(' or ')}, not “${printable(report)}”`);
  if (json) throw new UsageError('inspect takes --json or --report, not both');
  return form;
}

type FailOn = Severity | 'never';

function failOnOf(values: Values): FailOn {
  const failOn = values['fail-on'] ?? 'never';
  if (failOn !== 'never' && !(SEVERITIES as readonly string[]).includes(failOn)) {
    throw new UsageError(`--fail-on takes error, warning, info or never, not “${printable(failOn)}”`);
  }
  return failOn as FailOn;
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
  const wanted = values.frames === undefined ? undefined : parseFrames(values.frames);
  const filter = filterOf(values.filter);
  for (const path of files) {
    // `--all` keeps every frame, because only at the end is it known which of them matter.
    const everything = values.all === true || filter?.needsAllFrames === true;
    const { capture, packets } = await open(path, customOptions(values), [], everything);
    const { store } = capture.scan;
    const interesting = new Set(Array.from(capture.indexes));
    const passes = filter && passing(capture, filter);
    const told = wanted !== undefined || capture.ofInterest <= MOST_STORIES;
    let shownOnes = 0;
    for (let i = 0; i < store.count; i++) {
      const full = interesting.has(i);
      const shown = (values.all === true || full) && (!wanted || wanted(store.number(i)));
      // A filter that refers to earlier frames must see every frame.
      if (!shown && !filter?.needsAllFrames) continue;
      if ((passes && !passes(i)) || !shown) continue;
      shownOnes++;
      const story = full && told ? capture.happened(store.number(i)) : undefined;
      const packet = packets?.[i];
      if (values.json) {
        const line = full ? { ...frameJson(capture, i), story } : otherJson(capture, i);
        output.line(jsonLine(packet ? textJson(line, packet) : line));
      } else {
        printFrame(capture, i, full, output, story);
        if (packet) printNotes(packet, output);
      }
      await output.drained();
      if (output.closed) return 0;
    }
    const { frames, fileProblems, notes } = capture.state();
    const none = wanted && shownOnes === 0 && !filter ? [noneOf(wanted, frames)] : [];
    for (const sentence of [...fileProblems, ...(packets ? [] : notes), ...none])
      complain(`${printable(path)}: ${sentence}`);
  }
  return 0;
}

/** Why none of the wanted frames was shown. */
function noneOf(wanted: (frame: number) => boolean, frames: number): string {
  for (let frame = 1; frame <= frames; frame++)
    if (wanted(frame)) return 'no frame that --frames names is of interest; --all shows the others, too';
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

/** Parses `--option 224,Site Printer,ipv4-list`. Throws UsageError. */
function customOptions(values: Values): CustomOption[] {
  return (values.option ?? []).map((text) => {
    const match = /^(v6:)?(\d+),([^,]+),([^,]+)$/.exec(text);
    if (!match) throw new UsageError(`--option takes CODE,NAME,TYPE, not “${printable(text)}”`);
    const option = customOptionOf({
      code: Number(match[2]),
      name: match[3],
      type: match[4]!.trim(),
      protocol: match[1] ? 'dhcpv6' : 'dhcpv4',
    });
    if ('problem' in option) throw new UsageError(`--option: ${option.problem}`);
    return option.value;
  });
}

/** Parses `1,5-9` to a test for frame numbers. Throws UsageError. */
function parseFrames(text: string): (frame: number) => boolean {
  const ranges = text.split(',').map((part) => {
    const match = /^\s*(\d+)\s*(?:-\s*(\d*)\s*)?$/.exec(part);
    if (!match || Number(match[1]) === 0)
      throw new UsageError(`--frames takes numbers from 1 and ranges such as 1,5-9, not “${printable(part)}”`);
    const from = Number(match[1]);
    const to = match[2] === undefined ? from : match[2] === '' ? Infinity : Number(match[2]);
    if (to < from) throw new UsageError(`--frames: the range ${from}-${to} ends before it begins`);
    return [from, to] as const;
  });
  return (frame) => ranges.some(([from, to]) => frame >= from && frame <= to);
}
