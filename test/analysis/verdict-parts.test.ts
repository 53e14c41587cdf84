/** The verdict in its parts says the same as in two sentences, and findings say as data what the window needs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FINDINGS } from '../../src/analysis/catalogue';
import { PRODUCTS, told, stepFor } from '../../src/analysis/words/steps';
import { verdictOf, verdictParts, type Story } from '../../src/analysis/words/verdict';
import type { Finding } from '../../src/analysis/finding';
import { Build } from './build';

const STORY: Story = {
  text: 'One client got a lease.',
  aside: 'the client got a lease',
  unanswered: false,
  unserved: false,
  noticed: [],
  damaged: false,
  unread: false,
  empty: false,
  suppressed: [],
};

const FINDING: Finding = {
  id: 'nak',
  severity: 'warning',
  title: 'Server 10.0.0.1 refuses',
  subject: '10.0.0.1',
  frames: [3],
  explanation: '',
  causes: [{ text: 'The lease is gone', likelihood: 'likely', evidence: [] }],
  steps: ['Look into the log. Then go on.'],
  reference: '',
};

test('of several captures, the one that shows one side only is named', () => {
  const sided = { ...FINDING, id: 'one-sided', severity: 'info' as const };
  const near = { ...STORY, of: { name: 'near.pcap', ids: new Set(['one-sided']) } };
  const far = { ...STORY, of: { name: 'far.pcap', ids: new Set<string>() } };
  assert.match(verdictOf([near, far], [sided]), / the capture near\.pcap shows one side only\.$/);
  assert.match(
    verdictOf([near, { ...far, of: { ...near.of, name: 'far.pcap' } }], [sided]),
    / the captures near\.pcap and far\.pcap show one side only\.$/,
  );
  assert.match(verdictOf([STORY], [sided]), /the capture shows one side only\.$/);
});

test('what is wrong, and what stands beside it', () => {
  const info = { ...FINDING, severity: 'info' as const };
  assert.deepEqual(verdictParts([STORY], [info, FINDING]), {
    what: 'Server 10.0.0.1 refuses.',
    why: 'Most likely, the lease is gone.',
    beside: '1 warning and 1 note; the client got a lease.',
    finding: 1,
    fine: false,
  });
  assert.equal(
    verdictOf([STORY], [info, FINDING]),
    'Server 10.0.0.1 refuses; most likely, the lease is gone (1 warning and 1 note; the client got a lease). Do this first: Look into the log.',
  );
});

test('where nothing is wrong, what happened, and whether everybody was served', () => {
  assert.deepEqual(verdictParts([STORY], []), {
    what: 'One client got a lease.',
    why: '',
    beside: 'Nothing is wrong as far as this capture shows.',
    finding: -1,
    fine: true,
  });
  const open = { ...STORY, unanswered: true, unserved: true };
  assert.deepEqual(verdictParts([open], []), {
    what: 'One client got a lease.',
    why: '',
    beside: 'This capture does not show why.',
    finding: -1,
    fine: false,
  });
});

test('for which product a step is stands beside the steps, which stay texts', () => {
  assert.deepEqual(told(['Look.', stepFor('server', 'kea', 'Kea', 'set it')]), {
    steps: ['Look.', 'Kea: set it'],
    stepsFor: { 1: { kind: 'server', product: 'kea' } },
  });
  assert.deepEqual(told(['Look.']), { steps: ['Look.'] });
  assert.equal(PRODUCTS.dhcpd, 'ISC dhcpd');
});

test('the fields of a finding are written as the tree writes them', () => {
  const all = [...FINDINGS.values()].flatMap(({ fields = [] }) => fields);
  assert.ok(all.length > 70);
  const form =
    /^(dhcp|dhcpv6)\.option\.\d+$|^(dhcp\.(op|hops|secs|flags|yiaddr|giaddr|chaddr|file)|dhcpv6\.(msgtype|hopcount)|ip\.(dst|len)|udp\.(srcport|dstport|checksum)|vlan\.id|icmp|tftp)$/;
  for (const key of all) assert.match(key, form);
});

test('a client that was offered an address is not one that got no answer', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.01);
  for (const at of [0.02, 4]) build.request(at, { secs: Math.floor(at) });
  assert.match(build.analyse(60).verdict, /the client was offered an address, and got no answer to its REQUEST/);
});
