/* Two relays of different subnets hand on one DISCOVER: two VLANs are joined. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { Build, SERVER, ipOption, lines, raw } from './build';

interface Relay {
  readonly giaddr: string;
  readonly mac: string;
  readonly yiaddr: string;
  readonly link?: string;
}
const ONE: Relay = { giaddr: '10.20.0.1', mac: '02:00:00:00:00:a1', yiaddr: '10.20.0.70' };
const OTHER: Relay = { giaddr: '10.21.0.1', mac: '02:00:00:00:00:a2', yiaddr: '10.21.0.70' };

/** A DISCOVER on the clients' side, and the OFFERs that relays bring. */
function offered(...relays: readonly Relay[]): string[] {
  const build = new Build();
  build.discover(0);
  for (const [i, { giaddr, mac, yiaddr, link }] of relays.entries())
    build.offer(
      0.01 + i / 1000,
      {
        giaddr,
        yiaddr,
        options: [ipOption(54, SERVER), raw(51, '00000e10'), ipOption(1, '255.255.255.0'), ipOption(3, giaddr)],
      },
      { source: giaddr, destination: yiaddr, ethSource: mac, ...(link === undefined ? {} : { link }) },
    );
  return lines(build.analyse(1), 'conflicting-subnets');
}

test('conflicting-subnets: two relays of different subnets answer on one link', () => {
  assert.deepEqual(offered(ONE, OTHER), ['conflicting-subnets warning interface 0 2,3']);
});

test('not: two relays of one subnet, one relay with two addresses, two links, one relay, an OFFER on its way to the other relay', () => {
  assert.deepEqual(offered(ONE, { ...OTHER, giaddr: '10.20.0.2', yiaddr: '10.20.0.71' }), []);
  assert.deepEqual(offered(ONE, { ...OTHER, mac: ONE.mac }), []);
  assert.deepEqual(offered(ONE, { ...OTHER, link: '9' }), []);
  assert.deepEqual(offered(ONE), []);
  const build = new Build();
  build.discover(0, { giaddr: ONE.giaddr, hops: 1 }, { source: ONE.giaddr, destination: SERVER, sourcePort: 67 });
  for (const { giaddr, mac, yiaddr } of [ONE, OTHER])
    build.offer(0.1, { giaddr, yiaddr }, { destination: giaddr, destinationPort: 67, ethDestination: mac });
  assert.deepEqual(lines(build.analyse(1), 'conflicting-subnets'), []);
});
