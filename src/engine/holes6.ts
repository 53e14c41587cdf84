import { u16 } from '../codec/bytes';
import {
  HEADER_LENGTH,
  LONGEST_DUID,
  OPTION_CLIENTID,
  OPTION_HEADER,
  OPTION_RELAY_MSG,
  RELAY_FORW,
  RELAY_REPL,
} from '../codec/dhcpv6/message';
import { HoleFinder, MAC, MOST_HOLES } from './holes';
import { Form } from './stencil';

/** Message types that a server sends to its client, or a relay for it (RFC 8415 §7.3). */
const ADVERTISE = 2;
const REPLY = 7;
const RELEASE = 8;
const INFORMATION_REQUEST = 11;

/** Where in the header of IPv6 these fields stand (RFC 8200 §3), and octets of an address and of what in it names the interface. */
const FLOW_LABEL = 2;
const SOURCE = 8;
const DESTINATION = 24;
const IPV6 = 16;
const INTERFACE_ID = 8;
/** peer-address of a relay message (RFC 8415 §9). */
const PEER_ADDRESS = 18;

// Options whose values are holes, and those in which others stand (RFC 8415 §21, RFC 4649, RFC 4580, RFC 4704, RFC 6939).
const IA_NA = 3;
const IA_TA = 4;
const IA_ADDRESS = 5;
const ELAPSED_TIME = 8;
const INTERFACE = 18;
const IA_PD = 25;
const IA_PREFIX = 26;
const REMOTE_ID = 37;
const SUBSCRIBER_ID = 38;
const FQDN = 39;
const LINK_LAYER_ADDRESS = 79;

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
    this.fromClient = !this.toClient && ((type >= 1 && type <= RELEASE + 1) || type === INFORMATION_REQUEST);
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
    const offset = value - start;
    const end = value + length;
    switch (code) {
      case OPTION_CLIENTID:
        // One without octets names nobody; elsewhere, or twice, it is something else.
        if (this.named || within !== Within.Message || length === 0 || length > LONGEST_DUID) return false;
        this.named = true;
        this.places.id = this.hole(offset, length);
        this.places.idLength = length;
        return true;
      case OPTION_RELAY_MSG:
        return within === Within.Relay && this.digMessage(bytes, start, value, end, depth + 1);
      case IA_NA:
      case IA_PD:
        return this.digContainer(bytes, start, value, end, 12, depth);
      case IA_TA:
        return this.digContainer(bytes, start, value, end, 4, depth);
      case IA_ADDRESS:
        if (depth > DEEPEST) return false;
        if (length < 24) return this.digShort(offset, Math.min(length, IPV6));
        this.hole(offset, IPV6);
        return this.digOptions(bytes, start, value + 24, end, Within.Option, depth + 1);
      case IA_PREFIX:
        if (depth > DEEPEST) return false;
        if (length < 25) return this.digShort(offset + 9, length - 9);
        this.hole(offset + 9, IPV6);
        return this.digOptions(bytes, start, value + 25, end, Within.Option, depth + 1);
      case ELAPSED_TIME:
        this.holeBehind(offset, length, 0);
        return true;
      case FQDN:
        this.holeBehind(offset, length, 1);
        return true;
      case LINK_LAYER_ADDRESS:
        this.holeBehind(offset, length, 2);
        return true;
      case REMOTE_ID:
        this.holeBehind(offset, length, 4);
        return true;
      case INTERFACE:
      case SUBSCRIBER_ID:
        this.holeBehind(offset, length, 0);
        return true;
      default:
        return true;
    }
  }

  /** An identity association: its IAID, and the options behind its header. */
  private digContainer(
    bytes: Uint8Array,
    start: number,
    value: number,
    end: number,
    header: number,
    depth: number,
  ): boolean {
    if (depth > DEEPEST) return false;
    if (end - value < header) return this.digShort(value - start, Math.min(end - value, 4));
    this.hole(value - start, 4);
    return this.digOptions(bytes, start, value + header, end, Within.Option, depth + 1);
  }

  /** What there is of a field in an option that was cut. False where it was not cut: then its length is a fault. */
  private digShort(offset: number, length: number): boolean {
    if (this.cut && length > 0) this.hole(offset, length);
    return this.cut;
  }

  /** What stands behind so many octets of a value. */
  private holeBehind(offset: number, length: number, kept: number): void {
    if (length > kept) this.hole(offset + kept, length - kept);
  }
}
