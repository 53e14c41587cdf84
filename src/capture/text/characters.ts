import { Dump } from './dump';
import type { Reading } from './form';
import { findRows } from './rows';
import { WRITINGS } from './writings';

/** An offset of `od -c` or `hexdump -c`, and the fields of four columns behind it. */
const ROW = /^([ \t]*[0-9a-f]{6,7})((?: {3}.| {2}\\.| [0-7]{3})+)[ \t]*$/i;

const ESCAPES: Readonly<Record<string, number>> = { '0': 0, a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '\\': 92 };

/** Reads `od -c` and `hexdump -c`: characters, escapes and octal numbers in fields of four columns. */
export function readCharacters(lines: readonly string[]): Reading | undefined {
  let any = false;
  const hex = lines.map((line) => {
    if (line.length > 400) return line;
    // A space is a field too, and the last ones may have been cut off.
    const padded = line + ' '.repeat((4 - ((line.length - 7) % 4)) % 4);
    const match = ROW.exec(padded);
    if (!match) return line;
    any = true;
    const cells = match[2]!.match(/.{4}/g)!.map((field) => {
      const sign = field.trimStart();
      const octet =
        sign === ''
          ? 32
          : sign.length === 3
            ? parseInt(sign, 8) & 255
            : sign.length === 2
              ? (ESCAPES[sign[1]!] ?? 92)
              : sign.charCodeAt(0) & 255;
      return octet.toString(16).padStart(2, '0');
    });
    return `${match[1]!}  ${cells.join(' ')}`;
  });
  if (!any) return undefined;
  const rows = findRows(hex, WRITINGS[1]!);
  if (!rows) return undefined;
  const reading = new Dump(hex, rows, false).read();
  return 'error' in reading ? undefined : { ...reading, form: 'od -c (characters)' };
}
