import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import type { Ladder } from '../../src/analysis/ladder';
import { Capture } from '../../src/engine/capture';
import { fileSource } from '../../src/engine/node';
import { needs } from '../support/needs';
import { tsharkFields } from '../support/tshark';

const LAB = join('test', 'fixtures', 'lab');

async function open(name: string, folder = LAB): Promise<Capture> {
  const capture = new Capture(name, DEFAULT_SETTINGS);
  await capture.read(await fileSource(join(folder, name)));
  return capture;
}

async function ladderOf(name: string, place = 0): Promise<Ladder> {
  return (await open(name)).result.ladder(place)!;
}

/** An arrow in short: frames, from → to by the names of the columns, its name and what it is about. */
function arrows({ lanes, steps }: Ladder): string[] {
  return steps.map(
    ({ frames, from, to, name, about, ghost, times }) =>
      `${frames.join('+') || ghost} ${lanes[from]!.kind} ${lanes[from]!.name} → ${lanes[to]!.kind} ${lanes[to]!.name}: ${name}${about && ` ${about}`}${times ? ` ×${times}` : ''}`,
  );
}

const CLIENT = 'client 02:67:00:00:00:0c';

test('DISCOVERs that nobody answers are one arrow, and the OFFER that should have come is a ghost', async () => {
  const ladder = await ladderOf('no-offer-firewall_dnsmasq_udhcpc.pcap');
  assert.deepEqual(arrows(ladder), [`1+2+3+4 ${CLIENT} → server : DISCOVER ×4`, `missing server  → ${CLIENT}: OFFER`]);
  assert.equal(ladder.outcome, 'unanswered');
  // tshark: frame 4 comes 9.091940 s after frame 1, the last frame of the capture.
  assert.equal(ladder.steps[0]!.seconds, 9.09194);
  assert.match(ladder.steps[1]!.why, /none in the 9\.1 s after the first DISCOVER/);
});

test('an ACK that does not come is a ghost behind the REQUEST, from the server that it names', async () => {
  assert.deepEqual(arrows(await ladderOf('no-ack_kea4_dhclient.pcap')), [
    `1 ${CLIENT} → server 10.67.0.1: DISCOVER`,
    `2 server 10.67.0.1 → ${CLIENT}: OFFER 10.67.0.100`,
    `3+4 ${CLIENT} → server 10.67.0.1: REQUEST 10.67.0.100 ×2`,
    `missing server 10.67.0.1 → ${CLIENT}: ACK`,
  ]);
});

test('an OFFER that the client does not take is followed by a ghost of its REQUEST', async () => {
  assert.deepEqual(arrows(await ladderOf('offer-not-taken_kea4_dhclient_server.pcap')), [
    `1 ${CLIENT} → server 10.67.0.1: DISCOVER`,
    `2 server 10.67.0.1 → ${CLIENT}: OFFER 10.67.0.100`,
    `missing ${CLIENT} → server 10.67.0.1: REQUEST`,
    `3 ${CLIENT} → server 10.67.0.1: DISCOVER`,
    `4 server 10.67.0.1 → ${CLIENT}: OFFER 10.67.0.101`,
  ]);
});

test('an OFFER that the capture point cannot see, but the client takes, is a ghost of another kind', async () => {
  const [, ghost] = (await ladderOf('healthy-one-sided_dhcpd_udhcpc.pcap')).steps;
  assert.equal(ghost!.ghost, 'unseen');
  assert.equal(ghost!.name, 'OFFER');
});

test('a relay has a column of its own, and each message an arrow on both of its sides', async () => {
  const ladder = await ladderOf('healthy-dhcpv6-relay_kea6_dhcpcd6.pcap');
  const relay = 'relay fd67::2';
  const server = 'server 02:67:00:00:00:01';
  assert.deepEqual(arrows(ladder).slice(0, 4), [
    `1 ${CLIENT} → ${relay}: SOLICIT`,
    `2 ${relay} → ${server}: SOLICIT`,
    `3 ${server} → ${relay}: ADVERTISE fd67:8::100`,
    `4 ${relay} → ${CLIENT}: ADVERTISE fd67:8::100`,
  ]);
});

test('ICMP errors stand where they came, each from whom it is', async () => {
  const relay = 'relay 10.67.8.1';
  const server = 'server 10.67.0.1';
  const ladder = await ladderOf('firewall-reject-relay_udhcpd_dhclient.pcap');
  assert.deepEqual(arrows(ladder).slice(0, 2), [
    `3+5+7+11 ${relay} → ${server}: DISCOVER ×4`,
    `4+6+8+12 ${server} → ${relay}: ICMP host administratively prohibited ×4`,
  ]);
  assert.equal(arrows(ladder).at(-1), `missing ${server} → ${CLIENT}: OFFER`);
  const unreachable = await ladderOf('host-unreachable_no-server_by-hand.pcap', 1);
  assert.equal(arrows(unreachable)[1], `6 host 10.67.0.2 → ${CLIENT}: ICMP host unreachable`);
});

test('each arrow says which way its message goes, and why', async () => {
  const { steps } = await ladderOf('multiple-servers_kea4_dhclient.pcap');
  assert.equal(steps[3]!.why, 'It goes by broadcast, so that every other server hears that its OFFER is not taken.');
});

test('DHCPv6 lacks its ADVERTISE', async () => {
  assert.deepEqual(arrows(await ladderOf('v6-no-reply_kea6_dhclient6.pcap')), [
    `1+2+3+4 ${CLIENT} → server : SOLICIT ×4`,
    `missing server  → ${CLIENT}: ADVERTISE`,
  ]);
});

test('every frame of a conversation is found by its number, and stands on one of its arrows', async () => {
  for (const name of readdirSync(LAB).filter((one) => one.endsWith('.pcap'))) {
    const { result } = await open(name);
    for (const { id, frames } of result.eachConversation()) {
      for (const frame of frames) assert.equal(result.conversationOf(frame), id - 1, `${name}, frame ${frame}`);
      const { steps, left } = result.ladder(id - 1)!;
      if (left > 0 || frames.length > 50) continue;
      const drawn = steps.filter(({ icmp }) => !icmp).flatMap((step) => step.frames);
      assert.deepEqual(
        [...drawn].sort((a, b) => a - b),
        [...frames],
        `${name}, conversation ${id}`,
      );
      // A conversation that came to its end lacks nothing; one that was not answered lacks something.
      const missing = steps.some(({ ghost }) => ghost === 'missing');
      const { outcome } = result.conversationAt(id - 1)!;
      if (outcome === 'unanswered') assert.ok(missing, `${name}, conversation ${id} lacks nothing`);
      if (outcome === 'bound' || outcome === 'renewed') assert.ok(!missing, `${name}, conversation ${id}`);
    }
  }
});

test('times are those of tshark', async (t) => {
  if (!needs(t, 'tshark')) return;
  const name = 'healthy-renewal_dhcpd_udhcpc.pcap';
  const found = await tsharkFields(join(LAB, name), 'dhcp', ['frame.number', 'frame.time_relative']);
  const times = new Map(
    found.map((one) => [Number(one.get('frame.number')![0]), Number(one.get('frame.time_relative')![0])]),
  );
  const { steps } = await ladderOf(name, 1);
  assert.deepEqual(
    steps.map(({ frames }) => frames[0]),
    [7, 8],
  );
  const between = Math.round((times.get(8)! - times.get(7)!) * 1e6) / 1e6;
  assert.equal(steps[1]!.time, between);
});

test('what became of a client: its address from the first ACK on, T1, T2 and the end by the last', async () => {
  const { result, scan } = await open('healthy-renewal_dhcpd_udhcpc.pcap');
  const life = result.life(0)!;
  assert.equal(life.renewals, 1);
  const [one] = life.tenancies;
  assert.equal(life.tenancies.length, 1);
  // tshark: the first ACK at 0.023659 s; the second at 2.144999 s, of 3598 s, with T1 3 s and T2 3000 s.
  const since = (time: number): number => Math.round((time - scan.firstTime) * 1e6) / 1e6;
  assert.equal(one!.address, '10.67.0.100');
  assert.equal(one!.frame, 8);
  assert.equal(since(one!.from), 0.023659);
  assert.equal(one!.renewals, 1);
  assert.deepEqual([one!.t1!, one!.t2!, one!.until!].map(since), [5.144999, 3002.144999, 3600.144999]);
});

test('a DECLINE takes an address away', async () => {
  const { result } = await open('decline_kea4_dhcpcd.pcap');
  const { tenancies, declines } = result.life(0)!;
  assert.equal(declines, 1);
  assert.deepEqual(
    tenancies.map(({ address, ended }) => [address, ended]),
    [['10.67.0.100', 'declined']],
  );
  const [subnet] = result.subnets;
  assert.deepEqual(
    {
      network: subnet!.network,
      servers: subnet!.servers,
      inUse: subnet!.inUse,
      states: subnet!.addresses.map(({ state }) => state),
    },
    { network: '10.67.0.0/24', servers: ['10.67.0.1'], inUse: 0, states: ['declined'] },
  );
});

test('the frame that answers, and the one that asks', async () => {
  const { result } = await open('healthy_dhcpd_udhcpc.pcap');
  assert.deepEqual(
    [1, 2, 3, 4].map((frame) => result.partnerOf(frame)),
    [2, 1, 4, 3],
  );
});
