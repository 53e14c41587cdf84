import type { Octets } from './sink';
import { defineFields, defineHistory } from './table';
import { ARP_HARDWARE, ARP_OPERATIONS, ETHER_TYPES } from './valueNames';

export const arpFields = [
  ...defineFields({
    arp: 'protocol',
    rarp: 'protocol',
    'arp.hw.type': ['uint16', ARP_HARDWARE],
    'arp.proto.type': ['uint16', ETHER_TYPES],
    'arp.hw.size': 'uint8',
    'arp.proto.size': 'uint8',
    'arp.opcode': ['uint16', ARP_OPERATIONS],
    'arp.isgratuitous': 'boolean',
    'arp.isprobe': 'boolean',
    'arp.isannouncement': 'boolean',
    'arp.src.hw': 'bytes',
    'arp.src.hw_mac': 'ether',
    'arp.src.proto': 'bytes',
    'arp.src.proto_ipv4': 'ipv4',
    'arp.dst.hw': 'bytes',
    'arp.dst.hw_mac': 'ether',
    'arp.dst.proto': 'bytes',
    'arp.dst.proto_ipv4': 'ipv4',
  }),
  ...defineHistory({
    'arp.duplicate-address-detected': 'none',
    'arp.duplicate-address-frame': 'uint32',
    'arp.seconds-since-duplicate-address-frame': 'uint32',
  }),
];

const ETHERNET: ReadonlySet<number> = new Set([1, 6]);
const IPV4 = 0x0800;

export function readArp(octets: Octets): void {
  if (!octets.has(0, 8)) return;
  octets.u16('arp.hw.type', 0);
  octets.u16('arp.proto.type', 2);
  octets.u8('arp.hw.size', 4);
  octets.u8('arp.proto.size', 5);
  octets.u16('arp.opcode', 6);
  const hardware = octets.byte(4);
  const protocol = octets.byte(5);
  const mac = ETHERNET.has(octets.word(0)) && hardware === 6;
  const ipv4 = octets.word(2) === IPV4 && protocol === 4;
  if (ipv4 && octets.has(0, 16 + 2 * hardware)) readNotes(octets, hardware);
  let at = 8;
  for (const side of ['src', 'dst']) {
    if (mac) octets.fixed(`arp.${side}.hw_mac`, at, 6);
    else octets.octets(`arp.${side}.hw`, at, hardware);
    at += hardware;
    if (ipv4) octets.ipv4(`arp.${side}.proto_ipv4`, at);
    else octets.octets(`arp.${side}.proto`, at, protocol);
    at += protocol;
  }
}

/** Wireshark's generated fields for a message: a probe (RFC 5227 §1.1), an announcement, or one about the sender's own address. */
function readNotes(octets: Octets, hardware: number): void {
  const operation = octets.word(6);
  const sender = octets.long(8 + hardware);
  const target = octets.long(12 + 2 * hardware);
  const asksNobody = !/[^\0]/.test(octets.text(12 + hardware, hardware));
  if (sender === target && (operation === 1 || operation === 2)) {
    octets.add('arp.isgratuitous', 1);
    if (operation === 1 && asksNobody) octets.add('arp.isannouncement', 1);
  } else if (operation === 1 && sender === 0 && asksNobody) octets.add('arp.isprobe', 1);
}
