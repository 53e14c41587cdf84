import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cause } from '../../src/analysis';
import { loadBalanceHash } from '../../src/analysis/evidence/silence/loadBalance';
import { encodeMessage4, type OptionSpec4 } from '../../src/codec/dhcpv4/encode';
import { Build, CLIENT, SERVER, ipOption, lease, raw, textOption, type Seen, type Spec } from './build';

/* What the unanswered have in common that the answered have not. */

const mac = (number: number): string =>
  `02:00:00:00:${(number >> 8).toString(16).padStart(2, '0')}:${(number & 255).toString(16).padStart(2, '0')}`;
const at = (number: number): Spec => ({ chaddr: mac(number), xid: number });
const given = (number: number): Spec => ({ yiaddr: `10.0.0.${number}` });

/** Others that are answered before and after the second 10, when who is silent asks. */
function others(build: Build, numbers: readonly number[], spec: Spec = {}, seen: Partial<Seen> = {}): void {
  for (const number of numbers)
    build.bind(number % 2 === 0 ? number / 10 : 20 + number / 10, { ...at(number), ...spec }, given(number), seen);
}

/** A client that asks twice in vain. */
function silent(build: Build, number: number, spec: Spec = {}, seen: Partial<Seen> = {}): void {
  for (const time of [10, 14]) build.discover(time + number / 100, { ...at(number), ...spec }, seen);
}

function causesOf(build: Build, id = 'no-offer'): readonly Cause[] {
  const found = build.analyse(60).findings.filter((finding) => finding.id === id);
  assert.equal(found.length, 1);
  const { causes } = found[0]!;
  assert.equal(causes.filter(({ likelihood }) => likelihood === 'likely').length, 1);
  assert.equal(causes[0]!.likelihood, 'likely');
  return causes;
}

/** One client is silent with `spec`, others are answered without it. */
function first(spec: Spec, seen: Partial<Seen> = {}, theirs: Spec = {}): Cause {
  const build = new Build();
  others(build, [2, 3], theirs);
  silent(build, 101, spec, seen);
  return causesOf(build)[0]!;
}

const fqdn = (flags: string, name: string): OptionSpec4 => raw(81, `${flags}0000${Buffer.from(name).toString('hex')}`);

/** What is known to keep answers away, and what is said: one client is enough. */
const KNOWN: readonly (readonly [name: string, spec: Spec, text: RegExp, evidence: RegExp])[] = [
  [
    'ciaddr set',
    { ciaddr: '10.0.0.9' },
    /^The unanswered DISCOVER has ciaddr 10\.0\.0\.9; the answered ones have ciaddr 0\.0\.0\.0/,
    /in frame 9, .*\(frame 1\)/,
  ],
  [
    'option 80',
    { options: [raw(80, '')] },
    /^The unanswered DISCOVER has option 80 \(Rapid Commit\); the answered ones have no option 80/,
    /in frame 9/,
  ],
  [
    'plain text in option 81',
    { options: [fqdn('05', 'printer-room-12')] },
    /this fault: option 81 \(Client FQDN\): the name is plain text “printer-room-12”/,
    /^this fault in frame 9: option 81 .*; the answered ones have no such fault \(frame 1\)$/,
  ],
  [
    'another kind of hardware',
    { htype: 6 },
    /^The unanswered DISCOVER has htype 6 and hlen 6; the answered ones have those of Ethernet/,
    /^htype 6 and hlen 6 in frame 9, those of Ethernet \(htype 1 and hlen 6\) in answered ones \(frame 1\)$/,
  ],
  [
    'an empty client identifier',
    { options: [raw(61, '')] },
    /^The unanswered DISCOVER has an empty option 61 \(Client Identifier\); the answered ones have none, or a longer one/,
    /in frame 9/,
  ],
  [
    'option 82 without a relay',
    { options: [raw(82, '010161')] },
    /^The unanswered DISCOVER has option 82 while giaddr is 0\.0\.0\.0/,
    /in frame 9/,
  ],
];

for (const [name, spec, text, evidence] of KNOWN)
  test(`apart, one client: ${name}`, () => {
    const { text: said, evidence: shown } = first(spec);
    assert.match(said, text);
    assert.match(shown[0]!, evidence);
    assert.equal(shown[1], '2 unanswered DISCOVERs of 1 client compared with 2 answered DISCOVERs of 2 clients');
  });

test('apart, one client: its frames go to one device, though its datagrams are broadcasts', () => {
  const { text, evidence } = first({}, { ethDestination: '02:00:00:00:00:aa' });
  assert.match(
    text,
    /^The unanswered DISCOVER has link-layer destination 02:00:00:00:00:aa; the answered ones have ff:/,
  );
  assert.match(
    evidence[0]!,
    /^link-layer destination 02:00:00:00:00:aa in frame 9, ff:ff:ff:ff:ff:ff in answered ones/,
  );
});

test('apart: where the unanswered differ in what none of the answered has, each of their values is named', () => {
  const build = new Build();
  others(build, [2, 3]);
  for (const number of [101, 102, 103]) silent(build, number, {}, { source: `169.254.7.${number}` });
  const { text } = causesOf(build)[0]!;
  assert.match(text, /has source address 169\.254\.7\.101, 169\.254\.7\.102 or 169\.254\.7\.103; the answered/);
});

test('apart: 259 octets, where the answered ones have 300 (RFC 1542 §2.1)', () => {
  const build = new Build();
  others(build, [2, 3]);
  const bytes = encodeMessage4({
    ...at(101),
    chaddr: mac(101),
    xid: 101,
    options: [raw(53, '01'), raw(55, '0103061c'), raw(12, '61'.repeat(6))],
    minimumSize: 0,
  });
  for (const time of [10, 14]) build.octets(bytes, { at: time });
  const size = bytes.length;
  assert.ok(size < 300);
  const [cause] = causesOf(build);
  assert.match(
    cause!.text,
    new RegExp(`^The DISCOVER is too short: it has ${size} octets, the answered ones have 300,`),
  );
  assert.match(cause!.evidence[0]!, new RegExp(`^${size} octets \\(frame 9\\) against 300 \\(frame 1\\)`));
});

/** What is said where others ask later and are answered, and nothing tells who is not from them. */
const KEPT_OUT = /^The server does not serve this client: a class, a reservation or a MAC filter keeps the client out$/;

test('apart: no cause where answered ones have it as well, where nobody is answered, and where only one other differs in something that is not known to matter', () => {
  assert.match(first({ options: [raw(80, '')] }, {}, { options: [raw(80, '')] }).text, KEPT_OUT);
  const nobody = new Build();
  silent(nobody, 101, { options: [raw(80, '')] });
  assert.match(causesOf(nobody)[0]!.text, /^No DHCP server hears this client/);
  const one = new Build();
  others(one, [2]);
  silent(one, 101, { options: [textOption(60, 'Phone'), raw(57, '05dc')] });
  assert.match(causesOf(one)[0]!.text, /pool is used up/);
});

test('apart: a client of another vendor class counts where all others are of one', () => {
  const phone = { options: [textOption(60, 'Phone 7')] };
  const beside = (answered: number): Cause => {
    const build = new Build();
    others(
      build,
      Array.from({ length: answered }, (_, n) => 2 + n),
      { options: [textOption(60, 'MSFT 5.0')] },
    );
    silent(build, 101, phone);
    return causesOf(build)[0]!;
  };
  assert.match(
    beside(9).text,
    /^Only the unanswered client sends option 60 \(Vendor Class Identifier\) “Phone 7”; none of the 9 answered clients does/,
  );
  // Any one of a few clients is unlike the others in something.
  assert.match(beside(8).text, KEPT_OUT);
  const mixed = new Build();
  others(mixed, [2], { options: [textOption(60, 'MSFT 5.0')] });
  others(mixed, [3], { options: [textOption(60, 'udhcp')] });
  silent(mixed, 101, phone);
  assert.match(causesOf(mixed)[0]!.text, KEPT_OUT);
  assert.equal(causesOf(mixed)[1]!.likelihood, 'possible');
});

test('no-ack: the REQUEST that goes unanswered has what the answered ones have not', () => {
  const build = new Build();
  others(build, [2, 3]);
  build.discover(10, at(101));
  build.offer(10.1, { ...at(101), ...given(101) });
  const options = [ipOption(50, '10.0.0.101'), ipOption(54, SERVER), raw(82, '010161')];
  for (const time of [10.2, 14]) build.request(time, { ...at(101), options });
  assert.match(causesOf(build, 'no-ack')[0]!.text, /^The unanswered REQUEST has option 82 while giaddr/);
});

test('bootp-unanswered: too short a request, where longer ones are answered', () => {
  const build = new Build();
  build.dhcp(undefined, at(2), { at: 0 });
  build.dhcp(undefined, { ...at(2), ...given(2), op: 2 }, { at: 0.1 });
  const bytes = encodeMessage4({ ...at(101), chaddr: mac(101), xid: 101, options: [], minimumSize: 0 });
  for (const time of [1, 5]) build.octets(bytes, { at: time }, 'bootp');
  assert.match(causesOf(build, 'bootp-unanswered')[0]!.text, /^The BOOTREQUEST is too short/);
});

const RELAYS = {
  seen: { source: '10.9.0.1', destination: SERVER, sourcePort: 67 },
  back: { destination: '10.9.0.1', destinationPort: 67 },
};

/** Clients behind one relay, by circuit: those of `bad` are silent. */
function circuits(
  good: number,
  bad: number,
  goodId = (i: number): string => `ge-0/0/${i % 6}`,
  badId: (i: number) => string = () => 'ge-0/0/7',
): Build {
  const build = new Build();
  const behind = (circuit: string): OptionSpec4 =>
    raw(82, `01${circuit.length.toString(16).padStart(2, '0')}${Buffer.from(circuit).toString('hex')}`);
  for (let i = 0; i < good; i++) {
    const spec = { ...at(i + 1), giaddr: '10.9.0.1', hops: 1, options: [behind(goodId(i))] };
    const reply = {
      ...spec,
      yiaddr: `10.9.0.${i + 10}`,
      options: lease([ipOption(3, '10.9.0.1'), behind(goodId(i))]),
    };
    const time = i % 2 === 0 ? i / 10 : 30 + i / 10;
    build.discover(time, spec, RELAYS.seen);
    build.offer(time + 0.01, reply, RELAYS.back);
    build.request(
      time + 0.02,
      { ...spec, options: [ipOption(50, reply.yiaddr), ipOption(54, SERVER), ...spec.options] },
      RELAYS.seen,
    );
    build.ack(time + 0.03, reply, RELAYS.back);
  }
  for (let i = 0; i < bad; i++)
    silent(build, 200 + i, { giaddr: '10.9.0.1', hops: 1, options: [behind(badId(i))] }, RELAYS.seen);
  return build;
}

test('no-offer: 7 of 37 clients, all behind one circuit: one finding about that', () => {
  const build = circuits(30, 7);
  const analysis = build.analyse(60);
  const found = analysis.findings.filter(({ id }) => id === 'no-offer');
  assert.deepEqual(
    found.map(({ subject, title, frames }) => [subject, title, frames.length]),
    [['circuit “ge-0/0/7”', 'No OFFER for 7 of 37 clients, all behind circuit “ge-0/0/7”', 14]],
  );
  assert.match(
    found[0]!.causes[0]!.text,
    /^Only the 7 unanswered clients are behind circuit “ge-0\/0\/7”; none of the 30 answered clients is/,
  );
  // The title has said where they are.
  assert.ok(
    analysis.verdict.startsWith(
      'No OFFER for 7 of 37 clients, all behind circuit “ge-0/0/7”; most likely because of that: it sets them apart from the 30 answered clients, and the fault may be there (',
    ),
    analysis.verdict,
  );
});

test('no-offer: the line card or the VLAN is told that the circuits of the unanswered share, and none of the answered has', () => {
  const titles = (goodId: (i: number) => string, badId: (i: number) => string, bad = 5): string[] =>
    circuits(11, bad, goodId, badId)
      .analyse(60)
      .findings.filter(({ id }) => id === 'no-offer')
      .map(({ title }) => title);
  const port = (card: number, vlan: number) => (i: number) => `OLT2 eth 0/${card}/${i}:${vlan}`;
  const cards = (i: number): string => port(1 + (i % 2), 100)(i);
  assert.deepEqual(titles(cards, port(3, 100)), [
    'No OFFER for 5 of 16 clients, all behind circuits whose id begins with “OLT2 eth 0/3/”',
  ]);
  assert.deepEqual(titles(port(1, 100), port(1, 200)), [
    'No OFFER for 5 of 16 clients, all behind circuits whose id ends with “:200”',
  ]);
  // Where an answered one is on that card as well, it is no reason.
  const mixed = titles((i) => port(i === 4 ? 3 : 1, 100)(i + 20), port(3, 100));
  assert.ok(!mixed.some((title) => title.includes('circuits')), mixed.join());
  // Two are too few: they may be neighbours by chance.
  const two = titles(cards, port(3, 100), 2);
  assert.ok(!two.some((title) => title.includes('circuits')), two.join());
});

test('no-offer: two clients with a telling thing in common are told together, one by itself', () => {
  const subjects = (bad: number): string[] =>
    circuits(30, bad)
      .analyse(60)
      .findings.filter(({ id }) => id === 'no-offer')
      .map(({ subject }) => subject);
  assert.deepEqual(subjects(2), ['circuit “ge-0/0/7”']);
  assert.deepEqual(subjects(1), [mac(200)]);
});

test('no-offer: where nobody answers anybody on a link, it is one finding about the link', () => {
  const build = new Build();
  for (let i = 0; i < 12; i++) silent(build, 10 + i);
  const [finding, ...more] = build.analyse(60).findings.filter(({ id }) => id === 'no-offer');
  assert.deepEqual(
    [finding!.subject, finding!.title, more.length],
    ['interface 0', 'No OFFER for any of 12 clients', 0],
  );
  assert.match(finding!.causes[0]!.text, /^No DHCP server hears these clients/);
});

test('no-offer: of two faults on one link, those who share one are told together, and the other by itself', () => {
  const build = new Build();
  others(build, [2, 3, 4, 5]);
  for (let i = 0; i < 5; i++) silent(build, 100 + i, { options: [raw(80, '')] });
  silent(build, 150);
  assert.deepEqual(
    build
      .analyse(60)
      .findings.filter(({ id }) => id === 'no-offer')
      .map(({ subject }) => subject),
    ['clients with option 80 (Rapid Commit)', mac(150)],
  );
});

/* The hash of RFC 3074 §6 by hand: over one octet k it is the table's entry at 1 xor k. The table begins 251, 175, 119. */
test('the hash of RFC 3074', () => {
  assert.equal(loadBalanceHash(Uint8Array.of(1)), 251);
  assert.equal(loadBalanceHash(Uint8Array.of(3)), 119);
  assert.equal(loadBalanceHash(Uint8Array.of(0)), 175);
  assert.equal(new Set(Array.from({ length: 256 }, (_, i) => loadBalanceHash(Uint8Array.of(i)))).size, 256);
});

/** By half of the hash: client numbers whose chaddr is in it. */
const half = (which: number, count: number): number[] =>
  Array.from({ length: 400 }, (_, i) => i + 1)
    .filter((i) => loadBalanceHash(Uint8Array.of(2, 0, 0, 0, i >> 8, i & 255)) >> 7 === which)
    .slice(0, count);

function pair(unanswered: readonly number[], answered: readonly number[], secs = 0): Build {
  const build = new Build();
  for (const number of answered)
    build.bind(number % 2 === 0 ? number / 100 : 30 + number / 100, at(number), {
      yiaddr: `10.0.0.${(number % 250) + 2}`,
    });
  for (const number of unanswered)
    for (const time of [10, 14]) build.discover(time + number / 1000, { ...at(number), secs: time === 10 ? 0 : secs });
  return build;
}

test('failover-half-silent: 8 and 8, by halves; not with 7, nor with mixed halves, nor where secs grows above the limit', () => {
  const ids = (build: Build): string[] => build.analyse(60).findings.map(({ id }) => id);
  const found = pair(half(0, 8), half(1, 8), 3);
  assert.equal(ids(found).filter((id) => id === 'failover-half-silent').length, 1);
  assert.match(
    causesOf(found)[0]!.text,
    /^One partner of a failover pair does not serve its half .* 8 of 8 unanswered .*, 8 of 8 answered/,
  );
  assert.ok(!ids(pair(half(0, 7), half(1, 8))).includes('failover-half-silent'));
  assert.ok(!ids(pair(half(0, 8), half(1, 7))).includes('failover-half-silent'));
  assert.ok(!ids(pair([...half(0, 4), ...half(1, 4)], half(1, 12).slice(4))).includes('failover-half-silent'));
  assert.ok(!ids(pair(half(0, 8), half(1, 8), 28)).includes('failover-half-silent'));
});

test('a DISCOVER from another address than chaddr, or with none, where the others are answered: that is the cause', () => {
  const first = (spec: Spec, seen: Partial<Seen>): Cause => {
    const build = new Build();
    for (const at of [0, 4, 12]) build.discover(at, { secs: at, xid: 7, ...spec }, seen);
    for (let i = 1; i <= 3; i++)
      build.bind(20 + i, { chaddr: `02:00:00:00:02:0${i}`, xid: 20 + i }, { yiaddr: `10.0.0.7${i}` });
    return build.analyse(60).findings.find(({ id }) => id === 'no-offer')!.causes[0]!;
  };
  const repeated = first({}, { ethSource: '02:00:00:00:09:99' });
  assert.match(repeated.text, /^The unanswered DISCOVER has another source address than chaddr, 02:00:00:00:09:99; /);
  assert.equal(repeated.finding, 'chaddr-mismatch');
  const nobody = first({ chaddr: '00:00:00:00:00:00' }, { ethSource: CLIENT });
  assert.match(nobody.text, /^The unanswered DISCOVER has chaddr 00:00:00:00:00:00; /);
  assert.doesNotMatch(first({}, {}).text, /chaddr/);
});

test('no-offer: option 82 without a relay may be why, also where nobody is answered', () => {
  const causes = (options: OptionSpec4[]): readonly Cause[] => {
    const build = new Build();
    for (const at of [0, 4, 12]) build.discover(at, { secs: at, options });
    return build.analyse(60).findings.find(({ id }) => id === 'no-offer')!.causes;
  };
  const [first, ...others] = causes([raw(82, '0106000400640102')]);
  assert.equal(first!.likelihood, 'likely');
  const untrusted = others.find(({ finding }) => finding === 'option82-from-client');
  assert.equal(untrusted?.likelihood, 'possible');
  assert.equal(
    causes([]).some(({ finding }) => finding === 'option82-from-client'),
    false,
  );
});
