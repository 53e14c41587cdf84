import type { ConfigDocument, Denial, Pool, Reservation, Setting, Subnet } from '../model';
import { settingOf } from '../scopes';
import type { Span } from '../source';
import type { Truth } from './expression';
import type { Asked } from './request';

export type { Denial };

/** Refused; not to be told from here; or, where it is undefined, allowed. */
export type Judgement = Denial | 'unknown' | undefined;
export const isDenial = (judgement: Judgement): judgement is Denial => typeof judgement === 'object';

/** The sender of one request, as the configuration knows it. */
export interface Client {
  readonly request: Asked;
  /** Reservations that name it. */
  readonly reservations: readonly Reservation[];
  /** Whether there is one. */
  readonly known: Truth;
}

/** What one program does with its statements about who is served. */
export interface Policy {
  /** What holds before any subnet is looked for. */
  before(client: Client): Judgement;
  subnet(subnet: Subnet, client: Client): Judgement;
  pool(pool: Pool, client: Client): Judgement;
  /** Whether a class, tag or condition by that name holds for the client. */
  member(name: string, client: Client): Truth;
  /** Whether the server refuses what it does not know, and the statement for it; undefined where it is not about authority. */
  authority(subnet: Subnet | undefined): { readonly is: boolean; readonly span: Span } | undefined;
  /** How many leases there may be in all. */
  readonly limit?: { readonly most: number; readonly span: Span };
  /** Options that the program makes by itself. */
  readonly own: ReadonlySet<number>;
  /** Whether an address that is reserved is kept out of the pools. */
  readonly sparesReserved: boolean;
}

/** Options that every server makes by itself: times, addresses, what it sends back to relays and clients. */
const COMMON = [50, 51, 53, 54, 55, 56, 57, 58, 59, 60, 61, 80, 81, 82, 97, 118, 125];
export const ownOptions = (...more: readonly number[]): ReadonlySet<number> => new Set([...COMMON, ...more]);

/** The statement about authority that counts for a subnet, else the subnet itself. */
export function authorityOf(
  document: ConfigDocument,
  subnet: Subnet | undefined,
  usual: boolean,
): { readonly is: boolean; readonly span: Span } {
  const scope = subnet ?? document.subnets[0] ?? document.global;
  const setting: Setting | undefined = settingOf(scope, 'authoritative');
  return setting ? { is: /^(true|on|1)$/i.test(setting.value), span: setting.span } : { is: usual, span: scope.head };
}
