/**
 * The messages between the editor and the pages beside the capture’s window: the table
 * of leases, and reports. Requests are answered as in protocol.ts.
 */
import type { Severity } from './analysis/finding';

/** A piece of text in a report, never treated as markup: plain, or a link to a place. */
export type ReportText =
  | string
  /** Text in which the parts between backticks are literal, to be typed. */
  | { readonly marked: string }
  | { readonly text: string; readonly open: Target };

/** The target of a link in a report. */
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
  /** The outcome, in a sentence or two. */
  readonly summary: string;
  readonly sections: readonly { readonly title: string; readonly blocks: readonly ReportBlock[] }[];
}

/** What configurations say about a capture, as its window shows it. */
export interface Configured {
  /** The configuration lines, each once: a name such as `dhcpd.conf:41`, and the location. */
  readonly places: readonly { readonly name: string; readonly path: string; readonly line: number }[];
  /** By frame: which lines produced which fields (`Field.key`). */
  readonly made: Readonly<
    Record<number, readonly { readonly place: number; readonly field: string; readonly what: string }[]>
  >;
  /** By frame of a request: what the answer would have been, or why there is none. */
  readonly unsent: Readonly<Record<number, { readonly place: number; readonly about: string; readonly why: string }>>;
}

/** The columns of the table of leases, in display order. */
export const LEASE_COLUMNS = ['address', 'client', 'hostname', 'state', 'starts', 'ends'] as const;
export type LeaseColumn = (typeof LEASE_COLUMNS)[number];

/** How the table is displayed. */
export interface LeaseView {
  readonly filter: string;
  readonly sort: LeaseColumn;
  readonly down: boolean;
}

/** One lease: its cells as texts, times in ISO 8601, and its line in the file. */
export interface LeaseRow extends Readonly<Record<LeaseColumn, string>> {
  readonly path: string;
  readonly line: number;
}

/** A lease database as a whole. */
export interface LeaseSummary {
  readonly name: string;
  /** The program that wrote it, in words. */
  readonly kind: string;
  readonly leases: number;
  readonly states: readonly (readonly [state: string, count: number])[];
  /** ISO 8601. */
  readonly asOf?: string;
  /** The times are in the server’s own time zone, which the file does not state. */
  readonly zoneless: boolean;
  /** The configuration that it is compared with. */
  readonly config?: string;
  readonly pools: readonly {
    readonly network: string;
    readonly size: string;
    readonly active: number;
    readonly declined: number;
    readonly free: string;
    /** Share of its addresses in use, 0 to 100. */
    readonly percent: number;
    readonly path: string;
    readonly line: number;
  }[];
  readonly findings: readonly ReportFinding[];
}

/** The requests of these pages. */
export interface PageRequests {
  report: { params: Record<string, never>; result: ReportPage };
  open: { params: Target; result: Record<string, never> };
  /** Saves the report as Markdown. */
  save: { params: Record<string, never>; result: Record<string, never> };
  leases: { params: Record<string, never>; result: LeaseSummary };
  leaseRows: { params: LeaseView & { from: number; to: number }; result: { rows: readonly LeaseRow[]; total: number } };
  /** Asks the user for a configuration, whose pools are part of the next summary. If none that can be read is chosen, nothing changes. */
  chooseConfig: { params: Record<string, never>; result: Record<string, never> };
}

export type PageRequestName = keyof PageRequests;
export type PageRequest = {
  [N in PageRequestName]: { id: number; request: N; params: PageRequests[N]['params'] };
}[PageRequestName];
/** Sent unasked: what the page shows is out of date. */
export type PageEvent = { readonly event: 'changed' };
