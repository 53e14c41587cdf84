import * as vscode from 'vscode';
import { CaptureDocument, nameOf, originOf, type StartWorker } from './document';
import type { OpenCaptures } from './openCaptures';
import { showCapture } from './panel';
import { VIEW_TYPES } from './viewTypes';

class CaptureEditor implements vscode.CustomReadonlyEditorProvider<CaptureDocument> {
  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly startWorker: StartWorker,
    private readonly captures: OpenCaptures,
  ) {}

  openCustomDocument(uri: vscode.Uri): CaptureDocument {
    const document = new CaptureDocument(
      uri,
      nameOf(uri),
      () => originOf(uri),
      this.startWorker,
      (closed) => this.captures.forget(closed),
    );
    this.captures.add(document);
    return document;
  }

  resolveCustomEditor(document: CaptureDocument, panel: vscode.WebviewPanel): void {
    showCapture(document, panel, this.context.extensionUri, this.captures);
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
