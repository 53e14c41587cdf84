import { concat } from '../../bytes';
import {
  atLeast,
  bits,
  cannotEncode,
  domainList,
  domainName,
  flag,
  inner,
  ipv4,
  opaque,
  plainText,
  prefixed,
  prefixedBy,
  sequence,
  struct,
  text,
  type ValueType,
} from '../../values';
import { serviceParameters } from '../../values/service-parameters';
import { addresses, addressesOrNone, codeList16, u16, u32 } from './basic';
import { damaged } from './damage';

/** Values that give servers by address, by name, or both, and how to contact them. */

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
        const left = damaged(view, 1, context, plainText(view) ?? text, context.problemIds?.value);
        return { data: { hex: view.hex() }, value: view.hex(), children: [head, left] };
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

/** iSNS (RFC 4174 §2): functions, access and flags, then the addresses of the primary server and its backups. */
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

/** Name services (RFC 2937): option numbers in the order of preference; 0 is the local name file. */
const NAME_SERVICES: Readonly<Record<number, string>> = {
  0: 'local naming information',
  6: 'DNS',
  41: 'NIS',
  44: 'NetBIOS (WINS)',
  65: 'NIS+',
};
export const nameServices = codeList16('Name service', (code) => NAME_SERVICES[code]);

/** Which server resolves names in which domains (RFC 6731 §4.3). */
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

/** Redirect servers of secure zero-touch provisioning (RFC 8572 §8.3): URIs, each preceded by its 16-bit length. */
export const uriList = sequence(prefixed(2, text(atLeast(1), 'URI')), 'URI', { measure: prefixedBy(2) });

/** Lists of addresses, each preceded by its length in octets (RFC 7291 §4.1). Data: an array of arrays. */
export const addressLists = sequence(prefixed(1, addresses), 'Server', { measure: prefixedBy(1) });

/** Encrypted DNS resolvers (RFC 9463 §5.1), each preceded by its 16-bit length. */
const resolverBody: ValueType = struct('resolver', [
  { key: 'priority', name: 'Service priority', type: u16 },
  { key: 'name', name: 'Authentication domain name', type: prefixed(1, domainName()), measure: prefixedBy(1) },
  { key: 'addresses', name: 'Addresses', type: prefixed(1, addressesOrNone), measure: prefixedBy(1), optional: true },
  { key: 'parameters', name: 'Service parameters', type: serviceParameters, optional: true },
]);
export const encryptedResolvers = sequence(prefixed(2, resolverBody), 'Resolver', { measure: prefixedBy(2) });

/** A host by name or by address, in CableLabs' format (RFC 3495 §5.2). */
export const namedHost: ValueType = encodedServers('server');

/** Back-off and retry parameters of a protocol (RFC 3495 §5.3, §5.4). */
export const backoff = struct('back-off', [
  { key: 'nominal', name: 'Nominal timeout', type: u32 },
  { key: 'maximum', name: 'Maximum timeout', type: u32 },
  { key: 'retries', name: 'Retries', type: u32 },
]);
