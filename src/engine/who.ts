import type { Field } from '../codec/field';

/**
 * Prefixes that the IEEE's listing lacks, or lists under a name that says nothing: those of virtual machines, from the
 * documentation of QEMU, VirtualBox and Docker (whose addresses continue with the IPv4 address in 172.16.0.0/12).
 */
const VIRTUAL: Readonly<Record<string, string>> = {
  '52:54:00': 'QEMU/KVM virtual machine',
  '08:00:27': 'VirtualBox virtual machine',
  '0a:00:27': 'VirtualBox host-only network',
  '02:42:ac': 'Docker container',
};

/** A whole address of six octets, as the codec writes it. */
const ADDRESS = /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/;
const GROUP = 1;
const LOCAL = 2;

/** The vendor's part of an address: the first three octets. */
const prefixOf = (address: string): number => parseInt(address.slice(0, 8).replaceAll(':', ''), 16);

/**
 * Finds the maker of a network card by its address. `read` supplies the table of prefixes; it is
 * called when the first name is needed. Without a table there are no names.
 */
export class Vendors {
  private names: ReadonlyMap<number, string> | undefined;

  constructor(private readonly read: () => Uint8Array | undefined) {}

  /** The vendor of an address in colon hex; undefined if it is truncated, unknown, a group address, all zeros, or locally administered. */
  of(address: string): string | undefined {
    if (!ADDRESS.test(address) || address === '00:00:00:00:00:00') return undefined;
    const virtual = VIRTUAL[address.slice(0, 8)];
    if (virtual !== undefined) return virtual;
    if (parseInt(address.slice(0, 2), 16) & (GROUP | LOCAL)) return undefined;
    this.names ??= parse(this.read() ?? new Uint8Array(0));
    return this.names.get(prefixOf(address));
  }

  /** A note to show beside an address: its vendor, or that it is locally administered (RFC 9542 §2.1). */
  note(address: string): string | undefined {
    const vendor = this.of(address);
    if (vendor !== undefined || !ADDRESS.test(address)) return vendor;
    return (parseInt(address.slice(0, 2), 16) & (GROUP | LOCAL)) === LOCAL ? 'locally administered' : undefined;
  }
}

/** For platforms without a table. */
export const NO_VENDORS = new Vendors(() => undefined);

const LINE_END = 10;

/** Reads the table that `vendorTable.ts` builds. */
function parse(table: Uint8Array): Map<number, string> {
  const names = new Map<number, string>();
  let at = table.findIndex((octet, i) => octet === LINE_END && table[i + 1] === LINE_END) + 2;
  const count = Math.floor((table.length - at) / 3);
  const end = at + count;
  for (const line of new TextDecoder().decode(table.subarray(0, at)).split('\n')) {
    const [name = '', prefixes] = line.split('\t');
    let prefix = 0;
    for (let i = 0; i < Number(prefixes) && at < end; i++, at++) {
      prefix += (table[at]! << 16) | (table[at + count]! << 8) | table[at + 2 * count]!;
      names.set(prefix, name);
    }
  }
  return names;
}

/** Fields of a packet tree that hold a link-layer address. */
const ADDRESS_FIELDS: ReadonlySet<string> = new Set([
  'eth.dst',
  'eth.src',
  'wlan.da',
  'wlan.sa',
  'wlan.ra',
  'wlan.ta',
  'wlan.bssid',
  'sll.src.eth',
  'dhcp.chaddr',
  'arp.src.hw_mac',
  'arp.dst.hw_mac',
]);

/** The tree with a note at each link-layer address that names its vendor. */
export function withVendors(tree: readonly Field[], vendors: Vendors): Field[] {
  return tree.map((field) => {
    const note = ADDRESS_FIELDS.has(field.key ?? '') ? vendors.note(field.text) : undefined;
    return {
      ...field,
      ...(note !== undefined ? { note } : {}),
      ...(field.children ? { children: withVendors(field.children, vendors) } : {}),
    };
  });
}
