/* DHCPv6: why a client goes on as if an answer had never come, and that clients of one server with one reason are told together. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import { Build } from './build';

const hex = (value: number, octets: number): string => value.toString(16).padStart(2 * octets, '0');
const option = (code: number, value: string): string => hex(code, 2) + hex(value.length / 2, 2) + value;
const duid = (host: number): string => option(1, `00030001020000000${hex(host, 2).slice(-3)}`);
const server = option(2, '000300010200000000fe');
const address = (preferred: number, valid: number): string =>
  option(5, `20010db8${'00'.repeat(11)}42${hex(preferred, 4)}${hex(valid, 4)}`);
const ia = (inner = ''): string => option(3, `00000001${'00'.repeat(8)}${inner}`);
const message = (type: number, xid: number, ...options: string[]): string =>
  hex(type, 1) + hex(xid, 3) + options.join('');
const RELAY = '2001:db8::1';
const SERVER = '2001:db8:9::6';
/** RELAY-FORW (12) or RELAY-REPL (13), with link-address ::, an Interface-ID or none. */
const relayed = (type: number, inner: string, interfaceId: string): string =>
  `${hex(type, 1)}00${'00'.repeat(16)}fe80${'00'.repeat(13)}0c${interfaceId === '' ? '' : option(18, interfaceId)}${option(9, inner)}`;

/** Two clients send SOLICIT three times each, and are sent an ADVERTISE each time. */
function asking(
  given: string,
  seen: { destinationPort?: number; relay?: string } = {},
  more: (build: Build, at: number, host: number) => void = () => undefined,
): Build {
  const build = new Build();
  for (const host of [1, 2])
    for (const wait of [0, 1, 3]) {
      const at = host / 2 + wait;
      const { relay, ...port } = seen;
      const solicit = message(1, host, duid(host), ia());
      const advertise = message(2, host, duid(host), server, given);
      const source = `fe80::${host}`;
      if (relay === undefined) {
        build.v6(at, solicit, { source, ethSource: `02:00:00:00:00:0${host}` });
        build.v6(at + 0.01, advertise, { source: 'fe80::fe', destination: source, ...port });
      } else {
        build.v6(at, relayed(12, solicit, '0012'), { source: RELAY, destination: SERVER });
        build.v6(at + 0.01, relayed(13, advertise, relay), { source: SERVER, destination: RELAY, ...port });
      }
      more(build, at + 0.011, host);
    }
  return build;
}
const of = (build: Build, id: string): Finding[] => build.analyse(30).findings.filter((one) => one.id === id);
const GIVEN = ia(address(200, 300));

/** The first cause of the one finding about both clients, its evidence, and its first step. */
function both(build: Build): readonly [string, readonly string[], string] {
  const [found, ...others] = of(build, 'answer-ignored');
  assert.equal(others.length, 0);
  assert.match(found!.title, /^Answer ignored: 2 clients \(02:00:00:00:00:01 and 02:00:00:00:00:02\), all of server /);
  return [found!.causes[0]!.text, found!.causes[0]!.evidence, String(found!.steps[0])];
}

test('answer-ignored: an ADVERTISE with an empty association gives nothing', () => {
  const [text, evidence, step] = both(asking(ia()));
  assert.match(text, /^The ADVERTISE gives nothing: neither an address or prefix nor a status code/);
  assert.deepEqual(evidence, ['IA_NA with IAID 0x1 in frame 2 is empty']);
  assert.match(step, /look why it has nothing for this client/);
});

test('answer-ignored: an Interface-ID that is not given back', () => {
  const [text, evidence, step] = both(asking(GIVEN, { relay: '' }));
  assert.match(
    text,
    /^The server does not give back the Interface-ID \(option 18\) of the relay: without it, and without a link-address/,
  );
  assert.deepEqual(evidence, [
    'option 18 is 0012 in the RELAY-FORW in frame 1, and missing in the RELAY-REPL in frame 2',
  ]);
  assert.match(step, /^Update the DHCPv6 program on 02:00:00:00:00:fe/);
  const [other, values, update, where] = (() => {
    const [found] = of(asking(GIVEN, { relay: '657468322e3330' }), 'answer-ignored');
    return [found!.causes[0]!.text, found!.causes[0]!.evidence, ...found!.steps.map(String)];
  })();
  assert.match(String(other), /^The server gives back another Interface-ID \(option 18\) than the relay sent/);
  assert.deepEqual(values, [
    'option 18 is 0012 in the RELAY-FORW in frame 1, and “eth2.30” in the RELAY-REPL in frame 2',
  ]);
  assert.match(String(update), /^Update the DHCPv6 program on 02:00:00:00:00:fe/);
  assert.match(String(where), /^Capture on 02:00:00:00:00:fe as well/);
  // Where it is given back, the relay is what is left.
  const [found, ...others] = of(asking(GIVEN, { relay: '0012' }), 'answer-ignored');
  assert.equal(others.length, 0);
  assert.equal(found!.subject, `relay ${RELAY}`);
  assert.match(found!.causes[0]!.text, /^The relay 2001:db8::1 does not forward the ADVERTISE/);
});

test('answer-ignored: a peer-address that is not the relay’s, and no cause on a client whose link shows no answer', () => {
  const seen = (peer: string, own: boolean): Finding => {
    const build = new Build();
    for (const at of [0, 1, 3]) {
      const solicit = message(1, 1, duid(1), ia());
      const source = 'fe80::c';
      if (own) build.v6(at, solicit, { source, ethSource: '02:00:00:00:00:01' });
      build.v6(at + 0.001, relayed(12, solicit, '0012'), { source: RELAY, destination: SERVER });
      const reply = relayed(13, message(2, 1, duid(1), server, GIVEN), '0012').replace('0c00120002', `${peer}00120002`);
      build.v6(at + 0.01, reply, { source: SERVER, destination: RELAY });
    }
    return of(build, 'answer-ignored')[0]!;
  };
  const changed = seen('0d', true);
  assert.match(changed.causes[0]!.text, /^The server gives back another peer-address than the relay sent/);
  assert.match(changed.causes[0]!.evidence[0]!, /^peer-address is fe80::c in the RELAY-FORW in frame 2, and fe80::d /);
  for (const one of [changed, seen('0c', true)]) {
    assert.equal(one.causes.length, 1);
    assert.match(one.explanation, /No ADVERTISE is seen on the client’s link\.$/);
  }
  assert.match(seen('0c', true).causes[0]!.text, /^The relay 2001:db8::1 does not forward/);
  assert.match(JSON.stringify(seen('0c', false).causes), /a firewall on the client/);
});

test('reply-to-wrong-port: an ADVERTISE to port 547, a RELAY-REPL to port 546', () => {
  const direct = asking(GIVEN, { destinationPort: 547 });
  const [wrong] = of(direct, 'reply-to-wrong-port');
  assert.equal(wrong!.title, 'DHCPv6 server 02:00:00:00:00:fe sends its ADVERTISE to UDP port 547, not 546');
  assert.deepEqual(wrong!.frames, [2, 4, 6, 8, 10, 12]);
  assert.equal(both(direct)[0], 'The ADVERTISE goes to UDP port 547, and clients listen on 546');
  const refuses = (build: Build, at: number): void => {
    const quoted = { source: SERVER, destination: RELAY, sourcePort: 547, destinationPort: 546 };
    build.icmp6(at, { type: 1, code: 4, quoted }, RELAY);
  };
  const relay = asking(GIVEN, { relay: '0012', destinationPort: 546 }, refuses);
  assert.equal(
    of(relay, 'reply-to-wrong-port')[0]!.title,
    'DHCPv6 server 02:00:00:00:00:fe sends its RELAY-REPL to UDP port 546, not 547',
  );
  assert.equal(both(relay)[0], 'The RELAY-REPL goes to UDP port 546, and relays listen on 547');
  const [deaf] = of(relay, 'port-unreachable');
  assert.equal(deaf!.title, `Relay ${RELAY} gets its answers on UDP port 546, where it does not listen`);
  assert.doesNotMatch(JSON.stringify(deaf), /port 6[78]\b|client program/);
  for (const build of [asking(GIVEN), asking(GIVEN, { relay: '0012' })])
    assert.deepEqual(of(build, 'reply-to-wrong-port'), []);
});

test('firewall-reject, port-unreachable: what refuses an ADVERTISE on port 546 is opened on the client', () => {
  const refuses =
    (code: number) =>
    (build: Build, at: number, host: number): void => {
      const quoted = { source: 'fe80::fe', destination: `fe80::${host}`, sourcePort: 547, destinationPort: 546 };
      build.icmp6(at, { type: 1, code, quoted }, `fe80::${host}`);
    };
  for (const [code, id] of [
    [1, 'firewall-reject'],
    [4, 'port-unreachable'],
  ] as const) {
    const build = asking(GIVEN, {}, refuses(code));
    const [found] = of(build, id);
    const steps = JSON.stringify(found!.steps);
    assert.match(steps, /on client fe80::1: .*udp dport 546/);
    assert.doesNotMatch(steps, /on the server|port 6[78]\b/);
    const [ignored] = of(build, 'answer-ignored');
    assert.equal(ignored!.causes[0]!.finding, id);
  }
});

test('v6-timer-order: a preferred lifetime beyond the valid one comes down to it', () => {
  const [found] = of(asking(ia(address(7200, 3600))), 'v6-timer-order');
  assert.match(found!.causes[0]!.text, /^The preferred lifetime is configured longer than the valid lifetime/);
  assert.match(String(found!.steps[0]), /preferred-lifetime 3600; default-lease-time 3600;/);
});

test('bad-checksum: an unfinished checksum of answers that nobody takes is the cause, and a warning', () => {
  const build = new Build();
  const unfinished = [{ id: 'checksum-offload', at: 0, length: 2, text: 'The UDP checksum is only begun.' }];
  for (const [i, at] of [0, 1, 3].entries()) {
    build.v6(at, message(1, 1, duid(1), ia()), { source: 'fe80::1', ethSource: '02:00:00:00:00:01' });
    const problems = unfinished as never;
    build.v6(at + 0.01, message(2, 1, duid(1), server, GIVEN), {
      source: 'fe80::fe',
      destination: 'fe80::1',
      problems,
    });
    assert.equal(build.packets.length, 2 * (i + 1));
  }
  const { findings } = build.analyse(30);
  assert.deepEqual(
    findings.map(({ id, severity }) => `${id} ${severity}`),
    ['bad-checksum warning', 'answer-ignored warning'],
  );
  assert.match(findings[1]!.causes[0]!.text, /is not finished, so the client’s system drops it$/);
  const sender = findings[0]!.causes.find(({ text }) =>
    text.startsWith('The capture was taken on the sending machine'),
  )!;
  assert.equal(sender.likelihood, 'unlikely');
  assert.match(sender.evidence.join(), / does not take the ADVERTISE$/);
});

test('the verdict does not say that nobody answers a client whose answers do not fit', () => {
  const build = new Build();
  for (const at of [0, 1, 3]) {
    build.v6(at, message(1, 1, duid(1), ia()), { source: 'fe80::1', ethSource: '02:00:00:00:00:01' });
    build.v6(at + 0.01, message(2, 1, duid(9), server, GIVEN), { source: 'fe80::fe', destination: 'fe80::1' });
  }
  assert.match(build.analyse(30).verdict, /the client got no answer that fits its question/);
});

const elapsed = (seconds: number): string => option(8, hex(seconds * 100, 2));
const unfinished = [{ id: 'checksum-offload', at: 0, length: 2, text: 'The UDP checksum is only begun.' }] as never;

/** A client that takes a new transaction id for each SOLICIT, and is sent an ADVERTISE each time. */
function changing(second: string, problems?: never, then: (build: Build) => void = () => undefined): Build {
  const build = new Build();
  const from = { source: 'fe80::1', ethSource: '02:00:00:00:00:01' };
  const to = { source: 'fe80::fe', destination: 'fe80::1', ...(problems ? { problems } : {}) };
  build.v6(40, message(1, 1, duid(1), ia(), elapsed(32)), from);
  build.v6(40.01, message(2, 1, duid(1), server, GIVEN), to);
  build.v6(72, message(1, 2, duid(1), ia(), second), from);
  build.v6(72.01, message(2, 2, duid(1), server, GIVEN), to);
  then(build);
  return build;
}

test('answer-ignored: a client that changes its transaction id asks on, as its Elapsed Time tells', () => {
  const { findings, verdict } = changing(elapsed(64), unfinished).analyse(30);
  assert.deepEqual(
    findings.map(({ id, severity, frames }) => `${id} ${severity} ${frames.join()}`),
    ['bad-checksum warning 2,4', 'answer-ignored warning 2,3'],
  );
  assert.match(findings[1]!.causes[0]!.text, /is not finished, so the client’s system drops it$/);
  assert.match(verdict, /the client got no lease/);
  // It began anew after the ADVERTISE, asks for another association, or takes the answer in the end.
  const takes = (build: Build): void => {
    build.v6(73, message(3, 3, duid(1), server, GIVEN), { source: 'fe80::1', ethSource: '02:00:00:00:00:01' });
    build.v6(73.01, message(7, 3, duid(1), server, GIVEN), { source: 'fe80::fe', destination: 'fe80::1' });
  };
  const prefix = option(25, `00000001${'00'.repeat(8)}`) + elapsed(64);
  for (const build of [changing(elapsed(0)), changing(prefix), changing(elapsed(64), undefined, takes)])
    assert.deepEqual(of(build, 'answer-ignored'), []);
});

test('a RELEASE that names no address gives nothing back', () => {
  const verdict = (association: string, ...more: string[]): string => {
    const build = new Build();
    build.v6(0, message(8, 1, duid(1), association, ...more), { source: 'fe80::1', ethSource: '02:00:00:00:00:01' });
    return build.analyse(30).verdict;
  };
  assert.match(verdict(ia(), server), /asked, and this capture does not show how it ended/);
  assert.match(verdict(GIVEN, server), /gave its address back/);
  const malformed = (association: string): string[] => {
    const build = new Build();
    build.v6(0, message(8, 1, duid(1), association), { source: 'fe80::1', ethSource: '02:00:00:00:00:01' });
    return of(build, 'v6-malformed').map(({ severity }) => severity);
  };
  assert.deepEqual([malformed(ia()), malformed(GIVEN)], [['warning'], ['error']]);
});
