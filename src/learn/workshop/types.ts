/* What the workshop page shows and asks for. Types only. */

/** The settings of the small server. Addresses are in dotted decimal. */
export interface ServerSettings {
  readonly server: string;
  readonly mask: string;
  readonly first: string;
  readonly last: string;
  /** Empty if there is none. */
  readonly router: string;
  readonly dns: string;
  readonly domain: string;
  readonly lease: number;
  /** Next server and boot file, for clients that boot from the network. */
  readonly next: string;
  readonly file: string;
  /** Whether it refuses requests for leases that it does not know. */
  readonly authoritative: boolean;
  /** One reservation per line: hardware address, then its IP address. */
  readonly reservations: string;
}

export interface FormField {
  readonly id: string;
  readonly label: string;
  readonly value: string;
}

export interface FormOption {
  /** Index among the options. */
  readonly index: number;
  readonly code: number;
  readonly name: string;
  /** In the form in which it is entered: the value's own notation, or 0x and hex digits. */
  readonly value: string;
}

/** One line of the packet tree, with its depth. */
export interface TreeLine {
  readonly level: number;
  readonly text: string;
  readonly problem?: string;
}

/** What the server does and why: it replies or stays silent. */
export interface Decision {
  readonly why: string;
  readonly frame?: Uint8Array;
}

/** The same, for display. */
export interface Answered {
  readonly why: string;
  /** The frame of the reply in hex; left out if the server stays silent. */
  readonly hex?: string;
  /** The reply in one line. */
  readonly summary?: string;
}

/** The exchange being worked on: its frames in hex, and the index of the open one. */
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

/** What was typed into an entry of the page, by its id, and why it cannot be taken. */
export interface Wrong {
  readonly entry: string;
  readonly value: string;
  readonly text: string;
}

export interface WorkshopView {
  readonly summaries: readonly string[];
  readonly open: number;
  /** The open frame, sixteen octets per line. */
  readonly octets: string;
  /**
   * Left out if the frame is neither DHCP nor ARP or RARP on Ethernet: then only its octets can be changed. Without `options` if such
   * frames have none.
   */
  readonly form?: { readonly fields: readonly FormField[]; readonly options?: readonly FormOption[] };
  readonly tree: readonly TreeLine[];
  readonly problems: readonly string[];
  readonly findings: readonly { readonly id: string; readonly severity: string; readonly title: string }[];
  readonly answer: Answered;
  /** Settings of the server that it cannot use. */
  readonly wrong: readonly Wrong[];
  /** Why the last change could not be made. */
  readonly error?: string;
}
