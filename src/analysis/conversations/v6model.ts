import type { Answer6 } from '../../codec/dhcpv6/answer';
import { ADVERTISE, RECONFIGURE, REPLY, REQUEST6, SOLICIT } from '../../codec/dhcpv6/message';
import { nameOfDuid } from '../../codec/names/duids';
import type { Dhcpv6 } from '../../ledger/packet';
import { CROSSED } from './conversations';
import type { Outcome } from '../finding';
import type { Packet, Seen } from './packet';
import type { Thresholds } from './settings';

/* DHCPv6: who talks with whom. */

/** A DHCPv6 message of a client or to it, once, however often the capture shows it. */
export interface Note6 extends Seen {
  readonly type: number;
  readonly timed: boolean;
  readonly relayed: boolean;
  readonly server: string | undefined;
  /** Of ADVERTISE and REPLY: what it gives, and says. */
  readonly answer: Answer6 | undefined;
  /** All frames that show it. */
  readonly frames: number[];
  lastTime: number;
}

export class Client6 {
  readonly exchanges: Exchange6[] = [];
  /** Number of ADVERTISEs and REPLYs to it that the capture shows. */
  answers = 0;
  /** Link-layer address that its messages came from first, where no relay stands between. */
  mac: string | undefined;

  constructor(
    /** DUID as hex digits; the source address of a client that sends none. */
    readonly label: string,
  ) {}

  /** What a reader knows it by: its link-layer address where that is known, else its DUID. */
  get name(): string {
    return this.mac ?? nameOfDuid(this.label);
  }
}

export class Exchange6 {
  readonly notes: Note6[] = [];
  outcome: Outcome = 'incomplete';
  address: string | undefined;
  server: string | undefined;
  constructor(
    readonly client: Client6,
    readonly position: number,
    /** Place of its first message in the order of time. */
    readonly rank: number,
  ) {}
  of(type: number): Note6[] {
    return this.notes.filter((note) => note.type === type);
  }
  has(type: number): boolean {
    return this.notes.some((note) => note.type === type);
  }
  get last(): Note6 {
    return this.notes[this.notes.length - 1]!;
  }
  get frames(): number[] {
    return this.notes.flatMap((note) => note.frames).sort((a, b) => a - b);
  }
}

const FROM_SERVER: ReadonlySet<number> = new Set([ADVERTISE, REPLY, RECONFIGURE]);
const OF_CLIENTS: ReadonlySet<number> = new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
const MAX_NOTES = 500;

export class Conversations6 {
  readonly clients = new Map<string, Client6>();
  readonly exchanges: Exchange6[] = [];
  /** Clients whose messages came from more than one link-layer address. */
  readonly withOtherMacs = new Set<Client6>();
  private readonly byXid = new Map<string, Exchange6>();
  private readonly latest = new Map<string, Exchange6>();

  constructor(private readonly limits: Thresholds) {}

  /** Takes the next message, in order of time, of which `rank` is its place. */
  add(index: number, packet: Packet, dhcpv6: Dhcpv6, rank: number): void {
    const { type, isRelay: relayed, serverDuid: server, clientDuid: duid } = dhcpv6;
    if (!OF_CLIENTS.has(type)) return;
    const fromClient = !FROM_SERVER.has(type);
    const other = fromClient ? packet.source : packet.destination;
    const name = duid ?? (relayed ? (dhcpv6.peerAddress ?? other) : other) ?? 'a client without DUID';
    const xidKey = `${dhcpv6.xid} ${name}`;
    const known = this.byXid.get(xidKey);
    if (known) {
      for (let i = known.notes.length - 1; i >= Math.max(0, known.notes.length - 8); i--) {
        const note = known.notes[i]!;
        if (note.type !== type || note.server !== server || !packet.timed) continue;
        const window = note.relayed === relayed ? this.limits.copyWindow : this.limits.relayWindow;
        if (Math.abs(packet.time - note.lastTime) > window) continue;
        note.frames.push(packet.frame);
        note.lastTime = packet.time;
        return;
      }
    }
    const note: Note6 = {
      index,
      frame: packet.frame,
      time: packet.time,
      link: packet.link,
      type,
      timed: packet.timed,
      relayed,
      server,
      answer: dhcpv6.answer,
      frames: [packet.frame],
      lastTime: packet.time,
    };
    let exchange = known && known.notes.length < MAX_NOTES ? known : undefined;
    if (
      exchange &&
      fromClient &&
      exchange.has(REPLY) &&
      type !== exchange.last.type &&
      !crosses(exchange, packet, type)
    )
      exchange = undefined;
    const before = this.latest.get(name);
    // SOLICIT and ADVERTISE have one xid, REQUEST and REPLY another: they are one conversation all the same.
    if (!exchange && type === REQUEST6 && before?.has(SOLICIT) && !before.has(REPLY) && !before.has(REQUEST6))
      exchange = before;
    if (!exchange) {
      const client = this.client(name);
      exchange = new Exchange6(client, client.exchanges.length, rank);
      client.exchanges.push(exchange);
      this.exchanges.push(exchange);
    }
    if (!fromClient && type !== RECONFIGURE) exchange.client.answers++;
    exchange.notes.push(note);
    this.byXid.set(xidKey, exchange);
    if (!fromClient) return;
    this.latest.set(name, exchange);
    // From farther than the link it comes by way of a router.
    if (relayed || packet.ethSource === undefined || !packet.source?.startsWith('fe80:')) return;
    const client = exchange.client;
    client.mac ??= packet.ethSource;
    if (client.mac !== packet.ethSource) this.withOtherMacs.add(client);
  }

  private client(label: string): Client6 {
    let client = this.clients.get(label);
    if (!client) this.clients.set(label, (client = new Client6(label)));
    return client;
  }
}

function crosses(exchange: Exchange6, packet: Packet, type: number): boolean {
  const { last } = exchange;
  return last.type === REPLY && packet.timed && Math.abs(packet.time - last.time) < CROSSED && exchange.has(type);
}
