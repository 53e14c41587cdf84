/** An invented network: its clients, servers and relays, its clock, and the frames that have been seen so far. */
import { encodeMessage4, isJoined, type MessageSpec4, type OptionSpec4 } from '../../src/codec/dhcpv4';
import { hex } from '../../src/codec/bytes';
import { ipOption, raw, textOption, u32Option } from '../analysis/build';
import { datagram4, type Around } from '../lab/frame';
import { sampleOptions4 } from '../codec/table/samples';
import type { Random } from './random';
import { BROADCAST, tagged } from './packets';

export interface Sent {
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  /** A frame of Ethernet. */
  readonly bytes: Uint8Array;
}

export type Spec = Omit<MessageSpec4, 'options'> & { readonly options?: readonly OptionSpec4[] };

export interface Client {
  readonly mac: string;
  /** Colon hex; mostly the MAC. */
  readonly chaddr: string;
  readonly htype: number;
  readonly hlen: number;
  readonly address: string;
  readonly linkLocal: string;
  readonly duid: string;
  readonly iaid: number;
  /** What it says in each message. */
  readonly always: readonly OptionSpec4[];
  readonly vlans: readonly number[];
  readonly relay: Relay | undefined;
}

export interface Server {
  readonly mac: string;
  readonly address: string;
  readonly linkLocal: string;
  readonly duid: string;
  readonly lease: readonly OptionSpec4[];
}

export interface Relay {
  readonly mac: string;
  readonly address: string;
}

const SECOND = 1_000_000_000n;
const START = 1_700_000_000n * SECOND;
/** The last second that a file of pcapng can tell in microseconds (2^64 of them): the year 586 524; and half of that. */
const FAR = 2n ** 64n * 1000n;
const TIMES = {
  ordinary: 60,
  frozen: 3,
  backwards: 3,
  chaotic: 4,
  zero: 1,
  negative: 1,
  far: 1,
} as const;
export type Times = keyof typeof TIMES;

const SAMPLES = sampleOptions4().filter(({ code }) => code !== 53);

const byte = (n: number): string => n.toString(16).padStart(2, '0');
export const macOf = (kind: number, n: number): string => `02:67:${byte(kind)}:00:${byte(n >> 8)}:${byte(n & 255)}`;

export function weighted<K extends string>(random: Random, weights: Readonly<Record<K, number>>): K {
  const entries = Object.entries(weights) as [K, number][];
  let left = random.below(entries.reduce((sum, [, weight]) => sum + weight, 0));
  for (const [name, weight] of entries) if ((left -= weight) < 0) return name;
  return entries[0]![0];
}

export const octets = (random: Random, count: number): string =>
  Array.from({ length: count }, () => byte(random.below(256))).join('');

const NAMES = ['front-desk', 'phone', '', 'a\u001b[2Jb', 'x\u202ey', '<b>', 'é\u2028', 'n'.repeat(200), '\u0000'];

export class Story {
  readonly frames: Sent[] = [];
  now: bigint;
  readonly times: Times;
  readonly clients: readonly Client[];
  readonly servers: readonly Server[];
  readonly relays: readonly Relay[];
  private lastXid: number;

  constructor(readonly random: Random) {
    this.times = weighted(random, TIMES);
    this.now = this.times === 'zero' ? 0n : this.times === 'negative' ? -7n * SECOND : START;
    if (this.times === 'far') this.now = FAR / (random.once(2) ? 1n : 2n) - 30n * SECOND;
    this.lastXid = random.next();
    const many = (most: number): undefined[] => new Array<undefined>(1 + random.below(most)).fill(undefined);
    this.relays = random.once(3) ? many(2).map((_, i) => ({ mac: macOf(3, i), address: `10.67.${8 + i}.1` })) : [];
    this.servers = many(random.once(3) ? 3 : 1).map((_, i) => this.inventServer(i));
    this.clients = many(random.once(20) ? 60 : 6).map((_, i) => this.inventClient(i));
  }

  private inventServer(i: number): Server {
    const { random } = this;
    const address = random.once(10)
      ? random.pick(['169.254.7.7', '0.0.0.0', '224.0.0.1', '255.255.255.255'])
      : `10.67.0.${1 + i}`;
    const router = random.once(8) ? `10.99.0.${i}` : '10.67.0.1';
    const seconds = random.once(6) ? random.pick([0, 1, 59, 0x7fffffff, 0xffffffff]) : 3600;
    const lease = [
      ipOption(54, address),
      u32Option(51, seconds),
      raw(1, random.once(10) ? random.pick(['00000000', 'ff00ff00', 'ffffffff', 'fffffffe']) : 'ffffff00'),
      ipOption(3, router),
      ipOption(6, router, '10.67.0.53'),
    ];
    const some = lease.filter(() => !random.once(30));
    return {
      mac: macOf(1, i),
      address,
      linkLocal: `fe80::1:${i + 1}`,
      duid: `00030001${octets(random, 6)}`,
      lease: some,
    };
  }

  private inventClient(i: number): Client {
    const { random } = this;
    const mac = macOf(12, i);
    const odd = random.once(12);
    const always: OptionSpec4[] = [];
    if (random.once(2)) always.push(raw(55, random.once(10) ? octets(random, random.below(200)) : '0103060f1c'));
    if (random.once(3)) always.push(textOption(12, random.pick(NAMES)));
    if (random.once(4))
      always.push(
        textOption(60, random.pick(['MSFT 5.0', 'PXEClient:Arch:00007:UNDI:003016', 'HTTPClient', 'udhcp 1.36'])),
      );
    if (random.once(3))
      always.push(
        raw(
          61,
          random.pick([`01${mac.replaceAll(':', '')}`, 'ff00000001', '', octets(random, random.below(255)), '00']),
        ),
      );
    return {
      mac,
      chaddr: odd
        ? random.pick([
            '',
            '00:00:00:00:00:00',
            mac.slice(0, 8),
            Array<string>(16).fill('ab').join(':'),
            'ff:ff:ff:ff:ff:ff',
          ])
        : mac,
      htype: random.once(20) ? random.below(256) : 1,
      hlen: odd ? random.pick([0, 1, 5, 7, 8, 16, 17, 20, 255]) : 6,
      address: random.once(20) ? '10.67.0.100' : `10.67.0.${100 + (i % 150)}`,
      linkLocal: `fe80::c:${i + 1}`,
      duid: random.once(15) ? octets(random, random.below(140)) : `00030001${mac.replaceAll(':', '')}`,
      iaid: random.once(8) ? random.next() : i,
      always,
      vlans: random.once(5) ? Array.from({ length: 1 + random.below(3) }, () => random.below(4096)) : [],
      relay: this.relays.length > 0 && random.once(2) ? random.pick(this.relays) : undefined,
    };
  }

  client(): Client {
    return this.random.pick(this.clients);
  }
  server(): Server {
    return this.random.pick(this.servers);
  }

  /** Mostly a new number, else the last one again, or one that others have. */
  xid(): number {
    const { random } = this;
    return random.once(12)
      ? this.lastXid
      : (this.lastXid = random.once(20) ? random.pick([0, 1, 0xffffffff]) : random.next());
  }

  /** Moves the clock on, by so many milliseconds where time is as it should be. */
  wait(milliseconds: number): this {
    const { random } = this;
    const usual = BigInt(Math.round(milliseconds * 1000)) * 1000n + BigInt(random.below(1000));
    const kind =
      this.times === 'ordinary' && random.once(60)
        ? random.pick(['frozen', 'backwards', 'chaotic'] as const)
        : this.times;
    if (kind === 'backwards') this.now -= usual;
    else if (kind === 'chaotic') this.now += (BigInt(random.next()) - 0x80000000n) * BigInt(10 ** random.below(10));
    else if (kind !== 'frozen' && kind !== 'zero') this.now += usual;
    return this;
  }

  /** A frame, now; with its tags, and now and then in a VLAN that nobody else is in. */
  add(frame: Uint8Array, vlans: readonly number[] = []): this {
    const { random } = this;
    const tags = random.once(60) ? [random.below(4096), ...vlans] : random.once(80) ? [] : vlans;
    this.frames.push({ time: this.now, bytes: tags.length > 0 ? tagged(frame, tags) : frame });
    return this.wait(random.once(6) ? random.below(5000) : random.below(20));
  }

  /** One or more options that nobody expects: any of the tables, private ones, wrong lengths, option 82, more than fits. */
  oddOptions(): OptionSpec4[] {
    const { random } = this;
    if (!random.once(4)) return [];
    return Array.from({ length: 1 + random.below(random.once(20) ? 60 : 3) }, (): OptionSpec4 => {
      const { code, octets: value } = random.pick(SAMPLES);
      switch (random.below(6)) {
        case 0:
          return raw(
            random.pick([50, 51, 54, 58, 59, 1, 3, 6, 61, 82, 116, 108, 118, 121]),
            octets(random, random.below(9)),
          );
        case 1:
          return raw(1 + random.below(254), octets(random, random.below(20)));
        case 2:
          return raw(
            82,
            random.pick(['0104aabbccdd', '', '01', '01ff', `0506${octets(random, 6)}`, '0b040a430001', '01000200']),
          );
        case 3:
          return raw(random.pick([43, 119, 121, 249]), octets(random, random.below(700)));
        default:
          return raw(code, hex(value));
      }
    });
  }

  /** A DHCPv4 message of a client, or to it, as octets. `type` undefined: BOOTP. */
  message(client: Client, type: number | undefined, spec: Spec): Uint8Array {
    const { random } = this;
    const types = type === undefined ? [] : [raw(53, byte(type))];
    const { chaddr, htype, hlen } = client;
    const options = [...types, ...(spec.options ?? []), ...this.oddOptions()];
    // A value longer than one option goes in pieces (RFC 3396); some may not be joined.
    const fitting = options.filter(({ code, hex: digits = '' }) => digits.length <= 510 || isJoined(code));
    const fields = {
      chaddr,
      htype,
      hlen,
      secs: random.once(10) ? random.below(65536) : 0,
      flags: random.once(4) ? 0x8000 : 0,
      ...spec,
    };
    let out = encodeMessage4({ ...fields, options: fitting });
    if (type === undefined && random.once(2)) {
      // RFC 951: no cookie, 64 octets of a vendor's own.
      out = out.slice(0, 300).fill(0, 236);
    } else if (random.once(20)) {
      try {
        out = encodeMessage4({ ...fields, options: fitting, maximumSize: 300 });
      } catch (error) {
        if (!(error instanceof RangeError)) throw error; // more than fits, even overloaded
      }
    }
    if (random.once(40)) out = out.slice(0, random.below(out.length + 1));
    if (random.once(40)) out[random.below(out.length)] = random.next();
    return out;
  }

  /** A client's message, by broadcast or as `over` has it; where it is behind a relay, also what the relay hands on. */
  ask(client: Client, type: number | undefined, spec: Spec = {}, over: Partial<Around> = {}): this {
    const { random } = this;
    const bytes = this.message(client, type, {
      xid: this.xid(),
      ...spec,
      options: [...client.always, ...(spec.options ?? [])],
    });
    const ports = random.once(50)
      ? { sourcePort: random.below(65536), destinationPort: random.pick([67, 68, 4011, random.below(65536)]) }
      : {};
    const around = { ethSource: client.mac, ...ports, ...over };
    if (!client.relay || !random.once(3)) this.add(datagram4(bytes, around), client.vlans);
    if (client.relay && over.destination === undefined) this.handOn(client.relay, bytes);
    return this;
  }

  /** What a relay makes of a client's message (RFC 1542 §4.1.1). */
  handOn(relay: Relay, message: Uint8Array, hops = 1): void {
    const copy = message.slice();
    if (copy.length > 28) {
      copy[3] = hops;
      copy.set(relay.address.split('.').map(Number), 24);
    }
    const server = this.server();
    const over = {
      ethSource: relay.mac,
      ethDestination: server.mac,
      source: relay.address,
      destination: server.address,
      sourcePort: 67,
    };
    this.add(datagram4(copy, over));
  }

  /** A server's message to a client, or to its relay. */
  reply(server: Server, client: Client, type: number, spec: Spec = {}, over: Partial<Around> = {}): this {
    const { random } = this;
    const { relay } = client;
    const bytes = this.message(client, type, { op: 2, ...(relay ? { giaddr: relay.address } : {}), ...spec });
    const from = { ethSource: server.mac, source: server.address, sourcePort: 67 };
    const to = relay
      ? { ethDestination: relay.mac, destination: relay.address, destinationPort: 67 }
      : random.once(2)
        ? { ethDestination: client.mac, destination: client.address, destinationPort: 68 }
        : { ethDestination: BROADCAST, destinationPort: random.once(40) ? random.below(65536) : 68 };
    this.add(datagram4(bytes, { ...from, ...to, ...over }), relay ? [] : client.vlans);
    return this;
  }
}
