import { concat, parseHex, parseIpv4 } from '../../../codec/bytes';
import { OFFSET } from '../../../codec/dhcpv4';
import { encodeMessage4, type MessageSpec4, type OptionSpec4 } from '../../../codec/dhcpv4/encode';
import { foldedSum } from '../../../codec/ip/checksum';
import { uintOctets } from '../../../codec/values/scalar';
import type { HexPacket, TextNote } from '../form';

/** The programs whose words are read. */
export type From = 'tcpdump' | 'wireshark' | 'dhcpdump';

/** One DHCPv4 message as a program describes it. What the text does not tell is left out. */
export class Told {
  time: HexPacket['time'];
  /** Whether the time has a date. Otherwise it counts from midnight. */
  dated = true;
  /** Link-layer source and destination. */
  ethernet: readonly [string, string] | undefined;
  vlans: number[] = [];
  addresses: readonly [string, string] | undefined;
  tos = 0;
  ttl = 64;
  id = 0;
  flags = 0;
  ports: readonly [number, number] | undefined;
  /** Octets of the message. */
  length: number | undefined;
  /** The fixed fields. */
  readonly fields: { -readonly [K in keyof MessageSpec4]: MessageSpec4[K] } = {};
  /** Undefined until the text says that the message has options. */
  options: OptionSpec4[] | undefined;
  /** Options whose value the text does not give exactly. */
  readonly leftOut: number[] = [];
  /** What keeps the message from being read. */
  fault: string | undefined;

  /** `line` is 1-based. */
  constructor(readonly line: number) {}

  /** Adds an option; without `hex`, its value cannot be told from the text. */
  option(code: number, hex: string | undefined): void {
    if (code === 0 || code === 255) return;
    if (hex === undefined) this.leftOut.push(code);
    else (this.options ??= []).push({ code, hex });
  }
}

/** Sets a fixed field to what the text has there. */
export function set(told: Told, key: keyof typeof OFFSET, value: string): void {
  Object.assign(told.fields, { [key]: OFFSET[key] < OFFSET.ciaddr ? Number(value) : value });
}

/** The octets of a message, in as many headers as the text tells of. Undefined, and a note, if that is impossible. */
export function packetOf(told: Told, from: From, notes: TextNote[]): HexPacket | undefined {
  const { line, fields, leftOut } = told;
  const note = (text: string): void => void notes.push({ line, text });
  // Without its type it would be a message of BOOTP.
  if (leftOut.includes(53)) told.fault ??= 'its type is not told';
  // tcpdump leaves out what is 0; the others print every field.
  if (from !== 'tcpdump' && FIXED.some((key) => fields[key] === undefined)) told.fault ??= 'fields of it are missing';
  if (told.fault !== undefined) return void note(`The message from here on was passed over: ${told.fault}.`);
  // In an overloaded message, the text of the fields is that of options.
  const overloaded = told.options?.some(({ code }) => code === OVERLOAD);
  if (overloaded) {
    leftOut.push(OVERLOAD);
    fields.sname = fields.file = '';
  }
  const options = told.options?.filter(({ code }) => code !== OVERLOAD);
  let bytes: Uint8Array;
  try {
    bytes = encodeMessage4({
      ...fields,
      ...(options ? { options } : {}),
      minimumSize: Math.min(told.length ?? 300, 1472),
    });
  } catch {
    return void note('The message from here on was passed over: its values do not fit their fields.');
  }
  if (leftOut.length > 0)
    note(
      `The text does not give the value of ${leftOut.length === 1 ? 'option' : 'options'} ${leftOut.join(', ')} octet by octet: left out.`,
    );
  const { ports, addresses, ethernet } = told;
  let start: NonNullable<HexPacket['words']>['start'] = 'dhcp';
  if (ports) {
    start = 'udp';
    // A checksum of 0 says that there is none (RFC 768).
    bytes = concat([word(ports[0]), word(ports[1]), word(8 + bytes.length), word(0), bytes]);
    if (addresses) {
      start = 'ipv4';
      const header = concat([
        Uint8Array.of(0x45, told.tos),
        word(20 + bytes.length),
        word(told.id),
        Uint8Array.of(told.flags, 0, told.ttl, 17, 0, 0),
        ...addresses.map((one) => uintOctets(parseIpv4(one)!, 4)),
      ]);
      header.set(word(~foldedSum(header, 0, header.length)), 10);
      bytes = concat([header, bytes]);
      if (ethernet) {
        start = 'ethernet';
        const tags = told.vlans.flatMap((id) => [word(0x8100), word(id)]);
        bytes = concat([parseHex(ethernet[1])!, parseHex(ethernet[0])!, ...tags, word(0x0800), bytes]);
      }
    }
  }
  const words = { from, start, dated: told.dated };
  return { bytes, line, words, ...(told.time ? { time: told.time } : {}) };
}

const OVERLOAD = 52;
const FIXED = ['op', 'htype', 'hlen', 'xid', 'flags', 'ciaddr', 'yiaddr', 'siaddr', 'giaddr', 'chaddr'] as const;

const word = (value: number): Uint8Array => uintOctets(value & 0xffff, 2);

/** Link-layer address in colon hex. */
export const MAC = '[0-9a-f]{2}(?::[0-9a-f]{2}){5}';

/** A number as an option's value of `size` octets. Undefined if it does not fit. */
export function numberHex(text: string, size: number): string | undefined {
  const value = Number(text);
  if (!(size === 1 || size === 2 || size === 4) || !Number.isInteger(value)) return undefined;
  const whole = value < 0 ? value + 256 ** size : value;
  const hex = whole.toString(16).padStart(2 * size, '0');
  return whole >= 0 && hex.length === 2 * size ? hex : undefined;
}

/** Addresses as octets, if they are `length` octets together. */
export function addressesHex(list: readonly string[], length: number): string | undefined {
  const numbers = list.map(parseIpv4);
  if (4 * list.length !== length || numbers.includes(undefined)) return undefined;
  return numbers.map((one) => numberHex(String(one), 4)).join('');
}

/** A text as octets, if it is `length` octets. */
export function textHex(text: string, length: number): string | undefined {
  const octets = new TextEncoder().encode(text);
  return octets.length === length ? hexOf(octets) : undefined;
}

/** Octets as digits. */
export function hexOf(octets: Iterable<number>): string {
  return Array.from(octets, (one) => one.toString(16).padStart(2, '0')).join('');
}

/** Digits with separators as octets, if they are `length` octets. */
export function digitsHex(text: string, length: number): string | undefined {
  const digits = text.replace(/[: ]/g, '');
  return digits.length === 2 * length && /^[0-9a-f]*$/i.test(digits) ? digits : undefined;
}

/** A time of capture from a date (optional) and a time of day. Undefined if there is no such day. */
export function timeOf(date: string | undefined, clock: string): HexPacket['time'] {
  const [whole = '', fraction = ''] = clock.split('.');
  const milliseconds = Date.parse(`${date ?? '1970-01-01'}T${whole}Z`);
  if (Number.isNaN(milliseconds)) return undefined;
  return { seconds: milliseconds / 1000, nanoseconds: Number(fraction.slice(0, 9).padEnd(9, '0')) };
}
