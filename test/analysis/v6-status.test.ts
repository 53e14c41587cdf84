/* DHCPv6 status codes (RFC 9915 §21.13): what the capture shows of other clients, and of what the client does next. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import { Build } from './build';

const hex = (value: number, octets: number): string => value.toString(16).padStart(2 * octets, '0');
const option = (code: number, value: string): string => hex(code, 2) + hex(value.length / 2, 2) + value;
const duid = (host: number): string => option(1, `000300010200000000${hex(host, 1)}`);
const server = option(2, '000300010200000000fe');
const address = option(5, `20010db8${'00'.repeat(11)}42${hex(200, 4)}${hex(300, 4)}`);
const prefix = option(26, `${hex(200, 4)}${hex(300, 4)}3820010db8${'00'.repeat(12)}`);
const status = (code: number): string => option(13, hex(code, 2));
const IA = { na: 3, ta: 4, pd: 25 };
const ia = (kind: keyof typeof IA, inner = ''): string =>
  option(IA[kind], `00000001${kind === 'ta' ? '' : '00'.repeat(8)}${inner}`);

/** SOLICIT to ADVERTISE, of one client; `then` also REQUEST to REPLY. */
function asks(build: Build, at: number, host: number, asked: string, given: string, then: boolean): void {
  const out = { source: `fe80::${host}`, ethSource: `02:00:00:00:00:0${host}` };
  const back = { source: 'fe80::fe', destination: out.source };
  build.v6(at, `01${hex(16 * host, 3)}${duid(host)}${asked}`, out);
  build.v6(at + 0.1, `02${hex(16 * host, 3)}${duid(host)}${server}${given}`, back);
  if (!then) return;
  build.v6(at + 1, `03${hex(16 * host + 1, 3)}${duid(host)}${server}${given}`, out);
  build.v6(at + 1.1, `07${hex(16 * host + 1, 3)}${duid(host)}${server}${given}`, back);
}
const statusOf = (build: Build): Finding => build.analyse(60).findings.find(({ id }) => id === 'v6-status')!;

test('v6-status: NoAddrsAvail for temporary addresses only, where the others get addresses', () => {
  const network = (served: boolean): Finding => {
    const build = new Build();
    if (served) asks(build, 0, 1, ia('na'), ia('na', address), true);
    asks(build, 10, 2, ia('ta'), ia('ta', status(2)), false);
    return statusOf(build);
  };
  const { causes, steps } = network(true);
  assert.match(causes[0]!.text, /^The server has no pool of temporary addresses/);
  assert.deepEqual(causes[0]!.evidence, ['IA_TA in frame 6', 'IA_NA with an address in frame 2']);
  assert.match(String(steps[0]), /`temporary`/);
  assert.match(network(false).causes[0]!.text, /^The pool of temporary addresses for this link is used up/);
});

test('v6-status: NoPrefixAvail where another client gets a prefix of the same server', () => {
  const network = (served: boolean): Finding => {
    const build = new Build();
    if (served) asks(build, 0, 1, ia('pd'), ia('pd', prefix), true);
    asks(build, 10, 2, ia('pd'), ia('pd', status(6)), false);
    return statusOf(build);
  };
  const { causes, steps } = network(true);
  assert.equal(causes[0]!.text, 'The pool of prefixes is used up');
  assert.deepEqual(causes[0]!.evidence, ['the server gives a prefix in frame 2']);
  assert.doesNotMatch(JSON.stringify(steps), /range6|"pools"/);
  assert.match(network(false).causes[0]!.text, /or none is configured/);
});

test('v6-status: a pool is not used up while others are given prefixes; what came before, or is renewed, says nothing', () => {
  const refused = (build: Build, at: number): void =>
    asks(build, at, 2, ia('na') + ia('pd'), ia('na', address) + ia('pd', status(6)), false);
  const first = (between: (build: Build) => void): readonly [string, string, readonly string[]] => {
    const build = new Build();
    asks(build, 0, 1, ia('pd'), ia('pd', prefix), true);
    refused(build, 10);
    between(build);
    refused(build, 20);
    const { explanation, causes } = statusOf(build);
    assert.equal(causes.length, 1);
    return [explanation, causes[0]!.text, causes[0]!.evidence];
  };
  const [told, text, evidence] = first((build) => asks(build, 15, 3, ia('pd'), ia('pd', prefix), true));
  assert.match(told, /has NoPrefixAvail in IA_PD, and offers 2001:db8::42\./);
  assert.match(text, /^The server keeps prefixes from this client: a limit/);
  assert.deepEqual(evidence, ['others are given some while it is refused (frames 8 and 10)']);
  const renews = (build: Build): void => {
    build.v6(15, `05000099${duid(1)}${server}${ia('pd', prefix)}`, {
      source: 'fe80::1',
      ethSource: '02:00:00:00:00:01',
    });
    build.v6(15.1, `07000099${duid(1)}${server}${ia('pd', prefix)}`, { source: 'fe80::fe', destination: 'fe80::1' });
  };
  for (const other of [() => undefined, renews]) assert.equal(first(other)[1], 'The pool of prefixes is used up');
});

test('v6-status: after UseMulticast, what the client does next is what is to be done', () => {
  const first = (destinations: readonly string[]): string => {
    const build = new Build();
    asks(build, 0, 1, ia('na'), ia('na', address), true);
    const out = { source: '2001:db8::42', ethSource: '02:00:00:00:00:01' };
    const back = { source: '2001:db8::5', destination: '2001:db8::42' };
    for (const [i, destination] of ['2001:db8::5', ...destinations].entries()) {
      const at = 20 + 10 * i;
      const answer = destination.startsWith('ff') ? ia('na', address) : status(5);
      build.v6(at, `05${hex(100 + i, 3)}${duid(1)}${server}${ia('na', address)}`, { ...out, destination });
      build.v6(at + 0.1, `07${hex(100 + i, 3)}${duid(1)}${server}${answer}`, back);
    }
    return String(statusOf(build).steps[0]);
  };
  assert.match(
    first(['2001:db8::5', '2001:db8::5']),
    /^Restart the DHCPv6 client on 02:00:00:00:00:01: .* \(frame 7\)/,
  );
  assert.equal(first(['ff02::1:2']), 'Nothing needs to be done: the client asks again by multicast (frame 7).');
  assert.match(first([]), /^See whether 02:00:00:00:00:01 asks again by multicast/);
});

test('a REPLY of which the snapshot length cut the association does not tell how the exchange ended', () => {
  const ended = (cut: number): string => {
    const build = new Build();
    const out = { source: 'fe80::1', ethSource: '02:00:00:00:00:01', cut };
    const back = { source: 'fe80::fe', destination: 'fe80::1', cut };
    build.v6(0, `01000001${duid(1)}`, out);
    build.v6(0.1, `02000001${duid(1)}${server}`, back);
    build.v6(1, `03000002${duid(1)}${server}`, out);
    build.v6(1.1, `07000002${duid(1)}${server}`, back);
    return build.analyse(60).clients[0]!.outcome;
  };
  assert.deepEqual([ended(60), ended(0)], ['incomplete', 'informed']);
});

const oldServer = option(2, '000300010200000000fd');

/** Clients whose RENEWs name a server in vain, and who are told NoBinding when they rebind; `anew`: the server has another DUID then. */
function renewals(clients: number, anew: boolean): Build {
  const build = new Build();
  const back = (host: number) => ({ source: 'fe80::fe', destination: `fe80::${host}` });
  const out = (host: number) => ({ source: `fe80::${host}`, ethSource: `02:00:00:00:00:0${host}` });
  const before = anew ? oldServer : server;
  const given = (host: number): string =>
    ia('na', option(5, `20010db8${'00'.repeat(11)}${hex(host, 1)}${hex(200, 4)}${hex(300, 4)}`));
  for (let host = 1; host <= clients; host++) {
    build.v6(host, `01${hex(16 * host, 3)}${duid(host)}${ia('na')}`, out(host));
    build.v6(host + 0.1, `02${hex(16 * host, 3)}${duid(host)}${before}${given(host)}`, back(host));
    build.v6(host + 0.2, `03${hex(16 * host + 1, 3)}${duid(host)}${before}${given(host)}`, out(host));
    build.v6(host + 0.3, `07${hex(16 * host + 1, 3)}${duid(host)}${before}${given(host)}`, back(host));
  }
  for (let host = 1; host <= clients; host++)
    for (const wait of [0, 10, 30])
      build.v6(100 + host + wait, `05${hex(16 * host + 2, 3)}${duid(host)}${before}${given(host)}`, out(host));
  for (let host = 1; host <= clients; host++) {
    build.v6(160 + host, `06${hex(16 * host + 3, 3)}${duid(host)}${given(host)}`, out(host));
    build.v6(160.1 + host, `07${hex(16 * host + 3, 3)}${duid(host)}${server}${ia('na', status(3))}`, back(host));
  }
  return build;
}

test('v6-server-duid-changed: stands first where renewals are in vain, and each consequence is told once', () => {
  const build = renewals(3, true);
  const { findings } = build.analyse(300);
  assert.deepEqual(
    findings.map(({ id, severity, members }) => `${id} ${severity} ${members?.length ?? 1}`),
    ['v6-server-duid-changed warning 1', 'v6-no-reply error 3', 'v6-status warning 3'],
  );
  assert.match(findings[0]!.explanation, /It has lost the leases as well: it says NoBinding in frames /);
  assert.match(findings[0]!.steps[0]!, /^Put the server’s old file of leases back/);
  for (const { causes } of findings.slice(1)) assert.equal(causes[0]!.finding, 'v6-server-duid-changed');
});

test('v6-status: NoBinding for several clients of a server that kept its DUID', () => {
  const { findings } = renewals(3, false).analyse(300);
  const [found] = findings.filter(({ id }) => id === 'v6-status');
  assert.match(found!.title, /^DHCPv6 says no: 3 clients \(.*\), all told NoBinding by server 02:00:00:00:00:fe$/);
  assert.match(
    found!.steps[0]!,
    /whether its file of leases was emptied, or restored from a backup: it knows no such lease of 3 clients/,
  );
  assert.ok(findings.every(({ id }) => id !== 'v6-server-duid-changed'));
  const [one] = renewals(1, false)
    .analyse(300)
    .findings.filter(({ id }) => id === 'v6-status');
  assert.match(one!.steps[0]!, /^Nothing needs to be done for this client/);
});
