/** Frames of Ethernet that are no plain DHCP datagram, for invented networks: ARP, RARP, ICMP, fragments, tags, tunnels. */
import { concat, parseHex, parseIpv4, parseIpv6 } from '../../src/codec/bytes';
import { foldedSum } from '../../src/codec/ip/checksum';
import { uintOctets } from '../../src/codec/values/scalar';
import { checksum, datagram4, ethernet, ipv4, type Around } from '../lab/frame';

export const BROADCAST = 'ff:ff:ff:ff:ff:ff';
/** EtherTypes: ARP (RFC 826), RARP (RFC 903), a customer's and a provider's tag (IEEE 802.1Q). */
const [ARP, RARP, TAG, OUTER_TAG] = [0x0806, 0x8035, 0x8100, 0x88a8];
const HEADER = 14;
/** Of an IPv4 header without options. */
const IPV4 = 20;
const ICMP = 1;
const ICMPV6 = 58;
const VXLAN = 4789;

/** Who says what in ARP or RARP; addresses as text. */
export interface ArpSpec {
  readonly operation: number;
  readonly senderMac: string;
  readonly senderIp: string;
  readonly targetMac: string;
  readonly targetIp: string;
  readonly ethDestination?: string;
}

const around = (over: Partial<Around>): Around => ({
  ethSource: BROADCAST,
  ethDestination: BROADCAST,
  source: '0.0.0.0',
  destination: '255.255.255.255',
  sourcePort: 0,
  destinationPort: 0,
  ...over,
});

/** ARP, or RARP where the operation is one of its (RFC 903: 3 and 4). */
export function arpFrame({
  operation,
  senderMac,
  senderIp,
  targetMac,
  targetIp,
  ethDestination = BROADCAST,
}: ArpSpec): Uint8Array {
  const body = concat([
    Uint8Array.of(0, 1, 8, 0, 6, 4, operation >> 8, operation & 255),
    parseHex(senderMac)!,
    uintOctets(parseIpv4(senderIp)!, 4),
    parseHex(targetMac)!,
    uintOctets(parseIpv4(targetIp)!, 4),
  ]);
  const type = operation === 3 || operation === 4 ? RARP : ARP;
  return ethernet(around({ ethSource: senderMac, ethDestination }), type, body);
}

/** ICMP of any type about the first octets of an IPv4 packet. */
export function icmpFrame(type: number, code: number, quoted: Uint8Array, over: Partial<Around>): Uint8Array {
  const message = concat([Uint8Array.of(type, code, 0, 0, 0, 0, 0, 0), quoted]);
  message.set(uintOctets(checksum(message), 2), 2);
  const whole = around(over);
  return ethernet(
    whole,
    0x0800,
    ipv4(whole, ICMP, () => message),
  );
}

/** ICMPv6 of any type about the first octets of an IPv6 packet; addresses of `over` are IPv6's. */
export function icmp6Frame(type: number, code: number, quoted: Uint8Array, over: Partial<Around>): Uint8Array {
  const message = concat([Uint8Array.of(type, code, 0, 0, 0, 0, 0, 0), quoted]);
  const whole = around({ source: '::', destination: 'ff02::1', ...over });
  const addresses = concat([parseIpv6(whole.source)!, parseIpv6(whole.destination)!]);
  const pseudo = foldedSum(addresses, 0, addresses.length) + ICMPV6 + message.length;
  message.set(uintOctets(checksum(message, pseudo), 2), 2);
  const head = Uint8Array.of(0x60, 0, 0, 0, message.length >> 8, message.length & 255, ICMPV6, 255);
  return ethernet(whole, 0x86dd, concat([head, addresses, message]));
}

/** What a frame of IP holds behind its header of Ethernet, at most so many octets. */
export const quote = (frame: Uint8Array, most: number): Uint8Array => frame.slice(HEADER, HEADER + most);

/** With VLAN tags, the outermost first; two and more are a provider's (IEEE 802.1ad). */
export function tagged(frame: Uint8Array, vlans: readonly number[]): Uint8Array {
  const tags = vlans.map((id, i) => {
    const type = i + 1 < vlans.length ? OUTER_TAG : TAG;
    return Uint8Array.of(type >> 8, type & 255, id >> 8, id & 255);
  });
  return concat([frame.subarray(0, 12), ...tags, frame.subarray(12)]);
}

/** The frame in VXLAN (RFC 7348), of network `vni`, between two tunnel ends. */
export function inVxlan(frame: Uint8Array, vni: number): Uint8Array {
  const header = Uint8Array.of(8, 0, 0, 0, vni >> 16, (vni >> 8) & 255, vni & 255, 0);
  const ends = { ethSource: '02:77:00:00:00:01', ethDestination: '02:77:00:00:00:02' };
  const addresses = { source: '192.0.2.1', destination: '192.0.2.2', sourcePort: 50_000, destinationPort: VXLAN };
  return datagram4(concat([header, frame]), { ...ends, ...addresses });
}

/** An IPv4 frame in fragments of `size` octets (a multiple of 8) each; itself alone where it fits, or is no IPv4. */
export function fragmented(frame: Uint8Array, size: number, id: number): Uint8Array[] {
  const body = frame.subarray(HEADER + IPV4);
  if (frame[12] !== 8 || frame[13] !== 0 || frame[HEADER] !== 0x45 || body.length <= size) return [frame];
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < body.length; at += size) {
    const piece = body.subarray(at, at + size);
    const out = concat([frame.subarray(0, HEADER + IPV4), piece]);
    const more = at + size < body.length ? 0x2000 : 0;
    out.set(uintOctets(IPV4 + piece.length, 2), HEADER + 2);
    out.set(uintOctets(id & 0xffff, 2), HEADER + 4);
    out.set(uintOctets(more | (at >> 3), 2), HEADER + 6);
    out.set([0, 0], HEADER + 10);
    out.set(uintOctets(checksum(out.subarray(HEADER, HEADER + IPV4)), 2), HEADER + 10);
    pieces.push(out);
  }
  return pieces;
}
