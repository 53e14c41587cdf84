import { optionTable, type OptionRow, type OptionTable } from '../../option';
import { presence } from '../../values/struct';
import { domainName, ipv4, uint } from '../../values';
import { addresses, anyOctets, codeList, named, looseString, u8, url } from '../values/basic';
import { backoff, namedHost } from '../values/servers';
import { textOrOctets } from '../../values/text-or-octets';
import { tlv } from '../values/tlv';
import { enterpriseBlocks, vendorSpecific } from '../values/vendor';
import { ENCAPSULATED } from './encapsulated';

/** The Broadband Forum's sub-options of option 125 (TR-069 annex F and table 3, TR-106). */
const broadbandForum: OptionTable = optionTable([
  {
    code: 1,
    name: 'Device Manufacturer OUI',
    type: looseString,
    rfc: 'TR-069 annex F',
    purpose: 'Lets a gateway see who made a device behind it, so that both can be managed together.',
  },
  {
    code: 2,
    name: 'Device Serial Number',
    type: looseString,
    rfc: 'TR-069 annex F',
    purpose: 'Tells a gateway which single device behind it asks.',
  },
  {
    code: 3,
    name: 'Device Product Class',
    type: looseString,
    rfc: 'TR-069 annex F',
    purpose: 'Tells a gateway which of its maker’s products the device behind it is.',
  },
  {
    code: 4,
    name: 'Gateway Manufacturer OUI',
    type: looseString,
    rfc: 'TR-069 annex F',
    purpose: 'Lets a device see who made the gateway it is behind, so that it can tell its management server.',
  },
  {
    code: 5,
    name: 'Gateway Serial Number',
    type: looseString,
    rfc: 'TR-069 annex F',
    purpose: 'Tells a device behind which single gateway it is.',
  },
  {
    code: 6,
    name: 'Gateway Product Class',
    type: looseString,
    rfc: 'TR-069 annex F',
    purpose: 'Tells a device which of its maker’s products the gateway is.',
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
    type: looseString,
    rfc: 'TR-069 §3.1',
    purpose: 'Tells the configuration server which set of services the gateway should get.',
  },
  {
    code: 13,
    name: 'CWMP retry minimum wait interval',
    type: looseString,
    rfc: 'TR-069 §3.1',
    purpose: 'Sets how long the gateway waits before it calls the configuration server again.',
  },
  {
    code: 14,
    name: 'CWMP retry interval multiplier',
    type: looseString,
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
    rfc: 'RFC 3634 §2',
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
    purpose: 'Lists servers close by that the client should log in to first.',
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

/** Sub-options that iPXE puts into option 175. */
const etherboot: OptionTable = optionTable([
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
  ...(
    [
      [16, 'PXE extensions', 'the additions to PXE that iPXE made'],
      [17, 'iSCSI', 'disks reached over iSCSI'],
      [18, 'AoE', 'disks reached over ATA over Ethernet'],
      [19, 'HTTP', 'boot files fetched by HTTP'],
      [20, 'HTTPS', 'boot files fetched by HTTP over TLS'],
      [21, 'TFTP', 'boot files fetched by TFTP'],
      [22, 'FTP', 'boot files fetched by FTP'],
      [23, 'DNS', 'boot servers given by name'],
      [24, 'bzImage', 'Linux kernels as they come'],
      [25, 'Multiboot', 'kernels in the Multiboot form of GNU GRUB'],
      [26, 'SLAM', 'boot files received by the SLAM multicast protocol'],
      [27, 'SRP', 'disks reached over InfiniBand (SCSI RDMA)'],
      [32, 'NBI', 'boot images with the tags of Etherboot'],
      [33, 'PXE', 'boot programs written for PXE firmware'],
      [34, 'ELF', 'programs in the ELF form of Unix'],
      [35, 'COMBOOT', 'programs in the COM32 form of SYSLINUX'],
      [36, 'EFI', 'programs for UEFI firmware'],
      [37, 'FCoE', 'disks reached over Fibre Channel over Ethernet'],
      [38, 'VLAN', 'tagged VLANs'],
      [39, 'Menu', 'menus that a person can choose from'],
      [40, 'SDI', 'Windows disk images (SDI)'],
      [41, 'NFS', 'boot files fetched by NFS'],
    ] as const
  ).map(([code, name, what]): OptionRow => ({
    code,
    name: `Feature: ${name}`,
    type: u8,
    rfc: 'iPXE dhcp.h',
    purpose: `Tells the server that this boot program knows ${what}, and in which version.`,
  })),
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
    type: looseString,
    rfc: 'iPXE dhcp.h',
    purpose: 'Gives the user name for the network disk.',
  },
  {
    code: 191,
    name: 'Password',
    type: looseString,
    rfc: 'iPXE dhcp.h',
    purpose: 'Gives the password for the network disk, readable by everyone on the link.',
  },
  {
    code: 192,
    name: 'Reverse user name',
    type: looseString,
    rfc: 'iPXE dhcp.h',
    purpose: 'Gives the name by which the network disk proves itself to the client.',
  },
  {
    code: 193,
    name: 'Reverse password',
    type: looseString,
    rfc: 'iPXE dhcp.h',
    purpose: 'Gives the password by which the network disk proves itself to the client.',
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
    type: vendorSpecific(ENCAPSULATED),
    rfc: 'RFC 2132 §8.4',
    purpose:
      'Carries whatever the maker of the client has defined; what it means depends on the vendor class in option 60.',
  },
  {
    code: 62,
    name: 'NetWare/IP Domain Name',
    type: looseString,
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
