import { parseIpv4 } from '../../../codec/bytes';
import { MESSAGE_TYPES } from '../../../codec/dhcpv4';
import { addressesHex, digitsHex, hexOf, joined, numberHex, textHex } from './values';

// Values of DHCPv4 options as `tcpdump -v` prints them (print-bootp.c, versions 4.0 to 4.99).

/** An option whose lines are being read. */
export interface Open {
  readonly code: number;
  readonly length: number;
  readonly text: string;
  /** The lines behind it. */
  readonly further: string[];
}

const SUB_OPTION = /^\s*[\w-]+ SubOption (\d+), length (\d+): ?(.*)$/;
const ITEM = /\((\d+)\)/g;

/** tcpdump's names of options, by code: until version 4.9, a request list has only these. */
const NAMES = `1 Subnet-Mask 2 Time-Zone 3 Default-Gateway 4 Time-Server 5 IEN-Name-Server 6 Domain-Name-Server 7 LOG
8 CS 9 LPR-Server 10 IM 11 RL 12 Hostname 13 BS 14 DP 15 Domain-Name 16 SS 17 RP 18 EP 19 IPF 20 SRT 21 PF 22 RSZ 23 TTL
24 MTU-Timeout 25 MTU-Table 26 MTU 27 LSN 28 BR 29 MD 30 MS 31 Router-Discovery 32 RSA 33 Static-Route 34 UT 35 AT 36 IE
37 TT 38 KI 39 KG 40 YD 41 YS 42 NTP 43 Vendor-Option 44 Netbios-Name-Server 45 WDD 46 Netbios-Node 47 Netbios-Scope
48 XFS 49 XDM 50 Requested-IP 51 Lease-Time 52 OO 53 DHCP-Message 54 Server-ID 55 Parameter-Request 56 MSG 57 MSZ 58 RN
59 RB 60 Vendor-Class 61 Client-ID 64 D 65 S 66 TFTP 67 BF 68 MH 69 SMTP 70 POP3 71 NNTP 72 WWW 73 FG 74 IRC 75 STS
76 STDA 77 User-Class 77 CLASS 78 SLP-DA 79 SLP-SCOPE 80 SLP-NA 81 FQDN 82 Agent-Information 83 ARMT 88 TZSTR 89 FQDNS 90 AUTH
91 Last-Transaction-Time 92 Associated-IP 93 ARCH 94 NDI 95 LDAP 97 GUID 98 UAP 100 POSIX-TZ 101 TZ-Name 112 NI 113 NITAG
114 URL 116 NOAUTO 117 NSSEARCH 118 SUBNET 121 Classless-Static-Route 150 TFTP-Server-Address 161 MUD-URL
249 Classless-Static-Route-Microsoft`;
const CODES: ReadonlyMap<string, number> = new Map(
  Array.from(NAMES.matchAll(/(\d+) (\S+)/g), ([, code, name]) => [name!, Number(code)]),
);

/** How many octets an option has of which a text does not tell the length. */
export function lengthOf(code: number, text: string): number {
  if (code === 53 || code === 52) return 1;
  if (text.startsWith('"')) return unquoted(text, -1)?.length ?? NaN;
  if (text.startsWith('ether ')) return 7;
  const items = text.split(/, ?/);
  if (items.every((one) => parseIpv4(one) !== undefined)) return 4 * items.length;
  return { 2: 4, 26: 2, 51: 4, 57: 2, 58: 4, 59: 4 }[code] ?? NaN;
}

/** The octets of an option as digits, and how many of the lines behind it they take; no digits if the text does not give them exactly. */
export function valueOf(open: Open): { readonly hex: string | undefined; readonly lines: number } {
  const { length, text, further } = open;
  if (length === 0) return { hex: '', lines: 0 };
  const listed = valueOfList(open);
  if (listed) return listed;
  const plain = valueOfText(open.code, length, text);
  if (plain !== undefined || further.length === 0) return { hex: plain, lines: 0 };
  // A terminal or a mail program may have wrapped the line.
  for (const gap of ['', ' ']) {
    const hex = valueOfText(open.code, length, `${text}${gap}${further[0]!.trim()}`);
    if (hex !== undefined) return { hex, lines: 1 };
  }
  return { hex: undefined, lines: 0 };
}

/** The options that take lines of their own: as many of the lines as hold what the option's length tells. */
function valueOfList({ code, length, text, further }: Open): ReturnType<typeof valueOf> | undefined {
  if (code !== 55 && code !== 82) return undefined;
  let hex = code === 55 ? requested(text) : '';
  let lines = 0;
  let rest = 0;
  while (hex !== undefined && hex.length < 2 * length && lines < further.length) {
    const line = further[lines++]!;
    const octets =
      rest > 0
        ? /^\s*0x[0-9a-f]{4}: {1,2}((?:[0-9a-f]{2,4} ?)+)(?: |$)/.exec(line)?.[1]?.replaceAll(' ', '')
        : undefined;
    hex = joined(hex, code === 55 ? requested(line) : (octets ?? subOption(line)));
    // The octets of a sub-option that tcpdump does not know stand in lines of their own.
    rest =
      octets === undefined ? Number(/ SubOption \d+, length (\d+): *$/.exec(line)?.[1] ?? 0) : rest - octets.length / 2;
  }
  return { hex: hex?.length === 2 * length ? hex : undefined, lines };
}

/** A sub-option in a line of its own. */
function subOption(line: string): string | undefined {
  const [, sub, size, value = ''] = SUB_OPTION.exec(line) ?? [];
  if (sub === undefined) return undefined;
  return joined(hexOf([Number(sub), Number(size)]), value.trim() === '' ? '' : textHex(value, Number(size)));
}

/** Codes in a line: with their numbers or, until version 4.9, their names alone. */
function requested(line: string): string | undefined {
  const numbers = Array.from(line.matchAll(ITEM), ([, item]) => Number(item));
  if (numbers.length > 0) return hexOf(numbers);
  const names = line
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const codes = names.map((name) => CODES.get(name) ?? Number(/^Option ?(\d+)$/.exec(name)?.[1] ?? NaN));
  // The number of one that tcpdump does not know cannot be told.
  return codes.some(Number.isNaN) ? undefined : hexOf(codes);
}

function valueOfText(code: number, length: number, text: string): string | undefined {
  if (code === 53) {
    const name = text === 'NACK' ? 'NAK' : text.toUpperCase();
    return numberHex(Object.keys(MESSAGE_TYPES).find((type) => MESSAGE_TYPES[Number(type)] === name) ?? 'NaN', 1);
  }
  if (code === 52) return '03';
  if (code === 61) {
    const ether = /^ether (.*)$/.exec(text);
    if (ether) return joined('01', digitsHex(ether[1]!, length - 1));
    const other = /^hardware-type (\d+), (.*)$/.exec(text);
    if (other) return joined(numberHex(other[1]!, 1), digitsHex(other[2]!, length - 1));
    return joined('00', quotedHex(text, length - 1));
  }
  if (code === 81) {
    const [, letters = '', a = '0', ptr = '0', name = ''] =
      /^(?:\[([SOEN]+)\] )?(?:(\d+)\/(\d+) )?(".*)$/.exec(text) ?? [];
    const flags = Array.from(letters, (one) => 1 << 'SOEN'.indexOf(one)).reduce((sum, one) => sum + one, 0);
    return joined(hexOf([flags, Number(a), Number(ptr)]), quotedHex(name, length - 3));
  }
  return quotedHex(text, length) ?? listHex(text, length);
}

/** Addresses, pairs of addresses, numbers, truth, or octets. */
function listHex(text: string, length: number): string | undefined {
  if (text === 'Y' || text === 'N') return length === 1 ? (text === 'Y' ? '01' : '00') : undefined;
  const items = text.replace(/[()]/g, '').split(/[,:] ?/);
  const addresses = addressesHex(items, length);
  if (addresses !== undefined) return addresses;
  if (/^\d+(\.\d+)+$/.test(text)) {
    const octets = text.split('.').map(Number);
    return octets.length === length && octets.every((one) => one < 256) ? hexOf(octets) : undefined;
  }
  if (/^-?\d+(, ?-?\d+)*$/.test(text)) {
    const numbers = items.map((one) => numberHex(one, length / items.length));
    return joined(...numbers);
  }
  return /^[0-9a-f]{2}(:[0-9a-f]{2})+$/.test(text) ? digitsHex(text, length) : undefined;
}

function quotedHex(text: string, length: number): string | undefined {
  const octets = unquoted(text, length);
  return octets?.length === length ? hexOf(octets) : undefined;
}

/** What cannot be printed: `\0x1b` or, in other places, `^[` and `M-^[`. */
const ESCAPED = /\\0x([0-9a-f]{2})|(M-)?(?:\^(.)|(?<=M-)(.))/g;

/** The octets of a text in quotes, which are to be `length`. */
export function unquoted(text: string, length: number): number[] | undefined {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return undefined;
  const inside = text.slice(1, -1);
  const plain =
    inside.length === length
      ? inside
      : inside.replace(ESCAPED, (_, hex?: string, high?: string, control?: string, char?: string) => {
          const low = control === undefined ? (char ?? '').charCodeAt(0) : control.charCodeAt(0) ^ 64;
          return String.fromCharCode(hex === undefined ? low + (high === undefined ? 0 : 128) : parseInt(hex, 16));
        });
  const octets = Array.from(plain, (one) => one.charCodeAt(0));
  return octets.every((one) => one < 256) ? octets : undefined;
}
