/** How time and output grow with the size of a capture, whatever it is full of. */
import assert from 'node:assert/strict';
import { inspect, type InputFile } from './inspect';

/** Makes the files of a family with about so many messages. */
export type Family = (messages: number) => readonly InputFile[];

/** Twice the messages may take 2^1.2 times as long: linear, with what sorting and larger memory cost. */
export const MOST_EXPONENT = 1.2;
/** Shorter times are the clock's and the compiler's; and nothing that is so short is a fault. */
const SHORTEST = 25;
/** Who takes so many milliseconds for the sizes measured here needs no exponent. */
const LONGEST = 10_000;

export interface Growth {
  /** Messages, and milliseconds. */
  readonly points: readonly (readonly [messages: number, milliseconds: number])[];
  /** Of the time, over the points that can be measured; 0 where there are no two of them. */
  readonly exponent: number;
  /** Characters of `--json` for each octet of the largest files, and findings in it. */
  readonly output: number;
  readonly findings: number;
}

/** The slope of the line through the logarithms, by least squares. */
function slopeOf(points: readonly (readonly [number, number])[]): number {
  const logs = points
    .filter(([, time]) => time >= SHORTEST)
    .map(([size, time]) => [Math.log(size), Math.log(time)] as const);
  if (logs.length < 2) return 0;
  const mean = (index: 0 | 1): number => logs.reduce((sum, one) => sum + one[index], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  const across = logs.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0);
  return across / logs.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
}

/**
 * Inspects a family at each size, `repeats` times. The least time of each size counts: of the clock and of the processor, for a busy
 * machine only ever makes things slower.
 */
export async function growthOf(family: Family, sizes: readonly number[], repeats: number): Promise<Growth> {
  const points: [number, number][] = [];
  let output = 0;
  let findings = 0;
  for (const size of sizes) {
    const files = family(size);
    let least = Infinity;
    for (let i = 0; i < repeats; i++) {
      const before = process.cpuUsage();
      const from = performance.now();
      const result = await inspect(files);
      const clock = performance.now() - from;
      const { user, system } = process.cpuUsage(before);
      least = Math.min(least, clock, (user + system) / 1000);
      assert.ok(result, 'a family’s file is no capture');
      output = result.json.length / files.reduce((sum, { bytes }) => sum + bytes.length, 0);
      findings = result.captures.reduce((sum, { capture }) => sum + capture.findings.length, 0);
      if (least > LONGEST / 10) break;
    }
    points.push([size, least]);
    if (least > LONGEST) break;
  }
  return { points, exponent: slopeOf(points), output, findings };
}

/** Throws where a family grows faster than it may: what was too much is measured again, for a busy machine passes. */
export async function assertLinear(name: string, family: Family, sizes: readonly number[]): Promise<Growth> {
  let best: Growth | undefined;
  for (const repeats of [1, 2, 3]) {
    const growth = await growthOf(family, sizes, repeats);
    if (!best || growth.exponent < best.exponent) best = growth;
    if (growth.points.at(-1)![1] > LONGEST || best.exponent <= MOST_EXPONENT) break;
  }
  const { exponent, points, output } = best!;
  const told = points.map(([size, time]) => `${size} messages ${time.toFixed(0)} ms`).join(', ');
  assert.ok(points.at(-1)![1] <= LONGEST, `${name}: ${told}`);
  assert.ok(exponent <= MOST_EXPONENT, `${name} grows with the power ${exponent.toFixed(2)}: ${told}`);
  assert.ok(output <= 12, `${name}: ${output.toFixed(1)} characters of output for each octet`);
  return best!;
}
