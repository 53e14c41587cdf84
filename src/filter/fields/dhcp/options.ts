import { domainName, domainNames } from './forms';
import type { Octets } from '../sink';
import { defineFields } from '../table';
import { partFields as agentFields, readAgent } from './agent';
import { readClientIdentifier, identityFields } from './identity';
import { pxeFields, readEnterprise, readVendor, readVendorClasses } from './vendor';
import type { ValueNames } from '../../field';

/** What the reader of one option needs to know about others. */
export interface DhcpContext {
  /** Option 60, which determines how option 43 is read. */
  readonly vendorClass: string;
}

const FQDN_S: ValueNames = { 0: 'Client', 1: 'Server' };

/** The fields of options that have several. */
export const partFields = [
  ...defineFields({
    'dhcp.option.suboption_length': 'uint8',
    'dhcp.option.policy_filter.ip': 'ipv4',
    'dhcp.option.policy_filter.subnet_mask': 'ipv4',
    'dhcp.option.static_route.ip': 'ipv4',
    'dhcp.option.static_route.router': 'ipv4',
    'dhcp.option.user_class': 'uint8',
    'dhcp.option.user_class.length': 'uint8',
    'dhcp.option.user_class.data': 'bytes',
    'dhcp.option.user_class.text': 'string',
    'dhcp.option.slp_directory_agent.value': 'uint8',
    'dhcp.option.slp_directory_agent.slpda_address': 'ipv4',
    'dhcp.option.slp_service_scope.value': 'uint8',
    'dhcp.option.slp_service_scope.string': 'string',
    'dhcp.fqdn.flags': 'uint8',
    'dhcp.fqdn.mbz': 'uint8',
    'dhcp.fqdn.n': ['boolean', { 0: 'Some server updates', 1: 'No server updates' }],
    'dhcp.fqdn.e': ['boolean', { 0: 'ASCII encoding', 1: 'Binary encoding' }],
    'dhcp.fqdn.o': ['boolean', { 0: 'No override', 1: 'Override' }],
    'dhcp.fqdn.s': ['boolean', FQDN_S],
    'dhcp.fqdn.rcode1': 'uint8',
    'dhcp.fqdn.rcode2': 'uint8',
    'dhcp.fqdn.name': 'string',
    'dhcp.option.dhcp_authentication.protocol': 'uint8',
    'dhcp.option.dhcp_authentication.alg_delay': 'uint8',
    'dhcp.option.dhcp_authentication.algorithm': 'uint8',
    'dhcp.option.dhcp_authentication.rdm': 'uint8',
    'dhcp.option.dhcp_authentication.rdm_replay_detection': 'uint64',
    'dhcp.option.dhcp_authentication.information': 'string',
    'dhcp.client_network_id_major': 'uint8',
    'dhcp.client_network_id_minor': 'uint8',
    'dhcp.option.civic_location.what': 'uint8',
    'dhcp.option.civic_location.country': 'string',
    'dhcp.option.civic_location.ca_type': 'uint8',
    'dhcp.option.civic_location.ca_length': 'uint8',
    'dhcp.option.civic_location.ca_value': 'string',
    'dhcp.option.dhcp_name_service_search_option': 'string',
    'dhcp.option.dhcp_dns_domain_search_list_fqdn': 'string',
    'dhcp.option.sip_server.encoding': 'uint8',
    'dhcp.option.sip_server.name': 'string',
    'dhcp.option.sip_server.address': 'ipv4',
    'dhcp.option.classless_static_route': 'bytes',
    'dhcp.option.portparams.offset': 'uint8',
    'dhcp.option.portparams.psid_length': 'uint8',
    'dhcp.option.portparams.psid': 'bytes',
    'dhcp.option.rdnss.preference': 'uint8',
    'dhcp.option.rdnss.primary_dns': 'ipv4',
    'dhcp.option.rdnss.secondary_dns': 'ipv4',
    'dhcp.option.rdnss.domain': 'string',
    'dhcp.option.6RD.ipv4_mask_len': 'uint8',
    'dhcp.option.6RD.prefix_len': 'uint8',
    'dhcp.option.6RD.prefix': 'ipv6',
    'dhcp.option.6RD.border_relay_ip': 'ipv4',
    'dhcp.option.bulk_lease.status_code': 'uint8',
    'dhcp.option.bulk_lease.status_code_message': 'string',
  }),
  ...identityFields,
  ...agentFields,
  ...pxeFields,
];

type Reader = (value: Octets, context: DhcpContext) => void;

const READERS: ReadonlyMap<number, Reader> = new Map<number, Reader>([
  [21, pairs('dhcp.option.policy_filter.ip', 'dhcp.option.policy_filter.subnet_mask')],
  [33, pairs('dhcp.option.static_route.ip', 'dhcp.option.static_route.router')],
  [43, (value, { vendorClass }) => readVendor(value, vendorClass)],
  [61, readClientIdentifier],
  [77, readUserClass],
  [78, readDirectoryAgent],
  [79, readServiceScope],
  [81, readFqdn],
  [82, readAgent],
  [90, readAuthentication],
  [94, readNetworkInterface],
  [97, readMachine],
  [99, readCivic],
  [117, readNameServices],
  [119, (value) => addNames(value, 'dhcp.option.dhcp_dns_domain_search_list_fqdn')],
  [120, readSipServers],
  [121, readRoutes],
  [124, readVendorClasses],
  [125, readEnterprise],
  [146, readResolvers],
  [151, readStatus],
  [159, readPortParameters],
  [212, readSixRd],
  [249, readRoutes],
]);

/** The names of fields that are parts of options. */
export const PARTS: ReadonlySet<string> = new Set(partFields.map(({ name }) => name));
export const hasParts = (code: number): boolean => READERS.has(code);

/** Reads the fields of an option that has several. */
export function readOptionFields(code: number, value: Octets, context: DhcpContext): void {
  READERS.get(code)?.(value, context);
}

function pairs(first: string, second: string): Reader {
  return (value) => {
    for (let at = 0; value.has(at, 8); at += 8) {
      value.ipv4(first, at);
      value.ipv4(second, at + 4);
    }
  };
}

function addNames(value: Octets, name: string): void {
  if (value.wants(name)) for (const one of domainNames(value)) value.add(name, one);
}

/** RFC 3004. If a class does not fit its length, the option is a plain text, as iPXE sends it. */
function readUserClass(value: Octets): void {
  if (value.length < 2) return;
  let instance = 0;
  for (let at = 0; at < value.length;) {
    const length = value.byte(at);
    if (!value.has(at + 1, length)) {
      value.string('dhcp.option.user_class.text', at);
      return;
    }
    value.add('dhcp.option.user_class', instance++);
    value.add('dhcp.option.user_class.length', length);
    // An empty class ends the list, as in Wireshark.
    if (length === 0) return;
    value.octets('dhcp.option.user_class.data', at + 1, length);
    at += 1 + length;
  }
}

function readDirectoryAgent(value: Octets): void {
  value.u8('dhcp.option.slp_directory_agent.value', 0);
  for (let at = 1; value.has(at, 4); at += 4) value.ipv4('dhcp.option.slp_directory_agent.slpda_address', at);
}

function readServiceScope(value: Octets): void {
  if (value.length === 0) return;
  value.u8('dhcp.option.slp_service_scope.value', 0);
  value.string('dhcp.option.slp_service_scope.string', 1);
}

/** RFC 4702 §2. */
function readFqdn(value: Octets): void {
  if (value.length < 3) return;
  const flags = value.byte(0);
  value.add('dhcp.fqdn.flags', flags);
  value.add('dhcp.fqdn.mbz', flags >> 4);
  value.bit('dhcp.fqdn.n', 0, 8);
  value.bit('dhcp.fqdn.e', 0, 4);
  value.bit('dhcp.fqdn.o', 0, 2);
  value.bit('dhcp.fqdn.s', 0, 1);
  value.u8('dhcp.fqdn.rcode1', 1);
  value.u8('dhcp.fqdn.rcode2', 2);
  if (value.length === 3) return;
  const encoded = flags & 4 ? domainName(value.part(3), 0) : undefined;
  if (encoded) value.add('dhcp.fqdn.name', encoded.name);
  else if (!(flags & 4)) value.string('dhcp.fqdn.name', 3);
}

/** RFC 3118 §2, RFC 6704 §3.1.2. */
function readAuthentication(value: Octets): void {
  if (value.length < 11) return;
  const protocol = value.byte(0);
  value.add('dhcp.option.dhcp_authentication.protocol', protocol);
  value.u8(`dhcp.option.dhcp_authentication.${protocol === 1 ? 'alg_delay' : 'algorithm'}`, 1);
  value.u8('dhcp.option.dhcp_authentication.rdm', 2);
  if (value.byte(2) === 0) value.u64('dhcp.option.dhcp_authentication.rdm_replay_detection', 3);
  if (!(protocol === 1 && value.byte(1) === 1)) value.string('dhcp.option.dhcp_authentication.information', 11);
}

/** RFC 4578 §2.2: a type, then major and minor version. */
function readNetworkInterface(value: Octets): void {
  if (value.byte(0) !== 1 || value.length < 3) return;
  value.u8('dhcp.client_network_id_major', 1);
  value.u8('dhcp.client_network_id_minor', 2);
}

function readMachine(value: Octets): void {
  if (value.length === 17 && value.byte(0) === 0) value.add('dhcp.client_id.uuid', value.text(1));
}

/** RFC 4776 §3.1. */
function readCivic(value: Octets): void {
  if (value.length < 3) return;
  value.u8('dhcp.option.civic_location.what', 0);
  value.string('dhcp.option.civic_location.country', 1, 2);
  for (let at = 3; value.has(at, 2);) {
    const length = value.byte(at + 1);
    value.u8('dhcp.option.civic_location.ca_type', at);
    value.u8('dhcp.option.civic_location.ca_length', at + 1);
    if (!value.has(at + 2, length)) return;
    if (length > 0) value.string('dhcp.option.civic_location.ca_value', at + 2, length);
    at += 2 + length;
  }
}

/** The name services of RFC 2937, by the codes of the options that list their servers. */
const NAME_SERVICES: Readonly<Record<number, string>> = {
  0: 'Local naming information (e.g., /etc/hosts)',
  6: 'Domain Name Server Option',
  41: 'Network Information Servers Option',
  44: 'NetBIOS over TCP/IP Name Server Option',
  65: 'Network Information Service+ Servers Option',
};

function readNameServices(value: Octets): void {
  if (value.length % 2 !== 0) return;
  for (let at = 0; value.has(at, 2); at += 2) {
    const code = value.word(at);
    const name = NAME_SERVICES[code];
    if (name) value.add('dhcp.option.dhcp_name_service_search_option', `${name} (${code})`);
  }
}

/** RFC 3361 §3.1, §3.2. */
function readSipServers(value: Octets): void {
  value.u8('dhcp.option.sip_server.encoding', 0);
  if (value.byte(0) === 0) addNames(value.part(1), 'dhcp.option.sip_server.name');
  else if (value.byte(0) === 1 && (value.length - 1) % 4 === 0)
    for (let at = 1; value.has(at, 4); at += 4) value.ipv4('dhcp.option.sip_server.address', at);
}

/** RFC 3442: a prefix length, the significant octets of the network, a router. */
function readRoutes(value: Octets): void {
  if (value.length < 5) return;
  for (let at = 0; at < value.length;) {
    const length = 1 + Math.ceil(value.byte(at) / 8) + 4;
    if (value.byte(at) > 32 || !value.has(at, length)) return;
    value.octets('dhcp.option.classless_static_route', at, length);
    at += length;
  }
}

/** RFC 6731 §4.3. */
function readResolvers(value: Octets): void {
  if (value.length < 9 || (value.byte(0) & 3) === 3) return;
  value.add('dhcp.option.rdnss.preference', value.byte(0) & 3);
  value.ipv4('dhcp.option.rdnss.primary_dns', 1);
  value.ipv4('dhcp.option.rdnss.secondary_dns', 5);
  addNames(value.part(9), 'dhcp.option.rdnss.domain');
}

/** RFC 6926 §6.2.2. */
function readStatus(value: Octets): void {
  value.u8('dhcp.option.bulk_lease.status_code', 0);
  if (value.length > 1) value.string('dhcp.option.bulk_lease.status_code_message', 1);
}

/** RFC 7618 §9. */
function readPortParameters(value: Octets): void {
  if (value.length !== 4) return;
  value.u8('dhcp.option.portparams.offset', 0);
  value.u8('dhcp.option.portparams.psid_length', 1);
  value.octets('dhcp.option.portparams.psid', 2, 2);
}

/** RFC 5969 §7.1.1. */
function readSixRd(value: Octets): void {
  if (value.length < 22) return;
  value.u8('dhcp.option.6RD.ipv4_mask_len', 0);
  value.u8('dhcp.option.6RD.prefix_len', 1);
  value.fixed('dhcp.option.6RD.prefix', 2, 16);
  for (let at = 18; value.has(at, 4); at += 4) value.ipv4('dhcp.option.6RD.border_relay_ip', at);
}
