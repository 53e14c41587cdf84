import type { CapturedFrame } from '../../capture/frame';
import type { Skim } from '../../capture/reader';
import { Glanced, type Glance, type GlancedLink } from '../../codec/glance';

/** Sums over frames, however little is known of each. */
export class Sums {
  frames = 0;
  /** Frames that a glance settled: as TCP, as UDP of no concern. */
  tcp = 0;
  udp = 0;
  /** Whether any has a time; then the first one's, the earliest and the latest. Whole numbers, for they are compared for each frame. */
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
 * What the scan does with most frames: it counts them, and lets go by those that a glance settles. Few and small functions, so that they are
 * soon compiled: a capture of gigabytes spends its time here, a smaller one much of it before that.
 */
export class GlanceSkim implements Skim {
  sums = new Sums();
  /** What the glance said of the last frame. */
  seen = Glanced.Unclear;
  /** The link type that was last asked about, and what it is to the glance. */
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
