import { contains, maskLength, prefixAt, prefixText, textOfAddress, type Address, type Prefix } from '../address';
import type { Pool, ReadInclude, Reservation, Scope, Subnet } from '../model';
import type { Findings } from '../report';
import { newPool, newReservation, newScope, newSubnet, type Open, type OpenReservation } from '../scopes';
import { SourceFile, type Located, type Span } from '../source';
import { DEEPEST } from './cursor';
import { FailoverParser } from './failover';
import type { Token } from './lexer';

/** How many files one configuration may include. */
const MOST_FILES = 500;

/** A shared network while it is read. Every subnet is in one, written or not. */
interface Network {
  readonly scope?: Scope;
  readonly subnets: Subnet[];
  interface?: true;
}

/** Where a statement stands. */
interface Place {
  readonly scope: Scope;
  readonly subnet?: Open<Subnet>;
  readonly network?: Network;
  readonly host?: OpenReservation & { hardware?: true; fixed?: true; uid?: true; identifier?: true };
  /** The word of the pool that is read. */
  readonly pool?: string;
  /** A class that is another's: it can match nothing of its own. */
  readonly subclass?: true;
}

const HARDWARE_TYPES = /^(ethernet|token-ring|fddi|infiniband)$/i;

const PERMITS = /^(known|unknown|all|authenticated|unauthenticated)$/;

/** Declarations: what dhcpd.conf(5) calls the topology, and who is served. */
export class DeclarationParser extends FailoverParser {
  readonly files: SourceFile[] = [];
  readonly subnets: Subnet[] = [];
  readonly reservations: Reservation[] = [];
  private readonly hosts = new Map<string, Span>();
  private readonly groups = new Set<string>();
  private readonly open: string[] = [];

  constructor(
    findings: Findings,
    private readonly six: boolean,
    private readonly readInclude: ReadInclude,
  ) {
    super(findings);
  }

  /** Reads one file, at a place where its statements then stand. */
  protected readFile(file: SourceFile, place: Place): void {
    this.files.push(file);
    this.open.push(file.path);
    this.within(file, () => {
      while (!this.ended) {
        const token = this.peek();
        if (this.takes('}'))
          this.wrong(
            'syntax',
            this.spanOf(token),
            'Right brace without its left brace',
            'No block is open here that this brace could close.',
          );
        else this.statement(place);
      }
    });
    this.open.pop();
  }

  /** One statement, wherever it stands. Reads at least one token. */
  protected statement(place: Place): void {
    const begin = this.peek();
    if (this.executableHere(place)) return;
    if (this.depth >= DEEPEST && !this.deeper()) return;
    this.depth++;
    this.outlined(begin, (statement) => {
      const head = this.declaration(begin, place);
      if (head) statement.head = head;
    });
    this.depth--;
  }

  private executableHere(place: Place): boolean {
    const { word } = this.peek();
    // These are more here than in a condition.
    if (/^(option|authoritative|not|server-identifier|hardware)$/.test(word)) return false;
    if (place.scope.kind === 'pool' && /^(allow|deny)$/.test(word)) return false;
    return this.executable(place.scope);
  }

  private forbidden(begin: Token, what: string, why: string): void {
    this.wrong('not-allowed-here', this.spanOf(begin), `${what} not allowed here`, why);
    this.skipStatement();
  }

  /** Gives the span of what names the statement, where it opens a block. */
  private declaration(begin: Token, place: Place): Span | undefined {
    const { kind } = place.scope;
    const inside = (...kinds: Scope['kind'][]): boolean => kinds.includes(kind);
    switch (begin.word) {
      case 'include':
        return this.include(place);
      case 'host':
        this.next();
        if (inside('reservation', 'class'))
          return void this.forbidden(begin, 'Host', 'A host cannot be declared inside a host or a class.');
        return this.host(begin, place);
      case 'group':
        this.next();
        if (place.host) return void this.groupOfHost(place.host);
        if (inside('class')) return void this.forbidden(begin, 'Group', 'A group cannot be declared inside a class.');
        return this.group(begin, place);
      case 'shared-network':
        this.next();
        if (inside('shared-network', 'reservation', 'subnet', 'class'))
          return void this.forbidden(
            begin,
            'Shared network',
            'A shared network holds subnets; it cannot stand inside one, nor in a host, a class or another shared network.',
          );
        return this.sharedNetwork(begin, place);
      case 'subnet':
      case 'subnet6':
        this.next();
        if (inside('reservation', 'subnet', 'class'))
          return void this.forbidden(
            begin,
            'Subnet',
            `A subnet cannot be declared inside a ${kind === 'reservation' ? 'host' : kind}. Is the right brace “}” of the block before it missing?`,
          );
        return this.subnet(begin, place);
      case 'class':
      case 'vendor-class':
      case 'user-class':
      case 'subclass':
        this.next();
        if (inside('class')) return void this.forbidden(begin, 'Class', 'A class cannot be declared inside a class.');
        return this.classOf(begin, place);
      case 'pool':
      case 'pool6':
        this.next();
        if (inside('pool')) return void this.forbidden(begin, 'Pool', 'A pool cannot be declared inside a pool.');
        if (!inside('subnet', 'shared-network') || (begin.word === 'pool6' && !inside('subnet')))
          return void this.forbidden(begin, 'Pool', 'A pool stands in a subnet or a shared network.');
        return this.pool(begin, place);
      case 'failover':
        if (inside('pool')) return void this.poolPeer(place);
        return void this.failover(kind);
      default:
        this.parameterOf(begin, place);
        return undefined;
    }
  }

  private parameterOf(begin: Token, place: Place): void {
    const { scope, host } = place;
    const { kind } = scope;
    switch (begin.word) {
      case 'option':
        this.option(begin, place);
        return;
      case 'server-identifier':
        this.next();
        this.optionStatement({ space: 'dhcp', code: 54, name: 'dhcp-server-identifier', format: 'I' }, begin, scope);
        return;
      case 'hardware':
        this.hardware(begin, host);
        return;
      case 'fixed-address':
      case 'fixed-address6':
        this.fixedAddress(begin, host);
        return;
      case 'fixed-prefix6':
        this.next();
        if (!host) this.forbidden(begin, 'fixed-prefix6', 'A prefix is fixed for a host.');
        else if (this.prefix6()) this.semicolon();
        return;
      case 'range':
      case 'range6':
      case 'prefix6':
        this.next();
        if (kind === 'subnet' || (kind === 'pool' && place.pool === (begin.word === 'range' ? 'pool' : 'pool6')))
          this.rangeOf(begin, place);
        else
          this.forbidden(
            begin,
            `“${begin.text}”`,
            'A range stands in a subnet or a pool (range6 and prefix6: a pool6).',
          );
        return;
      case 'not':
      case 'authoritative': {
        const no = this.takesWord('not');
        if (!this.takesWord('authoritative')) {
          this.expected('“authoritative”');
          return;
        }
        if (host)
          this.wrong(
            'not-allowed-here',
            this.spanOf(begin),
            'authoritative not allowed here',
            'A server has authority over a network, not over a host.',
          );
        scope.settings.set('authoritative', { value: String(!no), span: this.since(begin) });
        this.semicolon();
        return;
      }
      case 'server-duid':
        this.serverDuid();
        return;
      case 'interface':
        if (kind === 'subnet' || kind === 'shared-network') {
          this.next();
          const name = this.next();
          const network = place.network!;
          if (network.interface)
            this.wrong(
              'not-allowed-here',
              this.since(begin),
              'Second interface',
              'A subnet or a shared network cannot be on two interfaces.',
            );
          network.interface = true;
          scope.settings.set('interface', { value: name.text, span: this.spanOf(name) });
          this.semicolon();
          return;
        }
        break;
      case 'allow':
      case 'deny':
        this.permit(place);
        return;
      case 'no':
        if (kind !== 'pool') break;
        this.next();
        if (!this.takesWord('failover') || !this.takesWord('peer')) this.expected('“failover peer”');
        return;
      case 'dynamic':
      case 'deleted':
      case 'static':
        if (kind !== 'reservation' && kind !== 'class' && kind !== 'group') break;
        this.next();
        this.semicolon();
        return;
      case 'uid':
        if (!host) break;
        this.uid(begin, host);
        return;
      case 'host-identifier':
        if (!host) break;
        this.hostIdentifier(begin, host);
        return;
      case 'match':
      case 'spawn':
      case 'lease':
        if (kind !== 'class') break;
        this.match(begin, place);
        return;
    }
    this.next();
    if (begin.kind === 'punctuation' || begin.kind === 'string' || begin.kind === 'number') {
      const title = begin.text === ';' ? 'Semicolon without a statement' : 'Expected a statement';
      this.wrong('syntax', this.spanOf(begin), title, `Here a statement must begin, not ${this.seen(begin)}.`);
      if (begin.text !== ';') this.skipStatement();
    } else if (begin.kind === 'keyword') {
      this.wrong(
        'not-allowed-here',
        this.spanOf(begin),
        `“${begin.text}” not allowed here`,
        `“${begin.text}” begins no statement here.`,
      );
      this.skipStatement();
    } else this.unknownStatement(begin);
  }

  private rangeOf(begin: Token, place: Place): void {
    if (begin.word === 'range') this.range(begin, place);
    else this.range6(begin, place);
  }

  private include(place: Place): undefined {
    const begin = this.next();
    const name = this.peek();
    if (name.kind !== 'string') {
      this.expected('the name of a file in quotation marks');
      return;
    }
    this.next();
    const span = this.since(begin);
    const found = this.files.length < MOST_FILES ? this.readInclude(name.text, this.file) : undefined;
    this.semicolon();
    if (!found) {
      this.unread = true;
      this.findings.add({
        id: 'include-not-read',
        span,
        title: `“${name.text.slice(0, 80)}” was not read`,
        explanation:
          'The included file is not here, so nothing is said of what it holds. dhcpd does not start without it.',
      });
    } else if (this.open.includes(found.path) || this.open.length > 20) {
      this.wrong(
        'include-loop',
        span,
        'A file includes itself',
        `“${name.text}” is being read already: it includes itself.`,
      );
    } else this.readFile(new SourceFile(found.path, found.text), place);
    return;
  }

  private option(begin: Token, place: Place): void {
    this.next();
    const top = place.scope.kind === 'global';
    if (this.seesWord('space')) {
      if (top) this.optionSpace();
      else this.forbidden(begin, 'Option space', 'An option space is declared outside of all blocks.');
      return;
    }
    const name = this.peek();
    const option = this.optionName(true);
    if (!option) return;
    const last = this.last;
    if (this.seesWord('code')) {
      if (top) this.optionDefinition(option, last);
      else this.forbidden(begin, 'Definition of an option', 'An option is defined outside of all blocks.');
    } else if (option.unknown) this.unknownOption(option.space.toLowerCase(), name === last ? name : last);
    else this.optionStatement(option, begin, place.scope);
  }

  /** Statements up to the brace that closes the block, each read by `read`. */
  private blockOf(scope: Open<Scope>, begin: Token, place: Place): boolean {
    scope.head = this.since(begin);
    if (!this.openBrace()) return false;
    while (!this.takes('}')) {
      if (this.ended) {
        this.unclosed(begin, scope.head);
        break;
      }
      this.statement(place);
    }
    scope.span = this.since(begin);
    return true;
  }

  private group(begin: Token, place: Place): Span | undefined {
    const name = this.isIdentifier() || this.peek().kind === 'string' ? this.next().text : undefined;
    if (name !== undefined) this.groups.add(name);
    const scope = newScope('group', this.since(begin), place.scope, name);
    this.scopes.push(scope);
    this.blockOf(scope, begin, { ...place, scope });
    return scope.head;
  }

  private groupOfHost(host: Reservation): void {
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

  private sharedNetwork(begin: Token, place: Place): Span | undefined {
    const token = this.peek();
    const name = token.kind === 'string' ? this.next().text : this.hostName();
    if (name === undefined || name === '') {
      this.expected('a name for the shared network');
      return undefined;
    }
    this.names.push({ role: 'shared-network', name, span: this.since(token), definition: true });
    const scope = newScope('shared-network', this.since(begin), place.scope, name);
    this.scopes.push(scope);
    const network: Network = { scope, subnets: [] };
    if (this.blockOf(scope, begin, { scope, network }) && network.subnets.length === 0)
      this.wrong(
        'missing-parameter',
        scope.head,
        'Shared network without subnets',
        'A shared network must hold at least one subnet.',
      );
    return scope.head;
  }

  private subnet(begin: Token, place: Place): Span | undefined {
    const six = begin.word === 'subnet6';
    const prefix = six ? this.subnet6Prefix(begin) : this.subnetPrefix(begin);
    if (prefix === undefined) {
      // The block is read all the same: what is in it can be right.
      if (!this.sees('{')) return undefined;
    }
    const network: Network = place.network ?? { subnets: [] };
    const subnet = newSubnet(this.since(begin), place.scope, six ? 6 : 4);
    if (prefix) subnet.prefix = prefix;
    if (network.scope) subnet.sharedNetwork = network.scope;
    this.subnets.push(subnet);
    network.subnets.push(subnet);
    this.blockOf(subnet, begin, { scope: subnet, subnet, network });
    return subnet.head;
  }

  private subnetPrefix(begin: Token): Prefix | undefined {
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
      return undefined;
    }
    if (hostBits !== 0n) this.hostBits(this.since(begin), address.value, length);
    return prefixAt(address.value, length);
  }

  private hostBits(span: Span, address: Address, length: number): void {
    this.wrong(
      'host-bits-in-network',
      span,
      `${textOfAddress(address)} is no network of /${length}`,
      `The network of ${textOfAddress(address)}/${length} is ${prefixText(prefixAt(address, length))}; the address has bits set behind it.`,
    );
  }

  private subnet6Prefix(begin: Token): Prefix | undefined {
    if (!this.six) return void this.forbidden(begin, 'subnet6', 'subnet6 is read only by a DHCPv6 server (dhcpd -6).');
    return this.prefix6(begin);
  }

  /** `2001:db8::/32`. */
  private prefix6(begin = this.peek()): Prefix | undefined {
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

  private classOf(begin: Token, place: Place): Span | undefined {
    const name = this.peek();
    if (name.kind !== 'string') return void this.expected('the name of the class, in quotation marks');
    this.next();
    const sub = begin.word !== 'class';
    if (sub && !this.classes.has(name.text)) {
      this.undefinedName(name, 'class', `There is no class “${name.text}” above this line.`, 'class-not-defined');
      this.skipStatement();
      return undefined;
    }
    this.names.push({ role: 'class', name: name.text, span: this.spanOf(name), definition: !sub });
    this.classes.add(name.text);
    if (begin.word === 'subclass') {
      const key = this.peek();
      if (key.kind === 'string') this.next();
      else if (key.kind !== 'number' && key.kind !== 'hex')
        return void this.expected('a string or octets such as 1:00:11:22:33:44:55');
      else if (!this.hexList()) return undefined;
    }
    if (sub && this.takes(';')) return this.since(begin);
    const scope = newScope('class', this.since(begin), place.scope, name.text);
    this.scopes.push(scope);
    this.blockOf(scope, begin, { scope, ...(sub ? { subclass: true } : {}) });
    return scope.head;
  }

  private readonly matched = new WeakMap<Scope, Set<string>>();

  /** `match if …`, `match …`, `spawn with …` and `lease limit`. */
  private match(begin: Token, { scope, subclass }: Place): void {
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
    if ((condition ? this.booleanExpression() : this.dataExpression()) !== undefined) this.semicolon();
  }

  private pool(begin: Token, place: Place): Span | undefined {
    const scope = newScope('pool', this.since(begin), place.scope);
    const ranges = this.rangesOf.get(place.scope)?.length ?? 0;
    const inPool: Place = { ...place, scope, pool: begin.word };
    if (!this.blockOf(scope, begin, inPool)) return scope.head;
    this.scopes.push(scope);
    if ((this.rangesOf.get(scope)?.length ?? 0) === 0 && ranges >= 0)
      this.wrong('missing-parameter', scope.head, 'Pool without a range', 'A pool must hold at least one range.');
    const guards = this.guards.get(scope) ?? [];
    for (const pool of this.rangesOf.get(scope) ?? []) (pool as Open<Pool>).guards = guards;
    return scope.head;
  }

  private readonly rangesOf = new WeakMap<Scope, Pool[]>();
  private readonly guards = new WeakMap<Scope, Located<string>[]>();

  private poolPeer({ scope }: Place): void {
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

  private guardOf(scope: Scope, begin: Token): void {
    const span = this.since(begin);
    const list = this.guards.get(scope) ?? [];
    list.push({ value: this.file.text.slice(span.start, span.end), span });
    this.guards.set(scope, list);
  }

  /** Who may have an address of a pool. */
  private permit({ scope }: Place): void {
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

  private addPool(begin: Token, place: Place, first: Address, last: Address, delegated?: number): void {
    const subnet = place.subnet ?? place.network?.subnets.find(({ prefix }) => prefix && contains(prefix, first));
    const span = this.since(begin);
    const parent = place.scope;
    // `range high low` is taken either way round.
    const pool = newPool(span, parent, { family: first.family, first: first.value, last: last.value });
    if (delegated !== undefined) pool.delegated = delegated;
    this.countRange(parent, pool);
    if (subnet) subnet.pools.push(pool);
    else
      this.wrong(
        'pool-outside-subnet',
        span,
        'Range on no subnet',
        'The range is in none of the subnets that the shared network has above this line.',
      );
  }

  private countRange(scope: Scope, pool: Pool): void {
    const list = this.rangesOf.get(scope) ?? [];
    list.push(pool);
    this.rangesOf.set(scope, list);
  }

  private range(begin: Token, place: Place): void {
    if (this.seesWord('dynamic-bootp')) this.next();
    const first = this.address4();
    if (!first) return;
    const last = this.sees(';') ? first : this.address4();
    if (!last) return;
    this.addPool(begin, place, first.value, last.value);
    this.semicolon();
  }

  private range6(begin: Token, place: Place): void {
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
      // Temporary addresses (RFC 8981) are made up anew each time: they may share the range of others.
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
      delegated = this.prefixLength();
      if (delegated === undefined) return;
      for (const end of [first.value, last])
        if (prefixAt(end, delegated).network !== end.value) this.hostBits(this.since(begin), end, delegated);
    }
    this.addPool(begin, place, first.value, last, delegated);
    this.semicolon();
  }

  private prefixLength(): number | undefined {
    const number = this.peek();
    const length = Number(number.text);
    if (number.kind !== 'number' || !(length >= 0 && length <= 128))
      return void this.expected('a prefix length from 0 to 128', 'wrong-type');
    this.next();
    return length;
  }

  private host(begin: Token, place: Place): Span | undefined {
    const token = this.peek();
    const name = this.hostName();
    if (name === undefined) return void this.expected('a name for the host');
    const host: NonNullable<Place['host']> = newReservation(this.since(begin), place.scope);
    host.name = name;
    const first = this.hosts.get(name);
    if (first)
      this.findings.add({
        id: 'duplicate-name',
        span: this.since(token),
        title: `Second host “${name}”`,
        explanation: `A host “${name}” is declared already; dhcpd wants a name of its own for each, even where it means nothing.`,
        related: [first],
      });
    else this.hosts.set(name, this.since(token));
    if (!this.blockOf(host, begin, { scope: host, host })) return host.head;
    this.reservations.push(host);
    return host.head;
  }

  private hardware(begin: Token, host: Place['host']): void {
    this.next();
    const type = this.peek();
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
      host.identifiers.push({ type: 'hw-address', value, span: this.since(from) });
    }
    this.semicolon();
  }

  private fixedAddress(begin: Token, host: Place['host']): void {
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
      host.addresses.push(...addresses);
    }
  }

  private uid(begin: Token, host: NonNullable<Place['host']>): void {
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

  private hostIdentifier(begin: Token, host: NonNullable<Place['host']>): void {
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

  /** `server-duid LLT …;`. */
  private serverDuid(): void {
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
}
