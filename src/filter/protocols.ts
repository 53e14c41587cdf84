import { append } from '../codec/append';
import { u16, u32, u32le } from '../codec/bytes';
import type { Walk } from '../codec/walk';
import { PROVIDER_TAG } from './fields/link';
import { behind, type Behind } from './fields/named';

/** Wireshark's number (WTAP_ENCAP_…) for the most common link types, by LINKTYPE_ number. */
const ENCAPSULATIONS: Readonly<Record<number, number>> = {
  0: 15,
  1: 1,
  6: 2,
  7: 8,
  8: 3,
  9: 4,
  10: 5,
  12: 7,
  14: 7,
  101: 7,
  100: 10,
  104: 28,
  105: 20,
  107: 26,
  113: 25,
  127: 23,
  228: 129,
  229: 130,
  276: 210,
};

export function encapsulation(linkType: number): number {
  return ENCAPSULATIONS[linkType] ?? 0;
}

/** Layers after which Wireshark inserts `ethertype` in the list, if an EtherType leads to the next one. */
const BY_ETHER_TYPE: ReadonlySet<string> = new Set(['eth', 'vlan', 'ieee8021ad', 'vntag', 'sll']);
/** Headers from the radio, after which Wireshark adds what it knows of the radio. */
const RADIO: ReadonlySet<string> = new Set(['', 'radiotap', 'ppi', 'prism', 'wlancap']);

/** Wireshark's names for layers that have another one here. */
const NAMES: Readonly<Record<string, string>> = {
  loop: 'null',
  sll2: 'sll',
  'vxlan-gpe': 'vxlan',
  'ppp-direction': 'ppp',
  ieee8021br: 'etag',
};
/** AVS's header begins with this octet (the first of its cookie); Prism's with 0, or its message code. */
const AVS = 0x80;

/** The name that Wireshark has for the protocol of layer `index`. */
export function nameOf(walk: Walk, index: number): string {
  const { id } = walk.layers[index]!;
  const at = walk.atOf(index);
  if (id === 'vlan') return at >= 2 && u16(walk.bytes, at - 2) === PROVIDER_TAG ? 'ieee8021ad' : id;
  if (id === 'prism') return walk.bytes[at] === AVS ? 'wlancap' : id;
  return NAMES[id] ?? id;
}

/** The ports on which Wireshark recognises DHCP. */
export const DHCP_PORTS: ReadonlySet<number> = new Set([67, 68, 4011]);

/** ICMP's redirect (RFC 792). */
const REDIRECT = 5;

/**
 * Whether Wireshark does not recognise layer `index`: a DHCP message between other ports, which only its content gives away, or one that
 * an ICMP redirect quotes. Its DHCP fields are left out, so that a filter finds the same frames here and in Wireshark;
 * `finding == "nonstandard-port"` finds the former.
 */
export function isUnknown(walk: Walk, index: number): boolean {
  if (index === 0 || walk.layers[index]!.id !== 'dhcp' || walk.layers[index - 1]!.id !== 'udp') return false;
  if (isRedirected(walk, index)) return true;
  const at = walk.atOf(index - 1);
  return !DHCP_PORTS.has(u16(walk.bytes, at)) && !DHCP_PORTS.has(u16(walk.bytes, at + 2));
}

/** Whether an ICMP redirect quotes layer `index`: there, Wireshark looks no further than at the ports. */
export function isRedirected(walk: Walk, index: number): boolean {
  const { quotedFrom } = walk;
  return quotedFrom > 0 && index >= quotedFrom && walk.bytes[walk.atOf(quotedFrom - 1)] === REDIRECT;
}

/**
 * How many layers Wireshark dissects. A fragment that is whole waits for the others, and the last of them shows what they carry
 * together; so even the first one carries only data.
 */
export const dissected = ({ fragment, cut, depth }: Walk): number =>
  fragment >= 0 && cut === 0 ? fragment + 1 : depth;

/** What is known of a frame beside its octets. */
interface LinkAndTime {
  readonly linkType: number;
  /** Nanoseconds since 1970. */
  readonly time: bigint | undefined;
}

/** The protocols of a frame as Wireshark lists them: `eth:ethertype:ip:udp:dhcp`. */
export function protocolNames(walk: Walk, datagram: Walk | undefined, facts?: LinkAndTime): string {
  const names: string[] = [];
  for (const one of [walk, datagram])
    if (one) for (let i = one === walk ? 0 : 1; i < dissected(one); i++) append(names, namesOf(one, i));
  if (facts && HEADERLESS.has(facts.linkType)) names.shift();
  const inner = datagram ?? walk;
  const last = dissected(inner) - 1;
  const found = last >= 0 && !isUnknown(inner, last) ? dataOf(inner, facts?.time) : undefined;
  if (found && BY_ETHER_TYPE.has(nameOf(inner, last))) names.push('ethertype');
  return [...names, ...(found?.names ?? [])].join(':');
}

/** Links whose frames are nothing but IPv4, or IPv6: there, Wireshark begins with that. */
export const HEADERLESS: ReadonlySet<number> = new Set([228, 229]);

/** The name of layer `index`, and those that Wireshark puts before it. */
function namesOf(walk: Walk, index: number): string[] {
  const name = nameOf(walk, index);
  const before = index > 0 ? nameOf(walk, index - 1) : '';
  const own = isUnknown(walk, index) ? 'data' : name === 'rarp' ? 'arp' : name;
  if (BY_ETHER_TYPE.has(before) && name !== 'llc') return ['ethertype', own];
  return name === 'wlan' && RADIO.has(before) ? ['wlan_radio', own] : [own];
}

/** What follows the innermost layer: protocols that are known by their number, or data, such as a block of a file or that of an echo. */
export function dataOf(walk: Walk, time?: bigint): Behind | undefined {
  const i = dissected(walk) - 1;
  if (i < 0) return undefined;
  const at = walk.atOf(i);
  const end = walk.endOf(i);
  if (isRedirected(walk, i)) return undefined;
  if (isUnknown(walk, i)) return { names: ['data'], at, end };
  const { id } = walk.layers[i]!;
  const type = walk.bytes[at]!;
  if (id === 'tftp') return type === 0 && walk.bytes[at + 1] === 3 ? dataFrom(at + 4, end) : undefined;
  if (id === 'icmp')
    return type === 8 || type === 0 ? dataFrom(at + 8 + stampAt(walk, at + 8, end, time), end) : undefined;
  if (id === 'icmpv6') return type === 128 || type === 129 ? dataFrom(at + 8, end) : undefined;
  return behind(walk, i);
}

/** Octets of a time stamp, which `ping` puts first: seconds and microseconds. */
const STAMP = 8;
const DAY = 86400;
const SECOND = 1_000_000_000n;

/** As many, if there seems to be a time stamp: one that is less than a day from the frame's time, in either byte order. */
function stampAt({ bytes }: Walk, at: number, end: number, time = 0n): number {
  if (end - at < STAMP) return 0;
  const isStamp = (read: (bytes: Uint8Array, at: number) => number): boolean =>
    read(bytes, at + 4) < 1e6 && Math.abs(read(bytes, at) - Number(time / SECOND)) < DAY;
  return isStamp(u32) || isStamp(u32le) ? STAMP : 0;
}

const dataFrom = (at: number, end: number): Behind | undefined => (at < end ? { names: ['data'], at, end } : undefined);

/** Where the segment of TCP layer `index` ends on the wire, which may lie after what was captured. */
export function segmentEnd(walk: Walk, index: number): number {
  const end = walk.endOf(index);
  if (walk.cut === 0 || end < walk.end || index === 0) return end;
  const ip = index - 1;
  const at = walk.atOf(ip);
  const { id } = walk.layers[ip]!;
  if (id === 'ip') return Math.max(end, at + u16(walk.bytes, at + 2));
  return id === 'ipv6' ? Math.max(end, at + 40 + u16(walk.bytes, at + 4)) : end + walk.cut;
}
