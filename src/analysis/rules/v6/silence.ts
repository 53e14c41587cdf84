import {
  ADVERTISE,
  CONFIRM,
  INFORMATION_REQUEST,
  REBIND,
  RELAY_FORW,
  RELAY_REPL,
  RENEW,
  REPLY,
  REQUEST6,
  SOLICIT,
} from '../../../codec/dhcpv6/message';
import { cause, ranked } from '../../collector';
import type { Cause } from '../../finding';
import type { Packet } from '../../conversations/packet';
import type { WorldRule } from '../rule';
import type { Client6, Exchange6, Note6 } from '../../conversations/v6model';
import { invented6 } from '../../evidence/attacks6';
import { refusalCause6 } from '../../evidence/refusals';
import { SEES_ALL } from '../../evidence/sight';
import { noReplies, refusals6, type Silent6 } from './unanswered';
import { putFirst } from '../../words/difference';
import { count, list } from '../../words/words';
import { push, type IcmpError, type World } from '../../evidence/world';
import { stepFor } from '../../words/steps';

/* DHCPv6 (RFC 8415), second part: nobody answers. */

/** What a client awaits an answer to. */
export const AWAIT: ReadonlySet<number> = new Set([SOLICIT, REQUEST6, CONFIRM, RENEW, REBIND, INFORMATION_REQUEST]);

/** A third port sees the multicasts of clients only: a REQUEST proves the ADVERTISE, and not asking again proves the REPLY. */
export function hidden(exchange: Exchange6, world: World): boolean {
  if (exchange.client.answers > 0) return false;
  const requests = exchange.of(REQUEST6);
  const [request] = requests;
  if (!request || requests.length > 1) return false;
  const tail = world.tail(request.time, request.timed);
  return tail !== undefined && tail >= world.limits.answerWithin;
}

/** Links on which a client got what this point does not see: servers answer by unicast, so a single question proves nothing there. */
function blindLinks(world: World): ReadonlySet<string> {
  const links = new Set<string>();
  for (const exchange of world.conversations6.exchanges) {
    if (hidden(exchange, world) || renewsAgain(exchange)) links.add(exchange.last.link);
  }
  return links;
}

/** A RENEW that is repeated keeps its xid (§15); one with another xid is the next renewal, so this one was answered. */
function renewsAgain({ notes, client, position }: Exchange6): boolean {
  const next = client.exchanges[position + 1]?.notes[0];
  return notes.length === 1 && notes[0]!.type === RENEW && next?.type === RENEW;
}

/** Questions of which nothing but that they are not repeated shows that they were answered. */
const ASKED_ONCE: ReadonlySet<number> = new Set([INFORMATION_REQUEST, CONFIRM, RENEW, REBIND]);
/** Whether a SOLICIT may be answered by REPLY at once, so that no REQUEST follows (§18.2.1). */
const isRapid = ({ dhcpv6 }: Packet): boolean => dhcpv6?.rapidCommit ?? false;

/** How many clients ask on each link. */
const clientsOn = (world: World): ReadonlyMap<string, number> => countOn(world, () => true);
/** How many of them are seen to be answered. */
const answeredOn = (world: World): ReadonlyMap<string, number> => countOn(world, ({ answers }) => answers > 0);

function countOn(world: World, isMeant: (client: Client6) => boolean): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const client of world.conversations6.clients.values()) {
    if (!isMeant(client)) continue;
    const links = new Set(client.exchanges.map((exchange) => exchange.notes[0]!.link));
    for (const link of links) counts.set(link, (counts.get(link) ?? 0) + 1);
  }
  return counts;
}

/** A message of a client that awaits an answer gets none. */
export const v6NoReply: WorldRule = function* (world) {
  const blind = blindLinks(world);
  // Most captures never ask.
  let clients: ReadonlyMap<string, number> | undefined;
  let answered: ReadonlyMap<string, number> | undefined;
  // It would be repeated after a second or ten (§7.6): once, and beside other clients, the reply went by elsewhere, unless this point sees
  // the replies to all.
  const maySeeLess = ({ type, link, index }: Note6, { answers }: Client6): boolean =>
    blind.has(link) ||
    (answers === 0 &&
      ((clients ??= clientsOn(world)).get(link) ?? 0) > 1 &&
      ((answered ??= answeredOn(world)).get(link) ?? 0) < SEES_ALL &&
      (ASKED_ONCE.has(type) || (type === SOLICIT && isRapid(world.packets.get(index)))));
  const invented = invented6(world);
  const found: Silent6[] = [];
  for (const client of world.conversations6.clients.values()) {
    if (invented.has(client)) continue;
    const silent = new Map<number, Note6[]>();
    for (const exchange of client.exchanges) {
      if (hidden(exchange, world)) {
        silent.clear();
        continue;
      }
      for (const type of AWAIT) {
        const sent = exchange.of(type);
        if (sent.length === 0) continue;
        const served =
          exchange.has(REPLY) ||
          (type === SOLICIT && (exchange.has(ADVERTISE) || exchange.has(REQUEST6))) ||
          (sent.length === 1 && maySeeLess(sent[0]!, client));
        if (served) silent.delete(type);
        else for (const note of sent) push(silent, type, note);
      }
      // A client that was served in the end had its answer to the SOLICIT as well; one that was told DNS servers only had not.
      if (exchange.has(REPLY) && !exchange.has(INFORMATION_REQUEST)) silent.delete(SOLICIT);
    }
    for (const [type, sent] of silent) {
      const last = sent[sent.length - 1]!;
      if (!world.silenceProves(sent.length, last.time, last.timed)) continue;
      found.push({ client, type, sent });
    }
  }
  yield* noReplies(found, world);
};

/** What one relay hands on, and to whom. */
interface ForwardedBy {
  readonly frames: number[];
  readonly to: Set<string>;
  /** By xid: how often it was sent, and when last. */
  readonly questions: Map<number, { times: number; time: number; readonly timed: boolean }>;
}

/** Causes, and in front of them what ICMPv6 says about the relay's datagrams. */
function relayCauses(errors: readonly IcmpError[], ...causes: readonly Cause[]): Cause[] {
  const refusal = refusalCause6(errors);
  return refusal ? putFirst(refusal, ranked(...causes)) : ranked(...causes);
}

/** RELAY-FORW messages go to a server, and no RELAY-REPL comes back to that relay. */
export const v6RelayUnanswered: WorldRule = function* (world) {
  const sent = new Map<string, ForwardedBy>();
  const answered = new Set<string>();
  // A REQUEST that a relay hands on names the server that answered by it: the replies pass this point by.
  for (const exchange of world.conversations6.exchanges) {
    if (!hidden(exchange, world)) continue;
    const request = world.packets.get(exchange.of(REQUEST6)[0]!.index);
    if (request.dhcpv6?.isRelay && request.source !== undefined) answered.add(request.source);
  }
  for (const seen of world.relayed6) {
    const packet = world.packets.get(seen.index);
    const type = packet.dhcpv6?.outerType;
    if (type === RELAY_REPL && packet.destination !== undefined) answered.add(packet.destination);
    if (type !== RELAY_FORW || packet.source === undefined) continue;
    let entry = sent.get(packet.source);
    if (!entry) sent.set(packet.source, (entry = { frames: [], to: new Set(), questions: new Map() }));
    entry.frames.push(packet.frame);
    const { xid } = packet.dhcpv6!;
    const asked = entry.questions.get(xid);
    if (!asked) entry.questions.set(xid, { times: 1, time: packet.time, timed: packet.timed });
    else {
      if (packet.time - asked.time > world.limits.copyWindow || !packet.timed) asked.times++;
      asked.time = packet.time;
    }
    entry.to.add(packet.destination ?? '?');
  }
  for (const [relay, entry] of sent) {
    const proves = [...entry.questions.values()].some((one) => world.silenceProves(one.times, one.time, one.timed));
    if (answered.has(relay) || !proves) continue;
    yield {
      id: 'relay-unanswered',
      severity: 'error',
      subject: relay,
      frames: entry.frames,
      detail: () => ({
        title: `DHCPv6 relay ${relay} gets no answer from ${list([...entry.to])}`,
        explanation: `The relay forwarded ${count(entry.frames.length, 'message')} as RELAY-FORW to ${list([...entry.to])}, and this capture shows no RELAY-REPL to it.`,
        causes: relayCauses(
          refusals6(world).filter((one) => one.quotedSource === relay && entry.to.has(one.quotedDestination)),
          cause('likely', 'The server has no subnet for the link-address, so it does not know which pool to take'),
          cause('likely', 'The server is down, or a firewall between relay and server blocks UDP port 547'),
          cause('possible', 'The server has no route back to the relay'),
        ),
        steps: [
          stepFor(
            'system',
            'linux',
            'Linux, on the server',
            '`ss -lunp "sport = :547"` shows whether a DHCPv6 program listens.',
          ),
          stepFor(
            'system',
            'linux',
            'Linux, on the server',
            `\`ip -6 route get ${relay}\` shows whether a route leads back to the relay.`,
          ),
        ],
        reference: 'RFC 8415 §19',
      }),
    };
  }
};
