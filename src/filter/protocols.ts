import { u16 } from '../codec/bytes';
import type { Walk } from '../codec/walk';

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

/** Layers that select the next one by EtherType; Wireshark then inserts `ethertype` in the list. */
const BY_ETHER_TYPE: ReadonlySet<string> = new Set(['eth', 'vlan', 'sll', 'sll2']);
const ETHER_TYPE_LAYERS: ReadonlySet<string> = new Set([
  'ip',
  'ipv6',
  'arp',
  'rarp',
  'vlan',
  'mpls',
  'pppoes',
  'pppoed',
]);

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
  const { quotedFrom } = walk;
  if (quotedFrom > 0 && index >= quotedFrom && walk.bytes[walk.atOf(quotedFrom - 1)] === REDIRECT) return true;
  const at = walk.atOf(index - 1);
  return !DHCP_PORTS.has(u16(walk.bytes, at)) && !DHCP_PORTS.has(u16(walk.bytes, at + 2));
}

/** The protocols of a frame as Wireshark lists them: `eth:ethertype:ip:udp:dhcp`. */
export function protocolNames(walk: Walk, datagram: Walk | undefined): string {
  const names: string[] = [];
  for (const one of [walk, datagram]) {
    if (!one) continue;
    for (let i = one === walk ? 0 : 1; i < one.depth; i++) {
      const { id } = one.layers[i]!;
      const before = i > 0 ? one.layers[i - 1]!.id : '';
      if (BY_ETHER_TYPE.has(before) && ETHER_TYPE_LAYERS.has(id)) names.push('ethertype');
      names.push(isUnknown(one, i) ? 'data' : id === 'rarp' ? 'arp' : id);
    }
  }
  if (carriesData(datagram ?? walk)) names.push('data');
  return names.join(':');
}

/** Whether octets that no layer explains follow the innermost layer, such as a block of a file or the data of an echo. */
function carriesData(walk: Walk): boolean {
  const i = walk.depth - 1;
  if (i < 0) return false;
  const at = walk.atOf(i);
  const { id } = walk.layers[i]!;
  const type = walk.bytes[at]!;
  const length = walk.endOf(i) - at;
  if (id === 'tftp') return type === 0 && walk.bytes[at + 1] === 3 && length > 4;
  const echo = id === 'icmp' ? type === 8 || type === 0 : id === 'icmpv6' && (type === 128 || type === 129);
  return echo && length > 8;
}
