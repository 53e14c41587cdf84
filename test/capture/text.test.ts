import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hex } from '../../src/codec/bytes';
import { looksLikeHex, parseHexText } from '../../src/capture/text';
import { FORMS, PACKET, REPEATED, REPEATING } from './text-forms';

/** The packets of a text, as hex; fails with its sentence when it cannot be read. */
function packets(text: string): string[] {
  const found = parseHexText(text);
  assert.ok(!('error' in found), 'error' in found ? found.error : '');
  return found.packets.map(({ bytes }) => hex(bytes));
}

describe('hex as text', () => {
  for (const [name, form, text] of FORMS) {
    it(`reads ${name}`, () => {
      assert.deepEqual(packets(text), [PACKET]);
      const found = parseHexText(text);
      assert.equal('form' in found && found.form, form);
      assert.equal(looksLikeHex(text), true);
      assert.deepEqual(packets(`\ufeff${text.replace(/\n/g, '\r\n')}\r\n`), [PACKET], 'with other line ends');
    });
  }

  for (const [name, text] of REPEATED) {
    it(`reads the repeated lines of ${name}`, () => assert.deepEqual(packets(text), [REPEATING]));
  }

  it('begins a packet at each offset 0 (text2pcap)', () => {
    const text = '# two packets\n000000 01 02 03 04\n000004 05\n\n000000 06 07 08\n000003\n';
    assert.deepEqual(packets(text), ['0102030405', '060708']);
    const found = parseHexText(text);
    assert.deepEqual('packets' in found && found.packets.map(({ line }) => line), [2, 5]);
  });

  it('takes the time from tcpdump -tt', () => {
    const found = parseHexText(
      '1700000000.123456 IP 10.67.0.1.67 > 10.67.0.100.68: BOOTP/DHCP\n\t0x0000:  4500 0020\n1700000001.5 IP\n\t0x0000:  4500 0021\n',
    );
    assert.deepEqual('packets' in found && found.packets.map(({ time }) => time), [
      { seconds: 1700000000, nanoseconds: 123456000 },
      undefined,
    ]);
  });

  it('reads several C arrays, several streams', () => {
    assert.deepEqual(packets('char a[] = { 0x01, 0x2 };\nchar b[] = { 3, 0xFF } // { 0x55 }\n'), ['0102', '03ff']);
    assert.deepEqual(packets(`${PACKET}${PACKET}\n${PACKET}${PACKET}00\n`), [PACKET + PACKET, `${PACKET + PACKET}00`]);
  });

  it('reads escapes of every kind', () => {
    assert.deepEqual(packets('"\\x01\\101\\n\\\\A\\"" "\\0"'), ['01410a5c412200']);
  });

  it('names the first offending place', () => {
    for (const [text, line, column, sentence] of [
      ['01 02 0g 03', 1, 8, /^Line 1, column 8: “g” is not hex; hex digits .* accepted\.$/],
      ['0102\n030', 2, 1, /^Line 2, column 1: “030” begins a run of 3 hex digits, an odd number;/],
      ['hello world', 1, 1, /“hello” is not hex/],
      [
        '0000  01 02 03 04\n0010  05 06 07 08\n',
        2,
        1,
        /offset “0010” does not fit the octets before it, which are 12 too few/,
      ],
      ['0000  01 02 03 04\n0004  05 zz 07 08\n', 2, 10, /“zz” is no octet in hex/],
      ['0000  01 02 0x 04\n0004  05 06 07 08\n', 1, 13, /“0x” is no octet in hex/],
      ['00000000  00 01\n*\nfffffff0  01\n', 3, 1, /“\*” above would repeat 4294967278 octets/],
      ['00 01 02 03\n*\n04 05 06 07\n', 2, 1, /^Line 2: “\*” stands for repeated lines, but without offsets/],
      ['', 1, 1, /no text/],
      ['{ }', 1, 2, /there are no hex digits/],
    ] as const) {
      const found = parseHexText(text);
      assert.ok('error' in found, text);
      assert.match(found.error, sentence);
      assert.deepEqual([found.line, found.column], [line, column], text);
    }
  });

  it('does not take prose, dates or addresses for a packet', () => {
    for (const text of [
      'The quick brown fox jumps over the lazy dog',
      '2024-11-24 04:11:12',
      '02:00:00:00:00:01',
      'DHCPDISCOVER from 02:00:00:00:00:01 via eth0',
      'Lorem0ipsum0dolor0sit0amet0consectetur0adipiscing0elit00',
      '{"a": 1}',
      '',
    ]) {
      assert.equal(looksLikeHex(text), false, text);
    }
  });

  it('glances at long texts only at their beginning', () => {
    for (const [name, , text] of FORMS) {
      if (name === 'base64' || name === 'Python') continue;
      assert.equal(looksLikeHex(`${PACKET}\n`.repeat(1000)), true);
      assert.equal(looksLikeHex(`${text}\n`.repeat(name.includes('0x') ? 40 : 1)), true, name);
    }
    assert.equal(looksLikeHex(PACKET.repeat(1000)), true);
  });

  it('takes linear time for whatever is pasted', () => {
    const length = 1 << 20;
    for (const unit of [
      'a',
      'aa ',
      '0',
      ' ',
      '\n',
      '"',
      '\\',
      '\\x',
      '/*',
      '/',
      '#',
      '{',
      '0x',
      "b'",
      '*\n',
      '0000: 00\n',
      '00 |',
      '0000  ',
      'aaa ',
      'a:',
      '\t',
      '> ',
      '\u202e',
      '0000000 00\n*\n',
      '[1 ',
      '{01}\n',
      '"\\1"',
      "'\\u9999'",
      ')',
      '%00',
      '=00',
      '02 01 06 00 39 a4 f7 c1 00 03 00 00 00 00 00 00\n',
      '00000000: 0201 0600\n',
      '0x0000:  4500 0045\n',
      '63825363',
      '63 82 53 63 ',
      '02:',
      '1 2 3 4 5 6 7 8\n',
      '0101060039a4f7c1\n',
      '"0":1,',
      'IP > : BOOTP/DHCP, Request\n',
    ]) {
      // What this process used: others may keep the machine busy.
      const started = process.cpuUsage();
      parseHexText(unit.repeat(length / unit.length));
      looksLikeHex(unit.repeat(length / unit.length));
      const took = process.cpuUsage(started).user / 1000;
      assert.ok(took < 5000, `${JSON.stringify(unit)}: ${took} ms`);
    }
    const long = parseHexText('a'.repeat((16 << 20) + 1));
    assert.ok('error' in long);
  });
});
