/**
 * Packs the VSIX anew: Zopfli makes the same format some four per cent smaller than zlib does, terser makes the bundles two per cent
 * smaller than esbuild alone, and Brotli the largest of them a seventh smaller than a zip archive can. All of it takes too long for every
 * build.
 */
import { deflateAsync } from '@gfx/zopfli';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import { minify } from 'terser';
import { repacked } from '../support/zip';
import { REPO } from './cache';

const VSIX = join(REPO, 'dist', 'port67.vsix');
/** More passes save some hundred octets, and take as long again each. */
const PASSES = 3;

/** The largest bundle, which Brotli makes a seventh smaller than any zip archive can. */
const PROGRAM = 'extension/dist/program.js';

const MANIFEST = 'extension/package.json';

/** The manifest without what only those need who build the extension. */
function manifestForUse(text: string): string {
  const manifest = JSON.parse(text) as Record<string, unknown>;
  delete manifest['devDependencies'];
  delete manifest['scripts'];
  return JSON.stringify(manifest);
}

/** Loads the bundle that stands beside it. */
const LOADER = `'use strict';
const { readFileSync } = require('node:fs'), Module = require('node:module'), { brotliDecompressSync } = require('node:zlib');
const program = new Module(__filename);
program.filename = __filename;
program.paths = Module._nodeModulePaths(__dirname);
program._compile(brotliDecompressSync(readFileSync(__filename.replace(/js$/, 'br'))).toString(), __filename);
module.exports = program.exports;
`;

/** The files that are packed in place of one: the code of bundles in fewer octets, other files as they are. */
async function smaller(name: string, content: Buffer): Promise<Map<string, Buffer>> {
  if (name === MANIFEST) return new Map([[name, Buffer.from(manifestForUse(content.toString('utf8')))]]);
  if (!name.endsWith('.js')) return new Map([[name, content]]);
  // All bundles are modules or functions of their own, so nobody else knows their outermost names.
  const { code } = await minify(content.toString('utf8'), { ecma: 2020, toplevel: true, compress: { passes: 3 } });
  const bundle = code === undefined ? content : Buffer.from(code);
  if (name !== PROGRAM) return new Map([[name, bundle]]);
  return new Map([
    [PROGRAM, Buffer.from(LOADER)],
    [PROGRAM.replace(/js$/, 'br'), brotliCompressSync(bundle, { params: { [constants.BROTLI_PARAM_LGWIN]: 24 } })],
  ]);
}

async function main(): Promise<void> {
  const before = readFileSync(VSIX);
  const after = await repacked(before, smaller, (content) => deflateAsync(content, { numiterations: PASSES }));
  writeFileSync(VSIX, after);
  console.log(`${before.length} octets packed anew to ${after.length}`);
}

void main();
