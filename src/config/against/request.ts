import type { Packet } from '../../analysis/conversations/packet';
import { OPTION } from '../../analysis/conversations/names';
import type { Address } from '../address';

/** What a DHCPv4 message says. */
export type Dhcp = NonNullable<Packet['dhcp']>;

/** A message of the capture with its frame. */
export interface Heard {
  readonly packet: Packet;
  readonly dhcp: Dhcp;
  /** Option 53; 0 for BOOTP. */
  readonly type: number;
  /** `chaddr`, lower case with colons. */
  readonly mac: string;
}

/** The DHCPv4 message of a packet. */
export function heardIn(packet: Packet): Heard | undefined {
  const { dhcp } = packet;
  return dhcp && { packet, dhcp, type: dhcp.messageType() ?? 0, mac: dhcp.chaddr };
}

export const ipv4 = (value: number): Address => ({ family: 4, value: BigInt(value) });

/** A sub-option of the relay agent's option (RFC 3046 §2.0), as hex digits. */
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

/** The client's address as it asks for it: in option 50, else in ciaddr. */
export const wantedAddress = (dhcp: Dhcp): number => dhcp.ip(OPTION.requested) ?? dhcp.ciaddr;

/** `DISCOVER of 02:… in frame 3`. */
const NAMES: Readonly<Record<number, string>> = { 0: 'BOOTP request', 1: 'DISCOVER', 3: 'REQUEST', 8: 'INFORM' };
export const requestName = (type: number): string => NAMES[type] ?? 'request';

/** The octets of a text or of a text with colons, as hex digits. */
export const hexOfText = (text: string): string => {
  let out = '';
  for (const octet of new TextEncoder().encode(text)) out += octet.toString(16).padStart(2, '0');
  return out;
};

/** Octets as text where all of them are printable ASCII, else as hex digits. */
export function readable(hex: string): string {
  const octets = hex.match(/../g) ?? [];
  if (octets.length === 0) return 'empty';
  const codes = octets.map((octet) => parseInt(octet, 16));
  return codes.every((code) => code >= 32 && code < 127)
    ? `“${String.fromCharCode(...codes.slice(0, 80))}”`
    : octets.slice(0, 40).join(':');
}
