/* A server that stops in the middle of a capture: whatever is asked afterwards is one fault. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Analysis, Finding } from '../../src/analysis';
import { Build, CLIENT, SERVER, SERVER_MAC, ipOption, lines } from './build';

const macOf = (n: number): string => `02:00:00:00:00:${n.toString(16).padStart(2, '0')}`;
const addressOf = (n: number): string => `10.0.0.${50 + n}`;
const who = (n: number, xid = n): { chaddr: string; xid: number } => ({ chaddr: macOf(n), xid });

/** Five clients get their leases within 15 s. */
function served(): Build {
  const build = new Build();
  for (let n = 1; n <= 5; n++) build.bind(3 * n, who(n), { yiaddr: addressOf(n) });
  return build;
}
const renewing = (build: Build, n: number, ...times: number[]): void => {
  for (const at of times)
    build.renew(at, { ...who(n, 100 + n), ciaddr: addressOf(n), secs: Math.round(at) }, { source: addressOf(n) });
};
const asking = (build: Build, n: number, ...times: number[]): void => {
  for (const at of times) build.discover(at, { ...who(n, 200 + n), secs: Math.round(at) });
};
const likely = ({ causes }: Finding): string[] =>
  causes.filter(({ likelihood }) => likelihood === 'likely').map(({ text }) => text);

const STOPPED =
  'Server 10.0.0.1 no longer answers on this link: its DHCP program has stopped, or a firewall drops UDP port 67';

test('a server that dies: renewals and DISCOVERs in vain are one finding about it, which names them all', () => {
  const build = served();
  for (const n of [1, 2]) renewing(build, n, 60 + n, 80 + n);
  for (const n of [6, 7]) asking(build, n, 62 + n, 66 + n);
  const analysis = build.analyse(120);
  assert.deepEqual(lines(analysis), [`no-offer error server ${SERVER} 25,26,27,28,21,22,23,24`]);
  const [found] = analysis.findings as [Finding];
  assert.equal(found.title, 'No OFFER for 2 of 7 clients, all after the last answer (frame 20)');
  assert.match(
    found.explanation,
    /5 other clients got OFFERs here before\. In vain since then, too: the renewals of 02:00:00:00:00:01 and 02:00:00:00:00:02 \(frames 21 and 23\)\./,
  );
  assert.deepEqual(likely(found), [STOPPED]);
  assert.deepEqual(found.causes[0]!.evidence, [
    'the last answer on interface 0 is in frame 20',
    '2 clients answered before ask in vain since',
  ]);
  assert.match(found.steps[0]!, /ss -lunp/);
});

test('a server that dies between OFFER and ACK: the REQUEST and the DISCOVERs after it are one finding', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.01);
  build.request(0.02);
  build.request(4, { secs: 4 });
  build.discover(20, { xid: 2 });
  build.discover(24, { xid: 2, secs: 4 });
  const analysis = build.analyse(60);
  assert.deepEqual(lines(analysis), [`no-offer error server ${SERVER} 5,6,3,4`]);
  assert.match(
    analysis.findings[0]!.explanation,
    /In vain since then, too: the REQUEST of 02:00:00:00:00:01 \(frame 3\)/,
  );
});

test('only renewals after the end: one finding, a warning, with what ARP shows of the server', () => {
  const renewed = (arp?: (build: Build) => void): Finding => {
    const build = served();
    for (const n of [1, 2, 3]) renewing(build, n, 1810 + n, 1825 + n);
    arp?.(build);
    const { findings } = build.analyse(2000);
    const [found, ...others] = findings.filter(({ id }) => id === 'renewal-unanswered');
    assert.deepEqual(others, []);
    return found!;
  };
  const found = renewed();
  assert.deepEqual([found.severity, found.subject], ['warning', `server ${SERVER}`]);
  assert.match(found.title, /^Renewal unanswered: 3 clients \(.*\), all after the last answer \(frame 20\)$/);
  assert.match(likely(found).join(), /^The server 10\.0\.0\.1 is down, has stopped or was replaced/);
  const down = renewed((build) => {
    for (const at of [1840, 1841, 1842]) build.arp(at, 1, macOf(1), addressOf(1), SERVER);
  });
  assert.match(down.causes[0]!.evidence.join(), /ARP for 10\.0\.0\.1 gets no answer \(frames 27, 28 and 29\)/);
});

test('new clients only: an empty pool stays the likely cause, and a server that stopped is possible', () => {
  const build = served();
  for (const n of [6, 7]) asking(build, n, 60 + n, 64 + n);
  const analysis = build.analyse(120);
  assert.deepEqual(lines(analysis), [`no-offer error server ${SERVER} 21,22,23,24`]);
  const [found] = analysis.findings as [Finding];
  assert.match(likely(found).join(), /^The server has no address for these clients: its pool is used up/);
  assert.match(found.causes[0]!.evidence[0]!, /51 s before 02:00:00:00:00:06 began to ask; nobody is answered since$/);
  assert.deepEqual(
    found.causes.filter(({ likelihood }) => likelihood === 'unlikely'),
    [],
  );
});

test('new clients, and one that renews a lease from before the capture: no empty pool explains that, the server stopped', () => {
  const asked = (server: string): Finding => {
    const build = served();
    for (const at of [60, 64])
      build.renew(at, { ...who(9, 109), ciaddr: addressOf(9) }, { source: addressOf(9), destination: server });
    for (const n of [6, 7]) asking(build, n, 60 + n, 64 + n);
    return build.analyse(120).findings.find(({ id }) => id === 'no-offer')!;
  };
  const stopped = asked(SERVER);
  assert.deepEqual(likely(stopped), [STOPPED]);
  assert.deepEqual(stopped.causes[0]!.evidence, [
    'the last answer on interface 0 is in frame 20',
    'a client that holds an address, and needs no free one, asks in vain to renew it (frames 21 and 22)',
  ]);
  assert.doesNotMatch(JSON.stringify(stopped.causes), /pool/);
  assert.match(stopped.steps[0]!, /ss -lunp/);
  // A renewal that goes to another server says nothing of this one.
  assert.match(likely(asked('10.0.0.2')).join(), /its pool is used up/);
});

test('it has not ended where somebody is answered later, nor where one client alone asks for one thing', () => {
  const build = served();
  renewing(build, 1, 60, 80);
  asking(build, 6, 62, 66);
  build.bind(90, who(8), { yiaddr: addressOf(8) });
  assert.deepEqual(lines(build.analyse(120), 'no-offer', 'renewal-unanswered'), [
    `no-offer error ${macOf(6)} 23,24`,
    `renewal-unanswered warning ${macOf(1)} 21,22`,
  ]);
  const one = served();
  renewing(one, 1, 60, 80);
  assert.deepEqual(lines(one.analyse(120), 'renewal-unanswered'), [`renewal-unanswered warning ${CLIENT} 21,22`]);
});

test('a REQUEST that fits no OFFER is in vain for its own reason', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.01);
  build.request(0.02, { options: [ipOption(50, '10.0.0.99'), ipOption(54, SERVER)] });
  build.request(4, { options: [ipOption(50, '10.0.0.99'), ipOption(54, SERVER)] });
  build.discover(20, { xid: 2 });
  build.discover(24, { xid: 2, secs: 4 });
  const ids = build.analyse(60).findings.map(({ id }) => id);
  assert.ok(ids.includes('request-mismatch') && ids.includes('no-ack'), ids.join());
});

test('many clients of one server, or answered by one host, are one finding about it', () => {
  const each = (todo: (build: Build, n: number, at: number) => void): Finding[] => {
    const build = new Build();
    for (let n = 1; n <= 4; n++) todo(build, n, 20 * n);
    build.bind(200, who(9), { yiaddr: addressOf(9) });
    return build
      .analyse(260)
      .findings.filter(({ severity }) => severity !== 'info')
      .slice();
  };
  const offered = (build: Build, n: number, at: number): void => {
    build.discover(at, who(n));
    build.offer(at + 0.01, { ...who(n), yiaddr: addressOf(n) });
  };
  const told = (findings: Finding[]): string[] => findings.map(({ id, subject }) => `${id} ${subject}`);
  const unacked = each((build, n, at) => {
    offered(build, n, at);
    for (const after of [0.02, 4])
      build.request(at + after, {
        ...who(n),
        secs: Math.floor(after),
        options: [ipOption(50, addressOf(n)), ipOption(54, SERVER)],
      });
  });
  assert.deepEqual(told(unacked), [`no-ack server ${SERVER}`]);
  assert.match(unacked[0]!.title, /^No ACK: 4 clients \(.*\), all of server 10\.0\.0\.1$/);
  const untaken = each((build, n, at) => {
    offered(build, n, at);
    build.discover(at + 4, { ...who(n), secs: 4 });
    build.offer(at + 4.01, { ...who(n), yiaddr: addressOf(n) });
  });
  assert.deepEqual(told(untaken), [`offer-not-taken server ${SERVER}`]);
  const refused = each((build, n, at) => {
    build.request(at, { ...who(n), options: [ipOption(50, addressOf(n))] });
    build.nak(at + 0.01, who(n));
  });
  assert.deepEqual(told(refused), [`nak server ${SERVER}`]);
  const ANSWERER = '02:00:00:00:00:99';
  const declined = each((build, n, at) => {
    build.bind(at, who(n), { yiaddr: addressOf(n) });
    build.arp(at + 0.1, 1, macOf(n), '0.0.0.0', addressOf(n));
    build.arp(at + 0.11, 2, ANSWERER, addressOf(n), '0.0.0.0');
    build.dhcp(4, { ...who(n, 50 + n), options: [ipOption(50, addressOf(n)), ipOption(54, SERVER)] }, { at: at + 0.2 });
  });
  assert.deepEqual(told(declined), [`decline ${ANSWERER}`]);
});

test('a server that dies: what ARP shows of its host', () => {
  const dead = (arp: (build: Build) => void): Finding => {
    const build = served();
    renewing(build, 1, 61, 81);
    asking(build, 6, 68, 72);
    arp(build);
    return build.analyse(120).findings.find(({ id }) => id === 'no-offer')!;
  };
  const down = dead((build) => [73, 74, 75].forEach((at) => build.arp(at, 1, macOf(1), addressOf(1), SERVER)));
  assert.deepEqual(likely(down), ['Server 10.0.0.1 is down or unplugged: it does not answer ARP']);
  // Nothing can be asked on a host that is down: first it is looked for.
  assert.deepEqual(down.steps.slice(0, 2), [
    'See whether server 10.0.0.1 has power, and whether the lamps at its network port and at its switch port show a link.',
    `Cisco IOS: \`show interfaces status\` shows whether the port of server 10.0.0.1 is connected, and in which VLAN. \`show mac address-table address ${SERVER_MAC}\` names that port; a port that went down is in \`show logging\` only.`,
  ]);
  assert.match(down.steps[2]!, /ss -lunp/);
  // Neither its pool nor the clients' ports explain that, and no capture can be taken on it.
  assert.doesNotMatch(down.steps.join(), /no free leases|snooping|spanning-tree|tcpdump/);
  assert.doesNotMatch(down.causes.map(({ text }) => text).join(), /spanning tree|pool/);
  const up = dead((build) => build.arp(75, 2, SERVER_MAC, SERVER, addressOf(1)));
  assert.deepEqual(likely(up), [STOPPED]);
  assert.match(up.causes[0]!.evidence.join('; '), /its host is up: it sends ARP in frame 25/);
});

test('captures of different days, merged: what is asked on another day is not “after the last answer”', () => {
  const later = (hours: number): string[] => {
    const build = served();
    for (const n of [6, 7]) asking(build, n, hours * 3600 + n, hours * 3600 + n + 4);
    return build.analyse(hours * 3600 + 60).findings.map(({ title }) => title);
  };
  assert.deepEqual(later(6), ['No OFFER for 2 of 7 clients, all after the last answer (frame 20)']);
  assert.doesNotMatch(later(16).join(), /after the last answer/);
});

test('no-offer: the evidence about several clients names the one that it is about', () => {
  const build = served();
  for (const n of [6, 7]) asking(build, n, 62 + n, 66 + n);
  assert.doesNotMatch(JSON.stringify(build.analyse(120).findings), /this client/);
});

/** Behind a relay of this number; on the link of the server. */
const through = (relay: number): { spec: { giaddr: string; hops: number }; seen: object } => ({
  spec: { giaddr: `10.${relay}.0.1`, hops: 1 },
  seen: { source: `10.${relay}.0.1`, sourcePort: 67, destination: SERVER, destinationPort: 67 },
});
const back = (relay: number): object => ({ source: SERVER, destination: `10.${relay}.0.1`, destinationPort: 67 });
function boundBehind(build: Build, relay: number, n: number, at: number): void {
  const { spec, seen } = through(relay);
  const own = { ...who(n), ...spec };
  const yiaddr = `10.${relay}.0.${50 + n}`;
  const lease = { ...own, yiaddr };
  build.discover(at, own, seen);
  build.offer(at + 0.01, lease, back(relay));
  build.request(at + 0.02, { ...own, options: [ipOption(50, yiaddr), ipOption(54, SERVER)] }, seen);
  build.ack(at + 0.03, lease, back(relay));
}

test('one relay of two falls silent in the middle: the relay and both frames are named, and nothing that refuses single clients', () => {
  const silent = (again: readonly number[]): Analysis => {
    const build = new Build();
    for (const n of [1, 2, 3]) boundBehind(build, 1, n, 3 * n);
    for (const n of [4, 5, 6]) boundBehind(build, 2, n, 3 * n);
    const { spec, seen } = through(1);
    for (const n of again)
      for (const at of [60, 64])
        build.discover(at + n / 10, { ...who(n, 200 + n), ...spec, secs: Math.round(at) - 60 }, seen);
    for (const n of [7, 8]) boundBehind(build, 2, n, 10 * n);
    return build.analyse(120);
  };
  const analysis = silent([1, 2, 9]);
  // The leases of all tests name one router, which is no matter here.
  const told = ({ findings }: Analysis): Finding[] =>
    findings.filter(({ id, severity }) => severity !== 'info' && id !== 'router-outside-subnet');
  const [found, ...others] = told(analysis) as [Finding];
  assert.deepEqual(others, []);
  assert.equal(
    found.title,
    'No OFFER for 3 of 9 clients, all behind relay 10.1.0.1, after the last answer there (frame 12)',
  );
  assert.equal(found.subject, 'relay 10.1.0.1');
  assert.match(
    found.explanation,
    /\(the first of each in frames 25, 27 and 29, within .*\. 6 other clients got OFFERs here\. /,
  );
  assert.deepEqual(
    found.causes.map(({ text, likelihood, evidence }) => [likelihood, text, ...evidence]),
    [
      [
        'likely',
        'Something changed for relay 10.1.0.1 after frame 12: 10.0.0.1 no longer serves its network (the subnet was removed, changed or switched off), or what goes between the two is lost',
        'up to frame 12 clients behind relay 10.1.0.1 are answered, from frame 25 on none is',
        '2 clients answered before ask in vain since',
        'what does not come through it is answered on (frame 38)',
      ],
    ],
  );
  // New clients only: an empty pool is as good a reason.
  assert.match(told(silent([9, 10, 11]))[0]!.causes[0]!.text, /its network \(its pool there is used up, the subnet/);
  // Too few to tell from chance.
  assert.doesNotMatch(JSON.stringify(silent([9, 10]).findings), /Something changed/);
  assert.deepEqual(told(silent([])), []);
});

test('who was answered before and asks in vain now is none of those who are answered', () => {
  const build = new Build();
  for (const n of [1, 2, 3]) boundBehind(build, 1, n, 3 * n);
  for (const n of [4, 5, 6]) boundBehind(build, 2, n, 3 * n);
  const { spec, seen } = through(1);
  for (const at of [60, 64]) build.discover(at, { ...who(1, 201), ...spec, secs: at - 60 }, seen);
  for (const n of [7, 8]) boundBehind(build, n === 7 ? 1 : 2, n, 10 * n);
  const found = build.analyse(120).findings.find(({ id }) => id === 'no-offer')!;
  assert.match(
    JSON.stringify(found.causes),
    /7 other clients got answers on this link from 10\.0\.0\.1, 3 of them behind relay 10\.1\.0\.1"/,
  );
});
