import * as vscode from 'vscode';
import { tellError } from './desk';
import type { Operator } from './operator';
import { showReport } from './report';

/**
 * *Check this machine*: which programs listen on the DHCP ports, and which firewall rules are active. Shows each command before it runs,
 * and runs none in an untrusted workspace. Runs where the extension runs, which may be a remote machine.
 */
export async function checkMachine(operator: Operator): Promise<void> {
  if (!vscode.workspace.isTrusted) {
    const trust = vscode.l10n.t('Manage Trust');
    const message = vscode.l10n.t('No command is run in a workspace that is not trusted.');
    if ((await vscode.window.showWarningMessage(message, trust)) === trust)
      await vscode.commands.executeCommand('workbench.trust.manage');
    return;
  }
  try {
    const { commands } = await operator.desk.ask('machineCommands', {});
    if (!commands) {
      void vscode.window.showErrorMessage(vscode.l10n.t('Only Linux, macOS and Windows can be examined.'));
      return;
    }
    const run = vscode.l10n.t('Run {0} commands', commands.length);
    const list = commands.map(({ text, tells }) => `${text}\n    ${vscode.l10n.t('tells {0}', tells)}`).join('\n');
    const answer = await vscode.window.showInformationMessage(
      vscode.env.remoteName === undefined
        ? vscode.l10n.t('Run these commands on this machine?')
        : vscode.l10n.t('Run these commands on the remote machine ({0})?', vscode.env.remoteName),
      {
        modal: true,
        detail: `${vscode.l10n.t('They only read. Some are run only where the one before gave nothing.')}\n\n${list}`,
      },
      run,
    );
    if (answer !== run) return;
    const { report } = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t('Looking at this machine…') },
      () => operator.desk.ask('machine', {}),
    );
    showReport(report, operator);
  } catch (error) {
    tellError(error);
  }
}
