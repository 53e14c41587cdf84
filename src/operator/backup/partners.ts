import { list } from '../../analysis/words/words';
import type { ConfigDocument } from '../../config';
import { prefixText, rangeText } from '../../config/address';
import { JsonReader } from '../../config/kea/json';
import { JsonMap } from '../../config/kea/reader';
import { lineOf, SourceFile, textOf, type Span } from '../../config/source';
import { first } from './settings';

/** The settings of one server of a pair, for itself and for its partner. */
interface Half {
  readonly document: ConfigDocument;
  readonly span: Span;
  /** Settings that must be equal on both, by name. */
  readonly alike: ReadonlyMap<string, string>;
  /** Settings that one server has for itself and the other has for its partner. */
  readonly own: ReadonlyMap<string, string>;
  readonly other: ReadonlyMap<string, string>;
  readonly pools: ReadonlyMap<string, Span>;
}

/** The two servers of a pair, with what does not match. */
export interface Partners {
  readonly name: string;
  readonly spans: readonly [Span, Span];
  readonly problems: readonly string[];
}

const filled = (entries: readonly (readonly [string, string | undefined])[]): Map<string, string> =>
  new Map(entries.flatMap(([name, value]) => (value ? [[name, value] as const] : [])));

/** Pools of a pair by address. For Kea the key includes the subnet id, because the servers use it when they exchange leases. */
function poolsOf({ subnets }: ConfigDocument, isOf: (guards: readonly { readonly value: string }[]) => boolean) {
  const pools = new Map<string, Span>();
  for (const { pools: all, prefix, id } of subnets)
    for (const { range, head, guards } of all)
      if (isOf(guards))
        pools.set(`${rangeText(range)}${prefix && id ? ` of ${prefixText(prefix)} with id ${id.value}` : ''}`, head);
  return pools;
}

/** ISC dhcpd’s failover: dhcpd.conf(5), CONFIGURING FAILOVER. */
function* failover(document: ConfigDocument): Generator<readonly [string, Half]> {
  for (const { role, name, span, definition } of document.names) {
    if (role !== 'failover-peer' || !definition) continue;
    const { text } = span.file;
    const end = text.indexOf('}', span.end);
    const body = text.slice(span.end, end === -1 ? undefined : end).replace(/#.*/g, '');
    const value = (pattern: string): string | undefined =>
      new RegExp(`[{;]\\s*${pattern}\\s+([^;\\s]+)\\s*;`).exec(body)?.[1];
    const primary = /[{;]\s*primary\s*;/.test(body);
    const quoted = `"${name}"`;
    yield [
      `failover peer ${quoted}`,
      {
        document,
        span,
        alike: new Map(),
        own: filled([
          ['role', primary ? 'primary' : 'secondary'],
          ['address', value('address')],
          ['port', value('port')],
        ]),
        other: filled([
          ['role', primary ? 'secondary' : 'primary'],
          ['address', value('peer\\s+address')],
          ['port', value('peer\\s+port')],
        ]),
        pools: poolsOf(document, (guards) => guards.some((guard) => guard.value.includes(quoted))),
      },
    ];
  }
}

/** Kea’s high availability: Kea ARM, “libdhcp_ha.so”. Both servers list the same peers, and each names which one it is. */
function* highAvailability(document: ConfigDocument): Generator<readonly [string, Half]> {
  const statement = first(document.statements, 'high-availability');
  if (!statement) return;
  const file = new SourceFile('', `{${textOf(statement.span)}}`);
  const root = new JsonReader(
    file,
    () => undefined,
    () => undefined,
  ).read();
  for (const pair of root ? new JsonMap(root).maps('high-availability') : []) {
    const peers = pair.maps('peers').map((peer) => (key: string) => peer.text(key)?.value);
    const names = peers.map((peer) => peer('name') ?? '').sort();
    const own = pair.text('this-server-name')?.value;
    yield [
      `high availability of ${names.join(' and ')}`,
      {
        document,
        span: statement.head,
        alike: filled([
          ['mode', pair.text('mode')?.value],
          ...peers.flatMap((peer) => ['url', 'role'].map((key) => [`${key} of ${peer('name')}`, peer(key)] as const)),
        ]),
        own: filled([['this-server-name', own]]),
        other: names.length === 2 ? filled([['this-server-name', names.find((name) => name !== own)]]) : new Map(),
        pools: poolsOf(document, () => true),
      },
    ];
  }
}

/** The pairs with both servers in the backup. */
export function* partnersIn(documents: readonly ConfigDocument[]): Generator<Partners> {
  const known = new Map<string, Half>();
  for (const document of documents)
    for (const [name, half] of document.kind.startsWith('kea') ? highAvailability(document) : failover(document)) {
      const key = `${document.kind} ${name}`;
      const partner = known.get(key);
      known.set(key, half);
      if (partner) yield { name, spans: [partner.span, half.span], problems: problemsOf(partner, half) };
    }
}

function problemsOf(a: Half, b: Half): string[] {
  const place = ({ file, start }: Span): string => `${file.path}:${lineOf({ file, start, end: start })}`;
  const problems: string[] = [];
  const compare = (left: ReadonlyMap<string, string>, right: ReadonlyMap<string, string>, whose: string): void => {
    for (const [name, value] of left) {
      const there = right.get(name);
      if (there !== undefined && there !== value)
        problems.push(`${name} is ${value} in ${place(a.span)}, and ${there} ${whose}in ${place(b.span)}`);
    }
  };
  compare(a.alike, b.alike, '');
  compare(a.own, b.other, 'as the partner’s ');
  compare(a.other, b.own, 'as its own ');
  for (const [here, there] of [
    [a, b],
    [b, a],
  ] as const) {
    const lacking = [...here.pools].filter(([pool]) => !there.pools.has(pool));
    const [only] = lacking;
    if (only)
      problems.push(
        `the pool ${list(
          lacking.map(([pool]) => pool),
          3,
        )} of ${place(only[1])} is not in ${there.span.file.path}`,
      );
  }
  return problems;
}
