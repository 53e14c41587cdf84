import { optionTable, type OptionRow, type OptionTable } from '../../option';
import { presence } from '../../values/struct';
import { bits, domainName, ipv4, uint } from '../../values';
import { addresses, anyOctets, codeList, named, string, u32, u8, url } from '../values/basic';
import { backoff, bootItem, bootMenu, bootPrompt, bootServers, namedHost } from '../values/structures';
import { textOrOctets } from '../values/text-or-octets';
import { tlv } from '../values/tlv';
import { enterpriseBlocks, vendorSpecific } from '../values/vendor';

const port = uint(2, { name: 'UDP port' });
const PXE = 'PXE specification 2.1, table 2-1';

/** Sub-options of option 43 where option 60 begins with `PXEClient`. */
export const pxeSubOptions: OptionTable = optionTable([
  {
    code: 1,
    name: 'PXE mtftp IP',
    type: ipv4,
    rfc: PXE,
    purpose: 'Gives the multicast group from which the boot file can be received.',
  },
  {
    code: 2,
    name: 'PXE mtftp client port',
    type: port,
    rfc: PXE,
    purpose: 'Gives the port on which the client listens for the boot file by multicast.',
  },
  {
    code: 3,
    name: 'PXE mtftp server port',
    type: port,
    rfc: PXE,
    purpose: 'Gives the port on which the server takes requests for multicast transfers.',
  },
  {
    code: 4,
    name: 'PXE mtftp timeout',
    type: uint(1, { unit: 's' }),
    rfc: PXE,
    purpose: 'Sets how long the client listens for a transfer that is under way before it asks for its own.',
  },
  {
    code: 5,
    name: 'PXE mtftp delay',
    type: uint(1, { unit: 's' }),
    rfc: PXE,
    purpose: 'Sets how long the client waits after a broken transfer before it tries again.',
  },
  {
    code: 6,
    name: 'PXE discovery control',
    type: bits(1, [
      { mask: 0x08, name: 'Download the boot file without asking' },
      { mask: 0x04, name: 'Accept only the servers in PXE boot servers' },
      { mask: 0x02, name: 'No multicast discovery' },
      { mask: 0x01, name: 'No broadcast discovery' },
    ]),
    rfc: PXE,
    purpose: 'Tells the client by which means it may look for boot servers.',
  },
  {
    code: 7,
    name: 'PXE multicast discovery address',
    type: ipv4,
    rfc: PXE,
    purpose: 'Gives the multicast group at which boot servers are asked for.',
  },
  {
    code: 8,
    name: 'PXE boot servers',
    type: bootServers,
    rfc: PXE,
    purpose: 'Lists boot servers of each kind with their addresses.',
  },
  {
    code: 9,
    name: 'PXE boot menu',
    type: bootMenu,
    rfc: PXE,
    purpose: 'Lists what the person at the machine can choose to boot from.',
  },
  {
    code: 10,
    name: 'PXE menu prompt',
    type: bootPrompt,
    rfc: PXE,
    purpose: 'Gives the words shown above the menu, and how long the choice stays open.',
  },
  {
    code: 11,
    name: 'PXE multicast addresses',
    type: anyOctets(),
    rfc: PXE,
    purpose: 'Gives a range of multicast addresses that a boot server may use.',
  },
  {
    code: 12,
    name: 'PXE credential types',
    type: anyOctets(),
    rfc: PXE,
    purpose: 'Lists the kinds of credentials by which the client can check that a boot file is genuine.',
  },
  {
    code: 71,
    name: 'PXE boot item',
    type: bootItem,
    rfc: PXE,
    purpose: 'Says which entry of the menu was chosen, and which part of it is asked for.',
  },
]);

/** Sub-options of option 43 where option 60 begins with `MSFT`. */
export const microsoftSubOptions: OptionTable = optionTable([
  {
    code: 1,
    name: 'Disable NetBIOS over TCP/IP',
    type: uint(4, { names: { 0: 'enabled', 1: 'enabled by server', 2: 'disabled' } }),
    rfc: '[MS-DHCPE] §2.2.2.1',
    purpose: 'Switches NetBIOS on or off on the Windows client.',
  },
  {
    code: 2,
    name: 'Release DHCP Lease on Shutdown',
    type: uint(4, { names: { 0: 'no', 1: 'yes' } }),
    rfc: '[MS-DHCPE] §2.2.2.2',
    purpose: 'Tells a Windows client whether to give its lease back when it is shut down.',
  },
  {
    code: 3,
    name: 'Default Router Metric Base',
    type: u32,
    rfc: '[MS-DHCPE] §2.2.2.3',
    purpose: 'Sets how much Windows prefers the routers of option 3; the smaller, the more.',
  },
]);

/** Sub-options of option 125 of the Broadband Forum (TR-069 annex F and table 3, TR-106). */
const broadbandForum: OptionTable = optionTable([
  {
    code: 1,
    name: 'Device Manufacturer OUI',
    type: string,
    rfc: 'TR-069 annex F',
    purpose: 'Names the maker of the device behind the gateway.',
  },
  {
    code: 2,
    name: 'Device Serial Number',
    type: string,
    rfc: 'TR-069 annex F',
    purpose: 'Gives the serial number of the device behind the gateway.',
  },
  {
    code: 3,
    name: 'Device Product Class',
    type: string,
    rfc: 'TR-069 annex F',
    purpose: 'Says which product the device behind the gateway is.',
  },
  {
    code: 4,
    name: 'Gateway Manufacturer OUI',
    type: string,
    rfc: 'TR-069 annex F',
    purpose: 'Names the maker of the gateway.',
  },
  {
    code: 5,
    name: 'Gateway Serial Number',
    type: string,
    rfc: 'TR-069 annex F',
    purpose: 'Gives the serial number of the gateway.',
  },
  {
    code: 6,
    name: 'Gateway Product Class',
    type: string,
    rfc: 'TR-069 annex F',
    purpose: 'Says which product the gateway is.',
  },
  {
    code: 11,
    name: 'ACS URL',
    type: url,
    rfc: 'TR-069 §3.1',
    purpose: 'Tells a gateway where its provider’s configuration server is.',
  },
  {
    code: 12,
    name: 'Provisioning Code',
    type: string,
    rfc: 'TR-069 §3.1',
    purpose: 'Tells the configuration server which set of services the gateway should get.',
  },
  {
    code: 13,
    name: 'CWMP retry minimum wait interval',
    type: string,
    rfc: 'TR-069 §3.1',
    purpose: 'Sets how long the gateway waits before it calls the configuration server again.',
  },
  {
    code: 14,
    name: 'CWMP retry interval multiplier',
    type: string,
    rfc: 'TR-069 §3.1',
    purpose: 'Sets by how much that wait grows with each failed try, in thousandths.',
  },
]);

const cableLabs: OptionTable = optionTable([
  {
    code: 1,
    name: 'CableLabs Option Request',
    type: codeList('Sub-option', () => undefined),
    rfc: 'CL-SP-CANN-DHCP-Reg',
    purpose: 'Lists the CableLabs sub-options that the device would like to get.',
  },
  {
    code: 2,
    name: 'TFTP Servers',
    type: addresses,
    rfc: 'CL-SP-CANN-DHCP-Reg',
    purpose: 'Lists the servers from which the cable device fetches its configuration.',
  },
]);

/** Sub-options of option 122 (IANA “DHCP CableLabs Client Configuration Option Type 122 Sub-Option Codes”). */
const cableLabsClient: OptionTable = optionTable([
  {
    code: 1,
    name: 'TSP’s Primary DHCP Server Address',
    type: ipv4,
    rfc: 'RFC 3495 §5.1',
    purpose: 'Gives the telephony provider’s DHCP server, the only one from which the phone adapter takes a lease.',
  },
  {
    code: 2,
    name: 'TSP’s Secondary DHCP Server Address',
    type: ipv4,
    rfc: 'RFC 3495 §5.1',
    purpose: 'Gives a second DHCP server of the telephony provider.',
  },
  {
    code: 3,
    name: 'TSP’s Provisioning Server Address',
    type: namedHost,
    rfc: 'RFC 3495 §5.2',
    purpose: 'Gives the server that sets up the phone adapter.',
  },
  {
    code: 4,
    name: 'TSP’s AS-REQ/AS-REP Backoff and Retry',
    type: backoff,
    rfc: 'RFC 3495 §5.3',
    purpose: 'Sets the timeouts of the first Kerberos exchange.',
  },
  {
    code: 5,
    name: 'TSP’s AP-REQ/AP-REP Backoff and Retry',
    type: backoff,
    rfc: 'RFC 3495 §5.4',
    purpose: 'Sets the timeouts of the second Kerberos exchange.',
  },
  {
    code: 6,
    name: 'TSP’s Kerberos Realm Name',
    type: domainName(),
    rfc: 'RFC 3495 §5.5',
    purpose: 'Names the Kerberos realm of the telephony provider.',
  },
  {
    code: 7,
    name: 'TSP’s Ticket Granting Server Utilization',
    type: u8,
    rfc: 'RFC 3495 §5.6',
    purpose: 'Says whether the phone adapter should ask for a ticket-granting ticket first.',
  },
  {
    code: 8,
    name: 'TSP’s Provisioning Timer Value',
    type: u8,
    rfc: 'RFC 3495 §5.7',
    purpose: 'Sets within how many minutes setting up must be finished.',
  },
  {
    code: 9,
    name: 'Security Ticket Control',
    type: uint(2, { hex: true }),
    rfc: 'RFC 3594 §4',
    purpose: 'Tells the phone adapter which of its stored security tickets to throw away.',
  },
  {
    code: 10,
    name: 'KDC Server Address',
    type: addresses,
    rfc: 'RFC 3634 §3',
    purpose: 'Lists Kerberos key distribution centres.',
  },
]);

/** Sub-options of option 63 (IANA “NetWare/IP Option Type 63 Sub-Option Codes”). */
const netWare: OptionTable = optionTable([
  {
    code: 1,
    name: 'NWIP_DOES_NOT_EXIST',
    type: presence,
    rfc: 'RFC 2242 §3',
    purpose: 'Says that there is no NetWare/IP here.',
  },
  {
    code: 2,
    name: 'NWIP_EXIST_IN_OPTIONS_AREA',
    type: presence,
    rfc: 'RFC 2242 §3',
    purpose: 'Says that the NetWare/IP settings stand in this message’s options.',
  },
  {
    code: 3,
    name: 'NWIP_EXIST_IN_SNAME_FILE',
    type: presence,
    rfc: 'RFC 2242 §3',
    purpose: 'Says that the NetWare/IP settings stand in the fields for server name and boot file.',
  },
  {
    code: 4,
    name: 'NWIP_EXIST_BUT_TOO_BIG',
    type: presence,
    rfc: 'RFC 2242 §3',
    purpose: 'Says that there are NetWare/IP settings which did not fit into the message.',
  },
  {
    code: 5,
    name: 'NSQ_BROADCAST',
    type: named({ 0: 'no', 1: 'yes' }),
    rfc: 'RFC 2242 §3',
    purpose: 'Tells the client whether to look for the nearest NetWare server by broadcast.',
  },
  {
    code: 6,
    name: 'PREFERRED_DSS',
    type: addresses,
    rfc: 'RFC 2242 §3',
    purpose: 'Lists domain SAP servers that the client should ask first.',
  },
  {
    code: 7,
    name: 'NEAREST_NWIP_SERVER',
    type: addresses,
    rfc: 'RFC 2242 §3',
    purpose: 'Lists the nearest NetWare/IP servers.',
  },
  {
    code: 8,
    name: 'AUTORETRIES',
    type: u8,
    rfc: 'RFC 2242 §3',
    purpose: 'Sets how often the client tries a server again at start.',
  },
  {
    code: 9,
    name: 'AUTORETRY_SECS',
    type: uint(1, { unit: 's' }),
    rfc: 'RFC 2242 §3',
    purpose: 'Sets how long the client waits between such tries.',
  },
  {
    code: 10,
    name: 'NWIP_1_1',
    type: named({ 0: 'no', 1: 'yes' }),
    rfc: 'RFC 2242 §3',
    purpose: 'Tells the client whether to support NetWare/IP 1.1 servers.',
  },
  { code: 11, name: 'PRIMARY_DSS', type: ipv4, rfc: 'RFC 2242 §3', purpose: 'Gives the primary domain SAP server.' },
]);

/** What iPXE puts into option 175. */
const etherboot: OptionTable = optionTable([
  ...(
    [
      [16, 'PXE extensions'],
      [17, 'iSCSI'],
      [18, 'AoE'],
      [19, 'HTTP'],
      [20, 'HTTPS'],
      [21, 'TFTP'],
      [22, 'FTP'],
      [23, 'DNS'],
      [24, 'bzImage'],
      [25, 'Multiboot'],
      [26, 'SLAM'],
      [27, 'SRP'],
      [32, 'NBI'],
      [33, 'PXE'],
      [34, 'ELF'],
      [35, 'COMBOOT'],
      [36, 'EFI'],
      [37, 'FCoE'],
      [38, 'VLAN'],
      [39, 'Menu'],
      [40, 'SDI'],
      [41, 'NFS'],
    ] as const
  ).map(([code, name]): OptionRow => ({
    code,
    name: `Feature: ${name}`,
    type: u8,
    rfc: 'iPXE dhcp.h',
    purpose: 'Says that this boot program can do what the name says, and in which version.',
  })),
  {
    code: 1,
    name: 'Priority',
    type: u8,
    rfc: 'iPXE dhcp.h',
    purpose: 'Says how much these settings count against those of other servers.',
  },
  {
    code: 8,
    name: 'Keep SAN',
    type: named({ 0: 'no', 1: 'yes' }),
    rfc: 'iPXE dhcp.h',
    purpose: 'Tells the boot program whether to keep its network disk when booting from it fails.',
  },
  {
    code: 9,
    name: 'Skip SAN boot',
    type: named({ 0: 'no', 1: 'yes' }),
    rfc: 'iPXE dhcp.h',
    purpose: 'Tells the boot program to attach a network disk and not to boot from it.',
  },
  {
    code: 176,
    name: 'No proxyDHCP',
    type: named({ 0: 'wait for proxyDHCP', 1: 'do not wait' }),
    rfc: 'iPXE dhcp.h',
    purpose: 'Tells the boot program not to wait for a proxyDHCP server, which makes booting faster.',
  },
  {
    code: 177,
    name: 'Bus ID',
    type: anyOctets(),
    rfc: 'iPXE dhcp.h',
    purpose: 'Tells which network card asks, by bus type, vendor and device.',
  },
  {
    code: 189,
    name: 'SAN drive number',
    type: uint(1, { hex: true }),
    rfc: 'iPXE dhcp.h',
    purpose: 'Says as which BIOS drive the network disk should appear.',
  },
  {
    code: 190,
    name: 'User name',
    type: string,
    rfc: 'iPXE dhcp.h',
    purpose: 'Gives the user name for the network disk.',
  },
  {
    code: 191,
    name: 'Password',
    type: string,
    rfc: 'iPXE dhcp.h',
    purpose: 'Gives the password for the network disk, readable by everyone on the link.',
  },
  {
    code: 192,
    name: 'Reverse user name',
    type: string,
    rfc: 'iPXE dhcp.h',
    purpose: 'Gives the name by which the network disk proves itself to the client.',
  },
  {
    code: 193,
    name: 'Reverse password',
    type: string,
    rfc: 'iPXE dhcp.h',
    purpose: 'Gives the password by which the network disk proves itself to the client.',
  },
  {
    code: 235,
    name: 'Version',
    type: anyOctets(),
    rfc: 'iPXE dhcp.h',
    purpose: 'Gives the version of the boot program.',
  },
]);

const enterprises: ReadonlyMap<number, OptionTable> = new Map([
  [3561, broadbandForum],
  [4491, cableLabs],
]);

export const vendorRows: readonly OptionRow[] = [
  {
    code: 43,
    name: 'Vendor-Specific Information',
    type: vendorSpecific([
      { name: 'PXE sub-options', table: pxeSubOptions, applies: (vendorClass) => vendorClass.startsWith('PXEClient') },
      {
        name: 'Microsoft sub-options',
        table: microsoftSubOptions,
        applies: (vendorClass) => vendorClass.startsWith('MSFT'),
      },
    ]),
    rfc: 'RFC 2132 §8.4',
    purpose:
      'Carries whatever the maker of the client has defined; what it means depends on the vendor class in option 60.',
  },
  {
    code: 62,
    name: 'NetWare/IP Domain Name',
    type: string,
    rfc: 'RFC 2242 §2',
    purpose: 'Names the NetWare/IP domain, of Novell’s network system of the 1990s.',
  },
  {
    code: 63,
    name: 'NetWare/IP Information',
    type: tlv({ name: 'NetWare/IP sub-options', table: netWare }),
    rfc: 'RFC 2242 §3',
    purpose: 'Carries what a client needs to know to find NetWare servers over IP.',
  },
  {
    code: 122,
    name: 'CableLabs Client Configuration',
    type: tlv({ name: 'CableLabs sub-options', table: cableLabsClient }),
    rfc: 'RFC 3495 §4',
    purpose: 'Tells telephone adapters in cable networks where their provider’s servers are.',
  },
  {
    code: 124,
    name: 'V-I Vendor Class',
    type: enterpriseBlocks(undefined),
    rfc: 'RFC 3925 §3',
    purpose: 'Says what kind of client this is, as option 60 does, with the maker named by an enterprise number.',
  },
  {
    code: 125,
    name: 'V-I Vendor-Specific Information',
    type: enterpriseBlocks(enterprises),
    rfc: 'RFC 3925 §4',
    purpose:
      'Carries what makers have defined, as option 43 does, each behind the maker’s enterprise number so that they do not collide.',
  },
  {
    code: 128,
    name: 'PXE vendor-specific (128)',
    type: textOrOctets(),
    rfc: 'RFC 4578 §2.4',
    purpose:
      'Reserved for PXE without a fixed meaning. Etherboot kept a signature here; DOCSIS telephones and some IP phones take it as the TFTP server.',
  },
  {
    code: 129,
    name: 'PXE vendor-specific (129)',
    type: textOrOctets(),
    rfc: 'RFC 4578 §2.4',
    purpose:
      'Reserved for PXE without a fixed meaning. Etherboot kept kernel options here; some IP phones take it as the call server’s address.',
  },
  {
    code: 130,
    name: 'PXE vendor-specific (130)',
    type: textOrOctets(),
    rfc: 'RFC 4578 §2.4',
    purpose:
      'Reserved for PXE without a fixed meaning. Etherboot named the Ethernet interface here; some IP phones recognise their own settings by it.',
  },
  {
    code: 131,
    name: 'PXE vendor-specific (131)',
    type: textOrOctets(),
    rfc: 'RFC 4578 §2.4',
    purpose:
      'Reserved for PXE without a fixed meaning. Some IP phones take it as the address of a server for statistics.',
  },
  {
    code: 132,
    name: 'PXE vendor-specific (132)',
    type: textOrOctets(),
    rfc: 'RFC 4578 §2.4',
    purpose: 'Reserved for PXE without a fixed meaning. Many IP phones read the number of their voice VLAN from it.',
  },
  {
    code: 133,
    name: 'PXE vendor-specific (133)',
    type: textOrOctets(),
    rfc: 'RFC 4578 §2.4',
    purpose: 'Reserved for PXE without a fixed meaning. Some IP phones read their layer 2 priority (802.1p) from it.',
  },
  {
    code: 134,
    name: 'PXE vendor-specific (134)',
    type: textOrOctets(),
    rfc: 'RFC 4578 §2.4',
    purpose:
      'Reserved for PXE without a fixed meaning. Some IP phones read their DSCP, the priority of voice packets, from it.',
  },
  {
    code: 135,
    name: 'PXE vendor-specific (135)',
    type: textOrOctets(),
    rfc: 'RFC 4578 §2.4',
    purpose: 'Reserved for PXE without a fixed meaning. Some IP phones read the address of an HTTP proxy from it.',
  },
  {
    code: 175,
    name: 'Etherboot',
    type: tlv({ name: 'iPXE settings', table: etherboot, unknown: 'iPXE', padAndEnd: true }),
    rfc: 'IANA (tentatively assigned)',
    purpose:
      'Carries settings of Etherboot’s successors: iPXE says here what it can do, and a server how it should boot.',
  },
  {
    code: 176,
    name: 'IP Telephone',
    type: textOrOctets(),
    rfc: 'IANA (tentatively assigned)',
    purpose: 'Carries settings for IP telephones, in Avaya’s case as text such as “MCIPADD=…,TFTPSRVR=…”.',
  },
  {
    code: 177,
    name: 'Etherboot (177)',
    type: textOrOctets(),
    rfc: 'IANA (tentatively assigned)',
    purpose: 'Was tentatively given to Etherboot; PacketCable and CableHome used it until option 122 replaced it.',
  },
];
