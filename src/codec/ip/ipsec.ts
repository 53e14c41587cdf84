import { cutHeader, HeaderFields, hexText, octetsText } from '../header';
import { layerNode } from '../tree';
import type { Layer } from '../walk';
import { protocolText } from './protocols';

/** Length of an authentication header. Its second octet counts units of 4 octets, minus two (RFC 4302 §2.2). */
const ahLength = (bytes: Uint8Array, at: number, end: number): number =>
  end - at >= 2 ? Math.max(12, (bytes[at + 1]! + 2) * 4) : 12;

/** IPsec authentication header (RFC 4302): what follows is not encrypted. */
export const ah: Layer = {
  id: 'ah',
  name: 'Authentication Header',
  walk(walk, at, end) {
    const length = ahLength(walk.bytes, at, end);
    if (walk.header(ah, at, length, end)) walk.toIpProtocol(walk.bytes[at]!, at + length, end);
  },
  describe(walk, index, problems) {
    const at = walk.atOf(index);
    const length = ahLength(walk.bytes, at, walk.endOf(index));
    const cut = cutHeader(walk, index, length, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, at);
    fields.number(1, 'Next header', 'ah.next_header', protocolText);
    fields.number(1, 'Length', 'ah.length', (units) => octetsText((units + 2) * 4));
    fields.octets(2, 'Reserved');
    const spi = fields.hex(4, 'Security parameters index', 'ah.spi');
    fields.number(4, 'Sequence number', 'ah.sequence');
    fields.octets(at + length - fields.at, 'Integrity check value', 'ah.icv');
    return layerNode(walk, index, `SPI ${hexText(spi, 8)}`, fields.nodes);
  },
};

const ESP = 8;

/** IPsec encapsulating security payload (RFC 4303): what follows is encrypted. */
export const esp: Layer = {
  id: 'esp',
  name: 'Encapsulating Security Payload',
  walk(walk, at, end) {
    walk.header(esp, at, ESP, end);
  },
  describe(walk, index, problems) {
    const cut = cutHeader(walk, index, ESP, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, walk.atOf(index));
    const spi = fields.hex(4, 'Security parameters index', 'esp.spi');
    fields.number(4, 'Sequence number', 'esp.sequence');
    return layerNode(walk, index, `SPI ${hexText(spi, 8)}, encrypted`, fields.nodes);
  },
};
