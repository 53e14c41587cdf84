import type { Leaves } from './leaves';

/** What the messages of one side have at each path. */

/** One path in the messages of a side. */
export interface Spread {
  /** Number of messages that have it at all, and of those that have it more than once. */
  readonly present: number;
  readonly repeated: number;
  /** Its values, each with the number of messages that have it, and the frame of the first. */
  readonly values: ReadonlyMap<string, Counted>;
  /** How often it stands in a message, likewise. */
  readonly times: ReadonlyMap<number, Counted>;
  /** Number of messages with a value that no other message shares. */
  readonly single: number;
}

export interface Counted {
  count: number;
  readonly frame: number;
}

/** A message that is compared. */
export interface Sample {
  readonly frame: number;
  readonly leaves: Leaves;
}

/** The messages of one side. */
export interface Summary {
  readonly messages: number;
  readonly frame: number;
  readonly paths: ReadonlyMap<string, Spread>;
}

/** Counts what each path holds. */
export function summaryOf(samples: readonly Sample[]): Summary {
  const paths = new Map<string, { -readonly [K in keyof Spread]: Spread[K] } & Counts>();
  for (const { frame, leaves } of samples)
    for (const [path, values] of leaves) {
      let spread = paths.get(path);
      if (!spread)
        paths.set(path, (spread = { present: 0, repeated: 0, single: 0, values: new Map(), times: new Map() }));
      spread.present++;
      if (values.length > 1) spread.repeated++;
      for (const value of new Set(values)) note(spread.values, value, frame);
      note(spread.times, values.length, frame);
    }
  for (const { leaves } of samples)
    for (const [path, values] of leaves) {
      const spread = paths.get(path)!;
      if (values.some((value) => spread.values.get(value)!.count === 1)) spread.single++;
    }
  return { messages: samples.length, frame: samples[0]?.frame ?? 0, paths };
}

interface Counts {
  readonly values: Map<string, Counted>;
  readonly times: Map<number, Counted>;
}

function note<K>(counts: Map<K, Counted>, key: K, frame: number): void {
  const one = counts.get(key);
  if (one) one.count++;
  else counts.set(key, { count: 1, frame });
}
