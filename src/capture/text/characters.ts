import { Dump } from './dump';
import type { Reading } from './form';
import { findRows } from './rows';
import { WRITINGS } from './writings';

/** An offset of `od -c` or `hexdump -c`, followed by fields of four columns. */
const ROW = /^([ \t]*[0-9a-f]{6,7})((?: {3}.| {2}\\.| [0-7]{3})+)[ \t]*$/i;

const ESCAPES: Readonly<Record<string, number>> = { '0': 0, a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, '\\': 92 };

/** Reads the output of `od -c` and `hexdump -c`: characters, escapes and octal numbers in fields of four columns. */
export function readCharacters(lines: readonly string[]): Reading | undefined {
  const found = lines.map((line) => (line.length > 400 ? null : ROW.exec(padded(line))));
  if (!found.some(Boolean)) return undefined;
  const hex = lines.map((line, i) => {
    const match = found[i];
    if (!match) return line;
    const cells = match[2]!.match(/.{4}/g)!.map(octetOf);
    // hexdump pads its last row with spaces. The offset after the row tells how many of them are octets.
    const next = lines.slice(i + 1, i + 3).find((one) => one.trim() !== '');
    if (!found[i + 1] && next !== undefined && /^[0-9a-f]{6,7}\s*$/i.test(next)) {
      const steps = [16, 8].map((radix) => parseInt(next, radix) - parseInt(match[1]!, radix));
      const step = steps.find((one) => one > 0 && one <= 16);
      if (step !== undefined) while (cells.length > step && cells[cells.length - 1] === 32) cells.pop();
    }
    return `${match[1]!}  ${cells.map((octet) => octet.toString(16).padStart(2, '0')).join(' ')}`;
  });
  const rows = findRows(hex, WRITINGS[1]!);
  if (!rows) return undefined;
  const reading = new Dump(hex, rows, false).read();
  return 'error' in reading ? undefined : { ...reading, form: 'od -c (characters)' };
}

/** Pads a line to whole fields. A space is a field too, and trailing ones may have been cut off. */
function padded(line: string): string {
  return line + ' '.repeat((4 - ((line.length - 7) % 4)) % 4);
}

function octetOf(field: string): number {
  const sign = field.trimStart();
  if (sign === '') return 32;
  if (sign.length === 3) return parseInt(sign, 8) & 255;
  return sign.length === 2 ? (ESCAPES[sign[1]!] ?? 92) : sign.charCodeAt(0) & 255;
}
