import { parseAddress, parsePrefix, prefixAt, prefixText, type Prefix, type Range } from '../address';
import { writeAddress } from '../fix';
import type { ClassRule, Pool, Scope, Subnet } from '../model';
import { newPool, newSubnet, settingOf, type Open } from '../scopes';
import { lineOf, textOf, type Located, type Span } from '../source';
import { readExpression } from './expression';
import { releases } from './issues';
import type { JsonMap } from './reader';

import { KeaHosts } from './hosts';
import { checkHooks } from './hooks';
import { oneCommit, oneInterface } from './limits';
import { NONE } from './scopes';

/** Classes that Kea defines itself. */
const BUILT_IN = /^(ALL|KNOWN|UNKNOWN|BOOTP|DROP|SKIP_DDNS)$|^(VENDOR_CLASS_|HA_|AFTER_|EXTERNAL_|SPAWN_)/;

/** A subnet as written, without quotation marks and white space. */
const bare = (text: string): string => text.replace(/[\s"]/g, '');

/** The meaning of a Kea configuration, and the errors that Kea finds in one of valid form. */
export class KeaModel extends KeaHosts {
  readonly subnets: Subnet[] = [];
  readonly scopes: Scope[] = [];
  readonly classRules: ClassRule[] = [];
  private readonly prefixes = new Map<string, Span>();

  read(server: JsonMap): Scope {
    const global = this.scope('global', server, undefined);
    for (const { value, span } of server.map('interfaces-config')?.texts('interfaces') ?? [])
      this.names.push({ role: 'interface', name: value, span, definition: true });
    for (const definition of server.maps('option-def')) this.definition(definition);
    const classes = server.maps('client-classes');
    for (const one of classes) for (const definition of one.maps('option-def')) this.definition(definition, true);
    this.optionsOf(server, global);
    for (const one of classes) this.clientClass(one, global);
    for (const network of server.maps('shared-networks')) this.sharedNetwork(network, global);
    for (const subnet of server.maps(`subnet${this.family}`)) this.subnet(subnet, global);
    for (const reservation of server.maps('reservations')) this.reservation(reservation, global, undefined);
    checkHooks(server.maps('hooks-libraries'), this.issues);
    this.givenIds();
    this.undefinedClasses();
    return global;
  }

  private clientClass(map: JsonMap, parent: Scope): void {
    const name = map.text('name');
    const scope = this.scope('class', map, parent);
    this.scopes.push(scope);
    this.optionsOf(map, scope);
    if (!name) return;
    if (name.value === '')
      this.wrong('wrong-type', name.span, 'Class without name', 'The name of a class cannot be empty.');
    if (this.classes.has(name.value))
      this.wrong(
        'duplicate-name',
        name.span,
        `Second class “${name.value}”`,
        `A class “${name.value}” is defined already.`,
      );
    this.names.push({ role: 'class', name: name.value, span: name.span, definition: true });
    for (const key of ['test', 'template-test']) {
      const test = map.text(key);
      if (!test || test.value.trim() === '') continue;
      const { problem, members, options } = readExpression(test.value, this.family);
      const at = (offset: number): Span => this.inside(test, offset);
      // A template gives a value rather than a condition.
      if (problem && !(key === 'template-test' && problem.text.startsWith('The expression gives a value')))
        this.wrong('syntax', at(problem.at), 'Mistake in an expression', problem.text);
      for (const { name: option, at: place } of problem || this.unread ? [] : options)
        if (!this.options.named(`dhcp${this.family}`, option))
          this.wrong(
            'unknown-option',
            at(place),
            `Unknown option “${option.slice(0, 60)}”`,
            `Kea has no option “${option.slice(0, 60)}”.`,
          );
      for (const member of members) {
        this.names.push({ role: 'class', name: member.name, span: at(member.at), definition: false });
        if (!this.classes.has(member.name) && !BUILT_IN.test(member.name) && !this.unread)
          this.wrong(
            'class-not-defined',
            at(member.at),
            `Class “${member.name}” is not defined`,
            `The class “${member.name}” must be defined above the one that asks for it.`,
          );
      }
    }
    this.classes.add(name.value);
    const test = map.text('test');
    this.classRules.push({
      name: name.value,
      span: name.span,
      ...(test && test.value.trim() !== '' ? { test } : {}),
      values: [],
      ...(map.flag('only-if-required') || map.flag('only-in-additional-list') || map.text('template-test')
        ? { onRequest: true as const }
        : {}),
    });
  }

  /** A place inside a string of the file. Exact only if the string has no escapes. */
  private inside({ span, value }: Located<string>, offset: number): Span {
    const plain = span.end - span.start === value.length + 2;
    if (!plain) return span;
    const start = Math.min(span.start + 1 + offset, span.end - 1);
    return { ...span, start, end: Math.min(start + 1, span.end) };
  }

  private sharedNetwork(map: JsonMap, parent: Scope): void {
    const scope = this.scope('shared-network', map, parent);
    scope.guards = this.guardsOf(map);
    this.scopes.push(scope);
    this.optionsOf(map, scope);
    const name = map.text('name');
    if (name) {
      if (this.names.some((one) => one.role === 'shared-network' && one.name === name.value))
        this.wrong(
          'duplicate-name',
          name.span,
          `Second shared network “${name.value}”`,
          'Each shared network needs a name of its own.',
        );
      this.names.push({ role: 'shared-network', name: name.value, span: name.span, definition: true });
    }
    oneInterface(map, this.family, this.issues);
    oneCommit(map, this.issues);
    for (const subnet of map.maps(`subnet${this.family}`)) this.subnet(subnet, scope, scope);
  }

  private subnet(map: JsonMap, parent: Scope, network?: Scope): void {
    const { family } = this;
    const text = map.text('subnet');
    const base = this.scope('subnet', map, parent);
    const subnet: Open<Subnet> = {
      ...newSubnet(text?.span ?? map.span, parent, family),
      settings: base.settings,
      span: map.span,
      guards: this.guardsOf(map),
    };
    if (network) subnet.sharedNetwork = network;
    this.subnets.push(subnet);
    const prefix = text ? this.prefix(text) : undefined;
    if (prefix) {
      subnet.prefix = prefix;
      const written = prefixText(prefix);
      const first = this.prefixes.get(written);
      if (first && text)
        this.issues.add(
          {
            id: 'duplicate-subnet',
            span: text.span,
            title: `Second subnet ${written}`,
            explanation: `The subnet ${written} is there already, in line ${lineOf(first)}.`,
            related: [first],
          },
          // Kea compares subnets as they are written, with the bits behind the prefix.
          bare(text.value) === bare(textOf(first)) ? undefined : NONE,
        );
      else if (text) this.prefixes.set(written, text.span);
    }
    this.subnetId(map, subnet);
    const [t1, t2] = [settingOf(subnet, 't1'), settingOf(subnet, 't2')];
    if (t1?.number && t2?.number && t1.number > t2.number)
      // Later releases accept it; there the rule about timers reports it.
      this.wrong(
        'timer-order',
        t1.span,
        'T1 after T2',
        `renew-timer (${t1.number}) is above rebind-timer (${t2.number}).`,
        releases(0, 2.6),
      );
    this.relay(map, subnet);
    this.optionsOf(map, subnet);
    for (const pool of map.maps('pools')) this.pool(pool, subnet);
    for (const pool of map.maps('pd-pools')) this.delegated(pool, subnet);
    for (const reservation of map.maps('reservations')) this.reservation(reservation, subnet, subnet);
  }

  private prefix({ value, span }: Located<string>): Prefix | undefined {
    const text = value.trim().replace(/\s*\/\s*/, '/');
    const parsed = parsePrefix(text);
    if (parsed && parsed.address.family === this.family) {
      const prefix = prefixAt(parsed.address, parsed.length);
      if (prefix.network !== parsed.address.value)
        this.issues.add(
          {
            id: 'host-bits-in-network',
            span,
            severity: 'info',
            title: `${text} is no network`,
            explanation: `The network is ${prefixText(prefix)}; the address has bits set behind its prefix. Kea takes it for that network.`,
            ...writeAddress(span, parsed.address, prefix.network),
          },
          NONE,
        );
      return prefix;
    }
    const length = /^([^/]+)\/(\d+)$/.exec(text);
    if (length && parseAddress(length[1]!)?.family === this.family)
      this.wrong(
        'invalid-subnet-mask',
        span,
        `/${length[2]!} is no prefix length`,
        `A prefix length is 0 to ${this.family === 4 ? 32 : 128}.`,
      );
    else
      this.wrong(
        'wrong-type',
        span,
        'Not a subnet',
        `A subnet is written as ${this.family === 4 ? '“192.0.2.0/24”' : '“2001:db8::/64”'}, not “${value.slice(0, 60)}”.`,
      );
    return undefined;
  }

  private relay(map: JsonMap, subnet: Subnet): void {
    const relay = map.map('relay');
    if (!relay) return;
    const old = relay.text('ip-address');
    for (const text of [...relay.texts('ip-addresses'), ...(old ? [old] : [])]) {
      const value = parseAddress(text.value);
      if (value?.family === this.family) subnet.relays.push({ value, span: text.span });
      else
        this.wrong(
          'wrong-type',
          text.span,
          'Not an address',
          `A relay is known by its IPv${this.family} address, not by “${text.value.slice(0, 60)}”.`,
        );
    }
  }

  private pool(map: JsonMap, subnet: Open<Subnet>): void {
    const text = map.text('pool');
    const scope = this.scope('pool', map, subnet);
    this.optionsOf(map, scope);
    const range = text ? this.range(text) : undefined;
    if (!range || !text) return;
    const pool: Open<Pool> = {
      ...newPool(text.span, subnet, range),
      span: map.span,
      options: scope.options,
      settings: scope.settings,
    };
    pool.guards = this.guardsOf(map);
    subnet.pools.push(pool);
  }

  private range({ value, span }: Located<string>): Range | undefined {
    const { family } = this;
    const ends = /^\s*([^\s-]+)\s*-\s*([^\s-]+)\s*$/.exec(value);
    const [first, last] = ends ? [parseAddress(ends[1]!), parseAddress(ends[2]!)] : [];
    if (first?.family === family && last?.family === family) return { family, first: first.value, last: last.value };
    const prefix = ends ? undefined : parsePrefix(value.replace(/\s/g, ''));
    if (prefix?.address.family === family) {
      const { network } = prefixAt(prefix.address, prefix.length);
      return {
        family,
        first: network,
        last: network | ((1n << BigInt((family === 4 ? 32 : 128) - prefix.length)) - 1n),
      };
    }
    this.wrong(
      'wrong-type',
      span,
      'Not a pool',
      `A pool is written as “first - last” or “prefix/length”, not “${value.slice(0, 80)}”.`,
    );
    return undefined;
  }

  private delegated(map: JsonMap, subnet: Open<Subnet>): void {
    const [prefix, length, delegated] = [map.text('prefix'), map.number('prefix-len'), map.number('delegated-len')];
    const scope = this.scope('pool', map, subnet);
    this.optionsOf(map, scope);
    if (!prefix || !length || !delegated) return;
    const address = parseAddress(prefix.value);
    if (address?.family !== 6) {
      this.wrong('wrong-type', prefix.span, 'Not an IPv6 prefix', `“${prefix.value.slice(0, 60)}” is no IPv6 address.`);
      return;
    }
    const isLength = ({ value }: Located<number>): boolean => Number.isInteger(value) && value >= 1 && value <= 128;
    if (!isLength(length) || !isLength(delegated)) {
      this.wrong(
        'wrong-type',
        isLength(length) ? delegated.span : length.span,
        'No prefix length',
        'A prefix length is 1 to 128.',
      );
      return;
    }
    if (delegated.value < length.value)
      this.wrong(
        'wrong-type',
        delegated.span,
        'Delegated prefix too large',
        `A prefix of /${delegated.value} does not fit into the pool's /${length.value}.`,
      );
    const whole = prefixAt(address, length.value);
    if (whole.network !== address.value)
      this.issues.add(
        {
          id: 'host-bits-in-network',
          span: prefix.span,
          severity: 'info',
          title: `${prefix.value} is no prefix of /${length.value}`,
          explanation: `The prefix is ${prefixText(whole)}.`,
          ...writeAddress(prefix.span, address, whole.network),
        },
        NONE,
      );
    const excluded = map.text('excluded-prefix');
    const left = excluded && parseAddress(excluded.value);
    if (
      excluded &&
      left?.family === 6 &&
      prefixAt(left, delegated.value).network !== prefixAt(address, delegated.value).network
    )
      this.wrong(
        'wrong-type',
        excluded.span,
        'Excluded prefix outside of the delegated one',
        `It must have the first ${delegated.value} bits of ${prefix.value}.`,
      );
    const pool: Open<Pool> = {
      ...newPool(prefix.span, subnet, {
        family: 6,
        first: whole.network,
        last: whole.network | ((1n << BigInt(128 - length.value)) - 1n),
      }),
      span: map.span,
      options: scope.options,
      settings: scope.settings,
    };
    pool.delegated = delegated.value;
    subnet.pools.push(pool);
  }

  /** Classes that subnets, pools and hosts name but nothing defines. Kea accepts them, but no client is ever in them. */
  private undefinedClasses(): void {
    for (const { value, span, reserved } of this.classUses) {
      if (this.classes.has(value) || BUILT_IN.test(value) || this.unread) continue;
      this.issues.add(
        {
          id: 'class-not-defined',
          span,
          // A reservation may put a host into a class that only an expression tests.
          severity: reserved ? 'info' : 'warning',
          title: `Class “${value.slice(0, 60)}” is not defined`,
          explanation: `No client class “${value.slice(0, 60)}” is defined in “client-classes”. Kea takes this, and no client is ever in the class, unless a hook puts it there.`,
          steps: [`Define it: \`"client-classes": [ { "name": "${value.slice(0, 60)}", "test": "…" } ]\`.`],
        },
        NONE,
      );
    }
  }
}
