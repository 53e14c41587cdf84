/** What public configurations showed of the languages: each text is given to the program itself, and it and we must agree. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfigKind } from '../../src/config';
import { needs } from '../support/needs';
import { PROGRAMS, refusedBy, refusedByUs } from './program';

const label = (letters: number): string => 'a'.repeat(letters);
const kea4 = (inside: string): string => `{ "Dhcp4": { ${inside} } }\n`;
const kea6 = (inside: string): string => `{ "Dhcp6": { ${inside} } }\n`;
const octets = '"option-data": [ { "code": 224, "data": "180a" } ]';
const twoOfOneAddress = `"subnet4": [ { "id": 1, "subnet": "10.0.0.0/24", "reservations": [
  { "hw-address": "2:0:0:0:0:1", "ip-address": "10.0.0.5" }, { "hw-address": "2:0:0:0:0:2", "ip-address": "10.0.0.5" } ] } ]`;
const network6 = (first: string, second: string): string => `"shared-networks": [ { "name": "n", "subnet6": [
  { "id": 1, "subnet": "2001:db8:1::/64"${first} }, { "id": 2, "subnet": "2001:db8:2::/64"${second} } ] } ]`;
const two6 = (first: string, second: string): string =>
  `"subnet6": [ { "id": 1, "subnet": "${first}" }, { "id": 2, "subnet": "${second}" } ]`;

const TEXTS: Partial<Readonly<Record<ConfigKind, readonly string[]>>> = {
  dhcpd: [
    '% option foo unknown unknown;\ndefault-lease-time 600;\n',
    'subnet 10.0.0.0 netmask 255.255.255.0 { % foo; }\n',
    '% foo;\nbar baz;\n',
    'if known { % foo; }\n',
    '~ foo;\n',
    `option space s;\noption s.d code 1 = domain-name;\noption s.d ${label(63)}.us;\n`,
    `option space s;\noption s.d code 1 = domain-name;\noption s.d ${label(64)}.us;\n`,
    'option space s;\noption s.x code 300 = text;\n',
    'subnet 10.0.0.0 netmask 255.255.255.0\n  range 10.0.0.1 10.0.0.9;\n}\n',
  ],
  dhcpd6: [0, 1, 48, 127, 128].map(
    (length) => `subnet6 2001::/16 { prefix6 2001:0:0:10:: 2001:0:0:1f:: /${length}; }\n`,
  ),
  kea4: [
    kea4(octets),
    kea4(octets.replace('"code"', '"csv-format": false, "code"')),
    kea4(`"client-classes": [ { "name": "a", ${octets} } ]`),
    kea4(`"subnet4": [ { "id": 1, "subnet": "10.0.0.0/24", ${octets} } ]`),
    kea4('"option-data": [ { "name": "classless-static-route", "data": "10.0.0.0/24 - 10.0.0.1" } ]'),
    kea4('"option-data": [ { "code": 121, "csv-format": false, "data": "180a00000a000001" } ]'),
    kea4(twoOfOneAddress),
    kea4(`"ip-reservations-unique": false, ${twoOfOneAddress}`),
    kea4('"valid-lifetime": 600, "user-context": { "comment": "a" }, "comment": "b"'),
    kea4('"valid-lifetime": 600, "user-context": { "note": "a" }, "comment": "b"'),
    kea4('"dhcp-ddns": { "enable-updates": true, "server-ip": "127.0.0.1", "sender-ip": "::" }'),
    kea4('"dhcp-ddns": { "enable-updates": true, "sender-ip": "127.0.0.1", "sender-port": 53001 }'),
    kea4('"dhcp-ddns": { "enable-updates": true, "sender-ip": "127.0.0.1", "sender-port": 53002 }'),
  ],
  kea6: [
    kea6(network6(', "rapid-commit": true', '')),
    kea6(network6(', "rapid-commit": true', ', "rapid-commit": true')),
    kea6(network6('', ', "rapid-commit": false')),
    kea6(two6('2001:db8:1::/40', '2001:db8:2::/40')),
    kea6(two6('2001:db8::/40', '2001:db8::/40')),
    kea6('"option-def": [ { "name": "config-file", "code": 33, "space": "vendor-4491", "type": "string" } ]'),
    kea6('"option-def": [ { "name": "dns", "code": 23, "type": "string" } ]'),
  ],
  dnsmasq: ['*,0,0', '*,0,', '*,x', 'eth0,mtu:1280,low,60,1200'].map((value) => `ra-param=${value}\n`),
};

for (const [kind, texts] of Object.entries(TEXTS))
  test(`${kind}: the program and we take the same of these`, (t) => {
    const command = PROGRAMS[kind as ConfigKind]!;
    if (!needs(t, command[0]!)) return;
    const ours = refusedByUs(kind as ConfigKind);
    assert.deepEqual(
      texts.map((text) => [text, ours(text)]),
      texts.map((text) => [text, refusedBy(command, text)]),
    );
  });
