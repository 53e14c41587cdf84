import { ipv4ToText } from '../../codec/bytes';
import type { Range } from '../language/ast';
import type { Kind, Value } from './kinds';

/** A value's octets, one character per octet. */
export function octetsOfValue(value: Value, kind: Kind): string {
  if (kind !== 'ipv4') return String(value);
  return String.fromCharCode(...ipv4ToText(Number(value)).split('.').map(Number));
}

/** The octets of `text` in the ranges, joined; undefined if a range goes beyond the text. */
export function cut(text: string, ranges: readonly Range[]): string | undefined {
  let out = '';
  for (const { start, count } of ranges) {
    const from = start < 0 ? text.length + start : start;
    const to = count === undefined ? text.length : from + count;
    if (from < 0 || from > text.length || to > text.length) return undefined;
    out += text.slice(from, to);
  }
  return out;
}
