import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileChunks, gunzip, standardInput } from '../capture/node';
import { readAhead } from './ahead';
import type { Source } from './capture';

/** A file on this machine's disk. Rejects with the system's error where there is none, or where it is a folder. */
export async function fileSource(path: string): Promise<Source> {
  const { size } = await stat(path);
  return {
    name: basename(path),
    size,
    chunks: (signal) => fileChunks(path, signal),
    ahead: () => readAhead(path, size),
    gunzip,
  };
}

/** Standard input: its size is not known beforehand. */
export function standardInputSource(): Source {
  return { name: 'standard input', chunks: () => standardInput(), gunzip };
}
