/**
 * Builds frames around messages: Ethernet II, IPv4 or IPv6, UDP or ICMP, with
 * correct checksums. For captures that no real program produces.
 */
import { concat, parseHex, parseIpv4, parseIpv6 } from '../../codec/bytes';
import { foldedSum } from '../../codec/ip/checksum';
import { uintOctets } from '../../codec/values/scalar';

/** The addresses and ports around a message. Link-layer addresses are in colon hex. */
export interface Around {
  readonly ethSource: string;
  readonly ethDestination: string;
  readonly source: string;
  readonly destination: string;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

const BROADCAST = 'ff:ff:ff:ff:ff:ff';
const CLIENT = '02:67:00:00:00:0c';
const UDP = 17;
const ICMP = 1;
const ICMPV6 = 58;

/** Addresses of a client that has no address yet (RFC 2131 §4.1). */
const FROM_CLIENT: Around = {
  ethSource: CLIENT,
  ethDestination: BROADCAST,
  source: '0.0.0.0',
  destination: '255.255.255.255',
  sourcePort: 68,
  destinationPort: 67,
};
/** Addresses for a message from a client to all servers and relays (RFC 9915 §7.1). */
const FROM_CLIENT6: Around = {
  ethSource: CLIENT,
  ethDestination: '33:33:00:01:00:02',
  source: 'fe80::67:ff:fe00:c',
  destination: 'ff02::1:2',
  sourcePort: 546,
  destinationPort: 547,
};

const word = (value: number): Uint8Array => uintOctets(value & 0xffff, 2);
/** The Internet checksum (RFC 1071) of all octets; `pseudo` is the sum of what precedes them. */
export const checksum = (bytes: Uint8Array, pseudo = 0): number => ~foldedSum(bytes, 0, bytes.length, pseudo) & 0xffff;

/** An Ethernet II frame. */
export function ethernet(around: Around, type: number, payload: Uint8Array): Uint8Array {
  return concat([parseHex(around.ethDestination)!, parseHex(around.ethSource)!, word(type), payload]);
}

function udp(around: Around, addresses: Uint8Array, payload: Uint8Array): Uint8Array {
  const length = 8 + payload.length;
  const out = concat([
    word(around.sourcePort),
    word(around.destinationPort),
    word(Math.min(length, 0xffff)),
    word(0),
    payload,
  ]);
  // RFC 768: a checksum of 0 is sent as all ones.
  out.set(word(checksum(out, foldedSum(addresses, 0, addresses.length) + UDP + length) || 0xffff), 6);
  return out;
}

/** An IPv4 packet; `payload` receives the addresses for a pseudo-header. */
export function ipv4(around: Around, protocol: number, payload: (addresses: Uint8Array) => Uint8Array): Uint8Array {
  const addresses = concat([uintOctets(parseIpv4(around.source)!, 4), uintOctets(parseIpv4(around.destination)!, 4)]);
  const body = payload(addresses);
  const header = concat([
    Uint8Array.of(0x45, 0),
    word(Math.min(20 + body.length, 0xffff)),
    Uint8Array.of(0, 0, 0, 0, 64, protocol, 0, 0),
    addresses,
  ]);
  header.set(word(checksum(header)), 10);
  return concat([header, body]);
}

/** A DHCPv4 message in a frame; by default, broadcast from a client. */
export function datagram4(message: Uint8Array, over: Partial<Around> = {}): Uint8Array {
  const around = { ...FROM_CLIENT, ...over };
  return ethernet(
    around,
    0x0800,
    ipv4(around, UDP, (addresses) => udp(around, addresses, message)),
  );
}

/** A DHCPv6 message in a frame; by default, from a client to all servers. */
export function datagram6(message: Uint8Array, over: Partial<Around> = {}): Uint8Array {
  const around = { ...FROM_CLIENT6, ...over };
  const addresses = concat([parseIpv6(around.source)!, parseIpv6(around.destination)!]);
  const body = udp(around, addresses, message);
  const header = Uint8Array.of(0x60, 0, 0, 0, Math.min(body.length, 0xffff) >> 8, body.length & 255, UDP, 1);
  return ethernet(around, 0x86dd, concat([header, addresses, body]));
}

/** An ICMPv6 message in a frame (RFC 4443 §2.1); the checksum is filled in. */
export function icmpv6(message: Uint8Array, over: Partial<Around>): Uint8Array {
  const around = { ...FROM_CLIENT6, ...over };
  const addresses = concat([parseIpv6(around.source)!, parseIpv6(around.destination)!]);
  const body = message.slice();
  body.set(word(checksum(body, foldedSum(addresses, 0, addresses.length) + ICMPV6 + body.length)), 2);
  const header = Uint8Array.of(0x60, 0, 0, 0, 0, body.length, ICMPV6, 255);
  return ethernet(around, 0x86dd, concat([header, addresses, body]));
}

/** A neighbour solicitation (135) or advertisement (136) about `target` (RFC 4861 §4.3, §4.4). */
export function neighbour(type: 135 | 136, target: string, over: Partial<Around>): Uint8Array {
  return icmpv6(concat([Uint8Array.of(type, 0, 0, 0, 0, 0, 0, 0), parseIpv6(target)!]), over);
}

/** The content of an ARP or RARP message (RFC 826, RFC 903): operation, and the address pairs of sender and target. */
export interface Resolution {
  readonly operation: number;
  readonly senderMac: string;
  readonly senderIp: string;
  readonly targetMac: string;
  readonly targetIp: string;
}

/** An ARP (type 0x0806) or RARP (0x8035) message in a frame; broadcast by default. */
export function resolution(type: 0x0806 | 0x8035, message: Resolution, ethDestination = BROADCAST): Uint8Array {
  const { operation, senderMac, senderIp, targetMac, targetIp } = message;
  const pair = (mac: string, ip: string): Uint8Array => concat([parseHex(mac)!, uintOctets(parseIpv4(ip)!, 4)]);
  const head = concat([Uint8Array.of(0, 1, 8, 0, 6, 4), word(operation)]);
  return ethernet(
    { ...FROM_CLIENT, ethSource: senderMac, ethDestination },
    type,
    concat([head, pair(senderMac, senderIp), pair(targetMac, targetIp)]),
  );
}

/**
 * “Destination unreachable” (RFC 792) about a frame of `datagram4`. It quotes the IPv4 header and all that follows, as modern routers do.
 */
export function unreachable(code: number, frame: Uint8Array, over: Partial<Around>): Uint8Array {
  const around = { ...FROM_CLIENT, ...over };
  const message = concat([Uint8Array.of(3, code, 0, 0, 0, 0, 0, 0), frame.subarray(14)]);
  message.set(word(checksum(message)), 2);
  return ethernet(
    around,
    0x0800,
    ipv4(around, ICMP, () => message),
  );
}
