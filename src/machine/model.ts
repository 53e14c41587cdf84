import type { Severity } from '../analysis/finding';

/** Systems that can be examined. */
export type Platform = 'linux' | 'darwin' | 'windows';

/** A command and its purpose. None of them changes anything. */
export interface Command {
  /** Identifies the parser of its output. */
  readonly id: string;
  readonly program: string;
  readonly args: readonly string[];
  /** What it shows, phrased to complete “Without it …”. */
  readonly tells: string;
  /** Run only if the command with this id gave nothing. */
  readonly instead?: string;
  /** If the program is not installed, nothing is missing. */
  readonly optional?: true;
}

/** A command and its result. */
export interface Recorded {
  readonly id: string;
  /** The command line as a person would type it. */
  readonly command: string;
  /** Exit status; `missing` if the program is not installed, `timeout` if it took too long. */
  readonly status: number | 'missing' | 'timeout';
  readonly output: string;
  readonly errors: string;
}

/** A socket that listens on one of the ports. */
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
  /** With prefix lengths, if known. */
  readonly addresses: readonly string[];
  readonly mac?: string;
  readonly up?: boolean;
  readonly loopback?: boolean;
}

export interface Service {
  readonly name: string;
  /** `active`, `inactive` or `failed`, or `running` for a process unknown to any service manager. */
  readonly state: string;
  readonly pid?: number;
  /** The process may be in a container with a network of its own, so it is unknown what it listens on. */
  readonly namespace?: 'unknown';
}

/** What happens to a packet. */
export type Verdict = 'accept' | 'drop' | 'reject';

/** An active rule that affects one of the ports. */
export interface FirewallEntry {
  readonly tool: string;
  readonly verdict: Verdict;
  readonly port: number;
  readonly rule: string;
  /** Table and chain, zone or profile. */
  readonly where?: string;
  /** The default for packets that match no other rule. */
  readonly byDefault?: true;
  /** Applies only to some interfaces or addresses, or to packets that an earlier rule did not match. */
  readonly conditional?: true;
}

/** Something that could not be learnt, in one sentence, and what would show it. */
export interface Unseen {
  readonly text: string;
  readonly remedy: 'rights' | 'again' | { readonly install: string };
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
  /** Every command that was run, as a person would type it. */
  readonly commands: readonly string[];
  /** What could not be seen and why, one sentence each. */
  readonly unseen: readonly string[];
  readonly findings: readonly MachineFinding[];
}
