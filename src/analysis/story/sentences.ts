import { printable } from '../../codec/bytes';
import { span } from '../words/words';

/* How the paragraphs are put together; DHCPv4 and DHCPv6 share this. */

/** The sentence that says which way a message goes, and why that way. It stands beside the message's arrow, too. */
export interface Way {
  readonly way: string;
}

export const asWay = (way: string): Way => ({ way });

/** The sentences of a paragraph, each without its full stop; what is left out is undefined or false. */
export type Sentences = readonly (string | Way | false | undefined)[];

/** A message as far as its place and time go. */
export interface Place {
  readonly frame: number;
  readonly time: number;
  readonly timed: boolean;
}

/** So many sentences make a paragraph at most: the first ones, and the last, which says what comes next. */
const MOST_SENTENCES = 4;

/** One paragraph. Sentences begin with a capital and end with a full stop. */
export function paragraph(sentences: Sentences): string {
  const all = sentences
    .map((one) => (typeof one === 'object' ? one.way : one))
    .filter((one): one is string => typeof one === 'string' && one !== '');
  const shown = all.length > MOST_SENTENCES ? [...all.slice(0, MOST_SENTENCES - 1), all[all.length - 1]!] : all;
  return shown.map((one) => `${capital(one)}.`).join(' ');
}

/** The sentence of a paragraph that says which way a message goes; its first one where none does. */
export function wayIn(sentences: Sentences): string | undefined {
  const way = sentences.find((one): one is Way => typeof one === 'object');
  return paragraph([way ?? sentences[0]]) || undefined;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Octets of a sender's text that a sentence has room for. */
const MOST_QUOTED = 60;

/** Text that a sender wrote, short enough to stand inside a sentence. */
export function excerpt(text: string): string {
  const safe = printable(text);
  return `“${safe.length > MOST_QUOTED ? `${safe.slice(0, MOST_QUOTED - 1)}…` : safe}”`;
}

/** The time from one message to another; undefined where it is not known, or the order of the two is not. */
export function between(from: Place, to: Place): number | undefined {
  return from.timed && to.timed && to.time >= from.time ? to.time - from.time : undefined;
}

/** `the ACK follows 10 ms later in frame 4`. */
export function follows(what: string, message: Place, since: Place): string {
  return `${what} follows ${later(since, message)}in frame ${message.frame}`;
}

/** `10 ms later `, with the space behind it; empty where the times are not known. */
export function later(from: Place, to: Place): string {
  const wait = between(from, to);
  return wait === undefined ? '' : `${span(wait)} later `;
}

/** `50 %`, `87.5 %`. */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return 'less than 0.1 %';
  return `${Math.round(share * 1000) / 10} %`;
}

/** `2nd`, `3rd`, `11th`. */
export function ordinal(n: number): string {
  const ending = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${ending}`;
}
