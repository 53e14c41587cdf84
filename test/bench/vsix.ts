/** How large the VSIX is, and how large it would be without some of its files. */
import { readFileSync } from 'node:fs';

/** Octets of a file's two headers in a zip, beside its name: local and central (PKWARE APPNOTE 4.3.7, 4.3.12). */
const LOCAL = 30;
const CENTRAL = 46;

/** Octets of the whole archive, and of what belongs to the files whose name `left` accepts. */
export function sizeOf(vsix: string, left: (name: string) => boolean): { readonly all: number; readonly left: number } {
  const zip = readFileSync(vsix);
  // The end record is the last one; an archive of ours has no comment behind it.
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new Error(`${vsix} is no zip archive`);
  let at = zip.readUInt32LE(end + 16);
  let octets = 0;
  for (let rest = zip.readUInt16LE(end + 10); rest > 0; rest--) {
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const name = zip.toString('utf8', at + CENTRAL, at + CENTRAL + nameLength);
    if (left(name)) octets += LOCAL + CENTRAL + 2 * nameLength + extra + comment + zip.readUInt32LE(at + 20);
    at += CENTRAL + nameLength + extra + comment;
  }
  return { all: zip.length, left: octets };
}
