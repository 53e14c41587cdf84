import { dhcpOptions } from './dhcpv4';
import { OPTIONS6 } from './dhcpv6/options';
import { tableInUse, type OptionRow, type OptionTable, type OwnTables } from './option';

const SPACES: Readonly<Record<string, OptionTable>> = { dhcp: dhcpOptions, dhcpv6: OPTIONS6 };

/**
 * The row for a key of the packet tree: `dhcp.option.54`, `dhcp.option.82.1` (the first sub-option of option 82),
 * `dhcpv6.option.3.5` (an IA address inside an IA_NA). Undefined for every other key. `tables` holds the
 * user's own options.
 */
export function optionRow(key: string, tables?: OwnTables): OptionRow | undefined {
  const [protocol, word, ...codes] = key.split('.');
  const registered = SPACES[protocol!];
  const table = registered && tableInUse(registered, tables);
  if (!table || word !== 'option' || codes.length === 0) return undefined;
  let row: OptionRow | undefined;
  for (const [depth, text] of codes.entries()) {
    const code = Number(text);
    if (!Number.isInteger(code)) return undefined;
    const inner: OptionRow | undefined = row?.type.spaces
      ?.map((space) => space().get(code))
      .find((found) => found !== undefined);
    // DHCPv6 has a single option space for messages and for options inside options (RFC 9915 §21.1).
    row = depth === 0 || (!inner && protocol === 'dhcpv6') ? table.get(code) : inner;
    if (!row) return undefined;
  }
  return row;
}
