import type { Pool, Reservation, Scope, Subnet } from '../model';
import { newReservation, newScope, newSubnet, type Open } from '../scopes';
import type { Span } from '../source';
import type { Token } from './text/lexer';
import type { Network, Place } from './text/place';
import { RangeParser } from './ranges';

/** Declarations that contain others: shared networks, subnets, pools, groups, classes, hosts. */
export abstract class BlockParser extends RangeParser {
  readonly subnets: Subnet[] = [];
  readonly reservations: Reservation[] = [];
  private readonly hosts = new Map<string, Span>();

  /** Reads one statement at any level. Consumes at least one token. */
  protected abstract statement(place: Place): void;

  /** Reads statements up to the brace that closes the block, each with `read`. */
  protected blockOf(scope: Open<Scope>, begin: Token, place: Place): boolean {
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

  protected group(begin: Token, place: Place): Span | undefined {
    const name = this.isIdentifier() || this.peek().kind === 'string' ? this.next().text : undefined;
    if (name !== undefined) this.groups.add(name);
    const scope = newScope('group', this.since(begin), place.scope, name);
    this.scopes.push(scope);
    this.blockOf(scope, begin, { ...place, scope });
    return scope.head;
  }

  protected sharedNetwork(begin: Token, place: Place): Span | undefined {
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

  protected subnet(begin: Token, place: Place): Span | undefined {
    const six = begin.word === 'subnet6';
    this.oddMask = undefined;
    const prefix = six ? this.subnet6Prefix(begin) : this.subnetPrefix(begin);
    if (prefix === undefined) {
      // The block is still read, because its contents may be correct.
      if (!this.sees('{')) return undefined;
    }
    const network: Network = place.network ?? { subnets: [] };
    const subnet = newSubnet(this.since(begin), place.scope, six ? 6 : 4);
    if (prefix) subnet.prefix = prefix;
    if (network.scope) subnet.sharedNetwork = network.scope;
    this.subnets.push(subnet);
    network.subnets.push(subnet);
    this.blockOf(subnet, begin, { scope: subnet, subnet, network });
    this.oddMask = undefined;
    return subnet.head;
  }

  protected classOf(begin: Token, place: Place): Span | undefined {
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
      const span = this.since(key);
      const value = this.file.text.slice(span.start, span.end);
      this.classRule(name.text, this.since(begin)).values.push({ value, span });
    } else this.classRule(name.text, this.since(begin));
    if (sub && this.takes(';')) return this.since(begin);
    const scope = newScope('class', this.since(begin), place.scope, name.text);
    this.scopes.push(scope);
    this.blockOf(scope, begin, { scope, ...(sub ? { subclass: true } : {}) });
    return scope.head;
  }

  protected pool(begin: Token, place: Place): Span | undefined {
    const scope = newScope('pool', this.since(begin), place.scope);
    const inPool: Place = { ...place, scope, pool: begin.word };
    if (!this.blockOf(scope, begin, inPool)) return scope.head;
    this.scopes.push(scope);
    if ((this.rangesOf.get(scope)?.length ?? 0) === 0)
      this.wrong('missing-parameter', scope.head, 'Pool without a range', 'A pool must hold at least one range.');
    const guards = this.guards.get(scope) ?? [];
    for (const pool of this.rangesOf.get(scope) ?? []) (pool as Open<Pool>).guards = guards;
    return scope.head;
  }

  protected host(begin: Token, place: Place): Span | undefined {
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
}
