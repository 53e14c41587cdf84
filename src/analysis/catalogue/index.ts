import { ADDRESSES } from './addresses';
import { BOOT } from './boot';
import { CAPTURE } from './capture';
import { DHCPV6 } from './dhcpv6';
import type { FindingKind } from './kind';
import { LEASES } from './leases';
import { MESSAGES } from './messages';
import { PORTS } from './ports';
import { RELAYS } from './relays';
import { SECURITY } from './security';
import { SILENCE } from './silence';

export { FAMILIES, type Family, type FindingKind } from './kind';

/** Every finding that an analysis can report, by id. */
export const FINDINGS: ReadonlyMap<string, FindingKind> = new Map(
  [SILENCE, ADDRESSES, PORTS, SECURITY, LEASES, RELAYS, MESSAGES, BOOT, DHCPV6, CAPTURE]
    .flat()
    .map((kind) => [kind.id, kind]),
);

/** Keys of the fields that show a finding, the most telling first. */
export const fieldsOf = (id: string): readonly string[] => FINDINGS.get(id)?.fields ?? [];
