import { push } from '../../codec/append';
import { parseIpv4 } from '../../codec/bytes';
import { isBroadcast } from '../conversations/model';
import { ONE_TIME } from '../conversations/settings';
import { cause, withFinding } from '../draft';
import type { Cause } from '../finding';
import type { IcmpError } from './neighbours';
import type { World } from './world';

/** Other machines that have a server's address: whoever sends to that address reaches one or the other. */

/** A machine that speaks as an address: its link-layer address, and the frame that shows it. */
export interface Speaker {
  readonly mac: string;
  readonly link: string;
  readonly frame: number;
  readonly time: number;
  readonly by: 'DHCP' | 'ARP' | 'ICMP';
}

/** A server's address, the machine that serves, and another one that speaks as the same address on that link. */
export interface Rival {
  readonly server: string;
  readonly own: Speaker;
  readonly other: Speaker;
}

/** A machine that speaks by ARP as so many addresses answers for others (proxy ARP), and has none of them itself. */
const SPEAKS_FOR_OTHERS = 4;
/** How many messages about one address are looked at, and how many other machines on one link. */
const MOST_SEEN = 1000;
const MOST_OTHERS = 64;

/** Virtual link-layer addresses of redundant routers: VRRP (RFC 9568 §7.3), HSRP versions 1 and 2, GLBP. */
const VIRTUAL_ROUTERS = ['00:00:5e:00:01:', '00:00:5e:00:02:', '00:00:0c:07:ac:', '00:00:0c:9f:f', '00:07:b4:0'];

/** Whether an address is such a virtual one, which a router uses beside its own. */
export const isVirtualRouter = (mac: string): boolean => VIRTUAL_ROUTERS.some((prefix) => mac.startsWith(prefix));

/** By address of a server: the machine that has it as well. To be asked for with `world.once(rivalsOf)`. */
export function rivalsOf(world: World): ReadonlyMap<string, Rival> {
  const found = new Map<string, Rival>();
  if (world.neighbours.arpSeen.size === 0 && world.neighbours.icmp.length === 0) return found;
  for (const [server, asked] of serversAsked(world)) {
    const rival = rivalOf(server, asked, world);
    if (rival) found.set(server, rival);
  }
  return found;
}

/** Servers that reply, and those that clients ask by unicast, with the link-layer addresses that they are asked at. */
function serversAsked(world: World): ReadonlyMap<string, ReadonlySet<string>> {
  const servers = new Map<string, Set<string>>();
  for (const server of world.survey.servers.keys()) servers.set(server, new Set());
  for (const { routed, messages } of world.exchanges) {
    const first = routed ? messages.find(({ fromClient }) => fromClient) : undefined;
    const { destination, ethDestination } = first?.packet ?? {};
    if (destination === undefined || ethDestination === undefined || isBroadcast(first!.packet) || first!.relayed)
      continue;
    const asked = servers.get(destination) ?? new Set();
    servers.set(destination, asked.add(ethDestination));
  }
  return servers;
}

function rivalOf(server: string, asked: ReadonlySet<string>, world: World): Rival | undefined {
  const others = new Map<string, Speaker[]>();
  for (const one of othersAs(server, world)) push(others, one.link, one);
  if (others.size === 0) return undefined;
  for (const own of [...repliesOf(server, world), ...[...others.values()].flat()]) {
    const other = others
      .get(own.link)
      ?.slice(0, MOST_OTHERS)
      .find(({ mac, time }) => mac !== own.mac && Math.abs(time - own.time) <= ONE_TIME);
    // Where no reply shows whose the address is, the clients' own datagrams show that it is one of this link.
    if (other && (own.by === 'DHCP' || asked.has(own.mac) || asked.has(other.mac))) return { server, own, other };
  }
  return undefined;
}

/** The machines that send the server's replies from its own address, no relay or router being between. */
const repliesOf = (server: string, { survey }: World): Speaker[] =>
  (survey.servers.get(server)?.macs ?? []).flatMap(({ mac, link, frame, source, first }) =>
    source === server && !isVirtualRouter(mac) ? [{ mac, link, frame, time: first, by: 'DHCP' as const }] : [],
  );

/** Who else speaks as the server’s address, each once: by ARP, by ICMP errors, by ping. */
function othersAs(server: string, world: World): Speaker[] {
  const { neighbours, observed, packets, survey } = world;
  const address = parseIpv4(server);
  if (address === undefined) return [];
  const known = new Set((survey.servers.get(server)?.macs ?? []).map(({ mac, link }) => `${link} ${mac}`));
  const speakers: Speaker[] = [];
  const add = (by: Speaker['by'], mac: string, { frame, time, link }: Omit<Speaker, 'mac' | 'by'>): void => {
    const key = `${link} ${mac}`;
    if (known.has(key) || isVirtualRouter(mac) || observed.relayMacs.has(mac)) return;
    known.add(key);
    // The server may be the router as well; a router with another address speaks for the server (proxy ARP).
    const others = survey.routerMacs.has(mac) ? 2 : SPEAKS_FOR_OTHERS;
    if ((world.once(addressesBy).get(key)?.size ?? 0) < others) speakers.push({ mac, link, frame, time, by });
  };
  for (const claim of neighbours.arpAbout(address).claims.slice(0, MOST_SEEN))
    // What another machine sends in its name is no word of its own.
    if (packets.get(claim.index).ethSource === claim.senderMac) add('ARP', claim.senderMac, claim);
  for (const error of world.once(errorsBy).get(server)?.slice(0, MOST_SEEN) ?? []) {
    const mac = packets.get(error.index).ethSource;
    if (mac !== undefined) add('ICMP', mac, error);
  }
  for (const ping of neighbours.pingsFrom(address).slice(0, MOST_SEEN)) add('ICMP', ping.mac, ping);
  return speakers;
}

/** The ICMP errors by the address that they come from. */
function errorsBy({ neighbours }: World): ReadonlyMap<string, readonly IcmpError[]> {
  const by = new Map<string, IcmpError[]>();
  for (const error of neighbours.icmpErrors) push(by, error.source, error);
  return by;
}

/** By link and link-layer address: the addresses that it speaks for by ARP, up to `SPEAKS_FOR_OTHERS`. */
function addressesBy({ neighbours }: World): ReadonlyMap<string, ReadonlySet<number>> {
  const by = new Map<string, Set<number>>();
  for (const address of neighbours.arpSeen.keys())
    for (const [mac, { link }] of new Map(neighbours.arpAbout(address).claims.map((one) => [one.senderMac, one]))) {
      const key = `${link} ${mac}`;
      const all = by.get(key) ?? new Set();
      if (all.size < SPEAKS_FOR_OTHERS) by.set(key, all.add(address));
    }
  return by;
}

/** How a frame shows that a machine has an address. */
export const spokenText = ({ mac, by, frame }: Speaker, server: string): string =>
  by === 'ARP'
    ? `${mac} says by ARP in frame ${frame} that ${server} is its own address`
    : `${mac} sends ${by === 'ICMP' ? 'ICMP' : 'the replies of the server'} from ${server} in frame ${frame}`;

/** Another machine has the server's address, and takes what is sent there. */
export const rivalCause = ({ server, own, other }: Rival, ...evidence: (string | undefined | false)[]): Cause =>
  withFinding(
    'server-identity-clash',
    [other.frame, own.frame],
    cause(
      'likely',
      `Another machine, ${other.mac}, has the server’s address ${server}: what is sent there reaches it instead of the server`,
      ...evidence,
      spokenText(own, server),
      spokenText(other, server),
      'see the finding server-identity-clash',
    ),
  );

/** The machine that sends an ICMP error in the name of a server, if it is not the one that serves. */
export function rivalIn({ index, source }: IcmpError, world: World): Rival | undefined {
  const rival = world.once(rivalsOf).get(source);
  const mac = world.packets.get(index).ethSource;
  return rival && mac !== undefined && mac !== rival.own.mac ? rival : undefined;
}
