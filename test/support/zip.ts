import { crc32, inflateRawSync } from 'node:zlib';

/** Octets of a file's two headers in a zip, beside its name, and of the end record (PKWARE APPNOTE 4.3.7, 4.3.12, 4.3.16). */
const LOCAL = 30;
const CENTRAL = 46;
const END = 22;

/** One file of a zip archive. */
export interface ZipEntry {
  readonly name: string;
  /** Octets that it takes in the archive, with its headers. */
  readonly size: number;
  content(): Buffer;
}

/** The files of a zip archive as vsce writes it: without a comment, and each with its size in its own header. Throws where it is none. */
export function zipEntries(zip: Buffer): ZipEntry[] {
  return directoryOf(zip).map(({ name, central, method, packed }) => ({
    name,
    size: central.length + LOCAL + Buffer.byteLength(name) + packed.length,
    content: () => (method === 0 ? packed : inflateRawSync(packed)),
  }));
}

interface Listed {
  readonly name: string;
  /** Its header in the central directory, with its name. */
  readonly central: Buffer;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly packed: Buffer;
}

function directoryOf(zip: Buffer): Listed[] {
  // The end record is the last one; an archive of ours has no comment behind it.
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  if (end < 0) throw new Error('this is no zip archive');
  const files: Listed[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let rest = zip.readUInt16LE(end + 10); rest > 0; rest--) {
    const short = (offset: number): number => zip.readUInt16LE(at + offset);
    const next = at + CENTRAL + short(28) + short(30) + short(32);
    const local = zip.readUInt32LE(at + 42);
    const start = local + LOCAL + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    files.push({
      name: zip.toString('utf8', at + CENTRAL, at + CENTRAL + short(28)),
      central: zip.subarray(at, next),
      method: short(10),
      packed: zip.subarray(start, start + zip.readUInt32LE(at + 20)),
    });
    at = next;
  }
  return files;
}

/**
 * The same archive with what `changed` makes of each file, one file or several, and packed by `deflate` where that makes it smaller. Extra
 * fields and comments are left out.
 */
export async function repacked(
  zip: Buffer,
  changed: (name: string, content: Buffer) => Promise<ReadonlyMap<string, Buffer>>,
  deflate: (content: Buffer) => Promise<Uint8Array>,
): Promise<Buffer> {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of directoryOf(zip)) {
    const old = file.method === 0 ? file.packed : inflateRawSync(file.packed);
    for (const [text, content] of await changed(file.name, old)) {
      const smaller = Buffer.from(await deflate(content));
      const known = content === old ? file : { method: 0, packed: content };
      const better = smaller.length < known.packed.length;
      const packed = better ? smaller : known.packed;
      const name = Buffer.from(text);
      const central = Buffer.concat([file.central.subarray(0, CENTRAL), name]);
      // Sizes and checksum stand in the header itself, not behind the data.
      central.writeUInt16LE(central.readUInt16LE(8) & ~8, 8);
      central.writeUInt16LE(better ? 8 : known.method, 10);
      central.writeUInt32LE(crc32(content), 16);
      central.writeUInt32LE(packed.length, 20);
      central.writeUInt32LE(content.length, 24);
      central.writeUInt16LE(name.length, 28);
      central.writeUInt32LE(0, 30); // no extra field, no comment
      central.writeUInt32LE(offset, 42);
      directory.push(central);
      // The local header holds the same from the version to the length of the extra field.
      const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), central.subarray(6, 32), name]);
      parts.push(local, packed);
      offset += local.length + packed.length;
    }
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(END);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(directory.length, 8);
  end.writeUInt16LE(directory.length, 10);
  end.writeUInt32LE(listed.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listed, end]);
}
