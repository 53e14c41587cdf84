import {
  ANY,
  caseless,
  complement,
  ESCAPED_SETS,
  NOT_NEWLINE,
  POSIX_SETS,
  setOf,
  setOfProperty,
  union,
  VERTICAL,
  type OctetSet,
} from './sets';

/** The syntax tree of a regular expression. */
export type Node =
  | { readonly kind: 'set'; readonly set: OctetSet }
  | { readonly kind: 'assert'; readonly what: Assertion }
  /** What stands after a position, or with `behind` before it, is so, or with `negative` is not. */
  | { readonly kind: 'look'; readonly of: Node; readonly behind: boolean; readonly negative: boolean }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Node[] }
  | { readonly kind: 'repeat'; readonly of: Node; readonly least: number; readonly most: number };

/** A condition on the position between two octets. */
export type Assertion = 'start' | 'end' | 'last' | 'line-start' | 'line-end' | 'border' | 'no-border';

/** Why a pattern cannot be used, in a sentence, and where. */
export class RegexError extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message);
  }
}

const DEEPEST = 100;
const MOST_REPEATS = 1000;

interface Flags {
  readonly caseless: boolean;
  readonly dotAll: boolean;
  readonly multiline: boolean;
  /** Blanks, and comments from `#` to the end of the line, are passed over. */
  readonly extended: boolean;
}

/** Parses a pattern over octets in the common subset of PCRE: no backreferences. Throws RegexError. */
export function parseRegex(pattern: string): Node {
  const parser = new Parser(pattern);
  return parser.whole();
}

class Parser {
  private at = 0;
  private depth = 0;
  private quotedTo = 0;
  /** In how many conditions on what stands before or after. */
  private looking = 0;
  private flags: Flags = { caseless: true, dotAll: false, multiline: false, extended: false };

  constructor(private readonly pattern: string) {}

  whole(): Node {
    const node = this.choice();
    if (this.at < this.pattern.length) this.fail('“)” without its “(”');
    return node;
  }

  private fail(message: string, at = this.at): never {
    throw new RegexError(message, at);
  }
  private take(text: string): boolean {
    if (!this.pattern.startsWith(text, this.at)) return false;
    this.at += text.length;
    return true;
  }
  private match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.at;
    const found = expression.exec(this.pattern) ?? undefined;
    if (found) this.at += found[0].length;
    return found;
  }

  private choice(): Node {
    if (++this.depth > DEEPEST) this.fail(`more than ${DEEPEST} groups inside one another`);
    const { flags } = this;
    const parts = [this.sequence()];
    while (this.take('|')) parts.push(this.sequence());
    // Flags set inside a group apply to its end.
    this.flags = flags;
    this.depth--;
    return parts.length === 1 ? parts[0]! : { kind: 'choice', parts };
  }

  /** Whether the next character stands for itself, between `\Q` and `\E`. */
  private get quoted(): boolean {
    return this.at < this.quotedTo;
  }

  /** Passes over what matches nothing: the signs around quoted text, comments, and with `x` blanks. */
  private skip(): void {
    while (!this.quoted) {
      if (this.take('\\Q')) {
        const end = this.pattern.indexOf('\\E', this.at);
        this.quotedTo = end < 0 ? this.pattern.length : end;
      } else if (!this.match(this.flags.extended ? /\\E|\(\?#[^)]*\)|\s+|#[^\n]*/y : /\\E|\(\?#[^)]*\)/y)) return;
    }
  }

  private more(): boolean {
    this.skip();
    return this.quoted || (this.at < this.pattern.length && !'|)'.includes(this.pattern[this.at]!));
  }

  private sequence(): Node {
    const parts: Node[] = [];
    while (this.more()) {
      const group = !this.quoted && this.pattern[this.at] === '(';
      const part = this.quoted ? this.octet(this.pattern.charCodeAt(this.at++)) : this.atom();
      if (part?.kind === 'assert' && !group && this.match(/(?=[*+?]|\{\d)/y)) this.fail('nothing to repeat');
      if (part) parts.push(this.repeated(part));
    }
    return parts.length === 1 ? parts[0]! : { kind: 'sequence', parts };
  }

  private repeated(of: Node): Node {
    let node = of;
    for (let signs = 0; ; signs++) {
      this.skip();
      if (this.quoted) return node;
      const sign = this.match(/[*+?]|\{(\d{1,5})(?:(,)(\d{1,5})?)?\}/y);
      if (!sign) return node;
      if (signs > 0) this.fail('a repetition of a repetition');
      const [text, least, comma, most] = sign;
      const low = text === '+' ? 1 : Number(least ?? 0);
      const high =
        text === '?'
          ? 1
          : text === '*' || text === '+'
            ? Infinity
            : !comma
              ? low
              : most === undefined
                ? Infinity
                : Number(most);
      if (low > high) this.fail(`${text} ends before it begins`);
      if (low > MOST_REPEATS || (high !== Infinity && high > MOST_REPEATS))
        this.fail(`more than ${MOST_REPEATS} repetitions`);
      // A lazy repetition does not change whether there is a match, so its `?` is skipped. A possessive one would, so it is refused.
      if (this.pattern[this.at] === '+') this.fail('possessive repetitions are not supported');
      this.take('?');
      node = { kind: 'repeat', of: node, least: low, most: high };
    }
  }

  /** One item that can be repeated; undefined if only flags were set. */
  private atom(): Node | undefined {
    const from = this.at;
    const char = this.pattern[this.at++]!;
    const { multiline, dotAll } = this.flags;
    switch (char) {
      case '(':
        return this.group(from);
      case '[':
        return { kind: 'set', set: this.class(from) };
      case '.':
        return { kind: 'set', set: dotAll ? ANY : NOT_NEWLINE };
      case '^':
        return { kind: 'assert', what: multiline ? 'line-start' : 'start' };
      case '$':
        return { kind: 'assert', what: multiline ? 'line-end' : 'last' };
      case '*':
      case '+':
      case '?':
        return this.fail(`nothing in front of “${char}” to repeat`, from);
      case '\\':
        return this.escaped();
      default:
        return this.octet(char.charCodeAt(0));
    }
  }

  private octet(code: number): Node {
    const set = setOf((octet) => octet === code);
    return { kind: 'set', set: this.flags.caseless ? caseless(set) : set };
  }

  private group(from: number): Node | undefined {
    // Which repetition is lazy, which group is counted or named twice makes no difference to whether there is a match.
    const flags = this.match(/\?(\^?)([imsxnJU]*)(?:-([imsxnJU]*))?([:)])/y);
    if (flags) {
      const before = this.flags;
      const [, none, on = '', off = '', end] = flags;
      if (none && off) this.fail('“^” unsets all flags already', from);
      const now = (letter: string, was: boolean): boolean =>
        (on.includes(letter) || (was && !none)) && !off.includes(letter);
      this.flags = {
        caseless: now('i', before.caseless),
        multiline: now('m', before.multiline),
        dotAll: now('s', before.dotAll),
        extended: now('x', before.extended),
      };
      if (end === ')') return undefined;
      const node = this.closed(from);
      this.flags = before;
      return node;
    }
    const look = this.match(/\?(<?)([=!])/y);
    if (look) {
      this.looking++;
      const of = this.closed(from);
      this.looking--;
      return { kind: 'look', behind: look[1] === '<', negative: look[2] === '!', of };
    }
    if (this.pattern[this.at] === '?' && !this.match(/\?(?:P?<[A-Za-z_]\w*>|'[A-Za-z_]\w*'|\|)/y))
      this.fail('a group of a kind that is not supported (atomic groups, conditions)', from);
    return this.closed(from);
  }

  private closed(from: number): Node {
    const node = this.choice();
    if (!this.take(')')) this.fail('“(” is not closed', from);
    return node;
  }

  private escaped(): Node {
    const at = this.at - 1;
    if (this.take('R')) return NEWLINE;
    // Where a match begins makes no difference to whether there is one.
    if (this.looking === 0 && this.take('K')) return { kind: 'sequence', parts: [] };
    const char = this.pattern[this.at];
    if (char === undefined) this.fail('a backslash at the end', at);
    const set = this.escapedSet();
    if (set) return { kind: 'set', set };
    const what = ASSERTIONS[char];
    if (what) {
      this.at++;
      return { kind: 'assert', what };
    }
    return this.octet(this.escapedCode(at));
  }

  /** The set that an escape stands for, if it stands for one; the backslash has been consumed. */
  private escapedSet(): OctetSet | undefined {
    const property = this.match(/([pP])(?:([A-Z])|\{(\^?)([A-Z][a-z]?)\})/y);
    if (property) {
      const [, sign, letter, negation, name = letter!] = property;
      const set = setOfProperty(name) ?? this.fail(`there is no property “${name}”`);
      return (sign === 'P') === (negation === '^') ? set : complement(set);
    }
    const set = ESCAPED_SETS[this.pattern[this.at]!];
    if (set) this.at++;
    return set;
  }

  /** The octet that an escape stands for; the backslash has been consumed. */
  private escapedCode(at: number): number {
    const numeric = this.match(
      /x\{([0-9a-fA-F]{1,2})\}|x(?!\{)([0-9a-fA-F]{0,2})|0([0-7]{0,2})|([0-3][0-7]{2})|o\{([0-7]{1,3})\}/y,
    );
    if (numeric) {
      const hex = numeric[1] ?? numeric[2];
      return hex === undefined
        ? parseInt(numeric[3] ?? numeric[4] ?? numeric[5] ?? '0', 8) & 255 || 0
        : parseInt(hex || '0', 16);
    }
    if (this.match(/x\{/y)) this.fail('a code that is no octet', at);
    const controlled = this.match(/c([ -~])/y);
    if (controlled) return controlled[1]!.toUpperCase().charCodeAt(0) ^ 64;
    const char = this.pattern[this.at++]!;
    const control = CONTROLS[char];
    if (control !== undefined) return control;
    if (/[A-Za-z0-9]/.test(char)) this.fail(`“\\${char}” is not supported`, at);
    return char.charCodeAt(0);
  }

  /** `[…]`; the opening bracket has been consumed. */
  private class(from: number): OctetSet {
    const negated = this.take('^');
    const set = setOf(() => false);
    for (let first = true; ; first = false) {
      if (this.at >= this.pattern.length) this.fail('“[” is not closed', from);
      if (!first && this.take(']')) break;
      if (this.match(/\[([.=])[^\]]*\1\]/y)) this.fail('classes of collation are not supported', from);
      const posix = this.match(/\[:(\^?)([a-z]+):\]/y);
      if (posix) {
        const known = POSIX_SETS[posix[2]!] ?? this.fail(`there is no class [:${posix[2]}:]`);
        union(set, posix[1] ? complement(known) : known);
        this.noRange();
        continue;
      }
      const low = this.member();
      if (typeof low !== 'number') {
        union(set, low);
        this.noRange();
        continue;
      }
      const high = this.match(/-(?!\])/y) ? this.member() : low;
      if (typeof high !== 'number' || high < low) this.fail('a range that ends before it begins');
      for (let octet = low; octet <= high; octet++) set[octet] = 1;
    }
    const whole = this.flags.caseless ? caseless(set) : set;
    return negated ? complement(whole) : whole;
  }

  /** After a set there is no range. */
  private noRange(): void {
    if (this.match(/-(?!\])/y)) this.fail('a range begins with one character, not with a class of them');
  }

  /** One octet, or an escape for a set, inside `[…]`. */
  private member(): number | OctetSet {
    const at = this.at;
    const char = this.pattern[this.at++];
    if (char === undefined) this.fail('“[” is not closed');
    if (char !== '\\') return char.charCodeAt(0);
    const next = this.pattern[this.at];
    if (next === undefined) this.fail('a backslash at the end', at);
    if (next === 'b') {
      this.at++;
      return 8;
    }
    return this.escapedSet() ?? this.escapedCode(at);
  }
}

const one = (octet: string): Node => ({ kind: 'set', set: setOf((code) => code === octet.charCodeAt(0)) });
/** `\R`: the end of a line, of one octet or two. */
const NEWLINE: Node = {
  kind: 'choice',
  parts: [
    { kind: 'sequence', parts: [one('\r'), one('\n')] },
    { kind: 'set', set: VERTICAL },
  ],
};

const CONTROLS: Readonly<Record<string, number>> = { a: 7, e: 27, f: 12, n: 10, r: 13, t: 9 };

const ASSERTIONS: Readonly<Record<string, Assertion>> = {
  A: 'start',
  // A search begins at the start of the text.
  G: 'start',
  z: 'end',
  Z: 'last',
  b: 'border',
  B: 'no-border',
};
