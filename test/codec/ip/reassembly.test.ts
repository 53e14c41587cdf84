import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Reassembler } from '../../../src/codec/ip/reassembly';
import { dispatch } from '../../../src/codec/layers';
import { Walk } from '../../../src/codec/walk';
import { describeFrame } from '../../../src/codec/frame';
import { dhcpDatagram, dhcpPacket, eth, h16, h8, ids, ip4, ip6, octets, SOLICIT, udp, walkOf } from '../frames';

const WHOLE = { source: '00000000', destination: 'ffffffff' };
/** A piece of the DISCOVER's datagram, from octet `from` up to `to`, both multiples of 8 but for the last. */
const piece = (from: number, to: number, id = 0x1234, datagram = dhcpDatagram): string => {
  const more = to * 2 < datagram.length ? 0x2000 : 0;
  return eth(0x0800, ip4(17, datagram.slice(2 * from, 2 * to), { ...WHOLE, id, fragment: more | (from / 8) }));
};
const LENGTH = dhcpDatagram.length / 2;

test('two fragments make the datagram, in either order', () => {
  for (const order of [
    [0, 1],
    [1, 0],
  ]) {
    const frames = [piece(0, 128), piece(128, LENGTH)];
    const reassembler = new Reassembler();
    assert.equal(reassembler.add(walkOf(frames[order[0]!]!), 7), undefined);
    const done = reassembler.add(walkOf(frames[order[1]!]!), 9)!;
    assert.deepEqual(done.frames, [7, 9]);
    assert.deepEqual(Buffer.from(done.bytes).toString('hex'), dhcpPacket, 'as it was before it was fragmented');
    const walk = new Walk(dispatch).runFrom(done.layer, done.bytes, 0, done.bytes.length);
    assert.equal(ids(walk), 'ip udp dhcp');
    assert.deepEqual(describeFrame(walk).problems, []);
    assert.deepEqual(reassembler.held, { datagrams: 0, octets: 0 });
  }
});

test('a fragment that comes twice is taken once', () => {
  const reassembler = new Reassembler();
  reassembler.add(walkOf(piece(0, 128)), 1);
  assert.equal(reassembler.add(walkOf(piece(0, 128)), 2), undefined);
  assert.deepEqual(reassembler.add(walkOf(piece(128, LENGTH)), 3)?.frames, [1, 3]);
});

test('fragments of other datagrams are kept apart', () => {
  const reassembler = new Reassembler();
  reassembler.add(walkOf(piece(0, 128, 1)), 1);
  assert.equal(reassembler.add(walkOf(piece(128, LENGTH, 2)), 2), undefined);
  assert.equal(reassembler.held.datagrams, 2);
});

test('overlapping fragments: the datagram is given up for good (RFC 5722)', () => {
  const reassembler = new Reassembler();
  reassembler.add(walkOf(piece(0, 128)), 1);
  assert.equal(reassembler.add(walkOf(piece(64, 192)), 2), undefined);
  assert.equal(reassembler.add(walkOf(piece(0, 128)), 3), undefined);
  assert.equal(reassembler.add(walkOf(piece(128, LENGTH)), 4), undefined);
});

test('a last fragment that ends before another contradicts it', () => {
  const reassembler = new Reassembler();
  reassembler.add(walkOf(piece(128, 192)), 1);
  reassembler.add(walkOf(piece(0, 64, 0x1234, dhcpDatagram.slice(0, 128))), 2);
  assert.equal(reassembler.add(walkOf(piece(64, 128)), 3), undefined);
  assert.equal(reassembler.add(walkOf(piece(0, 64)), 4), undefined);
});

test('a fragment that the snapshot length cut is of no use', () => {
  const reassembler = new Reassembler();
  const cut = piece(0, 128);
  reassembler.add(walkOf(cut.slice(0, -20), 1, cut.length / 2), 1);
  assert.equal(reassembler.held.datagrams, 0);
});

test('a datagram waits no longer than it may', () => {
  const reassembler = new Reassembler();
  reassembler.add(walkOf(piece(0, 128)), 1, 100);
  assert.equal(reassembler.add(walkOf(piece(128, LENGTH)), 2, 161), undefined);
  assert.deepEqual(reassembler.add(walkOf(piece(0, 128)), 3, 170)?.frames, [2, 3]);
});

test('number and memory are bounded: the oldest datagram goes first', () => {
  const reassembler = new Reassembler({ datagrams: 4, octets: 1000 });
  for (let id = 0; id < 100; id++) {
    reassembler.add(walkOf(piece(0, 128, id)), id);
    assert.ok(reassembler.held.datagrams <= 4);
    assert.ok(reassembler.held.octets <= 1000);
  }
  assert.deepEqual(reassembler.add(walkOf(piece(128, LENGTH, 99)), 100)?.frames, [99, 100]);
  assert.equal(reassembler.add(walkOf(piece(128, LENGTH, 0)), 101), undefined);
});

test('one datagram in endless fragments is given up', () => {
  const reassembler = new Reassembler({ fragments: 8 });
  const big = '00'.repeat(800);
  for (let i = 0; i < 20; i++) reassembler.add(walkOf(piece(8 * i, 8 * i + 8, 1, big)), i);
  assert.ok(reassembler.held.octets < 200);
});

test('beyond 65535 octets there is no datagram (“ping of death”)', () => {
  const reassembler = new Reassembler();
  const last = eth(0x0800, ip4(17, '00'.repeat(800), { fragment: 8190 }));
  assert.equal(reassembler.add(walkOf(last), 1), undefined);
  assert.equal(reassembler.held.datagrams, 0);
});

test('IPv6: with an extension header in front of the fragment header', () => {
  const datagram = udp(546, 547, SOLICIT + '0001000a00030001' + '02005e005301');
  const part = (from: number, to: number): string => {
    const more = to * 2 < datagram.length ? 1 : 0;
    return eth(
      0x86dd,
      ip6(0, `2c00050200000100${`11${h8(0)}${h16(from | more)}00000042`}${datagram.slice(2 * from, 2 * to)}`),
    );
  };
  const reassembler = new Reassembler();
  assert.equal(reassembler.add(walkOf(part(16, datagram.length / 2)), 1), undefined);
  const done = reassembler.add(walkOf(part(0, 16)), 2)!;
  assert.deepEqual(done.bytes, octets(ip6(0, `1100050200000100${datagram}`)));
  assert.equal(
    ids(new Walk(dispatch).runFrom(done.layer, done.bytes, 0, done.bytes.length)),
    'ipv6 ipv6.hopopts udp dhcpv6',
  );
});

test('frames without fragments do nothing', () => {
  const reassembler = new Reassembler();
  assert.equal(reassembler.add(walkOf(eth(0x0800, dhcpPacket)), 1), undefined);
  assert.equal(reassembler.held.datagrams, 0);
});
