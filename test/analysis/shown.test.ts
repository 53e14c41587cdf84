/* Causes and steps follow what the capture shows, and nothing is told twice. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import { textOf } from '../../src/analysis/words/steps';
import { Build, CLIENT, SERVER, alarms, ipOption, lease, lines, raw } from './build';

const likely = ({ causes }: Finding): string => causes.find(({ likelihood }) => likelihood === 'likely')?.text ?? '';
const of = (build: Build, id: string, until = 60): Finding | undefined =>
  build.analyse(until).findings.find((one) => one.id === id);

/** A client that asks three times, and is offered something each time. */
function offered(...[spec, seen]: [Parameters<Build['offer']>[1]?, Parameters<Build['offer']>[2]?]): Build {
  const build = new Build();
  for (const at of [0, 4, 12]) {
    build.discover(at);
    build.offer(at + 0.1, spec, seen);
  }
  return build;
}

test('offer-not-taken: what the OFFER itself lacks is the first cause', () => {
  assert.match(
    likely(of(offered({ options: lease([raw(54, '')]) }), 'offer-not-taken')!),
    /^The client drops the OFFER: it has no server identifier/,
  );
  assert.match(
    likely(of(offered({ options: lease([raw(51, '')]) }), 'offer-not-taken')!),
    /^The client drops the OFFER: it has no lease time/,
  );
  assert.match(
    likely(of(offered({}, { sourcePort: 1024 }), 'offer-not-taken')!),
    /^The client drops the OFFER: it comes from port 1024/,
  );
  assert.match(likely(of(offered(), 'offer-not-taken')!), /^A firewall on the client/);
});

test('unusable-address: an address that is no host’s lies in no subnet, so nothing is said of that', () => {
  const build = offered({ yiaddr: '224.1.1.1' });
  assert.deepEqual(alarms(build.analyse(60)), ['unusable-address', 'offer-not-taken']);
  assert.match(likely(of(build, 'offer-not-taken')!), /it gives 224\.1\.1\.1, a multicast address$/);
});

test('no-offer: an OFFER that came when the client had started over is late, not missing', () => {
  const build = new Build();
  build.discover(0, { xid: 1 });
  build.discover(2, { xid: 2 });
  build.offer(2.5, { xid: 1 });
  build.discover(4, { xid: 3 });
  build.offer(4.5, { xid: 2 });
  assert.deepEqual(lines(build.analyse(60), 'no-offer'), []);
  assert.match(likely(of(build, 'offer-not-taken')!), /^Each OFFER comes too late/);
});

test('renewal-unanswered: ICMP that quotes no more than the ports is about this renewal by its addresses', () => {
  const build = new Build();
  build.bind();
  for (const at of [1800, 2700]) {
    build.renew(at);
    build.icmp(at + 0.1, 3, SERVER, { source: '10.0.0.50', destination: SERVER, destinationPort: 67 });
  }
  assert.match(likely(of(build, 'renewal-unanswered', 2800)!), /^A host refuses datagrams to UDP port 67/);
});

test('message-flood: one message that comes round a hundred times within 10 s; not a mirror’s copies', () => {
  const seenTimes = (times: number): Build => {
    const build = new Build();
    for (let i = 0; i < times; i++) build.discover(i * 0.01);
    build.offer(5);
    build.request(5.1);
    build.ack(5.2);
    return build;
  };
  const found = of(seenTimes(150), 'message-flood')!;
  assert.equal(found.frames.length, 151);
  assert.match(likely(found), /^A loop in the switched network/);
  assert.match(found.steps[0]!, /spanning-tree/);
  assert.equal(of(seenTimes(8), 'message-flood'), undefined);
});

test('relay-loop is the cause of the silence that it leaves behind', () => {
  const build = new Build();
  build.bind(0, { chaddr: '02:00:00:00:00:77', xid: 9, giaddr: '10.9.0.1', hops: 1 });
  for (let hops = 1; hops < 9; hops++)
    build.discover(
      10 + hops / 100,
      { giaddr: '10.9.0.1', hops },
      { ethSource: `02:00:00:00:00:a${hops % 2}`, sourcePort: 67, source: '10.9.0.1', destination: SERVER },
    );
  const { findings } = build.analyse(60);
  assert.equal(findings[0]!.id, 'relay-loop');
  const silence = findings.find(({ id }) => id === 'no-offer' || id === 'relay-unanswered');
  if (silence) assert.match(likely(silence), /round in a circle|relays/);
});

test('reserved-flags: who copies the client’s flags did not set them', () => {
  const build = new Build();
  build.bind(0, { flags: 0x4000 }, { flags: 0x4000 });
  assert.deepEqual(lines(build.analyse(9), 'reserved-flags'), [`reserved-flags info ${CLIENT} 1,3`]);
});

test('conflicting-subnets of one server: nobody is told to look for a second', () => {
  const build = new Build();
  build.bind(0, { xid: 1 });
  build.bind(
    5,
    { xid: 2, chaddr: '02:00:00:00:00:02' },
    { yiaddr: '10.0.7.9', options: lease([ipOption(3, '10.0.7.1')]) },
  );
  const found = of(build, 'conflicting-subnets')!;
  assert.match(likely(found), /^One server’s scopes are set to the wrong link, or a shared network is meant/);
  assert.match(found.steps[0]!, /^On 10\.0\.0\.1, see which scopes/);
});

test('rogue-server: one finding about the two servers, and the one that serves fewer is looked for first', () => {
  const build = new Build();
  for (const n of [1, 2, 3]) build.bind(n, { xid: n, chaddr: `02:00:00:00:01:0${n}` });
  for (const n of [4, 5]) {
    const chaddr = `02:00:00:00:01:0${n}`;
    build.discover(10 * n, { xid: n, chaddr });
    build.offer(10 * n + 0.1, { xid: n, chaddr });
    build.offer(
      10 * n + 0.2,
      { xid: n, chaddr, options: lease([ipOption(54, '10.0.0.9'), ipOption(3, '10.0.0.9')]) },
      { source: '10.0.0.9', ethSource: '02:00:00:00:00:99' },
    );
    build.request(10 * n + 0.3, { xid: n, chaddr });
    build.ack(10 * n + 0.4, { xid: n, chaddr });
  }
  const { findings } = build.analyse(60);
  const rogue = findings.filter(({ id }) => id === 'rogue-server');
  assert.deepEqual(
    rogue.map(({ subject }) => subject),
    ['10.0.0.1 and 10.0.0.9'],
  );
  assert.match(
    rogue[0]!.steps[0]!,
    /^Find the port of 10\.0\.0\.9: `show mac address-table address 02:00:00:00:00:99`/,
  );
});

test('option82-to-client: one finding about the relay, however many clients it serves', () => {
  const build = new Build();
  for (const n of [1, 2])
    build.bind(
      n,
      { xid: n, chaddr: `02:00:00:00:02:0${n}` },
      { giaddr: '10.0.0.254', options: lease([raw(82, '0102aabb')]) },
    );
  assert.deepEqual(lines(build.analyse(9), 'option82-to-client'), ['option82-to-client info 10.0.0.254 2,4,6,8']);
});

test('boot-file-mismatch: a doubled slash in a request that is here but once proves nothing; an ERROR does', () => {
  const asked = (build: Build): Build => {
    build.bind(
      0,
      { options: [raw(60, Buffer.from('PXEClient').toString('hex'))] },
      { file: '/pxe/a.0', siaddr: SERVER },
    );
    build.tftp(1, '10.0.0.50', SERVER, { operation: 1, file: '//pxe/a.0' });
    return build;
  };
  assert.deepEqual(lines(asked(new Build()).analyse(30), 'boot-file-mismatch'), []);
  const refused = asked(new Build());
  refused.tftp(1.1, SERVER, '10.0.0.50', { operation: 5, errorCode: 1, errorMessage: 'no' }, [3000, 2000]);
  assert.equal(lines(refused.analyse(30), 'boot-file-mismatch').length, 1);
});

test('rarp-unanswered: a frame of a virtual machine’s address tells switches where it is', () => {
  const asks = (mac: string): string[] => {
    const build = new Build();
    build.bind();
    build.arp(5, 3, mac, '0.0.0.0', '0.0.0.0');
    return lines(build.analyse(60), 'rarp-unanswered');
  };
  assert.deepEqual(asks('00:50:56:00:00:01'), ['rarp-unanswered info 00:50:56:00:00:01 5']);
  assert.deepEqual(asks('08:00:20:00:00:01'), ['rarp-unanswered warning 08:00:20:00:00:01 5']);
});

test('steps say what to write into blanks, once each', () => {
  assert.equal(
    textOf('`ip link show INTERFACE`.'),
    '`ip link show INTERFACE`. Write the name of the network interface in place of INTERFACE.',
  );
  assert.equal(
    textOf('`a PORT PORT VLAN`'),
    '`a PORT PORT VLAN`; write the name of the port in place of PORT, and the number of the clients’ VLAN in place of VLAN',
  );
  assert.equal(textOf('The VLAN of `eth0` is another.'), 'The VLAN of `eth0` is another.');
});
