import * as vscode from 'vscode';
import type { CaptureDocument, StartWorker } from './document';
import type { OpenCaptures } from './openCaptures';
import { VIEW_TYPES } from './viewTypes';

class CaptureEditor implements vscode.CustomReadonlyEditorProvider<CaptureDocument> {
  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly startWorker: StartWorker,
    private readonly captures: OpenCaptures,
  ) {}

  async openCustomDocument(uri: vscode.Uri): Promise<CaptureDocument> {
    const [{ CaptureDocument, nameOf, originOf }, port] = await Promise.all([import('./document'), this.startWorker()]);
    const document = new CaptureDocument(
      uri,
      nameOf(uri),
      () => originOf(uri),
      port,
      (closed) => this.captures.forget(closed),
    );
    this.captures.add(document);
    return document;
  }

  async resolveCustomEditor(document: CaptureDocument, panel: vscode.WebviewPanel): Promise<void> {
    const { showCapture } = await import('./panel');
    showCapture(document, panel, this.context, this.captures);
  }
}

/** Registers the editor for both ways of opening. */
export function registerCaptureEditor(
  context: vscode.ExtensionContext,
  startWorker: StartWorker,
  captures: OpenCaptures,
): void {
  const editor = new CaptureEditor(context, startWorker, captures);
  for (const viewType of Object.values(VIEW_TYPES)) {
    context.subscriptions.push(
      vscode.window.registerCustomEditorProvider(viewType, editor, { supportsMultipleEditorsPerDocument: true }),
    );
  }
}
