/** Captures that are full of one hostile or unusual thing: each of them once made time or memory grow faster than the file, or looks as if it could. */
import { encodeMessage4, type MessageSpec4, type OptionSpec4 } from '../../src/codec/dhcpv4';
import { concat, encodeText, ipv4ToText, parseHex, parseIpv4 } from '../../src/codec/bytes';
import { ipOption, raw, u32Option } from '../analysis/build';
import { Pcapng, pcap, type PcapFrame } from '../capture/build';
import { datagram4, datagram6, type Around } from '../lab/frame';
import type { InputFile } from './inspect';
import type { Family } from './growth';
import { arpFrame, fragmented, icmpFrame, quote, tagged } from './packets';

const SERVER = '10.67.0.1';
const SERVER_MAC = '02:67:01:00:00:01';
const RELAY = '10.67.8.1';
const BEGIN = 1_700_000_000;

const hex = (value: number, octets: number): string => value.toString(16).padStart(2 * octets, '0');
const mac = (n: number): string => hex(n, 6).replace(/^..../, '0267').match(/../g)!.join(':');
const place = (base: string, n: number): string => ipv4ToText((parseIpv4(base)! + n) >>> 0);
const LEASE = [ipOption(54, SERVER), u32Option(51, 3600), raw(1, 'ffff0000'), ipOption(3, SERVER), ipOption(6, SERVER)];

type Spec = Omit<MessageSpec4, 'options'> & { readonly options?: readonly OptionSpec4[] };

/** A capture in the making. */
class Tape {
  readonly frames: PcapFrame[] = [];

  /** A frame of Ethernet at so many seconds. */
  add(seconds: number, bytes: Uint8Array): this {
    const whole = Math.floor(seconds);
    this.frames.push({ bytes, seconds: BEGIN + whole, fraction: Math.floor((seconds - whole) * 1e6) });
    return this;
  }
  /** A message of client `n`. */
  ask(seconds: number, n: number, type: number, spec: Spec = {}, around: Partial<Around> = {}): this {
    return this.add(seconds, request(n, type, spec, around));
  }
  /** A message of the server to client `n`. */
  reply(seconds: number, n: number, type: number, spec: Spec = {}, around: Partial<Around> = {}): this {
    const from = { ethSource: SERVER_MAC, source: SERVER, sourcePort: 67, destinationPort: 68, ...around };
    return this.ask(seconds, n, type, { op: 2, options: LEASE, ...spec }, from);
  }
  /** DISCOVER to ACK. */
  bind(seconds: number, n: number, yiaddr: string, spec: Spec = {}): this {
    return this.ask(seconds, n, 1, spec)
      .reply(seconds + 0.001, n, 2, { ...spec, yiaddr })
      .ask(seconds + 0.002, n, 3, { ...spec, options: [ipOption(50, yiaddr), ipOption(54, SERVER)] })
      .reply(seconds + 0.003, n, 5, { ...spec, yiaddr });
  }
  /** As a file, in the order of time. */
  file(path = 'a.pcap'): InputFile {
    const time = ({ seconds = 0, fraction = 0 }: PcapFrame): number => seconds * 1e6 + fraction;
    return { path, bytes: pcap(this.frames.toSorted((a, b) => time(a) - time(b))) };
  }
}

function request(n: number, type: number, spec: Spec = {}, around: Partial<Around> = {}): Uint8Array {
  const { options = [], ...rest } = spec;
  const message = encodeMessage4({ chaddr: mac(n), xid: n + 1, ...rest, options: [raw(53, hex(type, 1)), ...options] });
  return datagram4(message, { ethSource: mac(n), ...around });
}

/** A message of DHCPv6 of client `n`, with these options as hex. */
function request6(n: number, type: number, options: string): Uint8Array {
  const duid = `0001000a00030001${hex(n, 6)}`;
  const message = parseHex(hex(type, 1) + hex(n & 0xffffff, 3) + duid + options)!;
  return datagram6(message, { ethSource: mac(n), source: `fe80::${hex(n >>> 16, 2)}:${hex(n & 0xffff, 2)}` });
}

const ARP_ANSWER = (n: number, holder: string, asker: string): Uint8Array =>
  arpFrame({ operation: 2, senderMac: mac(n), senderIp: holder, targetMac: mac(0), targetIp: asker });
const ARP_QUESTION = (n: number, asker: string, asked: string): Uint8Array =>
  arpFrame({ operation: 1, senderMac: mac(n), senderIp: asker, targetMac: '00:00:00:00:00:00', targetIp: asked });
const ECHO = (to: string): Uint8Array =>
  icmpFrame(8, 0, new Uint8Array(16), { ethSource: SERVER_MAC, source: SERVER, destination: to });

/** A family of one capture: `each` puts the frames of step `i` of `steps` onto the tape. */
const family =
  (perMessage: number, each: (tape: Tape, i: number, steps: number) => void): Family =>
  (messages) => {
    const tape = new Tape();
    const steps = Math.ceil(messages / perMessage);
    for (let i = 0; i < steps; i++) each(tape, i, steps);
    return [tape.file()];
  };

/** By name. */
export const FAMILIES: Readonly<Record<string, Family>> = {
  'clients that nobody answers': family(1, (tape, i) => tape.ask(i / 100, i, 1)),
  'one client that begins again and again': family(1, (tape, i) => tape.ask(i / 10, 1, 1, { xid: i })),
  'one message, seen again and again': family(1, (tape, i) => tape.ask(i / 1e5, 1, 1)),
  'one ACK, seen again and again': family(1, (tape, i, steps) => {
    if (i === 0) tape.bind(0, 1, '10.67.0.9');
    tape.reply(1 + (20 * i) / steps, 1, 5, { yiaddr: '10.67.0.9' });
  }),
  leases: family(4, (tape, i) => tape.bind(i / 100, i, place('10.67.1.0', i))),
  'one address for all': family(4, (tape, i) => tape.bind(i / 100, i, '10.67.0.9')),
  'offers of many servers to one client': family(1, (tape, i) => {
    if (i === 0) tape.ask(0, 1, 1);
    const source = place('10.68.0.0', i);
    tape.reply(
      0.001 + i / 1e5,
      1,
      2,
      { yiaddr: '10.67.0.9', options: [ipOption(54, source), ...LEASE.slice(1)] },
      { source, ethSource: mac(0x1000000 + i) },
    );
  }),
  'NAK after NAK': family(2, (tape, i) => {
    tape.ask(i / 50, 1, 3, { xid: i, options: [ipOption(50, '192.168.7.7')] });
    tape.reply(i / 50 + 0.001, 1, 6, { xid: i, options: [ipOption(54, SERVER)] });
  }),
  'declined by many, and ARP shows by whom': family(2, (tape, i, steps) => {
    if (i === 0) tape.bind(0, 1, '10.67.0.9');
    tape.add(1 + i / 1e4, ARP_ANSWER(0x2000000 + (i & 7), '10.67.0.9', SERVER));
    tape.ask(1 + steps / 1e4 + i / 1e3, i, 4, { options: [ipOption(50, '10.67.0.9'), ipOption(54, SERVER)] });
  }),
  'declined again and again, and ARP shows by whom': family(2, (tape, i, steps) => {
    if (i === 0) tape.bind(0, 1, '10.67.0.9');
    tape.add(1 + i / 1e4, ARP_ANSWER(0x2000000 + i, '10.67.0.9', SERVER));
    tape.ask(1 + steps / 1e4 + i / 10, 1, 4, { xid: i, options: [ipOption(50, '10.67.0.9'), ipOption(54, SERVER)] });
  }),
  'answers that cannot be seen, and ARP after them': family(2, (tape, i, steps) => {
    if (i === 0) tape.bind(0, 1, '10.67.0.9');
    const at = 10 + (50 * i) / steps;
    tape.ask(at, i + 10, 3, { options: [ipOption(50, '10.67.0.10'), ipOption(54, SERVER)] });
    tape.add(at + 1e-5, ARP_QUESTION(0x2000000 + (i & 15), '10.67.0.77', '10.67.0.10'));
  }),
  'renewals that nobody answers, and ARP of the same clients': family(3, (tape, i, steps) => {
    const own = place('10.67.1.0', i);
    const around = { source: own, destination: SERVER };
    tape.ask(i / 1e4, i, 3, { ciaddr: own }, around);
    tape.ask(10 + i / 1e4, i, 3, { ciaddr: own, secs: 10 }, around);
    tape.add(
      10 + i / 1e4 + 5e-5,
      ARP_QUESTION(i % Math.max(1, steps >> 3), place('10.67.1.0', i % Math.max(1, steps >> 3)), SERVER),
    );
  }),
  'slow offers, and echoes of the server before them': family(3, (tape, i) => {
    const own = place('10.67.1.0', i);
    tape.ask(i / 1e5, i, 1);
    tape.add(1 + i / 1e5, ECHO(own));
    tape.reply(50 + i / 1e5, i, 2, { yiaddr: own });
  }),
  'slow leases of one address, and echoes before them': family(5, (tape, i) => {
    const own = '10.67.0.9';
    tape
      .ask(i / 1e5, i, 1)
      .add(1 + i / 1e5, ECHO(own))
      .reply(50 + i / 1e5, i, 2, { yiaddr: own });
    tape.ask(60 + i / 1e5, i, 3, { options: [ipOption(50, own), ipOption(54, SERVER)] });
    tape.reply(60 + i / 1e5 + 5e-6, i, 5, { yiaddr: own });
  }),
  'one message in many VLANs': family(1, (tape, i) =>
    tape.add(i / 1e6, tagged(request(1, 1), [(i >> 12) & 4095, i & 4095])),
  ),
  'one client in many VLANs': family(1, (tape, i) =>
    tape.add(2 * i, tagged(request(1, 1, { xid: i }), [(i >> 12) & 4095, i & 4095])),
  ),
  'relays, and ICMP about one of them': family(2, (tape, i) => {
    const giaddr = place(RELAY, i);
    const around = { source: giaddr, destination: '10.99.0.1', sourcePort: 67 };
    tape.ask(i / 1e4, i, 1, { giaddr, hops: 1 }, around);
    const asked = request(1, 1, { giaddr: RELAY, hops: 1 }, { ...around, source: RELAY });
    tape.add(100 + i / 1e4, icmpFrame(3, 3, quote(asked, 300), { source: '10.99.0.1', destination: RELAY }));
  }),
  'a relay’s loop': family(1, (tape, i) =>
    tape.ask(i / 1e6, 1, 1, { hops: i & 255, giaddr: place(RELAY, i) }, { source: place(RELAY, i), sourcePort: 67 }),
  ),
  'option 82 that differs each time': family(1, (tape, i) =>
    tape.ask(
      i / 1e6,
      1,
      1,
      { giaddr: RELAY, hops: 1, options: [raw(82, `0104${hex(i, 4)}`)] },
      { source: RELAY, destination: SERVER, sourcePort: 67 },
    ),
  ),
  'fragments that never come together': family(1, (tape, i) => {
    const [first] = fragmented(request(1, 1, {}, { source: place('10.70.0.0', i >> 16) }), 64, i & 0xffff);
    tape.add(i / 1e5, first!);
  }),
  'types that nobody knows': family(2, (tape, i) =>
    tape.ask(i / 100, i, 19 + (i % 237)).reply(i / 100 + 0.001, i, 19 + ((i * 7) % 237)),
  ),
  'ICMP about many clients': family(1, (tape, i) => {
    const own = place('10.67.1.0', i);
    const asked = request(i, 3, { ciaddr: own }, { source: own, destination: SERVER });
    tape.add(i / 100, icmpFrame(3, i % 16, quote(asked, 300), { source: '10.67.0.254', destination: own }));
  }),
  'TFTP that asks and is refused': family(2, (tape, i) => {
    if (i === 0) tape.bind(0, 1, '10.67.0.9');
    const client = {
      ethSource: mac(1),
      source: '10.67.0.9',
      destination: SERVER,
      sourcePort: 2000 + (i % 60_000),
      destinationPort: 69,
    };
    const server = {
      ethSource: SERVER_MAC,
      source: SERVER,
      destination: '10.67.0.9',
      sourcePort: 30_000,
      destinationPort: client.sourcePort,
    };
    tape.add(1 + i / 100, datagram4(encodeText(`\0\u0001file${i}\0octet\0`), client));
    tape.add(1 + i / 100 + 0.001, datagram4(encodeText('\0\u0005\0\u0001File not found\0'), server));
  }),
  'clients of DHCPv6 that nobody answers': family(1, (tape, i) =>
    tape.add(i / 100, request6(i, 1, `0003000c${hex(i, 4)}0000000000000000000800020000`)),
  ),
  'DHCPv6 in many relays': family(40, (tape, i) => {
    let message = parseHex(`01${hex(i & 0xffffff, 3)}0001000a00030001${hex(i, 6)}`)!;
    for (let hops = 0; hops < 30; hops++)
      message = concat([
        Uint8Array.of(12, hops),
        new Uint8Array(32).fill(hops + 1),
        Uint8Array.of(0, 9, message.length >> 8, message.length & 255),
        message,
      ]);
    tape.add(i / 100, datagram6(message, { sourcePort: 547 }));
  }),
  'associations of DHCPv6 in one message': family(100, (tape, i) => {
    const many = Array.from({ length: 100 }, (_, k) => `0003000c${hex(k, 4)}0000000000000000`).join('');
    tape.add(i / 100, request6(i, 1, many));
  }),
  'options in many pieces': family(250, (tape, i) => {
    const pieces = Array.from({ length: 250 }, (_, k) => raw(k % 2 ? 43 : 119, '01'.repeat(k)));
    tape.ask(i / 100, i, 1, { options: pieces });
  }),
  'comments of frames': (messages) => {
    const file = new Pcapng().section().interface();
    const bytes = request(1, 1);
    for (let i = 0; i < messages; i++)
      file.packet(bytes, { ticks: BigInt(BEGIN + i) * 1_000_000n, options: [[1, `seen ${i}`]] });
    return [{ path: 'a.pcapng', bytes: file.done() }];
  },
  'interfaces and sections': (messages) => {
    const file = new Pcapng().section().interface();
    const bytes = request(1, 1);
    for (let i = 0; i < messages / 4; i++)
      file
        .section([[1, 'again']])
        .interface(1, 0, [[2, `eth${i}`]])
        .packet(bytes, { ticks: BigInt(BEGIN + i) * 1_000_000n });
    return [{ path: 'a.pcapng', bytes: file.done() }];
  },
  'two captures of unrelated networks': (messages) => {
    const [a, b] = [new Tape(), new Tape()];
    for (let i = 0; i < messages / 2; i++) {
      a.ask(i / 100, i, 1, { xid: i });
      b.ask(i / 100, 0x5000000 + i, 1, { xid: i });
    }
    return [a.file(), b.file('b.pcap')];
  },
  'two captures with one client in common': (messages) => {
    const [a, b] = [new Tape(), new Tape()];
    for (let i = 0; i < messages / 2; i++) {
      a.ask(1 + i / 100, 10 + i, 1);
      b.ask(1 + i / 100, 0x5000000 + i, 1);
    }
    for (const tape of [a, b]) tape.bind(1 + messages / 200, 1, '10.67.0.9');
    return [a.file(), b.file('b.pcap')];
  },
  'two captures of which one lost every answer': (messages) => {
    const [a, b] = [new Tape(), new Tape()];
    for (let i = 0; i < messages / 8; i++) {
      a.bind(i / 100, i, place('10.67.1.0', i));
      b.ask(i / 100, i, 1).ask(i / 100 + 0.002, i, 3, {
        options: [ipOption(50, place('10.67.1.0', i)), ipOption(54, SERVER)],
      });
    }
    return [a.file(), b.file('b.pcap')];
  },
};
