/** The table of vendors that ships, as the build makes it from the IEEE's listing. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { Vendors } from '../../src/engine/who';
import { shortName, vendorTable } from '../../src/engine/vendorTable';

const listing = JSON.parse(readFileSync('node_modules/oui-data/index.json', 'utf8')) as Record<string, string>;
const table = vendorTable(listing);
const nameOf = (text: string): string => text.split('\n', 1)[0]!;

test('a name loses its legal form and is not shouted, and an acronym stays one', () => {
  // As the IEEE's listing writes them.
  for (const [name, short] of [
    ['Apple, Inc.', 'Apple'],
    ['Cisco Systems, Inc', 'Cisco Systems'],
    ['Intel Corporate', 'Intel'],
    ['HUAWEI TECHNOLOGIES CO.,LTD', 'Huawei Technologies'],
    ['TP-LINK TECHNOLOGIES CO.,LTD.', 'TP-Link Technologies'],
    ['New H3C Technologies Co., Ltd', 'New H3C Technologies'],
    ['LG ELECTRONICS INC', 'LG Electronics'],
    ['ASUSTek COMPUTER INC.', 'ASUSTek Computer'],
    ['AVM GmbH', 'AVM'],
    ['zte corporation', 'zte'],
    ['ALPSALPINE CO,.LTD', 'Alpsalpine'],
    ['BUFFALO.INC', 'Buffalo'],
    ['SHENZHEN BILIAN ELECTRONIC CO.，LTD', 'Shenzhen Bilian Electronic'],
    ['Nokia Solutions and Networks GmbH & Co. KG', 'Nokia Solutions and Networks'],
    ['Integrated Device Technology (Malaysia) Sdn. Bhd.', 'Integrated Device Technology (Malaysia)'],
    ['SAMSUNG ELECTRO-MECHANICS(THAILAND)', 'Samsung Electro-Mechanics (Thailand)'],
    ['Motorola Mobility LLC, a Lenovo Company', 'Motorola Mobility'],
    ['Sagemcom Broadband SAS', 'Sagemcom Broadband'],
    ['Nokia Danmark A/S', 'Nokia Danmark'],
    ['Raspberry Pi Foundation', 'Raspberry Pi Foundation'],
    ['LCFC(Hefei) Electronics Technology co., ltd', 'LCFC (Hefei) Electronics Technology'],
    // Nothing but a legal form is a name.
    ['AG', 'AG'],
  ] as const)
    assert.equal(shortName(name), short);
});

test('names with their number of prefixes, then each prefix as the difference from the one before, by the place of its octets', () => {
  const made = vendorTable({
    '00000C': 'Cisco Systems, Inc\n170 WEST TASMAN DRIVE',
    '000001': 'CISCO SYSTEMS, INC.',
    '000142': 'Cisco Systems, Inc',
    // One prefix only; nobody's; owned, but of the numbers that everybody may use; longer than 24 bits.
    '000D4B': 'Roku, Inc.',
    '002272': 'Private',
    '00CB00': 'Private',
    '70B3D5': 'IEEE Registration Authority',
    '70B3D6': 'IEEE Registration Authority',
    '02608C': '3COM',
    '026086': '3COM',
    '70B3D5001': 'SOREDI touch systems GmbH',
    '70B3D5002': 'SOREDI touch systems GmbH',
    // One prefix only, but one that is met everywhere.
    B827EB: 'Raspberry Pi Foundation',
  });
  assert.equal(Buffer.from(made.slice(0, -12)).toString(), 'Cisco Systems\t3\nRaspberry Pi Foundation\t1\n\n');
  // 0x000001, 0x00000c − 0x000001 = 0x00000b, 0x000142 − 0x00000c = 0x000136; 0xb827eb
  assert.deepEqual([...made.slice(-12)], [0, 0, 0, 0xb8, 0, 0, 1, 0x27, 0x01, 0x0b, 0x36, 0xeb]);
});

test('each prefix of the listing has the name of its vendor, or none', () => {
  const vendors = new Vendors(() => table);
  const owners = new Map<string, number>();
  const plain = Object.entries(listing).filter(([hex]) => hex.length === 6);
  const isGivenOut = (hex: string): boolean => (parseInt(hex.slice(0, 2), 16) & 3) === 0;
  for (const [hex, text] of plain) {
    const short = shortName(nameOf(text));
    if (isGivenOut(hex)) owners.set(short, (owners.get(short) ?? 0) + 1);
  }
  let named = 0;
  for (const [hex, text] of plain) {
    const address = `${hex.toLowerCase().replace(/(..)/g, '$1:')}00:00:01`;
    const name = nameOf(text);
    // Those of virtual machines have names of their own, in another test.
    if (/^(52:54:00|08:00:27)/.test(address)) continue;
    const short = shortName(name);
    const found = vendors.of(address);
    const nobody = name === 'Private' || name === 'IEEE Registration Authority' || !isGivenOut(hex);
    if (found !== undefined) {
      assert.ok(!nobody, `${hex} ${name}`);
      assert.equal(found, short, hex);
      named++;
    } else assert.ok(nobody || owners.get(short) === 1, `${hex} ${name} has no name`);
  }
  assert.ok(named > 20_000, `${named} prefixes`);
});

test('the table is small', () => {
  assert.ok(table.length < 180_000, `${table.length} octets`);
  assert.ok(deflateRawSync(table).length < 100_000);
});
