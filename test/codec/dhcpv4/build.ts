import { parseHex } from '../../../src/codec/bytes';
import { decodeMessage4, Message4, type DecodedOption } from '../../../src/codec/dhcpv4';
import type { Problem } from '../../../src/codec/field';

/** Octets of hex digits; white space is for the reader. */
export function octets(text: string): Uint8Array {
  const out = parseHex(text);
  if (!out) throw new Error(`not hex: ${text}`);
  return out;
}

export interface Parts {
  readonly op?: number;
  readonly hlen?: number;
  readonly flags?: number;
  readonly file?: string;
  readonly sname?: string;
  /** Hex of what follows the cookie. */
  readonly options: string;
}

/** A message byte by byte as RFC 2131 figure 1 draws it, made without the encoder that it tests. Client 02:00:5e:00:53:01. */
export function raw(parts: Parts): Uint8Array {
  const out = new Uint8Array(240);
  out.set([parts.op ?? 1, 1, parts.hlen ?? 6, 0, 0x39, 0x03, 0xf3, 0x26]);
  out.set([(parts.flags ?? 0) >> 8, (parts.flags ?? 0) & 255], 10);
  out.set([0x02, 0x00, 0x5e, 0x00, 0x53, 0x01], 28);
  if (parts.sname) out.set(octets(parts.sname), 44);
  if (parts.file) out.set(octets(parts.file), 108);
  out.set([0x63, 0x82, 0x53, 0x63], 236);
  const options = octets(parts.options);
  const all = new Uint8Array(240 + options.length);
  all.set(out);
  all.set(options, 240);
  return all;
}

export interface Result {
  readonly message: Message4;
  readonly problems: Problem[];
  readonly options: DecodedOption[];
  readonly fields: ReturnType<typeof decodeMessage4>['fields'];
  readonly ids: string[];
}

/** Reads octets as a message that fills its array. */
export function decode(bytes: Uint8Array, cut = 0): Result {
  const message = Message4.read(bytes, 0, bytes.length);
  const problems: Problem[] = [];
  const { fields, options } = decodeMessage4(message, problems, cut);
  return { message, problems, options, fields, ids: problems.map((one) => one.id) };
}

/** Reads one option (code, length, value in hex) of a message; `before` are options in front of it. */
export function option(text: string, before = ''): DecodedOption & { ids: string[] } {
  const bytes = octets(text);
  const { options, ids } = decode(raw({ options: `350101 ${before} ${text} ff` }));
  const found = options.filter((one) => one.code === bytes[0]);
  return { ...found[found.length - 1]!, ids };
}

/** A client's DISCOVER and its ACK, as a home router's server sends them (options in the order seen on the wire). */
export const DISCOVER = raw({
  options:
    '35 01 01  3d 07 01 02005e005301  0c 04 686f7374  3c 08 4d53465420352e30  37 06 01 03 06 0f 1f f9  39 02 05dc  ff 00 00 00',
});
export const ACK = raw({
  op: 2,
  flags: 0x8000,
  options:
    '35 01 05  36 04 0a430001  33 04 00000e10  01 04 ffffff00  03 04 0a430001  06 08 0a430001 08080808 0f 0b 6578616d706c652e6f7267 ' +
    '79 0d 08 7f 7f000001 10 c0a8 c0a80001  51 12 0c 00 00 07 6578616d706c65 02 636f 02 756b 00  52 0e 01 06 0004 000a 0003 02 04 6162 6364 ff',
});
