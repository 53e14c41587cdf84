import * as vscode from 'vscode';
import type { Configured, EventMessage, Selection } from '../protocol';
import type { CaptureDocument } from './document';
import { BY_DEFAULT, VIEW_TYPES } from './viewTypes';

interface OpenPanel {
  readonly panel: vscode.WebviewPanel;
  readonly select: (frame: number, key?: string) => void;
  readonly post: (event: EventMessage) => void;
}

/** What configurations say about a capture, and how to open one of their lines. */
export interface Configuration {
  readonly configured: Configured;
  readonly open: (place: Configured['places'][number]) => Promise<void>;
}

/** The captures open in editors, so that one can lead to another. */
export class OpenCaptures {
  private readonly documents = new Map<string, CaptureDocument>();
  private readonly panels = new Map<string, Set<OpenPanel>>();
  /** Frames to select once the panel of their capture is ready. */
  private readonly awaited = new Map<string, { readonly frame: number; readonly key?: string }>();
  private readonly selecting = new vscode.EventEmitter<{ readonly uri: vscode.Uri; readonly selection: Selection }>();
  /** Fires when the user selects something in a capture. */
  readonly onSelected = this.selecting.event;
  private lastSelected: { readonly uri: vscode.Uri; readonly selection: Selection } | undefined;

  /** Keeps a document until `forget`. */
  add(document: CaptureDocument): void {
    this.documents.set(document.uri.toString(), document);
  }

  forget(document: CaptureDocument): void {
    const key = document.uri.toString();
    if (this.documents.get(key) === document) this.documents.delete(key);
  }

  /** Results of comparing each capture with configurations. */
  private readonly configurations = new Map<string, Configuration>();

  /** Shows what configurations say about a capture, in its open windows and in later ones. */
  configure(uri: vscode.Uri, configuration: Configuration): void {
    const key = uri.toString();
    this.configurations.set(key, configuration);
    for (const { post } of this.panels.get(key) ?? [])
      post({ event: 'configured', configured: configuration.configured });
  }

  configuration(uri: vscode.Uri): Configuration | undefined {
    return this.configurations.get(uri.toString());
  }

  /** Keeps a panel until it is closed. Returns the frame waiting to be selected in it, if any. */
  addPanel(document: CaptureDocument, open: OpenPanel): { readonly frame: number; readonly key?: string } | undefined {
    const { panel } = open;
    const key = document.uri.toString();
    const known = this.panels.get(key) ?? new Set();
    this.panels.set(key, known.add(open));
    panel.onDidDispose(() => known.delete(open));
    const awaited = this.awaited.get(key);
    this.awaited.delete(key);
    return awaited;
  }

  /** Sends an event to the active capture panel. Returns false if there is none. */
  tellActive(event: EventMessage): boolean {
    for (const panels of this.panels.values())
      for (const { panel, post } of panels)
        if (panel.active) {
          post(event);
          return true;
        }
    return false;
  }

  /** The document of a capture; opens it if necessary. Undefined if VS Code did not open it. */
  async document(uri: vscode.Uri): Promise<CaptureDocument | undefined> {
    if (!this.documents.has(uri.toString())) await open(uri, vscode.ViewColumn.Active);
    return this.documents.get(uri.toString());
  }

  /** Shows a frame of a capture, in its existing panel or beside the active one. */
  async showFrame(uri: vscode.Uri, frame: number): Promise<void> {
    const key = uri.toString();
    const [shown] = this.panels.get(key) ?? [];
    if (shown) {
      // A hidden panel reloads its page when it is revealed.
      const up = shown.panel.visible ? undefined : pageIsUp(shown.panel.webview);
      shown.panel.reveal();
      await up;
      shown.select(frame);
      return;
    }
    this.awaited.set(key, { frame });
    await open(uri, vscode.ViewColumn.Beside);
  }

  /** The document of a capture, if it is open. */
  opened(uri: vscode.Uri): CaptureDocument | undefined {
    return this.documents.get(uri.toString());
  }

  /** Brings the panel of a capture to the front, if it has one. */
  reveal(uri: vscode.Uri): void {
    for (const { panel } of this.panels.get(uri.toString()) ?? []) panel.reveal(panel.viewColumn);
  }

  /** Tells listeners what is selected in a capture. */
  tellSelected(uri: vscode.Uri, selection: Selection): void {
    this.lastSelected = { uri, selection };
    this.selecting.fire(this.lastSelected);
  }

  /** The latest selection in any capture. Undefined before the first one. */
  get selected(): { readonly uri: vscode.Uri; readonly selection: Selection } | undefined {
    return this.lastSelected;
  }

  /**
   * Shows a capture beside a page in column `own`, and selects a frame and a field. Uses the capture's panel in another column, or opens a
   * new one. Keeps the keyboard focus.
   */
  async presentBeside(own: vscode.ViewColumn, uri: vscode.Uri, frame?: number, key?: string): Promise<void> {
    const target = frame === undefined ? undefined : { frame, ...(key === undefined ? {} : { key }) };
    const there = [...(this.panels.get(uri.toString()) ?? [])].find(({ panel }) => panel.viewColumn !== own);
    if (there) {
      // Without a column, reveal would move the panel to the active one.
      if (!there.panel.visible) there.panel.reveal(there.panel.viewColumn, true);
      if (target) there.select(target.frame, target.key);
      return;
    }
    if (target) this.awaited.set(uri.toString(), target);
    await open(uri, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
  }

  /** Closes the tabs of a capture. */
  async close(uri: vscode.Uri): Promise<void> {
    this.awaited.delete(uri.toString());
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    const own = tabs.filter(
      ({ input }) => input instanceof vscode.TabInputCustom && input.uri.toString() === uri.toString(),
    );
    await vscode.window.tabGroups.close(own, true);
  }
}

/** How long to wait for a reloaded page to ask for its capture, in milliseconds. */
const PATIENCE = 5000;

/** Resolves when a page listens and asks for its capture. Not every tab of it asks for rows. */
function pageIsUp(webview: vscode.Webview): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      listening.dispose();
      resolve();
    };
    const timer = setTimeout(done, PATIENCE);
    const listening = webview.onDidReceiveMessage((message: unknown) => {
      if ((Object(message) as { request?: unknown }).request === 'ready') done();
    });
  });
}

async function open(uri: vscode.Uri, column: vscode.ViewColumn | vscode.TextDocumentShowOptions): Promise<void> {
  const viewType = BY_DEFAULT.test(uri.path) ? VIEW_TYPES.byDefault : VIEW_TYPES.byChoice;
  await vscode.commands.executeCommand('vscode.openWith', uri, viewType, column);
}
