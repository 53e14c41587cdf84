import { Message4 } from './dhcpv4/message';
import { dhcpOptions } from './dhcpv4/options';
import { describeMessage4, dhcp as dhcpLayer } from './dhcpv4';
import { summary4, type DecodedMessage4 } from './dhcpv4/decode';
import { Message6 } from './dhcpv6/message';
import { describeMessage6, dhcpv6 as dhcpv6Layer } from './dhcpv6/layer';
import { summary6, type DecodedMessage6 } from './dhcpv6/decode';
import { describeOptionsAlone, optionsAlone } from './dhcpv4/alone';
import { describeOptions6Alone, options6Alone } from './dhcpv6/alone';
import type { Field, Problem } from './field';
import { unexplained } from './tree';
import { tableInUse } from './option';
import type { Layer, Walk } from './walk';

/** What a frame is about: its innermost protocol, ignoring what an ICMP error quotes. */
export type Protocol = 'dhcp' | 'bootp' | 'dhcpv6' | 'arp' | 'rarp' | 'icmp' | 'icmpv6' | 'tftp' | 'other';

/** One frame, decoded. */
export interface DecodedFrame {
  readonly protocol: Protocol;
  /** One line for a list. */
  readonly summary: string;
  /** The layers, outermost first, then the octets that no layer explains. Their leaves cover every octet of the frame. */
  readonly tree: readonly Field[];
  readonly problems: readonly Problem[];
  readonly dhcp?: DecodedMessage4;
  readonly dhcpv6?: DecodedMessage6;
  /** The message that an ICMP error quotes, as far as it is quoted. */
  readonly quotedDhcp?: DecodedMessage4;
  /** Options without their message. */
  readonly optionsAlone?: DecodedMessage4;
  readonly options6Alone?: DecodedMessage6;
}

/** Index of the innermost layer that belongs to the frame itself, not to a quotation; -1 for a frame without a known layer. */
export function innermost(walk: Walk): number {
  return (walk.quotedFrom >= 0 ? walk.quotedFrom : walk.depth) - 1;
}

/** The message that a frame carries; undefined if its innermost protocol is not DHCPv4 or BOOTP. */
export function dhcpOf(walk: Walk): Message4 | undefined {
  const i = innermost(walk);
  return i >= 0 && walk.layers[i]!.id === 'dhcp' ? messageAt(walk, i) : undefined;
}

/** The message that an ICMP error quotes, as far as it is quoted. */
export function quotedDhcpOf(walk: Walk): Message4 | undefined {
  const i = walk.depth - 1;
  return walk.quotedFrom >= 0 && walk.layers[i]!.id === 'dhcp' ? messageAt(walk, i) : undefined;
}

/** The DHCPv4 message of layer `index`. */
const messageAt = (walk: Walk, index: number): Message4 =>
  Message4.read(walk.bytes, walk.atOf(index), walk.endOf(index), 0, tableInUse(dhcpOptions, walk.dispatch.own));

/** The DHCPv6 message that a frame carries. */
export function dhcpv6Of(walk: Walk): Message6 | undefined {
  const i = innermost(walk);
  return i >= 0 && walk.layers[i]!.id === 'dhcpv6' ? Message6.read(walk.bytes, walk.atOf(i), walk.endOf(i)) : undefined;
}

/** The protocol of a walked frame. */
export function protocolOf(walk: Walk): Protocol {
  const i = innermost(walk);
  if (i < 0) return 'other';
  const id = walk.layers[i]!.id;
  switch (id) {
    case 'dhcp':
      return messageAt(walk, i).messageType() === undefined ? 'bootp' : 'dhcp';
    case 'dhcpv6':
    case 'arp':
    case 'rarp':
    case 'icmp':
    case 'icmpv6':
    case 'tftp':
      return id;
    default:
      return 'other';
  }
}

/** One line about a walked frame, for a list. Already `printable`. */
export function summaryOf(walk: Walk): string {
  const dhcp = dhcpOf(walk);
  if (dhcp) return summary4(dhcp);
  const dhcpv6 = dhcpv6Of(walk);
  if (dhcpv6) return summary6(dhcpv6);
  return lineOf(walk, innermostField(walk));
}

/** One line about a frame without a message, whose innermost layer is described by `field`. */
function lineOf(walk: Walk, field: Field | undefined): string {
  if (!field) return `${walk.end - walk.start} octets of an unknown protocol`;
  return field.text ? `${field.name}: ${field.text}` : field.name;
}

/** As `summaryOf`, for display next to the protocol's name. */
export function detailOf(walk: Walk): string {
  const field = dhcpv6Of(walk) ? undefined : innermostField(walk);
  return field && field.text !== '' ? field.text : summaryOf(walk);
}

function innermostField(walk: Walk): Field | undefined {
  const i = innermost(walk);
  return i < 0 ? undefined : walk.layers[i]!.describe(walk, i, []);
}

/**
 * Describes a walked frame in full. `walk.start` must be 0: the frame is at the beginning of its own array, so that
 * indexes are offsets in the frame. Never throws, whatever the octets.
 */
export function describeFrame(walk: Walk): DecodedFrame {
  const problems: Problem[] = [];
  const tree: Field[] = [];
  const own = innermost(walk);
  const out: { -readonly [K in keyof DecodedFrame]: DecodedFrame[K] } = {
    protocol: protocolOf(walk),
    summary: '',
    tree,
    problems,
  };
  for (let i = 0; i < walk.depth; i++) {
    const layer = walk.layers[i]!;
    // Decode a message only once, for both its node and its options.
    if (layer === dhcpLayer) {
      const { field, decoded } = describeMessage4(walk, i, problems);
      tree.push(field);
      if (i === own) out.dhcp = decoded;
      else if (walk.quotedFrom >= 0 && i === walk.depth - 1) out.quotedDhcp = decoded;
    } else if (layer === dhcpv6Layer) {
      const { field, decoded } = describeMessage6(walk, i, problems);
      tree.push(field);
      if (i === own) out.dhcpv6 = decoded;
    } else if (layer === optionsAlone) {
      const { field, decoded } = describeOptionsAlone(walk, i, problems);
      tree.push(field);
      out.optionsAlone = decoded;
    } else if (layer === options6Alone) {
      const { field, decoded } = describeOptions6Alone(walk, i, problems);
      tree.push(field);
      out.options6Alone = decoded;
    } else tree.push(layer.describe(walk, i, problems));
  }
  // A layer is described only once: to describe thousands of options again would double the time for the frame.
  out.summary = out.dhcp || out.dhcpv6 ? summaryOf(walk) : lineOf(walk, tree[own]);
  for (const field of beyondLayers(walk)) tree.push(field);
  return out;
}

/** The octets outside all headers: the innermost layer's payload, and what follows each layer's payload. */
function beyondLayers(walk: Walk): Field[] {
  const rest: Field[] = [];
  if (walk.depth === 0) {
    if (walk.end > walk.start) rest.push(unexplained(walk, walk.start, walk.end, 'Data of an unknown link type'));
    return rest;
  }
  const last = walk.depth - 1;
  if (walk.headerEndOf(last) < walk.endOf(last))
    rest.push(unexplained(walk, walk.headerEndOf(last), walk.endOf(last), 'Data'));
  for (let i = last; i >= 0; i--) {
    const outer = i === 0 ? walk.end : walk.endOf(i - 1);
    if (walk.endOf(i) < outer) {
      rest.push(trailer(walk, walk.endOf(i), outer, walk.layers[i - 1]));
    }
  }
  return rest;
}

/** The octets behind the payload of a layer, or behind all layers. */
function trailer(walk: Walk, at: number, end: number, layer: Layer | undefined): Field {
  if (!layer) return unexplained(walk, at, end, 'Trailer');
  // Ethernet pads short frames to 60 octets (IEEE 802.3 §4A.2.3.2.4). Some cards deliver the frame check sequence as well.
  if (layer.id === 'eth' || layer.id === 'vlan')
    return { ...unexplained(walk, at, end, 'Ethernet padding'), key: 'eth.padding' };
  return unexplained(walk, at, end, `Octets behind the ${layer.name} payload`);
}
