import { contains, maskLength, prefixAt, textOfAddress, type Address, type Prefix } from '../address';
import type { ClassRule, Pool, Reservation, Scope } from '../model';
import { newPool, type Open } from '../scopes';
import type { Located, Span } from '../source';
import { HostParser } from './hosts';
import type { Token } from './text/lexer';
import type { Place } from './text/place';

const PERMITS = /^(known|unknown|all|authenticated|unauthenticated)$/;

/** What subnets, pools and classes contain besides parameters: prefixes, ranges, permit lists, match expressions. */
export class RangeParser extends HostParser {
  protected subnetPrefix(begin: Token): Prefix | undefined {
    const address = this.address4();
    if (!address) return undefined;
    if (!this.takesWord('netmask')) return void this.expected('“netmask”');
    const mask = this.address4();
    if (!mask) return undefined;
    const length = maskLength(mask.value);
    const hostBits = address.value.value & ~mask.value.value & 0xffffffffn;
    if (length === undefined) {
      this.findings.add({
        id: 'invalid-subnet-mask',
        span: mask.span,
        title: `${textOfAddress(mask.value)} is no subnet mask`,
        explanation: `A mask is ones followed by zeros: 255.255.255.0 and the like. ${textOfAddress(mask.value)} has zeros between ones.`,
        refused: hostBits !== 0n,
      });
      this.oddMask = { network: address.value.value, mask: mask.value.value };
      return undefined;
    }
    if (hostBits !== 0n) this.hostBits(this.since(begin), address.value, length);
    return prefixAt(address.value, length);
  }

  protected subnet6Prefix(begin: Token): Prefix | undefined {
    if (!this.six) return void this.forbidden(begin, 'subnet6', 'subnet6 is read only by a DHCPv6 server (dhcpd -6).');
    return this.prefix6(begin);
  }

  /** Reads `match if …`, `match …`, `spawn with …` and `lease limit`. */
  protected match(begin: Token, { scope, subclass }: Place): void {
    this.next();
    if (begin.word === 'lease') {
      if (!this.takesWord('limit') || this.peek().kind !== 'number') this.expected('“lease limit” and a number');
      else {
        this.next();
        this.semicolon();
      }
      return;
    }
    if (subclass) {
      this.forbidden(begin, `“${begin.text}”`, 'A subclass matches by the value in its head.');
      return;
    }
    const condition = begin.word === 'match' && this.takesWord('if');
    if (begin.word === 'spawn' && !this.takesWord('with')) {
      this.expected('“with”');
      return;
    }
    const seen = this.matched.get(scope) ?? new Set<string>();
    this.matched.set(scope, seen);
    const key = condition ? 'match if' : 'match';
    if (seen.has(key)) {
      this.wrong('duplicate-key', this.spanOf(begin), `Second “${key}”`, `A class may have one “${key}” only.`);
      this.skipStatement();
      return;
    }
    seen.add(key);
    const from = this.peek();
    if ((condition ? this.booleanExpression() : this.dataExpression()) === undefined) return;
    const span = this.since(from);
    const located = { value: this.file.text.slice(span.start, span.end), span };
    const rule = this.classRule(scope.name ?? '', scope.head);
    if (condition) rule.test = located;
    else if (begin.word === 'match') rule.match = located;
    this.semicolon();
  }

  /** What is known of a class so far. Creates the rule if it is new. */
  protected classRule(name: string, span: Span): Open<ClassRule> & { values: Located<string>[] } {
    let rule = this.classRules.get(name);
    if (!rule) this.classRules.set(name, (rule = { name, span, values: [] }));
    return rule;
  }

  protected readonly classRules = new Map<string, Open<ClassRule> & { values: Located<string>[] }>();

  protected readonly matched = new WeakMap<Scope, Set<string>>();

  protected groupOfHost(host: Reservation): void {
    const name = this.peek();
    if (name.kind !== 'string' && !this.isIdentifier(name)) {
      this.expected('the name of a group');
      return;
    }
    this.next();
    if (!this.groups.has(name.text))
      this.undefinedName(name, 'class', `There is no group “${name.text}” above host ${host.name ?? ''}.`);
    this.semicolon();
  }

  protected readonly groups = new Set<string>();

  protected addPool(
    begin: Token,
    place: Place,
    first: Address,
    last: Address,
    more: Pick<Pool, 'delegated' | 'bootp'> = {},
  ): void {
    const subnet = place.subnet ?? place.network?.subnets.find(({ prefix }) => prefix && contains(prefix, first));
    const span = this.since(begin);
    const parent = place.scope;
    // dhcpd accepts `range high low` as well.
    const pool = { ...newPool(span, parent, { family: first.family, first: first.value, last: last.value }), ...more };
    this.countRange(parent, pool);
    const odd = this.oddMask;
    const isStray = odd && [first, last].some(({ value }) => (value & odd.mask) !== odd.network);
    if (subnet && !isStray) subnet.pools.push(pool);
    else
      this.wrong(
        'pool-outside-subnet',
        span,
        'Range on no subnet',
        'The range is in none of the subnets that the shared network has above this line.',
      );
  }

  /** A mask that is none, of the subnet being read: dhcpd still holds ranges against it, bit by bit. */
  protected oddMask: { readonly network: bigint; readonly mask: bigint } | undefined;

  protected countRange(scope: Scope, pool: Pool): void {
    const list = this.rangesOf.get(scope) ?? [];
    list.push(pool);
    this.rangesOf.set(scope, list);
  }

  protected range(begin: Token, place: Place): void {
    const bootp = this.takesWord('dynamic-bootp');
    const first = this.address4();
    if (!first) return;
    const last = this.sees(';') ? first : this.address4();
    if (!last) return;
    this.addPool(begin, place, first.value, last.value, bootp ? { bootp } : {});
    this.semicolon();
  }

  protected range6(begin: Token, place: Place): void {
    if (!this.six) return this.forbidden(begin, `“${begin.text}”`, 'It is read only by a DHCPv6 server (dhcpd -6).');
    const first = this.address6();
    if (!first) return;
    const delegates = begin.word === 'prefix6';
    let last = first.value;
    if (!delegates && (this.sees('/') || this.seesWord('temporary'))) {
      const length = this.takes('/') ? this.prefixLength() : 64;
      if (length === undefined) return;
      const temporary = this.takesWord('temporary');
      const prefix = prefixAt(first.value, length);
      if (prefix.network !== first.value.value) this.hostBits(this.since(begin), first.value, length);
      last = { family: 6, value: prefix.network | ((1n << BigInt(128 - length)) - 1n) };
      // Temporary addresses (RFC 8981) are chosen at random, so their range may overlap others.
      if (temporary) {
        this.countRange(
          place.scope,
          newPool(this.since(begin), place.scope, { family: 6, first: first.value.value, last: last.value }),
        );
        this.semicolon();
        return;
      }
    } else {
      const second = this.address6();
      if (!second) return;
      last = second.value;
    }
    let delegated: number | undefined;
    if (delegates) {
      if (!this.takes('/')) return void this.expected('a slash “/”');
      delegated = this.prefixLength(1, 127);
      if (delegated === undefined) return;
      for (const end of [first.value, last])
        if (prefixAt(end, delegated).network !== end.value) this.hostBits(this.since(begin), end, delegated);
    }
    this.addPool(begin, place, first.value, last, delegated === undefined ? {} : { delegated });
    this.semicolon();
  }

  protected rangeOf(begin: Token, place: Place): void {
    if (begin.word === 'range') this.range(begin, place);
    else this.range6(begin, place);
  }

  /** Reads a permit: which clients may have an address of a pool. */
  protected permit({ scope }: Place): void {
    const begin = this.next();
    const token = this.peek();
    const { word } = token;
    if (word === 'known-clients' || word === 'unknown-clients') this.next();
    else if (PERMITS.test(word) || word === 'dynamic') {
      this.next();
      if (word === 'dynamic' && !this.takesWord('bootp')) return void this.expected('“bootp”');
      if (!this.takesWord('clients')) return void this.expected('“clients”');
    } else if (word === 'members') {
      this.next();
      if (!this.takesWord('of')) return void this.expected('“of”');
      const name = this.peek();
      if (name.kind !== 'string') return void this.expected('the name of a class, in quotation marks');
      this.next();
      if (this.classes.has(name.text))
        this.names.push({ role: 'class', name: name.text, span: this.spanOf(name), definition: false });
      else this.undefinedName(name, 'class', `There is no class “${name.text}” above this line.`, 'class-not-defined');
    } else if (word === 'after') {
      while (!this.ended && !this.sees(';') && !this.sees('}')) this.next();
    } else return void this.expected('who may: known-clients, unknown-clients, members of "class", all clients …');
    this.guardOf(scope, begin);
    this.semicolon();
  }

  protected poolPeer({ scope }: Place): void {
    const begin = this.next();
    if (!this.takesWord('peer')) {
      this.expected('“peer”');
      return;
    }
    const name = this.peek();
    if (name.kind !== 'string') {
      this.expected('the name of a failover peer in quotation marks');
      return;
    }
    this.next();
    const peer = this.peerUse(name);
    if (peer) peer.pools++;
    this.guardOf(scope, begin);
    this.semicolon();
  }

  protected guardOf(scope: Scope, begin: Token): void {
    const span = this.since(begin);
    const list = this.guards.get(scope) ?? [];
    list.push({ value: this.file.text.slice(span.start, span.end), span });
    this.guards.set(scope, list);
  }

  protected readonly guards = new WeakMap<Scope, Located<string>[]>();

  protected readonly rangesOf = new WeakMap<Scope, Pool[]>();
}
