import * as vscode from 'vscode';
import type { OpenCaptures } from '../openCaptures';
import { nameOf, originOf } from '../document';
import { VIEW_TYPES } from '../viewTypes';
import { tellError } from './desk';
import { chooseConfigs } from './files';
import type { Operator } from './operator';
import { diagnosticOf } from './problems';
import { openLine } from './pagePanel';
import { showReport } from './report';

/**
 * *Check against configuration…*: which parts of the server’s configuration produced the replies of a capture, and which line kept it
 * silent.
 */
export async function checkAgainst(operator: Operator, captures: OpenCaptures, clicked?: vscode.Uri): Promise<void> {
  const capture = clicked ?? activeCapture() ?? (await askForCapture());
  if (!capture) return;
  const configs = await chooseConfigs(vscode.l10n.t('Check {0} against configuration…', nameOf(capture)), true);
  if (!configs) return;
  try {
    const name = nameOf(capture);
    const origin = await originOf(capture);
    if (origin.kind === 'text') return;
    const { report, problems, configured } = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Checking against configuration…') },
      () => operator.desk.ask('against', { capture: { name, origin }, configs: configs.map(({ text }) => text) }),
    );
    const uris = new Map(configs.map(({ uri, text }) => [text.path, uri]));
    operator.shown.set(name, capture);
    for (const { path, problems: found } of problems)
      operator.deciding.set(uris.get(path) ?? vscode.Uri.file(path), found.map(diagnosticOf));
    captures.configure(capture, { configured, open: ({ path, line }) => openLine({ kind: 'file', path, line }, uris) });
    showReport(report, operator, uris, (frame) => captures.showFrame(capture, frame));
  } catch (error) {
    tellError(error);
  }
}

/** The capture in the active editor. */
function activeCapture(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (!(input instanceof vscode.TabInputCustom)) return undefined;
  return Object.values<string>(VIEW_TYPES).includes(input.viewType) ? input.uri : undefined;
}

async function askForCapture(): Promise<vscode.Uri | undefined> {
  const asked = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('A capture of the server’s traffic'),
    openLabel: vscode.l10n.t('Choose'),
    filters: { [vscode.l10n.t('Captures')]: ['pcap', 'pcapng', 'cap', 'dmp', 'gz', 'snoop'] },
  });
  return asked?.[0];
}
