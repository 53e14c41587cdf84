/** The codec's output: a tree of fields in which every node knows its octets, and the problems found on the way. */

/** A run of octets. Buffer 0 is the frame itself; higher numbers are buffers assembled from parts (reassembled fragments). */
export interface Span {
  readonly offset: number;
  readonly length: number;
  readonly buffer?: number;
}

/** JSON data: the form in which scripts get an option's typed value and the encoder takes it. */
export type Data = null | boolean | number | string | Data[] | { [key: string]: Data };

/** One node of the packet tree. */
export interface Field {
  /** The field's name as RFCs and Wireshark write it, e.g. `Transaction ID`. */
  readonly name: string;
  /** The value in words for a reader, already `printable`; empty for a node that only groups. */
  readonly text: string;
  /** First octet, counted from the first octet of the frame (or of buffer `buffer`). */
  readonly offset: number;
  /** Number of octets. 0 for a node that has no octets of its own. */
  readonly length: number;
  readonly buffer?: number;
  /** Further runs, if the field's octets are not contiguous (RFC 3396 pieces, overload). */
  readonly more?: readonly Span[];
  readonly children?: readonly Field[];
  /** What is known about the value but not in its octets, such as the vendor of a link-layer address. */
  readonly note?: string;
  /** The guide's key for this field, e.g. `dhcp.xid`, `dhcp.option.54`, `dhcp.option.82.1`, `ip.ttl`. */
  readonly key?: string;
  /** Set if these octets are damaged or break a rule: the worst problem that lies in this field alone. */
  readonly problem?: string;
}

/** The key of what a problem is about. A symbol, so that neither JSON nor a message to the window has it. */
export const ABOUT = Symbol('about');

/** What a problem is about, for rules, which do not read its text. */
export interface About {
  /** The option of the DHCPv4 message that it is about, or in whose value it lies; the option itself in DHCPv6. */
  readonly option?: number;
  /** The name of that option; left out if the problem is about an option inside its value. */
  readonly name?: string;
  /** Whether it lies in the option's value, and not in its length or its place in the message. */
  readonly inValue?: boolean;
  /** Whether it is about what relays wrapped around a DHCPv6 message. */
  readonly ofRelay?: boolean;
  /** Whether it is about an IP header, and not about what that carries. */
  readonly ofHeader?: boolean;
}

/** Something wrong in the octets of one frame. */
export interface Problem extends Span {
  /** Stable name: the id of the corresponding finding, if there is one (`bad-option-length`, `malformed-message`, …). */
  readonly id: string;
  /** One sentence for a reader, already `printable`. */
  readonly text: string;
  readonly [ABOUT]?: About;
}

/** Id of the problem that the capture's snapshot length, or the end of a pasted text, cut octets off. Not the sender's fault. */
export const SNAPLEN_CUT = 'snaplen-cut';
/** What such a problem says of a message that lacks `cut` octets. */
export const cutText = (cut: number): string =>
  `Only the beginning of this message is here: ${cut} ${cut === 1 ? 'octet is' : 'octets are'} missing behind its end.`;

/** Makes a problem at a byte range of the frame. */
export function problem(
  id: string,
  offset: number,
  length: number,
  text: string,
  buffer?: number,
  about?: About,
): Problem {
  const one = buffer ? { id, offset, length, text, buffer } : { id, offset, length, text };
  return about ? { ...one, [ABOUT]: about } : one;
}
