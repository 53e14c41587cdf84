import assert from 'node:assert/strict';
import test from 'node:test';
import type { PairFinding } from '../../src/analysis/compare/pair';
import { ADDRESS, Build, CLIENT, SERVER, SERVER_MAC, ipOption, lease, raw } from './build';
import { compare, comparison } from './points';

/* What two captures show of other messages rules causes of a loss out, and what is not counted is told. */

const OTHER = '02:00:00:00:00:02';
const OTHER_ADDRESS = '10.0.0.60';
const BROADCAST = 'ff:ff:ff:ff:ff:ff';
const causesOf = ({ causes }: PairFinding): string[] => causes.map(({ likelihood, text }) => `${likelihood}: ${text}`);
const until = (time: number): { until: number } => ({ until: time });

/**
 * Two clients on one link, one server: the first gets a lease by unicast, which the capture at the second does not show, and the OFFERs to
 * the second, with so many more octets, do not come to it.
 */
function served(more: number, from = SERVER_MAC): PairFinding {
  const [client, server] = [new Build(), new Build()];
  const first = { chaddr: OTHER, xid: 9, yiaddr: OTHER_ADDRESS };
  const options = [ipOption(50, OTHER_ADDRESS), ipOption(54, SERVER)];
  for (const build of [client, server]) {
    build.discover(0, { ...first, yiaddr: '0.0.0.0' });
    if (build === server) build.offer(0.001, first, { destination: OTHER_ADDRESS, ethSource: from });
    build.request(0.01, { ...first, yiaddr: '0.0.0.0', options });
    if (build === server) build.ack(0.012, first, { destination: OTHER_ADDRESS, ethSource: from });
  }
  for (const at of [10, 14, 22, 30]) {
    client.discover(at, { secs: at });
    server.discover(at, { secs: at });
    server.offer(at + 0.001, { options: [...lease(), raw(43, '00'.repeat(more))] }, { destination: ADDRESS });
  }
  return compare(client, server, 0, [until(30), until(40)]).find(({ id }) => id === 'lost-between')!;
}

const GUARD = 'DHCP snooping drops the replies of a server behind a port that is not trusted';

test('Long OFFERs are lost, and short ones of the same server came to another client: the length, not the server’s port', () => {
  const found = served(200);
  const [size, ...others] = causesOf(found);
  assert.match(size!, /^likely: Something on the way drops long messages/);
  assert.match(
    found.causes[0]!.evidence[0]!,
    /^each lost OFFER has \d{3} octets or more of DHCP \(frames 6, 8 and 10\), and the 2 that came to their clients \(frames 2 and 4\) have \d{3} at most$/,
  );
  assert.ok(others.includes(`unlikely: ${GUARD}`));
  assert.deepEqual(found.causes.find(({ text }) => text === GUARD)!.evidence, [
    `the OFFER of the same server in frame 2 of b.pcap, to ${OTHER}, came to it, for it goes on with the REQUEST in frame 3`,
  ]);
  assert.ok(!others.some((text) => /firewall/.test(text)));
  assert.match(found.steps[0]!, /look for an MTU, .* that stops \d{3} octets of UDP payload\.$/);
  // The last of them is later than the last frame of the other capture.
  assert.match(found.title, /: 3 OFFERs lost/);
  assert.match(found.explanation, / 1 more OFFER \(frame 12 of b\.pcap\) is not counted: a\.pcap ends before it\. /);
});

test('OFFERs of one length: the client is what tells them apart; of another machine with that address, nothing is ruled out', () => {
  const alike = served(2);
  assert.match(causesOf(alike)[0]!, /^likely: Something on the way treats 02:00:00:00:00:01 otherwise than others/);
  assert.ok(causesOf(alike).includes(`unlikely: ${GUARD}`));
  assert.ok(!alike.steps.some((step) => step.includes('ip dhcp snooping')));
  assert.equal(causesOf(served(200, '02:00:00:00:00:fd'))[0], `likely: ${GUARD}`);
});

test('DHCPv6: long ADVERTISEs are lost, and a client got short ones; without that, DHCPv6 guard comes first, with its step', () => {
  const found = (others: boolean): PairFinding => {
    const [client, server] = [new Build(), new Build()];
    const [ID, OWN] = ['0001000a0003000102000000000c', '0001000a0003000102000000000d'];
    const SERVER_ID = '0002000a000300010200000000fe';
    const back = (destination: string): { source: string; destination: string } => ({
      source: 'fe80::fe',
      destination,
    });
    for (const build of others ? [client, server] : []) {
      build.v6(0, `01000001${OWN}`);
      if (build === server) build.v6(0.001, `02000001${OWN}${SERVER_ID}`, back('fe80::d'));
      build.v6(0.01, `03000002${OWN}${SERVER_ID}`);
      if (build === server) build.v6(0.011, `07000002${OWN}${SERVER_ID}`, back('fe80::d'));
    }
    for (const at of [10, 11, 13]) {
      client.v6(at, `01000003${ID}`);
      server.v6(at, `01000003${ID}`);
      server.v6(at + 0.001, `02000003${ID}${SERVER_ID}00110064${'00'.repeat(100)}`, back('fe80::c'));
    }
    return compare(client, server, 0, [until(40), until(40)])[0]!;
  };
  const guard = 'DHCPv6 guard (RFC 7610) drops the replies of a server behind a port that is not trusted';
  const [first, ...rest] = causesOf(found(true));
  assert.match(first!, /^likely: Something on the way drops long messages/);
  assert.ok(rest.includes(`unlikely: ${guard}`));
  assert.ok(!found(true).steps.some((step) => step.includes('guard')));
  const alone = found(false);
  assert.equal(causesOf(alone)[0], `likely: ${guard}`);
  assert.match(alone.steps[0]!, /^Cisco IOS: `show ipv6 dhcp guard policy` /);
});

test('Long DISCOVERs are lost where short messages of another client pass: the length, in the other direction too', () => {
  const found = (more: number): PairFinding => {
    const [client, server] = [new Build(), new Build()];
    for (const build of [client, server]) build.bind(0, { chaddr: OTHER, xid: 9 });
    for (const at of [10, 14, 22])
      client.discover(at, { secs: at, options: [raw(60, '41'.repeat(more)), raw(77, '42'.repeat(more))] });
    return compare(client, server, 0, [until(40), until(40)])[0]!;
  };
  assert.match(causesOf(found(200))[0]!, /^likely: Something on the way drops long messages/);
  assert.doesNotMatch(causesOf(found(2)).join(), /drops long messages/);
});

/** A lease, then a RELEASE and DISCOVERs of which nothing comes; whether ARP does, and whether both show unicasts of client and server. */
function turned(
  arp: boolean,
  unicasts: boolean,
  passes = 0,
  times = [9, 12, 15, 18, 21, 24, 30.2, 33],
): ReturnType<typeof comparison> {
  const [client, server] = [new Build(), new Build()];
  for (const build of [client, server]) {
    build.bind();
    const asks = (at: number, mac: string, ip: string, target: string, to: string): void => {
      const place = build.arp(at, to === BROADCAST ? 1 : 2, mac, ip, target) - 1;
      build.packets[place] = { ...build.packets[place]!, ethDestination: to };
    };
    asks(3, CLIENT, ADDRESS, SERVER, BROADCAST);
    if (unicasts) asks(3.001, SERVER_MAC, SERVER, ADDRESS, CLIENT);
    if (build === client)
      build.dhcp(
        7,
        { ciaddr: ADDRESS, xid: 7, options: [ipOption(54, SERVER)] },
        { at: 7, source: ADDRESS, destination: SERVER },
      );
    if (arp) asks(18, OTHER, OTHER_ADDRESS, SERVER, BROADCAST);
  }
  times.forEach((at, i) => {
    client.discover(at, { xid: 8, secs: Math.floor(at - 9) });
    if (i === passes - 1) server.discover(at, { xid: 8, secs: Math.floor(at - 9) });
  });
  return comparison(client, server, 0, [until(33), until(30)]);
}

test('All to port 67 is lost from a frame on, by unicast and by broadcast, and ARP passes: a rule that came up between', () => {
  const { findings, alone } = turned(true, true);
  const [found, ...more] = findings;
  assert.deepEqual(more, []);
  assert.equal(found!.title, `${CLIENT}: 1 RELEASE and 6 DISCOVERs lost between a.pcap and b.pcap`);
  assert.deepEqual(causesOf(found!), [
    'likely: Between frames 3 and 7 of a.pcap, something began to stop what goes to UDP port 67: a firewall or access list that was switched on, DHCP inspection, or a limit of rate',
    'unlikely: The capture b.pcap lost frames (tcpdump says “packets dropped by kernel”)',
  ]);
  assert.deepEqual(found!.causes[0]!.evidence, [
    'up to frame 3 of a.pcap, 2 messages of 1 client passed; from frame 7 on, none of 7 does',
    'ARP gets through since: frame 8 of a.pcap is frame 7 of b.pcap',
  ]);
  assert.match(found!.steps[0]!, /let UDP from port 68 to port 67 pass/);
  assert.match(found!.steps[1]!, /look at what happened between 22:13:20 and 22:13:27 UTC/);
  // Six and two are all eight that the first shows; the verdict need not tell it again.
  assert.match(
    found!.explanation,
    / 2 more DISCOVERs \(frames 15 and 16 of a\.pcap\) are not counted: b\.pcap ends before them\. /,
  );
  assert.equal(alone, '');
});

test('Without ARP since, it may be a cable as well; a unicast that the other point need not see is not lost', () => {
  assert.match(
    causesOf(turned(false, true).findings[0]!)[0]!,
    /^likely: Something changed on the way between the two points after frame 3 of a\.pcap, and nothing gets through since: a cable/,
  );
  assert.match(turned(true, false).findings[0]!.title, /: 6 DISCOVERs lost/);
});

test('Too few for a turn: what passed before the first that is lost makes a firewall no less likely', () => {
  const [found] = turned(false, false, 0, [9, 12]).findings;
  assert.match(found!.title, /: 2 DISCOVERs lost/);
  assert.equal(
    causesOf(found!)[0],
    'likely: A firewall or switch between the two points drops datagrams to UDP port 67',
  );
  assert.deepEqual(found!.causes[0]!.evidence, [
    'frame 3 of a.pcap is the last that passed to that port, and frame 7 the first that is lost, so it may have begun between the two',
  ]);
  // What passed after the first speaks against it, as before.
  const [since] = turned(false, false, 2, [9, 12, 15]).findings;
  assert.doesNotMatch(causesOf(since!).join(), /likely: A firewall or switch(?<!unlikely: A firewall or switch)/);
});

test('Where one passes between those that are lost, nothing was switched on', () => {
  assert.doesNotMatch(JSON.stringify(turned(true, true, 4).findings), /began to stop|Something changed/);
});

test('A client that is served again and again loses nothing', () => {
  const [client, server] = [new Build(), new Build()];
  for (const build of [client, server]) for (const at of [0, 30]) build.bind(at, { xid: at + 1 });
  assert.deepEqual(compare(client, server, 0, [until(60), until(60)]), []);
});
