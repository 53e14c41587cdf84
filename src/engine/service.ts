import { DEFAULT_SETTINGS, type AnalysisLimits } from '../analysis';
import { NotACapture } from '../capture/frame';
import type { Gunzip } from '../capture/gzip';
import { looksLikeHex } from '../capture/text';
import { contentsOfGuide } from '../guide/lookup';
import { pageMarkdown } from '../guide/markdown';
import { pageFor } from '../guide/topicPage';
import { Capture, EngineError, type CaptureOptions, type Source } from './capture';
import { comparisonOf, type Shown } from './comparison';
import { FirstRows } from './scan/firstRows';
import { clientRows } from './answers/clients';
import { ConversationList } from './answers/conversations';
import { findAll, findFrame } from './list/find';
import { fieldNames, fieldValues } from '../filter';
import { learnHandlers } from './answers/learn';
import { FrameList } from './list/list';
import { pack, packFrame } from './list/pack';
import type { FrameView, ShownFinding, StateUpdate, VerdictParts } from '../protocol';
import type { Answer, Origin, Params, Question, QuestionName, Result } from './questions';
import { shortened, withTypes } from './list/shorten';
import { packetsInText } from './text';
import { ticketOf } from './answers/ticket';
import { OwnColumns } from './list/ownColumns';
import type { Vendors } from './who';

/** A comparison that is being made. */
interface Comparing {
  /** The other capture that is being read. */
  reading?: Capture;
  stopped: boolean;
}

/** Minimum interval between progress events, in milliseconds. */
const PROGRESS_MS = 50;
/** How long a filter runs before other questions get their turn, in milliseconds. */
const SLICE_MS = 20;

/** The engine behind a message port: takes questions and gives answers, one capture at a time. It runs in every kind of worker. */
export class Service {
  private capture: Capture | undefined;
  private readonly views = new Map<number, FrameList>();
  /** The filter of each view. It is kept when the capture is reopened. */
  private readonly filters = new Map<number, string>();
  /** Views that list all frames. */
  private readonly wide = new Set<number>();
  /** Pending while the frames that are not of interest are being read. */
  private widening: Promise<void> | undefined;
  /** Views whose filter has not yet checked all frames. */
  private readonly filtering = new Set<number>();
  /** Counts searches: a new one ends the one before. */
  private searches = 0;
  private lastProgress = 0;
  private revision = 0;
  private opening: Params<'open'> | undefined;
  private comparison: Shown | undefined;
  private comparing: Comparing | undefined;
  private firstRows: FirstRows | undefined;

  constructor(
    private readonly post: (answer: Answer) => void,
    /** How this kind of worker reads a file on disk; undefined if it cannot. */
    private readonly openPath: ((path: string) => Promise<Source>) | undefined,
    /** The best way for this kind of worker to decompress gzip; `DecompressionStream` if left out. */
    private readonly gunzip?: Gunzip,
    private readonly limits: AnalysisLimits = {},
    /** The makers of network cards, if this kind of worker knows them. */
    private readonly vendors?: Vendors,
  ) {}

  /** Answers one question. Never rejects: errors travel in the answer. */
  async take(question: Question): Promise<void> {
    const { id } = question;
    try {
      this.post({ id, ok: await this.answer(question) });
    } catch (error) {
      const expected = error instanceof EngineError || error instanceof NotACapture;
      this.post({ id, error: error instanceof Error ? error.message : String(error), expected });
    }
  }

  private answer<N extends QuestionName>(question: Question<N>): Promise<Result<N>> | Result<N> {
    return this.handlers[question.question](question.params);
  }

  private readonly handlers: { [N in QuestionName]: (params: Params<N>) => Promise<Result<N>> | Result<N> } = {
    ...learnHandlers,
    open: async (params) => {
      const { name, origin } = params;
      this.opening = params;
      const capture = this.newCapture(name);
      // When a capture is reopened, the old one stays visible until the new reading is complete.
      const before = this.capture;
      if (!before) this.capture = capture;
      await (before ? this.read(capture, origin) : this.readForTheFirstTime(capture, origin));
      if (before) {
        before.close();
        this.capture = capture;
        this.comparison = undefined;
        this.views.clear();
      }
      this.changed();
      this.prepare(capture);
      return {};
    },
    checkText: ({ text }) => {
      const found = packetsInText(text, 'auto');
      return 'error' in found ? { problem: found.error } : {};
    },
    looksLikeHex: ({ text }) => looksLikeHex(text),
    guideIndex: () => ({ pages: contentsOfGuide() }),
    guideTopic: ({ topic }) => {
      const id = pageFor(topic);
      return id === undefined ? {} : { id };
    },
    guidePage: ({ id, commands }) => {
      const markdown = pageMarkdown(id, commands);
      return markdown === undefined ? {} : { markdown };
    },
    ticket: ({ finding, steps }) => ticketOf(this.opened, this.parts, this.findings[finding], steps),
    state: ({ view }) => ({ ...this.update(view), findings: withTypes(this.findings.map(shortened), this.opened) }),
    update: ({ view, known }) => (known === this.revision ? this.update(view) : this.handlers.state({ view })),
    compare: async ({ path, others }) => {
      this.stopComparing();
      const mine: Comparing = (this.comparing = { stopped: false });
      const cancels = this.limits.cancels?.();
      const check = (): void => {
        if (mine.stopped || this.limits.cancels?.() !== cancels) throw new EngineError('The comparison was stopped.');
      };
      try {
        const captures = [];
        for (const { path, name, origin } of others) {
          const capture = (mine.reading = this.newCapture(name, { limits: { ...this.limits, patience: 0 }, check }));
          try {
            await this.read(capture, origin);
          } catch (error) {
            check();
            if (error instanceof NotACapture) throw new EngineError(`${name}: ${error.message}`);
            throw error;
          }
          check();
          captures.push({ path, capture });
        }
        this.comparison = comparisonOf({ path, capture: this.opened }, captures, this.opening?.settings, check);
      } finally {
        if (this.comparing === mine) this.comparing = undefined;
      }
      this.changed();
      return {};
    },
    rows: ({ view, from, to, waited }) => this.view(view).rows(from, to, waited),
    frame: ({ frame }) => this.frame(frame),
    packed: (asked) => {
      if (asked.question === 'frame') return packFrame(this.frame(asked.params.frame));
      const { view, from, to, waited } = asked.params;
      return pack(this.view(view).rows(from, to, waited));
    },
    filter: ({ view, text }) => {
      const found = this.view(view).filter(text, this.findings);
      if (!found.error) {
        this.filters.set(view, text);
        this.goOn(view);
      }
      return found;
    },
    allFrames: async ({ view, on }) => {
      if (on) this.wide.add(view);
      else this.wide.delete(view);
      this.view(view).widen(on);
      const note = on ? await this.readTraffic(view) : undefined;
      return { total: this.view(view).length, ...(note === undefined ? {} : { note }) };
    },
    sort: ({ view, order }) => {
      this.view(view).sort(order);
      return {};
    },
    find: ({ view, ...params }) => findFrame(this.opened, this.view(view).indexes, params),
    findAll: ({ view, ...params }) => {
      const search = ++this.searches;
      return findAll(this.opened, this.view(view).indexes, params, () => search === this.searches);
    },
    conversations: (params) => this.conversations.rows(params),
    ladder: ({ id }) => this.conversations.ladder(id),
    conversationOf: ({ frame }) => this.conversations.of(frame),
    clients: ({ from, to }) => clientRows(this.opened, from, to),
    subnets: () => ({ subnets: this.opened.result.subnets }),
    fieldFilter: (params) => {
      const text = this.opened.filterOf(params);
      return text === undefined ? {} : { text };
    },
    fieldNames: ({ prefix, of }) => ({ names: [...(of ? fieldValues(of, prefix) : []), ...fieldNames(prefix)] }),
    indexOf: ({ view, frame }) => ({ index: this.view(view).indexOf(frame) }),
    closeView: ({ view }) => {
      this.views.delete(view);
      this.filters.delete(view);
      this.wide.delete(view);
      return {};
    },
    shown: () => {
      this.firstRows?.shown();
      return {};
    },
    cancel: () => {
      // A comparison begins when the capture has been read, so only one of the two can be running.
      if (!this.stopComparing()) this.opened.cancel();
      this.firstRows?.shown();
      return {};
    },
  };

  /** Stops the comparison that is running, if any: the one before it stays. */
  private stopComparing(): boolean {
    const { comparing } = this;
    if (!comparing) return false;
    comparing.stopped = true;
    comparing.reading?.cancel();
    return true;
  }

  private update(view: number): StateUpdate {
    // While the file is being read, each request for the state may find more.
    this.goOn(view);
    const state = this.opened.state();
    const { comparison } = this;
    return {
      ...state,
      verdict: comparison?.verdict ?? state.verdict,
      parts: this.parts,
      revision: this.revision,
      rows: this.view(view).length,
      ...(this.filtering.has(view) ? { filtering: true } : {}),
      ...(comparison ? { comparison: comparison.text } : {}),
    };
  }

  private newCapture(name: string, options: CaptureOptions = {}): Capture {
    const { settings = DEFAULT_SETTINGS, customOptions = [], sealed } = this.opening ?? {};
    return new Capture(name, settings, {
      customOptions,
      sealed,
      limits: this.limits,
      vendors: this.vendors,
      ...options,
    });
  }

  private get opened(): Capture {
    if (!this.capture) throw new EngineError('No capture is open.');
    return this.capture;
  }

  /** The findings of the capture, alone or compared with others. */
  private get findings(): readonly ShownFinding[] {
    return this.comparison?.findings ?? this.opened.findings;
  }

  private get parts(): VerdictParts {
    return this.comparison?.parts ?? this.opened.verdictParts;
  }

  /** A frame, with the findings that it is evidence for. */
  private frame(frame: number): FrameView {
    const findings = this.findings.flatMap(({ frames }, place) => (frames.includes(frame) ? [place] : []));
    return { ...this.opened.frame(frame), findings };
  }

  private conversationList: { readonly revision: number; readonly list: ConversationList } | undefined;
  /** The conversations of the capture as it is now. */
  private get conversations(): ConversationList {
    const { revision } = this;
    if (this.conversationList?.revision !== revision)
      this.conversationList = {
        revision,
        list: new ConversationList(this.opened, this.findings, this.comparison?.between),
      };
    return this.conversationList.list;
  }

  private view(id: number): FrameList {
    let view = this.views.get(id);
    if (!view) {
      this.views.set(id, (view = new FrameList(this.opened)));
      if (this.wide.has(id)) {
        view.widen(true);
        // The error is dropped here: whoever needs it asks again.
        this.readTraffic(id).catch(() => undefined);
      }
      const filter = this.filters.get(id);
      if (filter !== undefined) view.filter(filter, this.findings);
    }
    return view;
  }

  /** Reads the frames that are not of interest, once for all views. Returns a sentence that says why some are not listed. */
  private async readTraffic(view: number): Promise<string | undefined> {
    const { opened: capture, opening } = this;
    if (!capture.isListed) throw new EngineError('The capture is still being read.');
    const { origin } = opening!;
    // Pasted text has no packets that are not of interest.
    if (origin.kind === 'text') return undefined;
    if (!capture.traffic)
      this.widening = this.sourceOf(capture.name, origin).then((source) => capture.readTraffic(source));
    this.goOn(view);
    await this.widening;
    return capture.traffic?.note;
  }

  private async sourceOf(name: string, origin: Exclude<Origin, { kind: 'text' }>): Promise<Source> {
    if (origin.kind === 'bytes') {
      const { bytes } = origin;
      const { gunzip } = this;
      return { name, size: bytes.length, chunks: () => slices(bytes), ...(gunzip ? { gunzip } : {}) };
    }
    if (!this.openPath) throw new EngineError('Files on disk cannot be read here.');
    return this.openPath(origin.path);
  }

  private async read(capture: Capture, origin: Origin): Promise<void> {
    if (origin.kind === 'text') capture.readText(origin.text, origin.start);
    else await capture.read(await this.sourceOf(capture.name, origin));
  }

  /** Reads a capture that a window is waiting for: sends the first rows early, and reports progress. */
  private async readForTheFirstTime(capture: Capture, origin: Origin): Promise<void> {
    if (origin.kind === 'text') return void capture.readText(origin.text, origin.start);
    const source = await this.sourceOf(capture.name, origin);
    const firstRows = new FirstRows(
      () => capture.ofInterest > 0,
      () => this.post({ event: 'progress' }),
    );
    this.firstRows = firstRows;
    const chunks = (signal: AbortSignal) => firstRows.pace(source.chunks(signal), source.size);
    await capture.read({ ...source, chunks }, () => this.progress());
  }

  /** Builds the columns that filters read while the worker is idle, so that the first filter of a large capture is as fast as the next. */
  private prepare(capture: Capture): void {
    if (this.capture !== capture) return;
    const complete = capture.columns.prepare(SLICE_MS) && OwnColumns.of(capture).prepare(SLICE_MS);
    if (!complete) setTimeout(() => this.prepare(capture));
  }

  /** Runs the filter of a view over the frames that it has not checked yet, in slices, so that other questions are answered in between. */
  private goOn(id: number): void {
    if (this.filtering.has(id) || this.view(id).advance(SLICE_MS)) return;
    this.filtering.add(id);
    const step = (): void => {
      const complete = this.views.get(id)?.advance(SLICE_MS) ?? true;
      if (complete) this.filtering.delete(id);
      else setTimeout(step);
      if (complete) this.post({ event: 'progress' });
      else this.progress();
    };
    setTimeout(step);
  }

  /** Makes what has been shown so far outdated, and tells the other side at once. */
  private changed(): void {
    this.revision++;
    this.post({ event: 'progress' });
  }

  private progress(): void {
    const now = Date.now();
    if (now - this.lastProgress < PROGRESS_MS) return;
    this.lastProgress = now;
    this.post({ event: 'progress' });
  }
}

const SLICE = 4 << 20;

/** Octets in slices, with a pause after each so that other questions can be answered. */
async function* slices(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; at += SLICE) {
    yield bytes.subarray(at, at + SLICE);
    await new Promise((resolve) => setTimeout(resolve));
  }
}
