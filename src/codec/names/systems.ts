import { hex } from '../bytes';
import type { View } from '../view';
import { PXE_ARCHITECTURES } from './architectures';

/*
 * The kind of system a client runs, if it says so itself or sends something that only one kind sends. Exact matches
 * only; uncertain cases get no name.
 */

/** The parts of a message that identify its sender. */
export interface Introduction {
  option(code: number): View | undefined;
  text(code: number): string | undefined;
}

const USER_CLASS = 77;
const VENDOR_CLASS = 60;
const PARAMETERS = 55;
const CLIENT_ID = 61;

interface ByText {
  readonly form: RegExp;
  /** Called with the groups matched by `form`. */
  readonly name: (parts: readonly (string | undefined)[]) => string;
}

/** `, x64 UEFI` for the five digits of `Arch:00007`; empty for a number without a name. */
function architecture(digits: string | undefined): string {
  const name = digits === undefined ? undefined : PXE_ARCHITECTURES[Number(digits)];
  return name === undefined ? '' : `, ${name}`;
}

/** Vendor class identifiers (option 60) with which programs identify themselves. */
const VENDOR_CLASSES: readonly ByText[] = [
  // [MS-DHCPE], “Vendor Class Identifier”.
  { form: /^MSFT 5\.0$/, name: () => 'Windows' },
  { form: /^MSFT 98$/, name: () => 'Windows 98 or Me' },
  { form: /^android-dhcp-([\w.]{1,16})$/, name: ([version]) => `Android ${version}` },
  // `dhcpcd-6.11.5:Linux-4.1.18-v7+:armv7l:BCM2709`: its version, then those of system, machine and platform.
  {
    form: /^dhcpcd(?:-(\d[\w.+~-]{0,31}))?(?::([A-Za-z]{1,16})\b.*)?$/,
    name: ([version, system]) =>
      `dhcpcd${version === undefined ? '' : ` ${version}`}${system === undefined ? '' : ` on ${system}`}`,
  },
  // Before udhcp became part of BusyBox, whose version number it now has.
  { form: /^udhcp (0\.[\w.+-]{1,40})$/, name: ([version]) => `udhcp ${version}` },
  { form: /^udhcp(?: ([\w.+-]{1,40}))?$/, name: ([version]) => `BusyBox udhcp${version ? ` ${version}` : ''}` },
  // PXE 2.1 table 2-1, UEFI 2.5 §23.7
  { form: /^PXEClient(?::Arch:(\d{5})\b.*)?$/, name: ([digits]) => `PXE firmware${architecture(digits)}` },
  { form: /^HTTPClient(?::Arch:(\d{5})\b.*)?$/, name: ([digits]) => `HTTP boot firmware${architecture(digits)}` },
  {
    form: /^Cisco Systems, Inc\. IP Phone(?: ([\w.+-]{1,32}))?$/,
    name: ([model]) => `Cisco IP phone${model === undefined ? '' : ` ${model}`}`,
  },
  // the-tcpdump-group/tcpdump, QinQpacket.pcap
  { form: /^AastraIPPhone(\w{1,16})$/, name: ([model]) => `Aastra IP phone ${model}` },
];

/**
 * What network boot loaders put into option 77: the bare name, without the length octets of RFC 3004
 * (ipxe.org/howto/dhcpd).
 */
const LOADERS: readonly string[] = ['iPXE', 'gPXE'];

/** Parameter request lists (option 55), as found in public captures from systems that identify themselves. */
const PARAMETER_LISTS: Readonly<Record<string, string>> = {
  // With option 60 `udhcp 1.12.1`, `1.15.2`, `1.19.4`, `1.21.1`, `1.22.1`: andypitcher/IoT_Sentinel. The list of
  // BusyBox's udhcpc without -O.
  '1,3,6,12,15,28,42': 'BusyBox udhcp',
  // With option 60 `MSFT 5.0`: seladb/PcapPlusPlus raw_ip.pcap, ntop/nDPI gnutella.pcap, OISF/suricata-verify output-eve-ftp-data.
  '1,3,6,15,31,33,43,44,46,47,119,121,249,252': 'Windows',
  '1,3,6,15,31,33,43,44,46,47,121,249,252': 'Windows',
  '1,15,3,6,44,46,47,31,33,121,249,43': 'Windows',
  '1,15,3,6,44,46,47,31,33,121,249,43,252': 'Windows',
  // With option 60 `android-dhcp-9`: ntop/nDPI android.pcap.
  '1,3,6,15,26,28,51,58,59,43': 'Android',
  // From iMacs and MacBooks, judging by their host names: ntop/nDPI iphone.pcap, the-tcpdump-group/tcpdump
  // dhcp-option-108.pcapng.
  '1,121,3,6,15,119,252,95,44,46': 'Apple macOS',
  '1,121,3,6,15,108,114,119,252,95,44,46': 'Apple macOS',
  // What lwIP’s dhcp.c asks for in every message, with and without LWIP_DHCP_GET_NTP_SRV.
  '1,3,28,6': 'lwIP',
  '1,3,28,6,42': 'lwIP',
  // From iPhones, judging by their host names: ntop/nDPI iphone.pcap, wechat.pcap.
  '1,121,3,6,15,119,252': 'Apple iOS or a system derived from it',
};

/** The same lists, with the octets of option 55 as hex digits. */
const LISTS: ReadonlyMap<string, string> = new Map(
  Object.entries(PARAMETER_LISTS).map(([list, name]) => [hex(Uint8Array.from(list.split(','), Number)), name]),
);
const LONGEST_LIST = [...LISTS.keys()].reduce((most, { length }) => Math.max(most, length / 2), 0);

/** A program and its version: `uIP 1.0`. */
const PROGRAM = /^[a-z]\w* v?\d+\.\d[\w.]*$/i;

/**
 * The kind of system that sent a message, with the option that identifies it: `Windows (by option 60)`; undefined if it
 * is not certain.
 */
export function systemOf(message: Introduction): string | undefined {
  const vendorClass = message.text(VENDOR_CLASS) ?? '';
  const loader = message.text(USER_CLASS) ?? '';
  if (LOADERS.includes(loader)) {
    const arch = architecture(/^PXEClient:Arch:(\d{5})\b/.exec(vendorClass)?.[1]);
    return `${loader}${arch} (by ${arch === '' ? 'option 77' : 'options 77 and 60'})`;
  }
  for (const { form, name } of vendorClass === '' ? [] : VENDOR_CLASSES) {
    const match = form.exec(vendorClass);
    if (match) return `${name(match.slice(1))} (by option 60)`;
  }
  const list = message.option(PARAMETERS);
  // Another program that names itself, with its version, only asks for the same.
  const asker = !PROGRAM.test(vendorClass) && list && list.length <= LONGEST_LIST ? LISTS.get(list.hex()) : undefined;
  if (asker !== undefined) return `${asker} (by option 55)`;
  return isSystemd(message.option(CLIENT_ID)) ? 'systemd-networkd (by option 61)' : undefined;
}

/**
 * systemd's number in IANA's “Private Enterprise Numbers”, which its manual gives for the DUIDs it creates
 * (systemd.network, `DUIDType=`).
 */
const SYSTEMD = 43793;

/**
 * Whether a client identifier has the form of RFC 4361 §6.1 (type 255, IAID, DUID) with a DUID created by systemd
 * (DUID-EN, RFC 9915 §11.3).
 */
function isSystemd(id: View | undefined): boolean {
  return id !== undefined && id.length >= 11 && id.u8(0) === 255 && id.u16(5) === 2 && id.u32(7) === SYSTEMD;
}
