import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dhcpv6 } from '../../../src/codec/dhcpv6';
import type { Field, Problem } from '../../../src/codec/field';
import { Walk } from '../../../src/codec/walk';
import { octets, option } from './support';

const SOLICIT = octets('01 000abc', option(1, '0003 0001 02005e005301'), option(8, '0000'));

function walk(bytes: Uint8Array, wireLength = bytes.length): Walk {
  const dispatch = {
    linkType: new Map(),
    etherType: new Map(),
    ipProtocol: new Map(),
    udpPort: new Map(),
    udpHeuristics: [],
  };
  return new Walk(dispatch).runFrom(dhcpv6, bytes, 0, bytes.length, wireLength);
}
function describe(of: Walk): { field: Field; problems: Problem[] } {
  const problems: Problem[] = [];
  return { field: dhcpv6.describe(of, 0, problems), problems };
}

test('the layer: one node with the summary, and the message’s fields below', () => {
  const { field, problems } = describe(walk(SOLICIT));
  assert.deepEqual(problems, []);
  assert.equal(field.key, 'dhcpv6');
  assert.equal(field.name, 'DHCPv6');
  assert.equal(field.text, 'SOLICIT client 02:00:5e:00:53:01');
  assert.deepEqual([field.offset, field.length, field.problem], [0, SOLICIT.length, undefined]);
  assert.deepEqual(
    field.children!.map((child) => child.name),
    ['Message type', 'Transaction ID', 'Client Identifier (1)', 'Elapsed Time (8)'],
  );
});

test('what concerns the whole message is marked at the layer, an option’s damage at the option', () => {
  const bare = describe(walk(octets('01 000abc')));
  assert.match(bare.field.problem!, /no Client Identifier/);
  const damaged = describe(walk(SOLICIT.subarray(0, SOLICIT.length - 1)));
  assert.equal(damaged.field.problem, undefined);
  assert.match(damaged.field.children![3]!.problem!, /declares 2 octets/);
  assert.deepEqual(
    damaged.problems.map((one) => one.id),
    ['v6-malformed'],
  );
});

test('octets that the snapshot length cut are missing from the capture, not from the message', () => {
  const cut = describe(walk(SOLICIT.subarray(0, 20), SOLICIT.length));
  assert.deepEqual(
    cut.problems.map((one) => one.id),
    ['snaplen-cut'],
  );
});

test('a message that an ICMP error quotes is always cut, and no fault', () => {
  const quoted = walk(SOLICIT.subarray(0, 20));
  quoted.quotedFrom = 0;
  assert.deepEqual(describe(quoted).problems, []);
});
