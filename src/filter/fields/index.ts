import type { FieldDef } from '../field';
import { arpFields } from './arp';
import { dhcpFields } from './dhcp';
import { dhcpv6Fields } from './dhcp/v6';
import { frameFields, ownFields } from './frame';
import { icmpFields } from './icmp';
import { ipFields } from './ip';
import { linkFields } from './link';
import { tftpFields } from './tftp';

const ALL: ReadonlyMap<string, FieldDef> = new Map(
  [
    ...frameFields,
    ...ownFields,
    ...linkFields,
    ...ipFields,
    ...arpFields,
    ...icmpFields,
    ...tftpFields,
    ...dhcpFields,
    ...dhcpv6Fields,
  ].map((field) => [field.name, field] as const),
);

/** Every field of the filter language. DHCP fields can also be found by their old names, `bootp…`. */
export const FIELDS = {
  get: (name: string): FieldDef | undefined => ALL.get(name.replace(/^bootp(?=\.|$)/, 'dhcp')),
  names: (): Iterable<string> => ALL.keys(),
  all: (): Iterable<FieldDef> => ALL.values(),
};
