/** Seeds are integers from 1 to this: short enough to be read aloud. */
export const MOST_SEEDS = 999_999;

export const isSeed = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MOST_SEEDS;
