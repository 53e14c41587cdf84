import * as vscode from 'vscode';
import { EngineClient, ExpectedError, type WorkerPort } from '../engine/client';
import type { Origin } from '../engine/questions';
import { sealedWords } from './learn/sealed';
import { editorSettings, noticeOf, type EditorSettings } from './settings';
import { watchFile } from './watchFile';

/** Starts a worker with the engine. Desktop and browser have different kinds of workers. */
export type StartWorker = () => Promise<WorkerPort>;

/** An open capture: the engine in its worker, shared by all panels that show it. Disposing the document ends the worker. */
export class CaptureDocument implements vscode.CustomDocument {
  readonly engine: EngineClient;
  /** Resolves when the capture has been read or reading has failed; see `failure`. */
  opened: Promise<void>;
  /** Resolves when the engine knows what to open and can be asked, even if it is still reading. */
  started: Promise<void> = Promise.resolve();
  /** Why the capture cannot be shown, or can no longer be shown, in one sentence. */
  failure: string | undefined;
  /** What has happened to the file since it was opened, in one sentence. */
  notice: string | undefined;
  private readonly changed = new vscode.EventEmitter<void>();
  /** Fires when `failure` or `notice` has changed. */
  readonly onChange = this.changed.event;
  private nextView = 1;
  private readonly listening: vscode.Disposable[];
  /** The captures it was compared with, by the path that findings use. */
  readonly compared = new Map<string, vscode.Uri>();
  /** The captures that it is to be compared with, and what watches them on disk. */
  private others: readonly vscode.Uri[] = [];
  private watchingOthers = new vscode.Disposable(() => undefined);
  private comparing: Promise<void> = Promise.resolve();

  constructor(
    readonly uri: vscode.Uri,
    readonly name: string,
    private readonly origin: () => Promise<Origin>,
    port: WorkerPort,
    private readonly onClosed: (document: CaptureDocument) => void = () => undefined,
  ) {
    this.engine = new EngineClient(port);
    this.engine.onFailure(() => this.fail(new Error(this.engine.failed)));
    this.listening = [
      this.changed,
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration('port67', uri)) void this.readAgain();
      }),
    ];
    if (uri.scheme !== 'untitled') this.listening.push(watchFile(uri, (there) => this.fileChanged(there)));
    this.opened = this.open();
  }

  /** Opens the capture in a new engine. */
  private async open(): Promise<void> {
    this.failure = undefined;
    let markStarted: () => void = () => undefined;
    this.started = new Promise((resolve) => (markStarted = resolve));
    try {
      await this.read(markStarted);
    } catch (error) {
      this.fail(error);
    } finally {
      markStarted();
    }
  }

  /** Retries in a new worker if the capture could not be shown. */
  openAgain(): void {
    if (this.failure === undefined) return;
    this.engine.restart();
    this.opened = this.open();
  }

  private async read(onAsked?: () => void): Promise<void> {
    const sealed = sealedWords(this.uri);
    const params = {
      name: this.name,
      origin: await this.origin(),
      ...settingsFor(this.uri),
      ...(sealed === undefined ? {} : { sealed }),
    };
    const reading = this.engine.ask('open', params);
    onAsked?.();
    await reading;
  }

  /** Reads the capture again. The old content stays until the new one is complete, and also if reading fails. */
  private readAgain(notice?: string): Promise<void> {
    return (this.opened = this.opened.then(async () => {
      if (this.failure !== undefined) {
        this.engine.restart();
        return this.open();
      }
      try {
        await this.read();
        this.tell(notice);
        this.compared.clear();
        if (this.others.length > 0) await this.compare(this.others);
      } catch (error) {
        if (this.failure !== undefined) return;
        this.tell(vscode.l10n.t('What is shown was read before. Reading it again failed: {0}', messageOf(error)));
      }
    }));
  }

  private async fileChanged(there: boolean): Promise<void> {
    if (there) return this.readAgain(vscode.l10n.t('The file has changed on disk and was read again.'));
    await this.opened;
    if (this.failure === undefined) {
      this.tell(vscode.l10n.t('The file is gone from the disk. What is shown was read before.'));
    }
  }

  private fail(error: unknown): void {
    this.failure =
      error instanceof ExpectedError || this.engine.failed !== undefined
        ? messageOf(error)
        : vscode.l10n.t('“{0}” cannot be shown: {1}', this.name, messageOf(error));
    this.notice = undefined;
    this.changed.fire();
  }

  private tell(notice: string | undefined): void {
    if (notice === undefined) return;
    this.notice = notice;
    this.changed.fire();
  }

  /** A number that identifies one panel of this capture. */
  newView(): number {
    return this.nextView++;
  }

  /**
   * Compares the capture with others, after it has been read, and again whenever one of them changes on disk. Rejects with a sentence if
   * that is not possible, or if `token` asks for it; then the comparison before it stays.
   */
  async compareWith(uris: readonly vscode.Uri[], token: vscode.CancellationToken): Promise<void> {
    await this.opened;
    if (this.failure !== undefined) throw new Error(this.failure);
    if (token.isCancellationRequested) throw new vscode.CancellationError();
    const stopping = token.onCancellationRequested(() => this.engine.ask('cancel', {}).catch(() => undefined));
    const before = this.others;
    // Watched from before they are read, so that no change is missed.
    this.watchOthers(uris);
    try {
      await this.compare(uris);
    } catch (error) {
      this.watchOthers(before);
      throw error;
    } finally {
      stopping.dispose();
    }
  }

  /** Compares with others, one comparison after the other. */
  private compare(uris: readonly vscode.Uri[]): Promise<void> {
    const comparing = this.comparing.then(async () => {
      const others = await Promise.all(
        uris.map(async (uri) => ({ path: pathOf(uri), name: nameOf(uri), origin: await originOf(uri) })),
      );
      await this.engine.ask('compare', { path: pathOf(this.uri), others });
      this.compared.clear();
      uris.forEach((uri) => this.compared.set(pathOf(uri), uri));
    });
    this.comparing = comparing.catch(() => undefined);
    return comparing;
  }

  private watchOthers(uris: readonly vscode.Uri[]): void {
    this.watchingOthers.dispose();
    this.others = uris;
    const watching = uris.map((uri) => watchFile(uri, (there) => this.otherChanged(uris, uri, there)));
    this.watchingOthers = vscode.Disposable.from(...watching);
  }

  /** One of the captures `uris`, which this one is compared with, has changed on disk or is gone. */
  private async otherChanged(uris: readonly vscode.Uri[], uri: vscode.Uri, there: boolean): Promise<void> {
    await this.opened;
    await this.comparing;
    if (this.failure !== undefined || this.others !== uris) return;
    const name = nameOf(uri);
    if (!there) return this.tell(vscode.l10n.t('“{0}” is gone from the disk. It was compared before.', name));
    try {
      await this.compare(uris);
      this.tell(vscode.l10n.t('“{0}” has changed on disk and was compared again.', name));
    } catch (error) {
      this.tell(vscode.l10n.t('“{0}” has changed on disk. Comparing it again failed: {1}', name, messageOf(error)));
    }
  }

  dispose(): void {
    for (const one of this.listening) one.dispose();
    this.watchingOthers.dispose();
    this.onClosed(this);
    this.engine.dispose();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The last notice about the settings. Each capture checks them, but the same notice is shown only once. */
let said: string | undefined;

/** The user's settings that apply to the capture's location. Invalid ones are reported in one notice and ignored. */
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

/** A file's path in the form that users know. */
function pathOf(uri: vscode.Uri): string {
  return uri.scheme === 'file' ? uri.fsPath : uri.toString(true);
}

/** How to read a file: the worker streams a local file itself; any other is fetched through VS Code. */
export async function originOf(uri: vscode.Uri): Promise<Origin> {
  if (uri.scheme === 'file') return { kind: 'path', path: uri.fsPath };
  return { kind: 'bytes', bytes: await vscode.workspace.fs.readFile(uri) };
}
