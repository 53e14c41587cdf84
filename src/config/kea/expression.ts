/** The type that a part of an expression gives. */
type Gives = 'boolean' | 'string' | 'number';

/** An error in an expression, with its offset in the text. */
export interface ExpressionProblem {
  readonly at: number;
  readonly text: string;
}

interface Token {
  readonly kind: 'string' | 'number' | 'hex' | 'address' | 'word' | 'mark' | 'end';
  readonly text: string;
  readonly at: number;
}

const TOKENS =
  /\s+|(?<string>'[^'\n]*')|(?<hex>0[xX][\dA-Fa-f]+)|(?<address>\d+\.\d+\.\d+\.\d+|[\dA-Fa-f]*:[\dA-Fa-f:.]*)|(?<number>-?\d+)|(?<word>[A-Za-z][A-Za-z0-9_-]*)|(?<mark>==|[()[\].,+*-])/y;

/** Functions: the type each gives, then the types of its arguments. */
const FUNCTIONS: Readonly<Record<string, readonly [gives: Gives, ...wants: string[]]>> = {
  substring: ['string', 'string', 'index', 'index'],
  split: ['string', 'string', 'string', 'index'],
  concat: ['string', 'string', 'string'],
  ifelse: ['string', 'boolean', 'string', 'string'],
  lcase: ['string', 'string'],
  ucase: ['string', 'string'],
  hexstring: ['string', 'string', 'string'],
  addrtotext: ['string', 'string'],
  int8totext: ['string', 'string'],
  int16totext: ['string', 'string'],
  int32totext: ['string', 'string'],
  uint8totext: ['string', 'string'],
  uint16totext: ['string', 'string'],
  uint32totext: ['string', 'string'],
  match: ['boolean', 'string', 'string'],
};

const PACKET = /^(iface|src|dst|len|mac|hlen|htype|ciaddr|giaddr|yiaddr|siaddr|msgtype|transid)$/;
const DEEPEST = 60;

/** Parses an expression of Kea's classification. Returns its error, if any, and the classes and options it refers to. */
export function readExpression(
  text: string,
  family: 4 | 6,
): {
  readonly problem?: ExpressionProblem;
  readonly members: readonly { readonly name: string; readonly at: number }[];
  /** Options it refers to by name. */
  readonly options: readonly { readonly name: string; readonly at: number }[];
} {
  const reader = new Reader(text, family);
  const problem = reader.read();
  return { members: reader.members, options: reader.options, ...(problem ? { problem } : {}) };
}

class Wrong extends Error {
  constructor(readonly problem: ExpressionProblem) {
    super(problem.text);
  }
}

class Reader {
  readonly members: { name: string; at: number }[] = [];
  readonly options: { name: string; at: number }[] = [];
  private readonly tokens: Token[] = [];
  private at = 0;
  private depth = 0;

  constructor(
    private readonly text: string,
    private readonly family: 4 | 6,
  ) {}

  read(): ExpressionProblem | undefined {
    try {
      this.tokenise();
      const begin = this.peek();
      const gives = this.or();
      if (this.peek().kind !== 'end') this.wrong(`nothing more, not “${this.peek().text}”`);
      return gives === 'boolean'
        ? undefined
        : { at: begin.at, text: 'The expression gives a value, but here a condition must stand.' };
    } catch (error) {
      if (error instanceof Wrong) return error.problem;
      throw error;
    }
  }

  private tokenise(): void {
    for (let at = 0; at < this.text.length;) {
      TOKENS.lastIndex = at;
      const match = TOKENS.exec(this.text);
      if (!match) throw new Wrong({ at, text: `“${this.text[at]!}” cannot stand in an expression.` });
      const [kind] = Object.entries(match.groups!).find(([, value]) => value !== undefined) ?? [];
      if (kind) this.tokens.push({ kind: kind as Token['kind'], text: match[0], at });
      at = TOKENS.lastIndex;
    }
    this.tokens.push({ kind: 'end', text: '', at: this.text.length });
  }

  private peek(): Token {
    return this.tokens[this.at]!;
  }

  private next(): Token {
    const token = this.tokens[this.at]!;
    if (token.kind !== 'end') this.at++;
    return token;
  }

  private wrong(what: string): never {
    const { text, at } = this.peek();
    throw new Wrong({
      at,
      text: text === '' ? `The expression ends where ${what} must follow.` : `Here must stand ${what}.`,
    });
  }

  private takes(text: string): boolean {
    if (this.peek().text !== text || this.peek().kind === 'string') return false;
    this.next();
    return true;
  }

  private must(text: string): void {
    if (!this.takes(text)) this.wrong(`“${text}”`);
  }

  private or(): Gives {
    const left = this.and();
    while (this.takes('or')) this.both(left, this.and());
    return left;
  }

  private and(): Gives {
    const left = this.not();
    while (this.takes('and')) this.both(left, this.not());
    return left;
  }

  private both(left: Gives, right: Gives): void {
    if (left !== 'boolean' || right !== 'boolean') this.wrong('a condition on both sides of “and” and “or”');
  }

  private not(): Gives {
    if (!this.takes('not')) return this.comparison();
    if (++this.depth > DEEPEST) this.wrong('less nesting');
    if (this.not() !== 'boolean') this.wrong('a condition behind “not”');
    this.depth--;
    return 'boolean';
  }

  private comparison(): Gives {
    const left = this.sum();
    if (!this.takes('==')) return left;
    const right = this.sum();
    if (left === 'boolean' || right === 'boolean') this.wrong('a value on both sides of “==”');
    return 'boolean';
  }

  private sum(): Gives {
    let left = this.operand();
    while (this.takes('+')) {
      if (left === 'boolean' || this.operand() === 'boolean') this.wrong('a value on both sides of “+”');
      left = 'string';
    }
    return left;
  }

  private operand(): Gives {
    const token = this.next();
    if (token.kind === 'string' || token.kind === 'hex' || token.kind === 'address') return 'string';
    if (token.kind === 'number') return 'string';
    if (token.text === '(') {
      if (++this.depth > DEEPEST) this.wrong('less nesting');
      const gives = this.or();
      this.must(')');
      this.depth--;
      return gives;
    }
    if (token.kind !== 'word') {
      this.at--;
      if (token.kind === 'end') this.at = this.tokens.length - 1;
      this.wrong('a value or a condition');
    }
    const call = FUNCTIONS[token.text];
    if (call) return this.call(call);
    const other = /^(pkt|relay)([46])$/.exec(token.text);
    if (other && Number(other[2]) !== this.family) {
      this.at--;
      this.wrong(`what DHCPv${this.family} has, not that of DHCPv${other[2]}`);
    }
    switch (token.text) {
      case 'option':
        this.named();
        this.bracket();
        return this.optionTail();
      case 'relay4':
        this.bracket();
        return this.dotted(/^(text|hex|exists)$/);
      case 'relay6':
        this.bracket(true);
        this.must('.');
        if (this.peek().text !== 'option') return this.field(/^(peeraddr|linkaddr)$/);
        this.next();
        this.bracket();
        return this.optionTail();
      case 'pkt':
      case 'pkt4':
      case 'pkt6':
        this.must('.');
        return this.field(PACKET);
      case 'vendor':
      case 'vendor-class': {
        const numbered = this.takes('[');
        if (numbered) {
          if (!this.takes('*') && !/^\d+$/.test(this.next().text)) this.wrong('an enterprise number or “*”');
          this.must(']');
        }
        this.must('.');
        // Without a number, only the enterprise itself can be asked for.
        if (!numbered) return this.field(/^(enterprise)$/);
        const part = this.next().text;
        if (part === 'exists') return 'boolean';
        if (part === 'data' && token.text === 'vendor-class') {
          if (this.takes('[')) {
            this.next();
            this.must(']');
          }
          return 'string';
        }
        if (part !== 'option' || token.text !== 'vendor') this.wrong('“option” or “exists”');
        this.bracket();
        return this.dotted(/^(text|hex|exists)$/);
      }
      case 'member': {
        this.must('(');
        const name = this.next();
        if (name.kind !== 'string') this.wrong('the name of a class in single quotation marks');
        this.members.push({ name: name.text.slice(1, -1), at: name.at });
        this.must(')');
        return 'boolean';
      }
      case 'sifunc':
        this.wrong('a function that Kea has');
    }
    this.at--;
    this.wrong('a value or a condition');
  }

  /** Records an option that is referred to by name. */
  private named(): void {
    const token = this.tokens[this.at + 1];
    if (token?.kind === 'word') this.options.push({ name: token.text, at: token.at });
  }

  /** Reads `[60]` or `[host-name]`. `nested`: the index of a relay, counted from either end. */
  private bracket(nested = false): void {
    this.must('[');
    const token = this.next();
    const code = token.kind === 'number' && !nested ? Number(token.text) : 0;
    if (!/^(number|word|hex)$/.test(token.kind) || code < 0 || code > (this.family === 4 ? 255 : 65535))
      this.wrong('the number or the name of an option');
    this.must(']');
  }

  /** Reads what follows `option[…]`: sub-options, then the form of access. */
  private optionTail(): Gives {
    this.must('.');
    if (this.peek().text === 'option') {
      this.next();
      this.bracket();
      return this.dotted(/^(text|hex|exists)$/);
    }
    return this.field(/^(text|hex|exists)$/);
  }

  private dotted(allowed: RegExp): Gives {
    this.must('.');
    return this.field(allowed);
  }

  private field(allowed: RegExp): Gives {
    const { text } = this.peek();
    if (!allowed.test(text)) this.wrong(`one of ${allowed.source.replace(/[^\w|]/g, '').replaceAll('|', ', ')}`);
    this.next();
    return text === 'exists' ? 'boolean' : 'string';
  }

  private call([gives, ...wants]: readonly [Gives, ...string[]]): Gives {
    this.must('(');
    for (const [i, want] of wants.entries()) {
      if (i > 0) this.must(',');
      if (want === 'index') {
        const token = this.next();
        if (token.kind !== 'number' && token.text !== 'all') {
          this.at--;
          this.wrong('a number or “all”');
        }
      } else if (this.or() !== want) this.wrong(want === 'boolean' ? 'a condition' : 'a value');
    }
    this.must(')');
    return gives;
  }
}
