import type { FieldDef } from '../field';
import { arpFields } from './arp';
import { carrierFields } from './carriers';
import { dhcpFields } from './dhcp';
import { dhcpv6Fields } from './dhcp/v6';
import { frameFields, ownFields } from './frame';
import { icmpFields } from './icmp';
import { ipFields } from './ip';
import { linkFields } from './link';
import { namedFields } from './named';
import { tcpFields } from './tcp';
import { tftpFields } from './tftp';
import { wifiFields } from './wifi';

const ALL: ReadonlyMap<string, FieldDef> = new Map(
  [
    ...frameFields,
    ...ownFields,
    ...linkFields,
    ...wifiFields,
    ...carrierFields,
    ...ipFields,
    ...tcpFields,
    ...arpFields,
    ...icmpFields,
    ...tftpFields,
    ...namedFields,
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
