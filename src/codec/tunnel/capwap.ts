import { u16 } from '../bytes';
import { cutHeader, HeaderFields, hexText, octetsText } from '../header';
import { walkWifi } from '../link/wifi';
import { layerNode } from '../tree';
import type { Layer } from '../walk';

/** CAPWAP data (RFC 5415), UDP port 5247: carries stations' frames between a wireless controller and its access points. */

const FIXED = 8;
const DTLS_HEADER = 4;
const BRIDGED = 0x6558;

/** The low half of the preamble is 1 if the rest is encrypted by DTLS (§4.2). */
const isEncrypted = (bytes: Uint8Array, at: number): boolean => (bytes[at]! & 15) === 1;

function headerLength(bytes: Uint8Array, at: number, end: number): number {
  if (isEncrypted(bytes, at)) return DTLS_HEADER;
  return end - at >= 2 ? Math.max(FIXED, (bytes[at + 1]! >> 3) * 4) : FIXED;
}

export const capwap: Layer = {
  id: 'capwap.data',
  name: 'Control And Provisioning of Wireless Access Points - Data',
  walk(walk, at, end) {
    const { bytes } = walk;
    const length = headerLength(bytes, at, end);
    if (!walk.header(capwap, at, length, end) || isEncrypted(bytes, at)) return;
    const flags = u16(bytes, at + 2);
    // F: a fragment. Only the first begins with a frame.
    if (flags & 0x80 && u16(bytes, at + 6) >> 3 !== 0) return;
    // K: a keep-alive.
    if (flags & 0x08) return;
    const next = at + length;
    // T: the frame has the wireless binding's own format (1: 802.11); otherwise it is 802.3.
    if (!(flags & 0x100)) walk.toEtherType(BRIDGED, next, end);
    else if (((flags >> 9) & 0x1f) === 1) walkWifi(walk, next, end, { mayBeSwapped: true });
  },
  describe(walk, index, problems) {
    const at = walk.atOf(index);
    const length = headerLength(walk.bytes, at, walk.endOf(index));
    const cut = cutHeader(walk, index, length, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, at);
    fields.hex(1, 'Preamble', 'capwap.preamble');
    if (isEncrypted(walk.bytes, at)) {
      fields.octets(3, 'Reserved');
      return layerNode(walk, index, 'encrypted (DTLS)', fields.nodes);
    }
    const flags = u16(walk.bytes, at + 2);
    fields.text(
      3,
      'Length, radio, binding and flags',
      `${octetsText(length)}, flags ${hexText(flags & 0x1ff)}`,
      'capwap.header.flags',
    );
    fields.hex(2, 'Fragment id', 'capwap.header.fragment.id');
    fields.number(2, 'Fragment offset', 'capwap.header.fragment.offset', (word) => String((word >> 3) * 8));
    fields.octets(at + length - fields.at, 'Radio address and wireless information', 'capwap.header.options');
    return layerNode(walk, index, flags & 0x100 ? 'native frame' : '802.3 frame', fields.nodes);
  },
};
