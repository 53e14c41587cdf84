/** The bundles know who a client is: the table that ships beside them is found, by the command line and by the window's worker. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import type { KnownClient } from '../../src/engine/capture';
import { EngineClient } from '../../src/engine/client';
import { startNodeWorker } from '../../src/engine/nodeWorker';
import { pcap } from '../capture/build';
import { CLIENT, DISCOVER, eth, ip4, nodes, octets, udp } from '../codec/frames';
import { cli } from '../support/cli';

const folder = mkdtempSync(join(tmpdir(), 'port67-test-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'discover.pcap');
/** Of the Raspberry Pi Foundation, by the IEEE's listing. */
const PI = 'b827ebb853c8';
const discover = DISCOVER.replace(CLIENT, PI).replace(/ff$/, `3c08${Buffer.from('MSFT 5.0').toString('hex')}ff`);
const packet = ip4(17, udp(68, 67, discover), { source: '00000000', destination: 'ffffffff' });
writeFileSync(path, pcap([{ bytes: octets(eth(0x0800, packet, 'ffffffffffff', PI)) }]));

test('inspect says who the client is, in words and in JSON', async () => {
  const { clients } = JSON.parse((await cli(['inspect', '--json', path])).stdout) as { clients: KnownClient[] };
  assert.deepEqual(
    clients.map(({ client, vendor, system }) => [client, vendor, system]),
    [['b8:27:eb:b8:53:c8', 'Raspberry Pi Foundation', 'Windows (by option 60)']],
  );
  const { stdout } = await cli(['inspect', path]);
  assert.match(stdout, /^Client b8:27:eb:b8:53:c8: Raspberry Pi Foundation, Windows \(by option 60\)$/m);
});

test('the window’s worker notes the vendor at the addresses of a frame', async () => {
  const client = new EngineClient(startNodeWorker(resolve('dist', 'worker.js')));
  await client.ask('open', { name: 'discover', origin: { kind: 'path', path }, settings: DEFAULT_SETTINGS });
  const { tree } = await client.ask('frame', { frame: 1 });
  const noted = [...nodes(tree)].filter(({ note }) => note !== undefined).map(({ key, note }) => [key, note]);
  assert.deepEqual(noted, [
    ['eth.src', 'Raspberry Pi Foundation'],
    ['dhcp.chaddr', 'Raspberry Pi Foundation'],
  ]);
  client.dispose();
});

test('of a client of whom nothing is known no line is written, and of many only the first', async () => {
  assert.doesNotMatch(
    (await cli(['inspect', join('test', 'fixtures', 'lab', 'healthy_dnsmasq_dhclient.pcap')])).stdout,
    /^Client /m,
  );
  const crowd = join(folder, 'crowd.pcap');
  const frames = Array.from({ length: 12 }, (_, i) => {
    const mac = `b827eb0000${i.toString(16).padStart(2, '0')}`;
    const message = ip4(17, udp(68, 67, DISCOVER.replace(CLIENT, mac)), {
      source: '00000000',
      destination: 'ffffffff',
    });
    return { bytes: octets(eth(0x0800, message, 'ffffffffffff', mac)) };
  });
  writeFileSync(crowd, pcap(frames));
  const { stdout } = await cli(['inspect', crowd]);
  assert.equal(stdout.match(/^Client /gm)?.length, 8);
  assert.match(stdout, /^Further clients: see --json\.$/m);
});
