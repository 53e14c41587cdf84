import { roomFor } from './macTable';

/** In place of a message, or of an exchange, that is not there. */
export const NONE = 0xffffffff;

/** Exchanges in columns, in the order of their first messages. Messages are known by their place in the order of time. */
export class ExchangeTable {
  count = 0;
  /** Number of the client; the client's exchange before this one, `NONE` for its first. */
  client = new Uint32Array(64);
  previous = new Uint32Array(64);
  signature = new Uint32Array(64);
  /** Four a piece: DISCOVER or what else begins it, OFFER, selecting REQUEST, ACK; `NONE` where it has none. */
  messages = new Uint32Array(256);
  xid = new Uint32Array(64);
  /** The address that the last message so far is about. */
  address = new Uint32Array(64);
  /** Seconds since the epoch: of the first message, of the last request so far, of the ACK. */
  started = new Float64Array(64);
  asked = new Float64Array(64);
  ended = new Float64Array(64);
  /** Not 0 where the server took its time with the OFFER. */
  slowOffer = new Uint8Array(64);

  /** Begins an exchange with the message at a place; gives its number. */
  begin(client: number, previous: number, at: number, xid: number, address: number, time: number): number {
    const i = this.count++;
    if (i >= this.client.length) this.grow(i);
    this.client[i] = client;
    this.previous[i] = previous;
    this.messages[4 * i] = at;
    this.messages[4 * i + 1] = this.messages[4 * i + 2] = this.messages[4 * i + 3] = NONE;
    this.xid[i] = xid;
    this.address[i] = address;
    this.started[i] = this.asked[i] = time;
    this.slowOffer[i] = 0;
    return i;
  }

  /** Moves an exchange to a place before its own. */
  move(from: number, to: number): void {
    if (from === to) return;
    this.client[to] = this.client[from]!;
    this.signature[to] = this.signature[from]!;
    this.messages.copyWithin(4 * to, 4 * from, 4 * from + 4);
    this.xid[to] = this.xid[from]!;
    this.address[to] = this.address[from]!;
    this.started[to] = this.started[from]!;
    this.ended[to] = this.ended[from]!;
  }

  private grow(i: number): void {
    this.client = roomFor(this.client, i);
    this.previous = roomFor(this.previous, i);
    this.signature = roomFor(this.signature, i);
    this.messages = roomFor(this.messages, 4 * i + 3);
    this.xid = roomFor(this.xid, i);
    this.address = roomFor(this.address, i);
    this.started = roomFor(this.started, i);
    this.asked = roomFor(this.asked, i);
    this.ended = roomFor(this.ended, i);
    this.slowOffer = roomFor(this.slowOffer, i);
  }
}
