import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hex } from '../../../src/codec/bytes';
import { dhcpOptions, isJoined } from '../../../src/codec/dhcpv4';
import type { Data, Field } from '../../../src/codec/field';
import { decode, option, raw } from './build';

test('every assigned code of the registry has a row', () => {
  const unassigned = [111, 149, 163, 174, 178, 207, 214, 219, 222, 223];
  const between = (code: number): boolean =>
    (code > 162 && code < 175) || (code > 177 && code < 208) || (code > 213 && code < 220);
  for (let code = 0; code <= 255; code++) {
    assert.equal(dhcpOptions.has(code), !unassigned.includes(code) && !between(code), `option ${code}`);
  }
});

test('RFC 3396 joins values that may be long, not those of a fixed size', () => {
  for (const code of [3, 6, 12, 15, 43, 55, 61, 77, 82, 119, 121, 125, 200])
    assert.equal(isJoined(code), true, `option ${code}`);
  for (const code of [1, 28, 50, 51, 52, 53, 54, 57, 58, 59, 80, 97, 116])
    assert.equal(isJoined(code), false, `option ${code}`);
});

/** Octets (code, length, value), typed value, printed value. Those marked are of other people’s tests or of RFCs. */
const vectors: readonly [string, Data, string][] = [
  ['01 04 ffffff00', '255.255.255.0', '255.255.255.0'],
  ['02 04 fffff1f0', -3600, '-3600'],
  ['03 08 0a000001 0a000002', ['10.0.0.1', '10.0.0.2'], '10.0.0.1, 10.0.0.2'],
  ['13 01 01', true, 'true'],
  ['15 08 0a000000 ff000000', [{ address: '10.0.0.0', mask: '255.0.0.0' }], '10.0.0.0/255.0.0.0'],
  ['19 04 0044 05dc', [68, 1500], '68, 1500'],
  ['21 08 0a000005 0a000001', [{ destination: '10.0.0.5', router: '10.0.0.1' }], '10.0.0.5 via 10.0.0.1'],
  ['2e 01 08', 8, 'H-node'],
  ['33 04 00000e10', 3600, '3600'],
  ['33 04 ffffffff', 4294967295, '4294967295'],
  ['34 01 03', 3, 'file and sname hold options'],
  ['3d 07 01 02005e005301', { type: 1, address: '02:00:5e:00:53:01' }, '02:00:5e:00:53:01'],
  ['3d 06 00 636973636f', { type: 0, id: 'cisco' }, 'cisco'],
  ['3d 03 616263', 'abc', 'abc'],
  // RFC 3004 §4, FreeRADIUS rfc3004.txt.
  ['4d 0c 03 666f6f 03 626172 03 62617a', ['foo', 'bar', 'baz'], 'foo, bar, baz'],
  ['4d 04 69505845', 'iPXE', 'iPXE'],
  // FreeRADIUS rfc2610.txt.
  [
    '4e 09 01 7f000001 7f000002',
    { mandatory: true, addresses: ['127.0.0.1', '127.0.0.2'] },
    'true, 127.0.0.1, 127.0.0.2',
  ],
  // FreeRADIUS rfc4702.txt.
  [
    '51 12 0c0000 07 6578616d706c65 02 636f 02 756b 00',
    { flags: 12, rcode1: 0, rcode2: 0, name: 'example.co.uk.' },
    'example.co.uk.',
  ],
  ['51 07 010000 686f7374', { flags: 1, rcode1: 0, rcode2: 0, name: 'host' }, 'host'],
  ['52 08 01 06 0004 000a 0003', [{ code: 1, data: { vlan: 10, module: 0, port: 3 } }], '1=0004000a0003'],
  ['52 06 05 04 0a000000', [{ code: 5, data: '10.0.0.0' }], '5=10.0.0.0'],
  ['5d 02 0007', [7], '7'],
  // FreeRADIUS rfc4578.txt.
  ['5e 03 010201', { type: 1, major: 2, minor: 1 }, 'UNDI 2.1'],
  [
    '61 11 00 00112233445566778899aabbccddeeff',
    { type: 0, uuid: '33221100-5544-7766-8899-aabbccddeeff' },
    '33221100-5544-7766-8899-aabbccddeeff',
  ],
  ['74 01 01', 1, 'auto-configure'],
  // RFC 3361 §3.1 and §3.2: by name, by address.
  ['78 05 01 c0000201', { addresses: ['192.0.2.1'] }, '192.0.2.1'],
  ['78 0e 00 07 6578616d706c65 03 636f6d 00', { names: ['example.com'] }, 'example.com'],
  // FreeRADIUS rfc3442.txt.
  [
    '79 0d 08 7f 7f000001 10 c0a8 c0a80001',
    [
      { destination: '127.0.0.0/8', router: '127.0.0.1' },
      { destination: '192.168.0.0/16', router: '192.168.0.1' },
    ],
    '127.0.0.0/8 via 127.0.0.1, 192.168.0.0/16 via 192.168.0.1',
  ],
  ['f9 05 00 0a000001', [{ destination: '0.0.0.0/0', router: '10.0.0.1' }], '0.0.0.0/0 via 10.0.0.1'],
  // FreeRADIUS vendor.txt.
  [
    '7d 0e 00000de9 09 010101 020102 030103',
    [
      {
        enterprise: 3561,
        data: [
          { code: 1, data: '\u0001' },
          { code: 2, data: '\u0002' },
          { code: 3, data: '\u0003' },
        ],
      },
    ],
    '3561: 1=\\x01, 2=\\x02, 3=\\x03',
  ],
  ['7c 09 00000009 04 61626364', [{ enterprise: 9, data: 'abcd' }], '9: abcd'],
  // FreeRADIUS rfc7291.txt.
  [
    '9e 12 08 7f000001 7f000002 08 c0a80001 c0a80002',
    [
      ['127.0.0.1', '127.0.0.2'],
      ['192.168.0.1', '192.168.0.2'],
    ],
    '127.0.0.1, 127.0.0.2, 192.168.0.1, 192.168.0.2',
  ],
  // RADIUS attributes of a relay (RFC 4014 §3): User-Name, Framed-Pool, one that is not known.
  [
    '52 11 07 0f 01 05 626f62 58 06 676f6c64 fa 04 0102',
    [
      {
        code: 7,
        data: [
          { type: 1, value: 'bob' },
          { type: 88, value: 'gold' },
          { type: 250, hex: '0102' },
        ],
      },
    ],
    '7=User-Name=bob, Framed-Pool=gold, 250=0102',
  ],
  // An encrypted resolver by name, address, protocols and path (RFC 9463 §5.1, RFC 9460 §7.1, RFC 9461 §5).
  [
    'a2 27 0025 0001 0d 07 6578616d706c65 03 636f6d 00 04 c0000201 0001 0003 02 6832 0007 0005 2f647b3f7d',
    [
      {
        priority: 1,
        name: 'example.com',
        addresses: ['192.0.2.1'],
        parameters: [
          { key: 1, value: ['h2'] },
          { key: 7, value: '/d{?}' },
        ],
      },
    ],
    '1, example.com, 192.0.2.1, alpn=h2, dohpath=/d{?}',
  ],
  // A server's subnet 10.0.1.0/24 with all three counters (RFC 6656 §3.2).
  [
    'dc 11 00 02 0e 01 0a000100 18 00 06 0010 0008 0001',
    {
      flags: 0,
      subOptions: [
        {
          code: 2,
          data: {
            flags: 1,
            subnets: [
              {
                network: '10.0.1.0',
                prefixLength: 24,
                flags: 0,
                statisticsLength: 6,
                statistics: { highWater: 16, inUse: 8, unusable: 1 },
              },
            ],
          },
        },
      ],
    },
    '0x00, 2=0x01, 10.0.1.0/24',
  ],
  ['9f 04 06 08 0024', { offset: 6, psidLength: 8, psid: 36 }, '6, 8, 0x0024'],
];

for (const [octets, data, value] of vectors) {
  test(`option ${octets} reads as ${value}, and is written back`, () => {
    const read = option(octets);
    assert.deepEqual(read.data, data);
    assert.equal(read.value, value);
    assert.equal(hex(read.row!.type.encode(read.data)), read.hex);
  });
}

test('domain search: pointers count from the joined option (RFC 3397 §2)', () => {
  const first = '77 09 03 656e67 05 6170706c'; // a label split between two pieces
  const second = '77 1b 65 03 636f6d 00 09 6d61726b6574696e67 c004 0a 646f6d61696e3132333400';
  const { options } = decode(raw({ options: `350101 ${first} ${second} ff` }));
  assert.deepEqual((options[1]!.data as string[]).slice(0, 2), ['eng.apple.com', 'marketing.apple.com']);
});

test('option 43 is read by what option 60 says', () => {
  const pxe = option('2b 0c 06 01 08 0a 04 05 426f6f 00 00 ff', '3c09 505845436c69656e74');
  assert.equal(pxe.options?.[0]?.name, 'PXE discovery control');
  const windows = option('2b 06 01 04 00000002', '3c08 4d53465420352e30');
  assert.equal(windows.options?.[0]?.value, 'disabled');
  assert.equal(option('2b 05 68656c6c6f').value, 'hello');
  assert.equal(option('2b 04 01 02 6869').options?.[0]?.name, 'Vendor-specific');
});

test('a position reads as RFC 6225 has it (FreeRADIUS rfc6225.txt)', () => {
  const { data } = option('7b 10 50 53 2e 80 00 50 bb 35 00 00 15 00 00 01 80 02');
  // 1395556352 and 3140812800 − 2^32 … in units of 2^-25 degrees.
  assert.equal((data as Record<string, Data>)['latitude'], 1395556352 / 2 ** 25);
  assert.equal((data as Record<string, Data>)['altitude'], 1.5);
});

test('a civic address reads as RFC 4776 has it (FreeRADIUS rfc4776.txt)', () => {
  const { data, ids } = option(
    '63 2c 02 5553 01 02 4941 02 04 506f6c6b 03 0a 446573204d6f696e6573 22 09 496e676572736f6c6c 12 06 4176656e7565',
  );
  assert.deepEqual(ids, []);
  const { what, country, elements } = data as {
    what: number;
    country: string;
    elements: { type: number; text: string }[];
  };
  assert.deepEqual([what, country], [2, 'US']);
  assert.deepEqual(
    elements.map((one) => [one.type, one.text]),
    [
      [1, 'IA'],
      [2, 'Polk'],
      [3, 'Des Moines'],
      [34, 'Ingersoll'],
      [18, 'Avenue'],
    ],
  );
});

/** Nodes below an option's header, as `name: text` with their octets, from the value's first. */
function parts(one: ReturnType<typeof option>): string[] {
  const lines: string[] = [];
  const add = (fields: readonly Field[]): void => {
    for (const { name, text, offset, length, children } of fields) {
      lines.push(`${offset - one.offset - 2}+${length} ${name}: ${text}`);
      if (children) add(children);
    }
  };
  add(one.field.children!.slice(2));
  return lines;
}

test('the PSID is the first bits of its field (RFC 7598 §4.5, RFC 7618 §9); tshark 4.0 says 52 for option 93 of DHCPv6', () => {
  assert.deepEqual(parts(option('9f 04 06 08 3400')), [
    '0+1 PSID offset: 6 bits',
    '1+1 PSID length: 8 bits',
    '2+2 PSID: 52 (0x3400)',
  ]);
  assert.equal(parts(option('9f 04 00 10 0001'))[2], '2+2 PSID: 1 (0x0001)');
  // RFC 7598 §4.5: with length 0 the field is to be ignored; no length is above 16.
  assert.equal(parts(option('9f 04 06 00 3400'))[2], '2+2 PSID: 0x3400');
  assert.equal(parts(option('9f 04 06 11 3400'))[2], '2+2 PSID: 0x3400');
});

test('flags of which one bit has a name: the number itself and the other bits are shown too', () => {
  assert.deepEqual(parts(option('52 03 0a 01 81')).slice(3), [
    '2+1 Value: 0x81 (Unicast)',
    '2+1 Unicast: set',
    '2+1 Reserved: 0x1',
  ]);
});

test('authentication: a token in text, secret ID and HMAC of delayed authentication (RFC 3118 §4, §5.2)', () => {
  const token = option('5a 0f 00 00 00 0000000000000001 61626364');
  assert.equal(parts(token).at(-1), '11+4 Authentication information: “abcd”');
  assert.equal((token.data as Record<string, Data>)['information'], '61626364');
  const delayed = option('5a 1f 01 01 00 0000000000000001 00000007 00112233445566778899aabbccddeeff');
  assert.deepEqual(parts(delayed).slice(-2), [
    '11+4 Secret ID: 0x00000007',
    '15+16 HMAC-MD5: 00 11 22 33 44 55 66 77 88 99 aa bb cc dd ee ff',
  ]);
  // A DISCOVER asks for it without information (§5.2).
  assert.deepEqual(option('5a 0b 01 01 00 0000000000000001').ids, []);
});

test('every address of every PXE boot server has its own node', () => {
  const one = option('2b 0d 08 0b 8001 02 c0000201 c6336402', '3c09 505845436c69656e74');
  assert.deepEqual(parts(one).slice(-4), [
    '4+1 Count: 2',
    '5+8 Addresses: 192.0.2.1, 198.51.100.2',
    '5+4 Address: 192.0.2.1',
    '9+4 Address: 198.51.100.2',
  ]);
});

test('user classes in front of damage are read, and the damage is shown (RFC 3004 §4)', () => {
  const cut = option('4d 07 03 666f6f 05 0102');
  assert.deepEqual(parts(cut).slice(0, 3), [
    '0+1 Length: 3 octets',
    '1+3 User class: “foo”',
    '4+3 Unexplained octets: 05 01 02',
  ]);
  assert.deepEqual(cut.ids, ['malformed-message']);
  assert.deepEqual(cut.data, { hex: '03666f6f050102' });
});

test('a virtual subnet by name alone, as relays from before RFC 6607 send it', () => {
  const one = option('52 07 97 05 5652462d41');
  assert.deepEqual(one.data, [{ code: 151, data: 'VRF-A' }]);
  assert.deepEqual(option('52 06 97 04 00 767266').data, [{ code: 151, data: { type: 0, information: 'vrf' } }]);
});

test('Apple’s boot servers: images by attributes, index and name', () => {
  // The vendor class says that option 43 is BSDP's. An image of Mac OS X that installs (0x8100), number 2.
  const one = option('2b 0c 09 0a 81000002 05 496d616765', '3c09 4141504c4253445043');
  assert.deepEqual(one.data, [{ code: 9, data: [{ id: 0x81000002, name: 'Image' }] }]);
  assert.equal(one.text, 'BSDP Boot Image List: Image (0x81000002)');
});

test('every type writes the octets that it reads, for octets of every small length', () => {
  for (const row of dhcpOptions.values()) {
    if (row.code === 0 || row.code === 255) continue;
    for (let length = row.type.size.min; length <= Math.min(row.type.size.max, row.type.size.min + 24); length++) {
      const value = Array.from({ length }, (_, i) => (0x41 + ((i * 7) % 26)).toString(16)).join('');
      const one = option(`${row.code.toString(16).padStart(2, '0')} ${length.toString(16).padStart(2, '0')} ${value}`);
      if (one.ids.some((id) => id !== 'duplicate-option') || !one.typed) continue;
      assert.equal(hex(row.type.encode(one.data)), one.hex, `option ${row.code}, ${length} octets`);
    }
  }
});
