import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { COMMANDS, examine, typed, type MachineReport, type Platform, type Recorded } from '../../src/machine';

/** A file with what a command printed. */
export const output = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`recorded/${name}`, import.meta.url)), 'utf8');

/** What came of a command: its output, or why there is none. */
export type Came = string | { readonly status: Recorded['status']; readonly errors?: string };

/** The report on a machine whose commands came to this; all others are not installed. */
export function examined(platform: Platform, came: Readonly<Record<string, Came>>): MachineReport {
  return examine(
    platform,
    COMMANDS[platform].map((command) => {
      const one = came[command.id] ?? { status: 'missing' as const };
      const base = { id: command.id, command: typed(command) };
      return typeof one === 'string'
        ? { ...base, status: 0, output: one, errors: '' }
        : { ...base, status: one.status, output: '', errors: one.errors ?? '' };
    }),
  );
}

/** Rules in force as `port verdict`, with `?` where it is for some packets only. */
export const rules = ({ firewall }: MachineReport, port?: number): string[] =>
  firewall
    .filter((entry) => port === undefined || entry.port === port)
    .map((entry) => `${entry.port} ${entry.verdict}${entry.conditional ? '?' : ''}`);

/** Findings as `id severity`. */
export const told = ({ findings }: MachineReport): string[] => findings.map(({ id, severity }) => `${id} ${severity}`);

export const SS_DNSMASQ = 'UNCONN 0      0            0.0.0.0:67 0.0.0.0:* users:(("dnsmasq",pid=812,fd=4))\n';
export const IP_JSON = JSON.stringify([
  {
    ifname: 'lo',
    flags: ['LOOPBACK', 'UP'],
    address: '00:00:00:00:00:00',
    addr_info: [{ family: 'inet', local: '127.0.0.1', prefixlen: 8 }],
  },
  {
    ifname: 'eth0',
    flags: ['BROADCAST', 'UP'],
    address: '02:00:00:00:00:01',
    addr_info: [{ family: 'inet', local: '10.0.0.1', prefixlen: 24 }],
  },
]);

/** A ruleset of one chain. */
export const nft = (policy: string, ...expressions: readonly object[][]): string =>
  JSON.stringify({
    nftables: [
      { metainfo: { version: '1.0.9', json_schema_version: 1 } },
      { table: { family: 'inet', name: 'filter', handle: 1 } },
      {
        chain: {
          family: 'inet',
          table: 'filter',
          name: 'input',
          handle: 1,
          type: 'filter',
          hook: 'input',
          prio: 0,
          policy,
        },
      },
      ...expressions.map((expr, i) => ({
        rule: { family: 'inet', table: 'filter', chain: 'input', handle: i + 2, expr },
      })),
    ],
  });
export const dport = (right: unknown, op = '=='): object => ({
  match: { op, left: { payload: { protocol: 'udp', field: 'dport' } }, right },
});
export const DROP = { drop: null };
export const ACCEPT = { accept: null };
