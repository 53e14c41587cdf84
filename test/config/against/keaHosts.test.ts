/** Which reservations Kea looks at, and when: each expected result is what kea-dhcp4 2.2.0 did with this configuration and a client. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OTHER, vain } from './asking';
import { held, told } from './held';

const OPTIONS =
  '"valid-lifetime": 3600, "option-data": [ { "name": "routers", "data": "10.0.0.1" }, { "name": "domain-name-servers", "data": "10.0.0.1" } ],';
const NAMED = `"reservations": [ { "hw-address": "${OTHER}", "hostname": "x" } ],\n`;
const ADDRESS = `"reservations": [ { "hw-address": "${OTHER}", "ip-address": "10.0.0.177" } ],\n`;
const IN_POOL = `"reservations": [ { "hw-address": "${OTHER}", "ip-address": "10.0.0.60" } ],\n`;
const FOREIGN = '"reservations": [ { "hw-address": "02:00:00:00:00:09", "ip-address": "10.0.0.60" } ],\n';
const VIP = `"reservations": [ { "hw-address": "${OTHER}", "client-classes": [ "vip" ] } ],\n`;
const VIPS = '"client-classes": [ { "name": "vip" } ],\n';
const KNOWN = '"client-class": "KNOWN",\n';
const GLOBAL = '"reservations-global": true,\n';
const NOT_IN_SUBNET = '"reservations-in-subnet": false,\n';
const OUT_OF_POOL = '"reservations-out-of-pool": true,\n';
const RANGE = '10.0.0.50-10.0.0.99';
/** One address besides the one that the other client of the capture has. */
const TWO = '10.0.0.50-10.0.0.50" }, { "pool": "10.0.0.60-10.0.0.60';

interface Case {
  readonly name: string;
  readonly global?: string;
  readonly subnet?: string;
  readonly pool?: string;
  readonly range?: string;
  /** The text of the line that keeps Kea silent, or what it offers from. */
  readonly silent?: string;
  readonly offers?: string;
}

const CASES: readonly Case[] = [
  { name: 'a reservation of the subnet', subnet: ADDRESS, offers: '10.0.0.177' },
  { name: 'a global reservation, which is not looked at by default', global: ADDRESS, offers: RANGE },
  { name: 'a global reservation', global: GLOBAL + ADDRESS, offers: '10.0.0.177' },
  { name: 'reservations of subnets are off', global: NOT_IN_SUBNET, subnet: ADDRESS, offers: RANGE },
  { name: 'out of the pool', global: OUT_OF_POOL, subnet: ADDRESS, offers: '10.0.0.177' },
  { name: 'in the pool, which is passed over', global: OUT_OF_POOL, subnet: IN_POOL, offers: RANGE },
  { name: 'the older mode: disabled', global: '"reservation-mode": "disabled",\n', subnet: ADDRESS, offers: RANGE },
  { name: 'the older mode: global', global: `"reservation-mode": "global",\n${ADDRESS}`, offers: '10.0.0.177' },
  { name: 'a pool for the known, and nobody is', pool: KNOWN, silent: KNOWN },
  { name: 'a pool for the known', subnet: NAMED, pool: KNOWN, offers: RANGE },
  { name: 'a pool for the known, by a global reservation that is off', global: NAMED, pool: KNOWN, silent: KNOWN },
  { name: 'a pool for the known, by a global reservation', global: GLOBAL + NAMED, pool: KNOWN, offers: RANGE },
  { name: 'a pool for the known, reservations off', global: NOT_IN_SUBNET, subnet: NAMED, pool: KNOWN, silent: KNOWN },
  { name: 'a subnet for the known is never chosen', subnet: KNOWN + NAMED, silent: KNOWN },
  { name: 'a subnet for the unknown neither', subnet: '"client-class": "UNKNOWN",\n', silent: '"UNKNOWN"' },
  {
    name: 'a subnet for a class that its reservation gives',
    global: VIPS,
    subnet: `${VIP}"client-class": "vip",\n`,
    silent: '"vip",\n',
  },
  {
    name: 'a pool for a class that a global reservation gives',
    global: GLOBAL + VIPS + VIP,
    pool: '"client-class": "vip",\n',
    offers: RANGE,
  },
  { name: '… which is off', global: VIPS + VIP, pool: '"client-class": "vip",\n', silent: '"client-class": "vip"' },
  { name: 'the last address is reserved for another', subnet: FOREIGN, range: TWO, silent: '10.0.0.50-10.0.0.50' },
  {
    name: '… which does not count in pools',
    global: OUT_OF_POOL,
    subnet: FOREIGN,
    range: TWO,
    offers: '10.0.0.60',
  },
  {
    name: '… where no reservation counts',
    global: NOT_IN_SUBNET,
    subnet: FOREIGN,
    range: TWO,
    offers: '10.0.0.60',
  },
  { name: '… and a global one keeps no address', global: GLOBAL + FOREIGN, range: TWO, offers: '10.0.0.60' },
  {
    name: 'who is not known is dropped',
    global: `${NOT_IN_SUBNET}"client-classes": [ { "name": "DROP",\n"test": "not member('KNOWN')" } ],\n`,
    subnet: ADDRESS,
    silent: '"test"',
  },
];

for (const { name, global = '', subnet = '', pool = '', range = RANGE, silent, offers } of CASES)
  test(`Kea: ${name}`, () => {
    const text = `{ "Dhcp4": { ${OPTIONS}\n${global}"subnet4": [ { "id": 1,\n"subnet": "10.0.0.0/24",\n${subnet}"pools": [ {\n${pool}"pool": "${range}" } ] } ] } }`;
    const { unsent } = held('kea4', text, vain());
    const where = told('kea4', text, vain()).filter((one) => !one.includes(' info '));
    if (silent !== undefined) {
      const line = text.slice(0, text.indexOf(silent)).split('\n').length;
      assert.deepEqual(where, [`config-silent error ${line} likely 5,6,7`]);
    } else {
      assert.deepEqual(where, []);
      assert.deepEqual(
        unsent.map(({ about }) => about),
        [offers, offers, offers],
      );
    }
  });

test('Kea: of a shared network, the other subnets are chosen after reservations were looked up', () => {
  const network = (first: string, second: string): string =>
    `{ "Dhcp4": { ${OPTIONS}\n"shared-networks": [ { "name": "n", "subnet4": [\n{ "id": 1,\n${first}"subnet": "10.0.0.0/24" },\n{ "id": 2,\n${KNOWN}${second}"subnet": "10.0.2.0/24", "pools": [ { "pool": "10.0.2.50-10.0.2.60" } ] } ] } ] } }`;
  const about = (text: string): (string | undefined)[] => held('kea4', text, vain()).unsent.map((one) => one.about);
  const offered = '10.0.2.50-10.0.2.60';
  assert.deepEqual(about(network(NAMED, '')), [offered, offered, offered]);
  // The reservation of the subnet for the known is not looked at: the subnet was not chosen.
  for (const second of ['', NAMED]) assert.deepEqual(about(network('', second)), ['', '', '']);
});
