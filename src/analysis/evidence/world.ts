import type { Client, Exchange } from '../conversations/model';
import { invented } from './attacks';
import type { Attack, Sent } from './facts';
import { Surveyed } from './surveyed';

/** Everything that the rules may ask about the capture as a whole. */
export class World extends Surveyed {
  /** Exchanges with a relayed message that no server answered. */
  readonly relaysUnanswered: ReadonlySet<Exchange>;
  /** Clients that an attack invents. No other finding names them. */
  readonly invented: ReadonlySet<Client>;

  constructor(
    { observed, survey }: Surveyed,
    /** Relayed messages that no server answered, by giaddr. */
    readonly unansweredRelays: ReadonlyMap<number, readonly Sent[]>,
    /** Starvation attacks. */
    readonly attacks: readonly Attack[],
  ) {
    super(observed, survey);
    this.relaysUnanswered = new Set([...unansweredRelays.values()].flatMap((sent) => sent.map((one) => one.exchange)));
    this.invented = invented(attacks);
  }

  private readonly made = new Map<(world: World) => unknown, unknown>();
  /** What a function derives from the capture as a whole, computed on first use and then kept. */
  once<T>(make: (world: World) => T): T {
    if (!this.made.has(make)) this.made.set(make, make(this));
    return this.made.get(make) as T;
  }
}
