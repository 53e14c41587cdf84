import assert from 'node:assert/strict';
import type { Field, Span } from '../../../src/codec/field';

function spansOf(field: Field): Span[] {
  return [{ offset: field.offset, length: field.length }, ...(field.more ?? [])];
}

/** Whether the parts are views of the same octets (flag bits), so that the node itself is the leaf. */
function sameOctets(field: Field, children: readonly Field[]): boolean {
  return children.every((child) => child.offset === field.offset && child.length === field.length);
}

function count(field: Field, covered: Uint8Array, start: number): void {
  const { children } = field;
  if (children && children.length > 0 && !sameOctets(field, children)) {
    for (const child of children) count(child, covered, start);
    return;
  }
  // One child over the same octets may itself have parts.
  if (children?.length === 1 && children[0]!.children) return count(children[0]!, covered, start);
  for (const span of spansOf(field)) {
    for (let i = span.offset; i < span.offset + span.length; i++) {
      const index = i - start;
      assert.ok(index >= 0 && index < covered.length, `${field.name} covers octet ${i}, outside the message`);
      covered[index]!++;
    }
  }
}

/** Asserts that the leaves of the tree cover every octet from `start` up to `end` exactly once. */
export function assertCovered(fields: readonly Field[], start: number, end: number): void {
  const covered = new Uint8Array(end - start);
  for (const field of fields) count(field, covered, start);
  for (let i = 0; i < covered.length; i++) {
    assert.equal(covered[i], 1, `octet ${start + i} is covered ${covered[i]} times`);
  }
}
