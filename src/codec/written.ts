import { printable } from './bytes';

/** What a sentence has room for. */
const LONGEST = 40;

/** A value as somebody wrote it into a setting or an argument, for the sentence that refuses it; not all of it where it is long. */
export function asWritten(value: unknown): string {
  const text = printable(JSON.stringify(value) ?? String(value));
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
