import type { Arithmetic, Comparison, Element, Entity, Quantifier, Range, Test } from './ast';
import { fail, joined, type Place } from './error';
import { tokens, type Token } from './lexer';

/** Maximum nesting of parentheses, functions and the like. A person does not write deeper ones, and they would exhaust the stack. */
const DEEPEST = 200;

const COMPARISONS: ReadonlySet<string> = new Set<Comparison>([
  'any_eq',
  'all_eq',
  'any_ne',
  'all_ne',
  'gt',
  'ge',
  'lt',
  'le',
]);

/** Parses a filter; undefined if the text is empty. Throws FilterError. */
export function parse(text: string): Test | undefined {
  const all = tokens(text);
  return all.length === 1 ? undefined : new Parser(all).filter();
}

/** A recursive-descent parser. Precedence from high to low: `* / %`, `+ -`, `&`, comparisons, `not`, `and`, `xor`, `or`. */
class Parser {
  private at = 0;
  private depth = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  filter(): Test {
    const test = this.or();
    if (this.token.kind !== 'end') this.unexpected('“and”, “or” or the end of the filter');
    return test;
  }

  private get token(): Token {
    return this.tokens[this.at]!;
  }
  private is(operator: string): boolean {
    return this.token.kind === 'operator' && this.token.text === operator;
  }
  private take(operator: string): Token | undefined {
    return this.is(operator) ? this.tokens[this.at++] : undefined;
  }
  private expect(operator: string, what: string): Token {
    return this.take(operator) ?? this.unexpected(what);
  }

  private unexpected(possible: string): never {
    const { kind, place, text } = this.token;
    if (kind === 'end') fail(place, `the filter ends where there should be ${possible}`);
    const shown = kind === 'operator' ? (SHOWN[text] ?? text) : kind === 'range' ? `[${text}]` : text;
    fail(place, `“${shown}” cannot stand here; possible would be ${possible}`);
  }

  /** Reads something that can be nested in itself. */
  private deeper<T>(read: () => T): T {
    if (++this.depth > DEEPEST) fail(this.token.place, `more than ${DEEPEST} levels inside one another`);
    const found = read();
    this.depth--;
    return found;
  }

  private chain(operator: 'and' | 'or' | 'xor', part: () => Test): Test {
    const parts = [part()];
    while (this.take(operator)) parts.push(part());
    return parts.length === 1 ? parts[0]! : { kind: operator, parts };
  }
  private or(): Test {
    return this.chain('or', () => this.xor());
  }
  private xor(): Test {
    return this.chain('xor', () => this.and());
  }
  private and(): Test {
    return this.chain('and', () => this.not());
  }

  private not(): Test {
    let negated = false;
    while (this.take('not')) negated = !negated;
    const test = this.deeper(() => this.single());
    return negated ? { kind: 'not', of: test } : test;
  }

  private single(): Test {
    if (this.take('(')) {
      const test = this.or();
      this.expect(')', '“)”');
      return test;
    }
    const quantifier = (this.take('any') ?? this.take('all'))?.text as Quantifier | undefined;
    return this.relation(quantifier);
  }

  private relation(quantifier: Quantifier | undefined): Test {
    const left = this.entity();
    const { token } = this;
    const some = quantifier ? { quantifier } : {};
    if (token.kind === 'operator' && COMPARISONS.has(token.text)) return this.comparisons(left, quantifier);
    if (this.take('contains') ?? this.take('matches')) {
      const right = this.entity();
      const place = joined(left.place, right.place);
      return { kind: 'compare', operator: token.text as Comparison, left, right, ...some, place };
    }
    if (this.take('in')) return { kind: 'in', left, set: this.set(), ...some, place: left.place };
    if (this.is('not')) {
      this.at++;
      this.expect('in', '“in”');
      // No value is among them, with either quantifier, as in Wireshark.
      return { kind: 'not', of: { kind: 'in', left, set: this.set(), place: left.place } };
    }
    if (quantifier) this.unexpected('a comparison (any and all say how many values of a field must pass it)');
    return { kind: 'there', entity: left };
  }

  /** `a < b`, and also `a < b <= c`, which means both comparisons. */
  private comparisons(first: Entity, quantifier: Quantifier | undefined): Test {
    const parts: Test[] = [];
    for (let left = first; this.token.kind === 'operator' && COMPARISONS.has(this.token.text);) {
      const operator = this.tokens[this.at++]!.text as Comparison;
      const right = this.entity();
      const place = joined(left.place, right.place);
      parts.push({ kind: 'compare', operator, left, right, ...(quantifier ? { quantifier } : {}), place });
      left = right;
    }
    return parts.length === 1 ? parts[0]! : { kind: 'and', parts };
  }

  private set(): Element[] {
    this.expect('{', 'a set: “{”, values with commas between them, “}”');
    const elements: Element[] = [];
    do {
      const from = this.entity();
      elements.push(this.take('..') ? { from, to: this.entity() } : { from });
    } while (this.take(','));
    this.expect('}', '“,” or “}”');
    return elements;
  }

  private entity(): Entity {
    return this.deeper(() => this.level(0));
  }

  /** Operators of one precedence level, and all that bind tighter. */
  private level(level: number): Entity {
    const signs = PRECEDENCE[level];
    if (!signs) return this.unary();
    let left = this.level(level + 1);
    for (let terms = 0; this.token.kind === 'operator' && signs.includes(this.token.text as Arithmetic);) {
      // A long sum is left-recursive: its tree is as deep as the sum is long.
      if (++terms > DEEPEST) fail(this.token.place, `more than ${DEEPEST} terms in one calculation`);
      const operator = this.tokens[this.at++]!.text as Arithmetic;
      const right = this.level(level + 1);
      left = { kind: 'arithmetic', operator, left, right, place: joined(left.place, right.place) };
    }
    return left;
  }

  private unary(): Entity {
    if (this.take('+')) return this.postfix();
    const sign = this.take('-');
    if (!sign) return this.postfix();
    const of = this.postfix();
    return { kind: 'minus', of, place: joined(sign.place, of.place) };
  }

  private postfix(): Entity {
    let entity = this.primary();
    for (let cuts = 0; this.token.kind === 'range';) {
      if (++cuts > DEEPEST) fail(this.token.place, `more than ${DEEPEST} slices of one value`);
      const { text, place } = this.tokens[this.at++]!;
      entity = { kind: 'slice', of: entity, ranges: ranges(text, place), place: joined(entity.place, place) };
    }
    return entity;
  }

  private primary(): Entity {
    const { kind, text, value, place } = this.token;
    if (kind === 'string') {
      this.at++;
      return { kind, value: value!, place };
    }
    if (kind === 'character') {
      this.at++;
      return { kind, code: value!.charCodeAt(0), place };
    }
    if (this.take('{')) {
      const inner = this.entity();
      this.expect('}', '“}”');
      return inner;
    }
    if (kind !== 'word') this.unexpected('a field, a function or a value');
    this.at++;
    if (this.is('(')) return this.call(text, place);
    if (!this.take('#')) return { kind, text, place };
    const layers = this.layers();
    return { kind, text, layers, place: joined(place, this.tokens[this.at - 1]!.place) };
  }

  private layers(): Range[] {
    const { kind, text, place } = this.token;
    if (kind === 'range') {
      this.at++;
      return ranges(text, place);
    }
    if (kind !== 'word' || !/^\d{1,4}$/.test(text)) this.unexpected('the number of a layer');
    this.at++;
    return ranges(text, place);
  }

  private call(name: string, nameAt: Place): Entity {
    this.at++;
    const args: Entity[] = [];
    if (!this.is(')'))
      do args.push(this.entity());
      while (this.take(','));
    const end = this.expect(')', '“,” or “)”');
    return { kind: 'call', name, nameAt, args, place: joined(nameAt, end.place) };
  }
}

const PRECEDENCE: readonly (readonly Arithmetic[])[] = [['&'], ['+', '-'], ['*', '/', '%']];

/** Operators in their written form. */
const SHOWN: Readonly<Record<string, string>> = {
  any_eq: '==',
  all_eq: '===',
  any_ne: '!==',
  all_ne: '!=',
  gt: '>',
  ge: '>=',
  lt: '<',
  le: '<=',
};

/** A whole number in a slice, in C notation. */
const NUMBER = String.raw`[+-]?(?:0[xX][\da-fA-F]{1,8}|\d{1,9})`;
const RANGE = new RegExp(
  String.raw`^\s*(?:(${NUMBER})?\s*:\s*(${NUMBER})?|(${NUMBER})\s*-\s*(${NUMBER})|(${NUMBER}))\s*$`,
);

/** Such a number; one that begins with 0 is octal. */
function numberIn(text: string): number {
  const digits = text.replace(/^[+-]/, '');
  const number = /^0\d/.test(digits) ? parseInt(digits, 8) : Number(digits);
  return text.startsWith('-') ? -number : number;
}

/** `0:3` (start and count), `0-2` (first and last), `:3`, `2:`, `:`, `4`, separated by commas. For layers, a single number is that layer. */
function ranges(text: string, place: Place): Range[] {
  const pieces = text.split(',');
  return pieces.map((piece) => {
    const match = RANGE.exec(piece);
    const wrong = (why: string): never =>
      fail(place, `“[${text}]”: ${why}; a slice is [first:how many], [first-last], [first:] or [one]`);
    if (!match) return wrong(`“${piece.trim()}” is no range`);
    const [from, count, first, last, one] = match
      .slice(1)
      .map((part: string | undefined) => (part === undefined ? part : numberIn(part)));
    if (one !== undefined) return { start: one, count: 1 };
    if (first !== undefined && last !== undefined) {
      if (first < 0 !== last < 0 || last <= first) return wrong(`“${piece.trim()}” does not end after it begins`);
      return { start: first, count: last - first + 1 };
    }
    const start = from ?? 0;
    if (count === undefined) return { start, count: undefined };
    if (count <= 0) return wrong('a length of 0 leaves nothing');
    return { start, count };
  });
}
