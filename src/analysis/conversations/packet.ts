import type { Packet } from '../../ledger/packet';
import { PROXY_PORT } from './names';

export type { ArpPacket, IcmpPacket, Packet, TftpPacket } from '../../ledger/packet';

/** The frames of interest in capture order. `get` makes a packet anew each time: cheap, and nothing is kept. */
export interface Packets {
  readonly count: number;
  get(index: number): Packet;
}

/** An index of a packet with the little that is needed to find it again. */
export interface Seen {
  readonly index: number;
  readonly frame: number;
  readonly time: number;
  readonly link: string;
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

/** UDP ports of DHCP: of servers and relays, of clients, of PXE boot servers. */
export const OURS: ReadonlySet<number> = new Set([67, 68, PROXY_PORT]);

/** Whether neither port of a datagram is one of DHCP's: no ordinary client or server hears it. */
export function isForeign({ sourcePort, destinationPort }: Packet): boolean {
  return (
    sourcePort !== undefined && destinationPort !== undefined && !OURS.has(sourcePort) && !OURS.has(destinationPort)
  );
}
