import assert from 'node:assert/strict';
import test from 'node:test';
import { Build, CLIENT, SERVER, SERVER_MAC, ipOption, lease, lines } from './build';

/* A reply on its way from the server to a relay: what holds on the client’s link does not hold there yet. */

const RELAY = '10.9.0.1';
const RELAY_MAC = '02:00:00:00:00:aa';
const ROUTER = '02:00:00:00:00:bb';
const GIVEN = '10.9.0.50';
const TO_SERVER = { source: RELAY, destination: SERVER, sourcePort: 67, ethSource: RELAY_MAC };

/** DISCOVERs with the broadcast flag through a relay, and OFFERs that the server sends straight to the client, through a router. */
function past(): Build {
  const build = new Build();
  for (const at of [0, 4, 12]) {
    build.discover(at, { giaddr: RELAY, hops: 1, secs: at, flags: 0x8000 }, TO_SERVER);
    const offer = { giaddr: RELAY, yiaddr: GIVEN, flags: 0x8000, options: lease([ipOption(3, RELAY)]) };
    build.offer(at + 0.01, offer, { destination: GIVEN, ethDestination: ROUTER });
  }
  return build;
}

test('a server’s reply past its relay: no flag is ignored, and a router’s address is as it must be', () => {
  const analysis = past().analyse(30);
  assert.deepEqual(lines(analysis), [
    `reply-to-wrong-address error ${SERVER} 2,4,6`,
    `offer-not-taken warning ${CLIENT} 2,4,6,3,5`,
  ]);
  const { causes, steps } = analysis.findings[1]!;
  assert.deepEqual(
    causes.map(({ text }) => text),
    [`The OFFER goes to ${GIVEN}:68 instead of ${RELAY}:67`],
  );
  assert.equal(
    steps[0],
    `On ${SERVER}, find out why it sends the OFFER to ${GIVEN}:68 and not to ${RELAY}:67: look for NAT and port settings of its DHCP program.`,
  );
  assert.ok(steps.every((step) => !/neigh|snooping|trunk/.test(step)));
});

/** The client’s side of a relay: it hands the OFFER and the ACK on by broadcast, or to the client’s card. */
function handedOn(flags: number, by: 'unicast' | 'broadcast', both = false): string[] {
  const build = new Build();
  const from = { source: RELAY, ethSource: RELAY_MAC };
  const to = by === 'unicast' ? { ...from, destination: GIVEN } : from;
  const reply = { giaddr: RELAY, hops: 1, yiaddr: GIVEN, flags };
  const answer = (type: 'offer' | 'ack', at: number): void => {
    if (both)
      build[type](at, reply, {
        destination: RELAY,
        destinationPort: 67,
        ethDestination: RELAY_MAC,
        ethSource: SERVER_MAC,
      });
    build[type](at + 0.001, reply, to);
  };
  const ask = (type: 'discover' | 'request', at: number): void => {
    build[type](at, { flags });
    if (both) build[type](at + 0.001, { flags, giaddr: RELAY, hops: 1 }, TO_SERVER);
  };
  ask('discover', 0);
  answer('offer', 0.1);
  ask('request', 0.2);
  answer('ack', 0.3);
  return lines(build.analyse(60), 'broadcast-flag-ignored');
}

test('the relay itself must heed the flag, wherever the server’s reply to it is seen as well', () => {
  assert.deepEqual(handedOn(0x8000, 'unicast'), [`broadcast-flag-ignored warning ${RELAY} 2,1,3,4`]);
  assert.deepEqual(handedOn(0x8000, 'unicast', true), [`broadcast-flag-ignored warning ${RELAY} 4,3,1,2,5,6,7,8`]);
  for (const both of [false, true]) {
    assert.deepEqual(handedOn(0x8000, 'broadcast', both), []);
    assert.deepEqual(handedOn(0, 'unicast', both), []);
  }
});
