/* What the workshop's page shows and asks for: types only. */

/** How the small server is set up. Addresses in dotted decimal. */
export interface ServerSettings {
  readonly server: string;
  readonly mask: string;
  readonly first: string;
  readonly last: string;
  /** Empty where none is given. */
  readonly router: string;
  readonly dns: string;
  readonly domain: string;
  readonly lease: number;
  /** Next server and boot file, for clients that boot from the network. */
  readonly next: string;
  readonly file: string;
  /** Whether it refuses what it knows nothing of. */
  readonly authoritative: boolean;
  /** A line each: hardware address, then the address that it gets. */
  readonly reservations: string;
}

export interface FormField {
  readonly id: string;
  readonly label: string;
  readonly value: string;
}

export interface FormOption {
  /** Place among the options. */
  readonly index: number;
  readonly code: number;
  readonly name: string;
  /** As it is entered: the value's own notation, or 0x and hex digits. */
  readonly value: string;
}

/** One node of the packet tree, by its depth. */
export interface TreeLine {
  readonly level: number;
  readonly text: string;
  readonly problem?: string;
}

/** What the server does: a reply, or silence, and why. */
export interface Decision {
  readonly why: string;
  readonly frame?: Uint8Array;
}

/** The same as the page shows it. */
export interface Answered {
  readonly why: string;
  /** The frame of the reply in hex; left out where it is silent. */
  readonly hex?: string;
  /** The reply in one line. */
  readonly summary?: string;
}

/** What is being worked on: an exchange of frames, in hex, one of which is open. */
export interface Bench {
  readonly frames: readonly string[];
  readonly open: number;
}

/** One change to the open frame. */
export type Edit =
  | { readonly kind: 'field'; readonly id: string; readonly value: string }
  | { readonly kind: 'option'; readonly index: number; readonly value: string }
  | { readonly kind: 'add'; readonly code: number }
  | { readonly kind: 'remove'; readonly index: number }
  | { readonly kind: 'octets'; readonly value: string }
  | { readonly kind: 'repair' };

export interface WorkshopView {
  readonly summaries: readonly string[];
  readonly open: number;
  /** The open frame, sixteen octets a line. */
  readonly octets: string;
  /** Left out where the frame is neither DHCPv4 nor DHCPv6 in Ethernet: then only its octets can be changed. */
  readonly form?: { readonly fields: readonly FormField[]; readonly options: readonly FormOption[] };
  readonly tree: readonly TreeLine[];
  readonly problems: readonly string[];
  readonly findings: readonly { readonly id: string; readonly severity: string; readonly title: string }[];
  readonly answer: Answered;
  /** Why the last change could not be made. */
  readonly error?: string;
}
