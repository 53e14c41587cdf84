import * as vscode from 'vscode';
import type { GoStep } from '../protocol';
import { fileOf, readLink } from './links';
import type { OpenCaptures } from './openCaptures';

/** Commands that move within the window immediately, by id. */
const STEPS: Readonly<Record<string, GoStep>> = {
  'port67.nextInExchange': 'next',
  'port67.previousInExchange': 'previous',
  'port67.requestOrReply': 'partner',
  'port67.back': 'back',
  'port67.forward': 'forward',
  'port67.find': 'find',
  'port67.findNext': 'findNext',
  'port67.findPrevious': 'findPrevious',
  'port67.focusFilter': 'filter',
  'port67.copyLink': 'copyLink',
};

/** Registers the commands for finding and going, and the handler for links to frames. */
export function registerCommands(context: vscode.ExtensionContext, captures: OpenCaptures): void {
  const go = (step: GoStep): boolean => captures.tellActive({ event: 'go', step, text: '' });
  for (const [id, step] of Object.entries(STEPS))
    context.subscriptions.push(vscode.commands.registerCommand(id, () => void go(step)));
  context.subscriptions.push(
    vscode.commands.registerCommand('port67.goTo', () => goTo(captures)),
    vscode.commands.registerCommand('port67.openLink', (link?: unknown) => openLink(captures, link)),
    vscode.window.registerUriHandler({
      handleUri: ({ path, fragment }) => openLink(captures, fragment === '' ? path : `${path}#${fragment}`),
    }),
  );
}

/** A frame number, or an offset in the selected frame: `0x2a`, `@42`. */
const PLACE = /^\s*(?:(\d{1,10})|0x([0-9a-f]{1,8})|@(\d{1,10}))\s*$/i;

async function goTo(captures: OpenCaptures): Promise<void> {
  const what = vscode.l10n.t('A frame number, or an offset in the selected frame: 0x2a or @42');
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('Go to frame or offset'),
    prompt: what,
    validateInput: (value) => (value.trim() === '' || PLACE.test(value) ? undefined : what),
  });
  const [, frame, hex, decimal] = PLACE.exec(text ?? '') ?? [];
  if (frame !== undefined) captures.tellActive({ event: 'select', frame: Number(frame) });
  else if (hex !== undefined || decimal !== undefined)
    captures.tellActive({ event: 'go', step: 'offset', text: String(hex === undefined ? decimal : parseInt(hex, 16)) });
}

/** Opens a capture at the frame that a link names. */
async function openLink(captures: OpenCaptures, given: unknown): Promise<void> {
  const text =
    typeof given === 'string'
      ? given
      : await vscode.window.showInputBox({
          title: vscode.l10n.t('Open a link to a frame'),
          prompt: vscode.l10n.t('A capture file and a frame: traces/office.pcap#frame=12'),
        });
  if (text === undefined || text.trim() === '') return;
  const link = readLink(text);
  const uri = await fileOf(link);
  if (!uri) return void vscode.window.showErrorMessage(vscode.l10n.t('There is no file “{0}”.', link.path));
  await captures.showFrame(uri, link.frame ?? 1);
}
