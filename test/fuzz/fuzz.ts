/** The fuzzer: mutant after mutant, each judged. */
import { Defect, LONGEST_REAL, examineFrame, examineMessage4, examineMessage6 } from './examine';
import { mutate } from './mutate';
import { Random } from './random';
import { type Seed } from './seeds';

/** One of so many trees is held against the octets: that costs as much as the decoding. */
const COVERAGE_SAMPLE = 50;
/** Mutants that go by before times count: the code is compiled while it runs. */
const WARM_UP = 3000;

export interface Fuzzed {
  /** Mutants examined. */
  readonly count: number;
  readonly defects: readonly string[];
  /** Milliseconds of the slowest call on a frame of a real length, and on a longer one. */
  readonly slowest: number;
  readonly slowestLong: number;
}

export interface FuzzOptions {
  readonly seed: number;
  /** First and last index of the mutants: the same index of the same seed is always the same mutant. */
  readonly from?: number;
  readonly count: number;
  /** Stop earlier, after so many milliseconds. */
  readonly milliseconds?: number;
  /** Stop after so many defects; 20 where left out. */
  readonly mostDefects?: number;
  readonly progress?: (done: number) => void;
}

/** Makes a mutant and examines it. Gives its length and the milliseconds of the slowest call; throws Defect. */
function examineOne(
  seeds: readonly Seed[],
  random: Random,
  timed: boolean,
): { readonly length: number; readonly milliseconds: number } {
  const mutant = mutate(seeds, random);
  const { bytes } = mutant;
  const covered = random.once(COVERAGE_SAMPLE);
  const wanted = { timed, covered };
  const cut = random.once(8) ? 1 + random.below(400) : 0;
  try {
    const frame = examineFrame(bytes, mutant.seed.linkType, bytes.length + cut, wanted);
    const message = bytes.slice(mutant.at, mutant.end);
    // Now and then one family's message is given to the other's decoder.
    const four = (mutant.seed.family === 'dhcp') !== random.once(30);
    const alone = (four ? examineMessage4 : examineMessage6)(message, cut, wanted);
    return { length: bytes.length, milliseconds: Math.max(frame, alone) };
  } catch (error) {
    if (!(error instanceof Defect)) throw error;
    error.message += `\n  ${mutant.seed.name}: ${mutant.done.join(', ')}; ${cut} octets cut off behind`;
    throw error;
  }
}

/** Examines `count` mutants. */
export function fuzz(seeds: readonly Seed[], options: FuzzOptions): Fuzzed {
  const { seed, from = 0, mostDefects = 20 } = options;
  const random = new Random(seed);
  for (let i = 0; i < Math.min(WARM_UP, options.count); i++) {
    try {
      examineOne(seeds, random.reseed(seed, from + i), false);
    } catch (error) {
      if (!(error instanceof Defect)) throw error; // told below
    }
  }
  const until = performance.now() + (options.milliseconds ?? Infinity);
  const defects: string[] = [];
  let slowest = 0;
  let slowestLong = 0;
  let done = 0;
  while (done < options.count && defects.length < mostDefects && performance.now() < until) {
    const index = from + done++;
    try {
      const { length, milliseconds } = examineOne(seeds, random.reseed(seed, index), true);
      if (length <= LONGEST_REAL) slowest = Math.max(slowest, milliseconds);
      else slowestLong = Math.max(slowestLong, milliseconds);
    } catch (error) {
      if (!(error instanceof Defect)) throw error;
      defects.push(`seed ${seed}, mutant ${index}: ${error.message}`);
    }
    if (done % 2000 === 0) options.progress?.(done);
  }
  return { count: done, defects, slowest, slowestLong };
}
