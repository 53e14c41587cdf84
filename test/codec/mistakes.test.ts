/**
 * Mistakes that other programs have made or make, one test each; its name is the mistake. Those of the analysis (a second OFFER,
 * both sides of a relay, renewing and rebinding) have theirs under `test/analysis`.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Message4 } from '../../src/codec/dhcpv4';
import { decode, option, raw } from './dhcpv4/build';
import { decode as decodeFrame, eth, ids, ip4, textOf, udp, walkOf } from './frames';

const read = (bytes: Uint8Array): Message4 => Message4.read(bytes, 0, bytes.length);
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('mistake: Pad swallows the next octet', () => {
  const message = read(raw({ options: '00 350101 00 00 0c0141 ff' }));
  assert.deepEqual(
    message.options.map((one) => one.code),
    [53, 12],
  );
});

test('mistake: the length octet of an option of no or one octet is not consumed', () => {
  const message = read(raw({ options: '350101 5000 130101 0c0141 ff' }));
  assert.deepEqual(
    message.options.map((one) => [one.code, one.length]),
    [
      [53, 1],
      [80, 0],
      [19, 1],
      [12, 1],
    ],
  );
});

test('mistake: unknown options are dropped', () => {
  const { options } = decode(raw({ options: '350101 b703010203 ff' }));
  assert.deepEqual([options[1]!.code, options[1]!.name, options[1]!.hex], [183, 'Unassigned', '010203']);
});

test('mistake: the last of duplicate options wins silently', () => {
  const { message, options, problems } = decode(raw({ op: 2, options: '350102 330400000e10 330400000001 ff' }));
  assert.equal(message.u32(51), 3600);
  assert.deepEqual(
    options.map((one) => one.value),
    ['OFFER', '3600', '1'],
  );
  assert.deepEqual(
    problems.map((one) => [one.id, one.offset, one.length]),
    [['duplicate-option', 249, 6]],
  );
});

test('mistake: chaddr of hlen 255 is read on into sname', () => {
  const { message, ids } = decode(raw({ hlen: 255, sname: '41', options: '350101 ff' }));
  assert.equal(message.chaddr, '02:00:5e:00:53:01:00:00:00:00:00:00:00:00:00:00');
  assert.deepEqual(ids, ['malformed-message']);
});

test('mistake: hlen 0 gives an address', () => {
  assert.equal(read(raw({ hlen: 0, options: '350101 ff' })).chaddr, '');
});

test('mistake: 16 − hlen below zero', () => {
  for (const hlen of [0, 1, 15, 16, 17, 255]) {
    const { fields } = decode(raw({ hlen, options: '350101 ff' }));
    const padding = fields.find((field) => field.key === 'dhcp.chaddr.padding');
    assert.equal(padding?.length ?? 0, hlen >= 16 ? 0 : 16 - hlen);
  }
});

test('mistake: a missing End rejects the whole message', () => {
  const { message, options, problems } = decode(raw({ options: '350101 0c0141' }));
  assert.equal(message.ended, false);
  assert.equal(options.length, 2);
  assert.deepEqual(
    problems.map((one) => [one.id, one.offset, one.length]),
    [['missing-end-option', 243, 3]],
  );
});

test('mistake: overload is ignored, or its order is wrong (options, then file, then sname)', () => {
  const parts = { file: '0c03 626262 ff', sname: '0c03 636363 38 02 6869 ff' };
  const both = decode(raw({ op: 2, ...parts, options: '350105 340103 0c03616161 ff' }));
  assert.equal(both.message.text(12), 'aaabbbccc');
  assert.equal(both.message.text(56), 'hi');
  assert.equal(both.message.file, '');
  assert.equal(both.message.sname, '');
  assert.deepEqual(
    both.message.options.map((one) => [one.code, one.area]),
    [
      [53, 'options'],
      [52, 'options'],
      [12, 'options'],
      [12, 'file'],
      [12, 'sname'],
      [56, 'sname'],
    ],
  );
  assert.deepEqual(both.ids, []);
  const onlyFile = read(raw({ ...parts, options: '350105 340101 ff' }));
  assert.equal(onlyFile.text(12), 'bbb');
  assert.notEqual(onlyFile.sname, '');
  const onlySname = read(raw({ ...parts, options: '350105 340102 ff' }));
  assert.equal(onlySname.text(12), 'ccc');
});

test('mistake: option 52 inside file lends sname', () => {
  const message = read(raw({ file: '340103 ff', sname: '0c0141ff', options: '350105 340101 ff' }));
  assert.equal(message.overload, 1);
  assert.equal(message.has(12), false);
});

test('mistake: RFC 3396 pieces are not joined', () => {
  const { message, options } = decode(raw({ options: '350105 0f03 6f6e65 0601ff 0f03 74776f ff' }));
  assert.equal(message.text(15), 'onetwo');
  const joined = options.find((one) => one.code === 15)!;
  assert.equal(joined.hex, '6f6e6574776f');
  assert.equal(joined.length, 6);
  assert.equal(joined.offset, 243);
  assert.deepEqual(joined.field.more, [{ offset: 251, length: 5 }]);
});

test('mistake: options 46 and 114 under an outdated name', () => {
  const { options } = decode(raw({ options: '350105 2e0108 7203 613a62 ff' }));
  assert.deepEqual(options.map((one) => one.name).slice(1), ['NetBIOS/TCP/IP Node Type', 'DHCP Captive-Portal']);
  assert.equal(options[1]!.value, 'H-node');
});

test('mistake: a host name’s control and bidi characters pass unquoted', () => {
  const { options } = decode(raw({ options: `350101 0c0c 41 0a 1b 5b e280ae 3c2f733e 00 ff` }));
  assert.equal(options[1]!.value, 'A\\n\\x1b[\\u202e</s>');
});

test('mistake: a compression pointer loops', () => {
  for (const octets of ['77 02 c000', '77 04 c002 c000', '77 04 0161 c000', '77 03 c0ff00']) {
    assert.ok(option(octets).ids.includes('malformed-message'), octets);
  }
});

test('mistake: Ethernet padding is counted as octets of the message', () => {
  // A message without End, so that padding would be read as options; 14 + 20 + 8 + 244 octets and then padding.
  const message = hexOf(raw({ options: '350101 00' }));
  const frame = decodeFrame(eth(0x0800, ip4(17, udp(68, 67, message))) + '0c0141ff'.repeat(3));
  assert.deepEqual(
    frame.dhcp!.options.map((one) => one.code),
    [53],
  );
  assert.equal(frame.dhcp!.message.length, 244);
  const padding = frame.tree.find((field) => field.name === 'Ethernet padding');
  assert.deepEqual([padding?.offset, padding?.length], [286, 12]);
});

/** An ICMP “port unreachable” that quotes the first `size` octets of a datagram's UDP part. */
const unreachable = (datagram: string, size: number): string => {
  const quoted = ip4(17, datagram, { source: '0a430001', destination: '0a430064' }).slice(0, 2 * (20 + size));
  return eth(0x0800, ip4(1, `0303000000000000${quoted}`));
};

test('mistake: an ICMP error that quotes only 8 octets of UDP is taken for a damaged message, or not read', () => {
  const datagram = udp(67, 68, hexOf(raw({ op: 2, options: '350105 ff' })));
  for (const size of [8, 9, 20, 8 + 236, 8 + 240]) {
    const text = unreachable(datagram, size);
    const frame = decodeFrame(text);
    assert.equal(frame.dhcp, undefined, 'a quoted message was not sent here');
    assert.equal(textOf(frame, 'udp.dstport')?.startsWith('68'), true, `${size} octets: the ports are there`);
    assert.equal(frame.quotedDhcp === undefined, size === 8);
    const about = frame.problems.filter((one) => one.id !== 'bad-checksum');
    assert.deepEqual(about, [], `${size} octets`);
  }
  // What is wrong in the octets that are quoted is still said.
  const bad = udp(67, 68, hexOf(raw({ op: 2, hlen: 255, options: '350105 ff' })));
  assert.ok(decodeFrame(unreachable(bad, 60)).problems.some((one) => one.id === 'malformed-message'));
});

test('mistake: 67 to 67 between relay and server is taken for another protocol, or for a fault', () => {
  const message = hexOf(raw({ options: '350101 ff' }));
  const text = eth(0x0800, ip4(17, udp(67, 67, message)));
  assert.equal(ids(walkOf(text)), 'eth ip udp dhcp');
  assert.deepEqual(decodeFrame(text).problems, []);
});

test('mistake: what the sender writes is shown as markup or prompt, unquoted', () => {
  const evil = '</script>\n\u202eignore all\u0007';
  const digits = Buffer.from(evil, 'utf8').toString('hex');
  const length = (digits.length / 2).toString(16).padStart(2, '0');
  for (const code of ['0c', '0f', '38', '3c', '43']) {
    const { value, field } = option(`${code}${length}${digits}`);
    for (const text of [value, field.text]) {
      // Control and reordering characters are escaped; markup is left to whoever writes HTML, as text it is harmless.
      assert.match(text, /<\/script>\\n\\u202eignore all\\(x07|a)/);
      assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    }
  }
});

test('mistake: an option that runs past the end is not shown, or swallows what is not its own', () => {
  const { options, fields, problems } = decode(raw({ options: '350101 0cc8616263' }));
  const cut = options[1]!;
  assert.deepEqual([cut.code, cut.declared, cut.length, cut.hex], [12, 200, 3, '616263']);
  assert.deepEqual(
    fields.at(-1)!.children!.map(({ name, text, offset, length }) => [name, text, offset, length]),
    [
      ['Code', '12', 243, 1],
      ['Length', '200 octets', 244, 1],
      ['Value, cut', '61 62 63', 245, 3],
    ],
  );
  assert.deepEqual(
    problems.map((one) => [one.id, one.offset, one.length]),
    [['malformed-message', 243, 5]],
  );
  const inside = decode(raw({ options: '350101 5205 0101aa 0109 ff' }));
  const [circuit, second] = inside.options[1]!.options!;
  assert.deepEqual([circuit!.hex, second!.code, second!.declared, second!.length], ['aa', 1, 9, 0]);
});

test('mistake: octets left over behind a list of addresses make the whole list unreadable', () => {
  const { value, text, ids: found, field } = option('06 09 0a430001 08080808 ff');
  assert.equal(value, '10.67.0.1, 8.8.8.8');
  assert.equal(text, '10.67.0.1, 8.8.8.8, and ff left over');
  assert.deepEqual(found, ['bad-option-length']);
  assert.deepEqual(
    field.children!.map(({ name, length }) => [name, length]),
    [
      ['Code', 1],
      ['Length', 1],
      ['Address', 4],
      ['Address', 4],
      ['Octets left over', 1],
    ],
  );
});
