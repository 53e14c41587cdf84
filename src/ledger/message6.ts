import { readAssociations, type Association6 } from '../codec/dhcpv6/associations';
import { readAnswer, type Answer6 } from '../codec/dhcpv6/answer';
import {
  ADVERTISE,
  CONTAINERS6,
  HEADER_LENGTH,
  MAX_RELAYS,
  Message6,
  OPTION_HEADER,
  QUERY_TYPES6,
  REPLY,
  type RawOption6,
} from '../codec/dhcpv6/message';
import { CLIENT_DATA, LQ_QUERY, STATUS_CODE } from '../codec/dhcpv6/leasequery';
import { formatIpv6, formatMac, hex } from '../codec/bytes';
import { View } from '../codec/view';
import { Interned } from './interned';
import type { Dhcpv6 } from './packet';
import { grown, Table } from './table';

const ELAPSED_TIME = 8;
const RAPID_COMMIT = 14;
const CLIENT_LINKLAYER_ADDR = 79;
/** Octets of that option before the address, and of the longest address of a network card (as in chaddr). */
const HARDWARE_TYPE = 2;
const MOST_HARDWARE = 16;
/** Options that show what kind of client it is: option request, user class, vendor class, and boot architecture. */
const OF_CLIENTS: ReadonlySet<number> = new Set([6, 15, 16, 61]);
/** Options in a server's answer that come from its configuration: preference, SIP, DNS, NIS, SNTP, NTP, boot file, refresh times. */
const OF_SERVERS: ReadonlySet<number> = new Set([7, 21, 22, 23, 24, 27, 31, 32, 56, 59, 82, 83]);
const OF_MESSAGES: ReadonlySet<number> = new Set([...OF_CLIENTS, ...OF_SERVERS]);
/** Options of a question about leases and of its answer (RFC 5007). */
const OF_QUERIES: ReadonlySet<number> = new Set([STATUS_CODE, LQ_QUERY, CLIENT_DATA]);
/** Options of the outermost relay that show where the client is: interface id, and remote id (RFC 4649). */
const OF_RELAYS: ReadonlySet<number> = new Set([18, 37]);
const KEPT: ReadonlySet<number> = new Set([...OF_MESSAGES, ...OF_QUERIES, ...OF_RELAYS]);
/** Options about what is requested, given and refused: identity associations, the options inside them, and status codes. */
const OF_LEASE: ReadonlySet<number> = new Set([...Object.keys(CONTAINERS6).map(Number), STATUS_CODE]);
/** How many octets of these are kept per message; a forged message may hold tens of thousands. */
const MOST_OF_LEASE = 4096;
/** How many answers that were read are remembered: the rules ask for the same ones one after another. */
const ANSWERS = 64;
/** How many options are recorded per message; a forged message may hold tens of thousands. */
const MOST_OPTIONS = 128;

/** What is known about each DHCPv6 message: the one from or to the client, and those of the relays around it. */
const DHCPV6_COLUMNS = {
  outerType: Uint8Array,
  type: Uint8Array,
  xid: Uint32Array,
  state: Uint8Array,
  /** Hop count of the outermost relay; 0 without a relay. */
  hops: Uint8Array,
  /** Elapsed Time, in hundredths of a second; 0 without it. */
  elapsed: Uint16Array,
  /** Interned DUIDs, and the peer address of the outermost relay; 0 if there is none. */
  client: Uint32Array,
  server: Uint32Array,
  peer: Uint32Array,
  /** The link named by the relay nearest to the client; 0 if no relay names one. */
  link: Uint32Array,
  /** The link-layer address of the client that a relay tells; 0 if none does. */
  linkLayer: Uint32Array,
  /** Interned: the options about what is requested, given and refused, with a header, as a message of their own; 0 if there are none. */
  lease: Uint32Array,
  /** Index of its first option in `words`, and their number. */
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
  /** Two words per option: its code, and the number of its value if that is kept. */
  private words = new Uint32Array(256);
  private used = 0;
  private readonly values = new Interned();
  /** Answers read before, each in the place of its lease number modulo `ANSWERS`, and the lease number of each plus 1. */
  private readonly answers: (Answer6 | undefined)[] = [];
  private readonly answered = new Uint32Array(ANSWERS);
  /** Buffer in which the message for `lease` is built. */
  private readonly scratch = new Uint8Array(MOST_OF_LEASE);

  constructor(private readonly hosts: Interned) {}

  /** Adds a message and returns its row. */
  add(message: Message6): number {
    const row = this.table.add();
    const { columns } = this.table;
    const inner = message.innermost();
    const { type } = inner;
    columns.outerType[row] = message.type;
    columns.type[row] = type;
    columns.xid[row] = inner.xid;
    columns.state[row] = (message.isRelay ? RELAY : 0) | (inner.has(RAPID_COMMIT) ? RAPID : 0);
    columns.hops[row] = message.hops;
    columns.elapsed[row] = elapsedIn(inner);
    columns.client[row] = this.duid(inner, 1);
    columns.server[row] = this.duid(inner, 2);
    if (message.isRelay && message.hasHeader)
      columns.peer[row] = this.hosts.numberOf(message.bytes, message.at + 18, 16);
    columns.link[row] = this.linkOf(message);
    columns.linkLayer[row] = this.linkLayerOf(message);
    columns.lease[row] = this.leaseOf(inner, type);
    columns.firstOption[row] = this.used;
    this.addOptions(inner, inner.options, QUERY_TYPES6.has(type) ? OF_QUERIES : OF_MESSAGES);
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

  /** The codes of the options of a message, in wire order. */
  codes(row: number): number[] {
    const from = this.columns.firstOption[row]!;
    const end = from + 2 * this.columns.options[row]!;
    const out: number[] = [];
    for (let i = from; i < end; i += 2) out.push(this.words[i]!);
    return out;
  }
  /** The value of an option; undefined if the message does not have it, or its value is not kept. */
  option(row: number, code: number): View | undefined {
    if (!KEPT.has(code)) return undefined;
    const { words, values } = this;
    let at = this.columns.firstOption[row]!;
    const end = at + 2 * this.columns.options[row]!;
    while (at < end && words[at] !== code) at += 2;
    if (at === end) return undefined;
    const number = words[at + 1]!;
    if (number === 0 && OF_QUERIES.has(code)) return undefined;
    return View.of(values.bytes, values.startOf(number), values.lengthOf(number));
  }

  /** The number of the part of a message that is about leases; anything beyond `MOST_OF_LEASE` is left out. */
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

  /** The part of a message that is about leases. */
  lease(row: number): Message6 {
    const { values } = this;
    const number = this.columns.lease[row]!;
    const start = values.startOf(number);
    return Message6.read(values.bytes, start, start + values.lengthOf(number));
  }

  /** What the part of a message that is about leases gives and says. */
  answer(row: number): Answer6 {
    const number = this.columns.lease[row]!;
    const place = number % ANSWERS;
    const known = this.answered[place] === number + 1 ? this.answers[place] : undefined;
    if (known) return known;
    this.answered[place] = number + 1;
    return (this.answers[place] = readAnswer(this.lease(row)));
  }

  /**
   * The first link named, from the client outwards. A relay that names no link, or only
   * its own, leaves it to the relays around it (RFC 9915 §13.1).
   */
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

  /** The client’s link-layer address (RFC 6939 §4): only the first relay adds it, whichever that is. */
  private linkLayerOf(outermost: Message6): number {
    let message: Message6 | undefined = outermost;
    for (let i = 0; message?.isRelay && i < MAX_RELAYS; i++) {
      const view = message.option(CLIENT_LINKLAYER_ADDR);
      if (view && view.length > HARDWARE_TYPE && view.length <= HARDWARE_TYPE + MOST_HARDWARE)
        return this.values.numberOf(view.bytes, view.start + HARDWARE_TYPE, view.length - HARDWARE_TYPE);
      message = message.relayed;
    }
    return 0;
  }

  private duid(message: Message6, code: number): number {
    const view = message.option(code);
    return view ? this.duids.numberOf(view.bytes, view.start, view.length) : 0;
  }

  /** Makes room for `share` times the present number of messages. */
  reserve(share: number): void {
    this.table.reserve(Math.ceil(this.table.count * share));
  }

  get columns(): Table<typeof DHCPV6_COLUMNS>['columns'] {
    return this.table.columns;
  }
  linkLayer(number: number): string {
    return this.values.text(number, (bytes, at, length) => formatMac(bytes, at, length));
  }
  peer(number: number): string {
    return this.hosts.text(number, (bytes, at) => formatIpv6(bytes, at));
  }
}

/** The value of Elapsed Time (RFC 9915 §21.9). */
function elapsedIn({ bytes, options }: Message6): number {
  const option = options.find(({ code }) => code === ELAPSED_TIME);
  if (option?.length !== 2) return 0;
  const at = option.at + OPTION_HEADER;
  return bytes[at]! * 256 + bytes[at + 1]!;
}

const NONE: readonly Association6[] = [];

/** One DHCPv6 message of a ledger. */
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
  get hops(): number {
    return this.ledger.columns.hops[this.row]!;
  }
  get elapsed(): number {
    return this.ledger.columns.elapsed[this.row]! / 100;
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
  get linkLayerAddress(): string | undefined {
    const address = this.ledger.columns.linkLayer[this.row]!;
    return address === 0 ? undefined : this.ledger.linkLayer(address);
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
  get isAnswer(): boolean {
    const { type } = this;
    return type === ADVERTISE || type === REPLY;
  }
  get answer(): Answer6 | undefined {
    return this.isAnswer ? this.ledger.answer(this.row) : undefined;
  }
  private duid(number: number): string | undefined {
    return number === 0 ? undefined : this.ledger.duids.text(number, (bytes, at, length) => hex(bytes, at, length));
  }
}
