/**
 * `npx tsx test/bench/filters.ts [CAPTURE]`: how long the packet list takes for a filter by each field of the filter language, until its first
 * screen is full or all frames have been asked. Without a capture, a million messages of the benchmark (`data/dhcp.pcap`) and as many of real diversity are taken.
 * Each field is asked for a value that hardly any frame has: the worst case, for nothing fills the screen early. `--all` prints each field.
 * What is measured is bundled first, as what is shipped: tsx names every function, which costs more than many a filter.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'esbuild';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { Capture } from '../../src/engine/capture';
import { FrameList } from '../../src/engine/list/list';
import { fileSource } from '../../src/engine/node';
import type { FieldDef } from '../../src/filter/field';
import { FIELDS } from '../../src/filter/fields';
import type { Kind } from '../../src/filter/values/kinds';
import { REPO } from '../vscode/cache';
import { generateDiverse } from './diverse';
import { OwnColumns } from '../../src/engine/list/ownColumns';
import { generate, SHAPES } from './generate';

/** Milliseconds within which the first screen is to be there; rows of a screen; most that is waited for. */
const GOAL = 200;
const SCREEN = 60;
const PATIENCE = 20_000;
/** How often a filter that seems slow is asked again. */
const AGAIN = 2;

const DATA = join(REPO, 'test', 'bench', 'data');

/** A comparison with a value of this kind that hardly any frame has. */
const RARE: Readonly<Partial<Record<Kind, string>>> = {
  protocol: 'contains "no such text"',
  boolean: '> 1',
  string: 'contains "no such text"',
  bytes: 'contains de:ad:be:ef:de:ad',
  ether: '== de:ad:be:ef:de:ad',
  eui64: '== de:ad:be:ef:de:ad:be:ef',
  guid: '== deadbeef-dead-beef-dead-beefdeadbeef',
  ipv4: '== 203.0.113.77',
  ipv6: '== 2001:db8:dead::beef',
  time: '== "1999-01-01 00:00:00"',
  duration: '== 1234567',
  int32: '== -123456789',
  double: '== 1e300',
  uint8: '== 0xdd',
  none: '',
};

function expression({ name, kind }: FieldDef): string {
  const rare = RARE[kind] ?? '== 0xdddd';
  return `${name} ${rare}`.trim();
}

/** Milliseconds of processor time until the list has its first screen, or has asked every frame: what it takes on a machine that does nothing else. */
function timed(list: FrameList, text: string): number {
  const begun = process.cpuUsage();
  const took = (): number => {
    const { user, system } = process.cpuUsage(begun);
    return (user + system) / 1000;
  };
  const { error } = list.filter(text);
  if (error) return NaN;
  while (list.length < SCREEN && took() < PATIENCE) if (list.advance(20)) break;
  return took();
}

/** The same; one that seems slow is asked again, because what other filters left behind may have been cleared away meanwhile. */
function leastOf(list: FrameList, text: string): number {
  let least = timed(list, text);
  for (let again = 0; again < AGAIN && least > GOAL; again++) least = Math.min(least, timed(list, text));
  return least;
}

async function measure(path: string, all: boolean): Promise<void> {
  const capture = new Capture(path, DEFAULT_SETTINGS);
  await capture.read(await fileSource(path));
  capture.columns.prepare(Infinity);
  OwnColumns.of(capture).prepare(Infinity);
  const list = new FrameList(capture);
  const cases = [
    ...[...FIELDS.all()].map((field) => ({ name: field.name, text: expression(field) })),
    ...['dhcp.hw.mac_addr[0:3] == de:ad:be', 'dhcp.option.hostname contains "no such"', 'no such word'].map((text) => ({
      name: text,
      text,
    })),
  ];
  const took = cases.map(({ name, text }) => ({ name, text, ms: leastOf(list, text) }));
  const known = took.filter(({ ms }) => !Number.isNaN(ms)).sort((a, b) => b.ms - a.ms);
  const slow = known.filter(({ ms }) => ms > GOAL);
  console.log(
    `${path}: ${capture.ofInterest} rows, ${known.length} filters, ${slow.length} slower than ${GOAL} ms; median ${known[known.length >> 1]!.ms.toFixed(0)} ms, slowest ${known[0]!.ms.toFixed(0)} ms`,
  );
  for (const { text, ms } of all ? known : slow) console.log(`  ${ms.toFixed(0).padStart(6)} ms  ${text}`);
}

/** Runs this file again, bundled. */
async function bundled(args: readonly string[]): Promise<void> {
  const outfile = join(REPO, 'dist', 'bench', 'filters.mjs');
  await build({
    entryPoints: [join(REPO, 'test', 'bench', 'filters.ts')],
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    external: ['esbuild'],
    outfile,
    logLevel: 'error',
  });
  const { status } = spawnSync(process.execPath, [outfile, ...args], { cwd: REPO, stdio: 'inherit' });
  process.exitCode = status ?? 1;
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  if (!process.argv[1]!.endsWith('.mjs')) return bundled(args);
  const given = args.filter((one) => !one.startsWith('--'));
  if (given.length === 0) {
    await mkdir(DATA, { recursive: true });
    const alike = join(DATA, 'dhcp.pcap');
    if (!existsSync(alike)) generate(alike, SHAPES.dhcp);
    const diverse = join(DATA, 'diverse.pcap');
    if (!existsSync(diverse)) await generateDiverse(diverse, SHAPES.dhcp.frames);
    given.push(alike, diverse);
  }
  for (const path of given) await measure(path, args.includes('--all'));
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
