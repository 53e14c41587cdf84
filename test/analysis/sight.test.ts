import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeMessage4, type OptionSpec4 } from '../../src/codec/dhcpv4/encode';
import {
  ADDRESS,
  Build,
  CLIENT,
  ROUTER_MAC,
  SERVER,
  SERVER_MAC,
  alarms,
  ipOption,
  lease,
  lines,
  raw,
  textOption,
  u32Option,
} from './build';

/* What the capture point can see, and what its clock says: a reply that passes it by, or a clock that was set, is no fault. */

const OTHER = '02:00:00:00:00:02';
const THIRD = '02:00:00:00:00:03';
const INFORM = { xid: 9, ciaddr: ADDRESS, options: [raw(55, '0103060ffc')] };

test('inform-unanswered: on a third port, where other clients broadcast, the ACK to a single INFORM is hidden', () => {
  const third = (change: (build: Build) => void): string[] => {
    const build = new Build();
    build.dhcp(8, INFORM, { at: 0, source: ADDRESS });
    change(build);
    return lines(build.analyse(30), 'inform-unanswered');
  };
  const other = { xid: 5, chaddr: OTHER };
  const fault = [`inform-unanswered warning ${CLIENT} 1`];
  const asks = (build: Build): void => {
    build.discover(3, other);
    build.request(3.1, other);
  };
  assert.deepEqual(third(asks), []);
  // Replies that all may hear say nothing of unicasts, and another client's own port hears its own only.
  const flags = { ...other, flags: 0x8000 };
  const told = (build: Build): number[] => build.bind(3, flags, { yiaddr: '10.0.0.51' });
  const own = (build: Build): number[] =>
    build.bind(3, other, { yiaddr: '10.0.0.51' }, { destination: '10.0.0.51', ethDestination: OTHER });
  assert.deepEqual(third(told), []);
  assert.deepEqual(third(own), []);
  // The client is alone, asks again, asks by unicast, or unicasts of two clients or of its own are seen: then the ACK would be.
  assert.deepEqual(
    third(() => undefined),
    fault,
  );
  assert.deepEqual(
    third((build) => void build.dhcp(8, INFORM, { at: 8, source: ADDRESS })),
    [`${fault[0]!},2`],
  );
  assert.deepEqual(
    third((build) => {
      own(build);
      build.renew(9, { xid: 6, chaddr: THIRD, ciaddr: '10.0.0.52' }, { source: '10.0.0.52' });
    }),
    fault,
  );
  assert.deepEqual(
    third((build) => {
      told(build);
      build.renew(9, { xid: 6 });
      build.ack(9.1, { xid: 6, ciaddr: ADDRESS }, { destination: ADDRESS });
    }),
    fault,
  );
});

test('no-ack in INIT-REBOOT: on a third port a client that uses its address next, or starts over beside others, had its ACK', () => {
  const reboot = { options: [ipOption(50, ADDRESS), raw(55, '0103')] };
  const used = new Build();
  used.request(0, { xid: 3, ...reboot });
  used.dhcp(8, INFORM, { at: 6, source: ADDRESS });
  used.dhcp(8, { ...INFORM, xid: 10 }, { at: 400, source: ADDRESS });
  assert.deepEqual(lines(used.analyse(900), 'no-ack'), []);
  const beside = (flags: number, yiaddr?: string): string[] => {
    const build = new Build();
    build.request(0, { xid: 3, ...reboot });
    build.discover(20, { xid: 4 });
    build.discover(40, { xid: 5, chaddr: OTHER, flags });
    if (yiaddr) build.offer(40.1, { xid: 5, chaddr: OTHER, yiaddr }, { destination: yiaddr, ethDestination: OTHER });
    if (yiaddr)
      build.offer(
        40.2,
        { xid: 6, chaddr: THIRD, yiaddr: '10.0.0.7' },
        { destination: '10.0.0.7', ethDestination: THIRD },
      );
    return lines(build.analyse(42), 'no-ack');
  };
  assert.deepEqual(beside(0x8000), []);
  assert.deepEqual(beside(0, '10.0.0.51'), [`no-ack warning ${CLIENT} 1`]);
});

test('no-ack in SELECTING: a client that renews the address later had its ACK, which the capture lost', () => {
  const build = new Build();
  build.discover(0, { xid: 1 });
  build.offer(0.01, { xid: 1 });
  build.request(0.02, { xid: 1 });
  build.renew(1800, { xid: 2 });
  build.ack(1800.01, { xid: 2, ciaddr: ADDRESS }, { destination: ADDRESS });
  assert.deepEqual(alarms(build.analyse(1900)), []);
});

test('no-offer: a client told to do without IPv4 by OFFERs that are not seen asks once in five minutes', () => {
  const asking = (...times: number[]): string[] => {
    const build = new Build();
    for (const at of times) build.dhcp(1, { xid: 5 + at, options: [raw(55, '0103066c')] }, { at });
    return alarms(build.analyse(1000));
  };
  assert.deepEqual(asking(0, 400, 800), []);
  assert.deepEqual(asking(0), []);
  assert.deepEqual(asking(0, 4, 12), ['no-offer']);
  const plain = new Build();
  for (const at of [0, 400, 800]) plain.discover(at, { xid: 5 + at });
  assert.deepEqual(alarms(plain.analyse(1000)), ['no-offer']);
});

test('relay-unanswered: where only what goes to the server is captured, a client that selects an offer was answered', () => {
  const up = {
    source: '10.9.0.1',
    destination: SERVER,
    sourcePort: 67,
    ethSource: ROUTER_MAC,
    ethDestination: SERVER_MAC,
  };
  const build = new Build();
  build.discover(0, { giaddr: '10.9.0.1', hops: 1 }, up);
  assert.deepEqual(alarms(build.analyse(9)), ['relay-unanswered']);
  build.request(0.1, { giaddr: '10.9.0.1', hops: 1 }, up);
  assert.deepEqual(alarms(build.analyse(9)), []);
});

test('starvation: a morning rush on a third port, cut short, completes as far as it is seen', () => {
  const rush = (selects: boolean): string[] => {
    const build = new Build();
    for (let i = 0; i < 60; i++) {
      const client = { xid: 100 + i, chaddr: `02:00:00:00:10:${i.toString(16).padStart(2, '0')}` };
      build.discover(i * 0.05, client);
      if (selects) build.request(i * 0.05 + 0.02, client);
    }
    return lines(build.analyse(3.1), 'starvation').map((line) => line.split(' ')[0]!);
  };
  assert.deepEqual(rush(true), []);
  assert.deepEqual(rush(false), ['starvation']);
});

test('The snapshot length may cut a message before chaddr, or before what a relay says of its port', () => {
  const message = (build: Build, length: number, at: number): void => {
    const packet = build.packets[build.packets.length - 1]!;
    const { last: bytes } = build;
    build.packets.pop();
    build.octets(bytes.slice(0, length), {
      at,
      cut: bytes.length - length,
      ethSource: packet.ethSource!,
      ethDestination: packet.ethDestination!,
      source: packet.source!,
      destination: packet.destination!,
      sourcePort: packet.sourcePort!,
      destinationPort: packet.destinationPort!,
    });
  };
  const build = new Build();
  build.discover(0, {});
  message(build, 26, 0);
  build.discover(1, { giaddr: '10.9.0.1', xid: 5 }, { destination: SERVER, sourcePort: 67, ethSource: ROUTER_MAC });
  message(build, 26, 1);
  build.offer(1.1, { giaddr: '10.9.0.1', xid: 5 }, { destination: '10.9.0.1', destinationPort: 67 });
  message(build, 26, 1.1);
  build.offer(2, { giaddr: '10.9.0.1', xid: 6 }, { destination: '10.9.0.1', destinationPort: 40000 });
  message(build, 200, 2);
  assert.deepEqual(alarms(build.analyse(3)), []);
  const spoofed = new Build();
  spoofed.discover(0, {}, { ethSource: OTHER });
  message(spoofed, 60, 0);
  assert.deepEqual(alarms(spoofed.analyse(3)), ['chaddr-mismatch']);
});

test('A clock that is set between question and answer, either way, is no silence and no slow server', () => {
  for (const step of [-7200, -0.8, -0.15, 3600]) {
    for (const from of [1, 2, 3]) {
      const build = new Build();
      build.bind(0);
      build.packets.splice(
        0,
        4,
        ...build.packets.map((packet, i) => ({ ...packet, time: packet.time + (i >= from ? step : 0) })),
      );
      assert.deepEqual(alarms(build.analyse(Math.max(0, step) + 20)), [], `${step} s before frame ${from + 1}`);
    }
  }
  const slow = new Build();
  slow.discover(0);
  slow.offer(60);
  assert.deepEqual(alarms(slow.analyse(60)), ['slow-server']);
});

test('The tail of a capture whose clock was set back is what follows, not what the clock had shown before', () => {
  const build = new Build();
  build.bind(7200);
  build.discover(0, { xid: 99, chaddr: OTHER });
  assert.deepEqual(alarms(build.analyse(7200.03)), []);
});

test('Files joined one behind the other are in the order of their times', () => {
  const build = new Build();
  build.bind(0);
  build.renew(1800, { xid: 2 });
  build.ack(1800.01, { xid: 2, ciaddr: ADDRESS }, { destination: ADDRESS });
  const { packets } = build;
  const joined = [...packets.filter(({ dhcp }) => dhcp!.op === 2), ...packets.filter(({ dhcp }) => dhcp!.op === 1)];
  packets.splice(0, Infinity, ...joined.map((packet, i) => ({ ...packet, frame: i + 1 })));
  assert.deepEqual(alarms(build.analyse(1900)), []);
});

test('renewal-unanswered: the same ARP question captured twice is not asked again', () => {
  const arps = (apart: number): string[] => {
    const build = new Build();
    build.bind(0, {}, { options: lease([u32Option(51, 600)]) });
    for (const at of [305, 305 + apart]) build.arp(at, 1, CLIENT, ADDRESS, SERVER);
    return alarms(build.analyse(400));
  };
  assert.deepEqual(arps(0.0004), []);
  assert.deepEqual(arps(1), ['renewal-unanswered']);
});

test('duplicate-address: a client that goes on under another hardware address is one client, its copy is two', () => {
  const id = raw(61, '006c6170746f70');
  const moved = (back: boolean): string[] => {
    const build = new Build();
    build.bind(0, { options: [id, ipOption(50, ADDRESS), ipOption(54, SERVER)] }, { options: lease() });
    build.request(100, { xid: 7, chaddr: OTHER, options: [id, ipOption(50, ADDRESS)] });
    build.arp(100.5, 1, OTHER, ADDRESS, ADDRESS);
    if (back) build.arp(120, 1, CLIENT, ADDRESS, ADDRESS);
    return lines(build.analyse(103), 'duplicate-address');
  };
  assert.deepEqual(moved(false), []);
  assert.deepEqual(moved(true), [`duplicate-address error ${ADDRESS} 6,4`]);
});

test('bad-option-length: codes that others use otherwise are judged only where they can be nothing else', () => {
  const given = (type: number, ...options: OptionSpec4[]): string[] => {
    const build = new Build();
    build.bind(0, {}, { options: lease(options) });
    if (type >= 10)
      build.dhcp(type, { op: 2, ciaddr: ADDRESS, options }, { at: 1, destination: SERVER, destinationPort: 67 });
    return lines(build.analyse(9), 'bad-option-length').map((line) => line.split(' ').pop()!);
  };
  const texts = [144, 150, 151, 152, 153, 156, 157, 158, 159, 162, 208, 211].map((code) =>
    textOption(code, 'ftp=10.1.2.3'),
  );
  assert.deepEqual(given(5, ...texts, raw(97, '')), []);
  assert.deepEqual(given(5, raw(150, '0a00000100')), ['2,4']);
  assert.deepEqual(given(5, raw(97, '0011')), ['2,4']);
  assert.deepEqual(given(13, raw(156, '0202')), ['5']);
});

test('missing-end-option: BOOTP pads its vend to the end; DHCP must say End', () => {
  const ends = (type: number | undefined): string[] => {
    const build = new Build();
    const whole = encodeMessage4({
      chaddr: CLIENT,
      xid: 1,
      op: 2,
      yiaddr: ADDRESS,
      options: [...(type === undefined ? [] : [raw(53, '02')]), ...lease()],
    });
    const end = whole.lastIndexOf(255);
    build.octets(
      whole.map((octet, i) => (i >= end ? 0 : octet)),
      { at: 0 },
    );
    return lines(build.analyse(1), 'missing-end-option').map((line) => line.split(' ')[0]!);
  };
  assert.deepEqual(ends(undefined), []);
  assert.deepEqual(ends(2), ['missing-end-option']);
});

test('address-outside-scope: where only replies are seen, the server’s echo of subnet selection tells the scope', () => {
  const reply = (...options: OptionSpec4[]): string[] => {
    const build = new Build();
    build.ack(
      0,
      { giaddr: '10.5.5.5', options: lease(options) },
      { destination: '10.5.5.5', destinationPort: 67, ethDestination: ROUTER_MAC },
    );
    return alarms(build.analyse(9));
  };
  assert.deepEqual(reply(ipOption(118, '10.0.0.0')), []);
  assert.deepEqual(reply(), ['address-outside-scope']);
  assert.deepEqual(reply(ipOption(118, '10.7.0.0')), ['address-outside-scope']);
});

test('pxe-no-boot-file: a capture that begins after the OFFERs does not show which of them named the file', () => {
  const pxe = [textOption(60, 'PXEClient:Arch:00007:UNDI:003016'), ipOption(50, ADDRESS), ipOption(54, SERVER)];
  const begun = new Build();
  begun.request(0, { options: pxe });
  begun.ack(0.1);
  assert.deepEqual(alarms(begun.analyse(9)), []);
  const whole = new Build();
  whole.bind(0, { options: pxe }, { options: lease() });
  assert.deepEqual(lines(whole.analyse(9), 'pxe-no-boot-file').length, 1);
});

test('no-offer with rapid commit, bootp-unanswered: one question beside other clients is answered by a unicast that passes by', () => {
  const once = (others: boolean, times = 1): string[] => {
    const build = new Build();
    for (let i = 0; i < times; i++) {
      build.discover(i * 4, { xid: 5, options: [raw(80, '')] });
      build.dhcp(undefined, { xid: 6, chaddr: THIRD }, { at: i * 4 + 1 });
    }
    if (others) build.bind(9, { xid: 7, chaddr: OTHER, flags: 0x8000 }, { yiaddr: '10.0.0.51' });
    return alarms(build.analyse(60));
  };
  assert.deepEqual(once(true), []);
  assert.deepEqual(once(true, 2), ['no-offer', 'bootp-unanswered']);
  const server = new Build();
  server.discover(0, { options: [raw(80, '')] });
  for (const [at, chaddr, yiaddr] of [
    [3, OTHER, '10.0.0.51'],
    [6, THIRD, '10.0.0.52'],
  ] as const) {
    server.bind(at, { xid: at, chaddr }, { yiaddr }, { destination: yiaddr, ethDestination: chaddr });
  }
  assert.deepEqual(lines(server.analyse(60), 'no-offer').length, 1);
});

test('relay-unanswered: two clients that ask once each at the end of a capture do not ask again', () => {
  const up = {
    source: '10.9.0.1',
    destination: SERVER,
    sourcePort: 67,
    ethSource: ROUTER_MAC,
    ethDestination: SERVER_MAC,
  };
  const asking = (chaddr: string, until: number): string[] => {
    const build = new Build();
    build.discover(0, { giaddr: '10.9.0.1', hops: 1 }, up);
    build.discover(1, { giaddr: '10.9.0.1', hops: 1, chaddr }, up);
    return alarms(build.analyse(until));
  };
  assert.deepEqual(asking(OTHER, 1.5), []);
  assert.deepEqual(asking(CLIENT, 1.5), ['relay-unanswered']);
  assert.deepEqual(asking(OTHER, 4.5), ['relay-unanswered']);
});

test('a REQUEST that is sent again and again is not one whose reply passed by unseen', () => {
  const asked = (times: number): string[] => {
    const build = new Build();
    for (let i = 0; i < times; i++) build.request(i * 0.02, { options: [ipOption(50, ADDRESS)] });
    return build.analyse(60).conversations.map(({ outcome }) => outcome);
  };
  assert.deepEqual(asked(200), ['unanswered']);
  assert.deepEqual(asked(1), ['bound']);
});
