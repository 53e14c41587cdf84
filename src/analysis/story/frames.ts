import { lowerBound } from '../../codec/search';
import type { Packet, Packets } from '../conversations/packet';

/** Finds packets by frame number. The frames of interest are in ascending order. */
export class Frames {
  /** Index of the last packet found: a reader of a whole capture asks for one frame after another. */
  private last = -1;

  constructor(private readonly packets: Packets) {}

  indexOf(frame: number): number | undefined {
    const { packets } = this;
    const holds = (index: number): boolean => index < packets.count && packets.get(index).frame === frame;
    const next = this.last + 1;
    const index = holds(next) ? next : lowerBound(packets.count, (i) => packets.get(i).frame < frame);
    return holds(index) ? (this.last = index) : undefined;
  }

  find(frame: number): Packet | undefined {
    const index = this.indexOf(frame);
    return index === undefined ? undefined : this.packets.get(index);
  }
}
