/** What a capture does not show is no evidence: messages that were cut, replies that pass by, requests before its beginning. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Cause } from '../../src/analysis';
import { ADDRESS, Build, CLIENT, SERVER, alarms, ipOption, lines, raw } from './build';

const OTHER = '02:00:00:00:00:02';

const causesOf = (build: Build, id: string, until: number): readonly Cause[] =>
  build.analyse(until).findings.find((one) => one.id === id)!.causes;

test('no-offer: a client that goes on to a REQUEST which was cut may have been answered', () => {
  for (const [cut, expected] of [
    [20, []],
    [0, [`no-offer error ${CLIENT} 1`]],
  ] as const) {
    const build = new Build();
    build.discover(0, {}, { cut });
    // Option 50 is there; option 54 stands behind it.
    build.request(0.1, { options: [ipOption(50, ADDRESS)] }, { cut });
    const analysis = build.analyse(60);
    assert.deepEqual(lines(analysis, 'no-offer', 'no-ack'), expected);
    if (cut > 0) assert.equal(analysis.conversations[0]!.outcome, 'incomplete');
  }
  // Where even the type of what follows was cut off.
  const build = new Build();
  build.request(0.1);
  const octets = build.last.slice(0, 240);
  const other = new Build();
  other.discover(0, {}, { cut: 20 });
  other.octets(octets, { at: 0.1, cut: 60 });
  assert.deepEqual(lines(other.analyse(60), 'no-offer'), []);
});

test('no-ack: where the OFFER is not seen, the last REQUEST is only judged by the time that follows', () => {
  const asked = (until: number, offered: boolean): string[] => {
    const build = new Build();
    build.discover(0);
    if (offered) build.offer(0.01);
    for (const at of [0.1, 1.1, 2.1]) build.request(at);
    return lines(build.analyse(until), 'no-ack');
  };
  assert.deepEqual(asked(2.1, false), []);
  assert.deepEqual(asked(30, false), [`no-ack error ${CLIENT} 2,3,4`]);
  assert.deepEqual(asked(2.1, true), [`no-ack error ${CLIENT} 3,4,5`]);
});

test('no-offer: another client that asks for its old address, and is silent afterwards, is no evidence of an answer', () => {
  const build = new Build();
  for (const at of [0, 60, 120]) build.discover(at, { xid: at + 1 });
  build.request(70, { chaddr: OTHER, xid: 9, options: [ipOption(50, '10.0.0.9')] });
  const [first] = causesOf(build, 'no-offer', 200);
  assert.match(first!.text, /^No DHCP server hears this client/);
  assert.ok(first!.evidence.every((one) => !one.includes('is answered')));
});

test('nak: without the request, no cause is likelier than another, and the log of the server tells', () => {
  const build = new Build();
  build.nak(0);
  const { findings, verdict } = build.analyse(10);
  const nak = findings.find(({ id }) => id === 'nak')!;
  assert.deepEqual([...new Set(nak.causes.map(({ likelihood }) => likelihood))], ['possible']);
  assert.match(nak.steps[0]!, new RegExp(`^On ${SERVER}, see in its log which address of ${CLIENT} it refuses`));
  assert.doesNotMatch(verdict, /most likely/);
});

test('inform-unanswered: a server that leased the address serves its subnet', () => {
  const inform = { xid: 9, ciaddr: ADDRESS, options: [raw(55, '0103060ffc')] };
  const asked = (bound: boolean, ciaddr = ADDRESS): Build => {
    const build = new Build();
    if (bound) build.bind(0);
    for (const at of [10, 13]) build.dhcp(8, { ...inform, ciaddr }, { at, source: ciaddr });
    return build;
  };
  const [leased] = causesOf(asked(true), 'inform-unanswered', 30);
  assert.match(leased!.text, new RegExp(`^Server ${SERVER}, which leases the address, does not answer INFORM`));
  assert.deepEqual(leased!.evidence, [`the ACK in frame 4 gives ${ADDRESS}`]);
  assert.match(causesOf(asked(false), 'inform-unanswered', 30)[0]!.text, /^No server serves the subnet/);
  const nameless = asked(false, '0.0.0.0')
    .analyse(30)
    .findings.find(({ id }) => id === 'inform-unanswered')!;
  assert.match(nameless.explanation, /^The client does not name its address \(ciaddr 0\.0\.0\.0\)/);
  assert.ok(nameless.steps.every((step) => !step.includes('0.0.0.0')));
});

/** SOLICIT with a DUID of the client's link-layer address, and one identity association. */
const SOLICIT = '01000001' + '0001000a00030001020000000001' + '0003000c000000010000000000000000';

test('verdict: a machine that asks by both protocols is one client', () => {
  const build = new Build();
  build.bind(0);
  for (const at of [1, 2, 4]) build.v6(at, SOLICIT, { ethSource: CLIENT });
  const { verdict } = build.analyse(30);
  assert.match(
    verdict,
    new RegExp(
      `^By DHCPv4, ${CLIENT} got a lease of ${ADDRESS} from ${SERVER} within 30 ms; by DHCPv6, it got no answer\\.`,
    ),
  );
});

test('verdict: a client that declined and then asked in vain is counted once', () => {
  const build = new Build();
  build.bind(0);
  build.dhcp(4, { xid: 4, options: [ipOption(50, ADDRESS), ipOption(54, SERVER)] }, { at: 1 });
  for (const at of [10, 13]) build.dhcp(8, { xid: 9, ciaddr: ADDRESS }, { at, source: ADDRESS });
  build.bind(
    20,
    { chaddr: OTHER, xid: 5, options: [ipOption(50, '10.0.0.51'), ipOption(54, SERVER)] },
    { yiaddr: '10.0.0.51' },
  );
  const analysis = build.analyse(40);
  assert.ok(alarms(analysis).includes('decline'));
  const [, told] = /of 2 clients, (.*?)\)/.exec(analysis.verdict)!;
  assert.equal(
    [...told!.matchAll(/(?:^|, )(\d+) /g)].reduce((sum, [, n]) => sum + Number(n), 0),
    2,
    told,
  );
});

test('a message that is seen more often than copies explain was sent as often, and each finding counts it so', () => {
  const flood = (type: number): string[] => {
    const build = new Build();
    for (let i = 0; i < 120; i++)
      build.dhcp(type, type === 8 ? { ciaddr: ADDRESS } : {}, {
        at: i * 0.002,
        ...(type === 8 ? { source: ADDRESS } : {}),
      });
    return build.analyse(60).findings.map(({ title }) => title);
  };
  assert.ok(flood(8).includes(`${CLIENT} sends 120 INFORMs and gets no ACK`), flood(8).join('; '));
  assert.ok(flood(1).includes(`${CLIENT} sends 120 DISCOVERs and gets no OFFER`), flood(1).join('; '));
});

test('no-ack: a REQUEST for another address is another question', () => {
  const build = new Build();
  build.request(0, { options: [ipOption(50, '10.9.9.9'), ipOption(54, SERVER)] });
  for (const at of [1, 5]) build.request(at, { options: [ipOption(50, ADDRESS)] });
  const [found] = build.analyse(60).findings.filter(({ id }) => id === 'no-ack');
  assert.equal(found!.title, `${CLIENT} sends 2 REQUESTs for ${ADDRESS} and gets no ACK`);
  assert.deepEqual(found!.frames, [2, 3]);
});
