import { dhcpOptions, FIXED_LENGTH, MAGIC_COOKIE, MESSAGE_TYPES, Message4 } from './dhcpv4';
import { Message6, OPTIONS6 } from './dhcpv6';
import { foldedSum } from './ip/checksum';
import { ALONE, dispatch } from './layers';
import { ETHERTYPES } from './link/ethertypes';
import { u16, u32 } from './bytes';
import { innermost } from './frame';
import { Walk } from './walk';

/** The layers that pasted octets may begin with. */
export const STARTS = [
  'ethernet',
  'ipv4',
  'ipv6',
  'udp',
  'dhcp',
  'dhcpv6',
  'arp',
  'radiotap',
  'options',
  'options6',
] as const;
export type Start = (typeof STARTS)[number];

/** The link type that makes the walk begin with `start`. */
export const START_LINK_TYPE: Readonly<Record<Start, number>> = {
  ethernet: 1,
  ipv4: 228,
  ipv6: 229,
  radiotap: 127,
  ...ALONE,
};

/** Fewest octets that are not dismissed as chance: the header of a DHCPv6 message and of one option. */
const LEAST_OCTETS = 8;

/** The layer that octets seem to begin with. */
export interface Guess {
  readonly start: Start;
  /** Octets before that layer that belong to nothing known. */
  readonly skip: number;
  /** Whether there is a message whose content confirms the guess, so that it is hardly due to chance. */
  readonly sure: boolean;
}

/**
 * Finds by trial which layer the octets begin with. First choice is the first start, from the outermost layer inwards,
 * from which the walk reaches a plausible message; then a message around a magic cookie; then the first start with a
 * plausible header of its own. Undefined if the octets look like nothing known.
 */
export function guess(bytes: Uint8Array): Guess | undefined {
  if (bytes.length < LEAST_OCTETS) return undefined;
  const walk = new Walk(dispatch);
  for (const start of WHOLE_STARTS) {
    walk.run(bytes, 0, bytes.length, START_LINK_TYPE[start]);
    if (reachesMessage(walk)) return { start, skip: 0, sure: isSure(walk) };
  }
  // Do not reduce a whole frame to the message that a tunnel or an ICMP error in it carries.
  const headed = WHOLE_STARTS.slice(0, 3).find((one) => plausible(one, bytes));
  if (headed) return { start: headed, skip: 0, sure: false };
  const around = aroundCookie(bytes);
  if (around) return around;
  const start = WHOLE_STARTS.find((one) => plausible(one, bytes));
  if (start) return { start, skip: 0, sure: false };
  return looksLikeOptions(bytes) ? { start: 'options', skip: 0, sure: false } : undefined;
}

/** Whether octets look like the beginning of a packet, not like its middle. */
export function beginsPacket(found: Guess | undefined): found is Guess {
  return found !== undefined && found.skip === 0 && found.start !== 'options';
}

/** Starts that can be recognised from their own octets. */
const WHOLE_STARTS = STARTS.filter((start) => start !== 'options' && start !== 'options6');

/** Whether the message is hardly due to chance. A message that is cut short or has no headers may be. */
function isSure(walk: Walk): boolean {
  const last = innermost(walk);
  const { id } = walk.layers[last]!;
  if (id !== 'dhcp') return walk.depth > 1 || id === 'arp';
  return walk.depth > 1 || Message4.read(walk.bytes, walk.atOf(last), walk.endOf(last)).hasCookie;
}

/** The message around the magic cookie: complete, or with its beginning missing. */
function aroundCookie(bytes: Uint8Array): Guess | undefined {
  for (let at = bytes.indexOf(0x63); at >= 0 && at + 4 <= bytes.length; at = bytes.indexOf(0x63, at + 1)) {
    if (u32(bytes, at) !== MAGIC_COOKIE) continue;
    const message = at - FIXED_LENGTH;
    if (message < 0) return { start: 'options', skip: at, sure: true };
    if (!looksLikeDhcp(bytes, message, bytes.length)) continue;
    const datagram = message - 8;
    const ports = datagram >= 0 ? [u16(bytes, datagram), u16(bytes, datagram + 2)] : [];
    const headed = ports.some((port) => port === 67 || port === 68) && u16(bytes, datagram + 4) >= 8 + FIXED_LENGTH;
    return headed ? { start: 'udp', skip: datagram, sure: true } : { start: 'dhcp', skip: message, sure: true };
  }
  return undefined;
}

/**
 * Whether octets are DHCPv4 options without a message: one of them is the message type, and the last ends where the
 * octets end (RFC 2132 §2).
 */
function looksLikeOptions(bytes: Uint8Array): boolean {
  let typed = false;
  let count = 0;
  let at = 0;
  while (at < bytes.length) {
    const code = bytes[at]!;
    if (code === 255) return typed && count >= 2 && bytes.subarray(at).every((octet) => octet === 255 || octet === 0);
    if (code === 0) {
      at++;
      continue;
    }
    const length = bytes[at + 1];
    if (length === undefined || at + 2 + length > bytes.length || dhcpOptions.get(code) === undefined) return false;
    if (code === 53) typed = length === 1 && MESSAGE_TYPES[bytes[at + 2]!] !== undefined;
    count++;
    at += 2 + length;
  }
  return typed && count >= 2;
}

/** Whether the innermost layer is a DHCP or DHCPv6 message whose content confirms it, or ARP for IPv4. */
function reachesMessage(walk: Walk): boolean {
  const last = innermost(walk);
  if (last < 0) return false;
  const at = walk.atOf(last);
  const end = walk.endOf(last);
  switch (walk.layers[last]!.id) {
    case 'dhcp':
      return looksLikeDhcp(walk.bytes, at, end) && lengthsAgree(walk);
    case 'dhcpv6':
      return looksLikeDhcpv6(walk.bytes, at, end) && lengthsAgree(walk);
    case 'arp':
    case 'rarp':
      // Types and lengths of the addresses of ARP over Ethernet or Wi-Fi (RFC 826). Without a link layer nothing else tells what it is.
      return end - at >= 28 && u16(walk.bytes, at + 2) === 0x0800 && (walk.depth > 1 || isEthernetArp(walk.bytes, at));
    default:
      return false;
  }
}

const isEthernetArp = (bytes: Uint8Array, at: number): boolean =>
  u16(bytes, at) === 1 && u16(bytes, at + 4) === 0x0604 && bytes[at + 6] === 0;

/** Whether the IP and UDP headers are consistent, which random octets hardly ever are. */
function lengthsAgree(walk: Walk): boolean {
  const { bytes } = walk;
  if (walk.ip >= 0) {
    const at = walk.atOf(walk.ip);
    if (
      bytes[at]! >> 4 === 4 &&
      foldedSum(bytes, at, walk.headerEndOf(walk.ip)) !== 0xffff &&
      u16(bytes, at + 10) !== 0
    ) {
      // Accept a wrong header checksum if everything else fits: it may be the very error that the user is looking for.
      return u16(bytes, at + 2) <= walk.wireLength;
    }
    return true;
  }
  if (walk.udp < 0) return true;
  const length = u16(bytes, walk.atOf(walk.udp) + 4);
  return length >= 8 && length <= bytes.length - walk.atOf(walk.udp);
}

/**
 * How many octets come behind the last one, by the lengths in the headers of IP and UDP. Where these do not agree with each other, or the
 * header is damaged, the sender or what damaged it is to blame.
 */
export function missingBehind(bytes: Uint8Array, start: Start): number {
  const walk = new Walk(dispatch).run(bytes, 0, bytes.length, START_LINK_TYPE[start]);
  const outer = walk.layers.slice(0, walk.depth).findIndex(({ id }) => ['ip', 'ipv6', 'udp'].includes(id));
  if (outer < 0) return 0;
  const at = walk.atOf(outer);
  const { id } = walk.layers[outer]!;
  if (walk.headerEndOf(outer) - at < (id === 'udp' ? 8 : id === 'ip' ? 20 : 40)) return 0;
  const whole = at + (id === 'udp' ? u16(bytes, at + 4) : id === 'ip' ? u16(bytes, at + 2) : 40 + u16(bytes, at + 4));
  const inner = outer + 1 < walk.depth && walk.layers[outer + 1]!.id === 'udp' ? walk.atOf(outer + 1) : undefined;
  const agrees =
    inner !== undefined && inner + 8 <= bytes.length && walk.fragment < 0
      ? inner + u16(bytes, inner + 4) === whole
      : id !== 'ip' || foldedSum(bytes, at, walk.headerEndOf(outer)) === 0xffff;
  return agrees ? Math.max(0, whole - bytes.length) : 0;
}

/**
 * Whether octets are a BOOTP or DHCP message: op and hlen in range, and the magic cookie, or too short to have one (RFC
 * 951, RFC 2131 §2). A message without the cookie must be from Ethernet.
 */
function looksLikeDhcp(bytes: Uint8Array, at: number, end: number): boolean {
  if (end - at < 28 || (bytes[at] !== 1 && bytes[at] !== 2) || bytes[at + 2]! > 16) return false;
  return end - at < 240 || Message4.read(bytes, at, end).hasCookie || (bytes[at + 1] === 1 && bytes[at + 2] === 6);
}

/**
 * Whether octets are a DHCPv6 message: a plausible type, and known options that end where the message ends (RFC 9915
 * §8, §9).
 */
function looksLikeDhcpv6(bytes: Uint8Array, at: number, end: number): boolean {
  const type = bytes[at]!;
  if (end - at < 4 || type < 1 || type > 40) return false;
  const message = Message6.read(bytes, at, end);
  const { options } = message;
  return options.length > 0 && message.truncatedOption === undefined && options.every(({ code }) => OPTIONS6.get(code));
}

function plausible(start: Start, bytes: Uint8Array): boolean {
  switch (start) {
    case 'ethernet':
      return (
        bytes.length >= 34 &&
        ETHERTYPES[u16(bytes, 12)] !== undefined &&
        (u16(bytes, 12) !== 0x0800 || (bytes[14]! >> 4 === 4 && (bytes[14]! & 15) >= 5)) &&
        (u16(bytes, 12) !== 0x86dd || bytes[14]! >> 4 === 6)
      );
    case 'ipv4': {
      const header = (bytes[0]! & 15) * 4;
      return (
        bytes.length >= 20 &&
        bytes[0]! >> 4 === 4 &&
        header >= 20 &&
        header <= bytes.length &&
        foldedSum(bytes, 0, header) === 0xffff
      );
    }
    case 'ipv6':
      return bytes.length >= 40 && bytes[0]! >> 4 === 6 && u16(bytes, 4) === bytes.length - 40;
    case 'udp':
      return bytes.length >= 8 && u16(bytes, 4) === bytes.length;
    case 'dhcp':
      return looksLikeDhcp(bytes, 0, bytes.length);
    case 'dhcpv6':
      return looksLikeDhcpv6(bytes, 0, bytes.length);
    default:
      return false;
  }
}
