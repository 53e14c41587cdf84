import { endingsOf, NO_ENDINGS, type Endings } from './endings';
import { Step6 } from './kinds6';
import type { Packets } from './packet';
import type { Routine6 } from './routine6';
import type { Thresholds } from './settings';
import { Conversations6, type Client6, type Exchange6 } from './v6model';

/** What a server did in exchanges that went as they should. */
interface Served {
  /** Place of the first message of the first of them. */
  readonly rank: number;
  readonly advertises: number;
  readonly replies: number;
}

/**
 * The clients of DHCPv6 of which nothing is to be said: what the rules about others, and the lists, need of them. No rule speaks of one
 * of their exchanges, for whatever it would speak of keeps a client out (`Routine6`).
 */
export class Crowd6 {
  constructor(
    private readonly packets: Packets,
    /** Undefined where packets cannot be known without being read. */
    private readonly routine: Routine6 | undefined,
    /** Index of the packet at a place in the order of time. */
    private readonly indexOf: (place: number) => number,
    private readonly limits: Thresholds,
  ) {}

  /** Number of exchanges. */
  get size(): number {
    return this.routine?.table.count ?? 0;
  }

  /** Its exchanges, in the order in which they began, one after another: none is kept. */
  *exchanges(): Generator<Exchange6> {
    const { routine } = this;
    if (!routine) return;
    for (let one = 0; one < this.size; one++) yield this.read(routine.placesOf(one)).exchanges[0]!;
  }

  /** Its clients, in the order in which they were met, one after another: none is kept. */
  *clients(): Generator<Client6> {
    const { routine } = this;
    if (!routine) return;
    const { table } = routine;
    for (let one = 0; one < this.size; one++) {
      if (table.before(one) >= 0) continue;
      yield this.read(routine.exchangesOf(table.client[one]!).flatMap((each) => routine.placesOf(each)));
    }
  }

  /** The client whose messages stand at these places, put together from its packets as any other. */
  private read(places: readonly number[]): Client6 {
    const conversations = new Conversations6(this.limits);
    for (const place of places) {
      const index = this.indexOf(place);
      const packet = this.packets.get(index);
      conversations.add(index, packet, packet.dhcpv6!, place);
    }
    const [client] = conversations.clients.values();
    return client!;
  }

  /** By link: how many clients ask there; each of them is answered. */
  get clientsByLink(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    const { routine } = this;
    // A client of the crowd is seen on one link only.
    for (let one = 0; one < this.size; one++) {
      if (routine!.table.before(one) >= 0) continue;
      const { link } = routine!.characterAt(one, 0)!;
      counts.set(link, (counts.get(link) ?? 0) + 1);
    }
    return counts;
  }

  /** Addresses of relays to which replies come back. */
  *answeredRelays(): Generator<string> {
    for (const { first } of this.kinds()) {
      const { relay } = this.routine!.characterAt(first, 0)!;
      if (relay !== undefined) yield relay;
    }
  }

  /** By DUID, what servers did. */
  get servers(): ReadonlyMap<string, Served> {
    const servers = new Map<string, Served>();
    for (const { first, count } of this.kinds()) {
      const routine = this.routine!;
      const server = routine.characterAt(first, 3)!.server!;
      const known = servers.get(server);
      const advertised = routine.characterAt(first, 1) !== undefined;
      servers.set(server, {
        rank: Math.min(known?.rank ?? Infinity, routine.rankOf(first)),
        advertises: (known?.advertises ?? 0) + (advertised ? count : 0),
        replies: (known?.replies ?? 0) + count,
      });
    }
    return servers;
  }

  /** The signatures of exchanges, each with its first one and their number. */
  private *kinds(): Generator<{ readonly first: number; readonly count: number }> {
    for (const one of this.routine?.signatures ?? []) if (one.count > 0) yield one;
  }

  private endingsKnown: Endings | undefined;
  get endings(): Endings {
    return (this.endingsKnown ??= this.readEndings());
  }
  private readEndings(): Endings {
    const { routine } = this;
    if (!routine) return NO_ENDINGS;
    const servers = routine.signatures.map(({ first, count }) => {
      if (count === 0 || routine.characterAt(first, 0)!.step === Step6.Inform) return undefined;
      const { gives, server } = routine.characterAt(first, 3)!;
      return gives ? server : undefined;
    });
    return endingsOf(routine.table, routine.signatures, servers);
  }
}
