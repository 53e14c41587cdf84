// Dumps whose octets are not written in hex: `od` without options, `hexdump -o` and `-b`, `xxd -b`.

/** One way to write octets as numbers. */
interface Writing {
  readonly form: string;
  /** What a number looks like. */
  readonly number: RegExp;
  readonly radix: number;
  /** Octets of a number, as a machine of today keeps it: the low one first. */
  readonly octets: 1 | 2;
}

const WRITINGS: readonly Writing[] = [
  { form: 'od (octal words, little-endian)', number: /^[01][0-7]{5}$/, radix: 8, octets: 2 },
  { form: 'od -b (octal octets)', number: /^[0-3][0-7]{2}$/, radix: 8, octets: 1 },
  { form: 'xxd -b (binary)', number: /^[01]{8}$/, radix: 2, octets: 1 },
];

/** An offset, its colon, and the numbers behind it; a column of text stands behind two spaces. */
const LINE = /^[>\s]*([0-9a-f]{6,8}:?)([ \t].*)?$/i;
/** More numbers than a line of any tool has. */
const MOST_NUMBERS = 256;

/** The numbers of a line, up to the text beside them. Undefined where it does not look like one of a dump. */
function numbersOf(line: string): { readonly offset: string; readonly numbers: readonly string[] } | undefined {
  const match = LINE.exec(line);
  if (!match) return undefined;
  const rest = match[2] ?? '';
  const text = match[1]!.endsWith(':') ? rest.trimStart().search(/ {2}/) : -1;
  const body = text < 0 ? rest : rest.trimStart().slice(0, text);
  return { offset: match[1]!, numbers: body.trim().split(/\s+/, MOST_NUMBERS).filter(Boolean) };
}

/**
 * The lines of a dump in octal or binary numbers, written in hex; undefined where they are something else. Lines without numbers
 * (an offset at the end, `*`) stay.
 */
export function hexOfNumbers(
  lines: readonly string[],
): { readonly form: string; readonly lines: string[] } | undefined {
  const read = lines.map(numbersOf);
  const numbers = read.flatMap((line) => line?.numbers ?? []);
  if (numbers.length === 0) return undefined;
  const writing = WRITINGS.find(({ number }) => numbers.every((one) => number.test(one)));
  if (!writing) return undefined;
  const hex = (number: string): string => {
    const value = parseInt(number, writing.radix);
    const pair = (octet: number): string => octet.toString(16).padStart(2, '0');
    return writing.octets === 1 ? pair(value) : `${pair(value & 255)} ${pair(value >> 8)}`;
  };
  return {
    form: writing.form,
    lines: lines.map((line, i) => (read[i] ? `${read[i].offset}  ${read[i].numbers.map(hex).join(' ')}` : line)),
  };
}
