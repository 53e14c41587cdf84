import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, CLIENT, ROUTER_MAC, SERVER, ipOption, lease, raw, textOption } from './build';

/** Large captures of several networks: what one relay, client or VLAN shows says nothing wrong of another. */

const mac = (i: number): string => `02:00:00:00:01:${i.toString(16).padStart(2, '0')}`;
const found = (build: Build, id: string, until = 300) => build.analyse(until).findings.filter((one) => one.id === id);

/** DISCOVERs on the client's side of a relay and behind it. */
function relayed(build: Build, at: number, i: number, to: string, giaddr: string, ethSource = mac(i)): void {
  const spec = { chaddr: mac(i), xid: 0x5000 + i };
  build.discover(at, spec, { link: '0/50', ethSource });
  build.discover(
    at + 0.001,
    { ...spec, giaddr, hops: 1 },
    { link: '0/10', ethSource: ROUTER_MAC, source: giaddr, destination: to, sourcePort: 67 },
  );
}

test('starvation: seen on both sides of a relay', () => {
  const build = new Build();
  for (let i = 0; i < 60; i++) relayed(build, i * 0.1, i, SERVER, '10.50.0.1', '02:00:00:00:00:77');
  const [attack] = found(build, 'starvation');
  assert.match(attack?.title ?? '', /^60 clients ask within .*, all from 02:00:00:00:00:77/);
  // As many clients that each ask for themselves, and ask again.
  const rush = new Build();
  for (let i = 0; i < 30; i++) relayed(rush, i, i, SERVER, '10.50.0.1');
  assert.deepEqual(found(rush, 'starvation'), []);
});

test('offer-not-taken: boot firmware that gives up is a note once the system on the card has its lease', () => {
  const pxe = { options: [textOption(60, 'PXEClient:Arch:00007'), raw(61, '00aabbcc')] };
  const boot = (): Build => {
    const build = new Build();
    for (const at of [0, 4, 12]) {
      build.discover(at, { xid: 1, ...pxe });
      build.offer(at + 0.1, { xid: 1 });
    }
    return build;
  };
  const [alone] = found(boot(), 'offer-not-taken');
  assert.equal(alone?.severity, 'warning');
  const NOT = /not to boot from the network, nothing needs to be done/;
  assert.ok(!alone.steps.some((step) => NOT.test(step)));
  const later = boot();
  later.bind(60, { xid: 2 });
  const [note] = found(later, 'offer-not-taken');
  assert.equal(note?.severity, 'info');
  assert.match(note.steps[0] ?? '', NOT);
  assert.match(note.explanation, new RegExp(`asks in frame 7 and gets ${ADDRESS}`));
});

test('relay-unanswered: a server that is never heard, and a scope that an ACK shows', () => {
  const build = new Build();
  for (const at of [0, 4, 12]) relayed(build, at, 1, '10.9.0.6', '10.30.0.1');
  assert.match(found(build, 'relay-unanswered')[0]?.causes[0]?.text ?? '', /^The server has no scope/);
  const [spec, back] = [
    { chaddr: mac(9), xid: 9, giaddr: '10.20.0.1' },
    { link: '0/10', source: SERVER, destination: '10.20.0.1', destinationPort: 67 },
  ];
  build.discover(20, { ...spec, hops: 1 }, { link: '0/10', source: '10.20.0.1', destination: SERVER, sourcePort: 67 });
  build.offer(20.1, spec, back);
  const [wrong] = found(build, 'relay-unanswered');
  assert.equal(wrong?.causes[0]?.text, 'The relay is given a wrong server address, or 10.9.0.6 is down');
  const scoped = new Build();
  for (const at of [0, 4, 12]) relayed(scoped, at, 1, SERVER, '10.0.0.2');
  scoped.renew(20);
  scoped.ack(20.1, { ciaddr: ADDRESS }, { destination: ADDRESS });
  const [filtered] = found(scoped, 'relay-unanswered');
  assert.match(filtered?.causes[0]?.text ?? '', /^A firewall between relay and server/);
  assert.ok(!filtered?.causes.some(({ text }) => text.includes('no scope')));
});

test('message-flood: the last DISCOVERs of a flood that was sent OFFERs are no silence of the server', () => {
  const build = new Build();
  for (let i = 0; i < 150; i++) {
    build.discover(i * 0.05, { xid: i + 1 });
    if (i % 4 === 0 && i < 140) build.offer(i * 0.05 + 0.01, { xid: i + 1 });
  }
  assert.deepEqual(found(build, 'no-offer'), []);
  assert.match(found(build, 'message-flood')[0]?.explanation ?? '', /It is sent 35 OFFERs meanwhile, and takes none\./);
});

test('router-silent: several clients of one router are one finding', () => {
  const build = new Build();
  for (const [i, at] of [
    [1, 0],
    [2, 20],
  ] as const) {
    const address = `10.0.0.${60 + i}`;
    build.bind(
      at,
      { chaddr: mac(i), xid: i, options: [ipOption(50, address), ipOption(54, SERVER)] },
      { yiaddr: address, options: lease([ipOption(3, '10.0.0.254')]) },
    );
    for (const again of [1, 2, 3]) build.arp(at + again, 1, mac(i), address, '10.0.0.254');
  }
  build.arp(50, 2, CLIENT, '10.0.0.7', ADDRESS);
  const [one, ...more] = found(build, 'router-silent');
  assert.deepEqual(more, []);
  assert.equal(one?.title, '2 clients ask for their router 10.0.0.254 by ARP, and nobody answers');
});

test('of equally serious findings, the one about more clients stands first', () => {
  const build = new Build();
  build.bind(0, { chaddr: mac(90), xid: 90 });
  for (const at of [1, 2, 3]) build.arp(at, 2, mac(91), ADDRESS, ADDRESS);
  for (const at of [5, 9, 17])
    for (let i = 1; i < 6; i++) build.discover(at + i / 10, { chaddr: mac(i), xid: i }, { link: '7' });
  const ids = build
    .analyse(300)
    .findings.filter(({ severity }) => severity === 'error')
    .map(({ id }) => id);
  assert.deepEqual(ids, ['no-offer', 'duplicate-address']);
});

test('decline: addresses of one subnet that hosts of their own hold each are one finding', () => {
  const declines = (n: number): string[] => {
    const build = new Build();
    for (let i = 0; i < n; i++) {
      const [address, chaddr] = [`10.0.0.${100 + i}`, mac(i)];
      const asks = [ipOption(50, address), ipOption(54, SERVER)];
      build.bind(i * 20, { chaddr, xid: 1 + i, options: asks }, { yiaddr: address, options: lease() });
      build.arp(i * 20 + 0.2, 1, chaddr, '0.0.0.0', address);
      build.arp(i * 20 + 0.3, 2, mac(200 + i), address, '0.0.0.0');
      build.dhcp(4, { chaddr, xid: 500 + i, options: asks }, { at: i * 20 + 0.4 });
    }
    return found(build, 'decline').map(({ subject }) => subject);
  };
  assert.deepEqual(declines(5), ['10.0.0.0/24']);
  assert.deepEqual(declines(2), [mac(0), mac(1)]);
});
