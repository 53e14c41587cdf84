import { dhcpOptions } from '../../../codec/dhcpv4/options';
import { tableInUse } from '../../../codec/option';
import {
  BOOTP,
  DISCOVER,
  OFFER,
  ACK,
  NAK,
  INFORM,
  REQUEST,
  stateIn,
  type Client,
  type Exchange,
  type Message,
} from '../../conversations/model';
import { apart, type Difference, type Trait } from './apart';
import { Side, type Measure } from './side';
import { fieldsApart, hasField } from './fields';
import { halfOf } from './loadBalance';
import { KINDS, LIMITS, MARKS, NOT_COMPARED } from './properties';
import { hiddenReply } from '../survey';
import type { World } from '../world';
import { placeOf } from '../vlans';
import { push } from '../../../codec/append';

/** The answered messages of each link, to compare the unanswered ones with. */

/** The kinds of message that are compared, each with its own kind. */
export type AskedFor = 'DISCOVER' | 'REQUEST' | 'RENEWAL' | 'INFORM' | 'BOOTREQUEST';

const MEASURE: Measure<Message> = {
  protocol: 4,
  marks: MARKS,
  kinds: KINDS,
  // Minimum length of a BOOTP message (RFC 951 §3, RFC 1542 §2.1).
  leastLength: 300,
  limits: LIMITS,
  notCompared: NOT_COMPARED,
  of: (message) => ({
    frame: message.frame,
    whole: message.packet.cut === 0,
    length: message.dhcp.length,
    secs: message.dhcp.secs,
    hops: message.dhcp.hops,
    half: () => halfOf(message),
    codes: message.dhcp.codes(),
  }),
};

/** By kind of message: its type, and the types of the replies to it. */
const REPLIES: Readonly<Record<AskedFor, readonly [asked: number, ...replies: number[]]>> = {
  DISCOVER: [DISCOVER, OFFER, ACK],
  REQUEST: [REQUEST, ACK, NAK],
  RENEWAL: [REQUEST, ACK, NAK],
  INFORM: [INFORM, ACK],
  BOOTREQUEST: [BOOTP, BOOTP],
};

/**
 * The exchanges with a reply, by link; without clients that do not exist. Beside them those whose reply is not in the capture, though the
 * client goes on as only one does that got it: what these have in common with the unanswered is no reason for the silence.
 */
function answeredByLink(world: World): ReadonlyMap<string, readonly Exchange[]> {
  const all = new Map<string, Exchange[]>();
  for (const exchange of world.exchanges)
    if ((exchange.replies > 0 || exchange.selecting) && !world.invented.has(exchange.client))
      for (const link of exchange.links) push(all, link, exchange);
  return all;
}

/** Whether a link shows any reply. */
export const showsReply = (link: string, world: World): boolean => world.once(linksWithReply).has(link);

const linksWithReply = (world: World): ReadonlySet<string> =>
  new Set(
    [...world.once(answeredByLink)].flatMap(([link, some]) => (some.some(({ replies }) => replies > 0) ? [link] : [])),
  );

/**
 * The clients of a link that ask for an address and are offered one, without those that an attack invents: by a reply, however much of it is seen, or by an OFFER that is not seen
 * here and that their REQUEST takes.
 */
export const offeredOn = (link: string, world: World): ReadonlySet<Client> =>
  world.once(offeredByLink).get(link) ?? NOBODY;
const NOBODY: ReadonlySet<Client> = new Set();

function offeredByLink(world: World): ReadonlyMap<string, ReadonlySet<Client>> {
  const all = new Map<string, Set<Client>>();
  for (const exchange of world.exchanges) {
    if (!exchange.selecting && !(exchange.holds(DISCOVER) && exchange.leaseAnswers > 0)) continue;
    if (world.invented.has(exchange.client)) continue;
    const [link = ''] = exchange.links;
    const known = all.get(link);
    if (known) known.add(exchange.client);
    else all.set(link, new Set([exchange.client]));
  }
  return all;
}

/** The side of the answered messages, by kind and link. */
const sidesOf = (): Map<string, Side<Message>> => new Map();

/** The answered messages of one kind on a link; undefined if there are none. Collected on first use. */
export function answeredSide(name: AskedFor, link: string, world: World): Side<Message> | undefined {
  const sides = world.once(sidesOf);
  const key = `${name} ${link}`;
  let side = sides.get(key);
  if (!side) sides.set(key, (side = sideOf(name, link, world)));
  return side.messages > 0 ? side : undefined;
}

const newSide = (world: World): Side<Message> => new Side(MEASURE, tableInUse(dhcpOptions, world.facts.options));

function sideOf(name: AskedFor, link: string, world: World): Side<Message> {
  const side = newSide(world);
  const [asked, ...replies] = REPLIES[name];
  for (const exchange of world.once(answeredByLink).get(link) ?? []) {
    if (side.isFull) break;
    if (!exchange.holds(asked)) continue;
    const unseen = isUnseen(exchange, name, world);
    if (!unseen && !replies.some((type) => exchange.holds(type))) continue;
    const message = answeredIn(exchange, name, unseen);
    if (message?.link !== link) continue;
    side.add(message, exchange.client, message.index);
    for (const one of exchange.messages) {
      if (one.index === message.index) break;
      const { secs } = one.dhcp;
      if (isOf(exchange, one, name) && secs < message.dhcp.secs) side.addInVain(exchange.client, one.frame, secs);
    }
  }
  return side;
}

/** Whether a client goes on as only one does that got its reply, though the capture does not show it. */
const isUnseen = (exchange: Exchange, name: AskedFor, world: World): boolean =>
  name === 'DISCOVER'
    ? exchange.selecting
    : name === 'REQUEST' &&
      exchange.outcome === 'bound' &&
      (hiddenReply(exchange, world)?.proof ?? 'silence') !== 'silence';

/**
 * The message of an exchange that was answered: the last one before the reply, because earlier ones may have been lost. Where the reply is
 * `unseen`, a REQUEST shows that there was an OFFER, and what follows an exchange that there was an ACK.
 */
function answeredIn(exchange: Exchange, name: AskedFor, unseen: boolean): Message | undefined {
  let asked: Message | undefined;
  for (const message of exchange.messages) {
    if (message.fromClient) {
      if (isOf(exchange, message, name)) asked = message;
      else if (asked && unseen && name === 'DISCOVER' && stateIn(exchange, message) === 'selecting') return asked;
    } else if (asked && answers(message, name)) return asked;
  }
  return unseen && name === 'REQUEST' ? asked : undefined;
}

const isOf = (exchange: Exchange, message: Message, name: AskedFor): boolean =>
  message.type === REPLIES[name][0] &&
  (!(name in STATES) || STATES[name as keyof typeof STATES] === stateIn(exchange, message));

/** The kinds of REQUEST that are compared, by the client’s state. */
const STATES = { REQUEST: 'selecting', RENEWAL: 'renewing' } as const;

const answers = (message: Message, name: AskedFor): boolean =>
  !message.proxy && REPLIES[name].indexOf(message.type, 1) > 0;

/** A client and its messages that went unanswered. */
export type Unanswered = readonly [client: Client, messages: readonly Message[]];

/** How messages are compared. */
export interface Comparing {
  /** Another message of the same client that was answered: what it shares with the unanswered ones is not the reason. */
  readonly heard?: Message | undefined;
  /** Whether only the properties count that are known to matter or sort clients into kinds, and not any field. */
  readonly propertiesOnly?: boolean;
}

/**
 * What distinguishes the unanswered messages of one link from the answered ones of the same kind. A single client’s REQUEST is first
 * compared together with those of others, which may lack an answer for the same reason.
 */
export function apartOn(
  name: AskedFor,
  asked: readonly Unanswered[],
  world: World,
  { heard, propertiesOnly = false }: Comparing = {},
): Difference | undefined {
  const first = asked[0]?.[1][0];
  // A tag with VLAN 0 names no VLAN: such a frame is of the same network as one without a tag.
  const link = first?.packet.vlans === '0' ? placeOf(first.packet) : first?.link;
  const answered = link === undefined ? undefined : answeredSide(name, link, world);
  if (!first || !answered) return undefined;
  const of = (unanswered: Side<Message>): Difference | undefined =>
    apart(
      { name, unanswered, answered },
      (trait) => heard !== undefined && shares(heard, trait, world),
      propertiesOnly ? undefined : (sides) => fieldsApart(sides, world),
    );
  const all = name === 'REQUEST' && asked.length === 1 ? world.once(unansweredRequests).get(first.link) : undefined;
  const together = all?.clients.has(asked[0]![0]) && all.clients.size > 1 ? of(all) : undefined;
  if (together?.likelihood === 'likely') return together;
  const own = newSide(world);
  for (const [client, messages] of asked) for (const message of messages) own.add(message, client, message.index);
  return of(own);
}

/** The REQUESTs after an OFFER that got no answer, by link. */
function unansweredRequests(world: World): ReadonlyMap<string, Side<Message>> {
  const sides = new Map<string, Side<Message>>();
  for (const exchange of world.exchanges) {
    if (!exchange.holds(REQUEST) || exchange.holds(ACK) || exchange.holds(NAK)) continue;
    const requests = exchange.of(REQUEST).filter((message) => isOf(exchange, message, 'REQUEST'));
    const last = requests[requests.length - 1];
    if (!last || !world.observed.silenceAfter(requests)) continue;
    let side = sides.get(last.link);
    if (!side) sides.set(last.link, (side = newSide(world)));
    for (const message of requests) side.add(message, exchange.client, message.index);
  }
  return sides;
}

/** Whether a message has what a trait is about. */
function shares(message: Message, trait: Trait, world: World): boolean {
  switch (trait.is) {
    case 'short':
      return message.dhcp.length < MEASURE.leastLength;
    case 'long':
      return message.dhcp.length > trait.limit;
    case 'secs':
    case 'hops':
      return false;
    case 'with':
    case 'without':
      return message.dhcp.has(trait.code) === (trait.is === 'with');
    case 'field':
      return hasField(trait.field, message.index, world);
    default:
      return [...MARKS, ...KINDS].find((one) => one === trait.property)?.of(message) === trait.value;
  }
}
