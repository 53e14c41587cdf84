import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { Capture } from '../../src/engine/capture';
import { comparisonOf } from '../../src/engine/comparison';
import { allFindings, compareCaptures, type NamedCapture } from '../../src/engine/pair';
import { pcapOf } from '../../src/learn/made/pcap';
import { LEASE, Tape } from '../../src/learn/made/tape';

/* One capture that was cut into files: each fault is told once, with the frames of all of them. */

async function opened(name: string, frames: Tape['frames']): Promise<NamedCapture> {
  const capture = new Capture(name, DEFAULT_SETTINGS);
  const bytes = pcapOf(frames);
  await capture.read({
    name,
    chunks: async function* () {
      yield await Promise.resolve(bytes);
    },
  });
  return { path: name, capture };
}

/** The tape as files that begin at these frames, counted from 0. */
const cutAt = async ({ frames }: Tape, ...at: number[]): Promise<NamedCapture[]> =>
  Promise.all([0, ...at].map(async (from, i) => opened(`${'abc'[i]!}.pcap`, frames.slice(from, at[i]))));

/** DISCOVERs in vain, the last of them in the next file, and a client that is served. */
function inVain(): Tape {
  const tape = new Tape();
  const who = { chaddr: '02:67:00:00:03:01', xid: 3 };
  for (const secs of [0, 4, 8, 16, 20, 24, 30, 36, 40]) {
    tape.client(1, { ...who, secs });
    tape.wait(4);
  }
  return tape.bind(LEASE, { xid: 9 });
}

test('A fault that goes on in the next file is told once, with the frames of both', async () => {
  const captures = await cutAt(inVain(), 4);
  const together = compareCaptures(captures);
  assert.equal(together.text, 'a.pcap and b.pcap: one capture in two files, b.pcap begins where a.pcap ends.');
  const all = allFindings(captures, together, together.findings);
  assert.deepEqual(
    all.map(({ id, severity, subject }) => `${id} ${severity} ${subject}`),
    ['no-offer error 02:67:00:00:03:01'],
  );
  const [found] = together.findings;
  assert.equal(found!.title, '02:67:00:00:03:01 sends 4 DISCOVERs and gets no OFFER (in a.pcap, and again in b.pcap)');
  assert.deepEqual(found!.framesIn, [
    { file: 'a.pcap', frames: [1, 2, 3, 4] },
    { file: 'b.pcap', frames: [1, 2, 3, 4, 5] },
  ]);
  assert.ok(
    found!.explanation.endsWith(
      ' So far a.pcap; the same shows in b.pcap (frames 1, 2, 3, 4 and 5: “02:67:00:00:03:01 sends 5 DISCOVERs and gets no OFFER”).',
    ),
    found!.explanation,
  );
  // From the second file, its own frames stand first.
  const [shown, ...more] = comparisonOf(captures[1]!, [captures[0]!]).findings;
  assert.deepEqual(more, []);
  assert.deepEqual(shown!.frames, [1, 2, 3, 4, 5]);
  assert.deepEqual(shown!.elsewhere, [{ name: 'a.pcap', path: 'a.pcap', frames: [1, 2, 3, 4] }]);
});

test('Three files in a row are one capture', async () => {
  const captures = await cutAt(inVain(), 3, 6);
  const { findings } = compareCaptures(captures);
  assert.deepEqual(
    findings.map(({ id, framesIn }) => [id, framesIn.map(({ frames }) => frames.length)]),
    [['no-offer', [3, 3, 3]]],
  );
});

test('What only one of the files shows stays there, and a lease cut in two is no fault', async () => {
  const tape = inVain();
  const only = await cutAt(tape, 11);
  assert.deepEqual(compareCaptures(only).findings, []);
  assert.deepEqual(
    only.map(({ capture }) => capture.findings.map(({ id }) => id)),
    [['no-offer'], []],
  );
  const captures = await cutAt(new Tape().bind(), 2);
  const together = compareCaptures(captures);
  assert.deepEqual(
    allFindings(captures, together, together.findings).filter(({ severity }) => severity !== 'info'),
    [],
  );
});
