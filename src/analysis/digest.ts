/** How a kind of message names its client (option 61). */
export const enum IdForm {
  None = 1,
  /** By chaddr, by octets of its own, by octets that all messages of the kind share. */
  Chaddr = 2,
  Own = 3,
  Fixed = 4,
  /** The message was cut, perhaps before it; or even before its type. */
  Unseen = 5,
  Untyped = 6,
}

/** What is known of all messages of a kind beside what one of them shows. */
export interface Kind {
  /** The frame's link-layer source or destination is chaddr. */
  readonly fromChaddr: boolean;
  readonly toChaddr: boolean;
  readonly id: IdForm;
  /** The message names one address of the client only: ciaddr and yiaddr are the same where it has both. */
  readonly oneAddress: boolean;
  /** It has a circuit or remote id (option 82) of its own. */
  readonly hasAgent: boolean;
  /** The IP addresses are the client's where the message's kind has the client's address there. */
  readonly toClient: boolean;
}

/** What is known of one message without reading it; filled anew for each. */
export interface Digest {
  /** Number of the message's kind; 0 where it has to be read: then only its time is known. */
  kind: number;
  /** Whether it is DHCPv6: then its time, xid and DUID are known, and nothing else below. */
  six: boolean;
  /** DHCPv6: the client's DUID stands in `octets` from `idAt` on. */
  octets: Uint8Array;
  idAt: number;
  idLength: number;
  /** Seconds since the epoch; NaN where the packet has no time. */
  time: number;
  /** The first two and the last four octets of chaddr. */
  macHigh: number;
  macLow: number;
  xid: number;
  /** yiaddr, else option 50, else ciaddr; 0 where the message has none of them. */
  address: number;
  /** Options 51, 58 and 59 in seconds; -1 where they are missing, or the same in all messages of the kind. */
  lease: number;
  t1: number;
  t2: number;
}

export function emptyDigest(): Digest {
  return {
    kind: 0,
    six: false,
    octets: new Uint8Array(0),
    idAt: 0,
    idLength: 0,
    time: NaN,
    macHigh: 0,
    macLow: 0,
    xid: 0,
    address: 0,
    lease: -1,
    t1: -1,
    t2: -1,
  };
}

/**
 * Messages that are known without being read: those that are alike but for a few fields of a form that no rule can find fault with
 * (xid, secs, chaddr, the client's address and names, lease times, circuit id). All messages of one kind have all else in common,
 * to the octet; so what is found out about one of them holds for all.
 *
 * `i` is the index of a packet, as `Packets.get` takes it. Only `time` and `read` may be asked of every packet, and only these and `frame` of
 * DHCPv6.
 */
export interface Digests {
  about(kind: number): Kind;
  /** Whether there is any kind at all: else every message has to be read. */
  readonly any: boolean;
  /** The packets that have a time are known to be in its order. */
  readonly inOrder: boolean;
  /** Seconds since the epoch; NaN where the packet has no time. */
  time(i: number): number;
  frame(i: number): number;
  read(i: number, into: Digest): void;
  /** Whether a message that has a kind was cut. */
  isCut(i: number): boolean;
  /** Whether two such messages agree in what a sender changes from one message to the next: secs, ciaddr and yiaddr. */
  repeats(i: number, j: number): boolean;
  /** Whether two messages have the same client identifier. */
  sameId(i: number, j: number): boolean;
  /** The end of an `own` client identifier, as `idEnd` makes it. */
  idEnd(i: number): string;
  /** Option 12, as `Message4.text` gives it; undefined where it is missing, or the same in all messages of the kind. */
  host(i: number): string | undefined;
  /** Whether two messages have the same circuit and remote id. */
  sameAgent(i: number, j: number): boolean;
}

/** The last octets of a client identifier behind its type, as a text: two identifiers that end otherwise are not the same. */
export function idEnd(octets: Uint8Array): string {
  return String.fromCharCode(...octets.subarray(Math.max(1, octets.length - 6)));
}
