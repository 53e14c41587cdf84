import { u16, u32 } from '../../codec/bytes';
import type { Walk } from '../../codec/walk';
import { isWholeIp } from './ip';
import { isReset } from './tcp';
import { defineFields } from './table';

/*
 * Protocols that nothing here dissects: the number that announces each is all that is known of it. So filters can leave them out by
 * name, as in Wireshark.
 */

/** By name: UDP ports. */
const UDP: Readonly<Record<string, readonly number[]>> = {
  echo: [7],
  daytime: [13],
  time: [37],
  tacacs: [49],
  dns: [53],
  kerberos: [88],
  rpc: [111],
  ntp: [123],
  nbns: [137],
  nbdgm: [138],
  snmp: [161, 162, 8161],
  ptp: [319, 320],
  cldap: [389],
  srvloc: [427],
  auto_rp: [496],
  isakmp: [500],
  syslog: [514],
  rip: [520],
  ripng: [521],
  ldp: [646],
  dtls: [853, 2221, 5684, 5868],
  openvpn: [1194],
  radius: [1645, 1646, 1700, 1812, 1813, 3799],
  ssdp: [1900],
  hsrp: [1985, 2029],
  wccp: [2048],
  cflow: [2055, 4739, 9996],
  gtp: [2123],
  mgcp: [2427, 2727],
  glbp: [3222],
  bfd: [3784, 4784, 6784, 7784],
  rdpudp: [3389],
  udpencap: [4500],
  sip: [5060],
  capwap: [5246],
  mdns: [5353],
  llmnr: [5355],
  mndp: [5678],
  coap: [5683],
  sflow: [6343],
  bjnp: [8611, 8612, 8613, 8614],
  lwapp: [12222, 12223],
  'db-lsp-disc': [17500],
};
/** By name: TCP ports. A segment without data has no such protocol. */
const TCP: Readonly<Record<string, readonly number[]>> = {
  ftp: [21],
  ssh: [22, 29418],
  telnet: [23],
  smtp: [25, 587],
  tacplus: [49],
  dns: [53],
  http: [80, 631, 2710, 2869, 3128, 3132, 3689, 5985, 8080, 8088, 11371, 1900],
  kerberos: [88],
  pop: [110],
  rpc: [111],
  nbss: [139, 445],
  imap: [143],
  bgp: [179],
  ldap: [389, 3268],
  tls: [324, 443, 465, 636, 802, 853, 993, 995, 2221, 5061, 5671, 5684, 8883],
  rtsp: [554, 7236, 8554],
  ldp: [646],
  dhcpfo: [647],
  mqtt: [1883],
  tpkt: [102, 3389],
  sip: [5060],
};
/** Further ports whose protocols have a name in Wireshark, which is not worth one here: what they carry is not `data`. */
const OTHER_UDP =
  '19 173 177 213 269 434 464 473 502 513 524-525 539 573 623 631 654 664 698-699 701 750 854 910 921 925 1001 ' +
  '1044 1052 1069 1089-1091 1101 1113 1153 1293 1547 1628-1629 1718-1719 1745 1755 2067 2099 2157 2190 2222 2231 ' +
  '2246 2268-2269 2313 2345 2424 2428 2887 2944-2945 2948-2949 2960 3000 3121 3130 3205 3250 3333 3343 3357 3386 ' +
  '3452 3455 3478 3483 3503 3540 3567 3622 3671 3785 3792 3804 3819 3863 3956 4000 4058 4305-4307 4342 4533-4534 4551 ' +
  '4555-4556 4569 4665 4672 4713 4729 4791 4991 5000-5001 5031 5050 5072 5094 5264-5265 5350-5351 5404-5405 5436 ' +
  '5555 5567 6060 6073 6084 6087 6118 6160 6543 6666 6696 6970 7000-7010 7021 7074-7075 7255 7275 8000 8116 8200 ' +
  '8211 8600 8755 8767 8805 8848 9003 9200-9203 9214 9600 9875 9877 9899 9901 9955-9956 9999 10253 10500 11211 ' +
  '11273 11898 12000-12004 12220 13400 13819 13907 13910 17220 17754-17756 18246 19132 19788 19948 19999-20000 ' +
  '20561 22222 23272 24576-24577 25826 26000 27036 27500 27910 27950-27953 27960-27963 30030 32000 32512 34962 ' +
  '34980 41170 44818 45564 47000 47808 49999 54328 56000-56001 56500-56501 57000-57001 57032-57033 57500-57501 ' +
  '57532-57533 59000-59001 59032-59033 59500-59501 59532-59533 60001';
const OTHER_TCP =
  '7 13 19-20 37 42-43 70 79 104 119 123 161-162 199 210 323 427 464 473 500 502 512-515 524 547-548 564 639 674 705 ' +
  '829 854 862 873 925 988 1080 1090 1099 1102 1153 1194 1213 1300 1344 1433 1521 1533 1547 1723 1755 1861 1863 ' +
  '1935 1978-1979 1998 2000-2001 2065 2099 2123 2126 2152 2190 2234 2240 2269 2321-2322 2345 2401 2404 2424 2427 ' +
  '2433 2443 2501-2502 2571 2575 2600 2727 2812 2855 2944-2945 3002-3003 3006 3014 3016-3019 3050 3205 3245-3252 ' +
  '3288 3306 3333-3334 3357 3369 3386 3452 3478 3496 3567 3632 3671 3724 3804 3860 3863 3868 3918 4002 4058 4155 ' +
  '4189 4222-4224 4249-4250 4321 4342 4369 4420 4551 4555-4556 4661-4663 4712 4730 4737 4739 4788 4840 4880 5000 ' +
  '5010 5066 5084 5094 5190 5222 5253 5353 5432 5445 5500-5501 5534 5555 5672 5683 5701 5721 5868 5900-5901 5997 ' +
  '6000-6063 6068 6075 6084 6121 6160 6346 6379 6417 6653 6666-6668 6881-6889 7000 7075 7171-7172 7275-7276 7871 ' +
  '7890 7900 7911 7930 8004 8009-8010 8023 8074 8085 8567 9000 9009 9042 9092 9168 9300 9418 9600 9955-9956 ' +
  '9999-10000 10288 11207 11210-11211 13400 13819 14001 15740 17500 17755-17756 19006 19042-19043 19506 19543 ' +
  '19999-20000 20256 21064 22222 24800 27017 30000-30200 34980 44321-44322 44818 48049 48898 57000';
/** By name: IP protocol numbers. */
const IP: Readonly<Record<string, readonly number[]>> = {
  igrp: [9],
  dccp: [33],
  rsvp: [46],
  eigrp: [88],
  ospf: [89],
  pim: [103],
  ipcomp: [108],
  vrrp: [112],
  sctp: [132],
  udplite: [136],
  hip: [139],
};
/** By name: EtherTypes. */
const TYPES: Readonly<Record<string, readonly number[]>> = {
  wol: [0x0842],
  lltd: [0x88d9],
  ipx: [0x8137],
  stp: [0x8181],
  slow: [0x8809],
  homeplug: [0x887b],
  'homeplug-av': [0x88e1],
  eapol: [0x888e, 0x88c7],
  lldp: [0x88cc],
  cfm: [0x8902],
  ptp: [0x88f7],
  loop: [0x9000],
};
/** By name: service access points of LLC. */
const SAPS: Readonly<Record<string, readonly number[]>> = {
  stp: [0x42],
  ipx: [0x10, 0xe0],
  netbios: [0xf0],
  osi: [0x14, 0x20, 0x34, 0x54, 0xfe],
  bacnet: [0x82],
};
/** By name: Cisco's protocols of SNAP. */
const CISCO: Readonly<Record<string, readonly number[]>> = {
  pagp: [0x0104],
  stp: [0x0108, 0x0109, 0x010b, 0x010c],
  udld: [0x0111],
  cdp: [0x2000],
  cgmp: [0x2001],
  vtp: [0x2003],
  dtp: [0x2004],
};
/** By name: protocol numbers of PPP. */
const PPP: Readonly<Record<string, readonly number[]>> = {
  comp_data: [0x00fd],
  cdp: [0x0207],
  ipcp: [0x8021],
  ipv6cp: [0x8057],
  ccp: [0x80fd],
  lcp: [0xc021],
  pap: [0xc023],
  chap: [0xc223],
  eap: [0xc227],
};
/** By name: the message's first octets in 802.3's slow protocols, and the type of EAPOL that carries EAP. */
const SLOW: Readonly<Record<string, readonly number[]>> = { lacp: [1], oampdu: [3] };
const EAP_PACKET = 0;

const TABLES = [UDP, TCP, IP, TYPES, SAPS, CISCO, PPP, SLOW];

/** Names that a frame of TCP or UDP can have; ESP follows `udpencap`. */
export const OVER_PORTS: ReadonlySet<string> = new Set(['data', 'esp', ...Object.keys(UDP), ...Object.keys(TCP)]);

const names = new Set(['data', ...TABLES.flatMap((table) => Object.keys(table))]);
/** Those that are layers too are fields elsewhere. */
const ELSEWHERE: ReadonlySet<string> = new Set(['gtp', 'capwap']);

export const namedFields = defineFields({
  ...Object.fromEntries([...names].filter((name) => !ELSEWHERE.has(name)).map((name) => [name, 'protocol'] as const)),
  'data.data': 'bytes',
  'data.len': 'int32',
});

const turned = (table: Readonly<Record<string, readonly number[]>>): ReadonlyMap<number, string> =>
  new Map(Object.entries(table).flatMap(([name, numbers]) => numbers.map((number) => [number, name] as const)));
/** The same with further ports, which have no name. */
function ports(table: Readonly<Record<string, readonly number[]>>, others: string): ReadonlyMap<number, string> {
  const all = new Map(turned(table));
  for (const range of others.split(' ')) {
    const [first, last = first] = range.split('-').map(Number) as [number, number?];
    for (let port = first; port <= last; port++) all.set(port, NAMELESS);
  }
  return all;
}
const NAMELESS = '';
const BY = {
  udp: ports(UDP, OTHER_UDP),
  tcp: ports(TCP, OTHER_TCP),
  ip: turned(IP),
  type: turned(TYPES),
  sap: turned(SAPS),
  cisco: turned(CISCO),
  ppp: turned(PPP),
  slow: turned(SLOW),
};

/** What follows the innermost layer of a frame: its names, outermost first, and its octets. */
export interface Behind {
  readonly names: readonly string[];
  readonly at: number;
  readonly end: number;
}

/** What follows layer `i`, the last one; undefined if nothing does, or if it has no name here. */
export function behind(walk: Walk, i: number): Behind | undefined {
  const at = walk.headerEndOf(i);
  const end = walk.endOf(i);
  const name = at < end ? nameBehind(walk, i) : undefined;
  if (name === undefined || name === NAMELESS) return undefined;
  return { names: [name, ...inside(name, walk.bytes, at, end)], at, end };
}

/** A protocol within one of these that its first octets tell. */
function inside(name: string, bytes: Uint8Array, at: number, end: number): readonly string[] {
  const inner = INSIDE[name]?.(bytes, at, end);
  return inner === undefined ? [] : [inner];
}

const INSIDE: Readonly<Record<string, (bytes: Uint8Array, at: number, end: number) => string | undefined>> = {
  slow: (bytes, at) => BY.slow.get(bytes[at]!),
  eapol: (bytes, at, end) => (at + 1 < end && bytes[at + 1] === EAP_PACKET ? 'eap' : undefined),
  // Beside messages, IPsec sends single octets here to keep the way open (RFC 3948 §2).
  udpencap: (bytes, at, end) => (end - at < 4 ? undefined : u32(bytes, at) === 0 ? 'isakmp' : 'esp'),
};

function nameBehind(walk: Walk, i: number): string | undefined {
  const { bytes } = walk;
  const at = walk.atOf(i);
  const next = walk.headerEndOf(i);
  switch (walk.layers[i]!.id) {
    case 'udp':
      return byPort(BY.udp, bytes, at) ?? 'data';
    case 'tcp':
      return isSegment(bytes, at) ? (byPort(BY.tcp, bytes, at) ?? 'data') : undefined;
    case 'ip':
      if (!isWholeIp(bytes, at)) return undefined;
      return walk.fragment === i ? 'data' : (BY.ip.get(bytes[at + 9]!) ?? 'data');
    case 'ipv6.fraghdr':
      return walk.fragment === i ? 'data' : (BY.ip.get(bytes[at]!) ?? 'data');
    case 'ipv6':
      return BY.ip.get(bytes[at + 6]!) ?? 'data';
    case 'ipv6.hopopts':
    case 'ipv6.dstopts':
    case 'ipv6.routing':
    case 'ah':
      return BY.ip.get(bytes[at]!) ?? 'data';
    case 'eth':
    case 'vlan':
    case 'chdlc':
      return byType(u16(bytes, next - 2));
    case 'sll':
      return byType(u16(bytes, at + 14));
    case 'sll2':
      return byType(u16(bytes, at));
    case 'llc':
      return byLlc(bytes, at, next);
    case 'ppp':
      return BY.ppp.get(u16(bytes, next - 2)) ?? 'data';
    default:
      return undefined;
  }
}

/** Whether what follows a TCP header can be data: a header that is too short is none. */
const isSegment = (bytes: Uint8Array, at: number): boolean => bytes[at + 12]! >> 4 >= 5 && !isReset(bytes, at);

/** The lower port comes first. */
function byPort(names: ReadonlyMap<number, string>, bytes: Uint8Array, at: number): string | undefined {
  const [a, b] = [u16(bytes, at), u16(bytes, at + 2)];
  return names.get(Math.min(a, b)) ?? names.get(Math.max(a, b));
}

const byType = (type: number): string => BY.type.get(type) ?? 'data';

const SNAP = 0xaa;
const SNAP_HEADER = 8;
const CISCO_OUI = 0x00000c;

function byLlc(bytes: Uint8Array, at: number, next: number): string {
  if (bytes[at] !== SNAP || next - at < SNAP_HEADER) return BY.sap.get(bytes[at]!) ?? 'data';
  const organisation = (bytes[at + 3]! << 16) | u16(bytes, at + 4);
  const protocol = u16(bytes, at + 6);
  if (organisation === CISCO_OUI) return BY.cisco.get(protocol) ?? 'data';
  return organisation === 0 ? byType(protocol) : 'data';
}
