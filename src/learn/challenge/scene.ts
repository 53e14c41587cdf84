import { encodeMessage4, type OptionSpec4 } from '../../codec/dhcpv4';
import { CLIENT_KINDS, optionsOf, type ClientKind } from '../clients';
import { datagram4, type Around } from '../made/frame';
import { pcapOf } from '../made/pcap';
import { Random } from '../made/random';
import { hexOctet, type Spec } from '../made/tape';

/** A client of an invented network. */
export interface Client {
  readonly kind: ClientKind;
  readonly mac: string;
  /** The address that it gets. */
  readonly address: string;
  readonly options: readonly OptionSpec4[];
  readonly flags: number;
}

/** Options by code, in the place of what a lease of this network says; null leaves one out. */
export type Over = Readonly<Record<number, OptionSpec4['data'] | null>>;

interface Sent {
  /** Milliseconds since the capture began. */
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly telling: boolean;
}

/** Seconds since 1970 at which captures begin. */
const BEGIN = 1_700_000_000;
/** Kinds of clients that ask for an address and nothing else. */
const ORDINARY = CLIENT_KINDS.filter(({ id }) => !id.startsWith('pxe'));

/** A network that a seed invents, and what is sent in it. */
export class Scene {
  readonly random: Random;
  /** The first three numbers of its addresses: all of them are in one /24. */
  readonly net: string;
  readonly server: string;
  readonly router: string;
  readonly serverMac: string;
  readonly leaseTime: number;
  private readonly sent: Sent[] = [];
  private clients = 0;

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

  /** An address of this network. */
  host(number: number): string {
    return `${this.net}.${number}`;
  }

  /** The hardware address of a machine that is no client. */
  machine(): string {
    return `02:67:${[0, 0, 0, 0].map(() => hexOctet(this.random.below(256))).join(':')}`;
  }

  /** One more client, of some ordinary kind or of the one that is named. */
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

  /** What a lease of this network says. */
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

  /** What somebody does, beginning so many seconds after the capture's beginning. */
  line(seconds: number): Line {
    return new Line(this, seconds * 1000, (sent) => this.sent.push(sent));
  }

  /** The capture, and the numbers of the telling frames. */
  done(): { readonly bytes: Uint8Array; readonly telling: readonly number[] } {
    const frames = [...this.sent].sort((a, b) => a.at - b.at);
    const telling = frames.flatMap((frame, i) => (frame.telling ? [i + 1] : []));
    const file = frames.map(({ at, bytes }) => ({
      bytes,
      seconds: BEGIN + Math.floor(at / 1000),
      fraction: (at % 1000) * 1000,
    }));
    return { bytes: pcapOf(file), telling };
  }
}

/** A host of the neighbouring network: the number in the third place is another. */
export const elsewhere = ({ net }: Scene, host: number): string => {
  const numbers = net.split('.').map(Number);
  return [numbers[0], numbers[1], (numbers[2]! + 1) % 250, host].join('.');
};

/** How a message differs from what is usual. */
export interface Unusual {
  readonly spec?: Spec;
  /** Options beside the usual ones, or instead of those of the same code. */
  readonly over?: Over;
  readonly around?: Partial<Around>;
  /** Changes the octets of the message before it goes into its frame. */
  readonly damage?: (message: Uint8Array) => Uint8Array;
  /** The fault can be seen in this frame; a number: where the message is of this type. */
  readonly telling?: boolean | number;
}

const isTelling = ({ telling }: Unusual, type: number): boolean => telling === true || telling === type;

/** One thread of what happens in a scene: each call sends a frame, a few milliseconds after the one before. */
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

  /** From now on another exchange. */
  anew(): this {
    this.xid = this.scene.random.next();
    return this;
  }

  frame(bytes: Uint8Array, telling = false): this {
    this.put({ at: this.at, bytes, telling });
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

  /** The frame of a client's message: by broadcast, or from its address to the server where `ciaddr` is given. */
  asking(type: number, client: Client, unusual: Unusual = {}): Uint8Array {
    const { ciaddr } = unusual.spec ?? {};
    const { server, serverMac } = this.scene;
    const unicast = ciaddr === undefined ? {} : { source: ciaddr, destination: server, ethDestination: serverMac };
    return this.encoded(type, client, client.options, unusual, { ethSource: client.mac, ...unicast });
  }

  ask(type: number, client: Client, unusual: Unusual = {}): this {
    return this.frame(this.asking(type, client, unusual), isTelling(unusual, type));
  }

  /** The frame of a server's message: to the client's address, or by broadcast where the client wants that, and for a NAK. */
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
    return this.frame(this.replying(type, client, unusual), isTelling(unusual, type));
  }

  /** The REQUEST that takes an OFFER. */
  take(client: Client, unusual: Unusual = {}): this {
    return this.ask(3, client, { ...unusual, over: { 50: client.address, 54: this.scene.server, ...unusual.over } });
  }

  /** The four messages. `gives` is how both replies differ, `asks` how both requests do. */
  bind(client: Client, gives: Unusual = {}, asks: Unusual = {}): this {
    this.ask(1, client, asks).reply(2, client, gives);
    return this.take(client, asks).reply(5, client, gives);
  }

  /** The four messages, and the time until the client renews its lease, in an exchange of its own. */
  bindUntilT1(client: Client): this {
    return this.bind(client)
      .anew()
      .wait(this.scene.leaseTime / 2);
  }
}
