/** A fix is offered only where it is certain: with its change made, the finding is gone, and nothing new has come. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkConfig, parseConfig, SourceFile, type ConfigKind } from '../../src/config';
import type { ConfigFinding } from '../../src/config';

const findings = (kind: ConfigKind, text: string): ConfigFinding[] =>
  checkConfig(parseConfig(new SourceFile('config', text), kind));

/** A text with the changes of a fix made. */
function mended(text: string, { fix }: ConfigFinding): string {
  const edits = [...fix!.edits].sort((a, b) => b.span.start - a.span.start);
  return edits.reduce((all, { span, text: by }) => all.slice(0, span.start) + by + all.slice(span.end), text);
}

const SUBNET = (inside: string, head = '10.0.0.0 netmask 255.255.255.0'): string =>
  `authoritative;\nsubnet ${head} {\n  option routers 10.0.0.1;\n  option domain-name-servers 10.0.0.2;\n${inside}}\n`;
const KEA = (subnet: string): string =>
  `{ "Dhcp4": { "interfaces-config": { "interfaces": ["*"] }, "valid-lifetime": 4000, "subnet4": [ { "id": 1, ${subnet} } ] } }`;

/** Each with what must stand in the text once it is mended. */
const CASES: readonly (readonly [name: string, kind: ConfigKind, id: string, text: string, wanted: string])[] = [
  [
    'host bits',
    'dhcpd',
    'host-bits-in-network',
    SUBNET('', '10.0.0.7 netmask 255.255.255.0'),
    'subnet 10.0.0.0 netmask 255.255.255.0 {',
  ],
  ['host bits', 'kea4', 'host-bits-in-network', KEA('"subnet": "10.0.0.7/24"'), '"subnet": "10.0.0.0/24"'],
  [
    'a range upside down',
    'dhcpd',
    'range-low-above-high',
    SUBNET('  range 10.0.0.99 10.0.0.10;\n'),
    'range 10.0.0.10 10.0.0.99;',
  ],
  [
    'a range upside down',
    'kea4',
    'range-low-above-high',
    KEA('"subnet": "10.0.0.0/24", "pools": [ { "pool": "10.0.0.99 - 10.0.0.10" } ]'),
    '"pool": "10.0.0.10 - 10.0.0.99"',
  ],
  [
    'a range upside down',
    'dnsmasq',
    'range-low-above-high',
    'dhcp-authoritative\ndhcp-range=10.0.0.99,10.0.0.10,255.255.255.0,12h\n',
    'dhcp-range=10.0.0.10,10.0.0.99,255.255.255.0,12h',
  ],
  [
    'the network address in a pool',
    'dhcpd',
    'pool-includes-network-address',
    SUBNET('  range 10.0.0.0 10.0.0.99;\n').replace('routers 10.0.0.1', 'routers 10.0.0.254'),
    'range 10.0.0.1 10.0.0.99;',
  ],
  [
    'the broadcast address in a pool',
    'dhcpd',
    'pool-includes-broadcast',
    SUBNET('  range 10.0.0.9 10.0.0.255;\n'),
    'range 10.0.0.9 10.0.0.254;',
  ],
  [
    'another mask',
    'dhcpd',
    'mask-mismatch',
    SUBNET('  option subnet-mask 255.255.0.0;\n'),
    'option subnet-mask 255.255.255.0;',
  ],
  [
    'another broadcast address',
    'dhcpd',
    'broadcast-address-mismatch',
    SUBNET('  option broadcast-address 10.0.255.255;\n'),
    'option broadcast-address 10.0.0.255;',
  ],
  [
    'no semicolon',
    'dhcpd',
    'syntax',
    SUBNET('  max-lease-time 7200 # two hours\n  range 10.0.0.10 10.0.0.99;\n'),
    'max-lease-time 7200; # two hours\n',
  ],
  ['no semicolon before a brace', 'dhcpd', 'syntax', SUBNET('  range 10.0.0.10 10.0.0.99\n'), '10.0.0.99;\n}'],
  ['a mistyped statement', 'dhcpd', 'unknown-keyword', 'authoritive;\n', 'authoritative;\n'],
  [
    'a mistyped option',
    'dhcpd',
    'unknown-option',
    SUBNET('  option broadcast-addres 10.0.0.255;\n'),
    'option broadcast-address 10.0.0.255;',
  ],
  ['a mistyped option', 'dnsmasq', 'unknown-keyword', 'dhcp-authoritive\n', 'dhcp-authoritative\n'],
  [
    'a mistyped parameter',
    'kea4',
    'unknown-keyword',
    KEA('"subnet": "10.0.0.0/24", "valid-lifetme": 600'),
    '"valid-lifetime": 600',
  ],
];

for (const [name, kind, id, text, wanted] of CASES)
  test(`${kind}: ${name} is mended`, () => {
    const before = findings(kind, text);
    const found = before.find((one) => one.id === id);
    assert.ok(found?.fix, `${id} with a fix among ${before.map((one) => one.id).join(', ')}`);
    const after = mended(text, found);
    assert.ok(after.includes(wanted), after);
    const left = findings(kind, after).map((one) => one.id);
    assert.ok(!left.includes(id), `left: ${left.join(', ')}`);
    const fresh = left.filter((one) => !before.some((was) => was.id === one));
    assert.deepEqual(
      fresh.filter((one) => !['not-authoritative', 'missing-dns', 'missing-router'].includes(one)),
      [],
    );
  });

test('where more than one text could be right, none is offered', () => {
  for (const [kind, text] of [
    ['dhcpd', SUBNET('', '10.0.0.0 netmask 255.0.255.0')],
    ['dhcpd', SUBNET('  range 10.0.1.10 10.0.1.99;\n')],
    ['dhcpd', 'option frobnicate 1;\n'],
    ['dhcpd', SUBNET('  range 10.0.0.10 10.0.0.99;\n').replace(/\}\n$/, '')],
    ['dnsmasq', 'dhcp-range=10.0.0.10,10.0.0.1000\n'],
  ] as const) {
    const found = findings(kind, text).filter(({ severity }) => severity === 'error');
    assert.ok(found.length > 0, text);
    assert.deepEqual(
      found.flatMap(({ fix }) => fix ?? []),
      [],
      text,
    );
  }
});
