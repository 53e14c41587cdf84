import type {
  Boot,
  CaptureState,
  FrameView,
  GoStep,
  Order,
  Remembered,
  RequestName,
  Requests,
  ShownFinding,
  StateUpdate,
} from '../src/protocol';
import { Bridge, type VsCodeApi } from './bridge';
import { Latest } from './latest';
import { orderOf } from './packets/columns';
import { RowCache } from './rowCache';
import { History } from './find/history';
import { openAtFirst } from './tabs/findingSteps';
import { arranged } from './packet/arrange';
import { nodeAt, nodeOf } from './packet/marks';
import { buildTree, revealed } from './packet/treeModel';
import { bufferOf, missingFrame, NO_TREE, sameFindings } from './state';
import type { Cursor, Place, Related, WindowState } from './state';
import { Store } from './store';
import { SelectionTeller } from './selection';

export { noticeOf, type Cursor, type Place, type Related, type Shown, type WindowState } from './state';

/** A range of octets of a frame. */
interface Octets {
  readonly offset: number;
  readonly length: number;
}

/** Number of rows searched for the frame to select first. */
const LOOKED_AT = 30;

/** The window without its appearance: what is selected and shown, what is requested from the host, what is saved. */
export class Session extends Store {
  readonly cache: RowCache;
  private readonly bridge: Bridge;
  readonly frames: Latest<number, FrameView>;
  readonly relations: Latest<number, Related>;
  readonly history = new History();
  private readonly filters: Latest<string, Requests['filter']['result']>;
  /** The frame that was selected when the window was closed, until it is known whether it still exists. */
  private restored: number | undefined;
  /** The key of the field to select as soon as its frame has arrived; or a range of octets. */
  private wantedKey: string | undefined;
  private wantedOctets: Octets | undefined;
  /** Whether the user selected the present field. */
  private byHand = false;
  private readonly selection = new SelectionTeller((selection) => this.bridge.ask('selected', selection));
  /** The field to select as soon as the frame that a finding led to has arrived. */
  private wanted: { readonly frame: number; readonly finding: ShownFinding } | undefined;

  constructor(api: VsCodeApi, boot: Boot = { view: undefined, products: [] }) {
    super(api, boot);
    this.bridge = new Bridge(api, {
      state: (update) => this.takeUpdate(update),
      failed: (failure) => this.fail(failure),
      select: (frame, key) => {
        const missing = missingFrame(this.state, frame);
        if (missing !== undefined) return this.tell('say', { text: missing });
        // A narrow window shows one part at a time, and a field is only visible in the packet.
        if (key !== undefined) this.set({ atPacket: true });
        this.showFrame(frame, key);
      },
      go: (step, text) => this.onGo?.(step, text),
      configured: (configured) => this.set({ configured }),
    });
    this.cache = new RowCache(
      (from, to) => this.bridge.ask('rows', { from, to, waited: this.choice('time') === 'waited' }),
      () => this.set({}),
    );
    this.frames = new Latest(
      (frame) => this.bridge.ask('frame', { frame }),
      (view) => this.takeView(view),
      (error, frame) => this.frameFailed(error, frame),
    );
    this.relations = new Latest(
      (frame) => this.bridge.ask('conversationOf', { frame }),
      (related) =>
        this.set({
          related: related.id > 0 ? related : { id: this.state.related.id, frames: this.state.related.frames },
        }),
      () => undefined,
    );
    this.filters = new Latest(
      (text) => this.bridge.ask('filter', { text }),
      ({ total, error, display }) => {
        this.set({ filterError: error, displayFilter: display === true });
        if (!error) this.outdate(total);
      },
      (error) => this.set({ filterError: { message: error.message, position: 0 } }),
    );
  }

  /** Runs a VS Code command for this window. */
  onGo: ((step: GoStep, text: string) => void) | undefined;

  /** Takes a message from the host. */
  receive(message: unknown): void {
    this.bridge.receive(message);
  }

  /** Asks the host for the capture and for the previous selection. */
  async start(): Promise<void> {
    try {
      this.takeCapture(await this.bridge.ask('ready', {}));
    } catch (error) {
      this.fail(error instanceof Error ? error.message : String(error));
    }
  }

  /** Reopens a capture that could not be shown; the selection is kept. */
  async openAgain(): Promise<void> {
    this.set({ failure: undefined });
    await this.bridge.ask('openAgain', {}).catch(() => undefined);
    await this.start();
  }

  /** The engine that had the capture has died. */
  private fail(failure: string): void {
    this.set({ failure, capture: undefined, filterError: undefined });
  }

  dispose(): void {
    this.save();
    this.cache.close();
    this.bridge.dispose();
    this.subscribers.clear();
  }

  protected override set(change: Partial<WindowState>): void {
    super.set(change);
    if ('view' in change || 'field' in change) this.selection.look(this.state, this.selectedNode, this.byHand);
  }

  private takeUpdate(update: StateUpdate): void {
    const { capture } = this.state;
    if (update.findings) this.takeCapture({ ...update, findings: update.findings });
    // An update without findings keeps those received before.
    else if (capture?.revision === update.revision) this.takeCapture({ ...update, findings: capture.findings });
  }

  private takeCapture(capture: CaptureState): void {
    const before = this.state.capture;
    const settled = capture.done && (!before?.done || before.revision !== capture.revision);
    this.set({ capture, failure: undefined, total: capture.rows });
    if (!before) this.askAgain();
    // The previous selection may no longer exist in the file.
    else if (settled) this.restored = this.state.frame;
    if (settled && before?.done && !sameFindings(before, capture)) this.set({ finding: undefined });
    // Only now is the position of the selected frame in the filtered list known, if it is there.
    if (before?.filtering && !capture.filtering) void this.place();
    // Once the last frame has been read, the list is final, and its rows know which findings cite them.
    if (!settled) return;
    this.outdate(capture.rows);
    // After rereading with other settings, the same frame may be decoded differently. The previous selection may exist only now.
    for (const one of [this.frames, this.relations]) if (this.state.frame !== undefined) one.want(this.state.frame);
    if (this.listsAll) void this.listAll(true);
    void this.selectAtFirst(capture);
  }

  /** Asks an engine that does not know this window for the previous selection and filter. */
  private askAgain(): void {
    const { filter, frame } = this.state;
    this.outdate(this.state.total);
    if (filter !== '') this.filters.want(filter);
    const order = orderOf(this.choice('order'));
    if (order) void this.sort(order);
    if (frame === undefined) return;
    this.restored = frame;
    this.frames.want(frame);
  }

  /** The list has changed: it has `total` rows, to be fetched again. */
  private outdate(total: number): void {
    this.cache.outdate();
    this.set({ total, age: this.state.age + 1 });
    void this.place(false);
  }

  /** If nothing is selected yet, selects the most telling frame, or the first one. */
  private async selectAtFirst(capture: CaptureState): Promise<void> {
    if (this.state.frame !== undefined || this.state.total === 0) return;
    const finding = openAtFirst(capture.findings);
    if (capture.findings[finding]?.frames[0] !== undefined) return this.showFinding(finding, undefined, false);
    await this.cache.want(0, LOOKED_AT, this.state.total).catch(() => undefined);
    const rows = Array.from({ length: LOOKED_AT }, (_, i) => this.cache.get(i));
    // Only DHCP rows have a client; ARP and the like are listed because of DHCP.
    const row = rows.find((one) => one !== undefined && one.client !== '') ?? rows[0];
    if (row && this.state.frame === undefined) this.showFrame(row.frame);
  }

  /** Moves the cursor to the present position of the selected frame in the list, and reveals it even if the position is the same. */
  private async place(reveal = true): Promise<void> {
    const { frame, cursor } = this.state;
    if (frame === undefined) return;
    const { index } = await this.bridge.ask('indexOf', { frame }).catch(() => ({ index: -1 }));
    // If the user has moved on meanwhile, or is about to, the cursor stays.
    if (this.moving || this.state.frame !== frame || this.state.cursor !== cursor) return;
    this.set({ cursor: reveal || cursor.index !== index ? { index, center: true } : cursor, hidden: index < 0 });
  }

  /**
   * Selects a frame wherever it is, and shows it in the list; optionally also its first
   * field with a key, or the one that covers certain octets.
   */
  showFrame(frame: number, key?: string, octets?: Octets): void {
    this.wantedKey = key;
    this.wantedOctets = octets;
    this.selectFrame(frame);
    void this.place();
  }

  /** Selects a frame of a finding (the most telling one if none is given), and in it the field that shows the finding. */
  showFinding(place: number, frame?: number, focus = true): void {
    const finding = this.state.capture?.findings[place];
    const to = frame ?? finding?.frames[0];
    if (!finding || to === undefined) return;
    this.wanted = { frame: to, finding };
    if (focus) this.set({ atPacket: true });
    this.showFrame(to);
  }

  private selectFrame(frame: number): void {
    this.history.visit(frame);
    this.byHand = false;
    if (this.wanted?.frame !== frame) this.wanted = undefined;
    this.set({ frame, hidden: false });
    this.frames.want(frame);
    this.relations.want(frame);
  }

  /** Asks the host for data that a part of the window shows. */
  ask<N extends RequestName>(request: N, params: Requests[N]['params']): Promise<Requests[N]['result']> {
    return this.bridge.ask(request, params);
  }

  /** Sorts the list, and scrolls to the selected frame. */
  async sort(order: Order): Promise<void> {
    await this.bridge.ask('sort', { order }).catch(() => undefined);
    this.choose('order', `${order.descending ? '-' : ''}${order.column}`);
    this.outdate(this.state.total);
    void this.place();
  }

  /** Whether the frames that are not of interest are still being listed. */
  private widening = false;

  /** Lists all frames of the capture, or only those of interest. */
  async listAll(on: boolean): Promise<void> {
    this.choose('frames', on ? 'all' : '');
    this.widening = on;
    const { total, note } = await this.bridge.ask('allFrames', { on }).catch((error: unknown) => ({
      total: this.state.total,
      note: error instanceof Error ? error.message : String(error),
    }));
    this.widening = false;
    this.set({ allNote: note });
    this.outdate(total);
    void this.place();
    // The previous selection may exist only now.
    if (this.state.frame !== undefined && this.state.view?.frame !== this.state.frame)
      this.frames.want(this.state.frame);
  }

  /** Fetches the rows again, for instance with more columns. */
  refetch(): void {
    this.outdate(this.state.total);
  }

  /** The row that the user has moved to, until its frame is known. */
  private moving: Cursor | undefined;

  /** Moves to a row of the list, and selects its frame as soon as that is known. */
  async moveTo(index: number): Promise<void> {
    const cursor: Cursor = (this.moving = { index, center: false });
    // A user who is reading the list stays there when the findings arrive.
    this.set({ cursor, chosenTab: this.tab });
    // The row shown at this index may be outdated, so the present one is fetched.
    await this.cache.want(index, index + 1, this.state.total).catch(() => undefined);
    if (this.moving === cursor) this.moving = undefined;
    const row = this.cache.get(index);
    if (row && this.state.cursor === cursor) this.selectFrame(row.frame);
  }

  private takeView(view: FrameView): void {
    this.restored = undefined;
    const model = buildTree(arranged(view.tree));
    const first = !this.state.view;
    const { wanted } = this;
    this.set({ view, model, frameError: undefined, hovered: -1 });
    const index = this.selectedNode;
    const { buffer } = this.state;
    if (index >= 0) this.set({ buffer: bufferOf(model, index, buffer) });
    else if (buffer >= view.buffers.length) this.set({ buffer: 0 });
    if (wanted?.frame === view.frame) {
      this.wanted = undefined;
      return this.selectField(nodeOf(model, view, wanted.finding));
    }
    // Later frames do not scroll the panes; the first one reveals the previous selection.
    if (first && index >= 0) this.reveal(index);
    const { wantedKey, wantedOctets } = this;
    const named =
      wantedKey !== undefined
        ? model.nodes.findIndex(({ field }) => field.key === wantedKey)
        : wantedOctets
          ? nodeAt(model, wantedOctets.offset, wantedOctets.length)
          : -1;
    this.wantedKey = this.wantedOctets = undefined;
    if (named >= 0) this.selectField(named);
  }

  private frameFailed(error: Error, frame: number): void {
    const restored = frame === this.restored;
    // While the file is being read the frame may still turn up: it is requested again at the end.
    if (restored && (!this.state.capture?.done || this.widening)) return;
    this.restored = undefined;
    if (!restored) return this.set({ view: undefined, model: NO_TREE, frameError: error.message });
    // The file has changed: forget the previous selection.
    this.set({ frame: undefined, hidden: false, view: undefined, model: NO_TREE });
    if (this.state.capture?.done) void this.selectAtFirst(this.state.capture);
  }

  /** Index of the selected field in the tree of this frame; -1 if this frame does not have it. */
  get selectedNode(): number {
    const { field, model } = this.state;
    return field === undefined ? -1 : (model.byId.get(field) ?? -1);
  }

  /** Selects a field, -1 for none, and reveals it everywhere but in the place where it was selected. */
  selectField(index: number, from?: Place): void {
    const { model, buffer } = this.state;
    const node = model.nodes[index];
    if (!node) return this.set({ field: undefined });
    this.byHand = from !== undefined;
    this.set({ field: node.id, buffer: bufferOf(model, index, buffer) });
    this.reveal(index, from);
  }

  private reveal(index: number, from?: Place): void {
    const { model, expansion } = this.state;
    if (from !== 'tree') this.set({ expansion: revealed(model, index, expansion), shownInTree: { index } });
    if (from !== 'bytes') this.set({ shownInBytes: { index } });
  }

  /** Shows the packet and focuses it. */
  focusPacket(): void {
    this.set({ atPacket: true });
    // The tree may not have been drawn yet.
    setTimeout(() => document.querySelector<HTMLElement>('[role=tree]')?.focus({ preventScroll: true }));
  }

  setFilter(filter: string): void {
    if (filter === this.state.filter && !this.state.filterError) return;
    // A user who filters the list stays there when the findings arrive.
    this.set({ filter, chosenTab: this.tab });
    this.filters.want(filter);
  }

  /** Shows the frames of a finding in the list. */
  showAll(id: string): void {
    this.setFilter(`finding:${id}`);
    this.showTab('packets');
  }

  protected remember(remembered: Remembered): void {
    this.tell('remember', remembered);
  }

  /** Sends the host a request whose result is not needed. */
  tell<N extends RequestName>(request: N, params: Requests[N]['params']): void {
    void this.bridge.ask(request, params).catch(() => undefined);
  }

  /** Tells the host that the first rows are on the screen. */
  rowsShown(): void {
    this.tell('shown', {});
  }

  /** Copies a finding to the clipboard as text to pass on; false if that failed. */
  copyTicket(finding: number, steps: readonly number[]): Promise<boolean> {
    return this.succeeds('copyTicket', { finding, steps });
  }

  /** Copies text to the clipboard; false if that failed. */
  copy(text: string): Promise<boolean> {
    return this.succeeds('copy', { text });
  }

  private succeeds<N extends RequestName>(request: N, params: Requests[N]['params']): Promise<boolean> {
    return this.bridge.ask(request, params).then(
      () => true,
      () => false,
    );
  }
}
