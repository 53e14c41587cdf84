import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseHexText, type HexPacket } from '../../src/capture/text';
import { hex } from '../../src/codec/bytes';
import { needs } from '../support/needs';
import { frameOctets, SAMPLES } from '../support/samples';
import { output } from '../support/tshark';

function packetsIn(text: string): readonly HexPacket[] {
  const found = parseHexText(text);
  assert.ok(!('error' in found), 'error' in found ? found.error : '');
  assert.equal(found.form, 'PDML');
  assert.deepEqual(found.notes, []);
  return found.packets;
}

test('the octets of each frame are put together from the fields that tshark -T pdml prints', async (t) => {
  if (!needs(t, 'tshark')) return;
  for (const sample of ['dhcp-healthy.pcap', 'dhcpv6.pcap', 'pxe.pcap']) {
    const { stdout } = await output('tshark', ['-n', '-r', join(SAMPLES, sample), '-T', 'pdml']);
    const packets = packetsIn(stdout);
    assert.ok(packets.length >= 4, sample);
    for (const [i, { bytes, gaps }] of packets.entries()) {
      assert.equal(hex(bytes), frameOctets(sample, i + 1).toString('hex'), `${sample}, frame ${i + 1}`);
      assert.equal(gaps, undefined);
    }
  }
});

/** A frame of eight octets with these fields. */
const frame = (fields: string): string =>
  `<pdml>\n<packet>\n<proto name="geninfo" pos="0" size="8"><field name="num" pos="0" show="1" value="1" size="8"/></proto>
<proto name="frame" showname="Frame 1" size="8" pos="0"></proto>\n<proto name="x" size="8" pos="0">${fields}</proto>\n</packet>\n</pdml>`;

test('of a field of a few bits the whole octet is read, and what the outer field gives stands', () => {
  const [packet] = packetsIn(
    frame(
      '<field name="a" size="4" pos="0" show="" value="01020304"><field name="b" size="1" pos="1" show="" value="ff"/></field>' +
        '<field name="c" size="1" pos="4" show="4" value="4" unmaskedvalue="45"/><field name="d" size="3" pos="5" value="0a0b0c"/>',
    ),
  );
  assert.equal(hex(packet!.bytes), '01020304450a0b0c');
});

test('octets that no field gives are zeros, and named', () => {
  const [packet] = packetsIn(frame('<field name="a" size="4" pos="2" value="01020304"/>'));
  assert.equal(hex(packet!.bytes), '0000010203040000');
  assert.deepEqual(packet!.gaps, [
    { at: 0, length: 2, line: 2, text: 'No field gives the 2 octets at 0: 00 stands there' },
    { at: 6, length: 2, line: 2, text: 'No field gives the 2 octets at 6: 00 stands there' },
  ]);
});

test('what a host calls itself cannot pass for a field, nor a field reach beyond the frame', () => {
  const name = '&quot; size=&quot;1&quot; pos=&quot;0&quot; value=&quot;99&quot;/&gt;';
  const [packet] = packetsIn(
    frame(
      `<field name="a" showname="Host Name: ${name}" size="8" pos="0" show="${name}" value="0102030405060708"/>` +
        '<field name="b" size="2" pos="7" value="aabb"/><field name="c" size="2" pos="4000000000" value="aabb"/>',
    ),
  );
  assert.equal(hex(packet!.bytes), '0102030405060708');
  const found = parseHexText(frame('').replace('size="8" pos="0"></proto>', 'size="99999999999" pos="0"></proto>'));
  assert.ok('error' in found || found.packets.every(({ bytes }) => bytes.length < 100));
});
