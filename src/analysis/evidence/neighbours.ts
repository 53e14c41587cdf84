import { push } from '../../codec/append';
import { ipv4ToText } from '../../codec/bytes';
import { ArpAbout, between, type ArpSeen } from './arp';
import type { Packet, Packets, Seen } from '../conversations/packet';

/** An ICMP echo request: who looks for which address. */
export interface Echo extends Seen {
  readonly source: string;
  readonly destination: string;
}

/** An ICMP message that is not an error, with the link-layer address that it comes from. */
export interface Ping extends Seen {
  readonly mac: string;
}

/** What hosts say to each other beside DHCP: ARP, RARP, ICMP, neighbour discovery, router advertisements. */
export class Neighbours {
  readonly arpSeen = new Map<number, ArpSeen[]>();
  readonly icmp: Seen[] = [];
  readonly echoes = new Map<string, Echo[]>();
  /** By source: echo requests and replies, in time order. */
  readonly pings = new Map<string, Ping[]>();
  /** Router advertisements, and whether they tell hosts to get addresses (`managed`) or other settings by DHCPv6. */
  readonly advertisements: (Seen & { readonly managed: boolean; readonly other: boolean })[] = [];
  /** By IPv6 address: neighbour solicitations and advertisements about it. */
  readonly discovery = new Map<string, Seen[]>();
  readonly rarp: Seen[] = [];

  constructor(private readonly packets: Packets) {}

  /** Adds a packet of ARP, RARP or ICMP. */
  add(index: number, packet: Packet): void {
    const { icmp } = packet;
    if (packet.protocol === 'rarp') this.rarp.push(seenIn(index, packet));
    else if (packet.arp) this.addArp(index, packet);
    else if (icmp) {
      if (!icmp.quoted) this.addPing(index, packet);
      if (icmp.version === 4 && icmp.type === 8 && packet.source !== undefined && packet.destination !== undefined) {
        const { frame, time, link, source, destination } = packet;
        push(this.echoes, destination, { index, frame, time, link, source, destination });
      } else if (icmp.quoted) this.icmp.push(seenIn(index, packet));
      else if (icmp.managed !== undefined) {
        const { frame, time, link } = packet;
        this.advertisements.push({ index, frame, time, link, managed: icmp.managed, other: icmp.other ?? false });
      } else if (icmp.target !== undefined) push(this.discovery, icmp.target, seenIn(index, packet));
    }
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

  private errors: readonly IcmpError[] | undefined;
  private errorsElsewhere: readonly IcmpError[] = [];
  /** ICMP errors that quote a datagram to a DHCP port. */
  get icmpErrors(): readonly IcmpError[] {
    if (this.errors) return this.errors;
    const all = this.icmp.flatMap((seen) => icmpError(seen, this.packets.get(seen.index)) ?? []);
    this.errorsElsewhere = all.filter(({ quotedPort }) => !DHCP_PORTS.has(quotedPort));
    return (this.errors = all.filter(({ quotedPort }) => DHCP_PORTS.has(quotedPort)));
  }

  /** ICMP errors that quote a datagram to another UDP port, as those of transfers by TFTP. */
  get otherErrors(): readonly IcmpError[] {
    return this.icmpErrors && this.errorsElsewhere;
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

export const seenIn = (index: number, { frame, time, link }: Packet): Seen => ({ index, frame, time, link });

const NO_ARP = new ArpAbout([], 0);
/** How many probes for one address, during one wait, are reported. */
const MOST_PROBES = 128;

/** An ICMP error about a datagram with ports. */
export interface IcmpError extends Seen {
  readonly version: 4 | 6;
  readonly type: number;
  readonly code: number;
  /** For “fragmentation needed”: the largest datagram that passes, in octets; 0 or undefined if it is not told. */
  readonly mtu: number | undefined;
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
  if (!icmp || !quoted || quoted.destinationPort === undefined) return undefined;
  const { dhcp } = quoted;
  return {
    index: seen.index,
    frame: seen.frame,
    time: seen.time,
    link: seen.link,
    version: icmp.version,
    type: icmp.type,
    code: icmp.code,
    mtu: icmp.mtu,
    source: packet.source ?? '',
    quotedSource: quoted.source,
    quotedDestination: quoted.destination,
    quotedPort: quoted.destinationPort,
    quotedFromPort: quoted.sourcePort,
    xid: dhcp?.xid,
    chaddr: dhcp?.chaddr,
  };
}
