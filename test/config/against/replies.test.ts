/** Which statements a reply comes from, and what no statement says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Build, ipOption, lease, textOption, u32Option } from '../../analysis/build';
import { held, told } from './held';

const DHCPD = [
  'default-lease-time 3600;',
  'option domain-name-servers 10.0.0.1;',
  'class "phones" { match if substring(option vendor-class-identifier, 0, 3) = "SIP"; option tftp-server-name "boot"; }',
  'host printer { hardware ethernet 02:00:00:00:00:09; fixed-address 10.0.0.9; }',
  'subnet 10.0.0.0 netmask 255.255.255.0 {',
  '  range 10.0.0.50 10.0.0.99;',
  '  option routers 10.0.0.1;',
  '}',
].join('\n');

const bound = (spec = {}, replies = {}): Build => {
  const build = new Build();
  build.bind(0, spec, replies);
  return build;
};

/** `2 option 6 (Domain Name Server)` and so on, of one frame. */
const statements = (build: Build, frame: number, text = DHCPD): string[] =>
  held('dhcpd', text, build)
    .replies.find((one) => one.frame === frame)!
    .statements.map(({ line, what }) => `${line} ${what}`);

test('the statements of an OFFER and of an ACK', () => {
  const expected = [
    '5 subnet 10.0.0.0/24',
    '6 pool 10.0.0.50-10.0.0.99',
    '5 option 1 (Subnet Mask)',
    '7 option 3 (Router)',
    '2 option 6 (Domain Name Server)',
    '1 lease time',
  ];
  assert.deepEqual(statements(bound(), 2), expected);
  assert.deepEqual(statements(bound(), 4), expected);
  const reserved = bound({ chaddr: '02:00:00:00:00:09' }, { yiaddr: '10.0.0.9', options: lease() });
  assert.equal(statements(reserved, 2)[1], '4 reservation of 10.0.0.9');
  assert.deepEqual(told('dhcpd', DHCPD, reserved), []);
  const phone = bound({}, { options: lease([textOption(66, 'boot')]) });
  assert.ok(statements(phone, 2).includes('3 option 66 (TFTP Server Name)'));
  assert.deepEqual(told('dhcpd', DHCPD, phone), []);
});

test('what the file does not say is one finding, at the statement that says otherwise', () => {
  const differs = (options: Parameters<typeof lease>[0], yiaddr = '10.0.0.50'): string[] =>
    told('dhcpd', DHCPD, bound({}, { yiaddr, options: lease(options) }));
  assert.deepEqual(differs([]), []);
  assert.deepEqual(differs([ipOption(6, '10.0.0.53')]), ['config-differs warning 2 possible 2,4']);
  assert.deepEqual(differs([ipOption(3, '10.0.0.254')]), ['config-differs warning 7 possible 2,4']);
  assert.deepEqual(differs([ipOption(1, '255.255.0.0')]), ['config-differs warning 5 possible 2,4']);
  assert.deepEqual(differs([u32Option(51, 90_000)]), ['config-differs warning 1 possible 2,4']);
  assert.deepEqual(differs([], '10.0.0.20'), ['config-differs warning 5 possible 2,4']);
  // Reserved for another client.
  assert.deepEqual(differs([], '10.0.0.9'), ['config-differs warning 4 possible 2,4']);
  // No statement at all: the file as a whole.
  assert.deepEqual(differs([ipOption(42, '10.0.0.7')]), ['config-differs warning 1 possible 2,4']);
});

test('the words name server, values and places', () => {
  const { findings } = held('dhcpd', DHCPD, bound({}, { options: lease([ipOption(6, '10.0.0.53')]) }));
  const [first] = findings;
  assert.equal(
    first!.title,
    '10.0.0.1 sends what server.conf does not say: option 6 (Domain Name Server) is 10.0.0.53, and the file says 10.0.0.1',
  );
  assert.match(first!.explanation, /\(server\.conf:2\)/);
});

test('of two servers that one is meant which leases from the pools of the file', () => {
  const build = bound();
  const other = { yiaddr: '172.16.0.5', options: lease([ipOption(54, '172.16.0.1'), ipOption(3, '172.16.0.1')]) };
  build.bind(10, { chaddr: '02:00:00:00:00:05', xid: 9 }, other, { source: undefined as never });
  const { replies, findings } = held('dhcpd', DHCPD, build);
  assert.deepEqual(
    replies.map(({ frame }) => frame),
    [2, 4],
  );
  assert.deepEqual(
    findings.filter(({ id }) => id === 'config-differs'),
    [],
  );
});

test('alone, a server that leases from no pool of the file speaks by another file', () => {
  const stranger = bound({}, { yiaddr: '172.16.0.5', options: lease([ipOption(54, '172.16.0.1')]) });
  assert.deepEqual(told('dhcpd', DHCPD, stranger), ['config-differs warning 1 possible 2,4']);
});
