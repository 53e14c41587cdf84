import type { ConfigDocument, Denial, Pool, Reservation, Setting, Subnet } from '../model';
import { settingOf } from '../scopes';
import type { Span } from '../source';
import type { Truth } from './expression';
import type { Asked } from './request';

export type { Denial };

/** A denial, `unknown` if it cannot be told from here, or undefined if the client is allowed. */
export type Judgement = Denial | 'unknown' | undefined;
export const isDenial = (judgement: Judgement): judgement is Denial => typeof judgement === 'object';

/** The sender of one request, as the configuration sees it. */
export interface Client {
  readonly request: Asked;
  /** Reservations that match the client. */
  readonly reservations: readonly Reservation[];
  /** Whether the client has a reservation. */
  readonly known: Truth;
}

/** How one program decides which clients it serves. */
export interface Policy {
  /** Checks that come before the choice of a subnet. */
  before(client: Client): Judgement;
  subnet(subnet: Subnet, client: Client): Judgement;
  pool(pool: Pool, client: Client): Judgement;
  /** Whether the judgements hold for BOOTP as well. */
  readonly judgesBootp?: true;
  /** The parts of a pool that the client may have, if not all of it. */
  parts?(pool: Pool, client: Client): readonly Pool[] | 'unknown' | undefined;
  /** Whether the client is in the class, has the tag, or meets the condition of this name. */
  member(name: string, client: Client): Truth;
  /**
   * Whether the server answers NAK to clients it does not know, and the statement that decides it. Undefined if the program has no such
   * setting.
   */
  authority(subnet: Subnet | undefined): { readonly is: boolean; readonly span: Span } | undefined;
  /** Limit on the total number of leases. */
  readonly limit?: { readonly most: number; readonly span: Span };
  /** Options that the program sends without a statement for them. */
  readonly own: ReadonlySet<number>;
  /** Whether the address of a reservation is kept out of the pools. */
  spares(host: Reservation): boolean;
  /** Whether the program looks at a reservation of a client in this subnet. Without this, it does at all of them. */
  heeds?(host: Reservation, subnet: Subnet): boolean;
}

/** Options that every server sends by itself: times, addresses, and what it echoes to relays and clients. */
const COMMON = [50, 51, 53, 54, 55, 56, 57, 58, 59, 60, 61, 80, 81, 82, 97, 118, 125];
export const ownOptions = (...more: readonly number[]): ReadonlySet<number> => new Set([...COMMON, ...more]);

/** The authority statement that applies to a subnet. Without one, the program's default, placed at the subnet. */
export function authorityOf(
  document: ConfigDocument,
  subnet: Subnet | undefined,
  usual: boolean,
): { readonly is: boolean; readonly span: Span } {
  const scope = subnet ?? document.subnets[0] ?? document.global;
  const setting: Setting | undefined = settingOf(scope, 'authoritative');
  return setting ? { is: /^(true|on|1)$/i.test(setting.value), span: setting.span } : { is: usual, span: scope.head };
}
