import type { Field } from '../../codec/field';
import { describeFrame } from '../../codec/frame';
import type { Walk } from '../../codec/walk';
import type { Buffer } from '../../protocol';
import { walkDatagram, walkStored } from '../scan/packets';
import type { Scan } from '../scan/scan';

type Described = ReturnType<typeof describeFrame> & { buffers: Buffer[] };

/** A stored frame in full. If it completed a datagram, that is added as a second buffer. */
export function describeStored(scan: Scan, index: number): Described {
  return describeWalk(walkStored(scan, index, scan.describing), walkDatagram(scan, index));
}

/** A walked frame in full, with the datagram that it completed. */
export function describeWalk(walk: Walk, inner?: Walk): Described {
  const outer = describeFrame(walk);
  const buffers: Buffer[] = [{ name: 'Frame', bytes: walk.bytes }];
  if (!inner) return { ...outer, buffers };
  const datagram = describeFrame(inner);
  buffers.push({ name: 'Reassembled datagram', bytes: inner.bytes });
  return {
    ...datagram,
    tree: [...outer.tree, ...datagram.tree.map((field) => inBuffer(field, 1))],
    problems: [...outer.problems, ...datagram.problems.map((one) => ({ ...one, buffer: 1 }))],
    buffers,
  };
}

/** The same field with its spans pointing into another buffer. */
function inBuffer(field: Field, buffer: number): Field {
  return {
    ...field,
    buffer,
    ...(field.more ? { more: field.more.map((span) => ({ ...span, buffer })) } : {}),
    ...(field.children ? { children: field.children.map((child) => inBuffer(child, buffer)) } : {}),
  };
}
