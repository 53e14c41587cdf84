import * as vscode from 'vscode';
import { EngineClient, ExpectedError } from '../../engine/client';
import type { Area, ConfigText, Language, Questions } from '../../operator/questions';
import type { StartWorker } from '../document';

/** The worker for configurations, leases and this machine. It starts with the first question, and again if it has died. */
export class Desk implements vscode.Disposable {
  private client: Promise<EngineClient<Questions>> | undefined;
  /** The last check of each document. A version is read only once, however often it is asked for. */
  private readonly checks = new Map<string, { readonly version: number; readonly result: Promise<Checked> }>();

  constructor(private readonly startWorker: StartWorker) {}

  /** Asks the worker. Rejects with `ExpectedError` if the answer is a sentence for the user. */
  async ask<N extends keyof Questions>(question: N, params: Questions[N]['params']): Promise<Questions[N]['result']> {
    const running = await this.client?.catch(() => undefined);
    if (!running || running.failed !== undefined) {
      this.checks.clear();
      this.client = this.startWorker().then((port) => new EngineClient<Questions>(port));
    }
    return (await this.client!).ask(question, params);
  }

  /** Makes sure that the worker has read the current version of a document. */
  check(document: vscode.TextDocument): Promise<Checked> {
    const uri = document.uri.toString();
    const { version } = document;
    const known = this.checks.get(uri);
    if (known?.version === version) return known.result;
    const result = this.ask('check', configText(document));
    this.checks.set(uri, { version, result });
    result.catch(() => this.checks.delete(uri));
    return result;
  }

  forget(document: vscode.TextDocument): void {
    this.checks.delete(document.uri.toString());
    if (this.client) this.ask('forget', { uri: document.uri.toString() }).catch(() => undefined);
  }

  /** Discards all results, because the included files or the permission to read them have changed. */
  forgetAll(): void {
    this.checks.clear();
  }

  dispose(): void {
    void this.client?.then((client) => client.dispose()).catch(() => undefined);
  }
}

export type Checked = Questions['check']['result'];

/** A file’s path in the form that users know. */
export const pathOf = (uri: vscode.Uri): string => (uri.scheme === 'file' ? uri.fsPath : uri.path);

/** The configuration language of a document; undefined for other languages. */
export function languageOf({ languageId }: vscode.TextDocument): Language | undefined {
  if (languageId === 'dhcpd' || languageId === 'dnsmasq') return languageId;
  return languageId === 'json' || languageId === 'jsonc' ? 'kea' : undefined;
}

/**
 * A document in the form the worker takes. Included files are read from disk. In an untrusted workspace only those in the document's folder
 * and below are read, because the text may name any file.
 */
export function configText(document: vscode.TextDocument): ConfigText {
  const { uri, version } = document;
  const language = languageOf(document);
  return {
    uri: uri.toString(),
    path: pathOf(uri),
    text: document.getText(),
    version,
    ...(language ? { language } : {}),
    includes: uri.scheme !== 'file' ? 'none' : vscode.workspace.isTrusted ? 'all' : 'beside',
  };
}

export const rangeOf = ([line, character, endLine, endCharacter]: Area): vscode.Range =>
  new vscode.Range(line, character, endLine, endCharacter);

/** Shows an error in a notice. */
export function tellError(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  void vscode.window.showErrorMessage(
    error instanceof ExpectedError ? message : vscode.l10n.t('Something went wrong: {0}', message),
  );
}
