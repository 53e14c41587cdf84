import assert from 'node:assert/strict';
import test from 'node:test';
import type { Analysis, Finding } from '../../src/analysis';
import {
  ADDRESS,
  Build,
  CLIENT,
  ROUTER_MAC,
  SERVER,
  ipOption,
  lease,
  lines,
  raw,
  textOption,
  type Spec,
} from './build';

const OTHER = '10.0.0.9';
const OTHER_MAC = '02:00:00:00:00:99';
const second = (change: Parameters<typeof lease>[0] = []) => ({ options: lease([ipOption(54, OTHER), ...change]) });
const fromOther = { source: OTHER, ethSource: '02:00:00:00:00:f9' };

test('a second OFFER of the same server is nothing', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.1);
  build.offer(0.5);
  build.request(0.6);
  build.ack(0.7);
  assert.deepEqual(lines(build.analyse()), []);
});

test('multiple-servers where they agree, rogue-server where they do not', () => {
  const agree = new Build();
  agree.discover(0);
  agree.offer(0.1);
  agree.offer(0.2, { yiaddr: '10.0.0.60', ...second() }, fromOther);
  assert.deepEqual(lines(agree.analyse(1)), [`multiple-servers warning ${SERVER} and ${OTHER} 2,3`]);
  const disagree = new Build();
  disagree.discover(0);
  disagree.offer(0.1);
  disagree.offer(0.2, { yiaddr: '10.0.0.60', ...second([ipOption(3, OTHER)]) }, fromOther);
  assert.deepEqual(lines(disagree.analyse(1)), [`rogue-server error ${SERVER} and ${OTHER} 2,3`]);
});

test('rogue-server: not in the list of authorised servers', () => {
  const build = new Build();
  build.bind();
  assert.deepEqual(lines(build.analyse(1, { authorisedServers: [OTHER] })), [`rogue-server error ${SERVER} 2,4`]);
  assert.deepEqual(lines(build.analyse(1, { authorisedServers: [SERVER] })), []);
});

test('suppressed findings are not reported', () => {
  const build = new Build();
  build.bind();
  assert.deepEqual(lines(build.analyse(1, { authorisedServers: [OTHER], suppressed: ['rogue-server'] })), []);
});

test('wrong-server-acked, before multiple-servers', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.1);
  build.request(0.2);
  build.ack(0.3, second(), fromOther);
  assert.deepEqual(lines(build.analyse(1)), [`wrong-server-acked warning ${CLIENT} 4,3`]);
});

test('wrong-server-acked: a note where the selected server confirms the same, as partners do that share their leases', () => {
  const acked = (given: Spec): string[] => {
    const build = new Build();
    build.bind();
    build.ack(0.08, given, fromOther);
    return lines(build.analyse(1), 'wrong-server-acked');
  };
  assert.deepEqual(acked(second()), [`wrong-server-acked info ${CLIENT} 5,4,3`]);
  assert.deepEqual(acked({ ...second(), yiaddr: '10.0.0.60' }), [`wrong-server-acked warning ${CLIENT} 5,3`]);
  assert.deepEqual(acked(second([ipOption(3, OTHER)])), [`wrong-server-acked warning ${CLIENT} 5,3`]);
});

test('server-identity-clash: two link-layer addresses on one link, not on two', () => {
  const build = new Build();
  build.bind(0);
  build.bind(1, { chaddr: '02:00:00:00:00:02', xid: 2 }, { yiaddr: '10.0.0.51' }, { link: '1' });
  assert.deepEqual(lines(build.analyse()), []);
  build.discover(2, { chaddr: '02:00:00:00:00:03', xid: 3 });
  build.offer(2.1, { chaddr: '02:00:00:00:00:03', xid: 3, yiaddr: '10.0.0.52' }, { ethSource: '02:00:00:00:00:bb' });
  assert.deepEqual(lines(build.analyse(3)), [`server-identity-clash error ${SERVER} 2,10`]);
});

function rush(source: string | undefined, completes: boolean, clients = 50): Build {
  const build = new Build();
  for (let i = 0; i < clients; i++) {
    const chaddr = `02:01:00:00:00:${i.toString(16).padStart(2, '0')}`;
    const spec = { chaddr, xid: i + 1 };
    const seen = source === undefined ? {} : { ethSource: source };
    build.discover(i * 0.1, spec, seen);
    if (!completes) continue;
    const yiaddr = `10.0.0.${100 + i}`;
    build.offer(i * 0.1 + 0.01, { ...spec, yiaddr });
    build.request(i * 0.1 + 0.02, { ...spec, options: [ipOption(50, yiaddr), ipOption(54, SERVER)] }, seen);
    build.ack(i * 0.1 + 0.03, { ...spec, yiaddr });
  }
  return build;
}

test('starvation: few sources, or most never complete; a morning rush completes', () => {
  const ids = (build: Build): string[] => [
    ...new Set(build.analyse().findings.map((finding) => `${finding.id} ${finding.subject}`)),
  ];
  assert.deepEqual(ids(rush('02:00:00:00:66:66', false)), ['starvation interface 0']);
  const [found] = lines(rush('02:00:00:00:66:66', false).analyse());
  assert.match(found!, /^starvation error interface 0 1,2,3,/);
  assert.deepEqual(ids(rush('02:00:00:00:66:66', true)), ['starvation interface 0']);
  assert.ok(ids(rush(undefined, false)).includes('starvation interface 0'));
  assert.deepEqual(ids(rush(undefined, true)), []);
  assert.ok(!ids(rush(undefined, false, 49)).includes('starvation interface 0'));
});

test('starvation: slowly from one source, 20 clients within 60 s of which most never complete; nothing else is said of them', () => {
  const ATTACKER = '02:00:00:00:66:66';
  const slowly = (build: Build, clients: number, served: number, every: number): Build => {
    for (let i = 0; i < clients; i++) {
      const chaddr = `02:01:00:00:00:${i.toString(16).padStart(2, '0')}`;
      const spec = { chaddr, xid: i + 1 };
      const yiaddr = `10.0.0.${100 + i}`;
      build.discover(i * every, spec, { ethSource: ATTACKER });
      if (i >= served) continue;
      build.offer(i * every + 0.01, { ...spec, yiaddr });
      build.request(
        i * every + 0.02,
        { ...spec, options: [ipOption(50, yiaddr), ipOption(54, SERVER)] },
        { ethSource: ATTACKER },
      );
      build.ack(i * every + 0.03, { ...spec, yiaddr });
    }
    return build;
  };
  const ids = (build: Build): string[] =>
    lines(build.analyse(120)).map((line) => line.split(' ').slice(0, 4).join(' '));
  assert.deepEqual(ids(slowly(new Build(), 20, 0, 3)), ['starvation error interface 0']);
  assert.deepEqual(ids(slowly(new Build(), 30, 9, 1)), ['starvation error interface 0']);
  // Fewer clients, or too slowly, or most of them served: a bridge that puts its own address in the place of its clients'.
  assert.ok(!ids(slowly(new Build(), 19, 0, 1)).includes('starvation error interface 0'));
  assert.ok(!ids(slowly(new Build(), 30, 0, 3.2)).includes('starvation error interface 0'));
  assert.ok(!ids(slowly(new Build(), 20, 10, 1)).includes('starvation error interface 0'));
  // A relay, which the capture shows elsewhere: it sends for others.
  const relay = new Build();
  relay.discover(
    0,
    { giaddr: '10.0.0.2', hops: 1, chaddr: '02:02:00:00:00:01' },
    { ethSource: ATTACKER, source: '10.0.0.2', destination: SERVER },
  );
  assert.ok(!ids(slowly(relay, 20, 0, 1)).includes('starvation error interface 0'));
});

test('message-flood: 100 requests of one client within 10 s, not 99, nor more slowly', () => {
  const flooding = (requests: number, every: number): string[] => {
    const build = new Build();
    for (let i = 0; i < requests; i++) build.renew(i * every, { xid: i + 1 });
    return lines(build.analyse(), 'message-flood').map((line) => line.split(',')[0]!);
  };
  assert.deepEqual(flooding(100, 0.1), [`message-flood warning ${CLIENT} 1`]);
  assert.deepEqual(flooding(99, 0.1), []);
  assert.deepEqual(flooding(110, 0.102), []);
});

test('address-churn: made-up addresses with one host name, one after another; not where they stay, or go properly', () => {
  interface Coming {
    readonly clients?: number;
    readonly first?: string;
    readonly name?: (i: number) => string;
    readonly stays?: boolean;
    readonly releases?: boolean;
  }
  const coming = ({ clients = 10, first = '02', name = () => 'tablet', stays, releases }: Coming): string[] => {
    const build = new Build();
    for (let i = 0; i < clients; i++) {
      const chaddr = `${first}:07:00:00:00:${i.toString(16).padStart(2, '0')}`;
      const yiaddr = `10.0.0.${100 + i}`;
      const spec = { chaddr, xid: i + 1 };
      const options = [ipOption(50, yiaddr), ipOption(54, SERVER), raw(55, '010306'), textOption(12, name(i))];
      build.discover(i * 60, { ...spec, options: [textOption(12, name(i))] });
      build.offer(i * 60 + 0.01, { ...spec, yiaddr });
      build.request(i * 60 + 0.02, { ...spec, options });
      build.ack(i * 60 + 0.03, { ...spec, yiaddr });
      if (releases)
        build.dhcp(
          7,
          { ...spec, ciaddr: yiaddr, xid: 500 + i, options: [ipOption(54, SERVER)] },
          { at: i * 60 + 30, source: yiaddr, destination: SERVER },
        );
    }
    for (let i = 0; stays && i < clients; i++)
      build.arp(
        clients * 60 + i,
        1,
        `${first}:07:00:00:00:${i.toString(16).padStart(2, '0')}`,
        `10.0.0.${100 + i}`,
        SERVER,
      );
    return lines(build.analyse(2000), 'address-churn').map((line) => line.slice(0, line.lastIndexOf(' ')));
  };
  assert.deepEqual(coming({}), ['address-churn warning host name “tablet” on interface 0']);
  assert.deepEqual(coming({ clients: 9 }), []);
  // Burnt-in addresses; machines with names of their own; phones that come in the morning and stay; leases that are given back.
  assert.deepEqual(coming({ first: '00' }), []);
  assert.deepEqual(coming({ name: (i) => `pc-${i}` }), []);
  assert.deepEqual(coming({ stays: true }), []);
  assert.deepEqual(coming({ releases: true }), []);
});

test('chaddr-mismatch: not for a router that other traffic shows to be one', () => {
  const build = new Build();
  const seen = { at: 10, source: ADDRESS, destination: SERVER, ethSource: ROUTER_MAC };
  build.dhcp(7, { ciaddr: ADDRESS, xid: 5, options: [ipOption(54, SERVER)] }, seen);
  assert.deepEqual(lines(build.analyse()), [`chaddr-mismatch warning ${CLIENT} 1`]);
  // The server’s ACKs to the client leave for the same address: a router.
  build.renew(1, { xid: 6 }, { ethSource: ROUTER_MAC });
  build.ack(1.01, { xid: 6 }, { destination: ADDRESS, ethDestination: ROUTER_MAC });
  assert.deepEqual(lines(build.analyse()), []);
});

test('option82-from-client', () => {
  const build = new Build();
  build.discover(0, { options: [raw(82, '0101ff')] });
  build.offer(0.1);
  assert.deepEqual(lines(build.analyse(1)), [`option82-from-client warning ${CLIENT} 1`]);
});

test('forcerenew-unauthenticated', () => {
  const build = new Build();
  build.dhcp(9, { op: 2, xid: 99, options: [ipOption(54, SERVER)] }, { at: 0, destination: ADDRESS });
  assert.deepEqual(lines(build.analyse(1)), [`forcerenew-unauthenticated warning ${SERVER} 1`]);
  const authentic = new Build();
  authentic.dhcp(
    9,
    { op: 2, xid: 99, options: [ipOption(54, SERVER), raw(90, '0101000000000000000001' + '00')] },
    { at: 0, destination: ADDRESS },
  );
  assert.deepEqual(lines(authentic.analyse(1), 'forcerenew-unauthenticated'), []);
});

test('route-hijack: two halves of the address space; a default route beside a special one is no hijack', () => {
  const routes = (hex: string): string[] => {
    const build = new Build();
    build.bind(0, {}, { options: lease([raw(121, hex)]) });
    return lines(build.analyse());
  };
  assert.deepEqual(routes('01000a000009' + '01800a000009'), [`route-hijack error ${SERVER} 2,4`]);
  assert.deepEqual(routes('000a000001' + '080a0a000001'), []);
});

test('wpad-offered', () => {
  const build = new Build();
  build.bind(0, {}, { options: [...lease(), textOption(252, 'http://10.0.0.1/wpad.dat')] });
  assert.deepEqual(lines(build.analyse()), [`wpad-offered info ${SERVER} 2,4`]);
});

test('multiple-servers: without a mask in either reply the class of the addresses decides', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.1, { options: lease([raw(1, '')]) });
  build.offer(0.2, { yiaddr: '10.0.0.60', ...second([raw(1, '')]) }, fromOther);
  assert.deepEqual(lines(build.analyse(1)), [`multiple-servers warning ${SERVER} and ${OTHER} 2,3`]);
});

test('a pair of relays that put themselves in the server’s place (RFC 5107) is one server', () => {
  const by = (relay: string): [object, object] => [
    { giaddr: relay, options: lease([ipOption(54, relay)]) },
    { source: relay, ethSource: ROUTER_MAC },
  ];
  const build = new Build();
  build.discover(0);
  build.offer(0.1, ...by('10.0.0.2'));
  build.offer(0.11, ...by('10.0.0.3'));
  build.request(0.2, { options: [ipOption(50, ADDRESS), ipOption(54, '10.0.0.2')] });
  build.ack(0.3, ...by('10.0.0.3'));
  build.ack(0.31, ...by('10.0.0.2'));
  assert.deepEqual(lines(build.analyse(1)), []);
});

test('server-identity-clash: not of a machine that is replaced between captures of different days', () => {
  const clash = (at: number): string[] => {
    const build = new Build();
    build.bind(0);
    build.bind(at, { chaddr: '02:00:00:00:00:03', xid: 3 }, { yiaddr: '10.0.0.52' });
    for (const packet of build.packets.splice(4, 4))
      build.packets.push(packet.dhcp!.op === 2 ? { ...packet, ethSource: '02:00:00:00:00:bb' } : packet);
    return lines(build.analyse(at + 10), 'server-identity-clash');
  };
  assert.deepEqual(clash(6 * 3600), [`server-identity-clash error ${SERVER} 2,6,8`]);
  assert.deepEqual(clash(16 * 3600), []);
});

/** Two machines that answer in one server’s name: the OFFER and ACK of the one, and the NAK of the other. */
function twoMachines(macs: readonly [string, string]): Analysis {
  const build = new Build();
  for (const n of [1, 2]) {
    const who = { chaddr: `02:00:00:00:00:0${n}`, xid: n };
    const yiaddr = `10.0.0.5${n}`;
    build.discover(10 * n, who);
    build.offer(10 * n + 0.01, { ...who, yiaddr }, { ethSource: macs[0] });
    build.offer(10 * n + 0.02, { ...who, yiaddr: `10.0.0.6${n}` }, { ethSource: macs[1] });
    const asked = [ipOption(50, yiaddr), ipOption(54, SERVER), raw(81, '0000007063')];
    build.request(10 * n + 0.03, { ...who, options: asked });
    build.ack(10 * n + 0.04, { ...who, yiaddr }, { ethSource: macs[0] });
    build.nak(10 * n + 0.05, who, { ethSource: macs[1] });
  }
  return build.analyse(60);
}

test('server-identity-clash: explains the NAKs of the second machine, and names a cluster where both are of one maker', () => {
  const { findings } = twoMachines(['00:09:0f:09:01:01', '00:09:0f:09:02:02']);
  const [clash, ...naks] = findings.filter(({ severity }) => severity !== 'info') as [Finding, ...Finding[]];
  assert.deepEqual(
    [clash.id, clash.frames, naks.map(({ id }) => id)],
    ['server-identity-clash', [2, 3, 6, 9, 12], ['nak']],
  );
  assert.match(clash.causes[0]!.text, /^Both nodes of a cluster are active at once/);
  assert.match(clash.causes[0]!.evidence[1]!, /^both addresses are of one maker \(00:09:0f\), and they speak in turn$/);
  assert.match(
    clash.explanation,
    /This explains “NAK: 2 clients \(02:00:00:00:00:01 and 02:00:00:00:00:02\), all of server 10\.0\.0\.1”/,
  );
  assert.deepEqual(
    naks[0]!.causes
      .filter(({ likelihood }) => likelihood === 'likely')
      .map(({ text, evidence }) => [text, evidence[0]]),
    [
      [
        'Two machines answer as 10.0.0.1, and one refuses what the other gives',
        'the ACK in frame 5 is from 00:09:0f:09:01:01, the NAK in frame 6 from 00:09:0f:09:02:02',
      ],
    ],
  );
  const strangers = twoMachines(['00:09:0f:09:01:01', '00:11:22:09:02:02']).findings[0]!;
  assert.match(strangers.causes[0]!.text, /^Another machine answers in the server’s name/);
});

test('server-identity-clash: a capture of all interfaces shows it in one transaction, or by the interface it names', () => {
  const clash = (link: string, other: Partial<{ xid: number; chaddr: string }>): string[] => {
    const build = new Build();
    // Packets of such a capture have no link-layer destination.
    build.discover(0, {}, { link });
    build.offer(0.1, {}, { link });
    build.discover(1, other, { link });
    build.offer(1.1, { ...other, yiaddr: '10.0.0.51' }, { link, ethSource: '02:00:00:00:00:f9' });
    build.packets.splice(0, 4, ...build.packets.map((packet) => ({ ...packet, ethDestination: undefined })));
    return lines(build.analyse(2), 'server-identity-clash');
  };
  const another = { xid: 9, chaddr: '02:00:00:00:00:02' };
  assert.deepEqual(clash('0', {}), [`server-identity-clash error ${SERVER} 2,4`]);
  assert.deepEqual(clash('0', another), []);
  assert.deepEqual(clash('0:3', another), [`server-identity-clash error ${SERVER} 2,4`]);
});

test('starvation: who asks for himself meanwhile, and is served, is no part of it', () => {
  const build = new Build();
  build.bind(0);
  for (let i = 0; i < 50; i++) {
    const chaddr = `02:00:00:00:01:${i.toString(16).padStart(2, '0')}`;
    build.discover(1 + i / 10, { chaddr, xid: i }, { ethSource: OTHER_MAC });
  }
  const [found] = lines(build.analyse(30), 'starvation');
  assert.match(found!, /^starvation error interface 0 5,6,7,.*,54$/);
});

test('starvation: different chaddr count, also under one client identifier', () => {
  const build = new Build();
  for (let i = 0; i < 50; i++) {
    const chaddr = `02:00:00:00:01:${i.toString(16).padStart(2, '0')}`;
    build.discover(i / 10, { chaddr, xid: i, options: [raw(61, '006576696c')] }, { ethSource: OTHER_MAC });
  }
  assert.deepEqual(
    build.analyse(20).findings.map(({ id }) => id),
    ['starvation'],
  );
});

test('option82-from-client: info where it is written as a snooping switch writes it', () => {
  const cisco = '010600040028' + '0103' + '0208' + '0006' + '001d45aabb00';
  for (const [agent, severity] of [
    [cisco, 'info'],
    ['010400010005' + '0206001d45aabb00', 'warning'],
    // In the name of the client’s own hardware address no switch writes.
    [cisco.slice(0, -12) + CLIENT.replaceAll(':', ''), 'warning'],
  ] as const) {
    const build = new Build();
    build.discover(0, { options: [raw(82, agent)] });
    build.offer(0.1);
    assert.deepEqual(lines(build.analyse(1)), [`option82-from-client ${severity} ${CLIENT} 1`]);
  }
});

test('route-hijack: option 249 is read beside option 121', () => {
  const build = new Build();
  const halves = '01000a000042' + '01800a000042';
  build.bind(0, {}, { options: lease([raw(121, '000a000001'), raw(249, halves)]) });
  assert.deepEqual(lines(build.analyse(1)), [`route-hijack error ${SERVER} 2,4`]);
});

test('chaddr-mismatch: clients behind one repeater are one finding about it', () => {
  const REPEATER = '02:aa:00:00:00:09';
  const build = new Build();
  for (let n = 1; n <= 3; n++) {
    const spec = { chaddr: `02:00:00:00:00:0${n}`, xid: n, broadcast: true };
    build.discover(n, spec, { ethSource: REPEATER });
    build.offer(n + 0.01, { ...spec, yiaddr: `10.0.0.5${n}` });
    build.request(
      n + 0.02,
      { ...spec, options: [ipOption(50, `10.0.0.5${n}`), ipOption(54, SERVER)] },
      { ethSource: REPEATER },
    );
    build.ack(n + 0.03, { ...spec, yiaddr: `10.0.0.5${n}` });
  }
  const analysis = build.analyse(20);
  assert.deepEqual(lines(analysis, 'chaddr-mismatch'), [`chaddr-mismatch warning ${REPEATER} 1,3,5,7,9,11`]);
  const [found] = analysis.findings.filter(({ id }) => id === 'chaddr-mismatch');
  assert.equal(found!.title, `Messages of 3 clients come from one other link-layer address, ${REPEATER}`);
  assert.match(found!.causes[0]!.text, /^A bridge, repeater or virtual switch/);
});

test('chaddr-mismatch: no router handed on what comes from the client’s own link', () => {
  const build = new Build();
  build.bind(0);
  const seen = { at: 10, source: ADDRESS, destination: SERVER, ethSource: OTHER_MAC };
  build.dhcp(7, { ciaddr: ADDRESS, xid: 5, options: [ipOption(54, SERVER)] }, seen);
  const [finding] = build.analyse(20).findings.filter(({ id }) => id === 'chaddr-mismatch');
  assert.deepEqual(
    finding!.causes.map(({ likelihood }) => likelihood),
    ['likely', 'possible', 'unlikely'],
  );
  assert.match(finding!.causes[2]!.text, /router/);
  assert.match(finding!.causes[2]!.evidence[0]!, /client itself is on this link/);
});

test('chaddr-mismatch: a RELEASE in the name of a client that goes on is forged, and the frame that shows it is named', () => {
  const released = (goesOn: boolean): string[] => {
    const build = new Build();
    build.bind(0);
    const seen = { at: 10, source: ADDRESS, destination: SERVER, ethSource: OTHER_MAC };
    build.dhcp(7, { ciaddr: ADDRESS, xid: 5, options: [ipOption(54, SERVER)] }, seen);
    build.arp(12, 1, goesOn ? CLIENT : OTHER_MAC, ADDRESS, SERVER);
    const [finding] = build.analyse(20).findings.filter(({ id }) => id === 'chaddr-mismatch');
    const [first] = finding!.causes;
    return [first!.text, ...first!.evidence];
  };
  const FORGED = 'Somebody forges messages in the client’s name';
  assert.deepEqual(released(true), [FORGED, `${CLIENT} itself goes on using ${ADDRESS} (frame 6)`]);
  assert.deepEqual(released(false), [FORGED]);
});

test('address-churn: phones and tablets that say so are no virtual machines', () => {
  const likelihoods = (vendorClass: string): string[] => {
    const build = new Build();
    for (let i = 0; i < 10; i++) {
      const spec = { chaddr: `02:07:00:00:00:0${i}`, xid: i + 1 };
      const options = [raw(55, '010306'), textOption(60, vendorClass)];
      const yiaddr = `10.0.0.${100 + i}`;
      build.discover(i * 60, { ...spec, options });
      build.offer(i * 60 + 0.01, { ...spec, yiaddr });
      build.request(i * 60 + 0.02, { ...spec, options: [...options, ipOption(50, yiaddr), ipOption(54, SERVER)] });
      build.ack(i * 60 + 0.03, { ...spec, yiaddr });
    }
    const [finding] = build.analyse(2000).findings.filter(({ id }) => id === 'address-churn');
    return finding!.causes.map(({ likelihood, text }) => `${likelihood} ${text.split(' ', 1)[0]!}`);
  };
  assert.deepEqual(likelihoods('android-dhcp-14'), ['likely One', 'possible Many', 'unlikely Virtual']);
  assert.deepEqual(likelihoods('udhcp 1.36.1'), ['likely One', 'likely Virtual', 'possible Many']);
});

test('rogue-server: the steps say where to look for each server', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.1);
  const other = [ipOption(54, '192.168.0.1'), ipOption(3, '192.168.0.1')];
  build.offer(0.2, { yiaddr: '192.168.0.9', options: lease(other) }, { source: '192.168.0.1', ethSource: OTHER_MAC });
  const [finding] = build.analyse(1).findings.filter(({ id }) => id === 'rogue-server');
  assert.equal(finding!.steps[0], `Find the port of 192.168.0.1: \`show mac address-table address ${OTHER_MAC}\`.`);
});

test('option82-from-client: info for a port named as text; one finding for a device that writes into many clients’ messages', () => {
  const text = (of: string): string => Buffer.from(of).toString('hex');
  const part = (code: number, hex: string): string =>
    [code, hex.length / 2].map((n) => n.toString(16).padStart(2, '0')).join('') + hex;
  const asked = (agents: readonly string[], answered = true): string[] => {
    const build = new Build();
    for (const [i, agent] of agents.entries()) {
      const spec = { chaddr: `02:00:00:00:01:0${i}`, xid: 50 + i };
      for (const at of answered ? [i] : [i, i + 4]) build.discover(at, { ...spec, options: [raw(82, agent)] });
      if (answered) build.offer(i + 0.1, { ...spec, yiaddr: `10.0.0.6${i}` });
    }
    return lines(build.analyse(60), 'option82-from-client');
  };
  assert.deepEqual(asked([part(1, text('olt1 1/1/3:7'))]), ['option82-from-client info 02:00:00:00:01:00 1']);
  assert.deepEqual(asked([part(1, text('abc'))]), ['option82-from-client warning 02:00:00:00:01:00 1']);
  const port = (n: number): string => part(1, `0${n}`) + part(2, '001a2b000010');
  assert.deepEqual(asked([port(1), port(2)]), ['option82-from-client info 00:1a:2b:00:00:10 1,3']);
  assert.deepEqual(asked([port(1), port(2)], false), ['option82-from-client warning 00:1a:2b:00:00:10 1,2,3,4']);
  assert.deepEqual(asked([port(1), part(1, '02') + part(2, '001a2b000011')]), [
    'option82-from-client warning 02:00:00:00:01:00 1',
    'option82-from-client warning 02:00:00:00:01:01 3',
  ]);
});

test('starvation: a client that asks under its own address meanwhile is not counted, and nobody is sent to its port', () => {
  const build = new Build();
  for (let i = 0; i < 60; i++)
    build.discover(
      i * 0.1,
      { chaddr: `02:00:00:00:05:${i.toString(16).padStart(2, '0')}`, xid: 100 + i },
      { ethSource: '02:00:00:00:00:66' },
    );
  build.discover(3, { xid: 7 });
  const [found] = build.analyse(40).findings;
  assert.equal(found!.id, 'starvation');
  assert.match(found!.title, /^60 clients ask within .*, all from 02:00:00:00:00:66: /);
  assert.doesNotMatch(JSON.stringify(found), new RegExp(CLIENT));
});
