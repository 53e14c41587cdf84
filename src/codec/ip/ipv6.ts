import { u16 } from '../bytes';
import { problem } from '../field';
import { cutHeader, HeaderFields, hexText, octetsText, reportShort } from '../header';
import { layerNode } from '../tree';
import type { Layer } from '../walk';
import { protocolText } from './protocols';

const HEADER = 40;

/** IPv6 (RFC 8200). */
export const ipv6: Layer = {
  id: 'ipv6',
  name: 'Internet Protocol Version 6',
  walk(walk, at, end) {
    const { bytes } = walk;
    const right = bytes[at]! >> 4 === 6;
    const length = end - at >= HEADER ? u16(bytes, at + 4) : 0;
    // Length 0 means a jumbogram (RFC 2675), or a card that segments in hardware. In both cases only the frame's end is known.
    const ipEnd = right && length > 0 ? Math.min(end, at + HEADER + length) : end;
    const index = walk.depth;
    const complete = walk.header(ipv6, at, HEADER, ipEnd);
    if (!right || !complete) return;
    walk.ip = index;
    walk.toIpProtocol(bytes[at + 6]!, at + HEADER, ipEnd);
  },
  describe(walk, index, problems) {
    const cut = cutHeader(walk, index, HEADER, problems);
    if (cut) return cut;
    const at = walk.atOf(index);
    const { bytes } = walk;
    const fields = new HeaderFields(walk, at);
    const version = bytes[at]! >> 4;
    const length = u16(bytes, at + 4);
    const available = walk.endOf(index) - at - HEADER;
    let bad: string | undefined;
    if (version !== 6) {
      bad = `IP version ${version} where 6 was expected.`;
      problems.push(problem('malformed-message', walk.offset(at), 1, bad));
    } else if (length > available) {
      const text = `IPv6 payload length ${length} is more than the ${octetsText(available)} there are.`;
      bad = reportShort(walk, index, at + 4, 2, text, problems);
    }
    fields
      .over(1, 'Version', String(version), 'ipv6.version')
      .over(2, 'Traffic class', hexText((u16(bytes, at) >> 4) & 0xff, 2), 'ipv6.tclass')
      .text(4, 'Flow label', hexText(((bytes[at + 1]! & 15) << 16) | u16(bytes, at + 2), 5), 'ipv6.flow')
      .number(2, 'Payload length', 'ipv6.plen', octetsText);
    fields.number(1, 'Next header', 'ipv6.nxt', protocolText);
    fields.number(1, 'Hop limit', 'ipv6.hlim');
    const source = fields.ipv6('Source address', 'ipv6.src');
    const destination = fields.ipv6('Destination address', 'ipv6.dst');
    return layerNode(walk, index, `${source} → ${destination}`, fields.nodes, bad);
  },
};
