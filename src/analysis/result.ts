import { lowerBound } from '../codec/search';
import type { Finding, Outcome } from './finding';
import { SharedCard } from './conversations/client';
import type { Client, Exchange, Thread } from './conversations/model';
import { Exchange6, type Client6 } from './conversations/v6model';
import { Guard } from './guard';
import { Stories } from './story';
import type { Ending } from './words/ending';
import { storyOf, verdictOf, verdictParts, type Story, type VerdictParts } from './words/verdict';
import { straysOf } from './evidence/delivery';
import { isAnotherProgram } from './evidence/otherProgram';
import { fit6 } from './evidence/fit6';
import { sharedCards } from './evidence/identity';
import { sameMachines } from './evidence/machines';
import { systemOfClient } from './evidence/systems';
import { leaseQueriesOf } from './evidence/queries';
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
  type ClientSummary,
  type Conversation,
} from './summaries';

/** The complete result of an analysis. */
export interface Analysis {
  readonly conversations: readonly Conversation[];
  /** Errors, then warnings, then infos, each in reading order (`grouping.ts`). */
  readonly findings: readonly Finding[];
  readonly servers: readonly ServerSummary[];
  readonly clients: readonly ClientSummary[];
  readonly verdict: string;
  /** The part of the verdict that does not depend on the findings. */
  readonly story: Story;
  /** The verdict for other findings, shown with these or instead of them. */
  verdictWith(findings: readonly Finding[]): string;
  /** The same verdict in its parts. */
  verdictPartsWith(findings: readonly Finding[]): VerdictParts;
  /** Iterates over the conversations, and the clients, so that those of a large capture need not all be in memory. */
  eachConversation(): Iterable<Conversation>;
  eachClient(): Iterable<ClientSummary>;
  /** What happened in one frame, in a few sentences for a learner; undefined if it holds no DHCP message. Made on demand. */
  happened(frame: number): string | undefined;
  /** Access to the conversations by their index, from 0. */
  readonly conversationCount: number;
  conversationAt(place: number): Conversation | undefined;
  /** Index of the conversation that a frame belongs to; -1 if it belongs to none. */
  conversationOf(frame: number): number;
  /** The outcome of a conversation. */
  outcomeAt(place: number): Outcome | undefined;
  /** The frame that answers this one, or that this one answers; undefined if the capture does not hold it. */
  partnerOf(frame: number): number | undefined;
  /** The subnets in which DHCPv4 leases were given. */
  readonly subnets: readonly Subnet[];
  /** A conversation as a message sequence chart. */
  ladder(place: number): Ladder | undefined;
  /** Access to the clients by their index, from 0, and the history of each. */
  readonly clientCount: number;
  clientAt(place: number): ClientSummary | undefined;
  life(place: number): Life | undefined;
}

/** The result of an analysis. The lists of all clients and exchanges are long in a large capture, so they are made on demand. */
export class Result implements Analysis {
  readonly servers: readonly ServerSummary[];
  readonly story: Story;
  readonly verdict: string;
  private readonly stories: Stories;
  private conversationList: readonly Conversation[] | undefined;
  private clientList: readonly ClientSummary[] | undefined;
  private askers: readonly Client[] | undefined;
  private askers6: readonly Client6[] | undefined;
  private strays: ReadonlyMap<number, number> | undefined;

  constructor(
    private readonly world: World,
    readonly findings: readonly Finding[],
    /** Ids of findings above info that the settings suppress. */
    suppressed: readonly string[],
    /** What is not healthy, though it is no finding. */
    noticed: readonly string[],
  ) {
    this.stories = new Stories(world);
    this.servers = [...serverSummaries(world), ...serverSummaries6(world)];
    this.story = storyOf(world, this.endings(), noticed, suppressed);
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
      (index === undefined ? undefined : world.observed.conversations.exchangeOf(index)) ??
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
    const conversations = summary.conversations + (this.strayReplies().get(cardOf(client)) ?? 0);
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
    // An error in a text must not lose the frame that it belongs to.
    new Guard().run(() => (text = this.stories.happened(frame)));
    return text;
  }

  get conversations(): readonly Conversation[] {
    return (this.conversationList ??= [...this.eachConversation()]);
  }

  get clients(): readonly ClientSummary[] {
    return (this.clientList ??= [...this.eachClient()]);
  }

  /**
   * The clients that asked, one for each hardware address. A reply to a chaddr that no client has belongs to the client whose xid it has,
   * and is not a client of its own.
   */
  private clients4(): readonly Client[] {
    if (this.askers) return this.askers;
    const { world } = this;
    const strays = world.once(strayClients);
    const asking = strays.size === 0 ? world.clients : world.clients.filter((client) => !strays.has(client));
    return (this.askers = byCard(asking, world.observed.conversations));
  }
  private clients6(): readonly Client6[] {
    if (this.askers6) return this.askers6;
    const { strangers } = this.world.once(fit6);
    return (this.askers6 = [...this.world.conversations6.clients.values()].filter((one) => !strangers.has(one)));
  }
  /** The client to which an exchange belongs. */
  private clientOf(exchange: Exchange): Client {
    const { world } = this;
    const { client } = exchange;
    return world.once(strayClients).has(client) ? straysOf(world).asking.get(exchange)!.client : client;
  }
  /** Number of such replies for each client, by its card; in the capture they form conversations of their own. */
  private strayReplies(): ReadonlyMap<number, number> {
    if (this.strays) return this.strays;
    const { world } = this;
    const replies = new Map<number, number>();
    for (const stray of world.once(strayClients))
      for (const exchange of stray.exchanges) {
        const card = cardOf(this.clientOf(exchange));
        replies.set(card, (replies.get(card) ?? 0) + 1);
      }
    return (this.strays = replies);
  }

  private clientOf6(exchange: Exchange6): Client6 {
    const { strangers, meantFor } = this.world.once(fit6);
    return strangers.has(exchange.client) ? meantFor.get(exchange)! : exchange.client;
  }
  private summaryOf6(client: Client6): ClientSummary {
    const summary = clientSummary6(client, this.world);
    const astray = this.world.once(answeredAs).get(client) ?? 0;
    return { ...summary, conversations: summary.conversations + astray };
  }

  /**
   * How the clients ended. One about whose lease a relay asks is in the list, with that question, but asks nothing itself; nor does a program
   * that only uses the layout of DHCP.
   */
  private endings(): Ending[] {
    const { clients: askedAbout } = leaseQueriesOf(this.world);
    const clients = this.clients4();
    const asking = clients.filter((client) => !askedAbout.has(client) && !isAnotherProgram(client));
    const machines = sameMachines(asking, this.clients6());
    return [
      ...asking.map((client) => endingOf4(client, this.world)),
      ...this.clients6().map((client) => endingOf6(client, this.world, machines.get(client))),
    ];
  }
}

/** For each client: the number of exchanges under a DUID nobody has that answer one of its questions. */
function answeredAs(world: World): ReadonlyMap<Client6, number> {
  const { strangers, meantFor } = world.once(fit6);
  const counts = new Map<Client6, number>();
  for (const [exchange, client] of meantFor)
    if (strangers.has(exchange.client)) counts.set(client, (counts.get(client) ?? 0) + 1);
  return counts;
}

/** Index of the exchange with this rank. Exchanges are sorted by rank. */
function placeOf(exchanges: readonly { readonly rank: number }[], rank: number): number {
  const place = lowerBound(exchanges.length, (i) => exchanges[i]!.rank < rank);
  return exchanges[place]?.rank === rank ? place : -1;
}

/**
 * One client for each hardware address: firmware and operating system ask from one card under two identifiers, and a reader counts one
 * machine.
 */
function byCard(clients: readonly Client[], thread: Thread): readonly Client[] {
  const cards = sharedCards(clients);
  if (cards.size === 0) return clients;
  const others = new Set([...cards.values()].flatMap((card) => card.slice(1)));
  return clients.flatMap((client) => {
    const card = cards.get(client);
    return others.has(client) ? [] : [card ? new SharedCard(thread, card) : client];
  });
}

/** What clients of one hardware address have in common, and no other client has: the number of the address, or else of the client. */
const cardOf = ({ macNumber, number }: Client): number => (macNumber === 0 ? -1 - number : macNumber);

/** Clients that consist only of replies to a chaddr that no client has. */
function strayClients(world: World): ReadonlySet<Client> {
  if (world.clients.every(({ asked }) => asked)) return new Set();
  const { asking } = straysOf(world);
  const clients = new Set([...asking.keys()].map(({ client }) => client));
  return new Set([...clients].filter(({ asked, exchanges }) => !asked && exchanges.every((one) => asking.has(one))));
}
