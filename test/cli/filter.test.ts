/** `-Y FILTER` on the command line. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cli, cliLines } from '../support/cli';
import { needs } from '../support/needs';
import { output } from '../support/tshark';

const SAMPLES = join('media', 'samples');
const NAK = join(SAMPLES, 'nak.pcap');
const PXE = join(SAMPLES, 'pxe.pcap');
const RELAY = join(SAMPLES, 'relay.pcap');

interface Line {
  readonly frame: number;
  readonly protocol: string;
}

async function decoded(file: string, filter: string, ...more: string[]): Promise<number[]> {
  return (await cliLines<Line>(['decode', '--json', '-Y', filter, ...more, file])).map(({ frame }) => frame);
}

async function tshark(file: string, filter: string): Promise<number[]> {
  const { stdout } = await output('tshark', ['-n', '-r', file, '-Y', filter, '-T', 'fields', '-e', 'frame.number']);
  return stdout.split('\n').filter(Boolean).map(Number);
}

test('decode -Y shows the frames of interest that pass, with --all every frame that passes', async (t) => {
  if (!needs(t, 'tshark')) return;
  for (const file of [NAK, PXE, RELAY]) {
    const ofInterest = new Set((await cliLines<Line>(['decode', '--json', file])).map(({ frame }) => frame));
    for (const filter of [
      'dhcp.option.dhcp in {1, 3}',
      'not dhcp',
      'tftp || arp',
      'udp.port == 69 or tftp.opcode == 3',
      'frame.time_delta > 0.001',
      'frame.time_delta_displayed > 0.001',
      'dhcp and frame.time_delta_displayed < 0.01',
      'udp.stream == 1',
      'eth.src[0:3] == 02:67:00 && frame.number >= 3',
    ]) {
      const theirs = await tshark(file, filter);
      assert.deepEqual(await decoded(file, filter, '--all'), theirs, `${file}: ${filter}`);
      assert.deepEqual(
        await decoded(file, filter),
        theirs.filter((frame) => ofInterest.has(frame)),
        `${file}: ${filter}`,
      );
    }
  }
});

test('decode -Y takes --frames and standard input, and knows findings, conversations and outcomes', async () => {
  assert.deepEqual(await decoded(NAK, 'dhcp', '--frames', '2-3'), [2, 3]);
  const { stdout } = await cli(['decode', '--json', '-Y', 'dhcp.option.dhcp == NAK', '-'], readFileSync(NAK));
  assert.deepEqual(
    stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as Line).frame),
    [2],
  );
  assert.deepEqual(await decoded(NAK, 'finding == "nak"'), [1, 2]);
  assert.deepEqual(await decoded(NAK, 'conversation == 2'), [3, 4, 5, 6]);
  assert.deepEqual(await decoded(NAK, 'outcome == "bound" and dhcp.type == "Boot Reply"'), [4, 6]);
});

test('decode --all shows frames that are not of interest in one summary each', async () => {
  const lines = await cliLines<Line & { summary: string }>([
    'decode',
    '--json',
    '--all',
    '-Y',
    'not dhcp and frame.number > 9',
    PXE,
  ]);
  assert.deepEqual(
    lines.map(({ frame, protocol }) => [frame, protocol]),
    (await cliLines<Line>(['decode', '--json', '--all', PXE]))
      .filter(({ frame }) => frame > 9)
      .map(({ frame, protocol }) => [frame, protocol]),
  );
  assert.ok(lines.some(({ protocol }) => protocol === 'other'));
});

interface Report {
  readonly files: readonly { readonly frames: number; readonly ofInterest: number }[];
  readonly conversations: readonly { readonly outcome: string; readonly frames: readonly number[] }[];
  readonly findings: readonly { readonly id: string }[];
}

async function inspected(filter: string, file: string, ...more: string[]): Promise<Report> {
  return JSON.parse((await cli(['inspect', '--json', '-Y', filter, ...more, file])).stdout) as Report;
}

test('inspect -Y judges the capture as if it held only the frames that pass', async () => {
  const bound = await inspected('frame.number > 2', NAK);
  assert.equal(bound.files[0]!.frames, 4);
  assert.deepEqual(
    bound.conversations.map(({ outcome, frames }) => [outcome, frames]),
    [['bound', [3, 4, 5, 6]]],
  );
  assert.deepEqual(bound.findings, []);
  // Without their answers the same requests have no end in what is left.
  const asked = await inspected('dhcp.type == 1 && frame.number in {1, 3}', NAK);
  assert.deepEqual(
    asked.conversations.map(({ outcome }) => outcome),
    ['incomplete', 'incomplete'],
  );
  const refused = await inspected('finding == "nak"', NAK);
  assert.deepEqual(
    refused.findings.map(({ id }) => id),
    ['nak'],
  );
});

test('a filter that cannot be understood ends with status 2 and one line: what, where, what would be possible', async () => {
  for (const command of ['decode', 'inspect']) {
    const own = await cli([command, '-Y', 'finding == "no-ofer"', NAK]);
    assert.deepEqual(
      [own.status, own.stdout, own.stderr],
      [2, '', 'port67: the filter, at character 12: there is no finding “no-ofer”; possible would be no-offer\n'],
    );
    const ran = await cli([command, '-Y', 'udp && dhcp.fole', NAK]);
    assert.equal(ran.status, 2);
    assert.equal(ran.stdout, '');
    assert.match(
      ran.stderr,
      /^port67: the filter, at character 8: “dhcp\.fole” is no field; near it: dhcp\.file[^\n]*\n$/,
    );
  }
  const hostile = await cli(['decode', '-Y', 'arp \x1b[31m', NAK]);
  assert.equal(hostile.status, 2);
  assert.ok(!hostile.stderr.includes('\x1b'));
});
