import { formatIpv6, hex, u16, u32 } from '../bytes';
import type { Names } from '../values/scalar';
import { View } from '../view';

/** DHCPv6 message types (IANA “DHCPv6 Parameters”, Message Types). */
export const MESSAGE_TYPES6: Names = {
  1: 'SOLICIT',
  2: 'ADVERTISE',
  3: 'REQUEST',
  4: 'CONFIRM',
  5: 'RENEW',
  6: 'REBIND',
  7: 'REPLY',
  8: 'RELEASE',
  9: 'DECLINE',
  10: 'RECONFIGURE',
  11: 'INFORMATION-REQUEST',
  12: 'RELAY-FORW',
  13: 'RELAY-REPL',
  14: 'LEASEQUERY',
  15: 'LEASEQUERY-REPLY',
  16: 'LEASEQUERY-DONE',
  17: 'LEASEQUERY-DATA',
  18: 'RECONFIGURE-REQUEST',
  19: 'RECONFIGURE-REPLY',
  20: 'DHCPV4-QUERY',
  21: 'DHCPV4-RESPONSE',
  22: 'ACTIVELEASEQUERY',
  23: 'STARTTLS',
  24: 'BNDUPD',
  25: 'BNDREPLY',
  26: 'POOLREQ',
  27: 'POOLRESP',
  28: 'UPDREQ',
  29: 'UPDREQALL',
  30: 'UPDDONE',
  31: 'CONNECT',
  32: 'CONNECTREPLY',
  33: 'DISCONNECT',
  34: 'STATE',
  35: 'CONTACT',
  36: 'ADDR-REG-INFORM',
  37: 'ADDR-REG-REPLY',
};

/** The types that the code refers to. Three have the names of DHCPv4 types. */
export const SOLICIT = 1;
export const ADVERTISE = 2;
export const REQUEST6 = 3;
export const CONFIRM = 4;
export const RENEW = 5;
export const REBIND = 6;
export const REPLY = 7;
export const RELEASE6 = 8;
export const DECLINE6 = 9;
export const RECONFIGURE = 10;
export const INFORMATION_REQUEST = 11;
export const RELAY_FORW = 12;
export const RELAY_REPL = 13;
export const LEASEQUERY6 = 14;
export const LEASEQUERY_REPLY = 15;
/** What asks about leases and answers (RFC 5007, RFC 5460, RFC 7653): LEASEQUERY, -REPLY, -DONE, -DATA, ACTIVELEASEQUERY. */
export const QUERY_TYPES6: ReadonlySet<number> = new Set([LEASEQUERY6, LEASEQUERY_REPLY, 16, 17, 22]);
/** What servers send to clients: ADVERTISE, REPLY and RECONFIGURE (RFC 9915 §7.3). */
export const SERVER_TYPES6: ReadonlySet<number> = new Set([ADVERTISE, REPLY, RECONFIGURE]);
export const OPTION_CLIENTID = 1;
const OPTION_SERVERID = 2;
export const OPTION_RELAY_MSG = 9;

/** By option code: number of octets before the options inside an option (RFC 9915 §21.4–§21.6, §21.21, §21.22). */
export const CONTAINERS6: Readonly<Record<number, number>> = { 3: 12, 4: 4, 5: 24, 25: 12, 26: 25 };

/** A message type's name; `type N` if the number is not assigned. */
export function messageType6(type: number): string {
  return MESSAGE_TYPES6[type] ?? `type ${type}`;
}

/** msg-type and transaction-id (RFC 9915 §8). */
export const HEADER_LENGTH = 4;
/** msg-type, hop-count, link-address and peer-address (RFC 9915 §9). */
const RELAY_HEADER = 34;
/** option-code and option-len (RFC 9915 §21.1). */
export const OPTION_HEADER = 4;

/** Deepest nesting of relay messages that is followed. RFC 9915 §7.6 lets relays stop at 8. */
export const MAX_RELAYS = 32;

/** One option as on the wire. */
export interface RawOption6 {
  readonly code: number;
  /** Index in `bytes` of the code's first octet. The value begins 4 octets later. */
  readonly at: number;
  /** Number of value octets that are present. */
  readonly length: number;
  /** Number of value octets that the length field claims; more than `length` if the option runs past the end. */
  readonly declared: number;
}

/**
 * Reads the options between `at` and `end`. The last may have fewer octets than it declares. One to three octets left
 * at the end hold no option; they begin where the last option ends.
 */
export function readOptions6(bytes: Uint8Array, at: number, end: number): RawOption6[] {
  const options: RawOption6[] = [];
  eachOption6(bytes, at, end, (code, at, length, declared) => options.push({ code, at, length, declared }));
  return options;
}

/** As `readOptions6`, without making a list: calls `visit` with the parts of each option, in wire order. */
export function eachOption6(
  bytes: Uint8Array,
  at: number,
  end: number,
  visit: (code: number, at: number, length: number, declared: number) => void,
): void {
  while (at + OPTION_HEADER <= end) {
    const declared = u16(bytes, at + 2);
    const length = Math.min(declared, end - at - OPTION_HEADER);
    visit(u16(bytes, at), at, length, declared);
    at += OPTION_HEADER + length;
  }
}

/**
 * A DHCPv6 message, read lazily: fields are read from the octets when requested, options are located once. Fields
 * beyond the available octets read as 0 (numbers) or `undefined`.
 */
export class Message6 {
  private found: readonly RawOption6[] | undefined;

  private constructor(
    /** The array that holds the octets. */
    readonly bytes: Uint8Array,
    /** Index of the message's first octet. */
    readonly at: number,
    /** Index after its last octet. */
    readonly end: number,
  ) {}

  /** The message in the octets from `at` up to `end`. Never throws: a message may be damaged, or empty. */
  static read(bytes: Uint8Array, at = 0, end = bytes.length): Message6 {
    return new Message6(bytes, at, Math.max(at, end));
  }

  /** msg-type (RFC 9915 §7.3). */
  get type(): number {
    return this.at < this.end ? this.bytes[this.at]! : 0;
  }
  /** The name of the type; `type N` if the number is not assigned. */
  get typeName(): string {
    return messageType6(this.type);
  }
  /** Whether this is a message between relay and server. These have a different header and no transaction id (RFC 9915 §9). */
  get isRelay(): boolean {
    const type = this.type;
    return type === RELAY_FORW || type === RELAY_REPL;
  }
  /** Number of octets before the options. */
  get headerLength(): number {
    return this.isRelay ? RELAY_HEADER : HEADER_LENGTH;
  }
  /** Whether the header is complete. */
  get hasHeader(): boolean {
    return this.end - this.at >= this.headerLength;
  }
  /** transaction-id, 24 bits; 0 for relay messages, which have none. */
  get xid(): number {
    return this.isRelay || !this.hasHeader ? 0 : u32(this.bytes, this.at) & 0xffffff;
  }
  /** hop-count: how many relays handled the message before this one. 0 for other messages. */
  get hops(): number {
    return this.isRelay && this.hasHeader ? this.bytes[this.at + 1]! : 0;
  }
  /** link-address: names the link where the client is. Undefined for other messages. */
  linkAddress(): string | undefined {
    return this.isRelay && this.hasHeader ? formatIpv6(this.bytes, this.at + 2) : undefined;
  }
  /**
   * peer-address: the node from which the relay received the message, or to which it forwards it. Undefined for other
   * messages.
   */
  peerAddress(): string | undefined {
    return this.isRelay && this.hasHeader ? formatIpv6(this.bytes, this.at + 18) : undefined;
  }

  /** The options of this message itself (not those inside options), in wire order. */
  get options(): readonly RawOption6[] {
    return (this.found ??= this.hasHeader ? readOptions6(this.bytes, this.at + this.headerLength, this.end) : []);
  }
  private find(code: number): RawOption6 | undefined {
    return this.options.find((option) => option.code === code);
  }
  /** Whether the option is present. */
  has(code: number): boolean {
    return this.find(code) !== undefined;
  }
  /** The value of the first option with this code. */
  option(code: number): View | undefined {
    const option = this.find(code);
    return option && View.of(this.bytes, option.at + OPTION_HEADER, option.length);
  }
  /** The option that runs past the end of the message. Only the last one can. */
  get truncatedOption(): RawOption6 | undefined {
    const last = this.options[this.options.length - 1];
    return last && last.length < last.declared ? last : undefined;
  }
  /** Octets after the last option that are too few for another: their index, and their number (0 … 3). */
  get remainder(): { readonly at: number; readonly length: number } {
    const last = this.options[this.options.length - 1];
    const at = last ? last.at + OPTION_HEADER + last.length : Math.min(this.end, this.at + this.headerLength);
    return { at, length: this.end - at };
  }

  /** The message that this relay message carries (option 9), one level down. */
  get relayed(): Message6 | undefined {
    const option = this.isRelay ? this.find(OPTION_RELAY_MSG) : undefined;
    return option && Message6.read(this.bytes, option.at + OPTION_HEADER, option.at + OPTION_HEADER + option.length);
  }
  /** The message to or from the client, inside any number of relay messages (up to `MAX_RELAYS`). */
  innermost(): Message6 {
    let message: Message6 = this; // eslint-disable-line @typescript-eslint/no-this-alias
    for (let i = 0; i < MAX_RELAYS; i++) {
      const next = message.relayed;
      if (!next) break;
      message = next;
    }
    return message;
  }

  private identifier(code: number): string | undefined {
    const option = this.find(code);
    return option && option.length > 0 ? hex(this.bytes, option.at + OPTION_HEADER, option.length) : undefined;
  }
  /** The client's DUID as hex digits. */
  clientDuid(): string | undefined {
    return this.identifier(OPTION_CLIENTID);
  }
  /** The server's DUID as hex digits. */
  serverDuid(): string | undefined {
    return this.identifier(OPTION_SERVERID);
  }
}
