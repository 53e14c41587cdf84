import { settings, stepFor, textOf, type Known, type Step } from './steps';

export { settings, stepFor, type Known, type Step };
export * from './settings';

/**
 * Advice shared by all rules: commands for the most common servers, switches and firewalls, and server settings (`settings.ts`). A rule
 * picks what fits and says why.
 */
/** Joins several pieces of advice in order, without duplicates. */
export const together = (...pieces: readonly (readonly Step[])[]): Step[] => [
  ...new Map(pieces.flat().map((step) => [textOf(step), step])).values(),
];

const named = (role: string, address: string | undefined): string =>
  address === undefined ? `the ${role}` : `${role} ${address}`;

/** Steps to check whether the server is up and listens on this network. */
export function serverRunning({ server }: Known = {}): Step[] {
  const at = named('server', server);
  return [
    stepFor(
      'system',
      'linux',
      `Linux, on ${at}`,
      `\`ss -lunp "sport = :67"\` shows which program listens on UDP port 67.`,
    ),
    stepFor(
      'system',
      'windows',
      `Windows, on ${at}`,
      `\`netstat -ano -p UDP | findstr :67\` shows which process listens on UDP port 67.`,
    ),
    ...settings({
      dhcpd:
        '`systemctl status isc-dhcp-server` shows whether it runs. INTERFACESv4 in /etc/default/isc-dhcp-server must name the interface towards the clients.',
      kea: '`systemctl status kea-dhcp4-server` shows whether it runs. `"interfaces-config"` must name the interface towards the clients.',
      dnsmasq:
        '`systemctl status dnsmasq` shows whether it runs. `interface=` must name the interface towards the clients, and `dhcp-range=` must lie in its subnet.',
      windows:
        '`Get-Service DHCPServer; Get-DhcpServerv4Binding; Get-DhcpServerInDC` shows whether it runs, where it listens, and whether Active Directory authorises it. A server that is not authorised stays silent.',
      ios: '`show running-config | include service dhcp|ip dhcp` shows the pools. `no service dhcp` switches the server off.',
    }),
  ];
}

/** Steps to find out why a running server does not answer this client. */
export function poolAndFilters({ client }: Known = {}): Step[] {
  const grep = client === undefined ? 'DHCPDISCOVER' : `DHCPDISCOVER from ${client}`;
  return settings({
    dhcpd: `\`journalctl -u isc-dhcp-server | grep -E "no free leases|unknown network segment|${grep}"\` shows why it keeps silent. In dhcpd.conf, look for \`deny\` and \`allow\` in the pool.`,
    kea: '`journalctl -u kea-dhcp4-server | grep -E "ALLOC_FAIL|SUBNET_SELECTION_FAILED|DROP"` shows why it keeps silent. In the configuration, look at `pools` and `client-class`.',
    dnsmasq:
      '`journalctl -u dnsmasq | grep -E "no address available|ignored"` shows why it keeps silent. In dnsmasq.conf, look at `dhcp-range`, `dhcp-ignore` and `dhcp-host=…,ignore`.',
    windows:
      '`Get-DhcpServerv4ScopeStatistics; Get-DhcpServerv4FilterList; Get-DhcpServerv4Filter -List Deny` shows free addresses and MAC filters. The audit log is in %windir%\\System32\\dhcp.',
    ios: '`show ip dhcp pool` shows free addresses; `debug ip dhcp server packet` shows what it does with a DISCOVER.',
  });
}

/** Steps to let requests in to a server: UDP destination port 67. */
export function openServerPort({ server }: Known = {}): Step[] {
  const at = named('server', server);
  return [
    stepFor(
      'system',
      'linux',
      `Linux, on ${at}`,
      `\`nft list ruleset; iptables -S INPUT\` shows whether the firewall lets UDP port 67 in.`,
    ),
    stepFor(
      'firewall',
      'nftables',
      'nftables',
      '`nft add rule inet filter input udp dport 67 accept` lets requests in.',
    ),
    stepFor('firewall', 'iptables', 'iptables', '`iptables -I INPUT -p udp --dport 67 -j ACCEPT` lets requests in.'),
    stepFor(
      'firewall',
      'firewalld',
      'firewalld',
      '`firewall-cmd --permanent --add-service=dhcp && firewall-cmd --reload` lets requests in.',
    ),
    stepFor('firewall', 'ufw', 'ufw', '`ufw allow in 67/udp` lets requests in.'),
    stepFor(
      'firewall',
      'pf',
      'pf (BSD)',
      '`pass in quick proto udp from any port { 67, 68 } to any port 67` lets requests in, those of relays as well.',
    ),
    stepFor(
      'firewall',
      'windows',
      `Windows, on ${at}`,
      `\`New-NetFirewallRule -DisplayName "DHCP server" -Direction Inbound -Protocol UDP -LocalPort 67 -Action Allow\` lets requests in.`,
    ),
  ];
}

/** Steps to let replies in to a client: UDP destination port 68. */
export function openClientPort({ client }: Known = {}): Step[] {
  const at = named('client', client);
  return [
    stepFor(
      'system',
      'linux',
      `Linux, on ${at}`,
      `\`nft list ruleset; iptables -S INPUT\` shows whether the firewall lets UDP from port 67 to port 68 in.`,
    ),
    stepFor(
      'firewall',
      'nftables',
      'nftables',
      '`nft add rule inet filter input udp sport 67 udp dport 68 accept` lets replies in.',
    ),
    stepFor(
      'firewall',
      'iptables',
      'iptables',
      '`iptables -I INPUT -p udp --sport 67 --dport 68 -j ACCEPT` lets replies in.',
    ),
    stepFor(
      'firewall',
      'firewalld',
      'firewalld',
      '`firewall-cmd --permanent --add-port=68/udp && firewall-cmd --reload` lets replies in.',
    ),
    stepFor('firewall', 'ufw', 'ufw', '`ufw allow in from any port 67 proto udp to any port 68` lets replies in.'),
    stepFor('firewall', 'pf', 'pf (BSD)', '`pass in quick proto udp from any port 67 to any port 68` lets replies in.'),
    stepFor(
      'firewall',
      'windows',
      `Windows, on ${at}`,
      `\`Enable-NetFirewallRule -DisplayName "Core Networking - Dynamic Host Configuration Protocol (DHCP-In)"\` lets replies in.`,
    ),
  ];
}

/** Steps to let DHCPv6 in: UDP 547 to servers and relays, 546 to clients. */
export function openPorts6(): Step[] {
  return [
    stepFor(
      'firewall',
      'nftables',
      'nftables, on the server',
      '`nft add rule inet filter input udp dport 547 accept` lets requests in.',
    ),
    stepFor(
      'firewall',
      'nftables',
      'nftables, on the client',
      '`nft add rule inet filter input udp sport 547 udp dport 546 accept` lets replies in.',
    ),
    stepFor(
      'firewall',
      'firewalld',
      'firewalld, on the server',
      '`firewall-cmd --permanent --add-service=dhcpv6 && firewall-cmd --reload` lets requests in.',
    ),
    stepFor(
      'firewall',
      'firewalld',
      'firewalld, on the client',
      '`firewall-cmd --permanent --add-service=dhcpv6-client && firewall-cmd --reload` lets replies in.',
    ),
    stepFor('firewall', 'ufw', 'ufw, on the server', '`ufw allow 547/udp` lets requests in.'),
  ];
}

/** Steps to relay broadcasts to a server that is known to be in another network. */
export function relay({ server }: Known = {}): Step[] {
  const to = server ?? 'SERVER';
  return [
    stepFor('relay', 'ios', 'Cisco IOS, on the interface of the clients’ VLAN', `\`ip helper-address ${to}\`.`),
    stepFor('relay', 'linux', 'Linux router', `\`dhcrelay -4 ${to}\` relays from all its interfaces.`),
    stepFor(
      'relay',
      'dnsmasq',
      'dnsmasq on the router',
      `\`dhcp-relay=ADDRESS,${to}\`: ADDRESS is the router’s own on the clients’ network.`,
    ),
    stepFor(
      'relay',
      'windows',
      'Windows Server as router',
      `add ${server === undefined ? 'the server’s address' : to} to “DHCP Relay Agent” in Routing and Remote Access.`,
    ),
    'The server needs a scope for the clients’ network, and a route back to the relay’s address in it.',
  ];
}

/** The same in one line, for when this is only one possibility among several. */
export function otherNetwork({ server }: Known = {}): string {
  const to = server ?? 'SERVER';
  return `If the server is in another network, a relay must hand the broadcasts on to it: \`ip helper-address ${to}\` on a Cisco router, \`dhcrelay -4 ${to}\` on a Linux router.`;
}

/** Steps to block unauthorised servers (DHCP snooping). */
export function snooping({ vlans: vlan = 'VLAN' }: { readonly vlans?: string | undefined } = {}): Step[] {
  return [
    stepFor(
      'switch',
      'ios',
      'Cisco IOS',
      `\`ip dhcp snooping\` and \`ip dhcp snooping vlan ${vlan}\` let replies in from trusted ports only; set \`ip dhcp snooping trust\` on the ports that lead to the server.`,
    ),
    stepFor(
      'switch',
      'linux',
      'Linux bridge',
      '`nft add rule bridge filter forward iifname != "PORT" udp sport 67 drop` lets replies in by the server’s port only.',
    ),
    stepFor('switch', 'windows', 'Windows Hyper-V', '`Set-VMNetworkAdapter -DhcpGuard On`.'),
  ];
}

/** Steps to check what the switch may block between client and server. */
export function switchPath(): Step[] {
  return [
    stepFor(
      'switch',
      'ios',
      'Cisco IOS',
      '`show ip dhcp snooping` shows the trusted ports. The port towards the server must be one: `ip dhcp snooping trust`.',
    ),
    stepFor(
      'switch',
      'ios',
      'Cisco IOS',
      '`show interfaces trunk` shows whether each trunk on the way carries the client’s VLAN.',
    ),
    stepFor(
      'switch',
      'ios',
      'Cisco IOS',
      '`show spanning-tree` shows whether the client’s port forwards. `spanning-tree portfast` on it saves the wait.',
    ),
  ];
}

/** Steps to make a relay accept messages to which a switch on the way has added option 82 (RFC 3046 §2.1). */
export function trustOption82(): Step[] {
  return [
    stepFor(
      'relay',
      'ios',
      'Cisco IOS, on the relay',
      '`ip dhcp relay information trust-all` takes messages with option 82 and giaddr 0.0.0.0.',
    ),
    stepFor(
      'switch',
      'ios',
      'Cisco IOS, on the switch',
      '`no ip dhcp snooping information option` stops it from adding option 82.',
    ),
    stepFor('relay', 'junos', 'Junos, on the relay', '`set forwarding-options dhcp-relay overrides trust-option-82`.'),
    stepFor(
      'relay',
      'linux',
      'Linux, on the relay',
      '`dhcrelay -4 -a -m append` takes messages that have option 82 already.',
    ),
  ];
}

/** The step to capture at both ends and compare. */
export function captureBothEnds({ client, server }: Known = {}): string {
  return `Capture on ${named('client', client)} and on ${named('server', server)} at once, and compare the two files: \`tcpdump -i any -w dhcp.pcap "udp port 67 or udp port 68 or arp or icmp"\`. A message that is in one file only was lost between them.`;
}
