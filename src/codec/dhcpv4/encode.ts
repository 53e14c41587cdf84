import { concat, encodeText, parseHex, parseIpv4 } from '../bytes';
import type { Data } from '../field';
import { cannotEncode, uintOctets } from '../values';
import { CHADDR_LENGTH, FILE_LENGTH, MAGIC_COOKIE, OFFSET, OPTIONS_AT, SNAME_LENGTH, type Area } from './message';
import { dhcpOptions, isJoined } from './options';
import { encodeValue } from './values/tlv';

/** An option to write: either `data` of its row's type, or the value's octets as `hex`. */
export interface OptionSpec4 {
  readonly code: number;
  readonly data?: Data;
  readonly hex?: string;
}

/** A message to write. Omitted members are 0 or empty. */
export interface MessageSpec4 {
  /** 1 BOOTREQUEST (default), 2 BOOTREPLY. */
  readonly op?: number;
  /** Hardware type; default 1 (Ethernet). */
  readonly htype?: number;
  /** Defaults to the number of octets of chaddr. */
  readonly hlen?: number;
  readonly hops?: number;
  readonly xid?: number;
  readonly secs?: number;
  readonly flags?: number;
  /** Addresses in dotted decimal. */
  readonly ciaddr?: string;
  readonly yiaddr?: string;
  readonly siaddr?: string;
  readonly giaddr?: string;
  /** Colon hex, at most 16 octets. */
  readonly chaddr?: string;
  /** `sname` has at most 64 octets, `file` at most 128. */
  readonly sname?: string;
  readonly file?: string;
  /**
   * Written in this order, except that option 82 is last (RFC 3046 §2.1). Without this list the message has no magic
   * cookie: plain BOOTP (RFC 951).
   */
  readonly options?: readonly OptionSpec4[];
  /**
   * Most octets the message may have. Options that do not fit go into `file`, then `sname`, if these are empty (option
   * 52, RFC 2132 §9.3). Default: no limit.
   */
  readonly maximumSize?: number;
  /** Zeros pad the message to this many octets. Default 300, the size of a BOOTP message (RFC 1542 §2.1). */
  readonly minimumSize?: number;
}

/** One option on the wire, or one piece of it. */
interface WirePiece {
  readonly code: number;
  readonly octets: Uint8Array;
}

const OVERLOAD = 52;
const RELAY_AGENT = 82;
const END = 255;
const LONGEST = 255;
/** Octets of code and length. */
const HEADER = 2;

/**
 * Writes a message. Values longer than 255 octets are written as several options (RFC 3396 §5). Throws RangeError if a
 * value does not fit its field or its type, or the options do not fit into `maximumSize`.
 */
export function encodeMessage4(spec: MessageSpec4): Uint8Array {
  const fixed = fixedPart(spec);
  const minimum = spec.minimumSize ?? 300;
  if (!spec.options) return padded([fixed.subarray(0, OPTIONS_AT - 4)], minimum);
  const areas = layOut(spec, spec.options);
  for (const [area, offset, size] of [
    ['file', OFFSET.file, FILE_LENGTH],
    ['sname', OFFSET.sname, SNAME_LENGTH],
  ] as const) {
    const octets = areas[area];
    if (octets) fixed.fill(0, offset, offset + size).set(octets, offset);
  }
  return padded([fixed, areas.options], minimum);
}

function padded(parts: Uint8Array[], minimum: number): Uint8Array {
  const message = concat(parts);
  return message.length >= minimum ? message : concat([message, new Uint8Array(minimum - message.length)]);
}

function fixedPart(spec: MessageSpec4): Uint8Array {
  const out = new Uint8Array(OPTIONS_AT);
  const put = (offset: number, size: number, octets: Uint8Array, what: string): void => {
    if (octets.length > size) cannotEncode(`${what} of at most ${size} octets`, octets.length);
    out.set(octets, offset);
  };
  const address = (text: string | undefined): Uint8Array => {
    const number = parseIpv4(text ?? '0.0.0.0');
    return number === undefined ? cannotEncode('an IPv4 address', text ?? null) : uintOctets(number, 4);
  };
  const chaddr = parseHex(spec.chaddr ?? '') ?? cannotEncode('a link-layer address', spec.chaddr ?? null);
  put(OFFSET.op, 1, uintOctets(spec.op ?? 1, 1), 'op');
  put(OFFSET.htype, 1, uintOctets(spec.htype ?? 1, 1), 'htype');
  put(OFFSET.hlen, 1, uintOctets(spec.hlen ?? chaddr.length, 1), 'hlen');
  put(OFFSET.hops, 1, uintOctets(spec.hops ?? 0, 1), 'hops');
  put(OFFSET.xid, 4, uintOctets(spec.xid ?? 0, 4), 'xid');
  put(OFFSET.secs, 2, uintOctets(spec.secs ?? 0, 2), 'secs');
  put(OFFSET.flags, 2, uintOctets(spec.flags ?? 0, 2), 'flags');
  put(OFFSET.ciaddr, 4, address(spec.ciaddr), 'ciaddr');
  put(OFFSET.yiaddr, 4, address(spec.yiaddr), 'yiaddr');
  put(OFFSET.siaddr, 4, address(spec.siaddr), 'siaddr');
  put(OFFSET.giaddr, 4, address(spec.giaddr), 'giaddr');
  put(OFFSET.chaddr, CHADDR_LENGTH, chaddr, 'chaddr');
  put(OFFSET.sname, SNAME_LENGTH, encodeText(spec.sname ?? ''), 'sname');
  put(OFFSET.file, FILE_LENGTH, encodeText(spec.file ?? ''), 'file');
  put(OPTIONS_AT - 4, 4, uintOctets(MAGIC_COOKIE, 4), 'cookie');
  return out;
}

/** Splits the options into pieces of at most 255 octets, with option 82 last. */
function piecesOf(options: readonly OptionSpec4[]): { pieces: WirePiece[]; last: WirePiece[] } {
  const pieces: WirePiece[] = [];
  const last: WirePiece[] = [];
  for (const option of options) {
    const { code, octets } = encodeValue(dhcpOptions, { ...option });
    if (code === 0 || code === END)
      cannotEncode('an option with a value (Pad and End are written where they are due)', code);
    const to = code === RELAY_AGENT ? last : pieces;
    if (octets.length > LONGEST && !isJoined(code)) cannotEncode(`a value of at most ${LONGEST} octets`, code);
    for (let at = 0; at < octets.length || at === 0; at += LONGEST)
      to.push({ code, octets: octets.subarray(at, at + LONGEST) });
  }
  return { pieces, last };
}

function sizeOf(pieces: readonly WirePiece[]): number {
  let size = 0;
  for (const piece of pieces) size += HEADER + piece.octets.length;
  return size;
}

function write(pieces: readonly WirePiece[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const { code, octets } of pieces) parts.push(Uint8Array.of(code, octets.length), octets);
  parts.push(Uint8Array.of(END));
  return concat(parts);
}

/** Puts the pieces into the areas in the order in which a reader joins them: options, file, sname (RFC 3396 §5). */
function layOut(
  spec: MessageSpec4,
  options: readonly OptionSpec4[],
): Partial<Record<Area, Uint8Array>> & { options: Uint8Array } {
  const { pieces, last } = piecesOf(options);
  const room = (spec.maximumSize ?? Infinity) - OPTIONS_AT - 1;
  if (sizeOf(pieces) + sizeOf(last) <= room) return { options: write([...pieces, ...last]) };
  // Option 82 stays in the options field, where relays look for it. So does option 52.
  const areas: { readonly area: Area; readonly room: number; readonly pieces: WirePiece[] }[] = [
    { area: 'options', room: room - sizeOf(last) - HEADER - 1, pieces: [] },
    ...(spec.file ? [] : [{ area: 'file' as const, room: FILE_LENGTH - 1, pieces: [] }]),
    ...(spec.sname ? [] : [{ area: 'sname' as const, room: SNAME_LENGTH - 1, pieces: [] }]),
  ];
  let index = 0;
  for (const piece of pieces) {
    let rest: WirePiece | undefined = piece;
    while (rest) {
      const area = areas[index];
      if (!area) throw new RangeError(`the options do not fit into ${spec.maximumSize} octets`);
      const free = area.room - sizeOf(area.pieces);
      const size = HEADER + rest.octets.length;
      if (size <= free) {
        area.pieces.push(rest);
        break;
      }
      if (free > HEADER && isJoined(rest.code)) {
        area.pieces.push({ code: rest.code, octets: rest.octets.subarray(0, free - HEADER) });
        rest = { code: rest.code, octets: rest.octets.subarray(free - HEADER) };
      }
      index++;
    }
  }
  const used = (name: Area): WirePiece[] | undefined =>
    areas.find((one) => one.area === name && one.pieces.length > 0)?.pieces;
  const file = used('file');
  const sname = used('sname');
  const overload = { code: OVERLOAD, octets: Uint8Array.of((file ? 1 : 0) | (sname ? 2 : 0)) };
  return {
    options: write([...areas[0]!.pieces, overload, ...last]),
    ...(file ? { file: write(file) } : {}),
    ...(sname ? { sname: write(sname) } : {}),
  };
}
