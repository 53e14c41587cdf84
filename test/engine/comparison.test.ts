import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { Capture } from '../../src/engine/capture';
import { comparisonOf } from '../../src/engine/comparison';
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
  assert.equal(fromClient.text, 'Compared with server.pcap: messages were lost on the way, see the hint.');
  const [finding, ...more] = fromClient.findings;
  assert.deepEqual(more, []);
  assert.equal(finding?.id, 'lost-between');
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
  assert.deepEqual(comparisonOf(here, [{ ...there, path: '/captures/copy.pcap' }]), {
    text: 'Compared with dhcp-healthy.pcap: no message that both should have seen is missing in either.',
    findings: [],
  });
});
