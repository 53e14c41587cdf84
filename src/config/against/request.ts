import type { Packet } from '../../analysis/conversations/packet';
import { ACK, NAK, OFFER, OPTION } from '../../analysis/conversations/names';
import { ADVERTISE, messageType6, REPLY } from '../../codec/dhcpv6/message';
import { ipv4ToText } from '../../codec/bytes';
import { nameOfDuid } from '../../codec/names/duids';
import { parseAddress, parsePrefix, type Address } from '../address';

/** The DHCPv4 message of a packet. */
export type Dhcp = NonNullable<Packet['dhcp']>;

/** Octets as hex digits: null if the message has none, undefined if the capture's table does not keep them. */
export type Octets = string | null | undefined;

/** A message of the capture with its frame, in the form that conditions ask about, for either protocol. */
export interface Asked {
  readonly family: 4 | 6;
  readonly packet: Packet;
  /** Option 53 (0 for BOOTP), or the type of the client's own DHCPv6 message. */
  readonly type: number;
  /** The name a client is known by: `chaddr`, lower case with colons. For DHCPv6 the link-layer address, else the DUID. */
  readonly mac: string;
  /** The unique key of the client: `chaddr`, or the DUID. */
  readonly who: string;
  option(code: number): Octets;
  /** A sub-option of the relay agent information (option 82). */
  agent(code: number): Octets;
}

export interface Heard extends Asked {
  readonly dhcp: Dhcp;
}

export interface Heard6 extends Asked {
  readonly dhcpv6: NonNullable<Packet['dhcpv6']>;
  /** Hex digits; empty if the client sends none. */
  readonly duid: string;
}

/** The DHCPv4 message of a packet. */
export function heardIn(packet: Packet): Heard | undefined {
  const { dhcp } = packet;
  return (
    dhcp && {
      family: 4,
      packet,
      dhcp,
      type: dhcp.messageType() ?? 0,
      mac: dhcp.chaddr,
      who: dhcp.chaddr,
      option: (code) => dhcp.option(code)?.hex() ?? null,
      agent: (code) => agentPart(dhcp, code) ?? null,
    }
  );
}

/** The DHCPv6 message of a packet. `seen` maps DUIDs to the link-layer addresses that clients were seen with. */
export function heardIn6(packet: Packet, seen: Map<string, string>): Heard6 | undefined {
  const { dhcpv6, ethSource } = packet;
  if (!dhcpv6) return undefined;
  const duid = dhcpv6.clientDuid ?? '';
  const direct = !dhcpv6.isRelay && packet.source?.startsWith('fe80:') && packet.destinationPort === 547;
  if (direct && ethSource !== undefined && !seen.has(duid)) seen.set(duid, ethSource);
  return {
    family: 6,
    packet,
    dhcpv6,
    type: dhcpv6.type,
    duid,
    who: duid,
    mac: seen.get(duid) ?? nameOfDuid(duid),
    option: (code) => {
      if (code === 1) return duid || null;
      return dhcpv6.option(code)?.hex() ?? (dhcpv6.codes().includes(code) ? undefined : null);
    },
    agent: () => undefined,
  };
}

/** A key that a request shares with its replies. */
export const keyOf = (asked: Asked): string =>
  asked.family === 6
    ? `${(asked as Heard6).dhcpv6.xid} ${(asked as Heard6).duid}`
    : `${(asked as Heard).dhcp.xid} ${asked.mac}`;

/** Whether a server sent the message. */
export const isReply = (asked: Asked): boolean =>
  asked.family === 6 ? ANSWERS6.has(asked.type) : (asked as Heard).dhcp.op === 2;

/** Whether it is a reply that a server builds from its configuration. */
export const isAnswer = (asked: Asked): boolean =>
  isReply(asked) && (asked.family === 6 || [OFFER, ACK, NAK].includes(asked.type));

const ANSWERS6: ReadonlySet<number> = new Set([ADVERTISE, REPLY]);

export interface Given {
  readonly value: Address;
  readonly text: string;
}

/** Addresses that a reply gives, and the first address of each prefix. */
export function givenBy(answered: Asked): Given[] {
  if (answered.family === 4) {
    const { yiaddr } = (answered as Heard).dhcp;
    return yiaddr === 0 ? [] : [{ value: ipv4(yiaddr), text: ipv4ToText(yiaddr) }];
  }
  const { answer } = (answered as Heard6).dhcpv6;
  return [...(answer?.address === undefined ? [] : [answer.address]), ...(answer?.others ?? [])].flatMap((text) => {
    const value = parsePrefix(text)?.address ?? parseAddress(text);
    return value ? [{ value, text }] : [];
  });
}

export const ipv4 = (value: number): Address => ({ family: 4, value: BigInt(value) });

/** A sub-option of the relay agent information option (RFC 3046 §2.0), as hex digits. */
export function agentPart(dhcp: Dhcp, wanted: number): string | undefined {
  const view = dhcp.option(OPTION.relayAgent);
  if (!view) return undefined;
  for (let at = 0; at + 2 <= view.length;) {
    const length = Math.min(view.u8(at + 1), view.length - at - 2);
    if (view.u8(at) === wanted) return view.hex(at + 2, length);
    at += 2 + length;
  }
  return undefined;
}

/** The address a client asks for: option 50, else ciaddr. */
export const wantedAddress = (dhcp: Dhcp): number => dhcp.ip(OPTION.requested) ?? dhcp.ciaddr;

/** Name of a message by its type, for instance `DISCOVER`. */
const NAMES: Readonly<Record<number, string>> = { 0: 'BOOTP request', 1: 'DISCOVER', 3: 'REQUEST', 8: 'INFORM' };
export const requestName = (type: number, family: 4 | 6 = 4): string =>
  family === 6 ? messageType6(type) : (NAMES[type] ?? 'request');

/** The octets of a text as hex digits. */
export const hexOfText = (text: string): string => {
  let out = '';
  for (const octet of new TextEncoder().encode(text)) out += octet.toString(16).padStart(2, '0');
  return out;
};

/** The host name that a client sends (option 12), in lower case. */
export const hostName = (request: Asked): string | undefined =>
  'dhcp' in request ? (request as Heard).dhcp.text(12)?.toLowerCase() : undefined;

/** Octets as text if all are printable ASCII, else as hex digits. */
export function readable(hex: string): string {
  const octets = hex.match(/../g) ?? [];
  if (octets.length === 0) return 'empty';
  const codes = octets.map((octet) => parseInt(octet, 16));
  return codes.every((code) => code >= 32 && code < 127)
    ? `“${String.fromCharCode(...codes.slice(0, 80))}”`
    : octets.slice(0, 40).join(':');
}

/** Eight hex digits of a number. */
export const word32 = (value: number): string => value.toString(16).padStart(8, '0');
export const padded = (hex: string): string => (hex.length % 2 === 0 ? hex : `0${hex}`);
/** A string literal without its quotation marks. */
export const unescaped = (text: string): string =>
  text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text.slice(1, -1);

/** One octet of text in hex, in lower or upper case. */
export function folded(octet: string, lower: boolean): string {
  const char = String.fromCharCode(parseInt(octet, 16));
  if (!/[a-z]/i.test(char)) return octet;
  return (lower ? char.toLowerCase() : char.toUpperCase()).charCodeAt(0).toString(16);
}
