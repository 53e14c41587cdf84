import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_SETTINGS } from '../../src/analysis';
import type { Finding } from '../../src/analysis';
import { Capture } from '../../src/engine/capture';
import { pcap, type PcapFrame } from '../capture/build';
import { BROADCAST, V6_DESTINATION, checksum, eth, h16, h8, octets, udp } from '../codec/frames';

/* Any field by which those who are silent differ from those who are answered, from whole frames. */

const SERVER_MAC = '02005e0053fe';
const SERVER = '0a000001';
const text = (value: string): string => Buffer.from(value).toString('hex');
const option = (code: number, value: string): string => h8(code) + h8(value.length / 2) + value;
const h32 = (value: number): string => value.toString(16).padStart(8, '0');
/** A number that looks random, and is the same each time. */
const mixed = (number: number): number => Math.imul(number + 7, 0x9e3779b1) >>> 0;

/** What an IPv4 header has that may be unusual. */
interface Ip {
  readonly ttl?: number;
  readonly tos?: number;
  readonly id?: number;
  readonly fragment?: number;
}
/** What a client sends otherwise than an ordinary one. */
interface Odd extends Ip {
  readonly secs?: number;
  /** Options before and after the message type, and after all others, in hex. */
  readonly before?: string;
  readonly after?: string;
  readonly list?: string;
  /** Replaces the whole frame. */
  readonly frame?: (frame: string) => string;
}

function ip4(payload: string, source: string, destination: string, { ttl = 64, tos = 0, id = 0, fragment = 0 }: Ip): string {
  const head = `45${h8(tos)}${h16(20 + payload.length / 2)}${h16(id)}${h16(fragment)}${h8(ttl)}11`;
  const sum = checksum(`${head}0000${source}${destination}`);
  return `${head}${h16(sum)}${source}${destination}${payload}`;
}

/** A network of clients that differ in all that is their own: hardware address, xid, host name, identification. */
class Net {
  private readonly sent: { readonly time: number; readonly hex: string }[] = [];
  private count = 0;

  mac(client: number): string {
    return `02005e01${h16(client)}`;
  }

  private message(client: number, op: number, xid: number, yiaddr: string, secs: number, options: string): string {
    const header = `${h8(op)}010600${h32(xid)}${h16(secs)}0000${'00000000'}${yiaddr}${'00'.repeat(8)}${this.mac(client)}${'00'.repeat(10 + 64 + 128)}63825363`;
    return `${header}${options}ff`.padEnd(600, '0');
  }

  private client(time: number, client: number, xid: number, type: number, odd: Odd, more = ''): void {
    const options =
      (odd.before ?? '') +
      option(53, h8(type)) +
      more +
      option(61, `01${this.mac(client)}`) +
      option(12, text(`host-${mixed(client).toString(36)}`)) +
      option(55, odd.list ?? '0103060f1c') +
      (odd.after ?? '');
    const id = odd.id ?? (mixed(++this.count) & 0xfffe) + 1;
    const datagram = udp(68, 67, this.message(client, 1, xid, '00000000', odd.secs ?? 0, options));
    const frame = eth(0x0800, ip4(datagram, '00000000', 'ffffffff', { ...odd, id }), BROADCAST, this.mac(client));
    this.sent.push({ time, hex: odd.frame?.(frame) ?? frame });
  }

  private server(time: number, client: number, xid: number, type: number, odd: Odd): void {
    const options = option(53, h8(type)) + option(54, SERVER) + option(51, '00000e10') + option(1, 'ffffff00') + (odd.after ?? '');
    const datagram = udp(67, 68, this.message(client, 2, xid, `0a0001${h8(client & 255)}`, 0, options));
    const frame = eth(0x0800, ip4(datagram, SERVER, 'ffffffff', { ...odd, id: ++this.count }), BROADCAST, SERVER_MAC);
    this.sent.push({ time, hex: frame });
  }

  /** Clients that get a lease, each at a time of its own. */
  served(clients: readonly number[], odd: (client: number) => Odd = () => ({}), offer: Odd = {}): this {
    for (const client of clients) {
      const time = client * 0.7;
      const xid = mixed(client);
      const own = odd(client);
      this.client(time, client, xid, 1, own);
      this.server(time + 0.01, client, xid, 2, offer);
      this.client(time + 0.02, client, xid, 3, own, option(50, `0a0001${h8(client & 255)}`) + option(54, SERVER));
      this.server(time + 0.03, client, xid, 5, {});
    }
    return this;
  }

  /** Clients that ask three times in vain. */
  silent(clients: readonly number[], odd: (client: number) => Odd = () => ({})): this {
    for (const client of clients)
      for (const [i, wait] of [0, 4, 12].entries())
        this.client(client * 0.7 + wait, client, mixed(client), 1, { secs: wait, ...odd(client), ...(i > 9 ? {} : {}) });
    return this;
  }

  /** Clients that get an OFFER twice, and do not take it. */
  offered(clients: readonly number[], offer: Odd): this {
    for (const client of clients)
      for (const wait of [0, 4, 12]) {
        this.client(client * 0.7 + wait, client, mixed(client), 1, { secs: wait });
        this.server(client * 0.7 + wait + 0.01, client, mixed(client), 2, offer);
      }
    return this;
  }

  /** A client that gets an OFFER, and asks for it in vain. */
  vain(clients: readonly number[], odd: Odd): this {
    for (const client of clients) {
      const xid = mixed(client);
      this.client(client * 0.7, client, xid, 1, {});
      this.server(client * 0.7 + 0.01, client, xid, 2, {});
      for (const wait of [0.02, 4, 12])
        this.client(client * 0.7 + wait, client, xid, 3, odd, option(50, `0a0001${h8(client & 255)}`) + option(54, SERVER));
    }
    return this;
  }

  frames(): PcapFrame[] {
    return [...this.sent, { time: 100, hex: eth(0x88b5, '00'.repeat(46)) }]
      .sort((a, b) => a.time - b.time)
      .map(({ time, hex }) => ({
        bytes: octets(hex),
        seconds: 1_700_000_000 + Math.floor(time),
        fraction: Math.round((time % 1) * 1e6),
      }));
  }

  findings(): Promise<readonly Finding[]> {
    return findingsOf(this.frames());
  }
}

async function captureOf(frames: readonly PcapFrame[]): Promise<Capture> {
  const bytes = pcap(frames);
  const capture = new Capture('fields', DEFAULT_SETTINGS);
  async function* chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    yield await Promise.resolve(bytes);
  }
  await capture.read({ name: 'fields', size: bytes.length, chunks });
  return capture;
}
const findingsOf = async (frames: readonly PcapFrame[]): Promise<readonly Finding[]> =>
  (await captureOf(frames)).findings;

const numbers = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);
/** Twelve are answered and five are not, in between. */
const SERVED = numbers(1, 30).filter((client) => client % 5 !== 0);
const SILENT = [5, 10, 15, 20, 25];

test('DUMP', async () => {
  const odds: [string, Odd][] = [
    ['ttl', { ttl: 1 }],
    ['dscp', { tos: 0xb8 }],
    ['df', { fragment: 0x4000 }],
    ['id0', { id: 0 }],
    ['idconst', { id: 77 }],
    ['twice', { after: option(60, '41') + option(60, '42') }],
    ['before', { before: option(57, '05dc') }],
    ['pad', { after: '0000' + option(57, '0240') }],
    ['list', { list: '0103060f1cfc' }],
    ['125', { after: option(125, '00000de904010261 62'.replace(' ', '')) }],
    ['overload', { after: option(52, '01') }],
    ['secs', { secs: 65535 }],
    ['eth trailer', { frame: (f) => f + 'deadbeef' }],
  ];
  for (const [name, odd] of odds)
    for (const who of [SILENT, [5]]) {
      const found = await new Net().served(SERVED).silent(who, () => odd).findings();
      const one = found.find(({ id }) => id === 'no-offer');
      console.log('==', name, who.length, one?.title);
      for (const { text, likelihood, evidence } of one?.causes.slice(0, 1) ?? []) console.log('  ', likelihood, text, evidence);
      if (name === 'ttl') console.log(one?.steps);
    }
});
void V6_DESTINATION;
