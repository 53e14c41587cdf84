import assert from 'node:assert/strict';
import test from 'node:test';
import { Build, ROUTER_MAC, SERVER, SERVER_MAC } from './build';
import { comparison } from './points';

/* Everything is lost: no message is in both captures, and the second one shows the server at work. */

const RELAY = '10.8.0.1';
const OTHER = '10.9.0.1';
const UP = { sourcePort: 67, destination: SERVER, ethSource: ROUTER_MAC, ethDestination: SERVER_MAC };
const macOf = (i: number): string => `02:00:00:00:08:0${i}`;

/** Two clients ask, and their relay sends on what they ask; both sides of it are captured. */
function inVain(ethDestination = SERVER_MAC): Build {
  const build = new Build();
  for (const at of [0, 4, 12])
    for (const i of [1, 2]) {
      const spec = { chaddr: macOf(i), xid: i, secs: at };
      build.discover(at + i, spec);
      build.discover(at + i + 0.0005, { ...spec, giaddr: RELAY, hops: 1 }, { ...UP, source: RELAY, ethDestination });
    }
  return build;
}

/** A relay's client gets its lease; `both`: the client's side of that relay is captured as well. */
function served(at: number, both = false): Build {
  const build = new Build();
  const client = { chaddr: '02:00:00:00:09:01', xid: 9 };
  const spec = { ...client, giaddr: OTHER, hops: 1 };
  const down = { destination: OTHER, destinationPort: 67, ethDestination: ROUTER_MAC };
  if (both) build.discover(at, client);
  build.discover(at + 0.001, spec, { ...UP, source: OTHER });
  build.offer(at + 0.002, spec, down);
  if (both) build.request(at + 0.01, client);
  build.request(at + 0.011, spec, { ...UP, source: OTHER });
  build.ack(at + 0.012, spec, down);
  return build;
}

/** The times that both captures cover: the second begins in the midst of the first. */
const FRAMES = [{}, { from: 10, until: 30 }] as const;

test('All that a relay sends is lost, and the server’s capture shows it at work: the scope is not the cause', () => {
  const near = inVain();
  const { related, common, lost, findings, settled } = comparison(near, served(14), 0, FRAMES);
  assert.deepEqual([related, common, lost, findings.length], [true, 0, 6, 1]);
  const [found] = findings;
  assert.equal(found!.id, 'lost-between');
  assert.equal(found!.severity, 'error');
  assert.equal(found!.title, `2 clients (${macOf(1)} and ${macOf(2)}): 6 DISCOVERs lost between a.pcap and b.pcap`);
  assert.deepEqual(
    found!.framesIn.map(({ frames }) => frames),
    [
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
      [2, 4],
    ],
  );
  assert.ok(
    found!.explanation.includes(
      `sent to ${SERVER} by ${RELAY}. b.pcap shows that ${SERVER}, at the same link-layer address, answers others (frames 2 and 4), and none of these messages. No message is in both captures, so nothing shows how far their clocks differ; as far as they agree, b.pcap was capturing when frame 10 was sent.`,
    ),
    found!.explanation,
  );
  assert.deepEqual(
    found!.causes.slice(0, 1).map(({ text, evidence }) => [text, evidence]),
    [
      [
        `A rule or a route on the way keeps back what ${RELAY} sends to ${SERVER}, and not what others send`,
        [`what ${OTHER} sends to ${SERVER} arrives (frame 1 of b.pcap)`],
      ],
    ],
  );
  assert.equal(
    found!.steps[0],
    `On the firewalls and routers between the two points, let UDP from port 67 to port 67 pass, as from ${RELAY} to ${SERVER}.`,
  );
  assert.deepEqual(
    [...settled].map(([{ id }, by]) => [id, by]),
    [['relay-unanswered', found]],
  );
  const turned = comparison(served(14), near, 0, [FRAMES[1], {}]);
  assert.deepEqual(
    turned.findings.map(({ title }) => title),
    [`2 clients (${macOf(1)} and ${macOf(2)}): 6 DISCOVERs lost between b.pcap and a.pcap`],
  );
});

test('Two sites with one private address of a server are not said to be one network', () => {
  const { related, findings, hint } = comparison(inVain('02:00:00:00:00:77'), served(14), 0, FRAMES);
  assert.deepEqual([related, findings], [false, []]);
  assert.equal(
    hint,
    `a.pcap sends to ${SERVER} in vain (frame 10), and b.pcap shows ${SERVER} answering others (frame 2): if that is one host, what is sent is lost between the two`,
  );
});

test('A capture at another relay, at another time or at a client shows nothing of what comes to the server', () => {
  const client = new Build();
  client.bind(14, { chaddr: '02:00:00:00:09:01', xid: 9 }, {}, {});
  const late = [{}, { from: 100, until: 130 }] as const;
  for (const [other, frames] of [
    [served(14, true), FRAMES],
    [served(110), late],
    [client, FRAMES],
  ] as const) {
    const { related, findings, hint } = comparison(inVain(), other, 0, frames);
    assert.deepEqual([related, findings, hint], [false, [], '']);
  }
});

test('What is answered is not lost, though the second capture lacks it', () => {
  const near = inVain();
  for (const i of [1, 2])
    near.offer(12 + i + 0.01, { chaddr: macOf(i), xid: i, giaddr: RELAY }, { destination: RELAY, destinationPort: 67 });
  const { related, findings } = comparison(near, served(14), 0, FRAMES);
  assert.deepEqual([related, findings], [false, []]);
});

test('Nothing of a link comes to the server that its ARP is about: what that would mean is said, and no finding', () => {
  const link = (asked: string): Build => {
    const build = new Build();
    for (const at of [0, 4, 12, 14]) build.discover(at, { chaddr: macOf(1), xid: 1, secs: at });
    build.arp(13, 1, macOf(7), '10.0.0.200', asked);
    return build;
  };
  const serving = (clients: number): Build => {
    const build = new Build();
    for (let i = 0; i < clients; i++) build.bind(14 + i, { chaddr: `02:00:00:00:09:0${i}`, xid: 90 + i }, {}, {});
    return build;
  };
  const { related, findings, hint } = comparison(link(SERVER), serving(2), 0, FRAMES);
  assert.deepEqual([related, findings], [false, []]);
  assert.equal(
    hint,
    `a.pcap shows that ${macOf(1)} asks in vain (frame 3), and ARP about ${SERVER} (frame 5); b.pcap shows ${SERVER} answering others (frame 2): if both are of one link, what is asked is lost between the two`,
  );
  for (const [a, b] of [
    [link('10.0.0.77'), serving(2)],
    [link(SERVER), serving(1)],
  ] as const)
    assert.equal(comparison(a, b, 0, FRAMES).hint, '');
});
