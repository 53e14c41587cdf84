import { lowerBound } from '../../codec/search';
import type { Address, Range } from '../address';
import { joined } from '../ranges';
import type { Located, Span } from '../source';
import type { Builder } from './builder';

/** `ip dhcp excluded-address FIRST [LAST]`. */
export interface Exclusion {
  readonly first: Located<Address>;
  readonly last: Located<Address>;
  readonly span: Span;
}

/** Reports exclusions that are in no pool: they may be for another router, or mistyped. */
export function strayExclusions(builder: Builder, pools: readonly Range[], exclusions: readonly Exclusion[]): void {
  const ranges = joined(pools);
  for (const { first, last, span } of ranges.length === 0 ? [] : exclusions) {
    const before = ranges[lowerBound(ranges.length, (i) => ranges[i]!.first <= last.value.value) - 1];
    if (before && before.last >= first.value.value) continue;
    builder.say({
      id: 'pool-outside-subnet',
      severity: 'info',
      span,
      title: 'The exclusion is in no pool',
      explanation: 'None of the pools here has these addresses, so nothing is excluded by this line.',
    });
  }
}
