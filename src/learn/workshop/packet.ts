import { concat, formatIpv4, formatMac, hex, u16 } from '../../codec/bytes';
import { dhcpOptions, Message4, OFFSET, OPTIONS_AT, optionName } from '../../codec/dhcpv4';
import { decodeMessage4 } from '../../codec/dhcpv4/decode';
import { encodeValue } from '../../codec/dhcpv4/values/tlv';
import { datagram4, type Around } from '../made/frame';
import {
  aroundOf,
  changedAround,
  fieldsAround,
  fieldsOf,
  optionOf,
  valueOf,
  withField,
  type Editable,
  type Fixed,
  type FormEdit,
} from './entries';

/** The parts that the form can change of a DHCPv4 or BOOTP message in Ethernet II, IPv4 without options, and UDP. */
export interface Packet {
  readonly around: Around;
  readonly message: Uint8Array;
}

const MESSAGE_AT = 42;
const PORTS: ReadonlySet<number> = new Set([67, 68]);
/** The magic cookie that introduces options (RFC 2131 §3). */
const COOKIE = Uint8Array.of(99, 130, 83, 99);
const SMALLEST = 300;

/** Parses a frame; undefined if it is of another kind. */
export function packetOf(frame: Uint8Array): Packet | undefined {
  if (frame.length < MESSAGE_AT + OPTIONS_AT || u16(frame, 12) !== 0x0800 || frame[14] !== 0x45 || frame[23] !== 17)
    return undefined;
  const around = {
    ethDestination: formatMac(frame, 0),
    ethSource: formatMac(frame, 6),
    source: formatIpv4(frame, 26),
    destination: formatIpv4(frame, 30),
    sourcePort: u16(frame, 34),
    destinationPort: u16(frame, 36),
  };
  const message = frame.slice(
    MESSAGE_AT,
    Math.min(frame.length, Math.max(14 + u16(frame, 16), MESSAGE_AT + OPTIONS_AT)),
  );
  // BOOTP without a cookie is recognised only by its ports.
  const isBootp = PORTS.has(around.sourcePort) && PORTS.has(around.destinationPort);
  return isBootp || Message4.read(message, 0, message.length).hasCookie ? { around, message } : undefined;
}

/** The frame of a packet, with correct lengths and checksums. */
export const frameOf = ({ around, message }: Packet): Uint8Array => datagram4(message, around);

/** The fixed fields in the form. */
const FIXED: readonly Fixed[] = [
  ['op', 'op', OFFSET.op, 1, 'number'],
  ['hops', 'hops', OFFSET.hops, 1, 'number'],
  ['xid', 'xid', OFFSET.xid, 4, 'hex'],
  ['secs', 'secs', OFFSET.secs, 2, 'number'],
  ['flags', 'flags', OFFSET.flags, 2, 'hex'],
  ['ciaddr', 'ciaddr', OFFSET.ciaddr, 4, 'ipv4'],
  ['yiaddr', 'yiaddr', OFFSET.yiaddr, 4, 'ipv4'],
  ['siaddr', 'siaddr', OFFSET.siaddr, 4, 'ipv4'],
  ['giaddr', 'giaddr', OFFSET.giaddr, 4, 'ipv4'],
  ['chaddr', 'chaddr', OFFSET.chaddr, 6, 'mac'],
];
const FILE: Fixed = ['file', 'file', OFFSET.file, 128, 'text'];
const AROUND = aroundOf('ipv4');

/** The options in the order in which they occur, each with its value. */
function optionsOf(message: Uint8Array): { code: number; octets: Uint8Array }[] {
  const { options } = Message4.read(message, 0, message.length);
  return options
    .filter(({ area }) => area === 'options')
    .map(({ code, at, length }) => ({ code, octets: message.slice(at + 2, at + 2 + length) }));
}

function withOptions(message: Uint8Array, options: readonly { code: number; octets: Uint8Array }[]): Uint8Array {
  const parts = options.flatMap(({ code, octets }) => [Uint8Array.of(code, octets.length), octets]);
  const out = concat([message.subarray(0, OPTIONS_AT - COOKIE.length), COOKIE, ...parts, Uint8Array.of(255)]);
  return out.length < SMALLEST ? concat([out, new Uint8Array(SMALLEST - out.length)]) : out;
}

/** The octets of an option’s value. */
function valueOf4(code: number, text: string): Uint8Array {
  const type = dhcpOptions.get(code)?.type.name ?? 'octets';
  return valueOf(code, text, type, (data) => {
    const { octets } = encodeValue(dhcpOptions, { code, data });
    if (octets.length > 255) throw new RangeError('too long');
    return octets;
  });
}

/** A DHCPv4 message for the form; undefined if the frame is something else. */
export function editable4(frame: Uint8Array): Editable | undefined {
  const packet = packetOf(frame);
  if (!packet) return undefined;
  const { around, message } = packet;
  const read = Message4.read(message, 0, message.length);
  const decoded = decodeMessage4(read, [], 0).options;
  // Where options continue in the file field (RFC 2132 §9.3), it holds no name that could be changed.
  const fixed = read.overload & 1 ? FIXED : [...FIXED, FILE];
  return {
    fields: [...fieldsAround(around, AROUND), ...fieldsOf(message, fixed)],
    options: optionsOf(message).map(({ code, octets }, index) => {
      const digits = hex(octets);
      const same = decoded.find((option) => option.code === code && option.hex === digits);
      return optionOf(index, code, optionName(code), digits, same);
    }),
    change: (edit) => frameOf(edit ? edited(packet, edit, fixed) : packet),
  };
}

function edited({ around, message }: Packet, edit: FormEdit, fixed: readonly Fixed[]): Packet {
  const options = optionsOf(message);
  switch (edit.kind) {
    case 'field':
      return {
        around: changedAround(around, AROUND, edit.id, edit.value),
        message: withField(message, fixed, edit.id, edit.value),
      };
    case 'option': {
      const option = options[edit.index];
      if (option) option.octets = valueOf4(option.code, edit.value);
      break;
    }
    case 'remove':
      options.splice(edit.index, 1);
      break;
    case 'add':
      if (edit.code < 1 || edit.code > 254) throw new RangeError('Options have numbers from 1 to 254.');
      options.push({ code: edit.code, octets: new Uint8Array(Math.max(0, smallest(edit.code))) });
  }
  return { around, message: withOptions(message, options) };
}

/** The minimum length of a value of this option, in octets. */
const smallest = (code: number): number => Math.min(255, dhcpOptions.get(code)?.type.size.min ?? 0);
