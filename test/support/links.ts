/** Ethernet frames as they would stand on another link. */
import type { Random } from '../fuzz/random';

export const OTHER_LINKS = ['raw', 'loopback', 'ppp', 'cooked', 'wifi', 'radiotap'] as const;
export type OtherLink = (typeof OTHER_LINKS)[number];

const LINK_TYPES: Readonly<Record<OtherLink, number>> = {
  raw: 101,
  loopback: 0,
  ppp: 9,
  cooked: 113,
  wifi: 105,
  radiotap: 127,
};

const octets = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.below(256));

/** The link's header in front of what an Ethernet frame of IPv4 or IPv6 holds; `random` invents what differs from frame to frame. */
export function onLink(ethernet: Uint8Array, link: OtherLink, random: Random): { bytes: Uint8Array; linkType: number } {
  const [destination, source, datagram] = [ethernet.subarray(0, 6), ethernet.subarray(6, 12), ethernet.subarray(14)];
  const type = [ethernet[12]!, ethernet[13]!];
  const six = type[0] === 0x86;
  const linkType = LINK_TYPES[link];
  const behind = (...header: readonly number[]): Uint8Array => Uint8Array.of(...header, ...datagram);
  switch (link) {
    case 'raw':
      return { linkType, bytes: behind() };
    case 'loopback':
      return { linkType, bytes: behind(six ? 10 : 2, 0, 0, 0) };
    case 'ppp':
      return { linkType, bytes: behind(0xff, 3, 0, six ? 0x57 : 0x21) };
    case 'cooked':
      return { linkType, bytes: behind(0, 0, 0, 1, 0, 6, ...source, 0, 0, ...type) };
    default:
      break;
  }
  // IEEE 802.11-2020 §9.2.4, §9.3.2.1: a data frame, with or without quality of service, to or from the access point or between two stations.
  const bss = [2, 0x67, 0, 0, 0, 9];
  const way = random.below(3);
  const service = random.once(2);
  const addresses = [
    [...destination, ...source, ...bss],
    [...bss, ...source, ...destination],
    [...destination, ...bss, ...source],
  ][way]!;
  const wifi = [
    service ? 0x88 : 0x08,
    way | (random.once(8) ? 0x08 : 0),
    ...octets(random, 2),
    ...addresses,
    random.below(16) << 4,
    random.below(256),
    ...(service ? [random.below(3), 0] : []),
    ...[0xaa, 0xaa, 3, 0, 0, 0, ...type],
  ];
  if (link === 'wifi') return { linkType, bytes: behind(...wifi) };
  // radiotap.org: a time stamp, flags (0x10: a check sequence ends the frame), a rate; a rate alone; a second word of fields.
  const flags = random.once(2) ? 0x10 : 0;
  const radiotap = random.pick([
    [0, 0, 18, 0, 7, 0, 0, 0, ...octets(random, 8), flags, random.below(256)],
    [0, 0, 9, 0, 4, 0, 0, 0, random.below(256)],
    [0, 0, 14, 0, 6, 0, 0, 0x80, 0, 0, 0, 0, flags, random.below(256)],
  ]);
  const checked = radiotap.length !== 9 && flags !== 0;
  return { linkType, bytes: Uint8Array.of(...radiotap, ...behind(...wifi), ...(checked ? octets(random, 4) : [])) };
}
