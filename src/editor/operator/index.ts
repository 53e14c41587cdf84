import * as vscode from 'vscode';
import type { StartWorker } from '../document';
import type { OpenCaptures } from '../openCaptures';
import { LEASES_VIEW_TYPE } from '../viewTypes';
import type { Operator } from './operator';
import { CONFIGURATIONS } from './selectors';

/**
 * Registers everything for configurations, leases and this machine. The code is loaded when a configuration is opened or a command is
 * called, so that opening a capture is not slowed down.
 */
export function registerOperator(
  context: vscode.ExtensionContext,
  startWorker: StartWorker,
  captures: OpenCaptures,
): void {
  let made: Promise<Operator> | undefined;
  const operator = (): Promise<Operator> =>
    (made ??= import('./operator').then(({ Operator }) => {
      const one = new Operator(context.extensionUri, startWorker);
      context.subscriptions.push(one);
      return one;
    }));
  const look = (document: vscode.TextDocument): void => {
    if (!made && vscode.languages.match(CONFIGURATIONS, document) > 0) void operator();
  };
  const command = (name: string, run: (clicked?: vscode.Uri) => Promise<void>): vscode.Disposable =>
    vscode.commands.registerCommand(name, (clicked?: unknown) =>
      run(clicked instanceof vscode.Uri ? clicked : undefined),
    );
  context.subscriptions.push(
    vscode.workspace.onDidOpenTextDocument(look),
    vscode.window.registerCustomEditorProvider(
      LEASES_VIEW_TYPE,
      {
        openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
        resolveCustomEditor: async (document, panel) => {
          const { showLeaseTable } = await import('./leases');
          showLeaseTable(await operator(), document.uri, panel);
        },
      } satisfies vscode.CustomReadonlyEditorProvider,
      { supportsMultipleEditorsPerDocument: true },
    ),
    command('port67.checkConfiguration', async (clicked) => (await operator()).checkConfiguration(clicked)),
    command('port67.checkAgainst', async (clicked) => {
      const { checkAgainst } = await import('./against');
      await checkAgainst(await operator(), captures, clicked);
    }),
    command('port67.showLeases', async (clicked) => (await import('./leases')).showLeases(clicked)),
    command('port67.checkMachine', async () => (await import('./machine')).checkMachine(await operator())),
    command('port67.checkBackup', async (clicked) => (await import('./backup')).checkBackup(await operator(), clicked)),
    // Used only by links in hovers.
    vscode.commands.registerCommand('port67.showFrame', async (capture: unknown, frame: unknown) => {
      const uri = typeof capture === 'string' ? (await operator()).shown.get(capture) : undefined;
      if (uri && typeof frame === 'number') await captures.showFrame(uri, frame);
    }),
  );
  vscode.workspace.textDocuments.forEach(look);
}
