/**
 * The lab: real DHCP programs in networks of namespaces, one fault at a time.
 *   tsx test/lab/run.ts [--list] [--jobs N] [--fixtures] [--wire-only] [NAME…]
 * --fixtures keeps the captures that tshark agrees with, whatever our own analysis says of them; --wire-only does not ask the latter.
 * NAME: a scenario, or the beginning of one (`healthy/`, `nak`). Status: 0 all well, 1 a scenario failed, 2 it cannot run here.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { judge, labelsOf, onTheWire, type Label } from './check';
import { hindrance } from './hindrance';
import { scenariosOf, type Scenario } from './scenario';
import { ROWS } from './scenarios';
import { play } from './stage';

const FIXTURES = fileURLToPath(new URL('../fixtures/lab/', import.meta.url));
/** A fixture is read by many tests, and by people in a diff: it stays small. */
const FIXTURE_LIMIT = 40_000;

/** What stands in labels.json for each capture. */
interface Entry {
  readonly file: string;
  readonly scenario: string;
  readonly says: string;
  readonly point: string;
  readonly programs: readonly string[];
  readonly healthy: boolean;
  readonly expected: readonly Label[];
  readonly tolerated: readonly string[];
  /** The same exchange captured elsewhere, and what is expected there. */
  readonly twin?: string;
  readonly twinExpected?: readonly Label[];
}

interface Outcome {
  /** What is wrong with the captures, and with our findings about them. */
  readonly oddWire: readonly string[];
  readonly wrong: readonly string[];
  readonly entries: readonly Entry[];
  readonly words: string;
}

async function runOne(scenario: Scenario, fixtures: boolean, wireOnly: boolean, scratch: string): Promise<Outcome> {
  const { row } = scenario;
  const captures = [...(await play(scenario))];
  const oddWire: string[] = [];
  const wrong: string[] = [];
  const entries: Entry[] = [];
  let text = '';
  const base = scenario.name.replaceAll('/', '_');
  const nameOf = (point: string): string => `${base}${captures.length > 1 ? `_${point}` : ''}.pcap`;
  for (const [i, [point, octets]] of captures.entries()) {
    const file = nameOf(point);
    const path = join(scratch, file);
    writeFileSync(path, octets);
    const { seen, wrong: odd } = await onTheWire(path, row);
    // A second capture point shows the exchange from elsewhere: its words and findings may differ.
    if (i > 0 && !wireOnly)
      wrong.push(...(await judge(path, labelsOf(row.elsewhere ?? [], seen), row.tolerated ?? [])));
    if (i === 0) {
      text = seen.map(({ word }) => word).join(' ');
      const labels = labelsOf(row.expected, seen);
      oddWire.push(...odd);
      if (!wireOnly) wrong.push(...(await judge(path, labels, row.tolerated ?? [])));
      entries.push(entryOf(file, point, labels));
    }
    if (octets.length > FIXTURE_LIMIT && fixtures)
      oddWire.push(`${file} has ${octets.length} octets, more than ${FIXTURE_LIMIT}`);
  }
  if (fixtures && !oddWire.length)
    for (const [point, octets] of captures) writeFileSync(join(FIXTURES, nameOf(point)), octets);
  return { oddWire, wrong, entries, words: text };

  function entryOf(file: string, point: string, expected: Label[]): Entry {
    const relay = row.relay ? ['dhcrelay'] : [];
    const programs = [
      ...(scenario.server ? [scenario.server] : []),
      ...(row.rival ? [row.rival.program ?? scenario.server!] : []),
      ...relay,
      ...(scenario.client ? [scenario.client] : []),
    ];
    const other = captures[1];
    return {
      file,
      scenario: scenario.name,
      says: row.says,
      point,
      programs,
      healthy: row.healthy,
      expected,
      tolerated: row.tolerated ?? [],
      ...(other ? { twin: nameOf(other[0]), twinExpected: labelsOf(row.elsewhere ?? [], []) } : {}),
    };
  }
}

/** Writes labels.json: the entries of this run in the place of those of the same scenarios, in the order of the table. */
function writeLabels(entries: readonly Entry[], order: readonly Scenario[]): void {
  const path = join(FIXTURES, 'labels.json');
  const old = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Entry[]) : [];
  const all = new Map([...old, ...entries].map((entry) => [entry.scenario, entry]));
  const sorted = order.flatMap(({ name }) => all.get(name) ?? []);
  writeFileSync(path, `${JSON.stringify(sorted, null, 2)}\n`);
  // What the table no longer makes goes.
  const named = new Set(sorted.flatMap(({ file, twin }) => [file, twin ?? '']));
  for (const file of readdirSync(FIXTURES))
    if (file.endsWith('.pcap') && !named.has(file)) rmSync(join(FIXTURES, file));
}

async function main(args: readonly string[]): Promise<number> {
  const all = scenariosOf(ROWS);
  let jobs = 4;
  let fixtures = false;
  let wireOnly = false;
  let list = false;
  const names: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i]!;
    if (arg === '--list') list = true;
    else if (arg === '--fixtures') fixtures = true;
    else if (arg === '--wire-only') wireOnly = true;
    else if (arg === '--jobs') jobs = Math.max(1, Number(args[++i]) || 1);
    else if (arg.startsWith('-')) {
      console.error(`run.ts: unknown option ${arg}; have: --list, --jobs N, --fixtures, --wire-only`);
      return 2;
    } else names.push(arg);
  }
  const unknown = names.find((name) => !all.some((scenario) => scenario.name.startsWith(name)));
  if (unknown !== undefined) {
    console.error(`run.ts: no scenario begins with ${unknown}; --list shows them`);
    return 2;
  }
  const chosen = names.length ? all.filter(({ name }) => names.some((n) => name.startsWith(n))) : all;
  if (list) {
    for (const { name, row } of chosen)
      console.log(`${name.padEnd(48)} ${row.healthy ? 'healthy' : 'fault  '} ${row.says}`);
    return 0;
  }
  const why = hindrance();
  if (why !== undefined) {
    console.error(why);
    return 2;
  }
  if (fixtures) mkdirSync(FIXTURES, { recursive: true });
  const scratch = mkdtempSync(join(tmpdir(), 'port67-run-'));
  const entries: Entry[] = [];
  let failed = 0;
  try {
    const queue = [...chosen];
    const worker = async (): Promise<void> => {
      for (let scenario = queue.shift(); scenario; scenario = queue.shift()) {
        const begin = Date.now();
        let wrong: readonly string[];
        let words = '';
        try {
          const outcome = await runOne(scenario, fixtures, wireOnly, scratch);
          wrong = [...outcome.oddWire, ...outcome.wrong];
          words = outcome.words;
          if (!outcome.oddWire.length) entries.push(...outcome.entries);
        } catch (error) {
          wrong = [(error as Error).message];
        }
        if (wrong.length) failed++;
        const seconds = ((Date.now() - begin) / 1000).toFixed(1);
        console.log(`${wrong.length ? 'FAIL' : 'ok  '} ${scenario.name} (${seconds} s) ${words}`);
        for (const line of wrong) console.log(`       ${line.replaceAll('\n', '\n       ')}`);
      }
    };
    await Promise.all(Array.from({ length: jobs }, worker));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  if (fixtures) writeLabels(entries, all);
  console.log(`${chosen.length - failed} of ${chosen.length} scenarios as expected`);
  return failed ? 1 : 0;
}

main(process.argv.slice(2)).then(
  (status) => (process.exitCode = status),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 2;
  },
);
