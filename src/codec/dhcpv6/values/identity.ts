import { formatIpv6, parseIpv6 } from '../../bytes';
import type { Data } from '../../field';
import { ipv6, seconds, text, uint, uintOctets, type Names } from '../../values/scalar';
import { atLeast, cannotEncode, type ValueType } from '../../values/type';
import { struct, type Measure } from '../../values/struct';
import type { OptionTable6 } from '../tlv';
import { container } from './container';

/** Identity associations and their content: addresses, prefixes, locators and link-layer addresses (RFC 9915 §21.4 ff). */

const iaid = { key: 'iaid', name: 'IAID', type: uint(4, { hex: true, name: 'IAID' }) };
const timers = [
  { key: 't1', name: 'T1', type: seconds() },
  { key: 't2', name: 'T2', type: seconds() },
];
const lifetimes = [
  { key: 'preferred', name: 'Preferred lifetime', type: seconds() },
  { key: 'valid', name: 'Valid lifetime', type: seconds() },
];
type Options = () => OptionTable6;

/** IAID, T1, T2, options: IA_NA, IA_PD, IA_LL and IA_SRV6_LOCATOR. */
export const identityAssociation = (options: Options): ValueType =>
  container('identity association', [iaid, ...timers], {
    options,
    summary: (_, values) => `IAID ${values['iaid']}, T1 ${values['t1']} s, T2 ${values['t2']} s`,
  });

/** IAID, options: IA_TA, which has no timers. */
export const temporaryAssociation = (options: Options): ValueType =>
  container('identity association without timers', [iaid], {
    options,
    summary: (_, values) => `IAID ${values['iaid']}`,
  });

/** An address with its lifetimes. */
export const leasedAddress = (options: Options): ValueType =>
  container('address with lifetimes', [{ key: 'address', name: 'IPv6 address', type: ipv6 }, ...lifetimes], {
    options,
    summary: (_, values) => `${values['address']}, preferred ${values['preferred']} s, valid ${values['valid']} s`,
  });

/** A prefix in a fixed 17 octets: its length, then 16 octets of prefix. Data: `2001:db8::/32`. */
export const prefix17: ValueType = {
  name: 'IPv6 prefix',
  size: { min: 17, max: 17, step: 1 },
  decode(view, context) {
    const length = view.u8(0);
    const address = formatIpv6(view.bytes, view.start + 1);
    const children = [
      view.field(0, 1, 'Prefix length', `${length}${length > 128 ? ' (more than 128)' : ''}`, {
        key: `${context.key}.length`,
      }),
      view.field(1, 16, 'Prefix', address, { key: `${context.key}.address` }),
    ];
    return { data: `${address}/${length}`, value: `${address}/${length}`, children };
  },
  encode(data) {
    const prefix = parsePrefix(data, 255);
    if (!prefix) return cannotEncode('an IPv6 prefix', data);
    return Uint8Array.of(prefix.length, ...prefix.address);
  },
};

function parsePrefix(data: Data, longest: number): { address: Uint8Array; length: number } | undefined {
  const match = typeof data === 'string' ? /^([^/]+)\/(\d{1,3})$/.exec(data) : null;
  const address = match ? parseIpv6(match[1]!) : undefined;
  const length = Number(match?.[2]);
  return address && length <= longest ? { address, length } : undefined;
}

/** Number of octets that a `prefixShort` takes. */
export const shortPrefixSize: Measure = (view, at) => (at < view.length ? 1 + Math.ceil(view.u8(at) / 8) : 1);

/**
 * A prefix in the fewest possible octets: its length in bits, then that many bits, rounded up to octets. Data:
 * `2001:db8::/32`.
 */
export const prefixShort: ValueType = {
  name: 'IPv6 prefix',
  size: { min: 1, max: 17, step: 1 },
  decode(view, context) {
    const length = view.u8(0);
    const octets = new Uint8Array(16);
    octets.set(view.octets(1).subarray(0, 16));
    const value = `${formatIpv6(octets, 0)}/${length}`;
    const children = [view.field(0, 1, 'Prefix length', String(length), { key: `${context.key}.length` })];
    if (view.length > 1) {
      children.push(view.field(1, view.length - 1, 'Prefix', value, { key: `${context.key}.address` }));
    }
    return { data: value, value, children };
  },
  encode(data) {
    const prefix = parsePrefix(data, 128);
    if (!prefix) return cannotEncode('an IPv6 prefix', data);
    return Uint8Array.of(prefix.length, ...prefix.address.subarray(0, Math.ceil(prefix.length / 8)));
  },
};

/** A delegated prefix with its lifetimes (RFC 9915 §21.22). */
export const leasedPrefix = (options: Options): ValueType =>
  container('prefix with lifetimes', [...lifetimes, { key: 'prefix', name: 'IPv6 prefix', type: prefix17 }], {
    options,
    summary: (_, values) => `${values['prefix']}, preferred ${values['preferred']} s, valid ${values['valid']} s`,
  });

/** Status codes (IANA “DHCPv6 Parameters”, Status Codes). */
export const STATUS_CODES: Names = {
  0: 'Success',
  1: 'UnspecFail',
  2: 'NoAddrsAvail',
  3: 'NoBinding',
  4: 'NotOnLink',
  5: 'UseMulticast',
  6: 'NoPrefixAvail',
  7: 'UnknownQueryType',
  8: 'MalformedQuery',
  9: 'NotConfigured',
  10: 'NotAllowed',
  11: 'QueryTerminated',
  12: 'DataMissing',
  13: 'CatchUpComplete',
  14: 'NotSupported',
  15: 'TLSConnectionRefused',
  16: 'AddressInUse',
  17: 'ConfigurationConflict',
  18: 'MissingBindingInformation',
  19: 'OutdatedBindingInformation',
  20: 'ServerShuttingDown',
  21: 'DNSUpdateNotSupported',
  22: 'ExcessiveTimeSkew',
};

/** A status code and the server's message, which may be empty (RFC 9915 §21.13). */
export const status = struct(
  'status code and message',
  [
    { key: 'status', name: 'Status code', type: uint(2, { names: STATUS_CODES, name: 'status code' }) },
    { key: 'message', name: 'Status message', type: text(atLeast(0)) },
  ],
  { summary: (_, values) => (values['message'] ? `${values['status']}: ${values['message']}` : values['status']!) },
);

/** The option codes that a client requests (RFC 9915 §21.7). Data: numbers. `value`: their names. */
export function optionRequest(options: Options): ValueType {
  return {
    name: 'list of option codes',
    size: { min: 0, max: Infinity, step: 2 },
    element: 2,
    decode(view, context) {
      const data: number[] = [];
      const names: string[] = [];
      const children = [];
      for (let at = 0; at + 2 <= view.length; at += 2) {
        const code = view.u16(at);
        const name = options().get(code)?.name;
        data.push(code);
        names.push(name ?? String(code));
        children.push(
          view.field(at, 2, 'Requested option', `${name ?? 'not assigned'} (${code})`, { key: context.key }),
        );
      }
      return { data, value: names.join(', '), children };
    },
    encode(data) {
      if (!Array.isArray(data)) return cannotEncode('a list of option codes', data);
      const out = new Uint8Array(data.length * 2);
      data.forEach((code, i) => out.set(uintOctets(code, 2), 2 * i));
      return out;
    },
  };
}
