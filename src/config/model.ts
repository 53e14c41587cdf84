import type { Severity } from '../analysis/finding';
import type { Address, Family, Prefix, Range } from './address';
import type { Located, SourceFile, Span } from './source';

/** Which program reads the file, and how its language is called in `port67 check --json`. */
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

/** A change of the text that certainly mends what a finding says. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly { readonly span: Span; readonly text: string }[];
}

/** What is wrong at one place of a configuration. */
export interface ConfigFinding {
  readonly id: string;
  readonly severity: Severity;
  readonly title: string;
  readonly span: Span;
  readonly explanation: string;
  readonly steps: readonly string[];
  readonly reference: string;
  /** Other places that belong to it: the first of two that cannot both be. */
  readonly related?: readonly Span[];
  /** The program itself refuses the file for this. */
  readonly refused?: true;
  readonly fix?: Fix;
}

/** One statement of the file as it stands: for outline, folding and whoever wants to know what is there. */
export interface Statement {
  /** Its first word, or its key. */
  readonly keyword: string;
  readonly span: Span;
  /** What names it in an outline: `subnet 10.0.0.0 netmask 255.255.255.0`. */
  readonly head: Span;
  readonly children: readonly Statement[];
  /** The program's language has no such statement. It is kept all the same. */
  readonly unknown?: true;
}

/** One option that the server is to send. */
export interface OptionSetting {
  /** `dhcp` and `dhcpv6` are the protocols' own options; others are vendors' and the file's own. */
  readonly space: string;
  readonly code: number;
  /** As the file names it. */
  readonly name: string;
  readonly span: Span;
  readonly value: Span;
  /** The addresses of its value, where it holds addresses. */
  readonly addresses: readonly Located<Address>[];
  /** Its value where it is one number. */
  readonly number?: number;
  /** Its value where it is text. */
  readonly text?: string;
}

/** Settings that most servers have, by one name for all. */
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
  | 'delay'
  | 'booting';

export interface Setting extends Located<string> {
  /** Where it is a number: a time is in seconds, Infinity where it never ends. */
  readonly number?: number;
}

/** Why a server says nothing. */
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
  | 'booting';

/** A refusal with the statement that decides it. */
export interface Denial {
  readonly reason: Reason;
  readonly span: Span;
  /** One sentence: what the statement says, and what the request has. */
  readonly why: string;
  /** What to change, where the client shall be served. */
  readonly step: string;
}

/** Whatever holds options and settings that what stands inside it takes over. */
export interface Scope {
  readonly kind: 'global' | 'group' | 'shared-network' | 'subnet' | 'pool' | 'class' | 'reservation';
  readonly name?: string;
  /** The statement with all that is in it. */
  readonly span: Span;
  /** What a finding about it as a whole points at. */
  readonly head: Span;
  readonly parent?: Scope;
  readonly options: OptionSetting[];
  readonly settings: Map<SettingName, Setting>;
  /** The file says that nobody is served here, or that this client is not. */
  readonly closed?: Denial;
  /** Classes or conditions that the file binds it to: of a subnet or pool who is served, of a reservation what its client is put into. */
  readonly guards?: readonly Located<string>[];
}

/** A class of clients, and what puts a client into it. */
export interface ClassRule {
  readonly name: string;
  /** The statement that defines it. */
  readonly span: Span;
  /** The condition, as the file has it. */
  readonly test?: Located<string>;
  /** An expression whose value must be one of `values`: dhcpd's subclasses. */
  readonly match?: Located<string>;
  readonly values: readonly Located<string>[];
  /** Nobody is in it but where something else puts him there. */
  readonly onRequest?: true;
}

/** A range of addresses (or, with `delegated`, of prefixes) that the server leases. */
export interface Pool extends Scope {
  readonly kind: 'pool';
  readonly range: Range;
  /** Where the first and the last address stand. */
  readonly rangeSpan: Span;
  /** Where each stands, where they are not in one line. */
  readonly firstSpan?: Span;
  readonly lastSpan?: Span;
  /** Prefix length that each client is given. */
  readonly delegated?: number;
  /** A part of the subnet that is *not* leased. */
  readonly excluded?: true;
  /** Only these clients: what the file says about who may have an address, as it stands. */
  readonly guards: readonly Located<string>[];
}

/** One thing that a reservation knows its client by. */
export interface Identifier extends Located<string> {
  /** `hw-address` is lower case with colons. */
  readonly type: 'hw-address' | 'client-id' | 'duid' | 'circuit-id' | 'flex-id' | 'name' | 'other';
}

/** One client with an address, a name or options of its own. */
export interface Reservation extends Scope {
  readonly kind: 'reservation';
  readonly identifiers: readonly Identifier[];
  readonly addresses: readonly Located<Address>[];
  readonly hostname?: Located<string>;
  /** The subnet that it is bound to; left out where the language declares it for all. */
  readonly subnet?: Subnet;
}

/** Addresses of one link, and what the server gives to clients there. */
export interface Subnet extends Scope {
  readonly kind: 'subnet';
  readonly family: Family;
  /** Undefined where the file does not tell, or tells what is no subnet. */
  readonly prefix?: Prefix;
  /** The file does not tell the mask: the server takes it from its interface, and this is what most networks have. */
  readonly assumed?: true;
  readonly pools: Pool[];
  readonly reservations: Reservation[];
  /** Relays whose requests this subnet is for, where the file says so. */
  readonly relays: Located<Address>[];
  /** Name of the shared network that it is a part of. */
  readonly sharedNetwork?: Scope;
  readonly id?: Located<number>;
  /** Addresses of the server or router itself on this link, where the file says so. */
  readonly ownAddresses: Located<Address>[];
  /** Only a link of the server, or a helper's: it leases nothing on purpose. */
  readonly passive?: true;
  /** Who has no reservation here is not served. */
  readonly reservedOnly?: Denial;
  /** Ranges that the file keeps for who meets a condition, which is their guard. */
  readonly policies?: readonly Pool[];
  /** The statement that has the server serve it, where that is another than the one that declares it. */
  readonly served?: Span;
}

/** Where something that has a name is made or used: go to definition, and what is used and not made. */
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
}

/** A relay: an interface that hands requests on to servers. */
export interface Relay {
  readonly span: Span;
  readonly servers: readonly Located<Address>[];
  /** Address and subnet of the interface on which it hears the clients. */
  readonly own?: Located<Address>;
  readonly prefix?: Prefix;
}

/** One configuration: a file with all that it includes. */
export interface ConfigDocument {
  readonly kind: ConfigKind;
  /** The file itself first, then what it includes. */
  readonly files: readonly SourceFile[];
  readonly statements: readonly Statement[];
  readonly global: Scope;
  readonly subnets: readonly Subnet[];
  /** All reservations, also those of subnets. */
  readonly reservations: readonly Reservation[];
  /** Classes, groups and others whose options and settings are checked like a subnet's. */
  readonly scopes: readonly Scope[];
  readonly relays: readonly Relay[];
  readonly names: readonly NameUse[];
  /** Classes with their conditions, where the language has them. */
  readonly classes?: readonly ClassRule[];
  /** Lists of hardware addresses that are served, or are not: patterns with a star for the rest. */
  readonly filters?: Readonly<Record<'allow' | 'deny', readonly Located<string>[] | undefined>>;
  /** What the parser itself found: above all what the program refuses. */
  readonly findings: readonly ConfigFinding[];
}

/** Gives the text of an included file, undefined where there is none. `from` is the file with the statement. */
export type ReadInclude = (
  path: string,
  from: SourceFile,
) => { readonly path: string; readonly text: string; readonly mode?: number } | undefined;
