import { parseRegex, RegexError, type Assertion, type Node } from './parse';
import { WORD, type OctetSet } from './sets';

export { RegexError } from './parse';

/**
 * Regular expressions over octets, with bounded cost. All paths through the pattern are followed at
 * once, so a search never takes longer than the length of the text times that of the pattern.
 * JavaScript's own engine could backtrack endlessly on a host name chosen for that purpose.
 */
export interface Regex {
  test(text: string): boolean;
}

/** Maximum number of steps of a pattern after its repetitions are expanded. */
const MOST_STEPS = 4000;

/** A step matches an octet of a set; if `set` is undefined, it consumes nothing. */
interface Step {
  readonly set?: OctetSet;
  readonly assertion?: Assertion;
  /** The steps that follow. If there are none, the whole pattern has matched. */
  next: number[];
}

/** Compiles a pattern to a search that ignores case, like Wireshark's `matches`. Throws RegexError. */
export function compileRegex(pattern: string): Regex {
  const steps: Step[] = [{ next: [] }];
  const start = build(parseRegex(pattern), 0, steps);
  return new Search(steps, start);
}

function add(steps: Step[], step: Step): number {
  if (steps.length >= MOST_STEPS) throw new RegexError(`the pattern has more than ${MOST_STEPS} steps`, 0);
  return steps.push(step) - 1;
}

/** Adds the steps of `node`, leading to step `next`; returns the first of them. */
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
      // A match may begin at any position.
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

  /** Follows the steps from `step` on that consume nothing. True if the end of the pattern is reached. */
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
