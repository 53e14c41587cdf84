import { hardwareText } from './identity';
import { domainName, readForm, ROOT } from './forms';
import type { Octets } from '../sink';
import { defineFields } from '../table';
import { ARP_HARDWARE, DHCPV6_STATUS, DUID_TYPES } from '../valueNames';

/** The fields of options that have several. */
export const partFields6 = defineFields({
  'dhcpv6.elapsed_time': 'uint16',
  'dhcpv6.duid.bytes': 'bytes',
  'dhcpv6.duid.type': ['uint16', DUID_TYPES],
  'dhcpv6.duidllt.hwtype': ['uint16', ARP_HARDWARE],
  'dhcpv6.duidllt.time': 'time',
  'dhcpv6.duidllt.link_layer_addr': 'string',
  'dhcpv6.duidll.hwtype': ['uint16', ARP_HARDWARE],
  'dhcpv6.duidll.link_layer_addr': 'string',
  'dhcpv6.duiden.enterprise': 'uint32',
  'dhcpv6.duiden.identifier': 'bytes',
  'dhcpv6.duiduuid.bytes': 'bytes',
  'dhcpv6.auth.protocol': 'uint8',
  'dhcpv6.auth.algorithm': 'uint8',
  'dhcpv6.auth.rdm': 'uint8',
  'dhcpv6.auth.replay_detection': 'bytes',
  'dhcpv6.status_code': ['uint16', DHCPV6_STATUS],
  'dhcpv6.status_msg': 'string',
  'dhcpv6.userclass.length': 'uint16',
  'dhcpv6.userclass.opaque_data': 'bytes',
  'dhcpv6.vendorclass.enterprise': 'uint32',
  'dhcpv6.vendorclass.data': 'string',
  'dhcpv6.vendoropts.enterprise': 'uint32',
  'dhcpv6.vendoropts.enterprise.option_code': 'uint16',
  'dhcpv6.vendoropts.enterprise.option_length': 'uint16',
  'dhcpv6.vendoropts.enterprise.option_data': 'bytes',
  'dhcpv6.remoteid.enterprise': 'uint32',
  'dhcpv6.remoteid_enterprise_id': 'bytes',
  'dhcpv6.client_fqdn_flags': 'uint8',
  'dhcpv6.clientfqdn.client.s': 'boolean',
  'dhcpv6.clientfqdn.client.n': 'boolean',
  'dhcpv6.clientfqdn.server.s': 'boolean',
  'dhcpv6.clientfqdn.server.o': 'boolean',
  'dhcpv6.clientfqdn.server.n': 'boolean',
  'dhcpv6.client_domain': 'string',
  'dhcpv6.lq_query': 'uint8',
  'dhcpv6.lq_query_link_address': 'ipv6',
  'dhcpv6.lq_relay_data_peer_addr': 'ipv6',
  'dhcpv6.ntpserver.option.type': 'uint16',
  'dhcpv6.ntpserver.option.length': 'uint16',
  'dhcpv6.ntpserver.addr': 'ipv6',
  'dhcpv6.ntpserver.mc_addr': 'ipv6',
  'dhcpv6.ntpserver.fqdn': 'string',
  'dhcpv6.pd_exclude.pref_len': 'uint8',
  'dhcpv6.pd_exclude.subnet_id': 'bytes',
});

type Reader = (value: Octets, messageType: number) => unknown;

const READERS: ReadonlyMap<number, Reader> = new Map<number, Reader>([
  [1, readDuid],
  [2, readDuid],
  [11, readAuthentication],
  [13, readStatus],
  [15, readUserClass],
  [16, readVendorClass],
  [17, readVendorOptions],
  [37, readRemoteId],
  [39, readFqdn],
  [8, (value) => value.length === 2 && value.add('dhcpv6.elapsed_time', value.word(0) * 10)],
  [47, (value) => value.fixed('dhcpv6.lq_relay_data_peer_addr', 0, 16)],
  [53, readDuid],
  [56, readNtp],
  [67, readExclude],
]);

/** Reads the fields of an option that has several. */
export function readOptionFields6(code: number, value: Octets, messageType: number): void {
  READERS.get(code)?.(value, messageType);
}

/** RFC 9915 §11. */
function readDuid(value: Octets): void {
  if (value.length < 2) return;
  value.octets('dhcpv6.duid.bytes');
  value.u16('dhcpv6.duid.type', 0);
  switch (value.word(0)) {
    case 1:
      if (value.length < 8) return;
      value.u16('dhcpv6.duidllt.hwtype', 2);
      // Seconds since 2000 (RFC 9915 §11.2).
      value.add('dhcpv6.duidllt.time', (BigInt(value.long(4)) + 946_684_800n) * 1_000_000_000n);
      if (value.length > 8) value.add('dhcpv6.duidllt.link_layer_addr', hardwareText(value.word(2), value.part(8)));
      return;
    case 2:
      if (value.length < 6) return;
      value.u32('dhcpv6.duiden.enterprise', 2);
      return value.octets('dhcpv6.duiden.identifier', 6);
    case 3:
      value.u16('dhcpv6.duidll.hwtype', 2);
      if (value.length > 4) value.add('dhcpv6.duidll.link_layer_addr', hardwareText(value.word(2), value.part(4)));
      return;
    case 4:
      return value.octets('dhcpv6.duiduuid.bytes', 2);
    default:
  }
}

/** RFC 9915 §21.11. */
function readAuthentication(value: Octets): void {
  if (value.length < 11) return;
  value.u8('dhcpv6.auth.protocol', 0);
  value.u8('dhcpv6.auth.algorithm', 1);
  value.u8('dhcpv6.auth.rdm', 2);
  value.octets('dhcpv6.auth.replay_detection', 3, 8);
}

function readStatus(value: Octets): void {
  value.u16('dhcpv6.status_code', 0);
  if (value.length > 2) value.string('dhcpv6.status_msg', 2);
}

function readUserClass(value: Octets): void {
  for (let at = 0; value.has(at, 2);) {
    const length = value.word(at);
    if (!value.has(at + 2, length)) return;
    value.u16('dhcpv6.userclass.length', at);
    value.add('dhcpv6.userclass.opaque_data', value.text(at + 2, length));
    at += 2 + length;
  }
}

function readVendorClass(value: Octets): void {
  value.u32('dhcpv6.vendorclass.enterprise', 0);
  for (let at = 4; value.has(at, 2);) {
    // A class that runs past the end is read as far as possible.
    const length = Math.min(value.word(at), value.length - at - 2);
    value.string('dhcpv6.vendorclass.data', at + 2, length);
    if (length === 0) return;
    at += 2 + length;
  }
}

function readVendorOptions(value: Octets): void {
  value.u32('dhcpv6.vendoropts.enterprise', 0);
  for (let at = 4; value.has(at, 4);) {
    const length = value.word(at + 2);
    if (!value.has(at + 4, length)) return;
    value.u16('dhcpv6.vendoropts.enterprise.option_code', at);
    value.u16('dhcpv6.vendoropts.enterprise.option_length', at + 2);
    value.add('dhcpv6.vendoropts.enterprise.option_data', value.text(at + 4, length));
    at += 4 + length;
  }
}

function readRemoteId(value: Octets): void {
  if (value.length < 4) return;
  value.u32('dhcpv6.remoteid.enterprise', 0);
  value.add('dhcpv6.remoteid_enterprise_id', value.text(4));
}

/** Messages sent by clients: in them, the flags are requests (RFC 4704 §4.1). */
const FROM_CLIENT: ReadonlySet<number> = new Set([1, 3, 4, 5, 6, 8, 9, 11]);

function readFqdn(value: Octets, messageType: number): void {
  if (value.length < 1) return;
  value.u8('dhcpv6.client_fqdn_flags', 0);
  const client = FROM_CLIENT.has(messageType);
  const prefix = `dhcpv6.clientfqdn.${client ? 'client' : 'server'}`;
  value.bit(`${prefix}.n`, 0, 4);
  if (!client) value.bit(`${prefix}.o`, 0, 2);
  value.bit(`${prefix}.s`, 0, 1);
  const rest = value.part(1);
  const found = domainName(rest, 0);
  if (found) {
    if (found.name !== ROOT) rest.add('dhcpv6.client_domain', `${found.name}.`);
  } else if (rest.length > 0) readPartialName(rest);
}

/** A name without the empty label of the root at its end (RFC 4704 §4.2). */
function readPartialName(value: Octets): void {
  const labels: string[] = [];
  for (let at = 0; value.has(at);) {
    const length = value.byte(at);
    if (length > 63 || !value.has(at + 1, length)) return;
    labels.push(value.text(at + 1, length));
    at += 1 + length;
  }
  value.add('dhcpv6.client_domain', labels.join('.'));
}

/** RFC 5908 §4. */
function readNtp(value: Octets): void {
  for (let at = 0; value.has(at, 4);) {
    const type = value.word(at);
    const length = value.word(at + 2);
    if (!value.has(at + 4, length)) return;
    value.u16('dhcpv6.ntpserver.option.type', at);
    value.u16('dhcpv6.ntpserver.option.length', at + 2);
    if (type === 1) value.fixed('dhcpv6.ntpserver.addr', at + 4, 16);
    else if (type === 2) value.fixed('dhcpv6.ntpserver.mc_addr', at + 4, 16);
    else if (type === 3) readForm(value.part(at + 4, length), 'dhcpv6.ntpserver.fqdn', 'domains');
    at += 4 + length;
  }
}

/** RFC 6603 §4.2: a prefix length, and up to 16 octets of a subnet ID. */
function readExclude(value: Octets): void {
  if (value.length < 2 || value.length > 17) return;
  value.u8('dhcpv6.pd_exclude.pref_len', 0);
  value.octets('dhcpv6.pd_exclude.subnet_id', 1);
}
