/** This machine, by recorded outputs: Linux. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCEPT, dport, DROP, examined, IP_JSON, nft, output, rules, SS_DNSMASQ, told } from './recorded';

test('ss: addresses, interfaces, several owners, what others own; sockets of other ports are passed over', () => {
  const report = examined('linux', {
    ss: `UNCONN 0      0      0.0.0.0%veth0:67 0.0.0.0:* users:(("dnsmasq",pid=23841,fd=4))
UNCONN 0      0            0.0.0.0:67 0.0.0.0:* users:(("dhcpd",pid=23833,fd=7),("dhcpd",pid=23833,fd=9))
UNCONN 0      0          127.0.0.53%lo:53 0.0.0.0:* users:(("systemd-resolve",pid=1,fd=1))
UNCONN 0      0                 *:4011       *:*
UNCONN 0      0      [fe80::1]%eth0:546 [::]:* users:(("dhclient",pid=77,fd=5))
UNCONN 0      0                [::]:547 [::]:* users:(("kea-dhcp6",pid=78,fd=5))
`,
    'ip-json': IP_JSON,
    ps: '',
  });
  assert.deepEqual(report.listeners, [
    { port: 67, address: '0.0.0.0', interface: 'veth0', process: 'dnsmasq', pid: 23841 },
    { port: 67, address: '0.0.0.0', process: 'dhcpd', pid: 23833 },
    { port: 4011, address: '0.0.0.0' },
    { port: 546, address: 'fe80::1', interface: 'eth0', process: 'dhclient', pid: 77 },
    { port: 547, address: '::', process: 'kea-dhcp6', pid: 78 },
  ]);
  // One is bound to an interface, which the other need not serve.
  assert.deepEqual(told(report), ['two-servers-on-port warning', 'not-all-seen info']);
  assert.match(report.findings[0]!.title, /dnsmasq and dhcpd/);
  const both = examined('linux', {
    ss: `UNCONN 0 0 0.0.0.0:67 0.0.0.0:* users:(("dnsmasq",pid=23841,fd=4))\nUNCONN 0 0 *:67 *:* users:(("dhcpd",pid=23833,fd=7))\n`,
    'ip-json': IP_JSON,
    ps: '',
  });
  assert.ok(told(both).includes('two-servers-on-port error'));
  assert.deepEqual(report.unseen, [
    'Whose the socket on UDP port 4011 (PXE boot servers (proxyDHCP)) is could not be seen: that needs more rights.',
  ]);
});

test('netstat and ip of BusyBox, where there is no ss', () => {
  const report = examined('linux', {
    netstat: `Active Internet connections (only servers)
Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name
udp        0      0 0.0.0.0:67              0.0.0.0:*                           1234/udhcpd
udp        0      0 :::547                  :::*                                1300/odhcpd
`,
    'ip-text': `1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000
    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00
    inet 127.0.0.1/8 scope host lo
5: br-lan@eth0: <BROADCAST,MULTICAST,UP,LOWER_UP> mtu 1500 qdisc noqueue qlen 1000
    link/ether 02:00:00:00:00:05 brd ff:ff:ff:ff:ff:ff
    inet 192.168.1.1/24 brd 192.168.1.255 scope global br-lan
`,
  });
  assert.deepEqual(report.listeners, [
    { port: 67, address: '0.0.0.0', pid: 1234, process: 'udhcpd' },
    { port: 547, address: '::', pid: 1300, process: 'odhcpd' },
  ]);
  assert.deepEqual(report.interfaces, [
    { name: 'lo', addresses: ['127.0.0.1/8'], up: true, loopback: true },
    { name: 'br-lan', addresses: ['192.168.1.1/24'], up: true, loopback: false, mac: '02:00:00:00:00:05' },
  ]);
  assert.deepEqual(told(report), ['not-all-seen info']);
  assert.match(report.unseen.join(), /^ps is not installed/);
  // More rights would not show it.
  assert.match(report.findings[0]!.steps.join(), /^Install the program “ps”/);
});

test('nftables (recorded in a namespace): sets, ranges, jumps, verdict maps', () => {
  const report = examined('linux', { ss: SS_DNSMASQ, 'ip-json': IP_JSON, nft: output('nft-1.0.6.json'), ps: '' });
  assert.deepEqual(
    report.firewall.filter(({ where }) => where?.startsWith('inet')),
    [
      {
        tool: 'nft',
        verdict: 'accept',
        port: 67,
        rule: 'ip saddr 192.0.2.0/24 udp dport 67-68 counter accept',
        where: 'inet filter input',
        conditional: true,
      },
      {
        tool: 'nft',
        verdict: 'drop',
        port: 67,
        rule: 'udp dport @dhcp_ports log prefix "dhcp " drop comment "no DHCP here"',
        where: 'inet filter dhcp',
        conditional: true,
      },
      {
        tool: 'nft',
        verdict: 'accept',
        port: 68,
        rule: 'ip saddr 192.0.2.0/24 udp dport 67-68 counter accept',
        where: 'inet filter input',
        conditional: true,
      },
      {
        tool: 'nft',
        verdict: 'drop',
        port: 69,
        rule: 'udp dport vmap { 69 : drop, 4011 : accept }',
        where: 'inet filter input',
      },
      {
        tool: 'nft',
        verdict: 'drop',
        port: 547,
        rule: 'udp dport @dhcp_ports log prefix "dhcp " drop comment "no DHCP here"',
        where: 'inet filter dhcp',
      },
      {
        tool: 'nft',
        verdict: 'accept',
        port: 4011,
        rule: 'udp dport vmap { 69 : drop, 4011 : accept }',
        where: 'inet filter input',
      },
    ],
  );
  // What is let through before is for senders of 192.0.2.0/24 only, and a client without an address sends from 0.0.0.0.
  assert.ok(told(report).includes('port-67-blocked error'));
});

const iif = (name: string): object => ({ match: { op: '==', left: { meta: { key: 'iifname' } }, right: name } });

test('nftables: a chain at the ingress of a device blocks that device only', () => {
  // nft 1.0.6 of `table netdev f { chain i { type filter hook ingress device lo priority 0; udp dport 67 drop; } }`.
  const ingress = nft('accept', [dport(67), DROP])
    .replaceAll('"inet"', '"netdev"')
    .replace('"hook":"input"', '"hook":"ingress"');
  const report = examined('linux', { ss: SS_DNSMASQ, 'ip-json': IP_JSON, nft: ingress, ps: '' });
  assert.deepEqual(rules(report, 67), ['67 drop?']);
  const all = examined('linux', { ss: SS_DNSMASQ, 'ip-json': IP_JSON, nft: nft('accept', [dport(67), DROP]), ps: '' });
  assert.deepEqual(rules(all, 67), ['67 drop']);
});

test('nftables: a rule that drops port 67 is named; what is let through first is not blocked', () => {
  const server = (ruleset: string): ReturnType<typeof examined> =>
    examined('linux', { ss: SS_DNSMASQ, 'ip-json': IP_JSON, nft: ruleset, ps: '' });
  const blocked = server(nft('accept', [dport(67), DROP]));
  assert.deepEqual(rules(blocked), ['67 drop']);
  assert.deepEqual(told(blocked), ['port-67-blocked error']);
  assert.match(blocked.findings[0]!.explanation, /“nft \(inet filter input\): udp dport 67 drop”/);

  assert.deepEqual(told(server(nft('drop', [dport(67), ACCEPT]))), []);
  assert.deepEqual(told(server(nft('drop', [dport({ set: [53, { range: [66, 68] }] }), ACCEPT]))), []);
  assert.deepEqual(told(server(nft('accept', [dport(67, '!='), DROP]))), []);
  assert.deepEqual(told(server(nft('accept', [dport(67, '<'), DROP]))), []);
  // Closed by policy, by a rule for everything, for one interface.
  assert.deepEqual(told(server(nft('drop'))), ['port-67-blocked error']);
  assert.deepEqual(told(server(nft('accept', [iif('lo'), ACCEPT], [{ reject: { type: 'icmpx' } }]))), [
    'port-67-blocked error',
  ]);
  assert.deepEqual(told(server(nft('accept', [iif('eth1'), dport(67), DROP]))), ['port-67-blocked warning']);
  assert.deepEqual(told(server(nft('drop', [iif('eth0'), ACCEPT]))), ['port-67-blocked warning']);
  assert.deepEqual(
    told(
      server(
        nft(
          'accept',
          [dport(68), DROP],
          [{ match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right: 67 } }, DROP],
        ),
      ),
    ),
    [],
  );
});

test('a program that reads packets by itself hears past the firewall; nobody misses a closed port', () => {
  const ruleset = nft('accept', [dport(67), DROP]);
  const past = examined('linux', {
    ss: SS_DNSMASQ.replace('dnsmasq', 'dhcpd'),
    'ss-packet': 'p_raw UNCONN 0      0      *:veth0 * users:(("dhcpd",pid=812,fd=5))\n',
    'ip-json': IP_JSON,
    nft: ruleset,
    ps: '',
  });
  assert.deepEqual(told(past), ['port-67-blocked info']);
  assert.match(past.findings[0]!.explanation, /before the firewall sees them/);
  const nobody = examined('linux', { ss: '', 'ip-json': IP_JSON, nft: ruleset, ps: '' });
  assert.deepEqual(told(nobody), ['port-67-blocked info', 'nobody-listens info']);
  assert.deepEqual(told(examined('linux', { ss: '', 'ip-json': IP_JSON, nft: nft('drop'), ps: '' })), [
    'nobody-listens info',
  ]);
});

test('firewalld: its rules in nftables (recorded in a namespace), its zones where these cannot be seen', () => {
  const report = examined('linux', { ss: SS_DNSMASQ, 'ip-json': IP_JSON, nft: output('nft-firewalld.json'), ps: '' });
  assert.deepEqual(rules(report, 67), ['67 accept?', '67 reject?']);
  assert.deepEqual(rules(report, 69), ['69 reject']);
  assert.deepEqual(rules(report, 546), ['546 accept?', '546 accept']);
  const zones = `docker
  target: ACCEPT
  interfaces:
  services:

public (active)
  target: default
  icmp-block-inversion: no
  interfaces: eth0
  sources:
  services: dhcpv6-client ssh
  ports: 69/udp 8080/tcp
  rich rules:
\trule family="ipv4" source address="10.0.0.0/8" port port="4011" protocol="udp" accept
`;
  const denied = {
    status: 1,
    errors: 'Operation not permitted (you must be root)\nnetlink: Error: cache initialization failed',
  };
  const seen = examined('linux', { ss: SS_DNSMASQ, 'ip-json': IP_JSON, nft: denied, firewalld: zones, ps: '' });
  assert.deepEqual(rules(seen), [
    '546 accept',
    '69 accept',
    '4011 accept?',
    '67 reject',
    '68 reject',
    '547 reject',
    // The rule is for some senders only.
    '4011 reject',
  ]);
  assert.deepEqual(told(seen), ['port-67-blocked error', 'not-all-seen info']);
  assert.deepEqual(seen.unseen, ['nft needs more rights: the rules of nftables could not be seen.']);
});

test('iptables (recorded in a namespace): chains, lists of ports, kept by nftables or by itself', () => {
  const both = examined('linux', {
    ss: SS_DNSMASQ,
    'ip-json': IP_JSON,
    nft: output('nft-1.0.6.json'),
    iptables: output('iptables-save-1.8.9-nf_tables.txt'),
    ps: '',
  });
  assert.deepEqual(
    both.firewall.filter(({ tool }) => tool === 'iptables'),
    [
      {
        tool: 'iptables',
        verdict: 'drop',
        port: 67,
        rule: '-A DHCP -p udp -m udp --dport 67 -m comment --comment "no dhcp" -j DROP',
        where: 'filter DHCP',
      },
      ...[68, 69, 4011].map((port) => ({
        tool: 'iptables',
        verdict: 'reject',
        port,
        rule: '-A INPUT -p udp -m multiport --dports 67:69,4011 -j REJECT --reject-with icmp-port-unreachable',
        where: 'filter INPUT',
      })),
    ],
  );
  // Told once, by the tool that knows its conditions.
  assert.ok(!both.firewall.some(({ tool, where }) => tool === 'nft' && where?.startsWith('ip filter')));
  assert.ok(told(both).includes('port-67-blocked error'));

  const legacy = examined('linux', {
    ss: SS_DNSMASQ,
    'ip-json': IP_JSON,
    iptables: output('iptables-save-1.8.9-legacy.txt'),
    ps: '',
  });
  assert.deepEqual(rules(legacy, 67), ['67 accept?', '67 drop?']);
  assert.deepEqual(rules(legacy, 4011), ['4011 drop']);
  assert.deepEqual(told(legacy), ['port-67-blocked warning']);
  const six = examined('linux', {
    ss: '',
    'ip-json': IP_JSON,
    ip6tables: '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p udp --dport dhcpv6-server ! -s fe80::/10 -j DROP\nCOMMIT\n',
    ps: '',
  });
  assert.deepEqual(rules(six), ['547 drop?']);
});

test('ufw: rules and the default, where nothing else can be seen', () => {
  const status = `Status: active
Logging: on (low)
Default: deny (incoming), allow (outgoing), disabled (routed)
New profiles: skip

To                         Action      From
--                         ------      ----
22/tcp                     ALLOW IN    Anywhere
67/udp                     DENY IN     Anywhere
69/udp                     ALLOW IN    10.0.0.0/24
547/udp (v6)               ALLOW IN    Anywhere (v6)
`;
  const report = examined('linux', { ss: SS_DNSMASQ, 'ip-json': IP_JSON, ufw: status, ps: '' });
  assert.deepEqual(rules(report), ['67 drop', '69 accept?', '547 accept', '69 drop', '4011 drop']);
  assert.deepEqual(told(report), ['port-67-blocked error']);
  assert.deepEqual(rules(examined('linux', { ufw: 'Status: inactive\n' })), []);
});

test('services: failed ones, installed and not started, a relay beside a server, a server that hears nothing', () => {
  const unit = (id: string, load: string, active: string, pid = 0): string =>
    `MainPID=${pid}\nId=${id}.service\nLoadState=${load}\nActiveState=${active}\nSubState=x\n`;
  const systemctl = [
    unit('isc-dhcp-server', 'loaded', 'failed'),
    unit('kea-dhcp4-server', 'not-found', 'inactive'),
    unit('dnsmasq', 'loaded', 'inactive'),
  ].join('\n');
  const report = examined('linux', { ss: '', 'ip-json': IP_JSON, systemctl, ps: '' });
  assert.deepEqual(report.services, [
    { name: 'isc-dhcp-server', state: 'failed' },
    { name: 'dnsmasq', state: 'inactive' },
  ]);
  assert.deepEqual(told(report), ['service-failed error', 'nobody-listens warning']);

  const relay = examined('linux', {
    ss: SS_DNSMASQ + SS_DNSMASQ.replace('dnsmasq",pid=812', 'dhcrelay",pid=900'),
    'ip-json': IP_JSON,
    ps: '',
  });
  assert.deepEqual(told(relay), ['relay-and-server error']);
  // Each on an interface of its own, as libvirt has it.
  const apart = (on: string, pid: number): string =>
    SS_DNSMASQ.replace('0.0.0.0:67', `0.0.0.0%${on}:67`).replace('812', String(pid));
  const two = IP_JSON.replaceAll('eth0', 'virbr0');
  assert.deepEqual(
    told(examined('linux', { ss: apart('virbr0', 1) + apart('virbr1', 2), 'ip-json': two, ps: '' })),
    [],
  );

  const deaf = examined('linux', {
    ss: '',
    'ip-json': IP_JSON,
    systemctl: unit('kea-dhcp4-server', 'loaded', 'active', 5),
    ps: '',
  });
  assert.deepEqual(told(deaf), ['server-does-not-listen warning', 'nobody-listens info']);
  const homeless = examined('linux', { ss: SS_DNSMASQ, 'ip-json': IP_JSON.replace('10.0.0.1', 'fd00::1'), ps: '' });
  assert.deepEqual(told(homeless), ['server-without-address error']);
});

test('processes of containers, which have a network of their own, are left out', () => {
  const ps = `    1 4026531833 systemd
  700 4026531833 dnsmasq
  800 4026532177 kea-dhcp4
  900          - udhcpd
 1000 4026531833 ps
`;
  assert.deepEqual(examined('linux', { ss: '', ps }).services, [
    { name: 'dnsmasq', state: 'running', pid: 700 },
    { name: 'udhcpd', state: 'running', pid: 900, namespace: 'unknown' },
  ]);
  assert.deepEqual(examined('linux', { 'ps-plain': '  PID COMMAND\n  12 /usr/sbin/dnsmasq\n' }).services, [
    { name: 'dnsmasq', state: 'running', pid: 12, namespace: 'unknown' },
  ]);
});

test('what is no output of these programs gives nothing, and no exception', () => {
  for (const text of [
    '',
    'null',
    '[]',
    '{"nftables":[{"rule":{"expr":[null,3,{"match":{}}]}},{"chain":null}]}',
    '*\n-A\n:\n-A INPUT',
    '\0\u0001(((',
    'x'.repeat(100_000),
  ]) {
    const report = examined(
      'linux',
      Object.fromEntries(
        [
          'ss',
          'netstat',
          'ss-packet',
          'ip-json',
          'ip-text',
          'nft',
          'iptables',
          'ip6tables',
          'firewalld',
          'ufw',
          'systemctl',
          'ps',
          'ps-plain',
        ].map((id) => [id, text]),
      ),
    );
    assert.deepEqual(report.firewall, []);
  }
  // A chain that jumps to itself.
  const loop = nft('accept', [{ jump: { target: 'input' } }], [{ jump: { target: 'input' } }], [dport(67), DROP]);
  assert.deepEqual(rules(examined('linux', { nft: loop }), 67).slice(0, 1), ['67 drop']);
});
