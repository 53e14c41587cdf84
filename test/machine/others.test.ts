/** This machine, by recorded outputs: macOS and Windows. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { examined, rules, told } from './recorded';

const IFCONFIG = `lo0: flags=8049<UP,LOOPBACK,RUNNING,MULTICAST> mtu 16384
\tinet 127.0.0.1 netmask 0xff000000
\tinet6 ::1 prefixlen 128
en0: flags=8863<UP,BROADCAST,SMART,RUNNING,SIMPLEX,MULTICAST> mtu 1500
\toptions=6460<TSO4,TSO6,CHANNEL_IO,PARTIAL_CSUM,ZEROINVERT_CSUM>
\tether 02:00:00:00:00:01
\tinet6 fe80::1c%en0 prefixlen 64 secured scopeid 0xb
\tinet 192.168.1.20 netmask 0xffffff00 broadcast 192.168.1.255
\tstatus: active
`;
const LSOF = `COMMAND   PID USER   FD   TYPE             DEVICE SIZE/OFF NODE NAME
bootpd    312 root    3u  IPv4 0x1f2e3d4c5b6a7980      0t0  UDP *:67
mDNSRespo 201 _mdns   6u  IPv4 0x1f2e3d4c5b6a7981      0t0  UDP *:5353
configd    99 root    8u  IPv6 0x1f2e3d4c5b6a7982      0t0  UDP *:546
`;

test('macOS: lsof, ifconfig, launchctl, pf', () => {
  const report = examined('darwin', {
    lsof: LSOF,
    ifconfig: IFCONFIG,
    'pf-status': 'Status: Enabled for 0 days 00:10:11           Debug: Urgent\n',
    pf: `scrub-anchor "com.apple/*" all fragment reassemble
anchor "com.apple/*" all
block drop in all
pass in quick proto tcp from any to any port = 22 flags S/SA keep state
pass in proto udp from any to any port = bootpc keep state
block drop in quick on en0 proto udp from any to any port = 67
`,
    launchctl: '312\t0\tcom.apple.bootpd\n-\t0\tcom.apple.sshd\n',
    'ps-plain': '  312 /usr/libexec/bootpd\n',
  });
  assert.deepEqual(report.listeners, [
    { port: 67, address: '0.0.0.0', process: 'bootpd', pid: 312 },
    { port: 546, address: '::', process: 'configd', pid: 99 },
  ]);
  assert.deepEqual(report.interfaces[1], {
    name: 'en0',
    addresses: ['fe80::1c/64', '192.168.1.20/24'],
    up: true,
    loopback: false,
    mac: '02:00:00:00:00:01',
  });
  assert.deepEqual(report.services, [{ name: 'com.apple.bootpd', state: 'active', pid: 312 }]);
  assert.deepEqual(rules(report, 67), ['67 drop?', '67 drop']);
  assert.deepEqual(rules(report, 68), ['68 accept']);
  assert.deepEqual(
    told(report).filter((one) => one.includes('67')),
    ['port-67-blocked error'],
  );
});

test('macOS: the application firewall, where it blocks all that is not essential', () => {
  const alf = (output: string): string[] => rules(examined('darwin', { lsof: LSOF, alf: output }), 67);
  for (const on of [
    'Firewall is enabled. (State = 1) \nFirewall has block all state set to enabled. \n',
    'Firewall is blocking all non-essential incoming connections. (State = 2) \n',
  ])
    assert.deepEqual(alf(on), ['67 drop?'], on);
  for (const off of [
    'Firewall is enabled. (State = 1) \nFirewall has block all state set to disabled. \n',
    'Firewall is disabled. (State = 0)\nBlock all DISABLED! \n',
  ])
    assert.deepEqual(alf(off), [], off);
});

test('Linux: outputs of older and of other releases', () => {
  // iproute2 3.10 (CentOS 7), and a socket bound to an interface.
  const ss = `UNCONN 0 0 *:67 *:* users:(("dhcpd",1712,7))\nUNCONN 0 0 [fe80::1]%eth0:546 [::]:* users:(("systemd-network",pid=3,fd=1))\n`;
  assert.deepEqual(examined('linux', { ss }).listeners, [
    { port: 67, address: '0.0.0.0', process: 'dhcpd', pid: 1712 },
    { port: 546, address: 'fe80::1', interface: 'eth0', process: 'systemd-network', pid: 3 },
  ]);
  const netstat = `Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name
udp        0      0 0.0.0.0:67              0.0.0.0:*                           812/dnsmasq
udp        0      0 0.0.0.0:68              0.0.0.0:*                           945/dhclient: eth0
udp6       0      0 :::547                  :::*                                -
`;
  assert.deepEqual(examined('linux', { netstat }).listeners, [
    { port: 67, address: '0.0.0.0', pid: 812, process: 'dnsmasq' },
    { port: 68, address: '0.0.0.0', pid: 945, process: 'dhclient' },
    { port: 547, address: '::' },
  ]);
  const ufw = `Status: active
Default: deny (incoming), allow (outgoing), disabled (routed)

To                         Action      From
--                         ------      ----
67/udp (DHCP)              ALLOW IN    Anywhere
547/udp (DHCP (v6))        ALLOW IN    Anywhere (v6)
`;
  assert.deepEqual(rules(examined('linux', { ufw }), 67), ['67 accept']);
  const firewalld = (rule: string): string =>
    `public (default, active)\n  target: default\n  interfaces: eth0\n  services: ssh\n  ports: \n  rich rules: \n\trule ${rule} accept\n`;
  const rich = (rule: string): string[] => rules(examined('linux', { firewalld: firewalld(rule) }), 67);
  assert.deepEqual(rich('family="ipv4" service name="dhcp"'), ['67 accept']);
  assert.deepEqual(rich('family="ipv4" source address="10.0.0.0/8" service name="dhcp"'), ['67 accept?', '67 reject']);
});

test('macOS: the last rule that fits decides; pf that is off blocks nothing; without rights it is said', () => {
  const pf = (lines: string, status = 'Status: Enabled'): ReturnType<typeof examined> =>
    examined('darwin', {
      lsof: LSOF,
      ifconfig: IFCONFIG,
      'pf-status': status,
      pf: lines,
      launchctl: '',
      'ps-plain': '',
    });
  assert.deepEqual(
    told(pf('block drop in all\npass in proto udp from any to any port 67:68\n')).filter((one) => one.includes('-67-')),
    [],
  );
  assert.deepEqual(
    told(pf('pass in all flags S/SA keep state\nblock return in proto udp from any to any port = bootps\n')),
    ['port-67-blocked error'],
  );
  assert.deepEqual(told(pf('block drop in all\n', 'Status: Disabled')), []);
  // A client without an address sends from 0.0.0.0.
  const from = (sender: string): string | undefined =>
    pf(`block drop in all\npass in proto udp from ${sender} to any port = bootps\n`).findings.find(
      ({ id }) => id === 'port-67-blocked',
    )?.explanation;
  assert.match(from('10.9.0.0/24')!, /none of these packets gets through/);
  assert.match(from('! 10.9.0.0/24')!, /these packets get through/);
  assert.match(from('<clients>')!, /Whether a packet is let through depends/);
  const denied = { status: 1, errors: 'pfctl: /dev/pf: Permission denied\n' };
  const unseen = examined('darwin', {
    lsof: LSOF,
    ifconfig: IFCONFIG,
    'pf-status': denied,
    pf: denied,
    launchctl: '',
    'ps-plain': '',
  });
  assert.deepEqual(unseen.unseen, [
    'pfctl needs more rights: whether pf is on could not be seen.',
    'pfctl needs more rights: the rules of pf could not be seen.',
  ]);
});

const ENDPOINTS = JSON.stringify([
  { LocalAddress: '10.0.0.1', LocalPort: 67, OwningProcess: 2400, ProcessName: 'svchost', Services: 'DHCPServer' },
  {
    LocalAddress: 'fe80::1%12',
    LocalPort: 546,
    OwningProcess: 1200,
    ProcessName: 'svchost',
    Services: ['Dhcp', 'EventLog'],
  },
]);
const ADDRESSES = JSON.stringify([
  { InterfaceAlias: 'Ethernet', IPAddress: '10.0.0.1', PrefixLength: 24 },
  { InterfaceAlias: 'Loopback Pseudo-Interface 1', IPAddress: '127.0.0.1', PrefixLength: 8 },
]);
const ADAPTERS = JSON.stringify({ Name: 'Ethernet', MacAddress: '02-00-00-00-00-01', Status: 'Up' });
const PROFILES = JSON.stringify([
  { Name: 'Domain', Enabled: 1, DefaultInboundAction: 4 },
  { Name: 'Public', Enabled: 0, DefaultInboundAction: 4 },
]);
const windows = (rules: readonly object[], profiles = PROFILES): ReturnType<typeof examined> =>
  examined('windows', {
    endpoints: ENDPOINTS,
    addresses: ADDRESSES,
    adapters: ADAPTERS,
    profiles,
    rules: rules.length === 0 ? '' : JSON.stringify(rules.length === 1 ? rules[0] : rules),
    services: JSON.stringify([
      { Name: 'DHCPServer', Status: 4 },
      { Name: 'Dhcp', Status: 'Running' },
    ]),
  });
const allow = (LocalPort: unknown): object => ({
  DisplayName: 'DHCP Server v4 (UDP-In)',
  Action: 'Allow',
  Profile: 'Any',
  Protocol: 'UDP',
  LocalPort,
  Program: 'C:\\Windows\\system32\\svchost.exe',
  Service: 'dhcpserver',
});
const v6 = { ...allow('546'), DisplayName: 'Core Networking - DHCPv6', Service: 'dhcp' };

test('Windows: endpoints with their services, addresses, the firewall’s profiles and rules', () => {
  const report = windows([allow('67'), v6]);
  assert.deepEqual(report.listeners, [
    { port: 67, address: '10.0.0.1', process: 'DHCPServer', pid: 2400 },
    { port: 546, address: 'fe80::1', interface: '12', process: 'Dhcp', pid: 1200 },
  ]);
  assert.deepEqual(report.interfaces, [
    { name: 'Ethernet', addresses: ['10.0.0.1/24'], up: true, loopback: false, mac: '02:00:00:00:00:01' },
    { name: 'Loopback Pseudo-Interface 1', addresses: ['127.0.0.1/8'], up: true, loopback: true },
  ]);
  assert.deepEqual(report.services, [
    { name: 'DHCPServer', state: 'active' },
    { name: 'Dhcp', state: 'active' },
  ]);
  assert.deepEqual(rules(report, 67), ['67 accept']);
  assert.deepEqual(told(report), []);
});

test('Windows: no rule for the port, a rule that blocks before one that allows, a firewall that is off', () => {
  assert.deepEqual(told(windows([v6])), ['port-67-blocked error']);
  const block = { ...allow(['67', '68']), DisplayName: 'No DHCP', Action: 'Block', Program: 'Any', Service: 'Any' };
  const blocked = windows([allow('67'), v6, block]);
  assert.deepEqual(told(blocked), ['port-67-blocked error']);
  assert.match(blocked.findings[0]!.explanation, /Block: No DHCP \(UDP 67, 68\)/);
  // For another profile; as numbers of the CIM classes.
  assert.deepEqual(told(windows([allow('67'), v6, { ...block, Profile: 'Private, Public' }])), []);
  assert.deepEqual(told(windows([allow('67'), v6, { ...block, Profile: 4, Action: 4 }])), []);
  assert.deepEqual(
    told(windows([], JSON.stringify([{ Name: 'Domain', Enabled: 'False', DefaultInboundAction: 'Block' }]))),
    [],
  );
});
