import assert from 'node:assert/strict';
import test from 'node:test';
import {
  ADDRESS,
  Build,
  CLIENT,
  ROUTER_MAC,
  SERVER,
  SERVER_MAC,
  ipOption,
  lease,
  lines,
  raw,
  textOption,
  u32Option,
} from './build';

/** Servers: which one answers, which one does not belong here, and what wrong values of theirs mean. */

const RELAY = '10.9.0.1';

/** A lease behind a relay, on the server's side of it; option 54 is `id`. */
function relayed(id: string, option82?: string): Build {
  const build = new Build();
  const agent = option82 === undefined ? [] : [raw(82, option82)];
  const up = { source: RELAY, destination: '10.0.0.5', sourcePort: 67, ethSource: ROUTER_MAC };
  const down = { source: '10.0.0.5', destination: RELAY, destinationPort: 67, ethDestination: ROUTER_MAC };
  const spec = { giaddr: RELAY, hops: 1 };
  const options = [...lease([ipOption(54, id), ipOption(3, RELAY)]), ...agent];
  const address = { yiaddr: '10.9.0.50' };
  build.discover(0, { ...spec, options: agent }, up);
  build.offer(0.01, { ...spec, ...address, options }, down);
  build.request(0.02, { ...spec, options: [ipOption(50, '10.9.0.50'), ipOption(54, id), ...agent] }, up);
  build.ack(0.03, { ...spec, ...address, options }, down);
  return build;
}

test('RFC 5107: the server behind a relay that stands in option 54 counts, also for the list of authorised servers', () => {
  // Sub-option 11 (server identifier override), 4 octets: 10.9.7.7.
  for (const build of [relayed(RELAY), relayed('10.9.7.7', '0b040a090707')]) {
    const analysis = build.analyse(10);
    assert.deepEqual(
      analysis.servers.map(({ server }) => server),
      ['10.0.0.5'],
    );
    assert.match(analysis.verdict, /from 10\.0\.0\.5 /);
    assert.deepEqual(lines(build.analyse(10, { authorisedServers: ['10.0.0.5'] })), []);
    assert.deepEqual(lines(build.analyse(10, { authorisedServers: ['10.0.0.7'] })), [
      'rogue-server error 10.0.0.5 2,4',
    ]);
  }
});

test('RFC 5107: an option 54 that names neither relay nor sub-option 11 is the server’s own', () => {
  const analysis = relayed('10.0.0.6').analyse(10);
  assert.deepEqual(
    analysis.servers.map(({ server }) => server),
    ['10.0.0.6'],
  );
});

test('RFC 5107: on the client’s side the server is not seen, and the list says nothing of it', () => {
  const build = new Build();
  const by = { source: '10.0.0.2', ethSource: ROUTER_MAC };
  const options = lease([ipOption(54, '10.0.0.2')]);
  build.discover(0);
  build.offer(0.1, { giaddr: '10.0.0.2', options }, by);
  build.request(0.2, { options: [ipOption(50, ADDRESS), ipOption(54, '10.0.0.2')] });
  build.ack(0.3, { giaddr: '10.0.0.2', options }, by);
  assert.deepEqual(lines(build.analyse(10, { authorisedServers: ['10.7.7.7'] })), ['rogue-server info 10.0.0.2 2,4']);
});

const likely = (build: Build, id: string, settings = {}): string[] =>
  build
    .analyse(60, settings)
    .findings.filter((one) => one.id === id)
    .flatMap(({ causes }) => causes.filter(({ likelihood }) => likelihood === 'likely').map(({ text }) => text));

/** Two servers that answer one DISCOVER: the usual one, and another with these options. */
function two(other: string, options: Parameters<typeof lease>[0], yiaddr = '10.0.0.60', giaddr = '0.0.0.0'): Build {
  const build = new Build();
  build.discover(0);
  build.offer(0.1, { options: lease([u32Option(51, 86400), ipOption(3, '10.0.0.254')]) });
  build.offer(
    0.2,
    { yiaddr, giaddr, options: lease([ipOption(54, other), ...(options ?? [])]) },
    { source: other, ethSource: '02:00:00:00:00:f9' },
  );
  return build;
}

test('rogue-server: which of the two does not belong here', () => {
  const self = '10.0.0.9';
  assert.match(
    likely(two(self, [ipOption(3, self), ipOption(6, self), u32Option(51, 600)]), 'rogue-server').join(),
    /attacks the network: 10\.0\.0\.9 leases from the subnet of the other/,
  );
  const libvirt = '192.168.122.1';
  const found = two(libvirt, [ipOption(3, libvirt), ipOption(6, libvirt)], '192.168.122.60');
  assert.match(likely(found, 'rogue-server').join(), /likelier 192\.168\.122\.1 than the other/);
  assert.match(found.analyse(60).findings[0]!.steps[0]!, /Find the port of 192\.168\.122\.1/);
});

test('rogue-server: a capture of all interfaces tells who sends, and whether it is this host', () => {
  const stepsOf = (build: Build): string[] => {
    for (const packet of build.packets) Object.assign(packet, { ethDestination: undefined });
    return build
      .analyse(60)
      .findings.find(({ id }) => id === 'rogue-server')!
      .steps.slice(0, 2);
  };
  const libvirt = '192.168.122.1';
  const build = two(libvirt, [ipOption(3, libvirt), ipOption(6, libvirt)], '192.168.122.60');
  Object.assign(build.packets[1]!, { sentHere: true });
  assert.deepEqual(stepsOf(build), [
    'Find the port of 192.168.122.1: `show mac address-table address 02:00:00:00:00:f9`.',
    '10.0.0.1 is the host on which this capture was taken: it sent frame 2 itself.',
  ]);
  // Through a relay, the sender is the relay.
  const relayed = two(libvirt, [ipOption(3, libvirt), ipOption(6, libvirt)], '192.168.122.60', '10.0.0.254');
  assert.deepEqual(
    stepsOf(relayed)[0],
    `${libvirt} is behind a relay or router: \`traceroute ${libvirt}\` shows the way to it.`,
  );
});

test('rogue-server: whom the other server names as router has its place here', () => {
  const router = '10.0.0.254';
  const build = two(router, [ipOption(3, router), ipOption(6, router)]);
  const causes = likely(build, 'rogue-server').join();
  assert.doesNotMatch(causes, /likelier|attacks/);
});

test('server-identity-clash: two devices with one factory address', () => {
  const clash = (server: string): string => {
    const build = new Build();
    const options = lease([ipOption(54, server), ipOption(3, server)]);
    build.discover(0);
    build.offer(0.1, { options }, { source: server });
    build.offer(0.2, { options }, { source: server, ethSource: '02:00:00:00:00:f9' });
    return likely(build, 'server-identity-clash').join();
  };
  assert.match(clash('192.168.88.1'), /same factory address: 192\.168\.88\.1/);
  assert.match(clash('10.0.0.9'), /an attacker/);
});

test('wrong-server-acked: one machine with two addresses, and two machines', () => {
  const acked = (mac: string): string => {
    const build = new Build();
    build.discover(0);
    build.offer(0.1);
    build.request(0.2);
    build.ack(0.3, { options: lease([ipOption(54, '10.0.0.9')]) }, { source: '10.0.0.9', ethSource: mac });
    return likely(build, 'wrong-server-acked').join();
  };
  assert.match(acked(SERVER_MAC), /One server with several addresses/);
  assert.match(acked('02:00:00:00:00:f9'), /takes a REQUEST for its own that selects another server/);
});

test('invalid-subnet-mask: octets in reverse order, a wildcard mask, and a mistyped one', () => {
  const mask = (value: string): string => {
    const build = new Build();
    build.bind(0, {}, { options: lease([ipOption(1, value)]) });
    return likely(build, 'invalid-subnet-mask').join();
  };
  assert.match(mask('0.255.255.255'), /reverse order/);
  assert.match(mask('0.0.0.255'), /wildcard mask/);
  assert.equal(mask('255.0.255.0'), 'The mask was mistyped');
});

test('reply-mismatch: chaddr with the octets in another order is named as such', () => {
  const chaddr = (other: string): string => {
    const build = new Build();
    const own = '00:1f:29:01:07:03';
    for (const at of [0, 4, 12]) {
      build.discover(at, { chaddr: own });
      build.offer(at + 0.01, { chaddr: other });
    }
    return likely(build, 'reply-mismatch').join();
  };
  assert.match(chaddr('1f:00:01:29:03:07'), /octets of chaddr in another order/);
  assert.match(chaddr('03:07:01:29:1f:00'), /octets of chaddr in another order/);
  assert.match(chaddr('00:1f:29:aa:bb:cc'), /does not copy chaddr/);
});

test('one-sided: a capture that begins with an answer shows both sides all the same', () => {
  const build = new Build();
  build.ack(0, { chaddr: '02:00:00:00:00:02', xid: 2, yiaddr: '10.0.0.60' });
  build.bind(1);
  assert.deepEqual(lines(build.analyse(60), 'one-sided'), []);
  const replies = new Build();
  replies.ack(0, { chaddr: '02:00:00:00:00:02', xid: 2, yiaddr: '10.0.0.60' });
  assert.deepEqual(lines(replies.analyse(60), 'one-sided'), ['one-sided info interface 0 1']);
});

test('source-not-server-id: whether the server identifier answers is said where a frame shows it', () => {
  const build = new Build();
  const options = lease([ipOption(54, '10.0.0.9')]);
  const from = { source: '10.0.0.9', destination: ADDRESS };
  build.bind(0, {}, { options });
  assert.match(build.analyse(10).findings[0]!.explanation, /does not show whether 10\.0\.0\.9 answers there/);
  build.renew(1800, { xid: 9 }, { destination: '10.0.0.9' });
  build.ack(1800.1, { xid: 9, ciaddr: ADDRESS, options }, from);
  assert.match(build.analyse(1900).findings[0]!.explanation, /the ACK in frame 6 comes from 10\.0\.0\.9/);
});

test('option 108: the client does without IPv4, and the verdict says so; without the option it is left open', () => {
  const asked = (option: Parameters<typeof lease>[0], code = '0103066c'): Build => {
    const build = new Build();
    build.dhcp(1, { options: [raw(55, code)] }, { at: 0 });
    build.offer(0.01, { options: lease(option) });
    return build;
  };
  assert.match(asked([u32Option(108, 1800)]).analyse(60).verdict, /does without IPv4, as option 108 tells it to/);
  assert.doesNotMatch(asked([]).analyse(60).verdict, /without IPv4/);
  assert.doesNotMatch(asked([u32Option(108, 1800)], '010306').analyse(60).verdict, /without IPv4/);
  const short = asked([u32Option(108, 60)]).analyse(60);
  const [finding] = short.findings.filter(({ id }) => id === 'bad-option-value');
  assert.match(finding!.explanation, /they wait 300 s instead/);
  assert.match(finding!.steps.join(), /option v6-only-preferred 1800;/);
});

test('bad-option-value: the names that were typed stand in the settings', () => {
  const build = new Build();
  build.bind(0, {}, { options: [...lease(), textOption(119, 'corp.example,lab.example')] });
  const [finding] = build.analyse(1).findings;
  assert.match(finding!.steps[0]!, /option domain-search "corp\.example", "lab\.example";/);
  // RFC 1035 §3.1: a length octet before each label, and 0 at the end of each name.
  assert.match(finding!.steps.join(), /option 119 hex 04636f7270076578616d706c6500036c6162076578616d706c6500/);
  const strange = new Build();
  strange.bind(0, {}, { options: [...lease(), textOption(119, 'corp.example";}')] });
  assert.doesNotMatch(strange.analyse(1).findings[0]!.steps.join(), /corp/);
});

test('decline: another host’s probe is named; without it nobody is', () => {
  const declined = (prober?: string): Build => {
    const build = new Build();
    build.bind(0);
    build.arp(0.1, 1, CLIENT, '0.0.0.0', ADDRESS);
    if (prober !== undefined) build.arp(0.15, 1, prober, '0.0.0.0', ADDRESS);
    build.dhcp(4, { xid: 7, options: [ipOption(50, ADDRESS), ipOption(54, SERVER)] }, { at: 0.3 });
    return build;
  };
  const found = declined(ROUTER_MAC);
  assert.deepEqual(lines(found.analyse(60), 'decline'), [`decline error ${CLIENT} 7,6`]);
  assert.match(likely(found, 'decline').join(), /IP device tracking/);
  assert.match(found.analyse(60).findings[0]!.steps.join(), /ip device tracking probe delay 10/);
  assert.match(likely(declined(), 'decline').join(), /Another host uses this address/);
});

test('nak: what another server gave is no lease of the server that refuses', () => {
  const refused = (server: string): string => {
    const build = new Build();
    build.bind(0);
    build.request(100, { xid: 5, options: [ipOption(50, ADDRESS)] });
    build.nak(100.1, { xid: 5, options: [ipOption(54, server)] }, { source: server });
    const [finding] = build.analyse(160).findings.filter(({ id }) => id === 'nak');
    return finding!.causes.flatMap(({ evidence }) => evidence).join();
  };
  assert.match(refused(SERVER), /the same server gave it to this client in frame 4/);
  assert.doesNotMatch(refused('10.0.0.9'), /the same server gave it/);
});
