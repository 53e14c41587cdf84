import { MOST_SECONDS } from './time';

/**
 * Converts pcapng time stamps to seconds and nanoseconds. A time stamp is a 64-bit count of ticks; each interface
 * chooses the length of a tick (draft-ietf-opsawg-pcapng, `if_tsresol`).
 */
export class Clock {
  seconds = 0;
  nanoseconds = 0;
  /** False if the count exceeds `MOST_SECONDS`; `seconds` is then not exact. */
  readable = true;
  /** The resolution in words. */
  readonly resolution: string;
  /** Ticks per second, if plain numbers are exact for them; otherwise 0. */
  private readonly plain: number;
  private readonly nanosecondsATick: number;
  private readonly big: bigint;
  private readonly plainOffset: number;
  /** The upper half of the last count, the seconds it amounts to, and the ticks left over. */
  private high = -1;
  private baseSeconds = 0;
  private restTicks = 0;

  /**
   * `resolution` is the octet of `if_tsresol`: a negated exponent of 10, or of 2 if the highest bit is set. `offset` is
   * `if_tsoffset`, in seconds, to be added.
   */
  constructor(
    resolution: number,
    private readonly offset = 0n,
  ) {
    const exponent = resolution & 0x7f;
    const binary = resolution >= 0x80;
    this.plainOffset = Number(offset);
    // Counts of milliseconds or longer ticks can exceed what plain numbers hold exactly; so can an offset.
    const exact = !binary && exponent >= 4 && exponent <= 9 && Math.abs(this.plainOffset) < MOST_SECONDS / 4;
    this.plain = exact ? 10 ** exponent : 0;
    this.nanosecondsATick = this.plain ? 1e9 / this.plain : 0;
    this.big = (binary ? 2n : 10n) ** BigInt(exponent);
    this.resolution = binary
      ? `2^-${exponent} s`
      : exponent === 6
        ? 'microseconds'
        : exponent === 9
          ? 'nanoseconds'
          : exponent === 3
            ? 'milliseconds'
            : exponent === 0
              ? 'seconds'
              : `10^-${exponent} s`;
  }

  /** Sets `seconds` and `nanoseconds` from the two halves of the count. Fractions of a nanosecond are cut off, not rounded. */
  set(high: number, low: number): void {
    const { plain } = this;
    if (plain) {
      if (high !== this.high) this.begin(high);
      // Below 2^33, so the floating-point quotient never rounds up to the next whole number.
      const ticks = this.restTicks + low;
      const more = Math.floor(ticks / plain);
      this.seconds = this.baseSeconds + more;
      this.nanoseconds = (ticks - more * plain) * this.nanosecondsATick;
    } else {
      const ticks = (BigInt(high) << 32n) | BigInt(low);
      this.seconds = Number(ticks / this.big + this.offset);
      this.nanoseconds = Number(((ticks % this.big) * 1_000_000_000n) / this.big);
      this.readable = Math.abs(this.seconds) <= MOST_SECONDS;
    }
  }

  /** The count in words, for a time that is not readable. */
  words(high: number, low: number): string {
    const ticks = (BigInt(high) << 32n) | BigInt(low);
    return `${ticks / this.big + this.offset} seconds after 1970`;
  }

  /** Caches what the upper half amounts to, because it usually stays the same from one frame to the next. */
  private begin(high: number): void {
    const { plain } = this;
    // Long division in digits of 32, 16 and 16 bits: a remainder below 10^9 times 2^16 stays below 2^53.
    const second = (high % plain) * 0x10000;
    const third = (second % plain) * 0x10000;
    this.high = high;
    this.baseSeconds =
      Math.floor(high / plain) * 0x100000000 +
      Math.floor(second / plain) * 0x10000 +
      Math.floor(third / plain) +
      this.plainOffset;
    this.restTicks = third % plain;
  }
}
