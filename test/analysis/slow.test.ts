import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, SERVER, SERVER_MAC, lines } from './build';

const OTHER = { chaddr: '02:00:00:00:00:02', xid: 9, yiaddr: '10.0.0.60' };

/** Another client asks while the server probes `ADDRESS` for the first one until 3 s, and is answered at `answered`. */
function meanwhile(asked: number, answered: number, probe = true): string[] {
  const build = new Build();
  build.discover(0);
  if (probe) build.arp(0.01, 1, SERVER_MAC, SERVER, ADDRESS);
  build.discover(asked, { chaddr: OTHER.chaddr, xid: OTHER.xid });
  build.offer(3);
  build.offer(answered, OTHER);
  return lines(build.analyse(answered));
}

test('slow-server: info where the server probes an address for another client meanwhile', () => {
  assert.deepEqual(meanwhile(0.5, 3.1), [`slow-server info ${SERVER} 4,1,2,3,5`]);
  assert.deepEqual(meanwhile(0.5, 3.1, false), [`slow-server warning ${SERVER} 3,1,2,4`]);
});

test('slow-server: a wait that goes on for 2 s after the probing is slow', () => {
  assert.deepEqual(meanwhile(0.5, 4.9), [`slow-server info ${SERVER} 4,1,2,3,5`]);
  assert.deepEqual(meanwhile(0.5, 5.1), [`slow-server warning ${SERVER} 4,1,2,3,5`]);
});

test('slow-server: not where the clock was set between request and reply', () => {
  const build = new Build();
  build.bind(0, { chaddr: OTHER.chaddr, xid: 9 });
  build.discover(10);
  build.offer(3610);
  build.request(3610.01);
  build.ack(3610.02);
  assert.deepEqual(lines(build.analyse(3700), 'slow-server'), []);
});
