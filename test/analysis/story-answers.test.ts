/** What just happened in answers that refuse something or go where they should not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ADDRESS, Build, SERVER, ipOption, textOption } from './build';

const told = (build: Build, frame: number): string => build.analyse().happened(frame)!;

test('a NAK by unicast goes against RFC 2131 §4.1, and a quoted sentence keeps its one full stop', () => {
  const build = new Build();
  build.request(0, { options: [ipOption(50, ADDRESS)] });
  build.nak(0.01, { options: [ipOption(54, SERVER), textOption(56, 'Wrong network.')] }, { destination: ADDRESS });
  const text = told(build, 2);
  assert.match(
    text,
    /It goes by unicast to 10\.0\.0\.50, although it should go by broadcast: a client on the wrong link would not get a unicast/,
  );
  assert.match(text, /Its reason is “Wrong network\.” It goes/);
});

test('a reply to an address that is not the client’s is not explained by the broadcast flag', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.01, {}, { destination: '10.0.0.255' });
  assert.match(told(build, 2), /It goes by unicast to 10\.0\.0\.255, and not to the client at 10\.0\.0\.50\./);
  const right = new Build();
  right.discover(0);
  right.offer(0.01, {}, { destination: ADDRESS });
  assert.match(
    told(right, 2),
    /by unicast to 10\.0\.0\.50, because the client left its broadcast flag at 0: it takes a unicast/,
  );
});

test('an ACK that gives a renewing client another address prolongs nothing', () => {
  const build = new Build();
  build.bind();
  build.request(1800, { ciaddr: ADDRESS }, { source: ADDRESS, destination: SERVER });
  build.ack(1800.01, { yiaddr: '10.0.0.99' }, { destination: ADDRESS });
  const text = told(build, 6);
  assert.match(text, /^Server 10\.0\.0\.1 gives 10\.0\.0\.99 to client /);
  assert.match(text, /That is not what the client asked for: the REQUEST in frame 5 names 10\.0\.0\.50\./);
  assert.doesNotMatch(text, /prolongs|keeps/);
});

test('a wish for 0.0.0.0 is no wish for an address', () => {
  const build = new Build();
  build.discover(0, { options: [ipOption(50, '0.0.0.0')] });
  assert.doesNotMatch(told(build, 1), /would like/);
});

test('who sends a DISCOVER from an address is not told to have none', () => {
  const build = new Build();
  build.discover(0, {}, { source: '10.0.0.9' });
  assert.match(told(build, 1), /sends from 10\.0\.0\.9 and looks for a server that gives it an address\./);
  // The address of a relay is not the client's.
  const relayed = new Build();
  relayed.discover(0, { giaddr: '10.0.0.254', hops: 1 }, { source: '10.0.0.254', destination: SERVER });
  assert.match(told(relayed, 1), /has no address \(state INIT\)/);
});

/* DHCPv6: the meanings of status codes are those of RFC 9915 §21.13. */

const option = (code: number, value: string): string =>
  code.toString(16).padStart(4, '0') + (value.length / 2).toString(16).padStart(4, '0') + value;
const v6 = (type: number, ...options: string[]): string =>
  `${type.toString(16).padStart(2, '0')}000001${options.join('')}`;
const client = option(1, '0003000102000000000c');
const server = option(2, '00030001020000000001');
const status = (code: number, text: string): string =>
  option(13, code.toString(16).padStart(4, '0') + Buffer.from(text).toString('hex'));
const times = '000000010000000000000000';
const toClient = { source: 'fe80::2', destination: 'fe80::1' };

test('an ADVERTISE without an address or prefix says what it lacks, and what the status code means', () => {
  const build = new Build();
  build.v6(0, v6(1, client, option(25, times)));
  build.v6(0.1, v6(2, client, server, option(25, times + status(6, 'Sorry, no prefixes.'))), toClient);
  build.v6(1, v6(3, client, server, option(25, times)));
  const text = told(build, 2);
  assert.match(text, /^Server 02:00:00:00:00:01 offers no prefix to client /);
  assert.match(
    text,
    /Status code 6 \(NoPrefixAvail\) says that it has no prefix for the client; in its words: “Sorry, no prefixes\.” It/,
  );
  assert.match(text, /The client asks for it all the same with the REQUEST 900 ms later in frame 3\.$/);
});

test('a REQUEST without an association asks for no address', () => {
  const build = new Build();
  build.v6(0, v6(3, client, server));
  assert.match(told(build, 1), /asks that server for settings, without naming an address or prefix \(it has no IA\)\./);
});

test('a REPLY whose question the capture does not show may be all that the client wanted', () => {
  const build = new Build();
  build.v6(0, v6(7, client, server), toClient);
  assert.match(
    told(build, 1),
    /, but gives no address; this capture does not show the message that it answers\..* A client that asked only for settings has what it wanted;/,
  );
});

test('after NoBinding a client asks for a new lease with REQUEST, after NoAddrsAvail it looks for a server (RFC 9915 §18.2.10.1)', () => {
  const refused = (type: number, code: number): string => {
    const build = new Build();
    build.v6(0, v6(type, client, server, option(3, times)));
    build.v6(0.1, v6(7, client, server, option(3, times + status(code, ''))), toClient);
    return told(build, 2);
  };
  assert.match(
    refused(5, 3),
    /says that it knows of no such lease\..* The client should ask for a new lease with REQUEST\.$/,
  );
  assert.match(refused(3, 2), /but gives no address.* Without an address the client has to look for a server again\.$/);
});

/** A DISCOVER, and a BOOTREPLY to it, or to a BOOTREQUEST. */
function byBootp(asked: number | undefined): Build {
  const build = new Build();
  for (const at of [0, 4]) {
    build.dhcp(asked, {}, { at });
    build.dhcp(undefined, { op: 2, yiaddr: ADDRESS }, { at: at + 0.01 });
  }
  return build;
}

test('a DHCP client that only BOOTREPLYs answer: a BOOTP server, which does not speak DHCP', () => {
  const build = byBootp(1);
  assert.match(
    told(build, 1),
    /The BOOTREPLY of server 10\.0\.0\.1 follows 10 ms later in frame 2, without option 53: it comes from a BOOTP server, which does not speak DHCP\.$/,
  );
  const { verdict } = build.analyse(60);
  assert.match(
    verdict,
    /the client got no lease: only a BOOTP server answered, and it does not speak DHCP\)\. Do this first: On 10\.0\.0\.1/,
  );
  assert.doesNotMatch(verdict, /does not show how it ended/);
});

test('healthy: a BOOTP client is served by BOOTP, and an OFFER after a BOOTREPLY is an answer', () => {
  assert.doesNotMatch(byBootp(undefined).analyse(60).verdict, /does not speak DHCP/);
  const build = byBootp(1);
  build.bind(8);
  assert.match(build.analyse(60).verdict, /the client got a lease of 10\.0\.0\.50/);
});
