import { createReadStream } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { printable } from '../codec/bytes';
import { count } from '../analysis/words';
import { LeaseScan, NotLeases, timeText, type Lease, type LeaseFile, type LeaseFinding } from '../config/leases';
import { list } from './inspect';
import { jsonLine } from './json';
import type { Output } from './output';
import { printPlaced, type PlacedFinding } from './placed';
import { paint } from './text';

/** One lease database with the files that it was read from. */
interface Database extends LeaseFile {
  readonly paths: readonly string[];
}

/**
 * The files of one Kea database in the order in which Kea loads them: what a cleanup (LFC) that was not at its end has left, then the
 * file itself (Kea ARM, “Why Is Lease File Cleanup Necessary?”).
 */
async function partsOf(path: string): Promise<string[]> {
  if (!/\.csv$/.test(path)) return [path];
  const there = async (suffix: string): Promise<string[]> =>
    access(path + suffix).then(
      () => [path + suffix],
      () => [],
    );
  const completed = await there('.completed');
  return [...(completed.length > 0 ? completed : [...(await there('.2')), ...(await there('.1'))]), path];
}

/** Reads one database. Throws NotLeases where it is none. */
async function read(path: string, paths: readonly string[]): Promise<Database> {
  const modified = path === '-' ? undefined : Math.floor((await stat(path)).mtimeMs / 1000);
  const scan = new LeaseScan({ name: basename(path), modified }, Date.now() / 1000);
  try {
    for (const [i, part] of paths.entries()) {
      if (i > 0) scan.nextPart();
      const stream = part === '-' ? process.stdin : createReadStream(part, { highWaterMark: 1 << 20 });
      for await (const piece of stream) scan.push(piece as Buffer);
    }
    return { ...scan.end(), paths };
  } catch (error) {
    if (error instanceof NotLeases) throw new NotLeases(`${printable(path)}: ${error.message}`);
    throw error;
  }
}

/** All databases that the arguments name. A part that belongs to another argument is not read twice. */
export async function readDatabases(files: readonly string[]): Promise<Database[]> {
  const given = await Promise.all(files.map(partsOf));
  const databases: Database[] = [];
  for (const [i, path] of files.entries()) {
    const belongs = given.some((parts, j) => j !== i && parts.length > 1 && parts.includes(path));
    if (!belongs) databases.push(await read(path, given[i]!));
  }
  return databases;
}

export const findingsOf = ({ paths, findings }: Database): PlacedFinding[] =>
  findings.map(({ place, ...finding }: LeaseFinding) => ({
    ...finding,
    path: paths[place.part ?? 0]!,
    line: place.line,
    column: place.column,
    endLine: place.endLine,
    endColumn: place.endColumn,
  }));

function leaseJson(lease: Lease, { paths, kind }: Database): Record<string, unknown> {
  const { address, client, clientId, iaid, hostname, starts, ends, state, recorded, subnet, place } = lease;
  return {
    address,
    client,
    clientId,
    iaid,
    hostname,
    starts: starts === undefined ? undefined : timeText(starts, lease.local),
    ends: ends === undefined ? undefined : timeText(ends, lease.local),
    state,
    recorded,
    subnet,
    path: paths[place.part ?? 0],
    line: place.line,
    ...(kind === 'udhcpd' ? { record: place.line } : {}),
  };
}

/** `leases --json`: one object, piece by piece, for the leases may be many. */
export function* leasesJson(databases: readonly Database[]): Generator<string> {
  const files = databases.flatMap(({ paths, kind, lines, records, asOf }) =>
    paths.map((path) => ({
      path,
      kind,
      ...(paths.length > 1 ? {} : { lines, records }),
      asOf: asOf && timeText(asOf),
    })),
  );
  yield `{"files":${jsonLine(files)}`;
  yield* list('leases', leaseRows(databases));
  yield* list('findings', databases.flatMap(findingsOf));
  yield '}\n';
}

function* leaseRows(databases: readonly Database[]): Generator<object> {
  for (const database of databases) for (const lease of database.leases) yield leaseJson(lease, database);
}

/** The leases as a table, then what is wrong with them. */
export async function printLeases(databases: readonly Database[], output: Output): Promise<void> {
  for (const [i, database] of databases.entries()) {
    const { paths, kind, leases, asOf } = database;
    const states = new Map<string, number>();
    for (const { state } of leases) states.set(state, (states.get(state) ?? 0) + 1);
    const counts = [...states].map(([state, n]) => `${n} ${state}`).join(', ');
    if (i > 0) output.line('');
    const head = `${paths.map(printable).join(' + ')}: ${kind}, ${count(leases.length, 'lease')}${counts === '' ? '' : ` (${counts})`}`;
    output.line(paint(output, 'bold', head));
    if (asOf !== undefined) output.line(`Last written at ${timeText(asOf) ?? 'an odd time'}, or later.`);
    for (const lease of leases) {
      output.line(leaseLine(lease));
      if (output.full) await output.drained();
    }
    printPlaced(findingsOf(database), output);
  }
}

function leaseLine({ address, state, recorded, ends, local, client, clientId, hostname }: Lease): string {
  const end = ends === undefined ? '' : (timeText(ends, local) ?? '');
  const who = client ?? (clientId === undefined ? '' : `id ${clientId}`);
  const word = recorded === undefined ? state : `${state} (${recorded})`;
  return `  ${address.padEnd(24)} ${word.padEnd(9)} ${end.padEnd(20)} ${who.padEnd(17)} ${hostname ?? ''}`
    .replace(/ +$/, '')
    .replace(/[^ ].*/, printable);
}
