/** Several frames in one text, and octets among what stands around them in code, mails and logs. All values are made up. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { hex } from '../../src/codec/bytes';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import { frameJson } from '../../src/cli/json';
import { textJson } from '../../src/cli/hex';
import { Capture } from '../../src/engine/capture';
import { packetsInText } from '../../src/engine/text';
import { CLIENT, dhcpPacket, DISCOVER, eth, h16, ip4, ip6, octets, SERVER, udp } from '../codec/frames';
import { rows } from './text-printers';

interface Read {
  readonly packets: string[];
  readonly starts: string[];
  readonly notes: string[];
}

function read(text: string): Read {
  const found = packetsInText(text, 'auto');
  assert.ok(!('error' in found), 'error' in found ? found.error : '');
  return {
    packets: found.packets.map(({ bytes }) => hex(bytes)),
    starts: found.packets.map(({ start }) => start),
    notes: found.packets.flatMap(({ notes }) => notes.map(({ text }) => text)),
  };
}

/** The octets as words of sixteen bits, so many octets a row. */
const wordsOf = (part: Uint8Array): string => hex(part).replace(/.{4}(?=.)/g, '$& ');
const pairsOf = (part: Uint8Array): string => hex(part, 0, part.length, ' ');
const shown = (part: Uint8Array): string =>
  Array.from(part, (one) => (one > 0x20 && one < 0x7f ? String.fromCharCode(one) : '.')).join('');

const message = (type: string, rest: string): string => DISCOVER.replace('350101ff', `3501${type}${rest}ff`);
const frameOf = (type: string, rest = ''): string =>
  eth(0x0800, ip4(17, udp(68, 67, message(type, rest)), { source: '00000000', destination: 'ffffffff' }));
const FIRST = frameOf('01', '3707010306010f3336');
const SECOND = frameOf('03', '3204c0a84315');
const ARP = `00010800060400${'01'}${CLIENT}c0a84315${'00'.repeat(6)}c0a84316`;

describe('frames in the code of one text', () => {
  const literal = (frame: string, open: string, line: (row: string, text: string) => string): string =>
    open + rows(octets(frame), 16, (part) => line(wordsOf(part), shown(part)));
  for (const [name, line] of [
    ['backticks', (row: string, text: string) => `\t\`${row}\` + //  ${text}`],
    ['quotes', (row: string) => `\t"${row}"`],
  ] as const) {
    for (const between of ['', '/* the second one\n\tDHCP-Message Option 53, length 1: Request\n*/\n', '\n'])
      it(`${name}, with ${JSON.stringify(between)} between`, () => {
        const text =
          literal(FIRST, 'var discover = []byte(\n', line) +
          ')\n' +
          between +
          literal(SECOND, 'var request = []byte(', line);
        assert.deepEqual(read(text).packets, [FIRST, SECOND]);
      });
  }

  it('rows of one frame with lines of a log between them are one frame', () => {
    const text = rows(octets(FIRST), 16, (part, at) => `${pairsOf(part)}${at % 64 === 0 ? '\n\ndebug: next' : ''}`);
    assert.deepEqual(read(text).packets, [FIRST]);
  });

  it('a number behind a string is none of its octets', () => {
    const text = `    Packet.Make(\n        "${message('01', '')}",\n        0xdeadbeef,\n        Operation.Request)\n`;
    assert.deepEqual(read(text).packets, [message('01', '')]);
  });

  it('the last octet before the end of a comment', () => {
    const text = `/*${rows(octets(FIRST), 16, (part, at) => `${h16(at)}   ${pairsOf(part)}`).trimEnd()}*/\n`;
    const { packets, notes } = read(text);
    assert.deepEqual(packets, [FIRST]);
    assert.deepEqual(notes, []);
  });
});

describe('octets that no message follows', () => {
  it('a frame behind the short last row of another is no padding of it', () => {
    const stranger = `ffffffffffff${CLIENT}8899${'00'.repeat(46)}`;
    const dump = (frame: string): string => rows(octets(frame), 16, (part) => pairsOf(part));
    const { packets, notes } = read(
      `${dump(FIRST)}tx: len 42\n${dump(eth(0x0806, ARP))}rx: 60 bytes\n${dump(stranger)}`,
    );
    assert.deepEqual(packets, [FIRST, eth(0x0806, ARP)]);
    assert.ok(notes.includes('The 60 octets from here on look like no packet and were passed over.'));
  });

  it('ARP of tcpdump -x, which has no link layer, does not make words of octets', () => {
    const dump = (packet: string): string =>
      rows(octets(packet), 16, (part, at) => `\t0x${h16(at)}:  ${wordsOf(part).padEnd(39)}  ${shown(part)}`);
    const text =
      `01:02:03.000001 ARP, Request who-has 192.168.67.22 tell 192.168.67.21, length 28\n${dump(ARP)}` +
      '01:02:03.000002 IP (tos 0x0, ttl 64, id 0, offset 0, flags [none], proto UDP (17), length 272)\n' +
      '    0.0.0.0.68 > 255.255.255.255.67: BOOTP/DHCP, Request from 02:00:5e:00:53:01, length 244, xid 0xdeadbeef, Flags [none]\n' +
      '\t  Vendor-rfc1048 Extensions\n\t    DHCP-Message (53), length 1: Discover\n' +
      dump(dhcpPacket);
    const { packets, starts } = read(text);
    assert.deepEqual(packets, [ARP, dhcpPacket]);
    assert.deepEqual(starts, ['arp', 'ipv4']);
  });

  it('strings of a log between the calls of strace', () => {
    const escaped = Array.from(octets(dhcpPacket), (one) => `\\${one.toString(8)}`).join('');
    const size = dhcpPacket.length / 2;
    const text =
      '67 write(2, "udhcpc: sending discover\\n", 25) = 25\n' +
      '67 sendto(3, "<30>Dec  2 03:04:05 dhclient: DHCPDISCOVER on eth0 to 255.255.255.255 port 67", 78) = 78\n' +
      `67 sendto(6, "${escaped}", ${size}, 0, NULL, 0) = ${size}\n`;
    assert.deepEqual(read(text).packets, [dhcpPacket]);
  });
});

describe('rows and pieces', () => {
  const options = `638253633501053604c0a843013304000151800104ffffff000304c0a843010604c0a84301ff0000`;
  it('a dash in the middle of rows, with words behind the octets', () => {
    const text = rows(octets(options), 16, (part, at) => {
      const [one, other] = [pairsOf(part.subarray(0, 8)), pairsOf(part.subarray(8))];
      return `//${one}${other === '' ? '' : ` - ${other}`}   ${at === 0 ? '36:192.168.67.1' : ''}`;
    });
    assert.deepEqual(read(`//my dhcp\n${text}`).packets, [options]);
  });

  it('of a short last row as well', () => {
    const text = rows(octets(options), 16, (part) =>
      part.length > 8 ? `${pairsOf(part.subarray(0, 8))} - ${pairsOf(part.subarray(8))}` : pairsOf(part),
    );
    const shorter = options.slice(0, 2 * 26);
    assert.deepEqual(read(text).packets, [options]);
    const short = rows(octets(shorter), 16, (part) => `${pairsOf(part.subarray(0, 8))} - ${pairsOf(part.subarray(8))}`);
    assert.deepEqual(read(short).packets, [shorter]);
  });

  it('headers and options of one packet, each under words of its own', () => {
    const body =
      '01abcdef' + '0001000a00030001' + CLIENT + '000e0000' + '000800020000' + `0003000c00000067${'00'.repeat(8)}`;
    const length = 8 + body.length / 2;
    const datagram = `02220223${h16(length)}0000`;
    const packet = ip6(17, datagram + body);
    const fence = (digits: string): string => `\`\`\`\n${rows(octets(digits), 16, wordsOf)}\`\`\`\n`;
    const pieces = [
      ['IP header', packet.slice(0, 80)],
      ['UDP header', datagram],
      ['message header', '01abcdef'],
      ['CLIENT ID', `0001000a00030001${CLIENT}`],
      ['RAPID COMMIT', '000e0000'],
      ['ELAPSED TIME', '000800020000'],
      ['IA_NA', `0003000c00000067${'00'.repeat(8)}`],
    ] as const;
    const text = pieces.map(([words, digits]) => `${words}\n${fence(digits)}`).join('');
    assert.deepEqual(read(text).packets, [packet]);
    assert.deepEqual(read(`- first\n${text}\n- again\n${text}`).packets, [packet, packet]);
    // Behind a whole packet, digits alone are no octets.
    assert.deepEqual(read(`${text}\nsee issue\n12345678\n`).packets, [packet]);
  });

  it('a row that is longer than the others', () => {
    const long = `${pairsOf(octets(FIRST).subarray(0, 32))}\n${pairsOf(octets(FIRST).subarray(32, 50))}\n`;
    const text = long + rows(octets(FIRST).subarray(50), 16, pairsOf);
    assert.deepEqual(read(text).packets, [FIRST]);
  });

  it('a frame of Wi-Fi with radiotap', () => {
    const wifi = `0802000${'0'}ffffffffffff${SERVER}${CLIENT}0010`;
    const frame = `0000080000000000${wifi}aaaa030000000800${dhcpPacket}`;
    const { packets, starts } = read(
      `byte p[] = {${Array.from(octets(frame), (one) => `0x${one.toString(16)}`).join(', ')}};`,
    );
    assert.deepEqual(packets, [frame]);
    assert.deepEqual(starts, ['radiotap']);
  });

  it('options alone are no capture in which no client asked', () => {
    const capture = new Capture('options', DEFAULT_SETTINGS);
    const [packet] = capture.readText(rows(octets(options), 16, pairsOf));
    const line = textJson(frameJson(capture, 0), packet!) as Record<string, unknown>;
    assert.match(String(line['summary']), /options of ACK/);
    assert.deepEqual(capture.findings, []);
    assert.match(capture.state().verdict, /DHCP options without a message/);
  });
});
