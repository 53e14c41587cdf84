import { decodeText, formatMac, trimmedText, u16, u32 } from '../bytes';
import { MOST_OPTIONS } from '../limits';
import { View, type Piece } from '../view';
import {
  type Area,
  CHADDR_LENGTH,
  END,
  FILE_LENGTH,
  FIXED_LENGTH,
  MAGIC_COOKIE,
  OFFSET,
  OPTIONS_AT,
  OVERLOAD,
  PAD,
  SNAME_LENGTH,
} from './layout';
import type { OptionTable } from '../option';
import { dhcpOptions, isJoined } from './options';

export type { Area } from './layout';

/** One appearance of an option on the wire. Pad and End do not count as options. */
export interface RawOption {
  readonly code: number;
  /** Index in `bytes` of the code octet. The length octet and the value follow. */
  readonly at: number;
  /** Number of value octets. */
  readonly length: number;
  readonly area: Area;
}

/** An option whose length octet is missing, or claims more octets than are left in its area. */
export interface TruncatedOption {
  /** Index in `bytes` of the code octet. */
  readonly at: number;
  readonly code: number;
  /** Value octets that the length octet claims; 0 if the length octet itself is missing. */
  readonly declared: number;
  /** Value octets that are available. */
  readonly available: number;
  readonly area: Area;
}

/** A run of octets that holds options, and how far it could be read. */
export interface OptionArea {
  readonly area: Area;
  /** Index in `bytes` of its first octet. */
  readonly start: number;
  /** Index after its last octet. */
  readonly end: number;
  /** Index of the End option; -1 if there is none. */
  readonly endAt: number;
  /** Index after the last octet that was understood: after End, at a truncated option, or `end`. */
  readonly stop: number;
  /** Whether there are more options at `stop` that are not read because there are too many. */
  readonly unread?: boolean;
}

/** Names of the values of option 53 (IANA “BOOTP Vendor Extensions and DHCP Options”, message type 53 values). */
export { MESSAGE_TYPES } from './options/message-types';

export * from './layout';

const MESSAGE_TYPE = 53;

interface Parsed {
  readonly options: RawOption[];
  readonly areas: OptionArea[];
  readonly truncated: TruncatedOption[];
  readonly overload: number;
}

/** Returned by `locate` if the full list of options is needed. */
const ASK = -2;

const NOTHING: Parsed = { options: [], areas: [], truncated: [], overload: 0 };

/**
 * A DHCPv4 or BOOTP message, read in place (RFC 2131 §2 figure 1, RFC 951 §3). Reading makes no copy; options are
 * looked up when first requested. Any octets are accepted: a field beyond the message's end reads as 0 or as empty.
 */
export class Message4 {
  private parsed: Parsed | undefined;

  private constructor(
    /** The array that holds the message. */
    readonly bytes: Uint8Array,
    /** Index in `bytes` of the message's first octet. */
    readonly at: number,
    /** Index in `bytes` after its last octet. */
    readonly end: number,
    /** Which buffer `bytes` is (see `Span.buffer`): 0 for the frame itself. */
    readonly buffer: number,
    /** The table of its options. */
    readonly rows: OptionTable,
  ) {}

  /** Reads the message from `at` up to (not including) `end` of `bytes`. Never throws; both are clipped to the array. */
  static read(bytes: Uint8Array, at: number, end: number, buffer = 0, rows = dhcpOptions): Message4 {
    const first = Math.max(0, Math.min(at, bytes.length));
    return new Message4(bytes, first, Math.max(first, Math.min(end, bytes.length)), buffer, rows);
  }

  /** Number of octets. */
  get length(): number {
    return this.end - this.at;
  }

  private octet(offset: number): number {
    return offset < this.length ? this.bytes[this.at + offset]! : 0;
  }
  private word(offset: number): number {
    return offset + 2 <= this.length ? u16(this.bytes, this.at + offset) : 0;
  }
  private long(offset: number): number {
    return offset + 4 <= this.length ? u32(this.bytes, this.at + offset) : 0;
  }

  /** 1 BOOTREQUEST (from a client or relay), 2 BOOTREPLY (from a server). */
  get op(): number {
    return this.octet(OFFSET.op);
  }
  /** Hardware type (IANA “ARP Parameters”); 1 is Ethernet. */
  get htype(): number {
    return this.octet(OFFSET.htype);
  }
  /** Number of octets of chaddr in use. */
  get hlen(): number {
    return this.octet(OFFSET.hlen);
  }
  /** How many relays the message has passed through. */
  get hops(): number {
    return this.octet(OFFSET.hops);
  }
  /** Transaction ID, an unsigned 32-bit number. */
  get xid(): number {
    return this.long(OFFSET.xid);
  }
  /** Seconds since the client began, according to the client. */
  get secs(): number {
    return this.word(OFFSET.secs);
  }
  get flags(): number {
    return this.word(OFFSET.flags);
  }
  /** The B flag: the client cannot receive unicast yet (RFC 2131 §2 figure 2). */
  get broadcast(): boolean {
    return (this.flags & 0x8000) !== 0;
  }
  /** The client's address, an unsigned 32-bit number like the other three. */
  get ciaddr(): number {
    return this.long(OFFSET.ciaddr);
  }
  get yiaddr(): number {
    return this.long(OFFSET.yiaddr);
  }
  get siaddr(): number {
    return this.long(OFFSET.siaddr);
  }
  get giaddr(): number {
    return this.long(OFFSET.giaddr);
  }
  /** The client's link-layer address as colon hex: `hlen` octets, at most the 16 that the field holds. Empty if hlen is 0. */
  get chaddr(): string {
    const available = Math.max(0, this.length - OFFSET.chaddr);
    return formatMac(this.bytes, this.at + OFFSET.chaddr, Math.min(this.hlen, CHADDR_LENGTH, available));
  }
  /** The whole field chaddr as text, up to the first NUL, if it holds more than `hlen` octets; else empty. */
  get chaddrText(): string {
    const end = OFFSET.chaddr + this.hlen;
    const goesOn = this.hlen < CHADDR_LENGTH && end < this.length && this.bytes[this.at + end] !== 0;
    return goesOn ? this.cString(OFFSET.chaddr, CHADDR_LENGTH) : '';
  }
  /** Server host name up to the first NUL, as on the wire (not `printable`). Empty if option 52 uses the field for options. */
  get sname(): string {
    return this.overload & 2 ? '' : this.cString(OFFSET.sname, SNAME_LENGTH);
  }
  /** Boot file name up to the first NUL, as on the wire (not `printable`). Empty if option 52 uses the field for options. */
  get file(): string {
    return this.overload & 1 ? '' : this.cString(OFFSET.file, FILE_LENGTH);
  }

  private cString(offset: number, size: number): string {
    const available = Math.min(size, this.length - offset);
    if (available <= 0) return '';
    const from = this.at + offset;
    let length = 0;
    while (length < available && this.bytes[from + length] !== 0) length++;
    return decodeText(this.bytes, from, length);
  }

  /** Whether the 236 octets up to and including `file` are present. */
  get hasFixedPart(): boolean {
    return this.length >= FIXED_LENGTH;
  }
  /** Whether the magic cookie 63 82 53 63 follows the fixed part. */
  get hasCookie(): boolean {
    return this.long(FIXED_LENGTH) === MAGIC_COOKIE;
  }

  /** Option 53. If the option is too long, its first octet. Undefined if it is missing or empty: the message is BOOTP. */
  messageType(): number | undefined {
    // Option 53 is nearly always the first.
    const first = this.at + OPTIONS_AT;
    if (first + 3 <= this.end && this.bytes[first] === MESSAGE_TYPE && this.bytes[first + 1] === 1 && this.hasCookie) {
      return this.bytes[first + 2]!;
    }
    const view = this.option(MESSAGE_TYPE);
    return view && view.length > 0 ? view.u8(0) : undefined;
  }

  /**
   * Index in `bytes` of the code octet of an option that appears once. -1 if the message has no such option. `ASK` if
   * that does not suffice: the option appears again, or option 52 adds areas. Most lookups end here, without making a
   * list of the options.
   */
  private locate(code: number): number {
    const { bytes, end } = this;
    if (!this.hasCookie) return -1;
    let found = -1;
    for (let at = this.at + OPTIONS_AT; at < end;) {
      const here = bytes[at]!;
      if (here === PAD) {
        at++;
        continue;
      }
      if (here === END) break;
      const next = at + 2 + (at + 1 < end ? bytes[at + 1]! : 0);
      if (at + 1 >= end || next > end) break;
      if (here === OVERLOAD || (here === code && found >= 0)) return ASK;
      if (here === code) found = at;
      at = next;
    }
    return found;
  }

  /**
   * The value octets of an option: all appearances joined if the table says so (RFC 3396), else the first. Undefined if
   * the option is missing.
   */
  option(code: number): View | undefined {
    const at = this.locate(code);
    if (at === ASK) return this.gathered(code);
    return at < 0 ? undefined : View.of(this.bytes, at + 2, this.bytes[at + 1]!, this.buffer);
  }

  /** As `option`, but from the list of all options. */
  private gathered(code: number): View | undefined {
    let first: RawOption | undefined;
    let pieces: Piece[] | undefined;
    for (const raw of this.options) {
      if (raw.code !== code) continue;
      if (!first) {
        first = raw;
        if (!isJoined(code, this.rows)) break;
      } else {
        pieces ??= [{ offset: first.at + 2, length: first.length }];
        pieces.push({ offset: raw.at + 2, length: raw.length });
      }
    }
    if (!first) return undefined;
    return pieces
      ? View.joined(this.bytes, pieces, this.buffer)
      : View.of(this.bytes, first.at + 2, first.length, this.buffer);
  }

  /** Whether the option appears. */
  has(code: number): boolean {
    const at = this.locate(code);
    if (at !== ASK) return at >= 0;
    for (const raw of this.options) if (raw.code === code) return true;
    return false;
  }
  /** Value of a one-octet option. Undefined if it is missing or has another length. */
  u8(code: number): number | undefined {
    const view = this.option(code);
    return view?.length === 1 ? view.u8(0) : undefined;
  }
  /** Value of a two-octet option. Undefined if it is missing or has another length. */
  u16(code: number): number | undefined {
    const view = this.option(code);
    return view?.length === 2 ? view.u16(0) : undefined;
  }
  /** Value of a four-octet option. Undefined if it is missing or has another length. */
  u32(code: number): number | undefined {
    const at = this.locate(code);
    if (at !== ASK) return at >= 0 && this.bytes[at + 1] === 4 ? u32(this.bytes, at + 2) : undefined;
    const view = this.gathered(code);
    return view?.length === 4 ? view.u32(0) : undefined;
  }
  /** The address in an option, an unsigned 32-bit number. Undefined if it is missing or not of 4 octets. */
  ip(code: number): number | undefined {
    return this.u32(code);
  }
  /** The addresses in an option, each an unsigned 32-bit number. Octets left over after the last whole address are ignored. */
  ips(code: number): number[] {
    const view = this.option(code);
    const out: number[] = [];
    if (view) for (let at = 0; at + 4 <= view.length; at += 4) out.push(view.u32(at));
    return out;
  }
  /** An option as text without trailing NULs, as on the wire (not `printable`). Undefined if it is missing. */
  text(code: number): string | undefined {
    const view = this.option(code);
    return view && trimmedText(view.bytes, view.start, view.length);
  }

  /**
   * Every appearance of every option: those of the options field, then of `file`, then of `sname` (RFC 2131 §4.1, RFC
   * 3396 §5).
   */
  get options(): readonly RawOption[] {
    return this.parse().options;
  }
  /** The runs of octets that hold options, in the same order. Empty if there is no magic cookie. */
  get areas(): readonly OptionArea[] {
    return this.parse().areas;
  }
  /** Whether End (255) closes the options field. */
  get ended(): boolean {
    const area = this.areas[0];
    return area !== undefined && area.endAt >= 0;
  }
  /**
   * Option 52: 1 means `file` holds options, 2 `sname`, 3 both; 0 means neither. Any other value has no effect and
   * reads as 0.
   */
  get overload(): number {
    return this.parse().overload;
  }
  /** Whether an option runs past the end of its area. */
  get truncated(): boolean {
    return this.parse().truncated.length > 0;
  }
  /** The first option that runs past the end of its area. */
  get truncatedOption(): TruncatedOption | undefined {
    return this.parse().truncated[0];
  }
  /** Every option that runs past the end of its area: at most one per area. */
  get truncatedOptions(): readonly TruncatedOption[] {
    return this.parse().truncated;
  }

  private parse(): Parsed {
    if (this.parsed) return this.parsed;
    if (!this.hasCookie) return (this.parsed = NOTHING);
    const options: RawOption[] = [];
    const truncated: TruncatedOption[] = [];
    const area = (name: Area, offset: number, end: number): OptionArea =>
      readArea(this.bytes, name, this.at + offset, end, options, truncated);
    const areas = [area('options', OPTIONS_AT, this.end)];
    let overload = 0;
    // Only option 52 in the options field counts, so look for it before reading the other areas (RFC 2132 §9.3).
    for (const raw of options) {
      if (raw.code !== OVERLOAD || raw.length !== 1) continue;
      const value = this.bytes[raw.at + 2]!;
      overload = value <= 3 ? value : 0;
      break;
    }
    if (overload & 1) areas.push(area('file', OFFSET.file, this.at + OFFSET.file + FILE_LENGTH));
    if (overload & 2) areas.push(area('sname', OFFSET.sname, this.at + OFFSET.sname + SNAME_LENGTH));
    return (this.parsed = { options, areas, truncated, overload });
  }
}

/** Reads the options from `start` up to `end`: code, length, value. Pad and End are single octets (RFC 2132 §2, §3.1, §3.2). */
function readArea(
  bytes: Uint8Array,
  area: Area,
  start: number,
  end: number,
  options: RawOption[],
  truncated: TruncatedOption[],
): OptionArea {
  let at = start;
  while (at < end) {
    const code = bytes[at]!;
    if (code === PAD) {
      at++;
      continue;
    }
    if (code === END) return { area, start, end, endAt: at, stop: at + 1 };
    const declared = at + 1 < end ? bytes[at + 1]! : 0;
    const available = Math.max(0, end - at - 2);
    if (at + 1 >= end || declared > available) {
      truncated.push({ at, code, declared, available, area });
      return { area, start, end, endAt: -1, stop: at };
    }
    if (options.length >= MOST_OPTIONS) return { area, start, end, endAt: -1, stop: at, unread: true };
    options.push({ code, at, length: declared, area });
    at += 2 + declared;
  }
  return { area, start, end, endAt: -1, stop: end };
}
