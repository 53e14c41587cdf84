import { parseAddress, type Address } from '../address';
import type { NameUse, OptionSetting, Scope } from '../model';
import { rename } from '../fix';
import { nearest } from '../nearest';
import type { Located, Span } from '../source';
import { Cursor } from './text/cursor';
import type { Token } from './text/lexer';
import { atomsOf, lastCode, standardSpaces, type Atom, type DhcpdOption, type Value } from './spaces';
import { ENUMERATIONS } from './text/words';

/** Options by name, with their definitions and values. */
export class OptionParser extends Cursor {
  protected readonly spaces = standardSpaces();
  protected readonly names: NameUse[] = [];
  /** A file could not be read, so undefined names may be defined there. */
  protected unread = false;

  /** Reads the option name after `option`. If there is none, reports it and returns undefined. Returns an unknown one if `mayDefine`. */
  protected optionName(mayDefine: boolean): DhcpdOption | undefined {
    const first = this.peek();
    if (!this.isIdentifier(first)) {
      this.expected('the name of an option');
      return undefined;
    }
    this.next();
    let table = this.spaces.get('dhcp')!;
    let name = first;
    if (this.takes('.')) {
      name = this.peek();
      if (!this.isIdentifier(name)) {
        this.expected('the name of an option behind the dot');
        return undefined;
      }
      this.next();
      const found = this.spaces.get(first.text.toLowerCase());
      if (!found) {
        this.undefinedName(first, 'option-space', `There is no option space “${first.text}”.`);
        this.skipStatement();
        return undefined;
      }
      table = found;
    }
    const option = table.byName.get(name.text.toLowerCase());
    if (option) {
      this.names.push({ role: 'option', name: option.name, span: this.spanOf(name), definition: false });
      return option;
    }
    const numbered = /^unknown-(\d+)$/i.exec(name.text);
    if (numbered) {
      const code = Number(numbered[1]);
      if (code === 0 || code === lastCode(table.name)) {
        this.wrong('unknown-option', this.spanOf(name), 'No such option', `Option ${code} cannot be set.`);
        this.skipStatement();
        return undefined;
      }
      return table.byCode.get(code) ?? { space: table.name, code, name: name.text, format: 'X' };
    }
    if (mayDefine) return { space: table.name, code: -1, name: name.text, format: 'X', unknown: true };
    this.unknownOption(table.name, name);
    return undefined;
  }

  /** Reports an unknown option with a suggestion, and skips the statement. */
  protected unknownOption(spaceName: string, name: Token): void {
    const near = nearest(name.text, [...this.spaces.get(spaceName)!.byName.keys()]);
    this.findings.add({
      id: 'unknown-option',
      span: this.spanOf(name),
      title: `Unknown option “${name.text.slice(0, 60)}”`,
      explanation: `There is no option “${name.text.slice(0, 60)}” in the space ${spaceName}${near ? `; “${near}” is the nearest name` : ''}.`,
      steps: near
        ? [`Write “${near}”, or define the option: \`option ${name.text} code 224 = text;\`.`]
        : [`Define the option before it is used: \`option ${name.text} code 224 = text;\`.`],
      ...(this.unread ? { severity: 'info' as const } : {}),
      ...rename(this.spanOf(name), near),
    });
    this.skipStatement();
  }

  /** dhcpd takes `INTERFACES="eth0";` for an expression. */
  protected uselessComparison(begin: Token): void {
    this.findings.add({
      id: 'unknown-keyword',
      severity: 'warning',
      span: this.since(begin),
      title: `“${begin.text.slice(0, 60)}” is no statement`,
      explanation:
        'dhcpd takes this for a comparison and does nothing with it. Settings of a system’s start script stand in another file, such as /etc/default/isc-dhcp-server.',
      refused: false,
    });
  }

  /** Reports a name that is not defined anywhere. If a file was not read, it may be defined there. */
  protected undefinedName(token: Token, role: NameUse['role'], explanation: string, id = 'name-not-defined'): void {
    this.findings.add({
      id,
      span: this.spanOf(token),
      title: `“${token.text.slice(0, 60)}” is not defined`,
      explanation: this.unread ? `${explanation} It may be defined in the file that was not read.` : explanation,
      ...(this.unread ? { severity: 'info' as const } : {}),
    });
    this.names.push({ role, name: token.text, span: this.spanOf(token), definition: false });
  }

  /** Reads the value of an option, including the semicolon. */
  protected optionStatement(option: DhcpdOption, from: Token, scope: Scope | undefined): boolean {
    const begin = this.peek();
    let value: Value | undefined;
    if (this.sees(';') && !option.format.startsWith('Z')) return this.expected('a value');
    if (this.takes('=')) {
      if (this.dataExpression() === undefined) return false;
      value = { span: this.since(begin), addresses: [], numbers: [] };
    } else value = this.valueIn(option.format, option.space === 'server' ? 'wrong-type' : 'option-wrong-type');
    if (!value || !this.semicolon()) return false;
    if (scope && option.space !== 'server') scope.options.push(this.setting(option, from, value));
    return true;
  }

  protected setting(option: DhcpdOption, from: Token, value: Value): OptionSetting {
    const { addresses, numbers, text, span } = value;
    return {
      space: option.space === 'dhcp6' ? 'dhcpv6' : option.space,
      code: option.code,
      name: option.name,
      span: this.since(from),
      value: span,
      addresses,
      ...(numbers.length === 1 ? { number: numbers[0]! } : {}),
      ...(text === undefined ? {} : { text }),
    };
  }

  /** Overridden where expressions are known. */
  protected dataExpression(): unknown {
    return undefined;
  }

  /** Reads a value of this format. If there is none, reports it and returns undefined. */
  protected valueIn(format: string, id = 'option-wrong-type'): Value | undefined {
    const { atoms, list } = atomsOf(format);
    const begin = this.peek();
    const addresses: Located<Address>[] = [];
    const numbers: number[] = [];
    let text: string | undefined;
    do {
      for (const atom of atoms) {
        if (atom.optional && this.sees(';')) continue;
        do {
          const read = this.atom(atom, id);
          if (read === undefined) return undefined;
          if (typeof read === 'number') numbers.push(read);
          else if (typeof read === 'string') text ??= read;
          else if (read !== true) addresses.push(read);
        } while (atom.list && this.takes(','));
      }
    } while (list && this.takes(','));
    return { span: this.since(begin), addresses, numbers, ...(text === undefined ? {} : { text }) };
  }

  /** Reads one element of a value: an address, a number or a text; `true` for other elements. */
  private atom({ letter, argument }: Atom, id: string): Located<Address> | number | string | true | undefined {
    const token = this.peek();
    const no = (what: string): undefined => {
      this.expected(what, id);
      return undefined;
    };
    switch (letter) {
      case 'U':
      case 'k':
        if (!this.isIdentifier() && (letter === 'U' || token.kind !== 'string')) return no('a name');
        return letter === 'U' ? this.next().text : (this.hostName() ?? this.next().text);
      case 'E':
      case 'X':
        if (token.kind === 'hex' || token.kind === 'number') return this.hexList() ? true : undefined;
        return token.kind === 'string' ? this.next().text : no('a string or octets such as 01:a2:ff');
      case 'D':
        return this.domainList(id) ? true : undefined;
      case 'd':
        return this.domainName(token, id) ?? no('a domain name');
      case 't':
        return token.kind === 'string' || this.isIdentifier() ? this.next().text : no('a string in quotation marks');
      case 'N':
        if (!this.isIdentifier() || !ENUMERATIONS[argument]?.has(token.text))
          return no(`one of ${[...(ENUMERATIONS[argument] ?? [])].join(', ')}`);
        return this.next().text;
      case 'I':
        return this.addressOrName(id);
      case '6':
        return this.address6(id);
      case 'T':
        if (this.takesWord('infinite')) return Infinity;
        return this.plainNumber(32, id);
      case 'L':
      case 'l':
        return this.plainNumber(32, id);
      case 'S':
      case 's':
        return this.plainNumber(16, id);
      case 'B':
      case 'b':
        return this.plainNumber(8, id);
      case 'f':
        if (!/^(true|false|on|off|ignore)$/i.test(token.text) || !this.isIdentifier()) return no('true or false');
        return this.next().text.toLowerCase();
      case 'Z':
        return this.sees(';') ? true : no('a semicolon: the option has no value');
      default:
        return no('a value');
    }
  }

  private plainNumber(bits: number, id: string): number | undefined {
    const token = this.peek();
    if (token.kind !== 'number' && token.kind !== 'hex') {
      this.expected('a number', id);
      return undefined;
    }
    this.next();
    // An invalid number is reported there, and the statement continues.
    return this.numberOf(token, 0, bits) ?? 0;
  }

  /** Reads octets such as `01:a2:ff`. */
  protected hexList(): string[] | undefined {
    const octets: string[] = [];
    do {
      const token = this.peek();
      if (token.kind !== 'number' && token.kind !== 'hex') {
        this.expected('a hexadecimal number');
        return undefined;
      }
      this.next();
      const value = this.numberOf(token, 16, 8) ?? 0;
      octets.push((value & 0xff).toString(16).padStart(2, '0'));
    } while (this.takes(':'));
    return octets;
  }

  private domainList(id: string): boolean {
    do {
      const token = this.peek();
      if (token.kind !== 'string') return this.expected('a domain name in quotation marks', id);
      this.next();
      if (!this.isDomain(token.text, this.spanOf(token), id)) {
        this.skipStatement();
        return false;
      }
    } while (this.takes(','));
    return true;
  }

  /** Reads a domain name without quotation marks. One with too long a part is reported, and the statement continues. */
  private domainName(begin: Token, id: string): string | undefined {
    const name = this.hostName();
    if (name !== undefined) this.isDomain(name, this.since(begin), id);
    return name;
  }

  /** Whether a text can be a domain name: no part is empty or has more than 63 characters (RFC 1035 §2.3.4). Reports it otherwise. */
  private isDomain(name: string, span: Span, id: string): boolean {
    if (name.split('.').every((label) => label.length <= 63) && !name.includes('..')) return true;
    this.wrong(id, span, 'Not a domain name', `“${name.slice(0, 80)}” is no domain name.`);
    return false;
  }

  /** Reads `10.0.0.1`, or a name that the server looks up at start; a name gives `true`. */
  protected addressOrName(id = 'wrong-type'): Located<Address> | true | undefined {
    const token = this.peek();
    const dot = this.peek(1);
    if (token.kind === 'number' && dot.text === '.' && dot.kind === 'punctuation' && this.peek(2).kind === 'number') {
      const octets = this.octets('.', 4);
      if (!octets) return undefined;
      return {
        value: { family: 4, value: octets.reduce((sum, o) => sum * 256n + BigInt(o), 0n) },
        span: this.since(token),
      };
    }
    if (this.isIdentifier() || token.kind === 'number') {
      this.hostName();
      return true;
    }
    this.expected('an IP address or a host name', id);
    return undefined;
  }

  /** Reads four numbers separated by dots. */
  protected address4(): Located<Address> | undefined {
    const token = this.peek();
    const octets = this.octets('.', 4);
    if (!octets) return undefined;
    return {
      value: { family: 4, value: octets.reduce((sum, o) => sum * 256n + BigInt(o), 0n) },
      span: this.since(token),
    };
  }

  /** Reads an IPv6 address, which is several tokens without white space between them. */
  protected address6(id = 'wrong-type'): Located<Address> | undefined {
    const begin = this.peek();
    let text = '';
    for (let token = begin; ; token = this.peek()) {
      const part =
        token.kind === 'number' ||
        (token.kind === 'punctuation' && (token.text === ':' || token.text === '.')) ||
        ((token.kind === 'hex' || token.kind === 'name') && /^[\da-f]+$/i.test(token.text));
      if (!part || (text !== '' && token.spaced) || text.length > 45) break;
      text += token.text;
      this.next();
    }
    const value = parseAddress(text);
    if (value?.family === 6) return { value, span: this.since(begin) };
    this.wrong(
      id,
      text === '' ? this.spanOf(begin) : this.since(begin),
      'Expected an IPv6 address',
      `Here an IPv6 address must stand, not ${text === '' ? this.seen(begin) : `“${text}”`}.`,
    );
    this.skipStatement();
    return undefined;
  }
}
