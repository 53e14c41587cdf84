import type { Field } from '../../codec/field';
import type { OwnTables } from '../../codec/option';
import type { Tunnel } from '../../codec/tunnel/ends';
import type { Packet } from '../../ledger/packet';
import { PROXY_PORT } from './names';

export type { ArpPacket, IcmpPacket, Packet, TftpPacket } from '../../ledger/packet';

/** The frames of interest in capture order. `get` builds a packet anew on each call, which is cheap; none is kept. */
export interface Packets {
  readonly count: number;
  get(index: number): Packet;
  /** The tree of a frame, read again from its octets, which costs far more than `get`; left out where nobody has them. */
  tree?(index: number): readonly Field[];
  /** The tunnel that carries a frame, read again as well. */
  tunnel?(index: number): Tunnel | undefined;
}

/** The index of a packet, with the few values that are needed to show it. */
export interface Seen {
  readonly index: number;
  readonly frame: number;
  readonly time: number;
  readonly link: string;
}

/** The link that a frame was seen on, and the VLANs in it. */
export interface Place {
  readonly link: string;
  readonly vlans?: string | undefined;
}

/** A host that is seen in ARP, ping or router advertisements, apart from its DHCP messages. */
export interface Neighbour {
  readonly link: string;
  readonly mac: string;
  readonly address: string | undefined;
  /** Whether it advertises itself as a router. */
  readonly router: boolean;
  /** Whether it was seen to answer: an ARP reply, or an echo reply. */
  readonly answers: boolean;
  /** A frame that shows it, and the times of the first and last such frame. */
  readonly frame: number;
  readonly first: number;
  readonly last: number;
}

/** Whose times they are: seconds since 1970 are known, or a text tells date and time of a clock without its zone, or no date either. */
export type Clock = 'UTC' | 'local' | 'undated';

/** What is known about the capture beside its frames of interest. */
export interface CaptureFacts {
  readonly frames: number;
  /** Number of frames before a display filter, if these are only the frames that pass one. */
  readonly unfiltered?: number | undefined;
  /** Times of the first and last of all frames, in seconds since the epoch; 0 if no frame has a time. */
  readonly firstTime: number;
  readonly lastTime: number;
  /** What these times count from. If left out, they are in UTC. */
  readonly clock?: Clock;
  /** Number of frames by content, for `no-dhcp`: `TCP` → 812, `ARP` → 30 … */
  readonly contents: ReadonlyMap<string, number>;
  /** Where the file is damaged or cut, one sentence each. Empty for an intact file. */
  readonly fileProblems: readonly string[];
  /** Frames of a pasted text that lacks some of their octets: zeros stand for these, and nothing is concluded from them. */
  readonly unread?: ReadonlySet<number>;
  /** If it is a text, not a capture file: whether it gives addresses, or names for some of them. */
  readonly pasted?: 'plain' | 'named' | undefined;
  /** Whether it is a text of which messages could not be read. */
  readonly lost?: boolean;
  /** Short name of the file. */
  readonly name: string;
  /** The user's own options. */
  readonly options?: OwnTables | undefined;
  /** The other hosts seen, collected when a rule asks. If left out, none are known. */
  readonly neighbours?: () => readonly Neighbour[];
  /** The directions of tunnels whose datagrams are seen, whatever they carry. If left out, none is known. */
  readonly tunnels?: readonly Tunnel[];
}

/** In place of an address that the capture does not tell; behind `server` it reads `of unknown address` (`named`). */
export const UNKNOWN_ADDRESS = 'an unknown address';

/** UDP ports of DHCP: of servers and relays, of clients, of PXE boot servers. */
export const OURS: ReadonlySet<number> = new Set([67, 68, PROXY_PORT]);

/** Whether neither port of a datagram is a DHCP port, so that no ordinary client or server receives it. */
export function isForeign({ sourcePort, destinationPort }: Packet): boolean {
  return (
    sourcePort !== undefined && destinationPort !== undefined && !OURS.has(sourcePort) && !OURS.has(destinationPort)
  );
}

/** The overlay network in the name of a link (`VNI 5010`), if it ends with one. A BSSID is none: a frame may pass several access points. */
export function overlayOf(link: string): string | undefined {
  const last = link.slice(link.lastIndexOf('/') + 1);
  return last === link || /^(\d+$|BSSID )/.test(last) ? undefined : last;
}

/**
 * The VLAN that a frame's tags name, for a setting of the switch next to the client: the innermost one. Undefined without a tag; VLAN 0 is a
 * priority only (IEEE 802.1Q §9.6).
 */
export const vlanOf = ({ vlans }: { readonly vlans?: string | undefined }): string | undefined =>
  vlans
    ?.split('/')
    .filter((vlan) => vlan !== '0')
    .at(-1);
