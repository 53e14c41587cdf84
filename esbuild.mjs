// Bundles the extension, its worker, the command line and the webview into dist/, and collects the licences of what is
// bundled. With --watch, for development: with source maps, and rebuilding whenever a source changes.
import { build, context } from 'esbuild';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

const manifestOf = async (folder) => JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));

/** A package that contains the IEEE's listing of link-layer address prefixes. */
const LISTING = 'node_modules/oui-data';

const FROM_IEEE = `vendors.br is made from this package. Its data is the public listing of the IEEE Registration Authority
(https://standards-oui.ieee.org/oui/oui.txt): prefixes of link-layer addresses, and whom they were assigned to.
`;

/** https://spdx.org/licenses/BSD-2-Clause.html */
const BSD_2_CLAUSE = `Redistribution and use in source and binary forms, with or without modification, are permitted provided that the following
conditions are met:

1. Redistributions of source code must retain the above copyright notice, this list of conditions and the following disclaimer.

2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following
   disclaimer in the documentation and/or other materials provided with the distribution.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING,
BUT NOT LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT
SHALL THE COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL
DAMAGES (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS
INTERRUPTION) HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE
OR OTHERWISE) ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
`;

const watching = process.argv.includes('--watch');
const { version } = await manifestOf('.');
const shared = {
  bundle: true,
  minify: !watching,
  sourcemap: watching && 'linked',
  // Comments that must be kept go into separate files, and from there into the notices.
  legalComments: 'external',
  // Keep typographic characters: escapes are longer and compress worse.
  charset: 'utf8',
  metafile: true,
  logLevel: 'warning',
  outdir: 'dist',
  define: { PORT67_VERSION: JSON.stringify(version) },
};
// The other build of jsonc-parser loads its parts in a way that cannot be bundled.
const node = {
  ...shared,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  mainFields: ['module', 'main'],
  // Only its scanner is used; the package's entry point would include the rest.
  alias: { 'jsonc-parser': 'jsonc-parser/lib/esm/impl/scanner.js' },
};

await rm('dist', { recursive: true, force: true });
const bundles = [
  { ...node, entryPoints: { extension: 'src/extension.ts' }, external: ['vscode'] },
  { ...node, entryPoints: { program: 'src/program.ts' } },
  {
    ...node,
    entryPoints: { cli: 'src/cli.ts', worker: 'src/worker.ts', operator: 'src/operatorWorker.ts' },
    external: ['./program'],
  },
  {
    ...shared,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    entryPoints: { webview: 'webview/main.tsx' },
  },
  { ...shared, entryPoints: { webview: 'webview/styles/index.css' } },
];
await mkdir('dist', { recursive: true });
await writeVendors();
if (watching) await watch();
else {
  const builds = await Promise.all(bundles.map((bundle) => build(bundle)));
  await chmod('dist/cli.js', 0o755);
  await writeFile('dist/THIRD-PARTY-NOTICES.txt', await notices(builds.map(({ metafile }) => metafile)));
  await writeFile('dist/README.md', forUsers(await readFile('README.md', 'utf8')));
  await writeGuide();
}

/** The exports of a source file, which is bundled into memory and run. */
async function exportsOf(entryPoint) {
  const [{ text }] = (
    await build({ entryPoints: [entryPoint], bundle: true, format: 'esm', write: false, logLevel: 'warning' })
  ).outputFiles;
  return import(`data:text/javascript;base64,${Buffer.from(text).toString('base64')}`);
}

/** The vendors of network cards, from the IEEE's listing. */
async function writeVendors() {
  const { vendorTable } = await exportsOf('src/engine/vendorTable.ts');
  const table = vendorTable(JSON.parse(await readFile(join(LISTING, 'index.json'), 'utf8')));
  // Brotli: a tenth smaller than with the VSIX's own compression.
  await writeFile('dist/vendors.br', brotliCompressSync(table));
}

/** The guide as HTML pages. */
async function writeGuide() {
  const { htmlFiles } = await exportsOf('src/guide/html/index.ts');
  await mkdir('dist/guide', { recursive: true });
  await Promise.all([...htmlFiles()].map(([name, content]) => writeFile(join('dist/guide', name), content)));
}

/** Builds until Ctrl+C. It reports the beginning and the end of each build, which .vscode/tasks.json waits for. */
async function watch() {
  let running = 0;
  const tell = {
    name: 'tell',
    setup: ({ onStart, onEnd }) => {
      onStart(() => {
        if (running++ === 0) process.stdout.write('Build started.\n');
      });
      onEnd(() => {
        if (--running === 0) process.stdout.write('Build finished.\n');
      });
    },
  };
  const contexts = await Promise.all(bundles.map((bundle) => context({ ...bundle, plugins: [tell] })));
  await Promise.all(contexts.map((each) => each.watch()));
}

/** The licences of all packages that contributed to the bundles, according to esbuild, and the comments that must be kept. */
async function notices(metafiles) {
  const inputs = metafiles.flatMap((metafile) => Object.keys(metafile.inputs));
  const folders = new Set(inputs.map((file) => /^.*node_modules\/(@[^/]+\/)?[^/]+/.exec(file)?.[0]).filter(Boolean));
  const parts = ['Port 67: DHCP Inspector contains parts of the following packages, under the licences that follow.\n'];
  for (const folder of [...folders, LISTING].sort()) {
    const { name, version, license, homepage, author } = await manifestOf(folder);
    const files = (await readdir(folder)).filter((file) =>
      /^(licen[cs]e|copying|notices?|copyrightnotice)(\.\w+)?$/i.test(file),
    );
    const texts = await Promise.all(files.sort().map((file) => readFile(join(folder, file), 'utf8')));
    if (!files.some((file) => /^(licen|copying)/i.test(file))) texts.unshift(await standardText(name, license, author));
    if (folder === LISTING) texts.unshift(FROM_IEEE);
    parts.push([`${name} ${version} (${license})`, ...(homepage ? [homepage] : []), '', ...texts].join('\n'));
  }
  for (const file of metafiles
    .flatMap(({ outputs }) => Object.keys(outputs))
    .filter((file) => file.endsWith('.LEGAL.txt'))) {
    parts.push(await readFile(file, 'utf8'));
    await rm(file);
  }
  return parts.map((part) => `${part.replace(/\r\n/g, '\n').trim()}\n`).join(`\n${'-'.repeat(80)}\n\n`);
}

/** The licence of a package without a licence file: the standard text with its author's name; for MIT, the text of our own LICENSE. */
async function standardText(name, license, author) {
  const owner = (typeof author === 'string' ? author : author?.name)?.replace(/\s*<.*$/, '');
  const copyright = `Copyright (c) ${owner}`;
  if (owner && license === 'MIT')
    return (await readFile('LICENSE', 'utf8')).replace(/^Copyright \(c\) .*$/m, copyright);
  if (owner && license === 'BSD-2-Clause') return `${copyright}\n\n${BSD_2_CLAUSE}`;
  throw new Error(`package ${name} is bundled, and the text of its licence is not to be found`);
}

/**
 * The part of the README for users, which VS Code shows on the extension's page. That page only shows
 * images from https addresses, so ours would be broken; they are in the walkthrough.
 */
function forUsers(markdown) {
  const [users] = markdown.split(/^## For developers$/m);
  return `${users.replace(/^!\[[^\]]*\]\([^)]*\)\n+/gm, '').trim()}\n`;
}
