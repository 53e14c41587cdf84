import type { Arithmetic } from '../language/ast';
import { octetsOf, binary, isBig, type Kind, type Value } from './kinds';

/** The result of an operator on two values of one kind; undefined if there is none (a division by 0). */
export function reckon(operator: Arithmetic, kind: Kind, a: Value, b: Value): Value | undefined {
  if (operator === '&') return bits(kind, a, b);
  if (typeof a === 'bigint' && typeof b === 'bigint') return big(operator, a, b);
  const x = Number(a);
  const y = Number(b);
  const whole = kind !== 'double';
  switch (operator) {
    case '+':
      return x + y;
    case '-':
      return x - y;
    case '*':
      return x * y;
    case '/':
      return y === 0 ? undefined : whole ? Math.trunc(x / y) : x / y;
    default:
      return y === 0 ? undefined : x % y;
  }
}

function big(operator: Arithmetic, a: bigint, b: bigint): bigint | undefined {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0n ? undefined : a / b;
    default:
      return b === 0n ? undefined : a % b;
  }
}

function bits(kind: Kind, a: Value, b: Value): Value {
  if (typeof a === 'string') {
    const x = octetsOf(a);
    const y = octetsOf(String(b));
    return binary(x.subarray(0, Math.min(x.length, y.length)).map((octet, i) => octet & y[i]!));
  }
  if (isBig(kind)) return BigInt(a) & BigInt(b);
  // JavaScript's operator gives a signed 32-bit number.
  return (Number(a) & Number(b)) >>> 0;
}

/** Whether a result that is not compared with anything counts as true. */
export function isNonZero(value: Value): boolean {
  return typeof value === 'string' ? /[^\0]/.test(value) : Number(value) !== 0;
}

export function negated(value: Value): Value {
  return typeof value === 'bigint' ? -value : -Number(value);
}
