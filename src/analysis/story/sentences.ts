import { printable } from '../../codec/bytes';
import { capital, span } from '../words/words';

/** How paragraphs are built, for DHCPv4 and DHCPv6. */

/** The sentence that says how a message travels, and why. It is also shown with the message's arrow. */
export interface Way {
  readonly way: string;
}

export const asWay = (way: string): Way => ({ way });

/** The sentences of a paragraph, each without its full stop; undefined and false are left out. */
export type Sentences = readonly (string | Way | false | undefined)[];

/** The frame and time of a message. */
export interface Place {
  readonly frame: number;
  readonly time: number;
  readonly timed: boolean;
}

/** Most sentences of a paragraph: the first ones, and the last, which says what comes next. */
const MOST_SENTENCES = 4;

/** Builds a paragraph: each sentence begins with a capital and ends with a full stop. */
export function paragraph(sentences: Sentences): string {
  const all = sentences
    .map((one) => (typeof one === 'object' ? one.way : one))
    .filter((one): one is string => typeof one === 'string' && one !== '');
  const shown = all.length > MOST_SENTENCES ? [...all.slice(0, MOST_SENTENCES - 1), all[all.length - 1]!] : all;
  // A quoted sentence may bring its own full stop.
  return shown.map((one) => `${capital(one)}${/[.!?]”$/.test(one) ? '' : '.'}`).join(' ');
}

/** The sentence of a paragraph that says how the message travels; the first sentence if there is none. */
export function wayIn(sentences: Sentences): string | undefined {
  const way = sentences.find((one): one is Way => typeof one === 'object');
  return paragraph([way ?? sentences[0]]) || undefined;
}

/** How many characters of a text from the capture fit into a sentence. */
const MOST_QUOTED = 60;

/** A text from the capture, short enough to go into a sentence. */
export function excerpt(text: string): string {
  const safe = printable(text);
  return `“${safe.length > MOST_QUOTED ? `${safe.slice(0, MOST_QUOTED - 1)}…` : safe}”`;
}

/** Seconds from one message to another; undefined if the times or their order are not known. */
export function between(from: Place, to: Place): number | undefined {
  return from.timed && to.timed && to.time >= from.time ? to.time - from.time : undefined;
}

/** Says that a message follows: `the ACK follows 10 ms later in frame 4`. */
export function follows(what: string, message: Place, since: Place): string {
  return `${what} follows ${later(since, message)}in frame ${message.frame}`;
}

/** A delay with a space after it: `10 ms later `; empty if the times are not known. */
export function later(from: Place, to: Place): string {
  const wait = between(from, to);
  return wait === undefined ? '' : `${span(wait)} later `;
}

/** A share (0 to 1) as a percentage: `50 %`, `87.5 %`. */
export function percent(share: number): string {
  if (share > 0 && share < 0.001) return 'less than 0.1 %';
  return `${Math.round(share * 1000) / 10} %`;
}

/** An ordinal number: `2nd`, `3rd`, `11th`. */
export function ordinal(n: number): string {
  const ending = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${ending}`;
}
