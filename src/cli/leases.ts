import { createReadStream, readFileSync } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { printable } from '../codec/bytes';
import { count } from '../analysis/words/words';
import { decodeConfig, parseConfig, SourceFile, type ConfigKind } from '../config';
import {
  poolUse,
  LeaseScan,
  NotLeases,
  timeText,
  type Lease,
  type LeaseFile,
  type LeaseFinding,
  type LeaseKind,
  type PoolReport,
  type PoolUse,
} from '../config/leases';
import { includesOf } from './configs';
import { withName } from './failure';
import { list } from './inspect';
import { jsonLine } from './json';
import type { Output } from './output';
import { printPlaced, type PlacedFinding } from './placed';
import { paint } from './text';

/** The kind of configuration that belongs to each kind of leases. Lease files of clients have none. */
const CONFIG_KINDS: Readonly<Partial<Record<LeaseKind, ConfigKind>>> = {
  dhcpd: 'dhcpd',
  dhcpd6: 'dhcpd6',
  kea4: 'kea4',
  kea6: 'kea6',
  dnsmasq: 'dnsmasq',
  udhcpd: 'udhcpd',
  'microsoft-leases': 'microsoft-xml',
  'microsoft-audit': 'microsoft-xml',
  'networkd-server': 'networkd',
};

/** How full the pools are according to each database. Undefined if no configuration was given. */
export function poolReports(databases: readonly Database[], paths: readonly string[]): PoolReport[] | undefined {
  if (paths.length === 0) return undefined;
  const files = paths.map((path) => new SourceFile(path, decodeConfig(readFileSync(path))));
  return databases.map((database) => {
    const kind = CONFIG_KINDS[database.kind];
    return poolUse(
      kind ? files.map((file) => parseConfig(file, kind, includesOf(file.path))) : [],
      database,
      Date.now() / 1000,
    );
  });
}

/** A lease database with the files it was read from. */
interface Database extends LeaseFile {
  readonly paths: readonly string[];
}

/**
 * The files of a Kea database in the order in which Kea loads them: the leftovers of an unfinished cleanup (LFC), then the file itself (Kea
 * ARM, “Why Is Lease File Cleanup Necessary?”).
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

/** Reads one database. Throws NotLeases if it is not one. */
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
    const name = path === '-' ? 'standard input' : path;
    if (!(error instanceof NotLeases)) throw withName(error, name);
    const instead = error.config === undefined ? '' : ': “port67 check” reads it';
    throw new NotLeases(`${printable(name)}: ${error.message}${instead}`, error.config);
  }
}

/** All databases given as arguments. A file that is part of another argument's database is not read twice. */
export async function readDatabases(files: readonly string[]): Promise<Database[]> {
  const given = await Promise.all(files.map(partsOf));
  const databases: Database[] = [];
  for (const [i, path] of files.entries()) {
    const belongs = given.some((parts, j) => j !== i && parts.length > 1 && parts.includes(path));
    if (!belongs) databases.push(await read(path, given[i]!));
  }
  return databases;
}

/** All findings about a database, including those against the configuration. */
export function findingsOf({ paths, findings }: Database, report?: PoolReport): PlacedFinding[] {
  const ofLease = ({ place, ...finding }: LeaseFinding): PlacedFinding => {
    const { part, ...where } = place;
    return { ...finding, path: paths[part ?? 0]!, ...where };
  };
  const ofPools = report?.poolFindings.map(({ id, severity, title, span, explanation, steps, reference }) => {
    const end = span.file.position(span.end);
    const where = { ...span.file.position(span.start), endLine: end.line, endColumn: end.column };
    return { id, severity, title, path: span.file.path, ...where, explanation, steps, reference };
  });
  return [...findings.map(ofLease), ...(report?.leaseFindings.map(ofLease) ?? []), ...(ofPools ?? [])];
}

const poolJson = ({ size, free, ...rest }: PoolUse): object => ({
  ...rest,
  size: numberOf(size),
  free: numberOf(free),
});

/** A number if JSON can represent it exactly, else a string. */
const numberOf = (value: bigint): number | string => (value <= Number.MAX_SAFE_INTEGER ? Number(value) : String(value));

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

/** `leases --json`: one object, written in pieces because there may be many leases. */
export function* leasesJson(databases: readonly Database[], reports?: readonly PoolReport[]): Generator<string> {
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
  if (reports)
    yield* list(
      'pools',
      reports.flatMap(({ pools }) => pools.map(poolJson)),
    );
  yield* list(
    'findings',
    databases.flatMap((database, i) => findingsOf(database, reports?.[i])),
  );
  yield '}\n';
}

function* leaseRows(databases: readonly Database[]): Generator<object> {
  for (const database of databases) for (const lease of database.leases) yield leaseJson(lease, database);
}

/** Prints the leases as a table, then the findings. */
export async function printLeases(
  databases: readonly Database[],
  reports: readonly PoolReport[] | undefined,
  output: Output,
): Promise<void> {
  for (const [i, database] of databases.entries()) {
    const { paths, kind, leases, asOf } = database;
    const over = overByNow(leases);
    const states = new Map<string, number>();
    for (const { state } of leases) states.set(state, (states.get(state) ?? 0) + 1);
    const counts = [...states].map(([state, n]) => `${n} ${state}`).join(', ');
    const then = over > 0 ? 'when the file was written: ' : '';
    if (i > 0) output.line('');
    const head = `${paths.map(printable).join(' + ')}: ${kind}, ${count(leases.length, 'lease')}${counts === '' ? '' : ` (${then}${counts})`}`;
    output.line(paint(output, 'bold', head));
    if (asOf !== undefined) output.line(`Last written at ${timeText(asOf) ?? 'an odd time'}, or later.`);
    else if (over > 0) output.line('No record tells when the file was written.');
    if (over > 0) output.line(overText(over, states.get('active')!));
    for (const lease of leases) {
      output.line(leaseLine(lease));
      if (output.full) await output.drained();
    }
    for (const { network, size, active, free } of reports?.[i]?.pools ?? [])
      output.line(`Pool of ${printable(network)}: ${active} of ${size} active, ${free} free`);
    printPlaced(findingsOf(database, reports?.[i]), output);
  }
}

/**
 * How many leases that the file calls active have ended since, by the clock of this machine. The state itself follows from the file alone:
 * the same file gives the same answer on every day.
 */
function overByNow(leases: readonly Lease[]): number {
  const now = Date.now() / 1000;
  return leases.filter(
    ({ state, ends, local }) => state === 'active' && !local && typeof ends === 'number' && ends < now,
  ).length;
}

function overText(over: number, active: number): string {
  const some =
    over < active
      ? `${over} of the ${active} active leases`
      : `${active === 1 ? 'The' : `All ${active}`} active ${active === 1 ? 'lease' : 'leases'}`;
  return `${some} ${over === 1 ? 'has' : 'have'} ended since, by the clock of this machine.`;
}

function leaseLine({ address, state, recorded, ends, local, client, clientId, hostname }: Lease): string {
  const end = ends === undefined ? '' : (timeText(ends, local) ?? '');
  const who = client ?? (clientId === undefined ? '' : `id ${clientId}`);
  const word = recorded === undefined ? state : `${state} (${recorded})`;
  return `  ${address.padEnd(24)} ${word.padEnd(9)} ${end.padEnd(20)} ${who.padEnd(17)} ${hostname ?? ''}`
    .replace(/ +$/, '')
    .replace(/[^ ].*/, printable);
}
