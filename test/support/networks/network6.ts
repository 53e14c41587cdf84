/** Networks of DHCPv6 clients, relays and servers that a seed invents. */
import { concat, parseHex, parseIpv6 } from '../../../src/codec/bytes';
import { foldedSum } from '../../../src/codec/ip/checksum';
import { Random } from '../../fuzz/random';
import { datagram6, type Around } from '../../lab/frame';
import type { SentFrame } from './capture';

// RFC 8415 §7.3.
const [SOLICIT, ADVERTISE, REQUEST, CONFIRM, RENEW, REBIND, REPLY, RELEASE, DECLINE, INFORM] = [
  1, 2, 3, 4, 5, 6, 7, 8, 9, 11,
] as const;

const number = (value: number, octets: number): Uint8Array =>
  Uint8Array.from({ length: octets }, (_, i) => Math.floor(value / 256 ** (octets - 1 - i)) & 255);
const option = (code: number, ...parts: readonly Uint8Array[]): Uint8Array => {
  const value = concat(parts);
  return concat([number(code, 2), number(value.length, 2), value]);
};
const text = (value: string): Uint8Array => new TextEncoder().encode(value);

/** A network that a seed invents: how its clients name themselves, what they ask for, and how often something goes wrong. */
export class Network6 {
  readonly random: Random;
  readonly events: SentFrame[] = [];
  private readonly duidKind: number;
  private readonly relayed: boolean;
  private readonly trouble: number;
  private readonly wants: number;

  /** `trouble`: something goes wrong once in so many times. `talkative`: others are heard in any case. */
  constructor(seed: number, trouble?: number, talkative = false) {
    const random = (this.random = new Random(seed));
    this.duidKind = random.below(5);
    this.relayed = random.once(3);
    this.trouble = trouble ?? random.pick([4, 10, 40, 1000]);
    this.wants = random.below(4);
    const clients = 2 + random.below(25);
    const hurry = random.once(4) ? 0.02 : 3;
    for (let n = 0; n < clients; n++) this.live(n, random.below(1000) * hurry * 0.01 * clients);
    for (let n = clients; random.once(3); n++) this.unheard(n, random.below(100));
    // Somebody else is heard as well, so that it matters who takes part.
    if (random.once(3) || talkative) this.neighbours();
  }

  private goesWrong(): boolean {
    return this.random.once(this.trouble);
  }

  private duid(n: number): Uint8Array {
    const kind = this.goesWrong() ? this.random.below(6) : this.duidKind;
    const own = number(this.goesWrong() ? 1 : n, 4);
    return [
      concat([number(0x00010001, 4), number(0x2a000000 + n, 4), number(0x0267, 2), own]),
      concat([number(0x00030001, 4), number(0x0267, 2), own]),
      concat([number(0x0002, 2), number(0xab11, 4), own, number(n % 3, 1)]),
      concat([number(0x0004, 2), number(0, 12), own]),
      concat([own, text('x'.repeat(n % 2))]),
      new Uint8Array(0),
    ][kind]!;
  }

  private readonly servers = [1, 2].map((n) =>
    option(2, number(0x00030001, 4), number(0x0267, 2), number(0xffff0000 + n, 4)),
  );

  /** What is asked for, or given: identity associations, with addresses or without. */
  private associations(n: number, gives: boolean, zero = false): Uint8Array {
    const { random } = this;
    const given = gives && !this.goesWrong();
    const out: Uint8Array[] = [];
    const [t1, t2] = !given || zero ? [0, 0] : this.goesWrong() ? [9000, 60] : [1800, 2880];
    const times = concat([number(zero ? 0 : 3600, 4), number(this.goesWrong() ? 10 : zero ? 0 : 7200, 4)]);
    const status = this.goesWrong() ? option(13, number(random.pick([0, 2, 4]), 2), text('no')) : new Uint8Array(0);
    if (this.wants !== 1)
      out.push(
        option(
          3,
          number(n, 4),
          number(t1, 4),
          number(t2, 4),
          given ? option(5, parseIpv6(`2001:db8::${(n + 256).toString(16)}`)!, times, status) : new Uint8Array(0),
        ),
      );
    if (this.wants === 1 || this.wants === 2)
      out.push(
        option(
          25,
          number(n, 4),
          number(t1, 4),
          number(t2, 4),
          given ? option(26, times, number(56, 1), parseIpv6(`2001:db8:${n.toString(16)}::`)!) : status,
        ),
      );
    if (this.goesWrong()) out.push(option(13, number(random.pick([0, 1, 2, 5]), 2), text('told')));
    return concat(out);
  }

  private send(time: number, n: number, body: Uint8Array, reply: boolean): void {
    const { random } = this;
    const own = `fe80::67:ff:fe00:${n.toString(16)}`;
    const mac = `02:67:00:00:${(n >> 8).toString(16).padStart(2, '0')}:${(n & 255).toString(16).padStart(2, '0')}`;
    const server: Partial<Around> = { ethSource: '02:67:ff:ff:00:01', source: 'fe80::1' };
    let message = body;
    let around: Partial<Around>;
    if (this.relayed && !this.goesWrong()) {
      const named = random.once(2) ? option(18, text(`port ${n}`)) : option(37, number(9, 4), number(n, 4));
      const headers = number(this.goesWrong() ? 1 : 0, 1);
      message = concat([
        number(reply ? 13 : 12, 1),
        headers,
        parseIpv6('2001:db8:1::1')!,
        parseIpv6(own)!,
        ...(random.once(2) ? [named] : []),
        option(9, body),
      ]);
      const relay: Partial<Around> = {
        ethSource: '02:67:aa:00:00:01',
        source: this.goesWrong() ? 'fe80::ab' : 'fe80::aa',
      };
      around = reply
        ? {
            ...server,
            destination: this.goesWrong() ? 'fe80::ac' : 'fe80::aa',
            ethDestination: '02:67:aa:00:00:01',
            sourcePort: 547,
          }
        : { ...relay, destination: 'fe80::1', ethDestination: '02:67:ff:ff:00:01', sourcePort: 547 };
    } else
      around = reply
        ? { ...server, destination: own, ethDestination: mac, sourcePort: 547, destinationPort: 546 }
        : { source: own, ethSource: mac };
    const bytes = datagram6(message, around);
    // Linux marks each flow.
    bytes[16] = n & 255;
    bytes[17] = (7 * n) & 255;
    if (this.goesWrong() && random.once(4)) bytes[60 + random.below(bytes.length - 60)] = random.below(256);
    this.events.push({ time, bytes });
    if (this.goesWrong()) this.events.push({ time: time + random.pick([0.0001, 0.02, 0.5, 5]), bytes });
  }

  /** A client that nobody answers. */
  private unheard(n: number, time: number): void {
    const { random } = this;
    const type = random.pick([SOLICIT, INFORM, RENEW, REQUEST]);
    const rapid = random.once(2) ? option(14) : new Uint8Array(0);
    const body = concat([number(type, 1), number(n, 3), option(1, this.duid(n)), option(8, number(0, 2)), rapid]);
    for (let i = random.below(3); i >= 0; i--) this.send(time + 3 * i, n, body, false);
  }

  private live(n: number, begin: number): void {
    const { random } = this;
    const duid = this.duid(n);
    const id = duid.length > 0 || random.once(2) ? option(1, duid) : new Uint8Array(0);
    const name = random.once(3)
      ? option(39, number(0, 1), number(3, 1), text(`h${String(n).padStart(2, '0')}`))
      : new Uint8Array(0);
    const elapsed = (): Uint8Array => option(8, number(random.below(3), 2));
    const asks = option(6, number(23, 2), number(24, 2));
    const settings = option(23, parseIpv6('2001:db8::53')!);
    const used: number[] = [7];
    const xid = (): number => {
      const next = this.goesWrong() ? random.pick(used) : random.below(1 << 24);
      used.push(next);
      return next;
    };
    /** A server identifier that is missing, or an option of a wrong length, is a fault of that message. */
    const named = (server: Uint8Array): Uint8Array =>
      this.goesWrong() ? random.pick([new Uint8Array(0), concat([server, option(7, number(1, 2))])]) : server;
    const message = (type: number, id24: number, ...options: readonly Uint8Array[]): Uint8Array =>
      concat([number(type, 1), number(id24, 3), ...options]);
    const wait = (): number => (this.goesWrong() ? random.pick([1.2, 3, 20]) : 0.001 * (1 + random.below(300)));
    const say = (time: number, reply: boolean, ...rest: Parameters<typeof message>): void => {
      if (!this.goesWrong()) this.send(time, n, message(...rest), reply);
    };
    let time = begin;
    const rounds = 1 + (random.once(3) ? random.below(5) : 0);
    let fresh = true;
    for (let round = 0; round < rounds; round++) {
      const server = this.servers[this.goesWrong() ? 1 : 0]!;
      let last = xid();
      if (fresh) {
        const rapid = random.once(6) ? option(14) : new Uint8Array(0);
        say(time, false, SOLICIT, last, id, elapsed(), name, asks, this.associations(n, false), rapid);
        time += wait();
        if (rapid.length === 0 || this.goesWrong()) {
          say(time, true, ADVERTISE, last, id, server, this.associations(n, true), settings);
          time += wait();
          last = random.once(2) ? last : xid();
          say(time, false, REQUEST, last, id, named(server), elapsed(), name, asks, this.associations(n, true, true));
          time += wait();
        }
        say(
          time,
          true,
          REPLY,
          last,
          id,
          this.goesWrong() ? this.servers[1]! : server,
          this.associations(n, true),
          settings,
        );
      } else {
        const type = random.pick([
          CONFIRM,
          RENEW,
          RENEW,
          REBIND,
          INFORM,
          INFORM,
          this.goesWrong() ? RELEASE : RENEW,
          this.goesWrong() ? DECLINE : RENEW,
        ]);
        const held = type === INFORM ? [asks] : [this.associations(n, true, true)];
        say(
          time,
          false,
          type,
          last,
          id,
          ...(type === CONFIRM || type === REBIND ? [] : [named(server)]),
          elapsed(),
          ...held,
        );
        time += wait();
        const given =
          type === INFORM
            ? [settings]
            : type === CONFIRM
              ? [option(13, number(0, 2))]
              : [this.associations(n, true), settings];
        say(time, true, REPLY, last, id, server, ...given);
      }
      time += random.pick([0.2, 3, 1800]);
      fresh = random.once(4);
    }
  }

  /** Router advertisements, and errors that quote a message (RFC 4861 §4.2, RFC 4443 §3.1). */
  private neighbours(): void {
    const { random } = this;
    const icmp = (time: number, message: Uint8Array, source: string, destination: string): void => {
      const addresses = concat([parseIpv6(source)!, parseIpv6(destination)!]);
      const sum = foldedSum(message, 0, message.length, foldedSum(addresses, 0, 32) + 58 + message.length);
      message.set(number(~sum & 0xffff, 2), 2);
      const header = concat([number(0x60000000, 4), number(message.length, 2), Uint8Array.of(58, 255), addresses]);
      const bytes = concat([parseHex('33330000000102670000 00fe86dd'.replace(' ', ''))!, header, message]);
      this.events.push({ time, bytes });
    };
    const last = this.events.length;
    icmp(random.below(20), Uint8Array.of(134, 0, 0, 0, 64, 0xc0, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0), 'fe80::fe', 'ff02::1');
    // Pings of hosts, clients or not.
    for (let i = 0; i < 9; i++)
      icmp(random.below(20), Uint8Array.of(128, 0, 0, 0, 0, i, 0, 0), `fe80::67:ff:fe00:${i.toString(16)}`, 'fe80::99');
    for (let i = 0; i < last; i += 5) {
      const { time, bytes } = this.events[i]!;
      const quoted = concat([Uint8Array.of(1, random.pick([1, 4]), 0, 0, 0, 0, 0, 0), bytes.subarray(14)]);
      if (random.once(4)) icmp(time + 0.001, quoted, 'fe80::1', 'fe80::67:ff:fe00:1');
    }
  }
}
