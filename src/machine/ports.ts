import type { Range } from '../config/address';
import { addressesOf } from './firewall/addresses';

/** What a client sends before it has an address. */
export interface FirstPacket {
  readonly source: Range;
  readonly destination: Range;
  readonly cast: 'broadcast' | 'multicast';
  /** The packets in words, and where they come from. */
  readonly title: string;
  readonly text: string;
}

/** The ports of DHCP and related protocols, with IANA's names and the programs that listen on them. */
export interface PortRow {
  readonly port: number;
  readonly name: string;
  readonly hears: string;
  /** Address families that use it. */
  readonly families: readonly (4 | 6)[];
  /** Source port of the other side. */
  readonly from: number | undefined;
  /** The first packet of a client to this port, if every client begins with one like it. */
  readonly first?: FirstPacket;
  readonly reference: string;
}

export const PORTS: readonly PortRow[] = [
  {
    port: 67,
    name: 'bootps',
    hears: 'DHCP servers and relays',
    families: [4],
    from: 68,
    first: {
      source: addressesOf('0.0.0.0')!,
      destination: addressesOf('255.255.255.255')!,
      cast: 'broadcast',
      title: 'broadcasts of clients without an address',
      text: 'A client without an address sends from 0.0.0.0 to 255.255.255.255',
    },
    reference: 'RFC 2131 §4.1',
  },
  { port: 68, name: 'bootpc', hears: 'DHCP clients', families: [4], from: 67, reference: 'RFC 2131 §4.1' },
  { port: 69, name: 'tftp', hears: 'boot servers (TFTP)', families: [4, 6], from: undefined, reference: 'RFC 1350 §4' },
  { port: 546, name: 'dhcpv6-client', hears: 'DHCPv6 clients', families: [6], from: 547, reference: 'RFC 9915 §7.2' },
  {
    port: 547,
    name: 'dhcpv6-server',
    hears: 'DHCPv6 servers and relays',
    families: [6],
    from: 546,
    first: {
      source: addressesOf('fe80::/10')!,
      destination: addressesOf('ff02::1:2')!,
      cast: 'multicast',
      title: 'multicasts of clients',
      text: 'A client sends from its link-local address (fe80::/10) to ff02::1:2',
    },
    reference: 'RFC 9915 §7.2',
  },
  {
    port: 4011,
    name: 'altserviceboot',
    hears: 'PXE boot servers (proxyDHCP)',
    families: [4],
    from: undefined,
    reference: 'PXE 2.1 §2.2',
  },
];

const BY_NAME = new Map(PORTS.map(({ name, port }) => [name, port]));
const BY_NUMBER = new Map(PORTS.map((row) => [row.port, row]));

export const portRow = (port: number): PortRow | undefined => BY_NUMBER.get(port);

/** A port by its number or IANA name. Undefined for any other text. */
export function portNumber(text: string): number | undefined {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  return BY_NAME.get(text);
}
