import { plain } from '../plain/xml';

/** Limits on the nesting of elements, and on the length of a text or tag. */
const DEEPEST = 64;
const LONGEST = 1 << 16;

export interface XmlSink {
  /** Gets the name without its prefix, and the place of the “<”. */
  open(name: string, line: number, column: number): void;
  /** Gets the text of the element, and the place after its “>”. */
  close(name: string, text: string, line: number, column: number): void;
  damaged(line: number, column: number, what: string): void;
}

/** Reads XML line by line without building a tree. Ignores attributes, comments and processing instructions. */
export class XmlLines {
  private readonly stack: string[] = [];
  private text = '';
  /** An unfinished tag, from its “<”. */
  private tag = '';
  private tagLine = 0;
  private tagColumn = 0;
  /** Inside a comment or similar: the text that ends it. */
  private until: string | undefined;
  private lost = false;

  constructor(private readonly sink: XmlSink) {}

  /** The innermost open element; undefined if all are closed. */
  get open(): string | undefined {
    return this.tag !== '' ? this.tag.slice(0, 32) : this.stack.at(-1);
  }

  line(text: string, line: number, cut: boolean): void {
    let at = 0;
    while (at < text.length) {
      if (this.until !== undefined) {
        const end = text.indexOf(this.until, at);
        if (this.until === ']]>') this.hold(text.slice(at, end === -1 ? text.length : end));
        if (end === -1) break;
        at = end + this.until.length;
        this.until = undefined;
      } else if (this.tag !== '') {
        const end = text.indexOf('>', at);
        this.tag = (this.tag + text.slice(at, end === -1 ? text.length : end + 1)).slice(0, LONGEST);
        at = end === -1 ? text.length : end + 1;
        if (end !== -1) this.whole(line, at + 1);
        else this.tag += '\n';
      } else {
        const begin = text.indexOf('<', at);
        this.hold(plain(text.slice(at, begin === -1 ? text.length : begin)));
        if (begin === -1) break;
        at = this.begin(text, begin, line);
      }
    }
    if (cut) this.sink.damaged(line, 1, 'The line is longer than any that the server writes, and was cut.');
  }

  private begin(text: string, at: number, line: number): number {
    for (const [opens, closes] of [
      ['<!--', '-->'],
      ['<![CDATA[', ']]>'],
      ['<?', '?>'],
    ] as const)
      if (text.startsWith(opens, at)) {
        this.until = closes;
        return at + opens.length;
      }
    this.tag = '<';
    this.tagLine = line;
    this.tagColumn = at + 1;
    return at + 1;
  }

  private hold(text: string): void {
    if (this.text.length < LONGEST) this.text += text;
  }

  private whole(line: number, column: number): void {
    const match = /^<(\/?)(?:[\w.-]+:)?([\w.-]+)/.exec(this.tag);
    const empty = this.tag.endsWith('/>');
    this.tag = this.tag.startsWith('<!') ? '' : this.tag;
    if (!match) {
      if (this.tag !== '') this.sink.damaged(this.tagLine, this.tagColumn, 'What begins here with “<” is no tag.');
      this.tag = '';
      return;
    }
    this.tag = '';
    const name = match[2]!;
    if (match[1] === '/') return this.leave(name, line, column);
    this.text = '';
    this.sink.open(name, this.tagLine, this.tagColumn);
    if (empty) this.sink.close(name, '', line, column);
    else if (this.stack.length < DEEPEST) this.stack.push(name);
    else if (!this.lost) {
      this.lost = true;
      this.sink.damaged(this.tagLine, this.tagColumn, `Elements stand more than ${DEEPEST} deep in each other.`);
    }
  }

  private leave(name: string, line: number, column: number): void {
    const at = this.stack.lastIndexOf(name);
    if (at === -1) {
      if (!this.lost)
        this.sink.damaged(this.tagLine, this.tagColumn, `The element ${name} is closed here and was not opened.`);
      return;
    }
    // Unclosed elements are dropped.
    if (at < this.stack.length - 1)
      this.sink.damaged(this.tagLine, this.tagColumn, `The element ${this.stack.at(-1)!} is not closed.`);
    this.stack.length = at;
    this.sink.close(name, this.text.trim(), line, column);
    this.text = '';
  }
}
