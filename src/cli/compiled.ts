import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';
import { crc32 } from 'node:zlib';

/*
 * Caches compiled code beside the program, so that it need not be compiled at each start. Does so silently: without write permission,
 * nothing is cached.
 */

type Loaded = { exports: unknown };
type Wrapped = (exports: unknown, require: NodeJS.Require, module: Loaded, file: string, folder: string) => void;

/** Loads one of our bundles, with V8's compiled code from an earlier start if available. */
export function load(file: string): unknown {
  const cache = join(dirname(file), 'cache');
  const require = nodeModule.createRequire(file);
  const enable = nodeModule.enableCompileCache as typeof nodeModule.enableCompileCache | undefined;
  if (!enable) return loadByHand(cache, file, require);
  enable(cache);
  return require(file);
}

/** Does what Node.js before 22 lacks: keeps compiled code between starts. */
export function loadByHand(cache: string, file: string, require: NodeJS.Require): unknown {
  const source = readFileSync(file, 'utf8');
  // V8 rejects code compiled by another version, but compares only the length of the source. So the name includes a checksum.
  const place = join(cache, `${process.version}-${process.arch}-${crc32(source).toString(16)}`);
  const cachedData = readIfThere(place);
  const script = new Script(nodeModule.wrap(source), { filename: file, ...(cachedData ? { cachedData } : {}) });
  // Written at exit, so that functions compiled during the run are included.
  if (!cachedData || script.cachedDataRejected) process.once('exit', () => keep(place, script.createCachedData()));
  const loaded: Loaded = { exports: {} };
  (script.runInThisContext() as Wrapped)(loaded.exports, require, loaded, file, dirname(file));
  return loaded.exports;
}

const CHECKSUM = 4;

/** The cached code. Undefined if there is none or it is damaged, because V8 would run damaged code. */
function readIfThere(place: string): Buffer | undefined {
  try {
    const kept = readFileSync(place);
    const code = kept.subarray(CHECKSUM);
    return kept.length > CHECKSUM && kept.readUInt32LE() === crc32(code) ? code : undefined;
  } catch {
    return undefined;
  }
}

/** Writes to a temporary file first, because two programs may write at the same time. */
function keep(place: string, code: Uint8Array): void {
  const own = `${place}.${process.pid}`;
  try {
    mkdirSync(dirname(place), { recursive: true });
    const checksum = Buffer.alloc(CHECKSUM);
    checksum.writeUInt32LE(crc32(code));
    writeFileSync(own, Buffer.concat([checksum, code]));
    renameSync(own, place);
  } catch {
    // No write permission: the code is compiled again at the next start.
  }
}
