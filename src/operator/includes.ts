import { readFileSync, statSync } from 'node:fs';
import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { decodeConfig, type ReadInclude } from '../config';
import type { ConfigText } from './questions';

/** No configuration is larger; what is, is something else. */
export const LARGEST_CONFIG = 64 << 20;

/** A share on another machine: to look there would tell it who we are, for no more than a text that names it. */
const isShare = (path: string): boolean => /^(\\\\|\/\/)/.test(path);

/** Reads the files that a configuration includes, as far as `includes` allows: those that a relative path names lie beside it. */
export function includesOf({ path: main, includes }: Pick<ConfigText, 'path' | 'includes'>): ReadInclude {
  const home = dirname(resolve(main));
  return (name, from) => {
    if (includes === 'none' || isShare(name)) return undefined;
    const path = isAbsolute(name) ? name : resolve(dirname(resolve(from.path)), name);
    if (isShare(path)) return undefined;
    const below = relative(home, path);
    if (includes === 'beside' && (below.startsWith('..') || isAbsolute(below))) return undefined;
    try {
      const facts = statSync(path);
      if (!facts.isFile() || facts.size > LARGEST_CONFIG) return undefined;
      return { path, text: decodeConfig(readFileSync(path)) };
    } catch {
      return undefined;
    }
  };
}
