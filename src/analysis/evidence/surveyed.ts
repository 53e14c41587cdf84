import { push } from '../../codec/append';
import type { Lease } from '../conversations/lease';
import type { Client, Exchange } from '../conversations/model';
import type { CaptureFacts, Packet, Packets } from '../conversations/packet';
import type { Thresholds } from '../conversations/settings';
import type { Conversations6 } from '../conversations/v6model';
import type { Neighbours } from './neighbours';
import type { Observations } from './observations';
import { Senders } from './senders';

/** A link-layer address that a server sends from. */
interface ServerMac {
  readonly link: string;
  readonly mac: string;
  /** A frame that shows it, and its IP address there. */
  readonly frame: number;
  readonly source: string;
  /** When it is first and last seen. */
  readonly first: number;
  last: number;
  /** Further frames that show it, where it is not the first of its server; no more than `MOST_FRAMES`. */
  readonly more: number[];
}

const MOST_FRAMES = 100;

/** What a server did in this capture. */
interface ServerNotes {
  readonly server: string;
  frames: number;
  offers: number;
  acks: number;
  naks: number;
  others: number;
  proxy: number;
  /** The link-layer addresses it sends from on each link, if no relay or router is in between, in the order in which they were first seen. */
  macs: ServerMac[];
}

/** What the second phase finds: who serves, who routes, and which leases are given. The outcomes stand in the exchanges themselves. */
export class Survey {
  readonly leases: Lease[] = [];
  /** The longest time from a client's first message to its ACK, in seconds, over the exchanges that gave a lease. */
  slowestLease = 0;
  /** The same of renewals; infinite where one of them was repeated. */
  slowestRenewal = 0;
  /** In the order in which they were first seen. */
  readonly servers = new Map<string, ServerNotes>();
  /** By server, link and address: what `macs` of the servers holds. A map for each of a million servers would take too much memory. */
  private readonly macsKnown = new Map<string, ServerMac>();
  /** By link, in time order: exchanges with a DISCOVER that is seen before any relay. */
  readonly discovers = new Map<string, Exchange[]>();
  /** MACs that the capture shows to belong to a router or relay. */
  readonly routerMacs: Set<string>;
  /** Clients that unicasts reach through a router. */
  readonly routedClients = new Set<Client>();
  /** Links on which only broadcasts are seen: a reply that is missing there may be hidden. */
  readonly blindLinks = new Set<string>();
  /** Router addresses whose ARP was already searched for `routerMacs`. */
  private readonly routersKnown = new Set<number>();

  constructor(relayMacs: Iterable<string>) {
    this.routerMacs = new Set(relayMacs);
  }

  /** Adds the MACs of a router that servers hand out, as far as ARP in this capture shows them. */
  noteRouter(router: number, neighbours: Neighbours): void {
    if (this.routersKnown.has(router)) return;
    this.routersKnown.add(router);
    for (const arp of (neighbours.arpSeen.get(router) ?? []).slice(0, 64))
      if (arp.senderIp === router) this.routerMacs.add(arp.senderMac);
  }

  /** The notes about a server, created if missing. */
  noteServer(server: string): ServerNotes {
    let notes = this.servers.get(server);
    if (!notes) {
      notes = { server, frames: 0, offers: 0, acks: 0, naks: 0, others: 0, proxy: 0, macs: [] };
      this.servers.set(server, notes);
    }
    return notes;
  }

  /** Notes the link-layer address that a server sends from; `frame` shows it. */
  noteMac(notes: ServerNotes, { link, ethSource: mac, source, time }: Packet, frame: number): void {
    if (mac === undefined || source === undefined) return;
    // Most servers send from one address, which needs no key.
    const [usual] = notes.macs;
    const isUsual = usual?.mac === mac && usual.link === link;
    const key = isUsual ? '' : `${notes.server} ${link} ${mac}`;
    const known = isUsual ? usual : this.macsKnown.get(key);
    if (known) {
      known.last = Math.max(known.last, time);
      if (!isUsual && frame !== known.frame && known.more.length < MOST_FRAMES) known.more.push(frame);
      return;
    }
    const one = { link, mac, frame, source, first: time, last: time, more: [] };
    this.macsKnown.set(key, one);
    // An array that grows by push reserves room for many, and most servers send from one address.
    if (notes.macs.length === 0) notes.macs = [one];
    else notes.macs.push(one);
  }

  private byAddress: Map<number, Lease[]> | undefined;
  /** Leases of an address, in time order. Complete only after every exchange has been surveyed. */
  leasesOf(address: number): readonly Lease[] {
    if (!this.byAddress) {
      this.byAddress = new Map();
      for (const lease of this.leases) push(this.byAddress, lease.address, lease);
    }
    return this.byAddress.get(address) ?? [];
  }

  private byServer: Map<number, Lease> | undefined;
  /** The first lease with a mask that a server gave. */
  leaseBy(server: number): Lease | undefined {
    if (!this.byServer) {
      this.byServer = new Map();
      for (const lease of this.leases)
        if (lease.server !== undefined && lease.mask && !this.byServer.has(lease.server))
          this.byServer.set(lease.server, lease);
    }
    return this.byServer.get(server);
  }

  private byPlace: Map<string, Lease> | undefined;
  /** The first lease with a mask that a server gave on a link to the network of a selector (`scopeSelector`); 0 is the link itself. */
  leaseAt(server: number, link: string, selector: number): Lease | undefined {
    if (!this.byPlace) {
      this.byPlace = new Map();
      for (const lease of this.leases) {
        // A router hides the network of a client that renews through it.
        if (!lease.mask || lease.server === undefined || (lease.relayed && lease.selector === 0)) continue;
        const place = `${lease.server} ${lease.selector} ${lease.link}`;
        if (!this.byPlace.has(place)) this.byPlace.set(place, lease);
      }
    }
    return this.byPlace.get(`${server} ${selector} ${link}`);
  }
}

/** What is known once the second phase has begun: what the frames show, and what the survey finds in it. */
export class Surveyed {
  /** Tells equal replies of several machines apart. */
  readonly senders: Senders;

  constructor(
    readonly observed: Observations,
    readonly survey: Survey,
  ) {
    this.senders = new Senders(observed.packets);
  }

  get packets(): Packets {
    return this.observed.packets;
  }
  get facts(): CaptureFacts {
    return this.observed.facts;
  }
  get limits(): Thresholds {
    return this.observed.limits;
  }
  get neighbours(): Neighbours {
    return this.observed.neighbours;
  }
  /** All DHCPv4 and BOOTP exchanges, in the order in which they began. */
  get exchanges(): readonly Exchange[] {
    return this.observed.conversations.exchanges;
  }
  /** All DHCPv4 and BOOTP clients, in the order in which they were met. */
  get clients(): readonly Client[] {
    return this.observed.conversations.clients;
  }
  get conversations6(): Conversations6 {
    return this.observed.conversations6;
  }
}
