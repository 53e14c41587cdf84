import { u16 } from './bytes';
import { checkMessage4 } from './dhcpv4/check';
import type { Message4 } from './dhcpv4/message';
import { checkMessage6 } from './dhcpv6/check';
import type { Message6 } from './dhcpv6/message';
import type { Problem } from './field';
import { UDP_HEADER } from './glance';
import { foldedSum } from './ip/checksum';
import { ipv4 } from './ip/ipv4';
import { ipv6 } from './ip/ipv6';
import { checkTransport } from './ip/pseudoHeader';
import type { Walk } from './walk';

const UDP = 17;

/** Reused for every frame, because it nearly always stays empty. */
const found: Problem[] = [];

/**
 * What is wrong in a walked frame: its IP and UDP headers and checksums, and its message. Offsets are relative to the
 * frame, which may be anywhere in `walk.bytes`.
 */
export function problemsOf(walk: Walk, dhcp: Message4 | undefined, dhcpv6: Message6 | undefined): readonly Problem[] {
  found.length = 0;
  if (!headersAreSound(walk)) for (const i of [walk.ip, walk.udp]) if (i >= 0) walk.layers[i]!.describe(walk, i, found);
  const headers = found.length;
  if (dhcp) checkMessage4(dhcp, found, walk.cut);
  if (dhcpv6) checkMessage6(dhcpv6, found, walk.cut, 0, walk.dispatch.own);
  if (found.length === 0) return found;
  // Offsets of header problems are already relative to the frame; those of message problems are relative to the array.
  return found.map((one, i) => (i < headers ? one : { ...one, offset: one.offset - walk.start }));
}

/**
 * Whether the IP and UDP headers of a frame are plain and correct. Then describing them would report nothing that the
 * message does not report itself (such as a cut). This holds for most frames, and a tree of both headers costs ten
 * times as much as the rest of a packet.
 */
export function headersAreSound(walk: Walk): boolean {
  const { bytes, ip, udp } = walk;
  if (ip < 0 || udp !== ip + 1 || walk.quotedFrom >= 0) return false;
  // Whether octets are missing because of the snapshot length.
  const cut = walk.cut > 0 && walk.fragment < 0 && walk.endOf(udp) === walk.end;
  if (!(walk.layers[ip] === ipv4 ? soundIpv4(walk, cut) : walk.layers[ip] === ipv6 && soundIpv6(walk, cut)))
    return false;
  const at = walk.atOf(udp);
  const there = walk.endOf(udp) - at;
  if (there < UDP_HEADER) return false;
  const length = u16(bytes, at + 4);
  if (length < UDP_HEADER) return false;
  if (length > there) return cut;
  const none = u16(bytes, at + 6) === 0 && walk.layers[ip] === ipv4;
  return none || checkTransport(walk, udp, UDP, length, 6) === 'correct';
}

/** Whether the header has no options and a correct checksum. */
function soundIpv4(walk: Walk, cut: boolean): boolean {
  const { bytes } = walk;
  const at = walk.atOf(walk.ip);
  const there = walk.endOf(walk.ip) - at;
  if (there < 20 || bytes[at] !== 0x45 || foldedSum(bytes, at, at + 20) !== 0xffff) return false;
  const total = u16(bytes, at + 2);
  return total >= 20 && (total <= there || cut);
}

function soundIpv6(walk: Walk, cut: boolean): boolean {
  const at = walk.atOf(walk.ip);
  const there = walk.endOf(walk.ip) - at - 40;
  const length = u16(walk.bytes, at + 4);
  return there >= 0 && walk.bytes[at]! >> 4 === 6 && length > 0 && (length <= there || cut);
}
