import type { Severity } from '../analysis/finding';

/** Systems that can be examined. */
export type Platform = 'linux' | 'darwin' | 'windows';

/** One command: what it is for, and how it is written. Each only reads. */
export interface Command {
  /** Which parser reads its output. */
  readonly id: string;
  readonly program: string;
  readonly args: readonly string[];
  /** What it tells, as the end of “Without it …”. */
  readonly tells: string;
  /** Asked only where that one gave nothing. */
  readonly instead?: string;
  /** Where the program is not installed, nothing is missing. */
  readonly optional?: true;
}

/** A command and what came of it. */
export interface Recorded {
  readonly id: string;
  /** As one would type it. */
  readonly command: string;
  /** Exit status; `missing` where there is no such program, `timeout` where it did not end. */
  readonly status: number | 'missing' | 'timeout';
  readonly output: string;
  readonly errors: string;
}

/** A socket that hears one of the ports. */
export interface Listener {
  readonly port: number;
  /** `0.0.0.0`, `::`, or an address. */
  readonly address: string;
  readonly interface?: string;
  readonly process?: string;
  readonly pid?: number;
}

export interface NetworkInterface {
  readonly name: string;
  /** With their prefix lengths, where these are told. */
  readonly addresses: readonly string[];
  readonly mac?: string;
  readonly up?: boolean;
  readonly loopback?: boolean;
}

export interface Service {
  readonly name: string;
  /** `active`, `inactive`, `failed`, or `running` for a process that no service manager told of. */
  readonly state: string;
  readonly pid?: number;
  /** It may be in a container, with a network of its own: what it hears cannot be told from here. */
  readonly namespace?: 'unknown';
}

/** What becomes of a packet. */
export type Verdict = 'accept' | 'drop' | 'reject';

/** One rule in force that bears on one of the ports. */
export interface FirewallEntry {
  readonly tool: string;
  readonly verdict: Verdict;
  readonly port: number;
  readonly rule: string;
  /** Table and chain, zone or profile. */
  readonly where?: string;
  /** It stands for all that no other rule takes. */
  readonly byDefault?: true;
  /** Only packets of some interfaces or addresses, or that an earlier rule did not take. */
  readonly conditional?: true;
}

export interface MachineFinding {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly explanation: string;
  readonly steps: readonly string[];
  readonly reference: string;
}

export interface MachineReport {
  readonly platform: Platform;
  readonly listeners: readonly Listener[];
  readonly interfaces: readonly NetworkInterface[];
  readonly firewall: readonly FirewallEntry[];
  readonly services: readonly Service[];
  /** Every command that was run, as one would type it. */
  readonly commands: readonly string[];
  /** What could not be seen, and why: one sentence each. */
  readonly unseen: readonly string[];
  readonly findings: readonly MachineFinding[];
}
