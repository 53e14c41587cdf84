import { isoTime } from '../../capture/time';

/** A time in ISO 8601 with nine places, as a person writes it: `2026-11-24 02:12:24.168260 UTC`. */
export function utc(iso: string, places: number): string {
  const cut = 9 - places + (places === 0 ? 1 : 0);
  return iso.replace(
    /^([+-]?\d+-\d+-\d+)T([\d:]+\.\d{9})Z$/,
    (_, day: string, time: string) => `${day} ${time.slice(0, time.length - cut)} UTC`,
  );
}

/** Seconds since the epoch, to the second below. */
export const utcOf = (seconds: number): string => utc(isoTime(Math.floor(seconds), 0), 0);
