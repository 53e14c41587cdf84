import { dhclient } from './dhclient';
import { dhclient6 } from './dhclient6';
import { dhcpcd } from './dhcpcd';
import { dhcpcd6 } from './dhcpcd6';
import { dhcpd } from './dhcpd';
import { dnsmasq } from './dnsmasq';
import { kea4 } from './kea4';
import { kea6 } from './kea6';
import type { Client, ClientName, Server, ServerName } from './program';
import { udhcpc } from './udhcpc';
import { udhcpd } from './udhcpd';

export const SERVERS: Readonly<Record<ServerName, Server>> = { dhcpd, kea4, dnsmasq, udhcpd, kea6 };
export const CLIENTS: Readonly<Record<ClientName, Client>> = { udhcpc, dhclient, dhcpcd, dhclient6, dhcpcd6 };

/** Command → the Debian package that brings it. All of them must be there before the lab opens. */
export const PACKAGES: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  nft: 'nftables',
  perl: 'perl-base',
  unshare: 'util-linux',
  tcpdump: 'tcpdump',
  tshark: 'tshark',
  busybox: 'busybox',
  dhcpd: 'isc-dhcp-server',
  'kea-dhcp4': 'kea-dhcp4-server',
  'kea-dhcp6': 'kea-dhcp6-server',
  dnsmasq: 'dnsmasq-base',
  udhcpd: 'udhcpd',
  dhcrelay: 'isc-dhcp-relay',
  udhcpc: 'udhcpc',
  dhclient: 'isc-dhcp-client',
  dhcpcd: 'dhcpcd-base',
};
