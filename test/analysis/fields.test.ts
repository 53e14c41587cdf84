import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULT_SETTINGS, analyse, type Cause, type Finding } from '../../src/analysis';
import { Capture } from '../../src/engine/capture';
import { packetsOf } from '../../src/engine/scan/packets';
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

const mac = (client: number): string => `02005e01${h16(client)}`;
const option6 = (code: number, value: string): string => h16(code) + h16(value.length / 2) + value;
const ELAPSED = option6(8, '0000');
const SERVER6 = option6(2, `00030001${SERVER_MAC}`);
/** A UDP checksum over IPv6 (RFC 8200 §8.1). */
const pseudoSum = (source: string, destination: string, ports: readonly [number, number], body: string): number => {
  const length = 8 + body.length / 2;
  const head = `${source}${destination}${h32(length)}00000011${h16(ports[0])}${h16(ports[1])}${h16(length)}0000`;
  return checksum(head + body);
};

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

function ip4(
  payload: string,
  source: string,
  destination: string,
  { ttl = 64, tos = 0, id = 0, fragment = 0 }: Ip,
): string {
  const head = `45${h8(tos)}${h16(20 + payload.length / 2)}${h16(id)}${h16(fragment)}${h8(ttl)}11`;
  const sum = checksum(`${head}0000${source}${destination}`);
  return `${head}${h16(sum)}${source}${destination}${payload}`;
}

/** What is sent on an Ethernet. */
class Sent {
  protected readonly sent: { readonly time: number; readonly hex: string }[] = [];

  frames(): PcapFrame[] {
    // Something that is not DHCP is seen long after: the capture goes on.
    return [...this.sent, { time: LONG_AFTER, hex: eth(0x88b5, '00'.repeat(46)) }]
      .sort((a, b) => a.time - b.time)
      .map(({ time, hex }) => ({
        bytes: octets(hex),
        seconds: 1_700_000_000 + Math.floor(time),
        fraction: Math.round((time % 1) * 1e6),
      }));
  }

  async findings(): Promise<readonly Finding[]> {
    return (await captureOf(this.frames())).findings;
  }
}
const LONG_AFTER = 10_000;

/** A network of clients that differ in all that is their own: hardware address, xid, host name, identification. */
class Net extends Sent {
  private count = 0;

  private message(client: number, op: number, xid: number, yiaddr: string, secs: number, options: string): string {
    const header = `${h8(op)}010600${h32(xid)}${h16(secs)}0000${'00000000'}${yiaddr}${'00'.repeat(8)}${mac(client)}${'00'.repeat(10 + 64 + 128)}63825363`;
    return `${header}${options}ff`.padEnd(600, '0');
  }

  private client(time: number, client: number, xid: number, type: number, odd: Odd, more = ''): void {
    const options =
      (odd.before ?? '') +
      option(53, h8(type)) +
      more +
      option(61, `01${mac(client)}`) +
      option(12, text(`host-${mixed(client).toString(36)}`)) +
      option(55, odd.list ?? '0103060f1c') +
      (odd.after ?? '');
    const id = odd.id ?? (mixed(++this.count) & 0xfffe) + 1;
    const datagram = udp(68, 67, this.message(client, 1, xid, '00000000', odd.secs ?? 0, options));
    const frame = eth(0x0800, ip4(datagram, '00000000', 'ffffffff', { ...odd, id }), BROADCAST, mac(client));
    this.sent.push({ time, hex: odd.frame?.(frame) ?? frame });
  }

  private server(time: number, client: number, xid: number, type: number, odd: Odd): void {
    const options =
      option(53, h8(type)) + option(54, SERVER) + option(51, '00000e10') + option(1, 'ffffff00') + (odd.after ?? '');
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
      for (const wait of [0, 4, 12])
        this.client(client * 0.7 + wait, client, mixed(client), 1, { secs: wait, ...odd(client) });
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
  vain(clients: readonly number[], odd: Odd, discover: Odd = {}): this {
    for (const client of clients) {
      const xid = mixed(client);
      this.client(client * 0.7, client, xid, 1, discover);
      this.server(client * 0.7 + 0.01, client, xid, 2, {});
      for (const wait of [0.02, 4, 12])
        this.client(
          client * 0.7 + wait,
          client,
          xid,
          3,
          odd,
          option(50, `0a0001${h8(client & 255)}`) + option(54, SERVER),
        );
    }
    return this;
  }

  /** A client that asks once in vain. */
  once(client: number, odd: Odd): this {
    this.client(client * 0.7, client, mixed(client), 1, odd);
    return this;
  }
}

/** What a DHCPv6 client sends otherwise than an ordinary one. */
interface Odd6 {
  readonly hops?: number;
  /** Traffic class and the first bits of the flow label. */
  readonly traffic?: number;
  readonly oro?: string;
  /** Options within its IA_NA. */
  readonly inside?: string;
}

/** The same with DHCPv6. */
class Net6 extends Sent {
  private message(client: number, type: number, odd: Odd6, more: string): string {
    const { oro = '00170018', inside = '' } = odd;
    const duid = `00030001${mac(client)}`;
    const association = `${h32(mixed(client))}${'00'.repeat(8)}${inside}`;
    return `${h8(type)}${h32(mixed(client)).slice(2)}${option6(1, duid)}${more}${ELAPSED}${option6(6, oro)}${option6(3, association)}`;
  }

  private send(
    time: number,
    source: string,
    destination: string,
    ports: [number, number],
    body: string,
    odd: Odd6,
    from: string,
  ): void {
    const { hops = 1, traffic = 0 } = odd;
    const datagram = udp(...ports, body, pseudoSum(source, destination, ports, body));
    const header = `6${h16(traffic).slice(1)}0000${h16(datagram.length / 2)}11${h8(hops)}${source}${destination}`;
    this.sent.push({ time, hex: eth(0x86dd, header + datagram, '333300010002', from) });
  }

  private client(time: number, client: number, type: number, odd: Odd6, more = ''): void {
    const address = `fe80${'00'.repeat(10)}${h32(mixed(client))}`;
    this.send(time, address, V6_DESTINATION, [546, 547], this.message(client, type, odd, more), odd, mac(client));
  }

  private server(time: number, client: number, type: number): void {
    const given = option6(5, `20010db8${'00'.repeat(10)}${h16(client)}0000070800000e10`);
    const body = this.message(client, type, { inside: given }, SERVER6)
      .replace(ELAPSED, '')
      .replace(option6(6, '00170018'), '');
    this.send(
      time,
      `fe80${'00'.repeat(13)}01`,
      `fe80${'00'.repeat(10)}${h32(mixed(client))}`,
      [547, 546],
      body,
      { hops: 64 },
      SERVER_MAC,
    );
  }

  served(clients: readonly number[], odd: Odd6 = {}): this {
    for (const client of clients) {
      const time = client * 0.7;
      this.client(time, client, 1, odd);
      this.server(time + 0.01, client, 2);
      this.client(time + 0.02, client, 3, odd, SERVER6);
      this.server(time + 0.03, client, 7);
    }
    return this;
  }

  silent(clients: readonly number[], odd: Odd6): this {
    for (const client of clients) for (const wait of [0, 1, 3, 7]) this.client(client * 0.7 + wait, client, 1, odd);
    return this;
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

const numbers = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);
/** Twelve are answered and five are not, in between. */
const SERVED = numbers(1, 30).filter((client) => client % 5 !== 0);
const SILENT = [5, 10, 15, 20, 25];

/** The causes of the only finding of a kind. */
async function causesOf(net: Sent, id: string): Promise<readonly Cause[]> {
  const found = (await net.findings()).filter((one) => one.id === id);
  assert.equal(found.length, 1, JSON.stringify(found.map(({ title }) => title)));
  return found[0]!.causes;
}
/** The first of them, which is likely. */
async function firstOf(net: Sent, id = 'no-offer'): Promise<Cause> {
  const [first, ...others] = await causesOf(net, id);
  assert.equal(first!.likelihood, 'likely');
  assert.equal(
    others.some(({ likelihood }) => likelihood === 'likely'),
    false,
  );
  return first!;
}

const SIZE = option(57, '05dc');
/** What is unusual, what the answered clients send, and what is said of it. */
const CASES: readonly (readonly [name: string, odd: Odd, plain: Odd, phrase: string, instead: string])[] = [
  ['time to live', { ttl: 1 }, {}, 'time to live 1 in the IPv4 header', 'the 24 answered clients have 64'],
  ['DSCP', { tos: 0xb8 }, {}, 'differentiated services 0xb8 in the IPv4 header', 'the 24 answered clients have 0x00'],
  [
    'Don’t Fragment',
    { fragment: 0x4000 },
    {},
    'flags and fragment offset don’t fragment, offset 0 in the IPv4 header',
    'the 24 answered clients have none, offset 0',
  ],
  [
    'an option sent twice',
    { after: SIZE + SIZE },
    { after: SIZE },
    'option 57 (Maximum DHCP Message Size) twice',
    'the 24 answered clients have it once',
  ],
  [
    'padding between options',
    { after: `0000${SIZE}` },
    { after: SIZE },
    'padding (option 0) between or behind the options',
    'none of the 24 answered clients has it',
  ],
  [
    'one code in option 55',
    { list: '0103060f1c79' },
    {},
    '“Classless Static Route (121)” in option 55 (Parameter Request List)',
    'none of the 24 answered clients has it',
  ],
  [
    'a sub-option of option 125',
    { after: option(125, '00000de9080102616204026162') },
    { after: option(125, '00000de9040102' + '6162') },
    'sub-option 4 (Gateway Manufacturer OUI) “ab” in option 125 (V-I Vendor-Specific Information)',
    'none of the 24 answered clients has it',
  ],
  [
    'a sub-option of option 82',
    { after: option(82, '01016105040a000001') },
    { after: option(82, '010161') },
    'sub-option 5 (Link Selection) 10.0.0.1 in option 82 (Relay Agent Information)',
    'none of the 24 answered clients has it',
  ],
  [
    'octets behind the datagram',
    { frame: (frame) => `${frame}deadbeef` },
    {},
    'octets behind the datagram (a trailer)',
    'none of the 24 answered clients has it',
  ],
  [
    'seconds that stand still',
    { secs: 65535 },
    {},
    'seconds elapsed (secs) 65535 s (18 hours 12 minutes 15 seconds)',
    'the 24 answered clients have 0 s',
  ],
];

for (const [name, odd, plain, phrase, instead] of CASES)
  test(`fields: ${name}, of five clients and of one; nothing where both kinds are answered`, async () => {
    const served = (): Net => new Net().served(SERVED, () => plain);
    const many = await firstOf(served().silent(SILENT, () => odd));
    assert.ok(many.text.startsWith(`All 5 unanswered clients send their DISCOVERs with ${phrase}`), many.text);
    assert.ok(many.text.includes(`; ${instead}: `), many.text);
    assert.match(many.evidence[0]!, /^compare frame 17 \(unanswered\) with frame 1 \(answered\) in /);
    assert.equal(
      many.evidence[1],
      '15 unanswered DISCOVERs of 5 clients compared with 24 answered DISCOVERs of 24 clients',
    );
    const one = await firstOf(served().silent([5], () => odd));
    assert.ok(one.text.startsWith(`The unanswered client sends its DISCOVER with ${phrase}`), one.text);
    const mixed = new Net().served(SERVED, (client) => (client % 2 === 0 ? odd : plain));
    for (const { text: said, evidence } of await causesOf(
      mixed.silent(SILENT, () => odd),
      'no-offer',
    ))
      assert.doesNotMatch(said + evidence.join(), /compare frame|answered clients? (have|has|does)/);
  });

test('fields: the message type behind another option, of one client', async () => {
  const { text: said } = await firstOf(
    new Net().served(SERVED, () => ({ after: SIZE })).silent([5], () => ({ before: SIZE })),
  );
  assert.match(
    said,
    /option 57 before all others; none of the 24 answered clients does: some servers and switches look/,
  );
  const served = new Net().served(SERVED, () => ({ before: option(57, '05dc'), after: option(60, '41') }));
  const second = await firstOf(served.silent(SILENT, () => ({ before: SIZE + option(60, '41') })));
  assert.match(
    second.text,
    /^All 5 unanswered clients send their DISCOVERs with option 60 \(Vendor Class Identifier\) before option 53 \(DHCP Message Type\); none/,
  );
});

test('fields: identification 0 where each of the others has its own, and one constant where several share it', async () => {
  const zero = await firstOf(new Net().served(SERVED).silent([5], () => ({ id: 0 })));
  assert.match(
    zero.text,
    /^The unanswered client sends its DISCOVER with identification 0x0000 in the IPv4 header; the 24 answered clients have other values: /,
  );
  const shared = await firstOf(new Net().served(SERVED).silent(SILENT, () => ({ id: 77 })));
  assert.match(
    shared.text,
    /^All 5 unanswered clients send their DISCOVERs with identification 0x004d in the IPv4 header; /,
  );
  const alone = await causesOf(
    new Net().served(SERVED).silent([5], () => ({ id: 77 })),
    'no-offer',
  );
  assert.match(alone[0]!.text, /^The server does not serve this client/);
});

test('fields: a client that differs in nothing but what is its own, or in much, or whose seconds only grow: nothing is claimed', async () => {
  const KEPT_OUT =
    /^The server does not serve this client: a class, a reservation or a MAC filter keeps the client out$/;
  for (const odd of [{}, { secs: 300 }, { ttl: 128, tos: 16, fragment: 0x4000, list: '0103060f1c79', before: SIZE }]) {
    const net = new Net().served(SERVED);
    const [first, ...others] = await causesOf(
      'secs' in odd ? net.once(5, odd) : net.silent([5], () => odd),
      'no-offer',
    );
    assert.match(first!.text, KEPT_OUT);
    assert.doesNotMatch(JSON.stringify(others), /time to live|seconds elapsed/);
  }
});

test('fields: two things at once: those of several clients are both told, of one client both are possible', async () => {
  const odd = (): Odd => ({ ttl: 1, tos: 16 });
  const many = await firstOf(new Net().served(SERVED).silent(SILENT, odd));
  assert.match(many.text, /with differentiated services 0x10/);
  assert.equal(many.evidence[2], 'the unanswered differ in this as well: with time to live 1 in the IPv4 header');
  const [first, second] = await causesOf(new Net().served(SERVED).silent([5], odd), 'no-offer');
  assert.equal(first!.likelihood, 'likely');
  assert.match(first!.text, /^The server does not serve this client/);
  assert.deepEqual([second!.likelihood, /0x10/.test(second!.text)], ['possible', true]);
});

test('fields: what each of a few clients has for itself in an option that most lack says nothing of another one', async () => {
  const named = (client: number): Odd => ({ after: option(81, `000000${text(`pc-${mixed(client).toString(36)}`)}`) });
  const net = new Net().served(SERVED, (client) => (client < 3 ? named(client) : {}));
  const causes = await causesOf(net.silent([5], named), 'no-offer');
  assert.doesNotMatch(JSON.stringify(causes), /compare frame/);
});

test('fields: fewer answered clients than show what is usual', async () => {
  for (const clients of [[1], [1, 2]])
    assert.doesNotMatch(
      JSON.stringify(
        (
          await causesOf(
            new Net().served(clients).silent([5], () => ({ ttl: 1 })),
            'no-offer',
          )
        ).filter(({ likelihood }) => likelihood === 'likely'),
      ),
      /time to live/,
    );
});

test('no-ack: a field of the REQUEST; not what the answered DISCOVER has as well', async () => {
  const { text: said } = await firstOf(new Net().served(SERVED).vain([5], { ttl: 1 }), 'no-ack');
  assert.match(
    said,
    /^The unanswered client sends its REQUEST with time to live 1 in the IPv4 header; the 24 answered/,
  );
  const [other] = await causesOf(new Net().served(SERVED).vain([5], { ttl: 1 }, { ttl: 1 }), 'no-ack');
  assert.doesNotMatch(other!.text, /time to live/);
});

/** The first cause for one client that takes no OFFER, beside others that took theirs. */
const causeForOne = async (offer: Odd, others = 5): Promise<string> => {
  const net = new Net().served(numbers(1, others)).offered([40], offer);
  const [cause] = (await net.findings()).find(({ id }) => id === 'offer-not-taken')!.causes;
  return `${cause!.likelihood}: ${cause!.text}`;
};

test('offer-not-taken: what is around the OFFERs to one client alone, whatever options it is given', async () => {
  // Options of its own, more of them than are told.
  const own = [42, 44, 48, 69, 70].map((code) => option(code, '0a000063')).join('');
  for (const after of ['', own]) {
    assert.match(
      await causeForOne({ ttl: 1, after }),
      /^likely: The client that takes no OFFER gets its OFFER with time to live 1 in the IPv4 header; the 5 clients that took one have 64: /,
    );
    assert.match(
      await causeForOne({ fragment: 0x4000, after }),
      /^likely: .* gets its OFFER with .*[Ff]ragment.* in the IPv4 header; /,
    );
    assert.match(
      await causeForOne({ tos: 0xb8, after }),
      /^likely: .* in the IPv4 header; the 5 clients that took one have /,
    );
  }
  // Two others do not show what is usual, and what is in the message may be the client's own.
  for (const one of [await causeForOne({ ttl: 1 }, 2), await causeForOne({ after: own }), await causeForOne({})])
    assert.match(one, /^likely: A firewall on the client, or DHCP snooping/);
});

test('offer-not-taken: a field of the OFFERs', async () => {
  const found = await new Net().served(SERVED).offered(SILENT, { ttl: 1 }).findings();
  const [cause] = found.find(({ id }) => id === 'offer-not-taken')!.causes;
  assert.equal(cause!.likelihood, 'likely');
  assert.match(
    cause!.text,
    /^All 5 clients that take no OFFER get their OFFERs with time to live 1 in the IPv4 header; the 24 clients that took one have 64: /,
  );
});

test('fields: the verdict, the title and the first step say the same', async () => {
  const capture = await captureOf(
    new Net()
      .served(SERVED)
      .silent(SILENT, () => ({ ttl: 1 }))
      .frames(),
  );
  const found = capture.findings.find(({ id }) => id === 'no-offer')!;
  assert.equal(found.title, 'No OFFER for 5 of 29 clients, all with time to live 1 in the IPv4 header');
  assert.match(
    capture.state().verdict,
    /most likely, all 5 unanswered clients send their DISCOVERs with time to live 1/,
  );
  assert.equal(
    found.steps[0],
    'Send one DISCOVER from these clients that is like frame 1 in time to live in the IPv4 header, and otherwise like frame 17: if it is answered, this is the cause.',
  );
});

const CASES6: readonly (readonly [name: string, odd: Odd6, phrase: string, instead: string])[] = [
  ['hop limit', { hops: 255 }, 'hop limit 255 in the IPv6 header', 'the 24 answered clients have 1'],
  [
    'one code in option 6',
    { oro: '001700180027' },
    '“Client FQDN (39)” in option 6 (Option Request)',
    'none of the 24 answered clients has it',
  ],
  [
    'an address hint',
    { inside: option6(5, `20010db8${'00'.repeat(11)}99${'00000e10'}${'00000e10'}`) },
    'option 5 (IA Address) in option 3 (Identity Association for Non-temporary Addresses)',
    'none of the 24 answered clients has it',
  ],
  ['a traffic class', { traffic: 0x2e0 }, 'traffic class 0x2e in the IPv6 header', 'the 24 answered clients have 0x00'],
];
for (const [name, odd, phrase, instead] of CASES6)
  test(`fields, DHCPv6: ${name}, of five clients and of one; nothing where both kinds are answered`, async () => {
    const many = await firstOf(new Net6().served(SERVED).silent(SILENT, odd), 'v6-no-reply');
    assert.ok(many.text.startsWith(`All 5 unanswered clients send their SOLICITs with ${phrase}`), many.text);
    assert.ok(many.text.includes(`; ${instead}: `), many.text);
    const one = await firstOf(new Net6().served(SERVED).silent([5], odd), 'v6-no-reply');
    assert.ok(one.text.startsWith(`The unanswered client sends its SOLICIT with ${phrase}`), one.text);
    const mixed = new Net6()
      .served(
        SERVED.filter((client) => client % 2 === 0),
        odd,
      )
      .served(SERVED.filter((client) => client % 2 === 1));
    assert.doesNotMatch(JSON.stringify(await causesOf(mixed.silent(SILENT, odd), 'v6-no-reply')), /compare frame/);
  });

test('fields: what is read again is bounded, however many ask in vain', async () => {
  const net = new Net().served([...SERVED, ...numbers(710, 20)]);
  net.silent(numbers(100, 600), (client) => ({ list: `01${h8((client % 250) + 1)}` }));
  const frames = net.frames();
  const capture = await captureOf(frames);
  assert.ok(capture.findings.length > 0);
  let read = 0;
  const { scan, indexes } = capture;
  const packets = packetsOf(scan, indexes);
  const analysis = analyse(
    { ...packets, tree: (i) => (read++, packets.tree!(i)) },
    {
      frames: frames.length,
      firstTime: scan.firstTime,
      lastTime: scan.lastTime,
      contents: new Map(),
      fileProblems: [],
      name: 'many',
    },
    DEFAULT_SETTINGS,
  );
  assert.match(JSON.stringify(analysis.findings), /no-offer/);
  assert.ok(read > 0 && read <= 1000, `${read} trees`);
});
