import * as vscode from 'vscode';
import { EngineClient, ExpectedError, type WorkerPort } from '../engine/client';
import type { Origin } from '../engine/questions';
import { editorSettings, noticeOf, type EditorSettings } from './settings';

/** Starts a worker that runs the engine. Desktop and browser each have their own kind. */
export type StartWorker = () => Promise<WorkerPort>;

/**
 * One open capture: the engine in its worker, shared by all panels that show it. The worker ends with the document.
 */
export class CaptureDocument implements vscode.CustomDocument {
  readonly engine: EngineClient;
  /** Settled when the capture has been read: undefined, or the sentence that says why it cannot be shown. */
  opened: Promise<string | undefined>;
  /** Settled as soon as the engine can be asked: it has been told what to open, though it may still be reading. */
  readonly started: Promise<void>;
  private markStarted: () => void = () => undefined;
  private nextView = 1;
  private readonly listening: vscode.Disposable;
  /** The captures that this one was compared with, by the path that findings name. */
  readonly compared = new Map<string, vscode.Uri>();

  constructor(
    readonly uri: vscode.Uri,
    readonly name: string,
    private readonly origin: () => Promise<Origin>,
    port: WorkerPort,
    private readonly onClosed: (document: CaptureDocument) => void = () => undefined,
  ) {
    this.engine = new EngineClient(port);
    this.started = new Promise((resolve) => (this.markStarted = resolve));
    this.opened = this.open().finally(() => this.markStarted());
    this.listening = vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('port67', uri)) this.opened = this.opened.then(() => this.open());
    });
  }

  private async open(): Promise<string | undefined> {
    try {
      const params = {
        name: this.name,
        origin: await this.origin(),
        ...settingsFor(this.uri),
      };
      const reading = this.engine.ask('open', params);
      this.markStarted();
      await reading;
      return undefined;
    } catch (error) {
      if (error instanceof ExpectedError) return error.message;
      return vscode.l10n.t(
        '“{0}” cannot be shown: {1}',
        this.name,
        error instanceof Error ? error.message : String(error),
      );
    }
  }

  /** A number that tells one panel of this capture from the others. */
  newView(): number {
    return this.nextView++;
  }

  /** Compares the capture with others, once it has been read; rejects with a sentence where that cannot be. */
  async compareWith(uris: readonly vscode.Uri[]): Promise<void> {
    const failure = await this.opened;
    if (failure !== undefined) throw new Error(failure);
    const others = await Promise.all(
      uris.map(async (uri) => ({ path: pathOf(uri), name: nameOf(uri), origin: await originOf(uri) })),
    );
    uris.forEach((uri) => this.compared.set(pathOf(uri), uri));
    await this.engine.ask('compare', { path: pathOf(this.uri), others });
  }

  dispose(): void {
    this.listening.dispose();
    this.onClosed(this);
    this.engine.dispose();
  }
}

/** What was last said of the settings: each capture that is opened looks at them, and nobody wants to hear it each time. */
let said: string | undefined;

/** What the person has set for the place where the capture lies. What makes no sense is said in one notice, and the capture opens all the same. */
function settingsFor(uri: vscode.Uri): EditorSettings {
  const configuration = vscode.workspace.getConfiguration('port67', uri);
  const { taken, problems } = editorSettings((name) => configuration.get(name));
  const notice = noticeOf(problems);
  if (notice !== undefined && notice !== said) void showNotice(notice);
  said = notice;
  return taken;
}

async function showNotice(problems: string): Promise<void> {
  const open = vscode.l10n.t('Open Settings');
  const words = vscode.l10n.t('Settings that have no effect: {0}', problems);
  if ((await vscode.window.showWarningMessage(words, open)) === open)
    await vscode.commands.executeCommand('workbench.action.openSettings', 'port67');
}

/** The last part of a file's path. */
export function nameOf(uri: vscode.Uri): string {
  return uri.path.slice(uri.path.lastIndexOf('/') + 1);
}

/** A file's path as a person knows it. */
function pathOf(uri: vscode.Uri): string {
  return uri.scheme === 'file' ? uri.fsPath : uri.toString(true);
}

/** Where the octets of a file come from: a file on this machine's disk is streamed by the worker, any other is fetched through VS Code. */
export async function originOf(uri: vscode.Uri): Promise<Origin> {
  if (uri.scheme === 'file') return { kind: 'path', path: uri.fsPath };
  return { kind: 'bytes', bytes: await vscode.workspace.fs.readFile(uri) };
}
