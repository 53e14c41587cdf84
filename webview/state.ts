import type { Boot, CaptureState, Configured, FilterError, FrameView } from '../src/protocol';
import { buildTree, spansOf, type Expansion, type TreeModel } from './packet/treeModel';
import type { Choices, SavedState } from './savedState';
import type { MasterTab } from './tabs/tab';

/** A row that is to be seen; a new object reveals it anew. */
export interface Cursor {
  /** Index in the list, -1 for none. */
  readonly index: number;
  /** Put into the middle where it was out of sight: for jumps from elsewhere. */
  readonly center: boolean;
}

/** A node that is to be seen; a new object reveals it anew. */
export interface Shown {
  readonly index: number;
}

/** Where a field was selected: there it is in sight already. */
export type Place = 'tree' | 'bytes';

/** All that the window shows. */
export interface WindowState {
  /** Undefined until the host has answered. */
  readonly capture: CaptureState | undefined;
  /** Why the capture cannot be shown at all. */
  readonly failure: string | undefined;
  /** Rows of the list. */
  readonly total: number;
  readonly filter: string;
  readonly filterError: FilterError | undefined;
  /** Whether the filter is in Wireshark's language. */
  readonly displayFilter: boolean;
  /** Why not all frames are listed although that was wished; undefined where they are. */
  readonly allNote: string | undefined;
  /** Changes whenever the rows held are out of date. */
  readonly age: number;
  readonly cursor: Cursor;
  /** Number of the selected frame, and whether the filter hides it. */
  readonly frame: number | undefined;
  readonly hidden: boolean;
  /** The frame taken apart; the one before until the selected one has come. */
  readonly view: FrameView | undefined;
  readonly frameError: string | undefined;
  readonly model: TreeModel;
  /** Id of the field that the person has selected last, whether this frame has it or not. */
  readonly field: string | undefined;
  readonly expansion: Expansion;
  /** Index of the node under the mouse, -1 for none. */
  readonly hovered: number;
  readonly shownInTree: Shown;
  readonly shownInBytes: Shown;
  readonly buffer: number;
  readonly splits: Readonly<Record<string, number>>;
  /** Place of the finding that is open, -1 for none; undefined where the person has opened or closed none. */
  readonly finding: number | undefined;
  /** The products that the person has, the latest choice first. */
  readonly products: readonly string[];
  /** The tab that the person has chosen; undefined before. */
  readonly chosenTab: MasterTab | undefined;
  /** Whether the packet is shown where there is room for one part only. */
  readonly atPacket: boolean;
  readonly bytesClosed: boolean;
  /** Above 0 the bar that finds is open; another number gives it the focus anew. */
  readonly finds: number;
  readonly choices: Choices;
  /** The conversation of the selected frame; of a frame that belongs to none, the one before stays. */
  readonly related: Related;
  /** The notice that the person has sent away, as `noticeOf` tells it. */
  readonly dismissed: string;
  /** What configurations say of the capture, once it was checked against some. */
  readonly configured?: Configured;
}

/** A conversation as far as going from frame to frame goes. */
export interface Related {
  /** 0 for none. */
  readonly id: number;
  readonly frames: readonly number[];
  readonly partner?: number;
}

const NOT_RELATED: Related = { id: 0, frames: [] };

/** The tree where there is no frame. */
export const NO_TREE = buildTree([]);
const NOWHERE: Shown = { index: -1 };

/** What the window shows at first, as far as it is known before the host has answered. */
export function stateAtFirst(saved: SavedState, { products }: Boot): WindowState {
  return {
    capture: undefined,
    failure: undefined,
    total: 0,
    filter: saved.filter,
    filterError: undefined,
    displayFilter: false,
    allNote: undefined,
    age: 0,
    cursor: { index: -1, center: false },
    frame: saved.frame,
    hidden: false,
    view: undefined,
    frameError: undefined,
    model: NO_TREE,
    field: saved.field,
    expansion: new Map(saved.expansion),
    hovered: -1,
    shownInTree: NOWHERE,
    shownInBytes: NOWHERE,
    buffer: 0,
    splits: saved.splits,
    finding: saved.finding,
    products,
    chosenTab: saved.tab,
    atPacket: saved.atPacket,
    bytesClosed: saved.bytesClosed,
    finds: 0,
    choices: saved.choices,
    related: NOT_RELATED,
    dismissed: '',
  };
}

/** Whether the places of the findings mean the same as before. */
export function sameFindings(before: CaptureState, now: CaptureState): boolean {
  return (
    before.findings.length === now.findings.length &&
    before.findings.every(({ id, subject }, i) => id === now.findings[i]!.id && subject === now.findings[i]!.subject)
  );
}

/** What tells a notice from the same one told once more; empty where there is none. */
export function noticeOf(capture: CaptureState | undefined): string {
  return capture?.notice === undefined ? '' : `${capture.revision} ${capture.notice}`;
}

/** The buffer in which a node lies: the one that is shown, where the node has octets in it or none at all. */
export function bufferOf(model: TreeModel, index: number, shown: number): number {
  const buffers = spansOf(model.nodes[index]!.field).map((span) => span.buffer ?? 0);
  return buffers.length === 0 || buffers.includes(shown) ? shown : buffers[0]!;
}
