/* DHCPv6: addresses that nobody can use, one address for two clients, and floods; and healthy exchanges that look alike (RFC 9915). */
import assert from 'node:assert/strict';
import test from 'node:test';
import { Build, lines } from './build';

const option = (code: number, value: string): string =>
  code.toString(16).padStart(4, '0') + (value.length / 2).toString(16).padStart(4, '0') + value;
const n8 = (value: number): string => value.toString(16).padStart(8, '0');
const duidOf = (n: number): string => `0003000102000000${n.toString(16).padStart(4, '0')}`;
const client = (n = 12): string => option(1, duidOf(n));
const SERVER = duidOf(0xfe);
const server = option(2, SERVER);
const message = (type: number, xid: number, ...options: string[]): string =>
  type.toString(16).padStart(2, '0') + xid.toString(16).padStart(6, '0') + options.join('');
/** An IPv6 address by its first octets and its last one. */
const ip6 = (start: string, last = 0): string => `${start.padEnd(30, '0')}${last.toString(16).padStart(2, '0')}`;
const at = (last: number): string => ip6('20010db8', last);
const address = (value: string, valid = 4000, preferred = Math.min(valid, 3000)): string =>
  option(5, value + n8(preferred) + n8(valid));
const prefix = (start: string, valid = 4000): string =>
  option(26, n8(Math.min(valid, 3000)) + n8(valid) + '38' + ip6(start));
const ia = (inner: string, iaid = 1, t1 = 1000): string => option(3, n8(iaid) + n8(t1) + n8(2 * t1) + inner);
const temporary = (inner: string): string => option(4, n8(1) + inner);
const delegated = (inner: string): string => option(25, n8(1) + n8(1000) + n8(2000) + inner);
const asked = option(3, n8(1) + n8(0) + n8(0));
const dns = (...values: string[]): string => option(23, values.join(''));
const back = { source: 'fe80::fe', destination: 'fe80::c' };
const forward = (type: string, inner: string): string => `${type}00${at(1)}${ip6('fe80', 12)}${option(9, inner)}`;

/** A client gets what a server gives, by four messages. */
function served(given: string, build = new Build(), n = 12, time = 0): Build {
  build.v6(time, message(1, 2 * n, client(n), asked));
  build.v6(time + 0.1, message(2, 2 * n, client(n), server, given), back);
  build.v6(time + 1, message(3, 2 * n + 1, client(n), server, given));
  build.v6(time + 1.1, message(7, 2 * n + 1, client(n), server, given), back);
  return build;
}
/** A client with an address asks by RENEW, and is answered. */
function renewed(build: Build, time: number, given: string, n = 12): Build {
  build.v6(time, message(5, time, client(n), server, ia(address(at(0x42)))));
  build.v6(time + 0.1, message(7, time, client(n), server, given), back);
  return build;
}

test('unusable-address: unspecified, loopback, multicast and link-local addresses, in whatever association', () => {
  for (const given of [
    ia(address(ip6(''))),
    ia(address(ip6('', 1))),
    ia(address(ip6('ff02', 5))),
    ia(address(ip6('fe80', 5))),
    ia(address(at(0x42)) + address(ip6('ff0e', 5))),
    temporary(address(ip6('febf', 5))),
    delegated(prefix('ff02')),
  ])
    assert.deepEqual(lines(served(given).analyse(20)), [`unusable-address error ${SERVER} 2,4`]);
});

test('unusable-router: a DNS server at the loopback, unspecified or a multicast address', () => {
  for (const odd of [ip6('', 1), ip6(''), ip6('ff02', 0xfb)])
    assert.deepEqual(lines(served(ia(address(at(0x42))) + dns(at(0x53), odd)).analyse(20)), [
      `unusable-router warning ${SERVER} 2,4`,
    ]);
});

test('duplicate-address: two DUIDs hold one address, or one prefix, at one time', () => {
  const twice = (given: string): Build => served(given, served(given), 13, 60);
  assert.deepEqual(lines(twice(ia(address(at(0x42)))).analyse(100)), ['duplicate-address error 2001:db8::42 8,4']);
  assert.deepEqual(lines(twice(delegated(prefix('20010db8'))).analyse(100)), [
    'duplicate-address error 2001:db8::/56 8,4',
  ]);
  // Its lifetime is over, or the client has given it back, or starts over, or the server has taken it back.
  assert.deepEqual(lines(twice(ia(address(at(0x42), 59), 1, 0)).analyse(100)), []);
  const given = ia(address(at(0x42)));
  const released = served(given);
  released.v6(30, message(8, 77, client(), server, given));
  released.v6(30.1, message(7, 77, client(), server), back);
  assert.deepEqual(lines(served(given, released, 13, 60).analyse(100)), []);
  const anew = served(ia(address(at(0x43))), served(given), 12, 30);
  assert.deepEqual(lines(served(given, anew, 13, 60).analyse(100)), []);
  const taken = renewed(served(given), 1000, ia(address(at(0x42), 0) + address(at(0x43))));
  assert.deepEqual(lines(served(given, taken, 13, 1060).analyse(1100)), []);
});

test('message-flood: a hundred requests within ten seconds; one message on many interfaces is none', () => {
  const flood = new Build();
  for (let i = 0; i < 150; i++) flood.v6(i / 100, message(1, 1, client(), asked));
  assert.deepEqual(
    lines(flood.analyse(2)).map((line) => line.split(' ').slice(0, 3).join(' ')),
    [`message-flood warning ${duidOf(12)}`],
  );
  const copies = new Build();
  for (let i = 0; i < 150; i++) copies.v6(i / 10000, message(1, 1, client(), asked));
  assert.deepEqual(lines(copies.analyse(2)), []);
});

test('message-flood: 150 replies within three seconds to a client that asks nothing; and what an address without time says', () => {
  const storm = new Build();
  for (let i = 0; i < 150; i++) storm.v6(i / 50, message(7, 1, client(), server, ia(address(at(0x42)))), back);
  const [flood] = storm.analyse(9).findings;
  assert.equal(flood!.id, 'message-flood');
  assert.match(flood!.title, /^Server 02:00:00:00:00:fe sends \S+ 150 REPLYs within 3 s$/);
  const ended = served(ia(address(at(0x42), 0))).analyse(20).verdict;
  assert.match(ended, /was answered with an address that is valid for 0 s, so it has none\.$/);
});

test('healthy exchanges of these kinds give no finding', () => {
  const rapid = new Build();
  rapid.v6(0, message(1, 1, client(), option(14, ''), asked));
  rapid.v6(0.1, message(7, 1, client(), server, option(14, ''), ia(address(at(0x42)))), back);
  const relayed = new Build();
  const relay = { source: '2001:db8::1', destination: '2001:db8:9::1' };
  const ways = [
    [1, asked],
    [2, server + ia(address(at(0x42)))],
    [3, server + ia(address(at(0x42)))],
    [7, server + ia(address(at(0x42)))],
  ] as const;
  for (const [i, [type, options]] of ways.entries())
    relayed.v6(
      i / 10,
      forward(i % 2 === 0 ? '0c' : '0d', message(type, i < 2 ? 1 : 2, client(), options)),
      i % 2 === 0 ? relay : { source: relay.destination, destination: relay.source },
    );
  const lease = ia(address(at(0x42)));
  for (const [name, build] of Object.entries({
    renewals: renewed(renewed(served(lease), 1000, lease), 2000, lease),
    prefixes: served(delegated(prefix('20010db801') + prefix('20010db802') + prefix('fd00'))),
    rapid,
    associations: served(ia(address(at(0x42))) + ia(address(at(0x43)), 2)),
    relayed,
    temporary: served(lease + temporary(address(at(0x77), 600)) + dns(ip6('fe80', 1), at(0x53))),
    renumbered: renewed(served(lease), 1000, ia(address(at(0x42), 0) + address(at(0x43)))),
  })) {
    const analysis = build.analyse(3000);
    assert.deepEqual(lines(analysis), [], name);
    assert.match(analysis.verdict, /Nothing is wrong as far as this capture shows\.$/, name);
  }
});
