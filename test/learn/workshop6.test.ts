/** DHCPv6 in the workshop: the form opens what stands in associations, and the small server answers as RFC 9915 §18.3 has it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Message6 } from '../../src/codec/dhcpv6';
import { octetsOf } from '../../src/engine/answers/workshop';
import { templateFrame } from '../../src/learn/workshop/templates';
import { frameOctets } from '../support/samples';
import { after, field, hexOf, place, work } from './bench';

/** Behind Ethernet, IPv6 and UDP. */
const AT6 = 14 + 40 + 8;
const SOLICIT = hexOf(templateFrame('solicit'));
const message6 = (frame: string): Message6 => Message6.read(octetsOf(frame), AT6);

describe('DHCPv6 in the form', () => {
  const optionAt = async (frame: string, code: number): Promise<number> => place(frame, code);

  test('fixed fields and addresses show and change, with right lengths and checksums', async () => {
    const now = await after(SOLICIT, [
      field('type', '3'),
      field('xid', '0x0a0b0c'),
      field('source', 'fe80::99'),
      field('ethSource', '02-00-00-00-00-99'),
    ]);
    // RFC 9915 §8: type, then three octets of transaction id. RFC 8200 §3: source at 8 of the IPv6 header.
    assert.equal(now.slice(2 * AT6, 2 * AT6 + 8), '030a0b0c');
    assert.equal(now.slice(2 * 22, 2 * 38), `fe80${'00'.repeat(13)}99`);
    assert.equal(now.slice(12, 24), '020000000099');
    const { view } = await work([now]);
    assert.match(view.summaries[0]!, /^REQUEST/);
    // A REQUEST has to name a server (RFC 9915 §16.4), and that is all that is wrong with this one.
    assert.equal(view.problems.length, 1);
    assert.match(view.problems[0]!, /Server Identifier/);
    assert.doesNotMatch(view.tree.map(({ text }) => text).join('\n'), /Checksum: .*wrong/);
  });

  test('an association, and an address put into it, are changed by words', async () => {
    let now = await after(SOLICIT, [{ kind: 'option', index: await optionAt(SOLICIT, 3), value: '7, 1800, 2880' }]);
    now = await after(now, [{ kind: 'add', code: 5 }]);
    const { view } = await work([now]);
    const address = view.form!.options!.find(({ code }) => code === 5)!;
    assert.equal(address.name, '› IA Address: address, preferred, valid');
    assert.equal(address.value, '::, 0, 0');
    now = await after(now, [{ kind: 'option', index: address.index, value: 'fd67::100, 3000, 4000' }]);
    // RFC 9915 §21.4 and §21.6, by hand: IA_NA of 12 + 28 octets, IAADDR of 24.
    const ia = '00030028' + '00000007' + '00000708' + '00000b40';
    const leased = '00050018' + `fd67${'00'.repeat(12)}0100` + '00000bb8' + '00000fa0';
    assert.ok(now.includes(ia + leased), now);
    assert.deepEqual((await work([now])).view.problems, []);
    const without = await after(now, [{ kind: 'remove', index: await optionAt(now, 5) }]);
    assert.ok(without.includes('0003000c' + '00000007' + '00000708' + '00000b40'));
  });

  test('other options are changed, added and removed in words, numbers, lists and hex', async () => {
    let now = await after(SOLICIT, [{ kind: 'option', index: await optionAt(SOLICIT, 6), value: '23, 24, 59' }]);
    assert.ok(now.includes('00060006' + '00170018003b'));
    now = await after(now, [{ kind: 'add', code: 14 }]);
    now = await after(now, [{ kind: 'option', index: await optionAt(now, 8), value: '0x0064' }]);
    assert.ok(now.includes('00080002' + '0064'));
    assert.equal(message6(now).options.filter(({ code }) => code === 14).length, 1);
    now = await after(now, [{ kind: 'remove', index: await optionAt(now, 14) }]);
    assert.equal(message6(now).options.filter(({ code }) => code === 14).length, 0);
  });

  test('what cannot be is said, and nothing changes', async () => {
    for (const [edit, words] of [
      [field('source', '10.0.0.1'), /no IPv6 address/],
      [field('xid', '0x1000000'), /from 0 to 16777215/],
      [{ kind: 'option', index: await optionAt(SOLICIT, 3), value: '1, 2' }, /has 3 values/],
      [{ kind: 'option', index: await optionAt(SOLICIT, 3), value: 'one, 2, 3' }, /no number/],
      [{ kind: 'option', index: await optionAt(SOLICIT, 6), value: 'dns' }, /no value of option 6/],
      [{ kind: 'add', code: 70000 }, /from 1 to 65535/],
    ] as const) {
      const { bench, view } = await work([SOLICIT], edit);
      assert.match(view.error ?? '', words);
      assert.deepEqual(bench.frames, [SOLICIT]);
    }
  });

  test('a frame of the sample goes through the form unchanged', async () => {
    for (let frame = 1; frame <= 4; frame++) {
      const octets = hexOf(frameOctets('dhcpv6.pcap', frame));
      const { bench, view } = await work([octets], { kind: 'repair' });
      assert.ok(view.form, `frame ${frame}`);
      assert.equal(bench.frames[0], octets, `frame ${frame}`);
    }
  });

  test('damaged and cut messages have a form or none, and nothing throws but what is said', async () => {
    const bytes = octetsOf(SOLICIT);
    for (let length = 1; length <= bytes.length; length++) {
      const { view } = await work([hexOf(bytes.subarray(0, length))], field('xid', '5'));
      assert.ok(view.error === undefined || /can change/.test(view.error), `${length}: ${view.error}`);
    }
  });
});

describe('what a small DHCPv6 server answers (RFC 9915 §18.3)', () => {
  const SERVER_DUID = '00030001026700000001';
  const answerTo = async (frame: string) => (await work([frame])).view.answer;
  const withType = (type: number, frame = SOLICIT): Promise<string> => after(frame, [field('type', String(type))]);
  const naming = async (frame: string, duid = SERVER_DUID): Promise<string> => {
    const added = await after(frame, [{ kind: 'add', code: 2 }]);
    return after(added, [{ kind: 'option', index: await place(added, 2), value: `0x${duid}` }]);
  };
  const codes = (frame: string): number[] => message6(frame).options.map(({ code }) => code);

  test('four messages give an address, a prefix and a DNS server, and nothing is wrong with them', async () => {
    const advertise = await answerTo(SOLICIT);
    assert.match(advertise.summary!, /^ADVERTISE/);
    const request = await naming(await withType(3));
    const reply = await answerTo(request);
    assert.match(reply.summary!, /^REPLY fd67::10c/);
    assert.deepEqual(codes(reply.hex!), [1, 2, 3, 25, 23]);
    // §21.4 and §21.6, §21.21 and §21.22: T1 ≤ T2 ≤ preferred ≤ valid.
    assert.ok(reply.hex!.includes('00000001' + '000005dc' + '00000960'));
    assert.ok(reply.hex!.includes(`00050018fd67${'00'.repeat(12)}010c00000bb800000fa0`));
    assert.ok(reply.hex!.includes(`001a001900000bb800000fa038fd67010c${'00'.repeat(12)}`));
    const all = await work([SOLICIT, advertise.hex!, request, reply.hex!]);
    assert.deepEqual(all.view.findings, []);
    assert.deepEqual(all.view.problems, []);
  });

  test('with Rapid Commit two messages do', async () => {
    const rapid = await answerTo(await after(SOLICIT, [{ kind: 'add', code: 14 }]));
    assert.match(rapid.summary!, /^REPLY/);
    assert.ok(codes(rapid.hex!).includes(14));
  });

  test('whom a message is for decides whether it is answered (§16)', async () => {
    for (const type of [3, 5, 8, 9]) {
      assert.match((await answerTo(await withType(type))).why, /names another or none/, `type ${type}`);
      assert.match((await answerTo(await naming(await withType(type), '00030001020000000009'))).why, /names another/);
      assert.match((await answerTo(await naming(await withType(type)))).summary!, /^REPLY/, `type ${type}`);
    }
    for (const type of [1, 6]) assert.match((await answerTo(await naming(await withType(type)))).why, /is dropped/);
    assert.match((await answerTo(await withType(6))).summary!, /^REPLY/);
    const nobody = await after(SOLICIT, [{ kind: 'remove', index: await place(SOLICIT, 1) }]);
    assert.match((await answerTo(nobody)).why, /without a client identifier/);
    assert.match((await answerTo(await after(SOLICIT, [field('destinationPort', '546')]))).why, /goes to 546/);
    // What servers and relays send is not answered, and has no crash either.
    for (const type of [2, 7, 10, 13, 14]) assert.equal((await answerTo(await withType(type))).summary, undefined);
  });

  test('settings alone, and whether addresses still fit', async () => {
    assert.deepEqual(codes((await answerTo(await withType(11))).hex!), [1, 2, 23]);
    const confirm = await withType(4);
    assert.match((await answerTo(confirm)).why, /without addresses/);
    const one = await after(confirm, [{ kind: 'add', code: 5 }]);
    const at = await place(one, 5);
    for (const [address, status] of [
      ['fd67::100', '000d00020000'],
      ['2001:db8::1', '000d00020004'],
    ]) {
      const asked = await after(one, [{ kind: 'option', index: at, value: `${address}, 0, 0` }]);
      assert.ok((await answerTo(asked)).hex!.includes(status!), address);
    }
  });
});
