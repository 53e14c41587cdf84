import { parseAddress, type Family } from '../address';
import type { Part } from './lines';

/* Values that dnsmasq 2.90 accepts for an option. It first looks at the characters of the whole value, then at the type of the option. */

const numbers = (text: string): ReadonlySet<number> => new Set(text.trim().split(/\s+/).map(Number));

/** Options that always hold addresses, whatever is written. */
const ADDRESSES: Readonly<Record<Family, ReadonlySet<number>>> = {
  4: numbers('1 3 6 7 9 16 21 28 32 33 41 42 44 45 48 49 50 54 65 68 69 70 71 74 150 255'),
  6: numbers('22 23 27 28 31'),
};
/** Options that hold names or other text. */
const NAMES: Readonly<Record<Family, ReadonlySet<number>>> = {
  4: numbers('12 15 17 18 40 64 66 67 100 101 119'),
  6: numbers('21 24 29 30 33 41 42 56 59'),
};
const TIMES: Readonly<Record<Family, ReadonlySet<number>>> = { 4: numbers('51 58 59'), 6: numbers('32') };
/** Options that dnsmasq generates itself: it refuses a number as their value. */
const OWN: ReadonlySet<number> = numbers('43 52 53 55 56 57 61 81 82 118');

/** Why a value is refused; undefined if it is accepted. */
export function valueProblem(family: Family, code: number, values: readonly Part[]): string | undefined {
  // A quoted comma is an ordinary character.
  const text = values.map((part) => part.text.replaceAll(',', ';')).join(',');
  if (text === '')
    return values.length > 0 && ADDRESSES[family].has(code)
      ? 'behind the comma addresses must stand. Without the comma, the option is not sent.'
      : undefined;
  const digits = /\d/.test(text);
  const addresses = digits && /^[\d.,/ ]*$/.test(text) && !text.startsWith('/');
  const addresses6 = text.includes(':') && /^[\da-f:.,[\] ]*$/i.test(text);
  if (ADDRESSES[family].has(code)) {
    if (family === 4 && (!addresses || !text.includes('.'))) return 'IPv4 addresses must stand here.';
    if (family === 6 && !addresses6) return 'IPv6 addresses in brackets must stand here.';
  } else if (NAMES[family].has(code)) return undefined;
  else if (TIMES[family].has(code) && digits) return undefined;
  else if (/^[\da-f:*]*$/i.test(text) && text.includes(':') && family === 4) return undefined;
  else if (digits && /^-?\d+[bsi]?$/.test(text))
    return family === 4 && OWN.has(code)
      ? 'dnsmasq sends this option by itself: no number can be set for it.'
      : undefined;
  if (family === 4 && addresses) {
    const bad = text.split(',').find((one) => parseAddress(one.replace(/\/.*$/, ''))?.family !== 4);
    return bad === undefined
      ? undefined
      : `“${bad.slice(0, 60)}” is no IPv4 address, and what has only digits, dots and commas must be addresses.`;
  }
  if (family === 6 && addresses6 && ADDRESSES[6].has(code)) {
    const bad = text.split(',').find((one) => parseAddress(one.replace(/^\[|\]$/g, ''))?.family !== 6);
    return bad === undefined ? undefined : `“${bad.slice(0, 60)}” is no IPv6 address.`;
  }
  return undefined;
}
