import { dhcpOptions } from '../../../codec/dhcpv4/options';
import {
  CHADDR_LENGTH,
  END,
  FILE_LENGTH,
  MAGIC_COOKIE,
  OFFSET,
  OPTIONS_AT,
  OVERLOAD,
  PAD,
  SNAME_LENGTH,
} from '../../../codec/dhcpv4/layout';
import type { ValueNames } from '../../field';
import { ETHERNET_HARDWARE } from './identity';
import { readOptionFields, partFields, type DhcpContext } from './options';
import { optionFields, readForm } from './forms';
import type { Octets } from '../sink';
import { defineFields } from '../table';
import { ARCHITECTURES, ARP_HARDWARE, DHCP_MESSAGES, NODE_TYPES, OVERLOAD as OVERLOADS } from '../valueNames';

const ENABLED: ValueNames = { 0: 'Disabled', 1: 'Enabled' };
const YES: ValueNames = { 0: 'No', 1: 'Yes' };

export const dhcpFields = [
  ...defineFields({
    dhcp: 'protocol',
    'dhcp.bootp': 'boolean',
    'dhcp.type': ['uint8', { 1: 'Boot Request', 2: 'Boot Reply' }],
    'dhcp.hw.type': ['uint8', ARP_HARDWARE],
    'dhcp.hw.len': 'uint8',
    'dhcp.hops': 'uint8',
    'dhcp.id': 'uint32',
    'dhcp.secs': 'uint16',
    'dhcp.flags': 'uint16',
    'dhcp.flags.bc': ['boolean', { 0: 'Unicast', 1: 'Broadcast' }],
    'dhcp.flags.reserved': 'uint16',
    'dhcp.ip.client': 'ipv4',
    'dhcp.ip.your': 'ipv4',
    'dhcp.ip.server': 'ipv4',
    'dhcp.ip.relay': 'ipv4',
    'dhcp.hw.addr': 'bytes',
    'dhcp.hw.addr_padding': 'bytes',
    'dhcp.hw.mac_addr': 'ether',
    'dhcp.server': 'string',
    'dhcp.file': 'string',
    'dhcp.cookie': 'ipv4',
    'dhcp.vendor_specific_options': 'bytes',
    'dhcp.option.type': 'uint8',
    'dhcp.option.length': 'uint8',
    'dhcp.option.value': 'bytes',
    'dhcp.option.padding': 'bytes',
    'dhcp.option.end': 'uint8',
  }),
  ...optionFields(dhcpOptions, {
    'dhcp.option.dhcp': DHCP_MESSAGES,
    'dhcp.option.option_overload': OVERLOADS,
    'dhcp.option.netbios_over_tcpip_node_type': NODE_TYPES,
    'dhcp.option.client_system_architecture': ARCHITECTURES,
    'dhcp.option.ip_forwarding': ENABLED,
    'dhcp.option.non_local_source_routing': ENABLED,
    'dhcp.option.perform_mask_discovery': ENABLED,
    'dhcp.option.perform_router_discover': ENABLED,
    'dhcp.option.trailer_encapsulation': ENABLED,
    'dhcp.option.ethernet_encapsulation': ENABLED,
    'dhcp.option.tcp_keepalive_garbage': ENABLED,
    'dhcp.option.all_subnets_are_local': YES,
    'dhcp.option.mask_supplier': YES,
    'dhcp.option.bulk_lease.data_source': { 0: 'Local', 1: 'Remote' },
  }),
  ...partFields,
];

/** Octets after the fixed part of a BOOTP message (RFC 951 §3 “vend”). */
const VENDOR_AREA = 64;

/** Reads the fields of a message, in the same order as Wireshark. */
export function readDhcp(message: Octets): void {
  message.u8('dhcp.type', OFFSET.op);
  message.u8('dhcp.hw.type', OFFSET.htype);
  message.u8('dhcp.hw.len', OFFSET.hlen);
  message.u8('dhcp.hops', OFFSET.hops);
  message.u32('dhcp.id', OFFSET.xid);
  if (message.has(OFFSET.secs, 2)) message.add('dhcp.secs', seconds(message.word(OFFSET.secs)));
  message.u16('dhcp.flags', OFFSET.flags);
  message.bit('dhcp.flags.bc', OFFSET.flags, 0x8000, 2);
  if (message.has(OFFSET.flags, 2)) message.add('dhcp.flags.reserved', message.word(OFFSET.flags) & 0x7fff);
  message.ipv4('dhcp.ip.client', OFFSET.ciaddr);
  message.ipv4('dhcp.ip.your', OFFSET.yiaddr);
  message.ipv4('dhcp.ip.server', OFFSET.siaddr);
  message.ipv4('dhcp.ip.relay', OFFSET.giaddr);
  readHardwareAddress(message);
  const options = Options.of(message);
  if (!options.lends(2)) readFixedText(message, 'dhcp.server', OFFSET.sname, SNAME_LENGTH);
  if (!options.lends(1)) readFixedText(message, 'dhcp.file', OFFSET.file, FILE_LENGTH);
  if (options.there) options.read();
  else if (message.has(OPTIONS_AT - 4, 4)) {
    message.add('dhcp.bootp', 1);
    message.octets('dhcp.vendor_specific_options', OPTIONS_AT - 4, VENDOR_AREA);
  }
}

/** Some clients send the seconds in the wrong byte order: if only the high octet is set, it is taken for the value. */
export function seconds(word: number): number {
  return word > 255 && (word & 255) === 0 ? word >> 8 : word;
}

export function readHardwareAddress(message: Octets): void {
  const length = message.byte(OFFSET.hlen);
  if (length === 0 || length > CHADDR_LENGTH || !message.has(OFFSET.chaddr, length)) return;
  if (length === 6 && ETHERNET_HARDWARE.has(message.byte(OFFSET.htype)))
    message.fixed('dhcp.hw.mac_addr', OFFSET.chaddr, 6);
  else message.octets('dhcp.hw.addr', OFFSET.chaddr, length);
  message.octets('dhcp.hw.addr_padding', OFFSET.chaddr + length, CHADDR_LENGTH - length);
}

function readFixedText(message: Octets, name: string, offset: number, size: number): void {
  if (message.has(offset, size)) message.string(name, offset, size);
}

/** Limit on options per message, beyond anything that is really sent. The octets bound the loop anyway. */
const MOST_OPTIONS = 4096;

/** The options of one message, one by one and not joined, as Wireshark reads them. */
class Options {
  private count = 0;

  private constructor(
    private readonly message: Octets,
    readonly there: boolean,
    private readonly overload: number,
    private readonly context: DhcpContext,
  ) {}

  static of(message: Octets): Options {
    const there = message.has(OPTIONS_AT - 4, 4) && message.long(OPTIONS_AT - 4) === MAGIC_COOKIE;
    let overload = 0;
    let vendorClass = '';
    if (there)
      eachOption(message.part(OPTIONS_AT), (code, value) => {
        if (code === OVERLOAD && value.length > 0) overload = value.byte(0);
        if (code === 60) vendorClass = value.text();
        return true;
      });
    return new Options(message, there, overload, { vendorClass });
  }

  /** Whether option 52 says that a field holds options: 1 `file`, 2 `sname` (RFC 2132 §9.3). */
  lends(bit: 1 | 2): boolean {
    return this.overload <= 3 && (this.overload & bit) !== 0;
  }

  read(): void {
    this.message.ipv4('dhcp.cookie', OPTIONS_AT - 4);
    this.area(this.message.part(OPTIONS_AT), true);
  }

  private area(area: Octets, lending: boolean): void {
    let end = -1;
    eachPiece(area, (code, at, length, value) => {
      if (++this.count > MOST_OPTIONS) return false;
      if (code === PAD) {
        area.add('dhcp.option.type', PAD);
        area.octets('dhcp.option.padding', at, length);
        return true;
      }
      if (code === END) {
        area.add('dhcp.option.type', 0);
        area.add('dhcp.option.end', END);
        end = at + 1;
        return false;
      }
      area.add('dhcp.option.type', code);
      if (!value) {
        area.u8('dhcp.option.length', at + 1);
        return false;
      }
      this.option(code, value, lending);
      return true;
    });
    // In the options field, everything after End is padding.
    if (end >= 0 && lending) area.octets('dhcp.option.padding', end);
  }

  private option(code: number, value: Octets, lending: boolean): void {
    value.add('dhcp.option.length', value.length);
    if (value.wants('dhcp.option.value')) value.add('dhcp.option.value', value.text());
    const filter = dhcpOptions.get(code)?.filter;
    if (filter) readForm(value, ...filter);
    else readOptionFields(code, value, this.context);
    if (code !== OVERLOAD || !lending) return;
    // Options in overloaded fields come at the position of option 52, those of `sname` first.
    const lent = value.byte(0);
    if (lent > 3) return;
    if (lent & 2) this.area(this.message.part(OFFSET.sname, SNAME_LENGTH), false);
    if (lent & 1) this.area(this.message.part(OFFSET.file, FILE_LENGTH), false);
  }
}

/** Passes on the options of an area; `value` is undefined if it runs past the end. Adjacent pads count as one. */
function eachPiece(
  area: Octets,
  take: (code: number, at: number, length: number, value: Octets | undefined) => boolean,
): void {
  for (let at = 0; at < area.length;) {
    const code = area.byte(at);
    if (code === PAD) {
      let end = at + 1;
      while (end < area.length && area.byte(end) === PAD) end++;
      if (!take(code, at, end - at, undefined)) return;
      at = end;
      continue;
    }
    if (code === END) {
      take(code, at, 1, undefined);
      return;
    }
    const length = area.byte(at + 1);
    const whole = area.has(at, 2 + length);
    if (!take(code, at, length, whole ? area.part(at + 2, length) : undefined) || !whole) return;
    at += 2 + length;
  }
}

function eachOption(area: Octets, take: (code: number, value: Octets) => boolean): void {
  eachPiece(area, (code, _at, _length, value) => (value ? take(code, value) : code === PAD));
}
