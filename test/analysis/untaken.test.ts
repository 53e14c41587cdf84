import assert from 'node:assert/strict';
import test from 'node:test';
import type { Cause } from '../../src/analysis';
import { ADDRESS, Build, CLIENT, SERVER, alarms, ipOption, lease, lines, raw, type Seen } from './build';

/* A REQUEST held against the OFFER, and why a client goes on as if its answers had never come. */

const OTHER = '10.0.0.150';
const SECOND = { chaddr: '02:00:00:00:00:02', xid: 9 };
const RELAY = '10.9.0.1';
const FIREWALL = 'A firewall on the client, or DHCP snooping on a switch, drops datagrams to port 68';

function causesOf(build: Build, id: string, until = 10): readonly Cause[] {
  const found = build.analyse(until).findings.find((finding) => finding.id === id);
  assert.ok(found, `${id} is not found`);
  return found.causes;
}
const texts = (causes: readonly Cause[], likelihood: string): string[] =>
  causes.filter((one) => one.likelihood === likelihood).map(({ text }) => text);

/** DISCOVER, OFFER, and a REQUEST that nobody answers. */
function asking(options: readonly [address: string, server: string], xid = 0x1234, answered = false): Build {
  const build = new Build();
  build.discover(0);
  build.offer(0.01);
  build.request(0.02, { xid, options: [ipOption(50, options[0]), ipOption(54, options[1])] });
  if (answered) build.ack(0.03, { xid, yiaddr: options[0] });
  return build;
}

test('request-mismatch: another xid, server identifier or address than the OFFER’s, and the cause of the silence', () => {
  for (const [build, text] of [
    [asking([ADDRESS, SERVER], 0x1235), 'xid is 0x00001235, that of the OFFER is 0x00001234'],
    [asking([ADDRESS, '0.0.0.0']), `server identifier is 0.0.0.0, that of the OFFER is ${SERVER}`],
    [asking([ADDRESS, '10.0.0.9']), `server identifier is 10.0.0.9, that of the OFFER is ${SERVER}`],
    [asking([OTHER, SERVER]), `address is ${OTHER}, that of the OFFER is ${ADDRESS}`],
  ] as const) {
    assert.deepEqual(lines(build.analyse(10), 'request-mismatch', 'no-ack'), [
      `request-mismatch error ${CLIENT} 3,2`,
      `no-ack error ${CLIENT} 3`,
    ]);
    assert.deepEqual(texts(causesOf(build, 'no-ack'), 'likely'), [`The REQUEST does not fit the OFFER: its ${text}`]);
  }
});

test('request-mismatch: the OFFER’s octets in another order, another xid, and a new xid each time', () => {
  const first = (build: Build, until = 10): readonly string[] => {
    const [one] = causesOf(build, 'request-mismatch', until);
    return [one!.text.replace('The DHCP client’s program ', ''), ...one!.evidence];
  };
  const reversed = (build: Build, differs: string, evidence: string): void =>
    assert.deepEqual(first(build), [`writes the octets of the ${differs} in another order`, evidence]);
  reversed(
    asking([ADDRESS, SERVER], 0x34120000),
    'xid',
    '0x00001234 and 0x34120000 are the same octets in reverse order',
  );
  reversed(
    asking([ADDRESS, SERVER], 0x12340000),
    'xid',
    '0x00001234 and 0x12340000 are the same octets with their two halves exchanged',
  );
  reversed(asking(['50.0.0.10', SERVER]), 'address', `${ADDRESS} and 50.0.0.10 are the same octets in reverse order`);
  assert.deepEqual(first(asking([ADDRESS, SERVER], 0x1235)), ['gives the REQUEST another xid than the OFFER has']);
  const again = asking([ADDRESS, SERVER], 0x1235);
  again.request(4, { xid: 0x1236 });
  assert.deepEqual(first(again, 20), ['chooses a new xid for each message']);
});

test('nak: a REQUEST that does not fit the OFFER is the whole reason', () => {
  const build = asking(['50.0.0.10', SERVER]);
  build.nak(0.03);
  assert.deepEqual(
    causesOf(build, 'nak').map(({ text }) => text),
    [
      `The REQUEST does not fit the OFFER: its address is 50.0.0.10, that of the OFFER is ${ADDRESS} (the same octets in reverse order)`,
    ],
  );
});

test('request-mismatch: info where an ACK comes all the same; nothing where the REQUEST fits', () => {
  assert.deepEqual(lines(asking([ADDRESS, SERVER], 0x1235, true).analyse(10)), [`request-mismatch info ${CLIENT} 3,2`]);
  assert.deepEqual(lines(asking([ADDRESS, SERVER], 0x1234, true).analyse(10)), []);
  assert.deepEqual(lines(asking([ADDRESS, SERVER]).analyse(10), 'request-mismatch'), []);
});

test('request-mismatch: not where another server’s OFFER may have gone by unseen', () => {
  const build = asking([OTHER, '10.0.0.9']);
  // A third port of a switch: others are heard there, by broadcast alone.
  build.discover(1, SECOND);
  assert.deepEqual(lines(build.analyse(2), 'request-mismatch'), []);
  // The other server's ACK proves its OFFER.
  const acked = asking([OTHER, '10.0.0.9']);
  acked.ack(0.03, { yiaddr: OTHER, options: lease([ipOption(54, '10.0.0.9')]) }, { source: '10.0.0.9' });
  assert.deepEqual(lines(acked.analyse(2), 'request-mismatch'), []);
});

test('request-mismatch: not for a REQUEST that starts over long after, or whose own DISCOVER is there', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.01);
  build.request(100, { xid: 2 });
  assert.deepEqual(lines(build.analyse(101), 'request-mismatch'), []);
  const hidden = new Build();
  hidden.discover(0);
  hidden.offer(0.01);
  hidden.discover(4, { xid: 2 });
  hidden.request(4.02, { xid: 2 });
  assert.deepEqual(lines(hidden.analyse(5), 'request-mismatch'), []);
});

test('request-mismatch: RELEASE and DECLINE that name another server than the lease’s', () => {
  const given = (type: number, server: string): string[] => {
    const build = new Build();
    build.bind();
    const options = [ipOption(54, server), ...(type === 4 ? [ipOption(50, ADDRESS)] : [])];
    if (type === 4) build.dhcp(4, { options }, { at: 1 });
    else build.dhcp(7, { xid: 5, ciaddr: ADDRESS, options }, { at: 1, source: ADDRESS, destination: server });
    return lines(build.analyse(2), 'request-mismatch');
  };
  assert.deepEqual(given(7, '10.0.0.9'), [`request-mismatch warning ${CLIENT} 5,4`]);
  assert.deepEqual(given(4, '10.0.0.9'), [`request-mismatch warning ${CLIENT} 5,4`]);
  assert.deepEqual(given(7, SERVER), []);
  assert.deepEqual(given(4, SERVER), []);
});

/** DISCOVERs that go on after their OFFERs. */
function ignoring(offer: Partial<Seen> = {}, discover: Partial<Seen> = {}): Build {
  const build = new Build();
  for (const at of [0, 4]) {
    build.discover(at, { secs: at }, discover);
    build.offer(at + 0.01, {}, { destination: ADDRESS, ...offer });
  }
  return build;
}

const UNFINISHED = { problems: [{ id: 'checksum-offload', offset: 40, length: 2, text: 'Begun.' }] };

test('bad-checksum: a warning, and the first cause, where the receiver goes on as if nothing had come', () => {
  const build = ignoring(UNFINISHED);
  const { findings } = build.analyse(10);
  assert.deepEqual(lines(build.analyse(10)), [
    `bad-checksum warning ${SERVER} 2,4`,
    `offer-not-taken warning ${CLIENT} 2,4,3`,
  ]);
  assert.doesNotMatch(JSON.stringify(findings), /[Oo]n the wire it is right/);
  // Both rules see the same two messages, and the text names both.
  assert.match(findings[0]!.explanation, /^The UDP checksum in frames 2 and 4 /);
  assert.doesNotMatch(findings[0]!.explanation, /This happens/);
  assert.match(
    texts(causesOf(build, 'offer-not-taken'), 'likely').join('|'),
    /^The client drops the OFFER because its UDP checksum is not finished[^|]*$/,
  );
});

test('bad-checksum: info where another client takes such an OFFER of the same server, or it is taken', () => {
  const build = ignoring(UNFINISHED);
  build.discover(5, SECOND);
  build.offer(5.01, { ...SECOND, yiaddr: OTHER }, UNFINISHED);
  build.request(5.02, { ...SECOND, options: [ipOption(50, OTHER), ipOption(54, SERVER)] });
  build.ack(5.03, { ...SECOND, yiaddr: OTHER }, UNFINISHED);
  assert.deepEqual(lines(build.analyse(10), 'bad-checksum'), [`bad-checksum info ${SERVER} 2,4,6,8`]);
  assert.deepEqual(texts(causesOf(build, 'offer-not-taken'), 'likely'), [FIREWALL]);
});

test('offer-not-taken: no UDP checksum is a possible cause', () => {
  assert.match(
    texts(causesOf(ignoring({ noChecksum: true }), 'offer-not-taken'), 'possible').join('|'),
    /without UDP checksum/,
  );
  assert.doesNotMatch(JSON.stringify(causesOf(ignoring(), 'offer-not-taken')), /without UDP checksum/);
});

test('vlan-mismatch: the reply in another VLAN, without a tag, or priority-tagged, is the cause', () => {
  const ANOTHER = 'The OFFER goes to another VLAN than the client’s';
  const IN_ANOTHER = `${CLIENT} asks in one VLAN and is answered in another`;
  for (const [asked, answered, first, title] of [
    ['0/10', '0', ANOTHER, IN_ANOTHER],
    ['0', '0/10', ANOTHER, IN_ANOTHER],
    ['0/10', '0/20', ANOTHER, IN_ANOTHER],
    // VID 0 carries a priority and names no VLAN (IEEE 802.1Q, table 9-2).
    [
      '0',
      '0/0',
      'The OFFER has a priority tag (VLAN 0), and the client takes no tagged frames',
      `${CLIENT} asks without a VLAN tag and is answered with a priority tag (VLAN 0)`,
    ],
  ] as const) {
    const build = ignoring({ link: answered }, { link: asked });
    assert.deepEqual(lines(build.analyse(10)), [
      `vlan-mismatch error ${CLIENT} 1,2,3,4`,
      `offer-not-taken warning ${CLIENT} 2,4,3`,
    ]);
    const causes = causesOf(build, 'offer-not-taken');
    assert.deepEqual(texts(causes, 'likely'), [first]);
    assert.equal(build.analyse(10).findings[0]!.title, title);
    assert.ok(causes.every(({ text }) => text !== FIREWALL));
  }
  assert.deepEqual(lines(ignoring({ link: '0/10' }, { link: '0/10' }).analyse(10), 'vlan-mismatch'), []);
});

test('vlan-mismatch: the OFFER in another overlay network, with both VNIs', () => {
  const build = ignoring({ link: '0/VNI 5020' }, { link: '0/VNI 5010' });
  assert.deepEqual(lines(build.analyse(10)), [
    `vlan-mismatch error ${CLIENT} 1,2,3,4`,
    `offer-not-taken warning ${CLIENT} 2,4,3`,
  ]);
  const [cause] = causesOf(build, 'offer-not-taken');
  assert.equal(cause!.text, 'The OFFER goes to another overlay network than the client’s');
  assert.equal(cause!.evidence[0], 'the DISCOVER in frame 1 is in VNI 5010, the OFFER in frame 2 is in VNI 5020');
  // The same network; another access point; one frame in the tunnel and its reply outside.
  for (const [asked, answered] of [
    ['0/VNI 5010', '0/VNI 5010'],
    ['0/BSSID 02:00:00:00:00:01', '0/BSSID 02:00:00:00:00:02'],
    ['0/VNI 5010', '0'],
  ] as const)
    assert.deepEqual(lines(ignoring({ link: answered }, { link: asked }).analyse(10), 'vlan-mismatch'), []);
});

test('vlan-mismatch: info where such exchanges complete; not for copies with and without tag', () => {
  const done = new Build();
  done.discover(0, {}, { link: '0/10' });
  done.offer(0.01);
  done.request(0.02, {}, { link: '0/10' });
  done.ack(0.03);
  assert.deepEqual(lines(done.analyse(1), 'vlan-mismatch'), [`vlan-mismatch info ${CLIENT} 1,2,3,4`]);
  // The same way of capturing, and a client that was not answered to the end.
  done.discover(5, SECOND, { link: '0/10' });
  done.offer(5.01, { ...SECOND, yiaddr: OTHER });
  assert.deepEqual(alarms(done.analyse(6)), []);
  const copies = new Build();
  copies.discover(0, {}, { link: '0' });
  copies.discover(0.0001, {}, { link: '0/10' });
  copies.offer(0.01, {}, { link: '0/10' });
  copies.discover(4, { secs: 4 }, { link: '0/10' });
  copies.offer(4.01, {}, { link: '0' });
  assert.deepEqual(lines(copies.analyse(10), 'vlan-mismatch'), []);
  const tagged = new Build();
  tagged.discover(0);
  tagged.offer(0.01, {}, { link: '0/0' });
  tagged.request(0.02);
  tagged.ack(0.03, {}, { link: '0/0' });
  assert.deepEqual(lines(tagged.analyse(1)), []);
});

test('answer-ignored: a REQUEST is repeated though its ACK is there', () => {
  const build = new Build();
  build.bind();
  for (const at of [4, 12]) {
    build.request(at, { secs: at });
    build.ack(at + 0.01);
  }
  const analysis = build.analyse(13);
  assert.deepEqual(lines(analysis), [`answer-ignored warning ${CLIENT} 4,6,8,5,7`]);
  assert.deepEqual(texts(causesOf(build, 'answer-ignored', 13), 'likely'), [
    'The client’s program drops the ACK itself: it took an OFFER that came the same way',
  ]);
  // One ACK was lost, and the client is content with the second.
  const healed = new Build();
  healed.bind();
  healed.request(4, { secs: 4 });
  healed.ack(4.01);
  assert.deepEqual(lines(healed.analyse(60)), [`answer-ignored info ${CLIENT} 4,6,5`]);
});

test('answer-ignored: not for the next renewal under the same xid, nor for a client that starts over', () => {
  const build = new Build();
  build.bind();
  build.renew(60.1);
  build.ack(60.11, { ciaddr: ADDRESS }, { destination: ADDRESS });
  assert.deepEqual(lines(build.analyse(200), 'answer-ignored'), []);
  const anew = new Build();
  anew.bind();
  anew.bind(5, { xid: 2 });
  assert.deepEqual(lines(anew.analyse(60), 'answer-ignored'), []);
});

test('answer-ignored: an unfinished checksum of the ACK is the first cause', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.01);
  build.request(0.02);
  build.ack(0.03, {}, UNFINISHED);
  build.request(4, { secs: 4 });
  build.ack(4.01, {}, UNFINISHED);
  assert.deepEqual(lines(build.analyse(5)), [
    `bad-checksum warning ${SERVER} 4,6`,
    `answer-ignored warning ${CLIENT} 4,6,5`,
  ]);
  assert.match(causesOf(build, 'answer-ignored', 5)[0]!.text, /^The client drops the ACK because its UDP checksum/);
});

const TO_SERVER = { source: RELAY, destination: SERVER, sourcePort: 67, ethSource: '02:00:00:00:00:aa' };
const TO_RELAY = { destination: RELAY, destinationPort: 67, ethDestination: '02:00:00:00:00:aa' };

/** A relay that sends DISCOVERs on, and gets OFFERs. */
function relaying(front: boolean, size: number): Build {
  const build = new Build();
  const given = { giaddr: RELAY, yiaddr: '10.9.0.50', minimumSize: size, options: lease([ipOption(3, RELAY)]) };
  for (const at of [0, 4]) {
    if (front) build.discover(at, { secs: at }, { link: '1' });
    build.discover(at + 0.001, { secs: at, giaddr: RELAY, hops: 1 }, TO_SERVER);
    build.offer(at + 0.01, given, TO_RELAY);
  }
  return build;
}

test('offer-not-taken: what stays with the relay is the relay’s, by its length where that is under 300 octets', () => {
  const short = causesOf(relaying(true, 0), 'offer-not-taken');
  assert.deepEqual(
    short.map(({ text }) => text),
    ['The relay 10.9.0.1 drops the OFFER: it has 274 octets, and some relays drop what is shorter than 300'],
  );
  const whole = causesOf(relaying(true, 300), 'offer-not-taken');
  assert.deepEqual(
    whole.map(({ text }) => text),
    ['The relay 10.9.0.1 does not forward the OFFER to the client, or it is lost behind the relay'],
  );
  // From the server's side alone nobody knows what became of it.
  const blind = causesOf(relaying(false, 300), 'offer-not-taken');
  assert.deepEqual(texts(blind, 'possible'), [FIREWALL]);
  // A relay that hands short replies on drops none for that.
  const other = relaying(true, 0);
  const given = { ...SECOND, giaddr: RELAY, yiaddr: '10.9.0.51', minimumSize: 0, options: lease([ipOption(3, RELAY)]) };
  other.discover(5, SECOND, { link: '1' });
  other.discover(5.001, { ...SECOND, giaddr: RELAY, hops: 1 }, TO_SERVER);
  other.offer(5.01, given, TO_RELAY);
  other.offer(5.011, given, { source: RELAY, link: '1' });
  assert.match(causesOf(other, 'offer-not-taken')[0]!.text, /^The relay 10\.9\.0\.1 does not forward the OFFER/);
});

test('offer-not-taken: every OFFER comes after the client has started over with another xid', () => {
  const build = new Build();
  for (const [i, at] of [0, 1.5, 3, 4.5].entries()) {
    build.discover(at, { xid: 100 + i });
    if (i > 0) build.offer(at + 0.7, { xid: 99 + i });
  }
  build.packets.sort((a, b) => a.time - b.time);
  const found = lines(build.analyse(10), 'offer-not-taken', 'slow-server');
  assert.equal(found.length, 2, found.join('\n'));
  assert.deepEqual(texts(causesOf(build, 'offer-not-taken'), 'likely'), [
    'Each OFFER comes too late: the client has started over with another xid, and drops replies with the old one',
  ]);
});

test('offer-not-taken: a wrong port or another client identifier is the only likely cause', () => {
  const port = causesOf(ignoring({ destinationPort: 6868 }), 'offer-not-taken');
  assert.deepEqual(texts(port, 'likely'), ['The OFFER goes to port 6868, and a client listens on port 68']);
  assert.ok(port.every(({ text }) => text !== FIREWALL));
  const build = new Build();
  for (const at of [0, 4]) {
    build.discover(at, { secs: at, options: [raw(61, '01020000000001')] });
    build.offer(at + 0.01, { options: lease([raw(61, '020000000001')]) });
  }
  assert.deepEqual(texts(causesOf(build, 'offer-not-taken'), 'likely'), [
    'The client drops the OFFER: its client identifier is 020000000001, the client’s own is 01020000000001',
  ]);
});

test('between foreign ports nothing is missed, only nonstandard-port is said', () => {
  const build = new Build();
  const ports = { sourcePort: 0, destinationPort: 4989, source: ADDRESS, ethSource: CLIENT };
  build.discover(0, { chaddr: '00:00:00:00:00:00' }, ports);
  build.discover(10, { chaddr: '00:00:00:00:00:00' }, ports);
  const analysis = build.analyse(20);
  assert.deepEqual(
    analysis.findings.map(({ id }) => id),
    ['nonstandard-port'],
  );
  assert.equal(analysis.conversations[0]!.outcome, 'incomplete');
});

test('multiple-servers, not rogue-server, where one gives the router by option 3 and the other by a default route', () => {
  const answered = (routes: string): string[] => {
    const build = new Build();
    build.discover(0);
    build.offer(0.01);
    build.offer(
      0.02,
      { yiaddr: OTHER, options: lease([ipOption(54, '10.0.0.2'), raw(3, ''), raw(121, routes)]) },
      { source: '10.0.0.2', ethSource: '02:00:00:00:00:fd' },
    );
    return lines(build.analyse(1), 'multiple-servers', 'rogue-server');
  };
  assert.deepEqual(answered('000a000001'), [`multiple-servers warning 10.0.0.1 and 10.0.0.2 2,3`]);
  assert.deepEqual(answered('000a0000fe'), [`rogue-server error 10.0.0.1 and 10.0.0.2 2,3`]);
});

test('bad-checksum: of a client’s REQUEST that nobody answers, where its DISCOVER had a right one and was answered', () => {
  const asked = (discover: Partial<Seen>): Build => {
    const build = new Build();
    build.discover(0, {}, discover);
    build.offer(0.01);
    build.request(0.02, {}, UNFINISHED);
    build.request(4, { secs: 4 }, UNFINISHED);
    return build;
  };
  assert.deepEqual(lines(asked({}).analyse(10)), [`bad-checksum warning ${CLIENT} 3,4`, `no-ack error ${CLIENT} 3,4`]);
  assert.match(
    texts(causesOf(asked({}), 'no-ack'), 'likely').join('|'),
    /^The server drops the REQUEST because its UDP checksum is not finished$/,
  );
  // The sender's own capture: all it sends looks like that, and was answered.
  assert.deepEqual(lines(asked(UNFINISHED).analyse(10), 'bad-checksum'), [`bad-checksum info ${CLIENT} 1,3,4`]);
  assert.doesNotMatch(JSON.stringify(causesOf(asked(UNFINISHED), 'no-ack')), /checksum/);
});

test('no-offer: a bad checksum of the DISCOVER is the cause where answered ones have a right one', () => {
  const build = new Build();
  build.bind(0, SECOND, { yiaddr: OTHER });
  build.discover(1, {}, UNFINISHED);
  build.discover(5, { secs: 4 }, UNFINISHED);
  assert.deepEqual(texts(causesOf(build, 'no-offer', 20), 'likely'), [
    'Servers drop the DISCOVER because its UDP checksum is not finished',
  ]);
  // Both findings say the same: the checksum is a fault that matters, and explains the silence.
  const { findings } = build.analyse(20);
  assert.deepEqual(lines(build.analyse(20)), [`bad-checksum warning ${CLIENT} 5,6`, `no-offer error ${CLIENT} 5,6`]);
  assert.doesNotMatch(JSON.stringify(findings), /Nothing needs to be done/);
});

test('bad-checksum: an unfinished one that nobody answers and nothing is compared with stays open, and is not called harmless', () => {
  const build = new Build();
  build.discover(0, {}, UNFINISHED);
  build.discover(4, { secs: 4 }, UNFINISHED);
  const { findings } = build.analyse(20);
  assert.deepEqual(lines(build.analyse(20)), [`no-offer error ${CLIENT} 1,2`, `bad-checksum info ${CLIENT} 1,2`]);
  const [silent, sum] = findings;
  assert.ok(
    texts(silent!.causes, 'possible').includes('Servers drop the DISCOVER because its UDP checksum is not finished'),
  );
  assert.match(texts(sum!.causes, 'possible').join(), /that is why nobody answers$/);
  assert.doesNotMatch(JSON.stringify(sum), /Nothing needs to be done/);
  const answered = new Build();
  answered.bind(0, {}, {}, UNFINISHED);
  assert.match(JSON.stringify(answered.analyse(10).findings), /Nothing needs to be done/);
});

test('vlan-mismatch: the ACK alone in another VLAN, and the REQUEST repeated', () => {
  const build = new Build();
  build.discover(0, {}, { link: '0/10' });
  build.offer(0.01, {}, { link: '0/10' });
  for (const at of [0.02, 4]) {
    build.request(at, { secs: Math.floor(at) }, { link: '0/10' });
    build.ack(at + 0.01, {}, { link: '0/20' });
  }
  assert.deepEqual(
    lines(build.analyse(5), 'vlan-mismatch', 'answer-ignored').map((one) => one.split(' ')[0]),
    ['vlan-mismatch', 'answer-ignored'],
  );
  assert.deepEqual(texts(causesOf(build, 'answer-ignored', 5), 'likely'), [
    'The ACK goes to another VLAN than the client’s',
  ]);
});

test('answer-ignored: an ACK that the relay keeps is the relay’s', () => {
  const build = new Build();
  const given = { giaddr: RELAY, yiaddr: '10.9.0.50' };
  const asks = { options: [ipOption(50, '10.9.0.50'), ipOption(54, SERVER)] };
  const long = { ...given, options: lease([ipOption(3, RELAY)]) };
  build.discover(0, {}, { link: '1' });
  build.discover(0.001, { giaddr: RELAY, hops: 1 }, TO_SERVER);
  build.offer(0.01, long, TO_RELAY);
  build.offer(0.011, long, { source: RELAY, link: '1' });
  for (const at of [1, 5]) {
    build.request(at, { ...asks, secs: at }, { link: '1' });
    build.request(at + 0.001, { ...asks, secs: at, giaddr: RELAY, hops: 1 }, TO_SERVER);
    build.ack(at + 0.01, { ...long, minimumSize: 0 }, TO_RELAY);
  }
  assert.deepEqual(
    lines(build.analyse(6), 'answer-ignored').map((one) => one.split(' ')[0]),
    ['answer-ignored'],
  );
  assert.match(
    causesOf(build, 'answer-ignored', 6)[0]!.text,
    /^The relay 10\.9\.0\.1 drops the ACK: it has 274 octets/,
  );
});

test('offer-not-taken: a server identifier that is no host’s address cannot be selected', () => {
  const first = (server: string): string => {
    const build = new Build();
    for (const at of [0, 4]) {
      build.discover(at, { secs: at });
      build.offer(at + 0.01, { options: lease([ipOption(54, server)]) });
    }
    return causesOf(build, 'offer-not-taken')[0]!.text;
  };
  assert.match(first('0.0.0.0'), /^The client drops the OFFER: its server identifier \(option 54\) is 0\.0\.0\.0, /);
  assert.doesNotMatch(first(SERVER), /server identifier/);
});

test('offer-not-taken: a server that keeps the xid of the first DISCOVER; nobody says that no server hears the client', () => {
  const build = new Build();
  for (const [i, at] of [0, 4, 12].entries()) {
    build.discover(at, { xid: 0x50 + i, secs: at });
    build.offer(at + 0.01, { xid: 0x50 });
  }
  assert.deepEqual(lines(build.analyse(60)), [`offer-not-taken warning ${CLIENT} 2,4,6,3,5`]);
  const [first] = causesOf(build, 'offer-not-taken', 60);
  assert.equal(
    first!.text,
    'The server answers later DISCOVERs with the xid of an earlier one, 0x00000050, and the client drops that',
  );
  // Only the first of three is answered: the others are not.
  const silent = new Build();
  for (const [i, at] of [0, 4, 12].entries()) silent.discover(at, { xid: 0x50 + i, secs: at });
  silent.offer(0.01, { xid: 0x50 });
  assert.ok(lines(silent.analyse(60), 'no-offer').length === 1);
});

test('offer-not-taken: clients of one server with one explained cause are one finding, others are not', () => {
  const lost = (...sums: readonly boolean[]): string[] => {
    const build = new Build();
    for (const [i, sum] of sums.entries()) {
      const spec = { chaddr: `02:00:00:00:01:0${i}`, xid: 70 + i };
      const yiaddr = `10.0.0.7${i}`;
      for (const at of [0, 4]) {
        build.discover(10 * i + at, { ...spec, secs: at });
        build.offer(10 * i + at + 0.01, { ...spec, yiaddr }, { destination: yiaddr, ...(sum ? UNFINISHED : {}) });
      }
    }
    return build
      .analyse(60)
      .findings.filter(({ id }) => id === 'offer-not-taken')
      .map(({ subject, members }) => `${subject} ${members?.length ?? 1}`);
  };
  assert.deepEqual(lost(true, true), [`server ${SERVER} 2`]);
  assert.deepEqual(lost(false, false), ['02:00:00:00:01:00 1', '02:00:00:00:01:01 1']);
  assert.deepEqual(lost(true, true, false), [`server ${SERVER} 2`, '02:00:00:00:01:02 1']);
});
