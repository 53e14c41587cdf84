import { guess } from '../../codec/start';
import { Growing, LineCounter, MOST_OCTETS, type HexPacket, type Reading, type TextNote } from './form';

// Lists of numbers, as programs write arrays of octets: C, Go, Java, Rust, JSON, Python, Erlang, YAML, assembler …

/** One number of a list: an octet, or a longer number in hex. */
const ITEM =
  /(?:\(\s*(?:unsigned )?(?:s?byte|char|u?int8(?:_t)?|u8)\s*\)\s*)?(-?)(0x|0b|0o|\$|&h|16#)?([0-9a-f]+)(h)?(?:_?[ui]8|uy|ul?|l|\.to_?U?Byte\(\))?(?![0-9a-z_.])/iy;
/** The index before a number: `"0":` in JSON, `[0] =>` in PHP. */
const KEY = /"\d{1,6}"\s{0,4}:\s{0,4}|\[?\d{1,6}\]?\s{0,4}=>?\s{0,4}/y;
/** What may separate numbers, and what precedes them in YAML and assembler. */
const BETWEEN =
  /(?:[\s,;]|["'](?=0x)|(?<=[0-9a-f])["'](?!\s*:)|\\\n|(?<=\n[ \t]*)[-*](?=[ \t])|\.?\b(?:byte|db|dc\.b|dcb)\b[ \t])+/iy;
/** What tools print when they leave out the rest of a list. */
const CUT = /(?:\.\.\.|…)[ \t]*(?:(\d+) more (?:bytes?|items?|elements?))?/iy;

/** Fewest numbers in a bracketed list that nothing else marks as an array. */
const LEAST = 8;

/** How gdb says that a number stands several times. */
const REPEATS = /\s*<repeats (\d{1,6}) times>/y;
/** A word where a number should stand. */
const WRONG = /[0-9a-z_?]{1,6}(?=\s*[,;\]})>])/iy;

interface Item {
  readonly negative: boolean;
  readonly prefix: string;
  readonly digits: string;
  /** Index in the text. */
  readonly at: number;
}

interface List {
  readonly items: Item[];
  /** Where reading stopped. */
  readonly end: number;
  /** How many more items there were, if a tool left some out; NaN if it does not say how many. */
  readonly missing: number | undefined;
}

/** Reads as many numbers as follow from `at`. */
function numbersFrom(text: string, at: number): List {
  const items: Item[] = [];
  let missing: number | undefined;
  const skip = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match) at = pattern.lastIndex;
    return match;
  };
  while (items.length < MOST_OCTETS) {
    const apart = skip(BETWEEN) !== null || items.length === 0;
    const cut = skip(CUT);
    if (cut) {
      missing = Number(cut[1] ?? NaN);
      continue;
    }
    const before = at;
    skip(KEY);
    const item = apart ? skip(ITEM) : null;
    const wrong = !item && apart && items.length >= LEAST ? skip(WRONG) : null;
    if (wrong) {
      items.push({ negative: false, prefix: '', digits: wrong[0], at: wrong.index });
      continue;
    }
    if (!item) {
      at = before;
      break;
    }
    const one = {
      negative: item[1] === '-',
      prefix: (item[4] ?? item[2] ?? '').toLowerCase(),
      digits: item[3]!,
      at: item.index,
    };
    // gdb prints equal numbers once.
    const times = Number(skip(REPEATS)?.[1] ?? 1);
    for (let i = 0; i < times && items.length < MOST_OCTETS; i++) items.push(one);
  }
  return { items, end: at, missing };
}

const BASES: Readonly<Record<string, number>> = { '0x': 16, $: 16, '&h': 16, '16#': 16, h: 16, '0b': 2, '0o': 8 };

/** The octets of a list, and which of its items are none. */
interface Octets {
  readonly bytes: Uint8Array;
  readonly wrong: readonly { readonly at: number; readonly item: Item }[];
}

/**
 * The items as octets, with `bare` as the base of numbers without a prefix; undefined if more than a few are no octets. `little`: longer
 * items are little-endian numbers.
 */
function octetsOf(items: readonly Item[], bare: number, little: boolean): Octets | undefined {
  const octets = new Growing();
  const wrong: { at: number; item: Item }[] = [];
  // In a list of longer numbers, nobody knows how many octets one stands for.
  const most = items.some(({ digits }) => /^[0-9a-f]{4,}$/i.test(digits)) ? 0 : Math.min(MOST_WRONG, items.length >> 4);
  for (const item of items) {
    const value = octetsOfItem(item, bare, little);
    if (!value) {
      if (wrong.length === most) return undefined;
      wrong.push({ at: octets.length, item });
    }
    octets.addAll(value ?? [0]);
  }
  return { bytes: octets.done(), wrong };
}

/** Most items of a list that may be no octets. */
const MOST_WRONG = 8;

function octetsOfItem(item: Item, bare: number, little: boolean): number[] | undefined {
  const { negative } = item;
  // A hex number may begin like a binary one.
  const hex = item.prefix === '0b' && !DIGITS[2]!.test(item.digits);
  const [prefix, digits] = hex ? ['', `0b${item.digits}`] : [item.prefix, item.digits];
  const base = BASES[prefix] ?? bare;
  if ((negative && base !== 10) || !DIGITS[base]!.test(digits)) return undefined;
  if (base === 16 && digits.length > 2) {
    if (digits.length % 2 !== 0) return undefined;
    const word: number[] = [];
    for (let i = 0; i < digits.length; i += 2) word.push(parseInt(digits.slice(i, i + 2), 16));
    return little ? word.reverse() : word;
  }
  const value = (negative ? -1 : 1) * parseInt(digits, base);
  return value >= -128 && value <= 255 ? [value & 255] : undefined;
}

const DIGITS: Readonly<Record<number, RegExp>> = { 2: /^[01]+$/, 8: /^[0-7]+$/, 10: /^\d{1,3}$/, 16: /^[0-9a-f]+$/i };

/** The items as octets, in the most likely base and byte order. */
function meant(items: readonly Item[]): Octets | undefined {
  const bare = items.filter(({ prefix }) => prefix === '');
  const letters = bare.some(({ digits }) => /^[0-9a-f]*[a-f][0-9a-f]*$/i.test(digits));
  const decimal = bare.some(({ digits, negative }) => negative || digits.length === 3);
  const padded = bare.length > 0 && bare.every(({ digits }) => digits.length === 2);
  const bases = letters ? [16] : decimal ? [10] : padded ? [16, 10] : [10, 16];
  const words = items.some(({ digits }) => digits.length > 2);
  let first: Octets | undefined;
  for (const base of bases) {
    for (const little of words ? [false, true] : [false]) {
      const octets = octetsOf(items, base, little);
      if (octets && guess(octets.bytes)) return octets;
      first ??= octets;
    }
  }
  return first;
}

/** The line (0-based) of a place. */
const lineAt = (text: string, place: number): number => text.slice(0, place).split('\n').length - 1;

const OPENING = /[[{(]|<<|<Buffer\b|</g;
const CLOSING = /^\s*(?:\]|\}|\)|>)/;

/** Collects lists into one reading. */
class Lists {
  readonly packets: HexPacket[] = [];
  private readonly notes: TextNote[] = [];
  private readonly used: Uint8Array;
  private readonly counter: LineCounter;

  constructor(private readonly text: string) {
    this.used = new Uint8Array(text.split('\n').length);
    this.counter = new LineCounter(text);
  }

  /** Adds a list that begins at `from`. Does nothing if its numbers are not octets. */
  add(list: List, from: number): void {
    const octets = meant(list.items);
    if (!octets) return;
    const { bytes, wrong } = octets;
    const begin = this.counter.at(from);
    const end = this.counter.at(list.end);
    this.used.fill(1, begin, end + 1);
    const gaps = wrong.map(({ at, item: { at: place, negative, prefix, digits } }) => ({
      at,
      length: 1,
      line: lineAt(this.text, place) + 1,
      text: `“${negative ? '-' : ''}${prefix === 'h' ? digits : prefix + digits}” is no octet: 00 stands for it`,
    }));
    this.packets.push({ bytes, line: begin + 1, ...(gaps.length > 0 ? { gaps } : {}) });
    if (list.missing === undefined) return;
    const many = Number.isNaN(list.missing) ? 'more octets' : `${list.missing} more octets`;
    this.notes.push({ line: end + 1, text: `The list goes on: ${many} were left out when it was printed.` });
  }

  reading(form: string): Reading | undefined {
    return this.packets.length > 0 ? { packets: this.packets, form, used: this.used, notes: this.notes } : undefined;
  }
}

/** Reads the lists in brackets, one packet each. `clean` is the text without comments. */
export function readLists(clean: string): Reading | undefined {
  const lists = new Lists(clean);
  const length = clean.trimEnd().length;
  let from = 0;
  for (;;) {
    OPENING.lastIndex = from;
    const open = OPENING.exec(clean);
    if (!open) break;
    from = OPENING.lastIndex;
    const list = numbersFrom(clean, from);
    if (list.items.length === 0) continue;
    const assigned = /=\s*$/.test(clean.slice(Math.max(0, open.index - 8), open.index));
    const closed = CLOSING.test(clean.slice(list.end, list.end + 16)) || list.end >= length;
    const enough = list.items.length >= LEAST || (open[0] === '{' && assigned);
    if (closed && enough) lists.add(list, open.index);
    from = Math.max(from, list.end);
  }
  return lists.reading('C array');
}

/** A line with a single number, as in lists that YAML, PHP and JSON write over many lines. */
const ONE =
  /^\s*(?:[-*]\s+)?(?:[["]?\d{1,6}[\]"]?\s*(?:=>|:)\s*)?(?:-?\d{1,3}|0x[0-9a-f]{1,2}|[0-9a-f]{1,2})\s*[,;]?\s*$/i;

/** Reads a text that consists only of numbers and separators, or that has consecutive lines of one number each. */
export function readNumbers(clean: string): Reading | undefined {
  // A Perl version string: 2.1.6.0 …
  const text = /^\s*\d{1,3}(?:\.\d{1,3}){27,}\s*$/.test(clean) ? clean.replace(/\./g, ' ') : clean;
  const lists = new Lists(text);
  const list = numbersFrom(text, 0);
  if (text.slice(list.end).trim() === '') {
    if (list.items.length >= LEAST) lists.add(list, 0);
    return lists.reading('list of numbers');
  }
  let at = 0;
  let from = -1;
  for (const line of `${text}\n`.split('\n')) {
    if (ONE.test(line)) {
      if (from < 0) from = at;
    } else if (from >= 0) {
      const part = numbersFrom(text.slice(0, at), from);
      if (part.items.length >= LEAST) lists.add(part, from);
      from = -1;
    }
    at += line.length + 1;
  }
  return lists.reading('list of numbers');
}
