import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, CLIENT, SERVER, lines } from './build';

/* Renewals that never leave the client, because its ARP for the server is not answered. */

function afterLease(...asked: readonly number[]): string[] {
  const build = new Build();
  build.bind(0);
  for (const at of asked) build.arp(at, 1, CLIENT, ADDRESS, SERVER);
  return lines(build.analyse(3000));
}

test('renewal-unanswered: ARP for the server in vain when a renewal is due', () => {
  assert.deepEqual(afterLease(1800, 1801, 1802), [`renewal-unanswered warning ${CLIENT} 5,6,7`]);
});

test('renewal-unanswered: one question now and then may have answers that a third port does not see', () => {
  assert.deepEqual(afterLease(1800, 2000, 2300), []);
});
