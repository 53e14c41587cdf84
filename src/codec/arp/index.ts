import { formatIpv4, formatMac, hex, ipv4ToText, u16, u32 } from '../bytes';
import { problem, type Field, type Problem } from '../field';
import { cutHeader, HeaderFields, named } from '../header';
import { etherTypeText } from '../link/ethertypes';
import { hardwareText } from '../link/hardware';
import { layerNode } from '../tree';
import type { Layer, Walk } from '../walk';

/** Octets of the fixed part: types, address lengths, operation (RFC 826). */
const FIXED = 8;
const IPV4_LENGTH = 4;
/** ATM's hardware type. Its ARP (RFC 2225 §8.7) has a different field layout. */
const ATM = 19;

/** IANA “ARP Parameters”, Operation Codes. */
export const ARP_OPERATIONS: Readonly<Record<number, string>> = {
  1: 'request',
  2: 'reply',
  3: 'reverse request',
  4: 'reverse reply',
  5: 'DRARP request',
  6: 'DRARP reply',
  7: 'DRARP error',
  8: 'inverse request',
  9: 'inverse reply',
  10: 'ARP NAK',
};
const REQUEST = 1;
const REPLY = 2;
const REVERSE_REQUEST = 3;
const REVERSE_REPLY = 4;

/** The content of an ARP or RARP message about IPv4. */
export interface Arp {
  readonly operation: number;
  /** Link-layer addresses as colon hex; empty if the message has none (length 0). */
  readonly senderMac: string;
  readonly targetMac: string;
  /** Unsigned 32-bit numbers. */
  readonly senderIp: number;
  readonly targetIp: number;
}

/** Octets that the message needs according to its own length fields. */
const needed = (bytes: Uint8Array, at: number): number => FIXED + 2 * (bytes[at + 4]! + bytes[at + 5]!);

/**
 * Reads an ARP or RARP message from `at` up to `end`. Undefined if it is cut, concerns a protocol other than IPv4, or
 * is for ATM, whose fields differ. Link-layer addresses may have any length.
 */
export function readArp(bytes: Uint8Array, at: number, end: number): Arp | undefined {
  if (end - at < FIXED || bytes[at + 5] !== IPV4_LENGTH || end - at < needed(bytes, at)) return undefined;
  if (u16(bytes, at + 2) !== 0x0800 || u16(bytes, at) === ATM) return undefined;
  const length = bytes[at + 4]!;
  const sender = at + FIXED;
  const target = sender + length + IPV4_LENGTH;
  return {
    operation: u16(bytes, at + 6),
    senderMac: formatMac(bytes, sender, length),
    senderIp: u32(bytes, sender + length),
    targetMac: formatMac(bytes, target, length),
    targetIp: u32(bytes, target + length),
  };
}

/** Kind of ARP message, in the terms of RFC 5227: a probe asks whether an address is free, an announcement claims it. */
export type ArpKind = 'probe' | 'announcement' | 'request' | 'reply' | 'gratuitous reply' | 'other';

/** The kind of an ARP message. */
export function arpKind(arp: Arp): ArpKind {
  if (arp.operation === REQUEST) {
    // RFC 5227 §1.1
    if (arp.senderIp === 0 && arp.targetIp !== 0) return 'probe';
    return arp.senderIp === arp.targetIp ? 'announcement' : 'request';
  }
  if (arp.operation === REPLY) return arp.senderIp === arp.targetIp ? 'gratuitous reply' : 'reply';
  return 'other';
}

/** An ARP or RARP message in one line. */
export function arpText(arp: Arp): string {
  const sender = ipv4ToText(arp.senderIp);
  const target = ipv4ToText(arp.targetIp);
  switch (arpKind(arp)) {
    case 'probe':
      return `probe: is ${target} in use? asks ${arp.senderMac}`;
    case 'announcement':
      return `announcement: ${sender} is at ${arp.senderMac} (gratuitous)`;
    case 'request':
      return `who has ${target}? tell ${sender}`;
    case 'reply':
      return `${sender} is at ${arp.senderMac}`;
    case 'gratuitous reply':
      return `${sender} is at ${arp.senderMac} (gratuitous)`;
  }
  if (arp.operation === REVERSE_REQUEST) return `which address has ${arp.targetMac}? tell ${arp.senderMac}`;
  if (arp.operation === REVERSE_REPLY) return `${arp.targetMac} has address ${target}`;
  return named(ARP_OPERATIONS, arp.operation);
}

function messageLayer(id: string, name: string): Layer {
  const layer: Layer = {
    id,
    name,
    walk(walk, at, end) {
      const atm = end - at >= FIXED && u16(walk.bytes, at) === ATM;
      const length = end - at >= FIXED && !atm ? needed(walk.bytes, at) : FIXED;
      walk.header(layer, at, length, Math.min(end, at + Math.max(FIXED, atm ? end - at : length)));
    },
    describe: (walk, index, problems) => describe(walk, index, problems),
  };
  return layer;
}

/** ARP (RFC 826): who has this address? */
export const arp = messageLayer('arp', 'Address Resolution Protocol');
/** RARP (RFC 903): which address do I have? The predecessor of BOOTP and DHCP. */
export const rarp = messageLayer('rarp', 'Reverse Address Resolution Protocol');

function describe(walk: Walk, index: number, problems: Problem[]): Field {
  const at = walk.atOf(index);
  const { bytes } = walk;
  const end = walk.endOf(index);
  const isAtm = end - at >= FIXED && u16(bytes, at) === ATM;
  const cut = cutHeader(walk, index, end - at >= FIXED && !isAtm ? needed(bytes, at) : FIXED, problems);
  if (cut) return cut;
  const fields = new HeaderFields(walk, at);
  fields.number(2, 'Hardware type', 'arp.hw.type', hardwareText);
  const protocol = fields.number(2, 'Protocol type', 'arp.proto.type', etherTypeText);
  if (isAtm) {
    fields.octets(2, 'Types and lengths of the sender’s addresses');
    const operation = fields.number(2, 'Operation', 'arp.opcode', (value) => named(ARP_OPERATIONS, value));
    return layerNode(walk, index, `ATM, ${named(ARP_OPERATIONS, operation)}`, fields.nodes);
  }
  const hardwareLength = fields.number(1, 'Hardware size', 'arp.hw.size');
  const protocolLength = fields.number(1, 'Protocol size', 'arp.proto.size');
  const operation = fields.number(2, 'Operation', 'arp.opcode', (value) => named(ARP_OPERATIONS, value));
  const address = (length: number, ip: boolean): string =>
    ip ? formatIpv4(bytes, fields.at) : hex(bytes, fields.at, length, ':');
  const isIpv4 = protocol === 0x0800 && protocolLength === IPV4_LENGTH;
  for (const [name, key] of [
    ['Sender', 'src'],
    ['Target', 'dst'],
  ] as const) {
    if (hardwareLength > 0) {
      fields.text(hardwareLength, `${name} MAC address`, address(hardwareLength, false), `arp.${key}.hw_mac`);
    }
    if (protocolLength > 0) {
      fields.text(protocolLength, `${name} IP address`, address(protocolLength, isIpv4), `arp.${key}.proto_ipv4`);
    }
  }
  const message = readArp(bytes, at, end);
  const text = message ? arpText(message) : named(ARP_OPERATIONS, operation);
  if (protocol === 0x0800 && protocolLength !== IPV4_LENGTH) {
    const bad = `An IPv4 address has 4 octets, but this message says ${protocolLength}.`;
    problems.push(problem('malformed-message', walk.offset(at + 5), 1, bad));
    return layerNode(walk, index, text, fields.nodes, bad);
  }
  return layerNode(walk, index, text, fields.nodes);
}
