import { DECLINE, NAK, OPTION, RELEASE, REQUEST, type Exchange } from '../conversations/model';
import { firstAt, lastAt } from './arp';
import type { World } from './world';
import { unicastsPassBy } from './silence/sight';
import { push } from '../../codec/append';
import type { Lease } from '../conversations/lease';
import { isContiguous, sameSubnet } from '../conversations/masks';

/** The periods in which a hardware address may use an IP address, as far as the capture shows. */

/** Why a client may no longer use an address. */
export type Ending = 'released' | 'refused' | 'declined' | 'expired';

/** An event that gives an address to a hardware address, or takes it away. */
interface Turn {
  readonly time: number;
  readonly frame: number;
  /** End of the permitted use; -Infinity if this event takes the address away. */
  readonly until: number;
  readonly ending: Ending;
  readonly link: string;
}

/** How the permitted use of an address ended, by the last event before a point in time. */
export interface Tenure {
  readonly ending: Ending;
  /** When it ended, and the frame that shows it: the NAK, the RELEASE, or the last ACK. */
  readonly since: number;
  readonly frame: number;
  readonly link: string;
}

/** How many events after a point in time are looked at. */
const MOST_TURNS = 64;

/** The messages by which an address is taken away. */
const TAKES = { released: RELEASE, refused: NAK, declined: DECLINE } as const;

/** The events for each pair of IP address and hardware address, in time order. */
class Tenures {
  private readonly turns = new Map<string, Turn[]>();
  /** The addresses about which something is known. */
  readonly addresses = new Set<number>();

  /** `wanted` says which addresses are asked for. */
  constructor(world: World, wanted: (address: number) => boolean) {
    for (const lease of world.survey.leases) if (wanted(lease.address)) this.give(lease);
    for (const exchange of world.exchanges) {
      const ending = exchange.outcome;
      if (ending === 'released' || ending === 'refused' || ending === 'declined') this.take(exchange, ending, wanted);
    }
    for (const all of this.turns.values()) all.sort((a, b) => a.time - b.time || a.frame - b.frame);
  }

  private give({ address, mac, time, frame, seconds, link }: Lease): void {
    // An ACK without a lease time says nothing about its end.
    const until = time + (seconds ?? Infinity);
    this.note(address, mac, { time, frame, until, ending: 'expired', link });
  }

  private take(exchange: Exchange, ending: keyof typeof TAKES, wanted: (address: number) => boolean): void {
    for (const message of exchange.of(TAKES[ending])) {
      const { dhcp, packet, time, frame, link } = message;
      const request = ending === 'refused' ? exchange.of(REQUEST).at(-1)?.dhcp : dhcp;
      const address = request && (request.ciaddr || request.ip(OPTION.requested));
      if (!message.timed || !address || !wanted(address)) continue;
      // A RELEASE or DECLINE from another hardware address may be forged; the client does not know about it.
      if (ending !== 'refused' && packet.ethSource !== undefined && packet.ethSource !== dhcp.chaddr) continue;
      this.note(address, request.chaddr, { time, frame, until: -Infinity, ending, link });
    }
  }

  private note(address: number, mac: string, turn: Turn): void {
    this.addresses.add(address);
    push(this.turns, `${address} ${mac}`, turn);
  }

  /**
   * If a hardware address may not use an IP address at a point in time: since when, and why. Undefined if it may, or if nothing is known.
   */
  overAt(address: number, mac: string, time: number): Tenure | undefined {
    const turns = this.turns.get(`${address} ${mac}`);
    if (!turns) return undefined;
    const last = lastAt(turns, time);
    if (!last || last.until > time) return undefined;
    const since = last.until === -Infinity ? last.time : last.until;
    return { ending: last.ending, since, frame: last.frame, link: last.link };
  }

  /** Whether it is given the address between two points in time. */
  givenBetween(address: number, mac: string, from: number, to: number): boolean {
    const turns = this.turns.get(`${address} ${mac}`) ?? [];
    const first = firstAt(turns, from);
    for (let i = first; i < turns.length && i < first + MOST_TURNS && turns[i]!.time <= to; i++)
      if (turns[i]!.until !== -Infinity) return true;
    return false;
  }
}

/** The periods of those addresses that hosts are seen to use. */
export const tenuresOf = (world: World): Tenures => world.once(usedTenures);
const usedTenures = (world: World): Tenures =>
  new Tenures(
    world,
    (address) => world.neighbours.arpSeen.has(address) || world.neighbours.pingsFrom(address).length > 0,
  );

/**
 * Seconds that a client may continue after it must stop: it has to stop at once, but frames may still be on their way, and clocks differ.
 */
const WELL_AFTER: Readonly<Record<Ending, number>> = {
  released: 10,
  refused: 10,
  declined: 10,
  expired: 60,
};
/** If it has a lease again within this many seconds, it was only late. */
const SOON = 10;

/** If a hardware address uses an IP address well after it may: how its permitted use ended. */
export function overstayed(
  address: number,
  mac: string,
  { time, link }: { readonly time: number; readonly link: string },
  world: World,
): Tenure | undefined {
  const tenures = tenuresOf(world);
  const tenure = time === 0 ? undefined : tenures.overAt(address, mac, time);
  if (!tenure || tenure.link !== link || time - tenure.since < WELL_AFTER[tenure.ending]) return undefined;
  if (tenures.givenBetween(address, mac, time, time + SOON)) return undefined;
  // A renewal, or the ACK of another server, may have gone unseen here; but no server of this link gives what lies outside its networks.
  if (unicastsPassBy(link, mac, world) && !(tenure.ending === 'refused' && isStrange(address, link, world)))
    return undefined;
  return tenure;
}

/** Whether an address lies in none of the networks in which leases are given on a link. */
function isStrange(address: number, link: string, world: World): boolean {
  const networks = world.once(networksOn).get(link);
  return networks !== undefined && networks.every((one) => !sameSubnet(address, one.address, one.mask));
}

interface Network {
  readonly address: number;
  readonly mask: number;
}
/** So many networks of a link are remembered. */
const MOST_NETWORKS = 64;

/** By link: the networks in which leases are given there. */
function networksOn(world: World): ReadonlyMap<string, readonly Network[]> {
  const found = new Map<string, Network[]>();
  for (const { address, mask, link } of world.survey.leases) {
    const known = found.get(link);
    if (mask === undefined || !isContiguous(mask) || (known?.length ?? 0) >= MOST_NETWORKS) continue;
    if (!known?.some((one) => one.mask === mask && sameSubnet(address, one.address, mask)))
      push(found, link, { address, mask });
  }
  return found;
}
