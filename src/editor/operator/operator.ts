import * as vscode from 'vscode';
import type { StartWorker } from '../document';
import { Desk, tellError } from './desk';
import { ConfigProblems } from './problems';
import { Completions, Definitions, Fixes, Hovers, Outline } from './providers';
import { CONFIGURATIONS, WITHOUT_OUTLINE } from './selectors';

/** Everything for configurations, leases and this machine. Created when first needed. */
export class Operator implements vscode.Disposable {
  readonly desk: Desk;
  readonly problems: ConfigProblems;
  /** The configuration lines that decide something in a capture. */
  readonly deciding = vscode.languages.createDiagnosticCollection('port67-capture');
  /** Captures compared with configurations, by name. */
  readonly shown = new Map<string, vscode.Uri>();
  private readonly disposables: vscode.Disposable[];

  constructor(
    readonly extensionUri: vscode.Uri,
    startWorker: StartWorker,
  ) {
    this.desk = new Desk(startWorker);
    this.problems = new ConfigProblems(this.desk, CONFIGURATIONS);
    const { languages } = vscode;
    const outline = new Outline(this.desk);
    this.disposables = [
      this.desk,
      this.problems,
      this.deciding,
      languages.registerDocumentSymbolProvider(WITHOUT_OUTLINE, outline),
      languages.registerFoldingRangeProvider(WITHOUT_OUTLINE, outline),
      languages.registerHoverProvider(CONFIGURATIONS, new Hovers(this.desk)),
      languages.registerDefinitionProvider(CONFIGURATIONS, new Definitions(this.desk)),
      languages.registerCompletionItemProvider(CONFIGURATIONS, new Completions(this.desk), ' ', '"', ':', '=', ','),
      languages.registerCodeActionsProvider([{ scheme: '*' }], new Fixes(), {
        providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
      }),
    ];
  }

  /** *Check this configuration*: checks the clicked file or that of the active editor, whatever its language. */
  async checkConfiguration(clicked?: vscode.Uri): Promise<void> {
    const uri = clicked ?? vscode.window.activeTextEditor?.document.uri;
    if (!uri) return;
    try {
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document);
      if (await this.problems.want(document)) await vscode.commands.executeCommand('workbench.actions.view.problems');
      else
        void vscode.window.showInformationMessage(
          vscode.l10n.t('This looks like no configuration of a DHCP server that is known here.'),
        );
    } catch (error) {
      tellError(error);
    }
  }

  dispose(): void {
    for (const one of this.disposables) one.dispose();
  }
}
