import { append } from '../../codec/append';
import { prefixAt, prefixText, textOfAddress, type Address, type Prefix } from '../address';
import { writeAddress } from '../fix';
import type { Findings } from '../report';
import type { Located, Span } from '../source';
import { FailoverParser } from './failover';
import type { Token } from './text/lexer';
import type { Place } from './text/place';

const HARDWARE_TYPES = /^(ethernet|token-ring|fddi|infiniband)$/i;

/** Contents of a host declaration: its hardware address, its addresses and other identifiers. */
export class HostParser extends FailoverParser {
  protected constructor(
    findings: Findings,
    protected readonly six: boolean,
  ) {
    super(findings);
  }

  protected hardware(begin: Token, host: Place['host']): void {
    this.next();
    const type = this.peek();
    const ethernet = /^ethernet$/i.test(type.text);
    if (!/^(ethernet|token-ring|fddi|infiniband|unknown-\d+)$/i.test(type.text))
      return void this.expected('a hardware type: ethernet', 'wrong-type');
    this.next();
    const from = this.peek();
    let octets: number[] | undefined = [];
    if (!this.sees(';')) octets = this.octets(':', 0);
    if (!octets) return;
    if (!host)
      this.wrong(
        'not-allowed-here',
        this.spanOf(begin),
        'hardware not allowed here',
        'A hardware address belongs to a host.',
      );
    else if (host.hardware)
      this.wrong('duplicate-key', this.since(begin), 'Second hardware address', 'A host has one hardware address.');
    else if (octets.length > 0) {
      host.hardware = true;
      const value = octets.map((octet) => octet.toString(16).padStart(2, '0')).join(':');
      // The same octets on another link type identify another client.
      host.identifiers.push(
        ethernet
          ? { type: 'hw-address', value, span: this.since(from) }
          : { type: 'other', value: `${type.text.toLowerCase()} ${value}`, span: this.since(from) },
      );
    }
    this.semicolon();
  }

  protected fixedAddress(begin: Token, host: Place['host']): void {
    this.next();
    const addresses: Located<Address>[] = [];
    do {
      const address = begin.word === 'fixed-address' ? this.addressOrName() : this.address6();
      if (!address) return;
      if (address !== true) addresses.push(address);
    } while (this.takes(','));
    if (!this.semicolon()) return;
    if (!host)
      this.wrong(
        'not-allowed-here',
        this.spanOf(begin),
        'fixed-address not allowed here',
        'An address is fixed for a host.',
      );
    else if (host.fixed)
      this.wrong(
        'duplicate-key',
        this.since(begin),
        'Second fixed address',
        'A host has one fixed-address statement; several addresses stand in it with commas.',
      );
    else {
      host.fixed = true;
      append(host.addresses, addresses);
    }
  }

  /** A host may have several of these statements. */
  protected fixedPrefix(begin: Token, host: Place['host']): void {
    this.next();
    if (!host) return this.forbidden(begin, 'fixed-prefix6', 'A prefix is fixed for a host.');
    const from = this.peek();
    const value = this.prefix6();
    if (!value) return;
    host.prefixes.push({ value, span: this.since(from) });
    this.semicolon();
  }

  protected uid(begin: Token, host: NonNullable<Place['host']>): void {
    this.next();
    const from = this.peek();
    const text = from.kind === 'string' ? this.next().text : this.octets(':', 0)?.join(':');
    if (text === undefined) return;
    if (host.uid)
      this.wrong('duplicate-key', this.since(begin), 'Second client identifier', 'A host has one client identifier.');
    host.uid = true;
    host.identifiers.push({ type: 'client-id', value: text, span: this.since(from) });
    this.semicolon();
  }

  /** `option dhcp-client-identifier` names the client of a host as `uid` does, as long as its value is constant. */
  protected clientIdOf(host: NonNullable<Place['host']>, from: Token): void {
    const span = this.spanOf(from);
    const written = this.file.text.slice(span.start, this.since(from).end).replace(/\s*;?\s*$/, '');
    const octets = /^[\da-f]{1,2}(\s*:\s*[\da-f]{1,2})*$/i.test(written);
    if (from.kind !== 'string' && !octets) return;
    const value = octets
      ? written
          .split(':')
          .map((octet) => parseInt(octet, 16))
          .join(':')
      : from.text;
    host.identifiers.push({ type: 'client-id', value, span: { ...span, end: span.start + written.length } });
  }

  protected hostIdentifier(begin: Token, host: NonNullable<Place['host']>): void {
    this.next();
    if (this.takesWord('v6relopt')) {
      if (this.peek().kind !== 'number') return void this.expected('a number');
      this.next();
    } else if (!this.takesWord('option')) return void this.expected('“option” or “v6relopt”');
    const option = this.optionName(false);
    if (!option) return;
    const value = this.valueIn(option.format);
    if (!value) return;
    if (host.identifier)
      this.wrong('duplicate-key', this.since(begin), 'Second host-identifier', 'A host has one host-identifier.');
    host.identifier = true;
    const text = this.file.text.slice(value.span.start, value.span.end);
    host.identifiers.push({
      type: option.code === 1 && option.space === 'dhcp6' ? 'duid' : 'other',
      value: text.toLowerCase(),
      span: value.span,
    });
    this.semicolon();
  }

  /** Reads `server-duid LLT …;`. */
  protected serverDuid(): void {
    this.next();
    const type = this.peek();
    const kind = type.text.toLowerCase();
    if (!/^(llt|ll|en|\d+)$/.test(kind)) return void this.expected('LLT, LL or EN', 'wrong-type');
    this.next();
    if (kind === 'll' || kind === 'llt') {
      if (this.takes(';')) return;
      if (!HARDWARE_TYPES.test(this.peek().text)) return void this.expected('a hardware type: ethernet', 'wrong-type');
      this.next();
      if (kind === 'llt' && this.peek().kind !== 'number')
        return void this.expected('a number of seconds', 'wrong-type');
      if (kind === 'llt') this.next();
      if (!this.hexList()) return;
    } else {
      if (kind === 'en' && this.peek().kind !== 'number')
        return void this.expected('an enterprise number', 'wrong-type');
      if (kind === 'en') this.next();
      if (this.peek().kind === 'string') this.next();
      else if (!this.hexList()) return;
    }
    this.semicolon();
  }

  /** Reads `2001:db8::/32`. */
  protected prefix6(begin = this.peek()): Prefix | undefined {
    const address = this.address6();
    if (!address) return undefined;
    if (!this.takes('/')) return void this.expected('a slash “/”');
    const number = this.peek();
    const length = Number(number.text);
    if (number.kind !== 'number' || !(length >= 0 && length <= 128))
      return void this.expected('a prefix length from 0 to 128', 'wrong-type');
    this.next();
    const prefix = prefixAt(address.value, length);
    if (prefix.network !== address.value.value) this.hostBits(this.since(begin), address.value, length);
    return prefix;
  }

  protected hostBits(span: Span, address: Address, length: number): void {
    const prefix = prefixAt(address, length);
    this.findings.add({
      id: 'host-bits-in-network',
      span,
      title: `${textOfAddress(address)} is no network of /${length}`,
      explanation: `The network of ${textOfAddress(address)}/${length} is ${prefixText(prefix)}; the address has bits set behind it.`,
      ...writeAddress(span, address, prefix.network),
    });
  }

  protected prefixLength(least = 0, most = 128): number | undefined {
    const number = this.peek();
    const length = Number(number.text);
    if (number.kind !== 'number' || !(length >= least && length <= most))
      return void this.expected(`a prefix length from ${least} to ${most}`, 'wrong-type');
    this.next();
    return length;
  }

  protected forbidden(begin: Token, what: string, why: string): void {
    this.wrong('not-allowed-here', this.spanOf(begin), `${what} not allowed here`, why);
    this.skipStatement();
  }
}
