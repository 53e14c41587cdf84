import { ipv4ToText } from '../../codec/bytes';
import { between } from './arp';
import {
  ACK,
  BOOTP,
  DECLINE,
  DISCOVER,
  INFORM,
  NAK,
  OFFER,
  OPTION,
  RELEASE,
  REQUEST,
  isProxy,
  isStateCut,
  namedServer,
  requestState,
  serverOf,
  stateIn,
  type Exchange,
  type Message,
} from '../conversations/model';
import { CROSSED } from '../conversations/conversations';
import { timesSent } from '../conversations/copies';
import { STATE } from '../conversations/gathered';
import { isForeign } from '../conversations/packet';
import { hasStrangeXid } from './delivery';
import { Lease, leasesNothing, linkUnknown } from '../conversations/lease';
import { askedOtherXid } from './fit';
import { asksForOffered, choosesUnheard } from './silence/chosen';
import type { Surveyed } from './surveyed';
import { push } from '../../codec/append';

/** Finds the outcome of one exchange, and what it tells about servers and leases. Runs once per exchange, before its rules. */
export function survey(exchange: Exchange, world: Surveyed): void {
  exchange.leaseAnswers = exchange.replies === 0 ? 0 : exchange.leaseReplies.length;
  const introduced = exchange.messages.find((message) => message.fromClient && message.dhcp.has(OPTION.vendorClass));
  if (introduced) exchange.introducedBy(introduced);
  const selecting = exchange.of(REQUEST).some((message) => stateIn(exchange, message) === 'selecting');
  exchange.mark(STATE.selecting, selecting);
  exchange.mark(
    STATE.relayed,
    exchange.messages.some((message) => message.relayed),
  );
  // A server copies ciaddr into its ACK (RFC 2131 table 3), so it is known even if the capture begins after the request.
  exchange.mark(
    STATE.routed,
    exchange.messages.some((message) => message.dhcp.ciaddr !== 0),
  );
  for (const message of exchange.messages) if (!message.fromClient) noteReply(message, exchange, world);
  noteRouters(exchange, world);
  decide(exchange, world);
  noteDiscover(exchange, world);
  noteLease(exchange, world);
  if (exchange.outcome !== 'bound' && exchange.outcome !== 'renewed') return;
  const { survey } = world;
  const { waited = 0 } = exchange;
  if (exchange.outcome === 'bound') survey.slowestLease = Math.max(survey.slowestLease, waited);
  // What a renewal waits for while it is repeated is no time to get an answer.
  else survey.slowestRenewal = Math.max(survey.slowestRenewal, exchange.of(REQUEST).length > 1 ? Infinity : waited);
}

function noteDiscover(exchange: Exchange, world: Surveyed): void {
  // Where both sides of a relay are seen, this is the client's own frame.
  const discover = exchange.firstOf(DISCOVER);
  if (discover?.timed && discover.dhcp.giaddr === 0) push(world.survey.discovers, discover.link, exchange);
}

function noteReply(message: Message, exchange: Exchange, world: Surveyed): void {
  const server = serverOf(message);
  if (server === undefined) return;
  const notes = world.survey.noteServer(server);
  notes.frames += message.timesSeen;
  if (isProxy(message)) notes.proxy++;
  else if (message.type === OFFER) notes.offers++;
  else if (message.type === ACK) notes.acks++;
  else if (message.type === NAK) notes.naks++;
  else notes.others++;
  if (message.relayed || exchange.routed) return;
  if (!linkUnknown(message.packet)) {
    world.survey.noteMac(notes, message.packet, message.frame);
    if (message.timesSeen === 1) return;
    for (const other of world.senders.others(message)) world.survey.noteMac(notes, other, other.frame);
    return;
  }
  // On such a link, only replies to the same request are certain to be from one link.
  const first = exchange.messages.find((other) => !other.fromClient && !other.relayed && serverOf(other) === server);
  if (!first || first.packet.ethSource === message.packet.ethSource) return;
  world.survey.noteMac(notes, first.packet, first.frame);
  world.survey.noteMac(notes, message.packet, message.frame);
}

/** If a unicast reply to a client that has an address is sent to a MAC other than the client's own, that MAC is a router's. */
function noteRouters(exchange: Exchange, world: Surveyed): void {
  for (const message of exchange.messages) {
    const { packet } = message;
    if (message.fromClient) {
      noteCookedRouter(message, exchange, world);
      continue;
    }
    const { dhcp } = message;
    // The link-layer addresses of these routers are only known from ARP.
    if (world.neighbours.arpSeen.size > 0) {
      const only = dhcp.ip(OPTION.router);
      if (only !== undefined) world.survey.noteRouter(only, world.neighbours);
      else for (const router of dhcp.ips(OPTION.router).slice(0, 8)) world.survey.noteRouter(router, world.neighbours);
    }
    if (packet.ethDestination === undefined || packet.destination === '255.255.255.255') continue;
    const goesTo = (address: number): boolean => packet.destination === ipv4ToText(address);
    const toRelay = dhcp.giaddr !== 0 && goesTo(dhcp.giaddr);
    const behindRouter =
      exchange.routed && packet.ethDestination !== dhcp.chaddr && (goesTo(dhcp.ciaddr) || goesTo(dhcp.yiaddr));
    if (behindRouter) world.survey.routedClients.add(exchange.client);
    if (behindRouter || toRelay) world.survey.routerMacs.add(packet.ethDestination);
  }
}

/**
 * A capture of all interfaces has no link-layer destinations (LINKTYPE_LINUX_SLL). There, an answered unicast renewal from a link-layer
 * address that is not the client's own came through a router: nobody renews for another host.
 */
function noteCookedRouter(message: Message, exchange: Exchange, world: Surveyed): void {
  const { packet } = message;
  if (packet.ethSource === undefined || packet.ethDestination !== undefined || packet.ethSource === message.dhcp.chaddr)
    return;
  if (message.type !== REQUEST || requestState(message) !== 'renewing' || !exchange.holds(ACK)) return;
  world.survey.routedClients.add(exchange.client);
  world.survey.routerMacs.add(packet.ethSource);
}

/** The last message of an exchange of one of these types, either from a proxyDHCP service or from any other server. */
function lastOf(exchange: Exchange, ofProxy: boolean, ...types: number[]): Message | undefined {
  for (let i = exchange.messages.length - 1; i >= 0; i--) {
    const message = exchange.messages[i]!;
    if (types.includes(message.type) && isProxy(message) === ofProxy) return message;
  }
  return undefined;
}

function decide(exchange: Exchange, world: Surveyed): void {
  const { messages } = exchange;
  // A proxyDHCP service that answers beside the server decides nothing. Several servers may answer an INFORM; the client takes the first
  // answer.
  const informed = exchange.holds(INFORM) ? exchange.of(ACK)[0] : undefined;
  const answer = informed ?? lastOf(exchange, false, ACK, NAK) ?? lastOf(exchange, true, ACK);
  const source = answer ?? lastOf(exchange, false, OFFER) ?? lastOf(exchange, true, OFFER);
  if (source) exchange.server = serverOf(source);
  const asked = messages.filter((message) => message.fromClient);
  const last = asked[asked.length - 1];
  if (exchange.holds(DECLINE)) {
    exchange.outcome = 'declined';
    const decline = lastOf(exchange, false, DECLINE)!;
    exchange.address = decline.dhcp.ip(OPTION.requested);
    exchange.server = namedServer(decline) ?? exchange.server;
    return;
  }
  if (exchange.holds(RELEASE)) {
    exchange.outcome = 'released';
    exchange.address = messages[0]!.dhcp.ciaddr || undefined;
    exchange.server = namedServer(messages[0]!) ?? exchange.server;
    return;
  }
  if (answer?.type === NAK) {
    exchange.outcome = 'refused';
    return;
  }
  if (answer) {
    if (!answer.fromClient && (askedOtherXid(exchange) || isDropped(exchange, answer, world))) return;
    // In a text, an address may be told as a name, or be missing.
    const unread = world.facts.unread?.has(answer.frame) === true;
    if (!unread && givesNone(exchange, answer)) {
      exchange.mark(leasesNothing(exchange, answer) ? STATE.lawfullyWithout : STATE.unlawfullyWithout, true);
      return;
    }
    const request = lastOf(exchange, false, REQUEST);
    const state = request && stateIn(exchange, request);
    if (exchange.holds(INFORM) || isProxy(answer)) exchange.outcome = 'informed';
    else if (state === 'renewing' || state === 'rebinding') exchange.outcome = 'renewed';
    else exchange.outcome = answer.dhcp.yiaddr === 0 && !unread ? 'informed' : 'bound';
    exchange.address = answer.dhcp.yiaddr || answer.dhcp.ciaddr || undefined;
    return;
  }
  if (messages[0]!.type === BOOTP) {
    const reply = messages.find((message) => !message.fromClient);
    if (reply) {
      exchange.outcome = 'bound';
      exchange.address = reply.dhcp.yiaddr || reply.dhcp.ciaddr || undefined;
      exchange.server = serverOf(reply);
      return;
    }
  }
  if (informedJustBefore(exchange)) {
    const { server, address } = exchange.previous!;
    Object.assign(exchange, { outcome: 'informed', server, address });
    return;
  }
  const offer = lastOf(exchange, false, OFFER);
  if (offer) {
    exchange.address = offer.dhcp.yiaddr || undefined;
    exchange.mark(STATE.lawfullyWithout, leasesNothing(exchange, offer));
  }
  if (!last) return;
  const hidden = hiddenReply(exchange, world);
  if (hidden) {
    exchange.outcome = hidden.outcome;
    exchange.address = hidden.address;
    exchange.server = hidden.server;
    return;
  }
  const final = asked.filter((message) => message.type === last.type);
  const answered = last.type === DISCOVER && exchange.leaseReplies.length > 0;
  if (
    !answered &&
    !isStateCut(last) &&
    !isForeign(last.packet) &&
    [DISCOVER, REQUEST, INFORM, BOOTP].includes(last.type)
  ) {
    if (staysUnanswered(exchange, final, world)) exchange.outcome = 'unanswered';
  }
}

/** Whether a client drops an answer for its xid, as far as its next message does not show that it took it. */
const isDropped = (exchange: Exchange, { dhcp }: Message, { observed }: Surveyed): boolean =>
  hasStrangeXid(exchange, observed) && (dhcp.yiaddr === 0 || usesNext(exchange, dhcp.yiaddr) === undefined);

/** Whether an INFORM asks for the same as the one before it, which was answered a moment ago: that silence keeps nothing from the client. */
export function informedJustBefore(exchange: Exchange): boolean {
  const { previous } = exchange;
  if (!previous?.holds(INFORM) || !exchange.holds(INFORM) || exchange.replies > 0) return false;
  const answer = previous.of(ACK).at(-1);
  const [before, asked] = [previous, exchange].map((one) => one.of(INFORM)[0]!.dhcp.option(OPTION.parameters)?.hex());
  return (
    answer?.timed === true && exchange.of(INFORM).every(({ time }) => time - answer.time < CROSSED) && before === asked
  );
}

/**
 * Whether the silence after messages of one kind proves that they got no answer. Where a REQUEST takes an OFFER that is not seen, replies pass
 * by unseen: asking again shows that there was none before, and only the time that follows tells of the last.
 */
export function staysUnanswered(exchange: Exchange, asked: readonly Message[], world: Surveyed): boolean {
  const last = asked[asked.length - 1]!;
  const unseen = exchange.client.answers === 0 && requestState(last) === 'selecting';
  return world.observed.silenceAfter(unseen ? [last] : asked);
}

/** Whether an ACK to a client that asks for an address gives none. If the request is not in the capture, it may have been an INFORM. */
const givesNone = (exchange: Exchange, ack: Message): boolean =>
  ack.dhcp.yiaddr === 0 &&
  !isProxy(ack) &&
  (exchange.holds(DISCOVER) ||
    exchange.of(REQUEST).some((one) => one.dhcp.ciaddr === 0 && requestState(one) !== 'pxe'));

/** Seconds within which a client whose REQUEST in INIT-REBOOT is not answered acts on it. */
const REBOOT_PATIENCE = 15;
/**
 * Within this many seconds, a client that got no answer repeats its REQUEST rather than starting anew: dhclient is slow and takes up to 30.
 */
const REPEATS = 35;

/** A client that must have got its reply although this capture point cannot see it. */
export interface HiddenReply {
  readonly outcome: 'bound' | 'renewed';
  readonly address: number;
  readonly server: string | undefined;
  readonly request: Message;
  /** What proves it. */
  readonly proof: 'arp' | 'use' | 'silence';
  /** Frames that show it; none for silence. */
  readonly proofFrames: readonly number[];
}

/** Seconds after a REQUEST within which no answer can have come and been acted upon. */
const AT_ONCE = 0.001;
/** Seconds before a REQUEST in INIT-REBOOT within which an ARP of the client shows that it uses its address already. */
const BEFORE = 1;

/**
 * On a switched network, a third port sees only broadcasts. A REQUEST with option 54 then proves that there was an OFFER. If the client
 * uses the address, or does not ask again, that proves the ACK.
 */
export function hiddenReply(exchange: Exchange, world: Surveyed): HiddenReply | undefined {
  if (!exchange.holds(REQUEST) || exchange.holds(ACK) || exchange.holds(NAK)) return undefined;
  const requests = exchange.of(REQUEST);
  const request = requests[requests.length - 1]!;
  const state = requestState(request);
  const address = request.dhcp.ip(OPTION.requested) ?? request.dhcp.ciaddr;
  if (address === 0 || (state !== 'selecting' && state !== 'init-reboot')) return undefined;
  const server = namedServer(request);
  const used = usesNext(exchange, address);
  // In INIT-REBOOT, a client may continue with a lease that nobody confirms (RFC 2131 §3.2).
  if (used && state === 'selecting')
    return { outcome: 'bound', address, server, request, proof: 'use', proofFrames: used.frames };
  const unheard = choosesUnheard(exchange, request);
  if (exchange.client.answers > 0 && !unheard) return undefined;
  if (used && requests.length === 1)
    return { outcome: 'bound', address, server, request, proof: 'use', proofFrames: used.frames };
  const mac = request.dhcp.chaddr;
  const arpFrames: number[] = [];
  const { time, timed } = request;
  const reboots = state === 'init-reboot';
  for (const arp of between(world.neighbours.arpAbout(address).by(mac), reboots ? time - BEFORE : time, time + 60)) {
    // A probe (sender address 0) or an announcement by the client itself (RFC 5227 §2.1.1, §2.3).
    if (arp.senderIp !== address && arp.senderIp !== 0) continue;
    if (arp.time < time + AT_ONCE && (timed || reboots)) {
      // A client that comes back uses its old address as soon as it finds its router, without awaiting an answer (RFC 4436 §2).
      if (reboots) return undefined;
      continue;
    }
    arpFrames.push(arp.frame);
    if (arpFrames.length >= 8) break;
  }
  if (arpFrames.length > 0 && (state === 'selecting' || requests.length === 1))
    return { outcome: 'bound', address, server, request, proof: 'arp', proofFrames: arpFrames };
  // Without ARP, the OFFER must have been hidden as well, and the client must have had time to ask again. In INIT-REBOOT there was no
  // OFFER; a client that is not answered repeats its REQUEST and then starts anew (RFC 2131 §4.4.2), well within this time.
  if (timesSent(requests) > 1) return undefined;
  // Two servers seldom offer one address: what names one and asks for the OFFER of the other may be a mistake.
  if (unheard && asksForOffered(exchange, request)) return undefined;
  const tail = world.observed.tail(request.time, request.timed);
  const patience = state === 'selecting' ? world.limits.answerWithin : REBOOT_PATIENCE;
  if (tail === undefined || tail < patience) return undefined;
  const { next } = exchange;
  const anew = next && (next.holds(DISCOVER) || state === 'init-reboot') && next.start - request.time < REPEATS;
  if (anew && !world.survey.blindLinks.has(request.link)) return undefined;
  return { outcome: 'bound', address, server, request, proof: 'silence', proofFrames: [] };
}

/** The client's next message, if it says that the client has the address (ciaddr). */
function usesNext(exchange: Exchange, address: number): Message | undefined {
  const next = exchange.next?.messages.find((message) => message.fromClient);
  return next?.dhcp.ciaddr === address ? next : undefined;
}

function noteLease(exchange: Exchange, world: Surveyed): void {
  for (const ack of exchange.of(ACK)) {
    const { dhcp } = ack;
    if (dhcp.yiaddr === 0 || isProxy(ack) || exchange.holds(INFORM)) continue;
    world.survey.leases.push(new Lease(exchange, ack));
  }
}
