import {
  addressText,
  contains,
  parseAddress,
  parsePrefix,
  prefixAt,
  prefixText,
  type Address,
  type Family,
  type Prefix,
  type Range,
} from '../address';
import type { Identifier, NameUse, Pool, Reservation, Scope, SettingName, Subnet } from '../model';
import { nearest } from '../nearest';
import type { Report } from '../report';
import { newPool, newReservation, newScope, newSubnet, settingOf, type Open } from '../scopes';
import { lineOf, type Located, type Span } from '../source';
import { readExpression } from './expression';
import { releases, type Issues } from './issues';
import { addressesIn, isHexData, KeaOptions, OPTION_TYPES, valueProblem } from './options';
import type { JsonMap } from './reader';
import type { Release } from './schema';

const SETTINGS: Readonly<Record<string, SettingName>> = {
  'valid-lifetime': 'lease-time',
  'min-valid-lifetime': 'min-lease-time',
  'max-valid-lifetime': 'max-lease-time',
  'preferred-lifetime': 'preferred-lifetime',
  'renew-timer': 't1',
  'rebind-timer': 't2',
  authoritative: 'authoritative',
  'next-server': 'next-server',
  'boot-file-name': 'boot-file',
  'server-hostname': 'server-name',
  interface: 'interface',
};

/** Classes that Kea makes itself. */
const BUILT_IN = /^(ALL|KNOWN|UNKNOWN|BOOTP|DROP|SKIP_DDNS)$|^(VENDOR_CLASS_|HA_|AFTER_|EXTERNAL_|SPAWN_)/;

const IDENTIFIERS4 = ['hw-address', 'duid', 'circuit-id', 'client-id', 'flex-id'];
const IDENTIFIERS6 = ['hw-address', 'duid', 'flex-id'];

const VENDOR_OPTIONS = 43;

const NONE: ReadonlySet<Release> = new Set();

/** What a configuration of Kea means, and what Kea finds wrong once its form is right. */
export class KeaModel {
  readonly subnets: Subnet[] = [];
  readonly reservations: Reservation[] = [];
  readonly scopes: Scope[] = [];
  readonly names: NameUse[] = [];
  private readonly options: KeaOptions;
  private readonly classes = new Set<string>();
  private readonly classUses: (Located<string> & { readonly reserved: boolean })[] = [];
  private readonly ids = new Map<number, Span>();
  private readonly prefixes = new Map<string, Span>();

  constructor(
    private readonly family: Family,
    private readonly issues: Issues,
    private readonly unread: boolean,
  ) {
    this.options = new KeaOptions(family);
  }

  read(server: JsonMap): Scope {
    const global = this.scope('global', server, undefined);
    for (const definition of server.maps('option-def')) this.definition(definition);
    const classes = server.maps('client-classes');
    for (const one of classes) for (const definition of one.maps('option-def')) this.definition(definition, true);
    this.optionsOf(server, global);
    for (const one of classes) this.clientClass(one, global);
    for (const network of server.maps('shared-networks')) this.sharedNetwork(network, global);
    for (const subnet of server.maps(`subnet${this.family}`)) this.subnet(subnet, global);
    for (const reservation of server.maps('reservations')) this.reservation(reservation, global, undefined);
    for (const library of server.maps('hooks-libraries')) this.hook(library);
    this.undefinedClasses();
    return global;
  }

  private wrong(id: string, span: Span, title: string, explanation: string, refusedBy?: ReadonlySet<Release>): void {
    this.issues.add({ id, span, title, explanation }, refusedBy);
  }

  private scope<K extends Scope['kind']>(kind: K, map: JsonMap, parent: Scope | undefined): Open<Scope> & { kind: K } {
    const name = map.text('name');
    const scope = newScope(kind, name?.span ?? map.span, parent, name?.value);
    scope.span = map.span;
    for (const [key, setting] of Object.entries(SETTINGS)) {
      const span = map.memberSpan(key);
      if (!span) continue;
      const [text, number, flag] = [map.text(key), map.number(key), map.flag(key)];
      if (text?.value === '' || (text && setting === 'next-server' && text.value === '0.0.0.0')) continue;
      const value = text?.value ?? (number ? String(number.value) : flag === undefined ? undefined : String(flag));
      if (value === undefined) continue;
      scope.settings.set(setting, {
        value,
        span,
        ...(number ? { number: number.value >= 0xffffffff ? Infinity : number.value } : {}),
      });
    }
    this.classesOf(map, kind === 'reservation');
    this.timers(map, parent);
    return scope;
  }

  /** Classes that a subnet, a pool or a host names. */
  private classesOf(map: JsonMap, reserved = false): void {
    const single = map.text('client-class');
    const several = [
      ...map.texts('client-classes'),
      ...map.texts('require-client-classes'),
      ...map.texts('evaluate-additional-classes'),
    ];
    for (const use of single ? [single, ...several] : several) {
      if (use.value === '') continue;
      this.classUses.push({ ...use, reserved });
      this.names.push({ role: 'class', name: use.value, span: use.span, definition: false });
    }
  }

  private timers(map: JsonMap, parent: Scope | undefined): void {
    const number = (key: string): number | undefined => map.number(key)?.value;
    const [least, usual, most] = [number('min-valid-lifetime'), number('valid-lifetime'), number('max-valid-lifetime')];
    const inherited = usual ?? parent?.settings.get('lease-time')?.number ?? (parent ? 7200 : undefined);
    const order = (a: number | undefined, b: number | undefined, key: string, text: string): void => {
      const span = map.memberSpan(key);
      if (a !== undefined && b !== undefined && a > b && span)
        this.wrong('lease-time-order', span, 'Lease times out of order', text);
    };
    order(least, most, 'min-valid-lifetime', `min-valid-lifetime (${least}) is above max-valid-lifetime (${most}).`);
    order(
      least,
      inherited,
      'min-valid-lifetime',
      `min-valid-lifetime (${least}) is above valid-lifetime (${inherited}).`,
    );
    order(
      inherited,
      most,
      'max-valid-lifetime',
      `max-valid-lifetime (${most}) is below valid-lifetime (${inherited}).`,
    );
    const [t1, t2] = [map.number('t1-percent'), map.number('t2-percent')];
    if (map.flag('calculate-tee-times') && t1 && t2 && t1.value >= t2.value)
      this.wrong(
        'timer-order',
        map.memberSpan('t1-percent')!,
        'T1 after T2',
        `t1-percent (${t1.value}) must be below t2-percent (${t2.value}).`,
      );
  }

  private optionsOf(map: JsonMap, scope: Scope): void {
    for (const data of map.maps('option-data')) this.option(data, scope);
  }

  private option(map: JsonMap, scope: Scope): void {
    const name = map.text('name');
    const code = map.number('code');
    const data = map.text('data');
    const ownSpace = `dhcp${this.family}`;
    const space = map.text('space')?.value ?? ownSpace;
    const last = this.family === 4 ? 255 : 65535;
    this.classesOf(map);
    if (code && (code.value < 0 || code.value > last)) {
      this.wrong(
        'unknown-option',
        code.span,
        `No option ${code.value}`,
        `An option's code is 1 to ${last - (this.family === 4 ? 1 : 0)}.`,
      );
      return;
    }
    if (!name && !code) {
      this.wrong('missing-parameter', map.span, 'Option without name', 'An option needs a “name” or a “code”.');
      return;
    }
    if (/^dhcp[46]$/.test(space) && space !== ownSpace) {
      this.wrong(
        'wrong-type',
        map.text('space')!.span,
        'Option of the other protocol',
        `This server is for ${ownSpace}, not for ${space}.`,
      );
      return;
    }
    const numbered = code ? this.options.numbered(space, code.value) : undefined;
    const option = numbered ?? (code ? undefined : this.options.named(space, name!.value));
    if (
      numbered &&
      name &&
      name.value !== numbered.name &&
      this.options.named(space, name.value)?.code !== code!.value
    ) {
      // Releases give some options other names.
      const other = this.options.named(space, name.value);
      this.wrong(
        'unknown-option',
        name.span,
        `Option ${code!.value} is not “${name.value}”`,
        `Option ${code!.value} is “${numbered.name}”${other ? `; “${name.value}” is option ${other.code}` : ''}.`,
      );
      return;
    }
    if (name) this.names.push({ role: 'option', name: name.value, span: name.span, definition: false });
    if (!option) {
      // Octets of any option may be given with its code.
      if ((map.flag('csv-format') === false && code && code.value > 0) || this.options.isOpen(space)) {
        if (data && map.flag('csv-format') === false) this.hexData(data);
        return;
      }
      const near = name ? nearest(name.value, this.options.names(space)) : undefined;
      this.issues.add(
        {
          id: 'unknown-option',
          span: (name ?? code!).span,
          title: `Unknown option “${name?.value ?? code!.value}”`,
          explanation: `Kea has no definition of the option “${name?.value ?? code!.value}” in the space ${space}${near ? `; “${near}” is the nearest name` : ''}.`,
          steps: [
            near
              ? `Write “${near}”, or define the option in “option-def”.`
              : 'Define it in “option-def”, or give its octets: `"csv-format": false`.',
          ],
        },
        this.unread ? NONE : undefined,
      );
      return;
    }
    if (map.flag('csv-format') === false) {
      if (data) this.hexData(data);
      return;
    }
    const problem = valueProblem(option.type, data?.value ?? '');
    if (problem !== undefined) {
      this.wrong(
        'option-wrong-type',
        data?.span ?? map.span,
        `“${option.name}” has the wrong kind of value`,
        `The option “${option.name}” (${option.code}) wants ${problem}${data ? `, not “${data.value.slice(0, 80)}”` : ''}.`,
      );
      return;
    }
    if (!data) return;
    const addresses = addressesIn(option.type, data.value).map(({ value, at, length }) => ({
      value,
      span: { ...data.span, start: data.span.start + 1 + at, end: data.span.start + 1 + at + length },
    }));
    const number = /^u?int\d+$/.test(option.type) ? Number(data.value) : NaN;
    scope.options.push({
      space: space === 'dhcp6' ? 'dhcpv6' : space === 'dhcp4' ? 'dhcp' : space,
      code: option.code,
      name: option.name,
      span: map.span,
      value: data.span,
      addresses,
      ...(Number.isNaN(number) ? {} : { number }),
      ...(option.type === 'string' || option.type === 'fqdn' ? { text: data.value } : {}),
    });
  }

  private hexData(data: Located<string>): void {
    if (!isHexData(data.value) && !/^\s*'.*'\s*$/.test(data.value))
      this.wrong(
        'option-wrong-type',
        data.span,
        'Not hexadecimal digits',
        'With “csv-format” false the data is octets in hexadecimal digits.',
      );
  }

  /** `local`: of one class, which may mean by an option what it likes. */
  private definition(map: JsonMap, local = false): void {
    const [name, code, type] = [map.text('name'), map.number('code'), map.text('type')];
    if (!name || !code || !type) return;
    const space = map.text('space')?.value ?? `dhcp${this.family}`;
    const last = this.family === 4 ? 255 : 65535;
    if (code.value < 0 || code.value > last) {
      this.wrong('wrong-type', code.span, `No option ${code.value}`, `An option's code is 1 to ${last - 1}.`);
      return;
    }
    if (!OPTION_TYPES.has(type.value)) {
      this.wrong(
        'wrong-type',
        type.span,
        `Unknown type “${type.value.slice(0, 40)}”`,
        `The types of options are ${[...OPTION_TYPES].join(', ')}.`,
      );
      return;
    }
    if (!local) this.doubled(space, code, name);
    let spelled = type.value;
    const list = map.flag('array') === true;
    if (type.value === 'record') {
      const records = map.text('record-types');
      const fields = records?.value.split(',').map((one) => one.trim()) ?? [];
      const strange = fields.find((field) => !OPTION_TYPES.has(field) || field === 'record');
      if (fields.length < 2)
        this.wrong(
          'missing-parameter',
          records?.span ?? map.span,
          'Record without types',
          'A record names two types or more in “record-types”.',
        );
      else if (strange !== undefined)
        this.wrong(
          'wrong-type',
          records!.span,
          `Unknown type “${strange.slice(0, 40)}”`,
          'The types in “record-types” are those of options.',
        );
      spelled = `{${fields.join(',')}}`;
    } else if (list && /^(string|empty|binary)$/.test(type.value) && type.value !== 'binary') {
      this.wrong('wrong-type', type.span, `No array of “${type.value}”`, `Kea has no array of ${type.value}.`);
    }
    const encapsulates = map.text('encapsulate')?.value;
    if (encapsulates && list)
      this.wrong(
        'wrong-type',
        map.memberSpan('encapsulate')!,
        'Array that encapsulates',
        'An array cannot encapsulate an option space.',
      );
    this.names.push({ role: 'option', name: name.value, span: name.span, definition: true });
    this.options.define({ space, code: code.value, name: name.value, type: spelled + (list ? '[]' : '') });
  }

  /** An option that is defined already: by Kea or by the file. */
  private doubled(space: string, code: Located<number>, name: Located<string>): void {
    const known = this.options.numbered(space, code.value);
    const standard = known && this.options.isStandard(known);
    // Option 43 means what its vendor likes, and codes from 224 on are the site's.
    if (standard && (known.code === VENDOR_OPTIONS || (this.family === 4 && known.code >= 224))) return;
    if (standard)
      // Option 121 is Kea's own since release 2.4.
      this.wrong(
        'duplicate-name',
        code.span,
        `Option ${code.value} is defined by Kea`,
        `Option ${code.value} is “${known.name}”; it cannot be defined anew.`,
        code.value === 121 ? releases(2.4) : undefined,
      );
    else if (known)
      this.wrong(
        'duplicate-name',
        code.span,
        `Option ${code.value} is defined twice`,
        `“${known.name}” has this code already.`,
      );
    else if (this.options.named(space, name.value))
      this.wrong(
        'duplicate-name',
        name.span,
        `“${name.value}” is defined twice`,
        `There is an option “${name.value}” in the space ${space} already.`,
      );
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
      const { problem, members } = readExpression(test.value);
      const at = (offset: number): Span => this.inside(test, offset);
      // A template gives a value, not a condition.
      if (problem && !(key === 'template-test' && problem.text.startsWith('The expression gives a value')))
        this.wrong('syntax', at(problem.at), 'Mistake in an expression', problem.text);
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
  }

  /** A place inside a text of the file: without escapes it is where it seems. */
  private inside({ span, value }: Located<string>, offset: number): Span {
    const plain = span.end - span.start === value.length + 2;
    if (!plain) return span;
    const start = Math.min(span.start + 1 + offset, span.end - 1);
    return { ...span, start, end: Math.min(start + 1, span.end) };
  }

  private sharedNetwork(map: JsonMap, parent: Scope): void {
    const scope = this.scope('shared-network', map, parent);
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
    };
    if (network) subnet.sharedNetwork = network;
    this.subnets.push(subnet);
    const prefix = text ? this.prefix(text) : undefined;
    if (prefix) {
      subnet.prefix = prefix;
      const written = prefixText(prefix);
      const first = this.prefixes.get(written);
      if (first && text)
        this.issues.add({
          id: 'duplicate-subnet',
          span: text.span,
          title: `Second subnet ${written}`,
          explanation: `The subnet ${written} is there already, in line ${lineOf(first)}.`,
          severity: 'error',
          related: [first],
        });
      else if (text) this.prefixes.set(written, text.span);
    }
    this.subnetId(map, subnet);
    const [t1, t2] = [settingOf(subnet, 't1'), settingOf(subnet, 't2')];
    if (t1?.number && t2?.number && t1.number > t2.number)
      // Later releases take it, and then the rule about timers says it.
      this.wrong(
        'timer-order',
        t1.span,
        'T1 after T2',
        `renew-timer (${t1.number}) is above rebind-timer (${t2.number}).`,
        releases(0, 2.6),
      );
    const next = map.text('next-server');
    if (next && next.value !== '' && parseAddress(next.value)?.family !== 4)
      this.wrong(
        'wrong-type',
        next.span,
        'Not an IPv4 address',
        `“next-server” is the address of the boot server, not “${next.value.slice(0, 60)}”.`,
      );
    this.relay(map, subnet);
    this.optionsOf(map, subnet);
    for (const pool of map.maps('pools')) this.pool(pool, subnet);
    for (const pool of map.maps('pd-pools')) this.delegated(pool, subnet);
    for (const reservation of map.maps('reservations')) this.reservation(reservation, subnet, subnet);
  }

  private subnetId(map: JsonMap, subnet: Open<Subnet>): void {
    const id = map.number('id');
    if (!id) {
      if (map.text('subnet'))
        this.wrong(
          'missing-parameter',
          subnet.head,
          '“id” is missing',
          'A subnet needs an “id” of its own since release 2.6 (before, Kea gave it one).',
          releases(2.6),
        );
      return;
    }
    if (id.value < 0 || id.value > 4294967294) {
      this.wrong('wrong-type', id.span, 'Id out of range', 'The id of a subnet is 1 to 4294967294.');
      return;
    }
    subnet.id = id;
    const first = this.ids.get(id.value);
    if (first && id.value !== 0)
      this.issues.add({
        id: 'duplicate-subnet-id',
        span: id.span,
        title: `Second subnet with id ${id.value}`,
        explanation: `The id ${id.value} belongs to another subnet already, in line ${lineOf(first)}.`,
        related: [first],
      });
    else this.ids.set(id.value, id.span);
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
    const guard = map.text('client-class');
    const pool: Open<Pool> = {
      ...newPool(text.span, subnet, range),
      span: map.span,
      options: scope.options,
      settings: scope.settings,
    };
    pool.guards = [...(guard ? [guard] : []), ...map.texts('client-classes')];
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
    if (length.value < 1 || length.value > 128 || delegated.value < 1 || delegated.value > 128) {
      this.wrong(
        'wrong-type',
        length.value < 1 || length.value > 128 ? length.span : delegated.span,
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
      this.wrong(
        'host-bits-in-network',
        prefix.span,
        `${prefix.value} is no prefix of /${length.value}`,
        `The prefix is ${prefixText(whole)}.`,
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

  private reservation(map: JsonMap, parent: Scope, subnet: Subnet | undefined): void {
    const { family } = this;
    const scope = this.scope('reservation', map, parent);
    const host = { ...newReservation(map.span, parent), settings: scope.settings };
    const names = family === 4 ? IDENTIFIERS4 : IDENTIFIERS6;
    const given = names.flatMap((key) => {
      const text = map.text(key);
      return text ? [{ key, text }] : [];
    });
    host.head = given[0]?.text.span ?? map.span;
    if (subnet) host.subnet = subnet;
    const hostname = map.text('hostname');
    if (hostname && hostname.value !== '') host.hostname = hostname;
    if (given.length === 0)
      this.wrong(
        'missing-parameter',
        map.span,
        'Reservation for nobody',
        `A reservation names its client by one of ${names.join(', ')}.`,
      );
    if (given.length > 1)
      this.wrong(
        'duplicate-key',
        given[1]!.text.span,
        'Two identifiers',
        `“${given[0]!.key}” and “${given[1]!.key}” cannot both name the client.`,
      );
    for (const { key, text } of given) this.identifier(key, text, host.identifiers);
    for (const { value, span } of family === 4 ? this.one(map, 'ip-address') : map.texts('ip-addresses')) {
      const address = parseAddress(value);
      if (value === '' && family === 4) continue;
      if (address?.family !== family)
        this.wrong('wrong-type', span, 'Not an address', `“${value.slice(0, 60)}” is no IPv${family} address.`);
      else this.reservedAddress({ value: address, span }, host, subnet);
    }
    const next = map.text('next-server');
    if (next && next.value !== '' && parseAddress(next.value)?.family !== 4)
      this.wrong('wrong-type', next.span, 'Not an address', `“${next.value.slice(0, 60)}” is no IPv4 address.`);
    for (const text of map.texts('prefixes'))
      if (parsePrefix(text.value)?.address.family !== 6)
        this.wrong('wrong-type', text.span, 'Not a prefix', `“${text.value.slice(0, 60)}” is no IPv6 prefix.`);
    this.optionsOf(map, host);
    const something = [
      'ip-address',
      'ip-addresses',
      'prefixes',
      'hostname',
      'next-server',
      'server-hostname',
      'boot-file-name',
      'client-classes',
    ];
    if (given.length > 0 && !something.some((key) => map.get(key)) && map.maps('option-data').length === 0)
      this.wrong(
        'missing-parameter',
        map.span,
        'Reservation of nothing',
        'A reservation gives its client something: an address, a name, options or classes.',
        releases(0, 2.6),
      );
    this.reservations.push(host);
    subnet?.reservations?.push(host);
  }

  private one(map: JsonMap, key: string): Located<string>[] {
    const text = map.text(key);
    return text ? [text] : [];
  }

  private reservedAddress(
    address: Located<Address>,
    host: { addresses: Located<Address>[] },
    subnet: Subnet | undefined,
  ): void {
    host.addresses.push(address);
    if (!subnet?.prefix || contains(subnet.prefix, address.value)) return;
    this.wrong(
      'reservation-outside-subnet',
      address.span,
      `${addressText(this.family, address.value.value)} is outside of ${prefixText(subnet.prefix)}`,
      'A reservation in a subnet must be for an address of this subnet.',
    );
  }

  private identifier(key: string, { value, span }: Located<string>, into: Identifier[]): void {
    const quoted = /^'(.*)'$/.exec(value);
    const octets = value.includes(':') ? value.split(':') : undefined;
    const good = octets
      ? octets.every((octet) => /^[\da-f]{1,2}$/i.test(octet))
      : /^(0x)?[\da-f]*$/i.test(value) || (quoted !== null && key !== 'hw-address');
    if (value === '' || !good) {
      this.wrong(
        'wrong-type',
        span,
        value === '' ? 'Empty identifier' : 'Damaged identifier',
        `“${key}” is written as octets: “1a:2b:3c:4d:5e:6f”${key === 'hw-address' ? '' : ', or as a text in single quotation marks'}.`,
      );
      return;
    }
    const plain = (octets ?? (quoted ? [value] : (value.replace(/^0x/i, '').match(/../g) ?? [value]))).map((octet) =>
      octet.length === 1 ? `0${octet}` : octet,
    );
    into.push({ type: key as Identifier['type'], value: plain.join(':').toLowerCase(), span });
  }

  /** High availability: the peers must fit this server's name. */
  private hook(library: JsonMap): void {
    const name = library.text('library');
    const pairs = library.map('parameters')?.maps('high-availability') ?? [];
    if (!name?.value.includes('libdhcp_ha')) return;
    if (pairs.length === 0) {
      this.wrong(
        'failover-settings',
        name.span,
        'High availability without settings',
        'The HA hook needs its parameter “high-availability”: a list with one map.',
        NONE,
      );
      return;
    }
    for (const pair of pairs) {
      const own = pair.text('this-server-name');
      const mode = pair.text('mode');
      const peers = pair.maps('peers');
      const known = peers.map((peer) => peer.text('name')?.value);
      const say = (span: Span, title: string, explanation: string): void =>
        this.issues.add({ id: 'failover-settings', span, title, explanation } satisfies Report, NONE);
      if (own && !known.includes(own.value))
        say(
          own.span,
          `“${own.value}” is none of the peers`,
          `“this-server-name” must be the name of one of the peers: ${known.join(', ')}.`,
        );
      if (mode && !/^(load-balancing|hot-standby|passive-backup)$/.test(mode.value))
        say(
          mode.span,
          `Unknown mode “${mode.value.slice(0, 40)}”`,
          'The modes are load-balancing, hot-standby and passive-backup.',
        );
      const roles = peers.map((peer) => peer.text('role')?.value);
      const wanted =
        {
          'load-balancing': ['primary', 'secondary'],
          'hot-standby': ['primary', 'standby'],
          'passive-backup': ['primary'],
        }[mode?.value ?? ''] ?? [];
      for (const role of wanted)
        if (!roles.includes(role) && mode)
          say(mode.span, `No peer is ${role}`, `In mode ${mode.value} one peer has the role “${role}”.`);
      for (const peer of peers) {
        const role = peer.text('role');
        if (role && mode && wanted.length > 0 && role.value !== 'backup' && !wanted.includes(role.value))
          say(
            role.span,
            `No “${role.value}” in mode ${mode.value}`,
            `In mode ${mode.value} the roles are ${wanted.join(', ')} and backup.`,
          );
      }
    }
  }

  /** Classes that subnets, pools and hosts name, and that nobody defines: Kea takes them, and nobody is ever in them. */
  private undefinedClasses(): void {
    for (const { value, span, reserved } of this.classUses) {
      if (this.classes.has(value) || BUILT_IN.test(value) || this.unread) continue;
      this.issues.add(
        {
          id: 'class-not-defined',
          span,
          // A host may be put into a class that only an expression asks for.
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
