import assert from 'node:assert/strict';
import type { Finding } from '../../src/analysis';
import { test } from 'node:test';
import { Build, lines } from './build';

/* DHCPv6: what becomes of identity associations and identifiers, and who asks in vain. */

const MAC = '02:00:00:00:00:0c';
const OTHER_MAC = '02:00:00:00:00:dd';
const CLIENT_DUID = '0003000102000000000c';
const SERVER_DUID = '00030001020000000001';
const OTHER_SERVER = '00030001020000000002';
const ADDRESS = '2001:db8::42';
const hexOf = (value: number, octets: number): string => value.toString(16).padStart(2 * octets, '0');
const option = (code: number, value: string): string => hexOf(code, 2) + hexOf(value.length / 2, 2) + value;
const client = (duid = CLIENT_DUID): string => option(1, duid);
const server = (duid = SERVER_DUID): string => option(2, duid);
const address = option(5, `20010db8000000000000000000000042${hexOf(3000, 4)}${hexOf(4000, 4)}`);
/** An association of addresses (3) or prefixes (25), with IAID and what is in it. */
const ia = (iaid: number, inner = '', code = 3): string => option(code, `${hexOf(iaid, 4)}${'00'.repeat(8)}${inner}`);
const message = (type: number, xid: number, ...options: string[]): string =>
  hexOf(type, 1) + hexOf(xid, 3) + options.join('');
const reply = { source: 'fe80::2', destination: 'fe80::1' };

/** SOLICIT to REPLY; the client asks for `asked`, and the REPLY holds `given`. */
function exchange(asked: string, given: string, build = new Build(), at = 0, duid = SERVER_DUID): Build {
  const xid = 16 + 2 * at;
  build.v6(at, message(1, xid, client(), asked), { ethSource: MAC });
  build.v6(at + 0.1, message(2, xid, client(), server(duid), asked.includes('0019') ? given : ia(1, address)), reply);
  build.v6(at + 0.2, message(3, xid + 1, client(), server(duid), asked), { ethSource: MAC });
  build.v6(at + 0.3, message(7, xid + 1, client(), server(duid), given), reply);
  return build;
}

/* RFC 9915 §18.3.2: the server answers each association. */
test('v6-ia-missing: an association that the REPLY leaves out; not with a status code, nor where all are there', () => {
  const both = ia(1) + ia(7, '', 25);
  assert.deepEqual(lines(exchange(both, ia(1, address)).analyse(9)), [`v6-ia-missing warning ${CLIENT_DUID} 4,3`]);
  const [found] = exchange(both, ia(1, address)).analyse(9).findings;
  assert.match(found!.title, /^02:00:00:00:00:0c: the REPLY leaves out IA_PD with IAID 0x7$/);
  assert.deepEqual(lines(exchange(both, ia(1, address) + ia(7, '', 25)).analyse(9)), []);
  const refused = ia(1, address) + ia(7, option(13, '0006'), 25);
  assert.deepEqual(lines(exchange(both, refused).analyse(9), 'v6-ia-missing'), []);
  const whole = ia(1, address) + option(13, '0001');
  assert.deepEqual(lines(exchange(both, whole).analyse(9), 'v6-ia-missing'), []);
  // Another IAID in its place says more: the server did not copy it.
  assert.deepEqual(lines(exchange(ia(1), ia(2, address)).analyse(9)), [`reply-mismatch error ${SERVER_DUID} 4,3`]);
});

/* RFC 9915 §18.3.4, §18.3.5: what is not prolonged has lifetimes of 0, or a status code. */
test('v6-ia-missing: an association that comes back with nothing in it, though the client names what it has', () => {
  const prefix = option(26, `${hexOf(7200, 4)}${hexOf(10800, 4)}3820010db8000100000000000000000000`);
  const held = ia(1, address) + ia(7, prefix, 25);
  const asks = (type: number, given: string): Build => {
    const build = exchange(held, held);
    build.v6(50, message(type, 0x77, client(), ...(type === 5 ? [server()] : []), held), { ethSource: MAC });
    build.v6(50.1, message(7, 0x77, client(), server(), given), reply);
    return build;
  };
  const found = [`v6-ia-missing warning ${CLIENT_DUID} 6,5`];
  for (const type of [5, 6]) {
    assert.deepEqual(lines(asks(type, ia(1, address) + ia(7, '', 25)).analyse(60), 'v6-ia-missing'), found);
    assert.deepEqual(lines(asks(type, ia(1) + ia(7, prefix, 25)).analyse(60), 'v6-ia-missing'), found);
    const ended = option(26, `${'00'.repeat(8)}3820010db8000100000000000000000000`);
    for (const inner of [prefix, ended, option(13, '0003')])
      assert.deepEqual(lines(asks(type, ia(1, address) + ia(7, inner, 25)).analyse(60), 'v6-ia-missing'), [], inner);
  }
  const one = asks(6, ia(1, address) + ia(7, '', 25))
    .analyse(60)
    .findings.find(({ id }) => id === 'v6-ia-missing')!;
  assert.match(one.title, /the REPLY has nothing in IA_PD with IAID 0x7$/);
  assert.match(one.explanation, /^The REBIND in frame 5 names a prefix .* without a prefix and without a status code/);
});

test('short-lease: T1 of a few seconds in a long lease', () => {
  const timed = (t1: number, inner: string): string[] =>
    lines(
      exchange(ia(1), option(3, `${hexOf(1, 4)}${hexOf(t1, 4)}${hexOf(2 * t1, 4)}${inner}`)).analyse(9),
      'short-lease',
    );
  assert.deepEqual(timed(5, address), ['short-lease info 02:00:00:00:00:01 4']);
  for (const t1 of [0, 30, 1500]) assert.deepEqual(timed(t1, address), [], String(t1));
  // What it has already is no advice.
  const [{ steps }] = exchange(ia(1), option(3, `${hexOf(1, 4)}${hexOf(5, 4)}${hexOf(10, 4)}${address}`))
    .analyse(9)
    .findings.filter(({ id }) => id === 'short-lease') as [Finding];
  assert.equal(
    steps[1],
    'Kea: for instance `"renew-timer": 21600, "rebind-timer": 34560, "preferred-lifetime": 43200, "valid-lifetime": 86400`',
  );
});

/* RFC 4862 §5.4: a node that tests its address, or has it, says so. */
test('v6-decline: who has the address, by a neighbour advertisement or a solicitation of its own', () => {
  const declines = (shown: (build: Build) => void): Build => {
    const build = exchange(ia(1), ia(1, address));
    build.icmp6(0.4, { type: 135, code: 0, target: ADDRESS }, '::', MAC);
    shown(build);
    build.v6(1.5, message(9, 0x99, client(), server(), ia(1, address)), { ethSource: MAC });
    build.v6(1.6, message(7, 0x99, client(), server(), option(13, '0000')), reply);
    return build;
  };
  const advertised = declines((build) => build.icmp6(0.5, { type: 136, code: 0, target: ADDRESS }, ADDRESS, OTHER_MAC));
  assert.deepEqual(lines(advertised.analyse(9)), [`v6-decline error ${CLIENT_DUID} 7,6`]);
  const [finding] = advertised.analyse(9).findings;
  assert.match(finding!.title, /declines 2001:db8::42: the address is in use$/);
  assert.match(finding!.causes[0]!.evidence[0]!, /^02:00:00:00:00:dd advertises 2001:db8::42 in frame 6$/);
  assert.match(
    finding!.steps[0]!,
    /^Find the port of the host that has it: `show mac address-table address 02:00:00:00:00:dd`/,
  );
  // What came back would be the solicitation: another machine's advertisement is none.
  assert.doesNotMatch(finding!.causes.map(({ text }) => text).join(), /own solicitation came back/);
  const tested = declines((build) => build.icmp6(0.5, { type: 135, code: 0, target: ADDRESS }, '::', OTHER_MAC));
  assert.deepEqual(lines(tested.analyse(9)), [`v6-decline error ${CLIENT_DUID} 7,6`]);
  // A neighbour that only looks for the address does not have it, and nobody is named.
  const asked = declines((build) => build.icmp6(0.5, { type: 135, code: 0, target: ADDRESS }, 'fe80::9', OTHER_MAC));
  assert.deepEqual(lines(asked.analyse(9)), [`v6-decline error ${CLIENT_DUID} 7`]);
  assert.match(asked.analyse(9).findings[0]!.explanation, /This capture does not show by whom/);
});

test('v6-server-duid-changed: one address answers with another DUID than before; not two servers in turn', () => {
  const given = ia(1, address);
  const anew = exchange(ia(1), given, exchange(ia(1), given), 100, OTHER_SERVER);
  assert.deepEqual(lines(anew.analyse(200)), ['v6-server-duid-changed info fe80::2 6,4']);
  assert.deepEqual(lines(exchange(ia(1), given, exchange(ia(1), given), 100).analyse(200)), []);
  const inTurn = exchange(ia(1), given, anew, 150);
  assert.deepEqual(lines(inTurn.analyse(200), 'v6-server-duid-changed'), []);
});

/* RFC 9915 §11.2, §11.4. The builder's times begin at 1 700 000 000 s, which is 753 315 200 s since 2000. */
test('v6-useless-duid: a link-layer address of zeros or ones, a time to come', () => {
  const asks = (duid: string): string[] => {
    const build = new Build();
    build.v6(0, message(1, 1, client(duid)));
    return lines(build.analyse(1));
  };
  const llt = (seconds: number): string => `00010001${hexOf(seconds, 4)}02000000000c`;
  for (const duid of [
    '00030001000000000000',
    '00030001ffffffffffff',
    '000100010a0b0c0d000000000000',
    llt(753_315_200 + 10 * 86_400),
  ])
    assert.deepEqual(asks(duid), [`v6-useless-duid warning ${duid} 1`]);
  const zeros = new Build();
  zeros.v6(0, message(1, 1, client('00030001000000000000')), { ethSource: MAC });
  const [{ title, explanation, steps }] = zeros.analyse(1).findings as [Finding];
  assert.equal(title, `DUID 00030001000000000000 of ${MAC} is not unique: its link-layer address is all zeros`);
  assert.ok(explanation.startsWith(`The DUID in frame 1, which ${MAC} sends, is 00030001000000000000: `), explanation);
  assert.ok(steps[0]!.startsWith(`Let ${MAC} make a new one: `), steps[0]);
  for (const duid of [CLIENT_DUID, llt(753_315_200), llt(0), '00020000ab11000000000000', `0004${'00'.repeat(16)}`])
    assert.deepEqual(asks(duid), [], duid);
});

/** Clients that ask in vain, twice each; `from` gives the link-layer source. */
function inVain(count: number, from: (i: number) => string, apart = 0.05): Build {
  const build = new Build();
  for (let i = 0; i < count; i++) {
    const duid = `00030001020000${hexOf(i, 3)}`;
    const seen = { source: `fe80::${(i + 1).toString(16)}`, ethSource: from(i) };
    build.v6(i * apart, message(1, i + 1, client(duid)), seen);
  }
  return build;
}

test('v6-starvation: 50 DUIDs within 10 s, or 20 of one link-layer source within 60 s; it absorbs v6-no-reply', () => {
  const own = (i: number): string => `02:00:00:00:01:${hexOf(i, 1)}`;
  const ids = (build: Build, until: number): string[] => build.analyse(until).findings.map(({ id }) => id);
  assert.deepEqual(ids(inVain(50, own), 30), ['v6-starvation']);
  assert.deepEqual(
    ids(
      inVain(20, () => OTHER_MAC, 2),
      60,
    ),
    ['v6-starvation'],
  );
  assert.deepEqual(ids(inVain(49, own), 30), ['v6-no-reply']);
  assert.ok(
    !ids(
      inVain(19, () => OTHER_MAC, 2),
      60,
    ).includes('v6-starvation'),
  );
});

test('v6-useless-duid: only what others make in the same way is not unique, and an attacker invents the faulty ones', () => {
  const title = (duid: string): string => {
    const build = new Build();
    build.v6(0, message(1, 1, client(duid)));
    return build.analyse(1).findings[0]!.title;
  };
  // 2024-04-01 is 766 108 800 s after the epoch of DUIDs; the builder's time is November 2023.
  const later = `00010001${hexOf(766_108_800, 4)}02000000000c`;
  assert.equal(
    title('00030001000000000000'),
    'DUID 00030001000000000000 is not unique: its link-layer address is all zeros',
  );
  assert.equal(
    title(later),
    `DUID ${later} was made by a wrong clock: its time, ${new Date((946_684_800 + 766_108_800) * 1000).toISOString().slice(0, 10)}, is later than this capture`,
  );
  const build = inVain(50, (i) => `02:00:00:00:01:${hexOf(i, 1)}`);
  build.v6(2.6, message(1, 51, client(later)), { source: 'fe80::99', ethSource: '02:00:00:00:01:00' });
  assert.deepEqual(
    build.analyse(30).findings.map(({ id }) => id),
    ['v6-starvation'],
  );
});

test('v6-starvation: a morning rush completes', () => {
  const build = new Build();
  for (let i = 0; i < 60; i++) {
    const duid = client(`00030001020000${hexOf(i, 3)}`);
    const seen = { source: `fe80::${(i + 1).toString(16)}`, ethSource: `02:00:00:00:01:${hexOf(i, 1)}` };
    const back = { source: 'fe80::ff', destination: seen.source };
    const given = ia(1, option(5, `20010db800000000000000000000${hexOf(i + 2, 2)}${hexOf(3000, 4)}${hexOf(4000, 4)}`));
    build.v6(i * 0.1, message(1, 2 * i, duid, ia(1)), seen);
    build.v6(i * 0.1 + 0.01, message(2, 2 * i, duid, server(), given), back);
    build.v6(i * 0.1 + 0.02, message(3, 2 * i + 1, duid, server(), ia(1)), seen);
    build.v6(i * 0.1 + 0.03, message(7, 2 * i + 1, duid, server(), given), back);
  }
  assert.deepEqual(lines(build.analyse(30)), []);
});

/** Two clients that ask in vain, in a capture of so many frames. */
function windows(frames: number, more: (build: Build) => void = () => undefined): string[] {
  const build = new Build();
  for (const at of [0, 1]) {
    build.v6(at, message(1, 1, client()));
    build.v6(at + 0.1, message(1, 2, client('0003000102000000000d')));
  }
  more(build);
  return lines(build.analyse(30, {}, { frames: Math.max(frames, build.packets.length) }), 'v6-no-reply');
}

/** Nobody answers on the link: one finding for both. */
const BOTH = ['v6-no-reply error interface 0 1,3,2,4'];

test('v6-no-reply: info, and one for all clients of a link, where nothing but SOLICITs hints at DHCPv6', () => {
  assert.deepEqual(windows(900), ['v6-no-reply info interface 0 1,3,2,4']);
  // Who filters for DHCPv6 misses it.
  assert.deepEqual(windows(0), BOTH);
  // Another message than a SOLICIT is a hint.
  assert.deepEqual(
    windows(900, (build) => build.v6(5, message(8, 9, client('0003000102000000000e'), server()))),
    BOTH,
  );
});

/* RFC 4861 §4.2: flag M says that addresses are given by DHCPv6. */
test('v6-no-reply: info where a router advertisement has flag M not set, error where it is set', () => {
  const advertises =
    (managed: boolean) =>
    (build: Build): void =>
      void build.icmp6(5, { type: 134, code: 0, managed }, 'fe80::aa');
  assert.deepEqual(windows(0, advertises(false)), ['v6-no-reply info interface 0 1,3,2,4,5']);
  assert.deepEqual(windows(900, advertises(true)), BOTH);
});

test('v6-no-reply: flag M of a router advertisement on the link rules out that there is no DHCPv6 on purpose', () => {
  const onPurpose = (managed?: boolean, link = '0'): boolean => {
    const build = new Build();
    if (managed !== undefined) build.icmp6(0, { type: 134, code: 0, managed }, 'fe80::aa');
    for (const at of [1, 2, 4]) build.v6(at, message(1, 1, client()), { link });
    const [found] = build.analyse(60).findings.filter(({ id }) => id === 'v6-no-reply');
    return found!.causes.some(({ text }) => text.includes('no DHCPv6 on purpose'));
  };
  assert.deepEqual([onPurpose(true), onPurpose(), onPurpose(false), onPurpose(true, '9')], [false, true, true, true]);
});

test('v6-no-reply: many clients of a link on which nobody is answered are one finding', () => {
  const build = new Build();
  for (const at of [0, 1])
    for (let i = 0; i < 5; i++)
      build.v6(at + i / 10, message(1, i + 1, client(`0003000102000000010${i}`)), { source: `fe80::${i + 1}` });
  const [found, ...more] = build.analyse(30).findings.filter(({ id }) => id === 'v6-no-reply');
  assert.deepEqual(
    [found!.subject, found!.title, found!.frames.length, more.length],
    ['interface 0', 'No answer by DHCPv6 for any of 5 clients', 10, 0],
  );
});

/* RFC 4443 §3.1: code 1 is a firewall's. */
test('v6-no-reply and relay-unanswered: what ICMPv6 says is the first cause, and no other is likely', () => {
  const build = new Build();
  const forward = `0c0020010db8000000000000000000000001fe80000000000000000000000000000c${option(9, message(1, 1, client()))}`;
  const way = { source: '2001:db8::1', destination: '2001:db8:9::1' };
  for (const at of [0, 2]) {
    build.v6(at, forward, way);
    const quoted = { ...way, sourcePort: 547, destinationPort: 547 };
    build.icmp6(at + 0.1, { type: 1, code: 1, quoted }, '2001:db8:9::1');
  }
  const { findings } = build.analyse(30);
  for (const id of ['relay-unanswered', 'v6-no-reply']) {
    const { causes } = findings.find((finding) => finding.id === id)!;
    assert.match(causes[0]!.text, /^A firewall refuses datagrams to UDP port 547, and says so by ICMPv6/);
    assert.equal(causes.filter(({ likelihood }) => likelihood === 'likely').length, 1);
  }
});
