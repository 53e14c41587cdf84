import { parseAddress } from '../config/address';
import { timeText, type Lease, type LeaseFile, type LeaseKind, type PoolReport } from '../config/leases';
import type { LeaseColumn, LeaseRow, LeaseSummary, LeaseView, ReportFinding } from '../pages';

/** Names of the programs that own the databases. */
const PROGRAMS: Readonly<Record<LeaseKind, string>> = {
  dhcpd: 'ISC dhcpd',
  dhcpd6: 'ISC dhcpd, DHCPv6',
  kea4: 'Kea DHCPv4',
  kea6: 'Kea DHCPv6',
  dnsmasq: 'dnsmasq',
  udhcpd: 'udhcpd',
  'microsoft-audit': 'Microsoft DHCP audit log',
  'microsoft-leases': 'Microsoft DHCP leases',
  'networkd-server': 'systemd-networkd, server',
  'networkd-client': 'systemd-networkd, client',
  networkmanager: 'NetworkManager, client',
  dhclient: 'dhclient, client',
  dhcpcd: 'dhcpcd, client',
};

/** A database with the files it was read from. */
export type Database = LeaseFile & { readonly paths: readonly string[] };

/** How many rows are sent at once. */
const MOST_ROWS = 1000;

/** The leases of a database as a sortable table with a filter. Everything is computed on demand. */
export class LeaseTable {
  private readonly texts: (string | undefined)[] = [];
  private readonly keys = new Map<LeaseColumn, readonly (number | string)[]>();
  private shown: { readonly key: string; readonly order: readonly number[] } | undefined;

  constructor(
    readonly name: string,
    readonly database: Database,
  ) {}

  /** Summary of the database, with the use of the pools if a configuration is given. */
  summary(findings: readonly ReportFinding[], config?: string, report?: PoolReport): LeaseSummary {
    const { kind, leases, asOf } = this.database;
    const states = new Map<string, number>();
    let zoneless = false;
    for (const { state, local } of leases) {
      states.set(state, (states.get(state) ?? 0) + 1);
      zoneless ||= local === true;
    }
    const written = asOf === undefined ? undefined : timeText(asOf);
    return {
      name: this.name,
      kind: PROGRAMS[kind],
      leases: leases.length,
      states: [...states].sort((a, b) => b[1] - a[1]),
      ...(written === undefined ? {} : { asOf: written }),
      zoneless,
      ...(config === undefined ? {} : { config }),
      pools: (report?.pools ?? []).slice(0, 500).map(({ network, size, active, declined, free, path, line }) => ({
        network,
        size: String(size),
        active,
        declined,
        free: String(free),
        percent: size === 0n ? 100 : Math.min(100, Number((BigInt(active + declined) * 1000n) / size) / 10),
        path,
        line,
      })),
      findings,
    };
  }

  rows(view: LeaseView, from: number, to: number): { rows: LeaseRow[]; total: number } {
    const order = this.orderOf(view);
    const end = Math.min(to, from + MOST_ROWS, order.length);
    return { rows: order.slice(Math.max(0, from), end).map((index) => this.row(index)), total: order.length };
  }

  private row(index: number): LeaseRow {
    const { leases, paths } = this.database;
    const lease = leases[index]!;
    return {
      address: lease.address,
      client: lease.client ?? lease.clientId ?? '',
      hostname: lease.hostname ?? '',
      state: stateOf(lease),
      starts: timeOf(lease, 'starts'),
      ends: timeOf(lease, 'ends'),
      path: paths[lease.place.part ?? 0] ?? '',
      line: lease.place.line,
    };
  }

  /** The leases to show, in order. */
  private orderOf({ filter, sort, down }: LeaseView): readonly number[] {
    const key = JSON.stringify([filter, sort, down]);
    if (this.shown?.key === key) return this.shown.order;
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean).slice(0, 20);
    const order: number[] = [];
    for (let i = 0; i < this.database.leases.length; i++)
      if (words.every((word) => this.textAt(i).includes(word))) order.push(i);
    const keys = this.keysOf(sort);
    const sign = down ? -1 : 1;
    // Equal ones keep the order of the file.
    order.sort((a, b) => (keys[a]! < keys[b]! ? -sign : keys[a]! > keys[b]! ? sign : a - b));
    this.shown = { key, order };
    return order;
  }

  /** The text of a lease that filters search. */
  private textAt(index: number): string {
    let text = this.texts[index];
    if (text === undefined) {
      const { clientId = '' } = this.database.leases[index]!;
      const { address, client, hostname, state, starts, ends } = this.row(index);
      text = [address, client, clientId, hostname, state, starts, ends].join(' ').toLowerCase();
      this.texts[index] = text;
    }
    return text;
  }

  private keysOf(column: LeaseColumn): readonly (number | string)[] {
    let keys = this.keys.get(column);
    if (!keys) this.keys.set(column, (keys = this.database.leases.map((lease, i) => this.keyOf(column, lease, i))));
    return keys;
  }

  private keyOf(column: LeaseColumn, lease: Lease, index: number): number | string {
    if (column === 'address') return addressKey(lease.address);
    if (column !== 'starts' && column !== 'ends') return this.row(index)[column].toLowerCase();
    const time = lease[column];
    return time === undefined ? -Infinity : time === 'never' ? Infinity : time;
  }
}

/** A sort key that orders addresses numerically, IPv4 before IPv6. All keys have the same length. */
function addressKey(text: string): string {
  const address = parseAddress(text.replace(/\/.*/, ''));
  return address ? `${address.family}${address.value.toString(16).padStart(32, '0')}` : `9${text}`;
}

const stateOf = ({ state, recorded }: Lease): string => (recorded === undefined ? state : `${state} (${recorded})`);

function timeOf(lease: Lease, which: 'starts' | 'ends'): string {
  const time = lease[which];
  return time === undefined ? '' : (timeText(time, lease.local) ?? '');
}
