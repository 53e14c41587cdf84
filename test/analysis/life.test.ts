import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, CLIENT, SERVER, alarms, ipOption, lease, lines, raw, u32Option } from './build';

const OTHER = '02:00:00:00:00:99';

/** A lease and its renewals: when each is asked for, and the seconds that it gives. */
function renewed(first: number, ...renewals: readonly (readonly [at: number, seconds: number])[]): string[] {
  const build = new Build();
  build.bind(0, {}, { options: lease([u32Option(51, first)]) });
  for (const [i, [at, seconds]] of renewals.entries()) {
    build.renew(at, { xid: 100 + i });
    build.ack(at + 0.01, { xid: 100 + i, options: lease([u32Option(51, seconds)]) }, { destination: ADDRESS });
  }
  return lines(build.analyse(), 'lease-shrinks');
}

test('lease-shrinks: three renewals in a row that each give less than the one before', () => {
  assert.deepEqual(renewed(3600, [1800, 1800], [2700, 900], [3150, 450]), [`lease-shrinks warning ${SERVER} 4,6,8,10`]);
  assert.deepEqual(renewed(4000, [1000, 3000], [1500, 2500], [2000, 2000]), [
    `lease-shrinks warning ${SERVER} 4,6,8,10`,
  ]);
  // Two only; one that gives the whole time again; always the same.
  assert.deepEqual(renewed(3600, [1800, 1800], [2700, 900]), []);
  assert.deepEqual(renewed(3600, [1800, 1800], [2700, 3600], [4500, 1800]), []);
  assert.deepEqual(renewed(3600, [1800, 3600], [3600, 3600], [5400, 3600]), []);
  // A server that answers early renewals with what is left of the lease (Kea’s cache-threshold, 0.25).
  assert.deepEqual(renewed(3600, [10, 3590], [20, 3580], [30, 3570]), []);
});

test('lease-shrinks: several clients of one server are told together, with their names', () => {
  const build = new Build();
  const clients = [1, 2, 3].map((n) => ({ chaddr: `02:00:00:00:05:0${n}`, yiaddr: `10.0.0.6${n}` }));
  for (const [i, { chaddr, yiaddr }] of clients.entries())
    build.bind(i, { chaddr, xid: i }, { yiaddr, options: lease([u32Option(51, 3600)]) });
  for (const [turn, [at, seconds]] of (
    [
      [1800, 1800],
      [2700, 900],
      [3150, 450],
    ] as const
  ).entries())
    for (const [i, { chaddr, yiaddr }] of clients.entries()) {
      const who = { chaddr, xid: 100 + 10 * turn + i };
      // The second gets its whole time again.
      const left = i === 1 ? 3600 : seconds;
      build.renew(at + i, { ...who, ciaddr: yiaddr }, { source: yiaddr });
      build.ack(at + i, { ...who, yiaddr, options: lease([u32Option(51, left)]) }, { destination: yiaddr });
    }
  const [found, ...more] = build.analyse().findings.filter(({ id }) => id === 'lease-shrinks');
  assert.deepEqual(more, []);
  assert.equal(found!.subject, SERVER);
  assert.equal(
    found!.title,
    'Server 10.0.0.1: each renewal gives 2 clients (02:00:00:00:05:01 and 02:00:00:00:05:03) less time',
  );
  assert.match(
    found!.explanation,
    /^The same is found of 2 clients: .* What follows is about the first of them\. The ACKs in/,
  );
  assert.equal(found!.frames.length, 8);
});

test('lease-shrinks: with a fixed end, the steps look for what ends the lease, not for the lease time', () => {
  const build = new Build();
  build.bind(0, {}, { options: lease([u32Option(51, 3600)]) });
  for (const [i, [at, seconds]] of (
    [
      [1800, 1800],
      [2700, 900],
      [3150, 450],
    ] as const
  ).entries()) {
    build.renew(at, { xid: 100 + i });
    build.ack(at, { xid: 100 + i, options: lease([u32Option(51, seconds)]) }, { destination: ADDRESS });
  }
  const stepsBy = (clock?: 'local' | 'undated'): readonly string[] =>
    build.analyse(undefined, {}, clock ? { clock } : {}).findings.find(({ id }) => id === 'lease-shrinks')!.steps;
  const steps = stepsBy();
  assert.match(
    steps[0]!,
    /^On 10\.0\.0\.1, see what ends the lease of 10\.0\.0\.50 at 2023-11-14 23:13:20 UTC: a reservation/,
  );
  // Of a text that does not tell the zone, or the date either, no more is said than it tells.
  assert.match(stepsBy('local')[0]!, /10\.0\.0\.50 at 2023-11-14 23:13:20: a reservation/);
  assert.match(stepsBy('undated')[0]!, /10\.0\.0\.50 at 23:13:20: a reservation/);
  assert.ok(!steps.some((step) => step.includes('default-lease-time')));
});

test('lease-shrinks: where the capture begins with a renewal, three that end at one time', () => {
  const build = new Build();
  for (const [i, [at, seconds]] of (
    [
      [0, 3600],
      [1800, 1800],
      [2700, 900],
    ] as const
  ).entries()) {
    build.renew(at, { xid: 100 + i });
    build.ack(at + 0.01, { xid: 100 + i, options: lease([u32Option(51, seconds)]) }, { destination: ADDRESS });
  }
  assert.deepEqual(lines(build.analyse(), 'lease-shrinks'), [`lease-shrinks warning ${SERVER} 2,4,6`]);
});

test('used-without-lease: after RELEASE, after NAK, after the lease’s end', () => {
  const released = new Build();
  released.bind(0);
  released.dhcp(
    7,
    { xid: 7, ciaddr: ADDRESS, options: [ipOption(54, SERVER)] },
    { at: 60, source: ADDRESS, destination: SERVER },
  );
  released.arp(100, 1, CLIENT, ADDRESS, SERVER);
  assert.deepEqual(lines(released.analyse(200)), [`used-without-lease warning ${CLIENT} 6,5`]);

  const refused = new Build();
  refused.bind(0);
  refused.renew(1800, { xid: 8 });
  refused.nak(1800.01, { xid: 8 });
  refused.arp(1900, 1, CLIENT, ADDRESS, SERVER);
  refused.arp(1960, 1, CLIENT, ADDRESS, SERVER);
  assert.deepEqual(lines(refused.analyse(), 'used-without-lease'), [`used-without-lease warning ${CLIENT} 7,8,6`]);

  const ended = new Build();
  ended.bind(0, {}, { options: lease([u32Option(51, 600)]) });
  ended.arp(700, 1, CLIENT, ADDRESS, SERVER);
  assert.deepEqual(lines(ended.analyse()), [`used-without-lease warning ${CLIENT} 5,4`]);
});

test('used-without-lease: not at once, not with a new lease, not by another, not where renewals may pass by', () => {
  const short = (build = new Build()): Build => {
    build.bind(0, {}, { options: lease([u32Option(51, 600)]) });
    return build;
  };
  const renews = short();
  renews.renew(300, { xid: 9 });
  renews.ack(300.01, { xid: 9, options: lease([u32Option(51, 600)]) }, { destination: ADDRESS });
  renews.arp(700, 1, CLIENT, ADDRESS, SERVER);
  assert.deepEqual(alarms(renews.analyse(800)), []);

  const late = short();
  late.arp(630, 1, CLIENT, ADDRESS, SERVER);
  late.arp(5000, 1, OTHER, ADDRESS, SERVER);
  late.arp(5000, 1, CLIENT, '0.0.0.0', ADDRESS);
  assert.deepEqual(lines(late.analyse(), 'used-without-lease'), []);

  // After sleep it speaks first and asks then.
  const slept = short();
  slept.arp(9000, 1, CLIENT, ADDRESS, SERVER);
  slept.bind(9001, { xid: 10 });
  assert.deepEqual(lines(slept.analyse(), 'used-without-lease'), []);

  // Another port of the switch: only broadcasts of two clients are seen, so renewals are not.
  const blind = short();
  blind.bind(10, { chaddr: OTHER, xid: 11 }, { yiaddr: '10.0.0.51' });
  blind.arp(700, 1, CLIENT, ADDRESS, SERVER);
  assert.deepEqual(lines(blind.analyse(), 'used-without-lease'), []);

  // A RELEASE that somebody else sends in the client’s name.
  const forged = new Build();
  forged.bind(0);
  forged.dhcp(
    7,
    { xid: 7, ciaddr: ADDRESS, options: [ipOption(54, SERVER)] },
    { at: 60, source: ADDRESS, destination: SERVER, ethSource: OTHER },
  );
  forged.arp(100, 1, CLIENT, ADDRESS, SERVER);
  assert.deepEqual(lines(forged.analyse(200), 'used-without-lease'), []);
});

/** Another client gets a lease here, seen by unicast; then this one is refused an address, and goes on with it. */
function refusedHere(address: string): Build {
  const build = new Build();
  build.bind(0, { chaddr: OTHER, xid: 11 }, { yiaddr: '10.0.0.51' }, { destination: '10.0.0.51' });
  build.request(10, { xid: 12, options: [ipOption(50, address)] });
  build.nak(10.01, { xid: 12 });
  for (const at of [30, 60, 90]) build.arp(at, 1, CLIENT, address, '10.0.0.254');
  return build;
}

test('used-without-lease: after a NAK, where unicasts may pass by, only for an address of a network that is not leased here', () => {
  assert.deepEqual(lines(refusedHere('10.9.0.50').analyse(100), 'used-without-lease'), [
    `used-without-lease warning ${CLIENT} 7,8,9,6`,
  ]);
  // Another server may have confirmed this one by a unicast that is not seen here.
  assert.deepEqual(lines(refusedHere('10.0.0.50').analyse(100), 'used-without-lease'), []);
});

test('used-without-lease: the address is given to another client meanwhile, and both use it', () => {
  const given = (): Build => {
    const build = new Build();
    build.bind(0);
    build.dhcp(
      7,
      { xid: 7, ciaddr: ADDRESS, options: [ipOption(54, SERVER)] },
      { at: 60, source: ADDRESS, destination: SERVER },
    );
    build.arp(100, 1, CLIENT, ADDRESS, SERVER);
    build.bind(110, { chaddr: OTHER, xid: 11 });
    build.arp(130, 1, CLIENT, ADDRESS, SERVER);
    return build;
  };
  const { findings } = given().analyse(200);
  assert.deepEqual(
    findings.map(({ id, severity, frames }) => `${id} ${severity} ${frames.join()}`),
    ['used-without-lease warning 6,11,5,10', 'duplicate-address error 11,10'],
  );
  assert.match(findings[0]!.explanation, /Meanwhile 02:00:00:00:00:99 got the address by the ACK in frame 10\./);
  assert.match(findings[0]!.explanation, /This explains “10\.0\.0\.50 is leased to 02:00:00:00:00:99/);
  assert.match(findings[1]!.explanation, /It had the address before, and gave it back by RELEASE in frame 5\.$/);
  assert.deepEqual(
    findings[1]!.causes.map(({ likelihood, text }) => `${likelihood}: ${text}`),
    [`likely: ${CLIENT} goes on with an address that it may no longer use`],
  );
  // The first one stops in time.
  const left = new Build();
  left.bind(0);
  left.arp(20, 1, CLIENT, ADDRESS, SERVER);
  left.dhcp(
    7,
    { xid: 7, ciaddr: ADDRESS, options: [ipOption(54, SERVER)] },
    { at: 60, source: ADDRESS, destination: SERVER },
  );
  left.bind(110, { chaddr: OTHER, xid: 11 });
  left.arp(130, 1, OTHER, ADDRESS, SERVER);
  assert.deepEqual(alarms(left.analyse(200)), []);
});

const WANTS_V6 = raw(55, '0103066c');
const V6_ONLY = u32Option(108, 1800);

test('ipv6-only-preferred: info where the client stops, warning where it goes on with DISCOVER (RFC 8925 §3.2)', () => {
  const build = new Build();
  build.dhcp(1, { options: [WANTS_V6] }, { at: 0 });
  build.offer(0.1, { options: lease([V6_ONLY]) });
  assert.deepEqual(lines(build.analyse(600)), [`ipv6-only-preferred info ${CLIENT} 2`]);
  for (const [i, at] of [10, 30].entries()) build.dhcp(1, { xid: 0x50 + i, options: [WANTS_V6] }, { at });
  assert.deepEqual(lines(build.analyse(31), 'ipv6-only-preferred'), [`ipv6-only-preferred warning ${CLIENT} 2,3,4`]);

  // Behind its time it may ask again.
  const after = new Build();
  for (const [i, at] of [0, 1801, 3602].entries()) {
    after.dhcp(1, { xid: 0x50 + i, options: [WANTS_V6] }, { at });
    after.offer(at + 0.1, { xid: 0x50 + i, options: lease([V6_ONLY]) });
  }
  assert.deepEqual(alarms(after.analyse(4000)), []);
});

test('ipv6-only-preferred: nothing about a client that did not ask for it', () => {
  const build = new Build();
  build.bind(0, {}, { options: lease([V6_ONLY]) });
  assert.deepEqual(lines(build.analyse(600), 'ipv6-only-preferred'), []);
});

test('decline: the client’s own address comes back; the client refuses by itself; nobody is seen', () => {
  const declined = (
    at: number,
    arp: (build: Build) => void = () => undefined,
  ): { title: string; frames: readonly number[] } => {
    const build = new Build();
    build.bind(0);
    arp(build);
    build.dhcp(4, { xid: 4, options: [ipOption(50, ADDRESS), ipOption(54, SERVER)] }, { at });
    const [found] = build.analyse(at + 1).findings;
    assert.equal(found!.id, 'decline');
    return found!;
  };
  assert.equal(declined(0.031).title, `${CLIENT} declines ${ADDRESS}: it refuses the address by itself`);
  assert.equal(declined(2).title, `${CLIENT} declines ${ADDRESS}: this capture does not show who has it`);
  const held = declined(2, (build) => {
    build.arp(1, 1, CLIENT, '0.0.0.0', ADDRESS);
    build.arp(1.1, 2, OTHER, ADDRESS, '0.0.0.0');
  });
  assert.equal(held.title, `${CLIENT} declines ${ADDRESS}: ${OTHER} has it`);
  const proxied = declined(2, (build) => {
    build.arp(1, 1, CLIENT, '0.0.0.0', ADDRESS);
    build.arp(1.1, 2, CLIENT, ADDRESS, '0.0.0.0', '0', '02:00:00:00:00:ab');
  });
  assert.equal(
    proxied.title,
    `${CLIENT} declines ${ADDRESS}: 02:00:00:00:00:ab answers for it with the client’s own address`,
  );
  assert.deepEqual(proxied.frames, [7, 6]);
  const several = new Build();
  for (const [i, yiaddr] of ['10.0.0.60', '10.0.0.61', '10.0.0.61', '10.0.0.62'].entries()) {
    several.bind(i * 20, { xid: 2 * i, yiaddr }, { xid: 2 * i, yiaddr });
    several.dhcp(4, { xid: 2 * i + 1, options: [ipOption(50, yiaddr), ipOption(54, SERVER)] }, { at: i * 20 + 2 });
  }
  const all = several.analyse(90).findings.find(({ id }) => id === 'decline')!;
  assert.equal(
    all.title,
    `${CLIENT} declines 10.0.0.60: this capture does not show who has it; also 10.0.0.61 and 10.0.0.62`,
  );
  assert.match(
    all.explanation,
    / This happens 4 times in the capture with 10\.0\.0\.60, 10\.0\.0\.61 and 10\.0\.0\.62 \(frames 5, 10, 15 and 20\); the values are those of frame 5\.$/,
  );
  // The client’s own announcement is no answer.
  const announced = declined(2, (build) => void build.arp(1, 2, CLIENT, ADDRESS, ADDRESS));
  assert.deepEqual(announced.frames, [6]);
});

test('a NAK takes away the address that the client asked for, and no other (RFC 2131 §4.3.1)', () => {
  const held = (refuse: (build: Build) => void): (string | undefined)[][] => {
    const build = new Build();
    build.bind(0);
    refuse(build);
    return build
      .analyse(100)
      .life(0)!
      .tenancies.map(({ address, ended }) => [address, ended]);
  };
  const renewed = (build: Build): void => {
    build.renew(60, { xid: 8 });
    build.nak(60.01, { xid: 8 });
  };
  assert.deepEqual(held(renewed), [[ADDRESS, 'refused']]);
  const again = (address: string) => (build: Build) => {
    build.request(60, { xid: 8, options: [ipOption(50, address)] });
    build.nak(60.01, { xid: 8 });
  };
  assert.deepEqual(held(again(ADDRESS)), [[ADDRESS, 'refused']]);
  assert.deepEqual(held(again('172.16.0.9')), [[ADDRESS, undefined]]);
  // The REQUEST is not in the capture.
  assert.deepEqual(
    held((build) => build.nak(60.01, { xid: 8 })),
    [[ADDRESS, 'refused']],
  );
});

test('used-without-lease: renewals in vain come first, and are the likely cause', () => {
  const keeps = (renewal?: number): { ids: string[]; text: string } => {
    const build = new Build();
    build.bind(0, {}, { options: lease([u32Option(51, 600)]) });
    if (renewal !== undefined)
      for (const at of [renewal, renewal + 60])
        build.renew(at, { xid: 9 }, { destination: '255.255.255.255', ethDestination: 'ff:ff:ff:ff:ff:ff' });
    build.arp(700, 1, CLIENT, ADDRESS, SERVER);
    const { findings } = build.analyse(900);
    const found = findings.find(({ id }) => id === 'used-without-lease')!;
    return { ids: findings.map(({ id }) => id), text: found.causes[0]!.text };
  };
  const vain = keeps(525);
  assert.deepEqual(vain.ids.slice(0, 2), ['renewal-unanswered', 'used-without-lease']);
  assert.match(vain.text, /^Nobody answered when the client asked to renew its lease/);
  assert.match(keeps().text, /^The client does not give the address up/);
});

/** The client's lease is taken from it, and it speaks ARP in its address after that, or not. */
function goesOn(taken: 'NAK' | 'DECLINE', uses: readonly number[], by = CLIENT): Build {
  const build = new Build();
  build.bind(0);
  if (taken === 'NAK') {
    build.dhcp(3, { xid: 5, options: [ipOption(50, ADDRESS)] }, { at: 100 });
    build.nak(100.01, { xid: 5 });
  } else build.dhcp(4, { xid: 5, options: [ipOption(50, ADDRESS), ipOption(54, SERVER)] }, { at: 100 });
  for (const at of uses) build.arp(at, 1, CLIENT, ADDRESS, SERVER, '0', by);
  return build;
}

test('used-without-lease: after a NAK, and after the client’s own DECLINE; the verdict says so of the client', () => {
  for (const [taken, frame, told, became] of [
    ['NAK', 6, 'though the server refused it', `was refused by ${SERVER}`],
    ['DECLINE', 5, 'though it declined it', `declined ${ADDRESS}`],
  ] as const) {
    const analysis = goesOn(taken, [130, 160]).analyse(200);
    const found = analysis.findings.find(({ id }) => id === 'used-without-lease')!;
    assert.equal(found.title, `${CLIENT} keeps using ${ADDRESS} ${told}`);
    assert.deepEqual(found.frames, [frame + 1, frame + 2, frame]);
    assert.ok(analysis.verdict.includes(`the client ${became}, and goes on using ${ADDRESS}`), analysis.verdict);
    // It stops, or another host speaks in its name.
    for (const build of [goesOn(taken, [105]), goesOn(taken, [130, 160], OTHER)]) {
      const calm = build.analyse(200);
      assert.deepEqual(lines(calm, 'used-without-lease'), []);
      assert.ok(!calm.verdict.includes('goes on using'), calm.verdict);
    }
  }
});

test('used-without-lease: of several clients, the verdict counts those that go on', () => {
  const build = new Build();
  // Its unicasts are seen, so a lease by unicast would be seen as well.
  build.bind(0);
  build.renew(50, { xid: 4 });
  build.ack(50.01, { xid: 4 }, { destination: ADDRESS });
  build.dhcp(3, { xid: 5, options: [ipOption(50, ADDRESS)] }, { at: 100 });
  build.nak(100.01, { xid: 5 });
  for (const at of [130, 160]) build.arp(at, 1, CLIENT, ADDRESS, SERVER);
  build.bind(170, { chaddr: OTHER, xid: 9 }, { yiaddr: '10.0.0.60' });
  assert.match(build.analyse(200).verdict, /1 was refused, and goes on using the address/);
});
