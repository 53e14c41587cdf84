import { decodeText, printable } from '../../bytes';
import { struct } from '../../values/struct';
import { atLeast, bits, exactly, ipv4, octets, seconds, uint, type ValueType } from '../../values';
import { MESSAGE_TYPES } from '../options/message-types';
import { named, ruled, string } from './basic';
import { notText } from './text-rule';

/** Types of options for which an RFC forbids values that have a valid length. */

/** MIN_V6ONLY_WAIT (RFC 8925 §3.4), in seconds. */
const LEAST_V6ONLY_WAIT = 300;
/** How long a client should do without IPv4 (RFC 8925 §3.1). */
export const v6OnlyWait: ValueType = ruled(seconds(4), (view) =>
  view.u32(0) < LEAST_V6ONLY_WAIT
    ? `${view.u32(0)} s is less than the ${LEAST_V6ONLY_WAIT} s that clients wait at least (RFC 8925 §3.4).`
    : undefined,
);

/** A number with a least value that its RFC names. */
export const noLessThan = (size: 1 | 2, least: number, unit: string, rfc: string): ValueType =>
  ruled(uint(size, { unit }), (view) => {
    const value = size === 1 ? view.u8(0) : view.u16(0);
    return value < least ? `${value} is less than ${least}, the least lawful value (${rfc}).` : undefined;
  });

/** A message type (RFC 2132 §9.6 and its successors). */
export const messageType: ValueType = ruled(named(MESSAGE_TYPES), (view) =>
  MESSAGE_TYPES[view.u8(0)] === undefined ? `${view.u8(0)} is a message type that no RFC defines.` : undefined,
);

/** One domain name as text (RFC 2132 §3.17). */
export const oneDomain: ValueType = ruled(string, (view) => {
  const wrong = notText(view);
  if (wrong !== undefined) return wrong;
  const text = decodeText(view.bytes, view.start, view.length).replaceAll('\0', ' ').trim();
  return /[\s,;]/.test(text)
    ? `“${printable(text)}” holds several names, and the option is for one (RFC 2132 §3.17); option 119 lists several.`
    : undefined;
});

const UNICAST = 0x80;
/** Flags of sub-option 10 (RFC 5010 §3). */
export const relayFlags: ValueType = ruled(bits(1, [{ mask: UNICAST, name: 'Unicast' }]), (view) => {
  const reserved = view.u8(0) & ~UNICAST;
  return reserved === 0 ? undefined : `the bits 0x${reserved.toString(16)} must be zero (RFC 5010 §3).`;
});

/** The relay's authentication (RFC 4030 §4). The four bits before its RDM must be zero. */
export const relayProof: ValueType = ruled(
  struct('relay authentication', [
    { key: 'algorithm', name: 'Algorithm', type: named({ 0: 'reserved', 1: 'HMAC-SHA1' }) },
    { key: 'reserved', name: 'Reserved and RDM', type: uint(1, { hex: true }) },
    { key: 'replay', name: 'Replay detection', type: octets(exactly(8)) },
    { key: 'relay', name: 'Relay identifier', type: ipv4 },
    { key: 'information', name: 'Authentication information', type: octets(atLeast(0)), optional: true },
  ]),
  (view) => {
    const reserved = view.u8(1) & 0xf0;
    return reserved === 0 ? undefined : `the bits 0x${reserved.toString(16)} of octet 2 must be zero (RFC 4030 §4).`;
  },
);
