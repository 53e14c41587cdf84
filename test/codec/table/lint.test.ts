/** The option tables are data; these rules hold for every row of every table, sub-options included. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { dhcpOptions } from '../../../src/codec/dhcpv4';
import { ENCAPSULATED } from '../../../src/codec/dhcpv4/options';
import { OPTIONS6 } from '../../../src/codec/dhcpv6';
import type { OptionRow, OptionTable } from '../../../src/codec/option';
import { optionRow } from '../../../src/codec/optionRows';

/** Every table that can be reached from the registries' two, each once. */
function tables(): Map<OptionTable, string> {
  const found = new Map<OptionTable, string>();
  const visit = (table: OptionTable, name: string): void => {
    if (found.has(table)) return;
    found.set(table, name);
    for (const row of table.values()) {
      for (const space of row.type.spaces ?? []) visit(space(), `${name}, in ${row.code} (${row.name})`);
    }
  };
  visit(dhcpOptions, 'DHCPv4');
  visit(OPTIONS6, 'DHCPv6');
  for (const { name, table } of ENCAPSULATED) visit(table, `DHCPv4, in 43: ${name}`);
  return found;
}
const TABLES = tables();

function forEachRow(check: (row: OptionRow, where: string) => void): void {
  for (const [table, name] of TABLES)
    for (const row of table.values()) check(row, `${name}: ${row.code} (${row.name})`);
}

test('the tables of sub-options are reached', () => {
  assert.ok(TABLES.size >= 20, `${TABLES.size} tables`);
  let rows = 0;
  forEachRow(() => rows++);
  assert.ok(rows >= 500, `${rows} rows`);
});

test('codes ascend and names are unique in each table', () => {
  for (const [table, name] of TABLES) {
    const codes = [...table.values()].map((row) => row.code);
    assert.deepEqual(codes, [...table.keys()], name);
    assert.deepEqual(
      codes,
      [...codes].sort((a, b) => a - b),
      name,
    );
    const names = [...table.values()].map((row) => row.name);
    assert.deepEqual(
      names.filter((one, index) => names.indexOf(one) !== index),
      [],
      name,
    );
  }
});

/** An RFC, with its section where it has any to name; or who else defined it. */
const REFERENCE =
  /^(RFC \d{3,4}( §\d+(\.\d+)*)?(, RFC \d{4} §[\d.]+)?$|draft-[a-z0-9-]+( §[\d.]+)?$|IANA |\[MS-DHCPE\] §|PXE specification |CL-SP-|TR-\d+ |Apple |Cisco |Alcatel-Lucent |Altiris|iPXE )/;

test('every row says where it is defined', () => {
  forEachRow((row, where) => assert.match(row.rfc, REFERENCE, where));
});

/** Words of a text without endings, articles and other words that say nothing. */
function words(text: string): Set<string> {
  const all = text.toLowerCase().match(/[a-z0-9+/]+/g) ?? [];
  return new Set(all.filter((word) => !FILLERS.has(word)).map((word) => word.replace(/(es|s)$/, '')));
}
const FILLERS = new Set('a an the of to for in on at by is are and or its it option value that this as'.split(' '));

test('every purpose is a plain sentence that says more than the name', () => {
  const wrong: string[] = [];
  forEachRow(({ name, purpose }, where) => {
    const known = words(name);
    const fresh = [...words(purpose)].filter((word) => !known.has(word));
    const sentence = /^[A-Z].*[.]$/s.test(purpose) && purpose.length >= 25 && purpose.length <= 220;
    if (!sentence || fresh.length < 3) wrong.push(`${where}: ${purpose}`);
  });
  assert.deepEqual(wrong, []);
});

test('no two rows of one table have the same purpose, but those of removed and private codes', () => {
  for (const [table, name] of TABLES) {
    const seen = new Map<string, number>();
    for (const row of table.values()) {
      if (/^(Removed|Private Use)/.test(row.name)) continue;
      assert.equal(seen.get(row.purpose), undefined, `${name}: ${row.code} and ${seen.get(row.purpose)}`);
      seen.set(row.purpose, row.code);
    }
  }
});

test('every type reads and writes, has a name, and a size that some length fits', () => {
  forEachRow(({ type }, where) => {
    assert.equal(typeof type.decode, 'function', where);
    assert.equal(typeof type.encode, 'function', where);
    assert.ok(type.name.length > 2, where);
    const { min, max, step } = type.size;
    assert.ok(min >= 0 && max >= min && step >= 1, where);
  });
});

test('the row behind a key of the tree is found, for sub-options too', () => {
  assert.equal(optionRow('dhcp.option.54')?.name, 'Server Identifier');
  assert.equal(optionRow('dhcp.option.82.1')?.name, 'Agent Circuit ID');
  assert.equal(optionRow('dhcp.option.122.6')?.rfc.startsWith('RFC 3495'), true);
  assert.equal(optionRow('dhcpv6.option.3.5')?.name, 'IA Address');
  assert.equal(optionRow('dhcp.option.82.99'), undefined);
  assert.equal(optionRow('ip.ttl'), undefined);
});

test('DHCPv4 and the value types stand on their own: they import nothing of DHCPv6', () => {
  const codec = fileURLToPath(new URL('../../../src/codec', import.meta.url));
  for (const room of ['dhcpv4', 'values', 'names']) {
    for (const file of readdirSync(join(codec, room), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue;
      const source = readFileSync(join(codec, room, file), 'utf8');
      assert.doesNotMatch(source, /from '[^']*dhcpv6/, `${room}/${file}`);
      if (room !== 'dhcpv4') assert.doesNotMatch(source, /from '[^']*dhcpv4/, `${room}/${file}`);
    }
  }
});
