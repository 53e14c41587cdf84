import assert from 'node:assert/strict';
import test from 'node:test';
import { pack, packFrame } from '../../src/engine/list/pack';
import type { FrameView } from '../../src/protocol';
import { unpack } from '../../webview/unpack';

const VIEW: FrameView = {
  frame: 2,
  tree: [{ name: 'Ethernet II', text: '“ä”', offset: 0, length: 2 }],
  // More octets than are turned into characters at a time, each value among them.
  buffers: [
    { name: 'Frame', bytes: Uint8Array.from({ length: 20_000 }, (_, i) => i & 255) },
    { name: 'Reassembled datagram', bytes: new Uint8Array(0) },
  ],
  problems: [],
  docs: {},
  time: '',
  wireLength: 2,
  summary: 'OFFER',
};

test('a packed frame is the same frame again, octets included', () => {
  assert.deepEqual(unpack(packFrame(VIEW)), VIEW);
});

test('packed rows are the same rows again', () => {
  const rows = { rows: [{ frame: 1, info: '"x"' }], total: 1 };
  assert.deepEqual(unpack(pack(rows)), rows);
});

test('what is no JSON, or holds no octets, is nothing', () => {
  assert.equal(unpack('{'), undefined);
  assert.equal(unpack('{"buffers":[{"bytes":"*"}]}'), undefined);
});
