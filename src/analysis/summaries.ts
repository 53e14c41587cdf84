import { CROSSED } from './conversations/conversations';
import { ipv4ToText, printable } from '../codec/bytes';
import { ADVERTISE, CONFIRM, INFORMATION_REQUEST, REPLY, REQUEST6, SOLICIT } from '../codec/dhcpv6/message';
import { nameOfDuid } from '../codec/names/duids';
import type { Outcome } from './finding';
import { ACK, BOOTP, DISCOVER, INFORM, OFFER, REQUEST, type Client, type Exchange } from './conversations/model';
import { PROXY_PORT } from './conversations/names';
import type { Client6, Exchange6 } from './conversations/v6model';
import { askedOtherXid, otherAddressAcked } from './evidence/fit';
import { fit6 } from './evidence/fit6';
import { mayPassUnseen } from './evidence/silence/sight';
import { hiddenReply } from './evidence/survey';
import { ignoresToTheEnd } from './evidence/taken';
import { usedAllTheSame } from './rules/leases/life';
import { offeredBefore6 } from './evidence/taken6';
import { ignoresToTheEnd6 } from './rules/v6/ignored';
import { withoutIpv4 } from './evidence/v6only';
import type { World } from './evidence/world';
import { hasSettingsOnly, standing4, standing6 } from './standing';
import { BEHIND, type Ending } from './words/ending';

/** How conversations and clients ended, for the lists of a capture. */

/** One transaction of one client. */
export interface Conversation {
  readonly id: number;
  /** Name of the client shown to the reader: its hardware address. */
  readonly client: string;
  /** Frame numbers, ascending, copies included. */
  readonly frames: readonly number[];
  readonly outcome: Outcome;
  readonly address?: string;
  readonly server?: string;
  readonly protocol: 'dhcp' | 'bootp' | 'dhcpv6';
  /** Times of the first and last message, in seconds since the epoch; 0 if frames have none. */
  readonly start: number;
  readonly end: number;
}

/** One client, and how it ended. */
export interface ClientSummary {
  readonly client: string;
  readonly protocol: 'dhcp' | 'bootp' | 'dhcpv6';
  readonly mac?: string;
  /** As the client wrote it, already `printable`. */
  readonly hostname?: string;
  readonly vendorClass?: string;
  /** The kind of system, and the option that shows it: `Windows (by option 60)`. */
  readonly system?: string;
  readonly address?: string;
  readonly server?: string;
  readonly outcome: Outcome;
  readonly conversations: number;
}

function protocolOf(exchange: Exchange): 'dhcp' | 'bootp' {
  return exchange.holdsOnly(BOOTP) ? 'bootp' : 'dhcp';
}

export function conversationOf(exchange: Exchange, client: Client, id: number): Conversation {
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

export function clientSummary(client: Client): ClientSummary {
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

/** How a DHCPv4 client ended. */
export function endingOf4(client: Client, world: World): Ending {
  const { last, inVain } = standing4(client, (exchange) => {
    const informs = exchange.of(INFORM);
    return informs.length === 1 && mayPassUnseen(informs[0]!, client, world);
  });
  const { outcome, server } = last;
  const settled = inVain !== undefined || (outcome !== 'incomplete' && outcome !== 'unanswered');
  const got = outcome === 'bound' || outcome === 'renewed';
  const without = got
    ? ignoresToTheEnd(client, world)
      ? 'ignores'
      : asksOn(client, last.position + 1)
        ? 'anew'
        : undefined
    : settled
      ? undefined
      : doesWithout(last, world)
        ? 'v6 only'
        : last.answeredByBootp
          ? 'bootp'
          : (last.withoutAddress ??
            (asksOn(client) ? 'asks on' : askedOtherXid(client.exchanges.at(-1)!) ? 'misfit' : undefined));
  const address = last.address === undefined ? undefined : ipv4ToText(last.address);
  const { rank } = client.exchanges[0]!;
  const offered = outcome === 'unanswered' && last.holds(REQUEST) && wasOffered(last);
  const instead = outcome === 'renewed' ? otherAddressAcked(last) : undefined;
  const presumed =
    outcome === 'bound' && hiddenReply(last, world)?.proof === 'silence'
      ? last.replies === 0
        ? 'no reply'
        : 'other server'
      : undefined;
  return {
    label: client.label,
    // Clients without a hardware address have one label, and may be different machines.
    machine: client.mac === '' ? `DHCPv4 ${client.number}` : client.label,
    rank,
    outcome,
    bootp: protocolOf(last) === 'bootp',
    askedInVain: inVain && (inVain.opening.destinationPort === PROXY_PORT ? 'boot' : 'dhcp'),
    server,
    address,
    without,
    presumed,
    unseen: outcome === 'bound' && !last.holds(ACK) && protocolOf(last) === 'dhcp',
    offered,
    servedBefore: outcome === 'unanswered' && wasServed(client.exchanges, last),
    held: instead && ipv4ToText(instead.asked),
    usesOn: usesOnOf(client, outcome, world),
    confirms: false,
    onlyReplies: !client.asked,
  };
}

/** Whether a client that is told to do without IPv4 asks for no address: none is given to it, or as far as the capture shows. */
function doesWithout(last: Exchange, world: World): boolean {
  const told = withoutIpv4(last, world);
  return told !== undefined && (told.stops || (!told.goesOn && last.withoutAddress === 'lawful'));
}

/** The address that a client goes on using though it was refused or declined. */
function usesOnOf({ mac }: Client, outcome: Outcome, world: World): string | undefined {
  if (outcome !== 'refused' && outcome !== 'declined') return undefined;
  const address = world.once(usedAllTheSame).get(mac);
  return address === undefined ? undefined : ipv4ToText(address);
}

/** How many of a client's exchanges are searched. */
const MOST_EXCHANGES = 50;

/** Whether one of these exchanges before the last gave a lease. */
const wasServed = <E extends { readonly outcome: Outcome; readonly position: number }>(
  exchanges: readonly E[],
  last: E,
): boolean =>
  exchanges
    .slice(0, last.position)
    .slice(-MOST_EXCHANGES)
    .some(({ outcome }) => outcome === 'bound' || outcome === 'renewed');

/** Whether the OFFER that a client takes is seen: in the same exchange, or in an earlier one if the client changes its xid. */
function wasOffered(exchange: Exchange): boolean {
  let one: Exchange | undefined = exchange;
  for (let i = 0; one && i < MOST_EXCHANGES; i++, one = one.previous) {
    if (one.holds(OFFER)) return true;
    if (!exchange.selecting || one.holds(ACK)) return false;
  }
  return false;
}

/** Whether OFFERs to a client are seen but it keeps sending DISCOVER, from one of its exchanges on. */
function asksOn({ answers, exchanges }: Client, from = 0): boolean {
  if (answers === 0) return false;
  let offered = Infinity;
  let asked = -Infinity;
  for (const exchange of exchanges.slice(from).slice(-MOST_EXCHANGES)) {
    if (exchange.holds(REQUEST) || exchange.holds(INFORM)) return false;
    for (const { type, timed, time } of exchange.messages) {
      if (!timed) return false;
      if (type === OFFER) offered = Math.min(offered, time);
      else if (type === DISCOVER) asked = Math.max(asked, time);
    }
  }
  return asked - offered >= CROSSED;
}

/** How a DHCPv6 client ended; `machine` is the label of the DHCPv4 client that it is, if it is one. */
export function endingOf6(client: Client6, world: World, machine?: string): Ending {
  const { last, inVain } = standing6(client, world);
  const { outcome, server } = last;
  // An INFORMATION-REQUEST says nothing of an address: the client may have formed its own (RFC 9915 §18.2.6).
  const askedInVain = inVain !== undefined && !(outcome === 'unanswered' && last.has(INFORMATION_REQUEST));
  const rank = BEHIND + client.exchanges[0]!.rank;
  const named = server === undefined ? undefined : nameOfDuid(server);
  const answer = last.notes.findLast((note) => note.isAnswer)?.answer;
  const ended = outcome === 'refused' && answer?.refusals.length === 0 && answer.ended.length > 0;
  return {
    label: machine ?? client.name,
    // No label of a DHCPv4 client looks like this.
    machine: machine ?? `DHCPv6 ${client.number}`,
    rank,
    outcome,
    bootp: false,
    askedInVain: askedInVain ? 'dhcp' : undefined,
    server: named,
    address: last.address,
    without: ignoresToTheEnd6(client, world)
      ? 'ignores'
      : ended
        ? 'ended'
        : outcome === 'incomplete' && (asksOn6(last) || offeredBefore6(last, world) !== undefined)
          ? 'asks on'
          : outcome === 'unanswered' && world.once(fit6).misanswered.has(last)
            ? 'misfit'
            : hasSettingsOnly(client, world)
              ? 'stateless'
              : undefined,
    presumed: undefined,
    unseen: false,
    offered: outcome === 'unanswered' && last.has(ADVERTISE) && last.has(REQUEST6),
    servedBefore: outcome === 'unanswered' && wasServed(client.exchanges, last),
    // The REPLY takes back the address that was to be renewed, and gives another.
    held: outcome === 'renewed' ? answer?.ended[0] : undefined,
    usesOn: undefined,
    confirms: last.has(CONFIRM),
    onlyReplies: client.exchanges.every(({ notes }) => notes.every(({ fromServer }) => fromServer)),
  };
}

/** Whether an ADVERTISE to a client is seen but it keeps sending SOLICIT, and no REQUEST. */
function asksOn6(exchange: Exchange6): boolean {
  const [advertise] = exchange.of(ADVERTISE);
  const again = exchange.of(SOLICIT).at(-1);
  if (!advertise || !again || exchange.has(REQUEST6) || exchange.has(REPLY)) return false;
  return again.time - advertise.time >= CROSSED;
}

export function conversationOf6(exchange: Exchange6, client: Client6, id: number): Conversation {
  const { outcome, address, server, notes } = exchange;
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

export function clientSummary6(client: Client6, world: World): ClientSummary {
  const { last } = standing6(client, world);
  return {
    client: client.label,
    protocol: 'dhcpv6',
    ...(last.address !== undefined ? { address: last.address } : {}),
    ...(last.server !== undefined ? { server: last.server } : {}),
    outcome: last.outcome,
    conversations: client.exchanges.length,
  };
}
