import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import { ADDRESS, Build, CLIENT, SERVER, SERVER_MAC, lines } from './build';

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

test('slow-server: how long it took, and how long clients should wait', () => {
  const build = new Build();
  build.discover(0);
  build.offer(1);
  const [found] = build.analyse(2).findings;
  assert.equal(
    found!.explanation,
    'The OFFER in frame 2 comes 1 s after the DISCOVER in frame 1. Clients should wait 4 s before they ask again.',
  );
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

test('slow-server: what it means for a client that starts over before each answer comes', () => {
  const asked = (every: number): readonly Finding[] => {
    const build = new Build();
    const all = [0, 1, 2, 3].flatMap((i) => [
      { at: i * every, xid: 10 + i, offer: false },
      { at: i * every + 2.2, xid: 10 + i, offer: true },
    ]);
    for (const { at, xid, offer } of all.sort((a, b) => a.at - b.at))
      if (offer) build.offer(at, { xid });
      else build.discover(at, { xid });
    return build.analyse(20).findings;
  };
  const [slow, lost] = asked(1.5);
  assert.deepEqual([slow!.id, lost!.id], ['slow-server', 'offer-not-taken']);
  assert.equal(slow!.title, `Server ${SERVER} takes 2.2 s to answer, and ${CLIENT} waits 1.5 s`);
  assert.match(slow!.explanation, /It drops this answer/);
  assert.ok(slow!.causes.some(({ text, likelihood }) => likelihood === 'likely' && /too impatient/.test(text)));
  // One that waits long enough, and takes no offer for another reason.
  const [patient] = asked(5);
  assert.doesNotMatch(JSON.stringify(patient), /impatient|waits 5 s|drops this answer/);
});

test('slow-server: an ACK that comes at once shows that only the OFFER is slow, so a probe is likelier than load or the path', () => {
  const causes = (acked: number): string[] => {
    const build = new Build();
    build.discover(0);
    build.offer(3);
    build.request(3.1);
    build.ack(3.1 + acked);
    return build
      .analyse(60)
      .findings.find(({ id }) => id === 'slow-server')!
      .causes.map(({ likelihood, text }) => `${likelihood} ${text.slice(0, 22)}`);
  };
  assert.deepEqual(causes(0.01), [
    'likely The server probes the ',
    'unlikely The server is overload',
    'unlikely The relay or the path ',
  ]);
  assert.deepEqual(causes(0.8), [
    'likely The server is overload',
    'possible The server probes the ',
    'possible The relay or the path ',
  ]);
});

test('slow-server: an OFFER after as long as a probe takes comes from a server that probes, where no ACK tells otherwise', () => {
  const first = (wait: number): string => {
    const build = new Build();
    build.discover(0);
    build.offer(wait);
    const [cause] = build.analyse(60).findings.find(({ id }) => id === 'slow-server')!.causes;
    return `${cause!.text.slice(0, 22)}: ${cause!.evidence.join('; ')}`;
  };
  assert.equal(first(3.004), 'The server probes the : no probe is seen here; 3 s is as long as such a probe takes');
  assert.equal(first(2.05), 'The server probes the : no probe is seen here; 2 s is as long as such a probe takes');
  assert.equal(first(2.5), 'The server is overload: ');
  assert.equal(first(5), 'The server is overload: ');
});

test('slow-server: not overloaded where the same server answers another client at once meanwhile', () => {
  const causes = (wait: number, acked: boolean, other: 'same' | 'relay' | 'after'): string[] => {
    const build = new Build();
    const up = { source: '10.7.0.1', destination: SERVER, sourcePort: 67 };
    const down = { destination: '10.7.0.1', destinationPort: 67 };
    const [own, to, from] = other === 'relay' ? [{ giaddr: '10.7.0.1', hops: 1 }, up, down] : [{}, {}, {}];
    build.discover(0, own, to);
    build.bind(other === 'after' ? wait + 9 : 0.3, { chaddr: OTHER.chaddr, xid: OTHER.xid }, { yiaddr: OTHER.yiaddr });
    build.offer(wait, own, from);
    if (acked) {
      build.request(wait + 0.1, own, to);
      build.ack(wait + 2.3, own, from);
    }
    const found = build.analyse(60).findings.find(({ id }) => id === 'slow-server')!;
    return found.causes.map(({ likelihood, text }) => `${likelihood} ${text.slice(0, 26)}`);
  };
  assert.deepEqual(causes(2.5, true, 'same'), [
    'likely The server waits for somet',
    'possible The server probes the addr',
    'unlikely The server is overloaded, ',
    'unlikely The relay or the path is s',
  ]);
  // As long as a probe takes.
  assert.deepEqual(causes(3.01, false, 'same').slice(0, 2), [
    'likely The server probes the addr',
    'possible The server waits for somet',
  ]);
  // What it answers comes by another way.
  assert.equal(causes(2.5, true, 'relay')[0], 'likely The relay or the path is s');
  // Later is another matter.
  assert.equal(causes(2.5, true, 'after')[0], 'likely The server is overloaded, ');
});

test('slow-server: an answer that is in time is not counted among those that are not', () => {
  const build = new Build();
  const told = (): string => build.analyse(200).findings.find(({ id }) => id === 'slow-server')!.explanation;
  for (const [i, wait] of [2.5, 1.2, 2.6, 1.3].entries()) {
    build.discover(20 * i, { chaddr: `02:00:00:00:00:2${i}`, xid: i + 1 });
    build.offer(20 * i + wait, { chaddr: `02:00:00:00:00:2${i}`, xid: i + 1 });
  }
  assert.match(told(), /This happens twice in the capture \(frames 2 and 6\)/);
  // One that asks anew before the answer comes: what comes in time is not dropped.
  for (const i of [0, 1, 2]) {
    build.discover(100 + 1.5 * i, { xid: 10 + i });
    if (i > 0) build.offer(100 + 1.5 * (i - 1) + 2.2, { xid: 10 + i - 1 });
  }
  build.offer(105.2, { xid: 12 });
  assert.match(told(), /It drops this answer.* This happens twice in the capture \(frames 11 and 13\)/);
});

test('slow-server: each OFFER belongs to the DISCOVER whose secs it copies, or to that of its place in order', () => {
  const told = (copies: boolean, ...offers: readonly number[]): string[] => {
    const build = new Build();
    build.discover(0);
    build.discover(2, { secs: 2 });
    offers.forEach((at, i) => build.offer(at, { secs: copies ? 2 * i : 0 }));
    return build
      .analyse(20)
      .findings.filter(({ id }) => id === 'slow-server')
      .map(({ title, frames, explanation }) => `${title} ${frames.join()} ${explanation.split('.')[0]!}`);
  };
  const steady = /takes 7\.\d+ s to answer [1-4,]*3,1,[24,]* The OFFER in frame 3 comes 7/;
  for (const copies of [true, false]) {
    const [line, ...others] = told(copies, 7.63, 9.61);
    assert.equal(others.length, 0);
    assert.match(line!, steady);
  }
  // Both at once after the second: nothing shows that the first one came to the server.
  assert.deepEqual(told(false, 2.01, 2.02), []);
  // One OFFER for two DISCOVERs is that of the last, unless it copies secs.
  assert.match(told(false, 7.6)[0]!, /takes 5\.6 s to answer/);
});
