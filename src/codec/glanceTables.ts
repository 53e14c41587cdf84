import { Glanced, GlancedLink, type GlanceTables } from './glance';
import { ipv4 } from './ip/ipv4';
import { ipv6 } from './ip/ipv6';
import { tcp } from './ip/tcp';
import { udp } from './ip/udp';
import { ethernet, vlan } from './link/ethernet';
import { sll, sll2 } from './link/sll';
import { wifi } from './link/wifi';
import { radiotap } from './link/wifiHeaders';
import type { Dispatch, Layer } from './walk';

/** What the glance has to know of the walk's tables. */
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
    tcp: numberOf(dispatch.ipProtocol, tcp),
    udp: numberOf(dispatch.ipProtocol, udp),
  };
}

/** The kind of link that frames of `linkType` have, for the glance. */
export function linkOf(dispatch: Dispatch, linkType: number): GlancedLink {
  const layer = dispatch.linkType.get(linkType);
  if (layer === ethernet) return GlancedLink.Ethernet;
  if (layer === sll) return GlancedLink.Cooked;
  if (layer === sll2) return GlancedLink.Cooked2;
  if (layer === wifi) return GlancedLink.Wifi;
  return layer === radiotap ? GlancedLink.Radiotap : GlancedLink.Other;
}

/** The layers with which a glance settles a frame. */
export const GLANCED_LAYERS = { [Glanced.Tcp]: tcp, [Glanced.Udp]: udp } as const;

function numberOf(table: ReadonlyMap<number, Layer>, layer: Layer): number {
  for (const [number, one] of table) if (one === layer) return number;
  return -1;
}
