import type { Packets } from '../../../conversations/packet';
import { leavesOf, type Leaves, type Places } from './leaves';
import type { Sample } from './summary';

/** Reads messages of a capture again, field by field: few of them, whatever the capture holds. */

/** How many messages of one capture are read in full, and how many of their octets. */
const MOST_TREES = 1000;
const MOST_OCTETS = 600_000;
/** Longer messages are not read: no client sends them. */
const LONGEST = 4096;

/** The fields of the messages that are compared, each read once. */
export class Trees {
  readonly places: Places = new Map();
  private readonly read = new Map<number, Leaves | undefined>();
  private octets = 0;

  constructor(private readonly packets: Packets) {}

  /** The fields of these messages; undefined if one of them cannot be read, or too many have been read already. */
  samples(indexes: readonly number[]): Sample[] | undefined {
    const samples: Sample[] = [];
    for (const index of indexes) {
      const leaves = this.leaves(index);
      if (!leaves) return undefined;
      samples.push({ frame: this.packets.get(index).frame, leaves });
    }
    return samples;
  }

  /** The fields of one message. */
  leaves(index: number): Leaves | undefined {
    if (this.read.has(index)) return this.read.get(index);
    const length = this.packets.get(index).payloadLength;
    if (this.read.size >= MOST_TREES || length > LONGEST || this.octets + length > MOST_OCTETS) return undefined;
    this.octets += length;
    const tree = this.packets.tree?.(index);
    const leaves = tree && leavesOf(tree, this.places);
    this.read.set(index, leaves);
    return leaves;
  }
}
