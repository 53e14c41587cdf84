import { messageName, type Client } from '../conversations/model';

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
export function sentFor(client: Client, requests: boolean, storm: boolean): Sent[] {
  const sent: Sent[] = [];
  for (const exchange of client.exchanges) {
    for (const message of exchange.messages)
      if (message.fromClient === requests && message.timed)
        for (const { frame, time } of storm ? message.sightings : [message])
          sent.push({ frame, time, type: messageName(message.type, requests), xid: message.dhcp.xid });
  }
  return sent.sort((a, b) => a.time - b.time);
}

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
