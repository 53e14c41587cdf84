import { decodeText, hex, printable, u16 } from '../bytes';
import { problem, type Problem } from '../field';
import { cutHeader, HeaderFields, hexText, named, octetsText, reportShort } from '../header';
import { layerNode } from '../tree';
import type { Layer, Walk } from '../walk';
import { PPPOE, pppoeEnd } from './plainLayout';
import { ppp } from './ppp';

/** PPP over Ethernet (RFC 2516). */

const CODES: Readonly<Record<number, string>> = {
  0x00: 'Session data',
  0x07: 'Active discovery offer (PADO)',
  0x09: 'Active discovery initiation (PADI)',
  0x19: 'Active discovery request (PADR)',
  0x65: 'Active discovery session-confirmation (PADS)',
  0xa7: 'Active discovery terminate (PADT)',
};
const TAGS: Readonly<Record<number, string>> = {
  0x0000: 'End of list',
  0x0101: 'Service name',
  0x0102: 'Access concentrator name',
  0x0103: 'Host uniq',
  0x0104: 'Access concentrator cookie',
  0x0105: 'Vendor specific',
  0x0110: 'Relay session id',
  0x0120: 'PPP maximum payload',
  0x0201: 'Service name error',
  0x0202: 'Access concentrator system error',
  0x0203: 'Generic error',
};
const TEXT_TAGS: ReadonlySet<number> = new Set([0x0101, 0x0102, 0x0201, 0x0202, 0x0203]);

/** A frame of a PPPoE session: PPP follows. */
export const pppoeSession: Layer = {
  id: 'pppoes',
  name: 'PPP-over-Ethernet Session',
  walk(walk, at, end) {
    const last = pppoeEnd(walk.bytes, at, end);
    if (walk.header(pppoeSession, at, PPPOE, last)) walk.to(ppp, at + PPPOE, last);
  },
  describe(walk, index, problems) {
    const cut = cutHeader(walk, index, PPPOE, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, walk.atOf(index));
    const { session, bad } = fixedFields(walk, index, fields, problems);
    return layerNode(walk, index, `session ${hexText(session)}`, fields.nodes, bad);
  },
};

/** PPPoE discovery: how a session is set up. */
export const pppoeDiscovery: Layer = {
  id: 'pppoed',
  name: 'PPP-over-Ethernet Discovery',
  walk(walk, at, end) {
    const last = pppoeEnd(walk.bytes, at, end);
    walk.header(pppoeDiscovery, at, Math.max(PPPOE, last - at), last);
  },
  describe(walk, index, problems) {
    const cut = cutHeader(walk, index, PPPOE, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, walk.atOf(index));
    const { code, bad } = fixedFields(walk, index, fields, problems);
    const end = walk.headerEndOf(index);
    while (fields.at < end) {
      const left = end - fields.at;
      const length = left >= 4 ? u16(walk.bytes, fields.at + 2) : 0;
      if (left < 4 + length) {
        const text = `A PPPoE tag goes beyond the ${octetsText(left)} left.`;
        reportShort(walk, index, fields.at, left, text, problems);
        fields.octets(left, 'Damaged tag');
        break;
      }
      const type = u16(walk.bytes, fields.at);
      const at = fields.at + 4;
      const value = TEXT_TAGS.has(type)
        ? printable(decodeText(walk.bytes, at, length))
        : hex(walk.bytes, at, length, ' ');
      fields.text(4 + length, TAGS[type] ?? `Tag ${hexText(type)}`, value, 'pppoed.tags');
      if (type === 0) fields.octets(end - fields.at, 'Padding');
    }
    return layerNode(walk, index, CODES[code] ?? `Code ${hexText(code, 2)}`, fields.nodes, bad);
  },
};

function fixedFields(walk: Walk, index: number, fields: HeaderFields, problems: Problem[]) {
  const at = fields.at;
  const first = walk.bytes[at]!;
  fields.text(1, 'Version and type', `${first >> 4}, ${first & 15}`, 'pppoe.version');
  const code = fields.number(1, 'Code', 'pppoe.code', (value) => named(CODES, value));
  const session = fields.hex(2, 'Session id', 'pppoe.session_id');
  const length = u16(walk.bytes, fields.at);
  const have = walk.endOf(index) - at - PPPOE;
  let bad: string | undefined;
  if (length > have) {
    const text = `PPPoE payload length ${length} is more than the ${octetsText(have)} there are.`;
    bad = reportShort(walk, index, fields.at, 2, text, problems);
  } else if (first !== 0x11) {
    bad = `PPPoE version and type must be 1, but are ${first >> 4} and ${first & 15}.`;
    problems.push(problem('malformed-message', walk.offset(at), 1, bad));
  }
  fields.text(2, 'Payload length', octetsText(length), 'pppoe.payload_length');
  return { code, session, bad };
}
