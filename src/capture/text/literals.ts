import { guess, type Guess } from '../../codec/start';
import { Growing, LineCounter, MOST_OCTETS, type HexPacket, type Reading, type TextNote } from './form';

// String literals, whose octets are written as themselves or as escapes: C, Python, strace, Ruby, JSON, Lua …

const ESCAPES: ReadonlyMap<string, number> = new Map(
  Object.entries({ n: 10, r: 13, t: 9, a: 7, b: 8, f: 12, v: 11, e: 27, s: 32 }),
);

/** Escapes: `\x01`, `\x{1}`, `\u0001`, `\u{1}`, and up to three octal digits (decimal in Lua). */
const ESCAPE =
  /\\(?:x\{([0-9a-f]{1,2})\}|x([0-9a-f]{1,2})|u\{([0-9a-f]{1,4})\}|u([0-9a-f]{4})|([0-9]{1,3})|(\n)|([^]))/iy;

interface Literal {
  readonly bytes: Uint8Array;
  /** Whether every octet is an escape. */
  readonly spelt: boolean;
  readonly escapes: number;
  /** Whether it is text: words of a log, with line ends. */
  readonly text: boolean;
  /** Index of the closing quote. */
  readonly end: number;
}

/** Octets of a literal that are looked at to tell whether it is text. */
const LONGEST_TEXT = 4096;
const TEXT = /^[\t\n\r -~]*$/;

/**
 * Reads a literal that begins at `from`, after its opening quote. If it has no end, or holds something that is not an
 * octet, returns the position where the search continues.
 */
function literalFrom(text: string, from: number, quote: string, base: 8 | 10): Literal | number {
  const octets = new Growing();
  let spelt = true;
  let escapes = 0;
  let at = from;
  while (at < text.length) {
    const char = text[at]!;
    if (char === quote) {
      const bytes = octets.done();
      return {
        bytes,
        spelt,
        escapes,
        text: TEXT.test(String.fromCharCode(...bytes.subarray(0, LONGEST_TEXT))),
        end: at,
      };
    }
    if (char === '\n') return from;
    if (char !== '\\') {
      const code = text.charCodeAt(at++);
      if (code > 255) return at;
      octets.add(code);
      spelt = false;
      continue;
    }
    ESCAPE.lastIndex = at;
    const match = ESCAPE.exec(text);
    if (!match) return at;
    at = ESCAPE.lastIndex;
    const hex = match[1] ?? match[2] ?? match[3] ?? match[4];
    if (match[6] !== undefined) continue; // a backslash at the end of a line only continues the literal
    if (match[7] === undefined) escapes++;
    if (hex !== undefined) {
      const value = parseInt(hex, 16);
      if (value > 255) return at;
      octets.add(value);
    } else if (match[5] !== undefined) {
      let digits = match[5];
      if (base === 8) {
        const octal = /^[0-3]?[0-7]{0,2}/.exec(digits)![0] || undefined;
        if (octal === undefined) return at;
        at -= digits.length - octal.length;
        digits = octal;
      }
      const value = parseInt(digits, base);
      if (value > 255) return at;
      octets.add(value);
    } else {
      const known = ESCAPES.get(match[7]!);
      octets.add(known ?? match[7]!.charCodeAt(0) & 255);
      if (known !== undefined) escapes++;
      spelt = false;
    }
  }
  return from;
}

/** What may separate two literals that form one string: nothing but space in C, a joining operator elsewhere. */
const JOINED = /^["']?\s*(?:\\\s*|[+.]\s*|\.\.\s*|&\s*)?(?:b|B|u8|r)?$/;
/** The string was longer: an ellipsis, as written by strace and others. */
const ELLIPSIS = /^["']?(?:\.\.\.|…)/;

/** Reads the literals that contain escapes. Adjacent literals are joined; each of the others is a packet. */
export function readLiterals(clean: string): Reading | undefined {
  if (!clean.includes('\\')) return undefined;
  const octal = literals(clean, 8);
  const worth = (one: Reading | undefined): number =>
    one ? one.packets.slice(0, 100).reduce((least, { bytes }) => Math.min(least, worthOf(guess(bytes))), Infinity) : -1;
  if (worth(octal) === 2 || !/\\[0-9]/.test(clean)) return octal;
  const decimal = literals(clean, 10);
  return worth(decimal) > worth(octal) ? decimal : octal;
}

const worthOf = (found: Guess | undefined): number => (found ? (found.sure ? 2 : 1) : 0);

function literals(clean: string, base: 8 | 10): Reading | undefined {
  const found: { octets: Growing; line: number; escapes: number }[] = [];
  const notes: TextNote[] = [];
  const used = new Uint8Array(clean.split('\n').length);
  const counter = new LineCounter(clean);
  let spelt = true;
  let last = -1;
  for (let at = 0; at < clean.length;) {
    const quote = /["']/g;
    quote.lastIndex = at;
    const open = quote.exec(clean);
    if (!open) break;
    const literal = literalFrom(clean, open.index + 1, open[0], base);
    if (typeof literal === 'number') {
      at = literal;
      continue;
    }
    const begin = counter.at(open.index);
    const end = counter.at(literal.end);
    const current = found[found.length - 1];
    if (last >= 0 && current && open.index - last < 64 && JOINED.test(clean.slice(last, open.index))) {
      current.octets.addAll(literal.bytes);
      current.escapes += literal.escapes;
      for (let i = begin; i <= end; i++) used[i] = 1;
      last = literal.end;
    } else if (literal.escapes > 0 && !literal.text && (literal.bytes.length >= 4 || found.length === 0)) {
      const octets = new Growing();
      octets.addAll(literal.bytes);
      found.push({ octets, line: begin + 1, escapes: literal.escapes });
      for (let i = begin; i <= end; i++) used[i] = 1;
      last = literal.end;
    } else last = -1;
    // Python repeats a string by multiplying it.
    const times =
      last < 0 ? undefined : /^["']\s*\*\s*(\d{1,5})(?![\d.])/.exec(clean.slice(literal.end, literal.end + 40))?.[1];
    if (times !== undefined) {
      const { octets } = found[found.length - 1]!;
      octets.cut(octets.length - literal.bytes.length);
      for (let i = 0; i < Number(times) && octets.length < MOST_OCTETS; i++) octets.addAll(literal.bytes);
      last = literal.end + clean.slice(literal.end).search(/\d/) + times.length;
    }
    if (last >= 0) {
      spelt &&= literal.spelt;
      const behind = clean.slice(literal.end, literal.end + 400);
      const length = found[found.length - 1]!.octets.length;
      // strace prints the length after the call: `= 300`.
      const told = /^[^\n]*\)\s*=\s*(\d+)\s*(?:\n|$)/.exec(behind)?.[1];
      if (ELLIPSIS.test(behind)) {
        notes.push({
          line: end + 1,
          text: `The string is cut after ${length} octets${told === undefined ? '' : ` of ${told}`}: strace -s 4096 prints more.`,
        });
      } else if (told !== undefined && Number(told) !== length)
        notes.push({ line: end + 1, text: `The call gives ${told} octets, but the string holds ${length}.` });
    }
    at = literal.end + 1;
  }
  const packets: HexPacket[] = found.map(({ octets, line }) => ({ bytes: octets.done(), line }));
  if (packets.length === 0 || packets.every(({ bytes }) => bytes.length === 0)) return undefined;
  return { packets, form: spelt ? 'escaped string' : 'string literal', used, notes };
}

/** Reads text in which octets other than letters are written as `%01` (URLs) or `=01` (quoted-printable mail). */
export function readPercent(text: string): Reading | undefined {
  const percents = text.match(/%[0-9a-f]{2}/gi)?.length ?? 0;
  const equals = text.match(/=[0-9a-f]{2}/gi)?.length ?? 0;
  const sign = percents > equals ? '%' : '=';
  const clean = sign === '=' ? text.replace(/=\n/g, '') : text;
  const pairs = sign === '%' ? /%[0-9a-f]{2}/gi : /=[0-9a-f]{2}/gi;
  // In mail, spaces are written as themselves.
  const word = new RegExp(`(?:${pairs.source}|[${sign === '=' ? ' \\t%' : ''}!-$&-<>-~])+`, 'gi');
  let best: string | undefined;
  let at = 0;
  for (const match of clean.matchAll(word)) {
    if (match[0].length <= (best?.length ?? 0)) continue;
    best = match[0];
    at = match.index;
  }
  const count = best?.match(pairs)?.length ?? 0;
  if (best === undefined || count < 8 || count * 6 < best.length) return undefined;
  // What precedes the octets (`data=`) is not encoded.
  const from = best.search(pairs);
  const octets = new Growing();
  for (let i = from; i < best.length; i++) {
    if (best[i] === sign && /^[0-9a-f]{2}$/i.test(best.slice(i + 1, i + 3))) {
      octets.add(parseInt(best.slice(i + 1, i + 3), 16));
      i += 2;
    } else octets.add(best[i] === '+' && sign === '%' ? 32 : best.charCodeAt(i));
  }
  const used = new Uint8Array(text.split('\n').length);
  const line = new LineCounter(clean).at(at);
  if (sign === '=') used.fill(1, line);
  else used[line] = 1;
  const form = sign === '%' ? 'percent-encoded' : 'quoted-printable';
  return { packets: [{ bytes: octets.done(), line: line + 1 }], form, used, notes: [] };
}
