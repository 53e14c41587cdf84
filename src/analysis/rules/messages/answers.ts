import * as advice from '../../words/advice';
import { cause, ranked } from '../../collector';
import {
  ACK,
  DISCOVER,
  NAK,
  OFFER,
  OPTION,
  isBroadcast,
  isProxy,
  serverOf,
  type Exchange,
  type Message,
} from '../../conversations/model';
import type { Cause } from '../../finding';
import { asksAgain, astrayIn, type Astray } from '../../evidence/delivery';
import { misfitsOf, otherAddressAcked, type OtherAddress } from '../../evidence/fit';
import { askedInVain } from '../../evidence/silence/scene';
import { asksAfterNak } from '../../evidence/taken';
import { clientOf, serverSubject, speaksForAnother } from '../../evidence/subjects';
import { systemOfClient } from '../../evidence/systems';
import type { World } from '../../evidence/world';
import { clause } from '../../words/sentence';
import { UNKNOWN_ADDRESS, count, frames, ip, where } from '../../words/words';
import { EDITED } from './damage';
import type { ExchangeRule } from '../rule';
import { maskOf, sameSubnet } from '../subnets/subnet';
import { parseIpv4 } from '../../../codec/bytes';

/** Compares a reply with its request: does it return what was asked, and is it sent where it must go? */

/** An ACK gives an address other than the one its client asked for or has (RFC 2131 §4.3.2). */
export const ackOtherAddress: ExchangeRule = function* (exchange) {
  const found = otherAddressAcked(exchange);
  if (!found) return;
  const { request, ack, asked, held, own } = found;
  const server = serverSubject(ack);
  const given = ip(ack.dhcp.yiaddr);
  const wanted = ip(asked);
  const offer = offerIn(found);
  yield {
    id: 'ack-other-address',
    severity: 'error',
    subject: clientOf(exchange),
    frames: [...request.frames, ...ack.frames, ...(offer?.frames ?? [])],
    address: wanted,
    detail: () => ({
      title: `${clientOf(exchange)}: ${held ? `holds ${wanted}` : `asks for ${wanted}`}, and the ACK gives ${given}`,
      explanation: `${offer ? `Server ${server} offers ${wanted} itself (${where(offer)}). ` : ''}The ${where(request)} ${held ? `says in ciaddr that the client has ${wanted}` : `asks for ${wanted} in option 50`}; the ${where(ack)} from ${server} has yiaddr ${given}. A server that cannot confirm the address must send a NAK. Some clients drop such an ACK, others go on with an address that the server has not leased to them.`,
      causes: offer
        ? offeredCauses(server, offer, found)
        : ranked(
            cause(
              'likely',
              `The server ${server} has another lease or reservation for this client, and confirms that instead of refusing ${wanted}`,
              `yiaddr ${given}, asked for ${wanted}`,
              own && `the same server gave ${wanted} in the ${where(own)}`,
            ),
            cause(
              'possible',
              'The server’s program, or a hook or script in it, chooses the address anew for each message',
            ),
          ),
      steps: [
        oneAddressStep(exchange.client.label, found),
        ...advice.askAnew(exchange.client.label, systemOfClient(exchange.client)),
      ],
      reference: 'RFC 2131 §4.3.2, §4.4.5',
    }),
  };
};

/** The server’s own OFFER of what it then does not confirm. */
const offerIn = ({ own }: OtherAddress): Message | undefined => (own?.type === OFFER ? own : undefined);

/** Why a server confirms another address than it has just offered: what it had on record, it would have offered. */
function offeredCauses(server: string, offer: Message, { ack, asked }: OtherAddress): Cause[] {
  const [before, after] = [offer, ack].map(({ packet }) => packet.ethSource);
  const apart = !ack.relayed && before !== undefined && after !== undefined && before !== after;
  const offered = `the ${where(offer)} gives ${ip(asked)}, the ${where(ack)} gives ${ip(ack.dhcp.yiaddr)}`;
  return ranked(
    cause(
      apart ? 'possible' : 'likely',
      'The server’s program, or a hook or script in it, chooses the address anew for each message',
      offered,
    ),
    cause(
      apart ? 'likely' : 'possible',
      `Two servers, or two pools with an address for this client, stand behind ${server}`,
      apart && `the OFFER is from ${before}, the ACK from ${after}`,
    ),
  );
}

/** The leases that make a server confirm another address, or what made it change its mind. */
export function oneAddressStep(client: string, found: OtherAddress): string {
  const { ack, asked } = found;
  const [server, given, wanted] = [serverSubject(ack), ip(ack.dhcp.yiaddr), ip(asked)];
  return offerIn(found)
    ? `On ${server}, see in log and configuration which pool, reservation, script or partner offers ${client} ${wanted} and which confirms ${given}: there must be one address for it.`
    : `On ${server}, look for leases and reservations of ${client}: there must be one address for it, ${given} or ${wanted}.`;
}

/** A client identifier that comes back without its end. */
function cutText(request: Message, reply: Message, server: string): string | undefined {
  const [asked, given] = [request, reply].map(({ dhcp }) => dhcp.option(OPTION.clientId)?.hex() ?? '');
  if (!given || !asked!.startsWith(given)) return undefined;
  return `The server ${server} keeps only the first ${count(given.length / 2, 'octet')} of a client identifier`;
}

/** A reply does not return the client identifier or giaddr of its request (RFC 2131 table 3, RFC 6842 §3). */
export const replyMismatch: ExchangeRule = function* (exchange) {
  for (const { field, request, reply, asked, given } of misfitsOf(exchange)) {
    const server = serverSubject(reply);
    const byId = field === 'client identifier';
    yield {
      id: 'reply-mismatch',
      severity: 'error',
      subject: server,
      frames: [...reply.frames, ...request.frames],
      detail: () => ({
        title: `Server ${server}: ${field} of the reply to ${clientOf(exchange)} is not that of its request`,
        explanation: `The ${where(request)} has ${byId ? `client identifier ${asked} (option 61)` : `giaddr ${asked}`}; the ${where(reply)} has ${given}. ${byId ? 'A client must drop a reply with another client identifier than its own.' : `The relay ${asked} cannot tell that the reply is for a client of its own, and drops it.`}`,
        causes: ranked(
          cause(
            'likely',
            byId
              ? (cutText(request, reply, server) ??
                  `The server ${server} makes up the client identifier anew, from a lease or reservation, instead of copying option 61`)
              : `The server ${server} does not copy giaddr into its reply`,
            `asked ${asked}, answered ${given}`,
          ),
          cause('possible', 'A relay, proxy or access point on the way changes the message'),
        ),
        steps: byId
          ? [
              `Update the DHCP server on ${server}; until then let it send no option 61 at all, which every client takes.`,
              ...advice.settings({ kea: '`"echo-client-id": false` leaves option 61 out of replies' }),
            ]
          : [`Update the DHCP server on ${server}: its reply must have giaddr ${asked}.`],
        reference: byId ? 'RFC 6842 §3' : 'RFC 2131 §4.3.1, table 3',
      }),
    };
  }
};

/** Whether a reply goes back to the source address of a request: that of the relay's interface towards the server. */
const isToSource = ({ packet }: Astray, { messages }: Exchange): boolean =>
  messages.some((one) => one.fromClient && one.packetsSeen().some(({ source }) => source === packet.destination));

/** A server's reply is not sent to its relay or client (RFC 2131 §4.1). */
export const replyToWrongAddress: ExchangeRule = function* (exchange, world) {
  const lost = astrayIn(exchange, world);
  for (const astray of [...lost, ...takenAstray(exchange, lost, world)]) {
    const { message, packet } = astray;
    const server = serverSubject(message);
    const spoilt = packet.problems.find(({ id }) => id === 'bad-checksum');
    // Past their IP stack, dhclient, udhcpc, Android and others read every frame to their card.
    const toCard = astray.by === 'address' && packet.ethDestination === packet.dhcp!.chaddr;
    const asksOn = (): boolean =>
      exchange.messages.some((one) => one.type === DISCOVER && one.frame > message.frame) ||
      asksAgain(exchange.next, exchange);
    yield {
      id: 'reply-to-wrong-address',
      severity: spoilt || (toCard && !asksOn()) ? 'warning' : 'error',
      subject: server,
      frames: message.frames,
      detail: () => ({
        title: `Server ${server}: the reply to ${clientOf(exchange)} goes to ${astray.found} instead of ${astray.due}`,
        explanation: `${astrayText(astray)} ${
          spoilt
            ? 'A checksum of that frame does not fit its octets, so it may have travelled with other addresses.'
            : astray.by === 'relay'
              ? isToSource(astray, exchange)
                ? 'This capture does not show that the relay hands it on.'
                : 'The relay does not hear it, and hands nothing on.'
              : 'taken' in astray
                ? 'This client takes it all the same; an ordinary network card drops what is for another address.'
                : `${toCard ? 'It goes to the client’s network card: a client that reads frames past its IP stack (dhclient, udhcpc, Android) takes it, another drops it.' : 'An ordinary host drops what is for another address.'}${asksOn() ? ' The client asks again after it.' : ''}`
        }`,
        causes: ranked(
          spoilt && cause('likely', EDITED, clause(spoilt.text)),
          cause(
            spoilt ? 'possible' : 'likely',
            astray.by === 'relay'
              ? isToSource(astray, exchange)
                ? `The server ${server} answers the address that the request came from instead of the relay in giaddr`
                : `The server ${server} answers the client’s network instead of the relay in giaddr`
              : astray.by === 'address'
                ? `The server ${server} sends to another address than the one it gives`
                : `The server ${server} takes the client’s link-layer address from elsewhere than chaddr (an old ARP entry, a wrong reservation)`,
            `goes to ${astray.found}, is due at ${astray.due}`,
          ),
          cause(
            'possible',
            astray.by === 'link'
              ? 'A bridge or virtual switch rewrites link-layer addresses'
              : 'NAT between server and relay or client rewrites addresses',
          ),
        ),
        steps: [
          astray.by === 'link'
            ? `On ${server}: \`ip neigh show ${ip(message.dhcp.yiaddr)}\`; remove a wrong entry by \`ip neigh del\`.`
            : `On ${server}: see that the reply leaves for ${astray.due}: \`tcpdump -ni any udp port 67 or udp port 68\`, \`nft list ruleset\`.`,
          `Update the DHCP server on ${server} where it sends to ${astray.found} by itself.`,
        ],
        reference: 'RFC 2131 §4.1',
      }),
    };
  }
};

/**
 * Replies to a client on this link that go to an unknown link-layer address, although the client continues as if it had received them: it
 * receives all frames, or something on its side corrects the address. Other clients would not get them.
 */
function takenAstray(exchange: Exchange, lost: readonly Astray[], world: World): (Astray & { taken: true })[] {
  if (exchange.relayed || exchange.routed) return [];
  const known = new Set(lost.map(({ message }) => message));
  let own: ReturnType<typeof sourcesOf> | undefined;
  const found: (Astray & { taken: true })[] = [];
  for (const message of exchange.messages) {
    const { ethDestination: to, dhcp, destinationPort } = message.packet;
    const { chaddr, htype, hlen } = dhcp!;
    if (message.fromClient || message.type > ACK || destinationPort !== 68 || isProxy(message)) continue;
    if (to === undefined || to === chaddr || htype !== 1 || hlen !== 6) continue;
    if (isGroupAddress(to) || world.survey.routerMacs.has(to) || known.has(message)) continue;
    own ??= sourcesOf(exchange);
    if (!own.has(chaddr) || own.has(to) || message.packetsSeen().some((one) => one.ethDestination !== to)) continue;
    found.push({ message, packet: message.packet, by: 'link', due: chaddr, found: to, taken: true });
  }
  return found;
}

/** The link-layer addresses that the messages of the client come from. */
const sourcesOf = ({ messages }: Exchange): ReadonlySet<string | undefined> =>
  new Set(messages.filter(({ fromClient }) => fromClient).map(({ packet }) => packet.ethSource));

const isGroupAddress = (mac: string): boolean => (parseInt(mac.slice(0, 2), 16) & 1) === 1;

/** Where a reply was sent and where it should have gone, in words. */
export function astrayText({ message, by, due, found, packet }: Astray): string {
  const what = `The ${where(message)}`;
  if (by === 'relay') return `${what} has giaddr ${ip(packet.dhcp!.giaddr)} and goes to ${found}; it is due at ${due}.`;
  if (by === 'address') return `${what} goes by unicast to ${found}, which is neither yiaddr nor ciaddr (${due}).`;
  return `${what} goes to the link-layer address ${found}; chaddr is ${due}, and nothing in this capture shows ${found} to be a router’s.`;
}

/** The request that such a NAK answers: it is not broadcast though its client is on the server’s link (RFC 2131 §4.3.2). */
export function nakUnicast(
  exchange: Exchange,
  message: Message,
  world: World,
): { readonly request: Message | undefined } | undefined {
  // A client behind a router cannot be reached by broadcast.
  if (exchange.relayed || world.survey.routedClients.has(exchange.client)) return undefined;
  const { destination, destinationPort } = message.packet;
  if (destination === undefined || destination === '255.255.255.255' || destinationPort !== 68) return undefined;
  if (message.packetsSeen().some((packet) => packet.destination === '255.255.255.255')) return undefined;
  const request = exchange.messages.filter((one) => one.fromClient && one.time <= message.time).pop();
  if (request && (request.packet.ethSource ?? request.dhcp.chaddr) !== request.dhcp.chaddr) return undefined;
  return request && throughRouter(exchange, request, world) ? undefined : { request };
}

/**
 * Whether a router lies between a client that renews by unicast and its server: the server’s address is not in the subnet of the lease, or,
 * where the capture does not show that, the REQUEST goes to a router that is not the server.
 */
function throughRouter({ previous }: Exchange, { packet, dhcp }: Message, { survey }: World): boolean {
  const { destination = '', ethDestination: to = '' } = packet;
  const server = parseIpv4(destination);
  if (dhcp.ciaddr === 0 || server === undefined || isBroadcast(packet)) return false;
  const lease = previous?.of(ACK).pop();
  const mask = lease && maskOf(lease);
  if (mask !== undefined) return !sameSubnet(server, dhcp.ciaddr, mask);
  return survey.routerMacs.has(to) && !survey.servers.get(destination)?.macs.some(({ mac }) => mac === to);
}

/** A NAK to a client on the server’s link is not broadcast. */
export const nakNotBroadcast: ExchangeRule = function* (exchange, world) {
  for (const message of exchange.of(NAK)) {
    const sent = nakUnicast(exchange, message, world);
    if (!sent) continue;
    const { request } = sent;
    const { destination = UNKNOWN_ADDRESS } = message.packet;
    const again = asksAfterNak(exchange, message);
    const server = serverSubject(message);
    yield {
      id: 'nak-not-broadcast',
      severity: 'warning',
      subject: server,
      frames: [...message.frames, ...(request?.frames ?? [])],
      detail: () => ({
        title: `Server ${server} sends a NAK to ${destination} instead of broadcasting it`,
        explanation: `The ${where(message)} to ${clientOf(exchange)} has giaddr 0.0.0.0, so the client is on the server’s link, and goes to ${destination}. The client may not have that address, or no right one for this subnet: ${again.length > 0 ? `it asks on for the same (${frames(again.map(({ frame }) => frame))}), as one that does not hear the NAK` : 'it may never see the NAK, and go on asking for what it cannot have'}. A NAK on the link must go to 255.255.255.255.`,
        causes: ranked(
          cause(
            'likely',
            `The server ${server} addresses a NAK as it would an ACK, to the client’s address`,
            `destination ${destination}`,
          ),
          cause('possible', 'A wireless access point or switch turns broadcasts of DHCP into unicasts'),
        ),
        steps: [
          `Update the DHCP server on ${server}: a NAK with giaddr 0.0.0.0 must go to 255.255.255.255.`,
          'Wireless controllers: look for “broadcast to unicast” or “DHCP proxy”.',
        ],
        reference: 'RFC 2131 §4.3.2',
      }),
    };
  }
};

/** A reply comes from an address other than its server identifier; this matters if renewals to the server identifier get no answer. */
export const sourceNotServerId: ExchangeRule = function* (exchange, world) {
  if (exchange.relayed || exchange.routed) return;
  const reply = exchange.messages.find(
    (one) => (one.type === OFFER || one.type === ACK) && !isProxy(one) && speaksForAnother(one),
  );
  const server = reply && serverOf(reply);
  if (!reply || server === undefined || reply.packet.source === '0.0.0.0') return;
  const { vain, byArp } = renewalsInVain(exchange, server, world);
  const there = vain.length > 0 ? undefined : world.once(answeringAt).get(server);
  yield {
    id: 'source-not-server-id',
    severity: vain.length > 0 ? 'warning' : 'info',
    subject: server,
    frames: [...reply.frames, ...vain],
    detail: () => ({
      title: `Server ${server} replies from ${reply.packet.source!}, not from its server identifier`,
      explanation: `The ${where(reply)} comes from ${reply.packet.source!}, and option 54 says ${server}. Clients renew by unicast to ${server}. ${vain.length > 0 ? `${byArp ? `Nobody answers the ARP of ${clientOf(exchange)} for it` : `What ${clientOf(exchange)} sends there gets no answer`} (${frames(vain)}).` : there === undefined ? `This capture does not show whether ${server} answers there.` : `It answers there: the ACK in frame ${there} comes from ${server}.`}`,
      causes: ranked(
        cause(
          vain.length > 0 ? 'likely' : there === undefined ? 'possible' : 'unlikely',
          `The server is set to a wrong server identifier, or ${server} is an address of it that clients cannot reach`,
          vain.length > 0 && `no answer from ${server} to ${frames(vain)}`,
          there !== undefined && `the ACK in frame ${there} comes from ${server}`,
        ),
        cause(
          vain.length > 0 ? 'possible' : 'likely',
          'The server has several addresses, or a relay or failover partner speaks for it',
        ),
      ),
      steps: [
        there === undefined
          ? `From the client’s subnet, see whether ${server} can be reached: \`ping ${server}\`.`
          : `If ${server} is an address of this server, this needs no action.`,
        ...advice.settings({
          dhcpd: `\`server-identifier ${reply.packet.source!};\``,
          kea: `\`{ "name": "dhcp-server-identifier", "data": "${reply.packet.source!}" }\` in \`option-data\``,
        }),
      ],
      reference: 'RFC 2131 §4.3.1; RFC 2132 §9.7',
    }),
  };
};

/** How many exchanges are searched for it. */
const MOST_RENEWALS = 1000;

/** By the address that a renewal goes to: the first ACK that comes from there. */
function answeringAt({ exchanges }: World): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  let left = MOST_RENEWALS;
  for (const exchange of exchanges) {
    if (!exchange.routed || !exchange.holds(ACK)) continue;
    if (left-- === 0) break;
    for (const { packet, frame } of exchange.of(ACK))
      if (packet.source !== undefined && !found.has(packet.source)) found.set(packet.source, frame);
  }
  return found;
}

/** Frames in which a client asks a server in vain after it got its lease: unicast renewals, or repeated ARP. */
function renewalsInVain(
  exchange: Exchange,
  server: string,
  world: World,
): { readonly vain: readonly number[]; readonly byArp?: boolean } {
  let until = Infinity;
  for (let next = exchange.next, i = 0; next && i < 8; next = next.next, i++) {
    const asked = next.messages.filter((one) => one.fromClient && one.packet.destination === server);
    const last = asked[asked.length - 1];
    if (last) {
      // Answered only after the client had broadcast, so the unicasts were still in vain.
      const byAll = next.messages.some((one) => one.fromClient && one.packet.destination === '255.255.255.255');
      const vain = next.replies > 0 ? byAll : world.observed.silenceAfter(asked);
      return { vain: vain ? asked.flatMap((one) => one.frames) : [] };
    }
    if (!next.holds(ACK)) continue;
    until = next.start;
    break;
  }
  const address = parseIpv4(server);
  if (address === undefined || !world.neighbours.arpSeen.has(address)) return { vain: [] };
  return { vain: askedInVain(address, exchange.end, until, world, exchange.client.mac), byArp: true };
}
