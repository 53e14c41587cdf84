import { OPTION } from '../../conversations/model';
import { isOfParts, optionOf, type FieldDifference } from './fields/compare';
import { ORDER } from './fields/leaves';
import { ID_PARTS, PARTS, type About, type Kind, type Property } from './properties';
import { ways, type Side } from './side';

/**
 * What distinguishes unanswered messages from answered ones: a property that all of one side have and none of the other. Each message is
 * read once and added to its side; the two sides are then compared property by property.
 */

/** From this many clients on each side on, a common property is more than chance even if it is not known to matter. */
export const SEVERAL = 3;

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
  // What is told already: the first cause, and what comes before.
  const isTold = (one: Found, i: number): boolean =>
    [best, ...found.slice(0, i)].some((other) => other !== one && follows(one.trait, other.trait));
  const more = found.filter((one, i) => one !== best && !isTold(one, i)).map(({ trait }) => trait);
  return { ...asked, ...best, known: known.some(({ trait }) => trait === best.trait), more };
}

/** What is said of a part of an option: how its text begins, or its first octet. */
const ofPart = (trait: Trait): boolean =>
  'property' in trait && (trait.property.about === 'identifier kind' || PARTS.has(trait.property.about));

/**
 * Whether a trait says nothing beside another: the network of a ciaddr, a part of an option or all of it, or what options a message has that
 * nobody can read to its end.
 */
function follows(trait: Trait, best: Trait): boolean {
  if (codeOf(trait) === codeOf(best) && (ofPart(trait) || (ofPart(best) && isWholeOption(trait)))) return true;
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
  if (isLikely || abouts.some((about) => PLACES.has(about) || ID_PARTS.has(about))) return precise;
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

/** In how many of so many choices of clients, at most one may be told apart, so that it is no accident that these are unanswered. */
const CHOICES = 10;

/** More than the combinations of associations that a client can ask for. */
const MOST_WANTED = 8;

/** What the way decides through which a client asks, and not the device. */
const OF_THE_WAY: ReadonlySet<About> = new Set([
  ...PLACES,
  'relay source',
  'selected server',
  'network',
  'source port',
  'offering server',
  'sending address',
  'sending device',
]);

/**
 * Whether something may tell the unanswered from the answered by accident: any few clients differ from the others in something. As many
 * groups of answered clients that are told apart as well show how often that happens here.
 */
function isAccident({ trait }: Found, { unanswered, answered }: Asked): boolean {
  if ('property' in trait && (trait.is === 'mark' || OF_THE_WAY.has(trait.property.about))) return false;
  // Addresses and prefixes come from pools of their own: that one is answered says nothing of the other.
  if (trait.is === 'kind' && trait.property.about === 'associations') {
    const served = answered.some(trait.property, MOST_WANTED).flatMap((value) => value.split(' and '));
    if (!served.some((one) => trait.value.includes(one))) return false;
  }
  const size = unanswered.clients.size;
  return ways(size, answered.clients.size) < CHOICES * (1 + answered.groupsOf(size));
}

/** If several clients are answered and only one thing distinguishes the others, that is the likely cause. */
function aloneIsLikely(found: readonly Found[], asked: Asked): readonly Found[] {
  const [one] = found;
  const { answered } = asked;
  return one && found.length === 1 && answered.clients.size >= SEVERAL && !isAccident(one, asked)
    ? [{ ...one, likelihood: 'likely' }]
    : found;
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

/** A difference that may be an accident is only possible. */
const notByChance = (found: Found, asked: Asked): Found =>
  found.likelihood === 'likely' && isAccident(found, asked) ? { ...found, likelihood: 'possible' } : found;

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
    if (likelihood)
      yield notByChance({ trait: { is: 'kind', property, value: has[0], frame: has[1] }, likelihood }, asked);
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
function* long(asked: Asked): Generator<Found> {
  const { unanswered, answered } = asked;
  const limit = unanswered.measure.limits.find((one) => unanswered.shortest > one && answered.longest <= one);
  if (limit === undefined) return;
  const several = Math.min(unanswered.clients.size, answered.clients.size) >= SEVERAL;
  yield notByChance({ trait: { is: 'long', limit }, likelihood: several ? 'likely' : 'possible' }, asked);
}

function* options(asked: Asked): Generator<Found> {
  const { unanswered, answered } = asked;
  if (answered.clients.size < 2) return;
  const likelihood = Math.min(unanswered.clients.size, answered.clients.size) >= SEVERAL ? 'likely' : 'possible';
  for (let code = 0; code < 256; code++) {
    if (unanswered.measure.notCompared.has(code)) continue;
    const has = unanswered.optionCounts[code] === unanswered.messages && answered.optionCounts[code] === 0;
    const lacks = unanswered.optionCounts[code] === 0 && answered.optionCounts[code] === answered.messages;
    if (has || lacks) yield notByChance({ trait: { is: has ? 'with' : 'without', code }, likelihood }, asked);
  }
}
