import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DEFAULT_SETTINGS, type Analysis, type Cause, type Finding } from '../../src/analysis';
import { Capture } from '../../src/engine/capture';
import { fileSource } from '../../src/engine/node';
import type { Neighbour } from '../../src/analysis/conversations/packet';
import { ADDRESS, Build, CLIENT, SERVER, SERVER_MAC, ipOption } from './build';

/* Why nobody answers: the first cause must be what the capture shows. */

const FOLDER = fileURLToPath(new URL('../fixtures/lab/', import.meta.url));

const OTHER = { chaddr: '02:00:00:00:00:02', xid: 9 };

function causesOf(findings: readonly Finding[], id = 'no-offer'): readonly Cause[] {
  const found = findings.find((finding) => finding.id === id);
  assert.ok(found, `${id} is not found`);
  return found.causes;
}

/** The first cause, which must be the only likely one. */
function likeliest(analysis: Pick<Analysis, 'findings'>, id?: string): string {
  const causes = causesOf(analysis.findings, id);
  assert.deepEqual(
    causes.filter((cause) => cause.likelihood === 'likely').map((cause) => cause.text),
    [causes[0]!.text],
  );
  return causes[0]!.text;
}

const FIREWALL = /^A firewall .* drops UDP port 67$/;

/** Where not one reply is seen, these look the same: the first cause names all of them, the likeliest first, and no other repeats one. */
const UNHEARD = {
  server:
    /^No DHCP server hears this client: no server runs on this link, or a firewall .* port 67, or .* no relay forwards/,
  firewall:
    /^No DHCP server hears this client: a firewall in front of the server drops UDP port 67, or no server runs .*, or .* no relay/,
  relay:
    /^No DHCP server hears this client: the server is in another network and no relay forwards .*, or no server runs .*, or a firewall/,
};
const SILENT = [UNHEARD.server, /^The OFFER was sent and lost/];
/** One of them by itself. */
const PART =
  /^No DHCP server runs on this link$|^A firewall .* drops UDP port 67$|and no relay forwards the broadcasts of this link$/;

/** By the beginning of the scenario's name: what the first causes must say. */
const IN_THE_LAB: Readonly<Record<string, readonly RegExp[]>> = {
  'no-offer-firewall': SILENT,
  'no-offer-switch': SILENT,
  'no-offer-no-server': SILENT,
  'no-offer-relay-missing': [/no relay forwards the broadcasts of this link/],
  'no-offer-firewall-heard': [UNHEARD.firewall, /DHCP program has stopped/],
  'no-offer-relay-missing-ping': [UNHEARD.relay, /^The OFFER was sent and lost/],
  'no-offer-pool-exhausted': [/its pool is used up/],
  'no-offer-stopped': [FIREWALL, /DHCP program has stopped/],
  'no-offer-host-down': [/host is down or unplugged/],
};

interface Label {
  readonly file: string;
  readonly scenario: string;
}
const labels = JSON.parse(readFileSync(join(FOLDER, 'labels.json'), 'utf8')) as readonly Label[];

for (const [name, words] of Object.entries(IN_THE_LAB))
  test(`${name}: the first cause, on what real servers and clients did`, async () => {
    const files = labels.filter(({ scenario }) => scenario.startsWith(`${name}/`)).map(({ file }) => file);
    assert.ok(files.length >= 2, `${files.length} captures`);
    for (const file of files) {
      const capture = new Capture(file, DEFAULT_SETTINGS);
      await capture.read(await fileSource(join(FOLDER, file)));
      likeliest(capture);
      for (const [i, word] of words.entries()) assert.match(causesOf(capture.findings)[i]!.text, word, file);
    }
  });

test('complete silence: the causes that look the same from here are one', () => {
  const build = new Build();
  build.discover(0);
  build.discover(3);
  const analysis = build.analyse();
  assert.match(likeliest(analysis), UNHEARD.server);
  const causes = causesOf(analysis.findings);
  for (const [i, word] of SILENT.entries()) assert.match(causes[i]!.text, word);
  for (const { text } of causes.slice(1)) assert.doesNotMatch(text, PART);
  assert.match(
    causes[0]!.evidence.join('; '),
    /this capture holds DHCP only, so it does not show which other hosts are on this link/,
  );
});

test('who else is heard where nobody answers: a router makes it the relay, another host the firewall, nobody no server', () => {
  const HOST = {
    link: '0',
    mac: SERVER_MAC,
    address: SERVER,
    router: false,
    answers: false,
    frame: 1,
    first: 1.7e9 + 1,
    last: 1.7e9 + 1,
  };
  const causes = (neighbours: readonly Neighbour[], frames = 9): readonly Cause[] => {
    const build = new Build();
    build.discover(0);
    build.discover(4);
    const analysis = build.analyse(60, {}, { frames, neighbours: () => neighbours });
    likeliest(analysis);
    return causesOf(analysis.findings);
  };
  assert.match(causes([{ ...HOST, router: true }])[0]!.text, UNHEARD.relay);
  const heard = causes([HOST]);
  assert.match(heard[0]!.text, UNHEARD.firewall);
  assert.match(heard[0]!.evidence.join('; '), /10\.0\.0\.1 is up on this link \(frame 1\): if it is the server/);
  const alone = causes([]);
  assert.match(alone[0]!.text, UNHEARD.server);
  assert.match(
    alone[0]!.evidence.join('; '),
    /no ARP, IPv4 ping or router advertisement of another host is seen on this link/,
  );
  // On another link, at another time, or the client itself: nobody.
  for (const other of [{ link: '0/5' }, { first: 1.7e9 + 500, last: 1.7e9 + 500 }, { mac: CLIENT }])
    assert.match(causes([{ ...HOST, ...other }])[0]!.text, UNHEARD.server);
});

test('a relay is missing, where a router’s capture of all interfaces shows hosts behind another one', () => {
  const build = new Build();
  for (const at of [0, 4]) build.discover(at, {}, { link: '0:2' });
  const [first, last] = [1.7e9 + 1, 1.7e9 + 2];
  const host = { link: '0:3', mac: SERVER_MAC, address: SERVER, router: false, answers: true, frame: 3, first, last };
  const near = { ...host, link: '0:2', mac: '02:00:00:00:00:77', address: '10.9.0.7' };
  const of = (...neighbours: Neighbour[]): string =>
    likeliest(build.analyse(60, {}, { frames: 9, neighbours: () => neighbours }));
  assert.match(of(near, host), UNHEARD.relay);
  assert.match(of(near), UNHEARD.firewall);
});

test('a silent drop that begins after others were answered: nobody is answered any more, nor those that renew', () => {
  const build = new Build();
  build.bind(0, OTHER);
  build.renew(1000, { ...OTHER, xid: 10 });
  build.renew(1004, { ...OTHER, xid: 10 });
  build.discover(1001);
  build.discover(1005);
  // One finding for both; whether the program or a firewall is the reason, nothing here tells.
  const lost = build.analyse(1100);
  assert.equal(
    likeliest(lost),
    'Server 10.0.0.1 no longer answers on this link: its DHCP program has stopped, or a firewall drops UDP port 67',
  );
  assert.match(lost.findings[0]!.explanation, /In vain since then, too: the renewal of 02:00:00:00:00:02 \(frame 5\)/);
  // Afterwards all is well again: what was lost meanwhile was lost all the same.
  build.bind(1200, { ...OTHER, xid: 11 });
  assert.match(likeliest(build.analyse(1300)), FIREWALL);
});

test('a long time after the last answer to anybody: the server fell silent, its pool is not dry', () => {
  const build = new Build();
  build.bind(0, OTHER);
  build.discover(900);
  build.discover(904);
  assert.match(likeliest(build.analyse(1000)), FIREWALL);
});

test('the pool, where the server’s host is heard by ARP and answered another just before', () => {
  const build = new Build();
  build.bind(0, OTHER);
  build.discover(2);
  build.arp(5, 1, SERVER_MAC, SERVER, ADDRESS);
  build.discover(6);
  assert.match(likeliest(build.analyse(60)), /pool is used up/);
});

test('a firewall, where the client’s own renewal was sent in vain before, without an ICMP error', () => {
  const build = new Build();
  build.renew(0);
  build.renew(4);
  build.discover(10, { xid: 2 });
  build.discover(14, { xid: 2 });
  const analysis = build.analyse(60);
  assert.match(likeliest(analysis), FIREWALL);
  assert.match(
    causesOf(analysis.findings)[0]!.evidence[0]!,
    /^in frame 1 it asked 10\.0\.0\.1 by unicast to renew its lease/,
  );
});

test('the pool, where others of the link are answered before; a filter, where they ask later and are answered', () => {
  for (const at of [-5, 5]) {
    const build = new Build();
    if (at < 0) build.bind(0, OTHER);
    build.discover(10);
    if (at > 0) build.bind(15, OTHER);
    build.discover(20);
    // Who asks later and is offered an address shows that the pool has some.
    const kept = /^The server does not serve this client: a class, a reservation or a MAC filter keeps the client out$/;
    assert.match(likeliest(build.analyse()), at < 0 ? /pool is used up/ : kept);
  }
});

test('the pool or a filter, where the server says NAK and offers nothing', () => {
  const build = new Build();
  build.discover(0);
  build.discover(4);
  build.request(8, { options: [ipOption(50, ADDRESS)] });
  build.nak(8.1);
  build.discover(9, { xid: 2 });
  build.discover(13, { xid: 2 });
  assert.match(likeliest(build.analyse(30)), /pool is used up/);
});

test('no relay, where servers answer on another VLAN only', () => {
  const build = new Build();
  build.bind(0, OTHER, {}, { link: '0/10' });
  build.discover(1, {}, { link: '0/20' });
  build.discover(4, {}, { link: '0/20' });
  build.bind(8, { ...OTHER, xid: 10 }, {}, { link: '0/10' });
  assert.match(likeliest(build.analyse()), /no relay forwards the broadcasts of this link/);
});

test('a firewall or a program that ended, where the server’s host is heard by ARP and not by DHCP', () => {
  const build = new Build();
  build.bind(0);
  build.arp(1, 1, '02:00:00:00:00:05', '10.0.0.77', SERVER);
  build.dhcp(7, { ciaddr: ADDRESS, options: [ipOption(54, SERVER)] }, { at: 2, source: ADDRESS, destination: SERVER });
  build.discover(100, { xid: 2 });
  build.arp(102, 1, '02:00:00:00:00:05', '10.0.0.77', SERVER);
  build.arp(102.001, 2, SERVER_MAC, SERVER, '10.0.0.77');
  build.discover(104, { xid: 2 });
  assert.match(likeliest(build.analyse(120)), FIREWALL);
});

test('the server’s host is down, where not even ARP is answered', () => {
  const build = new Build();
  build.bind(0);
  for (const at of [80, 81, 82]) build.arp(at, 1, '02:00:00:00:00:01', ADDRESS, SERVER);
  build.discover(100, { xid: 2 });
  build.discover(104, { xid: 2 });
  assert.match(likeliest(build.analyse(120)), /host is down or unplugged/);
});

test('a client that was answered before and is not any more: the server fell silent, its pool is not dry', () => {
  const build = new Build();
  build.bind(0);
  build.bind(1, OTHER);
  build.discover(100, { xid: 2 });
  build.discover(104, { xid: 2 });
  assert.match(likeliest(build.analyse(120)), FIREWALL);
});

test('the pool, where the client gave its address back and another was answered since', () => {
  const build = new Build();
  build.bind(0);
  build.dhcp(
    7,
    { xid: 5, ciaddr: ADDRESS, options: [ipOption(54, SERVER)] },
    { at: 5, source: ADDRESS, destination: SERVER },
  );
  build.bind(6, OTHER);
  build.discover(10, { xid: 6 });
  build.discover(14, { xid: 6 });
  assert.match(likeliest(build.analyse(30)), /pool is used up/);
});

test('ICMP about a further server of a relay says nothing of a client on another way', () => {
  const build = new Build();
  build.bind(0, OTHER);
  build.discover(1);
  build.discover(4);
  const theirs = new Build();
  theirs.discover(0, { ...OTHER, giaddr: '10.9.0.1' });
  const dhcp = theirs.packets[0]!.dhcp!;
  build.icmp(5, 3, '10.0.0.9', { source: '10.9.0.1', destination: '10.0.0.9', destinationPort: 67, dhcp });
  assert.match(likeliest(build.analyse(30)), /pool is used up/);
});

test('the verdict: who got what, who did not, and the likeliest cause', () => {
  const build = new Build();
  build.bind(0, OTHER);
  build.bind(1, { chaddr: '02:00:00:00:00:03', xid: 3 }, { yiaddr: '10.0.0.51' });
  build.discover(2);
  build.discover(6);
  const { verdict } = build.analyse(20);
  assert.match(
    verdict,
    / no OFFER; most likely, the server has no address for this client: .* \(1 error and 1 note; of 3 clients, 2 got leases from 10\.0\.0\.1 within 30 ms, 1 got no answer\)\. Do this first: /,
  );
});

test('ICMP says who refuses, and its code why', () => {
  const words = [
    [3, /refuses datagrams .* at 10\.0\.0\.254 no DHCP program listens/],
    [13, /^A firewall refuses datagrams to UDP port 67, and says so by ICMP/],
    [1, /^There is no way to 10\.0\.0\.1, .*by ICMP/],
  ] as const;
  for (const [code, word] of words) {
    const build = new Build();
    build.discover(0);
    build.icmp(0.01, code, '10.0.0.254', {
      source: '10.9.0.1',
      destination: SERVER,
      sourcePort: 67,
      destinationPort: 67,
      protocol: 17,
    } as never);
    build.discover(4);
    assert.match(likeliest(build.analyse()), word);
  }
});

test('relay-unanswered: the scope, where the server’s host is up; its host, where ARP is in vain; ICMP before all', () => {
  const relayed = { giaddr: '10.9.0.1', hops: 1 };
  const seen = { source: '10.9.0.1', destination: SERVER, sourcePort: 67 };
  const asks = (): Build => {
    const build = new Build();
    build.discover(1, relayed, seen);
    build.discover(5, { ...relayed, secs: 4 }, seen);
    return build;
  };
  const up = asks();
  up.arp(5.1, 2, SERVER_MAC, SERVER, '10.0.0.2');
  assert.match(likeliest(up.analyse(20), 'relay-unanswered'), /no scope \(subnet\) that holds 10\.9\.0\.1/);
  const down = asks();
  for (const at of [6, 7]) down.arp(at, 1, '02:00:00:00:00:aa', '10.0.0.2', SERVER);
  assert.match(likeliest(down.analyse(20), 'relay-unanswered'), /The server is down/);
});

test('renewal-unanswered: a unicast filter where broadcasts fare better, the server where they do not, ICMP before all', () => {
  const id = 'renewal-unanswered';
  const renews = (): Build => {
    const build = new Build();
    build.renew(0);
    build.renew(60);
    return build;
  };
  const answered = renews();
  answered.request(100, { ciaddr: ADDRESS, options: [] });
  answered.ack(100.1);
  assert.match(likeliest(answered.analyse(200), id), /lets the broadcasts of DISCOVER and REQUEST through/);
  const silent = renews();
  silent.request(100, { ciaddr: ADDRESS, options: [] });
  assert.match(likeliest(silent.analyse(200), id), /^The server 10\.0\.0\.1 is down, has stopped or was replaced/);
  const anew = renews();
  anew.discover(100, { xid: 2 });
  anew.discover(104, { xid: 2 });
  assert.match(likeliest(anew.analyse(200), id), /^The server 10\.0\.0\.1 is down, has stopped or was replaced/);
  const refused = renews();
  const dhcp = refused.packets[0]!.dhcp!;
  refused.icmp(60.1, 3, SERVER, { source: ADDRESS, destination: SERVER, destinationPort: 67, dhcp });
  assert.match(likeliest(refused.analyse(200), id), /refuses datagrams to UDP port 67, and says so by ICMP/);
});

test('no-ack in INIT-REBOOT: a server that gave the lease has a record of it, so it is not reached', () => {
  const build = new Build();
  build.bind(0);
  build.request(10, { xid: 2, options: [ipOption(50, ADDRESS)] });
  build.request(14, { xid: 2, options: [ipOption(50, ADDRESS)] });
  const analysis = build.analyse(60);
  assert.match(likeliest(analysis, 'no-ack'), /^No server can be reached at all/);
  assert.match(causesOf(analysis.findings, 'no-ack')[0]!.evidence.join('; '), /gave this lease in frame 4/);
});

test('no-ack in INIT-REBOOT: the DISCOVER that follows gets no answer either', () => {
  const build = new Build();
  build.request(10, { xid: 2, options: [ipOption(50, ADDRESS)] });
  build.discover(20, { xid: 3 });
  build.discover(24, { xid: 3 });
  const { findings } = build.analyse(60);
  assert.match(causesOf(findings, 'no-ack')[0]!.text, /^No server can be reached at all/);
  assert.match(causesOf(findings, 'no-ack')[0]!.evidence.join('; '), /\(frame 2\)/);
});
