import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import { Build, CLIENT, SERVER, alarms, ipOption, lease, lines } from './build';

/* Replies that go to a relay, and are not seen behind it: what else the capture shows of that relay. */

const RELAY = '10.9.0.1';
const RELAY_MAC = '02:00:00:00:00:aa';
const TO_SERVER = { source: RELAY, destination: SERVER, sourcePort: 67, ethSource: RELAY_MAC };
const TO_RELAY = { destination: RELAY, destinationPort: 67, ethDestination: RELAY_MAC };
const BEHIND = { source: RELAY, ethSource: RELAY_MAC, link: '1' };
const OPTIONS = lease([ipOption(3, RELAY)]);

interface Scene {
  /** Whether the clients' side of the relay is seen. */
  readonly front: boolean;
  /** How many others are served by the relay. */
  readonly served?: number;
  readonly size?: number;
  /** Seconds until each OFFER; the client starts over after two. */
  readonly after?: number;
}

function scene({ front, served = 0, size = 300, after = 0.01 }: Scene): Build {
  const build = new Build();
  const relayed = { giaddr: RELAY, hops: 1 };
  for (let i = 0; i < served; i++) {
    const own = { chaddr: `02:00:00:00:01:0${i}`, xid: 100 + i };
    const given = { ...own, yiaddr: `10.9.0.6${i}`, giaddr: RELAY, minimumSize: 300, options: OPTIONS };
    const asks = { ...own, options: [ipOption(50, given.yiaddr), ipOption(54, SERVER)] };
    for (const [type, answer, at] of [
      ['discover', 'offer', i],
      ['request', 'ack', i + 0.1],
    ] as const) {
      const sent = type === 'discover' ? own : asks;
      if (front) build[type](at, sent, { link: '1' });
      build[type](at + 0.001, { ...sent, ...relayed }, TO_SERVER);
      build[answer](at + 0.01, given, TO_RELAY);
      if (front) build[answer](at + 0.011, given, BEHIND);
    }
  }
  const given = { giaddr: RELAY, yiaddr: '10.9.0.50', minimumSize: size, options: OPTIONS };
  const late = after > 2;
  const messages = [10, 12, 14, 16].flatMap((at, i) => [
    { at, offer: false, xid: late ? 1 + i : 1 },
    { at: at + after, offer: true, xid: late ? 1 + i : 1 },
  ]);
  for (const { at, offer, xid } of messages.sort((a, b) => a.at - b.at)) {
    if (offer) {
      build.offer(at, { ...given, xid }, TO_RELAY);
      continue;
    }
    if (front) build.discover(at, { xid }, { link: '1' });
    build.discover(at + 0.001, { xid, ...relayed }, TO_SERVER);
  }
  return build;
}

const untaken = (given: Scene): Finding =>
  scene(given)
    .analyse(40)
    .findings.find(({ id }) => id === 'offer-not-taken')!;
const causes = (given: Scene): string[] =>
  untaken(given).causes.map(({ likelihood, text }) => `${likelihood}: ${text}`);

test('a relay that drops what is short: the first step makes replies longer; nobody asks whether a relay runs', () => {
  for (const served of [0, 2]) {
    const {
      causes: [first],
      steps,
    } = untaken({ front: true, size: 0, served });
    assert.equal(
      first!.text,
      'The relay 10.9.0.1 drops the OFFER: it has 274 octets, and some relays drop what is shorter than 300',
    );
    assert.equal(
      steps[0],
      'Let 10.0.0.1 pad its replies to 300 octets, as ISC dhcpd and dnsmasq do by themselves. Where it cannot, one option more (a domain name) makes the OFFER longer.',
    );
    assert.match(steps[1]!, /^Update the relay 10\.9\.0\.1, or lift its least length/);
    assert.equal(steps.length, 3);
  }
});

test('a relay that forwards requests is at work: steps are about the way of its replies', () => {
  const alone = untaken({ front: true });
  assert.equal(
    alone.causes[0]!.text,
    'The relay 10.9.0.1 does not forward the OFFER to the client, or it is lost behind the relay',
  );
  assert.ok(alone.steps.every((step) => !/ss -lunp|helper-address|service dhcp/.test(step)));
  assert.match(
    alone.steps.join('\n'),
    /`dhcrelay` with `-i` takes replies only from interfaces that it names: that towards 10\.0\.0\.1 must be one/,
  );
  const chosen = untaken({ front: true, served: 2 });
  assert.equal(
    chosen.causes[0]!.text,
    'The relay 10.9.0.1 does not forward this OFFER, though it forwards those to other clients',
  );
  assert.equal(chosen.causes[0]!.likelihood, 'likely');
  assert.equal(
    chosen.causes[0]!.evidence.at(-1),
    '2 other clients behind the relay took their OFFERs (frames 5 and 13)',
  );
  assert.ok(chosen.steps.every((step) => !step.includes('dhcrelay')));
});

test('seen from the server’s side, a relay that serves others is no likely cause', () => {
  assert.deepEqual(causes({ front: false, served: 2 }).slice(0, 2), [
    'likely: A firewall on the client, or DHCP snooping on a switch, drops datagrams to port 68',
    'possible: The OFFER is lost behind the relay 10.9.0.1, on the way to this client alone',
  ]);
  assert.match(causes({ front: false })[0]!, /^likely: The relay 10\.9\.0\.1 does not forward the OFFER to the client/);
});

test('late OFFERs behind a relay: the lateness comes first, and the relay is likely for nobody', () => {
  const late = causes({ front: false, served: 2, after: 2.6 });
  assert.match(late[0]!, /^likely: Each OFFER comes too late: the client has started over with another xid/);
  assert.deepEqual(
    late.slice(1).map((one) => one.split(':')[0]),
    ['possible', 'possible'],
  );
  assert.equal(lines(scene({ front: false, served: 2, after: 2.6 }).analyse(40))[0]!.split(' ')[0], 'slow-server');
});

test('clients behind a relay that all take their OFFERs: nothing', () => {
  const build = scene({ front: true, served: 3 });
  const healthy = new Build();
  healthy.packets.push(...build.packets.filter(({ dhcp }) => dhcp?.chaddr !== CLIENT));
  assert.deepEqual(alarms(healthy.analyse(40)), []);
});
