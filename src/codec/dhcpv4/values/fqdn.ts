import { concat, decodeText, encodeText, printable } from '../../bytes';
import type { Data } from '../../field';
import { atLeast, bits, cannotEncode, domainName, inner, uintOctets, type ValueType } from '../../values';

/** Flags of option 81 (RFC 4702 §2.1). */
const flags = bits(1, [
  { mask: 0xf0, name: 'Reserved' },
  { mask: 0x08, name: 'N', names: { 0: 'the server may update DNS', 1: 'the server should not update DNS' } },
  { mask: 0x04, name: 'E', names: { 0: 'name as ASCII text (deprecated)', 1: 'name in DNS wire format' } },
  { mask: 0x02, name: 'O', names: { 0: 'the server did not override S', 1: 'the server overrode S' } },
  { mask: 0x01, name: 'S', names: { 0: 'the client updates the A record', 1: 'the server updates the A record' } },
]);
const FLAG_LETTERS: readonly [number, string][] = [
  [0x08, 'N'],
  [0x04, 'E'],
  [0x02, 'O'],
  [0x01, 'S'],
];
const wire = domainName({ partial: true, due: 'though flag E says that it is in DNS wire format (RFC 4702 §2.3.1)' });
/** Bits that must be zero (RFC 4702 §2.1). */
const RESERVED = 0xf0;

/**
 * Client FQDN (RFC 4702 §2): flags, two octets of obsolete response codes, a name. Data: `{flags, rcode1, rcode2,
 * name}`; a name in wire form ends with a dot if it is complete.
 */
export const clientFqdn: ValueType = {
  name: 'flags and domain name',
  size: atLeast(3),
  flaw(view) {
    const reserved = view.u8(0) & RESERVED;
    return reserved === 0
      ? undefined
      : `the bits 0x${reserved.toString(16)} of the flags 0x${view.hex(0, 1)} must be zero (RFC 4702 §2.1).`;
  },
  decode(view, context) {
    const flag = view.u8(0);
    const key = context.key;
    const rest = view.sub(3);
    const encoded = (flag & 0x04) !== 0;
    const name = encoded ? wire.decode(rest, inner(context, 'name')) : undefined;
    const text = name ? (name.data as string) : decodeText(rest.bytes, rest.start, rest.length);
    const shown = name ? name.value : printable(text);
    const one = flags.decode(view.sub(0, 1), inner(context, 'flags'));
    const letters = FLAG_LETTERS.filter(([mask]) => flag & mask).map(([, letter]) => letter);
    return {
      data: { flags: flag, rcode1: view.u8(1), rcode2: view.u8(2), name: text },
      value: shown,
      text: `${shown === '' ? 'no name' : `“${shown}”`} (flags ${letters.length > 0 ? letters.join(' ') : 'none'})`,
      children: [
        view.field(0, 1, 'Flags', `0x${view.hex(0, 1)}`, {
          key: `${key}.flags`,
          ...(one.children ? { children: one.children } : {}),
        }),
        view.field(1, 1, 'RCODE1', `${view.u8(1)} (deprecated)`, { key: `${key}.rcode1` }),
        view.field(2, 1, 'RCODE2', `${view.u8(2)} (deprecated)`, { key: `${key}.rcode2` }),
        ...(rest.length > 0
          ? [
              view.field(3, rest.length, 'Name', shown, {
                key: `${key}.name`,
                ...(name?.children ? { children: name.children } : {}),
              }),
            ]
          : []),
      ],
    };
  },
  encode(data: Data) {
    if (data === null || typeof data !== 'object' || Array.isArray(data)) return cannotEncode('a client FQDN', data);
    const { flags: flag, rcode1, rcode2, name } = data;
    if (typeof flag !== 'number' || typeof name !== 'string') return cannotEncode('a client FQDN', data);
    const octets = flag & 0x04 ? wire.encode(name) : encodeText(name);
    return concat([uintOctets(flag, 1), uintOctets(rcode1 ?? 0, 1), uintOctets(rcode2 ?? 0, 1), octets]);
  },
};
