/** Whether a message is of a stencil's kind is decided in two ways, a quick one and one that looks for the fields: they have to agree. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CapturedFrame } from '../../src/capture/frame';
import { encodeMessage4, type OptionSpec4 } from '../../src/codec/dhcpv4/encode';
import { foldedSum } from '../../src/codec/ip/checksum';
import { Glance, Glanced } from '../../src/codec/glance';
import { glanceTables, linkOf } from '../../src/codec/glanceTables';
import { dispatch } from '../../src/codec/layers';
import { HoleFinder4 } from '../../src/engine/holes4';
import { HoleFinder6 } from '../../src/engine/holes6';
import { holedOptions } from '../../src/engine/holedOptions';
import { Stencils } from '../../src/engine/stencils';
import { Random } from '../fuzz/random';
import { datagram4, datagram6 } from '../lab/frame';
import { onLink, OTHER_LINKS } from '../support/links';

const ETHERNET = 1;
const PAYLOAD = 14 + 28;

/** A message whose names and addresses a seed invents, with options in which fields are holes or not by what they hold. */
function message(random: Random): Uint8Array {
  const octet = (): string => random.below(256).toString(16).padStart(2, '0');
  const octets = (count: number): string => Array.from({ length: count }, octet).join('');
  const mac = random.once(8) ? 'ff:ff:ff:ff:ff:ff' : `02:67:00:00:${octet()}:0${random.below(4)}`;
  const reply = random.once(2);
  const last = random.below(256);
  const address = `10.0.0.${last}`;
  const own = mac.replaceAll(':', '');
  const options: OptionSpec4[] = [{ code: 53, hex: reply ? '05' : '03' }];
  const choices: readonly OptionSpec4[] = [
    { code: 61, hex: random.once(3) ? `01${octets(6)}` : `01${own}` },
    { code: 61, hex: `ff${octets(4)}00030001${octets(6)}` },
    { code: 12, hex: octets(4) },
    { code: 50, hex: random.once(6) ? '00000000' : `0a0000${last.toString(16).padStart(2, '0')}` },
    { code: 51, hex: random.once(6) ? 'ffffffff' : `0000${octets(2)}` },
    { code: 58, hex: `0000${octets(2)}` },
    { code: 81, hex: random.once(2) ? `040000${random.once(4) ? '20' : '03'}61${octet()}6200` : '00000061626364' },
    { code: 82, hex: `0104${octets(4)}0202${octets(2)}` },
  ];
  const chosen = random.below(4);
  for (const [i, one] of choices.entries()) if (i % 4 === chosen) options.push(one);
  const hasAddress = random.once(3);
  const body = encodeMessage4({
    op: reply ? 2 : 1,
    xid: random.next() >>> 0,
    chaddr: mac,
    ciaddr: hasAddress ? address : '0.0.0.0',
    yiaddr: !reply ? '0.0.0.0' : random.once(4) ? `10.0.0.${random.below(256)}` : address,
    options,
  });
  const frame = datagram4(body, {
    ethSource: reply || random.once(9) ? '02:67:00:00:00:01' : mac,
    ethDestination: reply && random.once(2) ? mac : 'ff:ff:ff:ff:ff:ff',
    source: reply ? '10.0.0.1' : hasAddress && random.once(2) ? address : '0.0.0.0',
    destination: random.once(2) ? address : '255.255.255.255',
    sourcePort: reply ? 67 : 68,
    destinationPort: reply ? 68 : 67,
  });
  // Some have no checksum, and some have octets that nobody expects.
  if (random.once(3)) frame.fill(0, PAYLOAD - 2, PAYLOAD);
  if (random.once(4)) {
    frame[PAYLOAD + random.below(frame.length - PAYLOAD)] = random.pick([0, 1, 255, random.below(256)]);
  }
  return frame;
}

function frameOf(bytes: Uint8Array, linkType: number, wireLength: number): CapturedFrame {
  return {
    number: 1,
    bytes,
    start: 0,
    end: bytes.length,
    wireLength,
    linkType,
    interface: 0,
    seconds: 1,
    nanoseconds: 0,
    timed: true,
    fileOffset: 0,
    comment: undefined,
  };
}

/** A DHCPv6 message with names, addresses and times that a seed invents; a relay hands some on. */
function message6(random: Random): Uint8Array {
  const octets = (count: number): number[] => Array.from({ length: count }, () => random.below(256));
  const option = (code: number, ...value: readonly number[]): number[] => [0, code, 0, value.length, ...value];
  const reply = random.once(2);
  const [low, last] = [random.below(4), random.below(256)];
  const times = [0, 0, 0x10, 0, 0, 0, random.pick([0, 0x20]), 0];
  const choices = [
    option(1, 0, 3, 0, 1, 2, 0x67, 0, 0, low, last),
    option(1, 0, 4, ...octets(16)),
    option(2, 0, 3, 0, 1, 2, 0x67, 0, 0, 0, 1),
    option(3, ...octets(4), ...times, ...option(5, ...octets(16), ...times, ...option(13, 0, random.below(2)))),
    option(25, ...octets(4), ...times, ...option(26, ...times, 56, ...octets(16))),
    option(8, ...octets(2)),
    option(39, 0, 3, ...octets(3)),
    option(9, 1, ...octets(8)),
    option(random.below(256), ...octets(random.below(4))),
  ];
  const kind = random.below(3);
  const body = [
    reply ? random.pick([2, 7]) : random.pick([1, 3, 5, 11, random.below(20)]),
    ...octets(3),
    ...choices.filter((_, i) => i === kind % 2 || (i % 3 === kind && i > 1)).flat(),
  ];
  const own = `fe80::67:ff:fe00:${(256 * low + last).toString(16)}`;
  const mac = `02:67:00:00:0${low}:${last.toString(16).padStart(2, '0')}`;
  const relayed = random.once(3);
  const relay = [
    reply ? 13 : 12,
    random.below(2),
    ...octets(2),
    ...Array<number>(14).fill(0),
    ...octets(16),
    ...option(18, ...octets(3)),
  ];
  const message = relayed ? [...relay, 0, 9, 0, body.length, ...body] : body;
  const ends = reply
    ? {
        ethSource: '02:67:ff:00:00:01',
        source: 'fe80::1',
        ethDestination: mac,
        destination: own,
        sourcePort: 547,
        destinationPort: 546,
      }
    : { ethSource: mac, source: own };
  const frame = datagram6(Uint8Array.from(message), ends);
  if (random.once(2)) frame.set(octets(2), 16);
  // It must have a checksum.
  if (random.once(8)) frame.fill(0, 60, 62);
  if (random.once(4)) frame[54 + random.below(frame.length - 54)] = random.pick([0, 1, 255, random.below(256)]);
  return frame;
}

describe('the stencil of a message', () => {
  it('is the one that its fields tell, and gives all its octets back', () => {
    const random = new Random(67);
    const ofLink = new Map<string, Stencils>();
    const finders = [new HoleFinder4(holedOptions()), new HoleFinder6()] as const;
    const glance = new Glance(glanceTables(dispatch), []);
    const matched = new Map<string, number>();
    let wrong = 0;
    let matched6 = 0;
    let matchedCut = 0;
    for (let n = 0; n < 120_000; n++) {
      const six = random.once(3);
      const ethernet = six ? message6(random) : message(random);
      const name = random.once(2) ? 'ethernet' : random.pick(OTHER_LINKS);
      const { bytes: whole, linkType } =
        name === 'ethernet' ? { bytes: ethernet, linkType: ETHERNET } : onLink(ethernet, name, random);
      // Some are cut by the snapshot length.
      const bytes = random.once(5) ? whole.slice(0, random.pick([90, 128, 300, 310])) : whole;
      const cut = bytes.length < whole.length;
      // Headers are damaged now and then.
      if (random.once(6)) bytes[random.below(80)] = random.below(256);
      const link = linkOf(dispatch, linkType);
      let stencils = ofLink.get(name);
      if (!stencils) ofLink.set(name, (stencils = new Stencils(holedOptions(), true)));
      if (glance.look(bytes, 0, bytes.length, link) !== Glanced.Datagram) continue;
      const { ip, payload, payloadEnd: end } = glance;
      const frame = frameOf(bytes, linkType, whole.length);
      const stencil = stencils.match(frame, link, ip, payload, end) ?? stencils.propose(frame, end);
      if (!stencil) continue;
      matched.set(name, (matched.get(name) ?? 0) + 1);
      if (six) matched6++;
      if (cut) matchedCut++;
      const finder = finders[payload - ip === 48 ? 1 : 0];
      assert.ok(finder.find(bytes, 0, link, ip, payload, end, bytes.length, cut), `message ${n}`);
      assert.equal(stencil.form, finder.form, `message ${n}`);
      assert.deepEqual(stencil.holes, finder.found, `message ${n}`);
      const packed = new Uint8Array(stencil.size);
      const right = stencil.pack(new DataView(bytes.buffer), bytes.byteOffset, new DataView(packed.buffer), 0);
      // RFC 768, RFC 8200 §8.1: both addresses, the protocol and the length.
      const udp = payload - 8;
      const pseudo = foldedSum(bytes, ip + (payload - ip === 48 ? 8 : 12), udp) + 17 + end - udp;
      const none = cut || (bytes[payload - 2] === 0 && bytes[payload - 1] === 0);
      assert.equal(right, none || foldedSum(bytes, udp, end, pseudo) === 0xffff, `message ${n}`);
      if (right) assert.deepEqual(stencil.unpack(packed, 0), bytes, `message ${n}`);
      else wrong++;
    }
    // What was invented is of few kinds, as it is on a network, and not all of it is right.
    assert.ok(matched.get('ethernet')! > 20_000, `${matched.get('ethernet')}`);
    for (const name of OTHER_LINKS) assert.ok(matched.get(name)! > 2000, `${name}: ${matched.get(name)}`);
    assert.ok(matched6 > 10_000, `${matched6}`);
    assert.ok(matchedCut > 5000, `${matchedCut}`);
    assert.ok(wrong > 100, `${wrong}`);
    for (const [name, { all }] of ofLink) assert.ok(all.length > 100, `${name}: ${all.length}`);
  });
});
