import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { readIncluded } from '../cli/included';
import type { ReadInclude } from '../config';
import type { ConfigText } from './questions';

/** Whether a path is on another machine's share. Opening one would reveal our identity to that machine, just because a text names it. */
const isShare = (path: string): boolean => /^(\\\\|\/\/)/.test(path);

/**
 * Reads the files that a configuration includes, as far as `includes` allows. Relative paths are looked up in the configuration's folder.
 */
export function includesOf({ path: main, includes }: Pick<ConfigText, 'path' | 'includes'>): ReadInclude {
  const home = dirname(resolve(main));
  return (name, from) => {
    if (includes === 'none' || isShare(name)) return undefined;
    const path = isAbsolute(name) ? name : resolve(dirname(resolve(from.path)), name);
    if (isShare(path)) return undefined;
    const below = relative(home, path);
    if (includes === 'beside' && (below.startsWith('..') || isAbsolute(below))) return undefined;
    const found = readIncluded(path);
    return found && { path, text: found.text };
  };
}
