import * as advice from '../../words/advice';
import { cause, ranked } from '../../collector';
import type { Cause } from '../../finding';
import { ACK, OPTION, PROXY_PORT, isBroadcast, type Exchange, type Message } from '../../conversations/model'; // prettier-ignore
import { astrayIn, shortestHandedOn, straysOf } from '../../evidence/delivery';
import { isCompleted, isUsual, vlanGapOf, type VlanGap } from '../../evidence/vlans';
import { misfitsOf, textIn, textNote } from '../../evidence/fit';
import { serverSubject } from '../../evidence/subjects';
import { isForeign, type Packet } from '../../conversations/packet';
import type { World } from '../../evidence/world';
import { count, ip, span, where } from '../../words/words';
import { astrayText } from '../messages/answers';
import { wrongPortOf } from '../ports';
import { checksumSteps, nameOf, sumCause, type Loss } from './sums';

/* Why a client does not take the replies that the capture shows: they are held against the requests before anything is guessed. */

export type { Loss } from './sums';

/** BOOTP's smallest message (RFC 951 §3): some relays drop what is shorter. */
const LEAST_BOOTP = 300;
/** So many exchanges of a client that asks for ever are compared. */
const MOST_EXCHANGES = 50;

/** The causes of a loss, and what to do. */
export function whyNotTaken(loss: Loss, world: World): { readonly causes: Cause[]; readonly steps: string[] } {
  const exchanges = loss.exchanges.slice(0, MOST_EXCHANGES);
  const elsewhere = goneElsewhere(loss, exchanges, world);
  const kept = elsewhere.length > 0 ? undefined : keptByRelay(loss, world);
  const refused = [misfitCause(exchanges), sumCause(loss, world), lateCause(loss), textCause(loss.again)];
  const found = [...elsewhere, kept, ...refused].filter((one) => one !== undefined);
  const likely = found.some(({ likelihood }) => likelihood === 'likely');
  // What goes to another port, address or VLAN, or stays with the relay, does not come as far as the client's firewall.
  const arrives = elsewhere.length === 0 && !kept;
  return {
    causes: ranked(...found, ...guesses(loss, likely, arrives || (kept !== undefined && !kept.seesClient), arrives)),
    steps: [
      ...(kept ? [relayStep(loss)] : []),
      ...(refused[1] ? checksumSteps(loss.replies[0]!, serverSubject(loss.replies[0]!)) : []),
      ...(arrives ? [...advice.openClientPort(), ...advice.switchPath()] : elsewhere.length > 0 ? advice.switchPath() : []), // prettier-ignore
      advice.captureBothEnds(),
    ],
  };
}

const misses = (packet: Packet): boolean => {
  const wrong = wrongPortOf(packet);
  return packet.destinationPort !== PROXY_PORT && !isForeign(packet) && (wrong === 'client' || wrong === 'relay');
};

/** Replies that cannot come to their client: wrong port, address or VLAN. */
function goneElsewhere(loss: Loss, exchanges: readonly Exchange[], world: World): Cause[] {
  const causes: Cause[] = [];
  const port = loss.replies.find((one) => one.packetsSeen().every((packet) => misses(packet)));
  if (port)
    causes.push(
      cause(
        'likely',
        `The ${nameOf(port)} goes to port ${port.packet.destinationPort ?? '?'}, where the client does not listen`,
        `${where(port)} goes from ${port.packet.source ?? '?'}:${port.packet.sourcePort ?? '?'} to ${port.packet.destination ?? '?'}:${port.packet.destinationPort ?? '?'}`,
        'see the finding reply-to-wrong-port',
      ),
    );
  const [astray] = exchanges.flatMap((one) => astrayIn(one, world));
  if (astray)
    causes.push(
      cause(
        'likely',
        `The ${nameOf(astray.message)} goes to ${astray.found} instead of ${astray.due}`,
        astrayText(astray),
        'see the finding reply-to-wrong-address',
      ),
    );
  const gap = vlanCauseOf(exchanges, world);
  if (gap) causes.push(gap);
  return causes;
}

function vlanCauseOf(exchanges: readonly Exchange[], world: World): Cause | undefined {
  for (const exchange of exchanges) {
    const gap = vlanGapOf(exchange);
    if (gap && !isCompleted(exchange) && !isUsual(gap, world))
      return cause('likely', `The ${nameOf(gap.reply)} goes to another VLAN than the client’s`, gapText(gap), 'see the finding vlan-mismatch'); // prettier-ignore
  }
  return undefined;
}

const tagText = (vlans: string | undefined): string =>
  vlans === undefined ? 'has no VLAN tag' : vlans === '0' ? 'has a priority tag (VLAN 0)' : `is in VLAN ${vlans}`;

/** Both sides of a difference, in words. */
export const gapText = ({ request, reply, asked, answered }: VlanGap): string =>
  `the ${where(request)} ${tagText(asked)}, the ${where(reply)} ${tagText(answered)}`;

function misfitCause(exchanges: readonly Exchange[]): Cause | undefined {
  const [misfit] = exchanges.flatMap(misfitsOf);
  if (!misfit) return undefined;
  const { field, asked, given, request, reply } = misfit;
  return cause(
    'likely',
    field === 'giaddr'
      ? `The relay drops the ${nameOf(reply)}: its giaddr is ${given}, the request’s is ${asked}`
      : `The client drops the ${nameOf(reply)}: its client identifier is ${given}, the client’s own is ${asked}`,
    `request in frame ${request.frame}, reply in frame ${reply.frame}`,
    'see the finding reply-mismatch',
  );
}

/** Every reply comes after the client has begun anew with another xid; the last one may have come to nobody. */
function lateCause({ client, replies }: Loss): Cause | undefined {
  const begun = new Map<number, Exchange | undefined>();
  for (const one of client.exchanges) begun.set(one.xid, one.next);
  const late = replies.filter((one) => {
    const next = begun.get(one.dhcp.xid);
    return one.timed && next !== undefined && next.xid !== one.dhcp.xid && next.start < one.time;
  });
  const [first] = late;
  if (!first || late.length < Math.max(1, replies.length - 1)) return undefined;
  const next = begun.get(first.dhcp.xid)!;
  const hex = (xid: number): string => `0x${xid.toString(16).padStart(8, '0')}`;
  return cause(
    'likely',
    'Each OFFER comes too late: the client has begun anew with another xid, and drops what has the old one',
    `the ${where(first)} has xid ${hex(first.dhcp.xid)}; the client began with xid ${hex(next.xid)} in frame ${next.messages[0]!.frame}, ${span(first.time - next.start)} before`,
    `${count(late.length, 'reply', 'replies')} of ${replies.length} came so late`,
  );
}

/** A reply that comes as far as the relay and is not seen on the client's side. */
interface Kept extends Cause {
  /** Whether the capture shows the client's side of the relay at all. */
  readonly seesClient: boolean;
}

function keptByRelay({ replies, again, exchanges }: Loss, world: World): Kept | undefined {
  const kept = replies.filter((one) => {
    const packets = one.packetsSeen();
    return packets.every(({ dhcp, destination, destinationPort }) => dhcp!.giaddr !== 0 && destination === ip(dhcp!.giaddr) && destinationPort !== 68); // prettier-ignore
  });
  const [first] = kept;
  if (!first || kept.length < replies.length) return undefined;
  const { giaddr } = first.dhcp;
  const relay = ip(giaddr);
  const asked = [...exchanges.slice(0, MOST_EXCHANGES).flatMap((one) => one.messages), ...again];
  const front = asked
    .filter((one) => one.fromClient)
    .flatMap((one) => one.packetsSeen())
    .find(({ dhcp }) => dhcp!.giaddr === 0 && dhcp!.hops === 0);
  const longest = kept.reduce((most, { packet }) => Math.max(most, packet.payloadLength), 0);
  const handedOn = shortestHandedOn(world).get(giaddr) ?? Infinity;
  const short = longest < LEAST_BOOTP && handedOn > longest;
  const seen = [
    `the ${where(first)} goes to the relay ${relay}`,
    front
      ? `the capture shows the client’s side of the relay (frame ${front.frame}), and no ${nameOf(first)} there`
      : 'the capture does not show the client’s side of the relay',
    short && `the ${nameOf(first)} has ${longest} octets, fewer than the ${LEAST_BOOTP} of BOOTP`,
    short && handedOn < Infinity && `the relay hands on replies of ${handedOn} octets and more`,
  ].filter((one): one is string => one !== false);
  const text = short
    ? `The relay ${relay} drops the ${nameOf(first)}: it has ${longest} octets, and some relays drop what is shorter than ${LEAST_BOOTP}`
    : `The relay ${relay} does not hand the ${nameOf(first)} on to the client, or it is lost behind the relay`;
  return { text, likelihood: 'likely', evidence: seen, seesClient: front !== undefined };
}

/** What remains possible where nothing in the replies is wrong. */
function guesses({ replies, again }: Loss, likely: boolean, reaches: boolean, arrives: boolean): (Cause | false)[] {
  const first = replies[0]!;
  const { packet, dhcp } = first;
  const toClient = packet.destinationPort === 68;
  const asksBroadcast = again[0]!.dhcp.broadcast;
  const unicast = !isBroadcast(packet);
  const needs = first.type === ACK ? 'lease time, server identifier' : 'PXE boot file, lease time, server identifier';
  return [
    (arrives || reaches) &&
      cause(
        likely ? 'possible' : 'likely',
        'A firewall on the client, or DHCP snooping on the way, drops datagrams to port 68',
        arrives && `${nameOf(first)} to ${packet.destination ?? '?'}:${packet.destinationPort ?? '?'}`,
      ),
    arrives &&
      toClient &&
      cause(
        unicast && asksBroadcast && !likely ? 'likely' : unicast ? 'possible' : 'unlikely',
        `The client cannot take unicast before it has an address, and the ${nameOf(first)} is unicast`,
        `broadcast flag ${asksBroadcast ? 'set' : 'not set'}, ${nameOf(first)} sent ${unicast ? 'unicast' : 'broadcast'}`,
      ),
    arrives &&
      cause(
        'possible',
        `The client refuses the ${nameOf(first)}: an option that it needs is missing (${needs})`,
        !dhcp.has(OPTION.lease) && `the ${nameOf(first)} has no lease time`,
        !dhcp.has(OPTION.server) && `the ${nameOf(first)} has no server identifier`,
      ),
    arrives &&
      toClient &&
      cause(
        'possible',
        `The ${nameOf(first)} is lost behind this point: the VLAN is not carried all the way to the client`,
        packet.ethDestination !== undefined && `sent to ${packet.ethDestination}`,
      ),
  ];
}

function relayStep({ replies }: Loss): string {
  return `On the relay ${ip(replies[0]!.dhcp.giaddr)}, capture on the client’s interface as well: \`tcpdump -ni any "udp port 67 or udp port 68"\` shows whether the ${nameOf(replies[0]!)} leaves it.`;
}

/** Why a client's own message is not answered, as far as it and a reply can be held side by side. */
export function comparedCauses(exchange: Exchange, asked: readonly Message[], world: World): Cause[] {
  const causes: Cause[] = [];
  const reply = straysOf(world).replies.get(exchange);
  if (reply) {
    const given = reply.dhcp.chaddr || 'empty';
    causes.push(
      cause(
        'likely',
        `The reply has another chaddr than the request: ${given} instead of ${asked[0]!.dhcp.chaddr}`,
        `the ${where(reply)} has the xid of the ${where(asked[0]!)}`,
        textNote(reply.dhcp.chaddr),
        'see the finding reply-mismatch',
      ),
    );
  }
  const text = textCause(asked);
  if (text) causes.push(text);
  return causes;
}

function textCause([asked]: readonly Message[]): Cause | undefined {
  if (!asked) return undefined;
  const { dhcp, packet } = asked;
  const text = textIn(dhcp.chaddr, packet.ethSource);
  if (text === undefined) return undefined;
  return cause(
    'likely',
    `chaddr holds the text “${text}” instead of the client’s address, so no reply can be sent to it`,
    textNote(dhcp.chaddr, packet.ethSource),
    packet.ethSource !== undefined && `the frame comes from ${packet.ethSource}`,
  );
}
