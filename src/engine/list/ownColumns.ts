import type { Analysis } from '../../analysis';
import type { Own } from '../../filter';
import type { Scan } from '../scan/scan';

/** Frames processed between two checks of the clock. */
const AT_ONCE = 256;
const NOTHING: readonly string[] = [];

/**
 * What the analysis says of each frame of the store, by numbers, for filters that ask for it. Built when there is time or a filter
 * asks. Rows are indexes of the store.
 */
export class OwnColumns {
  /** By row: the place of its conversation plus 1; 0 if it belongs to none. */
  private readonly places: Uint32Array;
  /** By row: the number of its list of findings. */
  private readonly lists: Uint32Array;
  private readonly listed: (readonly string[])[] = [NOTHING];
  private made = 0;

  private static readonly known = new WeakMap<Analysis, OwnColumns>();
  /** Those of a capture; made on first use. Throws EngineError while it is being read. */
  static of({ scan, result }: { readonly scan: Scan; readonly result: Analysis }): OwnColumns {
    let own = this.known.get(result);
    if (!own) this.known.set(result, (own = new OwnColumns(scan, result)));
    return own;
  }

  private constructor(
    private readonly scan: Scan,
    private readonly result: Analysis,
  ) {
    const { store } = scan;
    this.places = new Uint32Array(store.count);
    this.lists = new Uint32Array(store.count);
    /** By number of a list, then by finding: the list with that finding too. */
    const longer: Map<string, number>[] = [];
    for (const { id, frames } of result.findings)
      for (const frame of frames) {
        const index = store.indexOf(frame);
        if (index < 0) continue;
        const before = this.lists[index]!;
        const known = (longer[before] ??= new Map<string, number>());
        let list = known.get(id);
        if (list === undefined) known.set(id, (list = this.listed.push([...this.listed[before]!, id]) - 1));
        this.lists[index] = list;
      }
  }

  /** Builds the columns for roughly `milliseconds`. True when all rows are done. */
  prepare(milliseconds: number): boolean {
    const until = performance.now() + milliseconds;
    const { store } = this.scan;
    while (this.made < this.places.length) {
      for (const end = Math.min(this.places.length, this.made + AT_ONCE); this.made < end; this.made++)
        this.places[this.made] = 1 + this.result.conversationOf(store.number(this.made));
      if (performance.now() >= until) break;
    }
    return this.made === this.places.length;
  }

  /** What the analysis says of a row, read on demand. */
  at(index: number): Own {
    const { result } = this;
    const findings = this.findings(this.lists[index]!);
    const place = this.numberOf('conversation', index);
    return {
      findings,
      get conversations() {
        return place === 0 ? [] : [place];
      },
      get outcomes() {
        return outcomesOf(result, place);
      },
    };
  }

  /** A number from which the values of an own field follow. */
  numberOf(field: OwnField, index: number): number {
    if (field === 'finding') return this.lists[index]!;
    if (index >= this.made) this.prepare(Infinity);
    return this.places[index]!;
  }
  /** The values of an own field, by that number. */
  values(field: OwnField, number: number): readonly (string | number)[] {
    if (field === 'finding') return this.findings(number);
    if (field === 'outcome') return outcomesOf(this.result, number);
    return number === 0 ? [] : [number];
  }

  private findings(list: number): readonly string[] {
    return this.listed[list]!;
  }
}

function outcomesOf(result: Analysis, place: number): readonly string[] {
  const outcome = result.outcomeAt(place - 1);
  return outcome === undefined ? NOTHING : [outcome];
}

/** Fields that Wireshark does not have: what the analysis says. */
export type OwnField = 'finding' | 'conversation' | 'outcome';
export const isOwn = (name: string): name is OwnField =>
  name === 'finding' || name === 'conversation' || name === 'outcome';
