import {
  OFFER,
  REQUEST,
  isBroadcast,
  messageName,
  type Client,
  type Exchange,
  type Message,
} from '../conversations/model';
import type { World } from './world';

/** Many messages of one client, or to one client, in a short time. */

/** From this many messages within this many seconds on, it is a flood. */
export const FLOOD = { messages: 100, seconds: 10 } as const;

/** A message of a client or to it, as needed to detect floods. */
export interface Sent {
  readonly frame: number;
  readonly time: number;
  readonly type: string;
  readonly xid: number;
}

/** The requests of a client, or the replies to it. With `storm`, each sighting of a message counts. */
function sentFor(client: Client, requests: boolean, storm: boolean): Sent[] {
  const sent: Sent[] = [];
  for (const exchange of client.exchanges) {
    for (const message of exchange.messages)
      if (message.fromClient === requests && message.timed)
        for (const { frame, time } of storm ? message.sightings : [message])
          sent.push({ frame, time, type: messageName(message.type, requests), xid: message.dhcp.xid });
  }
  return sent.sort((a, b) => a.time - b.time);
}

/** Whether a client's messages may be dense enough for a flood, as far as that can be told without reading them. */
function mayFlood({ exchanges }: Client, countOf: (exchange: Exchange) => number): boolean {
  let [messages, from] = [0, 0];
  for (const exchange of exchanges) {
    messages += countOf(exchange);
    for (; isOver(exchanges[from]!, exchange.start - FLOOD.seconds); from++) messages -= countOf(exchanges[from]!);
    if (messages >= FLOOD.messages) return true;
  }
  return false;
}

const isOver = ({ start, end }: Exchange, time: number): boolean => start < time && end < time;

/** The messages from the first window that is too dense to the last. */
export function densest(sent: readonly Sent[]): Sent[] | undefined {
  let first = -1;
  let last = -1;
  for (let to = FLOOD.messages - 1; to < sent.length; to++) {
    const from = to - FLOOD.messages + 1;
    if (sent[to]!.time - sent[from]!.time > FLOOD.seconds) continue;
    if (first < 0) first = from;
    // A later one with a gap in between is another flood; only the first is reported.
    else if (from > last) break;
    last = to;
  }
  return first < 0 ? undefined : sent.slice(first, last + 1);
}

/** What one client sends, or is sent, in a short time. */
export interface Flood {
  readonly client: Client;
  readonly sent: readonly Sent[];
  /** Whether it is one message, seen again and again. */
  readonly storm: boolean;
  /** Whether it looks like a loop of the switched network, which brings back what switches send everywhere. */
  readonly looping: boolean;
}

/** The floods of requests, in the order in which their clients were met. */
export const requestFloods = (world: World): readonly Flood[] => world.once(floodsOfRequests);
const floodsOfRequests = (world: World): readonly Flood[] =>
  floodsIn(world, (client, storm) =>
    storm || mayFlood(client, ({ count, replies }) => count - replies)
      ? densest(sentFor(client, true, storm))
      : undefined,
  );

const floodsByClient = (world: World): ReadonlyMap<Client, Flood> =>
  new Map(requestFloods(world).map((flood) => [flood.client, flood]));

/** The OFFERs that a client is sent while it floods, if it takes none of them. */
export function offersInFlood(client: Client, world: World): readonly Message[] {
  const sent = world.once(floodsByClient).get(client)?.sent;
  if (!sent) return [];
  const [from, to] = [sent[0]!.time, sent[sent.length - 1]!.time];
  const meanwhile = client.exchanges.filter(({ start }) => start >= from && start <= to);
  return meanwhile.some((one) => one.holds(REQUEST)) ? [] : meanwhile.flatMap((one) => one.of(OFFER));
}

/** Whether DISCOVERs are part of a flood of their client that was sent OFFERs: it asks faster than anybody answers. */
export const isFlooding = (run: readonly Message[], client: Client, world: World): boolean => {
  const sent = world.once(floodsByClient).get(client)?.sent;
  return (
    sent !== undefined &&
    sent[0]!.time < run[0]!.time &&
    run[run.length - 1]!.time <= sent[sent.length - 1]!.time &&
    offersInFlood(client, world).length > 0
  );
};

/** The floods of replies: far more than the client asked for. */
export const replyFloods = (world: World): readonly Flood[] =>
  floodsIn(world, (client, storm) => {
    if (!storm && !mayFlood(client, ({ replies }) => replies)) return undefined;
    const flood = densest(sentFor(client, false, storm));
    return flood && flood.length >= 2 * sentFor(client, true, storm).length ? flood : undefined;
  });

function floodsIn(world: World, of: (client: Client, storm: boolean) => readonly Sent[] | undefined): Flood[] {
  const { conversations } = world.observed;
  const storms = new Map(conversations.storms.map((index) => [conversations.exchangeOf(index)?.client, index]));
  return world.clients.flatMap((client) => {
    if (world.invented.has(client)) return [];
    const stormy = storms.get(client);
    const storm = stormy !== undefined;
    const sent = of(client, storm);
    return sent ? [{ client, sent, storm, looping: storm && isBroadcast(world.packets.get(stormy)) }] : [];
  });
}
