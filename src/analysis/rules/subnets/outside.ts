import { parseIpv4 } from '../../../codec/bytes';
import * as advice from '../../words/advice';
import { cause, ranked } from '../../collector';
import { withFinding } from '../../draft';
import { OPTION } from '../../conversations/model';
import { sameSubnet } from '../../conversations/masks';
import { serverSubject } from '../../evidence/subjects';
import { ip, ips, where } from '../../words/words';
import type { ExchangeRule } from '../rule';
import { dueMask, dueText, leasing, maskOf, outOfReach, routesOf, subnetText } from './subnet';

/* A server that is not in the subnet that it hands out. */

/**
 * Addresses that serve DHCP in every subnet but belong to none: link-local ones (Amazon, Google, Oracle), Azure’s 168.63.129.16, and the
 * virtual address that Cisco’s wireless controllers use instead of the server’s own: 192.0.2.1, formerly 1.1.1.1.
 */
const VIRTUAL: ReadonlySet<number> = new Set([0xa83f8110, 0xc0000201, 0x01010101]);
const isVirtual = (address: number): boolean => address >>> 16 === 0xa9fe || VIRTUAL.has(address);

/** In a reply that is not relayed, the server's own address is not in the subnet that it hands out. */
export const serverOutsideSubnet: ExchangeRule = function* (exchange, world) {
  if (exchange.relayed || exchange.routed) return;
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
    yield {
      id: 'server-outside-subnet',
      severity: 'warning',
      subject: serverSubject(message),
      frames: message.frames,
      detail: () => ({
        title: `Server ${serverSubject(message)} hands out ${subnetText(dhcp.yiaddr, mask)}, but is not in that subnet itself`,
        explanation: `The ${where(message)} came directly (giaddr 0) from ${packet.source ?? '?'}, with server identifier ${id === undefined ? 'missing' : ip(id)}, and gives ${ip(dhcp.yiaddr)} with mask ${ip(mask)}. The server’s own address ${ips([...new Set(outside)])} is not in that subnet, so the client will send its renewals through a router, or not at all.`,
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
            due === undefined ? 'likely' : 'possible',
            'The scope, or the server’s own address or mask, is configured wrongly',
            `server ${ips([...new Set(outside)])}, subnet ${subnetText(dhcp.yiaddr, mask)}`,
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
                'On the server, compare its own address and mask with the scope: `ip -4 addr show` (Linux), `Get-NetIPAddress -AddressFamily IPv4` (Windows).',
                `If the clients of this link belong in ${subnetText(dhcp.yiaddr, mask)}, give the server an address there; if they belong in the subnet of ${ip(outside[0]!)}, correct the scope; if the server belongs on another link, move it there.`,
              ]
            : [dueText(message, due, routers[0]!), ...advice.maskSetting(advice.subnetOfReply(message, due)!)],
        reference: 'RFC 2131 §4.3.1, §4.4.5',
      }),
    };
  }
};
