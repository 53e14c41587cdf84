import { code, command, items, paragraph, table, type Draft } from './page';

/** The ports that DHCP uses, and those used before and after it. */
export const PORTS: readonly Draft[] = [
  {
    id: 'port/67',
    title: 'UDP port 67 (bootps)',
    aliases: ['port 67', 'udp 67', 'bootps', 'dhcps', 'server port', '67/udp', 'port67'],
    summary: 'DHCP servers and relays listen on UDP port 67, and send from it. Clients send all their requests to it.',
    blocks: [
      table(
        ['Between', 'From port', 'To port'],
        ['client and server or relay', '68', '67'],
        ['server or relay and client', '67', '68'],
        ['relay and server, both directions', '67', '67'],
      ),
      items(
        'BOOTP used the same port before DHCP did; its registered name is still bootps, for bootstrap protocol server.',
        'Only one program of a machine can usually hold it: a server and a relay get in each other’s way.',
        'TCP 67 is used for one thing only, bulk leasequery between relay and server.',
      ),
      command('checkMachine', 'port67 machine'),
    ],
    see: [
      'port/68',
      'topic/ports',
      'topic/firewalls',
      'claim/ports',
      'finding/client-on-port-67',
      'finding/request-to-wrong-port',
    ],
    references: ['RFC 2131 §4.1', 'RFC 951 §3', 'RFC 6926 §6.1'],
  },
  {
    id: 'port/68',
    title: 'UDP port 68 (bootpc)',
    aliases: ['port 68', 'udp 68', 'bootpc', 'dhcpc', 'client port', '68/udp'],
    summary:
      'Clients receive on UDP port 68, and send from it. A port of their own lets servers answer by broadcast without waking every other program.',
    blocks: [
      paragraph(
        'Many clients read packets below the firewall, since they have no address yet. A firewall on the client then does not matter for the first exchange, and does for renewals.',
      ),
    ],
    see: ['topic/ports', 'claim/ports', 'finding/reply-to-wrong-port', 'finding/offer-not-taken'],
    references: ['RFC 2131 §4.1', 'RFC 951 §3'],
  },
  {
    id: 'port/69',
    title: 'UDP port 69 (TFTP)',
    aliases: ['port 69', 'udp 69', 'tftp', 'trivial file transfer protocol'],
    summary:
      'The Trivial File Transfer Protocol brings a booting machine the file that DHCP named. Only its first packet goes to port 69: the server answers from a port that it chooses anew.',
    blocks: [
      paragraph('A firewall must therefore follow the transfer, or allow the server’s high ports to the clients.'),
      code('Fetch a file as firmware would', 'curl -o /dev/null tftp://SERVER/FILE'),
    ],
    see: ['topic/pxe', 'field/tftp', 'finding/tftp-error', 'finding/boot-file-mismatch'],
    references: ['RFC 1350 §4'],
  },
  {
    id: 'port/80',
    title: 'TCP port 80 (HTTP boot)',
    aliases: ['port 80', 'http boot', 'uefi http boot', 'port 443'],
    summary:
      'UEFI firmware can load its boot file by HTTP or HTTPS instead of TFTP. It asks by DHCP with the vendor class “HTTPClient”, and gets a URL as boot file name.',
    blocks: [
      items(
        'HTTP is faster over long distances, and passes firewalls like any web traffic.',
        'HTTPS, port 443, protects the file on its way, if the firmware has the certificate.',
      ),
    ],
    see: ['topic/pxe', 'option/60', 'option/67'],
    references: ['UEFI Specification 2.10 §24.7'],
  },
  {
    id: 'port/546',
    title: 'UDP port 546 (DHCPv6 client)',
    aliases: ['port 546', 'udp 546', 'dhcpv6-client'],
    summary:
      'DHCPv6 clients receive on UDP port 546. Their address is link-local, so replies come from a server or relay of the same link.',
    see: ['port/547', 'port/68', 'topic/dhcpv6', 'topic/firewalls'],
    references: ['RFC 9915 §7.2'],
  },
  {
    id: 'port/547',
    title: 'UDP port 547 (DHCPv6 server and relay)',
    aliases: ['port 547', 'udp 547', 'dhcpv6-server'],
    summary:
      'DHCPv6 servers and relays listen on UDP port 547. Clients send there by multicast, to ff02::1:2; relays send to servers by unicast or to ff05::1:3.',
    blocks: [
      paragraph(
        'Only where a message goes to is fixed: RFC 9915 lets clients, relays and servers send from any port. Most send from their own, 546 or 547.',
      ),
      paragraph('TCP 547 is for bulk leasequery, as TCP 67 is in IPv4.'),
    ],
    see: ['port/67', 'topic/dhcpv6', 'message6/relay-forw', 'finding/v6-no-reply'],
    references: ['RFC 9915 §7.1, §7.2', 'RFC 5460 §5.1'],
  },
  {
    id: 'port/647',
    title: 'TCP ports 647 and 847 (failover)',
    aliases: ['port 647', 'port 847', '847', 'failover', 'dhcp failover', 'failover port', 'tcp 647', 'tcp 847'],
    summary:
      'Two servers that share their leases talk over TCP. Microsoft uses port 647; ISC dhcpd takes the ports that its configuration names, customarily 647 and 847.',
    blocks: [
      items(
        'Clients never see this traffic. When it is cut, both servers go on alone and give shorter leases.',
        'Kea’s high availability works over HTTP instead.',
        'DHCPv6 failover is registered on 647 as well.',
      ),
    ],
    see: ['finding/failover-half-silent', 'finding/lease-shrinks', 'topic/backup', 'topic/microsoft'],
    references: ['draft-ietf-dhc-failover-12', 'RFC 8156'],
  },
  {
    id: 'port/4011',
    title: 'UDP port 4011 (proxyDHCP)',
    aliases: ['port 4011', 'udp 4011', 'proxydhcp', 'proxy dhcp', 'binl', 'altserviceboot'],
    summary:
      'A boot service that gives no addresses listens on UDP port 4011. Firmware asks there when the offer says “PXEClient” in option 60.',
    blocks: [
      paragraph(
        'So a boot server can work beside a DHCP server that knows nothing of booting, even on the same machine.',
      ),
    ],
    see: ['topic/pxe', 'finding/pxe-server-silent', 'option/43'],
    references: ['PXE specification 2.1 §2.2'],
  },
  {
    id: 'port/53',
    title: 'UDP and TCP port 53 (DNS)',
    aliases: ['port 53', 'udp 53', 'domain', 'dns'],
    summary:
      'Name servers listen on port 53. DHCP tells clients which ones to ask, and many servers enter the clients’ names there.',
    blocks: [paragraph('A client with a lease and no answer from port 53 looks as if its network were down.')],
    see: ['option/6', 'option/81', 'finding/missing-dns'],
    references: ['RFC 1035 §4.2'],
  },
  {
    id: 'port/123',
    title: 'UDP port 123 (NTP)',
    aliases: ['port 123', 'udp 123', 'ntp'],
    summary:
      'Time servers listen on port 123. DHCP can name them, and leases need no common clock: their times are durations.',
    see: ['option/42', 'option6/56'],
    references: ['RFC 5905'],
  },
];
