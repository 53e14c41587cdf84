import { append } from '../../../codec/append';
import { concat, parseHex, parseIpv4, parseIpv6 } from '../../../codec/bytes';
import { encodeMessage4 } from '../../../codec/dhcpv4/encode';
import { foldedSum } from '../../../codec/ip/checksum';
import { uintOctets } from '../../../codec/values/scalar';
import type { HexPacket, TextNote } from '../form';
import type { From, Told } from './told';

// Octets of what a text tells in words, in as many headers as it tells of.

type Words = NonNullable<HexPacket['words']>;

/** The octets of one frame. Undefined, and a note, if that is impossible. */
export function packetOf(told: Told, from: From, notes: TextNote[]): HexPacket | undefined {
  const { line } = told;
  const note = (text: string): void => void notes.push({ line, text });
  const body = told.fault === undefined ? (told.body ?? message4(told, from)) : undefined;
  if (!body) return void note(`The message from here on was passed over: ${told.fault ?? NO_FIT}.`);
  tellLeftOut(told, note);
  for (const text of told.remarks) note(text);
  const open = told.open && !told.body;
  if (open) note('This message may have more options than the text tells: nothing is concluded from what is missing.');
  const { bytes, start } = inHeaders(told, body);
  if (start === undefined) return void note(`The message from here on was passed over: ${NO_ADDRESSES}.`);
  const untold = [...told.untold, ...untoldOf(told)];
  // The others print it.
  if (from === 'tcpdump' || from === 'kea') untold.push('chaddr.padding');
  if (start !== 'ethernet') untold.push('link');
  if (start === 'dhcp' || start === 'dhcpv6') untold.push('sport', 'dport');
  const leftOut = told.body ? [] : told.leftOut;
  const telling = told.body ? ASSOCIATIONS : IDENTIFYING;
  const unread = told.unread || told.leftOut.some((code) => telling.includes(code));
  const words: Words = {
    ...{ from, start, dated: told.dated, untold, leftOut, lengths: told.lengths, open, named: told.named, unread },
  };
  const local = told.local ? { local: true as const } : {};
  return { bytes, line, words, ...(told.time ? { time: told.time, ...local } : {}) };
}

/** The fields that every packet has, and of which this text tells nothing. */
function untoldOf(told: Told): string[] {
  const { tos, ttl, id, flags, flow, length, leftOut, lengths, ended } = told;
  const fields: [string, unknown][] = [
    ['ip.dsfield', tos],
    ['ipv6.tclass', tos],
    ['ip.ttl', ttl],
    ['ipv6.hlim', ttl],
    ['ip.id', id],
    ['ip.frag_offset', flags],
    ['ipv6.flow', flow],
  ];
  if (!told.body) {
    fields.push(['ip.len', length], ['udp.length', length]);
    const whole = leftOut.length === 0 && !told.open;
    fields.push(['padding', whole ? length : undefined], ['option.255', ended || undefined]);
  } else if (told.body.protocol === 'udp' && leftOut.length > 0) {
    fields.push(['ipv6.plen', lengths['ipv6.plen']], ['udp.length', lengths['udp.length']]);
  }
  return fields.flatMap(([key, value]) => (value === undefined ? [key] : []));
}

/** The IP packet of a message that another one quotes. Undefined if its addresses or ports are not told. */
export function quotedPacket(told: Told): Uint8Array | undefined {
  const { addresses, ports, length } = told;
  if (!ports || !addresses?.every((one) => parseIpv4(one) !== undefined)) return undefined;
  const message = told.options ? message4(told, 'tcpdump')?.bytes : undefined;
  const payload = message ?? new Uint8Array(0);
  // Without the message, only the header is quoted, which tells how long the datagram was (RFC 792).
  const size = message ? payload.length : (length ?? 0);
  return inIpv4(told, [addresses[0], addresses[1]], 17, udp(ports, payload, size), 28 + size);
}

function tellLeftOut({ leftOut }: Told, note: (text: string) => void): void {
  if (leftOut.length === 0) return;
  note(
    `The text does not give the value of ${leftOut.length === 1 ? 'option' : 'options'} ${leftOut.join(', ')} octet by octet: left out.`,
  );
}

/** Options without whose value it is open what a message asks for, or from whom: requested address and server identifier. */
const IDENTIFYING: readonly number[] = [50, 54];
/** The same of DHCPv6: DUIDs and identity associations. */
const ASSOCIATIONS: readonly number[] = [1, 2, 3, 4, 25];

const NO_FIT = 'its values do not fit their fields';
const NO_ADDRESSES = 'the addresses are told as names (tcpdump -n prints addresses)';

/** The message of DHCPv4; undefined, with a fault, if something is missing without which it would be another one. */
function message4(told: Told, from: From): Told['body'] {
  const { fields, leftOut } = told;
  // Without its type it would be a message of BOOTP.
  if (leftOut.includes(53)) told.fault ??= 'its type is not told';
  // tcpdump leaves out what is 0; the others print every field.
  if (from !== 'tcpdump' && FIXED.some((key) => fields[key] === undefined)) told.fault ??= 'fields of it are missing';
  if (told.fault !== undefined) return undefined;
  // In an overloaded message, the text of the fields is that of options.
  if (told.options?.some(({ code }) => code === OVERLOAD)) {
    leftOut.push(OVERLOAD);
    fields.sname = fields.file = '';
  }
  const options = told.options?.filter(({ code }) => code !== OVERLOAD);
  try {
    const minimumSize = Math.min(told.length ?? 300, 1472);
    const bytes = encodeMessage4({ ...fields, ...(options ? { options } : {}), minimumSize });
    return { protocol: 'udp', start: 'dhcp', bytes };
  } catch {
    return undefined;
  }
}

const OVERLOAD = 52;
const FIXED = ['op', 'htype', 'hlen', 'xid', 'flags', 'ciaddr', 'yiaddr', 'siaddr', 'giaddr', 'chaddr'] as const;

/** Puts a body into its headers, as far as the text tells these. Without a start, it needs more of them than are told. */
function inHeaders(
  told: Told,
  { protocol, bytes, start }: NonNullable<Told['body']>,
): { readonly bytes: Uint8Array; readonly start: Words['start'] | undefined } {
  const { ports, addresses } = told;
  if (protocol === 'arp') return { bytes: inEthernet(told, 0x0806, bytes), start: 'ethernet' };
  if (protocol === 'udp' && !ports) return { bytes, start };
  const ends = addresses && (protocol === 'udp' ? withoutNames(told, addresses) : addresses);
  const four = ends?.every((one) => parseIpv4(one) !== undefined) === true;
  const six = ends?.every((one) => parseIpv6(one) !== undefined) === true;
  if (!ends || !(four || six)) {
    return protocol === 'udp' && ports
      ? { bytes: udp(ports, bytes, bytes.length), start: 'udp' }
      : { bytes, start: undefined };
  }
  const number = { udp: 17, icmp: 1, icmpv6: 58 }[protocol];
  const payload = protocol === 'udp' && ports ? udp(ports, bytes, bytes.length) : bytes;
  const packet = four ? inIpv4(told, ends, number, payload, 20 + payload.length) : inIpv6(told, ends, number, payload);
  if (!told.ethernet) return { bytes: packet, start: four ? 'ipv4' : 'ipv6' };
  return { bytes: inEthernet(told, four ? 0x0800 : 0x86dd, packet), start: 'ethernet' };
}

/**
 * Both ends of a datagram, with the unspecified address for a name, which is noted: what the text tells of the other end, and of the link
 * layer, is kept. The ends as they are, if nothing is told of either.
 */
function withoutNames(told: Told, ends: readonly [string, string]): readonly [string, string] {
  const isAddress = (one: string): boolean => (parseIpv4(one) ?? parseIpv6(one)) !== undefined;
  const known = ends.find(isAddress);
  if (ends.every(isAddress)) return ends;
  told.named = true;
  if (known === undefined && !told.ethernet) return ends;
  const four = known === undefined ? !told.body : parseIpv4(known) !== undefined;
  const [source, destination] = ends.map((one, i) => {
    if (isAddress(one)) return one;
    append(told.untold, UNTOLD_ENDS[i]!);
    return four ? '0.0.0.0' : '::';
  }) as [string, string];
  return [source, destination];
}

/** The keys of either address, in the JSON and in the tree. */
const UNTOLD_ENDS = [
  ['src', 'ip.src', 'ipv6.src'],
  ['dst', 'ip.dst', 'ipv6.dst'],
] as const;

function inEthernet({ ethernet, vlans }: Told, etherType: number, payload: Uint8Array): Uint8Array {
  const [from, to] = ethernet ?? [NOBODY, NOBODY];
  const tags = vlans.flatMap((id) => [word(0x8100), word(id)]);
  return concat([parseHex(to)!, parseHex(from)!, ...tags, word(etherType), payload]);
}

const NOBODY = '00:00:00:00:00:00';

/** A checksum of 0 says that there is none (RFC 768). IPv6 wants one, which `inIpv6` sets. */
function udp([from, to]: readonly [number, number], payload: Uint8Array, size: number): Uint8Array {
  return concat([word(from), word(to), word(8 + size), word(0), payload]);
}

function inIpv4(
  { tos = 0, id = 0, flags = 0, ttl = 64 }: Told,
  addresses: readonly string[],
  protocol: number,
  payload: Uint8Array,
  total: number,
): Uint8Array {
  const header = concat([
    Uint8Array.of(0x45, tos),
    word(total),
    word(id),
    Uint8Array.of(flags, 0, ttl, protocol, 0, 0),
    ...addresses.map((one) => uintOctets(parseIpv4(one)!, 4)),
  ]);
  header.set(word(~foldedSum(header, 0, header.length)), 10);
  return concat([header, payload]);
}

/** Where the checksum of each protocol stands (RFC 768, RFC 4443 §2.3). */
const CHECKSUM_AT: Readonly<Record<number, number>> = { 17: 6, 58: 2 };

function inIpv6(
  { tos = 0, flow = 0, ttl = 64 }: Told,
  ends: readonly string[],
  protocol: number,
  payload: Uint8Array,
): Uint8Array {
  const addresses = ends.map((one) => parseIpv6(one)!);
  const pseudo = concat([...addresses, word(0), word(payload.length), Uint8Array.of(0, 0, 0, protocol), payload]);
  payload.set(word(~foldedSum(pseudo, 0, pseudo.length) & 0xffff || 0xffff), CHECKSUM_AT[protocol]);
  const first = uintOctets(0x60000000 + tos * 2 ** 20 + flow, 4);
  return concat([first, word(payload.length), Uint8Array.of(protocol, ttl), ...addresses, payload]);
}

/** A number as two octets. */
export const word = (value: number): Uint8Array => uintOctets(value & 0xffff, 2);
