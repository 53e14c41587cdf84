/** One part of a page below its summary. All texts are ours: nothing from a packet ever stands here. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly title?: string; readonly items: readonly string[] }
  | { readonly kind: 'table'; readonly head?: readonly string[]; readonly rows: readonly (readonly string[])[] }
  /** Commands or settings, to be typed as they stand; words in capitals stand for one's own values. */
  | { readonly kind: 'code'; readonly title?: string; readonly text: string }
  /** Octets as they stand on the wire, in hex, and what they say. */
  | { readonly kind: 'octets'; readonly hex: string; readonly text: string }
  /** What this program does about it: a command of VS Code, its title there, and the same on a terminal. */
  | { readonly kind: 'command'; readonly command: GuideCommand; readonly cli: string }
  /** The drawing of the table that follows. */
  | { readonly kind: 'diagram' };

/** Commands of VS Code that pages lead to, without `port67.`, with their titles. */
export const COMMANDS = {
  checkMachine: 'Check this machine',
  checkBackup: 'Check a backup…',
  checkConfiguration: 'Check server configuration',
  checkAgainst: 'Check against configuration…',
  showLeases: 'Show leases as a table',
} as const;
export type GuideCommand = keyof typeof COMMANDS;

/** The groups of pages, in the order of a table of contents, with their titles. */
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

/** A page as its author wrote it. */
export interface Draft {
  /** `group/name`: stable, and unique in the guide. */
  readonly id: `${Group}/${string}`;
  readonly title: string;
  /** Other words by which a person may ask for it. Case, spaces and hyphens do not matter. */
  readonly aliases?: readonly string[];
  /** What everybody should know of it: one or two sentences. */
  readonly summary: string;
  readonly blocks?: readonly Block[];
  /** Ids of pages to read next. The way back is added by itself. */
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
/** Names and values without a heading. */
export const facts = (...rows: readonly (readonly string[])[]): Block => ({ kind: 'table', rows });

/** The sentences of a text. */
export const sentencesOf = (text: string): readonly string[] => text.split(/(?<=[.!?][”)]?) (?=[^a-z])/);

/** `RFC 2131 §3.1, §4.1, RFC 2132 §9` → its single RFCs. */
export const referencesOf = (text: string): readonly string[] =>
  text === '' ? [] : text.split(/[,;] (?=[A-Z][^§]*)/).map((one) => one.trim());
