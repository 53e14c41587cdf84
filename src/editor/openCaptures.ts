import * as vscode from 'vscode';
import type { EventMessage } from '../protocol';
import type { CaptureDocument } from './document';
import { BY_DEFAULT, VIEW_TYPES } from './viewTypes';

interface OpenPanel {
  readonly panel: vscode.WebviewPanel;
  readonly select: (frame: number) => void;
  readonly post: (event: EventMessage) => void;
}

/** The captures that are open in editors, so that one can lead to another. */
export class OpenCaptures {
  private readonly documents = new Map<string, CaptureDocument>();
  private readonly panels = new Map<string, Set<OpenPanel>>();
  /** Frames to select as soon as the panel of a capture is up. */
  private readonly awaited = new Map<string, number>();

  /** Remembers a document until `forget`. */
  add(document: CaptureDocument): void {
    this.documents.set(document.uri.toString(), document);
  }

  forget(document: CaptureDocument): void {
    const key = document.uri.toString();
    if (this.documents.get(key) === document) this.documents.delete(key);
  }

  /** Remembers a panel until it is closed. Gives the frame that somebody waits for it to select, if any. */
  addPanel(document: CaptureDocument, open: OpenPanel): number | undefined {
    const { panel } = open;
    const key = document.uri.toString();
    const known = this.panels.get(key) ?? new Set();
    this.panels.set(key, known.add(open));
    panel.onDidDispose(() => known.delete(open));
    const frame = this.awaited.get(key);
    this.awaited.delete(key);
    return frame;
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
      shown.panel.reveal();
      shown.select(frame);
      return;
    }
    this.awaited.set(key, frame);
    await open(uri, vscode.ViewColumn.Beside);
  }
}

async function open(uri: vscode.Uri, column: vscode.ViewColumn): Promise<void> {
  const viewType = BY_DEFAULT.test(uri.path) ? VIEW_TYPES.byDefault : VIEW_TYPES.byChoice;
  await vscode.commands.executeCommand('vscode.openWith', uri, viewType, column);
}
