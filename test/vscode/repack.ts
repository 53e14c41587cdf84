/**
 * Packs the VSIX anew: Zopfli makes the same format some four per cent smaller than zlib does, and terser makes the bundles two per cent
 * smaller than esbuild alone, but takes too long for every build.
 */
import { deflateAsync } from '@gfx/zopfli';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { minify } from 'terser';
import { repacked } from '../support/zip';
import { REPO } from './cache';

const VSIX = join(REPO, 'dist', 'port67.vsix');
/** More passes save some hundred octets, and take as long again each. */
const PASSES = 3;

/** The code of a bundle in fewer octets; other files as they are. */
async function smaller(name: string, content: Buffer): Promise<Buffer> {
  if (!name.endsWith('.js')) return content;
  const { code } = await minify(content.toString('utf8'), { ecma: 2020, compress: { passes: 2 }, mangle: true });
  return code === undefined ? content : Buffer.from(code);
}

async function main(): Promise<void> {
  const before = readFileSync(VSIX);
  const after = await repacked(before, smaller, (content) => deflateAsync(content, { numiterations: PASSES }));
  writeFileSync(VSIX, after);
  console.log(`${before.length} octets packed anew to ${after.length}`);
}

void main();
