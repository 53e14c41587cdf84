/** What must be true of every inspection, whatever the file: the contract of the command line, and that nothing contradicts itself. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { SEVERITIES } from '../../src/analysis/finding';
import { NotACapture } from '../../src/capture/frame';
import { gunzipSync } from 'node:zlib';
import type { Field } from '../../src/codec/field';
import type { FrameView, Row } from '../../src/protocol';
import { collect } from '../capture/collect';
import type { InputFile, Inspected } from './inspect';

/** The outcomes and likelihoods of the contract. */
const OUTCOMES = ['bound', 'renewed', 'informed', 'refused', 'declined', 'unanswered', 'incomplete', 'released'];
const LIKELIHOODS = ['likely', 'possible', 'unlikely'];
const FORMATS = ['pcap', 'pcapng', 'snoop'];

/** C0 and C1 controls, bidi controls and line ends of Unicode: what a terminal obeys, or a reader cannot see. */
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;
/** Values that no sentence may have. */
const NO_VALUE =
  /\b(?:NaN|Infinity|undefined)\b|\[object |\d(?:\.\d+)?e\+\d|(?:^|[ (])[-−]\d[\d.,]* (?:ns|µs|ms|s|min|h|seconds?|minutes?|hours?|days?)\b/;

/** What says that the program itself failed, or ran out of what nobody limited. */
const FAILURES = ['check-failed', 'analysis-incomplete'];

/** Findings about one kind of fault: so many subjects each by itself, and one for the others. */
const MOST_OF_A_KIND = 1001;
/** Octets of output for each octet of input, and beside that: a finding says the same of a small capture and of a large one. */
const OUTPUT_PER_OCTET = 60;
const OUTPUT_BESIDE = 400_000;

interface Listed {
  readonly file?: string;
  readonly frames: readonly number[];
}

interface Report {
  readonly files: readonly {
    path: string;
    format: string;
    frames: number;
    ofInterest: number;
    bytes: number;
    durationSeconds: number;
  }[];
  readonly verdict: string;
  readonly servers: readonly Record<string, unknown>[];
  readonly clients: readonly (Record<string, unknown> & { client: string; outcome: string; conversations: number })[];
  readonly conversations: readonly (Listed & {
    id: number;
    client: string;
    outcome: string;
    start: number;
    end: number;
  })[];
  readonly findings: readonly (Listed & {
    id: string;
    severity: string;
    title: string;
    subject: string;
    explanation: string;
    causes: readonly { text: string; likelihood: string; evidence: readonly string[] }[];
    steps: readonly string[];
    reference: string;
    framesIn?: readonly { file: string; frames: readonly number[] }[];
  })[];
}

/** The ids of findings that the program can give, as its source has them. */
function catalogue(): ReadonlySet<string> {
  const root = fileURLToPath(new URL('../../src/', import.meta.url));
  const ids = new Set<string>();
  for (const path of globSync(`${root}{analysis,codec}/**/*.ts`))
    for (const [, id] of readFileSync(path, 'utf8').matchAll(/['"]([a-z0-9]+(?:-[a-z0-9]+)+)['"]/g)) ids.add(id!);
  return ids.add('nak').add('decline').add('starvation');
}
const IDS = catalogue();

/** Every text and number of a value, with the way to it. */
function* leaves(value: unknown, way: string): Generator<[way: string, leaf: unknown]> {
  if (typeof value === 'object' && value !== null)
    for (const [key, one] of Object.entries(value)) yield* leaves(one, `${way}.${key}`);
  else yield [way, value];
}

/** The numbers that frames of a file have, by the reader of captures alone. */
function numbersOf({ bytes }: InputFile): ReadonlySet<number> {
  const gzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    return new Set(collect(gzip ? gunzipSync(bytes) : bytes).frames.map(({ number }) => number));
  } catch (error) {
    if (error instanceof NotACapture) return new Set();
    throw error;
  }
}

const ascending = (frames: readonly number[]): boolean => frames.every((one, i) => i === 0 || one > frames[i - 1]!);

/** Throws an AssertionError where what was said of the files cannot be right. */
export function judge({ json, text }: Inspected, files: readonly InputFile[]): void {
  assert.ok(json.endsWith('}\n') && json.indexOf('\n') === json.length - 1, 'JSON is one line');
  assert.ok(!CONTROL.test(json.slice(0, -1)), 'a control character in the JSON');
  const report = JSON.parse(json) as Report;
  for (const key of ['files', 'servers', 'clients', 'conversations', 'findings'] as const)
    assert.ok(Array.isArray(report[key]), `${key} is no list`);
  for (const [way, leaf] of leaves(report, '')) judgeLeaf(way, leaf);
  const numbers = new Map(files.map((file) => [file.path, numbersOf(file)]));
  const many = files.length > 1;
  judgeFiles(report, files);
  const exist = (item: Listed, frames: readonly number[], file: string | undefined, what: string): void => {
    assert.equal(item.file !== undefined, many, `${what}: a file is named where there are several`);
    const known = numbers.get(file ?? files[0]!.path);
    assert.ok(known, `${what}: of a file that was not given: ${file}`);
    for (const frame of frames) assert.ok(known.has(frame), `${what}: frame ${frame} is not in the capture`);
    assert.equal(new Set(frames).size, frames.length, `${what}: a frame twice`);
  };
  judgeConversations(report, exist);
  judgeFindings(report, exist);
  judgeVerdict(report, many);
  judgeText(report, text, many);
  const input = files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const most = OUTPUT_BESIDE + OUTPUT_PER_OCTET * input;
  assert.ok(
    json.length <= most && text.length <= most,
    `${json.length} and ${text.length} characters of output for ${input} octets`,
  );
}

function judgeLeaf(way: string, leaf: unknown): void {
  assert.notEqual(leaf, null, `${way} is null`);
  if (typeof leaf === 'number') assert.ok(Number.isFinite(leaf), `${way} is ${leaf}`);
  else if (typeof leaf === 'string') {
    // Commands may have several lines.
    const visible = way.includes('.steps.') ? leaf.replaceAll('\n', ' ') : leaf;
    assert.ok(!CONTROL.test(visible), `a control character in ${way}: ${JSON.stringify(leaf)}`);
    if (/\.(?:verdict|findings)\b/.test(way)) assert.ok(!NO_VALUE.test(leaf), `no value in ${way}: ${leaf}`);
  }
}

function judgeFiles({ files: told, conversations, clients }: Report, files: readonly InputFile[]): void {
  assert.deepEqual(
    told.map(({ path }) => path),
    files.map(({ path }) => path),
    'files',
  );
  for (const { format, frames, ofInterest, bytes, durationSeconds } of told) {
    assert.ok(FORMATS.includes(format), `format ${format}`);
    for (const one of [frames, ofInterest, bytes])
      assert.ok(Number.isSafeInteger(one) && one >= 0, `a count of ${one}`);
    assert.ok(ofInterest <= frames, `${ofInterest} of ${frames} frames are of interest`);
    assert.ok(durationSeconds >= 0, `a duration of ${durationSeconds} s`);
  }
  const asked = clients.reduce((sum, client) => sum + client.conversations, 0);
  assert.equal(asked, conversations.length, 'conversations of all clients together');
  for (const { client, outcome } of clients) assert.ok(OUTCOMES.includes(outcome), `${client}: outcome ${outcome}`);
}

type Exist = (item: Listed, frames: readonly number[], file: string | undefined, what: string) => void;

function judgeConversations({ conversations, clients }: Report, exist: Exist): void {
  const known = new Set(clients.map(({ client }) => client));
  const ids = new Set<string>();
  for (const item of conversations) {
    const { id, client, frames, outcome, start, end, file } = item;
    const what = `conversation ${id}`;
    assert.ok(!ids.has(`${file}:${id}`), `${what}: an id twice`);
    ids.add(`${file}:${id}`);
    assert.ok(known.has(client), `${what}: ${client} is no client`);
    assert.ok(OUTCOMES.includes(outcome), `${what}: outcome ${outcome}`);
    assert.ok(frames.length > 0 && ascending(frames), `${what}: frames ${frames.slice(0, 20).join(' ')} do not ascend`);
    assert.ok(typeof start === 'number' && typeof end === 'number', `${what}: times`);
    exist(item, frames, file, what);
  }
}

function judgeFindings({ findings }: Report, exist: Exist): void {
  const kinds = new Map<string, number>();
  for (const item of findings) {
    const { id, severity, title, subject, frames, file, framesIn } = item;
    const what = `finding ${id} about ${subject}`;
    assert.ok(!FAILURES.includes(id), `${what}: ${title}: ${item.explanation}`);
    assert.ok(IDS.has(id), `${what}: not in the catalogue`);
    assert.ok((SEVERITIES as readonly string[]).includes(severity), `${what}: severity ${severity}`);
    for (const key of ['title', 'subject', 'explanation', 'reference'] as const)
      assert.ok(typeof item[key] === 'string' && item[key].length > 0, `${what}: no ${key}`);
    assert.ok(title.length <= 1000, `${what}: a title of ${title.length} characters`);
    exist(item, frames, file, what);
    for (const one of framesIn ?? []) exist(item, one.frames, one.file, what);
    for (const { text, likelihood, evidence } of item.causes) {
      assert.ok(text.length > 0 && LIKELIHOODS.includes(likelihood), `${what}: a cause ${likelihood}: ${text}`);
      assert.ok(
        evidence.every((one) => one.length > 0),
        `${what}: evidence without words`,
      );
    }
    const ranks = item.causes.map(({ likelihood }) => LIKELIHOODS.indexOf(likelihood));
    assert.deepEqual(ranks, ranks.toSorted(), `${what}: the likeliest cause stands first`);
    assert.ok(
      item.steps.every((step) => step.length > 0),
      `${what}: a step without words`,
    );
    const key = `${file}:${id}`;
    kinds.set(key, (kinds.get(key) ?? 0) + 1);
  }
  for (const [kind, count] of kinds) assert.ok(count <= MOST_OF_A_KIND, `${count} findings of one kind: ${kind}`);
}

/** The verdict is of the same capture as the findings and the clients. */
function judgeVerdict({ verdict, findings, clients }: Report, many: boolean): void {
  assert.match(verdict, /^\S[\s\S]*[.!?]$/, 'the verdict is no sentence');
  if (many) return;
  const grave = findings.filter(({ severity }) => severity !== 'info');
  if (/nothing is wrong/i.test(verdict)) {
    assert.deepEqual(
      grave.map(({ id }) => id),
      [],
      `findings above info, and: ${verdict}`,
    );
    const bad = /got no answer|(?:was|were) refused|declined (?:its address|[\d.]+)|declined their addresses/.exec(
      verdict,
    );
    assert.ok(!bad, `somebody ${bad?.[0]}, and: ${verdict}`);
  }
  const worst = /\b(Worst|To look at): (.*)/.exec(verdict);
  if (worst) {
    assert.ok(
      grave.some(({ title }) => worst[2]!.startsWith(title)),
      `no finding is called so: ${verdict}`,
    );
    const error = grave.some(({ severity }) => severity === 'error');
    assert.equal(worst[1] === 'Worst', error, `errors and the verdict: ${verdict}`);
  }
  const count = /^([\d,]+) clients:/.exec(verdict) ?? /^(One) client,/.exec(verdict);
  // The list also holds those about whose leases a relay asks; they ask nothing themselves.
  const askedAbout = /\bLEASEQUERY\b/.test(verdict);
  if (count) {
    const told = count[1] === 'One' ? 1 : Number(count[1]!.replaceAll(',', ''));
    const six = clients.filter(({ protocol }) => protocol === 'dhcpv6').length;
    // A machine that asks by both protocols stands in the list twice, and is one client of the verdict.
    if (/: by DHCPv4, .*; by DHCPv6, /.test(verdict))
      assert.ok(
        told < clients.length && (askedAbout || told >= Math.max(six, clients.length - six)),
        `machines, and: ${verdict}`,
      );
    else assert.ok(told === clients.length || (askedAbout && told < clients.length), `clients, and: ${verdict}`);
  }
  if (/no client|not one frame/.test(verdict) && !askedAbout)
    assert.equal(clients.length, 0, `clients, and: ${verdict}`);
}

function judgeText({ findings, verdict }: Report, text: string, many: boolean): void {
  assert.ok(!CONTROL.test(text.replaceAll('\n', '')), 'a control character in the text');
  for (const { id, title } of findings) assert.ok(text.includes(`${title}  [${id}]`), `${id} is not in the text`);
  if (!many) assert.ok(text.includes(verdict), 'the verdict is not in the text');
}

/** Throws where what is shown of one frame cannot be right: a line of `decode --json`, the row of the packet list, the tree. */
export function judgeFrame(
  line: Record<string, unknown>,
  row: Row,
  { tree, problems, summary, time, buffers }: FrameView,
): void {
  const { time: told } = line;
  if (told !== null) assert.match(told as string, /^-?\d+\.\d{9}$/, 'seconds of a frame');
  // ISO 8601: years of four digits, or of six with a sign; or seconds, where no calendar reaches.
  const iso = /^(?:(?:\d{4}|[+-]\d{6})-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$|-?\d+\.\d{9}\b)/;
  if (time !== '') assert.match(time, iso, 'time of a frame');
  for (const [way, leaf] of leaves(
    { row, tree, problems, summary, line: line['summary'], about: line['problems'] },
    '',
  ))
    if (typeof leaf === 'string')
      assert.ok(!CONTROL.test(leaf), `a control character in ${way}: ${JSON.stringify(leaf)}`);
  const visit = (field: Field): void => {
    const size = buffers[field.buffer ?? 0]?.bytes.length ?? -1;
    assert.ok(
      field.offset >= 0 && field.length >= 0 && field.offset + field.length <= size,
      `${field.name} at ${field.offset}, ${field.length} octets of ${size}`,
    );
    field.children?.forEach(visit);
  };
  tree.forEach(visit);
}
