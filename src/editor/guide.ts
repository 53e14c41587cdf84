import * as vscode from 'vscode';
import type { EngineClient } from '../engine/client';
import { MadeFiles } from './madeFiles';
import type { OpenCaptures } from './openCaptures';

/** URI scheme of the guide's pages, which are Markdown files: `port67-guide:/option/82.md`. */
export const GUIDE_SCHEME = 'port67-guide';

/** Folder for links to commands. Its files exist only to be linked to. */
const COMMANDS = 'do/';

/**
 * Runs the commands that pages link to. The Markdown preview follows only links to files, so the opening of such a file's tab triggers the
 * command. Only commands that ask first or only show something can be linked.
 */
export function runLinkedCommands(): vscode.Disposable {
  return vscode.window.tabGroups.onDidChangeTabs(({ opened }) => {
    for (const tab of opened) {
      const uri = tab.input instanceof vscode.TabInputText ? tab.input.uri : undefined;
      const id = uri?.scheme === GUIDE_SCHEME ? /^\/do\/((?:check|show)[A-Z]\w+)$/.exec(uri.path)?.[1] : undefined;
      if (id === undefined) continue;
      // Keeps the focus where it is when the tab closes, so that the page does not take it from the command's dialog.
      void vscode.window.tabGroups.close(tab, true).then(() => vscode.commands.executeCommand(`port67.${id}`));
    }
  });
}

/** The guide as read-only files. */
export class GuideFiles extends MadeFiles {
  protected async make(engine: EngineClient, path: string): Promise<Uint8Array | undefined> {
    if (path.startsWith(COMMANDS)) return new Uint8Array(0);
    const id = path.replace(/\.md$/, '');
    const { markdown } = await engine.ask('guidePage', { id, commands: `../${COMMANDS}` });
    return markdown === undefined ? undefined : new TextEncoder().encode(markdown);
  }
}

/**
 * *Look up in the guide*: opens a page. `topic` is its id, the key of a field, the id of a finding, or any of its names. If it is omitted
 * or unknown, the user chooses.
 */
export async function lookUpInGuide(files: GuideFiles, topic?: unknown): Promise<void> {
  const known =
    typeof topic === 'string' ? await files.ask((engine) => engine.ask('guideTopic', { topic })) : undefined;
  const id = known?.id ?? (await choosePage(files));
  if (id !== undefined) await vscode.commands.executeCommand('markdown.showPreview', guideUri(id));
}

/** *Guide to the selected field*: opens the page of the field selected last in a capture, beside it. */
export async function guideToSelection(files: GuideFiles, { selected }: OpenCaptures): Promise<void> {
  const key = selected?.selection.field?.keys.at(-1);
  const known = key === undefined ? undefined : await files.ask((engine) => engine.ask('guideTopic', { topic: key }));
  if (known?.id === undefined) return lookUpInGuide(files);
  await vscode.commands.executeCommand('markdown.showPreviewToSide', guideUri(known.id));
}

async function choosePage(files: GuideFiles): Promise<string | undefined> {
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
  return picked?.id;
}

/** URI of a page. */
export const guideUri = (id: string): vscode.Uri => vscode.Uri.from({ scheme: GUIDE_SCHEME, path: `/${id}.md` });
