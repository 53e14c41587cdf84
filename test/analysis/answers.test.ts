import assert from 'node:assert/strict';
import test from 'node:test';
import { encodeMessage4 } from '../../src/codec/dhcpv4/encode';
import type { Finding } from '../../src/analysis';
import {
  ADDRESS,
  Build,
  CLIENT,
  SERVER,
  SERVER_MAC,
  alarms,
  ipOption,
  lease,
  lines,
  raw,
  textOption,
  type Seen,
  type Spec,
} from './build';

/* A reply held against its request (RFC 2131 tables 3 and 5, §4.1, §4.3; RFC 6842 §3). */

const OTHER = '10.0.0.150';
const RELAY = '10.9.0.1';
const RELAY_MAC = '02:00:00:00:00:aa';
const TO_SERVER = { source: RELAY, destination: SERVER, sourcePort: 67, ethSource: RELAY_MAC };
const TO_RELAY = { destination: RELAY, destinationPort: 67, ethDestination: RELAY_MAC };
const RELAYED = { giaddr: RELAY, hops: 1 };

test('ack-other-address: SELECTING and INIT-REBOOT by option 50, RENEWING and REBINDING by ciaddr', () => {
  const selecting = new Build();
  selecting.discover(0);
  selecting.offer(0.01);
  selecting.request(0.02);
  selecting.ack(0.03, { yiaddr: OTHER });
  // The OFFER of the same server belongs to it.
  assert.deepEqual(lines(selecting.analyse(1)), [`ack-other-address error ${CLIENT} 3,4,2`]);
  const reboot = new Build();
  reboot.request(0, { options: [ipOption(50, ADDRESS)] });
  reboot.ack(0.01, { yiaddr: OTHER });
  assert.deepEqual(lines(reboot.analyse(1)), [`ack-other-address error ${CLIENT} 1,2`]);
  for (const destination of [SERVER, '255.255.255.255']) {
    const renewing = new Build();
    renewing.renew(0, {}, { destination });
    renewing.ack(0.01, { yiaddr: OTHER, ciaddr: ADDRESS }, { destination: ADDRESS });
    const analysis = renewing.analyse(1);
    assert.deepEqual(lines(analysis), [`ack-other-address error ${CLIENT} 1,2`]);
    assert.match(
      analysis.verdict,
      new RegExp(`the client asked to renew its lease of ${ADDRESS}, and was given ${OTHER} by ${SERVER} within 10 ms`),
    );
  }
});

test('ack-other-address: a server that has just offered the address itself has no other lease on record', () => {
  const selecting = (offered: string, mac?: string): readonly (readonly string[])[] => {
    const build = new Build();
    build.discover(0);
    build.offer(0.01, { yiaddr: offered }, mac === undefined ? {} : { ethSource: mac });
    build.request(0.02);
    build.ack(0.03, { yiaddr: OTHER });
    const found = build.analyse(1).findings.find(({ id }) => id === 'ack-other-address');
    return (found?.causes ?? []).map(({ text, evidence }) => [text, ...evidence]);
  };
  const [first, second] = selecting(ADDRESS);
  assert.match(first![0]!, /chooses the address anew for each message$/);
  assert.equal(first![1], `the OFFER in frame 2 gives ${ADDRESS}, the ACK in frame 4 gives ${OTHER}`);
  assert.match(second![0]!, /^Two servers, or two pools/);
  const [apart] = selecting(ADDRESS, '02:00:00:00:00:ee');
  assert.deepEqual(apart!.slice(1), ['the OFFER is from 02:00:00:00:00:ee, the ACK from 02:00:00:00:00:fe']);
  // Nothing shows that the server ever gave the address.
  const reboot = new Build();
  reboot.request(0, { options: [ipOption(50, ADDRESS)] });
  reboot.ack(0.01, { yiaddr: OTHER });
  assert.match(reboot.analyse(1).findings[0]!.causes[0]!.text, /has another lease or reservation/);
});

test('ack-other-address: not for what was asked for, for INFORM, rapid commit, or a boot service’s ACK', () => {
  const build = new Build();
  build.bind();
  build.renew(1800, { xid: 2 });
  build.ack(1800.01, { xid: 2, ciaddr: ADDRESS }, { destination: ADDRESS });
  build.dhcp(8, { xid: 3, ciaddr: ADDRESS }, { at: 1801, source: ADDRESS });
  build.ack(
    1801.01,
    { xid: 3, yiaddr: '0.0.0.0', ciaddr: ADDRESS, options: [ipOption(54, SERVER)] },
    { destination: ADDRESS },
  );
  build.discover(1900, { xid: 4, chaddr: '02:00:00:00:00:02', options: [raw(80, '')] });
  build.ack(1900.01, { xid: 4, chaddr: '02:00:00:00:00:02', yiaddr: OTHER, options: lease([raw(80, '')]) });
  assert.deepEqual(alarms(build.analyse(2000)), []);
  const boot = new Build();
  const pxe = [textOption(60, 'PXEClient')];
  boot.dhcp(
    3,
    { ciaddr: ADDRESS, options: [...pxe, ipOption(50, OTHER)] },
    { at: 0, source: ADDRESS, destination: '10.0.0.3', destinationPort: 4011 },
  );
  boot.dhcp(
    5,
    { op: 2, ciaddr: ADDRESS, yiaddr: ADDRESS, options: [...pxe, ipOption(54, '10.0.0.3')] },
    { at: 0.1, source: '10.0.0.3', destination: ADDRESS, sourcePort: 4011 },
  );
  assert.deepEqual(lines(boot.analyse(1), 'ack-other-address'), []);
});

test('reply-mismatch: the client identifier, where the server gives one back (RFC 6842 §3)', () => {
  const answered = (given: string): string[] => {
    const build = new Build();
    build.discover(0, { options: [raw(61, '01020000000001')] });
    build.offer(0.01, { options: lease(given === '' ? [] : [raw(61, given)]) });
    return lines(build.analyse(1));
  };
  assert.deepEqual(answered('020000000001'), [`reply-mismatch error ${SERVER} 2,1`]);
  const again = new Build();
  for (const at of [0, 4]) {
    again.discover(at, { options: [raw(61, '01020000000001')] });
    again.offer(at + 0.01, { options: lease([raw(61, '020000000001')]) });
  }
  assert.deepEqual(lines(again.analyse(9), 'reply-mismatch'), [`reply-mismatch error ${SERVER} 2,1,3,4`]);
  assert.deepEqual(answered('01020000000001'), []);
  assert.deepEqual(answered(''), []);
});

test('reply-mismatch: giaddr, as the relay sent it; what the relay hands on may have none', () => {
  const answered = (giaddr: string, handedOn = false): string[] => {
    const build = new Build();
    if (handedOn) build.discover(0, {}, { link: '1' });
    build.discover(0.001, RELAYED, TO_SERVER);
    build.offer(0.01, { giaddr }, TO_RELAY);
    if (handedOn) build.offer(0.011, {}, { source: RELAY, ethSource: RELAY_MAC, link: '1' });
    return lines(build.analyse(1), 'reply-mismatch', 'reply-to-wrong-address');
  };
  assert.deepEqual(answered('10.9.9.1'), [`reply-mismatch error ${SERVER} 2,1`]);
  assert.deepEqual(answered('0.0.0.0'), [`reply-mismatch error ${SERVER} 2,1`]);
  assert.deepEqual(answered(RELAY), []);
  assert.deepEqual(answered(RELAY, true), []);
});

test('reply-mismatch: the chaddr of nobody under the xid of a request, named where it is text', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.01, { chaddr: '30:32:3a:30:30:3a' });
  build.discover(4, { secs: 4 });
  const { findings } = build.analyse(10);
  assert.deepEqual(
    findings.filter(({ severity }) => severity !== 'info').map(({ id }) => id),
    ['reply-mismatch', 'no-offer'],
  );
  assert.match(findings.find(({ id }) => id === 'reply-mismatch')!.explanation, /is the text “02:00:”/);
  assert.match(
    findings.find(({ id }) => id === 'no-offer')!.causes[0]!.text,
    /another chaddr than the request: 30:32:3a:30:30:3a instead of 02:00:00:00:00:01/,
  );
  // Two clients may choose one xid.
  const two = new Build();
  two.bind();
  two.bind(1, { chaddr: '02:00:00:00:00:02' }, { yiaddr: '10.0.0.51' });
  assert.deepEqual(alarms(two.analyse(2)), []);
});

test('a chaddr that holds the text of an address is named, also where nobody answers', () => {
  const build = new Build();
  build.discover(0, { chaddr: '30:32:3a:30:30:3a' }, { ethSource: CLIENT });
  build.discover(4, { chaddr: '30:32:3a:30:30:3a' }, { ethSource: CLIENT });
  const { findings } = build.analyse(10);
  assert.deepEqual(
    findings.map(({ id, causes }) => `${id} ${causes[0]!.evidence[0]?.includes('the text “02:00:”')}`),
    ['chaddr-mismatch true', 'no-offer true', 'secs-stuck false'].map((one) => one.replace('false', 'undefined')),
  );
});

test('reply-without-options: DHCP answered by a bare BOOTREPLY; BOOTP answered so is in order', () => {
  const bare = (options: NonNullable<Spec['options']>, cookie = true): Uint8Array => {
    const bytes = encodeMessage4({ op: 2, chaddr: CLIENT, xid: 0x1234, yiaddr: ADDRESS, options });
    if (!cookie) bytes.fill(0, 236);
    return bytes;
  };
  for (const octets of [bare([ipOption(1, '255.255.255.0')]), bare([], false)]) {
    const build = new Build();
    build.discover(0);
    build.octets(octets, { at: 0.01 }, 'bootp');
    assert.deepEqual(lines(build.analyse(1), 'reply-without-options'), [`reply-without-options error ${SERVER} 2,1`]);
  }
  const bootp = new Build();
  bootp.dhcp(undefined, {}, { at: 0 });
  bootp.octets(bare([]), { at: 0.01 }, 'bootp');
  assert.deepEqual(alarms(bootp.analyse(1)), []);
  // BOOTP knows no leases.
  assert.match(
    bootp.analyse(1).verdict,
    /^One client, \S+, got the address 10\.0\.0\.50 from 10\.0\.0\.1 by BOOTP within 10 ms\. /,
  );
});

test('reply-without-options: not where options follow a wrong cookie: that message is malformed, and says so', () => {
  const build = new Build();
  build.discover(0);
  const octets = encodeMessage4({
    op: 2,
    chaddr: CLIENT,
    xid: 0x1234,
    yiaddr: ADDRESS,
    options: [raw(53, '02'), ipOption(54, SERVER)],
  });
  octets.set([0x63, 0x82, 0x63, 0x53], 236);
  build.octets(octets, { at: 0.01 }, 'bootp');
  const { findings } = build.analyse(1);
  assert.deepEqual(
    findings.map(({ id }) => id),
    ['malformed-message'],
  );
  assert.match(
    findings[0]!.explanation,
    /^Options follow, but the magic cookie before them is 0x63826353, not 0x63825363/,
  );
});

test('reply-to-wrong-address: past the relay in giaddr', () => {
  const build = new Build();
  for (const at of [0, 4]) {
    build.discover(at, { ...RELAYED, secs: at }, TO_SERVER);
    build.offer(
      at + 0.01,
      { giaddr: RELAY, yiaddr: '10.9.0.50' },
      { destination: '10.9.0.255', ethDestination: RELAY_MAC },
    );
  }
  const analysis = build.analyse(10);
  assert.deepEqual(lines(analysis, 'reply-to-wrong-address', 'offer-not-taken'), [
    `reply-to-wrong-address error ${SERVER} 2,4`,
    `offer-not-taken warning ${CLIENT} 2,4,3`,
  ]);
  const { findings } = analysis;
  const { causes } = findings.find(({ id }) => id === 'offer-not-taken')!;
  assert.equal(causes[0]!.text, 'The OFFER goes to 10.9.0.255:68 instead of 10.9.0.1:67');
  assert.ok(causes.every(({ text }) => !text.includes('drops datagrams to port 68')));
});

test('reply-to-wrong-address: not for what the relay hands on, nor for INFORM’s ACK, which goes to ciaddr', () => {
  const build = new Build();
  build.discover(0, {}, { link: '1' });
  build.discover(0.001, RELAYED, { ...TO_SERVER, link: '2' });
  build.offer(
    0.01,
    { giaddr: RELAY, yiaddr: '10.9.0.50', options: lease([ipOption(3, RELAY)]) },
    { ...TO_RELAY, link: '2' },
  );
  build.offer(
    0.011,
    { giaddr: RELAY, yiaddr: '10.9.0.50', options: lease([ipOption(3, RELAY)]) },
    { source: SERVER, destination: '10.9.0.50', link: '1' },
  );
  const inform = { ...RELAYED, xid: 9, ciaddr: '10.9.0.60' };
  build.dhcp(8, inform, { at: 1, ...TO_SERVER });
  build.dhcp(
    5,
    { ...inform, op: 2, options: [ipOption(54, SERVER)] },
    { at: 1.01, destination: '10.9.0.60', ethDestination: RELAY_MAC },
  );
  assert.deepEqual(alarms(build.analyse(2)), []);
});

test('reply-to-wrong-address: by unicast to neither yiaddr nor ciaddr, or to another link-layer address', () => {
  const sent = (where: { destination: string; ethDestination?: string }, more = true): string[] => {
    const build = new Build();
    build.discover(0);
    build.offer(0.01, {}, where);
    if (more) build.discover(4, { secs: 4 });
    else build.request(0.02);
    return lines(build.analyse(more ? 10 : 1), 'reply-to-wrong-address');
  };
  const found = [`reply-to-wrong-address error ${SERVER} 2`];
  assert.deepEqual(sent({ destination: '10.0.0.77' }), found);
  assert.deepEqual(sent({ destination: ADDRESS, ethDestination: '02:00:00:00:00:77' }), found);
  assert.deepEqual(sent({ destination: ADDRESS }), []);
  assert.deepEqual(sent({ destination: '10.0.0.255', ethDestination: 'ff:ff:ff:ff:ff:ff' }), []);
  // A client that listens to all goes on by REQUEST; the reply goes to a stranger all the same (RFC 2131 §4.1).
  assert.deepEqual(sent({ destination: ADDRESS, ethDestination: '02:00:00:00:00:77' }, false), found);
});

test('reply-to-wrong-address: a warning where the frame was edited, or comes to the client’s card', () => {
  const wrongSum = [{ id: 'bad-checksum', text: 'The UDP checksum 0x1234 is wrong.', offset: 40, length: 2 }] as const;
  const sent = (seen: Partial<Seen>, again = false): Finding => {
    const build = new Build();
    build.discover(0);
    build.offer(0.01, {}, { destination: '10.0.0.77', ...seen });
    if (again) build.discover(4, { secs: 4 });
    return build.analyse(1).findings.find(({ id }) => id === 'reply-to-wrong-address')!;
  };
  const card = sent({});
  assert.equal(card.severity, 'warning');
  assert.match(card.explanation, /It goes to the client’s network card: .* takes it, another drops it\.$/);
  assert.equal(sent({}, true).severity, 'error');
  const other = sent({ ethDestination: SERVER_MAC });
  assert.equal(other.severity, 'error');
  assert.match(other.explanation, /An ordinary host drops what is for another address\.$/);
  const edited = sent({ ethDestination: SERVER_MAC, problems: wrongSum });
  assert.equal(edited.severity, 'warning');
  assert.match(edited.causes[0]!.text, /^The frames were edited/);
  assert.deepEqual(edited.causes[0]!.evidence, ['The UDP checksum 0x1234 is wrong']);
  assert.doesNotMatch(edited.explanation, /drops|does not get/);
});

test('nak-not-broadcast: on the server’s own link a NAK goes to all', () => {
  const refused = (destination: string, spec: Spec = {}, from = CLIENT): string[] => {
    const build = new Build();
    build.request(0, { options: [ipOption(50, ADDRESS)], ...spec }, { ethSource: from });
    build.nak(0.01, spec, { destination });
    return lines(build.analyse(1), 'nak-not-broadcast');
  };
  assert.deepEqual(refused(ADDRESS), [`nak-not-broadcast warning ${SERVER} 2,1`]);
  assert.deepEqual(refused('10.0.0.255'), [`nak-not-broadcast warning ${SERVER} 2,1`]);
  assert.deepEqual(refused('255.255.255.255'), []);
  assert.deepEqual(refused(RELAY, RELAYED), []);
  // A router brings it: a broadcast would not come back that way.
  assert.deepEqual(refused(ADDRESS, {}, RELAY_MAC), []);
});

test('nak-not-broadcast: not where the renewal is routed to a server in another subnet', () => {
  const refused = (server: string, bound: boolean): string[] => {
    const build = new Build();
    const replies = { options: lease([ipOption(1, '255.255.255.0'), ipOption(3, '10.0.0.254'), ipOption(54, server)]) };
    // The relay’s reply on the client’s side: its own address, and giaddr in place.
    const seen = { ethSource: RELAY_MAC };
    const giaddr = server === SERVER ? '0.0.0.0' : '10.0.0.254';
    build.arp(0, 2, RELAY_MAC, '10.0.0.254', ADDRESS);
    const chaddr = bound ? CLIENT : '02:00:00:00:00:99';
    build.discover(0.1, { chaddr });
    build.offer(0.11, { chaddr, giaddr, ...replies }, server === SERVER ? {} : seen);
    build.request(0.12, { chaddr, options: [ipOption(50, ADDRESS), ipOption(54, server)] });
    build.ack(0.13, { chaddr, giaddr, ...replies }, server === SERVER ? {} : seen);
    const way = server === SERVER ? SERVER_MAC : RELAY_MAC;
    build.renew(1800, { xid: 2 }, { destination: server, ethSource: CLIENT, ethDestination: way });
    const nak = { xid: 2, options: [ipOption(54, server)] };
    build.nak(1800.01, nak, { source: server, destination: ADDRESS, ethSource: way, ethDestination: CLIENT });
    return lines(build.analyse(1900), 'nak-not-broadcast');
  };
  for (const bound of [true, false]) {
    assert.deepEqual(refused('10.9.0.8', bound), []);
    assert.deepEqual(refused(SERVER, bound), [`nak-not-broadcast warning ${SERVER} 7,6`]);
  }
});

test('source-not-server-id: info; warning where renewals to the server identifier get no answer', () => {
  const named = lease([ipOption(54, '10.0.0.9')]);
  const bound = (): Build => {
    const build = new Build();
    build.bind(0, {}, { options: named });
    return build;
  };
  assert.deepEqual(lines(bound().analyse(1)), [`source-not-server-id info 10.0.0.9 2`]);
  const vain = bound();
  vain.renew(1800, { xid: 2 }, { destination: '10.0.0.9' });
  vain.renew(1860, { xid: 2, secs: 60 }, { destination: '10.0.0.9' });
  assert.deepEqual(lines(vain.analyse(1900), 'source-not-server-id'), [`source-not-server-id warning 10.0.0.9 2,5,6`]);
  assert.match(
    vain.analyse(1900).findings.find(({ id }) => id === 'renewal-unanswered')!.causes[0]!.text,
    /^The client renews with 10\.0\.0\.9/,
  );
  const fine = bound();
  fine.renew(1800, { xid: 2 }, { destination: '10.0.0.9' });
  fine.ack(1800.01, { xid: 2, ciaddr: ADDRESS, options: named }, { destination: ADDRESS, source: '10.0.0.9' });
  assert.deepEqual(alarms(fine.analyse(1900)), []);
});
