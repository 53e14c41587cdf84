import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Problem } from '../../src/codec/field';
import { Build } from './build';

/* DHCPv6: what the capture shows against a cause that would be likely without it. */

const SERVER_DUID = '00030001020000000001';
const OTHER_DUID = '00030001020000000002';
const hexOf = (value: number, octets: number): string => value.toString(16).padStart(2 * octets, '0');
const option = (code: number, value: string): string => hexOf(code, 2) + hexOf(value.length / 2, 2) + value;
const client = option(1, '0003000102000000000c');
const server = (duid = SERVER_DUID): string => option(2, duid);
const message = (type: number, xid: number, ...options: string[]): string =>
  hexOf(type, 1) + hexOf(xid, 3) + options.join('');
const reply = { source: 'fe80::2', destination: 'fe80::1' };
/** IA_NA with one address (its four groups of the network, in hex) and a valid lifetime. */
const gives = (network: string, valid: number): string =>
  option(
    3,
    `${hexOf(1, 4)}${'00'.repeat(8)}${option(5, `${network}${'0'.repeat(14)}42${hexOf(valid, 4)}${hexOf(valid, 4)}`)}`,
  );
const GLOBAL = '20010db800100001';
const PREFIX = option(
  25,
  `${hexOf(7, 4)}${'00'.repeat(8)}${option(26, `${hexOf(3000, 4)}${hexOf(4000, 4)}38${GLOBAL}${'0'.repeat(16)}`)}`,
);

const first = (build: Build, id: string): { text: string; evidence: string; all: string } => {
  const { causes } = build.analyse(60).findings.find((finding) => finding.id === id)!;
  return { text: causes[0]!.text, evidence: causes[0]!.evidence.join(), all: causes.map(({ text }) => text).join() };
};

test('v6-ia-missing: what the same server offered is not what it does not know', () => {
  const left = (offered: string): Build => {
    const asked = gives(GLOBAL, 0) + option(25, `${hexOf(7, 4)}${'00'.repeat(8)}`);
    const build = new Build();
    build.v6(0, message(1, 1, client, asked));
    build.v6(0.1, message(2, 1, client, server(), gives(GLOBAL, 4000) + offered), reply);
    build.v6(0.2, message(3, 2, client, server(), asked));
    build.v6(0.3, message(7, 2, client, server(), gives(GLOBAL, 4000)), reply);
    return build;
  };
  assert.equal(first(left(PREFIX), 'v6-ia-missing').evidence, 'offered in frame 2, left out in frame 4');
  assert.match(first(left(''), 'v6-ia-missing').text, /^The server delegates no prefixes/);
});

test('v6-ia-missing: a client that was given one before is evidence, and who was offered one is apart from who was not', () => {
  const asked = gives(GLOBAL, 0) + option(25, `${hexOf(7, 4)}${'00'.repeat(8)}`);
  const build = new Build();
  const asks = (at: number, host: number, offered: string, given: string): void => {
    const duid = option(1, `000300010200000000${hexOf(host, 1)}`);
    const out = { source: `fe80::${host}`, ethSource: `02:00:00:00:00:${hexOf(host, 1)}` };
    const back = { source: 'fe80::2', destination: out.source };
    build.v6(at, message(1, 2 * host, duid, asked), out);
    build.v6(at + 0.1, message(2, 2 * host, duid, server(), gives(GLOBAL, 4000) + offered), back);
    build.v6(at + 0.2, message(3, 2 * host + 1, duid, server(), asked), out);
    build.v6(at + 0.3, message(7, 2 * host + 1, duid, server(), gives(GLOBAL, 4000) + given), back);
  };
  asks(0, 20, PREFIX, PREFIX);
  asks(5, 21, PREFIX, '');
  asks(10, 22, PREFIX, '');
  asks(15, 23, '', '');
  const found = build.analyse(60).findings.filter(({ id }) => id === 'v6-ia-missing');
  assert.deepEqual(
    found.map(({ members, frames }) => [members?.length, ...frames]),
    [
      [2, 8, 12, 7, 11],
      [undefined, 16, 15],
    ],
  );
  assert.deepEqual(found[0]!.causes[0]!.evidence, [
    'offered in frame 6, left out in frame 8',
    'another client is given a prefix in frame 4',
  ]);
});

test('v6-multiple-servers: servers of different networks are no pair', () => {
  const two = (network: string): Build => {
    const build = new Build();
    build.v6(0, message(1, 1, client, gives(GLOBAL, 0)));
    build.v6(0.1, message(2, 1, client, server(), gives(GLOBAL, 7200)), reply);
    build.v6(0.2, message(2, 1, client, server(OTHER_DUID), gives(network, 400)), { ...reply, source: 'fe80::3' });
    return build;
  };
  const strange = first(two('fd00dead00000000'), 'v6-multiple-servers');
  assert.match(strange.text, /^A rogue server/);
  assert.match(strange.evidence, /2001:db8:10:1::42 in frame 2 and fd00:dead::42 in frame 3/);
  assert.match(first(two(GLOBAL), 'v6-multiple-servers').text, /^A pair of servers/);
});

test('v6-multiple-servers: what differs in DNS servers, domains, prefixes and other options is told', () => {
  const ADDRESS6 = gives(GLOBAL, 7200);
  const dns = (host: string): string => option(23, `20010db8000000000000000000000${host}`);
  // learner.example. and lab.example., as labels (RFC 1035 §3.1).
  const domain = {
    learner: option(24, '076c6561726e6572076578616d706c6500'),
    lab: option(24, '036c6162076578616d706c6500'),
  };
  const prefix = (size: string): string =>
    option(
      25,
      hexOf(2, 4) +
        hexOf(0, 4) +
        hexOf(0, 4) +
        option(26, `${hexOf(3600, 4)}${hexOf(7200, 4)}${size}20010db800ff00000000000000000000`),
    );
  const two = (one: string, other: string): ReturnType<typeof first> & { explanation: string } => {
    const build = new Build();
    build.v6(0, message(1, 1, client, gives(GLOBAL, 0)));
    build.v6(0.1, message(2, 1, client, server(), ADDRESS6, one), reply);
    build.v6(0.2, message(2, 1, client, server(OTHER_DUID), ADDRESS6, other), { ...reply, source: 'fe80::3' });
    const { explanation } = build.analyse(60).findings.find(({ id }) => id === 'v6-multiple-servers')!;
    return { ...first(build, 'v6-multiple-servers'), explanation };
  };
  const names = two(dns('053'), dns('099'));
  assert.match(
    names.explanation,
    /; they name different DNS servers: 2001:db8::53 in frame 2 and 2001:db8::99 in frame 3\./,
  );
  assert.match(names.text, /^A rogue server/);
  assert.match(names.evidence, /2001:db8::53 in frame 2 and 2001:db8::99 in frame 3/);
  // One that names none is none that names another.
  const none = two(dns('053'), '');
  assert.match(none.explanation, /; they name different DNS servers: 2001:db8::53 in frame 2 and none in frame 3\./);
  assert.match(none.text, /^A pair of servers/);
  assert.match(
    two(domain.learner, domain.lab).explanation,
    /they name different domains: learner\.example in frame 2 and lab\.example in frame 3/,
  );
  assert.match(
    two(prefix('38'), prefix('40')).explanation,
    /they delegate prefixes of different lengths: \/56 in frame 2 and \/64 in frame 3/,
  );
  // Boot file URL (RFC 5970 §3.1) and SNTP servers (RFC 4075 §4).
  const more = two(option(59, '61') + option(31, '20010db8000000000000000000000001'), option(59, '62'));
  assert.match(more.explanation, /Only \S+ sends option 31 \(.*\)\. Both send option 59 \(.*\), with another value\./);
  assert.doesNotMatch(two(dns('053'), dns('053')).explanation, /different|Only|Both send/);
});

test('v6-no-reply: flag O speaks against “on purpose” for an INFORMATION-REQUEST, and nobody is said to have an address', () => {
  const asked = (other: boolean): Build => {
    const build = new Build();
    build.icmp6(0, { type: 134, code: 0, managed: false, other }, 'fe80::aa');
    for (const at of [1, 2, 4]) build.v6(at, message(11, 5, client));
    return build;
  };
  assert.match(first(asked(true), 'v6-no-reply').evidence, /frame 1 has flag O set/);
  assert.doesNotMatch(first(asked(true), 'v6-no-reply').all, /on purpose/);
  assert.match(first(asked(false), 'v6-no-reply').all, /on purpose/);
  assert.doesNotMatch(asked(true).analyse(60).verdict, /had an address already/);
});

test('v6-no-reply: behind a relay that gets no answer, that is the cause', () => {
  const build = new Build();
  const forward = `0c0020010db8000000000000000000000001fe80000000000000000000000000000c${option(9, message(1, 1, client))}`;
  for (const at of [0, 2, 4]) build.v6(at, forward, { source: '2001:db8::1', destination: '2001:db8:9::1' });
  const { text, all } = first(build, 'v6-no-reply');
  assert.equal(text, 'Relay 2001:db8::1 gets no answer from 2001:db8:9::1');
  assert.doesNotMatch(all, /on purpose|listens on this link/);
  const [relay] = build.analyse(60).findings.filter(({ id }) => id === 'relay-unanswered');
  assert.match(relay!.steps[0]!, /link-address 2001:db8::1/);
});

test('v6-no-reply: RENEWs and the REBINDs that follow are told as what they are', () => {
  const build = new Build();
  for (const at of [0, 10, 30]) build.v6(at, message(5, 5, client, server(), gives(GLOBAL, 0)));
  assert.doesNotMatch(build.analyse(100).findings[0]!.explanation, /REBIND/);
  for (const at of [60, 70]) build.v6(at, message(6, 6, client, gives(GLOBAL, 0)));
  const [found, ...more] = build.analyse(200).findings;
  assert.equal(more.length, 0);
  assert.match(found!.explanation, /sent RENEW 3 times .* by REBIND \(frames 4 and 5\), in vain as well\./);
  assert.doesNotMatch(found!.explanation, /This happens/);
});

/** A client that is served on a link, before another asks there in vain. */
function besideServed(link = '0', problems: readonly Problem[] = []): Build {
  const build = new Build();
  const other = option(1, '0003000102000000000d');
  build.v6(0, message(1, 1, client, gives(GLOBAL, 0)), { link });
  build.v6(0.1, message(2, 1, client, server(), gives(GLOBAL, 4000)), { ...reply, link });
  build.v6(0.2, message(3, 2, client, server(), gives(GLOBAL, 4000)), { link });
  build.v6(0.3, message(7, 2, client, server(), gives(GLOBAL, 4000)), { ...reply, link });
  for (const at of [1, 2, 4]) build.v6(at, message(1, 9, other, gives(GLOBAL, 0)), { source: 'fe80::d', problems });
  return build;
}

test('v6-no-reply: a server that answers on the link speaks against “on purpose”, and its log is looked into first', () => {
  const here = first(besideServed(), 'v6-no-reply');
  assert.match(here.text, /^The server has no addresses for this client’s link/);
  assert.doesNotMatch(here.all, /on purpose/);
  const { steps } = besideServed()
    .analyse(60)
    .findings.find(({ id }) => id === 'v6-no-reply')!;
  assert.match(steps[0]!, /^Look into the log of server 02:00:00:00:00:01 for the SOLICIT of /);
  assert.doesNotMatch(steps.join(), /ss -lunp/);
  // One that answers on another link only shows nothing about this one.
  const elsewhere = first(besideServed('9'), 'v6-no-reply');
  assert.equal(elsewhere.text, 'No DHCPv6 server or relay listens on this link');
  assert.equal(elsewhere.evidence, 'no DHCPv6 server answers any client on this link');
  assert.match(elsewhere.all, /on purpose/);
});

test('v6-no-reply: a malformed message is told once among the causes', () => {
  const text = 'Identity Association for Non-temporary Addresses (3) declares 40 octets, but only 12 are left.';
  const { text: cause, all } = first(
    besideServed('0', [{ id: 'v6-malformed', text, offset: 4, length: 16 }]),
    'v6-no-reply',
  );
  assert.match(cause, /^The unanswered SOLICIT has this fault: Identity Association for Non-temporary Addresses/);
  assert.equal(all.split('declares 40 octets').length, 2);
});

test('v6-no-reply: two clients of a link where nobody answers are one finding, and its router is named', () => {
  const asked = (type: number, flags: { managed: boolean; other: boolean }): Build => {
    const build = new Build();
    build.icmp6(0, { type: 134, code: 0, ...flags }, 'fe80::aa', '02:00:00:00:00:aa');
    for (const at of [1, 2, 4])
      for (const n of [0xc, 0xd])
        build.v6(at + n / 100, message(type, n, option(1, `000300010200000000${hexOf(n, 1)}`)), {
          source: `fe80::${n}`,
        });
    return build;
  };
  for (const [type, flags, flag] of [
    [1, { managed: true, other: false }, 'M'],
    [11, { managed: false, other: true }, 'O'],
  ] as const) {
    const [found, ...more] = asked(type, flags).analyse(60).findings;
    assert.deepEqual(more, []);
    assert.equal(found!.title, 'No answer by DHCPv6 for both clients');
    assert.equal(found!.causes[0]!.text, 'No DHCPv6 server or relay listens on this link');
    assert.match(
      found!.causes[0]!.evidence[1]!,
      new RegExp(`^the router advertisement of 02:00:00:00:00:aa in frame 1 has flag ${flag} set`),
    );
    assert.match(
      found!.steps[0]!,
      new RegExp(`^Let router 02:00:00:00:00:aa relay DHCPv6 .* take flag ${flag} out of its router advertisements`),
    );
  }
});
