import { ipv4ToText, parseIpv4 } from '../../codec/bytes';
import { encodeMessage4, Message4, type OptionSpec4 } from '../../codec/dhcpv4';
import { octetsOf } from './entries';
import { frameOf, packetOf, type Packet } from './packet';
import { serve6 } from './server6';
import type { Decision, ServerSettings, Wrong } from './types';

export const SERVER_AT_FIRST: ServerSettings = {
  server: '10.67.0.1',
  mask: '255.255.255.0',
  first: '10.67.0.100',
  last: '10.67.0.199',
  router: '10.67.0.1',
  dns: '10.67.0.1',
  domain: 'example.net',
  lease: 3600,
  next: '',
  file: '',
  authoritative: true,
  reservations: '',
};

const SERVER_MAC = '02:67:00:00:00:01';
const DISCOVER = 1;
const OFFER = 2;
const REQUEST = 3;
const ACK = 5;
const NAK = 6;
const INFORM = 8;
/** Maximum number of addresses of a range that are tried. */
const MOST = 4096;

/** The settings as numbers. */
class Network {
  readonly server: number;
  readonly mask: number;
  readonly first: number;
  readonly last: number;
  private readonly reserved = new Map<string, number>();

  constructor(readonly settings: ServerSettings) {
    const address = (text: string): number => parseIpv4(text.trim()) ?? 0;
    this.server = address(settings.server);
    this.mask = address(settings.mask);
    this.first = address(settings.first);
    this.last = address(settings.last);
    for (const line of settings.reservations.split('\n')) {
      const [mac, ip] = parts(line);
      const number = parseIpv4(ip ?? '');
      if (mac && number !== undefined) this.reserved.set(mac.replaceAll('-', ':'), number);
    }
  }

  reservation(mac: string): number | undefined {
    return this.reserved.get(mac);
  }

  /** Whether an address is in the subnet of the pool. */
  holds(address: number): boolean {
    return (address & this.mask) === (this.first & this.mask);
  }

  inRange(address: number): boolean {
    return this.first > 0 && address >= this.first && address <= this.last;
  }

  /** Whether a client may have an address: its reservation, or an address of the range that nobody else has. */
  allows(mac: string, address: number, taken: ReadonlyMap<number, string>): boolean {
    const own = this.reservation(mac);
    if (own !== undefined) return own === address;
    const holder = taken.get(address);
    return (
      this.inRange(address) &&
      ![...this.reserved.values()].includes(address) &&
      (holder === undefined || holder === mac)
    );
  }

  /** The address for a client: its reservation, the one it had, the one it asks for, otherwise the first free one. */
  choose(mac: string, wanted: number | undefined, taken: ReadonlyMap<number, string>): number | undefined {
    const had = [...taken].find(([, holder]) => holder === mac)?.[0];
    for (const one of [this.reservation(mac), had, wanted])
      if (one !== undefined && this.allows(mac, one, taken)) return one;
    for (let i = 0; i < MOST && this.first + i <= this.last; i++)
      if (this.allows(mac, this.first + i, taken)) return this.first + i;
    return undefined;
  }
}

/** Settings that the server cannot use, each with its reason. */
export function wrongSettings(settings: ServerSettings): Wrong[] {
  const wrong: Wrong[] = [];
  const say = (key: keyof ServerSettings, text: string): void => {
    wrong.push({ entry: `server-${key}`, value: String(settings[key]), text });
  };
  const reason = (text: string, kind: 'ipv4' | 'mac'): string | undefined => {
    try {
      octetsOf(text, 4, kind);
      return undefined;
    } catch (error) {
      return (error as RangeError).message;
    }
  };
  for (const key of ['server', 'mask', 'first', 'last', 'router', 'dns', 'next'] as const) {
    const may = key === 'router' || key === 'dns' || key === 'next';
    const text = may && settings[key] === '' ? undefined : reason(settings[key], 'ipv4');
    if (text !== undefined) say(key, text);
  }
  const [mask, first, last] = [settings.mask, settings.first, settings.last].map((text) => parseIpv4(text.trim()));
  if (mask !== undefined && (~mask & (~mask + 1)) !== 0)
    say('mask', 'A mask is ones, then zeros, such as 255.255.255.0.');
  if (first !== undefined && last !== undefined && last < first) say('last', 'The last address is below the first.');
  for (const line of settings.reservations.split('\n')) {
    if (line.trim() === '') continue;
    const [mac = '', ip = ''] = parts(line);
    const text = reason(mac, 'mac') ?? reason(ip, 'ipv4');
    if (text === undefined) continue;
    say('reservations', text);
    break;
  }
  return wrong;
}

/** Hardware address and IP address of a reservation. */
const parts = (line: string): string[] =>
  line
    .trim()
    .toLowerCase()
    .split(/[\s,=]+/);

/** Who has which address, judging by what servers offered and assigned in the frames so far. */
function takenIn(before: readonly Uint8Array[]): Map<number, string> {
  const taken = new Map<number, string>();
  for (const frame of before) {
    const packet = packetOf(frame);
    const message = packet && Message4.read(packet.message, 0, packet.message.length);
    if (message?.op === 2 && message.yiaddr !== 0) taken.set(message.yiaddr, message.chaddr);
  }
  return taken;
}

/** How a small server with these settings answers a frame that follows the frames `before` (RFC 2131 §4.3). */
export function serve(settings: ServerSettings, frame: Uint8Array, before: readonly Uint8Array[]): Decision {
  const packet = packetOf(frame);
  if (!packet) return serve6(frame) ?? { why: 'This is no DHCP message, and this server reads no other.' };
  const message = Message4.read(packet.message, 0, packet.message.length);
  if (message.op !== 1) return { why: 'Servers answer requests (op 1) only.' };
  if (packet.around.destinationPort !== 67)
    return { why: `The server listens on UDP port 67, and this goes to ${packet.around.destinationPort}.` };
  const network = new Network(settings);
  if (message.giaddr !== 0 && !network.holds(message.giaddr))
    return { why: `The relay ${ipv4ToText(message.giaddr)} is in no subnet of this server.` };
  const taken = takenIn(before);
  const type = message.messageType();
  if (type === DISCOVER) return offered(packet, message, network, taken);
  if (type === REQUEST) return requested(packet, message, network, taken);
  if (type === INFORM)
    return {
      why: 'INFORM asks for settings only: they come in an ACK without an address and lease time.',
      frame: reply(packet, message, network, ACK, 0),
    };
  if (type === undefined) return { why: 'This is BOOTP, without option 53, and this server speaks DHCP only.' };
  return { why: 'This message only tells the server something. No reply is due.' };
}

function offered(packet: Packet, message: Message4, network: Network, taken: ReadonlyMap<number, string>): Decision {
  const address = network.choose(message.chaddr, message.ip(50), taken);
  if (address === undefined) return { why: 'The range has no free address left, so the server is silent.' };
  let why = 'it is the first that is free';
  if (network.reservation(message.chaddr) === address) why = 'it is reserved for this client';
  else if (taken.get(address) === message.chaddr) why = 'this client had it before';
  else if (message.ip(50) === address) why = 'the client asks for it, and it is free';
  return { why: `OFFER of ${ipv4ToText(address)}: ${why}.`, frame: reply(packet, message, network, OFFER, address) };
}

function requested(packet: Packet, message: Message4, network: Network, taken: ReadonlyMap<number, string>): Decision {
  const chosen = message.ip(54);
  if (chosen !== undefined && chosen !== network.server)
    return { why: `By option 54 the client has taken the offer of ${ipv4ToText(chosen)}, not of this server.` };
  const address = message.ciaddr || message.ip(50);
  if (!address) return { why: 'The REQUEST names no address: neither ciaddr nor option 50.' };
  const text = ipv4ToText(address);
  if (network.allows(message.chaddr, address, taken))
    return { why: `ACK: ${text} may be this client’s.`, frame: reply(packet, message, network, ACK, address) };
  const nak = (why: string): Decision => ({ why: `NAK: ${why}.`, frame: reply(packet, message, network, NAK, 0) });
  if (chosen !== undefined) return nak(`${text} is not what this client can have`);
  if (!network.holds(address)) return nak(`${text} does not belong to this network`);
  return network.settings.authoritative
    ? nak(`the server knows nothing of a lease of ${text}, and is authoritative`)
    : { why: `The server knows nothing of a lease of ${text}. It is not authoritative, so it is silent.` };
}

/** The options of a reply besides type and server: those that the client asks for, or all if it sends no list. */
function settingsFor(message: Message4, { settings }: Network): OptionSpec4[] {
  const list = message.option(55);
  const asked = list && new Set(Array.from({ length: list.length }, (_, i) => list.u8(i)));
  const all: OptionSpec4[] = [
    { code: 1, data: settings.mask },
    ...(settings.router ? [{ code: 3, data: [settings.router] }] : []),
    ...(settings.dns ? [{ code: 6, data: [settings.dns] }] : []),
    ...(settings.domain ? [{ code: 15, data: settings.domain }] : []),
  ];
  return all.filter(({ code }) => !asked || asked.has(code));
}

/** The frame of a reply. The client identifier and the relay's option 82 are echoed (RFC 6842, RFC 3046). */
function reply(
  { around, message: octets }: Packet,
  message: Message4,
  network: Network,
  type: number,
  address: number,
): Uint8Array {
  const { settings } = network;
  const refuses = type === NAK;
  const boots = message.text(60)?.startsWith('PXEClient') ?? false;
  const giaddr = ipv4ToText(message.giaddr);
  const echoed = message.options
    .filter(({ code }) => code === 61 || code === 82)
    .map(({ code, at, length }) => ({
      code,
      hex: Array.from(octets.subarray(at + 2, at + 2 + length), (octet) => octet.toString(16).padStart(2, '0')).join(
        '',
      ),
    }));
  const spec = encodeMessage4({
    op: 2,
    htype: message.htype,
    hlen: message.hlen,
    xid: message.xid,
    flags: message.flags,
    chaddr: message.chaddr,
    giaddr,
    ...(refuses ? {} : { yiaddr: ipv4ToText(address), ciaddr: ipv4ToText(message.ciaddr) }),
    ...(boots && !refuses ? { siaddr: settings.next || settings.server, file: settings.file } : {}),
    options: [
      { code: 53, data: type },
      { code: 54, data: settings.server },
      ...(refuses ? [] : address !== 0 ? [{ code: 51, data: settings.lease }] : []),
      ...(refuses ? [] : settingsFor(message, network)),
      ...echoed,
    ],
  });
  return frameOf({
    message: spec,
    around: {
      ethSource: SERVER_MAC,
      source: settings.server,
      sourcePort: 67,
      ...wayBack(around, message, refuses, address),
    },
  });
}

/** Where a reply goes (RFC 2131 §4.1). */
function wayBack(
  around: Packet['around'],
  message: Message4,
  refuses: boolean,
  address: number,
): Pick<Packet['around'], 'destination' | 'ethDestination' | 'destinationPort'> {
  if (message.giaddr !== 0)
    return { destination: ipv4ToText(message.giaddr), ethDestination: around.ethSource, destinationPort: 67 };
  const all = { destination: '255.255.255.255', ethDestination: 'ff:ff:ff:ff:ff:ff', destinationPort: 68 };
  if (refuses) return all;
  if (message.ciaddr !== 0)
    return { destination: ipv4ToText(message.ciaddr), ethDestination: around.ethSource, destinationPort: 68 };
  // Unicast to a new address is possible only if the client's hardware address is known.
  return message.broadcast || message.hlen !== 6 || address === 0
    ? all
    : { destination: ipv4ToText(address), ethDestination: message.chaddr, destinationPort: 68 };
}
