import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../src/analysis';
import {
  ADDRESS,
  Build,
  CLIENT,
  SERVER,
  SERVER_MAC,
  ipOption,
  lease,
  raw,
  textOption,
  type Seen,
  type Spec,
} from './build';

/* What explains others stands first, its cause is named, and what to do first is about it. */

const OTHER = '02:00:00:00:00:02';
const RELAY = '10.9.0.1';
const TO_SERVER = { source: RELAY, destination: SERVER, sourcePort: 67, ethSource: '02:00:00:00:00:aa' };

/** A server's ports and addresses, for a message whose op says request. */
const SERVERS = { source: SERVER, sourcePort: 67, destinationPort: 68, ethSource: SERVER_MAC };

const mac = (number: number): string => `02:00:00:00:01:${number.toString(16).padStart(2, '0')}`;
const told = (build: Build, until: number): readonly Finding[] =>
  build.analyse(until).findings.filter(({ severity }) => severity !== 'info');
const ids = (build: Build, until: number): string[] => told(build, until).map(({ id }) => id);
function only(build: Build, id: string, until = 60): Finding {
  const found = build.analyse(until).findings.filter((finding) => finding.id === id);
  assert.equal(found.length, 1);
  return found[0]!;
}
/** The likely causes of a finding. */
const likely = ({ causes }: Finding): string[] =>
  causes.filter(({ likelihood }) => likelihood === 'likely').map(({ text }) => text);

/** Clients that are answered before and after the second 10. */
function others(build: Build, n: number, spec: Spec = {}): void {
  for (let i = 0; i < n; i++)
    build.bind(i % 2 === 0 ? i : 30 + i, { chaddr: mac(i), xid: i + 1, ...spec }, { yiaddr: `10.0.0.${60 + i}` });
}
const silent = (build: Build, number: number, spec: Spec = {}): void => {
  for (const time of [10, 14]) build.discover(time, { chaddr: mac(number), xid: number, ...spec });
};

/** A client whose every DISCOVER is followed by an OFFER, and that goes on. */
function ignoring(asks: Spec, answers: Spec, asked: Partial<Seen> = {}, answered: Partial<Seen> = {}): Build {
  const build = new Build();
  for (const time of [0, 4, 12]) {
    build.discover(time, asks, asked);
    build.offer(time + 0.01, answers, answered);
  }
  return build;
}

test('reply-mismatch of giaddr explains all: no relay-unanswered beside it, and the relay drops the OFFER', () => {
  const back = { source: SERVER, destination: '10.9.0.2', sourcePort: 67, destinationPort: 67 };
  const build = ignoring(
    { giaddr: RELAY, hops: 1 },
    { giaddr: '10.9.0.2', yiaddr: '10.9.0.50', options: lease([ipOption(3, RELAY)]) },
    TO_SERVER,
    back,
  );
  assert.deepEqual(ids(build, 60), ['reply-mismatch', 'offer-not-taken']);
  assert.deepEqual(likely(only(build, 'offer-not-taken')), [
    'The relay drops the OFFER: its giaddr is 10.9.0.2, the request’s is 10.9.0.1',
  ]);
  assert.doesNotMatch(JSON.stringify(only(build, 'offer-not-taken').causes), /firewall on the client/);
});

test('no-offer: info where the client is bound soon after, with the first answer named', () => {
  const build = new Build();
  for (const time of [0, 4, 12, 28]) build.discover(time);
  build.bind(60, { xid: 2 });
  const finding = only(build, 'no-offer', 90);
  assert.equal(finding.severity, 'info');
  assert.equal(finding.title, `${CLIENT} sends 4 DISCOVERs before it gets an answer, 60 s after the first`);
  assert.match(
    finding.explanation,
    /The first answer to a later message is the OFFER in frame 6, and the client got a lease\./,
  );
  assert.match(finding.causes[0]!.text, /^The switch port was not forwarding yet/);
  assert.match(finding.steps[0]!, /show spanning-tree/);
  assert.doesNotMatch(JSON.stringify(finding), /No DHCP server hears|not show a single reply/);
});

test('no-offer: the OFFER’s xid has the octets of the DISCOVER’s in reverse order', () => {
  const build = ignoring({ xid: 0x41 }, { xid: 0x41000000 });
  assert.deepEqual(ids(build, 60), ['unsolicited-reply', 'no-offer']);
  const { causes } = only(build, 'no-offer');
  assert.deepEqual(
    causes.map(({ text }) => text),
    [
      'The client drops the OFFER: its xid is 0x41000000, the request’s is 0x00000041 (the same octets in reverse order)',
    ],
  );
  assert.deepEqual(ids(ignoring({ xid: 0x41 }, { xid: 0x41 }), 60), ['offer-not-taken']);
});

test('relay-unanswered: who refuses by ICMP is told first, and the server’s own refusal leaves no doubt', () => {
  for (const [code, id, step] of [
    [3, 'port-unreachable', /^Linux, on server 10\.0\.0\.1: `ss -lunp/],
    [10, 'firewall-reject', /^nftables, on server 10\.0\.0\.1: `nft list ruleset/],
  ] as const) {
    const build = new Build();
    for (const time of [0, 4]) {
      build.discover(time, { giaddr: RELAY, hops: 1 }, TO_SERVER);
      const { dhcp } = build.packets[build.packets.length - 1]!;
      build.icmp(time + 0.1, code, SERVER, { source: RELAY, destination: SERVER, destinationPort: 67, dhcp: dhcp! });
    }
    assert.deepEqual(ids(build, 60), [id, 'relay-unanswered']);
    const { causes, steps } = only(build, 'relay-unanswered');
    assert.doesNotMatch(JSON.stringify(causes), /no route back|no scope/);
    assert.match(steps[0]!, step);
  }
});

test('relay-unanswered: more than 16 hops are the cause', () => {
  const build = new Build();
  for (const time of [0, 6]) build.discover(time, { giaddr: RELAY, hops: 17 }, TO_SERVER);
  assert.deepEqual(ids(build, 60), ['relay-loop', 'relay-unanswered']);
  assert.deepEqual(likely(only(build, 'relay-unanswered')), [
    'The message has passed 17 relays, and relays and servers drop what has passed more than 16',
  ]);
});

test('no-offer: what the DISCOVER has against the rules is told before it, and the first step is about that', () => {
  const build = new Build();
  others(build, 3);
  silent(build, 100, { ciaddr: '10.0.0.77' });
  assert.deepEqual(ids(build, 60), ['forbidden-field', 'no-offer']);
  assert.equal(
    only(build, 'no-offer').steps[0],
    `Update the DHCP client of ${mac(100)}: a DISCOVER must have ciaddr 0.0.0.0, and it sends 10.0.0.77.`,
  );
  const agent = new Build();
  others(agent, 3);
  silent(agent, 100, { options: [raw(82, '010161')] });
  assert.match(only(agent, 'no-offer').steps[0]!, /`ip dhcp relay information trust-all`/);
});

test('no-ack and renewal-unanswered: a client identifier that was left out is the likely cause', () => {
  const id = [raw(61, '0102000000000a')];
  const selecting = new Build();
  selecting.discover(0, { options: id });
  selecting.offer(0.01);
  for (const time of [0.02, 4]) selecting.request(time);
  assert.deepEqual(ids(selecting, 60), ['client-id-changed', 'no-ack']);
  const cause = 'The client changed its client identifier, so the server takes it for another client';
  assert.deepEqual(likely(only(selecting, 'no-ack')), [cause]);
  const renewing = new Build();
  renewing.bind(0, { options: [...id, ipOption(50, ADDRESS), ipOption(54, SERVER)] }, { options: lease() });
  for (const time of [1800, 1860]) renewing.renew(time, { xid: 9 });
  assert.deepEqual(likely(only(renewing, 'renewal-unanswered', 2000)), [cause]);
});

test('offer-not-taken: op, the client’s port and the broadcast flag come before the firewall', () => {
  const cases: readonly (readonly [Build, string, RegExp])[] = [
    [
      ignoring({}, { op: 1 }, {}, SERVERS),
      'op-type-mismatch',
      /^The client drops the OFFER: its op is 1 \(a request\) instead of 2$/,
    ],
    [
      ignoring({}, {}, { sourcePort: 67 }),
      'client-on-port-67',
      /^The client sends from port 67, and the OFFER goes to port 68/,
    ],
    [
      ignoring({ flags: 0x8000 }, { flags: 0x8000 }, {}, { destination: ADDRESS }),
      'broadcast-flag-ignored',
      /^The client has set the broadcast flag, and the OFFER is unicast/,
    ],
  ];
  for (const [build, first, text] of cases) {
    assert.equal(ids(build, 60)[0], first);
    const [cause, ...more] = likely(only(build, 'offer-not-taken'));
    assert.match(cause!, text);
    assert.deepEqual(more, []);
  }
});

test('renewal-unanswered: another server takes over, and is named', () => {
  const build = new Build();
  build.bind();
  for (const time of [1800, 1860]) build.renew(time, { xid: 9 });
  build.request(3150, { xid: 9, ciaddr: ADDRESS, options: [] }, { source: ADDRESS });
  build.ack(
    3150.1,
    { xid: 9, options: [...lease().filter(({ code }) => code !== 54), ipOption(54, '10.0.0.2')] },
    { source: '10.0.0.2', ethSource: '02:00:00:00:00:fd' },
  );
  const finding = only(build, 'renewal-unanswered', 3200);
  assert.deepEqual(likely(finding), [
    'The server 10.0.0.1 is down, has stopped or cannot be reached, and another server, 10.0.0.2, takes over its leases',
  ]);
  assert.deepEqual(finding.causes[0]!.evidence, [`10.0.0.2 answers the broadcast in frame ${build.packets.length}`]);
});

test('renewal-unanswered: another server that refuses the lease takes nothing over', () => {
  const build = new Build();
  build.bind();
  for (const time of [1800, 1860]) build.renew(time, { xid: 9 });
  build.request(3150, { xid: 9, ciaddr: ADDRESS, options: [] }, { source: ADDRESS });
  build.nak(
    3150.1,
    { xid: 9, options: [ipOption(54, '10.0.0.2')] },
    { source: '10.0.0.2', ethSource: '02:00:00:00:00:fd' },
  );
  const finding = only(build, 'renewal-unanswered', 3200);
  assert.deepEqual(likely(finding), [
    'The server 10.0.0.1 is down, has stopped or cannot be reached, and another server, 10.0.0.2, does not know its leases and refuses them',
  ]);
  assert.deepEqual(finding.causes[0]!.evidence, [
    `10.0.0.2 answers the broadcast in frame ${build.packets.length} by NAK`,
  ]);
  assert.ok(finding.steps.some((step) => step.includes('10.0.0.1 and 10.0.0.2 share their leases (failover)')));
});

test('no-offer: clients that a starvation invents are not told again, though each sends from an address of its own', () => {
  const build = new Build();
  for (let i = 0; i < 60; i++) build.discover(i / 10, { chaddr: mac(i), xid: i + 1 });
  assert.deepEqual(ids(build, 60), ['starvation']);
});

test('apart: the one thing that tells the unanswered from several answered is the likely cause', () => {
  const cases: readonly (readonly [Spec, Spec, string])[] = [
    [
      { options: [ipOption(118, '10.0.0.0')] },
      {},
      'Only the 2 unanswered clients send option 118 (Subnet Selection) 0x0a000000; none of the 5 answered clients does',
    ],
    [
      {},
      { options: [textOption(12, 'desk')] },
      'Only the 2 unanswered clients send no option 12 (Host Name); all 5 answered clients send it',
    ],
    [
      { flags: 0x8000 },
      {},
      'Only the 2 unanswered clients send with the broadcast flag set; none of the 5 answered clients does',
    ],
    [
      { options: [ipOption(50, '10.7.0.9')] },
      {},
      'Only the 2 unanswered clients ask for an address 10.7.0.* (option 50); none of the 5 answered clients does',
    ],
  ];
  for (const [theirs, answered, text] of cases) {
    const build = new Build();
    for (let i = 0; i < 5; i++) {
      const spec = { chaddr: mac(i), xid: i + 1, ...answered };
      build.discover(i % 2 === 0 ? i : 30 + i, spec);
      build.offer((i % 2 === 0 ? i : 30 + i) + 0.01, { ...spec, yiaddr: `10.0.0.${60 + i}`, options: lease() });
      build.request((i % 2 === 0 ? i : 30 + i) + 0.02, {
        ...spec,
        options: [ipOption(50, `10.0.0.${60 + i}`), ipOption(54, SERVER)],
      });
      build.ack((i % 2 === 0 ? i : 30 + i) + 0.03, { ...spec, yiaddr: `10.0.0.${60 + i}`, options: lease() });
    }
    silent(build, 100, theirs);
    silent(build, 101, theirs);
    // One finding for both.
    const finding = only(build, 'no-offer');
    assert.match(finding.title, /^No OFFER for 2 of 7 clients, all /);
    assert.deepEqual(
      likely(finding).map((one) => one.slice(0, text.length)),
      [text],
    );
  }
});

test('no-offer: a malformed DISCOVER is the likely cause where nobody is answered', () => {
  const build = new Build();
  const problems = [
    {
      id: 'malformed-message',
      offset: 240,
      length: 2,
      text: 'Option 12 (Host Name) says it has 64 octets, but only 3 are left.',
    },
  ];
  for (const time of [0, 4]) build.discover(time, {}, { problems });
  assert.deepEqual(ids(build, 60), ['malformed-message', 'no-offer']);
  assert.deepEqual(likely(only(build, 'no-offer')), [
    'The DISCOVER is malformed, and servers drop it: option 12 (Host Name) says it has 64 octets, but only 3 are left',
  ]);
});

test('option82-to-client: not where the reply goes to the relay itself', () => {
  const reply = { giaddr: RELAY, options: [...lease(), raw(82, '010161')] };
  const build = new Build();
  build.discover(0, { giaddr: RELAY, hops: 1, options: [raw(82, '010161')] }, TO_SERVER);
  build.offer(0.1, reply, { source: SERVER, destination: RELAY, destinationPort: 68 });
  const has = (one: Build): boolean => one.analyse(1).findings.some(({ id }) => id === 'option82-to-client');
  assert.equal(has(build), false);
  const through = new Build();
  through.discover(0, { chaddr: OTHER });
  through.offer(0.1, { ...reply, chaddr: OTHER });
  assert.equal(has(through), true);
});
