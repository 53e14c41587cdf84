import type { Digest } from './digest';
import { roomFor } from './macTable';
import type { Signature } from './signatures';

/** In place of a message, or of an exchange, that is not there. */
export const NONE = 0xffffffff;
/** Places for messages that an exchange has: what begins it, the offer, the request that selects it, the last reply. */
export const MESSAGES = 4;

/** Exchanges in columns, in the order of their first messages. Messages are known by their place in the order of time. */
export class Exchanges {
  count = 0;
  /** Number of messages that they have. */
  messageCount = 0;
  /** Number of the client; the client's exchange before this one, `NONE` for its first. */
  client: Uint32Array;
  previous: Uint32Array;
  signature: Uint32Array;
  /** `MESSAGES` a piece: DISCOVER, or SOLICIT, or what else begins it, OFFER, selecting REQUEST, ACK; `NONE` where it has none. */
  messages: Uint32Array;
  /** `MESSAGES` a piece: the messages' kinds; 0 where it has none. */
  kinds: Uint16Array;
  /** xid of its first message. */
  xid: Uint32Array;
  /** By client: its first exchange, once they have been summed. */
  firsts = new Uint32Array(0);

  /** `expected`: so many exchanges have room before the columns have to grow. */
  constructor(expected: number) {
    const room = roomAtFirst(expected);
    this.client = new Uint32Array(room);
    this.previous = new Uint32Array(room);
    this.signature = new Uint32Array(room);
    this.messages = new Uint32Array(MESSAGES * room).fill(NONE);
    this.kinds = new Uint16Array(MESSAGES * room);
    this.xid = new Uint32Array(room);
  }

  /** Begins an exchange with the message `first` at a place; gives its number. */
  begin(client: number, previous: number, at: number, first: Digest): number {
    const i = this.count++;
    if (i >= this.client.length) this.grow(i);
    this.client[i] = client;
    this.previous[i] = previous;
    // The other places are empty as yet.
    this.put(i, 0, at, first.kind);
    this.xid[i] = first.xid;
    return i;
  }

  /** Notes the place and the kind of message `n` of an exchange. */
  put(exchange: number, n: number, at: number, kind: number): void {
    this.messageCount++;
    this.messages[MESSAGES * exchange + n] = at;
    this.kinds[MESSAGES * exchange + n] = kind;
  }

  /**
   * Leaves out the exchanges of clients that are `unusual`: not 0 by their number. `latest`: by client, its last exchange + 1, 0 where it
   * has none; they are numbered anew.
   */
  drop(unusual: Uint8Array, latest: Uint32Array): void {
    let count = 0;
    latest.fill(0);
    for (let from = 0; from < this.count; from++) {
      const client = this.client[from]!;
      if (unusual[client] !== 0) continue;
      const to = count++;
      if (from !== to) this.move(from, to);
      const before = latest[client]! - 1;
      this.previous[to] = before < 0 ? NONE : before;
      latest[client] = to + 1;
    }
    this.count = count;
    this.messageCount = 0;
    for (let i = 0; i < MESSAGES * count; i++) if (this.messages[i] !== NONE) this.messageCount++;
  }

  /** Marks the places of all messages: 1 by place. */
  mark(marks: Uint8Array): void {
    for (let i = 0; i < MESSAGES * this.count; i++) if (this.messages[i] !== NONE) marks[this.messages[i]!] = 1;
  }

  /** Moves an exchange to a place before its own. */
  protected move(from: number, to: number): void {
    this.client[to] = this.client[from]!;
    this.signature[to] = this.signature[from]!;
    this.messages.copyWithin(MESSAGES * to, MESSAGES * from, MESSAGES * (from + 1));
    this.kinds.copyWithin(MESSAGES * to, MESSAGES * from, MESSAGES * (from + 1));
    this.xid[to] = this.xid[from]!;
  }

  /** The client's exchange before this one; -1 for its first. */
  before(exchange: number): number {
    const before = this.previous[exchange]!;
    return before === NONE ? -1 : before;
  }

  /** A client's exchanges up to its last one, the first one first. */
  upTo(last: number): number[] {
    const out: number[] = [];
    for (let one = last; one >= 0; one = this.before(one)) out.push(one);
    return out.reverse();
  }

  /** Notes the first exchange of each client and of each signature, and how many there are of it. */
  sum(clients: number, signatures: readonly Signature[]): void {
    const firsts = (this.firsts = new Uint32Array(clients));
    for (let one = 0; one < this.count; one++) {
      if (this.previous[one] === NONE) firsts[this.client[one]!] = one;
      const signature = signatures[this.signature[one]!]!;
      if (signature.count++ === 0) signature.first = one;
    }
  }

  protected grow(i: number): void {
    this.client = roomFor(this.client, i);
    this.previous = roomFor(this.previous, i);
    this.signature = roomFor(this.signature, i);
    const { length } = this.messages;
    this.messages = roomFor(this.messages, MESSAGES * (i + 1) - 1).fill(NONE, length);
    this.kinds = roomFor(this.kinds, MESSAGES * (i + 1) - 1);
    this.xid = roomFor(this.xid, i);
  }
}

/** Those of DHCPv4. */
export class ExchangeTable extends Exchanges {
  /** The address that the last message so far is about. */
  address: Uint32Array;
  /** Seconds since the epoch: of the first message; of the last request so far, and of the ACK when it has come. */
  started: Float64Array;
  latest: Float64Array;
  /** Not 0 where the server took its time with the OFFER. */
  slowOffer: Uint8Array;

  constructor(expected: number) {
    super(expected);
    const room = roomAtFirst(expected);
    this.address = new Uint32Array(room);
    this.started = new Float64Array(room);
    this.latest = new Float64Array(room);
    this.slowOffer = new Uint8Array(room);
  }

  override begin(client: number, previous: number, at: number, first: Digest): number {
    const i = super.begin(client, previous, at, first);
    this.address[i] = first.address;
    this.started[i] = this.latest[i] = first.time;
    return i;
  }

  protected override move(from: number, to: number): void {
    super.move(from, to);
    this.address[to] = this.address[from]!;
    this.started[to] = this.started[from]!;
    this.latest[to] = this.latest[from]!;
  }

  protected override grow(i: number): void {
    super.grow(i);
    this.address = roomFor(this.address, i);
    this.started = roomFor(this.started, i);
    this.latest = roomFor(this.latest, i);
    this.slowOffer = roomFor(this.slowOffer, i);
  }
}

/** Those of DHCPv6. */
export class ExchangeTable6 extends Exchanges {
  /** xid of the last question so far: a REQUEST has another one than its SOLICIT. */
  asked: Uint32Array;

  constructor(expected: number) {
    super(expected);
    this.asked = new Uint32Array(roomAtFirst(expected));
  }

  override begin(client: number, previous: number, at: number, first: Digest): number {
    const i = super.begin(client, previous, at, first);
    this.asked[i] = first.xid;
    return i;
  }

  protected override move(from: number, to: number): void {
    super.move(from, to);
    this.asked[to] = this.asked[from]!;
  }

  protected override grow(i: number): void {
    super.grow(i);
    this.asked = roomFor(this.asked, i);
  }
}

const roomAtFirst = (expected: number): number => Math.max(64, Math.ceil(expected));
