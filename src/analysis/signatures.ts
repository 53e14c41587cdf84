import { NONE } from './exchangeTable';

/** Exchanges that are alike in all that rules about one exchange look at, but for the clients' own names and addresses. */
export interface Signature {
  readonly id: number;
  readonly link: string;
  readonly relayed: boolean;
  /** The subnet of the ACK's address. */
  readonly network: number;
  /** Its first exchange; `NONE` where its clients turned out not to be routine. */
  first: number;
  /** Number of its exchanges. */
  count: number;
}

/** Numbers by which signatures are told apart: the kinds of the four messages, the subnet, and what is special about the exchange. */
const PARTS = 6;
const RECENT = 256;

/** Numbers signatures, in the order in which they are met. */
export class Signatures {
  readonly all: Signature[] = [];
  /** By number, `PARTS` a piece: what tells a signature apart. */
  private readonly parts: number[] = [];
  private readonly ids = new Map<string, number>();
  /** By hash: id + 1 of a signature that was asked for lately. */
  private readonly recent = new Uint32Array(RECENT);

  /** The id of a signature, a new one where it was not met: then `link` and `relayed` are noted with it. */
  idOf(
    first: number,
    offer: number,
    select: number,
    ack: number,
    network: number,
    special: number,
    link: string,
    relayed: boolean,
  ): number {
    const mixed =
      Math.imul(network ^ (first << 5) ^ ack, 0x9e3779b1) ^ Math.imul(offer ^ (select << 7) ^ special, 0x85ebca6b);
    const place = (mixed ^ (mixed >>> 15)) & (RECENT - 1);
    const { parts } = this;
    const known = this.recent[place]! - 1;
    const at = PARTS * known;
    if (
      known >= 0 &&
      parts[at] === first &&
      parts[at + 1] === offer &&
      parts[at + 2] === select &&
      parts[at + 3] === ack &&
      parts[at + 4] === network &&
      parts[at + 5] === special
    )
      return known;
    const key = `${first} ${offer} ${select} ${ack} ${network} ${special}`;
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.all.length;
      this.ids.set(key, id);
      this.parts.push(first, offer, select, ack, network, special);
      this.all.push({ id, link, relayed, network, first: NONE, count: 0 });
    }
    this.recent[place] = id + 1;
    return id;
  }
}
