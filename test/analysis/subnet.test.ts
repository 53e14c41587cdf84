import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, CLIENT, SERVER, SERVER_MAC, ipOption, lease, lines, raw, u32Option, type Spec } from './build';
import type { OptionSpec4 } from '../../src/codec/dhcpv4/encode';
import { isContiguous } from '../../src/analysis/rules/subnets/subnet';

/** Findings of an ordinary exchange whose replies carry these options instead. */
function said(change: Parameters<typeof lease>[0], spec: Spec = {}): string[] {
  const build = new Build();
  build.bind(0, {}, { ...spec, options: lease(change) });
  return lines(build.analyse());
}

test('router-outside-subnet', () => {
  assert.deepEqual(said([ipOption(3, '10.0.1.1')]), [`router-outside-subnet error ${SERVER} 2,4`]);
  assert.deepEqual(said([ipOption(3, SERVER)]), []);
});

test('router-outside-subnet: the steps for the mask name the one that would hold both, not the faulty one', () => {
  const build = new Build();
  build.bind(0, {}, { options: lease([ipOption(3, '10.0.1.1')]) });
  const found = build.analyse().findings.find(({ id }) => id === 'router-outside-subnet')!;
  assert.ok(found.steps.some((step) => step.includes('netmask 255.255.254.0')));
  assert.ok(!found.steps.some((step) => step.includes('netmask 255.255.255.0')));
});

test('router-outside-subnet: not with an on-link route that reaches it, not with a /32 mask', () => {
  assert.deepEqual(said([ipOption(3, '10.0.1.1'), raw(121, '200a00010100000000' + '000a000101')]), []);
  assert.deepEqual(said([ipOption(1, '255.255.255.255'), ipOption(3, '10.0.1.1')]), []);
});

test('router-outside-subnet: if relay and router are in one subnet, the address is the odd one out', () => {
  const causes = (giaddr: string): string => {
    const build = new Build();
    build.discover(0, { giaddr, hops: 1 }, { source: giaddr, destination: SERVER, sourcePort: 67 });
    build.offer(
      0.1,
      { giaddr, hops: 1, options: lease([ipOption(3, '10.9.0.1')]) },
      { destination: giaddr, destinationPort: 67 },
    );
    const { causes } = build.analyse().findings.find(({ id }) => id === 'router-outside-subnet')!;
    assert.deepEqual(
      causes.filter(({ likelihood }) => likelihood === 'likely').map(({ text }) => text),
      [causes[0]!.text],
    );
    return `${causes[0]!.text}: ${causes[0]!.evidence.join()}`;
  };
  assert.equal(
    causes('10.9.0.1'),
    `The address is from the pool of another scope: relay 10.9.0.1 (giaddr) and router 10.9.0.1 are in one subnet, and ${ADDRESS} is not`,
  );
  assert.match(causes('10.0.0.2'), /^The router option was copied from another scope, or mistyped: /);
});

test('a mask that leaves out router and server: one finding explains the other, and both name the mask that is due', () => {
  const build = new Build();
  const narrow = [ipOption(1, '255.255.255.128'), ipOption(3, '10.0.0.254')];
  build.bind(0, {}, { yiaddr: '10.0.0.50', options: lease([...narrow, ipOption(54, '10.0.0.200')]) }, {});
  for (const packet of build.packets) if (packet.dhcp!.op === 2) Object.assign(packet, { source: '10.0.0.200' });
  const { findings } = build.analyse();
  assert.deepEqual(
    findings.slice(0, 2).map(({ id, steps }) => [id, steps[0]]),
    ['router-outside-subnet', 'server-outside-subnet'].map((id) => [
      id,
      'Set the mask of this scope to 255.255.255.0: its subnet 10.0.0.0/24 holds 10.0.0.50, the router 10.0.0.254 and the server 10.0.0.200.',
    ]),
  );
  assert.match(findings[0]!.explanation, /This explains “Server 10\.0\.0\.200 hands out 10\.0\.0\.0\/25/);
  assert.equal(findings[1]!.causes[0]!.text, 'The subnet mask is too narrow');
  for (const { steps } of findings.slice(0, 2)) assert.ok(!steps.some((step) => step.includes('255.255.255.128')));
});

test('server-outside-subnet: the steps do not write down what the server hands out already', () => {
  const build = new Build();
  build.bind(0, {}, { yiaddr: '192.168.50.30', options: lease([ipOption(3, '192.168.50.1')]) });
  const found = build.analyse().findings.find(({ id }) => id === 'server-outside-subnet')!;
  assert.equal(found.steps.length, 2);
  assert.match(
    found.steps[1]!,
    /^If the clients of this link belong in 192\.168\.50\.0\/24, give the server an address there/,
  );
});

test('server-outside-subnet: not for /32, link-local servers or relayed replies', () => {
  const inside = [ipOption(3, '10.5.0.1')];
  const other = { yiaddr: '10.5.0.9' };
  assert.deepEqual(said(inside, other), [`server-outside-subnet warning ${SERVER} 2,4`]);
  assert.deepEqual(said([ipOption(1, '255.255.255.255'), ...inside], other), []);
  assert.deepEqual(
    said([ipOption(54, '169.254.0.1'), ...inside], other).filter((line) => line.startsWith('server-')),
    [],
  );
});

test('server-outside-subnet: a relay that clears giaddr stands among the causes, first where the capture suggests it', () => {
  const leased = { yiaddr: '192.168.50.30', options: lease([ipOption(3, '192.168.50.1')]) };
  const told = (fill: (build: Build) => void): string[] => {
    const build = new Build();
    fill(build);
    const found = build.analyse().findings.find(({ id }) => id === 'server-outside-subnet');
    if (!found) return [];
    assert.doesNotMatch(found.explanation, /directly/);
    assert.match(found.explanation, new RegExp(`comes from ${SERVER} with giaddr 0 and server identifier ${SERVER}`));
    return [found.severity, ...found.causes.map(({ text, likelihood }) => `${likelihood} ${text.slice(0, 26)}`)];
  };
  const RELAY = 'The server is behind a rel';
  const SCOPE = 'The scope, or the server’s';
  const SHARED = 'Several subnets share this';
  const STRANGER = 'A server that does not bel';
  const behind = ['info', `likely ${RELAY}`, `possible ${SCOPE}`, `possible ${SHARED}`, `unlikely ${STRANGER}`];
  // Only the reply is here, and the router of the subnet is in it.
  assert.deepEqual(
    told((build) => void build.ack(0, leased, { destination: '192.168.50.30' })),
    behind,
  );
  // It comes from the router, as ARP shows.
  const fromRouter = (build: Build): void => {
    build.bind(0, {}, leased);
    build.arp(1, 2, SERVER_MAC, '192.168.50.1', '192.168.50.30');
  };
  assert.deepEqual(told(fromRouter), behind);
  const own = ['warning', `likely ${SCOPE}`];
  // The client is here too: nothing tells one from the other.
  assert.deepEqual(
    told((build) => void build.bind(0, {}, leased)),
    [...own, `possible ${RELAY}`, `possible ${SHARED}`, `unlikely ${STRANGER}`],
  );
  // ARP shows the server itself on this link.
  const itself = (build: Build): void => {
    build.bind(0, {}, leased);
    build.arp(1, 1, SERVER_MAC, SERVER, '192.168.50.30');
  };
  assert.deepEqual(told(itself), [...own, `possible ${SHARED}`, `unlikely ${RELAY}`, `unlikely ${STRANGER}`]);
  // A relay counted the message, whatever it did to giaddr.
  assert.deepEqual(
    told((build) => void build.ack(0, { ...leased, hops: 1 })),
    [],
  );
});

test('address-outside-scope: by giaddr, and by link selection before it', () => {
  const scope = (giaddr: string, agent?: string): string[] => {
    const build = new Build();
    const extra = agent === undefined ? [] : [raw(82, agent)];
    build.discover(0, { giaddr, hops: 1, options: extra }, { source: giaddr, destination: SERVER, sourcePort: 67 });
    build.offer(
      0.1,
      { giaddr, hops: 1, options: [...lease(), ...extra] },
      { destination: giaddr, destinationPort: 67 },
    );
    return lines(build.analyse());
  };
  assert.deepEqual(scope('10.0.0.2'), []);
  assert.deepEqual(scope('10.9.0.2'), [`address-outside-scope warning ${SERVER} 2`]);
  assert.deepEqual(scope('10.9.0.2', '05040a000000'), []);
});

test('invalid-subnet-mask', () => {
  for (const mask of ['255.0.255.0', '0.0.0.0'])
    assert.deepEqual(said([ipOption(1, mask)]), [`invalid-subnet-mask error ${SERVER} 2,4`]);
  assert.deepEqual([0xffffff00, 0x80000000, 0xffffffff, 0, 0xff00ff00, 1].map(isContiguous), [
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test('missing-subnet-mask, missing-router, missing-dns: asked for, and not in the ACK', () => {
  assert.deepEqual(said([raw(1, '')]), [`missing-subnet-mask warning ${SERVER} 4`]);
  assert.deepEqual(said([raw(3, '')]), [`missing-router info ${SERVER} 4`]);
  assert.deepEqual(said([raw(6, '')]), [`missing-dns info ${SERVER} 4`]);
  // A default route in option 121 is a router.
  assert.deepEqual(said([raw(3, ''), raw(121, '000a000001')]), []);
});

test('network-or-broadcast-address: not in a /31', () => {
  assert.deepEqual(said([], { yiaddr: '10.0.0.255' }), [`network-or-broadcast-address error ${SERVER} 2,4`]);
  assert.deepEqual(said([], { yiaddr: '10.0.0.0' }), [`network-or-broadcast-address error ${SERVER} 2,4`]);
  assert.deepEqual(said([ipOption(1, '255.255.255.254')], { yiaddr: '10.0.0.0' }), []);
});

test('broadcast-address-mismatch', () => {
  assert.deepEqual(said([ipOption(28, '10.0.255.255')]), [`broadcast-address-mismatch warning ${SERVER} 2,4`]);
  assert.deepEqual(said([ipOption(28, '10.0.0.255')]), []);
});

test('unusable-address', () => {
  for (const yiaddr of ['0.0.0.0', '224.0.0.5', '127.0.0.1', '240.0.0.1']) {
    assert.ok(said([raw(1, ''), raw(3, '')], { yiaddr }).includes(`unusable-address error ${SERVER} 2,4`), yiaddr);
  }
});

test('conflicting-subnets: two clients of one link, not of two', () => {
  const build = new Build();
  build.bind(0);
  build.bind(
    1,
    { chaddr: '02:00:00:00:00:02', xid: 2 },
    { yiaddr: '10.7.0.5', options: lease([ipOption(3, '10.7.0.1')]) },
    { link: '1' },
  );
  assert.deepEqual(lines(build.analyse(), 'conflicting-subnets'), []);
  build.bind(
    2,
    { chaddr: '02:00:00:00:00:03', xid: 3 },
    { yiaddr: '10.7.0.6', options: lease([ipOption(3, '10.7.0.1')]) },
  );
  assert.deepEqual(lines(build.analyse(), 'conflicting-subnets'), ['conflicting-subnets warning interface 0 4,12']);
});

test('the range that is proposed leaves out the server and the router; a mask of zeros is no wildcard mask', () => {
  const build = new Build();
  const options = [ipOption(54, SERVER), u32Option(51, 3600), ipOption(1, '0.0.0.0'), ipOption(3, '10.0.0.254')];
  build.discover(0);
  build.offer(0.01, { options });
  const [finding] = build.analyse(1).findings;
  assert.equal(finding!.id, 'invalid-subnet-mask');
  assert.match(finding!.steps.join('\n'), /dhcp-range=10\.0\.0\.2,10\.0\.0\.253,/);
  assert.doesNotMatch(finding!.causes.map(({ text }) => text).join('; '), /wildcard/);
});

test('unusable-router: a server that gives away its own address', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.01, { yiaddr: SERVER, options: lease([ipOption(3, SERVER)]) });
  const [finding] = build.analyse(1).findings;
  assert.equal(finding!.title, `Server ${SERVER} gives away its own address to ${CLIENT}`);
  assert.match(finding!.causes[0]!.text, /pool/);
});

test('conflicting-subnets: an ACK with another mask than its OFFER', () => {
  const build = new Build();
  const options = (mask: string) => [ipOption(54, SERVER), u32Option(51, 3600), ipOption(1, mask), ipOption(3, SERVER)];
  build.discover(0);
  build.offer(0.01, { options: options('255.255.255.0') });
  build.request(0.02);
  build.ack(0.03, { options: options('255.255.0.0') });
  const analysis = build.analyse(10);
  assert.deepEqual(lines(analysis, 'conflicting-subnets'), [`conflicting-subnets warning ${SERVER} 4,2`]);
  assert.match(analysis.findings[0]!.title, /10\.0\.0\.0\/24 and then gives it in 10\.0\.0\.0\/16/);
});

test('conflicting-subnets: an ACK with another router than its OFFER; not one router more, none, or another order', () => {
  const told = (offered: OptionSpec4, given: OptionSpec4): string[] => {
    const build = new Build();
    build.discover(0);
    build.offer(0.01, { options: lease([offered]) });
    build.request(0.02);
    build.ack(0.03, { options: lease([given]) });
    return build.analyse(10).findings.map(({ id, severity, title }) => `${id} ${severity} ${title}`);
  };
  const [one, other] = ['10.0.0.254', '10.0.0.253'];
  assert.deepEqual(told(ipOption(3, one), ipOption(3, other)), [
    `conflicting-subnets warning Server ${SERVER} offers ${ADDRESS} with router ${one} and then gives it with router ${other}`,
  ]);
  assert.deepEqual(told(ipOption(3, one), ipOption(3, one)), []);
  assert.deepEqual(told(ipOption(3, one), ipOption(3, other, one)), []);
  assert.deepEqual(told(ipOption(3, one, other), ipOption(3, other, one)), []);
  assert.deepEqual(told(raw(3, ''), ipOption(3, other)), []);
});

test('router-outside-subnet: a mask that leaves out the server on the link as well is too narrow', () => {
  const likely = (server: string): string => {
    const build = new Build();
    const options = lease([ipOption(1, '255.255.255.128'), ipOption(3, '192.168.1.1'), ipOption(54, server)]);
    build.discover(0);
    build.offer(0.01, { yiaddr: '192.168.1.200', options }, { source: server });
    const [found] = build.analyse(20).findings.filter(({ id }) => id === 'router-outside-subnet');
    return found!.causes[0]!.text;
  };
  assert.equal(likely('192.168.1.1'), 'The subnet mask is too narrow');
  assert.equal(likely('192.168.1.250'), 'The router option was copied from another scope, or mistyped');
});

test('conflicting-subnets: only where clients have both at one time; a network that was changed is no conflict', () => {
  const changed = (after: number): string[] => {
    const build = new Build();
    build.bind(0);
    const yiaddr = '10.9.0.50';
    const options = lease([ipOption(54, '10.9.0.1'), ipOption(3, '10.9.0.1')]);
    build.bind(after, { chaddr: '02:00:00:00:00:02', xid: 5 }, { yiaddr, options });
    return lines(build.analyse(), 'conflicting-subnets').map((one) => one.replace(/ [^ ]*$/, ''));
  };
  // The lease of the first is 3600 s.
  assert.deepEqual(changed(3000), ['conflicting-subnets warning interface 0']);
  assert.deepEqual(changed(4000), []);
});
