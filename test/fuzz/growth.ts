/** How time and output grow with the size of a capture, whatever it is full of. */
import assert from 'node:assert/strict';
import { inspect, type InputFile } from './inspect';

/** Makes the files of a family with about so many messages. */
export type Family = (messages: number) => readonly InputFile[];

/** Twice the messages may take 2^1.2 times as long: linear, with what sorting and larger memory cost. */
export const MOST_EXPONENT = 1.2;
/** Characters of JSON for each octet of the files. */
const MOST_OUTPUT = 12;
/** The largest size takes at least so many milliseconds, where `most` allows: what is shorter is the compiler's and the clock's. */
const LONG_ENOUGH = 250;
/** Who takes so many milliseconds needs no exponent. */
const TOO_LONG = 10_000;
const SMALLEST = 500;

export interface Growth {
  /** Messages, and milliseconds: the largest size, half of it, and a quarter. */
  readonly points: readonly (readonly [messages: number, milliseconds: number])[];
  /** Of the time; 0 where even the largest size allowed is inspected at once. */
  readonly exponent: number;
  readonly output: number;
}

interface Inspection {
  readonly milliseconds: number;
  /** Characters of JSON for each octet of the files. */
  readonly output: number;
}

/** The least time of some: of the clock and of the processor, for a busy machine only ever makes things slower. */
async function measure(family: Family, size: number, repeats: number): Promise<Inspection> {
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
    output = result.json.length / files.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }
  return { milliseconds, output };
}

/** Looks for a size that takes long enough, at most `most` messages, and measures there. */
export async function growthOf(family: Family, most: number, repeats: number): Promise<Growth> {
  let size = SMALLEST;
  let one = await measure(family, size, 1);
  while (one.milliseconds < LONG_ENOUGH && size * 2 <= most) one = await measure(family, (size *= 2), 1);
  if (one.milliseconds < LONG_ENOUGH) return { points: [[size, one.milliseconds]], exponent: 0, output: one.output };
  const points: [number, number][] = [];
  for (const messages of [size / 4, size / 2, size])
    points.push([messages, (await measure(family, messages, repeats)).milliseconds]);
  const [first, , last] = points as [[number, number], [number, number], [number, number]];
  // The slope through the logarithms of three sizes, each twice the one before, is that from the first to the last. Where only the
  // first look was long, there is nothing to measure.
  const exponent = last[1] < LONG_ENOUGH / 2 ? 0 : Math.log2(last[1] / first[1]) / 2;
  return { points, exponent, output: one.output };
}

/** Throws where a family grows faster than it may. What was too much is measured again, oftener: a busy machine passes. */
export async function assertLinear(name: string, family: Family, most: number): Promise<Growth> {
  let best: Growth | undefined;
  for (const repeats of [1, 3, 5]) {
    const growth = await growthOf(family, most, repeats);
    if (!best || growth.exponent < best.exponent) best = growth;
    if (best.exponent <= MOST_EXPONENT || growth.points.at(-1)![1] > TOO_LONG) break;
  }
  const { exponent, points, output } = best!;
  const told = `${name}: ${points.map(([size, time]) => `${size} messages ${time.toFixed(0)} ms`).join(', ')}`;
  assert.ok(points.at(-1)![1] <= TOO_LONG, told);
  assert.ok(exponent <= MOST_EXPONENT, `${told}: grows with the power ${exponent.toFixed(2)}`);
  assert.ok(output <= MOST_OUTPUT, `${told}: ${output.toFixed(1)} characters of output for each octet`);
  return best!;
}
