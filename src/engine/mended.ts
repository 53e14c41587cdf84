import type { Gap } from '../capture/text';
import { foldedSum } from '../codec/ip/checksum';
import { checkTransport, pseudoHeaderSum } from '../codec/ip/pseudoHeader';
import { dispatch } from '../codec/layers';
import { START_LINK_TYPE, type Start } from '../codec/start';
import { Walk } from '../codec/walk';
import { u16 } from '../codec/bytes';

const UDP = 17;
/** Where the checksum stands in the UDP header (RFC 768). */
const CHECKSUM = 6;

/**
 * A packet of which some octets are missing, with a UDP checksum that fits the zeros in their place. The one in the text does not, which
 * would look like a damaged packet.
 */
export function fittingChecksum(
  bytes: Uint8Array,
  start: Start,
  gaps: readonly Gap[],
): { readonly bytes: Uint8Array; readonly gaps: readonly Gap[] } {
  const [first] = gaps;
  const walk = new Walk(dispatch).run(bytes, 0, bytes.length, START_LINK_TYPE[start]);
  if (!first || walk.udp < 0) return { bytes, gaps };
  const at = walk.atOf(walk.udp);
  const length = at + 8 <= bytes.length ? u16(bytes, at + 4) : 0;
  if (length < 8 || u16(bytes, at + CHECKSUM) === 0) return { bytes, gaps };
  const state = checkTransport(walk, walk.udp, UDP, length, CHECKSUM);
  if (state === 'correct' || state === 'unchecked') return { bytes, gaps };
  const made = bytes.slice();
  made.fill(0, at + CHECKSUM, at + CHECKSUM + 2);
  const sum = ~foldedSum(made, at, at + length, pseudoHeaderSum(walk, walk.udp, UDP, length)) & 0xffff || 0xffff;
  made.set([sum >> 8, sum & 255], at + CHECKSUM);
  const text = 'Without the missing octets, the UDP checksum cannot be verified: one that fits the zeros stands for it';
  return { bytes: made, gaps: [...gaps, { at: at + CHECKSUM, length: 2, line: first.line, text }] };
}
