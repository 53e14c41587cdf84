import { problem, type Problem, type Span } from './field';

/**
 * Bounds of the work on one message. The biggest UDP datagram has room for 65 507 octets and so for some ten thousand options, each of
 * which may be wrong: nobody reads such a list, but building it takes longer than a window may wait.
 */

/**
 * So many octets of options are taken apart in one message; the others are shown as octets. More
 * than a jumbo frame carries, and no message of a real network is as long.
 */
export const MOST_TAKEN_APART = 9216;

/** What an option costs beside its value's octets, be it ever so short: as much as the longest header of one. */
const OPTION_COST = 4;

const TOO_LONG = `The options are longer than ${MOST_TAKEN_APART} octets: this one, and perhaps others, are shown as octets.`;

/** So many options of one message are listed; what stands behind them is one run of octets. */
export const MOST_OPTIONS = 4096;

/** What is wrong with a message of more. */
export const TOO_MANY_OPTIONS = `The message has more than ${MOST_OPTIONS} options: the others are not listed.`;

/** So many problems are listed for one message, the last of which says that there are more. */
export const MOST_PROBLEMS = 1000;

/** How many octets of a message's options may still be taken apart. One object a message, which its options share. */
export class Budget {
  private left = MOST_TAKEN_APART;
  private listed = 0;
  private told = false;

  /** Whether one more option may be listed. */
  lists(): boolean {
    return ++this.listed <= MOST_OPTIONS;
  }

  /** Whether an option of so many octets, in so many pieces, may be taken apart. Those behind one that is too long may be. */
  allows(length: number, pieces = 1): boolean {
    const octets = length + OPTION_COST * pieces;
    if (octets > this.left) return false;
    this.left -= octets;
    return true;
  }

  /** Says, of the first option that is not taken apart, that there are such. */
  tell(problems: Problem[], { offset, length, buffer }: Span, text = TOO_LONG): void {
    if (this.told) return;
    this.told = true;
    problems.push(problem('oversized-options', offset, length, text, buffer));
  }
}

/** Whether a list that had `before` problems in front of those of a message is full. */
export function isFull(problems: readonly Problem[], before: number): boolean {
  return problems.length - before > MOST_PROBLEMS;
}

/** Takes those above `MOST_PROBLEMS` from the end of the list, and says so in their place, at octet `offset`. */
export function capProblems(problems: Problem[], before: number, offset: number, buffer?: number): void {
  if (!isFull(problems, before)) return;
  problems.length = before + MOST_PROBLEMS - 1;
  const text = `The message has more than ${MOST_PROBLEMS} problems: the others are not listed.`;
  problems.push(problem('too-many-problems', offset, 0, text, buffer));
}
