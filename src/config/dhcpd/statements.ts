import { rename } from '../fix';
import { nearest } from '../nearest';
import type { Scope, SettingName, Statement } from '../model';
import { newScope, type OpenStatement } from '../scopes';
import type { ExpressionKind } from './expressions';
import { KeyParser } from './keys';
import type { Token } from './text/lexer';
import { PARAMETERS, PERMISSIONS, RESERVED } from './text/words';
import type { Value } from './spaces';
import type { Located } from '../source';

/** Parameters that most servers have, with their names in the model. */
const SETTINGS: Readonly<Record<string, SettingName>> = {
  'default-lease-time': 'lease-time',
  'min-lease-time': 'min-lease-time',
  'max-lease-time': 'max-lease-time',
  'preferred-lifetime': 'preferred-lifetime',
  'next-server': 'next-server',
  filename: 'boot-file',
  'server-name': 'server-name',
  'boot-unknown-clients': 'unknown-clients',
  'min-secs': 'delay',
};

/** Statements that put an option into the reply. */
const OPTION_WORDS: ReadonlySet<string> = new Set(['option', 'supersede', 'send', 'default', 'prepend', 'append']);

/** How to read each statement that its first word identifies. */
const SIMPLE: ReadonlyMap<
  string,
  (parser: StatementParser, scope: Scope, inSwitch: ExpressionKind | undefined) => unknown
> = new Map([
  ['if', (parser, scope) => parser.ifStatement(scope)],
  ['on', (parser, scope) => parser.onStatement(scope)],
  ['switch', (parser, scope) => parser.switchStatement(scope)],
  ['case', (parser, _, inSwitch) => parser.caseStatement(inSwitch)],
  ['break', (parser) => parser.breakStatement()],
  ['add', (parser) => parser.addStatement()],
  ['allow', (parser, scope) => parser.permission(scope)],
  ['deny', (parser, scope) => parser.permission(scope)],
  ['ignore', (parser, scope) => parser.permission(scope)],
  ['set', (parser, scope) => parser.setStatement(scope)],
  ['define', (parser, scope) => parser.setStatement(scope)],
  ['unset', (parser) => parser.unsetStatement()],
  ['eval', (parser) => parser.expressionStatement()],
  ['return', (parser) => parser.expressionStatement()],
  ['log', (parser) => parser.logStatement()],
  ['execute', (parser) => parser.executeStatement()],
  ['zone', (parser) => parser.zone()],
  ['key', (parser) => parser.key()],
  ['db-time-format', (parser) => parser.timeFormat()],
]);

/** Statements allowed inside conditions and events, as well as elsewhere. */
export class StatementParser extends KeyParser {
  /** The current level of the outline, which the next statements join. */
  protected outline: Statement[] = [];
  protected readonly scopes: Scope[] = [];
  protected readonly classes = new Set<string>();

  /** Adds a statement to the outline while `read` reads it. Statements read meanwhile become its children. */
  protected outlined(begin: Token, read: (statement: OpenStatement) => void): void {
    const around = this.outline;
    const head = this.spanOf(begin);
    const statement: OpenStatement = { keyword: begin.text, span: head, head, children: [] };
    around.push(statement);
    this.outline = statement.children;
    read(statement);
    statement.span = this.since(begin);
    if (statement.head === head && statement.children.length === 0) statement.head = statement.span;
    this.outline = around;
  }

  /**
   * Reads a statement that is allowed anywhere, even in conditions. Reads nothing and returns false if the next word starts none.
   * `inSwitch`: `case` and `default:` are allowed here.
   */
  protected executable(scope: Scope, inSwitch?: ExpressionKind): boolean {
    const begin = this.peek();
    const read = this.executableReader(begin, scope, inSwitch);
    if (!read) return false;
    if (!this.deeper()) return true;
    this.depth++;
    this.outlined(begin, read);
    this.depth--;
    return true;
  }

  private executableReader(
    begin: Token,
    scope: Scope,
    inSwitch: ExpressionKind | undefined,
  ): (() => unknown) | undefined {
    const { word } = begin;
    if (word === 'default' && this.peek(1).text === ':') {
      return () => {
        this.next();
        this.next();
        if (!inSwitch)
          this.wrong(
            'not-allowed-here',
            this.spanOf(begin),
            '“default:” not allowed here',
            '“default:” stands only in a switch.',
          );
      };
    }
    if (OPTION_WORDS.has(word)) {
      return () => {
        this.next();
        const option = this.optionName(false);
        if (option) this.optionStatement(option, begin, scope);
      };
    }
    const simple = SIMPLE.get(word);
    if (simple) return () => simple(this, scope, inSwitch);
    if (this.isIdentifier(begin)) {
      const format = PARAMETERS.get(begin.text.toLowerCase());
      if (format !== undefined) return () => this.parameter(begin, format, scope);
    }
    if (this.isFree(begin)) return () => this.callStatement(begin);
    return undefined;
  }

  /** Reads `name value;`, one of the server's own parameters. */
  private parameter(begin: Token, format: string, scope: Scope): void {
    this.next();
    const name = begin.text.toLowerCase();
    const option = { space: 'server', code: 0, name, format };
    const first = this.peek();
    let value: Value | undefined;
    if (this.sees(';') || this.sees('=')) {
      this.optionStatement(option, begin, undefined);
      return;
    }
    value = this.valueIn(format, 'wrong-type');
    if (!value) return;
    value = { ...value, span: this.since(first) };
    if (name === 'omapi-key') this.omapiKey = { value: value.text ?? first.text, span: value.span };
    if (name === 'ddns-update-style' && value.text === 'ad-hoc')
      this.wrong(
        'wrong-type',
        value.span,
        'Update style “ad-hoc” is gone',
        'dhcpd 4.3 and later refuse the style “ad-hoc”. Write “interim”, “standard” or “none”.',
      );
    if (name === 'vendor-option-space' && value.text !== undefined)
      this.names.push({ role: 'option-space', name: value.text, span: value.span, definition: false });
    const setting = SETTINGS[name];
    if (setting !== undefined) {
      const number = value.numbers[0];
      const text = value.text ?? first.text;
      scope.settings.set(setting, {
        value: value.addresses.length > 0 ? this.file.text.slice(value.span.start, value.span.end) : text,
        span: this.since(begin),
        ...(number === undefined ? {} : { number: number === 0xffffffff || number < 0 ? Infinity : number }),
      });
    }
    this.semicolon();
  }

  /** Reads a word that starts no statement: a function call, or a mistake. */
  private callStatement(begin: Token): void {
    const follows = this.peek(1);
    if (follows.text === '(' && follows.kind === 'punctuation') {
      if (this.expression('data') !== undefined) this.semicolon();
      return;
    }
    if (begin.kind === 'name' && /^[=!]$/.test(follows.text)) {
      if (this.expression('data') !== undefined && this.semicolon()) this.uselessComparison(begin);
      return;
    }
    this.next();
    this.unknownStatement(begin, follows.text === ';' && begin.kind === 'name');
  }

  /** `taken`: dhcpd accepts the word as a variable, without effect. */
  protected unknownStatement(begin: Token, taken = false): void {
    const near = nearest(begin.text, [...PARAMETERS.keys(), ...RESERVED]);
    const outline = this.outline as OpenStatement[];
    const own = outline.at(-1);
    if (own?.keyword === begin.text) own.unknown = true;
    this.findings.add({
      id: 'unknown-keyword',
      span: this.spanOf(begin),
      title: `Unknown statement “${begin.text.slice(0, 60)}”`,
      explanation: taken
        ? `dhcpd takes “${begin.text}” for a variable and does nothing with it. It is no statement of dhcpd.conf(5).`
        : `dhcpd knows no statement “${begin.text.slice(0, 60)}”${near ? `; “${near}” is the nearest word` : ''}.`,
      steps: near ? [`Write “${near}”.`] : [],
      ...(taken ? { severity: 'info' as const } : {}),
      ...rename(this.spanOf(begin), near),
    });
    this.skipStatement();
  }

  /** Reads a `{ … }` block of executable statements. They apply only to some clients, so the block is a scope of its own. */
  protected block(scope: Scope, inSwitch?: ExpressionKind): boolean {
    const brace = this.peek();
    if (!this.openBrace()) return false;
    while (!this.sees('}')) {
      if (this.ended) {
        this.unclosed(brace);
        return false;
      }
      if (this.executable(scope, inSwitch)) continue;
      const token = this.peek();
      const allowed = RESERVED.has(token.word);
      this.wrong(
        allowed ? 'not-allowed-here' : 'syntax',
        this.spanOf(token),
        `${this.seen(token)} not allowed here`,
        `In a condition or an event only statements that run may stand, not ${this.seen(token)}.`,
      );
      if (this.sees(';')) this.next();
      else this.skipStatement();
    }
    this.next();
    return true;
  }

  /** A block that runs for some clients only. Its guard is the condition; without one, nothing is known of when it runs. */
  private conditional(name: string, begin: Token, scope: Scope, condition?: Located<string>): Scope {
    const made = { ...newScope('class', this.spanOf(begin), scope, name), guards: condition ? [condition] : [] };
    this.scopes.push(made);
    return made;
  }

  ifStatement(scope: Scope): void {
    // What the branches above this one do not admit.
    let before = '';
    for (;;) {
      const begin = this.next();
      // A parenthesis right after “if” encloses the whole condition: only the block may follow it.
      const around = this.takes('(');
      const from = this.peek();
      if (this.booleanExpression() === undefined) return;
      const span = this.since(from);
      const text = `(${this.file.text.slice(span.start, span.end)})`;
      if (around && !this.takes(')')) return void this.expected('a right parenthesis “)”');
      if (!this.block(this.conditional('if', begin, scope, { value: before + text, span }))) return;
      before += `not ${text} and `;
      if (this.seesWord('elsif')) continue;
      if (!this.takesWord('else')) return;
      if (this.seesWord('if')) continue;
      this.block(this.conditional('else', begin, scope, { value: before.replace(/ and $/, ''), span }));
      return;
    }
  }

  onStatement(scope: Scope): void {
    const begin = this.next();
    do {
      if (!/^(expiry|commit|release|transmission)$/.test(this.peek().word)) {
        this.expected('“commit”, “expiry”, “release” or “transmission”');
        return;
      }
      this.next();
    } while (this.takesWord('or'));
    if (!this.takes(';')) this.block(this.conditional('on', begin, scope));
  }

  switchStatement(scope: Scope): void {
    const begin = this.next();
    if (!this.takes('(')) {
      this.expected('a left parenthesis “(”');
      return;
    }
    const given = this.expression('data-or-numeric');
    if (given === undefined) return;
    if (!this.takes(')')) this.expected('a right parenthesis “)”');
    else this.block(this.conditional('switch', begin, scope), given === 'data' ? 'data' : 'numeric');
  }

  caseStatement(inSwitch: ExpressionKind | undefined): void {
    const begin = this.next();
    if (!inSwitch) {
      this.wrong('not-allowed-here', this.spanOf(begin), '“case” not allowed here', '“case” stands only in a switch.');
      this.skipStatement();
    } else if (this.expression(inSwitch) !== undefined && !this.takes(':')) this.expected('a colon');
  }

  breakStatement(): void {
    this.next();
    this.semicolon();
  }

  timeFormat(): void {
    this.next();
    if (!this.takesWord('local') && !this.takesWord('default')) this.expected('“local” or “default”');
    else this.semicolon();
  }

  addStatement(): void {
    this.next();
    const name = this.peek();
    if (name.kind !== 'string') {
      this.expected('the name of a class, in quotation marks');
      return;
    }
    this.next();
    if (!this.classes.has(name.text)) {
      this.undefinedName(name, 'class', `There is no class “${name.text}” above this line.`, 'class-not-defined');
      this.skipStatement();
    } else {
      this.names.push({ role: 'class', name: name.text, span: this.spanOf(name), definition: false });
      this.semicolon();
    }
  }

  permission(scope: Scope): void {
    const begin = this.next();
    const key = this.peek();
    if (!PERMISSIONS.has(key.word)) {
      this.expected(`one of ${[...PERMISSIONS].join(', ')}`);
      return;
    }
    this.next();
    if (key.word === 'unknown-clients' || key.word === 'booting' || key.word === 'bootp')
      scope.settings.set(key.word, { value: String(begin.word === 'allow'), span: this.since(begin) });
    this.semicolon();
  }

  setStatement(scope: Scope): void {
    const begin = this.next();
    const name = this.peek();
    if (!this.isFree(name)) {
      this.expected('the name of a variable');
      return;
    }
    this.next();
    if (this.takes('(')) {
      this.functions.add(name.text);
      while (!this.takes(')')) {
        if (!this.isFree()) {
          this.expected('the name of an argument');
          return;
        }
        this.next();
        if (!this.sees(')') && !this.takes(',')) {
          this.expected('a comma or “)”');
          return;
        }
      }
      this.block(this.conditional('function', begin, scope));
      return;
    }
    if (!this.takes('=')) this.expected('“=”');
    else if (this.expression('any') !== undefined) this.semicolon();
  }

  unsetStatement(): void {
    this.next();
    if (!this.isFree()) this.expected('the name of a variable');
    else {
      this.next();
      this.semicolon();
    }
  }

  expressionStatement(): void {
    this.next();
    if (this.expression('data') !== undefined) this.semicolon();
  }

  logStatement(): void {
    this.next();
    if (!this.takes('(')) {
      this.expected('a left parenthesis “(”');
      return;
    }
    if (/^(fatal|error|debug|info)$/.test(this.peek().word)) {
      this.next();
      if (!this.takes(',')) {
        this.expected('a comma');
        return;
      }
    }
    if (this.dataExpression() === undefined) return;
    if (!this.takes(')')) this.expected('a right parenthesis “)”');
    else this.semicolon();
  }

  executeStatement(): void {
    this.next();
    if (!this.takes('(')) {
      this.expected('a left parenthesis “(”');
      return;
    }
    if (this.peek().kind !== 'string') {
      this.expected('a command in quotation marks');
      return;
    }
    this.next();
    while (this.takes(',')) if (this.dataExpression() === undefined) return;
    if (!this.takes(')')) this.expected('a right parenthesis “)”');
    else this.semicolon();
  }
}
