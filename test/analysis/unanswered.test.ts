import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, CLIENT, SERVER, SERVER_MAC, alarms, ipOption, lease, lines, raw } from './build';

test('a healthy exchange: bound, and nothing above info', () => {
  const build = new Build();
  build.bind();
  const analysis = build.analyse(10);
  assert.deepEqual(lines(analysis), []);
  assert.deepEqual(
    analysis.conversations.map(({ client, frames, outcome, address, server }) => ({
      client,
      frames,
      outcome,
      address,
      server,
    })),
    [{ client: CLIENT, frames: [1, 2, 3, 4], outcome: 'bound', address: ADDRESS, server: SERVER }],
  );
  assert.equal(
    analysis.verdict,
    'One client, 02:00:00:00:00:01, got a lease of 10.0.0.50 from 10.0.0.1 within 30 ms. Nothing is wrong as far as this capture shows.',
  );
});

test('no-offer: sent twice is enough; sent once needs 4 s of silence', () => {
  const twice = new Build();
  twice.discover(0);
  twice.discover(3);
  assert.deepEqual(lines(twice.analyse(), 'no-offer'), [`no-offer error ${CLIENT} 1,2`]);
  const once = new Build();
  once.discover(0);
  assert.deepEqual(alarms(once.analyse(3.9)), []);
  assert.deepEqual(lines(once.analyse(4)), [`no-offer error ${CLIENT} 1`]);
  assert.equal(once.analyse(4).conversations[0]!.outcome, 'unanswered');
  assert.equal(once.analyse(3.9).conversations[0]!.outcome, 'incomplete');
});

test('no-offer: other clients that are answered make the pool or a filter the likely cause', () => {
  const build = new Build();
  build.bind();
  const other = { chaddr: '02:00:00:00:00:02', xid: 9 };
  build.discover(1, other);
  build.discover(4, other);
  const [finding] = build.analyse().findings.filter((one) => one.id === 'no-offer');
  assert.match(finding!.causes[0]!.text, /pool is used up/);
  assert.equal(finding!.causes.find((cause) => cause.text.includes('drops UDP port 67'))!.likelihood, 'unlikely');
});

test('no-offer is not said where the answer came to a retransmission, nor of a copy of the DISCOVER', () => {
  const build = new Build();
  build.discover(0);
  build.discover(0.001, {}, { link: '1' });
  build.discover(4);
  build.offer(4.01);
  build.request(4.02);
  build.ack(4.03);
  const analysis = build.analyse(20);
  assert.deepEqual(alarms(analysis), []);
  assert.deepEqual(analysis.conversations[0]!.frames, [1, 2, 3, 4, 5, 6]);
  const copies = new Build();
  copies.discover(0);
  copies.discover(0.002);
  assert.deepEqual(alarms(copies.analyse(2)), []);
});

test('no-ack: error in SELECTING, warning in INIT-REBOOT, info where the client is bound soon after', () => {
  const selecting = new Build();
  selecting.discover(0);
  selecting.offer(0.1);
  selecting.request(0.2);
  assert.deepEqual(lines(selecting.analyse(9), 'no-ack'), [`no-ack error ${CLIENT} 3`]);
  const reboot = new Build();
  reboot.request(0, { options: [ipOption(50, ADDRESS)] });
  reboot.request(3, { options: [ipOption(50, ADDRESS)] });
  assert.deepEqual(lines(reboot.analyse()), [
    'no-ack warning 02:00:00:00:00:01 1,2',
    'secs-stuck info 02:00:00:00:00:01 1,2',
  ]);
  reboot.bind(6, { xid: 77 });
  assert.deepEqual(lines(reboot.analyse(), 'no-ack'), [`no-ack info ${CLIENT} 1,2`]);
});

test('one-sided: replies by broadcast are seen, those by unicast are not, and both kinds of client are answered', () => {
  const build = new Build();
  const [unicast, flagged, vain] = [1, 2, 3].map((n) => ({ chaddr: `02:00:00:00:01:0${n}`, xid: n }));
  build.bind(0, { ...flagged!, flags: 0x8000 });
  for (const [i, spec] of [unicast!, { ...unicast!, chaddr: '02:00:00:00:01:09', xid: 9 }].entries()) {
    build.discover(1 + i, spec);
    build.request(1.1 + i, { ...spec, options: [ipOption(50, `10.0.0.6${i}`), ipOption(54, '10.0.0.2')] });
    build.arp(1.5 + i, 1, spec.chaddr, `10.0.0.6${i}`, `10.0.0.6${i}`);
  }
  for (const at of [3, 6, 14]) build.discover(at, vain);
  const { findings, verdict } = build.analyse(30);
  // The clients whose replies go by unseen have flags 0 as well.
  const silent = findings.find(({ id }) => id === 'no-offer')!;
  assert.doesNotMatch(JSON.stringify(silent.causes), /flags/);
  const sided = findings.find(({ id }) => id === 'one-sided')!;
  assert.equal(sided.title, 'The capture lacks the replies to 2 clients; they went by elsewhere');
  assert.match(
    verdict,
    /3 got leases from 10\.0\.0\.1 and 10\.0\.0\.2, 1 got no answer; the capture shows some of the replies only/,
  );
});

test('one-sided: a third port sees the REQUEST only, and no retransmission or ARP proves the ACK', () => {
  const build = new Build();
  build.discover(0);
  build.request(0.1);
  const silent = build.analyse(10);
  assert.deepEqual(lines(silent), ['one-sided info interface 0 1,2']);
  assert.equal(silent.conversations[0]!.outcome, 'bound');
  assert.match(
    silent.findings[0]!.explanation,
    new RegExp(
      `^This capture shows requests of ${CLIENT}, and no reply\\. ${CLIENT} selects 10\\.0\\.0\\.1 in frame 2 and does not ask again\\. This suggests that it got its replies\\.`,
    ),
  );
  build.arp(0.5, 1, CLIENT, ADDRESS, ADDRESS);
  assert.deepEqual(lines(build.analyse(1)), ['one-sided info interface 0 1,2']);
  const again = new Build();
  again.discover(0);
  again.request(0.1);
  again.request(4);
  assert.deepEqual(lines(again.analyse(10), 'no-ack', 'one-sided'), [`no-ack error ${CLIENT} 2,3`]);
});

test('renewal-unanswered: silence, and the fall back to broadcast; an answered renewal is nothing', () => {
  const healthy = new Build();
  healthy.renew(0);
  healthy.ack(0.01, {}, { destination: ADDRESS });
  const good = healthy.analyse(60);
  assert.deepEqual(lines(good), []);
  assert.equal(good.conversations[0]!.outcome, 'renewed');
  const silent = new Build();
  silent.renew(0);
  assert.deepEqual(lines(silent.analyse(5)), [`renewal-unanswered warning ${CLIENT} 1`]);
  const broadcast = new Build();
  broadcast.renew(0);
  broadcast.renew(60, {}, { destination: '255.255.255.255', ethDestination: 'ff:ff:ff:ff:ff:ff' });
  broadcast.ack(60.01, {}, { destination: ADDRESS });
  assert.deepEqual(lines(broadcast.analyse(99), 'renewal-unanswered'), [`renewal-unanswered warning ${CLIENT} 1`]);
});

test('renewal-unanswered: only ARP for the server is seen where the renewal was due', () => {
  const build = new Build();
  build.bind(0);
  build.arp(1800, 1, CLIENT, ADDRESS, SERVER);
  build.arp(1801, 1, CLIENT, ADDRESS, SERVER);
  assert.deepEqual(lines(build.analyse(1900)), [`renewal-unanswered warning ${CLIENT} 5,6`]);
  build.arp(1801.1, 2, SERVER_MAC, SERVER, ADDRESS);
  assert.deepEqual(lines(build.analyse(1900)), []);
});

test('inform-unanswered: INFORMs with an xid each are counted together', () => {
  const build = new Build();
  for (let i = 0; i < 30; i++) build.dhcp(8, { xid: i, ciaddr: ADDRESS }, { at: i, source: ADDRESS });
  const [found, ...others] = build.analyse(60).findings.filter(({ id }) => id === 'inform-unanswered');
  assert.deepEqual(others, []);
  assert.equal(found!.title, '02:00:00:00:00:01 sends 30 INFORMs and gets no ACK');
  assert.doesNotMatch(found!.explanation, /This happens/);
  assert.equal(found!.frames.length, 30);
  // One that is lost and repeated at once with an answer is no silence; those after it are.
  const answered = new Build();
  for (const [i, at] of [0, 1, 10, 11].entries()) {
    answered.dhcp(8, { xid: i, ciaddr: ADDRESS }, { at, source: ADDRESS });
    if (i === 1)
      answered.ack(at + 0.1, { xid: i, ciaddr: ADDRESS, yiaddr: '0.0.0.0', options: [ipOption(54, SERVER)] });
  }
  assert.deepEqual(lines(answered.analyse(30), 'inform-unanswered'), [`inform-unanswered warning ${CLIENT} 4,5`]);
});

test('inform-unanswered', () => {
  const build = new Build();
  build.dhcp(8, { ciaddr: ADDRESS }, { at: 0, source: ADDRESS });
  assert.deepEqual(lines(build.analyse(5)), [`inform-unanswered warning ${CLIENT} 1`]);
  build.dhcp(5, { op: 2, ciaddr: ADDRESS, options: [ipOption(54, SERVER)] }, { at: 0.1, destination: ADDRESS });
  const answered = build.analyse(5);
  assert.deepEqual(lines(answered), []);
  assert.equal(answered.conversations[0]!.outcome, 'informed');
});

test('offer-not-taken: OFFERs, and DISCOVER again and again', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.1);
  build.discover(4, { secs: 4 });
  build.offer(4.1);
  assert.deepEqual(lines(build.analyse(10)), [`offer-not-taken warning ${CLIENT} 2,4,3`]);
  build.request(4.2);
  build.ack(4.3);
  assert.deepEqual(lines(build.analyse(10)), []);
});

test('relay-unanswered is said instead of no-offer on the server’s side; one answer to the giaddr clears it', () => {
  const build = new Build();
  const relayed = { giaddr: '10.9.0.1', hops: 1 };
  const seen = { source: '10.9.0.1', destination: SERVER, sourcePort: 67 };
  build.discover(0, relayed, seen);
  build.discover(4, { ...relayed, secs: 4 }, seen);
  assert.deepEqual(lines(build.analyse(10)), ['relay-unanswered error 10.9.0.1 1,2']);
  const other = { ...relayed, chaddr: '02:00:00:00:00:02', xid: 2 };
  build.discover(5, other, seen);
  build.offer(
    5.1,
    { ...other, yiaddr: '10.9.0.7', options: lease([ipOption(3, '10.9.0.1')]) },
    { destination: '10.9.0.1', destinationPort: 67 },
  );
  assert.deepEqual(lines(build.analyse(10), 'relay-unanswered', 'no-offer'), [`no-offer error ${CLIENT} 1,2`]);
});

test('bootp-unanswered', () => {
  const build = new Build();
  build.dhcp(undefined, {}, { at: 0 });
  assert.deepEqual(lines(build.analyse(5)), [`bootp-unanswered warning ${CLIENT} 1`]);
  build.dhcp(undefined, { op: 2, yiaddr: ADDRESS }, { at: 0.1 });
  const answered = build.analyse(5);
  assert.deepEqual(lines(answered), []);
  assert.deepEqual(
    answered.conversations.map(({ protocol, outcome }) => [protocol, outcome]),
    [['bootp', 'bound']],
  );
});

test('a proxyDHCP reply is no OFFER of a lease', () => {
  const build = new Build();
  build.discover(0, { options: [raw(60, Buffer.from('PXEClient').toString('hex'))] });
  build.offer(0.1, {
    yiaddr: '0.0.0.0',
    options: [ipOption(54, '10.0.0.9'), raw(60, Buffer.from('PXEClient').toString('hex'))],
  });
  assert.deepEqual(lines(build.analyse(5)), [`no-offer error ${CLIENT} 1`]);
});

test('no-ack: a REQUEST that crosses with its ACK, or that an access point sends on late, is no new question', () => {
  const crossed = (again: number): string[] => {
    const build = new Build();
    build.bind();
    build.request(again);
    return lines(build.analyse(30));
  };
  assert.deepEqual(crossed(0.2), []);
  assert.deepEqual(crossed(0.6), [`answer-ignored warning ${CLIENT} 4,5`]);
});

test('offer-not-taken: not where the OFFER says that the client can do without IPv4 (option 108)', () => {
  for (const yiaddr of [ADDRESS, '0.0.0.0']) {
    const build = new Build();
    for (let i = 0; i < 3; i++) {
      build.dhcp(1, { xid: i, options: [raw(55, '0103066c')] }, { at: i * 400 });
      build.offer(i * 400 + 0.01, { xid: i, yiaddr, options: lease([raw(108, '0000012c')]) });
    }
    assert.deepEqual(alarms(build.analyse(900)), []);
  }
});

test('no-offer: not where rapid commit was asked for and the client then looks by ARP whether an address is free', () => {
  const asked = (address: string): string[] => {
    const build = new Build();
    build.discover(0, { options: [raw(80, '')] });
    build.arp(0.2, 1, CLIENT, '0.0.0.0', address);
    return lines(build.analyse(30));
  };
  assert.deepEqual(asked(ADDRESS), []);
  // A link-local address is what a client takes that was not answered (RFC 3927).
  assert.deepEqual(asked('169.254.7.7'), [`no-offer error ${CLIENT} 1`]);
});
