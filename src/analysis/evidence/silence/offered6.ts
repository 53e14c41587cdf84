import { INFORMATION_REQUEST, SOLICIT } from '../../../codec/dhcpv6/message';
import type { Exchange6 } from '../../conversations/v6model';
import type { World } from '../world';

/** Whether addresses are to be had by DHCPv6 on a link at all. */

/** What is known about DHCPv6 on a link. */
export interface LinkFacts {
  /** A client was answered there. */
  answers: boolean;
  /** One of the answers was to more than an INFORMATION-REQUEST: a server there does not only tell settings. */
  stateful: boolean;
  /** Something other than a SOLICIT shows DHCPv6 there, or mentions it. */
  hints: boolean;
  /** A frame of a router advertisement with flag M, and of one without. */
  managed?: number;
  unmanaged?: number;
}

/** Whether a server answers nothing in an exchange but what settings there are (RFC 9915 §6.1). */
const isStateless = ({ notes }: Exchange6): boolean =>
  notes.every(({ type, fromServer }) => fromServer || type === INFORMATION_REQUEST) &&
  notes.some(({ fromServer }) => !fromServer);

/** What is known about DHCPv6 on each link; to be asked for with `world.once(linkFacts)`. */
export function linkFacts(world: World): (link: string) => LinkFacts {
  const facts = new Map<string, LinkFacts>();
  const of = (link: string): LinkFacts => {
    let one = facts.get(link);
    if (!one) facts.set(link, (one = { answers: false, stateful: false, hints: false }));
    return one;
  };
  for (const exchange of world.conversations6.exchanges) {
    const stateful = !isStateless(exchange);
    for (const { link, type, isAnswer, relayed } of exchange.notes) {
      if (isAnswer) of(link).answers = true;
      if (isAnswer && stateful) of(link).stateful = true;
      if (type !== SOLICIT || relayed) of(link).hints = true;
    }
  }
  for (const index of world.observed.relayed6) of(world.packets.get(index).link).hints = true;
  for (const { link, quotedPort } of world.neighbours.icmpErrors) if (quotedPort === 547) of(link).hints = true;
  for (const { link, frame, managed } of world.neighbours.advertisements)
    if (managed) of(link).managed ??= frame;
    else of(link).unmanaged ??= frame;
  return of;
}

/**
 * Whether SOLICITs may go unanswered on a link without anything being wrong: addresses are not given by DHCPv6 there (flag M is not set, and
 * no server is seen to give any), or nothing hints at DHCPv6. Windows sends SOLICIT on every link.
 */
export function mayStaySilent(link: string, world: World): boolean {
  const { stateful, hints, managed, unmanaged } = world.once(linkFacts)(link);
  // If a capture holds only DHCPv6, it was filtered for it, so somebody is looking for the answers.
  const filtered = (world.observed.protocols.get('dhcpv6') ?? 0) >= world.facts.frames;
  return managed === undefined && !stateful && (unmanaged !== undefined || (!hints && !filtered));
}
