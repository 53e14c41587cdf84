/** What the lab's servers and clients have in common: one model of a configuration, which each program's file turns into its own. */
import type { Host } from '../net';
import type { Process } from '../process';

/** A subnet that a server leases addresses of. Addresses are dotted; lists may be empty, and then the option is not sent. */
export interface Scope {
  readonly network: string;
  readonly mask: string;
  readonly first: string;
  readonly last: string;
  readonly router: readonly string[];
  readonly dns: readonly string[];
  readonly domain: string;
  /** Lease time in seconds, or 'infinite'. */
  readonly lease: number | 'infinite';
  /** Options 58 and 59, seconds; left to the program (and mostly not sent) where undefined. */
  readonly t1?: number;
  readonly t2?: number;
  /** What option 1 says instead of `mask`. */
  readonly sentMask?: string;
  /** What option 28 says; left to the program where undefined. */
  readonly broadcast?: string;
  /** Further options: code → value in hex. */
  readonly options?: Readonly<Record<number, string>>;
  /** Boot file (the `file` field and option 67) and boot server, for PXE. */
  readonly bootFile?: string;
  readonly bootServer?: string;
}

/** What a DHCPv6 server leases. Times are in seconds. */
export interface Six {
  /** The clients are behind a relay: the subnet is found by its link-address, not by the interface. */
  readonly relayed?: boolean;
  /** Prefixes to delegate: the range they are cut from; each is a /64. */
  readonly prefixes?: string;
  readonly subnet: string;
  /** Undefined: it has no addresses to give. */
  readonly pool?: string | undefined;
  readonly dns: string;
  readonly t1: number;
  readonly t2: number;
  readonly preferred: number;
  readonly valid: number;
}

export interface ServerConfig {
  readonly scopes: readonly Scope[];
  /** NAK a client that asks for an address which this server knows to be wrong here. */
  readonly authoritative: boolean;
  /** Probe an address before offering it, where the program can. */
  readonly probe: boolean;
  /** A folder for TFTP, where the program has a TFTP server. */
  readonly tftp?: string;
  readonly six?: Six;
}

export interface Server {
  readonly name: ServerName;
  /** Starts on the interface eth0 of the host; when this returns, it listens. */
  start(host: Host, config: ServerConfig): Promise<Process>;
}

export interface ClientConfig {
  /** Option 12. */
  readonly hostname: string;
  /** Look by ARP whether the address offered is in use (RFC 2131 §4.4.1), where the program can. */
  readonly probe: boolean;
  /** Further options of the request: code → value in hex. */
  readonly options?: Readonly<Record<number, string>>;
  /** Option 60. */
  readonly vendorClass?: string;
  /** Seconds until an unanswered DISCOVER is sent again, where the program lets itself be told. */
  readonly retry: number;
  /** What a DHCPv6 client asks for: addresses, if not said otherwise. */
  readonly asks?: 'prefix' | 'settings only';
  /** Ask for replies by broadcast (not dhclient). */
  readonly broadcast: boolean;
}

export interface Client {
  readonly name: ClientName;
  start(host: Host, config: ClientConfig): RunningClient;
}

/** A client at work on eth0. The waiting methods throw after `seconds`. */
export interface RunningClient {
  readonly process: Process;
  bound(seconds: number): Promise<void>;
  /** Sends a renewing REQUEST now, by unicast. */
  renew(): Promise<void>;
  /** Gives the lease back. */
  release(): Promise<void>;
}

export type ServerName = 'dhcpd' | 'kea4' | 'dnsmasq' | 'udhcpd' | 'kea6';
export type ClientName = 'udhcpc' | 'dhclient' | 'dhcpcd' | 'dhclient6' | 'dhcpcd6';

/** Dotted address to its number. */
export function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Length of a contiguous mask in bits. */
export function prefixLength(mask: string): number {
  return toNumber(mask).toString(2).replace(/0+$/, '').length;
}

/** `0a0b` to `0a:0b`, as most programs want their octets. */
export function colons(hex: string): string {
  return hex.match(/../g)?.join(':') ?? '';
}

/**
 * The script that clients call: it puts the lease onto the interface, and tells nobody else (no resolv.conf, no host name). `udhcpc`
 * passes event, address, mask and router by other names than `dhclient`.
 */
export const CLIENT_SCRIPT = `#!/bin/sh
event="\${reason:-$1}"
address="\${new_ip_address:-$ip}"
mask="\${new_subnet_mask:-$subnet}"
routers="\${new_routers:-$router}"
dev="\${interface:-eth0}"
case "$event" in
bound | renew | BOUND | REBOOT | RENEW | REBIND)
  ip -4 address replace "$address/\${mask:-24}" dev "$dev" 2>/dev/null
  for r in $routers; do ip route replace default via "$r" dev "$dev" 2>/dev/null; done
  echo "LAB-BOUND $event $address"
  ;;
deconfig | EXPIRE | RELEASE | FAIL | PREINIT) ip -4 address flush dev "$dev" ;;
esac
exit 0
`;
