import type { OctetPattern, OctetRule, OctetTest } from '../../model';
import type { Truth } from '../expression';
import type { Asked, Octets } from '../request';

/** What a request has in the field of a test. */
function valueOf({ field }: OctetTest, request: Asked): Octets {
  if (field === 'hardware') return request.mac.replaceAll(':', '');
  return 'agent' in field ? request.agent(field.agent) : request.option(field.option);
}

/** Whether octets match a pattern: all of them, unless the pattern is open; a mask names the bits that count. */
function matches(have: string, { hex, mask, open }: OctetPattern): boolean {
  if (open ? have.length < hex.length : have.length !== hex.length) return false;
  if (mask === undefined) return have.startsWith(hex);
  for (let at = 0; at < hex.length; at += 2) {
    const [a, b, bits] = [have, hex, mask.padEnd(hex.length, 'f')].map((text) => parseInt(text.slice(at, at + 2), 16));
    if ((a! & bits!) !== (b! & bits!)) return false;
  }
  return true;
}

function holds(test: OctetTest, request: Asked): Truth {
  const have = valueOf(test, request);
  if (have === undefined) return undefined;
  const one = have !== null && test.patterns.some((pattern) => matches(have, pattern));
  return one !== (test.negated === true);
}

/** Whether a request meets the condition of a class. */
export function meets({ tests, every }: OctetRule, request: Asked): Truth {
  if (tests.length === 0) return true;
  const truths = tests.map((test) => holds(test, request));
  if (truths.includes(!every)) return !every;
  return truths.includes(undefined) ? undefined : every;
}
