/** Points in time and durations as written in filters, in nanoseconds. */

const SECOND = 1_000_000_000n;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Accepted forms of a point in time, for error messages. */
export const TIME_EXAMPLES =
  'a time such as "2026-11-24 04:12:22.25", "2026-11-24T04:12:22Z" or "Nov 24, 2026 04:12:22"';

/** Nanoseconds of `12` or `12.345`; undefined if the text is not such a number. */
export function durationOf(text: string): bigint | undefined {
  const match = /^(\d{1,12})(?:\.(\d{1,9})0*)?$/.exec(text);
  return match ? BigInt(match[1]!) * SECOND + fraction(match[2]) : undefined;
}

function fraction(digits: string | undefined): bigint {
  return BigInt((digits ?? '').slice(0, 9).padEnd(9, '0'));
}

const ISO =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2})(?::(\d{1,2})(?::(\d{1,2})(?:[.,](\d{1,9})\d*)?)?)?)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/;
const AMERICAN =
  /^([A-Za-z]{3})\s+(\d{1,2}),\s+(\d{4})\s+(\d{1,2}):(\d{2}):(\d{2})(?:\.(\d{1,9})\d*)?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/;

/** Nanoseconds since 1970; local time if no zone is given, as in Wireshark. Undefined if the text is not a time. */
export function timeOf(text: string): bigint | undefined {
  const iso = ISO.exec(text.trim());
  if (iso) {
    const [, year, month, day, hour, minute, second, part, zone] = iso;
    return nanoseconds(
      [year, month, day, hour, minute, second].map((one) => Number(one ?? 0)),
      part,
      zone,
    );
  }
  const match = AMERICAN.exec(text.trim());
  if (!match) return undefined;
  const [, name, day, year, hour, minute, second, part, zone] = match;
  const month = MONTHS.indexOf(name!.toLowerCase()) + 1;
  return nanoseconds([year, month, day, hour, minute, second].map(Number), part, zone);
}

function nanoseconds(
  numbers: readonly number[],
  part: string | undefined,
  zone: string | undefined,
): bigint | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = numbers;
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 60) return undefined;
  const fields = [year, month - 1, day, hour, minute, second] as const;
  const milliseconds = zone === undefined ? new Date(...fields).getTime() : Date.UTC(...fields) - offset(zone);
  return BigInt(milliseconds) * 1_000_000n + fraction(part);
}

/** How far a zone is ahead of UTC, in milliseconds. */
function offset(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone);
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return (match[1] === '-' ? -minutes : minutes) * 60_000;
}
