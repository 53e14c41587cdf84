/** Seeds are whole numbers from 1 to this: short enough to be read out. */
export const MOST_SEEDS = 999_999;

export const isSeed = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MOST_SEEDS;
