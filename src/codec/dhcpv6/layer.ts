import { append } from '../append';
import type { Field, Problem } from '../field';
import { layerNode } from '../tree';
import type { Layer, Walk } from '../walk';
import { decodeMessage6, summary6, type DecodedMessage6 } from './decode';
import { Message6 } from './message';

/** DHCPv6 (RFC 9915): UDP ports 546 (client) and 547 (relay, server). */
export const dhcpv6: Layer = {
  id: 'dhcpv6',
  name: 'DHCPv6',
  walk(walk, at, end) {
    walk.push(dhcpv6, at, end, end);
  },
  describe(walk, index, problems) {
    return describeMessage6(walk, index, problems).field;
  },
};

/** The tree of layer `index`, a message, and the decoded message. Adds what is wrong in it to `problems`. */
export function describeMessage6(
  walk: Walk,
  index: number,
  problems: Problem[],
): { readonly field: Field; readonly decoded: DecodedMessage6 } {
  const at = walk.atOf(index);
  const end = walk.endOf(index);
  const message = Message6.read(walk.bytes, at, end);
  // Octets missing after the frame's end belong to this message only if it extends to there. What an ICMP error quotes
  // is always cut, which is not a fault.
  const quoted = walk.quotedFrom >= 0 && index >= walk.quotedFrom;
  const found: Problem[] = [];
  const decoded = decodeMessage6(message, found, end === walk.end ? walk.cut : 0, 0, walk.dispatch.own);
  if (!quoted) append(problems, found);
  // A problem of the message as a whole (such as a missing identifier) is marked here; the others at their own octets.
  const whole = found.find((one) => one.offset === at && one.length === end - at);
  const field = layerNode(walk, index, summary6(message), decoded.fields, quoted ? undefined : whole?.text);
  return { field, decoded };
}
