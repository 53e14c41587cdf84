import { optionTable, type OptionRow, type OptionTable } from '../../option';
import { textOrOctets } from '../../values/text-or-octets';
import { dhcpRows } from './dhcp';
import { laterOptions } from './later';
import { hostOptions, serviceOptions } from './rfc2132';
import { vendorRows } from './vendor';

export { relayAgentSubOptions } from './relay-agent';
export { ENCAPSULATED } from './encapsulated';

/** Codes reserved for private use by each site (RFC 3942 §4). */
const FIRST_PRIVATE = 224;
const LAST_PRIVATE = 254;

/** Codes whose use was abandoned (RFC 3679 §2) or that were only tentatively assigned. */
const REMOVED: readonly [code: number, name: string, rfc: string, purpose: string][] = [
  [
    84,
    'Removed (84)',
    'RFC 3679 §2',
    'Was reserved for a relay’s circuit information that was never published. Whoever sends this code today means something of their own.',
  ],
  [
    96,
    'Removed (96)',
    'RFC 3679 §2',
    'Was reserved for IPv6 transition settings that were never published. Whoever sends this code today means something of their own.',
  ],
  [
    102,
    'Removed (102)',
    'RFC 3679 §2',
    'Was reserved for a draft that was given up. Whoever sends this code today means something of their own.',
  ],
  [
    103,
    'Removed (103)',
    'RFC 3679 §2',
    'Was reserved for a draft that was given up. Whoever sends this code today means something of their own.',
  ],
  [
    104,
    'Removed (104)',
    'RFC 3679 §2',
    'Was reserved for a draft that was given up. Whoever sends this code today means something of their own.',
  ],
  [
    105,
    'Removed (105)',
    'RFC 3679 §2',
    'Was reserved for a draft that was given up. Whoever sends this code today means something of their own.',
  ],
  [
    106,
    'Removed (106)',
    'RFC 3679 §2',
    'Was reserved for a draft that was given up. Whoever sends this code today means something of their own.',
  ],
  [
    107,
    'Removed (107)',
    'RFC 3679 §2',
    'Was reserved for a draft that was given up. Whoever sends this code today means something of their own.',
  ],
  [
    110,
    'Removed (110)',
    'RFC 3679 §2',
    'Was reserved for IPv6 transition settings that were never published. Whoever sends this code today means something of their own.',
  ],
  [
    115,
    'Removed (115)',
    'RFC 3679 §2',
    'Was reserved for failover between servers, which took another way. Whoever sends this code today means something of their own.',
  ],
  [
    126,
    'Removed (126)',
    'RFC 3679 §2',
    'Was reserved for an extension of options that was given up. Whoever sends this code today means something of their own.',
  ],
  [
    127,
    'Removed (127)',
    'RFC 3679 §2',
    'Was reserved for an extension of options that was given up. Whoever sends this code today means something of their own.',
  ],
];

const anything = textOrOctets({ min: 0, max: Infinity, step: 1 });

const removed: readonly OptionRow[] = REMOVED.map(([code, name, rfc, purpose]) => ({
  code,
  name,
  type: anything,
  rfc,
  purpose,
}));

const named: readonly OptionRow[] = [
  ...dhcpRows((code) => dhcpOptions.get(code)?.name),
  ...hostOptions,
  ...serviceOptions,
  ...vendorRows,
  ...laterOptions,
  ...removed,
];

/** Rows for the private codes that have no known use. */
function privateRows(): OptionRow[] {
  const known = new Set(named.map((row) => row.code));
  const rows: OptionRow[] = [];
  for (let code = FIRST_PRIVATE; code <= LAST_PRIVATE; code++) {
    if (known.has(code)) continue;
    rows.push({
      code,
      name: `Private Use (${code})`,
      type: anything,
      rfc: 'RFC 3942 §4',
      purpose: 'Is free for each site to use for what it likes, so only that site’s administrators know what it means.',
    });
  }
  return rows;
}

/** Every DHCPv4 option, in ascending order of code. Tree, checks, encoder, filters and guide all use this table. */
export const dhcpOptions: OptionTable = optionTable([...named, ...privateRows()].sort((a, b) => a.code - b.code));

/**
 * The rule of RFC 3396: appearances of an option are joined if its value may be too long for one option (§4, §7). A
 * value of fixed or small size is never joined: a second appearance is a duplicate. Unknown options are joined, because
 * nothing speaks against it.
 */
function joins(row: OptionRow | undefined): boolean {
  if (row === undefined) return true;
  return row.repeated === undefined ? row.type.size.max > 255 : row.repeated === 'joined';
}

/** Whether several appearances of the option in one message are pieces of one value (RFC 3396). */
export function isJoined(code: number, rows = dhcpOptions): boolean {
  return joins(rows.get(code));
}

/** The option's name; `Unassigned` if the registry assigns nothing to the code. */
export function optionName(code: number, rows = dhcpOptions): string {
  return rows.get(code)?.name ?? 'Unassigned';
}
