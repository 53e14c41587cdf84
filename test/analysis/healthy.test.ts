import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  Build,
  CLIENT,
  ROUTER_MAC,
  SERVER_MAC,
  alarms,
  ipOption,
  lease,
  lines,
  raw,
  textOption,
  u32Option,
} from './build';

/* Healthy networks that look faulty at first sight: each has a faulty sister that must still be found. */

const AZURE = '168.63.129.16';

test('Azure’s DHCP server lies outside every subnet; another server that does is a fault', () => {
  for (const [server, expected] of [
    [AZURE, []],
    ['168.63.129.17', ['server-outside-subnet']],
  ] as const) {
    const build = new Build();
    build.discover(0);
    const options = lease([ipOption(54, server)]);
    build.offer(0.01, { options }, { source: server });
    build.request(0.02, { options: [ipOption(50, '10.0.0.50'), ipOption(54, server)] });
    build.ack(0.03, { options }, { source: server });
    assert.deepEqual(alarms(build.analyse()), expected);
  }
});

test('A capture of all interfaces: two links with a subnet each, and one server address with two subnets', () => {
  for (const [second, expected] of [
    ['10.1.0.1', []],
    ['10.0.0.1', ['conflicting-subnets']],
  ] as const) {
    const build = new Build();
    build.bind(0);
    const other = {
      chaddr: '02:00:00:00:00:02',
      xid: 2,
      yiaddr: '10.1.0.50',
      options: lease([ipOption(54, second), ipOption(3, '10.1.0.1')]),
    };
    const asks = { chaddr: other.chaddr, xid: 2 };
    build.discover(1, asks);
    build.offer(1.01, other, { source: '10.1.0.1' });
    build.request(1.02, { ...asks, options: [ipOption(50, '10.1.0.50'), ipOption(54, second)] });
    build.ack(1.03, other, { source: '10.1.0.1' });
    for (const [i, packet] of build.packets.entries()) {
      const { ethDestination, ...rest } = packet;
      assert.ok(ethDestination);
      build.packets[i] = rest;
    }
    const found = alarms(build.analyse()).filter(
      (id) => id === 'conflicting-subnets' || id === 'server-identity-clash',
    );
    assert.deepEqual(found, expected);
  }
});

test('Two servers that name the same DNS servers in another order agree', () => {
  for (const [dns, expected] of [
    [['10.0.0.2', '10.0.0.1'], ['multiple-servers']],
    [['10.0.0.2', '10.0.0.3'], ['rogue-server']],
  ] as const) {
    const build = new Build();
    build.discover(0);
    build.offer(0.01, { options: lease([ipOption(6, '10.0.0.1', '10.0.0.2')]) });
    build.offer(
      0.012,
      { yiaddr: '10.0.0.60', options: lease([ipOption(54, '10.0.0.2'), ipOption(6, ...dns)]) },
      { source: '10.0.0.2', ethSource: '02:00:00:00:00:fd' },
    );
    build.request(0.02);
    build.ack(0.03, { options: lease([ipOption(6, '10.0.0.1', '10.0.0.2')]) });
    assert.deepEqual(alarms(build.analyse()), expected);
  }
});

test('A renewal that comes from one router of a pair, and is answered by way of the other’s shared address', () => {
  for (const [back, expected] of [
    ['00:00:0c:07:ac:01', []],
    [CLIENT, ['chaddr-mismatch']],
  ] as const) {
    const build = new Build();
    build.renew(0, { ciaddr: '10.5.0.50' }, { source: '10.5.0.50', ethSource: ROUTER_MAC });
    build.ack(
      0.01,
      { ciaddr: '10.5.0.50', yiaddr: '10.5.0.50', options: lease([ipOption(3, '10.5.0.1')]) },
      { destination: '10.5.0.50', ethDestination: back },
    );
    assert.deepEqual(alarms(build.analyse()), expected);
  }
});

test('Firmware, loader and system lease one after the other; one system that does so three times is in a loop', () => {
  for (const [classes, expected] of [
    [['PXEClient:Arch:00007', 'PXEClient:Arch:00007:UNDI:003016', 'anaconda-Linux', 'MSFT 5.0'], []],
    [['MSFT 5.0', 'MSFT 5.0', 'MSFT 5.0'], ['lease-loop']],
  ] as const) {
    const build = new Build();
    for (const [i, vendor] of classes.entries()) {
      const asks = { xid: i + 1, options: [textOption(60, vendor)] };
      build.discover(i * 20, asks);
      build.offer(i * 20 + 0.01, { xid: i + 1, file: 'boot.efi' });
      build.request(i * 20 + 0.02, {
        ...asks,
        options: [...asks.options, ipOption(50, '10.0.0.50'), ipOption(54, '10.0.0.1')],
      });
      build.ack(i * 20 + 0.03, { xid: i + 1, file: 'boot.efi' });
    }
    assert.deepEqual(alarms(build.analyse()), expected);
  }
});

test('One REQUEST in INIT-REBOOT, and a client that is content for a quarter of a minute: the ACK went by elsewhere', () => {
  const reboot = (): Build => {
    const build = new Build();
    build.request(0, { options: [ipOption(50, '10.0.0.50')] });
    return build;
  };
  assert.deepEqual(lines(reboot().analyse(60)), ['one-sided info interface 0 1']);
  assert.deepEqual(lines(reboot().analyse(10), 'no-ack'), [`no-ack warning ${CLIENT} 1`]);
  const again = reboot();
  again.request(4, { secs: 4, options: [ipOption(50, '10.0.0.50')] });
  assert.deepEqual(lines(again.analyse(60), 'no-ack'), [`no-ack warning ${CLIENT} 1,2`]);
  const anew = reboot();
  anew.bind(40, { xid: 9 });
  assert.deepEqual(lines(anew.analyse(100), 'no-ack'), [`no-ack info ${CLIENT} 1`]);
});

test('Where replies are hidden, a DISCOVER with rapid commit may have been answered by an ACK', () => {
  for (const [times, expected] of [
    [1, []],
    [2, ['no-offer']],
  ] as const) {
    const build = new Build();
    build.discover(0);
    build.request(0.02);
    for (let i = 0; i < times; i++)
      build.discover(10 + i * 4, { chaddr: '02:00:00:00:00:02', xid: 2, options: [raw(80, '')] });
    assert.deepEqual(alarms(build.analyse(60)), expected);
  }
});

const HANDED_ON = {
  source: '10.9.0.1',
  destination: '10.0.0.1',
  sourcePort: 67,
  ethSource: ROUTER_MAC,
  ethDestination: SERVER_MAC,
};
const TO_RELAY = {
  destination: '10.9.0.1',
  destinationPort: 67,
  ethDestination: ROUTER_MAC,
};

test('Two routers with one giaddr, each with its own option 82: each gets its own back', () => {
  for (const [echoed, expected] of [
    ['0102ab01', []],
    ['0102ab09', ['option82-not-echoed']],
  ] as const) {
    const build = new Build();
    for (const [i, agent] of ['0102ab01', '0102ab02'].entries())
      build.discover(
        i * 0.05,
        { giaddr: '10.9.0.1', hops: 1, options: [raw(82, agent)] },
        { ...HANDED_ON, ethSource: `02:00:00:00:00:b${i}` },
      );
    for (const [i, agent] of ['0102ab02', echoed].entries())
      build.offer(
        0.2 + i * 0.05,
        { giaddr: '10.9.0.1', yiaddr: '10.9.0.50', options: lease([ipOption(3, '10.9.0.1'), raw(82, agent)]) },
        TO_RELAY,
      );
    assert.deepEqual(alarms(build.analyse()), expected);
  }
});

test('A relay that sends from its loopback address selects the scope by Cisco’s own sub-option 150', () => {
  for (const [agent, expected] of [
    ['96040a050001', []],
    ['96040a060001', ['address-outside-scope']],
  ] as const) {
    const build = new Build();
    const relayed = { giaddr: '10.9.0.1', hops: 1 };
    build.discover(0, { ...relayed, options: [raw(82, agent)] }, HANDED_ON);
    build.offer(
      0.01,
      { ...relayed, yiaddr: '10.5.0.50', options: lease([ipOption(3, '10.5.0.1'), raw(82, agent)]) },
      TO_RELAY,
    );
    assert.deepEqual(alarms(build.analyse()), expected);
  }
});

test('On the client’s side option 82 is gone; the relay’s own address tells that the subnet is that of the link', () => {
  for (const [relay, expected] of [
    ['10.5.0.1', []],
    ['10.6.0.1', ['address-outside-scope']],
  ] as const) {
    const build = new Build();
    build.discover(0);
    build.offer(
      0.01,
      { giaddr: '192.0.2.7', yiaddr: '10.5.0.50', options: lease([ipOption(3, '10.5.0.1')]) },
      { source: relay, destination: '10.5.0.50' },
    );
    assert.deepEqual(alarms(build.analyse()), expected);
  }
});

test('HTTP boot: a proxyDHCP reply with option 60 “HTTPClient” leases nothing and is no second server', () => {
  for (const [vendor, expected] of [
    ['HTTPClient', []],
    ['something', ['missing-required-option', 'unusable-address']],
  ] as const) {
    const build = new Build();
    const asks = { options: [textOption(60, 'HTTPClient:Arch:00016:UNDI:003001')] };
    build.discover(0, asks);
    build.offer(0.01);
    build.offer(
      0.012,
      { yiaddr: '0.0.0.0', options: [ipOption(54, '10.0.0.2'), textOption(60, vendor)] },
      { source: '10.0.0.2', ethSource: '02:00:00:00:00:fd' },
    );
    build.request(0.02);
    build.ack(0.03);
    assert.deepEqual(alarms(build.analyse()).sort(), expected);
  }
});

test('A reply with option 60 “PXEClient” sends the client to port 4011; without it and without a file there is nothing to boot', () => {
  for (const [options, expected] of [
    [[textOption(60, 'PXEClient')], []],
    [[], ['pxe-no-boot-file']],
  ] as const) {
    const build = new Build();
    const asks = { options: [textOption(60, 'PXEClient:Arch:00007:UNDI:003016')] };
    build.discover(0, asks);
    build.offer(0.01, { options: lease(options) });
    build.request(0.02, {
      options: [...asks.options, ipOption(50, '10.0.0.50'), ipOption(54, '10.0.0.1')],
    });
    build.ack(0.03, { options: lease(options) });
    assert.deepEqual(alarms(build.analyse()), expected);
  }
});

test('One message on two interfaces, a tenth of a second apart: no retransmission', () => {
  const build = new Build();
  build.discover(0);
  build.discover(0.1, {}, { link: '1' });
  assert.deepEqual(alarms(build.analyse(2)), []);
  const twice = new Build();
  twice.discover(0);
  twice.discover(0.1);
  assert.deepEqual(alarms(twice.analyse(2)), ['no-offer']);
});

test('A mask of /31 or /32 has no network or broadcast address, and a /32 no subnet for the router to be in', () => {
  for (const [mask, router] of [
    ['255.255.255.254', '10.0.0.51'],
    ['255.255.255.255', '172.31.1.1'],
  ] as const) {
    const build = new Build();
    const options = lease([
      ipOption(1, mask),
      ipOption(3, router),
      ipOption(54, '169.254.169.254'),
      u32Option(51, 3600),
    ]);
    build.discover(0);
    build.offer(0.01, { options }, { source: '169.254.169.254' });
    build.request(0.02, { options: [ipOption(50, '10.0.0.50'), ipOption(54, '169.254.169.254')] });
    build.ack(0.03, { options }, { source: '169.254.169.254' });
    assert.deepEqual(alarms(build.analyse()), []);
  }
});

test('A clock that is set back by less than a second between two messages of an exchange changes nothing of their order', () => {
  for (let at = 1; at < 4; at++) {
    const build = new Build();
    const back = (n: number): number => 1 + n / 100 - (n >= at ? 0.5 : 0);
    build.discover(back(0));
    build.offer(back(1));
    build.request(back(2));
    build.ack(back(3));
    const analysis = build.analyse(20);
    assert.deepEqual(alarms(analysis), []);
    assert.deepEqual(
      analysis.conversations.map(({ outcome, frames }) => [outcome, frames]),
      [['bound', [1, 2, 3, 4]]],
    );
  }
});
