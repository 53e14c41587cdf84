import { printable } from '../../codec/bytes';
import { icmpText } from '../../codec/ip/icmp';
import {
  ACK,
  DECLINE,
  NAK,
  OFFER,
  OPTION,
  REQUEST,
  BOOTP,
  DISCOVER,
  isBroadcast,
  isClientSide,
  messageName,
  namedServer,
  serverOf,
  type Exchange,
  type Message,
} from '../conversations/model';
import type { Packet } from '../conversations/packet';
import type { World } from '../evidence/world';
import type { IcmpError } from '../evidence/neighbours';
import { ip } from '../words/words';
import type { Stories } from '../story';
import type { Hop, Lanes, DrawnMessage } from './draft';
import { ghosts4, type Ghost } from './ghosts';

/** A DHCPv4 or BOOTP conversation as a chart: who sends what to whom. */

/** How many letters of a text from the capture fit on an arrow. */
const MOST_LETTERS = 40;
/** How many ICMP errors are drawn. */
const MOST_ERRORS = 20;
/** An ICMP error within this many seconds after the last message still belongs to the conversation. */
const SPEAKS_WITHIN = 2;

export function chart4(exchange: Exchange, world: World, stories: Stories, lanes: Lanes): DrawnMessage[] {
  return new Chart4(exchange, world, stories, lanes).all();
}

class Chart4 {
  private readonly client: number;

  constructor(
    private readonly exchange: Exchange,
    private readonly world: World,
    private readonly stories: Stories,
    private readonly lanes: Lanes,
  ) {
    this.client = lanes.place('client', exchange.client.label);
    for (const message of exchange.messages) this.introduce(message);
    if (lanes.find('server') < 0) lanes.place('server', '');
  }

  /** Adds a column for every host that sends a message or is named as its receiver. */
  private introduce(message: Message): void {
    const { lanes } = this;
    for (const { dhcp } of message.packetsSeen()) if (dhcp!.giaddr !== 0) lanes.place('relay', ip(dhcp!.giaddr));
    const server = message.fromClient ? namedServer(message) : serverOf(message);
    if (server !== undefined) lanes.place('server', server);
    if (!message.fromClient) return;
    const deepest = deepestHops(message);
    for (const packet of message.packetsSeen()) {
      const { destination, dhcp } = packet;
      if (isBroadcast(packet) || destination === undefined || dhcp!.hops < deepest) continue;
      if (lanes.named(destination) < 0) lanes.place('server', destination);
    }
  }

  all(): DrawnMessage[] {
    const { exchange, world } = this;
    const drawn = exchange.messages.map((message) => this.message(message));
    for (const ghost of ghosts4(exchange, world).reverse()) drawn.splice(ghost.before, 0, this.ghost(ghost));
    for (const error of this.errors()) {
      const next = drawn.findIndex((one) => one.at !== undefined && one.at > error.time);
      const at = next < 0 ? behind(drawn) : next;
      const before = drawn[at - 1];
      // An error that follows one of several repeated messages is folded with them.
      if (before?.question) drawn[at - 1] = { ...before, hops: [...before.hops, this.error(error)] };
      else drawn.splice(at, 0, { at: error.time || undefined, hops: [this.error(error)], question: false });
    }
    return drawn;
  }

  private message(message: Message): DrawnMessage {
    const hops = new Map<string, Hop & { frames: number[] }>();
    const deepest = deepestHops(message);
    for (const packet of message.packetsSeen()) {
      const { from, to } = message.fromClient ? this.outward(packet, deepest) : this.back(message, packet);
      const key = `${from} ${to}`;
      const known = hops.get(key);
      if (known) known.frames.push(packet.frame);
      else
        hops.set(key, {
          frames: [packet.frame],
          from,
          to,
          name: messageName(message.type, message.fromClient),
          about: aboutOf(message),
          broadcast: isBroadcast(packet),
          at: packet.timed ? packet.time : undefined,
          why: () => this.stories.way(packet.frame) ?? '',
        });
    }
    return {
      at: message.timed ? message.time : undefined,
      hops: [...hops.values()],
      question: message.fromClient,
    };
  }

  /** The two ends of a client's message. */
  private outward(packet: Packet, deepest: number): { from: number; to: number } {
    const { lanes, client } = this;
    const { giaddr, hops } = packet.dhcp!;
    const own = isClientSide(packet, true);
    const relay = giaddr === 0 ? (packet.source ?? '') : ip(giaddr);
    const from = own ? client : lanes.place('relay', hops > 1 && packet.source !== undefined ? packet.source : relay);
    // If there is a relay, it receives the broadcast, whether or not the capture shows it forwarding.
    if (own && isBroadcast(packet) && lanes.find('relay') >= 0) return { from, to: lanes.first('relay') };
    return { from, to: this.target(packet, hops < deepest && !own) };
  }

  /** The receiver of a datagram from a client or relay. */
  private target({ destination, ...packet }: Packet, toRelay: boolean): number {
    const { lanes } = this;
    if (destination === undefined || isBroadcast({ destination, ...packet })) return lanes.find('server');
    const known = lanes.named(destination);
    return known >= 0 ? known : lanes.place(toRelay ? 'relay' : 'server', destination);
  }

  /** The two ends of a reply. */
  private back(message: Message, packet: Packet): { from: number; to: number } {
    const { lanes, client } = this;
    const { giaddr } = packet.dhcp!;
    const server = lanes.place('server', serverOf(message) ?? '');
    if (!isClientSide(packet, false)) {
      const to = packet.destination === undefined ? -1 : lanes.named(packet.destination);
      return { from: server, to: to >= 0 ? to : lanes.place('relay', packet.destination ?? ip(giaddr)) };
    }
    const relayed = giaddr !== 0 && packet.source !== serverOf(message);
    return { from: relayed ? lanes.place('relay', ip(giaddr)) : server, to: client };
  }

  private ghost({ name, kind, fromClient, why }: Ghost): DrawnMessage {
    const { lanes, client } = this;
    const server = lanes.find('server');
    const from = fromClient ? client : server;
    const to = fromClient ? server : client;
    const hop: Hop = { frames: [], from, to, name, about: '', ghost: kind, at: undefined, why: () => why };
    return { at: undefined, hops: [hop], question: false };
  }

  /** ICMP errors that quote a message of this conversation. */
  private errors(): readonly IcmpError[] {
    const { exchange, world } = this;
    const { xid, client, start, end } = exchange;
    const within = ({ time }: IcmpError): boolean => time >= start && time <= end + SPEAKS_WITHIN;
    return world.neighbours.icmpErrors
      .filter(
        (error) =>
          within(error) &&
          (error.xid === undefined || error.xid === xid) &&
          (!error.chaddr || error.chaddr === client.mac) &&
          exchange.messages.some((message) => message.packetsSeen().some((packet) => quotes(error, packet))),
      )
      .slice(0, MOST_ERRORS);
  }

  private error(error: IcmpError): Hop {
    const { lanes, client } = this;
    const { source, quotedSource, quotedDestination, quotedPort, quotedFromPort, frame, time, type, code } = error;
    const named = lanes.named(source);
    const from = named >= 0 ? named : lanes.place('host', source);
    const asker = lanes.named(quotedSource);
    const to = asker >= 0 ? asker : quotedFromPort === 68 || lanes.find('relay') < 0 ? client : lanes.find('relay');
    const text = icmpText(type, code);
    const why = `${source} tells ${quotedSource} by ICMP what became of its datagram to ${quotedDestination}, UDP port ${quotedPort}: ${text}.`;
    return { frames: [frame], from, to, name: 'ICMP', about: text, icmp: true, at: time || undefined, why: () => why };
  }
}

/** The highest hop count of any sighting of a message. */
function deepestHops(message: Message): number {
  let deepest = 0;
  for (const { dhcp } of message.packetsSeen()) deepest = Math.max(deepest, dhcp!.hops);
  return deepest;
}

/** The place before the ghosts at the end, because what ICMP reports explains them. */
const behind = (drawn: readonly DrawnMessage[]): number =>
  drawn[drawn.length - 1]?.hops[0]?.ghost ? drawn.length - 1 : drawn.length;

const quotes = (error: IcmpError, { source, destination, destinationPort }: Packet): boolean =>
  error.quotedSource === source && error.quotedDestination === destination && error.quotedPort === destinationPort;

/** The most telling value of a message. */
function aboutOf({ type, dhcp, fromClient }: Message): string {
  if (type === NAK) return printable(dhcp.text(OPTION.message) ?? '').slice(0, MOST_LETTERS);
  const asked = dhcp.ip(OPTION.requested);
  const address =
    type === OFFER || type === ACK || (type === BOOTP && !fromClient)
      ? dhcp.yiaddr || dhcp.ciaddr
      : type === DISCOVER || type === REQUEST || type === DECLINE
        ? (asked ?? dhcp.ciaddr)
        : dhcp.ciaddr;
  return address === 0 ? '' : ip(address);
}
