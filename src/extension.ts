import * as vscode from 'vscode';
import { registerCaptureEditor } from './editor/captureEditor';
import { registerCommands } from './editor/commands';
import { GUIDE_SCHEME, GuideFiles, guideToSelection, lookUpInGuide, runLinkedCommands } from './editor/guide';
import { markDone, registerLearning } from './editor/learn';
import { OpenCaptures } from './editor/openCaptures';
import { registerOperator } from './editor/operator';

/**
 * Wires the parts together for desktop and remote. Whatever only an open capture or a command needs is
 * loaded on first use, so that this extension does not delay the start of VS Code.
 */
export function activate(context: vscode.ExtensionContext): void {
  const file = vscode.Uri.joinPath(context.extensionUri, 'dist', 'worker.js').fsPath;
  const startWorker = async () => (await import('./engine/nodeWorker')).startNodeWorker(file);
  const captures = new OpenCaptures();
  registerCaptureEditor(context, startWorker, captures);
  registerLearning(context, startWorker, captures);
  const operatorFile = vscode.Uri.joinPath(context.extensionUri, 'dist', 'operator.js').fsPath;
  registerOperator(context, async () => (await import('./engine/nodeWorker')).startNodeWorker(operatorFile), captures);
  registerCommands(context, captures);
  const guide = new GuideFiles(startWorker);
  context.subscriptions.push(
    vscode.workspace.registerFileSystemProvider(GUIDE_SCHEME, guide, { isReadonly: true }),
    runLinkedCommands(),
    vscode.commands.registerCommand('port67.guideToSelection', () => guideToSelection(guide, captures)),
    vscode.commands.registerCommand('port67.guide', (topic?: unknown) => lookUpInGuide(guide, topic)),
    vscode.commands.registerCommand('port67.decodeHex', async (file?: unknown) => {
      const { decodeHex } = await import('./editor/decodeHex');
      if (await decodeHex({ context, startWorker, captures }, file)) markDone('hex');
    }),
    vscode.window.registerWebviewPanelSerializer('port67.hex', {
      async deserializeWebviewPanel(panel, state) {
        const { restoreHex } = await import('./editor/decodeHex');
        await restoreHex({ context, startWorker, captures }, panel, state);
      },
    }),
    vscode.commands.registerCommand('port67.compare', async (clicked?: vscode.Uri, selected?: vscode.Uri[]) => {
      const { compareCaptures } = await import('./editor/compare');
      if (await compareCaptures(captures, clicked, selected)) markDone('compared');
    }),
  );
}
