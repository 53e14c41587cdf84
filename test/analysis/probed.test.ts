/* no-offer: a server that asks by ARP for an address before it offers it (RFC 2131 §2.2), and offers nothing. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, CLIENT, SERVER, SERVER_MAC, ipOption } from './build';

const OTHER = { chaddr: '02:00:00:00:00:02', xid: 0x99 };
const HOLDER = '02:00:00:00:00:77';

/** Another client gets 10.0.0.60; this one sends two DISCOVERs, each followed by the server's question for 10.0.0.50. */
function probing(answered: boolean, asker = SERVER_MAC, askerIp = SERVER, about = ADDRESS): Build {
  const build = new Build();
  build.bind(0, OTHER, { yiaddr: '10.0.0.60' });
  for (const at of [10, 14]) {
    build.discover(at, { secs: at - 10 });
    build.arp(at + 0.01, 1, asker, askerIp, about);
    if (answered) build.arp(at + 0.02, 2, HOLDER, about, askerIp);
  }
  return build;
}

const firstCause = (build: Build): readonly [string, readonly string[]] => {
  const { text, evidence } = build.analyse(30).findings.find(({ id }) => id === 'no-offer')!.causes[0]!;
  return [text, evidence];
};

test('no-offer: the address that the server asks for by ARP is in use', () => {
  assert.deepEqual(firstCause(probing(true)), [
    'The server receives the DISCOVER, but the address that it would offer is in use: 02:00:00:00:00:77 has 10.0.0.50',
    [
      '02:00:00:00:00:fe asks by ARP for 10.0.0.50 (frames 6 and 9) right after each DISCOVER',
      '02:00:00:00:00:77 answers in frame 7',
    ],
  ]);
});

test('no-offer: nobody answers the server’s question, and it offers nothing all the same', () => {
  const [text, evidence] = firstCause(probing(false));
  assert.match(text, /^The server receives the DISCOVER and checks whether 10\.0\.0\.50 is free, but sends no OFFER/);
  assert.deepEqual(evidence, [
    '02:00:00:00:00:fe asks by ARP for 10.0.0.50 (frames 6 and 8) right after each DISCOVER',
    'this capture shows no answer to it',
  ]);
});

test('no-offer: ARP of other hosts, for another client’s address, or long after the DISCOVER is no probe', () => {
  const noProbe = (build: Build): void => {
    const { causes } = build.analyse(30).findings.find(({ id }) => id === 'no-offer')!;
    assert.doesNotMatch(JSON.stringify(causes), /by ARP for/);
  };
  noProbe(probing(false, HOLDER, '10.0.0.9'));
  noProbe(probing(false, SERVER_MAC, SERVER, '10.0.0.60'));
  const late = new Build();
  late.bind(0, OTHER, { yiaddr: '10.0.0.60' });
  late.discover(10);
  late.arp(12, 1, SERVER_MAC, SERVER, ADDRESS);
  noProbe(late);
});

test('no-offer: whoever asks for the address that the client wants may be the server, and is not called it', () => {
  const build = new Build();
  for (const at of [10, 14]) {
    build.discover(at, { options: [ipOption(50, ADDRESS)] });
    build.arp(at + 0.01, 1, SERVER_MAC, SERVER, ADDRESS);
  }
  const { causes } = build.analyse(30).findings.find(({ id, subject }) => id === 'no-offer' && subject === CLIENT)!;
  const probe = causes.find(({ text }) => text.startsWith('02:00:00:00:00:fe, perhaps the server, receives'));
  assert.equal(probe?.likelihood, 'possible');
});
