import type { Message4 } from '../codec/dhcpv4/message';
import type { Answer6 } from '../codec/dhcpv6/answer';
import type { Association6 } from '../codec/dhcpv6/associations';
import type { Problem } from '../codec/field';
import type { View } from '../codec/view';
import type { Protocol } from '../codec/frame';

/* The facts of one frame, as whoever puts conversations together or judges them asks for them. */

/** What a DHCPv4 or BOOTP message says, whether it is read from its octets or from a ledger. */
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
  /** Numbers by which messages of one capture are compared: of chaddr; of htype and chaddr; of who the client is (RFC 2131 §4.2). */
  readonly macNumber: number;
  readonly hardwareNumber: number;
  readonly clientNumber: number;
  /** The codes of its options, each once. */
  codes(): number[];
  /** The bits, by code, of the options that it has. */
  optionBits(bits: Int32Array): number;
};

/** What a DHCPv6 message says: the client's or the one to it, and the relays' around it. */
export interface Dhcpv6 {
  /** Message type of the frame's outermost message, and of the client's own (RFC 9915 §7.3). */
  readonly outerType: number;
  readonly type: number;
  readonly xid: number;
  readonly isRelay: boolean;
  /** Whom the outermost relay got it from, or sends it on to; undefined where there is no relay. */
  readonly peerAddress: string | undefined;
  /** The link-address of the relay nearest to the client that names a link; undefined where none does. */
  readonly linkAddress: string | undefined;
  /** DUIDs as hex digits. */
  readonly clientDuid: string | undefined;
  readonly serverDuid: string | undefined;
  readonly rapidCommit: boolean;
  /** Of ADVERTISE and REPLY: what it gives, and what it refuses. */
  readonly answer: Answer6 | undefined;
  /** Its identity associations, in the order of the wire. */
  readonly associations: readonly Association6[];
  /** The codes of its options, and of its outermost relay's that say where the client is. */
  codes(): number[];
  /** The value of an option of those kinds that say what the client is, or where, and of what servers usually tell; undefined for all others. */
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
  /** Of a router advertisement: flag M, addresses are given by DHCPv6 (RFC 4861 §4.2). */
  readonly managed?: boolean;
  /** Of neighbour solicitations and advertisements: whose link-layer address is asked for or told (RFC 4861 §4.3, §4.4). */
  readonly target?: string;
  /** The datagram an error quotes, as far as the quotation goes. */
  readonly quoted?: {
    readonly source: string;
    readonly destination: string;
    readonly sourcePort?: number;
    readonly destinationPort?: number;
    /** Undefined for what the quotation ends before. */
    readonly dhcp?: { readonly xid: number | undefined; readonly chaddr: string | undefined };
  };
}

/** TFTP (RFC 1350, RFC 2347). */
export interface TftpPacket {
  /** 1 RRQ, 2 WRQ, 3 DATA, 4 ACK, 5 ERROR, 6 OACK. */
  readonly operation: number;
  /** Of DATA and ACK. */
  readonly block?: number;
  readonly file?: string;
  readonly errorCode?: number;
  readonly errorMessage?: string;
}

/** One frame of interest. Texts are raw (not yet `printable`) unless they are addresses. */
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
  /** The VLAN ids of that link, outermost first, with slashes between; undefined where the frame has no tag. 0 is a priority tag (IEEE 802.1Q §9.6). */
  readonly vlans?: string | undefined;
  /** Link-layer addresses as colon hex, in front of the IP header; undefined where the link has none. */
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
  /** Octets of the IP datagram's payload of UDP, as UDP's length says. */
  readonly payloadLength: number;
  /** What the codec finds wrong in this frame (structure of the message, checksums). */
  readonly problems: readonly Problem[];
  /** Octets that the snapshot length cut off. */
  readonly cut: number;
  /** Whether its UDP header says that no checksum was made (RFC 768). */
  readonly noChecksum?: boolean;
}
