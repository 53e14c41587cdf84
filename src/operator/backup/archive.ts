import { gunzipSync } from 'node:zlib';
import { EngineError } from '../../engine/capture';
import { MOST_FILES, MOST_OCTETS, type BackupFile, type BackupFiles } from './model';
import { filesOfZip, isZip } from './zip';

/* tar as written by POSIX.1-2017 (pax, “ustar Interchange Format”) and GNU tar. */

const BLOCK = 512;

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b;
const isTar = (bytes: Uint8Array): boolean => bytes.length >= BLOCK && sumIsRight(bytes, 0);

/** Whether octets are an archive of a supported format. */
export const isArchive = (bytes: Uint8Array): boolean => isGzip(bytes) || isZip(bytes) || isTar(bytes);

/** The files of an archive. Reports damage, and returns the files before it. */
export function filesOfArchive(bytes: Uint8Array): BackupFiles {
  if (isZip(bytes)) return filesOfZip(bytes);
  if (!isGzip(bytes)) return filesOfTar(bytes);
  let plain: Uint8Array;
  try {
    plain = gunzipSync(bytes, { maxOutputLength: MOST_OCTETS });
  } catch (error) {
    throw new EngineError(`The archive cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isTar(plain)) throw new EngineError('What is compressed here is no tar archive.');
  return filesOfTar(plain);
}

const text = (bytes: Uint8Array, at: number, length: number): string => {
  const end = bytes.subarray(at, at + length).indexOf(0);
  return Buffer.from(bytes.subarray(at, at + (end === -1 ? length : end))).toString('utf8');
};

/** Reads a number in octal, or in GNU’s binary form. */
function numberAt(bytes: Uint8Array, at: number, length: number): number {
  if ((bytes[at]! & 0x80) !== 0) {
    let value = bytes[at]! & 0x7f;
    for (let i = 1; i < length; i++) value = value * 256 + bytes[at + i]!;
    return value;
  }
  const digits = text(bytes, at, length).trim();
  return /^[0-7]+$/.test(digits) ? parseInt(digits, 8) : 0;
}

/** Checks the header checksum: the sum of its octets, with the checksum field counted as spaces. */
function sumIsRight(bytes: Uint8Array, at: number): boolean {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : bytes[at + i]!;
  return sum === numberAt(bytes, at + 148, 8);
}

function filesOfTar(bytes: Uint8Array): BackupFiles {
  const files: BackupFile[] = [];
  const left: string[] = [];
  let longName: string | undefined;
  for (let at = 0, entries = 0; at + BLOCK <= bytes.length; entries++) {
    // Two zero blocks end an archive, but one is accepted as well.
    if (bytes.subarray(at, at + BLOCK).every((octet) => octet === 0)) break;
    if (!sumIsRight(bytes, at)) {
      left.push(`The archive is damaged at octet ${at}: what comes behind was not read.`);
      break;
    }
    if (entries >= MOST_FILES) {
      left.push(`Only the first ${MOST_FILES} entries were looked at.`);
      break;
    }
    const size = numberAt(bytes, at + 124, 12);
    const start = at + BLOCK;
    const content = bytes.subarray(start, start + size);
    const type = String.fromCharCode(bytes[at + 156]!);
    const prefix = text(bytes, at + 257, 5) === 'ustar' ? text(bytes, at + 345, 155) : '';
    const name = longName ?? [prefix, text(bytes, at, 100)].filter((part) => part !== '').join('/');
    longName = undefined;
    if (type === 'L') longName = text(content, 0, content.length);
    else if (type === 'x') longName = paxPath(content);
    else if (type === '0' || type === '\0' || type === '7') {
      if (content.length < size) left.push(`${name} is cut: the archive ends before it.`);
      const modified = numberAt(bytes, at + 136, 12);
      files.push({
        path: name.replace(/^(\.?\/)+/, ''),
        size,
        bytes: content,
        mode: numberAt(bytes, at + 100, 8) & 0o777,
        ...(modified > 0 ? { modified } : {}),
      });
    } else if (type === '1' || type === '2') left.push(`${name} is a link. What it leads to is not in the backup.`);
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
  return { files, left };
}

/** The path in pax records `LENGTH key=value\n`; undefined if there is none. */
function paxPath(content: Uint8Array): string | undefined {
  const records = Buffer.from(content.subarray(0, 1 << 16)).toString('utf8');
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(records)?.[1];
}
