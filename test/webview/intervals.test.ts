import assert from 'node:assert/strict';
import test from 'node:test';
import type { Field } from '../../src/protocol';
import { ownerAt, ownersOf } from '../../webview/packet/bytes/intervals';
import { buildTree, spansOf } from '../../webview/packet/treeModel';

function field(name: string, offset: number, length: number, rest: Partial<Field> = {}): Field {
  return { name, text: '', key: name, offset, length, ...rest };
}

/** For each octet the name of its owner, `-` where there is none. */
function owners(tree: Field[], size: number, buffer = 0): string[] {
  const model = buildTree(tree);
  const intervals = ownersOf(model, buffer, size);
  return Array.from({ length: size }, (_, i) => model.nodes[ownerAt(intervals, i)]?.field.name ?? '-');
}

test('the smallest field owns an octet; an option owns what none of its parts has', () => {
  const tree = [
    field('layer', 0, 8, {
      children: [field('xid', 0, 4), field('option', 4, 4, { children: [field('code', 4, 1), field('value', 6, 2)] })],
    }),
  ];
  assert.deepEqual(owners(tree, 8), ['xid', 'xid', 'xid', 'xid', 'code', 'option', 'value', 'value']);
});

test('octets that only a layer covers, or nothing, are explained by no field', () => {
  const tree = [field('layer', 0, 4, { children: [field('a', 0, 1), field('b', 2, 1)] })];
  assert.deepEqual(owners(tree, 6), ['a', '-', 'b', '-', '-', '-']);
});

test('a layer without fields explains its octets itself', () => {
  assert.deepEqual(owners([field('data', 1, 2)], 4), ['-', 'data', 'data', '-']);
});

test('of equally small fields the deepest owns the octet, of equally deep ones the first', () => {
  const tree = [
    field('layer', 0, 2, {
      children: [field('flags', 0, 2, { children: [field('B', 0, 2), field('reserved', 0, 2)] })],
    }),
  ];
  assert.deepEqual(owners(tree, 2), ['B', 'B']);
});

test('pieces of one field are all its own, a buffer knows only its spans', () => {
  const tree = [
    field('layer', 0, 6, {
      children: [field('long', 1, 1, { more: [{ offset: 4, length: 1 }] }), field('inner', 0, 2, { buffer: 1 })],
    }),
  ];
  assert.deepEqual(owners(tree, 6), ['-', 'long', '-', '-', 'long', '-']);
  assert.deepEqual(owners(tree, 3, 1), ['inner', 'inner', '-']);
});

test('spans beyond the end are cut, no octet lies outside', () => {
  const model = buildTree([field('cut', 2, 100)]);
  const intervals = ownersOf(model, 0, 4);
  assert.equal(ownerAt(intervals, 3), 0);
  assert.equal(ownerAt(intervals, 4), -1);
  assert.equal(ownerAt(intervals, -1), -1);
  assert.equal(ownerAt(ownersOf(model, 0, 0), 0), -1);
});

test('agrees with looking at every field, for trees of every shape', () => {
  let seed = 67;
  const random = (below: number): number => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * below);
  };
  const grow = (depth: number): Field[] =>
    Array.from({ length: 1 + random(4) }, (_, i) =>
      field(`f${depth}.${i}`, random(40), random(12), depth < 4 && random(2) ? { children: grow(depth + 1) } : {}),
    );
  for (let round = 0; round < 300; round++) {
    const model = buildTree(grow(1));
    const intervals = ownersOf(model, 0, 52);
    for (let at = 0; at < 52; at++) {
      const having = model.nodes
        .map((node, index) => ({ node, index }))
        .filter(({ node }) => spansOf(node.field).some((s) => at >= s.offset && at < s.offset + s.length))
        .sort((a, b) => a.node.field.length - b.node.field.length || b.node.level - a.node.level || a.index - b.index);
      const best = having[0];
      const expected = best && !(best.node.level === 1 && best.node.end > best.index + 1) ? best.index : -1;
      assert.equal(ownerAt(intervals, at), expected, `round ${round}, octet ${at}`);
    }
  }
});

test('a tree of thousands of overlapping fields is done at once', () => {
  const children = Array.from({ length: 5000 }, (_, i) => field(`n${i}`, i % 7, 65_000 - i));
  const model = buildTree([field('layer', 0, 65_535, { children })]);
  const start = performance.now();
  const intervals = ownersOf(model, 0, 65_535);
  assert.ok(performance.now() - start < 1000);
  assert.equal(model.nodes[ownerAt(intervals, 60_001)]!.field.name, 'n4999');
});
