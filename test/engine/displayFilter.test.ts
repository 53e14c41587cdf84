import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import type { Field } from '../../src/codec/field';
import { Capture } from '../../src/engine/capture';
import { passing } from '../../src/engine/list/displayFilter';
import { understand } from '../../src/engine/list/filter';
import { filterFacts } from '../../src/engine/list/filterFacts';
import { findFrame } from '../../src/engine/list/find';
import { LedgerFields } from '../../src/engine/list/fields/ledgerFields';
import { FrameList } from '../../src/engine/list/list';
import { OwnColumns } from '../../src/engine/list/ownColumns';
import { fileSource } from '../../src/engine/node';
import { displayFilter, expressionAt, fieldNames, FrameReader } from '../../src/filter';
import { FIELDS } from '../../src/filter/fields';
import { needs } from '../support/needs';
import { output } from '../support/tshark';

const SAMPLES = join('media', 'samples');
const LAB = join('test', 'fixtures', 'lab');

async function open(name: string, folder = SAMPLES): Promise<Capture> {
  const capture = new Capture(name, DEFAULT_SETTINGS);
  await capture.read(await fileSource(join(folder, name)));
  return capture;
}

const captures = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.pcap'));

test('what the ledger tells of a field is what its octets tell', async () => {
  const names = [...FIELDS.all()]
    .filter(({ name, kind }) => kind !== 'protocol' && FIELDS.get(name)!.needsAllFrames !== true)
    .map(({ name }) => name)
    .filter((name) => !['finding', 'conversation', 'outcome'].includes(name));
  assert.ok(names.length > 100);
  let compared = 0;
  for (const folder of [SAMPLES, LAB])
    for (const file of captures(folder)) {
      const { scan } = await open(file, folder);
      const held = new LedgerFields(scan, new Set(names), true, undefined);
      const reader = new FrameReader(names);
      for (let index = 0; index < scan.store.count; index++) {
        if (!held.read(index)) continue;
        compared++;
        reader.read(filterFacts(scan, index));
        for (const name of names) {
          const field = FIELDS.get(name)!;
          assert.deepEqual(
            held.values(field),
            reader.values(field),
            `${file}, frame ${scan.store.number(index)}, ${name}`,
          );
        }
      }
    }
  assert.ok(compared > 1000, `only ${compared} frames are plain`);
});

/** As many frames of a capture show what there is to compare. */
const FEW = 2;
/** And so many are compared. */
const SOME = 8;

/** Comparisons with what stands in a capture's frames: field by field, each with its variants. */
function asked({ scan }: Capture): string[] {
  const texts = new Set<string>();
  for (let index = 0; index < Math.min(scan.store.count, FEW); index++) {
    const facts = filterFacts(scan, index);
    for (let offset = 0; offset < facts.captured; offset++)
      for (const length of [1, 2, 4, 6, 16]) texts.add(expressionAt(facts, offset, length) ?? 'dhcp');
  }
  return [...texts].flatMap((text) => {
    const [, field, value] = /^(\S+?)(?:\[.*\])? == (.*)$/.exec(text) ?? [];
    if (!field || !value) return [text];
    const { kind } = FIELDS.get(field)!;
    const within = ['bytes', 'string', 'ether', 'protocol'].includes(kind);
    return [
      text,
      text.replace('==', '!='),
      text.replace('==', '==='),
      text.replace('==', '>='),
      ...(within
        ? [
            `${field} contains ${value}`,
            `all ${field} contains ${value}`,
            `${field}[0:2] == de:ad`,
            `${field}[1:] contains 67`,
          ]
        : []),
    ];
  });
}

test('a filter finds the same frames by the ledger as by the octets', async () => {
  const more = [
    'dhcp.hw.mac_addr[0] == 02',
    'dhcp.hw.mac_addr[0:3] == 02:67:00',
    'vlan contains 00:0a',
    'eth contains "port67"',
    'all dhcp.option.type < 100',
    'all dhcp.option.length == 4',
    'all dhcp.option.value contains 01',
    'any eth.addr != ff:ff:ff:ff:ff:ff',
    'lower(dhcp.option.hostname) contains "e"',
    'count(dhcp.option.type) > 8',
    '!dhcp.option.end',
    'outcome == "released" or finding',
    'conversation == 1',
  ];
  let compared = 0;
  for (const folder of [SAMPLES, LAB])
    for (const [place, file] of captures(folder).entries()) {
      // Of the many captures of the lab every tenth.
      if (folder === LAB && place % 10 > 0) continue;
      const capture = await open(file, folder);
      const { scan } = capture;
      const own = OwnColumns.of(capture);
      const count = Math.min(scan.store.count, SOME);
      for (const text of [...more, ...asked(capture)]) {
        const filter = displayFilter(text);
        if ('problem' in filter) assert.fail(`${text}: ${filter.problem.message}`);
        if (filter.needsAllFrames) continue;
        const passes = passing(capture, filter);
        const reader = new FrameReader(filter.names);
        // Backwards too, as the list is searched.
        for (const order of [1, -1])
          for (let n = 0; n < count; n++) {
            const index = order > 0 ? n : count - 1 - n;
            compared++;
            assert.equal(
              passes(index),
              filter.matches(reader.read(filterFacts(scan, index, own.at(index)))),
              `${file}, frame ${scan.store.number(index)}: ${text}`,
            );
          }
      }
    }
  assert.ok(compared > 100_000, `only ${compared} were compared`);
});

const kind = (text: string): string => {
  const found = understand(text, []);
  return 'error' in found ? 'error' : 'display' in found ? 'display' : 'words';
};

test('a text that is a display filter is one; words are looked for as ever', () => {
  for (const text of [
    'dhcp',
    'arp',
    'dhcp.option.dhcp == 5',
    'ip.src == 10.0.0.1 && udp',
    'bootp.id == 1',
    'finding == "nak"',
  ])
    assert.equal(kind(text), 'display', text);
  for (const text of [
    'offer',
    'type:offer',
    'finding:no-offer',
    '02:67',
    '10.67.0.1',
    '-frame:1-9',
    'learner laptop',
    'laptop.local',
  ])
    assert.equal(kind(text), 'words', text);
  for (const text of ['dhcp.option.hostnam', 'dhcp.option.dhcp =', 'ip.src == ', 'foo == 1', 'dhcp and nothing'])
    assert.equal(kind(text), 'error', text);
});

test('an error says where it is, and what is possible there', () => {
  const found = understand('udp && dhcp.option.hostnam == "x"', []);
  assert.ok('error' in found);
  assert.deepEqual({ position: found.error.position, length: found.error.length }, { position: 7, length: 19 });
  assert.match(found.error.message, /near it: dhcp\.option\.hostname/);
});

test('what only all frames of the file tell is not asked of the list', () => {
  const found = understand('frame.time_delta > 1', []);
  assert.ok('error' in found);
  assert.match(found.error.message, /follows from all frames/);
});

test('what the analysis found can be filtered by', async () => {
  const capture = await open('blocked-port.pcap');
  const list = new FrameList(capture);
  assert.equal(list.filter('finding == "no-offer" && outcome == "unanswered" && conversation == 1').total, 4);
  assert.equal(list.filter('conversation == 2').total, 0);
});

/** All fields of a tree. */
function* fieldsOf(tree: readonly Field[]): Generator<Field> {
  for (const field of tree) {
    yield field;
    yield* fieldsOf(field.children ?? []);
  }
}

test('the filter of a field finds the frame that it stands in', async () => {
  let made = 0;
  for (const file of captures(SAMPLES)) {
    const capture = await open(file);
    for (let i = 0; i < capture.indexes.length; i++) {
      const index = capture.indexes[i]!;
      const frame = capture.scan.store.number(index);
      for (const { offset, length, buffer = 0, name } of fieldsOf(capture.frame(frame).tree)) {
        const text = capture.filterOf({ frame, offset, length, buffer });
        if (text === undefined) continue;
        made++;
        const filter = displayFilter(text);
        assert.ok(!('problem' in filter), `${file}, frame ${frame}, ${name}: ${text}`);
        assert.ok(passing(capture, filter)(index), `${file}, frame ${frame}, ${name}: ${text} does not find it`);
      }
    }
  }
  assert.ok(made > 1500, `${made} filters`);
});

/** The filter of the field with this key in a frame of a sample. */
async function filterOf(file: string, frame: number, key: string): Promise<string | undefined> {
  const capture = await open(file);
  const field = [...fieldsOf(capture.frame(frame).tree)].find((one) => one.key === key)!;
  return capture.filterOf({ frame, offset: field.offset, length: field.length, buffer: field.buffer ?? 0 });
}

test('the filters of well-known fields, and the frames that tshark finds by them', async (t) => {
  const file = 'dhcp-healthy.pcap';
  const expected = [
    [1, 'dhcp.xid', 'dhcp.id == 0x722e1', '1,2,3,4'],
    [2, 'dhcp.yiaddr', 'dhcp.ip.your == 10.67.0.100', '2,4'],
    [1, 'dhcp.chaddr', 'dhcp.hw.mac_addr == 02:67:00:00:00:0c', '1,2,3,4'],
    [3, 'dhcp.option.53', 'dhcp.option.dhcp == 3', '3'],
    [1, 'dhcp.option.12', 'dhcp.option.hostname == "learner-laptop"', '1,3'],
    [4, 'dhcp.option.51', 'dhcp.option.ip_address_lease_time == 3600', '2,4'],
    [1, 'eth.src', 'eth.src == 02:67:00:00:00:0c', '1,3'],
    [1, 'udp.dstport', 'udp.dstport == 67', '1,3'],
  ] as const;
  const found: string[] = [];
  for (const [frame, key] of expected) found.push((await filterOf(file, frame, key)) ?? '');
  assert.deepEqual(
    found.map((text) => text.replace(/0x722e1[0-9a-f]*/, '0x722e1')),
    expected.map(([, , text]) => text),
  );
  if (!needs(t, 'tshark')) return;
  for (const [i, text] of found.entries()) {
    const { stdout } = await output('tshark', [
      '-r',
      join(SAMPLES, file),
      '-n',
      '-Y',
      text,
      '-T',
      'fields',
      '-e',
      'frame.number',
    ]);
    assert.equal(stdout.trim().split('\n').join(','), expected[i]![3], text);
  }
});

test('names of fields are offered by their beginning, then by what is in them', () => {
  const names = fieldNames('dhcp.ip.').map(({ name }) => name);
  assert.deepEqual(names, ['dhcp.ip.client', 'dhcp.ip.relay', 'dhcp.ip.server', 'dhcp.ip.your']);
  assert.equal(fieldNames('bootp.ip.your')[0]!.name, 'dhcp.ip.your');
});

test('what the list says of a DHCPv6 message beside its type and client repeats neither', async () => {
  const { rows } = new FrameList(await open('dhcpv6.pcap')).rows(0, 4);
  assert.deepEqual(
    rows.map(({ type, client, info }) => [type, client, info]),
    [
      ['SOLICIT', '02:67:00:00:00:0c', 'xid 0x83c27b'],
      ['ADVERTISE', '02:67:00:00:00:0c', 'fd67::100, server 02:67:00:00:00:01, xid 0x83c27b'],
      ['REQUEST', '02:67:00:00:00:0c', 'fd67::100, server 02:67:00:00:00:01, xid 0x7d8f3e'],
      ['REPLY', '02:67:00:00:00:0c', 'fd67::100, server 02:67:00:00:00:01, xid 0x7d8f3e'],
    ],
  );
});

test('the list stands in the order that is asked for, and every frame is found in it', async () => {
  const list = new FrameList(await open('dhcp-healthy.pcap'));
  const frames = (): number[] => list.rows(0, 10).rows.map(({ frame }) => frame);
  list.sort({ column: 'type', descending: false });
  assert.deepEqual(frames(), [4, 1, 2, 3]);
  assert.equal(list.indexOf(1), 1);
  list.sort({ column: 'frame', descending: true });
  assert.deepEqual(frames(), [4, 3, 2, 1]);
  list.filter('dhcp.type == 2');
  assert.deepEqual(frames(), [4, 2]);
  list.sort({ column: 'frame', descending: false });
  assert.deepEqual(frames(), [2, 4]);
  const [, ack] = list.rows(0, 10, true).rows;
  assert.ok(ack!.waited! > 0 && ack!.waited! < ack!.delta!);
});

test('a search finds text, octets in hex and fields, forwards and backwards, and begins again at the other end', async () => {
  const capture = await open('dhcp-healthy.pcap');
  const find = async (text: string, from: number, backwards = false): Promise<number | undefined> =>
    (await findFrame(capture, capture.indexes, { text, from, backwards })).frame;
  assert.equal(await find('63 82 53 63', 1), 2);
  assert.equal(await find('63825363', 4), 1);
  assert.equal(await find('learner-laptop', 1), 3);
  assert.equal(await find('dhcp.option.dhcp == 2', 4, true), 2);
  assert.equal(await find('no such thing', 1), undefined);
});
