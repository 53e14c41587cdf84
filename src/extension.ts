import * as vscode from 'vscode';
import { registerCaptureEditor } from './editor/captureEditor';
import { registerCompare } from './editor/compare';
import { registerDecodeHex } from './editor/decodeHex';
import { OpenCaptures } from './editor/openCaptures';
import { startNodeWorker } from './engine/nodeWorker';

/** Wires the rooms together for desktop and remote. */
export function activate(context: vscode.ExtensionContext): void {
  const startWorker = () => startNodeWorker(vscode.Uri.joinPath(context.extensionUri, 'dist', 'worker.js').fsPath);
  const captures = new OpenCaptures();
  registerCaptureEditor(context, startWorker, captures);
  registerDecodeHex(context, startWorker, captures);
  registerCompare(context, captures);
}
