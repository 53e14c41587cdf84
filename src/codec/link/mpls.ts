import { u32 } from '../bytes';
import { cutHeader, HeaderFields } from '../header';
import { layerNode } from '../tree';
import type { Layer, Walk } from '../walk';
import { looksLikeEthernet } from './ethernet';

const ENTRY = 4;
const IPV4 = 0x0800;
const IPV6 = 0x86dd;
const BRIDGED = 0x6558;

/** Octets of the label stack: entries of 4 octets, the last with the “bottom” bit set (RFC 3032 §2.1). -1 if none has it. */
function stackLength(bytes: Uint8Array, at: number, end: number): number {
  for (let i = at; i + ENTRY <= end; i += ENTRY) if (bytes[i + 2]! & 1) return i + ENTRY - at;
  return -1;
}

/**
 * Whether there is a control word of 4 octets before an Ethernet frame (RFC 4448 §4.6). Its first half octet is 0, and
 * the octets after it look like an Ethernet frame, while those without it do not.
 */
function hasControlWord(walk: Walk, at: number, end: number): boolean {
  return (
    end - at > ENTRY &&
    walk.bytes[at]! >> 4 === 0 &&
    !looksLikeEthernet(walk, at, end) &&
    looksLikeEthernet(walk, at + ENTRY, end)
  );
}

/**
 * A label stack (RFC 3032). Nothing in it says what follows, so that is inferred from IP's version number or from what
 * looks like Ethernet.
 */
export const mpls: Layer = {
  id: 'mpls',
  name: 'MultiProtocol Label Switching',
  walk(walk, at, end) {
    const stack = stackLength(walk.bytes, at, end);
    if (stack < 0) {
      walk.push(mpls, at, end, end);
      return;
    }
    const behind = at + stack;
    const length = stack + (hasControlWord(walk, behind, end) ? ENTRY : 0);
    if (!walk.header(mpls, at, length, end) || behind >= end) return;
    const version = walk.bytes[behind]! >> 4;
    if (version === 4) walk.toEtherType(IPV4, behind, end);
    else if (version === 6) walk.toEtherType(IPV6, behind, end);
    else if (looksLikeEthernet(walk, at + length, end)) walk.toEtherType(BRIDGED, at + length, end);
  },
  describe(walk, index, problems) {
    const at = walk.atOf(index);
    const end = walk.endOf(index);
    const stack = stackLength(walk.bytes, at, end);
    if (stack < 0) return cutHeader(walk, index, end - at + ENTRY, problems)!;
    const fields = new HeaderFields(walk, at);
    const labels: number[] = [];
    while (fields.at < at + stack) {
      const entry = u32(walk.bytes, fields.at);
      labels.push(entry >>> 12);
      const rest = `class ${(entry >> 9) & 7}, time to live ${entry & 255}`;
      fields.text(ENTRY, 'Label', `${entry >>> 12}, ${rest}${entry & 0x100 ? ', bottom of stack' : ''}`, 'mpls.label');
    }
    fields.octets(walk.headerEndOf(index) - fields.at, 'Pseudowire control word', 'pwethcw');
    return layerNode(walk, index, `label${labels.length > 1 ? 's' : ''} ${labels.join(', ')}`, fields.nodes);
  },
};
