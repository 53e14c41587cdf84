/* How a DHCPv4 message is laid out. Apart from the message, for whoever needs to know no more. */

/** Octets of the fixed part, op up to and including file (RFC 2131 §2, figure 1). */
export const FIXED_LENGTH = 236;
/** The magic cookie 99.130.83.99 that announces options (RFC 1497, RFC 2131 §3). */
export const MAGIC_COOKIE = 0x63825363;
/** First octet of options, counted from the message's first octet. */
export const OPTIONS_AT = 240;
/** Octets of the chaddr field. */
export const CHADDR_LENGTH = 16;

/** Where the fixed fields begin, counted from the message's first octet, and how long the long ones are (RFC 2131 §2). */
export const OFFSET = {
  op: 0,
  htype: 1,
  hlen: 2,
  hops: 3,
  xid: 4,
  secs: 8,
  flags: 10,
  ciaddr: 12,
  yiaddr: 16,
  siaddr: 20,
  giaddr: 24,
  chaddr: 28,
  sname: 44,
  file: 108,
} as const;
export const SNAME_LENGTH = 64;
export const FILE_LENGTH = 128;

/** Options of a meaning for the others: 52 lends them fields; 0 and 255 are single octets without length and value (RFC 2132 §3.1, §3.2, §9.3). */
export const OVERLOAD = 52;
export const PAD = 0;
export const END = 255;

/** Where an option stands: in the options field, or in `file` or `sname` when option 52 lends them (RFC 2132 §9.3). */
export type Area = 'options' | 'file' | 'sname';
