import type { Packet, Packets } from '../../analysis/conversations/packet';
import type { Field } from '../../codec/field';
import { describeFrame } from '../../codec/frame';
import { tunnelOf } from '../../codec/tunnel/ends';
import { Walk } from '../../codec/walk';
import { toTransfer, type Scan } from './scan';
import { Interest } from './store';

/** Walks frame `index` of the store, reading its octets again. */
export function walkStored(scan: Scan, index: number, walk: Walk = new Walk(scan.dispatch)): Walk {
  const { store } = scan;
  const bytes = store.bytes(index);
  walk.run(bytes, 0, bytes.length, store.linkType(index), store.wireLength(index));
  if (store.interest(index) === Interest.transfer && walk.udp >= 0) toTransfer(walk);
  return walk;
}

/** Walks the datagram that frame `index` completed; undefined if the frame is not a last fragment. */
export function walkDatagram(scan: Scan, index: number): Walk | undefined {
  const whole = scan.datagrams.get(index);
  if (!whole) return undefined;
  return new Walk(scan.dispatch).runFrom(whole.layer, whole.bytes, 0, whole.bytes.length);
}

/** Frame `index` of the store in the form that the analysis uses. */
export function packetAt(scan: Scan, index: number, file = 0): Packet {
  return scan.store.ledger.packet(index, file);
}

/** Number of packets that are kept, a power of two: rules ask for the same ones again and again, but a whole capture would not fit. */
const MOST_KEPT = 1 << 10;

/** The frames `indexes` of the store, or all of them, in the form that the analysis uses. */
export function packetsOf(scan: Scan, indexes: ArrayLike<number> | undefined, file = 0): Packets {
  const at = (i: number): number => (indexes ? indexes[i]! : i);
  const kept: Packet[] = [];
  const places: number[] = [];
  const get = (i: number): Packet => {
    const slot = i & (MOST_KEPT - 1);
    if (places[slot] === i) return kept[slot]!;
    places[slot] = i;
    return (kept[slot] = packetAt(scan, at(i), file));
  };
  return {
    count: indexes?.length ?? scan.store.count,
    get,
    tree: (i) => treeOf(scan, at(i)),
    tunnel: (i) => tunnelOf(walkStored(scan, at(i))),
  };
}

/** The layers of frame `index` of the store with all their fields, or those of the datagram that it completed. */
const treeOf = (scan: Scan, index: number): readonly Field[] =>
  describeFrame(walkDatagram(scan, index) ?? walkStored(scan, index)).tree;
