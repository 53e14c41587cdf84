import * as vscode from 'vscode';
import { EngineClient } from '../engine/client';
import type { StartWorker } from './document';

/** Read-only files that a worker generates when they are opened. The extension host itself needs no data for them. */
export abstract class MadeFiles implements vscode.FileSystemProvider {
  private readonly made = new Map<string, Promise<Uint8Array | undefined>>();
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;

  constructor(private readonly startWorker: StartWorker) {}

  /** Generates the content of a file. `path` has no leading slash. Undefined if there is no such file. */
  protected abstract make(engine: EngineClient, path: string): Promise<Uint8Array | undefined>;

  /** An engine for several questions. The caller must dispose it. */
  async engine(): Promise<EngineClient> {
    return new EngineClient(await this.startWorker());
  }

  /** Asks the engine one question. */
  async ask<T>(question: (engine: EngineClient) => Promise<T>): Promise<T> {
    const engine = await this.engine();
    try {
      return await question(engine);
    } finally {
      engine.dispose();
    }
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const path = uri.path.replace(/^\//, '');
    let file = this.made.get(path);
    if (!file) {
      file = this.ask((engine) => this.make(engine, path));
      this.made.set(path, file);
      // A failed file is generated again on the next request.
      file.catch(() => this.made.delete(path));
    }
    const octets = await file;
    if (!octets) throw vscode.FileSystemError.FileNotFound(uri);
    return octets;
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { length } = await this.readFile(uri);
    return {
      type: vscode.FileType.File,
      ctime: 0,
      mtime: 0,
      size: length,
      permissions: vscode.FilePermission.Readonly,
    };
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }
  readDirectory(): [string, vscode.FileType][] {
    return [];
  }
  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }
  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }
  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }
  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }
}
