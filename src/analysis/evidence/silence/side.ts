import type { OptionTable } from '../../../codec/option';
import { PARTS, type Kind, type Property } from './properties';

/** One side of the comparison of unanswered with answered messages: each message is read once, and what it has is counted. */

/** How many messages of one side are looked at. */
const MOST = 20_000;
/** What messages of one protocol are compared by. `M` is the type of such a message. */
export interface Measure<M = never> {
  readonly protocol: 4 | 6;
  /** Properties that are known to matter, and properties that sort clients into kinds. */
  readonly marks: readonly Property<M>[];
  readonly kinds: readonly Kind<M>[];
  /** Minimum length of a message in octets, if there is such a rule. */
  readonly leastLength: number;
  /** Lengths in octets beyond which a message may be lost, the greatest first. */
  readonly limits: readonly number[];
  /** Options whose presence says nothing. */
  readonly notCompared: ReadonlySet<number>;
  /** Options whose values differ from network to network: no likely reason. */
  readonly ordinary?: ReadonlySet<number>;
  readonly of: (message: M) => Facts;
}

/** What is known about a message besides its properties. */
export interface Facts {
  readonly frame: number;
  /** Whether it was captured completely. */
  readonly whole: boolean;
  readonly length: number;
  readonly secs: number;
  readonly hops: number;
  /** The half of the RFC 3074 hash that its client falls into. */
  readonly half: () => 0 | 1;
  readonly codes: readonly number[];
}

/** Those who have one value. */
interface Group {
  readonly frame: number;
  /** How many clients, as far as they ask one after another. */
  clients: number;
  last: object;
}

/** One side of the comparison. */
export class Side<M = never> {
  readonly clients = new Set<object>();
  messages = 0;
  /** Octets of the shortest and longest message, smallest and largest secs and hops, and a frame. */
  shortest = Infinity;
  longest = 0;
  leastSecs = Infinity;
  mostSecs = 0;
  leastHops = Infinity;
  mostHops = 0;
  frame = 0;
  /** For each property: its values, and who has them; and a frame of a message that has no value. */
  private readonly values = new Map<Property, Map<string, Group>>();
  private readonly without = new Map<Property, number>();
  /** Number of clients in each half of the RFC 3074 hash. */
  readonly halves: [number, number] = [0, 0];
  /** Number of messages with each option, by code; and of clients with it, as far as they ask one after another. */
  readonly optionCounts = new Int32Array(256);
  private readonly optionClients = new Int32Array(256);
  private readonly lastWith: (object | undefined)[] = [];
  /** Clients that were answered only when secs had grown, with a message before that; and the largest secs of such a message. */
  readonly waited = new Map<object, number>();
  waitedSecs = 0;
  /** The index of the first and the last message of each client. */
  readonly ends = new Map<object, [first: number, last: number]>();

  constructor(
    readonly measure: Measure<M>,
    /** The options there are. */
    readonly options: OptionTable,
  ) {}

  /** Whether it already has as many messages as are looked at. */
  get isFull(): boolean {
    return this.messages >= MOST;
  }

  /** Adds a message if it was captured completely; what a cut message lacks is not known. */
  add(message: M, client: object, index: number): void {
    if (this.isFull) return;
    const { marks, kinds, of } = this.measure;
    const { frame, whole, length, secs, hops, half, codes } = of(message);
    if (!whole) return;
    this.messages++;
    if (this.frame === 0) this.frame = frame;
    if (!this.clients.has(client)) this.halves[half()]++;
    this.clients.add(client);
    const ends = this.ends.get(client);
    if (ends) ends[1] = index;
    else this.ends.set(client, [index, index]);
    this.shortest = Math.min(this.shortest, length);
    this.longest = Math.max(this.longest, length);
    this.leastSecs = Math.min(this.leastSecs, secs);
    this.mostSecs = Math.max(this.mostSecs, secs);
    this.leastHops = Math.min(this.leastHops, hops);
    this.mostHops = Math.max(this.mostHops, hops);
    for (const one of marks) this.note(one, message, frame, client);
    for (const one of kinds) this.note(one, message, frame, client);
    for (const code of codes) {
      if (code >= 256) continue;
      this.optionCounts[code]!++;
      if (this.lastWith[code] !== client) this.optionClients[code]!++;
      this.lastWith[code] = client;
    }
  }

  /** Notes that an answered client asked in vain before, with a smaller secs. */
  addInVain(client: object, frame: number, secs: number): void {
    if (!this.waited.has(client)) this.waited.set(client, frame);
    this.waitedSecs = Math.max(this.waitedSecs, secs);
  }

  private note(property: Property<M>, message: M, frame: number, client: object): void {
    const value = property.of(message);
    if (value === undefined) {
      if (!this.without.has(property)) this.without.set(property, frame);
      return;
    }
    let values = this.values.get(property);
    if (!values) this.values.set(property, (values = new Map<string, Group>()));
    const group = values.get(value);
    if (!group) values.set(value, { frame, clients: 1, last: client });
    else if (group.last !== client) {
      group.clients++;
      group.last = client;
    }
  }

  /** How many groups of so many clients there are whom something tells from all others, as it may tell the unanswered from these. */
  groupsOf(size: number): number {
    const { kinds, notCompared } = this.measure;
    const all = this.clients.size;
    let groups = 0;
    for (const property of kinds) {
      // Who sends the same text sends the same beginning: that is one group.
      if (PARTS.has(property.about)) continue;
      const values = this.values.get(property);
      // Where each client may have its own value, it tells only from others that are alike.
      if (values && (property.alone || size >= property.least || values.size === 2))
        for (const { clients } of values.values()) if (clients === size) groups++;
    }
    for (let code = 0; code < 256; code++) {
      const having = this.optionClients[code]!;
      if (!notCompared.has(code) && (having === size || (having > 0 && having === all - size))) groups++;
    }
    return Math.min(groups, ways(size, all - size));
  }

  /** The first value of a property and its frame, if all messages have a value. */
  everywhere(property: Property): readonly [value: string, frame: number] | undefined {
    const values = this.values.get(property);
    const [first] = values && !this.without.has(property) ? values : [];
    return first && [first[0], first[1].frame];
  }
  /** The value that all messages share, with a frame; undefined if they differ. */
  shared(property: Property): readonly [value: string, frame: number] | undefined {
    return this.values.get(property)?.size === 1 ? this.everywhere(property) : undefined;
  }
  /** Whether any message has this value, or any value if none is given. */
  has(property: Property, value?: string): boolean {
    const values = this.values.get(property);
    return value === undefined ? values !== undefined : (values?.has(value) ?? false);
  }
  /** Whether all messages have the same value, or none has a value. */
  isUniform(property: Property): boolean {
    return !this.has(property) || this.shared(property) !== undefined;
  }
  /** Up to `most` of its values. */
  some(property: Property, most: number): readonly string[] {
    return this.someWithFrames(property, most).map(([value]) => value);
  }
  /** Up to `most` of its values, each with the first frame that has it. */
  someWithFrames(property: Property, most: number): (readonly [value: string, frame: number])[] {
    return [...(this.values.get(property) ?? [])].slice(0, most).map(([value, { frame }]) => [value, frame]);
  }
}

/** In how many ways `some` can be chosen from `some + others`. */
export function ways(some: number, others: number): number {
  let count = 1;
  for (let i = 1; i <= some && count < 1e6; i++) count = (count * (others + i)) / i;
  return count;
}
