/* DHCPv6 messages that relays pass round (RFC 9915 §7.6, §19.1). */
import assert from 'node:assert/strict';
import test from 'node:test';
import { Build, lines } from './build';

const hex = (value: number, octets: number): string => value.toString(16).padStart(2 * octets, '0');
const option = (code: number, value: string): string => hex(code, 2) + hex(value.length / 2, 2) + value;
const DUID = '0003000102000000000c';
const solicit = `01000001${option(1, DUID)}${option(3, '00000001' + '00'.repeat(8))}`;
const ipHex = (last: string): string => `20010db8${'00'.repeat(11)}${last}`;
const LINK = `20010db80001${'00'.repeat(9)}01`;
const CLIENT = `fe80${'00'.repeat(13)}0c`;
const [A, B] = ['2001:db8::11', '2001:db8::22'];

/** A SOLICIT as relays hand it on, one after the other, from the one nearest to the client. */
function forwarded(hops: number, relays: readonly string[]): string {
  let message = solicit;
  for (let i = 0; i <= hops; i++)
    message = `0c${hex(i, 1)}${i === 0 ? LINK : '00'.repeat(16)}${i === 0 ? CLIENT : ipHex(relays[(i - 1) % relays.length]!)}${option(9, message)}`;
  return message;
}

function loop(most: number, step = 0.001): Build {
  const build = new Build();
  for (const at of [0, 1, 3])
    for (let hops = 0; hops <= most; hops++) {
      const [source, destination] = hops % 2 === 0 ? [A, B] : [B, A];
      build.v6(at + hops * step, forwarded(hops, ['11', '22']), { source: source, destination: destination });
    }
  return build;
}

test('relay-loop: two relays that have each other as destination', () => {
  const analysis = loop(8).analyse(30);
  assert.deepEqual(
    analysis.findings.map(({ id, subject }) => `${id} ${subject}`),
    [`relay-loop ${A} and ${B}`, `v6-no-reply ${DUID}`],
  );
  const [first, silent] = analysis.findings;
  assert.equal(first!.title, `Relay loop: relays ${A} and ${B} pass a DHCPv6 message round`);
  assert.deepEqual(first!.frames.slice(0, 9), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.equal(silent!.title, '02:00:00:00:00:0c sends 3 SOLICITs and gets no answer');
  assert.match(silent!.causes[0]!.text, /^Relays send the SOLICIT round in a circle/);
});

test('relay-loop: hop counts beyond the limit are the loop’s, and every message is counted once', () => {
  const { findings } = loop(33).analyse(30);
  assert.deepEqual(
    findings.map(({ id }) => id),
    ['relay-loop', 'v6-no-reply'],
  );
  assert.match(findings[1]!.title, /sends 3 SOLICITs/);
});

test('relay-loop: a relay that hears its own multicast passes the message to itself', () => {
  const build = new Build();
  for (const hops of [0, 1, 2]) build.v6(hops / 1000, forwarded(hops, ['11']), { source: A, destination: 'ff05::1:3' });
  const [found] = build.analyse(30).findings;
  assert.equal(found!.title, `Relay loop: relay ${A} passes a DHCPv6 message round`);
});

test('relay-loop: not a chain of two relays, nor a relay that hears the client and another relay', () => {
  const chain = new Build();
  const both = new Build();
  for (const at of [0, 1, 3]) {
    chain.v6(at, forwarded(0, ['11']), { source: A, destination: B });
    chain.v6(at + 0.05, forwarded(1, ['11']), { source: B, destination: '2001:db8::99' });
    both.v6(at, forwarded(0, ['11']), { source: A, destination: B });
    both.v6(at + 0.001, forwarded(0, ['22']), { source: B, destination: '2001:db8::99' });
    both.v6(at + 0.002, forwarded(1, ['11']), { source: B, destination: '2001:db8::99' });
  }
  for (const build of [chain, both]) {
    const analysis = build.analyse(30);
    assert.deepEqual(lines(analysis, 'relay-loop'), []);
    assert.ok(lines(analysis, 'relay-unanswered').length > 0);
  }
});

test('v6-malformed: too many hops without a loop are the relay’s fault, not the client’s', () => {
  const build = new Build();
  build.v6(0, forwarded(9, ['11', '22', '33', '44']), { source: '2001:db8::55', destination: B });
  const [found] = build.analyse(1).findings.filter(({ id }) => id === 'v6-malformed');
  assert.equal(found!.subject, '2001:db8::55');
});
