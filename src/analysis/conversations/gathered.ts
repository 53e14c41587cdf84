import { Table } from '../../ledger/table';

/*
 * What an exchange gathers of its messages, in columns: there are as many exchanges as clients, and an object with thirty fields for each
 * would be most of what a large capture needs.
 */

/** The columns; zero is what an exchange without messages has. */
const EXCHANGE_COLUMNS = {
  xid: Uint32Array,
  /** Place of its first message in the order of time: exchanges come in this order. */
  rank: Uint32Array,
  /** Index of its first and its last message. */
  first: Uint32Array,
  last: Uint32Array,
  /** Number of its messages, and of the replies among them, proxyDHCP's included. */
  count: Uint16Array,
  replies: Uint16Array,
  /** Number of replies that are not proxyDHCP's: set by the survey. */
  leaseAnswers: Uint16Array,
  /** One bit a message type that it holds (`bitOf`), a watched option, a trait, of all its messages. */
  types: Int32Array,
  options: Int32Array,
  traits: Int32Array,
  /** Bits of `STATE`. */
  state: Uint8Array,
  /** Time of its first message that has one; NaN as long as there is none. */
  begun: Float64Array,
  /** The first server identifier that it names. */
  serverId: Uint32Array,
  /** What replies are held against: the address asked for last, who asks (counted from 1), the first giaddr. */
  askedAddress: Uint32Array,
  asker: Uint32Array,
  giaddr: Uint32Array,
  /** The last OFFER: its address, and its server (-1 where it names none). */
  offered: Uint32Array,
  offeredBy: Float64Array,
  /** The address that it came to; 0 where it came to none. */
  address: Uint32Array,
} as const;

/** Facts that are true or not. */
export const STATE = {
  /** It goes on with an exchange of so many messages that it was divided. */
  continued: 1,
  /** A reply without giaddr was seen. */
  unrelayedReply: 2,
  /** Set by the survey: a REQUEST selects a server; a relay handled a message; the client had an address. */
  selecting: 4,
  relayed: 8,
  routed: 16,
} as const;

/** One row an exchange, in the order in which they began. */
export class Gathered extends Table<typeof EXCHANGE_COLUMNS> {
  constructor() {
    super(EXCHANGE_COLUMNS);
  }

  /** Adds an exchange without messages; gives its row. */
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
