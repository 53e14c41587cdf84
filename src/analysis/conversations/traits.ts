import { ipv4ToText } from '../../codec/bytes';
import type { Dhcp } from '../../ledger/packet';
import { cannotBeHost, isContiguous, prefixOf, sameSubnet } from './masks';
import { ACK, DISCOVER, OFFER, OPTION, REQUEST } from './names';
import type { Packet } from './packet';
import type { Thresholds } from './settings';

/**
 * One bit for each thing that is noticed about an exchange while its messages are put together. A rule states which bits it needs, and runs
 * only where it can find something. A bit may be set where the rule then finds nothing, but never the other way round.
 */

/** Traits of messages that are neither types nor options. */
export const TRAIT = {
  /** A relay handled it: giaddr or hops is set. */
  relayed: 1,
  /** Its ports are not those of a client and a server, or of a relay and a server. */
  otherPorts: 2,
  /** A client's message that no relay handled came from a link-layer address other than its chaddr. */
  otherSource: 4,
  /** The client asked for broadcast replies. */
  broadcastFlag: 8,
  /** It is longer than the size that every client must accept. */
  large: 16,
  /** A message of the same type came before. */
  again: 32,
  /** The client has an address (ciaddr). */
  hasAddress: 64,
  /** What a reply gives may not fit the subnet of its address: mask, router, broadcast address, or the server's own address. */
  subnet: 128,
  /** A reply gives no address, or one that no host can have. */
  address: 256,
  /** A lease is shorter than the limit, or has no end; or T1 is short. */
  lease: 512,
  /** An ACK lacks the mask, the router or the DNS servers. */
  lacksBasics: 1024,
  /** Its fields and options may not be those that its type must and may have (RFC 2131 tables 3 and 5). */
  otherFields: 2048,
  /** Much time passed since the exchange began, or the time is not known. */
  slow: 4096,
  /** Its messages do not all name the same server. */
  servers: 8192,
  /** The exchange begins with a reply. */
  noQuestion: 16384,
  /** A reply is neither broadcast nor clearly addressed to its client or relay. */
  otherDestination: 2 ** 15,
  /**
   * A reply does not return what was asked (the requested address, the client identifier, giaddr) or was offered (mask, router), or a REQUEST does not take the last
   * OFFER as it is.
   */
  misfit: 2 ** 16,
  /** Its messages do not all have the same VLAN tags, or are in several overlay networks. */
  vlans: 2 ** 17,
  /** It begins with a REQUEST whose xid is that of a REQUEST that an ACK has just answered. */
  askedAgain: 2 ** 18,
  /** A reply names a router or DNS server that cannot be one, or several routes. */
  oddHosts: 1 << 19,
} as const;

/** Size of the IP datagram that every client must accept (RFC 2131 §2), and of the IP and UDP headers, in octets. */
export const LEAST_SIZE = 576;
export const HEADERS = 28;

/** When a rule can have something to say: each list must be met by at least one of its items. */
export interface When {
  readonly types?: readonly number[];
  readonly options?: readonly number[];
  readonly traits?: readonly number[];
}

/** The same as bit sets; 0 means that nothing is required. */
export interface Needs {
  readonly types: number;
  readonly options: number;
  readonly traits: number;
}

/**
 * Types from here on share one bit: the wire has 256 of them, and those that rules ask for are far lower (RFC 2132 §9.6, RFC 4388, RFC
 * 6926, RFC 7724).
 */
const UNKNOWN_TYPE = 31;
export const bitOf = (type: number): number => 1 << Math.min(type, UNKNOWN_TYPE);

/** The bits that a rule needs. */
export function needsOf({ types = [], options = [], traits = [] }: When): Needs {
  const any = (bits: readonly number[]): number => bits.reduce((all, bit) => all | bit, 0);
  return { types: any(types.map(bitOf)), options: any(options.map(optionBit)), traits: any(traits) };
}

/** The replies of an exchange may be from several servers. */
export const SEVERAL_SERVERS = needsOf({ traits: [TRAIT.servers] });

/** Whether a rule with these needs can have something to say about an exchange with these bits. */
export const meets = (needs: Needs, types: number, options: number, traits: number): boolean =>
  (needs.types === 0 || (needs.types & types) !== 0) &&
  (needs.options === 0 || (needs.options & options) !== 0) &&
  (needs.traits === 0 || (needs.traits & traits) !== 0);

/**
 * Selects the rules that apply to an exchange. The selection is made once for all exchanges with the same bits; a capture has few different
 * ones.
 */
export class Choice<R> {
  private readonly found = new Map<number, Map<number, Map<number, readonly R[]>>>();
  private room = MOST_CHOICES;

  constructor(
    private readonly rules: readonly R[],
    private readonly needsOf: (rule: R) => Needs,
  ) {}

  of(types: number, options: number, traits: number): readonly R[] {
    const known = this.found.get(types)?.get(options)?.get(traits);
    if (known) return known;
    const rules = this.rules.filter((rule) => meets(this.needsOf(rule), types, options, traits));
    if (this.room-- > 0) {
      const byOptions = within(this.found, types);
      within(byOptions, options).set(traits, rules);
    }
    return rules;
  }
}

/** How many selections are cached; a forged capture may have any number of different exchanges. */
const MOST_CHOICES = 4096;

/** The inner map under a key, created if it is missing. */
function within<V>(maps: Map<number, Map<number, V>>, key: number): Map<number, V> {
  let inner = maps.get(key);
  if (!inner) maps.set(key, (inner = new Map<number, V>()));
  return inner;
}

/** Options whose presence decides whether a rule applies, one bit each. */
const WATCHED = [
  1, 3, 6, 28, 50, 51, 52, 54, 55, 57, 58, 59, 60, 61, 80, 82, 90, 93, 108, 116, 118, 121, 249, 252,
] as const;

/** By option code: the bit of a watched option, 0 for all others. */
const OPTION_BITS = new Int32Array(256);
WATCHED.forEach((code, place) => (OPTION_BITS[code] = 1 << place));

function optionBit(code: number): number {
  const bit = OPTION_BITS[code]!;
  if (bit === 0) throw new RangeError(`option ${code} is not watched`);
  return bit;
}
const bits = (...codes: number[]): number => needsOf({ options: codes }).options;

/** The bits of the watched options that a message has. */
export const optionsOf = (dhcp: Dhcp): number => dhcp.optionBits(OPTION_BITS);

const BASICS = bits(OPTION.mask, OPTION.router, OPTION.dns);
const LEASES = bits(OPTION.lease, OPTION.server);
const SELECTS = bits(OPTION.requested, OPTION.server);
const ASKS = bits(OPTION.requested, OPTION.parameters, OPTION.maxSize);
const SERVER = bits(OPTION.server);
const MASK = bits(OPTION.mask);
const T1 = bits(OPTION.t1);
const ROUTES = bits(OPTION.routes, OPTION.microsoftRoutes);

/** The traits of one packet of a message; `options` as returned by `optionsOf`. */
export function traitsOf(
  packet: Packet,
  type: number,
  fromClient: boolean,
  options: number,
  limits: Thresholds,
): number {
  const dhcp = packet.dhcp!;
  const { sourcePort, destinationPort } = packet;
  const { ciaddr, yiaddr } = dhcp;
  let traits = 0;
  const relayed = dhcp.giaddr !== 0;
  if (relayed || dhcp.hops !== 0) traits |= TRAIT.relayed;
  if (ciaddr !== 0) traits |= TRAIT.hasAddress;
  if (packet.payloadLength + HEADERS > LEAST_SIZE) traits |= TRAIT.large;
  if (fromClient) {
    if (!((sourcePort === 68 || (relayed && sourcePort === 67)) && destinationPort === 67)) traits |= TRAIT.otherPorts;
    if (!(traits & TRAIT.relayed) && packet.ethSource !== dhcp.chaddr) traits |= TRAIT.otherSource;
    if (dhcp.broadcast) traits |= TRAIT.broadcastFlag;
    if (yiaddr !== 0 || dhcp.siaddr !== 0 || !isPlainRequest(type, ciaddr, options)) traits |= TRAIT.otherFields;
    if (relayed && cannotBeHost(dhcp.giaddr, 0, undefined) !== undefined) traits |= TRAIT.otherFields;
    return traits;
  }
  if (!(sourcePort === 67 && (destinationPort === 68 || (relayed && destinationPort === 67))))
    traits |= TRAIT.otherPorts;
  if ((options & SERVER) === 0) traits |= TRAIT.servers;
  if (!goesPlainly(packet, dhcp)) traits |= TRAIT.otherDestination;
  if (type !== OFFER && type !== ACK) return traits | TRAIT.otherFields | (options & MASK ? TRAIT.subnet : 0);
  if ((options & LEASES) !== LEASES || options & ASKS) traits |= TRAIT.otherFields;
  if (type === ACK && (options & BASICS) !== BASICS) traits |= TRAIT.lacksBasics;
  const first = yiaddr >>> 24;
  if (first === 0 || first === 127 || first >= 224) traits |= TRAIT.address;
  const lease = dhcp.u32(OPTION.lease);
  if (lease !== undefined && (lease < limits.shortLease || lease === 0xffffffff || isSoon(dhcp, options, limits)))
    traits |= TRAIT.lease;
  if (!fitsSubnet(packet, dhcp, yiaddr)) traits |= TRAIT.subnet;
  if (options & ROUTES || namesOddHost(dhcp, yiaddr)) traits |= TRAIT.oddHosts;
  return traits;
}

/** Whether T1 is sent, and is less than half of the shortest lease that is not too short. */
const isSoon = (dhcp: Dhcp, options: number, { shortLease }: Thresholds): boolean =>
  (options & T1) !== 0 && 2 * (dhcp.u32(OPTION.t1) ?? Infinity) < shortLease;

/** Whether a reply is broadcast or goes to the client's IP and link-layer address, or, if relayed, to the relay. */
function goesPlainly({ destination, ethDestination }: Packet, { giaddr, yiaddr, ciaddr, chaddr }: Dhcp): boolean {
  if (giaddr !== 0) return destination === ipv4ToText(giaddr);
  if (ethDestination !== undefined && ethDestination !== chaddr && ethDestination !== 'ff:ff:ff:ff:ff:ff') return false;
  if (destination === '255.255.255.255') return true;
  return (yiaddr !== 0 && destination === ipv4ToText(yiaddr)) || (ciaddr !== 0 && destination === ipv4ToText(ciaddr));
}

/** Whether a router or a DNS server that a reply names cannot be one. */
function namesOddHost(dhcp: Dhcp, yiaddr: number): boolean {
  return namesOdd(dhcp, OPTION.router, yiaddr) || namesOdd(dhcp, OPTION.dns, yiaddr);
}

function namesOdd(dhcp: Dhcp, code: number, yiaddr: number): boolean {
  const mask = dhcp.ip(OPTION.mask);
  const one = dhcp.ip(code);
  if (one !== undefined) return cannotBeHost(one, yiaddr, mask) !== undefined;
  return dhcp.ips(code).some((address) => cannotBeHost(address, yiaddr, mask) !== undefined);
}

/** Whether a client's message has the options that RFC 2131 table 5 requires for a DISCOVER, or for a REQUEST in its evident state. */
function isPlainRequest(type: number, ciaddr: number, options: number): boolean {
  if (type === DISCOVER) return ciaddr === 0 && (options & SERVER) === 0;
  if (type !== REQUEST) return false;
  return ciaddr === 0 ? (options & SELECTS) === SELECTS : (options & SELECTS) === 0;
}

/** Whether mask, router, broadcast address and the server's own addresses clearly belong to the subnet of the given address. */
function fitsSubnet(packet: Packet, dhcp: Dhcp, yiaddr: number): boolean {
  const mask = dhcp.ip(OPTION.mask);
  if (mask === undefined || !isContiguous(mask) || prefixOf(mask) > 30) return false;
  const last = (yiaddr | ~mask) >>> 0;
  if (yiaddr === last || (yiaddr & ~mask) === 0) return false;
  const server = dhcp.ip(OPTION.server);
  if (server === undefined || !sameSubnet(server, yiaddr, mask)) return false;
  if (packet.source !== ipv4ToText(server)) return false;
  if (dhcp.has(OPTION.router) && !sameSubnet(dhcp.ip(OPTION.router) ?? ~yiaddr, yiaddr, mask)) return false;
  const broadcast = dhcp.has(OPTION.broadcast) ? dhcp.ip(OPTION.broadcast) : last;
  return broadcast === last || broadcast === 0xffffffff;
}
