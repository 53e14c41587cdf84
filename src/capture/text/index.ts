import { parseBase64 } from './base64';
import { parseDump } from './dump';
import type { HexError, HexText } from './form';
import { hexOfLog } from './log';
import { hexOfNumbers } from './numbers';
import { parsePlain } from './plain';

export type { HexError, HexPacket, HexText } from './form';

/** Longest text that is read, in characters. */
export const LONGEST_TEXT = 16 << 20;

/**
 * Pasted text to octets. Accepts hex in any common spelling, dumps with offsets (text2pcap, `od`, `xxd`, `hexdump`, `tcpdump -x` and its kin,
 * Wireshark's “Copy”), C arrays and strings, base64 of a packet, and clear runs of hex in log lines. Never throws: what cannot be read
 * gives one sentence with the first offending place. Takes time linear in the length of the text.
 */
export function parseHexText(text: string): HexText | HexError {
  if (text.length > LONGEST_TEXT) {
    return { error: `This text is longer than ${LONGEST_TEXT} characters: open it as a file.`, line: 1, column: 1 };
  }
  const clean = text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n');
  if (clean.trim() === '') return { error: 'There is no text to read.', line: 1, column: 1 };
  const lines = clean.split('\n');
  const numbers = hexOfNumbers(lines);
  if (numbers) {
    const found = parseDump(numbers.lines);
    if (found && !('error' in found)) return { ...found, form: numbers.form };
  }
  const dump = parseDump(lines);
  if (dump && !('error' in dump)) return dump;
  const star = lines.findIndex((line) => line.trim() === '*');
  if (!dump && star >= 0) return { error: WITHOUT_OFFSETS(star + 1), line: star + 1, column: 1 };
  const plain = parsePlain(clean);
  if (!dump && !('error' in plain)) return plain;
  const base64 = parseBase64(clean);
  if (base64) return base64;
  if (dump) return dump;
  const log = hexOfLog(lines);
  if (log) {
    const found = parseDump(log) ?? parsePlain(log.join('\n'));
    if (!('error' in found)) return { ...found, form: `${found.form}, in log lines` };
  }
  return plain;
}

/** `od -An` leaves repeated lines out, and nobody can tell how many. */
const WITHOUT_OFFSETS = (line: number): string =>
  `Line ${line}: “*” stands for repeated lines, but without offsets nobody knows how many; make the dump with offsets, or with -v.`;

/** How much of a text `looksLikeHex` reads. */
const GLANCE = 4096;
/** Octets of the shortest packet worth offering: an IPv4 header. */
const LEAST_OCTETS = 20;

/** Whether a text (the clipboard's, say) holds a packet in one of the forms of `parseHexText`. Reads its beginning only. */
export function looksLikeHex(text: string): boolean {
  let head = text.slice(0, GLANCE);
  if (text.length > GLANCE) {
    const cut = head.lastIndexOf('\n');
    // Without lines, cut where an octet ends, whatever the spelling.
    head = cut > 0 ? head.slice(0, cut) : head.replace(/[^\s:.,-]*$/, '') || head.slice(0, GLANCE);
  }
  const found = parseHexText(head);
  return !('error' in found) && found.packets.some(({ bytes }) => bytes.length >= LEAST_OCTETS);
}
