import { GO_STEPS } from '../src/protocol';
import type { Configured, GoStep, CaptureState, FrameView, RequestName, Requests, StateUpdate } from '../src/protocol';
import { unpack } from './unpack';

/** The API that VS Code gives to a webview. */
export interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

/** Called for the host's events. */
export interface Listeners {
  readonly state: (state: StateUpdate) => void;
  readonly failed: (message: string) => void;
  readonly select: (frame: number, key?: string) => void;
  readonly go: (step: GoStep, text: string) => void;
  readonly configured?: (configured: Configured) => void;
}

interface Pending {
  readonly request: RequestName;
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** How long the host may take to answer, in milliseconds. Filtering a million rows takes seconds. */
const LIMIT = 60_000;

/** Sends requests to the host, each with one reply, and receives its events. Messages that do not match the protocol are refused. */
export class Bridge {
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;
  private disposed = false;

  constructor(
    private readonly api: Pick<VsCodeApi, 'postMessage'>,
    private readonly listeners: Listeners,
    private readonly limit = LIMIT,
  ) {}

  /** Asks the host. Rejects if the answer is an error or has the wrong shape, if it is late, or if the window is closed. */
  ask<N extends RequestName>(request: N, params: Requests[N]['params']): Promise<Requests[N]['result']> {
    if (this.disposed) return Promise.reject(new Error('The window is closed.'));
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.pending.delete(id);
        reject(new Error(`No answer to “${request}” within ${this.limit / 1000} s.`));
      }, this.limit);
      this.pending.set(id, { request, resolve, reject, timer });
      this.api.postMessage({ id, request, params });
    });
  }

  /** Takes a message from the host: the reply to a pending request, or an event. Anything else is ignored. */
  receive(message: unknown): void {
    if (this.disposed || !isRecord(message)) return;
    if (typeof message['id'] === 'number') this.settle(message['id'], message);
    else if (message['event'] === 'state' && isUpdate(message['state'])) this.listeners.state(message['state']);
    else if (message['event'] === 'failed' && typeof message['message'] === 'string') {
      this.listeners.failed(message['message']);
    } else if (message['event'] === 'select' && isCount(message['frame'])) {
      const { key } = message;
      this.listeners.select(message['frame'], typeof key === 'string' ? key : undefined);
    } else if (message['event'] === 'configured' && isConfigured(message['configured'])) {
      this.listeners.configured?.(message['configured']);
    } else if (message['event'] === 'go' && typeof message['text'] === 'string') {
      const step = GO_STEPS.find((one) => one === message['step']);
      if (step) this.listeners.go(step, message['text']);
    }
  }

  private settle(id: number, message: Record<string, unknown>): void {
    const waiting = this.pending.get(id);
    if (!waiting) return;
    this.pending.delete(id);
    clearTimeout(waiting.timer);
    if (typeof message['error'] === 'string') return waiting.reject(new Error(message['error']));
    const result = typeof message['packed'] === 'string' ? unpack(message['packed']) : message['ok'];
    if (isResult[waiting.request](result)) waiting.resolve(result as never);
    else waiting.reject(new Error(`The answer to “${waiting.request}” has an unknown shape.`));
  }

  /** Rejects all pending requests. After that, nothing is sent or received. */
  dispose(): void {
    this.disposed = true;
    for (const { reject, timer } of this.pending.values()) {
      clearTimeout(timer);
      reject(new Error('The window is closed.'));
    }
    this.pending.clear();
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}

/** Whether `value` is an object in which these members are strings. */
function hasTexts(value: unknown, ...names: string[]): value is Record<string, unknown> {
  return isRecord(value) && names.every((name) => typeof value[name] === 'string');
}

function isListOf(value: unknown, isOne: (one: unknown) => boolean): value is unknown[] {
  return Array.isArray(value) && value.every(isOne);
}

const isText = (value: unknown): boolean => typeof value === 'string';

const isTextsOrNone = (...values: unknown[]): boolean =>
  values.every((value) => value === undefined || isListOf(value, isText));

const isStepsFor = (value: unknown): boolean =>
  isRecord(value) && Object.values(value).every((one) => hasTexts(one, 'kind', 'product'));

function isFinding(value: unknown): boolean {
  return (
    hasTexts(value, 'id', 'severity', 'title', 'explanation', 'reference') &&
    (value['frameCount'] === undefined || isCount(value['frameCount'])) &&
    isListOf(value['frames'], isCount) &&
    isListOf(value['steps'], isText) &&
    isTextsOrNone(value['types'], value['fields'], value['servers']) &&
    (value['stepsFor'] === undefined || isStepsFor(value['stepsFor'])) &&
    (value['elsewhere'] === undefined || isListOf(value['elsewhere'], isElsewhere)) &&
    (value['memberCount'] === undefined || isCount(value['memberCount'])) &&
    (value['members'] === undefined || isListOf(value['members'], isMember)) &&
    isListOf(value['causes'], (cause) => hasTexts(cause, 'text', 'likelihood') && isListOf(cause['evidence'], isText))
  );
}

const isMember = (value: unknown): boolean => hasTexts(value, 'subject') && isListOf(value['frames'], isCount);

function isElsewhere(value: unknown): boolean {
  return (
    hasTexts(value, 'name', 'path') &&
    isListOf(value['frames'], isCount) &&
    (value['frameCount'] === undefined || isCount(value['frameCount']))
  );
}

const isConfigured = (value: unknown): value is Configured =>
  isRecord(value) &&
  isListOf(value['places'], (place) => hasTexts(place, 'name')) &&
  isRecord(value['made']) &&
  isRecord(value['unsent']);

function isState(value: unknown): value is CaptureState {
  return isUpdate(value) && value.findings !== undefined;
}

function isUpdate(value: unknown): value is StateUpdate {
  return (
    hasTexts(value, 'name', 'format', 'verdict') &&
    [value['frames'], value['rows'], value['revision'], value['ofInterest'], value['bytesRead']].every(isCount) &&
    typeof value['done'] === 'boolean' &&
    typeof value['cancelled'] === 'boolean' &&
    (value['findings'] === undefined || isListOf(value['findings'], isFinding)) &&
    hasTexts(value['parts'], 'what', 'why', 'beside') &&
    Number.isInteger(value['parts']['finding']) &&
    (value['comparison'] === undefined || isText(value['comparison'])) &&
    (value['notice'] === undefined || isText(value['notice'])) &&
    isListOf(value['fileProblems'], isText) &&
    isListOf(value['notes'], isText)
  );
}

/** Whether `value` is a field, including all below it. The codec limits how deep the tree can be. */
function isField(value: unknown): boolean {
  return (
    hasTexts(value, 'name', 'text') &&
    isCount(value['offset']) &&
    isCount(value['length']) &&
    (value['note'] === undefined || isText(value['note'])) &&
    (value['more'] === undefined || isListOf(value['more'], isSpan)) &&
    (value['children'] === undefined || isListOf(value['children'], isField))
  );
}

function isSpan(value: unknown): boolean {
  return isRecord(value) && isCount(value['offset']) && isCount(value['length']);
}

function isFrame(value: unknown): value is FrameView {
  return (
    hasTexts(value, 'time', 'summary') &&
    (value['story'] === undefined || isText(value['story'])) &&
    (value['findings'] === undefined || isListOf(value['findings'], isCount)) &&
    isCount(value['frame']) &&
    isCount(value['wireLength']) &&
    isListOf(value['tree'], isField) &&
    isListOf(value['problems'], (one) => hasTexts(one, 'id', 'text') && isSpan(one)) &&
    isListOf(value['buffers'], (one) => hasTexts(one, 'name') && one['bytes'] instanceof Uint8Array) &&
    isRecord(value['docs']) &&
    Object.values(value['docs']).every((doc) => hasTexts(doc, 'title', 'text'))
  );
}

function isRow(value: unknown): boolean {
  return hasTexts(value, 'time', 'source', 'destination', 'type', 'client', 'info') && isCount(value['frame']);
}

function isLadder(value: unknown): boolean {
  return (
    hasTexts(value, 'client', 'outcome') &&
    isListOf(value['lanes'], (lane) => hasTexts(lane, 'kind', 'name')) &&
    isListOf(
      value['steps'],
      (step) =>
        hasTexts(step, 'name', 'about', 'why') &&
        isCount(step['from']) &&
        isCount(step['to']) &&
        isListOf(step['frames'], isCount) &&
        isListOf(step['findings'], (one) => hasTexts(one, 'id', 'severity', 'title')),
    )
  );
}

const isTenancy = (value: unknown): boolean => hasTexts(value, 'address') && typeof value['from'] === 'number';

const isAddressInUse = (value: unknown): boolean => hasTexts(value, 'address', 'client', 'state');

const isResult: { readonly [N in RequestName]: (value: unknown) => boolean } = {
  ready: isState,
  rows: (value) => isRecord(value) && isCount(value['total']) && isListOf(value['rows'], isRow),
  frame: isFrame,
  filter: (value) =>
    isRecord(value) && isCount(value['total']) && (value['error'] === undefined || hasTexts(value['error'], 'message')),
  indexOf: (value) => isRecord(value) && Number.isInteger(value['index']),
  allFrames: (value) =>
    isRecord(value) && isCount(value['total']) && (value['note'] === undefined || isText(value['note'])),
  sort: isRecord,
  find: isRecord,
  findAll: (value) => isRecord(value) && isListOf(value['frames'], isCount),
  conversations: (value) =>
    isRecord(value) &&
    isCount(value['total']) &&
    isListOf(value['rows'], (row) => hasTexts(row, 'client', 'outcome') && isCount(row['id']) && isCount(row['first'])),
  ladder: (value) =>
    isRecord(value) &&
    (value['ladder'] === undefined || isLadder(value['ladder'])) &&
    isListOf(value['between'], (one) => isLadder(one) && hasTexts(one, 'path', 'name')),
  conversationOf: (value) => isRecord(value) && isCount(value['id']) && isListOf(value['frames'], isCount),
  clients: (value) =>
    isRecord(value) &&
    isCount(value['total']) &&
    isListOf(
      value['rows'],
      (row) =>
        hasTexts(row, 'client', 'outcome') && isRecord(row['life']) && isListOf(row['life']['tenancies'], isTenancy),
    ),
  subnets: (value) =>
    isRecord(value) &&
    isListOf(value['subnets'], (one) => hasTexts(one, 'network') && isListOf(one['addresses'], isAddressInUse)),
  fieldFilter: (value) => isRecord(value) && (value['text'] === undefined || isText(value['text'])),
  fieldNames: (value) => isRecord(value) && isListOf(value['names'], (one) => hasTexts(one, 'name', 'kind')),
  openAgain: isRecord,
  openOther: isRecord,
  shown: isRecord,
  cancel: isRecord,
  copyTicket: isRecord,
  authorise: isRecord,
  suppress: isRecord,
  openRfc: isRecord,
  openConfig: isRecord,
  openGuide: isRecord,
  instead: isRecord,
  remember: isRecord,
  selected: isRecord,
  say: isRecord,
  copyLink: isRecord,
  copy: isRecord,
};
