// Deflates what is in dist/port67.vsix once more, as small as zlib can: vsce takes the ordinary level.
import { readFile, writeFile } from 'node:fs/promises';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';

const FILE = 'dist/port67.vsix';
/** Signatures and lengths of a ZIP file's headers (PKWARE's APPNOTE §4.3.7, §4.3.12, §4.3.16). */
const LOCAL = { length: 30 };
const CENTRAL = { signature: 0x02014b50, length: 46 };
const END = { signature: 0x06054b50, length: 22 };
const DEFLATED = 8;

const zip = await readFile(FILE);
const end = zip.length - END.length;
if (zip.readUInt32LE(end) !== END.signature) throw new Error(`${FILE} does not end as vsce leaves it`);
const parts = [];
const directory = [];
let offset = 0;
for (let at = zip.readUInt32LE(end + 16); at < end;) {
  if (zip.readUInt32LE(at) !== CENTRAL.signature) throw new Error(`${FILE} has a directory that is not understood`);
  const names = zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  const entry = Buffer.from(zip.subarray(at, at + CENTRAL.length + names));
  at += entry.length;
  const from = entry.readUInt32LE(42);
  const name = entry.subarray(CENTRAL.length, CENTRAL.length + entry.readUInt16LE(28));
  const header = Buffer.from(zip.subarray(from, from + LOCAL.length));
  const begin = from + LOCAL.length + header.readUInt16LE(26) + header.readUInt16LE(28);
  let data = zip.subarray(begin, begin + entry.readUInt32LE(20));
  if (entry.readUInt16LE(10) === DEFLATED) data = smallest(inflateRawSync(data));
  // Sizes stand in front of the data, and in the directory: no descriptor follows.
  const flags = entry.readUInt16LE(8) & ~8;
  entry.writeUInt16LE(flags, 8);
  entry.writeUInt32LE(data.length, 20);
  entry.writeUInt32LE(offset, 42);
  header.writeUInt16LE(flags, 6);
  header.writeUInt32LE(entry.readUInt32LE(16), 14);
  header.writeUInt32LE(data.length, 18);
  header.writeUInt32LE(entry.readUInt32LE(24), 22);
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(0, 28);
  parts.push(header, name, data);
  directory.push(entry);
  offset += header.length + name.length + data.length;
}
const last = Buffer.from(zip.subarray(end));
last.writeUInt32LE(Buffer.concat(directory).length, 12);
last.writeUInt32LE(offset, 16);
await writeFile(FILE, Buffer.concat([...parts, ...directory, last]));

/** The smallest of what zlib makes of it: more memory is not always better. */
function smallest(data) {
  const all = [8, 9].flatMap((memLevel) =>
    [constants.Z_DEFAULT_STRATEGY, constants.Z_FILTERED].map((strategy) =>
      deflateRawSync(data, { level: 9, memLevel, strategy }),
    ),
  );
  return all.reduce((best, one) => (one.length < best.length ? one : best));
}
