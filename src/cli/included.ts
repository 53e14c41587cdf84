import { readFileSync, statSync } from 'node:fs';
import { decodeConfig } from '../config';

/** No configuration is larger; what is, is something else. */
export const LARGEST_CONFIG = 64 * 1024 * 1024;

/** Elsewhere rights are not those of Unix. */
const POSIX = process.platform !== 'win32';

/** The rights of a file; undefined where they are not told so. */
export const modeOf = (path: string): number | undefined =>
  POSIX ? statSync(path, { throwIfNoEntry: false })?.mode : undefined;

/**
 * What a file says that a configuration includes, with its rights; undefined where there is none. Who writes a configuration may name
 * anything: a device or a pipe has no end, so only files are read, up to `LARGEST_CONFIG`.
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
