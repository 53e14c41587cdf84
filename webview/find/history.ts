/** So many selections are remembered. */
const MOST = 200;

/** The frames that were selected, to go back and forward among them. */
export class History {
  private readonly frames: number[] = [];
  private at = -1;

  /** Notes that a frame is selected: what stood ahead is forgotten, unless it is where one has gone back to. */
  visit(frame: number): void {
    if (this.frames[this.at] === frame) return;
    this.frames.splice(this.at + 1, Infinity, frame);
    if (this.frames.length > MOST) this.frames.shift();
    this.at = this.frames.length - 1;
  }

  /** The frame so many steps away, from which one then goes on; undefined at either end. */
  travel(by: number): number | undefined {
    const frame = this.frames[this.at + by];
    if (frame !== undefined) this.at += by;
    return frame;
  }
}
