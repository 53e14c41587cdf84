import * as vscode from 'vscode';
import type { EventMessage, HostMessage, RequestMessage, RequestName, Requests } from '../protocol';
import type { Params } from '../engine/questions';
import type { CaptureDocument } from './document';
import type { OpenCaptures } from './openCaptures';
import { pageOf } from './page';

/** An answer of the engine that is passed on as it is. */
class Packed {
  constructor(readonly json: string) {}
}

/** Shows a capture in a webview panel: passes the page's questions on to the engine, and the engine's news to the page. */
export function showCapture(
  document: CaptureDocument,
  panel: vscode.WebviewPanel,
  extensionUri: vscode.Uri,
  captures: OpenCaptures,
): void {
  const { engine } = document;
  const { webview } = panel;
  const view = document.newView();
  const assets = vscode.Uri.joinPath(extensionUri, 'dist');
  webview.options = { enableScripts: true, localResourceRoots: [assets] };

  const post = (message: HostMessage): void => void webview.postMessage(message);
  const packed = async (asked: Params<'packed'>): Promise<Packed> => new Packed(await engine.ask('packed', asked));
  const handlers: { [N in RequestName]: (params: Requests[N]['params']) => Promise<Requests[N]['result'] | Packed> } = {
    ready: async () => {
      void document.opened.then((failure) => {
        if (failure !== undefined) post({ event: 'failed', message: failure } satisfies EventMessage);
        else return sendState().then(selectAwaited);
      });
      await document.started;
      return engine.ask('state', { view }).catch(async (error: unknown) => {
        // Where the capture could not even be asked for, the reason why tells more.
        throw new Error((await document.opened) ?? (error instanceof Error ? error.message : String(error)));
      });
    },
    rows: (params) => packed({ question: 'rows', params: { view, ...params } }),
    frame: (params) => packed({ question: 'frame', params }),
    filter: (params) => engine.ask('filter', { view, ...params }),
    indexOf: (params) => engine.ask('indexOf', { view, ...params }),
    shown: () => engine.ask('shown', {}),
    cancel: () => engine.ask('cancel', {}),
    openOther: async ({ path, frame }) => {
      const uri = document.compared.get(path);
      if (uri) await captures.showFrame(uri, frame);
      return {};
    },
    copy: async ({ text }) => {
      await vscode.env.clipboard.writeText(text);
      return {};
    },
  };

  const select = (frame: number): void => post({ event: 'select', frame });
  let awaited = captures.addPanel(document, panel, select);
  const selectAwaited = (): void => {
    if (awaited !== undefined) select(awaited);
    awaited = undefined;
  };

  const sendState = async (): Promise<void> => {
    try {
      post({ event: 'state', state: await engine.ask('state', { view }) });
    } catch {
      // The capture was closed in between: there is nobody left to tell.
    }
  };

  const answer = async ({ id, request, params }: RequestMessage): Promise<void> => {
    try {
      const handler = handlers[request] as (params: unknown) => Promise<unknown>;
      const result = await handler(params);
      post(result instanceof Packed ? { id, packed: result.json } : { id, ok: result });
    } catch (error) {
      post({ id, error: error instanceof Error ? error.message : String(error) });
    }
  };

  const disposables = [
    webview.onDidReceiveMessage((message: unknown) => {
      if (isRequest(message, handlers)) void answer(message);
    }),
    { dispose: engine.onProgress(() => void sendState()) },
  ];
  panel.onDidDispose(() => {
    for (const one of disposables) one.dispose();
    void engine.ask('closeView', { view }).catch(() => undefined);
  });
  webview.html = pageOf(webview, assets, document.name);
}

/** Whether a message has the shape of a request that is known here. */
function isRequest(message: unknown, handlers: object): message is RequestMessage {
  if (typeof message !== 'object' || message === null) return false;
  const { id, request, params } = message as Record<string, unknown>;
  return (
    typeof id === 'number' &&
    typeof request === 'string' &&
    Object.hasOwn(handlers, request) &&
    typeof params === 'object' &&
    params !== null
  );
}
