import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, CLIENT, SERVER, alarms, ipOption, lease, lines, raw } from './build';

const OTHER = '02:00:00:00:00:99';
const ID = raw(61, 'ff0102030400020000ab11');
const SELECTS = [ipOption(50, ADDRESS), ipOption(54, SERVER)];

/** DISCOVER to ACK by a client with an identifier, under a hardware address. */
function binds(build: Build, at: number, chaddr: string, xid: number, id = [ID]): void {
  build.discover(at, { chaddr, xid, options: id });
  build.offer(at + 0.01, { chaddr, xid });
  build.request(at + 0.02, { chaddr, xid, options: [...SELECTS, ...id] });
  build.ack(at + 0.03, { chaddr, xid });
}

test('duplicate-client-id: two machines take turns by DHCP, or speak ARP for one address in turn', () => {
  const turns = new Build();
  binds(turns, 0, CLIENT, 1);
  binds(turns, 60, OTHER, 2);
  binds(turns, 120, CLIENT, 3);
  const [found] = lines(turns.analyse());
  assert.equal(found, `duplicate-client-id error ${CLIENT} 9,5,1,3,7,11`);
  assert.deepEqual(alarms(turns.analyse()), ['duplicate-client-id']);

  const arp = new Build();
  binds(arp, 0, CLIENT, 1);
  binds(arp, 30, OTHER, 2);
  arp.arp(40, 1, CLIENT, ADDRESS, SERVER);
  arp.arp(41, 1, OTHER, ADDRESS, SERVER);
  assert.deepEqual(lines(arp.analyse()), [`duplicate-client-id error ${CLIENT} 9,5,1,3,7,10`]);
});

test('duplicate-client-id: the steps begin with the system that option 60 shows', () => {
  const first = (vendorClass: string): string => {
    const build = new Build();
    const options = [ID, raw(60, Buffer.from(vendorClass).toString('hex'))];
    for (const [at, mac] of [
      [0, CLIENT],
      [60, OTHER],
      [120, CLIENT],
    ] as const)
      binds(build, at, mac, at + 1, options);
    return JSON.stringify(build.analyse().findings.find(({ id }) => id === 'duplicate-client-id')!.steps[0]);
  };
  assert.match(first('MSFT 5.0'), /Windows, on the copy: .*sysprep/);
  assert.match(first('udhcp 1.36.1'), /Linux with systemd/);
});

test('duplicate-client-id: the first renews though the second has begun', () => {
  const build = new Build();
  binds(build, 0, CLIENT, 1);
  binds(build, 30, OTHER, 2);
  build.renew(1800, { xid: 3, options: [ID] });
  build.ack(1800.01, { xid: 3 }, { destination: ADDRESS });
  assert.deepEqual(lines(build.analyse()), [`duplicate-client-id error ${CLIENT} 9,5,1,3,7`]);
});

test('duplicate-client-id: the first is heard during the changeover and goes on after it', () => {
  const heard = (last: number): string[] => {
    const build = new Build();
    binds(build, 0, CLIENT, 1);
    binds(build, 10, OTHER, 2);
    // The second one has not spoken in between.
    for (const at of [11, last]) build.arp(at, 1, CLIENT, ADDRESS, SERVER);
    return lines(build.analyse(60), 'duplicate-client-id').map((line) => line.split(' ')[1]!);
  };
  assert.deepEqual(heard(20), ['error']);
  // Perhaps it is only leaving.
  assert.deepEqual(heard(13), ['info']);
});

test('duplicate-client-id: not a machine that changes its card, goes to Wi-Fi and back, or has another identifier', () => {
  const changed = new Build();
  binds(changed, 0, CLIENT, 1);
  changed.arp(1, 1, CLIENT, ADDRESS, ADDRESS);
  binds(changed, 600, OTHER, 2);
  changed.arp(601, 1, OTHER, ADDRESS, ADDRESS);
  changed.arp(900, 1, OTHER, ADDRESS, SERVER);
  assert.deepEqual(alarms(changed.analyse(5000)), []);

  // Heard on the cable for a moment while it comes up on Wi-Fi; in the evening it is back.
  const docked = new Build();
  binds(docked, 0, CLIENT, 1);
  binds(docked, 3000, OTHER, 2);
  docked.arp(3002, 1, CLIENT, ADDRESS, SERVER);
  docked.arp(3010, 1, OTHER, ADDRESS, SERVER);
  docked.dhcp(
    7,
    { chaddr: CLIENT, xid: 9, ciaddr: ADDRESS, options: [ipOption(54, SERVER), ID] },
    { at: 3020, source: ADDRESS, destination: SERVER },
  );
  binds(docked, 20000, CLIENT, 3);
  docked.arp(20010, 1, CLIENT, ADDRESS, SERVER);
  assert.deepEqual(lines(docked.analyse(30000), 'duplicate-client-id'), []);

  const others = new Build();
  binds(others, 0, CLIENT, 1, []);
  binds(others, 30, OTHER, 2, []);
  others.arp(60, 1, CLIENT, '10.0.0.77', SERVER);
  assert.deepEqual(lines(others.analyse(), 'duplicate-client-id'), []);
});

test('duplicate-client-id: a second card within seconds is noticed, and no more than that', () => {
  const asked = (second: number, change?: (build: Build) => void): string[] => {
    const build = new Build();
    binds(build, 0, CLIENT, 1);
    change?.(build);
    binds(build, second, OTHER, 2);
    const analysis = build.analyse(100);
    assert.deepEqual(alarms(analysis), []);
    assert.equal(/nothing is wrong/i.test(analysis.verdict), lines(analysis, 'duplicate-client-id').length === 0);
    return lines(analysis, 'duplicate-client-id');
  };
  assert.deepEqual(asked(5), [`duplicate-client-id info ${CLIENT} 5,3`]);
  assert.deepEqual(asked(60), []);
  const released = (build: Build): void => {
    build.dhcp(
      7,
      { xid: 7, ciaddr: ADDRESS, options: [ipOption(54, SERVER), ID] },
      { at: 2, source: ADDRESS, destination: SERVER },
    );
  };
  assert.deepEqual(asked(5, released), []);
});

test('duplicate-client-id: the same identifier on two links is compared with nothing', () => {
  const build = new Build();
  for (const [i, chaddr] of [CLIENT, OTHER, CLIENT, OTHER].entries()) {
    const seen = { link: chaddr === CLIENT ? '0' : '1' };
    build.discover(i * 30, { chaddr, xid: i + 1, options: [ID] }, seen);
    build.offer(i * 30 + 0.01, { chaddr, xid: i + 1 }, seen);
    build.request(i * 30 + 0.02, { chaddr, xid: i + 1, options: [...SELECTS, ID] }, seen);
    build.ack(i * 30 + 0.03, { chaddr, xid: i + 1 }, seen);
  }
  assert.deepEqual(lines(build.analyse(), 'duplicate-client-id'), []);
});

/** SOLICIT (1) or RENEW (5) with a DUID of type 2 and an IA_NA. */
const v6 = (type: number, xid: string, iaid: string): string =>
  `0${type}${xid}0001000a0002000000090cc084d30003000c${iaid}0000000000000000`;

test('duplicate-client-id: one DUID with one IAID from two link-layer addresses (RFC 9915 §12)', () => {
  const asked = (...steps: readonly (readonly [at: number, mac: string, xid: string, iaid: string])[]): string[] => {
    const build = new Build();
    for (const [at, ethSource, xid, iaid] of steps)
      build.v6(at, v6(1, xid, iaid), { ethSource, source: ethSource === CLIENT ? 'fe80::1' : 'fe80::2' });
    return lines(build.analyse(), 'duplicate-client-id');
  };
  const first = [0, CLIENT, '000001', '00000001'] as const;
  const again = [40, CLIENT, '000003', '00000001'] as const;
  assert.deepEqual(asked(first, [10, OTHER, '000002', '00000001'], again), [
    'duplicate-client-id error 0002000000090cc084d3 3,2,1',
  ]);
  // A second card has an IAID of its own; a card that was changed is heard no more.
  assert.deepEqual(asked(first, [10, OTHER, '000002', '00000002'], again), []);
  assert.deepEqual(asked(first, again, [50, OTHER, '000002', '00000001']), []);
});

test('client-id-changed: the renewal lacks the identifier; one client, and the cause of the NAK', () => {
  const build = new Build();
  binds(build, 0, CLIENT, 1);
  build.renew(1800, { xid: 2 });
  build.nak(1800.01, { xid: 2 });
  const analysis = build.analyse();
  assert.deepEqual(lines(analysis), [`client-id-changed warning ${CLIENT} 5,3`, `nak warning ${CLIENT} 6,5`]);
  assert.equal(analysis.clients.length, 1);
  const [first] = analysis.findings[1]!.causes;
  assert.equal(first!.likelihood, 'likely');
  assert.equal(first!.text, 'The client changed its client identifier, so the server takes it for another client');
  assert.deepEqual(first!.evidence, [
    'the REQUEST in frame 3 has client identifier ff0102030400020000ab11, the REQUEST in frame 5 has no client identifier',
  ]);
});

test('client-id-changed: a server that confirms the lease all the same is named, and who got no answer stands first', () => {
  const build = new Build();
  binds(build, 0, CLIENT, 1);
  for (const at of [1800, 1860]) build.renew(at, { xid: 2 });
  build.renew(3150, { xid: 3 }, { destination: '255.255.255.255' });
  build.ack(3150.01, { xid: 3, ciaddr: ADDRESS }, { destination: ADDRESS });
  const analysis = build.analyse(3200);
  assert.deepEqual(alarms(analysis), ['renewal-unanswered', 'client-id-changed']);
  assert.match(
    analysis.findings[1]!.explanation,
    /This server does not: it confirms the lease all the same \(ACK in frame 8\)\./,
  );
});

test('client-id-changed: between DISCOVER and REQUEST of one transaction, and in a RELEASE', () => {
  const build = new Build();
  build.discover(0, { options: [ID] });
  build.offer(0.01);
  build.request(0.02, { options: [...SELECTS, raw(61, `01${CLIENT.replaceAll(':', '')}`)] });
  build.ack(0.03);
  const analysis = build.analyse(1);
  assert.deepEqual(lines(analysis), [`client-id-changed warning ${CLIENT} 3,1`]);
  assert.equal(analysis.conversations.length, 1);

  const released = new Build();
  binds(released, 0, CLIENT, 1);
  released.dhcp(
    7,
    { xid: 7, ciaddr: ADDRESS, options: [ipOption(54, SERVER)] },
    { at: 60, source: ADDRESS, destination: SERVER },
  );
  assert.deepEqual(lines(released.analyse(), 'client-id-changed'), [`client-id-changed warning ${CLIENT} 5,3`]);
});

test('client-id-changed: not where firmware and system each start over, or two systems share a machine', () => {
  const FIRMWARE = [raw(61, '0044454c4c')];
  const SYSTEM = [raw(61, `01${CLIENT.replaceAll(':', '')}`)];
  const build = new Build();
  binds(build, 0, CLIENT, 1, FIRMWARE);
  binds(build, 20, CLIENT, 2, SYSTEM);
  build.renew(1820, { xid: 3, options: SYSTEM });
  build.ack(1820.01, { xid: 3 }, { destination: ADDRESS });
  const analysis = build.analyse();
  assert.deepEqual(lines(analysis, 'client-id-changed'), []);
  // One card is one client in the list, with all that it asked.
  assert.deepEqual(
    analysis.clients.map(({ client, outcome, conversations }) => [client, outcome, conversations]),
    [[CLIENT, 'renewed', 3]],
  );

  // Another system after a restart asks for the address that it had: the server confirms it.
  const dual = new Build();
  binds(dual, 0, CLIENT, 1, FIRMWARE);
  dual.request(600, { xid: 4, options: [ipOption(50, ADDRESS), ...SYSTEM] });
  dual.ack(600.01, { xid: 4, options: lease() });
  assert.deepEqual(lines(dual.analyse(), 'client-id-changed'), []);
});

test('address-churn: one card takes a lease under each of ten identifiers, and is one client', () => {
  const takes = (identifiers: number, options: readonly ReturnType<typeof raw>[] = []): Build => {
    const build = new Build();
    for (let i = 0; i < identifiers; i++) {
      const id = raw(61, `00c0ffee${String(i).padStart(2, '0')}`);
      const address = `10.67.0.${100 + i}`;
      const fields = { xid: i + 1, options: [id, ...options] };
      build.discover(i * 10, fields);
      build.offer(i * 10 + 0.01, { xid: i + 1, yiaddr: address, options: lease() });
      build.request(i * 10 + 0.02, {
        ...fields,
        options: [...fields.options, ipOption(50, address), ipOption(54, SERVER)],
      });
      build.ack(i * 10 + 0.03, { xid: i + 1, yiaddr: address, options: lease() });
    }
    return build;
  };
  const analysis = takes(10).analyse();
  assert.deepEqual(lines(analysis, 'address-churn'), [`address-churn warning ${CLIENT} 1,5,9,13,17,21,25,29,33,37`]);
  assert.deepEqual(
    analysis.clients.map(({ client, conversations }) => [client, conversations]),
    [[CLIENT, 10]],
  );
  assert.deepEqual(lines(takes(9).analyse(), 'address-churn'), []);
  // The dial-in server of Windows takes its callers' addresses so (its default user class is RRAS.Microsoft).
  assert.deepEqual(
    lines(takes(10, [raw(77, Buffer.from('RRAS.Microsoft').toString('hex'))]).analyse(), 'address-churn'),
    [],
  );
});

test('duplicate-client-id: an identifier that systemd did not make is looked for where it was set', () => {
  const first = (id: string): string => {
    const build = new Build();
    for (const [at, chaddr, xid] of [
      [0, CLIENT, 1],
      [60, OTHER, 2],
      [120, CLIENT, 3],
    ] as const)
      binds(build, at, chaddr, xid, [raw(61, id)]);
    return build.analyse().findings.find((one) => one.id === 'duplicate-client-id')!.steps[0]!;
  };
  // Type 0 and the UUID of a virtual machine (RFC 4578 §2.1); type 255 (RFC 4361 §6.1).
  assert.match(first('00564d0000000000000000000000000000'), /^Give each machine an identifier of its own/);
  assert.match(first('ff0102030400020000ab11'), /machine-id/);
});
