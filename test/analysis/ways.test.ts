/* OFFERs that are not taken, held against those that were (RFC 2131 §4.1; RFC 951 §3). */
import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, CLIENT, type Seen } from './build';

const causesOf = (build: Build, id: string) => build.analyse(60).findings.find((one) => one.id === id)!.causes;
const first = (build: Build, id = 'offer-not-taken'): readonly [string, readonly string[]] => {
  const [cause] = causesOf(build, id);
  return [`${cause!.likelihood}: ${cause!.text}`, cause!.evidence];
};
const UNICAST = { destination: ADDRESS } as const;

/** Other clients take their OFFERs, which go one way; the client's own OFFERs go another way, or the same. */
function besides(others: Partial<Seen>, own: Partial<Seen>, count = 2): Build {
  const build = new Build();
  for (let i = 0; i < count; i++) {
    const spec = { chaddr: `02:00:00:00:00:0${i + 2}`, xid: 50 + i };
    build.discover(i, spec);
    build.offer(i + 0.01, spec, others);
    build.request(i + 0.02, spec);
    build.ack(i + 0.03, spec, others);
  }
  for (const at of [10, 14, 22]) {
    build.discover(at, { secs: at - 10 });
    build.offer(at + 0.01, {}, own);
  }
  return build;
}

test('offer-not-taken: every OFFER to the client goes by broadcast, and all that were taken by unicast', () => {
  const [text, evidence] = first(besides(UNICAST, {}));
  assert.match(text, /^likely: Broadcasts do not get through to the client/);
  assert.deepEqual(evidence, [
    'each OFFER to this client goes by broadcast (frames 10, 12 and 14)',
    '2 other clients took an OFFER that went by unicast (frames 2 and 6)',
  ]);
  assert.match(first(besides({}, UNICAST))[0], /^likely: The client cannot take unicast before it has an address/);
});

test('offer-not-taken: one other client proves nothing, nor do OFFERs of both ways', () => {
  assert.match(first(besides(UNICAST, {}, 1))[0], /^likely: A firewall on the client/);
  assert.match(first(besides({}, {}))[0], /^likely: A firewall on the client/);
});

test('offer-not-taken: the same client took an OFFER that came the other way', () => {
  const build = new Build();
  build.bind(0, {}, {}, {});
  for (const at of [100, 104]) {
    build.discover(at, { xid: 9, secs: at - 100 });
    build.offer(at + 0.01, { xid: 9 }, UNICAST);
  }
  assert.equal(first(build)[1][1], 'the same client took an OFFER that went by broadcast (frame 2)');
});

test('offer-not-taken: flags 0x0800 where 0x8000, the broadcast flag, was meant', () => {
  const asks = (flags: number, seen: Partial<Seen>): Build => {
    const build = new Build();
    for (const at of [0, 4]) {
      build.discover(at, { flags });
      build.offer(at + 0.01, {}, seen);
    }
    return build;
  };
  const [text, evidence] = first(asks(0x0800, UNICAST));
  assert.match(text, /^likely: The client means to ask for broadcast but sets the wrong bit: its flags are 0x0800/);
  assert.deepEqual(evidence, ['flags 0x0800 in frame 3', `OFFER to ${ADDRESS} in frame 2`]);
  for (const [flags, seen] of [
    [0, UNICAST],
    [0x0800, {}],
    [0x8000, {}],
  ] as const)
    assert.doesNotMatch(first(asks(flags, seen))[0], /wrong bit/);
});

test('offer-not-taken: an OFFER of fewer than 300 octets may be dropped; likely if only longer ones were taken', () => {
  const short = /^The client drops the OFFER because it is short/;
  const found = (build: Build) => causesOf(build, 'offer-not-taken').find(({ text }) => short.test(text));
  const length = (build: Build, at: number, octets: number): void =>
    void (build.packets[at - 1] = { ...build.packets[at - 1]!, payloadLength: octets });
  const build = besides({}, {});
  for (const frame of [10, 12, 14]) length(build, frame, 274);
  for (const frame of [2, 6]) length(build, frame, 300);
  assert.equal(found(build)?.likelihood, 'likely');
  assert.deepEqual(found(build)?.evidence, [
    'the OFFER has 274 octets',
    'the shortest OFFER that was taken on this link has 300 octets',
  ]);
  for (const frame of [2, 6]) length(build, frame, 274);
  assert.equal(found(build), undefined);
});

test('offer-not-taken: the first step fits the client’s system', () => {
  const build = new Build();
  for (const at of [0, 4]) {
    build.discover(at, { options: [{ code: 60, hex: Buffer.from('MSFT 5.0').toString('hex') }] });
    build.offer(at + 0.01, {}, UNICAST);
  }
  const found = build.analyse(60).findings.find(({ id }) => id === 'offer-not-taken');
  assert.match(found!.steps[0]!, new RegExp(`^Windows, on client ${CLIENT}: `));
});
