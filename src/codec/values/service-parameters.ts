import { concat, parseHex } from '../bytes';
import type { OptionRow } from '../option';
import { list } from './compound';
import { presence, prefixed, prefixedBy, sequence, valueFields, type Measure } from './struct';
import { ipv4, ipv6, text, uint, uintOctets } from './scalar';
import { atLeast, cannotEncode, decodeValue, fits, inner, octets, opaque, type ValueType } from './type';

const row = (code: number, name: string, type: ValueType, rfc: string, purpose: string): OptionRow => ({
  code,
  name,
  type,
  rfc,
  purpose,
});

/** Service parameters of an encrypted DNS server by key (IANA “Service Parameter Keys”). Used in both DHCPv4 and DHCPv6. */
export const SERVICE_PARAMETER_ROWS: readonly OptionRow[] = [
  row(0, 'mandatory', list(uint(2)), 'RFC 9460 §8', 'Keys that a client must understand to use this server.'),
  row(
    1,
    'alpn',
    sequence(prefixed(1, text(atLeast(1))), 'Protocol', { measure: prefixedBy(1) }),
    'RFC 9460 §7.1',
    'Which protocols the server speaks: dot for TLS, h2 and h3 for HTTPS, doq for QUIC.',
  ),
  row(2, 'no-default-alpn', presence, 'RFC 9460 §7.1', 'The server speaks none but the protocols that alpn lists.'),
  row(3, 'port', uint(2), 'RFC 9460 §7.2', 'Where the server listens, when not at the usual place.'),
  row(4, 'ipv4hint', list(ipv4), 'RFC 9460 §7.3', 'IPv4 addresses to try before the name has been looked up.'),
  row(5, 'ech', octets(atLeast(1)), 'RFC 9460 §14.3.2', 'Keys with which a client hides the name it asks TLS for.'),
  row(6, 'ipv6hint', list(ipv6), 'RFC 9460 §7.3', 'IPv6 addresses to try before the name has been looked up.'),
  row(7, 'dohpath', text(), 'RFC 9461 §5', 'Where on an HTTPS server the DNS queries go.'),
  row(8, 'ohttp', presence, 'RFC 9540 §4', 'The server also takes queries through a go-between that hides who asks.'),
];
const ROWS = new Map(SERVICE_PARAMETER_ROWS.map((one) => [one.code, one]));

/** Octets of key and length, 16 bits each (RFC 9460 §2.2). */
const HEADER = 4;
const parameterSize: Measure = (view, at) => (at + HEADER <= view.length ? HEADER + view.u16(at + 2) : HEADER);

const parameter: ValueType = {
  name: 'service parameter',
  size: atLeast(HEADER),
  decode(view, context) {
    const key = view.u16(0);
    const length = view.u16(2);
    const known = ROWS.get(key);
    const name = known?.name ?? `key${key}`;
    const rest = view.sub(HEADER);
    const one = decodeValue(known?.type ?? opaque, rest, inner(context, key), name);
    const typed = known !== undefined && fits(known.type.size, rest.length);
    const children = [
      view.field(0, 2, 'Key', `${name} (${key})`, { key: context.key }),
      view.field(2, 2, 'Length', `${length} octet${length === 1 ? '' : 's'}`, { key: context.key }),
      ...valueFields(rest, one, context.key),
    ];
    const value = one.value === '' ? name : `${name}=${one.value}`;
    return { data: typed ? { key, value: one.data } : { key, hex: rest.hex() }, value, children };
  },
  encode(data) {
    if (data === null || typeof data !== 'object' || Array.isArray(data))
      return cannotEncode('a service parameter', data);
    const { key, value, hex } = data;
    const known = typeof key === 'number' ? ROWS.get(key) : undefined;
    const body =
      typeof hex === 'string'
        ? (parseHex(hex) ?? cannotEncode('hex digits', hex))
        : (known?.type ?? opaque).encode(value ?? null);
    return concat([uintOctets(key ?? null, 2), uintOctets(body.length, 2), body]);
  },
};

/** A list of service parameters (RFC 9460 §2.2). Data: an array of `{key, value}` or `{key, hex}`. */
export const serviceParameters = sequence(parameter, 'Service parameter', { measure: parameterSize, min: 0 });
