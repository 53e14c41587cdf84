import { CUSTOM_TYPES, customOptionProblem, type CustomOption } from './customTypes';
import { dhcpOptions } from './dhcpv4';
import { OPTIONS6 } from './dhcpv6';
import { dispatch } from './layers';
import { withRows, type OptionRow, type OptionTable } from './option';
import type { Dispatch } from './walk';

/**
 * The dispatch with the user's own options: whatever is read by it knows them. Throws RangeError with one
 * sentence if one of them is not valid.
 */
export function dispatchWith(options: readonly CustomOption[]): Dispatch {
  if (options.length === 0) return dispatch;
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
  const rows6 = rows('dhcpv6').map((row) => ({ ...row, token: row.name }));
  const own = new Map<OptionTable, OptionTable>([
    [dhcpOptions, withRows(dhcpOptions, rows('dhcpv4'))],
    [OPTIONS6, withRows(OPTIONS6, rows6)],
  ]);
  return { ...dispatch, own };
}
