import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import { printable } from '../codec/bytes';
import {
  decodeConfig,
  isWide,
  kindOf,
  KINDS,
  parseConfig,
  SourceFile,
  type ConfigDocument,
  type ConfigKind,
  type ReadInclude,
} from '../config';
import { leasesIn } from '../config/leases';
import { EngineError } from '../engine/capture';
import { withName } from './failure';
import { LARGEST_CONFIG, modeOf, readIncluded } from './included';

/** Reads a configuration of the given kind, or of the kind its text shows. Throws EngineError if it is none. */
export async function readConfig(path: string, kind = 'auto'): Promise<ConfigDocument> {
  const octets = await octetsOf(path).catch((error: unknown) => {
    throw withName(error, path);
  });
  const text = decodeConfig(octets);
  const wide = isWide(octets);
  const file =
    path === '-'
      ? new SourceFile('standard input', text, undefined, wide)
      : new SourceFile(path, text, modeOf(path), wide);
  const found = kind === 'auto' ? kindOf(file.path, file.text) : (kind as ConfigKind);
  const leases = kind === 'auto' && !/^microsoft-|^netsh/.test(found ?? '') ? leasesIn(octets) : undefined;
  if (leases !== undefined)
    throw new EngineError(`${printable(file.path)}: this is ${leases}, not a configuration: “port67 leases” reads it`);
  if (!found)
    throw new EngineError(
      `${printable(file.path)}: this looks like no configuration that is known here; --kind names one of ${KINDS.join(', ')}`,
    );
  return parseConfig(file, found, includesOf(path));
}

async function octetsOf(path: string): Promise<Uint8Array> {
  if (path !== '-') {
    const { size } = await stat(path);
    if (size > LARGEST_CONFIG) throw new EngineError(`${printable(path)}: this is larger than any configuration`);
    return readFile(path);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > LARGEST_CONFIG) throw new EngineError('standard input: this is larger than any configuration');
  }
  return Buffer.concat(chunks);
}

/** Reads included files. Relative paths are looked up in the configuration's folder. */
export function includesOf(main: string): ReadInclude {
  return (name, from) => {
    const beside = from.path === 'standard input' ? process.cwd() : dirname(resolve(from.path));
    const path = isAbsolute(name) ? name : resolve(beside, name);
    const found = readIncluded(path);
    return found && { path: isAbsolute(name) || main === '-' ? path : relativeTo(from.path, name), ...found };
  };
}

/** The path of an included file, in the same form as the path of the including file. */
const relativeTo = (from: string, name: string): string => (dirname(from) === '.' ? name : `${dirname(from)}/${name}`);
