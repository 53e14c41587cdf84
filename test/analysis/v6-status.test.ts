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
