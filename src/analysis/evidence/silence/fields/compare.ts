import { ORDER, VALUE, isWithin, outerOf, topOf, valuePath, type Place, type Places } from './leaves';
import type { Spread, Summary } from './summary';

/** Which fields all messages of one side have otherwise than all messages of the other. */

/** How a field differs. */
export type How =
  /** It has other values. */
  | 'value'
  /** It is there on this side alone, or on the other alone. */
  | 'there'
  | 'missing'
  /** A list holds an entry on this side alone, or on the other alone. */
  | 'listed'
  | 'unlisted'
  /** It stands several times in a message. */
  | 'times';

/** One field by which the unanswered messages differ from the answered ones. */
export interface FieldDifference {
  readonly how: How;
  readonly path: string;
  readonly place: Place;
  /** Its value, or values, in the unanswered and the answered messages, a few of them; the entry of a list; a number of times. */
  readonly own: readonly string[];
  readonly theirs: readonly string[];
  /** A frame of each side. */
  readonly frame: number;
  readonly theirFrame: number;
}

/** Whether a difference is about a part of an option, as an entry of its list, or about an option that has parts. */
export const isOfParts = ({ how, place, own }: FieldDifference): boolean =>
  how === 'listed' ||
  how === 'unlisted' ||
  (place.names.length > 1 ? place.names[1] !== VALUE : how === 'there' && own.length === 0);

/** The option of the message that a difference is about. */
export function optionOf({ place: { key = '' }, own, theirs }: FieldDifference): number | undefined {
  const [, code] = (key === ORDER ? OPTION_NAME.exec(own[0] ?? theirs[0] ?? '') : OPTION_KEY.exec(key)) ?? [];
  return code === undefined ? undefined : Number(code);
}
const OPTION_KEY = /^dhcp(?:v6)?\.option\.(\d+)/;
const OPTION_NAME = /^Option (\d+)/;

/** Values that are named. */
const SOME = 4;
/**
 * The chance beyond which a further client may have a value of its own, by the answered ones alone: then a new value says nothing, unless
 * several clients share it.
 */
const MAY_BE_NEW = 0.25;
/** From this many clients on, a shared value is no accident even where each client has its own. */
const SEVERAL = 3;
/** Where no octet is set, however the field is written. */
const ZERO = /^(0x)?0[0.:]*(?![\da-z.:])/i;
/** Grow while a client asks in vain, which may have begun before the capture. */
const GROWS: ReadonlySet<string> = new Set(['dhcp.secs', 'dhcpv6.option.8']);
/** Every client has its own, even where a program invents clients with one. */
const INDIVIDUAL: ReadonlySet<string> = new Set(['dhcp.xid', 'dhcpv6.xid', 'dhcp.chaddr', 'eth.src']);

/** What is compared: the unanswered and the answered messages. */
export interface Compared {
  readonly places: Places;
  readonly unanswered: Summary;
  readonly answered: Summary;
  /** Number of unanswered clients, and whether each of them sent several messages. */
  readonly clients: number;
  readonly repeat: boolean;
}

/** The fields that differ, one for each option or field of a header, of those that count; none if they are more than `most`. */
export function differingFields(
  compared: Compared,
  most: number,
  counts: (place: Place) => boolean = () => true,
): FieldDifference[] {
  const { unanswered, answered, places } = compared;
  const found = new Map<string, FieldDifference>();
  const taken: string[] = [];
  for (const path of new Set([...unanswered.paths.keys(), ...answered.paths.keys()])) {
    const top = topOf(path);
    if (found.has(top) || taken.some((outer) => isWithin(path, outer))) continue;
    if (!counts(places.get(path)!)) continue;
    const difference = differenceAt(path, places.get(path)!, compared);
    if (!difference) continue;
    if (found.size === most) return [];
    found.set(top, difference);
    taken.push(path);
  }
  return [...found.values()];
}

const NOWHERE: Spread = { present: 0, repeated: 0, values: new Map(), times: new Map(), single: 0 };

function differenceAt(path: string, place: Place, compared: Compared): FieldDifference | undefined {
  const { unanswered, answered } = compared;
  const own = unanswered.paths.get(path) ?? NOWHERE;
  const theirs = answered.paths.get(path) ?? NOWHERE;
  const of = (
    how: How,
    mine: readonly string[],
    others: readonly string[],
    at = own,
    there = theirs,
  ): FieldDifference => ({
    how,
    path,
    place,
    own: mine,
    theirs: others,
    frame: frameOf(at, mine[0]) ?? unanswered.frame,
    theirFrame: frameOf(there, others[0]) ?? answered.frame,
  });
  if (own.present === unanswered.messages && theirs.present === 0) {
    // What few of the answered ones have says little of what is in it.
    const outer = answered.paths.get(outerOf(path))?.present ?? answered.messages;
    if (1 / (outer + 1) > MAY_BE_NEW && compared.clients < SEVERAL) return undefined;
    const value = place.isGroup ? (unanswered.paths.get(valuePath(path)) ?? NOWHERE) : own;
    return of('there', everywhere(value, unanswered), []);
  }
  if (own.present === 0 && theirs.present === answered.messages) return of('missing', [], some(theirs));
  if (place.isGroup) return timesAt(own, theirs, compared, of);
  const fresh = everywhere(own, unanswered).filter((value) => !theirs.values.has(value));
  const gone = everywhere(theirs, answered).filter((value) => !own.values.has(value));
  const isList = own.repeated + theirs.repeated > 0;
  const mayBeNew = INDIVIDUAL.has(place.key ?? '') || newness(theirs, answered.messages) > MAY_BE_NEW;
  const grows = GROWS.has(place.key ?? '');
  if (fresh.length > 0 && !(grows && !compared.repeat && !ZERO.test(fresh[0]!))) {
    if (!mayBeNew || compared.clients >= SEVERAL)
      return isList ? of('listed', fresh, []) : of('value', fresh, some(theirs));
    // A value of its own says nothing in such a field, but to have none does.
    if (
      ZERO.test(fresh[0]!) &&
      theirs.present === answered.messages &&
      ![...theirs.values.keys()].some((one) => ZERO.test(one))
    )
      return of('value', fresh, []);
  }
  if (gone.length === 0 || grows) return undefined;
  if (isList) return of('unlisted', [], gone);
  return own.values.size > 0 ? of('value', some(own), gone) : undefined;
}

/**
 * The chance that a further message has a value that none of these has (I. J. Good 1953: the share of those that are alone with theirs), of
 * all messages or of those that have the field.
 */
const newness = ({ single, present }: Spread, messages: number): number =>
  Math.max((single + (messages - present === 1 ? 2 : 1)) / (messages + 1), (single + 1) / (present + 1));

/** Whether a group stands more often on one side than ever on the other. */
function timesAt(
  own: Spread,
  theirs: Spread,
  { unanswered }: Compared,
  of: (how: How, own: readonly string[], theirs: readonly string[]) => FieldDifference,
): FieldDifference | undefined {
  if (own.present < unanswered.messages) return undefined;
  const least = [...own.times.keys()].reduce((a, b) => Math.min(a, b), Infinity);
  const most = [...theirs.times.keys()].reduce((a, b) => Math.max(a, b), 0);
  return least > most ? of('times', [String(least)], [String(most)]) : undefined;
}

/** The values that all messages of a side have. */
const everywhere = ({ values }: Spread, { messages }: Summary): string[] =>
  [...values].flatMap(([value, { count }]) => (count === messages ? [value] : []));

const some = ({ values }: Spread): string[] => [...values.keys()].slice(0, SOME);

const frameOf = ({ values }: Spread, value: string | undefined): number | undefined =>
  value === undefined ? undefined : values.get(value)?.frame;
