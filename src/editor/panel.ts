import * as vscode from 'vscode';
import type { Boot, HostMessage, RequestMessage, RequestName, Requests, StateUpdate } from '../protocol';
import type { Params } from '../engine/questions';
import { authorise, openGuide, openInstead, openRfc, suppress } from './actions';
import type { CaptureDocument } from './document';
import { linkTo } from './links';
import { Memory } from './memory';
import type { OpenCaptures } from './openCaptures';
import { pageOf } from './page';

/** An answer of the engine that is passed on unchanged. */
class Packed {
  constructor(readonly json: string) {}
}

/** Shows a capture in a webview panel. Passes the page's questions to the engine, and the engine's events to the page. */
export function showCapture(
  document: CaptureDocument,
  panel: vscode.WebviewPanel,
  context: vscode.ExtensionContext,
  captures: OpenCaptures,
  boot: Partial<Boot> = {},
): void {
  const { engine } = document;
  const { webview } = panel;
  const view = document.newView();
  const assets = vscode.Uri.joinPath(context.extensionUri, 'dist');
  const memory = new Memory(context);
  webview.options = { enableScripts: true, localResourceRoots: [assets] };

  /** Answers at once, without waiting for the user's decision in a dialog of VS Code. */
  const done = (doing: Promise<unknown>): Promise<Record<string, never>> => {
    doing.catch((error: unknown) => void vscode.window.showErrorMessage(String(error)));
    return Promise.resolve({});
  };
  // A window that has been closed meanwhile takes no message.
  const post = (message: HostMessage): void => void webview.postMessage(message).then(undefined, () => undefined);
  const packed = async (asked: Params<'packed'>): Promise<Packed> => new Packed(await engine.ask('packed', asked));
  const handlers: { [N in RequestName]: (params: Requests[N]['params']) => Promise<Requests[N]['result'] | Packed> } = {
    ready: async () => {
      listening = true;
      known = undefined;
      void document.opened.then(() => tell()).then(selectAwaited);
      await document.started;
      try {
        const state = await engine.ask('state', { view });
        // The file may have turned out not to be a capture. The page has been told so before this answer.
        if (document.failure !== undefined) throw new Error(document.failure);
        known = state.revision;
        return withNotice(state);
      } catch (error) {
        // If reading failed, its reason explains more than this error.
        await document.opened;
        throw document.failure === undefined ? error : new Error(document.failure);
      }
    },
    rows: (params) => packed({ question: 'rows', params: { view, ...params } }),
    frame: (params) => packed({ question: 'frame', params }),
    filter: (params) => engine.ask('filter', { view, ...params }),
    indexOf: (params) => engine.ask('indexOf', { view, ...params }),
    allFrames: (params) => engine.ask('allFrames', { view, ...params }),
    sort: (params) => engine.ask('sort', { view, ...params }),
    find: (params) => engine.ask('find', { view, ...params }),
    findAll: (params) => engine.ask('findAll', { view, ...params }),
    conversations: (params) => engine.ask('conversations', params),
    ladder: (params) => engine.ask('ladder', params),
    conversationOf: (params) => engine.ask('conversationOf', params),
    clients: (params) => engine.ask('clients', params),
    subnets: (params) => engine.ask('subnets', params),
    fieldFilter: (params) => engine.ask('fieldFilter', params),
    fieldNames: (params) => engine.ask('fieldNames', params),
    shown: () => engine.ask('shown', {}),
    cancel: () => engine.ask('cancel', {}),
    openAgain: () => {
      document.openAgain();
      return Promise.resolve({});
    },
    openOther: async ({ path, frame }) => {
      const uri = document.compared.get(path);
      if (uri) await captures.showFrame(uri, frame);
      return {};
    },
    copyTicket: async (params) => {
      await vscode.env.clipboard.writeText(await engine.ask('ticket', params));
      return {};
    },
    authorise: ({ server }) => done(authorise(document.uri, server)),
    suppress: ({ id }) => done(suppress(document.uri, id)),
    openRfc: ({ rfc, section }) => done(openRfc(rfc, section)),
    openConfig: ({ place }) => {
      const known = captures.configuration(document.uri);
      const line = known?.configured.places[place];
      return done(Promise.resolve(line && known.open(line)));
    },
    openGuide: ({ key }) => done(openGuide(key)),
    instead: ({ what }) => done(openInstead(document.uri, what)),
    remember: (remembered) => done(memory.keep(document.uri, remembered)),
    selected: (selection) => {
      captures.tellSelected(document.uri, selection);
      return Promise.resolve({});
    },
    say: ({ text }) => done(Promise.resolve(vscode.window.showInformationMessage(text))),
    copyLink: async ({ frame }) => {
      await vscode.env.clipboard.writeText(linkTo(document.uri, frame));
      return {};
    },
    copy: async ({ text }) => {
      await vscode.env.clipboard.writeText(text);
      return {};
    },
  };

  const select = (frame: number, key?: string): void => post({ event: 'select', frame, ...(key ? { key } : {}) });
  let awaited = captures.addPanel(document, { panel, select, post });
  const selectAwaited = (): void => {
    if (document.failure !== undefined) return;
    const configuration = captures.configuration(document.uri);
    if (configuration) post({ event: 'configured', configured: configuration.configured });
    if (awaited !== undefined) select(awaited.frame, awaited.key);
    awaited = undefined;
  };

  /** The revision of the findings that the page has. */
  let known: number | undefined;
  const withNotice = <S extends StateUpdate>(state: S): S =>
    document.notice === undefined ? state : { ...state, notice: document.notice };
  /** Whether the page has asked for its state. VS Code keeps what is sent before, and may deliver it behind later messages. */
  let listening = false;
  const tell = async (): Promise<void> => {
    if (!listening) return;
    if (document.failure !== undefined) {
      known = undefined;
      return post({ event: 'failed', message: document.failure });
    }
    try {
      const state = await engine.ask('update', { view, known });
      // The page was told of a failure meanwhile, and a state would take that away.
      if (document.failure !== undefined) return;
      if (state.findings) known = state.revision;
      post({ event: 'state', state: withNotice(state) });
    } catch {
      // The capture was closed meanwhile, so there is nobody to tell.
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
    { dispose: engine.onProgress(() => void tell()) },
    document.onChange(() => void tell()),
  ];
  panel.onDidDispose(() => {
    for (const one of disposables) one.dispose();
    void engine.ask('closeView', { view }).catch(() => undefined);
  });
  webview.html = pageOf(webview, assets, document.name, 'capture', { ...memory.of(document.uri), ...boot });
}

/** Whether a message is a request with a handler. */
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
