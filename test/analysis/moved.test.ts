import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import { Build, ROUTER_MAC, ipOption, lease, textOption } from './build';

/** A NAK to a client that moved: what counts is the network of this request, not which others the same server has. */

const CENTRAL = '10.1.1.5';
const mac = (n: number): string => `02:00:00:00:00:0${n}`;

/** A message between a relay and the central server. */
const up = (relay: string) => ({ source: relay, destination: CENTRAL, sourcePort: 67, ethSource: ROUTER_MAC });
const down = (relay: string) => ({
  source: CENTRAL,
  destination: relay,
  destinationPort: 67,
  ethDestination: ROUTER_MAC,
});
const given = (relay: string) => ({ options: lease([ipOption(54, CENTRAL), ipOption(3, relay)]) });

function bound(build: Build, at: number, n: number, relay: string, yiaddr: string): void {
  const spec = { chaddr: mac(n), xid: Math.round(at) + n, giaddr: relay, hops: 1 };
  build.discover(at, spec, up(relay));
  build.offer(at + 0.01, { ...spec, yiaddr, ...given(relay) }, down(relay));
  build.request(at + 0.02, { ...spec, options: [ipOption(50, yiaddr), ipOption(54, CENTRAL)] }, up(relay));
  build.ack(at + 0.03, { ...spec, yiaddr, ...given(relay) }, down(relay));
}

/** INIT-REBOOT for an address through a relay, and the NAK. */
function refused(build: Build, at: number, n: number, relay: string, address: string, said?: string): void {
  const spec = { chaddr: mac(n), xid: Math.round(at) + n, giaddr: relay, hops: 1 };
  build.request(at, { ...spec, options: [ipOption(50, address)] }, up(relay));
  const message = said === undefined ? [] : [textOption(56, said)];
  build.nak(at + 0.01, { ...spec, options: [ipOption(54, CENTRAL), ...message] }, down(relay));
}

const naks = (build: Build): Finding[] => build.analyse(100).findings.filter(({ id }) => id === 'nak');

test('nak: a client that moved to another relay is told so, though the server has both networks', () => {
  for (const after of [true, false]) {
    const build = new Build();
    bound(build, 0, 1, '10.20.0.1', '10.20.0.90');
    refused(build, 30, 1, '10.21.0.1', '10.20.0.90');
    if (after) bound(build, 31, 1, '10.21.0.1', '10.21.0.44');
    const [finding, ...others] = naks(build);
    assert.equal(others.length, 0);
    assert.deepEqual(finding!.causes, [
      {
        likelihood: 'likely',
        text: 'The client moved from relay 10.20.0.1 to relay 10.21.0.1 and asks for its old address, which does not belong there: the NAK is right',
        evidence: [
          'it got 10.20.0.90 through relay 10.20.0.1 in frame 4; the NAK in frame 6 is for relay 10.21.0.1',
          '10.20.0.90 is in 10.20.0.0/24, giaddr 10.21.0.1 is not',
        ],
      },
    ]);
    assert.equal(
      finding!.steps[0],
      after
        ? 'Nothing needs to be done if 02:00:00:00:00:01 was meant to move from relay 10.20.0.1 to relay 10.21.0.1: it has 10.21.0.44 there since frame 10.'
        : 'Let 02:00:00:00:00:01 ask for a new address, as it moved from relay 10.20.0.1 to relay 10.21.0.1.',
    );
  }
});

test('nak: clients that moved the same way are one finding', () => {
  const build = new Build();
  for (const n of [1, 2]) bound(build, n, n, '10.20.0.1', `10.20.0.9${n}`);
  for (const n of [1, 2]) refused(build, 30 + n, n, '10.21.0.1', `10.20.0.9${n}`);
  assert.deepEqual(
    naks(build).map(({ title, frames }) => [title, frames]),
    [
      [
        'NAK: 2 clients (02:00:00:00:00:01 and 02:00:00:00:00:02), all moved from relay 10.20.0.1 to relay 10.21.0.1',
        [10, 12, 9, 11],
      ],
    ],
  );
});

test('nak: another relay of the same network is no move', () => {
  const build = new Build();
  bound(build, 0, 1, '10.20.0.2', '10.20.0.90');
  refused(build, 30, 1, '10.20.0.3', '10.20.0.90');
  const [finding] = naks(build);
  assert.match(finding!.causes[0]!.text, /^The server has given up a lease that is not over/);
  assert.ok(finding!.causes.every(({ text }) => !text.startsWith('The client moved')));
});

test('nak: in the client’s own network the address is judged by the leases behind its relay, not by those behind another', () => {
  const build = new Build();
  bound(build, 0, 1, '10.20.0.1', '10.20.0.90');
  bound(build, 10, 2, '10.21.0.1', '10.21.0.90');
  // Not known from where: nobody saw the client get this address.
  refused(build, 30, 3, '10.21.0.1', '10.20.0.77');
  const [finding] = naks(build);
  assert.deepEqual(
    finding!.causes.filter(({ likelihood }) => likelihood === 'likely').map(({ text, evidence }) => [text, evidence]),
    [
      [
        'The client comes from another subnet, with an address that does not belong here',
        ['10.20.0.77 is not in 10.21.0.0/24, which 10.1.1.5 serves', 'giaddr 10.21.0.1'],
      ],
    ],
  );
});

test('nak: where no lease shows the subnet, the server’s own words tell that the address is of another', () => {
  const build = new Build();
  refused(build, 0, 1, '10.21.0.1', '10.20.0.77', 'wrong network');
  refused(build, 10, 2, '10.21.0.1', '10.20.0.78', 'requested address not available');
  const [network, taken] = naks(build);
  assert.match(network!.causes[0]!.text, /^The client comes from another subnet/);
  assert.equal(network!.causes[0]!.likelihood, 'likely');
  assert.match(taken!.causes[0]!.text, /^The address was leased to another client meanwhile/);
});
