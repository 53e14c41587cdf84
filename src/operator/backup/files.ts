import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EngineError } from '../../engine/capture';
import { filesOfArchive, isArchive } from './archive';
import { LARGEST_FILE, MOST_FILES, MOST_OCTETS, type BackupFile, type BackupFiles } from './model';

const DEEPEST = 16;

/** Reads the files of a folder or an archive (tar, tar.gz or zip). Throws EngineError on anything else, or if it is too large. */
export async function backupFiles(path: string): Promise<BackupFiles> {
  const facts = await lstat(path);
  if (facts.isDirectory()) return folder(path);
  if (!facts.isFile()) throw new EngineError('A backup is a folder or an archive.');
  if (facts.size > MOST_OCTETS) throw new EngineError('The archive is larger than what is looked through.');
  const bytes = await octetsOf(path, facts.size);
  if (!isArchive(bytes))
    throw new EngineError('This is no archive that can be read here: .tar, .tar.gz and .zip can. Unpack others first.');
  return filesOfArchive(bytes);
}

async function octetsOf(path: string, size: number): Promise<Uint8Array> {
  const file = await open(path);
  try {
    const bytes = new Uint8Array(size);
    let used = 0;
    for (let count = -1; count !== 0 && used < size; used += count)
      count = (await file.read(bytes, used, size - used, used)).bytesRead;
    return bytes.subarray(0, used);
  } finally {
    await file.close();
  }
}

async function folder(root: string): Promise<BackupFiles> {
  const files: BackupFile[] = [];
  const left: string[] = [];
  let octets = 0;
  const visit = async (below: string, depth: number): Promise<void> => {
    const entries = await readdir(join(root, below), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (files.length >= MOST_FILES) return;
      const place = join(root, path);
      if (entry.isDirectory()) {
        if (depth < DEEPEST)
          await visit(path, depth + 1).catch(() => left.push(`${path}: the folder may not be read.`));
      } else if (entry.isSymbolicLink()) left.push(`${path} is a link. What it leads to is not in the backup.`);
      else if (entry.isFile()) {
        const { size, mtimeMs, mode } = await lstat(place);
        const known = { path, place, size, modified: Math.floor(mtimeMs / 1000), mode: mode & 0o777 };
        if (size > LARGEST_FILE || octets + size > MOST_OCTETS) files.push(known);
        else {
          octets += size;
          const bytes = await octetsOf(place, size).catch(() => undefined);
          if (bytes) files.push({ ...known, bytes });
          else left.push(`${path} may not be read.`);
        }
      }
    }
  };
  await visit('', 0);
  if (files.length >= MOST_FILES) left.push(`Only the first ${MOST_FILES} files were looked at.`);
  return { files, left };
}
