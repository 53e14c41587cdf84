import { concat, encodeText } from '../codec/bytes';

/* Builds the shipped table of network card vendors from the IEEE's listing. Only the build runs this; `who.ts` reads the table. */

/** Owners that are no vendor: their blocks are divided among others, or they do not want to be named. */
const NOBODY = new Set(['Private', 'IEEE Registration Authority']);
/** Prefixes that are kept although their owner has only one: they are common everywhere (Raspberry Pi, Philips Hue, Xen). */
const WELL_KNOWN = new Set([0xb827eb, 0x001788, 0x00163e]);

/** The legal forms at the end of a company's name. */
const LEGAL_FORM = new RegExp(
  `[\\s,.]+(?:${[
    'inc|incorporated|corp|corporation|corporate|co|company|l\\.?p|l\\.?l\\.?c|ltda?|lt|limited|plc|llp|ulc|lda|pte|pty|pvt|sdn|bhd|k\\.?k|jsc',
    'gmbh|mbh|ag|kg|kgaa|a\\/?b|a\\/s|as|asa|aps|oyj?|b\\.?v|n\\.?v|kft|d\\.?o\\.?o|a\\.s|s\\.?r\\.?o',
    's\\.?a|s\\.?a\\.?s|s\\.?a\\.?r\\.?l|s\\.?r\\.?l|s\\.?p\\.?a|s\\.?l',
  ].join('|')})$`,
  'i',
);
const SMALL_WORDS = new Set(['AND', 'OF', 'FOR']);

/**
 * A company's familiar name: without its legal form, and not all in capitals. A word in capitals
 * counts as an acronym if it has fewer than four letters, a digit, or no vowel.
 */
export function shortName(name: string): string {
  let short = name
    .replace(/\s+/g, ' ')
    .replace(/，/g, ',')
    .replace(/, an? .* company$/i, '');
  for (;;) {
    short = short.replace(/[\s.,;&-]+$/, '');
    const without = short.replace(LEGAL_FORM, '');
    if (without === short || without.length < 2) break;
    short = without;
  }
  return short
    .trim()
    .replace(/([\p{L}\d])\(/gu, '$1 (')
    .replace(/[\p{L}\d]+/gu, (word) => {
      if (SMALL_WORDS.has(word)) return word.toLowerCase();
      const shouted = word.length > 3 && /^\p{Lu}+$/u.test(word) && /[AEIOUYÄÖÜÉ]/.test(word);
      return shouted ? word.charAt(0) + word.slice(1).toLowerCase() : word;
    });
}

/**
 * Builds the table from the listing in `oui-data`, which maps hex prefixes to lines, the first of which is the name. Only 24-bit
 * prefixes of vendors with at least two of them; no locally administered or group prefixes (RFC 9542 §2.1), which say nothing about a
 * vendor. First each vendor has a line: its name, a tab, and how many prefixes it has; an empty line ends them. Then come all prefixes,
 * each vendor's in ascending order, as the difference from the one before: the first octet of every difference, then every second octet,
 * then every third. Octets of one place are alike, so Brotli makes the table smaller than if they stood together.
 */
export function vendorTable(listing: Readonly<Record<string, string>>): Uint8Array {
  const vendors = new Map<string, number[]>();
  for (const [hex, text] of Object.entries(listing)) {
    const name = text.split('\n', 1)[0]!;
    const prefix = parseInt(hex, 16);
    if (hex.length !== 6 || NOBODY.has(name.trim()) || (prefix >>> 16) & 3) continue;
    const short = shortName(name);
    const prefixes = vendors.get(short);
    if (prefixes) prefixes.push(prefix);
    else vendors.set(short, [prefix]);
  }
  const kept = [...vendors]
    .filter(([, prefixes]) => prefixes.length > 1 || WELL_KNOWN.has(prefixes[0]!))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const differences = kept.flatMap(([, prefixes]) => {
    prefixes.sort((a, b) => a - b);
    return prefixes.map((prefix, i) => prefix - (i > 0 ? prefixes[i - 1]! : 0));
  });
  const names = kept.map(([name, { length }]) => `${name}\t${length}\n`).join('');
  const octets = [16, 8, 0].flatMap((shift) => differences.map((one) => (one >>> shift) & 255));
  return concat([encodeText(`${names}\n`), Uint8Array.from(octets)]);
}
