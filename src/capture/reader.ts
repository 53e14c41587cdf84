import type { CapturedFrame, CaptureFormat, CaptureInterface, CaptureProblem, CaptureSummary } from './frame';
import { LISTED_COMMENTS, LISTED_INTERFACES, LISTED_PROBLEMS, MOST_FRAMES } from './frame';
import { LONGEST_TEXT, MOST_TEXT, TextReader } from './texts';

/** Looks at each frame first. Most frames need not be handed out. */
export interface Skim {
  /** Whether the frame can be skipped. Called once per frame. */
  passes(frame: CapturedFrame): boolean;
}

/** Filled by the reader of a format: the one frame object, and what is known about the file. */
export class Sink {
  readonly frame: CapturedFrame = {
    number: 0,
    bytes: new Uint8Array(0),
    start: 0,
    end: 0,
    wireLength: 0,
    linkType: 0,
    interface: 0,
    seconds: 0,
    nanoseconds: 0,
    timed: true,
    fileOffset: 0,
    comment: undefined,
  };
  /** File offset of index 0 of the array that is being read. */
  base = 0;
  /** Blocks that took a frame number without being a frame. */
  numberedBlocks = 0;
  /** No more frames: the receiver has enough, or the file is too damaged to continue. */
  stopped = false;
  bytes = 0;
  format: CaptureFormat = 'pcap';
  variant = '';
  byteOrder: CaptureSummary['byteOrder'] | undefined;
  resolution: string | undefined;
  application: string | undefined;
  readonly interfaces: CaptureInterface[] = [];
  /** Interfaces seen, including those not listed. */
  interfaceCount = 0;
  readonly comments: string[] = [];
  readonly problems: CaptureProblem[] = [];
  /**
   * `texts` reads the texts of the file and its interfaces, which are kept and so are limited in total. `frameTexts`
   * has no total limit: the receiver decides which frames to keep.
   */
  readonly texts = new TextReader(MOST_TEXT);
  readonly frameTexts = new TextReader();
  private commentsLeftOut = 0;
  /** Number of frames with an impossible time, and a description of the first. */
  private strangeTimes = 0;
  private firstStrange = '';

  constructor(
    private readonly onFrame: (frame: CapturedFrame) => boolean | void,
    private readonly skim?: Skim,
  ) {}

  /** Hands the frame out, unless it can be skipped. False means stop. */
  emit(): boolean {
    if (this.frame.number > MOST_FRAMES) {
      const { fileOffset } = this.frame;
      this.frame.number--;
      this.stopDamaged(
        fileOffset,
        `The file holds more than ${MOST_FRAMES} frames: it was read up to byte offset ${fileOffset} and no further.`,
      );
      return false;
    }
    if (this.skim?.passes(this.frame)) return true;
    if (this.onFrame(this.frame) === false) this.stopped = true;
    return !this.stopped;
  }

  addInterface(entry: CaptureInterface): number {
    if (this.interfaces.length < LISTED_INTERFACES) this.interfaces.push(entry);
    this.resolution =
      this.resolution === undefined || this.resolution === entry.resolution ? entry.resolution : 'mixed';
    return this.interfaceCount++;
  }

  addByteOrder(little: boolean): void {
    const order = little ? 'little-endian' : 'big-endian';
    this.byteOrder = this.byteOrder === undefined || this.byteOrder === order ? order : 'mixed';
  }

  addComment(text: string): void {
    if (this.comments.length < LISTED_COMMENTS) this.comments.push(text);
    else this.commentsLeftOut++;
  }

  /** Call if the current frame's time is out of range. The frame is handed out without a time. */
  addStrangeTime(text: string): void {
    if (this.strangeTimes++ === 0) this.firstStrange = `frame ${this.frame.number + 1}: ${text}`;
  }

  /** What was skipped in the file, in sentences. */
  get notes(): string[] {
    const notes: string[] = [];
    const leftOut = this.texts.leftOut + this.frameTexts.leftOut;
    if (leftOut > 0) {
      notes.push(
        `Comments and names in this file are longer than ${LONGEST_TEXT} octets each or ${MOST_TEXT} octets together: ${octets(leftOut)} of them were left out.`,
      );
    }
    if (this.commentsLeftOut > 0)
      notes.push(
        `The file has more than ${LISTED_COMMENTS} comments of its own: ${this.commentsLeftOut} were left out.`,
      );
    if (this.strangeTimes > 0) {
      const frames =
        this.strangeTimes === 1 ? '1 frame has a time stamp' : `${this.strangeTimes} frames have time stamps`;
      notes.push(
        `${frames} beyond any calendar and ${this.strangeTimes === 1 ? 'is' : 'are'} shown without a time (${this.firstStrange}).`,
      );
    }
    return notes;
  }

  addProblem(id: CaptureProblem['id'], offset: number, text: string): void {
    if (this.problems.length < LISTED_PROBLEMS) this.problems.push({ id, offset, text });
  }

  /** Damage that makes it impossible to find the next record. */
  stopDamaged(offset: number, text: string): void {
    this.addProblem('capture-damaged', offset, text);
    this.stopped = true;
  }

  /** “after frame 12”, for use in problem texts. */
  get place(): string {
    return afterFrame(this.frame.number);
  }
}

export function afterFrame(number: number): string {
  return number === 0 ? 'before the first frame' : `after frame ${number}`;
}

/** “1 octet”, “12 octets” */
export function octets(count: number): string {
  return count === 1 ? '1 octet' : `${count} octets`;
}

/** Reader of one file format. It gets the file as consecutive arrays, split anywhere. */
export interface FormatReader {
  /**
   * Octets that must be available, counted from where `consume` stopped, before it can continue. Grows only after the
   * length that asks for them has been checked against the format's limits.
   */
  need: number;
  /** Octets to skip before the next `consume`. */
  skip: number;
  /**
   * Reads all records that lie completely in `bytes` from `at` up to `end`, and hands their frames to the sink. Returns
   * where it stopped: at `end`, or at the first octet of a record that needs more octets.
   */
  consume(bytes: Uint8Array, at: number, end: number): number;
  /** What the file was in the middle of if it ends here: “a packet record”, “the file header”. */
  readonly within: string;
}
