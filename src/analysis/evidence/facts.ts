import { DISCOVER, type Client, type Exchange } from '../conversations/model';

/** What the surveys of a capture find; the rules read it. */

/** The first DISCOVER of an exchange, as the client's own link shows it. There are as many as clients, so it is read from its exchange when needed. */
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
  /** The exchanges that the run consists of, in time order; `FirstDiscover` reads them. */
  readonly asked: readonly Exchange[];
  /** The smallest number of link-layer sources, and the largest share of clients that never complete, in any window. */
  readonly sources: number;
  readonly incomplete: number;
}

/** A message that a relay sent to a server, and the frames that show it. */
export interface Sent {
  readonly exchange: Exchange;
  readonly frames: number[];
  readonly time: number;
  readonly timed: boolean;
  /** Where it was sent: a relay may have several servers. */
  readonly to: string[];
  readonly type: number;
}
