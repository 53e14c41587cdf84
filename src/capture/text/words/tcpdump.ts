import { parseIpv4 } from '../../../codec/bytes';
import { MESSAGE_TYPES } from '../../../codec/dhcpv4';
import { addressesHex, digitsHex, hexOf, MAC, numberHex, set, textHex, timeOf, Told } from './message';

// The words of `tcpdump -v` and `-vv`, with or without -e and -n (tcpdump's print-bootp.c, versions 4.9 to 4.99). Fields that are 0 are not
// printed, which tells that they are 0.

const HEAD = /^(?:(\d{4}-\d\d-\d\d) )?(?:(\d\d:\d\d:\d\d\.\d{6,9})|(\d{9,11})\.(\d{6,9})) /;
const LINK = new RegExp(`(${MAC})(?: \\(oui [^)]*\\))? > (?:(${MAC})(?: \\(oui [^)]*\\))?|(Broadcast)), ethertype`);
const VLAN = /\bvlan (\d+), p \d/g;
const IP = /\(tos 0x([0-9a-f]+), (?:ECT\(\d\), |CE, )?ttl (\d+), id (\d+), offset 0, flags \[([^\]]*)\]/;
const BOOTP =
  /(\S+)\.([\w-]+) > (\S+)\.([\w-]+): (?:\[[^\]]*\] )?BOOTP\/DHCP, (Request|Reply)(?: from [^,]*)?, length (\d+)((?:, (?:htype|hlen|hops|xid|secs) \w+)*), Flags \[(\w+)\](?: \(0x([0-9a-f]{4})\))?/;
const FIELD = /^\s+(Client-IP|Your-IP|Server-IP|Gateway-IP|Client-Ethernet-Address|sname|file) (.*)$/;
const OPTION = /^\s+[\w?-]+ \((\d+)\), length (\d+)(?:, occurs \d+)?(?:: ?(.*))?$/;
const SUB_OPTION = /^\s+[\w-]+ SubOption (\d+), length (\d+): (.*)$/;
const ITEM = /\((\d+)\)/g;

const KEYS: Readonly<Record<string, 'ciaddr' | 'yiaddr' | 'siaddr' | 'giaddr' | 'chaddr' | 'sname' | 'file'>> = {
  'Client-IP': 'ciaddr',
  'Your-IP': 'yiaddr',
  'Server-IP': 'siaddr',
  'Gateway-IP': 'giaddr',
  'Client-Ethernet-Address': 'chaddr',
  sname: 'sname',
  file: 'file',
};
const PORTS: Readonly<Record<string, number>> = { bootps: 67, bootpc: 68 };
/** Longest line that is read, in characters: 255 octets of an option take 1020. */
const LONGEST = 4000;

/** The messages that tcpdump describes in a text. */
export function* readTcpdump(lines: readonly string[]): Generator<Told> {
  let head = new Told(1);
  let told: Told | undefined;
  let days = 0;
  let last = 0;
  let open: Open | undefined;
  const close = (): void => {
    if (told && open) told.option(open.code, valueOf(open));
    open = undefined;
  };
  for (const [i, text] of lines.entries()) {
    const line = text.slice(0, LONGEST);
    const stamp = HEAD.exec(line);
    if (stamp || !/^\s/.test(line)) {
      close();
      if (told) yield whole(told);
      told = undefined;
      head = new Told(i + 1);
      const [, date, clock, seconds, fraction] = stamp ?? [];
      // Packets without a time have this one.
      if (clock !== undefined && !/^[0:.]+$/.test(clock)) {
        const time = timeOf(date, clock);
        head.dated = date !== undefined;
        // Without a date, a time of day that is half a day earlier is that of the next day.
        if (time && !head.dated) {
          if (time.seconds < last - 43200) days++;
          last = time.seconds;
        }
        head.time = time && { ...time, seconds: time.seconds + (head.dated ? 0 : 86400 * days) };
      } else if (seconds !== undefined)
        head.time = { seconds: Number(seconds), nanoseconds: Number(fraction!.padEnd(9, '0')) };
    }
    if (!told) {
      readHead(head, line);
      if (!line.includes('BOOTP/DHCP')) continue;
      const match = BOOTP.exec(line);
      if (match) readMessage((told = head), match, line);
      continue;
    }
    if (line.includes('[|bootp') || line.includes('[|dhcp')) told.fault = 'tcpdump saw only a part of it';
    const field = FIELD.exec(line);
    const option = field ? undefined : OPTION.exec(line);
    if (field) {
      const [, name = '', text = ''] = field;
      const key = KEYS[name]!;
      const quoted = text.startsWith('"') ? unquoted(text, -1) : undefined;
      told.fields[key] = quoted ? new TextDecoder().decode(Uint8Array.from(quoted)) : text.split(' ')[0]!;
    } else if (option) {
      close();
      open = { code: Number(option[1]), length: Number(option[2]), text: (option[3] ?? '').trim(), further: [] };
    } else if (line.includes('Vendor-rfc1048')) told.options ??= [];
    else open?.further.push(line);
  }
  close();
  if (told) yield whole(told);
}

/** A message, unless it may be one with a wrong magic cookie, of which tcpdump tells as little as of one without options. */
function whole(told: Told): Told {
  if (!told.options) told.fault ??= 'no options are told';
  return told;
}

/** An option whose lines are being read. */
interface Open {
  readonly code: number;
  readonly length: number;
  readonly text: string;
  readonly further: string[];
}

function readHead(head: Told, line: string): void {
  const link = LINK.exec(line);
  if (link) {
    head.ethernet = [link[1]!, link[2] ?? 'ff:ff:ff:ff:ff:ff'];
    head.vlans = Array.from(line.matchAll(VLAN), ([, id]) => Number(id));
  }
  const ip = IP.exec(line);
  if (!ip) return;
  head.tos = parseInt(ip[1]!, 16);
  head.ttl = Number(ip[2]);
  head.id = Number(ip[3]);
  head.flags = ip[4]!.includes('DF') ? 0x40 : 0;
}

function readMessage(told: Told, match: RegExpExecArray, line: string): void {
  const [, source = '', from = '', destination = '', to = '', op, length, numbers = '', flag, flags] = match;
  const ports = [from, to].map((one) => PORTS[one] ?? Number(one));
  if (ports.every((one) => one >= 0 && one < 65536)) told.ports = ports as [number, number];
  if (parseIpv4(source) !== undefined && parseIpv4(destination) !== undefined) told.addresses = [source, destination];
  told.length = Number(length);
  const { fields } = told;
  fields.op = op === 'Request' ? 1 : 2;
  fields.hlen = 6;
  for (const [, name, value] of numbers.matchAll(/, (htype|hlen|hops|xid|secs) (\w+)/g))
    set(told, name as 'xid', value!);
  fields.flags = flags === undefined ? (flag === 'none' ? 0 : 0x8000) : parseInt(flags, 16);
  if (/htype|hlen/.test(numbers)) told.fault = 'tcpdump does not print its hardware address';
  if (line.includes('[|')) told.fault = 'tcpdump saw only a part of it';
}

function valueOf({ code, length, text, further }: Open): string | undefined {
  if (length === 0) return '';
  if (code === 53) {
    const name = text === 'NACK' ? 'NAK' : text.toUpperCase();
    return numberHex(Object.keys(MESSAGE_TYPES).find((type) => MESSAGE_TYPES[Number(type)] === name) ?? 'NaN', 1);
  }
  if (code === 52) return '03';
  if (code === 55) {
    const items = Array.from(`${text} ${further.join(' ')}`.matchAll(ITEM), ([, item]) => Number(item));
    return items.length === length ? hexOf(items) : undefined;
  }
  if (code === 61) {
    const ether = /^ether (.*)$/.exec(text);
    if (ether) return prefixed('01', digitsHex(ether[1]!, length - 1));
    const other = /^hardware-type (\d+), (.*)$/.exec(text);
    if (other) return prefixed(numberHex(other[1]!, 1), digitsHex(other[2]!, length - 1));
    return prefixed('00', quotedHex(text, length - 1));
  }
  if (code === 81) {
    const [, letters = '', a = '0', ptr = '0', name = ''] =
      /^(?:\[([SOEN]+)\] )?(?:(\d+)\/(\d+) )?(".*)$/.exec(text) ?? [];
    const flags = Array.from(letters, (one) => 1 << 'SOEN'.indexOf(one)).reduce((sum, one) => sum + one, 0);
    return prefixed(hexOf([flags, Number(a), Number(ptr)]), quotedHex(name, length - 3));
  }
  if (code === 82) {
    const parts = further.map((line) => {
      const [, sub, size, value = ''] = SUB_OPTION.exec(line) ?? [];
      return prefixed(sub && hexOf([Number(sub), Number(size)]), textHex(value, Number(size)));
    });
    const hex = parts.join('');
    return !parts.includes(undefined) && hex.length === 2 * length ? hex : undefined;
  }
  if (further.length > 0) return undefined;
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
    return numbers.includes(undefined) ? undefined : numbers.join('');
  }
  return /^[0-9a-f]{2}(:[0-9a-f]{2})+$/.test(text) ? digitsHex(text, length) : undefined;
}

function prefixed(prefix: string | undefined, hex: string | undefined): string | undefined {
  return prefix === undefined || hex === undefined ? undefined : prefix + hex;
}

function quotedHex(text: string, length: number): string | undefined {
  const octets = unquoted(text, length);
  return octets?.length === length ? hexOf(octets) : undefined;
}

/** What cannot be printed: `\0x1b` or, in other places, `^[` and `M-^[`. */
const ESCAPED = /\\0x([0-9a-f]{2})|(M-)?(?:\^(.)|(?<=M-)(.))/g;

/** The octets of a text in quotes, which are to be `length`. */
function unquoted(text: string, length: number): number[] | undefined {
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
