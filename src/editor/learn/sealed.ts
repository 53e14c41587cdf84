import * as vscode from 'vscode';

/** URI scheme of the captures generated for lessons and challenges: `port67-lesson:/clones.pcap`. */
export const LESSON_SCHEME = 'port67-lesson';

const CHALLENGE = /^\/challenge-\d+\.pcap$/;

/** Name of a challenge's capture. */
export const challengeName = (seed: number): string => `challenge-${seed}.pcap`;

/** Shown instead of the verdict while the user is to find the fault. Undefined for any other capture. */
export function sealedWords(uri: vscode.Uri): string | undefined {
  if (uri.scheme !== LESSON_SCHEME || !CHALLENGE.test(uri.path)) return undefined;
  return vscode.l10n.t('One fault is hidden in this capture. Find a frame that shows it, and its cause.');
}
