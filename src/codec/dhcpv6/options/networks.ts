import { list } from '../../values/compound';
import { domainName } from '../../values/domain';
import { ipv4, ipv6, mac, seconds, uint } from '../../values/scalar';
import { atLeast, octets } from '../../values/type';
import type { OptionRow6, Space6 } from '../tlv';
import { hardwareType } from '../../values/duid';
import { identityAssociation, optionRequest, prefixShort, shortPrefixSize } from '../values/identity';
import { portParameters } from '../../values/ports';
import { prefix4 } from '../values/simple';
import { flagsPart, prefixed, prefixedBy, sequence, struct } from '../../values/struct';
import { dhcpv4Message } from '../values/dhcpv4';
import { container } from '../values/container';

const domain = domainName();
const shortPrefix = (key: string, name: string) => ({ key, name, type: prefixShort, measure: shortPrefixSize });

/** The prefix to be excluded from the delegated one, for the link to the provider (RFC 6603 §4.2). */
const excludedPrefix = struct('prefix length and subnet', [
  { key: 'length', name: 'Prefix length', type: uint(1) },
  { key: 'subnet', name: 'Subnet bits', type: octets({ min: 1, max: 16, step: 1 }) },
]);

/** Which routing table a request belongs to (RFC 6607). */
const subnetSelection = struct('virtual subnet', [
  {
    key: 'type',
    name: 'Type',
    type: uint(1, { names: { 0: 'NVT ASCII VPN identifier', 1: 'RFC 2685 VPN-ID', 255: 'global, default VPN' } }),
  },
  { key: 'information', name: 'VSS information', type: octets(atLeast(0)) },
]);

/** A prefix. After the prefix length, some senders cut its octets to what is needed; others send them all. */
const homePrefix = struct('prefix length and prefix', [
  { key: 'length', name: 'Prefix length', type: uint(1) },
  { key: 'prefix', name: 'Prefix', type: octets({ min: 0, max: 16, step: 1 }) },
]);

/** The first bit of a flags octet. */
const FIRST_BIT = 0x80;

/** Mobile IPv6, IPv4 over IPv6, and leases other than addresses. */
export const networkOptions = ({ options }: Space6): readonly OptionRow6[] => [
  {
    code: 49,
    name: 'Home Network Identifier FQDN',
    token: 'OPTION_MIP6_HNIDF',
    type: domain,
    rfc: 'RFC 6610 §3.1',
    purpose: 'Which home network a mobile node wants to know about.',
  },
  {
    code: 50,
    name: 'Visited Home Network Information',
    token: 'OPTION_MIP6_VDINF',
    type: container('home network data', [], { options }),
    rfc: 'RFC 6610 §3.2',
    purpose: 'Mobile IPv6 parameters that the visited network offers.',
  },
  {
    code: 64,
    name: 'AFTR Name',
    filter: ['dhcpv6.aftr_name', 'domains'],
    token: 'OPTION_AFTR_NAME',
    type: domain,
    rfc: 'RFC 6334 §3',
    purpose: 'The far end of the tunnel that carries IPv4 over an IPv6-only line (DS-Lite).',
  },
  {
    code: 67,
    name: 'Prefix Exclude',
    token: 'OPTION_PD_EXCLUDE',
    type: excludedPrefix,
    rfc: 'RFC 6603 §4.2',
    purpose: 'Which part of the delegated prefix the provider keeps for the link to the router.',
  },
  {
    code: 68,
    name: 'Virtual Subnet Selection',
    token: 'OPTION_VSS',
    type: subnetSelection,
    rfc: 'RFC 6607',
    purpose: 'In which virtual private network the client’s addresses lie.',
  },
  {
    code: 69,
    name: 'Identified Home Network Information',
    token: 'OPTION_MIP6_IDINF',
    type: container('home network data', [], { options }),
    rfc: 'RFC 6610 §3.2',
    purpose: 'Mobile IPv6 parameters of the home network that the node named.',
  },
  {
    code: 70,
    name: 'Unrestricted Home Network Information',
    token: 'OPTION_MIP6_UDINF',
    type: container('home network data', [], { options }),
    rfc: 'RFC 6610 §3.2',
    purpose: 'Mobile IPv6 parameters of whatever home network the server chooses.',
  },
  {
    code: 71,
    name: 'Home Network Prefix',
    token: 'OPTION_MIP6_HNP',
    type: homePrefix,
    rfc: 'RFC 6610 §3.3',
    purpose: 'From which prefix a mobile node takes its home address.',
  },
  {
    code: 72,
    name: 'Home Agent Address',
    token: 'OPTION_MIP6_HAA',
    type: ipv6,
    rfc: 'RFC 6610 §3.4',
    purpose: 'To which router at home a mobile node reports where it is.',
    repeated: 'separate',
  },
  {
    code: 73,
    name: 'Home Agent FQDN',
    token: 'OPTION_MIP6_HAF',
    type: domain,
    rfc: 'RFC 6610 §3.5',
    purpose: 'The name of the router at home to which a mobile node reports where it is.',
    repeated: 'separate',
  },
  {
    code: 87,
    name: 'DHCPv4 Message',
    token: 'OPTION_DHCPV4_MSG',
    type: dhcpv4Message,
    rfc: 'RFC 7341 §7.1',
    purpose: 'A whole DHCPv4 message, carried over an IPv6-only network.',
  },
  {
    code: 88,
    name: 'DHCP 4o6 Servers',
    token: 'OPTION_DHCP4_O_DHCP6_SERVER',
    type: list(ipv6, { min: 0 }),
    rfc: 'RFC 7341 §7.2',
    purpose: 'Where a client sends DHCPv4 messages over IPv6; empty for all servers by multicast.',
  },
  {
    code: 89,
    name: 'S46 Rule',
    token: 'OPTION_S46_RULE',
    type: container(
      'mapping rule',
      [
        flagsPart([{ mask: 0x01, name: 'F: forwarding mapping rule' }]),
        { key: 'eaLength', name: 'EA bits', type: uint(1, { unit: 'bits' }) },
        { key: 'prefix4', name: 'IPv4 prefix', type: prefix4 },
        shortPrefix('prefix6', 'IPv6 prefix'),
      ],
      { options },
    ),
    rfc: 'RFC 7598 §4.1',
    purpose: 'How IPv4 addresses and ports map to IPv6 addresses in MAP-E and MAP-T.',
    repeated: 'separate',
  },
  {
    code: 90,
    name: 'S46 Border Relay',
    filter: ['dhcpv6.s46_br.address', 'ipv6'],
    token: 'OPTION_S46_BR',
    type: ipv6,
    rfc: 'RFC 7598 §4.2',
    purpose: 'The provider’s end of the IPv4-in-IPv6 tunnel.',
    repeated: 'separate',
  },
  {
    code: 91,
    name: 'S46 Default Mapping Rule',
    token: 'OPTION_S46_DMR',
    type: struct('prefix', [shortPrefix('prefix', 'DMR prefix')]),
    rfc: 'RFC 7598 §4.3',
    purpose: 'Under which prefix MAP-T puts IPv4 addresses outside of the domain.',
  },
  {
    code: 92,
    name: 'S46 IPv4/IPv6 Address Binding',
    token: 'OPTION_S46_V4V6BIND',
    type: container(
      'address binding',
      [{ key: 'address4', name: 'IPv4 address', type: ipv4 }, shortPrefix('prefix6', 'Binding prefix')],
      { options },
    ),
    rfc: 'RFC 7598 §4.4',
    purpose: 'Which IPv4 address belongs to the client’s tunnel (lightweight 4over6).',
  },
  {
    code: 93,
    name: 'S46 Port Parameters',
    token: 'OPTION_S46_PORTPARAMS',
    type: portParameters,
    rfc: 'RFC 7598 §4.5',
    purpose: 'Which ports the client may use when several share one IPv4 address.',
  },
  {
    code: 94,
    name: 'S46 MAP-E Container',
    token: 'OPTION_S46_CONT_MAPE',
    type: container('softwire options', [], { options }),
    rfc: 'RFC 7598 §5.1',
    purpose: 'All that a router needs to carry IPv4 encapsulated in IPv6 by MAP-E.',
  },
  {
    code: 95,
    name: 'S46 MAP-T Container',
    token: 'OPTION_S46_CONT_MAPT',
    type: container('softwire options', [], { options }),
    rfc: 'RFC 7598 §5.2',
    purpose: 'All that a router needs to translate IPv4 to IPv6 by MAP-T.',
  },
  {
    code: 96,
    name: 'S46 Lightweight 4over6 Container',
    token: 'OPTION_S46_CONT_LW',
    type: container('softwire options', [], { options }),
    rfc: 'RFC 7598 §5.3',
    purpose: 'All that a router needs to carry IPv4 by lightweight 4over6.',
  },
  {
    code: 97,
    name: '4rd',
    token: 'OPTION_4RD',
    type: container('4rd rules', [], { options }),
    rfc: 'RFC 7600 §4.9',
    purpose: 'All that a router needs to carry IPv4 over IPv6 by the 4rd method.',
  },
  {
    code: 98,
    name: '4rd Mapping Rule',
    token: 'OPTION_4RD_MAP_RULE',
    type: struct('mapping rule', [
      { key: 'length4', name: 'IPv4 prefix length', type: uint(1) },
      { key: 'length6', name: 'IPv6 prefix length', type: uint(1) },
      { key: 'eaLength', name: 'EA bits', type: uint(1) },
      flagsPart([{ mask: FIRST_BIT, name: 'W: well-known ports authorised' }]),
      { key: 'prefix4', name: 'IPv4 prefix', type: ipv4 },
      { key: 'prefix6', name: 'IPv6 prefix', type: octets({ min: 12, max: 16, step: 4 }) },
    ]),
    rfc: 'RFC 7600 §4.9',
    purpose: 'How IPv4 addresses and ports map to IPv6 prefixes in 4rd.',
    repeated: 'separate',
  },
  {
    code: 99,
    name: '4rd Non-Mapping Rule',
    token: 'OPTION_4RD_NON_MAP_RULE',
    type: struct('parameters', [
      flagsPart([
        { mask: FIRST_BIT, name: 'H: hub and spoke' },
        { mask: 0x01, name: 'T: traffic class given' },
      ]),
      { key: 'trafficClass', name: 'Traffic class', type: uint(1) },
      { key: 'pmtu', name: 'Domain path MTU', type: uint(2, { unit: 'octets' }) },
    ]),
    rfc: 'RFC 7600 §4.9',
    purpose: 'What else applies in a 4rd domain: topology, traffic class and packet size.',
  },
  {
    code: 111,
    name: 'S46 Priority',
    filter: ['dhcpv6.option_code', 'u16s'],
    token: 'OPTION_S46_PRIORITY',
    type: optionRequest(options),
    rfc: 'RFC 8026 §1.3',
    purpose: 'In which order a router tries the methods of carrying IPv4 over IPv6.',
  },
  {
    code: 113,
    name: 'IPv4/IPv6 Multicast Prefixes',
    token: 'OPTION_V6_PREFIX64',
    type: struct('prefixes', [
      shortPrefix('asm', 'Any-source multicast prefix'),
      shortPrefix('ssm', 'Source-specific multicast prefix'),
      shortPrefix('unicast', 'Unicast prefix'),
    ]),
    rfc: 'RFC 8115 §3',
    purpose: 'Under which prefixes IPv4 addresses and groups appear in IPv6.',
    repeated: 'separate',
  },
  {
    code: 137,
    name: 'S46 Binding Prefix Hint',
    token: 'OPTION_S46_BIND_IPV6_PREFIX',
    type: struct('prefix', [shortPrefix('prefix', 'Binding prefix')]),
    rfc: 'RFC 8539 §6.1',
    purpose: 'From which prefix a client is to take the source address of its softwire.',
  },
  {
    code: 138,
    name: 'Identity Association for Link-Layer Addresses',
    token: 'OPTION_IA_LL',
    type: identityAssociation(options),
    rfc: 'RFC 8947 §11.1',
    purpose: 'Holds blocks of link-layer addresses leased to the client, with the times when to renew them.',
    repeated: 'separate',
  },
  {
    code: 139,
    name: 'Link-Layer Addresses',
    token: 'OPTION_LLADDR',
    type: container(
      'link-layer addresses',
      [
        { key: 'hardware', name: 'Link-layer type', type: hardwareType },
        { key: 'address', name: 'First address', type: prefixed(2, mac(atLeast(0))), measure: prefixedBy(2) },
        { key: 'extra', name: 'Extra addresses', type: uint(4) },
        { key: 'valid', name: 'Valid lifetime', type: seconds() },
      ],
      { options },
    ),
    rfc: 'RFC 8947 §11.2',
    purpose: 'A run of link-layer addresses and how long they may be used; stands inside an IA_LL.',
    repeated: 'separate',
  },
  {
    code: 140,
    name: 'SLAP Quadrant',
    token: 'OPTION_SLAP_QUAD',
    type: sequence(
      struct('quadrant and preference', [
        {
          key: 'quadrant',
          name: 'Quadrant',
          type: uint(1, { names: { 0: 'AAI', 1: 'ELI', 2: 'reserved', 3: 'SAI' } }),
        },
        { key: 'preference', name: 'Preference', type: uint(1) },
      ]),
      'Quadrant preference',
    ),
    rfc: 'RFC 8948 §4.1',
    purpose: 'From which part of the local link-layer addresses the client would like its own.',
  },
  {
    code: 149,
    name: 'Identity Association for SRv6 Locators',
    token: 'OPTION_IA_SRV6_LOCATOR',
    type: identityAssociation(options),
    rfc: 'draft-ietf-spring-dhc-distribute-srv6-locator-dhcp',
    purpose: 'Holds the segment-routing locators leased to a router, with the times when to renew them.',
    repeated: 'separate',
  },
  {
    code: 150,
    name: 'IA Locator',
    token: 'OPTION_IALOCATOR',
    type: octets(atLeast(8)),
    rfc: 'draft-ietf-spring-dhc-distribute-srv6-locator-dhcp',
    purpose: 'One leased segment-routing locator; stands inside an association for locators.',
    repeated: 'separate',
  },
];
