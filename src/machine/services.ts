import { parseRows } from './json';
import type { Service } from './model';
import { programOf, programOfService } from './programs';

/** Reads `systemctl show` for several units: one block of settings each. Skips units that are not installed. */
export function parseSystemctl(output: string): Service[] {
  return output.split(/\n\s*\n/).flatMap((block) => {
    const values = new Map(
      block.split('\n').map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
    );
    const name = values.get('Id')?.replace(/\.service$/, '');
    const state = values.get('ActiveState');
    if (name === undefined || state === undefined || values.get('LoadState') === 'not-found') return [];
    const pid = Number(values.get('MainPID') ?? 0);
    return [{ name, state: values.get('LoadState') === 'masked' ? 'masked' : state, ...(pid > 0 ? { pid } : {}) }];
  });
}

const process = (pid: string, comm: string, certain: boolean): Service[] => {
  const name = comm.replace(/^.*\//, '');
  return programOf(name)
    ? [{ name, state: 'running', pid: Number(pid), ...(certain ? {} : { namespace: 'unknown' as const }) }]
    : [];
};

/**
 * Reads `ps -eo pid=,netns=,comm=`: running DHCP programs, however they were started. Skips those in containers, which have a network of
 * their own. Marks those whose network namespace is unknown.
 */
export function parsePs(output: string): Service[] {
  const rows = [...output.matchAll(/^\s*(\d+)\s+(\d+|-)\s+(.*\S)\s*$/gm)].map(([, pid, network, comm]) => ({
    pid: pid!,
    network: network!,
    comm: comm!,
  }));
  const own = rows.findLast(({ comm }) => comm === 'ps')?.network;
  return rows
    .filter(({ network }) => network === own || network === '-')
    .flatMap(({ pid, network, comm }) => process(pid, comm, network !== '-'));
}

/** Reads `ps -o pid,comm` where `ps` does not know namespaces: BusyBox, macOS. */
export function parsePsPlain(output: string): Service[] {
  return [...output.matchAll(/^\s*(\d+)\s+(.*\S)\s*$/gm)].flatMap(([, pid, comm]) => process(pid!, comm!, false));
}

/** Reads `launchctl list` of macOS: process, last exit status, label. */
export function parseLaunchctl(output: string): Service[] {
  return output.split('\n').flatMap((line) => {
    const [pid, status, label] = line.trim().split(/\s+/);
    if (label === undefined || !programOfService(label)) return [];
    const running = /^\d+$/.test(pid!);
    return [
      {
        name: label,
        state: running ? 'active' : status === '0' ? 'inactive' : 'failed',
        ...(running ? { pid: Number(pid) } : {}),
      },
    ];
  });
}

/** States by the names and numbers of ServiceControllerStatus. */
const WINDOWS_STATES: Readonly<Record<string, string>> = {
  1: 'inactive',
  4: 'active',
  Stopped: 'inactive',
  Running: 'active',
};

/** Reads `Get-Service`, as JSON. */
export function parseWindowsServices(output: string): Service[] {
  return parseRows(output).flatMap((row) => {
    const status = String(row['Status']);
    return typeof row['Name'] === 'string'
      ? [{ name: row['Name'], state: WINDOWS_STATES[status] ?? status.toLowerCase() }]
      : [];
  });
}
