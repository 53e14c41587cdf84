import assert from 'node:assert/strict';
import test from 'node:test';
import { Build, SERVER, ipOption, lease, lines, raw } from './build';

/* Clients with one fault and one server, relay or link in common are one finding about that. */

const mac = (i: number): string => `02:00:00:00:01:0${i}`;
const address = (i: number): string => `10.0.0.${50 + i}`;
const own = (i: number): { chaddr: string; xid: number } => ({ chaddr: mac(i), xid: 0x100 * (i + 1) });
const taking = (i: number) => [ipOption(50, address(i)), ipOption(54, SERVER), raw(55, '0103')];

/** The subjects of the findings with this id, for so many clients that each do the same. */
function subjects(id: string, clients: number, does: (build: Build, i: number) => void): string[] {
  const build = new Build();
  for (let i = 0; i < clients; i++) does(build, i);
  return build
    .analyse(600)
    .findings.filter((one) => one.id === id)
    .map(({ subject }) => subject);
}

/** From `least` clients on it is one finding, with fewer each has its own. */
function together(id: string, subject: string, does: (build: Build, i: number) => void, least = 4): void {
  assert.deepEqual(subjects(id, least, does), [subject]);
  assert.equal(subjects(id, least - 1, does).length, least - 1);
}

test('vlan-mismatch', () => {
  const mismatch = (build: Build, i: number): void => {
    for (const at of [0, 4, 12]) {
      build.discover(20 * i + at, own(i), { link: '0/10' });
      build.offer(20 * i + at + 0.01, { ...own(i), yiaddr: address(i) }, { link: '0/20' });
    }
  };
  together('vlan-mismatch', `server ${SERVER}`, mismatch, 2);
  // Tags on both ways: no network card has taken one off.
  const build = new Build();
  mismatch(build, 0);
  const [found] = build.analyse(600).findings.filter(({ id }) => id === 'vlan-mismatch');
  assert.ok(found!.causes.every(({ text }) => !/VLAN offload/.test(text)));
});

test('request-mismatch: apart by what differs', () => {
  const otherXid = (build: Build, i: number): void => {
    build.discover(20 * i, own(i));
    build.offer(20 * i + 0.01, { ...own(i), yiaddr: address(i) });
    for (const at of [0.02, 4, 8])
      build.request(20 * i + at, { ...own(i), xid: 0x100 * (i + 1) + 1, options: taking(i) });
  };
  together('request-mismatch', `server ${SERVER}`, otherXid, 2);
  const mixed = (build: Build, i: number): void => {
    if (i < 4) return otherXid(build, i);
    build.discover(20 * i, own(i));
    build.offer(20 * i + 0.01, { ...own(i), yiaddr: address(i) });
    const options = [ipOption(50, address(i)), ipOption(54, '0.0.0.0')];
    for (const at of [0.02, 4, 8]) build.request(20 * i + at, { ...own(i), options });
  };
  assert.deepEqual(subjects('request-mismatch', 8, mixed), [`server ${SERVER}`, `server ${SERVER}`]);
});

test('no-ack: of the server that offers, not of an address that clients take from another field', () => {
  const others = (server: string) => (build: Build, i: number) => {
    build.discover(20 * i, own(i));
    build.offer(20 * i + 0.01, { ...own(i), yiaddr: address(i), siaddr: '10.0.0.9' });
    const options = [ipOption(50, address(i)), ipOption(54, server), raw(55, '0103')];
    for (const at of [0.02, 4, 8]) build.request(20 * i + at, { ...own(i), options });
  };
  for (const id of ['request-mismatch', 'no-ack']) together(id, `server ${SERVER}`, others('10.0.0.9'), 2);
  const build = new Build();
  for (let i = 0; i < 3; i++) others('10.0.0.9')(build, i);
  assert.equal(
    build.analyse(600).findings[0]!.steps[0],
    `Update the firmware or DHCP client of ${mac(0)}, ${mac(1)} and ${mac(2)}; keep this capture for its maker.`,
  );
  // The REQUEST fits: no fault of the clients.
  assert.deepEqual(subjects('request-mismatch', 3, others(SERVER)), []);
});

test('forbidden-field and missing-required-option: of one maker, whose three octets the addresses begin with', () => {
  const of = (maker: string) => (build: Build, i: number) => {
    const client = { chaddr: `${maker}:00:01:0${i}`, xid: i + 1 };
    build.discover(i, { ...client, ciaddr: address(i) });
    build.dhcp(4, { ...client, xid: 0x100 + i, options: [ipOption(54, SERVER)] }, { at: i + 0.5 });
  };
  for (const id of ['forbidden-field', 'missing-required-option']) {
    assert.deepEqual(subjects(id, 3, of('00:26:73')), ['hardware addresses 00:26:73']);
    // Made up by each machine for itself.
    assert.equal(subjects(id, 3, of('02:26:73')).length, 3);
  }
});

test('client-id-changed', () => {
  const changed = (build: Build, i: number): void => {
    const id = raw(61, `0102000000010${i}`);
    build.discover(i, { ...own(i), options: [id] });
    build.offer(i + 0.01, { ...own(i), yiaddr: address(i) });
    build.request(i + 0.02, { ...own(i), options: [...taking(i), id] });
    build.ack(i + 0.03, { ...own(i), yiaddr: address(i) });
    build.renew(i + 60, { ...own(i), xid: 0x9000 + i, ciaddr: address(i) }, { source: address(i) });
    build.ack(
      i + 60.01,
      { ...own(i), xid: 0x9000 + i, ciaddr: address(i), yiaddr: address(i) },
      { destination: address(i) },
    );
  };
  together('client-id-changed', `server ${SERVER}`, changed, 2);
});

test('inform-unanswered: by the server that leases the address, else by the link', () => {
  const inform = (build: Build, i: number): void => {
    for (const at of [60, 63])
      build.dhcp(
        8,
        { ...own(i), xid: 0x9000 + i, ciaddr: address(i) },
        { at: i + at, source: address(i), link: '0/7' },
      );
  };
  const leased = (build: Build, i: number): void => {
    const seen = { link: '0/7' };
    build.discover(i, own(i), seen);
    build.offer(i + 0.01, { ...own(i), yiaddr: address(i) }, seen);
    build.request(i + 0.02, { ...own(i), options: taking(i) }, seen);
    build.ack(i + 0.03, { ...own(i), yiaddr: address(i) }, seen);
    inform(build, i);
  };
  together('inform-unanswered', `server ${SERVER}`, leased, 2);
  together('inform-unanswered', 'interface 0, VLAN 7', inform, 2);
});

test('v6-ia-missing', () => {
  const server = '0002000a00030001020000000001';
  together(
    'v6-ia-missing',
    'server 02:00:00:00:00:01',
    (build, i) => {
      const client = `0001000a000300010200000001${i.toString(16).padStart(2, '0')}`;
      const iana = `0003000c00000001${'0'.repeat(16)}`;
      const iapd = `0019000c00000001${'0'.repeat(16)}`;
      const xid = `0000${(16 + i).toString(16)}`;
      const given = `0003002800000001${'000003e8000007d0'}00050018${'20010db8000000000000000000000042'}${'00000bb800000fa0'}`;
      build.v6(i, `03${xid}${client}${server}${iana}${iapd}`, { source: `fe80::1${i}` });
      build.v6(i + 0.01, `07${xid}${client}${server}${given}`, { source: 'fe80::1', destination: `fe80::1${i}` });
    },
    2,
  );
});

test('router-outside-subnet: which of OFFER and ACK is wrong', () => {
  const told = (offered: string, acked: string): [string, string, string] => {
    const build = new Build();
    const replies = (router: string) => ({ options: lease([ipOption(3, router)]) });
    build.discover(0);
    build.offer(0.01, replies(offered));
    build.request(0.02);
    build.ack(0.03, replies(acked));
    const analysis = build.analyse(10);
    const finding = analysis.findings.find(({ id }) => id === 'router-outside-subnet')!;
    return [finding.title, finding.explanation, lines(analysis, 'router-outside-subnet').join()];
  };
  const [ack, whyAck, ackLine] = told('10.0.0.1', '10.9.0.1');
  assert.equal(ack, 'Server 10.0.0.1: router 10.9.0.1 of the ACK is outside the client’s subnet 10.0.0.0/24');
  assert.match(
    whyAck,
    /The OFFER in frame 2 of the same server gives 10\.0\.0\.1, which the client can reach; the client goes by the ACK, and so by the wrong one\./,
  );
  assert.equal(ackLine, `router-outside-subnet error ${SERVER} 4`);
  const [offer, whyOffer, offerLine] = told('10.9.0.1', '10.0.0.1');
  assert.equal(offer, 'Server 10.0.0.1: router 10.9.0.1 of the OFFER is outside the client’s subnet 10.0.0.0/24');
  assert.match(
    whyOffer,
    /The ACK in frame 4 of the same server gives 10\.0\.0\.1, which the client can reach; the client goes by the ACK\./,
  );
  assert.equal(offerLine, `router-outside-subnet error ${SERVER} 2`);
  const [both, whyBoth] = told('10.9.0.1', '10.8.0.1');
  assert.match(both, /router 10\.9\.0\.1 of the OFFER is outside/);
  assert.match(whyBoth, /The ACK in frame 4 of the same server gives 10\.8\.0\.1, which is not in it either/);
  assert.equal(
    told('10.9.0.1', '10.9.0.1')[0],
    'Server 10.0.0.1: router 10.9.0.1 is outside the client’s subnet 10.0.0.0/24',
  );
});

test('duplicate-client-id (DHCPv6): first which machine is to be changed', () => {
  const steps = (duid: string): readonly string[] => {
    const build = new Build();
    const ask = (at: number, mac: string, xid: string): void => {
      const id = `0001${(duid.length / 2).toString(16).padStart(4, '0')}${duid}`;
      build.v6(at, `01${xid}${id}0003000c00000001${'0'.repeat(16)}`, {
        source: `fe80::${mac.slice(-2)}`,
        ethSource: mac,
      });
    };
    ask(0, mac(1), '000001');
    ask(60, mac(2), '000002');
    ask(120, mac(1), '000003');
    return build.analyse(130).findings.find(({ id }) => id === 'duplicate-client-id')!.steps;
  };
  // DUID-LLT and DUID-LL of the second machine, of the first, of neither; DUID-EN of systemd.
  assert.equal(
    steps('000100012c000000020000000102')[0],
    'Give 02:00:00:00:01:01 a DUID of its own, and restart it: the DUID holds the link-layer address of 02:00:00:00:01:02, which keeps it.',
  );
  assert.match(
    steps('00030001020000000101')[0]!,
    /^Give 02:00:00:00:01:02 a DUID of its own, .* of 02:00:00:00:01:01, which keeps it\.$/,
  );
  assert.match(
    steps('00030001020000000199')[0]!,
    /^Give 02:00:00:00:01:02 a DUID of its own, and restart it: it is the one that begins later, in frame 2\.$/,
  );
  assert.match(steps('00030001020000000101')[1]!, /^dhcpcd, on the copy/);
  assert.match(steps('00020000ab11a0a1a2a3a4a5a6a7')[1]!, /machine-id/);
});

test('bootp-unanswered, ipv6-only-preferred, early-renewal: what several clients do alike is one finding', () => {
  const bootp = (build: Build, i: number): void => {
    for (const at of [0, 4, 12]) build.dhcp(undefined, own(i), { at: 20 * i + at });
  };
  together('bootp-unanswered', 'interface 0', bootp, 2);
  const early = (build: Build, i: number): void => {
    build.bind(i, own(i), { yiaddr: address(i) });
    const renewal = { ...own(i), xid: 0x9000 + i, ciaddr: address(i) };
    build.renew(i + 300, renewal, { source: address(i) });
    build.ack(i + 300.01, { ...renewal, yiaddr: address(i) }, { destination: address(i) });
  };
  together('early-renewal', `server ${SERVER}`, early, 2);
  const without = (build: Build, i: number): void => {
    build.discover(i, { ...own(i), options: [raw(55, '0103066c')] });
    build.offer(i + 0.01, { ...own(i), yiaddr: '0.0.0.0', options: lease([raw(108, '00000708')]) });
  };
  together('ipv6-only-preferred', `server ${SERVER}`, without, 2);
});

test('no-ack, offer-not-taken: for one reason, two clients are one finding', () => {
  const changed = (build: Build, i: number): void => {
    build.discover(20 * i, { ...own(i), options: [raw(61, `0102000000010${i}`)] });
    build.offer(20 * i + 0.01, { ...own(i), yiaddr: address(i) });
    for (const at of [0.02, 4, 8]) build.request(20 * i + at, { ...own(i), options: taking(i) });
  };
  together('no-ack', `server ${SERVER}`, changed, 2);
  const unnamed = (build: Build, i: number): void => {
    for (const at of [0, 4, 12]) {
      build.discover(20 * i + at, own(i));
      build.offer(20 * i + at + 0.01, { ...own(i), yiaddr: address(i), options: lease([raw(54, '')]) });
    }
  };
  together('offer-not-taken', `server ${SERVER}`, unnamed, 2);
});

test('no-offer: two clients whose messages one host refuses by ICMP are one finding', () => {
  const icmp = { source: '10.9.0.1', destination: SERVER, sourcePort: 67, destinationPort: 67 };
  const refused = (build: Build, i: number): void => {
    for (const at of [0, 4, 12]) {
      const spec = { ...own(i), giaddr: '10.9.0.1', hops: 1 };
      build.discover(20 * i + at, spec, { source: '10.9.0.1', destination: SERVER, sourcePort: 67 });
      build.icmp(20 * i + at + 0.01, 3, SERVER, icmp);
    }
  };
  const build = new Build();
  const served = { chaddr: '02:00:00:00:00:77', xid: 0x77, giaddr: '10.9.0.1', hops: 1 };
  build.discover(-10, served, { source: '10.9.0.1', destination: SERVER, sourcePort: 67 });
  build.offer(-9.9, { ...served, yiaddr: '10.9.0.77' }, { destination: '10.9.0.1', destinationPort: 67 });
  for (const i of [0, 1]) refused(build, i);
  const { findings } = build.analyse(100);
  assert.deepEqual(
    findings.filter(({ id }) => id === 'no-offer').map(({ subject }) => subject),
    [SERVER],
  );
});

test('boot-file-mismatch: firmware of one kind that asks for one wrong name is one fault', () => {
  const asking = (build: Build, i: number, file: string): void => {
    build.discover(20 * i, own(i));
    build.offer(20 * i + 0.01, { ...own(i), yiaddr: address(i), siaddr: SERVER, file: 'wdsnbp.com' });
    build.request(20 * i + 0.02, { ...own(i), options: taking(i) });
    build.ack(20 * i + 0.03, { ...own(i), yiaddr: address(i), siaddr: SERVER, file: 'wdsnbp.com' });
    build.tftp(20 * i + 1, address(i), SERVER, { operation: 1, file });
    build.tftp(20 * i + 1.1, SERVER, address(i), { operation: 5, errorCode: 1, errorMessage: '' }, [3000, 2000]);
  };
  together('boot-file-mismatch', `server ${SERVER}`, (build, i) => asking(build, i, 'wdsnbp.com\xff'), 2);
  assert.equal(
    subjects('boot-file-mismatch', 2, (build, i) => asking(build, i, `wdsnbp.com${'\xff'.repeat(i + 1)}`)).length,
    2,
  );
});
