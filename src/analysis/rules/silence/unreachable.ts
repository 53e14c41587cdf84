import { ADVERTISE, RELEASE6, REPLY } from '../../../codec/dhcpv6/message';
import { ipv4ToText, parseIpv4 } from '../../../codec/bytes';
import * as advice from '../../words/advice';
import { updateServer6 } from '../../words/advice6';
import { cause, ranked } from '../../collector';
import type { Outcome } from '../../finding';
import { withFinding, type Draft } from '../../draft';
import type { Message } from '../../conversations/model';
import { lowerBound } from '../../../codec/search';
import { where } from '../../words/words';
import type { WorldRule } from '../rule';
import { forwards6 } from '../../evidence/forwarding';
import { isLooping, isTooLarge, refusalOf, type Refusal } from '../../evidence/silence/refusals';
import type { World } from '../../evidence/world';
import type { IcmpError } from '../../evidence/neighbours';
import { isOwn, isToServer, refusedDetail } from './refused';
import { tooLargeOnTheWay } from './tooLarge';
import { commonServerNamed, oneThing } from '../../evidence/subjects';

/** Nobody answers, and ICMP says why: an error that quotes a datagram to a DHCP port. */

/** Whether an error about a reply to a client does no harm: the client's exchange completes anyway, or it had given its address back. */
function harmless(error: IcmpError, completed: Completed): boolean {
  if (error.quotedPort !== 68 && error.quotedPort !== 546) return false;
  if (isOwn(error)) return true;
  const { chaddr, xid } = error;
  if (chaddr === undefined || chaddr === '') return completed.addresses.has(error.quotedDestination);
  return completed.exchanges.has(`${chaddr} ${xid ?? ''}`) || completed.released.has(chaddr);
}

/** Clients that were served, in the forms that an ICMP error may quote. */
interface Completed {
  /** Entries are `chaddr xid`. */
  readonly exchanges: ReadonlySet<string>;
  readonly released: ReadonlySet<string>;
  readonly addresses: ReadonlySet<string>;
}

const SERVED: ReadonlySet<Outcome> = new Set(['bound', 'renewed', 'informed', 'released']);

function completedOf(world: World): Completed {
  const exchanges = new Set<string>();
  const released = new Set<string>();
  const addresses = new Set<string>();
  for (const { outcome, client, xid, address } of world.exchanges) {
    if (!SERVED.has(outcome)) continue;
    exchanges.add(`${client.mac} ${xid}`);
    if (outcome === 'released') released.add(client.mac);
    if (address !== undefined) addresses.add(ipv4ToText(address));
  }
  // Reading all of them takes time, so it is done only if an ICMPv6 error may refer to one.
  const about6 = world.neighbours.icmpErrors.some(({ version }) => version === 6);
  for (const exchange of about6 ? world.conversations6.exchanges : []) {
    if (!SERVED.has(exchange.outcome) && !exchange.has(RELEASE6)) continue;
    // Replies go to the address that the request came from, usually a link-local one (RFC 9915 §18.2.10).
    for (const note of exchange.notes) {
      const { source, dhcpv6 } = world.packets.get(note.index);
      const client = dhcpv6?.isRelay ? dhcpv6.peerAddress : source;
      if (note.type !== ADVERTISE && note.type !== REPLY && client !== undefined) addresses.add(client);
    }
  }
  return { exchanges, released, addresses };
}

/** Port unreachable, rejected by a firewall, host or network unreachable: one finding per host and kind. */
export const icmpErrors: WorldRule = function* (world) {
  if (world.neighbours.icmpErrors.length === 0) return;
  const completed = completedOf(world);
  for (const error of world.neighbours.icmpErrors) {
    if (isTooLarge(error)) {
      const reply = replyQuoted(error, world);
      const { chaddr, xid } = reply?.dhcp ?? error;
      yield tooLargeOnTheWay(error, reply, completed.exchanges.has(`${chaddr ?? ''} ${xid ?? ''}`));
    }
    const kind = refusalOf(error);
    if (!kind) continue;
    const calm = harmless(error, completed);
    yield (
      ofRelay(error, kind, calm, world) ?? {
        id: kind,
        severity: calm ? 'info' : 'error',
        subject: error.quotedDestination,
        common: calm && !isToServer(error) ? oneThing(commonServerNamed(error.quotedSource)) : undefined,
        frames: [error.frame],
        detail: () => refusedDetail(error, kind, calm, world),
      }
    );
  }
};

/** What is told of a refusal where a relay does not get the replies to its requests; undefined if it is about something else. */
function ofRelay(error: IcmpError, kind: Refusal, calm: boolean, world: World): Draft | undefined {
  const { quotedPort, quotedFromPort, quotedDestination: who } = error;
  if (quotedPort === 546 && kind === 'port-unreachable' && world.once(forwards6).has(who)) return relayOn546(error);
  // From port 67 to port 67 of a relay: a reply. A client would ask from port 68.
  if (quotedPort !== 67 || quotedFromPort !== 67 || !world.observed.giaddrs.has(parseIpv4(who) ?? 0)) return undefined;
  if (kind === 'port-unreachable') return relayDeaf(error, replyQuoted(error, world));
  return kind === 'host-unreachable' && !isLooping(error) && !calm ? noWayBack(error, world) : undefined;
}

/** By relay: the replies that are sent to it, in time order, and the first request that it sends itself. */
interface AtRelay {
  readonly replies: Message[];
  heard: Message | undefined;
}

/** The same for all relays. */
function atRelays(world: World): ReadonlyMap<string, AtRelay> {
  const all = new Map<string, AtRelay>();
  for (const exchange of world.exchanges) {
    if (!exchange.relayed) continue;
    for (const message of exchange.messages) {
      const { giaddr } = message.dhcp;
      if (giaddr === 0) continue;
      const relay = ipv4ToText(giaddr);
      let known = all.get(relay);
      if (!known) all.set(relay, (known = { replies: [], heard: undefined }));
      if (!message.fromClient) known.replies.push(message);
      else if (message.packet.source === relay) known.heard ??= message;
    }
  }
  for (const { replies } of all.values()) replies.sort((a, b) => a.time - b.time);
  return all;
}

/** The reply to a relay that an error quotes; undefined if it is not seen. */
function replyQuoted({ quotedDestination, time, xid }: IcmpError, world: World): Message | undefined {
  const { replies } = world.once(atRelays).get(quotedDestination) ?? { replies: [] };
  const last = replies[lowerBound(replies.length, (i) => replies[i]!.time <= time) - 1];
  return xid === undefined || xid === last?.dhcp.xid ? last : undefined;
}

/** A router has no way to a relay for the replies to its requests. */
function noWayBack(error: IcmpError, world: World): Draft {
  const { frame, source, quotedSource: server, quotedDestination: relay, code } = error;
  const heard = world.once(atRelays).get(relay)?.heard;
  const quoted = replyQuoted(error, world);
  const what = code === 0 ? 'network' : 'host';
  return {
    id: 'host-unreachable',
    severity: 'error',
    subject: relay,
    frames: [frame, ...(quoted?.frames ?? [])],
    detail: () => ({
      title: `Replies to relay ${relay} do not reach it: ${source} knows no way there`,
      explanation: `In frame ${frame}, ${source} sends ICMP type 3, code ${code}, and quotes a datagram from ${server} to ${relay}:67. That is a reply: servers send it to the address that the relay names (giaddr). ${source} has no route to it, or gets no answer when it asks for its link-layer address. Replies that go this way reach no client behind this relay.`,
      causes: ranked(
        cause(
          'likely',
          `A route back to ${relay} is missing at ${source}, or is wrong there`,
          `ICMP from ${source}, code ${code} (${what} unreachable)`,
          heard && `the relay is up, and its requests arrive: it sends the ${where(heard)}`,
        ),
        cause('possible', `The relay puts an address into giaddr that it does not have on the way to ${server}`),
        !heard && cause('possible', `The relay is down, or has lost the address ${relay}`),
      ),
      steps: [
        ...advice.stepsToward(relay, source),
        `On ${server}, see that the way to ${relay} leads through the right router: \`ip route get ${relay}\` (Linux).`,
      ],
      reference: 'RFC 792, RFC 2131 §4.1',
    }),
  };
}

/** A relay that forwards requests, but has no program that takes the replies: they go to UDP port 67 of giaddr (RFC 2131 §4.1). */
function relayDeaf(
  { frame, source, quotedSource, quotedDestination: relay }: IcmpError,
  reply: Message | undefined,
): Draft {
  return {
    id: 'port-unreachable',
    severity: 'error',
    subject: relay,
    frames: [frame, ...(reply?.frames ?? [])],
    detail: () => ({
      title: `Relay ${relay} does not take the replies to its requests`,
      explanation: `In frame ${frame}, ${source} sends ICMP type 3, code 3, and quotes a datagram from ${quotedSource} to ${relay}:67. Requests in this capture name ${relay} as their relay (giaddr), and replies go to UDP port 67 of that address. No program listens there, so no reply gets to the clients behind it.`,
      causes: ranked(
        cause('likely', `The relay agent on ${relay} has stopped, or does not listen on this address or interface`),
        cause('possible', `Another host has the address ${relay}, and the relay puts a wrong address into giaddr`),
        cause(
          'possible',
          'A firewall answers with “reject” as if the port were closed',
          source !== relay && `the ICMP is from ${source}, not from ${relay} itself`,
        ),
      ),
      steps: advice.relayRunning(relay, quotedSource),
      reference: 'RFC 792, RFC 2131 §4.1',
    }),
  };
}

/** A server answers a relay on the port of clients, where no relay listens. */
function relayOn546({ frame, source, quotedSource, quotedDestination: relay }: IcmpError): Draft {
  return {
    id: 'port-unreachable',
    severity: 'error',
    subject: relay,
    frames: [frame],
    detail: () => ({
      title: `Relay ${relay} gets its answers on UDP port 546, where it does not listen`,
      explanation: `In frame ${frame}, ${source} sends ICMPv6 type 1, code 4, and quotes a datagram from ${quotedSource} to [${relay}]:546. ${relay} is a relay: it sends RELAY-FORW in this capture. Relays listen on UDP port 547, clients on 546, so no answer gets to the clients behind it.`,
      causes: ranked(
        withFinding(
          'reply-to-wrong-port',
          [frame],
          cause('likely', `${quotedSource} sends its RELAY-REPL to UDP port 546, and relays listen on 547`),
        ),
      ),
      steps: [updateServer6(quotedSource)],
      reference: 'RFC 4443 §3.1; RFC 9915 §7.2',
    }),
  };
}
