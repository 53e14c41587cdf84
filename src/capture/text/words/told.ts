import { dhcpOptions, OFFSET } from '../../../codec/dhcpv4';
import type { MessageSpec4, OptionSpec4 } from '../../../codec/dhcpv4/encode';
import { addresses } from '../../../codec/dhcpv4/values/basic';
import type { Start } from '../../../codec/start';
import { ipv4 } from '../../../codec/values/scalar';
import type { HexPacket } from '../form';

/** The programs whose words are read. */
export type From = 'tcpdump' | 'wireshark' | 'dhcpdump' | 'kea';

/** What a frame carries, if it is no DHCPv4 message: its octets, and the layer that they are when they stand alone. */
export interface Body {
  readonly protocol: 'udp' | 'icmp' | 'icmpv6' | 'arp';
  readonly start: Start;
  readonly bytes: Uint8Array;
}

/** One frame as a program describes it. What the text does not tell is left out. */
export class Told {
  time: HexPacket['time'];
  /** Whether the time has a date. Otherwise it counts from midnight. */
  dated = true;
  /** Whether it is that of a clock whose zone is not told. */
  local = false;
  /** Link-layer source and destination. */
  ethernet: readonly [string, string] | undefined;
  vlans: number[] = [];
  /** IPv4 or IPv6. */
  addresses: readonly [string, string] | undefined;
  /** Also the traffic class of IPv6. */
  tos: number | undefined;
  /** Also the hop limit of IPv6. */
  ttl: number | undefined;
  id: number | undefined;
  flags: number | undefined;
  /** Flow label of IPv6. */
  flow: number | undefined;
  ports: readonly [number, number] | undefined;
  /** Octets of the message. */
  length: number | undefined;
  /** The message, unless it is one of DHCPv4, which `fields` and `options` tell. */
  body: Body | undefined;
  /** The fixed fields of DHCPv4. */
  readonly fields: { -readonly [K in keyof MessageSpec4]: MessageSpec4[K] } = {};
  /** Undefined until the text says that the message has options. */
  options: OptionSpec4[] | undefined;
  /** Options whose value the text does not give exactly. */
  readonly leftOut: number[] = [];
  /** Whether it gives names for addresses. */
  named = false;
  /** Whether it tells that the options end there. */
  ended = false;
  /** Octets of the options that it tells, with their codes and lengths. */
  size = 0;
  /** Whether there may be more options than it tells: it ends among them, or one of its lines cannot be read. */
  open = false;
  /** What it tells of the lengths in the headers, by field. */
  readonly lengths: Record<string, number> = {};
  /** Whether it does not tell an address of the message. */
  unread = false;
  /** What else is to be said about the octets made from the words: sentences. */
  readonly remarks: string[] = [];
  /** Keys of the JSON that the text does not tell, although its octets must have them. */
  readonly untold: string[] = [];
  /** The lines (0-based) that were read. */
  readonly used: number[] = [];
  /** What keeps the message from being read. */
  fault: string | undefined;

  /** `line` is 1-based. */
  constructor(readonly line: number) {}

  /** Notes that a fixed field is told as a name, so that its address is not known. */
  name(field: string): void {
    this.named = true;
    this.unknown(field);
  }

  /** Notes that the text does not tell an address without which it is open what the message asks for or gives. */
  unknown(field: string): void {
    this.unread = true;
    this.untold.push(field);
  }

  /** Adds an option; without `hex`, its value cannot be told from the text. */
  option(code: number, hex: string | undefined): void {
    this.ended ||= code === 255;
    if (code === 0 || code === 255) return;
    if (hex === undefined) this.leftOut.push(code);
    else (this.options ??= []).push({ code, hex });
  }
}

/** Whether the value of a DHCPv4 option is one IPv4 address, or several. */
export function isAddresses(code: number): boolean {
  const type = dhcpOptions.get(code)?.type;
  return type === ipv4 || type === addresses;
}

/** How the name of a host looks, which tcpdump prints instead of an address. */
export const HOST = /^[a-z_][\w-]*(?:\.[\w-]+)*\.?$/i;

/** Sets a fixed field to what the text has there. */
export function set(told: Told, key: keyof typeof OFFSET, value: string): void {
  Object.assign(told.fields, { [key]: OFFSET[key] < OFFSET.ciaddr ? Number(value) : value });
}
