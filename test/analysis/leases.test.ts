import assert from 'node:assert/strict';
import test from 'node:test';
import type { Analysis, Finding } from '../../src/analysis';
import type { OptionSpec4 } from '../../src/codec/dhcpv4/encode';
import {
  ADDRESS,
  Build,
  CLIENT,
  SERVER,
  SERVER_MAC,
  ipOption,
  lease,
  lines,
  raw,
  textOption,
  u32Option,
} from './build';

const THIEF = '02:00:00:00:00:77';

test('nak: with its message, quoted and printable', () => {
  const build = new Build();
  build.request(0, { options: [ipOption(50, '192.168.7.9')] });
  build.nak(0.01, { options: [ipOption(54, SERVER), textOption(56, 'wrong\u202enetwork')] });
  const analysis = build.analyse(1);
  assert.deepEqual(lines(analysis), [`nak warning ${CLIENT} 2,1`]);
  assert.match(analysis.findings[0]!.explanation, /“wrong\\u202enetwork”/);
  assert.equal(analysis.conversations[0]!.outcome, 'refused');
});

test('decline: ARP shows by whom the address is held, and it is one finding', () => {
  const build = new Build();
  build.bind();
  build.arp(0.1, 1, CLIENT, '0.0.0.0', ADDRESS);
  build.arp(0.2, 2, THIEF, ADDRESS, '0.0.0.0');
  build.dhcp(4, { xid: 8, options: [ipOption(50, ADDRESS), ipOption(54, SERVER)] }, { at: 0.3 });
  const analysis = build.analyse(9);
  assert.deepEqual(lines(analysis), [`decline error ${CLIENT} 7,6`]);
  assert.equal(analysis.conversations[1]!.outcome, 'declined');
});

test('duplicate-address: ARP of a stranger; not of the client itself, not after RELEASE', () => {
  const build = new Build();
  build.bind();
  build.arp(1, 1, CLIENT, ADDRESS, ADDRESS);
  assert.deepEqual(lines(build.analyse()), []);
  build.arp(5, 2, THIEF, ADDRESS, SERVER);
  assert.deepEqual(lines(build.analyse()), [`duplicate-address error ${ADDRESS} 6,4`]);
  const released = new Build();
  released.bind();
  released.dhcp(
    7,
    { ciaddr: ADDRESS, xid: 5, options: [ipOption(54, SERVER)] },
    { at: 2, source: ADDRESS, destination: SERVER },
  );
  released.arp(5, 2, THIEF, ADDRESS, SERVER);
  assert.deepEqual(lines(released.analyse()), []);
  assert.deepEqual(
    released.analyse().conversations.map(({ outcome }) => outcome),
    ['bound', 'released'],
  );
});

test('duplicate-address: two clients at one time; not when the first lease has ended', () => {
  const build = new Build();
  build.bind(0);
  build.bind(100, { chaddr: '02:00:00:00:00:02', xid: 2 });
  assert.deepEqual(lines(build.analyse()), [`duplicate-address error ${ADDRESS} 8,4`]);
  const later = new Build();
  later.bind(0);
  later.bind(3601, { chaddr: '02:00:00:00:00:02', xid: 2 });
  assert.deepEqual(lines(later.analyse()), []);
});

test('timer-order: by values and by defaults', () => {
  const timers = (t1: number | undefined, t2: number | undefined): string[] => {
    const build = new Build();
    const options = [
      ...lease(),
      ...(t1 === undefined ? [] : [u32Option(58, t1)]),
      ...(t2 === undefined ? [] : [u32Option(59, t2)]),
    ];
    build.bind(0, {}, { options });
    return lines(build.analyse());
  };
  assert.deepEqual(timers(1800, 3150), []);
  assert.deepEqual(timers(3150, 1800), [`timer-order error ${SERVER} 2,4`]);
  assert.deepEqual(timers(undefined, 1000), [`timer-order error ${SERVER} 2,4`]);
  assert.deepEqual(timers(3200, undefined), [`timer-order error ${SERVER} 2,4`]);
  assert.deepEqual(timers(undefined, 3600), [`timer-order error ${SERVER} 2,4`]);
});

test('short-lease and infinite-lease', () => {
  for (const [seconds, expected] of [
    [59, [`short-lease warning ${SERVER} 2,4`]],
    [60, []],
    [0xffffffff, [`infinite-lease info ${SERVER} 2,4`]],
  ] as const) {
    const build = new Build();
    build.bind(0, {}, { options: lease([u32Option(51, seconds)]) });
    assert.deepEqual(lines(build.analyse()), expected);
  }
});

/** One hardware address that takes its lease at these times, under these host names and vendor classes. */
function named(
  ...asked: readonly (readonly [at: number, name: string, vendor?: string, more?: OptionSpec4])[]
): Analysis {
  const build = new Build();
  for (const [i, [at, name, vendor = 'udhcp 1.36.1', more]] of asked.entries()) {
    const options = [textOption(12, name), textOption(60, vendor), ...(more ? [more] : [])];
    build.discover(at, { xid: i + 1, options });
    build.offer(at + 0.01, { xid: i + 1 });
    build.request(at + 0.02, { xid: i + 1, options: [ipOption(50, ADDRESS), ipOption(54, SERVER), ...options] });
    build.ack(at + 0.03, { xid: i + 1 });
  }
  return build.analyse(1000);
}

test('lease-loop: two devices with one hardware address, whose host names go to and fro', () => {
  const found = named([0, 'pc', 'MSFT 5.0'], [11, 'printer'], [30, 'pc', 'MSFT 5.0'], [41, 'printer']);
  assert.deepEqual(lines(found), [`lease-loop warning ${CLIENT} 1,4,5,8,9,12,13,16`]);
  const [{ title, explanation, causes }] = found.findings as [Finding];
  assert.equal(title, `${CLIENT} gets a lease again and again, in turn as “pc” and “printer”`);
  assert.match(
    explanation,
    /under 2 host names in turn: “pc”, vendor class “MSFT 5\.0” \(frames 4 and 12\) and “printer”, vendor class “udhcp 1\.36\.1” \(frames 8 and 16\)/,
  );
  assert.deepEqual(
    causes.map(({ likelihood }) => likelihood),
    ['likely', 'possible'],
  );
  // The same vendor class: one finding, about the two.
  assert.deepEqual(lines(named([0, 'one'], [17, 'two'], [40, 'one'], [57, 'two'])), [
    `lease-loop warning ${CLIENT} 1,4,5,8,9,12,13,16`,
  ]);
  // Each with a client identifier of its own.
  const [own, other] = [raw(61, 'ff0102'), raw(61, 'ff0103')];
  const apart = named([0, 'one', 'a', own], [17, 'two', 'a', other], [40, 'one', 'a', own], [57, 'two', 'a', other]);
  assert.deepEqual(lines(apart, 'lease-loop'), [`lease-loop warning ${CLIENT} 1,4,5,8,9,12,13,16`]);
});

test('lease-loop: no two devices: a new name, a dock that two laptops use, a boot chain', () => {
  // Named by its first boot, and asked once more.
  assert.deepEqual(lines(named([0, 'localhost', 'a'], [60, 'web01', 'b'], [120, 'web01', 'c'])), []);
  assert.deepEqual(lines(named([0, 'anna', 'a'], [400, 'ben', 'b'], [800, 'anna', 'a'], [900, 'ben', 'b'])), []);
  const pxe = 'PXEClient:Arch:00000:UNDI:002001';
  assert.deepEqual(lines(named([0, 'a', pxe], [10, 'b', 'b'], [60, 'a', pxe], [70, 'b', 'b']), 'lease-loop'), []);
});

test('lease-loop: three times within the lease, without RELEASE', () => {
  const build = new Build();
  for (let i = 0; i < 2; i++) build.bind(i * 60, { xid: i + 1 });
  assert.deepEqual(lines(build.analyse()), []);
  build.bind(120, { xid: 3 });
  assert.deepEqual(lines(build.analyse()), [`lease-loop warning ${CLIENT} 4,8,12`]);
  const released = new Build();
  for (let i = 0; i < 3; i++) {
    released.bind(i * 60, { xid: i + 1 });
    released.dhcp(
      7,
      { ciaddr: ADDRESS, xid: 100 + i, options: [ipOption(54, SERVER)] },
      { at: i * 60 + 30, source: ADDRESS, destination: SERVER },
    );
  }
  assert.deepEqual(lines(released.analyse()), []);
});

test('lease-loop: not of a client that never gets the ACK, and repeats its REQUEST before it begins anew', () => {
  const build = new Build();
  for (let i = 0; i < 3; i++) {
    build.bind(i * 60, { xid: i + 1 });
    for (const later of [4, 10]) {
      build.request(i * 60 + later, { xid: i + 1, secs: later });
      build.ack(i * 60 + later + 0.01, { xid: i + 1 });
    }
  }
  const found = build.analyse(200).findings.filter(({ severity }) => severity !== 'info');
  assert.deepEqual(
    found.map(({ id }) => id),
    ['answer-ignored'],
  );
  assert.deepEqual(
    found[0]!.causes.find(({ text }) => text.startsWith('Something between this point')),
    {
      text: 'Something between this point and the client drops the ACK and lets the OFFER pass: DHCP inspection, an access list, or a limit of rate',
      likelihood: 'possible',
      evidence: [],
    },
  );
});

test('early-renewal: before half of T1; a renewal with the xid of the lease is an exchange of its own', () => {
  const build = new Build();
  build.bind(0);
  build.renew(890);
  build.ack(890.01, {}, { destination: ADDRESS });
  const early = build.analyse();
  assert.deepEqual(lines(early), [`early-renewal info ${CLIENT} 5,4`]);
  assert.deepEqual(
    early.conversations.map(({ outcome, frames }) => [outcome, frames]),
    [
      ['bound', [1, 2, 3, 4]],
      ['renewed', [5, 6]],
    ],
  );
  const due = new Build();
  due.bind(0);
  due.renew(1800);
  due.ack(1800.01, {}, { destination: ADDRESS });
  assert.deepEqual(lines(due.analyse()), []);
});

test('slow-server: 2 s of one transmission; info between 1 and 2 s, and where the server probes the address', () => {
  const waited = (seconds: number, probe = false): string[] => {
    const build = new Build();
    build.discover(0);
    if (probe) build.arp(0.5, 1, SERVER_MAC, SERVER, ADDRESS);
    build.offer(seconds);
    return lines(build.analyse(seconds));
  };
  assert.deepEqual(waited(0.9), []);
  assert.deepEqual(waited(1.5), [`slow-server info ${SERVER} 2,1`]);
  assert.deepEqual(waited(2.5), [`slow-server warning ${SERVER} 2,1`]);
  assert.deepEqual(waited(2.5, true), [`slow-server info ${SERVER} 3,1,2`]);
  const again = new Build();
  again.discover(0);
  again.discover(4, { secs: 4 });
  again.offer(4.1);
  assert.deepEqual(lines(again.analyse(4.2)), []);
});

test('lease-loop: one finding a run, which counts all of it', () => {
  const build = new Build();
  for (let i = 0; i < 5; i++) build.bind(i * 10, { xid: i });
  // A day later all is over: a lease that has ended is no loop.
  build.bind(90_000, { xid: 9 });
  const [finding, ...more] = build.analyse(90_100).findings.filter(({ id }) => id === 'lease-loop');
  assert.equal(more.length, 0);
  assert.deepEqual(finding!.frames, [4, 8, 12, 16, 20]);
  assert.match(finding!.explanation, /completed DISCOVER to ACK 5 times within 40 s.*was given back\.$/);
});

test('nak: an address that has nothing in common with the server’s own comes from another network', () => {
  const first = (address: string): string => {
    const build = new Build();
    build.request(0, { options: [ipOption(50, address)] });
    build.nak(0.01);
    return build.analyse(10).findings[0]!.causes[0]!.text;
  };
  assert.match(first('192.168.77.5'), /^The client comes from another subnet/);
  assert.match(first('10.3.0.5'), /^The server has no record of the lease/);
});

test('nak: a client that is given the same address again does not come from another subnet', () => {
  const moved = (again: string): string[] => {
    const build = new Build();
    // Without a mask, nothing else shows which subnet it is.
    const options = lease([{ code: 1, hex: '' }]);
    build.bind(0, {}, { options });
    build.renew(1800, { xid: 2 });
    build.nak(1800.01, { xid: 2 });
    build.bind(1801, { xid: 3 }, { yiaddr: again, options });
    return build
      .analyse(1900)
      .findings.find(({ id }) => id === 'nak')!
      .causes.filter(({ text }) => text.startsWith('The client comes from another subnet'))
      .map(({ likelihood, evidence }) => `${likelihood} ${evidence.join()}`);
  };
  assert.deepEqual(moved(ADDRESS), [`unlikely the ACK in frame 10 gives it ${ADDRESS} again`]);
  assert.deepEqual(moved('10.0.0.77'), ['possible ']);
});

test('lease-loop: where another server refuses what the client is given, each time, that is the cause', () => {
  const other = '10.0.0.9';
  const build = new Build();
  for (const at of [0, 10, 20]) {
    const spec = { xid: at + 1 };
    build.discover(at, spec);
    build.offer(at + 0.01, spec);
    build.request(at + 0.02, spec);
    build.nak(at + 0.03, { ...spec, options: [ipOption(54, other)] }, { source: other, ethSource: THIEF });
    build.ack(at + 0.04, spec);
  }
  const { findings } = build.analyse(60);
  const causesOf = (id: string) => findings.find((one) => one.id === id)!.causes;
  const [first, ...others] = causesOf('lease-loop');
  assert.deepEqual([first!.likelihood, first!.finding], ['likely', 'multiple-servers']);
  assert.equal(first!.text, 'The client takes the NAK of 10.0.0.9, and starts over');
  assert.equal(first!.evidence[0], 'NAKs in frames 4, 9 and 14, beside the ACKs of 10.0.0.1');
  assert.ok(others.every(({ likelihood }) => likelihood !== 'likely'));
  // The ACK shows that the client belongs here, and that nobody else has the address.
  assert.deepEqual(
    causesOf('nak').map(({ text }) => text),
    [
      'Another server speaks for a lease that is not its own',
      'The server has no record of the lease (its database was lost or it is new), and is set to be authoritative',
    ],
  );
});

test('duplicate-address: the steps begin with the lease on the server, not with its range', () => {
  const build = new Build();
  build.bind(0);
  build.bind(10, { chaddr: THIEF, xid: 2 });
  const [found] = build.analyse(60).findings.filter(({ id }) => id === 'duplicate-address');
  assert.match(found!.steps[0]!, /grep -A 9 "\^lease 10\.0\.0\.50 "/);
  assert.doesNotMatch(found!.steps.join(' '), /`range/);
});
