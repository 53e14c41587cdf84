/* What explains another finding is its likely cause. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import { Build, CLIENT, SERVER } from './build';

const OTHER = { chaddr: '02:00:00:00:00:02', xid: 9 };
const RELAY = '10.0.0.254';
const found = (build: Build, id: string): Finding => build.analyse(60).findings.find((one) => one.id === id)!;
const told = ({ causes }: Finding): string[] =>
  causes.map(({ likelihood, text, finding }) => `${likelihood} ${text}${finding === undefined ? '' : ` (${finding})`}`);

test('a DISCOVER with the op of a reply: the silence has that as its cause, and its steps begin with those for it', () => {
  const build = new Build();
  build.bind(0, OTHER);
  for (const at of [10, 14])
    build.discover(
      at,
      { op: 2, secs: at - 10 },
      { source: '0.0.0.0', sourcePort: 68, destinationPort: 67, ethSource: CLIENT },
    );
  const silence = found(build, 'no-offer');
  const explains = found(build, 'op-type-mismatch');
  assert.match(explains.explanation, /This explains/);
  const [first, ...others] = told(silence);
  assert.equal(first, `likely ${explains.title} (op-type-mismatch)`);
  assert.deepEqual(silence.causes[0]!.evidence, ['this shows in frames 5 and 6', 'see the finding op-type-mismatch']);
  assert.ok(others.length > 0 && others.every((one) => !one.startsWith('likely')));
  assert.deepEqual(silence.steps.slice(0, explains.steps.length), explains.steps);
});

test('replies from a strange port to a relay: the OFFERs that nobody takes have that as their cause', () => {
  const offered = (sourcePort: number): Build => {
    const build = new Build();
    const relay = { source: RELAY, destination: SERVER, sourcePort: 67 };
    for (const at of [0, 4, 8]) {
      build.discover(at, { giaddr: RELAY, hops: 1, secs: at }, relay);
      build.offer(at + 0.01, { giaddr: RELAY }, { destination: RELAY, destinationPort: 67, sourcePort });
    }
    return build;
  };
  const wrong = offered(1027);
  assert.equal(
    told(found(wrong, 'offer-not-taken'))[0],
    `likely ${found(wrong, 'reply-to-wrong-port').title} (reply-to-wrong-port)`,
  );
  assert.match(told(found(offered(67), 'offer-not-taken'))[0]!, /^likely The relay 10\.0\.0\.254 does not forward/);
});

test('what shows in few frames of a finding does not explain it as a whole', () => {
  const build = new Build();
  build.bind(0, OTHER);
  const seen = { source: '0.0.0.0', sourcePort: 68, destinationPort: 67, ethSource: CLIENT };
  build.discover(10, { op: 2 }, seen);
  for (const at of [14, 18, 22, 26]) build.discover(at, { secs: at - 10 });
  assert.match(told(found(build, 'no-offer'))[0]!, /^likely The server (has no address|does not serve)/);
});

test('a client on port 67 beside others that are answered: there is a server, and a relay is not needed', () => {
  const build = new Build();
  build.bind(0, OTHER);
  for (const at of [10, 14]) build.discover(at, { secs: at - 10 }, { sourcePort: 67 });
  assert.deepEqual(
    told(found(build, 'no-offer')).filter((one) => /DHCP server runs|no relay|firewall on the server/i.test(one)),
    [
      'unlikely A firewall on the server, or on the way to it, drops UDP port 67',
      'unlikely No DHCP server runs on this link',
      'unlikely The server is on another link or in another network, and no relay forwards the broadcasts of this link',
    ],
  );
});
