import { LEASEQUERY, MESSAGE_TYPES } from '../../codec/dhcpv4/options/message-types';
import type { Client, Exchange, Message } from '../conversations/model';
import type { World } from './world';

/* LEASEQUERY and its successors (RFC 4388, RFC 6926, RFC 7724): relays ask a server about leases; no client asks. */

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
    if (exchange.client.exchanges.every(isQuery)) clients.add(exchange.client);
    const question = exchange.firstOf(LEASEQUERY);
    if (question) queries.push({ question, answer: exchange.messages.find(({ fromClient }) => !fromClient) });
    exchange.forget();
  }
  return { clients, queries };
}

const isQuery = (exchange: Exchange): boolean => exchange.holdsOnly(...QUERY_TYPES);
