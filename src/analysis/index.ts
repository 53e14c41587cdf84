import { ipv4ToText, printable } from '../codec/bytes';
import { Collector } from './collector';
import type { Finding, Outcome } from './finding';
import { BOOTP, REQUEST, type Client, type Exchange } from './model';
import type { CaptureFacts, Packets } from './packet';
import { findUnansweredRelays } from './relays';
import { EXCHANGE_RULES, WORLD_RULES } from './rules';
import { findAttacks, invented } from './security';
import type { Settings } from './settings';
import { RoutineExchange } from './routineExchange';
import { hiddenReply, survey, surveyRoutine } from './survey';
import { survey6 } from './v6';
import { ADVERTISE, REPLY, type Client6, type Exchange6 } from './v6model';
import { verdictOf, type Ending } from './verdict';
import { World } from './world';

export type { Finding, Cause, Severity, Outcome } from './finding';
export { DEFAULT_SETTINGS, DEFAULT_THRESHOLDS, type Settings, type Thresholds } from './settings';

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
}

/**
 * Captures with no more packets than this are kept in memory as they are read; larger ones are read again by each pass, which
 * costs less than the collection of so much garbage that has grown old.
 */
const KEEP_ALL = 2000;

/**
 * Reads all packets, puts them together into conversations, and runs every rule. Cost grows linearly with the number of
 * messages; packets are made anew when needed and let go after each conversation.
 */
export function analyse(packets: Packets, facts: CaptureFacts, settings: Settings): Analysis {
  const world = new World(packets, facts, settings);
  const collector = new Collector(settings.suppressed);
  const keep = packets.count <= KEEP_ALL;
  const done = (exchange: Exchange): void => {
    if (!keep) exchange.forget();
  };
  for (const exchange of world.singled) {
    if (exchange.client.answers > 0 || !exchange.holds(REQUEST)) continue;
    const hidden = hiddenReply(exchange, world);
    if (hidden) world.blindLinks.add(hidden.request.link);
    done(exchange);
  }
  for (const exchange of world.notable) {
    if (exchange instanceof RoutineExchange) surveyRoutine(exchange, world);
    else survey(exchange, world);
    done(exchange);
  }
  world.crowd.noteServers(world);
  world.rankServers();
  survey6(world);
  world.unansweredRelays = findUnansweredRelays(world);
  for (const sent of world.unansweredRelays.values()) for (const one of sent) world.relaysUnanswered.add(one.exchange);
  world.attacks = findAttacks(world);
  world.invented = invented(world.attacks);
  for (const [exchange, rules] of world.crowd.speaking(world.singled, EXCHANGE_RULES, world)) {
    for (const rule of rules) for (const draft of rule(exchange, world)) collector.add(draft);
    done(exchange);
  }
  for (const rule of WORLD_RULES) for (const draft of rule(world)) collector.add(draft);
  const findings = collector.findings();
  return new Result(world, findings);
}

/** What was found out. Lists of all clients and exchanges are long where the capture is large: they are made when asked for. */
class Result implements Analysis {
  readonly servers: readonly ServerSummary[];
  readonly verdict: string;
  private conversationList: readonly Conversation[] | undefined;
  private clientList: readonly ClientSummary[] | undefined;

  constructor(
    private readonly world: World,
    readonly findings: readonly Finding[],
  ) {
    const v6 = world.conversations6;
    this.servers = [...serverSummaries(world), ...serverSummaries6(v6.exchanges)];
    this.verdict = verdictOf(world, this.endings(), findings);
  }

  get conversations(): readonly Conversation[] {
    const { world } = this;
    return (this.conversationList ??= [
      ...world.exchanges.map(conversationOf),
      ...world.conversations6.exchanges.map((exchange, i) => conversationOf6(exchange, world.exchanges.length + i + 1)),
    ]);
  }

  get clients(): readonly ClientSummary[] {
    const { world } = this;
    return (this.clientList ??= [
      ...world.clients.map(clientSummary),
      ...[...world.conversations6.clients.values()].map(clientSummary6),
    ]);
  }

  private endings(): Ending[] {
    const { world } = this;
    return [
      ...[...world.singledClients].map((client) => endingOf(clientSummary(client), client.exchanges[0]!.rank)),
      ...[...world.conversations6.clients.values()].map((client) => endingOf(clientSummary6(client), Infinity)),
    ];
  }
}

function protocolOf(exchange: Exchange): 'dhcp' | 'bootp' {
  return exchange.holdsOnly(BOOTP) ? 'bootp' : 'dhcp';
}

function conversationOf(exchange: Exchange): Conversation {
  const { id, client, outcome, address, server } = exchange;
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

function clientSummary(client: Client): ClientSummary {
  let last = client.exchanges[0]!;
  for (const exchange of client.exchanges) if (WEIGHT[exchange.outcome] >= WEIGHT[last.outcome]) last = exchange;
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

/** `rank` orders clients by when they were met. */
export function endingOf(client: ClientSummary, rank: number): Ending {
  const { outcome, server, address } = client;
  return {
    label: client.client,
    rank,
    outcome,
    ...(server !== undefined ? { server } : {}),
    ...(address !== undefined ? { address } : {}),
  };
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
  let last = client.exchanges[0]!;
  for (const exchange of client.exchanges) if (WEIGHT[exchange.outcome] >= WEIGHT[last.outcome]) last = exchange;
  return {
    client: client.label,
    protocol: 'dhcpv6',
    ...(last.address !== undefined ? { address: last.address } : {}),
    ...(last.server !== undefined ? { server: last.server } : {}),
    outcome: last.outcome,
    conversations: client.exchanges.length,
  };
}

/** ADVERTISE counts as offer, REPLY as ack. */
function serverSummaries6(exchanges: readonly Exchange6[]): ServerSummary[] {
  const servers = new Map<string, { frames: number; offers: number; acks: number }>();
  for (const exchange of exchanges) {
    for (const note of exchange.notes) {
      if ((note.type !== ADVERTISE && note.type !== REPLY) || note.server === undefined) continue;
      let entry = servers.get(note.server);
      if (!entry) servers.set(note.server, (entry = { frames: 0, offers: 0, acks: 0 }));
      entry.frames += note.frames.length;
      if (note.type === ADVERTISE) entry.offers++;
      else entry.acks++;
    }
  }
  return [...servers].map(([server, entry]) => ({
    server,
    protocol: 'dhcpv6',
    ...entry,
    naks: 0,
    proxyReplies: 0,
    macs: [],
  }));
}
