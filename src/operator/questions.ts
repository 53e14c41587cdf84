/** The editor's questions about configurations, leases and this machine, with their parameters and results. A worker answers them. */
import type { Severity } from '../analysis/finding';
import type { ConfigKind } from '../config';
import type { Configured, LeaseRow, LeaseSummary, LeaseView, ReportPage } from '../pages';
import type { Origin } from '../engine/questions';

/** A part of a text in VS Code's coordinates: lines and characters from 0, the end exclusive. */
export type Area = readonly [line: number, character: number, endLine: number, endCharacter: number];

/** Which files a configuration may include: any, those in its folder and below, or none. */
export type Includes = 'all' | 'beside' | 'none';

/** Editor languages for configurations. */
export type Language = 'dhcpd' | 'dnsmasq' | 'kea';

/** A configuration as open in an editor. */
export interface ConfigText {
  readonly uri: string;
  readonly path: string;
  readonly text: string;
  readonly version: number;
  /** The language set in the editor. If omitted, the text decides. */
  readonly language?: Language;
  readonly includes: Includes;
}

/** One line of *Problems*. */
export interface Problem {
  readonly area: Area;
  readonly severity: Severity;
  readonly id: string;
  readonly message: string;
  readonly related: readonly { readonly path: string; readonly area: Area }[];
  readonly fix?: { readonly title: string; readonly edits: readonly { readonly area: Area; readonly text: string }[] };
}

/** One entry of the outline. `kind` is the statement’s first word. */
export interface OutlineItem {
  readonly kind: string;
  readonly name: string;
  readonly area: Area;
  readonly head: Area;
  readonly children: readonly OutlineItem[];
}

/** Shown for the word under the cursor. All texts are ours, except for the names of captures in `seen`. */
export interface Hover {
  readonly area: Area;
  readonly title: string;
  readonly text: string;
  readonly reference?: string;
  /** Id of the guide’s page. */
  readonly page?: string;
  /** Frames in which captures checked against this file showed the statement. */
  readonly seen?: readonly { readonly capture: string; readonly frames: readonly number[] }[];
}

/** A word suggested at the cursor. */
export interface Completion {
  readonly label: string;
  readonly kind: 'statement' | 'option' | 'value' | 'name';
  readonly detail?: string;
  readonly text?: string;
  /** The text to insert, if it is not the label. */
  readonly insert?: string;
}

interface At {
  readonly uri: string;
  readonly version: number;
}

/** Where leases are read from, and the name to show. */
export interface LeaseOrigin {
  readonly name: string;
  readonly path: string;
  readonly origin: Exclude<Origin, { kind: 'text' }>;
}

export interface Questions {
  /** Reads and checks a text. Later questions refer to its version. `kind` is omitted if it is not a configuration. */
  check: { params: ConfigText; result: { kind?: ConfigKind; problems: readonly Problem[] } };
  forget: { params: { uri: string }; result: Record<string, never> };
  outline: { params: At; result: { items: readonly OutlineItem[] } };
  hover: { params: At & { offset: number }; result: { hover?: Hover } };
  definition: { params: At & { offset: number }; result: { places: readonly { path: string; area: Area }[] } };
  /** `before` is the line up to the cursor, which is at `offset` of the text. */
  complete: {
    params: { uri: string; path: string; language: Language; before: string; offset: number; text: string };
    result: { items: readonly Completion[] };
  };
  /** Compares configurations with a capture. */
  against: {
    params: {
      capture: { name: string; origin: Exclude<Origin, { kind: 'text' }> };
      configs: readonly ConfigText[];
    };
    result: {
      report: ReportPage;
      problems: readonly { path: string; problems: readonly Problem[] }[];
      configured: Configured;
    };
  };
  /** Reads a lease database; a repeated question reads it again. `table` identifies the open table. */
  leases: { params: LeaseOrigin & { table: number; config?: ConfigText }; result: LeaseSummary };
  leaseRows: {
    params: LeaseView & { table: number; from: number; to: number };
    result: { rows: readonly LeaseRow[]; total: number };
  };
  closeLeases: { params: { table: number }; result: Record<string, never> };
  /** The commands that would run on this machine. Undefined on a system that cannot be examined. */
  machineCommands: { params: Record<string, never>; result: { commands?: readonly { text: string; tells: string }[] } };
  machine: { params: Record<string, never>; result: { report: ReportPage } };
  /** Examines a folder or an archive. */
  backup: { params: { path: string }; result: { report: ReportPage } };
  /** A report as Markdown. */
  markdown: { params: { report: ReportPage }; result: { text: string } };
}
