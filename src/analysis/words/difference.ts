import { optionName } from '../../codec/dhcpv4/options';
import { optionName6 } from '../../codec/dhcpv6/tlv';
import { cause } from '../collector';
import type { Cause } from '../finding';
import type { Asked, Difference, Side, Trait } from '../evidence/silence/apart';
import type { About, Property } from '../evidence/silence/properties';
import { withFinding } from '../draft';
import { count, either, list } from './words';

/** What distinguishes unanswered messages from answered ones, in words. */

/** How many characters of a value a sentence shows. */
const LONG = 80;
const brief = (value: string): string => (value.length > LONG ? `${value.slice(0, LONG - 1)}…` : value);
/** The option that a property is about. */
interface Titled {
  readonly code: number;
  /** For example `option 80 (Rapid Commit)`. */
  readonly title: string;
}
const titled = (code: number, { unanswered }: Asked): Titled => ({
  code,
  title: optionTitleOf(code, unanswered),
});
/** A DHCPv4 or DHCPv6 option with its number and name. */
export const optionTitleOf = (code: number, { measure, options }: Side): string =>
  `option ${code} (${measure.protocol === 4 ? optionName(code, options) : optionName6(options, code)})`;
const octetsOf = ({ shortest, longest }: Side): string =>
  shortest === longest ? String(shortest) : `${shortest} to ${longest}`;

/** A verb in the singular and plural, and the short form used to deny it of others. */
const VERBS = {
  be: ['is', 'are', 'is'],
  send: ['sends', 'send', 'does'],
  have: ['has', 'have', 'has'],
  ask: ['asks', 'ask', 'does'],
} as const;
type Verb = keyof typeof VERBS;

/** The wording for a property: who has it, who does not, and what follows from it. */
interface Words {
  /** What a message with the value has (`ciaddr 10.0.0.7`), and what one without a value has. */
  shown(value: string, option: Titled): string;
  readonly none: string | ((option: Titled) => string);
  /** What clients are, or what they send: `behind relay 10.0.0.1`. */
  are(value: string, option: Titled): string;
  /** The same as what one or several clients do, verb first: `is behind relay 10.0.0.1`. Left out for marks. */
  does?(value: string, option: Titled): readonly [verb: Verb, rest: string];
  /** What the clients are behind, if that can be the subject of a finding. */
  readonly behind?: string;
  readonly why: string;
}

const CLASS = 'the server may have a class or a filter for such clients';
const AWAY = 'the fault may be there';

const PROPERTIES: Readonly<Record<About, Words>> = {
  ciaddr: {
    shown: (value) => `ciaddr ${value}`,
    none: 'ciaddr 0.0.0.0',
    are: () => 'with ciaddr set',
    why: 'a client without a lease must leave it empty (RFC 2131 table 5), and servers drop such a message or answer to that address',
  },
  chaddr: {
    shown: (value) => (value === 'empty' ? 'an empty chaddr' : `chaddr ${value}`),
    none: 'a hardware address of their own',
    are: () => 'without a hardware address in chaddr',
    why: 'servers drop a message that does not say whose it is, or answer to that address',
  },
  source: {
    shown: (value) => `another source address than chaddr, ${value}`,
    none: 'the same address in both places',
    are: (value) => `in frames from ${value}`,
    why: 'DHCP snooping drops such messages (“verify mac-address”)',
  },
  sender: {
    shown: (value) => `source address ${value}`,
    none: '0.0.0.0',
    are: (value) => `sending from ${value}`,
    why: 'a client without a lease sends from 0.0.0.0 (RFC 2131 §4.1), and a host that has no route to this address drops the datagram (reverse path filter)',
  },
  destination: {
    shown: (value) => `destination ${value}`,
    none: '255.255.255.255',
    are: (value) => `sending to ${value}`,
    why: 'a client without a lease sends to 255.255.255.255 (RFC 2131 §4.1), and a server or relay may not take what goes elsewhere',
  },
  hardware: {
    shown: (value) => value,
    none: 'those of Ethernet (htype 1 and hlen 6)',
    are: (value) => `with ${value}`,
    why: 'a server that looks for Ethernet clients drops such a message, or takes the client for another',
  },
  frame: {
    shown: (value) => `link-layer destination ${value}`,
    none: 'ff:ff:ff:ff:ff:ff',
    are: (value) => `in frames to ${value}`,
    why: 'a broadcast datagram in a frame to one device reaches no other (RFC 1122 §2.3.2)',
  },
  identifier: {
    shown: (value, { title }) => `${value} ${title}`,
    none: 'none, or a longer one',
    are: (value, { title }) => `with ${value} ${title}`,
    why: 'it needs two octets at least (RFC 2132 §9.14), and servers drop a message whose client they cannot name',
  },
  sender6: {
    shown: (value) => `source address ${value}`,
    none: 'a link-local address',
    are: (value) => `sending from ${value}`,
    why: 'a client sends from a link-local address of the interface (RFC 9915 §17.1), and servers and relays may not answer another',
  },
  destination6: {
    shown: (value) => `destination ${value}`,
    none: 'ff02::1:2',
    are: (value) => `sending to ${value}`,
    why: 'servers and relays listen on ff02::1:2 (RFC 9915 §14), and may not take what goes elsewhere',
  },
  'rapid commit': {
    shown: (_, { title }) => title,
    none: ({ code }) => `no option ${code}`,
    are: (_, { title }) => `with ${title}`,
    why: 'some servers and relays drop a message with this option',
  },
  broken: {
    shown: (value) =>
      `this fault: ${value.replace(/\.$/, '').replace(/^[A-Z](?=[a-z])/, (letter) => letter.toLowerCase())}`,
    none: 'none',
    are: () => 'with a malformed message or option',
    why: 'strict receivers drop such a message',
  },
  'option 82': {
    shown: () => 'option 82 while giaddr is 0.0.0.0',
    none: 'no option 82',
    are: () => 'with option 82 and no relay',
    why: 'relays and servers drop that unless they are told to trust it (RFC 3046 §2.1)',
  },
  relay: {
    shown: (value) => `giaddr ${value}`,
    none: 'giaddr 0.0.0.0',
    are: (value) => `behind relay ${value}`,
    does: (value) => ['be', `behind relay ${value}`],
    behind: 'relay',
    why: AWAY,
  },
  circuit: {
    shown: (value) => `circuit id ${value}`,
    none: 'no circuit id',
    are: (value) => `behind circuit ${value}`,
    does: (value) => ['be', `behind circuit ${value}`],
    behind: 'circuit',
    why: AWAY,
  },
  'remote id': {
    shown: (value) => `remote id ${value}`,
    none: 'no remote id',
    are: (value) => `behind remote id ${value}`,
    does: (value) => ['be', `behind remote id ${value}`],
    behind: 'remote id',
    why: AWAY,
  },
  option: {
    shown: (value, { code }) => `option ${code} ${value}`,
    none: 'none',
    are: (value, { title }) => `with ${title} ${value}`,
    does: (value, { title }) => ['send', `${title} ${value}`],
    why: CLASS,
  },
  relay6: {
    shown: (value) => `relay ${value}`,
    none: 'no relay',
    are: (value) => `behind relay ${value}`,
    does: (value) => ['be', `behind relay ${value}`],
    behind: 'relay',
    why: AWAY,
  },
  'interface id': {
    shown: (value) => `interface id ${value}`,
    none: 'no interface id',
    are: (value) => `behind interface id ${value}`,
    does: (value) => ['be', `behind interface id ${value}`],
    behind: 'interface id',
    why: AWAY,
  },
  duid: {
    shown: (value) => `a DUID of kind ${value}`,
    none: 'no DUID',
    are: (value) => `with a DUID of kind ${value}`,
    does: (value) => ['have', `a DUID of kind ${value}`],
    why: 'the server may know its clients, or filter them, by DUIDs of another kind',
  },
  associations: {
    shown: (value) => `a request for ${value}`,
    none: 'a request for nothing',
    are: (value) => `asking for ${value}`,
    does: (value) => ['ask', `for ${value}`],
    why: 'the server may have nothing of this kind to give on this link',
  },
  maker: {
    shown: (value) => `a hardware address from ${value}`,
    none: 'an address that no maker gave',
    are: (value) => `of one maker (hardware addresses from ${value})`,
    does: (value) => ['have', `a hardware address of maker ${value}`],
    why: CLASS,
  },
  broadcast: {
    shown: (value) => `broadcast flag ${value}`,
    none: 'no flags',
    are: (value) => `with the broadcast flag ${value}`,
    does: (value) => ['send', `with the broadcast flag ${value}`],
    why: 'replies go by broadcast where it is set, and by unicast where it is not',
  },
};

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
    case 'secs':
      return `with secs up to ${asked.unanswered.mostSecs}`;
    case 'with':
    case 'without':
      return `${trait.is} ${titled(trait.code, asked).title}`;
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
  const others = more.slice(0, 2).map((one) => areOf(one, difference));
  const told = cause(
    likelihood,
    sentence(difference),
    values(difference),
    `${count(unanswered.messages, `unanswered ${name}`)} of ${count(unanswered.clients.size, 'client')} compared with ${count(answered.messages, `answered ${name}`)} of ${count(answered.clients.size, 'client')}`,
    others.length > 0 && `the unanswered differ in this as well: ${others.join('; ')}`,
  );
  const finding = 'property' in trait ? trait.property.finding : undefined;
  return finding !== undefined && 'frame' in trait ? withFinding(finding, [trait.frame], told) : told;
}

function sentence(difference: Difference): string {
  const { trait, name, unanswered, answered } = difference;
  switch (trait.is) {
    case 'short':
      return `The ${name} is too short: it has ${octetsOf(unanswered)} octets, the answered ones have ${octetsOf(answered)}, and some relays, switches and servers drop what is shorter than BOOTP’s 300 octets`;
    case 'secs':
      return `The answered ${name}s have secs of ${answered.leastSecs} or more, the unanswered ${unanswered.mostSecs} or less: a relay or server waits until a client has asked that long`;
    case 'mark': {
      const words = PROPERTIES[trait.property.about];
      return `The unanswered ${name} has ${words.shown(atLength(valueOf(trait, difference)), titled(trait.property.code ?? 0, difference))}; the answered ones have ${noneOf(words, titled(trait.property.code ?? 0, difference))}: ${words.why}`;
    }
    case 'kind': {
      const words = PROPERTIES[trait.property.about];
      const option = titled(trait.property.code ?? 0, difference);
      const value = brief(trait.value);
      return onlyThey(words.does?.(value, option) ?? ['be', words.are(value, option)], difference, words.why);
    }
    case 'with':
      return onlyThey(['send', titled(trait.code, difference).title], difference, OTHERWISE);
    case 'without':
      return onlyThey(
        ['send', `no ${titled(trait.code, difference).title}`],
        difference,
        OTHERWISE,
        `all ${answered.clients.size} answered clients send it`,
      );
  }
}

const OTHERWISE = 'the server or a relay may treat such clients differently';

/** What only the unanswered clients do: `Only the unanswered client is behind relay 10.0.0.1; none of the 6 answered clients is`. */
function onlyThey(
  [verb, rest]: readonly [Verb, string],
  { unanswered, answered }: Difference,
  why: string,
  they?: string,
): string {
  const n = unanswered.clients.size;
  const m = answered.clients.size;
  const [one, many, short] = VERBS[verb];
  const who = n === 1 ? `Only the unanswered client ${one}` : `Only the ${n} unanswered clients ${many}`;
  const others = they ?? (m === 1 ? `the answered client ${short} not` : `none of the ${m} answered clients ${short}`);
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
    case 'secs':
      return `secs up to ${unanswered.mostSecs} (frame ${unanswered.frame}) against ${answered.leastSecs} and more (frame ${answered.frame})`;
    case 'with':
    case 'without':
      return `option ${trait.code} is ${trait.is === 'with' ? 'in' : 'missing from'} frame ${unanswered.frame}, and ${trait.is === 'with' ? 'missing from' : 'in'} the answered frame ${answered.frame}`;
    default: {
      const { property, value, frame } = trait;
      const words = PROPERTIES[property.about];
      const option = titled(property.code ?? 0, difference);
      return `${words.shown(brief(value), option)} in frame ${frame}, ${toldOf(property, answered, words, option)} in answered ones (frame ${answered.frame})`;
    }
  }
}

const noneOf = ({ none }: Words, option: Titled): string => (typeof none === 'string' ? none : none(option));

function toldOf(property: Property, side: Side, words: Words, option: Titled): string {
  const some = side.some(property, 3).map((value) => words.shown(brief(value), option));
  return some.length === 0 ? noneOf(words, option) : list(some);
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
