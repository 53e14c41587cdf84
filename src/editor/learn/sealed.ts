import * as vscode from 'vscode';

/** Captures that are made for lessons and challenges: `port67-lesson:/clones.pcap`. */
export const LESSON_SCHEME = 'port67-lesson';

const CHALLENGE = /^\/challenge-\d+\.pcap$/;

/** The name of the capture of a challenge. */
export const challengeName = (seed: number): string => `challenge-${seed}.pcap`;

/** What stands in the place of the verdict where the person is to find the fault; undefined for every other capture. */
export function sealedWords(uri: vscode.Uri): string | undefined {
  if (uri.scheme !== LESSON_SCHEME || !CHALLENGE.test(uri.path)) return undefined;
  return vscode.l10n.t('One fault is hidden in this capture. Find a frame that shows it, and its cause.');
}
