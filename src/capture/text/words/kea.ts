import { append } from '../../../codec/append';
import { Times } from '../times';
import { message6, Options6, setMessage6, type Value6 } from './options6';
import { Told } from './told';
import { addresses6Hex, addressesHex, digitsHex, joined, namesHex, numberHex, textHex } from './values';

// The packet details in a debug log of Kea (DHCP4_QUERY_DATA, DHCP6_RESPONSE_DATA …): addresses, type and options, but few fixed fields.

const DETAILS = /\bDHCP([46])_(QUERY|RESPONSE)_DATA\b/;
/** Where another entry of the log begins. */
const ENTRY = /\b(?:DEBUG|INFO|WARN|ERROR|FATAL)\s+\[?kea-|\[kea-dhcp[46]\./;
/** An address that the server gives to the client of a transaction. */
const LEASE = /\bDHCP4_LEASE_[A-Z]+ .*\btid=0x([0-9a-f]+): lease ((?:\d{1,3}\.){3}\d{1,3}) /;
/** A reply to a relay: the server sends it to giaddr (RFC 2131 §4.1). */
const TO_RELAY = /\bDHCP4_RESPONSE_DATA .*\btid=0x([0-9a-f]+):.* remote_address=((?:\d{1,3}\.){3}\d{1,3}):67,/;
/** Most lines of one message's details. */
const MOST_LINES = 1000;
/** An option: its code, its length, and its value. */
const OPTION = /^\s*type=(\d+) ?(?:\(\w+\))?,(?: len=(\d+))?:? ?(.*?)\s*$/;

/** An option as the log shows it, with the options inside. */
interface Branch {
  readonly code: number;
  readonly length: number;
  readonly text: string;
  readonly below: Branch[];
}

/** The messages whose details a log of Kea shows. */
export function* readKea(lines: readonly string[]): Generator<Told> {
  const leases = new Map<string, string>();
  const relays = new Map<string, string>();
  const begun = new Map<string, number>();
  for (const line of lines) {
    const [, xid, relay] = TO_RELAY.exec(line.slice(0, 4000)) ?? [];
    if (xid !== undefined) relays.set(xid, relay!);
  }
  const times = new Times();
  let first = true;
  for (let i = 0; i < lines.length; i++) {
    const head = lines[i]!.slice(0, 4000);
    const lease = LEASE.exec(head);
    if (lease) leases.set(lease[1]!, lease[2]!);
    const [, version, way] = DETAILS.exec(head) ?? [];
    if (version === undefined) continue;
    const told = new Told(i + 1);
    const read = times.any(head);
    told.time = read?.time;
    told.dated = read?.dated !== false;
    told.local = read?.local === true;
    const details = [head];
    told.used.push(i);
    while (details.length < MOST_LINES && i + 1 < lines.length && !endsDetails(lines[i + 1]!)) {
      told.used.push(++i);
      details.push(lines[i]!.slice(0, 4000));
    }
    if (version === '4') readDetails4(told, details, way === 'QUERY', { leases, relays, begun });
    else readDetails6(told, details, way === 'QUERY');
    if (first) told.remarks.push(SORTED);
    first = false;
    yield told;
  }
}

const SORTED = 'A log of Kea lists options by number: their order in the message is not told.';

const endsDetails = (line: string): boolean => line.trim() === '' || ENTRY.test(line.slice(0, 400));

/** Octets of an option's code and length, in each version. */
const HEADERS = { 4: 2, 6: 4 } as const;

/** The options among some lines. Those behind one that ends with a comma are inside it, as many as it has room for. */
function optionsIn(lines: readonly string[], version: keyof typeof HEADERS): Branch[] {
  const top: Branch[] = [];
  const open: { left: number; readonly below: Branch[] }[] = [{ left: Infinity, below: top }];
  for (const line of lines) {
    const [, code, length = 'NaN', text = ''] = OPTION.exec(line) ?? [];
    if (code === undefined) continue;
    while (open[open.length - 1]!.left <= 0) open.pop();
    const size = Number(length);
    const branch = { code: Number(code), length: size, text: text.replace(/,$/, ''), below: [] };
    open[open.length - 1]!.below.push(branch);
    for (const one of open) one.left -= HEADERS[version] + size;
    if (text.endsWith(',')) {
      const fixed = version === 6 ? (structured(branch.code, size, branch.text)?.length ?? 0) / 2 : 0;
      open.push({ left: size - fixed, below: branch.below });
    }
  }
  return top;
}

const HEAD4 =
  /local_address=([\d.]+):(\d+), remote_address=([\d.]+):(\d+),\s*msg_type=[^(]*\((\d+)\),\s*trans_?id=0x([0-9a-f]+)/;
const HARDWARE = /\[hwtype=(\d+) ([0-9a-f]{2}(?::[0-9a-f]{2}){0,15})\]/;
const OFFER = 2;
const ACK = 5;
const LEASE_TIME = 51;
const NOBODY = '0.0.0.0';
const EVERYBODY = '255.255.255.255';
/** Fixed fields of which such a log says nothing, in whatever message. */
const UNTOLD = ['hops', 'secs', 'flags', 'ciaddr', 'siaddr', 'sname', 'file'];

/** What other lines of the log tell of a transaction: the address given to the client, and the relay's. */
interface Known {
  /** When each client began to ask, in seconds. */
  readonly begun: Map<string, number>;
  readonly leases: ReadonlyMap<string, string>;
  readonly relays: ReadonlyMap<string, string>;
}

function readDetails4(told: Told, details: readonly string[], query: boolean, { leases, relays, begun }: Known): void {
  const [, local, localPort, remote, remotePort, type, xid] = HEAD4.exec(details.slice(0, 4).join('\n')) ?? [];
  const [, htype, chaddr] = HARDWARE.exec(details[0]!) ?? [];
  if (local === undefined || remote === undefined) return void (told.fault = 'its addresses or its type are not told');
  if (chaddr === undefined) return void (told.fault = 'its hardware address is not told');
  told.addresses = query ? [remote, local] : [local, remote];
  told.ports = query ? [Number(remotePort), Number(localPort)] : [Number(localPort), Number(remotePort)];
  for (const { code, length, text, below } of optionsIn(details, 4)) told.option(code, value4(length, text, below));
  append(told.untold, UNTOLD);
  const relayed = remotePort === '67';
  if (query) told.untold.push('yiaddr');
  // A relay without an answer is taken to ask from giaddr.
  const relay = relays.get(xid!);
  if (query && relayed && relay === undefined) told.untold.push('giaddr');
  const since = begun.get(xid!) ?? told.time?.seconds ?? 0;
  begun.set(xid!, since);
  const given = query ? NOBODY : givenTo(Number(type), told, relayed ? EVERYBODY : remote, leases.get(xid!));
  if (given === undefined) told.unknown('yiaddr');
  Object.assign(told.fields, {
    op: query ? 1 : 2,
    htype: Number(htype),
    hlen: chaddr.split(':').length,
    xid: parseInt(xid!, 16),
    chaddr,
    // Clients count from their first message on (RFC 2131 §2): as long as nothing else is told, this one does as well.
    secs: query ? Math.min(0xffff, Math.max(0, (told.time?.seconds ?? 0) - since)) : 0,
    flags: 0,
    // A client that has an address asks from it (RFC 2131 §4.3.2).
    ciaddr: query && !relayed ? remote : NOBODY,
    yiaddr: given ?? NOBODY,
    siaddr: NOBODY,
    giaddr: relayed ? (relay ?? remote) : NOBODY,
  });
}

/** The address that a reply gives; undefined if the log does not tell it. */
function givenTo(type: number, told: Told, to: string, lease: string | undefined): string | undefined {
  const gives = type === OFFER || (type === ACK && told.options?.some(({ code }) => code === LEASE_TIME));
  if (!gives) return NOBODY;
  // Before the client has its address, the server sends to it there or to everybody (RFC 2131 §4.1).
  return lease ?? (to === EVERYBODY ? undefined : to);
}

const whole = (digits: string | undefined, length: number): string | undefined =>
  digits?.length === 2 * length ? digits : undefined;

/** An option's octets as digits. */
function value4(length: number, text: string, below: readonly Branch[]): string | undefined {
  if (below.length > 0 && text === '') {
    const pieces = below.map((one) =>
      joined(numberHex(String(one.code), 1), numberHex(String(one.length), 1), value4(one.length, one.text, one.below)),
    );
    return whole(joined(...pieces), length);
  }
  return below.length > 0 ? undefined : valueOf(length, text);
}

/** The octets of a value that is one kind of thing: octets, addresses, or values with their types behind. */
function valueOf(length: number, text: string): string | undefined {
  if (length === 0) return text === '' ? '' : undefined;
  const words = text.split(' ');
  const octets = /^[0-9a-f]{2}(?::[0-9a-f]{2})*$/i.test(text) ? digitsHex(text, length) : undefined;
  return octets ?? typed(length, text) ?? whole(addressesHex(words, length) ?? addresses6Hex(words), length);
}

/** A value, and its type: `1(uint8)`, `"lab" (string)`. The next one follows behind a blank. */
const TYPED = /(?:"(.*?)"|([^\s"()]+)) ?\((string|fqdn|boolean|u?int(?:8|16|32)|ipv4-address|ipv6-address)\)(?: |$)/gy;
const SIZES: Readonly<Record<string, number>> = { int8: 1, uint8: 1, int16: 2, uint16: 2, int32: 4, uint32: 4 };

function typed(length: number, text: string): string | undefined {
  const pieces: (string | undefined)[] = [];
  let end = 0;
  for (const [all, quoted, plain = '', type] of text.matchAll(TYPED)) {
    end += all.length;
    pieces.push(pieceOf(type!, quoted ?? plain, length));
  }
  return end === text.length && end > 0 ? whole(joined(...pieces), length) : undefined;
}

function pieceOf(type: string, value: string, length: number): string | undefined {
  switch (type) {
    case 'string':
      // A text stands alone: its octets are those of the option.
      return textHex(value, length);
    case 'fqdn':
      return namesHex([value]);
    case 'boolean':
      return { true: '01', false: '00' }[value];
    case 'ipv4-address':
      return addressesHex([value], 4);
    case 'ipv6-address':
      return addresses6Hex([value]);
    default:
      return numberHex(value, SIZES[type]!);
  }
}

const HEAD6 = /localAddr=\[([0-9a-f:.]+)\]:(\d+) remoteAddr=\[([0-9a-f:.]+)\]:(\d+)/;
const MESSAGE6 = /^msgtype=(\d+)\([^)]*\), transid=0x([0-9a-f]+)/;
const RELAY =
  /^relay\[\d+\]: msg-type=(\d+)\([^)]*\), hop-count=(\d+),\s+link-address=([0-9a-f:.]+), peer-address=([0-9a-f:.]+),/;
const RELAY_MESSAGE = 9;
/** The port that the server listens on (RFC 9915 §7.2); the log shows 0 for it. */
const SERVER_PORT = 547;

function readDetails6(told: Told, details: readonly string[], query: boolean): void {
  const [, local, , remote, port] = HEAD6.exec(details[0]!) ?? [];
  if (local === undefined || remote === undefined) return void (told.fault = 'its addresses are not told');
  told.ports = query ? [Number(port), SERVER_PORT] : [SERVER_PORT, Number(port)];
  // Of an answer to a multicast, the log shows the group as its sender.
  if (query) told.addresses = [remote, local];
  else if (!local.startsWith('ff')) told.addresses = [local, remote];
  // What belongs to the client's message, then what belongs to each relay, the outermost one first.
  const parts: string[][] = [[]];
  for (const line of details.slice(1)) {
    if (line.startsWith('relay[')) parts.push([]);
    parts[parts.length - 1]!.push(line);
  }
  const [, type, xid] = MESSAGE6.exec(parts[0]![0] ?? '') ?? [];
  let message =
    type === undefined ? undefined : message6({ type: Number(type), xid: xid! }, optionsOf(told, parts[0]!));
  for (const lines of parts.slice(1).reverse()) {
    const [, code, hops, link, peer] = RELAY.exec(lines.slice(0, 2).join('\n')) ?? [];
    if (code === undefined || message === undefined) return void (told.fault = 'a relay’s header is not told');
    const inside = joined(numberHex(String(RELAY_MESSAGE), 2), numberHex(String(message.length / 2), 2), message);
    const own = optionsOf(told, lines);
    const head = { type: Number(code), hops: Number(hops), link: link!, peer: peer! };
    message = inside === undefined ? undefined : message6(head, own + inside);
  }
  setMessage6(told, message, 'its type or its header is not told');
}

function optionsOf(told: Told, lines: readonly string[]): string {
  const options = new Options6(told);
  for (const branch of optionsIn(lines, 6)) addOption6(told, options, branch);
  return options.hex;
}

function addOption6(told: Told, options: Options6, { code, length, text, below }: Branch): void {
  const inside = new Options6(told);
  for (const one of below) addOption6(told, inside, one);
  const head = code === CLIENT_FQDN ? clientFqdn(text) : (structured(code, length, text) ?? valueOf(length, text));
  const value: Value6 | undefined = head === undefined ? undefined : { hex: head + inside.hex, whole: inside.whole };
  // If something inside is left out, the option is shorter than its length tells.
  const fits = Number.isNaN(length) || !value?.whole || value.hex.length === 2 * length;
  options.add(code, fits ? value : undefined);
}

const CLIENT_FQDN = 39;
const FQDN = /^flags: \(N=([01]), O=([01]), S=([01])\), domain-name='([^']*)' \((full|partial)\)$/;

/** RFC 4704 §4.1: flags, and a name, which has a zero at its end if it is whole. */
function clientFqdn(text: string): string | undefined {
  const [, n, o, s, name, kind] = FQDN.exec(text) ?? [];
  if (name === undefined) return undefined;
  const octets = name === '' ? '' : namesHex([name]);
  return joined(`0${4 * Number(n) + 2 * Number(o) + Number(s)}`, kind === 'full' ? octets : octets?.slice(0, -2));
}

/** The fixed part of an option that is told as names and values: IA, address, prefix, status. */
function structured(code: number, length: number, text: string): string | undefined {
  const number = (name: string, size = 4): string | undefined =>
    numberHex(new RegExp(`(?:^|, )${name}=(\\d+)`).exec(text)?.[1] ?? '', size);
  const lifetimes = (): string | undefined => joined(number('preferred-lft'), number('valid-lft'));
  switch (code) {
    case 3:
    case 25:
      return joined(number('iaid'), number('t1'), number('t2'));
    case 4:
      return number('iaid');
    case 5:
      return joined(addresses6Hex([/^address=([^,]+)/.exec(text)?.[1] ?? '']), lifetimes());
    case 26: {
      const [, prefix = '', bits = ''] = /^prefix=([^/]+)\/(\d+)/.exec(text) ?? [];
      return joined(lifetimes(), numberHex(bits, 1), addresses6Hex([prefix]));
    }
    case 13: {
      const [, status = '', message] = /^\w+\((\d+)\) "(.*)"$/.exec(text) ?? [];
      return joined(numberHex(status, 2), textHex(message ?? '', length - 2));
    }
    default:
      return undefined;
  }
}
