import { CONFIRM, INFORMATION_REQUEST, REBIND, RENEW, SOLICIT } from '../codec/dhcpv6/message';
import { DISCOVER, INFORM, type Client, type Exchange } from './conversations/model';
import type { Client6, Exchange6 } from './conversations/v6model';
import { mayStaySilent } from './evidence/silence/offered6';
import type { World } from './evidence/world';
import type { Outcome } from './finding';

/** How much an outcome says about a client's final state: the last exchange with the highest weight counts. */
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

/**
 * The weight of an unanswered request from a client that has an address. It keeps the address, so this says less than what gave or took it,
 * but more than the other outcomes.
 */
const IN_VAIN = 1.5;

/**
 * The exchange that shows a client's final state. `settled` says whether an exchange is from a client that already has an address.
 * `inVain` is the last telling exchange if it is such a one and was not answered.
 */
function standing<E extends { readonly outcome: Outcome }>(
  exchanges: readonly E[],
  settled: (exchange: E) => boolean,
  unseen: (exchange: E) => boolean = () => false,
): { readonly last: E; readonly inVain: E | undefined } {
  const outcomeOf = (one: E): Outcome => (one.outcome === 'unanswered' && unseen(one) ? 'incomplete' : one.outcome);
  const isVain = (one: E): boolean => outcomeOf(one) === 'unanswered' && settled(one);
  const weight = (one: E): number => (isVain(one) ? IN_VAIN : WEIGHT[outcomeOf(one)]);
  let last = exchanges[0]!;
  let inVain: E | undefined;
  for (const exchange of exchanges) {
    if (weight(exchange) >= weight(last)) last = exchange;
    if (outcomeOf(exchange) !== 'incomplete') inVain = isVain(exchange) ? exchange : undefined;
  }
  return { last, inVain };
}

/** The final state of a DHCPv4 client. `unseen` says whether the answer to an exchange may pass by unseen: it is not asked in vain. */
export const standing4 = (
  client: Client,
  unseen: (exchange: Exchange) => boolean = () => false,
): ReturnType<typeof standing<Exchange>> =>
  standing(
    client.exchanges,
    (exchange) => exchange.holds(INFORM) || (exchange.routed && !exchange.holds(DISCOVER)),
    unseen,
  );

/** The final state of a DHCPv6 client. */
export const standing6 = (client: Client6, world: World): ReturnType<typeof standing<Exchange6>> =>
  standing(
    hasSettingsOnly(client, world)
      ? client.exchanges.filter(({ outcome }) => outcome === 'informed')
      : client.exchanges,
    (exchange) => WITH_ADDRESS.some((type) => exchange.has(type)),
  );

/** Whether a client was told settings, and asked for addresses only where DHCPv6 gives none. */
export const hasSettingsOnly = ({ exchanges }: Client6, world: World): boolean =>
  exchanges.some(({ outcome }) => outcome === 'unanswered') &&
  exchanges.some(({ outcome, notes }) => outcome === 'informed' && notes[0]!.type === INFORMATION_REQUEST) &&
  exchanges.every(
    ({ outcome, notes }) =>
      outcome === 'informed' || (notes.every(({ type }) => type === SOLICIT) && mayStaySilent(notes[0]!.link, world)),
  );

/** Messages from a client that already has its addresses (RFC 9915 §18.2.3 to §18.2.6). */
const WITH_ADDRESS = [CONFIRM, RENEW, REBIND, INFORMATION_REQUEST];
