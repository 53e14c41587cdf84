import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, SERVER, ipOption, lease, lines, raw } from './build';

/* Steps and sentences that fit what the capture shows. */

const stepsOf = (build: Build, id: string, until = 30): string =>
  build
    .analyse(until)
    .findings.find((one) => one.id === id)!
    .steps.join('\n');

test('no-ack: whom the server offers an address is not looked for in pools and filters', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.01);
  for (const at of [0.02, 4, 8]) build.request(at);
  assert.doesNotMatch(stepsOf(build, 'no-ack'), /no free leases/);
  const unseen = new Build();
  for (const at of [0, 4, 8]) unseen.request(at);
  assert.match(stepsOf(unseen, 'no-ack'), /no free leases/);
});

test('vlan-mismatch: nothing of spanning tree and DHCP snooping, neither there nor in its consequence', () => {
  const build = new Build();
  for (const at of [0, 4, 12]) {
    build.discover(at, {}, { link: '0/10' });
    build.offer(at + 0.01, {}, { link: '0/20' });
  }
  for (const id of ['vlan-mismatch', 'offer-not-taken']) {
    assert.match(stepsOf(build, id), /show interfaces trunk/);
    assert.doesNotMatch(stepsOf(build, id), /spanning-tree|snooping/);
  }
});

test('decline: of an address that ends in 0 or 255, and of another', () => {
  const declining = (address: string): string => {
    const build = new Build();
    build.discover(0);
    build.offer(0.01, { yiaddr: address });
    build.request(0.02, { options: [ipOption(50, address), ipOption(54, SERVER)] });
    build.ack(0.03, { yiaddr: address });
    build.dhcp(4, { options: [ipOption(50, address), ipOption(54, SERVER)] }, { at: 0.0304 });
    return stepsOf(build, 'decline');
  };
  assert.match(declining('10.0.0.255'), /take 10\.0\.0\.255 out of the pool, and every address that ends in 0 or 255/);
  assert.match(declining('10.0.1.0'), /take 10\.0\.1\.0 out/);
  assert.doesNotMatch(declining(ADDRESS), /out of the pool/);
});

test('client-id-changed: an identifier that is a name is shown as one', () => {
  const build = new Build();
  const asked = (id: string) => [raw(61, id), ipOption(50, ADDRESS), ipOption(54, SERVER)];
  build.discover(0, { options: [raw(61, '01020000000001')] });
  build.offer(0.01);
  build.request(0.02, { options: asked('00646f636b2d63616d2d34') });
  build.ack(0.03);
  assert.deepEqual(lines(build.analyse(5), 'client-id-changed').length, 1);
  const [found] = build.analyse(5).findings.filter(({ id }) => id === 'client-id-changed');
  assert.match(found!.explanation, /client identifier “dock-cam-4”/);
  assert.doesNotMatch(found!.explanation, /01020000000001 \(/);
});

test('verdict: clients that only asked for settings gave nothing back', () => {
  const build = new Build();
  const inform = (at: number, n: number): void => {
    const client = { chaddr: `02:00:00:00:00:0${n}`, xid: n, ciaddr: `10.0.0.5${n}` };
    build.dhcp(8, { ...client, options: [raw(55, '06')] }, { at, source: client.ciaddr });
    build.ack(
      at + 0.01,
      { ...client, yiaddr: '0.0.0.0', options: [ipOption(54, SERVER)] },
      { destination: client.ciaddr },
    );
  };
  inform(0, 1);
  inform(1, 2);
  assert.match(build.analyse(9).verdict, /^Both clients only asked for settings\./);
  const third = { chaddr: '02:00:00:00:00:03', xid: 3, ciaddr: '10.0.0.53' };
  build.dhcp(7, { ...third, options: [ipOption(54, SERVER)] }, { at: 2, source: third.ciaddr, destination: SERVER });
  assert.match(build.analyse(9).verdict, /^All 3 clients only asked for settings or gave their addresses back\./);
});

test('reply-to-wrong-address: what goes to the address that the relay’s requests come from may be heard', () => {
  const told = (destination: string): string => {
    const build = new Build();
    const giaddr = '10.9.0.1';
    build.discover(0, { giaddr, hops: 1 }, { source: '10.255.0.2', destination: SERVER, sourcePort: 67 });
    build.offer(0.01, { giaddr, options: lease() }, { destination, destinationPort: 67 });
    return build.analyse(9).findings.find(({ id }) => id === 'reply-to-wrong-address')!.explanation;
  };
  assert.match(told('10.255.0.2'), /does not show that the relay hands it on/);
  assert.match(told('10.9.0.77'), /The relay does not hear it/);
});
