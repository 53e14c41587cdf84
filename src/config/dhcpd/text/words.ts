/** The words of dhcpd's language: dhcpd.conf(5), dhcp-options(5), dhcp-eval(5), as of version 4.4.3. */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Reserved words. They cannot name a variable or function. */
export const RESERVED = words(`
  abandoned active add address after algorithm alias all allow also and anycast-mac append array at atsfp
  authenticated authentication authoritative auto-partner-down backoff-cutoff backup balance billing
  binary-to-ascii binding boolean boot-unknown-clients booting bootp bound break case check ciaddr class
  client-hostname client-identifier client-state client-updates clients close cltt code commit
  communications-interrupted compressed concat config-option conflict-done connect create db-time-format debug
  declines default default-duid default-lease-time define defined delete deleted deny do-forward-update domain
  domain-list domain-name duplicates dynamic dynamic-bootp dynamic-bootp-lease-cutoff dynamic-bootp-lease-length
  else elsif en encapsulate encode-int ends epoch error ethernet eval execute exists expire expired expiry
  extract-int failover fatal fddi filename fixed-address fixed-address6 fixed-prefix6 formerr free function
  get-lease-hostnames gethostbyname gethostname giaddr group hardware hash hba help host host-decl-name
  host-identifier hostname ia-na ia-pd ia-ta iaaddr iaprefix identifier if ignore include infiniband infinite
  info initial-delay initial-interval integer interface ip-address ip6-address is key known known-clients lcase
  lease lease-time lease6 leased-address leasequery length let limit ll llt load local log match max max-balance
  max-lease-misbalance max-lease-ownership max-lease-time max-life max-response-delay max-transmit-idle
  max-unacked-updates mclt media medium members min-balance min-lease-time min-secs my nameserver netmask never
  new next next-server no noerror normal not notauth notimp notzone null nxdomain nxrrset of omapi on
  one-lease-per-client open option or owner packet partner partner-down paused peer pick pick-first-value pool
  pool6 port potential-conflict preferred-life prefix6 prepend primary primary6 pseudo range range6 rebind
  reboot recontact-interval recover recover-done recover-wait refresh refused reject release released remove
  renew request require reserved reset resolution-interrupted retry return reverse rewind script search
  secondary secondary6 seconds secret select select-timeout send server server-duid server-identifier
  server-name servfail set shared-network shutdown siaddr signed size space spawn split starts startup state
  static string subclass subnet subnet6 substring suffix supersede switch temporary text timeout timestamp
  token-ring transmission tsfp tstp ucase uid unauthenticated unknown unknown-clients unknown-state unset
  unsigned update use-host-decl-names use-lease-addr-for-default-route user-class v6relay v6relopt vendor
  vendor-class width with yiaddr yxdomain yxrrset zerolen zone
`);

/**
 * The server's own parameters of the form `name value;`. Formats use the letters of the option table: `T` a time, `f` true or false, `t`
 * text, `I` an address, `S` and `B` numbers of 16 and 8 bits, `N` one of the words of the enumeration named after it.
 */
export const PARAMETERS: ReadonlyMap<string, string> = new Map([
  ['default-lease-time', 'T'],
  ['max-lease-time', 'T'],
  ['min-lease-time', 'T'],
  ['dynamic-bootp-lease-cutoff', 'T'],
  ['dynamic-bootp-lease-length', 'L'],
  ['boot-unknown-clients', 'f'],
  ['dynamic-bootp', 'f'],
  ['allow-bootp', 'f'],
  ['allow-booting', 'f'],
  ['one-lease-per-client', 'f'],
  ['get-lease-hostnames', 'f'],
  ['use-host-decl-names', 'f'],
  ['use-lease-addr-for-default-route', 'f'],
  ['min-secs', 'B'],
  ['filename', 't'],
  ['server-name', 't'],
  ['next-server', 'I'],
  ['authoritative', 'f'],
  ['vendor-option-space', 'U'],
  ['always-reply-rfc1048', 'f'],
  ['site-option-space', 'X'],
  ['always-broadcast', 'f'],
  ['ddns-domainname', 't'],
  ['ddns-hostname', 't'],
  ['ddns-rev-domainname', 't'],
  ['lease-file-name', 't'],
  ['pid-file-name', 't'],
  ['duplicates', 'f'],
  ['declines', 'f'],
  ['ddns-updates', 'f'],
  ['omapi-port', 'S'],
  ['local-port', 'S'],
  ['limited-broadcast-address', 'I'],
  ['remote-port', 'S'],
  ['local-address', 'I'],
  ['omapi-key', 'k'],
  ['stash-agent-options', 'f'],
  ['ddns-ttl', 'T'],
  ['ddns-update-style', 'Nddns-styles.'],
  ['client-updates', 'f'],
  ['update-optimization', 'f'],
  ['ping-check', 'f'],
  ['update-static-leases', 'f'],
  ['log-facility', 'Nsyslog-facilities.'],
  ['do-forward-updates', 'f'],
  ['ping-timeout', 'T'],
  ['infinite-is-reserved', 'f'],
  ['update-conflict-detection', 'f'],
  ['leasequery', 'f'],
  ['adaptive-lease-time-threshold', 'B'],
  ['do-reverse-updates', 'f'],
  ['fqdn-reply', 'f'],
  ['preferred-lifetime', 'T'],
  ['dhcpv6-lease-file-name', 't'],
  ['dhcpv6-pid-file-name', 't'],
  ['limit-addrs-per-ia', 'L'],
  ['limit-prefs-per-ia', 'L'],
  ['delayed-ack', 'S'],
  ['max-ack-delay', 'L'],
  ['dhcp-cache-threshold', 'B'],
  ['dont-use-fsync', 'f'],
  ['ddns-local-address4', 'I'],
  ['ddns-local-address6', '6'],
  ['ignore-client-uids', 'f'],
  ['log-threshold-low', 'B'],
  ['log-threshold-high', 'B'],
  ['echo-client-id', 'f'],
  ['server-id-check', 'f'],
  ['prefix-length-mode', 'Nprefix_length_modes.'],
  ['dhcpv6-set-tee-times', 'f'],
  ['abandon-lease-time', 'T'],
  ['check-secs-byte-order', 'f'],
  ['ddns-dual-stack-mixed-mode', 'f'],
  ['ddns-guard-id-must-match', 'f'],
  ['ddns-other-guard-is-dynamic', 'f'],
  ['release-on-roam', 'f'],
  ['local-address6', '6'],
  ['bind-local-address6', 'f'],
  ['ping-cltt-secs', 'T'],
  ['ping-timeout-ms', 'T'],
  ['lease-id-format', 'Nlease-id-formats.'],
]);

/** The enumerations: parameters that take one of a few words. */
export const ENUMERATIONS: Readonly<Record<string, ReadonlySet<string>>> = {
  'ddns-styles': words('none ad-hoc interim standard'),
  'syslog-facilities': words(
    'kern user mail daemon auth syslog lpr news uucp cron authpriv ftp local0 local1 local2 local3 local4 local5 local6 local7',
  ),
  'lease-id-formats': words('octal hex'),
  prefix_length_modes: words('ignore prefer exact minimum maximum'),
  'dhcpv6-messages': words(
    'SOLICIT ADVERTISE REQUEST CONFIRM RENEW REBIND REPLY RELEASE DECLINE RECONFIGURE INFORMATION-REQUEST RELAY-FORW RELAY-REPL',
  ),
  'status-codes': words('success UnspecFail NoAddrsAvail NoBinding NotOnLink UseMulticast NoPrefixAvail'),
};

/** Options of the other spaces that dhcpd knows, with code and format. */
export const OTHER_SPACES: Readonly<
  Record<string, readonly (readonly [name: string, code: number, format: string])[]>
> = {
  agent: [
    ['circuit-id', 1, 'X'],
    ['remote-id', 2, 'X'],
    ['agent-id', 3, 'I'],
    ['DOCSIS-device-class', 4, 'L'],
    ['link-selection', 5, 'I'],
    ['relay-port', 19, 'Z'],
  ],
  fqdn: [
    ['no-client-update', 1, 'f'],
    ['server-update', 2, 'f'],
    ['encoded', 3, 'f'],
    ['rcode1', 4, 'B'],
    ['rcode2', 5, 'B'],
    ['hostname', 6, 't'],
    ['domainname', 7, 't'],
    ['fqdn', 8, 't'],
  ],
  nwip: [
    ['nsq-broadcast', 5, 'f'],
    ['preferred-dss', 6, 'IA'],
    ['nearest-nwip-server', 7, 'IA'],
    ['autoretries', 8, 'B'],
    ['autoretry-secs', 9, 'B'],
    ['nwip-1-1', 10, 'f'],
    ['primary-dss', 11, 'I'],
  ],
  isc: [
    ['media', 1, 't'],
    ['update-assist', 2, 'X'],
  ],
  isc6: [
    ['media', 1, 't'],
    ['update-assist', 2, 'X'],
    ['4o6-interface', 60000, 't'],
    ['4o6-source-address', 60001, '6'],
  ],
  'vendor-class': [['isc', 2495, 'X']],
  vendor: [['isc', 2495, 'Eisc.']],
  vsio: [['isc', 2495, 'Eisc6.']],
};

/** What `allow`, `deny` and `ignore` may name outside pools. */
export const PERMISSIONS = words(
  'bootp booting dynamic-bootp unknown-clients duplicates declines client-updates leasequery',
);
