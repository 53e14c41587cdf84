import type { Severity } from '../finding';

/** The families of findings, in reading order, with their titles. */
export const FAMILIES = {
  silence: 'Nobody answers',
  addresses: 'Wrong subnet, wrong addresses',
  ports: 'Wrong ports',
  security: 'Security',
  leases: 'Leases and conflicts',
  relays: 'Relays',
  messages: 'Messages that break the rules',
  boot: 'Boot and other protocols beside port 67',
  dhcpv6: 'DHCPv6',
  capture: 'About the capture itself',
} as const;
export type Family = keyof typeof FAMILIES;

/** What is the same for a finding wherever it is reported. */
export interface FindingKind {
  /** Stable: people filter and suppress by it. */
  readonly id: string;
  /** The severities that it can have, the usual one first. */
  readonly severities: readonly Severity[];
  readonly family: Family;
  /** Keys of the fields that show it (`Field.key`), the most telling first; a frame of the finding may have none of them. */
  readonly fields?: readonly string[];
  /** It is about the form of messages: of equally serious findings, what became of a client stands before it. */
  readonly formal?: true;
  /** It leaves a client without a lease: of equally serious findings, what works all the same stands after it. */
  readonly withoutLease?: true;
  /** The client has its lease all the same: of equally serious findings about as many clients, it stands last. */
  readonly withLease?: true;
  /** A few words, for lists and settings. */
  readonly name: string;
  /** What it means in general, for a learner. */
  readonly meaning: string;
  /** What to do about it in general. A finding's own steps name the capture's addresses. */
  readonly advice: string;
  /** RFC and section. */
  readonly reference: string;
  /** Findings that are easily confused with this one, or that often come with it. */
  readonly related: readonly string[];
  /** Findings that are its consequences if they are about the same frames or subject; they are listed after it. */
  readonly explains?: readonly string[];
}

/** The rows of one family. */
export const family = (name: Family, rows: readonly Omit<FindingKind, 'family'>[]): readonly FindingKind[] =>
  rows.map((row) => ({ ...row, family: name }));
