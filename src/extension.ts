import * as vscode from 'vscode';
import { registerCaptureEditor } from './editor/captureEditor';
import { registerDecodeHex } from './editor/decodeHex';
import { startNodeWorker } from './engine/nodeWorker';

/** Wires the rooms together for desktop and remote. */
export function activate(context: vscode.ExtensionContext): void {
  const startWorker = () => startNodeWorker(vscode.Uri.joinPath(context.extensionUri, 'dist', 'worker.js').fsPath);
  registerCaptureEditor(context, startWorker);
  registerDecodeHex(context, startWorker);
}
