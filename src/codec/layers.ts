import { arp, rarp } from './arp';
import { dhcp, looksLikeDhcp } from './dhcpv4';
import { optionsAlone } from './dhcpv4/alone';
import { dhcpv6 } from './dhcpv6';
import { options6Alone } from './dhcpv6/alone';
import { icmp } from './ip/icmp';
import { icmpv6 } from './ip/icmpv6';
import { igmp } from './ip/igmp';
import { ah, esp } from './ip/ipsec';
import { ipv4 } from './ip/ipv4';
import { ipv6 } from './ip/ipv6';
import { destinationOptions, fragmentHeader, hopByHop, routing } from './ip/ipv6Extensions';
import { tcp } from './ip/tcp';
import { udp } from './ip/udp';
import { backbone, batman, ciscoMetadata, eTag, hsr, macsec, vnTag } from './link/bridges';
import { enc, ipnet, juniperEthernet, nflog, pflog, pktap } from './link/pseudoLinks';
import { arcnet, arcnetLinux, ipOverFibreChannel, ipOverInfiniBand, sunAtm } from './link/oldLinks';
import { ethernet, vlan } from './link/ethernet';
import { llc } from './link/llc';
import { mpls } from './link/mpls';
import { frameRelay, ppp, pppWithDirection, serial } from './link/ppp';
import { pppoeDiscovery, pppoeSession } from './link/pppoe';
import { bsdLoop, bsdNull, raw } from './link/raw';
import { fddi, tokenRing } from './link/rings';
import { sll, sll2 } from './link/sll';
import { wifi } from './link/wifi';
import { ppi, prism, radiotap } from './link/wifi/headers';
import { tftp } from './tftp';
import { capwap } from './tunnel/capwap';
import { gre } from './tunnel/gre';
import { l2tp, l2tpv3 } from './tunnel/l2tp';
import { gtpU } from './tunnel/mobile';
import { teredo } from './tunnel/teredo';
import { etherIp, lisp, trill, tzsp } from './tunnel/small';
import { geneve, nsh, vxlan, vxlanGpe } from './tunnel/vxlan';
import type { Dispatch, Layer } from './walk';

/**
 * The one list of all layers, which says what follows what. Layers refer to the next one only by number and do not know
 * this list.
 */

/** One link type: its LINKTYPE_ number (tcpdump group's registry), Wireshark's short name, and its layer if it can be read. */
interface LinkType {
  readonly number: number;
  readonly name: string;
  readonly layer?: Layer;
}

const LINKS: readonly LinkType[] = [
  { number: 0, name: 'null', layer: bsdNull },
  { number: 1, name: 'ethernet', layer: ethernet },
  { number: 6, name: 'tokenring', layer: tokenRing },
  { number: 7, name: 'arcnet', layer: arcnet },
  { number: 8, name: 'slip' },
  { number: 9, name: 'ppp', layer: serial },
  { number: 10, name: 'fddi', layer: fddi },
  { number: 11, name: 'atm-rfc1483', layer: llc },
  { number: 12, name: 'raw-ip', layer: raw },
  { number: 14, name: 'raw-ip', layer: raw },
  { number: 50, name: 'ppp', layer: serial },
  { number: 51, name: 'pppoes', layer: pppoeSession },
  { number: 100, name: 'atm-rfc1483', layer: llc },
  { number: 101, name: 'raw-ip', layer: raw },
  { number: 104, name: 'chdlc', layer: serial },
  { number: 105, name: 'ieee802-11', layer: wifi },
  { number: 107, name: 'frelay', layer: frameRelay },
  { number: 108, name: 'loop', layer: bsdLoop },
  { number: 109, name: 'enc', layer: enc },
  { number: 113, name: 'linux-sll', layer: sll },
  { number: 114, name: 'ltalk' },
  { number: 119, name: 'ieee802-11-prism', layer: prism },
  { number: 117, name: 'pflog', layer: pflog },
  { number: 122, name: 'ip-over-fc', layer: ipOverFibreChannel },
  { number: 123, name: 'sunatm', layer: sunAtm },
  { number: 127, name: 'ieee802-11-radiotap', layer: radiotap },
  { number: 129, name: 'arcnet-linux', layer: arcnetLinux },
  { number: 143, name: 'docsis' },
  { number: 144, name: 'linux-irda' },
  { number: 163, name: 'ieee802-11-avs', layer: prism },
  { number: 166, name: 'ppp-pppd', layer: pppWithDirection },
  { number: 178, name: 'juniper-ether', layer: juniperEthernet },
  { number: 187, name: 'bluetooth-h4' },
  { number: 189, name: 'usb-linux' },
  { number: 192, name: 'ppi', layer: ppi },
  { number: 195, name: 'wpan' },
  { number: 201, name: 'bluetooth-h4-linux' },
  { number: 204, name: 'ppp-with-direction', layer: pppWithDirection },
  { number: 220, name: 'usb-linux-mmap' },
  { number: 226, name: 'ipnet', layer: ipnet },
  { number: 227, name: 'socketcan' },
  { number: 228, name: 'raw-ip4', layer: raw },
  { number: 229, name: 'raw-ip6', layer: raw },
  { number: 230, name: 'wpan-nofcs' },
  { number: 231, name: 'dbus' },
  { number: 239, name: 'nflog', layer: nflog },
  { number: 242, name: 'ip-ib', layer: ipOverInfiniBand },
  { number: 249, name: 'usb-usbpcap' },
  { number: 253, name: 'netlink' },
  { number: 258, name: 'pktap', layer: pktap },
  { number: 271, name: 'vsock' },
  { number: 276, name: 'linux-sll2', layer: sll2 },
];

/** Short names of link types by LINKTYPE_ number. */
export const LINK_TYPES: Readonly<Record<number, string>> = Object.fromEntries(
  LINKS.map(({ number, name }) => [number, name]),
);

/**
 * Octets without a link layer get numbers above the 16 bits of the LINKTYPE_ registry, so that the rest of the project
 * can treat a pasted message as a frame.
 */
export const ALONE = {
  udp: 0x10001,
  dhcp: 0x10002,
  dhcpv6: 0x10003,
  options: 0x10004,
  options6: 0x10005,
  arp: 0x10006,
} as const;

/** What follows what. */
export const dispatch: Dispatch = {
  linkType: new Map<number, Layer>([
    ...LINKS.flatMap(({ number, layer }) => (layer ? [[number, layer] as const] : [])),
    [ALONE.udp, udp],
    [ALONE.dhcp, dhcp],
    [ALONE.dhcpv6, dhcpv6],
    [ALONE.options, optionsAlone],
    [ALONE.options6, options6Alone],
    [ALONE.arp, arp],
  ]),
  etherType: new Map<number, Layer>([
    [0x0800, ipv4],
    [0x0806, arp],
    [0x22f3, trill],
    [0x4305, batman],
    [0x6558, ethernet],
    [0x8035, rarp],
    [0x8100, vlan],
    [0x86dd, ipv6],
    [0x880b, ppp],
    [0x8847, mpls],
    [0x8848, mpls],
    [0x8863, pppoeDiscovery],
    [0x8864, pppoeSession],
    [0x88a8, vlan],
    [0x88e5, macsec],
    [0x88e7, backbone],
    [0x8909, ciscoMetadata],
    [0x8926, vnTag],
    [0x892f, hsr],
    [0x893f, eTag],
    [0x894f, nsh],
    [0x9100, vlan],
    [0x9200, vlan],
  ]),
  ipProtocol: new Map<number, Layer>([
    [0, hopByHop],
    [1, icmp],
    [2, igmp],
    [4, ipv4],
    [6, tcp],
    [17, udp],
    [41, ipv6],
    [43, routing],
    [44, fragmentHeader],
    [47, gre],
    [50, esp],
    [51, ah],
    [58, icmpv6],
    [60, destinationOptions],
    [97, etherIp],
    [115, l2tpv3],
    [137, mpls],
    [143, ethernet],
  ]),
  udpPort: new Map<number, Layer>([
    [67, dhcp],
    [68, dhcp],
    [69, tftp],
    [546, dhcpv6],
    [547, dhcpv6],
    [1701, l2tp],
    [2152, gtpU],
    [3544, teredo],
    [4341, lisp],
    [4754, gre],
    [4789, vxlan],
    [4790, vxlanGpe],
    [5247, capwap],
    [6081, geneve],
    [6635, mpls],
    [8472, vxlan],
    [37008, tzsp],
  ]),
  // PXE's port 4011 is in the range of ephemeral ports, so it counts as PXE only if the body looks like DHCP.
  udpHeuristics: [{ applies: looksLikeDhcp, layer: dhcp }],
};
