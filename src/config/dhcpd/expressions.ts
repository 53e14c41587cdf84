import { DefinitionParser } from './definitions';
import type { Span } from '../source';
import type { Token } from './text/lexer';

/** What an expression gives. `any` if only the running server knows: variables and function calls. */
export type ExpressionKind = 'boolean' | 'data' | 'numeric' | 'any';

/** What kind is expected. It decides whether `1` is a number or an octet. */
type Wanted = ExpressionKind | 'data-or-numeric';

/** Binary operators: the kind that both operands must have, and the precedence. */
const OPERATORS: Readonly<Record<string, { readonly wants: 'boolean' | 'numeric' | 'same'; readonly binds: number }>> =
  {
    and: { wants: 'boolean', binds: 1 },
    or: { wants: 'boolean', binds: 1 },
    '=': { wants: 'same', binds: 2 },
    '!=': { wants: 'same', binds: 2 },
    '~=': { wants: 'same', binds: 2 },
    '~~': { wants: 'same', binds: 2 },
    '+': { wants: 'numeric', binds: 3 },
    '-': { wants: 'numeric', binds: 3 },
    '*': { wants: 'numeric', binds: 4 },
    '/': { wants: 'numeric', binds: 4 },
    '%': { wants: 'numeric', binds: 4 },
    '&': { wants: 'numeric', binds: 3 },
    '|': { wants: 'numeric', binds: 3 },
    '^': { wants: 'numeric', binds: 3 },
  };

/** Functions: the kind that each gives, and the kinds of its arguments in order. `…` repeats the last one any number of times. */
const FUNCTIONS: Readonly<Record<string, { readonly gives: ExpressionKind; readonly wants: string }>> = {
  substring: { gives: 'data', wants: 'data numeric numeric' },
  suffix: { gives: 'data', wants: 'data numeric' },
  lcase: { gives: 'data', wants: 'data' },
  ucase: { gives: 'data', wants: 'data' },
  concat: { gives: 'data', wants: 'data data …' },
  'binary-to-ascii': { gives: 'data', wants: 'numeric numeric data data' },
  reverse: { gives: 'data', wants: 'numeric data' },
  'pick-first-value': { gives: 'data', wants: 'data …' },
  pick: { gives: 'data', wants: 'data …' },
  packet: { gives: 'data', wants: 'numeric numeric' },
  'extract-int': { gives: 'numeric', wants: 'data width' },
  'encode-int': { gives: 'data', wants: 'numeric width' },
  v6relay: { gives: 'data', wants: 'numeric data' },
  gethostname: { gives: 'data', wants: '' },
  gethostbyname: { gives: 'data', wants: 'string' },
  defined: { gives: 'boolean', wants: 'variable' },
};

/** Words that are complete expressions. */
const CONSTANTS: Readonly<Record<string, ExpressionKind>> = {
  static: 'boolean',
  known: 'boolean',
  hardware: 'data',
  'leased-address': 'data',
  'client-state': 'data',
  filename: 'data',
  'server-name': 'data',
  'lease-time': 'numeric',
  null: 'data',
  'host-decl-name': 'data',
  ...Object.fromEntries(
    'formerr noerror notauth notimp notzone nxdomain nxrrset refused servfail yxdomain yxrrset booting reboot select request bound renew rebind'
      .split(' ')
      .map((word) => [word, 'numeric'] as const),
  ),
};

/** Expressions of dhcp-eval(5). Their syntax and kinds are checked; they are not evaluated. */
export class ExpressionParser extends DefinitionParser {
  /** Reads an expression that gives octets or text. If there is none, reports it and returns undefined. */
  protected override dataExpression(): ExpressionKind | undefined {
    return this.expressionOf('data');
  }

  protected booleanExpression(): ExpressionKind | undefined {
    return this.expressionOf('boolean');
  }

  /** Reads an expression of one kind, or of a kind that the running server can convert to it. */
  protected expressionOf(kind: 'data' | 'boolean' | 'numeric'): ExpressionKind | undefined {
    const begin = this.peek();
    const given = this.expression(kind);
    if (given === undefined || given === kind || given === 'any') return given;
    const names = { data: 'data', boolean: 'a condition', numeric: 'a number' };
    this.wrong(
      'wrong-type',
      this.since(begin),
      `Expected ${names[kind]}`,
      `The expression gives ${names[given]}, but here it must give ${names[kind]}.`,
    );
    this.skipStatement();
    return undefined;
  }

  /** Reads an expression of any kind. */
  protected expression(wanted: Wanted, tightest = 0): ExpressionKind | undefined {
    if (!this.deeper()) return undefined;
    this.depth++;
    const given = this.binary(wanted, tightest);
    this.depth--;
    return given;
  }

  private binary(wanted: Wanted, tightest: number): ExpressionKind | undefined {
    const begin = this.peek();
    let left = this.single(wanted);
    while (left !== undefined) {
      const name = this.operator();
      const operator = name === undefined ? undefined : OPERATORS[name];
      if (!operator || operator.binds <= tightest) return left;
      this.next();
      if (name!.length === 2 && name !== 'or') this.next();
      const right: ExpressionKind | undefined = this.expression(left, operator.binds);
      if (right === undefined) return undefined;
      const both = left === 'any' ? right : left;
      const unlike = left !== 'any' && right !== 'any' && left !== right;
      const unfit = operator.wants === 'same' ? both === 'boolean' : both !== 'any' && both !== operator.wants;
      if (unlike || unfit) {
        this.wrong(
          'wrong-type',
          this.since(begin),
          'Unlike values in an expression',
          unlike
            ? `One side of “${name!}” is ${left}, the other ${right}: they cannot be put together.`
            : `“${name!}” cannot work on ${both} values.`,
        );
        this.skipStatement();
        return undefined;
      }
      left = operator.wants === 'same' ? 'boolean' : operator.wants;
    }
    return left;
  }

  /** The next operator, if there is one. `!` and `~` start operators of two characters. */
  private operator(): string | undefined {
    const token = this.peek();
    if (token.word === 'and' || token.word === 'or') return token.word;
    // The lexer reads a lone minus sign as a number.
    if (token.kind !== 'punctuation') return undefined;
    const two = token.text + this.peek(1).text;
    if (two in OPERATORS) return two;
    return token.text in OPERATORS ? token.text : undefined;
  }

  private noExpression(what: string): undefined {
    this.expected(what);
    return undefined;
  }

  /** Reads an expression without operators. */
  private single(wanted: Wanted): ExpressionKind | undefined {
    const token = this.peek();
    if (token.kind === 'string') {
      this.next();
      return 'data';
    }
    if (token.kind === 'number' && (wanted === 'numeric' || wanted === 'data-or-numeric')) {
      this.next();
      return 'numeric';
    }
    if (token.kind === 'number' || token.kind === 'hex') return this.hexList() ? 'data' : undefined;
    if (token.kind === 'name') return this.variableOrCall();
    if (this.takes('(')) {
      const given = this.expression(wanted);
      if (given !== undefined && !this.takes(')')) return this.noExpression('a right parenthesis “)”');
      return given;
    }
    const constant = CONSTANTS[token.word];
    if (constant !== undefined) {
      this.next();
      return constant;
    }
    const call = FUNCTIONS[token.word];
    if (call) {
      this.next();
      return this.call(call.wants === '' ? [] : call.wants.split(' ')) ? call.gives : undefined;
    }
    switch (token.word) {
      case 'not': {
        this.next();
        if (!this.deeper()) return undefined;
        this.depth++;
        const given = this.single('boolean');
        this.depth--;
        if (given !== undefined && given !== 'boolean') return this.noExpression('a condition behind “not”');
        return given;
      }
      case 'exists':
      case 'option':
      case 'config-option':
        this.next();
        if (!this.optionName(false)) return undefined;
        return token.word === 'exists' ? 'boolean' : 'data';
      default:
        return this.noExpression('an expression');
    }
  }

  /** Functions that the file defines, and those that it calls. dhcpd looks for them only when it runs. */
  protected readonly functions = new Set<string>();
  private readonly calls: { readonly name: string; readonly span: Span }[] = [];

  protected undefinedFunctions(): void {
    for (const { name, span } of this.calls)
      if (!this.functions.has(name) && !this.unread)
        this.findings.add({
          id: 'name-not-defined',
          severity: 'warning',
          span,
          title: `Function “${name.slice(0, 60)}” is not defined`,
          explanation: 'dhcpd takes the file, and what this function would give is empty when it runs.',
          refused: false,
        });
  }

  private variableOrCall(): ExpressionKind | undefined {
    const name = this.next();
    if (!this.takes('(')) return 'any';
    this.calls.push({ name: name.text, span: this.spanOf(name) });
    do if (this.expression('any') === undefined) return undefined;
    while (this.takes(','));
    return this.takes(')') ? 'any' : this.noExpression('a right parenthesis “)”');
  }

  /** Reads `(a, b)` after a function name. */
  private call(wants: readonly string[]): boolean {
    if (!this.takes('(')) return this.expected('a left parenthesis “(”');
    const fixed = wants.filter((kind) => kind !== '…');
    for (const [i, kind] of fixed.entries()) {
      if (i > 0 && !this.takes(',')) return this.expected('a comma');
      if (!this.argument(kind)) return false;
    }
    if (fixed.length < wants.length) while (this.takes(',')) if (!this.argument(fixed.at(-1)!)) return false;
    return this.takes(')') || this.expected('a right parenthesis “)”');
  }

  private argument(kind: string): boolean {
    const token: Token = this.peek();
    if (kind === 'width') {
      if (token.kind !== 'number' || !['8', '16', '32'].includes(token.text)) return this.expected('8, 16 or 32');
      this.next();
      return true;
    }
    if (kind === 'string' || kind === 'variable') {
      if (kind === 'string' ? token.kind !== 'string' : !this.isFree(token))
        return this.expected(kind === 'string' ? 'a string' : 'the name of a variable');
      this.next();
      return true;
    }
    return this.expressionOf(kind as 'data' | 'numeric') !== undefined;
  }
}
