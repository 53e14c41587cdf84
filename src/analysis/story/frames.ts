import type { Packet, Packets } from '../conversations/packet';

/** Finds packets by frame number. The frames of interest are in ascending order. */
export class Frames {
  /** Index of the last packet found: a reader of a whole capture asks for one frame after another. */
  private last = -1;

  constructor(private readonly packets: Packets) {}

  indexOf(frame: number): number | undefined {
    const { packets } = this;
    let low = 0;
    let high = packets.count - 1;
    let middle = Math.min(this.last + 1, high);
    while (low <= high) {
      const there = packets.get(middle).frame;
      if (there === frame) return (this.last = middle);
      if (there < frame) low = middle + 1;
      else high = middle - 1;
      middle = (low + high) >> 1;
    }
    return undefined;
  }

  find(frame: number): Packet | undefined {
    const index = this.indexOf(frame);
    return index === undefined ? undefined : this.packets.get(index);
  }
}
