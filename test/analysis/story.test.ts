/** What just happened: the paragraph about one message, for every state of a client and every kind of answer. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { Capture } from '../../src/engine/capture';
import { fileSource } from '../../src/engine/node';
import { packetAt } from '../../src/engine/scan/packets';
import { ADDRESS, Build, CLIENT, SERVER, ipOption, lease, raw, textOption } from './build';

const WHO = `client ${CLIENT}`;
const CAPITAL = `Client ${CLIENT}`;

/** Asserts the whole text of one frame. */
function tells(build: Build, frame: number, ...sentences: string[]): void {
  assert.equal(build.analyse().happened(frame), sentences.join(' '));
}

test('DORA: DISCOVER, OFFER, REQUEST in SELECTING, ACK', () => {
  const build = new Build();
  build.bind();
  tells(
    build,
    1,
    `${CAPITAL} has no address (state INIT) and looks for a server that gives it one.`,
    'It goes by broadcast, because it does not know which servers there are.',
    'The OFFER from server 10.0.0.1 follows 10 ms later in frame 2.',
  );
  tells(
    build,
    2,
    `Server 10.0.0.1 offers 10.0.0.50 to ${WHO} for 3600 s (1 hour), in answer to the DISCOVER in frame 1 (10 ms after it).`,
    'It goes by broadcast, although the client did not ask for that (its broadcast flag is 0).',
    'The client takes it with the REQUEST 10 ms later in frame 3.',
  );
  tells(
    build,
    3,
    `${CAPITAL} takes the OFFER of 10.0.0.50 by server 10.0.0.1 (option 54), from frame 2, and asks that server to confirm it (state SELECTING).`,
    'It goes by broadcast, so that every other server hears that its OFFER is not taken.',
    'The ACK from server 10.0.0.1 follows 10 ms later in frame 4.',
  );
  // RFC 2131 §4.4.5: T1 is half of the lease time, T2 0.875 of it.
  tells(
    build,
    4,
    `Server 10.0.0.1 gives 10.0.0.50 to ${WHO} for 3600 s (1 hour), in answer to the REQUEST in frame 3 (10 ms after it).`,
    'It goes by broadcast, although the client did not ask for that (its broadcast flag is 0).',
    'The client may use it now (state BOUND) and should ask this server to prolong it after 1800 s (T1, 50 %), then any server after 3150 s (T2, 87.5 %).',
  );
  assert.equal(build.analyse().happened(5), undefined);
});

test('DISCOVER again, with a wish (option 50) and rapid commit (option 80); the ACK at once', () => {
  const build = new Build();
  const options = [ipOption(50, ADDRESS), raw(80, '')];
  build.discover(0, { options });
  build.discover(4, { options, secs: 4 });
  build.ack(4.01);
  tells(
    build,
    1,
    `${CAPITAL} has no address (state INIT) and looks for a server that gives it one.`,
    'It goes by broadcast, because it does not know which servers there are.',
    'It would like 10.0.0.50 (option 50), which a server may give or not; with option 80 (rapid commit) it lets a server answer with the ACK at once, without OFFER and REQUEST.',
    'This capture shows no answer before the client asks again 4 s later in frame 2.',
  );
  assert.match(
    build.analyse().happened(2)!,
    /It is the 2nd DISCOVER of this exchange; it would like 10\.0\.0\.50 \(option 50\); with option 80/,
  );
  assert.match(
    build.analyse().happened(3)!,
    /^Server 10\.0\.0\.1 gives 10\.0\.0\.50 to client 02:00:00:00:00:01 for 3600 s \(1 hour\) at once, without OFFER and REQUEST \(rapid commit\), in answer to the DISCOVER in frame 2 \(10 ms after it\)\./,
  );
});

test('OFFERs of two servers: unicast, the broadcast flag, and which of them is taken', () => {
  const build = new Build();
  build.discover(0, { flags: 0x8000 });
  build.offer(0.01, { flags: 0x8000 });
  const options = lease([ipOption(54, '10.0.0.2')]);
  build.offer(0.02, { yiaddr: '10.0.0.60', options }, { source: '10.0.0.2', destination: '10.0.0.60' });
  build.request(0.03);
  tells(
    build,
    2,
    `Server 10.0.0.1 offers 10.0.0.50 to ${WHO} for 3600 s (1 hour), in answer to the DISCOVER in frame 1 (10 ms after it).`,
    'It goes by broadcast, because the client set the broadcast flag: it takes no unicast before it has an address.',
    'Server 10.0.0.2 makes an OFFER as well, in frame 3; the client takes one of them at most.',
    'The client takes it with the REQUEST 20 ms later in frame 4.',
  );
  tells(
    build,
    3,
    `Server 10.0.0.2 offers 10.0.0.60 to ${WHO} for 3600 s (1 hour), in answer to the DISCOVER in frame 1 (20 ms after it).`,
    'It goes by unicast to 10.0.0.60, although the client asked for broadcast (its broadcast flag is 1).',
    'Server 10.0.0.1 makes an OFFER as well, in frame 2; the client takes one of them at most.',
    'The client takes another OFFER, that of server 10.0.0.1, with the REQUEST 10 ms later in frame 4.',
  );
  tells(
    build,
    4,
    `${CAPITAL} takes the OFFER of 10.0.0.50 by server 10.0.0.1 (option 54), from frame 2, and asks that server to confirm it (state SELECTING).`,
    'It goes by broadcast, so that every other server hears that its OFFER is not taken.',
    'Next that server should answer with an ACK, or with a NAK if the address is no longer free; this capture shows no answer.',
  );
});

test('RENEWING at half of the lease, REBINDING after silence: percentages of the lease, counted from its ACK', () => {
  const build = new Build();
  build.bind();
  build.renew(1800.03, { xid: 7 });
  build.ack(1800.04, { xid: 7, ciaddr: ADDRESS }, { destination: ADDRESS });
  tells(
    build,
    5,
    `${CAPITAL} has 10.0.0.50 from before (ciaddr) and asks the server that gave it, 10.0.0.1, by unicast to prolong the lease (state RENEWING).`,
    'That is at 50 % of its 3600 s (1 hour), counted from the ACK in frame 4.',
    'The ACK from server 10.0.0.1 follows 10 ms later in frame 6.',
  );
  assert.match(
    build.analyse().happened(6)!,
    /^Server 10\.0\.0\.1 prolongs the lease: client 02:00:00:00:00:01 keeps 10\.0\.0\.50 for 3600 s \(1 hour\) from now on, in answer to the REQUEST in frame 5 \(10 ms after it\)\. It goes by unicast to 10\.0\.0\.50, because the client has an address already \(ciaddr\)\./,
  );
  const silent = new Build();
  silent.bind();
  silent.renew(1800.03, { xid: 7 });
  silent.renew(3150.03, { xid: 8 }, { destination: '255.255.255.255' });
  tells(
    silent,
    5,
    `${CAPITAL} has 10.0.0.50 from before (ciaddr) and asks the server that gave it, 10.0.0.1, by unicast to prolong the lease (state RENEWING).`,
    'That is at 50 % of its 3600 s (1 hour), counted from the ACK in frame 4.',
    'Next that server should answer with an ACK; if none comes, the client asks any server by broadcast at 87.5 % of the time (T2); this capture shows no answer.',
  );
  tells(
    silent,
    6,
    `${CAPITAL} still has 10.0.0.50 (ciaddr) and asks any server to prolong the lease (state REBINDING); its unicast to server 10.0.0.1 in frame 5 got no answer that this capture shows.`,
    'That is at 87.5 % of its 3600 s (1 hour), counted from the ACK in frame 4.',
    'It goes by broadcast, because any server that knows the lease may answer.',
    'Next a server should answer with an ACK or a NAK; without one the client gives the address up when the lease ends; this capture shows no answer.',
  );
});

test('INIT-REBOOT, NAK by broadcast, and DISCOVER anew', () => {
  const build = new Build();
  build.request(0, { options: [ipOption(50, ADDRESS)] });
  build.nak(0.01, { options: [ipOption(54, SERVER), textOption(56, 'wrong network')] });
  build.discover(1, { xid: 9 });
  tells(
    build,
    1,
    `${CAPITAL} has started again, or joined the network again, and asks whether it may keep using 10.0.0.50 (option 50, state INIT-REBOOT); this capture does not show who gave it 10.0.0.50.`,
    'It goes by broadcast, because any server that knows the lease may answer.',
    'The NAK from server 10.0.0.1 follows 10 ms later in frame 2.',
  );
  tells(
    build,
    2,
    `Server 10.0.0.1 refuses (NAK): ${WHO} may not use 10.0.0.50, in answer to the REQUEST in frame 1 (10 ms after it).`,
    'Its reason is “wrong network”.',
    'It goes by broadcast, because a client on the wrong link would not get a unicast to the address that it names.',
    'The client must give the address up and start again with DISCOVER; it does so 990 ms later in frame 3.',
  );
  assert.match(build.analyse().happened(3)!, /It starts anew after the NAK in frame 2\./);
});

test('DECLINE, RELEASE, INFORM and its ACK, FORCERENEW', () => {
  const build = new Build();
  build.bind();
  build.dhcp(4, { options: [ipOption(50, ADDRESS), ipOption(54, SERVER)] }, { at: 0.53 });
  tells(
    build,
    5,
    `${CAPITAL} refuses 10.0.0.50 (option 50), which the ACK in frame 4 gave it 500 ms before: it says that another host uses that address.`,
    'It goes by broadcast, because the client has no address of its own that it may use.',
    'No answer comes to a DECLINE; server 10.0.0.1 should set the address aside, and the client waits 10 s at least and starts again with DISCOVER.',
  );
  assert.match(
    build.analyse().happened(4)!,
    /The client refuses the address with the DECLINE 500 ms later in frame 5\.$/,
  );
  const other = new Build();
  other.bind();
  other.dhcp(
    7,
    { xid: 7, ciaddr: ADDRESS, options: [ipOption(54, SERVER)] },
    { at: 900.03, source: ADDRESS, destination: SERVER },
  );
  other.dhcp(8, { xid: 8, ciaddr: ADDRESS, options: [raw(55, '0306')] }, { at: 1000, source: ADDRESS });
  other.ack(
    1000.01,
    { xid: 8, yiaddr: '0.0.0.0', ciaddr: ADDRESS, options: [ipOption(54, SERVER)] },
    { destination: ADDRESS },
  );
  other.dhcp(9, { op: 2, xid: 9, options: [ipOption(54, SERVER)] }, { at: 1001, source: SERVER, destination: ADDRESS });
  tells(
    other,
    5,
    `${CAPITAL} gives 10.0.0.50 (ciaddr) back to server 10.0.0.1 (option 54) before the lease ends.`,
    'That is at 25 % of its 3600 s (1 hour), counted from the ACK in frame 4.',
    'It goes by unicast to 10.0.0.1, because only the server that gave the lease can end it.',
    'No answer comes to a RELEASE; the client may no longer use the address and starts with DISCOVER when it needs one.',
  );
  tells(
    other,
    6,
    `${CAPITAL} has an address already, 10.0.0.50 (ciaddr), and asks only for other settings (2 options by the list in option 55).`,
    'It goes by broadcast, because any server may answer.',
    'The ACK from server 10.0.0.1 follows 10 ms later in frame 7.',
  );
  tells(
    other,
    7,
    `Server 10.0.0.1 gives ${WHO} the settings that it asked for, and no lease, because the client has its address already, in answer to the INFORM in frame 6 (10 ms after it).`,
    'It goes by unicast to 10.0.0.50, because the client has an address already (ciaddr).',
    'That ends the exchange: settings are not leased, so the client asks again when it wants to.',
  );
  tells(
    other,
    8,
    `Server 10.0.0.1 tells ${WHO} to ask for its lease now, before its time (FORCERENEW).`,
    'It goes to 10.0.0.50, the address that the client has.',
    'It is not signed (no option 90), so a client should not obey: anybody could have sent it.',
    'Next the client should send a REQUEST (state RENEWING); this capture does not show one.',
  );
});

test('a relay: both sides of one message, option 82, and the reply to giaddr', () => {
  const build = new Build();
  const giaddr = '10.5.0.1';
  build.discover(0);
  build.discover(
    0.001,
    { giaddr, hops: 1, options: [raw(82, '010101')] },
    { source: giaddr, destination: SERVER, sourcePort: 67 },
  );
  build.offer(0.01, { giaddr }, { destination: giaddr, destinationPort: 67 });
  assert.match(build.analyse().happened(1)!, /which servers there are; frame 2 shows how a relay hands it on\./);
  assert.match(
    build.analyse().happened(2)!,
    /Relay 10\.5\.0\.1 \(giaddr\) heard it and hands it on to 10\.0\.0\.1, with option 82, which says where the client is attached; frame 1 shows it as the client sent it\./,
  );
  assert.match(
    build.analyse().happened(3)!,
    /It goes to relay 10\.5\.0\.1 \(giaddr\), which handed on the question and hands on the answer\./,
  );
});

test('BOOTP, LEASEQUERY, and PXE on port 4011', () => {
  const build = new Build();
  build.dhcp(undefined, {}, { at: 0 });
  build.dhcp(undefined, { op: 2, yiaddr: ADDRESS, file: 'boot.img' }, { at: 0.01 });
  build.dhcp(10, { xid: 5, giaddr: '10.5.0.1', ciaddr: ADDRESS, chaddr: '' }, { at: 1, destination: SERVER });
  build.dhcp(
    3,
    { xid: 6, ciaddr: ADDRESS, options: [textOption(60, 'PXEClient')] },
    { at: 2, source: ADDRESS, destination: SERVER, destinationPort: 4011 },
  );
  tells(
    build,
    1,
    `${CAPITAL} asks for an address by BOOTP, the protocol before DHCP: the message has no option 53.`,
    'It goes by broadcast, because it does not know which servers there are.',
    'The BOOTREPLY from server 10.0.0.1 follows 10 ms later in frame 2.',
  );
  assert.match(
    build.analyse().happened(2)!,
    /^Server 10\.0\.0\.1 gives client 02:00:00:00:00:01 10\.0\.0\.50 and the boot file “boot\.img” by BOOTP/,
  );
  tells(
    build,
    3,
    'Relay 10.5.0.1 (giaddr) asks 10.0.0.1 who has 10.0.0.50 (ciaddr) (LEASEQUERY).',
    'It wants to know where a client belongs, for instance after it has restarted; no lease changes by it.',
    'Next the server should answer with LEASEACTIVE, LEASEUNASSIGNED or LEASEUNKNOWN; this capture does not show one.',
  );
  assert.match(
    build.analyse().happened(4)!,
    /^Client 02:00:00:00:00:01, a computer that starts from the network \(PXE\), has 10\.0\.0\.50 \(ciaddr\) and asks boot server 10\.0\.0\.1 which file to load\./,
  );
});

test('a proxyDHCP OFFER names what to boot and gives no address', () => {
  const build = new Build();
  const pxe = textOption(60, 'PXEClient');
  build.discover(0, { options: [pxe] });
  build.offer(0.01, {
    yiaddr: '0.0.0.0',
    siaddr: '10.0.0.9',
    file: 'ipxe.efi',
    options: [ipOption(54, '10.0.0.9'), pxe],
  });
  build.offer(0.02);
  tells(
    build,
    2,
    'Server 10.0.0.9 is a boot service (proxyDHCP): it names the boot file “ipxe.efi” from 10.0.0.9 (siaddr) and gives no address, in answer to the DISCOVER in frame 1 (10 ms after it).',
    'It goes by broadcast, although the client did not ask for that (its broadcast flag is 0).',
    'The address comes from server 10.0.0.1, by the OFFER in frame 3.',
  );
});

/* DHCPv6. */

const option = (code: number, value: string): string =>
  code.toString(16).padStart(4, '0') + (value.length / 2).toString(16).padStart(4, '0') + value;
const n = (value: number): string => value.toString(16).padStart(8, '0');
const v6 = (type: number, xid: string, ...options: string[]): string =>
  type.toString(16).padStart(2, '0') + xid + options.join('');
const client = option(1, '0003000102000000000c');
const server = option(2, '00030001020000000001');
const iana = option(3, n(1) + n(1000) + n(2000) + option(5, '20010db8000000000000000000000042' + n(3000) + n(4000)));
const iapd = option(25, n(1) + n(1000) + n(2000) + option(26, `${n(3000)}${n(4000)}3820010db8${'00'.repeat(12)}`));
const toClient = { source: 'fe80::2', destination: 'fe80::1' };

test('DHCPv6: SOLICIT to REPLY, RENEW at a share of the lifetime, RELEASE', () => {
  const build = new Build();
  build.v6(0, v6(1, '000001', client, iana));
  build.v6(0.1, v6(2, '000001', client, server, iana), toClient);
  build.v6(1, v6(3, '000002', client, server, iana));
  build.v6(1.1, v6(7, '000002', client, server, iana), toClient);
  build.v6(1001.1, v6(5, '000003', client, server, iana));
  build.v6(1001.2, v6(7, '000003', client, server, iana), toClient);
  build.v6(2001.2, v6(8, '000004', client, server, iana));
  tells(
    build,
    1,
    'Client 02:00:00:00:00:0c looks for DHCPv6 servers and asks for an address (IA_NA).',
    'It goes by multicast to ff02::1:2, which reaches all servers and relays on the link, because it does not know a server yet.',
    'The ADVERTISE follows 100 ms later in frame 2.',
  );
  tells(
    build,
    2,
    'Server 02:00:00:00:00:01 offers 2001:db8::42 for 4000 s (1 hour 6 minutes 40 seconds) to client 02:00:00:00:00:0c, in answer to the SOLICIT in frame 1 (100 ms after it).',
    'It goes by unicast to fe80::1, the address that the client sent from.',
    'The client takes it with the REQUEST 900 ms later in frame 3.',
  );
  tells(
    build,
    4,
    'Server 02:00:00:00:00:01 gives 2001:db8::42 for 4000 s (1 hour 6 minutes 40 seconds) to client 02:00:00:00:00:0c, in answer to the REQUEST in frame 3 (100 ms after it).',
    'It goes by unicast to fe80::1, the address that the client sent from.',
    'The client may use it now and should ask this server to prolong it after 1000 s (T1), then any server after 2000 s (T2).',
  );
  tells(
    build,
    5,
    'Client 02:00:00:00:00:0c asks server 02:00:00:00:00:01, which gave it 2001:db8::42, to prolong the lease (RENEW, after T1).',
    'That is at 25 % of the 4000 s (1 hour 6 minutes 40 seconds) for which the REPLY in frame 4 gave 2001:db8::42.',
    'It goes by multicast to ff02::1:2, but only the server that it names by DUID answers.',
    'The REPLY follows 100 ms later in frame 6.',
  );
  assert.match(
    build.analyse().happened(7)!,
    /^Client 02:00:00:00:00:0c gives 2001:db8::42 back to server 02:00:00:00:00:01 before its time is over \(RELEASE\)\. That is at 25 %/,
  );
});

test('DHCPv6: the other messages begin with who does what', () => {
  const begins = (type: number, expected: string, ...options: string[]): void => {
    const build = new Build();
    build.v6(0, v6(type, '000001', client, ...options), type === 10 || type === 7 ? toClient : {});
    assert.ok(build.analyse().happened(1)!.startsWith(expected), build.analyse().happened(1));
  };
  const who = 'Client 02:00:00:00:00:0c';
  begins(1, `${who} looks for DHCPv6 servers and asks for a prefix for the networks behind it (IA_PD).`, iapd);
  begins(4, `${who} may have moved to another link and asks whether the addresses that it has still fit there`);
  begins(6, `${who} asks any server to prolong its address (IA_NA) (REBIND, after T2); this capture does not`, iana);
  begins(7, `Server 02:00:00:00:00:01 gives prefix 2001:db8::/56 for 4000 s`, server, iapd);
  begins(9, `${who} refuses 2001:db8::42: it says that another host uses that address (DECLINE).`, server, iana);
  begins(10, `Server 02:00:00:00:00:01 tells client 02:00:00:00:00:0c to ask for its settings`, server);
  begins(11, `${who} asks for settings only, such as DNS servers, and not for an address (INFORMATION-REQUEST).`);
  begins(14, 'Host fe80::1 asks ff02::1:2 about leases, without saying which (it has no option 44) (LEASEQUERY).');
});

test('DHCPv6: RELAY-FORW and RELAY-REPL', () => {
  const relay = (type: string, inner: string): string =>
    `${type}0020010db8000000000000000000000001fe80000000000000000000000000000c${option(9, inner)}`;
  const build = new Build();
  build.v6(0, relay('0c', v6(1, '000001', client, iana)), { source: '2001:db8::1', destination: '2001:db8:9::1' });
  build.v6(0.1, relay('0d', v6(2, '000001', client, server, iana)), {
    source: '2001:db8:9::1',
    destination: '2001:db8::1',
  });
  assert.match(
    build.analyse().happened(1)!,
    /Relay 2001:db8::1 heard it from fe80::c and hands it on to 2001:db8:9::1 inside a RELAY-FORW\./,
  );
  assert.match(
    build.analyse().happened(2)!,
    /It travels to relay 2001:db8::1 inside a RELAY-REPL, from which the relay takes it out and sends it on to fe80::c\./,
  );
});

/* Every message that the lab recorded. */

const FOLDER = fileURLToPath(new URL('../fixtures/lab/', import.meta.url));

/** What is wrong with a paragraph; empty where nothing is. */
function faults(text: string | undefined, frames: ReadonlySet<number>): string[] {
  if (text === undefined) return ['there is none'];
  const wrong: string[] = [];
  if (/undefined|NaN|null|\[object/.test(text)) wrong.push('a value is missing');
  if (!text.endsWith('.')) wrong.push('no full stop');
  const sentences = text.split(/(?<=\.) (?=[A-Z0-9])/);
  if (sentences.length < 2 || sentences.length > 6) wrong.push(`${sentences.length} sentences`);
  for (const sentence of sentences) if (sentence.split(' ').length >= 40) wrong.push(`too long: ${sentence}`);
  for (const match of text.matchAll(/frames? (\d+(?:, \d+)*(?: and \d+(?! more))?)/g))
    for (const number of match[1]!.match(/\d+/g)!)
      if (!frames.has(Number(number))) wrong.push(`frame ${number} is not of this client`);
  return wrong;
}

test('every DHCP message of the lab has its paragraph, and names frames of its own client', async () => {
  let told = 0;
  for (const file of readdirSync(FOLDER).filter((name) => name.endsWith('.pcap'))) {
    const capture = new Capture(file, DEFAULT_SETTINGS);
    await capture.read(await fileSource(join(FOLDER, file)));
    const { conversations } = capture.result;
    const ofClient = new Map<string, Set<number>>();
    const byFrame = new Map<number, Set<number>>();
    for (const { client: who, frames } of conversations) {
      const all = ofClient.get(who) ?? new Set<number>();
      ofClient.set(who, all);
      for (const frame of frames) {
        all.add(frame);
        byFrame.set(frame, all);
      }
    }
    for (const index of Array.from(capture.indexes)) {
      const { frame, dhcp, dhcpv6 } = packetAt(capture.scan, index);
      const text = capture.happened(frame);
      if (!dhcp && !dhcpv6) {
        assert.equal(text, undefined);
        continue;
      }
      told++;
      assert.deepEqual(faults(text, byFrame.get(frame) ?? new Set()), [], `${file}, frame ${frame}: ${text}`);
    }
  }
  assert.ok(told > 1500, `${told} messages`);
});
