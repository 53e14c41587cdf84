import type { Boot, Remembered } from '../src/protocol';
import type { VsCodeApi } from './bridge';
import { readSaved, type SavedState } from './savedState';
import { noticeOf, stateAtFirst, type WindowState } from './state';
import type { Expansion } from './packet/treeModel';
import { tabAtFirst, type MasterTab, type TabName } from './tabs/tab';

/** Milliseconds between a change and its saving. */
const SAVE_AFTER = 200;

/** The part of the window's state and memory that needs no answers from the host. */
export abstract class Store {
  state: WindowState;
  private saving: ReturnType<typeof setTimeout> | undefined;
  /** The last saved state as text: it is saved only if it has changed. */
  private kept = '';
  protected readonly subscribers = new Set<() => void>();

  constructor(
    private readonly api: VsCodeApi,
    private readonly boot: Boot,
  ) {
    // A reopened file is shown as it was left, except for two things: a forgotten filter
    // would only hide frames, and listing all frames takes time.
    const before = readSaved(boot.view);
    const saved = readSaved(api.getState() ?? { ...before, filter: '', choices: { ...before.choices, frames: '' } });
    this.state = stateAtFirst(saved, boot);
  }

  /** Stores the state beyond the life of the window. */
  protected abstract remember(remembered: Remembered): void;

  /** Calls `listener` after each change. Returns a function that unsubscribes. */
  subscribe(listener: () => void): () => void {
    this.subscribers.add(listener);
    return () => this.subscribers.delete(listener);
  }

  protected set(change: Partial<WindowState>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.subscribers) listener();
    this.saving ??= setTimeout(() => this.save(), SAVE_AFTER);
  }

  protected save(): void {
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
    this.remember({ view: saved, products });
    const { text } = this.boot;
    this.api.setState(text === undefined ? saved : { ...saved, text });
  }

  /** The user's choice under a name. */
  choice(name: string, otherwise = ''): string {
    return this.state.choices[name] ?? otherwise;
  }

  choose(name: string, value: string): void {
    this.set({ choices: { ...this.state.choices, [name]: value } });
    // At once: the page may be closed before the others would be saved.
    this.save();
  }

  /** Whether all frames are listed, not only those of interest. */
  get listsAll(): boolean {
    return this.choice('frames') === 'all';
  }

  /** The tab shown in the left column. */
  get tab(): MasterTab {
    return this.state.chosenTab ?? tabAtFirst(this.state.capture);
  }

  showTab(tab: TabName): void {
    if (tab === 'packet') this.set({ atPacket: true });
    else this.set({ chosenTab: tab, atPacket: false });
  }

  /** Opens the find bar and focuses it. */
  openFind(): void {
    this.set({ finds: this.state.finds + 1 });
  }
  closeFind(): void {
    this.set({ finds: 0 });
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

  setSplit(name: string, share: number): void {
    this.set({ splits: { ...this.state.splits, [name]: share } });
  }

  /** Opens a finding, -1 for none, and shows its tab. */
  openFinding(finding: number): void {
    this.set({ finding });
    this.showTab('findings');
  }

  /** The user has this product: from now on, the steps are shown for it. */
  chooseProduct(product: string): void {
    this.set({ products: [product, ...this.state.products.filter((one) => one !== product)] });
  }

  /** The user has dismissed the notice. */
  dismiss(): void {
    this.set({ dismissed: noticeOf(this.state.capture) });
  }
}
