import { count, list } from '../analysis/words/words';
import { printable } from '../codec/bytes';
import type { ReplySource } from '../config/against';
import type { Together } from '../engine/pair';
import type { Configured } from './against';
import { framesText } from './shown';

/** Replies that the same statements made. */
export interface ReplyKind {
  readonly frames: string;
  /** The statements, each with its line. */
  readonly made: string;
}

/** What a configuration says of the replies in a capture, for a reader. */
export interface Agreement {
  readonly sentence: string;
  readonly kinds: readonly ReplyKind[];
  /** How many kinds there are beyond those. */
  readonly more: number;
}

/** How many kinds of replies are shown before «and N more». */
const MOST_KINDS = 5;

const baseName = (path: string): string => path.replace(/^.*[\\/]/, '');

/** Which replies of one capture agree with the configurations, and the lines that made them. Undefined if there are no configurations. */
export function agreementOf(together: Together, path: string): Agreement | undefined {
  if (!('config' in together)) return undefined;
  const { files, replies: all } = (together as Configured).config;
  const replies = all.filter(({ file }) => file === undefined || file === path);
  if (replies.length === 0) {
    const names = [...new Set(files.map((file) => baseName(file.path)))];
    return { sentence: `No reply in this capture is made by ${list(names)}.`, kinds: [], more: 0 };
  }
  const paths = [...new Set(replies.flatMap(({ statements }) => statements.map((one) => one.path)))];
  const grouped = new Map<string, ReplySource[]>();
  for (const reply of replies) {
    const made = madeBy(reply, paths.length > 1);
    const known = grouped.get(made);
    if (known) known.push(reply);
    else grouped.set(made, [reply]);
  }
  const kinds = [...grouped].map(([made, some]) => ({ frames: framesText(some.map(({ frame }) => frame)), made }));
  return {
    sentence: sentenceOf(replies, list(paths.map(baseName))),
    kinds: kinds.slice(0, MOST_KINDS),
    more: Math.max(0, kinds.length - MOST_KINDS),
  };
}

function sentenceOf(replies: readonly ReplySource[], names: string): string {
  const agreeing = replies.filter(({ agrees }) => agrees === true).length;
  const all = count(replies.length, 'reply', 'replies');
  if (agreeing === replies.length) return `${all} ${agreeing === 1 ? 'agrees' : 'agree'} with ${names}.`;
  // Of a file that could not be read to its end, nobody knows what else it says.
  if (replies.every(({ agrees }) => agrees === undefined))
    return `${all} ${replies.length === 1 ? 'is' : 'are'} made by ${names}, as far as the files could be read.`;
  return `${agreeing} of ${all} ${agreeing === 1 ? 'agrees' : 'agree'} with ${names}.`;
}

/** The statements that made a reply: `line 7 option 1 (Subnet Mask), line 8 option 3 (Router)`. */
function madeBy({ statements }: ReplySource, severalFiles: boolean): string {
  const lines = new Map<string, string[]>();
  for (const { path, line, what } of statements) {
    const place = severalFiles ? `${baseName(path)}:${line}` : `line ${line}`;
    const known = lines.get(place);
    if (known) known.push(what);
    else lines.set(place, [what]);
  }
  return printable([...lines].map(([place, what]) => `${place}: ${what.join(', ')}`).join('; '));
}
