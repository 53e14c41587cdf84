import * as vscode from 'vscode';
import type { EngineClient } from '../../engine/client';
import type { LearnAction, LearnMessage } from '../../learn/pages';
import type { Selection } from '../../protocol';
import type { OpenCaptures } from '../openCaptures';
import { pageOf } from '../page';
import type { LessonFiles } from './lessonFiles';

/** What the learning pages need from the extension. */
export interface LearnContext {
  readonly extensionUri: vscode.Uri;
  readonly captures: OpenCaptures;
  readonly files: LessonFiles;
  readonly memento: vscode.Memento;
}

/** A page beside a capture; there is at most one of each kind. It is redrawn from `page` after each change. */
export abstract class LearnPanel<Page> {
  private panel: vscode.WebviewPanel | undefined;
  private acting: Promise<void> = Promise.resolve();

  constructor(
    protected readonly context: LearnContext,
    private readonly kind: string,
    private readonly title: string,
  ) {}

  /** The content of the page; undefined if there is none yet. */
  protected abstract page(): Page | undefined | Promise<Page | undefined>;
  /** Performs an action that the page asks for. */
  protected abstract act(action: LearnAction): void | Promise<void>;
  /** Called when the page has been closed. */
  protected closed(): void {
    // Most pages have nothing to release.
  }

  protected get isOpen(): boolean {
    return this.panel !== undefined;
  }

  /** The column of the page. A new panel does not know it yet; it is in the active one. */
  protected get column(): vscode.ViewColumn {
    const column = this.panel?.viewColumn ?? vscode.ViewColumn.Active;
    return column !== vscode.ViewColumn.Active && column !== vscode.ViewColumn.Beside
      ? column
      : vscode.window.tabGroups.activeTabGroup.viewColumn;
  }

  protected ask<T>(question: (engine: EngineClient) => Promise<T>): Promise<T> {
    return this.context.files.ask(question);
  }

  /** Shows the page in the active column. */
  protected show(): void {
    if (this.panel) return this.panel.reveal(this.panel.viewColumn);
    const assets = vscode.Uri.joinPath(this.context.extensionUri, 'dist');
    const panel = vscode.window.createWebviewPanel(`port67.${this.kind}`, this.title, vscode.ViewColumn.Active, {
      enableScripts: true,
      localResourceRoots: [assets],
    });
    this.panel = panel;
    panel.iconPath = vscode.Uri.joinPath(this.context.extensionUri, 'media', 'icon.png');
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.closed();
    });
    panel.webview.onDidReceiveMessage((message: unknown) => {
      // Actions run one after the other: leaving a field and pressing a button arrive together.
      this.acting = this.acting.then(() => this.take(message));
    });
    panel.webview.html = pageOf(panel.webview, assets, this.title, this.kind);
  }

  /** Shows a capture beside the page. Where the page is closed before it has come, it is closed again. */
  protected async presentBeside(uri: vscode.Uri, frame?: number, key?: string): Promise<void> {
    const { panel } = this;
    const { captures } = this.context;
    const isNew = !captures.opened(uri);
    await captures.presentBeside(this.column, uri, frame, key);
    if (isNew && this.panel !== panel) await captures.close(uri);
  }

  private async take(message: unknown): Promise<void> {
    const action = actionOf(message);
    if (action) await this.run(() => (action.do === 'ready' ? undefined : this.act(action)));
  }

  /** Does something for the page, and redraws it. Errors are shown, unless the page has been closed meanwhile. */
  protected async run(doing?: () => void | Promise<void>): Promise<void> {
    const { panel } = this;
    const isThere = (): boolean => panel !== undefined && panel === this.panel;
    try {
      await doing?.();
      const learn = await this.page();
      if (learn === undefined || !isThere()) return;
      const message: LearnMessage<Page> = { learn };
      await panel!.webview.postMessage(message);
    } catch (error) {
      if (isThere()) void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    }
  }
}

/** The action in a message of the page: an object with `do`. Whoever performs it checks the rest. */
function actionOf(message: unknown): LearnAction | undefined {
  if (typeof message !== 'object' || message === null || !('act' in message)) return undefined;
  const { act } = message;
  if (typeof act !== 'object' || act === null || !('do' in act) || typeof act.do !== 'string') return undefined;
  return act as LearnAction;
}

/** A selection as shown to the user. */
export function inWords({ frame, field }: Selection): string {
  return field ? vscode.l10n.t('frame {0}, {1}', frame, field.name) : vscode.l10n.t('frame {0}', frame);
}
