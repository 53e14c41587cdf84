/** What the editor's language features say of configurations, without an editor. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { kindOfText, problemsOf, readText } from '../../src/operator/documents';
import { completionsAt } from '../../src/operator/language/completion';
import { definitionsAt } from '../../src/operator/language/definition';
import { hoverAt } from '../../src/operator/language/hover';
import { outlineOf } from '../../src/operator/language/outline';
import type { Language, OutlineItem } from '../../src/operator/questions';

const read = (text: string, language: Language, path = '/etc/config') =>
  readText({ uri: `file://${path}`, path, text, version: 1, language, includes: 'none' })!;

const DHCPD = `# comment
key omapi { algorithm hmac-md5; secret c2VjcmV0c2VjcmV0; }
class "phones" { match if substring(option vendor-class-identifier, 0, 3) = "abc"; }
option space site;
option site.server code 1 = ip-address;
failover peer "pair" { primary; address 10.0.0.1; port 647; peer address 10.0.0.2; peer port 647;
  max-response-delay 30; max-unacked-updates 10; load balance max seconds 3; mclt 600; split 128; }
shared-network "floor" {
  subnet 10.0.0.0 netmask 255.255.255.0 {
    option routers 10.0.0.1;
    pool { failover peer "pair"; allow members of "phones"; range 10.0.0.10 10.0.0.20; }
  }
}
host printer { hardware ethernet 02:00:00:00:00:01; fixed-address 10.0.0.5; }
`;

/** The offset of the cursor, which \`|\` marks in a piece of the text. */
function offsetOf(text: string, piece: string): number {
  const start = text.indexOf(piece.replace('|', ''));
  assert.ok(start >= 0, piece);
  return start + piece.indexOf('|');
}

const names = (items: readonly OutlineItem[], depth = 0): string[] =>
  items.flatMap(({ name, children }) => [`${' '.repeat(depth)}${name}`, ...names(children, depth + 1)]);

test('the outline of dhcpd.conf has its blocks in each other, by their heads', () => {
  const outline = names(outlineOf(read(DHCPD, 'dhcpd')));
  for (const name of [
    'key omapi',
    'class "phones"',
    'shared-network "floor"',
    ' subnet 10.0.0.0 netmask 255.255.255.0',
    '  option routers 10.0.0.1',
    '  pool',
    '   range 10.0.0.10 10.0.0.20',
    'host printer',
  ])
    assert.ok(outline.includes(name), `${name} in ${outline.join('\n')}`);
  assert.ok(!outline.join('\n').includes('c2VjcmV0'), 'no secret in an outline');
});

test('the outline of dnsmasq.conf has a line each', () => {
  assert.deepEqual(names(outlineOf(read('# a\ndhcp-authoritative\ndhcp-range=10.0.0.5,10.0.0.9,1h\n', 'dnsmasq'))), [
    'dhcp-authoritative',
    'dhcp-range=10.0.0.5,10.0.0.9,1h',
  ]);
});

test('a hover tells an option by the row that packets are read by, and a statement by its manual', () => {
  const at = (piece: string) => hoverAt(read(DHCPD, 'dhcpd'), offsetOf(DHCPD, piece));
  const routers = at('option rou|ters');
  assert.equal(routers?.title, 'Option 3: Router');
  assert.equal(routers?.page, 'option/3');
  assert.match(routers?.reference ?? '', /RFC 2132 §3\.5/);
  assert.deepEqual(routers?.area, [9, 4, 9, 28]);
  assert.equal(at('option vendor-class-ident|ifier')?.page, 'option/60');
  assert.equal(at('sha|red-network')?.title, 'shared-network');
  assert.match(at('fixed-add|ress 10')?.text ?? '', /always gets/);
  assert.equal(at('# com|ment'), undefined);

  const dnsmasq = 'dhcp-range=10.0.0.5,10.0.0.9,1h\ndhcp-option=option:router,10.0.0.1\n';
  const of = (piece: string) => hoverAt(read(dnsmasq, 'dnsmasq'), offsetOf(dnsmasq, piece));
  assert.equal(of('option:rou|ter')?.page, 'option/3');
  assert.equal(of('dhcp-ra|nge')?.title, 'dhcp-range');

  const kea = '{ "Dhcp6": { "option-data": [ { "name": "dns-servers", "data": "2001:db8::1" } ] } }';
  const found = hoverAt(read(kea, 'kea'), offsetOf(kea, '"dns-|servers"'));
  assert.equal(found?.page, 'option6/23');
  assert.equal(hoverAt(read(kea, 'kea'), offsetOf(kea, '"option|-data"'))?.title, 'option-data');
});

test('a name leads to where it is made', () => {
  const to = (piece: string) =>
    definitionsAt(read(DHCPD, 'dhcpd'), offsetOf(DHCPD, piece)).map(({ area }) => area[0] + 1);
  assert.deepEqual(to('members of "pho|nes"'), [3]);
  assert.deepEqual(to('failover peer "pa|ir"; allow'), [6]);
  assert.deepEqual(to('subnet| 10'), []);
  const dnsmasq = 'dhcp-host=02:00:00:00:00:01,set:lab\ndhcp-option=tag:lab,option:router,10.0.0.1\n';
  const tags = definitionsAt(read(dnsmasq, 'dnsmasq'), offsetOf(dnsmasq, 'tag:l|ab'));
  assert.deepEqual(
    tags.map(({ area }) => area),
    [[0, 32, 0, 35]],
  );
  const kea =
    '{ "Dhcp4": { "client-classes": [ { "name": "lab", "test": "member(\'KNOWN\')" } ],\n "subnet4": [ { "subnet": "10.0.0.0/24", "id": 1, "client-class": "lab" } ] } }';
  const classes = definitionsAt(read(kea, 'kea'), offsetOf(kea, '"client-class": "l|ab"'));
  assert.deepEqual(
    classes.map(({ area }) => area[0]),
    [0],
  );
});

/** The labels that are offered where \`|\` stands. */
function offered(text: string, language: Language): string[] {
  const offset = text.indexOf('|');
  const plain = text.replace('|', '');
  const kind = kindOfText({ path: '/etc/x', text: plain, language })!;
  const before = plain.slice(plain.lastIndexOf('\n', offset - 1) + 1, offset);
  const document = read(plain, language).document;
  return completionsAt({ kind, before, text: plain, offset, document }).map(({ label }) => label);
}

test('in dhcpd.conf statements, options, names and values are offered where each may stand', () => {
  const has = (text: string, ...labels: string[]) => {
    const all = offered(text, 'dhcpd');
    for (const label of labels) assert.ok(all.includes(label), `${label} at ${text}: ${all.slice(0, 9).join(' ')}`);
  };
  has('auth|', 'authoritative', 'subnet', 'default-lease-time');
  has('subnet 10.0.0.0 netmask 255.255.255.0 { ra|', 'range', 'pool');
  has('option ro|', 'routers', 'domain-name-servers');
  has(`${DHCPD}pool { failover peer "|`, 'pair');
  has(`${DHCPD}pool { allow members of "|`, 'phones');
  has(`${DHCPD}omapi-key |`, 'omapi');
  has('ddns-update-style |', 'none', 'interim', 'standard');
  has('ping-check |', 'true', 'false');
  has('option ip-forwarding |', 'true', 'false');
  has('deny |', 'unknown-clients', 'booting');
  has('option dhcp6.na|\nsubnet6 2001:db8::/64 { }\n', 'dhcp6.name-servers');
  assert.deepEqual(offered('# auth|', 'dhcpd'), []);
  assert.deepEqual(offered('default-lease-time 6|', 'dhcpd'), []);
});

test('in dnsmasq.conf options and tags are offered', () => {
  assert.ok(offered('dhcp-|', 'dnsmasq').includes('dhcp-range'));
  assert.ok(offered('dhcp-option=option:ro|', 'dnsmasq').includes('router'));
  assert.ok(offered('dhcp-option=option6:dns|', 'dnsmasq').includes('dns-server'));
  assert.deepEqual(offered('dhcp-host=02:00:00:00:00:01,set:lab\ndhcp-option=tag:|', 'dnsmasq'), ['lab']);
  assert.deepEqual(offered('# dhcp-|', 'dnsmasq'), []);
});

test('in Kea’s JSON the keys of the map, and values where they are few', () => {
  const dhcp4 = (inside: string): string => `{ "Dhcp4": { ${inside} } }`;
  assert.ok(offered(dhcp4('"valid-lifetime": 600, "|"'), 'kea').includes('subnet4'));
  assert.ok(offered(dhcp4('"subnet4": [ { "|" } ]'), 'kea').includes('pools'));
  assert.ok(!offered(dhcp4('"subnet4": [ { "|" } ]'), 'kea').includes('loggers'));
  assert.ok(offered(dhcp4('"lease-database": { "type": "|" }'), 'kea').includes('memfile'));
  assert.ok(offered(dhcp4('"option-data": [ { "name": "|" } ]'), 'kea').includes('routers'));
  assert.deepEqual(offered(dhcp4('"authoritative": |'), 'kea'), ['true', 'false']);
});

test('problems have their place and their fix as an editor counts', () => {
  const text = 'authoritative;\nsubnet 10.0.0.9 netmask 255.255.255.0 {\n}\n';
  const problem = problemsOf(read(text, 'dhcpd')).find(({ id }) => id === 'host-bits-in-network');
  assert.deepEqual(problem?.area, [1, 0, 1, 37]);
  assert.deepEqual(problem?.fix, { title: 'Write 10.0.0.0', edits: [{ area: [1, 7, 1, 15], text: '10.0.0.0' }] });
  assert.equal(problem?.severity, 'error');
});

test('a hostile text makes nothing throw, and takes no long time', () => {
  for (const text of [
    '{'.repeat(100_000),
    '"'.repeat(5000),
    'option '.repeat(20_000),
    '\0\ud800|',
    'set:a,'.repeat(20_000),
  ])
    for (const language of ['dhcpd', 'dnsmasq', 'kea'] as const) {
      const start = Date.now();
      const one = read(text, language);
      outlineOf(one);
      hoverAt(one, text.length >> 1);
      definitionsAt(one, text.length >> 1);
      const kind = kindOfText({ path: 'x', text, language })!;
      completionsAt({
        kind,
        before: text.slice(0, 2000),
        text,
        offset: Math.min(text.length, 9999),
        document: one.document,
      });
      assert.ok(Date.now() - start < 2000, `${language}: ${text.slice(0, 9)} took ${Date.now() - start} ms`);
    }
});
