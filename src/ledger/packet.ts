import type { QuotedEndpoints } from '../codec/endpoints';
import type { Message4 } from '../codec/dhcpv4/message';
import type { Answer6 } from '../codec/dhcpv6/answer';
import type { Association6 } from '../codec/dhcpv6/associations';
import type { Problem } from '../codec/field';
import type { View } from '../codec/view';
import type { Protocol } from '../codec/frame';

/* The facts of one frame, for the code that builds conversations and the rules that judge them. */

/** The content of a DHCPv4 or BOOTP message, read either from its octets or from a ledger. */
export type Dhcp = Pick<
  Message4,
  | 'op'
  | 'htype'
  | 'hlen'
  | 'hops'
  | 'xid'
  | 'secs'
  | 'flags'
  | 'broadcast'
  | 'ciaddr'
  | 'yiaddr'
  | 'siaddr'
  | 'giaddr'
  | 'chaddr'
  | 'chaddrText'
  | 'sname'
  | 'file'
  | 'length'
  | 'hasCookie'
  | 'ended'
  | 'messageType'
  | 'option'
  | 'has'
  | 'u8'
  | 'u16'
  | 'u32'
  | 'ip'
  | 'ips'
  | 'text'
> & {
  /** Whether an option runs past the end of its area. */
  readonly truncated: boolean;
  /** Numbers for comparing messages within one capture: of chaddr; of htype and chaddr; of the client (RFC 2131 §4.2). */
  readonly macNumber: number;
  readonly hardwareNumber: number;
  readonly clientNumber: number;
  /** The codes of its options, without duplicates. */
  codes(): number[];
  /** A bit set of its options; `bits` gives the bit of each code. */
  optionBits(bits: Int32Array): number;
};

/** The content of a DHCPv6 message: the one from or to the client, and those of the relays around it. */
export interface Dhcpv6 {
  /** Message type of the frame's outermost message, and of the innermost one, from or to the client (RFC 9915 §7.3). */
  readonly outerType: number;
  readonly type: number;
  readonly xid: number;
  readonly isRelay: boolean;
  /** The hop count of the outermost relay message: how many relays handled it before; 0 without a relay. */
  readonly hops: number;
  /** The peer from which the outermost relay got it, or to which it sends it; undefined without a relay. */
  readonly peerAddress: string | undefined;
  /** The link-address of the relay nearest to the client that names a link; undefined if none does. */
  readonly linkAddress: string | undefined;
  /** The client’s link-layer address as the first relay saw it (RFC 6939), as colon hex; undefined if no relay tells it. */
  readonly linkLayerAddress: string | undefined;
  /** DUIDs as hex digits. */
  readonly clientDuid: string | undefined;
  readonly serverDuid: string | undefined;
  readonly rapidCommit: boolean;
  /** For how many seconds the client has been asking when it sends this (Elapsed Time); 0 if it does not say. */
  readonly elapsed: number;
  /** Whether it is an ADVERTISE or REPLY. */
  readonly isAnswer: boolean;
  /** For ADVERTISE and REPLY: what the server gives and refuses. */
  readonly answer: Answer6 | undefined;
  /** Its identity associations, in wire order. */
  readonly associations: readonly Association6[];
  /** The codes of its options, and of those options of its outermost relay that show where the client is. */
  codes(): number[];
  /** The value of an option that shows what or where the client is, or that servers usually send; undefined for all other options. */
  option(code: number): View | undefined;
}

/** ARP and RARP (RFC 826, RFC 903). */
export interface ArpPacket {
  /** 1 request, 2 reply, 3 RARP request, 4 RARP reply. */
  readonly operation: number;
  readonly senderMac: string;
  readonly senderIp: number;
  readonly targetMac: string;
  readonly targetIp: number;
}

/** ICMP and ICMPv6. */
export interface IcmpPacket {
  readonly version: 4 | 6;
  readonly type: number;
  readonly code: number;
  /** For router advertisements: flag M, addresses are available by DHCPv6 (RFC 4861 §4.2). */
  readonly managed?: boolean | undefined;
  /** For router advertisements: flag O, other settings are available by DHCPv6 (RFC 4861 §4.2). */
  readonly other?: boolean | undefined;
  /**
   * For neighbour solicitations and advertisements: the address whose link-layer address is asked for or announced (RFC 4861 §4.3, §4.4).
   */
  readonly target?: string | undefined;
  /** For “fragmentation needed”: the largest datagram that passes, in octets (RFC 1191 §4); 0 if the router does not say. */
  readonly mtu?: number | undefined;
  /** The datagram that an error quotes, as far as it quotes it. */
  readonly quoted?: QuotedPacket | undefined;
}

/** The datagram that an ICMP error quotes. A member is undefined if the quotation ends before it. */
export interface QuotedPacket extends QuotedEndpoints {
  readonly dhcp?: { readonly xid: number | undefined; readonly chaddr: string | undefined } | undefined;
}

/** TFTP (RFC 1350, RFC 2347). */
export interface TftpPacket {
  /** 1 RRQ, 2 WRQ, 3 DATA, 4 ACK, 5 ERROR, 6 OACK. */
  readonly operation: number;
  /** For DATA and ACK. */
  readonly block?: number | undefined;
  readonly file?: string | undefined;
  readonly errorCode?: number | undefined;
  readonly errorMessage?: string | undefined;
}

/** One frame of interest. Texts other than addresses are raw (not yet `printable`). */
export interface Packet {
  /** Frame number in the capture, counted from 1. */
  readonly frame: number;
  /** Index of its file among those analysed together (0 if there is only one). */
  readonly file: number;
  /** Seconds since the epoch; 0 if the frame has no time. */
  readonly time: number;
  readonly timed: boolean;
  /**
   * The interface, overlay network or BSSID, and VLANs it was seen on. Frames of
   * different links are not compared unless a relay joins them.
   */
  readonly link: string;
  /**
   * The VLAN IDs of that link, outermost first, separated by slashes; undefined for an
   * untagged frame. 0 is a priority tag (IEEE 802.1Q §9.6).
   */
  readonly vlans?: string | undefined;
  /** Link-layer addresses in colon hex, from the header before IP; undefined if the link has none. */
  readonly ethSource?: string | undefined;
  readonly ethDestination?: string | undefined;
  /** IP addresses as text; undefined for ARP and RARP. */
  readonly source?: string | undefined;
  readonly destination?: string | undefined;
  readonly sourcePort?: number | undefined;
  readonly destinationPort?: number | undefined;
  readonly protocol: Protocol;
  readonly dhcp?: Dhcp | undefined;
  readonly dhcpv6?: Dhcpv6 | undefined;
  readonly arp?: ArpPacket | undefined;
  readonly icmp?: IcmpPacket | undefined;
  readonly tftp?: TftpPacket | undefined;
  /** Octets of UDP payload, according to the UDP length. */
  readonly payloadLength: number;
  /** What the codec finds wrong with this frame (structure of the message, checksums). */
  readonly problems: readonly Problem[];
  /** Octets that the snapshot length cut off. */
  readonly cut: number;
  /** Whether its UDP header says that there is no checksum (RFC 768). */
  readonly noChecksum?: boolean;
  /** Whether the link says that the capturing host itself sent it (packet type of a Linux cooked capture). */
  readonly sentHere?: boolean;
}
