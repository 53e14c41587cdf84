import { encodeMessage4, type OptionSpec4 } from '../../codec/dhcpv4';
import { CLIENT_KINDS, optionsOf, type ClientKind } from '../clients';
import { datagram4, type Around } from '../made/frame';
import { pcapOf } from '../made/pcap';
import { Random } from '../made/random';
import { hexOctet, type Spec } from '../made/tape';

/** A client of a made-up network. */
export interface Client {
  readonly kind: ClientKind;
  readonly mac: string;
  /** The address that it gets. */
  readonly address: string;
  readonly options: readonly OptionSpec4[];
  readonly flags: number;
}

/** Options by code that replace those of this network's usual lease; null leaves one out. */
export type Over = Readonly<Record<number, OptionSpec4['data'] | null>>;

interface Sent {
  /** Milliseconds since the beginning of the capture. */
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly showsFault: boolean;
}

/** Start time of captures, in seconds since 1970. */
const BEGIN = 1_700_000_000;
/** Kinds of clients that only ask for an address. */
const ORDINARY = CLIENT_KINDS.filter(({ id }) => !id.startsWith('pxe'));

/** A network made up from a seed, and the frames sent in it. */
export class Scene {
  readonly random: Random;
  /** The first three numbers of its addresses; the network is a /24. */
  readonly net: string;
  readonly server: string;
  readonly router: string;
  readonly serverMac: string;
  readonly leaseTime: number;
  private readonly sent: Sent[] = [];
  private clients = 0;
  private addresses6 = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
    const { random } = this;
    const part = (): number => 1 + random.below(200);
    this.net = random.pick([`192.168.${part()}`, `10.${part()}.${part()}`, `172.${16 + random.below(16)}.${part()}`]);
    this.router = `${this.net}.1`;
    this.server = `${this.net}.${random.pick([1, 2, 5, 10])}`;
    this.serverMac = this.machine();
    this.leaseTime = random.pick([3600, 7200, 28800, 86400]);
  }

  /** Address `number` of this network. */
  host(number: number): string {
    return `${this.net}.${number}`;
  }

  /** A hardware address for a machine that is not a client. */
  machine(): string {
    return `02:67:${[0, 0, 0, 0].map(() => hexOctet(this.random.below(256))).join(':')}`;
  }

  /** An IPv6 address to lease, another one each time. */
  leased6(): string {
    return `fd67::${(0x100 * (1 + this.random.below(0xe)) + (this.addresses6++ % 0x100)).toString(16)}`;
  }

  /** Another client, of a random ordinary kind or of the given kind. */
  client(kind = this.random.pick(ORDINARY), flags?: number): Client {
    const n = this.clients++;
    const mac = `${kind.prefix}:${hexOctet(this.random.below(256))}:${hexOctet(this.random.below(256))}:${hexOctet(n)}`;
    const host = kind.hosts.length > 0 ? this.random.pick(kind.hosts) : undefined;
    return {
      kind,
      mac,
      address: this.host(100 + n),
      options: optionsOf(kind, mac, host),
      flags: flags ?? (kind.broadcast ? 0x8000 : 0),
    };
  }

  /** The options of a lease of this network. */
  lease(over: Over = {}): OptionSpec4[] {
    const usual = {
      54: this.server,
      51: this.leaseTime,
      1: '255.255.255.0',
      3: [this.router],
      6: [this.router],
      15: 'example.net',
      ...over,
    };
    return Object.entries(usual).flatMap(([code, data]) =>
      data === null || data === undefined ? [] : [{ code: Number(code), data }],
    );
  }

  /** A line of events that begins this many seconds after the beginning of the capture. */
  line(seconds: number): Line {
    return new Line(this, seconds * 1000, (sent) => this.sent.push(sent));
  }

  /** The capture, and the numbers of the frames that show the fault. */
  done(): { readonly bytes: Uint8Array; readonly faultFrames: readonly number[] } {
    const frames = [...this.sent].sort((a, b) => a.at - b.at);
    const faultFrames = frames.flatMap((frame, i) => (frame.showsFault ? [i + 1] : []));
    const file = frames.map(({ at, bytes }) => ({
      bytes,
      seconds: BEGIN + Math.floor(at / 1000),
      fraction: (at % 1000) * 1000,
    }));
    return { bytes: pcapOf(file), faultFrames };
  }
}

/** A host of the neighbouring network, whose third number differs. */
export const elsewhere = ({ net }: Scene, host: number): string => {
  const numbers = net.split('.').map(Number);
  return [numbers[0], numbers[1], (numbers[2]! + 1) % 250, host].join('.');
};

/** How a message differs from the usual one. */
export interface Unusual {
  readonly spec?: Spec;
  /** Options that are added to the usual ones, or replace those of the same code. */
  readonly over?: Over;
  readonly around?: Partial<Around>;
  /** Changes the octets of the message before it is put into its frame. */
  readonly damage?: (message: Uint8Array) => Uint8Array;
  /** The fault can be seen in this frame; a number: only if the message is of this type. */
  readonly showsFault?: boolean | number;
}

const showsFaultIn = ({ showsFault }: Unusual, type: number): boolean => showsFault === true || showsFault === type;

/** One sequence of events in a scene: each call sends a frame, a few milliseconds after the one before. */
export class Line {
  private xid: number;

  constructor(
    readonly scene: Scene,
    private at: number,
    private readonly put: (sent: Sent) => void,
  ) {
    this.xid = scene.random.next();
  }

  wait(seconds: number): this {
    this.at += seconds * 1000;
    return this;
  }

  /** Begins a new exchange. */
  anew(): this {
    this.xid = this.scene.random.next();
    return this;
  }

  frame(bytes: Uint8Array, showsFault = false): this {
    this.put({ at: this.at, bytes, showsFault });
    this.at += 1 + this.scene.random.below(40);
    return this;
  }

  private encoded(
    type: number,
    client: Client,
    options: readonly OptionSpec4[],
    { spec = {}, over = {}, around: otherwise, damage }: Unusual,
    around: Partial<Around>,
  ): Uint8Array {
    const kept = options.filter(({ code }) => !(code in over));
    const added = Object.entries(over).flatMap(([code, data]) =>
      data === null || data === undefined ? [] : [{ code: Number(code), data }],
    );
    const message = encodeMessage4({
      chaddr: client.mac,
      xid: this.xid,
      flags: client.flags,
      ...spec,
      options: [{ code: 53, data: type }, ...kept, ...added, ...(spec.options ?? [])],
    });
    return datagram4(damage ? damage(message) : message, { ...around, ...otherwise });
  }

  /** The frame of a client's message: broadcast, or if `ciaddr` is given, from that address to the server. */
  asking(type: number, client: Client, unusual: Unusual = {}): Uint8Array {
    const { ciaddr } = unusual.spec ?? {};
    const { server, serverMac } = this.scene;
    const unicast = ciaddr === undefined ? {} : { source: ciaddr, destination: server, ethDestination: serverMac };
    return this.encoded(type, client, client.options, unusual, { ethSource: client.mac, ...unicast });
  }

  ask(type: number, client: Client, unusual: Unusual = {}): this {
    return this.frame(this.asking(type, client, unusual), showsFaultIn(unusual, type));
  }

  /** The frame of a server's message: to the client's address, or broadcast if the client asks for that or the message is a NAK. */
  replying(type: number, client: Client, unusual: Unusual = {}): Uint8Array {
    const { scene } = this;
    const refusal = type === 6;
    const options = refusal ? [{ code: 54, data: scene.server }] : scene.lease();
    const spec = { op: 2, ...(refusal ? {} : { yiaddr: client.address }), ...unusual.spec };
    const unicast = { ethDestination: client.mac, destination: spec.yiaddr ?? client.address };
    const around = {
      ethSource: scene.serverMac,
      source: scene.server,
      sourcePort: 67,
      destinationPort: 68,
      ...(refusal || client.flags !== 0 ? {} : unicast),
    };
    return this.encoded(type, client, options, { ...unusual, spec }, around);
  }

  reply(type: number, client: Client, unusual: Unusual = {}): this {
    return this.frame(this.replying(type, client, unusual), showsFaultIn(unusual, type));
  }

  /** The REQUEST that accepts an OFFER. */
  take(client: Client, unusual: Unusual = {}): this {
    return this.ask(3, client, { ...unusual, over: { 50: client.address, 54: this.scene.server, ...unusual.over } });
  }

  /** The four messages of a lease. `gives` changes both replies, `asks` both requests. */
  bind(client: Client, gives: Unusual = {}, asks: Unusual = {}): this {
    this.ask(1, client, asks).reply(2, client, gives);
    return this.take(client, asks).reply(5, client, gives);
  }

  /** The four messages of a lease, then the wait until the client renews, which it does in a new exchange. */
  bindUntilT1(client: Client): this {
    return this.bind(client)
      .anew()
      .wait(this.scene.leaseTime / 2);
  }
}
