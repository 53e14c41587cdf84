import * as vscode from 'vscode';
import { registerCaptureEditor } from './editor/captureEditor';
import { registerCommands } from './editor/commands';
import { GUIDE_SCHEME, GuideFiles, lookUpInGuide } from './editor/guide';
import { OpenCaptures } from './editor/openCaptures';

/**
 * Wires the rooms together for desktop and remote. What only an open capture or a command needs is loaded then: nobody's VS Code
 * starts later for our sake.
 */
export function activate(context: vscode.ExtensionContext): void {
  const file = vscode.Uri.joinPath(context.extensionUri, 'dist', 'worker.js').fsPath;
  const startWorker = async () => (await import('./engine/nodeWorker')).startNodeWorker(file);
  const captures = new OpenCaptures();
  registerCaptureEditor(context, startWorker, captures);
  registerCommands(context, captures);
  const guide = new GuideFiles(startWorker);
  context.subscriptions.push(
    vscode.workspace.registerFileSystemProvider(GUIDE_SCHEME, guide, { isReadonly: true }),
    vscode.commands.registerCommand('port67.guide', () => lookUpInGuide(guide)),
    vscode.commands.registerCommand('port67.decodeHex', async (file?: unknown) => {
      const { decodeHex } = await import('./editor/decodeHex');
      await decodeHex({ context, startWorker, captures }, file);
    }),
    vscode.window.registerWebviewPanelSerializer('port67.hex', {
      async deserializeWebviewPanel(panel, state) {
        const { restoreHex } = await import('./editor/decodeHex');
        await restoreHex({ context, startWorker, captures }, panel, state);
      },
    }),
    vscode.commands.registerCommand('port67.compare', async (clicked?: vscode.Uri, selected?: vscode.Uri[]) => {
      const { compareCaptures } = await import('./editor/compare');
      await compareCaptures(captures, clicked, selected);
    }),
  );
}
