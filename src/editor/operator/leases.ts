import * as vscode from 'vscode';
import type { ConfigText, LeaseOrigin } from '../../operator/questions';
import { nameOf, originOf } from '../document';
import { LEASES_VIEW_TYPE } from '../viewTypes';
import { watchFile } from '../watchFile';
import { pathOf, tellError } from './desk';
import { chooseConfigs } from './files';
import type { Operator } from './operator';
import { openLine, showPage } from './pagePanel';

let lastTable = 0;

/** Shows a lease database in a panel, as a read-only table. */
export function showLeaseTable(operator: Operator, uri: vscode.Uri, panel: vscode.WebviewPanel): void {
  const { desk, extensionUri } = operator;
  const table = ++lastTable;
  const name = nameOf(uri);
  let config: { readonly text: ConfigText; readonly uri: vscode.Uri } | undefined;
  const read = async () =>
    desk.ask('leases', { ...(await leaseOrigin(uri)), table, ...(config ? { config: config.text } : {}) });
  const tell = showPage(panel, extensionUri, 'leases', name, {
    leases: read,
    // A worker that was started again does not know the table.
    leaseRows: (params) =>
      desk
        .ask('leaseRows', { ...params, table })
        .catch(() => read().then(() => desk.ask('leaseRows', { ...params, table }))),
    chooseConfig: async () => {
      const before = config;
      try {
        const [chosen] = (await chooseConfigs(vscode.l10n.t('How full are the pools of…'), false)) ?? [];
        if (chosen) config = chosen;
        await read();
      } catch (error) {
        // The leases are shown as before.
        config = before;
        tellError(error);
      }
      return {};
    },
    open: async (target) => {
      const uris = new Map([[pathOf(uri), uri], ...(config ? [[config.text.path, config.uri] as const] : [])]);
      if (target.kind === 'file') await openLine(target, uris).catch(tellError);
      return {};
    },
  });
  const watcher = watchFile(uri, () => {
    tell();
    return Promise.resolve();
  });
  panel.onDidDispose(() => {
    watcher.dispose();
    desk.ask('closeLeases', { table }).catch(() => undefined);
  });
}

async function leaseOrigin(uri: vscode.Uri): Promise<LeaseOrigin> {
  const origin = await originOf(uri);
  if (origin.kind === 'text') throw new Error(vscode.l10n.t('There is no file.'));
  return { name: nameOf(uri), path: pathOf(uri), origin };
}

/** *Show leases as a table*: for the clicked file, else the one in the active editor, else it asks. */
export async function showLeases(clicked?: vscode.Uri): Promise<void> {
  // A very large file has no editor that extensions can see, but it has a tab.
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const active = input instanceof vscode.TabInputText ? input.uri : undefined;
  const uri = clicked ?? active ?? (await vscode.window.showOpenDialog({}))?.[0];
  if (uri) await vscode.commands.executeCommand('vscode.openWith', uri, LEASES_VIEW_TYPE);
}
