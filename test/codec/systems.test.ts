/** What kind of system a message is from. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Message4 } from '../../src/codec/dhcpv4';
import { encodeMessage4, type OptionSpec4 } from '../../src/codec/dhcpv4/encode';
import { systemOf } from '../../src/codec/names/systems';

const hexOf = (text: string): string => Buffer.from(text).toString('hex');
const listHex = (list: string): string => Buffer.from(list.split(',').map(Number)).toString('hex');
const systemWith = (...options: OptionSpec4[]): string | undefined => {
  const bytes = encodeMessage4({ options: [{ code: 53, hex: '01' }, ...options] });
  return systemOf(Message4.read(bytes, 0, bytes.length));
};
const byClass = (text: string): string | undefined => systemWith({ code: 60, hex: hexOf(text) });
const byList = (list: string): string | undefined => systemWith({ code: 55, hex: listHex(list) });

test('by the vendor class that captures show', () => {
  for (const [text, system] of [
    // OISF/suricata-verify, ntop/nDPI
    ['MSFT 5.0', 'Windows (by option 60)'],
    ['android-dhcp-9', 'Android 9 (by option 60)'],
    // the-tcpdump-group/tcpdump dhcp-mud.pcap, QinQpacket.pcap
    ['dhcpcd-6.11.5:Linux-4.1.18-v7+:armv7l:BCM2709', 'dhcpcd 6.11.5 on Linux (by option 60)'],
    ['AastraIPPhone6731i', 'Aastra IP phone 6731i (by option 60)'],
    // andypitcher/IoT_Sentinel
    ['udhcp 1.22.1', 'BusyBox udhcp 1.22.1 (by option 60)'],
    ['udhcp 1.21.1--LSDK-10.2-00082-4', 'BusyBox udhcp 1.21.1--LSDK-10.2-00082-4 (by option 60)'],
    ['udhcp 0.9.8', 'udhcp 0.9.8 (by option 60)'],
    // The lab, and PXE 2.1 table 2-1; architectures by IANA's registry.
    ['dhcpcd', 'dhcpcd (by option 60)'],
    ['PXEClient:Arch:00000:UNDI:002001', 'PXE firmware, x86 BIOS (by option 60)'],
    ['PXEClient:Arch:00007:UNDI:003016', 'PXE firmware, x64 UEFI (by option 60)'],
    ['PXEClient:Arch:65535:UNDI:003016', 'PXE firmware (by option 60)'],
    ['PXEClient', 'PXE firmware (by option 60)'],
    ['HTTPClient:Arch:00016:UNDI:003001', 'HTTP boot firmware, x64 UEFI boot from HTTP (by option 60)'],
    ['Cisco Systems, Inc. IP Phone CP-7940G', 'Cisco IP phone CP-7940G (by option 60)'],
  ] as const)
    assert.equal(byClass(text), system, text);
});

test('nothing is said where the vendor class only resembles one, or says something else', () => {
  for (const text of [
    '',
    'MSFT',
    'MSFT 5.0 XBOX',
    'msft 5.0',
    'my MSFT 5.0',
    'android-dhcp-',
    'android-dhcp-13\x1b[31m',
    'dhcpcd-ui',
    'udhcp 1.2\u202e',
    'udhcpd',
    'PXEClientele',
    'dhcpcd-' + 'a'.repeat(200),
    'Withings00',
    'Arista',
  ])
    assert.equal(byClass(text), undefined, text);
});

test('by the exact parameter request list, and by no other', () => {
  assert.equal(byList('1,3,6,12,15,28,42'), 'BusyBox udhcp (by option 55)');
  // A program that calls itself something else in option 60 only asks for the same.
  const list = { code: 55, hex: listHex('1,3,6,12,15,28,42') };
  assert.equal(systemWith({ code: 60, hex: hexOf('uIP 1.0') }, list), undefined);
  assert.equal(byList('1,3,6,15,31,33,43,44,46,47,119,121,249,252'), 'Windows (by option 55)');
  assert.equal(byList('1,3,6,15,26,28,51,58,59,43'), 'Android (by option 55)');
  assert.equal(byList('1,121,3,6,15,119,252,95,44,46'), 'Apple macOS (by option 55)');
  assert.equal(byList('1,121,3,6,15,108,114,119,252,95,44,46'), 'Apple macOS (by option 55)');
  assert.equal(byList('1,121,3,6,15,119,252'), 'Apple iOS or a system derived from it (by option 55)');
  for (const other of [
    '1,3,6,12,15,28,42,43', // one more
    '1,3,6,12,15,28', // one less
    '3,1,6,12,15,28,42', // another order
    '1,28,3,15,6', // what the lab's dhclient.conf asks for
    '1,3,6,42',
    Array.from({ length: 255 }, (_, i) => i).join(),
  ])
    assert.equal(byList(other), undefined, other);
});

test('what a client calls itself counts for more than what it asks for', () => {
  const list = { code: 55, hex: listHex('1,3,6,12,15,28,42') };
  assert.equal(systemWith({ code: 60, hex: hexOf('MSFT 5.0') }, list), 'Windows (by option 60)');
  assert.equal(systemWith({ code: 60, hex: hexOf('Gateway') }, list), 'BusyBox udhcp (by option 55)');
});

test('a boot loader is known by its user class, beside the vendor class of the firmware (ipxe.org/howto/dhcpd)', () => {
  const loader = { code: 77, hex: hexOf('iPXE') };
  const firmware = { code: 60, hex: hexOf('PXEClient:Arch:00007:UNDI:003016') };
  assert.equal(systemWith(firmware, loader), 'iPXE, x64 UEFI (by options 77 and 60)');
  assert.equal(systemWith(loader), 'iPXE (by option 77)');
  assert.equal(systemWith({ code: 77, hex: hexOf('constructor') }), undefined);
  assert.equal(systemWith({ code: 77, hex: hexOf('iPXE 2') }), undefined);
});

test('systemd-networkd is known by the DUID that it makes', () => {
  // RFC 4361 §6.1: 255, IAID; RFC 8415 §11.3: DUID-EN (2), enterprise 43793 = 0x0000ab11, eight octets of its own.
  const identifier = (hex: string) => systemWith({ code: 61, hex });
  assert.equal(
    identifier('ff6f0a1b2c 0002 0000ab11 0102030405060708'.replaceAll(' ', '')),
    'systemd-networkd (by option 61)',
  );
  assert.equal(identifier('ff6f0a1b2c00020000ab120102030405060708'), undefined);
  assert.equal(identifier('ff6f0a1b2c00010000ab110102030405060708'), undefined);
  assert.equal(identifier('016f0a1b2c00020000ab110102030405060708'), undefined);
  assert.equal(identifier('ff6f0a1b2c00020000ab'), undefined);
  assert.equal(identifier('01020000000001'), undefined);
});
