import type { Scope, Subnet } from '../../model';
import type { Open, OpenReservation } from '../../scopes';

/** A shared network being read. Every subnet belongs to one, even if none is declared. */
export interface Network {
  readonly scope?: Scope;
  readonly subnets: Subnet[];
  interface?: true;
}

/** The scopes that enclose a statement. */
export interface Place {
  readonly scope: Scope;
  readonly subnet?: Open<Subnet>;
  readonly network?: Network;
  readonly host?: OpenReservation & { hardware?: true; fixed?: true; uid?: true; identifier?: true };
  /** The keyword of the pool being read. */
  readonly pool?: string;
  /** A subclass: it cannot have a match expression of its own. */
  readonly subclass?: true;
}
