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
