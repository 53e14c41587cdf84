import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { Capture } from '../../src/engine/capture';
import { fileSource } from '../../src/engine/node';
import { asked, compileFilter } from '../../src/engine/list/filter';
import type { Finding, Row } from '../../src/protocol';

const row: Row = {
  frame: 12,
  time: '0.000000',
  source: '0.0.0.0',
  destination: '255.255.255.255',
  type: 'DISCOVER',
  client: '02:67:00:00:00:0c',
  info: '“front desk”, xid 0x00003d1d',
};
const finding = { id: 'no-offer', frames: [12, 14] } as unknown as Finding;

function matches(text: string): boolean {
  const compiled = compileFilter(text, [finding]);
  assert.ok(!('error' in compiled), text);
  return compiled.matches?.(asked(row)) ?? true;
}

test('the empty filter shows all', () => {
  const compiled = compileFilter('  ', []);
  assert.ok('matches' in compiled && compiled.matches === undefined);
});

test('a plain word is looked for in every column, without regard to case', () => {
  assert.equal(matches('discover'), true);
  assert.equal(matches('3D1D'), true);
  assert.equal(matches('offer'), false);
});

test('all words must match', () => {
  assert.equal(matches('discover desk'), true);
  assert.equal(matches('discover chair'), false);
});

test('an address with colons is a plain word', () => {
  assert.equal(matches('02:67:00:00:00:0c'), true);
  assert.equal(matches('02:67:00:00:00:0d'), false);
});

test('a key looks in one column', () => {
  assert.equal(matches('type:disc'), true);
  assert.equal(matches('info:disc'), false);
  assert.equal(matches('info:"front desk"'), true);
});

test('frame numbers and ranges', () => {
  assert.equal(matches('frame:12'), true);
  assert.equal(matches('frame:1-11'), false);
  assert.equal(matches('frame:10-20'), true);
});

test('the frames of a finding', () => {
  assert.equal(matches('finding:no-offer'), true);
  assert.equal(matches('finding:nak'), false);
});

test('a minus negates', () => {
  assert.equal(matches('-type:offer'), true);
  assert.equal(matches('-discover'), false);
});

test('what is no filter is refused at its place', () => {
  assert.deepEqual(compileFilter('discover colour:red', []), {
    error: {
      message: '“colour:” is not known. There are source, destination, type, client, info, frame, finding.',
      position: 9,
    },
  });
  assert.deepEqual(compileFilter('finding:no-ofer', []), {
    error: { message: 'there is no finding “no-ofer”; possible would be no-offer.', position: 0 },
  });
  assert.deepEqual(compileFilter('frame:x', []), {
    error: { message: '“x” is neither a frame number nor a range such as 10-20.', position: 0 },
  });
  assert.deepEqual(compileFilter('discover "front', []), {
    error: { message: 'A quotation mark is not closed.', position: 9 },
  });
});

test('a word is looked for in the parts of “info” as in the whole text', async () => {
  const folder = new URL('../fixtures/lab/', import.meta.url);
  let asked = 0;
  let found = 0;
  for (const name of readdirSync(folder).filter((file) => /(?:healthy|nak|relay|inform).*\.pcap$/.test(file))) {
    const capture = new Capture(name, DEFAULT_SETTINGS);
    await capture.read(await fileSource(fileURLToPath(new URL(name, folder))));
    const { columns, indexes } = capture;
    const infos = Array.from(indexes, (index) => capture.row(index).info.toLowerCase());
    const words = new Set(['', '0x', '.', '“', '0.0', 'ſ', 'address 10', ', xid']);
    infos.forEach((info, i) => {
      for (let at = i % 3; at < info.length; at += 5) words.add(info.slice(at, at + 1 + ((at + i) % 9)));
    });
    for (const word of words)
      infos.forEach((info, i) => {
        asked++;
        if (info.includes(word)) found++;
        assert.equal(
          columns.at(indexes[i]!).includes('info', word),
          info.includes(word),
          `${name}: “${word}” in ${info}`,
        );
      });
  }
  assert.ok(asked > 10_000 && found > 1000 && found < asked, `${found} of ${asked}`);
});
