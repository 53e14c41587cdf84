import type { Scope, Subnet } from '../../model';
import type { Open, OpenReservation } from '../../scopes';

/** A shared network while it is read. Every subnet is in one, written or not. */
export interface Network {
  readonly scope?: Scope;
  readonly subnets: Subnet[];
  interface?: true;
}

/** Where a statement stands. */
export interface Place {
  readonly scope: Scope;
  readonly subnet?: Open<Subnet>;
  readonly network?: Network;
  readonly host?: OpenReservation & { hardware?: true; fixed?: true; uid?: true; identifier?: true };
  /** The word of the pool that is read. */
  readonly pool?: string;
  /** A class that is another's: it can match nothing of its own. */
  readonly subclass?: true;
}
