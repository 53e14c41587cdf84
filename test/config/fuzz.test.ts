/** Damaged configurations: nothing throws, and time grows with the length of the text alone. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { checkConfig, KINDS, parseConfig, SourceFile, type ConfigKind } from '../../src/config';
import { Random } from '../fuzz/random';
import { needs } from '../support/needs';
import { mutated } from './mutate';
import { OWN, realConfigs, type Sample } from './samples';

/** Reads and checks a text, and asks for the place of everything that is said. */
function survives(kind: ConfigKind, text: string, place: string): void {
  const file = new SourceFile(place, text);
  const document = parseConfig(file, kind, () => undefined);
  for (const { span, related, title, explanation } of checkConfig(document)) {
    for (const one of [span, ...(related ?? [])]) {
      const { line, column } = one.file.position(one.start);
      assert.ok(line >= 1 && column >= 1 && one.start >= 0 && one.end <= one.file.text.length + 1, place);
    }
    assert.ok(title !== '' && explanation !== '', place);
  }
}

function mutants(samples: Iterable<Sample>, each: number): void {
  const random = new Random(67);
  let index = 0;
  for (const { kind, text, file } of samples) {
    const short = text.slice(0, 20_000);
    for (let i = 0; i < each; i++) {
      random.reseed(67, index++);
      survives(kind, mutated(short, random), `${file}, mutant ${i}`);
    }
    for (let i = 0; i < 20; i++) survives(kind, short.slice(0, random.below(short.length + 1)), `${file}, cut`);
  }
}

test('mutants and pieces of our own configurations', () => mutants(OWN, 100));

test('mutants and pieces of real configurations', (t) => {
  if (needs(t, 'configs')) mutants(realConfigs(), 8);
});

test('every kind takes every text', () => {
  for (const kind of KINDS) for (const { text, file } of OWN) survives(kind, text, `${file} as ${kind}`);
  for (const kind of KINDS)
    for (const text of ['', '\0', '\ufeff', '"', "'", '{', '}', '[', '<', '\\', '#', '\n\n', '/', '='])
      survives(kind, text, kind);
});

/** Texts that grow with `n` and that a careless reader takes much longer for. */
const WORST: readonly (readonly [kind: ConfigKind, text: (n: number) => string])[] = [
  ['dhcpd', (n) => 'group {\n'.repeat(n)],
  ['dhcpd', (n) => `if ${'('.repeat(n)}`],
  ['dhcpd', (n) => `if ${'not '.repeat(n)}known {}`],
  ['dhcpd', (n) => '"'.repeat(n)],
  ['dhcpd', (n) => 'foo '.repeat(n)],
  ['dhcpd', (n) => `option routers ${'10.0.0.1, '.repeat(n)};`],
  ['dhcpd', (n) => 'subnet 10.0.0.0 netmask 255.0.0.0 { range 10.0.0.1 10.255.255.254; }\n'.repeat(n)],
  [
    'dhcpd',
    (n) =>
      Array.from(
        { length: n },
        (_, i) => `host h${i} { option routers 11.0.0.1; option subnet-mask 255.0.255.0; }\n`,
      ).join(''),
  ],
  ['kea4', (n) => '['.repeat(n)],
  ['kea4', (n) => '{"Dhcp4":'.repeat(n)],
  ['kea4', (n) => `{"Dhcp4":{${'"valid-lifetime":1,'.repeat(n)}}}`],
  ['kea4', (n) => `{"Dhcp4":{"client-classes":[{"name":"a","test":"${'('.repeat(n)}"}]}}`],
  ['kea4', (n) => '<?include '.repeat(n)],
  ['dnsmasq', (n) => `dhcp-option=${'x,'.repeat(n)}`],
  ['dnsmasq', (n) => 'dhcp-range=10.0.0.1,10.0.255.254\n'.repeat(n)],
  ['microsoft-xml', (n) => '<a>'.repeat(n)],
  ['microsoft-xml', (n) => '<a></b>'.repeat(n)],
  ['routeros', (n) => '/ip pool add name=x \\\n'.repeat(n)],
  ['ios', (n) => 'ip dhcp excluded-address 10.0.0.1\n'.repeat(n)],
  ['openwrt', (n) => "config host\n option ip '10.0.0.1'\n".repeat(n)],
];

test('time grows no faster than the text', () => {
  for (const [i, [kind, text]] of WORST.entries()) {
    const measure = (n: number): number => {
      const long = text(n);
      const before = process.cpuUsage();
      survives(kind, long, `worst ${i}`);
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000;
    };
    measure(500);
    const small = measure(2000);
    const large = measure(8000);
    assert.ok(
      large < 200 || large < small * 12,
      `${kind}, text ${i}: ${small.toFixed(0)} ms, four times as long ${large.toFixed(0)} ms`,
    );
  }
});

test('a dhcpd.conf of 50,000 lines is checked in two seconds of processor time', () => {
  const lines = ['authoritative;'];
  for (let a = 1; a < 200; a++)
    lines.push(
      `subnet 10.${a}.0.0 netmask 255.255.0.0 {`,
      `  range 10.${a}.0.10 10.${a}.0.250;`,
      `  option routers 10.${a}.0.1;`,
      '}',
    );
  for (let i = 0; lines.length < 50_000; i++)
    lines.push(
      `host h${i} {`,
      `  hardware ethernet 02:00:00:${(i >> 8).toString(16)}:${(i & 255).toString(16)}:01;`,
      `  fixed-address 10.${1 + (i % 199)}.${1 + ((i / 199) | 0)}.7;`,
      '}',
    );
  const before = process.cpuUsage();
  survives('dhcpd', lines.join('\n'), 'large');
  const { user, system } = process.cpuUsage(before);
  assert.ok((user + system) / 1e6 < 2, `${((user + system) / 1e6).toFixed(2)} s`);
});
