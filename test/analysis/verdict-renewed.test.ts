import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ADDRESS, Build, lease, type Spec } from './build';

/* What the verdict says of several clients that have their leases already, and only renew them. */

const who = (n: number): Spec => ({ chaddr: `02:00:00:00:07:0${n}`, xid: n });
const addressOf = (n: number): string => `${ADDRESS.slice(0, -2)}7${n}`;

function renews(build: Build, at: number, n: number): void {
  const address = addressOf(n);
  build.renew(at, { ...who(n), ciaddr: address }, { source: address });
  build.ack(at + 0.02, { ...who(n), yiaddr: address, options: lease() }, { destination: address });
}

test('clients that only renewed are not said to have got leases', () => {
  const both = new Build();
  for (const n of [1, 2]) renews(both, n, n);
  assert.match(both.analyse(60).verdict, /^Both clients renewed their leases with 10\.0\.0\.1 within 20 ms\./);
  const mixed = new Build();
  for (const n of [1, 2]) renews(mixed, n, n);
  mixed.bind(5, who(3), { yiaddr: addressOf(3) });
  assert.match(
    mixed.analyse(60).verdict,
    /^3 clients: 1 got a lease from 10\.0\.0\.1 within 30 ms; 2 renewed their leases with 10\.0\.0\.1\./,
  );
  // Who gets a lease and renews it has it of this capture.
  const bound = new Build();
  for (const n of [1, 2]) bound.bind(n, who(n), { yiaddr: addressOf(n) });
  assert.match(bound.analyse(60).verdict, /^Both clients got leases from 10\.0\.0\.1/);
});

test('the time of a renewal is its own, and none is said where one was repeated', () => {
  const renewed = (...times: readonly number[]): string => {
    const build = new Build();
    for (const n of [1, 2]) build.bind(n, who(n), { yiaddr: addressOf(n) });
    for (const n of [1, 2]) {
      const address = addressOf(n);
      const own = { ...who(n), xid: 10 + n };
      for (const at of times) build.renew(1800 + n + at, { ...own, ciaddr: address, secs: at }, { source: address });
      const at = 1800 + n + times.at(-1)! + 0.005;
      build.ack(at, { ...own, yiaddr: address, options: lease() }, { destination: address });
    }
    return build.analyse(1900).verdict;
  };
  assert.match(renewed(0), /^Both clients renewed their leases with 10\.0\.0\.1 within 5 ms\./);
  assert.match(renewed(0, 10), /both clients renewed their leases with 10\.0\.0\.1[.;)]/i);
});

test('a client that renewed, and then asks anew and takes no OFFER, is not said to have renewed', () => {
  const asking = (takes: boolean): string => {
    const build = new Build();
    for (const n of [1, 2, 3]) renews(build, n, n);
    for (const at of [60, 64, 72]) {
      const own = { ...who(1), xid: 9 };
      build.discover(at, { ...own, secs: at - 60 });
      build.offer(at + 0.01, { ...own, yiaddr: addressOf(1) });
    }
    if (takes) build.bind(80, { ...who(1), xid: 10 }, { yiaddr: addressOf(1) });
    return build.analyse(120).verdict;
  };
  assert.match(
    asking(false),
    /of 3 clients, 2 renewed their leases with 10\.0\.0\.1 within 20 ms, 1 had a lease before, and got none since/,
  );
  assert.doesNotMatch(asking(true), /none since/);
});
