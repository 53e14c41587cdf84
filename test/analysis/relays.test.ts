import assert from 'node:assert/strict';
import test from 'node:test';
import type { Analysis, Finding } from '../../src/analysis';
import type { OptionSpec4 } from '../../src/codec/dhcpv4/encode';
import { ADDRESS, Build, CLIENT, SERVER, ipOption, lease, lines, raw } from './build';

const RELAY = '10.9.0.1';
const replies = [...lease([ipOption(3, RELAY)])];
const yiaddr = '10.9.0.7';
const up = { source: RELAY, destination: SERVER, sourcePort: 67, ethSource: '02:00:00:00:00:aa' };
const down = { destination: RELAY, destinationPort: 67, ethDestination: '02:00:00:00:00:aa' };

test('both sides of a relay are one exchange, not retransmissions, and 67 to 67 is right', () => {
  const build = new Build();
  const relayed = { giaddr: RELAY, hops: 1, yiaddr, options: replies };
  build.discover(0);
  build.discover(0.001, { giaddr: RELAY, hops: 1 }, up);
  build.offer(0.002, relayed, down);
  build.offer(0.003, relayed, { source: RELAY, ethSource: '02:00:00:00:00:ab' });
  build.request(0.01, { options: [ipOption(50, yiaddr), ipOption(54, SERVER)] });
  build.request(0.011, { giaddr: RELAY, hops: 1, options: [ipOption(50, yiaddr), ipOption(54, SERVER)] }, up);
  build.ack(0.012, relayed, down);
  build.ack(0.013, relayed, { source: RELAY, ethSource: '02:00:00:00:00:ab' });
  const analysis = build.analyse(10);
  assert.deepEqual(lines(analysis), []);
  assert.deepEqual(
    analysis.conversations.map(({ outcome, frames, address }) => [outcome, frames, address]),
    [['bound', [1, 2, 3, 4, 5, 6, 7, 8], yiaddr]],
  );
  assert.equal(analysis.servers[0]!.offers, 1);
});

test('relay-unanswered: relays that pass a message round ask no server; what a relay hands on to a server does', () => {
  const sent = (servers: readonly string[]): string[] => {
    const build = new Build();
    for (const at of [0, 4])
      for (const [i, to] of servers.entries())
        build.discover(
          at + i / 100,
          { xid: 5, giaddr: RELAY, hops: i + 1 },
          {
            source: i === 0 ? RELAY : servers[i - 1]!,
            destination: to,
            ethSource: `02:67:00:00:01:0${i % 2}`,
            sourcePort: 67,
          },
        );
    return build
      .analyse(20)
      .findings.filter(({ severity }) => severity === 'error')
      .map(({ id, title }) => `${id} ${title}`);
  };
  assert.deepEqual(sent(['10.73.0.2', RELAY, '10.73.0.2', RELAY]), [
    `relay-loop Relay loop: a message of ${CLIENT} reaches 4 hops`,
  ]);
  assert.deepEqual(sent(['10.73.0.2', '10.9.9.9']), [`relay-unanswered Relay ${RELAY} gets no answer from 10.9.9.9`]);
});

test('relay-loop: the same relay again with more hops, or more than 16; two relays in a chain are none', () => {
  const loop = new Build();
  for (let hops = 1; hops <= 4; hops++)
    loop.discover(
      hops * 0.001,
      { giaddr: RELAY, hops },
      { ...up, ethSource: hops % 2 ? '02:00:00:00:00:aa' : '02:00:00:00:00:ab' },
    );
  assert.deepEqual(lines(loop.analyse(0.1)), [`relay-loop error ${RELAY} 1,2,3,4`]);
  const chain = new Build();
  chain.discover(0);
  chain.discover(0.001, { giaddr: RELAY, hops: 1 }, up);
  chain.discover(0.002, { giaddr: RELAY, hops: 2 }, { ...up, ethSource: '02:00:00:00:00:ab' });
  assert.deepEqual(lines(chain.analyse(0.1)), []);
  const many = new Build();
  many.discover(0, { giaddr: RELAY, hops: 17 }, up);
  assert.deepEqual(lines(many.analyse(0.1)), [`relay-loop error ${RELAY} 1`]);
});

test('option82-not-echoed: left out or changed on the server’s side', () => {
  const said = (agent: string | undefined): string[] => {
    const build = new Build();
    build.discover(0, { giaddr: RELAY, hops: 1, options: [raw(82, '0101aa')] }, up);
    build.offer(
      0.1,
      { giaddr: RELAY, yiaddr, options: [...replies, ...(agent === undefined ? [] : [raw(82, agent)])] },
      down,
    );
    return lines(build.analyse());
  };
  assert.deepEqual(said('0101aa'), []);
  assert.deepEqual(said(undefined), [`option82-not-echoed warning ${SERVER} 2,1`]);
  assert.deepEqual(said('0101ab'), [`option82-not-echoed warning ${SERVER} 2,1`]);
});

test('option82-not-echoed: where another server gives it back, the first step is about the one that does not', () => {
  const other = '10.0.0.7';
  const found = (echoes: boolean) => {
    const build = new Build();
    build.discover(0, { giaddr: RELAY, hops: 1, options: [raw(82, '0101aa')] }, up);
    build.offer(0.1, { giaddr: RELAY, yiaddr, options: replies }, down);
    const its = replies.filter(({ code }) => code !== 54);
    build.offer(
      0.2,
      { giaddr: RELAY, yiaddr, options: [...its, ipOption(54, other), ...(echoes ? [raw(82, '0101aa')] : [])] },
      { ...down, source: other },
    );
    return build.analyse().findings.find(({ id, subject }) => id === 'option82-not-echoed' && subject === SERVER)!;
  };
  const one = found(true);
  assert.equal(one.title, `Server ${SERVER} leaves out the relay’s option 82, and ${other} gives it back`);
  assert.ok(one.causes[0]!.evidence.includes(`${other} gives it back to relay ${RELAY} (frame 3)`));
  assert.match(one.steps[0]!, /^Update the DHCP program of 10\.0\.0\.1 /);
  assert.match(one.steps.at(-1)!, /information check/);
  const none = found(false);
  assert.equal(none.title, `Server ${SERVER} leaves out the relay’s option 82`);
  assert.match(none.steps[0]!, /information check/);
});

test('option82-not-echoed: a server that gives it back to another client of that relay knows the option', () => {
  const found = (echoes: boolean) => {
    const build = new Build();
    const agent = raw(82, '0101aa');
    const other = { chaddr: '02:00:00:00:00:02', xid: 2, giaddr: RELAY, hops: 1 };
    build.discover(0, { giaddr: RELAY, hops: 1, options: [agent] }, up);
    build.offer(0.1, { giaddr: RELAY, yiaddr, options: replies }, down);
    build.discover(1, { ...other, options: [agent] }, up);
    build.offer(1.1, { ...other, yiaddr: '10.9.0.8', options: [...replies, ...(echoes ? [agent] : [])] }, down);
    return build.analyse().findings.find(({ id }) => id === 'option82-not-echoed')!;
  };
  const one = found(true);
  assert.deepEqual(one.causes[0], {
    likelihood: 'likely',
    text: 'The server is told to leave option 82 out for this client, its class or its pool, or another program answers here under its address',
    evidence: ['the option is missing in the reply', `${SERVER} gives it back to relay ${RELAY} (frame 4)`],
  });
  assert.ok(!one.steps.some((step) => /Update|2012/.test(step)));
  assert.ok(one.steps.some((step) => step.startsWith(`Linux, on server ${SERVER}: \`ss -lunp "sport = :67"\``)));
  assert.equal(found(false).causes[0]!.text, 'The server does not support option 82, or is told to leave it out');
});

test('option82-to-client', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.1, { options: [...lease(), raw(82, '0101aa')] });
  assert.deepEqual(lines(build.analyse(1)), [`option82-to-client info ${SERVER} 2`]);
  // Requests have it here as well, so the device that adds and removes it is on the client's side of this point; another one's is not removed.
  for (const [added, told] of [
    ['0101aa', []],
    ['0101bb', [`option82-to-client info ${SERVER} 2`]],
  ] as const) {
    const between = new Build();
    between.discover(0, { options: [raw(82, added)] });
    between.offer(0.1, { options: [...lease(), raw(82, '0101aa')] });
    assert.deepEqual(lines(between.analyse(1), 'option82-to-client'), told);
  }
});

test('option82-to-client: the answer to a relayed INFORM goes past the relay', () => {
  const build = new Build();
  const ciaddr = '10.9.0.7';
  build.dhcp(8, { giaddr: RELAY, hops: 1, ciaddr, options: [raw(82, '0101aa')] }, { at: 0, ...up });
  build.ack(
    0.1,
    { giaddr: RELAY, ciaddr, yiaddr: '0.0.0.0', options: [ipOption(54, SERVER), raw(82, '0101aa')] },
    { destination: ciaddr },
  );
  assert.deepEqual(lines(build.analyse(1), 'option82-to-client'), []);
});

test('relay-unanswered: a client that has an address is answered there, past the relay (RFC 2131 §4.3.5)', () => {
  const ciaddr = '10.9.0.7';
  const relayed = { giaddr: RELAY, hops: 1, options: [raw(55, '060f')] };
  const ack = { ciaddr, yiaddr: '0.0.0.0', options: [ipOption(54, SERVER), ipOption(6, SERVER)] };
  const straight = { destination: ciaddr, ethDestination: '02:00:00:00:00:aa' };
  const told = (request: object, reply?: object, toward: object = straight): string[] => {
    const build = new Build();
    for (const [i, at] of [0, 2].entries()) {
      build.dhcp(8, { xid: 1 + i, ...relayed, ...request }, { at, ...up });
      if (reply) build.ack(at + 0.1, { xid: 1 + i, ...reply }, toward);
    }
    return lines(build.analyse(20));
  };
  assert.deepEqual(told({ ciaddr }, ack), []);
  // With giaddr copied all the same; to a client that does not say its address; by way of the relay.
  assert.deepEqual(told({ ciaddr }, { ...ack, giaddr: RELAY }), []);
  assert.deepEqual(told({}, { ...ack, ciaddr: '0.0.0.0' }), []);
  assert.deepEqual(told({ ciaddr }, { ...ack, giaddr: RELAY }, down), []);
  assert.deepEqual(told({ ciaddr }), [`relay-unanswered error ${RELAY} 1,2`]);
});

test('relay-unanswered: an INFORM that is answered straight does not speak for the DISCOVERs of the same relay', () => {
  const build = new Build();
  const ciaddr = '10.9.0.7';
  build.dhcp(8, { xid: 1, giaddr: RELAY, hops: 1, ciaddr }, { at: 0, ...up });
  build.ack(0.1, { xid: 1, ciaddr, yiaddr: '0.0.0.0', options: [ipOption(54, SERVER)] }, { destination: ciaddr });
  const other = { chaddr: '02:00:00:00:00:77', xid: 7, giaddr: RELAY, hops: 1 };
  build.discover(1, other, up);
  build.discover(4, other, up);
  assert.deepEqual(lines(build.analyse(20), 'relay-unanswered'), [`relay-unanswered error ${RELAY} 3,4`]);
});

test('relay-unanswered: a renewal that the relay overheard and handed on is answered straight', () => {
  const build = new Build();
  const ciaddr = '10.9.0.7';
  const client = { source: ciaddr, destination: SERVER };
  for (const [xid, at] of [
    [1, 0],
    [2, 1800],
  ] as const) {
    build.renew(at, { xid, ciaddr }, client);
    build.dhcp(3, { xid, ciaddr, giaddr: RELAY, hops: 1 }, { at: at + 0.001, ...up });
    build.ack(at + 0.002, { xid, ciaddr, yiaddr: ciaddr, options: replies }, { destination: ciaddr });
  }
  assert.deepEqual(lines(build.analyse(2000), 'relay-unanswered', 'no-ack', 'renewal-unanswered'), []);
});

test('relay-unanswered: not for a client that sends from its own address with giaddr set', () => {
  const build = new Build();
  for (const at of [0, 4])
    build.renew(at, { giaddr: '10.9.0.1', hops: 0 }, { source: ADDRESS, destination: '10.0.0.255' });
  assert.deepEqual(lines(build.analyse(60), 'relay-unanswered'), []);
});

test('forbidden-field: a giaddr to which no server can reply, and why the relay gets no answer', () => {
  const told = (giaddr: string, source: string): Analysis => {
    const build = new Build();
    for (const at of [0, 4, 10]) build.discover(at, { giaddr, hops: 1, secs: at }, { ...up, source });
    return build.analyse(20);
  };
  const loopback = told('127.0.0.1', '10.9.0.3');
  assert.deepEqual(lines(loopback), [
    'forbidden-field warning 127.0.0.1 1,2,3',
    'relay-unanswered error 127.0.0.1 1,2,3',
  ]);
  const [, silence] = loopback.findings;
  assert.equal(silence!.causes[0]!.text, 'No reply can reach giaddr 127.0.0.1: it is a loopback address');
  assert.match(silence!.steps[0]!, /^On 10\.9\.0\.3, /);
  assert.doesNotMatch(silence!.causes.map(({ text }) => text).join('; '), /scope|route back/);
  assert.deepEqual(lines(told('224.0.0.1', '10.9.0.3'), 'forbidden-field'), [
    'forbidden-field warning 224.0.0.1 1,2,3',
  ]);
  // A real relay, and a test of a server on its own loopback interface.
  assert.deepEqual(lines(told(RELAY, RELAY)), [`relay-unanswered error ${RELAY} 1,2,3`]);
  assert.deepEqual(lines(told('127.0.0.1', '127.0.0.1'), 'forbidden-field'), []);
});

test('offer-not-taken: a reply without the relay’s option 82 is dropped by the relay', () => {
  const asked = (...given: OptionSpec4[]): Finding[] => {
    const build = new Build();
    for (const at of [0, 4]) {
      build.discover(at, { giaddr: RELAY, hops: 1, secs: at, options: [raw(82, '0102aabb')] }, up);
      build.offer(at + 0.01, { giaddr: RELAY, yiaddr, options: [...replies, ...given] }, down);
    }
    return build.analyse(20).findings.filter(({ id }) => id === 'offer-not-taken');
  };
  const [found] = asked();
  assert.deepEqual([found!.causes[0]!.likelihood, found!.causes[0]!.finding], ['likely', 'option82-not-echoed']);
  assert.equal(
    found!.causes[0]!.text,
    'The relay 10.9.0.1 drops the OFFER: the server leaves out the option 82 that the relay added',
  );
  assert.equal(found!.causes[0]!.evidence[0], 'option 82 is 0102aabb in frame 1, missing in frame 2');
  assert.match(asked(raw(82, '0102aacc'))[0]!.causes[0]!.text, /the server changes the option 82/);
  // It comes back as it was: then the relay has no such reason.
  assert.match(asked(raw(82, '0102aabb'))[0]!.causes[0]!.text, /^The relay 10\.9\.0\.1 does not forward the OFFER/);
});

test('relay-unanswered: all servers to which the relay forwards are named', () => {
  const build = new Build();
  for (const at of [0, 4])
    for (const destination of [SERVER, '10.0.0.2'])
      build.discover(at, { giaddr: RELAY, hops: 1, secs: at }, { ...up, destination });
  const [found] = build.analyse(20).findings.filter(({ id }) => id === 'relay-unanswered');
  assert.equal(found!.title, 'Relay 10.9.0.1 gets no answer from 10.0.0.1 and 10.0.0.2');
});

test('reply-mismatch: a reply to the relay that lacks giaddr goes to the right port', () => {
  const build = new Build();
  for (const at of [0, 4]) {
    build.discover(at, { giaddr: RELAY, hops: 1, secs: at }, up);
    build.offer(at + 0.01, { yiaddr, options: replies }, down);
  }
  const analysis = build.analyse(20);
  assert.deepEqual(lines(analysis, 'reply-to-wrong-port'), []);
  assert.deepEqual(lines(analysis, 'reply-mismatch').length, 1);
  const [lost] = analysis.findings.filter(({ id }) => id === 'offer-not-taken');
  const texts = lost!.causes.filter(({ likelihood }) => likelihood === 'likely').map(({ text }) => text);
  assert.deepEqual(texts, ['The relay drops the OFFER: its giaddr is 0.0.0.0, the request’s is 10.9.0.1']);
});

test('rogue-server: two servers to which one relay forwards were not plugged in by chance', () => {
  const build = new Build();
  const other = '10.0.0.2';
  build.discover(0, { giaddr: RELAY, hops: 1 }, up);
  build.discover(0.001, { giaddr: RELAY, hops: 1 }, { ...up, destination: other });
  build.offer(0.01, { giaddr: RELAY, yiaddr, options: replies }, down);
  build.offer(
    0.02,
    { giaddr: RELAY, yiaddr: '10.9.0.8', options: lease([ipOption(54, other), ipOption(3, '10.9.0.99')]) },
    { ...down, source: other, ethSource: '02:00:00:00:00:fd' },
  );
  const [found] = build.analyse(20).findings.filter(({ id }) => id === 'rogue-server');
  assert.equal(found!.causes[0]!.text, 'They are the servers of one relay, and their scopes are set differently');
  assert.deepEqual(found!.causes[0]!.evidence, [
    'the relay 10.9.0.1 forwards the client’s message to each of them (frames 1 and 2)',
  ]);
  assert.match(
    found!.steps[0]!,
    /^Compare the scopes of 10\.0\.0\.1 and 10\.0\.0\.2 for the network of relay 10\.9\.0\.1: router/,
  );
});

test('address-outside-scope: what the server gives behind other relays tells a mistyped scope from a shared network', () => {
  /** Clients behind relays, each given an address; the finding about the last of them. */
  const of = (...clients: readonly (readonly [giaddr: string, yiaddr: string])[]): Finding | undefined => {
    const build = new Build();
    clients.forEach(([giaddr, yiaddr], n) => {
      const who = { chaddr: `02:00:00:00:00:0${n}`, xid: n + 1, giaddr, hops: 1 };
      const there = { ...up, source: giaddr };
      const back = { destination: giaddr, destinationPort: 67 };
      build.discover(n, who, there);
      build.offer(n + 0.01, { ...who, yiaddr }, back);
      build.request(n + 0.02, { ...who, options: [ipOption(50, yiaddr), ipOption(54, SERVER)] }, there);
      build.ack(n + 0.03, { ...who, yiaddr }, back);
    });
    return build.analyse(20).findings.find(({ id }) => id === 'address-outside-scope');
  };
  const causes = (finding: Finding | undefined) =>
    finding?.causes.slice(0, 2).map(({ likelihood, text, evidence }) => [likelihood, text, evidence]);
  const mistyped = of(['10.9.1.1', '10.9.1.50'], ['10.9.2.1', '10.9.2.50'], ['10.9.3.1', '10.9.30.50']);
  assert.deepEqual(causes(mistyped), [
    [
      'likely',
      'The scope that serves 10.9.3.1 is set to the wrong subnet, or mistyped',
      [
        '1 client there is given an address outside the subnet of 10.9.3.1, and none one inside',
        'what the same server gives to the clients of 10.9.1.1 and 10.9.2.1 fits (frames 4 and 8)',
      ],
    ],
    [
      'possible',
      'Several subnets share the client’s link (shared network, superscope), and this one had a free address',
      [],
    ],
  ]);
  assert.deepEqual(mistyped?.steps.slice(0, 2), [
    `On ${SERVER}, see which scope serves 10.9.3.1: 10.9.30.0/24 is right only if both subnets share one link; else it must be 10.9.3.0/24.`,
    'ISC dhcpd: `range 10.9.3.2 10.9.3.254;` at most, leaving out addresses that are set by hand',
  ]);
  const sharing = of(['10.9.1.1', '10.9.1.50'], ['10.9.3.1', '10.9.3.50'], ['10.9.3.1', '10.9.30.50']);
  assert.deepEqual(causes(sharing)?.[0], [
    'likely',
    'Several subnets share the client’s link (shared network, superscope), and this one had a free address',
    ['02:00:00:00:00:01 of the same relay is given 10.9.3.50 (frame 8)'],
  ]);
  assert.equal(of(['10.9.1.1', '10.9.1.50'], ['10.9.3.1', '10.9.3.50']), undefined);
});

test('address-outside-scope: the scope is that of the request where the reply has another giaddr', () => {
  const of = (yiaddr: string): string[] => {
    const build = new Build();
    const back = { destination: RELAY, destinationPort: 67 };
    build.discover(0, { giaddr: RELAY, hops: 1 }, up);
    build.offer(0.1, { giaddr: '10.77.0.4', yiaddr }, back);
    return lines(build.analyse(1)).filter((line) => /^(address-outside-scope|reply-mismatch) /.test(line));
  };
  const inside = RELAY.replace(/\d+$/, '50');
  assert.deepEqual(of(inside), [`reply-mismatch error ${SERVER} 2,1`]);
  assert.deepEqual(of('10.55.0.50'), [
    `reply-mismatch error ${SERVER} 2,1`,
    `address-outside-scope warning ${SERVER} 2`,
  ]);
});

test('address-outside-scope: a giaddr that no relay can have is the cause, and stands before it', () => {
  const of = (giaddr: string): readonly Finding[] => {
    const build = new Build();
    const back = { destination: RELAY, destinationPort: 67 };
    build.discover(0, { giaddr, hops: 1 }, up);
    build.offer(0.1, { giaddr, yiaddr: ADDRESS }, back);
    return build.analyse(1).findings;
  };
  const found = of('127.0.0.1').filter(({ id }) => id === 'forbidden-field' || id === 'address-outside-scope');
  assert.deepEqual(
    found.map(({ id, frames }) => `${id} ${frames.join()}`),
    ['forbidden-field 1', 'address-outside-scope 2'],
  );
  assert.match(
    found[0]!.explanation,
    /This explains “Server 10\.0\.0\.1: 10\.0\.0\.50 does not belong to the network of/,
  );
  assert.deepEqual(
    found[1]!.causes.filter(({ likelihood }) => likelihood === 'likely').map(({ text }) => text),
    ['No subnet can be chosen by giaddr 127.0.0.1: it is a loopback address'],
  );
  assert.match(found[1]!.steps.join(), /let the relay put that address into giaddr/);
  // An address that a relay may have: the subnets may share the link.
  const [other] = of(RELAY).filter(({ id }) => id === 'address-outside-scope');
  assert.match(other!.causes[0]!.text, /^Several subnets share the client’s link/);
});
