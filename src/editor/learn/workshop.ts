import * as vscode from 'vscode';
import type { EngineClient } from '../../engine/client';
import type { LearnAction, WorkshopPage } from '../../learn/pages';
import type { LearnQuestions } from '../../learn/questions';
import type { Bench, Edit, ServerSettings, WorkshopView, Wrong } from '../../learn/workshop/types';
import { hasEntry, wrongAfter } from '../../learn/workshop/wrong';
import { LearnPanel, type LearnContext } from './learnPanel';

/** Where the server's settings are stored. */
const SERVER = 'port67.workshopServer';
/** How many changes can be undone. */
const MOST_UNDO = 200;
const FIRST_TEMPLATE = 'windows';

/** *Packet workshop*: packets to edit, and what becomes of them. */
export class WorkshopPanel extends LearnPanel<WorkshopPage> {
  private engine: Promise<EngineClient> | undefined;
  private templates: LearnQuestions['templates']['result'] | undefined;
  private bench: Bench = { frames: [], open: 0 };
  private view: WorkshopView | undefined;
  private revision = 0;
  /** What was typed and could not be taken. */
  private wrong: readonly Wrong[] = [];
  private undo: Bench[] = [];
  private redo: Bench[] = [];

  constructor(context: LearnContext) {
    super(context, 'workshop', vscode.l10n.t('Packet workshop'));
    context.captures.onSelected(() => {
      if (this.isOpen) void this.run();
    });
  }

  /** Shows the workshop as it was left, else with the packet selected in a capture, else with a template. */
  async start(): Promise<void> {
    this.show();
    await this.run(async () => {
      if (this.bench.frames.length > 0) return;
      await this.begin((await this.selectedFrame()) ?? (await this.template(FIRST_TEMPLATE)));
    });
  }

  protected async page(): Promise<WorkshopPage | undefined> {
    if (!this.view) return undefined;
    const { templates } = await this.known();
    const { selected } = this.context.captures;
    return {
      ...this.view,
      wrong: [...this.wrong, ...this.view.wrong],
      revision: this.revision,
      templates,
      server: await this.server(),
      canUndo: this.undo.length > 0,
      canRedo: this.redo.length > 0,
      ...(selected && this.context.captures.opened(selected.uri)
        ? { selected: vscode.l10n.t('frame {0}', selected.selection.frame) }
        : {}),
    };
  }

  protected async act(action: LearnAction): Promise<void> {
    const { bench } = this;
    switch (action.do) {
      case 'template':
        return this.begin(await this.template(action.id));
      case 'take': {
        const frame = await this.selectedFrame();
        if (frame !== undefined) return this.begin(frame);
        void vscode.window.showInformationMessage(vscode.l10n.t('Select a packet on Ethernet in a capture first.'));
        return;
      }
      case 'edit':
        return this.work(bench, action.edit);
      case 'frame':
        return this.look({ ...bench, open: action.frame });
      case 'append':
        return this.append(this.view?.answer.hex);
      case 'again':
        return this.append(bench.frames[bench.open]);
      case 'remove': {
        const frames = bench.frames.filter((_, i) => i !== bench.open);
        return frames.length === 0 ? undefined : this.work({ frames, open: Math.max(0, bench.open - 1) });
      }
      case 'undo':
        return this.back(this.undo, this.redo);
      case 'redo':
        return this.back(this.redo, this.undo);
      case 'server':
        await this.context.memento.update(SERVER, { ...(await this.server()), ...action.server });
        return this.look(bench, undefined, this.wrong);
      case 'copy':
        await vscode.env.clipboard.writeText(bench.frames[bench.open] ?? '');
        vscode.window.setStatusBarMessage(vscode.l10n.t('Copied'), 2000);
        return;
      case 'save':
        return this.save();
    }
  }

  protected override closed(): void {
    void this.engine?.then((engine) => engine.dispose()).catch(() => undefined);
    this.engine = undefined;
  }

  /** Asks the page's own engine, or a new one if that has died. Rejects once the page is closed, whose engine nobody would end. */
  private async query<T>(question: (engine: EngineClient) => Promise<T>): Promise<T> {
    const running = await this.engine?.catch(() => undefined);
    if (!this.isOpen) throw new Error('The page is closed.');
    if (!running || running.failed !== undefined) this.engine = this.context.files.engine();
    return question(await this.engine!);
  }

  private async known(): Promise<LearnQuestions['templates']['result']> {
    return (this.templates ??= await this.query((engine) => engine.ask('templates', {})));
  }

  private async server(): Promise<ServerSettings> {
    const { server } = await this.known();
    return { ...server, ...this.context.memento.get<Partial<ServerSettings>>(SERVER, {}) };
  }

  private async template(id: string): Promise<string> {
    return (await this.query((engine) => engine.ask('template', { id }))).hex;
  }

  /** The frame selected in a capture, in hex, if it is an Ethernet frame. */
  private async selectedFrame(): Promise<string | undefined> {
    const { selected } = this.context.captures;
    const document = selected && this.context.captures.opened(selected.uri);
    if (!document) return undefined;
    const { tree, buffers } = await document.engine.ask('frame', { frame: selected.selection.frame });
    if (tree[0]?.key !== 'eth') return undefined;
    return Array.from(buffers[0]!.bytes, (octet) => octet.toString(16).padStart(2, '0')).join('');
  }

  /** Starts an exchange of one frame. */
  private begin(frame: string): Promise<void> {
    return this.work({ frames: [frame], open: 0 });
  }

  /** Adds a frame after the open one, and opens it. */
  private append(frame: string | undefined): Promise<void> {
    if (frame === undefined) return Promise.resolve();
    const { frames, open } = this.bench;
    return this.work({ frames: [...frames.slice(0, open + 1), frame, ...frames.slice(open + 1)], open: open + 1 });
  }

  /** Continues with another exchange or an edited one. The change can be undone. */
  private async work(bench: Bench, edit?: Edit): Promise<void> {
    const before = this.bench;
    await this.look(bench, edit);
    if (JSON.stringify(this.bench.frames) === JSON.stringify(before.frames)) return;
    if (before.frames.length > 0) this.undo = [...this.undo.slice(-MOST_UNDO), before];
    this.redo = [];
  }

  private async look(bench: Bench, edit?: Edit, wrong: readonly Wrong[] = []): Promise<void> {
    const asked = { bench, server: await this.server(), ...(edit ? { edit } : {}) };
    const { bench: next, view } = await this.query((engine) => engine.ask('workshop', asked));
    this.bench = next;
    const { error, ...rest } = view;
    this.wrong = edit ? wrongAfter(this.wrong, edit, error) : wrong;
    this.view = edit && hasEntry(edit) ? rest : view;
    if (error === undefined) this.revision++;
  }

  private async back(from: Bench[], to: Bench[]): Promise<void> {
    const bench = from.pop();
    if (!bench) return;
    to.push(this.bench);
    await this.look(bench);
  }

  private async save(): Promise<void> {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const uri = await vscode.window.showSaveDialog({
      filters: { [vscode.l10n.t('Captures')]: ['pcap'] },
      ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, 'workshop.pcap') } : {}),
    });
    if (!uri) return;
    const { frames } = this.bench;
    const { bytes } = await this.query((engine) => engine.ask('benchFile', { frames }));
    await vscode.workspace.fs.writeFile(uri, bytes);
  }
}
