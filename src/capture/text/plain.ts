import { printable } from '../../codec/bytes';
import { digit, Growing, MOST_OCTETS, octetsOf, type HexError, type HexPacket, type HexText } from './form';

// Hex without offsets: digits in any common spelling, arrays of C and its kin, string literals with escapes.

const ACCEPTED =
  'hex digits with any separators, C arrays and strings, base64, and dumps by Wireshark, tcpdump, xxd, hexdump, od or text2pcap are accepted';

/** Digits of a line that alone make a packet rather than a wrapped part of one. */
const LONG_LINE = 160;

/** An error at character `at` of the text. */
export function errorAt(text: string, at: number, what: (here: string) => string): HexError {
  let line = 1;
  let start = 0;
  for (let next = text.indexOf('\n'); next >= 0 && next < at; next = text.indexOf('\n', next + 1)) {
    line++;
    start = next + 1;
  }
  const column = at - start + 1;
  const here = printable(/^\S{0,16}/u.exec(text.slice(at, at + 32))?.[0] ?? '');
  return { error: `Line ${line}, column ${column}: ${what(here)}; ${ACCEPTED}.`, line, column };
}

/**
 * Blanks out comments (C, C++, shell), so that every character keeps its place. String literals are left alone. Written as a
 * loop, not as a regular expression: an unclosed comment or quote must not cost a second look at the rest.
 */
function withoutComments(text: string): string {
  if (!/[#/]/.test(text)) return text;
  const parts: string[] = [];
  let kept = 0;
  const blank = (from: number, to: number): void => {
    parts.push(text.slice(kept, from), text.slice(from, to).replace(/[^\n]/g, ' '));
    kept = to;
  };
  const lineEnd = (at: number): number => {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end;
  };
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') {
      // Up to the closing quote on the same line; a quote without one is a sign like others.
      let end = at + 1;
      while (end < text.length && text[end] !== '"' && text[end] !== '\n') end += text[end] === '\\' ? 2 : 1;
      at = Math.min(end, text.length);
    } else if (char === '#' || (char === '/' && text[at + 1] === '/')) {
      const end = lineEnd(at);
      blank(at, end);
      at = end;
    } else if (char === '/' && text[at + 1] === '*') {
      const close = text.indexOf('*/', at + 2);
      const end = close < 0 ? text.length : close + 2;
      blank(at, end);
      at = end - 1;
    }
  }
  parts.push(text.slice(kept));
  return parts.join('');
}

/** Reads hex without offsets. */
export function parsePlain(text: string): HexText | HexError {
  const clean = withoutComments(text);
  const arrays = parseArrays(text, clean);
  if (arrays) return arrays;
  const literal = parseLiteral(clean);
  if (literal) return literal;
  const streams = parseStreams(clean);
  if (streams) return streams;
  return parseDigits(text, clean, 0, clean.length);
}

function lineAt(text: string, at: number): number {
  let line = 1;
  for (let next = text.indexOf('\n'); next >= 0 && next < at; next = text.indexOf('\n', next + 1)) line++;
  return line;
}

/** `name[] = { 0x01, … };`, once or several times: one packet each. */
function parseArrays(text: string, clean: string): HexText | HexError | undefined {
  if (!clean.includes('{')) return undefined;
  const packets: HexPacket[] = [];
  let from = 0;
  let line = 1;
  let counted = 0;
  for (;;) {
    const open = clean.indexOf('{', from);
    if (open < 0) break;
    const close = clean.indexOf('}', open);
    const end = close < 0 ? clean.length : close;
    const parsed = parseDigits(text, clean, open + 1, end);
    if ('error' in parsed) return parsed;
    for (let next = clean.indexOf('\n', counted); next >= 0 && next < open; next = clean.indexOf('\n', counted)) {
      line++;
      counted = next + 1;
    }
    packets.push({ bytes: parsed.packets[0]!.bytes, line });
    from = end + 1;
  }
  return { packets, form: 'C array' };
}

const ESCAPES: Readonly<Record<string, number>> = {
  n: 10, r: 13, t: 9, a: 7, b: 8, f: 12, v: 11, e: 27, '\\': 92, '"': 34, "'": 39,
}; // prettier-ignore

/** A string literal of C or Python, in which printable octets may stand for themselves: `b'\\x01c\\x82Sc'`. */
function parseLiteral(clean: string): HexText | undefined {
  if (!clean.includes('\\')) return undefined;
  const octets = new Growing();
  let quote = '';
  let first = -1;
  let spelt = true;
  for (let at = 0; at < clean.length; at++) {
    const char = clean[at]!;
    if (quote === '') {
      if (char === '"' || char === "'") {
        quote = char;
        if (first < 0) first = at;
      }
    } else if (char === quote) quote = '';
    else if (char !== '\\') {
      if (clean.charCodeAt(at) > 255) return undefined;
      octets.add(clean.charCodeAt(at));
      spelt = false;
    } else {
      at++;
      const hex = /^x([0-9a-f]{1,2})|^([0-7]{1,3})/i.exec(clean.slice(at, at + 3));
      if (hex) {
        octets.add(hex[1] !== undefined ? parseInt(hex[1], 16) : parseInt(hex[2]!, 8) & 255);
        at += hex[0].length - 1;
      } else if (clean[at] !== '\n' && at < clean.length) {
        // A backslash before the end of the line only says that the literal goes on.
        octets.add(ESCAPES[clean[at]!] ?? clean.charCodeAt(at) & 255);
        spelt = false;
      }
    }
  }
  if (octets.length === 0) return undefined;
  return {
    packets: [{ bytes: octets.done(), line: lineAt(clean, first) }],
    form: spelt ? 'escaped string' : 'string literal',
  };
}

/** One packet a line, each an unbroken run of digits, too long to be a wrapped part. */
function parseStreams(clean: string): HexText | undefined {
  const packets: HexPacket[] = [];
  const lines = clean.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i]!.trim();
    if (line === '') continue;
    if (line.length < LONG_LINE || line.length % 2 !== 0 || !/^[0-9a-f]+$/i.test(line)) return undefined;
    const octets = new Growing();
    for (let at = 0; at < line.length; at += 2) octets.add(parseInt(line.slice(at, at + 2), 16));
    packets.push({ bytes: octets.done(), line: i + 1 });
  }
  return packets.length > 1 ? { packets, form: 'hex streams, one a line' } : undefined;
}

const SEPARATORS = ' \t\r\n\f\v:-.,;{}[]()"\'\u00a0\ufeff';

/** Digits with separators from `from` up to `to`. Every run has an even number of digits, or one where a sign stands on each side. */
function parseDigits(text: string, clean: string, from: number, to: number): HexText | HexError {
  const octets = new Growing();
  let first = -1;
  let separated = false;
  let spelling = 'hex stream';
  let at = from;
  while (at < to) {
    const char = clean[at]!;
    const code = clean.charCodeAt(at);
    if (char === '\\' && /[xX]/.test(clean[at + 1] ?? '') && digit(clean.charCodeAt(at + 2)) >= 0) {
      at += 2;
      spelling = 'escaped string';
      separated = true;
    } else if (char === '0' && /[xX]/.test(clean[at + 1] ?? '') && digit(clean.charCodeAt(at + 2)) >= 0) {
      at += 2;
      if (spelling === 'hex stream') spelling = 'hex octets with 0x';
      separated = true;
    } else if (SEPARATORS.includes(char)) {
      separated = char !== '\n' && char !== '\r';
      at++;
      continue;
    } else if (char === '\\' && /\s|$/.test(clean[at + 1] ?? '')) {
      at++; // a line that goes on
      continue;
    } else if (digit(code) < 0) {
      // b"…" and b'…' of Python
      if ((char === 'b' || char === 'B') && /["']/.test(clean[at + 1] ?? '')) {
        at++;
        continue;
      }
      return errorAt(text, at, (here) => `“${here}” is not hex`);
    }
    let end = at;
    while (end < to && digit(clean.charCodeAt(end)) >= 0) end++;
    if ((clean[end] === '"' || clean[end] === "'") && end === at + 1 && /b/i.test(clean[at]!)) {
      at = end; // the b of b"…"
      continue;
    }
    if (first < 0) first = at;
    else if (spelling === 'hex stream' && separated) spelling = 'hex octets';
    const length = end - at;
    if (length === 1) {
      const alone = separated || at === from || clean[at - 1] === '\n';
      if (!alone) return errorAt(text, at, (here) => `“${here}” is half an octet`);
      octets.add(digit(clean.charCodeAt(at)));
    } else if (length % 2 !== 0) {
      return errorAt(text, at, (here) => `“${here}” begins a run of ${length} hex digits, an odd number`);
    } else octets.addAll(octetsOf(clean.slice(at, end)));
    if (octets.length > MOST_OCTETS) return errorAt(text, at, () => `there are more than ${MOST_OCTETS} octets`);
    at = end;
    separated = false;
  }
  if (octets.length === 0) return errorAt(text, Math.min(from, text.length), () => 'there are no hex digits here');
  return { packets: [{ bytes: octets.done(), line: lineAt(clean, first) }], form: spelling };
}
