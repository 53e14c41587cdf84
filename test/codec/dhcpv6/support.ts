import { parseHex } from '../../../src/codec/bytes';
import type { Field, Problem } from '../../../src/codec/field';
import { checkMessage6, decodeMessage6, Message6, type DecodedMessage6 } from '../../../src/codec/dhcpv6';

/** Octets from hex digits, in groups or not. */
export function octets(...digits: string[]): Uint8Array {
  const out = parseHex(digits.join(''));
  if (!out) throw new Error(`not hex: ${digits.join('')}`);
  return out;
}

/** An option: code, length, value. */
export function option(code: number, value = ''): string {
  const digits = value.replace(/\s/g, '');
  return code.toString(16).padStart(4, '0') + (digits.length / 2).toString(16).padStart(4, '0') + digits;
}

export interface Result {
  readonly decoded: DecodedMessage6;
  readonly problems: Problem[];
}

export function decode(bytes: Uint8Array, cut = 0): Result {
  const problems: Problem[] = [];
  return { decoded: decodeMessage6(Message6.read(bytes), problems, cut), problems };
}

export function check(bytes: Uint8Array, cut = 0): Problem[] {
  const problems: Problem[] = [];
  checkMessage6(Message6.read(bytes), problems, cut);
  return problems;
}

/** Whether the children are runs of bits of their parent's octets. */
function sharesOctets(field: Field, children: readonly Field[]): boolean {
  return children.every((child) => child.offset === field.offset && child.length === field.length);
}

/** How many leaves stand at each octet. */
export function coverage(fields: readonly Field[], size: number): Uint8Array {
  const counts = new Uint8Array(size);
  const visit = (field: Field): void => {
    const children = field.children ?? [];
    if (children.length > 0 && !(children.length > 1 && sharesOctets(field, children))) return children.forEach(visit);
    for (let i = 0; i < field.length; i++) counts[field.offset + i]!++;
  };
  fields.forEach(visit);
  return counts;
}

/** Throws unless each octet is covered by exactly one leaf, and every child lies inside its parent. */
export function assertCovered(decoded: DecodedMessage6, size: number): void {
  const at = coverage(decoded.fields, size).findIndex((count) => count !== 1);
  if (at >= 0) throw new Error(`octet ${at} of ${size} is not covered by exactly one leaf`);
  const inside = (field: Field): void => {
    for (const child of field.children ?? []) {
      if (child.offset < field.offset || child.offset + child.length > field.offset + field.length) {
        throw new Error(`${child.name} does not lie inside ${field.name}`);
      }
      inside(child);
    }
  };
  decoded.fields.forEach(inside);
}
