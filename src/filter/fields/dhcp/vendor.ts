import type { Octets } from '../sink';
import { defineFields } from '../table';

const PXE = 'dhcp.option.vendor.pxeclient';

export const pxeFields = defineFields({
  'dhcp.option.vendor.value': 'bytes',
  [`${PXE}.suboption`]: 'uint8',
  [`${PXE}.mtftp_ip`]: 'ipv4',
  [`${PXE}.mtftp_client_port`]: 'uint16',
  [`${PXE}.mtftp_server_port`]: 'uint16',
  [`${PXE}.mtftp_timeout`]: 'uint8',
  [`${PXE}.mtftp_delay`]: 'uint8',
  [`${PXE}.discovery_control`]: 'uint8',
  [`${PXE}.discovery_control.broadcast`]: 'boolean',
  [`${PXE}.discovery_control.multicast`]: 'boolean',
  [`${PXE}.discovery_control.serverlist`]: 'boolean',
  [`${PXE}.discovery_control.bstrap`]: 'boolean',
  [`${PXE}.multicast_address`]: 'ipv4',
  [`${PXE}.boot_servers`]: 'bytes',
  [`${PXE}.boot_servers.type`]: 'uint16',
  [`${PXE}.boot_servers.count`]: 'uint8',
  [`${PXE}.boot_servers.ip`]: 'ipv4',
  [`${PXE}.boot_menu`]: 'bytes',
  [`${PXE}.boot_menu.type`]: 'uint16',
  [`${PXE}.boot_menu.length`]: 'uint8',
  [`${PXE}.boot_menu.desc`]: 'string',
  [`${PXE}.menu_prompt`]: 'bytes',
  [`${PXE}.menu_prompt.timeout`]: 'uint8',
  [`${PXE}.menu_prompt.prompt`]: 'string',
  [`${PXE}.boot_item`]: 'bytes',
  [`${PXE}.boot_item.type`]: 'uint16',
  [`${PXE}.boot_item.layer`]: 'bytes',
  [`${PXE}.end`]: 'uint8',
  'dhcp.option.vi_class.enterprise': 'uint32',
  'dhcp.option.vi_class.length': 'uint8',
  'dhcp.option.vi_class.data': 'string',
  'dhcp.option.vi.enterprise': 'uint32',
  'dhcp.option.vi.length': 'uint8',
  'dhcp.option.vi.value': 'bytes',
  'dhcp.option.vi.tr111.suboption': 'uint8',
  'dhcp.option.vi.tr111.device_serial_number': 'string',
  'dhcp.option.vi.tr111.device_product_class': 'string',
  'dhcp.option.vi.tr111.gateway_manufacturer_oui': 'string',
  'dhcp.option.vi.tr111.gateway_serial_number': 'string',
  'dhcp.option.vi.tr111.gateway_product_class': 'string',
  'dhcp.vendor.suboption': 'uint8',
  'dhcp.vendor.data': 'bytes',
});

/** Option 43, whose meaning depends on the vendor class of the same message (RFC 2132 §8.4). */
export function readVendor(value: Octets, vendorClass: string): void {
  if (!vendorClass.startsWith('PXEClient')) return value.octets('dhcp.option.vendor.value');
  for (let at = 0; at < value.length;) {
    const code = value.byte(at);
    if (code === 255) return value.add(`${PXE}.end`, code);
    value.add(`${PXE}.suboption`, code);
    if (code === 0) {
      at++;
      continue;
    }
    if (!value.has(at + 1)) return;
    const length = value.byte(at + 1);
    value.add('dhcp.option.suboption_length', length);
    if (!value.has(at + 2, length)) return;
    const part = value.part(at + 2, length);
    part.add('dhcp.option.vendor.value', part.text());
    readPxe(code, part);
    at += 2 + length;
  }
}

/** PXE sub-options (PXE 2.1 table 2-1). */
function readPxe(code: number, part: Octets): void {
  switch (code) {
    case 1:
      return part.ipv4(`${PXE}.mtftp_ip`, 0);
    case 2:
      return part.u16(`${PXE}.mtftp_client_port`, 0);
    case 3:
      return part.u16(`${PXE}.mtftp_server_port`, 0);
    case 4:
      return part.u8(`${PXE}.mtftp_timeout`, 0);
    case 5:
      return part.u8(`${PXE}.mtftp_delay`, 0);
    case 6:
      part.u8(`${PXE}.discovery_control`, 0);
      part.bit(`${PXE}.discovery_control.broadcast`, 0, 1);
      part.bit(`${PXE}.discovery_control.multicast`, 0, 2);
      part.bit(`${PXE}.discovery_control.serverlist`, 0, 4);
      return part.bit(`${PXE}.discovery_control.bstrap`, 0, 8);
    case 7:
      return part.ipv4(`${PXE}.multicast_address`, 0);
    case 8:
      return readServers(part);
    case 9:
      return readMenu(part);
    case 10:
      part.octets(`${PXE}.menu_prompt`);
      part.u8(`${PXE}.menu_prompt.timeout`, 0);
      return part.string(`${PXE}.menu_prompt.prompt`, 1);
    case 71:
      part.octets(`${PXE}.boot_item`);
      part.u16(`${PXE}.boot_item.type`, 0);
      return part.octets(`${PXE}.boot_item.layer`, 2, 2);
    default:
  }
}

function readServers(part: Octets): void {
  part.octets(`${PXE}.boot_servers`);
  for (let at = 0; part.has(at, 3);) {
    const count = part.byte(at + 2);
    part.u16(`${PXE}.boot_servers.type`, at);
    part.u8(`${PXE}.boot_servers.count`, at + 2);
    at += 3;
    for (let i = 0; i < count && part.has(at, 4); i++, at += 4) part.ipv4(`${PXE}.boot_servers.ip`, at);
  }
}

function readMenu(part: Octets): void {
  part.octets(`${PXE}.boot_menu`);
  for (let at = 0; part.has(at, 3);) {
    const length = part.byte(at + 2);
    part.u16(`${PXE}.boot_menu.type`, at);
    part.u8(`${PXE}.boot_menu.length`, at + 2);
    if (part.has(at + 3, length)) part.string(`${PXE}.boot_menu.desc`, at + 3, length);
    at += 3 + length;
  }
}

/** Option 124 (RFC 3925 §3). */
export function readVendorClasses(value: Octets): void {
  for (let at = 0; value.has(at, 5);) {
    const length = value.byte(at + 4);
    value.u32('dhcp.option.vi_class.enterprise', at);
    value.u8('dhcp.option.vi_class.length', at + 4);
    if (!value.has(at + 5, length)) return;
    value.string('dhcp.option.vi_class.data', at + 5, length);
    at += 5 + length;
  }
}

const BROADBAND_FORUM = 3561;
/** CableLabs sub-options have fields of their own, which are not read here. */
const CABLELABS = 4491;
const TR111: Readonly<Record<number, string>> = {
  2: 'device_serial_number',
  3: 'device_product_class',
  4: 'gateway_manufacturer_oui',
  5: 'gateway_serial_number',
  6: 'gateway_product_class',
};

/** Option 125 (RFC 3925 §4). */
export function readEnterprise(value: Octets): void {
  for (let at = 0; value.has(at, 5);) {
    const enterprise = value.long(at);
    const length = value.byte(at + 4);
    value.add('dhcp.option.vi.enterprise', enterprise);
    value.add('dhcp.option.vi.length', length);
    if (enterprise !== CABLELABS) readEnterpriseData(value.part(at + 5, length), enterprise);
    at += 5 + length;
  }
}

function readEnterpriseData(data: Octets, enterprise: number): void {
  const forum = enterprise === BROADBAND_FORUM;
  for (let at = 0; data.has(at);) {
    const code = data.byte(at);
    data.add(forum ? 'dhcp.option.vi.tr111.suboption' : 'dhcp.vendor.suboption', code);
    if (!data.has(at + 1)) return;
    const length = data.byte(at + 1);
    data.add('dhcp.option.suboption_length', length);
    if (!data.has(at + 2, length)) return;
    if (forum) {
      data.add('dhcp.option.vi.value', data.text(at + 2, length));
      const name = TR111[code];
      if (name) data.string(`dhcp.option.vi.tr111.${name}`, at + 2, length);
    } else data.octets('dhcp.vendor.data', at + 2, length);
    at += 2 + length;
  }
}
