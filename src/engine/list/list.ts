import { lowerBound } from '../../codec/search';
import type { FilterError, Finding, Order, Row } from '../../protocol';
import type { Capture } from '../capture';
import { passing } from './displayFilter';
import { understand, type Understood } from './filter';

/** Frames that a filter checks between two checks of the clock. */
const AT_ONCE = 256;
/** How long a new filter runs before it answers with what it has found so far, in milliseconds. */
const FIRST_ANSWER = 50;

/** The packet list of one panel: the frames of interest of a capture, narrowed by that panel's own filter. */
export class FrameList {
  /** The parsed filter, and the test that it makes; the test is undefined if no filter narrows the list. */
  private understood: Exclude<Understood, { readonly error: FilterError }> = { matches: undefined };
  private matches: ((index: number) => boolean) | undefined;
  /** Store indexes that passed the filter, among the first `seen` ones of the capture. */
  private kept: number[] = [];
  private seen = 0;
  /** Whether `kept` was filtered from the complete list of the capture. */
  private listed = false;

  constructor(private readonly capture: Capture) {}

  /** Whether the other traffic of the capture is listed too. */
  private wide = false;

  /** Lists all frames of the capture, or only those of interest. */
  widen(wide: boolean): void {
    if (wide === this.wide) return;
    this.wide = wide;
    this.begin();
  }

  /** The unfiltered list: store indexes, and in a list of all frames also ids below 0 (`Traffic`). */
  private get all(): ArrayLike<number> {
    return (this.wide ? this.capture.traffic?.list : undefined) ?? this.capture.indexes;
  }
  /** Whether more frames may be added. */
  private get growing(): boolean {
    return this.wide && this.capture.traffic?.complete === false;
  }

  /** The frames of the list, as far as the filter has got. While the file is being read, the list grows from call to call. */
  get indexes(): ArrayLike<number> {
    const inOrder = this.matches ? this.kept : this.all;
    if (!this.order || this.growing) return inOrder;
    // Sorted again only when the length has changed.
    if (this.sorted?.of !== inOrder.length)
      this.sorted = { of: inOrder.length, indexes: this.sortedBy(this.order, inOrder) };
    return this.sorted.indexes;
  }

  private order: Order | undefined;
  private sorted: { readonly of: number; readonly indexes: ArrayLike<number> } | undefined;

  /** Sorts the list; by frame, ascending, is the order of the capture. */
  sort(order: Order): void {
    this.order = order.column === 'frame' && !order.descending ? undefined : order;
    this.sorted = undefined;
  }

  private sortedBy({ column, descending }: Order, list: ArrayLike<number>): Int32Array {
    const places = Int32Array.from(list);
    if (column !== 'frame') {
      const { columns, traffic } = this.capture;
      columns.prepare(Infinity);
      const ranks = columns.ranks(column);
      const wide = this.wide ? traffic : undefined;
      const rank = Float64Array.from(places, (index) =>
        wide ? wide.rankOf(column, index, ranks) : ranks[columns.numberAt(column, index)]!,
      );
      places.forEach((_, place) => (places[place] = place));
      places.sort((a, b) => rank[a]! - rank[b]! || a - b);
      places.forEach((place, i) => (places[i] = list[place]!));
    }
    return descending ? places.reverse() : places;
  }

  /**
   * Lets the filter check further frames, for roughly `milliseconds`: a million of them take seconds, and
   * meanwhile the matches so far can be shown. True when all frames have been checked.
   */
  advance(milliseconds = Infinity): boolean {
    if (!this.matches) return !this.growing;
    if (this.listed !== this.capture.isListed) this.begin();
    const { all, matches } = this;
    const until = performance.now() + milliseconds;
    while (this.seen < all.length) {
      for (const end = Math.min(all.length, this.seen + AT_ONCE); this.seen < end; this.seen++) {
        const index = all[this.seen]!;
        if (matches(index)) this.kept.push(index);
      }
      if (performance.now() >= until) break;
    }
    return this.seen === all.length && !this.growing;
  }

  get length(): number {
    return this.indexes.length;
  }

  /** Rows `from` (inclusive) to `to` (exclusive); clipped to the list. */
  rows(from: number, to: number, waited = false): { rows: Row[]; total: number } {
    const list = this.indexes;
    const end = Math.min(Math.max(to, 0), list.length);
    const rows: Row[] = [];
    for (let i = Math.max(from, 0); i < end; i++) {
      const row = this.capture.row(list[i]!);
      rows.push({ ...row, ...this.timesOf(list, i), ...(waited ? this.waitedFor(row) : {}) });
    }
    return { rows, total: list.length };
  }

  /**
   * Narrows the list by a filter text; an empty text shows all. An invalid text changes nothing. In a large
   * capture `total` counts only what was found at once: `advance` continues.
   */
  filter(
    text: string,
    findings: readonly Finding[] = this.capture.findings,
  ): { total: number; display?: boolean; error?: FilterError } {
    const understood = understand(text, findings);
    if ('error' in understood) return { total: this.length, error: understood.error };
    this.understood = understood;
    this.begin();
    this.advance(FIRST_ANSWER);
    return { total: this.length, ...('display' in understood ? { display: true } : {}) };
  }

  /** Arrival time of the frame at a list position, and the time since the frame before it in the list. */
  private timesOf(list: ArrayLike<number>, place: number): Pick<Row, 'epoch' | 'delta'> {
    const now = this.capture.timeOf(list[place]!);
    if (Number.isNaN(now)) return {};
    const delta = place > 0 ? now - this.capture.timeOf(list[place - 1]!) : NaN;
    return { epoch: now, ...(Number.isNaN(delta) ? {} : { delta: rounded(delta) }) };
  }

  /** For an answer: the time since its question. */
  private waitedFor({ frame }: Row): Pick<Row, 'waited'> {
    const { isListed, scan, result } = this.capture;
    const question = isListed ? result.partnerOf(frame) : undefined;
    if (question === undefined || question >= frame) return {};
    const { store } = scan;
    const [from, to] = [store.indexOf(question), store.indexOf(frame)].map((index) => store.ledger.packet(index));
    return from?.timed && to?.timed ? { waited: rounded(to.time - from.time) } : {};
  }

  /** Starts filtering again. The analysis results are not known before the whole file has been read. */
  private begin(): void {
    const { capture, understood } = this;
    this.listed = capture.isListed;
    this.sorted = undefined;
    this.seen = 0;
    this.kept = [];
    if ('display' in understood)
      this.matches =
        understood.display.needsAnalysis && !this.listed ? () => false : passing(capture, understood.display);
    else {
      const { matches } = understood;
      this.matches =
        matches && ((index) => matches(index < 0 ? capture.traffic!.ask(index) : capture.columns.at(index)));
    }
  }

  /** Position of frame `number` in the list; -1 if it is not in the list. */
  indexOf(number: number): number {
    const { capture, order } = this;
    const list = this.indexes;
    if (order) return Array.prototype.indexOf.call(list, capture.indexOf(number));
    const place = lowerBound(list.length, (i) => capture.numberAt(list[i]!) < number);
    return place < list.length && capture.numberAt(list[place]!) === number ? place : -1;
  }
}

/** Rounds to the microsecond. */
const rounded = (seconds: number): number => Math.round(seconds * 1e6) / 1e6;
