import type { ConfigDocument, Statement } from '../../config/model';
import { textOf, type Span } from '../../config/source';

/** Where a configuration says that leases are kept, and with whom they are shared. */
export interface LeaseStore {
  /** The lease file, if named. */
  readonly file?: string;
  /** The database that holds the leases instead of a file. */
  readonly database?: string;
  /** Leases are not stored at all. */
  readonly volatile?: true;
  /** The statement that makes it one of a pair. */
  readonly partner?: Span;
}

/** The statements with a keyword, at any depth. The parsers limit the nesting. */
function* named(statements: readonly Statement[], keyword: string): Generator<Statement> {
  for (const one of statements) {
    if (one.keyword === keyword) yield one;
    yield* named(one.children, keyword);
  }
}

export const first = (statements: readonly Statement[], keyword: string): Statement | undefined =>
  named(statements, keyword).next().value as Statement | undefined;

/** The text of a JSON member’s value. */
function valueOf(map: Statement, key: string): string | undefined {
  const member = map.children.find(({ keyword }) => keyword === key);
  return member && /^"[^"]*"\s*:\s*"?([^",}\n]*)"?/.exec(textOf(member.span))?.[1]?.trim();
}

/** Where a server keeps its leases, according to its configuration. */
export function leaseStoreOf({ kind, statements, names }: ConfigDocument): LeaseStore {
  if (kind === 'kea4' || kind === 'kea6') {
    const map = first(statements, 'lease-database');
    const partner = first(statements, 'high-availability')?.head;
    const type = map && valueOf(map, 'type');
    const file = map && valueOf(map, 'name');
    return {
      ...(partner ? { partner } : {}),
      ...(type !== undefined && type !== 'memfile' ? { database: type } : file === undefined ? {} : { file }),
      ...(map && valueOf(map, 'persist') === 'false' ? { volatile: true as const } : {}),
    };
  }
  const keyword =
    { dhcpd: 'lease-file-name', dhcpd6: 'dhcpv6-lease-file-name', dnsmasq: 'dhcp-leasefile' }[kind as string] ?? '';
  const statement = first(statements, keyword);
  const file = statement && /[ =]\s*"?([^"\s;]+)/.exec(textOf(statement.span))?.[1];
  const partner = names.find(({ role, definition }) => role === 'failover-peer' && definition)?.span;
  return { ...(file === undefined ? {} : { file }), ...(partner ? { partner } : {}) };
}
