import { parseIpv4 } from '../../../codec/bytes';
import * as advice from '../../words/advice';
import { cause, ranked } from '../../collector';
import { withFinding } from '../../draft';
import { OPTION, type Exchange, type Message } from '../../conversations/model';
import { sameSubnet } from '../../conversations/masks';
import { serverSubject } from '../../evidence/subjects';
import type { World } from '../../evidence/world';
import { UNKNOWN_ADDRESS, ip, ips, where } from '../../words/words';
import type { ExchangeRule } from '../rule';
import { dueMask, dueText, leasing, maskOf, outOfReach, routesOf, subnetText } from './subnet';

/* A server that is not in the subnet that it hands out. */

/**
 * Addresses that serve DHCP in every subnet but belong to none: link-local ones (Amazon, Google, Oracle), Azure’s 168.63.129.16, and the
 * virtual address that Cisco’s wireless controllers use instead of the server’s own: 192.0.2.1, formerly 1.1.1.1.
 */
const VIRTUAL: ReadonlySet<number> = new Set([0xa83f8110, 0xc0000201, 0x01010101]);
const isVirtual = (address: number): boolean => address >>> 16 === 0xa9fe || VIRTUAL.has(address);

/** Whether a relay or router stands between the server and this point, which the capture shows, suggests, or shows not to be so. */
interface Between {
  readonly likelihood: 'likely' | 'possible' | 'unlikely';
  readonly evidence: string | undefined;
}

/** Not every relay leaves giaddr in what it hands to clients, and a router clears nothing: giaddr 0 alone shows no direct way. */
function betweenIn(exchange: Exchange, { packet, dhcp }: Message, mask: number, world: World): Between {
  const { source, ethSource } = packet;
  const router = dhcp.ips(OPTION.router).find((one) => sameSubnet(one, dhcp.yiaddr, mask));
  const has = router !== undefined && `the client’s router ${ip(router)} is in its subnet`;
  const address = source === undefined ? undefined : parseIpv4(source);
  const own =
    address !== undefined &&
    world.neighbours.arpSeen.get(address)?.find((one) => one.senderIp === address && one.senderMac === ethSource);
  if (own) return { likelihood: 'unlikely', evidence: `ARP shows ${source!} at ${ethSource!} (frame ${own.frame})` };
  if (ethSource !== undefined && world.survey.routerMacs.has(ethSource))
    return { likelihood: 'likely', evidence: `it comes from ${ethSource}, a router’s link-layer address` };
  if (!has) return { likelihood: 'possible', evidence: undefined };
  return { likelihood: exchange.messages.some((one) => one.fromClient) ? 'possible' : 'likely', evidence: has };
}

/** In a reply that is not relayed, the server's own address is not in the subnet that it hands out. */
export const serverOutsideSubnet: ExchangeRule = function* (exchange, world) {
  if (exchange.relayed || exchange.routed) return;
  // Only relays count hops: whichever of them clears giaddr, it was there.
  if (exchange.messages.some(({ dhcp }) => dhcp.hops > 0)) return;
  for (const message of leasing(exchange)) {
    const { dhcp, packet } = message;
    const mask = maskOf(message);
    if (mask === undefined || mask === 0xffffffff || dhcp.yiaddr === 0) continue;
    const source = packet.source === undefined ? undefined : parseIpv4(packet.source);
    const id = dhcp.ip(OPTION.server);
    const own = [source, id].filter((address): address is number => address !== undefined && address !== 0);
    const outside = own.filter((address) => !sameSubnet(address, dhcp.yiaddr, mask) && !isVirtual(address));
    // If it sends from inside, only its server identifier is elsewhere: `source-not-server-id` reports that.
    if (outside.length === 0 || own.some(isVirtual) || !outside.includes(source ?? id!)) continue;
    const routers = outOfReach(message, dhcp.ips(OPTION.router), mask, routesOf(message));
    const due = dueMask(message, mask, routers);
    const between = betweenIn(exchange, message, mask, world);
    const isBehind = due === undefined && between.likelihood === 'likely';
    const subnet = subnetText(dhcp.yiaddr, mask);
    yield {
      id: 'server-outside-subnet',
      severity: isBehind ? 'info' : 'warning',
      subject: serverSubject(message),
      frames: message.frames,
      detail: () => ({
        title: `Server ${serverSubject(message)} hands out ${subnet}, but is not in that subnet itself`,
        explanation: `The ${where(message)} comes from ${packet.source ?? UNKNOWN_ADDRESS} with giaddr 0 and server identifier ${id === undefined ? 'missing' : ip(id)}, and gives ${ip(dhcp.yiaddr)} with mask ${ip(mask)}. The server’s own address ${ips([...new Set(outside)])} is not in that subnet, so the client will send its renewals through a router, or not at all.`,
        causes: ranked(
          due !== undefined &&
            withFinding(
              'router-outside-subnet',
              message.frames,
              cause(
                'likely',
                'The subnet mask is too narrow',
                `a mask of ${ip(due)} would hold ${ip(dhcp.yiaddr)}, the server and the router ${ip(routers[0]!)}`,
                'see the finding router-outside-subnet',
              ),
            ),
          cause(
            between.likelihood === 'likely' && due !== undefined ? 'possible' : between.likelihood,
            'The server is behind a relay that clears giaddr, or behind a router',
            between.evidence,
          ),
          cause(
            due === undefined && !isBehind ? 'likely' : 'possible',
            'The scope, or the server’s own address or mask, is configured wrongly',
            `server ${ips([...new Set(outside)])}, subnet ${subnet}`,
          ),
          cause('possible', 'Several subnets share this link, and the server has an address in another of them'),
          cause(
            world.survey.servers.size > 1 ? 'possible' : 'unlikely',
            'A server that does not belong here answers',
            world.survey.servers.size === 1 && 'no other server answers in this capture',
          ),
        ),
        steps:
          due === undefined
            ? [
                ...(isBehind
                  ? [
                      `See whether the router of ${subnet} relays DHCP to ${ip(outside[0]!)} (Cisco IOS: \`show running-config | include helper-address\`). If it does, nothing is wrong here.`,
                    ]
                  : []),
                'On the server, compare its own address and mask with the scope: `ip -4 addr show` (Linux), `Get-NetIPAddress -AddressFamily IPv4` (Windows).',
                `If the clients of this link belong in ${subnet}, give the server an address there; if they belong in the subnet of ${ip(outside[0]!)}, correct the scope; if the server belongs on another link, move it there.`,
              ]
            : [dueText(message, due, routers[0]!), ...advice.maskSetting(advice.subnetOfReply(message, due)!)],
        reference: 'RFC 2131 §4.3.1, §4.4.5',
      }),
    };
  }
};
