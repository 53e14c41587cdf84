import * as vscode from 'vscode';
import type { ConfigText } from '../../operator/questions';
import { configText } from './desk';

/** How many files of the workspace a list offers. */
const MOST_OFFERED = 200;
/** Usual file names of configurations. */
const CONFIG_FILES =
  '**/{*dhcpd*.conf,dnsmasq*.conf,kea*dhcp*.conf,kea*dhcp*.json,udhcpd.conf,*.dhcpd.conf,dnsmasq.d/*.conf,*dhcp*.xml,*.rsc}';

/** Configurations in the form the worker takes, each with its URI. */
export interface Chosen {
  readonly uri: vscode.Uri;
  readonly text: ConfigText;
}

/** Asks for configurations, from the workspace or any file. Undefined if the user chose none. */
export async function chooseConfigs(title: string, many: boolean): Promise<readonly Chosen[] | undefined> {
  const browse = { label: vscode.l10n.t('Another file…'), uri: undefined, alwaysShow: true };
  const found = vscode.workspace.findFiles(CONFIG_FILES, '**/node_modules/**', MOST_OFFERED);
  const items = found.then((uris) => {
    const open = new Set(vscode.workspace.textDocuments.map(({ uri }) => uri.toString()));
    const sorted = [...uris].sort((a, b) => Number(open.has(b.toString())) - Number(open.has(a.toString())));
    return [...sorted.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri, alwaysShow: false })), browse];
  });
  const picked: readonly { readonly uri: vscode.Uri | undefined }[] | undefined = many
    ? await vscode.window.showQuickPick(items, {
        title,
        canPickMany: true,
        placeHolder: vscode.l10n.t('Configurations of the servers'),
      })
    : await vscode.window.showQuickPick(items, { title }).then((one) => one && [one]);
  if (!picked || picked.length === 0) return undefined;
  const uris: vscode.Uri[] = [];
  for (const { uri } of picked) {
    if (uri) uris.push(uri);
    else for (const one of (await browseFor(title, many)) ?? []) uris.push(one);
  }
  if (uris.length === 0) return undefined;
  return Promise.all(uris.map(async (uri) => ({ uri, text: await textOf(uri) })));
}

const browseFor = (title: string, many: boolean): Thenable<vscode.Uri[] | undefined> =>
  vscode.window.showOpenDialog({ title, canSelectMany: many, openLabel: vscode.l10n.t('Choose') });

/** A file in the form the worker takes, including unsaved changes in an editor. */
export async function textOf(uri: vscode.Uri): Promise<ConfigText> {
  return configText(await vscode.workspace.openTextDocument(uri));
}
