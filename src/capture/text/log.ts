import { digit } from './form';

/** Time stamps at the beginning of a line: their digits must not be taken for octets. */
const TIME =
  /^\s*(?:\d{4}-\d\d-\d\d[T ]|[*.]?[A-Z][a-z]{2} {1,2}\d{1,2} (?:\d{4} )?)?\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?(?=\s)|^\s*\d{9,10}\.\d+(?=\s)/;

/** Octets in a row that no address, time or serial number reaches. */
const CLEAR_RUN = 16;

/**
 * Hex in log lines: leaves of each line only what begins with a clear run of octets, and blanks the rest, so that lines and
 * columns keep their numbers. Undefined when no line has such a run.
 */
export function hexOfLog(lines: readonly string[]): string[] | undefined {
  let any = false;
  let above = false;
  const out = lines.map((line) => {
    const time = TIME.exec(line)?.[0].length ?? 0;
    const run = findRun(line, time, any) ?? (above ? wholeLine(line, time) : undefined);
    above = run !== undefined;
    if (!run) return '';
    any = true;
    return ' '.repeat(run.start) + line.slice(run.start, run.end);
  });
  return any ? out : undefined;
}

interface Run {
  readonly start: number;
  readonly end: number;
}

/** The shorter last line of a dump without offsets: octets and nothing else behind the time, under a line with a run. */
function wholeLine(line: string, from: number): Run | undefined {
  const start = from + line.slice(from).search(/\S/);
  if (start < from || !isHex(line, start)) return undefined;
  const { end, count } = octetRun(line, start);
  return count > 0 && end === line.trimEnd().length ? { start, end } : undefined;
}

/** The first run of octets from `from` on. After a clear one, a dump's shorter last line with its offset counts too. */
function findRun(line: string, from: number, short: boolean): Run | undefined {
  let at = from;
  while (at < line.length) {
    if (!isHex(line, at) || (at > from && /[0-9A-Za-z]/.test(line[at - 1]!))) {
      at++;
      continue;
    }
    const start = at;
    if (line[at] === '0' && /[xX]/.test(line[at + 1] ?? '') && isHex(line, at + 2)) at += 2;
    const body = afterOffset(line, at);
    const { end, count, next } = octetRun(line, body ?? at);
    if (count >= CLEAR_RUN || (short && body !== undefined && count > 0)) return { start, end };
    at = Math.max(next, at + 1);
  }
  return undefined;
}

function isHex(line: string, at: number): boolean {
  return at < line.length && digit(line.charCodeAt(at)) >= 0;
}

/** Where the octets begin behind an offset of 3 to 8 digits; undefined when none stands at `at`. */
function afterOffset(line: string, at: number): number | undefined {
  let end = at;
  while (end - at < 9 && isHex(line, end)) end++;
  if (end - at < 3 || end - at > 8) return undefined;
  if (line[end] === ':') end++;
  const gap = /^[ \t]{1,3}(?=[0-9a-f]{2})/i.exec(line.slice(end, end + 6));
  return gap ? end + gap[0].length : undefined;
}

/** Octets from `at`: together, or each apart by one sign or by the wider gap in the middle of a dump's line. */
function octetRun(line: string, at: number): Run & { count: number; next: number } {
  const start = at;
  let count = 0;
  let end = at;
  // The last place where the run may end: what is glued to further letters is no octet.
  let whole = { end: at, count: 0 };
  while (isHex(line, at) && isHex(line, at + 1)) {
    at += 2;
    count++;
    end = at;
    const char = line[at];
    if (char === undefined || !/[0-9A-Za-z]/.test(char)) whole = { end, count };
    if (char === ':' || char === '.' || char === '-') at++;
    else if (char === ' ' || char === '\t') at += /[ \t]/.test(line[at + 1] ?? '') ? 2 : 1;
  }
  return { start, ...whole, next: at };
}
