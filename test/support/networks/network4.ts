/** Networks of DHCPv4 clients and servers that a seed invents: healthy, relayed and faulty, octet by octet made by the encoder. */
import { ipv4ToText, parseIpv4 } from '../../../src/codec/bytes';
import { encodeMessage4, type OptionSpec4 } from '../../../src/codec/dhcpv4/encode';
import { Random } from '../../fuzz/random';
import { datagram4, type Around } from '../../lab/frame';
import type { SentFrame } from './capture';

const hex = (value: number, octets: number): string => value.toString(16).padStart(2 * octets, '0');
const option = (code: number, value: string): OptionSpec4 => ({ code, hex: value });
const address = (text: string): string => hex(parseIpv4(text)!, 4);

/** A network that a seed invents: what is usual in it, and how often something goes wrong. */
export class Network4 {
  readonly random: Random;
  readonly events: SentFrame[] = [];
  private readonly relayed: boolean;
  private readonly idKind: number;
  private readonly trouble: number;
  private readonly lease: number;
  private readonly common: OptionSpec4[];

  constructor(seed: number) {
    this.random = new Random(seed);
    const { random } = this;
    this.relayed = random.once(3);
    this.idKind = random.below(5);
    this.trouble = random.pick([4, 10, 40, 1000, 1e5, 1e5]);
    this.lease = random.pick([30, 60, 600, 86400, 0xffffffff]);
    this.common = [
      option(
        1,
        address(random.pick(['255.255.255.0', '255.255.0.0', '255.255.255.128', '255.255.255.255', '255.0.255.0'])),
      ),
      option(3, address(random.pick(['10.9.0.1', '10.9.0.1', '10.77.0.1']))),
      option(6, address('10.9.0.1')),
      ...(random.once(4) ? [option(252, hex(0x687474, 3))] : []),
      ...(random.once(3)
        ? [option(58, hex(this.lease >>> 1, 4)), option(59, hex(Math.floor(this.lease * 0.875), 4))]
        : []),
      ...(random.once(6) ? [option(28, address('10.9.0.255'))] : []),
    ];
    const clients = 2 + random.below(25);
    const hurry = random.once(4) ? 0.02 : 3;
    for (let n = 0; n < clients; n++) this.live(n, random.below(1000) * hurry * 0.01 * clients);
  }

  private goesWrong(): boolean {
    return this.random.once(this.trouble);
  }

  /** The options by which client `n` names itself. */
  private names(n: number, mac: string): OptionSpec4[] {
    const { random } = this;
    const kind = this.goesWrong() ? random.below(5) : this.idKind;
    const id = [
      [],
      [option(61, `01${mac.replaceAll(':', '')}`)],
      [option(61, `ff${hex(n, 4)}00030001${mac.replaceAll(':', '')}`)],
      [option(61, `ff${hex(n, 4)}0002000000ab11${hex(n, 4)}00`)],
      [option(61, `00${hex(0x61626364, 4)}${hex(n % (this.goesWrong() ? 2 : 1e6), 4)}`)],
    ][kind]!;
    const host = [
      option(12, hex(n % 3 === 0 ? 0x68000000 + n : 0x02610000 + ((0x61 + (n % 26)) << 8), 4)),
      option(12, hex(0x6868, 2)),
      [],
      [],
    ].flat();
    return [
      ...id,
      ...(host.length > 0 && random.once(2) ? [host[n % 2]!] : []),
      ...(random.once(9) ? [option(60, hex(0x61626364, 4))] : []),
    ];
  }

  private send(time: number, fields: Parameters<typeof encodeMessage4>[0], around: Partial<Around>): void {
    const { random } = this;
    const bytes = datagram4(encodeMessage4(fields), around);
    if (this.goesWrong() && random.once(4)) bytes[14 + 20 + 6] = 0; // No checksum where the other octet is 0 too; else a wrong one.
    this.events.push({ time, bytes });
    if (this.goesWrong()) this.events.push({ time: time + random.pick([0.0001, 0.02, 0.5, 5]), bytes });
  }

  private live(n: number, begin: number): void {
    const { random } = this;
    const number = this.goesWrong() ? 1 : n;
    const mac = `02:67:00:00:${hex(number >> 8, 1)}:${hex(number & 255, 1)}`;
    const named = this.names(number, mac);
    const server = this.goesWrong() ? '10.9.0.2' : '10.9.0.1';
    const giaddr = this.relayed ? '10.9.0.254' : '0.0.0.0';
    const agent = this.relayed && random.once(2) ? [option(82, `0104${hex(n, 4)}0206${mac.replaceAll(':', '')}`)] : [];
    const mine = random.once(12) ? '10.9.0.255' : ipv4ToText(parseIpv4('10.9.0.10')! + (this.goesWrong() ? 7 : n));
    const macs = (toServer: boolean): Partial<Around> => {
      if (this.relayed) return { ethSource: '02:00:00:00:00:aa', ethDestination: '02:00:00:00:00:bb' };
      return toServer
        ? { ethSource: this.goesWrong() ? '02:00:00:00:99:99' : mac, ethDestination: 'ff:ff:ff:ff:ff:ff' }
        : { ethSource: '02:00:00:00:00:fe', ethDestination: random.once(2) ? mac : 'ff:ff:ff:ff:ff:ff' };
    };
    const ports = this.relayed ? { sourcePort: 67, destinationPort: 67 } : { sourcePort: 68, destinationPort: 67 };
    const up: Partial<Around> = this.relayed ? { ...ports, source: giaddr, destination: server } : ports;
    const down: Partial<Around> = this.relayed
      ? { ...ports, source: server, destination: giaddr }
      : { sourcePort: 67, destinationPort: 68, source: server };
    const own = { chaddr: mac, giaddr, hops: this.relayed ? 1 : 0 };
    const keeps = random.once(3);
    let time = begin;
    const rounds = 1 + (random.once(3) ? random.below(5) : 0);
    let fresh = true;
    for (let round = 0; round < rounds; round++) {
      // dhclient keeps one xid for all its renewals.
      const xid = this.goesWrong() ? 7 : keeps ? n + 1 : random.next();
      const base = { ...own, xid, secs: random.below(3) };
      const wait = (): number => (this.goesWrong() ? random.pick([1.2, 3, 20]) : 0.001 * (1 + random.below(300)));
      const to = this.relayed || random.once(2) ? {} : { destination: mine };
      const lease = [
        option(54, address(server)),
        option(51, hex(this.goesWrong() ? 20 : this.lease, 4)),
        ...this.common,
      ];
      if (fresh) {
        if (!this.goesWrong())
          this.send(
            time,
            { ...base, options: [option(53, '01'), ...named, option(55, '010306'), ...agent] },
            { ...up, ...macs(true) },
          );
        time += wait();
        if (!this.goesWrong())
          this.send(
            time,
            { ...base, op: 2, yiaddr: mine, siaddr: server, options: [option(53, '02'), ...lease, ...agent] },
            { ...down, ...to, ...macs(false) },
          );
        time += wait();
        if (!this.goesWrong())
          this.send(
            time,
            {
              ...base,
              options: [
                option(53, '03'),
                ...named,
                option(50, address(mine)),
                option(54, address(server)),
                option(55, '010306'),
                ...agent,
              ],
            },
            { ...up, ...macs(true) },
          );
      } else if (random.once(3)) {
        this.send(
          time,
          { ...base, options: [option(53, '03'), ...named, option(50, address(mine)), ...agent] },
          { ...up, ...macs(true) },
        );
      } else {
        const unicast = this.relayed ? up : { ...ports, source: mine, destination: server };
        this.send(
          time,
          { ...base, ciaddr: mine, options: [option(53, '03'), ...named, ...agent] },
          { ...unicast, ...macs(true), ...(this.relayed ? {} : { ethDestination: '02:00:00:00:00:fe' }) },
        );
      }
      time += wait();
      const type = this.goesWrong() ? '06' : '05';
      if (!this.goesWrong())
        this.send(
          time,
          type === '06'
            ? { ...base, op: 2, options: [option(53, type), option(54, address(server)), ...agent] }
            : {
                ...base,
                op: 2,
                yiaddr: mine,
                ...(fresh || random.once(2) ? {} : { ciaddr: mine }),
                options: [option(53, type), ...lease, ...agent],
              },
          { ...down, ...to, ...macs(false) },
        );
      time += random.pick([0.2, 3, Math.min(this.lease, 1e5) / 2, Math.min(this.lease, 1e5)]);
      fresh = random.once(3);
      if (random.once(3)) {
        const self = {
          ...own,
          xid: this.goesWrong() ? xid : random.next(),
          ciaddr: this.goesWrong() ? '10.9.0.99' : mine,
        };
        const unicast = { ...ports, source: this.goesWrong() ? '0.0.0.0' : mine, destination: server, ...macs(true) };
        if (random.once(2)) {
          // It asks for settings.
          const informs = { ...self, options: [option(53, '08'), ...named, option(55, '06fc')] };
          if (!this.goesWrong())
            this.send(time, informs, random.once(2) ? { ...unicast, destination: '255.255.255.255' } : unicast);
          time += wait();
          const told = [option(53, '05'), option(54, address(server)), ...this.common];
          const gives = this.goesWrong() ? { yiaddr: mine } : {};
          if (!this.goesWrong())
            this.send(
              time,
              { ...self, ...gives, op: 2, options: told },
              { ...down, destination: mine, ...macs(false) },
            );
        } else {
          // It gives its address back.
          const server54 = this.goesWrong() ? [] : [option(54, address(server))];
          this.send(time, { ...self, options: [option(53, '07'), ...named, ...server54] }, unicast);
          fresh = !this.goesWrong();
        }
        time += random.pick([0.2, 3, 60, 60]);
      }
    }
  }
}
