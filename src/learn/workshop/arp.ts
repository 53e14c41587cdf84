import { hex, u16 } from '../../codec/bytes';
import { fieldsOf, withField, type Editable, type Fixed } from './entries';

/* ARP (RFC 826) and RARP (RFC 903) for IPv4 in Ethernet II, for the form. */

const TYPES: ReadonlySet<number> = new Set([0x0806, 0x8035]);
const LENGTH = 42;
/** Hardware type Ethernet, protocol type IPv4, and the lengths of their addresses. */
const HEAD = '000108000604';

/** Offsets in the frame. */
const FIXED: readonly Fixed[] = [
  ['ethSource', 'Ethernet source', 6, 6, 'mac'],
  ['ethDestination', 'Ethernet destination', 0, 6, 'mac'],
  ['operation', 'operation', 20, 2, 'number'],
  ['senderMac', 'sender hardware address', 22, 6, 'mac'],
  ['senderIp', 'sender IP address', 28, 4, 'ipv4'],
  ['targetMac', 'target hardware address', 32, 6, 'mac'],
  ['targetIp', 'target IP address', 38, 4, 'ipv4'],
];

/** An ARP or RARP message for the form; undefined if the frame is something else. */
export function editableArp(frame: Uint8Array): Editable | undefined {
  if (frame.length < LENGTH || !TYPES.has(u16(frame, 12)) || hex(frame, 14, 6) !== HEAD) return undefined;
  return {
    fields: fieldsOf(frame, FIXED),
    change: (edit) => {
      if (edit && edit.kind !== 'field') throw new RangeError('ARP and RARP have no options.');
      return edit ? withField(frame, FIXED, edit.id, edit.value) : frame.slice();
    },
  };
}
