import { readAssociations, type Association6 } from '../codec/dhcpv6/associations';
import { readAnswer, type Answer6 } from '../codec/dhcpv6/answer';
import {
  ADVERTISE,
  CONTAINERS6,
  HEADER_LENGTH,
  MAX_RELAYS,
  Message6,
  OPTION_HEADER,
  REPLY,
  type RawOption6,
} from '../codec/dhcpv6/message';
import { formatIpv6, hex } from '../codec/bytes';
import { View } from '../codec/view';
import { Interned } from './interned';
import type { Dhcpv6 } from './packet';
import { grown, Table } from './table';

const STATUS_CODE = 13;
const RAPID_COMMIT = 14;
/** Options whose values say what kind of client it is: what it asks for, user class, vendor class, and the architecture that it boots. */
const OF_CLIENTS: ReadonlySet<number> = new Set([6, 15, 16, 61]);
/** Options of a server's answer that its configuration names: preference, SIP, DNS, NIS, SNTP, NTP, boot file, refresh times. */
const OF_SERVERS: ReadonlySet<number> = new Set([7, 21, 22, 23, 24, 27, 31, 32, 56, 59, 82, 83]);
const OF_MESSAGES: ReadonlySet<number> = new Set([...OF_CLIENTS, ...OF_SERVERS]);
/** Options of the outermost relay that say where the client is: interface id, and remote id (RFC 4649). */
const OF_RELAYS: ReadonlySet<number> = new Set([18, 37]);
/** Options that say what is asked for, given and refused: identity associations, what stands in them, and status codes. */
const OF_LEASE: ReadonlySet<number> = new Set([...Object.keys(CONTAINERS6).map(Number), STATUS_CODE]);
/** So many octets of these are kept of a message: a forged one may have tens of thousands. */
const MOST_OF_LEASE = 4096;
/** So many options of one message are taken down: a forged one may have tens of thousands. */
const MOST_OPTIONS = 128;

/** What is known of each DHCPv6 message: of the client's own, or the one to it, and of the relays' around it. */
const DHCPV6_COLUMNS = {
  outerType: Uint8Array,
  type: Uint8Array,
  xid: Uint32Array,
  state: Uint8Array,
  /** Interned DUIDs, and the address of the peer of the outermost relay; 0 where there is none. */
  client: Uint32Array,
  server: Uint32Array,
  peer: Uint32Array,
  /** The link that the relay nearest to the client names; 0 where none does. */
  link: Uint32Array,
  /** Interned: the options that say what is asked for, given and refused, behind a header, as a message of their own; 0 where there are none. */
  lease: Uint32Array,
  /** Where its options stand among `words`, and how many they are. */
  firstOption: Uint32Array,
  options: Uint8Array,
} as const;

/** Bits of `state`. */
const RELAY = 1;
const RAPID = 2;

/** Every DHCPv6 message of a capture, in columns. */
export class Ledger6 {
  private readonly table = new Table(DHCPV6_COLUMNS);
  readonly duids = new Interned();
  /** Two words an option: its code, and the number of its value where that is kept. */
  private words = new Uint32Array(256);
  private used = 0;
  private readonly values = new Interned();
  /** Room for the message that `lease` is made of. */
  private readonly scratch = new Uint8Array(MOST_OF_LEASE);

  constructor(private readonly hosts: Interned) {}

  /** Takes in a message; gives its number. */
  add(message: Message6): number {
    const row = this.table.add();
    const { columns } = this.table;
    const inner = message.innermost();
    const { type } = inner;
    columns.outerType[row] = message.type;
    columns.type[row] = type;
    columns.xid[row] = inner.xid;
    columns.state[row] = (message.isRelay ? RELAY : 0) | (inner.has(RAPID_COMMIT) ? RAPID : 0);
    columns.client[row] = this.duid(inner, 1);
    columns.server[row] = this.duid(inner, 2);
    if (message.isRelay && message.hasHeader)
      columns.peer[row] = this.hosts.numberOf(message.bytes, message.at + 18, 16);
    columns.link[row] = this.linkOf(message);
    columns.lease[row] = this.leaseOf(inner, type);
    columns.firstOption[row] = this.used;
    this.addOptions(inner, inner.options, OF_MESSAGES);
    if (inner !== message)
      this.addOptions(
        message,
        message.options.filter(({ code }) => OF_RELAYS.has(code)),
        OF_RELAYS,
      );
    columns.options[row] = (this.used - columns.firstOption[row]) / 2;
    return row;
  }

  private addOptions({ bytes }: Message6, options: readonly RawOption6[], kept: ReadonlySet<number>): void {
    const count = Math.min(options.length, MOST_OPTIONS - 1);
    if (this.used + 2 * count > this.words.length) this.words = grown(this.words, 2 * (this.words.length + count));
    for (let i = 0; i < count; i++) {
      const { code, at, length } = options[i]!;
      this.words[this.used++] = code;
      this.words[this.used++] = kept.has(code) ? this.values.numberOf(bytes, at + OPTION_HEADER, length) : 0;
    }
  }

  /** The codes of the options of a message, in the order of the wire. */
  codes(row: number): number[] {
    const from = this.columns.firstOption[row]!;
    const end = from + 2 * this.columns.options[row]!;
    const out: number[] = [];
    for (let i = from; i < end; i += 2) out.push(this.words[i]!);
    return out;
  }
  /** The value of an option; undefined where the message has none, or its value is not kept. */
  option(row: number, code: number): View | undefined {
    if (!OF_MESSAGES.has(code) && !OF_RELAYS.has(code)) return undefined;
    const at = this.codes(row).indexOf(code);
    if (at < 0) return undefined;
    const number = this.words[this.columns.firstOption[row]! + 2 * at + 1]!;
    const { values } = this;
    return View.of(values.bytes, values.startOf(number), values.lengthOf(number));
  }

  /** The number of the part of a message that is about addresses; what goes beyond `MOST_OF_LEASE` is left out. */
  private leaseOf({ bytes, options }: Message6, type: number): number {
    const { scratch } = this;
    let used = HEADER_LENGTH;
    scratch[0] = type;
    for (const { code, at, length } of options) {
      if (!OF_LEASE.has(code)) continue;
      const size = Math.min(OPTION_HEADER + length, scratch.length - used);
      scratch.set(bytes.subarray(at, at + size), used);
      used += size;
    }
    return used > HEADER_LENGTH ? this.values.numberOf(scratch, 0, used) : 0;
  }

  /** The part of a message that is about addresses. */
  lease(row: number): Message6 {
    const { values } = this;
    const number = this.columns.lease[row]!;
    const start = values.startOf(number);
    return Message6.read(values.bytes, start, start + values.lengthOf(number));
  }

  /** Relays that tell no link, or only their own, leave it to those around them (RFC 9915 §13.1). */
  private linkOf(outermost: Message6): number {
    let link = 0;
    let message: Message6 | undefined = outermost;
    for (let i = 0; message?.isRelay && message.hasHeader && i < MAX_RELAYS; i++) {
      const at: number = message.at + 2;
      const first = message.bytes[at]!;
      const local = first === 0xfe && (message.bytes[at + 1]! & 0xc0) === 0x80;
      if (!local && message.bytes.subarray(at, at + 16).some((octet) => octet !== 0))
        link = this.hosts.numberOf(message.bytes, at, 16);
      message = message.relayed;
    }
    return link;
  }

  private duid(message: Message6, code: number): number {
    const view = message.option(code);
    return view ? this.duids.numberOf(view.bytes, view.start, view.length) : 0;
  }

  /** Makes room for so many times as many messages as there are. */
  reserve(share: number): void {
    this.table.reserve(Math.ceil(this.table.count * share));
  }

  get columns(): Table<typeof DHCPV6_COLUMNS>['columns'] {
    return this.table.columns;
  }
  peer(number: number): string {
    return this.hosts.text(number, (bytes, at) => formatIpv6(bytes, at));
  }
}

const NONE: readonly Association6[] = [];

/** One message of a ledger. */
export class LedgerMessage6 implements Dhcpv6 {
  constructor(
    private readonly ledger: Ledger6,
    private readonly row: number,
  ) {}

  get outerType(): number {
    return this.ledger.columns.outerType[this.row]!;
  }
  get type(): number {
    return this.ledger.columns.type[this.row]!;
  }
  get xid(): number {
    return this.ledger.columns.xid[this.row]!;
  }
  get isRelay(): boolean {
    return (this.ledger.columns.state[this.row]! & RELAY) !== 0;
  }
  get rapidCommit(): boolean {
    return (this.ledger.columns.state[this.row]! & RAPID) !== 0;
  }
  get peerAddress(): string | undefined {
    const peer = this.ledger.columns.peer[this.row]!;
    return peer === 0 ? undefined : this.ledger.peer(peer);
  }
  get linkAddress(): string | undefined {
    const link = this.ledger.columns.link[this.row]!;
    return link === 0 ? undefined : this.ledger.peer(link);
  }
  get clientDuid(): string | undefined {
    return this.duid(this.ledger.columns.client[this.row]!);
  }
  get serverDuid(): string | undefined {
    return this.duid(this.ledger.columns.server[this.row]!);
  }
  get associations(): readonly Association6[] {
    return this.ledger.columns.lease[this.row] === 0 ? NONE : readAssociations(this.ledger.lease(this.row));
  }
  codes(): number[] {
    return this.ledger.codes(this.row);
  }
  option(code: number): View | undefined {
    return this.ledger.option(this.row, code);
  }
  get answer(): Answer6 | undefined {
    const { type } = this;
    return type === ADVERTISE || type === REPLY ? readAnswer(this.ledger.lease(this.row)) : undefined;
  }
  private duid(number: number): string | undefined {
    return number === 0 ? undefined : this.ledger.duids.text(number, (bytes, at, length) => hex(bytes, at, length));
  }
}
