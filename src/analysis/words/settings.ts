import { ipv4ToText } from '../../codec/bytes';
import { isContiguous, network, prefixOf } from '../conversations/masks';
import { OPTION } from '../conversations/names';
import type { Message } from '../conversations/message';
import { settings, type Known, type Step } from './steps';
import { list } from './words';

/** What servers give to clients, as settings of each server program. */

/** A subnet in the forms that settings need. */
export interface Subnet {
  readonly network: string;
  readonly mask: string;
  readonly prefix: number;
  /** The first and last address of the range that clients can be given: the one that holds the address itself, else the widest. */
  readonly first: string;
  readonly last: string;
}

/**
 * The subnet of an address; undefined if the mask is not valid or leaves no room for a pool. `taken` are addresses of servers and routers,
 * which no pool may hold.
 */
export function subnetOf(
  address: number,
  mask: number | undefined,
  taken: readonly (number | undefined)[] = [],
): Subnet | undefined {
  if (mask === undefined || !isContiguous(mask) || prefixOf(mask) > 30 || prefixOf(mask) === 0) return undefined;
  const first = network(address, mask);
  const end = (first | ~mask) >>> 0;
  const inside = taken.filter((one): one is number => one !== undefined && one > first && one < end);
  let range: readonly [number, number] = [0, -1];
  let from = first + 1;
  for (const next of [...inside.sort((a, b) => a - b), end]) {
    const holds = from <= address && address < next;
    if (holds || (next - 1 - from > range[1] - range[0] && !(range[0] <= address && address <= range[1])))
      range = [from, next - 1];
    from = next + 1;
  }
  if (range[1] < range[0]) return undefined;
  return {
    network: ipv4ToText(first),
    mask: ipv4ToText(mask),
    prefix: prefixOf(mask),
    first: ipv4ToText(range[0]),
    last: ipv4ToText(range[1]),
  };
}

/** The subnet that a reply puts its client into, by its own mask or another. */
export const subnetOfReply = ({ dhcp }: Message, mask = dhcp.ip(OPTION.mask)): Subnet | undefined =>
  subnetOf(dhcp.yiaddr, mask, [dhcp.ip(OPTION.server), ...dhcp.ips(OPTION.router)]);

/** Placeholder for a value that only the person who knows the network can fill in. */
const YOURS = '…';

/** The start of a command of RouterOS that changes what clients of a network are given. */
const ofNetwork = (subnet?: Subnet): string =>
  `/ip dhcp-server network set [find${subnet ? ` address=${subnet.network}/${subnet.prefix}` : ''}]`;

/** The router that clients are given. Where the capture does not show the right one, only the person who knows the network can say it. */
export function routerSetting(subnet?: Subnet, router = YOURS): Step[] {
  const which =
    router === YOURS ? `, with the router’s own address${subnet ? ` in ${subnet.network}/${subnet.prefix}` : ''}` : '';
  const scope = subnet === undefined ? '' : ` -ScopeId ${subnet.network}`;
  return settings({
    dhcpd: `\`option routers ${router};\` in the subnet declaration${which}`,
    kea: `\`"option-data": [ { "name": "routers", "data": "${router}" } ]\` in the subnet${which}`,
    dnsmasq: `\`dhcp-option=option:router,${router}\`${which}`,
    windows: `\`Set-DhcpServerv4OptionValue${scope} -Router ${router}\`${which}`,
    ios: `\`default-router ${router}\` in the \`ip dhcp pool\`${which}`,
    routeros: `\`${ofNetwork(subnet)} gateway=${router}\`${which}`,
  });
}

/** What a reservation can set for one client, as each server program calls it. */
const RESERVED = {
  router: { option: 'routers', dnsmasq: 'router', windows: '-Router ', ios: 'default-router ' },
  dns: { option: 'domain-name-servers', dnsmasq: 'dns-server', windows: '-DnsServer ', ios: 'dns-server ' },
  mask: { option: 'subnet-mask', dnsmasq: 'netmask', windows: '-OptionId 1 -Value ', ios: 'host ADDRESS ' },
};

/** How many reservations a step names. */
const MOST_RESERVED = 8;

/** A value of clients that have reservations of their own. */
export function reserved(
  kind: keyof typeof RESERVED,
  hosts: readonly { readonly mac: string; readonly address: string }[],
  values: readonly string[],
): Step[] {
  const { option, dnsmasq, windows, ios } = RESERVED[kind];
  const all = values.join(', ');
  const { address, mac } = hosts[0]!;
  const [macs, addresses] = [hosts.map((one) => one.mac), hosts.map((one) => one.address)];
  const ofEach = (names: readonly string[]): string => list(names, MOST_RESERVED);
  const also = (names: readonly string[]): string =>
    names.length > 1 ? `, and the same for ${ofEach(names.slice(1))}` : '';
  return settings({
    dhcpd: `\`option ${option} ${all};\` in the \`host\` of ${ofEach(macs)}`,
    kea: `\`"option-data": [ { "name": "${option}", "data": "${all}" } ]\` in the reservation of ${ofEach(macs)}`,
    dnsmasq: `\`dhcp-option=tag:NAME,option:${dnsmasq},${values.join()}\` with the tag that \`dhcp-host=${mac},set:NAME\` sets${also(macs)}`,
    windows: `\`Set-DhcpServerv4OptionValue -ReservedIP ${address} ${windows}${values.join()}\`${also(addresses)}`,
    ios: `\`${ios.replace('ADDRESS', address)}${values.join(' ')}\` in the \`ip dhcp pool\` of ${ofEach(addresses)}`,
  });
}

/** The subnet mask that clients are given. Most servers take it from the subnet. */
export function maskSetting({ network: of, mask, prefix, first, last }: Subnet): Step[] {
  return settings({
    dhcpd: `\`subnet ${of} netmask ${mask} { … }\`, or \`option subnet-mask ${mask};\``,
    kea: `\`"subnet": "${of}/${prefix}"\`; Kea derives option 1 from it`,
    dnsmasq: `\`dhcp-range=${first},${last},${mask},12h\``,
    windows: `the mask belongs to the scope: make a new one by \`Add-DhcpServerv4Scope -StartRange ${first} -EndRange ${last} -SubnetMask ${mask}\``,
    ios: `\`network ${of} ${mask}\` in the \`ip dhcp pool\``,
  });
}

/** The pool of addresses: at most the host addresses of the subnet that no server or router has. */
export function poolSetting(subnet?: Subnet): Step[] {
  const { network: of, mask, first, last } = subnet ?? { network: YOURS, mask: YOURS, first: YOURS, last: YOURS };
  const inside = subnet
    ? ' at most, leaving out addresses that are set by hand'
    : ' inside the subnet, without network and broadcast address';
  return settings({
    dhcpd: `\`range ${first} ${last};\`${inside}`,
    kea: `\`"pools": [ { "pool": "${first} - ${last}" } ]\`${inside}`,
    dnsmasq: `\`dhcp-range=${first},${last},${mask},12h\`${inside}`,
    windows: `\`Set-DhcpServerv4Scope -ScopeId ${of} -StartRange ${first} -EndRange ${last}\`${inside}; \`Add-DhcpServerv4ExclusionRange\` takes addresses out`,
    ios: `\`network ${of} ${mask}\` in the pool; \`ip dhcp excluded-address\` takes addresses out`,
    routeros: `\`/ip pool set NAME ranges=${first}-${last}\`${inside}`,
  });
}

/** The DNS servers that clients are given. */
export function dnsSetting(subnet?: Subnet): Step[] {
  const scope = subnet === undefined ? '' : ` -ScopeId ${subnet.network}`;
  const yours = `with your DNS server’s address in place of “${YOURS}”`;
  return settings({
    dhcpd: `\`option domain-name-servers ${YOURS};\`, ${yours}`,
    kea: `\`{ "name": "domain-name-servers", "data": "${YOURS}" }\`, ${yours}`,
    dnsmasq: `\`dhcp-option=option:dns-server,${YOURS}\`, ${yours}`,
    windows: `\`Set-DhcpServerv4OptionValue${scope} -DnsServer ${YOURS}\`, ${yours}`,
    ios: `\`dns-server ${YOURS}\`, ${yours}`,
    routeros: `\`${ofNetwork(subnet)} dns-server=${YOURS}\`, ${yours}`,
  });
}

/** The lease time, and when leases are renewed. */
export function leaseSetting(subnet?: Subnet): Step[] {
  const { network: of, first, last } = subnet ?? { network: YOURS, first: YOURS, last: YOURS };
  return settings({
    dhcpd:
      '`default-lease-time 43200; max-lease-time 86400;`; T1 and T2 by `option dhcp-renewal-time` and `option dhcp-rebinding-time`, best left out',
    kea: '`"valid-lifetime": 43200`; `"renew-timer"` must be smaller than `"rebind-timer"`, and that smaller than the lifetime, or `"calculate-tee-times": true` chooses both',
    dnsmasq: `\`dhcp-range=${first},${last},12h\`; T1 and T2 by \`dhcp-option=option:T1,…\`, best left out`,
    windows: `\`Set-DhcpServerv4Scope -ScopeId ${of} -LeaseDuration 0.12:00:00\``,
    ios: '`lease 0 12` in the `ip dhcp pool`',
    routeros: '`/ip dhcp-server set NAME lease-time=12h`',
  });
}

/** Whether a server sends NAK to clients that it does not know. */
export function authoritative({ server, address }: Known = {}): Step[] {
  const of = server === undefined ? '' : ` -ComputerName ${server}`;
  return settings({
    dhcpd: '`authoritative;` where this server alone serves the subnet',
    kea: '`"authoritative": true`',
    dnsmasq: '`dhcp-authoritative`',
    windows: `a server says NAK for addresses outside its scopes only${address === undefined ? '' : `; see \`Get-DhcpServerv4Lease${of} -IPAddress ${address}\``}`,
    routeros: '`/ip dhcp-server set NAME authoritative=yes`',
    ...(address === undefined ? {} : { ios: `\`clear ip dhcp binding ${address}\` removes a stale binding` }),
  });
}

/** The options for network boot: this file, from this server if it is known. */
export function bootSetting(file: string, server = 'BOOT_SERVER'): Step[] {
  return settings({
    dhcpd: `\`next-server ${server}; filename "${file}";\`, in an \`if option arch = …\` where clients have several architectures`,
    kea: `\`"next-server": "${server}", "boot-file-name": "${file}"\` in the subnet, or in a client class that tests option 93`,
    dnsmasq: `\`dhcp-boot=${file},,${server}\`, or \`pxe-service=…\``,
    windows: `\`Set-DhcpServerv4OptionValue -OptionId 66 -Value ${server}\` and \`-OptionId 67 -Value ${file}\`, or a WDS server as proxyDHCP`,
    ios: `\`next-server ${server}\` and \`bootfile ${file}\``,
    routeros: `\`${ofNetwork()} next-server=${server} boot-file-name=${file}\``,
  });
}

/** What the log of a server says of a REQUEST for an address that it offered. */
export function requestInLog({ address = YOURS, client = YOURS }: Known = {}): Step[] {
  return settings({
    dhcpd: `\`journalctl -u isc-dhcp-server | grep -E "DHCPREQUEST for ${address}|commit|failover"\` shows whether it hears the REQUEST, and why it is silent.`,
    kea: `\`journalctl -u kea-dhcp4-server | grep -E "${client}|ALLOC_FAIL|DROP|HA_"\` shows whether it hears the REQUEST, and why it is silent.`,
    dnsmasq: `\`journalctl -u dnsmasq | grep "DHCPREQUEST.*${address}"\` shows whether it hears the REQUEST.`,
    windows: `\`Select-String -Path $env:windir\\System32\\dhcp\\DhcpSrvLog-*.log -Pattern "${address}"\` shows what it did with the REQUEST.`,
    ios: '`debug ip dhcp server packet` shows whether it hears the REQUEST; `show ip dhcp conflict` which addresses it keeps back.',
  });
}

/** Where each server program keeps the lease of an address. */
export const leaseLookUp = (address: string): Step[] =>
  settings({
    dhcpd: `\`grep -A 9 "^lease ${address} " /var/lib/dhcp/dhcpd.leases\``,
    kea: `\`grep "^${address}," /var/lib/kea/kea-leases4.csv\``,
    dnsmasq: `\`grep " ${address} " /var/lib/misc/dnsmasq.leases\``,
    windows: `\`Get-DhcpServerv4Lease -IPAddress ${address}\``,
    ios: `\`show ip dhcp binding ${address}\``,
    routeros: `\`/ip dhcp-server lease print where address=${address}\``,
  });

/** For servers that give out one range without knowing of each other. */
export const partRanges = (names: readonly string[]): Step[] => [
  `Give ${list(names)} ranges that do not overlap, or let them share their leases (failover).`,
  ...failover(),
];

/** For servers that agree about the network, and so are most likely a pair: what to look for first, and how to make them one. */
export const shareLeases = (names: readonly string[]): Step[] => [
  `See whether ${list(names)} share their leases (failover), or have ranges that do not overlap: then nothing needs to be done.`,
  ...failover(),
];

const failover = (): Step[] =>
  settings({
    dhcpd: '`failover peer "dhcp" { … }` on both servers, and the same in each `pool`',
    kea: 'the High Availability hook (`libdhcp_ha.so`) on both servers',
    windows: '`Add-DhcpServerv4Failover`; `Get-DhcpServerv4Failover` shows the state',
    dnsmasq: 'has no failover: give the servers ranges that do not overlap',
    ios: 'has no failover: give the servers ranges that do not overlap (`ip dhcp excluded-address`)',
  });
