import { FINDINGS } from '../analysis/catalogue';
import { CONFIG_FINDINGS } from '../config/catalogue';
import { CATALOGUE, type LeaseFindingId } from '../config/leases/catalogue';
import { command, facts, referencesOf, type Draft, type GuideCommand } from './page';

/** What each finding about a lease database means. The remedy depends on the program, so it is in the finding itself. */
const LEASES: Readonly<Record<LeaseFindingId, string>> = {
  'address-leased-twice': 'Two clients hold one address at the same time, by the server’s own records.',
  'client-has-two-leases': 'One client holds two addresses of one network.',
  'lease-outside-pool': 'A lease is for an address that no pool of the configuration holds.',
  'end-before-start': 'A lease ends before it begins.',
  'expired-but-active': 'A lease has run out long ago and is still marked as active.',
  'invalid-date': 'A time of a lease is none that a calendar has.',
  'time-in-future': 'A lease begins more than a day from now: a clock was or is wrong.',
  'clock-not-set': 'A time is from the first days of 1970, as written by a machine whose clock was not set.',
  'truncated-last-record': 'The file ends in the middle of its last record, as after a crash or on a full disk.',
  'truncated-record': 'A record in the middle of the file is cut, and what follows begins anew.',
  'damaged-record': 'A record cannot be read.',
  'bad-address': 'A record has a text where an address is due.',
  'bad-hardware-address': 'A record has a text where a hardware address is due.',
  'bad-header': 'The first line names other columns than this kind of file has.',
  'wrong-column-count': 'A row has more or fewer columns than the first line names.',
  'bad-value': 'A value is none that its column or statement can have.',
  crlf: 'The file has the line ends of Windows, and its server does not take them.',
  'too-many-leases': 'The file has more leases than are looked at.',
  'unknown-statement': 'A record has a statement that the server does not know.',
  'missing-final-newline': 'The last line has no end, so it may be cut.',
  'no-addresses-left': 'The server’s log says that a client went away without an address, since the scope was used up.',
  'server-not-authorized': 'The server’s log says that it is not authorised in its domain and answers nobody.',
  'log-paused': 'The server stopped its log for lack of room on the disk.',
  'address-in-use': 'The server found an address in use that it was about to lease.',
  'pool-full': 'No address of a pool is free.',
  'pool-nearly-full': 'Few addresses of a pool are free.',
};

type MachineRow = readonly [id: string, severities: string, meaning: string];

/** What each finding about a machine means. */
const MACHINE: readonly MachineRow[] = [
  ['service-failed', 'error', 'A service that has to do with DHCP was started and ended with an error.'],
  ['relay-and-server', 'error', 'A relay and a server on one machine both want the port that each needs for itself.'],
  [
    'two-servers-on-port',
    'error',
    'Several servers of one machine hear the same requests and know nothing of each other’s leases.',
  ],
  ['server-does-not-listen', 'warning', 'A server runs and has no socket on its port: it found no interface to serve.'],
  [
    'server-without-address',
    'error',
    'A server listens on an interface without an IPv4 address, so that it knows no subnet for its clients.',
  ],
  ['nobody-listens', 'warning or info', 'No program of this machine answers or relays requests.'],
  ['not-all-seen', 'info', 'Some of what was to be looked at needs more rights.'],
];

/** The topics that the pages of checks link to. */
const TOPICS: Readonly<Record<string, readonly string[]>> = {
  'topic/subnets': [
    'host-bits-in-network',
    'mask-mismatch',
    'pool-outside-subnet',
    'range-low-above-high',
    'overlapping-pools',
    'overlapping-subnets',
    'duplicate-subnet',
    'pool-includes-network-address',
    'pool-includes-broadcast',
    'pool-includes-router',
    'pool-emptied',
    'pool-full',
    'pool-nearly-full',
    'lease-outside-pool',
    'server-without-address',
    'routes-without-default',
  ],
  'topic/reservations': [
    'reservation-outside-subnet',
    'reservation-inside-pool',
    'reservation-unusable-address',
    'reservation-ignored',
    'duplicate-reservation-ip',
    'duplicate-reservation-mac',
  ],
  'topic/relays': ['relay-without-subnet', 'relay-to-itself', 'relay-and-server', 'service-off'],
  'topic/security': ['snooping-no-trusted-port'],
  'topic/timers': ['lease-time-order', 'long-lease'],
  'topic/pxe': ['next-server-without-file'],
  'topic/microsoft': ['server-not-authorized', 'log-paused'],
  'topic/backup': ['truncated-last-record', 'truncated-record', 'damaged-record', 'expired-but-active'],
  'finding/duplicate-address': ['address-leased-twice', 'address-in-use'],
  'option/6': ['unusable-dns', 'dns-example-address'],
  'port/67': ['nobody-listens', 'server-does-not-listen', 'two-servers-on-port'],
  'port/647': ['failover-settings', 'peer-not-defined'],
};

/** Titles that cannot be made from the id. */
const TITLES: Readonly<Record<string, string>> = {
  crlf: 'Line ends of Windows',
  'unusable-dns': 'Unusable DNS server',
};

const ABBREVIATIONS = /\b(?:dns|ip|mac)\b/g;

/** `pool-outside-subnet` → `Pool outside subnet`. */
const titleOf = (id: string): string =>
  TITLES[id] ??
  id
    .replaceAll('-', ' ')
    .replace(ABBREVIATIONS, (word) => word.toUpperCase())
    .replace(/^[a-z]/, (letter) => letter.toUpperCase());

/** The same commands on a terminal. */
const CLI: Partial<Readonly<Record<GuideCommand, string>>> = {
  checkConfiguration: 'port67 check CONF',
  checkAgainst: 'port67 inspect CAPTURE --config CONF',
  showLeases: 'port67 leases LEASES',
  checkMachine: 'port67 machine',
};

interface Check {
  readonly id: string;
  readonly severity: string;
  readonly meaning: string;
  readonly reference: string;
  /** The command that reports it. */
  readonly by: GuideCommand;
}

function pageOf({ id, severity, meaning, reference, by }: Check): Draft {
  return {
    id: `check/${id}`,
    title: titleOf(id),
    aliases: [id, `check ${id}`],
    summary: meaning,
    blocks: [facts(['Finding', id], ['Severity', severity]), command(by, CLI[by]!)],
    see: Object.entries(TOPICS).flatMap(([topic, ids]) => (ids.includes(id) ? [topic] : [])),
    references: referencesOf(reference),
  };
}

/**
 * A page for each finding about configurations, lease databases and machines. If captures have the same finding, their page covers both.
 */
export function checkPages(): Draft[] {
  const configs = [...CONFIG_FINDINGS.values()].map((row) => ({
    ...row,
    meaning: `${row.meaning}.`,
    by: row.id.startsWith('config-') ? ('checkAgainst' as const) : ('checkConfiguration' as const),
  }));
  const leases = Object.entries(LEASES).map(([id, meaning]) => {
    const { severity, reference } = CATALOGUE[id as LeaseFindingId];
    return { id, severity, meaning, reference, by: 'showLeases' as const };
  });
  const machine = MACHINE.map(([id, severity, meaning]) => ({
    id,
    severity,
    meaning,
    reference: '',
    by: 'checkMachine' as const,
  }));
  return [...configs, ...leases, ...machine].filter(({ id }) => !FINDINGS.has(id)).map(pageOf);
}
