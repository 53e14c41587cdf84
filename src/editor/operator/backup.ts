import * as vscode from 'vscode';
import { tellError } from './desk';
import type { Operator } from './operator';
import { showReport } from './report';

/** *Check a backup…*: whether a DHCP server can be restored from a folder or an archive. */
export async function checkBackup(operator: Operator, clicked?: vscode.Uri): Promise<void> {
  const uri = clicked ?? (await ask());
  if (!uri) return;
  if (uri.scheme !== 'file') {
    void vscode.window.showErrorMessage(
      vscode.l10n.t('A backup must lie on the disk of the machine that this extension runs on.'),
    );
    return;
  }
  try {
    const { report } = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Looking through the backup…') },
      () => operator.desk.ask('backup', { path: uri.fsPath }),
    );
    showReport(report, operator);
  } catch (error) {
    tellError(error);
  }
}

/** Not every system has a dialog for both files and folders, so the user chooses between them first. */
async function ask(): Promise<vscode.Uri | undefined> {
  const folder = vscode.l10n.t('A folder');
  const archive = vscode.l10n.t('An archive (.tar, .tar.gz, .zip)');
  const kind = await vscode.window.showQuickPick([folder, archive], { title: vscode.l10n.t('Check a backup…') });
  if (kind === undefined) return undefined;
  const asked = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Check a backup…'),
    openLabel: vscode.l10n.t('Check'),
    canSelectFolders: kind === folder,
    canSelectFiles: kind !== folder,
  });
  return asked?.[0];
}
