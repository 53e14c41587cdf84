import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';

/* What was compiled once need not be compiled at each start. It is kept beside the program; where nothing can be written there, nothing is said. */

type Loaded = { exports: unknown };
type Wrapped = (exports: unknown, require: NodeJS.Require, module: Loaded, file: string, folder: string) => void;

/** Loads a bundle of ours, with the code that V8 made of it at an earlier start, where that is there. */
export function load(file: string): unknown {
  const cache = join(dirname(file), 'cache');
  const require = nodeModule.createRequire(file);
  const enable = nodeModule.enableCompileCache as typeof nodeModule.enableCompileCache | undefined;
  if (!enable) return loadByHand(cache, file, require);
  enable(cache);
  return require(file);
}

/** Node.js before 22 keeps no compiled code; here it is done by hand. */
export function loadByHand(cache: string, file: string, require: NodeJS.Require): unknown {
  const source = readFileSync(file, 'utf8');
  // V8 refuses what another version of it has made, but looks at no more of the text than its length.
  const place = join(cache, `${process.version}-${process.arch}-${crc32(source).toString(16)}`);
  const cachedData = readIfThere(place);
  const script = new Script(nodeModule.wrap(source), { filename: file, ...(cachedData ? { cachedData } : {}) });
  // At the end the functions that were used are compiled as well.
  if (!cachedData || script.cachedDataRejected) process.once('exit', () => keep(place, script.createCachedData()));
  const loaded: Loaded = { exports: {} };
  (script.runInThisContext() as Wrapped)(loaded.exports, require, loaded, file, dirname(file));
  return loaded.exports;
}

const CHECKSUM = 4;

/** What was kept; undefined where nothing is there, or where it is damaged: V8 would run it all the same. */
function readIfThere(place: string): Buffer | undefined {
  try {
    const kept = readFileSync(place);
    const code = kept.subarray(CHECKSUM);
    return kept.length > CHECKSUM && kept.readUInt32LE() === crc32(code) ? code : undefined;
  } catch {
    return undefined;
  }
}

/** Two programs may do so at the same time: each writes a file of its own first. */
function keep(place: string, code: Uint8Array): void {
  const own = `${place}.${process.pid}`;
  try {
    mkdirSync(dirname(place), { recursive: true });
    const checksum = Buffer.alloc(CHECKSUM);
    checksum.writeUInt32LE(crc32(code));
    writeFileSync(own, Buffer.concat([checksum, code]));
    renameSync(own, place);
  } catch {
    // Nobody may write here: then it is compiled again the next time.
  }
}
