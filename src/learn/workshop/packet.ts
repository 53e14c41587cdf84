import { concat, formatIpv4, formatMac, hex, parseHex, parseIpv4, u16 } from '../../codec/bytes';
import { dhcpOptions, Message4, OFFSET, OPTIONS_AT, optionName } from '../../codec/dhcpv4';
import { decodeMessage4, type DecodedOption } from '../../codec/dhcpv4/decode';
import { encodeValue } from '../../codec/dhcpv4/values/tlv';
import type { Data } from '../../codec/field';
import { uintOctets } from '../../codec/values/scalar';
import { datagram4, type Around } from '../made/frame';
import type { Edit, FormField, FormOption } from './types';

/** A DHCPv4 message in Ethernet II, IPv4 without options, and UDP: what the form can change. */
export interface Packet {
  readonly around: Around;
  readonly message: Uint8Array;
}

const MESSAGE_AT = 42;
const SMALLEST = 300;
/** Characters of a value in words that stand beside it. */
const SHORT = 40;

/** Takes a frame apart; undefined where it is of another kind. */
export function packetOf(frame: Uint8Array): Packet | undefined {
  if (frame.length < MESSAGE_AT + OPTIONS_AT || u16(frame, 12) !== 0x0800 || frame[14] !== 0x45 || frame[23] !== 17)
    return undefined;
  const around = {
    ethDestination: formatMac(frame, 0),
    ethSource: formatMac(frame, 6),
    source: formatIpv4(frame, 26),
    destination: formatIpv4(frame, 30),
    sourcePort: u16(frame, 34),
    destinationPort: u16(frame, 36),
  };
  const message = frame.slice(
    MESSAGE_AT,
    Math.min(frame.length, Math.max(14 + u16(frame, 16), MESSAGE_AT + OPTIONS_AT)),
  );
  return Message4.read(message, 0, message.length).hasCookie ? { around, message } : undefined;
}

/** The frame of a packet, with right lengths and checksums. */
export const frameOf = ({ around, message }: Packet): Uint8Array => datagram4(message, around);

type Kind = 'number' | 'hex' | 'ipv4' | 'mac' | 'text';
/** The fixed fields that the form has: place in the message, octets, and how they are written. */
const FIXED: readonly (readonly [id: string, label: string, at: number, size: number, kind: Kind])[] = [
  ['op', 'op', OFFSET.op, 1, 'number'],
  ['hops', 'hops', OFFSET.hops, 1, 'number'],
  ['xid', 'xid', OFFSET.xid, 4, 'hex'],
  ['secs', 'secs', OFFSET.secs, 2, 'number'],
  ['flags', 'flags', OFFSET.flags, 2, 'hex'],
  ['ciaddr', 'ciaddr', OFFSET.ciaddr, 4, 'ipv4'],
  ['yiaddr', 'yiaddr', OFFSET.yiaddr, 4, 'ipv4'],
  ['siaddr', 'siaddr', OFFSET.siaddr, 4, 'ipv4'],
  ['giaddr', 'giaddr', OFFSET.giaddr, 4, 'ipv4'],
  ['chaddr', 'chaddr', OFFSET.chaddr, 6, 'mac'],
  ['file', 'file', OFFSET.file, 128, 'text'],
];
const AROUND: readonly (readonly [id: keyof Around, label: string, kind: Kind])[] = [
  ['ethSource', 'Ethernet source', 'mac'],
  ['ethDestination', 'Ethernet destination', 'mac'],
  ['source', 'IP source', 'ipv4'],
  ['destination', 'IP destination', 'ipv4'],
  ['sourcePort', 'UDP source port', 'number'],
  ['destinationPort', 'UDP destination port', 'number'],
];

function written(message: Uint8Array, at: number, size: number, kind: Kind): string {
  if (kind === 'ipv4') return formatIpv4(message, at);
  if (kind === 'mac') return formatMac(message, at, size);
  if (kind === 'text') return Message4.read(message, 0, message.length).file;
  const value = message.subarray(at, at + size).reduce((sum, octet) => sum * 256 + octet, 0);
  return kind === 'hex' ? `0x${value.toString(16).padStart(2 * size, '0')}` : String(value);
}

/** The octets of a value as it was entered. Throws RangeError with a sentence where it is none of its kind. */
function octetsOf(text: string, size: number, kind: Kind): Uint8Array {
  const value = text.trim();
  if (kind === 'ipv4') {
    const address = parseIpv4(value);
    if (address === undefined) throw new RangeError(`“${value}” is no IPv4 address, such as 10.67.0.1.`);
    return uintOctets(address, 4);
  }
  if (kind === 'mac') {
    const octets = /^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(value) ? parseHex(value.replaceAll('-', ':')) : undefined;
    if (!octets) throw new RangeError(`“${value}” is no hardware address, such as 02:67:00:00:00:0c.`);
    return octets;
  }
  if (kind === 'text') {
    const octets = new TextEncoder().encode(value);
    if (octets.length >= size) throw new RangeError(`The text is longer than ${size - 1} octets.`);
    return concat([octets, new Uint8Array(size - octets.length)]);
  }
  const number = /^(0x[0-9a-f]+|\d+)$/i.test(value) ? Number(value) : NaN;
  if (!(number < 256 ** size)) throw new RangeError(`“${value}” is no number from 0 to ${256 ** size - 1}.`);
  return uintOctets(number, size);
}

/** The options as they stand, each with its value. */
function optionsOf(message: Uint8Array): { code: number; octets: Uint8Array }[] {
  const { options } = Message4.read(message, 0, message.length);
  return options
    .filter(({ area }) => area === 'options')
    .map(({ code, at, length }) => ({ code, octets: message.slice(at + 2, at + 2 + length) }));
}

function withOptions(message: Uint8Array, options: readonly { code: number; octets: Uint8Array }[]): Uint8Array {
  const parts = options.flatMap(({ code, octets }) => [Uint8Array.of(code, octets.length), octets]);
  const out = concat([message.subarray(0, OPTIONS_AT), ...parts, Uint8Array.of(255)]);
  return out.length < SMALLEST ? concat([out, new Uint8Array(SMALLEST - out.length)]) : out;
}

const isPlain = (data: Data): data is string | number | boolean =>
  ['string', 'number', 'boolean'].includes(typeof data);

/** A value as it is entered: in its type's own notation where that is words and numbers. */
function entered({ typed, data, hex: digits }: DecodedOption): string {
  if (typed && isPlain(data)) return String(data);
  if (typed && Array.isArray(data) && data.length > 0 && data.every(isPlain)) return data.join(', ');
  return `0x${digits}`;
}

/** Reads a value that was entered for an option: hex, or whatever of words, numbers and lists its type takes. */
function valueOf(code: number, text: string): Uint8Array {
  const value = text.trim();
  if (/^0x([0-9a-f]{2})*$/i.test(value)) return parseHex(value.slice(2)) ?? new Uint8Array(0);
  const one = (part: string): Data[] => [
    ...(/^\d+$/.test(part) ? [Number(part)] : []),
    ...(/^(true|false)$/.test(part) ? [part === 'true'] : []),
    part,
  ];
  const parts = value === '' ? [] : value.split(/\s*,\s*/);
  const lists = [parts.map((part) => one(part)[0]!), parts];
  for (const data of [...one(value), ...lists]) {
    try {
      const { octets } = encodeValue(dhcpOptions, { code, data });
      if (octets.length <= 255) return octets;
    } catch {
      // Not of this type: the next way of reading it.
    }
  }
  const type = dhcpOptions.get(code)?.type.name ?? 'octets';
  throw new RangeError(
    `“${value}” is no value of option ${code} (${type}). Octets can be entered as 0x and hex digits.`,
  );
}

/** The form of a packet. */
export function formOf({ around, message }: Packet): { fields: FormField[]; options: FormOption[] } {
  const fields = [
    ...AROUND.map(([id, label]) => ({ id, label, value: String(around[id]) })),
    ...FIXED.map(([id, label, at, size, kind]) => ({ id, label, value: written(message, at, size, kind) })),
  ];
  const decoded = decodeMessage4(Message4.read(message, 0, message.length), [], 0).options;
  const options = optionsOf(message).map(({ code, octets }, index) => {
    const same = decoded.find((option) => option.code === code && option.hex === hex(octets));
    const value = same ? entered(same) : `0x${hex(octets)}`;
    const says = same && same.text !== value && same.text.length <= SHORT ? `: ${same.text}` : '';
    return { index, code, name: optionName(code) + says, value };
  });
  return { fields, options };
}

/** The packet with one change of the form. Throws RangeError with a sentence where it cannot be made. */
export function edited(packet: Packet, edit: Exclude<Edit, { kind: 'octets' | 'repair' }>): Packet {
  const { around, message } = packet;
  const options = optionsOf(message);
  switch (edit.kind) {
    case 'field': {
      const outer = AROUND.find(([id]) => id === edit.id);
      if (outer) {
        const [id, , kind] = outer;
        octetsOf(edit.value, 2, kind);
        return {
          message,
          around: { ...around, [id]: kind === 'number' ? Number(edit.value) : edit.value.trim().replaceAll('-', ':') },
        };
      }
      const inner = FIXED.find(([id]) => id === edit.id);
      if (!inner) return packet;
      const [, , at, size, kind] = inner;
      const changed = message.slice();
      changed.set(octetsOf(edit.value, size, kind), at);
      return { around, message: changed };
    }
    case 'option': {
      const option = options[edit.index];
      if (option) option.octets = valueOf(option.code, edit.value);
      return { around, message: withOptions(message, options) };
    }
    case 'remove':
      options.splice(edit.index, 1);
      return { around, message: withOptions(message, options) };
    case 'add':
      if (edit.code < 1 || edit.code > 254) throw new RangeError('Options have numbers from 1 to 254.');
      options.push({ code: edit.code, octets: new Uint8Array(Math.max(0, smallest(edit.code))) });
      return { around, message: withOptions(message, options) };
  }
}

/** The fewest octets that a value of this option has. */
const smallest = (code: number): number => Math.min(255, dhcpOptions.get(code)?.type.size.min ?? 0);
