/** Who a client is: the vendor of its network card, and what kind of system it says it is. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { Capture } from '../../src/engine/capture';
import { fileSource } from '../../src/engine/node';
import { Vendors } from '../../src/engine/who';
import { vendorTable } from '../../src/engine/vendorTable';
import { nodes } from '../codec/frames';

const LAB = 'test/fixtures/lab';
const vendors = new Vendors(() =>
  vendorTable(JSON.parse(readFileSync('node_modules/oui-data/index.json', 'utf8')) as Record<string, string>),
);

async function open(path: string, known?: Vendors): Promise<Capture> {
  const capture = new Capture(path, DEFAULT_SETTINGS, { vendors: known });
  await capture.read(await fileSource(path));
  return capture;
}

test('well-known prefixes have the names of the IEEE’s listing, as Wireshark’s copy of it has them too', () => {
  for (const [address, name] of [
    ['00:00:0c:07:ac:01', 'Cisco Systems'],
    ['00:0c:29:1f:74:06', 'VMware'],
    ['00:1b:21:00:00:01', 'Intel'],
    ['3c:07:54:00:00:01', 'Apple'],
    ['b8:27:eb:b8:53:c8', 'Raspberry Pi Foundation'],
    ['dc:a6:32:00:00:01', 'Raspberry Pi Trading'],
    ['00:15:5d:01:29:04', 'Microsoft'],
    ['00:17:88:24:76:ff', 'Philips Lighting'],
    ['24:0a:c4:00:00:01', 'Espressif'],
    ['f4:f5:d8:00:00:01', 'Google'],
    ['00:04:f2:00:00:01', 'Polycom'],
    ['00:0b:82:01:fc:42', 'Grandstream Networks'],
    ['00:00:00:00:00:01', 'Xerox'],
  ] as const)
    assert.equal(vendors.of(address), name, address);
});

test('virtual machines are known by prefixes that no vendor owns, or one that has left it to them', () => {
  assert.equal(vendors.of('52:54:00:12:34:56'), 'QEMU/KVM virtual machine');
  assert.equal(vendors.of('08:00:27:e6:e5:59'), 'VirtualBox virtual machine');
  assert.equal(vendors.of('0a:00:27:00:00:0d'), 'VirtualBox host-only network');
  assert.equal(vendors.of('02:42:ac:11:00:02'), 'Docker container');
});

test('no vendor is named where there can be none', () => {
  for (const address of [
    '02:67:00:00:00:0c', // locally administered
    'da:a1:19:00:00:01', // as a phone makes one up
    '01:00:5e:00:00:01', // multicast
    'ff:ff:ff:ff:ff:ff',
    '00:00:00:00:00:00', // in ARP: not known
    '70:b3:d5:00:00:01', // divided among many
    '00:00:0c', // cut
    '00:00:0c:07:ac',
    '00:00:0c:07:ac:01:02', // not of Ethernet
    '',
    'client identifier 01',
    '__proto__',
  ])
    assert.equal(vendors.of(address), undefined, address);
});

/** A table as octets. */
const made = (table: string): Uint8Array => Buffer.from(table, 'latin1');

test('the table is read once, when the first name is asked for; without one, or with a damaged one, there are no names', () => {
  let reads = 0;
  const counting = new Vendors(() => {
    reads++;
    return made('Cisco Systems\t1\n\n\0\0\x0c');
  });
  assert.equal(counting.of('02:00:00:00:00:01'), undefined);
  assert.equal(counting.of('52:54:00:00:00:01'), 'QEMU/KVM virtual machine');
  assert.equal(reads, 0);
  assert.equal(counting.of('00:00:0c:00:00:01'), 'Cisco Systems');
  assert.equal(counting.of('00:00:0d:00:00:01'), undefined);
  assert.equal(reads, 1);
  assert.equal(new Vendors(() => undefined).of('00:00:0c:00:00:01'), undefined);
  for (const table of [
    '',
    '\t',
    'Cisco Systems',
    'Cisco Systems\t??\n\n\0\0\x0c',
    'Cisco Systems\t1\n\n\0\0',
    '\n\n\0\0\x0c',
  ])
    assert.equal(new Vendors(() => made(table)).of('00:00:0c:00:00:01'), undefined, JSON.stringify(table));
  assert.equal(new Vendors(() => made('Cisco Systems\t9\n\n')).of('00:00:00:00:00:01'), undefined);
});

test('what is said of an address beside its vendor is that it is locally administered', () => {
  assert.equal(vendors.note('00:00:0c:07:ac:01'), 'Cisco Systems');
  assert.equal(vendors.note('02:67:00:00:00:0c'), 'locally administered');
  assert.equal(vendors.note('03:00:00:00:00:01'), undefined);
  assert.equal(vendors.note('02:67:00'), undefined);
  assert.equal(vendors.note('00:00:00:00:00:00'), undefined);
});

test('in the tree of a frame each link-layer address has a note, and nothing else has', async () => {
  const capture = await open('media/samples/dhcp-healthy.pcap', new Vendors(() => undefined));
  const noted = [...nodes(capture.frame(1).tree)].filter(({ note }) => note !== undefined);
  // The client is 02:67:00:00:00:0c, and asks everybody.
  assert.deepEqual(
    noted.map(({ key, text, note }) => [key, text, note]),
    [
      ['eth.src', '02:67:00:00:00:0c', 'locally administered'],
      ['dhcp.chaddr', '02:67:00:00:00:0c', 'locally administered'],
    ],
  );
});

/** The client whose program a capture of the lab is named after: a neighbour beside it always runs udhcpc. */
const LAB_CLIENT = '02:67:00:00:00:0c';

/** What that client is said to be; nothing where that is not known. */
async function systemsOf(path: string): Promise<Set<string>> {
  const { result } = await open(path);
  return new Set(
    result.clients.flatMap(({ client, system }) => (client === LAB_CLIENT && system !== undefined ? [system] : [])),
  );
}

/** What the lab's programs say of themselves: its `programs` give udhcpc and dhcpcd their vendor class, dhclient none. */
const SAID: Readonly<Record<string, readonly string[]>> = {
  // Some scenarios have udhcpc ask as firmware does.
  udhcpc: ['BusyBox udhcp (by option 60)', 'PXE firmware, x86 BIOS (by option 60)'],
  dhcpcd: ['dhcpcd (by option 60)'],
  // It asks for what the lab's dhclient.conf lists, which is no sign of dhclient.
  dhclient: [],
};

for (const [program, said] of Object.entries(SAID))
  test(`what the lab’s captures say of ${program} is what it is`, async () => {
    const files = globSync(`${LAB}/healthy*_${program}.pcap`).concat(globSync(`${LAB}/pxe*_${program}.pcap`));
    assert.ok(files.length >= 6, `${files.length} files`);
    const found = new Set<string>();
    for (const file of files) for (const system of await systemsOf(file)) found.add(system);
    assert.deepEqual([...found].sort(), [...said]);
  });

test('the machine-readable list of clients has the vendor and the system, and no key for what is not known', async () => {
  const capture = await open('media/samples/dhcp-healthy.pcap', new Vendors(() => made('Somebody\t1\n\n\0\0\x01')));
  const [client, ...more] = [...capture.eachClient()];
  assert.equal(more.length, 0);
  assert.equal(client!.system, 'BusyBox udhcp (by option 60)');
  assert.ok(!('vendor' in client!));
  const unknown = await open(`${LAB}/healthy_dnsmasq_dhclient.pcap`);
  assert.ok([...unknown.eachClient()].every((one) => !('system' in one) && !('vendor' in one)));
});
