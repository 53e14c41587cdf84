import { push } from '../../codec/append';
import { lowerBound } from '../../codec/search';
import { REQUEST, type Exchange, type Message } from '../conversations/model';
import { between } from './arp';
import { rivalsOf } from './rivals';
import type { World } from './world';

/** What shows that a host is up, though its DHCP program does not answer. */

/** A frame that a host sends by another protocol than DHCP. */
export interface Sign {
  readonly frame: number;
  readonly time: number;
  /** What it does there, to follow its name: `sends ARP in frame 7`. */
  readonly text: string;
}

/** By address: the ICMP errors that come from it. */
function errorsFrom({ neighbours, packets }: World): ReadonlyMap<string, readonly Sign[]> {
  const from = new Map<string, Sign[]>();
  for (const { index, frame, time } of neighbours.icmp) {
    const { source } = packets.get(index);
    if (source !== undefined) push(from, source, { frame, time, text: `sends an ICMP error in frame ${frame}` });
  }
  return from;
}

/** ICMPv6: a neighbour advertisement (RFC 4861 §4.4). */
const NEIGHBOUR_ADVERTISEMENT = 136;

/**
 * The first ICMP message that comes from an address between two points in time: an error, a ping, or what ICMPv6 hosts tell their neighbours.
 * What another machine sends in its name does not count.
 */
export function icmpSign(address: string, from: number, to: number, world: World): Sign | undefined {
  const { neighbours, packets } = world;
  const mac = world.once(rivalsOf).get(address)?.own.mac;
  const isOwn = (index: number): boolean => mac === undefined || packets.get(index).ethSource === mac;
  for (const { index, frame, time } of between(neighbours.pings.get(address) ?? [], from, to))
    if (isOwn(index)) {
      const advertises = packets.get(index).icmp?.type === NEIGHBOUR_ADVERTISEMENT;
      return { frame, time, text: `sends ${advertises ? 'a neighbour advertisement' : 'ICMP'} in frame ${frame}` };
    }
  if (mac !== undefined) return undefined;
  const [error] = between(world.once(errorsFrom).get(address) ?? [], from, to);
  return error;
}

/** Exchanges by server and link, in the order in which they began. */
type ByServer = ReadonlyMap<string, readonly Exchange[]>;
function byServer({ exchanges }: World, of: (exchange: Exchange, server: string) => boolean): ByServer {
  const by = new Map<string, Exchange[]>();
  for (const one of exchanges)
    if (one.server !== undefined && of(one, one.server))
      for (const link of one.links) push(by, `${one.server} ${link}`, one);
  return by;
}

const answersBy = (world: World): ByServer => byServer(world, (one) => one.leaseAnswers > 0 && !one.routed);
const renewalsBy = (world: World): ByServer =>
  byServer(
    world,
    (one, server) => one.outcome === 'renewed' && one.of(REQUEST).some(({ packet }) => packet.destination === server),
  );

/** How many exchanges after a message are looked at. */
const MOST_LATER = 16;

/** The first exchanges of a server on a link after a message. */
function since(
  server: string,
  { link, time, timed }: Pick<Message, 'link' | 'time' | 'timed'>,
  by: ByServer,
): readonly Exchange[] {
  const all = timed ? by.get(`${server} ${link}`) : undefined;
  if (!all) return [];
  const first = lowerBound(all.length, (i) => all[i]!.start <= time);
  return all.slice(first, first + MOST_LATER);
}

/** The first exchange after a message in which a server answers a client that broadcasts, or is relayed. */
export const answersSince = (
  server: string,
  after: Pick<Message, 'link' | 'time' | 'timed'>,
  world: World,
): Exchange | undefined => since(server, after, world.once(answersBy))[0];

/** The first renewals by unicast that a server confirms after a message. */
export const renewalsSince = (server: string, after: Message, world: World): readonly Exchange[] =>
  since(server, after, world.once(renewalsBy));
