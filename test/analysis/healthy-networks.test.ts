import assert from 'node:assert/strict';
import { test } from 'node:test';
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
  raw,
  textOption,
  u32Option,
  type Spec,
} from './build';

/* Whole healthy networks, as clients, servers and relays of many makers make them: nothing above info may be said of any. */

const RELAY = '10.9.0.1';
const RELAY_UP = '02:00:00:00:00:ab';
const AGENT = raw(82, '0104000a0001' + '0206020000000001');
const TO_SERVER = {
  source: '10.0.0.2',
  destination: SERVER,
  sourcePort: 67,
  ethSource: RELAY_UP,
  ethDestination: SERVER_MAC,
};
const TO_RELAY = {
  source: SERVER,
  destination: RELAY,
  destinationPort: 67,
  ethSource: SERVER_MAC,
  ethDestination: RELAY_UP,
};
const TO_CLIENT = { source: RELAY, ethSource: ROUTER_MAC };

/** Both sides of a relay in one capture, its links being `client` and `server`. */
function relayedBind(build: Build, at: number, client: string, server: string, xid = 7): void {
  const relayed = { xid, giaddr: RELAY, hops: 1 };
  const given = { xid, giaddr: RELAY, yiaddr: '10.9.0.50' };
  const asks = (): { readonly options: NonNullable<Spec['options']> } => ({
    options: [ipOption(50, '10.9.0.50'), ipOption(54, SERVER), raw(55, '0103061c')],
  });
  const answers = lease([ipOption(3, RELAY)]);
  build.discover(at, { xid }, { link: client });
  build.discover(at + 0.001, { ...relayed, options: [AGENT] }, { ...TO_SERVER, link: server });
  build.offer(at + 0.01, { ...given, options: [...answers, AGENT] }, { ...TO_RELAY, link: server });
  build.offer(at + 0.011, { ...given, options: answers }, { ...TO_CLIENT, link: client });
  build.request(at + 0.02, { xid, ...asks() }, { link: client });
  build.request(at + 0.021, { ...relayed, options: [...asks().options, AGENT] }, { ...TO_SERVER, link: server });
  build.ack(at + 0.03, { ...given, options: [...answers, AGENT] }, { ...TO_RELAY, link: server });
  build.ack(at + 0.031, { ...given, options: answers }, { ...TO_CLIENT, link: client });
}

const NETWORKS: Readonly<Record<string, (build: Build) => number | void>> = {
  'both sides of a relay, on one link as the capture tells': (build) => relayedBind(build, 0, '0', '0'),
  'both sides of a relay, in two VLANs of a trunk': (build) => relayedBind(build, 0, '0/10', '0/20'),
  'the same, each frame twice (a mirror of both directions)': (build) => {
    relayedBind(build, 0, '0/10', '0/20');
    build.packets.splice(
      0,
      Infinity,
      ...build.packets
        .flatMap((packet) => [packet, { ...packet, time: packet.time + 0.0002 }])
        .map((packet, i) => ({ ...packet, frame: i + 1 })),
    );
  },
  'two VLANs with a DHCP server each, whose server has one address and one link-layer address a VLAN': (build) => {
    build.bind(0, {}, {}, { link: '0/10' });
    const other = { chaddr: '02:00:00:00:00:02', xid: 2 };
    const answers = {
      ...other,
      yiaddr: '10.1.0.50',
      options: lease([ipOption(54, '10.1.0.1'), ipOption(3, '10.1.0.1')]),
    };
    const server = { link: '0/20', source: '10.1.0.1', ethSource: '02:00:00:00:00:fb' };
    build.discover(1, other, { link: '0/20' });
    build.offer(1.01, answers, server);
    build.request(1.02, { ...other, options: [ipOption(50, '10.1.0.50'), ipOption(54, '10.1.0.1')] }, { link: '0/20' });
    build.ack(1.03, answers, server);
  },
  'a relayed lease, then a routed renewal seen at the server': (build) => {
    const given = { yiaddr: '10.9.0.50', options: lease([ipOption(3, RELAY)]) };
    const relayed = { giaddr: RELAY, hops: 1 };
    build.discover(0, relayed, TO_SERVER);
    build.offer(0.01, { ...given, ...relayed, hops: 0 }, TO_RELAY);
    build.request(0.02, { ...relayed, options: [ipOption(50, '10.9.0.50'), ipOption(54, SERVER)] }, TO_SERVER);
    build.ack(0.03, { ...given, giaddr: RELAY }, TO_RELAY);
    build.renew(
      1800,
      { xid: 9, ciaddr: '10.9.0.50' },
      { source: '10.9.0.50', ethSource: RELAY_UP, ethDestination: SERVER_MAC },
    );
    build.ack(
      1800.01,
      { ...given, xid: 9, ciaddr: '10.9.0.50' },
      { destination: '10.9.0.50', ethDestination: RELAY_UP },
    );
    return 4000;
  },
  'a relay asks two servers of a failover pair; one answers by load balancing': (build) => {
    const relayed = { giaddr: RELAY, hops: 1 };
    const given = { giaddr: RELAY, yiaddr: '10.9.0.50', options: lease([ipOption(3, RELAY)]) };
    const second = { ...TO_SERVER, destination: '10.0.0.3', ethDestination: '02:00:00:00:00:fc' };
    build.discover(0, relayed, TO_SERVER);
    build.discover(0.0002, relayed, second);
    build.offer(0.01, given, TO_RELAY);
    const asks = { ...relayed, options: [ipOption(50, '10.9.0.50'), ipOption(54, SERVER)] };
    build.request(0.02, asks, TO_SERVER);
    build.request(0.0202, asks, second);
    build.ack(0.03, given, TO_RELAY);
    return 60;
  },
  'a client reboots where the server knows nothing and is silent, and starts anew': (build) => {
    build.request(0, { options: [ipOption(50, '10.0.0.77')] });
    build.bind(0.5, { xid: 9 });
    return 30;
  },
  'a cloud: the server at a link-local address, a mask of /32, the router by an on-link route': (build) => {
    const server = '169.254.169.254';
    const options = lease([
      ipOption(54, server),
      ipOption(1, '255.255.255.255'),
      raw(121, '200a0000010000000000' + '0a000001'),
    ]);
    build.discover(0);
    build.offer(0.01, { options }, { source: server });
    build.request(0.02, { options: [ipOption(50, ADDRESS), ipOption(54, server)] });
    build.ack(0.03, { options }, { source: server });
  },
  'a capture that begins at the ACK, and one that begins at the OFFER': (build) => {
    build.ack(0);
    build.offer(1, { chaddr: '02:00:00:00:00:02', xid: 5, yiaddr: '10.0.0.51' });
    build.request(1.1, {
      chaddr: '02:00:00:00:00:02',
      xid: 5,
      options: [ipOption(50, '10.0.0.51'), ipOption(54, SERVER)],
    });
    build.ack(1.2, { chaddr: '02:00:00:00:00:02', xid: 5, yiaddr: '10.0.0.51' });
    return 60;
  },
  'a capture that ends at the DISCOVER, within the time of an answer': (build) => {
    build.bind(0);
    build.discover(5, { chaddr: '02:00:00:00:00:02', xid: 5 });
    return 6;
  },
  'Windows: option 81, 60, 61 and a list of parameters; then INFORM for WPAD': (build) => {
    const options = [
      raw(61, '01020000000001'),
      textOption(60, 'MSFT 5.0'),
      raw(81, '000000' + '5043'),
      raw(55, '0103060f1f212b2c2e2f7779f9fc'),
    ];
    const asks = { options };
    build.dhcp(1, asks, { at: 0 });
    build.offer(0.01);
    build.dhcp(3, { options: [...options, ipOption(50, ADDRESS), ipOption(54, SERVER)] }, { at: 0.02 });
    build.ack(0.03);
    build.dhcp(8, { xid: 8, ciaddr: ADDRESS, options }, { at: 3, source: ADDRESS });
    build.dhcp(
      5,
      {
        op: 2,
        xid: 8,
        ciaddr: ADDRESS,
        options: [ipOption(54, SERVER), ipOption(1, '255.255.255.0'), ipOption(3, SERVER)],
      },
      { at: 3.01, destination: ADDRESS },
    );
    return 30;
  },
  'Android and iOS: a random link-layer address, rapid commit asked and not given': (build) => {
    const phone = {
      chaddr: 'da:a1:19:33:44:55',
      options: [raw(80, ''), textOption(60, 'android-dhcp-14'), raw(57, '05dc')],
    };
    build.dhcp(1, phone, { at: 0 });
    build.offer(0.01, { chaddr: phone.chaddr });
    build.dhcp(
      3,
      { ...phone, options: [...phone.options.slice(1), ipOption(50, ADDRESS), ipOption(54, SERVER)] },
      { at: 0.02 },
    );
    build.ack(0.03, { chaddr: phone.chaddr });
    return 30;
  },
  'rapid commit given: DISCOVER and ACK': (build) => {
    build.discover(0, { options: [raw(80, '')] });
    build.ack(0.01, { options: lease([raw(80, '')]) });
    return 30;
  },
  'PXE: the DHCP server gives the address, a proxyDHCP service the boot file, on ports 67 and 4011': (build) => {
    const pxe = [
      textOption(60, 'PXEClient:Arch:00007:UNDI:003016'),
      raw(93, '0007'),
      raw(94, '010310'),
      raw(97, '00' + '11'.repeat(16)),
    ];
    const proxy = '10.0.0.5';
    const fromProxy = { source: proxy, ethSource: '02:00:00:00:00:f5' };
    build.discover(0, { flags: 0x8000, options: pxe });
    build.offer(0.01);
    build.offer(
      0.011,
      {
        yiaddr: '0.0.0.0',
        siaddr: proxy,
        options: [ipOption(54, proxy), textOption(60, 'PXEClient'), raw(43, '060108ff')],
      },
      fromProxy,
    );
    build.request(0.02, { flags: 0x8000, options: [...pxe, ipOption(50, ADDRESS), ipOption(54, SERVER)] });
    build.ack(0.03);
    build.dhcp(
      3,
      { xid: 0x99, ciaddr: ADDRESS, options: pxe },
      { at: 0.5, source: ADDRESS, destination: proxy, destinationPort: 4011 },
    );
    build.dhcp(
      5,
      {
        op: 2,
        xid: 0x99,
        ciaddr: ADDRESS,
        siaddr: proxy,
        file: 'boot/bootx64.efi',
        options: [ipOption(54, proxy), textOption(60, 'PXEClient')],
      },
      { at: 0.51, ...fromProxy, destination: ADDRESS, sourcePort: 4011, destinationPort: 4011 },
    );
    return 20;
  },
  'udhcpc: no client identifier, secs counted, a retransmission that the server answers twice': (build) => {
    build.discover(0);
    build.discover(3, { secs: 3 });
    build.offer(3.01);
    build.offer(3.011);
    build.request(3.02, { secs: 3 });
    build.ack(3.03);
    return 30;
  },
  'a client that gives its address back and gets it again; two clients, one after the other': (build) => {
    for (const [i, chaddr] of [CLIENT, '02:00:00:00:00:02', CLIENT].entries()) {
      build.bind(i * 10, { chaddr, xid: i + 1 });
      build.dhcp(
        7,
        { chaddr, xid: 100 + i, ciaddr: ADDRESS, options: [ipOption(54, SERVER)] },
        { at: i * 10 + 5, source: ADDRESS, destination: SERVER },
      );
    }
    return 60;
  },
  'the client announces its address by ARP, and asks for its router': (build) => {
    build.bind(0);
    build.arp(0.1, 1, CLIENT, '0.0.0.0', ADDRESS);
    build.arp(2, 1, CLIENT, ADDRESS, ADDRESS);
    build.arp(3, 1, CLIENT, ADDRESS, SERVER);
    build.arp(3.001, 2, SERVER_MAC, SERVER, ADDRESS);
    return 30;
  },
  'every frame cut by the snapshot length before its options': (build) => {
    build.bind(0);
    for (const [i, packet] of build.packets.entries()) build.packets[i] = { ...packet, cut: 60 };
    return 30;
  },
  'a lease for ever, with its timers infinite as well': (build) => {
    build.bind(
      0,
      {},
      { options: lease([u32Option(51, 0xffffffff), u32Option(58, 0xffffffff), u32Option(59, 0xffffffff)]) },
    );
  },
  'a clock that is set back an hour between two leases': (build) => {
    build.bind(4000);
    build.bind(400, { xid: 5 });
    return 4100;
  },
};

for (const [name, make] of Object.entries(NETWORKS))
  test(name, () => {
    const build = new Build();
    const until = make(build);
    assert.deepEqual(alarms(build.analyse(until ?? undefined)), []);
  });

test('A wireless controller answers under its virtual address; another server outside the subnet is a fault', () => {
  for (const [server, expected] of [
    ['192.0.2.1', []],
    ['1.1.1.1', []],
    ['192.0.2.2', ['server-outside-subnet']],
  ] as const) {
    const build = new Build();
    const answers = { yiaddr: ADDRESS, options: lease([ipOption(54, server)]) };
    build.discover(0);
    build.offer(0.01, answers, { source: server });
    build.request(0.02, { options: [ipOption(50, ADDRESS), ipOption(54, server)] });
    build.ack(0.03, answers, { source: server });
    assert.deepEqual(alarms(build.analyse(9)), expected);
  }
});

test('A capture of all interfaces at the server: a RELEASE by way of the router that an answered renewal came by', () => {
  const routed = { ethSource: ROUTER_MAC };
  const build = new Build();
  build.renew(0, {}, routed);
  build.ack(0.01, { ciaddr: ADDRESS }, { destination: ADDRESS });
  build.dhcp(
    7,
    { ciaddr: ADDRESS, xid: 9, options: [ipOption(54, SERVER)] },
    { at: 40, source: ADDRESS, destination: SERVER, ...routed },
  );
  build.packets.splice(0, 3, ...build.packets.map((packet) => ({ ...packet, ethDestination: undefined })));
  assert.deepEqual(alarms(build.analyse(60)), []);
});

test('A RELEASE of a client in another subnet comes by way of a router; of one in the same subnet it does not', () => {
  for (const [ciaddr, expected] of [
    ['10.9.0.50', []],
    ['10.0.0.50', ['chaddr-mismatch']],
  ] as const) {
    const build = new Build();
    const seen = { source: ciaddr, destination: SERVER, ethSource: ROUTER_MAC };
    build.dhcp(7, { ciaddr, options: [ipOption(54, SERVER)] }, { at: 0, ...seen });
    assert.deepEqual(alarms(build.analyse(9)), expected);
  }
});

test('A capture that begins between question and answer: the ACK to a routed renewal, and that to an INFORM', () => {
  const renewal = new Build();
  renewal.ack(
    0,
    { ciaddr: '10.9.0.50', yiaddr: '10.9.0.50', options: lease([ipOption(3, '10.9.0.1')]) },
    { destination: '10.9.0.50', ethDestination: ROUTER_MAC },
  );
  assert.deepEqual(alarms(renewal.analyse(9)), []);
  const inform = new Build();
  inform.ack(0, { ciaddr: ADDRESS, yiaddr: '0.0.0.0', options: lease([raw(51, '')]) }, { destination: ADDRESS });
  assert.deepEqual(alarms(inform.analyse(9)), []);
});

test('On a third port a client that starts over after more than half a minute had its ACK', () => {
  const again = (at: number): string[] => {
    const build = new Build();
    build.discover(0, { xid: 1 });
    build.request(0.02, { xid: 1 });
    build.discover(at, { xid: 2 });
    return alarms(build.analyse(at + 1));
  };
  assert.deepEqual(again(20), ['no-ack']);
  assert.deepEqual(again(40), []);
});
