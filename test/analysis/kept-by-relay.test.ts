import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../src/analysis';
import { Build, ROUTER_MAC, SERVER, ipOption, lease, raw } from './build';

/* Both sides of a relay in one capture: what it hands on of some clients and not of others never came to the server. */

const RELAY = '10.0.0.254';
const mac = (n: number): string => `02:00:00:00:07:0${n}`;
const up = { source: RELAY, destination: SERVER, sourcePort: 67, ethSource: ROUTER_MAC };
const down = { destination: RELAY, destinationPort: 67 };

/** A client gets its lease; `shown`: whether the server's side of the relay is in the capture. */
function served(build: Build, at: number, n: number, shown: boolean): void {
  const who = { chaddr: mac(n), xid: n };
  const its = { ...who, giaddr: RELAY, hops: 1 };
  const given = { ...its, yiaddr: `10.0.0.${n + 10}`, options: lease([]) };
  const asked = { options: [ipOption(50, given.yiaddr), ipOption(54, SERVER)] };
  build.discover(at, who);
  if (shown) build.discover(at + 0.001, its, up);
  if (shown) build.offer(at + 0.002, given, down);
  build.offer(at + 0.003, given, { ethSource: ROUTER_MAC });
  build.request(at + 0.01, { ...who, ...asked });
  if (shown) build.request(at + 0.011, { ...its, ...asked }, up);
  if (shown) build.ack(at + 0.012, given, down);
  build.ack(at + 0.013, given, { ethSource: ROUTER_MAC });
}

/** Some clients ask in vain between others that get leases. */
function silent(clients: readonly number[], shown = true, agent = true): Finding | undefined {
  const build = new Build();
  served(build, 0, 1, shown);
  for (const n of clients)
    for (const secs of [0, 4, 12])
      build.discover(10 + n + secs, { chaddr: mac(n), xid: n, secs, options: agent ? [raw(82, '0102ab01')] : [] });
  served(build, 30, 2, shown);
  served(build, 32, 3, shown);
  return build.analyse(60).findings.find(({ id }) => id === 'no-offer');
}

test('no-offer: a relay hands on the others’ DISCOVERs and none of these, so nothing is said of the server', () => {
  const one = silent([5])!;
  assert.equal(
    one.causes[0]!.text,
    `Relay ${RELAY} does not hand these DISCOVERs on, and hands on those of others: the unanswered DISCOVER has option 82 while giaddr is 0.0.0.0; the answered ones have no option 82: relays and servers drop that unless they are told to trust it (RFC 3046 §2.1)`,
  );
  assert.equal(
    one.causes[0]!.evidence[0],
    'the DISCOVER in frame 12 goes on in frame 13, and none of frames 9, 10 and 11 does',
  );
  const two = silent([5, 6])!;
  assert.match(
    two.causes[0]!.text,
    /^Relay 10\.0\.0\.254 does not hand these DISCOVERs on, .*: the unanswered DISCOVER/,
  );
  for (const { causes, steps, explanation } of [one, two]) {
    assert.ok(!causes.some(({ text }) => /^The server|^The OFFER|^The switch port|firewall/.test(text)));
    assert.ok(!steps.some((step) => /Kea|Capture on client|snooping trust/.test(step)));
    assert.ok(steps.some((step) => step.startsWith(`Cisco IOS, on relay ${RELAY}: \`debug ip dhcp server packet\``)));
    assert.doesNotMatch(explanation, /may have sent one/);
  }
  // Without a difference the relay is the first cause all the same.
  assert.equal(
    silent([5], true, false)!.causes[0]!.text,
    `Relay ${RELAY} does not hand these DISCOVERs on, and hands on those of others`,
  );
});

test('no-offer: where the server’s side of the relay is not shown, nothing is said of what it hands on', () => {
  for (const clients of [[5], [5, 6]]) {
    const found = silent(clients, false)!;
    assert.ok(!found.causes.some(({ text }) => text.startsWith('Relay')));
    assert.match(found.explanation, /may have sent one/);
  }
  assert.equal(silent([]), undefined);
});
