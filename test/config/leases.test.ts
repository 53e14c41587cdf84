/** Lease databases by format: what each record says, which record counts, and what is wrong at which place. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LeaseScan, NotLeases } from '../../src/config/leases';
import { encodeText } from '../../src/codec/bytes';
import { active, DAY, read, row, told } from './leaseFiles';

const lease = (address: string, state: string, more = '', starts = '19:00:00', ends = '20:00:00'): string =>
  `lease ${address} {
  starts 6 2026/11/28 ${starts};
  ends 6 2026/11/28 ${ends};
  cltt 6 2026/11/28 ${starts};
  binding state ${state};
  next binding state free;
${more}}
`;
const mac = (last: string): string => `  hardware ethernet 02:00:00:00:00:${last};\n`;

test('dhcpd: the last record of an address counts; strings, octal escapes and identifiers are read', () => {
  const file = read(
    `# comment; with { braces }
authoring-byte-order little-endian;
${lease('10.0.0.1', 'active', `${mac('01')}  uid "\\001\\002\\000g!\\"\\\\";\n  client-hostname "one";\n`)}${lease('10.0.0.2', 'active', `${mac('02')}  uid 1:2:a:ff;\n`)}${lease('10.0.0.1', 'free', mac('01'), '19:00:00', '19:30:00')}${lease('10.0.0.3', 'abandoned')}`,
  );
  assert.equal(file.kind, 'dhcpd');
  assert.deepEqual(file.leases.map(row), [
    ['10.0.0.1', 'free', '02:00:00:00:00:01', undefined, DAY + 19.5 * 3600],
    ['10.0.0.2', 'active', '02:00:00:00:00:02', undefined, DAY + 20 * 3600],
    ['10.0.0.3', 'declined', undefined, undefined, DAY + 20 * 3600],
  ]);
  assert.equal(file.leases[1]!.clientId, '01020aff');
  assert.equal(file.records, 4);
  assert.equal(file.asOf, DAY + 19.5 * 3600);
  assert.deepEqual(told(file), []);
  assert.equal(read(lease('10.0.0.1', 'active', '  uid "\\001g!\\"\\\\";\n')).leases[0]!.clientId, '016721225c');
});

test('dhcpd: every way of writing a time (dhcpd.leases(5))', () => {
  const ends = (time: string): unknown =>
    read(`lease 10.0.0.1 {\n  ends ${time};\n  binding state active;\n}\n`).leases[0]!.ends;
  assert.equal(ends('6 2026/11/28 19:42:16'), DAY + 19 * 3600 + 42 * 60 + 16);
  assert.equal(ends('epoch 1795895005'), 1795895005);
  assert.equal(ends('never'), 'never');
  // Seconds west of Greenwich.
  assert.equal(ends('6 2026/11/28 19:42:16 3600'), DAY + 20 * 3600 + 42 * 60 + 16);
  assert.equal(ends('0 2024/02/29 00:00:00'), Date.UTC(2024, 1, 29) / 1000);
  for (const wrong of [
    '6 2026/13/28 19:42:16',
    '6 2026/02/29 19:42:16',
    '6 2026/11/28 24:00:00',
    '7 2026/11/28 00:00:00',
    'soon',
    '6 2026/11/28',
  ])
    assert.deepEqual(
      told(read(`lease 10.0.0.1 {\n  ends ${wrong};\n  binding state active;\n}\n`)),
      ['invalid-date 2:3'],
      wrong,
    );
});

test('dhcpd: a record without a state (dhcpd 2) is active until its end', () => {
  const old = (address: string, starts: string, ends: string): string =>
    `lease ${address} {\n\tstarts 6 2026/11/28 ${starts};\n\tends 6 2026/11/28 ${ends};\n${mac('01')}}\n`;
  const file = read(old('10.0.0.1', '10:00:00', '11:00:00') + old('10.0.0.2', '12:00:00', '13:00:00'));
  assert.deepEqual(
    file.leases.map(({ state }) => state),
    ['expired', 'active'],
  );
});

test('dhcpd: hosts, groups and failover states that the server notes are no unknown statements', () => {
  const file = read(`server-duid "\\000\\001";
failover peer "pair" state {
  my state normal at 6 2026/11/28 19:00:00;
  partner state normal at 6 2026/11/28 19:00:00;
}
host one.example {
  dynamic;
  hardware ethernet 02:00:00:00:00:01;
  fixed-address 10.0.0.9;
        supersede host-name = "one";
}
group { host two { deleted; } }
${lease('10.0.0.1', 'backup', '  on commit { log (info, concat("a;b", "}")); }\n  option agent.circuit-id 0:1:3:e9;\n  set x = "}";\n')}`);
  assert.deepEqual(told(file), []);
  assert.deepEqual(file.leases.map(row), [['10.0.0.1', 'backup', undefined, undefined, DAY + 20 * 3600]]);
});

test('dhcpd: what is damaged is told with its place, and every whole record is kept', () => {
  const whole = lease('10.0.0.9', 'active', mac('09'));
  const cut = lease('10.0.0.1', 'active', mac('01'));
  // Cut anywhere, and another record behind it.
  for (let length = 1; length < cut.length - 1; length++) {
    const file = read(`${whole}${cut.slice(0, length)}\n${lease('10.0.0.2', 'active', mac('02'))}`);
    const wanted = length <= 'lease'.length || cut.slice(0, length).trim() === '' ? undefined : 'truncated-record 10:1';
    assert.ok(active(file).includes('10.0.0.9') && active(file).includes('10.0.0.2'), `${length}`);
    assert.ok(!active(file).includes('10.0.0.1'), `${length}`);
    if (wanted !== undefined)
      assert.ok(
        told(file).some((one) => one.startsWith('truncated-record')),
        `${length}: ${told(file).join()}`,
      );
  }
  const zeros = read(`${whole}\0\0\0\0\0\0\0\0\n${lease('10.0.0.2', 'active', mac('02'))}`);
  assert.deepEqual(told(zeros), ['damaged-record 9:1']);
  assert.deepEqual(active(zeros), ['10.0.0.2', '10.0.0.9']);
  // A file whose beginning is lost is still known by its name.
  const headless = read(`${'\0'.repeat(4096)}\n${whole}`, 'dhcpd.leases');
  assert.deepEqual(told(headless), ['damaged-record 1:1']);
  assert.deepEqual(active(headless), ['10.0.0.9']);
  assert.deepEqual(told(read(`${whole}frobnicate yes;\n}\n`)), ['unknown-statement 9:1', 'damaged-record 10:1']);
  assert.deepEqual(told(read(lease('10.0.0.300', 'active'))), ['bad-address 1:7']);
  const busy = read(lease('10.0.0.1', 'busy'));
  assert.deepEqual([told(busy), busy.leases], [['bad-value 5:3'], []]);
  // dhcpd takes both statements; a long one may go on in the next line.
  const open = read(lease('10.0.0.1', 'active', mac('01')).replace('active;', 'active'));
  assert.deepEqual([told(open), active(open)], [['damaged-record 5:3'], ['10.0.0.1']]);
  assert.deepEqual(told(read(lease('10.0.0.1', 'active', '  option agent.remote-id\n    1:2:3:4;\n'))), []);
  assert.deepEqual(told(read(lease('10.0.0.1', 'active', '  hardware ethernet 02:00:00:00:01;\n'))), [
    'bad-hardware-address 7:3',
  ]);
});

test('dhcpd: one address for two clients, one client with two addresses, an end before its start', () => {
  const first = lease('10.0.0.1', 'active', mac('01'));
  const second = lease('10.0.0.1', 'active', mac('02'), '19:30:00', '20:30:00');
  assert.deepEqual(told(read(first + second)), ['address-leased-twice 9:1']);
  // Renewed; released before; over before; the same card with another identifier.
  assert.deepEqual(told(read(first + lease('10.0.0.1', 'active', mac('01'), '19:30:00', '20:30:00'))), []);
  assert.deepEqual(told(read(first + lease('10.0.0.1', 'free', mac('01')) + second)), []);
  assert.deepEqual(told(read(first + lease('10.0.0.1', 'active', mac('02'), '20:00:00', '21:00:00'))), []);
  const uid = (id: string, address = '10.0.0.1'): string => lease(address, 'active', `${mac('01')}  uid "${id}";\n`);
  assert.deepEqual(told(read(uid('a') + uid('b'))), []);
  // dhcpd takes an abandoned address again when it has no other.
  assert.deepEqual(told(read(lease('10.0.0.1', 'abandoned') + second)), []);

  assert.deepEqual(told(read(uid('a') + uid('a', '10.0.0.2'))), ['client-has-two-leases 10:1']);
  // Boot loader and system have each an identifier of their own; a laptop moves to another subnet.
  assert.deepEqual(told(read(uid('a') + uid('b', '10.0.0.2'))), []);
  assert.deepEqual(told(read(uid('a') + uid('a', '10.0.7.2'))), []);

  assert.deepEqual(told(read(lease('10.0.0.1', 'active', mac('01'), '19:00:00', '18:00:00'))), [
    'end-before-start 3:3',
  ]);
});

test('a lease that is over and still called active, a clock that was not set, and one that is ahead', () => {
  const late = lease('10.0.0.2', 'active', mac('02'), '23:00:00', '23:59:00');
  assert.deepEqual(told(read(lease('10.0.0.1', 'active', mac('01')) + late)), ['expired-but-active 3:3']);
  // Within the hour in which a server may not have looked.
  assert.deepEqual(told(read(lease('10.0.0.1', 'active', mac('01'), '19:00:00', '22:30:00') + late)), []);
  const scan = new LeaseScan({ name: 'dhcpd.leases' }, DAY - 2 * 86_400);
  scan.push(encodeText(lease('10.0.0.1', 'active', mac('01'))));
  assert.deepEqual(told(scan.end()), ['time-in-future 1:1']);
  assert.deepEqual(told(read('946914517 02:00:00:00:00:01 192.168.1.100 orbit *\n')), ['clock-not-set 1:1']);
});

test('dhcpd6: addresses and prefixes of an association, by IAID in the order of the writing machine', () => {
  const text = (order: string): string => `authoring-byte-order ${order};
ia-na "\\001\\000\\000\\000\\000\\003\\000\\001\\002g\\000\\000\\003\\000" {
  cltt 6 2026/11/28 19:43:25;
  iaaddr fd67::1012 {
    binding state active;
    preferred-life 300;
    max-life 600;
    ends 6 2026/11/28 19:53:25;
    on expiry {
      log (debug, "===EXPIRY===");
    }
  }
}
ia-pd 1:0:0:0:0:3:0:1:2:67:0:0:3:0 {
  cltt 6 2026/11/28 19:43:41;
  iaprefix fd67:0:1:f00::/56 {
    binding state released;
    ends 6 2026/11/28 19:53:41;
  }
}
`;
  const file = read(text('little-endian'));
  assert.equal(file.kind, 'dhcpd6');
  assert.deepEqual(told(file), []);
  assert.deepEqual(
    file.leases.map(({ address, state, iaid, clientId, starts }) => [address, state, iaid, clientId, starts]),
    [
      ['fd67::1012', 'active', 1, '00030001026700000300', DAY + 19 * 3600 + 43 * 60 + 25],
      ['fd67:0:1:f00::/56', 'released', 1, '00030001026700000300', DAY + 19 * 3600 + 43 * 60 + 41],
    ],
  );
  assert.equal(read(text('big-endian')).leases[0]!.iaid, 0x01000000);
  // dhcpd takes an association over when it is at its end.
  const cut = read(text('little-endian').trimEnd().slice(0, -1));
  assert.deepEqual(active(cut), ['fd67::1012']);
  assert.deepEqual(told(cut), ['truncated-last-record 19:1']);
});

const HEADER4 =
  'address,hwaddr,client_id,valid_lifetime,expire,subnet_id,fqdn_fwd,fqdn_rev,hostname,state,user_context,pool_id';
const keaRow = (address: string, last: string, state = 0, lifetime = 600, expire = DAY + 600, rest = ',,0'): string =>
  `${address},02:00:00:00:00:${last},01:02:00:00:00:00:${last},${lifetime},${expire},1,0,0,pc&#x2c${last},${state}${rest}\n`;

test('Kea: rows by the names of their columns, states, escapes, what a lifetime of 0 means', () => {
  const file = read(
    `${HEADER4}\n${keaRow('10.0.0.1', '01')}${keaRow('10.0.0.2', '02')}${keaRow('10.0.0.2', '02', 0, 0)}${keaRow('10.0.0.3', '03', 1)}${keaRow('10.0.0.4', '04', 2, 0)}${keaRow('10.0.0.5', '05', 0, 0xffffffff, DAY + 0xffffffff)}`,
  );
  assert.equal(file.kind, 'kea4');
  assert.deepEqual(told(file), []);
  assert.deepEqual(file.leases.map(row), [
    ['10.0.0.1', 'active', '02:00:00:00:00:01', 'pc,01', DAY + 600],
    ['10.0.0.2', 'free', '02:00:00:00:00:02', 'pc,02', DAY + 600],
    ['10.0.0.3', 'declined', '02:00:00:00:00:03', 'pc,03', DAY + 600],
    ['10.0.0.4', 'expired', '02:00:00:00:00:04', 'pc,04', DAY + 600],
    ['10.0.0.5', 'active', '02:00:00:00:00:05', 'pc,05', 'never'],
  ]);
  assert.equal(file.leases[0]!.starts, DAY);
  assert.equal(file.leases[0]!.clientId, '01020000000001');
});

test('Kea: older headers, rows that a newer Kea went on with, and what is refused', () => {
  const old = HEADER4.split(',').slice(0, 9).join(',');
  const short = keaRow('10.0.0.1', '01').split(',').slice(0, 9).join(',');
  const file = read(`${old}\n${short}\n${keaRow('10.0.0.2', '02')}`);
  assert.deepEqual(told(file), []);
  assert.deepEqual(active(file), ['10.0.0.1', '10.0.0.2']);
  const newer = read(`${HEADER4},later\n${keaRow('10.0.0.1', '01', 0, 600, DAY, ',,0,x')}`);
  assert.deepEqual(told(newer), []);

  assert.deepEqual(told(read(`${HEADER4.replace('address', 'ip')}\n${keaRow('10.0.0.1', '01')}`)), ['bad-header 1:1']);
  assert.deepEqual(active(read(`${HEADER4.replace('address', 'ip')}\n${keaRow('10.0.0.1', '01')}`)), ['10.0.0.1']);
  assert.deepEqual(told(read(`${HEADER4}\n${short}\n`)), ['wrong-column-count 2:1']);
  assert.deepEqual(told(read(`${HEADER4}\n${keaRow('10.0.0.1', '01').slice(0, 30)}`)), ['truncated-last-record 2:1']);
  assert.deepEqual(told(read(`${HEADER4}\n${keaRow('10.0.0.300', '01')}`)), ['bad-address 2:1']);
  assert.deepEqual(told(read(`${HEADER4}\n${keaRow('10.0.0.1', '01', 9)}`)), ['bad-value 2:80']);
  assert.deepEqual(told(read(`${HEADER4}\n${keaRow('10.0.0.1', '01')}10.0.0.2,zz,,600,1,1,0,0,,0,,0\n`)), [
    'bad-hardware-address 3:10',
  ]);
  assert.deepEqual(
    told(read(`${HEADER4}\n${keaRow('10.0.0.1', '01')}10.0.0.2,02:00:00:00:01,,600,${DAY + 600},1,0,0,,0,,0\n`)),
    ['bad-hardware-address 3:10'],
  );
  assert.deepEqual(told(read(`${HEADER4}\r\n${keaRow('10.0.0.1', '01').replace('\n', '\r\n')}`)), ['crlf 1:1']);
  assert.deepEqual(told(read(`${HEADER4}\n${keaRow('10.0.0.1', '01').trimEnd()}`)), ['missing-final-newline 2:1']);
  assert.deepEqual(
    told(read(`${HEADER4}\n${keaRow('10.0.0.1', '01')}${keaRow('10.0.0.1', '02', 0, 600, DAY + 900)}`)),
    ['address-leased-twice 3:1'],
  );
  // An address that was declined is given to nobody before its time is over.
  assert.deepEqual(
    told(
      read(
        `${HEADER4}\n${keaRow('10.0.0.1', '01', 1, 86_400, DAY + 86_400)}${keaRow('10.0.0.1', '02', 0, 600, DAY + 900)}`,
      ),
    ),
    ['address-leased-twice 3:1'],
  );
});

test('Kea, DHCPv6: prefixes, DUIDs, and the parts that a cleanup leaves, in the order of loading', () => {
  const header =
    'address,duid,valid_lifetime,expire,subnet_id,pref_lifetime,lease_type,iaid,prefix_len,fqdn_fwd,fqdn_rev,hostname,hwaddr,state,user_context,hwtype,hwaddr_source,pool_id\n';
  const v6 = (address: string, type: number, length: number, state = 0): string =>
    `${address},00:03:00:01:02:67:00:00:03:01,600,${DAY + 600},1,300,${type},769,${length},0,0,,02:67:00:00:03:01,${state},,1,2,0\n`;
  const file = read(header + v6('fd67::1000', 0, 128) + v6('fd67:0:1::', 2, 56));
  assert.equal(file.kind, 'kea6');
  assert.deepEqual(
    file.leases.map(({ address, clientId, iaid, client }) => [address, clientId, iaid, client]),
    [
      ['fd67::1000', '00030001026700000301', 769, '02:67:00:00:03:01'],
      ['fd67:0:1::/56', '00030001026700000301', 769, '02:67:00:00:03:01'],
    ],
  );
  const scan = new LeaseScan({ name: 'kea-leases6.csv' });
  scan.push(encodeText(header + v6('fd67::1', 0, 128) + v6('fd67::2', 0, 128)));
  scan.nextPart();
  scan.push(encodeText(`${header}${v6('fd67::1', 0, 128, 2)}fd67::zz,,\n`));
  const parts = scan.end();
  assert.deepEqual(active(parts), ['fd67::2']);
  assert.deepEqual(
    parts.findings.map(({ id, place }) => [id, place.part, place.line]),
    [['wrong-column-count', 1, 3]],
  );
});

test('dnsmasq: DHCPv4, the server’s DUID, DHCPv6, and lines that it leaves out', () => {
  const file = read(`${DAY} 02:00:00:00:00:01 10.0.0.1 pc-1 01:02:00:00:00:00:01
0 02:00:00:00:00:02 10.0.0.2 * *
${DAY} 06-02:00:00:00:00:03 10.0.0.3 * ff:00
43200 02:00:00:00:00:04 10.0.0.4 * *
duid 00:01:00:01:2e
${DAY} 1234 fd67::5 pc-5 00:03:00:01:02
${DAY} T99 fd67::6 * 00:03
`);
  assert.equal(file.kind, 'dnsmasq');
  assert.deepEqual(told(file), []);
  assert.deepEqual(file.leases.map(row), [
    ['10.0.0.1', 'active', '02:00:00:00:00:01', 'pc-1', DAY],
    ['10.0.0.2', 'active', '02:00:00:00:00:02', undefined, 'never'],
    ['10.0.0.3', 'active', '02:00:00:00:00:03', undefined, DAY],
    ['10.0.0.4', 'active', '02:00:00:00:00:04', undefined, undefined],
    ['fd67::5', 'active', undefined, 'pc-5', DAY],
    ['fd67::6', 'active', undefined, undefined, DAY],
  ]);
  assert.deepEqual(
    file.leases.slice(4).map(({ iaid, clientId }) => [iaid, clientId]),
    [
      [1234, '0003000102'],
      [99, '0003'],
    ],
  );
  const line = (last: string, address: string): string => `${DAY} 02:00:00:00:00:${last} ${address} * *\n`;
  // dnsmasq reads the lines in any order.
  const mixed = read(`duid 00:01:00:01:2e\n${DAY} 1234 fd67::5 pc-5 00:03:00:01:02\n${line('01', '10.0.0.1')}`);
  assert.deepEqual(told(mixed), []);
  assert.deepEqual(
    mixed.leases.map(({ address, client, iaid }) => [address, client, iaid]),
    [
      ['fd67::5', undefined, 1234],
      ['10.0.0.1', '02:00:00:00:00:01', undefined],
    ],
  );
  const good = line('01', '10.0.0.1');
  assert.deepEqual(told(read(good + line('02', '10.0.0.1'))), ['address-leased-twice 2:1']);
  assert.deepEqual(told(read(`${good}x y z\n${line('02', '10.0.0.2')}`)), ['damaged-record 2:1']);
  assert.deepEqual(told(read(good + line('02', '10.0.0.256'))), ['bad-address 2:1']);
  assert.deepEqual(told(read(`${good}${DAY} 02:00:00`)), ['truncated-last-record 2:1']);
});

test('udhcpd: what its binary table says; a record that is cut', () => {
  const octets = new Uint8Array(8 + 3 * 36);
  const view = new DataView(octets.buffer);
  view.setUint32(4, DAY);
  const put = (n: number, left: number, mac: readonly number[], name: string): void => {
    view.setUint32(8 + n * 36, left);
    octets.set([10, 0, 0, n + 1, ...mac, ...encodeText(name)], 12 + n * 36);
  };
  put(0, 600, [2, 0, 0, 0, 0, 1], 'pc-1');
  put(1, 0, [2, 0, 0, 0, 0, 2], 'name-of-twenty-octet');
  put(2, 60, [0, 0, 0, 0, 0, 0], '');
  const file = read(octets, 'udhcpd.leases');
  assert.equal(file.kind, 'udhcpd');
  assert.deepEqual(file.leases.map(row), [
    ['10.0.0.1', 'active', '02:00:00:00:00:01', 'pc-1', DAY + 600],
    ['10.0.0.2', 'expired', '02:00:00:00:00:02', 'name-of-twenty-octet', DAY],
    ['10.0.0.3', 'declined', undefined, undefined, DAY + 60],
  ]);
  assert.deepEqual(told(file), []);
  assert.deepEqual(told(read(octets.subarray(0, 5), 'udhcpd.leases')), ['truncated-last-record 1:1']);
  const cut = read(octets.subarray(0, 100), 'udhcpd.leases');
  assert.equal(cut.leases.length, 2);
  assert.deepEqual(told(cut), ['truncated-last-record 3:1']);
});

test('dhclient: leases by their end, releases, DHCPv6', () => {
  const v4 = (address: string, expire: string, times = '12:00:00'): string => `lease {
  interface "eth0";
  fixed-address ${address};
  option dhcp-lease-time 3600;
  option host-name "me";
  renew 6 2026/11/28 ${times};
  rebind 6 2026/11/28 ${times};
  expire 6 2026/11/28 ${expire};
}
`;
  const file = read(
    v4('10.0.0.1', '10:00:00') + v4('10.0.0.2', '13:00:00') + v4('10.0.0.3', '13:00:00') + v4('10.0.0.3', '12:00:00'),
  );
  assert.equal(file.kind, 'dhclient');
  assert.deepEqual(file.leases.map(row), [
    ['10.0.0.1', 'expired', undefined, 'me', DAY + 10 * 3600],
    ['10.0.0.2', 'active', undefined, 'me', DAY + 13 * 3600],
    ['10.0.0.3', 'released', undefined, 'me', DAY + 12 * 3600],
  ]);
  const six = read(`default-duid "\\000\\003";
lease6 {
  interface "eth0";
  ia-na 00:00:03:00 {
    starts ${DAY};
    iaaddr fd67::1012 {
      starts ${DAY};
      preferred-life 300;
      max-life 600;
    }
  }
  option dhcp6.client-id 0:3:0:1:2:67:0:0:3:0;
}
`);
  assert.deepEqual(told(six), []);
  assert.deepEqual(
    six.leases.map(({ address, iaid, clientId, starts, ends }) => [address, iaid, clientId, starts, ends]),
    [['fd67::1012', 768, '00030001026700000300', DAY, DAY + 600]],
  );
});

test('Microsoft: the audit log in its column counts, in the server’s own time', () => {
  const file = read(`\t\tMicrosoft DHCP Service Activity Log\r
\r
Event ID  Meaning\r
10\tA new IP address was leased to a client.\r
\r
ID,Date,Time,Description,IP Address,Host Name,MAC Address\r
00,11/28/26,00:00:01,Started,,,\r
10,11/28/26,08:00:00,Assign,10.0.0.1,one.example,020000000001\r
11,11/28/26,08:10:00,Renew,10.0.0.2,two.example,020000000002,,123,0,,,,0x4D53,MSFT 5.0,,,,0\r
12,11/28/26,09:00:00,Release,10.0.0.1,one.example,020000000001\r
13,11/28/26,09:01:00,Conflict,10.0.0.3,BAD_ADDRESS,0300000A\r
14,11/28/26,09:02:00,Scope Full,10.0.0.0,,000000000000\r
10,13/28/26,09:03:00,Assign,10.0.0.4,,020000000004\r
`);
  assert.equal(file.kind, 'microsoft-audit');
  assert.deepEqual(file.leases.map(row), [
    ['10.0.0.1', 'released', '02:00:00:00:00:01', 'one.example', DAY + 9 * 3600],
    ['10.0.0.2', 'active', '02:00:00:00:00:02', 'two.example', undefined],
    ['10.0.0.3', 'declined', undefined, 'BAD_ADDRESS', DAY + 9 * 3600 + 60],
  ]);
  assert.ok(file.leases.every(({ local }) => local));
  // A log tells no end: that a client was given two addresses in a day is no fault.
  const twice = read(
    '10,11/28/26,08:00:00,Assign,10.0.0.1,one,020000000001\r\n10,11/28/26,09:00:00,Assign,10.0.0.2,one,020000000001\r\n',
  );
  assert.deepEqual(told(twice), []);
  assert.deepEqual(told(file), ['address-in-use 11:1', 'no-addresses-left 12:1', 'invalid-date 13:1']);
});

test('Microsoft: exports as CSV of PowerShell and of the console, and as XML; UTF-16', () => {
  const csv = `#TYPE Microsoft.Management.Infrastructure.CimInstance#root/Microsoft/Windows/DHCP/DhcpServerv4Lease\r
"IPAddress","ScopeId","AddressState","ClientId","ClientType","HostName","LeaseExpiryTime","ServerIP"\r
"10.0.0.1","10.0.0.0","Active","02-00-00-00-00-01","Dhcp","one, ""the first""","11/28/2026 1:30:00 PM","10.0.0.250"\r
"10.0.0.2","10.0.0.0","InactiveReservation","02-00-00-00-00-02","Dhcp",,,"10.0.0.250"\r
"10.0.0.3","10.0.0.0","Declined","0a-00-00-03","Dhcp","BAD_ADDRESS","28.11.2026 13:30:00","10.0.0.250"\r
`;
  const wanted = [
    ['10.0.0.1', 'active', '02:00:00:00:00:01', 'one, "the first"', DAY + 13.5 * 3600],
    ['10.0.0.2', 'free', '02:00:00:00:00:02', undefined, undefined],
    ['10.0.0.3', 'declined', undefined, 'BAD_ADDRESS', DAY + 13.5 * 3600],
  ];
  assert.deepEqual(read(csv).leases.map(row), wanted);
  assert.deepEqual(told(read(csv)), []);
  const wide = new Uint8Array(2 + csv.length * 2);
  wide.set([0xff, 0xfe]);
  for (let i = 0; i < csv.length; i++) wide[2 + 2 * i] = csv.charCodeAt(i);
  assert.deepEqual(read(wide).leases.map(row), wanted);

  const console_ = read(
    'Client IP Address\tName\tLease Expiration\tType\tUnique ID\tDescription\n10.0.0.1\tone\t2026-11-28 13:30:00\tDHCP\t020000000001\t\n10.0.0.2\ttwo\tReservation (active)\tDHCP\t020000000002\t\n',
  );
  assert.equal(console_.kind, 'microsoft-leases');
  assert.deepEqual(console_.leases.map(row), [
    ['10.0.0.1', 'active', '02:00:00:00:00:01', 'one', DAY + 13.5 * 3600],
    ['10.0.0.2', 'active', '02:00:00:00:00:02', 'two', undefined],
  ]);

  const xml = `<?xml version="1.0" encoding="utf-8"?>
<DHCPServer xmlns="http://schemas.microsoft.com/windows/DHCPServer">
  <IPv4><Scopes><Scope><Name>not a host</Name><Leases>
    <!-- <Lease><IPAddress>10.0.0.9</IPAddress></Lease> -->
    <Lease>
      <IPAddress>10.0.0.1</IPAddress><HostName>a&amp;b</HostName>
      <ClientId>02-00-00-00-00-01</ClientId><AddressState>Active</AddressState>
      <LeaseExpiryTime>2026-11-28T14:30:00+01:00</LeaseExpiryTime><PolicyName />
    </Lease>
    <Lease><IPAddress>10.0.0.2</IPAddress>`;
  const cut = read(xml);
  assert.deepEqual(cut.leases.map(row), [['10.0.0.1', 'active', '02:00:00:00:00:01', 'a&b', DAY + 13.5 * 3600]]);
  assert.equal(cut.leases[0]!.local, undefined);
  assert.deepEqual(told(cut), ['truncated-last-record 10:1']);
});

test('systemd-networkd: leases of its server (JSON) and of its client; NetworkManager', () => {
  const json = (leases: string): string => `{
	"BootID" : "0123456789abcdef0123456789abcdef",
	"Address" : [10, 0, 0, 250],
	"PrefixLength" : 24,
	"Leases" : [
		${leases}
`;
  const one = `{ "ClientId" : [1, 2, 0, 0, 0, 0, 1], "Address" : [10, 0, 0, 1], "Hostname" : "one", "HardwareAddressType" : 1,
		  "HardwareAddressLength" : 6, "HardwareAddress" : [2, 0, 0, 0, 0, 1], "ExpirationRealtimeUSec" : ${DAY + 600}000000 }`;
  const file = read(`${json(one)}\t]\n}\n`, 'eth0');
  assert.equal(file.kind, 'networkd-server');
  assert.deepEqual(file.leases.map(row), [['10.0.0.1', 'active', '02:00:00:00:00:01', 'one', DAY + 600]]);
  assert.equal(file.leases[0]!.place.line, 6);
  assert.deepEqual(told(file), []);
  const cut = read(json(`${one},\n\t\t{ "ClientId" : [1, 2`), 'eth0');
  assert.equal(cut.leases.length, 1);
  assert.deepEqual(
    cut.findings.map(({ id }) => id),
    ['truncated-last-record'],
  );
  assert.equal(read(`{"Leases":${'['.repeat(100_000)}`, 'eth0').findings[0]!.id, 'damaged-record');

  const client = read(
    '# This is private data. Do not parse.\nADDRESS=10.0.0.1\nLIFETIME=3600\nHOSTNAME=me\nCLIENTID=ff01\n',
    '2',
  );
  assert.equal(client.kind, 'networkd-client');
  assert.deepEqual(
    client.leases.map(({ address, hostname, clientId }) => [address, hostname, clientId]),
    [['10.0.0.1', 'me', 'ff01']],
  );
  assert.equal(
    read('# This is private data. Do not parse.\nADDRESS=10.0.0.1\n', 'internal-8f-eth0.lease').kind,
    'networkmanager',
  );
});

test('dhcpcd: the server’s answer as it was on the wire', () => {
  const octets = new Uint8Array(300);
  octets.set([2, 1, 6, 0, 1, 2, 3, 4]);
  octets.set([10, 0, 0, 1], 16);
  octets.set([2, 0, 0, 0, 0, 1], 28);
  octets.set([0x63, 0x82, 0x53, 0x63, 53, 1, 5, 51, 4, 0, 0, 14, 16, 12, 2, 0x6d, 0x65, 255], 236);
  assert.deepEqual(read(octets, 'eth0.lease', DAY).leases.map(row), [
    ['10.0.0.1', 'active', '02:00:00:00:00:01', 'me', DAY + 3600],
  ]);
  const six = Uint8Array.from([
    7, 1, 2, 3, 0, 1, 0, 4, 0, 3, 0, 1, 0, 3, 0, 40, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0, 24, 0xfd, 0x67, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 44, 0, 0, 2, 88,
  ]);
  const file = read(six, 'eth0.lease6', DAY);
  assert.equal(file.kind, 'dhcpcd');
  assert.deepEqual(
    file.leases.map(({ address, iaid, clientId, ends }) => [address, iaid, clientId, ends]),
    [['fd67::1', 9, '00030001', DAY + 600]],
  );
});

test('what is no lease database is refused; an empty one is known by its name', () => {
  assert.throws(() => read('hello\n'), NotLeases);
  assert.throws(() => read('subnet 10.0.0.0 netmask 255.255.255.0 { }\n', 'dhcpd.conf'), NotLeases);
  assert.equal(read('', 'dnsmasq.leases').kind, 'dnsmasq');
  assert.equal(read('', 'dhcpd.leases').kind, 'dhcpd');
  assert.deepEqual(read('# The format of this file is documented in the dhcpd.leases(5) manual page.\n').leases, []);
});
