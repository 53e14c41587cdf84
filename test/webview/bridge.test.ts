import assert from 'node:assert/strict';
import test from 'node:test';
import type { CaptureState, FrameView } from '../../src/protocol';
import { Bridge } from '../../webview/bridge';

const STATE: CaptureState = {
  name: 'a.pcap',
  format: 'pcap',
  frames: 17,
  rows: 4,
  ofInterest: 4,
  revision: 0,
  bytesRead: 1000,
  durationSeconds: 1.5,
  done: true,
  cancelled: false,
  verdict: '',
  parts: { what: '', why: '', beside: '', finding: -1, fine: true },
  findings: [],
  fileProblems: [],
  notes: [],
};
const FRAME: FrameView = {
  frame: 2,
  tree: [{ name: 'Ethernet II', text: '', offset: 0, length: 2, children: [] }],
  buffers: [{ name: 'Frame', bytes: new Uint8Array([1, 2]) }],
  problems: [],
  docs: {},
  time: '',
  wireLength: 2,
  summary: 'OFFER',
};

function setUp(limit?: number) {
  const posted: { id: number; request: string; params: unknown }[] = [];
  const events: unknown[] = [];
  const bridge = new Bridge(
    { postMessage: (message) => void posted.push(message as (typeof posted)[number]) },
    {
      state: (state) => events.push(state),
      failed: (message) => events.push(message),
      select: (frame) => events.push(frame),
      go: (step, text) => events.push([step, text]),
    },
    limit,
  );
  return { bridge, posted, events };
}

test('each reply reaches its own request, in whatever order', async () => {
  const { bridge, posted } = setUp();
  const first = bridge.ask('indexOf', { frame: 5 });
  const second = bridge.ask('indexOf', { frame: 6 });
  assert.deepEqual(posted, [
    { id: 1, request: 'indexOf', params: { frame: 5 } },
    { id: 2, request: 'indexOf', params: { frame: 6 } },
  ]);
  bridge.receive({ id: 2, ok: { index: -1 } });
  bridge.receive({ id: 1, ok: { index: 4 } });
  assert.deepEqual(await Promise.all([first, second]), [{ index: 4 }, { index: -1 }]);
});

test('an error of the host rejects with its sentence', async () => {
  const { bridge } = setUp();
  const asked = bridge.ask('frame', { frame: 9 });
  bridge.receive({ id: 1, error: 'Frame 9 is not here.' });
  await assert.rejects(asked, { message: 'Frame 9 is not here.' });
});

test('an answer of another shape is refused', async () => {
  const { bridge } = setUp();
  const broken: [Promise<unknown>, unknown][] = [
    [bridge.ask('rows', { from: 0, to: 1 }), { rows: [{ frame: 'one' }], total: 1 }],
    [bridge.ask('rows', { from: 0, to: 1 }), { rows: [], total: -1 }],
    [bridge.ask('frame', { frame: 2 }), { ...FRAME, buffers: [{ name: 'Frame', bytes: [1, 2] }] }],
    [bridge.ask('frame', { frame: 2 }), { ...FRAME, tree: [{ ...FRAME.tree[0], children: [{ name: 'x' }] }] }],
    [bridge.ask('frame', { frame: 2 }), { ...FRAME, tree: [{ ...FRAME.tree[0], note: 7 }] }],
    [bridge.ask('ready', {}), { ...STATE, findings: [{ id: 'nak' }] }],
    [bridge.ask('filter', { text: '' }), undefined],
  ];
  for (const [i, [asked, ok]] of broken.entries()) {
    bridge.receive({ id: i + 1, ok });
    await assert.rejects(asked, /unknown shape/, `answer ${i}`);
  }
});

test('answers of the right shape come through', async () => {
  const { bridge } = setUp();
  const frame = bridge.ask('frame', { frame: 2 });
  bridge.receive({ id: 1, ok: FRAME });
  assert.equal(await frame, FRAME);
  const ready = bridge.ask('ready', {});
  bridge.receive({ id: 2, ok: STATE });
  assert.equal(await ready, STATE);
});

test('a reply that never comes is rejected in time, and ignored when it comes after all', async () => {
  const { bridge } = setUp(20);
  await assert.rejects(bridge.ask('cancel', {}), /No answer to “cancel” within 0.02 s/);
  bridge.receive({ id: 1, ok: {} });
});

test('closing rejects what waits and what is asked afterwards', async () => {
  const { bridge, posted } = setUp();
  const asked = bridge.ask('cancel', {});
  bridge.dispose();
  await assert.rejects(asked, /closed/);
  await assert.rejects(bridge.ask('cancel', {}), /closed/);
  assert.equal(posted.length, 1);
});

test('events are told; what is no event is ignored', () => {
  const { bridge, events } = setUp();
  bridge.receive({ event: 'state', state: STATE });
  bridge.receive({ event: 'failed', message: 'No capture.' });
  bridge.receive({ event: 'select', frame: 7 });
  const junk = [
    null,
    'state',
    7,
    [],
    {},
    { event: 'state', state: { ...STATE, frames: '17' } },
    { event: 'select', frame: -1 },
  ];
  for (const message of [...junk, { event: 'failed' }, { event: 'other' }, { id: 99, ok: {} }]) bridge.receive(message);
  assert.deepEqual(events, [STATE, 'No capture.', 7]);
  bridge.dispose();
  bridge.receive({ event: 'select', frame: 8 });
  assert.equal(events.length, 3);
});
