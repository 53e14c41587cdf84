import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FINDINGS } from '../../src/analysis/catalogue';
import { guide } from '../../src/guide';
import { pageFor } from '../../src/guide/topicPage';

test('a field’s key, a finding’s id and any name lead to a page', () => {
  for (const [topic, id] of [
    ['dhcp.giaddr', 'field/giaddr'],
    ['dhcp.option.82.1', 'option/82.1'],
    ['dhcp.option.54', 'option/54'],
    ['ip.ttl', 'field/ip.ttl'],
    ['dhcpv6.option.25', 'option6/25'],
    // What has no page of its own is explained where it belongs.
    ['dhcpv6.option.25.26.prefix.length', 'option6/25'],
    ['arp.opcode', 'neighbour/arp'],
    ['topic/relays', 'topic/relays'],
    ['no-offer', 'finding/no-offer'],
    ['DISCOVER', 'message/discover'],
  ] as const) {
    const found = pageFor(topic);
    assert.ok(found !== undefined && guide().has(found), topic);
    assert.equal(found, id, topic);
  }
  for (const id of FINDINGS.keys()) assert.equal(pageFor(id), `finding/${id}`);
  assert.equal(pageFor('nothing of this name'), undefined);
  assert.equal(pageFor(''), undefined);
});
