import { analyse, type Analysis, type AnalysisLimits, type Settings } from '../analysis';
import type { ClientSummary } from '../analysis/summaries';
import type { CaptureFacts } from '../analysis/conversations/packet';
import { streamGunzip } from '../capture/gzip';
import { readCapture, type CaptureSummary, type Gunzip } from '../capture/read';
import { MOST_TEXT } from '../capture/texts';
import { printable } from '../codec/bytes';
import { frameOf, noteSentences, packetsInText, type TextPacket } from './text';
import { dispatchWith } from '../codec/custom';
import type { CustomOption } from '../codec/customTypes';
import type { Start } from '../codec/start';
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

/** The octets of a capture, wherever they are stored. */
export interface Source {
  /** Short name for titles. */
  readonly name: string;
  /** Number of octets, if known beforehand. */
  readonly size?: number;
  chunks(signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Reads again octets that `chunks` has already delivered; left out if that is impossible. */
  readonly readAgain?: ReadAgain | undefined;
  /** Decompresses gzip, if the platform has something better than `DecompressionStream`. */
  readonly gunzip?: Gunzip;
}

export interface CaptureOptions {
  /** Keeps every frame, even those that are not of interest. Memory use then grows with the file. */
  readonly everything?: boolean;
  /** The user's own options. */
  readonly customOptions?: readonly CustomOption[];
  /** Limits of the analysis beyond its time, and a way to stop it. */
  readonly limits?: AnalysisLimits;
  /** Called when the file has been read, before it is analysed. Throws if nobody wants that any more. */
  readonly check?: () => void;
  /** The makers of network cards, if the platform has a table of them. */
  readonly vendors?: Vendors | undefined;
  /** For a capture whose fault the user is to find: this text replaces the verdict, and no findings are shown. */
  readonly sealed?: string | undefined;
}

/** A client, with the vendor of its network card if known. */
export type KnownClient = ClientSummary & { readonly vendor?: string };

/** After this many seconds the analysis ends and says what it left out. */
const ANALYSIS_SECONDS = 120;

/** A request that cannot be met: the message is one sentence for the user, and the program is not at fault. */
export class EngineError extends Error {}

/**
 * One open capture: reads it, keeps what matters, and answers questions. It knows nothing of windows
 * or terminals, and runs in a worker so that neither has to wait for it.
 */
export class Capture {
  readonly scan: Scan;
  /** What filters read. */
  readonly columns: Columns;
  private summary: CaptureSummary | undefined;
  private analysis: Analysis | undefined;
  /** Store indexes of the frames of interest, in capture order; undefined until they are known, and also if all frames are of interest. */
  private interesting: Uint32Array | undefined;
  /** The worst severity that a finding gives each frame number. Built on first use: a finding may have a million frames. */
  private worst: Map<number, Severity> | undefined;
  private bytesRead = 0;
  private bytesTotal: number | undefined;
  private cancelled = false;
  private readonly stop = new AbortController();
  private readonly closing = new AbortController();
  private stopped = false;
  private format = '';
  private textNotes: readonly string[] = [];

  /** Short name, safe to display. */
  readonly name: string;

  constructor(
    name: string,
    private readonly settings: Settings,
    private readonly options: CaptureOptions = {},
  ) {
    // The name is untrusted: whoever made the file chose it.
    this.name = printable(name);
    this.scan = new Scan(dispatchWith(options.customOptions ?? []));
    this.columns = new Columns(this.scan);
  }

  /**
   * Reads a capture file to its end, or until `cancel`. Rejects with `NotACapture` if it
   * cannot be read at all. A damaged file is read as far as possible.
   */
  async read(source: Source, onProgress?: () => void): Promise<void> {
    this.bytesTotal = this.scan.size = source.size;
    const otherwise = this.options.everything ? Interest.other : undefined;
    this.scan.store.readAgain = source.readAgain;
    const gunzip = source.gunzip ?? streamGunzip;
    this.summary = await readCapture(source.chunks(this.stop.signal), {
      // A flag, because checking the signal for every frame is slow.
      onFrame: (frame) => (this.stopped ? false : otherwise ? this.scan.add(frame, otherwise) : this.scan.take(frame)),
      skim: otherwise ? undefined : this.scan.skim,
      onProgress: (read) => {
        this.bytesRead = read;
        onProgress?.();
      },
      signal: this.stop.signal,
      gunzip: (compressed, report) => {
        // A compressed file cannot be read from the middle.
        this.scan.store.readAgain = undefined;
        return gunzip(compressed, report);
      },
    });
    this.options.check?.();
    this.format = this.summary.compressed ? `${this.summary.format}, ${this.summary.compressed}` : this.summary.format;
    this.finish();
  }

  /**
   * Reads packets from pasted text, each beginning with layer `start`, or with the one that fits best. Throws
   * EngineError with one sentence if the text holds no octets, or if the octets are not a packet. `size` is that of the text in octets.
   */
  readText(text: string, start: Start | 'auto' = 'auto', size = 0): readonly TextPacket[] {
    const found = packetsInText(text, start);
    if ('error' in found) throw new EngineError(found.error);
    found.packets.forEach((packet, i) => {
      this.scan.noteText(i + 1, packet);
      this.scan.add(frameOf(packet, i + 1), Interest.message);
    });
    this.format = found.form;
    this.scan.lost = found.lost;
    this.bytesRead = size;
    this.textNotes = noteSentences(found.packets.flatMap(({ notes }) => notes));
    this.finish();
    return found.packets;
  }

  /**
   * The same capture reduced to the frames that pass, read and analysed again. Frames that were not kept
   * cannot be recovered, so the capture must have been opened with `everything`.
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
    part.scan.ofText(this.scan);
    for (let i = 0; i < store.count; i++) if (passes(i)) part.scan.add(store.frame(i));
    part.finish(this.scan.frames);
    return part;
  }

  private finish(unfiltered?: number): void {
    this.cancelled = this.stop.signal.aborted;
    this.interesting = relevantFrames(this.scan);
    const limits = { seconds: ANALYSIS_SECONDS, ...this.options.limits };
    this.analysis = analyse(packetsOf(this.scan, this.interesting), this.facts(unfiltered), this.settings, limits);
  }

  private facts(unfiltered: number | undefined): CaptureFacts {
    return {
      frames: this.scan.frames,
      unfiltered,
      firstTime: this.scan.firstTime,
      lastTime: this.scan.lastTime,
      clock: this.scan.store.clock,
      contents: this.scan.contents,
      unread: new Set(this.scan.unreadFrom.keys()),
      pasted: this.scan.pasted,
      lost: this.scan.lost,
      fileProblems: this.fileProblems(),
      name: this.name,
      options: this.scan.dispatch.own,
      neighbours: () => neighboursOf(this.scan),
      tunnels: this.scan.tunnels.all,
    };
  }

  private fileProblems(): string[] {
    return this.summary?.problems.map((one) => one.text) ?? [];
  }

  /** Stops reading; what has been read is kept and analysed. */
  cancel(): void {
    this.stopped = true;
    this.stop.abort();
  }

  /** What the reader reported about the file; undefined for pasted text, and until the file has been read. */
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

  /** The clients that the analysis found, one by one, each with its vendor. */
  *eachClient(): Generator<KnownClient> {
    const { clientCount } = this.result;
    for (let place = 0; place < clientCount; place++) yield this.clientAt(place)!;
  }

  private get vendors(): Vendors {
    return this.options.vendors ?? NO_VENDORS;
  }

  /** Store indexes of the frames of interest. While the file is being read: of the messages found so far. */
  get indexes(): ArrayLike<number> {
    return this.interesting ?? this.scan.messages;
  }

  /** Whether `indexes` is complete. Before that, the final list may differ from what `indexes` holds. */
  get isListed(): boolean {
    return this.analysis !== undefined;
  }

  /** Number of `indexes`. */
  get ofInterest(): number {
    return this.interesting?.length ?? this.scan.messageCount;
  }

  /** The state of the whole capture, as far as it has been read, without its findings. */
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

  /** The parts of the verdict; empty while the file is being read. */
  get verdictParts(): VerdictParts {
    const { sealed } = this.options;
    if (sealed !== undefined) return { what: sealed, why: '', beside: '', finding: -1, fine: false };
    return (
      this.analysis?.verdictPartsWith(this.findings) ?? { what: '', why: '', beside: '', finding: -1, fine: false }
    );
  }

  /** What was left out of the file or skipped in the text, in sentences. */
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

  /** The frames that are not DHCP; undefined until they are asked for. */
  traffic: Traffic | undefined;

  /** Reads the file again for the frames that are not DHCP, unless that has been done. */
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

  /** Call when the capture is no longer shown. */
  close(): void {
    this.closing.abort();
  }

  /** Store index of frame `number`. Below 0 it is an id of the other traffic; -1 means an unknown frame. */
  indexOf(number: number): number {
    return this.traffic?.idOf(number) ?? this.scan.store.indexOf(number);
  }
  numberAt(index: number): number {
    return index < 0 ? this.traffic!.numberOf(index) : this.scan.store.number(index);
  }
  /** Arrival time of a frame in seconds since 1970; NaN if it has no time. */
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

  /** The packet list row of frame `index` of the store; below 0, of the other traffic. */
  row(index: number): Row {
    if (index < 0) return this.traffic!.row(index);
    if (this.analysis) this.worst ??= worstOf(this.findings);
    return rowAt(this.scan, index, this.worst?.get(this.scan.store.number(index)));
  }

  /** The type of a frame as the list shows it; empty if the frame is not of interest. */
  typeOf(frame: number): string {
    const index = this.scan.store.indexOf(frame);
    return index < 0 ? '' : typeOf(packetAt(this.scan, index, 0));
  }

  /**
   * One frame of interest, by its number, or one of the other traffic once that is listed. Throws EngineError if there is no such frame.
   */
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
      // Copied, because the octets may lie in a page of the file, which should not be kept in memory.
      buffers: view.buffers.map(({ name, bytes }) => ({ name, bytes: bytes.slice() })),
      problems: view.problems,
      docs: docsFor(view.tree, this.scan.dispatch.own),
      summary: view.summary,
      ...head,
      ...(comment !== undefined ? { comment } : {}),
      ...(story !== undefined ? { story } : {}),
    };
  }

  /** The display filter that finds the value of some octets of a frame; undefined if no filter field covers them. */
  filterOf({ frame, offset, length, buffer }: Requests['fieldFilter']['params']): string | undefined {
    const index = this.indexOf(frame);
    if (index === -1) return undefined;
    const facts = index < 0 ? this.traffic!.facts(index) : filterFacts(this.scan, index);
    const walk = buffer === 0 ? facts.walk : facts.datagram;
    return walk && expressionAt({ ...facts, walk, datagram: undefined }, offset, length);
  }

  /** A client by its index, with its vendor. */
  clientAt(place: number): KnownClient | undefined {
    const client = this.result.clientAt(place);
    const vendor = client && this.vendors.of(client.mac ?? '');
    return vendor === undefined ? client : { ...client!, vendor };
  }

  /** What happened in a frame, by its number, in a few sentences; undefined for frames without DHCP, and while the file is being read. */
  happened(number: number): string | undefined {
    // What a text does not give would be told as zeros.
    return this.scan.unreadFrom.has(number) ? undefined : this.analysis?.happened(number);
  }
}
