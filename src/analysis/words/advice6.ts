import * as advice from './advice';
import { stepFor, type Step } from './steps';

/* What to do about DHCPv6, for each server's program. */

/** Where each program keeps its pools of addresses and of prefixes. */
export const POOLS6 = {
  dhcpd: '`range6 FIRST LAST;` for addresses, `prefix6 FIRST LAST /LENGTH;` for prefixes, in `subnet6`',
  kea: '`"pools"` for addresses, `"pd-pools"` for prefixes, in the `"subnet6"` entry',
  dnsmasq: '`dhcp-range=` for addresses; dnsmasq delegates no prefixes',
  ios: '`address prefix …` or `prefix-delegation pool NAME` in `ipv6 dhcp pool NAME`',
} as const;

/** On the server, see which program listens. */
export const listens6 = (server?: string): Step =>
  stepFor(
    'system',
    'linux',
    `Linux, on the server${server === undefined ? '' : ` ${server}`}`,
    '`ss -lunp "sport = :547"` shows which program listens on UDP port 547.',
  );

/** On the server, see whether a route leads back to a relay. */
export const routeBack6 = (relay: string): Step =>
  stepFor(
    'system',
    'linux',
    'Linux, on the server',
    `\`ip -6 route get ${relay}\` shows whether a route leads back to the relay.`,
  );

/** See that a server listens, knows the clients' link, and is reached. */
export const lookAtServer6 = (server?: string): Step[] => [
  listens6(server),
  ...advice.settings({
    dhcpd: '`dhcpd -6 -t -cf /etc/dhcp/dhcpd6.conf`, `subnet6 PREFIX { range6 FIRST LAST; }`',
    kea: '`kea-dhcp6 -t /etc/kea/kea-dhcp6.conf`; `"interface": "eth0"` in the `"subnet6"` entry of a link of its own, `"relay"` for another',
    dnsmasq: '`dhcp-range=::100,::1ff,constructor:eth0,64,12h` and `enable-ra`',
    windows: '`Get-DhcpServerv6Scope`, `Get-DhcpServerv6Binding`',
    ios: '`show ipv6 dhcp pool`, `ipv6 dhcp server NAME` or `ipv6 dhcp relay destination SERVER` on the interface',
  }),
  ...advice.openPorts6(),
];
