/* DHCPv6: what a client sends to its server by unicast, as option 12 allows it (RFC 9915 §21.12). */
import assert from 'node:assert/strict';
import test from 'node:test';
import { Build } from './build';

const option = (code: number, value: string): string =>
  code.toString(16).padStart(4, '0') + (value.length / 2).toString(16).padStart(4, '0') + value;
const n8 = (value: number): string => value.toString(16).padStart(8, '0');
const client = option(1, '0003000102000000000c');
const server = option(2, '000300010200000000fe');
const address = option(5, '20010db8000000000000000000000042' + n8(200) + n8(200));
const given = option(3, n8(1) + n8(100) + n8(160) + address);
const asked = option(3, n8(1) + n8(0) + n8(0));
const message = (type: string, xid: string, ...options: string[]): string => type + xid + options.join('');
const out = { source: 'fe80::c', ethSource: '02:00:00:00:00:0c' };
const back = { source: 'fe80::fe', destination: 'fe80::c' };

/** A lease, three RENEWs in vain, and a REBIND that is answered. */
function renewing(destination: string): Build {
  const build = new Build();
  build.v6(0, message('01', '000001', client, asked), out);
  build.v6(0.1, message('02', '000001', client, server, given), back);
  build.v6(1, message('03', '000002', client, server, given), out);
  build.v6(1.1, message('07', '000002', client, server, given), back);
  for (const at of [100, 110, 130])
    build.v6(at, message('05', '000003', client, server, given), { ...out, destination });
  build.v6(160, message('06', '000004', client, given), out);
  build.v6(160.1, message('07', '000004', client, server, given), back);
  return build;
}

test('v6-no-reply: RENEWs by unicast get no answer, and the REBIND by multicast does', () => {
  const found = renewing('2001:db8::1')
    .analyse(200)
    .findings.find(({ id }) => id === 'v6-no-reply');
  const { text, likelihood, evidence } = found!.causes[0]!;
  assert.match(text, /^What goes to 2001:db8::1 by unicast is not answered: /);
  assert.equal(likelihood, 'likely');
  assert.deepEqual(evidence, [
    'each RENEW goes to 2001:db8::1 (frames 5, 6 and 7)',
    'the REBIND by multicast in frame 8 is answered',
  ]);
  const multicast = renewing('ff02::1:2')
    .analyse(200)
    .findings.find(({ id }) => id === 'v6-no-reply');
  assert.doesNotMatch(multicast!.causes[0]!.text, /by unicast/);
});

test('v6-no-reply: how often a message was sent is said in words', () => {
  const build = new Build();
  build.v6(0, message('05', '000003', client, server, given), out);
  const found = build.analyse(60).findings.find(({ id }) => id === 'v6-no-reply');
  assert.match(found!.explanation, / sent RENEW once \(frame 1\) /);
});
