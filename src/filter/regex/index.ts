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

/** Maximum number of groups that look ahead or behind. */
const MOST_LOOKS = 20;

/** A step matches an octet of a set; if `set` is undefined, it consumes nothing. */
interface Step {
  readonly set?: OctetSet;
  readonly assertion?: Assertion;
  /** The place of a group that looks around in `Program.looks`. */
  readonly look?: number;
  readonly negative?: boolean;
  /** The steps that follow. If there are none, the whole pattern has matched. */
  next: number[];
}

/** Compiles a pattern to a search that ignores case, like Wireshark's `matches`. Throws RegexError. */
export function compileRegex(pattern: string): Regex {
  const program = new Program();
  const search = program.search(parseRegex(pattern), false);
  return { test: (text) => program.test(search, text) };
}

/** A pattern with the patterns that it looks for around a position. Inner ones come before those that hold them. */
class Program {
  private count = 0;
  private readonly looks: Search[] = [];
  /** By group that looks around: at which positions of the present text its pattern begins, or ends where it looks behind. */
  private readonly marks: Uint8Array[] = [];

  test(search: Search, text: string): boolean {
    this.looks.forEach((look, i) => (this.marks[i] = look.marks(text)));
    return search.test(text);
  }

  /** A search for `node`; `backward`: from the end of the text to its beginning. */
  search(node: Node, backward: boolean): Search {
    const steps: Step[] = [];
    const end = this.add(steps, { next: [] });
    const start = this.build(backward ? reversed(node) : node, end, steps);
    return new Search(steps, start, backward, this.marks);
  }

  private add(steps: Step[], step: Step): number {
    if (++this.count > MOST_STEPS) throw new RegexError(`the pattern has more than ${MOST_STEPS} steps`, 0);
    return steps.push(step) - 1;
  }

  /** Adds the steps of `node`, leading to step `next`; returns the first of them. */
  private build(node: Node, next: number, steps: Step[]): number {
    switch (node.kind) {
      case 'set':
        return this.add(steps, { set: node.set, next: [next] });
      case 'assert':
        return this.add(steps, { assertion: node.what, next: [next] });
      case 'look':
        return this.add(steps, { look: this.look(node), negative: node.negative, next: [next] });
      case 'sequence': {
        let first = next;
        for (let i = node.parts.length - 1; i >= 0; i--) first = this.build(node.parts[i]!, first, steps);
        return first;
      }
      case 'choice':
        return this.add(steps, { next: node.parts.map((part) => this.build(part, next, steps)) });
      case 'repeat':
        return this.repeat(node, next, steps);
    }
  }

  private look({ of, behind }: Extract<Node, { kind: 'look' }>): number {
    if (this.looks.length >= MOST_LOOKS) throw new RegexError(`more than ${MOST_LOOKS} groups that look around`, 0);
    return this.looks.push(this.search(of, !behind)) - 1;
  }

  private repeat({ of, least, most }: Extract<Node, { kind: 'repeat' }>, next: number, steps: Step[]): number {
    let first = next;
    if (most === Infinity) {
      const loop = this.add(steps, { next: [next] });
      steps[loop]!.next.push(this.build(of, loop, steps));
      first = loop;
    } else for (let i = least; i < most; i++) first = this.add(steps, { next: [next, this.build(of, first, steps)] });
    for (let i = 0; i < least; i++) first = this.build(of, first, steps);
    return first;
  }
}

/** The pattern that matches the same texts read backward. */
function reversed(node: Node): Node {
  switch (node.kind) {
    case 'sequence':
      return { kind: 'sequence', parts: node.parts.map(reversed).reverse() };
    case 'choice':
      return { kind: 'choice', parts: node.parts.map(reversed) };
    case 'repeat':
      return { ...node, of: reversed(node.of) };
    default:
      return node;
  }
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
    private readonly backward: boolean,
    private readonly around: readonly Uint8Array[],
  ) {
    this.reached = new Int32Array(steps.length);
  }

  test(text: string): boolean {
    let found = false;
    this.scan(text, () => (found = true));
    return found;
  }

  /** At which positions matches end. */
  marks(text: string): Uint8Array {
    const ends = new Uint8Array(text.length + 1);
    this.scan(text, (at) => {
      ends[at] = 1;
      return false;
    });
    return ends;
  }

  /** Goes through the text once; `ended` is told where a match ends, and says whether that is enough. */
  private scan(text: string, ended: (at: number) => boolean): void {
    let at = this.backward ? text.length : 0;
    let end = false;
    this.now.length = 0;
    this.begin();
    for (let left = text.length; ; left--) {
      // A match may begin at any position.
      end = this.reach(this.start, text, at) || end;
      if ((end && ended(at)) || left === 0) return;
      end = false;
      const octet = text.charCodeAt(this.backward ? --at : at++) & 255;
      const { now, then } = this;
      then.length = 0;
      this.now = then;
      this.then = now;
      this.begin();
      for (const step of now) {
        const { set, next } = this.steps[step]!;
        if (set![octet]) end = this.reach(next[0]!, text, at) || end;
      }
    }
  }

  private begin(): void {
    if (++this.round === 0x7fffffff) {
      this.reached.fill(0);
      this.round = 1;
    }
  }

  /** Follows the steps from `step` on that consume nothing. True if the end of the pattern is reached. */
  private reach(step: number, text: string, at: number): boolean {
    let end = false;
    const waiting = [step];
    for (let i = waiting.pop(); i !== undefined; i = waiting.pop()) {
      if (this.reached[i] === this.round) continue;
      this.reached[i] = this.round;
      const { set, assertion, look, negative, next } = this.steps[i]!;
      if (set) this.now.push(i);
      else if (next.length === 0) end = true;
      else if (assertion && !holds(assertion, text, at)) continue;
      else if (look !== undefined && (this.around[look]![at] === 1) === negative) continue;
      else for (const one of next) waiting.push(one);
    }
    return end;
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
