import { list } from '../../values/compound';
import { int32, ipv6, mac, text, uint } from '../../values/scalar';
import { atLeast, octets } from '../../values/type';
import type { OptionRow6, OptionTable6 } from '../tlv';
import { optionTable } from '../../option';
import { textOrOctets } from '../../values/text-or-octets';

/** Vendors' own options inside option 17, by enterprise number. */

const cableLabs = (code: number, name: string, type: OptionRow6['type'], purpose: string): OptionRow6 => ({
  code,
  name,
  token: `CL_OPTION_${name.toUpperCase().replace(/[^A-Z0-9]+/g, '_')}`,
  type,
  rfc: 'CL-SP-CANN-DHCP-Reg',
  purpose,
});

/** CableLabs (4491): cable modems, their set-top boxes and telephone adapters, and the cable operator's termination system. */
const CABLELABS: readonly OptionRow6[] = [
  cableLabs(
    1,
    'Option Request',
    list(uint(2), { min: 0 }),
    'Lists the CableLabs options that the device would like to get.',
  ),
  cableLabs(
    2,
    'Device Type',
    text(),
    'Says what the device is: ECM for a cable modem in a bigger device, STB, EMTA and so on.',
  ),
  cableLabs(3, 'Embedded Components', text(), 'Lists the parts that are built into the device.'),
  cableLabs(4, 'Serial Number', text(), 'Tells one device from others of its model.'),
  cableLabs(5, 'Hardware Version', text(), 'Which revision of the board it is.'),
  cableLabs(6, 'Software Version', text(), 'Which firmware runs on the device.'),
  cableLabs(7, 'Boot ROM Version', text(), 'Which boot loader the device has.'),
  cableLabs(8, 'Vendor OUI', textOrOctets(atLeast(0)), 'The manufacturer’s block of link-layer addresses.'),
  cableLabs(9, 'Model Number', text(), 'Which product of its maker the device is.'),
  cableLabs(10, 'Vendor Name', text(), 'Lets the operator see in words who made the modem.'),
  cableLabs(32, 'TFTP Servers', list(ipv6), 'From which servers the modem loads its configuration file.'),
  cableLabs(33, 'Configuration File Name', text(), 'Which file the modem loads to be configured.'),
  cableLabs(34, 'Syslog Servers', list(ipv6), 'Where the modem sends its log messages.'),
  cableLabs(
    35,
    'Modem Capabilities',
    octets(atLeast(1)),
    'What the modem can do, in the form of its configuration file.',
  ),
  cableLabs(36, 'Device Identifier', mac(atLeast(1)), 'The link-layer address of the device.'),
  cableLabs(37, 'Time Servers', list(ipv6), 'Where the modem asks for the time of day (RFC 868).'),
  cableLabs(38, 'Time Offset', int32('s'), 'How many seconds local time differs from UTC.'),
  cableLabs(
    39,
    'IP Preference',
    uint(1, { names: { 1: 'IPv4', 2: 'IPv6', 6: 'dual stack' } }),
    'Which IP version the modem is to use.',
  ),
  cableLabs(1025, 'CMTS Capabilities', octets(atLeast(1)), 'What the operator’s termination system can do.'),
  cableLabs(
    1026,
    'Cable Modem MAC Address',
    mac(atLeast(1)),
    'Behind which modem the client is; added by the termination system.',
  ),
];

/** The known vendors' options, by enterprise number. */
export const VENDOR_OPTIONS6: ReadonlyMap<number, OptionTable6> = new Map([
  [4491, optionTable(CABLELABS) as OptionTable6],
]);
