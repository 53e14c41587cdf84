/* DHCPv6: answers held against their questions (RFC 9915 §16), and what became of clients that were given nothing. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { Build, lines } from './build';

const hexOf = (value: number, octets: number): string => value.toString(16).padStart(2 * octets, '0');
const option = (code: number, value: string): string => hexOf(code, 2) + hexOf(value.length / 2, 2) + value;
const CLIENT = '0003000102000000000c';
const OTHER = '00030001020000000077';
const SERVER = '00030001020000000001';
const RIVAL = '00030001020000000002';
const client = (duid = CLIENT): string => option(1, duid);
const server = (duid = SERVER): string => option(2, duid);
const RAPID = option(14, '');
const address = (seconds = 4000): string =>
  option(5, `20010db8000000000000000000000042${hexOf(seconds === 0 ? 0 : 3000, 4)}${hexOf(seconds, 4)}`);
const ia = (inner = '', iaid = 1): string => option(3, `${hexOf(iaid, 4)}${'00'.repeat(8)}${inner}`);
const status = (code: number): string => option(13, hexOf(code, 2));
const message = (type: number, xid: number, ...options: string[]): string =>
  hexOf(type, 1) + hexOf(xid, 3) + options.join('');
const [SOLICIT, ADVERTISE, REQUEST, RENEW, REPLY] = [1, 2, 3, 5, 7];
const reply = { source: 'fe80::2', destination: 'fe80::1' };

/** SOLICITs of one client a second apart, each with what answers it. */
function asks(answers: (build: Build, at: number, xid: number) => void, ...options: string[]): Build {
  const build = new Build();
  for (const at of [0, 1, 3]) {
    build.v6(at, message(SOLICIT, 7, client(), ia(), ...options), { ethSource: '02:00:00:00:00:0c' });
    answers(build, at + 0.1, 7);
  }
  return build;
}

test('reply-mismatch: another client DUID, transaction id or IAID; the client is one, and not said to be without reply', () => {
  const given = (duid: string, xid: number, iaid = 1): Build =>
    asks((build, at) => build.v6(at, message(ADVERTISE, xid, client(duid), server(), ia(address(), iaid)), reply));
  for (const [build, what] of [
    [
      given(OTHER, 7),
      /the answer to 02:00:00:00:00:0c has client DUID 00030001020000000077 instead of 0003000102000000000c$/,
    ],
    [given(CLIENT, 8), /has transaction id 0x000008 instead of 0x000007$/],
    [given(CLIENT, 7, 9), /has IAID 0x9 instead of 0x1$/],
  ] as const) {
    const analysis = build.analyse(60);
    const [first] = analysis.findings;
    assert.deepEqual([first!.id, first!.severity, first!.subject], ['reply-mismatch', 'error', SERVER]);
    assert.deepEqual([...first!.frames].sort(), [1, 2, 3, 4, 5, 6]);
    assert.match(first!.title, what);
    assert.deepEqual(lines(analysis, 'v6-no-reply'), []);
    assert.equal(analysis.clients.length, 1);
  }
  assert.deepEqual(lines(given(CLIENT, 7).analyse(60), 'reply-mismatch'), []);
});

test('reply-mismatch: a REPLY to a SOLICIT, unless both have Rapid Commit', () => {
  const commits = (asked: string, given: string): string[] =>
    lines(
      asks(
        (build, at, xid) => build.v6(at, message(REPLY, xid, client(), server(), given, ia(address())), reply),
        asked,
      ).analyse(60),
      'reply-mismatch',
    );
  assert.equal(commits('', '').length, 1);
  assert.equal(commits('', RAPID).length, 1);
  assert.equal(commits(RAPID, '').length, 1);
  assert.deepEqual(commits(RAPID, RAPID), []);
});

test('reply-mismatch: a REPLY of another server than the one that was asked; not where that one answers as well', () => {
  const replied = (...duids: string[]): string[] => {
    const build = new Build();
    build.v6(0, message(SOLICIT, 1, client(), ia()));
    build.v6(0.1, message(ADVERTISE, 1, client(), server(), ia(address())), reply);
    build.v6(1, message(REQUEST, 2, client(), server(), ia(address())));
    for (const duid of duids) build.v6(1.1, message(REPLY, 2, client(), server(duid), ia(address())), reply);
    return lines(build.analyse(60));
  };
  assert.deepEqual(replied(SERVER), []);
  assert.deepEqual(replied(RIVAL), [`reply-mismatch error ${RIVAL} 4,3`]);
  assert.deepEqual(replied(SERVER, RIVAL), [`v6-multiple-servers warning ${SERVER} and ${RIVAL} 4,5`]);
});

test('reply-mismatch: an answer to the transaction that the client has left fits that one', () => {
  const build = new Build();
  build.v6(0, message(SOLICIT, 1, client(), ia()));
  build.v6(1, message(SOLICIT, 2, client(), ia()));
  build.v6(1.1, message(ADVERTISE, 1, client(), server(), ia(address())), reply);
  build.v6(1.2, message(ADVERTISE, 2, client(), server(), ia(address())), reply);
  build.v6(2, message(REQUEST, 3, client(), server(), ia(address())));
  build.v6(2.1, message(REPLY, 3, client(), server(), ia(address())), reply);
  assert.deepEqual(lines(build.analyse(60)), []);
});

test('what became of a client: an address taken back, or refused by every server, is no answer about settings', () => {
  const outcome = (type: number, given: string): string | undefined => {
    const build = new Build();
    build.v6(0, message(type, 1, client(), server(), ia(address())));
    build.v6(0.1, message(REPLY, 1, client(), server(), given), reply);
    return build.analyse(60).clients[0]!.outcome;
  };
  assert.equal(outcome(RENEW, ia(address())), 'renewed');
  assert.equal(outcome(RENEW, ia(address(0))), 'refused');
  assert.equal(outcome(REQUEST, ia()), 'refused');
  const advertised = (...given: string[]): string => {
    const build = new Build();
    build.v6(0, message(SOLICIT, 1, client(), ia()));
    given.forEach((one, i) =>
      build.v6(0.1, message(ADVERTISE, 1, client(), server(i === 0 ? SERVER : RIVAL), one), reply),
    );
    return build.analyse(60).clients[0]!.outcome;
  };
  assert.equal(advertised(ia(status(2))), 'refused');
  assert.equal(advertised(ia(status(2)), ia(address())), 'incomplete');
});

test('v6-status names the server, what to do by the code, and the other server that gives an address', () => {
  const build = new Build();
  build.v6(0, message(SOLICIT, 1, client(), ia()));
  build.v6(0.1, message(ADVERTISE, 1, client(), server(), ia(status(2))), reply);
  build.v6(0.2, message(ADVERTISE, 1, client(), server(RIVAL), ia(address())), reply);
  const found = build.analyse(60).findings.find(({ id }) => id === 'v6-status')!;
  assert.match(found.title, /server 02:00:00:00:00:01 says NoAddrsAvail$/);
  assert.deepEqual(found.causes[0]!.evidence, ['server 02:00:00:00:00:02 gives 2001:db8::42 (frame 3)']);
  assert.ok(found.steps.some((step) => step.includes('range6')));
  const lost = new Build();
  lost.v6(0, message(RENEW, 1, client(), server(), ia(address())));
  lost.v6(0.1, message(REPLY, 1, client(), server(), ia(status(3))), reply);
  const [binding] = lost.analyse(60).findings;
  assert.match(binding!.steps[0]!, /^Nothing needs to be done for this client/);
  assert.ok(!binding!.steps.some((step) => step.includes('range6')));
});
