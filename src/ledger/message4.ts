import { u32 } from '../codec/bytes';
import {
  FIXED_LENGTH,
  FILE_LENGTH,
  MAGIC_COOKIE,
  OFFSET,
  OPTIONS_AT,
  OVERLOAD,
  PAD,
  END,
  CHADDR_LENGTH,
  SNAME_LENGTH,
} from '../codec/dhcpv4/layout';
import { groups, valueOf } from '../codec/dhcpv4/check';
import type { Message4 } from '../codec/dhcpv4/message';
import { trimmedText } from '../codec/bytes';
import { View } from '../codec/view';
import { Interned } from './interned';
import { PairTable } from './pairTable';
import { grown, Table } from './table';

/** What is known about each DHCPv4 and BOOTP message, apart from its options. Addresses are unsigned 32-bit numbers. */
const DHCP_COLUMNS = {
  /** op, htype, hlen and hops, one octet each. */
  head: Uint32Array,
  xid: Uint32Array,
  /** secs and flags, 16 bits each. */
  secsFlags: Uint32Array,
  ciaddr: Uint32Array,
  yiaddr: Uint32Array,
  siaddr: Uint32Array,
  giaddr: Uint32Array,
  /** Interned: the used octets of chaddr, its text if it goes on behind them, and the texts of sname and file. */
  chaddr: Uint32Array,
  chaddrText: Uint32Array,
  sname: Uint32Array,
  file: Uint32Array,
  /** Length of the message in octets. */
  length: Uint32Array,
  /** Value of option 53 plus 1; 0 if there is none. */
  type: Uint16Array,
  state: Uint8Array,
  /** Number of the client: by htype and chaddr; by client identifier if one is sent (RFC 2131 §4.2). */
  hardware: Uint32Array,
  client: Uint32Array,
  /** Index of its first option among all options, and their number. */
  firstOption: Uint32Array,
  options: Uint16Array,
} as const;

/** Bits of `state`. */
export const COOKIE = 1;
export const ENDED = 2;
export const TRUNCATED = 4;
/** Each option occurs once, is whole, and is in the options field. */
const SIMPLE = 8;

/** Values of up to this many octets are kept as a number; longer ones are interned. */
export const MOST_INLINE = 4;
/** Bits of an option's first word that hold the length of its value. */
const LENGTH_BITS = 24;
const LENGTH_MASK = (1 << LENGTH_BITS) - 1;

const NO_OCTETS = new Uint8Array(0);

const MESSAGE_TYPE = 53;
const CLIENT_ID = 61;

/**
 * Every DHCPv4 and BOOTP message of a capture: the fixed fields in columns, the options as pairs of words
 * in one list for all messages. The first word of an option holds its code and length, the second its
 * value: as a number if it has at most four octets, otherwise the number of the interned value.
 */
export class Ledger4 {
  private readonly table = new Table(DHCP_COLUMNS);
  private words = new Uint32Array(1024);
  private used = 0;
  /** Interned option values, and texts of chaddr, sname and file. */
  readonly values = new Interned();
  readonly names = new Interned();
  /** Client numbers by htype and chaddr, or by length and octets of the client identifier. */
  private readonly clients = new PairTable();
  private clientCount = 0;
  /** By number of an Ethernet address: its client number plus 1; 0 if it has none yet. */
  private ethernet = new Uint32Array(64);
  /** By option code: the number of the last message that had the option, to detect duplicates. */
  private readonly met = new Float64Array(256);

  /** `links` holds the hardware addresses of all protocols. */
  constructor(readonly links: Interned) {}

  get count(): number {
    return this.table.count;
  }

  /** Adds a message and returns its row. */
  add(message: Message4): number {
    const { bytes, at, length } = message;
    const row = this.table.add();
    const { columns } = this.table;
    columns.length[row] = length;
    if (length >= OFFSET.chaddr) {
      columns.head[row] = u32(bytes, at);
      columns.xid[row] = u32(bytes, at + OFFSET.xid);
      columns.secsFlags[row] = u32(bytes, at + OFFSET.secs);
      columns.ciaddr[row] = u32(bytes, at + OFFSET.ciaddr);
      columns.yiaddr[row] = u32(bytes, at + OFFSET.yiaddr);
      columns.siaddr[row] = u32(bytes, at + OFFSET.siaddr);
      columns.giaddr[row] = u32(bytes, at + OFFSET.giaddr);
      const size = Math.min(bytes[at + OFFSET.hlen]!, CHADDR_LENGTH, length - OFFSET.chaddr);
      columns.chaddr[row] = this.links.numberOf(bytes, at + OFFSET.chaddr, size);
      if (size < CHADDR_LENGTH && length > OFFSET.chaddr + size && bytes[at + OFFSET.chaddr + size] !== 0)
        columns.chaddrText[row] = this.name(message, OFFSET.chaddr, CHADDR_LENGTH);
    } else {
      // In a truncated message, missing fields read as 0.
      columns.head[row] = ((message.op << 24) | (message.htype << 16) | (message.hlen << 8) | message.hops) >>> 0;
      columns.xid[row] = message.xid;
      columns.secsFlags[row] = ((message.secs << 16) | message.flags) >>> 0;
      columns.ciaddr[row] = message.ciaddr;
      columns.yiaddr[row] = message.yiaddr;
      columns.siaddr[row] = message.siaddr;
      columns.giaddr[row] = message.giaddr;
    }
    columns.firstOption[row] = this.used;
    const plain = this.addOptions(message, row);
    if (plain) columns.state[row]! |= SIMPLE;
    else this.addAll(message, row);
    columns.options[row] = (this.used - columns.firstOption[row]) / 2;
    const type = this.find(row, MESSAGE_TYPE);
    if (type >= 0 && this.lengthAt(type) > 0) columns.type[row] = 1 + this.octetAt(type, 0);
    const hardware = this.hardwareOf((columns.head[row] >>> 16) & 255, columns.chaddr[row]!);
    columns.hardware[row] = columns.client[row] = hardware;
    const id = this.find(row, CLIENT_ID);
    // A client identifier that has nothing after its type identifies nobody (RFC 2132 §9.14).
    if (id >= 0 && this.lengthAt(id) > 1) columns.client[row] = this.clientOf(-this.lengthAt(id), this.wordAt(id));
    if (length > OFFSET.sname && bytes[at + OFFSET.sname] !== 0 && !(message.overload & 2))
      columns.sname[row] = this.name(message, OFFSET.sname, SNAME_LENGTH);
    if (length > OFFSET.file && bytes[at + OFFSET.file] !== 0 && !(message.overload & 1))
      columns.file[row] = this.name(message, OFFSET.file, FILE_LENGTH);
    return row;
  }

  /** The client number of a hardware address. */
  private hardwareOf(htype: number, chaddr: number): number {
    // Nearly all are Ethernet addresses, which have a direct index.
    if (htype !== 1) return this.clientOf(htype, chaddr);
    if (chaddr >= this.ethernet.length) this.ethernet = grown(this.ethernet, 2 * chaddr);
    const known = this.ethernet[chaddr]!;
    if (known !== 0) return known - 1;
    this.ethernet[chaddr] = ++this.clientCount;
    return this.clientCount - 1;
  }

  private clientOf(kind: number, value: number): number {
    let number = this.clients.get(kind, value);
    if (number < 0) this.clients.set(kind, value, (number = this.clientCount++));
    return number;
  }

  private name({ bytes, at, length }: Message4, offset: number, size: number): number {
    const from = at + offset;
    const most = Math.min(size, length - offset);
    let used = 0;
    while (used < most && bytes[from + used] !== 0) used++;
    return this.names.numberOf(bytes, from, used);
  }

  /** Adds the options of a message in which each occurs once, whole, and in the options field. Otherwise adds none and returns false. */
  private addOptions({ bytes, at, end, length }: Message4, row: number): boolean {
    const state = this.table.columns.state;
    if (length < OPTIONS_AT || u32(bytes, at + FIXED_LENGTH) !== MAGIC_COOKIE) return true;
    state[row] = COOKIE;
    const { met, used } = this;
    for (let i = at + OPTIONS_AT; i < end;) {
      const code = bytes[i]!;
      if (code === PAD) {
        i++;
        continue;
      }
      if (code === END) {
        state[row] = COOKIE | ENDED;
        return true;
      }
      const size = i + 1 < end ? bytes[i + 1]! : 0;
      if (i + 1 >= end || i + 2 + size > end || code === OVERLOAD || met[code] === row + 1) {
        this.used = used;
        return false;
      }
      met[code] = row + 1;
      this.addOption(code, bytes, i + 2, size);
      i += 2 + size;
    }
    return true;
  }

  /** Adds the options of any message. */
  private addAll(message: Message4, row: number): void {
    const { columns } = this.table;
    columns.state[row] = COOKIE | (message.ended ? ENDED : 0) | (message.truncated ? TRUNCATED : 0);
    const seen = new Set<number>();
    // Asking for each option by its code would read the list of all of them as often.
    for (const group of groups(message)) {
      if (seen.has(group.code)) continue;
      seen.add(group.code);
      const { bytes, start, length } = valueOf(message, group);
      this.addOption(group.code, bytes, start, length);
    }
  }

  private addOption(code: number, bytes: Uint8Array, at: number, length: number): void {
    let { used } = this;
    if (used + 2 > this.words.length) this.words = grown(this.words, this.words.length + (this.words.length >> 1));
    this.words[used++] = ((code << LENGTH_BITS) | Math.min(length, LENGTH_MASK)) >>> 0;
    let value = 0;
    if (length > MOST_INLINE) value = this.values.numberOf(bytes, at, length);
    else for (let i = 0; i < length; i++) value = (value << 8) | bytes[at + i]!;
    this.words[used++] = value;
    this.used = used;
  }

  /** Adds options to the last message that it has, but whose values are not known: they are there, with no octets. */
  addUntold(codes: readonly number[]): void {
    const row = this.count - 1;
    for (const code of codes) {
      if (this.find(row, code) >= 0) continue;
      this.addOption(code, NO_OCTETS, 0, 0);
      this.table.columns.options[row]!++;
    }
  }

  /** Index of an option of a message in `words`; -1 if the message does not have it. */
  find(row: number, code: number): number {
    const { words } = this;
    let i = this.table.columns.firstOption[row]!;
    for (const end = i + 2 * this.table.columns.options[row]!; i < end; i += 2)
      if (words[i]! >>> LENGTH_BITS === code) return i;
    return -1;
  }
  /** A bit set of the options of a message; `bits` gives the bit of each code. */
  optionBits(row: number, bits: Int32Array): number {
    const { words } = this;
    let all = 0;
    let i = this.table.columns.firstOption[row]!;
    for (const end = i + 2 * this.table.columns.options[row]!; i < end; i += 2) all |= bits[words[i]! >>> LENGTH_BITS]!;
    return all;
  }
  /** The codes of the options of a message, in wire order. */
  codes(row: number): number[] {
    const out: number[] = [];
    let i = this.table.columns.firstOption[row]!;
    for (const end = i + 2 * this.table.columns.options[row]!; i < end; i += 2)
      out.push(this.words[i]! >>> LENGTH_BITS);
    return out;
  }
  codeAt(option: number): number {
    return this.words[option]! >>> LENGTH_BITS;
  }
  lengthAt(option: number): number {
    return this.words[option]! & LENGTH_MASK;
  }
  /** One octet of an option's value. */
  private octetAt(option: number, index: number): number {
    const length = this.lengthAt(option);
    const value = this.words[option + 1]!;
    if (length <= MOST_INLINE) return (value >>> (8 * (length - 1 - index))) & 255;
    return this.values.bytes[this.values.startOf(value) + index]!;
  }
  /** The second word of an option: its value if it has at most four octets, otherwise the number of the value. */
  wordAt(option: number): number {
    return this.words[option + 1]!;
  }
  /** Whether each option of the message occurs once and whole, so that none had to be joined. */
  isSimple(row: number): boolean {
    return (this.table.columns.state[row]! & SIMPLE) !== 0;
  }
  /** The octets of an option's value. */
  viewAt(option: number): View {
    const length = this.lengthAt(option);
    if (length > MOST_INLINE) {
      const { values } = this;
      const number = this.words[option + 1]!;
      return View.of(values.bytes, values.startOf(number), values.lengthOf(number));
    }
    const octets = new Uint8Array(length);
    for (let i = 0; i < length; i++) octets[i] = this.octetAt(option, i);
    return View.of(octets, 0, length);
  }
  textAt(option: number): string {
    if (this.lengthAt(option) > MOST_INLINE) return this.values.text(this.words[option + 1]!, trimmedText);
    const { bytes, length } = this.viewAt(option);
    return trimmedText(bytes, 0, length);
  }

  get columns(): Table<typeof DHCP_COLUMNS>['columns'] {
    return this.table.columns;
  }
  /** Makes room for `share` times the present number of messages. */
  reserve(share: number): void {
    this.table.reserve(Math.ceil(this.count * share));
    const words = Math.ceil(this.used * share);
    if (words > this.words.length) this.words = grown(this.words, words);
  }
}
