import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import type { Field } from '../../src/codec/field';
import { Capture, EngineError } from '../../src/engine/capture';
import { FrameList } from '../../src/engine/list/list';
import { fileSource } from '../../src/engine/node';
import { frameJson } from '../../src/cli/json';
import { pcap, Pcapng } from '../capture/build';
import { dhcpPacket, eth, ip4, octets } from '../codec/frames';

const SAMPLES = join('media', 'samples');
const samples = readdirSync(SAMPLES).filter((name) => name.endsWith('.pcap'));

async function open(name: string): Promise<Capture> {
  const capture = new Capture(name, DEFAULT_SETTINGS);
  await capture.read(await fileSource(join(SAMPLES, name)));
  return capture;
}

async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield await Promise.resolve(bytes);
}

test('the list shows the four messages of the healthy sample', async () => {
  const { rows, total } = new FrameList(await open('dhcp-healthy.pcap')).rows(0, 100);
  assert.equal(total, 4);
  assert.deepEqual(
    rows.map(({ frame, type, source, client }) => [frame, type, source, client]),
    [
      [1, 'DISCOVER', '0.0.0.0', '02:67:00:00:00:0c'],
      [2, 'OFFER', '10.67.0.1', '02:67:00:00:00:0c'],
      [3, 'REQUEST', '0.0.0.0', '02:67:00:00:00:0c'],
      [4, 'ACK', '10.67.0.1', '02:67:00:00:00:0c'],
    ],
  );
  assert.equal(rows[0]!.time, '0.000000');
});

test('a filter narrows one list and no other', async () => {
  const capture = await open('dhcp-healthy.pcap');
  const narrowed = new FrameList(capture);
  const other = new FrameList(capture);
  assert.deepEqual(narrowed.filter('type:ack'), { total: 1 });
  assert.equal(narrowed.rows(0, 10).rows[0]!.frame, 4);
  assert.equal(narrowed.indexOf(4), 0);
  assert.equal(narrowed.indexOf(1), -1);
  assert.equal(other.length, 4);
});

test('a filter goes on where it was, in a capture of nothing but messages and in one with other frames', async () => {
  const message = octets(eth(0x0800, dhcpPacket));
  // An ICMP echo concerns nobody; it stands in the middle of the list.
  const other = octets(eth(0x0800, ip4(1, '08000000')));
  for (const extra of [[], [{ bytes: other }]]) {
    const frames = Array.from({ length: 1000 }, () => ({ bytes: message }));
    const bytes = pcap([...frames.slice(0, 500), ...extra, ...frames.slice(500)]);
    const capture = new Capture('many', DEFAULT_SETTINGS);
    const list = new FrameList(capture);
    list.filter('type:discover');
    await capture.read({ name: 'many', size: bytes.length, chunks: () => streamOf(bytes) });
    // 256 frames a step.
    const steps = [0, 0, 0, 0].map(() => list.advance(0));
    assert.deepEqual(steps, [false, false, false, true]);
    assert.equal(list.length, 1000);
    assert.equal(list.advance(0), true);
  }
});

test('a capture that nobody wants any more is not analysed', async () => {
  const check = (): void => {
    throw new EngineError('stopped');
  };
  const capture = new Capture('dhcp-healthy.pcap', DEFAULT_SETTINGS, { check });
  await assert.rejects(
    async () => capture.read(await fileSource(join(SAMPLES, 'dhcp-healthy.pcap'))),
    new EngineError('stopped'),
  );
  assert.throws(() => capture.result, /still being read/);
});

test('the tree of the OFFER has option 54 at its octets', async () => {
  const view = (await open('dhcp-healthy.pcap')).frame(2);
  const option = find(view.tree, (field) => field.key === 'dhcp.option.54')!;
  assert.match(option.text, /10\.67\.0\.1/);
  const octets = Buffer.from(view.buffers[0]!.bytes).subarray(option.offset, option.offset + option.length);
  // Code 54, length 4, 10.67.0.1 (RFC 2132 §9.7).
  assert.equal(octets.toString('hex'), '36040a430001');
  assert.match(view.docs['dhcp.option.54']!.text, /server/i);
  assert.equal(view.docs['dhcp.option.54']!.reference, 'RFC 2132 §9.7');
});

test('a datagram in fragments is one message, at the frame that makes it whole (as tshark reassembles)', async () => {
  const message = dhcpPacket.slice(40);
  const first = eth(0x0800, ip4(17, message.slice(0, 400), { fragment: 0x2000 }));
  const last = eth(0x0800, ip4(17, message.slice(400), { fragment: 25 }));
  const other = eth(0x0800, ip4(17, message.slice(0, 400), { fragment: 0x2000, id: 7 }));
  const frames = [first, last, other].map((text) => ({ bytes: octets(text) }));
  const capture = new Capture('fragments', DEFAULT_SETTINGS);
  const bytes = pcap(frames);
  await capture.read({ name: 'fragments', size: bytes.length, chunks: () => streamOf(bytes) });
  const { rows } = new FrameList(capture).rows(0, 10);
  assert.deepEqual(
    rows.map(({ frame, type }) => [frame, type]),
    [[2, 'DISCOVER']],
  );
});

test('a frame that is not of interest is refused with a sentence', async () => {
  const capture = await open('dhcp-healthy.pcap');
  assert.throws(() => capture.frame(99), EngineError);
});

test('pasted text is a capture like any other', () => {
  const frame = readFileSync(join(SAMPLES, 'dhcp-healthy.pcap'))
    .subarray(24 + (16 + 342) + 16)
    .subarray(0, 342);
  const capture = new Capture('pasted text', DEFAULT_SETTINGS);
  assert.deepEqual(
    capture.readText(frame.toString('hex')).map(({ start }) => start),
    ['ethernet'],
  );
  assert.equal(new FrameList(capture).rows(0, 9).rows[0]!.type, 'OFFER');
  assert.throws(() => new Capture('pasted text', DEFAULT_SETTINGS).readText('no hex at all'), EngineError);
});

test('options without their message are shown with the octets that they have', () => {
  // RFC 2132 §9.6, §9.7, §3.3; RFC 8415 §21.4: status by hand.
  for (const [hex, start, codes, type] of [
    ['638253633501023604c0a832010104ffffff00ff', 'auto', [53, 54, 1], 'OFFER'],
    ['3501053604c0a83201ff', 'auto', [53, 54], 'ACK'],
    ['0104ffffff000304c0a83201', 'options', [1, 3], null],
    ['0001000a00030001020000000001000e0000', 'options6', [1, 14], undefined],
  ] as const) {
    const capture = new Capture('pasted text', DEFAULT_SETTINGS);
    capture.readText(hex, start);
    const view = capture.frame(1);
    const covered = new Uint8Array(hex.length / 2);
    for (const leaf of leaves(view.tree)) for (let i = 0; i < leaf.length; i++) covered[leaf.offset + i]!++;
    assert.deepEqual([...new Set(covered)], [1], hex);
    assert.deepEqual(view.problems, []);
    const json = frameJson(capture, 0);
    const message = (json['dhcp'] ?? json['dhcpv6']) as {
      options: { code: number; offset: number }[];
      messageType?: unknown;
    };
    assert.deepEqual(
      message.options.map(({ code }) => code),
      codes,
    );
    assert.equal(message.messageType, type);
    // The first option stands behind the cookie, or at the very beginning.
    assert.equal(message.options[0]!.offset, hex.startsWith('63825363') ? 4 : 0);
    assert.equal('op' in message, false);
  }
});

test('comments of frames are kept within bounds, and what is left out is told', async () => {
  const file = new Pcapng().section().interface();
  const message = octets(eth(0x0800, dhcpPacket));
  const comment = new Uint8Array(60_000).fill(0x41);
  for (let i = 0; i < 150; i++) file.packet(message, { options: [[1, comment]] });
  const capture = new Capture('comments', DEFAULT_SETTINGS);
  await capture.read({ name: 'comments', chunks: () => streamOf(file.done()) });
  assert.equal(capture.frame(1).comment?.length, 60_000);
  assert.equal(capture.frame(150).comment, undefined);
  // 8 MiB hold 139 comments of 60,000.
  assert.deepEqual(capture.state().notes, [
    'The comments of the frames are longer than 8388608 characters together: those of 11 frames were left out.',
  ]);
});

for (const name of samples) {
  test(`every octet of every frame of ${name} is explained exactly once`, async () => {
    const capture = await open(name);
    for (const index of Array.from(capture.indexes)) {
      const number = capture.scan.store.number(index);
      const view = capture.frame(number);
      const covered = new Uint8Array(view.buffers[0]!.bytes.length);
      for (const leaf of leaves(view.tree)) {
        for (const { offset, length, buffer } of [leaf, ...(leaf.more ?? [])]) {
          if (buffer) continue;
          for (let i = offset; i < offset + length; i++) covered[i]!++;
        }
      }
      const wrong = Array.from(covered.entries()).filter(([, times]) => times !== 1);
      assert.deepEqual(wrong.slice(0, 5), [], `frame ${number}: [octet, times]`);
    }
  });

  test(`every field of ${name} is explained by the guide`, async () => {
    const capture = await open(name);
    const silent = new Set<string>();
    for (const index of Array.from(capture.indexes)) {
      const view = capture.frame(capture.scan.store.number(index));
      const visit = (field: Field): void => {
        if (field.key !== undefined && !view.docs[field.key]) silent.add(field.key);
        field.children?.forEach(visit);
      };
      view.tree.forEach(visit);
    }
    assert.deepEqual([...silent].sort(), []);
  });
}

/** The fields that own octets: those without children, and those whose children are parts of the same octets (flag bits). */
function leaves(fields: readonly Field[]): Field[] {
  return fields.flatMap((field) => {
    const children = field.children ?? [];
    const bits = children.some(
      (child, i) => child.length > 0 && children.slice(0, i).some((other) => overlaps(child, other)),
    );
    return children.length === 0 || bits ? [field] : leaves(children);
  });
}

function overlaps(a: Field, b: Field): boolean {
  return a.offset < b.offset + b.length && b.offset < a.offset + a.length;
}

function find(fields: readonly Field[], wanted: (field: Field) => boolean): Field | undefined {
  for (const field of fields) {
    const found = wanted(field) ? field : find(field.children ?? [], wanted);
    if (found) return found;
  }
  return undefined;
}

test('a wrong IP header checksum is not finished by a card or a rule that finishes UDP checksums', async () => {
  const whole = Buffer.from(readFileSync(join(SAMPLES, 'dhcp-healthy.pcap')));
  // The global header, the header of the first record, and Ethernet come before; then bytes 10 and 11 of the IP header (RFC 791 §3.1).
  const sum = 24 + 16 + 14 + 10;
  const steps = async (at: number): Promise<string> => {
    const bytes = Buffer.from(whole);
    bytes[at]! ^= 0x5a;
    const capture = new Capture('sum.pcap', DEFAULT_SETTINGS);
    await capture.read({ name: 'sum.pcap', chunks: () => streamOf(bytes) });
    return capture.findings.find(({ id }) => id === 'bad-checksum')!.steps.join('\n');
  };
  assert.doesNotMatch(await steps(sum), /ethtool/);
  // The checksum in the UDP header (RFC 768).
  assert.match(await steps(sum + 10 + 6), /ethtool -K INTERFACE tx off/);
});
