import * as vscode from 'vscode';
import type { Problem } from '../../operator/questions';
import { guideUri } from '../guide';
import { rangeOf, tellError, type Desk } from './desk';

/** A text is checked after this many milliseconds without typing. */
const PAUSE = 300;

const SEVERITIES = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
} as const;

/** An entry of *Problems* that may have a fix. */
export class ConfigDiagnostic extends vscode.Diagnostic {
  fix: Problem['fix'];
}

/** Converts a problem to a diagnostic of VS Code. Its id links to the page of the guide. */
export function diagnosticOf({ area, severity, id, message, related, fix }: Problem): ConfigDiagnostic {
  const made = new ConfigDiagnostic(rangeOf(area), message, SEVERITIES[severity]);
  made.source = 'Port 67';
  made.code = { value: id, target: guideCommand(`check/${id}`) };
  made.relatedInformation = related.map(
    (one) =>
      new vscode.DiagnosticRelatedInformation(
        new vscode.Location(vscode.Uri.file(one.path), rangeOf(one.area)),
        vscode.l10n.t('the other place'),
      ),
  );
  made.fix = fix;
  return made;
}

/** A link that opens a page of the guide. */
export const guideCommand = (page: string): vscode.Uri =>
  vscode.Uri.parse(`command:markdown.showPreview?${encodeURIComponent(JSON.stringify([guideUri(page)]))}`);

/** Keeps *Problems* up to date for open configurations: checks after a pause, one at a time, and always ends with the newest text. */
export class ConfigProblems implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('port67');
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly running = new Set<string>();
  /** Documents that the user asked to check although their language is not one of configurations. */
  private readonly wanted = new Set<string>();
  private readonly listening: vscode.Disposable[];

  constructor(
    private readonly desk: Desk,
    private readonly selector: readonly vscode.DocumentFilter[],
  ) {
    const { workspace } = vscode;
    this.listening = [
      this.collection,
      workspace.onDidOpenTextDocument((document) => this.schedule(document, 0)),
      workspace.onDidChangeTextDocument(({ document }) => this.schedule(document, PAUSE)),
      workspace.onDidCloseTextDocument((document) => this.close(document)),
      workspace.onDidSaveTextDocument((saved) => this.saved(saved)),
      workspace.onDidGrantWorkspaceTrust(() => this.all()),
    ];
    for (const document of workspace.textDocuments) this.schedule(document, 0);
  }

  /** Checks a document whatever its language. Returns whether it is a configuration. */
  async want(document: vscode.TextDocument): Promise<boolean> {
    const { kind } = await this.desk.check(document);
    if (kind === undefined) return false;
    this.wanted.add(document.uri.toString());
    await this.check(document);
    return true;
  }

  private concerns(document: vscode.TextDocument): boolean {
    return this.wanted.has(document.uri.toString()) || vscode.languages.match(this.selector, document) > 0;
  }

  private schedule(document: vscode.TextDocument, pause: number): void {
    if (!this.concerns(document)) return;
    const uri = document.uri.toString();
    clearTimeout(this.timers.get(uri));
    this.timers.set(
      uri,
      setTimeout(() => void this.check(document), pause),
    );
  }

  private async check(document: vscode.TextDocument): Promise<void> {
    const uri = document.uri.toString();
    // A running check notices by itself if the text has changed meanwhile.
    if (document.isClosed || this.running.has(uri)) return;
    this.running.add(uri);
    const { version } = document;
    try {
      const { problems } = await this.desk.check(document);
      if (!document.isClosed && document.version === version)
        this.collection.set(document.uri, problems.map(diagnosticOf));
    } catch (error) {
      tellError(error);
    } finally {
      this.running.delete(uri);
    }
    if (!document.isClosed && document.version !== version) this.schedule(document, PAUSE);
  }

  /** Saving one file may change what others include. */
  private saved(saved: vscode.TextDocument): void {
    this.desk.forgetAll();
    for (const document of vscode.workspace.textDocuments) if (document !== saved) this.schedule(document, 0);
  }

  private all(): void {
    this.desk.forgetAll();
    for (const document of vscode.workspace.textDocuments) this.schedule(document, 0);
  }

  private close(document: vscode.TextDocument): void {
    if (!this.concerns(document)) return;
    const uri = document.uri.toString();
    clearTimeout(this.timers.get(uri));
    this.timers.delete(uri);
    this.wanted.delete(uri);
    this.collection.delete(document.uri);
    this.desk.forget(document);
  }

  dispose(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    for (const one of this.listening) one.dispose();
  }
}
