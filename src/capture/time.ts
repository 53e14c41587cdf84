/**
 * Most seconds before or after 1970 that a time stamp may say: beyond them whole seconds are no longer told apart. Files claim such
 * times only when they are damaged or forged.
 */
export const MOST_SECONDS = Number.MAX_SAFE_INTEGER;

/**
 * A time as a decimal number with `places` (at most nine) behind the point, exact and rounded half up. `nanoseconds` are counted on from `seconds`,
 * also where these are negative: −1 and 500 000 000 are −0.5.
 */
export function decimalTime(seconds: number, nanoseconds: number, places = 9): string {
  const unit = 10 ** (9 - places);
  let whole = seconds;
  let parts = Math.floor((nanoseconds + unit / 2) / unit);
  const second = 10 ** places;
  if (parts >= second) {
    whole++;
    parts -= second;
  }
  const negative = whole < 0;
  if (negative && parts > 0) {
    whole++;
    parts = second - parts;
  }
  // `whole` is 0 or less where the number is negative.
  return `${negative ? '-' : ''}${Math.abs(whole)}.${String(parts).padStart(places, '0')}`;
}

/** A time from one stamp to another as a decimal number, exact. */
export function decimalBetween(
  from: number,
  fromNanoseconds: number,
  to: number,
  nanoseconds: number,
  places: number,
): string {
  const more = nanoseconds - fromNanoseconds;
  return more < 0 ? decimalTime(to - from - 1, more + 1e9, places) : decimalTime(to - from, more, places);
}

/**
 * A time in ISO 8601 (UTC) with nine places. Years beyond 9999 have a sign and six digits there; beyond what JavaScript's calendar
 * reaches (the year 275760), the seconds are said.
 */
export function isoTime(seconds: number, nanoseconds: number): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return `${decimalTime(seconds, nanoseconds)} s after 1970-01-01T00:00:00Z`;
  return `${date.toISOString().slice(0, -'.000Z'.length)}.${String(nanoseconds).padStart(9, '0')}Z`;
}
