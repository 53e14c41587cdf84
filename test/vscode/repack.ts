/** Packs the VSIX anew by Zopfli, which makes the same format some four per cent smaller than zlib does. */
import { deflateAsync } from '@gfx/zopfli';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repacked } from '../support/zip';
import { REPO } from './cache';

const VSIX = join(REPO, 'dist', 'port67.vsix');
/** The manifest without white space. */
function change(name: string, content: Buffer): Buffer {
  return name === 'extension/package.json' ? Buffer.from(JSON.stringify(JSON.parse(content.toString()))) : content;
}

/** More passes save some hundred octets, and take as long again each. */
const PASSES = 3;

async function main(): Promise<void> {
  const before = readFileSync(VSIX);
  const after = await repacked(before, (content) => deflateAsync(content, { numiterations: PASSES }), change);
  writeFileSync(VSIX, after);
  console.log(`${before.length} octets packed anew to ${after.length}`);
}

void main();
