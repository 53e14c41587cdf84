import { problem, type Problem, type Span } from './field';

/**
 * Limits on the work for one message. The largest UDP datagram has 65 507 octets, enough for some ten thousand options,
 * each of which may be wrong. Nobody reads such a list, but building it would make a window wait too long.
 */

/**
 * Most octets of options that are decoded in one message; the others are shown as octets. This is more than a jumbo
 * frame carries, and no real message is as long.
 */
export const MOST_TAKEN_APART = 9216;

/** Cost of an option in addition to its value octets, however short it is: the longest option header. */
const OPTION_COST = 4;

const TOO_LONG = `The options are longer than ${MOST_TAKEN_APART} octets: this one, and perhaps others, are shown as octets.`;

/** Most options listed for one message; what follows them is one run of octets. */
export const MOST_OPTIONS = 4096;

/** The problem text for a message with more options than that. */
export const TOO_MANY_OPTIONS = `The message has more than ${MOST_OPTIONS} options: the others are not listed.`;

/** Most problems listed for one message. The last one says that there are more. */
export const MOST_PROBLEMS = 1000;

/** How many octets of a message's options may still be decoded. One object per message, shared by its options. */
export class Budget {
  private left = MOST_TAKEN_APART;
  private listed = 0;
  private told = false;

  /** Counts one more option, and says whether it may be listed. */
  lists(): boolean {
    return ++this.listed <= MOST_OPTIONS;
  }

  /**
   * Whether an option with this many octets and pieces may be decoded. After one that is too long, shorter ones may
   * still fit.
   */
  allows(length: number, pieces = 1): boolean {
    const octets = length + OPTION_COST * pieces;
    if (octets > this.left) return false;
    this.left -= octets;
    return true;
  }

  /** Reports the first option that is not decoded, for all of them. */
  tell(problems: Problem[], { offset, length, buffer }: Span, text = TOO_LONG): void {
    if (this.told) return;
    this.told = true;
    problems.push(problem('oversized-options', offset, length, text, buffer));
  }
}

/** Whether a message has too many problems. `before` is the number of problems in the list from before the message. */
export function isFull(problems: readonly Problem[], before: number): boolean {
  return problems.length - before > MOST_PROBLEMS;
}

/** Removes problems beyond `MOST_PROBLEMS` from the end of the list, and adds one that says so at octet `offset`. */
export function capProblems(problems: Problem[], before: number, offset: number, buffer?: number): void {
  if (!isFull(problems, before)) return;
  problems.length = before + MOST_PROBLEMS - 1;
  const text = `The message has more than ${MOST_PROBLEMS} problems: the others are not listed.`;
  problems.push(problem('too-many-problems', offset, 0, text, buffer));
}
