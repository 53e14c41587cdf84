import { ADVERTISE, INFORMATION_REQUEST, REBIND, RENEW, REPLY } from '../codec/dhcpv6/message';
import { ipv4ToText, printable } from '../codec/bytes';
import { systemOf } from '../codec/names/systems';
import type { Finding, Outcome } from './finding';
import { BOOTP, DISCOVER, INFORM, OFFER, REQUEST, type Client, type Exchange } from './conversations/model';
import type { Client6, Exchange6 } from './conversations/v6model';
import { Guard } from './guard';
import { Stories } from './story';
import { BEHIND, storyOf, verdictOf, verdictParts, type Ending, type Story, type VerdictParts } from './words/verdict';
import { straysOf } from './evidence/delivery';
import type { World } from './evidence/world';
import { nameOfDuid } from './words/duid';

/** One transaction of one client. */
export interface Conversation {
  readonly id: number;
  /** The client as a reader knows it: its hardware address. */
  readonly client: string;
  /** Frame numbers, ascending, copies included. */
  readonly frames: readonly number[];
  readonly outcome: Outcome;
  readonly address?: string;
  readonly server?: string;
  readonly protocol: 'dhcp' | 'bootp' | 'dhcpv6';
  /** Times of the first and last message, in seconds since the epoch; 0 where frames have none. */
  readonly start: number;
  readonly end: number;
}

/** What one server did. */
export interface ServerSummary {
  /** Server identifier, else its address; of DHCPv6 its DUID. */
  readonly server: string;
  readonly protocol: 'dhcp' | 'dhcpv6';
  /** Frames it sent, copies included. */
  readonly frames: number;
  readonly offers: number;
  readonly acks: number;
  readonly naks: number;
  /** proxyDHCP replies, which name boot files and lease nothing. */
  readonly proxyReplies: number;
  /** Link-layer addresses it speaks from, where no relay or router hides them. */
  readonly macs: readonly string[];
}

/** Who one client is, and what it came to. */
export interface ClientSummary {
  readonly client: string;
  readonly protocol: 'dhcp' | 'bootp' | 'dhcpv6';
  readonly mac?: string;
  /** As the client wrote it, already `printable`. */
  readonly hostname?: string;
  readonly vendorClass?: string;
  /** What kind of system it is, and by which option that is known: `Windows (by option 60)`. */
  readonly system?: string;
  readonly address?: string;
  readonly server?: string;
  readonly outcome: Outcome;
  readonly conversations: number;
}

/** All that the analysis says of a capture. */
export interface Analysis {
  readonly conversations: readonly Conversation[];
  /** Errors, warnings, infos; each by first frame. */
  readonly findings: readonly Finding[];
  readonly servers: readonly ServerSummary[];
  readonly clients: readonly ClientSummary[];
  readonly verdict: string;
  /** The part of the verdict that no finding changes. */
  readonly story: Story;
  /** The verdict made anew where others are shown beside these findings, or in place of them. */
  verdictWith(findings: readonly Finding[]): string;
  /** The same in its parts. */
  verdictPartsWith(findings: readonly Finding[]): VerdictParts;
  /** The conversations, and the clients, one after another: of a large capture not all of them need be held in memory. */
  eachConversation(): Iterable<Conversation>;
  eachClient(): Iterable<ClientSummary>;
  /** What happened in one frame, in a few sentences for a reader who learns; undefined where it holds no DHCP message. Made when asked for. */
  happened(frame: number): string | undefined;
}

/** What was found out. Lists of all clients and exchanges are long where the capture is large: they are made when asked for. */
export class Result implements Analysis {
  readonly servers: readonly ServerSummary[];
  readonly story: Story;
  readonly verdict: string;
  private readonly stories: Stories;
  private conversationList: readonly Conversation[] | undefined;
  private clientList: readonly ClientSummary[] | undefined;

  constructor(
    private readonly world: World,
    readonly findings: readonly Finding[],
    /** Ids of findings above info that the settings suppress. */
    suppressed: readonly string[],
  ) {
    this.stories = new Stories(world);
    this.servers = [...serverSummaries(world), ...serverSummaries6(world)];
    this.story = storyOf(world, this.endings(), suppressed);
    this.verdict = this.verdictWith(findings);
  }

  verdictWith(findings: readonly Finding[]): string {
    return verdictOf([this.story], findings);
  }

  verdictPartsWith(findings: readonly Finding[]): VerdictParts {
    return verdictParts([this.story], findings);
  }

  *eachConversation(): Generator<Conversation> {
    const { world } = this;
    let id = 0;
    for (const exchange of world.exchanges) yield conversationOf(exchange, this.clientOf(exchange), ++id);
    for (const exchange of world.conversations6.exchanges) yield conversationOf6(exchange, ++id);
  }

  *eachClient(): Generator<ClientSummary> {
    const { world } = this;
    const strays = this.strayReplies();
    for (const client of this.clients4()) {
      const system = systemOfClient(client);
      const summary = clientSummary(client);
      const conversations = summary.conversations + (strays.get(client) ?? 0);
      yield { ...summary, conversations, ...(system !== undefined ? { system } : {}) };
    }
    for (const client of world.conversations6.clients.values()) yield clientSummary6(client);
  }

  happened(frame: number): string | undefined {
    let text: string | undefined;
    // A mistake in a text must not cost the frame that it belongs to.
    new Guard().run(() => (text = this.stories.happened(frame)));
    return text;
  }

  get conversations(): readonly Conversation[] {
    return (this.conversationList ??= [...this.eachConversation()]);
  }

  get clients(): readonly ClientSummary[] {
    return (this.clientList ??= [...this.eachClient()]);
  }

  /** Those who ask: a reply to a chaddr that nobody has is for the client whose xid it bears, and makes no client of its own. */
  private clients4(): readonly Client[] {
    const { world } = this;
    const strays = world.once(strayClients);
    return strays.size === 0 ? world.clients : world.clients.filter((client) => !strays.has(client));
  }
  /** Whose conversation an exchange is. */
  private clientOf(exchange: Exchange): Client {
    const { world } = this;
    const { client } = exchange;
    return world.once(strayClients).has(client) ? straysOf(world).asking.get(exchange)!.client : client;
  }
  /** How many such replies there are for each client: conversations of its own, as far as the capture shows. */
  private strayReplies(): ReadonlyMap<Client, number> {
    const { world } = this;
    const replies = new Map<Client, number>();
    for (const stray of world.once(strayClients))
      for (const exchange of stray.exchanges) {
        const client = this.clientOf(exchange);
        replies.set(client, (replies.get(client) ?? 0) + 1);
      }
    return replies;
  }

  private endings(): Ending[] {
    const { world } = this;
    return [
      ...this.clients4().map(endingOf4),
      ...[...world.conversations6.clients.values()].map((client) => endingOf6(client)),
    ];
  }
}

/** Clients that are nothing but replies to a chaddr that nobody has. */
function strayClients(world: World): ReadonlySet<Client> {
  if (world.clients.every(({ askedOn }) => askedOn.size > 0)) return new Set();
  const { asking } = straysOf(world);
  const clients = new Set([...asking.keys()].map(({ client }) => client));
  return new Set(
    [...clients].filter(({ askedOn, exchanges }) => askedOn.size === 0 && exchanges.every((one) => asking.has(one))),
  );
}

function protocolOf(exchange: Exchange): 'dhcp' | 'bootp' {
  return exchange.holdsOnly(BOOTP) ? 'bootp' : 'dhcp';
}

function conversationOf(exchange: Exchange, client: Client, id: number): Conversation {
  const { outcome, address, server } = exchange;
  return {
    id,
    client: client.label,
    frames: exchange.frames,
    outcome,
    ...(address !== undefined ? { address: ipv4ToText(address) } : {}),
    ...(server !== undefined ? { server } : {}),
    protocol: protocolOf(exchange),
    start: exchange.start,
    end: exchange.end,
  };
}

/** How much an outcome says about where a client stands: the last of the highest counts. */
const WEIGHT: Readonly<Record<Outcome, number>> = {
  bound: 2,
  renewed: 2,
  refused: 2,
  declined: 2,
  unanswered: 2,
  released: 1,
  informed: 1,
  incomplete: 0,
};

/** A client with an address that asks in vain has it all the same: that says less than what gave or took it, and more than the rest. */
const IN_VAIN = 1.5;

/**
 * The exchange that tells where a client stands. `settled`: whether one is of a client that has an address already; `askedInVain`: whether
 * the last that tells anything is, and was not answered.
 */
function standing<E extends { readonly outcome: Outcome }>(
  exchanges: readonly E[],
  settled: (exchange: E) => boolean,
): { readonly last: E; readonly askedInVain: boolean } {
  const inVain = (one: E): boolean => one.outcome === 'unanswered' && settled(one);
  const weight = (one: E): number => (inVain(one) ? IN_VAIN : WEIGHT[one.outcome]);
  let last = exchanges[0]!;
  let askedInVain = false;
  for (const exchange of exchanges) {
    if (weight(exchange) >= weight(last)) last = exchange;
    if (exchange.outcome !== 'incomplete') askedInVain = inVain(exchange);
  }
  return { last, askedInVain };
}

const standing4 = (client: Client): ReturnType<typeof standing<Exchange>> =>
  standing(client.exchanges, (exchange) => exchange.holds(INFORM) || (exchange.routed && !exchange.holds(DISCOVER)));

const standing6 = (client: Client6): ReturnType<typeof standing<Exchange6>> =>
  standing(client.exchanges, (exchange) => WITH_ADDRESS.some((type) => exchange.has(type)));

/** What a client of DHCPv6 asks that has its addresses already (RFC 8415 §18.2.4, §18.2.5, §18.2.6). */
const WITH_ADDRESS = [RENEW, REBIND, INFORMATION_REQUEST];

function clientSummary(client: Client): ClientSummary {
  const { last } = standing4(client);
  const { hostname, vendorClass } = client;
  return {
    client: client.label,
    protocol: protocolOf(last),
    ...(client.mac !== '' ? { mac: client.mac } : {}),
    ...(hostname !== undefined ? { hostname: printable(hostname) } : {}),
    ...(vendorClass !== undefined ? { vendorClass: printable(vendorClass) } : {}),
    ...(last.address !== undefined ? { address: ipv4ToText(last.address) } : {}),
    ...(last.server !== undefined ? { server: last.server } : {}),
    outcome: last.outcome,
    conversations: client.exchanges.length,
  };
}

const REPLY_OP = 2;
/** Exchanges of a client that are looked at, from the last one, for what it says of itself. */
const LOOKED_AT = 8;

/** What kind of system a client was at last: a machine that boots over the network speaks first as its firmware, then as its system. */
function systemOfClient({ exchanges }: Client): string | undefined {
  for (let i = exchanges.length - 1; i >= Math.max(0, exchanges.length - LOOKED_AT); i--) {
    const dhcp = exchanges[i]!.opening.dhcp!;
    const system = dhcp.op === REPLY_OP ? undefined : systemOf(dhcp);
    if (system !== undefined) return system;
  }
  return undefined;
}

/** What a client of DHCPv4 came to. */
function endingOf4(client: Client): Ending {
  const { last, askedInVain } = standing4(client);
  const ending = endingOf(clientSummary(client), askedInVain, client.exchanges[0]!.rank);
  if (askedInVain || (last.outcome !== 'incomplete' && last.outcome !== 'unanswered')) return ending;
  const without = last.withoutAddress ?? (asksOn(client) ? 'asks on' : undefined);
  return without ? { ...ending, without } : ending;
}

/** Seconds after an OFFER in which the client's next DISCOVER may have crossed with it. */
const CROSSES = 0.5;
/** So many of a client's exchanges are looked through. */
const MOST_EXCHANGES = 50;

/** Whether OFFERs to a client are seen, and it goes on with DISCOVER. */
function asksOn({ answers, exchanges }: Client): boolean {
  if (answers === 0) return false;
  let offered = Infinity;
  let asked = -Infinity;
  for (const exchange of exchanges.slice(-MOST_EXCHANGES)) {
    if (exchange.holds(REQUEST) || exchange.holds(INFORM)) return false;
    for (const { type, timed, time } of exchange.messages) {
      if (!timed) return false;
      if (type === OFFER) offered = Math.min(offered, time);
      else if (type === DISCOVER) asked = Math.max(asked, time);
    }
  }
  return asked - offered >= CROSSES;
}

/** `rank` orders clients by when they were met. */
function endingOf(client: ClientSummary, askedInVain: boolean, rank: number): Ending {
  const { outcome, server, address } = client;
  return {
    label: client.client,
    rank,
    outcome,
    askedInVain,
    ...(server !== undefined ? { server } : {}),
    ...(address !== undefined ? { address } : {}),
  };
}

/** What a client of DHCPv6 came to. */
function endingOf6(client: Client6): Ending {
  const summary = clientSummary6(client);
  const named = {
    ...summary,
    client: nameOfDuid(summary.client),
    ...(summary.server !== undefined ? { server: nameOfDuid(summary.server) } : {}),
  };
  return endingOf(named, standing6(client).askedInVain, BEHIND + client.exchanges[0]!.rank);
}

function serverSummaries(world: World): ServerSummary[] {
  return [...world.servers.values()].map((notes) => ({
    server: notes.server,
    protocol: 'dhcp',
    frames: notes.frames,
    offers: notes.offers,
    acks: notes.acks,
    naks: notes.naks,
    proxyReplies: notes.proxy,
    macs: [...new Set([...notes.macs.values()].map((one) => one.mac))],
  }));
}

function conversationOf6(exchange: Exchange6, id: number): Conversation {
  const { client, outcome, address, server, notes } = exchange;
  return {
    id,
    client: client.label,
    frames: exchange.frames,
    outcome,
    ...(address !== undefined ? { address } : {}),
    ...(server !== undefined ? { server } : {}),
    protocol: 'dhcpv6',
    start: notes[0]!.time,
    end: notes[notes.length - 1]!.time,
  };
}

function clientSummary6(client: Client6): ClientSummary {
  const { last } = standing6(client);
  return {
    client: client.label,
    protocol: 'dhcpv6',
    ...(last.address !== undefined ? { address: last.address } : {}),
    ...(last.server !== undefined ? { server: last.server } : {}),
    outcome: last.outcome,
    conversations: client.exchanges.length,
  };
}

/** In the order in which they are seen. ADVERTISE counts as offer, REPLY as ack. */
function serverSummaries6(world: World): ServerSummary[] {
  const servers = new Map<string, { rank: number; frames: number; offers: number; acks: number }>();
  for (const { notes, rank } of world.conversations6.exchanges) {
    for (const note of notes) {
      if ((note.type !== ADVERTISE && note.type !== REPLY) || note.server === undefined) continue;
      let entry = servers.get(note.server);
      if (!entry) servers.set(note.server, (entry = { rank, frames: 0, offers: 0, acks: 0 }));
      entry.frames += note.frames.length;
      if (note.type === ADVERTISE) entry.offers++;
      else entry.acks++;
    }
  }
  const inOrder = [...servers].sort(([, a], [, b]) => a.rank - b.rank);
  return inOrder.map(([server, { frames, offers, acks }]) => ({
    server,
    protocol: 'dhcpv6',
    frames,
    offers,
    acks,
    naks: 0,
    proxyReplies: 0,
    macs: [],
  }));
}
