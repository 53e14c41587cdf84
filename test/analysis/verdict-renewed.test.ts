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
