/** What the codec gives back: a tree of fields in which every node knows its bytes, and the problems met on the way. */

/** A run of octets. `buffer` 0 is the frame itself; higher numbers are buffers that were put together (reassembled fragments). */
export interface Span {
  readonly offset: number;
  readonly length: number;
  readonly buffer?: number;
}

/** Data in JSON's terms, as an option's typed value is given to scripts and taken by the encoder. */
export type Data = null | boolean | number | string | Data[] | { [key: string]: Data };

/** One node of the packet tree. */
export interface Field {
  /** The field's name as RFCs and Wireshark write it, e.g. `Transaction ID`. */
  readonly name: string;
  /** The value in words for a reader, already `printable`; empty for a node that only groups. */
  readonly text: string;
  /** First octet, counted from the first octet of the frame (or of buffer `buffer`). */
  readonly offset: number;
  /** Number of octets. 0 for a node that says something without having octets of its own. */
  readonly length: number;
  readonly buffer?: number;
  /** Further runs, where one field's octets do not lie together (RFC 3396 pieces, overload). */
  readonly more?: readonly Span[];
  readonly children?: readonly Field[];
  /** What is known of the value that its octets do not say, such as the vendor of a link-layer address. */
  readonly note?: string;
  /** What the guide knows this field as, e.g. `dhcp.xid`, `dhcp.option.54`, `dhcp.option.82.1`, `ip.ttl`. */
  readonly key?: string;
  /** Set where these octets are damaged or break a rule: the worst of the problems that lie in this field alone. */
  readonly problem?: string;
}

/** Something wrong in the octets of one frame. */
export interface Problem extends Span {
  /** Stable name: the id of a finding (`bad-option-length`, `malformed-message`, …) where one stands for it. */
  readonly id: string;
  /** One sentence for a reader, already `printable`. */
  readonly text: string;
}

/** The problem of what the capture's snapshot length left out: no fault of the sender's. */
export const SNAPLEN_CUT = 'snaplen-cut';

/** Makes a problem at a byte range of the frame. */
export function problem(id: string, offset: number, length: number, text: string, buffer?: number): Problem {
  return buffer ? { id, offset, length, text, buffer } : { id, offset, length, text };
}
