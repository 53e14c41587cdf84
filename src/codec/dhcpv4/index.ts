import { u16 } from '../bytes';
import { SNAPLEN_CUT, type Field, type Problem } from '../field';
import { isQuoted } from '../header';
import { layerNode } from '../tree';
import type { Layer, Walk } from '../walk';
import { decodeMessage4, summary4, type DecodedMessage4 } from './decode';
import { Message4 } from './message';
import { tableInUse } from '../option';
import { dhcpOptions } from './options';

export * from './message';
export * from './decode';
export * from './encode';
export { looksLikeDhcp } from './looks';
export { dhcpOptions, isJoined, optionName } from './options';

/** DHCPv4 and BOOTP (RFC 2131, RFC 951): UDP ports 67 and 68, and other ports if the body looks like DHCP (PXE: 4011). */
export const dhcp: Layer = {
  id: 'dhcp',
  name: 'Dynamic Host Configuration Protocol',
  walk(walk, at, end) {
    walk.push(dhcp, at, end, end);
  },
  describe(walk, index, problems) {
    return describeMessage4(walk, index, problems).field;
  },
};

/** The tree of layer `index`, a message, and the decoded message. Adds what is wrong in it to `problems`. */
export function describeMessage4(
  walk: Walk,
  index: number,
  problems: Problem[],
): { readonly field: Field; readonly decoded: DecodedMessage4 } {
  const message = messageOf(walk, index);
  const found: Problem[] = [];
  const quoted = isQuoted(walk, index);
  const decoded = decodeMessage4(message, found, cutOf(walk, index));
  // An ICMP error need not quote the whole datagram (RFC 792), so missing octets are not the capture's fault.
  for (const one of found) if (!quoted || one.id !== SNAPLEN_CUT) problems.push(one);
  return { field: layerNode(walk, index, summary4(message), decoded.fields), decoded };
}

/** The message of layer `index`, with offsets relative to the frame's first octet. */
export function messageOf(walk: Walk, index: number): Message4 {
  const frame = walk.start === 0 ? walk.bytes : walk.bytes.subarray(walk.start, walk.end);
  return Message4.read(
    frame,
    walk.offset(walk.atOf(index)),
    walk.offset(walk.endOf(index)),
    0,
    tableInUse(dhcpOptions, walk.dispatch.own),
  );
}

/**
 * How many octets of the message of layer `index` are missing because of the snapshot length, or because an ICMP error
 * quotes only part of it. Never more than the UDP length implies.
 */
export function cutOf(walk: Walk, index: number): number {
  const end = walk.endOf(index);
  const most = isQuoted(walk, index) ? Infinity : end < walk.end ? 0 : walk.cut;
  if (most === 0) return 0;
  const udp = walk.find('udp', index);
  if (udp < 0) return walk.cut;
  const declared = u16(walk.bytes, walk.atOf(udp) + 4) - 8;
  return Math.max(0, Math.min(most, declared - (end - walk.atOf(index))));
}
