/**
 * `npm run bench [-- --scale 0.1] [--rounds 5] [--large] [--keep]`: the command line against its peers, in one run on one machine.
 * `--large` lets it grow to ten million frames. Makes its captures in `test/bench/data`, writes `results.md` and `growth.svg` beside
 * itself. Ratios are what counts; seconds are of this machine.
 */
import { execFileSync } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { createGzip } from 'node:zlib';
import { build } from 'esbuild';
import { REPO } from '../vscode/cache';
import { generateDiverse } from './diverse';
import { measureEngine } from './engine';
import { BUSY, generate, SHAPES, VARIANTS, type Shape } from './generate';
import { exponent, inTurn } from './measure';
import { CLI, framesFound, installed, PEERS, type Peer } from './peers';
import { growthSvg } from './plot';

const FOLDER = join(REPO, 'test', 'bench');
const DATA = join(FOLDER, 'data');
/** The worker that `npm run build` makes. */
const WORKER = join(REPO, 'dist', 'worker.js');

const { values } = parseArgs({
  options: {
    scale: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '5' },
    large: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
});
const scale = Number(values.scale);
const rounds = Number(values.rounds);

/** A shape, larger or smaller; whole conversations all the same. */
function scaled(shape: Shape, by: number): Shape {
  const whole = (count: number): number => Math.max(20, Math.round((count * by) / 20) * 20);
  return { ...shape, frames: whole(shape.frames), messages: whole(shape.messages) };
}

function make(name: string, shape: Shape): string {
  const path = join(DATA, `${name.replace(/\W+/g, '-')}.pcap`);
  generate(path, shape);
  return path;
}

const lines: string[] = [];
function say(line = ''): void {
  lines.push(line);
  console.log(line);
}

const megabytes = (octets: number | undefined): string =>
  octets === undefined ? '?' : `${(octets / 1e6).toFixed(0)} MB`;

interface Asked {
  readonly times?: number;
  readonly tags?: number | undefined;
  /** The same capture for tcpdump, which reads no gzip. */
  readonly plain?: string;
}

/** How long a peer took, ours being 1; and the most memory that we held, in octets. */
interface Compared {
  readonly times: ReadonlyMap<Peer, number>;
  readonly memory: number | undefined;
}

/** What the project wants to reach, and what was reached. */
const goals: { readonly goal: string; readonly reached: string; readonly met: boolean }[] = [];

function goal(text: string, value: number | undefined, met: (value: number) => boolean, digits = 2, unit = ''): void {
  if (value === undefined) return;
  goals.push({ goal: text, reached: `${value.toFixed(digits)}${unit}`, met: met(value) });
}

/** One table: ours and some peers on one capture. */
async function table(title: string, file: string, peers: readonly Peer[], asked: Asked = {}): Promise<Compared> {
  const { times = rounds, tags = 0, plain = file } = asked;
  const there = [PEERS.ours, ...peers.filter(installed)];
  const { ours, tcpdump } = framesFound(file, tags, plain);
  const same = tcpdump === undefined ? 'not checked: no tcpdump' : ours === tcpdump ? 'the same' : `tcpdump ${tcpdump}`;
  const runs = await inTurn(
    there.map((peer) => peer.command(file, tags)),
    times,
  );
  say(`## ${title}`);
  say();
  say(`${ours} frames found (${same}).`);
  say();
  say('| program | seconds | ours ÷ it | processor | memory |');
  say('| --- | ---: | ---: | ---: | ---: |');
  for (const [i, peer] of there.entries()) {
    const { wall, cpu, memory } = runs[i]!;
    const ratio = i === 0 ? '' : (runs[0]!.wall / wall).toFixed(2);
    say(
      `| ${peer.name} | ${wall.toFixed(3)} | ${ratio} | ${cpu === undefined ? '?' : `${cpu.toFixed(2)} s`} | ${megabytes(memory)} |`,
    );
  }
  for (const peer of peers) if (!there.includes(peer)) say(`| ${peer.name} | not installed | | | |`);
  say();
  if (ours !== (tcpdump ?? ours)) process.exitCode = 1;
  const own = runs[0]!;
  return { times: new Map(there.map((peer, i) => [peer, runs[i]!.wall / own.wall])), memory: own.memory };
}

/** What a script beside this one prints about a capture: bundled as the product is. */
async function printed(script: string, file: string): Promise<string> {
  const bundle = join(DATA, 'script.cjs');
  await build({
    entryPoints: [join(FOLDER, script)],
    outfile: bundle,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'warning',
  });
  return execFileSync(process.execPath, [bundle, file], { encoding: 'utf8' });
}

async function growth(): Promise<void> {
  const points: { x: number; y: number; memory: number | undefined }[] = [];
  const sizes = [10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, ...(values.large ? [10_000_000] : [])];
  for (const frames of sizes.map((n) => Math.round(n * scale))) {
    const file = make('growth', scaled({ frames, messages: frames / 100 }, 1));
    const [one] = await inTurn([PEERS.ours.command(file)], Math.min(rounds, 3));
    points.push({ x: frames, y: one!.wall, memory: one!.memory });
    rmSync(file);
  }
  // What the process costs before it reads is no growth.
  const [nothing] = await inTurn([[process.execPath, CLI, '--version']], rounds);
  const grown = points.filter(({ y }) => y > 2 * nothing!.wall).map(({ x, y }) => ({ x, y: y - nothing!.wall }));
  say('## Growth');
  say();
  say('One frame of a hundred is DHCP.');
  say();
  say('| frames | seconds | memory |');
  say('| ---: | ---: | ---: |');
  for (const { x, y, memory } of points) say(`| ${x} | ${y.toFixed(3)} | ${megabytes(memory)} |`);
  say();
  if (grown.length >= 2) goal('growth: fitted exponent ≤ 1.05', exponent(grown), (value) => value <= 1.05);
  if (grown.length >= 2)
    say(`Fitted exponent of the time beyond the start of the process: ${exponent(grown).toFixed(3)} (1 is linear).`);
  say();
  say('![Growth](growth.svg)');
  say();
  writeFileSync(join(FOLDER, 'growth.svg'), growthSvg(points));
}

function compress(from: string, to: string): Promise<void> {
  return pipeline(createReadStream(from), createGzip({ level: 6 }), createWriteStream(to));
}

/** The engine in its worker, as the window uses it. */
async function engine(title: string, file: string): Promise<void> {
  const figures = await measureEngine(WORKER, file, [
    'type:offer',
    'client:02:10:00:00:12',
    '-frame:1-999990',
    'offer',
  ]);
  const { firstRows, longestWhileReading, longestWhileAnalysing, filters } = figures;
  say(`### ${title}`);
  say();
  say('| what | measured |');
  say('| --- | ---: |');
  say(`| read when the first rows are there | ${(100 * firstRows).toFixed(1)} % |`);
  say(`| longest wait for an answer while the file is read | ${longestWhileReading.toFixed(0)} ms |`);
  say(`| longest wait for an answer while it is analysed | ${longestWhileAnalysing.toFixed(0)} ms |`);
  for (const { text, first, all, rows } of filters)
    say(`| filter “${text}”: answered; complete, with ${rows} rows | ${first.toFixed(0)} ms; ${all.toFixed(0)} ms |`);
  say();
}

async function main(): Promise<void> {
  if (!existsSync(CLI)) throw new Error(`${CLI} is missing: run “npm run build” first`);
  if (!(scale > 0) || !(rounds >= 1)) throw new Error('--scale and --rounds want numbers above 0');
  mkdirSync(DATA, { recursive: true });
  say('# The command line against its peers');
  say();
  say(
    `Whole processes from start to exit, medians of ${rounds} rounds taken in turn, page cache warm, ${cpus().length} cores, scale ${scale}. Made by \`npm run bench\`.`,
  );
  say();
  const mixed = make('mixed', scaled(SHAPES.mixed, scale));
  const { cat, tcpdumpFilter, tcpdumpVerbose, tshark, tshark6, pcapParser, inflate, gzip } = PEERS;
  const all = await table('Mixed traffic, one frame of a hundred DHCP', mixed, [cat, tcpdumpFilter, pcapParser]);
  const ratio = ({ times }: Compared, peer: Peer): number | undefined => {
    const time = times.get(peer);
    return time === undefined ? undefined : 1 / time;
  };
  goal('mixed: ours ÷ tcpdump ≤ 1.2', ratio(all, tcpdumpFilter), (value) => value <= 1.2);
  goal('mixed: memory ≤ 150 MB', all.memory && all.memory / 1e6, (value) => value <= 150, 0, ' MB');
  const dhcp = make('dhcp', scaled(SHAPES.dhcp, scale));
  const fewer = { times: Math.min(rounds, 3) };
  const busy = await table('All DHCP', dhcp, [cat, tcpdumpFilter, tcpdumpVerbose, tshark], fewer);
  goal('all DHCP: tshark ÷ ours ≥ 8', busy.times.get(tshark), (value) => value >= 8, 1);
  goal('all DHCP: tcpdump -v ÷ ours ≥ 25', busy.times.get(tcpdumpVerbose), (value) => value >= 25, 1);
  goal('all DHCP: memory ≤ 400 MB', busy.memory && busy.memory / 1e6, (value) => value <= 400, 0, ' MB');
  const diverse = join(DATA, 'diverse.pcap');
  await generateDiverse(diverse, Math.round(300_000 * scale));
  const varied = await table('300,000 DHCP messages of real diversity', diverse, [tcpdumpVerbose, tshark], {
    ...fewer,
    tags: 1,
  });
  goal('diverse: tshark ÷ ours ≥ 10', varied.times.get(tshark), (value) => value >= 10, 1);
  goal('diverse: memory ≤ 300 MB', varied.memory && varied.memory / 1e6, (value) => value <= 300, 0, ' MB');
  const packed = join(DATA, 'mixed.pcap.gz');
  await compress(mixed, packed);
  const zipped = await table('Mixed traffic in gzip', packed, [inflate, gzip], { ...fewer, plain: mixed });
  goal('gzip: ours ÷ decompressing only ≤ 1.1', ratio(zipped, inflate), (value) => value <= 1.1);
  const other = async (name: string, shape: Shape): Promise<number> => {
    const file = make('variant', scaled(shape, scale));
    const title = `${name}: a gigabyte with ${shape.messages} DHCP messages`;
    const compared = await table(title, file, [tcpdumpFilter], { ...fewer, tags: shape.vlans?.length });
    return ratio(compared, tcpdumpFilter) ?? 0;
  };
  let slowest = 0;
  for (const [name, shape] of Object.entries(VARIANTS)) slowest = Math.max(slowest, await other(name, shape));
  goal('other kinds: ours ÷ tcpdump ≤ 1.5, the worst of them', slowest || undefined, (value) => value <= 1.5);
  // For comparison: what tshark prints of these is less, and they have no goals.
  for (const [name, shape] of Object.entries(BUSY)) {
    const file = make('variant', scaled(shape, scale));
    await table(name, file, [cat, tcpdumpFilter, shape.v6 ? tshark6 : tshark], { times: 1 });
  }
  say('## The engine in its worker');
  say();
  await engine('Mixed traffic', mixed);
  await engine('All DHCP', dhcp);
  await growth();
  say('## Analysis');
  say();
  const many = make('conversations', scaled({ frames: 800_000, messages: 800_000 }, scale));
  const times = JSON.parse(await printed('analysis.ts', many)) as { scan: number; analysis: number; verdict: string };
  say(`${times.verdict}`);
  say();
  say(`Scanning their file takes ${times.scan.toFixed(3)} s, the analysis ${times.analysis.toFixed(3)} s more.`);
  say();
  goal('200,000 conversations: analysis ÷ scan < 3', times.analysis / times.scan, (value) => value < 3);
  say('## Decode');
  say();
  const speed = Number(await printed('decode.ts', many));
  say(`${speed} messages a second to their full trees, on one core.`);
  say();
  goal('decode: ≥ 100,000 messages a second', speed, (value) => value >= 100_000, 0);
  say('## Goals');
  say();
  say('| goal | reached | met |');
  say('| --- | ---: | --- |');
  for (const { goal: text, reached, met } of goals) say(`| ${text} | ${reached} | ${met ? 'yes' : 'no'} |`);
  say();
  writeFileSync(join(FOLDER, 'results.md'), lines.join('\n'));
  if (!values.keep) rmSync(DATA, { recursive: true });
}

main().catch((error: unknown) => {
  console.error(`npm run bench: ${(error as Error).message}`);
  process.exitCode = 1;
});
