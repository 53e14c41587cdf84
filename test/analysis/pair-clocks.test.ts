import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Build, CLIENT } from './build';
import { compare, comparison, type Frame } from './points';

/* Two captures whose clocks differ by less than a second, and two of which one ends, or begins, while the other runs. */

const UNICAST = { destination: '10.0.0.50', ethDestination: CLIENT };
const LONG: [Frame, Frame] = [{ until: 20 }, { until: 20 }];

/** The client asks three times, and gets the OFFER of the first only; `way`: seconds from point to point. */
function asked(way = 0.0002, back = way): [client: Build, server: Build] {
  const client = new Build();
  const server = new Build();
  for (const at of [0, 4, 12]) {
    client.discover(at, { secs: at });
    server.discover(at + way, { secs: at });
    server.offer(at + way + 0.001, {}, UNICAST);
    if (at === 0) client.offer(at + way + 0.001 + back, {}, UNICAST);
  }
  return [client, server];
}

test('Clocks that are a part of a second apart: said as soon as it is more than the way explains', () => {
  for (const [ahead, way, words] of [
    [0.207, 0.0002, /The clock of b\.pcap is 207 ms ahead of that of a\.pcap\./],
    [-0.207, 0.0002, /The clock of b\.pcap is 207 ms behind that of a\.pcap\./],
    [0.0005, 0.0002, /The clocks of both captures agree\./],
    [0, 0.15, /The clocks of both captures agree\./],
  ] as const)
    assert.match(compare(...asked(way), ahead, LONG)[0]!.explanation, words);
  // A way that is slower in one direction looks like clocks that differ by less than it.
  assert.match(compare(...asked(0.03, 0.01), 0, LONG)[0]!.explanation, /The clocks of both captures agree\./);
});

test('Where only requests are in both, a way that takes long and a clock that is ahead look the same', () => {
  const client = new Build();
  const server = new Build();
  for (const at of [0, 4, 12]) {
    client.discover(at, { secs: at });
    server.discover(at, { secs: at });
    server.offer(at + 0.001, {}, UNICAST);
  }
  assert.match(
    compare(client, server, 0.207, LONG)[0]!.explanation,
    /What is in both has a time 207 ms later in b\.pcap than in a\.pcap: its clock is ahead, or the way takes so long\./,
  );
});

/** Both show the same leases, but the second file only those of some clients. */
function leases(which: readonly number[]): [Build, Build] {
  const [all, some] = [new Build(), new Build()];
  for (const at of [0, 100, 200, 300]) {
    const spec = { chaddr: `02:00:00:00:01:${at / 100}0`, xid: at + 1 };
    all.bind(at, spec);
    if (which.includes(at)) some.bind(at, spec);
  }
  return [all, some];
}

test('A file that ends or begins before the other: until when both run, and what cannot be compared', () => {
  const ends = comparison(...leases([0, 100]), 5, [{ until: 330 }, { until: 130 }]);
  assert.equal(ends.lost, 0);
  assert.equal(
    ends.alone,
    ' b.pcap ends 3 minutes 20 seconds earlier: 8 messages of a.pcap after frame 8 (frames 9, 10, 11, 12, 13 and 3 more) cannot be compared.',
  );
  const [all, some] = leases([200, 300]);
  assert.equal(
    comparison(some, all, 0, [
      { from: 170, until: 330 },
      { from: 0, until: 330 },
    ]).alone,
    ' a.pcap begins 2 minutes 50 seconds later: 8 messages of b.pcap before frame 9 (frames 1, 2, 3, 4, 5 and 3 more) cannot be compared.',
  );
});

test('Files that show the same, or end within a second of each other, have nothing of their own', () => {
  assert.equal(comparison(...leases([0, 100, 200, 300])).alone, '');
  assert.equal(comparison(...leases([0, 100, 200, 300]), 0, [{ until: 900 }, {}]).alone, '');
  assert.equal(comparison(...leases([0, 100]), 0, [{}, { until: 330 }]).alone, '');
});
