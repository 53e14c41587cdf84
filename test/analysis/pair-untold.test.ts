/** Two captures whose texts do not tell addresses or ports: no sentence has a placeholder, and no way is taken for another. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { PairFinding } from '../../src/analysis/compare/pair';
import { ADDRESS, Build, SERVER, ipOption } from './build';
import { compare, compared } from './points';

const told = (found: readonly PairFinding[]): string => JSON.stringify(found);

/** The same messages as a text shows them that gives no destinations (`addresses`: none at all; `ports`: none either). */
function untold(build: Build, what: 'destinations' | 'addresses' | 'ports'): Build {
  const without = {
    destination: undefined,
    ethDestination: undefined,
    ...(what === 'destinations' ? {} : { source: undefined, ethSource: undefined }),
    ...(what === 'ports' ? { sourcePort: undefined, destinationPort: undefined } : {}),
  };
  build.packets.forEach((packet, i) => (build.packets[i] = { ...packet, ...without }));
  return build;
}

/** OFFERs by unicast that another client gets, and one client does not. */
function lostOffers(): [client: Build, server: Build] {
  const [client, server] = [new Build(), new Build()];
  const other = { chaddr: '02:00:00:00:00:07', xid: 9 };
  for (const build of [client, server]) {
    build.discover(0, other);
    build.offer(0.1, other, { destination: '10.0.0.60' });
  }
  for (const at of [10, 14, 22]) {
    client.discover(at, { secs: at });
    server.discover(at + 0.0002, { secs: at });
    server.offer(at + 0.001, {}, { destination: ADDRESS });
  }
  return [client, server];
}

test('lost replies: no question mark stands for an address or a port', () => {
  for (const what of ['destinations', 'addresses', 'ports'] as const) {
    const [client, server] = lostOffers();
    const found = compare(untold(client, what), untold(server, what), 0, [{ until: 40 }, { until: 40 }]);
    assert.equal(found[0]!.id, 'lost-between', what);
    assert.doesNotMatch(told(found), /\?|undefined|NaN/, what);
    assert.match(told(found), what === 'ports' ? /an unknown UDP port/ : /UDP port 68/, what);
  }
});

test('an unknown destination is no unicast: no cause rests on it', () => {
  const causes = (known: boolean): string => {
    const [client, server] = [new Build(), new Build()];
    for (const at of [10, 14, 22]) {
      client.discover(at, { secs: at });
      server.discover(at + 0.0002, { secs: at });
      server.offer(at + 0.001, {}, { destination: ADDRESS });
    }
    if (!known) for (const build of [client, server]) untold(build, 'destinations');
    return told(compare(client, server, 0, [{ until: 40 }, { until: 40 }]));
  };
  assert.match(causes(true), /The reply goes to a wrong link-layer address/);
  assert.doesNotMatch(causes(false), /The reply goes to a wrong link-layer address/);
});

test('what passes is called unicast only where all of it is', () => {
  const causes = (known: boolean): string => {
    const [client, server] = lostOffers();
    for (const [i, packet] of server.packets.entries())
      if (packet.dhcp?.op === 2 && packet.frame > 2)
        server.packets[i] = { ...packet, destination: '255.255.255.255', ethDestination: 'ff:ff:ff:ff:ff:ff' };
    if (!known) server.packets[1] = { ...server.packets[1]!, destination: undefined, ethDestination: undefined };
    return told(compare(client, server, 0, [{ until: 40 }, { until: 40 }]));
  };
  assert.match(causes(true), /what passes goes by unicast \(frame 2\)/);
  assert.doesNotMatch(causes(false), /by unicast/);
});

test('a destination that one text does not tell has not been changed on the way', () => {
  const made = (known: boolean): string => {
    const [client, server] = [new Build(), new Build()];
    client.discover(0, { flags: 0x8000 });
    client.offer(0.1, { flags: 0x8000 }, { destination: ADDRESS });
    server.discover(0, { flags: 0x8000 });
    server.offer(0.1, { flags: 0x8000 });
    const { a, b, ...found } = compared(client, known ? server : untold(server, 'destinations'), 0, [
      { until: 9 },
      { until: 9 },
    ]);
    return JSON.stringify([a.point.findings, b.point.findings, [...found.answers]]);
  };
  assert.match(made(true), /The destination address is turned from broadcast into unicast/);
  assert.doesNotMatch(made(false), /The destination address|\?/);
});

test('messages that are translated are told with what is known of their ends', () => {
  const options = [ipOption(54, SERVER)];
  const [inside, outside] = [new Build(), new Build()];
  for (const [build, source] of [
    [inside, '10.9.0.7'],
    [outside, '192.0.2.1'],
  ] as const)
    build.dhcp(7, { xid: 3, ciaddr: ADDRESS, options }, { at: 0, source, destination: SERVER });
  for (const at of [5, 9, 17])
    outside.dhcp(5, { op: 2, xid: 4, ciaddr: ADDRESS, yiaddr: ADDRESS, options }, { at, destination: '192.0.2.1' });
  for (const build of [inside, outside])
    build.packets.forEach((packet, i) => (build.packets[i] = { ...packet, sourcePort: undefined }));
  assert.doesNotMatch(told(compare(inside, outside, 0, [{ until: 60 }, { until: 60 }])), /\?|undefined/);
});
