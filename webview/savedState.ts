import { MASTER_TABS, type MasterTab } from './tabs/tab';

/** What the window remembers while it is hidden, and across restarts of VS Code. */
export interface SavedState {
  readonly frame: number | undefined;
  /** Id of the selected field. */
  readonly field: string | undefined;
  readonly filter: string;
  /** Nodes that the user has opened and closed, the most recent last. */
  readonly expansion: readonly (readonly [string, boolean])[];
  /** Share of the first of two panes, 0 to 1, by the name of the splitter between them. */
  readonly splits: Readonly<Record<string, number>>;
  /** Index of the open finding, -1 for none; undefined if the user has neither opened nor closed one. */
  readonly finding: number | undefined;
  /** The tab that the user has chosen. */
  readonly tab: MasterTab | undefined;
  /** Whether the packet is shown if there is room for only one part. */
  readonly atPacket: boolean;
  /** Whether the drawer with the octets is closed. */
  readonly bytesClosed: boolean;
  readonly choices: Choices;
}

/** The user's choices in a part of the window, by name: columns of the list, whether the ladder explains. */
export type Choices = Readonly<Record<string, string>>;

export const NOTHING_SAVED: SavedState = {
  frame: undefined,
  field: undefined,
  filter: '',
  expansion: [],
  splits: {},
  finding: undefined,
  tab: undefined,
  atPacket: false,
  bytesClosed: false,
  choices: {},
};

/** Reads the saved state. Anything of another shape, perhaps left by an older version, counts as not saved. */
export function readSaved(saved: unknown): SavedState {
  if (typeof saved !== 'object' || saved === null) return NOTHING_SAVED;
  const { frame, field, filter, expansion, splits, finding, tab, atPacket, bytesClosed, choices } = saved as Record<
    string,
    unknown
  >;
  return {
    frame: typeof frame === 'number' ? frame : undefined,
    field: typeof field === 'string' ? field : undefined,
    filter: typeof filter === 'string' ? filter : '',
    expansion: Array.isArray(expansion) ? expansion.filter(isChoice) : [],
    splits:
      typeof splits === 'object' && splits !== null
        ? Object.fromEntries(Object.entries(splits).filter((entry): entry is [string, number] => isShare(entry[1])))
        : {},
    finding: typeof finding === 'number' ? finding : undefined,
    tab: MASTER_TABS.find((one) => one === tab),
    atPacket: atPacket === true,
    bytesClosed: bytesClosed === true,
    choices: choicesOf(choices),
  };
}

function choicesOf(value: unknown): Choices {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter((one): one is [string, string] => typeof one[1] === 'string'));
}

function isChoice(value: unknown): value is [string, boolean] {
  return Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'boolean';
}

function isShare(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && value < 1;
}
