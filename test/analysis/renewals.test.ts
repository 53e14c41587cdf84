import assert from 'node:assert/strict';
import test from 'node:test';
import type { Analysis, Finding } from '../../src/analysis';
import { ADDRESS, Build, CLIENT, SERVER, SERVER_MAC, alarms, ipOption, lease, lines, type Seen } from './build';

/* Renewals that never leave the client, because its ARP for the server is not answered. */

function afterLease(...asked: readonly number[]): string[] {
  const build = new Build();
  build.bind(0);
  for (const at of asked) build.arp(at, 1, CLIENT, ADDRESS, SERVER);
  return lines(build.analyse(3000));
}

test('renewal-unanswered: ARP for the server in vain when a renewal is due', () => {
  assert.deepEqual(afterLease(1800, 1801, 1802), [`renewal-unanswered warning ${CLIENT} 5,6,7`]);
});

test('renewal-unanswered: one question now and then may have answers that a third port does not see', () => {
  assert.deepEqual(afterLease(1800, 2000, 2300), []);
});

/** A lease of 3600 s whose renewal is held back by ARP in vain, until a broadcast is answered. */
function heldBack(id: string, asked: readonly number[], answer: Seen & { readonly from?: string }): Build {
  const build = new Build();
  const options = lease([ipOption(54, id)]);
  build.bind(0, {}, { options });
  for (const at of asked) build.arp(at, 1, CLIENT, ADDRESS, id);
  build.request(3150, { xid: 10, ciaddr: ADDRESS, options: [], secs: 1350 }, { source: ADDRESS });
  const answering = answer.from === undefined ? options : lease([ipOption(54, answer.from)]);
  build.ack(3150.01, { xid: 10, ciaddr: ADDRESS, options: answering }, { destination: ADDRESS, ...answer });
  return build;
}

const grave = (build: Build): Finding[] => build.analyse(3300).findings.filter(({ severity }) => severity !== 'info');

test('renewal-unanswered: ARP for the server in vain, then the broadcast is answered', () => {
  const [found, ...others] = grave(heldBack(SERVER, [1800, 1801, 1802, 2400, 2401], { at: 0 }));
  assert.deepEqual(others, []);
  assert.equal(found!.id, 'renewal-unanswered');
  assert.deepEqual(found!.frames, [5, 6, 7, 8, 9]);
  assert.equal(found!.title, `${CLIENT} gets its renewal of ${ADDRESS} answered only after broadcasting`);
  assert.match(
    found!.explanation,
    /asks by ARP for the server’s link-layer address 5 times and gets no answer, so the REQUEST cannot be sent by unicast\. Then it asks all servers by broadcast, and frame 11 answers\.$/,
  );
  assert.equal(likely(found!), 'A switch separates the client from the server (VLAN, port isolation, ARP inspection)');
  assert.deepEqual(
    found!.causes.find(({ likelihood }) => likelihood === 'unlikely'),
    {
      text: 'The server is down, or has left this link',
      likelihood: 'unlikely',
      evidence: ['it answers the broadcast in frame 11', `no ARP reply from ${SERVER} after the renewal was due`],
    },
  );
});

test('renewal-unanswered: a single question, one long before the renewal, or a server that is heard, is no ARP in vain', () => {
  assert.deepEqual(alarms(heldBack(SERVER, [1800], { at: 0 }).analyse(3300)), []);
  assert.deepEqual(alarms(heldBack(SERVER, [100, 101, 102], { at: 0 }).analyse(3300)), []);
  const build = new Build();
  build.bind(0);
  for (const at of [1800, 1801, 1802]) build.arp(at, 1, CLIENT, ADDRESS, SERVER);
  build.arp(1802.001, 2, SERVER_MAC, SERVER, ADDRESS);
  build.request(3150, { xid: 10, ciaddr: ADDRESS, options: [], secs: 1350 }, { source: ADDRESS });
  build.ack(3150.01, { xid: 10, ciaddr: ADDRESS }, { destination: ADDRESS });
  assert.deepEqual(alarms(build.analyse(3300)), []);
});

test('renewal-unanswered: another server answers the broadcast of a client whose ARP is in vain', () => {
  const partner = { at: 0, source: '10.0.0.2', from: '10.0.0.2', ethSource: '02:00:00:00:00:fd' };
  const [found] = renewals(heldBack(SERVER, [1800, 1801, 1802], partner), 3300);
  assert.equal(
    likely(found!),
    'The server is down, or has left this link, and another server, 10.0.0.2, takes over its leases',
  );
  assert.deepEqual(found!.causes[0]!.evidence, [
    '10.0.0.2 answers the broadcast in frame 9',
    `no ARP reply from ${SERVER} after the renewal was due`,
  ]);
});

test('renewal-unanswered: the server identifier is an address that nobody has, by ARP and by the source of the replies', () => {
  // All its replies come from its own address: that is a finding about the server.
  const told = lines(heldBack('10.0.0.9', [1800, 1801], { at: 0 }).analyse(3300));
  assert.deepEqual(told, ['source-not-server-id warning 10.0.0.9 2,5,6', `renewal-unanswered warning ${CLIENT} 5,6`]);
  const [about, effect] = grave(heldBack('10.0.0.9', [1800, 1801], { at: 0 }));
  assert.match(about!.explanation, /Nobody answers the ARP of 02:00:00:00:00:01 for it \(frames 5 and 6\)\./);
  assert.equal(effect!.causes[0]!.finding, 'source-not-server-id');
  // Only the answer to the broadcast does.
  const options = lease([ipOption(54, '10.0.0.9')]);
  const raw = new Build();
  raw.discover(0);
  raw.offer(0.01, { options }, { source: '10.0.0.9' });
  raw.request(0.02, { options: [ipOption(50, ADDRESS), ipOption(54, '10.0.0.9')] });
  raw.ack(0.03, { options }, { source: '10.0.0.9' });
  for (const at of [1800, 1801]) raw.arp(at, 1, CLIENT, ADDRESS, '10.0.0.9');
  raw.request(3150, { xid: 10, ciaddr: ADDRESS, options: [], secs: 1350 }, { source: ADDRESS });
  raw.ack(3150.01, { xid: 10, ciaddr: ADDRESS, options }, { destination: ADDRESS, source: '10.0.0.1' });
  const [found, ...others] = grave(raw);
  assert.deepEqual(others, []);
  assert.equal(likely(found!), 'The server identifier 10.0.0.9 is no address of the server: its host has 10.0.0.1');
  assert.deepEqual(found!.causes[0]!.evidence, [
    'the ACK in frame 8 comes from 10.0.0.1, and its option 54 says 10.0.0.9',
    'nobody speaks by ARP as 10.0.0.9',
  ]);
  assert.match(found!.steps[0]!, /take `server-identifier` out/);
});

test('renewal-unanswered: the clients that ask for one server by ARP in vain are one finding about it', () => {
  const build = new Build();
  const clients = [1, 2].map((n) => ({ chaddr: `02:00:00:00:00:0${n}`, address: `10.0.0.5${n}`, xid: n }));
  for (const { chaddr, address, xid } of clients) build.bind(xid, { chaddr, xid }, { yiaddr: address });
  // Its answers by unicast would be seen here.
  build.ack(
    3,
    { chaddr: clients[0]!.chaddr, xid: 1, yiaddr: clients[0]!.address },
    { destination: clients[0]!.address },
  );
  for (const { chaddr, address, xid } of clients)
    for (const at of [1800, 1801]) build.arp(at + 10 * xid, 1, chaddr, address, SERVER);
  const [found, ...others] = renewals(build, 3000);
  assert.deepEqual(others, []);
  assert.equal(found!.subject, `server ${SERVER}`);
  assert.deepEqual(found!.frames, [10, 12, 11, 13]);
});

/* Renewals that leave the client, and are not answered. */

const FIREWALL = /^A firewall lets the broadcasts of DISCOVER and REQUEST through, but not unicast/;
const DOWN = /^The server 10\.0\.0\.1 is down, has stopped or was replaced/;
const renewals = (build: Build, until: number): Finding[] =>
  build.analyse(until).findings.filter(({ id }) => id === 'renewal-unanswered');
const likely = ({ causes }: Finding): string =>
  causes
    .filter(({ likelihood }) => likelihood === 'likely')
    .map(({ text }) => text)
    .join(' | ');

test('renewal-unanswered: the broadcast that follows is answered, though it has an xid of its own', () => {
  const rebound = (answered: boolean): Finding[] => {
    const build = new Build();
    build.bind(0);
    for (const at of [1800, 2400]) build.renew(at, { xid: 9, secs: at - 1800 });
    build.request(3150, { xid: 10, ciaddr: ADDRESS, options: [], secs: 1350 }, { source: ADDRESS });
    if (answered) build.ack(3150.01, { xid: 10, ciaddr: ADDRESS });
    return renewals(build, 3300);
  };
  const [found, ...others] = rebound(true);
  assert.deepEqual(others, []);
  assert.deepEqual(found!.frames, [5, 6]);
  assert.equal(found!.title, `${CLIENT} gets its renewal of ${ADDRESS} answered only after broadcasting`);
  assert.match(likely(found!), FIREWALL);
  assert.equal(found!.causes.find(({ text }) => DOWN.test(text))!.likelihood, 'unlikely');
  assert.match(rebound(false)[0]!.title, /asks to renew 10\.0\.0\.50 and gets no answer/);
});

test('renewal-unanswered: a server that answers others by broadcast afterwards is not down', () => {
  const asked = (later: boolean): Finding => {
    const build = new Build();
    build.bind(0);
    for (const at of [1800, 2400]) build.renew(at, { xid: 9, secs: at - 1800 });
    if (later) build.bind(2500, { chaddr: '02:00:00:00:00:02', xid: 2 }, { yiaddr: '10.0.0.51' });
    return renewals(build, 3000)[0]!;
  };
  assert.match(likely(asked(true)), FIREWALL);
  assert.match(asked(true).causes[0]!.evidence.join(), /10\.0\.0\.1 answers 02:00:00:00:00:02 after that \(frame 8\)/);
  assert.match(likely(asked(false)), DOWN);
});

test('renewal-unanswered: many clients of one server are one finding about it', () => {
  const asking = (clients: number): Finding[] => {
    const build = new Build();
    for (let n = 1; n <= clients; n++) {
      const spec = { chaddr: `02:00:00:00:00:0${n}`, xid: n };
      build.bind(n, spec, { yiaddr: `10.0.0.5${n}` });
    }
    for (let n = 1; n <= clients; n++) {
      const spec = { chaddr: `02:00:00:00:00:0${n}`, xid: 10 + n, ciaddr: `10.0.0.5${n}` };
      for (const at of [1800, 2400]) build.renew(at + n, { ...spec, secs: at - 1800 }, { source: `10.0.0.5${n}` });
    }
    build.bind(2500, { chaddr: '02:00:00:00:00:99', xid: 99 }, { yiaddr: '10.0.0.99' });
    return renewals(build, 3000);
  };
  const [found, ...others] = asking(4);
  assert.deepEqual(others, []);
  assert.equal(found!.subject, `server ${SERVER}`);
  assert.match(found!.title, /^Renewal unanswered: 4 clients \(.*\), all of server 10\.0\.0\.1$/);
  assert.deepEqual(found!.frames, [17, 19, 21, 23, 18, 20, 22, 24]);
  assert.match(likely(found!), FIREWALL);
  assert.equal(asking(2).length, 1);
  assert.equal(asking(1)[0]!.subject, '02:00:00:00:00:01');
});

test('renewal-unanswered: a renewal to 0.0.0.0 reaches no server; its broadcast is answered', () => {
  const build = new Build();
  build.bind(0);
  const nowhere = { destination: '0.0.0.0', ethDestination: 'ff:ff:ff:ff:ff:ff' };
  for (const at of [1800, 2400]) build.renew(at, { xid: 9, secs: at - 1800 }, nowhere);
  build.request(3150, { xid: 10, ciaddr: ADDRESS, options: [], secs: 1350 }, { source: ADDRESS });
  build.ack(3150.01, { xid: 10, ciaddr: ADDRESS });
  const [found] = renewals(build, 3300);
  assert.equal(found!.title, `${CLIENT} gets its renewal of ${ADDRESS} answered only after broadcasting`);
  assert.match(likely(found!), /^The renewal goes to 0\.0\.0\.0, which is no server’s address: [^|]*$/);
  assert.match(found!.explanation, /asked 0\.0\.0\.0 twice; only the broadcast was answered \(frame 8\)/);
  assert.match(found!.steps[0]!, /^Update the firmware or DHCP client of 02:/);
});

test('renewal-unanswered: the renewal goes to another link-layer address than the server’s', () => {
  const astray = (arp: boolean, to = '02:00:00:00:00:99'): Finding => {
    const build = new Build();
    build.bind(0);
    if (arp) build.arp(1, 2, to, SERVER, ADDRESS);
    for (const at of [1800, 2400]) build.renew(at, { xid: 9, secs: at - 1800 }, { ethDestination: to });
    return renewals(build, 2500)[0]!;
  };
  const strange =
    /^The renewal goes to link-layer address 02:00:00:00:00:99, and 10\.0\.0\.1 speaks from 02:00:00:00:00:fe/;
  assert.match(likely(astray(false)), strange);
  assert.deepEqual(astray(false).causes[0]!.evidence, [
    '02:00:00:00:00:99 in frames 5 and 6, 02:00:00:00:00:fe in frame 2',
  ]);
  // ARP gives it for the server's address, or it is the virtual address of a pair of routers (RFC 9568 §7.3).
  assert.doesNotMatch(likely(astray(true)), strange);
  assert.doesNotMatch(likely(astray(false, '00:00:5e:00:01:07')), /link-layer address/);
  assert.doesNotMatch(likely(astray(false, '02:00:00:00:00:fe')), /link-layer address/);
});

/** Four clients get leases; the first renews in vain with option 50, the others are answered, those of `too` with option 50 as well. */
function withOption50(too: readonly number[], again = false): Analysis {
  const build = new Build();
  const who = (n: number) => ({ chaddr: `02:00:00:00:00:0${n}`, xid: n });
  const own = (n: number): string => `10.0.0.5${n}`;
  for (const n of [1, 2, 3, 4]) build.bind(n, who(n), { yiaddr: own(n) });
  const renew = (at: number, n: number, asks: boolean): void => {
    const spec = { ...who(n), xid: 100 + n, ciaddr: own(n), options: asks ? [ipOption(50, own(n))] : [] };
    build.renew(at, spec, { source: own(n) });
  };
  for (const at of [1801, 2700]) renew(at, 1, true);
  for (const n of [2, 3, 4]) {
    renew(1800 + 10 * n, n, too.includes(n));
    build.ack(1800.01 + 10 * n, { ...who(n), xid: 100 + n, ciaddr: own(n), yiaddr: own(n) }, { destination: own(n) });
  }
  if (again) build.bind(3700, { ...who(1), xid: 200 }, { yiaddr: own(1) });
  return build.analyse(4000);
}

test('renewal-unanswered: option 50 is the cause where no answered renewal has it', () => {
  const found = (too: readonly number[], again = false) =>
    withOption50(too, again).findings.find(({ id }) => id === 'renewal-unanswered')!;
  const { causes, steps } = found([], true);
  assert.deepEqual(causes[0], {
    likelihood: 'likely',
    text: 'The renewal has option 50 (requested IP address), which belongs in other REQUESTs only, and the server drops it or takes it for one of those',
    evidence: [
      'ciaddr 10.0.0.51 and option 50 in frames 17 and 18',
      'all 3 renewals of 3 clients on this link that are answered have none (first in frame 19)',
      'see the finding forbidden-field',
    ],
    finding: 'forbidden-field',
    frames: [17, 18],
  });
  assert.equal(steps[0], 'Update the firmware or DHCP client of 02:00:00:00:00:01; keep this capture for its maker.');
  // What the frames contradict: renewals go to the server’s own address, and it gives the same address again.
  assert.deepEqual(causes.filter(({ likelihood }) => likelihood !== 'unlikely').length, 1);
  assert.ok(
    causes.some(({ evidence }) => evidence.includes('it gives 02:00:00:00:00:01 the same address again in frame 28')),
  );
  for (const one of found([2]).causes) assert.notEqual(one.finding, 'forbidden-field');
});

test('renewal-unanswered: a server that confirms the lease by broadcast has a record of it', () => {
  const build = new Build();
  build.bind(0);
  build.renew(1800, { xid: 2 });
  build.renew(2700, { xid: 2 });
  build.renew(3150, { xid: 2 }, { destination: '255.255.255.255', ethDestination: 'ff:ff:ff:ff:ff:ff' });
  build.ack(3150.01, { xid: 2, ciaddr: ADDRESS });
  const { causes, steps } = build.analyse(3200).findings.find(({ id }) => id === 'renewal-unanswered')!;
  assert.ok(causes.every(({ text }) => !/no record|no route/.test(text)));
  assert.ok(steps.every((step) => !/authoritative/.test(step)));
});
