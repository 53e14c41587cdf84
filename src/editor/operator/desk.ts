import * as vscode from 'vscode';
import { EngineClient, ExpectedError } from '../../engine/client';
import type { Area, ConfigText, Language, Questions } from '../../operator/questions';
import type { StartWorker } from '../document';

/** The worker that knows configurations, leases and this machine: started when it is first asked, and anew where it has died. */
export class Desk implements vscode.Disposable {
  private client: Promise<EngineClient<Questions>> | undefined;
  /** What was last asked about each text: a version is read once, whoever wants to know of it. */
  private readonly checks = new Map<string, { readonly version: number; readonly result: Promise<Checked> }>();

  constructor(private readonly startWorker: StartWorker) {}

  /** Asks; rejects with `ExpectedError` where the answer is a sentence for the person. */
  async ask<N extends keyof Questions>(question: N, params: Questions[N]['params']): Promise<Questions[N]['result']> {
    const running = await this.client?.catch(() => undefined);
    if (!running || running.failed !== undefined) {
      this.checks.clear();
      this.client = this.startWorker().then((port) => new EngineClient<Questions>(port));
    }
    return (await this.client!).ask(question, params);
  }

  /** Sees to it that the worker has read a document as it is now. */
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

  /** All that was read is out of date: what files include, or whom we may read, has changed. */
  forgetAll(): void {
    this.checks.clear();
  }

  dispose(): void {
    void this.client?.then((client) => client.dispose()).catch(() => undefined);
  }
}

export type Checked = Questions['check']['result'];

/** A file’s path as a person knows it. */
export const pathOf = (uri: vscode.Uri): string => (uri.scheme === 'file' ? uri.fsPath : uri.path);

/** The language that a document has, as far as it is one of configurations. */
export function languageOf({ languageId }: vscode.TextDocument): Language | undefined {
  if (languageId === 'dhcpd' || languageId === 'dnsmasq') return languageId;
  return languageId === 'json' || languageId === 'jsonc' ? 'kea' : undefined;
}

/**
 * A document as the worker takes it. Files that it includes are read from disk; where the workspace is not trusted only those beside it
 * and below, for the text may name any.
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

/** Says in a notice what went wrong. */
export function tellError(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  void vscode.window.showErrorMessage(
    error instanceof ExpectedError ? message : vscode.l10n.t('Something went wrong: {0}', message),
  );
}
