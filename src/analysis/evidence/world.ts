import { push } from '../../codec/append';
import { ipv4ToText } from '../../codec/bytes';
import { ArpAbout, between, type ArpSeen } from './arp';
import { Guard } from '../guard';
import type { Lease } from '../conversations/lease';
import { SNAPLEN_CUT } from '../../codec/field';
import { Conversations } from '../conversations/conversations';
import type { Client, Exchange } from '../conversations/model';
import { orderInTime } from '../conversations/order';
import { Conversations6 } from '../conversations/v6model';
import type { CaptureFacts, Packet, Packets, Seen } from '../conversations/packet';
import type { Attack, Sent } from './facts';
import { limitsOf, type Settings, type Thresholds } from '../conversations/settings';
import { Watch } from '../watch';

/** An ICMP echo request: who looks for which address. */
export interface Echo extends Seen {
  readonly source: string;
  readonly destination: string;
}

/** An ICMP message that is not an error, with the link-layer address that it comes from. */
export interface Ping extends Seen {
  readonly mac: string;
}

/** What a server did in this capture. */
export interface ServerNotes {
  readonly server: string;
  /** Place of the exchange in which it was first seen, in the order in which exchanges began. */
  rank: number;
  frames: number;
  offers: number;
  acks: number;
  naks: number;
  others: number;
  proxy: number;
  /** Link-layer addresses it sends from, by link, if no relay or router is in between; one frame for each. */
  readonly macs: Map<
    string,
    {
      readonly link: string;
      readonly mac: string;
      readonly frame: number;
      readonly source: string;
      readonly rank: number;
    }
  >;
}

/** Everything that the rules may ask about the capture as a whole. */
export class World {
  readonly limits: Thresholds;
  /** DHCPv4 and BOOTP exchanges. */
  readonly conversations: Conversations;
  readonly arpSeen = new Map<number, ArpSeen[]>();
  readonly icmp: Seen[] = [];
  readonly echoes = new Map<string, Echo[]>();
  /** By source: echo requests and replies, in time order. */
  readonly pings = new Map<string, Ping[]>();
  /** Router advertisements, and whether they tell hosts to get addresses by DHCPv6. */
  readonly advertisements: (Seen & { readonly managed: boolean })[] = [];
  /** By IPv6 address: neighbour solicitations and advertisements about it. */
  readonly discovery = new Map<string, Seen[]>();
  readonly tftp: Seen[] = [];
  readonly rarp: Seen[] = [];
  /** DHCPv6 between relays and servers. */
  readonly relayed6: Seen[] = [];
  /** DHCPv6 exchanges. */
  readonly conversations6: Conversations6;
  /** Frames whose octets have problems, in any protocol; frames that were only cut are in `cut`. */
  readonly damaged: Seen[] = [];
  /** Numbers of the frames with a message that the snapshot length cut, for clients that are looked at one by one. */
  readonly cut: number[] = [];
  readonly leases: Lease[] = [];
  /** The longest time from a client's first message to its ACK, in seconds, over the exchanges that gave a lease. */
  slowestLease: number | undefined;
  /** In the order in which they were first seen, once all exchanges have been surveyed. */
  servers = new Map<string, ServerNotes>();
  /** By link, in time order: exchanges in which the survey found a DISCOVER that was not relayed. */
  readonly discovers = new Map<string, Exchange[]>();
  /** MACs that the capture shows to belong to a router or relay. */
  readonly routerMacs = new Set<string>();
  /** Clients that unicasts reach through a router. */
  readonly routedClients = new Set<Client>();
  /** Router addresses whose ARP was already searched for `routerMacs`. */
  readonly routersKnown = new Set<number>();
  /** Links on which a reply to a DHCPv4 client was seen. */
  readonly linksWithReplies = new Set<string>();
  /** Links on which, according to the survey, only broadcasts are seen: a reply that is missing there may be hidden. */
  readonly blindLinks = new Set<string>();
  /** Relayed messages that no server answered, by giaddr, and the exchanges they belong to. Set before the rules run. */
  unansweredRelays: ReadonlyMap<number, readonly Sent[]> = new Map();
  readonly relaysUnanswered = new Set<Exchange>();
  /** Starvation attacks, and the clients they invent, which no other finding names. Set before the rules run. */
  attacks: readonly Attack[] = [];
  invented: ReadonlySet<Client> = new Set();
  /** The time at which the capture ends, or at which reading it stopped. */
  private readonly end: number;
  /** How many of the messages that are looked at one by one were read. */
  readonly read: { readonly unread: number; readonly messages: number; readonly lastFrame: number | undefined };
  /** Number of frames of each protocol, for the verdict. */
  readonly protocols = new Map<string, number>();

  constructor(
    readonly packets: Packets,
    readonly facts: CaptureFacts,
    readonly settings: Settings,
    watch: Watch = new Watch(),
    guard = new Guard(),
  ) {
    this.limits = limitsOf(settings);
    this.conversations = new Conversations(packets, this.limits);
    this.conversations6 = new Conversations6(this.limits);
    const { indexes: order, end } = orderInTime(packets);
    let last: Packet | undefined;
    let rank = 0;
    for (; rank < packets.count && !(last && watch.over()); rank++) {
      const index = order ? order[rank]! : rank;
      last = packets.get(index);
      try {
        this.add(index, last, rank);
      } catch (error) {
        guard.note(error, [last.frame]);
      }
    }
    const unread = packets.count - rank;
    this.end = unread > 0 ? last!.time : (end ?? facts.lastTime);
    this.read = { unread, messages: packets.count, lastFrame: unread > 0 ? last!.frame : undefined };
  }

  private add(index: number, packet: Packet, rank: number): void {
    this.protocols.set(packet.protocol, (this.protocols.get(packet.protocol) ?? 0) + 1);
    const { problems } = packet;
    const cuts = problems.length > 0 && packet.cut > 0 ? problems.filter(({ id }) => id === SNAPLEN_CUT).length : 0;
    if (problems.length > cuts) this.damaged.push(seenIn(index, packet));
    if (cuts > 0 && (packet.dhcp || packet.dhcpv6)) this.cut.push(packet.frame);
    const { dhcp, arp, icmp } = packet;
    if (dhcp) {
      this.conversations.add(index, packet, rank);
      if (dhcp.op === 2) this.linksWithReplies.add(packet.link);
      // A host that sends a request with giaddr set is a relay, or the router behind one.
      else if (dhcp.giaddr !== 0 && packet.ethSource !== undefined) this.routerMacs.add(packet.ethSource);
    } else if (packet.dhcpv6) {
      this.conversations6.add(index, packet, packet.dhcpv6, rank);
      if (packet.dhcpv6.isRelay) this.relayed6.push(seenIn(index, packet));
    } else if (arp) {
      if (packet.protocol === 'rarp') this.rarp.push(seenIn(index, packet));
      else this.addArp(index, packet);
    } else if (icmp) {
      if (!icmp.quoted) this.addPing(index, packet);
      if (icmp.version === 4 && icmp.type === 8 && packet.source !== undefined && packet.destination !== undefined) {
        const { frame, time, link, source, destination } = packet;
        push(this.echoes, destination, { index, frame, time, link, source, destination });
      } else if (icmp.quoted) this.icmp.push(seenIn(index, packet));
      else if (icmp.managed !== undefined) {
        const { frame, time, link } = packet;
        this.advertisements.push({ index, frame, time, link, managed: icmp.managed });
      } else if (icmp.target !== undefined) push(this.discovery, icmp.target, seenIn(index, packet));
    } else if (packet.tftp) this.tftp.push(seenIn(index, packet));
  }

  private addPing(index: number, packet: Packet): void {
    const { source, ethSource: mac } = packet;
    if (source === undefined || mac === undefined) return;
    const { frame, time, link } = packet;
    push(this.pings, source, { index, frame, time, link, mac });
  }

  /** ICMP messages other than errors that were sent from an address. */
  pingsFrom(address: number): readonly Ping[] {
    return this.pings.size > 0 ? (this.pings.get(ipv4ToText(address)) ?? []) : [];
  }

  private addArp(index: number, packet: Packet): void {
    const arp = packet.arp!;
    const { operation, senderMac, senderIp, targetIp } = arp;
    const seen: ArpSeen = {
      index,
      frame: packet.frame,
      time: packet.time,
      link: packet.link,
      operation,
      senderMac,
      senderIp,
      targetIp,
    };
    if (senderIp !== 0) push(this.arpSeen, senderIp, seen);
    if (targetIp !== senderIp) push(this.arpSeen, targetIp, seen);
  }

  /** All exchanges, in the order in which they began. */
  get exchanges(): readonly Exchange[] {
    return this.conversations.exchanges;
  }
  /** All clients, in the order in which they were met. */
  get clients(): readonly Client[] {
    return this.conversations.clients;
  }

  /** Adds the MACs of the routers that servers hand out, as far as ARP in this capture shows them. */
  noteRouters(routers: readonly number[]): void {
    for (const router of routers) {
      if (this.routersKnown.has(router)) continue;
      this.routersKnown.add(router);
      for (const arp of (this.arpSeen.get(router) ?? []).slice(0, 64))
        if (arp.senderIp === router) this.routerMacs.add(arp.senderMac);
    }
  }

  /** Sorts the servers, and the addresses they send from, by first appearance. */
  rankServers(): void {
    const byRank = (a: { rank: number }, b: { rank: number }): number => a.rank - b.rank;
    const all = [...this.servers.values()].sort(byRank);
    for (const notes of all) {
      const macs = [...notes.macs].sort(([, a], [, b]) => byRank(a, b));
      notes.macs.clear();
      for (const [key, one] of macs) notes.macs.set(key, one);
    }
    this.servers = new Map(all.map((notes) => [notes.server, notes]));
  }

  private readonly made = new Map<(world: World) => unknown, unknown>();
  /** What a function derives from the capture as a whole, computed on first use and then kept. */
  once<T>(make: (world: World) => T): T {
    if (!this.made.has(make)) this.made.set(make, make(this));
    return this.made.get(make) as T;
  }

  private errors: IcmpError[] | undefined;
  /** ICMP errors that quote a datagram to or from a DHCP port. */
  get icmpErrors(): readonly IcmpError[] {
    return (this.errors ??= this.icmp.flatMap((seen) => icmpError(seen, this.packets.get(seen.index)) ?? []));
  }

  private readonly arp = new Map<number, ArpAbout>();
  /** ARP messages that have this address as sender or target. */
  arpAbout(address: number): ArpAbout {
    let about = this.arp.get(address);
    if (about) return about;
    const all = this.arpSeen.get(address);
    about = all ? new ArpAbout(all, address) : NO_ARP;
    if (all) this.arp.set(address, about);
    return about;
  }

  /** Seconds of capture after a point in time; undefined if there are no times. */
  tail(time: number, timed: boolean): number | undefined {
    return timed && this.end > 0 ? Math.max(0, this.end - time) : undefined;
  }

  private byAddress: Map<number, Lease[]> | undefined;
  /** Leases of an address, in time order. Complete only after every exchange has been surveyed. */
  leasesOf(address: number): readonly Lease[] {
    if (!this.byAddress) {
      this.byAddress = new Map();
      for (const lease of this.leases) push(this.byAddress, lease.address, lease);
    }
    return this.byAddress.get(address) ?? [];
  }

  private byServer: Map<number, Lease> | undefined;
  /** The first lease with a mask that a server gave. */
  leaseBy(server: number): Lease | undefined {
    if (!this.byServer) {
      this.byServer = new Map();
      for (const lease of this.leases) if (lease.server !== undefined && lease.mask && !this.byServer.has(lease.server)) this.byServer.set(lease.server, lease); // prettier-ignore
    }
    return this.byServer.get(server);
  }

  /** Whether silence after a message that was sent `times` times, the last at `time`, proves anything. */
  silenceProves(times: number, lastTime: number, timed: boolean): boolean {
    const tail = this.tail(lastTime, timed);
    return times >= 2 || (tail !== undefined && tail >= this.limits.answerWithin);
  }

  /** Whether somebody checks by ARP or ICMP echo if an address is in use. */
  isAskedFor(address: number): boolean {
    return this.arpSeen.has(address) || (this.echoes.size > 0 && this.echoes.has(ipv4ToText(address)));
  }

  /** Messages between two points in time by which a server checks whether an address is in use (ARP or ICMP echo): the first of each. */
  probes(address: number, from: number, to: number, clientMac: string): { frame: number; time: number }[] {
    const echoes = this.echoes.size > 0 ? (this.echoes.get(ipv4ToText(address)) ?? []) : [];
    const asked: { frame: number; time: number }[] = this.arpAbout(address).askedByOthers(clientMac, from, to);
    for (const echo of between(echoes, from, to)) {
      if (asked.length >= MOST_PROBES) break;
      asked.push(echo);
    }
    return asked;
  }
}

const seenIn = (index: number, { frame, time, link }: Packet): Seen => ({ index, frame, time, link });

const NO_ARP = new ArpAbout([], 0);
/** How many probes for one address, during one wait, are reported. */
const MOST_PROBES = 128;

/** The notes about a server, created if missing; `rank` is that of an exchange it takes part in. */
export function noteServer(world: World, server: string, rank: number): ServerNotes {
  let notes = world.servers.get(server);
  if (!notes) {
    notes = { server, rank, frames: 0, offers: 0, acks: 0, naks: 0, others: 0, proxy: 0, macs: new Map() };
    world.servers.set(server, notes);
  }
  notes.rank = Math.min(notes.rank, rank);
  return notes;
}

/** Notes the link-layer address that a server sends from; `frame` shows it, in the exchange with this rank. */
export function noteMac(
  notes: ServerNotes,
  { link, ethSource: mac, source }: Packet,
  frame: number,
  rank: number,
): void {
  if (mac === undefined || source === undefined) return;
  const key = `${link} ${mac}`;
  const known = notes.macs.get(key);
  if (!known || rank < known.rank) notes.macs.set(key, { link, mac, frame, source, rank });
}

export { push };
export type { Lease } from '../conversations/lease';

/** An ICMP error about DHCP. */
export interface IcmpError extends Seen {
  readonly version: 4 | 6;
  readonly type: number;
  readonly code: number;
  /** The sender of the error. */
  readonly source: string;
  readonly quotedSource: string;
  readonly quotedDestination: string;
  readonly quotedPort: number;
  readonly quotedFromPort: number | undefined;
  /** xid of the quoted message, if the quotation is long enough. */
  readonly xid: number | undefined;
  readonly chaddr: string | undefined;
}

const DHCP_PORTS: ReadonlySet<number> = new Set([67, 68, 546, 547, 4011]);

function icmpError(seen: Seen, packet: Packet): IcmpError | undefined {
  const { icmp } = packet;
  const quoted = icmp?.quoted;
  if (!icmp || !quoted || quoted.destinationPort === undefined || !DHCP_PORTS.has(quoted.destinationPort))
    return undefined;
  const { dhcp } = quoted;
  return {
    index: seen.index,
    frame: seen.frame,
    time: seen.time,
    link: seen.link,
    version: icmp.version,
    type: icmp.type,
    code: icmp.code,
    source: packet.source ?? '',
    quotedSource: quoted.source,
    quotedDestination: quoted.destination,
    quotedPort: quoted.destinationPort,
    quotedFromPort: quoted.sourcePort,
    xid: dhcp?.xid,
    chaddr: dhcp?.chaddr,
  };
}
