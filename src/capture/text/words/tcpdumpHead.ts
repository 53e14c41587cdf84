import type { Told } from './told';
import { TCPDUMP_TIME } from '../times';
import { MAC } from './values';

// What stands before a message in the words of tcpdump: the time, the link layer (-e), the IP header (-v).

const LINK = new RegExp(`(${MAC})(?: \\(oui [^)]*\\))? > (?:(${MAC})(?: \\(oui [^)]*\\))?|(Broadcast)), ethertype`);
const VLAN = /\bvlan (\d+),/g;
const IP = /\(tos 0x([0-9a-f]+), (?:ECT\(\d\), |CE, )?ttl +(\d+), id (\d+), offset 0, flags \[([^\]]*)\]/;
const IP6 = /\((?:class 0x([0-9a-f]+), )?(?:flowlabel 0x([0-9a-f]+), )?hlim (\d+), next-header/;
/** How a frame begins whose time is not printed (-t). */
const UNTIMED = new RegExp(`^(?:(?:In |Out )?IP6? |ARP, |arp |${MAC} (?:\\(oui [^)]*\\) )?> )`);

/** Whether a line begins a frame. */
export function beginsFrame(line: string): boolean {
  return TCPDUMP_TIME.test(line) || UNTIMED.test(line);
}

/** Reads the headers in a line. Whether it holds one. */
export function readHead(head: Told, line: string): boolean {
  const link = LINK.exec(line);
  if (link) {
    head.ethernet = [link[1]!, link[2] ?? 'ff:ff:ff:ff:ff:ff'];
    head.vlans = Array.from(line.matchAll(VLAN), ([, id]) => Number(id));
  }
  const ip = IP.exec(line);
  if (ip) {
    head.tos = parseInt(ip[1]!, 16);
    head.ttl = Number(ip[2]);
    head.id = Number(ip[3]);
    head.flags = ip[4]!.includes('DF') ? 0x40 : 0;
  }
  const ip6 = ip ? null : IP6.exec(line);
  if (ip6) {
    head.tos = parseInt(ip6[1] ?? '0', 16);
    head.flow = parseInt(ip6[2] ?? '0', 16);
    head.ttl = Number(ip6[3]);
    const length = Number(/\bpayload length: (\d+)/.exec(line)?.[1] ?? NaN);
    if (length >= 8) head.lengths['ipv6.plen'] = head.lengths['udp.length'] = length;
  }
  return link !== null || ip !== null || ip6 !== null;
}

const PORTS: Readonly<Record<string, number>> = { bootps: 67, bootpc: 68, 'dhcpv6-client': 546, 'dhcpv6-server': 547 };

/** Two ports, by number or by the names that tcpdump prints without -n. Undefined if one of them is neither. */
export function portsOf(from: string, to: string): readonly [number, number] | undefined {
  const [one = NaN, other = NaN] = [from, to].map((port) => PORTS[port] ?? Number(port));
  const fits = (port: number): boolean => port >= 0 && port < 65536;
  return fits(one) && fits(other) ? [one, other] : undefined;
}
