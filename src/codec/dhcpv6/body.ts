import { append } from '../append';
import { concat, formatIpv6, parseIpv6 } from '../bytes';
import type { Data, Field } from '../field';
import { uintOctets } from '../values/scalar';
import { cannotEncode, leftover, type Context } from '../values/type';
import { View } from '../view';
import { MESSAGE_TYPES6, RELAY_FORW, RELAY_REPL, type Message6 } from './message';
import { decodeOptions6, encodeOptions6, optionsData, type DecodedMessage6, type OptionTable6 } from './tlv';

export type { DecodedMessage6 } from './tlv';

/** Reads and writes whole messages by a given option table. `decode.ts` and `encode.ts` pass the registry's table. */

/** An option for the encoder: its value in the form of its type, or its octets as hex digits. */
export type OptionSpec6 = { code: number; value: Data } | { code: number; hex: string };

/** A message for the encoder. `type` is a name or a number. */
export type MessageSpec6 =
  | { type: string | number; xid: number; options: OptionSpec6[] }
  | { type: string | number; hops: number; link: string; peer: string; options: OptionSpec6[] };

/**
 * Builds the tree of a message. Never throws, whatever the octets. Structural problems are marked in the tree but not
 * reported.
 */
export function decodeBody6(message: Message6, context: Context, table: OptionTable6, buffer = 0): DecodedMessage6 {
  const { bytes, at, end } = message;
  const view = View.of(bytes, at, end - at, buffer);
  const fields: Field[] = [];
  const type = message.typeName;
  if (view.length > 0) {
    const number = message.type;
    const text = number in MESSAGE_TYPES6 ? `${type} (${number})` : `${number} (not assigned)`;
    fields.push(view.field(0, 1, 'Message type', text, { key: 'dhcpv6.msgtype' }));
  }
  if (!message.hasHeader) {
    // The header of a relay message is read as far as it is present.
    const parts: readonly (readonly [at: number, size: number, make: () => Field])[] = message.isRelay
      ? [
          [1, 1, () => view.field(1, 1, 'Hop count', String(view.u8(1)), { key: 'dhcpv6.hopcount' })],
          [2, 16, () => view.field(2, 16, 'Link address', formatIpv6(bytes, at + 2), { key: 'dhcpv6.linkaddr' })],
        ]
      : [];
    let read = 1;
    for (const [from, size, make] of parts) {
      if (from + size > view.length) break;
      fields.push(make());
      read = from + size;
    }
    if (view.length > read) fields.push(leftover(view, read, 'Rest of the header'));
    return { message, type, fields, options: [] };
  }
  if (message.isRelay) {
    fields.push(
      view.field(1, 1, 'Hop count', String(message.hops), { key: 'dhcpv6.hopcount' }),
      view.field(2, 16, 'Link address', formatIpv6(bytes, at + 2), { key: 'dhcpv6.linkaddr' }),
      view.field(18, 16, 'Peer address', formatIpv6(bytes, at + 18), { key: 'dhcpv6.peeraddr' }),
    );
  } else {
    fields.push(view.field(1, 3, 'Transaction ID', xidText(message.xid), { key: 'dhcpv6.xid' }));
  }
  const inside: Context = { ...context, key: 'dhcpv6.option' };
  const decoded = decodeOptions6(bytes, at + message.headerLength, end, inside, table, buffer);
  append(fields, decoded.fields);
  return { message, type, fields, options: decoded.options };
}

/** A transaction id as text: `0x3903f3`. */
export function xidText(xid: number): string {
  return `0x${xid.toString(16).padStart(6, '0')}`;
}

/** A decoded message in the encoder's form. Undefined if its header is cut, which that form cannot express. */
export function messageSpec6(decoded: DecodedMessage6): MessageSpec6 | undefined {
  const { message } = decoded;
  if (!message.hasHeader) return undefined;
  const type = MESSAGE_TYPES6[message.type] ?? message.type;
  const options = optionsData(decoded.options) as OptionSpec6[];
  return message.isRelay
    ? { type, hops: message.hops, link: message.linkAddress()!, peer: message.peerAddress()!, options }
    : { type, xid: message.xid, options };
}

const TYPE_NUMBERS: ReadonlyMap<string, number> = new Map(
  Object.entries(MESSAGE_TYPES6).map(([number, name]) => [name, Number(number)]),
);

/** Writes a message. Throws RangeError if `spec` is not a message. */
export function encodeBody6(spec: Data, table: OptionTable6): Uint8Array {
  if (spec === null || typeof spec !== 'object' || Array.isArray(spec)) return cannotEncode('a message', spec);
  const type = typeof spec['type'] === 'string' ? TYPE_NUMBERS.get(spec['type']) : spec['type'];
  if (typeof type !== 'number') return cannotEncode('a message type', spec['type'] ?? null);
  const options = encodeOptions6(spec['options'] ?? [], table);
  if (type !== RELAY_FORW && type !== RELAY_REPL) {
    return concat([uintOctets(type, 1), uintOctets(spec['xid'] ?? null, 3), options]);
  }
  const address = (text: Data | undefined): Uint8Array =>
    (typeof text === 'string' ? parseIpv6(text) : undefined) ?? cannotEncode('an IPv6 address', text ?? null);
  return concat([
    uintOctets(type, 1),
    uintOctets(spec['hops'] ?? null, 1),
    address(spec['link']),
    address(spec['peer']),
    options,
  ]);
}
