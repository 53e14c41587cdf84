import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, CLIENT, ROUTER_MAC, SERVER, ipOption, lines, raw, textOption, type Spec } from './build';

/* Machines with one identity: how many they are, and what follows from it. */

const SECOND = '02:00:00:00:00:99';
const THIRD = '02:00:00:00:00:aa';
const ID = raw(61, 'ff0102030400020000ab11');

/** DISCOVER to ACK under one client identifier. */
function binds(build: Build, at: number, chaddr: string, xid: number, own: Spec['options'] = [ID]): void {
  build.discover(at, { chaddr, xid, options: own });
  build.offer(at + 0.01, { chaddr, xid });
  build.request(at + 0.02, { chaddr, xid, options: [ipOption(50, ADDRESS), ipOption(54, SERVER), ...own] });
  build.ack(at + 0.03, { chaddr, xid });
}

test('duplicate-client-id: all machines with one identifier are named, also the third', () => {
  const build = new Build();
  binds(build, 0, CLIENT, 1);
  binds(build, 13, SECOND, 2);
  build.arp(16, 1, CLIENT, ADDRESS, SERVER);
  build.arp(17, 1, SECOND, ADDRESS, SERVER);
  binds(build, 26, THIRD, 3);
  build.arp(30, 1, CLIENT, ADDRESS, SERVER);
  build.arp(31, 1, SECOND, ADDRESS, SERVER);
  build.arp(44, 1, CLIENT, ADDRESS, SERVER);
  const { findings, verdict } = build.analyse(60);
  const [found] = findings.filter(({ id }) => id === 'duplicate-client-id');
  assert.equal(found!.title, `${CLIENT}, ${SECOND} and ${THIRD} use one client identifier, all on ${ADDRESS}`);
  assert.match(
    found!.explanation,
    /^These 3 hardware addresses send .* these are 3\. .* gives all 3 the same address\.$/,
  );
  assert.deepEqual(found!.causes[0]!.evidence, [
    `${SECOND} begins in frame 5, and 3 s later ${CLIENT} is still heard by ARP or ICMP (frame 9)`,
    `${THIRD} begins in frame 11, and 18 s later ${CLIENT} is still heard by ARP or ICMP (frame 17)`,
  ]);
  assert.match(
    verdict,
    new RegExp(`${CLIENT}, ${SECOND} and ${THIRD} count as one client, as they send one identifier`),
  );
});

test('duplicate-client-id: machines behind a relay that renew in turn through a router are named, all of them', () => {
  const relay = { giaddr: '10.20.0.1', hops: 1 };
  const up = { source: '10.20.0.1', destination: SERVER, sourcePort: 67, ethSource: ROUTER_MAC };
  const down = { destination: '10.20.0.1', destinationPort: 67, ethDestination: ROUTER_MAC };
  const yiaddr = '10.20.0.90';
  for (const count of [2, 3]) {
    const build = new Build();
    const macs = [CLIENT, SECOND, THIRD].slice(0, count);
    macs.forEach((chaddr, i) => {
      const spec = { ...relay, chaddr, xid: i };
      build.discover(20 * i, { ...spec, options: [ID] }, up);
      build.offer(20 * i + 0.01, { ...spec, yiaddr }, down);
      const asked = [ipOption(50, yiaddr), ipOption(54, SERVER), ID];
      build.request(20 * i + 0.02, { ...spec, options: asked }, up);
      build.ack(20 * i + 0.03, { ...spec, yiaddr }, down);
    });
    for (const round of [1, 2])
      macs.forEach((chaddr, i) => {
        const [at, spec] = [300 * round + 20 * i, { chaddr, xid: 10 * round + i, ciaddr: yiaddr }];
        build.renew(at, { ...spec, options: [ID] }, { source: yiaddr, ethSource: ROUTER_MAC });
        build.ack(at + 0.01, { ...spec, yiaddr }, { destination: yiaddr, ethDestination: ROUTER_MAC });
      });
    const { findings } = build.analyse(1000);
    const [found] = findings.filter(({ id }) => id === 'duplicate-client-id');
    const names = count === 2 ? `${CLIENT} and ${SECOND}` : `${CLIENT}, ${SECOND} and ${THIRD}`;
    assert.equal(found!.title, `${names} use one client identifier, ${count === 2 ? 'both' : 'all'} on ${yiaddr}`);
  }
});

test('duplicate-client-id: a third card that takes over from one of two machines is not said to be a machine', () => {
  const build = new Build();
  binds(build, 0, CLIENT, 1);
  binds(build, 60, SECOND, 2);
  binds(build, 120, CLIENT, 3);
  binds(build, 180, THIRD, 4);
  const [found] = build.analyse(300).findings.filter(({ id }) => id === 'duplicate-client-id');
  assert.equal(found!.title, `${CLIENT} and ${SECOND} use one client identifier, both on ${ADDRESS}`);
});

const hexOf = (value: number, octets: number): string => value.toString(16).padStart(2 * octets, '0');
const option = (code: number, value: string): string => hexOf(code, 2) + hexOf(value.length / 2, 2) + value;
const server = option(2, '00030001020000000001');
const given = (host: number): string =>
  option(
    3,
    `${hexOf(1, 4)}${'00'.repeat(8)}${option(5, `20010db800000000${hexOf(host, 8)}${hexOf(3000, 4)}${hexOf(4000, 4)}`)}`,
  );
const message = (type: number, xid: number, duid: string, ...options: string[]): string =>
  hexOf(type, 1) + hexOf(xid, 3) + option(1, duid) + options.join('');
const sourceOf = (mac: string): string => `fe80::${mac.slice(-2)}`;
const from = (mac: string) => ({ ethSource: mac, source: sourceOf(mac) });
const to = (mac: string) => ({ source: 'fe80::2', destination: sourceOf(mac) });

/** SOLICIT to REPLY. */
function binds6(build: Build, at: number, mac: string, duid: string, xid: number, host = 0x42): void {
  build.v6(at, message(1, xid, duid, given(host)), from(mac));
  build.v6(at + 0.1, message(2, xid, duid, server, given(host)), to(mac));
  build.v6(at + 0.2, message(3, xid + 1, duid, server, given(host)), from(mac));
  build.v6(at + 0.3, message(7, xid + 1, duid, server, given(host)), to(mac));
}
/** Another machine is given what the first has, finds that out and declines it. */
function declines(duids: readonly [string, string]): Build {
  const build = new Build();
  const target = '2001:db8::42';
  binds6(build, 0, CLIENT, duids[0], 1);
  build.icmp6(1, { type: 135, code: 0, target }, '::', CLIENT);
  binds6(build, 6, SECOND, duids[1], 11);
  build.icmp6(7, { type: 135, code: 0, target }, '::', SECOND);
  build.icmp6(7.1, { type: 136, code: 0, target }, target, CLIENT);
  build.v6(7.3, message(9, 21, duids[1], server, given(0x42)), from(SECOND));
  build.v6(7.4, message(7, 21, duids[1], server, option(13, '0000')), to(SECOND));
  binds6(build, 20, CLIENT, duids[0], 31);
  return build;
}
const DUID = '000200000009cc084d30';

test('v6-decline: a machine that shares its DUID declines by its own name, and the clone is the reason', () => {
  const { findings, verdict } = declines([DUID, DUID]).analyse(60);
  assert.deepEqual(
    findings.map(({ id }) => id),
    ['duplicate-client-id', 'v6-decline'],
  );
  const [clones, decline] = findings;
  assert.equal(clones!.title, `${CLIENT} and ${SECOND} use one DUID, with one IAID, both on 2001:db8::42`);
  assert.match(
    clones!.explanation,
    /This explains “02:00:00:00:00:99 declines 2001:db8::42: the address is in use”\.$/,
  );
  assert.deepEqual(
    decline!.causes.map(({ text, evidence }) => [text, evidence]),
    [
      [
        `${CLIENT} and ${SECOND} use one DUID, so the server takes them for one client, and gives each the same address`,
        [`the server gave 2001:db8::42 to ${CLIENT} in frame 4`, `${CLIENT} advertises 2001:db8::42 in frame 11`],
      ],
    ],
  );
  assert.match(verdict, new RegExp(`${CLIENT} and ${SECOND} count as one client, as they send one DUID`));
});

test('v6-decline: an address that the server gave to the other host is not set by hand', () => {
  const { findings } = declines([DUID, `${DUID.slice(0, -2)}31`]).analyse(60);
  const decline = findings.find(({ id }) => id === 'v6-decline')!;
  assert.equal(decline.title, `${SECOND} declines 2001:db8::42: the address is in use`);
  assert.deepEqual(
    decline.causes.map(({ likelihood, text }) => `${likelihood}: ${text.slice(0, 12)}`),
    ['likely: The server g', 'unlikely: Another host'],
  );
});

test('v6-useless-duid: the machines that share it are named, and said to count as one client', () => {
  const zeros = '00030001000000000000';
  const build = new Build();
  binds6(build, 0, CLIENT, zeros, 1, 0x16);
  const alone = build.analyse(60);
  assert.doesNotMatch(`${alone.findings[0]!.explanation} ${alone.verdict}`, /In this capture|count as/);
  binds6(build, 5, SECOND, zeros, 11, 0x17);
  const { findings, verdict } = build.analyse(60);
  assert.deepEqual(lines({ ...alone, findings }, 'duplicate-client-id'), []);
  assert.match(findings[0]!.explanation, new RegExp(`In this capture, ${CLIENT} and ${SECOND} send it\\.`));
  assert.match(verdict, new RegExp(`${CLIENT} and ${SECOND} count as one client, as they send one DUID`));
});

test('duplicate-client-id: what a machine sends before it sends the DUID shows nothing of it', () => {
  const build = new Build();
  build.icmp6(0, { type: 133, code: 0 }, sourceOf(SECOND), SECOND);
  binds6(build, 1, CLIENT, DUID, 1);
  build.icmp6(8, { type: 135, code: 0, target: 'fe80::aa' }, '2001:db8::42', CLIENT);
  binds6(build, 20, SECOND, DUID, 11);
  build.icmp6(40, { type: 135, code: 0, target: 'fe80::aa' }, '2001:db8::42', CLIENT);
  const [found] = build.analyse(60).findings.filter(({ id }) => id === 'duplicate-client-id');
  assert.match(found!.explanation, new RegExp(`${SECOND} begins in frame 7, and 20 s later ${CLIENT} is still heard`));
});

/** Three machines of one DUID are bound one after the other; then each solicits its router from the leased address. */
function solicits(then: readonly string[]): Build {
  const build = new Build();
  for (const [i, mac] of [CLIENT, SECOND, THIRD].entries()) binds6(build, 4 * i, mac, DUID, 16 * (i + 1));
  for (const [i, mac] of then.entries())
    build.icmp6(20 + i, { type: 135, code: 0, target: 'fe80::aa' }, '2001:db8::42', mac);
  return build;
}

test('duplicate-client-id: neighbour discovery from the leased address shows that a machine is still there', () => {
  const { findings } = solicits([CLIENT, SECOND, THIRD, CLIENT]).analyse(60);
  const [found] = findings.filter(({ id }) => id === 'duplicate-client-id');
  assert.equal(found!.title, `${CLIENT}, ${SECOND} and ${THIRD} use one DUID, with one IAID, all on 2001:db8::42`);
  assert.match(found!.explanation, new RegExp(`${CLIENT} is still heard by ICMPv6 \\(frame 13\\)`));
  assert.match(String(found!.steps[0]), new RegExp(`${CLIENT} was there first`));
  // One machine that changed its card is heard under the last only.
  assert.deepEqual(lines(solicits([THIRD, THIRD, THIRD]).analyse(60)), []);
});

const RELAY = '10.0.0.2';
/** DISCOVER to ACK through a relay that broadcasts on the clients' link, as that link shows it; `both`: and the relay's other side. */
function bindsRelayed(build: Build, at: number, chaddr: string, xid: number, both: boolean): void {
  const spec = { chaddr, xid };
  const far = { ...spec, giaddr: RELAY, hops: 1 };
  const up = { source: RELAY, destination: SERVER, sourcePort: 67, ethSource: ROUTER_MAC, link: '1' };
  const down = { destination: RELAY, destinationPort: 67, ethDestination: ROUTER_MAC, link: '1' };
  const last = { source: RELAY, destination: ADDRESS, ethSource: ROUTER_MAC, ethDestination: chaddr };
  const asked = [ipOption(50, ADDRESS), ipOption(54, SERVER), ID];
  build.discover(at, { ...spec, options: [ID] });
  if (both) build.discover(at + 0.001, { ...far, options: [ID] }, up);
  if (both) build.offer(at + 0.01, { ...far, hops: 0 }, down);
  build.offer(at + 0.011, { ...far, hops: 0 }, last);
  build.request(at + 0.02, { ...spec, options: asked });
  if (both) build.request(at + 0.021, { ...far, options: asked }, up);
  if (both) build.ack(at + 0.03, { ...far, hops: 0 }, down);
  build.ack(at + 0.031, { ...far, hops: 0 }, last);
}

for (const both of [false, true]) {
  const sides = both ? 'both sides of a relay' : 'the clients’ side of a relay';
  test(`duplicate-client-id: ${sides}, and ARP of two machines with one address in turn`, () => {
    const build = new Build();
    bindsRelayed(build, 0, CLIENT, 1, both);
    bindsRelayed(build, 8, SECOND, 2, both);
    [CLIENT, SECOND, CLIENT, SECOND].forEach((mac, i) => build.arp(20 + 3 * i, 1, mac, ADDRESS, RELAY));
    const [found, ...more] = build.analyse(60).findings;
    assert.deepEqual([found!.id, found!.severity, more], ['duplicate-client-id', 'error', []]);
    assert.equal(found!.title, `${CLIENT} and ${SECOND} use one client identifier, both on ${ADDRESS}`);
    const [begins, again] = both ? [9, 17] : [5, 9];
    assert.deepEqual(found!.causes[0]!.evidence, [
      `${SECOND} begins in frame ${begins}, and 12 s later ${CLIENT} is still heard by ARP or ICMP (frame ${again})`,
    ]);
  });

  test(`duplicate-client-id: ${sides}, and a machine that goes from one card to the other is one`, () => {
    const build = new Build();
    bindsRelayed(build, 0, CLIENT, 1, both);
    [3, 6].forEach((at) => build.arp(at, 1, CLIENT, ADDRESS, RELAY));
    bindsRelayed(build, 60, SECOND, 2, both);
    [70, 73, 76].forEach((at) => build.arp(at, 1, SECOND, ADDRESS, RELAY));
    assert.deepEqual(build.analyse(120).findings, []);
  });
}

test('duplicate-address: behind a relay too, a host that holds the address of a lease is told', () => {
  const build = new Build();
  bindsRelayed(build, 0, CLIENT, 1, true);
  const frame = build.arp(20, 1, SECOND, ADDRESS, RELAY);
  const [found, ...more] = build.analyse(60).findings;
  assert.deepEqual([found!.id, found!.frames.includes(frame), more], ['duplicate-address', true, []]);
  assert.equal(found!.title, `${ADDRESS} is leased to ${CLIENT}, and ${SECOND} uses it`);
});

/** One DUID and IAID behind a relay: each of these peers asks, then they renew in this order. */
function renew6(first: readonly string[], then: readonly string[]): Build {
  const build = new Build();
  const relayed = (type: number, peer: string, inner: string): string =>
    `${hexOf(type, 1)}00${'20010db800080000'.padEnd(32, '0')}fe80${'0'.repeat(20)}${peer.padStart(8, '0')}${option(9, inner)}`;
  const ends = { source: '2001:db8:8::', destination: '2001:db8::1' };
  const back = { source: '2001:db8::1', destination: '2001:db8:8::', destinationPort: 547 };
  const round = (at: number, peer: string, asks: number, answers: number, xid: number): void => {
    const held = [DUID, server, given(0x42)] as const;
    build.v6(at, relayed(12, peer, message(asks, xid, ...held)), ends);
    build.v6(at + 0.1, relayed(13, peer, message(answers, xid, ...held)), back);
  };
  first.forEach((peer, i) => {
    round(10 * i, peer, 1, 2, 100 + 2 * i);
    round(10 * i + 1, peer, 3, 7, 101 + 2 * i);
  });
  then.forEach((peer, i) => round(300 + 60 * i, peer, 5, 7, 200 + i));
  return build;
}

test('duplicate-client-id: two peers behind a relay renew in turn under one DUID', () => {
  const [found] = renew6(['a', 'b'], ['a', 'b', 'a', 'b']).analyse(700).findings;
  assert.deepEqual([found!.id, found!.severity], ['duplicate-client-id', 'error']);
  assert.equal(found!.title, 'fe80::a and fe80::b use one DUID, with one IAID, both on 2001:db8::42');
  assert.match(
    found!.explanation,
    /^Both link-local addresses send DUID 0002.* still sends DHCP messages \(frame 9\)\./,
  );
  assert.match(String(found!.steps[0]), /^Give fe80::b a DUID of its own/);
});

test('duplicate-client-id: behind a relay, one peer, or one that takes over from the other, is one machine', () => {
  for (const [first, then] of [
    [['a'], ['a', 'a']],
    [
      ['a', 'b'],
      ['b', 'b', 'b'],
    ],
  ] as const)
    assert.deepEqual(
      renew6(first, then)
        .analyse(700)
        .findings.filter(({ id }) => id === 'duplicate-client-id'),
      [],
    );
});

test('duplicate-client-id: a text, or a device, has its identifier from firmware or configuration, not from a copied disk', () => {
  const told = (...own: NonNullable<Spec['options']>): [explanation: string, causes: string[], steps: string] => {
    const build = new Build();
    [CLIENT, SECOND, CLIENT].forEach((mac, i) => binds(build, 20 * i, mac, i + 1, own));
    const found = build.analyse(60).findings.find(({ id }) => id === 'duplicate-client-id')!;
    return [
      found.explanation,
      found.causes.map(({ text, likelihood }) => `${likelihood}: ${text}`),
      JSON.stringify([found.steps, found.stepsFor]),
    ];
  };
  const fixed = /^likely: The client identifier is fixed in the firmware or in the configuration/;
  const copied = /^likely: One machine is a copy of the other/;
  for (const hex of ['00', '']) {
    const [explanation, causes] = told(raw(61, `${hex}${Buffer.from('esp32-sensor').toString('hex')}`));
    assert.match(explanation, /client identifier \(option 61\) “esp32-sensor”\. /);
    assert.match(causes[0]!, fixed);
    assert.match(causes[1]!, /^possible: One machine is a copy of the other/);
    assert.equal(causes.filter((text) => /fixed/.test(text)).length, 1);
  }
  // A phone has neither a disk nor /etc/machine-id.
  const phone = told(raw(61, '0102000000cafe'), textOption(60, 'Cisco Systems, Inc. IP Phone CP-7960'));
  assert.match(phone[1][0]!, fixed);
  assert.doesNotMatch(phone[2], /machine-id|netplan/);
  // What a system makes by itself, or for a virtual machine, comes with the copy.
  for (const hex of ['ff0102030400020000ab11', '00564d1122334455667788990011223344', '0102000000cafe'])
    assert.match(told(raw(61, hex))[1][0]!, copied);
});
