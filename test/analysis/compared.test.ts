import assert from 'node:assert/strict';
import test from 'node:test';
import {
  ADDRESS,
  Build,
  CLIENT,
  SERVER,
  SERVER_MAC,
  alarms,
  ipOption,
  lease,
  lines,
  raw,
  textOption,
  u32Option,
  type Spec,
} from './build';

/* What a reply or a client’s message shows when it is held against the others of the capture. */

const OTHER = '10.0.0.9';
const OTHER_MAC = '02:00:00:00:00:f9';
const RELAY = '10.5.0.1';
const likely = (analysis: ReturnType<Build['analyse']>, id: string): string =>
  analysis.findings.find((one) => one.id === id)!.causes[0]!.text;

test('an answer without an address is lawful with option 116 (RFC 2563) or 108 (RFC 8925), and a fault without', () => {
  const offered = (...options: NonNullable<Spec['options']>): { ids: string[]; verdict: string } => {
    const build = new Build();
    build.discover(0, { options: [raw(116, '01')] });
    build.offer(0.1, { yiaddr: '0.0.0.0', options: [ipOption(54, SERVER), ...options] });
    const analysis = build.analyse(10);
    return { ids: alarms(analysis), verdict: analysis.verdict };
  };
  assert.deepEqual(offered(raw(116, '01'), u32Option(51, 0)).ids, []);
  assert.deepEqual(offered(raw(116, '00')), {
    ids: [],
    verdict: `One client, ${CLIENT}, was told that there is no address for it. Nothing is wrong as far as this capture shows.`,
  });
  assert.deepEqual(offered(u32Option(51, 3600)).ids, ['unusable-address']);
});

test('option 108 or 116 that the client did not ask for excuses no answer without an address (RFC 8925 §3.3)', () => {
  const V6_ONLY = u32Option(108, 1800);
  const asked = (parameters: string, option: ReturnType<typeof raw>, cut = 0): Build => {
    const build = new Build();
    for (const at of [0, 4, 9]) {
      build.dhcp(1, { xid: at, options: parameters === '' ? [] : [raw(55, parameters)] }, { at, cut });
      build.offer(at + 0.1, {
        xid: at,
        yiaddr: '0.0.0.0',
        options: [ipOption(54, SERVER), u32Option(51, 3600), option],
      });
    }
    return build;
  };
  const forced = asked('01031c06', V6_ONLY).analyse(20);
  assert.deepEqual(lines(forced, 'unusable-address'), [`unusable-address error ${SERVER} 2,4,6`]);
  assert.match(forced.verdict, /; most likely, the server forces option 108 .*; the client got no lease\)/);
  assert.deepEqual(forced.findings[0]!.causes[0]!.evidence, [
    'option 108 in frame 2',
    'option 55 in frame 1 is 1, 3, 28, 6',
  ]);
  assert.deepEqual(alarms(asked('', V6_ONLY).analyse(20)), ['unusable-address', 'offer-not-taken']);
  assert.deepEqual(alarms(asked('0103', raw(116, '01')).analyse(20)), ['unusable-address', 'offer-not-taken']);
  // A client that asks for it, and one whose question is cut.
  assert.deepEqual(alarms(asked('0103066c', V6_ONLY).analyse(20)), ['ipv6-only-preferred']);
  assert.deepEqual(alarms(asked('', V6_ONLY, 300).analyse(20)), []);
});

test('an ACK with yiaddr 0.0.0.0 to a REQUEST is no answer to an INFORM', () => {
  const build = new Build();
  build.bind(0, {}, { yiaddr: '0.0.0.0' });
  const analysis = build.analyse(1);
  assert.equal(analysis.clients[0]!.outcome, 'incomplete');
  assert.match(analysis.verdict, /; the client was answered without an address\)/);
});

test('an INFORM that two servers answer: rogue-server where they contradict each other, nothing for one', () => {
  const informed = (...second: NonNullable<Spec['options']>): string[] => {
    const build = new Build();
    const here = { source: ADDRESS };
    build.dhcp(8, { ciaddr: ADDRESS }, { at: 0, ...here });
    const plain = lease([raw(51, '')]);
    build.ack(0.01, { yiaddr: '0.0.0.0', ciaddr: ADDRESS, options: plain }, { destination: ADDRESS });
    if (second.length > 0)
      build.ack(
        0.02,
        { yiaddr: '0.0.0.0', ciaddr: ADDRESS, options: [ipOption(54, OTHER), ...second] },
        { source: OTHER, ethSource: OTHER_MAC, destination: ADDRESS },
      );
    return lines(build.analyse(1));
  };
  assert.deepEqual(informed(), []);
  assert.deepEqual(informed(ipOption(3, OTHER)), [`rogue-server error ${SERVER} and ${OTHER} 2,3`]);
  // What one of them leaves out contradicts nothing.
  assert.deepEqual(informed(ipOption(3, SERVER)), [`multiple-servers warning ${SERVER} and ${OTHER} 2,3`]);
});

test('multiple-servers: the first step fits the likely cause, a pair that shares its leases', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.01);
  build.offer(0.02, { options: lease([ipOption(54, OTHER)]) }, { source: OTHER, ethSource: OTHER_MAC });
  const found = build.analyse(1).findings.find(({ id }) => id === 'multiple-servers')!;
  assert.match(found.steps[0]!, new RegExp(`^See whether ${SERVER} and ${OTHER} share their leases \\(failover\\)`));
  assert.ok(found.steps.some((step) => step.startsWith(`Find the port of ${OTHER}:`)));
});

test('a NAK by a server that was not selected: the stranger stands first, and the ACK that follows is told', () => {
  const refused = (by: string): ReturnType<Build['analyse']> => {
    const build = new Build();
    build.discover(0);
    build.offer(0.01);
    build.request(0.02);
    build.nak(0.03, { options: [ipOption(54, by)] }, { source: by, ethSource: OTHER_MAC });
    build.ack(0.04);
    return build.analyse(1);
  };
  const foreign = refused('192.168.1.1');
  assert.deepEqual(lines(foreign), [`rogue-server error ${CLIENT} 4,5`, `nak warning ${CLIENT} 4,3`]);
  assert.match(foreign.findings[1]!.explanation, /The ACK in frame 5 gives the client 10\.0\.0\.50 all the same\.$/);
  assert.equal(
    foreign.findings[1]!.steps[0],
    'Switch the DHCP server on 192.168.1.1 off, or let it say nothing about leases that are not its own.',
  );
  assert.deepEqual(lines(refused(OTHER)), [`multiple-servers warning ${CLIENT} 4,5`, `nak warning ${CLIENT} 4,3`]);
  // The selected server’s own NAK is no stranger’s.
  assert.deepEqual(lines(refused(SERVER), 'rogue-server', 'multiple-servers'), []);
});

test('server-identity-clash: the link-layer address that routers share is no second server', () => {
  const spoken = (mac: string): string[] => {
    const build = new Build();
    build.bind(0);
    build.bind(5, { chaddr: '02:00:00:00:00:02', xid: 2 }, { yiaddr: '10.0.0.51' });
    for (const packet of build.packets)
      if (packet.frame > 4 && packet.ethSource === SERVER_MAC) Object.assign(packet, { ethSource: mac });
    return alarms(build.analyse(6));
  };
  for (const mac of ['00:00:5e:00:01:0a', '00:00:0c:07:ac:01', '00:00:0c:9f:f0:01', '00:07:b4:00:01:02'])
    assert.deepEqual(spoken(mac), []);
  assert.deepEqual(spoken(OTHER_MAC), ['server-identity-clash']);
});

test('reply-to-wrong-port: what the request’s own port contradicts is no cause', () => {
  const answered = (port: number): string => {
    const build = new Build();
    build.discover(0, { giaddr: RELAY, hops: 1 }, { source: RELAY, destination: SERVER, sourcePort: 67 });
    build.offer(0.01, { giaddr: RELAY }, { destination: RELAY, destinationPort: port });
    return likely(build.analyse(1), 'reply-to-wrong-port');
  };
  assert.equal(answered(68), 'The server replies to port 68 as it would to a client, though a relay asks');
  assert.equal(answered(1067), 'A NAT, container network or proxy between server and client rewrites ports');
  const mirrored = new Build();
  mirrored.discover(0, {}, { sourcePort: 5000 });
  mirrored.offer(0.01, {}, { destinationPort: 5000 });
  assert.equal(
    likely(mirrored.analyse(1), 'reply-to-wrong-port'),
    'The server replies to the port that the request came from',
  );
});

test('nonstandard-port: both directions are one finding', () => {
  const build = new Build();
  build.discover(0, {}, { sourcePort: 1068, destinationPort: 1067 });
  build.offer(0.01, {}, { sourcePort: 1067, destinationPort: 1068 });
  const [found, ...others] = build.analyse(1).findings;
  assert.deepEqual(others, []);
  assert.deepEqual(
    [found!.subject, found!.title, found!.frames],
    ['UDP ports 1067 and 1068', 'DHCP from UDP port 1068 to port 1067', [1, 2]],
  );
  assert.match(
    found!.explanation,
    / This happens twice in the capture \(frames 1 and 2\); the values are those of frame 1\.$/,
  );
});

test('option82-from-client: a warning where the message goes unanswered, whoever wrote it', () => {
  const snooped = raw(82, `0106${'000400640102'}0208${'0006'}025500000001`);
  const asked = (answered: boolean): string[] => {
    const build = new Build();
    build.discover(0, { options: [snooped] });
    if (answered) build.offer(0.1);
    else build.discover(4, { options: [snooped], secs: 4 });
    return lines(build.analyse(20), 'option82-from-client');
  };
  assert.deepEqual(asked(false), [`option82-from-client warning ${CLIENT} 1,2`]);
  assert.deepEqual(asked(true), [`option82-from-client info ${CLIENT} 1`]);
});

test('decline: who answers ARP, and who sends the DECLINE, decide the cause', () => {
  const declined = (arp: (build: Build) => void, from = CLIENT): ReturnType<Build['analyse']> => {
    const build = new Build();
    build.bind(0, {}, {}, {});
    arp(build);
    build.dhcp(4, { xid: 4, options: [ipOption(50, ADDRESS), ipOption(54, SERVER)] }, { at: 30, ethSource: from });
    return build.analyse(40);
  };
  const self = declined((build) => {
    build.arp(1, 1, CLIENT, '0.0.0.0', ADDRESS);
    build.arp(1.1, 2, CLIENT, ADDRESS, '0.0.0.0');
  });
  assert.deepEqual(
    lines(self),
    [`decline error ${CLIENT} 5,7,6`].map((one) => one.replace('5,7,6', '7,6')),
  );
  assert.match(likely(self, 'decline'), /^An access point or switch answers ARP in place of its clients/);
  const proxy = declined((build) => {
    build.arp(1, 1, CLIENT, '0.0.0.0', ADDRESS);
    build.arp(1.1, 2, SERVER_MAC, ADDRESS, '0.0.0.0');
  });
  assert.match(likely(proxy, 'decline'), /\(proxy ARP\)$/);
  const another = declined((build) => {
    build.arp(1, 1, CLIENT, '0.0.0.0', ADDRESS);
    build.arp(1.1, 2, OTHER_MAC, ADDRESS, '0.0.0.0');
  });
  assert.match(likely(another, 'decline'), /^Another host uses this address/);
  const forged = declined(() => undefined, OTHER_MAC);
  assert.deepEqual(lines(forged), [`chaddr-mismatch warning ${CLIENT} 5`, `decline error ${CLIENT} 5`]);
  assert.match(likely(forged, 'decline'), /^Somebody forges the DECLINE/);
});

test('address-outside-scope: link selection that the server passes by is the first cause', () => {
  const given = (yiaddr: string): string[] => {
    const build = new Build();
    const agent = raw(82, '0504ac1f0900');
    build.discover(
      0,
      { giaddr: RELAY, hops: 1, options: [agent] },
      { source: RELAY, destination: SERVER, sourcePort: 67 },
    );
    build.offer(
      0.01,
      { giaddr: RELAY, yiaddr, options: lease([agent, raw(3, '')]) },
      { destination: RELAY, destinationPort: 67 },
    );
    const found = build.analyse(1).findings.find(({ id }) => id === 'address-outside-scope');
    return found ? [found.title, found.causes[0]!.text] : [];
  };
  assert.deepEqual(given('172.31.9.20'), []);
  assert.deepEqual(given('10.5.0.20'), [
    `Server ${SERVER}: 10.5.0.20 does not belong to the network of 172.31.9.0, which link selection (option 82, sub-option 5) asks for`,
    'The server ignores link selection (option 82, sub-option 5) and takes the scope of giaddr',
  ]);
});

test('boot-arch-mismatch: the steps give a file for the client’s own architecture', () => {
  const build = new Build();
  const asks = [textOption(60, 'PXEClient:Arch:00011'), raw(93, '000b')];
  build.bind(
    0,
    { options: [...asks, ipOption(50, ADDRESS), ipOption(54, SERVER)] },
    { options: lease([textOption(67, 'bootx64.efi')]) },
  );
  const found = build.analyse(1).findings.find(({ id }) => id === 'boot-arch-mismatch')!;
  assert.ok(
    found.steps.includes(
      'ISC dhcpd: `option arch code 93 = unsigned integer 16;`, then `if option arch = 00:0b { filename "ipxe-arm64.efi"; } else { filename "bootx64.efi"; }`',
    ),
  );
  assert.ok(found.steps.every((step) => !step.includes('undionly')));
});

test('starvation absorbs clients that are heard once, each from its own address', () => {
  const started = (again: boolean): string[] => {
    const build = new Build();
    for (let i = 0; i < 60; i++) {
      const spec = { chaddr: `02:aa:00:00:00:${i.toString(16).padStart(2, '0')}`, xid: 100 + i };
      build.discover(i / 10, spec);
      if (again) build.discover(i / 10 + 0.05, { ...spec, secs: 4 });
    }
    return alarms(build.analyse(60));
  };
  assert.deepEqual(started(false), ['starvation']);
  // Real clients ask again, and their silence is told.
  assert.ok(started(true).includes('no-offer'));
});

test('early-renewal: a FORCERENEW before it is its cause, and a clone’s renewal is not held against the other’s lease', () => {
  const build = new Build();
  build.bind(0);
  build.dhcp(9, { op: 2, xid: 9, ciaddr: ADDRESS, options: [ipOption(54, SERVER)] }, { at: 5, destination: ADDRESS });
  build.renew(5.1, { xid: 10 });
  build.ack(5.2, { xid: 10, ciaddr: ADDRESS }, { destination: ADDRESS });
  assert.equal(likely(build.analyse(6), 'early-renewal'), 'The server ordered it by FORCERENEW');
  const cloned = new Build();
  const id = raw(61, 'ff0000000100');
  const copy = { chaddr: '02:00:00:00:00:02', options: [id] };
  cloned.bind(0, { options: [id, ipOption(50, ADDRESS), ipOption(54, SERVER)] });
  cloned.bind(1700, { ...copy, xid: 2, options: [id, ipOption(50, ADDRESS), ipOption(54, SERVER)] });
  cloned.renew(1800, { xid: 3, options: [id] });
  cloned.ack(1800.1, { xid: 3, ciaddr: ADDRESS }, { destination: ADDRESS });
  assert.deepEqual(lines(cloned.analyse(1900), 'early-renewal'), []);
});

test('unsolicited-reply: an xid with swapped octets is named', () => {
  const build = new Build();
  build.discover(0, { xid: 0x41 });
  build.offer(0.01, { xid: 0x41000000 });
  build.discover(4, { xid: 0x41, secs: 4 });
  const analysis = build.analyse(10);
  const found = analysis.findings.find(({ id }) => id === 'unsolicited-reply')!;
  assert.equal(found.title, `${SERVER}: reply to ${CLIENT} has an xid that the client did not use`);
  assert.equal(found.causes[0]!.text, 'The server or relay writes the octets of the xid in swapped order');
  assert.deepEqual(found.causes[0]!.evidence, ['the request has xid 0x00000041, the reply 0x41000000']);
});

test('a message that breaks a rule: the sender’s program, where all its messages do so, else something beside it', () => {
  const faulty = { ciaddr: '10.9.9.9' };
  const weighed = (second: Spec): unknown[] => {
    const build = new Build();
    build.discover(0, faulty);
    build.discover(4, { xid: 2, ...second });
    build.discover(5, { xid: 3, chaddr: '02:00:00:00:00:02' });
    const found = build.analyse(20).findings.find(({ id }) => id === 'forbidden-field')!;
    return [found.causes[0]!.text, found.causes[0]!.evidence];
  };
  assert.deepEqual(weighed(faulty), [
    'The client’s DHCP program makes this mistake',
    ['all 2 DISCOVERs of this client have this fault'],
  ]);
  assert.deepEqual(weighed({}), [
    'Another program on the same host, or a relay, proxy or access point on the way, made or changed the message',
    ['1 of 2 DISCOVERs of this client have this fault'],
  ]);
});

test('the verdict: a client that goes on with DISCOVER got no lease; a cause begins small unless by a name', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.1);
  build.discover(4, { secs: 4 });
  assert.match(build.analyse(5).verdict, /; the client got no lease\)/);
  const shared = new Build();
  shared.discover(0, { giaddr: RELAY, hops: 1 }, { source: RELAY, destination: SERVER, sourcePort: 67 });
  shared.offer(0.01, { giaddr: RELAY, options: lease([raw(3, '')]) }, { destination: RELAY, destinationPort: 67 });
  assert.match(shared.analyse(1).verdict, /; most likely, several subnets share the client’s link/);
});
