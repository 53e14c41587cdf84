/** Captures that were made to cost too much: time grows as the capture does, and not as its square. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { comparePoints, readPoint, type PointEvents } from '../../src/analysis/compare/pair';
import { ipv4ToText, parseIpv4 } from '../../src/codec/bytes';
import { ADDRESS, Build, CLIENT, ROUTER_MAC, SERVER, SERVER_MAC, ipOption, lines, raw } from './build';

const macOf = (n: number): string =>
  `02:67:${n
    .toString(16)
    .padStart(8, '0')
    .replace(/(..)(?=.)/g, '$1:')}`;
const ipOf = (base: string, n: number): string => ipv4ToText(parseIpv4(base)! + n);
const chaddrOf = (n: number): { chaddr: string; xid: number } => ({ chaddr: macOf(n), xid: n });
const HOLDER = '02:00:00:00:00:99';

/** Each fills a capture with so many messages. */
const FAMILIES: Readonly<Record<string, (build: Build, n: number) => void>> = {
  'relays without an answer, and as many ICMP errors about their server': (build, n) => {
    const from = { sourcePort: 67, destination: SERVER };
    for (let i = 0; i < n / 2; i++)
      build.discover(
        i / 1e4,
        { ...chaddrOf(i), giaddr: ipOf('10.5.0.1', i), hops: 1 },
        { ...from, source: ipOf('10.5.0.1', i) },
      );
    const quoted = { source: '10.5.0.1', destination: SERVER, sourcePort: 67, destinationPort: 67 };
    for (let i = 0; i < n / 2; i++) build.icmp(10 + i / 1e4, 3, SERVER, quoted);
    build.discover(99, chaddrOf(n));
  },
  'a client that declines again and again an address that many hold': (build, n) => {
    for (let i = 0; i < n / 2; i++) build.arp(i / 1e4, 2, macOf(i), ADDRESS, SERVER);
    for (let i = 0; i < n / 2; i++) build.dhcp(4, { xid: i, options: [ipOption(50, ADDRESS)] }, { at: 10 + i / 1e4 });
  },
  'many clients that decline an address about which ARP is spoken all the time': (build, n) => {
    for (let i = 0; i < n / 2; i++) build.arp(i / 1e4, 2, HOLDER, ADDRESS, SERVER);
    for (let i = 0; i < n / 2; i++)
      build.dhcp(4, { ...chaddrOf(i), options: [ipOption(50, ADDRESS)] }, { at: 10 + i / 1e4 });
  },
  'clients whose ACK is not seen, and ARP of others for the address': (build, n) => {
    for (let i = 0; i < n / 2; i++) {
      build.request(i / n, chaddrOf(i));
      build.arp((i + 0.5) / n, 1, macOf(1e6 + (i & 15)), '10.0.0.200', ADDRESS);
    }
  },
  'one message on many VLANs': (build, n) => {
    for (let i = 0; i < n; i++) build.discover(i / 1e6, {}, { link: `0 vlan ${i}` });
  },
  'one client that asks on many VLANs': (build, n) => {
    for (let i = 0; i < n; i++) build.discover(2 * i, { xid: i }, { link: `0 vlan ${i}` });
  },
  'leases that cannot be renewed, for each asks by ARP for the server': (build, n) => {
    for (let i = 0; i < n / 4; i++) build.ack(i / 1e4, { ...chaddrOf(i), yiaddr: ipOf('10.1.0.0', i) });
    for (let k = 0; k < 3; k++)
      for (let i = 0; i < n / 4; i++) build.arp(1800 + k + i / 1e5, 1, macOf(i), ipOf('10.1.0.0', i), SERVER);
  },
  'a server that takes 50 s, and probes another address for each client': (build, n) => {
    for (let i = 0; i < n / 3; i++) build.discover(i / 1e5, chaddrOf(i));
    for (let i = 0; i < n / 3; i++) build.arp(1 + i / 1e5, 1, SERVER_MAC, SERVER, ipOf('10.1.0.0', i));
    for (let i = 0; i < n / 3; i++) build.offer(50 + i / 1e5, { ...chaddrOf(i), yiaddr: ipOf('10.1.0.0', i) });
  },
  'a server that takes 50 s, and probes the same address for all': (build, n) => {
    for (let i = 0; i < n / 3; i++) build.discover(i / 1e5, chaddrOf(i));
    for (let i = 0; i < n / 3; i++) build.arp(1 + i / 1e5, 1, SERVER_MAC, SERVER, ADDRESS);
    for (let i = 0; i < n / 3; i++) build.offer(50 + i / 1e5, chaddrOf(i));
  },
  'a leased address that another claims, and its holder asks for': (build, n) => {
    build.bind();
    // The client with this identifier asks from both.
    for (let i = 0; i < n / 2; i++) {
      build.arp(10 + i / 1e4, 2, ROUTER_MAC, ADDRESS, SERVER);
      build.arp(10 + (i + 0.5) / 1e4, 1, macOf(i), '10.0.0.200', ADDRESS);
    }
  },
  'one client identifier under ever new hardware addresses, and ARP of each': (build, n) => {
    const id = [raw(61, 'ff01020304')];
    for (let i = 0; i < n / 3; i++) {
      build.request(i / 1e3, { ...chaddrOf(i), options: [...id, ipOption(50, ADDRESS)] });
      build.ack((i + 0.3) / 1e3, chaddrOf(i));
      build.arp((i + 0.6) / 1e3, 1, macOf(i), ADDRESS, SERVER);
    }
  },
  'a client that renews, releases and uses its address all the time': (build, n) => {
    for (let i = 0; i < n / 4; i++) {
      build.renew(i / 1e2, { xid: i });
      build.ack((i + 0.2) / 1e2, { xid: i }, { destination: ADDRESS });
      build.dhcp(
        7,
        { xid: n + i, ciaddr: ADDRESS, options: [ipOption(54, SERVER)] },
        { at: (i + 0.4) / 1e2, source: ADDRESS },
      );
      build.arp((i + 0.6) / 1e2, 1, CLIENT, ADDRESS, SERVER);
    }
  },
  'a client that leaves out its identifier every other time': (build, n) => {
    for (let i = 0; i < n / 2; i++) {
      build.renew(i / 1e2, { xid: i, options: i % 2 === 0 ? [raw(61, 'ff01020304')] : [] });
      build.ack((i + 0.2) / 1e2, { xid: i }, { destination: ADDRESS });
    }
  },
  'a client that asks for its router on many VLANs': (build, n) => {
    for (let i = 0; i < n / 2; i++) {
      build.ack(i / 1e4, { xid: i }, { link: `0 vlan ${i}` });
      build.arp(10 + i / 1e4, 1, CLIENT, ADDRESS, SERVER, `0 vlan ${i}`);
    }
  },
  'sources that each invent twenty clients, and ARP about as many addresses': (build, n) => {
    for (let i = 0; i < n / 2; i++) {
      build.discover(i / 1e3, chaddrOf(i), { ethSource: macOf(1e6 + Math.floor(i / 20)) });
      build.arp((i + 0.5) / 1e3, 1, HOLDER, ipOf('10.1.0.0', i), SERVER);
    }
  },
  'clients of one name with made-up addresses, each after the other': (build, n) => {
    const named = [raw(12, '6162'), raw(55, '0103')];
    for (let i = 0; i < n / 2; i++) {
      build.request(i / 1e2, { ...chaddrOf(i), options: [...named, ipOption(50, ipOf('10.1.0.0', i))] });
      build.ack((i + 0.5) / 1e2, { ...chaddrOf(i), yiaddr: ipOf('10.1.0.0', i) });
    }
  },
  'a client that is told many boot files, and asks for many others': (build, n) => {
    for (let i = 0; i < n / 3; i++) {
      build.ack(i / 1e4, { xid: i, siaddr: SERVER, file: `boot${i}.0` });
      build.tftp(10 + i / 1e4, ADDRESS, SERVER, { operation: 1, file: `boot${i}.efi` }, [2000 + (i & 1023), 69]);
      build.tftp(10 + (i + 0.5) / 1e4, SERVER, ADDRESS, { operation: 5, errorCode: 1 }, [69, 2000 + (i & 1023)]);
    }
  },
};

/** Seconds of processor that something takes. */
function cost(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Eight times as many messages cost 64 times as much where the cost is quadratic. Twice of what is linear leaves room for the measurement. */
function grows(make: (n: number) => () => void): void {
  const few = make(3000);
  few();
  const small = Math.max(0.04, Math.min(cost(few), cost(few)));
  const large = cost(make(24_000));
  assert.ok(large < 16 * small, `${large.toFixed(2)} s for eight times what took ${small.toFixed(2)} s`);
}

for (const [name, fill] of Object.entries(FAMILIES)) {
  test(name, () =>
    grows((n) => {
      const build = new Build();
      fill(build, n);
      return () => void build.analyse(4000);
    }),
  );
}

/** `n` clients that ask once each, and one that is in every capture. */
function point(name: string, first: number, n: number): PointEvents {
  const build = new Build();
  for (let i = 0; i < n; i++) build.discover(i / 1000, chaddrOf(first + i));
  build.discover(n / 1000, chaddrOf(0xffffff));
  const { findings } = build.analyse();
  const packets = build.packets.map((packet) => ({ ...packet, time: packet.time + 1e9 }));
  const facts = { file: name, name, firstTime: 1e9, lastTime: 1e9 + n / 1000, findings };
  return readPoint({ ...facts, packets: { count: packets.length, get: (i) => packets[i]! } }, DEFAULT_SETTINGS);
}

test('two captures are compared', () =>
  grows((n) => {
    const [a, b] = [point('a.pcap', 0, n / 4), point('b.pcap', n, n / 4)];
    return () => void comparePoints(a, b);
  }));

test('captures of two networks that have one client in common: nothing is lost between them', () => {
  assert.deepEqual(comparePoints(point('a.pcap', 0, 50), point('b.pcap', 5000, 50)).findings, []);
});

test('what many clients lose for one reason is told once', () => {
  const found = comparePoints(point('a.pcap', 0, 250), point('b.pcap', 0, 0)).findings;
  assert.equal(found.length, 0, 'b.pcap ends before the messages of a.pcap begin');
  const long = point('b.pcap', 0, 0);
  const whole = { ...long, point: { ...long.point, firstTime: 0, lastTime: 2e9 } };
  const lost = comparePoints(point('a.pcap', 1, 250), whole).findings;
  assert.equal(lost.length, 1);
  assert.match(lost[0]!.title, /^250 clients \(.* and 247 more\): 250 DISCOVERs lost between a\.pcap and b\.pcap$/);
  assert.equal(lost[0]!.members!.length, 250);
  assert.equal(lost[0]!.frames.length, 250);
});

test('a reply storm: one ACK, 200,000 times, and a capture that ends with it', () => {
  const build = new Build();
  const frame = build.ack(0);
  const ack = build.packets[frame - 1]!;
  for (let i = 1; i < 200_000; i++) build.packets.push({ ...ack, frame: i + 1, time: i / 1e5 });
  assert.deepEqual(
    build.analyse().findings.map(({ id, frames }) => [id, frames.length]),
    [
      ['message-flood', 1000],
      ['one-sided', 200_000],
    ],
  );
});

test('what these captures show is still said', () => {
  const build = new Build();
  FAMILIES['many clients that decline an address about which ARP is spoken all the time']!(build, 8);
  assert.deepEqual(lines(build.analyse(20)).slice(0, 1), ['decline error 02:00:00:00:00:99 5,6,7,8,1,2,3,4']);
});
