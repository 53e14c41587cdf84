import { PARAMETERS } from '../../config/dhcpd/text/words';
import type { ConfigKind } from '../../config';

/** Parses a table of lines `word: what it does.` */
const table = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text
      .trim()
      .split('\n')
      .map((line): [string, string] => {
        const [, word, doc] = /^\s*([^:]+): (.*)$/.exec(line)!;
        return [word!, doc!];
      }),
  );

/** dhcpd.conf(5), dhcp-eval(5). */
const DHCPD = table(`
  authoritative: This server knows all addresses of the network: a client that asks for a wrong one is told so by NAK.
  default-lease-time: Seconds that a lease lasts where the client asks for no time of its own.
  max-lease-time: The most seconds that a client gets, whatever it asks for.
  min-lease-time: The least seconds that a client gets.
  preferred-lifetime: Seconds for which an IPv6 address is preferred; after them it is deprecated, and still valid.
  subnet: The addresses of one link, with its mask. A server that hears a link must have a declaration of it, even without a range.
  subnet6: The IPv6 prefix of one link.
  range: Addresses of the subnet that are leased: the lowest and the highest.
  range6: IPv6 addresses that are leased, from the first to the last, or a prefix.
  prefix6: Prefixes that are delegated: from the first to the last, and their length.
  pool: Ranges that have options or permissions of their own.
  pool6: IPv6 ranges that have options or permissions of their own.
  shared-network: Subnets that share one physical link: a client there may get an address of any of them.
  group: Statements that share parameters.
  host: What one client gets that no other does: an address, a name, options.
  hardware: The link-layer address by which a host is known.
  fixed-address: The address that this host always gets. It must be in a subnet that is declared, and should be in no range.
  fixed-address6: The IPv6 address that this host always gets.
  fixed-prefix6: The prefix that is always delegated to this host.
  host-identifier: The option by which a host is known instead of its link-layer address.
  class: Clients that have something in common, by a condition or by the value of an expression.
  subclass: One value of a class that is matched by value.
  match: What puts a client into the class: an expression, or a condition behind “if”.
  spawn: Makes a class for each value of an expression that is seen.
  lease: A record of the lease database.
  failover: The partner of this server, and how the two share addresses; in a pool, which partner it is shared with.
  include: Reads another file in this place.
  key: A secret that is shared with a DNS server or with omshell.
  zone: A zone of DNS, and the server and key with which it is updated.
  option: An option that clients get, or the definition of one.
  send: An option that a client sends.
  allow: Says who may have an address here, or what the server takes.
  deny: Says who may not have an address here, or what the server refuses.
  ignore: Like deny, and nothing is logged.
  if: Statements that count only where a condition holds.
  on: Statements that are run when a lease is given, released or over.
  set: Gives a value to a variable of the lease.
  execute: Runs a program.
  log: Writes a line into the log.
  next-server: Address of the server with the boot file (field siaddr).
  filename: Name of the boot file (field file).
  server-name: Name of the boot server (field sname).
  server-identifier: Address by which the server names itself (option 54). Clients send their requests there.
  ddns-update-style: How names are put into DNS: standard, interim or none.
  ddns-updates: Whether names are put into DNS.
  ddns-domainname: The domain in which names are put into DNS.
  update-static-leases: Whether hosts with fixed addresses are put into DNS, too.
  ping-check: Whether an address is pinged before it is offered.
  ping-timeout: Seconds to wait for an answer to that ping.
  one-lease-per-client: Whether a client’s other leases end when it takes a new one.
  always-broadcast: Replies are broadcast, whatever the client’s broadcast flag says.
  use-host-decl-names: The name of a host declaration is sent as its host name.
  get-lease-hostnames: Host names are looked up in DNS.
  log-facility: The facility of syslog that the log goes to.
  lease-file-name: Where the lease database is kept.
  dhcpv6-lease-file-name: Where the lease database of DHCPv6 is kept.
  omapi-port: Port on which omshell is listened to.
  omapi-key: The key that omshell must know.
  local-address: The address that the server listens on and sends from.
  min-secs: Seconds (field secs) that a client must have tried before it is answered.
  boot-unknown-clients: Whether clients without a host declaration get an address.
  dhcp-cache-threshold: Per cent of a lease within which a client that asks again keeps it without a new record.
  infinite-is-reserved: Leases without an end are kept for their clients.
  stash-agent-options: The relay’s option 82 is remembered for renewals, which do not pass the relay.
  ignore-client-uids: Clients are known by their link-layer address alone.
  abandon-lease-time: Seconds for which an address that was declined is not given to anybody.
  vendor-option-space: The option space that option 43 is made of.
`);

/** dnsmasq(8). */
const DNSMASQ = table(`
  dhcp-range: Addresses that are leased: first, last, then mask, broadcast address and lease time as wanted. It also turns DHCP on.
  dhcp-host: What one client gets: by its link-layer address, client id or name; an address, a name, a lease time, a tag.
  dhcp-option: An option that clients get, by number or as option:name; with tag: only for some.
  dhcp-option-force: An option that is sent even where the client does not ask for it.
  dhcp-boot: Boot file, and name and address of the boot server.
  dhcp-authoritative: This is the only server: unknown leases are taken over, and wrong ones are refused by NAK.
  dhcp-lease-max: The most leases that there can be; 1000 where it is not set.
  dhcp-leasefile: Where leases are kept.
  dhcp-script: A program that is run whenever a lease changes.
  dhcp-ignore: Clients with these tags get no answer.
  dhcp-match: Sets a tag for clients that send an option, or a value of it.
  dhcp-vendorclass: Sets a tag by the vendor class (option 60).
  dhcp-userclass: Sets a tag by the user class (option 77).
  dhcp-mac: Sets a tag by the link-layer address.
  dhcp-circuitid: Sets a tag by the relay’s circuit id (option 82).
  dhcp-relay: Hands requests on to another server: own address, then the server’s.
  dhcp-rapid-commit: Answers DISCOVER with an ACK at once, where the client asks for it (option 80).
  dhcp-sequential-ip: Gives addresses in order, not by a hash of the link-layer address.
  dhcp-broadcast: Replies to clients with these tags are broadcast.
  dhcp-proxy: Relays whose traffic goes through this server, also when leases are renewed.
  dhcp-fqdn: Names of clients are put into DNS with their domain only.
  dhcp-hostsfile: A file with dhcp-host lines that is read again on SIGHUP.
  dhcp-optsfile: A file with dhcp-option lines that is read again on SIGHUP.
  dhcp-generate-names: Clients without a name get one made of their link-layer address.
  tag-if: Sets tags where others are set.
  shared-network: A range serves requests of another network, too.
  enable-ra: Sends router advertisements, for IPv6.
  enable-tftp: Serves boot files by TFTP.
  tftp-root: The folder with the boot files.
  pxe-service: A line of the PXE boot menu.
  pxe-prompt: Text and time of the PXE boot menu.
  interface: Listens only on this interface, and on others that are named.
  except-interface: Does not listen on this interface.
  no-dhcp-interface: Serves DNS and no DHCP on this interface.
  listen-address: Listens only on this address.
  bind-interfaces: Binds only the interfaces that it serves, so that another server can serve others.
  bind-dynamic: Like bind-interfaces, and interfaces may come later.
  conf-file: Reads another file in this place.
  conf-dir: Reads all files of a folder.
  domain: The domain of the clients (option 15).
  local: Names of this domain are answered from here only.
  server: A DNS server that is asked, or with /domain/ one for that domain.
  address: The address that names of a domain have.
  port: The port of DNS; 0 turns DNS off.
  expand-hosts: Names without a domain in /etc/hosts get the one of “domain”.
  no-ping: Addresses are not pinged before they are offered.
  log-dhcp: Logs what is asked and sent.
  read-ethers: Reads /etc/ethers for link-layer addresses with addresses.
  script-arp: The program is also run when a neighbour comes or goes.
`);

/** Kea Administrator Reference Manual. */
const KEA = table(`
  valid-lifetime: Seconds that a lease lasts.
  min-valid-lifetime: The least seconds that a client gets.
  max-valid-lifetime: The most seconds that a client gets, whatever it asks for.
  preferred-lifetime: Seconds for which an IPv6 address is preferred.
  renew-timer: Seconds after which a client renews its lease (T1).
  rebind-timer: Seconds after which a client asks any server (T2).
  calculate-tee-times: T1 and T2 are worked out as shares of the lease time.
  authoritative: A client that asks for a wrong address is told so by NAK.
  subnet4: The subnets that are served.
  subnet6: The subnets that are served.
  subnet: The subnet, with its prefix length.
  id: Number of the subnet, which leases carry: it must not change while there are leases.
  pools: Addresses of the subnet that are leased.
  pool: First and last address, or a prefix.
  pd-pools: Prefixes that are delegated.
  reservations: What single clients get.
  shared-networks: Subnets that share one link.
  relay: Addresses of the relays whose requests this subnet is for.
  interfaces-config: The interfaces that are listened on, and by which kind of socket.
  lease-database: Where leases are kept: in a file (memfile), MySQL or PostgreSQL.
  lfc-interval: Seconds between cleanups of the lease file; 0 turns them off, and the file grows without an end.
  hosts-database: Where reservations are kept beside this file.
  client-classes: Classes of clients, with the test that puts a client into each; in a subnet or pool, who is served.
  client-class: The class that is served here.
  test: A condition over the fields and options of a request.
  option-data: Options that clients get.
  option-def: Options that Kea does not know by itself.
  always-send: The option is sent even where the client does not ask for it.
  csv-format: Whether data is written in words; else it is hex digits.
  hooks-libraries: Libraries that add to what the server does: high availability, lease commands and so on.
  high-availability: The partners of this server, and how they share the work.
  control-socket: Where commands are taken.
  expired-leases-processing: How leases that are over are put aside.
  match-client-id: Whether clients are known by their client identifier first; else by link-layer address.
  echo-client-id: Whether the client identifier is sent back (RFC 6842).
  next-server: Address of the server with the boot file (field siaddr).
  boot-file-name: Name of the boot file (field file).
  server-hostname: Name of the boot server (field sname).
  host-reservation-identifiers: By what reservations know their clients, in the order in which it is tried.
  reservations-in-subnet: Whether reservations of the subnet are looked for.
  reservations-out-of-pool: Whether reserved addresses are never in a pool, which saves looking.
  reservations-global: Whether reservations outside of all subnets are looked for.
  decline-probation-period: Seconds for which an address that was declined is not given to anybody.
  loggers: What is logged, how much, and where.
`);

const DOCS: Partial<Readonly<Record<ConfigKind, ReadonlyMap<string, string>>>> = {
  dhcpd: DHCPD,
  dhcpd6: DHCPD,
  dnsmasq: DNSMASQ,
  kea4: KEA,
  kea6: KEA,
};

const MANUALS: Partial<Readonly<Record<ConfigKind, readonly [manual: string, page: string]>>> = {
  dhcpd: ['dhcpd.conf(5)', 'topic/isc'],
  dhcpd6: ['dhcpd.conf(5)', 'topic/isc'],
  dnsmasq: ['dnsmasq(8)', 'topic/dnsmasq'],
  kea4: ['Kea Administrator Reference Manual', 'topic/kea'],
  kea6: ['Kea Administrator Reference Manual', 'topic/kea'],
};

/** What a statement does. Undefined if the tables do not explain it. */
export function statementDoc(
  kind: ConfigKind,
  word: string,
): { title: string; text: string; reference: string; page: string } | undefined {
  const text = DOCS[kind]?.get(word.toLowerCase());
  const [reference, page] = MANUALS[kind] ?? [];
  return text !== undefined && reference !== undefined && page !== undefined
    ? { title: word, text, reference, page }
    : undefined;
}

/** Every statement of dhcpd’s language. */
export const DHCPD_STATEMENTS: readonly string[] = [
  ...new Set([...[...DHCPD.keys()].filter((word) => word !== 'send'), ...PARAMETERS.keys()]),
].filter((word) => !/^(allow|deny)-/.test(word));
