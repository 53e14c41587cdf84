import { CROSSED } from '../conversations/conversations';
import { isV6Only } from '../conversations/lease';
import {
  ACK,
  BOOTP,
  DISCOVER,
  INFORM,
  NAK,
  OFFER,
  REQUEST,
  isProxy,
  messageName,
  stateIn,
  type Exchange,
  type Message,
} from '../conversations/model';
import { ADVERTISE, REPLY, SOLICIT, messageType6 } from '../../codec/dhcpv6/message';
import type { Exchange6 } from '../conversations/v6model';
import type { World } from '../evidence/world';
import { span } from '../words/words';
import type { LadderStep } from './types';

/** The messages that a conversation lacks, judged by its state as the rules see it. */

export interface Ghost {
  /** Index of the message that it comes before; the number of messages if it comes last. */
  readonly before: number;
  readonly name: string;
  readonly kind: NonNullable<LadderStep['ghost']>;
  readonly fromClient: boolean;
  readonly why: string;
}

/** The message that answers a client's message (RFC 2131 §3.1, §3.4). */
const ANSWER: Readonly<Record<number, number>> = { [DISCOVER]: OFFER, [REQUEST]: ACK, [INFORM]: ACK, [BOOTP]: BOOTP };

/** The reason for a missing message. `since` names the first message that it should have answered. */
function missing(name: string, since: string, tail: number | undefined): string {
  const where =
    tail === undefined ? 'This capture shows none.' : `This capture shows none in the ${span(tail)} after ${since}.`;
  return `The ${name} should come next. ${where}`;
}

/** The messages that a DHCPv4 or BOOTP conversation lacks, in order. */
export function ghosts4(exchange: Exchange, world: World): Ghost[] {
  return [hiddenOffer(exchange), untaken(exchange, world), unanswered(exchange, world)].filter(
    (one) => one !== undefined,
  );
}

const isLeaseOffer = (exchange: Exchange, message: Message): boolean =>
  message.type === OFFER && !isProxy(message) && !isV6Only(exchange, message) && message.dhcp.yiaddr !== 0;

/** A REQUEST takes an OFFER that the capture does not hold, although it holds the DISCOVER. */
function hiddenOffer(exchange: Exchange): Ghost | undefined {
  const { messages } = exchange;
  const before = messages.findIndex(({ type }) => type === REQUEST);
  const request = messages[before];
  if (!request || messages.slice(0, before).some(({ fromClient }) => !fromClient)) return undefined;
  if (messages[0]!.type !== DISCOVER || stateIn(exchange, request) !== 'selecting') return undefined;
  return {
    before,
    name: 'OFFER',
    kind: 'unseen',
    fromClient: false,
    why: 'This capture does not show the OFFER. The client takes it with its REQUEST, so it came.',
  };
}

/** An OFFER that the client does not take. */
function untaken(exchange: Exchange, world: World): Ghost | undefined {
  const { messages } = exchange;
  const at = messages.findIndex((message) => isLeaseOffer(exchange, message));
  const offer = messages[at];
  if (!offer || exchange.withoutAddress || messages.slice(at).some(({ type }) => type === REQUEST)) return undefined;
  if (exchange.outcome !== 'incomplete') return undefined;
  const again = messages.findIndex(
    ({ type, time, timed }, i) => i > at && type === DISCOVER && (!timed || time - offer.time >= CROSSED),
  );
  const tail = world.observed.tail(offer.time, offer.timed);
  if (again < 0 && (tail === undefined || tail < world.limits.answerWithin)) return undefined;
  const asks = messages[again];
  return {
    before: again < 0 ? messages.length : again,
    name: 'REQUEST',
    kind: 'missing',
    fromClient: true,
    why: asks
      ? `The client should take the OFFER with a REQUEST. It sends DISCOVER again instead, in frame ${asks.frame}.`
      : missing('REQUEST', 'the OFFER', tail),
  };
}

/** The last request of a client, if the capture shows no answer to it. */
function unanswered(exchange: Exchange, world: World): Ghost | undefined {
  const { messages, outcome } = exchange;
  const last = messages.findLast(({ fromClient, type }) => fromClient && ANSWER[type] !== undefined);
  if (!last) return undefined;
  const name = messageName(ANSWER[last.type]!, false);
  const ghost = { before: messages.length, name, fromClient: false };
  if (outcome === 'unanswered') {
    const replied = messages.findLastIndex(({ fromClient }) => !fromClient);
    const first = messages.slice(replied + 1).find(({ type }) => type === last.type) ?? last;
    const since = `the ${first === last ? '' : 'first '}${messageName(last.type, true)}`;
    return { ...ghost, kind: 'missing', why: missing(name, since, world.observed.tail(first.time, first.timed)) };
  }
  const given = outcome === 'bound' || outcome === 'renewed';
  if (!given || last.type !== REQUEST || exchange.holds(ACK) || exchange.holds(NAK)) return undefined;
  return {
    ...ghost,
    kind: 'unseen',
    why: 'This capture does not show the ACK. The client goes on as if it had come.',
  };
}

/** The messages that a DHCPv6 conversation lacks (RFC 9915 §18.2). */
export function ghosts6({ notes, outcome }: Exchange6, world: World): Ghost[] {
  const last = notes[notes.length - 1]!;
  const tail = world.observed.tail(last.time, last.timed);
  const ghost = { before: notes.length, kind: 'missing' } as const;
  if (last.type === ADVERTISE && last.answer?.address !== undefined && (tail ?? 0) >= world.limits.answerWithin)
    return [{ ...ghost, name: 'REQUEST', fromClient: true, why: missing('REQUEST', 'the ADVERTISE', tail) }];
  if (outcome !== 'unanswered' || last.fromServer) return [];
  const name = messageType6(last.type === SOLICIT ? ADVERTISE : REPLY);
  const first = notes.find(({ type }) => type === last.type) ?? last;
  const since = `the ${first === last ? '' : 'first '}${messageType6(last.type)}`;
  const why = missing(name, since, world.observed.tail(first.time, first.timed));
  return [{ ...ghost, name, fromClient: false, why }];
}
