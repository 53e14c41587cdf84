import type { CaptureState, FilterError, FrameView, StateUpdate } from '../src/protocol';
import { Bridge, type VsCodeApi } from './bridge';
import { openAtFirst } from './findings';
import { Latest } from './latest';
import { RowCache } from './rowCache';
import { readSaved } from './savedState';
import { SelectionTeller } from './selection';
import { buildTree, revealed, spansOf, type Expansion, type TreeModel } from './treeModel';

/** Milliseconds after a change until it is saved. */
const SAVE_AFTER = 200;

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
export type Place = 'tree' | 'bytes' | 'details';

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
  /** Places of the findings that are open; undefined where the person has opened or closed none. */
  readonly findings: readonly number[] | undefined;
  /** The notice that the person has sent away, as `noticeOf` tells it. */
  readonly dismissed: string;
}

const NO_TREE = buildTree([]);
const NOWHERE: Shown = { index: -1 };

/** The window without its looks: what is selected and shown, what the host is asked, what is saved. */
export class Session {
  state: WindowState;
  readonly cache: RowCache;
  private readonly bridge: Bridge;
  private readonly frames: Latest<number, FrameView>;
  private readonly filters: Latest<string, { total: number; error?: FilterError }>;
  /** The frame that was selected when the window was left, until it is known whether it is still there. */
  private restored: number | undefined;
  private saving: ReturnType<typeof setTimeout> | undefined;
  private readonly subscribers = new Set<() => void>();
  /** The key of the field that is to be selected as soon as its frame has come. */
  private wantedKey: string | undefined;
  private readonly selection = new SelectionTeller((selection) => this.bridge.ask('selected', selection));

  constructor(private readonly api: VsCodeApi) {
    const saved = readSaved(api.getState());
    this.state = {
      capture: undefined,
      failure: undefined,
      total: 0,
      filter: saved.filter,
      filterError: undefined,
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
      findings: saved.findings,
      dismissed: '',
    };
    this.bridge = new Bridge(api, {
      state: (update) => this.takeUpdate(update),
      failed: (failure) => this.fail(failure),
      select: (frame, key) => this.showFrame(frame, key),
    });
    this.cache = new RowCache(
      (from, to) => this.bridge.ask('rows', { from, to }),
      () => this.set({}),
    );
    this.frames = new Latest(
      (frame) => this.bridge.ask('frame', { frame }),
      (view) => this.takeView(view),
      (error, frame) => this.frameFailed(error, frame),
    );
    this.filters = new Latest(
      (text) => this.bridge.ask('filter', { text }),
      ({ total, error }) => {
        this.set({ filterError: error });
        if (!error) this.outdate(total);
      },
      (error) => this.set({ filterError: { message: error.message, position: 0 } }),
    );
  }

  /** Calls `listener` after each change, until the function returned is called. */
  subscribe(listener: () => void): () => void {
    this.subscribers.add(listener);
    return () => this.subscribers.delete(listener);
  }

  /** Takes a message of the host. */
  receive(message: unknown): void {
    this.bridge.receive(message);
  }

  /** Asks the host for the capture and for what was selected before. */
  async start(): Promise<void> {
    try {
      this.takeCapture(await this.bridge.ask('ready', {}));
    } catch (error) {
      this.fail(error instanceof Error ? error.message : String(error));
    }
  }

  /** Has a capture that could not be shown opened once more; what was selected is kept. */
  async openAgain(): Promise<void> {
    this.set({ failure: undefined });
    await this.bridge.ask('openAgain', {}).catch(() => undefined);
    await this.start();
  }

  /** The engine that knew the capture is no more. */
  private fail(failure: string): void {
    this.set({ failure, capture: undefined, filterError: undefined });
  }

  dispose(): void {
    this.save();
    this.cache.close();
    this.bridge.dispose();
    this.subscribers.clear();
  }

  private set(change: Partial<WindowState>): void {
    this.state = { ...this.state, ...change };
    if ('view' in change || 'field' in change) this.selection.look(this.state, this.selectedNode);
    for (const listener of this.subscribers) listener();
    this.saving ??= setTimeout(() => this.save(), SAVE_AFTER);
  }

  private save(): void {
    clearTimeout(this.saving);
    this.saving = undefined;
    const { frame, field, filter, expansion, splits, findings } = this.state;
    this.api.setState({ frame, field, filter, expansion: [...expansion], splits, findings });
  }

  private takeUpdate(update: StateUpdate): void {
    const { capture } = this.state;
    if (update.findings) this.takeCapture({ ...update, findings: update.findings });
    // Without findings it goes on from what was told before.
    else if (capture?.revision === update.revision) this.takeCapture({ ...update, findings: capture.findings });
  }

  private takeCapture(capture: CaptureState): void {
    const before = this.state.capture;
    const settled = capture.done && (!before?.done || before.revision !== capture.revision);
    this.set({ capture, failure: undefined, total: capture.rows });
    if (!before) this.askAgain();
    // What was selected may not be in the file as it is now.
    else if (settled) this.restored = this.state.frame;
    if (settled && before?.done && !sameFindings(before, capture)) this.set({ findings: undefined });
    // Only now is it known where the selected frame stands in the narrowed list, if it does.
    if (before?.filtering && !capture.filtering) void this.place();
    // With the last frame read the list is settled, and its rows know which findings cite them.
    if (!settled) return;
    this.outdate(capture.rows);
    // Read anew with other settings, the same frame may be taken apart differently.
    if (this.state.view && this.state.frame !== undefined) this.frames.want(this.state.frame);
    void this.selectAtFirst(capture);
  }

  /** Asks an engine that knows nothing of this window for what was selected and filtered before. */
  private askAgain(): void {
    const { filter, frame } = this.state;
    this.outdate(this.state.total);
    if (filter !== '') this.filters.want(filter);
    if (frame === undefined) return;
    this.restored = frame;
    this.frames.want(frame);
  }

  /** The list is another one now: of `total` rows, to be fetched anew. */
  private outdate(total: number): void {
    this.cache.outdate();
    this.set({ total, age: this.state.age + 1 });
    void this.place(false);
  }

  /** Where nothing is selected yet: the frame that tells most, or the first one. */
  private async selectAtFirst(capture: CaptureState): Promise<void> {
    if (this.state.frame !== undefined || this.state.total === 0) return;
    const [finding] = openAtFirst(capture.findings);
    const telling = finding === undefined ? undefined : capture.findings[finding]?.frames[0];
    if (telling !== undefined) return this.showFrame(telling);
    await this.cache.want(0, 1, this.state.total).catch(() => undefined);
    const row = this.cache.get(0);
    if (row && this.state.frame === undefined) this.showFrame(row.frame);
  }

  /** Puts the cursor to where the selected frame is in the list as it is now; shows it also where it stands as before. */
  private async place(reveal = true): Promise<void> {
    const { frame } = this.state;
    if (frame === undefined) return;
    const { index } = await this.bridge.ask('indexOf', { frame }).catch(() => ({ index: -1 }));
    if (this.state.frame !== frame) return;
    const { cursor } = this.state;
    this.set({ cursor: reveal || cursor.index !== index ? { index, center: true } : cursor, hidden: index < 0 });
  }

  /** Selects a frame wherever it is, and shows it in the list; and its first field of a key. */
  showFrame(frame: number, key?: string): void {
    this.wantedKey = key;
    this.selectFrame(frame);
    void this.place();
  }

  private selectFrame(frame: number): void {
    this.set({ frame, hidden: false });
    this.frames.want(frame);
  }

  /** Moves to a row of the list, and selects its frame as soon as it is known. */
  async moveTo(index: number): Promise<void> {
    const cursor: Cursor = { index, center: false };
    this.set({ cursor });
    // An outdated row may still be shown at this place: what counts is the list as it is now.
    await this.cache.want(index, index + 1, this.state.total).catch(() => undefined);
    const row = this.cache.get(index);
    if (row && this.state.cursor === cursor) this.selectFrame(row.frame);
  }

  private takeView(view: FrameView): void {
    this.restored = undefined;
    const model = buildTree(view.tree);
    const first = !this.state.view;
    this.set({ view, model, frameError: undefined, hovered: -1 });
    const index = this.selectedNode;
    const { buffer } = this.state;
    if (index >= 0) this.set({ buffer: bufferOf(model, index, buffer) });
    else if (buffer >= view.buffers.length) this.set({ buffer: 0 });
    // From then on the panes stay where they are; at first what was selected before is looked for.
    if (first && index >= 0) this.reveal(index);
    const wanted =
      this.wantedKey === undefined ? -1 : model.nodes.findIndex(({ field }) => field.key === this.wantedKey);
    this.wantedKey = undefined;
    if (wanted >= 0) this.selectField(wanted, 'details');
  }

  private frameFailed(error: Error, frame: number): void {
    const restored = frame === this.restored;
    this.restored = undefined;
    if (!restored) return this.set({ view: undefined, model: NO_TREE, frameError: error.message });
    // The file is not the one that was left: what was selected in it is forgotten.
    this.set({ frame: undefined, hidden: false, view: undefined, model: NO_TREE });
    if (this.state.capture?.done) void this.selectAtFirst(this.state.capture);
  }

  /** Index of the selected field in the tree of this frame, -1 where it has none such. */
  get selectedNode(): number {
    const { field, model } = this.state;
    return field === undefined ? -1 : (model.byId.get(field) ?? -1);
  }

  /** Selects a field, -1 for none, and shows it where it was not selected. */
  selectField(index: number, from: Place): void {
    const { model, buffer } = this.state;
    const node = model.nodes[index];
    if (!node) return this.set({ field: undefined });
    this.set({ field: node.id, buffer: bufferOf(model, index, buffer) });
    this.reveal(index, from);
  }

  private reveal(index: number, from?: Place): void {
    const { model, expansion } = this.state;
    if (from !== 'tree') this.set({ expansion: revealed(model, index, expansion), shownInTree: { index } });
    if (from !== 'bytes') this.set({ shownInBytes: { index } });
  }

  setExpansion(expansion: Expansion): void {
    this.set({ expansion });
  }

  hover(index: number): void {
    if (index !== this.state.hovered) this.set({ hovered: index });
  }

  setBuffer(buffer: number): void {
    this.set({ buffer });
  }

  setFilter(filter: string): void {
    if (filter === this.state.filter && !this.state.filterError) return;
    this.set({ filter });
    this.filters.want(filter);
  }

  setSplit(name: string, share: number): void {
    this.set({ splits: { ...this.state.splits, [name]: share } });
  }

  setFindings(findings: readonly number[]): void {
    this.set({ findings });
  }

  /** The person has read the notice. */
  dismiss(): void {
    this.set({ dismissed: noticeOf(this.state.capture) });
  }

  /** Opens another capture at one of its frames. */
  openOther(path: string, frame: number): void {
    void this.bridge.ask('openOther', { path, frame }).catch(() => undefined);
  }

  /** The first rows are on the screen. */
  rowsShown(): void {
    void this.bridge.ask('shown', {}).catch(() => undefined);
  }

  cancel(): void {
    void this.bridge.ask('cancel', {}).catch(() => undefined);
  }

  /** Puts text on the clipboard; false where that failed. */
  copy(text: string): Promise<boolean> {
    return this.bridge.ask('copy', { text }).then(
      () => true,
      () => false,
    );
  }
}

/** Whether the places of the findings mean the same as before. */
function sameFindings(before: CaptureState, now: CaptureState): boolean {
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
function bufferOf(model: TreeModel, index: number, shown: number): number {
  const buffers = spansOf(model.nodes[index]!.field).map((span) => span.buffer ?? 0);
  return buffers.length === 0 || buffers.includes(shown) ? shown : buffers[0]!;
}
