import type { Severity } from '../../analysis/finding';

/** Kinds of lease databases, named in `port67 leases --json` by the program that writes them. */
export type LeaseKind =
  | 'dhcpd'
  | 'dhcpd6'
  | 'kea4'
  | 'kea6'
  | 'dnsmasq'
  | 'udhcpd'
  | 'microsoft-audit'
  | 'microsoft-leases'
  | 'networkd-server'
  | 'networkd-client'
  | 'networkmanager'
  | 'dhclient'
  | 'dhcpcd';

/**
 * The state that the file itself records, in terms common to all formats. `declined` includes addresses that servers call abandoned or bad;
 * `backup` is an address that a failover peer may hand out. An expired lease stays `active` until its server records otherwise.
 */
export type LeaseState = 'active' | 'expired' | 'released' | 'declined' | 'backup' | 'free';

/** Seconds since 1970, or `never` for a lease without end. */
export type LeaseTime = number | 'never';

/** A place in a lease file, all numbers 1-based. In a binary file, `line` is the number of the record and the column counts octets. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** Index of the file in a database of several parts, from 0. Omitted for the first. */
  readonly part?: number;
}

/** One lease, according to its last record. */
export interface Lease {
  /** A delegated prefix ends in its length after a slash. */
  readonly address: string;
  readonly state: LeaseState;
  readonly place: Place;
  /** Link-layer address, lower case with colons. */
  readonly client?: string | undefined;
  /** Client identifier (option 61) or DUID as hex digits. */
  readonly clientId?: string | undefined;
  /** Identity association identifier (DHCPv6). */
  readonly iaid?: number | undefined;
  readonly hostname?: string | undefined;
  readonly starts?: LeaseTime | undefined;
  readonly ends?: LeaseTime | undefined;
  /** The times are in the server's time zone, which the file does not give. */
  readonly local?: true | undefined;
  /** The file's own word for the state, if different. */
  readonly recorded?: string | undefined;
  /** The subnet named in the file: Kea's number, Microsoft's scope. */
  readonly subnet?: string | undefined;
  /** Where its end is written, if not where the record begins. */
  readonly endsAt?: Place | undefined;
}

/** A problem at one place in a lease file. */
export interface LeaseFinding {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly place: Place;
  readonly explanation: string;
  readonly steps: readonly string[];
  readonly reference: string;
}

/** A lease database: one file, or its parts in the order in which the server reads them. */
export interface LeaseFile {
  readonly kind: LeaseKind;
  readonly leases: readonly Lease[];
  readonly findings: readonly LeaseFinding[];
  /** Number of records read, including those replaced by later ones. */
  readonly records: number;
  readonly lines: number;
  /** The newest time in the file, in seconds since 1970. The file was last written then or shortly after. */
  readonly asOf?: number | undefined;
}

/** What a reader may know about a file besides its content. */
export interface LeaseContext {
  /** File name without the folder. */
  readonly name: string;
  /** When the file was last changed, in seconds since 1970. */
  readonly modified?: number | undefined;
}

/** Reads one format piece by piece. */
export interface LeaseReader {
  /** Takes a piece of the file. */
  push(octets: Uint8Array): void;
  /** Called at the end of the file. */
  end(): void;
  /** Called between two parts of a database. Only formats with parts have it. */
  nextPart?(): void;
  /** A format with two variants knows its kind only after reading. */
  readonly kind: LeaseKind;
}
