import { MESSAGE_TYPES } from '../../codec/dhcpv4';
import type { Dhcp, Dhcpv6 } from '../../ledger/packet';
import { MESSAGE_TYPES6 } from '../../codec/dhcpv6';
import { detailOf, summaryOf } from '../../codec/frame';
import type { Packet } from '../../analysis/conversations/packet';
import { nameOfDuid } from '../../codec/names/duids';
import { SEVERITY_RANK } from '../../analysis/finding';
import type { Finding, Row, Severity } from '../../protocol';
import { BETWEEN, INFO } from './info';
import { isCertain } from '../answers/describe';
import { packetAt, walkDatagram, walkStored } from '../scan/packets';
import type { Scan } from '../scan/scan';

/** The packet list row of frame `index` of the store. */
export function rowAt(scan: Scan, index: number, severity: Severity | undefined): Row {
  const packet = packetAt(scan, index, 0);
  const { store } = scan;
  const from = scan.unreadFrom.get(packet.frame) ?? Infinity;
  const own: Severity | undefined = packet.problems.some(
    (one) => one.id !== 'checksum-offload' && (from === Infinity || isCertain(one, from)),
  )
    ? 'warning'
    : undefined;
  const worst = severity ?? own;
  return {
    frame: packet.frame,
    time: packet.timed ? store.sinceText(scan.firstSeconds, scan.firstNanoseconds, index, 6) : '',
    source: sourceOf(packet),
    destination: destinationOf(packet),
    type: typeOf(packet),
    client: clientOf(packet),
    info: infoOf(scan, index, packet),
    ...(worst ? { severity: worst } : {}),
  };
}

/** The sender as the list shows it: the IP address, otherwise the link-layer address. */
export function sourceOf(packet: Packet): string {
  return packet.source ?? packet.ethSource ?? '';
}

/** The receiver, likewise. */
export function destinationOf(packet: Packet): string {
  return packet.destination ?? packet.ethDestination ?? '';
}

/** The message type as the list shows it. */
export function typeOf(packet: Packet): string {
  const { dhcp, dhcpv6 } = packet;
  if (dhcp) {
    const type = dhcp.messageType();
    if (type !== undefined) return MESSAGE_TYPES[type] ?? `DHCP type ${type}`;
    return dhcp.op === 1 ? 'BOOTREQUEST' : dhcp.op === 2 ? 'BOOTREPLY' : 'BOOTP';
  }
  if (dhcpv6) return MESSAGE_TYPES6[dhcpv6.outerType] ?? `DHCPv6 type ${dhcpv6.outerType}`;
  return { icmpv6: 'ICMPv6', other: '' }[packet.protocol as string] ?? packet.protocol.toUpperCase();
}

/** The client as the list shows it: its hardware address; in DHCPv6 the one in its DUID, otherwise the DUID. */
export function clientOf(packet: Packet): string {
  if (packet.dhcp) return packet.dhcp.chaddr;
  if (packet.dhcpv6) return nameOfDuid(packet.dhcpv6.clientDuid ?? '');
  return '';
}

/** The summary of frame `index` of the store; the layer's own summary if there is nothing better. */
export function infoOf(scan: Scan, index: number, packet: Packet): string {
  if (packet.dhcp) return info4(packet.dhcp);
  const walk = walkDatagram(scan, index) ?? walkStored(scan, index);
  if (packet.dhcpv6) return info6(detailOf(walk), packet, packet.dhcpv6);
  return packet.protocol === 'other' ? summaryOf(walk) : detailOf(walk);
}

/** The summary of a DHCPv6 message without its type and client, which have columns of their own. */
function info6(summary: string, packet: Packet, { serverDuid, xid, isRelay }: Dhcpv6): string {
  const said = summary
    .replace(typeOf(packet), '')
    .replace(`client ${clientOf(packet)}`, '')
    .replace(/^ › /, '')
    .replace(/ {2,}/g, ' ')
    .trim();
  const server = serverDuid === undefined ? '' : `server ${nameOfDuid(serverDuid)}`;
  // A relay's message has no transaction of its own.
  const transaction = isRelay ? '' : `xid 0x${xid.toString(16).padStart(6, '0')}`;
  return [said, said.includes(server) ? '' : server, transaction].filter((part) => part !== '').join(BETWEEN);
}

function info4(message: Dhcp): string {
  const parts: string[] = [];
  for (const { label, of, text } of INFO) {
    const value = of(message);
    if (value !== undefined) parts.push(label + text(value));
  }
  return parts.join(BETWEEN);
}

/** By frame number: the worst severity of the findings that cite the frame. */
export function worstOf(findings: readonly Finding[]): Map<number, Severity> {
  const worst = new Map<number, Severity>();
  for (const { severity, frames } of findings) {
    for (const frame of frames) {
      const known = worst.get(frame);
      if (known === undefined || SEVERITY_RANK[severity] > SEVERITY_RANK[known]) worst.set(frame, severity);
    }
  }
  return worst;
}
