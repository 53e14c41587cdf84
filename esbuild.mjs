// Bundles the extension, its worker, the command line and the webview into dist/.
import { build } from 'esbuild';
import { readFile, rm, chmod } from 'node:fs/promises';

const { version } = JSON.parse(await readFile('package.json', 'utf8'));
const shared = {
  bundle: true,
  minify: true,
  sourcemap: false,
  legalComments: 'none',
  logLevel: 'warning',
  define: { PORT67_VERSION: JSON.stringify(version) },
};
const node = {
  ...shared,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // jsonc-parser's other form loads its parts in a way that no bundler can follow.
  mainFields: ['module', 'main'],
};

await rm('dist', { recursive: true, force: true });
await Promise.all([
  build({ ...node, entryPoints: { extension: 'src/extension.ts' }, outdir: 'dist', external: ['vscode'] }),
  build({
    ...node,
    entryPoints: { program: 'src/program.ts', scout: 'src/engine/scout.ts' },
    outdir: 'dist',
  }),
  build({
    ...node,
    entryPoints: { cli: 'src/cli.ts', worker: 'src/worker.ts' },
    outdir: 'dist',
    external: ['./program'],
  }),
  build({
    ...shared,
    platform: 'browser',
    target: 'es2022',
    format: 'iife',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    entryPoints: { webview: 'webview/main.tsx' },
    outdir: 'dist',
  }),
  build({ ...shared, entryPoints: { webview: 'webview/styles.css' }, outdir: 'dist' }),
]);
await chmod('dist/cli.js', 0o755);
