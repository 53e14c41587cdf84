import { analyse, type Analysis, type AnalysisLimits, type Settings } from '../analysis';
import type { ClientSummary } from '../analysis/summaries';
import type { CaptureFacts } from '../analysis/conversations/packet';
import { streamGunzip } from '../capture/gzip';
import { readCapture, type CaptureSummary, type Gunzip } from '../capture/read';
import { MOST_TEXT } from '../capture/texts';
import { printable } from '../codec/bytes';
import { noteSentences, packetsInText, type TextPacket } from './text';
import { defineCustomOptions } from '../codec/custom';
import type { CustomOption } from '../codec/customTypes';
import { START_LINK_TYPE, type Start } from '../codec/start';
import { expressionAt } from '../filter';
import type { CaptureState, Finding, FrameView, Requests, Row, Severity, VerdictParts } from '../protocol';
import { Columns } from './list/columns';
import { describeStored, describeWalk } from './answers/describe';
import { docsFor } from './answers/docs';
import { packetAt, packetsOf } from './scan/packets';
import { filterFacts } from './list/filterFacts';
import { neighboursOf } from './scan/neighbours';
import { relevantFrames } from './scan/relevance';
import { rowAt, typeOf, worstOf } from './list/rows';
import { Scan } from './scan/scan';
import { Interest, type ReadAgain } from './scan/store';
import { Traffic } from './scan/traffic';
import { NO_VENDORS, withVendors, type Vendors } from './who';

/** The octets of a capture, from wherever they lie. */
export interface Source {
  /** Short name, for titles. */
  readonly name: string;
  /** Number of octets, where it is known beforehand. */
  readonly size?: number;
  chunks(signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Gives octets again that `chunks` has given before; left out where that is not possible. */
  readonly readAgain?: ReadAgain | undefined;
  /** Decompresses gzip, where the platform has something better than what every platform has. */
  readonly gunzip?: Gunzip;
}

export interface CaptureOptions {
  /** Keep every frame, also those that are not of interest. Memory then grows with the file. */
  readonly everything?: boolean;
  /** Options of the person's own. They hold for the whole process: each open capture has its own worker. */
  readonly customOptions?: readonly CustomOption[];
  /** What the analysis may take beside its time, and who may stop it. */
  readonly limits?: AnalysisLimits;
  /** Who makes network cards, where the platform has a table of that. */
  readonly vendors?: Vendors | undefined;
  /** A capture whose fault somebody is to find: this stands in the place of the verdict, and no findings are told. */
  readonly sealed?: string | undefined;
}

/** A client, and the vendor of its network card where that is known. */
export type KnownClient = ClientSummary & { readonly vendor?: string };

/** The analysis has come to its end after so many seconds, or says what it left out. */
const ANALYSIS_SECONDS = 120;

/** What was asked for cannot be given: one sentence for the person, not a mistake in the program. */
export class EngineError extends Error {}

/**
 * One open capture: reads it, keeps what matters, and answers questions. It knows neither windows nor terminals, and runs in a
 * worker so that neither ever waits for it.
 */
export class Capture {
  readonly scan: Scan;
  /** What filters look at. */
  readonly columns: Columns;
  private summary: CaptureSummary | undefined;
  private analysis: Analysis | undefined;
  /** Indexes of the store that are of interest, in capture order; undefined until they are known, and where all are. */
  private interesting: Uint32Array | undefined;
  /** By frame number: the worst that a finding says of it. Made when first asked for: a finding may have a million frames. */
  private worst: Map<number, Severity> | undefined;
  private bytesRead = 0;
  private bytesTotal: number | undefined;
  private cancelled = false;
  private readonly stop = new AbortController();
  private readonly closing = new AbortController();
  private stopped = false;
  private format = '';
  private textNotes: readonly string[] = [];

  /** Short name, fit to be shown. */
  readonly name: string;

  constructor(
    name: string,
    private readonly settings: Settings,
    private readonly options: CaptureOptions = {},
  ) {
    // Whoever made the file chose its name.
    this.name = printable(name);
    // The scan asks which options are the person's own.
    defineCustomOptions(options.customOptions ?? []);
    this.scan = new Scan();
    this.columns = new Columns(this.scan);
  }

  /**
   * Reads a capture file to its end, or until `cancel`. Rejects with `NotACapture` where it cannot be read at all. A damaged
   * file is read as far as it goes.
   */
  async read(source: Source, onProgress?: () => void): Promise<void> {
    this.bytesTotal = this.scan.size = source.size;
    const otherwise = this.options.everything ? Interest.other : undefined;
    this.scan.store.readAgain = source.readAgain;
    const gunzip = source.gunzip ?? streamGunzip;
    this.summary = await readCapture(source.chunks(this.stop.signal), {
      // The signal itself is slow to ask, for so many frames.
      onFrame: (frame) => (this.stopped ? false : otherwise ? this.scan.add(frame, otherwise) : this.scan.take(frame)),
      skim: otherwise ? undefined : this.scan.skim,
      onProgress: (read) => {
        this.bytesRead = read;
        onProgress?.();
      },
      signal: this.stop.signal,
      gunzip: (compressed, report) => {
        // Nobody can read in the middle of a compressed file.
        this.scan.store.readAgain = undefined;
        return gunzip(compressed, report);
      },
    });
    this.format = this.summary.compressed ? `${this.summary.format}, ${this.summary.compressed}` : this.summary.format;
    this.finish();
  }

  /**
   * Reads packets from pasted text, each beginning with layer `start`, or with the one that fits best. Throws EngineError with one
   * sentence where the text holds no octets, or octets that are no packet.
   */
  readText(text: string, start: Start | 'auto' = 'auto'): readonly TextPacket[] {
    const found = packetsInText(text, start);
    if ('error' in found) throw new EngineError(found.error);
    found.packets.forEach(({ bytes, start, time }, i) => {
      this.scan.add(
        {
          number: i + 1,
          bytes,
          start: 0,
          end: bytes.length,
          wireLength: bytes.length,
          linkType: START_LINK_TYPE[start],
          interface: 0,
          seconds: time?.seconds ?? 0,
          nanoseconds: time?.nanoseconds ?? 0,
          timed: false,
          fileOffset: 0,
          comment: undefined,
        },
        Interest.message,
      );
    });
    this.format = found.form;
    this.textNotes = noteSentences(found.packets.flatMap(({ notes }) => notes));
    this.finish();
    return found.packets;
  }

  /**
   * The same capture as if it held only the frames that pass: read and analysed anew. Those that are not kept are gone already, so
   * the capture must have been opened with `everything`.
   */
  only(passes: (index: number) => boolean): Capture {
    const part = new Capture(this.name, this.settings, { ...this.options, everything: false });
    part.summary = this.summary;
    part.format = this.format;
    part.textNotes = this.textNotes;
    part.bytesRead = this.bytesRead;
    part.bytesTotal = this.bytesTotal;
    const { store } = this.scan;
    part.scan.store.readAgain = store.readAgain;
    for (let i = 0; i < store.count; i++) if (passes(i)) part.scan.add(store.frame(i));
    part.finish();
    return part;
  }

  private finish(): void {
    this.cancelled = this.stop.signal.aborted;
    this.interesting = relevantFrames(this.scan);
    const limits = { seconds: ANALYSIS_SECONDS, ...this.options.limits };
    this.analysis = analyse(packetsOf(this.scan, this.interesting), this.facts(), this.settings, limits);
  }

  private facts(): CaptureFacts {
    return {
      frames: this.scan.frames,
      firstTime: this.scan.firstTime,
      lastTime: this.scan.lastTime,
      contents: this.scan.contents,
      fileProblems: this.fileProblems(),
      name: this.name,
      neighbours: () => neighboursOf(this.scan),
    };
  }

  private fileProblems(): string[] {
    return this.summary?.problems.map((one) => one.text) ?? [];
  }

  /** Stops reading; what has been read stays and is analysed. */
  cancel(): void {
    this.stopped = true;
    this.stop.abort();
  }

  /** What the reader said of the file; undefined for pasted text and until the file has been read. */
  get fileSummary(): CaptureSummary | undefined {
    return this.summary;
  }

  /** Conversations, findings and parties. Throws EngineError while the file is being read. */
  get result(): Analysis {
    if (!this.analysis) throw new EngineError('The capture is still being read.');
    return this.analysis;
  }

  /** Findings; none while the file is being read. */
  get findings(): readonly Finding[] {
    return this.options.sealed === undefined ? (this.analysis?.findings ?? []) : [];
  }

  /** The clients that the analysis has found, one after another, each with its vendor. */
  *eachClient(): Generator<KnownClient> {
    const { clientCount } = this.result;
    for (let place = 0; place < clientCount; place++) yield this.clientAt(place)!;
  }

  private get vendors(): Vendors {
    return this.options.vendors ?? NO_VENDORS;
  }

  /** Indexes of the store that are of interest; while the file is being read, of the messages found so far. */
  get indexes(): ArrayLike<number> {
    return this.interesting ?? this.scan.messages;
  }

  /** Whether `indexes` are all that there will be. Before, they are the beginning of what may come to be another list. */
  get isListed(): boolean {
    return this.analysis !== undefined;
  }

  /** Number of `indexes`. */
  get ofInterest(): number {
    return this.interesting?.length ?? this.scan.messageCount;
  }

  /** The capture as a whole, as far as it has been read; its findings apart. */
  state(): Omit<CaptureState, 'rows' | 'revision' | 'findings' | 'parts'> {
    const { scan } = this;
    return {
      name: this.name,
      format: this.format,
      frames: scan.frames,
      ofInterest: this.ofInterest,
      bytesRead: this.summary?.bytes ?? this.bytesRead,
      ...(this.bytesTotal !== undefined ? { bytesTotal: this.bytesTotal } : {}),
      durationSeconds: this.durationSeconds,
      done: this.analysis !== undefined,
      cancelled: this.cancelled,
      verdict: this.options.sealed ?? this.analysis?.verdict ?? '',
      fileProblems: this.fileProblems(),
      notes: this.notes(),
    };
  }

  /** The verdict in its parts; empty while the file is being read. */
  get verdictParts(): VerdictParts {
    const { sealed } = this.options;
    if (sealed !== undefined) return { what: sealed, why: '', beside: '', finding: -1, fine: false };
    return (
      this.analysis?.verdictPartsWith(this.findings) ?? { what: '', why: '', beside: '', finding: -1, fine: false }
    );
  }

  /** What was left out of the file, or passed over in the text, in sentences. */
  private notes(): string[] {
    const { commentsLeftOut } = this.scan.store;
    const left =
      commentsLeftOut > 0
        ? [
            `The comments of the frames are longer than ${MOST_TEXT} characters together: those of ${commentsLeftOut} frames were left out.`,
          ]
        : [];
    return [...(this.summary?.notes ?? []), ...left, ...this.textNotes];
  }

  /** Seconds from the first to the last frame, to the microsecond. */
  get durationSeconds(): number {
    return Math.round((this.scan.lastTime - this.scan.firstTime) * 1e6) / 1e6;
  }

  /** The frames that have nothing to do with DHCP; undefined until somebody has asked for them. */
  traffic: Traffic | undefined;

  /** Reads the file once more for the frames that have nothing to do with DHCP, where that has not been done. */
  async readTraffic(source: Source): Promise<void> {
    if (this.traffic) return;
    const traffic = (this.traffic = new Traffic(this.scan, this.columns));
    try {
      const { signal } = this.closing;
      const { gunzip } = source;
      await readCapture(source.chunks(signal), { onFrame: (frame) => traffic.add(frame), signal, gunzip });
    } finally {
      traffic.finish();
    }
  }

  /** The capture is not shown any more. */
  close(): void {
    this.closing.abort();
  }

  /** Index of frame `number` in the store; below 0 that of the other traffic, which is -1 where it is not known. */
  indexOf(number: number): number {
    return this.traffic?.idOf(number) ?? this.scan.store.indexOf(number);
  }
  numberAt(index: number): number {
    return index < 0 ? this.traffic!.numberOf(index) : this.scan.store.number(index);
  }
  /** Seconds since 1970 at which a frame came; NaN where it has no time. */
  timeOf(index: number): number {
    if (index >= 0) {
      const { timed, time } = this.scan.store.ledger.packet(index);
      return timed ? time : NaN;
    }
    const [seconds, nanoseconds] = this.traffic!.timeOf(index);
    return seconds + nanoseconds / 1e9;
  }
  bytesOf(index: number): Uint8Array {
    return index < 0 ? this.traffic!.bytes(index) : this.scan.store.bytes(index);
  }

  /** The line of the packet list for frame `index` of the store; below 0 of the other traffic. */
  row(index: number): Row {
    if (index < 0) return this.traffic!.row(index);
    if (this.analysis) this.worst ??= worstOf(this.findings);
    return rowAt(this.scan, index, this.worst?.get(this.scan.store.number(index)));
  }

  /** What a frame is, as the list shows it; empty where it is not of interest. */
  typeOf(frame: number): string {
    const index = this.scan.store.indexOf(frame);
    return index < 0 ? '' : typeOf(packetAt(this.scan, index, 0));
  }

  /** One frame of interest, by its number, or one of the other traffic where that is listed. Throws EngineError where it is none. */
  frame(number: number): FrameView {
    const { scan, traffic } = this;
    const { store } = scan;
    const index = this.indexOf(number);
    if (index === -1) throw new EngineError(`Frame ${number} is not among the frames of interest of this capture.`);
    const view = index < 0 ? describeWalk(traffic!.walkOf(index)) : describeStored(scan, index);
    const head =
      index < 0 ? traffic!.headOf(index) : { time: store.isoTime(index) ?? '', wireLength: store.wireLength(index) };
    const comment = index < 0 ? undefined : store.comment(index);
    const story = this.happened(number);
    return {
      frame: number,
      tree: withVendors(view.tree, this.vendors),
      // They may lie in a page of the file, which need not be kept.
      buffers: view.buffers.map(({ name, bytes }) => ({ name, bytes: bytes.slice() })),
      problems: view.problems,
      docs: docsFor(view.tree),
      summary: view.summary,
      ...head,
      ...(comment !== undefined ? { comment } : {}),
      ...(story !== undefined ? { story } : {}),
    };
  }

  /** The display filter that finds the value of some octets of a frame; undefined where no field of the language stands there. */
  filterOf({ frame, offset, length, buffer }: Requests['fieldFilter']['params']): string | undefined {
    const index = this.indexOf(frame);
    if (index === -1) return undefined;
    const facts = index < 0 ? this.traffic!.facts(index) : filterFacts(this.scan, index);
    const walk = buffer === 0 ? facts.walk : facts.datagram;
    return walk && expressionAt({ ...facts, walk, datagram: undefined }, offset, length);
  }

  /** A client by its place, with its vendor. */
  clientAt(place: number): KnownClient | undefined {
    const client = this.result.clientAt(place);
    const vendor = client && this.vendors.of(client.mac ?? '');
    return vendor === undefined ? client : { ...client!, vendor };
  }

  /** What happened in a frame, by its number, in a few sentences; undefined for frames without DHCP, and while the file is being read. */
  happened(number: number): string | undefined {
    return this.analysis?.happened(number);
  }
}
