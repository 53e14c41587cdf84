import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, CLIENT, SERVER, SERVER_MAC, alarms, ipOption, lease, lines, raw, textOption } from './build';

/** What only the place of a capture explains: one direction, the sending host, a clock that is set, a switch in common. */

const OTHER = '02:00:00:00:00:02';
const OUR_MAC = '00:50:56:00:00:01';

const first = (build: Build, until: number): ReturnType<Build['analyse']>['findings'][number] =>
  build.analyse(until).findings[0]!;

test('a clock that is set back hides no second lease of one address', () => {
  const leased = (second: number, between?: (build: Build) => void): string[] => {
    const build = new Build();
    build.bind(5000, {}, { options: lease([raw(51, '00015180')]) });
    between?.(build);
    build.bind(second, { chaddr: OTHER, xid: 2 }, { options: lease([raw(51, '00015180')]) });
    return lines(build.analyse(9000), 'duplicate-address');
  };
  assert.deepEqual(leased(5010), [`duplicate-address error ${ADDRESS} 8,4`]);
  assert.deepEqual(leased(1400), [`duplicate-address error ${ADDRESS} 8,4`]);
  const gives = (build: Build): void =>
    void build.dhcp(
      7,
      { ciaddr: ADDRESS, options: [ipOption(54, SERVER)] },
      { at: 5001, source: ADDRESS, destination: SERVER },
    );
  assert.deepEqual(leased(1400, gives), []);
});

test('decline: the holder that the server itself gave the address has no fixed setting', () => {
  const declined = (leasedBefore: boolean): [string, string] => {
    const build = new Build();
    if (leasedBefore) build.bind(0, { chaddr: OTHER, xid: 2 });
    build.bind(10);
    build.arp(10.1, 1, CLIENT, '0.0.0.0', ADDRESS);
    build.arp(10.2, 2, OTHER, ADDRESS, '0.0.0.0');
    build.dhcp(4, { xid: 3, options: [ipOption(50, ADDRESS), ipOption(54, SERVER)] }, { at: 10.3 });
    const found = build.analyse(20).findings.find(({ id }) => id === 'decline')!;
    return [found.causes[0]!.text, found.causes[0]!.evidence[0]!];
  };
  assert.deepEqual(declined(true), [
    `The address was leased to ${OTHER} before, which still uses it, and ${SERVER} gave it to this client as well: its database of leases was lost`,
    `the ACK in frame 4 gives ${ADDRESS} to ${OTHER}`,
  ]);
  assert.match(declined(false)[0], /^Another host uses this address by its own fixed setting/);
});

/** DISCOVERs of one client that nobody answers. */
function asksInVain(build: Build, at: number, chaddr: string, seen: { sentHere?: boolean } = {}): void {
  for (const [i, later] of [0, 4, 12].entries()) build.discover(at + later, { chaddr, xid: 0x900 + i }, seen);
}

test('no-offer: where no reply is seen at all, the capture point is the first thing to say', () => {
  const blind = new Build();
  for (const last of [11, 12]) {
    const own = { chaddr: `02:00:00:00:00:${last}`, xid: last };
    blind.discover(last, own);
    blind.request(last + 0.1, { ...own, options: [ipOption(50, `10.0.0.${last}`), ipOption(54, SERVER)] });
    blind.arp(last + 0.2, 1, own.chaddr, '0.0.0.0', `10.0.0.${last}`);
  }
  asksInVain(blind, 13, CLIENT);
  const found = blind.analyse(60).findings.find(({ id }) => id === 'no-offer')!;
  assert.equal(found.causes[0]!.text, 'No reply is seen at this capture point, whether one is sent or not');
  assert.deepEqual(found.causes[0]!.evidence, [
    '2 other clients of this link took an OFFER that is not in this capture either',
  ]);
  assert.match(found.steps[0]!, /^Capture on client 02:00:00:00:00:01 and on server 10\.0\.0\.1 at once/);
  assert.doesNotMatch(JSON.stringify(found), /none of them to a DISCOVER/);
  const seen = new Build();
  seen.bind(0, { chaddr: OTHER, xid: 2 });
  asksInVain(seen, 1, CLIENT);
  assert.match(first(seen, 60).causes[0]!.text, /^The server has no address for this client/);
});

test('no-offer: an OFFER of which the snapshot length left little is an OFFER', () => {
  const build = new Build();
  build.discover(0, { chaddr: OTHER, xid: 2 }, { cut: 40 });
  build.offer(0.01, { chaddr: OTHER, xid: 2 }, { cut: 40 });
  asksInVain(build, 1, CLIENT);
  assert.doesNotMatch(JSON.stringify(first(build, 60)), /none of them to a DISCOVER/);
});

test('no-offer: the host that captures is answered, and its guests are not', () => {
  const asked = (sentHere: boolean): [string, string] => {
    const build = new Build();
    build.bind(0, { chaddr: OUR_MAC, xid: 2 }, {}, { sentHere });
    asksInVain(build, 1, '5a:1f:c2:00:00:11', { sentHere });
    const found = build.analyse(60).findings.find(({ id }) => id === 'no-offer')!;
    return [found.causes[0]!.text, found.steps[0]!];
  };
  const [why, step] = asked(true);
  assert.match(why, /^The switch behind this host, virtual or physical, lets through the host’s own MAC address only/);
  assert.match(step, /“Forged transmits”/);
  assert.match(asked(false)[0], /^The server has no address for this client/);
});

/** Clients whose OFFERs are in vain, after one that takes its own. */
function losesOffers(count: number, maker = '00:50:56'): Build {
  const build = new Build();
  build.bind(0, { chaddr: OTHER, xid: 2 });
  for (const at of [1, 5, 13])
    for (let i = 0; i < count; i++) {
      const own = { chaddr: `${maker}:00:00:${(16 + i).toString(16)}`, xid: 0x100 * at + i };
      build.discover(at + i / 100, own);
      build.offer(at + i / 100 + 0.005, { ...own, yiaddr: `10.0.0.${60 + i}` }, { destination: `10.0.0.${60 + i}` });
    }
  return build;
}

test('offer-not-taken: many clients have a way in common; few have firewalls', () => {
  const many = first(losesOffers(5), 30);
  assert.match(
    many.causes[0]!.text,
    /^A switch that these clients share, physical or virtual, does not let the OFFERs/,
  );
  assert.deepEqual(many.causes[0]!.evidence, [
    '5 clients of this link take no OFFER of this server',
    'the MAC addresses of all of them begin with 00:50:56',
  ]);
  assert.match(many.steps[0]!, /^Find the switch port behind which all these clients are/);
  assert.match(first(losesOffers(2), 30).causes[0]!.text, /^A firewall on the client, or DHCP snooping/);
});

test('offer-not-taken: an HTTP boot client is told of the option that it waits for', () => {
  const build = new Build();
  const asks = { options: [textOption(60, 'HTTPClient:Arch:00016')] };
  for (const at of [0, 4, 12]) {
    build.discover(at, asks);
    build.offer(at + 0.1, { options: lease([textOption(67, 'http://10.0.0.1/boot.efi')]) });
  }
  const found = first(build, 30);
  assert.match(found.causes[0]!.text, /^The HTTP boot client waits for an OFFER with option 60 “HTTPClient”, and none/);
  assert.match(
    found.steps[0]!,
    /^ISC dhcpd: `class "http" \{ match if .*option vendor-class-identifier "HTTPClient"; \}`$/,
  );
  assert.ok(
    found.steps.includes(
      'dnsmasq: `dhcp-vendorclass=set:http,HTTPClient` and `dhcp-option-force=tag:http,60,HTTPClient`',
    ),
  );
});

test('nak: one finding where a server says the same to two clients', () => {
  const refused = (...said: readonly string[]): string[] => {
    const build = new Build();
    for (const [i, text] of said.entries()) {
      const own = { chaddr: `02:00:00:00:00:1${i}`, xid: 0x10 + i };
      build.request(i * 20, { ...own, options: [ipOption(50, `192.168.7.${20 + i}`)] });
      build.nak(i * 20 + 0.1, { ...own, options: [ipOption(54, SERVER), textOption(56, text)] });
      build.bind(i * 20 + 1, { ...own, xid: 0x20 + i }, { yiaddr: `10.0.0.${60 + i}` });
    }
    return build
      .analyse(60)
      .findings.filter(({ id }) => id === 'nak')
      .map(({ subject }) => subject);
  };
  assert.deepEqual(refused('wrong network', 'wrong network'), [`server ${SERVER}`]);
  assert.equal(refused('wrong network', 'lease not found').length, 2);
});

test('renewal-unanswered: what goes to the server’s own link-layer address needs no route', () => {
  const renews = (ethDestination: string): string => {
    const build = new Build();
    build.bind(0);
    for (const at of [1800, 1860, 1900]) build.renew(at, { xid: 5 }, { ethDestination });
    build.dhcp(3, { ciaddr: ADDRESS, xid: 5 }, { at: 3200, source: ADDRESS });
    build.ack(3200.1, { ciaddr: ADDRESS, xid: 5 }, { destination: ADDRESS });
    const analysis = build.analyse(3300);
    assert.deepEqual(alarms(analysis), ['renewal-unanswered']);
    return JSON.stringify(analysis.findings[0]!.causes);
  };
  assert.doesNotMatch(renews(SERVER_MAC), /no route between/);
  assert.match(renews('02:00:00:00:00:aa'), /no route between/);
});

test('bad-checksum: what one guest of a Linux host accepts, another may drop', () => {
  const UNFINISHED = { problems: [{ id: 'checksum-offload', offset: 40, length: 2, text: 'Begun.' }] };
  const lost = (maker: string): string[] => {
    const build = new Build();
    const taker = { chaddr: `${maker}:00:00:02`, xid: 2 };
    build.discover(0, taker);
    build.offer(0.01, { ...taker, yiaddr: '10.0.0.60' }, UNFINISHED);
    build.request(0.02, { ...taker, options: [ipOption(50, '10.0.0.60'), ipOption(54, SERVER)] });
    build.ack(0.03, { ...taker, yiaddr: '10.0.0.60' }, UNFINISHED);
    for (const at of [1, 5, 13]) {
      const own = { chaddr: `${maker}:00:00:01`, xid: 0x10 + at };
      build.discover(at, own);
      build.offer(at + 0.01, own, UNFINISHED);
    }
    return alarms(build.analyse(30));
  };
  assert.deepEqual(lost('52:54:00'), ['bad-checksum', 'offer-not-taken']);
  assert.deepEqual(lost('02:00:00'), ['offer-not-taken']);
});
