import type { Comparison, Quantifier } from './language/ast';
import type { Constant } from './values/literals';
import { masked } from './values/literals';
import type { Kind, Value } from './values/kinds';
import { leafOf, type Predicate, type Source } from './source';

type Pair = (a: Value, b: Value) => boolean;
type Operator = Exclude<Comparison, 'matches'>;

/** The test that an operator makes on two values, and whether it must hold for all pairs or for any. */
const OPERATORS: Readonly<Record<Operator, readonly [Pair, Quantifier]>> = {
  any_eq: [(a, b) => a === b, 'any'],
  all_eq: [(a, b) => a === b, 'all'],
  any_ne: [(a, b) => a !== b, 'any'],
  all_ne: [(a, b) => a !== b, 'all'],
  gt: [(a, b) => a > b, 'any'],
  ge: [(a, b) => a >= b, 'any'],
  lt: [(a, b) => a < b, 'any'],
  le: [(a, b) => a <= b, 'any'],
  contains: [(a, b) => String(a).includes(String(b)), 'any'],
};

/** The operator's test for two values of a kind. Octets are ordered by length first, as in Wireshark; texts character by character. */
function pairTest(operator: Operator, kind: Kind): Pair {
  const pair = OPERATORS[operator][0];
  // Only octets contain the empty text, as in Wireshark.
  if (operator === 'contains' && kind !== 'bytes') return (a, b) => b !== '' && pair(a, b);
  const byLength = kind === 'bytes' || kind === 'protocol';
  if (!byLength || !ORDERS.has(operator)) return pair;
  return (a, b) => {
    const difference = String(a).length - String(b).length;
    return difference === 0 ? pair(a, b) : pair(difference, 0);
  };
}

const ORDERS: ReadonlySet<Operator> = new Set(['gt', 'ge', 'lt', 'le']);

/** Tests whether the values of two sources compare as asked; false for a frame that lacks one of them. */
export function comparison(
  operator: Operator,
  left: Source,
  right: Source,
  quantifier: Quantifier | undefined,
): Predicate {
  const usual = OPERATORS[operator][1];
  const pair = pairTest(operator, left.kind);
  const many = quantifier ?? usual;
  if (right.negative && left.field && left.kind.startsWith('uint')) {
    // In Wireshark an unsigned field and a negative number have no order: they are merely unequal.
    const unequal = operator === 'all_ne' || operator === 'any_ne';
    return unequal ? (frame) => left.values(frame).length > 0 : () => false;
  }
  const { constant } = right;
  if (constant) {
    return leafOf(left, many === 'all', against(pair, constant), needleOf(operator, left, constant));
  }
  return (frame) => {
    const a = left.values(frame);
    const b = right.values(frame);
    if (a.length === 0 || b.length === 0) return false;
    return many === 'all' ? a.every((one) => b.every((other) => pair(one, other))) : anyPair(operator, a, b, pair);
  };
}

const NEEDLES: ReadonlySet<Operator> = new Set(['contains', 'any_eq', 'all_eq']);

/** Octets that a frame must contain for a value to pass. */
function needleOf(operator: Operator, { raw }: Source, { value, prefix }: Constant): string | undefined {
  const octets = raw && typeof value === 'string' && value !== '' && prefix === undefined;
  return octets && NEEDLES.has(operator) ? value : undefined;
}

/** Limit on compared pairs of values: two fields of a hostile frame may have thousands of values each. */
const MOST_PAIRS = 1 << 20;

/** Whether the test holds for any pair. Equality need not look at every pair. */
function anyPair(operator: Comparison, a: readonly Value[], b: readonly Value[], pair: Pair): boolean {
  if (operator === 'any_eq') {
    const known = new Set(b);
    return a.some((one) => known.has(one));
  }
  const most = Math.max(1, Math.floor(MOST_PAIRS / b.length));
  return a.slice(0, most).some((one) => b.some((other) => pair(one, other)));
}

/** The greatest (`sign` 1) or least value. */
export function extreme(values: readonly Value[], sign: 1 | -1): Value {
  return values.reduce((best, one) => ((sign > 0 ? one > best : one < best) ? one : best));
}

/** A test of one value against a constant; for a network, only the prefix of the address counts. */
function against(pair: Pair, { value, prefix }: Constant): (one: Value) => boolean {
  if (prefix === undefined) return (one) => pair(one, value);
  const network = masked(value, prefix);
  return (one) => pair(masked(one, prefix), network);
}

/** An element of a set: a constant, a field, a function, or a range between two of them. */
export interface Member {
  readonly from: Source;
  readonly to?: Source | undefined;
}

/** Whether values of `left` are among the members. With `all`, all of them must match the same member, as in Wireshark. */
export function membership(left: Source, members: readonly Member[], quantifier: Quantifier | undefined): Predicate {
  if (members.some(({ from, to }) => !from.constant || (to && !to.constant))) return varying(left, members, quantifier);
  const tests = members.map((member) => memberTest(left, member));
  if (quantifier !== 'all') return leafOf(left, false, (value) => tests.some((test) => test(value)));
  const each = tests.map((test) => leafOf(left, true, test));
  return (frame) => each.some((passes) => passes(frame));
}

/** The same for a set whose members have other values in each frame. */
function varying(left: Source, members: readonly Member[], quantifier: Quantifier | undefined): Predicate {
  const tests = members.map(({ from, to }) =>
    to
      ? [comparison('ge', left, from, quantifier), comparison('le', left, to, quantifier)]
      : [comparison('any_eq', left, from, quantifier)],
  );
  return (frame) => tests.some((test) => test.every((passes) => passes(frame)));
}

function memberTest(left: Source, { from, to }: Member): (value: Value) => boolean {
  const odd = left.kind.startsWith('uint') && (from.negative ?? to?.negative);
  if (odd) return () => false;
  if (!to) return against(pairTest('any_eq', left.kind), from.constant!);
  const least = against(pairTest('ge', left.kind), from.constant!);
  const greatest = against(pairTest('le', left.kind), to.constant!);
  return (value) => least(value) && greatest(value);
}
