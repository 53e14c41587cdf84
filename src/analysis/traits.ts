import type { Dhcp } from '../ledger/packet';
import type { Packet } from './packet';

/*
 * What an exchange gathers of its messages while they are put together, a bit each: a rule says by them when it can have something to
 * say, and costs nothing elsewhere. A bit may be set where the rule then finds nothing, never the other way round.
 */

/** Traits of messages that are neither types nor options. */
export const TRAIT = {
  /** A relay handled it: giaddr or hops is set. */
  relayed: 1,
  /** It went between other ports than a client's and a server's, or a relay's and a server's. */
  otherPorts: 2,
  /** A client's message came from another link-layer address than its chaddr. */
  otherSource: 4,
  /** The client asked for broadcast replies. */
  broadcastFlag: 8,
  /** It is longer than what every client must accept. */
  large: 16,
  /** A message of the same type came before. */
  again: 32,
  /** It reads as a message to or from an address of the client's own (ciaddr). */
  hasAddress: 64,
} as const;

/** Octets of IP datagram that every client must accept (RFC 2131 §2), and of the headers in front of UDP's payload. */
export const LEAST_SIZE = 576;
export const HEADERS = 28;

/** When a rule can have something to say: what stands in each list is all one, and each list must be met. */
export interface When {
  readonly types?: readonly number[];
  readonly options?: readonly number[];
  readonly traits?: readonly number[];
}

/** The same as bits; 0 where everything will do. */
export interface Needs {
  readonly types: number;
  readonly options: number;
  readonly traits: number;
}

/** Types from here on share one bit: the wire has 256 of them, and those that rules ask for are far below (RFC 2132 §9.6, RFC 4388, RFC 6926, RFC 7724). */
const UNKNOWN_TYPE = 31;
export const bitOf = (type: number): number => 1 << Math.min(type, UNKNOWN_TYPE);

/** The bits that a rule needs. */
export function needsOf({ types = [], options = [], traits = [] }: When): Needs {
  const any = (bits: readonly number[]): number => bits.reduce((all, bit) => all | bit, 0);
  return { types: any(types.map(bitOf)), options: any(options.map(optionBit)), traits: any(traits) };
}

/** Options by whose presence rules say when they speak, a bit each. */
const WATCHED: readonly number[] = [
  1, 3, 6, 28, 51, 52, 54, 57, 58, 59, 60, 61, 80, 82, 90, 108, 116, 118, 121, 249, 252,
];

/** By code: the bit of a watched option, 0 for all others. */
const OPTION_BITS = new Int32Array(256);
WATCHED.forEach((code, place) => (OPTION_BITS[code] = 1 << place));

function optionBit(code: number): number {
  const bit = OPTION_BITS[code]!;
  if (bit === 0) throw new RangeError(`option ${code} is not watched`);
  return bit;
}

/** Which of the watched options a message has. */
export const optionsOf = (dhcp: Dhcp): number => dhcp.optionBits(OPTION_BITS);

/** The traits of one packet of a message. */
export function traitsOf(packet: Packet, fromClient: boolean): number {
  const dhcp = packet.dhcp!;
  const { sourcePort, destinationPort, ethSource } = packet;
  let traits = 0;
  const relayed = dhcp.giaddr !== 0;
  if (relayed || dhcp.hops !== 0) traits |= TRAIT.relayed;
  const usual = fromClient
    ? (sourcePort === 68 || (relayed && sourcePort === 67)) && destinationPort === 67
    : sourcePort === 67 && (destinationPort === 68 || (relayed && destinationPort === 67));
  if (!usual) traits |= TRAIT.otherPorts;
  if (fromClient && ethSource !== dhcp.chaddr) traits |= TRAIT.otherSource;
  if (dhcp.broadcast) traits |= TRAIT.broadcastFlag;
  if (packet.payloadLength + HEADERS > LEAST_SIZE) traits |= TRAIT.large;
  if (dhcp.ciaddr !== 0) traits |= TRAIT.hasAddress;
  return traits;
}
