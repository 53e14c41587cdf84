import { formatIpv6, hex, u16 } from '../bytes';
import type { View } from '../view';
import { eachOption6, OPTION_HEADER } from './message';

/* What a LEASEQUERY asks about (OPTION_LQ_QUERY), and what the answer tells of a client (OPTION_CLIENT_DATA): RFC 5007 §4.1.2. */

/** Option codes of a question about leases, and of its answer. */
export const LQ_QUERY = 44;
export const CLIENT_DATA = 45;
export const LQ_CLIENT_LINK = 48;
export const STATUS_CODE = 13;

/** What a question or an answer names. */
export interface LeaseData {
  /** The type of the query (RFC 5007 §4.1.2.1, RFC 5460 §5.4); undefined for the data of a client. */
  readonly type: number | undefined;
  /** The link that the question is about; undefined if it is about all. */
  readonly link: string | undefined;
  /** DUIDs as hex digits: of the client, and of a relay. */
  readonly client: string | undefined;
  readonly relay: string | undefined;
  /** Addresses, and prefixes with their length. */
  readonly leases: readonly string[];
}

/** Octets of OPTION_LQ_QUERY before its options: query-type and link-address. */
const QUERY_HEADER = 17;
/** Most addresses that are read of one option; a forged one may hold thousands. */
const MOST = 20;

/** Reads the value of OPTION_LQ_QUERY; undefined if it is too short. */
export function readLeaseQuery({ bytes, start, length }: View): LeaseData | undefined {
  if (length < QUERY_HEADER) return undefined;
  const link = formatIpv6(bytes, start + 1);
  return {
    ...leaseData(bytes, start + QUERY_HEADER, start + length),
    type: bytes[start]!,
    link: link === '::' ? undefined : link,
  };
}

/** Reads the value of OPTION_CLIENT_DATA. */
export const readClientData = ({ bytes, start, length }: View): LeaseData => leaseData(bytes, start, start + length);

function leaseData(bytes: Uint8Array, at: number, end: number): LeaseData {
  let client: string | undefined;
  let relay: string | undefined;
  const leases: string[] = [];
  eachOption6(bytes, at, end, (code, option, length) => {
    const from = option + OPTION_HEADER;
    if (code === 1) client ??= hex(bytes, from, length);
    if (code === 53) relay ??= hex(bytes, from, length);
    if (leases.length >= MOST) return;
    if (code === 5 && length >= 24) leases.push(formatIpv6(bytes, from));
    if (code === 26 && length >= 25) leases.push(`${formatIpv6(bytes, from + 9)}/${bytes[from + 8]!}`);
  });
  return { type: undefined, link: undefined, client, relay, leases };
}

/** The number of a status code option; undefined if it is too short. */
export const readStatus = ({ bytes, start, length }: View): number | undefined =>
  length < 2 ? undefined : u16(bytes, start);
