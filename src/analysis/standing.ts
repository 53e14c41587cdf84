import { INFORMATION_REQUEST, REBIND, RENEW } from '../codec/dhcpv6/message';
import { DISCOVER, INFORM, type Client, type Exchange } from './conversations/model';
import type { Client6, Exchange6 } from './conversations/v6model';
import type { Outcome } from './finding';

/** How much an outcome says about where a client stands: the last of the highest counts. */
const WEIGHT: Readonly<Record<Outcome, number>> = {
  bound: 2,
  renewed: 2,
  refused: 2,
  declined: 2,
  unanswered: 2,
  released: 1,
  informed: 1,
  incomplete: 0,
};

/** A client with an address that asks in vain has it all the same: that says less than what gave or took it, and more than the rest. */
const IN_VAIN = 1.5;

/**
 * The exchange that tells where a client stands. `settled`: whether one is of a client that has an address already; `askedInVain`: whether
 * the last that tells anything is, and was not answered.
 */
function standing<E extends { readonly outcome: Outcome }>(
  exchanges: readonly E[],
  settled: (exchange: E) => boolean,
): { readonly last: E; readonly askedInVain: boolean } {
  const inVain = (one: E): boolean => one.outcome === 'unanswered' && settled(one);
  const weight = (one: E): number => (inVain(one) ? IN_VAIN : WEIGHT[one.outcome]);
  let last = exchanges[0]!;
  let askedInVain = false;
  for (const exchange of exchanges) {
    if (weight(exchange) >= weight(last)) last = exchange;
    if (exchange.outcome !== 'incomplete') askedInVain = inVain(exchange);
  }
  return { last, askedInVain };
}

/** Where a client of DHCPv4 stands. */
export const standing4 = (client: Client): ReturnType<typeof standing<Exchange>> =>
  standing(client.exchanges, (exchange) => exchange.holds(INFORM) || (exchange.routed && !exchange.holds(DISCOVER)));

/** Where a client of DHCPv6 stands. */
export const standing6 = (client: Client6): ReturnType<typeof standing<Exchange6>> =>
  standing(client.exchanges, (exchange) => WITH_ADDRESS.some((type) => exchange.has(type)));

/** What a client of DHCPv6 asks that has its addresses already (RFC 9915 §18.2.4, §18.2.5, §18.2.6). */
const WITH_ADDRESS = [RENEW, REBIND, INFORMATION_REQUEST];
