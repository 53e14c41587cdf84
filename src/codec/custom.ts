import { CUSTOM_TYPES, customOptionProblem, type CustomOption } from './customTypes';
import { dhcpOptions } from './dhcpv4';
import { OPTIONS6 } from './dhcpv6';
import { defineOptions, type OptionRow } from './option';

/**
 * Defines custom options, and removes those defined before. Tree, checks, filters and the guide use them. Throws
 * RangeError with one sentence if one of them is not valid.
 */
export function defineCustomOptions(options: readonly CustomOption[]): void {
  for (const option of options) {
    const problem = customOptionProblem(option);
    if (problem !== undefined) throw new RangeError(problem);
  }
  const rows = (protocol: 'dhcpv4' | 'dhcpv6'): OptionRow[] =>
    options
      .filter((option) => (option.protocol ?? 'dhcpv4') === protocol)
      .map(({ code, name, type }) => ({
        code,
        name,
        type: CUSTOM_TYPES[type]!,
        rfc: 'defined by you',
        purpose: 'You have defined this option yourself, in your settings or on the command line.',
      }));
  defineOptions(dhcpOptions, rows('dhcpv4'));
  defineOptions(
    OPTIONS6,
    rows('dhcpv6').map((row) => ({ ...row, token: row.name })),
  );
}
