/**
 * What the editor and the pages beside the capture’s window say to each other: the table of leases, and reports. Requests are answered,
 * as in protocol.ts.
 */
import type { Severity } from './analysis/finding';

/** Words of a report, which are never markup: plain, or leading to a place. */
export type ReportText =
  | string
  /** What stands between backticks is to be typed. */
  | { readonly marked: string }
  | { readonly text: string; readonly open: Target };

/** What a link of a report opens. */
export type Target =
  | { readonly kind: 'file'; readonly path: string; readonly line: number }
  | { readonly kind: 'frame'; readonly frame: number };

export interface ReportFinding {
  readonly severity: Severity;
  readonly id: string;
  readonly title: string;
  readonly where: readonly ReportText[];
  readonly explanation: string;
  readonly causes: readonly { readonly likelihood: string; readonly text: string }[];
  readonly steps: readonly string[];
  readonly reference: string;
}

export type ReportBlock =
  | { readonly kind: 'paragraph'; readonly text: ReportText }
  | { readonly kind: 'list'; readonly items: readonly ReportText[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly ReportText[])[] }
  | { readonly kind: 'findings'; readonly findings: readonly ReportFinding[] };

/** A report as a page: a title, and sections with their headings. */
export interface ReportPage {
  readonly title: string;
  /** What came of it, in a sentence or two. */
  readonly summary: string;
  readonly sections: readonly { readonly title: string; readonly blocks: readonly ReportBlock[] }[];
}

/** What configurations say of a capture, as its window shows it. */
export interface Configured {
  /** Each line once: `dhcpd.conf:41`, and where that is. */
  readonly places: readonly { readonly name: string; readonly path: string; readonly line: number }[];
  /** By frame: which places made which fields (`Field.key`). */
  readonly made: Readonly<
    Record<number, readonly { readonly place: number; readonly field: string; readonly what: string }[]>
  >;
  /** By frame of a question: what its answer would have been, or why there is none. */
  readonly unsent: Readonly<Record<number, { readonly place: number; readonly about: string; readonly why: string }>>;
}

/** The columns of the table of leases, in their order. */
export const LEASE_COLUMNS = ['address', 'client', 'hostname', 'state', 'starts', 'ends'] as const;
export type LeaseColumn = (typeof LEASE_COLUMNS)[number];

/** How the table is shown. */
export interface LeaseView {
  readonly filter: string;
  readonly sort: LeaseColumn;
  readonly down: boolean;
}

/** One lease: its cells as texts, times in ISO 8601, and the line that it stands in. */
export interface LeaseRow extends Readonly<Record<LeaseColumn, string>> {
  readonly path: string;
  readonly line: number;
}

/** A lease database as a whole. */
export interface LeaseSummary {
  readonly name: string;
  /** Which program’s, in words. */
  readonly kind: string;
  readonly leases: number;
  readonly states: readonly (readonly [state: string, count: number])[];
  /** ISO 8601. */
  readonly asOf?: string;
  /** The times are of the server’s own zone, which the file does not tell. */
  readonly zoneless: boolean;
  /** The configuration that it is held against. */
  readonly config?: string;
  readonly pools: readonly {
    readonly network: string;
    readonly size: string;
    readonly active: number;
    readonly declined: number;
    readonly free: string;
    /** Share of its addresses that is used, 0 to 100. */
    readonly percent: number;
    readonly path: string;
    readonly line: number;
  }[];
  readonly findings: readonly ReportFinding[];
}

/** What these pages ask. */
export interface PageRequests {
  report: { params: Record<string, never>; result: ReportPage };
  open: { params: Target; result: Record<string, never> };
  /** Saves the report as Markdown. */
  save: { params: Record<string, never>; result: Record<string, never> };
  leases: { params: Record<string, never>; result: LeaseSummary };
  leaseRows: { params: LeaseView & { from: number; to: number }; result: { rows: readonly LeaseRow[]; total: number } };
  /** Asks the person for a configuration; gives the summary with its pools, or as it was. */
  chooseConfig: { params: Record<string, never>; result: LeaseSummary };
}

export type PageRequestName = keyof PageRequests;
export type PageRequest = {
  [N in PageRequestName]: { id: number; request: N; params: PageRequests[N]['params'] };
}[PageRequestName];
/** Unasked: what the page shows is out of date. */
export type PageEvent = { readonly event: 'changed' };
