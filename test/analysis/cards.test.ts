/* Replies go to another link-layer address than requests come from: a bridge that sends in its own name, another router on the way back. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import { ADDRESS, Build, CLIENT, SERVER, ipOption, lease } from './build';

const BRIDGE = '02:00:00:00:00:b1';
const [COMES, GOES] = ['02:00:00:00:00:c1', '02:00:00:00:00:c2'];

const first = (findings: readonly Finding[], id: string): string => {
  const [cause] = findings.find((one) => one.id === id)!.causes;
  return `${cause!.likelihood}: ${cause!.text}`;
};

/** A client whose DISCOVERs come from a card, and whose OFFERs go to another; it takes none. Two others, without a bridge, are served. */
function behind(ethSource: string, ethDestination: string, destination = ADDRESS): readonly Finding[] {
  const build = new Build();
  for (const i of [2, 3]) {
    const asks = { chaddr: `02:00:00:00:00:0${i}`, xid: i };
    const own = { ...asks, yiaddr: `10.0.0.6${i}` };
    build.discover(i, asks);
    build.offer(i + 0.01, own, { destination: own.yiaddr });
    build.request(i + 0.02, { ...asks, options: [ipOption(50, own.yiaddr), ipOption(54, SERVER)] });
    build.ack(i + 0.03, own, { destination: own.yiaddr });
  }
  for (const at of [10, 13, 20, 32]) {
    build.discover(at, {}, { ethSource });
    build.offer(at + 0.01, {}, { destination, ethDestination });
  }
  return build.analyse(60).findings;
}

test('a bridge that sends in its own name: OFFERs to chaddr do not come back through it', () => {
  const findings = behind(BRIDGE, CLIENT);
  assert.deepEqual(
    findings.filter(({ severity }) => severity !== 'info').map(({ id }) => id),
    ['chaddr-mismatch', 'offer-not-taken'],
  );
  assert.equal(
    first(findings, 'offer-not-taken'),
    `likely: The client is behind ${BRIDGE}, a bridge or repeater that sends in its own name, and the OFFER goes by unicast to ${CLIENT}, which that device does not pass on or the switches do not know`,
  );
  assert.match(findings[0]!.explanation, /This explains “02:00:00:00:00:01 gets 4 OFFERs and keeps sending DISCOVER”/);
});

test('not: the client’s own card, an OFFER to the bridge, an OFFER by broadcast', () => {
  for (const [source, to, ip] of [
    [CLIENT, CLIENT],
    [BRIDGE, BRIDGE],
    [BRIDGE, 'ff:ff:ff:ff:ff:ff', '255.255.255.255'],
  ] as const)
    assert.doesNotMatch(first(behind(source, to, ip), 'offer-not-taken'), /bridge or repeater/);
});

/** Renewals through routers: requests come from one card, the ACKs go to another, and the client asks on. */
function renewing(ethSource: string, ethDestination: string): readonly Finding[] {
  const build = new Build();
  const long = { options: [...lease(), ipOption(58, '0.0.1.44')] };
  for (const at of [0, 9, 26, 61]) {
    build.renew(at, {}, { ethSource });
    build.ack(at + 0.001, { ciaddr: ADDRESS, ...long }, { destination: ADDRESS, ethDestination });
  }
  return build.analyse(90).findings;
}

test('another way back: requests come by one router, the ACKs leave by another; and asking again is no early renewal', () => {
  const findings = renewing(COMES, GOES);
  assert.deepEqual(
    findings.map(({ id }) => id),
    ['answer-ignored'],
  );
  assert.match(first(findings, 'answer-ignored'), /^likely: The ACK takes another way back than the request came by/);
  assert.ok(!findings[0]!.causes.some(({ text }) => text.includes('before it has an address')));
  // One router; a virtual router's address, which a router never sends from; and no router at all.
  for (const [from, to] of [
    [COMES, COMES],
    [COMES, '00:00:5e:00:01:0a'],
    [COMES, '00:00:0c:07:ac:0a'],
    [CLIENT, CLIENT],
  ] as const)
    assert.doesNotMatch(first(renewing(from, to), 'answer-ignored'), /another way back/);
});
