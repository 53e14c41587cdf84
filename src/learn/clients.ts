import type { OptionSpec4 } from '../codec/dhcpv4';

/** A kind of client: what its DISCOVER and REQUEST contain besides the address. */
export interface ClientKind {
  readonly id: string;
  readonly name: string;
  /** Host names of such clients; empty if they send none. */
  readonly hosts: readonly string[];
  /** First three octets of its hardware address, from the locally administered range (RFC 7042 §2.1). */
  readonly prefix: string;
  /** Sets the broadcast flag (B). */
  readonly broadcast?: true;
  /** Sends option 61 with type 1 and the hardware address. */
  readonly identifies?: true;
  readonly options: readonly OptionSpec4[];
}

const wants = (...data: number[]): OptionSpec4 => ({ code: 55, data });
const vendor = (data: string): OptionSpec4 => ({ code: 60, data });
const largest = (data: number): OptionSpec4 => ({ code: 57, data });

/** Network boot options: architecture (RFC 4578 §2.1), network interface, machine identifier. */
const boots = (architecture: number): OptionSpec4[] => {
  const digits = String(architecture).padStart(5, '0');
  return [
    vendor(`PXEClient:Arch:${digits}:UNDI:00${architecture === 0 ? '2' : '3'}00${architecture === 0 ? '1' : '0'}`),
    { code: 93, hex: architecture.toString(16).padStart(4, '0') },
    { code: 94, hex: architecture === 0 ? '010201' : '010300' },
    { code: 97, hex: `00${'67'.repeat(16)}` },
  ];
};

/** Kinds of clients, as seen in captures of such systems. */
export const CLIENT_KINDS: readonly ClientKind[] = [
  {
    id: 'windows',
    name: 'Windows',
    hosts: ['PC-ACCOUNTS', 'PC-RECEPTION', 'DESKTOP-67', 'LAPTOP-SALES'],
    prefix: '02:57:49',
    identifies: true,
    options: [vendor('MSFT 5.0'), wants(1, 3, 6, 15, 31, 33, 43, 44, 46, 47, 119, 121, 249, 252)],
  },
  {
    id: 'android',
    name: 'Android',
    hosts: [],
    prefix: '02:41:4e',
    identifies: true,
    options: [largest(1500), vendor('android-dhcp-14'), wants(1, 3, 6, 15, 26, 28, 51, 58, 59, 43)],
  },
  {
    id: 'ios',
    name: 'iPhone or iPad',
    hosts: ['iPhone', 'iPad'],
    prefix: '02:49:4f',
    identifies: true,
    options: [wants(1, 121, 3, 6, 15, 119, 252), largest(1500)],
  },
  {
    id: 'printer',
    name: 'Printer',
    hosts: ['printer-room-12', 'printer-hall'],
    prefix: '02:50:52',
    options: [vendor('Hewlett-Packard JetDirect'), wants(6, 3, 1, 15, 66, 67, 13, 44, 12)],
  },
  {
    id: 'phone',
    name: 'Desk phone',
    hosts: ['phone-201', 'phone-202'],
    prefix: '02:50:48',
    options: [vendor('Cisco Systems, Inc. IP Phone CP-7945G'), wants(1, 66, 6, 3, 15, 150, 35)],
  },
  {
    id: 'udhcpc',
    name: 'udhcpc (BusyBox)',
    hosts: ['sensor-7', 'camera-door'],
    prefix: '02:42:42',
    identifies: true,
    options: [largest(576), wants(1, 3, 6, 12, 15, 28, 42), vendor('udhcp 1.36.1')],
  },
  {
    id: 'pxe-bios',
    name: 'PXE firmware, BIOS',
    hosts: [],
    prefix: '02:58:42',
    broadcast: true,
    options: [largest(1260), wants(1, 3, 43, 54, 60, 66, 67, 128, 129, 130), ...boots(0)],
  },
  {
    id: 'pxe-uefi',
    name: 'PXE firmware, x64 UEFI',
    hosts: [],
    prefix: '02:58:55',
    broadcast: true,
    options: [largest(1472), wants(1, 3, 43, 54, 60, 66, 67, 97, 128, 129), ...boots(7)],
  },
];

/** The options of one client: those of its kind, and those that identify it. */
export function optionsOf(kind: ClientKind, mac: string, host: string | undefined): OptionSpec4[] {
  return [
    ...(kind.identifies ? [{ code: 61, hex: `01${mac.replaceAll(':', '')}` }] : []),
    ...(host === undefined ? [] : [{ code: 12, data: host }]),
    ...kind.options,
  ];
}
