import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Cause } from '../../src/analysis';
import { encodeMessage4 } from '../../src/codec/dhcpv4/encode';
import { ADDRESS, Build, SERVER, ipOption, lease, raw, textOption, type Seen, type Spec } from './build';

/* Three clients are silent, four are answered, and one thing tells them apart. */

const mac = (number: number): string => `02:00:00:00:00:${number.toString(16).padStart(2, '0')}`;
const at = (number: number): Spec => ({ chaddr: mac(number), xid: number });
const RELAY = '10.0.0.254';

/** How one side asks, and how it is answered. */
interface Asking {
  readonly spec?: Spec;
  /** The beginning of its client identifier, in hex; the rest is its own. */
  readonly identifier?: string;
  readonly seen?: Partial<Seen>;
}

function specOf({ spec, identifier }: Asking, number: number): Spec {
  const own =
    identifier === undefined ? {} : { options: [raw(61, `${identifier}${number.toString(16).padStart(12, '0')}`)] };
  return { ...at(number), ...spec, ...own };
}

/** The likely causes of each finding about three silent clients, where four others are answered before and after them. */
function likelyFor(silent: Asking, answered: Asking): Cause[][] {
  const build = new Build();
  for (const number of [1, 2, 3, 4]) {
    const spec = specOf(answered, number);
    const reply = { ...spec, yiaddr: `10.0.0.${number + 50}`, options: lease() };
    const back = spec.giaddr === undefined ? {} : { destination: spec.giaddr, destinationPort: 67 };
    const time = number % 2 === 0 ? number : 30 + number;
    build.discover(time, spec, answered.seen);
    build.offer(time + 0.01, reply, back);
    const chosen = [ipOption(50, reply.yiaddr), ipOption(54, SERVER)];
    build.request(time + 0.02, { ...spec, options: [...chosen, ...(spec.options ?? [])] }, answered.seen);
    build.ack(time + 0.03, reply, back);
  }
  for (const number of [11, 12, 13])
    for (const time of [10, 14]) build.discover(time + number / 100, specOf(silent, number), silent.seen);
  const found = build.analyse(60).findings.filter(({ id }) => id === 'no-offer');
  return found.map(({ causes }) => causes.filter(({ likelihood }) => likelihood === 'likely'));
}

const relayed = (hops: number): Asking => ({
  spec: { giaddr: RELAY, hops },
  seen: { source: RELAY, destination: SERVER, sourcePort: 67 },
});

const CASES: readonly (readonly [name: string, silent: Asking, answered: Asking, text: RegExp, evidence: RegExp])[] = [
  [
    'more octets than everybody must take (RFC 2131 §2)',
    { spec: { minimumSize: 620 } },
    {},
    /^The unanswered DISCOVERs \(3 clients\) are longer: they have 620 octets, the answered ones \(4 clients\) have 300 at most/,
    /^620 octets \(frame 17\) against 300 \(frame 1\)$/,
  ],
  [
    'more hops than a relay lets pass (RFC 1542 §4.1.1)',
    relayed(5),
    relayed(1),
    /^The unanswered DISCOVERs \(3 clients\) have hops of 5 or more, the answered ones \(4 clients\) 1 or less/,
    /^hops 5 \(frame 17\) against 1 \(frame 1\)$/,
  ],
  [
    'another type of client identifier',
    { identifier: '00' },
    { identifier: '01' },
    /^Only the 3 unanswered clients send option 61 \(Client Identifier\) of type 0; none of the 4 answered/,
    /^a client identifier of type 0 in frame 17, a client identifier of type 1 in answered ones \(frame 1\)$/,
  ],
  [
    'other flags in option 81',
    { spec: { options: [raw(81, '050000026100')] } },
    { spec: { options: [raw(81, '040000026100')] } },
    /send option 81 \(Client FQDN\) with flags 0x05; none of the 4/,
    /with flags 0x05 in frame 17, .* with flags 0x04 in answered ones/,
  ],
  [
    'a host name with an underscore',
    { spec: { options: [textOption(12, 'till_7')] } },
    { spec: { options: [textOption(12, 'till-7')] } },
    /send a host name with other characters than letters, digits and hyphens/,
    /in frame 17, an ordinary host name, or none, in answered ones/,
  ],
  [
    'no UDP checksum',
    { seen: { noChecksum: true } },
    {},
    /^Only the 3 unanswered clients send without a UDP checksum/,
    /^no UDP checksum in frame 17, a UDP checksum in answered ones \(frame 1\)$/,
  ],
  [
    'a priority tag',
    { seen: { link: '0/0' } },
    {},
    /^The unanswered DISCOVER has a priority tag \(VLAN 0\); the answered ones have no tag/,
    /in frame 17/,
  ],
  [
    'an address of another network asked for',
    { spec: { options: [ipOption(50, '10.44.3.9')] } },
    { spec: { options: [ipOption(50, '10.0.0.99')] } },
    /ask for an address 10\.44\.3\.\* \(option 50\); none of the 4/,
    /^the wanted address 10\.44\.3\.\* in frame 17, the wanted address 10\.0\.0\.\* in answered ones/,
  ],
  [
    'another lease time asked for',
    { spec: { options: [raw(51, '00000e10')] } },
    { spec: { options: [raw(51, '00015180')] } },
    /send option 51 \(.*\) 0x00000e10; none of the 4/,
    /^option 51 0x00000e10 in frame 17, option 51 0x00015180 in answered ones/,
  ],
  [
    'reserved flag bits (RFC 2131 figure 2)',
    { spec: { flags: 0x0080 } },
    {},
    /^The unanswered DISCOVER has flags 0x0080, with reserved bits set; the answered ones have none of these bits set/,
    /in frame 17/,
  ],
  [
    'another source port',
    { seen: { sourcePort: 1068 } },
    {},
    /^Only the 3 unanswered clients send from port 1068; none of the 4 answered clients does/,
    /^source port 1068 in frame 17, source port 68 in answered ones/,
  ],
  [
    'host names that begin alike',
    { spec: { options: [textOption(12, 'scan-12')] } },
    { spec: { options: [textOption(12, 'desk-12')] } },
    /send a host name that begins with “scan”; none of the 4/,
    /“scan” in frame 17, a host name that begins with “desk” in answered ones/,
  ],
  [
    'more octets than BOOTP has (RFC 951 §3)',
    { spec: { minimumSize: 340 } },
    {},
    /^The unanswered DISCOVERs \(3 clients\) are longer: they have 340 octets, .* BOOTP’s 300 octets$/,
    /^340 octets/,
  ],
  [
    'a relay that sends from another address than giaddr',
    { ...relayed(1), seen: { ...relayed(1).seen, source: '172.16.9.1' } },
    relayed(1),
    /^Only the 3 unanswered clients are forwarded from 172\.16\.9\.1 instead of giaddr; none of the 4 answered/,
    /^source address 172\.16\.9\.1 instead of giaddr in frame 17, giaddr as its source address in answered ones/,
  ],
];

for (const [name, silent, answered, text, evidence] of CASES)
  test(`apart, three of seven clients: ${name}`, () => {
    const [[cause, ...causes] = [], ...findings] = likelyFor(silent, answered);
    assert.deepEqual([causes, findings], [[], []]);
    assert.match(cause!.text, text);
    assert.match(cause!.evidence[0]!, evidence);
    // What both sides have tells nobody apart.
    for (const both of likelyFor(silent, silent).flat()) assert.doesNotMatch(both.text, text);
  });

test('apart: the message type behind another option', () => {
  const build = new Build();
  for (const number of [1, 2, 3]) build.bind(number, at(number), { yiaddr: `10.0.0.${number + 50}` });
  for (const number of [11, 12, 13])
    for (const time of [0, 4]) {
      const options = [raw(55, '0103'), raw(53, '01')];
      build.octets(encodeMessage4({ chaddr: mac(number), xid: number, options }), { at: number + time });
    }
  const { causes } = build.analyse(60).findings.find(({ id }) => id === 'no-offer')!;
  assert.match(causes[0]!.text, /^Only the 3 unanswered clients send option 55 before all others; none of the 3/);
});

test('no-ack: several clients that choose one server are compared together', () => {
  const OTHER = '10.0.0.2';
  const build = new Build();
  for (const number of [1, 2, 3]) build.bind(number, at(number), { yiaddr: `10.0.0.${number + 50}` });
  for (const number of [11, 12]) {
    const yiaddr = `10.0.0.${number + 50}`;
    build.discover(number, at(number));
    build.offer(number + 0.01, { ...at(number), yiaddr, options: lease([ipOption(54, OTHER)]) }, { source: OTHER });
    for (const time of [0.02, 4])
      build.request(number + time, { ...at(number), options: [ipOption(50, yiaddr), ipOption(54, OTHER)] });
  }
  const found = build.analyse(60).findings.filter(({ id }) => id === 'no-ack');
  assert.ok(found.length > 0);
  for (const { causes } of found)
    assert.match(
      causes[0]!.text,
      /^Only the 2 unanswered clients choose server 10\.0\.0\.2; none of the 3 answered clients does/,
    );
});

/** The first cause of a renewal in vain that comes from another address than ciaddr; others are answered. */
function renewedFrom(source: string): string {
  const build = new Build();
  for (const number of [1, 2, 3]) {
    const ciaddr = `10.0.0.${number + 60}`;
    build.renew(number, { ...at(number), ciaddr }, { source: ciaddr });
    build.ack(number + 0.01, { ...at(number), ciaddr, yiaddr: ciaddr }, { destination: ciaddr });
  }
  for (const time of [10, 20]) build.renew(time, at(11), { source });
  return build.analyse(60).findings.find(({ id }) => id === 'renewal-unanswered')!.causes[0]!.text;
}

test('renewal-unanswered: a renewal from another address than ciaddr, where others are answered', () => {
  assert.match(
    renewedFrom('10.8.0.5'),
    /^The unanswered RENEWAL has another source address than ciaddr, 10\.8\.0\.5; the answered ones have the same/,
  );
  assert.doesNotMatch(renewedFrom(ADDRESS), /source address/);
});

test('inform-unanswered: INFORMs from another network, where those of one network are answered', () => {
  const build = new Build();
  for (const number of [1, 2, 3]) {
    const ciaddr = `10.0.0.${number + 60}`;
    build.dhcp(8, { ...at(number), op: 1, ciaddr }, { at: number, source: ciaddr });
    const options = lease([raw(51, '')]);
    build.ack(number + 0.01, { ...at(number), ciaddr, yiaddr: '0.0.0.0', options }, { destination: ciaddr });
  }
  for (const time of [10, 14])
    build.dhcp(8, { ...at(11), op: 1, ciaddr: '10.77.0.5' }, { at: time, source: '10.77.0.5' });
  const { causes } = build.analyse(60).findings.find(({ id }) => id === 'inform-unanswered')!;
  assert.match(causes[0]!.text, /^Only the unanswered client has an address 10\.77\.0\.\*; none of the 3 answered/);
});

/** The causes of `offer-not-taken` for two clients whose OFFERs differ from those that three others take. */
function untaken(reply: Spec, seen: Partial<Seen> = {}): readonly Cause[] {
  const build = new Build();
  for (const number of [1, 2, 3]) build.bind(number, at(number), { yiaddr: `10.0.0.${number + 50}` });
  for (const number of [11, 12])
    for (const time of [0, 4, 12]) {
      build.discover(number + time, at(number));
      build.offer(number + time + 0.01, { ...at(number), yiaddr: `10.0.0.${number + 50}`, ...reply }, seen);
    }
  return build.analyse(60).findings.find(({ id }) => id === 'offer-not-taken')!.causes;
}

test('offer-not-taken: the OFFERs are held against those that others took', () => {
  const [first, ...others] = untaken({ options: lease([ipOption(54, '10.0.0.2')]) }, { source: '10.0.0.2' });
  assert.match(
    first!.text,
    /^Only the 2 clients that take no OFFER get OFFERs of server 10\.0\.0\.2; none of the 3 clients that took one does/,
  );
  assert.equal(first!.evidence[1], '6 untaken OFFERs of 2 clients compared with 3 taken OFFERs of 3 clients');
  assert.ok(others.every(({ likelihood }) => likelihood !== 'likely'));
  assert.match(untaken({ siaddr: '10.0.0.77' })[0]!.text, /get OFFERs with siaddr 10\.0\.0\.77; none of the 3/);
  assert.match(untaken({ file: 'boot.0' })[0]!.text, /get OFFERs with boot file “boot\.0”; none of the 3/);
  assert.match(
    untaken({ options: [...lease(), raw(26, '2328')] })[0]!.text,
    /get OFFERs with option 26 \(.*\); none of the 3 .*: the clients may refuse such an OFFER$/,
  );
  assert.doesNotMatch(untaken({})[0]!.text, /none of the 3/);
});

test('nak: that the same server gave the lease, which is not over, speaks for a lost record', () => {
  const evidence = (after: number): string[] => {
    const build = new Build();
    build.bind(0);
    build.renew(after, { xid: 9 });
    build.nak(after + 0.01, { xid: 9 });
    const { causes } = build.analyse(after + 5).findings.find(({ id }) => id === 'nak')!;
    return causes.find(({ text }) => text.startsWith('The server has no record'))!.evidence.slice();
  };
  const told = ['the same server gave it to this client in frame 4, and that lease is not over'];
  assert.deepEqual(evidence(100), told);
  // lease() gives an hour.
  assert.deepEqual(evidence(4000), []);
});

test('one client that leaves secs at 0, where others are answered only when theirs has grown: the server waits for that', () => {
  const asked = (early: boolean): readonly Cause[] => {
    const build = new Build();
    for (const number of [1, 2, 3]) {
      const from = number * 20;
      build.discover(from, { ...at(number), secs: 0 });
      if (!early || number > 1) build.discover(from + 4, { ...at(number), secs: 4 });
      if (!early || number > 1) build.bind(from + 12, { ...at(number), secs: 12 });
      else build.offer(from + 0.01, at(number));
    }
    for (const time of [21, 25, 33, 49]) build.discover(time, { ...at(11), secs: 0 });
    build.packets.sort((a, b) => a.time - b.time).forEach((packet, i) => Object.assign(packet, { frame: i + 1 }));
    return build.analyse(120).findings.find(({ id, subject }) => id === 'no-offer' && subject === mac(11))!.causes;
  };
  const [first] = asked(false);
  assert.deepEqual(
    [first!.likelihood, first!.text],
    [
      'likely',
      'The answered DISCOVERs have secs of 12 or more, the unanswered 4 or less: a relay or server waits until a client has asked that long, as a second server does for the sake of the first',
    ],
  );
  assert.equal(
    first!.evidence[0],
    'secs up to 0 (frame 2) against 12 and more (frame 5); 3 answered clients asked in vain before, with secs up to 4 (frames 1, 10 and 17)',
  );
  // One that is answered at once: nobody waits.
  assert.ok(asked(true).every(({ text }) => !text.includes('secs of')));
});

test('apart: what all of an option and how it begins tell is said once', () => {
  const build = new Build();
  const is = (text: string): Spec => ({ options: [raw(60, Buffer.from(text).toString('hex'))] });
  for (const number of [2, 3, 4, 5])
    build.bind(
      number % 2 === 0 ? number / 10 : 20 + number / 10,
      { ...at(number), ...is('OtherDesk 2') },
      { yiaddr: `10.0.0.${number}` },
    );
  for (const number of [101, 102, 103])
    for (const time of [10, 14])
      build.discover(time + number / 100, { ...at(number), ...is('AcmePhone 9'), ciaddr: '10.0.0.9' });
  const all = JSON.stringify(build.analyse(60).findings.find(({ id }) => id === 'no-offer')!.causes);
  assert.match(all, /differ in this as well: .*option 60 [^;]*“?AcmePhone 9/);
  assert.doesNotMatch(all, /begins with/);
});

test('no-offer: firmware cannot be told to send another message, and each value stands with its own frame', () => {
  const build = new Build();
  const of = (number: number, vendor: string): Spec => ({ ...at(number), options: [textOption(60, vendor)] });
  for (const number of [1, 2, 3, 4]) {
    const spec = of(number, number < 3 ? 'PXEClient:Arch:00007:UNDI:003016' : 'MSFT 5.0');
    build.bind(number === 4 ? 40 : number, spec, { ...at(number), yiaddr: `10.0.0.${number + 50}` });
  }
  for (const number of [11, 12, 13])
    for (const time of [10, 14]) build.discover(time + number / 100, of(number, 'PXEClient:Arch:00011:UNDI:003016'));
  const [found] = build.analyse(60).findings.filter(({ id }) => id === 'no-offer');
  assert.match(found!.steps[0]!, /^ISC dhcpd: `journalctl /);
  assert.equal(
    found!.causes[0]!.evidence[0],
    'option 60 “PXEClient:Arch:00011:UNDI:003016” in frame 17, option 60 “PXEClient:Arch:00007:UNDI:003016” (frame 1) and option 60 “MSFT 5.0” (frame 9) in answered ones',
  );
});
