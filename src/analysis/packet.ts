import type { Message4 } from '../codec/dhcpv4/message';
import type { Message6 } from '../codec/dhcpv6/message';
import type { Problem } from '../codec/field';
import type { Digests } from './digest';

/** ARP and RARP as the rules see them (RFC 826, RFC 903). */
export interface ArpPacket {
  /** 1 request, 2 reply, 3 RARP request, 4 RARP reply. */
  readonly operation: number;
  readonly senderMac: string;
  readonly senderIp: number;
  readonly targetMac: string;
  readonly targetIp: number;
}

/** ICMP and ICMPv6 as the rules see them. */
export interface IcmpPacket {
  readonly version: 4 | 6;
  readonly type: number;
  readonly code: number;
  /** The datagram an error quotes, as far as the quotation goes. */
  readonly quoted?: {
    readonly source: string;
    readonly destination: string;
    readonly sourcePort?: number;
    readonly destinationPort?: number;
    readonly dhcp?: Message4;
  };
}

/** TFTP as the rules see it (RFC 1350, RFC 2347). */
export interface TftpPacket {
  /** 1 RRQ, 2 WRQ, 3 DATA, 4 ACK, 5 ERROR, 6 OACK. */
  readonly operation: number;
  /** Of DATA and ACK. */
  readonly block?: number;
  readonly file?: string;
  readonly errorCode?: number;
  readonly errorMessage?: string;
}

/** One frame of interest, as the rules see it. Texts are raw (not yet `printable`) unless they are addresses. */
export interface Packet {
  /** 1-based frame number of the capture. */
  readonly frame: number;
  /** Which of the files analysed together it comes from (0 where there is one). */
  readonly file: number;
  /** Seconds since the epoch. 0 where the frame has no time. */
  readonly time: number;
  readonly timed: boolean;
  /** Interface, overlay network or BSSID, and VLANs it was seen on: frames of different links are not compared unless a relay joins them. */
  readonly link: string;
  /** Link-layer addresses as colon hex, in front of the IP header; undefined where the link has none. */
  readonly ethSource?: string | undefined;
  readonly ethDestination?: string | undefined;
  /** IP addresses as text; undefined for ARP and RARP. */
  readonly source?: string | undefined;
  readonly destination?: string | undefined;
  readonly sourcePort?: number | undefined;
  readonly destinationPort?: number | undefined;
  readonly protocol: 'dhcp' | 'bootp' | 'dhcpv6' | 'arp' | 'rarp' | 'icmp' | 'icmpv6' | 'tftp' | 'other';
  readonly dhcp?: Message4 | undefined;
  readonly dhcpv6?: Message6 | undefined;
  readonly arp?: ArpPacket | undefined;
  readonly icmp?: IcmpPacket | undefined;
  readonly tftp?: TftpPacket | undefined;
  /** Octets of the IP datagram's payload of UDP, as UDP's length says. */
  readonly payloadLength: number;
  /** What the codec finds wrong in this frame (structure of the message, checksums). */
  readonly problems: readonly Problem[];
  /** Octets that the snapshot length cut off. */
  readonly cut: number;
}

/** The frames of interest in capture order. `get` makes a packet anew each time: cheap, and nothing is kept. */
export interface Packets {
  readonly count: number;
  get(index: number): Packet;
  /** What is known of packets without reading them. Without it, all are read. */
  readonly digests?: Digests;
}

/** A host that is heard by ARP, ping or router advertisements, beside what it says of DHCP. */
export interface Neighbour {
  readonly link: string;
  readonly mac: string;
  readonly address: string | undefined;
  /** Whether it advertises itself as a router. */
  readonly router: boolean;
  /** Whether it was seen answering: an ARP reply, or an echo reply. */
  readonly answers: boolean;
  /** A frame that shows it; times of the first and the last. */
  readonly frame: number;
  readonly first: number;
  readonly last: number;
}

/** What is known of the capture beside its frames of interest. */
export interface CaptureFacts {
  readonly frames: number;
  /** Time of the first and last frame of all, in seconds since the epoch; 0 where no frame has a time. */
  readonly firstTime: number;
  readonly lastTime: number;
  /** Frames by what they hold, for `no-dhcp`: `TCP` → 812, `ARP` → 30 … */
  readonly contents: ReadonlyMap<string, number>;
  /** Where the file is damaged or cut: one sentence each. Empty for a whole file. */
  readonly fileProblems: readonly string[];
  /** Short name of the file. */
  readonly name: string;
  /** Who else is heard: looked for when a rule asks. Left out, nobody is known. */
  readonly neighbours?: () => readonly Neighbour[];
}
