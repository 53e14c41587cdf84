import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { decodeConfig, type ConfigKind } from '../../src/config';
import { sharedConfigs } from '../support/needs';

/** Names of the kinds in the shared folder where they are not ours. */
export const FOLDERS: Readonly<Record<string, ConfigKind>> = {
  dhcpd: 'dhcpd',
  dhcpd6: 'dhcpd6',
  kea4: 'kea4',
  kea6: 'kea6',
  dnsmasq: 'dnsmasq',
  'uci-dhcp': 'openwrt',
  'ms-xml': 'microsoft-xml',
  'ms-netsh': 'netsh',
  'cisco-ios': 'ios',
  mikrotik: 'routeros',
  udhcpd: 'udhcpd',
  networkd: 'networkd',
};

export interface Sample {
  readonly file: string;
  readonly kind: ConfigKind;
  readonly text: string;
}

/** Every real configuration; none where the folder is missing. */
export function* realConfigs(): Generator<Sample> {
  if (sharedConfigs === undefined) return;
  for (const [folder, kind] of Object.entries(FOLDERS))
    for (const file of readdirSync(resolve(sharedConfigs, folder)).sort())
      yield { file: `${folder}/${file}`, kind, text: decodeConfig(readFileSync(resolve(sharedConfigs, folder, file))) };
}

/** Small configurations of our own that use much of each language, and that their programs accept. */
export const OWN: readonly Sample[] = [
  {
    file: 'own dhcpd.conf',
    kind: 'dhcpd',
    text: `authoritative;
default-lease-time 600;
max-lease-time 7200;
ddns-update-style none;
option domain-name "example.org";
option domain-name-servers 10.0.0.1, ns2.example.org;
option space ACME;
option ACME.server code 1 = ip-address;
option site code 224 = array of { integer 8, ip-address };
option note code 225 = { unsigned integer 16, text };
key "update" { algorithm hmac-md5; secret pRP5FapFoJ95JEL06sv4PQ==; };
zone example.org. { primary 127.0.0.1; key update; }
failover peer "two" { primary; address 10.0.0.1; port 647; peer address 10.0.0.2; peer port 647; mclt 3600; split 128; load balance max seconds 3; }
class "phones" { match if substring(option vendor-class-identifier, 0, 5) = "Phone"; vendor-option-space ACME; option ACME.server 10.0.0.9; lease limit 4; }
class "ports" { match option agent.circuit-id; }
subclass "ports" 1:0a:ff { option host-name "desk"; }
subclass "ports" "port-2";
shared-network floor {
  subnet 10.0.0.0 netmask 255.255.255.0 {
    option routers 10.0.0.254;
    option broadcast-address 10.0.0.255;
    pool { failover peer "two"; allow members of "phones"; deny unknown clients; range 10.0.0.10 10.0.0.99; }
  }
  subnet 10.0.1.0 netmask 255.255.255.0 { range dynamic-bootp 10.0.1.10; }
}
group {
  next-server 10.0.0.1;
  host a { hardware ethernet 02:00:00:00:00:01; fixed-address 10.0.0.5, 10.0.1.5; filename "boot.img"; }
  host b.example { uid 01:02:00:00:00:00:02; option dhcp-parameter-request-list 1,3,6; }
}
if exists user-class and option user-class = "iPXE" { filename "menu.ipxe"; } elsif known { filename "known"; } else { filename "undionly.kpxe"; }
on commit { set client = binary-to-ascii(16, 8, ":", substring(hardware, 1, 6)); log(info, concat("leased ", client)); }
switch (option host-name) { case "a": log("a"); break; default: log("b"); }
`,
  },
  {
    file: 'own dhcpd6.conf',
    kind: 'dhcpd6',
    text: `default-lease-time 2592000;
preferred-lifetime 604800;
option dhcp6.name-servers 2001:db8:0:1::53;
option dhcp6.domain-search "example.org", "example.net";
option dhcp6.info-refresh-time 21600;
server-duid LL ethernet 00:16:6f:49:7d:9b;
subnet6 2001:db8:0:1::/64 {
  range6 2001:db8:0:1::129 2001:db8:0:1::254;
  range6 2001:db8:0:1::/64 temporary;
  prefix6 2001:db8:0:100:: 2001:db8:0:f00:: /56;
  pool6 { allow unknown clients; range6 2001:db8:0:1::1000/120; }
}
host otherclient { host-identifier option dhcp6.client-id 00:01:00:01:4a:1f:ba:e3:60:b9:1f:01:23:45; fixed-address6 2001:db8:0:1::127; fixed-prefix6 2001:db8:0:200::/56; }
`,
  },
  {
    file: 'own kea-dhcp4.conf',
    kind: 'kea4',
    text: `{ // the server
"Dhcp4": {
  "valid-lifetime": 4000, "renew-timer": 1000, "rebind-timer": 2000, # times
  "lease-database": { "type": "memfile", "persist": false },
  "option-def": [ { "name": "site", "code": 224, "type": "record", "record-types": "uint8, string" } ],
  "option-data": [ { "name": "domain-name-servers", "data": "10.0.0.1, 10.0.0.2" }, { "code": 15, "data": "example.org" } ],
  "client-classes": [ { "name": "phones", "test": "substring(option[60].text,0,5) == 'Phone' and not member('KNOWN')" },
    { "name": "both", "test": "member('phones') or option[93].hex == 0x0007" } ],
  "shared-networks": [ { "name": "floor", "subnet4": [
    { "id": 1, "subnet": "10.0.0.0/24", "pools": [ { "pool": "10.0.0.10 - 10.0.0.99", "client-class": "phones" } ],
      "option-data": [ { "name": "routers", "data": "10.0.0.254" } ],
      "reservations": [ { "hw-address": "02:00:00:00:00:01", "ip-address": "10.0.0.5", "hostname": "a" }, { "client-id": "01:02:03", "ip-address": "10.0.0.6" } ],
      "relay": { "ip-addresses": [ "10.9.0.1" ] } } ] } ],
  "subnet4": [ { "id": 2, "subnet": "10.0.1.0/24", "pools": [ { "pool": "10.0.1.0/26" } ], /* small */ } ],
  "loggers": [ { "name": "kea-dhcp4", "output_options": [ { "output": "stdout" } ], "severity": "INFO" } ]
} }
`,
  },
  {
    file: 'own kea-dhcp6.conf',
    kind: 'kea6',
    text: `{ "Dhcp6": {
  "preferred-lifetime": 3000, "valid-lifetime": 4000, "renew-timer": 1000, "rebind-timer": 2000,
  "lease-database": { "type": "memfile", "persist": false },
  "option-data": [ { "name": "dns-servers", "data": "2001:db8::53" } ],
  "subnet6": [ { "id": 1, "subnet": "2001:db8:1::/64", "pools": [ { "pool": "2001:db8:1::10 - 2001:db8:1::99" } ],
    "pd-pools": [ { "prefix": "2001:db8:8::", "prefix-len": 48, "delegated-len": 56 } ],
    "reservations": [ { "duid": "00:01:02:03", "ip-addresses": [ "2001:db8:1::5" ], "prefixes": [ "2001:db8:8:100::/56" ] } ] } ]
} }
`,
  },
  {
    file: 'own dnsmasq.conf',
    kind: 'dnsmasq',
    text: `# a small network
domain-needed
bogus-priv
domain=example.org
interface=eth0
dhcp-authoritative
dhcp-range=set:lan,192.168.1.50,192.168.1.150,255.255.255.0,12h
dhcp-range=2001:db8::10,2001:db8::99,64,1h
dhcp-host=02:00:00:00:00:01,printer,192.168.1.20,infinite
dhcp-host=id:01:02:03,192.168.1.21
dhcp-option=option:router,192.168.1.1
dhcp-option=tag:lan,6,192.168.1.1,192.168.1.2
dhcp-option=option6:dns-server,[2001:db8::53]
dhcp-vendorclass=set:phones,"Phone, desk"
dhcp-match=set:efi,option:client-arch,7
dhcp-boot=tag:efi,snponly.efi,boot,192.168.1.1
dhcp-lease-max=100
log-facility=/var/log/dnsmasq.log
`,
  },
];
