/** The workshop: changes of a frame show in its octets, and the small server answers as RFC 2131 §4.3 has it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { benchFile, octetsOf } from '../../src/engine/answers/workshop';
import { templateFrame, TEMPLATES } from '../../src/learn/workshop/templates';
import { SERVER_AT_FIRST, wrongSettings } from '../../src/learn/workshop/server';
import type { Edit, ServerSettings, Wrong } from '../../src/learn/workshop/types';
import { wrongAfter } from '../../src/learn/workshop/wrong';
import { Message4 } from '../../src/codec/dhcpv4';
import { frameOctets } from '../support/samples';
import { after, field, hexOf, place, work } from './bench';

const message = (frame: string): Message4 => {
  const bytes = octetsOf(frame);
  return Message4.read(bytes, 42, bytes.length);
};
const WINDOWS = hexOf(templateFrame('windows'));

describe('what is wrong is told where it was typed', () => {
  const option = (index: number, value: string): Edit => ({ kind: 'option', index, value });
  const entries = (wrong: readonly Wrong[]): string[] =>
    wrong.map(({ entry, value, text }) => `${entry} ${value}: ${text}`);

  test('each value keeps its reason until it is right', () => {
    let wrong = wrongAfter([], field('secs', 'soon'), 'no number');
    wrong = wrongAfter(wrong, option(3, 'x'), 'no address');
    wrong = wrongAfter(wrong, { kind: 'octets', value: 'zz' }, 'no hex');
    wrong = wrongAfter(wrong, field('secs', 'later'), 'no number either');
    assert.deepEqual(
      entries(wrong),
      ['option-3 x: no address', 'octets zz: no hex', 'secs later: no number either'].map((one) =>
        one.replace(/^secs/, 'field-secs'),
      ),
    );
    // A change that is made shows in the octets, which take the place of what was typed there.
    assert.deepEqual(entries(wrongAfter(wrong, field('secs', '1'), undefined)), ['option-3 x: no address']);
    assert.deepEqual(entries(wrongAfter(wrong, { kind: 'remove', index: 0 }, undefined)), []);
    assert.deepEqual(entries(wrongAfter(wrong, { kind: 'repair' }, 'not now')), entries(wrong));
    assert.deepEqual(entries(wrongAfter([], { kind: 'add', code: 999 }, 'no option')), ['add-option 999: no option']);
  });

  test('settings of the server', () => {
    const said = (changes: Partial<ServerSettings>): string[] =>
      wrongSettings({ ...SERVER_AT_FIRST, ...changes }).map(({ entry, text }) => `${entry}: ${text}`);
    assert.deepEqual(said({}), []);
    assert.deepEqual(said({ router: '', dns: '', next: '', reservations: '02:00:00:00:00:01 10.67.0.9\n\n' }), []);
    assert.deepEqual(said({ server: 'me', mask: '255.0.255.0', last: '10.67.0.1', dns: '1.2.3' }), [
      'server-server: “me” is no IPv4 address, such as 10.67.0.1.',
      'server-dns: “1.2.3” is no IPv4 address, such as 10.67.0.1.',
      'server-mask: A mask is ones, then zeros, such as 255.255.255.0.',
      'server-last: The last address is below the first.',
    ]);
    assert.deepEqual(said({ reservations: 'printer 10.67.0.9' }), [
      'server-reservations: “printer” is no hardware address, such as 02:67:00:00:00:0c.',
    ]);
    for (const mask of ['0.0.0.0', '128.0.0.0', '255.255.255.255']) assert.deepEqual(said({ mask }), [], mask);
  });
});

describe('the form and the octets', () => {
  test('each template is a whole message without problems, and has a form', async () => {
    const others: Readonly<Record<string, RegExp>> = {
      solicit: /^SOLICIT client 02:67/,
      bootp: /^BOOTREQUEST 02:67/,
      arp: /Address Resolution Protocol: probe/,
      rarp: /Reverse Address Resolution Protocol/,
    };
    for (const { id } of TEMPLATES) {
      const { view } = await work([hexOf(templateFrame(id))]);
      assert.deepEqual(view.problems, [], id);
      assert.match(view.summaries[0]!, others[id] ?? /^DISCOVER 02:/, id);
      assert.ok(view.form, id);
      assert.equal(view.form.options !== undefined, id !== 'arp' && id !== 'rarp', id);
    }
  });

  test('a changed field is in its octets, and lengths and checksums stay right', async () => {
    const now = await after(WINDOWS, [
      field('ciaddr', '10.1.2.3'),
      field('secs', '300'),
      field('source', '10.1.2.3'),
      field('chaddr', '02:00:00:00:00:99'),
    ]);
    // RFC 2131 figure 1: secs at 8, ciaddr at 12, chaddr at 28 of the message, which begins behind 14 + 20 + 8 octets.
    assert.equal(now.slice(2 * (42 + 8), 2 * (42 + 10)), '012c');
    assert.equal(now.slice(2 * (42 + 12), 2 * (42 + 16)), '0a010203');
    assert.equal(now.slice(2 * (42 + 28), 2 * (42 + 34)), '020000000099');
    assert.equal(now.slice(2 * 26, 2 * 30), '0a010203');
    assert.deepEqual((await work([now])).view.problems, []);
  });

  test('options are changed, added and removed in words, numbers, lists and hex', async () => {
    let now = await after(WINDOWS, [{ kind: 'option', index: await place(WINDOWS, 12), value: 'other-name' }]);
    assert.equal(message(now).text(12), 'other-name');
    now = await after(now, [{ kind: 'option', index: await place(now, 55), value: '1, 3, 6' }]);
    assert.deepEqual(
      [
        ...octetsOf(now)
          .subarray(message(now).options.find(({ code }) => code === 55)!.at)
          .subarray(0, 5),
      ],
      [55, 3, 1, 3, 6],
    );
    now = await after(now, [{ kind: 'add', code: 50 }]);
    now = await after(now, [{ kind: 'option', index: await place(now, 50), value: '10.67.0.150' }]);
    assert.equal(message(now).ip(50), 0x0a430096);
    now = await after(now, [{ kind: 'option', index: await place(now, 60), value: '0x4d53' }]);
    assert.equal(message(now).text(60), 'MS');
    now = await after(now, [{ kind: 'remove', index: await place(now, 60) }]);
    assert.equal(message(now).has(60), false);
  });

  test('ARP and RARP have a form of their fields', async () => {
    for (const [id, type] of [
      ['arp', '0806'],
      ['rarp', '8035'],
    ] as const) {
      const now = await after(hexOf(templateFrame(id)), [
        field('ethSource', '02-00-00-00-00-01'),
        field('ethDestination', '02:00:00:00:00:02'),
        field('operation', '2'),
        field('senderMac', '02:00:00:00:00:03'),
        field('senderIp', '10.1.2.3'),
        field('targetMac', '02:00:00:00:00:04'),
        field('targetIp', '10.1.2.4'),
      ]);
      // Destination, source, type (Ethernet II); ar$hrd, pro, hln, pln, op, sha, spa, tha, tpa (RFC 826).
      const head = `020000000002020000000001${type}`;
      assert.equal(now, `${head}00010800060400020200000000030a0102030200000000040a010204`);
      const wrong = await work([now], field('senderIp', '10.1.2'));
      assert.equal(wrong.view.error, '“10.1.2” is no IPv4 address, such as 10.67.0.1.');
      assert.equal((await work([now], { kind: 'add', code: 50 })).view.error, 'ARP and RARP have no options.');
      assert.equal(await after(now, [{ kind: 'repair' }]), now);
      // An address of another length has another layout, which the form does not know.
      assert.equal((await work([now.replace('08000604', '08000806')])).view.form, undefined);
    }
  });

  test('a file field that holds options cannot be changed as a name', async () => {
    const named = await after(WINDOWS, [field('file', 'boot.img')]);
    assert.equal(message(named).file, 'boot.img');
    // Option 52 with 1: options in file (RFC 2132 §9.3).
    let now = await after(named, [{ kind: 'add', code: 52 }]);
    now = await after(now, [{ kind: 'option', index: await place(now, 52), value: '1' }]);
    const { view } = await work([now], field('file', 'other.img'));
    assert.ok(!view.form!.fields.some(({ id }) => id === 'file'));
    assert.ok(view.octets.replaceAll(/\s/g, '').includes(Buffer.from('boot.img').toString('hex')));
  });

  test('BOOTP has the form, too, and becomes DHCP by its first option', async () => {
    const bootp = hexOf(templateFrame('bootp'));
    assert.equal(message(bootp).hasCookie, false);
    const asked = await work([bootp]);
    assert.deepEqual(asked.view.form!.options, []);
    assert.match(asked.view.answer.why, /This is BOOTP/);
    let now = await after(bootp, [{ kind: 'add', code: 53 }]);
    now = await after(now, [{ kind: 'option', index: 0, value: '1' }]);
    const { view } = await work([now]);
    assert.match(view.summaries[0]!, /^DISCOVER/);
    assert.match(view.answer.why, /^OFFER/);
  });

  test('what cannot be is said, and nothing changes', async () => {
    for (const [edit, words] of [
      [field('ciaddr', '10.1.2'), /no IPv4 address/],
      [field('secs', '70000'), /from 0 to 65535/],
      [field('sourcePort', '-1'), /no number/],
      [field('chaddr', 'zz'), /no hardware address/],
      [{ kind: 'octets', value: '0g' }, /pairs of the digits/],
      [{ kind: 'octets', value: '' }, /pairs of the digits/],
      [{ kind: 'octets', value: '00'.repeat(2000) }, /at most 1514/],
      [{ kind: 'add', code: 255 }, /from 1 to 254/],
      [{ kind: 'option', index: await place(WINDOWS, 55), value: 'three' }, /no value of option 55/],
    ] as const) {
      const { bench, view } = await work([WINDOWS], edit);
      assert.match(view.error ?? '', words);
      assert.deepEqual(bench.frames, [WINDOWS]);
    }
  });

  test('octets in place show in the form, with what is wrong; repair makes the sums right', async () => {
    const octets = Buffer.from(octetsOf(WINDOWS));
    octets.writeUInt32BE(0x0a010203, 42 + 12);
    const { view, bench } = await work([WINDOWS], {
      kind: 'octets',
      value: octets.toString('hex').replace(/../g, '$& '),
    });
    assert.equal(view.form!.fields.find(({ id }) => id === 'ciaddr')!.value, '10.1.2.3');
    assert.match(view.tree.map(({ text }) => text).join('\n'), /Checksum: 0x[0-9a-f]{4} \(wrong/);
    const repaired = await work(bench.frames, { kind: 'repair' });
    assert.deepEqual(repaired.view.problems, []);
    assert.match(repaired.view.tree.map(({ text }) => text).join('\n'), /Client IP address \(ciaddr\): 10\.1\.2\.3/);
  });

  test('any octets can be looked at', async () => {
    for (const hex of ['00', 'ff'.repeat(300), WINDOWS.slice(0, 200), `${WINDOWS}ffff`]) {
      const { view } = await work([hex]);
      assert.ok(view.tree.length > 0);
      assert.notEqual(view.answer.why, '');
    }
  });

  test('a frame of a sample is worked on as it is', async () => {
    const offer = hexOf(frameOctets('dhcp-healthy.pcap', 2));
    const { view } = await work([offer]);
    assert.equal(view.form!.fields.find(({ id }) => id === 'yiaddr')!.value, '10.67.0.100');
    assert.match(view.answer.why, /op 1/);
    // The healthy exchange, with another router: the finding of the sample with the wrong subnet.
    const ack = hexOf(frameOctets('dhcp-healthy.pcap', 4));
    const frames = [1, 2, 3, 4].map((number) => hexOf(frameOctets('dhcp-healthy.pcap', number)));
    assert.deepEqual((await work(frames)).view.findings, []);
    const wrong = await work(frames, { kind: 'option', index: await place(ack, 3), value: '10.67.1.1' });
    assert.deepEqual(
      wrong.view.findings.map(({ id }) => id),
      ['router-outside-subnet'],
    );
  });

  test('the exchange as a capture file begins as one of pcap does', () => {
    const file = benchFile([octetsOf(WINDOWS)]);
    assert.equal(hexOf(file.subarray(0, 8)), 'd4c3b2a102000400');
    assert.equal(file.length, 24 + 16 + WINDOWS.length / 2);
  });
});

describe('the server', () => {
  /** The client's REQUEST that takes an OFFER. */
  const request = async (address: string, over: readonly Edit[] = []): Promise<string> => {
    let now = await after(WINDOWS, [
      { kind: 'option', index: 0, value: '3' },
      { kind: 'add', code: 50 },
    ]);
    now = await after(now, [{ kind: 'option', index: await place(now, 50), value: address }, ...over]);
    return now;
  };
  const reply = async (frames: readonly string[], over: Partial<ServerSettings> = {}) => {
    const { view } = await work(frames, undefined, over);
    return {
      why: view.answer.why,
      summary: view.answer.summary,
      message: view.answer.hex === undefined ? undefined : message(view.answer.hex),
      hex: view.answer.hex,
    };
  };

  test('offers the first free address, with what the client asks for', async () => {
    const { message: offer, summary, hex } = await reply([WINDOWS]);
    assert.equal(summary, 'OFFER 10.67.0.100 to 02:57:49:00:00:0c');
    assert.equal(offer!.u32(51), 3600);
    assert.equal(offer!.ip(54), 0x0a430001);
    assert.deepEqual(offer!.ips(3), [0x0a430001]);
    // RFC 6842: the identifier comes back.
    assert.equal(offer!.option(61)!.length, 7);
    // Flag B is clear: to the new address (RFC 2131 §4.1).
    assert.equal(hex!.slice(60, 68), '0a430064');
    assert.deepEqual((await work([WINDOWS, hex!])).view.findings, []);
  });

  test('an exchange of its answers is a healthy lease', async () => {
    const offer = (await reply([WINDOWS])).hex!;
    let now = await request('10.67.0.100');
    now = await after(now, [{ kind: 'add', code: 54 }]);
    now = await after(now, [{ kind: 'option', index: await place(now, 54), value: '10.67.0.1' }]);
    const ack = await reply([WINDOWS, offer, now]);
    assert.equal(ack.summary, 'ACK 10.67.0.100 to 02:57:49:00:00:0c');
    assert.deepEqual((await work([WINDOWS, offer, now, ack.hex!])).view.findings, []);
    // Another server's offer was taken: silence.
    const other = await after(now, [{ kind: 'option', index: await place(now, 54), value: '10.67.0.2' }]);
    assert.deepEqual(await reply([other]), {
      why: 'By option 54 the client has taken the offer of 10.67.0.2, not of this server.',
      summary: undefined,
      message: undefined,
      hex: undefined,
    });
  });

  test('refuses what does not belong here, and is silent of what it does not know unless it is authoritative', async () => {
    const elsewhere = await request('10.99.0.5');
    assert.equal((await reply([elsewhere])).summary, 'NAK to 02:57:49:00:00:0c');
    assert.equal((await reply([elsewhere], { authoritative: false })).summary, 'NAK to 02:57:49:00:00:0c');
    const unknown = await request('10.67.0.7');
    assert.equal((await reply([unknown])).summary, 'NAK to 02:57:49:00:00:0c');
    assert.match((await reply([unknown], { authoritative: false })).why, /not authoritative, so it is silent/);
    // A NAK goes to all (RFC 2131 §4.3.2).
    assert.equal((await reply([elsewhere])).hex!.slice(60, 68), 'ffffffff');
  });

  test('keeps to reservations, and has nothing when the range is used up', async () => {
    const reserved = { reservations: '02:57:49:00:00:0c 10.67.0.42' };
    assert.equal((await reply([WINDOWS], reserved)).summary, 'OFFER 10.67.0.42 to 02:57:49:00:00:0c');
    const one = { first: '10.67.0.100', last: '10.67.0.100' };
    const offer = (await reply([WINDOWS], one)).hex!;
    const other = hexOf(templateFrame('printer'));
    assert.match((await reply([WINDOWS, offer, other], one)).why, /no free address/);
    // The same client gets its own once more.
    assert.equal((await reply([WINDOWS, offer, WINDOWS], one)).summary, 'OFFER 10.67.0.100 to 02:57:49:00:00:0c');
  });

  test('serves by way of a relay where the relay is in its subnet', async () => {
    const relayed = hexOf(templateFrame('relay'));
    assert.match((await reply([relayed])).why, /^The relay 10\.67\.8\.1 is in no subnet/);
    const far = { first: '10.67.8.100', last: '10.67.8.199', router: '10.67.8.1' };
    const { hex, message: offer } = await reply([relayed], far);
    assert.equal(offer!.yiaddr, 0x0a430864);
    // To the relay, port 67, with option 82 as it came (RFC 3046 §2.2).
    assert.equal(hex!.slice(60, 68), '0a430801');
    assert.equal(hex!.slice(72, 76), '0043');
    assert.ok(offer!.has(82));
  });

  test('tells firmware where its file is', async () => {
    const { message: offer } = await reply([hexOf(templateFrame('pxe-bios'))], {
      next: '10.67.0.9',
      file: 'undionly.kpxe',
    });
    assert.equal(offer!.siaddr, 0x0a430009);
    assert.equal(offer!.file, 'undionly.kpxe');
  });

  test('hears nothing at another port, and nothing of other servers', async () => {
    assert.match(
      (await reply([await after(WINDOWS, [field('destinationPort', '68')])])).why,
      /port 67, and this goes to 68/,
    );
    assert.match((await reply([await after(WINDOWS, [field('op', '2')])])).why, /op 1/);
  });

  test('what cannot be sent is said, and strange clients are answered all the same', async () => {
    assert.match((await reply([WINDOWS], { mask: 'wide' })).why, /^The server cannot send this with its settings/);
    assert.match((await reply([WINDOWS], { first: 'x', last: 'y' })).why, /no free address/);
    // Without a hardware address, or with a long one, only a broadcast reaches the client.
    for (const hlen of ['00', '10', 'ff']) {
      const octets = Buffer.from(octetsOf(WINDOWS));
      octets.write(hlen, 42 + 2, 'hex');
      assert.equal((await reply([octets.toString('hex')])).hex!.slice(60, 68), 'ffffffff', hlen);
    }
  });
});
