import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { concat, encodeText } from '../../src/codec/bytes';
import { gunzip } from '../../src/capture/node';
import { NotACapture, readCapture } from '../../src/capture/read';
import { Octets, Pcapng, pcap } from './build';
import { sample } from './collect';

async function sentence(file: Uint8Array): Promise<string> {
  try {
    await readCapture([file], { onFrame: () => undefined, gunzip });
  } catch (error) {
    assert.ok(error instanceof NotACapture, String(error));
    return error.message;
  }
  return 'a capture';
}

const hex = (digits: string): Uint8Array => Uint8Array.from(Buffer.from(digits, 'hex'));
const erfRecord = new Octets(true)
  .u64((1700000000n << 32n) | 5n)
  .u8(2)
  .u8(4)
  .raw([0, 80, 0, 0, 0, 60])
  .raw(sample(64))
  .done();

const cases: [string, Uint8Array, RegExp][] = [
  ['an empty file', new Uint8Array(0), /^This file is empty\.$/],
  ['three octets', Uint8Array.of(1, 2, 3), /ends after 3 octets: too short/],
  ['one octet', Uint8Array.of(200), /ends after 1 octet: too short/],
  ['a pcap header cut short', pcap([]).subarray(0, 20), /pcap file ends after 20 octets, inside its header of 24/],
  ['a pcapng header cut short', new Pcapng().section().done().subarray(0, 10), /pcapng file ends after 10 octets/],
  ['zeros', new Uint8Array(5000), /nothing but zeros/],
  ['Zstandard', concat([hex('28b52ffd'), sample(40)]), /Zstandard: decompress it first/],
  ['LZ4', concat([hex('04224d18'), sample(40)]), /LZ4: decompress it first/],
  ['xz', concat([hex('fd377a585a00'), sample(40)]), /xz: decompress it first/],
  ['ZIP', concat([encodeText('PK\x03\x04'), sample(40)]), /ZIP archive/],
  ['NetMon 2', concat([encodeText('GMBU'), sample(40)]), /Microsoft Network Monitor 2/],
  ['NetMon 1', concat([encodeText('RTSS'), sample(40)]), /Microsoft Network Monitor 1/],
  ['ELF', concat([hex('7f454c46'), sample(40)]), /ELF/],
  ['PDF', encodeText('%PDF-1.7\n1 0 obj'), /PDF document/],
  ['JSON', encodeText('{ "Dhcp4": { "valid-lifetime": 4000 } }'), /^This is JSON/],
  [
    'text',
    encodeText('Nov 24 04:11:12 srv dhcpd: DHCPDISCOVER from 02:00:00:00:00:01 via eth0\n'),
    /^This is text, not a capture: .*“Decode DHCP hex”/,
  ],
  [
    'a hex dump',
    encodeText('0000  ff ff ff ff ff ff 02 00 00 00 00 01 08 00 45 00\n'),
    /^This is a hex dump as text: use “Decode DHCP hex”/,
  ],
  [
    'UTF-16 text',
    concat([Uint8Array.of(0xff, 0xfe), Uint8Array.from(Buffer.from('lease 10.67.0.100', 'utf16le'))]),
    /^This is text/,
  ],
  ['white space', encodeText('  \n \n'), /white space/],
  ['ERF', concat([erfRecord, erfRecord, erfRecord]), /ERF/],
  [
    'one DHCP message',
    concat([Uint8Array.of(1, 1, 6, 0), new Uint8Array(232), hex('6382536335010 1ff'.replace(' ', ''))]),
    /one DHCP message/,
  ],
  ['something else', sample(100), /no capture in a known format.*: it begins with 25 30 3b 46/],
  [
    'gzip of text',
    gzipSync('hello, this is a log file\n'),
    /^This is a gzip archive of something else than a capture\. What is in it: This is text/,
  ],
  ['gzip of nothing', gzipSync(''), /gzip archive of something else.*empty/],
  [
    'gzip in gzip',
    gzipSync(gzipSync(pcap([]))),
    /^This gzip file holds another gzip file: decompress it once, then open what comes out\.$/,
  ],
  [
    'gzip cut short',
    gzipSync(pcap([])).subarray(0, 12),
    /gzip archive holds no capture that can be read\. The compressed file ends too early, at byte offset 12/,
  ],
  ['a cut gzip header', hex('1f8b08'), /The compressed file ends inside a gzip header, at byte offset 3/],
];

describe('files that are no captures', () => {
  for (const [what, file, expected] of cases) {
    it(`names ${what}`, async () => {
      const message = await sentence(file);
      assert.match(message, expected);
    });
  }
});
