import { parseRegex, RegexError, type Assertion, type Node } from './parse';
import { WORD, type OctetSet } from './sets';

export { RegexError } from './parse';

/**
 * Regular expressions over octets whose cost is bounded: all ways through the pattern are followed at once, so that no text can make
 * the search take longer than its length times the pattern's. JavaScript's own would go back and forth for ever on a host name that
 * somebody chose for it.
 */
export interface Regex {
  test(text: string): boolean;
}

/** Steps that a pattern may have when its repetitions are written out. */
const MOST_STEPS = 4000;

/** A step: an octet of a set; or, where `set` is undefined, something that takes no octet. */
interface Step {
  readonly set?: OctetSet;
  readonly assertion?: Assertion;
  /** The steps that follow. None: the whole pattern is found. */
  next: number[];
}

/** Makes a search for a pattern, which is without regard to case as Wireshark's `matches` is. Throws RegexError. */
export function compileRegex(pattern: string): Regex {
  const steps: Step[] = [{ next: [] }];
  const start = build(parseRegex(pattern), 0, steps);
  return new Search(steps, start);
}

function add(steps: Step[], step: Step): number {
  if (steps.length >= MOST_STEPS) throw new RegexError(`the pattern has more than ${MOST_STEPS} steps`, 0);
  return steps.push(step) - 1;
}

/** Adds the steps of `node` in front of step `next`; gives the first of them. */
function build(node: Node, next: number, steps: Step[]): number {
  switch (node.kind) {
    case 'set':
      return add(steps, { set: node.set, next: [next] });
    case 'assert':
      return add(steps, { assertion: node.what, next: [next] });
    case 'sequence': {
      let first = next;
      for (let i = node.parts.length - 1; i >= 0; i--) first = build(node.parts[i]!, first, steps);
      return first;
    }
    case 'choice':
      return add(steps, { next: node.parts.map((part) => build(part, next, steps)) });
    case 'repeat':
      return repeat(node.of, node.least, node.most, next, steps);
  }
}

function repeat(of: Node, least: number, most: number, next: number, steps: Step[]): number {
  let first = next;
  if (most === Infinity) {
    const loop = add(steps, { next: [next] });
    steps[loop]!.next.push(build(of, loop, steps));
    first = loop;
  } else for (let i = least; i < most; i++) first = add(steps, { next: [next, build(of, first, steps)] });
  for (let i = 0; i < least; i++) first = build(of, first, steps);
  return first;
}

class Search implements Regex {
  /** By step: the round in which it was last reached. */
  private readonly reached: Int32Array;
  private round = 0;
  private now: number[] = [];
  private then: number[] = [];

  constructor(
    private readonly steps: readonly Step[],
    private readonly start: number,
  ) {
    this.reached = new Int32Array(steps.length);
  }

  test(text: string): boolean {
    this.now.length = 0;
    this.begin();
    for (let at = 0; at <= text.length; at++) {
      // A match may begin at every place.
      if (this.reach(this.start, text, at)) return true;
      if (at === text.length) return false;
      const octet = text.charCodeAt(at) & 255;
      const { now, then } = this;
      then.length = 0;
      this.now = then;
      this.then = now;
      this.begin();
      for (const step of now) {
        const { set, next } = this.steps[step]!;
        if (set![octet] && this.reach(next[0]!, text, at + 1)) return true;
      }
    }
    return false;
  }

  private begin(): void {
    if (++this.round === 0x7fffffff) {
      this.reached.fill(0);
      this.round = 1;
    }
  }

  /** Follows the steps that take no octet from `step` on. True where the pattern's end is reached. */
  private reach(step: number, text: string, at: number): boolean {
    const waiting = [step];
    for (let i = waiting.pop(); i !== undefined; i = waiting.pop()) {
      if (this.reached[i] === this.round) continue;
      this.reached[i] = this.round;
      const { set, assertion, next } = this.steps[i]!;
      if (set) this.now.push(i);
      else if (next.length === 0) return true;
      else if (!assertion || holds(assertion, text, at)) for (const one of next) waiting.push(one);
    }
    return false;
  }
}

function holds(assertion: Assertion, text: string, at: number): boolean {
  const { length } = text;
  switch (assertion) {
    case 'start':
      return at === 0;
    case 'end':
      return at === length;
    case 'last':
      return at === length || (at === length - 1 && text[at] === '\n');
    case 'line-start':
      return at === 0 || (text[at - 1] === '\n' && at < length);
    case 'line-end':
      return at === length || text[at] === '\n';
    case 'border':
      return isWord(text, at - 1) !== isWord(text, at);
    case 'no-border':
      return isWord(text, at - 1) === isWord(text, at);
  }
}

function isWord(text: string, at: number): boolean {
  return at >= 0 && at < text.length && WORD[text.charCodeAt(at) & 255] === 1;
}
