import { decodeText, encodeText, formatIpv4, formatIpv6, parseHex, parseIpv4, parseIpv6, printable } from '../bytes';
import type { Data, Field } from '../field';
import { atLeast, cannotEncode, exactly, type Decoded, type Size, type ValueType } from './type';

/** Names for the values of a number, e.g. message types. */
export type Names = Readonly<Record<number, string>>;

export interface UintOptions {
  /** Names for the values; a value without a name is shown as a number. */
  readonly names?: Names;
  /** The unit, e.g. `octets`. Shown after the number. */
  readonly unit?: string;
  /** Whether the text also shows the number as hex digits. */
  readonly hex?: boolean;
  readonly name?: string;
}

function readUint(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + bytes[at + i]!;
  return value;
}

/** Writes an unsigned number of `size` octets (1 … 6). Throws RangeError if it does not fit. */
export function uintOctets(value: Data, size: number): Uint8Array {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value >= 256 ** size) {
    return cannotEncode(`an unsigned number of ${size} octets`, value);
  }
  const out = new Uint8Array(size);
  let rest = value;
  for (let i = size - 1; i >= 0; i--) {
    out[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return out;
}

/** An unsigned big-endian number of 1 to 6 octets. Data: a number, even if it has a name; `value`: its name if it has one. */
export function uint(size: 1 | 2 | 3 | 4 | 6, options: UintOptions = {}): ValueType {
  const { names, unit } = options;
  return {
    name: options.name ?? `${size * 8}-bit unsigned number`,
    size: exactly(size),
    decode(view) {
      const data = readUint(view.bytes, view.start, size);
      const known = names?.[data];
      if (known !== undefined) return { data, value: known, text: `${known} (${data})` };
      const digits = options.hex ? `0x${data.toString(16).padStart(size * 2, '0')}` : String(data);
      if (names) return { data, value: digits, text: `${digits} (not assigned)` };
      return { data, value: digits, text: unit ? `${digits} ${unit}` : digits };
    },
    encode: (data) => uintOctets(data, size),
  };
}

/** A signed big-endian 32-bit number (two's complement) in `unit`. */
export function int32(unit?: string): ValueType {
  return {
    name: '32-bit signed number',
    size: exactly(4),
    decode(view) {
      const data = view.u32(0) | 0;
      return { data, value: String(data), text: unit ? `${data} ${unit}` : String(data) };
    },
    encode(data) {
      if (typeof data !== 'number' || !Number.isInteger(data) || data < -(2 ** 31) || data >= 2 ** 31) {
        return cannotEncode('a signed number of 32 bits', data);
      }
      return uintOctets(data >>> 0, 4);
    },
  };
}

/** A duration in words: `1 day 2 hours`. */
export function duration(seconds: number): string {
  if (seconds === 0xffffffff) return 'infinite';
  const units: [number, string][] = [
    [86400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ];
  const parts: string[] = [];
  let rest = seconds;
  for (const [size, name] of units) {
    const count = Math.floor(rest / size);
    if (count > 0) parts.push(`${count} ${name}${count === 1 ? '' : 's'}`);
    rest %= size;
  }
  return parts.length > 0 ? parts.join(' ') : '0 seconds';
}

/** A time in seconds, of 2 or 4 octets; 0xffffffff means infinity (RFC 2131 §3.3). Data: a number of seconds. */
export function seconds(size: 2 | 4 = 4): ValueType {
  return {
    name: 'seconds',
    size: exactly(size),
    decode(view) {
      const data = readUint(view.bytes, view.start, size);
      const words = duration(data);
      return { data, value: String(data), text: data < 60 ? `${data} s` : `${data} s (${words})` };
    },
    encode: (data) => uintOctets(data, size),
  };
}

/** One octet, 0 or 1 (“disable” and “enable” in RFC 2132). Data: a boolean; any other octet is given as a number. */
export function flag(yes = 'yes', no = 'no'): ValueType {
  return {
    name: 'yes or no',
    size: exactly(1),
    decode(view) {
      const octet = view.u8(0);
      if (octet > 1) return { data: octet, value: String(octet), text: `${octet} (neither 0 nor 1)` };
      return { data: octet === 1, value: octet === 1 ? 'true' : 'false', text: octet === 1 ? yes : no };
    },
    encode: (data) => (typeof data === 'boolean' ? Uint8Array.of(data ? 1 : 0) : uintOctets(data, 1)),
  };
}

/** An IPv4 address. Data: dotted decimal. */
export const ipv4: ValueType = {
  name: 'IPv4 address',
  size: exactly(4),
  decode(view) {
    const value = formatIpv4(view.bytes, view.start);
    return { data: value, value };
  },
  encode(data) {
    const address = typeof data === 'string' ? parseIpv4(data) : undefined;
    return address === undefined ? cannotEncode('an IPv4 address', data) : uintOctets(address, 4);
  },
};

/** An IPv6 address. Data: the text form of RFC 5952. */
export const ipv6: ValueType = {
  name: 'IPv6 address',
  size: exactly(16),
  decode(view) {
    const value = formatIpv6(view.bytes, view.start);
    return { data: value, value };
  },
  encode(data) {
    const address = typeof data === 'string' ? parseIpv6(data) : undefined;
    return address ?? cannotEncode('an IPv6 address', data);
  },
};

/** A link-layer address (6 octets on Ethernet) as colon hex. Data: colon hex. */
export function mac(size: Size = exactly(6)): ValueType {
  return {
    name: 'link-layer address',
    size,
    decode(view) {
      const value = view.hex(0, view.length, ':');
      return { data: value, value };
    },
    encode(data) {
      const address = typeof data === 'string' ? parseHex(data) : undefined;
      return address ?? cannotEncode('a link-layer address', data);
    },
  };
}

/**
 * Text. Shown without the NUL octets that many senders append (RFC 2132 §2 asks receivers to delete them). If the
 * octets are not UTF-8, each becomes one character. Data: the text without trailing NULs; other NULs are kept.
 */
export function text(size: Size = atLeast(1), name = 'text'): ValueType {
  return {
    name,
    size,
    decode(view): Decoded {
      let end = view.length;
      while (end > 0 && view.u8(end - 1) === 0) end--;
      const data = decodeText(view.bytes, view.start, end);
      const value = printable(data);
      const nuls = view.length - end;
      const shown = `“${value}”`;
      return { data, value, text: nuls > 0 ? `${shown} (and ${nuls} NUL octet${nuls === 1 ? '' : 's'})` : shown };
    },
    encode: (data) => (typeof data === 'string' ? encodeText(data) : cannotEncode('text', data)),
  };
}

/** A run of bits of a bit field. */
export interface BitRun {
  readonly mask: number;
  readonly name: string;
  /** Names for the values of the run, shifted down to bit 0. */
  readonly names?: Names;
}

/**
 * A number of 1, 2 or 4 octets whose bits have separate meanings. Bits without a run are shown as reserved. Data: the
 * number.
 */
export function bits(size: 1 | 2 | 4, runs: readonly BitRun[]): ValueType {
  const reserved = runs.reduce((left, run) => left & ~run.mask, size === 4 ? 0xffffffff : (1 << (8 * size)) - 1) >>> 0;
  return {
    name: 'flags',
    size: exactly(size),
    decode(view, context) {
      const data = readUint(view.bytes, view.start, size);
      const value = `0x${data.toString(16).padStart(size * 2, '0')}`;
      const said: string[] = [];
      const children: Field[] = runs.map((run) => {
        let shift = 0;
        while (((run.mask >>> shift) & 1) === 0) shift++;
        const part = ((data & run.mask) >>> 0) >>> shift;
        const known = run.names?.[part];
        const single = run.mask >>> shift === 1;
        const words = known ?? (single ? (part ? 'set' : 'not set') : String(part));
        if (part !== 0) said.push(known !== undefined || single ? (known ?? run.name) : `${run.name} ${part}`);
        return view.field(0, size, run.name, words, { key: context.key });
      });
      if (reserved !== 0) {
        const left = (data & reserved) >>> 0;
        children.push(
          view.field(0, size, 'Reserved', left === 0 ? '0' : `0x${left.toString(16)}`, { key: context.key }),
        );
      }
      return { data, value, text: said.length > 0 ? `${value} (${said.join(', ')})` : value, children };
    },
    encode: (data) => uintOctets(data, size),
  };
}
