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
} as const;

/** One row per exchange, in the order in which they began. */
export class Gathered extends Table<typeof EXCHANGE_COLUMNS> {
  constructor() {
    super(EXCHANGE_COLUMNS);
  }

  /** Adds an exchange without messages and returns its row. */
  begin(xid: number, rank: number): number {
    const row = this.add();
    const { columns } = this;
    columns.xid[row] = xid;
    columns.rank[row] = rank;
    columns.begun[row] = NaN;
    columns.offeredBy[row] = -1;
    return row;
  }
}
