import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, CLIENT, SERVER, alarms, ipOption, lines, raw, textOption, type Seen } from './build';

/* Kinds of faults that public reports tell of, and which server or which OFFER a client takes; each with a healthy twin. */

const OTHER = '10.0.0.9';
const ITS_ADDRESS = '10.0.0.99';

/** DISCOVER and OFFER, and a REQUEST that names another server. */
function choosing(
  server: string,
  { address = ITS_ADDRESS, siaddr = '0.0.0.0', times = 1 }: { address?: string; siaddr?: string; times?: number } = {},
  seen: Partial<Seen> = {},
): Build {
  const build = new Build();
  build.discover(0);
  build.offer(0.01, { siaddr }, { destination: ADDRESS });
  for (let i = 0; i < times; i++)
    build.request(0.02 + 4 * i, { options: [ipOption(50, address), ipOption(54, server)] }, seen);
  return build;
}

test('a client that chooses another server, whose OFFER goes by unseen, is healthy', () => {
  for (const until of [0.02, 60]) {
    const analysis = choosing(OTHER).analyse(until);
    assert.deepEqual(lines(analysis), [], `until ${until}`);
  }
  assert.match(choosing(OTHER).analyse(60).verdict, /10\.0\.0\.99/);
  assert.deepEqual(alarms(choosing(OTHER, { address: ADDRESS }).analyse(0.02)), []);
});

test('a client that announces the address has it, whoever offered it', () => {
  for (const address of [ITS_ADDRESS, ADDRESS]) {
    const build = choosing(OTHER, { address });
    build.arp(0.2, 1, CLIENT, address, address);
    assert.deepEqual(alarms(build.analyse(60)), [], address);
  }
});

test('request-mismatch: a server identifier that no server can have, or that nobody answers', () => {
  const mismatch = (build: Build): string[] => lines(build.analyse(60), 'request-mismatch');
  for (const server of ['0.0.0.0', ADDRESS])
    assert.deepEqual(mismatch(choosing(server)), [`request-mismatch error ${CLIENT} 3,2`], server);
  // The boot server may be the other server of a pair, until the client has to ask again.
  assert.deepEqual(mismatch(choosing(OTHER, { siaddr: OTHER })), []);
  const again = { siaddr: OTHER, times: 2 };
  assert.deepEqual(mismatch(choosing(OTHER, again)), [`request-mismatch error ${CLIENT} 3,2,4`]);
  const heard = choosing(OTHER, again);
  heard.arp(5, 1, '02:00:00:00:00:09', OTHER, SERVER);
  assert.deepEqual(mismatch(heard), []);
});

/** OFFERs by unicast after each DISCOVER; then the client sets the broadcast flag, and takes what comes by broadcast. */
function flagging(
  ats: readonly number[],
  last: { xid?: number; flags?: number; byAll?: boolean; vendor?: string } = {},
): Build {
  const { xid = 0x1234, flags = 0x8000, byAll = true, vendor = 'MSFT 5.0' } = last;
  const to = byAll ? {} : { destination: ADDRESS };
  const build = new Build();
  for (const at of ats) {
    build.discover(at, { options: [textOption(60, 'MSFT 5.0')] });
    build.offer(at + 0.01, {}, { destination: ADDRESS });
  }
  build.discover(28, { xid, flags, options: [textOption(60, vendor)] });
  build.offer(28.01, { xid, flags }, to);
  build.request(28.02, { xid, flags });
  build.ack(28.03, { xid, flags }, to);
  return build;
}

test('offer-not-taken: OFFERs by unicast do not reach a client that then sets the broadcast flag', () => {
  for (const xid of [0x1234, 0x1235]) {
    const analysis = flagging([0, 4, 12], { xid }).analyse(60);
    assert.deepEqual(lines(analysis, 'offer-not-taken'), [`offer-not-taken warning ${CLIENT} 2,4,6,7,8,9`]);
    const [first] = analysis.findings.find(({ id }) => id === 'offer-not-taken')!.causes;
    assert.equal(first!.likelihood, 'likely');
    assert.equal(first!.text, 'OFFERs by unicast do not reach the client’s DHCP program, and OFFERs by broadcast do');
    assert.deepEqual(first!.evidence, [
      `by unicast to ${ADDRESS}, without a REQUEST: frames 2, 4 and 6`,
      'by broadcast, taken at once: frame 8',
    ]);
  }
});

test('offer-not-taken: not for one lost OFFER, without the flag, or for another program of the machine', () => {
  const found = (build: Build): string[] => lines(build.analyse(60), 'offer-not-taken');
  assert.deepEqual(found(flagging([0])), []);
  assert.deepEqual(found(flagging([0, 0.2, 0.4])), []);
  assert.deepEqual(found(flagging([0, 4, 12], { flags: 0, byAll: false })), []);
  assert.deepEqual(found(flagging([0, 4, 12], { vendor: 'PXEClient' })), []);
});

test('nak: a client that is bound at once need not ask again, even if it then names itself by an identifier', () => {
  const roaming = (bound: boolean): Build => {
    const build = new Build();
    build.request(0, { xid: 1, options: [ipOption(50, '192.168.1.33')] });
    build.nak(0.01, { xid: 1 });
    const own = raw(61, '01020000000001');
    if (bound) build.bind(0.1, { xid: 2, options: [ipOption(50, ADDRESS), ipOption(54, SERVER), own] });
    else build.bind(0.1, { xid: 2, chaddr: '02:00:00:00:00:02' });
    return build;
  };
  const steps = (bound: boolean): string[] =>
    roaming(bound)
      .analyse(60)
      .findings.find(({ id }) => id === 'nak')!
      .steps.map((one) => String(one));
  assert.match(steps(true)[0]!, /this needs no action, and it has 10\.0\.0\.50 since frame 6\.$/);
  assert.equal(
    steps(false)[0],
    'Linux, on client 02:00:00:00:00:01: `dhclient -r; dhclient` gives the lease up and asks anew.',
  );
});

test('renewal-unanswered: a client identifier that is left out is no reason where the broadcast without it is answered', () => {
  const own = raw(61, '01020000000001');
  const firstCause = (identifier: readonly (typeof own)[], xid: number): string => {
    const build = new Build();
    build.discover(0, { options: [own] });
    build.offer(0.01);
    build.request(0.02, { options: [ipOption(50, ADDRESS), ipOption(54, SERVER), own] });
    build.ack(0.03);
    for (const at of [1800, 1860, 2160]) build.renew(at, { xid: 8 });
    build.renew(3150, { xid, options: identifier }, { destination: '255.255.255.255' });
    build.ack(3150.01, { xid, ciaddr: ADDRESS }, { destination: ADDRESS });
    return build.analyse(3200).findings.find(({ id }) => id === 'renewal-unanswered')!.causes[0]!.text;
  };
  for (const xid of [8, 9]) {
    assert.match(
      firstCause([], xid),
      /^A firewall lets the broadcasts of DISCOVER and REQUEST through, but not unicast /,
    );
    assert.match(firstCause([own], xid), /^The client changed its client identifier, /);
  }
});
