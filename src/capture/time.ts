/**
 * Largest number of seconds before or after 1970 in a time stamp. Beyond it, consecutive seconds can no longer be told
 * apart. Only damaged or forged files contain such times.
 */
export const MOST_SECONDS = Number.MAX_SAFE_INTEGER;

/**
 * A time as a decimal number with `places` digits (at most nine) after the point, exact and rounded half up.
 * `nanoseconds` are added to `seconds`, even if these are negative: −1 and 500 000 000 are −0.5.
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
  // If the number is negative, `whole` is now 0 or less.
  return `${negative ? '-' : ''}${Math.abs(whole)}.${String(parts).padStart(places, '0')}`;
}

/** The time from one time stamp to another as a decimal number, rounded to `places` digits. */
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
 * A time in ISO 8601 (UTC) with nine decimal places. Years beyond 9999 get a sign and six digits. Beyond JavaScript's
 * calendar (the year 275760), the number of seconds is given instead.
 */
export function isoTime(seconds: number, nanoseconds: number): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return `${decimalTime(seconds, nanoseconds)} s after 1970-01-01T00:00:00Z`;
  return `${date.toISOString().slice(0, -'.000Z'.length)}.${String(nanoseconds).padStart(9, '0')}Z`;
}
