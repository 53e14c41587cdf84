import type { CapturedFrame } from '../../capture/frame';
import type { Skim } from '../../capture/reader';
import { Glanced, type Glance, type GlancedLink } from '../../codec/glance';

/** Sums over all frames, including those that were only glanced at. */
export class Sums {
  frames = 0;
  /** Frames that the glance settled: as TCP, or as UDP that does not matter. */
  tcp = 0;
  udp = 0;
  /**
   * Whether any frame has a time; then the first, the earliest and the latest time.
   * Whole numbers, because they are compared for each frame.
   */
  timed = false;
  firstSeconds = 0;
  firstNanoseconds = 0;
  earliestSeconds = 0;
  earliestNanoseconds = 0;
  latestSeconds = 0;
  latestNanoseconds = 0;

  /** Counts a frame. */
  count({ timed, seconds, nanoseconds }: CapturedFrame): void {
    this.frames++;
    if (!timed) return;
    if (!this.timed) this.start(seconds, nanoseconds);
    this.note(seconds, nanoseconds);
  }

  private start(seconds: number, nanoseconds: number): void {
    this.timed = true;
    this.firstSeconds = this.earliestSeconds = this.latestSeconds = seconds;
    this.firstNanoseconds = this.earliestNanoseconds = this.latestNanoseconds = nanoseconds;
  }

  private note(seconds: number, nanoseconds: number): void {
    if (seconds > this.latestSeconds || (seconds === this.latestSeconds && nanoseconds > this.latestNanoseconds)) {
      this.latestSeconds = seconds;
      this.latestNanoseconds = nanoseconds;
    } else if (
      seconds < this.earliestSeconds ||
      (seconds === this.earliestSeconds && nanoseconds < this.earliestNanoseconds)
    ) {
      this.earliestSeconds = seconds;
      this.earliestNanoseconds = nanoseconds;
    }
  }
}

/**
 * What the scan does with most frames: counts them, and skips those that a glance settles. The functions are few and small so that they are
 * compiled early: a capture of gigabytes spends its time here, and a smaller one spends much of it before the compilation.
 */
export class GlanceSkim implements Skim {
  sums = new Sums();
  /** The result of the glance at the last frame. */
  seen = Glanced.Unclear;
  /** The link type of the last frame, and what the glance makes of it. */
  private linkType = NaN;
  link: GlancedLink;

  constructor(
    readonly glance: Glance,
    private readonly linkOf: (linkType: number) => GlancedLink,
  ) {
    this.link = linkOf(NaN);
  }

  passes(frame: CapturedFrame): boolean {
    const { sums } = this;
    sums.count(frame);
    if (frame.linkType !== this.linkType) {
      this.linkType = frame.linkType;
      this.link = this.linkOf(frame.linkType);
    }
    const seen = this.glance.look(frame.bytes, frame.start, frame.end, this.link);
    this.seen = seen;
    if (seen === Glanced.Tcp) sums.tcp++;
    else if (seen === Glanced.Udp) sums.udp++;
    else return false;
    return true;
  }
}
