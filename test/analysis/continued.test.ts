/* What a server does in the course of a lease, and relays on the way: renewals, declined addresses, option 82. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, CLIENT, SERVER, SERVER_MAC, alarms, ipOption, lease, lines, raw, u32Option } from './build';

const causeOf = (build: Build, id: string, until = 60) =>
  build.analyse(until).findings.find((one) => one.id === id)!.causes[0]!;

test('answer-ignored: a renewal at T1 under the xid of the one before repeats nothing', () => {
  const renewing = (second: number): string[] => {
    const build = new Build();
    build.bind(0, {}, { options: lease([u32Option(51, 20), u32Option(58, 4), u32Option(59, 16)]) });
    const again = { ciaddr: ADDRESS, options: lease([u32Option(51, 20), u32Option(58, 4), u32Option(59, 16)]) };
    for (const at of [4, 4 + second]) {
      build.renew(at);
      build.ack(at + 0.01, again, { destination: ADDRESS });
    }
    return lines(build.analyse(6 + second), 'answer-ignored');
  };
  assert.deepEqual(renewing(3.8), []);
  assert.deepEqual(renewing(1), [`answer-ignored warning ${CLIENT} 6,8,7`]);
});

test('renewal-unanswered: a renewal with options 50 and 54 is no REQUEST after an OFFER', () => {
  const build = new Build();
  build.bind();
  for (const at of [1800, 1810, 1820])
    build.request(at, { xid: 7, ciaddr: ADDRESS, options: [ipOption(50, ADDRESS), ipOption(54, SERVER)] });
  assert.deepEqual(lines(build.analyse(1900), 'renewal-unanswered', 'no-ack'), [
    `renewal-unanswered warning ${CLIENT} 5,6,7`,
  ]);
  assert.deepEqual(causeOf(build, 'renewal-unanswered', 1900).evidence, [
    `ciaddr ${ADDRESS} and option 50 and 54 in frames 5, 6 and 7`,
    'see the finding forbidden-field',
  ]);
});

test('renewal-unanswered: the server identifier is nobody’s address, and the server’s host has another', () => {
  const asking = (own: boolean): Build => {
    const build = new Build();
    build.bind(0, {}, { options: lease([u32Option(51, 20)]) });
    if (own) build.arp(1, 1, SERVER_MAC, '10.0.0.77', ADDRESS);
    for (const at of [10, 11, 12]) build.arp(at, 1, CLIENT, ADDRESS, SERVER);
    return build;
  };
  const cause = causeOf(asking(true), 'renewal-unanswered');
  assert.equal(cause.text, `The server identifier ${SERVER} is no address of the server: its host has 10.0.0.77`);
  assert.match(cause.evidence[0]!, /speaks by ARP as 10\.0\.0\.77 \(frame 5\)$/);
  assert.equal(causeOf(asking(false), 'renewal-unanswered').text, 'The server is down, or has left this link');
});

test('router-silent: not for a router that is the silent server of an unanswered renewal', () => {
  const build = new Build();
  build.bind(0, {}, { options: lease([u32Option(51, 20), ipOption(3, SERVER)]) });
  build.arp(1, 2, '02:00:00:00:00:07', '10.0.0.7', ADDRESS);
  build.renew(10, { xid: 8 });
  build.renew(14, { xid: 8 });
  for (const at of [15, 16, 17]) build.arp(at, 1, CLIENT, ADDRESS, SERVER);
  assert.deepEqual(alarms(build.analyse(20)).sort(), ['renewal-unanswered', 'short-lease']);
});

test('missing-subnet-mask: an ACK to a renewal leaves out what the first ACK had', () => {
  const build = new Build();
  build.bind();
  build.renew(300, { xid: 8, options: [raw(55, '0103061c')] });
  const bare = [ipOption(54, SERVER), u32Option(51, 3600)];
  build.ack(300.01, { xid: 8, ciaddr: ADDRESS, options: bare }, { destination: ADDRESS });
  const cause = causeOf(build, 'missing-subnet-mask', 400);
  assert.equal(cause.text, 'The server leaves the option out when a lease is renewed');
  assert.deepEqual(cause.evidence, ['its ACK in frame 4 gave the same address with option 1']);
});

test('decline: the server gives the declined address again', () => {
  const declined = (next: string): { explanation: string; texts: string[] } => {
    const build = new Build();
    build.bind();
    build.arp(0.1, 2, '02:00:00:00:00:07', ADDRESS, '10.0.0.9');
    build.dhcp(4, { options: [ipOption(50, ADDRESS), ipOption(54, SERVER)] }, { at: 1 });
    build.bind(12, { xid: 9 }, { yiaddr: next });
    const [found] = build.analyse(60).findings.filter(({ id }) => id === 'decline');
    return { explanation: found!.explanation, texts: found!.causes.map(({ text }) => text) };
  };
  const aside = 'The server does not set a declined address aside, so the client is given it again and again';
  assert.match(declined(ADDRESS).explanation, /gives it the same address again in frame 8: it does not set/);
  assert.ok(declined(ADDRESS).texts.includes(aside));
  assert.match(declined('10.0.0.51').explanation, /The server must set the address aside and give another\.$/);
  assert.ok(!declined('10.0.0.51').texts.includes(aside));
});

const RELAY = '10.9.0.1';
const UP = { source: RELAY, destination: SERVER, sourcePort: 67, destinationPort: 67 };
const DOWN = { source: SERVER, destination: RELAY, sourcePort: 67, destinationPort: 67 };

test('reply-mismatch: an OFFER for a second relay, whose own copy is not seen here, is none', () => {
  const offered = (...relays: string[]): string[] => {
    const build = new Build();
    build.discover(0, { giaddr: RELAY, hops: 1 }, UP);
    for (const giaddr of relays) build.offer(0.01, { giaddr, hops: 1 }, { ...DOWN, destination: giaddr });
    return lines(build.analyse(1), 'reply-mismatch').map((line) => line.split(' ')[0]!);
  };
  assert.deepEqual(offered('10.9.0.2', RELAY), []);
  assert.deepEqual(offered('10.9.0.2'), ['reply-mismatch']);
});

test('option82-not-echoed: seen between relay and server, it is the server that changes the option', () => {
  const build = new Build();
  build.discover(0, { giaddr: RELAY, hops: 2, options: [raw(82, '010465746830010465746830')] }, UP);
  build.offer(0.01, { giaddr: RELAY, options: lease([raw(82, '010865746830657468300000')]) }, DOWN);
  const cause = causeOf(build, 'option82-not-echoed', 1);
  assert.equal(cause.text, 'The server itself changes the option');
  assert.match(cause.evidence[0]!, /^the request goes to 10\.0\.0\.1 with it \(frame 1\)/);
  assert.match(cause.evidence[1]!, /^2 relays handled the request/);
});

test('no-ack: the OFFER came through, so an ACK would have', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.01);
  for (const at of [0.02, 4, 12]) build.request(at);
  const cause = causeOf(build, 'no-ack');
  assert.match(cause.text, /^The server does not keep its OFFER, and keeps silent about it/);
  assert.deepEqual(cause.evidence, [
    'the OFFER in frame 2 came to the client, which takes it (frame 3); an ACK would come the same way',
    'the DISCOVER in frame 1 went the same way as the REQUEST, and was heard',
    '3 REQUESTs for what it offers get no answer',
  ]);
});
