import { OUTCOMES } from '../finding';
import { Table } from '../../ledger/table';

/**
 * What is collected about each exchange, stored in columns. There are about as many exchanges as clients; objects with thirty fields each
 * would take most of the memory that a large capture needs.
 */

/** The columns; zero is the value of an exchange without messages. */
const EXCHANGE_COLUMNS = {
  xid: Uint32Array,
  /** Place of its first message in time order. Exchanges are sorted by it. */
  rank: Uint32Array,
  /** Index of its first and last message. */
  first: Uint32Array,
  last: Uint32Array,
  /** Number of its messages, and of the replies among them, including those of proxyDHCP. */
  count: Uint16Array,
  replies: Uint16Array,
  /** Number of replies, not counting those of proxyDHCP. Set by the survey. */
  leaseAnswers: Uint16Array,
  /** Bit sets over all its messages: message types (`bitOf`), watched options, traits. */
  types: Int32Array,
  options: Int32Array,
  traits: Int32Array,
  /** Bits of `STATE`. */
  state: Uint8Array,
  /** Time of its first message that has one; NaN until then. */
  begun: Float64Array,
  /** The first server identifier seen in it. */
  serverId: Uint32Array,
  /** What replies are compared with: the address asked for last, the client that asks (counted from 1), the first giaddr. */
  askedAddress: Uint32Array,
  asker: Uint32Array,
  giaddr: Uint32Array,
  /** The last OFFER: its address, and its server (-1 if it names none). */
  offered: Uint32Array,
  offeredBy: Float64Array,
  /** Its mask and its first router; 0 if it has none. */
  offeredMask: Uint32Array,
  offeredRouter: Uint32Array,
  /** The address that the exchange ended with; 0 if none. */
  address: Uint32Array,
  /** Its client, and its place among the client's exchanges. */
  client: Uint32Array,
  position: Uint32Array,
  /** Place of its outcome in `OUTCOMES`. Set by the survey. */
  outcome: Uint8Array,
  /** Numbers of names: its server, set by the survey, and the first link on which it was seen. */
  server: Uint32Array,
  link: Uint32Array,
  /** Index of the packet with option 60 of the client's first message that has one, counted from 1. Set by the survey. */
  introduced: Uint32Array,
} as const;

/** The columns of the clients. Zero means that there is none: indexes of packets are counted from 1. */
const CLIENT_COLUMNS = {
  /** Number of its hardware address. */
  mac: Uint32Array,
  /** The packet that showed it first, and the last ones with its host name and its vendor class. */
  first: Uint32Array,
  hostname: Uint32Array,
  vendorClass: Uint32Array,
  /** Number of OFFERs, ACKs and BOOTREPLYs to it, and the address of its last ACK. */
  answers: Uint32Array,
  held: Uint32Array,
  /** Number of the name of the link that it first asked on, and the place of that exchange among its exchanges. */
  link: Uint32Array,
  place: Uint32Array,
  /** Bits of `OF_CLIENT`. */
  state: Uint8Array,
} as const;

/** Yes-or-no facts about a client, one bit each. */
export const OF_CLIENT = {
  /** It ever asked as a PXE client (option 60), whatever it sent later. */
  pxe: 1,
  /** It is known by its client identifier. */
  byIdentifier: 2,
} as const;

/** Yes-or-no facts about an exchange, one bit each. */
export const STATE = {
  /** It continues an exchange that was split because it had too many messages. */
  continued: 1,
  /** A reply without giaddr was seen. */
  unrelayedReply: 2,
  /** Set by the survey: a REQUEST selects a server; a relay handled a message; the client already had an address. */
  selecting: 4,
  relayed: 8,
  routed: 16,
  /** Set by the survey: the answer gives no address, and may do so, or may not. */
  lawfullyWithout: 32,
  unlawfullyWithout: 64,
} as const;

/** Texts that come back again and again, each with a number from 1; 0 is none. */
export class Names {
  private readonly texts: (string | undefined)[] = [undefined];
  private readonly numbers = new Map<string, number>();

  numberOf(text: string | undefined): number {
    if (text === undefined) return 0;
    let number = this.numbers.get(text);
    if (number === undefined) this.numbers.set(text, (number = this.texts.push(text) - 1));
    return number;
  }
  text(number: number): string | undefined {
    return this.texts[number];
  }
}

const INCOMPLETE = OUTCOMES.indexOf('incomplete');

/** One row per exchange, in the order in which they began. */
export class Gathered extends Table<typeof EXCHANGE_COLUMNS> {
  /** The clients, in the order in which they were met. */
  readonly clients = new Table(CLIENT_COLUMNS);
  /** Names of servers and links. */
  readonly names = new Names();

  constructor() {
    super(EXCHANGE_COLUMNS);
  }

  /** Adds an exchange without messages and returns its row. */
  begin(xid: number, rank: number, client: number, position: number): number {
    const row = this.add();
    const { columns } = this;
    columns.client[row] = client;
    columns.position[row] = position;
    columns.xid[row] = xid;
    columns.rank[row] = rank;
    columns.outcome[row] = INCOMPLETE;
    columns.begun[row] = NaN;
    columns.offeredBy[row] = -1;
    return row;
  }
}
