import { escaped, ipv4ToText, parseHex, printable } from '../../codec/bytes';
import { duration } from '../../codec/values';
import { decodeValue, type ValueType } from '../../codec/values/type';
import type { View } from '../../codec/view';
import { messageName } from '../conversations/model';
import type { Message } from '../conversations/model';
import { UNKNOWN_ADDRESS, type Clock } from '../conversations/packet';

export { UNKNOWN_ADDRESS };

/** Small phrases that every rule needs to describe what it saw. */

/** An address, given as a number, in dotted decimal. */
export const ip = ipv4ToText;

/** Addresses as a list in words; `none` if there are none. */
export function ips(addresses: readonly number[]): string {
  return addresses.length === 0 ? 'none' : addresses.map(ip).join(', ');
}

/**
 * Text from the capture, made safe and put in quotation marks; long texts are shortened. Where nothing in it is escaped, a backslash
 * stands for itself: the paths of Windows are full of them.
 */
export function quote(text: string): string {
  const plain = escaped(text);
  const safe = plain === text ? text : printable(text);
  return `“${safe.length > 120 ? `${safe.slice(0, 117)}…` : safe}”`;
}

/** How many characters of a value a sentence shows. */
const LONG = 80;
/** A value that is safe to show, shortened for a sentence. */
export const brief = (value: string): string => (value.length > LONG ? `${value.slice(0, LONG - 1)}…` : value);

/** One end of a datagram: `10.0.0.1:67`, or `port 67` where the capture does not tell the address. */
export const endpoint = (address: string | undefined, port: number | undefined): string =>
  address === undefined
    ? port === undefined
      ? UNKNOWN_ADDRESS
      : `port ${port}`
    : port === undefined
      ? address
      : `${address}:${port}`;

/** A UDP port with what stands before it: `port 67`, `UDP port 67`; in words where the capture does not tell it. */
export const portText = (port: number | undefined, kind: '' | 'UDP ' = ''): string =>
  port === undefined ? `an unknown ${kind}port` : `${kind}port ${port}`;

/** A time in seconds since 1970, as a date and a time of day, as far as its clock tells them: UTC is named only where it is known. */
export function momentText(seconds: number, clock: Clock = 'UTC'): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return `${seconds} s after 1970-01-01 00:00:00 UTC`;
  const [day, time] = date
    .toISOString()
    .replace(/\.\d+Z$/, '')
    .split('T') as [string, string];
  return clock === 'undated' ? time : `${day} ${time}${clock === 'UTC' ? ' UTC' : ''}`;
}

/** A text in which what stands for an unknown party or address goes well with the word before it. */
export const named = (text: string): string =>
  text
    .replace(/\b(server|relay|host) an? (?:server of )?unknown address/gi, '$1 of unknown address')
    .replace(/^(Server|Relay|Host) of unknown/, (whole) => `A ${whole.toLowerCase()}`)
    .replace(/\b(on|of|by|from|to) (?=(server|relay|host) of unknown)/g, '$1 a ');

/** The value of an option, decoded where its type is known, shortened for a sentence. */
export const valueText = (type: ValueType | undefined, view: View): string =>
  brief(type ? decodeValue(type, view, { problems: [], key: '', depth: 0 }, '').value : view.hex());

/** What a server sends: the values of its options by code, in any form that can be compared. */
export interface Sends {
  readonly server: string;
  readonly values: ReadonlyMap<number, string>;
}

/** The options that only the one of two servers sends. */
export const onlyIn = (one: Sends, other: Sends): number[] =>
  [...one.values.keys()].filter((code) => !other.values.has(code));

/**
 * What two servers send in different options, as sentences that each begin with a space: what only one sends, and other values. `nameOf`: the
 * name of an option; `told`: options whose values are told elsewhere.
 */
export function sendsApart(a: Sends, b: Sends, nameOf: (code: number) => string, told: ReadonlySet<number>): string {
  const titled = (codes: readonly number[]): string => list(codes.map((code) => `${code} (${nameOf(code)})`));
  const onlyText = (one: Sends, other: Sends): string => {
    const codes = onlyIn(one, other);
    return codes.length === 0 ? '' : ` Only ${one.server} sends option ${titled(codes)}.`;
  };
  const unlike = [...a.values].flatMap(([code, value]) =>
    told.has(code) || [value, undefined].includes(b.values.get(code)) ? [] : code,
  );
  return (
    onlyText(a, b) +
    onlyText(b, a) +
    (unlike.length === 0 ? '' : ` Both send option ${titled(unlike)}, with another value.`)
  );
}

/** With a capital, unless it begins with a link-layer or IPv6 address, which stays as it is written. */
export const capital = (text: string): string =>
  /^[0-9a-f]+:/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);

/** A number with its noun: `1 message`, `3 messages`. */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${n} ${n === 1 ? noun : plural}`;
}

/** How often: `once`, `twice`, `3 times`. */
export const times = (n: number): string => ['never', 'once', 'twice'][n] ?? `${n} times`;

/** A time for the reader: `0.8 ms`, `12 ms`, `3.2 s`, `90 s`, then in words. Takes seconds. */
export function span(seconds: number): string {
  if (seconds < 0.001) return `${Math.max(0, Math.round(seconds * 1e5) / 100)} ms`;
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 120) return `${Math.round(seconds * 10) / 10} s`;
  return duration(Math.round(seconds));
}

/** How long it took to send messages, to follow their frames: `, within 3.2 s`. Nothing where the time of one of them is not known. */
export function within(messages: readonly Pick<Message, 'time' | 'timed'>[]): string {
  if (messages.length < 2 || !messages.every(({ timed }) => timed)) return '';
  const first = messages.reduce((least, { time }) => Math.min(least, time), Infinity);
  return `, within ${span(messages.reduce((most, { time }) => Math.max(most, time), first) - first)}`;
}

/** A lease time in words. Takes the seconds of the option; 0xffffffff is `infinite`. */
export function leaseTime(seconds: number): string {
  return seconds < 120 || seconds === 0xffffffff
    ? seconds === 0xffffffff
      ? 'infinite'
      : `${seconds} s`
    : `${seconds} s (${duration(seconds)})`;
}

/** Frame numbers in words: `frame 4`, `frames 1, 3 and 9`, `frames 1, 3, 9, 12, 15 and 40 more`. */
export function frames(list: readonly number[]): string {
  if (list.length === 1) return `frame ${list[0]!}`;
  if (list.length > 6) return `frames ${list.slice(0, 5).join(', ')} and ${list.length - 5} more`;
  return `frames ${list.slice(0, -1).join(', ')} and ${list[list.length - 1]!}`;
}

/** The frames of several clients’ messages, by the first of each: `the first of each in frames 1 and 5`. */
export const firstOfEach = (runs: readonly (readonly { readonly frame: number }[])[]): string => {
  const first = frames(runs.map(([one]) => one!.frame).sort((x, y) => x - y));
  return runs.every(({ length }) => length === 1) ? first : `the first of each in ${first}`;
};

/** A message with its frame: `OFFER in frame 3`. */
export function where(message: Message): string {
  return `${messageName(message.type, message.fromClient)} in frame ${message.frame}`;
}

/** Items joined for a sentence: `a, b and c`. */
export function list(items: readonly string[], max = 5): string {
  if (items.length <= 1) return items[0] ?? 'none';
  if (items.length > max) return `${items.slice(0, max).join(', ')} and ${items.length - max} more`;
  return `${items.slice(0, -1).join(', ')} and ${items[items.length - 1]!}`;
}

/** Alternatives, at most `max` of them: `a, b or c`, `a, b, c or 4 more`. */
export function either(items: readonly string[], max = 5): string {
  if (items.length <= 1) return items[0] ?? 'none';
  const shown = items.length > max ? [...items.slice(0, max), `${items.length - max} more`] : items;
  return `${shown.slice(0, -1).join(', ')} or ${shown[shown.length - 1]!}`;
}

/** Turns a sentence about one client into one about several. */
export const ofSeveral = (text: string): string =>
  text.replaceAll('this client’s', 'these clients’').replaceAll('this client', 'these clients');

/** An identifier that is a text: all of it, what follows type 0 (RFC 2132 §9.14), or the enterprise number of a DUID (type 2). */
export function textIn(digits: string, v6 = false): string | undefined {
  const own = digits.slice(v6 ? (digits.startsWith('0002') ? 12 : digits.length) : digits.startsWith('00') ? 2 : 0);
  return /^([2-6].|7[0-9a-e])+$/.test(own) ? String.fromCharCode(...parseHex(own)!) : undefined;
}

/** An identifier as text where it is one; else its hex digits, cut to the length that a reader can compare. */
export function asText(digits: string, v6 = false): string {
  const text = textIn(digits, v6);
  if (text !== undefined) return quote(text);
  return digits.length > 64 ? `${digits.slice(0, 64)}…` : digits;
}
