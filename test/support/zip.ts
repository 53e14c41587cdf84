import { inflateRawSync } from 'node:zlib';

/** Octets of a file's two headers in a zip, beside its name: local and central (PKWARE APPNOTE 4.3.7, 4.3.12). */
const LOCAL = 30;
const CENTRAL = 46;

/** One file of a zip archive. */
export interface ZipEntry {
  readonly name: string;
  /** Octets that it takes in the archive, with its headers. */
  readonly size: number;
  content(): Buffer;
}

/** The files of a zip archive as vsce writes it: without a comment, and each with its size in its own header. Throws where it is none. */
export function zipEntries(zip: Buffer): ZipEntry[] {
  // The end record is the last one; an archive of ours has no comment behind it.
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new Error('this is no zip archive');
  const entries: ZipEntry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let rest = zip.readUInt16LE(end + 10); rest > 0; rest--) {
    const short = (offset: number): number => zip.readUInt16LE(at + offset);
    const [method, nameLength, extra, comment] = [short(10), short(28), short(30), short(32)];
    const packed = zip.readUInt32LE(at + 20);
    const local = zip.readUInt32LE(at + 42);
    entries.push({
      name: zip.toString('utf8', at + CENTRAL, at + CENTRAL + nameLength),
      size: LOCAL + CENTRAL + 2 * nameLength + extra + comment + packed,
      content: () => {
        const start = local + LOCAL + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
        const data = zip.subarray(start, start + packed);
        return method === 0 ? data : inflateRawSync(data);
      },
    });
    at += CENTRAL + nameLength + extra + comment;
  }
  return entries;
}
