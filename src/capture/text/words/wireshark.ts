import { parseHex } from '../../../codec/bytes';
import { EPOCH } from '../times';
import { set, Told } from './told';
import { arpDetails, readDetails6 } from './wireshark6';
import { addressesHex, digitsHex, hexOf, numberHex, textHex } from './values';

// Packet details as `tshark -V` and Wireshark's export as plain text print them.

const FRAME = /^Frame \d+(?:: | \()/;
const LAYER =
  /^(Ethernet II|802\.1Q Virtual LAN|Internet Protocol(?: Version [46])?|User Datagram Protocol|Dynamic Host Configuration Protocol|Bootstrap Protocol|DHCPv6|Address Resolution Protocol)\b(.*)$/;
const MACS = /([0-9a-f:]{17})\)?, Dst: (?:[^()]*\()?([0-9a-f:]{17})\)?$/;
const FIELD = /^ {4}([A-Z][\w ()]*?): (.*)$/;
const OPTION = /^ {4}Option: \((?:t=)?(\d+)(?:,l=\d+)?\)/;
const IN_BRACKETS = /\(([\w.:]+)\)$/;

/** The fields of the message by the beginning of their labels, in the order of the wire. */
const FIELDS = [
  ['op', 'Message type'],
  ['htype', 'Hardware type'],
  ['hlen', 'Hardware address length'],
  ['hops', 'Hops'],
  ['xid', 'Transaction ID'],
  ['secs', 'Seconds'],
  ['flags', 'Bootp flags'],
  ['ciaddr', 'Client IP'],
  ['yiaddr', 'Your'],
  ['siaddr', 'Next server'],
  ['giaddr', 'Relay agent'],
  ['chaddr', 'Client MAC'],
  ['sname', 'Server host'],
  ['file', 'Boot file'],
] as const;

/** The messages whose details Wireshark prints in a text. */
export function readWireshark(lines: readonly string[]): Told[] {
  const reader = new Reader();
  // Pages indent the details by two instead of four.
  const narrow = lines.some((line) => /^ {2}(?:Hops|Transaction ID): /.test(line));
  for (const [i, whole] of lines.entries()) {
    let line = whole.slice(0, LONGEST).trimEnd();
    if (/^(?!\s).*, (?:Src|Dst):$/.test(line)) line += ` ${(lines[i + 1] ?? '').slice(0, LONGEST).trim()}`;
    else if (narrow) line = line.replace(/^ +/, '$&$&');
    reader.line(line, i);
  }
  reader.end(lines.length);
  return reader.frames;
}

class Reader {
  readonly frames: Told[] = [];
  private head = new Told(1);
  private layer = '';
  /** Octets of the frame. */
  private wire = NaN;
  /** The frame, once it is known to hold a message. */
  private told: Told | undefined;
  private open: { readonly code: number; readonly further: string[] } | undefined;
  /** The lines of a layer that is read as a whole. */
  private block: string[] | undefined;

  line(line: string, i: number): void {
    if (!line.startsWith(' ')) this.first(line, i);
    else if (this.block) this.block.push(line);
    else if (this.told) this.detail(this.told, line);
    else readHeader(this.head, this.layer, line);
  }

  /** A line without indentation: a layer, or what Wireshark says of the frame. */
  private first(line: string, i: number): void {
    const { told } = this;
    this.close();
    if (told && /^\[(?:Malformed|Packet size limited)/.test(line)) told.fault = 'Wireshark saw only a part of it';
    const match = LAYER.exec(line);
    const begins = FRAME.test(line);
    // Behind a message, an empty line or anything else than a layer ends the frame.
    if (line === '' || begins || (told && !match && !line.startsWith('['))) {
      this.end(i);
      if (begins) {
        this.head = new Told(i + 1);
        this.wire = Number(/\b(\d+) bytes on wire/.exec(line)?.[1] ?? NaN);
      }
    }
    if (/^Internet Control Message Protocol/.test(line)) this.head.fault = 'an ICMP message quotes it';
    const layer = (this.layer = match?.[1] ?? '');
    if (layer.startsWith('DHCPv6') || layer.startsWith('Addr')) {
      this.told = this.head;
      this.block = [];
    } else if (layer.startsWith('D') || layer.startsWith('B')) this.told = this.head;
    else if (!this.told) readLayer(this.head, layer, match?.[2] ?? '');
  }

  /** A line of the details of a DHCPv4 message. */
  private detail(told: Told, line: string): void {
    if (line.startsWith('        ')) {
      this.open?.further.push(line.slice(8));
      return;
    }
    this.close();
    const option = OPTION.exec(line);
    if (option) this.open = { code: Number(option[1]), further: [] };
    else readField(told, line);
  }

  /** Ends the option or the layer whose lines are being read. */
  private close(): void {
    const { told, open, block } = this;
    if (told && open) told.option(open.code, valueOf(open.code, open.further));
    if (told && block && this.layer.startsWith('DHCPv6')) readDetails6(told, block);
    else if (told && block) setArp(told, arpDetails(block));
    this.open = this.block = undefined;
  }

  /** Ends the frame before line `i`. */
  end(i: number): void {
    this.close();
    const { told } = this;
    if (!told) return;
    if (!told.body) told.open = told.options !== undefined && !told.ended;
    const headers = told.addresses?.[0]?.includes('.') ? 42 + 4 * told.vlans.length : NaN;
    const length = this.wire - headers;
    // A frame that carries less is padded to 60 octets.
    if (told.ethernet && this.wire > 60 && length > 0) told.length ??= length;
    // What is not read of a layer (checksums, what Wireshark itself has to say) needs no note.
    for (let k = told.line - 1; k < i; k++) told.used.push(k);
    this.frames.push(told);
    this.told = undefined;
    this.head = new Told(i + 1);
  }
}

function setArp(told: Told, digits: string | undefined): void {
  const bytes = digits === undefined ? undefined : parseHex(digits);
  if (bytes && told.ethernet) told.body = { protocol: 'arp', start: 'ethernet', bytes };
  else told.fault ??= 'its addresses are not told';
}

const LONGEST = 4000;

function readLayer(head: Told, layer: string, text: string): void {
  if (layer === 'Ethernet II') {
    const match = MACS.exec(text);
    if (match) head.ethernet = [match[1]!, match[2]!];
  } else if (layer.startsWith('802')) {
    const id = /\bID: (\d+)$/.exec(text);
    if (id) head.vlans.push(Number(id[1]));
  } else if (layer.startsWith('I')) {
    // Behind another IP header this one is in a tunnel, and the Ethernet header is not its own.
    if (head.addresses) head.ethernet = undefined;
    const match = /Src: (?:[^,()]*\()?([\d.]+|[\da-f:]+)\)?, Dst: (?:[^,()]*\()?([\d.]+|[\da-f:]+)\)?$/.exec(text);
    head.addresses = match ? [match[1]!, match[2]!] : undefined;
  } else if (layer.startsWith('U')) {
    const match = /Src Port: (?:\S* \()?(\d+)\)?, Dst Port: (?:\S* \()?(\d+)/.exec(text);
    if (match) head.ports = [Number(match[1]), Number(match[2])];
  }
}

function readHeader(head: Told, layer: string, line: string): void {
  const time = EPOCH.exec(line);
  if (time) head.time = { seconds: Number(time[1]), nanoseconds: Number(time[2]) };
  const [, label = '', value = ''] = FIELD.exec(line) ?? [];
  if (layer.startsWith('I')) {
    if (label === 'Identification') head.id = parseInt(value, 16);
    else if (/^(?:Time to live|Hop limit)$/i.test(label)) head.ttl = Number(value);
    else if (/ = Traffic Class: 0x|^ {4}Traffic class: 0x/i.test(line))
      head.tos = parseInt(/0x(\w+)/.exec(line)![1]!, 16);
    else if (/ = Flow Label: 0x|^ {4}Flowlabel: 0x/i.test(line))
      head.flow = parseInt(/0x(\w+)/.exec(line)![1]!, 16) & 0xfffff;
    else if (label === 'Differentiated Services Field') head.tos = parseInt(value, 16);
    else if (/^ {4}.1.\. \.\.\.\. = Flags/.test(line)) head.flags = 0x40;
    else if (/^ {4}(?:0\.0\. \.\.\.\. = Flags|Flags: 0x00\b)/.test(line)) head.flags ??= 0;
    else if (/^payload length$/i.test(label)) head.lengths['ipv6.plen'] = Number.parseInt(value);
  } else if (layer.startsWith('U') && label === 'Length') {
    head.length = Number(value) - 8;
    head.lengths['udp.length'] = Number(value);
  }
}

function readField(told: Told, line: string): void {
  if (/^ {4}Magic cookie: (?:DHCP|\(OK\))/.test(line)) told.options ??= [];
  const [, label = '', value = ''] = FIELD.exec(line) ?? [];
  const key = FIELDS.find(([, start]) => label.startsWith(start))?.[0];
  if (!key) return;
  const inside = key === 'sname' || key === 'file' ? value : (IN_BRACKETS.exec(value)?.[1] ?? value);
  // Until 2011, Wireshark printed the type of hardware by name alone.
  set(told, key, key === 'flags' ? String(parseInt(value, 16)) : inside === 'Ethernet' ? '1' : inside);
}

function valueOf(code: number, further: readonly string[]): string | undefined {
  let length = NaN;
  const own: [label: string, value: string, depth: number][] = [];
  for (const line of further) {
    const [, space = '', label = '', value = ''] = /^( *)([^:[]+): ?(.*)$/.exec(line) ?? [];
    // The option's code, which old versions print again.
    if (label === 'Option' && space === '') continue;
    if (label === 'Length' && space === '' && Number.isNaN(length)) length = Number(value);
    else if (label !== '') own.push([label, value, space.length]);
  }
  const octets = digitsHex(own.find(([label, , depth]) => label === 'Value' && depth === 0)?.[1] ?? '-', length);
  if (octets !== undefined) return octets;
  if (length === 0) return '';
  if (code === 52) return '03';
  if (code === 55) {
    const items = own.map(([, value]) => Number(/^\((\d+)\)/.exec(value)?.[1]));
    return items.length === length ? hexOf(items) : undefined;
  }
  if (code === 61 && own[0]?.[0] === 'Hardware type' && own.length === 2) {
    const type = numberHex(IN_BRACKETS.exec(own[0][1])?.[1] ?? '', 1);
    const address = digitsHex(IN_BRACKETS.exec(own[1]![1])?.[1] ?? own[1]![1], length - 1);
    return type !== undefined && address !== undefined ? type + address : undefined;
  }
  if (code === 82) return subOptions(own, length);
  if (own.some(([, , depth]) => depth > 0)) return undefined;
  const addresses = addressesHex(
    own.map(([, value]) => IN_BRACKETS.exec(value)?.[1] ?? value),
    length,
  );
  if (addresses !== undefined || own.length !== 1) return addresses;
  const [label, value] = own[0]!;
  if (label === 'Value') return digitsHex(value, length);
  const digits = /^\((-?\d+)s\)/.exec(value)?.[1] ?? IN_BRACKETS.exec(value)?.[1] ?? value;
  const number = /^(-?\d+|0x[0-9a-f]+)$/.test(digits) ? numberHex(digits, length) : undefined;
  const text = textHex(value, length);
  // Digits that may be a number as well as a text are neither.
  if (number !== undefined && text !== undefined) return undefined;
  return number ?? text ?? (length > 4 ? digitsHex(value, length) : undefined);
}

function subOptions(
  own: readonly (readonly [label: string, value: string, depth: number])[],
  length: number,
): string | undefined {
  let hex = '';
  let size = 0;
  for (const [label, value, depth] of own) {
    if (depth === 0) {
      const code = /^\((\d+)\)/.exec(value)?.[1];
      if (!label.endsWith('Suboption') || code === undefined) return undefined;
      hex += hexOf([Number(code)]);
    } else if (label === 'Length') hex += hexOf([(size = Number(value))]);
    else {
      const digits = digitsHex(value, size) ?? addressesHex([value], size);
      if (digits === undefined) return undefined;
      hex += digits;
    }
  }
  return hex.length === 2 * length ? hex : undefined;
}
