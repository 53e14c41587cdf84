import type { DecodedMessage4, DecodedOption } from '../codec/dhcpv4/decode';
import type { DecodedMessage6, DecodedOption6 } from '../codec/dhcpv6/decode';
import { INVISIBLE, ipv4ToText, printable } from '../codec/bytes';
import { LINK_TYPES } from '../codec/layers';
import { CHADDR_LENGTH, MESSAGE_TYPES, OFFSET } from '../codec/dhcpv4';
import { summaryOf } from '../codec/frame';
import type { Capture } from '../engine/capture';
import { describeStored } from '../engine/answers/describe';
import { packetAt, walkDatagram, walkStored } from '../engine/scan/packets';
import { vlanIds } from '../codec/link/ethernet';

/** JSON escapes the controls below 0x20 itself. */
const BEYOND_ASCII = /[^ -~]/;

/**
 * A value as a single line of JSON without invisible characters. JSON itself leaves C1 controls, bidi controls and Unicode line separators
 * unescaped, and the sender of a host name or the author of a file name may have used them.
 */
export function jsonLine(value: unknown): string {
  const text = JSON.stringify(value);
  // Nearly all is ASCII, which this finds out in a fraction of the time.
  if (!BEYOND_ASCII.test(text)) return text;
  return text.replace(INVISIBLE, (char) =>
    // Above U+FFFF, JSON needs both halves of the surrogate pair.
    Array.from({ length: char.length }, (_, i) => `\\u${char.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  );
}

const hex16 = (value: number): string => `0x${value.toString(16).padStart(4, '0')}`;
const hex32 = (value: number): string => `0x${value.toString(16).padStart(8, '0')}`;

/** What precedes the message in each line: the frame and its addresses. */
function headJson(capture: Capture, index: number): Record<string, unknown> {
  const { scan } = capture;
  const { store } = scan;
  const packet = packetAt(scan, index, 0);
  const vlan = vlanIds(walkStored(scan, index));
  const link = LINK_TYPES[store.linkType(index)];
  return {
    frame: store.number(index),
    time: store.timeText(index) ?? null,
    length: store.wireLength(index),
    captured: store.captured(index),
    ...(link !== undefined ? { link } : {}),
    ...(vlan.length > 0 ? { vlan } : {}),
    ...(packet.ethSource !== undefined ? { ethSrc: packet.ethSource } : {}),
    ...(packet.ethDestination !== undefined ? { ethDst: packet.ethDestination } : {}),
    ...(packet.source !== undefined ? { src: packet.source } : {}),
    ...(packet.destination !== undefined ? { dst: packet.destination } : {}),
    ...(packet.sourcePort !== undefined ? { sport: packet.sourcePort } : {}),
    ...(packet.destinationPort !== undefined ? { dport: packet.destinationPort } : {}),
    protocol: packet.protocol,
  };
}

/** A frame of interest as `decode --json` and `hex --json` print it. */
export function frameJson(capture: Capture, index: number): Record<string, unknown> {
  const view = describeStored(capture.scan, index);
  const comment = capture.scan.store.comment(index);
  return {
    ...headJson(capture, index),
    summary: view.summary,
    ...(view.dhcp ? { dhcp: messageJson(view.dhcp) } : {}),
    ...(view.dhcpv6 ? { dhcpv6: message6Json(view.dhcpv6) } : {}),
    ...(view.optionsAlone ? { protocol: 'dhcp', dhcp: optionsJson(view.optionsAlone) } : {}),
    ...(view.options6Alone
      ? { protocol: 'dhcpv6', dhcpv6: { options: view.options6Alone.options.map(optionJson) } }
      : {}),
    ...(view.quotedDhcp ? { quoted: { dhcp: messageJson(view.quotedDhcp) } } : {}),
    problems: view.problems,
    ...(comment !== undefined ? { comment: printable(comment) } : {}),
  };
}

/** Any other frame, for `decode --all`. */
export function otherJson(capture: Capture, index: number): Record<string, unknown> {
  const walk = walkDatagram(capture.scan, index) ?? walkStored(capture.scan, index);
  return { ...headJson(capture, index), summary: summaryOf(walk), problems: [] };
}

function messageJson(decoded: DecodedMessage4): Record<string, unknown> {
  const { message } = decoded;
  const { length } = message;
  // A field beyond the captured octets is omitted rather than shown as 0.
  const fixed: readonly [key: keyof typeof OFFSET, size: number, value: () => unknown][] = [
    ['op', 1, () => message.op],
    ['htype', 1, () => message.htype],
    ['hlen', 1, () => message.hlen],
    ['hops', 1, () => message.hops],
    ['xid', 4, () => hex32(message.xid)],
    ['secs', 2, () => message.secs],
    ['flags', 2, () => hex16(message.flags)],
    ['ciaddr', 4, () => ipv4ToText(message.ciaddr)],
    ['yiaddr', 4, () => ipv4ToText(message.yiaddr)],
    ['siaddr', 4, () => ipv4ToText(message.siaddr)],
    ['giaddr', 4, () => ipv4ToText(message.giaddr)],
    ['chaddr', Math.min(message.hlen, CHADDR_LENGTH), () => message.chaddr],
    ['sname', 1, () => message.sname],
    ['file', 1, () => message.file],
  ];
  const there = fixed.filter(([key, size]) => OFFSET[key] + size <= length);
  return {
    ...Object.fromEntries(there.map(([key, , value]) => [key, value()])),
    ...optionsJson(decoded),
  };
}

/** The options of a message, and its message type if it has one. */
function optionsJson({ message, options }: DecodedMessage4): Record<string, unknown> {
  const type = message.messageType();
  return {
    messageType: type === undefined ? null : (MESSAGE_TYPES[type] ?? String(type)),
    options: options.map(optionJson),
  };
}

function optionJson(option: DecodedOption | DecodedOption6): Record<string, unknown> {
  return {
    code: option.code,
    name: option.name,
    offset: option.offset,
    length: option.length,
    // The declared length exceeds the available octets: the option is cut.
    ...('declared' in option ? { declared: option.declared } : {}),
    hex: option.hex,
    value: option.value,
    data: option.data,
    ...(option.options ? { options: option.options.map(optionJson) } : {}),
    ...('dhcpv6' in option && option.dhcpv6 ? { dhcpv6: message6Json(option.dhcpv6) } : {}),
    ...('dhcp' in option && option.dhcp ? { dhcp: messageJson(option.dhcp) } : {}),
  };
}

function message6Json({ message, type, options }: DecodedMessage6): Record<string, unknown> {
  return {
    type,
    ...(message.isRelay
      ? { hops: message.hops, link: message.linkAddress(), peer: message.peerAddress() }
      : { xid: `0x${message.xid.toString(16).padStart(6, '0')}` }),
    options: options.map(optionJson),
  };
}
