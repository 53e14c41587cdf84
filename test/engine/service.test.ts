/** The line between editor and engine: every question is answered or refused, and nothing hangs. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { encodeMessage4, type OptionSpec4 } from '../../src/codec/dhcpv4/encode';
import { EngineClient, ExpectedError, type WorkerPort } from '../../src/engine/client';
import { FirstRows } from '../../src/engine/scan/firstRows';
import { fileSource } from '../../src/engine/node';
import type { Answer, Origin, Question } from '../../src/engine/questions';
import { Service } from '../../src/engine/service';
import { startNodeWorker } from '../../src/engine/nodeWorker';
import { generate } from '../bench/generate';
import type { CaptureState } from '../../src/protocol';
import { serverSideOfBlocked } from '../support/samples';

const HEALTHY = join('media', 'samples', 'dhcp-healthy.pcap');

/** A service in this thread behind a port that clones what passes, as a worker's does. */
function localPort(another: () => WorkerPort = localPort): WorkerPort & { fail(reason: string): void } {
  let onAnswer: (answer: Answer) => void = () => undefined;
  let onFailure: (reason: string) => void = () => undefined;
  const service = new Service((answer) => onAnswer(structuredClone(answer)), fileSource);
  return {
    post: (message) => void service.take(structuredClone(message) as Question),
    onAnswer: (listener) => (onAnswer = listener),
    onFailure: (listener) => (onFailure = listener),
    close: () => undefined,
    another,
    fail: (reason) => onFailure(reason),
  };
}

const open = (client: EngineClient, origin: Origin): Promise<unknown> =>
  client.ask('open', { name: 'capture', origin, settings: DEFAULT_SETTINGS });

test('a capture is opened and asked', async () => {
  const client = new EngineClient(localPort());
  await open(client, { kind: 'path', path: HEALTHY });
  const state = await client.ask('state', { view: 1 });
  assert.deepEqual([state.frames, state.rows, state.done, state.format], [4, 4, true, 'pcap']);
  const { rows } = await client.ask('rows', { view: 1, from: 1, to: 2 });
  assert.equal(rows[0]!.type, 'OFFER');
  assert.equal((await client.ask('frame', { frame: 2 })).buffers[0]!.bytes.length, 342);
});

test('a large file waits for its first rows to be seen, and is then read to its end', async () => {
  const chunk = new Uint8Array(1 << 20);
  const size = 64 << 20;
  async function* file(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < size; at += chunk.length) yield await Promise.resolve(chunk);
  }
  let rests = 0;
  let read = 0;
  const rows = new FirstRows(
    () => read >= 3 << 20,
    () => {
      rests++;
      // Two of a hundred parts would do, but the first row comes with the third chunk.
      assert.equal(read, 3 << 20);
      setTimeout(() => rows.shown());
    },
  );
  for await (const one of rows.pace(file(), size)) read += one.length;
  assert.deepEqual([read, rests], [size, 1]);
});

test('a large file whose first rows nobody has seen is read on when they are, and can be stopped before', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'port67-rest-'));
  try {
    const path = join(folder, 'large.pcap');
    generate(path, { frames: 100_000, messages: 1000 });
    for (const end of ['shown', 'cancel'] as const) {
      const client = new EngineClient(localPort());
      const opened = open(client, { kind: 'path', path });
      const resting = async (): Promise<CaptureState> => {
        for (;;) {
          const before = await client.ask('state', { view: 1 });
          await new Promise((resolve) => setTimeout(resolve, 100));
          const state = await client.ask('state', { view: 1 });
          if (state.rows > 0 && state.bytesRead === before.bytesRead) return state;
        }
      };
      const { done, bytesRead, bytesTotal } = await resting();
      assert.equal(done, false);
      assert.ok(bytesRead / bytesTotal! < 0.05, `${bytesRead} of ${bytesTotal}`);
      await client.ask(end, {});
      await opened;
      const state = await client.ask('state', { view: 1 });
      assert.deepEqual([state.done, state.cancelled], [true, end === 'cancel']);
      assert.equal(state.bytesRead, end === 'cancel' ? bytesRead : bytesTotal);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a file waits no longer than patience lasts, a small one and one of unknown size not at all', async () => {
  async function* file(): AsyncGenerator<Uint8Array> {
    for (let i = 0; i < 8; i++) yield await Promise.resolve(new Uint8Array(1 << 20));
  }
  const rests: number[] = [];
  for (const size of [64 << 20, 8 << 20, undefined]) {
    let rested = 0;
    const rows = new FirstRows(
      () => true,
      () => rested++,
      20,
    );
    for await (const one of rows.pace(file(), size)) assert.equal(one.length, 1 << 20);
    rests.push(rested);
  }
  assert.deepEqual(rests, [1, 0, 0]);
});

test('each view has its own filter', async () => {
  const client = new EngineClient(localPort());
  await open(client, { kind: 'path', path: HEALTHY });
  assert.deepEqual(await client.ask('filter', { view: 1, text: 'type:offer' }), { total: 1 });
  assert.equal((await client.ask('state', { view: 1 })).rows, 1);
  assert.equal((await client.ask('state', { view: 2 })).rows, 4);
});

test('what cannot be shown is refused with a sentence for the person', async () => {
  const client = new EngineClient(localPort());
  const text = new TextEncoder().encode('Dear sir,\nplease find enclosed');
  await assert.rejects(open(client, { kind: 'bytes', bytes: text }), (error: Error) => {
    assert.ok(error instanceof ExpectedError);
    assert.match(error.message, /text/i);
    return true;
  });
  await assert.rejects(new EngineClient(localPort()).ask('state', { view: 1 }), ExpectedError);
});

test('pending and later questions are refused when the worker dies', async () => {
  const port = localPort();
  port.post = () => undefined;
  const client = new EngineClient(port);
  const pending = client.ask('state', { view: 1 });
  port.fail('The decoder stopped: out of memory');
  await assert.rejects(pending, /out of memory/);
  await assert.rejects(client.ask('state', { view: 1 }), /out of memory/);
});

test('the death of a worker is told once, and another one can be begun with', async () => {
  const second = localPort();
  const first = localPort(() => second);
  const client = new EngineClient(first);
  const told: (string | undefined)[] = [];
  client.onFailure(() => told.push(client.failed));
  await open(client, { kind: 'path', path: HEALTHY });
  first.fail('The decoder stopped: out of memory');
  first.fail('The decoder stopped (exit status 1).');
  assert.deepEqual(told, ['The decoder stopped: out of memory']);
  client.restart();
  assert.equal(client.failed, undefined);
  // What the first one still says is nobody's business any more.
  first.fail('The decoder stopped (exit status 1).');
  await open(client, { kind: 'path', path: HEALTHY });
  assert.equal((await client.ask('state', { view: 1 })).ofInterest, 4);
  client.dispose();
  assert.equal(told.length, 1, 'closing is no failure');
});

test('a worker without memory says so in one sentence', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'port67-worker-'));
  try {
    const file = join(folder, 'worker.js');
    // What Node itself throws when a worker has come to its limit.
    writeFileSync(file, `throw Object.assign(new Error('x'), { code: 'ERR_WORKER_OUT_OF_MEMORY' });`);
    const client = new EngineClient(startNodeWorker(file));
    await assert.rejects(client.ask('state', { view: 1 }), {
      message: 'The decoder stopped: it needed more memory than it may take.',
    });
    assert.equal(client.failed, 'The decoder stopped: it needed more memory than it may take.');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('whoever knows the findings of a revision is not told them again, also while a filter works', async () => {
  const client = new EngineClient(localPort());
  await open(client, { kind: 'path', path: join('media', 'samples', 'wrong-subnet.pcap') });
  const first = await client.ask('update', { view: 1, known: undefined });
  assert.deepEqual(
    first.findings?.map(({ id }) => id),
    ['router-outside-subnet'],
  );
  await client.ask('filter', { view: 1, text: 'type:offer' });
  const { findings, ...rest } = await client.ask('update', { view: 1, known: first.revision });
  assert.equal(findings, undefined);
  assert.equal(rest.rows, 1);
  assert.ok(JSON.stringify(rest).length < 1000, 'a tick is small');
  // Read anew, they may be others.
  await open(client, { kind: 'path', path: HEALTHY });
  assert.deepEqual((await client.ask('update', { view: 1, known: first.revision })).findings, []);
});

test('the bundled worker answers, and its end is told', async () => {
  const client = new EngineClient(startNodeWorker(resolve('dist', 'worker.js')));
  await open(client, { kind: 'path', path: HEALTHY });
  assert.equal((await client.ask('state', { view: 1 })).ofInterest, 4);
  const pending = client.ask('state', { view: 1 });
  client.dispose();
  await assert.rejects(pending, /closed/);
});

/** A capture of so many clients that ask once each: each of them is looked at. */
function manyClients(clients: number, more: readonly OptionSpec4[] = []): Uint8Array {
  const message = encodeMessage4({ chaddr: '02:67:00:00:00:00', xid: 0, options: [{ code: 53, hex: '01' }, ...more] });
  const record = 16 + 14 + 28 + message.length;
  const file = Buffer.alloc(24 + clients * record);
  // pcap, Ethernet; IPv4 and UDP without checksums, which are allowed to be 0 in UDP and are not looked at in IPv4.
  file.writeUInt32LE(0xa1b2c3d4, 0);
  file.writeUInt16LE(2, 4);
  file.writeUInt16LE(4, 6);
  file.writeUInt32LE(0x40000, 16);
  file.writeUInt32LE(1, 20);
  for (let i = 0; i < clients; i++) {
    const at = 24 + i * record;
    file.writeUInt32LE(1_700_000_000 + (i >> 4), at);
    file.writeUInt32LE(record - 16, at + 8);
    file.writeUInt32LE(record - 16, at + 12);
    file.write('ffffffffffff0267000000000800', at + 16, 'hex');
    file.writeUInt32BE(i, at + 24);
    const ip = at + 30;
    file.write('450000000000000040110000', ip, 'hex');
    file.writeUInt16BE(28 + message.length, ip + 2);
    file.write('00000000ffffffff', ip + 12, 'hex');
    file.writeUInt16BE(68, ip + 20);
    file.writeUInt16BE(67, ip + 22);
    file.writeUInt16BE(8 + message.length, ip + 24);
    file.set(message, ip + 28);
    file.writeUInt32BE(i, ip + 28 + 4);
    file.writeUInt32BE(i, ip + 28 + 30);
  }
  return file;
}

test('Cancel is heard while the worker analyses and takes no message', async (t) => {
  const port = startNodeWorker(resolve('dist', 'worker.js'));
  const client = new EngineClient(port);
  t.after(() => client.dispose());
  // What ask('cancel') does beside its message, which would stop the reading: the analysis alone is meant to hear it.
  const cancelling = setInterval(() => port.cancel!(), 5);
  await open(client, { kind: 'bytes', bytes: manyClients(30_000) });
  clearInterval(cancelling);
  const state = await client.ask('state', { view: 1 });
  assert.equal(state.frames, 30_000);
  assert.equal(
    state.findings.find(({ id }) => id === 'analysis-incomplete')!.title,
    'capture: the analysis was stopped before its end',
  );
});

test('a comparison is stopped while the other capture is read, and while the worker takes no message', async (t) => {
  const port = startNodeWorker(resolve('dist', 'worker.js'));
  const client = new EngineClient(port);
  t.after(() => client.dispose());
  await open(client, { kind: 'path', path: HEALTHY });
  const healthy = { path: '/healthy', name: 'healthy', origin: { kind: 'path', path: HEALTHY } } as const;
  await client.ask('compare', { path: '/own', others: [healthy] });
  const before = await client.ask('state', { view: 1 });
  assert.match(before.comparison!, /^Compared with healthy: 4 messages are in both/);
  const many = { path: '/many', name: 'many', origin: { kind: 'bytes', bytes: manyClients(30_000) } } as const;
  const stopped = new ExpectedError('The comparison was stopped.');
  const cancelling = setInterval(() => port.cancel!(), 5);
  await assert.rejects(client.ask('compare', { path: '/own', others: [many] }), stopped);
  clearInterval(cancelling);
  // The message alone is heard between two pieces of the file.
  const comparing = client.ask('compare', { path: '/own', others: [many] });
  port.post({ id: 1_000_000, question: 'cancel', params: {} });
  await assert.rejects(comparing, stopped);
  // What was shown before stays, and another comparison can begin.
  assert.deepEqual(await client.ask('state', { view: 1 }), before);
  await client.ask('compare', { path: '/own', others: [healthy] });
});

test('Cancel goes by the message, and by the memory that is shared', () => {
  const went: string[] = [];
  const client = new EngineClient({
    ...localPort(),
    post: () => went.push('message'),
    cancel: () => went.push('memory'),
  });
  void client.ask('state', { view: 1 }).catch(() => undefined);
  void client.ask('cancel', {}).catch(() => undefined);
  assert.deepEqual(went, ['message', 'memory', 'message']);
});

test('a capture that wants more memory than there is: what fits is told, and the worker lives', async (t) => {
  const client = new EngineClient(startNodeWorker(resolve('dist', 'worker.js'), 100));
  t.after(() => client.dispose());
  await open(client, { kind: 'bytes', bytes: manyClients(150_000) });
  const { findings, ofInterest } = await client.ask('state', { view: 1 });
  assert.equal(ofInterest, 150_000);
  assert.equal(
    findings.find(({ id }) => id === 'analysis-incomplete')!.title,
    'capture: too many clients to look at each',
  );
});

test('messages of thousands of options do not stay in memory once they have been looked at', async (t) => {
  const options = Array.from({ length: 4000 }, (_, i) => ({ code: 128 + (i % 80), hex: '00' }));
  const client = new EngineClient(startNodeWorker(resolve('dist', 'worker.js'), 100));
  t.after(() => client.dispose());
  await open(client, { kind: 'bytes', bytes: manyClients(800, options) });
  const { findings, ofInterest } = await client.ask('state', { view: 1 });
  assert.equal(ofInterest, 800);
  assert.ok(!findings.some(({ id }) => id === 'analysis-incomplete' || id === 'check-failed'));
});

test('a worker that uses up its memory ends alone, and every question is refused', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'port67-'));
  const file = join(folder, 'greedy.cjs');
  writeFileSync(file, 'const all = []; for (;;) all.push(new Array(1000).fill(0).map(() => ({})));');
  const client = new EngineClient(startNodeWorker(file, 32));
  await assert.rejects(client.ask('state', { view: 1 }), /decoder stopped/);
  rmSync(folder, { recursive: true });
});

test('a worker that cannot start refuses every question', async () => {
  const client = new EngineClient(startNodeWorker(resolve('dist', 'no-such-worker.js')));
  await assert.rejects(client.ask('state', { view: 1 }), /decoder stopped/);
});

test('a capture opened anew takes the new settings, and each view keeps its filter', async () => {
  const client = new EngineClient(localPort());
  const origin: Origin = { kind: 'path', path: HEALTHY };
  await open(client, origin);
  await client.ask('filter', { view: 1, text: 'type:offer' });
  assert.deepEqual((await client.ask('state', { view: 1 })).findings, []);
  await client.ask('open', {
    name: 'capture',
    origin,
    settings: { ...DEFAULT_SETTINGS, authorisedServers: ['192.0.2.1'] },
  });
  const state = await client.ask('state', { view: 1 });
  assert.deepEqual(
    state.findings.map(({ id }) => id),
    ['rogue-server'],
  );
  assert.equal(state.rows, 1);
});

test('a capture is compared with another, and state tells the result; one that is no capture is refused by name', async () => {
  const client = new EngineClient(localPort());
  await open(client, { kind: 'path', path: join('media', 'samples', 'blocked-port.pcap') });
  const bytes = new Uint8Array(serverSideOfBlocked());
  await client.ask('compare', {
    path: 'blocked-port.pcap',
    others: [{ path: 'server.pcap', name: 'server.pcap', origin: { kind: 'bytes', bytes } }],
  });
  const state = await client.ask('state', { view: 1 });
  assert.equal(state.findings[0]?.id, 'lost-between');
  assert.match(state.comparison ?? '', /^Compared with server\.pcap: /);
  await assert.rejects(
    client.ask('compare', {
      path: 'blocked-port.pcap',
      others: [{ path: 'x', name: 'notes.txt', origin: { kind: 'bytes', bytes: new Uint8Array([1, 2, 3]) } }],
    }),
    (error: Error) => error instanceof ExpectedError && error.message.startsWith('notes.txt: '),
  );
});

test('a filter on a large capture answers at once with what it has found, and goes on to the last frame', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'port67-filter-'));
  try {
    const path = join(folder, 'large.pcap');
    generate(path, { frames: 20_000, messages: 20_000 });
    const client = new EngineClient(localPort());
    await open(client, { kind: 'path', path });
    // Each fourth message is an OFFER.
    const { total } = await client.ask('filter', { view: 1, text: 'type:offer' });
    assert.ok(total > 0 && total <= 5_000, String(total));
    let state = await client.ask('state', { view: 1 });
    for (let looks = 0; state.filtering && looks < 2000; looks++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      state = await client.ask('state', { view: 1 });
    }
    assert.equal(state.filtering, undefined);
    assert.equal(state.rows, 5_000);
    const { rows } = await client.ask('rows', { view: 1, from: 4_999, to: 5_000 });
    assert.equal(rows[0]!.type, 'OFFER');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a text is looked at in the worker before it is opened', async () => {
  const client = new EngineClient(localPort());
  assert.deepEqual(await client.ask('checkText', { text: '01010600'.padEnd(480, '0') }), {});
  const { problem } = await client.ask('checkText', { text: '01:04:c0:a8:32:01' });
  assert.match(problem ?? '', /too few for a DHCP message/);
  assert.equal(await client.ask('looksLikeHex', { text: '01010600'.padEnd(480, '0') }), true);
  assert.equal(await client.ask('looksLikeHex', { text: 'Dear all, the meeting is moved to Thursday.' }), false);
});
