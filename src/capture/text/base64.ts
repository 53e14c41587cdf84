import { guess } from '../../codec/start';
import { captureFormat } from '../recognise';
import { LineCounter, type Reading } from './form';

/** A word of base64 characters (RFC 4648 §4, §5). */
const WORD = /^[A-Za-z0-9+/_-]+={0,2}$/;
/** Shortest base64 that is accepted, in characters. Ordinary words are shorter. */
const LEAST = 40;

/**
 * Reads base64 of something that may be a packet. Any text of letters could be base64, so it is accepted only if it
 * decodes to something that begins like a packet.
 */
export function readBase64(text: string, lines: readonly string[]): Reading | undefined {
  const whole = text.replace(/\s+/g, '');
  const start = text.search(/\S/);
  if (WORD.test(whole)) return packet(whole, new LineCounter(text).at(start), lines.length, lines.length);
  // Among other text: the longest such word, together with the neighbouring lines that hold nothing else.
  let best: { readonly word: string; readonly line: number } | undefined;
  lines.forEach((line, i) => {
    for (const word of line.split(/[\s"'`:,;<>()[\]{}]+/))
      if (word.length >= LEAST && word.length > (best?.word.length ?? 0) && WORD.test(word)) best = { word, line: i };
  });
  if (!best) return undefined;
  const from = best.line;
  let first = from;
  while (first > 0 && WORD.test(lines[first - 1]!.trim()) && lines[first - 1]!.trim().length >= LEAST) first--;
  let last = from;
  const alone = WORD.test(lines[from]!.trim());
  while (alone && last + 1 < lines.length && WORD.test(lines[last + 1]!.trim())) last++;
  const word = alone
    ? lines
        .slice(first, last + 1)
        .map((line) => line.trim())
        .join('')
    : best.word;
  return packet(word, alone ? first : from, (alone ? last : from) + 1, lines.length);
}

function packet(word: string, from: number, to: number, lines: number): Reading | undefined {
  if (word.length < LEAST) return undefined;
  let binary: string;
  try {
    binary = atob(word.replace(/-/g, '+').replace(/_/g, '/'));
  } catch {
    return undefined;
  }
  const bytes = Uint8Array.from(binary, (char) => char.charCodeAt(0));
  if (bytes.length < 28 || !(captureFormat(bytes) ?? guess(bytes))) return undefined;
  const used = new Uint8Array(lines);
  used.fill(1, from, to);
  return { packets: [{ bytes, line: from + 1 }], form: 'base64', used, notes: [] };
}
