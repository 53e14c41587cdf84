import { refusalOf } from '../evidence/silence/refusals';
import type { IcmpError } from '../evidence/neighbours';
import * as advice from './advice';
import { stepFor, type Step } from './steps';

/** Advice about DHCPv6, for each server program. */

/** Where each program configures its pools of addresses and of prefixes. */
export const POOLS6 = {
  dhcpd: '`range6` in `subnet6` holds the addresses, `prefix6` the prefixes',
  kea: '`"pools"` for addresses, `"pd-pools"` for prefixes, in the `"subnet6"` entry',
  dnsmasq: '`dhcp-range=` for addresses; dnsmasq delegates no prefixes',
  ios: '`address prefix` and `prefix-delegation pool` in the `ipv6 dhcp pool`',
} as const;

/** The step to see which program listens on the server. */
export const listens6 = (server?: string): Step =>
  stepFor(
    'system',
    'linux',
    `Linux, on the server${server === undefined ? '' : ` ${server}`}`,
    '`ss -lunp "sport = :547"` shows which program listens on UDP port 547.',
  );

/** The step to see on the server whether a route leads back to a relay. */
export const routeBack6 = (relay: string): Step =>
  stepFor(
    'system',
    'linux',
    'Linux, on the server',
    `\`ip -6 route get ${relay}\` shows whether a route leads back to the relay.`,
  );

/** Steps against what an ICMPv6 error reports of a DHCPv6 datagram. */
export function refusalSteps6(error: IcmpError): Step[] {
  const { source, quotedDestination: who, quotedPort, quotedFromPort } = error;
  const refusal = refusalOf(error);
  if (refusal === undefined)
    return [
      stepFor(
        'system',
        'linux',
        `Linux, on ${source}`,
        `\`ip -6 route get ${who}\` shows whether it knows a way to ${who}, \`ip -6 neigh show ${who}\` whether the host answers.`,
      ),
    ];
  if (refusal === 'firewall-reject' && source !== who) return advice.openFirewall(quotedPort, source);
  const open = advice.openPorts6({ client: quotedPort !== 547 || quotedFromPort !== 547 });
  return refusal === 'firewall-reject' ? open : [listens6(who), ...open];
}

/** Where each program keeps what a server needs to know of a link. */
const linkKnown6 = (): Step[] =>
  advice.settings({
    dhcpd:
      '`dhcpd -6 -t -cf /etc/dhcp/dhcpd6.conf` checks the file; a `subnet6` with a `range6` must hold the clients’ link',
    kea: '`kea-dhcp6 -t /etc/kea/kea-dhcp6.conf` checks the file; `"interface"` in the `"subnet6"` entry names a link of its own, `"relay"` the relay of another',
    dnsmasq: '`dhcp-range=::100,::1ff,constructor:INTERFACE,64,12h` and `enable-ra`',
    windows: '`Get-DhcpServerv6Scope` shows the scopes, `Get-DhcpServerv6Binding` where it listens',
    ios: '`show ipv6 dhcp pool` shows the pools, `show ipv6 dhcp interface` which interface serves or relays',
  });

/** Steps to check that a server listens, knows the clients' link, and can be reached. */
export const lookAtServer6 = (server?: string): Step[] => [listens6(server), ...linkKnown6(), ...advice.openPorts6()];

/** Steps to see why a server that answers other clients of the link does not answer one: that it listens and is reached is shown. */
export const asksServer6 = (server: string, client: string, name: string): Step[] => [
  `Look into the log of server ${server} for the ${name} of ${client}: it says whether it came, and why it is not answered.`,
  ...linkKnown6(),
];

/** Steps for a router that sends hosts to DHCPv6 on a link where nobody answers. */
export const routerOffers6 = (router: string, flag: 'M' | 'O'): Step[] => [
  `Let router ${router} relay DHCPv6 from this link to a server, or serve it; or take flag ${flag} out of its router advertisements, where DHCPv6 is not wanted.`,
  stepFor(
    'relay',
    'ios',
    `Cisco IOS, on router ${router}, in the clients’ interface`,
    `\`ipv6 dhcp relay destination SERVER\`, or \`ipv6 dhcp server\` and a pool; else \`no ipv6 nd ${flag === 'M' ? 'managed' : 'other'}-config-flag\`.`,
  ),
  stepFor(
    'relay',
    'linux',
    `Linux, on router ${router}`,
    `\`ss -lunp "sport = :547"\` shows whether a DHCPv6 server or relay listens there; \`Adv${flag === 'M' ? 'Managed' : 'OtherConfig'}Flag off;\` in radvd.conf takes the flag out.`,
  ),
];
