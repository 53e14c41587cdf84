import * as vscode from 'vscode';
import { EngineClient } from '../engine/client';
import { CaptureDocument, type StartWorker } from './document';
import type { OpenCaptures } from './openCaptures';
import { showCapture } from './panel';

/** View type of panels with content decoded from text. */
const VIEW_TYPE = 'port67.hex';
/** How many characters of text a window keeps for a restart. */
const MOST_KEPT = 1 << 20;

/** What is needed to decode and show a text. */
interface Means {
  readonly context: vscode.ExtensionContext;
  readonly startWorker: StartWorker;
  readonly captures: OpenCaptures;
}

/**
 * *Decode DHCP hex*: takes a file, else the selection or whole text of the active editor, else asks. Opens the result in the capture view.
 * Returns whether anything was decoded.
 */
export async function decodeHex(means: Means, file?: unknown): Promise<boolean> {
  const fromFile = file instanceof vscode.Uri && !isActive(file) ? await textOf(file) : undefined;
  const text = fromFile ?? editorText() ?? (await ask(means.startWorker));
  return text !== undefined && decode(text, means);
}

/** Restores a panel after a restart, with the text it showed. */
export async function restoreHex(means: Means, panel: vscode.WebviewPanel, state: unknown): Promise<void> {
  const text: unknown = typeof state === 'object' && state !== null && 'text' in state ? state.text : undefined;
  const document = typeof text === 'string' ? await opened(text, means) : undefined;
  if (document && document.failure === undefined) return show(document, text as string, panel, means);
  document?.dispose();
  panel.dispose();
}

const isActive = (uri: vscode.Uri): boolean =>
  vscode.window.activeTextEditor?.document.uri.toString() === uri.toString();

async function textOf(uri: vscode.Uri): Promise<string> {
  const octets: Uint8Array = await vscode.workspace.fs.readFile(uri);
  return new TextDecoder().decode(octets);
}

/** The selection of the active text editor, or all its text. Undefined if there is no editor or it is empty. */
function editorText(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  if (!editor) return undefined;
  const text = editor.document.getText(editor.selection.isEmpty ? undefined : editor.selection);
  return text.trim() === '' ? undefined : text;
}

/**
 * Asks for hex. Offers the clipboard if it looks like hex. Reading the clipboard may take time (a browser asks for permission first), so
 * the box opens at once, and text typed meanwhile stays.
 */
async function ask(startWorker: StartWorker): Promise<string | undefined> {
  // The worker checks the text, so that a long one does not block this process.
  const engine = new EngineClient(await startWorker());
  const box = vscode.window.createInputBox();
  box.title = vscode.l10n.t('Decode DHCP hex');
  box.prompt = vscode.l10n.t('Hex digits of a frame, an IP datagram or a DHCP message, in any common spelling');
  box.placeholder = '01 01 06 00 39 03 f3 26 …';
  box.ignoreFocusOut = true;
  // The box has one line and drops line breaks, but a dump needs them. So text from the clipboard is used with its original lines.
  let clipboard = '';
  const entered = (): string => (oneLine(box.value) === oneLine(clipboard) ? clipboard : box.value);
  const offer = async (): Promise<void> => {
    const text = await vscode.env.clipboard.readText();
    clipboard = text;
    if (!(await engine.ask('looksLikeHex', { text })) || box.value !== '') return;
    box.value = text;
    box.valueSelection = [0, box.value.length];
  };
  offer().catch(() => undefined); // No permission, or closed meanwhile: nothing is offered.
  try {
    return await new Promise((resolve) => {
      /** Shows what is wrong with the text in the box. Returns the text if nothing is. */
      const check = async (): Promise<string | undefined> => {
        const text = entered();
        const { problem } = text.trim() === '' ? {} : await engine.ask('checkText', { text }).catch(failed);
        // The text may have changed meanwhile; the new one is checked separately.
        if (text === entered()) box.validationMessage = problem;
        return problem === undefined && text === entered() ? text : undefined;
      };
      box.onDidChangeValue(() => void check());
      box.onDidAccept(() =>
        check().then((text) => {
          if (text === undefined) return;
          resolve(text.trim() === '' ? undefined : text);
          box.hide();
        }),
      );
      box.onDidHide(() => resolve(undefined));
      box.show();
    });
  } finally {
    box.dispose();
    engine.dispose();
  }
}

/** The problem shown if the worker did not answer, for instance because the box was closed. */
function failed(error: unknown): { problem: string } {
  return { problem: error instanceof Error ? error.message : String(error) };
}

/** A text as a single-line box shows it. */
function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, '');
}

async function decode(text: string, means: Means): Promise<boolean> {
  const document = await opened(text, means);
  if (document.failure !== undefined) {
    document.dispose();
    const enter = vscode.l10n.t('Enter hex…');
    if ((await vscode.window.showErrorMessage(document.failure, enter)) !== enter) return false;
    const entered = await ask(means.startWorker);
    return entered !== undefined && decode(entered, means);
  }
  const panel = vscode.window.createWebviewPanel(VIEW_TYPE, '', vscode.ViewColumn.Active);
  await show(document, text, panel, means);
  return true;
}

/** Decodes a text. Resolves when it is completely read. */
async function opened(text: string, { startWorker }: Means): Promise<CaptureDocument> {
  const origin = { kind: 'text', text, start: 'auto' } as const;
  const name = vscode.l10n.t('Decoded hex');
  const port = await startWorker();
  const document = new CaptureDocument(vscode.Uri.parse('untitled:hex'), name, () => Promise.resolve(origin), port);
  await document.opened;
  return document;
}

async function show(document: CaptureDocument, text: string, panel: vscode.WebviewPanel, means: Means): Promise<void> {
  panel.title = await titleOf(document);
  panel.onDidDispose(() => document.dispose());
  showCapture(document, panel, means.context, means.captures, text.length > MOST_KEPT ? {} : { text });
}

/** A title that tells this tab from others by its content: `DISCOVER 00:0b:82:01:fc:42`. */
async function titleOf(document: CaptureDocument): Promise<string> {
  const { rows, total } = await document.engine.ask('rows', { view: document.newView(), from: 0, to: 1 });
  const [first] = rows;
  if (!first) return document.name;
  const what = [first.type, first.client].filter((one) => one !== '').join(' ') || document.name;
  return total > 1 ? vscode.l10n.t('{0} and {1} more', what, total - 1) : what;
}
