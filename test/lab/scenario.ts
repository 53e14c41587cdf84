/** The words in which the table of scenarios is written. */
import type { PcapFrame } from '../capture/build';
import type { ClientConfig, ClientName, Scope, ServerConfig, ServerName, Six } from './programs/program';

/**
 * Where a capture can be taken: the link of that host. On a relayed network, client and server are on different links; at the relay
 * all its interfaces are captured at once (`-i any`).
 */
export type Point = 'client' | 'server' | 'relay';
export type HostName = 'client' | 'server' | 'rival' | 'neighbour' | 'relay' | 'relay2';

export type Severity = 'error' | 'warning' | 'info';

/** A finding that the capture must give. `at`: message types whose frames all belong to its evidence. */
export interface Expected {
  readonly id: string;
  readonly severity: Severity;
  readonly at?: readonly string[];
  /** The frames themselves, where not every message of a word is meant. */
  readonly frames?: readonly number[];
}

/** nftables statements on one direction of traffic, for instance `udp dport 67 drop`. */
export type Fault =
  /** On the host's own IPv4 input: what a host's firewall does. Packet sockets (dhcpd, Kea, dhclient) are not impressed. */
  | { readonly firewall: HostName; readonly rule: string }
  /** On the switch port of the host, on what the host sends: what a managed switch or a box in between does. */
  | { readonly from: HostName; readonly rule: string };

export type Step =
  | 'serve' // start the server, and the rival if the scenario has one; done first of all where no step says when
  | 'stop server'
  | 'start' // start the client
  | 'bind' // start the client and wait until it has its lease
  | 'renew'
  | 'release'
  | 'stop client' // without release
  | 'capture' // begin to capture only now
  | 'neighbour binds' // another client (udhcpc) takes a lease
  | 'our encoder binds' // messages of our own encoder take a lease
  | { readonly wait: number }
  | { readonly fault: Fault }
  /** The server is stopped and comes back with another scope. */
  | { readonly becomes: Partial<Scope> & { readonly address?: string } }
  /** The server is frozen for so many seconds from now on, while the steps go on. */
  | { readonly freeze: number }
  /** A shell script on a host. */
  | { readonly on: HostName; readonly run: string };

/** One row of the table: one fault, or one healthy exchange, tried with several programs. */
export interface Row {
  readonly name: string;
  /** What is wrong (or well), in one line. */
  readonly says: string;
  readonly healthy: boolean;
  readonly servers: readonly ServerName[];
  /** None: what a client would send is sent by hand, in a step. */
  readonly clients: readonly ClientName[];
  /** Try each server with each client. Otherwise the shorter list is gone through again until each program has had its turn. */
  readonly every?: boolean;
  /** A relay (dhcrelay) stands between client and server; 'plain' adds no option 82; 'none' is a router that hands nothing on. */
  readonly relay?: 'option 82' | 'plain' | 'none';
  /** A second relay stands between the first one and the server. */
  readonly chain?: boolean;
  /** The neighbour is on the server's link, not on the client's. */
  readonly neighbourFar?: boolean;
  readonly scope?: Partial<Scope>;
  readonly server?: Partial<Omit<ServerConfig, 'scopes' | 'six' | 'tftp'>>;
  /** The server also serves `undionly.kpxe` by TFTP (dnsmasq). */
  readonly tftp?: boolean;
  readonly rival?: { readonly program?: ServerName; readonly address: string; readonly scope: Partial<Scope> };
  readonly client?: Partial<ClientConfig>;
  readonly six?: Partial<Six>;
  /** Transmit checksums are left to the network card that is not there. */
  readonly offload?: boolean;
  readonly steps?: readonly Step[];
  /** The frames themselves, where no real program makes them: nothing is played. */
  readonly forged?: () => readonly PcapFrame[];
  /** Which captures are kept; the first is the one that `wire` speaks of. The client's by default. */
  readonly points?: readonly Point[];
  /** The DHCP and ICMP messages of the first capture in their order, one word each (see wire.ts): what an independent decoder must see. */
  readonly wire: RegExp;
  readonly expected: readonly Expected[];
  /** What the second capture must give: it shows the same from elsewhere, so a fault may look otherwise there. */
  readonly elsewhere?: readonly Expected[];
  /** Findings that may come beside the expected ones. */
  readonly tolerated?: readonly string[];
  /** Seconds that the whole may take; 40 by default. */
  readonly limit?: number;
}

/** One run: a row with one server and one client. */
export interface Scenario {
  readonly name: string;
  readonly row: Row;
  readonly server: ServerName | undefined;
  readonly client: ClientName | undefined;
}

/** All runs of a table, names in the form `row/server/client`. */
export function scenariosOf(rows: readonly Row[]): Scenario[] {
  return rows.flatMap((row) => {
    const servers: readonly (ServerName | undefined)[] = row.servers.length ? row.servers : [undefined];
    const clients: readonly (ClientName | undefined)[] = row.clients.length ? row.clients : [undefined];
    const pairs = row.every
      ? servers.flatMap((server) => clients.map((client) => ({ server, client })))
      : Array.from({ length: Math.max(servers.length, clients.length) }, (_, i) => ({
          server: servers[i % servers.length],
          client: clients[i % clients.length],
        }));
    return pairs.map(({ server, client }) => ({
      name: [row.name, server ?? 'no-server', client ?? 'by-hand'].join('/'),
      row,
      server,
      client,
    }));
  });
}
