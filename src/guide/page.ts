/** One part of a page below its summary. All texts are our own; they never contain anything from a packet. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly title?: string; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly head?: readonly string[]; readonly rows: readonly (readonly string[])[] }
  /** Commands or settings to be typed literally; words in capitals are placeholders. */
  | { readonly kind: 'code'; readonly title?: string; readonly text: string }
  /** Octets as on the wire, in hex, and their meaning. */
  | { readonly kind: 'octets'; readonly hex: string; readonly text: string }
  /** What this program can do about it: a VS Code command, and its equivalent on a terminal. */
  | { readonly kind: 'command'; readonly command: GuideCommand; readonly cli: string }
  /** A drawing of the table that follows: the four messages, or the life of a lease. */
  | { readonly kind: 'diagram'; readonly of: 'exchange' | 'lease' };

/** VS Code commands that pages link to, without `port67.`, with their titles. */
export const COMMANDS = {
  checkMachine: 'Check this machine',
  checkBackup: 'Check a backup…',
  checkConfiguration: 'Check server configuration',
  checkAgainst: 'Check against configuration…',
  showLeases: 'Show leases as a table',
} as const;
export type GuideCommand = keyof typeof COMMANDS;

/** The groups of pages in table-of-contents order, with their titles. */
export const GROUPS = {
  topic: 'Topics',
  term: 'Words, and the states of a client',
  claim: 'You may have read that …',
  port: 'Ports',
  message: 'DHCPv4 and BOOTP messages',
  message6: 'DHCPv6 messages',
  field: 'Header fields',
  neighbour: 'Protocols beside DHCP',
  option: 'DHCPv4 options',
  option6: 'DHCPv6 options',
  finding: 'Findings in captures',
  check: 'Findings in configurations, lease files and on a machine',
} as const;
export type Group = keyof typeof GROUPS;

/** A page as written by its author. */
export interface Draft {
  /** `group/name`: stable, and unique in the guide. */
  readonly id: `${Group}/${string}`;
  readonly title: string;
  /** Other words for looking it up. Case, spaces and hyphens do not matter. */
  readonly aliases?: readonly string[];
  /** What everybody should know about it, in one or two sentences. */
  readonly summary: string;
  readonly blocks?: readonly Block[];
  /** Ids of pages to read next. Reverse links are added automatically. */
  readonly see?: readonly string[];
  /** RFCs and sections. */
  readonly references?: readonly string[];
}

/** A page of the guide. */
export interface Page extends Required<Draft> {
  readonly group: Group;
}

export const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
export const list = (title: string, ...items: readonly string[]): Block => ({ kind: 'list', title, items });
export const items = (...texts: readonly string[]): Block => ({ kind: 'list', items: texts });
export const code = (title: string, text: string): Block => ({ kind: 'code', title, text });
export const octets = (hex: string, text: string): Block => ({ kind: 'octets', hex, text });
export const table = (head: readonly string[], ...rows: readonly (readonly string[])[]): Block => ({
  kind: 'table',
  head,
  rows,
});
export const command = (id: GuideCommand, cli: string): Block => ({ kind: 'command', command: id, cli });
/** A table of names and values, without a head. */
export const facts = (...rows: readonly (readonly string[])[]): Block => ({ kind: 'table', rows });

/** The sentences of a text. */
export const sentencesOf = (text: string): readonly string[] => text.split(/(?<=[.!?][”)]?) (?=[^a-z])/);

/** Splits `RFC 2131 §3.1, §4.1, RFC 2132 §9` into one reference per RFC. */
export const referencesOf = (text: string): readonly string[] =>
  text === '' ? [] : text.split(/[,;] (?=[A-Z][^§]*)/).map((one) => one.trim());
