/** Capture files of invented frames: every format that is read, many links, clocks of any resolution. All choices come from the random numbers given. */
import { gzipSync } from 'node:zlib';
import { concat } from '../../src/codec/bytes';
import { Octets, Pcapng, pcap, snoop, type BlockOption } from '../capture/build';
import { OTHER_LINKS, onLink } from '../support/links';
import type { Random } from './random';
import type { Sent } from './story';

/** Link types beside those of `onLink`: Linux cooked, version 2 (links of the tcpdump group's registry). */
const COOKED2 = 276;
const TEXTS = ['eth0', 'wlan0', '', 'a\u001b[31m', 'x\u202ey\n', 'n'.repeat(3000)] as const;
const NANO = 1_000_000_000n;

interface Link {
  readonly linkType: number;
  put(ethernet: Uint8Array): Uint8Array;
}

/** How frames of Ethernet stand on the link of one interface. Mostly as they are. */
function linkOf(random: Random): Link {
  const plain = { linkType: 1, put: (ethernet: Uint8Array) => ethernet };
  if (!random.once(3)) return plain;
  switch (random.below(4)) {
    case 0:
      // “Cooked” of version 2: EtherType, two octets, interface index, ARPHRD, packet type, length of the address, address.
      return {
        linkType: COOKED2,
        put: (bytes) =>
          concat([
            bytes.subarray(12, 14),
            Uint8Array.of(0, 0, 0, 0, 0, 1 + random.below(2), 0, 1, random.below(5), 6),
            bytes.subarray(6, 12),
            Uint8Array.of(0, 0),
            bytes.subarray(14),
          ]),
      };
    case 1:
      // A link that the frames are not of.
      return { linkType: random.once(2) ? random.below(300) : random.below(65536), put: plain.put };
    default: {
      const link = random.pick(OTHER_LINKS);
      const { linkType } = onLink(new Uint8Array(60), link, random);
      return { linkType, put: (bytes) => (bytes.length < 14 ? bytes : onLink(bytes, link, random).bytes) };
    }
  }
}

interface Cut {
  readonly bytes: Uint8Array;
  readonly wire: number;
}

function cutAt(bytes: Uint8Array, snapLength: number): Cut {
  return { bytes: bytes.subarray(0, snapLength), wire: bytes.length };
}

const secondsOf = (time: bigint): { seconds: number; rest: bigint } => {
  const rest = ((time % NANO) + NANO) % NANO;
  return { seconds: Number((time - rest) / NANO), rest };
};

const ticksOf = (time: bigint, resolution: number): bigint => {
  const power = BigInt(resolution & 127);
  const ticks = resolution & 128 ? (time << power) / NANO : (time * 10n ** power) / NANO;
  return BigInt.asUintN(64, ticks);
};

/** Blocks that hold no packet, and may hold anything. */
function otherBlock(file: Pcapng, random: Random): void {
  const type = random.pick([4, 5, 9, 10, 0xbad, 0x40000bad, 0x80000001, random.next()]);
  const body = new Octets()
    .u32(random.below(4))
    .raw(Uint8Array.from({ length: random.below(40) }, () => random.next()));
  file.block(type, body.done());
}

function pcapngOf(frames: readonly Sent[], random: Random): Uint8Array {
  const file = new Pcapng(!random.once(3)).section(random.once(4) ? [[1, random.pick(TEXTS)]] : []);
  const interfaces = Array.from({ length: random.once(3) ? 1 + random.below(4) : 1 }, () => {
    const resolution = random.once(3) ? random.pick([0, 3, 9, 12, 18, 127, 128, 138, 159, 255]) : 6;
    const snapLength = random.once(5) ? 20 + random.below(600) : 262144;
    const options: BlockOption[] = resolution === 6 ? [] : [[9, Uint8Array.of(resolution)]];
    if (random.once(4)) options.push([random.pick([2, 3, 1, 11, 12]), random.pick(TEXTS)]);
    // if_tsoffset: seconds to add to each time, 64 bits with a sign.
    if (random.once(20))
      options.push([14, new Octets(true).u64(random.pick([1n, -1n, 2n ** 63n - 1n, -(2n ** 63n)])).done()]);
    const link = linkOf(random);
    file.interface(link.linkType, snapLength, options);
    return { link, resolution, snapLength };
  });
  for (const { time, bytes } of frames) {
    const number = random.below(interfaces.length);
    const { link, resolution, snapLength } = interfaces[number]!;
    const { bytes: kept, wire } = cutAt(link.put(bytes), snapLength);
    if (random.once(60)) otherBlock(file, random);
    if (number === 0 && random.once(40)) file.simplePacket(kept, wire);
    else {
      const ticks = ticksOf(time, resolution);
      const options: BlockOption[] = random.once(30) ? [[random.pick([1, 2, 4]), random.pick(TEXTS)]] : [];
      if (random.once(40)) file.oldPacket(kept, { interface: number, ticks, wire });
      else file.packet(kept, { interface: random.once(200) ? 9 : number, ticks, wire, options });
    }
  }
  return file.done();
}

function pcapOf(frames: readonly Sent[], random: Random): Uint8Array {
  const link = linkOf(random);
  const nanoseconds = random.once(3);
  const snapLength = random.once(5) ? 20 + random.below(600) : 262144;
  const records = frames.map(({ time, bytes }) => {
    const { seconds, rest } = secondsOf(time);
    const fraction = random.once(100) ? random.next() : Number(nanoseconds ? rest : rest / 1000n);
    return { ...cutAt(link.put(bytes), snapLength), seconds, fraction };
  });
  return pcap(records, { little: !random.once(4), nanoseconds, snapLength, network: link.linkType });
}

function snoopOf(frames: readonly Sent[], random: Random): Uint8Array {
  const records = frames.map(({ time, bytes }) => {
    const { seconds, rest } = secondsOf(time);
    const { bytes: kept, wire } = cutAt(bytes, random.once(40) ? 60 : 65535);
    return { bytes: kept, wire, seconds, microseconds: Number(rest / 1000n), padding: random.below(4) };
  });
  return snoop(records);
}

/** A capture file of these frames. */
export function fileOf(frames: readonly Sent[], random: Random): Uint8Array {
  const write = random.pick([pcapOf, pcapOf, pcapngOf, pcapngOf, pcapngOf, snoopOf]);
  return write(frames, random);
}

/** The same in gzip. */
export const zipped = (file: Uint8Array): Uint8Array => gzipSync(file, { level: 1 });
