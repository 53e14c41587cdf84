import { append } from '../../codec/append';
import { parseAddress } from '../address';
import { codeTooLarge } from '../codes';
import { rename } from '../fix';
import type {
  ConfigDocument,
  Fix,
  NameUse,
  OptionSetting,
  Pool,
  ReadInclude,
  Relay,
  Reservation,
  Scope,
  Statement,
  Subnet,
} from '../model';
import { nearest } from '../nearest';
import { Findings } from '../report';
import { newPool, newReservation, newScope, newSubnet, type Open } from '../scopes';
import { SourceFile, textOf, type Span } from '../source';
import { isRefusal, optionNames, readHost, readOption, readRange, type Refusal } from './dhcp';
import { FORMS } from './forms';
import { closeInterfaces } from './interfaces';
import { linesOf, type Line, type Part } from './lines';
import { DNSMASQ_OPTIONS } from './options';
import { Tags } from './tags';

/** How many files a configuration may include. */
const MOST_FILES = 500;

/** Reads dnsmasq.conf, line by line. */
class Parser {
  readonly files: SourceFile[] = [];
  readonly statements: Statement[] = [];
  readonly subnets: Subnet[] = [];
  readonly reservations: Reservation[] = [];
  readonly relays: Relay[] = [];
  readonly names: NameUse[] = [];
  readonly findings = new Findings();
  readonly global: Open<Scope>;
  /** Scopes for clients with a given tag. */
  private readonly tagged = new Map<string, Open<Scope>>();
  private readonly tagsUsed = new Tags();
  private readonly open: string[] = [];
  /** Interfaces on which there is no DHCP. */
  private readonly without: Part[] = [];
  private readonly options: { readonly setting: OptionSetting; readonly tags: readonly string[] }[] = [];

  constructor(
    file: SourceFile,
    private readonly include: ReadInclude,
  ) {
    this.global = newScope('global', file.span(0, 0), undefined);
    this.read(file);
    this.settle();
  }

  get scopes(): Scope[] {
    return [...this.tagged.values()];
  }

  private wrong(
    id: string,
    span: Span,
    title: string,
    explanation: string,
    steps: readonly string[] = [],
    mended: { readonly fix?: Fix } = {},
  ): void {
    this.findings.add({ id, span, title, explanation, steps, ...mended });
  }

  private read(file: SourceFile): void {
    this.files.push(file);
    this.open.push(file.path);
    for (const line of linesOf(file)) this.line(line);
    this.open.pop();
  }

  private line(line: Line): void {
    const { key, keySpan, span, parts } = line;
    const kind = DNSMASQ_OPTIONS.get(key);
    this.statements.push({ keyword: key, span, head: span, children: [], ...(kind ? {} : { unknown: true }) });
    if (line.unclosed) {
      this.wrong('syntax', span, 'Quotation mark missing', 'A quotation mark in this line has no partner.');
      return;
    }
    if (!kind) {
      const near = nearest(key, DNSMASQ_OPTIONS.keys());
      this.wrong(
        'unknown-keyword',
        keySpan,
        `Unknown option “${key.slice(0, 60)}”`,
        `dnsmasq knows no option “${key.slice(0, 60)}”${near ? `; “${near}” is the nearest name` : ''}.`,
        near ? [`Write “${near}”.`] : [],
        rename(keySpan, near),
      );
      return;
    }
    // For an option with an optional value, `key =` with nothing after it means no value.
    const empty = !parts || (parts.length === 1 && parts[0]!.text === '');
    if (kind === 'none') {
      if (parts)
        this.wrong(
          'wrong-type',
          parts[0]!.span.start < span.end ? parts[0]!.span : span,
          'Nothing may stand here',
          `“${key}” is a switch: it has no value.`,
        );
      else if (key === 'dhcp-authoritative') this.global.settings.set('authoritative', { value: 'true', span });
      return;
    }
    if (!parts) {
      if (!kind.endsWith('?') && key !== 'conf-file' && key !== 'cache-size')
        this.wrong('missing-parameter', span, 'Value missing', `“${key}” needs a value: “${key}=…”.`);
      return;
    }
    const whole: Part = {
      text: span.file.text.slice(parts[0]!.span.start, span.end).trim(),
      span: span.file.span(parts[0]!.span.start, span.end),
    };
    if (kind.startsWith('number') || kind === 'port') {
      const text = whole.text;
      const good = /^\d+$/.test(text) || key === 'connmark-allowlist' || key === 'dnssec-limits';
      if (!empty && (!good || (kind === 'port' && Number(text) > 65535)))
        this.wrong(
          'wrong-type',
          whole.span,
          'Not a number',
          `“${key}” wants a ${kind === 'port' ? 'port' : 'number'}, not “${text.slice(0, 60)}”.`,
        );
      return;
    }
    if (!empty || key === 'address' || key === 'log-facility') {
      const mistake = FORMS[key]?.(parts, whole);
      if (mistake) this.wrong('wrong-type', mistake.part.span, `Damaged ${key}`, mistake.text);
    }
    this.tagsUsed.add(line);
    this.meaning(line, parts, whole);
  }

  private meaning({ key, span }: Line, parts: readonly Part[], whole: Part): void {
    switch (key) {
      case 'dhcp-range':
        return this.range(parts, whole, span);
      case 'dhcp-host':
        return this.host(parts, span);
      case 'dhcp-option':
      case 'dhcp-option-force':
      case 'dhcp-option-pxe':
        return this.option(parts, whole, span);
      case 'dhcp-match': {
        const read = readOption(parts.slice(1), whole);
        // A vendor may be given alone, without one of its options.
        if (parts.length === 2 && /^vi-encap:\d+$/.test(parts[1]!.text)) return;
        const direct = /^(option6?:|\d+$|vendor:|encap:|vi-encap:)/.test(parts[1]?.text ?? '');
        if (!direct || isRefusal(read))
          this.refuse(
            'dhcp-match',
            isRefusal(read) ? read : { id: 'syntax', part: whole, text: 'A tag and an option must stand here.' },
          );
        return;
      }
      case 'dhcp-boot': {
        const values = parts.filter(({ text }) => !/^(tag|net):/.test(text));
        const scope =
          values.length === parts.length ? this.global : this.tag(parts[0]!.text.replace(/^(tag|net):/, ''), span);
        if (values[0]) scope.settings.set('boot-file', { value: values[0].text, span });
        if (values[2]) scope.settings.set('next-server', { value: values[2].text, span: values[2].span });
        return;
      }
      case 'dhcp-relay': {
        const [own, server] = parts.map(({ text }) => parseAddress(text));
        for (const part of parts.slice(0, 2))
          if (/^\d+(\.\d+){3}$/.test(part.text) && !parseAddress(part.text))
            this.likeAddress(part, 'name of an interface');
        if (own && server)
          this.relays.push({
            span,
            servers: [{ value: server, span: parts[1]!.span }],
            own: { value: own, span: parts[0]!.span },
          });
        return;
      }
      case 'no-dhcp-interface':
      case 'no-dhcpv4-interface':
        append(this.without, parts);
        return this.onInterfaces(parts, false);
      case 'except-interface':
        return this.onInterfaces(parts, false);
      case 'interface':
        return this.onInterfaces(parts, true);
      case 'conf-file':
      case 'conf-dir':
        return this.included(key, whole, span);
    }
  }

  /** Takes down interfaces on which dnsmasq serves, or does not. */
  private onInterfaces(parts: readonly Part[], definition: boolean): void {
    for (const { text, span } of parts) this.names.push({ role: 'interface', name: text, span, definition });
  }

  private included(key: string, { text }: Part, span: Span): void {
    const found = key === 'conf-file' && this.files.length < MOST_FILES ? this.include(text, span.file) : undefined;
    if (!found)
      this.wrong(
        'include-not-read',
        span,
        `“${text.slice(0, 80)}” was not read`,
        key === 'conf-dir'
          ? 'The files of the folder are not read here, so nothing is said of what they hold.'
          : 'The included file is not here, so nothing is said of what it holds. dnsmasq does not start without it.',
      );
    else if (this.open.includes(found.path) || this.open.length > 20)
      this.wrong(
        'include-loop',
        span,
        'A file includes itself',
        `“${text}” is being read already: it includes itself.`,
      );
    else this.read(new SourceFile(found.path, found.text, found.mode));
  }

  private refuse(key: string, refusal: Refusal): void {
    const near =
      refusal.id === 'unknown-option'
        ? nearest(
            refusal.part.text.replace(/^option6?:/, ''),
            optionNames(refusal.part.text.startsWith('option6') ? 6 : 4),
          )
        : undefined;
    this.wrong(
      refusal.id,
      refusal.part.span,
      `Damaged ${key}`,
      refusal.text + (near ? ` “${near}” is the nearest name.` : ''),
    );
  }

  private tag(name: string, span: Span): Open<Scope> {
    let scope = this.tagged.get(name);
    if (!scope) this.tagged.set(name, (scope = newScope('class', span, this.global, name)));
    return scope;
  }

  private range(parts: readonly Part[], whole: Part, span: Span): void {
    const read = readRange(parts, whole);
    if (isRefusal(read)) return this.refuse('dhcp-range', read);
    const subnet = newSubnet(span, this.global, read.family);
    if (read.badMask)
      this.findings.add({
        id: 'invalid-subnet-mask',
        span: read.badMask.span,
        title: `${read.badMask.text} is no subnet mask`,
        explanation: 'A mask is ones followed by zeros. dnsmasq takes this one, and its clients cannot use it.',
        refused: false,
      });
    if (read.prefix) subnet.prefix = read.prefix;
    if (read.assumed) subnet.assumed = true;
    if (read.sets !== undefined) {
      subnet.name = read.sets;
      this.names.push({ role: 'tag', name: read.sets, span, definition: true });
    }
    if (read.lease)
      subnet.settings.set('lease-time', {
        value: String(read.lease.value),
        span: read.lease.span,
        number: read.lease.value,
      });
    if (read.broadcast)
      subnet.options.push({
        space: 'dhcp',
        code: 28,
        name: 'broadcast',
        span: read.broadcast.span,
        value: read.broadcast.span,
        addresses: [read.broadcast],
      });
    if (read.last && !read.constructed) {
      const pool: Open<Pool> = newPool(span, subnet, {
        family: read.family,
        first: read.first.value.value,
        last: read.last.value.value,
      });
      pool.rangeSpan = { ...read.first.span, end: read.last.span.end };
      subnet.pools.push(pool);
    } else subnet.passive = true;
    if (read.family === 4 && !read.prefix && parts.some(({ text }) => /^(static|proxy)$/.test(text)))
      subnet.within = read.first.value;
    if (read.advertised)
      subnet.closed = {
        reason: 'no-pool',
        span,
        why: 'This range has no last address and is neither “static” nor “ra-stateless”: dnsmasq only advertises its prefix, and answers no DHCPv6 client.',
        step: 'Add a last address to the range for clients that ask for one by DHCPv6, or “ra-stateless” for those that only ask for options.',
      };
    if (read.constructed)
      subnet.constructed = {
        name: read.constructed,
        ...(read.last ? { range: { family: 6, first: read.first.value.value, last: read.last.value.value } } : {}),
      };
    this.subnets.push(subnet);
  }

  private host(parts: readonly Part[], span: Span): void {
    const read = readHost(parts);
    if (isRefusal(read)) return this.refuse('dhcp-host', read);
    const host = newReservation(span, this.global);
    append(host.identifiers, read.identifiers);
    append(host.addresses, read.addresses);
    if (read.hostname) host.hostname = read.hostname;
    if (read.lease)
      host.settings.set('lease-time', {
        value: String(read.lease.value),
        span: read.lease.span,
        number: read.lease.value,
      });
    this.reservations.push(host);
    if (read.likeAddress) this.likeAddress(read.likeAddress, 'name of the host');
  }

  private likeAddress({ span, text }: Part, what: string): void {
    this.findings.add({
      id: 'not-an-address',
      span,
      title: `“${text}” is no address`,
      explanation: `It looks like an address and is none, so dnsmasq takes it for the ${what}.`,
    });
  }

  private option(parts: readonly Part[], whole: Part, span: Span): void {
    // dnsmasq takes a line that ends before it names an option.
    const ends =
      parts.at(-1)?.text === '' && parts.slice(0, -1).every(({ text }) => /^(tag|net|vendor|encap):/.test(text));
    if (whole.text === '' || ends) return;
    const read = readOption(parts, whole);
    if (isRefusal(read)) return this.refuse('dhcp-option', read);
    const { values, addresses, code, name, space, tags, family } = read;
    if (family === 4 && code > 255) this.findings.add(codeTooLarge(code, span));
    const value = values.length > 0 ? { ...values[0]!.span, end: values.at(-1)!.span.end } : span;
    const number = values.length === 1 && /^\d+$/.test(values[0]!.text) ? Number(values[0]!.text) : undefined;
    const setting: OptionSetting = {
      space,
      code,
      name,
      span,
      value,
      addresses,
      ...(number === undefined ? {} : { number }),
      ...(values.length === 1 ? { text: values[0]!.text } : {}),
    };
    this.options.push({ setting, tags });
  }

  /** `dhcp-fqdn` needs a domain for the clients (dnsmasq(8)). */
  private fullNames(): void {
    const own = this.statements.find(({ keyword }) => keyword === 'dhcp-fqdn');
    const domain = this.statements.some(({ keyword, span }) => keyword === 'domain' && !textOf(span).includes(','));
    if (own && !domain && !this.findings.list.some(({ id }) => id === 'include-not-read'))
      this.wrong('missing-parameter', own.span, 'No domain', '“dhcp-fqdn” needs a “domain=…” for all clients.');
  }

  /** Assigns each option to its ranges, which is possible only after all lines have been read. */
  private settle(): void {
    this.fullNames();
    closeInterfaces(this.subnets, this.names, this.without);
    if (!this.findings.list.some(({ id }) => id === 'include-not-read')) this.tagsUsed.report(this.findings);
    for (const { setting, tags } of this.options) {
      if (tags.length === 0) {
        this.global.options.push(setting);
        continue;
      }
      const own = this.subnets.filter(({ name }) => name !== undefined && tags.includes(name));
      if (own.length > 0) for (const subnet of own) subnet.options.push(setting);
      else this.tag(tags.join(','), setting.span).options.push(setting);
    }
  }
}

/** Reads a dnsmasq configuration. Never throws. */
export function parseDnsmasq(file: SourceFile, include: ReadInclude): ConfigDocument {
  const { files, statements, global, subnets, reservations, scopes, relays, names, findings } = new Parser(
    file,
    include,
  );
  return {
    kind: 'dnsmasq',
    files,
    statements,
    global,
    subnets,
    reservations,
    scopes,
    relays,
    names,
    findings: findings.list,
  };
}
