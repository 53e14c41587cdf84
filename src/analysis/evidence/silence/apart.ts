import { OPTION } from '../../conversations/model';
import type { Kind, Property } from './properties';

/*
 * What tells the unanswered from the answered: the property that all of the ones have and none of the others. Each message is looked at
 * once; a side is the sum of its messages, and two sides are compared property by property.
 */

/** More messages than this of one side are not looked at. */
const MOST = 20_000;
/** So many clients on either side make what they have in common more than chance, where it is nothing that is known to matter. */
const SEVERAL = 3;

/** What messages of one protocol are compared by. `M` is such a message. */
export interface Measure<M = never> {
  readonly protocol: 4 | 6;
  /** What is known to matter, and what sorts clients into kinds. */
  readonly marks: readonly Property<M>[];
  readonly kinds: readonly Kind<M>[];
  /** Octets that a message must have, where there is such a rule. */
  readonly leastLength: number;
  /** Options whose presence says nothing. */
  readonly notCompared: ReadonlySet<number>;
  readonly of: (message: M) => Facts;
}

/** What is known of a message beside its properties. */
export interface Facts {
  readonly frame: number;
  /** Whether it is whole. */
  readonly whole: boolean;
  readonly length: number;
  readonly secs: number;
  /** The half of the hash of RFC 3074 that its client is in. */
  readonly half: () => 0 | 1;
  readonly codes: readonly number[];
}

/** One side of the comparison. */
export class Side<M = never> {
  readonly clients = new Set<object>();
  messages = 0;
  /** Octets of the shortest and the longest message, the least and the greatest secs, and a frame. */
  shortest = Infinity;
  longest = 0;
  leastSecs = Infinity;
  mostSecs = 0;
  frame = 0;
  /** By property: its values, with a frame of each; a frame of a message without one. */
  private readonly values = new Map<Property, Map<string, number>>();
  private readonly without = new Map<Property, number>();
  /** How many clients are in either half of the hash of RFC 3074. */
  readonly halves: [number, number] = [0, 0];
  /** By option code: how many messages have it. */
  readonly options = new Int32Array(256);

  constructor(readonly measure: Measure<M>) {}

  /** Whether it has as many messages as are looked at. */
  get isFull(): boolean {
    return this.messages >= MOST;
  }

  /** Takes a message in, if it is whole: of one that was cut nobody knows what it lacks. */
  add(message: M, client: object): void {
    if (this.isFull) return;
    const { marks, kinds, of } = this.measure;
    const { frame, whole, length, secs, half, codes } = of(message);
    if (!whole) return;
    this.messages++;
    if (this.frame === 0) this.frame = frame;
    if (!this.clients.has(client)) this.halves[half()]++;
    this.clients.add(client);
    this.shortest = Math.min(this.shortest, length);
    this.longest = Math.max(this.longest, length);
    this.leastSecs = Math.min(this.leastSecs, secs);
    this.mostSecs = Math.max(this.mostSecs, secs);
    for (const one of marks) this.note(one, message, frame);
    for (const one of kinds) this.note(one, message, frame);
    for (const code of codes) if (code < 256) this.options[code]!++;
  }

  private note(property: Property<M>, message: M, frame: number): void {
    const value = property.of(message);
    if (value === undefined) {
      if (!this.without.has(property)) this.without.set(property, frame);
      return;
    }
    let values = this.values.get(property);
    if (!values) this.values.set(property, (values = new Map<string, number>()));
    if (!values.has(value)) values.set(value, frame);
  }

  /** The first value of a property with its frame, where all messages have one. */
  everywhere(property: Property): readonly [value: string, frame: number] | undefined {
    const values = this.values.get(property);
    return values && !this.without.has(property) ? [...values][0] : undefined;
  }
  /** The one value that all messages share, with a frame. */
  shared(property: Property): readonly [value: string, frame: number] | undefined {
    return this.values.get(property)?.size === 1 ? this.everywhere(property) : undefined;
  }
  /** Whether any message has a value; this one where it is given. */
  has(property: Property, value?: string): boolean {
    const values = this.values.get(property);
    return value === undefined ? values !== undefined : (values?.has(value) ?? false);
  }
  /** Whether all messages have one value, or all none. */
  isUniform(property: Property): boolean {
    return !this.has(property) || this.shared(property) !== undefined;
  }
  /** The first of its values. */
  some(property: Property, most: number): readonly string[] {
    return [...(this.values.get(property)?.keys() ?? [])].slice(0, most);
  }
}

/** The messages that are compared, and what they are called. */
export interface Asked {
  readonly name: string;
  readonly unanswered: Side;
  readonly answered: Side;
}

/** One thing that tells two sides apart. */
export type Trait =
  | { readonly is: 'short' | 'secs' }
  /** A mark or a kind: what the unanswered have, and a frame. */
  | { readonly is: 'mark' | 'kind'; readonly property: Property; readonly value: string; readonly frame: number }
  | { readonly is: 'with' | 'without'; readonly code: number };

/** What tells two sides apart. */
export interface Difference extends Asked {
  readonly trait: Trait;
  readonly likelihood: 'likely' | 'possible';
  /** Whether it is one of what is known to keep answers away, whatever else the capture shows. */
  readonly known: boolean;
  /** What tells them apart as well. */
  readonly more: readonly Trait[];
}

type Found = Pick<Difference, 'trait' | 'likelihood'>;

/** What separates all unanswered from all answered messages, what is known to matter first; undefined where nothing does, or one side is empty. */
export function apart(asked: Asked): Difference | undefined {
  if (asked.unanswered.messages === 0 || asked.answered.messages === 0) return undefined;
  const known = [...marks(asked)];
  const named = [...known, ...kinds(asked)];
  const codes = new Set(named.map(({ trait }) => ('property' in trait ? trait.property.code : undefined)));
  const rest = [...secs(asked), ...options(asked)].filter(({ trait }) => !('code' in trait) || !codes.has(trait.code));
  const found = aloneIsLikely(withoutRequested([...named, ...rest]), asked);
  const best = found.find(({ likelihood }) => likelihood === 'likely') ?? found[0];
  if (!best) return undefined;
  const more = found.filter((one) => one !== best).map(({ trait }) => trait);
  return { ...asked, ...best, known: known.some(({ trait }) => trait === best.trait), more };
}

/** Many clients ask for the address that they had: that counts only where nothing else tells them from the others. */
const withoutRequested = (found: readonly Found[]): readonly Found[] =>
  found.length > 1 ? found.filter(({ trait }) => !('code' in trait) || trait.code !== OPTION.requested) : found;

/** Where several are answered, and one thing alone tells the others from them, that is it. */
function aloneIsLikely(found: readonly Found[], { answered }: Asked): readonly Found[] {
  const [one] = found;
  return one && found.length === 1 && answered.clients.size >= SEVERAL ? [{ ...one, likelihood: 'likely' }] : found;
}

function* marks({ unanswered, answered }: Asked): Generator<Found> {
  const { leastLength, marks } = unanswered.measure;
  if (unanswered.longest < leastLength && answered.shortest >= leastLength)
    yield { trait: { is: 'short' }, likelihood: 'likely' };
  for (const property of marks) {
    const has = unanswered.everywhere(property);
    if (!has || answered.has(property)) continue;
    yield { trait: { is: 'mark', property, value: has[0], frame: has[1] }, likelihood: 'likely' };
  }
}

/** How sure a kind is: one client alone says little, but where all the others are alike. */
function sureness(kind: Kind, { unanswered, answered }: Asked): Found['likelihood'] | undefined {
  if (Math.min(unanswered.clients.size, answered.clients.size) >= kind.least) return 'likely';
  if (!kind.alone) return answered.clients.size >= SEVERAL && answered.isUniform(kind) ? 'possible' : undefined;
  if (answered.clients.size < 2) return undefined;
  return answered.isUniform(kind) ? 'likely' : 'possible';
}

function* kinds(asked: Asked): Generator<Found> {
  const { unanswered, answered } = asked;
  for (const property of unanswered.measure.kinds) {
    const has = unanswered.shared(property);
    if (!has || answered.has(property, has[0])) continue;
    const likelihood = sureness(property, asked);
    if (likelihood) yield { trait: { is: 'kind', property, value: has[0], frame: has[1] }, likelihood };
  }
}

/** A relay or a partner that waits until a client has asked for some seconds (RFC 1542 §4.1.1, RFC 3074 §5.3). */
function* secs({ unanswered, answered }: Asked): Generator<Found> {
  const several = Math.min(unanswered.clients.size, answered.clients.size) >= SEVERAL;
  if (several && unanswered.mostSecs < answered.leastSecs) yield { trait: { is: 'secs' }, likelihood: 'likely' };
}

function* options({ unanswered, answered }: Asked): Generator<Found> {
  if (answered.clients.size < 2) return;
  const likelihood = Math.min(unanswered.clients.size, answered.clients.size) >= SEVERAL ? 'likely' : 'possible';
  for (let code = 0; code < 256; code++) {
    if (unanswered.measure.notCompared.has(code)) continue;
    const has = unanswered.options[code] === unanswered.messages && answered.options[code] === 0;
    const lacks = unanswered.options[code] === 0 && answered.options[code] === answered.messages;
    if (has || lacks) yield { trait: { is: has ? 'with' : 'without', code }, likelihood };
  }
}
