import { runsOf } from './clientSteps';
import { settings, stepFor, textOf, type Known, type Product, type Step } from './steps';

export { settings, stepFor, type Known, type Step };
export * from './clientSteps';
export * from './settings';

/**
 * Advice shared by all rules: commands for the most common servers, switches and firewalls, and server settings (`settings.ts`). A rule
 * picks what fits and says why.
 */
/** Joins several pieces of advice in order, without duplicates. */
export const together = (...pieces: readonly (readonly Step[])[]): Step[] => [
  ...new Map(pieces.flat().map((step) => [textOf(step), step])).values(),
];

/** The step for a fault in the client’s own messages. */
export const updateClient = (client: string): string =>
  `Update the firmware or DHCP client of ${client}; keep this capture for its maker.`;

/** How a server is kept from telling clients apart by their identifiers. */
export const withoutIdentifiers = (): Step[] =>
  settings({
    dhcpd: '`ignore-client-uids true;`, if the client cannot be changed',
    kea: '`"match-client-id": false`, if the client cannot be changed',
  });

export const named = (role: string, address: string | undefined): string =>
  address === undefined ? `the ${role}` : `${role} ${address}`;

/** Steps to see which program listens on a UDP port of the server. */
export function listens(port: number, { server }: Known = {}): Step[] {
  const at = named('server', server);
  return [
    stepFor(
      'system',
      'linux',
      `Linux, on ${at}`,
      `\`ss -lunp "sport = :${port}"\` shows which program listens on UDP port ${port}.`,
    ),
    stepFor(
      'system',
      'windows',
      `Windows, on ${at}`,
      `\`netstat -ano -p UDP | findstr :${port}\` shows which process listens on UDP port ${port}.`,
    ),
  ];
}

/** Steps to check whether the server is up and listens on this network. */
export function serverRunning(known: Known = {}): Step[] {
  return [
    ...listens(67, known),
    ...settings({
      dhcpd:
        '`systemctl status isc-dhcp-server` shows whether it runs. INTERFACESv4 in /etc/default/isc-dhcp-server must name the interface towards the clients.',
      kea: '`systemctl status kea-dhcp4-server` shows whether it runs. `"interfaces-config"` must name the interface towards the clients.',
      dnsmasq:
        '`systemctl status dnsmasq` shows whether it runs. `interface=` must name the interface towards the clients, and `dhcp-range=` must lie in its subnet.',
      windows:
        '`Get-Service DHCPServer` shows whether it runs, `Get-DhcpServerv4Binding` where it listens, `Get-DhcpServerInDC` whether Active Directory authorises it. A server that is not authorised stays silent.',
      ios: '`show running-config | include service dhcp|ip dhcp` shows the pools. `no service dhcp` switches the server off.',
      routeros: '`/ip dhcp-server print` shows its interface; X before it means disabled, I invalid.',
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
      '`Get-DhcpServerv4ScopeStatistics` shows free addresses, `Get-DhcpServerv4Filter -List Deny` the MAC addresses that are kept out. The audit log is in %windir%\\System32\\dhcp.',
    ios: '`show ip dhcp pool` shows free addresses; `debug ip dhcp server packet` shows what it does with a DISCOVER.',
    routeros: '`/system logging add topics=dhcp`, then `/log print` shows what it does with a DISCOVER.',
  });
}

/** Two hosts that a rule of a firewall is about. */
interface Between {
  readonly from: string;
  readonly to: string;
}

/** Steps to let datagrams to a port through a router or firewall that stands between the hosts, at an address. */
export function openFirewall(port: number, firewall: string, between?: Between): Step[] {
  const at = `firewall ${firewall}`;
  const six = (between?.to ?? firewall).includes(':');
  const { from, to } = between ?? {};
  const nft = between ? `${six ? 'ip6' : 'ip'} saddr ${from} ${six ? 'ip6' : 'ip'} daddr ${to} ` : '';
  const iptables = between ? `-s ${from} -d ${to} ` : '';
  const ends = between ? `from ${from} to ${to}` : 'to any';
  const list = between ? `host ${from} host ${to}` : 'any any';
  return [
    stepFor(
      'firewall',
      'ios',
      `Cisco IOS, on ${firewall}`,
      `\`show ${six ? 'ipv6 access-list' : 'ip access-lists'}\` counts what each rule takes. What is missing is \`permit udp ${list} eq ${port}\`, above the rule that denies it.`,
    ),
    ...rulesShown(at, `UDP port ${port}`, 'forward', six),
    stepFor(
      'firewall',
      'nftables',
      `nftables, on ${at}`,
      `\`nft insert rule inet filter forward ${nft}udp dport ${port} accept\` lets it through.`,
    ),
    stepFor(
      'firewall',
      'iptables',
      `iptables, on ${at}`,
      `\`${six ? 'ip6tables' : 'iptables'} -I FORWARD ${iptables}-p udp --dport ${port} -j ACCEPT\` lets it through.`,
    ),
    stepFor('firewall', 'ufw', `ufw, on ${at}`, `\`ufw route allow proto udp ${ends} port ${port}\` lets it through.`),
    stepFor('firewall', 'pf', `pf (BSD), on ${at}`, `\`pass quick proto udp ${ends} port ${port}\` lets it through.`),
  ];
}

/** The step against a rule that keeps one relay from its server, and lets others through. */
export const ruleMissing = (relay: string, server: string, others: string, port = 67): string =>
  `On the firewalls and routers between relay ${relay} and ${server}, look for a rule that lets UDP port ${port} of ${others} through, and not of ${relay}: it must take ${relay} to ${server}, and ${server} to ${relay}.`;

/** Steps to let datagrams to one port of a server in. Rules are put first: behind a rule that drops everything they would do nothing. */
export function openPort(port: number, { server }: Known = {}): Step[] {
  const at = named('server', server);
  return [
    ...rulesShown(at, `UDP port ${port}`),
    stepFor(
      'firewall',
      'nftables',
      'nftables',
      `\`nft insert rule inet filter input udp dport ${port} accept\` lets requests in.`,
    ),
    stepFor(
      'firewall',
      'iptables',
      'iptables',
      `\`iptables -I INPUT -p udp --dport ${port} -j ACCEPT\` lets requests in.`,
    ),
    stepFor('firewall', 'firewalld', 'firewalld', forGood(`--add-port=${port}/udp`, 'requests')),
    stepFor('firewall', 'ufw', 'ufw', `\`ufw allow in ${port}/udp\` lets requests in.`),
    stepFor('firewall', 'pf', 'pf (BSD)', `\`pass in quick proto udp to any port ${port}\` lets requests in.`),
    stepFor(
      'firewall',
      'windows',
      `Windows, on ${at}`,
      `\`New-NetFirewallRule -DisplayName "UDP ${port}" -Direction Inbound -Protocol UDP -LocalPort ${port} -Action Allow\` lets requests in.`,
    ),
  ];
}

/** Steps to let requests in to a server: UDP destination port 67. */
export const openServerPort = (known: Known = {}): Step[] => openPort(67, known);

/** The step for a reply that is larger than its client takes. */
export const FEWER_OPTIONS =
  'Hand out fewer or shorter options, or let the server use sname and file for options (overload, option 52).';

/** Steps to see whether a router knows a way to a host. */
export const stepsToward = (host: string, router: string): Step[] => [
  stepFor(
    'system',
    'linux',
    `Linux, on ${router}`,
    `\`ip route get ${host}\` shows whether it knows a way to ${host}, \`ip neigh show ${host}\` whether the host answers.`,
  ),
  stepFor(
    'switch',
    'ios',
    `Cisco IOS, on ${router}`,
    `\`show ip route ${host}\` shows whether it knows a way to ${host}.`,
  ),
];

/** Steps to see whether the firewall of a Linux host lets something in. */
const rulesShown = (at: string, what: string, chain: 'input' | 'forward' = 'input', six = false): Step[] => [
  stepFor(
    'firewall',
    'nftables',
    `nftables, on ${at}`,
    `\`nft list ruleset\` shows whether ${what} is let ${chain === 'input' ? 'in' : 'through'}.`,
  ),
  stepFor(
    'firewall',
    'iptables',
    `iptables, on ${at}`,
    `\`${six ? 'ip6tables' : 'iptables'} -S ${chain.toUpperCase()}\` shows whether ${what} is let ${chain === 'input' ? 'in' : 'through'}.`,
  ),
];

export const forGood = (what: string, messages: string): string =>
  `\`firewall-cmd --permanent ${what}\`, then \`firewall-cmd --reload\`, lets ${messages} in.`;

/** The firewalls of systems that have a usual one; a device has none that can be set. */
const FIREWALLS: Readonly<Record<string, readonly Product[]>> = {
  windows: ['windows'],
  bsd: ['pf'],
  linux: ['nftables', 'iptables', 'firewalld', 'ufw'],
  device: [],
};

/** Steps to let replies in to a client: UDP destination port 68. Where its system is known, for the firewalls of that. */
export function openClientPort({ client, system }: Known = {}): Step[] {
  const at = named('client', client);
  const steps: Step[] = [
    ...rulesShown(at, 'UDP from port 67 to port 68'),
    stepFor(
      'firewall',
      'nftables',
      'nftables',
      '`nft insert rule inet filter input udp sport 67 udp dport 68 accept` lets replies in.',
    ),
    stepFor(
      'firewall',
      'iptables',
      'iptables',
      '`iptables -I INPUT -p udp --sport 67 --dport 68 -j ACCEPT` lets replies in.',
    ),
    stepFor('firewall', 'firewalld', 'firewalld', forGood('--add-port=68/udp', 'replies')),
    stepFor('firewall', 'ufw', 'ufw', '`ufw allow in from any port 67 proto udp to any port 68` lets replies in.'),
    stepFor('firewall', 'pf', 'pf (BSD)', '`pass in quick proto udp from any port 67 to any port 68` lets replies in.'),
    stepFor(
      'firewall',
      'windows',
      `Windows, on ${at}`,
      `\`Enable-NetFirewallRule -DisplayName "Core Networking - Dynamic Host Configuration Protocol (DHCP-In)"\` lets replies in.`,
    ),
  ];
  const own = FIREWALLS[runsOf(system) ?? ''];
  return own ? steps.filter((step) => typeof step !== 'string' && own.includes(step.product)) : steps;
}

/** Steps to let a transfer by TFTP through a firewall: the server replies from another port than 69, which only a connection helper lets through. */
export const tftpThrough = (): Step[] => [
  stepFor(
    'firewall',
    'nftables',
    'nftables, on a firewall between them',
    `\`nft 'table ip tftp { ct helper tftp { type "tftp" protocol udp; }; chain prerouting { type filter hook prerouting priority -200; udp dport 69 ct helper set "tftp"; }; }'\` lets the server’s replies from other ports through.`,
  ),
  stepFor(
    'firewall',
    'iptables',
    'iptables, on a firewall between them',
    '`iptables -t raw -I PREROUTING -p udp --dport 69 -j CT --helper tftp` lets the server’s replies from other ports through.',
  ),
];

/** Steps to relay broadcasts to a server that is known to be in another network. */
export function relay({ server, vlan }: Known = {}): Step[] {
  const to = server ?? 'SERVER';
  const clients = vlan === undefined ? 'the clients’ VLAN' : `VLAN ${vlan}`;
  return [
    stepFor('relay', 'ios', `Cisco IOS, on the interface of ${clients}`, `\`ip helper-address ${to}\`.`),
    stepFor('relay', 'linux', 'Linux router', `\`dhcrelay -4 ${to}\` relays from all its interfaces.`),
    stepFor(
      'relay',
      'routeros',
      'MikroTik RouterOS',
      `\`/ip dhcp-relay add name=relay interface=INTERFACE dhcp-server=${to} local-address=ADDRESS disabled=no\`: ADDRESS is the router’s own on the clients’ network.`,
    ),
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
export function snooping(vlan = 'VLAN'): Step[] {
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
      '`nft \'table bridge dhcp { chain forward { type filter hook forward priority 0; iifname != "PORT" udp sport 67 drop; }; }\'` lets replies in by the server’s port only.',
    ),
    stepFor(
      'switch',
      'routeros',
      'MikroTik RouterOS',
      '`/interface bridge set NAME dhcp-snooping=yes`, and `/interface bridge port set [find interface=PORT] trusted=yes` for the server’s port.',
    ),
    stepFor('switch', 'windows', 'Windows Hyper-V', '`Set-VMNetworkAdapter -DhcpGuard On`.'),
  ];
}

/** Where broadcasts end that should come to clients. */
export const BROADCASTS =
  'On the switches and access points between server and client, look for what stops broadcasts: storm control, broadcast or multicast filters, client isolation.';

/** Steps to check what the switch may block between client and server; with `waits`, whether the client’s port forwards, too. */
export function switchPath(waits = false): Step[] {
  return [
    stepFor(
      'switch',
      'ios',
      'Cisco IOS',
      '`show ip dhcp snooping` shows the trusted ports. The port towards the server must be one: `ip dhcp snooping trust`.',
    ),
    ...trunks(),
    ...(waits ? [stepFor('switch', 'ios', 'Cisco IOS', PORT_WAITS)] : []),
  ];
}

const PORT_WAITS =
  '`show spanning-tree` shows whether the client’s port forwards. `spanning-tree portfast` on it saves the wait.';

/** Step to see which VLANs the way carries. */
export const trunks = (): Step[] => [
  stepFor(
    'switch',
    'ios',
    'Cisco IOS',
    '`show interfaces trunk` shows whether each trunk on the way carries the client’s VLAN.',
  ),
];

/** Steps to see whether a relay agent runs and takes the replies of a server. */
export const relayRunning = (own: string, server: string): Step[] => [
  stepFor(
    'relay',
    'linux',
    `Linux, on relay ${own}`,
    `\`ss -lunp "sport = :67"\` shows whether a relay agent listens. \`dhcrelay -4 ${server}\` needs the interface towards the server as well, where interfaces are named with \`-i\`.`,
  ),
  stepFor(
    'relay',
    'ios',
    `Cisco IOS, on relay ${own}`,
    `\`show ip helper-address\` must list ${server}, and \`show running-config | include service dhcp\` nothing: \`no service dhcp\` switches the relay off.`,
  ),
  stepFor(
    'relay',
    'dnsmasq',
    `dnsmasq, on relay ${own}`,
    `dnsmasq.conf needs the line \`dhcp-relay=${own},${server}\`.`,
  ),
];

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

/** The step to capture at both ends and compare. On a device, nobody can; on Windows, there is no tcpdump. */
export function captureBothEnds({ client, server, system }: Known = {}): string {
  const runs = runsOf(system);
  const at = runs === 'device' ? 'at a mirror port for' : 'on';
  return `Capture ${at} ${named('client', client)}${runs === 'windows' ? ' (Wireshark)' : ''} and on ${named('server', server)} at once, and compare the two files: \`tcpdump -i any -w dhcp.pcap "udp port 67 or udp port 68 or arp or icmp"\`. A message that is in one file only was lost between them.`;
}
