/** Sets of octets: what one position of a regular expression can match. */
export type OctetSet = Uint8Array;

export function setOf(test: (octet: number) => boolean): OctetSet {
  return Uint8Array.from({ length: 256 }, (_, octet) => (test(octet) ? 1 : 0));
}

export function complement(set: OctetSet): OctetSet {
  return set.map((is) => 1 - is);
}

export function union(into: OctetSet, other: OctetSet): void {
  for (let i = 0; i < 256; i++) into[i]! |= other[i]!;
}

/** The set with both cases of each ASCII letter in it. */
export function caseless(set: OctetSet): OctetSet {
  const both = set.slice();
  for (let upper = 65; upper <= 90; upper++) if (set[upper] || set[upper + 32]) both[upper] = both[upper + 32] = 1;
  return both;
}

const between = (from: string, to: string) => (octet: number) =>
  octet >= from.charCodeAt(0) && octet <= to.charCodeAt(0);
const isDigit = between('0', '9');
const isLower = between('a', 'z');
const isUpper = between('A', 'Z');
const isAlpha = (octet: number): boolean => isLower(octet) || isUpper(octet);
const isAlnum = (octet: number): boolean => isAlpha(octet) || isDigit(octet);
const isHex = (octet: number): boolean => isDigit(octet) || between('a', 'f')(octet) || between('A', 'F')(octet);
const isSpace = (octet: number): boolean => octet === 32 || (octet >= 9 && octet <= 13);
const isGraph = (octet: number): boolean => octet > 32 && octet < 127;

/** The octets of `\w`. */
export const WORD = setOf((octet) => isAlnum(octet) || octet === 95);
export const ANY = setOf(() => true);
/** What `.` matches unless it also matches a newline. */
export const NOT_NEWLINE = setOf((octet) => octet !== 10);

const isHorizontal = (octet: number): boolean => octet === 9 || octet === 32 || octet === 0xa0;
/** The octets that end a line. */
export const VERTICAL = setOf((octet) => (octet >= 10 && octet <= 13) || octet === 0x85);

/** Escapes that denote a set. */
export const ESCAPED_SETS: Readonly<Record<string, OctetSet>> = {
  d: setOf(isDigit),
  D: complement(setOf(isDigit)),
  s: setOf(isSpace),
  S: complement(setOf(isSpace)),
  w: WORD,
  W: complement(WORD),
  h: setOf(isHorizontal),
  H: complement(setOf(isHorizontal)),
  v: VERTICAL,
  V: complement(VERTICAL),
  N: NOT_NEWLINE,
  C: ANY,
};

/** The names of `[[:alpha:]]`. */
export const POSIX_SETS: Readonly<Record<string, OctetSet>> = {
  alnum: setOf(isAlnum),
  alpha: setOf(isAlpha),
  ascii: setOf((octet) => octet < 128),
  blank: setOf((octet) => octet === 9 || octet === 32),
  cntrl: setOf((octet) => octet < 32 || octet === 127),
  digit: setOf(isDigit),
  graph: setOf(isGraph),
  lower: setOf(isLower),
  print: setOf((octet) => octet === 32 || isGraph(octet)),
  punct: setOf((octet) => isGraph(octet) && !isAlnum(octet)),
  space: setOf(isSpace),
  upper: setOf(isUpper),
  word: WORD,
  xdigit: setOf(isHex),
};

/** The octets whose characters in Latin-1 have a general category of Unicode, such as `L` or `Nd`; undefined if there is none of this name. */
export function setOfProperty(name: string): OctetSet | undefined {
  try {
    const property = new RegExp(`\\p{${name}}`, 'u');
    return setOf((octet) => property.test(String.fromCharCode(octet)));
  } catch {
    return undefined;
  }
}
