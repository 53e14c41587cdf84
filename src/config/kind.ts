import type { ConfigKind } from './model';

/** Text patterns that tell the kinds apart, the most reliable first. */
const SIGNS: readonly (readonly [kind: ConfigKind, text: RegExp])[] = [
  ['microsoft-xml', /<DHCPServer\b/],
  ['netsh', /^\s*dhcp\s+server\s+(\\\\\S+\s+)?(add|set|scope|initiate)\b/im],
  ['kea6', /"Dhcp6"\s*:/],
  ['kea4', /"Dhcp4"\s*:/],
  ['networkd', /^\[(Match|Network|DHCPServer)\]\s*$/m],
  ['openwrt', /^\s*config\s+(dhcp|dnsmasq|host|odhcpd|domain)\b/m],
  ['routeros', /^\/(ip|interface|system|ipv6)\b/m],
  ['dhcpd6', /^\s*(subnet6|range6|prefix6|pool6)\b|\bdhcp6\.[a-z]|\b(fixed-address6|fixed-prefix6)\b/m],
  [
    'dhcpd',
    /^\s*(subnet\s+[\d.]+\s+netmask\b|shared-network\s+\S+\s*\{|option\s+[\w.-]+[^;\n=]*;|(default|max)-lease-time\s+\d+\s*;|authoritative\s*;|ddns-update-style\s|host\s+\S+\s*\{|(sub)?class\s+"|(option|match|set|if|log|zone|key|failover)\b[^;{}\n]*[;{]\s*(#.*)?$)/m,
  ],
  [
    'ios',
    /^\s*([\w.-]+(\([\w-]+\))?[#>]\s*)?(ip dhcp (pool|excluded-address|snooping)|ip helper-address|interface\s+(Gigabit|Fast|Ten|Ethernet|Vlan|Loopback|Port-channel|range)|hostname \S+\s*$|ipv6 dhcp)/im,
  ],
  ['udhcpd', /^\s*(start|end)\s+[\d.]+\s*$|^\s*opt(ion)?\s+(dns|subnet|router|lease|domain|wins)\s/m],
  [
    'dnsmasq',
    /^\s*(dhcp-[a-z]+|interface|no-resolv|domain-needed|bogus-priv|server|address|port|listen-address|enable-tftp|expand-hosts|domain|cache-size|conf-dir|log-dhcp|bind-interfaces)\s*(=|$)/m,
  ],
];

const NAMES: readonly (readonly [kind: ConfigKind, name: RegExp])[] = [
  ['dhcpd6', /dhcpd6/i],
  ['dhcpd', /dhcpd/i],
  ['kea6', /dhcp6.*\.(json|conf)$/i],
  ['kea4', /kea.*\.(json|conf)$/i],
  ['udhcpd', /udhcpd/i],
  ['dnsmasq', /dnsmasq/i],
  ['networkd', /\.network$/i],
  ['routeros', /\.rsc$/i],
];

/** How many characters of a file are searched for these patterns. */
const LOOKED_AT = 200_000;

/** Which kind of configuration a file is. Undefined if neither text nor name tells. */
export function kindOf(path: string, text: string): ConfigKind | undefined {
  const begin = text.slice(0, LOOKED_AT);
  const name = path.replace(/^.*[\\/]/, '');
  const named = NAMES.find(([, sign]) => sign.test(name))?.[0];
  const found = SIGNS.find(([, sign]) => sign.test(begin))?.[0];
  // The name “udhcpd” contains “dhcpd”, so it is tested first.
  const sure = /udhcpd/i.test(name) ? 'udhcpd' : named;
  // The text is a better sign than the name, except within one family: an empty dhcpd6.conf shows no sign of DHCPv6.
  if (sure === 'dhcpd6' && found === 'dhcpd') return 'dhcpd6';
  return found ?? sure;
}
