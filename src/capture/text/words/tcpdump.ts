import { append } from '../../../codec/append';
import { parseIpv4 } from '../../../codec/bytes';
import { lengthOf, unquoted, valueOf, type Open } from './tcpdump4';
import { readDhcp6 } from './tcpdump6';
import { Times } from '../times';
import { beginsFrame, portsOf, readHead } from './tcpdumpHead';
import { addNeighbour, endIcmp, readArpWords, readIcmpWords, type Icmp } from './tcpdumpHosts';
import { HOST, isAddresses, set, Told } from './told';

// The words of `tcpdump -v` and `-vv`, with or without -e and -n (tcpdump's print-bootp.c, versions 4.0 to 4.99). Fields that are 0 are not
// printed, which tells that they are 0.

const BOOTP =
  /(?<!\S)(\S+)\.([\w-]+) > (\S+)\.([\w-]+): (?:\[[^\]]*\] )?BOOTP\/DHCP, (Request|Reply)(?: from [^,]*)?(?:, length:? (\d+))?((?:, (?:htype|hlen|hops|xid|secs):? \w+)*), Flags \[ ?(\w+) ?\](?: \(0x([0-9a-f]{4})\))?/i;
const DATAGRAM = /(?<!\S)(\S+)\.([\w-]+) > (\S+)\.([\w-]+): /;
const FIELD = /^\s*(Client-IP|Your-IP|Server-IP|Gateway-IP|Client-Ethernet-Address|sname|file):? (.*)$/;
const OPTION = /^\s*[\w?-]+ (?:\((\d+)\)|Option (\d+))(?:, length (\d+))?(?:, occurs \d+)?(?:: ?(.*))?$/;

const KEYS: Readonly<Record<string, 'ciaddr' | 'yiaddr' | 'siaddr' | 'giaddr' | 'chaddr' | 'sname' | 'file'>> = {
  'Client-IP': 'ciaddr',
  'Your-IP': 'yiaddr',
  'Server-IP': 'siaddr',
  'Gateway-IP': 'giaddr',
  'Client-Ethernet-Address': 'chaddr',
  sname: 'sname',
  file: 'file',
};
/** Most lines that the line of a message may have become. */
const MOST_WRAPPED = 4;
/** Longest line that is read, in characters: 255 octets of an option take 1020. */
const LONGEST = 4000;

/** The frames that tcpdump describes in a text. */
export function readTcpdump(lines: readonly string[]): Told[] {
  const reader = new Reader(lines.map((line) => line.slice(0, LONGEST)));
  return reader.read();
}

class Reader {
  private readonly frames: Told[] = [];
  private readonly times = new Times();
  /** The frame whose lines are being read. */
  private head = new Told(1);
  /** The message of DHCPv4 in it. */
  private told: Told | undefined;
  /** Whether the frame has been read but for what follows of it. */
  private done = false;
  /** An ICMP error whose datagram follows. */
  private icmp: Icmp | undefined;
  private quoted: Told | undefined;
  /** Lines behind the last option that are none of it. */
  private behind = 0;
  private open: (Open & { readonly places: number[] }) | undefined;

  private readonly lines: string[];
  /** Lines to which the one before was joined. */
  private readonly wrapped = new Set<number>();

  constructor(lines: readonly string[]) {
    this.lines = [...lines];
    for (const [i, line] of lines.entries()) {
      const next = lines[i + 1];
      if (next === undefined || !/ > \S+: *$/.test(line) || !/^\s+(?:dhcp6 |BOOTP\/DHCP)/.test(next)) continue;
      this.lines[i] = '';
      this.lines[i + 1] = `${line.trimEnd()} ${next.trim()}`;
      this.wrapped.add(i + 1);
    }
  }

  read(): Told[] {
    const { lines } = this;
    for (let i = 0; i < lines.length; i++) {
      const line = lines[i]!;
      if (beginsFrame(line) || (this.told && !this.icmp && line.includes('BOOTP/DHCP, Re'))) {
        this.end();
        this.head = new Told(i + 1);
        const read = this.times.tcpdump(line);
        if (this.wrapped.has(i)) this.head.used.push(i - 1);
        this.head.time = read?.time;
        this.head.dated = read?.dated ?? true;
        this.head.local = read?.local ?? false;
      }
      if (line.trim() !== '') i += this.line(line, i);
    }
    const last = this.told;
    this.end();
    // A text may end anywhere, and with -vvv tcpdump tells the end of the options.
    const ends = this.frames.some(({ ended }) => ended);
    for (const one of this.frames)
      if ((ends || (one === last && this.behind === 0)) && !one.ended && one.length !== undefined)
        one.open ||= one.options !== undefined && ![0, 1].includes(one.length - 240 - one.size);
    return this.frames;
  }

  /** Reads a line. Returns how many further ones it took. */
  private line(line: string, i: number): number {
    if (this.told) {
      this.detail(this.told, line, i);
      return 0;
    }
    if (this.done) {
      if (addNeighbour(this.head, line)) this.head.used.push(i);
      return 0;
    }
    const frame = this.quoted ?? this.head;
    if (readHead(frame, line)) frame.used.push(i);
    if (line.includes('BOOTP/DHCP')) {
      // A mail program may have wrapped the line.
      for (let count = 0; count < MOST_WRAPPED; count++) {
        const whole = this.lines.slice(i, i + 1 + count).join(' ');
        const match = BOOTP.exec(whole);
        if (!match) continue;
        this.begin(frame, match, whole, i, count);
        return count;
      }
      if (this.icmp) this.datagram(frame, line, i);
      else {
        frame.fault = 'its first line is cut before its flags';
        frame.fields.op = 1;
        frame.used.push(i);
        this.told = frame;
      }
    } else if (this.icmp) this.datagram(frame, line, i);
    else return this.other(line, i);
    return 0;
  }

  private begin(frame: Told, match: RegExpExecArray, line: string, i: number, count: number): void {
    readMessage(frame, match, line);
    for (let k = 0; k <= count; k++) frame.used.push(i + k);
    this.told = frame;
  }

  /** The header of a datagram that an ICMP error quotes. */
  private datagram(frame: Told, line: string, i: number): void {
    const [, source, from = '', destination = '', to = ''] = DATAGRAM.exec(line) ?? [];
    if (source === undefined || frame.ports) return;
    frame.addresses = [source, destination];
    frame.ports = portsOf(from, to);
    frame.length = Number(/\blength:? (\d+)/.exec(line)?.[1] ?? 0);
    frame.used.push(i);
  }

  /** DHCPv6, ARP, ICMP. Returns how many further lines it took. */
  private other(line: string, i: number): number {
    const { head } = this;
    let count = 0;
    if (line.includes('dhcp6 ')) count = readDhcp6(head, this.lines, i, beginsFrame);
    if (count === 0) {
      const icmp = line.includes('ICMP') ? readIcmpWords(head, line) : undefined;
      if (icmp === undefined && !readArpWords(head, line)) return 0;
      if (icmp !== undefined && icmp !== 'read') {
        this.icmp = icmp;
        this.quoted = new Told(i + 2);
      }
      count = 1;
    }
    this.done = this.icmp === undefined;
    for (let k = 0; k < count; k++) head.used.push(i + k);
    return count - 1;
  }

  /** A line behind that of a DHCPv4 message. */
  private detail(told: Told, line: string, i: number): void {
    if (/\[\|(?:bootp|dhcp)/.test(line)) told.fault = 'tcpdump saw only a part of it';
    const field = FIELD.exec(line);
    const found = field ? null : OPTION.exec(line);
    // Where the length of the message is told, so are those of its options; other lines list their codes.
    const option = found?.[3] === undefined && told.length !== undefined ? null : found;
    if (field || option || /Vendor-rfc1048|Magic Cookie 0x63825363/.test(line)) told.used.push(i);
    else this.open?.further.push(line);
    if (!field && !option) this.open?.places.push(i);
    if (field) this.close(told, true);
    if (field) {
      const [, name = '', text = ''] = field;
      const key = KEYS[name]!;
      const quoted = text.startsWith('"') ? unquoted(text, -1) : undefined;
      const address = /addr$/.test(key) && key !== 'chaddr' ? text.split(' ')[0]! : '0.0.0.0';
      if (HOST.test(text) && address === text) told.name(key);
      else if (parseIpv4(address) === undefined) told.unknown(key);
      else
        told.fields[key] = quoted
          ? new TextDecoder().decode(Uint8Array.from(quoted))
          : plainOf(key, text.split(' ')[0]!);
    } else if (option) {
      this.close(told, true);
      const [, digits, old, size, words = ''] = option;
      const [code, text] = [Number(digits ?? old), words.trim()];
      const length = size === undefined ? lengthOf(code, text) : Number(size);
      told.size += 2 + length;
      this.open = { code, length, text, further: [], places: [] };
    } else if (line.includes('Vendor-rfc1048')) told.options ??= [];
  }

  /** Ends the option whose lines are being read. */
  private close(told: Told, inside = false): void {
    const { open } = this;
    if (!open) return;
    this.open = undefined;
    const { hex, lines } = valueOf(open);
    told.option(open.code, hex);
    // What stands between two options is another one, or a part of one.
    if (inside && hex !== undefined && lines < open.places.length) told.open = true;
    this.behind = open.places.length - lines;
    if (hex === undefined && isAddresses(open.code) && open.text.split(/,\s*/).some((one) => HOST.test(one)))
      told.named = true;
    append(told.used, open.places.slice(0, lines));
  }

  /** Ends the frame whose lines are being read. */
  private end(): void {
    const { told, head, icmp, quoted } = this;
    if (told) this.close(told);
    // Of a message with a wrong magic cookie, tcpdump tells as little as of one without options; and a text may end before them.
    if (told === head && !told.options?.length && told.leftOut.length === 0) told.fault ??= 'no options are told';
    if (icmp) {
      endIcmp(head, icmp, quoted);
      append(head.used, quoted?.used ?? []);
    }
    if (told === head || icmp || this.done) this.frames.push(head);
    this.told = this.icmp = this.quoted = undefined;
    this.done = false;
  }
}

/** A field as it stands in the text. Juniper's tcpdump prints the octets of a link-layer address without leading zeros. */
function plainOf(key: string, text: string): string {
  return key === 'chaddr' ? text.replace(/\b[0-9a-f]\b/gi, '0$&') : text;
}

function readMessage(told: Told, match: RegExpExecArray, line: string): void {
  const [, source = '', from = '', destination = '', to = '', op, length, numbers = '', flag, flags] = match;
  told.ports = portsOf(from, to);
  told.addresses = [source, destination];
  if (length !== undefined) told.length = Number(length);
  const { fields } = told;
  fields.op = op === 'Request' ? 1 : 2;
  fields.hlen = 6;
  for (const [, name, value] of numbers.matchAll(/, (htype|hlen|hops|xid|secs):? (\w+)/g))
    set(told, name as 'xid', value!);
  fields.flags = flags === undefined ? (flag!.toLowerCase() === 'none' ? 0 : 0x8000) : parseInt(flags, 16);
  if (/htype|hlen/.test(numbers)) told.fault = 'tcpdump does not print its hardware address';
  if (line.includes('[|')) told.fault = 'tcpdump saw only a part of it';
}
