/** The list of all frames: what it shows of those that have nothing to do with DHCP, and that filters find the same there as in octets. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { Capture } from '../../src/engine/capture';
import { filterFacts } from '../../src/engine/list/filterFacts';
import { findAll, findFrame } from '../../src/engine/list/find';
import { FrameList } from '../../src/engine/list/list';
import { fileSource } from '../../src/engine/node';
import { displayFilter, FrameReader, type Value } from '../../src/filter';
import { FIELDS } from '../../src/filter/fields';
import { valueText } from '../../src/filter/functions';
import { pcap } from '../capture/build';
import { eth, ip4, octets, udp } from '../codec/frames';
import { folder, mergedCaptures } from '../filter/captures';
import { EXPRESSIONS } from '../filter/expressions';
import { craftedFrames } from '../filter/frames';
import { needs } from '../support/needs';
import { frameOctets } from '../support/samples';
import { output } from '../support/tshark';

/** A segment of TCP without data, in a frame padded to 60 octets. */
const segment = (from: string, to: string): Uint8Array =>
  octets(eth(0x0800, ip4(6, `${from}${to}${'00'.repeat(8)}50100400${'00'.repeat(4)}`)).padEnd(120, '0'));
const HTTPS = '01bb';
const FRAMES = [
  segment(HTTPS, 'c822'),
  frameOctets('dhcp-healthy.pcap', 1),
  octets(eth(0x0800, ip4(17, udp(5353, 53, '000101000001')))),
  frameOctets('dhcp-healthy.pcap', 2),
  segment('c822', HTTPS),
  octets(eth(0x88cc, '00'.repeat(46))),
];
const MIXED = join(folder, 'mixed.pcap');
writeFileSync(MIXED, pcap(FRAMES.map((bytes, i) => ({ bytes, seconds: 100 + i }))));

async function opened(path: string): Promise<{ capture: Capture; list: FrameList }> {
  const capture = new Capture('mixed', DEFAULT_SETTINGS);
  await capture.read(await fileSource(path));
  await capture.readTraffic(await fileSource(path));
  const list = new FrameList(capture);
  list.widen(true);
  return { capture, list };
}

const framesOf = ({ list, capture }: { list: FrameList; capture: Capture }): number[] =>
  Array.from(list.indexes, (index) => capture.numberAt(index));

test('all frames stand in the order of the capture, each other one with its summary line', async () => {
  const { list, capture } = await opened(MIXED);
  const { rows, total } = list.rows(0, 10);
  assert.equal(total, 6);
  assert.deepEqual(
    rows.map(({ frame, type, info, other }) => [frame, type, other ? info : '']),
    [
      [1, 'TCP', '443 → 51234, 60 octets'],
      [2, 'DISCOVER', ''],
      [3, 'UDP', '5353 → 53, 48 octets'],
      [4, 'OFFER', ''],
      [5, 'TCP', '51234 → 443, 60 octets'],
      [6, 'Ethernet', rows[5]!.info],
    ],
  );
  assert.deepEqual(
    [rows[0]!.time, rows[0]!.source, rows[0]!.destination, rows[4]!.time, rows[4]!.delta],
    ['0.000000', '10.67.0.100', '10.67.0.1', '4.000000', 1],
  );
  assert.equal(list.indexOf(5), 4);
  // Its octets and layers are those of the file.
  const view = capture.frame(1);
  assert.deepEqual([...view.buffers[0]!.bytes], [...FRAMES[0]!]);
  assert.deepEqual(
    view.tree.map(({ name }) => name),
    ['Ethernet II', 'Internet Protocol Version 4', 'Transmission Control Protocol', 'Ethernet padding'],
  );
  list.widen(false);
  assert.deepEqual(framesOf({ list, capture }), [2, 4]);
});

test('words, columns, orders and searches know the other frames', async () => {
  const both = await opened(MIXED);
  const { list, capture } = both;
  for (const [text, found] of [
    ['tcp', [1, 5]],
    ['10.67.0.100 60 octets', [1, 5]],
    ['-type:tcp', [2, 3, 4, 6]],
    ['tcp.port == 443', [1, 5]],
    ['tcp.srcport == 443 || dhcp', [1, 2, 4]],
    ['frame.len == 60', [1, 5, 6]],
    ['frame:3-5', [3, 4, 5]],
  ] as const) {
    assert.equal(list.filter(text).error, undefined, text);
    assert.deepEqual(framesOf(both), found, text);
  }
  list.filter('');
  list.sort({ column: 'type', descending: false });
  assert.deepEqual(framesOf(both), [2, 6, 4, 1, 5, 3]);
  list.sort({ column: 'source', descending: true });
  // 0.0.0.0, 10.67.0.1, three of 10.67.0.100, and the address of a card.
  assert.deepEqual(framesOf(both), [6, 5, 3, 1, 4, 2]);
  list.sort({ column: 'frame', descending: false });
  const search = { from: 2, backwards: false };
  assert.deepEqual(await findFrame(capture, list.indexes, { ...search, text: '01 bb c8 22' }), {
    frame: 1,
    offset: 34,
    length: 4,
  });
  assert.deepEqual(await findFrame(capture, list.indexes, { ...search, text: 'LEARNER', exact: true }), {});
  const text = { text: 'LEARNER', what: 'text' } as const;
  assert.deepEqual(await findAll(capture, list.indexes, text, () => true), {
    frames: [2],
    complete: true,
    kind: 'text',
  });
  const wrong = await findAll(capture, list.indexes, { text: 'xyz', what: 'octets' }, () => true);
  assert.match(wrong.error ?? '', /two digits each/);
});

test('a compressed capture lists them too, and says where it stops', async () => {
  const path = join(folder, 'mixed.pcap.gz');
  writeFileSync(path, gzipSync(pcap(FRAMES.map((bytes) => ({ bytes })))));
  const { capture, list } = await opened(path);
  assert.equal(capture.traffic?.note, undefined);
  assert.equal(list.length, 6);
  assert.deepEqual([...capture.frame(5).buffers[0]!.bytes], [...FRAMES[4]!]);
});

test('of a list of all frames tshark finds the same', async (t) => {
  if (!needs(t, 'tshark')) return;
  const path = mergedCaptures(craftedFrames());
  const both = await opened(path);
  for (const filter of [
    'tcp',
    'tcp.port == 80',
    'udp.dstport == 53',
    'ip.src == 10.67.0.1',
    'frame.len > 400',
    'ip.ttl == 1',
    'not udp',
  ]) {
    const { stdout } = await output('tshark', ['-n', '-r', path, '-Y', filter, '-T', 'fields', '-e', 'frame.number']);
    assert.equal(both.list.filter(filter).error, undefined);
    both.list.advance();
    assert.deepEqual(framesOf(both), stdout.split('\n').filter(Boolean).map(Number), filter);
  }
});

/** Filters that ask for a field in several ways: by a value that some frame has. */
function filtersFor(name: string, kind: string, value: Value | undefined): string[] {
  const filters = [name, `not ${name}`];
  if (value === undefined || kind === 'none') return filters;
  if (typeof value === 'number' || kind === 'ether' || kind === 'ipv6')
    filters.push(`${name} == ${valueText(value, kind as 'ether')}`, `${name} != ${valueText(value, kind as 'ether')}`);
  if (typeof value === 'string' && ['string', 'bytes', 'protocol', 'ether'].includes(kind)) {
    const part = Array.from(value.slice(0, 3), (char) => char.charCodeAt(0).toString(16).padStart(2, '0'));
    if (part.length > 1 && kind !== 'string')
      filters.push(`${name} contains ${part.join(':')}`, `${name}[0:2] == ${part.slice(0, 2).join(':')}`);
    if (kind === 'string') filters.push(`${name} matches "e"`, `len(${name}) > 3`);
  }
  return filters;
}

test('whatever a filter is answered from, it finds what the octets say: every field, and all expressions', async () => {
  const path = mergedCaptures(craftedFrames());
  const all = new Capture('all', DEFAULT_SETTINGS, { everything: true });
  await all.read(await fileSource(path));
  const { store } = all.scan;
  const fields = [...FIELDS.all()].filter(
    ({ needsAllFrames, name }) => !needsAllFrames && !/^(finding|conversation|outcome)$/.test(name),
  );
  const samples = new FrameReader(fields.map(({ name }) => name));
  const some = new Map<string, Value>();
  for (let i = 0; i < store.count; i++) {
    samples.read(filterFacts(all.scan, i));
    for (const field of fields) for (const value of samples.values(field)) some.set(field.name, value);
  }
  const texts = [...EXPRESSIONS, ...fields.flatMap(({ name, kind }) => filtersFor(name, kind, some.get(name)))];
  const filters = texts.flatMap((text) => {
    const filter = displayFilter(text);
    return 'problem' in filter || filter.needsAllFrames || filter.needsAnalysis ? [] : [{ text, filter }];
  });
  const expected = filters.map((): number[] => []);
  const reader = new FrameReader(new Set(filters.flatMap(({ filter }) => [...filter.names])));
  for (let i = 0; i < store.count; i++) {
    reader.read(filterFacts(all.scan, i));
    filters.forEach(({ filter }, k) => filter.matches(reader) && expected[k]!.push(store.number(i)));
  }
  const both = await opened(path);
  assert.equal(both.list.length, store.count);
  const wrong = filters.flatMap(({ text }, k) => {
    both.list.filter(text);
    both.list.advance();
    const found = framesOf(both);
    return found.join() === expected[k]!.join() ? [] : [`${text}: ${found.length}, in octets ${expected[k]!.length}`];
  });
  assert.deepEqual(wrong, []);
  assert.ok(filters.length > 1500, `${filters.length} filters`);
});
