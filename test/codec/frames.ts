import { parseHex } from '../../src/codec/bytes';
import { describeFrame, type DecodedFrame } from '../../src/codec/frame';
import type { Field } from '../../src/codec/field';
import { dispatch } from '../../src/codec/layers';
import { Walk } from '../../src/codec/walk';

/** Frames made by hand for the tests of layers. Everything is hex text, so that a test shows the octets it speaks of. */

export const CLIENT = '02005e005301';
export const SERVER = '02005e0053fe';
export const BROADCAST = 'ffffffffffff';

export const octets = (text: string): Uint8Array => {
  const bytes = parseHex(text);
  if (!bytes) throw new Error(`not hex: ${text}`);
  return bytes;
};
const size = (text: string): number => octets(text).length;
export const h16 = (value: number): string => value.toString(16).padStart(4, '0');
export const h8 = (value: number): string => value.toString(16).padStart(2, '0');

/** RFC 1071, written anew for the tests: sums 16-bit words and folds after each. */
export function checksum(text: string): number {
  const bytes = octets(text);
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) {
    sum += bytes[i]! * 256 + (bytes[i + 1] ?? 0);
    if (sum > 65535) sum -= 65535;
  }
  return 65535 - sum;
}

export const eth = (type: number, payload: string, destination = BROADCAST, source = CLIENT): string =>
  destination + source + h16(type) + payload;

export interface Ipv4Fields {
  source?: string;
  destination?: string;
  /** Flags and fragment offset. */
  fragment?: number;
  options?: string;
  id?: number;
  total?: number;
  ttl?: number;
}

export function ip4(protocol: number, payload: string, fields: Ipv4Fields = {}): string {
  const { source = '0a430064', destination = '0a430001', fragment = 0, options = '', id = 0x1234, ttl = 64 } = fields;
  const header = 20 + size(options);
  const total = fields.total ?? header + size(payload);
  const head = `${h8(0x40 + header / 4)}00${h16(total)}${h16(id)}${h16(fragment)}${h8(ttl)}${h8(protocol)}`;
  const tail = source + destination + options;
  return `${head}${h16(checksum(`${head}0000${tail}`))}${tail}${payload}`;
}

export const V6_SOURCE = 'fe800000000000000000000000000001';
export const V6_DESTINATION = 'ff020000000000000000000000010002';

export const ip6 = (next: number, payload: string, source = V6_SOURCE, destination = V6_DESTINATION): string =>
  `60000000${h16(size(payload))}${h8(next)}40${source}${destination}${payload}`;

/** A UDP datagram; its checksum is 0 (none) unless given. */
export const udp = (
  source: number,
  destination: number,
  payload: string,
  sum = 0,
  length = 8 + size(payload),
): string => h16(source) + h16(destination) + h16(length) + h16(sum) + payload;

/** The smallest DISCOVER: fixed fields, cookie, option 53, end. */
export const DISCOVER = `01010600deadbeef${'00'.repeat(20)}${CLIENT}${'00'.repeat(10 + 64 + 128)}63825363350101ff`;
/** A SOLICIT without options. */
export const SOLICIT = '01abcdef';

export const dhcpDatagram = udp(68, 67, DISCOVER);
export const dhcpPacket = ip4(17, dhcpDatagram, { source: '00000000', destination: 'ffffffff' });

/** Walks hex as a frame of `linkType`. */
export function walkOf(text: string, linkType = 1, wireLength?: number): Walk {
  const bytes = octets(text);
  return new Walk(dispatch).run(bytes, 0, bytes.length, linkType, wireLength);
}

/** The ids of the layers found. */
export function ids(walk: Walk): string {
  return walk.layers
    .slice(0, walk.depth)
    .map((layer) => layer.id)
    .join(' ');
}

export const idsOf = (text: string, linkType = 1): string => ids(walkOf(text, linkType));

export const decode = (text: string, linkType = 1, wireLength?: number): DecodedFrame =>
  describeFrame(walkOf(text, linkType, wireLength));

/** All nodes of a tree, each before its children. */
export function* nodes(fields: readonly Field[]): Generator<Field> {
  for (const field of fields) {
    yield field;
    if (field.children) yield* nodes(field.children);
  }
}

/** Text of the first node with this key; undefined where there is none. */
export function textOf(frame: DecodedFrame, key: string): string | undefined {
  for (const field of nodes(frame.tree)) if (field.key === key) return field.text;
  return undefined;
}

/** The octets of a frame that no leaf of its tree covers. */
export function uncovered(frame: DecodedFrame, length: number): number[] {
  const seen = new Uint8Array(length);
  for (const field of nodes(frame.tree)) {
    if (field.children && field.children.length > 0) continue;
    for (const span of [field, ...(field.more ?? [])]) {
      if (!span.buffer) seen.fill(1, span.offset, span.offset + span.length);
    }
  }
  return [...seen.keys()].filter((i) => seen[i] === 0);
}
