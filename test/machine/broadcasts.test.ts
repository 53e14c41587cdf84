/** What firewalls do with the first packets of clients, which come from no address of the network. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ACCEPT, dport, DROP, examined, IP_JSON, nft, SS_DNSMASQ, told } from './recorded';

test('nftables: broadcasts come from 0.0.0.0, which a rule for senders of the network leaves out', () => {
  const server = (ruleset: string): ReturnType<typeof examined> =>
    examined('linux', { ss: SS_DNSMASQ, 'ip-json': IP_JSON, nft: ruleset.replaceAll('"filter"', '"t"'), ps: '' });
  const at = (field: string, right: unknown, op = '=='): object => ({
    match: { op, left: { payload: { protocol: 'ip', field } }, right },
  });
  const network = { prefix: { addr: '10.9.0.0', len: 24 } };
  const report = server(nft('drop', [dport(67), at('saddr', network), ACCEPT]));
  const finding = report.findings[0]!;
  assert.deepEqual(told(report), ['port-67-blocked error']);
  assert.equal(
    finding.title,
    'The firewall drops the broadcasts of clients without an address to UDP port 67, on which dnsmasq listens',
  );
  assert.match(
    finding.explanation,
    /A client without an address sends from 0\.0\.0\.0 to 255\.255\.255\.255: none of these packets gets through/,
  );
  assert.equal(finding.steps[1], 'Put a rule before it: nft insert rule inet t input udp dport 67 accept');

  // Ranges, lists, a destination, how a packet is delivered.
  const severity = (...conditions: object[]): string | undefined =>
    server(nft('drop', [dport(67), ...conditions, ACCEPT])).findings[0]?.severity;
  assert.equal(severity(at('saddr', { set: ['10.9.0.1', { range: ['10.9.0.10', '10.9.0.99'] }] })), 'error');
  assert.equal(severity(at('daddr', '10.0.0.1')), 'error');
  assert.equal(severity({ match: { op: '==', left: { meta: { key: 'pkttype' } }, right: 'host' } }), 'error');
  const through = server(nft('drop', [dport(67), at('saddr', { set: ['0.0.0.0', network] }), ACCEPT]));
  assert.deepEqual(told(through), ['port-67-blocked warning']);
  assert.match(through.findings[0]!.explanation, /: these packets get through\./);
  const unless = server(nft('accept', [dport(67), at('saddr', network, '!='), DROP]));
  assert.deepEqual(told(unless), ['port-67-blocked error']);
});

test('iptables: broadcasts come from 0.0.0.0; multicasts of DHCPv6 from a link-local address', () => {
  const server = (rule: string, end = 'DROP'): ReturnType<typeof examined> =>
    examined('linux', {
      ss: SS_DNSMASQ + SS_DNSMASQ.replace('0.0.0.0:67', '[::]:547').replace('0.0.0.0:*', '[::]:*'),
      'ip-json': IP_JSON,
      [rule.includes(':') ? 'ip6tables' : 'iptables']:
        `*filter\n:INPUT ACCEPT [0:0]\n:dhcp - [0:0]\n-A INPUT -p udp -j dhcp\n-A dhcp -p udp -m udp ${rule} -j ACCEPT\n-A dhcp -j ${end}\nCOMMIT\n`,
      ps: '',
    });
  const some = server('--dport 67 -s 10.9.0.0/24');
  assert.deepEqual(told(some), ['port-67-blocked error']);
  assert.equal(some.findings[0]!.steps[1], 'Put a rule before it: iptables -I dhcp -p udp --dport 67 -j ACCEPT');
  const text = (rule: string): string => server(rule).findings[0]!.explanation;
  assert.match(text('--dport 67 -m iprange --src-range 10.9.0.1-10.9.0.9'), /none of these packets gets through/);
  assert.match(text('--dport 67 -m addrtype --dst-type LOCAL'), /none of these packets gets through/);
  assert.match(text('--dport 67 -m pkttype --pkt-type broadcast'), /these packets get through/);
  assert.match(text('--dport 67 -i eth1'), /Whether a packet is let through depends/);
  assert.match(text('--dport 547 -s 2001:db8::/32'), /link-local address .*: none of these packets gets through/);
  assert.match(text('--dport 547 -s fe80::/10'), /these packets get through/);
});
