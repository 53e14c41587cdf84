/* An ACK for another address than its client asks for, and the client that asks again (RFC 2131 §4.3.2, §4.4). */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import { ADDRESS, Build, CLIENT, SERVER, ipOption, lines } from './build';

const OTHER = '10.0.0.150';
const FIREWALL = 'A firewall on the client, or DHCP snooping on a switch, drops datagrams to port 68';

/** A client that asks twice for its old address, and is sent `given` by the ACKs. */
function rebooting(given: readonly [string, string], to = given[0]): Build {
  const build = new Build();
  for (const [i, at] of [0, 4].entries()) {
    build.request(at, { secs: at, options: [ipOption(50, ADDRESS)] });
    build.ack(at + 0.01, { yiaddr: given[i] as string }, { destination: to });
  }
  return build;
}
const ignored = (build: Build, until = 10): Finding =>
  build.analyse(until).findings.find(({ id }) => id === 'answer-ignored')!;
const likely = ({ causes }: Finding): string[] =>
  causes.filter(({ likelihood }) => likelihood === 'likely').map(({ text }) => text);

const DROPS = `The client drops the ACK: it gives ${OTHER}, and the client asks for ${ADDRESS}`;
const LEASES = `On ${SERVER}, look for leases and reservations of ${CLIENT}: there must be one address for it, ${OTHER} or ${ADDRESS}.`;

test('answer-ignored: an ACK for another address is the cause, and nothing else is likely', () => {
  const build = rebooting([OTHER, OTHER]);
  assert.deepEqual(lines(build.analyse(10)), [
    `ack-other-address error ${CLIENT} 1,2,3,4`,
    `answer-ignored warning ${CLIENT} 2,4,3`,
  ]);
  const found = ignored(build);
  assert.deepEqual(likely(found), [DROPS]);
  assert.equal(found.causes[0]!.finding, 'ack-other-address');
  assert.deepEqual(found.causes[0]!.evidence, [
    'REQUEST in frame 1, ACK in frame 2',
    'see the finding ack-other-address',
  ]);
  assert.equal(String(found.steps[0]), LEASES);
  assert.doesNotMatch(String(found.steps), /nft|iptables|snooping/);
});

test('answer-ignored: a client that then takes an OFFER sent the same way has no firewall against it', () => {
  const build = rebooting([OTHER, OTHER]);
  build.discover(9, { xid: 7 });
  build.offer(9.01, { xid: 7, yiaddr: OTHER }, { destination: OTHER });
  build.request(9.02, { xid: 7, options: [ipOption(50, OTHER), ipOption(54, SERVER)] });
  build.ack(9.03, { xid: 7, yiaddr: OTHER }, { destination: OTHER });
  const found = ignored(build, 60);
  assert.deepEqual(
    found.causes.map(({ likelihood, text }) => [likelihood, text]),
    [['likely', DROPS]],
  );
  assert.deepEqual(found.causes[0]!.evidence, [
    'REQUEST in frame 1, ACK in frame 2',
    'the client took the OFFER in frame 6, which went the same way',
    'see the finding ack-other-address',
  ]);
  assert.equal(String(found.steps[0]), LEASES);
});

test('answer-ignored: a renewal by a client that holds another address', () => {
  const build = new Build();
  for (const at of [0, 4]) {
    build.renew(at, {}, { destination: SERVER });
    build.ack(at + 0.01, { yiaddr: OTHER, ciaddr: ADDRESS }, { destination: ADDRESS });
  }
  assert.deepEqual(likely(ignored(build)), [
    `The client drops the ACK: it gives ${OTHER}, and the client holds ${ADDRESS}`,
  ]);
});

test('answer-ignored: an ACK for the address that was asked for is no such cause', () => {
  const fits = ignored(rebooting([ADDRESS, ADDRESS]));
  assert.deepEqual(likely(fits), [FIREWALL]);
  assert.doesNotMatch(JSON.stringify(fits), /ack-other-address/);
  // One ACK fits, and the client does not take that either.
  const mixed = rebooting([ADDRESS, OTHER]);
  mixed.request(12, { secs: 12, options: [ipOption(50, ADDRESS)] });
  assert.ok(!likely(ignored(mixed, 13)).some((text) => text.startsWith('The client drops the ACK')));
});

test('answer-ignored: where the ACK gives what was offered, it is the REQUEST that does not fit', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.01, { yiaddr: OTHER }, { destination: OTHER });
  for (const at of [0.02, 4, 8]) {
    build.request(at, { secs: Math.floor(at), options: [ipOption(50, ADDRESS), ipOption(54, SERVER)] });
    build.ack(at + 0.01, { yiaddr: OTHER }, { destination: OTHER });
  }
  const found = ignored(build);
  assert.deepEqual(likely(found), [
    `The REQUEST does not fit the OFFER: its address is ${ADDRESS}, that of the OFFER is ${OTHER}`,
    DROPS,
  ]);
  assert.equal(found.causes[0]!.finding, 'request-mismatch');
  assert.match(String(found.steps[0]), new RegExp(`^Update .*${CLIENT}`));
});
