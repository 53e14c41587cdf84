import { addressesHex, digitsHex, hexOf, numberHex, set, textHex, Told } from './message';

// Packet details as `tshark -V` and Wireshark's export as plain text print them.

const FRAME = /^Frame \d+: /;
const EPOCH = /^ {4}Epoch (?:Arrival )?Time: (\d+)\.(\d{9})/;
const LAYER =
  /^(Ethernet II|802\.1Q Virtual LAN|Internet Protocol Version 4|User Datagram Protocol|Dynamic Host Configuration Protocol|Bootstrap Protocol)\b(.*)$/;
const MACS = /([0-9a-f:]{17})\)?, Dst: (?:[^()]*\()?([0-9a-f:]{17})\)?$/;
const FIELD = /^ {4}([A-Z][\w ()]*?): (.*)$/;
const OPTION = /^ {4}Option: \((\d+)\)/;
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
export function* readWireshark(lines: readonly string[]): Generator<Told> {
  let head = new Told(1);
  let layer = '';
  let told: Told | undefined;
  let open: { readonly code: number; readonly further: string[] } | undefined;
  const close = (): void => {
    if (told && open) told.option(open.code, valueOf(open.code, open.further));
    open = undefined;
  };
  for (const [i, whole] of lines.entries()) {
    const line = whole.slice(0, LONGEST).trimEnd();
    if (!line.startsWith(' ')) {
      close();
      if (told && /^\[(?:Malformed|Packet size limited)/.test(line)) told.fault = 'Wireshark saw only a part of it';
      if (line === '' || FRAME.test(line)) {
        if (told) yield told;
        told = undefined;
        if (line !== '') head = new Told(i + 1);
      }
      const match = LAYER.exec(line);
      layer = match?.[1] ?? '';
      if (layer.startsWith('D') || layer.startsWith('B')) told = head;
      else readLayer(head, layer, match?.[2] ?? '');
      continue;
    }
    if (told && line.startsWith('        ')) open?.further.push(line.slice(8));
    else if (told) {
      close();
      const option = OPTION.exec(line);
      if (option) open = { code: Number(option[1]), further: [] };
      else readField(told, line);
    } else readHeader(head, layer, line);
  }
  close();
  if (told) yield told;
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
    const match = /Src: (?:[^,()]*\()?([\d.]+)\)?, Dst: (?:[^,()]*\()?([\d.]+)\)?$/.exec(text);
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
    else if (label === 'Time to Live') head.ttl = Number(value);
    else if (label === 'Differentiated Services Field') head.tos = parseInt(value, 16);
    else if (/^ {4}.1.\. \.\.\.\. = Flags/.test(line)) head.flags = 0x40;
  } else if (layer.startsWith('U') && label === 'Length') head.length = Number(value) - 8;
}

function readField(told: Told, line: string): void {
  if (line.startsWith('    Magic cookie: DHCP')) told.options ??= [];
  const [, label = '', value = ''] = FIELD.exec(line) ?? [];
  const key = FIELDS.find(([, start]) => label.startsWith(start))?.[0];
  if (!key) return;
  const inside = key === 'sname' || key === 'file' ? value : (IN_BRACKETS.exec(value)?.[1] ?? value);
  set(told, key, key === 'flags' ? String(parseInt(value, 16)) : inside);
}

function valueOf(code: number, further: readonly string[]): string | undefined {
  let length = NaN;
  const own: [label: string, value: string, depth: number][] = [];
  for (const line of further) {
    const [, space = '', label = '', value = ''] = /^( *)([^:[]+): ?(.*)$/.exec(line) ?? [];
    if (label === 'Length' && space === '' && Number.isNaN(length)) length = Number(value);
    else if (label !== '') own.push([label, value, space.length]);
  }
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
