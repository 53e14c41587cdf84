/** The arrows of the house: which room may import which, by whatever form of import; and no circle of files that load each other. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import ts from 'typescript';
import { REPO } from './vscode/cache';

/** What each room may reach beside itself: rooms, files of `src` that stand for themselves, and `node:` or `vscode`. */
const MAY: Readonly<Record<string, readonly string[]>> = {
  codec: [],
  capture: ['codec'],
  ledger: ['codec'],
  analysis: ['codec', 'ledger'],
  filter: ['codec', 'ledger', 'analysis'],
  guide: ['codec', 'analysis', 'config'],
  learn: ['codec', 'analysis', 'guide'],
  config: ['codec', 'analysis'],
  machine: ['codec', 'analysis', 'config'],
  engine: ['codec', 'capture', 'ledger', 'analysis', 'filter', 'guide', 'learn', 'protocol'],
  editor: ['codec', 'analysis', 'engine', 'learn', 'protocol', 'pages', 'operator', 'vscode'],
  cli: ['codec', 'capture', 'analysis', 'filter', 'guide', 'config', 'machine', 'engine', 'node:'],
  operator: ['codec', 'capture', 'analysis', 'config', 'machine', 'engine', 'cli', 'pages', 'node:'],
  protocol: ['codec', 'analysis', 'learn', 'pages'],
  pages: ['analysis'],
  'cli.ts': ['cli', 'program', 'node:'],
  program: ['cli', 'engine', 'operator'],
  worker: ['program'],
  operatorWorker: ['program'],
  extension: ['editor', 'engine', 'vscode', 'node:'],
};
/** Files that may reach Node.js although their room may not: what differs from one platform to another stands in them alone. */
const NODE_FILES: ReadonlySet<string> = new Set([
  'src/capture/node.ts',
  'src/engine/node.ts',
  'src/engine/nodeWorker.ts',
  'src/engine/serve.ts',
  'src/machine/run.ts',
]);

interface Import {
  readonly from: string;
  /** A file of `src`, or a package. */
  readonly to: string;
}

/** Every import of a file: of values and of types, re-exports, `import()`, `require()`, and types written `import('…')`. */
function importsOf(file: string): Import[] {
  const found: Import[] = [];
  const add = (text: string): void => {
    const to = text.startsWith('.') ? resolved(join(dirname(file), text)) : text;
    found.push({ from: file, to });
  };
  const look = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier)
      add((node.moduleSpecifier as ts.StringLiteral).text);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
      add((node.argument.literal as ts.StringLiteral).text);
    else if (ts.isCallExpression(node)) {
      const [argument] = node.arguments;
      const loads =
        node.expression.kind === ts.SyntaxKind.ImportKeyword ||
        (ts.isIdentifier(node.expression) && node.expression.text === 'require');
      if (loads && argument && ts.isStringLiteral(argument)) add(argument.text);
    }
    ts.forEachChild(node, look);
  };
  look(ts.createSourceFile(file, readFileSync(join(REPO, file), 'utf8'), ts.ScriptTarget.Latest, true));
  return found;
}

const files = globSync('src/**/*.ts', { cwd: REPO }).map((file) => file.replaceAll('\\', '/'));
const known = new Set(files);

function resolved(path: string): string {
  const plain = path.replaceAll('\\', '/');
  return [`${plain}.ts`, `${plain}/index.ts`, plain].find((one) => known.has(one)) ?? plain;
}

/** The room of a file of `src`, or what stands for it. */
function roomOf(file: string): string {
  const [first, ...rest] = relative('src', file).replaceAll('\\', '/').split('/');
  if (rest.length > 0) return first!;
  return first === 'cli.ts' ? first : first!.replace(/\.ts$/, '');
}

const all = files.flatMap(importsOf);

test('every import follows the arrows', () => {
  const against = all.filter(({ from, to }) => {
    const room = roomOf(from);
    const may = MAY[room];
    assert.ok(may, `${from} is of no room that is known`);
    if (to.startsWith('node:')) return !may.includes('node:') && !NODE_FILES.has(from);
    if (to === 'vscode') return !may.includes('vscode');
    if (!to.startsWith('src/')) return false;
    const there = roomOf(to);
    return there !== room && !may.includes(there);
  });
  assert.deepEqual(
    against.map(({ from, to }) => `${from} → ${to}`),
    [],
  );
});

/** The inner rooms of the analysis, each with those it may not reach: what comes later in the way of the facts. */
const NOT_YET: Readonly<Record<string, readonly string[]>> = {
  conversations: ['evidence', 'rules', 'compare', 'words', 'story'],
  evidence: ['rules', 'compare', 'words', 'story'],
  words: ['rules', 'compare', 'story'],
  rules: ['compare', 'story'],
  compare: ['rules', 'story'],
  story: ['rules', 'compare'],
};

test('inside the analysis facts go one way: conversations, evidence, rules', () => {
  const inner = (file: string): string => /^src\/analysis\/([a-z]+)\//.exec(file)?.[1] ?? '';
  const against = all.filter(({ from, to }) => (NOT_YET[inner(from)] ?? []).includes(inner(to)));
  assert.deepEqual(
    against.map(({ from, to }) => `${from} → ${to}`),
    [],
  );
});

test('the webview imports what its pages and the host say to each other, and nothing else of src', () => {
  const imports = globSync('webview/**/*.{ts,tsx}', { cwd: REPO }).flatMap((file) =>
    importsOf(file.replaceAll('\\', '/')),
  );
  const reached = new Set(imports.map(({ to }) => to).filter((to) => to.startsWith('src/')));
  assert.deepEqual([...reached].sort(), ['src/pages.ts', 'src/protocol.ts']);
});

test('no file leads back to itself, by whatever it imports, types included', () => {
  const next = new Map<string, string[]>();
  for (const { from, to } of all) if (to.startsWith('src/')) next.set(from, [...(next.get(from) ?? []), to]);
  const circles = new Set<string>();
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) {
      circles.add([...path.slice(at), file].join(' → '));
      return;
    }
    if (done.has(file)) return;
    for (const one of next.get(file) ?? []) walk(one, [...path, file]);
    done.add(file);
  };
  for (const file of files) walk(file, []);
  assert.deepEqual([...circles], []);
});

/** Tables of data may be long: one row an option, one entry a value. */
const TABLES = /^src\/codec\/dhcpv[46]\/options\/|^src\/filter\/fields\/valueNames\.ts$/;
const MOST_LINES = 400;
const MOST_FILES = 15;

test('no file is longer than one reads at a sitting, and a folder of many files has rooms', () => {
  const sources = globSync(['src/**/*.ts', 'webview/**/*.{ts,tsx,css}'], { cwd: REPO }).map((file) =>
    file.replaceAll('\\', '/'),
  );
  const long = sources.filter(
    (file) => !TABLES.test(file) && readFileSync(join(REPO, file), 'utf8').split('\n').length - 1 > MOST_LINES,
  );
  assert.deepEqual(long, []);
  const folders = new Map<string, string[]>();
  for (const file of sources) folders.set(dirname(file), [...(folders.get(dirname(file)) ?? []), file]);
  const crowded = [...folders].filter(
    ([folder, inside]) =>
      inside.length > MOST_FILES && ![...folders.keys()].some((one) => one.startsWith(`${folder}/`)),
  );
  assert.deepEqual(
    crowded.map(([folder, inside]) => `${folder}: ${inside.length} files`),
    [],
  );
});

test('no file is kept from the formatter', () => {
  const mark = ['prettier', 'ignore'].join('-');
  const all = globSync(['{src,webview,test}/**/*.{ts,tsx,css,mjs,cjs}', '*.mjs'], { cwd: REPO });
  assert.ok(all.length > 500);
  assert.deepEqual(
    all.filter((file) => readFileSync(join(REPO, file), 'utf8').includes(mark)),
    [],
  );
});
