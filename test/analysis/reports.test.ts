import assert from 'node:assert/strict';
import test from 'node:test';
import type { Cause } from '../../src/analysis';
import {
  ADDRESS,
  Build,
  CLIENT,
  ROUTER_MAC,
  SERVER,
  alarms,
  ipOption,
  lease,
  lines,
  raw,
  textOption,
  u32Option,
} from './build';

/* Kinds of faults that public reports tell of, each with a healthy twin. */

function firstCause(build: Build, id: string, until = 30): Cause {
  const found = build.analyse(until).findings.find((finding) => finding.id === id);
  assert.ok(found, `${id} is not found`);
  return found.causes[0]!;
}

/** OFFERs that the client goes on asking after. */
function refusing(options: readonly ReturnType<typeof raw>[], asks: readonly ReturnType<typeof raw>[] = []): Build {
  const build = new Build();
  for (const at of [0, 4, 8]) {
    build.discover(at, { options: asks });
    build.offer(at + 0.01, { options: [...lease(), ...options] });
  }
  return build;
}

test('offer-not-taken: Rapid Commit in the OFFER (RFC 4039 §4)', () => {
  const { text, likelihood, evidence } = firstCause(refusing([raw(80, '')]), 'offer-not-taken');
  assert.match(text, /^The client drops the OFFER: it has Rapid Commit \(option 80\)/);
  assert.equal(likelihood, 'likely');
  assert.deepEqual(evidence, ['option 80 in each OFFER (frames 2, 4 and 6)']);
  assert.doesNotMatch(firstCause(refusing([]), 'offer-not-taken').text, /Rapid Commit/);
});

test('offer-not-taken: a PXE client to which no OFFER says where to boot from', () => {
  const pxe = textOption(60, 'PXEClient:Arch:00000:UNDI:002001');
  const waits = /^The PXE client waits for an OFFER that says where to boot from, and none does$/;
  assert.match(firstCause(refusing([], [pxe]), 'offer-not-taken').text, waits);
  assert.doesNotMatch(firstCause(refusing([textOption(67, 'pxelinux.0')], [pxe]), 'offer-not-taken').text, waits);
  assert.doesNotMatch(firstCause(refusing([]), 'offer-not-taken').text, waits);
});

test('no-offer: the card had a lease under another client identifier', () => {
  const asking = (identifier: string): Build => {
    const build = new Build();
    build.discover(0, { options: [raw(61, '01020000000001')] });
    build.offer(0.01);
    build.request(0.02, { options: [ipOption(50, ADDRESS), ipOption(54, SERVER), raw(61, '01020000000001')] });
    build.ack(0.03);
    for (const at of [20, 24, 28]) build.discover(at, { xid: 7, options: [raw(61, identifier)] });
    return build;
  };
  const { text, evidence } = firstCause(asking('ff0000000100020000ab11'), 'no-offer', 60);
  assert.match(text, /^The client asks under another client identifier than before: /);
  assert.deepEqual(evidence, [
    'DISCOVER in frame 1 has client identifier 01020000000001, and 10.0.0.50 was given for it',
    'DISCOVER in frame 5 has client identifier ff0000000100020000ab11, and gets no answer',
  ]);
  assert.doesNotMatch(firstCause(asking('01020000000001'), 'no-offer', 60).text, /another client identifier/);
});

test('two identifiers of one card are one client of the verdict', () => {
  const build = new Build();
  const bind = (at: number, xid: number, identifier: string): void => {
    const own = raw(61, identifier);
    build.discover(at, { xid, options: [own] });
    build.offer(at + 0.01, { xid });
    build.request(at + 0.02, { xid, options: [ipOption(50, ADDRESS), ipOption(54, SERVER), own] });
    build.ack(at + 0.03, { xid });
  };
  bind(0, 1, '00aabbcc');
  bind(60, 2, '01020000000001');
  assert.match(build.analyse(120).verdict, /^One client, 02:00:00:00:00:01, got a lease /);
});

test('no-offer: the DISCOVER comes from another address than 0.0.0.0, or goes elsewhere than to all', () => {
  const asking = (seen: { source?: string; destination?: string; ethDestination?: string }): Build => {
    const build = new Build();
    for (const n of [2, 3]) build.bind(n, { chaddr: `02:00:00:00:01:0${n}`, xid: n });
    for (const at of [10, 14, 18])
      build.discover(at, { secs: at - 10 }, { ethDestination: 'ff:ff:ff:ff:ff:ff', ...seen });
    return build;
  };
  assert.match(
    firstCause(asking({ source: '169.254.3.4' }), 'no-offer').text,
    /^The unanswered DISCOVER has source address 169\.254\.3\.4; the answered ones have 0\.0\.0\.0: /,
  );
  assert.match(
    firstCause(asking({ destination: '10.0.0.255' }), 'no-offer').text,
    /^The unanswered DISCOVER has destination 10\.0\.0\.255; the answered ones have 255\.255\.255\.255: /,
  );
  assert.doesNotMatch(firstCause(asking({}), 'no-offer').text, /source address|destination/);
});

test('renewal-unanswered: a unicast from 0.0.0.0', () => {
  const renewing = (source: string): Build => {
    const build = new Build();
    build.bind();
    for (const at of [1800, 1900]) build.renew(at, { xid: 8 }, { source });
    return build;
  };
  const { text, evidence } = firstCause(renewing('0.0.0.0'), 'renewal-unanswered', 2000);
  assert.match(
    text,
    /^The renewal goes to 10\.0\.0\.1 by unicast from the source address 0\.0\.0\.0 instead of 10\.0\.0\.50/,
  );
  assert.deepEqual(evidence, ['source address 0.0.0.0 and ciaddr 10.0.0.50 in frames 5 and 6']);
  assert.doesNotMatch(firstCause(renewing(ADDRESS), 'renewal-unanswered', 2000).text, /source address/);
});

test('no-ack: where the REQUEST goes otherwise than the DISCOVER, and the server offers the same again, it never heard it', () => {
  const asking = (again: boolean): Build => {
    const build = new Build();
    build.discover(0, { flags: 0x8000 });
    build.offer(0.01, { flags: 0x8000 });
    for (const at of [0.1, 4, 8]) build.request(at);
    build.discover(20, { xid: 9 });
    if (again) build.offer(20.01, { xid: 9 });
    return build;
  };
  const { text, evidence } = firstCause(asking(true), 'no-ack', 22);
  assert.match(
    text,
    /^The REQUEST does not reach the server, or its ACK gets lost, though DISCOVER and OFFER get through/,
  );
  assert.deepEqual(evidence, [
    'after the REQUEST in frame 3 the server offers 10.0.0.50 again (frame 7), so it still has that address for this client',
  ]);
  assert.match(firstCause(asking(false), 'no-ack', 22).text, /^The server does not keep its OFFER/);
});

test('short-lease: T1 under half a minute is worth knowing, in a lease of whatever length', () => {
  const bound = (...options: ReturnType<typeof raw>[]): string[] => {
    const build = new Build();
    build.bind(0, {}, { options: lease(options) });
    return lines(build.analyse(1));
  };
  assert.deepEqual(bound(u32Option(58, 3)), [`short-lease info ${SERVER} 2,4`]);
  assert.deepEqual(bound(u32Option(58, 30)), []);
  assert.deepEqual(bound(u32Option(51, 59), u32Option(58, 3)), [`short-lease warning ${SERVER} 2,4`]);
});

test('bootp-unanswered: a device that asks by BOOTP and DHCP in turn lacks nothing', () => {
  const asking = (bound: boolean): Build => {
    const build = new Build();
    for (const at of [0, 4, 8]) build.dhcp(undefined, {}, { at });
    if (bound) build.bind(12, { xid: 5 });
    return build;
  };
  assert.deepEqual(lines(asking(true).analyse(30)), [`bootp-unanswered info ${CLIENT} 1,2,3`]);
  assert.deepEqual(lines(asking(false).analyse(30)), [`bootp-unanswered warning ${CLIENT} 1,2,3`]);
});

test('duplicate-address: a router answers the client’s own question for its address (proxy ARP)', () => {
  const told = (target: string): Build => {
    const build = new Build();
    build.bind(0, {}, { options: lease([ipOption(3, '10.0.0.254')]) });
    build.arp(1, 2, ROUTER_MAC, '10.0.0.254', ADDRESS, '0', ROUTER_MAC, CLIENT);
    build.arp(2, 1, CLIENT, ADDRESS, ADDRESS);
    build.arp(2.01, 2, ROUTER_MAC, ADDRESS, ADDRESS, '0', ROUTER_MAC, target);
    return build;
  };
  assert.deepEqual(lines(told(CLIENT).analyse(10)), [`duplicate-address error ${ADDRESS} 7,4`]);
  assert.match(firstCause(told(CLIENT), 'duplicate-address').text, /^The router answers ARP .* \(proxy ARP\)$/);
  // To others it may speak for the client.
  assert.deepEqual(lines(told('02:00:00:00:00:77').analyse(10)), []);
});

test('tftp-error: the loader asks the server that gave the lease, though another one has the files', () => {
  const asking = (other: string): Build => {
    const build = new Build();
    build.bind(0, {}, { siaddr: '10.0.0.9', file: 'shimx64.efi' });
    build.tftp(1, ADDRESS, '10.0.0.9', { operation: 1, file: 'shimx64.efi' });
    build.tftp(1.1, '10.0.0.9', ADDRESS, { operation: 3, block: 1 }, [3000, 2000]);
    build.tftp(2, ADDRESS, other, { operation: 1, file: 'grubx64.efi' }, [2001, 69]);
    build.tftp(2.1, other, ADDRESS, { operation: 5, errorCode: 1, errorMessage: 'no' }, [3001, 2001]);
    return build;
  };
  assert.deepEqual(lines(asking(SERVER).analyse(10), 'tftp-error'), [`tftp-error error ${SERVER} 8,7`]);
  assert.match(
    firstCause(asking(SERVER), 'tftp-error').text,
    /^The client asks 10\.0\.0\.1, which gave the lease, and the files are on 10\.0\.0\.9: /,
  );
  assert.match(firstCause(asking('10.0.0.9'), 'tftp-error').text, /^The file is not in the TFTP server’s directory/);
  // A host that does not speak DHCP here is the client’s own affair.
  assert.deepEqual(alarms(asking('10.0.0.77').analyse(10)), []);
});

test('server-outside-subnet: not for a server that sends from inside and only names another address', () => {
  const bound = (source: string, server: string): string[] => {
    const build = new Build();
    const replies = { options: lease([ipOption(54, server)]) };
    build.discover(0);
    build.offer(0.01, replies, { source });
    build.request(0.02, { options: [ipOption(50, ADDRESS), ipOption(54, server)] });
    build.ack(0.03, replies, { source });
    return alarms(build.analyse(1));
  };
  assert.deepEqual(bound(SERVER, '10.66.0.1'), []);
  assert.deepEqual(bound('10.66.0.1', '10.66.0.1'), ['server-outside-subnet']);
});

test('option82-not-echoed: VSS Control is left out of the reply (RFC 6607 §5)', () => {
  const up = { source: '10.9.0.1', destination: SERVER, sourcePort: 67 };
  const down = { source: SERVER, destination: '10.9.0.1', destinationPort: 67 };
  const replied = (agent: string): string[] => {
    const build = new Build();
    build.discover(0, { giaddr: '10.9.0.1', hops: 1, options: [raw(82, '0101aa9700' + '9800')] }, up);
    build.offer(0.1, { giaddr: '10.9.0.1', yiaddr: '10.9.0.7', options: [...lease(), raw(82, agent)] }, down);
    return lines(build.analyse(), 'option82-not-echoed');
  };
  assert.deepEqual(replied('0101aa9700'), []);
  assert.deepEqual(replied('0101aa97009800'), []);
  assert.deepEqual(replied('0101aa'), [`option82-not-echoed warning ${SERVER} 2,1`]);
});

test('reply-to-wrong-port: not for Apple’s boot service discovery, whose clients choose the port', () => {
  const asked = (vendorClass: string): string[] => {
    const build = new Build();
    const options = [textOption(60, vendorClass)];
    build.dhcp(8, { ciaddr: ADDRESS, options }, { at: 0, source: ADDRESS, sourcePort: 993 });
    build.ack(
      0.1,
      { yiaddr: '0.0.0.0', ciaddr: ADDRESS, options: [ipOption(54, SERVER), ...options] },
      { destination: ADDRESS, destinationPort: 993 },
    );
    return alarms(build.analyse(1));
  };
  assert.deepEqual(asked('AAPLBSDPC/i386/iMac'), []);
  assert.deepEqual(asked('MSFT 5.0'), ['reply-to-wrong-port']);
});

test('a client of which only replies are seen did not “ask” here', () => {
  const build = new Build();
  build.offer(0);
  build.bind(5, { chaddr: '02:00:00:00:00:02', xid: 2 });
  assert.match(
    build.analyse(60).verdict,
    /1 was sent messages by a server, and this capture does not show what it asked/,
  );
});

test('no-offer: one DISCOVER from a device that has an address is worth knowing, no error', () => {
  const asking = (source: string, ...ats: number[]): string[] => {
    const build = new Build();
    for (const at of ats) build.discover(at, {}, { source, ethDestination: 'ff:ff:ff:ff:ff:ff' });
    return lines(build.analyse(60), 'no-offer');
  };
  assert.deepEqual(asking('192.168.0.1', 0), [`no-offer info ${CLIENT} 1`]);
  assert.deepEqual(asking('192.168.0.1', 0, 4), [`no-offer error ${CLIENT} 1,2`]);
  assert.deepEqual(asking('0.0.0.0', 0), [`no-offer error ${CLIENT} 1`]);
});

test('lease-loop: not where the client is in another network each time', () => {
  const bound = (...relays: string[]): string[] => {
    const build = new Build();
    for (const [i, giaddr] of relays.entries()) {
      const up = { source: giaddr, destination: SERVER, sourcePort: 67 };
      const down = { source: SERVER, destination: giaddr, destinationPort: 67 };
      const yiaddr = giaddr.replace(/1$/, '50');
      const own = { giaddr, hops: 1, xid: i + 1 };
      build.discover(20 * i, own, up);
      build.offer(20 * i + 0.01, { ...own, yiaddr, options: lease([ipOption(3, giaddr)]) }, down);
      build.request(20 * i + 0.02, { ...own, options: [ipOption(50, yiaddr), ipOption(54, SERVER)] }, up);
      build.ack(20 * i + 0.03, { ...own, yiaddr, options: lease([ipOption(3, giaddr)]) }, down);
    }
    return lines(build.analyse(100), 'lease-loop');
  };
  assert.deepEqual(bound('10.3.0.1', '10.5.0.1', '10.5.0.1', '10.3.0.1'), []);
  assert.deepEqual(bound('10.3.0.1', '10.3.0.1', '10.3.0.1'), [`lease-loop warning ${CLIENT} 4,8,12`]);
  const inVlans = (...vlans: number[]): string[] => {
    const build = new Build();
    for (const [i, vlan] of vlans.entries()) build.bind(20 * i, { xid: i + 1 }, {}, { link: `0/${vlan}` });
    return lines(build.analyse(100), 'lease-loop');
  };
  assert.deepEqual(inVlans(10, 20, 10), []);
  assert.deepEqual(inVlans(10, 10, 10), [`lease-loop warning ${CLIENT} 4,8,12`]);
});

test('bootp-unanswered: not for a damaged message with an address where only a server writes one', () => {
  const asking = (yiaddr: string): string[] => {
    const build = new Build();
    for (const at of [0, 4]) build.dhcp(undefined, { yiaddr }, { at });
    return lines(build.analyse(30), 'bootp-unanswered');
  };
  assert.deepEqual(asking('0.0.0.0'), [`bootp-unanswered warning ${CLIENT} 1,2`]);
  assert.deepEqual(asking('64.0.0.0'), []);
});
