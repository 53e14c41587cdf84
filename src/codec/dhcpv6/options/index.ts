import { optionTable } from '../../option';
import type { OptionTable6, Space6 } from '../tlv';
import { baseOptions } from './base';
import { failoverOptions } from './failover';
import { networkOptions } from './networks';
import { relayOptions } from './relays';
import { serviceOptions } from './services';

/** The rows need the table that they are part of (for options inside options), so they get it through a function. */
const space: Space6 = { options: () => OPTIONS6 };

/** Every DHCPv6 option of the registry (IANA “DHCPv6 Parameters”, Option Codes), by code, in ascending order. */
export const OPTIONS6: OptionTable6 = optionTable(
  [
    ...baseOptions(space),
    ...serviceOptions(space),
    ...relayOptions(space),
    ...networkOptions(space),
    ...failoverOptions(space),
  ].sort((a, b) => a.code - b.code),
) as OptionTable6;
