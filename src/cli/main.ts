import { DEFAULT_SETTINGS } from '../analysis';
import { parseArgs } from 'node:util';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { SEVERITIES, type Severity } from '../analysis/finding';
import { NotACapture } from '../capture/frame';
import { LONGEST_TEXT } from '../capture/text';
import { fileSource, standardInputSource } from '../engine/node';
import { parseIpv4, printable } from '../codec/bytes';
import { CUSTOM_TYPES, customOptionProblem, type CustomOption } from '../codec/customTypes';
import { STARTS, type Start } from '../codec/start';
import { Capture, EngineError, type Source } from '../engine/capture';
import type { Scouts } from '../engine/scouts';
import { compareCaptures, type NamedCapture } from '../engine/pair';
import { frameJson, jsonLine, otherJson } from './json';
import { inspectJson } from './inspect';
import { Output } from './output';
import { printFrame, printInspection } from './text';

const HELP = `port67: decodes DHCP captures, and says what is wrong in them and what to do about it

Usage
  port67 inspect FILE… [--json] [--fail-on error|warning|info|never] [--authorised SERVER_IP,…]
  port67 decode FILE… [--json] [--frames 1,5-9] [--all] [--option CODE,NAME,TYPE]…
  port67 hex [FILE|-] [--json] [--start ${['auto', ...STARTS].join('|')}]
  port67 --help | --version

FILE is a capture (pcap, pcapng, snoop; gzip of these), for hex a text; - is standard input.

  --json         one JSON object (inspect), or one a line and frame (decode, hex)
  --fail-on      exit with status 1 if there is a finding at least as grave (default: never)
  --authorised   the DHCP servers of this network: any other that answers is reported as rogue-server
  --frames       only these frames
  --all          also frames that are not of interest, one summary each
  --option       CODE,NAME,TYPE defines an option of your own (v6:CODE,… for DHCPv6); may be given several times
                 types: ${Object.keys(CUSTOM_TYPES).slice(0, 10).join(', ')},
                 ${Object.keys(CUSTOM_TYPES).slice(10).join(', ')}
  --start        the layer with which the octets begin (default: found by trying)

Exit status: 0 fine; 1 a finding reached --fail-on; 2 unusable input or arguments.`;

/** A mistake in the arguments: one line for standard error. */
class UsageError extends Error {}

const OPTIONS = {
  json: { type: 'boolean' },
  'fail-on': { type: 'string' },
  authorised: { type: 'string' },
  frames: { type: 'string' },
  all: { type: 'boolean' },
  start: { type: 'string' },
  option: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

type Values = Partial<Record<'json' | 'all' | 'help' | 'version', boolean>> &
  Partial<Record<'fail-on' | 'authorised' | 'frames' | 'start', string>> & { option?: string[] };

/** Which options each command takes. */
const COMMANDS: Readonly<Record<string, readonly string[]>> = {
  inspect: ['json', 'fail-on', 'authorised', 'option'],
  decode: ['json', 'frames', 'all', 'option'],
  hex: ['json', 'start', 'option'],
};

declare const PORT67_VERSION: string;

/** Runs the command line; gives the exit status. `scouts`: threads that wait to read ahead. */
export async function main(args: readonly string[], scouts: Scouts = new Map()): Promise<number> {
  const output = new Output(process.stdout);
  try {
    return await run(args, output, scouts);
  } catch (error) {
    if (error instanceof UsageError) return refuse(`${error.message} (port67 --help tells the usage)`);
    if (error instanceof NotACapture || error instanceof EngineError) return refuse(error.message);
    if (isSystemError(error)) return refuse(systemSentence(error));
    throw error;
  } finally {
    await output.end();
  }
}

function refuse(sentence: string): number {
  process.stderr.write(`port67: ${sentence.replace(/\s*\n\s*/g, ' ')}\n`);
  return 2;
}

async function run(args: readonly string[], output: Output, scouts: Scouts): Promise<number> {
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
  if (command === undefined) throw new UsageError('a command is missing: inspect, decode or hex');
  const allowed = COMMANDS[command];
  if (!allowed) throw new UsageError(`there is no command “${printable(command)}”: inspect, decode or hex`);
  const strange = Object.keys(values).find((name) => !allowed.includes(name));
  if (strange !== undefined) throw new UsageError(`${command} takes no --${strange}`);
  if (command === 'hex') return hex(files, values, output);
  if (files.length === 0) throw new UsageError(`${command} wants a capture file`);
  return command === 'inspect' ? inspect(files, values, output, scouts) : decode(files, values, output);
}

async function inspect(files: readonly string[], values: Values, output: Output, scouts: Scouts): Promise<number> {
  const failOn = values['fail-on'] ?? 'never';
  if (failOn !== 'never' && !(SEVERITIES as readonly string[]).includes(failOn)) {
    throw new UsageError(`--fail-on takes error, warning, info or never, not “${printable(failOn)}”`);
  }
  const authorised = (values.authorised ?? '')
    .split(',')
    .filter((one) => one.trim() !== '')
    .map((one) => one.trim());
  for (const server of authorised) {
    if (parseIpv4(server) === undefined)
      throw new UsageError(`--authorised takes IPv4 addresses, not “${printable(server)}”`);
  }
  const captures: NamedCapture[] = [];
  for (const path of files)
    captures.push({ path, capture: await open(path, customOptions(values), authorised, scouts.get(path)) });
  const together = compareCaptures(captures);
  if (values.json) {
    for (const piece of inspectJson(captures, together)) {
      output.text(piece);
      if (output.full) await output.drained();
    }
  } else printInspection(captures, together, output);
  if (failOn === 'never') return 0;
  const limit = SEVERITIES.indexOf(failOn as Severity);
  const findings = [...captures.flatMap(({ capture }) => capture.result.findings), ...together];
  const reached = findings.some((finding) => SEVERITIES.indexOf(finding.severity) <= limit);
  return reached ? 1 : 0;
}

async function decode(files: readonly string[], values: Values, output: Output): Promise<number> {
  const wanted = values.frames === undefined ? undefined : parseFrames(values.frames);
  for (const path of files) {
    // With --all every frame is kept: what this shows is one line each, but which of them matter is known only at the end.
    const capture = await open(path, customOptions(values), [], undefined, values.all ?? false);
    const { store } = capture.scan;
    const interesting = new Set(Array.from(capture.indexes));
    for (let i = 0; i < store.count; i++) {
      if (!values.all && !interesting.has(i)) continue;
      if (wanted && !wanted(store.number(i))) continue;
      const full = interesting.has(i);
      if (values.json) output.line(jsonLine(full ? frameJson(capture, i) : otherJson(capture, i)));
      else printFrame(capture, i, full, output);
      await output.drained();
      if (output.closed) return 0;
    }
    const { fileProblems, notes } = capture.state();
    for (const sentence of [...fileProblems, ...notes])
      process.stderr.write(`port67: ${printable(path)}: ${sentence}\n`);
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
  const text = textOf(path === '-' ? await readStandardInput() : await readFile(path));
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
  scout?: Worker,
  everything = false,
): Promise<Capture> {
  const source: Source = path === '-' ? standardInputSource() : await fileSource(path, scout);
  const capture = new Capture(
    path === '-' ? 'standard input' : basename(path),
    { ...DEFAULT_SETTINGS, authorisedServers: authorised },
    { everything, customOptions },
  );
  try {
    await capture.read(source);
  } catch (error) {
    if (error instanceof NotACapture) throw new NotACapture(`${printable(path)}: ${error.message}`);
    throw error;
  }
  return capture;
}

/** `--option 224,Site Printer,ipv4-list` → the options that it defines. */
function customOptions(values: Values): CustomOption[] {
  return (values.option ?? []).map((text) => {
    const match = /^(v6:)?(\d+),([^,]+),([^,]+)$/.exec(text);
    if (!match) throw new UsageError(`--option takes CODE,NAME,TYPE, not “${printable(text)}”`);
    const option: CustomOption = {
      code: Number(match[2]),
      name: printable(match[3]!.trim()),
      type: match[4]!.trim(),
      protocol: match[1] ? 'dhcpv6' : 'dhcpv4',
    };
    const problem = customOptionProblem(option);
    if (problem !== undefined) throw new UsageError(`--option: ${printable(problem)}`);
    return option;
  });
}

/** `1,5-9` → whether a frame number is meant. */
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

async function readStandardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A text file's text: UTF-8, or the UTF-16 that PowerShell writes. */
function textOf(bytes: Buffer): string {
  if (bytes.length > LONGEST_TEXT * 4) throw new EngineError('This text is too long: open it as a file.');
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
  return new TextDecoder(encoding).decode(bytes);
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && typeof (error as NodeJS.ErrnoException).syscall === 'string';
}

function systemSentence(error: NodeJS.ErrnoException): string {
  const path = printable(error.path ?? 'the file');
  switch (error.code) {
    case 'ENOENT':
      return `${path}: there is no such file`;
    case 'EACCES':
    case 'EPERM':
      return `${path}: reading it is not permitted`;
    case 'EISDIR':
      return `${path}: this is a folder, not a file`;
    default:
      return `${path}: ${error.message}`;
  }
}
