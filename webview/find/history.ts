/** Maximum number of selections remembered. */
const MOST = 200;

/** The selected frames, for going back and forward among them. */
export class History {
  private readonly frames: number[] = [];
  private at = -1;

  /** Records that a frame is selected. The forward history is dropped, unless the frame is the current one of the history. */
  visit(frame: number): void {
    if (this.frames[this.at] === frame) return;
    this.frames.splice(this.at + 1, Infinity, frame);
    if (this.frames.length > MOST) this.frames.shift();
    this.at = this.frames.length - 1;
  }

  /** Moves by this many steps and returns the frame there; undefined beyond either end. */
  travel(by: number): number | undefined {
    const frame = this.frames[this.at + by];
    if (frame !== undefined) this.at += by;
    return frame;
  }
}
