import { macToText } from '../codec/bytes';

const LATELY = 1024;

/** Numbers clients by their link-layer address, from 0 on, in the order in which they are met. */
export class MacTable {
  count = 0;
  high: Uint16Array;
  low: Uint32Array;
  /** By hash: number of the client + 1; 0 where the place is free. */
  private places: Uint32Array;
  /** By a few bits of the hash: number + 1 of the client that was asked for last. Who speaks, speaks again soon. */
  private readonly lately = new Uint32Array(LATELY);

  /** `expected`: so many addresses have room before the table has to grow. */
  constructor(expected = 0) {
    const room = Math.max(256, Math.ceil(expected));
    this.high = new Uint16Array(room);
    this.low = new Uint32Array(room);
    this.places = new Uint32Array(2 ** Math.max(10, Math.ceil(Math.log2(2 * expected + 1))));
  }

  /** The client's number; -1 where it was not met. */
  find(high: number, low: number): number {
    const mask = this.places.length - 1;
    for (let at = hashOf(high, low) & mask; ; at = (at + 1) & mask) {
      const client = this.places[at]! - 1;
      if (client < 0 || (this.low[client] === low && this.high[client] === high)) return client;
    }
  }

  /** The client's number, a new one where it was not met. */
  numberOf(high: number, low: number): number {
    const hash = hashOf(high, low);
    const late = this.lately[hash & (LATELY - 1)]! - 1;
    if (late >= 0 && this.low[late] === low && this.high[late] === high) return late;
    const number = this.lookedUp(high, low, hash);
    this.lately[hash & (LATELY - 1)] = number + 1;
    return number;
  }

  private lookedUp(high: number, low: number, hash: number): number {
    const mask = this.places.length - 1;
    let at = hash & mask;
    for (; this.places[at] !== 0; at = (at + 1) & mask) {
      const client = this.places[at]! - 1;
      if (this.low[client] === low && this.high[client] === high) return client;
    }
    const client = this.count++;
    if (client >= this.low.length) {
      this.high = roomFor(this.high, client);
      this.low = roomFor(this.low, client);
    }
    this.high[client] = high;
    this.low[client] = low;
    this.places[at] = client + 1;
    if (4 * this.count > 2 * this.places.length) this.grow();
    return client;
  }

  private grow(): void {
    const places = new Uint32Array(2 * this.places.length);
    const mask = places.length - 1;
    for (let client = 0; client < this.count; client++) {
      let at = hashOf(this.high[client]!, this.low[client]!) & mask;
      while (places[at] !== 0) at = (at + 1) & mask;
      places[at] = client + 1;
    }
    this.places = places;
  }

  /** Link-layer address of a client, as colon hex. */
  text(client: number): string {
    return macToText(this.high[client]!, this.low[client]!);
  }
}

/** The first two and the last four octets of a link-layer address in colon hex; -1 and 0 where it has not six octets. */
export function macNumbers(mac: string): readonly [high: number, low: number] {
  if (mac.length !== 17) return [-1, 0];
  const part = (at: number): number => (digitAt(mac, at) << 4) | digitAt(mac, at + 1);
  return [(part(0) << 8) | part(3), ((part(6) << 24) | (part(9) << 16) | (part(12) << 8) | part(15)) >>> 0];
}

/** Value of a hexadecimal digit in lower case. */
function digitAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code < 0x40 ? code - 0x30 : code - 0x57;
}

function hashOf(high: number, low: number): number {
  const mixed = Math.imul(low ^ Math.imul(high, 0x9e3779b1), 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

/** The array, or a larger one with its contents, with a place `index`. */
export function roomFor<A extends Uint8Array | Uint16Array | Int32Array | Uint32Array | Float64Array>(
  array: A,
  index: number,
): A {
  if (index < array.length) return array;
  const grown = new (array.constructor as new (length: number) => A)(Math.max(2 * array.length, index + 1));
  grown.set(array);
  return grown;
}
