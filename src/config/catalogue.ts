import type { Severity } from '../analysis/finding';

/** The parts of a finding that are the same wherever it is reported. */
export interface FindingRow {
  readonly id: string;
  readonly severity: Severity;
  /** What it means in general, in one line, for settings and lists. */
  readonly meaning: string;
  readonly reference: string;
}

const row = (id: string, severity: Severity, meaning: string, reference: string): FindingRow => ({
  id,
  severity,
  meaning,
  reference,
});

/** Findings about a program's own language. Most of them make the program refuse the file. */
const language: readonly FindingRow[] = [
  row('syntax', 'error', 'The text is not what the language allows here', 'The program’s manual'),
  row('unknown-keyword', 'error', 'The program knows no such statement or parameter', 'The program’s manual'),
  row('not-allowed-here', 'error', 'The statement exists, but may not stand at this place', 'The program’s manual'),
  row('wrong-type', 'error', 'The value is of another kind than the parameter wants', 'The program’s manual'),
  row('option-wrong-type', 'error', 'The value is of another kind than the option has', 'RFC 2132, RFC 9915 §21'),
  row('unknown-option', 'error', 'There is no option of that name', 'RFC 2132, RFC 9915 §21'),
  row(
    'missing-parameter',
    'error',
    'A parameter is missing that the program cannot do without',
    'The program’s manual',
  ),
  row('duplicate-key', 'error', 'One parameter is given twice in one place', 'The program’s manual'),
  row('class-not-defined', 'error', 'A class is used that is defined nowhere', 'The program’s manual'),
  row('peer-not-defined', 'error', 'A failover peer is named that is defined nowhere', 'The program’s manual'),
  row('name-not-defined', 'error', 'Something is used by its name and defined nowhere', 'The program’s manual'),
  row(
    'failover-settings',
    'error',
    'The settings of failover or high availability do not fit each other',
    'The program’s manual',
  ),
  row('include-loop', 'error', 'A file includes itself', 'The program’s manual'),
  row(
    'include-not-read',
    'info',
    'An included file was not read, so nothing is said of what it holds',
    'The program’s manual',
  ),
  row('too-deep', 'error', 'The file is nested deeper than anybody writes by hand', 'The program’s manual'),
  row('other-version', 'info', 'Some versions of the program refuse this', 'The program’s release notes'),
];

/** Findings about addresses, options and times. They apply to every program. */
const network: readonly FindingRow[] = [
  row('invalid-subnet-mask', 'error', 'The mask is not ones followed by zeros', 'RFC 950 §2.2, RFC 2132 §3.3'),
  row('host-bits-in-network', 'error', 'The network address has bits set that belong to the hosts', 'RFC 4632 §3.1'),
  row('mask-mismatch', 'error', 'Clients are told another subnet mask than the subnet has', 'RFC 2132 §3.3'),
  row('pool-outside-subnet', 'error', 'A pool holds addresses that are not in its subnet', 'RFC 2131 §4.3.1'),
  row('range-low-above-high', 'warning', 'A range begins above its end', 'RFC 2131 §4.3.1'),
  row('overlapping-pools', 'error', 'Two pools hold the same addresses', 'RFC 2131 §4.3.1'),
  row('overlapping-subnets', 'warning', 'Two subnets hold the same addresses', 'RFC 4632 §5.1'),
  row('duplicate-subnet', 'warning', 'One subnet is declared twice', 'RFC 2131 §4.3.1'),
  row('duplicate-subnet-id', 'error', 'Two subnets have one number', 'Kea Administrator Reference Manual'),
  row('pool-includes-network-address', 'error', 'A pool holds the address of the subnet itself', 'RFC 1122 §3.2.1.3'),
  row('pool-includes-broadcast', 'error', 'A pool holds the broadcast address of its subnet', 'RFC 1122 §3.2.1.3'),
  row('pool-includes-router', 'warning', 'A pool holds the address of the router', 'RFC 2131 §4.3.1'),
  row('pool-emptied', 'error', 'Exclusions or reservations leave nothing of a pool', 'RFC 2131 §4.3.1'),
  row('router-outside-subnet', 'error', 'The router is not in the client’s subnet', 'RFC 2132 §3.5, RFC 1122 §3.3.1.1'),
  row('unusable-router', 'error', 'The router is an address that no router can have', 'RFC 1122 §3.2.1.3'),
  row('unusable-dns', 'warning', 'The DNS server is an address that no server can have', 'RFC 1122 §3.2.1.3'),
  row(
    'dns-example-address',
    'warning',
    'An address is one of those that are set aside for examples',
    'RFC 5737 §3, RFC 3849',
  ),
  row(
    'broadcast-address-mismatch',
    'warning',
    'Clients are told another broadcast address than the subnet has',
    'RFC 1122 §3.3.6, RFC 2132 §5.3',
  ),
  row('missing-router', 'info', 'Clients of this subnet are told no router', 'RFC 2132 §3.5'),
  row('routes-without-default', 'info', 'Clients are told routes, but no default route among them', 'RFC 3442'),
  row('missing-dns', 'info', 'Clients of this subnet are told no DNS server', 'RFC 2132 §3.8'),
  row(
    'reservation-outside-subnet',
    'error',
    'A reserved address is in no subnet that the client can be in',
    'RFC 2131 §4.3.1',
  ),
  row('reservation-inside-pool', 'info', 'A reserved address is also in a pool', 'RFC 2131 §4.3.1'),
  row(
    'reservation-unusable-address',
    'error',
    'A reserved address is the subnet’s own or its broadcast address',
    'RFC 1122 §3.2.1.3',
  ),
  row(
    'reservation-ignored',
    'warning',
    'A reservation is there that the server does not look at',
    'Kea Administrator Reference Manual',
  ),
  row('duplicate-reservation-ip', 'error', 'One address is reserved for two clients', 'RFC 2131 §2.2'),
  row('duplicate-reservation-mac', 'error', 'One client has two reservations', 'RFC 2131 §4.2'),
  row('duplicate-name', 'error', 'Two statements have one name', 'The program’s manual'),
  row(
    'timer-order',
    'warning',
    'The times to renew and to rebind and the lease time are not in their order',
    'RFC 2131 §4.4.5, RFC 9915 §21.4',
  ),
  row(
    'lease-time-order',
    'warning',
    'The least, usual and longest lease times are not in their order',
    'RFC 2131 §4.3.1',
  ),
  row('short-lease', 'warning', 'Leases end sooner than clients can live with', 'RFC 2131 §4.4.5'),
  row('long-lease', 'info', 'Leases last so long that an address hardly ever comes back', 'RFC 2131 §4.4.5'),
  row('next-server-without-file', 'info', 'A boot server is named, but no boot file', 'RFC 2131 §2'),
  row('boot-file-without-server', 'info', 'A boot file is named, but no boot server', 'RFC 2131 §2'),
  row('secret-readable', 'info', 'Every user of the machine may read a secret of the file', 'The program’s manual'),
  row('not-authoritative', 'info', 'The server does not refuse what it does not know', 'RFC 2131 §4.3.2'),
  row('relay-without-subnet', 'warning', 'A relay’s address is in none of the subnets', 'RFC 2131 §4.3.1'),
  row(
    'relay-to-itself',
    'warning',
    'A relay hands requests on to itself or to its own subnet’s broadcast',
    'RFC 1542 §4.1',
  ),
  row(
    'snooping-no-trusted-port',
    'error',
    'DHCP snooping is on, and no port is trusted: every answer is dropped',
    'The switch’s manual',
  ),
  row('service-off', 'error', 'A line switches the server and the relay of this file off', 'The program’s manual'),
  row('not-an-address', 'warning', 'A text looks like an address and is none', 'RFC 6943 §3.1.1'),
  row('option-wrong-code', 'warning', 'The option’s number does not fit its value', 'RFC 2132'),
];

/** Findings from comparing a configuration with a capture of its server. */
const against: readonly FindingRow[] = [
  row(
    'config-silent',
    'warning',
    'A statement of the configuration is why the server does not answer a request of the capture',
    'The program’s manual, RFC 2131 §4.3',
  ),
  row(
    'config-refuses',
    'warning',
    'A statement of the configuration is why the server refuses a client with a DHCPv6 status',
    'The program’s manual, RFC 9915 §18.3, §21.13',
  ),
  row(
    'config-differs',
    'warning',
    'The server sends what its configuration does not say: another file is loaded, or another server speaks',
    'The program’s manual, RFC 2131 §4.3.1',
  ),
];

/** Every configuration finding, by id. */
export const CONFIG_FINDINGS: ReadonlyMap<string, FindingRow> = new Map(
  [...language, ...network, ...against].map((one) => [one.id, one]),
);
