import type { Severity } from '../analysis/finding';
import type { Address, Family, Prefix, Range } from './address';
import type { Located, SourceFile, Span } from './source';

/** The kinds of configuration, named for the program that reads them. `port67 check --json` uses these names. */
export const KINDS = [
  'dhcpd',
  'dhcpd6',
  'kea4',
  'kea6',
  'dnsmasq',
  'openwrt',
  'microsoft-xml',
  'netsh',
  'ios',
  'routeros',
  'udhcpd',
  'networkd',
] as const;
export type ConfigKind = (typeof KINDS)[number];

/** A text edit that is certain to fix a finding. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly { readonly span: Span; readonly text: string }[];
}

/** A problem at one place in a configuration. */
export interface ConfigFinding {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly span: Span;
  readonly explanation: string;
  readonly steps: readonly string[];
  readonly reference: string;
  /** Other places involved, such as the first of two conflicting statements. */
  readonly related?: readonly Span[];
  /** The program itself refuses the file because of this. */
  readonly refused?: true;
  readonly fix?: Fix;
}

/** One statement as it stands in the file, for the outline, folding and other readers of the syntax. */
export interface Statement {
  /** Its first word, or its key. */
  readonly keyword: string;
  readonly span: Span;
  /** The text that names it in an outline: `subnet 10.0.0.0 netmask 255.255.255.0`. */
  readonly head: Span;
  readonly children: readonly Statement[];
  /** The program's language has no such statement. It is kept anyway. */
  readonly unknown?: true;
}

/** One option that the server is configured to send. */
export interface OptionSetting {
  /** `dhcp` and `dhcpv6` are the protocols' own options. Other spaces belong to vendors or are defined in the file. */
  readonly space: string;
  readonly code: number;
  /** The option's name as written in the file. */
  readonly name: string;
  readonly span: Span;
  readonly value: Span;
  /** The addresses in its value, if any. */
  readonly addresses: readonly Located<Address>[];
  /** The value, if it is a single number. */
  readonly number?: number;
  /** The value, if it is text. */
  readonly text?: string;
}

/** Settings that most servers have, under one common name each. */
export type SettingName =
  | 'lease-time'
  | 'min-lease-time'
  | 'max-lease-time'
  | 'preferred-lifetime'
  | 't1'
  | 't2'
  | 'authoritative'
  | 'next-server'
  | 'boot-file'
  | 'server-name'
  | 'interface'
  | 'interface-id'
  | 'unknown-clients'
  | 'bootp'
  | 'delay'
  | 'booting'
  | 'reservation-mode'
  | 'reservations-global'
  | 'reservations-in-subnet'
  | 'reservations-out-of-pool'
  | 'early-reservations'
  | 'reservations-unique';

export interface Setting extends Located<string> {
  /** The value as a number, if it is one. Times are in seconds; Infinity means no end. */
  readonly number?: number;
}

/** Why a server does not answer. */
export type Reason =
  | 'no-subnet'
  | 'no-pool'
  | 'not-on-link'
  | 'class'
  | 'pool-full'
  | 'unknown-client'
  | 'ignored'
  | 'not-authoritative'
  | 'interface'
  | 'unknown-lease'
  | 'lease-limit'
  | 'booting'
  | 'bootp'
  | 'denied'
  | 'not-loaded';

/** A refusal, with the statement that causes it. */
export interface Denial {
  readonly reason: Reason;
  readonly span: Span;
  /** One sentence: what the statement requires and what the request has. */
  readonly why: string;
  /** What to change if the client should be served. */
  readonly step: string;
}

/** Anything with options and settings that nested scopes inherit. */
export interface Scope {
  readonly kind: 'global' | 'group' | 'shared-network' | 'subnet' | 'pool' | 'class' | 'reservation';
  readonly name?: string;
  /** The whole statement, including its block. */
  readonly span: Span;
  /** What a finding about the whole scope points to. */
  readonly head: Span;
  readonly parent?: Scope;
  readonly options: OptionSetting[];
  readonly settings: Map<SettingName, Setting>;
  /** Set if the file says that nobody is served here, or that this client is not. */
  readonly closed?: Denial;
  /**
   * Classes or conditions attached to it. For a subnet or pool they limit who is served; for a reservation they are the classes that the
   * client joins.
   */
  readonly guards?: readonly Located<string>[];
}

/** Octets to compare with: all of a value, or with `open` its beginning. A mask has ones at the bits that count. */
export interface OctetPattern {
  readonly hex: string;
  readonly mask?: string;
  readonly open?: true;
}

/** Whether a field has one of several values, or with `negated` none of them. */
export interface OctetTest {
  readonly field: 'hardware' | { readonly option: number } | { readonly agent: number };
  readonly patterns: readonly OctetPattern[];
  readonly negated?: true;
}

/** A condition of such tests. Without a test, every client meets it. */
export interface OctetRule {
  readonly tests: readonly OctetTest[];
  /** All tests must hold rather than one. */
  readonly every: boolean;
}

/** A class of clients, with its condition. */
export interface ClassRule {
  readonly name: string;
  /** The statement that defines it. */
  readonly span: Span;
  /** The condition, as written in the file. */
  readonly test?: Located<string>;
  /** An expression whose value must be one of `values`; dhcpd uses this for subclasses. */
  readonly match?: Located<string>;
  readonly values: readonly Located<string>[];
  /** The condition, in languages that compare octets instead of having expressions. */
  readonly octets?: OctetRule;
  /** The condition is not evaluated by default: a client joins only if another statement puts it there. */
  readonly onRequest?: true;
}

/** A range of addresses (or, with `delegated`, of prefixes) that the server leases. */
export interface Pool extends Scope {
  readonly kind: 'pool';
  readonly range: Range;
  /** Where the first and last address are written. */
  readonly rangeSpan: Span;
  /** Where each end is written, if they are on different lines. */
  readonly firstSpan?: Span;
  readonly lastSpan?: Span;
  /** Length of the prefix delegated to each client. */
  readonly delegated?: number;
  /** A part of the subnet that is *not* leased. */
  readonly excluded?: true;
  /** The statement says that BOOTP clients may have its addresses as well. */
  readonly bootp?: true;
  /** Conditions on which clients may have an address, as written in the file. */
  readonly guards: readonly Located<string>[];
}

/** One identifier by which a reservation recognises its client. */
export interface Identifier extends Located<string> {
  /** `hw-address` values are lower case with colons. */
  readonly type: 'hw-address' | 'client-id' | 'duid' | 'circuit-id' | 'flex-id' | 'name' | 'other';
}

/** One client with its own address, name or options. */
export interface Reservation extends Scope {
  readonly kind: 'reservation';
  readonly identifiers: readonly Identifier[];
  readonly addresses: readonly Located<Address>[];
  /** Prefixes that are delegated to the client. */
  readonly prefixes: readonly Located<Prefix>[];
  readonly hostname?: Located<string>;
  /** The subnet it is bound to. Omitted if the language declares reservations globally. */
  readonly subnet?: Subnet;
}

/** The addresses of one link, and what the server gives clients there. */
export interface Subnet extends Scope {
  readonly kind: 'subnet';
  readonly family: Family;
  /** Undefined if the file gives no prefix, or an invalid one. */
  readonly prefix?: Prefix;
  /** The file gives no mask, because the server takes it from its interface. The prefix assumes the most common mask. */
  readonly assumed?: true;
  /** An address of the link, where the file gives no prefix. */
  readonly within?: Address;
  readonly pools: Pool[];
  readonly reservations: Reservation[];
  /** Relays whose requests this subnet serves, if the file names any. */
  readonly relays: Located<Address>[];
  /** The shared network it is part of. */
  readonly sharedNetwork?: Scope;
  readonly id?: Located<number>;
  /** The prefix is that of an interface; the file names only the part of the addresses behind it. */
  readonly constructed?: { readonly name: Located<string>; readonly range?: Range };
  /** Addresses of the server or router itself on this link, if the file gives any. */
  readonly ownAddresses: Located<Address>[];
  /** The link of the server itself, or of a relay. No addresses are leased here by design. */
  readonly passive?: true;
  /** Set if clients without a reservation are not served here. */
  readonly reservedOnly?: Denial;
  /** Ranges for members of classes, which are their guards: in a subnet with guards only for them, else kept from all others. */
  readonly policies?: readonly Pool[];
  /** The statement that makes the server serve this subnet, if it is not the declaration itself. */
  readonly served?: Span;
}

/** A place where a name is defined or used. Serves go to definition, and the check for undefined names. */
export interface NameUse {
  readonly role:
    | 'class'
    | 'failover-peer'
    | 'option'
    | 'option-space'
    | 'shared-network'
    | 'key'
    | 'zone'
    | 'tag'
    | 'pool'
    | 'interface';
  readonly name: string;
  readonly span: Span;
  readonly definition: boolean;
  /** The number of an option of DHCP's own space that the file defines. */
  readonly code?: number;
}

/** A relay: an interface that forwards requests to servers. */
export interface Relay {
  readonly span: Span;
  readonly servers: readonly Located<Address>[];
  /** Address and subnet of the interface that receives requests from clients. */
  readonly own?: Located<Address>;
  readonly prefix?: Prefix;
}

/** One configuration: a file with everything it includes. */
export interface ConfigDocument {
  readonly kind: ConfigKind;
  /** The file itself first, then the included files. */
  readonly files: readonly SourceFile[];
  readonly statements: readonly Statement[];
  readonly global: Scope;
  readonly subnets: readonly Subnet[];
  /** All reservations, including those of subnets. */
  readonly reservations: readonly Reservation[];
  /** Other scopes, such as classes and groups, whose options and settings are checked as well. */
  readonly scopes: readonly Scope[];
  readonly relays: readonly Relay[];
  readonly names: readonly NameUse[];
  /** Classes with their conditions, if the language has them. */
  readonly classes?: readonly ClassRule[];
  /** Allow and deny lists of hardware addresses. A pattern may end in a star. */
  readonly filters?: Readonly<Record<'allow' | 'deny', readonly Located<string>[] | undefined>>;
  /** Findings of the parser itself, mainly what the program refuses. */
  readonly findings: readonly ConfigFinding[];
}

/** Returns the text of an included file, or undefined if it cannot be read. `from` is the file with the statement. */
export type ReadInclude = (
  path: string,
  from: SourceFile,
) => { readonly path: string; readonly text: string; readonly mode?: number } | undefined;
