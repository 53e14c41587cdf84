import { SOLICIT, RELAY_FORW, RELAY_REPL } from '../../codec/dhcpv6/message';
import { ipv4ToText } from '../../codec/bytes';
import { nameOfDuid } from '../../codec/names/duids';
import { DISCOVER, OPTION, isBroadcast, isDamaged } from '../conversations/model';
import { halfOf } from './silence/loadBalance';
import type { Packet } from '../conversations/packet';
import type { World } from './world';

/* A relay that forwards to several servers: which of them answer it, and which never do. */

/** What one client asked through a relay. */
interface Asked {
  times: number;
  readonly first: number;
  last: number;
  timed: boolean;
  /** Its half of the hash of RFC 3074; undefined for DHCPv6. */
  readonly half: 0 | 1 | undefined;
}

/** What one relay forwards to one server. */
interface Forwarded {
  readonly frames: number[];
  readonly byClient: Map<string, Asked>;
  messages: number;
  from: number;
  to: number;
}

/** A message as a relay forwards it. */
interface Passed {
  readonly client: string;
  readonly frames: readonly number[];
  readonly time: number;
  readonly timed: boolean;
  readonly half?: 0 | 1;
}

/** A server that answers nothing of what some relays forward to it, though other servers of these relays do. */
export interface SilentServer {
  readonly server: string;
  readonly relays: readonly string[];
  /** The servers that answer these relays, and the relays that it does answer. */
  readonly answering: readonly string[];
  readonly answered: readonly string[];
  readonly clients: readonly string[];
  /** How many of the clients are in each half of the hash of RFC 3074. */
  readonly halves: readonly [number, number];
  readonly messages: number;
  readonly frames: readonly number[];
  /** When the first and the last message was forwarded. */
  readonly from: number;
  readonly to: number;
}

/** Gathers what relays forward and who answers them. */
class Forwarding {
  private readonly sent = new Map<string, Map<string, Forwarded>>();
  /** By relay: the names of each sender of a reply, its source address and its server identifier. */
  private readonly replies = new Map<string, Map<string, readonly string[]>>();
  /** Addresses of relays. What one relay sends to another is forwarded further. */
  private readonly relays = new Set<string>();

  noteRelay(...addresses: readonly (string | undefined)[]): void {
    for (const address of addresses) if (address !== undefined) this.relays.add(address);
  }

  noteReply(relay: string, names: readonly string[]): void {
    let by = this.replies.get(relay);
    if (!by) this.replies.set(relay, (by = new Map<string, readonly string[]>()));
    by.set(names.join(' '), names);
  }

  noteSent(relay: string, server: string, { client, frames, time, timed, half }: Passed): void {
    let by = this.sent.get(relay);
    if (!by) this.sent.set(relay, (by = new Map<string, Forwarded>()));
    let entry = by.get(server);
    if (!entry) by.set(server, (entry = { frames: [], byClient: new Map(), messages: 0, from: time, to: time }));
    for (const frame of frames) entry.frames.push(frame);
    entry.messages++;
    entry.to = time;
    const asked = entry.byClient.get(client);
    if (!asked) entry.byClient.set(client, { times: 1, first: time, last: time, timed, half });
    else {
      asked.times++;
      asked.last = time;
      asked.timed = timed;
    }
  }

  /** The servers that stay silent, in the order in which they were first asked. */
  silent({ observed }: World): SilentServer[] {
    const found = new Map<string, { relays: string[]; answering: Set<string>; all: Forwarded[] }>();
    for (const [relay, servers] of this.sent) {
      if (servers.size < 2) continue;
      const speakers = [...(this.replies.get(relay)?.values() ?? [])];
      // A reply of a host to which the relay forwards nothing may be that of a server with several addresses.
      if (speakers.some((names) => !names.some((name) => servers.has(name)))) continue;
      const speaking = new Set(speakers.flat());
      const answering = [...servers.keys()].filter((server) => speaking.has(server));
      if (answering.length === 0) continue;
      for (const [server, forwarded] of servers) {
        if (speaking.has(server) || this.relays.has(server)) continue;
        const proves = [...forwarded.byClient.values()].some(({ times, first, last, timed }) =>
          observed.silenceProves(times, last, timed, first),
        );
        if (!proves) continue;
        const known = found.get(server) ?? { relays: [], answering: new Set(), all: [] };
        found.set(server, known);
        known.relays.push(relay);
        known.all.push(forwarded);
        for (const one of answering) known.answering.add(one);
      }
    }
    return [...found].map(([server, { relays, answering, all }]) => {
      const halves: [number, number] = [0, 0];
      const clients = new Map(all.flatMap(({ byClient }) => [...byClient]));
      for (const { half } of clients.values()) if (half !== undefined) halves[half]++;
      const answered = [...this.replies].filter(([, by]) => [...by.values()].some((names) => names.includes(server)));
      return {
        server,
        relays,
        answering: [...answering],
        answered: answered.map(([relay]) => relay),
        clients: [...clients.keys()],
        halves,
        messages: all.reduce((sum, { messages }) => sum + messages, 0),
        frames: all.flatMap(({ frames }) => frames),
        from: all.reduce((first, { from }) => Math.min(first, from), Infinity),
        to: all.reduce((last, { to }) => Math.max(last, to), -Infinity),
      };
    });
  }
}

/** The DHCPv4 servers that answer no DISCOVER of a relay, though another server of that relay does. */
export function silentServers(world: World): readonly SilentServer[] {
  const forwarding = new Forwarding();
  for (const exchange of world.exchanges) {
    if (!exchange.relayed || world.invented.has(exchange.client)) continue;
    for (const message of exchange.messages) {
      if (isDamaged(message)) continue;
      const to = new Map<string, { relay: string; server: string; frames: number[] }>();
      for (const packet of message.packetsSeen()) {
        const { giaddr } = packet.dhcp!;
        const { source, destination } = packet;
        if (giaddr === 0) continue;
        const relay = ipv4ToText(giaddr);
        if (!message.fromClient) {
          const id = message.dhcp.ip(OPTION.server);
          // The relay hands a reply on under its own address, and tells the server by option 54 alone.
          const names = [source === relay ? undefined : source, id === undefined ? undefined : ipv4ToText(id)];
          forwarding.noteReply(
            relay,
            names.filter((name) => name !== undefined),
          );
          continue;
        }
        forwarding.noteRelay(relay, source);
        if (message.type !== DISCOVER || destination === undefined || reachesMany(packet)) continue;
        const key = `${relay} ${destination}`;
        const known = to.get(key);
        if (known) known.frames.push(packet.frame);
        else to.set(key, { relay, server: destination, frames: [packet.frame] });
      }
      const { time, timed } = message;
      for (const { relay, server, frames } of to.values())
        forwarding.noteSent(relay, server, {
          ...{ client: exchange.client.label, frames, time, timed },
          half: halfOf(message),
        });
    }
  }
  return forwarding.silent(world);
}

/** Whether a datagram goes to a broadcast address, which no reply can come from. */
const reachesMany = (packet: Parameters<typeof isBroadcast>[0]): boolean =>
  isBroadcast(packet) || packet.destination!.endsWith('.255');

/** The DHCPv6 servers that answer no SOLICIT of a relay, though another server of that relay does. */
export function silentServers6(world: World): readonly SilentServer[] {
  const forwarding = new Forwarding();
  const seen = new Map<string, number>();
  for (const index of world.observed.relayed6) {
    const { dhcpv6, source, destination, time, timed, frame } = world.packets.get(index);
    if (!dhcpv6 || source === undefined || destination === undefined) continue;
    if (dhcpv6.outerType === RELAY_REPL) forwarding.noteReply(destination, [source]);
    if (dhcpv6.outerType !== RELAY_FORW) continue;
    forwarding.noteRelay(source);
    if (dhcpv6.type !== SOLICIT || destination.startsWith('ff')) continue;
    const duid = dhcpv6.clientDuid ?? '';
    const key = `${source} ${destination} ${duid} ${dhcpv6.xid}`;
    const before = seen.get(key);
    // A copy is no question of its own.
    if (before !== undefined && timed && time - before <= world.limits.copyWindow) continue;
    seen.set(key, time);
    const client = world.conversations6.clients.get(duid)?.name ?? nameOfDuid(duid);
    forwarding.noteSent(source, destination, { client, frames: [frame], time, timed });
  }
  return forwarding.silent(world);
}

/** By relay and transaction id: the RELAY-FORW by which a relay handed a question on; to be asked for with `world.once(forwards6)`. */
export function forwards6({ observed, packets }: World): ReadonlyMap<string, ReadonlyMap<number, Packet>> {
  const all = new Map<string, Map<number, Packet>>();
  for (const index of observed.relayed6) {
    const packet = packets.get(index);
    const { source, dhcpv6 } = packet;
    if (dhcpv6?.outerType !== RELAY_FORW || source === undefined) continue;
    let own = all.get(source);
    if (!own) all.set(source, (own = new Map<number, Packet>()));
    if (!own.has(dhcpv6.xid)) own.set(dhcpv6.xid, packet);
  }
  return all;
}
