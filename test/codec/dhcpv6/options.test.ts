import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OPTIONS6 } from '../../../src/codec/dhcpv6';
import type { Field } from '../../../src/codec/field';
import { fits } from '../../../src/codec/values';
import { encodeMessage6, messageSpec6 } from '../../../src/codec/dhcpv6';
import { assertCovered, decode, octets, option } from './support';

const rows = [...OPTIONS6.values()];

test('every registered code from 1 to 150 has a row, in ascending order, and no other', () => {
  const codes = rows.map((row) => row.code);
  // 10 and 35 are the two codes that the registry has not assigned.
  assert.deepEqual(
    codes,
    Array.from({ length: 150 }, (_, i) => i + 1).filter((code) => code !== 10 && code !== 35),
  );
});

test('rows: names and tokens are unique, references are references, purposes say more than the name', () => {
  assert.equal(new Set(rows.map((row) => row.name)).size, rows.length);
  assert.equal(new Set(rows.map((row) => row.token)).size, rows.length);
  for (const row of rows) {
    assert.match(row.rfc, /^(RFC \d{4}( §\d+(\.\d+)*)?|draft-[a-z0-9-]+)$/, row.name);
    assert.match(row.token, /^OPT(ION)?[_-][A-Za-z0-9_-]+$/, row.name);
    assert.ok(row.purpose.length >= 25, row.name);
    assert.match(row.purpose, /[.]$/, row.name);
    assert.ok(!row.purpose.toLowerCase().startsWith(row.name.toLowerCase()), row.name);
    assert.ok(row.type.name.length > 2, row.name);
    assert.ok(row.type.size.max <= 65535 || row.type.size.max === Infinity, row.name);
  }
});

/** One value of each option, its octets worked out by hand from the RFC; `data` is what it must decode to. */
const NAME = '07 6578616d706c65 03 636f6d 00'; // example.com
const ONE = '2001 0db8 0000 0000 0000 0000 0000 0001'; // 2001:db8::1
const SAMPLES: readonly (readonly [number, string, unknown])[] = [
  [1, '0001 0001 1c38262d 080027fe8f95', { type: 1, hardware: 1, time: 473441837, address: '08:00:27:fe:8f:95' }],
  [2, '0002 00007ed9 c0ffee', { type: 2, enterprise: 32473, identifier: 'c0ffee' }],
  [2, '0003 0020 0102', { type: 3, hardware: 32, address: '01:02' }],
  [2, '0004 f81d4fae7dec11d0a76500a0c91e6bf6', { type: 4, uuid: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6' }],
  [2, '0009 0102', { type: 9, octets: '0102' }],
  [2, '0004 0102', { type: 4, octets: '0102' }],
  [3, '0000000b 00000e10 00001518', { iaid: 11, t1: 3600, t2: 5400, options: [] }],
  [
    4,
    `00000001 ${option(5, `${ONE} 00000001 00000002`)}`,
    { iaid: 1, options: [{ code: 5, value: { address: '2001:db8::1', preferred: 1, valid: 2, options: [] } }] },
  ],
  [6, '0017 0018 ffff', [23, 24, 65535]],
  [7, 'ff', 255],
  [8, '0064', 100],
  [9, '0b 000007', { type: 'INFORMATION-REQUEST', xid: 7, options: [] }],
  [
    11,
    '03 01 00 0000000000000001 01 000102030405060708090a0b0c0d0e0f',
    {
      protocol: 3,
      algorithm: 1,
      rdm: 0,
      replay: '0000000000000001',
      information: '01000102030405060708090a0b0c0d0e0f',
    },
  ],
  [12, ONE, '2001:db8::1'],
  [13, '0002 6e6f6e65', { status: 2, message: 'none' }],
  [13, '0000', { status: 0, message: '' }],
  [14, '', null],
  [15, '0004 69505845 0001 ff', ['iPXE', { hex: 'ff' }]],
  [16, '00000137 0008 4d53465420352e30', { enterprise: 311, classes: ['MSFT 5.0'] }],
  [16, '00000137', { enterprise: 311, classes: [] }],
  [17, `0000118b ${option(33, '612e62')}`, { enterprise: 4491, options: [{ code: 33, value: 'a.b' }] }],
  [17, `00007ed9 ${option(1, 'beef')}`, { enterprise: 32473, options: [{ code: 1, value: 'beef' }] }],
  [18, '65746830', 'eth0'],
  [19, '05', 5],
  [21, NAME, ['example.com']],
  [23, ONE + ONE, ['2001:db8::1', '2001:db8::1']],
  [24, `${NAME} 01 61 00`, ['example.com', 'a']],
  [
    25,
    `00000001 00000000 00000000 ${option(26, `00000e10 00001c20 38 20010db8 0000 0100 0000000000000000 ${option(67, '40 01')}`)}`,
    {
      iaid: 1,
      t1: 0,
      t2: 0,
      options: [
        {
          code: 26,
          value: {
            preferred: 3600,
            valid: 7200,
            prefix: '2001:db8:0:100::/56',
            options: [{ code: 67, value: { length: 64, subnet: '01' } }],
          },
        },
      ],
    },
  ],
  [29, NAME, 'example.com'],
  [32, '00015180', 86400],
  [36, '02 4445 01 02 4259', { what: 2, country: 'DE', elements: [{ type: 1, text: 'BY' }] }],
  [37, '00000009 6162', { enterprise: 9, identifier: 'ab' }],
  [39, '01 04 686f7374', { flags: 1, name: 'host' }],
  [39, `00 ${NAME}`, { flags: 0, name: 'example.com.' }],
  [
    44,
    `01 ${'00'.repeat(16)} ${option(5, `${ONE} 00000000 00000000`)}`,
    {
      type: 1,
      link: '::',
      options: [{ code: 5, value: { address: '2001:db8::1', preferred: 0, valid: 0, options: [] } }],
    },
  ],
  [45, option(46, '0000003c'), { options: [{ code: 46, value: 60 }] }],
  [47, `${ONE} 07 000001`, { peer: '2001:db8::1', message: { type: 'REPLY', xid: 1, options: [] } }],
  [
    56,
    option(1, ONE) + option(3, NAME),
    {
      options: [
        { code: 1, value: '2001:db8::1' },
        { code: 3, value: 'example.com' },
      ],
    },
  ],
  [59, '687474703a2f2f61', 'http://a'],
  [60, '0001 61 0000', ['a', '']],
  [61, '0007 0010', [7, 16]],
  [62, '01 03 10', { type: 1, major: 3, minor: 16 }],
  [67, '40 01', { length: 64, subnet: '01' }],
  [74, `${ONE} 01 ${NAME}`, { server: '2001:db8::1', preference: 1, domains: ['example.com'] }],
  [
    78,
    `0001 0002 01 0058 ${ONE} 41`,
    { priority: 1, weight: 2, transport: 1, port: 88, address: '2001:db8::1', realm: 'A' },
  ],
  [79, '0001 02005e005301', { hardware: 1, address: '02:00:5e:00:53:01' }],
  [81, '01 05 616263', [{ type: 1, value: 'abc' }]],
  [82, '00000e10', 3600],
  [
    84,
    `01 ${option(85, '11 08 20 20010db8')}`,
    { flags: 1, options: [{ code: 85, value: { label: 17, precedence: 8, prefix: '2001:db8::/32' } }] },
  ],
  [88, '', []],
  [
    94,
    option(89, `00 08 18 c0000200 38 20010db8000001 ${option(93, '06 08 0034')}`) + option(90, ONE),
    {
      options: [
        {
          code: 89,
          value: {
            flags: 0,
            eaLength: 8,
            prefix4: '192.0.2.0/24',
            prefix6: '2001:db8:0:100::/56',
            options: [{ code: 93, value: { offset: 6, psidLength: 8, psid: 52 } }],
          },
        },
        { code: 90, value: '2001:db8::1' },
      ],
    },
  ],
  [
    96,
    option(92, 'c0000201 40 20010db800000002'),
    { options: [{ code: 92, value: { address4: '192.0.2.1', prefix6: '2001:db8:0:2::/64', options: [] } }] },
  ],
  [99, '81 1f 0500', { flags: 129, trafficClass: 31, pmtu: 1280 }],
  [100, '00000000', 0],
  [103, '68747470733a2f2f61', 'https://a'],
  [
    104,
    '80 14 0a28 01 0140 05 0258 01 0140 05 0258',
    {
      flags: 128,
      unit: 20,
      lifetime: 2600,
      dataK: 1,
      dataMin: 320,
      dataMax: 5,
      dataExpirations: 600,
      controlK: 1,
      controlMin: 320,
      controlMax: 5,
      controlExpirations: 600,
    },
  ],
  [108, '02005e005301', '02:00:5e:00:53:01'],
  [111, '0040 005e', [64, 94]],
  [
    113,
    `60 ff3e0000000000000000 0000 60 ff3e00000000000000008000 60 0064ff9b0000000000000000`,
    { asm: 'ff3e::/96', ssm: 'ff3e::8000:0:0/96', unicast: '64:ff9b::/96' },
  ],
  [114, '06', 6],
  [119, '000b', 11],
  [127, '0001 0000', { major: 1, minor: 0 }],
  [129, `00000001 ${'ab'.repeat(16)}`, { time: 1, key: 'ab'.repeat(16) }],
  [135, '1388', 5000],
  [136, '0009 68747470733a2f2f61', ['https://a']],
  [
    138,
    `00000001 00000000 00000000 ${option(139, '0001 0006 020000000000 0000000f 00000e10')}`,
    {
      iaid: 1,
      t1: 0,
      t2: 0,
      options: [
        { code: 139, value: { hardware: 1, address: '02:00:00:00:00:00', extra: 15, valid: 3600, options: [] } },
      ],
    },
  ],
  [
    140,
    '0102 0301',
    [
      { quadrant: 1, preference: 2 },
      { quadrant: 3, preference: 1 },
    ],
  ],
  [
    144,
    `0001 000d ${NAME} 0010 ${ONE} ${option(1, '03 646f74')} ${option(3, '0355')}`,
    {
      priority: 1,
      name: 'example.com',
      addresses: ['2001:db8::1'],
      options: [
        { code: 1, value: ['dot'] },
        { code: 3, value: 853 },
      ],
    },
  ],
  [144, `0001 000d ${NAME}`, { priority: 1, name: 'example.com', options: [] }],
  [146, `8000 ${NAME}`, { transports: 32768, name: 'example.com' }],
  [148, '', null],
];

for (const [code, value, data] of SAMPLES) {
  test(`option ${code} (${OPTIONS6.get(code)!.name}): ${value.replace(/\s+/g, ' ').slice(0, 40)}`, () => {
    const digits = value.replace(/\s/g, '');
    const bytes = octets('0b 000001', option(code, value));
    const { decoded, problems } = decode(bytes);
    assert.deepEqual(problems, []);
    assert.equal(decoded.options.length, 1);
    const [one] = decoded.options;
    assert.equal(one!.code, code);
    assert.equal(one!.offset, 4);
    assert.equal(one!.hex, digits.toLowerCase());
    assert.deepEqual(one!.data, data);
    assert.equal(one!.raw, false);
    assertCovered(decoded, bytes.length);
    assert.deepEqual(encodeMessage6(messageSpec6(decoded)!), bytes);
  });
}

/** The nodes of a value, as `name: text`. */
function nodesOf(code: number, value: string): string[] {
  const lines: string[] = [];
  const add = (fields: readonly Field[]): void => {
    for (const { name, text, children } of fields) {
      lines.push(`${name}: ${text}`);
      if (children) add(children);
    }
  };
  const { decoded } = decode(octets('0b 000001', option(code, value)));
  add(decoded.options[0]!.field.children!.slice(2));
  return lines;
}

test('the PSID is the first bits of its field (RFC 7598 §4.5)', () => {
  assert.equal(nodesOf(93, '06 08 3400')[2], 'PSID: 52 (0x3400)');
  assert.equal(nodesOf(93, '06 00 3400')[2], 'PSID: 0x3400');
});

test('flags of which one bit has a name: the number itself and the other bits are shown too', () => {
  assert.deepEqual(nodesOf(115, '8001'), [
    'Value: 0x8001 (F: fixed prefix length)',
    'F: fixed prefix length: set',
    'Reserved: 0x8000',
  ]);
});

test('the location of RFC 6225: 38.897700 north, 77.036543 west', () => {
  // Independent octets: bits built by string, as the RFC's figure has them.
  const bits = (value: number, width: number): string =>
    BigInt.asUintN(width, BigInt(value)).toString(2).padStart(width, '0');
  const latitude = Math.round(38.8977 * 2 ** 25);
  const longitude = Math.round(-77.036543 * 2 ** 25);
  const all =
    bits(18, 6) +
    bits(latitude, 34) +
    bits(18, 6) +
    bits(longitude, 34) +
    bits(1, 4) +
    bits(15, 6) +
    bits(15 * 256, 30) +
    bits(1, 2) +
    bits(0, 3) +
    bits(1, 3);
  const digits = BigInt(`0b${all}`).toString(16).padStart(32, '0');
  const bytes = octets('0b 000001', option(63, digits));
  const { decoded, problems } = decode(bytes);
  assert.deepEqual(problems, []);
  assert.deepEqual(decoded.options[0]!.data, {
    latitudeUncertainty: 18,
    latitude: latitude / 2 ** 25,
    longitudeUncertainty: 18,
    longitude: longitude / 2 ** 25,
    altitudeType: 1,
    altitudeUncertainty: 15,
    altitude: 15,
    version: 1,
    reserved: 0,
    datum: 1,
  });
  assert.deepEqual(encodeMessage6(messageSpec6(decoded)!), bytes);
});

test('every type encodes what it decodes, for zeros of every length that it allows up to 80', () => {
  for (const row of rows) {
    for (let length = 0; length <= 80; length++) {
      if (!fits(row.type.size, length)) continue;
      const bytes = octets('0b 000001', option(row.code, '00'.repeat(length)));
      const { decoded, problems } = decode(bytes);
      assertCovered(decoded, bytes.length);
      const [one] = decoded.options;
      // Text loses trailing NULs by design; damage (a name without end, say) cannot be said in data.
      if (problems.length > 0 || /NUL/.test(JSON.stringify(one!.field))) continue;
      assert.deepEqual(encodeMessage6(messageSpec6(decoded)!), bytes, `${row.name}, ${length} octets`);
    }
  }
});

test('authentication by the protocol that RFC 8415 gave up: realm, key ID and HMAC (RFC 3315 §21.4.1)', () => {
  const mac = '00112233445566778899aabbccddeeff';
  const value = `02 01 00 0000000000000001 7265616c6d 00000007 ${mac}`;
  const one = decode(octets(`07000043${option(11, value)}`)).decoded.options[0]!;
  const information = one.field.children!.find((field) => field.name === 'Authentication information')!;
  assert.deepEqual(
    information.children!.map(({ name, text, length }) => [name, text, length]),
    [
      ['DHCP realm', '“realm”', 5],
      ['Key ID', '0x00000007', 4],
      ['HMAC-MD5', '00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff', 16],
    ],
  );
  assert.equal((one.data as { information: string }).information, `7265616c6d00000007${mac}`);
});
