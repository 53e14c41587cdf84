import assert from 'node:assert/strict';
import test from 'node:test';
import { ADDRESS, Build, SERVER, ipOption, lease, lines, raw, type Spec } from './build';

/* A relay forwards to two servers, and one of them never answers (`relay-unanswered` about that server). */

const RELAY = '10.9.0.1';
const OTHER = '10.0.0.2';
const RELAY_MAC = '02:00:00:00:00:aa';
const up = (destination: string) => ({ source: RELAY, destination, sourcePort: 67, ethSource: RELAY_MAC });
const down = (source: string, link = '0') => ({
  ...{ source, destination: RELAY, destinationPort: 67, ethDestination: RELAY_MAC, link },
});

/** Clients behind a relay whose DISCOVERs go to both servers; `answers` says who offers to the client with this number. */
function relayed(
  clients: number,
  answers: (client: number) => readonly string[],
  {
    giaddr = RELAY,
    link = '0',
    from = 0,
    other = OTHER,
  }: { giaddr?: string; link?: string; from?: number; other?: string } = {},
  build = new Build(),
): Build {
  for (let i = 0; i < clients; i++) {
    const at = from + i;
    const spec: Spec = { chaddr: `02:00:00:00:01:${i.toString(16).padStart(2, '0')}`, xid: 100 + i, giaddr, hops: 1 };
    for (const server of [SERVER, other]) build.discover(at, spec, { ...up(server), link, source: giaddr });
    for (const server of answers(i))
      build.offer(
        at + 0.01,
        { ...spec, yiaddr: `10.9.0.${20 + i}`, options: lease([ipOption(54, server), ipOption(3, RELAY)]) },
        { ...down(server, link), destination: giaddr },
      );
  }
  return build;
}

test('relay-unanswered: of two servers one never answers; which, how many DISCOVERs, which frames', () => {
  const analysis = relayed(3, () => [SERVER]).analyse(30);
  assert.deepEqual(lines(analysis), [`relay-unanswered info ${OTHER} 2,5,8`]);
  const [finding] = analysis.findings;
  assert.equal(
    finding!.title,
    'Server 10.0.0.2 answers none of the 3 DISCOVERs that relay 10.9.0.1 forwards to it; 10.0.0.1 does',
  );
  assert.match(finding!.causes[0]!.text, /silent by design: the standby of a failover pair/);
  assert.match(finding!.steps[0]!, /See what 10\.0\.0\.2 is for/);
});

test('relay-unanswered: not for servers that share the clients, nor where both answer', () => {
  assert.deepEqual(lines(relayed(4, (i) => [i % 2 ? SERVER : OTHER]).analyse(30), 'relay-unanswered'), []);
  assert.deepEqual(lines(relayed(4, () => [SERVER, OTHER]).analyse(30), 'relay-unanswered'), []);
  // The capture ends before the second server need have answered.
  assert.deepEqual(lines(relayed(1, () => [SERVER]).analyse(1), 'relay-unanswered'), []);
});

test('relay-unanswered: a server that answers another relay lacks a scope for this one', () => {
  const build = relayed(2, () => [SERVER]);
  relayed(2, () => [OTHER, SERVER], { giaddr: '10.8.0.1', from: 5 }, build);
  const analysis = build.analyse(30);
  assert.deepEqual(lines(analysis, 'relay-unanswered'), [`relay-unanswered info ${OTHER} 2,5`]);
  const { causes } = analysis.findings.find(({ id }) => id === 'relay-unanswered')!;
  assert.deepEqual(
    causes.filter(({ likelihood }) => likelihood === 'likely').map(({ text, evidence }) => [text, ...evidence]),
    [['10.0.0.2 has no scope (subnet) for 10.9.0.1', 'it answers relay 10.8.0.1']],
  );
});

test('relay-unanswered: silent to several relays, in a VLAN: one finding about the server', () => {
  const build = relayed(2, () => [SERVER], { link: '0/7' });
  relayed(2, () => [SERVER], { giaddr: '10.8.0.1', link: '0/7', from: 5 }, build);
  assert.deepEqual(lines(build.analyse(30), 'relay-unanswered'), [`relay-unanswered info ${OTHER} 2,5,8,11`]);
});

test('relay-unanswered: a warning where ARP asks for the second server in vain', () => {
  const build = relayed(2, () => [SERVER]);
  for (const at of [2, 3, 4]) build.arp(at, 1, RELAY_MAC, RELAY, OTHER);
  build.arp(5, 1, RELAY_MAC, RELAY, SERVER);
  build.arp(5.001, 2, '02:00:00:00:00:fe', SERVER, RELAY);
  const analysis = build.analyse(30);
  assert.deepEqual(lines(analysis, 'relay-unanswered'), [`relay-unanswered warning ${OTHER} 2,5`]);
  assert.equal(analysis.findings[0]!.causes[0]!.text, '10.0.0.2 is down');
});

test('relay-unanswered: not where replies come from an address that nothing is forwarded to', () => {
  const build = relayed(2, () => ['10.0.0.9']);
  assert.deepEqual(lines(build.analyse(30), 'relay-unanswered'), []);
});

test('relay-unanswered: what goes to the next relay is answered by the server behind it', () => {
  const build = new Build();
  const spec = { giaddr: RELAY, hops: 1 };
  build.discover(0, spec, up(SERVER));
  build.discover(0.001, spec, up(OTHER));
  build.discover(0.002, { ...spec, hops: 2 }, { ...up(SERVER), source: OTHER, ethSource: '02:00:00:00:00:ab' });
  build.offer(0.01, { ...spec, yiaddr: '10.9.0.7', options: lease([ipOption(3, RELAY)]) }, down(SERVER));
  assert.deepEqual(lines(build.analyse(30), 'relay-unanswered'), []);
});

test('relay-unanswered: the standby gets no REQUEST and no renewal to answer', () => {
  const build = new Build();
  const spec = { giaddr: RELAY, hops: 1, ciaddr: ADDRESS };
  for (const server of [SERVER, OTHER])
    build.dhcp(3, { ...spec, options: [raw(55, '0103')] }, { at: 0, ...up(server) });
  build.ack(0.01, { ...spec, options: lease() }, down(SERVER));
  assert.deepEqual(lines(build.analyse(30), 'relay-unanswered'), []);
});

const DUID = '000300010200000000a1';
const RELAY6 = '2001:db8:9::1';
const SERVERS6 = ['2001:db8::1', '2001:db8::2'] as const;
const hex16 = (n: number): string => n.toString(16).padStart(4, '0');
/** RELAY-FORW or RELAY-REPL (RFC 9915 §9) around a message. */
const around = (type: '0c' | '0d', message: string): string =>
  `${type}00${'20010db8000900000000000000000001'}${'fe800000000000000000000000000001'}0009${hex16(message.length / 2)}${message}`;
const clientId = `0001000a${DUID}`;
const solicit = (xid: string): string =>
  `01${xid}${clientId}00080002000000060002001700030 00c000000010000000000000000`.replaceAll(' ', '');
const advertise = (xid: string): string =>
  `02${xid}${clientId}0002000a00030001020000000fe1000300280000000100000e10000015180005001820010db80009000000000000000000700000 1c2000002a30`.replaceAll(
    ' ',
    '',
  );

test('relay-unanswered: the same for DHCPv6', () => {
  const told = (...answering: readonly string[]): string[] => {
    const build = new Build();
    for (const [i, xid] of ['000001', '000002'].entries()) {
      for (const server of SERVERS6)
        build.v6(i * 10, around('0c', solicit(xid)), { source: RELAY6, destination: server });
      for (const server of answering)
        build.v6(i * 10 + 0.01, around('0d', advertise(xid)), { source: server, destination: RELAY6 });
    }
    return lines(build.analyse(60), 'relay-unanswered');
  };
  assert.deepEqual(told(SERVERS6[0]), [`relay-unanswered info ${SERVERS6[1]} 2,5`]);
  assert.deepEqual(told(...SERVERS6), []);
  assert.deepEqual(told('2001:db8::9'), []);
});
