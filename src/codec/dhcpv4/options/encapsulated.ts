import { optionTable, type OptionTable } from '../../option';
import { bits, exactly, ipv4, mac, uint } from '../../values';
import { anyOctets, looseString, u32 } from '../values/basic';
import { bootItem, bootMenu, bootPrompt, bootServers } from '../values/pxe';
import { textOrOctets } from '../../values/text-or-octets';
import type { VendorSpace } from '../values/vendor';
import { bsdpSubOptions } from './apple';

/** Vendors' own sub-options in option 43. Only option 60 tells whose they are (RFC 2132 §8.4). */

const port = uint(2, { name: 'UDP port' });
/** There is no document; the numbers are those in Wireshark. */
const LCM = 'Altiris/Intel LCM (not documented)';
const PXE = 'PXE specification 2.1, table 2-1';

/** Sub-options of option 43 if option 60 begins with `PXEClient`. */
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
  {
    code: 179,
    name: 'LCM Server Name',
    type: looseString,
    rfc: LCM,
    purpose: 'Names the server of the management software that the machine belongs to.',
  },
  {
    code: 180,
    name: 'LCM Domain',
    type: looseString,
    rfc: LCM,
    purpose: 'Names the Windows domain in which the management software looks for the machine.',
  },
  {
    code: 181,
    name: 'LCM NIC option',
    type: anyOctets(),
    rfc: LCM,
    purpose: 'Settings of the network card for the management software.',
  },
  {
    code: 190,
    name: 'LCM Workgroup',
    type: looseString,
    rfc: LCM,
    purpose: 'Names the Windows workgroup in which the management software looks for the machine.',
  },
  {
    code: 193,
    name: 'LCM Version',
    type: u32,
    rfc: LCM,
    purpose: 'Tells which version of the management software is at work.',
  },
  {
    code: 194,
    name: 'LCM Serial Number',
    type: looseString,
    rfc: LCM,
    purpose: 'Tells the management software which machine this is.',
  },
]);

/** Sub-options of option 43 if option 60 begins with `MSFT`. */
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

const CABLE = 'CL-SP-CANN-DHCP-Reg';

/** Sub-options of option 43 for cable modems and the devices embedded in them. */
const cableLabsDevices: OptionTable = optionTable([
  {
    code: 1,
    name: 'Suboption Request List',
    type: textOrOctets(),
    rfc: CABLE,
    purpose: 'Lists the sub-options that the device asks for.',
  },
  {
    code: 2,
    name: 'Device Type',
    type: textOrOctets(),
    rfc: CABLE,
    purpose: 'Says what the device is: a cable modem (ECM), a telephone adapter (EMTA), a set-top box (ESTB).',
  },
  {
    code: 3,
    name: 'eSAFE Types',
    type: textOrOctets(),
    rfc: CABLE,
    purpose: 'Lists the devices that are built in behind the cable modem.',
  },
  {
    code: 4,
    name: 'Serial Number',
    type: textOrOctets(),
    rfc: CABLE,
    purpose: 'Tells one device from all others of its maker.',
  },
  {
    code: 5,
    name: 'Hardware Version',
    type: textOrOctets(),
    rfc: CABLE,
    purpose: 'Lets the operator see which build of the hardware asks.',
  },
  {
    code: 6,
    name: 'Software Version',
    type: textOrOctets(),
    rfc: CABLE,
    purpose: 'Lets the operator see which software runs, and which devices need a newer one.',
  },
  {
    code: 7,
    name: 'Boot ROM Version',
    type: textOrOctets(),
    rfc: CABLE,
    purpose: 'Lets the operator see which boot loader the device has.',
  },
  {
    code: 8,
    name: 'Organizationally Unique Identifier',
    type: textOrOctets(),
    rfc: CABLE,
    purpose: 'Says who made the device, by the first half of its link-layer addresses.',
  },
  {
    code: 9,
    name: 'Model Number',
    type: textOrOctets(),
    rfc: CABLE,
    purpose: 'Says which of its maker’s models the device is.',
  },
  {
    code: 10,
    name: 'Vendor Name',
    type: textOrOctets(),
    rfc: CABLE,
    purpose: 'Says in words who made the device.',
  },
  {
    code: 11,
    name: 'Address Realm',
    type: uint(1),
    rfc: CABLE,
    purpose: 'Says in which of the operator’s address spaces a home gateway wants to be.',
  },
  {
    code: 12,
    name: 'CM/PS System Description',
    type: textOrOctets(),
    rfc: CABLE,
    purpose: 'Repeats what the device says of itself over SNMP.',
  },
  {
    code: 13,
    name: 'CM/PS Firmware Revision',
    type: textOrOctets(),
    rfc: CABLE,
    purpose: 'Lets the operator see which firmware a home gateway runs.',
  },
  {
    code: 14,
    name: 'Firewall Policy File Version',
    type: textOrOctets(),
    rfc: CABLE,
    purpose: 'Tells which firewall rules a home gateway has loaded.',
  },
  {
    code: 15,
    name: 'eSAFE Config File Devices',
    type: textOrOctets(),
    rfc: CABLE,
    purpose: 'Lists the built-in devices that read their settings from the modem’s file.',
  },
  {
    code: 18,
    name: 'Video Security Type',
    type: textOrOctets(),
    rfc: CABLE,
    purpose: 'Says how a set-top box gets the keys to watch television.',
  },
  {
    code: 31,
    name: 'MTA MAC Address',
    type: mac(exactly(6)),
    rfc: CABLE,
    purpose: 'Gives the link-layer address of the telephone adapter in the modem.',
  },
  {
    code: 32,
    name: 'Correlation ID',
    type: u32,
    rfc: CABLE,
    purpose: 'Ties together the messages of one telephone adapter’s start.',
  },
  {
    code: 51,
    name: 'Vendor Name (set-top box)',
    type: textOrOctets(),
    rfc: CABLE,
    purpose: 'Says who made the set-top box.',
  },
  {
    code: 52,
    name: 'CableCARD Capability',
    type: anyOctets(),
    rfc: CABLE,
    purpose: 'Says what the card that decrypts television can do.',
  },
  {
    code: 53,
    name: 'Device Identification (CA)',
    type: anyOctets(),
    rfc: CABLE,
    purpose: 'Identifies a set-top box to the system that decides what it may show.',
  },
  {
    code: 54,
    name: 'Device Identification (X.509)',
    type: textOrOctets(),
    rfc: CABLE,
    purpose: 'Identifies a set-top box by the name in its certificate.',
  },
]);

const ALCATEL = 'Alcatel-Lucent IP Touch (OmniPCX Enterprise)';

/** Sub-options of option 43 for Alcatel-Lucent’s telephones. */
const alcatelPhones: OptionTable = optionTable([
  {
    code: 58,
    name: 'Voice VLAN ID',
    type: uint(2),
    rfc: ALCATEL,
    purpose: 'Tells the telephone in which VLAN its calls go.',
  },
  {
    code: 64,
    name: 'Spatial Redundancy TFTP1',
    type: ipv4,
    rfc: ALCATEL,
    purpose: 'Gives the server from which the telephone loads its settings.',
  },
  {
    code: 65,
    name: 'Spatial Redundancy TFTP2',
    type: ipv4,
    rfc: ALCATEL,
    purpose: 'Gives the server to ask when the first one is out of reach.',
  },
  {
    code: 66,
    name: 'Application Type',
    type: uint(1),
    rfc: ALCATEL,
    purpose: 'Chooses the software that the telephone runs.',
  },
  {
    code: 67,
    name: 'SIP URL',
    type: looseString,
    rfc: ALCATEL,
    purpose: 'Tells a SIP telephone from where to load its settings.',
  },
]);

const begins =
  (...words: readonly string[]) =>
  (vendorClass: string): boolean =>
    words.some((word) => vendorClass.startsWith(word));

/** The vendors whose sub-options are known, by how their vendor class begins. */
export const ENCAPSULATED: readonly VendorSpace[] = [
  { name: 'PXE sub-options', table: pxeSubOptions, applies: begins('PXEClient') },
  { name: 'Microsoft sub-options', table: microsoftSubOptions, applies: begins('MSFT') },
  {
    name: 'CableLabs sub-options',
    table: cableLabsDevices,
    applies: begins('docsis', 'pktc', 'OpenCable', 'CableHome'),
  },
  { name: 'Alcatel-Lucent sub-options', table: alcatelPhones, applies: begins('alcatel.') },
  { name: 'Apple BSDP sub-options', table: bsdpSubOptions, applies: begins('AAPLBSDPC') },
];
