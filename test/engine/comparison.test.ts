import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { Capture } from '../../src/engine/capture';
import { comparisonOf } from '../../src/engine/comparison';
import { verdictOver } from '../../src/cli/inspect';
import { ConversationList } from '../../src/engine/answers/conversations';
import { compareCaptures } from '../../src/engine/pair';
import { fileSource } from '../../src/engine/node';
import { SAMPLES, serverSideOfBlocked } from '../support/samples';

async function fromBytes(name: string, bytes: Uint8Array): Promise<{ path: string; capture: Capture }> {
  const capture = new Capture(name, DEFAULT_SETTINGS);
  await capture.read({
    name,
    chunks: async function* () {
      yield await Promise.resolve(bytes);
    },
  });
  return { path: `/captures/${name}`, capture };
}

async function sample(name: string): Promise<{ path: string; capture: Capture }> {
  const capture = new Capture(name, DEFAULT_SETTINGS);
  await capture.read(await fileSource(join(SAMPLES, name)));
  return { path: `/captures/${name}`, capture };
}

test('seen from either capture, its own frames stand first and the other’s elsewhere', async () => {
  const client = await sample('blocked-port.pcap');
  const server = await fromBytes('server.pcap', serverSideOfBlocked());
  const fromClient = comparisonOf(client, [server]);
  assert.equal(
    fromClient.text,
    'Compared with server.pcap: 4 messages are in both, and 3 messages were lost between them.',
  );
  const [finding, noOffer, ...more] = fromClient.findings;
  assert.deepEqual(more, []);
  assert.equal(finding?.id, 'lost-between');
  // What one capture alone could only guess at is known now.
  assert.equal(noOffer?.id, 'no-offer');
  assert.deepEqual(
    noOffer.causes.map(({ text, likelihood }) => [text, likelihood]),
    [[finding.title, 'likely']],
  );
  assert.equal(
    fromClient.verdict,
    '02:67:00:00:00:0c: 3 OFFERs lost between server.pcap and blocked-port.pcap; ' +
      'most likely, DHCP snooping drops the replies of a server behind a port that is not trusted (2 errors; the client got no answer). ' +
      'Do this first: Cisco IOS: “show ip dhcp snooping” shows the trusted ports.',
  );
  // The server's end is DISCOVER, OFFER, DISCOVER, OFFER, DISCOVER, OFFER, DISCOVER.
  assert.deepEqual(finding.elsewhere, [{ name: 'server.pcap', path: '/captures/server.pcap', frames: [2, 4, 6] }]);
  assert.deepEqual([...finding.frames].sort(), [1, 2, 3, 4]);

  const [seenThere] = comparisonOf(server, [client]).findings;
  assert.deepEqual(seenThere?.frames, [2, 4, 6]);
  assert.equal(seenThere.elsewhere?.[0]?.name, 'blocked-port.pcap');
});

test('nothing lost is said', async () => {
  const here = await sample('dhcp-healthy.pcap');
  const there = await sample('dhcp-healthy.pcap');
  const { between, ...shown } = comparisonOf(here, [{ ...there, path: '/captures/copy.pcap' }]);
  assert.deepEqual(shown, {
    text: 'Compared with copy.pcap: 4 messages are in both, and none that both should show is missing.',
    findings: [],
    verdict: here.capture.result.verdict,
    parts: here.capture.verdictParts,
  });
  // What passed both points is one arrow each, seen at both.
  const [first] = between(here.capture.result.ladder(0)!, [1, 2, 3, 4]);
  const { steps } = first!.ladder;
  assert.deepEqual(
    steps.map(({ name, seen, lost }) => [name, seen, lost]),
    ['DISCOVER', 'OFFER', 'REQUEST', 'ACK'].map((name) => [name, [1, 2], undefined]),
  );
});

test('captures that have nothing to do with each other are called unrelated', async () => {
  const here = await sample('dhcp-healthy.pcap');
  const there = await sample('blocked-port.pcap');
  const { text, verdict } = comparisonOf(here, [there]);
  assert.equal(text, 'Compared with blocked-port.pcap: unrelated, no message is in both.');
  assert.equal(verdict, here.capture.result.verdict);
});

test('of several captures each is held against each', async () => {
  const client = await sample('blocked-port.pcap');
  const server = await fromBytes('server.pcap', serverSideOfBlocked());
  const other = await sample('dhcp-healthy.pcap');
  assert.equal(
    comparisonOf(other, [client, server]).text,
    'Compared with blocked-port.pcap: unrelated, no message is in both. ' +
      'Compared with server.pcap: unrelated, no message is in both. ' +
      'blocked-port.pcap with server.pcap: 4 messages are in both, and 3 messages were lost between them.',
  );
});

test('a lost message leaves the point that saw it and vanishes before the other one', async () => {
  const client = await sample('blocked-port.pcap');
  const server = await fromBytes('server.pcap', serverSideOfBlocked());
  const { between, findings } = comparisonOf(client, [server]);
  const list = new ConversationList(client.capture, findings, between);
  const [ladder, ...more] = list.ladder(1).between;
  assert.ok(ladder);
  assert.deepEqual(more, []);
  assert.equal(ladder.path, '/captures/server.pcap');
  // The client's point stands nearer to the client: the OFFERs vanish on the way back.
  assert.deepEqual(
    ladder.lanes.map(({ kind, name }) => `${kind} ${name}`),
    ['client 02:67:00:00:00:0c', 'point blocked-port.pcap', 'point server.pcap', 'server 10.67.0.1'],
  );
  // The server's end has DISCOVER, OFFER, DISCOVER, OFFER, DISCOVER, OFFER, DISCOVER as frames 1 to 7; the client's the four DISCOVERs.
  assert.deepEqual(
    ladder.steps.map(({ name, frames, elsewhere, from, to, seen, lost }) => [
      name,
      frames,
      elsewhere,
      from,
      to,
      seen,
      lost ?? false,
    ]),
    [
      ['DISCOVER', [1], [1], 0, 3, [1, 2], false],
      ['OFFER', [], [2], 3, 1, [2], true],
      ['DISCOVER', [2], [3], 0, 3, [1, 2], false],
      ['OFFER', [], [4], 3, 1, [2], true],
      ['DISCOVER', [3], [5], 0, 3, [1, 2], false],
      ['OFFER', [], [6], 3, 1, [2], true],
      ['DISCOVER', [4], [7], 0, 3, [1, 2], false],
    ],
  );
  assert.deepEqual(
    ladder.steps.map((step) => step.findings.map(({ id }) => id).includes('lost-between')),
    ladder.steps.map(({ lost }) => lost === true),
  );
  assert.match(ladder.steps[1]!.why, /^server\.pcap shows it \(frame 2\)\. It never came to blocked-port\.pcap/);

  // Seen from the server's end it is the same chart, with the frames the other way round.
  const back = comparisonOf(server, [client]);
  const there = new ConversationList(server.capture, back.findings, back.between).ladder(1).between[0]!;
  assert.deepEqual(there.lanes.map(({ name }) => name).slice(1, 3), ['blocked-port.pcap', 'server.pcap']);
  assert.deepEqual(
    there.steps
      .filter(({ lost }) => lost)
      .map(({ name, frames, elsewhere, to, seen }) => [name, frames, elsewhere, to, seen]),
    [2, 4, 6].map((frame) => ['OFFER', [frame], undefined, 1, [2]]),
  );
});

test('of several captures, each that shows anything of a conversation has its chart', async () => {
  const client = await sample('blocked-port.pcap');
  const server = await fromBytes('server.pcap', serverSideOfBlocked());
  const unrelated = await sample('dhcp-healthy.pcap');
  const copy = { ...(await sample('blocked-port.pcap')), path: '/captures/copy.pcap' };
  const { between, findings } = comparisonOf(client, [unrelated, server, copy]);
  const charts = new ConversationList(client.capture, findings, between).ladder(1).between;
  assert.deepEqual(
    charts.map(({ path, name, steps }) => [path, name, steps.filter(({ lost }) => lost).length]),
    [
      ['/captures/server.pcap', 'server.pcap', 3],
      ['/captures/copy.pcap', 'copy.pcap', 0],
    ],
  );
});

test('a comparison can be stopped in each of its phases', async () => {
  const client = await sample('blocked-port.pcap');
  const server = await fromBytes('server.pcap', serverSideOfBlocked());
  const stoppedAt = (call: number): number => {
    let calls = 0;
    compareCaptures([client, server], DEFAULT_SETTINGS, () => {
      if (++calls === call) throw new Error('stopped');
    });
    return calls;
  };
  // Once for the messages of each capture, three passes of matching, and before what was lost is looked for at either.
  const calls = stoppedAt(0);
  assert.equal(calls, 8);
  for (let call = 1; call <= calls; call++) assert.throws(() => stoppedAt(call), new Error('stopped'));
});

test('many captures that have nothing to do with each other are told in one sentence', async () => {
  const names = ['blocked-port', 'decline', 'dhcp-healthy', 'nak', 'relay', 'renewal'].map((name) => `${name}.pcap`);
  const captures = await Promise.all(names.map(sample));
  const [own, ...others] = captures;
  assert.equal(comparisonOf(own!, others).text, '6 unrelated captures, no message is in two of them.');
  assert.match(
    verdictOver(captures, compareCaptures(captures)),
    /for the clients of the other 2 captures, see each capture; 6 unrelated captures, no message is in two of them\)/,
  );
  const server = await fromBytes('server.pcap', serverSideOfBlocked());
  assert.equal(
    comparisonOf(own!, [server, ...others]).text,
    'Compared with server.pcap: 4 messages are in both, and 3 messages were lost between them. ' +
      'The other 20 pairs of captures share no message.',
  );
});
