import type { Finding, Outcome } from './finding';
import type { Client, Exchange } from './conversations/model';
import { Exchange6, type Client6 } from './conversations/v6model';
import { Guard } from './guard';
import { Stories } from './story';
import { storyOf, verdictOf, verdictParts, type Ending, type Story, type VerdictParts } from './words/verdict';
import { straysOf } from './evidence/delivery';
import { fit6 } from './evidence/fit6';
import type { World } from './evidence/world';
import { ladderOf, partnerOf, type Ladder } from './ladder';
import { lifeOf, type Life } from './life';
import { serverSummaries, serverSummaries6, type ServerSummary } from './servers';
import { subnetsOf, type Subnet } from './subnets';
import { exchangesByFrame } from './story/scene6';
import {
  clientSummary,
  clientSummary6,
  conversationOf,
  conversationOf6,
  endingOf4,
  endingOf6,
  systemOfClient,
  type ClientSummary,
  type Conversation,
} from './summaries';

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
  /** The conversations by their place, from 0. */
  readonly conversationCount: number;
  conversationAt(place: number): Conversation | undefined;
  /** Place of the conversation that a frame belongs to; -1 where it belongs to none. */
  conversationOf(frame: number): number;
  /** What a conversation came to. */
  outcomeAt(place: number): Outcome | undefined;
  /** The frame that answers this one, or that it answers; undefined where the capture does not hold it. */
  partnerOf(frame: number): number | undefined;
  /** The subnets that leases of DHCPv4 were given in. */
  readonly subnets: readonly Subnet[];
  /** A conversation as a message sequence chart. */
  ladder(place: number): Ladder | undefined;
  /** The clients by their place, from 0, and what became of each. */
  readonly clientCount: number;
  clientAt(place: number): ClientSummary | undefined;
  life(place: number): Life | undefined;
}

/** What was found out. Lists of all clients and exchanges are long where the capture is large: they are made when asked for. */
export class Result implements Analysis {
  readonly servers: readonly ServerSummary[];
  readonly story: Story;
  readonly verdict: string;
  private readonly stories: Stories;
  private conversationList: readonly Conversation[] | undefined;
  private clientList: readonly ClientSummary[] | undefined;
  private askers: readonly Client[] | undefined;
  private askers6: readonly Client6[] | undefined;
  private strays: ReadonlyMap<Client, number> | undefined;

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
    for (let place = 0; place < this.conversationCount; place++) yield this.conversationAt(place)!;
  }

  *eachClient(): Generator<ClientSummary> {
    for (let place = 0; place < this.clientCount; place++) yield this.clientAt(place)!;
  }

  get conversationCount(): number {
    return this.world.exchanges.length + this.world.conversations6.exchanges.length;
  }

  private exchangeAt(place: number): Exchange | Exchange6 | undefined {
    const { exchanges, conversations6 } = this.world;
    return exchanges[place] ?? conversations6.exchanges[place - exchanges.length];
  }

  conversationAt(place: number): Conversation | undefined {
    const exchange = this.exchangeAt(place);
    if (!exchange) return undefined;
    return exchange instanceof Exchange6
      ? conversationOf6(exchange, this.clientOf6(exchange), place + 1)
      : conversationOf(exchange, this.clientOf(exchange), place + 1);
  }

  conversationOf(frame: number): number {
    const { world } = this;
    const index = this.stories.indexOf(frame);
    const exchange =
      (index === undefined ? undefined : world.conversations.exchangeOf(index)) ??
      world.once(exchangesByFrame).get(frame);
    return exchange ? this.conversationPlace(exchange) : -1;
  }

  outcomeAt(place: number): Outcome | undefined {
    return this.exchangeAt(place)?.outcome;
  }

  partnerOf(frame: number): number | undefined {
    const exchange = this.exchangeAt(this.conversationOf(frame));
    return exchange && partnerOf(exchange, frame);
  }

  get subnets(): readonly Subnet[] {
    return subnetsOf(this.world);
  }

  ladder(place: number): Ladder | undefined {
    const conversation = this.conversationAt(place);
    if (!conversation) return undefined;
    let ladder: Ladder | undefined;
    new Guard().run(() => (ladder = ladderOf(this.exchangeAt(place)!, conversation, this.world, this.stories)));
    return ladder;
  }

  get clientCount(): number {
    return this.clients4().length + this.clients6().length;
  }

  clientAt(place: number): ClientSummary | undefined {
    const clients = this.clients4();
    const client = clients[place];
    const client6 = this.clients6()[place - clients.length];
    if (!client) return client6 && this.summaryOf6(client6);
    const summary = clientSummary(client);
    const conversations = summary.conversations + (this.strayReplies().get(client) ?? 0);
    const system = systemOfClient(client);
    return { ...summary, conversations, ...(system !== undefined ? { system } : {}) };
  }

  life(place: number): Life | undefined {
    const clients = this.clients4();
    const client = clients[place] ?? this.clients6()[place - clients.length];
    return client && lifeOf(client, (exchange) => this.conversationPlace(exchange));
  }

  private conversationPlace(exchange: Exchange | Exchange6): number {
    const { exchanges, conversations6 } = this.world;
    return exchange instanceof Exchange6
      ? exchanges.length + placeOf(conversations6.exchanges, exchange.rank)
      : placeOf(exchanges, exchange.rank);
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
    return (this.askers ??= strays.size === 0 ? world.clients : world.clients.filter((client) => !strays.has(client)));
  }
  private clients6(): readonly Client6[] {
    const { strangers } = this.world.once(fit6);
    return (this.askers6 ??= [...this.world.conversations6.clients.values()].filter((one) => !strangers.has(one)));
  }
  /** Whose conversation an exchange is. */
  private clientOf(exchange: Exchange): Client {
    const { world } = this;
    const { client } = exchange;
    return world.once(strayClients).has(client) ? straysOf(world).asking.get(exchange)!.client : client;
  }
  /** How many such replies there are for each client: conversations of its own, as far as the capture shows. */
  private strayReplies(): ReadonlyMap<Client, number> {
    if (this.strays) return this.strays;
    const { world } = this;
    const replies = new Map<Client, number>();
    for (const stray of world.once(strayClients))
      for (const exchange of stray.exchanges) {
        const client = this.clientOf(exchange);
        replies.set(client, (replies.get(client) ?? 0) + 1);
      }
    return (this.strays = replies);
  }

  private clientOf6(exchange: Exchange6): Client6 {
    const { strangers, meantFor } = this.world.once(fit6);
    return strangers.has(exchange.client) ? meantFor.get(exchange)! : exchange.client;
  }
  private summaryOf6(client: Client6): ClientSummary {
    const summary = clientSummary6(client);
    const astray = this.world.once(answeredAs).get(client) ?? 0;
    return { ...summary, conversations: summary.conversations + astray };
  }

  private endings(): Ending[] {
    return [...this.clients4().map(endingOf4), ...this.clients6().map(endingOf6)];
  }
}

/** How many exchanges of DUIDs that nobody has answer questions of each client. */
function answeredAs(world: World): ReadonlyMap<Client6, number> {
  const { strangers, meantFor } = world.once(fit6);
  const counts = new Map<Client6, number>();
  for (const [exchange, client] of meantFor)
    if (strangers.has(exchange.client)) counts.set(client, (counts.get(client) ?? 0) + 1);
  return counts;
}

/** Place of the exchange with this rank. Exchanges stand in the order of their ranks. */
function placeOf(exchanges: readonly { readonly rank: number }[], rank: number): number {
  let low = 0;
  let high = exchanges.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const here = exchanges[middle]!.rank;
    if (here === rank) return middle;
    if (here < rank) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}

/** Clients that are nothing but replies to a chaddr that nobody has. */
function strayClients(world: World): ReadonlySet<Client> {
  if (world.clients.every(({ asked }) => asked)) return new Set();
  const { asking } = straysOf(world);
  const clients = new Set([...asking.keys()].map(({ client }) => client));
  return new Set([...clients].filter(({ asked, exchanges }) => !asked && exchanges.every((one) => asking.has(one))));
}
