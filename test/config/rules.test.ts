/** Every rule with a configuration that has its fault and a twin that has not. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { ConfigKind } from '../../src/config';
import { checkConfig, CONFIG_FINDINGS, parseConfig, SourceFile } from '../../src/config';
import { RULES } from '../../src/config/rules';
import { findingsOf, said } from './check';

interface Twin {
  readonly id: string;
  readonly kind: ConfigKind;
  /** `severity` at `line` is what is said of `faulty`; nothing of this id of `healthy`. */
  readonly line: number;
  readonly severity: string;
  readonly faulty: string;
  readonly healthy: string;
}

/** A subnet of dhcpd with these statements in it. */
const subnet = (...inside: readonly string[]): string =>
  `authoritative;\nsubnet 10.0.0.0 netmask 255.255.255.0 {\n${inside.map((one) => `  ${one}\n`).join('')}}\n`;

const kea = (inside: string): string =>
  `{ "Dhcp4": { "authoritative": true,\n"subnet4": [ { "id": 1, "subnet": "10.0.0.0/24",\n${inside} } ] } }\n`;

const ios = (...inside: readonly string[]): string =>
  `ip dhcp pool lan\n${inside.map((one) => ` ${one}\n`).join('')}!\n`;

const scope = (range: string, exclusion = '', more = ''): string => `<?xml version="1.0"?>
<DHCPServer><IPv4><Scopes><Scope>
<ScopeId>10.0.0.0</ScopeId><SubnetMask>255.255.255.0</SubnetMask>
${range}
${exclusion}
${more}
</Scope></Scopes></IPv4></DHCPServer>
`;

const TWINS: readonly Twin[] = [
  {
    id: 'pool-outside-subnet',
    kind: 'dhcpd',
    line: 3,
    severity: 'error',
    faulty: subnet('range 10.0.0.10 10.0.1.20;'),
    healthy: subnet('range 10.0.0.10 10.0.0.20;'),
  },
  {
    id: 'pool-outside-subnet',
    kind: 'kea4',
    line: 3,
    severity: 'error',
    faulty: kea('"pools": [ { "pool": "10.0.1.1 - 10.0.1.9" } ]'),
    healthy: kea('"pools": [ { "pool": "10.0.0.1 - 10.0.0.9" } ]'),
  },
  {
    id: 'pool-outside-subnet',
    kind: 'microsoft-xml',
    line: 4,
    severity: 'error',
    faulty: scope('<StartRange>10.0.0.10</StartRange><EndRange>10.0.1.20</EndRange>'),
    healthy: scope('<StartRange>10.0.0.10</StartRange><EndRange>10.0.0.20</EndRange>'),
  },
  {
    id: 'pool-outside-subnet',
    kind: 'networkd',
    line: 5,
    severity: 'error',
    faulty: '[Network]\nAddress=10.0.0.1/24\nDHCPServer=yes\n[DHCPServer]\nPoolOffset=240\nPoolSize=50\n',
    healthy: '[Network]\nAddress=10.0.0.1/24\nDHCPServer=yes\n[DHCPServer]\nPoolOffset=200\nPoolSize=50\n',
  },
  {
    id: 'range-low-above-high',
    kind: 'dhcpd',
    line: 3,
    severity: 'warning',
    faulty: subnet('range 10.0.0.90 10.0.0.40;'),
    healthy: subnet('range 10.0.0.40 10.0.0.90;'),
  },
  {
    id: 'range-low-above-high',
    kind: 'netsh',
    line: 2,
    severity: 'error',
    faulty:
      'Dhcp Server \\\\dc add scope 10.0.0.0 255.255.255.0 "lan" ""\nDhcp Server \\\\dc Scope 10.0.0.0 Add iprange 10.0.0.20 10.0.0.10\n',
    healthy:
      'Dhcp Server \\\\dc add scope 10.0.0.0 255.255.255.0 "lan" ""\nDhcp Server \\\\dc Scope 10.0.0.0 Add iprange 10.0.0.10 10.0.0.20\n',
  },
  {
    id: 'overlapping-pools',
    kind: 'dhcpd',
    line: 4,
    severity: 'error',
    faulty: subnet('range 10.0.0.10 10.0.0.50;', 'range 10.0.0.50 10.0.0.60;'),
    healthy: subnet('range 10.0.0.10 10.0.0.50;', 'range 10.0.0.51 10.0.0.60;'),
  },
  {
    id: 'overlapping-subnets',
    kind: 'dhcpd',
    line: 2,
    severity: 'warning',
    faulty: 'subnet 10.0.0.0 netmask 255.255.0.0 { }\nsubnet 10.0.1.0 netmask 255.255.255.0 { }\n',
    healthy: 'subnet 10.0.0.0 netmask 255.255.255.0 { }\nsubnet 10.0.1.0 netmask 255.255.255.0 { }\n',
  },
  {
    id: 'duplicate-subnet',
    kind: 'dhcpd',
    line: 2,
    severity: 'warning',
    faulty: 'subnet 10.0.0.0 netmask 255.255.255.0 { }\nsubnet 10.0.0.0 netmask 255.255.255.0 { }\n',
    healthy: 'subnet 10.0.0.0 netmask 255.255.255.0 { }\nsubnet 10.0.1.0 netmask 255.255.255.0 { }\n',
  },
  {
    id: 'pool-includes-network-address',
    kind: 'dhcpd',
    line: 3,
    severity: 'error',
    faulty: subnet('range 10.0.0.0 10.0.0.20;'),
    healthy: subnet('range 10.0.0.1 10.0.0.20;'),
  },
  {
    id: 'pool-includes-broadcast',
    kind: 'dhcpd',
    line: 3,
    severity: 'error',
    faulty: subnet('range 10.0.0.200 10.0.0.255;'),
    healthy: subnet('range 10.0.0.200 10.0.0.254;'),
  },
  {
    id: 'pool-includes-router',
    kind: 'kea4',
    line: 3,
    severity: 'warning',
    faulty: kea(
      '"pools": [ { "pool": "10.0.0.1 - 10.0.0.9" } ], "option-data": [ { "name": "routers", "data": "10.0.0.1" } ]',
    ),
    healthy: kea(
      '"pools": [ { "pool": "10.0.0.2 - 10.0.0.9" } ], "option-data": [ { "name": "routers", "data": "10.0.0.1" } ]',
    ),
  },
  {
    id: 'pool-emptied',
    kind: 'microsoft-xml',
    line: 5,
    severity: 'error',
    faulty: scope(
      '<StartRange>10.0.0.10</StartRange><EndRange>10.0.0.20</EndRange>',
      '<ExclusionRanges><IPRange><StartRange>10.0.0.1</StartRange><EndRange>10.0.0.20</EndRange></IPRange></ExclusionRanges>',
    ),
    healthy: scope(
      '<StartRange>10.0.0.10</StartRange><EndRange>10.0.0.20</EndRange>',
      '<ExclusionRanges><IPRange><StartRange>10.0.0.1</StartRange><EndRange>10.0.0.19</EndRange></IPRange></ExclusionRanges>',
    ),
  },
  {
    id: 'router-outside-subnet',
    kind: 'dhcpd',
    line: 3,
    severity: 'error',
    faulty: subnet('option routers 10.0.1.1;'),
    healthy: subnet('option routers 10.0.0.1;'),
  },
  {
    id: 'router-outside-subnet',
    kind: 'dnsmasq',
    line: 2,
    severity: 'warning',
    faulty: 'dhcp-range=192.168.1.10,192.168.1.99,12h\ndhcp-option=3,192.168.2.1\n',
    healthy: 'dhcp-range=192.168.1.10,192.168.1.99,12h\ndhcp-option=3,192.168.1.1\n',
  },
  {
    id: 'router-outside-subnet',
    kind: 'udhcpd',
    line: 4,
    severity: 'error',
    faulty: 'start 10.0.0.10\nend 10.0.0.20\nopt subnet 255.255.255.0\nopt router 10.0.1.1\n',
    healthy: 'start 10.0.0.10\nend 10.0.0.20\nopt subnet 255.255.255.0\nopt router 10.0.0.1\n',
  },
  {
    id: 'router-outside-subnet',
    kind: 'routeros',
    line: 2,
    severity: 'error',
    faulty: '/ip dhcp-server network\nadd address=10.0.0.0/24 gateway=10.0.1.1\n',
    healthy: '/ip dhcp-server network\nadd address=10.0.0.0/24 gateway=10.0.0.1\n',
  },
  {
    id: 'unusable-router',
    kind: 'dhcpd',
    line: 3,
    severity: 'error',
    faulty: subnet('option routers 10.0.0.255;'),
    healthy: subnet('option routers 10.0.0.254;'),
  },
  {
    id: 'unusable-dns',
    kind: 'dhcpd',
    line: 3,
    severity: 'warning',
    faulty: subnet('option domain-name-servers 224.0.0.1;'),
    healthy: subnet('option domain-name-servers 10.0.0.1;'),
  },
  {
    id: 'dns-example-address',
    kind: 'ios',
    line: 3,
    severity: 'warning',
    faulty: ios('network 10.0.0.0 255.255.255.0', 'dns-server 203.0.113.53'),
    healthy: ios('network 10.0.0.0 255.255.255.0', 'dns-server 9.9.9.9'),
  },
  {
    id: 'invalid-subnet-mask',
    kind: 'ios',
    line: 2,
    severity: 'error',
    faulty: ios('network 10.0.0.0 255.255.0.255'),
    healthy: ios('network 10.0.0.0 255.255.255.0'),
  },
  {
    id: 'invalid-subnet-mask',
    kind: 'dhcpd',
    line: 3,
    severity: 'error',
    faulty: subnet('option subnet-mask 255.0.255.0;'),
    healthy: subnet('option subnet-mask 255.255.255.0;'),
  },
  {
    id: 'mask-mismatch',
    kind: 'dhcpd',
    line: 3,
    severity: 'error',
    faulty: subnet('option subnet-mask 255.255.0.0;'),
    healthy: subnet('option subnet-mask 255.255.255.0;'),
  },
  {
    id: 'broadcast-address-mismatch',
    kind: 'dhcpd',
    line: 3,
    severity: 'warning',
    faulty: subnet('option broadcast-address 10.255.255.255;'),
    healthy: subnet('option broadcast-address 10.0.0.255;'),
  },
  {
    id: 'missing-router',
    kind: 'dhcpd',
    line: 2,
    severity: 'info',
    faulty: subnet('range 10.0.0.10 10.0.0.20;'),
    healthy: subnet('range 10.0.0.10 10.0.0.20;', 'option routers 10.0.0.1;'),
  },
  {
    id: 'missing-dns',
    kind: 'kea4',
    line: 2,
    severity: 'info',
    faulty: kea('"pools": [ { "pool": "10.0.0.1 - 10.0.0.9" } ]'),
    healthy: kea(
      '"pools": [ { "pool": "10.0.0.1 - 10.0.0.9" } ], "option-data": [ { "code": 6, "data": "10.0.0.1" } ]',
    ),
  },
  {
    id: 'option-wrong-code',
    kind: 'dnsmasq',
    line: 1,
    severity: 'warning',
    faulty: 'dhcp-option=2,255.255.255.0\n',
    healthy: 'dhcp-option=1,255.255.255.0\n',
  },
  {
    id: 'duplicate-reservation-ip',
    kind: 'dnsmasq',
    line: 2,
    severity: 'error',
    faulty: 'dhcp-host=02:00:00:00:00:01,192.168.1.5\ndhcp-host=02:00:00:00:00:02,192.168.1.5\n',
    healthy: 'dhcp-host=02:00:00:00:00:01,192.168.1.5\ndhcp-host=02:00:00:00:00:02,192.168.1.6\n',
  },
  {
    id: 'duplicate-reservation-mac',
    kind: 'dhcpd',
    line: 6,
    severity: 'error',
    faulty: `${subnet('range 10.0.0.10 10.0.0.20;')}host a { hardware ethernet 02:00:00:00:00:01; fixed-address 10.0.0.30; }\nhost b { hardware ethernet 2:0:0:0:0:1; fixed-address 10.0.0.31; }\n`,
    // In another subnet the same machine has another address.
    healthy: `${subnet('range 10.0.0.10 10.0.0.20;')}subnet 10.0.1.0 netmask 255.255.255.0 { }\nhost a { hardware ethernet 02:00:00:00:00:01; fixed-address 10.0.0.30; }\nhost b { hardware ethernet 2:0:0:0:0:1; fixed-address 10.0.1.30; }\n`,
  },
  {
    // dhcpd serves both declarations' client with 10.0.0.30: the option names the client as hardware does.
    id: 'duplicate-reservation-mac',
    kind: 'dhcpd',
    line: 6,
    severity: 'error',
    faulty: `${subnet('range 10.0.0.10 10.0.0.20;')}host a { option dhcp-client-identifier 01:0a:03; fixed-address 10.0.0.30; }\nhost b { option dhcp-client-identifier 1:a:3; fixed-address 10.0.0.31; }\n`,
    // A declaration without an address counts where no other one fits.
    healthy: `${subnet('range 10.0.0.10 10.0.0.20;')}host a { option dhcp-client-identifier 01:0a:03; fixed-address 10.0.0.30; }\nhost b { option dhcp-client-identifier 1:a:3; option host-name "b"; }\n`,
  },
  ...[
    // With 70000, dhcpd 4.4.3 listens on TCP port 4464.
    ['primary; address 10.0.0.1; port 70000;', 'primary; address 10.0.0.1; port 647;'],
    ['primary; address 10.0.0.1; port 647; peer port 0;', 'primary; address 10.0.0.1; port 647; peer port 847;'],
  ].map(([faulty, healthy]): Twin => {
    const peer = (settings: string): string =>
      `failover peer "f" { ${settings} peer address 10.0.0.2; mclt 3600; split 128; }\n${subnet('pool { failover peer "f"; range 10.0.0.10 10.0.0.20; }')}`;
    return {
      id: 'failover-settings',
      kind: 'dhcpd',
      line: 1,
      severity: 'warning',
      faulty: peer(faulty!),
      healthy: peer(healthy!),
    };
  }),
  // What kea-dhcp4 2.2.0 takes, and then gives these clients an address of the pool.
  ...[
    [
      '',
      `"reservations": [ { "hw-address": "02:00:00:00:00:01", "ip-address": "10.0.0.5" } ],`,
      '"reservations-global": true,',
    ],
    [
      '"reservations": [ { "hw-address": "02:00:00:00:00:01", "ip-address": "10.0.0.5" } ],',
      '"reservations-in-subnet": false,',
      '"reservations-in-subnet": true,',
    ],
    [
      '"reservations": [ {\n"hw-address": "02:00:00:00:00:01",\n"ip-address": "10.0.0.55" } ],',
      '"reservations-out-of-pool": true,',
      '"reservations-out-of-pool": false,',
    ],
  ].map(([inSubnet, faulty, healthy], i): Twin => {
    const text = (global: string): string =>
      `{ "Dhcp4": { "authoritative": true, ${global}\n"subnet4": [ { "id": 1, "subnet": "10.0.0.0/24", ${inSubnet}\n"pools": [ { "pool": "10.0.0.50 - 10.0.0.59" } ] } ] } }`;
    return {
      id: 'reservation-ignored',
      kind: 'kea4',
      line: i === 0 ? 1 : i === 1 ? 2 : 4,
      severity: i === 0 ? 'info' : 'warning',
      faulty: text(faulty!),
      healthy: text(i === 0 ? `${faulty} ${healthy}` : healthy!),
    };
  }),
  {
    id: 'name-not-defined',
    kind: 'dhcpd',
    line: 2,
    severity: 'warning',
    faulty: 'option space ubnt;\nvendor-option-space unifi;\n',
    // It may be defined below.
    healthy: 'vendor-option-space ubnt;\noption space ubnt;\n',
  },
  {
    id: 'name-not-defined',
    kind: 'dnsmasq',
    line: 2,
    severity: 'warning',
    faulty: 'dhcp-range=set:printers,10.0.0.10,10.0.0.20\ndhcp-option=tag:printer,3,10.0.0.1\n',
    // An interface may have any name; a tag may be set below, without “set:”.
    healthy: 'dhcp-option=tag:printer,3,10.0.0.1\ndhcp-option=tag:br-guest,3,10.0.0.1\ndhcp-match=printer,60,x\n',
  },
  {
    // Kea sends 01 8c 0a 81 4c for it.
    id: 'option-wrong-type',
    kind: 'kea4',
    line: 3,
    severity: 'warning',
    faulty: kea('"option-data": [ { "code": 121, "csv-format": false, "data": "18c0a814c" } ]'),
    healthy: kea('"option-data": [ { "code": 121, "csv-format": false, "data": "18c0a81400000000" } ]'),
  },
  {
    id: 'reservation-outside-subnet',
    kind: 'dhcpd',
    line: 5,
    severity: 'error',
    faulty: `${subnet('range 10.0.0.10 10.0.0.20;')}host a { fixed-address 10.0.5.1; }\n`,
    healthy: `${subnet('range 10.0.0.10 10.0.0.20;')}host a { fixed-address 10.0.0.50; }\n`,
  },
  {
    id: 'reservation-inside-pool',
    kind: 'dhcpd',
    line: 5,
    severity: 'info',
    faulty: `${subnet('range 10.0.0.10 10.0.0.20;')}host a { fixed-address 10.0.0.15; }\n`,
    healthy: `${subnet('range 10.0.0.10 10.0.0.20;')}host a { fixed-address 10.0.0.21; }\n`,
  },
  {
    id: 'reservation-unusable-address',
    kind: 'dhcpd',
    line: 5,
    severity: 'error',
    faulty: `${subnet('range 10.0.0.10 10.0.0.20;')}host a { fixed-address 10.0.0.255; }\n`,
    healthy: `${subnet('range 10.0.0.10 10.0.0.20;')}host a { fixed-address 10.0.0.25; }\n`,
  },
  {
    id: 'timer-order',
    kind: 'dhcpd',
    line: 2,
    severity: 'warning',
    faulty: 'default-lease-time 3600;\noption dhcp-rebinding-time 7200;\n',
    healthy: 'default-lease-time 3600;\noption dhcp-rebinding-time 3150;\n',
  },
  {
    id: 'timer-order',
    kind: 'kea4',
    line: 2,
    severity: 'warning',
    faulty: '{ "Dhcp4": { "valid-lifetime": 700,\n"rebind-timer": 800 } }',
    healthy: '{ "Dhcp4": { "valid-lifetime": 800,\n"rebind-timer": 700 } }',
  },
  {
    id: 'lease-time-order',
    kind: 'dhcpd',
    line: 2,
    severity: 'warning',
    faulty: 'default-lease-time 7200;\nmax-lease-time 600;\n',
    healthy: 'default-lease-time 600;\nmax-lease-time 7200;\n',
  },
  {
    id: 'short-lease',
    kind: 'dnsmasq',
    line: 1,
    severity: 'warning',
    faulty: 'dhcp-range=192.168.1.10,192.168.1.99,5\n',
    healthy: 'dhcp-range=192.168.1.10,192.168.1.99,5h\n',
  },
  {
    id: 'short-lease',
    kind: 'ios',
    line: 3,
    severity: 'warning',
    faulty: ios('network 10.0.0.0 255.255.255.0', 'lease 0 0 1'),
    healthy: ios('network 10.0.0.0 255.255.255.0', 'lease 0 1'),
  },
  {
    id: 'long-lease',
    kind: 'dhcpd',
    line: 1,
    severity: 'info',
    faulty: 'default-lease-time 99999999;\n',
    healthy: 'default-lease-time infinite;\n',
  },
  {
    id: 'next-server-without-file',
    kind: 'dhcpd',
    line: 1,
    severity: 'info',
    faulty: 'next-server 10.0.0.1;\n',
    healthy: 'next-server 10.0.0.1; filename "pxelinux.0";\n',
  },
  {
    id: 'boot-file-without-server',
    kind: 'dhcpd',
    line: 1,
    severity: 'info',
    faulty: 'filename "pxelinux.0";\n',
    healthy: 'filename "pxelinux.0"; next-server 10.0.0.1;\n',
  },
  {
    id: 'not-authoritative',
    kind: 'dhcpd',
    line: 1,
    severity: 'info',
    faulty: 'subnet 10.0.0.0 netmask 255.255.255.0 { range 10.0.0.1 10.0.0.9; }\n',
    healthy: 'subnet 10.0.0.0 netmask 255.255.255.0 { authoritative; range 10.0.0.1 10.0.0.9; }\n',
  },
  {
    id: 'relay-to-itself',
    kind: 'ios',
    line: 3,
    severity: 'warning',
    faulty: 'interface Vlan17\n ip address 10.0.17.254 255.255.255.0\n ip helper-address 10.0.17.254\n',
    healthy: 'interface Vlan17\n ip address 10.0.17.254 255.255.255.0\n ip helper-address 10.0.1.1\n',
  },
  {
    id: 'relay-without-subnet',
    kind: 'kea4',
    line: 2,
    severity: 'info',
    faulty:
      '{ "Dhcp4": { "subnet4": [ { "id": 1, "subnet": "10.0.1.0/24" },\n{ "id": 2, "subnet": "10.0.0.0/24", "relay": { "ip-addresses": [ "10.0.1.1" ] } } ] } }',
    healthy:
      '{ "Dhcp4": { "subnet4": [ { "id": 1, "subnet": "10.0.1.0/24" },\n{ "id": 2, "subnet": "10.0.0.0/24", "relay": { "ip-addresses": [ "10.0.0.1" ] } } ] } }',
  },
  {
    id: 'snooping-no-trusted-port',
    kind: 'ios',
    line: 2,
    severity: 'error',
    faulty: 'ip dhcp snooping\nip dhcp snooping vlan 10,20\ninterface Gi0/1\n no ip dhcp snooping trust\n',
    healthy: 'ip dhcp snooping\nip dhcp snooping vlan 10,20\ninterface Gi0/1\n ip dhcp snooping trust\n',
  },
  {
    id: 'class-not-defined',
    kind: 'kea4',
    line: 3,
    severity: 'warning',
    faulty: kea('"client-class": "voip"'),
    healthy: kea('"client-class": "KNOWN"'),
  },
  {
    id: 'failover-settings',
    kind: 'dhcpd',
    line: 1,
    severity: 'error',
    faulty:
      'failover peer "a" { primary; address 10.0.0.1; peer address 10.0.0.2; mclt 600; }\nsubnet 10.0.0.0 netmask 255.255.255.0 { pool { failover peer "a"; range 10.0.0.9 10.0.0.20; } }\n',
    healthy:
      'failover peer "a" { primary; address 10.0.0.1; peer address 10.0.0.2; mclt 600; split 128; }\nsubnet 10.0.0.0 netmask 255.255.255.0 { pool { failover peer "a"; range 10.0.0.9 10.0.0.20; } }\n',
  },
  {
    id: 'not-an-address',
    kind: 'dnsmasq',
    line: 1,
    severity: 'warning',
    faulty: 'dhcp-host=02:00:00:00:00:01,10.0.0.300\n',
    healthy: 'dhcp-host=02:00:00:00:00:01,10.0.0.30\n',
  },
  {
    id: 'not-an-address',
    kind: 'dnsmasq',
    line: 1,
    severity: 'warning',
    faulty: 'dhcp-relay=10.0.0.1,10.0.0.300\n',
    healthy: 'dhcp-relay=10.0.0.1,eth1\n',
  },
  {
    id: 'not-an-address',
    kind: 'openwrt',
    line: 2,
    severity: 'warning',
    faulty: "config host\n option mac '00:11:32:11:22'\n option ip '10.0.0.5'\n",
    healthy: "config host\n option mac '00:11:32:11:22:33 00:11:32:*:*:*'\n option ip '10.0.0.5'\n",
  },
  {
    id: 'syntax',
    kind: 'openwrt',
    line: 2,
    severity: 'error',
    faulty: "config host\n option name 'nas\n option ip '10.0.0.5'\n",
    healthy: 'config host\n option name \'nas\'\n option ip "10.0.0.5"\n',
  },
  {
    id: 'unknown-option',
    kind: 'udhcpd',
    line: 1,
    severity: 'warning',
    faulty: 'opt winss 10.0.0.5\n',
    healthy: 'opt wins 10.0.0.5\n',
  },
  {
    // dhcpd 4.4 takes it for an expression.
    id: 'unknown-keyword',
    kind: 'dhcpd',
    line: 1,
    severity: 'warning',
    faulty: 'INTERFACES="eth0";\n',
    healthy: 'option domain-name "eth0";\n',
  },
  {
    id: 'name-not-defined',
    kind: 'dhcpd',
    line: 2,
    severity: 'warning',
    faulty: 'set lower(x) { return lcase(x); }\nset y = lowr(option host-name);\n',
    healthy: 'set lower(x) { return lcase(x); }\nset y = lower(option host-name);\n',
  },
  {
    id: 'lease-time-order',
    kind: 'kea6',
    line: 1,
    severity: 'warning',
    faulty: '{ "Dhcp6": { "preferred-lifetime": 5000, "valid-lifetime": 4000 } }',
    healthy: '{ "Dhcp6": { "preferred-lifetime": 4000, "valid-lifetime": 4000 } }',
  },
  {
    id: 'lease-time-order',
    kind: 'dhcpd',
    line: 1,
    severity: 'warning',
    faulty: 'min-lease-time 30000;\ndefault-lease-time 3600;\nmax-lease-time 14400;\n',
    healthy: 'min-lease-time 300;\ndefault-lease-time 3600;\nmax-lease-time 14400;\n',
  },
  {
    // Half of the lease time and less than an eighth of it: the second is the one that is off.
    id: 'timer-order',
    kind: 'kea4',
    line: 2,
    severity: 'warning',
    faulty: '{ "Dhcp4": { "renew-timer": 14400,\n"rebind-timer": 2520,\n"valid-lifetime": 28800 } }',
    healthy: '{ "Dhcp4": { "renew-timer": 14400,\n"rebind-timer": 25200,\n"valid-lifetime": 28800 } }',
  },
  {
    id: 'wrong-type',
    kind: 'kea4',
    line: 1,
    severity: 'error',
    faulty: '{ "Dhcp4": { "client-classes": [ { "name": "a", "next-server": "boot.example" } ] } }',
    healthy: '{ "Dhcp4": { "client-classes": [ { "name": "a", "next-server": "10.0.0.1" } ] } }',
  },
  {
    id: 'pool-outside-subnet',
    kind: 'networkd',
    line: 6,
    severity: 'error',
    faulty: '[Network]\nAddress=10.0.0.1/24\nDHCPServer=yes\n[DHCPServer]\nPoolOffset=100\nPoolSize=1000\n',
    healthy: '[Network]\nAddress=10.0.0.1/24\nDHCPServer=yes\n[DHCPServer]\nPoolOffset=100\nPoolSize=100\n',
  },
  {
    id: 'name-not-defined',
    kind: 'dhcpd',
    line: 1,
    severity: 'warning',
    faulty: 'key k { algorithm hmac-sha255; secret ABCD; }\n',
    healthy: 'key k { algorithm HMAC-MD5.SIG-ALG.REG.INT; secret ABCD; }\n',
  },
  {
    id: 'wrong-type',
    kind: 'dhcpd',
    line: 1,
    severity: 'error',
    faulty: 'key k { algorithm hmac-md5; secret ABC==; }\n',
    healthy: 'key k { algorithm hmac-md5; secret ABCDEF==; }\n',
  },
  {
    id: 'wrong-type',
    kind: 'ios',
    line: 3,
    severity: 'error',
    faulty: 'ip dhcp pool A\n network 10.0.0.0 /24\n dns-server 10.0.0.2 10.0.0.256\n',
    healthy: 'ip dhcp pool A\n network 10.0.0.0 /24\n dns-server 10.0.0.2 dns.example\n option 60 ascii 1.2.3.400\n',
  },
  {
    id: 'wrong-type',
    kind: 'networkd',
    line: 2,
    severity: 'error',
    faulty: '[Network]\nAddress=10.0.0.1/44\nDHCPServer=yes\n',
    healthy: '[Network]\nAddress=10.0.0.1/24\nDHCPServer=yes\n',
  },
  {
    id: 'routes-without-default',
    kind: 'dnsmasq',
    line: 2,
    severity: 'info',
    faulty: 'dhcp-range=10.0.0.50,10.0.0.60,255.255.255.0,12h\ndhcp-option=121,172.16.0.0/12,10.0.0.254\n',
    healthy:
      'dhcp-range=10.0.0.50,10.0.0.60,255.255.255.0,12h\ndhcp-option=121,172.16.0.0/12,10.0.0.254,0.0.0.0/0,10.0.0.1\n',
  },
  {
    id: 'routes-without-default',
    kind: 'dnsmasq',
    line: 2,
    severity: 'info',
    faulty: 'dhcp-range=10.0.0.50,10.0.0.60,255.255.255.0,12h\ndhcp-option=121,172.16.0.0/12,10.0.0.254\n',
    healthy:
      'dhcp-range=10.0.0.50,10.0.0.60,255.255.255.0,12h\ndhcp-option=121,172.16.0.0/12,10.0.0.254\ndhcp-option=3\n',
  },
  {
    id: 'routes-without-default',
    kind: 'ios',
    line: 4,
    severity: 'info',
    faulty: ios('network 10.0.0.0 /24', 'default-router 10.0.0.1', 'option 121 hex 0cac.100a.0000.fe'),
    healthy: ios('network 10.0.0.0 /24', 'default-router 10.0.0.1', 'option 121 hex 0cac.100a.0000.fe00.0a00.0001'),
  },
  {
    id: 'routes-without-default',
    kind: 'kea4',
    line: 3,
    severity: 'info',
    faulty: kea(
      '"option-data": [ { "name": "routers", "data": "10.0.0.1" }, { "code": 121, "csv-format": false, "data": "0cac100a0000fe" } ]',
    ),
    healthy: kea('"option-data": [ { "code": 121, "csv-format": false, "data": "0cac100a0000fe" } ]'),
  },
];

for (const { id, kind, line, severity, faulty, healthy } of TWINS)
  test(`${kind}: ${id}`, () => {
    assert.ok(said(kind, faulty).includes(`${line} ${severity} ${id}`), said(kind, faulty).join(', '));
    assert.deepEqual(
      said(kind, healthy).filter((one) => one.endsWith(` ${id}`)),
      [],
    );
  });

test('every rule has twins here, and a row in the catalogue', () => {
  // Rights are not in the text: that rule has a test of its own.
  const tested = new Set(['secret-readable', ...TWINS.map(({ id }) => id)]);
  assert.deepEqual(
    RULES.map(({ id }) => id).filter((id) => !tested.has(id)),
    [],
  );
  assert.deepEqual(
    RULES.map(({ id }) => id).filter((id) => !CONFIG_FINDINGS.has(id)),
    [],
  );
});

test('a reservation inside a pool is never above info, and routers by route or of /32 are none outside', () => {
  assert.deepEqual(
    said(
      'kea4',
      kea(
        '"pools": [ { "pool": "10.0.0.2 - 10.0.0.9" } ], "reservations": [ { "hw-address": "2:0:0:0:0:1", "ip-address": "10.0.0.5" } ]',
      ),
      { info: false },
    ),
    [],
  );
  assert.deepEqual(
    said('dhcpd', 'subnet 10.0.0.1 netmask 255.255.255.255 { option routers 172.31.1.1; }\n', { info: false }),
    [],
  );
});

test('no secret is printed, also where the lines around it are faulty', () => {
  const secret = 'SuperS3crEt';
  for (const text of [
    `key k { algorithm hmac-md5; secret ${secret}==; };\n`,
    `key k { algorithm hmac-md5; secret ${secret}!!; };\n`,
    `key k { algorithm hmac-md5; secret !${secret}; };\n`,
    `key k { algorithm hmac-md5; secret ${secret}== }\n`,
    `key k { secret ${secret}==\n  algorithm hmac-md5; }\n`,
    `key k { secret "${secret}";`,
    `key k { secret ${secret}`,
  ])
    for (const { title, explanation } of findingsOf('dhcpd', text))
      assert.ok(!`${title} ${explanation}`.includes(secret.slice(0, 6)), `${text}: ${title}. ${explanation}`);
});

test('secret-readable: a key that every user may read is said once, and never shown', () => {
  const text =
    'key omapi { algorithm hmac-md5; secret c2VjcmV0; }\nkey other { algorithm hmac-md5; secret c2VjcmV0; }\n';
  const of = (mode?: number) =>
    checkConfig(parseConfig(new SourceFile('dhcpd.conf', text, mode), 'dhcpd')).filter(
      ({ id }) => id === 'secret-readable',
    );
  const [found, ...more] = of(0o100644);
  assert.equal(found?.severity, 'info');
  assert.deepEqual([found?.span.start, found?.span.end], [4, 9]);
  assert.ok(!JSON.stringify([found?.title, found?.explanation, found?.steps]).includes('c2Vj'));
  assert.match(found?.explanation ?? '', /\(644\)/);
  assert.deepEqual(more, []);
  assert.deepEqual(of(0o100640), []);
  assert.deepEqual(of(), []);
});

test('boot-file-without-server: only where nothing names one', () => {
  const of = (text: string) =>
    checkConfig(parseConfig(new SourceFile('dhcpd.conf', text), 'dhcpd')).filter(
      ({ id }) => id === 'boot-file-without-server',
    );
  const subnet = 'subnet 10.0.0.0 netmask 255.255.255.0 { }\n';
  assert.equal(of(`filename "pxelinux.0";\n${subnet}`).length, 1);
  assert.deepEqual(of(`filename "pxelinux.0"; next-server 10.0.0.1;\n${subnet}`), []);
  assert.deepEqual(of(`filename "pxelinux.0"; option tftp-server-name "10.0.0.1";\n${subnet}`), []);
  assert.deepEqual(of(`filename "http://10.0.0.1/ipxe.efi";\n${subnet}`), []);
  assert.deepEqual(of(subnet), []);
});

test('Kea: where a brace is missing, what follows it is told once, not for each parameter', () => {
  const text = `{ "Dhcp4": {\n"lease-database": { "type": "memfile",\n"renew-timer": 900,\n"valid-lifetime": 3600,\n"subnet4": [ ] } }\n`;
  assert.deepEqual(said('kea4', text), ['1 error syntax', '3 error unknown-keyword']);
});
