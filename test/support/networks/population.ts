/** Populations of clients of one link, as a seed mixes them of the kinds that networks have: some get an OFFER and some do not, by chance or for a reason. */
import { encodeMessage4, type OptionSpec4 } from '../../../src/codec/dhcpv4/encode';
import { Random } from '../../fuzz/random';
import { datagram4 } from '../../lab/frame';
import type { SentFrame } from './capture';

const text = (code: number, value: string): OptionSpec4 => ({ code, hex: Buffer.from(value).toString('hex') });
const octets = (code: number, hex: string): OptionSpec4 => ({ code, hex });
const number = (value: number, length: number): string => value.toString(16).padStart(2 * length, '0');

/** What a client sends, by its kind. */
interface Kind {
  readonly weight: number;
  readonly maker: string;
  readonly broadcast?: boolean;
  /** Octets to which the message is filled up. */
  readonly padded?: number;
  options(random: Random, mac: string, n: number): OptionSpec4[];
}

const identifier = (mac: string): OptionSpec4 => octets(61, `01${mac.replaceAll(':', '')}`);
const wanted = (random: Random, n: number): OptionSpec4[] =>
  random.once(2) ? [octets(50, `0a0000${number(100 + n, 1)}`)] : [];
const named = (random: Random, name: string): OptionSpec4[] => (random.once(5) ? [] : [text(12, name)]);

/** Systems as public captures show them (codec/names/systems.ts). */
export const KINDS: readonly Kind[] = [
  {
    weight: 6,
    maker: '00:1b:21',
    options: (random, mac, n) => [
      identifier(mac),
      ...wanted(random, n),
      ...named(random, `DESKTOP-${number(random.below(0xffff), 2).toUpperCase()}`),
      text(60, 'MSFT 5.0'),
      octets(55, '0103060f1f212b2c2e2f7779f9fc'),
    ],
  },
  {
    weight: 3,
    maker: '02:5e:11',
    options: (random, mac, n) => [
      identifier(mac),
      ...wanted(random, n),
      octets(57, '05dc'),
      text(60, `android-dhcp-${9 + random.below(5)}`),
      ...named(random, `Pixel-${1 + random.below(8)}`),
      octets(55, '0103060f1a1c333a3b2b'),
    ],
  },
  {
    weight: 2,
    maker: '3c:22:fb',
    padded: 300,
    options: (random, mac, n) => [
      octets(55, '017903060f77fc5f2c2e'),
      octets(57, '05dc'),
      identifier(mac),
      ...wanted(random, n),
      octets(51, '0076a700'),
      ...named(random, `Mac-${n}`),
    ],
  },
  {
    weight: 3,
    maker: '52:54:00',
    padded: 300,
    options: (random, _, n) => [
      ...wanted(random, n),
      ...named(random, `node${n}`),
      octets(55, '011c02030f06770c2c2f1a792a'),
    ],
  },
  {
    weight: 2,
    maker: 'b8:27:eb',
    options: (random, mac, n) => [
      octets(61, `ff${mac.replaceAll(':', '').slice(4)}00030001${mac.replaceAll(':', '')}`),
      text(60, 'dhcpcd-9.4.1:Linux-5.10.63-v7l+:armv7l:BCM2711'),
      octets(145, '01'),
      ...named(random, `raspberrypi${n}`),
      octets(55, '01792103060c0f1a1c2a33363a3b77'),
    ],
  },
  {
    weight: 1,
    maker: '00:1e:8f',
    broadcast: true,
    padded: 300,
    options: (random, mac, n) => [
      identifier(mac),
      ...named(random, `PRINTER${n}`),
      text(60, 'Hewlett-Packard JetDirect'),
      octets(55, '0306010f0c2c514342'),
    ],
  },
  {
    weight: 2,
    maker: '48:3f:da',
    broadcast: true,
    padded: 308,
    options: (random) => [
      octets(57, '0240'),
      ...named(random, `ESP-${number(random.below(0xffff), 2)}`),
      octets(55, '0103061c'),
    ],
  },
  {
    weight: 1,
    maker: '00:04:f2',
    options: (random, mac) => [
      text(60, 'udhcp 1.24.1'),
      identifier(mac),
      octets(57, '0240'),
      ...(random.once(2) ? [text(77, 'phone')] : []),
      octets(55, '0103060c0f1c2a'),
    ],
  },
];

/** A client of the population, with the number of its kind. */
export interface Member {
  readonly kind: number;
  readonly mac: string;
}

/** What a population sent. */
export interface Population {
  readonly events: readonly SentFrame[];
  readonly random: Random;
  readonly silent: readonly Member[];
}

/**
 * So many clients, of which those get no OFFER that `refused` tells. Each asks twice; the answered take the second OFFER no further, so that
 * every client's messages are of one form.
 */
export function populationOf(
  seed: number,
  clients: number,
  refused: (members: readonly Member[], random: Random) => ReadonlySet<Member>,
): Population {
  const random = new Random(seed);
  const bag = KINDS.flatMap(({ weight }, kind) => Array.from({ length: weight }, () => kind));
  const members = Array.from({ length: clients }, (_, n): Member => {
    const kind = random.pick(bag);
    return {
      kind,
      mac: `${KINDS[kind]!.maker}:${number(random.below(256), 1)}:${number(random.below(256), 1)}:${number(n, 1)}`,
    };
  });
  const silent = refused(members, random);
  const events: SentFrame[] = [];
  members.forEach((member, n) => {
    const { mac } = member;
    const kind = KINDS[member.kind]!;
    const options = kind.options(random, mac, n);
    const xid = random.next() >>> 0;
    const own = { xid, chaddr: mac, flags: kind.broadcast ? 0x8000 : 0 };
    const server = octets(54, '0a000001');
    const up = { ethSource: mac, sourcePort: 68, destinationPort: 67 };
    const down = { ethSource: '00:0c:29:00:00:01', source: '10.0.0.1', sourcePort: 67, destinationPort: 68 };
    const send = (time: number, message: Parameters<typeof encodeMessage4>[0], around: object): void => {
      const bytes = encodeMessage4(message);
      const padded = new Uint8Array(Math.max(bytes.length, message.op === 2 ? 300 : (kind.padded ?? 0)));
      padded.set(bytes);
      events.push({ time, bytes: datagram4(padded, around) });
    };
    const address = `10.0.0.${100 + n}`;
    const given = [server, octets(51, '00015180'), octets(1, 'ffffff00'), octets(3, '0a000001')];
    const asks = (secs: number): Parameters<typeof encodeMessage4>[0] => ({
      ...own,
      secs,
      options: [octets(53, '01'), ...options],
    });
    const begin = 10 + random.below(600);
    send(begin, asks(0), up);
    if (silent.has(member)) {
      send(begin + 4, asks(4), up);
      return;
    }
    send(begin + 0.01, { ...own, op: 2, yiaddr: address, options: [octets(53, '02'), ...given] }, down);
    const takes = options.filter(({ code }) => code !== 50);
    send(
      begin + 0.02,
      { ...own, options: [octets(53, '03'), octets(50, `0a0000${number(100 + n, 1)}`), server, ...takes] },
      up,
    );
    send(begin + 0.03, { ...own, op: 2, yiaddr: address, options: [octets(53, '05'), ...given] }, down);
  });
  return { events, random, silent: [...silent] };
}
