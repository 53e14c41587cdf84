import { concat, parseHex } from '../bytes';
import { ENTERPRISES } from '../names/enterprises';
import { complain, sequence, struct, valueFields, type Measure } from './struct';
import { ipv4, ipv6, seconds, text, uint, uintOctets, type Names } from './scalar';
import { atLeast, cannotEncode, decodeValue, fits, inner, octets, opaque, type ValueType } from './type';

/** What a RADIUS server reported about a client, forwarded in DHCP (RFC 4014 §3, RFC 7037 §4). */

interface Attribute {
  readonly name: string;
  readonly type: ValueType;
}

const words = text(atLeast(1));
const number = uint(4);
const SERVICE_TYPES: Names = {
  1: 'Login',
  2: 'Framed',
  3: 'Callback Login',
  4: 'Callback Framed',
  5: 'Outbound',
  6: 'Administrative',
  7: 'NAS Prompt',
  8: 'Authenticate Only',
  9: 'Callback NAS Prompt',
  10: 'Call Check',
  11: 'Callback Administrative',
};
const PORT_TYPES: Names = { 0: 'Async', 5: 'Virtual', 15: 'Ethernet', 16: 'xDSL', 17: 'Cable', 19: 'Wireless 802.11' };
const vendorSpecific = struct('vendor’s attribute', [
  { key: 'vendor', name: 'Vendor', type: uint(4, { names: ENTERPRISES, name: 'enterprise number' }) },
  { key: 'data', name: 'Data', type: octets(atLeast(1)) },
]);

/**
 * Attributes by type (IANA “RADIUS Types”): those that RFC 4014 §3 and RFC 7037 §3 allow in DHCP, and others that
 * access servers are known to forward.
 */
export const RADIUS_ATTRIBUTES: ReadonlyMap<number, Attribute> = new Map<number, Attribute>([
  [1, { name: 'User-Name', type: words }],
  [4, { name: 'NAS-IP-Address', type: ipv4 }],
  [5, { name: 'NAS-Port', type: number }],
  [6, { name: 'Service-Type', type: uint(4, { names: SERVICE_TYPES }) }],
  [8, { name: 'Framed-IP-Address', type: ipv4 }],
  [9, { name: 'Framed-IP-Netmask', type: ipv4 }],
  [11, { name: 'Filter-Id', type: words }],
  [12, { name: 'Framed-MTU', type: number }],
  [18, { name: 'Reply-Message', type: words }],
  [22, { name: 'Framed-Route', type: words }],
  [25, { name: 'Class', type: octets(atLeast(1)) }],
  [26, { name: 'Vendor-Specific', type: vendorSpecific }],
  [27, { name: 'Session-Timeout', type: seconds() }],
  [28, { name: 'Idle-Timeout', type: seconds() }],
  [30, { name: 'Called-Station-Id', type: words }],
  [31, { name: 'Calling-Station-Id', type: words }],
  [32, { name: 'NAS-Identifier', type: words }],
  [44, { name: 'Acct-Session-Id', type: words }],
  [61, { name: 'NAS-Port-Type', type: uint(4, { names: PORT_TYPES }) }],
  [87, { name: 'NAS-Port-Id', type: words }],
  [88, { name: 'Framed-Pool', type: words }],
  [95, { name: 'NAS-IPv6-Address', type: ipv6 }],
  [99, { name: 'Framed-IPv6-Route', type: words }],
  [100, { name: 'Framed-IPv6-Pool', type: words }],
  [144, { name: 'DS-Lite-Tunnel-Name', type: words }],
  [168, { name: 'Framed-IPv6-Address', type: ipv6 }],
  [169, { name: 'DNS-Server-IPv6-Address', type: ipv6 }],
  [171, { name: 'Delegated-IPv6-Prefix-Pool', type: words }],
  [172, { name: 'Stateful-IPv6-Address-Pool', type: words }],
]);

/** Octets of type and length. */
const HEADER = 2;

/** Number of octets of a RADIUS attribute. Its length field includes type and length (RFC 2865 §5). */
const attributeSize: Measure = (view, at) => (at + HEADER <= view.length ? Math.max(HEADER, view.u8(at + 1)) : HEADER);

/**
 * A RADIUS attribute (RFC 2865 §5). Data: `{type, value}`, or `{type, hex}` if the type is unknown or the octets do not
 * fit it.
 */
const attribute: ValueType = {
  name: 'RADIUS attribute',
  size: { min: HEADER, max: 255, step: 1 },
  decode(view, context) {
    const type = view.u8(0);
    const length = view.u8(1);
    if (length < HEADER) {
      const wrong = `A RADIUS attribute’s length is ${length}, but counts its own ${HEADER} octets.`;
      complain(context, view, 0, view.length, wrong);
    }
    const known = RADIUS_ATTRIBUTES.get(type);
    const name = known?.name ?? String(type);
    const rest = view.sub(HEADER);
    const one = decodeValue(known?.type ?? opaque, rest, inner(context, type), `RADIUS attribute ${name}`);
    const typed = known !== undefined && fits(known.type.size, rest.length);
    const children = [
      view.field(0, 1, 'Attribute type', known ? `${name} (${type})` : name, { key: `${context.key}.type` }),
      view.field(1, 1, 'Length', `${length} octets`, { key: `${context.key}.length` }),
      ...valueFields(rest, one, context.key),
    ];
    const data = typed ? { type, value: one.data } : { type, hex: rest.hex() };
    return { data, value: `${name}=${one.value}`, text: `${name}: ${one.text ?? one.value}`, children };
  },
  encode(data) {
    if (data === null || typeof data !== 'object' || Array.isArray(data))
      return cannotEncode('a RADIUS attribute', data);
    const { type, value, hex } = data;
    const known = typeof type === 'number' ? RADIUS_ATTRIBUTES.get(type) : undefined;
    const body =
      typeof hex === 'string'
        ? (parseHex(hex) ?? cannotEncode('hex digits', hex))
        : (known?.type ?? opaque).encode(value ?? null);
    return concat([uintOctets(type ?? null, 1), uintOctets(body.length + HEADER, 1), body]);
  },
};

/** A list of RADIUS attributes. Data: an array. */
export const radiusAttributes = sequence(attribute, 'RADIUS attribute', { measure: attributeSize });
