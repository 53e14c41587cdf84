import { printable } from './bytes';

/** Most characters that fit in a sentence. */
const LONGEST = 40;

/** A value as it was written in a setting or an argument, for the error message about it. Shortened if it is long. */
export function asWritten(value: unknown): string {
  const text = printable(JSON.stringify(value) ?? String(value));
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
