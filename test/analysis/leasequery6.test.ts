import assert from 'node:assert/strict';
import test from 'node:test';
import { Build, lines } from './build';

/* LEASEQUERY by DHCPv6 (RFC 5007, RFC 5460): who asks about which lease, and what is answered. Nobody asks for an address. */

const hex16 = (n: number): string => n.toString(16).padStart(4, '0');
const option = (code: number, value: string): string => hex16(code) + hex16(value.length / 2) + value;
const ADDRESS = '20010db8000000000000000000000042';
const ANY_LINK = '0'.repeat(32);
const LINK = '20010db8000100000000000000000001';
/** DUID-LL of 02:00:00:00:00:0c, of the server 02:00:00:00:00:01, and of the router that asks, 02:00:00:00:00:aa. */
const CLIENT = '00030001' + '02000000000c';
const SERVER = '00030001' + '020000000001';
const ROUTER = '00030001' + '0200000000aa';
const REQUESTOR = '2001:db8::aa';
const SERVER_ADDRESS = '2001:db8::1';
/** IAADDR (RFC 9915 §21.6): address, preferred and valid lifetime. */
const iaaddr = option(5, ADDRESS + '00000e10' + '00001518');

const query = (type: number, link: string, inner: string): string =>
  option(44, type.toString(16).padStart(2, '0') + link + inner);
const byAddress = query(1, ANY_LINK, option(5, ADDRESS + '0'.repeat(16)));
const leasequery = (about: string, xid = '000001'): string => `0e${xid}${option(1, ROUTER)}${about}`;
const reply = (inner: string, xid = '000001'): string => `0f${xid}${option(2, SERVER)}${option(1, ROUTER)}${inner}`;
const active = option(45, option(1, CLIENT) + iaaddr + option(46, '0000003c'));

const there = { source: REQUESTOR, destination: SERVER_ADDRESS };
const back = { source: SERVER_ADDRESS, destination: REQUESTOR, destinationPort: 547 };

function asks(about: string, answer?: string, until = 30): ReturnType<Build['analyse']> {
  const build = new Build();
  build.v6(0, leasequery(about), there);
  if (answer !== undefined) build.v6(0.01, reply(answer), back);
  return build.analyse(until);
}

const WHO = `Host ${REQUESTOR} asks ${SERVER_ADDRESS} by LEASEQUERY`;
const FINE = 'Nothing is wrong as far as this capture shows.';

test('the verdict says who asks about which lease, and what is answered; no client is counted', () => {
  const told = asks(byAddress, active);
  assert.equal(
    told.verdict,
    `${WHO} who has 2001:db8::42, and ${SERVER_ADDRESS} answers LEASEQUERY-REPLY: client 02:00:00:00:00:0c has 2001:db8::42. ${FINE}`,
  );
  assert.deepEqual(lines(told), []);
  assert.deepEqual(told.clients, []);
  const byClient = query(2, LINK, option(1, CLIENT));
  assert.equal(
    asks(byClient, '').verdict,
    `${WHO} which addresses client 02:00:00:00:00:0c has on the link of 2001:db8:1::1, and ${SERVER_ADDRESS} answers LEASEQUERY-REPLY: it knows of no such lease. ${FINE}`,
  );
  // Status code 9 (RFC 5007 §4.1.3).
  assert.match(asks(byAddress, option(13, '0009')).verdict, /answers LEASEQUERY-REPLY: NotConfigured\./);
  assert.match(
    asks(query(4, LINK, ''), active).verdict,
    /asks 2001:db8::1 by LEASEQUERY which leases there are on the link of/,
  );
});

test('a question that nobody answers is told, and is no client without an answer', () => {
  const told = asks(byAddress);
  assert.equal(
    told.verdict,
    `${WHO} who has 2001:db8::42, and gets no answer in this capture. This capture does not show why.`,
  );
  assert.deepEqual(lines(told), []);
});

test('several questions are counted; a question sent again is one', () => {
  const build = new Build();
  build.v6(0, leasequery(byAddress, '000001'), there);
  build.v6(1, leasequery(byAddress, '000001'), there);
  build.v6(1.01, reply(active, '000001'), back);
  assert.match(
    build.analyse(30).verdict,
    /^Host 2001:db8::aa asks 2001:db8::1 by LEASEQUERY who has 2001:db8::42, and 2001/,
  );
  build.v6(2, leasequery(byAddress, '000002'), there);
  assert.match(
    build.analyse(30).verdict,
    /^Host 2001:db8::aa asks 2 times about leases by LEASEQUERY: LEASEQUERY-REPLY \(1\) and no answer \(1\)\./,
  );
});

test('beside clients, the questions stand after what became of them', () => {
  const build = new Build();
  const own = option(1, CLIENT);
  const ia = option(3, '00000001' + '00000708' + '00000b40' + iaaddr);
  const to = { source: 'fe80::1', destination: 'fe80::c' };
  build.v6(0, `01000011${own}${option(3, '00000001' + '0'.repeat(16))}`, { source: 'fe80::c' });
  build.v6(0.01, `02000011${own}${option(2, SERVER)}${ia}`, to);
  build.v6(0.02, `03000012${own}${option(2, SERVER)}${ia}`, { source: 'fe80::c' });
  build.v6(0.03, `07000012${own}${option(2, SERVER)}${ia}`, to);
  build.v6(1, leasequery(byAddress), there);
  build.v6(1.01, reply(active), back);
  assert.match(
    build.analyse(30).verdict,
    /^One client, .* got a lease of 2001:db8::42 .*; host 2001:db8::aa asks 2001:db8::1 by LEASEQUERY who has 2001:db8::42, and/,
  );
});

test('what just happened: question and answer', () => {
  const told = asks(byAddress, active);
  assert.equal(
    told.happened(1),
    'Host 2001:db8::aa asks 2001:db8::1 who has 2001:db8::42 (LEASEQUERY). It wants to know where a client belongs, for instance after it has restarted; no lease changes by it. The LEASEQUERY-REPLY follows 10 ms later in frame 2.',
  );
  assert.equal(
    told.happened(2),
    'Server 2001:db8::1 says by LEASEQUERY-REPLY: client 02:00:00:00:00:0c has 2001:db8::42. It answers the LEASEQUERY in frame 1. No lease changes by it.',
  );
});

test('inside a RELAY-FORW it is no relay without an answer', () => {
  const build = new Build();
  const inner = leasequery(byAddress);
  const forward = `0c00${LINK}fe8000000000000000000000000000aa${option(9, inner)}`;
  build.v6(0, forward, { source: '2001:db8:1::1', destination: SERVER_ADDRESS });
  const told = build.analyse(30);
  assert.deepEqual(lines(told), []);
  assert.match(told.verdict, /^Host fe80::aa asks 2001:db8::1 by LEASEQUERY who has 2001:db8::42, and gets no answer/);
});

test('damaged options are read as far as they go', () => {
  for (let cut = 8; cut < leasequery(byAddress).length; cut += 2) {
    const build = new Build();
    build.v6(0, leasequery(byAddress).slice(0, cut), there);
    assert.match(build.analyse(30).verdict, /LEASEQUERY|malformed|runs past/i, String(cut));
  }
});
