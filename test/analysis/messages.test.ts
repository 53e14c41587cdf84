import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import type { CaptureFacts } from '../../src/analysis/conversations/packet';
import { encodeMessage4 } from '../../src/codec/dhcpv4/encode';
import { problem, type About } from '../../src/codec/field';
import { ADDRESS, Build, CLIENT, SERVER, ipOption, lease, lines, raw, u32Option } from './build';

test('malformed-message, missing-end-option and others come from the codec, one finding a sender', () => {
  const build = new Build();
  const whole = encodeMessage4({ chaddr: CLIENT, xid: 1, options: [raw(53, '01'), raw(12, '61')], minimumSize: 0 });
  build.octets(whole.subarray(0, 200), { at: 0 });
  build.octets(whole.subarray(0, 200), { at: 0.1 });
  assert.deepEqual(lines(build.analyse(1)), [`malformed-message error ${CLIENT} 1,2`]);
  const open = new Build();
  open.octets(whole.subarray(0, whole.length - 1), { at: 0 });
  assert.deepEqual(lines(open.analyse(1)), [`missing-end-option warning ${CLIENT} 1`]);
});

test('bad-option-value: one finding a sender, with the option and its value; damage it is not, and the exchange is judged', () => {
  const build = new Build();
  const plain = raw(81, `050000${Buffer.from('printer-room-12').toString('hex')}`);
  build.discover(0, { options: [plain] });
  build.offer(0.01);
  build.request(0.02);
  build.ack(0.03);
  const analysis = build.analyse(10);
  assert.deepEqual(lines(analysis), [`bad-option-value warning ${CLIENT} 1`]);
  assert.match(
    analysis.findings[0]!.explanation,
    /Option 81 \(Client FQDN\): the name is plain text “printer-room-12”/,
  );
  assert.match(
    analysis.findings[0]!.causes[0]!.text,
    /^The name was configured as text, and the option wants it encoded/,
  );
});

test('bad-option-length, reserved-flags', () => {
  const build = new Build();
  build.discover(0, { flags: 0x0001, options: [raw(50, '0a0000')] });
  assert.deepEqual(lines(build.analyse(1)), [`bad-option-length error ${CLIENT} 1`, `reserved-flags info ${CLIENT} 1`]);
});

test('bad-option-value: several names in option 15 are said first, as what was typed', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.01, { options: lease([raw(15, Buffer.from('a.example b.example').toString('hex'))]) });
  const found = build.analyse(1).findings.find(({ id }) => id === 'bad-option-value')!;
  assert.match(found.causes[0]!.text, /^Several names were typed into an option that takes one/);
  assert.equal(found.causes.filter(({ likelihood }) => likelihood === 'likely').length, 1);
});

test('bad-option-length: the steps name the option, which the frame shows', () => {
  const steps = (code: number): string => {
    const build = new Build();
    build.discover(0);
    build.offer(0.01, { options: lease([raw(code, '0a0000')]) });
    return JSON.stringify(build.analyse(1).findings.find(({ id }) => id === 'bad-option-length')!.steps);
  };
  // Names: dhcp-options(5); Kea's dhcp4-std-options; `dnsmasq --help dhcp`.
  const servers = steps(42);
  assert.match(servers, /`option ntp-servers VALUE;`/);
  assert.match(servers, /\\"name\\": \\"ntp-servers\\"/);
  assert.match(servers, /`dhcp-option=option:ntp-server,VALUE`/);
  assert.match(servers, /`Set-DhcpServerv4OptionValue -OptionId 42 -Value VALUE`/);
  assert.doesNotMatch(servers, /NAME|NUMBER/);
});

test('bad-option-length: too short for any value is told, an option without a value is not', () => {
  const build = new Build();
  build.discover(0, { options: [raw(12, '')] });
  build.offer(0.01, { options: lease([raw(121, '280a6300')]) });
  build.request(0.02);
  build.ack(0.03);
  const analysis = build.analyse(10);
  assert.deepEqual(lines(analysis), [`bad-option-length error ${SERVER} 2`]);
  assert.match(analysis.findings[0]!.explanation, /^Option 121 .* has 4 octets, but must have at least 5/);
});

test('bad-option-length: a sub-option is told by the option that it lies in', () => {
  const found = (...suboptions: ReturnType<typeof raw>[]): Finding | undefined => {
    const build = new Build();
    build.discover(0);
    build.offer(0.01, { options: lease(suboptions) });
    return build.analyse(1).findings.find(({ id }) => id === 'bad-option-length');
  };
  // Link selection (RFC 3527) of two octets: what the relay adds, and no server configures.
  const relay = found(raw(82, '05020a00'))!;
  assert.equal(relay.title, `${SERVER} sends option 82 with a wrong length`);
  assert.match(relay.causes[0]!.text, /^The relay or switch that adds the option/);
  assert.doesNotMatch(JSON.stringify([relay.steps, relay.stepsFor]), /NUMBER/);
  assert.equal(found(raw(82, '05040a000001')), undefined);
});

test('bad-option-length: an option of DHCPv6 with a wrong length, by name; an empty one is not told', () => {
  const told = (type: string, option: string): [string, string][] => {
    const build = new Build();
    const duids = '0001000a00030001020000000001' + '0002000a00030001020000000009';
    build.v6(0, `01000001${duids.slice(0, 28)}`);
    build.v6(0.1, `${type}000001${duids}${option}`, { source: 'fe80::9', destination: 'fe80::1' });
    return build
      .analyse(1)
      .findings.filter(({ id }) => id === 'bad-option-length')
      .map(({ title, causes }) => [title, causes[0]!.text]);
  };
  assert.deepEqual(told('02', '0007' + '0002' + '0000'), [
    [
      '02:00:00:00:00:09 sends option 7 (Preference) with a wrong length',
      'The option was configured by number, as text or with a wrong type',
    ],
  ]);
  assert.deepEqual(told('03', '0008' + '0004' + '00000000'), [
    [
      '02:00:00:00:00:01 sends option 8 (Elapsed Time) with a wrong length',
      'The client’s DHCP program makes this mistake',
    ],
  ]);
  assert.deepEqual(told('02', '0007' + '0001' + '00'), []);
  assert.deepEqual(told('02', '0017' + '0000'), []);
  // Option 39 of CableLabs (enterprise 4491), which is not that of DHCPv6.
  assert.deepEqual(told('03', '0011' + '000e' + '0000118b' + '00270006' + '010203040506'), []);
});

test('bad-option-value: an MTU below 68 (RFC 2132 §5.1), a message type that nobody defines', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.01, { options: lease([raw(26, '0043')]) });
  build.request(0.02);
  build.ack(0.03, { options: lease([raw(26, '0044')]) });
  build.dhcp(36, { xid: 9, chaddr: '02:00:00:00:00:02' }, { at: 1 });
  assert.deepEqual(lines(build.analyse(10)), [
    `bad-option-value warning ${SERVER} 2`,
    'bad-option-value warning 02:00:00:00:00:02 5',
  ]);
});

test('duplicate-option: where values are not joined (RFC 3396)', () => {
  const build = new Build();
  build.discover(0, { options: [u32Option(51, 60), u32Option(51, 90)] });
  assert.deepEqual(lines(build.analyse(1)), [`duplicate-option info ${CLIENT} 1`]);
});

test('op-type-mismatch alone: the message is judged by option 53', () => {
  const build = new Build();
  build.discover(0, { op: 2 }, { ethSource: CLIENT, source: '0.0.0.0', sourcePort: 68, destinationPort: 67 });
  build.offer(0.1);
  assert.deepEqual(lines(build.analyse(1)), [`op-type-mismatch error ${CLIENT} 1`]);
});

test('op-type-mismatch alone: neither the ports nor what is missing from such a message is told beside it', () => {
  const inform = new Build();
  const seen = { source: '172.17.2.32', sourcePort: 67, destinationPort: 68, ethSource: CLIENT };
  inform.dhcp(8, { op: 2, ciaddr: '172.17.2.32' }, { at: 0, ...seen });
  assert.deepEqual(lines(inform.analyse(1)), [`op-type-mismatch error ${CLIENT} 1`]);
  const offer = new Build();
  offer.dhcp(
    2,
    { op: 1, chaddr: '30:38:3a:30:30:3a' },
    { at: 0, source: '10.0.0.3', sourcePort: 67, destinationPort: 68 },
  );
  assert.deepEqual(lines(offer.analyse(1)), ['op-type-mismatch error 10.0.0.3 1']);
  assert.match(offer.analyse(1).findings[0]!.explanation, / Besides, chaddr 30:38:3a:30:30:3a is the text “08:00:”, /);
  // With an op that fits, the same messages are judged in full; and so are the others beside such a message.
  const fits = new Build();
  fits.dhcp(8, { ciaddr: '172.17.2.32' }, { at: 0, ...seen });
  const ids = (build: Build): string[] => build.analyse(1).findings.map(({ id }) => id);
  assert.deepEqual(ids(fits), ['client-on-port-67', 'request-to-wrong-port']);
  inform.dhcp(
    8,
    { ciaddr: '172.17.2.33', chaddr: '02:00:00:00:00:09', xid: 7 },
    { at: 1, ...seen, ethSource: '02:00:00:00:00:09' },
  );
  assert.deepEqual(ids(inform).sort(), ['client-on-port-67', 'op-type-mismatch', 'request-to-wrong-port']);
});

test('bad-option-value: the reference is the RFC of the option', () => {
  const told = (build: Build): readonly string[] => {
    const found = build.analyse(1).findings.find(({ id }) => id === 'bad-option-value')!;
    return [found.title, found.reference];
  };
  const of = (text: string, about?: About): readonly string[] => {
    const build = new Build();
    build.discover(0, {}, { problems: [problem('bad-option-value', 40, 3, text, 0, about)] });
    return told(build);
  };
  const title = `${CLIENT} sends an invalid value for`;
  assert.deepEqual(of('Option 53 (DHCP Message Type): 36 is none.', { option: 53, name: 'DHCP Message Type' }), [
    `${title} option 53 (DHCP Message Type)`,
    'RFC 2132 §9.6',
  ]);
  assert.deepEqual(of('Option 81 (Client FQDN): wrong.', { option: 81, name: 'Client FQDN' }), [
    `${title} option 81 (Client FQDN)`,
    'RFC 4702 §2',
  ]);
  assert.deepEqual(of('Something is wrong.'), [`${title} an option`, 'RFC 2132 §2']);
});

test('a sender without a name stands in small letters inside a sentence', () => {
  const build = new Build();
  const problems = [{ id: 'malformed-message', offset: 40, length: 2, text: 'Wrong.' }];
  build.discover(0, { chaddr: '', hlen: 0 }, { problems });
  // A message that was pasted alone, without the headers around it.
  Object.assign(build.packets[0]!, { source: undefined, ethSource: undefined });
  const found = build.analyse(1).findings.find(({ id }) => id === 'malformed-message')!;
  assert.equal(found.title, 'An unknown sender sends a malformed message');
  assert.match(found.steps[0]!, /^Update the firmware or DHCP program of an unknown sender;/);
});

test('bad-checksum: warning; offload: info, under the same id', () => {
  for (const [id, severity] of [
    ['bad-checksum', 'warning'],
    ['checksum-offload', 'info'],
  ] as const) {
    const build = new Build();
    build.discover(0, {}, { problems: [{ id, offset: 40, length: 2, text: 'Wrong.' }] });
    assert.deepEqual(lines(build.analyse(1)), [`bad-checksum ${severity} ${CLIENT} 1`]);
  }
});

test('bad-checksum: what the capturing host sends itself, its network card finishes later', () => {
  const problems = [{ id: 'checksum-offload', offset: 40, length: 2, text: 'Begun.' }];
  const said = (sentHere: boolean): string => {
    const build = new Build();
    build.discover(0);
    build.offer(0.01, {}, { problems, sentHere });
    build.request(0.02);
    build.ack(0.03);
    return build.analyse(1).findings[0]!.explanation;
  };
  assert.match(said(true), /^Begun \(frame 2\)\. The host on which this capture was taken sent the message itself/);
  assert.match(said(false), /^Begun \(frame 2\)\. On a virtual link there is no card to finish it/);
});

test('snaplen-cut: what is cut off is not missed', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.1, { options: [ipOption(54, SERVER)] }, { cut: 20 });
  assert.deepEqual(lines(build.analyse(1)), ['snaplen-cut info test.pcap 2']);
});

test('snaplen-cut: one finding, however many senders it is about', () => {
  const build = new Build();
  build.discover(0, {}, { cut: 20 });
  build.offer(0.1, {}, { cut: 20 });
  build.request(0.2);
  build.ack(0.3, {}, { cut: 20 });
  const analysis = build.analyse(1);
  const { findings, verdict } = analysis;
  assert.deepEqual(lines(analysis), ['snaplen-cut info test.pcap 1,2,4']);
  assert.equal(findings[0]!.title, 'test.pcap: 3 messages were cut by the snapshot length');
  assert.match(
    verdict,
    /messages are cut by the snapshot length, so there may be more that this capture does not show\.$/,
  );
});

test('missing-required-option', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.1, { options: lease([raw(51, '')]) });
  build.request(0.2, { options: [ipOption(50, ADDRESS)] });
  build.nak(0.3, { options: [] });
  build.dhcp(7, { ciaddr: ADDRESS, xid: 5 }, { at: 1, source: ADDRESS, destination: SERVER });
  build.dhcp(4, { xid: 6 }, { at: 2 });
  assert.deepEqual(lines(build.analyse(), 'missing-required-option'), [
    `missing-required-option error ${SERVER} 2,4`,
    `missing-required-option error ${CLIENT} 3,5,6`,
  ]);
});

test('missing-required-option: an ACK to an INFORM needs no lease time, INIT-REBOOT no server', () => {
  const build = new Build();
  build.dhcp(8, { ciaddr: ADDRESS }, { at: 0, source: ADDRESS });
  build.dhcp(5, { op: 2, ciaddr: ADDRESS, options: [ipOption(54, SERVER)] }, { at: 0.1, destination: ADDRESS });
  build.request(1, { xid: 2, options: [ipOption(50, ADDRESS)] });
  build.ack(1.1, { xid: 2 });
  assert.deepEqual(lines(build.analyse()), []);
});

test('forbidden-field', () => {
  const build = new Build();
  build.discover(0, { ciaddr: ADDRESS });
  build.offer(0.1);
  assert.deepEqual(lines(build.analyse(1)), [`forbidden-field warning ${CLIENT} 1`]);
  const renewal = new Build();
  renewal.renew(0, { options: [ipOption(50, ADDRESS)] });
  renewal.ack(0.1, {}, { destination: ADDRESS });
  assert.deepEqual(lines(renewal.analyse(1)), [`forbidden-field warning ${CLIENT} 1`]);
  const inform = new Build();
  inform.dhcp(8, { ciaddr: ADDRESS }, { at: 0, source: ADDRESS });
  inform.dhcp(
    5,
    { op: 2, ciaddr: ADDRESS, options: [ipOption(54, SERVER), u32Option(51, 60)] },
    { at: 0.1, destination: ADDRESS },
  );
  assert.deepEqual(lines(inform.analyse(1)), [`forbidden-field warning ${SERVER} 2`]);
});

test('unsolicited-reply: only of a client that was seen asking before', () => {
  const build = new Build();
  build.ack(0, { xid: 77 });
  assert.deepEqual(lines(build.analyse(), 'unsolicited-reply'), []);
  build.bind(1);
  build.offer(2, { xid: 0x9999 });
  assert.deepEqual(lines(build.analyse(), 'unsolicited-reply'), [`unsolicited-reply warning ${SERVER} 6`]);
});

test('unsolicited-reply: a reply that is dropped gives no lease, and each type of message is counted', () => {
  const dora = (xid: number, timed: boolean): Build => {
    const build = new Build();
    const noTime = lease([raw(51, '')]);
    build.discover(0, { xid: 1 });
    build.offer(0.1, { xid: 2, options: noTime });
    build.ack(0.3, { xid, options: noTime });
    if (!timed) build.packets.forEach((packet, i) => (build.packets[i] = { ...packet, timed: false, time: 0 }));
    return build;
  };
  for (const timed of [true, false]) {
    const analysis = dora(3, timed).analyse(timed ? 1 : 0);
    assert.doesNotMatch(analysis.verdict, /got a lease/);
    for (const id of ['unsolicited-reply', 'missing-required-option'])
      assert.match(
        analysis.findings.find((one) => one.id === id)!.explanation,
        /This happens twice in the capture, in messages of type OFFER and ACK \(frames 2 and 3\)/,
      );
  }
  assert.match(dora(1, true).analyse(1).verdict, /got a lease/);
  // A client that goes on with the address has taken it.
  const taken = dora(3, true);
  taken.renew(900, { xid: 4 });
  assert.match(taken.analyse(901).verdict, /got a lease|renewed/);
});

test('malformed-message: octets without headers that stop early may be a part of a text', () => {
  const whole = encodeMessage4({ chaddr: CLIENT, xid: 1, options: [raw(53, '01'), raw(12, '61')], minimumSize: 0 });
  const likely = (length: number, facts: Partial<CaptureFacts>, bare: boolean): string => {
    const build = new Build();
    build.octets(whole.subarray(0, length), { at: 0 });
    if (bare) Object.assign(build.packets[0]!, { source: undefined, ethSource: undefined });
    const { causes, steps } = build.analyse(1, {}, facts).findings.find(({ id }) => id === 'malformed-message')!;
    return `${causes[0]!.text}: ${causes[0]!.evidence.join()}; ${steps[0]!}`;
  };
  const part =
    'The text holds a part of the message only: it has 44 octets of it; See whether the text holds the whole message, and paste all of it.';
  assert.equal(likely(44, { pasted: 'plain' }, true), part);
  assert.match(likely(245, { pasted: 'plain' }, true), /^The text holds a part of the message only/);
  assert.match(likely(44, { pasted: 'plain' }, false), /^The sender’s DHCP program makes this mistake/);
  assert.match(likely(44, {}, true), /^The sender’s DHCP program makes this mistake/);
});

test('request-mismatch: where each message has an xid of its own, it is told once, and nobody got a lease', () => {
  const dora = (...xids: readonly [number, number, number, number]): Build => {
    const build = new Build();
    build.discover(0, { xid: xids[0] });
    build.offer(0.1, { xid: xids[1] });
    build.request(0.2, { xid: xids[2] });
    build.ack(0.3, { xid: xids[3] });
    return build;
  };
  const told = (build: Build): string => build.analyse(1).verdict.replace(/^.*\((.*?)\).*$/, '$1');
  const all = dora(0x51, 0x2f, 0x4b, 0xea);
  assert.deepEqual(lines(all.analyse(1)), [`request-mismatch error ${CLIENT} 3,2,1,4`]);
  assert.equal(told(all), '1 error; the client got no answer that fits its question');
  const [found] = all.analyse(1).findings;
  assert.equal(found!.title, `${CLIENT} and its server: each message has an xid of its own`);
  assert.match(
    found!.explanation,
    /the xid is 0x00000051 in the DISCOVER in frame 1 and 0x000000ea in the ACK in frame 4\. A client drops such replies\.$/,
  );
  assert.match(found!.causes[0]!.text, /^One program, such as a test, makes the messages of both sides/);
  // Only the ACK is astray: the server is to blame, and the client has no lease.
  const ack = dora(0x51, 0x51, 0x51, 0xea);
  assert.deepEqual(lines(ack.analyse(1)), [`unsolicited-reply warning ${SERVER} 4`]);
  assert.equal(told(ack), '1 warning; the client got no answer that fits its question');
  // The client uses the address all the same.
  ack.renew(10, { xid: 0x99 });
  ack.ack(10.01, { xid: 0x99 });
  assert.match(told(ack), /^1 warning and 1 note; the client renewed its lease of 10\.0\.0\.50 with 10\.0\.0\.1/);
  // A client that chooses a new xid, and a server that answers to each.
  assert.match(dora(0x51, 0x51, 0x4b, 0x4b).analyse(1).verdict, /, got a lease of 10\.0\.0\.50 from/);
  assert.deepEqual(lines(dora(0x51, 0x51, 0x51, 0x51).analyse(1)), []);
});

test('broadcast-flag-ignored: unicast in IP and link layer', () => {
  const seen = (ethDestination: string): string[] => {
    const build = new Build();
    build.discover(0, { flags: 0x8000 });
    build.offer(0.1, {}, { destination: ADDRESS, ethDestination });
    return lines(build.analyse(1));
  };
  assert.deepEqual(seen(CLIENT), [`broadcast-flag-ignored warning ${SERVER} 2,1`]);
  assert.deepEqual(seen('ff:ff:ff:ff:ff:ff'), []);
});

test('message-too-large: 576 octets, or what option 57 says', () => {
  const big = raw(43, 'ff'.repeat(250));
  const said = (size?: string): string[] => {
    const build = new Build();
    build.discover(0, { options: size === undefined ? [] : [raw(57, size)] });
    build.offer(0.1, { options: [...lease(), big, raw(224, '00'.repeat(80))] });
    return lines(build.analyse(1), 'message-too-large');
  };
  assert.deepEqual(said(), [`message-too-large warning ${SERVER} 2`]);
  assert.deepEqual(said('05dc'), []);
});

test('secs-stuck', () => {
  const build = new Build();
  build.discover(0);
  build.discover(4);
  build.offer(4.1);
  assert.deepEqual(lines(build.analyse(4.2)), [`secs-stuck info ${CLIENT} 1,2`]);
});

test('forbidden-field: RELEASE and DECLINE with what a client asks for, by table 5', () => {
  for (const type of [7, 4]) {
    const build = new Build();
    build.bind(0);
    const where =
      type === 7
        ? { ciaddr: ADDRESS, options: [ipOption(54, SERVER), raw(55, '0103')] }
        : { options: [ipOption(54, SERVER), ipOption(50, ADDRESS), raw(57, '05dc')] };
    build.dhcp(type, { xid: 7, ...where }, { at: 1, ...(type === 7 ? { source: ADDRESS, destination: SERVER } : {}) });
    assert.deepEqual(lines(build.analyse(2), 'forbidden-field'), [`forbidden-field warning ${CLIENT} 5`]);
  }
});

test('forbidden-field: a server’s message with option 57', () => {
  const build = new Build();
  build.bind(0, {}, { options: lease([raw(57, '05dc')]) });
  assert.deepEqual(lines(build.analyse(1)), [`forbidden-field warning ${SERVER} 2,4`]);
});

test('missing-required-option: what the client cannot tell without it', () => {
  const build = new Build();
  build.discover(0);
  build.offer(0.1, { options: lease([raw(51, '')]) });
  const [finding] = build.analyse(1).findings.filter(({ id }) => id === 'missing-required-option');
  assert.match(finding!.explanation, /The client cannot tell for how long it may use the address, and drops it/);
});

test('forbidden-field: a renewal with options 50 and 54 is compared with renewals, not with the first REQUEST', () => {
  const build = new Build();
  build.bind(0);
  build.renew(60, { xid: 9, options: [ipOption(50, ADDRESS), ipOption(54, SERVER)] });
  build.ack(60.01, { xid: 9 }, { destination: ADDRESS });
  const [found] = build.analyse(90).findings;
  assert.equal(
    found!.title,
    `${CLIENT}: REQUEST with option 50 (requested IP address) in a renewal and option 54 (server identifier) in a renewal`,
  );
  assert.equal(found!.causes[0]!.text, 'The client’s DHCP program makes this mistake');
});

test('bad-option-length: a lease time of three octets spoils the lease, and the server’s own setting is what to look at', () => {
  const found = (code: number, hex: string): Finding => {
    const build = new Build();
    build.discover(0);
    build.offer(0.01, { options: lease([raw(code, hex)]) });
    return build.analyse(1).findings.find(({ id }) => id === 'bad-option-length')!;
  };
  const time = found(51, '000e10');
  assert.match(time.explanation, /a client that cannot read option 51 refuses or ignores the OFFER or ACK/);
  assert.match(time.steps[0]!, /^Look in the server’s configuration for an option with code 51 .* take it out/);
  assert.match(time.steps[1]!, /`default-lease-time 43200; max-lease-time 86400;`/);
  assert.match(time.steps.join('\n'), /Set-DhcpServerv4Scope -ScopeId 10\.0\.0\.0 -LeaseDuration/);
  assert.doesNotMatch(time.steps.join('\n'), /-Value VALUE|configure it by name/);
  // An ordinary option of a wrong length is configured as ever.
  const other = found(58, '0e10');
  assert.doesNotMatch(other.explanation, /option 51/);
  assert.doesNotMatch(other.steps.join('\n'), /default-lease-time/);
});
