/** Where the octets begin at the message, or a text does not tell addresses, nothing is said about how a message travelled. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Analysis } from '../../src/analysis';
import { capital, endpoint, named } from '../../src/analysis/words/words';
import { ADDRESS, Build, SERVER, ipOption, lease, textOption, type Spec } from './build';

const UNTOLD = 'This capture does not show how it travelled';

/** The same messages without what stands before them; `ports`: the text tells these. */
function bare(build: Build, ports = false): Build {
  const without = { ethSource: undefined, ethDestination: undefined, source: undefined, destination: undefined };
  const none = ports ? {} : { sourcePort: undefined, destinationPort: undefined };
  build.packets.forEach((packet, i) => {
    build.packets[i] = { ...packet, ...without, ...none };
  });
  return build;
}
const told = (build: Build): string => {
  const analysis = build.analyse(60);
  return [
    ...build.packets.map(({ frame }) => analysis.happened(frame) ?? ''),
    ...analysis.findings.flatMap((one) => [
      one.title,
      one.explanation,
      ...one.steps,
      ...one.causes.map(({ text }) => text),
    ]),
    ...analysis.findings.flatMap(({ causes }) => causes.flatMap(({ evidence }) => evidence)),
  ].join('\n');
};

const all = (): Build => {
  const build = new Build();
  build.bind(0, { flags: 0x8000 });
  build.renew(10, { xid: 7 });
  build.ack(10.1, { xid: 7, ciaddr: ADDRESS });
  build.dhcp(8, { xid: 8, ciaddr: ADDRESS, options: [] }, { at: 20, destination: SERVER });
  build.request(22, { xid: 9, options: [ipOption(50, ADDRESS)] });
  build.nak(22.1, { xid: 9 });
  build.dhcp(7, { xid: 10, ciaddr: ADDRESS, options: [ipOption(54, SERVER)] }, { at: 30, destination: SERVER });
  build.discover(40, { xid: 11, giaddr: '10.9.0.1', hops: 1 }, { destination: SERVER });
  build.offer(40.1, { xid: 11, giaddr: '10.9.0.1' }, { destination: '10.9.0.1', destinationPort: 67 });
  return build;
};

test('nothing is called unicast or broadcast that is not told', () => {
  const text = told(bare(all()));
  assert.doesNotMatch(text, /\bby unicast (to|for|,)|goes by|although the client|\?:|to \?|one host|undefined/);
  assert.ok(text.split(UNTOLD).length > 9, text);
  assert.match(text, /RENEWING\), or by broadcast any server \(REBINDING\)/);
  assert.match(text, /Relay 10\.9\.0\.1 \(giaddr\) heard it and hands it on\./);
  // Where the addresses are told, so is the way.
  assert.doesNotMatch(told(all()), new RegExp(UNTOLD));
  assert.match(told(all()), /It goes by unicast to 10\.0\.0\.1/);
});

test('DHCPv6: the same, and no party is named by a placeholder', () => {
  const solicit = '01aabbcc0001000a000300010200000000010003000c000000010000000000000000';
  const size = (solicit.length / 2).toString(16).padStart(4, '0');
  const relayed = `0c00${'20010db8'.padEnd(32, '0')}${'fe80'.padEnd(32, '0')}0009${size}${solicit}`;
  const made = (known: boolean): string => {
    const build = new Build();
    build.v6(0, solicit);
    build.v6(1, relayed);
    return told(known ? build : bare(build));
  };
  assert.match(made(false), /asks for an address \(IA_NA\)\. This capture does not show how it travelled/);
  assert.doesNotMatch(made(false), /one host|Relay a relay|unicast/);
  assert.match(made(true), /It goes by multicast to ff02::1:2/);
});

/** An OFFER that the client does not take, though it has set the broadcast flag. */
const untaken = (noChecksum = false): Build => {
  const build = new Build();
  const seen = { destination: ADDRESS, noChecksum };
  for (const at of [0, 4, 12]) {
    build.discover(at, { flags: 0x8000 });
    build.offer(at + 0.1, { flags: 0x8000 }, seen);
  }
  return build;
};
const causesOf = (analysis: Analysis, id: string): string =>
  JSON.stringify(analysis.findings.find((one) => one.id === id)?.causes);

test('an unknown destination is no unicast: no cause rests on it', () => {
  const causes = causesOf(bare(untaken(), true).analyse(60), 'offer-not-taken');
  assert.doesNotMatch(causes, /unicast|broadcast-flag-ignored|\?/);
  assert.match(causes, /OFFER to port 68/);
  const known = causesOf(untaken().analyse(60), 'offer-not-taken');
  assert.match(known, /"finding":"broadcast-flag-ignored"/);
});

test('a cause names another finding only if that is reported', () => {
  const causes = causesOf(untaken().analyse(60, { suppressed: ['broadcast-flag-ignored'] }), 'offer-not-taken');
  assert.match(causes, /the OFFER is unicast/);
  assert.doesNotMatch(causes, /broadcast-flag-ignored/);
});

test('a party without address is named so that it can be read', () => {
  const build = new Build();
  build.discover(0);
  build.dhcp(undefined, { op: 2, yiaddr: ADDRESS }, { at: 0.1 });
  const text = told(bare(build, true));
  assert.match(text, /A server of unknown address answers DHCP/);
  assert.doesNotMatch(text, /erver an? (server|unknown)/);
  assert.equal(named('DHCPv6 server an unknown address'), 'DHCPv6 server of unknown address');
  assert.equal(named('Look on server a server of unknown address'), 'Look on a server of unknown address');
  assert.equal(named('The server a server of unknown address sends'), 'The server of unknown address sends');
  assert.equal(named('Relay an unknown address'), 'A relay of unknown address');
  assert.equal(named('from an unknown address'), 'from an unknown address');
  assert.equal(endpoint(undefined, 68), 'port 68');
  assert.equal(endpoint('10.0.0.1', 67), '10.0.0.1:67');
});

test('a link-layer address keeps its small letters where it begins a sentence', () => {
  assert.equal(capital('dc:00:00:00:00:01 uses it'), 'dc:00:00:00:00:01 uses it');
  assert.equal(capital('fe80::1 sends it'), 'fe80::1 sends it');
  assert.equal(capital('a server'), 'A server');
  const build = new Build();
  const mac = 'da:00:00:00:00:01';
  build.request(0, { chaddr: mac });
  build.arp(2, 1, mac, '0.0.0.0', ADDRESS);
  const one = build.analyse(60).findings.find(({ id }) => id === 'one-sided');
  assert.match(one!.explanation, /and no reply\. da:00:00:00:00:01 uses 10\.0\.0\.50 in frame 2/);
});

/** A client that has come back, and its ARP request so long after its REQUEST. */
function back(after: number, state: 'reboot' | 'select' = 'reboot', sender = ADDRESS): Analysis {
  const build = new Build();
  const mac = 'da:00:00:00:00:01';
  const options = [ipOption(50, ADDRESS), ...(state === 'select' ? [ipOption(54, SERVER)] : [])];
  const request = (): number => build.request(1, { chaddr: mac, options });
  if (after >= 0) request();
  build.arp(1 + after, 1, mac, sender, SERVER);
  if (after < 0) request();
  if (after >= 0 && after < 1) build.arp(3, 1, mac, ADDRESS, ADDRESS);
  return build.analyse(3.5);
}

test('an ARP before an answer can have come proves no lease (RFC 4436)', () => {
  for (const after of [0.000042, -0.5]) {
    const analysis = back(after);
    assert.doesNotMatch(analysis.verdict, /got a lease/, String(after));
    assert.deepEqual(analysis.findings, [], String(after));
  }
  assert.match(back(1).verdict, /got a lease of 10\.0\.0\.50/);
  // Who takes an OFFER does not have the address yet: what comes later shows that it has.
  const [later] = back(0.000042, 'select').findings;
  assert.match(later!.explanation, /uses 10\.0\.0\.50 in frame 3/);
});

test('option 252 without a value offers no proxy', () => {
  const ids = (value: string): string[] => {
    const build = new Build();
    build.bind(0, {}, { options: lease([textOption(252, value)]) });
    return build.analyse().findings.map(({ id }) => id);
  };
  assert.deepEqual(ids('\n'), []);
  assert.deepEqual(ids('\0'), []);
  assert.deepEqual(ids('http://10.0.0.1/wpad.dat'), ['wpad-offered']);
});

/** A client that asks in vain, and another one's answer, in frames without times. */
const inVain = (timed: boolean, asked: boolean): Analysis => {
  const build = new Build();
  const other = { chaddr: '02:00:00:00:00:02', xid: 2 };
  build.discover(0);
  build.discover(4, { secs: 4 });
  if (asked) build.request(5, other);
  build.ack(6, other);
  if (!timed) build.packets.forEach((packet, i) => (build.packets[i] = { ...packet, timed: false, time: 0 }));
  return build.analyse(timed ? 60 : 0);
};

test('without times, nobody asks later, and no pool is used up', () => {
  const causes = causesOf(inVain(false, false), 'no-offer');
  assert.doesNotMatch(causes, /"likely"|asks later|is answered/);
  assert.match(causes, /without times, nothing shows/);
  // With times, an answer without its question does not say when that was asked.
  assert.match(causesOf(inVain(true, false), 'no-offer'), /:02 is answered after .*:01 began to ask \(frame 3\)/);
  assert.match(causesOf(inVain(true, true), 'no-offer'), /:02 asks later than .*:01 .*and is answered \(frame 3\)/);
});

/** A REQUEST as of a renewal, so long after an OFFER. */
function asRenewal(wait: number, first: 'discover' | 'offer', request: Spec = {}, taken = false): Analysis {
  const build = new Build();
  if (first === 'discover') build.discover(0);
  build.offer(0.01);
  if (taken) build.request(0.02);
  build.renew(wait, request, { destination: '255.255.255.255' });
  build.ack(wait + 0.01, { ciaddr: ADDRESS }, { destination: ADDRESS });
  return build.analyse();
}

test('a REQUEST with ciaddr that takes a fresh OFFER is in SELECTING', () => {
  for (const first of ['discover', 'offer'] as const) {
    const analysis = asRenewal(3.5, first);
    const n = first === 'discover' ? 3 : 2;
    assert.match(analysis.happened(n)!, /takes the OFFER of 10\.0\.0\.50 by .*, from frame \d, .*SELECTING/);
    assert.match(analysis.happened(n - 1)!, /takes it with the REQUEST/);
    assert.match(analysis.verdict, /got a lease of 10\.0\.0\.50/);
    const one = analysis.findings.find(({ id }) => id === 'missing-required-option');
    assert.match(one!.explanation, /has just offered, but has that address in ciaddr.*an ACK follows all the same/);
    assert.ok(!analysis.findings.some(({ title }) => /renewal/.test(title)));
  }
  // One that was offered the address long ago, takes it as it should, or has another one, renews its lease.
  for (const analysis of [
    asRenewal(1800, 'discover'),
    asRenewal(20, 'discover', {}, true),
    asRenewal(3.5, 'discover', { ciaddr: '10.0.0.60' }),
  ])
    assert.ok(!analysis.findings.some(({ id }) => id === 'missing-required-option'));
});
