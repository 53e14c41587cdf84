import type { Builder, Word } from './builder';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Options of the sections of /etc/config/dhcp, as OpenWrt's dnsmasq and odhcpd read them (releases 19.07 to 24.10). */
const OPTIONS: Readonly<Record<string, readonly string[]>> = {
  dhcp: words(`interface start limit leasetime dhcpv4 dhcpv6 ra ra_flags ra_slaac ra_management ra_default ra_maxinterval ra_mininterval
    ra_lifetime ra_useleasetime ra_offlink ra_preference ra_mtu ra_hoplimit ra_dns ra_unicast ra_reachabletime ra_retranstime ra_advrouter
    ra_pref64 ndp ndproxy_routing ndproxy_slave master ignore dynamicdhcp dynamicdhcpv4 dynamicdhcpv6 force netmask networkid instance
    dhcp_option dhcp_option_force domain dns dns_service ntp max_preferred_lifetime max_valid_lifetime preferred_lifetime prefix_filter
    filter_class dhcpv6_assignall dhcpv6_hostidlength dhcpv6_na dhcpv6_pd dhcpv6_pd_min_len dhcpv6_raw ipaddr tag options dnr router
    upstream captive_portal_uri hostid`),
  host: words(`name mac ip duid hostid leasetime dns tag networkid broadcast instance match_tag gateway ipv4 ipv6`),
  dnsmasq:
    words(`domainneeded boguspriv filterwin2k localise_queries rebind_protection rebind_localhost rebind_domain local domain
    expandhosts nonegcache authoritative readethers leasefile resolvfile localservice cachesize noresolv server nonwildcard ednspacket_max
    nohosts interface notinterface listen_address port queryport minport maxport dnsforwardmax logqueries logdhcp logfacility addnhosts
    address ipset bogusnxdomain strictorder allservers enable_tftp tftp_root tftp_unique_root tftp_no_fail dhcp_boot dhcpscript
    dhcphostsfile confdir conf serversfile dnssec dnsseccheckunsigned sequential_ip dhcpleasemax min_cache_ttl max_cache_ttl local_ttl
    max_ttl min_ttl quietdhcp fqdn noping nodaemon stripmac stripsubnet add_mac proxydnssec localuse extraconftext resolvauto tag instance
    filter_aaaa filter_a ubus dnssec_timecheck connmark_allowlist_enable cachelocal addmac addsubnet scriptarp rapidcommit allow_tag`),
};

/** Types of sections. */
const SECTIONS =
  words(`dhcp dnsmasq host domain odhcpd boot match mac tag vendorclass userclass relay ipset srvhost cname mxhost hostrecord
  circuitid remoteid subscrid dnsrr dhcprelay`);

/** Options that are true or false. */
const FLAGS = new Set(
  words(`ignore dynamicdhcp force domainneeded boguspriv filterwin2k localise_queries rebind_protection rebind_localhost expandhosts
    nonegcache authoritative readethers localservice noresolv nonwildcard nohosts logqueries logdhcp strictorder allservers enable_tftp
    sequential_ip quietdhcp fqdn noping`),
);
const FLAG = /^(0|1|on|off|yes|no|true|false|enabled|disabled)?$/;

/** Reports the type of a section that is nearly a known one. */
export function checkSection(type: Word, builder: Builder): void {
  if (!SECTIONS.includes(type.text)) builder.mistyped(type, SECTIONS, 'OpenWrt');
}

/** Reports an option whose name is nearly a known one, and a flag that is neither true nor false. */
export function checkOption(type: string, key: Word, value: Word, builder: Builder): void {
  const known = OPTIONS[type];
  if (known && !known.includes(key.text)) builder.mistyped(key, known, 'OpenWrt');
  if (known && FLAGS.has(key.text) && !FLAG.test(value.text)) builder.wrong(value, '0 or 1');
}
