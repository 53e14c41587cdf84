import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Build, lines } from './build';

/* DHCPv6 relays: what each link of a relay gets back, and in what form (RFC 9915 §19). */

const hexOf = (value: number, octets: number): string => value.toString(16).padStart(2 * octets, '0');
const option = (code: number, value: string): string => hexOf(code, 2) + hexOf(value.length / 2, 2) + value;
const client = (n: number): string => option(1, `0003000102000000${hexOf(n, 2)}`);
const server = option(2, '00030001020000000001');
const given = (n: number): string =>
  option(
    3,
    `${hexOf(1, 4)}${'00'.repeat(8)}${option(5, `20010db800000020${hexOf(n, 8)}${hexOf(3000, 4)}${hexOf(4000, 4)}`)}`,
  );
const message = (type: number, xid: number, ...options: string[]): string =>
  hexOf(type, 1) + hexOf(xid, 3) + options.join('');
/** A relay message for the link 2001:db8:0:LINK::1. */
const wrapped = (type: 12 | 13, link: number, inner: string, id = ''): string =>
  `${hexOf(type, 1)}0020010db80000${hexOf(link, 2)}0000000000000001fe80000000000000000000000000000c${id === '' ? '' : option(18, Buffer.from(id).toString('hex'))}${option(9, inner)}`;
const RELAY = '2001:db8:ff::1';
const SERVER = '2001:db8:1::5';
const there = { source: RELAY, destination: SERVER };
const back = { source: SERVER, destination: RELAY };

/** A client that is answered through the relay. */
function served(build: Build, at: number, link: number, n: number, by = SERVER, id = ''): void {
  const [forth, reply] = [
    { ...there, destination: by },
    { ...back, source: by },
  ];
  build.v6(at, wrapped(12, link, message(1, n, client(n)), id), forth);
  build.v6(at + 0.01, wrapped(13, link, message(2, n, client(n), server, given(n)), id), reply);
  build.v6(at + 1, wrapped(12, link, message(3, n + 100, client(n), server, given(n)), id), forth);
  build.v6(at + 1.01, wrapped(13, link, message(7, n + 100, client(n), server, given(n)), id), reply);
}
/** A client that asks three times. */
const asks = (build: Build, at: number, link: number, n: number, id = ''): void => {
  for (const after of [0, 1, 3]) build.v6(at + after, wrapped(12, link, message(1, n, client(n)), id), there);
};
const found = (build: Build, id: string) => build.analyse(60).findings.find((one) => one.id === id)!;

test('relay-unanswered: one link of a relay that gets answers for another', () => {
  const build = new Build();
  served(build, 0, 0x30, 1);
  asks(build, 2, 0x20, 2);
  asks(build, 2.5, 0x20, 3);
  assert.deepEqual(lines(build.analyse(60)), [
    `relay-unanswered error ${RELAY} 5,6,7,8,9,10`,
    `v6-no-reply error relay ${RELAY} 5,6,7,8,9,10`,
  ]);
  const relay = found(build, 'relay-unanswered');
  assert.equal(relay.title, `DHCPv6 relay ${RELAY} gets no answer from ${SERVER} for link-address 2001:db8:0:20::1`);
  assert.deepEqual(relay.causes[0], {
    likelihood: 'likely',
    text: 'The server has no subnet for the link-address 2001:db8:0:20::1, so it does not know which pool to take',
    evidence: [`${SERVER} answers this relay for link-address 2001:db8:0:30::1`],
  });
  assert.ok(relay.causes.every(({ text }) => !text.includes('route back')));
  const [why, ...others] = found(build, 'v6-no-reply').causes;
  assert.equal(why!.text, `Relay ${RELAY} gets no answer from ${SERVER} for link-address 2001:db8:0:20::1`);
  assert.deepEqual(others, []);
});

test('relay-unanswered: what another server answers for another link is no silence towards the relay', () => {
  const titles = (other: boolean): string[] => {
    const build = new Build();
    if (other) served(build, 0, 0x30, 1, '2001:db8:1::6');
    asks(build, 2, 0x20, 2);
    asks(build, 2.5, 0x20, 3);
    const relay = found(build, 'relay-unanswered');
    const told = relay.explanation.replace(/ This explains.*/, '').replace(/.*, and/, '');
    return [relay.title, told, found(build, 'v6-no-reply').title];
  };
  const link = 'for link-address 2001:db8:0:20::1';
  assert.deepEqual(titles(true), [
    `DHCPv6 relay ${RELAY} gets no answer from ${SERVER} ${link}`,
    ` this capture shows no RELAY-REPL to it that names it.`,
    `No answer by DHCPv6 for 2 of 3 clients, all behind relay ${RELAY} ${link}`,
  ]);
  assert.deepEqual(titles(false), [
    `DHCPv6 relay ${RELAY} gets no answer from ${SERVER}`,
    ' this capture shows no RELAY-REPL to it.',
    `No answer by DHCPv6 for both clients, all behind relay ${RELAY}`,
  ]);
  const silent = new Build();
  served(silent, 0, 0x30, 1, '2001:db8:1::6');
  served(silent, 2, 0x20, 2);
  assert.deepEqual(lines(silent.analyse(60)), []);
});

test('relay-unanswered: a server that answers the relay in the meantime is not down', () => {
  const down = (at: number): string => {
    const build = new Build();
    served(build, at, 0x30, 1);
    asks(build, 2, 0x20, 2);
    return found(build, 'relay-unanswered').causes.find(({ text }) => text.startsWith('The server is down'))!
      .likelihood;
  };
  assert.equal(down(0), 'possible');
  assert.equal(down(10), 'unlikely');
});

test('relay-unanswered: silent where every link of the relay is answered', () => {
  const build = new Build();
  served(build, 0, 0x30, 1);
  served(build, 2, 0x20, 2);
  assert.deepEqual(lines(build.analyse(60)), []);
});

test('relay-unanswered: a RELAY-REPL with another link-address answers the question that it carries', () => {
  const build = new Build();
  served(build, 0, 0x30, 1);
  build.v6(2, wrapped(12, 0x20, message(1, 9, client(9))), there);
  build.v6(3, wrapped(12, 0x20, message(1, 9, client(9))), there);
  build.v6(3.1, wrapped(13, 0, message(2, 9, client(9), server, given(9))), back);
  assert.deepEqual(lines(build.analyse(60), 'relay-unanswered'), []);
});

test('relay-unanswered: the server answers the relay as if it were a client', () => {
  const ask = (bare: boolean): Build => {
    const build = new Build();
    for (const at of [0, 1.2, 3.4]) {
      build.v6(at, wrapped(12, 0x20, message(1, 1, client(1))), there);
      const inner = message(2, 1, client(1), server, given(1));
      build.v6(at + 0.01, bare ? inner : wrapped(13, 0x20, inner), back);
    }
    return build;
  };
  const build = ask(true);
  assert.deepEqual(lines(build.analyse(60)), [`relay-unanswered error ${RELAY} 2,4,6,1,3,5`]);
  const relay = found(build, 'relay-unanswered');
  assert.equal(relay.title, `DHCPv6 server ${SERVER} answers relay ${RELAY} without RELAY-REPL`);
  assert.match(relay.causes[0]!.text, /^The program on the server takes the relay for a client/);
  assert.ok(relay.causes.every(({ text }) => !/subnet|down|firewall/.test(text)));
  // What is wrapped reaches the relay: the rest is between it and the client.
  assert.deepEqual(lines(ask(false).analyse(60), 'relay-unanswered'), []);
});

test('relay-unanswered: where the server’s own host says that nothing listens, nothing else is weighed', () => {
  const build = new Build();
  for (const at of [0, 2, 5]) {
    build.v6(at, wrapped(12, 0x20, message(1, 1, client(1))), there);
    const quoted = { ...there, sourcePort: 547, destinationPort: 547 };
    build.icmp6(at + 0.1, { type: 1, code: 4, quoted }, SERVER);
  }
  for (const id of ['relay-unanswered', 'v6-no-reply']) {
    const { causes, steps } = found(build, id);
    assert.deepEqual(
      causes.map(({ text }) => text),
      [
        `A host refuses datagrams to UDP port 547, and says so by ICMPv6: at ${SERVER} no DHCPv6 program listens, or a firewall rejects them as if none did`,
      ],
    );
    assert.match(JSON.stringify(steps), /ss -lunp/);
    // Nothing goes to port 546 between relay and server.
    assert.doesNotMatch(JSON.stringify(steps), /546|client/);
  }
  assert.doesNotMatch(JSON.stringify(found(build, 'port-unreachable').steps), /546|client/);
});

test('v6-no-reply: all clients behind a relay that gets no answer are told together, whatever they ask', () => {
  const build = new Build();
  asks(build, 0, 0x20, 1);
  asks(build, 0.5, 0x20, 2);
  for (const at of [1, 2, 4]) build.v6(at, wrapped(12, 0x20, message(11, 9, client(3))), there);
  const { findings } = build.analyse(60);
  const silent = findings.filter(({ id }) => id === 'v6-no-reply');
  assert.deepEqual(
    silent.map(({ title }) => title),
    [`No answer by DHCPv6 for any of 3 clients, all behind relay ${RELAY}`],
  );
  assert.match(silent[0]!.explanation, /sent SOLICIT and INFORMATION-REQUEST/);
  // A client of the link without the relay is not of them.
  for (const at of [1, 2, 4]) build.v6(at, message(11, 10, client(4)));
  const titles = build.analyse(60).findings.map(({ title }) => title);
  assert.ok(titles.includes(`No answer by DHCPv6 for 3 of 4 clients, all behind relay ${RELAY}`), titles.join());
});

test('v6-no-reply: the line card is told that the interface ids of the unanswered share, and none of the answered has', () => {
  const build = new Build();
  for (const n of [1, 2, 3, 4, 5]) served(build, n % 2 === 0 ? n : 20 + n, 0x30, n, SERVER, `ge-0/0/${n}`);
  for (const n of [6, 7, 8]) asks(build, 10 + n / 10, 0x30, n, `ge-1/0/${n}`);
  const { title, causes } = found(build, 'v6-no-reply');
  assert.equal(title, 'No answer by DHCPv6 for 3 of 8 clients, all behind interfaces whose id begins with “ge-1/0/”');
  assert.match(
    causes[0]!.text,
    /^Only the 3 unanswered clients are behind interfaces whose id begins with “ge-1\/0\/”/,
  );
});
