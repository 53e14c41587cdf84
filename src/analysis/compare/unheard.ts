import { push } from '../../codec/append';
import { lowerBound } from '../../codec/search';
import { isBroadcast } from '../conversations/model';
import type { Packet } from '../conversations/packet';
import { isVirtualRouter } from '../evidence/rivals';
import { ip } from '../words/words';
import type { PointEvents } from './point';
import type { Event } from './points';

/** Two captures without a message in both: one sends to a server in vain, and the other shows that server at work. */

/** What one point sends to a server that another point shows, where nothing of it comes. */
export interface Unheard {
  /** The messages, each as its leg to the server shows it. */
  readonly lost: ReadonlyMap<Event, Event>;
  /** The sender and the server, and the datagram that was sent while the other point was capturing, as far as the clocks agree. */
  readonly source: string;
  readonly server: string;
  readonly during: number;
  /** Frames of the other point in which the server answers others, and what another sender sends to it there. */
  readonly answers: readonly number[];
  readonly arrives: Arrival | undefined;
  /** The server has one link-layer address at both points. Without that, it may be another host with the same address. */
  readonly sure: boolean;
}

interface Arrival {
  readonly source: string;
  readonly frame: number;
}

/** Sightings of a message that are looked at. */
const MOST_SEEN = 8;
/** So many datagrams must have been sent in vain. */
const LEAST_LOST = 2;
/** Frames in which a server answers that are named. */
const MOST_ANSWERS = 1000;
/** From so many clients on that a server answers directly, a capture is at the server, and not at one of them. */
const LEAST_CLIENTS = 2;

function sightings({ point: { packets } }: PointEvents, { frames }: Event): Packet[] {
  return frames.slice(0, MOST_SEEN).flatMap((frame) => {
    const at = lowerBound(packets.count, (i) => packets.get(i).frame < frame);
    return at < packets.count ? packets.get(at) : [];
  });
}

/** A server, as a point shows it. */
interface Server {
  arrives: Arrival | undefined;
  readonly macs: Set<string>;
  readonly answers: number[];
  readonly clients: Set<string>;
  relayed: boolean;
}

/** The servers that a point shows as it would at the server itself; not as at a relay or a client, where nothing of others comes. */
function serversAt(point: PointEvents): Map<string, Server> {
  const servers = new Map<string, Server>();
  const arrivals = new Map<string, Arrival>();
  for (const event of point.events) {
    const seen = sightings(point, event);
    // Both sides of a relay: the capture was taken there.
    if (event.fromClient && seen.some(({ dhcp }) => dhcp?.giaddr === 0) && event.relays.size > 0) return new Map();
    for (const { source, destination, frame } of event.fromClient ? seen : [])
      if (source !== undefined && destination !== undefined && !arrivals.has(destination))
        arrivals.set(destination, { source, frame });
    if (event.fromClient) continue;
    for (const { source, ethSource, frame, dhcp } of seen) {
      if (source === undefined || ethSource === undefined || !dhcp) continue;
      let server = servers.get(source);
      if (!server)
        servers.set(
          source,
          (server = { arrives: undefined, macs: new Set(), answers: [], clients: new Set(), relayed: false }),
        );
      server.macs.add(ethSource);
      if (server.answers.length < MOST_ANSWERS) server.answers.push(frame);
      server.clients.add(event.client);
      if (dhcp.giaddr !== 0) server.relayed = true;
    }
  }
  for (const [address, server] of servers) {
    if (!server.relayed && server.clients.size < LEAST_CLIENTS) servers.delete(address);
    server.arrives = arrivals.get(address);
  }
  return servers;
}

/** A datagram to a server, and the message that it is a sighting of. */
interface Sent {
  readonly event: Event;
  readonly packet: Packet;
}

/** What is sent from one point to servers that the other shows at work, and never comes there. */
export function unheardAt(here: PointEvents, there: PointEvents): Unheard[] {
  const servers = serversAt(there);
  if (servers.size === 0) return [];
  const bySender = new Map<string, Sent[]>();
  for (const event of here.events) {
    if (!event.fromClient || event.transaction.some((one) => !one.fromClient)) continue;
    for (const packet of sightings(here, event)) {
      const { source, destination, ethDestination } = packet;
      const server = destination === undefined || isBroadcast(packet) ? undefined : servers.get(destination);
      if (!server || source === undefined) continue;
      // Two sites may use one private address; a link-layer address is of one host.
      const sure = ethDestination !== undefined && !isVirtualRouter(ethDestination) && server.macs.has(ethDestination);
      push(bySender, `${source} ${destination!} ${sure ? 'sure' : ''}`, { event, packet });
    }
  }
  const { firstTime, lastTime } = there.point;
  return [...bySender].flatMap(([ends, sent]): Unheard[] => {
    const during = sent.find(({ packet: { time } }) => time >= firstTime && time <= lastTime)?.packet;
    if (!during || sent.length < LEAST_LOST) return [];
    const [source, server, sure] = ends.split(' ') as [string, string, string];
    // Causes and steps are about the leg to the server.
    const lost = new Map(
      sent.map(({ event, packet }) => {
        const { sourcePort, destinationPort, vlans, link } = packet;
        const leg = { source, destination: server, sourcePort, destinationPort, vlans, link };
        return [event, { ...event, ...leg, broadcast: false, unicast: true }];
      }),
    );
    const { answers, arrives } = servers.get(server)!;
    return [
      {
        lost,
        source,
        server,
        during: during.frame,
        answers,
        arrives: arrives?.source === source ? undefined : arrives,
        sure: sure !== '',
      },
    ];
  });
}

/** Broadcasts in vain on a link whose ARP is about a server that the other point shows at work: what that would mean, as a sentence. */
export function unheardOnLink(here: PointEvents, there: PointEvents): string | undefined {
  const servers = serversAt(there);
  const { firstTime, lastTime, name } = there.point;
  const asking = here.events.filter(
    ({ fromClient, broadcast, relays, transaction, time }) =>
      fromClient &&
      broadcast &&
      relays.size === 0 &&
      time >= firstTime &&
      time <= lastTime &&
      transaction.every((one) => one.fromClient),
  );
  const { packets, name: own } = here.point;
  for (let i = 0; i < packets.count && servers.size > 0 && asking.length > 0; i++) {
    const { arp, frame } = packets.get(i);
    const address = [arp?.senderIp, arp?.targetIp].map((one) => ip(one ?? 0)).find((one) => servers.has(one));
    if (address === undefined) continue;
    const { client, frames } = asking[0]!;
    return `${own} shows that ${client} asks in vain (frame ${frames[0]!}), and ARP about ${address} (frame ${frame}); ${name} shows ${address} answering others (frame ${servers.get(address)!.answers[0]!}): if both are of one link, what is asked is lost between the two`;
  }
  return undefined;
}
