import * as vscode from 'vscode';

/** Base URL of the RFCs. */
const RFCS = 'https://www.rfc-editor.org/rfc/';

/** Opens an RFC at a section. The URL is built only from validated numbers. */
export async function openRfc(rfc: number, section: string): Promise<void> {
  if (!Number.isInteger(rfc) || rfc < 1 || rfc > 99_999) return;
  const at = /^[A-Z0-9]{1,3}(\.\d{1,3}){0,5}$/.test(section) ? `#section-${section}` : '';
  await vscode.env.openExternal(vscode.Uri.parse(`${RFCS}rfc${rfc}${at}`, true));
}

/** Opens the guide's page on a field or finding. */
export async function openGuide(key: string): Promise<void> {
  await vscode.commands.executeCommand('port67.guide', key);
}

/** Decodes a file that is not a capture as hex, or opens it as text. */
export async function openInstead(uri: vscode.Uri, what: 'hex' | 'text'): Promise<void> {
  await (what === 'text'
    ? vscode.commands.executeCommand('vscode.openWith', uri, 'default')
    : vscode.commands.executeCommand('port67.decodeHex', uri));
}

/** Adds a server to the user's list of authorised servers, and confirms it. */
export async function authorise(uri: vscode.Uri, server: string): Promise<void> {
  if (!/^(\d{1,3}\.){3}\d{1,3}$/.test(server)) return;
  await add(uri, 'authorisedServers', server, vscode.l10n.t('{0} is now among the authorised servers.', server));
}

/** Adds a finding to the suppressed ones in the settings, and confirms it. */
export async function suppress(uri: vscode.Uri, id: string): Promise<void> {
  if (!/^[a-z0-9-]{1,60}$/.test(id)) return;
  await add(uri, 'suppressedFindings', id, vscode.l10n.t('“{0}” is no longer reported here.', id));
}

/** Adds an entry to a list in the settings, at workspace level if the file belongs to a workspace. Offers to undo it. */
async function add(uri: vscode.Uri, name: string, value: string, said: string): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('port67', uri);
  const inWorkspace = vscode.workspace.isTrusted && vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  const target = inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  const found = configuration.inspect<unknown>(name);
  const before = inWorkspace ? found?.workspaceValue : found?.globalValue;
  const effective = configuration.get<unknown>(name);
  const list: unknown[] = Array.isArray(effective) ? effective : [];
  if (list.includes(value)) return;
  try {
    await configuration.update(name, [...list, value], target);
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    return;
  }
  const undo = vscode.l10n.t('Undo');
  if ((await vscode.window.showInformationMessage(said, undo)) === undo) {
    await vscode.workspace.getConfiguration('port67', uri).update(name, before, target);
  }
}
