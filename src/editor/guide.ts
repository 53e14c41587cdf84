import * as vscode from 'vscode';
import { EngineClient } from '../engine/client';
import type { StartWorker } from './document';

/** Pages of the guide are Markdown files of this scheme: `port67-guide:/option/82.md`. */
export const GUIDE_SCHEME = 'port67-guide';

/** The guide as files that can only be read. A worker makes them, for the extension host holds no text of it. */
export class GuideFiles implements vscode.FileSystemProvider {
  private readonly pages = new Map<string, Promise<Uint8Array | undefined>>();
  readonly onDidChangeFile = new vscode.EventEmitter<vscode.FileChangeEvent[]>().event;

  constructor(private readonly startWorker: StartWorker) {}

  /** Lets the engine answer one question about the guide. */
  async ask<T>(question: (engine: EngineClient) => Promise<T>): Promise<T> {
    const engine = new EngineClient(await this.startWorker());
    try {
      return await question(engine);
    } finally {
      engine.dispose();
    }
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const id = uri.path.replace(/^\//, '').replace(/\.md$/, '');
    let page = this.pages.get(id);
    if (!page) {
      page = this.ask(async (engine) => {
        const { markdown } = await engine.ask('guidePage', { id });
        return markdown === undefined ? undefined : new TextEncoder().encode(markdown);
      });
      this.pages.set(id, page);
    }
    const octets = await page;
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

/** *Look up in the guide*: asks for a page by any of its names, and opens it. */
export async function lookUpInGuide(files: GuideFiles): Promise<void> {
  const items = files.ask(async (engine) => {
    const { pages } = await engine.ask('guideIndex', {});
    return pages.map(({ id, title, group, names }) => ({ id, label: title, description: group, detail: names }));
  });
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('The guide to DHCP and port 67'),
    placeHolder: vscode.l10n.t('An option, message, field, finding or port: 82, giaddr, DISCOVER, no-offer …'),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (picked) await vscode.commands.executeCommand('markdown.showPreview', guideUri(picked.id));
}

/** Where a page stands. */
export const guideUri = (id: string): vscode.Uri => vscode.Uri.from({ scheme: GUIDE_SCHEME, path: `/${id}.md` });
