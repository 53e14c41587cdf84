import type { OptionTable } from '../../../codec/option';
import { OPTION } from '../../conversations/model';
import { isOfParts, optionOf, type FieldDifference } from './fields/compare';
import { ORDER } from './fields/leaves';
import type { About, Kind, Property } from './properties';

/**
 * What distinguishes unanswered messages from answered ones: a property that all of one side have and none of the other. Each message is
 * read once and added to its side; the two sides are then compared property by property.
 */

/** How many messages of one side are looked at. */
const MOST = 20_000;
/** From this many clients on each side on, a common property is more than chance even if it is not known to matter. */
export const SEVERAL = 3;

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
  /** For each property: its values, each with a frame; and a frame of a message that has no value. */
  private readonly values = new Map<Property, Map<string, number>>();
  private readonly without = new Map<Property, number>();
  /** Number of clients in each half of the RFC 3074 hash. */
  readonly halves: [number, number] = [0, 0];
  /** Number of messages with each option, by code. */
  readonly optionCounts = new Int32Array(256);
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
    for (const one of marks) this.note(one, message, frame);
    for (const one of kinds) this.note(one, message, frame);
    for (const code of codes) if (code < 256) this.optionCounts[code]!++;
  }

  /** Notes that an answered client asked in vain before, with a smaller secs. */
  addInVain(client: object, frame: number, secs: number): void {
    if (!this.waited.has(client)) this.waited.set(client, frame);
    this.waitedSecs = Math.max(this.waitedSecs, secs);
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

  /** The first value of a property and its frame, if all messages have a value. */
  everywhere(property: Property): readonly [value: string, frame: number] | undefined {
    const values = this.values.get(property);
    return values && !this.without.has(property) ? [...values][0] : undefined;
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
    return [...(this.values.get(property)?.keys() ?? [])].slice(0, most);
  }
}

/** The messages that are compared, and their name. */
export interface Asked {
  readonly name: string;
  readonly unanswered: Side;
  readonly answered: Side;
}

/** One thing that distinguishes two sides. */
export type Trait =
  | { readonly is: 'short' | 'secs' | 'hops' }
  /** Longer than a limit, which the answered ones keep. */
  | { readonly is: 'long'; readonly limit: number }
  /** A mark or a kind: the value of the unanswered messages, and a frame. */
  | { readonly is: 'mark' | 'kind'; readonly property: Property; readonly value: string; readonly frame: number }
  | { readonly is: 'with' | 'without'; readonly code: number }
  /** Any field of the messages, with the number of clients of each side that were looked at for it. */
  | {
      readonly is: 'field';
      readonly field: FieldDifference;
      readonly read: readonly [unanswered: number, answered: number];
    };

/** What distinguishes two sides. */
export interface Difference extends Asked {
  readonly trait: Trait;
  readonly likelihood: 'likely' | 'possible';
  /** Whether it is known to prevent answers, whatever else the capture shows. */
  readonly known: boolean;
  /** Other things that distinguish them. */
  readonly more: readonly Trait[];
}

export type Found = Pick<Difference, 'trait' | 'likelihood'>;

/**
 * What separates all unanswered from all answered messages, known reasons first; undefined if nothing does or one side is empty. What the
 * capture contradicts separates nothing. `anyField` compares all fields, and is called only where no property tells the sides apart.
 */
export function apart(
  asked: Asked,
  isContradicted: (trait: Trait) => boolean = () => false,
  anyField: (asked: Asked) => readonly Found[] = () => [],
): Difference | undefined {
  if (asked.unanswered.messages === 0 || asked.answered.messages === 0) return undefined;
  const known = [...marks(asked)].filter(({ trait }) => !isContradicted(trait));
  const named = [...known, ...[...kinds(asked)].filter(({ trait }) => !isContradicted(trait))];
  const codes = new Set(named.map(({ trait }) => codeOf(trait)));
  const rest = [...secs(asked), ...hops(asked), ...options(asked), ...long(asked)].filter(
    ({ trait }) => !isContradicted(trait) && (!('code' in trait) || !codes.has(trait.code)),
  );
  const told = withoutRequested([...named, ...rest]);
  const [first] = told.filter(({ likelihood }) => likelihood === 'likely');
  const fields =
    first && !isWholeOption(first.trait) ? [] : anyField(asked).filter(({ trait }) => !isContradicted(trait));
  const found = aloneIsLikely(withFields(told, fields, first !== undefined), asked).map((one) =>
    isOrdinary(one.trait, asked) ? { ...one, likelihood: 'possible' as const } : one,
  );
  const best = found.find(({ likelihood }) => likelihood === 'likely') ?? found[0];
  if (!best) return undefined;
  const more = found.filter((one) => one !== best && !follows(one.trait, best.trait)).map(({ trait }) => trait);
  return { ...asked, ...best, known: known.some(({ trait }) => trait === best.trait), more };
}

/** Whether a trait says nothing beside another: the network of a ciaddr, or what options a message has that nobody can read to its end. */
function follows(trait: Trait, best: Trait): boolean {
  if (!('property' in best)) return false;
  if (best.property.finding === 'malformed-message') return ['with', 'without', 'short'].includes(trait.is);
  return best.property.about === 'ciaddr' && 'property' in trait && trait.property.about === 'network';
}

/** Whether a trait is about the value of an option that differs from network to network. */
const isOrdinary = (trait: Trait, { unanswered: { measure } }: Asked): boolean =>
  trait.is !== 'with' && trait.is !== 'without' && measure.ordinary?.has(codeOf(trait) ?? 0) === true;

/** Whether a trait is about all the octets of an option. */
const isWholeOption = (trait: Trait): boolean => 'property' in trait && trait.property.about === 'option';

/**
 * What is told, and the fields that say more: the part of an option in place of all its octets, and, unless a likely trait is told, any
 * field of which nothing is told yet.
 */
function withFields(told: readonly Found[], fields: readonly Found[], isLikely: boolean): readonly Found[] {
  const partOf = (trait: Trait): Found | undefined =>
    isWholeOption(trait)
      ? fields.find((one) => codeOf(one.trait) === codeOf(trait) && 'field' in one.trait && isOfParts(one.trait.field))
      : undefined;
  const precise = told.map((one) => ({ ...one, trait: partOf(one.trait)?.trait ?? one.trait }));
  const abouts = told.flatMap(({ trait }) => ('property' in trait ? trait.property.about : []));
  if (isLikely || abouts.some((about) => PLACES.has(about))) return precise;
  const codes = new Set(told.map(({ trait }) => codeOf(trait)));
  const keys = new Set(abouts.map((about) => FIELDS[about]));
  const isTold = (trait: Trait): boolean =>
    codes.has(codeOf(trait) ?? -1) || ('field' in trait && keys.has(trait.field.place.key ?? ''));
  return [...precise, ...fields.filter(({ trait }) => !isTold(trait))];
}

/** Where a client is: what else distinguishes its messages may come from there. */
const PLACES: ReadonlySet<About> = new Set(['relay', 'circuit', 'remote id', 'relay6', 'interface id']);

/** The fields of headers that properties are about, by their keys. */
const FIELDS: Readonly<Partial<Record<About, string>>> = {
  'relay source': 'ip.src',
  'sending address': 'ip.src',
  'sending device': 'eth.src',
  'source port': 'udp.srcport',
  checksum: 'udp.checksum',
  broadcast: 'dhcp.flags',
  network: 'dhcp.ciaddr',
  'next server': 'dhcp.siaddr',
  file: 'dhcp.file',
  'first option': ORDER,
  duid: 'dhcpv6.option.1.type',
  iaid: 'dhcpv6.option.3.iaid',
};

/** Many clients ask for the address they had before; that counts only if nothing else distinguishes them. */
const withoutRequested = (found: readonly Found[]): readonly Found[] =>
  found.length > 1 ? found.filter(({ trait }) => codeOf(trait) !== OPTION.requested) : found;

/** The option that a trait is about. */
function codeOf(trait: Trait): number | undefined {
  if ('field' in trait) return optionOf(trait.field);
  if (!('property' in trait)) return 'code' in trait ? trait.code : undefined;
  return trait.property.about === 'first option' ? Number(trait.value) : trait.property.code;
}

/** If several clients are answered and only one thing distinguishes the others, that is the likely cause. */
function aloneIsLikely(found: readonly Found[], { answered }: Asked): readonly Found[] {
  const [one] = found;
  return one && found.length === 1 && answered.clients.size >= SEVERAL ? [{ ...one, likelihood: 'likely' }] : found;
}

function* marks({ unanswered, answered }: Asked): Generator<Found> {
  const { leastLength, marks } = unanswered.measure;
  const found: Found[] = [];
  for (const property of marks) {
    const has = unanswered.everywhere(property);
    if (!has || answered.has(property)) continue;
    found.push({ trait: { is: 'mark', property, value: has[0], frame: has[1] }, likelihood: 'likely' });
  }
  // A message that nobody can read to its end is dropped whatever its length.
  const isMalformed = ({ trait }: Found): boolean =>
    'property' in trait && trait.property.finding === 'malformed-message';
  yield* found.filter(isMalformed);
  if (unanswered.longest < leastLength && answered.shortest >= leastLength)
    yield { trait: { is: 'short' }, likelihood: 'likely' };
  yield* found.filter((one) => !isMalformed(one));
}

/** How certain a kind is: a single client says little, unless all the others are alike. */
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

/** A relay or failover partner waits until a client has been asking for some seconds (RFC 1542 §4.1.1, RFC 3074 §5.3). */
function* secs({ unanswered, answered }: Asked): Generator<Found> {
  // A client that is answered only in the end shows it as well as one that never is.
  const inVain = unanswered.clients.size + answered.waited.size;
  const most = Math.max(unanswered.mostSecs, answered.waitedSecs);
  if (Math.min(inVain, answered.clients.size) >= SEVERAL && most < answered.leastSecs)
    yield { trait: { is: 'secs' }, likelihood: 'likely' };
}

/** How many hops a relay lets pass by default (RFC 1542 §4.1.1). */
const MOST_HOPS = 4;
/** A relay or server drops what has come through too many relays. */
function* hops({ unanswered, answered }: Asked): Generator<Found> {
  if (unanswered.leastHops <= answered.mostHops) return;
  const several = Math.min(unanswered.clients.size, answered.clients.size) >= SEVERAL;
  const known = unanswered.leastHops > MOST_HOPS && answered.mostHops <= MOST_HOPS;
  if (several || known) yield { trait: { is: 'hops' }, likelihood: 'likely' };
}

/** Something on the way drops messages beyond a certain length. */
function* long({ unanswered, answered }: Asked): Generator<Found> {
  const limit = unanswered.measure.limits.find((one) => unanswered.shortest > one && answered.longest <= one);
  if (limit === undefined) return;
  const several = Math.min(unanswered.clients.size, answered.clients.size) >= SEVERAL;
  yield { trait: { is: 'long', limit }, likelihood: several ? 'likely' : 'possible' };
}

function* options({ unanswered, answered }: Asked): Generator<Found> {
  if (answered.clients.size < 2) return;
  const likelihood = Math.min(unanswered.clients.size, answered.clients.size) >= SEVERAL ? 'likely' : 'possible';
  for (let code = 0; code < 256; code++) {
    if (unanswered.measure.notCompared.has(code)) continue;
    const has = unanswered.optionCounts[code] === unanswered.messages && answered.optionCounts[code] === 0;
    const lacks = unanswered.optionCounts[code] === 0 && answered.optionCounts[code] === answered.messages;
    if (has || lacks) yield { trait: { is: has ? 'with' : 'without', code }, likelihood };
  }
}
