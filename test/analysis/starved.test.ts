import assert from 'node:assert/strict';
import test from 'node:test';
import type { Analysis } from '../../src/analysis';
import { Build, textOption } from './build';

/** Clients that ask in vain after an attack on the pool. */

const hex = (n: number): string => n.toString(16).padStart(2, '0');
const invented = (n: number) => ({ chaddr: `06:00:00:00:00:${hex(n)}`, xid: 0x643c9869 });

/** Two clients are served, then as many addresses as `pool` has go to 60 invented ones, and then two others ask in vain. */
function attacked(pool: number, servedLater = false): Analysis {
  const build = new Build();
  for (const n of [1, 2]) build.bind(n, { chaddr: `02:00:00:00:00:0${n}`, xid: n }, { yiaddr: `10.0.0.1${n}` });
  for (let n = 0; n < 60; n++) {
    build.discover(10 + n / 20, invented(n));
    if (n < pool) build.offer(10.01 + n / 20, { ...invented(n), yiaddr: `10.0.0.${100 + n}` });
  }
  for (const n of [3, 4])
    for (const after of [0, 4, 12, 28])
      build.discover(14 + n + after, {
        chaddr: `02:00:00:00:00:0${n}`,
        xid: 100 + n,
        options: [textOption(12, `pc${n}`)],
      });
  if (servedLater) build.bind(30, { chaddr: '02:00:00:00:00:09', xid: 9 }, { yiaddr: '10.0.0.19' });
  return build.analyse(80);
}

test('no-offer: the victims of a starvation attack have it as their cause, and are not counted with it', () => {
  const findings = attacked(40).findings.filter(({ severity }) => severity !== 'info');
  assert.deepEqual(
    findings.map(({ id, title }) => [id, title]),
    [
      ['starvation', '60 clients ask within 3 s: somebody empties the pool'],
      ['no-offer', 'No OFFER for 2 of 4 clients, all after the last answer (frame 88)'],
    ],
  );
  const [attack, silent] = findings;
  assert.match(attack!.explanation, /This explains “No OFFER for 2 of 4 clients/);
  assert.deepEqual(
    silent!.causes
      .filter(({ likelihood }) => likelihood === 'likely')
      .map(({ text, evidence, finding }) => [text, evidence, finding]),
    [
      [
        'The pool is empty: a starvation attack on this link has taken its addresses',
        [
          '40 addresses (10.0.0.100, 10.0.0.101, 10.0.0.102 and 37 more) are offered to clients that do not exist, from frame 10 to frame 88',
          'no other client is offered an address while this one asks, from frame 109 on',
          'see the finding starvation',
        ],
        'starvation',
      ],
    ],
  );
});

test('no-offer: an attack to which nothing was offered, or that leaves addresses for others, explains nothing', () => {
  for (const analysis of [attacked(0), attacked(40, true)]) {
    const silent = analysis.findings.filter(({ id }) => id === 'no-offer');
    assert.ok(silent.length > 0);
    for (const { causes } of silent)
      assert.ok(
        causes.every(({ finding, text }) => finding !== 'starvation' && !/transaction ID|Ethernet header/.test(text)),
      );
  }
});

test('no-offer: while an attack goes on and gets nothing either, who is offered an address meanwhile does not clear it', () => {
  /** 60 invented clients, of which 40 are offered addresses; one client asks in the middle of the rest, and another is served. */
  const build = new Build();
  const real = (n: number) => ({ chaddr: `02:00:00:00:00:0${n}`, xid: n });
  build.bind(1, real(1), { yiaddr: '10.0.0.11' });
  for (let n = 0; n < 60; n++) {
    const forged = { ethSource: '02:00:00:00:66:66' };
    build.discover(10 + n / 10, invented(n), forged);
    if (n < 40) build.offer(10.01 + n / 10, { ...invented(n), yiaddr: `10.0.0.${100 + n}` });
    if (n === 48) for (const after of [0, 4, 12]) build.discover(14.85 + after, real(3));
    if (n === 52) build.bind(15.25, real(2), { yiaddr: '10.0.0.12' });
  }
  build.packets.sort((a, b) => a.time - b.time);
  build.packets.forEach((packet, i) => (build.packets[i] = { ...packet, frame: i + 1 }));
  const [attack, silent] = build.analyse(60).findings;
  assert.equal(attack!.title, '60 clients ask within 5.9 s, all from 02:00:00:00:66:66: somebody empties the pool');
  assert.equal(silent!.subject, '02:00:00:00:00:03');
  const likely = silent!.causes.filter(({ likelihood }) => likelihood === 'likely');
  assert.deepEqual(
    likely.map(({ text, finding, evidence }) => [text, finding, evidence[1]]),
    [
      [
        'A starvation attack on this link goes on, and leaves the server few addresses for others',
        'starvation',
        'from frame 85 on the attack gets no OFFER either, for 20 DISCOVERs; another client is offered an address meanwhile (frame 100)',
      ],
    ],
  );
});
