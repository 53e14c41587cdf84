/** What a program does on the DHCP ports. */
export type Role = 'server' | 'server6' | 'relay' | 'client' | 'boot';

export interface ProgramRow {
  /** Process name as `ss`, `ps` and service managers show it. */
  readonly process: string;
  /** Name used in a sentence. */
  readonly title: string;
  readonly roles: readonly Role[];
  /** Names of systemd units, Windows services and launchd jobs. */
  readonly services: readonly string[];
  /** It reads packets before the firewall does, so rules for its port do not keep it from receiving packets of clients on its own link. */
  readonly raw?: true;
}

/** Programs that listen on DHCP ports. */
export const PROGRAMS: readonly ProgramRow[] = [
  {
    process: 'dhcpd',
    title: 'ISC dhcpd',
    roles: ['server', 'server6'],
    services: ['isc-dhcp-server', 'isc-dhcp-server6', 'dhcpd', 'dhcpd6'],
    raw: true,
  },
  {
    process: 'kea-dhcp4',
    title: 'Kea (DHCPv4)',
    roles: ['server'],
    services: ['kea-dhcp4-server', 'kea-dhcp4'],
    raw: true,
  },
  { process: 'kea-dhcp6', title: 'Kea (DHCPv6)', roles: ['server6'], services: ['kea-dhcp6-server', 'kea-dhcp6'] },
  { process: 'dnsmasq', title: 'dnsmasq', roles: ['server', 'server6', 'boot'], services: ['dnsmasq'] },
  { process: 'udhcpd', title: 'udhcpd', roles: ['server'], services: ['udhcpd'] },
  { process: 'odhcpd', title: 'odhcpd', roles: ['server6'], services: ['odhcpd'] },
  {
    process: 'systemd-network',
    title: 'systemd-networkd',
    roles: ['server', 'client'],
    services: ['systemd-networkd'],
  },
  { process: 'NetworkManager', title: 'NetworkManager', roles: ['client'], services: ['NetworkManager'] },
  { process: 'dhclient', title: 'dhclient', roles: ['client'], services: [], raw: true },
  { process: 'dhcpcd', title: 'dhcpcd', roles: ['client'], services: ['dhcpcd'], raw: true },
  { process: 'udhcpc', title: 'udhcpc', roles: ['client'], services: [], raw: true },
  { process: 'dhcrelay', title: 'ISC dhcrelay', roles: ['relay'], services: ['isc-dhcp-relay', 'dhcrelay'], raw: true },
  { process: 'dhcp-helper', title: 'dhcp-helper', roles: ['relay'], services: ['dhcp-helper'] },
  { process: 'in.tftpd', title: 'tftpd-hpa', roles: ['boot'], services: ['tftpd-hpa'] },
  { process: 'bootpd', title: 'bootpd', roles: ['server'], services: ['com.apple.bootpd'] },
  { process: 'DHCPServer', title: 'Microsoft DHCP Server', roles: ['server', 'server6'], services: ['DHCPServer'] },
  { process: 'WDSServer', title: 'Windows Deployment Services', roles: ['boot'], services: ['WDSServer'] },
  { process: 'SharedAccess', title: 'Internet Connection Sharing', roles: ['server'], services: ['SharedAccess'] },
  { process: 'RemoteAccess', title: 'Routing and Remote Access', roles: ['relay'], services: ['RemoteAccess'] },
  { process: 'Dhcp', title: 'DHCP Client', roles: ['client'], services: ['Dhcp'] },
];

const BY_PROCESS = new Map(PROGRAMS.map((row) => [row.process.toLowerCase(), row]));
const BY_SERVICE = new Map(PROGRAMS.flatMap((row) => row.services.map((name) => [name.toLowerCase(), row])));

/** The program of a process. The kernel cuts process names to 15 octets. */
export const programOf = (process: string): ProgramRow | undefined =>
  BY_PROCESS.get(process.toLowerCase().replace(/\.exe$/, '')) ??
  (process.length === 15 ? PROGRAMS.find((row) => row.process.startsWith(process)) : undefined);
export const programOfService = (name: string): ProgramRow | undefined => BY_SERVICE.get(name.toLowerCase());
