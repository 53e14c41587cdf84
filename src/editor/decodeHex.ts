import * as vscode from 'vscode';
import { looksLikeHex, parseHexText } from '../capture/text';
import { CaptureDocument, type StartWorker } from './document';
import type { OpenCaptures } from './openCaptures';
import { showCapture } from './panel';

/**
 * *Decode DHCP hex*: takes the selection or the whole text of the active editor, else asks; opens the capture view on what it
 * decodes.
 */
export async function decodeHex(
  extensionUri: vscode.Uri,
  startWorker: StartWorker,
  captures: OpenCaptures,
): Promise<void> {
  const text = editorText() ?? (await ask());
  if (text !== undefined) await decode(text, extensionUri, startWorker, captures);
}

/** The selection of the active text editor, or all its text; undefined where there is no editor, or an empty one. */
function editorText(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  const text = editor.document.getText(editor.selection.isEmpty ? undefined : editor.selection);
  return text.trim() === '' ? undefined : text;
}

/**
 * Asks for hex; what is on the clipboard is offered where it looks like hex. The clipboard may take its time (a browser asks for
 * permission first), so the box does not wait for it, and what the person has typed meanwhile stays.
 */
function ask(): Promise<string | undefined> {
  const box = vscode.window.createInputBox();
  box.title = vscode.l10n.t('Decode DHCP hex');
  box.prompt = vscode.l10n.t('Hex digits of a frame, an IP datagram or a DHCP message, in any common spelling');
  box.placeholder = '01 01 06 00 39 03 f3 26 …';
  box.ignoreFocusOut = true;
  // The box has one line and drops line ends; a dump needs them, so what came from the clipboard is taken with its lines.
  let clipboard = '';
  const entered = (): string => (oneLine(box.value) === oneLine(clipboard) ? clipboard : box.value);
  void vscode.env.clipboard.readText().then(
    (text) => {
      clipboard = text;
      if (box.value !== '' || !looksLikeHex(text)) return;
      box.value = text;
      box.valueSelection = [0, box.value.length];
    },
    () => undefined, // No permission: nothing is offered.
  );
  return new Promise((resolve) => {
    const check = (): string => {
      const text = entered().trim() === '' ? '' : entered();
      box.validationMessage = text === '' ? undefined : problemOf(text);
      return text;
    };
    box.onDidChangeValue(check);
    box.onDidAccept(() => {
      const text = check();
      if (box.validationMessage !== undefined) return;
      resolve(text === '' ? undefined : text);
      box.hide();
    });
    box.onDidHide(() => {
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}

/** A text as a box of one line shows it. */
function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, '');
}

/** What keeps a text from being hex, in one sentence; undefined where nothing does. */
function problemOf(text: string): string | undefined {
  const parsed = parseHexText(text);
  return 'error' in parsed ? parsed.error : undefined;
}

async function decode(
  text: string,
  extensionUri: vscode.Uri,
  startWorker: StartWorker,
  captures: OpenCaptures,
): Promise<void> {
  const problem = problemOf(text);
  if (problem !== undefined) {
    const enter = vscode.l10n.t('Enter hex…');
    if ((await vscode.window.showErrorMessage(problem, enter)) !== enter) return;
    const entered = await ask();
    if (entered !== undefined) await decode(entered, extensionUri, startWorker, captures);
    return;
  }
  const port = await startWorker();
  const name = vscode.l10n.t('Decoded hex');
  const panel = vscode.window.createWebviewPanel('port67.hex', name, vscode.ViewColumn.Active);
  const origin = { kind: 'text', text, start: 'auto' } as const;
  const document = new CaptureDocument(vscode.Uri.parse('untitled:hex'), name, () => Promise.resolve(origin), port);
  panel.onDidDispose(() => document.dispose());
  showCapture(document, panel, extensionUri, captures);
}
