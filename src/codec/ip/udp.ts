import { u16 } from '../bytes';
import { problem, type Problem } from '../field';
import { cutHeader, HeaderFields, hexText, octetsText, reportShort } from '../header';
import { layerNode } from '../tree';
import type { Layer, Walk } from '../walk';
import { checkTransport } from './pseudoHeader';

const HEADER = 8;
const PROTOCOL = 17;

/** UDP (RFC 768). */
export const udp: Layer = {
  id: 'udp',
  name: 'User Datagram Protocol',
  walk(walk, at, end) {
    const { bytes } = walk;
    const stated = end - at >= HEADER ? u16(bytes, at + 4) : 0;
    // 0 is the length of a jumbogram (RFC 2675 §4): only IP's end is known. Any other length shorter than the header is
    // invalid, and hosts drop the datagram, so it carries no message.
    const udpEnd = stated >= HEADER ? Math.min(end, at + stated) : end;
    const index = walk.depth;
    const complete = walk.header(udp, at, HEADER, udpEnd);
    if (walk.depth > index) walk.udp = index;
    const lies = stated < HEADER && !(stated === 0 && walk.ip >= 0 && walk.layers[walk.ip]!.id === 'ipv6');
    if (complete && !lies) walk.toUdpPayload(u16(bytes, at), u16(bytes, at + 2), at + HEADER, udpEnd);
  },
  describe(walk, index, problems) {
    const cut = cutHeader(walk, index, HEADER, problems);
    if (cut) return cut;
    const at = walk.atOf(index);
    const fields = new HeaderFields(walk, at);
    const source = fields.number(2, 'Source port', 'udp.srcport');
    const destination = fields.number(2, 'Destination port', 'udp.dstport');
    const length = u16(walk.bytes, fields.at);
    const bad = lengthProblem(walk, index, length, problems);
    fields.text(2, 'Length', octetsText(length), 'udp.length', bad ? { problem: bad } : undefined);
    checksumField(walk, index, length, fields, problems);
    return layerNode(walk, index, `${source} → ${destination}`, fields.nodes, bad);
  },
};

/** Reports a length that is impossible. */
function lengthProblem(walk: Walk, index: number, length: number, problems: Problem[]): string | undefined {
  const at = walk.atOf(index);
  const have = walk.endOf(index) - at;
  if (length > have) {
    return reportShort(
      walk,
      index,
      at + 4,
      2,
      `UDP length ${length} is more than the ${octetsText(have)} there are.`,
      problems,
    );
  }
  if (length >= HEADER || (length === 0 && have > 0xffff)) return undefined;
  const text = `UDP length ${length} is below the ${HEADER} octets of the header.`;
  problems.push(problem('malformed-message', walk.offset(at + 4), 2, text));
  return text;
}

function checksumField(walk: Walk, index: number, length: number, fields: HeaderFields, problems: Problem[]): void {
  const value = u16(walk.bytes, fields.at);
  const digits = hexText(value);
  const add = (words: string, bad?: string): void => {
    fields.text(2, 'Checksum', `${digits} (${words})`, 'udp.checksum', bad ? { problem: bad } : undefined);
  };
  const complain = (id: string, text: string): string => {
    problems.push(problem(id, walk.offset(fields.at), 2, text));
    return text;
  };
  if (value === 0) {
    // A missing checksum is allowed over IPv4, and over IPv6 only for tunnels (RFC 8200 §8.1, RFC 6935), which cannot
    // be recognised as such.
    add('none');
    return;
  }
  const state = length < HEADER ? 'unchecked' : checkTransport(walk, index, PROTOCOL, length, 6);
  if (state === 'correct') add('correct');
  else if (state === 'unchecked') add('not checked: not all octets are here');
  else if (state === 'offload') {
    const text = `The UDP checksum ${digits} is only begun: the network card would have finished it when sending (checksum offload).`;
    add('left to the network card', complain('checksum-offload', text));
  } else add('wrong', complain('bad-checksum', `The UDP checksum ${digits} is wrong.`));
}
