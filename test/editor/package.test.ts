/** What ships, as `npm run package` makes it: the licences of what is bundled, a page without broken pictures, a manifest that is whole. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { test } from 'node:test';
import { brotliDecompressSync } from 'node:zlib';
import { build } from 'esbuild';
import { sizeOf } from '../bench/vsix';
import { zipEntries } from '../support/zip';

const VSIX = join('dist', 'port67.vsix');
const files = new Map(zipEntries(readFileSync(VSIX)).map((entry) => [entry.name, entry]));
const text = (name: string): string => {
  const entry = files.get(`extension/${name}`);
  assert.ok(entry, `the VSIX has no ${name}`);
  return entry.content().toString('utf8');
};

interface Manifest {
  readonly icon: string;
  readonly homepage: string;
  readonly repository: { readonly type: string; readonly url: string };
  readonly bugs: { readonly url: string };
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly walkthroughs: readonly {
      readonly steps: readonly {
        readonly description: string;
        readonly media: { readonly markdown: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
  };
}
const manifest = JSON.parse(text('package.json')) as Manifest;

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly scripts?: Readonly<Record<string, string>>;
}
const manifestOf = (folder: string): Package =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package;

/**
 * The folders of packages that are in the bundles. Not by what the build itself goes by: without minification esbuild writes above each
 * module that it takes which file it is.
 */
async function bundled(): Promise<string[]> {
  const folders = new Set<string>();
  for (const [entry, platform] of [
    ['src/extension.ts', 'node'],
    ['src/program.ts', 'node'],
    ['src/cli.ts', 'node'],
    ['src/worker.ts', 'node'],
    ['webview/main.tsx', 'browser'],
  ] as const) {
    const { outputFiles } = await build({
      entryPoints: [entry],
      bundle: true,
      write: false,
      platform,
      external: ['vscode', './program'],
      jsx: 'automatic',
      jsxImportSource: 'preact',
      treeShaking: false,
    });
    for (const [, folder] of outputFiles[0]!.text.matchAll(
      /^\s*\/\/ ((?:.*\/)?node_modules\/(?:@[^/\s]+\/)?[^/\s]+)\//gm,
    ))
      folders.add(folder!);
  }
  return [...folders].sort();
}

test('the notices name each package that is bundled, with its version and the text of its licence', async () => {
  const notices = text('dist/THIRD-PARTY-NOTICES.txt');
  const folders = await bundled();
  const names = folders.map((folder) => /node_modules\/((@[^/]+\/)?[^/]+)$/.exec(folder)![1]);
  for (const name of [
    'preact',
    '@tanstack/virtual-core',
    '@vscode/webview-ui-toolkit',
    '@microsoft/fast-element',
    'tslib',
  ])
    assert.ok(names.includes(name), `${name} is in the bundle`);
  for (const folder of folders) {
    const { name, version, license } = manifestOf(folder);
    const at = notices.indexOf(`\n${name} ${version} (${license})\n`);
    assert.ok(at >= 0, `${name} ${version}`);
    const part = notices.slice(at, notices.indexOf(`\n${'-'.repeat(80)}\n`, at));
    const file = ['LICENSE', 'LICENSE.txt', 'LICENSE.md', 'license'].map((one) => join(folder, one)).find(existsSync);
    if (file) assert.ok(part.includes(readFileSync(file, 'utf8').replace(/\r\n/g, '\n').trim()), file);
    else
      assert.match(
        part,
        /Copyright \(c\) Microsoft\n[^]*Permission is hereby granted[^]*THE SOFTWARE IS PROVIDED "AS IS"/,
      );
  }
  // The one package of which data ships, and no code: it has no file with its licence.
  const data = notices.slice(
    notices.indexOf(`\noui-data ${manifestOf('node_modules/oui-data').version} (BSD-2-Clause)\n`),
  );
  assert.match(
    data,
    /^\n[^]*IEEE Registration Authority[^]*Copyright \(c\) silverwind\n\nRedistribution and use in source and binary forms[^]*THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS"/,
  );
  // Beside these only what they depend on and of which nothing was needed, and none twice.
  const headings = [...notices.matchAll(/^-{80}\n\n(\S+ \S+) \(\S+\)$/gm)].map(([, heading]) => heading!);
  assert.equal(new Set(headings).size, headings.length);
  const dependencies = folders.flatMap((folder) => Object.keys(manifestOf(folder).dependencies ?? {}));
  for (const heading of headings) {
    const name = heading.slice(0, heading.lastIndexOf(' '));
    assert.ok(names.includes(name) || dependencies.includes(name) || name === 'oui-data', heading);
  }
});

test('the table of vendors is in the package, and the package is small', () => {
  assert.match(brotliDecompressSync(readFileSync('dist/vendors.br')).toString(), /^Cisco Systems\t1\d{3}$/m);
  const { all, left: samples } = sizeOf(VSIX, (name) => name.includes('media/samples/'));
  assert.ok(all - samples < 900_000, `${all - samples} octets without the samples`);
});

test('the program that is packed by Brotli runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'port67-packed-'));
  try {
    const entries = zipEntries(readFileSync(VSIX)).filter(({ name }) => /^extension\/dist\/[^/]+\.(js|br)$/.test(name));
    for (const entry of entries) writeFileSync(join(folder, basename(entry.name)), entry.content());
    assert.ok(
      !readFileSync(join(folder, 'program.js'), 'utf8').includes('DISCOVER'),
      'the bundle itself is not in the file',
    );
    const args = ['inspect', 'media/samples/nak.pcap', '--json'];
    const [packed, plain] = [join(folder, 'cli.js'), 'dist/cli.js'].map((cli) =>
      execFileSync(process.execPath, [cli, ...args], { encoding: 'utf8' }),
    );
    assert.equal(packed, plain);
    assert.match(packed!, /"outcome":"refused"/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a comment that has to be kept, as of tslib, is in the notices', async () => {
  const notices = text('dist/THIRD-PARTY-NOTICES.txt').replace(/\s+/g, ' ');
  // Such comments begin so; the later tslib has a file with its copyright instead.
  const comments = (await bundled())
    .filter((folder) => folder.endsWith('tslib'))
    .flatMap((folder) => readFileSync(join(folder, 'tslib.es6.js'), 'utf8').match(/\/\*![^]*?\*\//g) ?? []);
  assert.ok(comments.length > 0);
  for (const comment of comments) {
    assert.match(comment, /Copyright \(c\) Microsoft Corporation/);
    assert.ok(notices.includes(comment.replace(/\s+/g, ' ')));
  }
});

test('the page of the extension has no picture that VS Code would not show, and no link into the void', () => {
  const page = text('readme.md');
  // VS Code takes pictures from https addresses only; neither files of the extension nor data: are shown.
  for (const [, address] of page.matchAll(/!\[[^\]]*\]\(([^)]*)\)|<img[^>]*src="([^"]*)"/g))
    assert.match(address!, /^https:/);
  for (const [, address] of page.matchAll(/(?<!!)\[[^\]]*\]\(([^)]*)\)/g)) assert.match(address!, /^https:|^#/);
  assert.match(page, /^# Port 67/);
  assert.match(page, /walkthrough/);
  assert.doesNotMatch(page, /fresh clone/);
});

test('each step of the walkthrough has its text, checks itself off, and its buttons run commands that there are', () => {
  const commands = manifest.contributes.commands.map(({ command }) => command);
  const steps = manifest.contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps);
  assert.ok(steps.length >= 6);
  for (const { media, description, completionEvents } of steps) {
    const content = text(media.markdown);
    assert.match(content, /^# \S/);
    assert.ok(content.length < 1000, `${media.markdown}: ${content.length} characters`);
    // VS Code’s own rendering of it shows no picture from elsewhere.
    assert.doesNotMatch(content, /!\[/);
    const [event, ...more] = completionEvents;
    assert.deepEqual(more, []);
    // A context that the extension sets when the thing was done: a click on a link alone is not it.
    assert.match(event!, /^onContext:port67\.did\.[a-z]+$/);
    assert.ok(text('dist/extension.js').includes(event!.slice('onContext:port67.did.'.length)));
    const links = [...description.matchAll(/\(command:([^)?]*)(?:\?([^)]*))?\)/g)];
    assert.ok(links.length > 0, description);
    for (const [, command, args] of links) {
      assert.ok(commands.includes(command!), command);
      if (args !== undefined) assert.ok(Array.isArray(JSON.parse(decodeURIComponent(args))), args);
    }
  }
});

test('the README on the shelf has its pictures and files, and names the two commands from a fresh clone', () => {
  const readme = readFileSync('README.md', 'utf8');
  for (const file of ['README.md', '.github/CONTRIBUTING.md']) {
    const markdown = readFileSync(file, 'utf8');
    for (const [, address] of markdown.matchAll(/\[[^\]]*\]\(([^)#]+)[^)]*\)/g))
      if (!/^https?:/.test(address!)) assert.ok(existsSync(resolve(dirname(file), address!)), `${file}: ${address}`);
  }
  assert.match(readme, /npm ci && npm start/);
  assert.match(readme, /npm ci && npm test/);
  // Users first.
  assert.ok(readme.indexOf('## First steps') < readme.indexOf('npm ci'));
});

test('the addresses of the manifest name nobody', () => {
  const { homepage, repository, bugs } = manifest;
  assert.equal(repository.type, 'git');
  // A host under .example belongs to nobody (RFC 2606 §2).
  for (const address of [homepage, repository.url, bugs.url]) assert.match(new URL(address).hostname, /\.example$/);
});

test('vsce has nothing to warn about', () => {
  const again = join('dist', 'again.vsix');
  // The packed manifest has no scripts.
  const command = manifestOf('.')
    .scripts!['package']!.replace(/^.*&& vsce/, 'npx --no-install vsce')
    .replace(VSIX, again);
  const { status, stdout, stderr } = spawnSync(command, { shell: true, encoding: 'utf8' });
  rmSync(again, { force: true });
  assert.equal(status, 0, stderr);
  assert.doesNotMatch(stdout + stderr, /warning/i);
});
