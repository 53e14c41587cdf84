import { u16 } from '../codec/bytes';
import {
  ADVERTISE,
  CONTAINERS6,
  DECLINE6,
  HEADER_LENGTH,
  INFORMATION_REQUEST,
  LONGEST_DUID,
  OPTION_CLIENTID,
  OPTION_HEADER,
  OPTION_RELAY_MSG,
  RELAY_FORW,
  RELAY_REPL,
  REPLY,
  SOLICIT,
} from '../codec/dhcpv6/message';
import { HoleFinder, MAC, MOST_HOLES } from './holes';
import { Form } from './stencil';

/** Where in the header of IPv6 these fields stand (RFC 8200 §3), and octets of an address and of what in it names the interface. */
const FLOW_LABEL = 2;
const SOURCE = 8;
const DESTINATION = 24;
const IPV6 = 16;
const INTERFACE_ID = 8;
/** peer-address of a relay message (RFC 8415 §9). */
const PEER_ADDRESS = 18;

/** A field that goes to the end of its option. */
const REST = Infinity;
/**
 * By option code, the field that is a hole: where in the value it begins, and its octets (RFC 8415 §21, RFC 4649, RFC 4580, RFC 4704, RFC 6939).
 * Further options may stand behind it (`CONTAINERS6`).
 */
const FIELDS: Readonly<Record<number, readonly [at: number, length: number]>> = {
  3: [0, 4], // IAID of IA_NA, IA_TA and IA_PD
  4: [0, 4],
  25: [0, 4],
  5: [0, IPV6], // an address
  26: [9, IPV6], // a prefix
  8: [0, REST], // elapsed time
  18: [0, REST], // interface, subscriber
  38: [0, REST],
  37: [4, REST], // remote id, behind who defines it
  39: [1, REST], // the client's name, behind flags
  79: [2, REST], // link-layer address, behind its type
};

/** Relay messages, and options, in one another: more than are seen. */
const DEEPEST = 6;

/** What an option stands in. */
const enum Within {
  Relay = 0,
  Message = 1,
  Option = 2,
}

/**
 * Finds the holes of DHCPv6 messages: what names the client (its DUID, its addresses), xid, elapsed time, names, the addresses
 * and prefixes in identity associations, and what a relay says of the client's port. Times and status codes are none: rules look at them.
 * What is a hole depends on the options' codes and lengths alone, which are none.
 */
export class HoleFinder6 extends HoleFinder {
  /** Whether the client sends the frame, or gets it; neither where a relay and a server speak. */
  private fromClient = false;
  private toClient = false;
  private named = false;

  protected isPlain(bytes: Uint8Array, payload: number, end: number): boolean {
    if (end - payload < HEADER_LENGTH) return false;
    // A datagram over IPv6 must have a checksum (RFC 8200 §8.1).
    if (!this.cut && u16(bytes, payload - 2) === 0) return false;
    const type = bytes[payload]!;
    this.toClient = type === ADVERTISE || type === REPLY;
    this.fromClient = !this.toClient && ((type >= SOLICIT && type <= DECLINE6) || type === INFORMATION_REQUEST);
    this.named = false;
    return this.toClient || this.fromClient || type === RELAY_FORW || type === RELAY_REPL;
  }

  /** The client's link-layer address. */
  protected digAddress(_bytes: Uint8Array, _start: number, at: number, isSource: boolean): void {
    if (isSource ? this.fromClient : this.toClient) this.hole(at, MAC);
  }

  protected digDatagram(bytes: Uint8Array, start: number, ip: number, payload: number, end: number): boolean {
    const header = ip - start;
    this.form |= this.cut ? Form.Six : Form.Six | Form.Checksum;
    this.hole(header + FLOW_LABEL, 2);
    if (this.fromClient) this.hole(header + SOURCE + IPV6 - INTERFACE_ID, INTERFACE_ID);
    if (this.toClient) this.hole(header + DESTINATION + IPV6 - INTERFACE_ID, INTERFACE_ID);
    this.hole(payload - start - 2, 2);
    return this.digMessage(bytes, start, payload, end, 0) && this.named;
  }

  /** Digs the message from `at` up to `end`. */
  private digMessage(bytes: Uint8Array, start: number, at: number, end: number, depth: number): boolean {
    const type = bytes[at]!;
    const relay = type === RELAY_FORW || type === RELAY_REPL;
    const header = relay ? PEER_ADDRESS + IPV6 : HEADER_LENGTH;
    if (end - at < header || depth > DEEPEST) return false;
    if (relay) this.hole(at + PEER_ADDRESS + IPV6 - INTERFACE_ID - start, INTERFACE_ID);
    // A relay carries one message.
    else if (this.places.xid >= 0) return false;
    else this.places.xid = this.hole(at + 1 - start, HEADER_LENGTH - 1);
    return this.digOptions(bytes, start, at + header, end, relay ? Within.Relay : Within.Message, depth);
  }

  private digOptions(
    bytes: Uint8Array,
    start: number,
    at: number,
    end: number,
    within: Within,
    depth: number,
  ): boolean {
    while (at < end) {
      if (end - at < OPTION_HEADER) return this.cut;
      const code = u16(bytes, at);
      const declared = u16(bytes, at + 2);
      const value = at + OPTION_HEADER;
      // Of the last one there may be less.
      const length = this.cut ? Math.min(declared, end - value) : declared;
      at = value + length;
      if (at > end || this.count > MOST_HOLES - 4 || (length < declared && code === OPTION_CLIENTID)) return false;
      if (!this.digOption(bytes, start, code, value, length, within, depth)) return false;
    }
    return true;
  }

  private digOption(
    bytes: Uint8Array,
    start: number,
    code: number,
    value: number,
    length: number,
    within: Within,
    depth: number,
  ): boolean {
    const end = value + length;
    if (code === OPTION_CLIENTID) {
      // One without octets names nobody; elsewhere, or twice, it is something else.
      if (this.named || within !== Within.Message || length === 0 || length > LONGEST_DUID) return false;
      this.named = true;
      this.places.id = this.hole(value - start, length);
      this.places.idLength = length;
      return true;
    }
    if (code === OPTION_RELAY_MSG)
      return within === Within.Relay && this.digMessage(bytes, start, value, end, depth + 1);
    const field = FIELDS[code];
    if (!field) return true;
    const header = CONTAINERS6[code];
    // Too short is a fault, where it was not cut.
    if (header !== undefined && (depth > DEEPEST || (length < header && !this.cut))) return false;
    const [at, most] = field;
    if (length > at) this.hole(value + at - start, Math.min(length - at, most));
    if (header === undefined || length < header) return true;
    return this.digOptions(bytes, start, value + header, end, Within.Option, depth + 1);
  }
}
