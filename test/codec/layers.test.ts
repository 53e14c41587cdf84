import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeFrame } from '../../src/codec/frame';
import { Reassembler } from '../../src/codec/ip/reassembly';
import { ALONE, dispatch, LINK_TYPES } from '../../src/codec/layers';
import { MAX_LAYERS, Walk } from '../../src/codec/walk';
import {
  DISCOVER,
  dhcpDatagram,
  dhcpPacket,
  eth,
  ids,
  idsOf,
  ip4,
  ip6,
  nodes,
  octets,
  SOLICIT,
  udp,
  uncovered,
  walkOf,
} from './frames';

const inner = eth(0x0800, dhcpPacket);
const SNAP = 'aaaa030000000800';
const solicit = ip6(17, udp(546, 547, SOLICIT + '0001000a0003000102005e005301'));
const inUdp = (port: number, payload: string): string => eth(0x0800, ip4(17, udp(50000, port, payload)));
const wifi = '0000' + '02005e0053aa' + '02005e005301' + 'ffffffffffff' + '1000';
const text = (words: string): string => Buffer.from(words.replaceAll('|', '\0'), 'latin1').toString('hex');

/** Link type and frame: one for every layer there is. */
const FRAMES: [number, string][] = [
  [ALONE.udp, dhcpDatagram],
  [ALONE.options, '638253633501013204c0a80001ff'],
  [ALONE.options6, '0001000a00030001020000000001000800020000'],
  [1, inner],
  [1, eth(0x8100, '00640800' + dhcpPacket)],
  [1, eth(0x0800, ip4(17, dhcpDatagram, { options: '94040000' + '830b040a4300010a43000200' }))],
  [1, eth(0x0800, ip4(17, dhcpDatagram.slice(0, 256), { fragment: 0x2000 }))],
  [1, eth(8 + dhcpPacket.length / 2, SNAP + dhcpPacket + '0000')],
  [1, eth(0x0800, ip4(1, '0303000000000000' + dhcpPacket))],
  [1, eth(0x0800, ip4(6, 'c000001600000001000000026012ffff00000000020405b4'))],
  [1, eth(0x0800, ip4(2, '16000000e0000005'))],
  [1, eth(0x0800, ip4(51, '1104' + '00'.repeat(22) + dhcpDatagram))],
  [1, eth(0x0800, ip4(50, '0000abcd00000001ffff'))],
  [
    1,
    eth(
      0x86dd,
      ip6(
        0,
        '3c00050200000100' + '2b00010400000000' + '2c00000000000000' + '1100000000000007' + udp(546, 547, SOLICIT),
      ),
    ),
  ],
  [
    1,
    eth(
      0x86dd,
      ip6(
        58,
        '86000000' +
          '40c00708' +
          '00'.repeat(8) +
          '010102005e0053fe' +
          '0304' +
          '40c0' +
          '00'.repeat(28) +
          '19030000' +
          '00'.repeat(20) +
          '1f02000000000e10' +
          '0161000000000000',
      ),
    ),
  ],
  [1, eth(0x86dd, ip6(58, '88000000' + 'e0000000' + '00'.repeat(16) + '020102005e0053fe'))],
  [1, eth(0x86dd, ip6(58, '01040000' + '00000000' + solicit))],
  [1, eth(0x0806, '0001080006040001' + '02005e005301' + '0a430064' + '000000000000' + '0a430001')],
  [1, eth(0x8035, '0001080006040003' + '02005e005301' + '00000000' + '02005e005301' + '00000000')],
  [1, eth(0x0800, ip4(17, udp(2000, 69, '0001' + text('pxelinux.0|octet|tsize|0|blksize|1468|'))))],
  [1, eth(0x0800, ip4(17, udp(69, 2000, '00050001' + text('no|'))))],
  [1, eth(0x8864, '110000070160' + '0021' + dhcpPacket)],
  [1, eth(0x8863, '110900000010' + '01010000' + '01030002abcd' + '01020002' + '6163')],
  [1, eth(0x8847, '0001004000012140' + '00000000' + inner)],
  [1, eth(0x88e7, '00000123' + inner)],
  [1, eth(0x88e5, '2000000000442eb73f3995c300010800' + dhcpPacket + '00'.repeat(16))],
  [1, eth(0x4305, '010f320000000001' + '02005e005301' + inner)],
  [1, eth(0x8909, '0101000100020800' + dhcpPacket)],
  [1, eth(0x894f, '0fc20203000001ff' + inner)],
  [1, inUdp(4789, '0800000000123400' + inner)],
  [1, inUdp(4790, '0c00000300123400' + inner)],
  [1, inUdp(6081, '010065580012340001020304' + inner)],
  [1, inUdp(2152, '34ff010000000001' + '00000085' + '01000100' + dhcpPacket)],
  [1, inUdp(1701, '4a02001000010002000100010002ffff' + 'ff030021' + dhcpPacket)],
  [1, eth(0x0800, ip4(115, '00000001a1b2c3d4' + inner))],
  [1, inUdp(5247, '0010030000000000' + '0108' + wifi + SNAP + dhcpPacket)],
  [1, inUdp(3544, '00008eaff5bcfef0' + solicit)],
  [1, eth(0x0800, ip4(47, 'b0000800123400000000abcd00000001' + dhcpPacket))],
  [1, eth(0x0800, ip4(47, '100088be00000001' + '1000000100000000' + inner))],
  [1, eth(0x0800, ip4(47, '100022eb00000001' + '200000010000000000000001' + '00'.repeat(8) + inner))],
  [1, eth(0x0800, ip4(97, '3000' + inner))],
  [1, eth(0x22f3, '004000020001' + '00'.repeat(4) + inner)],
  [1, inUdp(4341, '0000000000000001' + dhcpPacket)],
  [1, inUdp(4754, '00000800' + dhcpPacket)],
  [1, inUdp(37008, '01000001' + '000a01d801' + inner)],
  [1, inUdp(2152, '30ff000000000001' + inner)],
  [0, '02000000' + dhcpPacket],
  [7, '0102d4000001' + dhcpPacket],
  [11, 'aaaa030080c200070000' + inner],
  [6, '1040ffffffffffff82005e0053010270' + SNAP + dhcpPacket],
  [9, 'ff0300310001' + inner],
  [9, 'ff03003d' + 'c0000007' + '0021' + dhcpPacket],
  [10, '50ffffffffffff40007a00ca80' + SNAP + dhcpPacket],
  [50, '0f000800' + dhcpPacket],
  [101, dhcpPacket],
  [105, '8881' + wifi + '0000' + '01020304' + SNAP + dhcpPacket],
  [107, '18410300800000000800' + dhcpPacket],
  [108, '00000002' + dhcpPacket],
  [109, '020000000000123400000000' + dhcpPacket],
  [113, '00000001000602005e00530100000800' + dhcpPacket],
  [
    105,
    '8801' +
      wifi +
      '8000' +
      'ffffffffffff02005e005301' +
      (8 + dhcpPacket.length / 2).toString(16).padStart(4, '0') +
      SNAP +
      dhcpPacket,
  ],
  [117, '3d0200006c6f30' + '00'.repeat(57) + dhcpPacket],
  [122, '0000ffffffffffff000002005e005301' + SNAP + dhcpPacket],
  [123, '02050064' + SNAP + dhcpPacket],
  [119, '4400000010000000' + '00'.repeat(8) + '0801' + wifi + SNAP + dhcpPacket],
  [127, '0000110003000000001122334455667730' + '8801' + wifi + '00000000' + SNAP + dhcpPacket + 'cafebabe'],
  [129, '01000000d4000001' + dhcpPacket],
  [178, '4d4743800002abcd' + inner],
  [192, '0000080069000000' + '0801' + wifi + SNAP + dhcpPacket],
  [204, '00ff030021' + dhcpPacket],
  [226, '0102' + '00'.repeat(22) + dhcpPacket],
  [239, '02000001' + '05000a0000000000' + 'ffff0900' + dhcpPacket],
  [242, '11'.repeat(40) + '08000000' + dhcpPacket],
  [258, '10000000010000000100000000000000' + inner],
  [276, '0800000000000003000101' + '0602005e0053010000' + dhcpPacket],
];

/** Octets whose every read is checked to lie within them. */
function guarded(bytes: Uint8Array, start: number, end: number): Uint8Array {
  return new Proxy(bytes, {
    get(target, key) {
      if (typeof key === 'string' && /^\d+$/.test(key)) {
        const index = Number(key);
        assert.ok(
          index >= start && index < end,
          `octet ${index} read, but only ${start} to ${end - 1} are the frame's`,
        );
      }
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? (value as (...args: unknown[]) => unknown).bind(target) : value;
    },
  });
}

/** A small generator of numbers that are the same in every run (mulberry32's constants). */
function numbers(seed: number): (below: number) => number {
  return (below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

function checkTree(bytes: Uint8Array, linkType: number, wireLength: number, what: string): void {
  const walk = new Walk(dispatch).run(bytes, 0, bytes.length, linkType, wireLength);
  const frame = describeFrame(walk);
  for (const field of nodes(frame.tree)) {
    if (field.buffer) continue;
    assert.ok(
      field.offset >= 0 && field.length >= 0 && field.offset + field.length <= bytes.length,
      `${what}: ${field.name} beyond the frame`,
    );
  }
  for (const { offset, length, buffer, text: words } of frame.problems) {
    assert.ok(
      buffer || (offset >= 0 && length >= 0 && offset + length <= bytes.length),
      `${what}: problem beyond the frame: ${words}`,
    );
  }
  assert.deepEqual(uncovered(frame, bytes.length), [], `${what}: octets that no field explains`);
  new Reassembler().add(walk, 1);
}

test('every layer that is listed stands in one of the frames below', () => {
  const seen = new Set<string>();
  for (const [linkType, frame] of FRAMES) for (const id of ids(walkOf(frame, linkType)).split(' ')) seen.add(id);
  const listed = new Set<string>();
  for (const map of [dispatch.linkType, dispatch.etherType, dispatch.ipProtocol, dispatch.udpPort]) {
    for (const layer of map.values()) listed.add(layer.id);
  }
  // Three tags that are the same code as Cisco's.
  const alike = ['hsr', 'vntag', 'ieee8021br'];
  assert.deepEqual(
    [...listed].filter((id) => !seen.has(id) && !alike.includes(id)),
    [],
  );
});

test('a whole frame: every octet is explained', () => {
  for (const [linkType, frame] of FRAMES)
    checkTree(octets(frame), linkType, frame.length / 2, `link type ${linkType}, ${ids(walkOf(frame, linkType))}`);
});

test('a walk never reads behind the frame’s end, nor before its start', () => {
  for (const [linkType, frame] of FRAMES) {
    const bytes = octets('ee'.repeat(5) + frame + 'ee'.repeat(64));
    const length = frame.length / 2;
    for (let end = 0; end <= length; end++) {
      new Walk(dispatch).run(guarded(bytes, 5, 5 + end), 5, 5 + end, linkType, length);
    }
  }
});

test('frames cut at every length: the tree stands, by the sender and by the snapshot length', () => {
  for (const [linkType, frame] of FRAMES) {
    const bytes = octets(frame);
    for (let end = 0; end < bytes.length; end++) {
      const cut = bytes.slice(0, end);
      checkTree(cut, linkType, end, `link type ${linkType} cut at ${end}`);
      if (end % 7 === 0) checkTree(cut, linkType, bytes.length, `link type ${linkType}, snapshot ${end}`);
    }
  }
});

test('frames with changed octets: the tree stands', () => {
  const next = numbers(67);
  for (const [linkType, frame] of FRAMES) {
    const whole = octets(frame);
    for (let round = 0; round < 150; round++) {
      const bytes = whole.slice();
      const header = Math.min(bytes.length, 90);
      for (let i = next(4); i >= 0; i--) bytes[next(header)] = next(3) === 0 ? 255 : next(256);
      checkTree(
        bytes,
        linkType,
        bytes.length,
        `link type ${linkType}, round ${round}: ${Buffer.from(bytes).toString('hex')}`,
      );
    }
  }
});

test('noise on every link type: the tree stands', () => {
  const next = numbers(68);
  for (const linkType of dispatch.linkType.keys()) {
    for (let round = 0; round < 100; round++) {
      const bytes = Uint8Array.from({ length: next(120) }, () => next(256));
      checkTree(bytes, linkType, bytes.length, `link type ${linkType}, noise ${round}`);
    }
  }
});

test('tunnels in tunnels end', () => {
  let packet = dhcpPacket;
  for (let i = 0; i < 200; i++) packet = ip4(4, packet);
  const walk = walkOf(eth(0x0800, packet));
  assert.equal(walk.depth, MAX_LAYERS);
  assert.equal(describeFrame(walk).tree.length > MAX_LAYERS, true);
});

test('a walk that is used again forgets the frame before', () => {
  const walk = walkOf(eth(0x0800, ip4(1, '0303000000000000' + dhcpPacket)));
  const arp = octets(eth(0x0806, '00'.repeat(28)));
  walk.run(arp, 0, arp.length, 1);
  assert.equal(ids(walk), 'eth arp');
  assert.deepEqual([walk.ip, walk.udp, walk.quotedFrom, walk.fragment], [-1, -1, -1, -1]);
});

test('link types have the names that the command line prints', () => {
  assert.equal(LINK_TYPES[1], 'ethernet');
  assert.equal(LINK_TYPES[113], 'linux-sll');
  assert.equal(LINK_TYPES[276], 'linux-sll2');
  assert.equal(LINK_TYPES[101], 'raw-ip');
  assert.equal(LINK_TYPES[105], 'ieee802-11');
  assert.equal(LINK_TYPES[127], 'ieee802-11-radiotap');
  // The registry's numbers have 16 bits (draft-ietf-opsawg-pcaplinktype §2); those of octets without a link layer have more.
  for (const number of dispatch.linkType.keys()) if (number < 0x10000) assert.notEqual(LINK_TYPES[number], undefined);
});

test('an unknown link type has no layers', () => {
  assert.equal(idsOf(inner, 147), '');
  assert.equal(idsOf(inner, -1), '');
});

test('a datagram from PXE’s port 4011 is DHCP only where its body is: clients of all kinds send from such ports', () => {
  const body = dhcpDatagram.slice(16);
  const between = (source: number, destination: number, payload: string): string =>
    idsOf(eth(0x0800, ip4(17, udp(source, destination, payload))));
  assert.equal(between(68, 4011, body), 'eth ip udp dhcp');
  assert.equal(between(4011, 4011, body), 'eth ip udp dhcp');
  assert.equal(between(4011, 53, '5f'.repeat(300)), 'eth ip udp');
  assert.equal(between(443, 4011, '5f'.repeat(300)), 'eth ip udp');
});

test('a DHCP body from port 67 to a port of another protocol is DHCP: the sender missed the port', () => {
  const to = (port: number, payload: string): string => idsOf(eth(0x0800, ip4(17, udp(67, port, payload))));
  assert.equal(to(69, DISCOVER), 'eth ip udp dhcp');
  assert.equal(to(4789, DISCOVER), 'eth ip udp dhcp');
  // Without its magic cookie it is what the destination port says.
  assert.equal(to(69, '000161006f6374657400'), 'eth ip udp tftp');
});
