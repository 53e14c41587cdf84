/* DHCPv6: question and answer in different VLANs or overlay networks. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Analysis, Finding } from '../../src/analysis';
import { Build, alarms, lines } from './build';

const hex = (value: number, octets: number): string => value.toString(16).padStart(2 * octets, '0');
const option = (code: number, value: string): string => hex(code, 2) + hex(value.length / 2, 2) + value;
const duidOf = (host: number): string => `0003000102000000000${host}`;
const SERVER = '02:00:00:00:00:fe';
const server = option(2, '000300010200000000fe');
const ia = (inner = ''): string => option(3, `00000001${'00'.repeat(8)}${inner}`);
const GIVEN = ia(option(5, `20010db8${'00'.repeat(11)}42${hex(200, 4)}${hex(300, 4)}`));
const message = (type: number, xid: number, host: number, ...options: string[]): string =>
  hex(type, 1) + hex(xid, 3) + option(1, duidOf(host)) + options.join('');
const [SOLICIT, ADVERTISE, REQUEST, REPLY] = [1, 2, 3, 7];

const ask = (build: Build, at: number, type: number, host: number, link: string): number =>
  build.v6(at, message(type, 16 * type + host, host, ...(type === REQUEST ? [server, GIVEN] : [ia()])), {
    source: `fe80::${host}`,
    ethSource: `02:00:00:00:00:0${host}`,
    link,
  });
const answer = (build: Build, at: number, type: number, host: number, link: string): number =>
  build.v6(at, message(type, 16 * (type === REPLY ? REQUEST : SOLICIT) + host, host, server, GIVEN), {
    source: 'fe80::fe',
    destination: `fe80::${host}`,
    ethSource: SERVER,
    link,
  });

/** Clients that send SOLICIT three times each, and are sent an ADVERTISE each time. */
function soliciting(asked: string, answered: string, hosts: readonly number[] = [1]): Build {
  const build = new Build();
  for (const host of hosts)
    for (const wait of [0, 1, 3]) {
      ask(build, 10 * host + wait, SOLICIT, host, asked);
      answer(build, 10 * host + wait + 0.01, ADVERTISE, host, answered);
    }
  return build;
}
/** A client that gets its lease, its own messages on one link and the answers on another. */
function bound(build: Build, at: number, host: number, asked: string, answered: string): void {
  ask(build, at, SOLICIT, host, asked);
  answer(build, at + 0.01, ADVERTISE, host, answered);
  ask(build, at + 1, REQUEST, host, asked);
  answer(build, at + 1.01, REPLY, host, answered);
}
const of = (analysis: Analysis, id: string): Finding => analysis.findings.find((one) => one.id === id)!;

test('vlan-mismatch: SOLICIT in one VLAN, ADVERTISE in another, untagged, priority-tagged or in another overlay', () => {
  const ANOTHER = 'The ADVERTISE goes to another VLAN than the client’s';
  for (const [asked, answered, first, told] of [
    ['0/12', '0', ANOTHER, 'in frame 1 is in VLAN 12, the ADVERTISE in frame 2 has no VLAN tag'],
    ['0', '0/12', ANOTHER, 'in frame 1 has no VLAN tag, the ADVERTISE in frame 2 is in VLAN 12'],
    ['0/12', '0/13', ANOTHER, 'in frame 1 is in VLAN 12, the ADVERTISE in frame 2 is in VLAN 13'],
    [
      '0',
      '0/0',
      'The ADVERTISE has a priority tag (VLAN 0), and the client takes no tagged frames',
      'in frame 1 has no VLAN tag, the ADVERTISE in frame 2 has a priority tag (VLAN 0)',
    ],
    [
      '0/VNI 700',
      '0/VNI 701',
      'The ADVERTISE goes to another overlay network than the client’s',
      'in frame 1 is in VNI 700, the ADVERTISE in frame 2 is in VNI 701',
    ],
  ] as const) {
    const analysis = soliciting(asked, answered).analyse(30);
    assert.deepEqual(lines(analysis), [
      `vlan-mismatch error ${duidOf(1)} 1,2,3,4,5,6`,
      `answer-ignored warning ${duidOf(1)} 2,4,6,3,5`,
    ]);
    const [cause, ...others] = of(analysis, 'answer-ignored').causes;
    assert.deepEqual(
      [cause!.text, cause!.finding, cause!.evidence[0]],
      [first, 'vlan-mismatch', `the SOLICIT ${told}`],
    );
    assert.ok(others.every(({ likelihood }) => likelihood !== 'likely'));
    assert.doesNotMatch(String(of(analysis, 'vlan-mismatch').steps), /ip dhcp snooping/);
  }
  const analysis = soliciting('0/12', '0').analyse(30);
  assert.equal(of(analysis, 'vlan-mismatch').title, '02:00:00:00:00:01 asks in one VLAN and is answered in another');
  assert.equal(
    String(of(analysis, 'answer-ignored').steps[0]),
    `Find the switch port of ${SERVER} by \`show mac address-table address ${SERVER}\`, and compare its VLAN with that of 02:00:00:00:00:01.`,
  );
});

test('vlan-mismatch: clients of one DHCPv6 server and one pair of VLANs are one finding, and so is what follows', () => {
  assert.deepEqual(
    lines(soliciting('0/12', '0', [1, 2, 3]).analyse(60)).map((one) => one.replace(/ [\d,]+$/, '')),
    [`vlan-mismatch error server ${SERVER}`, `answer-ignored warning server ${SERVER}`],
  );
});

test('vlan-mismatch: the REPLY alone in another VLAN, and the REQUEST repeated', () => {
  const build = new Build();
  ask(build, 0, SOLICIT, 1, '0/12');
  answer(build, 0.01, ADVERTISE, 1, '0/12');
  for (const at of [1, 2, 4]) {
    ask(build, at, REQUEST, 1, '0/12');
    answer(build, at + 0.01, REPLY, 1, '0/13');
  }
  const analysis = build.analyse(5);
  assert.deepEqual(alarms(analysis), ['vlan-mismatch', 'answer-ignored']);
  assert.equal(of(analysis, 'answer-ignored').causes[0]!.text, 'The REPLY goes to another VLAN than the client’s');
});

test('vlan-mismatch: info where DHCPv6 exchanges complete, and silent where nothing differs', () => {
  const done = new Build();
  bound(done, 0, 1, '0/12', '0');
  assert.deepEqual(lines(done.analyse(60)), [`vlan-mismatch info ${duidOf(1)} 1,2,3,4`]);
  // The same way of capturing: a client that is not answered to the end, and one of DHCPv4.
  ask(done, 70, SOLICIT, 2, '0/12');
  answer(done, 70.01, ADVERTISE, 2, '0');
  done.discover(72, {}, { link: '0/12' });
  done.offer(72.01);
  assert.deepEqual(alarms(done.analyse(73)), []);
  const same = soliciting('0/12', '0/12').analyse(30);
  assert.deepEqual(alarms(same), ['answer-ignored']);
  assert.doesNotMatch(JSON.stringify(same.findings), /VLAN/);
  // A priority tag alone; copies with and without tag on a trunk; one DUID in two VLANs.
  const priority = new Build();
  bound(priority, 0, 1, '0/0', '0');
  bound(priority, 9, 2, '0', '0/0');
  assert.deepEqual(lines(priority.analyse(60)), []);
  const copies = new Build();
  for (const [at, type] of [
    [0, SOLICIT],
    [1, REQUEST],
  ] as const) {
    ask(copies, at, type, 1, '0');
    ask(copies, at + 0.0001, type, 1, '0/12');
    const [first, second] = type === SOLICIT ? ['0/12', '0'] : ['0', '0/12'];
    answer(copies, at + 0.01, type === SOLICIT ? ADVERTISE : REPLY, 1, first);
    answer(copies, at + 0.0101, type === SOLICIT ? ADVERTISE : REPLY, 1, second);
  }
  assert.deepEqual(lines(copies.analyse(60), 'vlan-mismatch'), []);
  const twice = new Build();
  for (const link of ['0/12', '0/13']) bound(twice, link === '0/12' ? 0 : 0.5, 1, link, link);
  assert.deepEqual(lines(twice.analyse(60), 'vlan-mismatch'), []);
});

test('vlan-mismatch: relay and server may be in another VLAN than the client', () => {
  const build = new Build();
  const [RELAY, FAR] = ['2001:db8::1', '2001:db8:9::6'];
  const wrapped = (type: number, inner: string): string =>
    `${hex(type, 1)}00${'00'.repeat(16)}fe80${'00'.repeat(13)}01${option(18, '0012')}${option(9, inner)}`;
  for (const at of [0, 1, 3]) {
    ask(build, at, SOLICIT, 1, '0/12');
    build.v6(at + 0.001, wrapped(12, message(SOLICIT, 17, 1, ia())), { source: RELAY, destination: FAR, link: '0/99' });
    const given = message(ADVERTISE, 17, 1, server, GIVEN);
    build.v6(at + 0.01, wrapped(13, given), { source: FAR, destination: RELAY, link: '0/99' });
  }
  assert.deepEqual(lines(build.analyse(30), 'vlan-mismatch'), []);
});
