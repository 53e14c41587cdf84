import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shortened } from '../../src/engine/list/shorten';
import type { ShownFinding } from '../../src/protocol';

const FINDING: ShownFinding = {
  id: 'rogue-server',
  severity: 'error',
  title: 'An unknown server answers',
  explanation: '',
  subject: 'server 192.0.2.1',
  causes: [],
  steps: [],
  reference: '',
  frames: [2, 4],
};
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);

test('a finding with few frames goes as it is', () => {
  assert.equal(shortened(FINDING), FINDING);
  const most = { ...FINDING, frames: numbers(500) };
  assert.equal(shortened(most), most);
});

test('of half a million frames the first five hundred go, and their number', () => {
  const { frames, frameCount } = shortened({ ...FINDING, frames: numbers(500_000) });
  assert.deepEqual([frames.length, frames[0], frames[499], frameCount], [500, 1, 500, 500_000]);
});

test('frames of other captures are cut, too', () => {
  const elsewhere = [{ name: 'b.pcap', path: '/b.pcap', frames: numbers(501) }];
  const short = shortened({ ...FINDING, elsewhere });
  assert.deepEqual(short.elsewhere, [{ name: 'b.pcap', path: '/b.pcap', frames: numbers(500), frameCount: 501 }]);
  assert.deepEqual([short.frames, short.frameCount], [[2, 4], 2]);
});
