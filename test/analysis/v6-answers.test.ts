/* DHCPv6: who is not answered, compared with who is, and answers that a client does not take (RFC 9915). */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import { Build, lines } from './build';

const option = (code: number, value: string): string =>
  code.toString(16).padStart(4, '0') + (value.length / 2).toString(16).padStart(4, '0') + value;
const text = (words: string): string => Buffer.from(words).toString('hex');
/** DUID-LL of client `n`, and its link-layer address. */
const macOf = (n: number): string => `02:00:00:00:00:${n.toString(16).padStart(2, '0')}`;
const duidOf = (n: number): string => `00030001${macOf(n).replaceAll(':', '')}`;
const message = (type: number, xid: number, ...options: string[]): string =>
  type.toString(16).padStart(2, '0') + xid.toString(16).padStart(6, '0') + options.join('');
const SERVER = duidOf(0xfe);
const server = (duid = SERVER): string => option(2, duid);
const n8 = (value: number): string => value.toString(16).padStart(8, '0');
const given = (last: number, t1 = 1000, t2 = 2000): string =>
  option(
    3,
    n8(1) +
      n8(t1) +
      n8(t2) +
      option(5, `20010db80000000000000000000000${last.toString(16).padStart(2, '0')}${n8(3000)}${n8(4000)}`),
  );
const asked = option(3, n8(1) + n8(0) + n8(0));
const prefix = option(25, n8(1) + n8(0) + n8(0));
const addressOf = (n: number): string => `fe80::${n.toString(16)}`;
const from = (n: number): { source: string; ethSource: string } => ({ source: addressOf(n), ethSource: macOf(n) });
const to = (n: number): { source: string; destination: string } => ({ source: 'fe80::fe', destination: addressOf(n) });

/** A client that asks and gets its lease: four messages. */
function served(build: Build, n: number, at: number, ...more: string[]): void {
  const id = option(1, duidOf(n));
  build.v6(at, message(1, n, id, asked, ...more), from(n));
  build.v6(at + 0.1, message(2, n, id, server(), given(n)), to(n));
  build.v6(at + 1, message(3, 256 + n, id, server(), given(n), ...more), from(n));
  build.v6(at + 1.1, message(7, 256 + n, id, server(), given(n)), to(n));
}
/** A client that sends SOLICIT in vain. */
function silent(build: Build, n: number, at: number, ...options: string[]): void {
  for (const after of [0, 1, 3]) build.v6(at + after, message(1, n, option(1, duidOf(n)), ...options), from(n));
}
const likely = ({ causes }: Finding): string =>
  causes
    .filter(({ likelihood }) => likelihood === 'likely')
    .map((one) => one.text)
    .join(' | ');

/** Three clients are answered, and two are not, which send these options. */
function apart(...options: string[]): readonly Finding[] {
  const build = new Build();
  for (const n of [1, 2, 3]) served(build, n, 10 * n);
  for (const n of [11, 12]) silent(build, n, 40 + n, ...options);
  return build.analyse(120).findings;
}

test('v6-no-reply: what only the unanswered ask for, or send, is the first cause, with counts', () => {
  const maker = option(16, n8(343) + '0009' + text('PXEClient'));
  for (const [options, subject, cause] of [
    [
      [prefix],
      'clients asking for a prefix (IA_PD)',
      'Only the 2 unanswered clients ask for a prefix (IA_PD); none of the 3 answered clients does: the server may have nothing of this kind to give on this link',
    ],
    [
      [asked, maker],
      'clients with option 16 (Vendor Class) “PXEClient” of maker 343',
      'Only the 2 unanswered clients send option 16 (Vendor Class) “PXEClient” of maker 343; none of the 3 answered clients does: the server may have a class or a filter for such clients',
    ],
    [
      [asked, option(14, '')],
      'clients with option 14 (Rapid Commit)',
      'The unanswered SOLICIT has option 14 (Rapid Commit); the answered ones have no option 14: some servers and relays drop a message with this option',
    ],
  ] as const) {
    const [found, ...others] = apart(...options);
    assert.deepEqual([found!.id, found!.severity, found!.subject], ['v6-no-reply', 'error', subject]);
    assert.deepEqual(found!.frames, [13, 14, 15, 16, 17, 18]);
    assert.equal(likely(found!), cause);
    assert.deepEqual(others, []);
  }
  // Nothing tells these from the others: each for itself, and no such cause.
  const alike = apart(asked);
  assert.deepEqual(
    alike.map(({ id, subject }) => [id, subject]),
    [
      ['v6-no-reply', duidOf(11)],
      ['v6-no-reply', duidOf(12)],
    ],
  );
  assert.ok(!likely(alike[0]!).startsWith('Only'));
});

test('v6-no-reply: clients behind a relay that nobody answers are one finding, which names the relay', () => {
  const build = new Build();
  const forward = (n: number): string =>
    `0c00${'20010db8000000000000000000000001'}fe80000000000000000000000000000c${option(9, message(1, n, option(1, duidOf(n)), asked))}`;
  for (const n of [1, 2, 3])
    for (const after of [0, 1])
      build.v6(n + 5 * after, forward(n), { source: '2001:db8::1', destination: '2001:db8:9::1' });
  const { findings } = build.analyse(60);
  assert.deepEqual(
    findings.map(({ id, subject }) => [id, subject]),
    [
      ['relay-unanswered', '2001:db8::1'],
      ['v6-no-reply', 'relay 2001:db8::1'],
    ],
  );
  assert.equal(likely(findings[1]!), 'Relay 2001:db8::1 gets no answer from 2001:db8:9::1');
  assert.match(
    findings[0]!.explanation,
    /This explains “No answer by DHCPv6 for any of 3 clients, all behind relay 2001:db8::1”/,
  );
});

test('v6-no-reply: a REQUEST behind its ADVERTISE never says that the server has no addresses', () => {
  const build = new Build();
  const id = option(1, duidOf(1));
  build.v6(0, message(1, 1, id, asked), from(1));
  build.v6(0.1, message(2, 1, id, server(), given(1)), to(1));
  for (const at of [1, 2, 4]) build.v6(at, message(3, 2, id, server(), given(1)), from(1));
  const [found] = build.analyse(60).findings;
  // No filter can tell the REQUEST from the SOLICIT, or the REPLY from the ADVERTISE that the client took.
  assert.equal(
    likely(found!),
    'The server does not keep its ADVERTISE, and keeps silent about it: it could not commit the lease (disk full, database or failover partner away), or drops the REQUEST',
  );
  assert.match(found!.causes[0]!.evidence[0]!, /^the ADVERTISE in frame 2 /);
  for (const { text } of found!.causes) assert.doesNotMatch(text, /no addresses|pool/);
});

test('v6-no-reply: a RENEW to a DUID that the server has no more', () => {
  const build = new Build();
  served(build, 1, 0);
  const id2 = option(1, duidOf(2));
  build.v6(100, message(11, 9, id2), from(2));
  build.v6(100.1, message(7, 9, id2, server(duidOf(0xfd))), to(2));
  for (const at of [1001, 1011]) build.v6(at, message(5, 10, option(1, duidOf(1)), server(), given(1)), from(1));
  const found = build.analyse(1100).findings.find(({ id }) => id === 'v6-no-reply');
  assert.equal(
    likely(found!),
    `The RENEW names DUID ${SERVER}, and the server has another DUID now: it drops what is not for it`,
  );
  assert.deepEqual([found!.causes[0]!.finding, found!.causes[0]!.frames], ['v6-server-duid-changed', [6]]);
  assert.equal(found!.severity, 'error');
  assert.equal(found!.steps[0], 'See that the client is served again at T2, when it rebinds.');
  // The REBIND is answered NoBinding: the leases are lost as well.
  build.v6(2001, message(6, 11, option(1, duidOf(1)), given(1)), from(1));
  const unbound = option(3, n8(1) + n8(0) + n8(0) + option(13, '0003'));
  build.v6(2001.1, message(7, 11, option(1, duidOf(1)), server(duidOf(0xfd)), unbound), to(1));
  const lost = build.analyse(2100).findings.find(({ id }) => id === 'v6-no-reply');
  assert.equal(lost!.causes[0]!.evidence[1], 'it knows no such lease either: NoBinding in frame 10');
  assert.match(lost!.steps[0]!, /^Put the server’s old file of leases back from the backup/);
});

/** A client that repeats its SOLICIT although an ADVERTISE is there each time. */
function ignored(advertise: (id: string) => string, seen: Parameters<Build['v6']>[2] = {}): readonly Finding[] {
  const build = new Build();
  const id = option(1, duidOf(1));
  for (const at of [0, 1, 3]) {
    build.v6(at, message(1, 1, id, asked), from(1));
    build.v6(at + 0.1, advertise(id), { ...to(1), ...seen });
  }
  return build.analyse(60).findings;
}

/* FINDINGS, `answer-ignored`: a SOLICIT is repeated though its ADVERTISE is there. */
test('answer-ignored: a SOLICIT that goes on behind its ADVERTISE, and what is wrong with that', () => {
  const plain = (id: string): string => message(2, 1, id, server(), given(1));
  const lost =
    'The ADVERTISE is lost between this point and the client’s program: a firewall on the client or on the way drops UDP port 546';
  const checksum = { id: 'bad-checksum', offset: 0, length: 2, text: 'wrong' } as const;
  for (const [advertise, seen, cause] of [
    [plain, {}, lost],
    [plain, { destinationPort: 547 }, 'The ADVERTISE goes to UDP port 547, and clients listen on 546'],
    [plain, { destination: 'fe80::77' }, 'The ADVERTISE goes to fe80::77, and the client asks from fe80::1'],
    [plain, { problems: [checksum] }, 'The UDP checksum of the ADVERTISE is wrong, so the client’s system drops it'],
    [
      (id: string) => message(2, 1, id, given(1)),
      {},
      'The ADVERTISE lacks option 2 (Server Identifier), and a client must discard it (RFC 9915 §16.3, §16.10)',
    ],
    [
      (id: string) => message(2, 1, id, server(), given(1, 3000, 2000)),
      {},
      'The times in the ADVERTISE are in the wrong order, and clients drop such an answer (RFC 9915 §21.4)',
    ],
    [
      (id: string) => message(7, 1, id, server(), given(1)),
      {},
      'The REPLY does not fit its question: not both have Rapid Commit (option 14)',
    ],
  ] as const) {
    const found = ignored(advertise, seen).find(({ id }) => id === 'answer-ignored');
    assert.deepEqual([found!.severity, found!.subject], ['warning', duidOf(1)]);
    assert.equal(likely(found!), cause);
  }
  assert.deepEqual(ignored(plain)[0]!.frames, [2, 4, 6, 3, 5]);
});

test('answer-ignored: the client waits for a REPLY, or for more than the ADVERTISE has', () => {
  const told = (...options: string[]): string => {
    const build = new Build();
    const id = option(1, duidOf(1));
    for (const at of [0, 1, 3]) {
      build.v6(at, message(1, 1, id, asked, ...options), from(1));
      build.v6(at + 0.1, message(2, 1, id, server(), given(1)), to(1));
    }
    return likely(build.analyse(60).findings.find((one) => one.id === 'answer-ignored')!);
  };
  assert.match(told(option(14, '')), /^The client asks for Rapid Commit \(option 14\) and waits for a REPLY/);
  assert.match(
    told(prefix),
    /^The ADVERTISE does not have all that the client asks for: IA_PD with IAID 0x1 is missing/,
  );
});

test('answer-ignored: the ADVERTISE reaches the relay, and is not seen on the client’s side', () => {
  const build = new Build();
  const id = option(1, duidOf(1));
  const hops = (type: string, inner: string): string =>
    `${type}00${'fd000008000000000000000000000001'}${'fe800000000000000000000000000001'}${option(9, inner)}`;
  const [relay, far] = ['fd00:8::1', 'fd00::1'];
  for (const at of [0, 1, 3]) {
    const solicit = message(1, 1, id, asked);
    build.v6(at, solicit, from(1));
    build.v6(at + 0.01, hops('0c', solicit), {
      source: relay,
      destination: far,
      destinationPort: 547,
    });
    const reply = hops('0d', message(2, 1, id, server(), given(1)));
    build.v6(at + 0.1, reply, { source: far, destination: relay, destinationPort: 547 });
  }
  const found = build.analyse(60).findings.find((one) => one.id === 'answer-ignored')!;
  assert.equal(
    likely(found),
    `The relay ${relay} does not forward the ADVERTISE to the client, or it is lost behind the relay`,
  );
  assert.equal(
    found.causes[0]!.evidence[1],
    'the capture shows the client’s side of the relay (frame 1), and no ADVERTISE there',
  );
});

test('answer-ignored: not where the ADVERTISE refuses, nor where the client goes on with a REQUEST', () => {
  const refuses = (id: string): string => message(2, 1, id, server(), option(13, '0002'));
  assert.deepEqual(
    ignored(refuses).map(({ id }) => id),
    ['v6-status'],
  );
  const build = new Build();
  const id = option(1, duidOf(1));
  build.v6(0, message(1, 1, id, asked), from(1));
  build.v6(0.9, message(2, 1, id, server(), given(1)), to(1));
  build.v6(1.5, message(1, 1, id, asked), from(1));
  build.v6(1.6, message(2, 1, id, server(), given(1)), to(1));
  build.v6(2.5, message(3, 2, id, server(), given(1)), from(1));
  build.v6(2.6, message(7, 2, id, server(), given(1)), to(1));
  assert.deepEqual(lines(build.analyse(60)), []);
});

test('answer-ignored: a REQUEST that is repeated behind its REPLY; once, and then content, is info', () => {
  const repeated = (times: readonly number[]): Build => {
    const build = new Build();
    served(build, 1, 0);
    const id = option(1, duidOf(1));
    for (const at of times) {
      build.v6(at, message(3, 257, id, server(), given(1)), from(1));
      build.v6(at + 0.1, message(7, 257, id, server(), given(1)), to(1));
    }
    return build;
  };
  assert.deepEqual(lines(repeated([2]).analyse(60)), [`answer-ignored info ${duidOf(1)} 4,6,5`]);
  assert.deepEqual(lines(repeated([2, 4, 8]).analyse(60)), [`answer-ignored warning ${duidOf(1)} 4,6,8,10,5,7,9`]);
});

test('the verdict and titles name a client by its link-layer address, and the DUID stands in the explanation', () => {
  const build = new Build();
  silent(build, 0x2a, 0, asked);
  const { verdict, findings } = build.analyse(60);
  assert.match(verdict, /^02:00:00:00:00:2a sends 3 SOLICITs and gets no answer/);
  assert.match(findings[0]!.explanation, /^The client \(DUID 0003000102000000002a\) sent SOLICIT 3 times/);
});

test('a client that goes on with SOLICIT after its ADVERTISE got no lease', () => {
  const build = new Build();
  const id = '0001000a00030001020000000001';
  for (const at of [1, 2, 4]) {
    build.v6(at, `01000007${id}0003000c000000010000000000000000`, { source: 'fe80::5' });
    build.v6(
      at + 0.01,
      `02000007${id}0002000a000300010200000000fe` +
        '00030028000000010000000000000000' +
        '0005001820010db8000000000000000000000005' +
        '00000bb800000fa0',
      { source: 'fe80::1', destination: 'fe80::5' },
    );
  }
  assert.match(build.analyse(60).verdict, /\(1 warning; the client got no lease\)/);
});

test('CONFIRM: the verdict says whether the addresses still fit the link (RFC 9915 §18.2.3, §18.2.10.1)', () => {
  const status = (code: number): string => option(13, code.toString(16).padStart(4, '0'));
  const confirmed = (n: number, answer?: number, build = new Build()): Build => {
    const id = option(1, duidOf(n));
    for (const at of [0, 1, 3]) build.v6(10 * n + at, message(4, n, id, given(n, 0, 0)), from(n));
    if (answer !== undefined) build.v6(10 * n + 3.1, message(7, n, id, server(), status(answer)), to(n));
    return build;
  };
  const verdict = (build: Build): string => build.analyse(200).verdict;
  assert.equal(
    verdict(confirmed(1, 0)),
    'One client, 02:00:00:00:00:01, was told that its addresses still fit this link. Nothing is wrong as far as this capture shows.',
  );
  const moved = confirmed(1, 4).analyse(200);
  assert.equal(moved.conversations[0]!.outcome, 'refused');
  assert.match(moved.verdict, /the client was told that its addresses do not fit this link/);
  const silent = confirmed(1).analyse(200);
  assert.equal(silent.conversations[0]!.outcome, 'unanswered');
  assert.match(silent.verdict, /the client asked whether its addresses still fit this link, and got no answer/);
  assert.doesNotMatch(silent.verdict, /settings/);
  const several = confirmed(3, undefined, confirmed(2, 0, confirmed(1, 0)));
  assert.match(
    verdict(several),
    /of 3 clients, 2 were told that their addresses still fit this link, 1 asked whether its addresses still fit this link, and got no answer/,
  );
});

test('v6-no-reply: a SOLICIT that is malformed each time is dropped for that', () => {
  const build = new Build();
  const broken = {
    id: 'v6-malformed',
    text: 'IA_NA (3) declares 400 octets, but only 3 are left.',
    offset: 0,
    length: 4,
  };
  for (const at of [0, 1, 3])
    build.v6(at, message(1, 1, option(1, duidOf(1)), asked), { ...from(1), problems: [broken] });
  const [found] = build.analyse(60).findings.filter(({ id }) => id === 'v6-no-reply');
  assert.deepEqual([found!.causes[0]!.likelihood, found!.causes[0]!.finding], ['likely', 'v6-malformed']);
  assert.match(
    found!.causes[0]!.text,
    /^The SOLICIT is malformed, and servers drop it: IA_NA \(3\) declares 400 octets, but only 3 are left$/,
  );
});

test('v6-no-reply: a flood of one SOLICIT is counted as what is sent, not as one message and its copies', () => {
  const build = new Build();
  for (let i = 0; i < 160; i++) build.v6(i / 50, message(1, 1, option(1, duidOf(1)), asked), from(1));
  const [found] = build.analyse(60).findings.filter(({ id }) => id === 'v6-no-reply');
  assert.match(found!.title, /sends 160 SOLICITs and gets no answer/);
});
