/**
 * What to do, once for all rules: commands and settings for the servers, switches and firewalls that are met most. A rule picks
 * what fits and says why.
 */

/** The same setting in the words of each server. A server that has no such setting is left out. */
export interface Setting {
  readonly dhcpd?: string;
  readonly kea?: string;
  readonly dnsmasq?: string;
  readonly windows?: string;
  readonly ios?: string;
}

const SERVER_NAMES: readonly (readonly [keyof Setting, string])[] = [
  ['dhcpd', 'ISC dhcpd'],
  ['kea', 'Kea'],
  ['dnsmasq', 'dnsmasq'],
  ['windows', 'Microsoft DHCP Server'],
  ['ios', 'Cisco IOS'],
];

/** One line a server: `Kea: …`. */
export function settings(setting: Setting): string[] {
  return SERVER_NAMES.flatMap(([key, name]) => (setting[key] === undefined ? [] : [`${name}: ${setting[key]}`]));
}

/** Several pieces of advice as one, with one line a product: what two of them say to the same product is joined. */
export function together(...pieces: readonly (readonly string[])[]): string[] {
  const lines: string[] = [];
  const byProduct = new Map<string, number>();
  for (const line of pieces.flat()) {
    const product = SERVER_NAMES.find(([, name]) => line.startsWith(`${name}: `))?.[1];
    const known = product === undefined ? undefined : byProduct.get(product);
    if (known !== undefined) lines[known] = `${lines[known]!}; ${line.slice(product!.length + 2)}`;
    else {
      if (product !== undefined) byProduct.set(product, lines.length);
      lines.push(line);
    }
  }
  return lines;
}

/** Is the server up, and does it listen on this network? */
export function serverRunning(): string[] {
  return [
    'On the server, see what listens on UDP port 67: `ss -lunp "sport = :67"` (Linux), `netstat -ano -p UDP | findstr :67` (Windows).',
    ...settings({
      dhcpd:
        '`systemctl status isc-dhcp-server` (or `dhcpd`), `dhcpd -t -cf /etc/dhcp/dhcpd.conf`; INTERFACESv4 in /etc/default/isc-dhcp-server must name this interface.',
      kea: '`systemctl status kea-dhcp4-server`, `kea-dhcp4 -t /etc/kea/kea-dhcp4.conf`; `"interfaces-config": { "interfaces": [ "eth0" ] }` must name this interface.',
      dnsmasq:
        '`systemctl status dnsmasq`, `dnsmasq --test`; `interface=` must name this interface, and `dhcp-range=` must lie in its subnet.',
      windows:
        '`Get-Service DHCPServer`, `Get-DhcpServerv4Binding`, `Get-DhcpServerInDC` (a server that is not authorised in Active Directory stays silent).',
      ios: '`show running-config | section ip dhcp`, and `service dhcp` must not be switched off.',
    }),
  ];
}

/** Why does a server that runs not answer this client? */
export function poolAndFilters(): string[] {
  return settings({
    dhcpd:
      '`journalctl -u isc-dhcp-server | grep -E "no free leases|unknown network segment|DHCPDISCOVER"`; look for `deny unknown-clients`, `pool` with `allow`/`deny`, and a `range` that is used up (`dhcp-lease-list`).',
    kea: '`journalctl -u kea-dhcp4-server | grep -E "ALLOC_ENGINE_V4_ALLOC_FAIL|SUBNET_SELECTION_FAILED|DROP"`; look at `pools`, `client-class` and `"host-reservation-identifiers"`; statistics by `statistic-get-all`.',
    dnsmasq:
      '`journalctl -u dnsmasq | grep -E "no address available|not giving name|ignored"`; look at `dhcp-range`, `dhcp-ignore` and `dhcp-host=…,ignore`; set `log-dhcp`.',
    windows:
      '`Get-DhcpServerv4ScopeStatistics`, `Get-DhcpServerv4FilterList`, `Get-DhcpServerv4Filter -List Deny`; the audit log is in %windir%\\System32\\dhcp.',
    ios: '`show ip dhcp pool`, `show ip dhcp binding`, `show ip dhcp conflict`, `debug ip dhcp server packet`.',
  });
}

/** Let requests in to a server: UDP destination port 67. */
export function openServerPort(): string[] {
  return [
    'Linux firewall on the server, UDP to port 67 must come in: `nft list ruleset` or `iptables -S INPUT` shows the rules in force. By what is in use: `nft add rule inet filter input udp dport 67 accept`, `iptables -I INPUT -p udp --dport 67 -j ACCEPT`, `firewall-cmd --permanent --add-service=dhcp && firewall-cmd --reload`, `ufw allow in 67/udp`. pf (BSD): `pass in quick proto udp from any port { 67, 68 } to any port 67` (relays send from port 67).',
    'Windows firewall on the server: `Get-NetFirewallRule -DisplayGroup "DHCP Server"` shows its rules; `New-NetFirewallRule -DisplayName "DHCP server" -Direction Inbound -Protocol UDP -LocalPort 67 -Action Allow` lets requests in.',
  ];
}

/** Let replies in to a client: UDP destination port 68. */
export function openClientPort(): string[] {
  return [
    'Linux firewall on the client, UDP from port 67 to port 68 must come in: `nft list ruleset` or `iptables -S INPUT` shows the rules in force. By what is in use: `nft add rule inet filter input udp sport 67 udp dport 68 accept`, `iptables -I INPUT -p udp --sport 67 --dport 68 -j ACCEPT`, `firewall-cmd --permanent --add-port=68/udp && firewall-cmd --reload`, `ufw allow in from any port 67 proto udp to any port 68`. pf (BSD): `pass in quick proto udp from any port 67 to any port 68`.',
    'Windows firewall on the client: `Enable-NetFirewallRule -DisplayName "Core Networking - Dynamic Host Configuration Protocol (DHCP-In)"` switches the rule on that lets replies in.',
  ];
}

/** Let DHCPv6 in: UDP 547 to servers and relays, 546 to clients. */
export function openPorts6(): string[] {
  return [
    'Firewall: nftables `nft add rule inet filter input udp dport 547 accept` on the server, `udp sport 547 udp dport 546 accept` on the client; firewalld `firewall-cmd --add-service=dhcpv6` (server), `--add-service=dhcpv6-client` (client); ufw `ufw allow 547/udp`.',
  ];
}

/** Hand broadcasts on to a server in another network, where it is known to be in one. */
export function relay(): string[] {
  return [
    'Cisco IOS: `ip helper-address SERVER` on the interface of the clients’ VLAN; `show ip interface | include Helper` shows it.',
    'Linux router: `dhcrelay -4 -i CLIENT_INTERFACE -i SERVER_INTERFACE SERVER`, or `dhcp-relay=ADDRESS_OF_CLIENT_INTERFACE,SERVER` in dnsmasq.',
    'Windows Server as router: “DHCP Relay Agent” in Routing and Remote Access, with the clients’ interface and the server’s address.',
    'The server needs a scope for the clients’ network, and a route back to the relay’s address in it.',
  ];
}

/** The same in one line, where it is one possibility of several. */
export function otherNetwork(): string {
  return 'If the server is in another network, a relay must hand the broadcasts on to it: `ip helper-address SERVER` (Cisco IOS), `dhcrelay -4 -i CLIENT_INTERFACE -i SERVER_INTERFACE SERVER` (Linux), “DHCP Relay Agent” of Routing and Remote Access (Windows Server).';
}

/** Keep servers that nobody authorised from speaking. */
export function snooping(): string[] {
  return [
    'Cisco IOS: `ip dhcp snooping`, `ip dhcp snooping vlan VLAN`, and `ip dhcp snooping trust` only on the ports that lead to the server; find the port by `show mac address-table address MAC`.',
    'Linux bridge: `nft add rule bridge filter forward iifname != "SERVER_PORT" udp sport 67 drop`. Windows Hyper-V: `Set-VMNetworkAdapter -DhcpGuard On`.',
  ];
}

/** What the switch may hold back between client and server. */
export function switchPath(): string[] {
  return [
    'Cisco IOS: `show ip dhcp snooping` (the port towards the server must be trusted: `ip dhcp snooping trust`), `show interfaces trunk` (the VLAN must be allowed), `show spanning-tree interface PORT` (`spanning-tree portfast` on client ports).',
  ];
}

/** The routers that clients are given. */
export function routerSetting(router: string): string[] {
  return settings({
    dhcpd: `\`option routers ${router};\` in the subnet declaration`,
    kea: `\`"option-data": [ { "name": "routers", "data": "${router}" } ]\` in the subnet`,
    dnsmasq: `\`dhcp-option=option:router,${router}\``,
    windows: `\`Set-DhcpServerv4OptionValue -ScopeId SUBNET -Router ${router}\``,
    ios: `\`default-router ${router}\` in \`ip dhcp pool NAME\``,
  });
}

/** The subnet mask that clients are given. Most servers take it from the subnet. */
export function maskSetting(mask: string): string[] {
  return settings({
    dhcpd: `\`subnet NETWORK netmask ${mask} { … }\`, or \`option subnet-mask ${mask};\``,
    kea: 'the prefix length of `"subnet": "NETWORK/LENGTH"`; Kea derives option 1 from it',
    dnsmasq: `\`dhcp-range=FIRST,LAST,${mask},12h\``,
    windows: 'the mask belongs to the scope: make a new one by `Add-DhcpServerv4Scope -SubnetMask …`',
    ios: `\`network NETWORK ${mask}\` in \`ip dhcp pool NAME\``,
  });
}

/** The addresses that may be given out. */
export function poolSetting(): string[] {
  return settings({
    dhcpd: '`range FIRST LAST;` inside the subnet, without network and broadcast address',
    kea: '`"pools": [ { "pool": "FIRST - LAST" } ]` in the subnet',
    dnsmasq: '`dhcp-range=FIRST,LAST,MASK,LEASETIME`',
    windows:
      '`Set-DhcpServerv4Scope -ScopeId SUBNET -StartRange FIRST -EndRange LAST`, `Add-DhcpServerv4ExclusionRange`',
    ios: '`network …` in the pool, and `ip dhcp excluded-address FIRST LAST`',
  });
}

/** The DNS servers that clients are given. */
export function dnsSetting(): string[] {
  return settings({
    dhcpd: '`option domain-name-servers ADDRESS;`',
    kea: '`{ "name": "domain-name-servers", "data": "ADDRESS" }`',
    dnsmasq: '`dhcp-option=option:dns-server,ADDRESS`',
    windows: '`Set-DhcpServerv4OptionValue -ScopeId SUBNET -DnsServer ADDRESS`',
    ios: '`dns-server ADDRESS`',
  });
}

/** How long leases last, and when they are renewed. */
export function leaseSetting(): string[] {
  return settings({
    dhcpd:
      '`default-lease-time 43200; max-lease-time 86400;`; T1 and T2 by `option dhcp-renewal-time` and `option dhcp-rebinding-time`, best left out',
    kea: '`"valid-lifetime": 43200`; `"renew-timer"` and `"rebind-timer"` must be smaller, in this order, or be left to `"calculate-tee-times": true`',
    dnsmasq: '`dhcp-range=FIRST,LAST,12h`; T1 and T2 by `dhcp-option=option:T1,…`, best left out',
    windows: '`Set-DhcpServerv4Scope -ScopeId SUBNET -LeaseDuration 0.12:00:00`',
    ios: '`lease 0 12` in `ip dhcp pool NAME`',
  });
}

/** Whether a server says NAK to clients of which it knows nothing. */
export function authoritative(): string[] {
  return settings({
    dhcpd: '`authoritative;` where this server alone serves the subnet',
    kea: '`"authoritative": true`',
    dnsmasq: '`dhcp-authoritative`',
    windows:
      'a server says NAK for addresses outside its scopes only; see `Get-DhcpServerv4Lease -ComputerName SERVER -IPAddress ADDRESS`',
    ios: 'see `show ip dhcp binding ADDRESS`; remove a stale one by `clear ip dhcp binding ADDRESS`',
  });
}

/** The options of network boot. */
export function bootSetting(): string[] {
  return settings({
    dhcpd: '`next-server TFTP_SERVER; filename "pxelinux.0";` (or by `if option arch = 00:07 …` for UEFI)',
    kea: '`"next-server": "TFTP_SERVER", "boot-file-name": "pxelinux.0"` in the subnet or a client class that tests option 93',
    dnsmasq: '`dhcp-boot=pxelinux.0,,TFTP_SERVER`, or `pxe-service=…`',
    windows:
      '`Set-DhcpServerv4OptionValue -OptionId 66 -Value TFTP_SERVER` and `-OptionId 67 -Value FILE`, or a WDS server as proxyDHCP',
    ios: '`next-server TFTP_SERVER` and `bootfile FILE`',
  });
}

/** Look at both ends. */
export function captureBothEnds(): string {
  return 'Capture at both ends: `tcpdump -i INTERFACE -w dhcp.pcap "udp port 67 or udp port 68 or arp or icmp"` on the client and on the server (or relay), and compare: a message that is in one file only was lost between them.';
}
