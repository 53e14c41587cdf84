/** The catalogue of findings: every id that can be reported is a row, with the severities that it is reported with. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { FAMILIES, FINDINGS } from '../../src/analysis/catalogue';
import { SEVERITIES } from '../../src/analysis/finding';
import { findingsList, needs } from '../support/needs';
import { REPO } from '../vscode/cache';

/** Findings about the analysis itself, which no list of faults of a network has. */
const OWN = ['analysis-incomplete', 'check-failed'];

interface Reported {
  readonly id: string;
  readonly severity: string;
  readonly where: string;
}

/** The texts that stand in an expression: of a condition, those of both its branches. */
function texts(node: ts.Node): string[] {
  if (ts.isStringLiteral(node)) return [node.text];
  if (ts.isConditionalExpression(node)) return [...texts(node.whenTrue), ...texts(node.whenFalse)];
  return [];
}

const valueOf = (object: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined =>
  object.properties
    .filter(ts.isPropertyAssignment)
    .find((property) => ts.isIdentifier(property.name) && property.name.text === name)?.initializer;

/** Each `{ id, severity }` and each `'some-id': { severity }` of a file; a condition in both is read branch by branch. */
function reportedIn(file: string): Reported[] {
  const source = ts.createSourceFile(file, readFileSync(join(REPO, file), 'utf8'), ts.ScriptTarget.Latest, true);
  const found: Reported[] = [];
  const look = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) {
      const severity = valueOf(node, 'severity');
      const { parent } = node;
      const key = ts.isPropertyAssignment(parent) && ts.isStringLiteral(parent.name) ? [parent.name.text] : [];
      const id = valueOf(node, 'id');
      const ids = id ? texts(id) : key;
      const severities = severity ? texts(severity) : [];
      const where = `${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
      for (const [i, one] of ids.entries()) {
        const own = ids.length > 1 && ids.length === severities.length ? [severities[i]!] : severities;
        for (const each of own) found.push({ id: one, severity: each, where });
      }
    }
    ts.forEachChild(node, look);
  };
  look(source);
  return found;
}

test('every id that the analysis reports is a row, and the row has its severity', () => {
  const files = globSync('src/analysis/**/*.ts', { cwd: REPO, exclude: ['src/analysis/catalogue/**'] });
  const reported = files.flatMap((file) => reportedIn(file.replaceAll('\\', '/')));
  // A reader of source that finds nothing proves nothing.
  assert.ok(new Set(reported.map(({ id }) => id)).size > 60, `only ${reported.length} places found`);
  const against = reported.filter(
    ({ id, severity }) => !(FINDINGS.get(id)?.severities as readonly string[] | undefined)?.includes(severity),
  );
  assert.deepEqual(against, []);
});

test('findings of the corpus have a severity of their row', () => {
  const seen = JSON.parse(readFileSync(join(REPO, 'test/analysis/corpus-findings.json'), 'utf8')) as Reported[];
  assert.ok(seen.length > 100);
  const against = seen.filter(
    ({ id, severity }) => !(FINDINGS.get(id)?.severities as readonly string[] | undefined)?.includes(severity),
  );
  assert.deepEqual(against, []);
});

test('the rows are those of the list of findings, with its severity first', (t) => {
  if (!needs(t, 'findings')) return;
  const rows = [...readFileSync(findingsList!, 'utf8').matchAll(/^\| `([a-z0-9-]+)` \| (\w+) \|/gm)];
  const listed = new Map(rows.map(([, id, severity]) => [id!, severity!]));
  assert.deepEqual([...FINDINGS.keys()].filter((id) => !OWN.includes(id)).sort(), [...listed.keys()].sort());
  for (const [id, severity] of listed) assert.equal(FINDINGS.get(id)!.severities[0], severity, id);
});

test('a row is whole: texts of two to four sentences, a reference, related findings that exist', () => {
  const names = new Set<string>();
  for (const [id, kind] of FINDINGS) {
    assert.match(id, /^[a-z0-9]+(-[a-z0-9]+)*$/);
    assert.ok(kind.family in FAMILIES, id);
    assert.ok(kind.severities.length > 0, id);
    for (const severity of kind.severities) assert.ok(SEVERITIES.includes(severity), `${id}: ${severity}`);
    assert.equal(new Set(kind.severities).size, kind.severities.length, id);
    const sentences = kind.meaning.split(/(?<=[.!?]) /).length;
    assert.ok(sentences >= 2 && sentences <= 4, `${id}: ${sentences} sentences`);
    assert.match(kind.meaning, /^[A-Z0-9].*\.$/, id);
    assert.match(kind.advice, /^[A-Z].*\.$/, id);
    assert.ok(kind.reference.length > 5, id);
    assert.match(kind.name, /^[A-Z0-9]/, id);
    assert.ok(!names.has(kind.name), `${kind.name} names two findings`);
    names.add(kind.name);
    for (const other of kind.related) assert.ok(FINDINGS.has(other) && other !== id, `${id} → ${other}`);
  }
});

test('the setting that suppresses findings knows each by its name', () => {
  const manifest = JSON.parse(readFileSync(join(REPO, 'package.json'), 'utf8')) as {
    contributes: { configuration: { properties: Record<string, { items?: unknown }> } };
  };
  assert.deepEqual(manifest.contributes.configuration.properties['port67.suppressedFindings']!.items, {
    type: 'string',
    enum: [...FINDINGS.keys()],
    enumDescriptions: [...FINDINGS.values()].map(({ name }) => name),
  });
});
