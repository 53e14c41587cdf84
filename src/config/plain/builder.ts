import { KEYWORDS4 } from '../../codec/optionKeywords';
import { parseAddress, type Address } from '../address';
import type {
  ClassRule,
  ConfigDocument,
  ConfigKind,
  NameUse,
  OptionSetting,
  Relay,
  Reservation,
  Scope,
  SettingName,
  Statement,
  Subnet,
} from '../model';
import { codeTooLarge } from '../codes';
import { Findings, type Report } from '../report';
import { rename } from '../fix';
import { isSlip, meant } from '../nearest';
import { newScope, type Open } from '../scopes';
import type { Located, SourceFile, Span } from '../source';

/** A word of a line with its place. Enclosing quotation marks are not part of the text. */
export interface Word {
  readonly text: string;
  readonly span: Span;
}

/** Options whose values are addresses; the one of Cisco's phones has a list as well (RFC 5859). */
const ADDRESSES: ReadonlySet<number> = new Set([
  ...KEYWORDS4.filter(({ keaType }) => keaType?.startsWith('ipv4-address')).map(({ code }) => code),
  150,
]);

/** Whether a text looks like an IPv4 address and is none: only digits and dots. */
export const isBadQuad = (text: string): boolean => /^\d[\d.]*$/.test(text) && !parseAddress(text);

/** A document filled by the readers of line-based formats. None of these programs could be tested here, so nothing is marked as refused. */
export class Builder {
  readonly findings = new Findings();
  readonly statements: Statement[] = [];
  readonly subnets: Subnet[] = [];
  readonly reservations: Reservation[] = [];
  readonly scopes: Scope[] = [];
  readonly relays: Relay[] = [];
  readonly names: NameUse[] = [];
  readonly classes: ClassRule[] = [];
  readonly global: Open<Scope>;
  readonly filters: Record<'allow' | 'deny', Located<string>[] | undefined> = { allow: undefined, deny: undefined };

  constructor(
    readonly kind: ConfigKind,
    readonly file: SourceFile,
  ) {
    this.global = newScope('global', file.span(0, 0), undefined);
  }

  document(): ConfigDocument {
    const { kind, file, statements, global, subnets, reservations, scopes, relays, names, findings, filters, classes } =
      this;
    return {
      kind,
      files: [file],
      statements,
      global,
      subnets,
      reservations,
      scopes,
      relays,
      names,
      filters,
      classes,
      findings: findings.list,
    };
  }

  /** Adds a pattern to a list of hardware addresses, if the list is in force. */
  filter(list: string | undefined, { text, span }: Word): void {
    const which = list?.toLowerCase();
    const value = text.toLowerCase().replace(/[^\da-f*]/g, '');
    if (which === 'allow' || which === 'deny') this.filters[which]?.push({ value, span });
  }

  say(report: Report): void {
    this.findings.add({ refused: false, ...report });
  }

  /**
   * Reports a word that is nearly one of the known ones, and returns that one. Nothing is said of any other word: later releases of a
   * program know more.
   */
  mistyped(word: Word, known: Iterable<string>, program: string): string | undefined {
    const near = this.findings.overflow ? undefined : meant(word.text, known);
    if (near === undefined) return undefined;
    this.say({
      id: 'unknown-keyword',
      severity: isSlip(word.text, near) ? 'warning' : 'info',
      span: word.span,
      title: `Unknown word “${word.text.slice(0, 60)}”`,
      explanation: `${program} knows no “${word.text.slice(0, 60)}” here; “${near}” is the nearest word.`,
      steps: [`Write “${near}”.`],
      ...rename(word.span, near),
    });
    return near;
  }

  /** Reports a value that is not the required address, mask or number. */
  wrong(word: Word, what: string): void {
    this.say({
      id: 'wrong-type',
      span: word.span,
      title: `Not ${what}`,
      explanation: `Here ${what} must stand, not “${word.text.slice(0, 60)}”.`,
    });
  }

  /** The IPv4 address of a word. Reports it if it is none. */
  ipv4(word: Word | undefined): Located<Address> | undefined {
    if (!word) return undefined;
    const value = parseAddress(word.text);
    if (value?.family === 4) return { value, span: word.span };
    this.wrong(word, 'an IPv4 address');
    return undefined;
  }

  setting(scope: Scope, name: SettingName, value: Word, number?: number): void {
    scope.settings.set(name, { value: value.text, span: value.span, ...(number === undefined ? {} : { number }) });
  }

  /** Adds a DHCPv4 option to a scope. */
  option(scope: Scope, code: number, name: string, span: Span, values: readonly Word[]): OptionSetting {
    const addresses = values.flatMap(({ text, span: place }) => {
      const value = parseAddress(text);
      return value?.family === 4 ? [{ value, span: place }] : [];
    });
    if (code > 254) this.say(codeTooLarge(code, span));
    for (const word of values) if (ADDRESSES.has(code) && isBadQuad(word.text)) this.wrong(word, 'an IPv4 address');
    const [first] = values;
    const setting: OptionSetting = {
      space: 'dhcp',
      code,
      name,
      span,
      value: first ? { ...first.span, end: values.at(-1)!.span.end } : span,
      addresses,
      ...(values.length === 1 && /^\d+$/.test(first!.text) ? { number: Number(first!.text) } : {}),
      ...(values.length === 1 ? { text: first!.text } : {}),
    };
    scope.options.push(setting);
    return setting;
  }
}

/** A line of a file, without its line end. */
export interface PlainLine {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export function* plainLines({ text }: SourceFile): Generator<PlainLine> {
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const next = newline === -1 ? text.length : newline;
    const end = next > start && text[next - 1] === '\r' ? next - 1 : next;
    yield { start, end, text: text.slice(start, end) };
    start = next + 1;
  }
}

/** The words of a part of a file, separated by white space unless quoted. */
export function wordsOf(file: SourceFile, start: number, end: number): Word[] {
  const words: Word[] = [];
  const pattern = /"((?:[^"\\]|\\.)*)"?|'([^']*)'?|(?:[^\s"']|(?<=\S)["'])+/g;
  const text = file.text.slice(start, end);
  for (const match of text.matchAll(pattern)) {
    const quoted = match[1] ?? match[2];
    const at = start + match.index;
    words.push(
      quoted === undefined
        ? { text: match[0], span: file.span(at, at + match[0].length) }
        : { text: quoted, span: file.span(at + 1, at + 1 + quoted.length) },
    );
  }
  return words;
}

/** Seconds of a duration such as `12h`, `1d`, `45m` or `1d2h`. Undefined for any other text. */
export function durationOf(text: string): number | undefined {
  if (/^(infinite|never|infinity)$/i.test(text)) return Infinity;
  if (/^\d+$/.test(text)) return Number(text);
  const clock = /^(?:(\d+)\.)?(\d+):(\d\d):(\d\d)$/.exec(text);
  if (clock) return Number(clock[1] ?? 0) * 86400 + Number(clock[2]) * 3600 + Number(clock[3]) * 60 + Number(clock[4]);
  if (!/^(\d+[wdhms](in|ec)?)+$/i.test(text)) return undefined;
  let seconds = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)([wdhms])/gi))
    seconds += Number(count) * { w: 604800, d: 86400, h: 3600, m: 60, s: 1 }[unit!.toLowerCase() as 'w'];
  return seconds;
}
