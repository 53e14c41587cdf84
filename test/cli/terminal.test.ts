/** What `inspect` prints on a terminal, and for whom it tells what to do. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { PRODUCTS } from '../../src/analysis/words/steps';
import { Output } from '../../src/cli/output';
import { wrapped } from '../../src/cli/paper';
import { cli } from '../support/cli';

const SUBNET = join('media', 'samples', 'wrong-subnet.pcap');

interface Found {
  readonly findings: readonly {
    readonly steps: readonly string[];
    readonly stepsFor?: Readonly<Record<string, { readonly product: string }>>;
  }[];
}

test('text is wrapped at spaces, and a command is never broken', () => {
  assert.deepEqual(wrapped('one two three four', 9), ['one two', 'three', 'four']);
  assert.deepEqual(wrapped('run `ss -lunp "sport = :67"` now', 12), ['run', '`ss -lunp "sport = :67"`', 'now']);
  assert.deepEqual(wrapped('  1. one two three', 10, 5), ['  1. one', 'two', 'three']);
  // Styles take no columns.
  assert.deepEqual(wrapped('\x1b[1mone\x1b[0m two', 7), ['\x1b[1mone\x1b[0m two']);
});

/** What an output writes to a stream. */
async function written(terminal: { isTTY?: boolean; columns?: number }): Promise<string> {
  const parts: string[] = [];
  const stream = Object.assign(
    new Writable({
      write(chunk: Buffer, _encoding, done) {
        parts.push(chunk.toString());
        done();
      },
    }),
    terminal,
  );
  const output = new Output(stream);
  output.prose('  aaaa bbbb cccc dddd', 4);
  await output.end();
  return parts.join('');
}

test('prose is wrapped to the width of a terminal, and left alone elsewhere', async () => {
  const columns = process.env['COLUMNS'];
  delete process.env['COLUMNS'];
  assert.equal(await written({ isTTY: true, columns: 12 }), '  aaaa bbbb\n    cccc\n    dddd\n');
  assert.equal(await written({ columns: 12 }), '  aaaa bbbb cccc dddd\n');
  process.env['COLUMNS'] = '17';
  assert.equal(await written({ isTTY: true, columns: 12 }), '  aaaa bbbb cccc\n    dddd\n');
  assert.equal(await written({}), '  aaaa bbbb cccc dddd\n');
  if (columns === undefined) delete process.env['COLUMNS'];
  else process.env['COLUMNS'] = columns;
});

test('--product tells the steps for that product alone, and those for everybody', async () => {
  const of = async (...args: string[]): Promise<Found['findings'][number]> =>
    (JSON.parse((await cli(['inspect', '--json', SUBNET, ...args])).stdout) as Found).findings[0]!;
  const all = await of();
  const kea = await of('--product', 'kea');
  const isOf = (product: string) => (step: string) => step.startsWith(`${product}: `);
  assert.deepEqual(kea.steps.filter(isOf('Kea')), all.steps.filter(isOf('Kea')));
  assert.deepEqual(kea.steps.filter(isOf('ISC dhcpd')), []);
  assert.equal(kea.steps[0], all.steps[0]);
  for (const [place, { product }] of Object.entries(kea.stepsFor!)) {
    assert.equal(product, 'kea');
    assert.match(kea.steps[Number(place)]!, /^Kea: /);
  }
  // Where a product has no wording of its own, all wordings stay.
  assert.deepEqual((await of('--product', 'ufw')).steps, all.steps);
  const text = (await cli(['inspect', SUBNET, '--product', 'dnsmasq,ufw'])).stdout;
  assert.match(text, /dnsmasq: /);
  assert.doesNotMatch(text, /Cisco IOS: /);
});

test('an unknown product is refused with those that there are', async () => {
  const ran = await cli(['inspect', SUBNET, '--product', 'kea,juniper']);
  assert.equal(ran.status, 2);
  assert.match(ran.stderr, /--product takes .*, not “juniper”/);
  for (const product of Object.keys(PRODUCTS)) assert.ok(ran.stderr.includes(product), product);
});
