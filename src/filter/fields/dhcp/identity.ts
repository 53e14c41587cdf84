import { hex } from '../../../codec/bytes';
import { utf8, type Octets } from '../sink';
import { defineFields } from '../table';
import { ARP_HARDWARE, DUID_TYPES } from '../valueNames';

export const identityFields = defineFields({
  'dhcp.client_id': 'bytes',
  'dhcp.client_id.type': 'uint8',
  'dhcp.client_id.undef': 'string',
  'dhcp.client_id.uuid': 'guid',
  'dhcp.client_id.iaid': 'string',
  'dhcp.client_id.duid_type': ['uint16', DUID_TYPES],
  'dhcp.client_id.duid_llt_hw_type': ['uint16', ARP_HARDWARE],
  'dhcp.client_id.duid_ll_hw_type': ['uint16', ARP_HARDWARE],
  'dhcp.client_id.time': 'uint32',
  'dhcp.client_id.link_layer_address': 'string',
  'dhcp.client_id.enterprise_num': 'uint32',
  'dhcp.client_hardware_address': 'string',
});

/** Hardware types with Ethernet addresses: Ethernet and IEEE 802. */
export const ETHERNET_HARDWARE: ReadonlySet<number> = new Set([1, 6]);

/** A hardware address formatted as in Wireshark: with colons if it is an Ethernet address. */
export function hardwareText(type: number, address: Octets): string {
  const colons = ETHERNET_HARDWARE.has(type) && address.length === 6;
  return hex(address.bytes, address.at, address.length, colons ? ':' : '');
}

/** Option 61, whose format can only be inferred from its length and first octet (RFC 2132 §9.14, RFC 4361 §6.1). */
export function readClientIdentifier(value: Octets): void {
  const type = value.byte(0);
  if (value.length === 7 && type > 0 && type < 48) {
    value.add('dhcp.hw.type', type);
    if (ETHERNET_HARDWARE.has(type)) value.fixed('dhcp.hw.mac_addr', 1, 6);
    else value.add('dhcp.client_hardware_address', hardwareText(type, value.part(1)));
  } else if (value.length === 17 && type === 0) value.add('dhcp.client_id.uuid', value.text(1));
  else if (type === 255 && value.length >= 9) {
    value.add('dhcp.client_id.iaid', hex(value.bytes, value.at + 1, 4));
    readDuid(value.part(5));
  } else if (type === 0 && value.length > 1) {
    value.u8('dhcp.client_id.type', 0);
    value.add('dhcp.client_id.undef', utf8(value.untilNul(1)));
  }
}

function readDuid(duid: Octets): void {
  duid.u16('dhcp.client_id.duid_type', 0);
  const type = duid.word(0);
  if (type === 1 && duid.length >= 8) {
    duid.u16('dhcp.client_id.duid_llt_hw_type', 2);
    duid.u32('dhcp.client_id.time', 4);
    if (duid.length > 8) duid.add('dhcp.client_id.link_layer_address', hardwareText(duid.word(2), duid.part(8)));
  } else if (type === 2 && duid.length >= 6) {
    duid.u32('dhcp.client_id.enterprise_num', 2);
    duid.octets('dhcp.client_id', 6);
  } else if (type === 3 && duid.length >= 4) {
    duid.u16('dhcp.client_id.duid_ll_hw_type', 2);
    if (duid.length > 4) duid.add('dhcp.client_id.link_layer_address', hardwareText(duid.word(2), duid.part(4)));
  }
}
