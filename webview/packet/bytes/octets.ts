import type { Buffer, Field, Span } from '../../../src/protocol';
import { t } from '../../l10n';
import { spansOf } from '../treeModel';

/** Each octet value as two hex digits. */
export const HEX: readonly string[] = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));

/** Octets `from` to `to` (exclusive) as hex, separated by `separator`. */
export function hexOf(bytes: Uint8Array, from: number, to: number, separator = ' '): string {
  return Array.from(bytes.subarray(from, to), (octet) => HEX[octet]).join(separator);
}

/** The ASCII character for an octet; a dot if it is not printable. */
export function asciiOf(octet: number): string {
  return octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : '.';
}

/** The octets of a field as hex, with its runs joined; after `limit` octets comes an ellipsis. */
export function fieldHex(field: Field, buffers: readonly Buffer[], limit = Infinity): string {
  const parts: string[] = [];
  let left = limit;
  for (const { offset, length, buffer } of spansOf(field)) {
    const bytes = buffers[buffer ?? 0]?.bytes;
    if (!bytes) continue;
    if (left <= 0) {
      parts.push('…');
      break;
    }
    const shown = Math.min(length, left);
    parts.push(hexOf(bytes, offset, offset + shown));
    if (shown < length) {
      parts.push('…');
      break;
    }
    left -= shown;
  }
  return parts.join(' ');
}

/** The positions of a field's octets in words: `octets 282–285, 4 octets`; empty if it has none. */
export function rangeText(field: Field, buffers: readonly Buffer[]): string {
  const spans = spansOf(field);
  if (spans.length === 0) return '';
  const total = spans.reduce((sum, { length }) => sum + length, 0);
  const runs = spans.map(runText).join(', ');
  const name = buffers[spans[0]!.buffer ?? 0]?.name;
  const where = name !== undefined && buffers.length > 1 ? t('{0}: ', name) : '';
  if (total === 1) return where + t('octet {0}', runs);
  return where + t('octets {0}, {1} octets', runs, total);
}

/** `282–285`, or `53` for one octet. */
export function runText({ offset, length }: Span): string {
  return length === 1 ? String(offset) : `${offset}–${offset + length - 1}`;
}
