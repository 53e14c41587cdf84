import { DEFAULT_SETTINGS } from '../analysis';
import { parseArgs } from 'node:util';
import { basename } from 'node:path';
import { SEVERITIES, type Severity } from '../analysis/finding';
import { NotACapture } from '../capture/frame';
import { fileChunks, standardInput } from '../capture/node';
import { LONGEST_TEXT } from '../capture/text';
import { fileSource, heapExceeds, standardInputSource, vendors } from '../engine/node';
import { parseIpv4, printable } from '../codec/bytes';
import { CUSTOM_TYPES, customOptionOf, type CustomOption } from '../codec/customTypes';
import { STARTS, type Start } from '../codec/start';
import { Capture, EngineError } from '../engine/capture';
import { compareCaptures, type NamedCapture } from '../engine/pair';
import { complain, isSystemError, refuse, systemSentence, unexpectedSentence } from './failure';
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

const HELP = `port67: decodes DHCP captures, and says what is wrong in them and what to do about it

Usage
  port67 inspect FILE… [--json] [-Y FILTER] [--config CONF]… [--fail-on error|warning|info|never]
                        [--authorised SERVER_IP,…] [--report ${FORMS.join('|')}]
  port67 decode FILE… [--json] [-Y FILTER] [--frames 1,5-9] [--all] [--option CODE,NAME,TYPE]…
  port67 leases FILE… [--json] [--config CONF]… [--fail-on error|warning|info|never]
  port67 machine [--json] [--fail-on error|warning|info|never]
  port67 hex [FILE|-] [--json] [--start ${['auto', ...STARTS].join('|')}]
  port67 check CONF… [--json] [--kind auto|…] [--fail-on error|warning|info|never]
  port67 explain [TOPIC] [--json]
  port67 --help | --version

FILE is a capture (pcap, pcapng, snoop; gzip of these), for hex a text, for leases a lease database; - is standard input.
TOPIC is an option, field, message, port, finding or idea: 82, giaddr, DISCOVER, port 67, no-offer, v6 25, relay.

  --json         one JSON object, or one a line and frame (decode, hex)
  --fail-on      exit with status 1 if there is a finding at least as grave (default: never)
  --authorised   the DHCP servers of this network: any other that answers is reported as rogue-server
  -Y, --filter   only frames that pass a display filter in Wireshark's language, such as
                   'dhcp.option.dhcp == 5 && dhcp.ip.your == 10.0.0.0/24', 'dhcpv6.msgtype in {1, 3}',
                   'eth.src[0:3] == 02:67:00', 'dhcp.option.hostname matches "^lap"'; and of our own: 'finding == "no-offer"',
                   'conversation == 3', 'outcome == "bound"'. inspect judges the capture as if it held nothing else
  --report       the diagnosis as a document for a ticket: one HTML file, or GitHub Flavored Markdown
  --frames       only these frames (of more than 20000, what happened is told only of frames named here)
  --all          also frames that are not of interest, one summary each
  --option       CODE,NAME,TYPE defines an option of your own (v6:CODE,… for DHCPv6); may be given several times
                 types: ${Object.keys(CUSTOM_TYPES).slice(0, 10).join(', ')},
                 ${Object.keys(CUSTOM_TYPES).slice(10).join(', ')}
  --config       a server's configuration. inspect names the statements that made each reply, what no statement made, and the line for
                   which the server did not answer; leases tells how full its pools are. May be given several times
  --kind         what the configuration is of (default: found by its text and name):
                 ${KINDS.join(', ')}
  --start        the layer with which the octets begin (default: found by trying)

Exit status: 0 fine; 1 a finding reached --fail-on; 2 unusable input or arguments.`;

const STANDARD_INPUT = 'standard input';

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
  if (values.help) {
    output.line(HELP);
    return 0;
  }
  if (values.version) {
    output.line(PORT67_VERSION);
    return 0;
  }
  const [command, ...files] = positionals;
  if (command === undefined) throw new UsageError(`a command is missing: ${Object.keys(COMMANDS).join(', ')}`);
  const allowed = COMMANDS[command];
  if (!allowed)
    throw new UsageError(`there is no command “${printable(command)}”: ${Object.keys(COMMANDS).join(', ')}`);
  const strange = Object.keys(values).find((name) => !allowed.includes(name));
  if (strange !== undefined) throw new UsageError(`${command} takes no --${strange}`);
  if (command === 'hex') return hex(files, values, output);
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
    const whole = await open(path, customOptions(values), authorised, filter !== undefined);
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
    const capture = await open(path, customOptions(values), [], everything);
    const { store } = capture.scan;
    const interesting = new Set(Array.from(capture.indexes));
    const passes = filter && passing(capture, filter);
    const told = wanted !== undefined || capture.ofInterest <= MOST_STORIES;
    for (let i = 0; i < store.count; i++) {
      const full = interesting.has(i);
      const shown = (values.all === true || full) && (!wanted || wanted(store.number(i)));
      // A filter that refers to earlier frames must see every frame.
      if (!shown && !filter?.needsAllFrames) continue;
      if ((passes && !passes(i)) || !shown) continue;
      const story = full && told ? capture.happened(store.number(i)) : undefined;
      if (values.json) output.line(jsonLine(full ? { ...frameJson(capture, i), story } : otherJson(capture, i)));
      else printFrame(capture, i, full, output, story);
      await output.drained();
      if (output.closed) return 0;
    }
    const { fileProblems, notes } = capture.state();
    for (const sentence of [...fileProblems, ...notes]) complain(`${printable(path)}: ${sentence}`);
  }
  return 0;
}

async function hex(files: readonly string[], values: Values, output: Output): Promise<number> {
  if (files.length > 1) throw new UsageError('hex takes one file');
  const start = values.start ?? 'auto';
  if (start !== 'auto' && !(STARTS as readonly string[]).includes(start)) {
    throw new UsageError(`--start takes ${['auto', ...STARTS].join(', ')}, not “${printable(start)}”`);
  }
  const path = files[0] ?? '-';
  const text = await readText(path);
  const capture = new Capture('pasted text', DEFAULT_SETTINGS, { customOptions: customOptions(values) });
  const packets = capture.readText(text, start as Start | 'auto');
  for (const [i, { start, bytes, notes }] of packets.entries()) {
    if (values.json) {
      const more = { octets: bytes.length, start, ...(notes.length > 0 ? { notes } : {}) };
      output.line(jsonLine({ ...frameJson(capture, i), ...more }));
    } else {
      printFrame(capture, i, true, output);
      for (const { line, text } of notes) output.line(`Line ${line}: ${printable(text)}`);
    }
    await output.drained();
    if (output.closed) return 0;
  }
  return 0;
}

/** Opens and reads one capture to its end. */
async function open(
  path: string,
  customOptions: readonly CustomOption[],
  authorised: readonly string[],
  everything = false,
): Promise<Capture> {
  const capture = new Capture(
    path === '-' ? STANDARD_INPUT : basename(path),
    { ...DEFAULT_SETTINGS, authorisedServers: authorised },
    { everything, customOptions, limits: { memory: heapExceeds }, vendors },
  );
  try {
    await capture.read(path === '-' ? standardInputSource() : await fileSource(path));
  } catch (error) {
    if (error instanceof NotACapture) {
      const instead = error.asHex ? ' Here that is “port67 hex”.' : '';
      throw new NotACapture(`${printable(path)}: ${error.message}${instead}`);
    }
    throw named(error, path);
  }
  return capture;
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
    if (!match) throw new UsageError(`--frames takes numbers and ranges such as 1,5-9, not “${printable(part)}”`);
    const from = Number(match[1]);
    const to = match[2] === undefined ? from : match[2] === '' ? Infinity : Number(match[2]);
    if (to < from) throw new UsageError(`--frames: the range ${from}-${to} ends before it begins`);
    return [from, to] as const;
  });
  return (frame) => ranges.some(([from, to]) => frame >= from && frame <= to);
}

/** A UTF-8 text with more octets than this exceeds `LONGEST_TEXT` in any case, so the rest is not read. */
const ENOUGH = 4 * LONGEST_TEXT + 4;

/** The text of a file: UTF-8, or UTF-16 as PowerShell writes it. */
async function readText(path: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of path === '-' ? standardInput() : fileChunks(path)) {
      chunks.push(chunk.slice());
      if ((length += chunk.length) > ENOUGH) break;
    }
  } catch (error) {
    throw named(error, path);
  }
  const bytes = Buffer.concat(chunks);
  const mark = (bytes[0] ?? 0) * 256 + (bytes[1] ?? 0);
  return new TextDecoder(mark === 0xfffe ? 'utf-16le' : mark === 0xfeff ? 'utf-16be' : 'utf-8').decode(bytes);
}

/** An error of reading a file, with its name. System errors do not always include it. */
function named(error: unknown, path: string): unknown {
  return isSystemError(error) ? new EngineError(systemSentence(error, path === '-' ? STANDARD_INPUT : path)) : error;
}
