import { cause, ranked } from '../../collector';
import type { Common } from '../../draft';
import type { Cause } from '../../finding';
import { REQUEST, messageName, type Exchange, type Message } from '../../conversations/model';
import { senderOf } from '../../evidence/subjects';
import type { World } from '../../evidence/world';
import { count } from '../../words/words';

/** Who is to blame for a message that breaks a rule: the sender’s program, or something on the way. */

/** How many exchanges, from the first on, are searched for messages of the same kind. */
const MOST_EXCHANGES = 500;

/** How many messages of one type and sender have a fault, and which other senders have it too. */
interface Share {
  faulty: number;
  all: number;
  readonly others: Set<string>;
}

/** Causes of a fault, judged by whether all messages of this type and sender have it, and whether those of other senders do. */
export function makerCauses(
  message: Message,
  exchange: Exchange,
  world: World,
  isFaulty: (message: Message, exchange: Exchange) => boolean,
): Cause[] {
  const { faulty, all, others } = shareOf(message, exchange, world, isFaulty);
  const who = message.fromClient ? 'client' : 'server';
  const name = messageName(message.type, message.fromClient);
  const always = faulty >= all;
  const evidence =
    all > 1 &&
    (always
      ? `all ${all} ${name}s of this ${who} have this fault`
      : `${faulty} of ${all} ${name}s of this ${who} have this fault`);
  const shared =
    others.size > 0 &&
    `${count(others.size, 'other sender')} in this capture ${others.size === 1 ? 'has' : 'have'} it as well`;
  return ranked(
    cause(always ? 'likely' : 'possible', `The ${who}’s DHCP program makes this mistake`, always && evidence, shared),
    cause(
      always ? 'possible' : 'likely',
      `Another program on the same host, or a relay, proxy or access point on the way, made or changed the message`,
      !always && evidence,
    ),
  );
}

/** The bits of locally administered and group addresses, which no manufacturer assigned (IEEE 802). */
const OWN_OR_GROUP = 3;

/**
 * What clients with one fault have in common whose hardware addresses begin with the same three octets, which one maker has; `what` is the
 * fault, without values that are each client’s own.
 */
export function ofOneMaker({ type, fromClient, dhcp: { chaddr, hlen } }: Message, what: string): Common | undefined {
  const maker = chaddr.slice(0, 8);
  if (!fromClient || hlen !== 6 || (parseInt(maker, 16) & OWN_OR_GROUP) !== 0) return undefined;
  const trait = `all by ${messageName(type, true)} ${what}, of one maker (${maker})`;
  return { subject: `hardware addresses ${maker}`, trait, least: 2 };
}

function shareOf(
  message: Message,
  exchange: Exchange,
  world: World,
  isFaulty: (message: Message, exchange: Exchange) => boolean,
): Share {
  const sender = senderOf(message, exchange);
  const share: Share = { faulty: 0, all: 0, others: new Set() };
  for (const other of world.exchanges.slice(0, MOST_EXCHANGES)) {
    if (!other.holds(message.type)) continue;
    for (const one of other.of(message.type)) {
      const own = senderOf(one, other) === sender && isAlike(one, message);
      const faulty = isFaulty(one, other);
      if (own) share.all++;
      if (own && faulty) share.faulty++;
      if (!own && faulty) share.others.add(senderOf(one, other));
    }
  }
  return share;
}

/** Whether two messages of one type are comparable: what a REQUEST may hold depends on whether the client has an address. */
const isAlike = (a: Message, b: Message): boolean =>
  a.type !== REQUEST || (a.dhcp.ciaddr !== 0) === (b.dhcp.ciaddr !== 0);
