import type { Client, Exchange } from '../conversations/model';

/* What the surveys of a capture find, for the rules to read. */

/** The first DISCOVER of an exchange, not relayed. */
export interface FirstDiscover {
  readonly client: Client;
  readonly chaddr: string;
  readonly time: number;
  readonly frame: number;
  /** Link-layer source of the frame. */
  readonly source: string | undefined;
  readonly link: string;
  /** Whether it was sent more than once. */
  readonly again: boolean;
}

/** A run of DISCOVERs on one link that exceeds the limits of the catalogue. */
export interface Attack {
  readonly link: string;
  readonly asked: readonly FirstDiscover[];
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
