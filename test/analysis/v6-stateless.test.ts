/* DHCPv6 that gives settings and no addresses (RFC 9915 §6.1), where clients send SOLICIT all the same. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { Build } from './build';

const option = (code: number, value: string): string =>
  code.toString(16).padStart(4, '0') + (value.length / 2).toString(16).padStart(4, '0') + value;
const n8 = (value: number): string => value.toString(16).padStart(8, '0');
const server = option(2, '000300010200000000fe');
const asked = option(3, n8(1) + n8(0) + n8(0));
const given = option(3, n8(1) + n8(100) + n8(160) + option(5, '20010db8000000000000000000000042' + n8(200) + n8(200)));
const dns = option(23, '20010db8000000000000000000000053');

/** Three clients are told settings, and get no answer to their SOLICITs; `router` is the frame of its advertisement, if there is one. */
function network(flags: { managed: boolean; other: boolean } | undefined, served = false): Build {
  const build = new Build();
  if (flags) build.icmp6(0, { type: 134, code: 0, ...flags }, 'fe80::aa');
  for (const i of [1, 2, 3]) {
    const client = option(1, `0003000102000000000${i}`);
    const out = { source: `fe80::${i}`, ethSource: `02:00:00:00:00:0${i}` };
    const back = { source: 'fe80::fe', destination: out.source };
    build.v6(i, `0b00000${i}${client}`, out);
    build.v6(i + 0.01, `0700000${i}${client}${server}${dns}`, back);
    for (const at of [0.1, 1.1, 3.2]) build.v6(10 * i + at, `0100010${i}${client}${asked}`, out);
  }
  if (served) {
    const client = option(1, '00030001020000000009');
    const out = { source: 'fe80::9', ethSource: '02:00:00:00:00:09' };
    const back = { source: 'fe80::fe', destination: 'fe80::9' };
    build.v6(50, `01000201${client}${asked}`, out);
    build.v6(50.1, `02000201${client}${server}${given}`, back);
    build.v6(51, `03000202${client}${server}${given}`, out);
    build.v6(51.1, `07000202${client}${server}${given}`, back);
  }
  return build;
}
const seen = (build: Build): string[] =>
  build.analyse(100).findings.map(({ id, severity, subject }) => `${id} ${severity} ${subject}`);

test('v6-no-reply: answers to INFORMATION-REQUESTs are no answers to SOLICIT, and a router without flag M gives none', () => {
  for (const other of [true, false]) {
    const build = network({ managed: false, other });
    assert.deepEqual(seen(build), ['v6-no-reply info interface 0']);
    const { verdict, findings, clients } = build.analyse(100);
    assert.equal(
      verdict,
      'All 3 clients got settings by DHCPv6, which gives no addresses on their link. Nothing is wrong as far as this capture shows.',
    );
    assert.deepEqual(
      clients.map(({ outcome }) => outcome),
      ['informed', 'informed', 'informed'],
    );
    assert.match(findings[0]!.causes[0]!.text, /^The network has no addresses by DHCPv6 on purpose/);
  }
});

test('v6-no-reply: an error where flag M is set, where a server gives addresses, and where no router says otherwise', () => {
  const errors = (build: Build): number =>
    build.analyse(100).findings.filter(({ id, severity }) => id === 'v6-no-reply' && severity === 'error').length;
  assert.equal(errors(network({ managed: true, other: true })), 3);
  assert.equal(errors(network({ managed: false, other: true }, true)), 3);
  assert.equal(errors(network(undefined)), 3);
  const [found] = network({ managed: true, other: true }).analyse(100).findings;
  assert.deepEqual(found!.causes[0]!.evidence, ['it answers INFORMATION-REQUESTs here, and gives nobody an address']);
});
