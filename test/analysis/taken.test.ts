/* What went the way of an answer that the client took is kept back by no filter; and what the octets show of an answer is among the causes. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, CLIENT, SERVER, lease, raw, textOption } from './build';

const told = (build: Build, id: string, until: number): string => {
  const found = build.analyse(until).findings.find((one) => one.id === id);
  assert.ok(found, `${id} is not found`);
  return JSON.stringify([found.causes, found.steps]);
};
const likely = (build: Build, id: string, until: number): string[] =>
  build
    .analyse(until)
    .findings.find((one) => one.id === id)!
    .causes.filter(({ likelihood }) => likelihood === 'likely')
    .map(({ text }) => text);

/** A lease whose ACK is repeated, as the REQUEST is; `way` is how ACKs go, which OFFERs by unicast do not. */
function ignoring(way: 'unicast' | 'broadcast'): Build {
  const build = new Build();
  const to = { destination: ADDRESS };
  build.discover(0);
  build.offer(0.01, {}, to);
  for (const at of [0.02, 4, 12]) {
    build.request(at, { secs: Math.floor(at) });
    build.ack(at + 0.01, {}, way === 'unicast' ? to : {});
  }
  return build;
}

test('answer-ignored: an ACK that goes the way of an OFFER which the client took is kept back by no filter', () => {
  const same = told(ignoring('unicast'), 'answer-ignored', 13);
  assert.match(same, /The client’s program drops the ACK itself/);
  assert.match(
    same,
    /the OFFER in frame 2 went to 10\.0\.0\.50:68 from the same sender as the ACK, and the REQUEST in frame 3/,
  );
  assert.doesNotMatch(same, /firewall on the client|switch, drops|trunk/);
  // The twin: the ACK goes by broadcast, and nothing of that kind was taken.
  assert.match(told(ignoring('broadcast'), 'answer-ignored', 13), /firewall on the client/);
});

test('answer-ignored: the verdict does not say that such a client got its lease', () => {
  assert.match(
    ignoring('unicast').analyse(13).verdict,
    /was given a lease, and asks on for it as if the answer had not come/,
  );
  const healthy = new Build();
  healthy.bind();
  assert.match(healthy.analyse(13).verdict, /got a lease of 10\.0\.0\.50/);
});

/** DISCOVER, OFFER, and REQUESTs in vain; the second half sets the broadcast flag or not. */
function inVain(flags: number): Build {
  const build = new Build();
  build.discover(0);
  build.offer(0.01, {}, { destination: ADDRESS });
  for (const at of [0.02, 4, 12]) build.request(at, { flags });
  return build;
}

test('no-ack: the server is the likely cause where both ways are free, and no filter is named', () => {
  assert.match(likely(inVain(0), 'no-ack', 20).join(), /^The server does not keep its OFFER/);
  assert.doesNotMatch(told(inVain(0), 'no-ack', 20), /nft list ruleset|\(port 68|snooping/);
  // The twin: the REQUEST asks for broadcast, which the OFFER was not.
  assert.match(told(inVain(0x8000), 'no-ack', 20), /blocked on its way to the client \(port 68/);
});

/** OFFERs with this option, which the client does not take. */
function untaken(option: ReturnType<typeof raw>): Build {
  const build = new Build();
  for (const at of [0, 4, 12]) {
    build.discover(at, { secs: at });
    build.offer(at + 0.01, { options: lease([option]) });
  }
  return build;
}

test('offer-not-taken: the damage of the OFFER is its likely cause', () => {
  assert.match(
    likely(untaken(raw(51, '0e10')), 'offer-not-taken', 20).join(),
    /^The client drops the OFFER, as it is not as it should be: option 51 \(IP Address Lease Time\) has 2 octets/,
  );
  assert.match(
    likely(untaken(textOption(15, 'example.org')), 'offer-not-taken', 20).join(),
    /^A firewall on the client/,
  );
});

test('nak: a client that repeats its REQUEST has not heard a NAK by unicast', () => {
  const asking = (destination: string): Build => {
    const build = new Build();
    for (const at of [0, 4, 12]) {
      build.request(at, { options: [raw(50, '0a090909')] });
      build.nak(at + 0.01, {}, { destination });
    }
    return build;
  };
  const [first, second] = asking('10.9.9.9').analyse(20).findings;
  assert.deepEqual([first!.id, second!.id], ['nak-not-broadcast', 'nak']);
  assert.match(first!.explanation, /it asks on for the same \(frames 3 and 5\)/);
  assert.doesNotMatch(told(asking('255.255.255.255'), 'nak', 20), /does not hear the NAK/);
});

test('lease-shrinks: ends that drift by less than a hundredth are one end, with its time', () => {
  const build = new Build();
  build.bind(0, {}, { options: lease([raw(51, '00000e10')]) });
  const renewals: readonly (readonly [number, string])[] = [
    [1802, '00000708'],
    [2703.5, '00000384'],
    [3154.9, '000001c2'],
    [3381.2, '000000e1'],
  ];
  for (const [at, seconds] of renewals) {
    build.renew(at, { xid: 8 });
    build.ack(at + 0.01, { ciaddr: ADDRESS, xid: 8, options: lease([raw(51, seconds)]) }, { destination: ADDRESS });
  }
  const found = build.analyse().findings.find(({ id }) => id === 'lease-shrinks')!;
  assert.equal(found.subject, SERVER);
  assert.match(found.causes[0]!.text, /^The lease has a fixed end on the server/);
  assert.doesNotMatch(JSON.stringify(found.causes), /MCLT/);
});

test('inform-unanswered: the server that leases in the client’s subnet is named, and no other cause contradicts it', () => {
  const build = new Build();
  build.bind(0, { chaddr: '02:00:00:00:00:07', xid: 7 });
  for (const at of [1, 5, 13])
    build.dhcp(8, { ciaddr: '10.0.0.77', xid: 9 }, { at, source: '10.0.0.77', ethSource: CLIENT });
  const causes = told(build, 'inform-unanswered', 30);
  assert.match(causes, /Server 10\.0\.0\.1, which serves the subnet of this address, does not answer this INFORM/);
  assert.doesNotMatch(causes, /No server (serves|runs)/);
});
