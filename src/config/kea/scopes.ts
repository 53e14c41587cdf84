import { parseAddress, type Family } from '../address';
import type { NameUse, Scope, SettingName, Subnet } from '../model';
import { newScope, type Open } from '../scopes';
import { lineOf, type Located, type Span } from '../source';
import { releases, type Issues } from './issues';
import { KeaOptions } from './options';
import type { JsonMap } from './reader';
import type { Release } from './schema';

/** Refused by no release: wrong, but accepted. */
export const NONE: ReadonlySet<Release> = new Set();

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
  'interface-id': 'interface-id',
  'reservation-mode': 'reservation-mode',
  'reservations-global': 'reservations-global',
  'reservations-in-subnet': 'reservations-in-subnet',
  'reservations-out-of-pool': 'reservations-out-of-pool',
  'early-global-reservations-lookup': 'early-reservations',
  'ip-reservations-unique': 'reservations-unique',
};

/** What every map with parameters has: times, classes, settings. */
export class KeaScopes {
  protected wrong(id: string, span: Span, title: string, explanation: string, refusedBy?: ReadonlySet<Release>): void {
    this.issues.add({ id, span, title, explanation }, refusedBy);
  }

  protected scope<K extends Scope['kind']>(
    kind: K,
    map: JsonMap,
    parent: Scope | undefined,
  ): Open<Scope> & { kind: K } {
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
    const next = map.text('next-server');
    if (next && next.value !== '' && parseAddress(next.value)?.family !== 4)
      this.wrong(
        'wrong-type',
        next.span,
        'Not an IPv4 address',
        `“next-server” is the address of the boot server, not “${next.value.slice(0, 60)}”.`,
        // Kea 2.2 looks at the value of the whole server only when it sends it.
        kind === 'global' ? NONE : undefined,
      );
    this.classesOf(map, kind === 'reservation');
    this.timers(map, parent);
    return scope;
  }

  /** The classes that a subnet or pool serves, or that a reservation puts its client into. */
  protected guardsOf(map: JsonMap): Located<string>[] {
    const single = map.text('client-class');
    return [...(single ? [single] : []), ...map.texts('client-classes')].filter(({ value }) => value !== '');
  }

  /** Records the classes that a subnet, pool or host names. */
  protected classesOf(map: JsonMap, reserved = false): void {
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

  protected timers(map: JsonMap, parent: Scope | undefined): void {
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

  protected subnetId(map: JsonMap, subnet: Open<Subnet>): void {
    const id = map.number('id');
    if (!id || id.value === 0) {
      if (!map.text('subnet')) return;
      this.unnumbered++;
      this.wrong(
        'missing-parameter',
        id?.span ?? subnet.head,
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
    const other = this.ids.get(id.value);
    this.ids.set(id.value, other ?? id.span);
    if (!other) return;
    // Kea reads shared networks first, wherever they stand in the file.
    const [first, second] = other.start < id.span.start ? [other, id.span] : [id.span, other];
    this.issues.add({
      id: 'duplicate-subnet-id',
      span: second,
      title: `Second subnet with id ${id.value}`,
      explanation: `The id ${id.value} belongs to another subnet already, in line ${lineOf(first)}.`,
      related: [first],
    });
  }

  /** Until release 2.6 Kea numbers subnets without an id from 1 on, whichever ids the file gives to others. */
  protected givenIds(): void {
    for (const [id, span] of this.ids)
      if (id <= this.unnumbered)
        this.wrong(
          'duplicate-subnet-id',
          span,
          `Second subnet with id ${id}`,
          `Kea numbers subnets without “id” from 1 to ${this.unnumbered} here, so the id ${id} is taken already.`,
          releases(0, 2.6),
        );
  }

  private unnumbered = 0;

  private readonly ids = new Map<number, Span>();

  readonly names: NameUse[] = [];

  protected readonly options: KeaOptions;

  protected readonly classes = new Set<string>();

  protected readonly classUses: (Located<string> & { readonly reserved: boolean })[] = [];

  constructor(
    protected readonly family: Family,
    protected readonly issues: Issues,
    protected readonly unread: boolean,
  ) {
    this.options = new KeaOptions(family);
  }
}
