/** How large the VSIX is, and how large it would be without some of its files. */
import { readFileSync } from 'node:fs';
import { zipEntries } from '../support/zip';

/** Octets of the whole archive, and of what belongs to the files whose name `left` accepts. */
export function sizeOf(vsix: string, left: (name: string) => boolean): { readonly all: number; readonly left: number } {
  const zip = readFileSync(vsix);
  const chosen = zipEntries(zip).filter(({ name }) => left(name));
  return { all: zip.length, left: chosen.reduce((sum, { size }) => sum + size, 0) };
}
