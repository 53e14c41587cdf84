import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import { ADDRESS, Build, CLIENT, ROUTER_MAC, SERVER, alarms, ipOption, lease, lines, raw } from './build';

const ROUTER = '10.0.0.254';
const OTHER = '02:00:00:00:00:99';

const given = (options: Parameters<typeof lease>[0]): string[] => {
  const build = new Build();
  build.bind(0, {}, { options: lease(options) });
  return lines(build.analyse(1)).map((line) => line.split(' ').slice(0, 2).join(' '));
};

const likely = ({ causes }: Finding): string[] =>
  causes.filter((one) => one.likelihood === 'likely').flatMap(({ text, evidence }) => [text, ...evidence]);

test('unusable-router: an address that no router can have; DNS servers are warnings', () => {
  const router = (...addresses: string[]): string[] => given([ipOption(3, ...addresses)]);
  for (const odd of [ADDRESS, '10.0.0.0', '10.0.0.255', '0.0.0.0', '224.0.0.1', '127.0.0.1', '255.255.255.255'])
    assert.deepEqual(router(odd), ['unusable-router error'], odd);
  assert.deepEqual(router(ROUTER, ADDRESS), ['unusable-router error']);
  assert.deepEqual(router(ROUTER), []);
  const dns = (...addresses: string[]): string[] => given([ipOption(6, ...addresses)]);
  for (const odd of [ADDRESS, '0.0.0.0', '127.0.0.1', '10.0.0.255'])
    assert.deepEqual(dns(ROUTER, odd), ['unusable-router warning'], odd);
  assert.deepEqual(dns('9.9.9.9', '10.9.9.0'), []);
});

test('unusable-router: where router and DNS server are both impossible, both are told', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.01, { options: lease([ipOption(3, '224.0.0.1'), ipOption(6, '127.0.0.1')]) });
  const [found] = build.analyse(1).findings;
  assert.match(
    found!.explanation,
    / 224\.0\.0\.1 in option 3 is a multicast address and 127\.0\.0\.1 in option 6 is a loopback address\./,
  );
  for (const step of [/^Kea: .*"routers"/, /^Kea: .*"domain-name-servers"/])
    assert.ok(
      found!.steps.some((one) => step.test(one)),
      String(step),
    );
});

test('unusable-router: the default route of option 121; its gateway 0.0.0.0 means on the link (RFC 3442)', () => {
  assert.deepEqual(given([raw(121, '000a000032')]), ['unusable-router error']);
  assert.deepEqual(given([raw(121, '0000000000')]), []);
  assert.deepEqual(given([raw(121, '000a0000fe')]), []);
  // Of a /31 both addresses are hosts’ (RFC 3021).
  const pair = [ipOption(1, '255.255.255.254'), ipOption(3, '10.0.0.51')];
  assert.ok(!given(pair).includes('unusable-router error'));
});

test('unusable-router: the DNS server itself is given its own address, as all others are', () => {
  const build = new Build();
  const dns = [ipOption(6, '10.0.0.60')];
  build.ack(0, { options: lease(dns) });
  build.ack(1, { xid: 2, chaddr: OTHER, yiaddr: '10.0.0.60', options: lease(dns) });
  assert.deepEqual(alarms(build.analyse(2)), []);
});

test('unusable-router: the client is given the router’s own address: the pool holds it, by what others and ARP show', () => {
  const POOLED = 'The pool holds the router’s address, so that it is given to a client';
  const build = new Build();
  const router = { options: lease([ipOption(3, '10.0.0.254')]) };
  build.bind(0, { chaddr: OTHER, xid: 2 }, { yiaddr: '10.0.0.60', ...router });
  build.bind(1, {}, { yiaddr: '10.0.0.254', ...router });
  build.arp(1.1, 2, ROUTER_MAC, '10.0.0.254', '10.0.0.254', '0', ROUTER_MAC, CLIENT);
  const { findings } = build.analyse(5);
  assert.deepEqual(
    findings.map(({ id, severity, frames }) => `${id} ${severity} ${frames.join()}`),
    ['unusable-router error 6,8', 'duplicate-address error 9,8'],
  );
  const [first, second] = findings as [Finding, Finding];
  assert.deepEqual(likely(first), [
    POOLED,
    `${OTHER} with 10.0.0.60 is given the same router in frame 4`,
    `${ROUTER_MAC} says by ARP in frame 9 that it has 10.0.0.254`,
  ]);
  assert.match(first.explanation, /This explains “10\.0\.0\.254 is leased to/);
  assert.deepEqual(likely(second), [
    POOLED,
    'option 3 in frame 8 names 10.0.0.254 as the router',
    `${ROUTER_MAC} says in frame 9 that it has it`,
  ]);
  for (const { steps } of [first, second])
    assert.equal(steps[0], 'Take 10.0.0.254 out of the pool: it is the router’s own address.');
  // Nobody else is given it, and no ARP: the option may be mistyped.
  const alone = new Build();
  alone.bind(0, {}, { options: lease([ipOption(3, ADDRESS)]) });
  assert.deepEqual(likely(alone.analyse(5).findings[0]!), [
    'The option for the router is mistyped, or was left behind when the subnet changed',
    `option 3 is ${ADDRESS}`,
  ]);
});

/** A client asks so often for its router, so many seconds apart. */
function asking(
  times: number,
  apart: number,
  more: (build: Build) => void,
  facts: Parameters<Build['analyse']>[2] = {},
): string[] {
  const build = new Build();
  build.bind(0, {}, { options: lease([ipOption(3, ROUTER)]) });
  for (let i = 0; i < times; i++) build.arp(10 + i * apart, 1, CLIENT, ADDRESS, ROUTER);
  more(build);
  return lines(build.analyse(100, {}, facts), 'router-silent');
}

test('router-silent: three questions, no answer, though others answer on the link', () => {
  const others = (build: Build): void => void build.arp(20, 2, OTHER, '10.0.0.7', ADDRESS);
  assert.deepEqual(asking(3, 1, others), [`router-silent warning ${ROUTER} 5,6,7,4`]);
  assert.deepEqual(asking(2, 1, others), []);
  // Whoever asks again only after a while had an answer that was not seen here.
  assert.deepEqual(asking(3, 30, others), []);
  // Nobody’s answers are seen here.
  assert.deepEqual(
    asking(3, 1, () => undefined),
    [],
  );
  const answered = asking(3, 1, (build) => {
    others(build);
    build.arp(12.5, 2, ROUTER_MAC, ROUTER, ADDRESS);
  });
  assert.deepEqual(answered, []);
  // Another link’s.
  assert.deepEqual(
    asking(3, 1, (build) => void build.arp(20, 2, OTHER, '10.0.0.7', ADDRESS, '9')),
    [],
  );
  // Hosts that have nothing to do with DHCP answer one another; or only the router itself answers, or a host that only asks.
  const facts = (address: string, answers: boolean) => ({
    neighbours: () => [{ mac: OTHER, link: '0', address, answers, router: false, frame: 9, first: 1, last: 2 }],
  });
  const nothing = (): void => undefined;
  assert.deepEqual(asking(3, 1, nothing, facts('10.0.0.7', true)), [`router-silent warning ${ROUTER} 5,6,7,4`]);
  assert.deepEqual(asking(3, 1, nothing, facts('10.0.0.7', false)), []);
  assert.deepEqual(asking(3, 1, nothing, facts(ROUTER, true)), []);
});

test('unusable-router: nothing is said of routes in an option 121 that does not have the form of routes to its end', () => {
  const given = (hex: string): string[] => {
    const build = new Build();
    build.bind(0, {}, { options: lease([raw(121, hex)]) });
    return lines(build.analyse(5), 'unusable-router');
  };
  // Width 24 takes three octets of the destination (RFC 3442): with two of them, the gateway is read one octet too late.
  assert.deepEqual(given('180a630a' + '1400fe00'), [`unusable-router warning ${SERVER} 2,4`]);
  assert.deepEqual(given('180a63' + '0a1400fe' + '000a0000fe'), []);
});

test('router-silent: the steps name the router that the capture shows in the subnet', () => {
  const found = (mac: string, address: string, listed = false) => {
    const build = new Build();
    build.bind(0, {}, { options: lease([ipOption(3, ROUTER)]) });
    for (const at of [10, 11, 12]) build.arp(at, 1, CLIENT, ADDRESS, ROUTER);
    build.arp(20, 2, OTHER, '10.0.0.7', ADDRESS);
    if (!listed) build.arp(21, 2, mac, address, ADDRESS);
    // What bears on no client is known by the list of hosts alone.
    const host = { mac, link: '0', address, answers: true, router: true, frame: 99, first: 1, last: 2 };
    const { findings } = build.analyse(100, {}, listed ? { neighbours: () => [host] } : {});
    return findings.find(({ id }) => id === 'router-silent')!;
  };
  const virtual = '00:00:5e:00:01:14';
  for (const [one, frame] of [
    [found(virtual, '10.0.0.3'), 9],
    [found(virtual, '10.0.0.3', true), 99],
  ] as const) {
    assert.deepEqual(likely(one), [
      'The option is wrong: the router of this subnet is 10.0.0.3',
      `10.0.0.3 is a router on this link (frame ${frame})`,
      '3 questions, no answer',
    ]);
    assert.equal(one.steps[0], 'ISC dhcpd: `option routers 10.0.0.3;` in the subnet declaration');
    assert.ok(!one.steps.some((step) => step.includes('…')));
  }
  // Not a router, or one of another subnet.
  for (const one of [found('02:00:00:00:00:77', '10.0.0.3'), found(virtual, '10.0.9.3')]) {
    assert.equal(likely(one)[0], 'No router has this address: the option is wrong, or the router is down');
    assert.ok(one.steps.some((step) => step.includes('`option routers …;`')));
  }
});
