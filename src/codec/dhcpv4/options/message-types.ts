import type { Names } from '../../values';

/** Names of the values of option 53 (RFC 2132 §9.6, RFC 3203 §4, RFC 4388 §6.1, RFC 6926 §6.2.1, RFC 7724 §5.2.1). */
export const MESSAGE_TYPES: Names = {
  1: 'DISCOVER',
  2: 'OFFER',
  3: 'REQUEST',
  4: 'DECLINE',
  5: 'ACK',
  6: 'NAK',
  7: 'RELEASE',
  8: 'INFORM',
  9: 'FORCERENEW',
  10: 'LEASEQUERY',
  11: 'LEASEUNASSIGNED',
  12: 'LEASEUNKNOWN',
  13: 'LEASEACTIVE',
  14: 'BULKLEASEQUERY',
  15: 'LEASEQUERYDONE',
  16: 'ACTIVELEASEQUERY',
  17: 'LEASEQUERYSTATUS',
  18: 'TLS',
};

/** The numbers of LEASEQUERY and its successors (RFC 4388 §6.1, RFC 6926 §6.2.1, RFC 7724 §5.2.1) begin here. */
export const LEASEQUERY = 10;
/** The reply that names who has a lease (RFC 4388 §6.4.2). */
export const LEASEACTIVE = 13;
/** Message types that only servers send, in a BOOTREPLY. */
export const SERVER_TYPES: ReadonlySet<number> = new Set([2, 5, 6, 9, 11, 12, 13, 15, 17]);
/** Message types that both sides send (RFC 7724 §5.2.1: DHCPTLS opens a secured connection and also answers the request). */
export const EITHER_TYPES: ReadonlySet<number> = new Set([18]);
