/* Layout of a DHCPv4 message, in a file of its own for modules that need only this. */

/** Octets of the fixed part, from op up to and including file (RFC 2131 §2, figure 1). */
export const FIXED_LENGTH = 236;
/** The magic cookie 99.130.83.99, which precedes the options (RFC 1497, RFC 2131 §3). */
export const MAGIC_COOKIE = 0x63825363;
/** Offset of the first option in the message. */
export const OPTIONS_AT = 240;
/** Octets of the chaddr field. */
export const CHADDR_LENGTH = 16;

/** Offsets of the fixed fields in the message, and the lengths of the long ones (RFC 2131 §2). */
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

/**
 * Options that affect how the others are read: 52 adds fields to the option area; 0 and 255 are single octets without
 * length and value (RFC 2132 §3.1, §3.2, §9.3).
 */
export const OVERLOAD = 52;
export const PAD = 0;
export const END = 255;

/** The area an option is in: the options field, or `file` or `sname` if option 52 says they hold options (RFC 2132 §9.3). */
export type Area = 'options' | 'file' | 'sname';

/** Under which condition `reversedSecs` is the number that was meant. */
export const REVERSED = 'the client wrote its octets in reverse order, as Windows does';

const MICROSOFT = 'MSFT';

/**
 * The seconds that a client means by secs where only its first octet is set, and its option 60, if it has one, is Microsoft’s; undefined
 * for others.
 */
export const reversedSecs = (message: {
  readonly op: number;
  readonly secs: number;
  text(code: number): string | undefined;
}): number | undefined =>
  message.op === 1 &&
  message.secs > 0 &&
  (message.secs & 0xff) === 0 &&
  (message.text(60) ?? MICROSOFT).startsWith(MICROSOFT)
    ? message.secs >> 8
    : undefined;
