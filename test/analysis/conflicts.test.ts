import assert from 'node:assert/strict';
import test from 'node:test';
import type { Cause } from '../../src/analysis';
import { ADDRESS, Build, CLIENT, ROUTER_MAC, SERVER, ipOption, lease, lines, raw } from './build';

const OTHER_MAC = '02:00:00:00:00:99';

test('duplicate-address: also after a renewal, which is routed only where a router carries it', () => {
  const build = new Build();
  build.bind(0);
  build.renew(1800);
  build.ack(1800.01, {}, { destination: ADDRESS });
  build.arp(1900, 1, OTHER_MAC, ADDRESS, SERVER);
  assert.deepEqual(lines(build.analyse()), [`duplicate-address error ${ADDRESS} 7,6`]);
});

test('duplicate-address: behind a relay on the client’s own link, not on the server’s', () => {
  const relayed = { giaddr: '10.0.0.2', yiaddr: ADDRESS, options: lease([ipOption(54, '10.9.9.9')]) };
  const onClient = { source: '10.0.0.2', ethSource: ROUTER_MAC };
  const onServer = { destination: '10.0.0.2', destinationPort: 67, ethDestination: ROUTER_MAC };
  for (const [seen, expected] of [
    [onClient, [`duplicate-address error ${ADDRESS} 2,1`]],
    [onServer, []],
  ] as const) {
    const build = new Build();
    build.ack(0, relayed, seen);
    build.arp(5, 1, OTHER_MAC, ADDRESS, '10.0.0.2');
    assert.deepEqual(lines(build.analyse(), 'duplicate-address'), expected);
  }
});

test('duplicate-address: not where clients of two networks with one subnet renew by unicast', () => {
  const twice = (...links: string[]): Build => {
    const build = new Build();
    for (const [i, link] of links.entries()) {
      const spec = { chaddr: i === 0 ? CLIENT : OTHER_MAC, xid: 7 + i };
      build.renew(i, spec, { link, ethSource: spec.chaddr });
      build.ack(i + 0.01, spec, { link, destination: ADDRESS, ethDestination: spec.chaddr });
    }
    return build;
  };
  for (const apart of ['10', 'VNI 700'].map((one) => [`0/${one}`, `0/${one === '10' ? '20' : 'VNI 702'}`] as const))
    assert.deepEqual(lines(twice(...apart).analyse(), 'duplicate-address'), []);
  // On one link, it is one address of two machines.
  assert.deepEqual(lines(twice('0/10', '0/10').analyse(), 'duplicate-address'), [
    `duplicate-address error ${ADDRESS} 4,2`,
  ]);
});

test('duplicate-address: not where one client identifier comes with another hardware address', () => {
  const id = [raw(61, '006c6170746f70')];
  const build = new Build();
  build.bind(0, { options: [...id, ipOption(50, ADDRESS), ipOption(54, SERVER)] }, { options: lease() });
  build.arp(1, 1, CLIENT, ADDRESS, ADDRESS);
  const wireless = { chaddr: OTHER_MAC, xid: 5 };
  build.request(60, { ...wireless, options: [...id, ipOption(50, ADDRESS)] });
  build.ack(60.01, wireless);
  build.arp(61, 1, OTHER_MAC, ADDRESS, ADDRESS);
  assert.deepEqual(lines(build.analyse(), 'duplicate-address'), []);
});

test('duplicate-address: all clients that hold one address are counted, in one finding', () => {
  const build = new Build();
  for (const n of [1, 2, 3]) {
    const chaddr = `02:00:00:00:01:0${n}`;
    build.discover(n, { chaddr, xid: n });
    build.offer(n + 0.01, { chaddr, xid: n });
    build.request(n + 0.02, { chaddr, xid: n });
    build.ack(n + 0.03, { chaddr, xid: n });
  }
  const found = build.analyse(10).findings.filter(({ id }) => id === 'duplicate-address');
  assert.deepEqual(
    found.map(({ title }) => title),
    [`${ADDRESS} is leased to 3 clients at one time`],
  );
});

test('duplicate-address: of two servers, each is to have a range of its own', () => {
  const steps = (second: string): readonly string[] => {
    const build = new Build();
    build.bind(0);
    const other = { chaddr: '02:00:00:00:01:02', xid: 2 };
    build.discover(9, other);
    build.offer(9.01, { ...other, options: lease([ipOption(54, second)]) }, { source: second });
    build.request(9.02, { ...other, options: [ipOption(50, ADDRESS), ipOption(54, second)] });
    build.ack(9.03, { ...other, options: lease([ipOption(54, second)]) }, { source: second });
    return build.analyse(60).findings.find(({ id }) => id === 'duplicate-address')!.steps;
  };
  assert.equal(
    steps('10.0.0.3')[0],
    `Give ${SERVER} and 10.0.0.3 ranges that do not overlap, or let them share their leases (failover).`,
  );
  assert.doesNotMatch(steps('10.0.0.3').join(), /range 10\.0\.0\.|StartRange/);
  assert.doesNotMatch(steps(SERVER).join(), /overlap/);
});

test('decline: a host that answers for several declined addresses answers for all of them (proxy ARP)', () => {
  const declined = (...holders: string[]): readonly Cause[] => {
    const build = new Build();
    for (const [i, holder] of holders.entries()) {
      const [address, xid] = [`10.0.0.6${i}`, 60 + i];
      build.bind(i * 20, { xid }, { yiaddr: address });
      build.arp(i * 20 + 1, 1, CLIENT, '0.0.0.0', address);
      build.arp(i * 20 + 1.1, 2, holder, address, '0.0.0.0');
      build.dhcp(4, { xid, options: [ipOption(50, address), ipOption(54, SERVER)] }, { at: i * 20 + 2 });
    }
    return build.analyse(60).findings.find(({ id }) => id === 'decline')!.causes;
  };
  const [one, other] = ['02:00:00:00:00:98', '02:00:00:00:00:99'];
  const [proxy] = declined(other, other);
  assert.match(proxy!.text, /proxy ARP/);
  assert.deepEqual(proxy!.evidence, [`${other} answers for 10.0.0.61 as well, which was declined too`]);
  assert.match(declined(one, other)[0]!.text, /^Another host uses this address/);
  assert.match(declined(other)[0]!.text, /^Another host uses this address/);
});

test('duplicate-address: not a repeater that sends the client’s DHCP and its ARP under its own address', () => {
  const used = (sender: string): string[] => {
    const build = new Build();
    build.bind(0);
    build.renew(10, { xid: 9 }, { ethSource: sender });
    build.ack(10.01, { xid: 9 }, { destination: ADDRESS });
    build.arp(20, 1, OTHER_MAC, ADDRESS, SERVER);
    return lines(build.analyse(60), 'duplicate-address');
  };
  assert.deepEqual(used(OTHER_MAC), []);
  assert.deepEqual(used(CLIENT), [`duplicate-address error ${ADDRESS} 7,6`]);
});

test('decline: where the message names no address, the ACK before it tells; 0.0.0.0 is never looked for', () => {
  const declined = (bound: boolean): { title: string; steps: readonly string[] } => {
    const build = new Build();
    if (bound) build.bind(0);
    build.dhcp(4, { xid: 4 }, { at: 1 });
    return build.analyse(60).findings.find(({ id }) => id === 'decline')!;
  };
  const known = declined(true);
  assert.equal(known.title, `${CLIENT} declines ${ADDRESS}: this capture does not show who has it`);
  assert.match(known.steps[0]!, new RegExp(`arping -D -I INTERFACE ${ADDRESS}`));
  const unknown = declined(false);
  assert.match(unknown.title, / declines its address: /);
  assert.deepEqual(
    unknown.steps.filter((step) => step.includes('0.0.0.0')),
    [],
  );
});

test('decline: clients of whom one host has all the addresses are one finding about that host', () => {
  const proxy = '02:00:00:00:00:99';
  const declined = (...holders: string[]): string[] => {
    const build = new Build();
    for (const [i, holder] of holders.entries()) {
      const chaddr = `02:00:00:00:01:0${i}`;
      const [address, xid] = [`10.0.0.6${i}`, 60 + i];
      build.bind(i * 20, { chaddr, xid }, { yiaddr: address });
      build.arp(i * 20 + 1, 1, chaddr, '0.0.0.0', address);
      build.arp(i * 20 + 1.1, 2, holder, address, '0.0.0.0');
      build.dhcp(4, { chaddr, xid, options: [ipOption(50, address), ipOption(54, SERVER)] }, { at: i * 20 + 2 });
    }
    return build
      .analyse(60)
      .findings.filter(({ id }) => id === 'decline')
      .map(({ subject, title }) => `${subject}: ${title}`);
  };
  const [one, ...more] = declined(proxy, proxy);
  assert.deepEqual(more, []);
  assert.match(
    one!,
    /^02:00:00:00:00:99: .*: 2 clients \(02:00:00:00:01:00 and 02:00:00:00:01:01\), all answered by 02:00:00:00:00:99$/,
  );
  assert.equal(declined(proxy, '02:00:00:00:00:98').length, 2);
});

test('decline: a router that answers for a declined address is told with the others that it claims', () => {
  const router = (others: readonly string[]): readonly [string, readonly string[]] => {
    const build = new Build();
    build.bind(0, {}, { options: lease([ipOption(3, '10.0.0.254')]) });
    build.arp(0.1, 2, ROUTER_MAC, '10.0.0.254', ADDRESS, '0', ROUTER_MAC, CLIENT);
    build.bind(20, { xid: 60 }, { yiaddr: '10.0.0.60' });
    build.arp(21, 1, CLIENT, '0.0.0.0', '10.0.0.60');
    for (const one of ['10.0.0.60', ...others]) build.arp(21.1, 2, ROUTER_MAC, one, '0.0.0.0');
    build.dhcp(4, { xid: 60, options: [ipOption(50, '10.0.0.60'), ipOption(54, SERVER)] }, { at: 22 });
    const { title, causes } = build.analyse(60).findings.find(({ id }) => id === 'decline')!;
    return [title, causes[0]!.evidence];
  };
  const title = `${CLIENT} declines 10.0.0.60: ${ROUTER_MAC} answers ARP for it`;
  assert.deepEqual(router(['10.0.0.77']), [
    title,
    [`${ROUTER_MAC} is a router’s address, and says by ARP that it has 10.0.0.254 and 10.0.0.77 as well`],
  ]);
  assert.deepEqual(router([]), [title, [`${ROUTER_MAC} is a router’s address`]]);
});

test('decline: on the server’s side of a relay, the client’s link is another one', () => {
  const build = new Build();
  const spec = { giaddr: '10.9.0.1', hops: 1, options: [ipOption(50, ADDRESS), ipOption(54, SERVER)] };
  build.dhcp(4, spec, { at: 2, source: '10.9.0.1', destination: SERVER, sourcePort: 67, ethSource: ROUTER_MAC });
  const found = build.analyse(60).findings.find(({ id }) => id === 'decline')!;
  assert.match(
    found.explanation,
    /^The client is behind relay 10\.9\.0\.1, so this capture cannot show the ARP of its link\./,
  );
  assert.ok(found.steps.some((step) => step.includes(`${ADDRESS}\` on a host of the link of relay 10.9.0.1.`)));
});
