import { append } from '../../../codec/append';
import { isBroadcast, OPTION, stateIn, type Exchange, type Message } from '../../conversations/model';
import { parseIpv4 } from '../../../codec/bytes';
import type { World } from '../world';

/** A link on which servers answer what is sent to them by unicast, and not one broadcast. */

export interface UnicastOnly {
  /** The server that answers unicasts, and whether it is in the subnet of the clients that it answers; undefined if no mask says so. */
  readonly server: string;
  readonly near: boolean | undefined;
  /** Requests by unicast that were answered, the last of them after a broadcast in vain. */
  readonly heard: readonly Message[];
  /** Broadcasts in vain. */
  readonly broadcasts: readonly Message[];
  /** Those by which clients ask to keep the address that they have: they need no free one. */
  readonly keeping: readonly Message[];
}

/** How many messages of each kind are kept. */
const MOST = 100;

interface Open {
  readonly heard: Message[];
  readonly broadcasts: Message[];
  readonly keeping: Message[];
  readonly answers: Message[];
}

/** By link. Ask for it with `world.once`, after every exchange has been surveyed. */
export function unicastOnly(world: World): ReadonlyMap<string, UnicastOnly> {
  const open = new Map<string, Open | undefined>();
  for (const exchange of world.exchanges) {
    for (const link of exchange.links) {
      if (open.has(link) && open.get(link) === undefined) continue;
      const known = open.get(link) ?? { heard: [], broadcasts: [], keeping: [], answers: [] };
      open.set(link, addTo(known, exchange, world) ? known : undefined);
    }
  }
  const out = new Map<string, UnicastOnly>();
  for (const [link, found] of open) {
    if (!found) continue;
    for (const messages of [found.heard, found.broadcasts, found.keeping]) messages.sort((a, b) => a.frame - b.frame);
    const [first] = found.broadcasts;
    const last = found.heard[found.heard.length - 1];
    if (!first || !last || !(last.time > first.time)) continue;
    out.set(link, { ...found, server: last.packet.destination!, near: isNear(found.answers[0]!) });
  }
  return out;
}

/** Adds what an exchange shows; false if it has a broadcast that somebody answered, as far as this capture shows. */
function addTo({ heard, broadcasts, keeping, answers }: Open, exchange: Exchange, world: World): boolean {
  const { outcome, messages } = exchange;
  let asked: Message | undefined;
  let answered = false;
  for (const message of messages) {
    if (message.fromClient) asked = message;
    else if (asked && !message.proxy) {
      if (isToAll(asked)) return false;
      answered = true;
      if (heard.length < MOST) heard.push(asked);
      if (answers.length === 0) answers.push(message);
    }
  }
  const all = messages.filter((one) => one.fromClient && isToAll(one));
  if (all.length === 0 || answered || outcome === 'incomplete') return true;
  // What goes on all the same was answered by somebody who is not seen here.
  if (outcome !== 'unanswered' || !world.observed.silenceAfter(all)) return outcome === 'unanswered';
  if (broadcasts.length < MOST) append(broadcasts, all);
  if (keeping.length < MOST)
    append(
      keeping,
      all.filter((one) => stateIn(exchange, one) === 'rebinding'),
    );
  return true;
}

const isToAll = ({ packet, dhcp }: Message): boolean =>
  dhcp.giaddr === 0 && packet.destinationPort === 67 && isBroadcast(packet);

/** A mask for one host, as clouds give it, says nothing of the subnet. */
const HOST = 0xffffffff;

/** Whether the server of a reply is in the subnet of the client that it answers. */
function isNear({ dhcp, packet }: Message): boolean | undefined {
  const mask = dhcp.ip(OPTION.mask);
  const server = parseIpv4(packet.source ?? '');
  const client = dhcp.yiaddr || dhcp.ciaddr;
  return mask === undefined || mask === HOST || server === undefined || client === 0
    ? undefined
    : (server & mask) === (client & mask);
}
