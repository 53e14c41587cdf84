import * as vscode from 'vscode';
import type { StartWorker } from '../document';
import type { OpenCaptures } from '../openCaptures';
import { markDone } from './did';
import { ChallengePanel } from './challenge';
import { LessonFiles } from './lessonFiles';
import { LessonPanel } from './lessons';
import { LESSON_SCHEME } from './sealed';
import { WorkshopPanel } from './workshop';
import { compareSamples, openHexExample, openSample } from './samples';

export { markDone } from './did';

/** Registers everything for learning: samples, the walkthrough, lessons, challenges and the workshop. */
export function registerLearning(
  context: vscode.ExtensionContext,
  startWorker: StartWorker,
  captures: OpenCaptures,
): void {
  const { extensionUri, globalState: memento } = context;
  const files = new LessonFiles(startWorker);
  const shared = { extensionUri, captures, files, memento };
  let lessons: LessonPanel | undefined;
  let challenges: ChallengePanel | undefined;
  let workshop: WorkshopPanel | undefined;
  context.subscriptions.push(
    vscode.workspace.registerFileSystemProvider(LESSON_SCHEME, files, { isReadonly: true }),
    captures.onSelected(({ selection }) => {
      if (selection.field && selection.byHand) markDone('octets');
    }),
    vscode.commands.registerCommand('port67.openSample', (name?: unknown) => openSample(extensionUri, captures, name)),
    vscode.commands.registerCommand('port67.hexExample', () => openHexExample()),
    vscode.commands.registerCommand('port67.compareSamples', () => compareSamples()),
    vscode.commands.registerCommand('port67.lessons', (id?: unknown) =>
      (lessons ??= new LessonPanel(shared)).start(id),
    ),
    vscode.commands.registerCommand('port67.challenge', (seed?: unknown) =>
      (challenges ??= new ChallengePanel(shared)).start(seed),
    ),
    vscode.commands.registerCommand('port67.workshop', () => (workshop ??= new WorkshopPanel(shared)).start()),
  );
}
