import { LedgerMessage4 } from '../../ledger/ledgerMessage4';
import type { Packet } from '../../analysis/conversations/packet';
import type { Asked, Column } from './filter';
import { searchInfo } from './info';
import { packetAt } from '../scan/packets';
import { clientOf, destinationOf, infoOf, sourceOf, typeOf } from './rows';
import type { Scan } from '../scan/scan';

/** Frames processed between two checks of the clock. */
const AT_ONCE = 256;

/** Maximum number of search words whose answers are cached per column. */
const MOST_WORDS = 8;

/** Texts that many rows share, by number, and a cache of which texts contain a search word. */
export class Texts {
  private readonly numbers = new Map<string, number>();
  private readonly lower: string[] = [];
  /** By word, then by text number: 0 not checked yet, 1 contains the word, 2 does not. */
  private readonly answers = new Map<string, Uint8Array>();
  private word = '';
  private latest: Uint8Array = new Uint8Array(0);

  private select(word: string, number: number): Uint8Array {
    let answers = this.answers.get(word);
    if (!answers || number >= answers.length) {
      if (this.answers.size >= MOST_WORDS) this.answers.clear();
      answers = new Uint8Array(Math.max(64, 2 * this.lower.length));
      this.answers.set(word, answers);
    }
    this.word = word;
    return (this.latest = answers);
  }

  numberOf(text: string): number {
    let number = this.numbers.get(text);
    if (number === undefined) {
      number = this.lower.length;
      this.numbers.set(text, number);
      this.lower.push(text.toLowerCase());
    }
    return number;
  }

  textOf(number: number): string {
    return this.lower[number]!;
  }

  /** By text number: its rank among all texts. Digits in texts are compared as numbers: 10.0.0.9 comes before 10.0.0.10. */
  ranks(): Uint32Array {
    const { compare } = new Intl.Collator('en', { numeric: true });
    const order = this.lower.map((_, number) => number).sort((a, b) => compare(this.lower[a]!, this.lower[b]!));
    const ranks = new Uint32Array(order.length);
    order.forEach((number, rank) => (ranks[number] = rank));
    return ranks;
  }

  includes(number: number, word: string): boolean {
    // Row after row is asked for the same word.
    const answers = word === this.word && number < this.latest.length ? this.latest : this.select(word, number);
    const known = answers[number]!;
    if (known !== 0) return known === 1;
    const holds = this.lower[number]!.includes(word);
    answers[number] = holds ? 1 : 2;
    return holds;
  }
}

export type Shared = Exclude<Column, 'info'>;
const SHARED: Readonly<Record<Shared, (packet: Packet) => string>> = {
  source: sourceOf,
  destination: destinationOf,
  type: typeOf,
  client: clientOf,
};

/** One column of the list: a text number per row. */
class SharedColumn {
  readonly texts = new Texts();
  private numbers = new Uint32Array(256);

  constructor(private readonly textOf: (packet: Packet) => string) {}

  set(index: number, packet: Packet): void {
    if (index >= this.numbers.length) {
      const grown = new Uint32Array(2 * index);
      grown.set(this.numbers);
      this.numbers = grown;
    }
    this.numbers[index] = this.texts.numberOf(this.textOf(packet));
  }
  includes(index: number, text: string): boolean {
    return this.texts.includes(this.numbers[index]!, text);
  }
  numberAt(index: number): number {
    return this.numbers[index]!;
  }
}

/**
 * What filters read: the columns of the list as text numbers, so that a word is searched for once per distinct
 * text and not once per row. Built frame by frame, when there is time or a filter asks. Only `info`, which is
 * almost never the same in two rows, is searched anew each time, part by part. Rows are indexes of the store.
 */
export class Columns implements Asked {
  private readonly shared = {
    source: new SharedColumn(SHARED.source),
    destination: new SharedColumn(SHARED.destination),
    type: new SharedColumn(SHARED.type),
    client: new SharedColumn(SHARED.client),
  } satisfies Record<Shared, SharedColumn>;
  /** Frames of the store whose columns have been built. */
  private made = 0;
  private index = 0;
  private infoIndex = -1;
  private info = '';

  constructor(private readonly scan: Scan) {}

  /** Selects the row that is asked about from now on. */
  at(index: number): this {
    if (index >= this.made) this.make(index + 1);
    this.index = index;
    return this;
  }

  /** Builds columns for frames that have none yet, for roughly `milliseconds`. True when all are done. */
  prepare(milliseconds: number): boolean {
    const until = performance.now() + milliseconds;
    const { count } = this.scan.store;
    while (this.made < count) {
      this.make(Math.min(count, this.made + AT_ONCE));
      if (performance.now() >= until) break;
    }
    return this.made === count;
  }

  /** By number of a text in a column: its rank in sort order. */
  ranks(column: Shared): Uint32Array {
    return this.shared[column].texts.ranks();
  }
  /** The number of the text of row `index` in a column. */
  numberAt(column: Shared, index: number): number {
    if (index >= this.made) this.make(index + 1);
    return this.shared[column].numberAt(index);
  }
  /** The texts of a column; other lists may share them. */
  texts(column: Shared): Texts {
    return this.shared[column].texts;
  }

  private make(end: number): void {
    const { source, destination, type, client } = this.shared;
    for (; this.made < end; this.made++) {
      const packet = packetAt(this.scan, this.made, 0);
      source.set(this.made, packet);
      destination.set(this.made, packet);
      type.set(this.made, packet);
      client.set(this.made, packet);
    }
  }

  /** The row whose message, if it has one, was searched last. */
  private searched = -1;
  private message: LedgerMessage4 | undefined;
  private readonly searches = new Map<string, ReturnType<typeof searchInfo>>();
  private search: ReturnType<typeof searchInfo>;
  private searchedFor: string | undefined;
  private searchOf(word: string): ReturnType<typeof searchInfo> {
    // Row after row is asked for the same word.
    if (word === this.searchedFor) return this.search;
    if (!this.searches.has(word)) {
      if (this.searches.size >= MOST_WORDS) this.searches.clear();
      this.searches.set(word, searchInfo(word));
    }
    this.searchedFor = word;
    return (this.search = this.searches.get(word));
  }

  get frame(): number {
    return this.scan.store.number(this.index);
  }

  includes(column: Column, text: string): boolean {
    const { index, scan } = this;
    if (column !== 'info') return this.shared[column].includes(index, text);
    if (index !== this.searched) {
      this.searched = index;
      const { dhcp } = packetAt(scan, index);
      this.message = dhcp instanceof LedgerMessage4 ? dhcp : undefined;
    }
    const search = this.message && this.searchOf(text);
    if (search) return search(this.message!);
    if (this.infoIndex !== index) {
      this.infoIndex = index;
      this.info = infoOf(scan, index, packetAt(scan, index, 0)).toLowerCase();
    }
    return this.info.includes(text);
  }
}
