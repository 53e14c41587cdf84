import * as vscode from 'vscode';

/** Steps of the walkthrough. Each is checked off when the user has really done it. */
export type Deed = 'opened' | 'verdict' | 'octets' | 'hex' | 'compared' | 'lesson';

const done = new Set<Deed>();

/** Checks off a step of the walkthrough. */
export function markDone(deed: Deed): void {
  if (done.has(deed)) return;
  done.add(deed);
  void vscode.commands.executeCommand('setContext', `port67.did.${deed}`, true);
}
