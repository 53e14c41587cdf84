import { inflateRawSync } from 'node:zlib';
import { LARGEST_FILE, MOST_FILES, MOST_OCTETS, type BackupFile, type BackupFiles } from './model';

/* zip according to APPNOTE.TXT: stored and deflated files. Encryption and zip64 are not supported. */

const END = 0x06054b50;
const ENTRY = 0x02014b50;

export const isZip = (bytes: Uint8Array): boolean =>
  bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);

/** The files of a zip archive, from the central directory at its end. */
export function filesOfZip(octets: Uint8Array): BackupFiles {
  const bytes = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
  const files: BackupFile[] = [];
  const left: string[] = [];
  let end = bytes.length - 22;
  const first = Math.max(0, end - 65_535);
  while (end >= first && bytes.readUInt32LE(end) !== END) end--;
  if (end < first) return { files, left: ['The archive is cut: its directory, which stands at the end, is missing.'] };
  const count = bytes.readUInt16LE(end + 10);
  let unpacked = 0;
  for (let i = 0, at = bytes.readUInt32LE(end + 16); i < Math.min(count, MOST_FILES); i++) {
    if (at + 46 > bytes.length || bytes.readUInt32LE(at) !== ENTRY) {
      left.push('The archive’s directory is damaged: some of its files were not read.');
      break;
    }
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset)) as [
      number,
      number,
      number,
    ];
    const path = bytes.toString('utf8', at + 46, at + 46 + nameLength).replaceAll('\\', '/');
    const size = bytes.readUInt32LE(at + 24);
    if (!path.endsWith('/')) {
      unpacked += size;
      const content = size <= LARGEST_FILE && unpacked <= MOST_OCTETS ? contentOf(bytes, at, size) : undefined;
      if (typeof content === 'string') left.push(`${path}: ${content}`);
      // In archives made on Unix, the upper half of the external attributes is the file mode.
      const unix = bytes[at + 5] === 3;
      files.push({
        path: path.replace(/^(\.?\/)+/, ''),
        size,
        modified: dosTime(bytes.readUInt16LE(at + 14), bytes.readUInt16LE(at + 12)),
        ...(unix ? { mode: bytes.readUInt16LE(at + 40) & 0o777 } : {}),
        ...(content instanceof Uint8Array ? { bytes: content } : {}),
      });
    }
    at += 46 + nameLength + extra + comment;
  }
  if (count > MOST_FILES) left.push(`Only the first ${MOST_FILES} entries were looked at.`);
  return { files, left };
}

function contentOf(bytes: Buffer, entry: number, size: number): Uint8Array | string {
  if ((bytes.readUInt16LE(entry + 8) & 1) !== 0) return 'it is encrypted.';
  const method = bytes.readUInt16LE(entry + 10);
  const packed = bytes.readUInt32LE(entry + 20);
  const header = bytes.readUInt32LE(entry + 42);
  if (header + 30 > bytes.length) return 'it lies outside of the archive.';
  const start = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28);
  const content = bytes.subarray(start, start + packed);
  if (content.length < packed) return 'the archive ends before it.';
  if (method === 0) return content;
  if (method !== 8) return `it is compressed in a way (${method}) that is not known here.`;
  try {
    return inflateRawSync(content, { maxOutputLength: Math.min(size + 1, LARGEST_FILE) });
  } catch {
    return 'it is damaged.';
  }
}

/** Date and time in DOS format. The archive does not give the time zone, so UTC is assumed. */
const dosTime = (date: number, time: number): number =>
  Date.UTC(1980 + (date >> 9), ((date >> 5) & 15) - 1, date & 31, time >> 11, (time >> 5) & 63, (time & 31) * 2) / 1000;
