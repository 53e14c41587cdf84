import { Glanced, GlancedLink, type GlanceTables } from './glance';
import { ipv4 } from './ip/ipv4';
import { ipv6 } from './ip/ipv6';
import { tcp } from './ip/tcp';
import { udp } from './ip/udp';
import { ethernet, vlan } from './link/ethernet';
import { serial } from './link/ppp';
import { pppoeSession } from './link/pppoe';
import { bsdLoop, bsdNull, raw } from './link/raw';
import { sll, sll2 } from './link/sll';
import { wifi } from './link/wifi';
import { radiotap } from './link/wifi/headers';
import type { Dispatch, Layer } from './walk';

/** The glance's tables, made from those of the walk. */
export function glanceTables(dispatch: Dispatch): GlanceTables {
  const ports = new Uint8Array(65536);
  const tags = new Uint8Array(65536);
  for (const port of dispatch.udpPort.keys()) ports[port] = 1;
  for (const [type, layer] of dispatch.etherType) if (layer === vlan) tags[type] = 1;
  return {
    ports,
    tags,
    ipv4: numberOf(dispatch.etherType, ipv4),
    ipv6: numberOf(dispatch.etherType, ipv6),
    pppoe: numberOf(dispatch.etherType, pppoeSession),
    tcp: numberOf(dispatch.ipProtocol, tcp),
    udp: numberOf(dispatch.ipProtocol, udp),
  };
}

/** The glance's kind of link for frames of `linkType`. */
export function linkOf(dispatch: Dispatch, linkType: number): GlancedLink {
  const layer = dispatch.linkType.get(linkType);
  return (layer && LINKS.get(layer)) ?? GlancedLink.Other;
}

const LINKS: ReadonlyMap<Layer, GlancedLink> = new Map([
  [ethernet, GlancedLink.Ethernet],
  [sll, GlancedLink.Cooked],
  [sll2, GlancedLink.Cooked2],
  [raw, GlancedLink.Raw],
  [bsdNull, GlancedLink.Family],
  [bsdLoop, GlancedLink.Family],
  [serial, GlancedLink.Serial],
  [wifi, GlancedLink.Wifi],
  [radiotap, GlancedLink.Radiotap],
]);

/** The layers with which a glance can settle a frame. */
export const GLANCED_LAYERS = { [Glanced.Tcp]: tcp, [Glanced.Udp]: udp } as const;

function numberOf(table: ReadonlyMap<number, Layer>, layer: Layer): number {
  for (const [number, one] of table) if (one === layer) return number;
  return -1;
}
