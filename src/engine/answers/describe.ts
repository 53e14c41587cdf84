import type { Field, Span } from '../../codec/field';
import { describeFrame } from '../../codec/frame';
import { octetsText } from '../../codec/header';
import type { Walk } from '../../codec/walk';
import type { Buffer } from '../../protocol';
import { walkDatagram, walkStored } from '../scan/packets';
import type { Scan, Untold } from '../scan/scan';

type Described = ReturnType<typeof describeFrame> & { buffers: Buffer[] };

/** A stored frame in full. If it completed a datagram, that is added as a second buffer. */
export function describeStored(scan: Scan, index: number): Described {
  const view = describeWalk(walkStored(scan, index, scan.describing), walkDatagram(scan, index));
  const frame = scan.store.number(index);
  const untold = scan.untold.get(frame);
  const tree = untold ? view.tree.map((field) => withoutUntold(field, untold)) : view.tree;
  const unknown = tree.some(({ text }, i) => text !== view.tree[i]!.text);
  const summary = unknown ? view.summary.replaceAll(NO_ADDRESS, '?') : view.summary;
  const from = scan.unreadFrom.get(frame);
  if (from === undefined) return { ...view, summary, tree };
  return {
    ...view,
    summary,
    tree: tree.map((field) => withoutUncertain(field, from)),
    problems: view.problems.filter((one) => isCertain(one, from)),
  };
}

const NOT_TOLD = 'not told by this text';
/** Fields that are made wherever a message is told in words. */
const MADE = ['ip.checksum', 'udp.checksum'];

/** A field that says so where the text does not tell its octets. */
function withoutUntold(field: Field, untold: Untold): Field {
  const { children, ...alone } = field;
  const { offset, length, key, buffer = 0 } = field;
  const { gaps, keys, lengths } = untold;
  const told = key === undefined ? undefined : lengths?.[key];
  if (told !== undefined) return { ...alone, text: octetsText(told) };
  const made = keys && key !== undefined && (MADE.includes(key) || keys.includes(key.replace(/^dhcp\./, '')));
  if (made) return { ...alone, text: NOT_TOLD };
  if (children) {
    const own = children.map((child) => withoutUntold(child, untold));
    const text = children.reduce((whole, child, i) => {
      if (own[i]!.text === child.text) return whole;
      if (child.text === NO_ADDRESS) return whole.replaceAll(NO_ADDRESS, '?');
      return withoutEnd(whole, child);
    }, field.text);
    return { ...field, children: own, text };
  }
  const missing = buffer === 0 && gaps.some(({ at, length: size }) => at < offset + length && offset < at + size);
  return missing ? { ...field, text: NOT_TOLD } : field;
}

/** The text of an IP header without its source, which it names first, or its destination, which it names last. */
function withoutEnd(text: string, { key = '', text: address }: Field): string {
  const at = /^ip(v6)?\.src$/.test(key)
    ? text.indexOf(address)
    : /^ip(v6)?\.dst$/.test(key)
      ? text.lastIndexOf(address)
      : -1;
  return at < 0 ? text : `${text.slice(0, at)}?${text.slice(at + address.length)}`;
}

/** What zeros in place of a link-layer address read as. */
const NO_ADDRESS = '00:00:00:00:00:00';

/**
 * Whether what is said of some octets is certain in a text that lacks octets from `from` on: behind them, an option may begin anywhere, and
 * what is read there may be no option at all.
 */
export const isCertain = ({ offset, length, buffer = 0 }: Span, from: number): boolean =>
  buffer === 0 && offset + length <= from;

/** A field without what is wrong in it, and in those in it, where that is not certain. */
function withoutUncertain(field: Field, from: number): Field {
  const { problem, children, ...rest } = field;
  const certain = problem !== undefined && [field, ...(field.more ?? [])].every((span) => isCertain(span, from));
  return {
    ...rest,
    ...(children ? { children: children.map((child) => withoutUncertain(child, from)) } : {}),
    ...(certain ? { problem } : {}),
  };
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
