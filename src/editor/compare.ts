import * as vscode from 'vscode';
import type { CaptureDocument } from './document';
import type { OpenCaptures } from './openCaptures';
import { VIEW_TYPES } from './viewTypes';

/**
 * *Compare with another capture*: compares an exchange captured at two or more points, to find what was lost between them. Uses the
 * captures selected in the explorer. Otherwise takes the active one and asks for the others. Returns whether they were compared.
 */
export async function compareCaptures(
  captures: OpenCaptures,
  clicked?: vscode.Uri,
  selected?: readonly vscode.Uri[],
): Promise<boolean> {
  const [first, ...others] = await choose(clicked, selected);
  if (!first || others.length === 0) return false;
  const document = await captures.document(first);
  return document !== undefined && compare(document, others);
}

/** The captures to compare, the starting one first. Fewer than two if the user did not choose enough. */
async function choose(clicked?: vscode.Uri, selected?: readonly vscode.Uri[]): Promise<vscode.Uri[]> {
  const first = clicked ?? activeCapture();
  if (first && selected && selected.length > 1) {
    return [first, ...selected.filter((uri) => uri.toString() !== first.toString())];
  }
  const asked = await vscode.window.showOpenDialog({
    title: first ? vscode.l10n.t('Compare with…') : vscode.l10n.t('Captures of the same exchange, two or more'),
    openLabel: vscode.l10n.t('Compare'),
    canSelectFiles: true,
    canSelectMany: true,
    filters: { [vscode.l10n.t('Captures')]: ['pcap', 'pcapng', 'cap', 'dmp', 'gz', 'snoop'] },
    ...(first ? { defaultUri: vscode.Uri.joinPath(first, '..') } : {}),
  });
  if (!asked) return [];
  const chosen = first ? [first, ...asked.filter((uri) => uri.toString() !== first.toString())] : asked;
  if (chosen.length < 2) {
    void vscode.window.showErrorMessage(
      vscode.l10n.t('A comparison needs two captures: choose another one beside this.'),
    );
  }
  return chosen;
}

/** The capture in the active editor. */
function activeCapture(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (!(input instanceof vscode.TabInputCustom)) return undefined;
  return Object.values<string>(VIEW_TYPES).includes(input.viewType) ? input.uri : undefined;
}

/** A comparison that takes longer than this many milliseconds gets a notification in which it can be cancelled. */
const PATIENCE = 1000;

async function compare(document: CaptureDocument, others: readonly vscode.Uri[]): Promise<boolean> {
  const title = vscode.l10n.t('Comparing captures…');
  const stop = new vscode.CancellationTokenSource();
  const comparing = document.compareWith(others, stop.token);
  try {
    const patience = new Promise<'long'>((resolve) => setTimeout(() => resolve('long'), PATIENCE));
    const first = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title }, () =>
      Promise.race([comparing, patience]),
    );
    if (first === 'long')
      await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title, cancellable: true },
        (_, token) => {
          token.onCancellationRequested(() => stop.cancel());
          return comparing;
        },
      );
    return true;
  } catch (error) {
    // A person who has chosen Cancel need not be told.
    if (!stop.token.isCancellationRequested)
      void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    return false;
  }
}
