import type { Severity } from '../../analysis/finding';

/** How a lease database is called in `port67 leases --json`: by the program that keeps it. */
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
 * What the file itself says about a lease, in words that all formats share: `declined` is also what servers call abandoned or bad,
 * `backup` an address that a failover peer may hand out. A lease whose time is over stays `active` until its server says otherwise.
 */
export type LeaseState = 'active' | 'expired' | 'released' | 'declined' | 'backup' | 'free';

/** Seconds since 1970, or `never` for a lease that does not end. */
export type LeaseTime = number | 'never';

/** A place in a lease file; all 1-based. In a binary file the line is the number of the record and the column counts octets. */
export interface Place {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  /** Which part of a database of several files, counted from 0; the first where it is left out. */
  readonly part?: number;
}

/** One lease, as the last record about it says. */
export interface Lease {
  /** A delegated prefix has its length behind a slash. */
  readonly address: string;
  readonly state: LeaseState;
  readonly place: Place;
  /** Link-layer address, lower case with colons. */
  readonly client?: string | undefined;
  /** Client identifier (option 61) or DUID as hex digits. */
  readonly clientId?: string | undefined;
  /** Identity association of DHCPv6. */
  readonly iaid?: number | undefined;
  readonly hostname?: string | undefined;
  readonly starts?: LeaseTime | undefined;
  readonly ends?: LeaseTime | undefined;
  /** The times are of the server's own zone, which the file does not tell. */
  readonly local?: true | undefined;
  /** The file's own word for the state, where it is another one. */
  readonly recorded?: string | undefined;
  /** The subnet that the file names for it: Kea's number, Microsoft's scope. */
  readonly subnet?: string | undefined;
  /** Where its end is written, if elsewhere than the record begins. */
  readonly endsAt?: Place | undefined;
}

/** What is wrong at one place of a lease file. */
export interface LeaseFinding {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly place: Place;
  readonly explanation: string;
  readonly steps: readonly string[];
  readonly reference: string;
}

/** A lease database: one file, or the parts of one in the order in which its server reads them. */
export interface LeaseFile {
  readonly kind: LeaseKind;
  readonly leases: readonly Lease[];
  readonly findings: readonly LeaseFinding[];
  /** Records that were read, also those that later ones replaced. */
  readonly records: number;
  readonly lines: number;
  /** The newest moment of which the file tells, in seconds since 1970: when it was last written, or shortly before. */
  readonly asOf?: number | undefined;
}

/** What a reader may know of a file beside its octets. */
export interface LeaseContext {
  /** Name without its folder. */
  readonly name: string;
  /** When the file was last changed, in seconds since 1970. */
  readonly modified?: number | undefined;
}

/** Reads one format, piece by piece. */
export interface LeaseReader {
  /** A piece of the file. */
  push(octets: Uint8Array): void;
  /** The file is at its end. */
  end(): void;
  /** The part of the database is at its end, and another one follows: for formats that have parts. */
  nextPart?(): void;
  /** A format that holds the leases of one program in two variants tells which it was once it has read. */
  readonly kind: LeaseKind;
}
