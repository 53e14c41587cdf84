import type { Digest } from './digest';
import { roomFor } from './macTable';
import type { Signature } from './signatures';

/** In place of a message, or of an exchange, that is not there. */
export const NONE = 0xffffffff;

/** Exchanges in columns, in the order of their first messages. Messages are known by their place in the order of time. */
export class ExchangeTable {
  count = 0;
  /** Number of the client; the client's exchange before this one, `NONE` for its first. */
  client: Uint32Array;
  previous: Uint32Array;
  signature: Uint32Array;
  /** Four a piece: DISCOVER or what else begins it, OFFER, selecting REQUEST, ACK; `NONE` where it has none. */
  messages: Uint32Array;
  /** Four a piece: the messages' kinds; 0 where it has none. */
  kinds: Uint16Array;
  xid: Uint32Array;
  /** The address that the last message so far is about. */
  address: Uint32Array;
  /** Seconds since the epoch: of the first message; of the last request so far, and of the ACK when it has come. */
  started: Float64Array;
  latest: Float64Array;
  /** Not 0 where the server took its time with the OFFER. */
  slowOffer: Uint8Array;

  /** `expected`: so many exchanges have room before the columns have to grow. */
  constructor(expected: number) {
    const room = Math.max(64, Math.ceil(expected));
    this.client = new Uint32Array(room);
    this.previous = new Uint32Array(room);
    this.signature = new Uint32Array(room);
    this.messages = new Uint32Array(4 * room);
    this.kinds = new Uint16Array(4 * room);
    this.xid = new Uint32Array(room);
    this.address = new Uint32Array(room);
    this.started = new Float64Array(room);
    this.latest = new Float64Array(room);
    this.slowOffer = new Uint8Array(room);
  }

  /** Begins an exchange with the message `first` at a place; gives its number. */
  begin(client: number, previous: number, at: number, first: Digest): number {
    const i = this.count++;
    if (i >= this.client.length) this.grow(i);
    this.client[i] = client;
    this.previous[i] = previous;
    this.put(i, 0, at, first.kind);
    for (let n = 1; n < 4; n++) this.put(i, n, NONE, 0);
    this.xid[i] = first.xid;
    this.address[i] = first.address;
    this.started[i] = this.latest[i] = first.time;
    this.slowOffer[i] = 0;
    return i;
  }

  /** Notes the place and the kind of message `n` of an exchange. */
  put(exchange: number, n: number, at: number, kind: number): void {
    this.messages[4 * exchange + n] = at;
    this.kinds[4 * exchange + n] = kind;
  }

  /** Moves an exchange to a place before its own. */
  move(from: number, to: number): void {
    if (from === to) return;
    this.client[to] = this.client[from]!;
    this.signature[to] = this.signature[from]!;
    this.messages.copyWithin(4 * to, 4 * from, 4 * from + 4);
    this.kinds.copyWithin(4 * to, 4 * from, 4 * from + 4);
    this.xid[to] = this.xid[from]!;
    this.address[to] = this.address[from]!;
    this.started[to] = this.started[from]!;
    this.latest[to] = this.latest[from]!;
  }

  /** Notes the first exchange of each signature, and how many there are of it; gives the first one of each client. */
  sum(clients: number, signatures: readonly Signature[]): Uint32Array {
    const firsts = new Uint32Array(clients);
    for (let one = 0; one < this.count; one++) {
      if (this.previous[one] === NONE) firsts[this.client[one]!] = one;
      const signature = signatures[this.signature[one]!]!;
      if (signature.count++ === 0) signature.first = one;
    }
    return firsts;
  }

  private grow(i: number): void {
    this.client = roomFor(this.client, i);
    this.previous = roomFor(this.previous, i);
    this.signature = roomFor(this.signature, i);
    this.messages = roomFor(this.messages, 4 * i + 3);
    this.kinds = roomFor(this.kinds, 4 * i + 3);
    this.xid = roomFor(this.xid, i);
    this.address = roomFor(this.address, i);
    this.started = roomFor(this.started, i);
    this.latest = roomFor(this.latest, i);
    this.slowOffer = roomFor(this.slowOffer, i);
  }
}
