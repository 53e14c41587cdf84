/** Whatever keeps the command line from its work is one line on standard error and status 2, and no name that it says steers the terminal. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test, type TestContext } from 'node:test';
import { systemSentence, unexpectedSentence } from '../../src/cli/failure';
import { cli, CLI } from '../support/cli';

const HEALTHY = join('media', 'samples', 'dhcp-healthy.pcap');
/** A name as somebody gives a file who wants to be taken for a terminal: colour, C1 control, bidi override, line end, tag character. */
const HOSTILE = 'a\u001b[31m\u009b2J\u202egnp\n\u{e0041}';
const SHOWN = 'a\\x1b[31m\\x9b2J\\u202egnp\\n\\u{e0041}';
const STEERS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]|[\u{e0000}-\u{e007f}]/u;

const folder = mkdtempSync(join(tmpdir(), 'port67-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly status: number | null;
  readonly stderr: string;
}

function assertOneLine({ status, stderr }: Ended, message: RegExp): void {
  assert.equal(status, 2, stderr);
  assert.match(stderr, /^port67: [^\n]+\n$/);
  assert.match(stderr, message);
  assert.ok(stderr.length < 500, `${stderr.length} characters`);
  assert.doesNotMatch(stderr, STEERS);
}

/** Runs `port67` with a device or file as one of its standard streams. */
function withStream(args: readonly string[], stream: 0 | 1 | 2, path: string, flags: string): Ended {
  const file = openSync(path, flags);
  try {
    const stdio = (['ignore', 'ignore', 'pipe'] as (string | number)[]).map((one, i) => (i === stream ? file : one));
    const { status, stderr } = spawnSync(process.execPath, [CLI, ...args], { stdio: stdio as never, encoding: 'utf8' });
    return { status, stderr };
  } finally {
    closeSync(file);
  }
}

/** Whether this system has `path`; says what is missing otherwise. */
function has(t: TestContext, path: string): boolean {
  if (!existsSync(path)) t.skip(`this system has no ${path}`);
  return existsSync(path);
}

const COMMANDS: readonly (readonly string[])[] = [
  ['inspect', HEALTHY],
  ['inspect', '--json', HEALTHY],
  ['inspect', '--fail-on', 'info', HEALTHY],
  ['decode', HEALTHY],
  ['decode', '--json', HEALTHY],
  ['--help'],
  ['--version'],
];

test('a full disk is one line and status 2', (t) => {
  if (!has(t, '/dev/full')) return;
  for (const command of COMMANDS)
    assertOneLine(withStream(command, 1, '/dev/full', 'w'), /^port67: standard output: no space left on device\n$/);
  // More than fits into one write.
  const many = join(folder, 'many.pcap');
  const one = readFileSync(HEALTHY);
  writeFileSync(many, Buffer.concat([one, ...Array.from({ length: 500 }, () => one.subarray(24))]));
  for (const args of [
    ['decode', many],
    ['inspect', '--json', many],
  ])
    assertOneLine(withStream(args, 1, '/dev/full', 'w'), /no space left on device/);
});

test('where even standard error takes nothing, the status tells', (t) => {
  if (!has(t, '/dev/full')) return;
  assert.equal(withStream(['inspect', 'nothing.pcap'], 2, '/dev/full', 'w').status, 2);
  assert.equal(withStream(['inspect', HEALTHY], 2, '/dev/full', 'w').status, 0);
});

test('a folder is named as one, wherever a file is wanted', async () => {
  for (const command of ['inspect', 'decode', 'hex']) {
    assertOneLine(await cli([command, folder]), /port67-test-\w+: this is a folder, not a file\n$/);
    assertOneLine(
      withStream([command, '-'], 0, folder, 'r'),
      /^port67: standard input: this is a folder, not a file\n$/,
    );
  }
});

test('a file that cannot be opened is named, with the reason', async () => {
  const loop = join(folder, `loop-${HOSTILE}`);
  symlinkSync(loop, loop);
  for (const command of ['inspect', 'decode', 'hex']) {
    const shown = new RegExp(SHOWN.replace(/[\\[\]{}]/g, '\\$&'));
    const looping = await cli([command, loop]);
    assertOneLine(looping, /: too many symbolic links encountered\n$/);
    assert.match(looping.stderr, shown);
    const missing = await cli([command, join(folder, HOSTILE)]);
    assertOneLine(missing, /: there is no such file\n$/);
    assert.match(missing.stderr, shown);
    assertOneLine(await cli([command, join(HEALTHY, 'x')]), /healthy\.pcap\/x: not a directory\n$/);
    assertOneLine(await cli([command, 'x'.repeat(300)]), /x: name too long\n$/);
    assertOneLine(await cli([command, '']), /“”: there is no such file\n$/);
  }
});

test('what else the system refuses is said in its own words', () => {
  // The numbers are those of this system, and the words those of libuv.
  const { errno } = constants;
  const refused = (code: keyof typeof errno, path?: string): NodeJS.ErrnoException =>
    Object.assign(new Error(`${code}: raw words, open '${HOSTILE}'`), {
      code,
      errno: -errno[code],
      syscall: 'open',
      ...(path === undefined ? {} : { path }),
    });
  assert.equal(systemSentence(refused('EMFILE', 'a.pcap')), 'a.pcap: too many open files');
  assert.equal(systemSentence(refused('EIO'), HOSTILE), `${SHOWN}: i/o error`);
  assert.equal(systemSentence(refused('EACCES', HOSTILE)), `${SHOWN}: reading it is not permitted`);
  assert.equal(unexpectedSentence(refused('ENOSPC')), 'the system: no space left on device');
});

test('options that are none cannot steer the terminal', async () => {
  for (const option of [`--${HOSTILE}`, '--\u001b[31m', '-\u001b', `--json=${HOSTILE}`, `--fail-on=${HOSTILE}`])
    assertOneLine(await cli(['inspect', option, HEALTHY]), /port67 --help/);
  for (const args of [
    [HOSTILE],
    ['decode', '--frames', HOSTILE, HEALTHY],
    ['decode', '--option', HOSTILE, HEALTHY],
    ['decode', '--option', `300,${HOSTILE},text`, HEALTHY],
    ['decode', '--option', `224,x,${HOSTILE}`, HEALTHY],
    ['hex', '--start', HOSTILE],
    ['inspect', '--authorised', HOSTILE, HEALTHY],
  ])
    assertOneLine(await cli(args), /./);
});

test('the name of a file that is read cannot steer the terminal, nor end a line of JSON', async () => {
  const whole = readFileSync(HEALTHY);
  const cut = join(folder, `cut-${HOSTILE}.pcap`);
  writeFileSync(cut, whole.subarray(0, 24 + 2 * (16 + 342) + 100));
  const silent = join(folder, `silent-${HOSTILE}.pcap`);
  writeFileSync(silent, whole.subarray(0, 24));
  for (const paths of [[cut], [silent], [cut, silent], [cut, HEALTHY]]) {
    for (const command of ['inspect', 'decode']) {
      const { status, stdout, stderr } = await cli([command, ...paths]);
      assert.equal(status, 0, stderr);
      assert.doesNotMatch(stdout + stderr, STEERS);
    }
    const { stdout } = await cli(['inspect', '--json', ...paths]);
    assert.doesNotMatch(stdout, STEERS);
    assert.equal(stdout.trimEnd().split('\n').length, 1);
    const { files } = JSON.parse(stdout) as { files: { path: string }[] };
    assert.deepEqual(
      files.map(({ path }) => path),
      paths,
    );
  }
  // No capture at all: the sentence names the file.
  const none = join(folder, `none-${HOSTILE}.pcap`);
  writeFileSync(none, 'Dear sir');
  assertOneLine(await cli(['inspect', none]), /none-a\\x1b/);
});

test('a text that is longer than any string can be is refused, and an endless one as well', async (t) => {
  const long = join(folder, 'long.txt');
  writeFileSync(long, '');
  // Node.js makes no string of more than 2^29 - 24 characters, and reads no file of more than 2^31 octets at once. The file is sparse.
  for (const size of [2 ** 29, 2 ** 32]) {
    truncateSync(long, size);
    assertOneLine(await cli(['hex', long]), /This text is longer/);
  }
  if (!has(t, '/dev/zero')) return;
  assertOneLine(await cli(['hex', '/dev/zero']), /This text is longer/);
  assertOneLine(withStream(['hex', '-'], 0, '/dev/zero', 'r'), /This text is longer/);
});

test('a fault of the program itself is one line and status 2, at whatever point it comes', () => {
  const MINIFIED = `x=>${'y'.repeat(5000)}`;
  const faults: Readonly<Record<string, string>> = {
    'while it is loaded': `throw new Error('broken')`,
    'while it works': `exports.main = async () => { throw new Error('broken\\nat line 2') }`,
    later: `exports.main = () => new Promise(() => setTimeout(() => { throw new Error('broken') }))`,
    'in a promise that nobody awaits': `exports.main = () => { Promise.reject(new Error('broken')); return new Promise(() => setTimeout(() => {}, 1000)); }`,
    'thrown as what is no error': `exports.main = async () => { throw 'broken' }`,
    'with the source in its message': `exports.main = async () => { throw new Error('broken \\u001b[31m ${MINIFIED}') }`,
    'by the depth of its calls': `exports.main = async () => { const f = () => f() + 1; f(); }; // broken`,
  };
  for (const [when, source] of Object.entries(faults)) {
    const home = join(folder, when.replace(/\W/g, '-'));
    mkdirSync(home);
    copyFileSync(CLI, join(home, 'cli.js'));
    writeFileSync(join(home, 'program.js'), source);
    const { status, stderr } = spawnSync(process.execPath, [join(home, 'cli.js')], { encoding: 'utf8' });
    assertOneLine(
      { status, stderr },
      /^port67: unexpected error, which is a fault of this program: .*(broken|Maximum call)/,
    );
  }
  const alone = join(folder, 'alone');
  mkdirSync(alone);
  copyFileSync(CLI, join(alone, 'cli.js'));
  const { status, stderr } = spawnSync(process.execPath, [join(alone, 'cli.js')], { encoding: 'utf8' });
  assertOneLine({ status, stderr }, /(Cannot find module|no such file)/);
});

test('a reader that goes away is no error, also where nothing was read yet', async () => {
  for (const command of COMMANDS.slice(0, 5)) {
    const child = spawn(process.execPath, [CLI, ...command]);
    child.stdout.destroy();
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const status = await new Promise((resolve) => child.on('close', resolve));
    assert.equal(errors, '');
    assert.equal(status, 0);
  }
});

test('what Node.js says about itself does not stand beside the result', () => {
  const warns = `data:text/javascript,setImmediate(() => process.emitWarning('queryObjects', 'ExperimentalWarning'))`;
  const { status, stdout, stderr } = spawnSync(process.execPath, [`--import=${warns}`, CLI, 'inspect', HEALTHY], {
    encoding: 'utf8',
  });
  assert.equal(stderr, '');
  assert.equal(status, 0);
  assert.match(stdout, /\S/);
});
