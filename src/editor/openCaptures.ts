import * as vscode from 'vscode';
import type { Configured, EventMessage, Selection } from '../protocol';
import type { CaptureDocument } from './document';
import { BY_DEFAULT, VIEW_TYPES } from './viewTypes';

interface OpenPanel {
  readonly panel: vscode.WebviewPanel;
  readonly select: (frame: number, key?: string) => void;
  readonly post: (event: EventMessage) => void;
}

/** What configurations say of a capture, and what opens one of their lines. */
export interface Configuration {
  readonly configured: Configured;
  readonly open: (place: Configured['places'][number]) => Promise<void>;
}

/** The captures that are open in editors, so that one can lead to another. */
export class OpenCaptures {
  private readonly documents = new Map<string, CaptureDocument>();
  private readonly panels = new Map<string, Set<OpenPanel>>();
  /** Frames to select as soon as the panel of a capture is up. */
  private readonly awaited = new Map<string, { readonly frame: number; readonly key?: string }>();
  private readonly selecting = new vscode.EventEmitter<{ readonly uri: vscode.Uri; readonly selection: Selection }>();
  /** The person has selected something in a capture. */
  readonly onSelected = this.selecting.event;
  private lastSelected: { readonly uri: vscode.Uri; readonly selection: Selection } | undefined;

  /** Remembers a document until `forget`. */
  add(document: CaptureDocument): void {
    this.documents.set(document.uri.toString(), document);
  }

  forget(document: CaptureDocument): void {
    const key = document.uri.toString();
    if (this.documents.get(key) === document) this.documents.delete(key);
  }

  /** What configurations say of captures, and what opens a line of one. */
  private readonly configurations = new Map<string, Configuration>();

  /** Shows what configurations say of a capture, in its windows of now and of later. */
  configure(uri: vscode.Uri, configuration: Configuration): void {
    const key = uri.toString();
    this.configurations.set(key, configuration);
    for (const { post } of this.panels.get(key) ?? [])
      post({ event: 'configured', configured: configuration.configured });
  }

  configuration(uri: vscode.Uri): Configuration | undefined {
    return this.configurations.get(uri.toString());
  }

  /** Remembers a panel until it is closed. Gives the frame that somebody waits for it to select, if any. */
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

  /** Tells the window that the person is in; false where there is none. */
  tellActive(event: EventMessage): boolean {
    for (const panels of this.panels.values())
      for (const { panel, post } of panels)
        if (panel.active) {
          post(event);
          return true;
        }
    return false;
  }

  /** The document of a capture, which is opened where it is not yet; undefined where VS Code would not. */
  async document(uri: vscode.Uri): Promise<CaptureDocument | undefined> {
    if (!this.documents.has(uri.toString())) await open(uri, vscode.ViewColumn.Active);
    return this.documents.get(uri.toString());
  }

  /** Shows a capture at one of its frames: in the panel that it has, or beside the one that has the focus. */
  async showFrame(uri: vscode.Uri, frame: number): Promise<void> {
    const key = uri.toString();
    const [shown] = this.panels.get(key) ?? [];
    if (shown) {
      // A panel that was hidden draws its page anew.
      const up = shown.panel.visible ? undefined : pageIsUp(shown.panel.webview);
      shown.panel.reveal();
      await up;
      shown.select(frame);
      return;
    }
    this.awaited.set(key, { frame });
    await open(uri, vscode.ViewColumn.Beside);
  }

  /** The document of a capture, where it is open. */
  opened(uri: vscode.Uri): CaptureDocument | undefined {
    return this.documents.get(uri.toString());
  }

  /** Brings the panel of a capture to the front, where it has one. */
  reveal(uri: vscode.Uri): void {
    for (const { panel } of this.panels.get(uri.toString()) ?? []) panel.reveal(panel.viewColumn);
  }

  /** Tells who listens what is selected in a capture. */
  tellSelected(uri: vscode.Uri, selection: Selection): void {
    this.lastSelected = { uri, selection };
    this.selecting.fire(this.lastSelected);
  }

  /** What was selected last, in whichever capture; undefined where nothing was. */
  get selected(): { readonly uri: vscode.Uri; readonly selection: Selection } | undefined {
    return this.lastSelected;
  }

  /**
   * Shows a capture beside a page in column `own`, and selects a frame and a field of it: in the panel that it has in another column, else
   * in a new one. The keyboard stays where it is.
   */
  async presentBeside(own: vscode.ViewColumn, uri: vscode.Uri, frame?: number, key?: string): Promise<void> {
    const target = frame === undefined ? undefined : { frame, ...(key === undefined ? {} : { key }) };
    const there = [...(this.panels.get(uri.toString()) ?? [])].find(({ panel }) => panel.viewColumn !== own);
    if (there) {
      // Without its column it would move into the one that has the focus.
      if (!there.panel.visible) there.panel.reveal(there.panel.viewColumn, true);
      if (target) there.select(target.frame, target.key);
      return;
    }
    if (target) this.awaited.set(uri.toString(), target);
    await open(uri, { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true });
  }
}

/** Milliseconds within which a page that is drawn anew asks for its rows. */
const PATIENCE = 5000;

/** Settled when a page has its state and asks for rows. */
function pageIsUp(webview: vscode.Webview): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      listening.dispose();
      resolve();
    };
    const timer = setTimeout(done, PATIENCE);
    const listening = webview.onDidReceiveMessage((message: unknown) => {
      if ((Object(message) as { request?: unknown }).request === 'rows') done();
    });
  });
}

async function open(uri: vscode.Uri, column: vscode.ViewColumn | vscode.TextDocumentShowOptions): Promise<void> {
  const viewType = BY_DEFAULT.test(uri.path) ? VIEW_TYPES.byDefault : VIEW_TYPES.byChoice;
  await vscode.commands.executeCommand('vscode.openWith', uri, viewType, column);
}
