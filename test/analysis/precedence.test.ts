/* What comes first: a client without a lease before what works all the same; and one fault of several clients is told once. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import { Build, CLIENT, SERVER, ipOption, lease, lines, u32Option } from './build';

const mac = (n: number): string => `02:00:00:00:00:${n.toString(16).padStart(2, '0')}`;
const who = (n: number, xid = n): { chaddr: string; xid: number } => ({ chaddr: mac(n), xid });
const addressOf = (n: number): string => `10.0.0.${50 + n}`;
const RELAY = '10.0.0.254';
const RELAY_MAC = '02:00:00:00:00:aa';
const alarms = (build: Build, until = 60): string[] =>
  build
    .analyse(until)
    .findings.filter(({ severity }) => severity !== 'info')
    .map(({ id, subject }) => `${id} ${subject}`);
const found = (build: Build, id: string): Finding => build.analyse(60).findings.find((one) => one.id === id)!;
/** The answers of a second server. */
const second = { source: '10.0.0.2', ethSource: '02:00:00:00:00:fd' };
const secondLease = (): ReturnType<typeof lease> => [
  ...lease().filter(({ code }) => code !== 54),
  ipOption(54, '10.0.0.2'),
];

test('two servers that agree, and a client that takes neither OFFER: the client comes first, and the addresses are told by server', () => {
  const build = new Build();
  for (const [i, at] of [0, 4, 12].entries()) {
    build.discover(at, { secs: at });
    build.offer(at + 0.01);
    if (i < 2) build.offer(at + 0.02, { yiaddr: '10.0.0.90', options: secondLease() }, second);
  }
  assert.deepEqual(alarms(build), [`offer-not-taken ${CLIENT}`, `multiple-servers ${SERVER} and 10.0.0.2`]);
  assert.match(
    found(build, 'offer-not-taken').explanation,
    /^This capture shows 5 OFFERs: 3 of 10\.0\.0\.50 by 10\.0\.0\.1 and 2 of 10\.0\.0\.90 by 10\.0\.0\.2, to this client/,
  );
  const taken = new Build();
  taken.discover(0);
  taken.offer(0.01);
  taken.offer(0.02, { yiaddr: '10.0.0.90', options: secondLease() }, second);
  taken.request(0.03);
  taken.ack(0.04);
  assert.deepEqual(alarms(taken), [`multiple-servers ${SERVER} and 10.0.0.2`]);
});

test('one slow OFFER beside a client that takes none: the client comes first', () => {
  const build = new Build();
  build.discover(0);
  build.offer(3);
  for (const at of [4, 8]) {
    build.discover(at, { secs: at });
    build.offer(at + 0.01);
  }
  assert.deepEqual(alarms(build), [`offer-not-taken ${CLIENT}`, `slow-server ${SERVER}`]);
});

/** A relay on a trunk hands the OFFERs of a client of VLAN 216 on, tagged as told. */
function handedOn(vlan: number): Build {
  const build = new Build();
  for (const n of [1, 2])
    for (const at of [10 * n, 10 * n + 4]) {
      build.discover(at, { ...who(n), secs: at - 10 * n }, { link: '0/216' });
      build.offer(
        at + 0.01,
        { ...who(n), giaddr: RELAY, hops: 1, yiaddr: addressOf(n) },
        { source: RELAY, ethSource: RELAY_MAC, destination: addressOf(n), link: `0/${vlan}` },
      );
    }
  return build;
}

test('a relay hands the replies on into another VLAN: one finding about the relay, and the cause of the OFFERs not taken', () => {
  const build = handedOn(215);
  assert.deepEqual(alarms(build), [`vlan-mismatch relay ${RELAY}`, `offer-not-taken server ${SERVER}`]);
  assert.match(
    found(build, 'vlan-mismatch').causes[0]!.text,
    /^The relay 10\.0\.0\.254 hands the reply on by an interface in another VLAN/,
  );
  assert.equal(found(build, 'offer-not-taken').causes[0]!.finding, 'vlan-mismatch');
  assert.deepEqual(lines(handedOn(216).analyse(60), 'vlan-mismatch'), []);
});

test('between relay and server, another VLAN is no mismatch', () => {
  const build = new Build();
  const between = { link: '0/10', source: RELAY, ethSource: RELAY_MAC, destination: SERVER, sourcePort: 67 };
  const back = { link: '0/10', destination: RELAY, destinationPort: 67 };
  const toClient = { link: '0/216', source: RELAY, ethSource: RELAY_MAC };
  const relayed = { giaddr: RELAY, hops: 1 };
  build.discover(0, {}, { link: '0/216' });
  build.discover(0.001, relayed, between);
  build.offer(0.01, { giaddr: RELAY }, back);
  build.offer(0.011, { giaddr: RELAY }, toClient);
  build.request(0.02, {}, { link: '0/216' });
  build.request(0.021, relayed, between);
  build.ack(0.03, { giaddr: RELAY }, back);
  build.ack(0.031, { giaddr: RELAY }, toClient);
  assert.deepEqual(alarms(build), []);
});

test('two clients in one wrong VLAN are one finding; of two pairs of VLANs, two', () => {
  const build = (vlans: readonly number[]): Build => {
    const made = new Build();
    for (const [i, vlan] of vlans.entries())
      for (const at of [10 * i, 10 * i + 4]) {
        made.discover(at, who(i + 1), { link: `0/${vlan}` });
        made.offer(at + 0.01, { ...who(i + 1), yiaddr: addressOf(i) });
      }
    return made;
  };
  assert.deepEqual(
    alarms(build([110, 110])).filter((one) => one.startsWith('vlan')),
    [`vlan-mismatch server ${SERVER}`],
  );
  assert.deepEqual(
    alarms(build([110, 120])).filter((one) => one.startsWith('vlan')),
    [`vlan-mismatch ${mac(1)}`, `vlan-mismatch ${mac(2)}`],
  );
});

test('two renewals, and two INFORMs, of one server and for one reason are one finding each', () => {
  const build = new Build();
  for (const n of [1, 2]) build.bind(n, who(n), { yiaddr: addressOf(n) });
  for (const n of [1, 2]) {
    const held = { ...who(n, 10 + n), ciaddr: addressOf(n) };
    for (const at of [1800 + n, 1804 + n]) build.renew(at, held, { source: addressOf(n) });
    build.renew(1810 + n, held, { source: addressOf(n), destination: '255.255.255.255' });
    build.ack(1810.01 + n, { ...held, yiaddr: addressOf(n) });
  }
  for (const n of [1, 2])
    for (const at of [2000 + n, 2004 + n])
      build.dhcp(8, { ...who(n, 20 + n), ciaddr: addressOf(n) }, { at, source: addressOf(n) });
  build.bind(2100, who(3), { yiaddr: addressOf(3) });
  assert.deepEqual(alarms(build, 2200), [`renewal-unanswered server ${SERVER}`, `inform-unanswered server ${SERVER}`]);
});

test('OFFERs of another network have another lease time and router: that is no likely reason why they are not taken', () => {
  const build = new Build();
  const other = [
    ...lease().filter(({ code }) => ![3, 51].includes(code)),
    ipOption(3, '10.0.0.2'),
    u32Option(51, 7200),
  ];
  for (const n of [1, 2, 3]) build.bind(n, who(n), { yiaddr: addressOf(n) });
  for (const n of [4, 5])
    for (const at of [10 * n, 10 * n + 4]) {
      build.discover(at, { ...who(n), secs: at - 10 * n });
      build.offer(at + 0.01, { ...who(n), yiaddr: addressOf(n), options: other });
    }
  const { causes } = found(build, 'offer-not-taken');
  assert.doesNotMatch(
    JSON.stringify(causes.filter(({ likelihood }) => likelihood === 'likely')),
    /option 51|option 3 /,
  );
});
