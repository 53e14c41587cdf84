import { RELAY_FORW, messageType6 } from '../../codec/dhcpv6/message';
import { icmpv6Text } from '../../codec/ip/icmpv6';
import type { Packet } from '../conversations/packet';
import type { Exchange6, Note6 } from '../conversations/v6model';
import type { World } from '../evidence/world';
import { named6 } from '../story/scene6';
import { Frames } from '../story/frames';
import type { Stories } from '../story';
import type { Hop, Lanes, DrawnMessage } from './draft';
import { ghosts6 } from './ghosts';

/** A DHCPv6 conversation as a chart: who sends what to whom (RFC 9915 §18, §19). */

/** How many sightings of one message are looked at. */
const MOST_SIGHTINGS = 64;

export function chart6(exchange: Exchange6, world: World, stories: Stories, lanes: Lanes): DrawnMessage[] {
  const { label } = exchange.client;
  const client = lanes.place('client', clientName(label));
  const frames = new Frames(world.packets);
  const seen = exchange.notes.map((note) => packetsOf(note, frames));
  for (const [i, note] of exchange.notes.entries()) {
    for (const { dhcpv6, source } of seen[i]!)
      if (dhcpv6?.outerType === RELAY_FORW && source !== undefined) lanes.place('relay', source);
    if (note.server !== undefined) lanes.place('server', named6(note.server));
  }
  if (lanes.find('server') < 0) lanes.place('server', '');
  const drawn = exchange.notes.map((note, i) => tell(note, seen[i]!, stories, lanes, client));
  for (const ghost of ghosts6(exchange, world)) {
    const server = lanes.find('server');
    const [from, to] = ghost.fromClient ? [client, server] : [server, client];
    const hop: Hop = {
      frames: [],
      from,
      to,
      name: ghost.name,
      about: '',
      ghost: ghost.kind,
      at: undefined,
      why: () => ghost.why,
    };
    drawn.splice(ghost.before, 0, { at: undefined, hops: [hop], question: false });
  }
  return withErrors(drawn, exchange, world, lanes, client);
}

/** The name of a client for the reader: the address in its DUID, if there is one. */
export const clientName = (label: string): string => (/^[0-9a-f]+$/.test(label) ? named6(label) : label);

const packetsOf = ({ frames }: Note6, all: Frames): Packet[] =>
  frames.slice(0, MOST_SIGHTINGS).flatMap((frame) => all.find(frame) ?? []);

function tell(note: Note6, packets: readonly Packet[], stories: Stories, lanes: Lanes, client: number): DrawnMessage {
  const hops = new Map<string, Hop & { frames: number[] }>();
  for (const packet of packets) {
    const [from, to] = ends(note, packet, lanes, client);
    const known = hops.get(`${from} ${to}`);
    if (known) known.frames.push(packet.frame);
    else
      hops.set(`${from} ${to}`, {
        frames: [packet.frame],
        from,
        to,
        name: messageType6(note.type),
        about: aboutOf(note, packet),
        broadcast: packet.destination?.startsWith('ff') ?? false,
        at: packet.timed ? packet.time : undefined,
        why: () => stories.way(packet.frame) ?? '',
      });
  }
  return { at: note.timed ? note.time : undefined, hops: [...hops.values()], question: !note.fromServer };
}

function ends(note: Note6, packet: Packet, lanes: Lanes, client: number): [number, number] {
  const { source = '', destination = '', dhcpv6 } = packet;
  const server = note.server === undefined ? lanes.find('server') : lanes.place('server', named6(note.server));
  const relay = lanes.find('relay');
  if (note.fromServer) {
    // The source of a message that a relay takes out of a RELAY-REPL is the relay's own address.
    const from = lanes.named(source);
    if (!dhcpv6?.isRelay) return [from >= 0 ? from : note.relayed && relay >= 0 ? relay : server, client];
    const to = lanes.named(destination);
    return [from >= 0 ? from : server, to >= 0 ? to : lanes.place('relay', destination)];
  }
  if (!dhcpv6?.isRelay) return [client, note.frames.length > 1 && relay >= 0 ? relay : server];
  const next = lanes.named(destination);
  return [lanes.place('relay', source), next >= 0 ? next : server];
}

/** What a message gives, or asks for. */
function aboutOf(note: Note6, { dhcpv6 }: Packet): string {
  const refused = note.answer?.refusals[0];
  if (note.answer?.address !== undefined) return note.answer.address;
  if (refused) return `status ${refused.code}`;
  return dhcpv6?.associations.flatMap((one) => one.addresses)[0] ?? '';
}

/** Inserts ICMPv6 errors at the time they came. Only times and addresses tell which conversation they belong to. */
function withErrors(
  drawn: DrawnMessage[],
  exchange: Exchange6,
  world: World,
  lanes: Lanes,
  client: number,
): DrawnMessage[] {
  const [first] = exchange.notes;
  for (const error of world.neighbours.icmpErrors) {
    if (error.version !== 6 || !first || error.time < first.time || error.time > exchange.last.time + 2) continue;
    const quoted = world.packets.get(first.index);
    if (error.quotedSource !== quoted.source && error.quotedDestination !== quoted.source) continue;
    const named = lanes.named(error.source);
    const from = named >= 0 ? named : lanes.place('host', error.source);
    const text = icmpv6Text(error.type, error.code);
    const why = `${error.source} tells ${error.quotedSource} by ICMPv6 what became of its datagram to ${error.quotedDestination}, UDP port ${error.quotedPort}: ${text}.`;
    const hop: Hop = {
      frames: [error.frame],
      from,
      to: client,
      name: 'ICMPv6',
      about: text,
      icmp: true,
      at: error.time,
      why: () => why,
    };
    const at = drawn.findIndex((one) => one.at !== undefined && one.at > error.time);
    drawn.splice(at < 0 ? drawn.length : at, 0, { at: error.time, hops: [hop], question: false });
  }
  return drawn;
}
