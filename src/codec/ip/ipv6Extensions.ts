import { formatIpv6, hex, u16, u32 } from '../bytes';
import type { Field } from '../field';
import { cutHeader, HeaderFields, hexText, isQuoted, named, octetsText } from '../header';
import { layerNode } from '../tree';
import type { Layer, Walk } from '../walk';
import { protocolText } from './protocols';

/** IPv6 extension headers (RFC 8200 §4). Each names the next header in its first octet. */

/** Length of a header whose length field counts units of 8 octets after the first 8 (RFC 8200 §4.3). */
const unitsLength = (bytes: Uint8Array, at: number, end: number): number =>
  end - at >= 2 ? (bytes[at + 1]! + 1) * 8 : 8;

function extension(
  id: string,
  name: string,
  details: (walk: Walk, fields: HeaderFields, end: number) => string,
): Layer {
  const layer: Layer = {
    id,
    name,
    walk(walk, at, end) {
      const length = unitsLength(walk.bytes, at, end);
      if (walk.header(layer, at, length, end)) walk.toIpProtocol(walk.bytes[at]!, at + length, end);
    },
    describe(walk, index, problems) {
      const at = walk.atOf(index);
      const length = unitsLength(walk.bytes, at, walk.endOf(index));
      const cut = cutHeader(walk, index, length, problems);
      if (cut) return cut;
      const fields = new HeaderFields(walk, at);
      fields.number(1, 'Next header', `${id}.nxt`, protocolText);
      fields.number(1, 'Length', `${id}.len`, (units) => octetsText((units + 1) * 8));
      const text = details(walk, fields, at + length);
      fields.octets(at + length - fields.at, 'Data');
      return layerNode(walk, index, text, fields.nodes);
    },
  };
  return layer;
}

/** Options in hop-by-hop and destination headers (IANA “IPv6 Parameters”). */
const OPTIONS: Readonly<Record<number, string>> = {
  0x00: 'Pad1',
  0x01: 'PadN',
  0x04: 'Tunnel encapsulation limit',
  0x05: 'Router alert',
  0x07: 'CALIPSO',
  0x22: 'Quick-start',
  0x23: 'RPL option',
  0x26: 'Quick-start',
  0x63: 'RPL option (old)',
  0x6d: 'MPL option',
  0xc2: 'Jumbo payload',
  0xc9: 'Home address',
};
/** Meaning of a router alert (IANA “IPv6 Router Alert Option Values”). */
const ALERTS: Readonly<Record<number, string>> = { 0: 'multicast listener discovery', 1: 'RSVP', 2: 'active networks' };

function optionText(walk: Walk, code: number, at: number, length: number): string {
  if (code === 0x05 && length === 2) return named(ALERTS, u16(walk.bytes, at));
  if (code === 0xc2 && length === 4) return octetsText(u32(walk.bytes, at));
  if (code === 0xc9 && length === 16) return formatIpv6(walk.bytes, at);
  return length > 0 ? hex(walk.bytes, at, length, ' ') : '';
}

function optionList(walk: Walk, fields: HeaderFields, end: number): string {
  const names: string[] = [];
  const { bytes } = walk;
  while (fields.at < end) {
    const at = fields.at;
    const code = bytes[at]!;
    const name = OPTIONS[code] ?? `Option ${code}`;
    if (code === 0) {
      fields.text(1, name, '');
      continue;
    }
    const length = at + 1 < end ? bytes[at + 1]! : 0;
    if (at + 2 + length > end) break;
    fields.text(2 + length, name, optionText(walk, code, at + 2, length), 'ipv6.opt');
    if (code !== 1) names.push(name);
  }
  return names.join(', ');
}

/** Hop-by-hop options (RFC 8200 §4.3). */
export const hopByHop = extension('ipv6.hopopts', 'IPv6 Hop-by-Hop Options', optionList);
/** Destination options (RFC 8200 §4.6). */
export const destinationOptions = extension('ipv6.dstopts', 'IPv6 Destination Options', optionList);

const ROUTING_TYPES: Readonly<Record<number, string>> = {
  0: 'source route (deprecated by RFC 5095)',
  2: 'mobile IPv6',
  3: 'RPL source route',
  4: 'segment routing',
};

/** Routing header (RFC 8200 §4.4). */
export const routing = extension('ipv6.routing', 'IPv6 Routing', (_walk, fields, end) => {
  const type = fields.number(1, 'Type', 'ipv6.routing.type', (value) => named(ROUTING_TYPES, value));
  const left = fields.number(1, 'Segments left', 'ipv6.routing.segleft');
  // Types 0, 2 and 4 hold whole addresses after 4 octets (type 4: RFC 8754 §2).
  if (type === 0 || type === 2 || type === 4) {
    fields.octets(4, type === 4 ? 'Last entry, flags and tag' : 'Reserved');
    while (fields.at + 16 <= end) fields.ipv6('Address', 'ipv6.routing.address');
  }
  return `${ROUTING_TYPES[type] ?? `type ${type}`}, ${left} segments left`;
});

const FRAGMENT = 8;

/** Fragment header (RFC 8200 §4.5). */
export const fragmentHeader: Layer = {
  id: 'ipv6.fraghdr',
  name: 'IPv6 Fragment',
  walk(walk, at, end) {
    const index = walk.depth;
    if (!walk.header(fragmentHeader, at, FRAGMENT, end)) return;
    const word = u16(walk.bytes, at + 2);
    // Offset 0 without more fragments is an “atomic fragment”, a complete packet (RFC 6946).
    if ((word & 0xfff9) !== 0 && walk.fragment < 0 && !isQuoted(walk, index)) walk.fragment = index;
    // Only the first fragment carries the next header of the chain.
    if (word >> 3 === 0) walk.toIpProtocol(walk.bytes[at]!, at + FRAGMENT, end);
  },
  describe(walk, index, problems): Field {
    const cut = cutHeader(walk, index, FRAGMENT, problems);
    if (cut) return cut;
    const fields = new HeaderFields(walk, walk.atOf(index));
    const word = u16(walk.bytes, fields.at + 2);
    const offset = word & 0xfff8;
    fields.number(1, 'Next header', 'ipv6.fraghdr.nxt', protocolText);
    fields.octets(1, 'Reserved');
    fields.over(2, 'Offset', String(offset), 'ipv6.fraghdr.offset');
    fields.text(2, 'More fragments', word & 1 ? 'yes' : 'no', 'ipv6.fraghdr.more');
    const id = fields.hex(4, 'Identification', 'ipv6.fraghdr.ident');
    return layerNode(
      walk,
      index,
      `offset ${offset}${word & 1 ? ', more follow' : ''}, id ${hexText(id, 8)}`,
      fields.nodes,
    );
  },
};
