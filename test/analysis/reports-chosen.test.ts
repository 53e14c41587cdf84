import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, CLIENT, SERVER, alarms, ipOption, lines, type Seen } from './build';

/* What a capture shows at a server that the client did not choose (RFC 2131 §3.1, step 3). */

const OTHER = '10.0.0.9';
const ITS_ADDRESS = '10.0.0.99';

/** DISCOVER and OFFER, and a REQUEST that names another server. */
function choosing(
  server: string,
  { address = ITS_ADDRESS, siaddr = '0.0.0.0', times = 1 }: { address?: string; siaddr?: string; times?: number } = {},
  seen: Partial<Seen> = {},
): Build {
  const build = new Build();
  build.discover(0);
  build.offer(0.01, { siaddr }, { destination: ADDRESS });
  for (let i = 0; i < times; i++)
    build.request(0.02 + 4 * i, { options: [ipOption(50, address), ipOption(54, server)] }, seen);
  return build;
}

test('a client that chooses another server, whose OFFER goes by unseen, is healthy', () => {
  for (const until of [0.02, 60]) {
    const analysis = choosing(OTHER).analyse(until);
    assert.deepEqual(lines(analysis), [], `until ${until}`);
  }
  assert.match(choosing(OTHER).analyse(60).verdict, /10\.0\.0\.99/);
  assert.deepEqual(alarms(choosing(OTHER, { address: ADDRESS }).analyse(0.02)), []);
});

test('a client that announces the address has it, whoever offered it', () => {
  for (const address of [ITS_ADDRESS, ADDRESS]) {
    const build = choosing(OTHER, { address });
    build.arp(0.2, 1, CLIENT, address, address);
    assert.deepEqual(alarms(build.analyse(60)), [], address);
  }
});

test('request-mismatch: a server identifier that no server can have, or that nobody answers', () => {
  const mismatch = (build: Build): string[] => lines(build.analyse(60), 'request-mismatch');
  for (const server of ['0.0.0.0', ADDRESS])
    assert.deepEqual(mismatch(choosing(server)), [`request-mismatch error ${CLIENT} 3,2`], server);
  // The boot server may be the other server of a pair, until the client has to ask again.
  assert.deepEqual(mismatch(choosing(OTHER, { siaddr: OTHER })), []);
  const again = { siaddr: OTHER, times: 2 };
  assert.deepEqual(mismatch(choosing(OTHER, again)), [`request-mismatch error ${CLIENT} 3,2,4`]);
  const heard = choosing(OTHER, again);
  heard.arp(5, 1, '02:00:00:00:00:09', OTHER, SERVER);
  assert.deepEqual(mismatch(heard), []);
});
