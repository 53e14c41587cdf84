import { codeTooLarge } from '../codes';
import type { Token } from './text/lexer';
import { OptionParser } from './options';
import { define, space, type DhcpdOption } from './spaces';

/** Options and option spaces defined in the file: dhcp-options(5), DEFINING NEW OPTIONS. */
export class DefinitionParser extends OptionParser {
  /** Option spaces whose codes have one octet. */
  private readonly narrow = new Set(['dhcp']);

  /** Reads `option space NAME code width 1 length width 1;`, from `space` on. */
  protected optionSpace(): void {
    this.next();
    const name = this.peek();
    if (!this.isIdentifier(name)) {
      this.expected('the name of the option space');
      return;
    }
    this.next();
    let width = 1;
    while (!this.takes(';')) {
      const allowed = { code: [1, 2, 4], length: [1, 2], hash: undefined }[this.peek().word];
      const key = this.peek().word;
      if (key !== 'code' && key !== 'length' && key !== 'hash') {
        this.expected('“code width”, “length width”, “hash size” or a semicolon');
        return;
      }
      this.next();
      if (!this.takesWord(key === 'hash' ? 'size' : 'width')) {
        this.expected(key === 'hash' ? '“size”' : '“width”');
        return;
      }
      const number = this.peek();
      if (number.kind !== 'number' || (allowed && !allowed.includes(Number(number.text)))) {
        this.expected(allowed ? `one of the widths ${allowed.join(', ')}` : 'a number', 'wrong-type');
        return;
      }
      this.next();
      if (key === 'code') width = Number(number.text);
    }
    this.spaces.set(name.text.toLowerCase(), space(name.text, []));
    if (width === 1) this.narrow.add(name.text.toLowerCase());
    else this.narrow.delete(name.text.toLowerCase());
    this.names.push({ role: 'option-space', name: name.text, span: this.spanOf(name), definition: true });
  }

  /** Reads `code 224 = text;` after an option's name, from `code` on. */
  protected optionDefinition(option: DhcpdOption, name: Token): void {
    this.next();
    const number = this.peek();
    if (number.kind !== 'number') {
      this.expected('the number of the option');
      return;
    }
    this.next();
    if (!this.takes('=')) {
      this.expected('“=”');
      return;
    }
    const format = this.definedFormat();
    if (format === undefined) return;
    if (this.narrow.has(option.space.toLowerCase()) && Number(number.text) > 255)
      this.findings.add(codeTooLarge(Number(number.text), this.spanOf(number)));
    define(this.spaces.get(option.space.toLowerCase())!, {
      space: option.space,
      code: Number(number.text),
      name: option.name,
      format,
    });
    this.names.push({
      role: 'option',
      name: option.name,
      span: this.spanOf(name),
      definition: true,
      ...(/^dhcp6?$/i.test(option.space) ? { code: Number(number.text) } : {}),
    });
  }

  /** Reads `array of { ip-address, integer 8 };` and returns its format letters. */
  protected definedFormat(): string | undefined {
    let format = '';
    const no = (what: string): undefined => {
      this.expected(what, 'syntax');
      return undefined;
    };
    let list = false;
    if (this.takesWord('array')) {
      if (!this.takesWord('of')) return no('“of”');
      list = true;
    }
    const record = this.takes('{');
    let last = false;
    let encapsulated = false;
    for (;;) {
      if (encapsulated) return no('nothing behind “encapsulate”');
      let innerList = false;
      if (this.seesWord('array')) {
        if (list) return no('no array inside an array');
        this.next();
        if (!this.takesWord('of')) return no('“of”');
        if (record) innerList = true;
        else list = true;
        if (this.sees('{')) return no('one simple type');
      }
      const many = list || innerList;
      const letter = this.definedType(many);
      if (letter === undefined) return undefined;
      last = /[tXDdZ]|Dc/.test(letter);
      encapsulated = letter.startsWith('E');
      format += letter + (innerList ? 'a' : '');
      if (!record) break;
      if (this.takes(',')) {
        if (last) return no('“}”: a text must be the last of a record');
        continue;
      }
      if (!this.takes('}')) return no('“,” or “}”');
      break;
    }
    if (!this.semicolon()) return undefined;
    if (encapsulated && list) return no('no array of encapsulated options');
    return format + (list ? 'A' : '');
  }

  protected definedType(many: boolean): string | undefined {
    const token = this.peek();
    const no = (what: string): undefined => {
      this.expected(what, 'syntax');
      return undefined;
    };
    const alone = { text: 't', string: 'X', 'domain-name': 'd', 'domain-list': 'D', zerolen: 'Z' }[token.word];
    if (alone !== undefined) {
      if (many) return no('a type that an array can have');
      this.next();
      return token.word === 'domain-list' && this.takesWord('compressed') ? 'Dc' : alone;
    }
    const simple = { boolean: 'f', 'ip-address': 'I', 'ip6-address': '6' }[token.word];
    if (simple !== undefined) {
      this.next();
      return simple;
    }
    if (token.word === 'encapsulate') {
      this.next();
      const name = this.peek();
      if (!this.isIdentifier(name)) return no('the name of an option space');
      this.next();
      if (!this.spaces.has(name.text.toLowerCase())) {
        this.undefinedName(name, 'option-space', `There is no option space “${name.text}”.`);
        this.skipStatement();
        return undefined;
      }
      return `E${name.text}.`;
    }
    const signed = token.word !== 'unsigned';
    if (token.word === 'unsigned' || token.word === 'signed') this.next();
    if (!this.takesWord('integer')) return no('a type: text, string, integer, ip-address, boolean …');
    const width = { '8': 'B', '16': 'S', '32': 'L' }[this.peek().text];
    if (width === undefined) return no('8, 16 or 32');
    this.next();
    return signed ? width.toLowerCase() : width;
  }
}
