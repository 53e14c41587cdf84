import { refusalOf, refusedRelay } from '../evidence/silence/refusals';
import type { IcmpError } from '../evidence/neighbours';
import type { World } from '../evidence/world';
import * as advice from './advice';
import { stepFor, type Known, type Setting, type Step } from './steps';

/** Advice about DHCPv6, for each server program. */

/** What a pool holds. */
export type Pool6 = 'addresses' | 'prefixes' | 'temporary';

/** What to see to in the pools of each program. */
export const POOLS6: Readonly<Record<Pool6, Setting>> = {
  addresses: {
    dhcpd: 'see that `range6` in `subnet6` holds enough addresses of the clients’ link',
    kea: 'see that `"pools"` in the `"subnet6"` entry holds enough addresses of the clients’ link',
    dnsmasq: 'see that `dhcp-range=` holds enough addresses of the clients’ link',
    windows: '`Get-DhcpServerv6ScopeStatistics` shows how many addresses are free',
    ios: 'see that the `ipv6 dhcp pool` has an `address prefix` for the clients’ link',
  },
  prefixes: {
    dhcpd: 'see that `prefix6` in `subnet6` holds enough prefixes',
    kea: 'see that `"pd-pools"` in the `"subnet6"` entry holds enough prefixes',
    dnsmasq: 'dnsmasq delegates no prefixes: let another server do that',
    ios: 'see that the `prefix-delegation pool` of the `ipv6 dhcp pool` holds enough prefixes',
  },
  temporary: {
    dhcpd:
      'a `range6` with a prefix of the clients’ link and the word `temporary`, in `subnet6`, gives temporary addresses',
    kea: 'Kea gives no temporary addresses: let the clients ask for IA_NA',
  },
};

/** The pool that an identity association (or what is in it) is served from, by its option code. */
export const poolOf6 = (code: number | undefined): Pool6 =>
  code === 25 || code === 26 ? 'prefixes' : code === 4 ? 'temporary' : 'addresses';

/** Steps to let DHCPv6 in: UDP 547 to servers and relays (`server`), 546 to clients (`client`); the name of one of them lets in there alone. */
export function openPorts6({ server, client }: Known = {}): Step[] {
  const on = (side: 'server' | 'client', ...steps: readonly Step[]): readonly Step[] =>
    server === undefined && client === undefined ? steps : { server, client }[side] === undefined ? [] : steps;
  const atServer = advice.named('server', server);
  const atClient = advice.named('client', client);
  return [
    ...on(
      'server',
      stepFor(
        'firewall',
        'nftables',
        `nftables, on ${atServer}`,
        '`nft insert rule inet filter input udp dport 547 accept` lets requests in.',
      ),
    ),
    ...on(
      'client',
      stepFor(
        'firewall',
        'nftables',
        `nftables, on ${atClient}`,
        '`nft insert rule inet filter input udp sport 547 udp dport 546 accept` lets replies in.',
      ),
    ),
    ...on(
      'server',
      stepFor('firewall', 'firewalld', `firewalld, on ${atServer}`, advice.forGood('--add-service=dhcpv6', 'requests')),
    ),
    ...on(
      'client',
      stepFor(
        'firewall',
        'firewalld',
        `firewalld, on ${atClient}`,
        advice.forGood('--add-service=dhcpv6-client', 'replies'),
      ),
    ),
    ...on('server', stepFor('firewall', 'ufw', `ufw, on ${atServer}`, '`ufw allow in 547/udp` lets requests in.')),
    ...(client === undefined
      ? []
      : [
          stepFor('firewall', 'ufw', `ufw, on ${atClient}`, '`ufw allow in 546/udp` lets replies in.'),
          stepFor(
            'firewall',
            'windows',
            `Windows, on ${atClient}`,
            '`Enable-NetFirewallRule -DisplayName "Core Networking - Dynamic Host Configuration Protocol for IPv6(DHCPV6-In)"` lets replies in.',
          ),
        ]),
  ];
}

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
export function refusalSteps6(error: IcmpError, world: World): Step[] {
  const { source, quotedDestination: who, quotedPort } = error;
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
  if (refusal === 'firewall-reject' && source !== who)
    return advice.openFirewall(quotedPort, source, refusedRelay(error, world));
  const toClient = quotedPort === 546;
  const open = openPorts6(toClient ? { client: who } : { server: who });
  if (refusal === 'firewall-reject') return open;
  return [
    toClient
      ? stepFor(
          'system',
          'linux',
          `Linux, on client ${who}`,
          '`ss -lunp "sport = :546"` shows which program listens on UDP port 546.',
        )
      : listens6(who),
    ...open,
  ];
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
export const lookAtServer6 = (server?: string): Step[] => [listens6(server), ...linkKnown6(), ...openPorts6()];

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

/** The step where the server's program itself is at fault. */
export const updateServer6 = (server: string): string =>
  `Update the DHCPv6 program on ${server}; keep this capture for its maker.`;
