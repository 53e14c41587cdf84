import * as vscode from 'vscode';
import { CaptureDocument, originOf, type StartWorker } from './document';
import { showCapture } from './panel';

/** The editor for capture files: default for `.pcap` and `.pcapng`, offered by *Reopen with…* for other names. */
const VIEW_TYPES = ['port67.capture', 'port67.captureByChoice'] as const;

class CaptureEditor implements vscode.CustomReadonlyEditorProvider<CaptureDocument> {
  constructor(
    private readonly context: vscode.ExtensionContext,
    private readonly startWorker: StartWorker,
  ) {}

  openCustomDocument(uri: vscode.Uri): CaptureDocument {
    const name = uri.path.slice(uri.path.lastIndexOf('/') + 1);
    return new CaptureDocument(uri, name, originOf(uri), this.startWorker);
  }

  resolveCustomEditor(document: CaptureDocument, panel: vscode.WebviewPanel): void {
    showCapture(document, panel, this.context.extensionUri);
  }
}

/** Registers the editor for both ways of opening. */
export function registerCaptureEditor(context: vscode.ExtensionContext, startWorker: StartWorker): void {
  const editor = new CaptureEditor(context, startWorker);
  for (const viewType of VIEW_TYPES) {
    context.subscriptions.push(
      vscode.window.registerCustomEditorProvider(viewType, editor, { supportsMultipleEditorsPerDocument: true }),
    );
  }
}
