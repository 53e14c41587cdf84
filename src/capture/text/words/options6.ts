import { RELAY_FORW, RELAY_REPL } from '../../../codec/dhcpv6/message';
import { parseHex } from '../../../codec/bytes';
import type { Told } from './told';
import { addresses6Hex, joined, numberHex } from './values';

// DHCPv6 messages and options made from words, as hex digits.

/** An option's value. `whole`: whether these are all of its octets. */
export interface Value6 {
  readonly hex: string;
  readonly whole: boolean;
}

/** Collects the options of one message. */
export class Options6 {
  private readonly pieces: string[] = [];
  /** Whether every option has all its octets. */
  whole = true;

  constructor(private readonly told: Told) {}

  /** Adds an option; without a value, it cannot be told from the text. */
  add(code: number, value: Value6 | undefined): void {
    const size = numberHex(String((value?.hex.length ?? 0) / 2), 2);
    const head = numberHex(String(code), 2);
    if (!value || size === undefined || head === undefined) this.told.leftOut.push(code);
    else this.pieces.push(head, size, value.hex);
    this.whole &&= value?.whole === true;
  }

  get hex(): string {
    return this.pieces.join('');
  }
}

/** What stands before the options of a message. */
export interface Head6 {
  readonly type: number;
  readonly xid?: string;
  readonly hops?: number;
  readonly link?: string;
  readonly peer?: string;
}

/** A message as digits; undefined if a part of its header is not told. */
export function message6({ type, xid, hops, link, peer }: Head6, options: string): string | undefined {
  if (type !== RELAY_FORW && type !== RELAY_REPL) {
    const id = /^(?:0x)?([0-9a-f]{1,6})$/i.exec(xid ?? '')?.[1];
    return joined(numberHex(String(type), 1), id?.padStart(6, '0'), options);
  }
  return joined(
    numberHex(String(type), 1),
    numberHex(String(hops), 1),
    addresses6Hex([link ?? '']),
    addresses6Hex([peer ?? '']),
    options,
  );
}

/** Gives a frame this message. Without one, it is not read. */
export function setMessage6(told: Told, message: string | undefined, fault: string): void {
  const bytes = message === undefined ? undefined : parseHex(message);
  if (bytes) told.body = { protocol: 'udp', start: 'dhcpv6', bytes };
  else told.fault ??= fault;
}
