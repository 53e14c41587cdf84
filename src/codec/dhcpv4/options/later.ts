import type { OptionRow } from '../../option';
import { PXE_ARCHITECTURES } from '../../names/architectures';
import { bits, domainList, domainName, ipv6, seconds } from '../../values';
import { optionTable } from '../../option';
import { civicAddress, geoPosition } from '../../values/location';
import { portParameters } from '../../values/ports';
import { addresses, clockTime, codeList16, looseString, named, string, url } from '../values/basic';
import { clientFqdn } from '../values/fqdn';
import { machineUuid, userClass } from '../values/identity';
import { classlessRoutes } from '../values/routes';
import { sixRd, status, subnetAllocation, virtualSubnet } from '../values/networks';
import { networkInterface } from '../values/pxe';
import {
  addressLists,
  directoryAgents,
  encryptedResolvers,
  isns,
  nameServices,
  rdnssSelection,
  serviceScope,
  sipServers,
  uriList,
} from '../values/servers';
import { asText, otherwise, type OtherUse } from '../../values/other-use';
import { readsAsText, textOrOctets } from '../../values/text-or-octets';
import { addressesInText } from '../values/text-rule';
import { tlv } from '../values/tlv';
import { LEASEQUERY } from './message-types';
import { relayAgentInformation } from './relay-agent';

/** IEEE 802.21 mobility services (RFC 5678 §2, §3): the same three kinds, by address or by name. */
const mobility = (type: OptionRow['type'], section: string): OptionRow['type'] =>
  tlv({
    name: 'servers by kind of mobility service',
    table: optionTable([
      {
        code: 1,
        name: 'Information service',
        type,
        rfc: section,
        purpose: 'Lists servers that tell a mobile device about networks around it.',
      },
      {
        code: 2,
        name: 'Command service',
        type,
        rfc: section,
        purpose: 'Lists servers that tell a mobile device to change networks.',
      },
      {
        code: 3,
        name: 'Event service',
        type,
        rfc: section,
        purpose: 'Lists servers that report changes of links to a mobile device.',
      },
    ]),
  });

/** A code that is also set as text for telephones, thin clients or boot programs. */
const orText = (code: number, type: OptionRow['type']): OptionRow['type'] => otherwise(type, code, asText);

/** Options 151 to 157 have the meaning of RFC 6926 only in its own messages; in others, telephones use them for settings. */
const outsideLeaseQuery: OtherUse = (_, { facts }) => !(Number(facts?.messageType) >= LEASEQUERY);
const ofLeaseQuery = (code: number, type: OptionRow['type']): OptionRow['type'] =>
  otherwise(type, code, outsideLeaseQuery);

/** Options defined after RFC 2132, in the order of their codes. */
export const laterOptions: readonly OptionRow[] = [
  {
    code: 77,
    name: 'User Class',
    type: userClass,
    rfc: 'RFC 3004 §4',
    purpose:
      'Says to which groups the user or device belongs, so that servers can treat groups differently; iPXE marks itself here.',
  },
  {
    code: 78,
    name: 'SLP Directory Agent',
    type: directoryAgents,
    rfc: 'RFC 2610 §3',
    purpose:
      'Lists the directories of the Service Location Protocol, where printers and other services are registered.',
  },
  {
    code: 79,
    name: 'SLP Service Scope',
    type: serviceScope,
    rfc: 'RFC 2610 §4',
    purpose: 'Says in which groups of services the client should look with the Service Location Protocol.',
  },
  {
    code: 81,
    name: 'Client FQDN',
    type: clientFqdn,
    rfc: 'RFC 4702 §2',
    purpose: 'Carries the client’s full DNS name, and settles whether client or server writes it into DNS.',
  },
  {
    code: 82,
    name: 'Relay Agent Information',
    type: relayAgentInformation,
    rfc: 'RFC 3046 §2',
    purpose: 'Added by a relay or switch to say where the client is connected. The server must send it back unchanged.',
  },
  {
    code: 83,
    name: 'iSNS',
    type: isns,
    rfc: 'RFC 4174 §2',
    purpose: 'Tells storage devices where the server is that knows all iSCSI disks of the network.',
  },
  {
    code: 85,
    name: 'Novell Directory Services Servers',
    filter: ['dhcp.option.novell_dss.ip', 'ipv4s'],
    type: addresses,
    rfc: 'RFC 2241 §2',
    purpose: 'Lists directory servers of Novell’s network system.',
  },
  {
    code: 86,
    name: 'Novell Directory Services Tree Name',
    filter: ['dhcp.option.novell_ds_tree_name', 'text'],
    type: looseString,
    rfc: 'RFC 2241 §3',
    purpose: 'Names the directory tree in which the client should log in.',
  },
  {
    code: 87,
    name: 'Novell Directory Services Context',
    filter: ['dhcp.option.novell_ds_context', 'text'],
    type: looseString,
    rfc: 'RFC 2241 §4',
    purpose: 'Names the branch of the directory in which the client should begin.',
  },
  {
    code: 88,
    name: 'BCMCS Controller Domain Name List',
    type: domainList(),
    rfc: 'RFC 4280 §4.1',
    purpose: 'Lists by name the controllers of broadcast services in 3G mobile networks.',
  },
  {
    code: 89,
    name: 'BCMCS Controller IPv4 Address',
    type: addresses,
    rfc: 'RFC 4280 §4.3',
    purpose: 'Lists by address the controllers of broadcast services in 3G mobile networks.',
  },
  {
    code: 91,
    name: 'Client Last Transaction Time',
    filter: ['dhcp.option.client_last_transaction_time', 'u32'],
    type: seconds(4),
    rfc: 'RFC 4388 §6.1',
    purpose: 'Tells who asked about a lease how long ago the server last heard from that client.',
  },
  {
    code: 92,
    name: 'Associated IP',
    filter: ['dhcp.option.associated_ip_option', 'ipv4s'],
    type: addresses,
    rfc: 'RFC 4388 §6.1',
    purpose: 'Tells who asked about a client which other addresses it holds.',
  },
  {
    code: 93,
    name: 'Client System Architecture',
    filter: ['dhcp.option.client_system_architecture', 'u16s'],
    type: codeList16('Architecture', (code) => PXE_ARCHITECTURES[code]),
    rfc: 'RFC 4578 §2.1',
    purpose:
      'Says which processor and firmware the booting machine has, so that the server can name the right boot file.',
  },
  {
    code: 94,
    name: 'Client Network Interface Identifier',
    type: networkInterface,
    rfc: 'RFC 4578 §2.2',
    purpose: 'Says which version of the network driver interface (UNDI) the booting machine’s firmware has.',
  },
  {
    code: 95,
    name: 'LDAP',
    type: looseString,
    rfc: 'RFC 3679 §3.2.1',
    purpose: 'Gives the URL of a directory server. It was never standardised, yet Apple’s clients ask for it.',
  },
  {
    code: 97,
    name: 'Client Machine Identifier',
    type: otherwise(machineUuid, 97, (view) => view.length === 0, { min: 0, max: 17, step: 17 }),
    rfc: 'RFC 4578 §2.3',
    purpose: 'Carries the booting machine’s UUID, by which installation servers recognise it.',
  },
  {
    code: 98,
    name: 'User Authentication Protocol',
    type: url,
    rfc: 'RFC 2485',
    purpose: 'Gives the URLs of servers at which a user can prove who he is.',
  },
  {
    code: 99,
    name: 'Civic Location',
    type: civicAddress,
    rfc: 'RFC 4776 §3.1',
    purpose: 'Tells the client its own street address, so that an emergency call can say where it comes from.',
  },
  {
    code: 100,
    name: 'IEEE 1003.1 TZ String',
    filter: ['dhcp.option.tz_pcode', 'text'],
    type: string,
    rfc: 'RFC 4833 §2',
    purpose: 'Gives the time zone with its summer-time rules written out, as POSIX systems write them.',
  },
  {
    code: 101,
    name: 'TZ Database String',
    filter: ['dhcp.option.tz_tcode', 'text'],
    type: string,
    rfc: 'RFC 4833 §2',
    purpose: 'Gives the time zone by its name in the time zone database, such as “Europe/Zurich”.',
  },
  {
    code: 109,
    name: 'DHCP 4o6 Softwire Source Address',
    type: ipv6,
    rfc: 'RFC 8539 §6.2',
    purpose: 'Tells the IPv6 address that is the client’s end of a tunnel for IPv4.',
  },
  {
    code: 112,
    name: 'NetInfo Parent Server Address',
    filter: ['dhcp.option.netinfo_parent_server_address', 'ipv4s'],
    type: addresses,
    rfc: 'RFC 3679 §3.2.2',
    purpose: 'Lists directory servers of NeXT and early Mac OS X systems.',
  },
  {
    code: 113,
    name: 'NetInfo Parent Server Tag',
    filter: ['dhcp.option.netinfo_parent_server_tag', 'text'],
    type: looseString,
    rfc: 'RFC 3679 §3.2.2',
    purpose: 'Names the directory to use on a NetInfo server.',
  },
  {
    code: 114,
    name: 'DHCP Captive-Portal',
    filter: ['dhcp.option.captive_portal', 'text'],
    type: url,
    rfc: 'RFC 8910 §2.1',
    purpose: 'Gives the URL at which the client learns whether it must log in before it gets to the Internet.',
  },
  {
    code: 117,
    name: 'Name Service Search',
    type: nameServices,
    rfc: 'RFC 2937',
    purpose: 'Says in which order the client should ask name services such as DNS and NIS.',
  },
  {
    code: 119,
    name: 'Domain Search',
    type: domainList({ compression: true }),
    rfc: 'RFC 3397 §2',
    purpose: 'Lists the DNS domains that the client tries one after another behind a short name.',
  },
  {
    code: 120,
    name: 'SIP Servers',
    type: sipServers,
    rfc: 'RFC 3361 §3',
    purpose: 'Tells IP phones which SIP server to send their calls through.',
  },
  {
    code: 121,
    name: 'Classless Static Route',
    type: classlessRoutes,
    rfc: 'RFC 3442',
    purpose:
      'Gives routes with masks. A client that understands it ignores the routers of option 3, so the default route must stand here too.',
  },
  {
    code: 123,
    name: 'GeoConf',
    type: geoPosition,
    rfc: 'RFC 6225 §2.2.1',
    purpose: 'Tells the client its own latitude, longitude and altitude, for emergency calls.',
  },
  {
    code: 136,
    name: 'PANA Authentication Agent',
    filter: ['dhcp.option.pana_agent', 'ipv4s'],
    type: addresses,
    rfc: 'RFC 5192 §4',
    purpose: 'Lists the agents with which the client must authenticate itself to use the network (PANA).',
  },
  {
    code: 137,
    name: 'LoST Server',
    filter: ['dhcp.option.lost_server_domain_name', 'text'],
    type: domainName(),
    rfc: 'RFC 5223 §4',
    purpose: 'Names the server that knows which emergency centre is responsible for a place.',
  },
  {
    code: 138,
    name: 'CAPWAP Access Controller',
    filter: ['dhcp.option.capwap_access_controller', 'ipv4s'],
    type: addresses,
    rfc: 'RFC 5417',
    purpose: 'Lists the controllers at which a wireless access point reports to get its settings.',
  },
  {
    code: 139,
    name: 'IPv4 Address of Mobility Services',
    type: mobility(addresses, 'RFC 5678 §2'),
    rfc: 'RFC 5678 §2',
    purpose: 'Lists by address the servers that help mobile devices change networks (IEEE 802.21).',
  },
  {
    code: 140,
    name: 'IPv4 FQDN of Mobility Services',
    type: mobility(domainList(), 'RFC 5678 §3'),
    rfc: 'RFC 5678 §3',
    purpose: 'Lists by name the servers that help mobile devices change networks (IEEE 802.21).',
  },
  {
    code: 141,
    name: 'SIP UA Configuration Service Domains',
    type: domainList(),
    rfc: 'RFC 6011 §4.1',
    purpose: 'Lists the domains in which an IP phone looks for its configuration.',
  },
  {
    code: 142,
    name: 'IPv4 Address of ANDSF',
    filter: ['dhcp.option.andsf_server', 'ipv4s'],
    type: addresses,
    rfc: 'RFC 6153 §2',
    purpose: 'Lists servers that tell a phone which Wi-Fi and other networks it may use.',
  },
  {
    code: 143,
    name: 'SZTP Redirect',
    type: uriList,
    rfc: 'RFC 8572 §8.1',
    purpose: 'Tells a brand-new device at which servers it securely gets its first configuration.',
  },
  {
    code: 144,
    name: 'GeoLoc',
    type: orText(144, geoPosition),
    rfc: 'RFC 6225 §2.2.2',
    purpose: 'Tells the client its own position with how certain it is; the successor of option 123.',
  },
  {
    code: 146,
    name: 'RDNSS Selection',
    type: rdnssSelection,
    rfc: 'RFC 6731 §4.3',
    purpose: 'Tells a client with several networks which DNS servers to ask about which domains.',
  },
  {
    code: 147,
    name: 'DOTS Reference Identifier',
    type: domainName(),
    rfc: 'RFC 8973 §5.2.1',
    purpose: 'Names the server that a site under attack calls for help (DOTS), as its certificate has it.',
  },
  {
    code: 148,
    name: 'DOTS Address',
    type: addresses,
    rfc: 'RFC 8973 §5.2.2',
    purpose: 'Lists addresses of the server that a site under attack calls for help (DOTS).',
  },
  {
    code: 150,
    name: 'TFTP Server Address',
    filter: ['dhcp.option.tftp_server_address', 'ipv4s'],
    type: otherwise(addresses, 150, (view) => readsAsText(view) && addressesInText(view).length === 0),
    rfc: 'RFC 5859 §3',
    purpose:
      'Lists the TFTP servers from which Cisco and other IP phones fetch their settings. Etherboot and GRUB once used the number for other things.',
  },
  {
    code: 151,
    name: 'Status Code',
    type: ofLeaseQuery(151, status),
    rfc: 'RFC 6926 §6.2.2',
    purpose: 'Says how a question about many leases went, with words for people.',
  },
  {
    code: 152,
    name: 'Base Time',
    filter: ['dhcp.option.bulk_lease.base_time', 'time'],
    type: ofLeaseQuery(152, clockTime),
    rfc: 'RFC 6926 §6.2.3',
    purpose: 'Gives the server’s clock when it wrote the answer, which other times in the message refer to.',
  },
  {
    code: 153,
    name: 'Start Time of State',
    filter: ['dhcp.option.bulk_lease.start_time_of_state', 'u32'],
    type: ofLeaseQuery(153, seconds(4)),
    rfc: 'RFC 6926 §6.2.4',
    purpose: 'Says for how long the lease has been in its present state.',
  },
  {
    code: 154,
    name: 'Query Start Time',
    filter: ['dhcp.option.bulk_lease.query_start_time', 'time'],
    type: ofLeaseQuery(154, clockTime),
    rfc: 'RFC 6926 §6.2.5',
    purpose: 'Asks only for leases that changed after this time.',
  },
  {
    code: 155,
    name: 'Query End Time',
    filter: ['dhcp.option.bulk_lease.query_end_time', 'time'],
    type: ofLeaseQuery(155, clockTime),
    rfc: 'RFC 6926 §6.2.6',
    purpose: 'Asks only for leases that changed before this time.',
  },
  {
    code: 156,
    name: 'DHCP State',
    filter: ['dhcp.option.bulk_lease.dhcp_state', 'u8'],
    type: ofLeaseQuery(
      156,
      named({
        1: 'AVAILABLE',
        2: 'ACTIVE',
        3: 'EXPIRED',
        4: 'RELEASED',
        5: 'ABANDONED',
        6: 'RESET',
        7: 'REMOTE',
        8: 'TRANSITIONING',
      }),
    ),
    rfc: 'RFC 6926 §6.2.7',
    purpose: 'Tells who asked about a lease what has become of it.',
  },
  {
    code: 157,
    name: 'Data Source',
    filter: ['dhcp.option.bulk_lease.data_source', 'flag'],
    type: ofLeaseQuery(
      157,
      bits(1, [{ mask: 1, name: 'Remote', names: { 0: 'from the server’s own data', 1: 'from another server' } }]),
    ),
    rfc: 'RFC 6926 §6.2.8',
    purpose: 'Says whether the server knows of the lease by itself or from another server.',
  },
  {
    code: 158,
    name: 'PCP Server',
    type: orText(158, addressLists),
    rfc: 'RFC 7291 §4',
    purpose: 'Lists servers that a client can ask to open ports in the provider’s address translation.',
  },
  {
    code: 159,
    name: 'Port Parameters',
    type: orText(159, portParameters),
    rfc: 'RFC 7618 §9',
    purpose: 'Says which ports the client may use of an address that it shares with others.',
  },
  {
    code: 160,
    name: 'Captive Portal (old number)',
    filter: ['dhcp.option.captive_portal', 'text'],
    type: textOrOctets(),
    rfc: 'RFC 7710 §2.1',
    purpose:
      'Held the captive portal’s URL until it was moved to option 114, because Polycom phones used this number for their provisioning server.',
  },
  {
    code: 161,
    name: 'MUD URL',
    filter: ['dhcp.option.mudurl', 'text'],
    type: url,
    rfc: 'RFC 8520 §10',
    purpose:
      'Gives the URL of a file in which the device’s maker says whom the device needs to talk to, so that all else can be blocked.',
  },
  {
    code: 162,
    name: 'Encrypted DNS Servers',
    type: orText(162, encryptedResolvers),
    rfc: 'RFC 9463 §5.1',
    purpose: 'Names DNS servers that the client can ask over TLS, HTTPS or QUIC, so that nobody listens in.',
  },
  {
    code: 208,
    name: 'PXELINUX Magic',
    type: textOrOctets(),
    rfc: 'RFC 5071 §3',
    purpose: 'Marks options 209 to 211 as meant for PXELINUX; the value is f1 00 74 7e. No longer needed.',
  },
  {
    code: 209,
    name: 'PXELINUX Configuration File',
    filter: ['dhcp.option.pxe_config_file', 'text'],
    type: string,
    rfc: 'RFC 5071 §4',
    purpose: 'Names the configuration file that the PXELINUX boot program reads.',
  },
  {
    code: 210,
    name: 'PXELINUX Path Prefix',
    filter: ['dhcp.option.pxe_path_prefix', 'text'],
    type: string,
    rfc: 'RFC 5071 §5',
    purpose: 'Gives the directory in which PXELINUX looks for its files.',
  },
  {
    code: 211,
    name: 'PXELINUX Reboot Time',
    type: orText(211, seconds(4)),
    rfc: 'RFC 5071 §6',
    purpose: 'Sets after how long the machine restarts when PXELINUX cannot boot.',
  },
  {
    code: 212,
    name: '6RD',
    type: sixRd,
    rfc: 'RFC 5969 §7.1.1',
    purpose:
      'Tells a home router how to make its IPv6 addresses from its IPv4 address, and through which relay IPv6 goes.',
  },
  {
    code: 213,
    name: 'Access Network Domain Name',
    type: domainName(),
    rfc: 'RFC 5986',
    purpose: 'Names the domain of the access network, in which the client finds the server that knows where it is.',
  },
  {
    code: 220,
    name: 'Subnet Allocation',
    type: subnetAllocation,
    rfc: 'RFC 6656 §3',
    purpose: 'Lets a router ask the server for a whole subnet instead of one address.',
  },
  {
    code: 221,
    name: 'Virtual Subnet Selection',
    type: virtualSubnet,
    rfc: 'RFC 6607',
    purpose: 'Says in which virtual private network an address is wanted.',
  },
  {
    code: 249,
    name: 'Private/Classless Static Route (Microsoft)',
    type: orText(249, classlessRoutes),
    rfc: '[MS-DHCPE] §2.2.8',
    purpose: 'Gives routes with masks, as option 121 does, under the number that older Windows asks for.',
  },
  {
    code: 252,
    name: 'Private/Proxy autodiscovery',
    filter: ['dhcp.option.private_proxy_autodiscovery', 'text'],
    type: url,
    rfc: 'draft-ietf-wrec-wpad-01 §4.4.1',
    purpose:
      'Gives the URL of a script that tells browsers which proxy to use (WPAD). Who can set it can read much of the traffic.',
  },
];
