/** How time and output grow with the size of a capture, whatever it is full of. */
import assert from 'node:assert/strict';
import { inspect, type InputFile } from './inspect';
import { judge } from './judge';

/** Makes the files of a family with about so many messages. */
export type Family = (messages: number) => readonly InputFile[];

/** Twice the messages may take 2^1.2 times as long: linear, with what sorting and larger memory cost. */
export const MOST_EXPONENT = 1.2;
/** Characters of JSON for each octet of the files. */
const MOST_OUTPUT = 12;
/** A largest size that takes fewer milliseconds has nothing to measure: it is the compiler's and the clock's. */
const SHORTEST = 120;
/** Who takes so many milliseconds needs no exponent. */
const TOO_LONG = 10_000;

export type Point = readonly [messages: number, milliseconds: number];

export interface Growth {
  /** A quarter of the largest size, half of it, all of it. */
  readonly points: readonly Point[];
  /** Of the time; 0 where even the largest size is inspected at once. */
  readonly exponent: number;
  readonly output: number;
}

interface Inspection {
  readonly milliseconds: number;
  /** Characters of JSON for each octet of the files. */
  readonly output: number;
}

/** The least time of some: of the clock and of the processor, for a busy machine only ever makes things slower. `judged`: what was said is judged, too. */
async function measure(family: Family, size: number, repeats: number, judged = false): Promise<Inspection> {
  const files = family(size);
  let milliseconds = Infinity;
  let output = 0;
  for (let i = 0; i < repeats && (i === 0 || milliseconds < TOO_LONG); i++) {
    const before = process.cpuUsage();
    const from = performance.now();
    const result = await inspect(files);
    const clock = performance.now() - from;
    const { user, system } = process.cpuUsage(before);
    milliseconds = Math.min(milliseconds, clock, (user + system) / 1000);
    assert.ok(result, 'a family’s file is no capture');
    if (judged && i === 0) judge(result, files);
    output = result.json.length / files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }
  return { milliseconds, output };
}

/** The slope of the line between two points, both as logarithms. */
function slope([size, time]: Point, [larger, longer]: Point): number {
  return Math.log(longer / time) / Math.log(larger / size);
}

/**
 * The exponent that three sizes agree on: from the first to the last, and from the second to the last. What costs more from some size
 * on (memory that outgrows a cache) is a step, which only one of them shows. 0 where even the last is too short to be measured.
 */
export function exponentOf(points: readonly Point[]): number {
  const last = points.at(-1)!;
  if (last[1] < SHORTEST || points.length < 3) return 0;
  return Math.min(slope(points[0]!, last), slope(points[1]!, last));
}

/**
 * Measures a family at three sizes, up to `most` messages. The smallest of them should be above the sizes for which the analysis keeps
 * all packets in memory (2000): from there on it does the same for each.
 */
export async function growthOf(family: Family, most: number, repeats: number): Promise<Growth> {
  const points: Point[] = [];
  let output = 0;
  // The first look is for the compiler.
  await measure(family, most / 8, 1);
  for (const messages of [most / 4, most / 2, most]) {
    const one = await measure(family, messages, repeats, messages === most);
    points.push([messages, one.milliseconds]);
    output = one.output;
    if (one.milliseconds > TOO_LONG) break;
  }
  return { points, exponent: exponentOf(points), output };
}

/** Throws where a family grows faster than it may. What was too much is measured again, oftener, and the least times count: a busy machine passes. */
export async function assertLinear(name: string, family: Family, most: number): Promise<Growth> {
  let growth: Growth | undefined;
  for (const repeats of [1, 3, 5]) {
    const again = await growthOf(family, most, repeats);
    const before = growth?.points;
    const points = again.points.map(([size, time], i): Point => [size, Math.min(time, before?.[i]?.[1] ?? Infinity)]);
    growth = { ...again, points, exponent: exponentOf(points) };
    if (growth.exponent <= MOST_EXPONENT || points.at(-1)![1] > TOO_LONG) break;
  }
  // At small sizes the compiler and the collector of memory weigh much: what grows too fast does so at four times the size as well.
  if (growth!.exponent > MOST_EXPONENT && growth!.points.at(-1)![1] <= TOO_LONG)
    growth = await growthOf(family, 4 * most, 3);
  const { exponent, points, output } = growth!;
  const told = `${name}: ${points.map(([size, time]) => `${size} messages ${time.toFixed(0)} ms`).join(', ')}`;
  assert.ok(points.at(-1)![1] <= TOO_LONG, told);
  assert.ok(exponent <= MOST_EXPONENT, `${told}: grows with the power ${exponent.toFixed(2)}`);
  assert.ok(output <= MOST_OUTPUT, `${told}: ${output.toFixed(1)} characters of output for each octet`);
  return growth!;
}
