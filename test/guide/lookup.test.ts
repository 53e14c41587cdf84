import assert from 'node:assert/strict';
import test from 'node:test';
import { lookUp } from '../../src/guide/lookup';

/** The id of the page that a topic leads to; what is suggested if there is none. */
function found(topic: string): string | readonly string[] {
  const result = lookUp(topic);
  return 'near' in result ? result.near : result.pages[0].id;
}

test('a topic is found as people type it', () => {
  for (const [topic, id] of [
    ['82', 'option/82'],
    ['option 82', 'option/82'],
    ['what is dhcp', 'topic/dhcp'],
    ['How does a relay work?', 'topic/relays'],
    // RFC 2132 §9.6: 8 is DHCPINFORM.
    ['message 8', 'message/inform'],
    ['DHCP message 8', 'message/inform'],
    ['message type 5', 'message/ack'],
    ['DHCPv6 25', 'option6/25'],
  ])
    assert.equal(found(topic!), id, topic);
});

test('a hexadecimal number names its option', () => {
  for (const topic of ['0x52', 'option 0x52', '0X52']) {
    const found = lookUp(topic);
    assert.ok('pages' in found, topic);
    assert.equal(found.pages[0].title, 'Option 82, Relay Agent Information');
  }
});

test('what stands between digits is not dropped: 1:1 is not option 11', () => {
  for (const topic of ['1:1', '8 2', '5-3']) assert.deepEqual(found(topic), [], topic);
  // A similar number would mean something else.
  assert.notEqual(typeof found('option 256'), 'string');
  assert.ok(!(found('option 256') as string[]).includes('option 25'));
  // 0x82 is 130, which has one page with the options from 128 on.
  assert.deepEqual([found('0x82'), found('130')], ['option/128', 'option/128']);
});

test('a question that no page is named after leads to the pages that have its words', () => {
  assert.equal(found('why does my client get 169.254')[0], '“When a client gets no address”');
  assert.equal(found('pxe not working')[0], '“Network boot: from PXE to HTTP boot”');
  assert.deepEqual(found('solicit vs discover'), ['“DHCPv6 SOLICIT”', '“DHCPDISCOVER”']);
  assert.deepEqual(found('xyzzy'), []);
});

test('a topic in other words, or in the plural, is found by the words that say what it is about', () => {
  for (const [topic, id] of [
    ['masks', 'option/1'],
    ['life of a lease', 'topic/lease'],
    ['state diagram', 'topic/lease'],
    ['understanding port 67', 'port/67'],
    ['port 67 is tcp', 'claim/tcp'],
    ['strong password', 'claim/passwords'],
    ['a secure protocol', 'claim/secure'],
    ['clients send from port 67', 'finding/client-on-port-67'],
    ['end of life', 'topic/isc'],
    ['lease files', 'topic/backup'],
    ['cloned machines', 'option/61'],
  ] as const) {
    const found = lookUp(topic);
    assert.equal('pages' in found ? found.pages[0].id : undefined, id, topic);
  }
  // Option 166 is not assigned, and is not option 16 of DHCPv6.
  const unassigned = lookUp('option 166');
  assert.ok('near' in unassigned && unassigned.near.every((one) => !/16/.test(one)));
  // Words that every page has say nothing.
  assert.ok(!('pages' in lookUp('what does it do')));
});
