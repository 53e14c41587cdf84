import assert from 'node:assert/strict';
import test from 'node:test';
import { cli, cliLines } from '../support/cli';
import { SAMPLES } from '../support/samples';

const nak = `${SAMPLES}/nak.pcap`;

/** The ids of the findings that `inspect` reports. */
async function idsOf(...args: string[]): Promise<string[]> {
  const { stdout } = await cli(['inspect', '--json', ...args, nak]);
  return (JSON.parse(stdout) as { findings: { id: string }[] }).findings.map(({ id }) => id);
}

test('--authorised and --frames add up when they are repeated; an option of one value is not repeated', async () => {
  assert.deepEqual(await idsOf('--authorised', '10.67.5.1', '--authorised', '10.0.0.2'), ['nak']);
  assert.deepEqual(await idsOf('--authorised', '10.0.0.2'), ['rogue-server', 'nak']);
  const frames = await cliLines<{ frame: number }>(['decode', '--json', '--frames', '1', '--frames', '3-4', nak]);
  assert.deepEqual(
    frames.map(({ frame }) => frame),
    [1, 3, 4],
  );
  for (const [args, text] of [
    [['decode', '-Y', 'arp', '-Y', 'dhcp', nak], '-Y is given more than once'],
    [['inspect', '--authorised=', nak], '--authorised takes IPv4 addresses, not “”'],
    [['inspect', '--authorized', '10.0.0.1', nak], 'there is no option --authorized; did you mean --authorised?'],
    [['inspect', '-x.pcap'], 'there is no option -x; a file of that name is given as ./-x'],
    [['inspekt', nak], 'there is no command “inspekt”; did you mean inspect?'],
    [[nak], `there is no command “${nak}”; for the file: port67 inspect ${nak}`],
    [['compare', nak, nak], 'there is no command “compare”; inspect compares the captures it is given'],
  ] as const) {
    const { status, stdout, stderr } = await cli([...args]);
    assert.deepEqual([status, stdout], [2, ''], text);
    assert.equal(stderr, `port67: ${text} (port67 --help tells the usage)\n`);
  }
});

test('decode of several captures names the file of each frame', async () => {
  const relay = `${SAMPLES}/relay.pcap`;
  const lines = await cliLines<{ file?: string; frame: number }>(['decode', '--json', '--frames', '1', nak, relay]);
  assert.deepEqual(
    lines.map(({ file, frame }) => [file, frame]),
    [
      [nak, 1],
      [relay, 1],
    ],
  );
  assert.equal((await cliLines<{ file?: string }>(['decode', '--json', nak]))[0]!.file, undefined);
  const { stdout } = await cli(['decode', '--frames', '1', nak, relay]);
  assert.deepEqual(
    stdout.split('\n').filter((line) => line.endsWith('.pcap:')),
    [`${nak}:`, `${relay}:`],
  );
});

test('decode says so when it shows nothing', async () => {
  const { status, stdout, stderr } = await cli(['decode', '-Y', 'tcp', nak]);
  assert.deepEqual([status, stdout, stderr], [0, '', `port67: ${nak}: the filter passes none of 6 frames\n`]);
});

test('help is a command too', async () => {
  assert.equal((await cli(['help', 'check'])).stdout, (await cli(['check', '--help'])).stdout);
  assert.equal((await cli(['help'])).stdout, (await cli(['--help'])).stdout);
});
