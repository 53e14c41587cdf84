import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, ROUTER_MAC, SERVER, ipOption } from './build';
import type { PairFinding } from '../../src/analysis/compare/pair';
import { compare } from './points';

/* Clients that lose their messages for one reason are one finding, whatever each of them sent. */

const UNTIL = { until: 60 };
const mac = (n: number): string => `02:00:00:00:08:0${n}`;
const up = (relay: string) => ({ source: relay, sourcePort: 67, destination: SERVER, ethSource: ROUTER_MAC });
const down = (relay: string) => ({
  source: SERVER,
  destination: relay,
  destinationPort: 67,
  ethDestination: ROUTER_MAC,
});

/** What is found where the DISCOVERs of five clients are lost, and of the odd ones REQUESTs as well; `relayOf`: behind which relay each is. */
function lost(relayOf: (n: number) => string, passes?: number): readonly PairFinding[] {
  const [near, far] = [new Build(), new Build()];
  for (const at of [0, 30]) {
    const other = { chaddr: mac(9), xid: 90 + at, giaddr: '10.9.0.1', hops: 1 };
    for (const [build, later] of [
      [near, 0],
      [far, 0.0002],
    ] as const) {
      build.discover(at + later, other, up('10.9.0.1'));
      build.offer(at + 0.001 - later, other, down('10.9.0.1'));
    }
    if (at > 0) continue;
    for (let n = 1; n <= 5; n++)
      for (const again of [0, 4, 12]) {
        const spec = { chaddr: mac(n), xid: n, secs: again, giaddr: relayOf(n), hops: 1 };
        near.discover(1 + n / 10 + again, spec, up(relayOf(n)));
        if (n % 2 === 1)
          near.request(1.05 + n / 10 + again, { ...spec, options: [ipOption(50, ADDRESS)] }, up(relayOf(n)));
      }
    if (passes !== undefined) {
      const spec = { chaddr: mac(passes), xid: 70, giaddr: relayOf(passes), hops: 1 };
      near.dhcp(8, spec, { at: 20, ...up(relayOf(passes)) });
      far.dhcp(8, spec, { at: 20.0002, ...up(relayOf(passes)) });
    }
  }
  return compare(near, far, 0, [UNTIL, UNTIL]);
}
const titles = (found: readonly PairFinding[]): string[] => found.map(({ title }) => title);

test('five clients behind one relay of which nothing gets through are one finding, whatever each sent', () => {
  const found = lost(() => '10.8.0.1');
  assert.deepEqual(titles(found), [
    '5 clients (02:00:00:00:08:01, 02:00:00:00:08:03, 02:00:00:00:08:05 and 2 more): 15 DISCOVERs and 9 REQUESTs lost between a.pcap and b.pcap',
  ]);
  const [first] = found[0]!.causes;
  assert.equal(
    first!.text,
    'Nothing of relay 10.8.0.1 gets from one point to the other: a route, an access list or a firewall',
  );
  assert.match(
    first!.evidence[0]!,
    /^each lost message has giaddr 10\.8\.0\.1 \(.*\), and none that passes has \(frame 1 has 10\.9\.0\.1\)$/,
  );
});

test('clients behind two relays, and those of which something gets through, are told by what they lose', () => {
  const two = lost((n) => `10.8.0.${1 + (n % 2)}`);
  assert.deepEqual(two.map(({ causes }) => /relay [\d.]+/.exec(causes[0]!.text)?.[0]).sort(), [
    'relay 10.8.0.1',
    'relay 10.8.0.2',
  ]);
  const some = lost(() => '10.8.0.1', 2);
  assert.deepEqual(titles(some), [
    '3 clients (02:00:00:00:08:01, 02:00:00:00:08:03 and 02:00:00:00:08:05): 9 DISCOVERs and 9 REQUESTs lost between a.pcap and b.pcap',
    '2 clients (02:00:00:00:08:02 and 02:00:00:00:08:04): 6 DISCOVERs lost between a.pcap and b.pcap',
  ]);
  // Something of the relay gets through.
  assert.ok(!some.some(({ causes }) => causes.some(({ text }) => text.startsWith('Nothing of relay'))));
});

test('renewals of five clients that a relay stands before are one finding, with the address of the first', () => {
  const [near, far] = [new Build(), new Build()];
  const asks = (at: number, n: number): void => {
    const spec = { chaddr: mac(n), xid: at + n };
    near.discover(at + n, spec);
    far.discover(at + n + 0.001, { ...spec, giaddr: '10.8.0.1', hops: 1 }, up('10.8.0.1'));
  };
  const all = [1, 2, 3, 4, 5];
  for (const n of all) asks(0, n);
  for (const again of [0, 4, 12])
    for (const n of all) {
      const source = `10.8.0.5${n}`;
      near.renew(10 + n / 10 + again, { chaddr: mac(n), xid: 10 + n, ciaddr: source, secs: again }, { source });
    }
  for (const n of all) asks(30, n);
  const [found, ...others] = compare(near, far, 0, [UNTIL, UNTIL]);
  assert.deepEqual(others, []);
  assert.equal(
    found!.title,
    '5 clients (02:00:00:00:08:01, 02:00:00:00:08:02, 02:00:00:00:08:03 and 2 more): 15 REQUESTs lost between a.pcap and b.pcap',
  );
  assert.equal(
    found!.causes[0]!.text,
    'A firewall or router on the way lets what relay 10.8.0.1 sends pass, but not what clients send themselves: it is routed, and no relay handles it',
  );
  assert.equal(
    found!.causes[0]!.evidence[0],
    'the lost REQUEST goes by unicast from 10.8.0.51, port 68, to 10.0.0.1 (frame 6 of a.pcap)',
  );
});
