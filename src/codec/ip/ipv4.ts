import { append } from '../append';
import { u16 } from '../bytes';
import { problem } from '../field';
import { cutHeader, HeaderFields, hexText, isQuoted, octetsText, reportShort } from '../header';
import { layerNode } from '../tree';
import type { Layer } from '../walk';
import { foldedSum } from './checksum';
import { optionFields } from './ipv4Options';
import { protocolText } from './protocols';

const FIXED = 20;

/** IPv4 (RFC 791). */
export const ipv4: Layer = {
  id: 'ip',
  name: 'Internet Protocol Version 4',
  walk(walk, at, end) {
    const { bytes } = walk;
    const headerLength = (bytes[at]! & 15) * 4;
    if (end - at < FIXED || bytes[at]! >> 4 !== 4 || headerLength < FIXED || at + headerLength > end) {
      walk.push(ipv4, at, Math.min(end, at + FIXED), end);
      return;
    }
    // The total length says where IP ends; anything after that is link-layer padding. Cards that segment in hardware
    // (TSO) write 0, and then only the frame's end is known.
    const total = u16(bytes, at + 2);
    const ipEnd = total >= headerLength ? Math.min(end, at + total) : end;
    if (!walk.push(ipv4, at, at + headerLength, ipEnd)) return;
    walk.ip = walk.depth - 1;
    const fragment = u16(bytes, at + 6);
    if ((fragment & 0x3fff) !== 0 && walk.fragment < 0 && !isQuoted(walk, walk.ip)) walk.fragment = walk.ip;
    // Only the first fragment carries the next header. A total length shorter than the header is invalid, and hosts
    // drop the packet.
    if ((fragment & 0x1fff) !== 0 || (total > 0 && total < headerLength)) return;
    walk.toIpProtocol(bytes[at + 9]!, at + headerLength, ipEnd);
  },
  describe(walk, index, problems) {
    const cut = cutHeader(walk, index, FIXED, problems);
    if (cut) return cut;
    const { bytes } = walk;
    const at = walk.atOf(index);
    const available = walk.endOf(index) - at;
    const version = bytes[at]! >> 4;
    const headerLength = (bytes[at]! & 15) * 4;
    const total = u16(bytes, at + 2);
    const malformed = (from: number, length: number, text: string): string => {
      problems.push(problem('malformed-message', walk.offset(from), length, text));
      return text;
    };
    let bad: string | undefined;
    if (version !== 4) bad = malformed(at, 1, `IP version ${version} where 4 was expected.`);
    else if (headerLength < FIXED) bad = malformed(at, 1, `IPv4 header length ${headerLength} is below ${FIXED}.`);
    else if (headerLength > available) {
      const text = `IPv4 header length ${headerLength} is more than the ${octetsText(available)} there are.`;
      bad = reportShort(walk, index, at, available, text, problems);
    } else if (total !== 0 && total < headerLength) {
      bad = malformed(at + 2, 2, `IPv4 total length ${total} is less than the header's ${headerLength}.`);
    } else if (total > available) {
      const text = `IPv4 total length ${total} is more than the ${octetsText(available)} there are.`;
      bad = reportShort(walk, index, at + 2, 2, text, problems);
    }
    const whole = version === 4 && headerLength >= FIXED && headerLength <= available;

    const fields = new HeaderFields(walk, at);
    fields
      .over(1, 'Version', String(version), 'ip.version')
      .text(1, 'Header length', octetsText(headerLength), 'ip.hdr_len')
      .hex(1, 'Differentiated services', 'ip.dsfield');
    fields.number(2, 'Total length', 'ip.len', octetsText);
    fields.hex(2, 'Identification', 'ip.id');
    fields.number(2, 'Flags and fragment offset', 'ip.frag_offset', fragmentText);
    fields.number(1, 'Time to live', 'ip.ttl');
    fields.number(1, 'Protocol', 'ip.proto', protocolText);
    const sum = hexText(u16(bytes, fields.at));
    if (!whole) fields.text(2, 'Header checksum', `${sum} (not checked)`, 'ip.checksum');
    else if (foldedSum(bytes, at, at + headerLength) === 0xffff) {
      fields.text(2, 'Header checksum', `${sum} (correct)`, 'ip.checksum');
    } else if (isQuoted(walk, index)) {
      // Routers change the header that they quote (TTL), so the checksum of a quoted header proves nothing.
      fields.text(2, 'Header checksum', `${sum} (not that of the quotation)`, 'ip.checksum');
    } else if (sum === '0x0000') {
      const text =
        'The IPv4 header checksum is 0: the network card would have filled it in when sending (checksum offload).';
      problems.push(problem('checksum-offload', walk.offset(fields.at), 2, text));
      fields.text(2, 'Header checksum', `${sum} (left to the network card)`, 'ip.checksum', { problem: text });
    } else {
      const text = `The IPv4 header checksum ${sum} is wrong.`;
      problems.push(problem('bad-checksum', walk.offset(fields.at), 2, text, undefined, { ofHeader: true }));
      fields.text(2, 'Header checksum', `${sum} (wrong)`, 'ip.checksum', { problem: text });
    }
    const source = fields.ipv4('Source address', 'ip.src');
    const destination = fields.ipv4('Destination address', 'ip.dst');
    append(fields.nodes, optionFields(walk, fields.at, walk.headerEndOf(index), problems));
    return layerNode(walk, index, `${source} → ${destination}`, fields.nodes, bad);
  },
};

function fragmentText(word: number): string {
  const flags = [
    word & 0x8000 ? 'reserved bit' : '',
    word & 0x4000 ? 'don’t fragment' : '',
    word & 0x2000 ? 'more fragments' : '',
  ].filter(Boolean);
  const offset = (word & 0x1fff) * 8;
  return `${flags.length > 0 ? flags.join(', ') : 'none'}, offset ${offset}`;
}
