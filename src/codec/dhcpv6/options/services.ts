import { optionTable } from '../../option';
import { list } from '../../values/compound';
import { domainList, domainName } from '../../values/domain';
import { bits, ipv6, text, uint } from '../../values/scalar';
import { atLeast, octets } from '../../values/type';
import type { OptionRow6, OptionTable6, Space6 } from '../tlv';
import { optionRequest, prefixShort, shortPrefixSize } from '../values/identity';
import { civicAddress, geoPosition } from '../../values/location';
import { SERVICE_PARAMETER_ROWS } from '../../values/service-parameters';
import { flagsPart, prefixed, prefixedBy, presence, sequence, struct } from '../../values/struct';
import { PXE_ARCHITECTURES } from '../../names/architectures';
import { container } from '../values/container';
import { textOrOctets } from '../../values/text-or-octets';

/** Lists of domain names. DHCPv6 never compresses them (RFC 9915 §10). */
const domains = domainList();
const domain = domainName();
const servers = list(ipv6);

const row = (
  code: number,
  name: string,
  token: string,
  type: OptionRow6['type'],
  rfc: string,
  purpose: string,
): OptionRow6 => ({
  code,
  name,
  token,
  type,
  rfc,
  purpose,
});

/** Sub-options of the NTP server option (RFC 5908 §4.1 to §4.3). */
const NTP_SUBOPTIONS = optionTable([
  row(
    1,
    'NTP Server Address',
    'NTP_SUBOPTION_SRV_ADDR',
    ipv6,
    'RFC 5908 §4.1',
    'Where the client asks for the time: a host of its own address.',
  ),
  row(
    2,
    'NTP Multicast Address',
    'NTP_SUBOPTION_MC_ADDR',
    ipv6,
    'RFC 5908 §4.2',
    'A group where a time server announces the time.',
  ),
  row(
    3,
    'NTP Server FQDN',
    'NTP_SUBOPTION_SRV_FQDN',
    domain,
    'RFC 5908 §4.3',
    'Where the client asks for the time: a host whose address it looks up in DNS first.',
  ),
]) as OptionTable6;

/** Kinds of mobility servers, by address (RFC 5678 §4) or by name (§5). */
const mobility = (type: OptionRow6['type'], rfc: string): OptionTable6 =>
  optionTable([
    row(1, 'Information Service', 'IS', type, rfc, 'Servers that know the networks nearby.'),
    row(2, 'Command Service', 'CS', type, rfc, 'Servers that tell a device to change networks.'),
    row(3, 'Event Service', 'ES', type, rfc, 'Servers that report changes of links.'),
  ]) as OptionTable6;
const MOS_ADDRESSES = mobility(servers, 'RFC 5678 §4');
const MOS_NAMES = mobility(domains, 'RFC 5678 §5');

/** Service parameters of an encrypted DNS server, which have the same form as options (RFC 9460 §2.2). */
const SERVICE_PARAMETERS = optionTable(
  SERVICE_PARAMETER_ROWS.map((one): OptionRow6 => ({ ...one, token: one.name })),
) as OptionTable6;

/** Flags, then a name that may be partial (RFC 4704 §4). */
const clientName = struct(
  'flags and domain name',
  [
    flagsPart([
      { mask: 0x04, name: 'N: server does no DNS updates' },
      { mask: 0x02, name: 'O: server overrode the client’s wish' },
      { mask: 0x01, name: 'S: server updates the AAAA record' },
    ]),
    { key: 'name', name: 'Domain name', type: domainName({ partial: true }) },
  ],
  { summary: (_, values) => `${values['name'] || '(no name)'}, flags ${values['flags']}` },
);

/** A DNS server and the domains it should be asked about (RFC 6731 §4.2). */
const dnsSelection = struct('DNS server with its domains', [
  { key: 'server', name: 'DNS server', type: ipv6 },
  { key: 'preference', name: 'Preference', type: uint(1, { names: { 0: 'medium', 1: 'high', 3: 'low' } }) },
  { key: 'domains', name: 'Domains', type: domains, optional: true },
]);

/** An encrypted DNS server (RFC 9463 §4.1). Ends after the name if the client is to look up the rest itself. */
const encryptedDns = container(
  'encrypted DNS server',
  [
    { key: 'priority', name: 'Service priority', type: uint(2) },
    { key: 'name', name: 'Authentication domain name', type: prefixed(2, domain), measure: prefixedBy(2) },
    {
      key: 'addresses',
      name: 'Addresses',
      type: prefixed(2, list(ipv6, { min: 0 })),
      measure: prefixedBy(2),
      optional: true,
    },
  ],
  {
    options: () => SERVICE_PARAMETERS,
    summary: (_, values) => [values['name'], values['addresses']].filter(Boolean).join(', '),
  },
);

/** The kind of KDC and how to reach it (RFC 6784 §3.4). */
const kerberosServer = struct('Kerberos server', [
  { key: 'priority', name: 'Priority', type: uint(2) },
  { key: 'weight', name: 'Weight', type: uint(2) },
  { key: 'transport', name: 'Transport type', type: uint(1, { names: { 1: 'UDP', 2: 'TCP', 3: 'TLS' } }) },
  { key: 'port', name: 'Port', type: uint(2) },
  { key: 'address', name: 'Address', type: ipv6 },
  { key: 'realm', name: 'Realm', type: textOrOctets(atLeast(0)) },
]);

/** The transports that a distribution manager accepts, and its name (RFC 9527 §4.2). */
const distributionManager = struct('transports and domain name', [
  {
    key: 'transports',
    name: 'Supported transports',
    type: bits(2, [{ mask: 0x8000, name: 'DNS over mutually authenticated TLS' }]),
  },
  { key: 'name', name: 'Domain name', type: domain },
]);

/** How MPL forwarders retransmit data and control messages (RFC 7774 §2.1). */
const mplParameters = struct('MPL parameters', [
  flagsPart([{ mask: 0x80, name: 'P: proactive forwarding' }]),
  { key: 'unit', name: 'Time unit (ms)', type: uint(1) },
  { key: 'lifetime', name: 'Seed set entry lifetime (units)', type: uint(2) },
  { key: 'dataK', name: 'Data: K', type: uint(1) },
  { key: 'dataMin', name: 'Data: Imin (units)', type: uint(2) },
  { key: 'dataMax', name: 'Data: Imax', type: uint(1) },
  { key: 'dataExpirations', name: 'Data: timer expirations', type: uint(2) },
  { key: 'controlK', name: 'Control: K', type: uint(1) },
  { key: 'controlMin', name: 'Control: Imin (units)', type: uint(2) },
  { key: 'controlMax', name: 'Control: Imax', type: uint(1) },
  { key: 'controlExpirations', name: 'Control: timer expirations', type: uint(2) },
  { key: 'domain', name: 'MPL domain address', type: ipv6, optional: true },
]);

/** Names, addresses and parameters of services that a client may use. */
export const serviceOptions = ({ options }: Space6): readonly OptionRow6[] => [
  {
    code: 21,
    name: 'SIP Server Domain Name List',
    filter: ['dhcpv6.sip_server_domain_search_fqdn', 'domains'],
    token: 'OPTION_SIP_SERVER_D',
    type: domains,
    rfc: 'RFC 3319 §3.1',
    purpose: 'Names of the telephony proxies that the client is to send its calls through.',
  },
  {
    code: 22,
    name: 'SIP Servers IPv6 Address List',
    filter: ['dhcpv6.sip_server_a', 'ipv6s'],
    token: 'OPTION_SIP_SERVER_A',
    type: servers,
    rfc: 'RFC 3319 §3.2',
    purpose: 'Addresses of the telephony proxies that the client is to send its calls through.',
  },
  {
    code: 23,
    name: 'DNS Recursive Name Servers',
    filter: ['dhcpv6.dns_server', 'ipv6s'],
    token: 'OPTION_DNS_SERVERS',
    type: servers,
    rfc: 'RFC 3646 §3',
    purpose: 'Where the client asks for the addresses of names.',
  },
  {
    code: 24,
    name: 'Domain Search List',
    filter: ['dhcpv6.search_list_entry', 'domains'],
    token: 'OPTION_DOMAIN_LIST',
    type: domains,
    rfc: 'RFC 3646 §4',
    purpose: 'What the client appends to short host names when it looks them up.',
  },
  {
    code: 27,
    name: 'NIS Servers',
    filter: ['dhcpv6.nis_server', 'ipv6s'],
    token: 'OPTION_NIS_SERVERS',
    type: servers,
    rfc: 'RFC 3898 §3',
    purpose: 'Where the client finds accounts and hosts by the Network Information Service.',
  },
  {
    code: 28,
    name: 'NIS+ Servers',
    filter: ['dhcpv6.nisp_server', 'ipv6s'],
    token: 'OPTION_NISP_SERVERS',
    type: servers,
    rfc: 'RFC 3898 §4',
    purpose: 'Where the client finds accounts and hosts by version 2 of the Network Information Service.',
  },
  {
    code: 29,
    name: 'NIS Domain Name',
    filter: ['dhcpv6.nis_fqdn', 'domains'],
    token: 'OPTION_NIS_DOMAIN_NAME',
    type: domain,
    rfc: 'RFC 3898 §5',
    purpose: 'To which domain of the Network Information Service the client belongs.',
  },
  {
    code: 30,
    name: 'NIS+ Domain Name',
    filter: ['dhcpv6.nisp_fqdn', 'domains'],
    token: 'OPTION_NISP_DOMAIN_NAME',
    type: domain,
    rfc: 'RFC 3898 §6',
    purpose: 'To which domain of the Network Information Service version 2 the client belongs.',
  },
  {
    code: 31,
    name: 'SNTP Servers',
    filter: ['dhcpv6.sntp_server', 'ipv6s'],
    token: 'OPTION_SNTP_SERVERS',
    type: servers,
    rfc: 'RFC 4075 §4',
    purpose: 'Where the client gets the time of day; option 56 has taken its place.',
  },
  {
    code: 33,
    name: 'BCMCS Server Domain Name List',
    filter: ['dhcpv6.bcmcs_server_fqdn', 'domains'],
    token: 'OPTION_BCMCS_SERVER_D',
    type: domains,
    rfc: 'RFC 4280 §4.2',
    purpose: 'Names of controllers of broadcast and multicast services in mobile networks.',
  },
  {
    code: 34,
    name: 'BCMCS Server Address List',
    filter: ['dhcpv6.bcmcs_server_a', 'ipv6s'],
    token: 'OPTION_BCMCS_SERVER_A',
    type: servers,
    rfc: 'RFC 4280 §4.4',
    purpose: 'Addresses of controllers of broadcast and multicast services in mobile networks.',
  },
  {
    code: 36,
    name: 'Civic Location',
    token: 'OPTION_GEOCONF_CIVIC',
    type: civicAddress,
    rfc: 'RFC 4776 §3.2',
    purpose: 'Where the client or its switch stands, as a postal address.',
  },
  {
    code: 39,
    name: 'Client FQDN',
    token: 'OPTION_CLIENT_FQDN',
    type: clientName,
    rfc: 'RFC 4704 §4',
    purpose: 'The client’s own name, and which side enters it into the DNS.',
  },
  {
    code: 40,
    name: 'PANA Agents',
    filter: ['dhcpv6.pana_agent', 'ipv6s'],
    token: 'OPTION_PANA_AGENT',
    type: servers,
    rfc: 'RFC 5192 §5',
    purpose: 'Where the client proves who it is before the network lets it in.',
  },
  {
    code: 41,
    name: 'POSIX Time Zone',
    filter: ['dhcpv6.timezone', 'text'],
    token: 'OPTION_NEW_POSIX_TIMEZONE',
    type: text(),
    rfc: 'RFC 4833 §3',
    purpose: 'The offset and rules of local time, written out as POSIX does.',
  },
  {
    code: 42,
    name: 'TZ Database Time Zone',
    filter: ['dhcpv6.tzdb', 'text'],
    token: 'OPTION_NEW_TZDB_TIMEZONE',
    type: text(),
    rfc: 'RFC 4833 §3',
    purpose: 'The place whose local time applies, as the time zone database names it.',
  },
  {
    code: 43,
    name: 'Echo Request',
    filter: ['dhcpv6.requested_option_code', 'u16s'],
    token: 'OPTION_ERO',
    type: optionRequest(options),
    rfc: 'RFC 4994 §3',
    purpose: 'A relay asks the server to send these options of the relay’s back to it.',
  },
  {
    code: 51,
    name: 'LoST Server',
    token: 'OPTION_V6_LOST',
    type: domain,
    rfc: 'RFC 5223 §5',
    purpose: 'Who tells which emergency call centre is responsible for a place.',
  },
  {
    code: 52,
    name: 'CAPWAP Access Controllers',
    filter: ['dhcpv6.capwap_ac_v6', 'ipv6s'],
    token: 'OPTION_CAPWAP_AC_V6',
    type: servers,
    rfc: 'RFC 5417',
    purpose: 'Which controllers a wireless access point may join.',
  },
  {
    code: 54,
    name: 'MoS Address List',
    token: 'OPTION_IPv6_Address-MoS',
    type: container('mobility servers', [], { options: () => MOS_ADDRESSES }),
    rfc: 'RFC 5678 §4',
    purpose: 'Addresses of servers that help a device to change between networks (IEEE 802.21).',
  },
  {
    code: 55,
    name: 'MoS Domain Name List',
    token: 'OPTION_IPv6_FQDN-MoS',
    type: container('mobility servers', [], { options: () => MOS_NAMES }),
    rfc: 'RFC 5678 §5',
    purpose: 'Names of servers that help a device to change between networks (IEEE 802.21).',
  },
  {
    code: 56,
    name: 'NTP Server',
    token: 'OPTION_NTP_SERVER',
    type: container('time servers', [], { options: () => NTP_SUBOPTIONS }),
    rfc: 'RFC 5908 §4',
    purpose: 'Where the client gets exact time: by address, by multicast group or by name.',
    repeated: 'separate',
  },
  {
    code: 57,
    name: 'Access Network Domain Name',
    token: 'OPTION_V6_ACCESS_DOMAIN',
    type: domain,
    rfc: 'RFC 5986',
    purpose: 'Names the access network, so that a client finds its location server.',
  },
  {
    code: 58,
    name: 'SIP User Agent Configuration Domains',
    token: 'OPTION_SIP_UA_CS_LIST',
    type: domains,
    rfc: 'RFC 6011 §4.2',
    purpose: 'Where a telephone loads its settings from.',
  },
  {
    code: 59,
    name: 'Boot File URL',
    token: 'OPT_BOOTFILE_URL',
    type: text(),
    rfc: 'RFC 5970 §3.1',
    purpose: 'Which file the client loads and starts to boot.',
  },
  {
    code: 60,
    name: 'Boot File Parameters',
    token: 'OPT_BOOTFILE_PARAM',
    type: sequence(prefixed(2, text(atLeast(0))), 'Parameter', { measure: prefixedBy(2) }),
    rfc: 'RFC 5970 §3.2',
    purpose: 'What the loaded boot file gets as its command line.',
  },
  {
    code: 61,
    name: 'Client System Architecture Type',
    token: 'OPTION_CLIENT_ARCH_TYPE',
    type: list(uint(2, { names: PXE_ARCHITECTURES, name: 'architecture type' })),
    rfc: 'RFC 5970 §3.3',
    purpose: 'What machine and firmware is booting, so that the server can offer a file it can run.',
  },
  {
    code: 62,
    name: 'Client Network Interface Identifier',
    token: 'OPTION_NII',
    type: struct('interface type and version', [
      { key: 'type', name: 'Type', type: uint(1, { names: { 1: 'UNDI' } }) },
      { key: 'major', name: 'Major revision', type: uint(1) },
      { key: 'minor', name: 'Minor revision', type: uint(1) },
    ]),
    rfc: 'RFC 5970 §3.4',
    purpose: 'Which version of the boot firmware’s network interface (UNDI) the client has.',
  },
  {
    code: 63,
    name: 'Geolocation',
    token: 'OPTION_GEOLOCATION',
    type: geoPosition,
    rfc: 'RFC 6225 §2.1',
    purpose: 'Where the client is, as latitude, longitude and altitude.',
  },
  {
    code: 65,
    name: 'ERP Local Domain Name',
    token: 'OPTION_ERP_LOCAL_DOMAIN_NAME',
    type: domain,
    rfc: 'RFC 6440 §3.1',
    purpose: 'Where a client authenticates again without going back to its home network.',
  },
  {
    code: 74,
    name: 'RDNSS Selection',
    token: 'OPTION_RDNSS_SELECTION',
    type: dnsSelection,
    rfc: 'RFC 6731 §4.2',
    purpose: 'Says which names one DNS server of several knows best.',
    repeated: 'separate',
  },
  {
    code: 75,
    name: 'Kerberos Principal Name',
    token: 'OPTION_KRB_PRINCIPAL_NAME',
    type: octets(atLeast(1)),
    rfc: 'RFC 6784 §3.1',
    purpose: 'Names the client’s Kerberos account, so that the server can choose settings for it.',
  },
  {
    code: 76,
    name: 'Kerberos Realm Name',
    token: 'OPTION_KRB_REALM_NAME',
    type: textOrOctets(atLeast(1)),
    rfc: 'RFC 6784 §3.2',
    purpose: 'Names the Kerberos realm that the client wants to use.',
  },
  {
    code: 77,
    name: 'Kerberos Default Realm Name',
    token: 'OPTION_KRB_DEFAULT_REALM_NAME',
    type: textOrOctets(atLeast(1)),
    rfc: 'RFC 6784 §3.3',
    purpose: 'Names the Kerberos realm to use where nothing else names one.',
  },
  {
    code: 78,
    name: 'Kerberos KDC',
    token: 'OPTION_KRB_KDC',
    type: kerberosServer,
    rfc: 'RFC 6784 §3.4',
    purpose: 'Where the client gets its Kerberos tickets.',
    repeated: 'separate',
  },
  {
    code: 84,
    name: 'Address Selection',
    token: 'OPTION_ADDRSEL',
    type: container(
      'flags and policy rows',
      [
        flagsPart([
          { mask: 0x02, name: 'A: client may add rows itself' },
          { mask: 0x01, name: 'P: prefer temporary addresses' },
        ]),
      ],
      { options },
    ),
    rfc: 'RFC 7078 §2',
    purpose: 'How the client chooses among its own and its peers’ addresses.',
  },
  {
    code: 85,
    name: 'Address Selection Policy Table',
    token: 'OPTION_ADDRSEL_TABLE',
    type: struct('policy row', [
      { key: 'label', name: 'Label', type: uint(1) },
      { key: 'precedence', name: 'Precedence', type: uint(1) },
      { key: 'prefix', name: 'Prefix', type: prefixShort, measure: shortPrefixSize },
    ]),
    rfc: 'RFC 7078 §2',
    purpose: 'One row of the address selection policy: how much a prefix is preferred.',
    repeated: 'separate',
  },
  {
    code: 86,
    name: 'PCP Servers',
    token: 'OPTION_V6_PCP_SERVER',
    type: servers,
    rfc: 'RFC 7291 §3',
    purpose: 'Where a client asks a firewall or translator to open a port.',
    repeated: 'separate',
  },
  {
    code: 103,
    name: 'Captive Portal',
    filter: ['dhcpv6.captive_portal', 'text'],
    token: 'OPTION_CAPTIVE_PORTAL',
    type: text(),
    rfc: 'RFC 8910 §2.2',
    purpose: 'Where a device asks whether it must log in before it can use the network.',
  },
  {
    code: 104,
    name: 'MPL Parameters',
    token: 'OPTION_MPL_PARAMETERS',
    type: mplParameters,
    rfc: 'RFC 7774 §2',
    purpose: 'How devices of a low-power network repeat multicast packets.',
    repeated: 'separate',
  },
  {
    code: 112,
    name: 'Manufacturer Usage Description URL',
    filter: ['dhcpv6.mudurl', 'text'],
    token: 'OPTION_MUD_URL_V6',
    type: text(),
    rfc: 'RFC 8520 §10',
    purpose: 'Where the maker of a device describes what traffic it needs, so that the network can allow just that.',
  },
  {
    code: 136,
    name: 'SZTP Redirect',
    token: 'OPTION_V6_SZTP_REDIRECT',
    type: sequence(prefixed(2, text()), 'Bootstrap server URI', { measure: prefixedBy(2) }),
    rfc: 'RFC 8572 §8.2',
    purpose: 'Where a new device loads its first configuration securely without being touched.',
  },
  {
    code: 141,
    name: 'DOTS Reference Identifier',
    token: 'OPTION_V6_DOTS_RI',
    type: domain,
    rfc: 'RFC 8973 §5.1.1',
    purpose: 'Under which name the server that helps against flooding attacks proves itself.',
  },
  {
    code: 142,
    name: 'DOTS Address',
    token: 'OPTION_V6_DOTS_ADDRESS',
    type: servers,
    rfc: 'RFC 8973 §5.1.2',
    purpose: 'Where a client asks for help against flooding attacks.',
  },
  {
    code: 143,
    name: 'ANDSF IPv6 Addresses',
    token: 'OPTION-IPv6_Address-ANDSF',
    type: servers,
    rfc: 'RFC 6153 §3',
    purpose: 'Servers of a mobile network that help a telephone to find other networks.',
  },
  {
    code: 144,
    name: 'Encrypted DNS',
    token: 'OPTION_V6_DNR',
    type: encryptedDns,
    rfc: 'RFC 9463 §4.1',
    purpose: 'A DNS server that is asked over an encrypted connection, under which name, and how.',
    repeated: 'separate',
  },
  {
    code: 145,
    name: 'Registered Homenet Domain',
    token: 'OPTION_REGISTERED_DOMAIN',
    type: domain,
    rfc: 'RFC 9527 §4.1',
    purpose: 'Under which public domain a home network’s names are published.',
    repeated: 'separate',
  },
  {
    code: 146,
    name: 'Forward Distribution Manager',
    token: 'OPTION_FORWARD_DIST_MANAGER',
    type: distributionManager,
    rfc: 'RFC 9527 §4.2',
    purpose: 'Where a home router sends its names to have them published.',
  },
  {
    code: 147,
    name: 'Reverse Distribution Manager',
    token: 'OPTION_REVERSE_DIST_MANAGER',
    type: distributionManager,
    rfc: 'RFC 9527 §4.3',
    purpose: 'Where a home router sends the names of its addresses to have them published.',
  },
  {
    code: 148,
    name: 'Address Registration Enable',
    token: 'OPTION_ADDR_REG_ENABLE',
    type: presence,
    rfc: 'RFC 9686 §4.1',
    purpose: 'The server says that clients may tell it the addresses they made up themselves.',
  },
];
