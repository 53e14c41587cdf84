import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import { encodeMessage4 } from '../../src/codec/dhcpv4/encode';
import { ADDRESS, Build, CLIENT, SERVER, SERVER_MAC, ipOption, lease, raw, textOption } from './build';

/* The likely cause where requests and replies, held side by side, leave no doubt. */

const RELAY = '10.9.0.1';

function only(build: Build, id: string, until = 60): Finding {
  const found = build.analyse(until).findings.filter((one) => one.id === id);
  assert.equal(found.length, 1);
  return found[0]!;
}
const first = (build: Build, id: string): string => {
  const [one] = only(build, id).causes;
  assert.equal(one!.likelihood, 'likely');
  return one!.text;
};

test('reply-to-wrong-address: a reply to the source address of the relayed request is told apart from one to the client’s network', () => {
  const answered = (destination: string): string => {
    const build = new Build();
    for (const at of [0, 4]) {
      build.discover(at, { giaddr: RELAY, hops: 1 }, { source: '172.16.0.2', destination: SERVER, sourcePort: 67 });
      build.offer(at + 0.01, { giaddr: RELAY, yiaddr: '10.9.0.50' }, { destination, destinationPort: 67 });
    }
    return first(build, 'reply-to-wrong-address');
  };
  assert.equal(
    answered('172.16.0.2'),
    'The server 10.0.0.1 answers the address that the request came from instead of the relay in giaddr',
  );
  assert.equal(
    answered('10.9.0.255'),
    'The server 10.0.0.1 answers the client’s network instead of the relay in giaddr',
  );
});

test('reply-to-wrong-port: a reply to port 67 with giaddr 0 goes as to a relay', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.01, {}, { destinationPort: 67 });
  assert.match(
    first(build, 'reply-to-wrong-port'),
    /^The server, or a relay on the way back, sends the reply to port 67/,
  );
  const odd = new Build();
  odd.discover(0);
  odd.offer(0.01, {}, { destinationPort: 1068 });
  assert.match(first(odd, 'reply-to-wrong-port'), /^A NAT, container network or proxy/);
});

test('relay-unanswered: the relays that pass the message round are the cause', () => {
  const build = new Build();
  const macs = ['02:00:00:00:0a:01', '02:00:00:00:0a:02'];
  for (let hops = 1; hops <= 8; hops++)
    build.discover(
      hops / 1000,
      { giaddr: RELAY, hops },
      {
        ethSource: macs[hops % 2]!,
        ethDestination: macs[(hops + 1) % 2]!,
        source: RELAY,
        destination: '10.5.0.2',
        sourcePort: 67,
      },
    );
  assert.match(first(build, 'relay-unanswered'), /^Relays send the DISCOVER round in a circle/);
  assert.deepEqual(
    build.analyse(60).findings.map(({ id }) => id),
    ['relay-loop', 'relay-unanswered'],
  );
});

test('no-offer: a message that cannot be read to its end is dropped for that, not for its length', () => {
  const build = new Build();
  for (const number of [2, 3, 4]) build.bind(number, { chaddr: `02:00:00:00:00:0${number}`, xid: number });
  // Option 12 claims 64 octets, and three follow; without padding, the message is shorter than 300 octets.
  const whole = encodeMessage4({ chaddr: CLIENT, xid: 9, options: [{ code: 53, hex: '01' }] });
  const short = Uint8Array.from([...whole.subarray(0, 243), 12, 64, 0x61, 0x62, 0x63]);
  for (const at of [10, 14]) build.octets(short, { at });
  assert.match(first(build, 'no-offer'), /^The unanswered DISCOVER has this fault: option 12 \(Host Name\)/);
});

const option = (code: number, value: string): string =>
  code.toString(16).padStart(4, '0') + (value.length / 2).toString(16).padStart(4, '0') + value;
const asked = option(3, '000000010000000000000000');
const given = option(3, '0000000100000064000000a0' + option(5, '20010db8000000000000000000000042000000c8000000c8'));
const duid = (number: number): string => `00030001020000000${number.toString(16).padStart(3, '0')}`;
const server = (number: number): string => option(2, duid(number));
const client = (number: number): string => option(1, duid(number));

test('v6-no-reply: a REQUEST that names another server than the one that advertised (RFC 9915 §16.4)', () => {
  const asking = (named: number): Finding => {
    const build = new Build();
    build.v6(0, `01000001${client(0xc)}${asked}`);
    build.v6(0.1, `02000001${client(0xc)}${server(0xfe)}${given}`, { source: 'fe80::fe', destination: 'fe80::c' });
    for (const at of [1, 2, 4]) build.v6(at, `03000002${client(0xc)}${server(named)}${given}`);
    return only(build, 'v6-no-reply');
  };
  const { causes, frames } = asking(0x42);
  assert.match(causes[0]!.text, /^The REQUEST names another server than the one that advertised/);
  assert.match(causes[0]!.evidence[0]!, /02:00:00:00:00:42 .* in frame 3, .*02:00:00:00:00:fe .* in frame 2$/);
  assert.deepEqual(frames, [3, 4, 5]);
  assert.doesNotMatch(asking(0xfe).causes[0]!.text, /names another server/);
});

test('v6-starvation: who completes, and has a source of its own, is not among the invented', () => {
  const build = new Build();
  const own = { source: 'fe80::c', ethSource: '02:00:00:00:00:0c' };
  build.v6(0, `01000001${client(0xc)}${asked}`, own);
  build.v6(0.01, `02000001${client(0xc)}${server(0xfe)}${given}`, { source: 'fe80::fe', destination: 'fe80::c' });
  build.v6(0.02, `03000002${client(0xc)}${server(0xfe)}${given}`, own);
  build.v6(0.03, `07000002${client(0xc)}${server(0xfe)}${given}`, { source: 'fe80::fe', destination: 'fe80::c' });
  for (let number = 0; number < 60; number++)
    build.v6(0.1 + number / 100, `01${(number + 256).toString(16).padStart(6, '0')}${client(number + 256)}${asked}`, {
      source: 'fe80::66',
      ethSource: '02:00:00:00:00:66',
    });
  const { title, causes } = only(build, 'v6-starvation');
  assert.match(title, /^60 DUIDs ask within /);
  assert.deepEqual(causes[0]!.evidence, ['from 02:00:00:00:00:66', 'none of them ever completes']);
});

test('v6-starvation: who asks with one DUID of its own, in vain, is a victim and not a source', () => {
  const build = new Build();
  const attack = { source: 'fe80::66', ethSource: '02:00:00:00:00:66' };
  const victim = { source: 'fe80::c', ethSource: '02:00:00:00:00:0c' };
  const refused = option(3, `000000010000000000000000${option(13, '0002')}`);
  const xid = (number: number): string => (number + 256).toString(16).padStart(6, '0');
  for (let number = 0; number < 60; number++)
    build.v6(number / 100, `01${xid(number)}${client(number + 256)}${asked}`, attack);
  for (const at of [1, 2, 4]) {
    build.v6(at, `01000001${client(0xc)}${asked}`, victim);
    const answer = { source: 'fe80::fe', destination: 'fe80::c' };
    build.v6(at + 0.01, `02000001${client(0xc)}${server(0xfe)}${refused}`, answer);
  }
  const { findings } = build.analyse(9);
  assert.deepEqual(
    findings.map(({ id, severity }) => [id, severity]),
    [
      ['v6-starvation', 'error'],
      ['v6-status', 'warning'],
    ],
  );
  const [attacked, status] = findings;
  assert.match(
    attacked!.explanation,
    /from 1 link-layer source \(02:00:00:00:00:66\); none .* Meanwhile 02:00:00:00:00:0c asks in vain \(frame 61\)\./,
  );
  assert.deepEqual(attacked!.steps[0], 'Find the port: `show mac address-table address 02:00:00:00:00:66`.');
  assert.match(status!.title, /^02:00:00:00:00:0c: server /);
  assert.deepEqual(status!.causes, [
    {
      likelihood: 'likely',
      text: 'A starvation attack on this link empties the pool',
      evidence: ['60 DUIDs ask from frame 1 on'],
      finding: 'v6-starvation',
      frames: Array.from({ length: 60 }, (_, i) => i + 1),
    },
  ]);
});

test('v6-timer-order: the title and the cause name the times (RFC 9915 §21.4)', () => {
  const build = new Build();
  const wrong = option(
    3,
    '0000000100000fa000000b40' + option(5, '20010db8000000000000000000000042' + '0000138800001770'),
  );
  build.v6(0, `01000001${client(0xc)}${asked}`);
  build.v6(0.1, `02000001${client(0xc)}${server(0xfe)}${wrong}`, { source: 'fe80::fe', destination: 'fe80::c' });
  const { title, causes } = only(build, 'v6-timer-order');
  assert.match(title, /, IA_NA with T1 4000 s later than T2 2880 s$/);
  assert.deepEqual(causes[0]!.evidence, ['IA_NA with T1 4000 s later than T2 2880 s']);
});

test('v6-timer-order: T1 after T2 is set so, and no lifetime makes it; a T2 after the lifetime is left over', () => {
  const cause = (times: string): string => {
    const build = new Build();
    const wrong = option(3, `00000001${times}${option(5, '20010db8000000000000000000000042' + '0000070800000e10')}`);
    build.v6(0, `01000001${client(0xc)}${asked}`);
    build.v6(0.1, `02000001${client(0xc)}${server(0xfe)}${wrong}`, { source: 'fe80::fe', destination: 'fe80::c' });
    return first(build, 'v6-timer-order');
  };
  // T1 1500 s and T2 900 s; T1 900 s and T2 2880 s; preferred for 1800 s.
  assert.equal(cause('000005dc00000384'), 'T1 and T2 are swapped in the configuration, or one of them is mistyped');
  assert.equal(cause('0000038400000b40'), 'A lifetime was changed and the timers were left');
});

test('reply-mismatch: a client identifier that comes back without its end was cut', () => {
  const cause = (given: string): string => {
    const build = new Build();
    build.discover(0, { options: [raw(61, 'ff00112233445566778899')] });
    build.offer(0.1, { options: [...lease(), raw(61, given)] });
    return first(build, 'reply-mismatch');
  };
  assert.equal(cause('ff0011223344'), `The server ${SERVER} keeps only the first 6 octets of a client identifier`);
  const anew = `The server ${SERVER} makes up the client identifier anew, from a lease or reservation, instead of copying option 61`;
  assert.equal(cause('01020000000001'), anew);
  assert.equal(cause('112233'), anew);
});

test('no-ack: where the client took another address for the server’s, only that is the cause, and steps name who made the OFFER', () => {
  const build = new Build();
  for (const at of [0, 8, 16]) {
    build.discover(at, { xid: 7 + at });
    build.offer(at + 0.1, { xid: 7 + at, siaddr: '10.0.0.9' });
    build.request(at + 0.2, { xid: 7 + at, options: [ipOption(50, ADDRESS), ipOption(54, '10.0.0.9')] });
  }
  const { causes, steps } = only(build, 'no-ack');
  assert.deepEqual(
    causes.map(({ likelihood, finding }) => [likelihood, finding]),
    [['likely', 'request-mismatch']],
  );
  assert.ok(steps.some((step) => step.includes(`on server ${SERVER} at once`)));
  assert.ok(!steps.some((step) => step.includes('10.0.0.9')));
});

test('tftp-error: a boot server whose host is up and that is silent has a firewall rather than no program', () => {
  const causes = (up: boolean): readonly (readonly [string, string])[] => {
    const build = new Build();
    build.discover(0);
    build.offer(0.1, { siaddr: SERVER, file: 'pxelinux.0' });
    build.request(0.2);
    build.ack(0.3, { siaddr: SERVER, file: 'pxelinux.0' });
    build.tftp(1, ADDRESS, SERVER, { operation: 1, file: 'pxelinux.0' });
    if (up) build.arp(2, 2, SERVER_MAC, SERVER, ADDRESS);
    build.tftp(3, ADDRESS, SERVER, { operation: 1, file: 'pxelinux.0' });
    return only(build, 'tftp-error', 9).causes.map(({ likelihood, text }) => [likelihood, text]);
  };
  const firewall = 'A firewall blocks UDP port 69, or the server’s replies, which come from another port';
  assert.deepEqual(causes(true).slice(0, 2), [
    ['likely', firewall],
    ['possible', 'No TFTP server runs there'],
  ]);
  assert.deepEqual(causes(false).slice(0, 2), [
    ['likely', 'No TFTP server runs there'],
    ['likely', firewall],
  ]);
});

/** A message behind a relay (RFC 9915 §9): its type and what is relayed, by way of the relay with this link-address. */
const relayed = (type: '0c' | '0d', link: string, message: string): string =>
  `${type}00${link}fe80000000000000000000000000000c${option(9, message)}`;
const LINKS = ['20010db8000000080000000000000001', '20010db8000000090000000000000001'] as const;
const RELAYS = ['2001:db8:0:8::1', '2001:db8:0:9::1'] as const;

test('v6-status: an empty pool is told of all the clients that it leaves without, and of the relay behind which it is empty', () => {
  const build = new Build();
  const status = option(13, '0002');
  for (const [number, on] of [
    [0x11, 0],
    [0x12, 1],
    [0x13, 1],
  ] as const) {
    const xid = number.toString(16).padStart(6, '0');
    const to = { source: RELAYS[on], destination: '2001:db8:1::5' };
    const back = { source: '2001:db8:1::5', destination: RELAYS[on] };
    const answer = on === 0 ? given : option(3, `000000010000000000000000${status}`);
    build.v6(number, relayed('0c', LINKS[on], `01${xid}${client(number)}${asked}`), to);
    build.v6(number + 0.1, relayed('0d', LINKS[on], `02${xid}${client(number)}${server(0xfe)}${answer}`), back);
  }
  const { title, causes, frames } = only(build, 'v6-status');
  assert.match(
    title,
    /^2 clients \(02:00:00:00:00:12 and 02:00:00:00:00:13\): server 02:00:00:00:00:fe says NoAddrsAvail$/,
  );
  assert.deepEqual(causes[0]!.evidence, [
    'all that are refused are behind relay 2001:db8:0:9::1; behind relay 2001:db8:0:8::1 a client gets what it asks for (frame 2)',
  ]);
  assert.deepEqual(frames, [4, 6]);
});

test('no-offer: clients whose DISCOVERs a server passes over, while it renews, are one finding', () => {
  const build = new Build();
  for (const number of [2, 3, 4]) {
    const own = { chaddr: `02:00:00:00:00:0${number}`, xid: number };
    build.renew(number * 10, { ...own, ciaddr: `10.0.0.${number}` }, { source: `10.0.0.${number}` });
    build.ack(number * 10 + 0.01, { ...own, ciaddr: `10.0.0.${number}`, yiaddr: `10.0.0.${number}` });
  }
  for (const number of [5, 6])
    for (const at of [22, 26]) build.discover(at + number / 10, { chaddr: `02:00:00:00:00:0${number}`, xid: number });
  const { title, causes } = only(build, 'no-offer');
  assert.equal(title, 'No OFFER for any of 2 clients');
  assert.match(causes[0]!.text, /^The server has no address for these clients: its pool is used up/);
  assert.equal(
    causes[0]!.evidence[0],
    '3 other clients got answers on this link from 10.0.0.1, none of them to a DISCOVER',
  );
});

test('nak: what the server says about the address is held for its cause', () => {
  const refused = (text: string): Finding => {
    const build = new Build();
    build.request(0, { options: [ipOption(50, ADDRESS)] });
    build.nak(0.01, { options: [ipOption(54, SERVER), textOption(56, text)] });
    return only(build, 'nak');
  };
  for (const [text, likely] of [
    ['lease not found', /^The server has no record of the lease/],
    ['address in use', /^The address was leased to another client meanwhile/],
  ] as const) {
    const [cause] = refused(text).causes;
    assert.match(cause!.text, likely);
    assert.equal(cause!.likelihood, 'likely');
    assert.deepEqual(cause!.evidence, [`the server says “${text}”`]);
  }
});

test('chaddr-mismatch: the card of the server itself asks in the client’s name, as a test tool does', () => {
  const causes = (ethSource: string): string[] => {
    const build = new Build();
    build.discover(0, {}, { ethSource, source: SERVER });
    build.offer(0.1);
    return only(build, 'chaddr-mismatch').causes.map(({ likelihood, text }) => `${likelihood} ${text.slice(0, 38)}`);
  };
  const others = ['possible Somebody forges messages in the client', 'unlikely A router handed it on'];
  const bridge = 'A bridge, repeater or virtual switch s';
  assert.deepEqual(causes('02:00:00:00:00:fe'), [
    `likely A program on server ${SERVER} asks in t`,
    others[0],
    `possible ${bridge}`,
    others[1],
  ]);
  assert.deepEqual(causes('02:00:00:00:00:77'), [`likely ${bridge}`, ...others]);
});
