import * as vscode from 'vscode';
import type { PageEvent, PageRequest, PageRequestName, PageRequests, Target } from '../../pages';
import { pageOf } from '../page';

/** The host's handlers for the requests of a page. Requests that a page does not make have none. */
export type PageHandlers = {
  readonly [N in PageRequestName]?: (params: PageRequests[N]['params']) => Promise<PageRequests[N]['result']>;
};

/**
 * Shows one of the pages other than the capture’s window in a panel, and answers its requests. Returns the function that notifies it of a
 * change.
 */
export function showPage(
  panel: vscode.WebviewPanel,
  extensionUri: vscode.Uri,
  page: 'leases' | 'report',
  title: string,
  handlers: PageHandlers,
): () => void {
  const { webview } = panel;
  const assets = vscode.Uri.joinPath(extensionUri, 'dist');
  webview.options = { enableScripts: true, localResourceRoots: [assets] };
  const answer = async ({ id, request, params }: PageRequest): Promise<unknown> => {
    try {
      const handler = handlers[request] as ((params: unknown) => Promise<unknown>) | undefined;
      if (!handler) throw new Error(`“${request}” is not for this page.`);
      return { id, ok: await handler(params) };
    } catch (error) {
      return { id, error: error instanceof Error ? error.message : String(error) };
    }
  };
  // A page that has been closed meanwhile takes no message, and needs none.
  const post = (message: unknown): void => void webview.postMessage(message).then(undefined, () => undefined);
  const listening = webview.onDidReceiveMessage((message: unknown) => {
    if (isRequest(message, handlers)) void answer(message).then(post);
  });
  panel.onDidDispose(() => {
    listening.dispose();
  });
  webview.html = pageOf(webview, assets, title, page);
  const changed: PageEvent = { event: 'changed' };
  return () => post(changed);
}

/** Whether a message is a request with a handler here. */
function isRequest(message: unknown, handlers: PageHandlers): message is PageRequest {
  const { id, request, params } = Object(message) as Partial<Record<keyof PageRequest, unknown>>;
  const named = typeof request === 'string' && Object.hasOwn(handlers, request);
  return named && typeof id === 'number' && typeof params === 'object' && params !== null;
}

/** Opens a line of a file that a page names. `uris` holds files that are not on this machine’s disk. */
export async function openLine(
  { path, line }: Target & { kind: 'file' },
  uris: ReadonlyMap<string, vscode.Uri>,
): Promise<void> {
  const uri = uris.get(path) ?? vscode.Uri.file(path);
  const at = new vscode.Range(line - 1, 0, line - 1, 0);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, {
    selection: at,
    viewColumn: vscode.ViewColumn.Beside,
    preserveFocus: false,
  });
}
