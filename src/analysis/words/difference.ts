import { optionName } from '../../codec/dhcpv4/options';
import { optionName6 } from '../../codec/dhcpv6/tlv';
import { cause, withFinding } from '../draft';
import type { Cause } from '../finding';
import type { Asked, Difference, Trait } from '../evidence/silence/apart';
import type { Side } from '../evidence/silence/side';
import type { Property } from '../evidence/silence/properties';

import { fieldPhrase, fieldSentence, fieldValues } from './difference/fields';
import { partiesOf } from './difference/parties';
import { PROPERTIES, VERBS, type Titled, type Verb, type Words } from './difference/properties';
import { brief, count, either, frames, list } from './words';

/** What distinguishes unanswered messages from answered ones, in words. */

const titled = (code: number, { unanswered }: Asked): Titled => ({
  code,
  title: optionTitleOf(code, unanswered),
});
/** A DHCPv4 or DHCPv6 option with its number and name. */
export const optionTitleOf = (code: number, { measure, options }: Side): string =>
  `option ${code} (${measure.protocol === 4 ? optionName(code, options) : optionName6(options, code)})`;
const octetsOf = ({ shortest, longest }: Side): string =>
  shortest === longest ? String(shortest) : `${shortest} to ${longest}`;

/** How many values of a property that the unanswered do not share are named. */
const MOST_VALUES = 3;
/** The value of a mark; the values, where the unanswered messages differ in it. Damage is described by that of the first. */
function valueOf(trait: Extract<Trait, { property: unknown }>, { unanswered }: Asked): string {
  const values = trait.is === 'kind' || trait.property.about === 'broken' ? [] : unanswered.some(trait.property, 32);
  return values.length > 1 ? either(values.map(brief), MOST_VALUES) : trait.value;
}

/** What the unanswered clients are: `behind relay 10.0.0.1`. */
function areOf(trait: Trait, asked: Asked): string {
  switch (trait.is) {
    case 'short':
      return `with ${asked.name}s under 300 octets`;
    case 'long':
      return `with ${asked.name}s of ${octetsOf(asked.unanswered)} octets`;
    case 'hops':
      return `with hops of ${asked.unanswered.leastHops} or more`;
    case 'secs':
      return `with secs up to ${asked.unanswered.mostSecs}`;
    case 'with':
    case 'without':
      return `${trait.is} ${titled(trait.code, asked).title}`;
    case 'field':
      return fieldPhrase(trait.field);
    default:
      return PROPERTIES[trait.property.about].are(
        brief(valueOf(trait, asked)),
        titled(trait.property.code ?? 0, asked),
      );
  }
}

/** The difference for a title: `all behind relay 10.0.0.1`. */
export const traitText = (difference: Difference): string => `all ${areOf(difference.trait, difference)}`;

/** The subject of a finding about these clients: `relay 10.0.0.1`, `clients with option 80 (Rapid Commit)`. */
export function traitSubject(difference: Difference): string {
  const { trait } = difference;
  const behind = 'property' in trait ? PROPERTIES[trait.property.about].behind : undefined;
  return behind !== undefined && 'value' in trait
    ? `${behind} ${brief(trait.value)}`
    : `clients ${areOf(trait, difference)}`;
}

/** A difference as a cause, with both values, the counts and two example frames. */
export function differenceCause(difference: Difference): Cause {
  const { likelihood, name, trait, unanswered, answered, more } = difference;
  const { without, with: served } = partiesOf(name);
  const others = more.slice(0, 2).map((one) => areOf(one, difference));
  const told = cause(
    likelihood,
    sentence(difference),
    values(difference),
    `${count(unanswered.messages, `${without} ${name}`)} of ${count(unanswered.clients.size, 'client')} compared with ${count(answered.messages, `${served} ${name}`)} of ${count(answered.clients.size, 'client')}`,
    others.length > 0 && `the ${without} differ in this as well: ${others.join('; ')}`,
  );
  const finding = 'property' in trait ? trait.property.finding : undefined;
  return finding !== undefined && 'frame' in trait ? withFinding(finding, [trait.frame], told) : told;
}

function sentence(difference: Difference): string {
  const { trait, name, unanswered, answered } = difference;
  const {
    without,
    with: served,
    verb,
    offers,
    lacking,
    otherwise,
    answered: [, many],
  } = partiesOf(name);
  switch (trait.is) {
    case 'short':
      return `The ${name} is too short: it has ${octetsOf(unanswered)} octets, the answered ones have ${octetsOf(answered)}, and some relays, switches and servers drop what is shorter than BOOTP’s 300 octets`;
    case 'long':
      return `The ${without} ${name}s (${count(unanswered.clients.size, 'client')}) are longer: they have ${octetsOf(unanswered)} octets, the ${served} ones (${count(answered.clients.size, 'client')}) have ${octetsOf(answered)} at most, and ${LIMIT_TEXTS[trait.limit] ?? 'something on the way may drop long messages'}`;
    case 'hops':
      return `The unanswered ${name}s (${count(unanswered.clients.size, 'client')}) have hops of ${unanswered.leastHops} or more, the answered ones (${count(answered.clients.size, 'client')}) ${answered.mostHops} or less: relays and servers drop what has passed too many relays (RFC 1542 §4.1.1)`;
    case 'secs':
      return `The answered ${name}s have secs of ${answered.leastSecs} or more, the unanswered ${Math.max(unanswered.mostSecs, answered.waitedSecs)} or less: a relay or server waits until a client has asked that long, as a second server does for the sake of the first`;
    case 'mark': {
      const words = PROPERTIES[trait.property.about];
      return `The ${without} ${name} has ${words.shown(atLength(valueOf(trait, difference)), titled(trait.property.code ?? 0, difference))}; the ${served} ones have ${noneOf(words, titled(trait.property.code ?? 0, difference))}: ${words.why}`;
    }
    case 'kind': {
      const words = PROPERTIES[trait.property.about];
      const option = titled(trait.property.code ?? 0, difference);
      const value = brief(trait.value);
      return onlyThey(words.does?.(value, option) ?? ['be', words.are(value, option)], difference, words.why);
    }
    case 'with':
      return onlyThey([verb, `${offers}${titled(trait.code, difference).title}`], difference, otherwise);
    case 'without':
      return onlyThey(
        [verb, `${lacking}${titled(trait.code, difference).title}`],
        difference,
        otherwise,
        `all ${answered.clients.size} ${many} ${verb} it`,
      );
    case 'field':
      return fieldSentence(trait, difference);
  }
}

/** What may happen to a message beyond a limit. */
const LIMIT_TEXTS: Readonly<Record<number, string>> = {
  300: 'an old relay or server may take no more than BOOTP’s 300 octets',
  548: 'no host need take more than 576 octets with the headers (RFC 2131 §2)',
  1232: 'what does not fit into 1280 octets with the headers may be dropped (RFC 8200 §5)',
  1452: 'what does not fit into one Ethernet frame is sent in fragments, which may be dropped',
  1472: 'what does not fit into one Ethernet frame is sent in fragments, which may be dropped',
};

/** What only the unanswered clients do: `Only the unanswered client is behind relay 10.0.0.1; none of the 6 answered clients is`. */
function onlyThey(
  [verb, rest]: readonly [Verb, string],
  { name, unanswered, answered }: Difference,
  why: string,
  they?: string,
): string {
  const n = unanswered.clients.size;
  const m = answered.clients.size;
  const [one, many, short] = VERBS[verb];
  const parties = partiesOf(name);
  const who = n === 1 ? `Only the ${parties.unanswered[0]} ${one}` : `Only the ${n} ${parties.unanswered[1]} ${many}`;
  const others =
    they ?? (m === 1 ? `the ${parties.answered[0]} ${short} not` : `none of the ${m} ${parties.answered[1]} ${short}`);
  return `${who} ${rest}; ${others}: ${why}`;
}

/** The description of damage is shown at length, because it names the option. */
const atLength = (value: string): string => (value.length > 240 ? `${value.slice(0, 239)}…` : value);

/** The values of both sides, each with an example frame. */
function values(difference: Difference): string {
  const { trait, unanswered, answered } = difference;
  switch (trait.is) {
    case 'short':
      return `${octetsOf(unanswered)} octets (frame ${unanswered.frame}) against ${octetsOf(answered)} (frame ${answered.frame}); RFC 1542 §2.1`;
    case 'long':
      return `${octetsOf(unanswered)} octets (frame ${unanswered.frame}) against ${octetsOf(answered)} (frame ${answered.frame})`;
    case 'hops':
      return `hops ${unanswered.leastHops} (frame ${unanswered.frame}) against ${answered.mostHops} (frame ${answered.frame})`;
    case 'secs':
      return `secs up to ${unanswered.mostSecs} (frame ${unanswered.frame}) against ${answered.leastSecs} and more (frame ${answered.frame})${waitedText(answered)}`;
    case 'with':
    case 'without':
      return `option ${trait.code} is ${trait.is === 'with' ? 'in' : 'missing from'} frame ${unanswered.frame}, and ${trait.is === 'with' ? 'missing from' : 'in'} the ${partiesOf(difference.name).with} frame ${answered.frame}`;
    case 'field':
      return fieldValues(trait, difference);
    default: {
      const { property, value, frame } = trait;
      const words = PROPERTIES[property.about];
      const option = titled(property.code ?? 0, difference);
      const { with: served } = partiesOf(difference.name);
      return property.about === 'broken'
        ? `${words.shown(brief(value), option).replace('this fault', `this fault in frame ${frame}`)}; the ${served} ones have no such fault (frame ${answered.frame})`
        : `${words.shown(brief(value), option)} in frame ${frame}, ${toldOf(property, answered, words, option, served)}`;
    }
  }
}

/** How often answered clients were in the place of the unanswered before; empty if none was. */
const waitedText = ({ waited, waitedSecs }: Side): string =>
  waited.size === 0
    ? ''
    : `; ${count(waited.size, 'answered client')} asked in vain before, with secs up to ${waitedSecs} (${frames([...waited.values()])})`;

const noneOf = ({ none }: Words, option: Titled): string => (typeof none === 'string' ? none : none(option));

/** The values of the answered messages, each with the frame that shows it. */
function toldOf(property: Property, side: Side, words: Words, option: Titled, served: string): string {
  const [first, ...others] = side.someWithFrames(property, 3);
  if (!first) return `${noneOf(words, option)} in ${served} ones (frame ${side.frame})`;
  const shown = ([value, frame]: readonly [string, number]): string =>
    `${words.shown(brief(value), option)} (frame ${frame})`;
  return others.length === 0
    ? `${words.shown(brief(first[0]), option)} in ${served} ones (frame ${first[1]})`
    : `${list([first, ...others].map(shown))} in ${served} ones`;
}

/** Adds one more cause: first if it is likely, and then no other stays likely; otherwise after the likely ones. */
export function putFirst(first: Cause, others: readonly Cause[]): Cause[] {
  if (first.likelihood === 'likely')
    return [
      first,
      ...others.map((one): Cause => (one.likelihood === 'likely' ? { ...one, likelihood: 'possible' } : one)),
    ];
  const at = others.findIndex(({ likelihood }) => likelihood !== 'likely');
  return at < 0 ? [...others, first] : [...others.slice(0, at), first, ...others.slice(at)];
}
