/** What the editor asks about configurations, leases and this machine: names, what each takes and gives. A worker answers. */
import type { Severity } from '../analysis/finding';
import type { ConfigKind } from '../config';
import type { Configured, LeaseRow, LeaseSummary, LeaseView, ReportPage } from '../pages';
import type { Origin } from '../engine/questions';

/** A part of a text as VS Code counts: lines and characters from 0, the end not with it. */
export type Area = readonly [line: number, character: number, endLine: number, endCharacter: number];

/** Which files a configuration may include: any, those beside it and below, or none. */
export type Includes = 'all' | 'beside' | 'none';

/** Languages of configurations that editors know. */
export type Language = 'dhcpd' | 'dnsmasq' | 'kea';

/** A configuration as its editor holds it. */
export interface ConfigText {
  readonly uri: string;
  readonly path: string;
  readonly text: string;
  readonly version: number;
  /** The language that its editor has for it; what is left out is told by the text. */
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

/** What is shown over a word. Texts are ours, but for `frames` and `quoted`. */
export interface Hover {
  readonly area: Area;
  readonly title: string;
  readonly text: string;
  readonly reference?: string;
  /** The guide’s page. */
  readonly page?: string;
  /** What a capture that was checked against this file has shown of it. */
  readonly seen?: readonly { readonly capture: string; readonly frames: readonly number[] }[];
}

/** One word that may stand at the cursor. */
export interface Completion {
  readonly label: string;
  readonly kind: 'statement' | 'option' | 'value' | 'name';
  readonly detail?: string;
  readonly text?: string;
  /** What is written, where it is not the label. */
  readonly insert?: string;
}

interface At {
  readonly uri: string;
  readonly version: number;
}

/** Where leases come from, and how they are called. */
export interface LeaseOrigin {
  readonly name: string;
  readonly path: string;
  readonly origin: Exclude<Origin, { kind: 'text' }>;
}

export interface Questions {
  /** Reads and checks a text; later questions name its version. `kind` is left out where it is no configuration. */
  check: { params: ConfigText; result: { kind?: ConfigKind; problems: readonly Problem[] } };
  forget: { params: { uri: string }; result: Record<string, never> };
  outline: { params: At; result: { items: readonly OutlineItem[] } };
  hover: { params: At & { offset: number }; result: { hover?: Hover } };
  definition: { params: At & { offset: number }; result: { places: readonly { path: string; area: Area }[] } };
  /** `before` is the line up to the cursor, at `offset` of the text. */
  complete: {
    params: { uri: string; path: string; language: Language; before: string; offset: number; text: string };
    result: { items: readonly Completion[] };
  };
  /** Holds configurations against a capture. */
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
  /** Reads a lease database; asked again, anew. `table` tells those that are open apart. */
  leases: { params: LeaseOrigin & { table: number; config?: ConfigText }; result: LeaseSummary };
  leaseRows: {
    params: LeaseView & { table: number; from: number; to: number };
    result: { rows: readonly LeaseRow[]; total: number };
  };
  closeLeases: { params: { table: number }; result: Record<string, never> };
  /** The commands that would be run on this machine; undefined on a system that cannot be examined. */
  machineCommands: { params: Record<string, never>; result: { commands?: readonly { text: string; tells: string }[] } };
  machine: { params: Record<string, never>; result: { report: ReportPage } };
  /** Looks through a folder or an archive. */
  backup: { params: { path: string }; result: { report: ReportPage } };
  /** A report as Markdown. */
  markdown: { params: { report: ReportPage }; result: { text: string } };
}
