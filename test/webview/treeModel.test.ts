import assert from 'node:assert/strict';
import test from 'node:test';
import type { Field } from '../../src/protocol';
import {
  buildTree,
  aboutOf,
  docOf,
  findTyped,
  isExpanded,
  isUnexplained,
  lineOf,
  madeBy,
  nearestVisible,
  openableSiblings,
  revealed,
  spansOf,
  visibleNodes,
  withExpanded,
} from '../../webview/packet/treeModel';

function field(name: string, key: string | undefined, offset: number, length: number, children?: Field[]): Field {
  return { name, text: '', offset, length, ...(key === undefined ? {} : { key }), ...(children ? { children } : {}) };
}

/** The tree of a small DHCP frame with Ethernet padding. */
const TREE: Field[] = [
  field('Ethernet II', 'eth', 0, 14, [field('Destination', 'eth.dst', 0, 6), field('Source', 'eth.src', 6, 6)]),
  field('Dynamic Host Configuration Protocol', 'dhcp', 42, 12, [
    field('Message op code (op)', 'dhcp.op', 42, 1),
    field('Transaction ID (xid)', 'dhcp.xid', 46, 4),
    field('Option 61', 'dhcp.option.61', 50, 2, [field('Code', undefined, 50, 1)]),
    field('Option 61', 'dhcp.option.61', 52, 2, [field('Code', undefined, 52, 1)]),
  ]),
  field('Ethernet padding', undefined, 54, 6),
];
const model = buildTree(TREE);
const names = (indexes: readonly number[]): string[] => indexes.map((i) => model.nodes[i]!.field.name);

test('nodes are laid out in reading order with level, place and parent', () => {
  assert.deepEqual(
    model.nodes.map(({ id, level, position, siblings, parent, end }) => [id, level, position, siblings, parent, end]),
    [
      ['eth', 1, 1, 3, -1, 3],
      ['eth/eth.dst', 2, 1, 2, 0, 2],
      ['eth/eth.src', 2, 2, 2, 0, 3],
      ['dhcp', 1, 2, 3, -1, 10],
      ['dhcp/dhcp.op', 2, 1, 4, 3, 5],
      ['dhcp/dhcp.xid', 2, 2, 4, 3, 6],
      ['dhcp/dhcp.option.61', 2, 3, 4, 3, 8],
      ['dhcp/dhcp.option.61/Code', 3, 1, 1, 6, 8],
      ['dhcp/dhcp.option.61#2', 2, 4, 4, 3, 10],
      ['dhcp/dhcp.option.61#2/Code', 3, 1, 1, 8, 10],
      ['Ethernet padding', 1, 3, 3, -1, 11],
    ],
  );
  assert.equal(model.byId.get('dhcp/dhcp.option.61#2'), 8);
});

test('at first the message layer is open, the layers below it are closed, padding is no layer', () => {
  assert.equal(model.message, 3);
  assert.deepEqual(names(visibleNodes(model, new Map())), [
    'Ethernet II',
    'Dynamic Host Configuration Protocol',
    'Message op code (op)',
    'Transaction ID (xid)',
    'Option 61',
    'Option 61',
    'Ethernet padding',
  ]);
});

test('what a person opens and closes is remembered by id', () => {
  const expansion = withExpanded(withExpanded(new Map(), ['eth'], true), ['dhcp'], false);
  assert.deepEqual(visibleNodes(model, expansion), [0, 1, 2, 3, 10]);
  assert.equal(isExpanded(model, 1, withExpanded(expansion, ['eth/eth.dst'], true)), false);
});

test('of very many choices the oldest are forgotten', () => {
  const ids = Array.from({ length: 600 }, (_, i) => `id${i}`);
  const expansion = withExpanded(new Map([['eth', true]]), ids, true);
  assert.equal(expansion.size, 500);
  assert.equal(expansion.has('eth'), false);
  assert.equal(expansion.has('id99'), false);
  assert.equal(expansion.has('id100'), true);
});

test('a node is revealed by opening all above it, and nothing else', () => {
  const closed = new Map([['dhcp', false]]);
  assert.equal(nearestVisible(model, 9, closed), 3);
  assert.equal(nearestVisible(model, 9, new Map()), 8);
  const open = revealed(model, 9, closed);
  assert.deepEqual(
    [...open],
    [
      ['dhcp/dhcp.option.61#2', true],
      ['dhcp', true],
    ],
  );
  assert.equal(nearestVisible(model, 9, open), 9);
  assert.equal(revealed(model, 4, open), open);
});

test('siblings that can be opened are those with children', () => {
  assert.deepEqual(openableSiblings(model, 4), ['dhcp/dhcp.option.61', 'dhcp/dhcp.option.61#2']);
  assert.deepEqual(openableSiblings(model, 10), ['eth', 'dhcp']);
});

test('typing finds the next node that has a word with that beginning, and goes round', () => {
  const visible = visibleNodes(model, new Map());
  assert.equal(findTyped(model, visible, -1, 'o'), 4);
  assert.equal(findTyped(model, visible, 4, 'o'), 6);
  assert.equal(findTyped(model, visible, 6, 'o'), 8);
  assert.equal(findTyped(model, visible, 8, 'o'), 4);
  assert.equal(findTyped(model, visible, 5, 'xi'), 5);
  assert.equal(findTyped(model, visible, 0, 'zz'), -1);
});

test('octets in no layer are unexplained; a field without a key inside a layer is not', () => {
  assert.deepEqual(
    model.nodes.flatMap((_, i) => (isUnexplained(model, i) ? [i] : [])),
    [10],
  );
});

test('the guide speaks by key, by the longest known part of it, or for the node above', () => {
  const docs = { 'dhcp.option.61': { title: 'Client Identifier', text: '' }, eth: { title: 'Ethernet', text: '' } };
  assert.equal(docOf(model, 6, docs)?.title, 'Client Identifier');
  assert.equal(docOf(model, 7, docs)?.title, 'Client Identifier');
  assert.equal(docOf(model, 1, docs)?.title, 'Ethernet');
  assert.equal(docOf(model, 5, docs), undefined);
  assert.equal(docOf(buildTree([field('x', 'toString', 0, 1)]), 0, {}), undefined);
});

test('spans are those with octets, the later pieces included', () => {
  const pieces: Field = {
    ...field('Long', 'x', 10, 4),
    more: [
      { offset: 20, length: 0 },
      { offset: 30, length: 2 },
    ],
  };
  assert.deepEqual(
    spansOf(pieces).map(({ offset, length }) => [offset, length]),
    [
      [10, 4],
      [30, 2],
    ],
  );
});

test('a line is name and value, or the name alone', () => {
  assert.equal(lineOf({ ...field('Hops', 'dhcp.hops', 0, 1), text: '3' }), 'Hops: 3');
  assert.equal(lineOf(field('Option 255 (End)', 'x', 0, 1)), 'Option 255 (End)');
});

test('what is shown over a name are the first two sentences of the guide', () => {
  const doc = { title: 'Host Name', text: 'Says `who` it is (RFC 2132 §3.14). Up to 255 octets. And more.' };
  assert.equal(aboutOf(doc), 'Host Name: Says who it is (RFC 2132 §3.14). Up to 255 octets.');
  assert.equal(aboutOf({ title: 'A', text: 'no end' }), 'A: no end');
  assert.equal(aboutOf(undefined), '');
});

test('the lines that made a field are also those of what stands in it', () => {
  const model = buildTree(TREE);
  const made = [{ place: 3, field: 'dhcp.option.61', what: 'option 61' }];
  const at = (name: string): number => model.nodes.findIndex(({ field: one }) => one.name === name);
  assert.deepEqual(madeBy(model, at('Option 61'), made), made);
  assert.deepEqual(madeBy(model, at('Code'), made), made);
  assert.deepEqual(madeBy(model, at('Transaction ID (xid)'), made), []);
  assert.deepEqual(madeBy(model, at('Option 61'), undefined), []);
});
