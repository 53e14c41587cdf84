import { LEASEQUERY, MESSAGE_TYPES } from '../../codec/dhcpv4/options/message-types';
import { LEASEQUERY6 } from '../../codec/dhcpv6/message';
import type { Client, Exchange, Message } from '../conversations/model';
import type { Packet } from '../conversations/packet';
import type { World } from './world';

/*
 * LEASEQUERY and its successors (RFC 4388, RFC 6926, RFC 7724; DHCPv6: RFC 5007, RFC 5460, RFC 7653): relays ask a server about leases; no
 * client asks.
 */

const QUERY_TYPES = Object.keys(MESSAGE_TYPES)
  .map(Number)
  .filter((type) => type >= LEASEQUERY);

/** One question about a lease, and what was answered. */
export interface LeaseQuery {
  readonly question: Message;
  readonly answer: Message | undefined;
}

/** Exchanges that are about leases alone, by client, and the questions in them, in the order in which they began. */
export interface LeaseQueries {
  readonly clients: ReadonlySet<Client>;
  readonly queries: readonly LeaseQuery[];
}

/** What relays ask about leases. */
export const leaseQueriesOf = (world: World): LeaseQueries => world.once(readQueries);
function readQueries({ exchanges }: World): LeaseQueries {
  const clients = new Set<Client>();
  const queries: LeaseQuery[] = [];
  for (const exchange of exchanges) {
    if (!isQuery(exchange)) continue;
    const question = exchange.firstOf(LEASEQUERY);
    if (question) {
      queries.push({ question, answer: exchange.messages.find(({ fromClient }) => !fromClient) });
      if (exchange.client.exchanges.every(isQuery)) clients.add(exchange.client);
    }
    exchange.forget();
  }
  return { clients, queries };
}

const isQuery = (exchange: Exchange): boolean => exchange.holdsOnly(...QUERY_TYPES);

/** LEASEQUERY and ACTIVELEASEQUERY. */
const ASKING6: ReadonlySet<number> = new Set([LEASEQUERY6, 22]);

/** One question about leases by DHCPv6, and what was answered. */
export interface LeaseQuery6 {
  readonly question: Packet;
  /** All frames that show it. */
  readonly frames: number[];
  /** How often it was sent, and when last. */
  times: number;
  last: number;
  answer: Packet | undefined;
}

/** What is asked about leases by DHCPv6, in the order in which it was first asked. */
export const leaseQueries6Of = (world: World): readonly LeaseQuery6[] => world.once(readQueries6);
function readQueries6({ observed, packets, limits }: World): LeaseQuery6[] {
  const queries: LeaseQuery6[] = [];
  const open = new Map<string, LeaseQuery6>();
  for (const index of observed.queries6) {
    const packet = packets.get(index);
    const { type, xid } = packet.dhcpv6!;
    const asks = ASKING6.has(type);
    const key = `${xid} ${asks ? packet.source : packet.destination}`;
    const known = open.get(key);
    if (!asks) {
      if (known) known.answer ??= packet;
      continue;
    }
    const { time, timed } = packet;
    if (!known || known.answer) {
      const query: LeaseQuery6 = { question: packet, frames: [packet.frame], times: 1, last: time, answer: undefined };
      open.set(key, query);
      queries.push(query);
      continue;
    }
    if (timed && time - known.last > limits.copyWindow) known.times++;
    known.frames.push(packet.frame);
    known.last = time;
  }
  return queries;
}
