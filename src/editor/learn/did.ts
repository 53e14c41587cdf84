import * as vscode from 'vscode';

/** Steps of the walkthrough, each of which checks itself off when it was really done. */
export type Deed = 'opened' | 'verdict' | 'octets' | 'hex' | 'compared' | 'lesson';

const done = new Set<Deed>();

/** Checks a step of the walkthrough off. */
export function markDone(deed: Deed): void {
  if (done.has(deed)) return;
  done.add(deed);
  void vscode.commands.executeCommand('setContext', `port67.did.${deed}`, true);
}
