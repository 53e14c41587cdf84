import { swappedAs } from '../../evidence/byteOrder';
import { cause } from '../../collector';
import type { Cause } from '../../finding';
import { OFFER, OPTION, isUnicast, type Client, type Exchange, type Message } from '../../conversations/model';
import { straysOf, tooLargeIn, towardsClient } from '../../evidence/delivery';
import { loopOf } from '../../evidence/loops';
import { commonFault, faultText } from '../../evidence/silence/properties';
import { meantBy, misfitsOf, textIn, textNote, type Misfit, type OtherAddress } from '../../evidence/fit';
import type { Taken } from '../../evidence/taken';
import type { World } from '../../evidence/world';
import { withFinding } from '../../draft';
import { cannotBeHost } from '../../conversations/masks';
import { UNKNOWN_ADDRESS, count, frames, ip, portText, span, where } from '../../words/words';
import { nameOf, type Loss } from './sums';

/** Causes found by comparing request and reply: why the receiver drops one of them. */

/** How many exchanges are compared for a client that keeps asking. */
const MOST_EXCHANGES = 50;

const framesIn = (messages: readonly Message[]): number[] => messages.map(({ frame }) => frame);

/** A reply has the op code of a request; clients that check op drop it (RFC 2131 table 1). */
export function turnedCause({ replies }: Loss): Cause | undefined {
  const [first] = replies;
  if (!first || replies.some(({ dhcp }) => dhcp.op === 2)) return undefined;
  return withFinding(
    'op-type-mismatch',
    framesIn(replies),
    cause(
      'likely',
      `The client drops the ${nameOf(first)}: its op is ${first.dhcp.op} (a request) instead of 2`,
      `op ${first.dhcp.op} in ${frames(framesIn(replies))}`,
      'see the finding op-type-mismatch',
    ),
  );
}

/** Every reply gives an address that no host can have, lacks a required option (RFC 2131 table 3), or comes from an unexpected port. */
export function faultyCause({ replies }: Loss): Cause | undefined {
  const [first] = replies;
  if (!first || first.packet.cut > 0) return undefined;
  const of = (finding: string, what: string, isSo: (one: Message) => boolean): Cause | undefined =>
    replies.every(isSo)
      ? withFinding(
          finding,
          framesIn(replies),
          cause(
            'likely',
            `The client drops the ${nameOf(first)}: ${what}`,
            `the same in ${frames(framesIn(replies))}`,
            `see the finding ${finding}`,
          ),
        )
      : undefined;
  const { yiaddr } = first.dhcp;
  const odd = cannotBeHost(yiaddr, 0, undefined);
  return (
    (odd === undefined
      ? undefined
      : of('unusable-address', `it gives ${ip(yiaddr)}, ${odd}`, (one) => one.dhcp.yiaddr === yiaddr)) ??
    of('missing-required-option', 'it has no server identifier (option 54)', (one) => !one.dhcp.has(OPTION.server)) ??
    serverIdCause(replies) ??
    of('missing-required-option', 'it has no lease time (option 51)', (one) => !one.dhcp.has(OPTION.lease)) ??
    of(
      'reply-to-wrong-port',
      `it comes from ${portText(first.packet.sourcePort)}, and clients and firewalls await port 67`,
      (one) =>
        one.packetsSeen().every(({ sourcePort, destinationPort }) => sourcePort !== 67 && destinationPort === 68),
    )
  );
}

/** Every reply is damaged in the same way: programs drop what they cannot read (RFC 2131 §4.1). */
export function brokenCause({ replies }: Loss): Cause | undefined {
  const fault = commonFault(replies);
  if (!fault) return undefined;
  // What a receiver cannot take apart says nothing to it; a value that is merely odd it may pass over.
  const grave = fault.id === 'malformed-message' || fault.id === 'bad-option-length';
  return withFinding(
    fault.id,
    framesIn(replies),
    cause(
      grave ? 'likely' : 'possible',
      `The client drops the ${nameOf(replies[0]!)}, as it is ${fault.id === 'malformed-message' ? 'malformed' : 'not as it should be'}: ${faultText(fault.text)}`,
      `the same in ${frames(framesIn(replies))}`,
      `see the finding ${fault.id}`,
    ),
  );
}

/** Rapid Commit belongs in a DISCOVER and in the ACK that answers it (RFC 4039 §4); some clients drop an OFFER that has it. */
export function rapidOfferCause({ replies }: Loss): Cause | undefined {
  if (!replies.every(({ type, dhcp }) => type === OFFER && dhcp.has(OPTION.rapidCommit))) return undefined;
  const all = framesIn(replies);
  return cause(
    'likely',
    'The client drops the OFFER: it has Rapid Commit (option 80), which belongs in a DISCOVER and an ACK only (RFC 4039 §4)',
    `option 80 in ${all.length === 1 ? 'the OFFER' : 'each OFFER'} (${frames(all)})`,
  );
}

/** Every reply is larger than the client takes: it drops them, or cuts them. */
export function largeCause({ exchanges, replies }: Loss): Cause | undefined {
  const large = exchanges.slice(0, MOST_EXCHANGES).flatMap((one) => [...tooLargeIn(one)]);
  const found = new Map(large.map((one) => [one.message, one]));
  const [first] = large;
  if (!first || replies.some((one) => !found.has(one))) return undefined;
  return withFinding(
    'message-too-large',
    framesIn(replies),
    cause(
      first.told ? 'likely' : 'possible',
      `The client drops the ${nameOf(first.message)}: it has ${first.size} octets, and ${first.told ? `the client says in option 57 that it takes ${first.most}` : `a client without option 57 need not take more than ${first.most}`}`,
      `the same in ${frames(framesIn(replies))}`,
      'see the finding message-too-large',
    ),
  );
}

/** A client cannot select a server by an identifier that is no host’s address. */
function serverIdCause(replies: readonly Message[]): Cause | undefined {
  const [first] = replies;
  const id = first?.dhcp.ip(OPTION.server);
  const odd = id === undefined ? undefined : cannotBeHost(id, 0, undefined);
  if (!first || odd === undefined || !replies.every(({ dhcp }) => dhcp.ip(OPTION.server) === id)) return undefined;
  return withFinding(
    'missing-required-option',
    framesIn(replies),
    cause(
      'likely',
      `The client drops the ${nameOf(first)}: its server identifier (option 54) is ${ip(id!)}, ${odd}, so the client cannot select this server`,
      `the same in ${frames(framesIn(replies))}`,
    ),
  );
}

/** The client sends from port 67 and may listen only there. */
export function portCause({ replies, exchanges }: Loss): Cause | undefined {
  const asked = exchanges
    .slice(0, MOST_EXCHANGES)
    .flatMap((one) => one.messages.filter(({ fromClient }) => fromClient));
  const sends67 = ({ packet, dhcp }: Message): boolean =>
    packet.sourcePort === 67 && dhcp.giaddr === 0 && dhcp.hops === 0;
  const [reply] = replies;
  if (!reply || reply.packet.destinationPort !== 68 || asked.length === 0 || !asked.every(sends67)) return undefined;
  return withFinding(
    'client-on-port-67',
    framesIn(asked),
    cause(
      'likely',
      `The client sends from port 67, and the ${nameOf(reply)} goes to port 68: its program may listen on port 67 only`,
      `source port 67 in ${frames(framesIn(asked))}`,
      'see the finding client-on-port-67',
    ),
  );
}

/** A client that cannot receive unicast before it has an address sets the broadcast flag (RFC 2131 §4.1). */
export function flagCause({ exchanges, replies, again }: Loss): Cause | undefined {
  const first = replies[0]!;
  const { ciaddr, broadcast } = again[0]!.dhcp;
  const packets = exchanges
    .slice(0, MOST_EXCHANGES)
    .flatMap((one) => one.of(first.type).flatMap((reply) => towardsClient(reply, one)));
  if (!broadcast || ciaddr !== 0 || packets.length === 0 || !packets.every(isUnicast)) return undefined;
  return withFinding(
    'broadcast-flag-ignored',
    packets.map(({ frame }) => frame),
    cause(
      'likely',
      `The client has set the broadcast flag, and the ${nameOf(first)} is unicast: such a client cannot take unicast before it has an address`,
      `broadcast flag set in frame ${again[0]!.frame}, ${nameOf(first)} to ${packets[0]!.destination ?? UNKNOWN_ADDRESS} in frame ${packets[0]!.frame}`,
      'see the finding broadcast-flag-ignored',
    ),
  );
}

/** The first reply of these exchanges that does not return a value of its request. */
export const misfitIn = (exchanges: readonly Exchange[]): Misfit | undefined => exchanges.flatMap(misfitsOf)[0];

/** A reply that does not return a value of its request, as the cause of a silence. */
export function replyMisfitCause({ field, asked, given, request, reply }: Misfit): Cause {
  return withFinding(
    'reply-mismatch',
    [request.frame, reply.frame],
    cause(
      'likely',
      field === 'giaddr'
        ? `The relay drops the ${nameOf(reply)}: its giaddr is ${given}, the request’s is ${asked}`
        : `The client drops the ${nameOf(reply)}: its client identifier is ${given}, the client’s own is ${asked}`,
      `request in frame ${request.frame}, reply in frame ${reply.frame}`,
      'see the finding reply-mismatch',
    ),
  );
}

/** An ACK that gives another address than its client asks for or holds, as the cause that the client drops it. */
export const otherAddressCause = (
  { replies }: Loss,
  { request, ack, asked, held }: OtherAddress,
  passed: Taken | undefined,
): Cause =>
  withFinding(
    'ack-other-address',
    [request.frame, ack.frame],
    cause(
      replies.some(({ dhcp }) => dhcp.yiaddr === asked) ? 'possible' : 'likely',
      `The client drops the ACK: it gives ${ip(ack.dhcp.yiaddr)}, and the client ${held ? 'holds' : 'asks for'} ${ip(asked)}`,
      `REQUEST in frame ${request.frame}, ACK in frame ${ack.frame}`,
      passed && `the client took the ${where(passed.reply)}, which went the same way`,
      'see the finding ack-other-address',
    ),
  );

/** All replies, except perhaps one, come after the client has started again with another xid. */
export function lateCause({ client, replies }: Loss): Cause | undefined {
  const begun = new Map<number, Exchange | undefined>();
  for (const one of client.exchanges) begun.set(one.xid, one.next);
  const late = replies.filter((one) => {
    const next = begun.get(one.dhcp.xid);
    return one.timed && next !== undefined && next.xid !== one.dhcp.xid && next.start < one.time;
  });
  const [first] = late;
  if (!first || late.length < Math.max(1, replies.length - 1)) return undefined;
  const next = begun.get(first.dhcp.xid)!;
  // The same xid was answered before the client started over: the server is not slow, it keeps an xid that is over.
  const before = replies.find((one) => one.dhcp.xid === first.dhcp.xid && one.time < next.start);
  if (before)
    return withFinding(
      'reply-mismatch',
      framesIn(late),
      cause(
        'likely',
        `The server answers later DISCOVERs with the xid of an earlier one, ${hex(first.dhcp.xid)}, and the client drops that`,
        `the ${where(first)} has xid ${hex(first.dhcp.xid)}, as the ${where(before)}; the client asks with xid ${hex(next.xid)} in frame ${next.messages[0]!.frame}`,
      ),
    );
  return withFinding(
    'slow-server',
    framesIn(late),
    cause(
      'likely',
      'Each OFFER comes too late: the client has started over with another xid, and drops replies with the old one',
      `the ${where(first)} has xid ${hex(first.dhcp.xid)}; the client began with xid ${hex(next.xid)} in frame ${next.messages[0]!.frame}, ${span(first.time - next.start)} before`,
      `${count(late.length, 'reply', 'replies')} of ${replies.length} came so late`,
    ),
  );
}

/** Why a client's message is not answered, as far as comparing it with a reply shows. */
export function comparedCauses(exchange: Exchange, asked: readonly Message[], world: World): Cause[] {
  const causes: Cause[] = [];
  const reply = straysOf(world).replies.get(exchange);
  if (reply) {
    const given = reply.dhcp.chaddr || 'empty';
    causes.push(
      withFinding(
        'reply-mismatch',
        [reply.frame],
        cause(
          'likely',
          `The reply has another chaddr than the request: ${given} instead of ${asked[0]!.dhcp.chaddr}`,
          `the ${where(reply)} has the xid of the ${where(asked[0]!)}`,
          textNote(reply.dhcp),
          'see the finding reply-mismatch',
        ),
      ),
    );
  }
  const text = textCause(asked);
  if (text) causes.push(text);
  return causes;
}

/** What a REQUEST after an OFFER must have (RFC 2131 table 5), and what a server makes of one without it. */
const SELECTS = [
  [OPTION.server, 'server identifier', 'it selects no server, and a server takes it for one about an earlier lease'],
  [OPTION.requested, 'requested IP address', 'no server can tell which offer is meant'],
] as const;

/** Every REQUEST after an OFFER lacks a required option. */
export function incompleteCause(requests: readonly Message[]): Cause | undefined {
  const missing = SELECTS.find(([code]) => requests.every(({ dhcp, packet }) => packet.cut === 0 && !dhcp.has(code)));
  if (!missing) return undefined;
  const [code, name, why] = missing;
  return withFinding(
    'missing-required-option',
    framesIn(requests),
    cause(
      'likely',
      `The REQUEST has no ${name} (option ${code}): ${why}`,
      `the same in ${frames(framesIn(requests))}`,
      'see the finding missing-required-option',
    ),
  );
}

/** Messages with option 82 that no relay handled are dropped where nobody is told to trust them (RFC 3046 §2.1). */
export function untrustedCause(asked: readonly Message[], world: World): Cause | undefined {
  const untrusted = ({ dhcp }: Message): boolean => dhcp.giaddr === 0 && dhcp.has(OPTION.relayAgent);
  if (!asked.every(untrusted)) return undefined;
  const trusted = world.once(relayedWithout82);
  return withFinding(
    'option82-from-client',
    framesIn(asked),
    cause(
      trusted ? 'likely' : 'possible',
      'A relay or server drops these messages: they have option 82 although no relay handled them, and it is not told to trust that (RFC 3046 §2.1)',
      `option 82 and giaddr 0.0.0.0 in ${frames(framesIn(asked))}`,
      trusted &&
        `a relay hands on messages without it: frame ${trusted.frame}, answered by way of ${ip(trusted.giaddr)}`,
      trusted && 'see the finding option82-from-client',
    ),
  );
}

/** A client's message without option 82 that a relay handed on, as the answer shows, and that relay. */
function relayedWithout82({ exchanges }: World): { readonly frame: number; readonly giaddr: number } | undefined {
  for (const { messages } of exchanges) {
    const [asked] = messages;
    const answer = messages.find(({ fromClient, dhcp }) => !fromClient && dhcp.giaddr !== 0);
    if (answer && asked!.fromClient && asked!.dhcp.giaddr === 0 && !asked!.dhcp.has(OPTION.relayAgent))
      return { frame: asked!.frame, giaddr: answer.dhcp.giaddr };
  }
  return undefined;
}

/** Seconds after a DISCOVER within which an OFFER is taken as its answer. */
const ANSWERS_WITHIN = 10;

/** The client is sent replies with an xid that it did not choose, and drops them (RFC 2131 §4.1). */
export function strangeXidCause(client: Client, asked: readonly Message[]): Cause | undefined {
  const last = asked[asked.length - 1];
  if (!last) return undefined;
  for (const exchange of client.exchanges.slice(-MOST_EXCHANGES)) {
    if (exchange.replies < exchange.count || exchange.leaseAnswers === 0) continue;
    const reply = exchange.messages[0]!;
    const request = asked.findLast(({ time }) => time <= reply.time && reply.time - time <= ANSWERS_WITHIN);
    if (!request || request.dhcp.xid === reply.dhcp.xid) continue;
    const [given, own] = [reply.dhcp.xid, request.dhcp.xid];
    const order = swappedAs(given, own);
    return withFinding(
      'unsolicited-reply',
      exchange.messages.map(({ frame }) => frame),
      cause(
        'likely',
        `The client drops the ${nameOf(reply)}: its xid is ${hex(given)}, the request’s is ${hex(own)}${order === undefined ? '' : ` (${order})`}`,
        `request in frame ${request.frame}, reply in frame ${reply.frame}`,
        'see the finding unsolicited-reply',
      ),
    );
  }
  return undefined;
}

const hex = (xid: number): string => `0x${xid.toString(16).padStart(8, '0')}`;

/** Relays pass the message round in a loop, and it may never reach a server. */
export function loopCause(asked: readonly Message[], world: World): Cause | undefined {
  const message = asked.find((one) => one.relayed && loopOf(one, world) !== undefined);
  return (
    message &&
    withFinding(
      'relay-loop',
      message.frames,
      cause(
        'likely',
        `Relays send the ${nameOf(message)} round in a circle: none of them may hand it on to a server`,
        `hops grow in ${frames(message.frames)}`,
        'see the finding relay-loop',
      ),
    )
  );
}

export function textCause([asked]: readonly Message[]): Cause | undefined {
  if (!asked) return undefined;
  const { dhcp, packet, frames: seen } = asked;
  const text = textIn(dhcp, packet.ethSource);
  if (text === undefined) return undefined;
  const found = cause(
    'likely',
    `chaddr holds the text “${text}” instead of the client’s address, so no reply can be sent to it`,
    textNote(dhcp, packet.ethSource),
    packet.ethSource !== undefined && `the frame comes from ${packet.ethSource}`,
  );
  return asked.relayed || packet.ethSource === undefined ? found : withFinding('chaddr-mismatch', seen, found);
}

/** The step for a client that writes its address as text into chaddr; none if this one does not. */
export function textSteps({ dhcp, packet }: Message): string[] {
  const text = textIn(dhcp, packet.ethSource);
  if (text === undefined) return [];
  const meant = meantBy(text, packet.ethSource) ?? 'of its address';
  return [`Update the firmware of ${dhcp.chaddr}: chaddr must hold the octets ${meant}, not their text “${text}”.`];
}
