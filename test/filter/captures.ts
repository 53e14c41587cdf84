import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { REPO } from '../vscode/cache';

/** Holds what is written for tshark, until the tests are over. */
export const folder = mkdtempSync(join(tmpdir(), 'port67-filter-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A classic pcap file's header: microseconds, Ethernet. */
const HEADER = 24;
const RECORD = 16;

/** Of captures of one fault from several servers and clients, so many are passed over for the next one that is taken. */
const EACH = 4;

/** The committed captures of Ethernet, many of them, as one file: so a filter meets every kind of frame that they hold at once. */
export function mergedCaptures(extra: readonly Uint8Array[] = []): string {
  const lab = globSync('test/fixtures/lab/*.pcap', { cwd: REPO }).sort();
  const files = [...lab.filter((_, i) => i % EACH === 0), ...globSync('media/samples/*.pcap', { cwd: REPO }).sort()];
  const parts: Uint8Array[] = [];
  for (const file of files) {
    const bytes = readFileSync(join(REPO, file));
    if (bytes.readUInt32LE(0) !== 0xa1b2c3d4 || bytes.readUInt32LE(20) !== 1) continue;
    if (parts.length === 0) parts.push(bytes.subarray(0, HEADER));
    parts.push(bytes.subarray(HEADER));
  }
  extra.forEach((frame, i) => parts.push(record(frame, i)));
  const path = join(folder, 'merged.pcap');
  writeFileSync(path, Buffer.concat(parts));
  return path;
}

function record(frame: Uint8Array, index: number): Uint8Array {
  const head = Buffer.alloc(RECORD);
  head.writeUInt32LE(1_800_000_000 + index, 0);
  head.writeUInt32LE((index * 1000) % 1_000_000, 4);
  head.writeUInt32LE(frame.length, 8);
  head.writeUInt32LE(frame.length, 12);
  return Buffer.concat([head, frame]);
}
