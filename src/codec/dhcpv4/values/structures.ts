import { concat } from '../../bytes';
import { nodeFor, prefixed, prefixedBy, sequence, struct } from '../../values/struct';
import type { Field } from '../../field';
import {
  atLeast,
  bits,
  cannotEncode,
  domainList,
  domainName,
  exactly,
  flag,
  inner,
  ipv4,
  ipv6,
  mac,
  octets,
  opaque,
  text,
  uint,
  type Size,
  type ValueType,
} from '../../values';
import { addresses, addressesOrNone, codeList16, named, u8, u16, u32 } from './basic';
import { damaged } from './damage';
import { readsAsText, readTextOrOctets, textOrOctets } from './text-or-octets';

/** SIP servers (RFC 3361 §3): an encoding octet, then names (0) or addresses (1). Data: `{names}` or `{addresses}`, else `{hex}`. */
export const sipServers: ValueType = encodedServers('SIP servers');

function encodedServers(name: string): ValueType {
  const names = domainList({ compression: true });
  return {
    name: `${name}, by name or by address`,
    size: atLeast(2),
    decode(view, context) {
      const encoding = view.u8(0);
      const rest = view.sub(1);
      const key = context.key;
      const kind =
        encoding === 0 ? 'domain names (0)' : encoding === 1 ? 'IPv4 addresses (1)' : `${encoding} (not assigned)`;
      const head = view.field(0, 1, 'Encoding', kind, { key: `${key}.encoding` });
      const byAddress = encoding === 1 && rest.length % 4 === 0;
      if (encoding !== 0 && !byAddress) {
        const text =
          encoding === 1 ? 'The addresses are not a multiple of 4 octets.' : `Encoding ${encoding} is not defined.`;
        return { data: { hex: view.hex() }, value: view.hex(), children: [head, damaged(view, 1, context, text)] };
      }
      const one = (byAddress ? addresses : names).decode(rest, inner(context, byAddress ? 'addresses' : 'names'));
      const parts = one.children ?? [rest.field(0, rest.length, 'Address', one.value, { key })];
      return {
        data: byAddress ? { addresses: one.data } : { names: one.data },
        value: one.value,
        children: [head, ...parts],
      };
    },
    encode(data) {
      if (data === null || typeof data !== 'object' || Array.isArray(data)) return cannotEncode(name, data);
      if (typeof data['hex'] === 'string') return opaque.encode(data['hex']);
      if (data['addresses'] !== undefined) return concat([Uint8Array.of(1), addresses.encode(data['addresses'])]);
      return concat([Uint8Array.of(0), names.encode(data['names'] ?? null)]);
    },
  };
}

const mandatory = { key: 'mandatory', name: 'Mandatory', type: flag('only these (1)', 'others too (0)') };
/** SLP directory agents (RFC 2610 §3). */
export const directoryAgents = struct('SLP directory agents', [
  mandatory,
  { key: 'addresses', name: 'Addresses', type: addressesOrNone },
]);
/** SLP service scope (RFC 2610 §4). */
export const serviceScope = struct('SLP scopes', [
  mandatory,
  { key: 'scopes', name: 'Scope list', type: text(atLeast(0)) },
]);

/** iSNS (RFC 4174 §2): functions, access and flags, then the primary server's address and those of backups. */
export const isns = struct('iSNS servers', [
  {
    key: 'functions',
    name: 'iSNS functions',
    type: bits(2, [
      { mask: 0x0004, name: 'Sender authorisation' },
      { mask: 0x0002, name: 'DD-based authorisation' },
      { mask: 0x0001, name: 'Functions enabled' },
    ]),
  },
  {
    key: 'access',
    name: 'Discovery domain access',
    type: bits(2, [
      { mask: 0x0020, name: 'iFCP target port' },
      { mask: 0x0010, name: 'iFCP initiator port' },
      { mask: 0x0008, name: 'iSCSI target' },
      { mask: 0x0004, name: 'iSCSI initiator' },
      { mask: 0x0002, name: 'Control node' },
      { mask: 0x0001, name: 'Enabled' },
    ]),
  },
  {
    key: 'administrative',
    name: 'Administrative flags',
    type: bits(2, [
      { mask: 0x0008, name: 'Management SCNs' },
      { mask: 0x0004, name: 'Default discovery domain' },
      { mask: 0x0002, name: 'Heartbeat' },
      { mask: 0x0001, name: 'Enabled' },
    ]),
  },
  {
    key: 'security',
    name: 'Server security bitmap',
    type: bits(4, [
      { mask: 0x40, name: 'Tunnel mode preferred' },
      { mask: 0x20, name: 'Transport mode preferred' },
      { mask: 0x10, name: 'PFS enabled' },
      { mask: 0x08, name: 'Aggressive mode enabled' },
      { mask: 0x04, name: 'Main mode enabled' },
      { mask: 0x02, name: 'IKE/IPsec enabled' },
      { mask: 0x01, name: 'Enabled' },
    ]),
  },
  { key: 'servers', name: 'iSNS servers', type: addresses },
]);

const authenticationFields = struct('authentication', [
  {
    key: 'protocol',
    name: 'Protocol',
    type: named({
      0: 'configuration token',
      1: 'delayed authentication',
      2: 'delayed authentication (obsolete)',
      3: 'reconfigure key',
    }),
  },
  { key: 'algorithm', name: 'Algorithm', type: named({ 0: 'none', 1: 'HMAC-MD5' }) },
  { key: 'rdm', name: 'Replay detection method', type: named({ 0: 'monotonically increasing value' }) },
  { key: 'replay', name: 'Replay detection', type: octets(exactly(8)) },
  { key: 'information', name: 'Authentication information', type: octets(atLeast(0)), optional: true },
]);

/** Where the information begins, and how long it is in delayed authentication: secret ID and HMAC-MD5 (RFC 3118 §5.2). */
const INFORMATION_AT = 11;
const SECRET_ID = 4;
const HMAC_MD5 = 16;

/**
 * Authentication (RFC 3118 §2; protocol 3: RFC 6704 §4). The tree shows the information as a plain-text token in protocol 0 (RFC
 * 3118 §4), and its parts in protocol 1 (§5.2). Data: an object; the information is hex digits, for keys are no text.
 */
export const authentication: ValueType = {
  ...authenticationFields,
  decode(view, context) {
    const decoded = authenticationFields.decode(view, context);
    const information = view.sub(INFORMATION_AT);
    const [protocol, algorithm] = [view.u8(0), view.u8(1)];
    const extra = (field: Field): Field => {
      if (field.name !== 'Authentication information') return field;
      if (protocol === 0 && readsAsText(information)) return { ...field, text: readTextOrOctets(information).text! };
      if (protocol !== 1 || algorithm !== 1 || information.length !== SECRET_ID + HMAC_MD5) return field;
      const children = [
        information.field(0, SECRET_ID, 'Secret ID', `0x${information.hex(0, SECRET_ID)}`),
        information.field(SECRET_ID, HMAC_MD5, 'HMAC-MD5', information.hex(SECRET_ID, HMAC_MD5, ' ')),
      ];
      return { ...field, children };
    };
    return { ...decoded, ...(decoded.children ? { children: decoded.children.map(extra) } : {}) };
  },
};

/** The firmware's network interface (RFC 4578 §2.2): type 1 is UNDI; then its version. */
export const networkInterface = struct(
  'network interface identifier',
  [
    { key: 'type', name: 'Type', type: named({ 1: 'UNDI' }) },
    { key: 'major', name: 'Major version', type: u8 },
    { key: 'minor', name: 'Minor version', type: u8 },
  ],
  { summary: (_, values) => `${values['type']} ${values['major']}.${values['minor']}` },
);

/** Name services (RFC 2937 §2): option numbers in the order to be asked; 0 is the local name file. */
const NAME_SERVICES: Readonly<Record<number, string>> = {
  0: 'local naming information',
  6: 'DNS',
  41: 'NIS',
  44: 'NetBIOS (WINS)',
  65: 'NIS+',
};
export const nameServices = codeList16('Name service', (code) => NAME_SERVICES[code]);

/** Types of civic address elements (IANA “Civic Address Types”, RFC 4776 §3.4). */
export const CIVIC_TYPES: Readonly<Record<number, string>> = {
  0: 'Language',
  1: 'State or region',
  2: 'County',
  3: 'City',
  4: 'City district',
  5: 'Neighbourhood',
  6: 'Street (group)',
  16: 'Leading street direction',
  17: 'Trailing street suffix',
  18: 'Street suffix',
  19: 'House number',
  20: 'House number suffix',
  21: 'Landmark',
  22: 'Additional location',
  23: 'Name',
  24: 'Postal code',
  25: 'Building',
  26: 'Unit',
  27: 'Floor',
  28: 'Room',
  29: 'Place type',
  30: 'Postal community name',
  31: 'Post office box',
  32: 'Additional code',
  33: 'Seat',
  34: 'Primary road name',
  35: 'Road section',
  36: 'Branch road name',
  37: 'Sub-branch road name',
  38: 'Street name pre-modifier',
  39: 'Street name post-modifier',
  40: 'Extension',
  128: 'Script',
};

/** A civic address (RFC 4776 §3.1): what it describes, the country, then elements. */
const civicElement = struct(
  'element',
  [
    { key: 'type', name: 'Element type', type: { ...named(CIVIC_TYPES), name: 'element type' } },
    { key: 'text', name: 'Element', type: prefixed(1, text(atLeast(0))), measure: prefixedBy(1) },
  ],
  { summary: (_, values) => `${values['type']} ${values['text']}` },
);
const elementSize = (view: Parameters<ReturnType<typeof prefixedBy>>[0], at: number): number =>
  at + 2 > view.length ? 2 : 2 + view.u8(at + 1);
export const civicAddress = struct('civic address', [
  {
    key: 'what',
    name: 'What',
    type: named({
      0: 'location of the DHCP server',
      1: 'location of the network element closest to the client',
      2: 'location of the client',
    }),
  },
  { key: 'country', name: 'Country', type: text(exactly(2)) },
  { key: 'elements', name: 'Elements', type: sequence(civicElement, 'Element', { measure: elementSize, min: 0 }) },
]);

/**
 * A position (RFC 6225 §2.2.1, formerly RFC 3825): bit fields of 6, 34, 6, 34, 4, 6, 30, 2, 3 and 3 bits. Data: latitude and
 * longitude in degrees, altitude in the unit of its type, uncertainties (resolutions in option 123 of old) as sent.
 */
export const geoPosition: ValueType = {
  name: 'latitude, longitude, altitude',
  size: exactly(16),
  decode(view, context) {
    const all = BigInt(`0x${view.hex()}`);
    const take = (from: number, size: number): number =>
      Number((all >> BigInt(128 - from - size)) & ((1n << BigInt(size)) - 1n));
    const fixed = (from: number, size: number, fraction: number): number => {
      const raw = take(from, size);
      return (raw >= 2 ** (size - 1) ? raw - 2 ** size : raw) / 2 ** fraction;
    };
    const data = {
      latitudeUncertainty: take(0, 6),
      latitude: fixed(6, 34, 25),
      longitudeUncertainty: take(40, 6),
      longitude: fixed(46, 34, 25),
      altitudeType: take(80, 4),
      altitudeUncertainty: take(84, 6),
      altitude: fixed(90, 30, 8),
      version: take(120, 2),
      reserved: take(122, 3),
      datum: take(125, 3),
    };
    const units: Readonly<Record<number, string>> = { 1: 'm', 2: 'floors' };
    const datums: Readonly<Record<number, string>> = { 1: 'WGS 84', 2: 'NAD 83 / NAVD 88', 3: 'NAD 83 / MLLW' };
    const height = units[data.altitudeType] ? `${data.altitude} ${units[data.altitudeType]!}` : 'no altitude';
    const value = `${data.latitude}, ${data.longitude}, ${height}`;
    const key = context.key;
    return {
      data,
      value,
      children: [
        view.field(0, 5, 'Latitude', `${data.latitude}° (uncertainty ${data.latitudeUncertainty})`, {
          key: `${key}.latitude`,
        }),
        view.field(5, 5, 'Longitude', `${data.longitude}° (uncertainty ${data.longitudeUncertainty})`, {
          key: `${key}.longitude`,
        }),
        view.field(
          10,
          5,
          'Altitude',
          `${height} (type ${data.altitudeType}, uncertainty ${data.altitudeUncertainty})`,
          { key: `${key}.altitude` },
        ),
        view.field(
          15,
          1,
          'Version and datum',
          `version ${data.version}, ${datums[data.datum] ?? `datum ${data.datum}`}`,
          { key: `${key}.datum` },
        ),
      ],
    };
  },
  encode(data) {
    if (data === null || typeof data !== 'object' || Array.isArray(data)) return cannotEncode('a position', data);
    let all = 0n;
    const put = (name: string, size: number, fraction = 0): void => {
      const value = data[name] ?? 0;
      if (typeof value !== 'number') return cannotEncode('a position', data);
      const raw = Math.round(value * 2 ** fraction);
      const low = fraction > 0 ? -(2 ** (size - 1)) : 0;
      const high = fraction > 0 ? 2 ** (size - 1) : 2 ** size;
      if (!(raw >= low && raw < high)) return cannotEncode('a position', data);
      all = (all << BigInt(size)) | (BigInt(raw) & ((1n << BigInt(size)) - 1n));
    };
    put('latitudeUncertainty', 6);
    put('latitude', 34, 25);
    put('longitudeUncertainty', 6);
    put('longitude', 34, 25);
    put('altitudeType', 4);
    put('altitudeUncertainty', 6);
    put('altitude', 30, 8);
    put('version', 2);
    put('reserved', 3);
    put('datum', 3);
    return opaque.encode(all.toString(16).padStart(32, '0'));
  },
};

/** Which server resolves names of which domains (RFC 6731 §4.3). */
export const rdnssSelection = struct('DNS server selection', [
  {
    key: 'preference',
    name: 'Preference',
    type: bits(1, [{ mask: 3, name: 'Preference', names: { 0: 'medium', 1: 'high', 3: 'low' } }]),
  },
  { key: 'primary', name: 'Primary DNS server', type: ipv4 },
  { key: 'secondary', name: 'Secondary DNS server', type: ipv4 },
  { key: 'domains', name: 'Domains', type: domainList(), optional: true },
]);

/** Redirect servers of secure zero-touch provisioning (RFC 8572 §8.3): URIs, each behind its 16-bit length. */
export const uriList = sequence(prefixed(2, text(atLeast(1), 'URI')), 'URI', { measure: prefixedBy(2) });

/** Lists of addresses, each behind its length in octets (RFC 7291 §3.1.1). Data: an array of arrays. */
export const addressLists = sequence(prefixed(1, addresses), 'Server', { measure: prefixedBy(1) });

/** A status with words (RFC 6926 §6.2.2, RFC 7724 §5.2.2). */
export const status = struct('status code and message', [
  {
    key: 'code',
    name: 'Status code',
    type: named({
      0: 'Success',
      1: 'UnspecFail',
      2: 'QueryTerminated',
      3: 'MalformedQuery',
      4: 'NotAllowed',
      5: 'DataMissing',
      6: 'ConnectionActive',
      7: 'CatchUpComplete',
      8: 'TLSConnectionRefused',
    }),
  },
  { key: 'message', name: 'Message', type: text(atLeast(0)), optional: true },
]);

/** 6rd (RFC 5969 §7.1.1): how an IPv6 prefix is made of the IPv4 address, and where the border relays are. */
export const sixRd = struct('6rd parameters', [
  { key: 'ipv4MaskLength', name: 'IPv4 mask length', type: uint(1, { unit: 'bits' }) },
  { key: 'prefixLength', name: '6rd prefix length', type: uint(1, { unit: 'bits' }) },
  { key: 'prefix', name: '6rd prefix', type: ipv6 },
  { key: 'borderRelays', name: 'Border relays', type: addresses },
]);

/** A virtual subnet (RFC 6607 §3.4): by name, by VPN-ID (RFC 2685), or the global one. */
export const virtualSubnet = struct('virtual subnet', [
  {
    key: 'type',
    name: 'Type',
    type: named({ 0: 'VPN identifier in NVT ASCII', 1: 'RFC 2685 VPN-ID', 255: 'global, default VPN' }),
  },
  { key: 'information', name: 'Identifier', type: textOrOctets(atLeast(0)), optional: true },
]);

/** Encrypted DNS resolvers (RFC 9463 §5.1): each behind its 16-bit length. */
const resolverBody: ValueType = struct('resolver', [
  { key: 'priority', name: 'Service priority', type: u16 },
  { key: 'name', name: 'Authentication domain name', type: prefixed(1, domainName()), measure: prefixedBy(1) },
  { key: 'addresses', name: 'Addresses', type: prefixed(1, addressesOrNone), measure: prefixedBy(1), optional: true },
  { key: 'parameters', name: 'Service parameters', type: octets(atLeast(0)), optional: true },
]);
export const encryptedResolvers = sequence(prefixed(2, resolverBody), 'Resolver', { measure: prefixedBy(2) });

/** PXE boot servers (PXE specification 2.1, table 2-1): type, count, addresses. */
export const bootServers = sequence(
  struct('boot server', [
    { key: 'type', name: 'Boot server type', type: u16 },
    {
      key: 'addresses',
      name: 'Addresses',
      type: countedAddresses(),
      measure: (view, at) => (at < view.length ? 1 + 4 * view.u8(at) : 1),
    },
  ]),
  'Boot server',
  { measure: (view, at) => (at + 3 <= view.length ? 3 + 4 * view.u8(at + 2) : 3) },
);

function countedAddresses(): ValueType {
  const size: Size = { min: 1, max: 1 + 4 * 255, step: 4 };
  return {
    name: 'addresses behind their number',
    size,
    decode(view, context) {
      const one = addressesOrNone.decode(view.sub(1), context);
      const children: Field[] = [view.field(0, 1, 'Count', String(view.u8(0)), { key: context.key })];
      if (view.length > 1) children.push(nodeFor(view, 1, view.length - 1, 'Addresses', one, context.key));
      return { data: one.data, value: one.value, children };
    },
    encode(data) {
      const octets = addressesOrNone.encode(data);
      return concat([u8.encode(octets.length / 4), octets]);
    },
  };
}

/** The PXE boot menu: type of boot server and what the menu calls it. */
export const bootMenu = sequence(
  struct(
    'menu item',
    [
      { key: 'type', name: 'Boot server type', type: u16 },
      { key: 'text', name: 'Text', type: prefixed(1, text(atLeast(0))), measure: prefixedBy(1) },
    ],
    { summary: (_, values) => `${values['text']} (${values['type']})` },
  ),
  'Menu item',
  { measure: (view, at) => (at + 3 <= view.length ? 3 + view.u8(at + 2) : 3) },
);
export const bootPrompt = struct('menu prompt', [
  { key: 'timeout', name: 'Timeout', type: named({ 0: 'take the first item at once', 255: 'wait for ever' }) },
  { key: 'text', name: 'Prompt', type: text(atLeast(0)) },
]);
export const bootItem = struct('boot item', [
  { key: 'type', name: 'Boot server type', type: u16 },
  { key: 'layer', name: 'Layer', type: uint(2, { hex: true }) },
]);

/** A host by name or by address, as CableLabs has it (RFC 3495 §5.2). */
export const namedHost: ValueType = encodedServers('server');

/** Back-off of a protocol's retries (RFC 3495 §5.4, §5.5). */
export const backoff = struct('back-off', [
  { key: 'nominal', name: 'Nominal timeout', type: u32 },
  { key: 'maximum', name: 'Maximum timeout', type: u32 },
  { key: 'retries', name: 'Retries', type: u32 },
]);

/** A wireless access point's BSSID (RFC 7839 §4.4.2). */
export const accessPoint = mac({ min: 6, max: 8, step: 2 });
export const accessTechnology = struct('access technology', [
  { key: 'reserved', name: 'Reserved', type: u8 },
  {
    key: 'type',
    name: 'Access technology type',
    type: named({
      0: 'reserved',
      1: 'virtual',
      2: 'PPP',
      3: 'IEEE 802.3',
      4: 'IEEE 802.11a/b/g',
      5: 'IEEE 802.16e',
      6: '3GPP GERAN',
      7: '3GPP UTRAN',
      8: '3GPP E-UTRAN',
      9: '3GPP2 eHRPD',
      10: '3GPP2 HRPD',
      11: '3GPP2 1xRTT',
      12: '3GPP2 UMB',
    }),
  },
]);
