import { readFileSync, statSync } from 'node:fs';
import { decodeConfig } from '../config';

/** No configuration is larger than this. */
export const LARGEST_CONFIG = 64 * 1024 * 1024;

/** Only POSIX systems have Unix permission bits. */
const POSIX = process.platform !== 'win32';

/** Permission bits of a file. Undefined if the system has none. */
export const modeOf = (path: string): number | undefined =>
  POSIX ? statSync(path, { throwIfNoEntry: false })?.mode : undefined;

/**
 * The text and permission bits of an included file, or undefined if it cannot be read. A configuration may name anything, and a device or
 * pipe has no end, so only regular files of up to `LARGEST_CONFIG` octets are read.
 */
export function readIncluded(path: string): { readonly text: string; readonly mode?: number } | undefined {
  try {
    const facts = statSync(path);
    if (!facts.isFile() || facts.size > LARGEST_CONFIG) return undefined;
    return { text: decodeConfig(readFileSync(path)), ...(POSIX ? { mode: facts.mode } : {}) };
  } catch {
    return undefined;
  }
}
