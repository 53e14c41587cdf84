import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DEFAULT_SETTINGS, type Analysis, type Cause, type Finding } from '../../src/analysis';
import { Capture } from '../../src/engine/capture';
import { fileSource } from '../../src/engine/node';
import { ADDRESS, Build, SERVER, SERVER_MAC, ipOption } from './build';

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

/** By the beginning of the scenario's name: what the first cause must say. */
const IN_THE_LAB: Readonly<Record<string, readonly RegExp[]>> = {
  'no-offer-firewall': [/a firewall drops UDP port 67/],
  'no-offer-switch': [/a firewall drops UDP port 67/],
  'no-offer-no-server': [/no DHCP server runs on this link/],
  'no-offer-relay-missing': [/no relay hands this link’s broadcasts on/],
  'no-offer-pool-exhausted': [/its pool is used up/],
  'no-offer-stopped': [/drops UDP port 67 without a word, or the server’s program has stopped/],
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
      for (const word of words) assert.match(likeliest(capture), word, file);
    }
  });

test('complete silence: one cause that names the three which look the same from here', () => {
  const build = new Build();
  build.discover(0);
  build.discover(3);
  const text = likeliest(build.analyse());
  for (const word of [/no DHCP server runs on this link/, /firewall drops UDP port 67/, /no relay/])
    assert.match(text, word);
});

test('the pool, where others of the link are answered meanwhile or before', () => {
  for (const at of [-5, 5]) {
    const build = new Build();
    if (at < 0) build.bind(0, OTHER);
    build.discover(10);
    if (at > 0) build.bind(15, OTHER);
    build.discover(20);
    assert.match(likeliest(build.analyse()), /pool is used up/);
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
  assert.match(likeliest(build.analyse()), /no relay hands this link’s broadcasts on/);
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
  assert.match(likeliest(build.analyse(120)), /drops UDP port 67 without a word, or the server’s program has stopped/);
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
  assert.match(likeliest(build.analyse(120)), /drops UDP port 67 without a word, or the server’s program has stopped/);
});

test('the pool, where the client gave its address back and another was answered since', () => {
  const build = new Build();
  build.bind(0);
  build.dhcp(7, { xid: 5, ciaddr: ADDRESS, options: [ipOption(54, SERVER)] }, { at: 5, source: ADDRESS, destination: SERVER }); // prettier-ignore
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
    /^3 clients: 2 got leases from 10\.0\.0\.1 within 30 ms; 1 got no answer \(02:00:00:00:00:01\)\. Worst: .* no OFFER\b.*\. Likeliest cause: The server has no address for this client: .*\.$/,
  );
});

test('ICMP says who refuses', () => {
  const build = new Build();
  build.discover(0);
  build.icmp(0.01, 13, '10.0.0.254', {
    source: '10.9.0.1',
    destination: SERVER,
    sourcePort: 67,
    destinationPort: 67,
    protocol: 17,
  } as never);
  build.discover(4);
  assert.match(likeliest(build.analyse()), /refuses datagrams to UDP port 67, and says so by ICMP/);
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
