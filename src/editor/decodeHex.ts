import * as vscode from 'vscode';
import { EngineClient } from '../engine/client';
import { CaptureDocument, type StartWorker } from './document';
import type { OpenCaptures } from './openCaptures';
import { showCapture } from './panel';

/** Panels of what was decoded from text. */
const VIEW_TYPE = 'port67.hex';
/** Characters of text that a window keeps for its restart. */
const MOST_KEPT = 1 << 20;

/** What is needed to show what text holds. */
interface Means {
  readonly context: vscode.ExtensionContext;
  readonly startWorker: StartWorker;
  readonly captures: OpenCaptures;
}

/**
 * *Decode DHCP hex*: takes a file, else the selection or the whole text of the active editor, else asks; opens the capture view on
 * what it decodes.
 */
export async function decodeHex(means: Means, file?: unknown): Promise<void> {
  const fromFile = file instanceof vscode.Uri && !isActive(file) ? await textOf(file) : undefined;
  const text = fromFile ?? editorText() ?? (await ask(means.startWorker));
  if (text !== undefined) await decode(text, means);
}

/** A panel comes back after a restart, with the text that it showed. */
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
async function ask(startWorker: StartWorker): Promise<string | undefined> {
  // A long text takes its time: the worker looks at it, and this process goes on.
  const engine = new EngineClient(await startWorker());
  const box = vscode.window.createInputBox();
  box.title = vscode.l10n.t('Decode DHCP hex');
  box.prompt = vscode.l10n.t('Hex digits of a frame, an IP datagram or a DHCP message, in any common spelling');
  box.placeholder = '01 01 06 00 39 03 f3 26 …';
  box.ignoreFocusOut = true;
  // The box has one line and drops line ends; a dump needs them, so what came from the clipboard is taken with its lines.
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
      /** Says what is wrong with what was entered; gives it where nothing is. */
      const check = async (): Promise<string | undefined> => {
        const text = entered();
        const { problem } = text.trim() === '' ? {} : await engine.ask('checkText', { text }).catch(failed);
        // Meanwhile something else may have been entered, which is looked at by itself.
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

/** What is said where the worker could not answer; nothing may be left hanging when the box is closed meanwhile. */
function failed(error: unknown): { problem: string } {
  return { problem: error instanceof Error ? error.message : String(error) };
}

/** A text as a box of one line shows it. */
function oneLine(text: string): string {
  return text.replace(/[\r\n]+/g, '');
}

async function decode(text: string, means: Means): Promise<void> {
  const document = await opened(text, means);
  if (document.failure !== undefined) {
    document.dispose();
    const enter = vscode.l10n.t('Enter hex…');
    if ((await vscode.window.showErrorMessage(document.failure, enter)) !== enter) return;
    const entered = await ask(means.startWorker);
    if (entered !== undefined) await decode(entered, means);
    return;
  }
  const panel = vscode.window.createWebviewPanel(VIEW_TYPE, '', vscode.ViewColumn.Active);
  await show(document, text, panel, means);
}

/** What text holds, read to its end. */
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

/** What the text holds, so that one tab is told from the next: `DISCOVER 00:0b:82:01:fc:42`. */
async function titleOf(document: CaptureDocument): Promise<string> {
  const { rows, total } = await document.engine.ask('rows', { view: document.newView(), from: 0, to: 1 });
  const [first] = rows;
  if (!first) return document.name;
  const what = [first.type, first.client].filter((one) => one !== '').join(' ') || document.name;
  return total > 1 ? vscode.l10n.t('{0} and {1} more', what, total - 1) : what;
}
