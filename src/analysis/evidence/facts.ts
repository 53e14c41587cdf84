import { DISCOVER, type Client, type Exchange } from '../conversations/model';

/* What the surveys of a capture find, for the rules to read. */

/** The first DISCOVER of an exchange, not relayed. There are as many as clients: it is made of its exchange when it is looked at. */
export class FirstDiscover {
  readonly chaddr: string;
  readonly time: number;
  readonly frame: number;
  /** Link-layer source of the frame. */
  readonly source: string | undefined;
  readonly link: string;

  constructor(readonly exchange: Exchange) {
    const { dhcp, packet } = exchange.firstOf(DISCOVER)!;
    this.chaddr = dhcp.chaddr;
    this.time = packet.time;
    this.frame = packet.frame;
    this.source = packet.ethSource;
    this.link = packet.link;
  }

  get client(): Client {
    return this.exchange.client;
  }
  /** Whether it was sent more than once. */
  get again(): boolean {
    return this.exchange.count > 1 && this.exchange.of(DISCOVER).length > 1;
  }
}

/** A run of DISCOVERs on one link that exceeds the limits of the catalogue. */
export interface Attack {
  readonly link: string;
  /** The exchanges that it began, in order of time; `FirstDiscover` reads them. */
  readonly asked: readonly Exchange[];
  /** Fewest link-layer sources, and largest share of clients that never complete, of any window. */
  readonly sources: number;
  readonly incomplete: number;
}

/** A message that a relay handed to a server, and the frames that show it. */
export interface Sent {
  readonly exchange: Exchange;
  readonly frames: number[];
  readonly time: number;
  readonly timed: boolean;
  readonly to: string;
  readonly type: number;
}
