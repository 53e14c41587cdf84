import { append } from '../../codec/append';
import type { ClassRule, ConfigDocument, NameUse, ReadInclude, Reservation, Scope, Statement, Subnet } from '../model';
import { Findings, type Report } from '../report';
import type { SourceFile } from '../source';
import { Issues } from './issues';
import { JsonReader, type JsonNode } from './json';
import { KeaModel } from './model';
import { JsonMap } from './reader';
import type { Release } from './schema';
import { validate } from './validate';

/** The maps and lists of the file, for its outline. */
function outlineOf(node: JsonNode, depth = 0): Statement[] {
  if (depth > 8) return [];
  if (node.kind === 'array')
    return node.items.flatMap((item) => (item.kind === 'object' ? [statementOf(item, depth)] : []));
  if (node.kind !== 'object') return [];
  return node.members.map(({ key, keySpan, value }) => ({
    keyword: key,
    head: keySpan,
    span: keySpan.file === value.span.file ? { ...keySpan, end: value.span.end } : keySpan,
    children: outlineOf(value, depth + 1),
  }));
}

function statementOf(item: JsonNode, depth: number): Statement {
  const map = new JsonMap(item);
  const name =
    map.text('name') ?? map.text('subnet') ?? map.text('pool') ?? map.text('hw-address') ?? map.text('library');
  return {
    keyword: name?.value ?? '{…}',
    head: name?.span ?? item.span,
    span: item.span,
    children: outlineOf(item, depth + 1),
  };
}

/** Finds the server's own map: at the top level as Kea requires, or inside a reply of its control channel. */
function serverMap(root: JsonNode, key: string, depth = 0): JsonMap | undefined {
  if (depth > 4) return undefined;
  if (root.kind === 'array')
    return root.items.map((item) => serverMap(item, key, depth + 1)).find((one) => one !== undefined);
  if (root.kind !== 'object') return undefined;
  const map = new JsonMap(root);
  return (
    map.map(key) ?? root.members.map(({ value }) => serverMap(value, key, depth + 1)).find((one) => one !== undefined)
  );
}

/** Reads a configuration of Kea's DHCPv4 or DHCPv6 server, for `release` if it is known. Never throws. */
export function parseKea(
  file: SourceFile,
  kind: 'kea4' | 'kea6',
  include: ReadInclude,
  release?: Release,
): ConfigDocument {
  const findings = new Findings();
  const issues = new Issues();
  const family = kind === 'kea4' ? 4 : 6;
  const key = `Dhcp${family}`;
  const reader = new JsonReader(file, include, (id, span, title, explanation) => {
    const report: Report = { id, span, title, explanation };
    issues.add(report, id === 'include-not-read' ? new Set() : undefined);
  });
  const root = reader.read();
  const subnets: Subnet[] = [];
  const reservations: Reservation[] = [];
  const scopes: Scope[] = [];
  const names: NameUse[] = [];
  const classes: ClassRule[] = [];
  let global: Scope | undefined;
  if (root) {
    validate(root, 'top', family, issues);
    const server = serverMap(root, key);
    if (server) {
      const model = new KeaModel(family, issues, reader.unread);
      global = model.read(server);
      append(subnets, model.subnets);
      append(reservations, model.reservations);
      append(scopes, model.scopes);
      append(names, model.names);
      append(classes, model.classRules);
    }
  }
  issues.into(findings, release);
  const start = file.span(0, 0);
  return {
    kind,
    files: reader.files,
    statements: root ? outlineOf(root) : [],
    global: global ?? { kind: 'global', span: start, head: start, options: [], settings: new Map() },
    subnets,
    reservations,
    scopes,
    relays: [],
    names,
    classes,
    findings: findings.list,
  };
}
