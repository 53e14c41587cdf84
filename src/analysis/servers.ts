import { ADVERTISE, REPLY } from '../codec/dhcpv6/message';
import type { World } from './evidence/world';

/** What one server did. */
export interface ServerSummary {
  /** Server identifier, else its address; for DHCPv6, its DUID. */
  readonly server: string;
  readonly protocol: 'dhcp' | 'dhcpv6';
  /** Frames it sent, copies included. */
  readonly frames: number;
  readonly offers: number;
  readonly acks: number;
  readonly naks: number;
  /** proxyDHCP replies, which name boot files and lease nothing. */
  readonly proxyReplies: number;
  /** Link-layer addresses that it sends from, if no relay or router hides them. */
  readonly macs: readonly string[];
}

/** The DHCPv4 servers, in the order in which they are seen. */
export function serverSummaries(world: World): ServerSummary[] {
  return [...world.survey.servers.values()].map((notes) => ({
    server: notes.server,
    protocol: 'dhcp',
    frames: notes.frames,
    offers: notes.offers,
    acks: notes.acks,
    naks: notes.naks,
    proxyReplies: notes.proxy,
    macs: [...new Set(notes.macs.map(({ mac }) => mac))],
  }));
}

/** The DHCPv6 servers, in the order in which they are seen. ADVERTISE counts as offer, REPLY as ack. */
export function serverSummaries6(world: World): ServerSummary[] {
  const servers = new Map<string, { frames: number; offers: number; acks: number }>();
  for (const { notes } of world.conversations6.exchanges) {
    for (const note of notes) {
      if ((note.type !== ADVERTISE && note.type !== REPLY) || note.server === undefined) continue;
      let entry = servers.get(note.server);
      if (!entry) servers.set(note.server, (entry = { frames: 0, offers: 0, acks: 0 }));
      entry.frames += note.frames.length;
      if (note.type === ADVERTISE) entry.offers++;
      else entry.acks++;
    }
  }
  return [...servers].map(([server, { frames, offers, acks }]) => ({
    server,
    protocol: 'dhcpv6',
    frames,
    offers,
    acks,
    naks: 0,
    proxyReplies: 0,
    macs: [],
  }));
}
