/* What explains another finding is its likely cause. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import { stepsOnce } from '../../src/analysis/explained';
import { Build, CLIENT, SERVER, ipOption, lines, textOption, u32Option } from './build';

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

test('each OFFER of another chaddr is counted, and no step asks why the server is silent', () => {
  const build = new Build();
  build.bind(0, OTHER);
  for (const at of [10, 14, 22]) {
    build.discover(at, { secs: at - 10 });
    build.offer(at + 0.01, { chaddr: '02:00:00:00:00:0f' });
  }
  assert.deepEqual(lines(build.analyse(60), 'reply-mismatch'), [`reply-mismatch error ${SERVER} 6,5,7,8,9,10`]);
  assert.match(
    found(build, 'reply-mismatch').explanation,
    /This happens 3 times in the capture \(frames 6, 8 and 10\)/,
  );
  const silence = found(build, 'no-offer');
  assert.doesNotMatch(silence.explanation, /may have sent one that was lost/);
  assert.deepEqual(silence.steps, [
    'Update the firmware of the server or relay that sends these replies; keep this capture for its maker.',
  ]);
});

test('a REQUEST that names another server: no step looks for free addresses', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.01);
  for (const at of [0.02, 4, 8])
    build.request(at, { secs: Math.floor(at), options: [ipOption(50, '10.0.0.50'), ipOption(54, '0.0.0.0')] });
  build.bind(20, OTHER);
  const silence = found(build, 'no-ack');
  assert.equal(silence.causes[0]!.finding, 'request-mismatch');
  assert.doesNotMatch(JSON.stringify(silence.steps), /free leases|ScopeStatistics/);
});

test('what follows from the first difference is not told as another one', () => {
  const build = new Build();
  for (const [n, at] of [
    [3, 0],
    [4, 2],
  ] as const)
    build.bind(at, { chaddr: `02:00:00:00:00:0${n}`, xid: n });
  for (const at of [10, 14]) build.discover(at, { secs: at - 10, ciaddr: '192.168.1.10' });
  const [first] = found(build, 'no-offer').causes;
  assert.match(first!.text, /^The unanswered DISCOVER has ciaddr 192\.168\.1\.10/);
  assert.doesNotMatch(first!.evidence.join(), /with an address 192/);
});

test('an OFFER larger than its client says it takes: the steps begin with its size', () => {
  const build = new Build();
  const size = { code: 57, hex: '0240' };
  for (const at of [0, 4, 12]) {
    build.discover(at, { secs: at, options: [size] });
    build.offer(at + 0.01, {
      options: [
        ipOption(54, SERVER),
        u32Option(51, 3600),
        ipOption(1, '255.255.255.0'),
        ...[128, 129, 130].map((code) => textOption(code, 'x'.repeat(200))),
      ],
    });
  }
  assert.match(JSON.stringify(found(build, 'offer-not-taken').steps[0]), /^"Hand out fewer or shorter options/);
});

test('in one output, what follows from a finding names it in place of its steps, and keeps those of its own with their products', () => {
  const build = new Build();
  build.bind(0, OTHER);
  for (const at of [10, 14])
    build.discover(
      at,
      { op: 2, secs: at - 10 },
      { source: '0.0.0.0', sourcePort: 68, destinationPort: 67, ethSource: CLIENT },
    );
  const { findings } = build.analyse(60);
  const [cause, effect] = stepsOnce(findings);
  assert.deepEqual([cause!.id, effect!.id], ['op-type-mismatch', 'no-offer']);
  assert.deepEqual(cause, findings[0]);
  assert.equal(effect!.steps[0], 'Do what the finding op-type-mismatch says.');
  assert.ok(cause!.steps.length > 0 && !effect!.steps.some((step) => cause!.steps.includes(step)));
  const products = ({ steps, stepsFor = {} }: Finding): (string | undefined)[] =>
    effect!.steps.slice(1).map((step) => stepsFor[steps.indexOf(step)]?.product);
  assert.deepEqual(products(effect!), products(findings[1]!));
  // Alone, or before the one that explains it, it keeps them all.
  assert.deepEqual(stepsOnce([findings[1]!, findings[0]!]), [findings[1], findings[0]]);
});
