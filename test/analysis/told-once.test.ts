import assert from 'node:assert/strict';
import test from 'node:test';
import { Build, SERVER, ipOption, lease, lines, raw, type Spec } from './build';

/* What happens to several clients for one reason is told once, and counted as it was sent. */

const who = (n: number): { chaddr: string; xid: number } => ({ chaddr: `02:00:00:00:00:0${n}`, xid: n });
const address = (n: number): string => `10.0.0.5${n}`;
const OTHER = '10.0.0.2';

test('wrong-server-acked: one finding about the server that answers in place of another', () => {
  const network = (clients: number): Build => {
    const build = new Build();
    for (let n = 1; n <= clients; n++) {
      const reply = { ...who(n), yiaddr: address(n) };
      build.discover(10 * n, who(n));
      build.offer(10 * n + 0.01, reply);
      build.request(10 * n + 0.02, { ...who(n), options: [ipOption(50, address(n)), ipOption(54, SERVER)] });
      const options = lease([ipOption(54, OTHER)]);
      build.ack(10 * n + 0.03, { ...reply, options }, { source: OTHER, ethSource: '02:00:00:00:00:fd' });
    }
    return build;
  };
  const found = network(3)
    .analyse(60)
    .findings.filter(({ id }) => id === 'wrong-server-acked');
  assert.deepEqual(
    found.map(({ subject, frames }) => `${subject} ${frames.join()}`),
    [`server ${OTHER} 4,8,12,3,7,11`],
  );
  assert.match(found[0]!.title, /: 3 clients \(.*\), all by 10\.0\.0\.2, though 10\.0\.0\.1 was selected$/);
  assert.deepEqual(lines(network(1).analyse(60), 'wrong-server-acked'), [
    'wrong-server-acked warning 02:00:00:00:00:01 4,3',
  ]);
});

test('no-offer: a DISCOVER that relays send round is one, however often it is seen', () => {
  const build = new Build();
  // The relay has a server that answers others.
  const relayed = { ...who(2), giaddr: '10.0.0.3', hops: 1 };
  const up = { source: '10.0.0.3', destination: SERVER, sourcePort: 67, ethSource: '02:00:00:00:02:01' };
  const down = { destination: '10.0.0.3', destinationPort: 67, ethDestination: '02:00:00:00:02:01' };
  build.discover(-9, relayed, up);
  build.offer(-8.99, { ...relayed, yiaddr: address(2) }, down);
  build.request(-8.98, { ...relayed, options: [ipOption(50, address(2)), ipOption(54, SERVER)] }, up);
  build.ack(-8.97, { ...relayed, yiaddr: address(2) }, down);
  for (const at of [0, 4, 12]) {
    build.discover(at, { secs: at });
    for (let hops = 1; hops <= 20; hops++) {
      const relay = { source: '10.0.0.3', ethSource: `02:00:00:00:02:0${hops % 2}`, sourcePort: 67 };
      build.discover(at + hops * 0.001, { secs: at, hops, giaddr: '10.0.0.3' }, relay);
    }
  }
  const { findings } = build.analyse(40);
  assert.equal(
    findings.find(({ id }) => id === 'no-offer')!.title,
    '02:00:00:00:00:01 sends 3 DISCOVERs and gets no OFFER',
  );
  // Without hops that grow, it is sent again and again.
  const again = new Build();
  for (let i = 0; i <= 20; i++) again.discover(i * 0.001);
  assert.match(again.analyse(40).findings.find(({ id }) => id === 'no-offer')!.title, / sends 21 DISCOVERs /);
});

/** A client that asks for settings every so many seconds; every second INFORM is answered. */
function informs(every: number, list: string, last = list): Build {
  const build = new Build();
  build.bind(0, who(2), { yiaddr: address(2) });
  for (let i = 0; i < 8; i++) {
    const asks: Spec = { xid: 0x100 + i, ciaddr: address(1), options: [raw(55, i === 7 ? last : list)] };
    build.dhcp(8, asks, { at: 10 + i * every, source: address(1) });
    if (i % 2 === 0)
      build.ack(
        10 + i * every + 0.001,
        {
          ...asks,
          yiaddr: '0.0.0.0',
          options: [ipOption(54, SERVER), ipOption(6, SERVER)],
        },
        { destination: address(1) },
      );
  }
  return build;
}

test('inform-unanswered: not where the same was answered a moment before', () => {
  const { findings, verdict } = informs(0.05, '0103').analyse(60);
  assert.ok(findings.every(({ id }) => id !== 'inform-unanswered'));
  assert.doesNotMatch(verdict, /got no answer/);
  // With another list of options, it is a question of its own.
  assert.ok(
    informs(0.05, '0103', 'fc')
      .analyse(60)
      .findings.some(({ id }) => id === 'inform-unanswered'),
  );
});

/** Clients that complete DISCOVER to ACK four times within a minute. */
function loops(clients: number): Build {
  const build = new Build();
  for (let round = 0; round < 4; round++)
    for (let n = 1; n <= clients; n++)
      build.bind(20 * round + n, { ...who(n), xid: 16 * round + n }, { yiaddr: address(n) });
  return build;
}

test('lease-loop: several clients of one link and server start over for what they share', () => {
  const [found, ...more] = loops(3)
    .analyse(100)
    .findings.filter(({ id }) => id === 'lease-loop');
  assert.deepEqual([found!.subject, more.length], [`server ${SERVER}`, 0]);
  const [first] = found!.causes;
  assert.match(first!.text, /^Something that these clients share makes them start over/);
  assert.match(first!.evidence[0]!, /^3 clients of this link and server do so/);
  assert.match(found!.steps[0]!, /^Look at the switch or access point of these clients first/);
  const two = loops(2)
    .analyse(100)
    .findings.filter(({ id }) => id === 'lease-loop');
  assert.deepEqual(
    two.map(({ subject, causes }) => `${subject}: ${causes[0]!.text}`),
    [1, 2].map((n) => `02:00:00:00:00:0${n}: The client restarts: power, link or driver goes down and up`),
  );
});

test('port-unreachable: kernels that refuse what their clients took are one note', () => {
  const build = new Build();
  for (let n = 1; n <= 3; n++) build.bind(n, who(n), { yiaddr: address(n) });
  for (let n = 1; n <= 3; n++) {
    const quoted = { source: SERVER, destination: address(n), sourcePort: 67, destinationPort: 68 };
    build.icmp(n + 0.04, 3, address(n), { ...quoted, dhcp: { xid: n, chaddr: who(n).chaddr } }, who(n).chaddr);
  }
  assert.deepEqual(lines(build.analyse(20), 'port-unreachable'), [`port-unreachable info server ${SERVER} 13,14,15`]);
});
