import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { MOST_FRAMES } from '../../src/capture/frame';
import { Sink } from '../../src/capture/reader';
import { decimalBetween, decimalTime, isoTime } from '../../src/capture/time';
import { frameJson } from '../../src/cli/json';
import { Capture } from '../../src/engine/capture';
import { dhcpPacket, eth, octets } from '../codec/frames';
import { Octets, pcap, Pcapng, snoop } from './build';

const MESSAGE = octets(eth(0x0800, dhcpPacket));

/** What the command line, the frame's view and the list say of the time of each frame. */
async function times(
  bytes: Uint8Array,
): Promise<{ json: unknown[]; iso: string[]; list: string[]; notes: readonly string[] }> {
  const capture = new Capture('test', DEFAULT_SETTINGS);
  await capture.read({
    name: 'test',
    async *chunks() {
      yield await Promise.resolve(bytes);
    },
  });
  const indexes = Array.from(capture.indexes);
  return {
    json: indexes.map((i) => frameJson(capture, i)['time']),
    iso: indexes.map((i) => capture.frame(i + 1).time),
    list: indexes.map((i) => capture.row(i).time),
    notes: capture.state().notes,
  };
}

/** A pcapng with one interface; its options as octets. */
function pcapng(resolution: number, offset: bigint, ticks: readonly bigint[], little = true): Uint8Array {
  const file = new Pcapng(little).section().interface(1, 0, [
    [9, Uint8Array.of(resolution)],
    [14, new Octets(little).u64(offset).done()],
  ]);
  for (const one of ticks) file.packet(MESSAGE, { ticks: one });
  return file.done();
}

describe('times', () => {
  it('writes negative times with a fraction', async () => {
    // 2.5 s and 3.75 s after an hour before 1970: the sum by hand.
    for (const little of [true, false]) {
      const { json, iso, list } = await times(pcapng(6, -3n, [2_500_000n, 3_750_000n, 0n], little));
      assert.deepEqual(json, ['-0.500000000', '0.750000000', '-3.000000000']);
      assert.deepEqual(iso, [
        '1969-12-31T23:59:59.500000000Z',
        '1970-01-01T00:00:00.750000000Z',
        '1969-12-31T23:59:57.000000000Z',
      ]);
      assert.deepEqual(list, ['0.000000', '1.250000', '-2.500000']);
    }
  });

  it('writes years beyond 9999, and beyond the calendar the seconds', async () => {
    // date -u -d @253402300799: the last second of 9999
    const { json, iso, notes } = await times(pcapng(6, 0n, [253_402_300_799_000_001n, 253_402_300_800_000_000n]));
    assert.deepEqual(json, ['253402300799.000001000', '253402300800.000000000']);
    assert.deepEqual(iso, ['9999-12-31T23:59:59.000001000Z', '+010000-01-01T00:00:00.000000000Z']);
    assert.deepEqual(notes, []);
    const far = await times(pcapng(3, 0n, [9_000_000_000_000_123n]));
    assert.deepEqual(far.json, ['9000000000000.123000000']);
    assert.deepEqual(far.iso, ['9000000000000.123000000 s after 1970-01-01T00:00:00Z']);
  });

  it('says that seconds beyond 2^53 are left out', async () => {
    const { json, iso, list, notes } = await times(
      pcapng(0, 0n, [2n ** 53n - 1n, 2n ** 64n - 1n, 2n ** 53n, 1_700_000_000n]),
    );
    assert.deepEqual(json, ['9007199254740991.000000000', null, null, '1700000000.000000000']);
    assert.equal(iso[1], '');
    assert.equal(list[1], '');
    assert.deepEqual(notes, [
      '2 frames have time stamps beyond any calendar and are shown without a time (frame 2: 18446744073709551615 seconds after 1970).',
    ]);
    // An offset that takes back what the ticks are too many: exact.
    assert.deepEqual((await times(pcapng(0, -(2n ** 63n), [2n ** 63n + 5n]))).json, ['5.000000000']);
    assert.deepEqual((await times(pcapng(6, 2n ** 62n, [1n]))).json, [null]);
  });

  it('reckons exactly with every resolution (if_tsresol)', async () => {
    for (let resolution = 0; resolution < 256; resolution++) {
      const base = resolution & 0x80 ? 2n : 10n;
      const perSecond = base ** BigInt(resolution & 0x7f);
      for (const ticks of [1n, 0x123456789abcdefn, 2n ** 64n - 1n]) {
        const seconds = ticks / perSecond;
        const fraction = ((ticks % perSecond) * 10n ** 9n) / perSecond;
        const right = seconds > 2n ** 53n - 1n ? null : `${seconds}.${String(fraction).padStart(9, '0')}`;
        const { json } = await times(pcapng(resolution, 0n, [ticks]));
        assert.deepEqual(json, [right], `resolution ${resolution}, ${ticks} ticks`);
      }
    }
  });

  it('reads the times of pcap and snoop without a sign', async () => {
    const late = 2 ** 32 - 1;
    assert.deepEqual((await times(pcap([{ bytes: MESSAGE, seconds: late, fraction: 999_999 }]))).json, [
      '4294967295.999999000',
    ]);
    assert.deepEqual(
      (await times(pcap([{ bytes: MESSAGE, seconds: late, fraction: late }], { nanoseconds: true }))).json,
      ['4294967299.294967295'],
    );
    assert.deepEqual((await times(snoop([{ bytes: MESSAGE, seconds: late, microseconds: late }]))).json, [
      '4294971589.967295000',
    ]);
    assert.deepEqual((await times(snoop([{ bytes: MESSAGE, seconds: late, microseconds: 0 }]))).iso, [
      '2106-02-07T06:28:15.000000000Z',
    ]);
  });

  it('rounds to fewer places, and carries', () => {
    assert.equal(decimalTime(1, 999_999_500, 6), '2.000000');
    assert.equal(decimalTime(-1, 999_999_999, 6), '0.000000');
    assert.equal(decimalTime(-1, 1, 9), '-0.999999999');
    assert.equal(decimalTime(0, 0), '0.000000000');
    assert.equal(decimalBetween(1, 500_000_000, 2 ** 52, 0, 6), '4503599627370494.500000');
    assert.equal(isoTime(-62135596801, 5), '0000-12-31T23:59:59.000000005Z');
    assert.equal(isoTime(-62167219201, 0), '-000001-12-31T23:59:59.000000000Z');
  });

  it('stops at the largest frame number, and says so', () => {
    let given = 0;
    const sink = new Sink(() => void given++);
    sink.frame.number = MOST_FRAMES;
    assert.equal(sink.emit(), true);
    sink.frame.number++;
    sink.frame.fileOffset = 77;
    assert.equal(sink.emit(), false);
    assert.equal(given, 1);
    assert.equal(sink.stopped, true);
    assert.match(
      sink.problems[0]!.text,
      /^The file holds more than 4294967295 frames: it was read up to byte offset 77/,
    );
  });
});
