import type { Boot, CaptureState, Configured, FilterError, FrameView } from '../src/protocol';
import { t } from './l10n';
import { buildTree, spansOf, type Expansion, type TreeModel } from './packet/treeModel';
import type { Choices, SavedState } from './savedState';
import type { MasterTab } from './tabs/tab';

/** A row to reveal; a new object reveals it again. */
export interface Cursor {
  /** Index in the list, -1 for none. */
  readonly index: number;
  /** Whether to put the row in the middle if it was out of view: for jumps from elsewhere. */
  readonly center: boolean;
}

/** A node to reveal; a new object reveals it again. */
export interface Shown {
  readonly index: number;
}

/** Where a field was selected, and so is already visible. */
export type Place = 'tree' | 'bytes';

/** The complete state of the window. */
export interface WindowState {
  /** Undefined until the host has answered. */
  readonly capture: CaptureState | undefined;
  /** Why the capture cannot be shown at all. */
  readonly failure: string | undefined;
  /** Number of rows in the list. */
  readonly total: number;
  readonly filter: string;
  readonly filterError: FilterError | undefined;
  /** Whether the filter is in Wireshark's language. */
  readonly displayFilter: boolean;
  /** Why not all frames are listed although that was asked for; undefined if they are. */
  readonly allNote: string | undefined;
  /** Changes whenever the fetched rows are outdated. */
  readonly age: number;
  readonly cursor: Cursor;
  /** Number of the selected frame, and whether the filter hides it. */
  readonly frame: number | undefined;
  readonly hidden: boolean;
  /** The decoded frame; the previous one until the selected one has arrived. */
  readonly view: FrameView | undefined;
  readonly frameError: string | undefined;
  readonly model: TreeModel;
  /** Id of the field that the user selected last, whether or not this frame has it. */
  readonly field: string | undefined;
  readonly expansion: Expansion;
  /** Index of the node under the mouse, -1 for none. */
  readonly hovered: number;
  readonly shownInTree: Shown;
  readonly shownInBytes: Shown;
  readonly buffer: number;
  readonly splits: Readonly<Record<string, number>>;
  /** Index of the open finding, -1 for none; undefined if the user has neither opened nor closed one. */
  readonly finding: number | undefined;
  /** The products that the user has, the most recent choice first. */
  readonly products: readonly string[];
  /** The tab that the user has chosen; undefined before that. */
  readonly chosenTab: MasterTab | undefined;
  /** Whether the packet is shown if there is room for only one part. */
  readonly atPacket: boolean;
  readonly bytesClosed: boolean;
  /** Above 0 the find bar is open; a new number focuses it again. */
  readonly finds: number;
  readonly choices: Choices;
  /** The conversation of the selected frame. If the frame belongs to none, the previous one is kept. */
  readonly related: Related;
  /** The notice that the user has dismissed, in the form of `noticeOf`. */
  readonly dismissed: string;
  /** What configurations say about the capture, once it was checked against some. */
  readonly configured?: Configured;
}

/** The parts of a conversation needed for moving from frame to frame. */
export interface Related {
  /** 0 for none. */
  readonly id: number;
  readonly frames: readonly number[];
  readonly partner?: number;
}

const NOT_RELATED: Related = { id: 0, frames: [] };

/** The tree if there is no frame. */
export const NO_TREE = buildTree([]);
const NOWHERE: Shown = { index: -1 };

/** The initial state of the window, before the host has answered. */
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

/** Whether an index into the findings still means the same finding. */
export function sameFindings(before: CaptureState, now: CaptureState): boolean {
  return (
    before.findings.length === now.findings.length &&
    before.findings.every(({ id, subject }, i) => id === now.findings[i]!.id && subject === now.findings[i]!.subject)
  );
}

/** Identifies a notice, so that a repeated one can be distinguished from a new one; empty if there is none. */
export function noticeOf(capture: CaptureState | undefined): string {
  return capture?.notice === undefined ? '' : `${capture.revision} ${capture.notice}`;
}

/**
 * The buffer to show for a node: the present one if the node has octets in it or none at all, otherwise the first that it has octets in.
 */
export function bufferOf(model: TreeModel, index: number, shown: number): number {
  const buffers = spansOf(model.nodes[index]!.field).map((span) => span.buffer ?? 0);
  return buffers.length === 0 || buffers.includes(shown) ? shown : buffers[0]!;
}

/** Says that the capture has no frame of this number; undefined if it has one, or may get one. */
export function missingFrame({ capture }: WindowState, frame: number): string | undefined {
  if (!capture?.done || (frame >= 1 && frame <= capture.frames)) return undefined;
  return t('There is no frame {0}: the last one of this capture is {1}.', frame, capture.frames);
}
