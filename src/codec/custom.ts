import { customOptionProblem, type CUSTOM_TYPES, type CustomOption } from './customTypes';
import { dhcpOptions } from './dhcpv4';
import { OPTIONS6 } from './dhcpv6';
import { dispatch } from './layers';
import { withRows, type OptionRow, type OptionTable } from './option';
import {
  atLeast,
  domainList,
  domainName,
  flag,
  int32,
  ipv4,
  ipv6,
  list,
  mac,
  opaque,
  seconds,
  text,
  uint,
  type ValueType,
} from './values';
import type { Dispatch } from './walk';

/** How the values of custom options are read, by type. */
const CUSTOM_VALUES: Readonly<Record<(typeof CUSTOM_TYPES)[number], ValueType>> = {
  bytes: opaque,
  text: text(),
  boolean: flag(),
  uint8: uint(1),
  uint16: uint(2),
  uint32: uint(4),
  int32: int32(),
  seconds: seconds(4),
  ipv4,
  ipv6,
  mac: mac(atLeast(1)),
  domain: domainName(),
  'uint8-list': list(uint(1)),
  'uint16-list': list(uint(2)),
  'uint32-list': list(uint(4)),
  'ipv4-list': list(ipv4),
  'ipv6-list': list(ipv6),
  'domain-list': domainList({ compression: true }),
};

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
        type: CUSTOM_VALUES[type as keyof typeof CUSTOM_VALUES],
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
