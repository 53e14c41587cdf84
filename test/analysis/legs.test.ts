import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ADDRESS, Build, CLIENT, ROUTER_MAC, SERVER_MAC, ipOption, lease, lines, raw, type Seen } from './build';

/* Where a capture shows both sides of a relay, a reply is judged as its client is sent it. */

const RELAY = '10.0.0.1';
const SERVER = '10.9.0.1';
const WRONG = { problems: [{ id: 'bad-checksum', offset: 40, length: 2, text: 'The UDP checksum 0x1234 is wrong.' }] };

const REPLY = { giaddr: RELAY, hops: 1, options: lease([ipOption(54, SERVER)]) };

/** What a client sends, and what its relay makes of it. */
function ask(build: Build, at: number, spec: Parameters<Build['discover']>[1] & { type?: number } = {}): void {
  const { type = 1, ...rest } = spec;
  build.dhcp(type, rest, { at });
  const toServer = { source: RELAY, destination: SERVER, sourcePort: 67, ethSource: ROUTER_MAC };
  build.dhcp(type, { ...rest, giaddr: RELAY, hops: 1 }, { at: at + 0.001, ...toServer });
}

/** A reply on both sides of the relay. */
function answer(
  build: Build,
  type: number,
  at: number,
  spec: object,
  before: Partial<Seen>,
  behind: Partial<Seen>,
): void {
  const message = { op: 2, yiaddr: ADDRESS, ...REPLY, ...spec };
  const toRelay = { source: SERVER, destination: RELAY, destinationPort: 67, ethDestination: ROUTER_MAC };
  build.dhcp(type, message, { at, ethSource: SERVER_MAC, ...toRelay, ...before });
  build.dhcp(type, message, { at: at + 0.001, source: RELAY, ethSource: ROUTER_MAC, ...behind });
}

/** A client that is served, and one whose OFFERs are not taken. */
function network(before: Partial<Seen>, behind: Partial<Seen>): Build {
  const build = new Build();
  const other = { chaddr: '02:00:00:00:00:02', xid: 2, yiaddr: '10.0.0.60' };
  ask(build, 0, { chaddr: other.chaddr, xid: 2 });
  answer(build, 2, 0.01, other, {}, {});
  ask(build, 0.02, {
    type: 3,
    chaddr: other.chaddr,
    xid: 2,
    options: [ipOption(50, other.yiaddr), ipOption(54, SERVER), raw(55, '0103')],
  });
  answer(build, 5, 0.03, other, {}, {});
  for (const at of [10, 14]) {
    ask(build, at, { secs: at - 10 });
    answer(build, 2, at + 0.01, {}, before, behind);
  }
  return build;
}

test('bad-checksum: what the relay hands on is the first cause of the OFFER that is not taken, and the relay its subject', () => {
  const { findings } = network({}, WRONG).analyse(30);
  assert.deepEqual(lines(network({}, WRONG).analyse(30)), [
    `bad-checksum warning ${RELAY} 12,16`,
    `offer-not-taken warning ${CLIENT} 12,11,16,15,13,14`,
  ]);
  const [sum, offer] = findings;
  assert.equal(sum!.title, `${RELAY} sends messages with a wrong checksum`);
  assert.equal(sum!.causes[0]!.text, `The relay ${RELAY} makes the checksum wrong when it hands the message on`);
  assert.equal(sum!.causes[0]!.evidence[0], 'the checksum is right in frame 11, before the relay');
  assert.match(sum!.steps[0]!, /^Update the software of the relay 10\.0\.0\.1/);
  assert.deepEqual(
    offer!.causes.filter(({ likelihood }) => likelihood === 'likely').map(({ text }) => text),
    ['The client drops the OFFER because its checksum is wrong'],
  );
  assert.equal(offer!.steps[0], sum!.steps[0]);
});

test('bad-checksum: what the relay has mended is no cause, and its sender the server', () => {
  const { findings } = network(WRONG, {}).analyse(30);
  assert.deepEqual(
    findings.map(({ id, subject }) => `${id} ${subject}`),
    [`offer-not-taken ${CLIENT}`, `bad-checksum ${SERVER}`],
  );
  assert.ok(findings[0]!.causes.every(({ text }) => !/checksum/.test(text)));
});

test('reply-to-wrong-port: the relay’s own mistake is the cause, though the server’s reply goes to the right port', () => {
  const offer = network({}, { destinationPort: 1068 })
    .analyse(30)
    .findings.find(({ id }) => id === 'offer-not-taken')!;
  assert.match(offer.causes[0]!.text, /^The OFFER goes to port 1068, and a client listens on port 68/);
});

test('a relay that hands on whole replies is not named', () => {
  const build = network({}, {});
  assert.ok(build.analyse(30).findings.every(({ id }) => id !== 'bad-checksum'));
});
