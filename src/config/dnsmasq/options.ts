const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/**
 * What may follow an option: `none`, `any` text, a `number`, a `port` number, or `own`, a syntax that `forms.ts` defines by the option's
 * name. A question mark makes it optional.
 */
export type ArgumentKind = 'none' | 'any' | 'any?' | 'number' | 'number?' | 'port' | 'own' | 'own?' | 'never?';

const KINDS: Readonly<Record<ArgumentKind, readonly string[]>> = {
  none: words(`
    all-servers bind-dynamic bind-interfaces bogus-priv clear-on-reload conntrack dhcp-authoritative dhcp-client-update dhcp-fqdn
    dhcp-ignore-clid dhcp-no-override dhcp-rapid-commit dhcp-sequential-ip dns-loop-detect dnssec dnssec-debug dnssec-no-timecheck
    domain-needed enable-ra expand-hosts filter-A filter-AAAA filterwin2k help keep-in-foreground leasefile-ro localise-queries localmx
    log-debug log-dhcp no-daemon no-hosts no-ident no-negcache no-ping no-poll no-resolv no-round-robin proxy-dnssec quiet-dhcp
    quiet-dhcp6 quiet-ra quiet-tftp read-ethers rebind-localhost-ok script-arp script-on-renewal selfmx stop-dns-rebind strict-order
    strip-mac strip-subnet test tftp-lowercase tftp-no-blocksize tftp-no-fail tftp-secure tftp-single-port version`),
  any: words(`
    add-cpe-id addn-hosts auth-sec-servers auth-server auth-soa auth-zone dhcp-boot dhcp-hostsdir dhcp-hostsfile dhcp-ignore dhcp-optsdir
    dhcp-optsfile dhcp-pxe-vendor dhcp-script dhcp-scriptuser dnssec-timestamp dumpfile dumpmask except-interface hostsdir
    interface ipset mx-target nftset no-dhcp-interface no-dhcpv4-interface no-dhcpv6-interface ptr-record pxe-prompt rebind-domain-ok
    servers-file tftp-root txt-record conf-script dhcp-luascript`),
  'any?': words(`
    bootp-dynamic dhcp-broadcast dhcp-generate-names dhcp-ignore-names dhcp-leasefile enable-dbus enable-tftp enable-ubus group log-queries
    pid-file resolv-file user add-subnet tftp-unique-root fast-dns-retry`),
  number: words(`
    auth-ttl cache-size connmark-allowlist dhcp-lease-max dhcp-ttl dns-forward-max edns-packet-max local-ttl max-cache-ttl
    max-tcp-connections max-ttl min-cache-ttl neg-ttl tftp-max tftp-mtu dnssec-limits`),
  'number?': words('connmark-allowlist-enable log-async use-stale-cache'),
  port: words('max-port min-port port port-limit query-port'),
  own: words(`
    address alias auth-peer bogus-nxdomain bridge-interface caa-record cache-rr cname conf-dir conf-file dhcp-circuitid dhcp-duid dhcp-host
    dhcp-mac dhcp-match dhcp-name-match dhcp-reply-delay dhcp-option dhcp-option-force dhcp-option-pxe dhcp-range dhcp-relay dhcp-remoteid dhcp-subscrid
    dhcp-userclass dhcp-vendorclass dns-rr dynamic-host filter-rr host-record ignore-address interface-name listen-address log-facility
    mx-host naptr-record pxe-service ra-param rev-server shared-network synth-domain tag-if tftp-port-range trust-anchor domain srv-host`),
  'own?': words('dhcp-alternate-port dhcp-proxy dnssec-check-unsigned local-service add-mac umbrella local server'),
  // Known only to releases newer or older than 2.90.
  'never?': words('no-0x20-encode do-0x20-encode'),
};

/** Every option of dnsmasq.conf by name; dnsmasq(8), versions 2.90 and 2.91. */
export const DNSMASQ_OPTIONS: ReadonlyMap<string, ArgumentKind> = new Map(
  Object.entries(KINDS).flatMap(([kind, names]) => names.map((name) => [name, kind as ArgumentKind] as const)),
);
