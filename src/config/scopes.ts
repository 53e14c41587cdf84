import type { Pool, Reservation, Scope, Setting, SettingName, Statement, Subnet } from './model';
import type { Span } from './source';

/** A part of the model while a parser fills it in. */
export type Open<T> = { -readonly [K in keyof T]: T[K] };

/** Creates a scope. Its span is that of its head until the parser knows the end. */
export function newScope<K extends Scope['kind']>(
  kind: K,
  head: Span,
  parent: Scope | undefined,
  name?: string,
): Open<Scope> & { kind: K } {
  return {
    kind,
    head,
    span: head,
    options: [],
    settings: new Map<SettingName, Setting>(),
    ...(parent ? { parent } : {}),
    ...(name === undefined ? {} : { name }),
  };
}

export function newSubnet(head: Span, parent: Scope | undefined, family: 4 | 6): Open<Subnet> {
  return {
    ...newScope('subnet', head, parent),
    family,
    pools: [],
    reservations: [],
    relays: [],
    ownAddresses: [],
  };
}

export const newPool = (head: Span, parent: Scope | undefined, range: Pool['range']): Open<Pool> => ({
  ...newScope('pool', head, parent),
  range,
  rangeSpan: head,
  guards: [],
});

export type OpenReservation = Open<Reservation> & {
  identifiers: Open<Reservation>['identifiers'][number][];
  addresses: Reservation['addresses'][number][];
  prefixes: Reservation['prefixes'][number][];
};

export const newReservation = (head: Span, parent: Scope | undefined): OpenReservation => ({
  ...newScope('reservation', head, parent),
  identifiers: [],
  addresses: [],
  prefixes: [],
});

export type OpenStatement = Open<Statement> & { children: Statement[] };

/** A setting of a scope, or of the nearest enclosing scope that has it. */
export function settingOf(scope: Scope, name: SettingName): Setting | undefined {
  for (let one: Scope | undefined = scope; one; one = one.parent) {
    const setting = one.settings.get(name);
    if (setting) return setting;
  }
  return undefined;
}
