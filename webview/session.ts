import type {
  Boot,
  CaptureState,
  FilterError,
  FrameView,
  GoStep,
  Order,
  RequestName,
  Requests,
  ShownFinding,
  StateUpdate,
} from '../src/protocol';
import { Bridge, type VsCodeApi } from './bridge';
import { Latest } from './latest';
import { orderOf } from './packets/columns';
import { RowCache } from './rowCache';
import { History } from './history';
import { readSaved, type Choices, type SavedState } from './savedState';
import { openAtFirst } from './tabs/telling';
import { tabAtFirst, type MasterTab, type TabName } from './tabs/tab';
import { arranged } from './packet/arrange';
import { nodeOf } from './packet/marks';
import { buildTree, revealed, spansOf, type Expansion, type TreeModel } from './packet/treeModel';

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

/** Rows that are looked at for the frame to select at first. */
const LOOKED_AT = 30;

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
  readonly choices: Choices;
  /** The conversation of the selected frame; of a frame that belongs to none, the one before stays. */
  readonly related: Related;
  /** The notice that the person has sent away, as `noticeOf` tells it. */
  readonly dismissed: string;
}

/** A conversation as far as going from frame to frame goes. */
export interface Related {
  /** 0 for none. */
  readonly id: number;
  readonly frames: readonly number[];
  readonly partner?: number;
}
const NOT_RELATED: Related = { id: 0, frames: [] };

const NO_TREE = buildTree([]);
const NOWHERE: Shown = { index: -1 };

/** The window without its looks: what is selected and shown, what the host is asked, what is saved. */
export class Session {
  state: WindowState;
  readonly cache: RowCache;
  private readonly bridge: Bridge;
  private readonly frames: Latest<number, FrameView>;
  private readonly relations: Latest<number, Related>;
  private readonly history = new History();
  private readonly filters: Latest<string, Requests['filter']['result']>;
  /** The frame that was selected when the window was left, until it is known whether it is still there. */
  private restored: number | undefined;
  private saving: ReturnType<typeof setTimeout> | undefined;
  private readonly subscribers = new Set<() => void>();

  /** What was saved last, as text: it is written only when it is another. */
  private kept = '';
  /** The field that is to be selected as soon as the frame has come that a finding led to. */
  private wanted: { readonly frame: number; readonly finding: ShownFinding } | undefined;

  constructor(
    private readonly api: VsCodeApi,
    private readonly boot: Boot = { view: undefined, products: [] },
  ) {
    // Opened anew, a file is shown as it was left; a filter that somebody has forgotten would only hide what it holds.
    const saved = readSaved(api.getState() ?? { ...readSaved(boot.view), filter: '' });
    this.state = {
      capture: undefined,
      failure: undefined,
      total: 0,
      filter: saved.filter,
      filterError: undefined,
      displayFilter: false,
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
      products: boot.products,
      chosenTab: saved.tab,
      atPacket: saved.atPacket,
      bytesClosed: saved.bytesClosed,
      choices: saved.choices,
      related: NOT_RELATED,
      dismissed: '',
    };
    this.bridge = new Bridge(api, {
      state: (update) => this.takeUpdate(update),
      failed: (failure) => this.fail(failure),
      select: (frame) => this.showFrame(frame),
      go: (step, text) => this.onGo?.(step, text),
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

  /** Does what a command of VS Code asks of the window. */
  onGo: ((step: GoStep, text: string) => void) | undefined;

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
    for (const listener of this.subscribers) listener();
    this.saving ??= setTimeout(() => this.save(), SAVE_AFTER);
  }

  private save(): void {
    clearTimeout(this.saving);
    this.saving = undefined;
    const { frame, field, filter, expansion, splits, finding, products, chosenTab, atPacket, bytesClosed, choices } =
      this.state;
    const saved: SavedState = {
      ...{ frame, field, filter, splits, finding, atPacket, bytesClosed, choices },
      expansion: [...expansion],
      tab: chosenTab,
    };
    const kept = JSON.stringify([saved, products]);
    if (kept === this.kept) return;
    this.kept = kept;
    this.tell('remember', { view: saved, products });
    const { text } = this.boot;
    this.api.setState(text === undefined ? saved : { ...saved, text });
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
    if (settled && before?.done && !sameFindings(before, capture)) this.set({ finding: undefined });
    // Only now is it known where the selected frame stands in the narrowed list, if it does.
    if (before?.filtering && !capture.filtering) void this.place();
    // With the last frame read the list is settled, and its rows know which findings cite them.
    if (!settled) return;
    this.outdate(capture.rows);
    // Read anew with other settings, the same frame may be taken apart differently.
    // What was selected before may only now be there.
    if (this.state.frame !== undefined) this.frames.want(this.state.frame);
    if (this.state.frame !== undefined) this.relations.want(this.state.frame);
    void this.selectAtFirst(capture);
  }

  /** Asks an engine that knows nothing of this window for what was selected and filtered before. */
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

  /** The list is another one now: of `total` rows, to be fetched anew. */
  private outdate(total: number): void {
    this.cache.outdate();
    this.set({ total, age: this.state.age + 1 });
    void this.place(false);
  }

  /** Where nothing is selected yet: the frame that tells most, or the first one. */
  private async selectAtFirst(capture: CaptureState): Promise<void> {
    if (this.state.frame !== undefined || this.state.total === 0) return;
    const finding = openAtFirst(capture.findings);
    if (capture.findings[finding]?.frames[0] !== undefined) return this.showFinding(finding, undefined, false);
    await this.cache.want(0, LOOKED_AT, this.state.total).catch(() => undefined);
    const rows = Array.from({ length: LOOKED_AT }, (_, i) => this.cache.get(i));
    // Whose DHCP it is, is told of DHCP alone: ARP and the like are there because of it.
    const row = rows.find((one) => one !== undefined && one.client !== '') ?? rows[0];
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

  /** Selects a frame wherever it is, and shows it in the list. */
  showFrame(frame: number): void {
    this.selectFrame(frame);
    void this.place();
  }

  /** Selects a frame of a finding, the most telling one where none is named, and in it the field that shows the finding. */
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
    if (this.wanted?.frame !== frame) this.wanted = undefined;
    this.set({ frame, hidden: false });
    this.frames.want(frame);
    this.relations.want(frame);
  }

  /** Asks the host for what a part of the window shows. */
  ask<N extends RequestName>(request: N, params: Requests[N]['params']): Promise<Requests[N]['result']> {
    return this.bridge.ask(request, params);
  }

  /** Goes back or forward among the frames that were selected. */
  travel(by: 1 | -1): void {
    const frame = this.history.travel(by);
    if (frame !== undefined) this.showFrame(frame);
  }

  /** What the person has chosen under a name. */
  choice(name: string, otherwise = ''): string {
    return this.state.choices[name] ?? otherwise;
  }

  choose(name: string, value: string): void {
    this.set({ choices: { ...this.state.choices, [name]: value } });
  }

  /** Puts the list into another order, and the selected frame into its view. */
  async sort(order: Order): Promise<void> {
    await this.bridge.ask('sort', { order }).catch(() => undefined);
    this.choose('order', `${order.descending ? '-' : ''}${order.column}`);
    this.outdate(this.state.total);
    void this.place();
  }

  /** Rows are fetched anew, for instance with more in them. */
  refetch(): void {
    this.outdate(this.state.total);
  }

  /** Moves to a row of the list, and selects its frame as soon as it is known. */
  async moveTo(index: number): Promise<void> {
    const cursor: Cursor = { index, center: false };
    // Who reads the list goes on reading it when the findings come.
    this.set({ cursor, chosenTab: this.tab });
    // An outdated row may still be shown at this place: what counts is the list as it is now.
    await this.cache.want(index, index + 1, this.state.total).catch(() => undefined);
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
    // From then on the panes stay where they are; at first what was selected before is looked for.
    if (first && index >= 0) this.reveal(index);
  }

  private frameFailed(error: Error, frame: number): void {
    const restored = frame === this.restored;
    // While the file is being read it may still come: it is asked for once more at the end.
    if (restored && !this.state.capture?.done) return;
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
  selectField(index: number, from?: Place): void {
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

  /** The tab of the left column that is shown. */
  get tab(): MasterTab {
    return this.state.chosenTab ?? tabAtFirst(this.state.capture);
  }

  showTab(tab: TabName): void {
    if (tab === 'packet') this.set({ atPacket: true });
    else this.set({ chosenTab: tab, atPacket: false });
  }

  /** Has the packet shown and gives it the focus. */
  focusPacket(): void {
    this.set({ atPacket: true });
    // It may have to be drawn first.
    setTimeout(() => document.querySelector<HTMLElement>('[role=tree]')?.focus({ preventScroll: true }));
  }

  setBytesClosed(bytesClosed: boolean): void {
    this.set({ bytesClosed });
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

  /** Opens a finding, -1 for none, and shows the tab where it stands. */
  openFinding(finding: number): void {
    this.set({ finding });
    this.showTab('findings');
  }

  /** Shows the frames of a finding in the list. */
  showAll(id: string): void {
    this.setFilter(`finding:${id}`);
    this.showTab('packets');
  }

  /** The person has this product: what is to be done is told for it from now on. */
  chooseProduct(product: string): void {
    this.set({ products: [product, ...this.state.products.filter((one) => one !== product)] });
  }

  /** The person has read the notice. */
  dismiss(): void {
    this.set({ dismissed: noticeOf(this.state.capture) });
  }

  /** Has the host do something that nobody here waits for. */
  tell<N extends RequestName>(request: N, params: Requests[N]['params']): void {
    void this.bridge.ask(request, params).catch(() => undefined);
  }

  /** The first rows are on the screen. */
  rowsShown(): void {
    this.tell('shown', {});
  }

  /** Puts a finding on the clipboard as a text for somebody else; false where that failed. */
  copyTicket(finding: number, steps: readonly number[]): Promise<boolean> {
    return this.succeeds('copyTicket', { finding, steps });
  }

  /** Puts text on the clipboard; false where that failed. */
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
