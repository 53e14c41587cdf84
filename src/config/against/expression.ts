import { KEYWORDS4, KEYWORDS6 } from '../../codec/optionKeywords';
import { ipv4ToText, parseIpv4 } from '../../codec/bytes';
import type { ConfigDocument } from '../model';
import {
  type Asked,
  folded,
  type Heard,
  hexOfText,
  type Octets as Held,
  padded,
  readable,
  unescaped,
  word32,
} from './request';

import { Beyond, tokensOf, type Token } from './tokens';

/** Undefined if it cannot be told from the capture. */
export type Truth = boolean | undefined;

/** What an expression may refer to besides the message itself. */
export interface Context {
  readonly language: 'dhcpd' | 'kea';
  readonly request: Asked;
  member(name: string): Truth;
  readonly known: Truth;
  /** Options that the configuration defines, by name. */
  readonly defined: ReadonlyMap<string, number>;
}

/** The options of DHCP's own space that a configuration defines. */
export const definedOptions = ({ names }: ConfigDocument): ReadonlyMap<string, number> =>
  new Map(
    names.flatMap(({ role, name, code }) => (role === 'option' && code !== undefined ? [[name, code] as const] : [])),
  );

/** The result of a condition, with the comparison that failed, in words. */
export interface Tested {
  readonly truth: Truth;
  readonly failed?: string;
}

/** Octets as hex digits; null if the message has no such option. */
type Octets = string | null;
type Value = { readonly octets: Octets; readonly name?: string } | { readonly truth: Truth } | undefined;

const DEEPEST = 60;
const codesOf = (language: 'dhcpd' | 'kea', rows: typeof KEYWORDS4): ReadonlyMap<string, number> =>
  new Map(rows.flatMap(({ [language]: name, code }) => (name ? [[name, code] as const] : [])));
const CODES = {
  dhcpd: { 4: codesOf('dhcpd', KEYWORDS4), 6: codesOf('dhcpd', KEYWORDS6) },
  kea: { 4: codesOf('kea', KEYWORDS4), 6: codesOf('kea', KEYWORDS6) },
};
/** Option 82 sub-options by dhcpd's names (dhcp-options(5)). */
const AGENT: Readonly<Record<string, number>> = { 'circuit-id': 1, 'remote-id': 2, 'link-selection': 5 };

/** Whether a condition is true for a request. Undefined if it cannot be evaluated. */
export function testCondition(text: string, context: Context): Tested {
  try {
    const reader = new Reader(tokensOf(text), context);
    const truth = reader.whole();
    return { truth, ...(reader.failed !== undefined ? { failed: reader.failed } : {}) };
  } catch (error) {
    if (error instanceof Beyond) return { truth: undefined };
    throw error;
  }
}

/** The value of an expression as hex digits. Null if the message does not have it, undefined if it cannot be evaluated. */
export function valueOf(text: string, context: Context): Octets | undefined {
  try {
    return new Reader(tokensOf(text), context).value();
  } catch (error) {
    if (error instanceof Beyond) return undefined;
    throw error;
  }
}

const END: Token = { kind: 'end', text: '' };
const not = (truth: Truth): Truth => (truth === undefined ? undefined : !truth);
const and = (a: Truth, b: Truth): Truth => (a === false || b === false ? false : a && b);
const or = (a: Truth, b: Truth): Truth => (a === true || b === true ? true : a === false ? b : undefined);

/** Parses and evaluates in one pass. Both operands are always parsed, whatever the first one gives. */
class Reader {
  failed: string | undefined;
  private at = 0;
  private depth = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly context: Context,
  ) {}

  whole(): Truth {
    const value = this.or();
    if (this.peek() !== END) throw new Beyond();
    if (value && 'truth' in value) return value.truth;
    throw new Beyond();
  }

  value(): Octets {
    const value = this.or();
    if (this.peek() !== END || !value || !('octets' in value)) throw new Beyond();
    return value.octets;
  }

  private peek(): Token {
    return this.tokens[this.at] ?? END;
  }
  private next(): Token {
    const token = this.peek();
    this.at++;
    return token;
  }
  private takes(text: string): boolean {
    const { kind } = this.peek();
    if (this.peek().text !== text || kind === 'string') return false;
    this.at++;
    return true;
  }
  private must(text: string): void {
    if (!this.takes(text)) throw new Beyond();
  }
  private truth(value: Value): Truth {
    if (value && 'truth' in value) return value.truth;
    throw new Beyond();
  }

  private or(): Value {
    let left = this.and();
    while (this.takes('or')) {
      const right = this.truth(this.and());
      left = { truth: or(this.truth(left), right) };
    }
    return left;
  }

  private and(): Value {
    let left = this.not();
    while (this.takes('and')) {
      const right = this.truth(this.not());
      left = { truth: and(this.truth(left), right) };
    }
    return left;
  }

  private not(): Value {
    if (!this.takes('not')) return this.comparison();
    if (++this.depth > DEEPEST) throw new Beyond();
    const made = { truth: not(this.truth(this.not())) };
    this.depth--;
    return made;
  }

  private comparison(): Value {
    const left = this.operand();
    const equal = this.takes(this.context.language === 'kea' ? '==' : '=');
    if (!equal && !this.takes('!=')) return left;
    const right = this.operand();
    if (!left || !right || !('octets' in left) || !('octets' in right)) return { truth: undefined };
    const same = left.octets === right.octets;
    const truth = equal ? same : !same;
    if (!truth) {
      const [asked, wanted] = left.name !== undefined ? [left, right] : [right, left];
      if (asked.name !== undefined && wanted.octets !== null)
        this.failed ??= `${asked.name} is ${asked.octets === null ? 'missing' : readable(asked.octets)}, ${equal ? 'and has to be' : 'and must not be'} ${readable(wanted.octets)}`;
    }
    return { truth };
  }

  private operand(): Value {
    const token = this.next();
    if (token.kind === 'string') return { octets: hexOfText(unescaped(token.text)) };
    if (token.kind === 'hex') return { octets: padded(token.text.slice(2).toLowerCase()) };
    if (token.kind === 'octets')
      return {
        octets: token.text
          .toLowerCase()
          .split(':')
          .map((octet) => octet.padStart(2, '0'))
          .join(''),
      };
    if (token.kind === 'address') return { octets: word32(parseIpv4(token.text) ?? 0) };
    if (token.text === '(') {
      if (++this.depth > DEEPEST) throw new Beyond();
      const inner = this.or();
      this.must(')');
      this.depth--;
      return inner;
    }
    if (token.kind !== 'word') throw new Beyond();
    return this.word(token.text);
  }

  private word(word: string): Value {
    const { language, request, known } = this.context;
    switch (word) {
      case 'substring':
        return this.substring();
      case 'suffix':
        return this.suffix();
      case 'concat':
        return { octets: this.several().reduce((all, { octets }) => all + (octets ?? ''), '') };
      case 'pick':
      case 'pick-first-value':
        // The first that is not empty (dhcp-eval(5)).
        return this.several().find(({ octets }) => octets) ?? { octets: null };
      case 'hexstring':
        if (language === 'kea') return this.hexstring();
        break;
      case 'binary-to-ascii':
        if (language === 'dhcpd') return this.ascii();
        break;
      case 'lcase':
      case 'ucase': {
        const value = this.single();
        const octets = value.octets?.replace(/../g, (octet) => folded(octet, word === 'lcase')) ?? null;
        return { ...value, octets };
      }
      case 'option':
        return language === 'kea' ? this.keaOption() : this.dhcpdOption();
      case 'exists': {
        return { truth: this.dhcpdOption(true).octets !== null };
      }
      case 'known':
        if (language === 'dhcpd') return { truth: known };
        break;
      case 'static':
        break;
      case 'hardware':
        if ('dhcp' in request) return { octets: hardware(request as Heard), name: 'the hardware address' };
        break;
      case 'member': {
        this.must('(');
        const name = this.next();
        this.must(')');
        return { truth: this.context.member(name.text.slice(1, -1)) };
      }
      case 'relay4': {
        const code = this.bracket();
        this.must('.');
        return this.shown(request.agent(code), `sub-option ${code} of option 82`);
      }
      case 'pkt4':
      case 'pkt6':
        this.must('.');
        return this.packetField(this.next().text);
    }
    throw new Beyond();
  }

  private single(): { readonly octets: Octets; readonly name?: string } {
    this.must('(');
    const value = this.data();
    this.must(')');
    return value;
  }

  private substring(): Value {
    this.must('(');
    const value = this.or();
    this.must(',');
    const from = Number(this.next().text);
    this.must(',');
    const last = this.next();
    const length = last.text === 'all' ? Infinity : Number(last.text);
    this.must(')');
    if (!value || !('octets' in value) || Number.isNaN(from) || from < 0 || Number.isNaN(length) || length < 0)
      throw new Beyond();
    const octets = value.octets?.slice(2 * from, 2 * (from + length)) ?? null;
    if (length === Infinity || value.name === undefined) return { ...value, octets };
    const which = from === 0 ? `the first ${length} octets of` : `octets ${from} to ${from + length - 1} of`;
    return { octets, name: `${which} ${value.name}` };
  }

  /** The operand of a function, and what it is called. */
  private data(): { readonly octets: Octets; readonly name?: string } {
    const value = this.or();
    if (!value || !('octets' in value)) throw new Beyond();
    return value;
  }

  private suffix(): Value {
    this.must('(');
    const value = this.data();
    this.must(',');
    const length = Number(this.next().text);
    this.must(')');
    if (!(length > 0)) throw new Beyond();
    return { ...value, octets: value.octets?.slice(-2 * length) ?? null };
  }

  /** The operands of a function that takes any number of them. */
  private several(): readonly { readonly octets: Octets; readonly name?: string }[] {
    this.must('(');
    const parts = [this.data()];
    while (this.takes(',')) parts.push(this.data());
    this.must(')');
    return parts;
  }

  /** `hexstring(value, ':')`: the octets as two digits each (Kea ARM, “Using Expressions in Classification”). */
  private hexstring(): Value {
    this.must('(');
    const value = this.data();
    this.must(',');
    const between = unescaped(this.next().text);
    this.must(')');
    const octets = (value.octets ?? '').match(/../g) ?? [];
    return { ...value, octets: hexOfText(octets.join(between)) };
  }

  /** `binary-to-ascii(16, 8, ":", value)`: each octet as a number, without leading zeros (dhcp-eval(5)). */
  private ascii(): Value {
    this.must('(');
    const base = Number(this.next().text);
    this.must(',');
    const width = this.next().text;
    this.must(',');
    const between = unescaped(this.next().text);
    this.must(',');
    const value = this.data();
    this.must(')');
    if (width !== '8' || ![8, 10, 16].includes(base)) throw new Beyond();
    const numbers = value.octets?.match(/../g)?.map((octet) => parseInt(octet, 16).toString(base));
    return { ...value, octets: numbers ? hexOfText(numbers.join(between)) : null };
  }

  private bracket(): number {
    this.must('[');
    const { kind, text } = this.next();
    this.must(']');
    const { request, defined } = this.context;
    const code = kind === 'number' ? Number(text) : (CODES.kea[request.family].get(text) ?? defined.get(text));
    if (code === undefined) throw new Beyond();
    return code;
  }

  private keaOption(): Value {
    const code = this.bracket();
    this.must('.');
    if (this.takes('option')) {
      const sub = this.bracket();
      this.must('.');
      if (code !== 82) throw new Beyond();
      return this.shown(this.context.request.agent(sub), `sub-option ${sub} of option 82`);
    }
    return this.shown(this.context.request.option(code), `option ${code}`);
  }

  /** `.text`, `.hex` or `.exists`. Kea treats a missing option as an empty string. */
  private shown(octets: Held, name: string): Value {
    const how = this.next().text;
    if (how === 'exists') {
      if (octets === null) this.failed ??= `${name} is missing`;
      return { truth: octets !== null };
    }
    if ((how !== 'text' && how !== 'hex') || octets === undefined) throw new Beyond();
    return { octets: octets ?? '', name };
  }

  /** `exists`: only the presence of the option is asked for. */
  private dhcpdOption(exists = false): { readonly octets: Octets; readonly name?: string } {
    const { request, defined } = this.context;
    let name = this.next().text;
    const space = this.takes('.') ? name : undefined;
    if (space !== undefined) name = this.next().text;
    const sub = space === 'agent' ? AGENT[name] : undefined;
    const family = space === 'dhcp6' ? 6 : 4;
    const code = space === undefined || family === 6 ? (CODES.dhcpd[family].get(name) ?? defined.get(name)) : undefined;
    if ((code === undefined && sub === undefined) || (code !== undefined && family !== request.family))
      throw new Beyond();
    const octets = sub === undefined ? request.option(code!) : request.agent(sub);
    if (octets === undefined && !exists) throw new Beyond();
    return {
      octets: octets === undefined ? '' : octets,
      name: sub === undefined ? `option ${code}` : `sub-option ${sub} of option 82`,
    };
  }

  private packetField(field: string): Value {
    const { request } = this.context;
    const { type } = request;
    if (field === 'msgtype') return { octets: word32(type), name: 'the message type' };
    if (!('dhcp' in request)) throw new Beyond();
    const { dhcp } = request as Heard;
    if (field === 'mac') return { octets: dhcp.chaddr.replaceAll(':', ''), name: 'the hardware address' };
    if (field === 'giaddr' || field === 'ciaddr')
      return { octets: word32(dhcp[field]), name: `${field} (${ipv4ToText(dhcp[field])})` };
    throw new Beyond();
  }
}

/** Hardware type and address in the form that dhcpd compares (dhcp-eval(5)). */
const hardware = ({ dhcp }: Heard): string =>
  dhcp.htype.toString(16).padStart(2, '0') + dhcp.chaddr.replaceAll(':', '');
