import { formatIpv4, hex, u16, u32 } from '../bytes';
import { problem, type Field, type Problem } from '../field';
import { hexText } from '../header';
import { node, unexplained } from '../tree';
import type { Walk } from '../walk';

/** Options of the IPv4 header (RFC 791 §3.1; IANA “Internet Protocol Version 4 Parameters”), by the whole type octet. */
const OPTIONS: Readonly<Record<number, string>> = {
  0: 'End of options',
  1: 'No operation',
  7: 'Record route',
  68: 'Time stamp',
  82: 'Traceroute',
  130: 'Security',
  131: 'Loose source route',
  133: 'Extended security',
  134: 'Commercial security',
  136: 'Stream identifier',
  137: 'Strict source route',
  148: 'Router alert',
};
const RECORD_ROUTE = 7;
const TIME_STAMP = 68;
const LOOSE_ROUTE = 131;
const STRICT_ROUTE = 137;
const ROUTER_ALERT = 148;

/**
 * The options from index `at` up to `end` of the walk's array, one node each. What cannot be read is shown as octets,
 * with a problem.
 */
export function optionFields(walk: Walk, at: number, end: number, problems: Problem[]): Field[] {
  const fields: Field[] = [];
  const { bytes } = walk;
  while (at < end) {
    const type = bytes[at]!;
    const name = OPTIONS[type] ?? `IP option ${type}`;
    if (type === 0) {
      // End of the list; the remaining octets pad the header to a multiple of 4.
      fields.push(node(walk, at, end - at, name, '', { key: 'ip.opt' }));
      break;
    }
    if (type === 1) {
      fields.push(node(walk, at, 1, name, '', { key: 'ip.opt' }));
      at += 1;
      continue;
    }
    const length = at + 1 < end ? bytes[at + 1]! : 0;
    if (length < 2 || at + length > end) {
      const text = `${name}: its length ${length} does not fit the IPv4 header.`;
      problems.push(problem('malformed-message', walk.offset(at), end - at, text));
      fields.push({ ...unexplained(walk, at, end, name), problem: text });
      break;
    }
    fields.push(option(walk, type, name, at, length));
    at += length;
  }
  return fields;
}

function option(walk: Walk, type: number, name: string, at: number, length: number): Field {
  const { bytes } = walk;
  const extra = { key: 'ip.opt' };
  switch (type) {
    case RECORD_ROUTE:
    case LOOSE_ROUTE:
    case STRICT_ROUTE:
      if (length >= 3) return node(walk, at, length, name, routeText(bytes, at, length), extra);
      break;
    case TIME_STAMP:
      if (length >= 4) return node(walk, at, length, name, timeStampText(bytes, at, length), extra);
      break;
    case ROUTER_ALERT:
      // RFC 2113 §2.1: 0 tells every router on the way to examine the packet.
      if (length === 4) {
        const value = u16(bytes, at + 2);
        return node(
          walk,
          at,
          length,
          name,
          value === 0 ? 'every router shall examine this packet' : hexText(value),
          extra,
        );
      }
  }
  return node(walk, at, length, name, hex(bytes, at + 2, length - 2, ' '), extra);
}

/** The addresses of a route, with the position of the next one in brackets (RFC 791 §3.1: the pointer counts from 1). */
function routeText(bytes: Uint8Array, at: number, length: number): string {
  const pointer = bytes[at + 2]!;
  const route: string[] = [];
  for (let i = 3; i + 4 <= length; i += 4) {
    const address = formatIpv4(bytes, at + i);
    route.push(i + 1 === pointer ? `[${address}]` : address);
  }
  return `${route.join(', ')}${pointer > length ? ' (full)' : ''}`;
}

/** Time stamps in milliseconds since midnight UT, some with the address of the host that added them (flags 1 and 3). */
function timeStampText(bytes: Uint8Array, at: number, length: number): string {
  const flag = bytes[at + 3]! & 15;
  const withAddress = flag === 1 || flag === 3;
  const size = withAddress ? 8 : 4;
  const stamps: string[] = [];
  for (let i = 4; i + size <= length; i += size) {
    const stamp = `${u32(bytes, at + i + size - 4)} ms`;
    stamps.push(withAddress ? `${formatIpv4(bytes, at + i)}: ${stamp}` : stamp);
  }
  return `${stamps.join(', ')} (${bytes[at + 3]! >> 4} hosts had no room)`;
}
