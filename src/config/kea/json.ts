import { createScanner, type JSONScanner } from 'jsonc-parser';
import type { ReadInclude } from '../model';
import { SourceFile, type Span } from '../source';

/** A value of Kea's JSON with its place. */
export type JsonNode =
  | { readonly kind: 'object'; readonly span: Span; readonly members: readonly JsonMember[] }
  | { readonly kind: 'array'; readonly span: Span; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly span: Span; readonly value: string }
  | { readonly kind: 'integer' | 'float'; readonly span: Span; readonly value: number }
  | { readonly kind: 'boolean'; readonly span: Span; readonly value: boolean }
  | { readonly kind: 'null'; readonly span: Span };

export interface JsonMember {
  readonly key: string;
  readonly keySpan: Span;
  readonly value: JsonNode;
}

/** Called for each error that the reader finds. */
export type JsonProblem = (id: string, span: Span, title: string, explanation: string) => void;

/** How deep values may nest. Files written by people stay far below this. */
const DEEPEST = 100;
/** How many files one configuration may include, and how deep. */
const MOST_FILES = 200;
const DEEPEST_INCLUDE = 10;

// Token and error numbers of jsonc-parser. Its declarations have them only as const enums, which do not exist at run time.
const OPEN_BRACE = 1;
const CLOSE_BRACE = 2;
const OPEN_BRACKET = 3;
const CLOSE_BRACKET = 4;
const COMMA = 5;
const COLON = 6;
const NULL = 7;
const TRUE = 8;
const FALSE = 9;
const STRING = 10;
const NUMBER = 11;
const LINE_COMMENT = 12;
const TRIVIA = 15;
const UNKNOWN = 16;
const END = 17;
const COMMENT_WITHOUT_END = 1;
const STRING_WITHOUT_END = 2;

interface Token {
  readonly kind: number;
  readonly span: Span;
  readonly text: string;
}

/** A file being read. */
interface Input {
  readonly file: SourceFile;
  readonly scanner: JSONScanner;
}

const NAMES: Readonly<Record<number, string>> = {
  [COMMA]: 'a comma',
  [COLON]: 'a colon',
  [CLOSE_BRACE]: 'a right brace “}”',
  [CLOSE_BRACKET]: 'a right bracket “]”',
};

/**
 * Kea's JSON: three kinds of comments, `<?include "file"?>` wherever a token may be, and some surplus commas. Reads as much as possible of
 * a damaged text.
 */
export class JsonReader {
  readonly files: SourceFile[] = [];
  private readonly inputs: Input[] = [];
  private token!: Token;
  private last: Span;
  private depth = 0;
  /** The text is damaged beyond this point, so nothing more is reported. */
  private lost = false;
  unread = false;

  constructor(
    file: SourceFile,
    private readonly include: ReadInclude,
    private readonly say: JsonProblem,
  ) {
    this.last = file.span(0, 0);
    this.push(file);
    this.next();
  }

  /** Reads the single value of the file. Undefined if there is none. */
  read(): JsonNode | undefined {
    const value = this.value();
    if (value && !this.at(END))
      this.wrong(
        this.token.span,
        'Text behind the end',
        `Behind the configuration nothing may stand, but here is ${this.seen()}.`,
      );
    return value;
  }

  private push(file: SourceFile): void {
    this.files.push(file);
    this.inputs.push({ file, scanner: createScanner(file.text, false) });
  }

  private wrong(span: Span, title: string, explanation: string, id = 'syntax'): void {
    if (!this.lost) this.say(id, span, title, explanation);
  }

  private at(kind: number): boolean {
    return this.token.kind === kind;
  }

  private seen(): string {
    return this.at(END) ? 'the end of the file' : `“${this.token.text.slice(0, 40)}”`;
  }

  /** Moves to the next token. Skips white space and comments, and follows includes. */
  private next(): void {
    if (this.token) this.last = this.token.span;
    for (;;) {
      const input = this.inputs.at(-1)!;
      const { file, scanner } = input;
      const kind = scanner.scan() as number;
      const start = scanner.getTokenOffset();
      let end = start + scanner.getTokenLength();
      if (kind >= LINE_COMMENT && kind <= TRIVIA) {
        if ((scanner.getTokenError() as number) === COMMENT_WITHOUT_END)
          this.wrong(file.span(start, start + 2), 'Comment without end', 'The comment that begins here has no “*/”.');
        continue;
      }
      const first = file.text[start];
      if (kind === UNKNOWN && first === '#') {
        const newline = file.text.indexOf('\n', start);
        scanner.setPosition(newline === -1 ? file.text.length : newline);
        continue;
      }
      if (kind === UNKNOWN && file.text.startsWith('<?include', start)) {
        this.includeAt(input, start);
        continue;
      }
      if (kind === NUMBER && /\d/.test(file.text[end] ?? '')) {
        // Kea accepts leading zeros.
        end += /^[\d.eE+-]*/.exec(file.text.slice(end, end + 40))![0].length;
        scanner.setPosition(end);
      }
      if (kind === END && this.inputs.length > 1) {
        this.inputs.pop();
        continue;
      }
      this.token = { kind, span: file.span(start, end), text: file.text.slice(start, end) };
      if (kind === STRING) this.checkString(scanner);
      return;
    }
  }

  private checkString(scanner: JSONScanner): void {
    const error = scanner.getTokenError() as number;
    const { span } = this.token;
    if (error === STRING_WITHOUT_END)
      this.wrong(
        this.token.span,
        'String without end',
        'The string that begins here has no closing quotation mark on its line.',
      );
    else if (error !== 0)
      this.wrong(span, 'Damaged string', 'The string holds a character or an escape that JSON does not allow.');
  }

  private includeAt({ file, scanner }: Input, start: number): void {
    const match = /^<\?include[ \t\n\r]*"([^"\n]*)"[ \t\n\r]*\?>/.exec(file.text.slice(start, start + 4096));
    if (!match) {
      this.wrong(file.span(start, start + 9), 'Damaged include', 'An include is written `<?include "file"?>`.');
      scanner.setPosition(start + 9);
      return;
    }
    scanner.setPosition(start + match[0].length);
    const span = file.span(start, start + match[0].length);
    const found = this.files.length < MOST_FILES ? this.include(match[1]!, file) : undefined;
    if (!found) {
      this.unread = true;
      this.say(
        'include-not-read',
        span,
        `“${match[1]!.slice(0, 80)}” was not read`,
        'The included file is not here, so nothing is said of what it holds. Kea does not start without it.',
      );
    } else if (this.inputs.length >= DEEPEST_INCLUDE || this.inputs.some((one) => one.file.path === found.path)) {
      this.wrong(
        span,
        'A file includes itself',
        `“${match[1]!}” is being read already: it includes itself.`,
        'include-loop',
      );
    } else this.push(new SourceFile(found.path, found.text, found.mode));
  }

  /** The span from the start of a value to the end of the last token. */
  private since(start: Span): Span {
    return this.last.file === start.file && this.last.end > start.start
      ? start.file.span(start.start, this.last.end)
      : start;
  }

  private value(): JsonNode | undefined {
    const { span, text } = this.token;
    const { kind } = this.token;
    switch (kind) {
      case OPEN_BRACE:
      case OPEN_BRACKET: {
        if (this.depth >= DEEPEST) {
          this.wrong(span, 'Nested too deep', `What is nested more than ${DEEPEST} deep is not read.`, 'too-deep');
          this.lost = true;
          return undefined;
        }
        this.depth++;
        const node = kind === OPEN_BRACE ? this.object() : this.array();
        this.depth--;
        return node;
      }
      case STRING: {
        const value = unquoted(text);
        this.next();
        return { kind: 'string', span, value };
      }
      case NUMBER: {
        this.next();
        const float = /[.eE]/.test(text);
        if (!float && !/^-?\d{1,18}$/.test(text))
          this.wrong(span, 'Number too large', `${text.slice(0, 40)} is larger than any number that Kea reads.`);
        return { kind: float ? 'float' : 'integer', span, value: Number(text) };
      }
      case TRUE:
      case FALSE:
        this.next();
        return { kind: 'boolean', span, value: kind === TRUE };
      case NULL:
        this.next();
        return { kind: 'null', span };
      default:
        // Kea also accepts a fraction without a digit before the point.
        if (/^-?\.\d+([eE][-+]?\d+)?$/.test(text)) {
          this.next();
          return { kind: 'float', span, value: Number(text) };
        }
        this.wrong(span, 'Expected a value', `Here a value must stand, not ${this.seen()}.`);
        return undefined;
    }
  }

  private array(): JsonNode {
    const { span } = this.token;
    const items: JsonNode[] = [];
    this.next();
    this.listed(CLOSE_BRACKET, span, () => {
      const item = this.value();
      if (item) items.push(item);
      return item !== undefined;
    });
    return { kind: 'array', span: this.since(span), items };
  }

  private object(): JsonNode {
    const { span } = this.token;
    const members: JsonMember[] = [];
    this.next();
    this.listed(CLOSE_BRACE, span, () => {
      if (!this.at(STRING)) {
        this.wrong(
          this.token.span,
          'Expected a name',
          `Here a name in quotation marks must stand, not ${this.seen()}.`,
        );
        return false;
      }
      const key = unquoted(this.token.text);
      const keySpan = this.token.span;
      this.next();
      if (!this.at(COLON)) {
        this.wrong(
          this.token.span,
          'Expected a colon',
          `Behind “${key.slice(0, 40)}” a colon must stand, not ${this.seen()}.`,
        );
        return false;
      }
      this.next();
      const value = this.value();
      if (value) members.push({ key, keySpan, value });
      return value !== undefined;
    });
    return { kind: 'object', span: this.since(span), members };
  }

  /** Reads elements separated by commas, up to the closing mark. */
  private listed(close: number, opened: Span, element: () => boolean): void {
    let first = true;
    while (!this.at(close)) {
      if (this.at(END)) {
        this.wrong(
          opened,
          `Not closed`,
          `What begins here is not closed: ${NAMES[close]!} is missing before the end of the file.`,
        );
        this.lost = true;
        return;
      }
      if (!first) {
        if (!this.at(COMMA)) {
          // Most likely only the comma is missing, so reading continues.
          this.wrong(
            this.last,
            'Comma missing',
            `Behind this a comma or ${NAMES[close]!} must stand; ${this.seen()} follows.`,
          );
          if (this.at(CLOSE_BRACE) || this.at(CLOSE_BRACKET)) return;
        } else {
          this.next();
          // Kea 2 accepts a surplus comma with a warning.
          while (this.at(COMMA)) this.next();
          if (this.at(close)) break;
        }
      } else if (this.at(COMMA))
        this.wrong(this.token.span, 'Comma without a value', 'Before this comma a value is missing.');
      first = false;
      if (!element()) this.resume(close);
      if (this.lost) return;
    }
    this.next();
  }

  /** Recovers from an error: skips to the next comma or the end of this list. */
  private resume(close: number): void {
    for (let open = 0; !this.at(END); this.next()) {
      if (this.at(OPEN_BRACE) || this.at(OPEN_BRACKET)) open++;
      else if (this.at(CLOSE_BRACE) || this.at(CLOSE_BRACKET)) {
        if (open === 0) {
          if (!this.at(close)) continue;
          return;
        }
        open--;
      } else if (this.at(COMMA) && open === 0) return;
    }
  }
}

function unquoted(text: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    return text.replace(/^"|"$/g, '');
  }
}
