import {
  atLeast,
  flagsPart,
  ipv4,
  ipv6,
  seconds,
  sequence,
  struct,
  text,
  uint,
  type Measure,
  type ValueType,
} from '../../values';
import { ACCESS_TECHNOLOGIES } from '../../names/access';
import { optionTable, type OptionTable } from '../../option';
import { addresses, named, string, u16, u8 } from './basic';
import { readsAsText, readTextOrOctets, textOrOctets, writeTextOrOctets } from '../../values/text-or-octets';
import { tlv } from './tlv';

/** Values about networks: which one a client is in, how to reach it, and how subnets are allocated. */

/** A status code with a message (RFC 6926 §6.2.2, RFC 7724 §5.2.2). */
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

/** 6rd (RFC 5969 §7.1.1): how to form an IPv6 prefix from the IPv4 address, and where the border relays are. */
export const sixRd = struct('6rd parameters', [
  { key: 'ipv4MaskLength', name: 'IPv4 mask length', type: uint(1, { unit: 'bits' }) },
  { key: 'prefixLength', name: '6rd prefix length', type: uint(1, { unit: 'bits' }) },
  { key: 'prefix', name: '6rd prefix', type: ipv6 },
  { key: 'borderRelays', name: 'Border relays', type: addresses },
]);

const virtualSubnetParts = struct('virtual subnet', [
  {
    key: 'type',
    name: 'Type',
    type: named({ 0: 'VPN identifier in NVT ASCII', 1: 'RFC 2685 VPN-ID', 255: 'global, default VPN' }),
  },
  { key: 'information', name: 'Identifier', type: textOrOctets(atLeast(0)), optional: true },
]);

/**
 * A virtual subnet (RFC 6607), given by name, by VPN-ID (RFC 2685), or as the global one. Relays that predate the RFC
 * send the name alone. Data: `{type, information}`; text for the name alone.
 */
export const virtualSubnet: ValueType = {
  ...virtualSubnetParts,
  decode(view, context) {
    // A first octet that could begin a name is not an assigned type.
    if (view.u8(0) > 0x20 && readsAsText(view)) return readTextOrOctets(view);
    return virtualSubnetParts.decode(view, context);
  },
  encode: (data) => (typeof data === 'string' ? writeTextOrOctets(data) : virtualSubnetParts.encode(data)),
};

export const accessTechnology = struct('access technology', [
  { key: 'reserved', name: 'Reserved', type: u8 },
  {
    key: 'type',
    name: 'Access technology type',
    type: named(ACCESS_TECHNOLOGIES),
  },
]);

const prefixLength = uint(1, { unit: 'bits' });

/** Usage counters of a subnet. A sender may omit counters from the end (RFC 6656 §3.2.1.1). */
const statistics = struct('statistics', [
  { key: 'highWater', name: 'High water (most addresses in use at a time)', type: u16, optional: true },
  { key: 'inUse', name: 'Currently in use', type: u16, optional: true },
  { key: 'unusable', name: 'Unusable', type: u16, optional: true },
]);

/** Octets of one subnet's header: address, prefix length, flags and the length of the statistics. */
const SUBNET_HEADER = 7;
const subnetSize: Measure = (view, at) =>
  at + SUBNET_HEADER <= view.length ? SUBNET_HEADER + view.u8(at + SUBNET_HEADER - 1) : SUBNET_HEADER;
const subnet: ValueType = struct(
  'subnet',
  [
    { key: 'network', name: 'Network', type: ipv4 },
    { key: 'prefixLength', name: 'Prefix length', type: prefixLength },
    flagsPart([
      { mask: 0x02, name: 'h: hierarchical' },
      { mask: 0x01, name: 'd: deprecated' },
    ]),
    { key: 'statisticsLength', name: 'Statistics length', type: uint(1, { unit: 'octets' }) },
    { key: 'statistics', name: 'Statistics', type: statistics, optional: true },
  ],
  { summary: (_, values) => `${values['network']}/${values['prefixLength']}` },
);

/** Sub-options of subnet allocation (RFC 6656 §3). */
const subnetSubOptions: OptionTable = optionTable([
  {
    code: 1,
    name: 'Subnet-Request',
    type: struct('subnet request', [
      flagsPart([
        { mask: 0x02, name: 'i: information only' },
        { mask: 0x01, name: 'h: hierarchical' },
      ]),
      { key: 'prefixLength', name: 'Prefix length', type: prefixLength },
    ]),
    rfc: 'RFC 6656 §3.1',
    purpose: 'Asks for a subnet of a given prefix length.',
  },
  {
    code: 2,
    name: 'Subnet-Information',
    type: struct('subnet information', [
      flagsPart([
        { mask: 0x02, name: 'c: client' },
        { mask: 0x01, name: 's: server' },
      ]),
      { key: 'subnets', name: 'Subnets', type: sequence(subnet, 'Subnet', { measure: subnetSize, min: 0 }) },
    ]),
    rfc: 'RFC 6656 §3.2',
    purpose: 'Gives subnets, or says how many of their addresses are in use.',
  },
  {
    code: 3,
    name: 'Subnet-Name',
    type: string,
    rfc: 'RFC 6656 §3.3',
    purpose: 'Tells the server more about the subnet, such as for whom it is.',
  },
  {
    code: 4,
    name: 'Suggested-Lease-Time',
    type: seconds(),
    rfc: 'RFC 6656 §3.4',
    purpose: 'Proposes for how long addresses of the subnet should be leased.',
  },
]);

/** Subnet allocation (RFC 6656 §3): flags, then sub-options. */
export const subnetAllocation = struct('subnet allocation', [
  { key: 'flags', name: 'Flags', type: uint(1, { hex: true }) },
  {
    key: 'subOptions',
    name: 'Sub-options',
    type: tlv({ name: 'sub-options', table: subnetSubOptions, size: atLeast(0) }),
    optional: true,
  },
]);
